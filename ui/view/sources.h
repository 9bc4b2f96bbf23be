/*
 * What the sources view shows, taken once before each drawing: the collectors
 * and the local store as they are, and which one has the focus.
 */
#ifndef UI_VIEW_SOURCES_H
#define UI_VIEW_SOURCES_H

#include "collect/collect.h"
#include "query/history.h"
#include "tsdb/store.h"

struct sources {
	struct collect *collect;       /* borrowed; NULL without collectors */
	const struct store *store;     /* borrowed; NULL without one */
	const struct history *history; /* borrowed; NULL when nothing is read from a server */
	struct collector_state *states;
	size_t count;
	struct store_state held;
	struct history_state past; /* with `history` only */
	int selected, scroll;      /* in the list of collectors */
};

void sources_take(struct sources *sources);
void sources_release(struct sources *sources);

/* How many fail, for the banner. */
size_t sources_failing(const struct sources *sources);

/* Memory of the store that is about this collector's, by its share of the series. */
double sources_bytes(const struct sources *sources, size_t index);

#endif
