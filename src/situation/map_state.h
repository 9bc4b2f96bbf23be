/*
 * How the parts of a map are: asked of an engine every MAP_STATE_INTERVAL_MS,
 * all parts in as few questions as possible, one round at a time. What is
 * asked tells ok, degraded, down or not offered; suspect is derived from it.
 * While the engine fails a part keeps the state it had, marked stale, for
 * MAP_STATE_KEPT_MS, and is unknown after that. Since when a part is in
 * trouble is read from the engine's history when it is met so at first.
 */
#ifndef SITUATION_MAP_STATE_H
#define SITUATION_MAP_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loop/loop.h"
#include "query/query.h"
#include "situation/map.h"

#define MAP_STATE_INTERVAL_MS (15 * INT64_C(1000))
#define MAP_STATE_KEPT_MS     (120 * INT64_C(1000))
#define MAP_INSTANCES_MAX     2000 /* of one part; more are counted */

struct part_status {
	enum part_state state; /* as shown */
	enum part_state own;   /* as asked: without what follows from others */
	int cause;             /* the part whose loss makes it suspect; -1 */
	int rule;              /* which of the part's rules told; -1 none */
	double value;          /* of the first series that told */
	char subject[160];     /* its labels: `instance="a",job="b"`; raw */
	size_t told;           /* how many series told */
	bool has_figure;
	double figure;
	bool stale;          /* the engine does not answer; this is how it was */
	char reason[160];    /* why it is stale or unknown; "" */
	const char *engine;  /* who answered; NULL nobody */
	int64_t answered_ms; /* wall time of the last answer about it; 0 never */
	int64_t since_ms;    /* wall; 0 not known */
	bool since_at_least; /* it began before that: the history asked goes no further */
};

/* One series of a part's `instances:`. */
struct part_instance {
	const char *name; /* its instance, pod or agent label; else the first there is */
	const char *labels;
	enum part_state state;
	double value;
	int64_t since_ms; /* when it was seen to come into that state; 0: it was so when first seen */
};

struct map_state_config {
	struct loop *loop;
	struct query_engine *engine;
	const struct system_map *map;  /* borrowed */
	bool apart;                    /* two engines stand behind the one: see bundle.h */
	void (*on_change)(void *user); /* a round has ended; may be NULL */
	void *user;
};

struct map_state;

/* Begins to ask at once. Before the engine is freed it must be freed. */
struct map_state *map_state_new(const struct map_state_config *config);
void map_state_free(struct map_state *state); /* NULL is allowed */

const struct system_map *map_state_map(const struct map_state *state);
const struct part_status *map_state_part(const struct map_state *state, size_t part);

/* How many parts are in that state. */
size_t map_state_count(const struct map_state *state, enum part_state which);

/* The worst part: by state, then those that nothing goes on without, then as the map has them; -1 when all are well. */
int map_state_worst(const struct map_state *state);

/* Ask now; the interval begins anew. */
void map_state_refresh(struct map_state *state);

/* Has no round ended yet, or is one under way? */
bool map_state_busy(const struct map_state *state);

/* Instances are asked of one part only, the one that is looked at; -1: none. */
void map_state_watch(struct map_state *state, int part);

/* Those of the watched part, in trouble first. `ret_more`: how many are left out. Valid until the loop goes on. */
const struct part_instance *map_state_instances(const struct map_state *state, size_t *ret_count, size_t *ret_more);

/* Is the watched part asked, and not answered yet? */
bool map_state_instances_busy(const struct map_state *state);

#endif
