/* One rule out of a YAML mapping: what rule_file.c is made of. Faults are told with the rule they belong to. */
#ifndef ALERT_RULE_READER_H
#define ALERT_RULE_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alert/rule_file.h"
#include "alert/rule_source.h"
#include "base/hash.h"
#include "config/option.h"
#include "config/yaml.h"

struct rule_reader {
	struct rule_set *set;
	struct rule_source source;
	const char *file;
	struct error_list *errors;
	const struct yaml_node *group_labels; /* of the group in hand, or NULL */
	const char *where;                    /* "alert X" while a rule is read, else NULL */
	struct map known;                     /* kind, name and labels of the rules so far, to line numbers */
	size_t groups, rules;                 /* seen so far */
	bool failed;                          /* an error was told */
	bool bad;                             /* one was told of the rule in hand */
};

void rule_reader_release(struct rule_reader *reader);

/* Tell an error at the node's place. */
void rule_reader_fault(struct rule_reader *reader, const struct yaml_node *node, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Spread a mapping's members by a table of OPTION_NODE rows. Null members stay NULL. */
void rule_reader_keys(struct rule_reader *reader, const struct option *table, void *target,
		      const struct yaml_node *mapping);

/* NULL leaves `ret` as it is. */
void rule_reader_duration(struct rule_reader *reader, const struct yaml_node *node, int64_t *ret);

/* Tell what is wrong with a group's labels, whether or not it has rules. */
void rule_reader_check_labels(struct rule_reader *reader, const struct yaml_node *labels);

/* -1 when the rule cannot be used; why has been told. */
int rule_reader_read(struct rule_reader *reader, struct rule *ret, const struct yaml_node *node);

#endif
