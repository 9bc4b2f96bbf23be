/*
 * What is read from outside into the local store, on a schedule: every
 * collector of a system, their state, and the one table of what kinds there
 * are. A collector never blocks the loop: it asks through the bridges in
 * loop/, and what computes long is a job.
 *
 * The schedule is Prometheus's: each collector keeps to a grid of its
 * interval, shifted by a hash of its identity so that not all fire at once; a
 * collection that still runs when the next is due is not overtaken. At start
 * the first collections follow each other quickly, since somebody waits. All
 * times are those of the loop.
 */
#ifndef COLLECT_COLLECT_H
#define COLLECT_COLLECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "config/yaml.h"
#include "collect/detail.h"
#include "collect/feed.h"
#include "logs/log_source.h"
#include "loop/http.h"
#include "loop/loop.h"
#include "loop/pool.h"
#include "loop/resolve.h"
#include "tsdb/store.h"

struct collector_kind;

/* The `collect:` section, read: one entry an item, in the arena it was read into. */
struct collect_entry {
	const struct collector_kind *kind;
	void *config; /* as the kind's option table fills it */
};

struct collect_entries {
	struct collect_entry *items;
	size_t count;
};

/*
 * Read the section. Paths in it are taken relative to `folder`. Every fault
 * goes to `errors`; -1 when there was one.
 */
int collect_read(struct collect_entries *ret, const struct yaml_node *sequence, const char *file, const char *folder,
		 struct arena *arena, struct error_list *errors);

/* What collectors there are: for each its type, one line about it, and its keys. */
struct strbuf;
void collect_add_help(struct strbuf *ret);

struct collect;

struct collect_config {
	struct loop *loop;
	struct http *http;
	struct pool *pool;
	struct resolver *resolver;
	struct store *store;
	struct feed *feed;             /* may be NULL */
	const char *system;            /* whose events these are; may be NULL */
	void (*on_change)(void *user); /* a collector has news; may be NULL */
	void *user;
};

/* Makes the collectors and starts their schedule. `entries` must outlive it. */
struct collect *collect_new(const struct collect_config *config, const struct collect_entries *entries);

/* What it was made with. */
const struct collect_config *collect_bridges(const struct collect *collect);

/*
 * Keep those whose job, instance or job/instance is `name` and end the others,
 * before the loop runs. Returns how many stay; when none would, all do.
 */
size_t collect_only(struct collect *collect, const char *name);

/* Ends everything under way. Before http, pool and store. */
void collect_free(struct collect *collect);

enum collector_health {
	COLLECTOR_NEVER, /* no collection has ended yet */
	COLLECTOR_OK,
	COLLECTOR_FAILING,
	COLLECTOR_ABSENT, /* the target answers, and has no such thing: nothing is wrong */
};

struct collector_state {
	const char *type; /* "scrape" */
	const char *job;
	const char *instance; /* "127.0.0.1:9100" */
	const char *url;      /* without credentials; "" when it has none */
	enum collector_health health;
	char reason[160];  /* why it fails; "" else */
	char warning[160]; /* it works, but: "12 samples out of order"; "" else */
	char whose[64];    /* where that is not its instance: "this machine, jump-1"; "" else */
	bool running;
	bool ended; /* it had one thing to do and has done it */
	int64_t interval_ms;
	int64_t last_ms;               /* wall time of the last collection's begin; 0 never */
	int64_t last_good_ms;          /* of the last good one; 0 never */
	int64_t failing_since_ms;      /* 0 while well */
	int64_t next_ms;               /* when the next is due */
	int64_t elapsed_ms;            /* of the last one */
	size_t series, samples, bytes; /* of the last good one */
	double samples_per_second;
	uint64_t runs, failures;
};

size_t collect_count(const struct collect *collect);
void collect_get_state(const struct collect *collect, size_t index, struct collector_state *ret);

/* How many are failing now, and how many have not ended their first collection. */
size_t collect_failing(const struct collect *collect);
size_t collect_waiting(const struct collect *collect);

/* Collect from all at once, now; the schedule goes on as it was. The second: from one. */
void collect_now(struct collect *collect);
void collect_retry(struct collect *collect, size_t index);

/* What a collector has to show; NULL when it has nothing. Both are good until the loop's next turn. */
const struct detail *collect_detail(const struct collect *collect, size_t index);
const char *collect_raw(const struct collect *collect, size_t index, size_t *ret_length, size_t *ret_whole_length);

/* The logs a collector follows, good until the loop's next turn: none, when it follows none. */
void collect_logs(const struct collect *collect, size_t index, struct log_sources *ret);

/* Samples a second, all collectors together, at their present sizes and intervals. */
double collect_samples_per_second(const struct collect *collect);

#endif
