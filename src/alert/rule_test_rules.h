/* The rules that a test file names, in the order in which it has them evaluated. */
#ifndef ALERT_RULE_TEST_RULES_H
#define ALERT_RULE_TEST_RULES_H

#include "alert/rule_file.h"
#include "alert/rule_test_file.h"
#include "base/strbuf.h"
#include "base/vec.h"

struct rule_test_rules {
	VEC(char *) paths; /* each once */
	struct rule_set set;
	VEC(const struct rule_group *) groups; /* in the order of evaluation */
};

/*
 * Find the files (patterns are relative to the test file) and read them.
 * Patterns that match nothing are told in `warnings`, everything that is wrong
 * in `faults`. Without a test nothing looks at the rules: they are not read.
 */
void rule_test_rules_init(struct rule_test_rules *rules, const struct rule_test_file *file, struct strbuf *warnings,
			  struct strbuf *faults);
void rule_test_rules_release(struct rule_test_rules *rules);

/* Append the errors of a list, a line each, as a test tells them. */
void rule_test_add_errors(struct strbuf *ret, const struct error_list *errors);

#endif
