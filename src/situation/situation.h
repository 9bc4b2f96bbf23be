/*
 * How a system is and what changes in it, kept up to date as long as the
 * system is open: the states of its map's parts, and the changes for the event
 * feed. Asks the engine that everything of the system asks.
 */
#ifndef SITUATION_SITUATION_H
#define SITUATION_SITUATION_H

#include <stdbool.h>

#include "collect/feed.h"
#include "loop/loop.h"
#include "query/query.h"
#include "situation/change_rule.h"
#include "situation/map.h"
#include "situation/map_state.h"

struct situation_config {
	struct loop *loop;
	struct query_engine *engine;
	bool apart;                       /* a server and the local store both stand behind the engine */
	const char *system;               /* for the events */
	const struct system_map *map;     /* may be without parts */
	const struct change_rules *rules; /* none: nothing is watched for changes */
	struct feed *feed;                /* NULL: the same */
	void (*on_change)(void *user);    /* there is something to draw; may be NULL */
	void *user;
};

struct situation;

/* Everything in the configuration is borrowed. Begins to ask at once. */
struct situation *situation_new(const struct situation_config *config);

/* Before the engine goes. NULL is allowed. */
void situation_free(struct situation *situation);

/* NULL when the system has no map. */
struct map_state *situation_map(const struct situation *situation);

/* Ask again now: the store has learned of the past, or somebody wants to know. */
void situation_refresh(struct situation *situation);

/* Has something never been answered? */
bool situation_busy(const struct situation *situation);

#endif
