/*
 * The instances of the part that is looked at: each series of one expression
 * is a row, told from the others by its labels, with the time since when it
 * has been seen in its state. Those in trouble come first.
 */
#ifndef SITUATION_MAP_INSTANCES_H
#define SITUATION_MAP_INSTANCES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "query/query.h"
#include "situation/map_state.h"
#include "tsdb/labels.h"

struct map_instances_config {
	struct query_engine *engine;
	void (*on_change)(void *user);
	void *user;
};

struct map_instances;

struct map_instances *map_instances_new(const struct map_instances_config *config);
void map_instances_free(struct map_instances *instances);

/* Another part, or none (-1); the rows of the former go. True when it is another and has an expression. */
bool map_instances_watch(struct map_instances *instances, int part, const char *expression);

/* Ask the watched part's expression; nothing when there is none, or it is being asked. */
void map_instances_ask(struct map_instances *instances, int64_t now_ms);

const struct part_instance *map_instances_list(const struct map_instances *instances, size_t *ret_count,
					       size_t *ret_more);
bool map_instances_busy(const struct map_instances *instances);

/* Labels as `job="a",instance="b"`, without the metric's name and what only the question put there. Cut to `size`. */
void map_instance_labels(const struct labels *labels, char *ret, size_t size);

#endif
