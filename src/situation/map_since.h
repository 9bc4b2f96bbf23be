/*
 * Since when: how far back an expression has had an answer without a break,
 * asked once over MAP_SINCE_MS of history. One question a part.
 */
#ifndef SITUATION_MAP_SINCE_H
#define SITUATION_MAP_SINCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "query/query.h"

#define MAP_SINCE_MS      (6 * INT64_C(3600000))
#define MAP_SINCE_STEP_MS INT64_C(60000)

struct map_since_config {
	struct query_engine *engine;
	size_t count; /* of parts */
	/* `at_least`: it began before the first moment asked about. Not called when there is no history. */
	void (*on_since)(void *user, size_t part, int64_t since_ms, bool at_least);
	void *user;
};

struct map_since;

struct map_since *map_since_new(const struct map_since_config *config);
void map_since_free(struct map_since *since);

void map_since_ask(struct map_since *since, size_t part, const char *expression, int64_t now_ms);

/* Its answer is no longer wanted. */
void map_since_forget(struct map_since *since, size_t part);

bool map_since_busy(const struct map_since *since);

#endif
