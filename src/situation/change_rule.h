/*
 * What counts as a change of a system, as a table: an expression, the labels
 * that say whose series it is, and what of it changes: labels, or the value.
 * There are rules for every system (start times, build labels, images, file
 * hashes); a system's `changes:` section adds its own, or replaces one of the
 * same name.
 */
#ifndef SITUATION_CHANGE_RULE_H
#define SITUATION_CHANGE_RULE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "config/option.h"
#include "config/yaml.h"

enum change_kind { CHANGE_DEPLOY, CHANGE_CONFIG, CHANGE_RESTART };

struct change_rule {
	const char *name, *expression;
	int kind;                       /* enum change_kind */
	struct option_strings identity; /* labels; none: all but those that change */
	struct option_strings changes;  /* labels; none: the value */
	bool off;
};

struct change_rules {
	struct change_rule *items;
	size_t count;
};

extern const struct option change_rule_options[];

/* The rules every system has. */
void change_rules_init(struct change_rules *rules, struct arena *arena);

/* Read the section, a list, on top of what is there. Every fault goes to `errors`; -1 when there was one. */
int change_rules_read(struct change_rules *rules, const struct yaml_node *node, const char *file, struct arena *arena,
		      struct error_list *errors);

#endif
