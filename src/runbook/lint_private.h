/* A runbook while its faults are looked for. */
#ifndef RUNBOOK_LINT_PRIVATE_H
#define RUNBOOK_LINT_PRIVATE_H

#include "runbook/lint_command.h"
#include "runbook/runbook_lint.h"

struct lint {
	const struct runbook *runbook;
	const struct runbook_lint_context *context;
	struct error_list *errors;
	struct arena arena;
	size_t count;
};

/* One fault more, as "file:line: text". */
void lint_add(struct lint *lint, enum fault_severity severity, unsigned line, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* What is looked at once for the whole file. */
struct lint_rule {
	const char *name;
	void (*find)(struct lint *lint);
};

/* Commands of checks and choices that are not known to read and not said to. */
void lint_find_unread(struct lint *lint);

extern const struct lint_rule lint_object_rules[]; /* Kubernetes' objects, over several steps */
extern const size_t lint_object_rule_count;
extern const struct lint_rule lint_file_rules[]; /* links, tables, alerts */
extern const size_t lint_file_rule_count;

#endif
