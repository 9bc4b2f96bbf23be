/*
 * A system as its people draw it: parts, where each stands (region, group or
 * level), what it needs, how its state is told, what its loss costs and what
 * goes on without it. Read from the `map:` section of a system file, or from
 * a file of its own that the section names. Pure data; map_state.h asks.
 */
#ifndef SITUATION_MAP_H
#define SITUATION_MAP_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "config/option.h"
#include "config/yaml.h"

/* From best to worst. Suspect is never asked for: it follows from what a part needs. */
enum part_state {
	PART_UNKNOWN,     /* not asked yet, or nobody answers */
	PART_NOT_OFFERED, /* this installation has none */
	PART_OK,
	PART_SUSPECT, /* well by itself, but what it stands on is down */
	PART_DEGRADED,
	PART_DOWN,
	PART_STATES,
};

/* "ok", "not offered" */
const char *part_state_name(enum part_state state);

/* In order: the first whose answer is not empty gives the state. */
struct map_rule {
	enum part_state state;
	const char *expression;
};

#define MAP_NO_LEVEL (-1)

struct map_part {
	const char *name, *title;
	const char *group, *region; /* NULL: none */
	int64_t level;              /* from 0, the foundation, up; MAP_NO_LEVEL */
	size_t *needs;              /* indices of parts */
	size_t need_count;
	struct map_rule *rules;
	size_t rule_count;
	const char *figure, *unit; /* one number for its box; NULL: none */
	const char *loss, *fallback, *runbook;
	const char *instances; /* an expression that gives a series for each; NULL: none */
};

struct system_map {
	struct map_part *parts;
	size_t count;
};

extern const struct option map_options[];
extern const struct option map_part_options[];

/*
 * Read the section: a mapping with `parts:`, or the name of a file that holds
 * one, relative to `folder`. Strings live in the arena. Every fault goes to
 * `errors`; -1 when there was one.
 */
int map_read(struct system_map *ret, const struct yaml_node *node, const char *file, const char *folder,
	     struct arena *arena, struct error_list *errors);

#endif
