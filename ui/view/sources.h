/*
 * What the sources view shows, taken before each drawing: the collectors and
 * the local store as they are, in which order, and which one has the focus.
 *
 * The worst come first. The order does not move while the focus is in the
 * list, and the focus follows its collector, not its row.
 */
#ifndef UI_VIEW_SOURCES_H
#define UI_VIEW_SOURCES_H

#include <stdbool.h>
#include <stdint.h>

#include "collect/collect.h"
#include "query/history.h"
#include "tsdb/store.h"

enum sources_order { SOURCES_WORST, SOURCES_LISTED, SOURCES_OLDEST, SOURCES_SLOWEST, SOURCES_LARGEST, SOURCES_ORDERS };

struct sources {
	struct collect *collect;       /* borrowed; NULL without collectors */
	const struct store *store;     /* borrowed; NULL without one */
	const struct history *history; /* borrowed; NULL when nothing is read from a server */
	struct collector_state *states;
	size_t *rows; /* which of `states` stands in each row */
	size_t count;
	struct store_state held;
	struct history_state past; /* with `history` only */
	enum sources_order order;
	int selected; /* collector with the focus; -1: that of the first row */
	int scroll;   /* first row shown */

	/* One source opened: the line with the focus, the first one shown, and whether it was opened for its answer. */
	int line, line_scroll;
	bool at_answer;
	uint64_t line_key; /* what the line is about, so that the focus follows it when the tables change; 0: not taken
			    */
};

/* Take the present state; `sort`: the order may move. */
void sources_take(struct sources *sources, bool sort);
void sources_release(struct sources *sources);

/* Put the rows in their order as things stand now, equals as the system file lists them. True when a row moved. */
bool sources_sort(struct sources *sources);

/* "worst first" */
const char *sources_order_name(enum sources_order order);

/* The row of the collector with the focus; -1 when there are none. */
int sources_row(const struct sources *sources);

/* The focus goes to a row, the nearest there is. */
void sources_go_to(struct sources *sources, int row);

/* What stands in a row. */
const struct collector_state *sources_at(const struct sources *sources, int row);

/* Put the focus on the first collector whose job or instance is `name`; false when there is none. */
bool sources_choose(struct sources *sources, const char *name);

/* How many fail, for the banner. */
size_t sources_failing(const struct sources *sources);

/* Memory of the store that is about this collector's, by its share of the series. */
double sources_bytes(const struct sources *sources, const struct collector_state *state);

#endif
