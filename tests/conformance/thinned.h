/*
 * Parts of the program thinned: the same made-up samples in two stores, one
 * that keeps all of them raw and one that thins them as time goes on; what a
 * window that is cut inside a bucket may at most be wrong by; and questions
 * asked to both.
 */
#ifndef TESTS_THINNED_H
#define TESTS_THINNED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/vec.h"
#include "promql/promql.h"
#include "tsdb/store.h"

#define BUCKET_MS (10 * CLOCK_MINUTE)

/* One series and all it was given. */
struct record {
	const char *metric, *kind, *target;
	bool is_counter;
	VEC(int64_t) times_ms; /* without staleness markers */
	VEC(double) values;
	VEC(int64_t) ends_ms; /* staleness markers */
	int64_t raw_from_ms;  /* of the store that thins: older samples are in buckets */
};

struct history {
	struct record *records; /* labels: __name__ metric, kind, target, id (the place here) */
	size_t count;
	struct store *raw, *aged;
	int64_t start_ms, now_ms;
	uint64_t samples;
};

/* ---- thinned_data.c ---- */

/* `days` of scrapes, both stores filled in the order of time, the one aged after each scrape. */
void history_make(struct history *history, unsigned days);
void history_release(struct history *history);

/* ---- thinned_bounds.c ---- */

/* What a window and the buckets its borders cut hold of a series. */
struct cut {
	size_t inside;      /* samples of the window outside the cut buckets */
	double taken;       /* samples of the window in the cut buckets; what is below is of the whole buckets */
	double slip;        /* samples by which `taken` may be misjudged, for these are not spaced evenly */
	double magnitude;   /* greatest absolute value */
	double growth_off;  /* how far a counter's growth strays from the straight line, misjudged places included */
	double change_off;  /* the same of a gauge's change */
	double least, most; /* values */
	bool is_cut, is_infinite; /* a value among them is NaN or infinite */
};

struct cut cut_of(const struct record *record, int64_t start_ms, int64_t end_ms, bool left_open);

enum bounded {
	BOUNDED_RATE,
	BOUNDED_INCREASE,
	BOUNDED_DELTA,
	BOUNDED_COUNT,
	BOUNDED_SUM,
	BOUNDED_AVG,
	BOUNDED_MIN,
	BOUNDED_MAX,
	BOUNDED_WITHIN, /* first and last: in the range of the cut bucket */
	BOUNDED_NONE,   /* exact however it is cut */
};

/* How far `answer` may be from `truth`; `count` is the true number of samples. */
double cut_bound(const struct cut *cut, enum bounded bounded, double truth, double answer, double count,
		 int64_t range_ms);

/* What an instant selector may answer. */
struct look {
	bool is_exact;
	double answer; /* otherwise: what the buckets can say */
	int64_t answer_ms;
	bool has_answer;
};

struct look look_of(const struct record *record, int64_t look_ms, int64_t lookback_ms, bool left_open);

/* ---- thinned_ask.c ---- */

/* Answers by series and step; NaN with a staleness marker's bits where there is none. */
struct answers {
	enum promql_status status;
	struct error error;
	double *values; /* record * steps + step; NULL but for PROMQL_OK */
	size_t records, steps;
};

/* The expression's series must carry `id`, or be one without labels, which then is that of record 0. */
void ask(struct store *store, const struct history *history, const char *expression,
	 const struct promql_options *options, struct answers *ret);
void answers_release(struct answers *answers);

/* ---- thinned.c ---- */

#define EXACT        1e-9 /* relative */
#define LENGTHS_MOST 5
#define KINDS_MOST   64

/* What came out for one function. */
struct row {
	uint64_t exact, bounded, failed;
	double worst_exact, worst[LENGTHS_MOST]; /* relative differences; of cut windows by their length */
	double kinds_exact[KINDS_MOST], kinds_cut[KINDS_MOST];
};

struct run {
	struct history history;
	uint64_t failures;
	unsigned days;
	bool show_kinds;
};

/* Steps of one question. */
struct span {
	int64_t first_ms, step_ms, offset_ms;
	unsigned steps;
	bool left_open;
};

double relative(double a, double b);
void fail(struct run *run, struct row *row, const char *expression, const struct record *record, int64_t end_ms,
	  double truth, double answer, double bound);
void ask_both(struct run *run, const char *expression, const struct span *span, struct answers *ret_raw,
	      struct answers *ret_aged);

/* ---- thinned_panels.c ---- */

/* The dashboard's panels over 30 days, and other expressions with windows in their middle. */
void check_panels(struct run *run, struct row *row);

/* What only raw samples can answer says so; returns how many did not. */
unsigned check_refusals(struct run *run);

#endif
