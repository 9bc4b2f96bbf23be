/*
 * A cold start's memory: what the local store has no raw history of is read
 * from a Prometheus, hour by hour from now backwards (instant questions
 * `name[1h]` give raw samples), for the metric names the store knows, and put
 * in front of the store's own samples. Mannerly: one question at a time, only
 * while the server is well; it gives up quietly when the server has nothing.
 *
 * `labels` maps names in both worlds: a series of the server becomes the
 * local one when its labels, renamed, are those of a series the store has.
 * What the store does not collect itself is not taken over.
 *
 * The last hour comes for all names before the hour behind it for any. An
 * answer beyond a limit is asked for again in shorter pieces. The bulk's work
 * is spread over turns of the loop.
 */
#ifndef QUERY_HISTORY_H
#define QUERY_HISTORY_H

#include "query/label_map.h"
#include "query/query.h"
#include "tsdb/store.h"

struct history;

struct history_state {
	unsigned names, names_done;
	uint64_t samples;
	int64_t oldest_ms; /* of what was put in; INT64_MAX: nothing */
	bool running;
	char reason[160]; /* why it stands still, or what could not be had; "" */
};

struct history_config {
	struct query_engine *prometheus; /* not owned; freed after the history */
	struct store *store;
	int64_t raw_ms;                /* how far back: the store's raw_ms */
	void (*on_change)(void *user); /* an hour is there, it is through, or it stands still; may be NULL */
	void *user;
	const struct history_label *labels; /* not owned; the first that fits a label counts; may be NULL */
	size_t label_count;
};

struct history *history_new(struct loop *loop, const struct history_config *config);
void history_start(struct history *history); /* once the first scrapes are in */
void history_get_state(const struct history *history, struct history_state *ret);
void history_free(struct history *history);

#endif
