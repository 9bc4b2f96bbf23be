#include "thinned.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tsdb/selection.h"
#include "tsdb/value.h"

#define START_MS    INT64_C(1767225600000) /* 2026-01-01 */
#define INTERVAL_MS (30 * CLOCK_SECOND)
#define PER_BUCKET  (BUCKET_MS / INTERVAL_MS)
#define PER_DAY     (CLOCK_DAY / INTERVAL_MS)

/* A series while it is made. */
struct source {
	const struct kind *kind;
	struct store_series *raw, *aged;
	uint64_t random;
	double value;
	int64_t next_ms; /* of a series with times of its own */
	bool was_there;
};

struct moment {
	int64_t time_ms, now_ms;
	int64_t number; /* of the scrape */
	int64_t total;
};

typedef bool make_fn(struct source *source, const struct moment *moment, double *ret);

struct kind {
	const char *metric, *name;
	bool is_counter, unmarked; /* a gap begins with no staleness marker */
	make_fn *make;
};

static uint64_t draw(struct source *source)
{
	source->random ^= source->random << 13;
	source->random ^= source->random >> 7;
	source->random ^= source->random << 17;
	return source->random >> 11;
}

static double between(struct source *source, double low, double high)
{
	return low + (high - low) * ((double)(draw(source) % 1000000) / 1e6);
}

/* Steps of a hundredth, as counters of seconds have them. */
static bool grow(struct source *source, double most, double *ret)
{
	source->value = round((source->value + between(source, 0, most)) * 100) / 100;
	*ret = source->value;
	return true;
}

static bool make_counter(struct source *source, const struct moment *moment, double *ret)
{
	/* Some traffic by day. */
	double hour = (double)(moment->time_ms % CLOCK_DAY) / (double)CLOCK_HOUR;

	return grow(source, 20 + 15 * sin(hour / 24 * 2 * M_PI), ret);
}

static bool make_large(struct source *source, const struct moment *moment, double *ret)
{
	if (!moment->number)
		source->value = 3e15;
	source->value += (double)(draw(source) % 3000000);
	*ret = source->value;
	return true;
}

static bool make_resets(struct source *source, const struct moment *moment, double *ret)
{
	(void)moment;
	if (draw(source) % 170 == 0)
		source->value = 0;
	return grow(source, 9, ret);
}

/* Back to zero with the first or the last sample of every seventh bucket. */
static bool make_border(struct source *source, const struct moment *moment, double *ret)
{
	int64_t place = (moment->number - 1 + PER_BUCKET) % PER_BUCKET, bucket = moment->number / PER_BUCKET;

	if ((bucket % 7 == 0 && place == 0) || (bucket % 7 == 3 && place == PER_BUCKET - 1))
		source->value = 0;
	return grow(source, 9, ret);
}

/* Many resets where raw samples end and buckets begin, which is some minutes more or less than 6 h ago. */
static bool make_seam(struct source *source, const struct moment *moment, double *ret)
{
	int64_t ago = moment->now_ms - moment->time_ms;

	if (ago > 5 * CLOCK_HOUR && ago < 10 * CLOCK_HOUR && moment->number % 3 == 0)
		source->value = 0;
	return grow(source, 9, ret);
}

static bool make_noisy(struct source *source, const struct moment *moment, double *ret)
{
	(void)moment;
	*ret = between(source, 10, 90) + (draw(source) % 500 == 0 ? 4000 : 0);
	return true;
}

static bool make_constant(struct source *source, const struct moment *moment, double *ret)
{
	(void)source;
	(void)moment;
	*ret = 0.1;
	return true;
}

static bool make_negative(struct source *source, const struct moment *moment, double *ret)
{
	(void)moment;
	*ret = between(source, -800, -2);
	return true;
}

static bool make_nan(struct source *source, const struct moment *moment, double *ret)
{
	/* In every second day none, and one bucket now and then of nothing else. */
	bool quiet = moment->number / PER_DAY % 2 == 0, all = moment->number / PER_BUCKET % 50 == 7;

	*ret = !quiet && (all || draw(source) % 300 == 0) ? value_from_bits(VALUE_NAN_BITS) : between(source, 0, 9);
	return true;
}

static bool make_infinite(struct source *source, const struct moment *moment, double *ret)
{
	bool quiet = moment->number / PER_DAY % 2 == 0;

	*ret = quiet || draw(source) % 900 ? between(source, 0, 9) : draw(source) % 4 ? INFINITY : -INFINITY;
	return true;
}

/* Three hours of every fourteen are missing. */
static bool make_gaps(struct source *source, const struct moment *moment, double *ret)
{
	if ((moment->time_ms + 217 * CLOCK_SECOND) % (14 * CLOCK_HOUR) < 3 * CLOCK_HOUR)
		return false;
	return grow(source, 5, ret);
}

/* Short pauses, with a marker at most. */
static bool make_flapping(struct source *source, const struct moment *moment, double *ret)
{
	(void)moment;
	*ret = between(source, 1, 2);
	return draw(source) % 40 != 0;
}

static bool make_late(struct source *source, const struct moment *moment, double *ret)
{
	return moment->number > moment->total / 3 + 7 && grow(source, 5, ret);
}

static bool make_ended(struct source *source, const struct moment *moment, double *ret)
{
	return moment->number < moment->total / 3 * 2 + 13 && grow(source, 5, ret);
}

/* The process dies for seven minutes a day, and more often on the day before the last. */
static bool make_up(struct source *source, const struct moment *moment, double *ret)
{
	int64_t pause = moment->number > moment->total - 2 * PER_DAY ? 3 * CLOCK_HOUR : CLOCK_DAY;

	(void)source;
	*ret = (moment->time_ms + 199 * CLOCK_MINUTE) % pause >= 7 * CLOCK_MINUTE;
	return true;
}

static bool make_requests(struct source *source, const struct moment *moment, double *ret)
{
	if (moment->number % (9 * PER_DAY) == 5 * PER_DAY + 77)
		source->value = 0;
	source->value += (double)(draw(source) % 200);
	*ret = source->value;
	return true;
}

static bool make_failures(struct source *source, const struct moment *moment, double *ret)
{
	if (moment->number % (9 * PER_DAY) == 5 * PER_DAY + 77)
		source->value = 0;
	source->value += draw(source) % 40 == 0 ? 1 + (double)(draw(source) % 3) : 0;
	*ret = source->value;
	return true;
}

static const struct kind kinds[] = {
	{ .metric = "data", .name = "counter", .is_counter = true, .make = make_counter },
	{ .metric = "data", .name = "large counter", .is_counter = true, .make = make_large },
	{ .metric = "data", .name = "resets", .is_counter = true, .make = make_resets },
	{ .metric = "data", .name = "resets at borders", .is_counter = true, .make = make_border },
	{ .metric = "data", .name = "resets at the seam", .is_counter = true, .make = make_seam },
	{ .metric = "data", .name = "noisy", .make = make_noisy },
	{ .metric = "data", .name = "constant", .make = make_constant },
	{ .metric = "data", .name = "negative", .make = make_negative },
	{ .metric = "data", .name = "NaN", .make = make_nan },
	{ .metric = "data", .name = "infinite", .make = make_infinite },
	{ .metric = "data", .name = "gaps", .is_counter = true, .make = make_gaps },
	{ .metric = "data", .name = "gaps unmarked", .is_counter = true, .unmarked = true, .make = make_gaps },
	{ .metric = "data", .name = "flapping", .make = make_flapping },
	{ .metric = "data", .name = "pauses", .unmarked = true, .make = make_flapping },
	{ .metric = "data", .name = "late", .is_counter = true, .make = make_late },
	{ .metric = "data", .name = "ended", .is_counter = true, .make = make_ended },
	{ .metric = "data", .name = "failures", .is_counter = true, .make = make_failures },
	{ .metric = "up", .name = "up", .make = make_up },
	{ .metric = "polln_requests_total", .name = "200", .is_counter = true, .make = make_requests },
	{ .metric = "polln_requests_total", .name = "503", .is_counter = true, .make = make_failures },
};

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

/* How scrapes fall: on full seconds and so on the borders of buckets, a little late each, or each series by itself. */
static const char *const targets[] = { "sharp", "late", "own" };

#define TARGETS (sizeof(targets) / sizeof(targets[0]))
#define OWN     2

static struct store_series *hold(struct store *store, const struct record *record, size_t id)
{
	struct arena arena = { 0 };
	char number[24];
	struct label labels[] = { { "__name__", record->metric }, { "kind", record->kind },
				  { "target", record->target },   { "id", number },
				  { "status", record->kind },     { "job", "polln-colony" } };
	struct labels sorted;
	struct store_series *series;

	snprintf(number, sizeof(number), "%zu", id);
	sorted = labels_make(&arena, labels, sizeof(labels) / sizeof(labels[0]));
	series = store_hold(store, &sorted);
	arena_release(&arena);
	return series;
}

/* The value into both stores at the time their timelines, when there are any, are at. */
static void append(struct history *history, size_t id, struct source *source, struct timeline *const *timelines,
		   int64_t time_ms, double value)
{
	struct record *record = &history->records[id];
	enum store_result raw, aged;

	if (timelines) {
		raw = store_append(history->raw, source->raw, timelines[0], value);
		aged = store_append(history->aged, source->aged, timelines[1], value);
	} else {
		raw = store_append_at(history->raw, source->raw, time_ms, value);
		aged = store_append_at(history->aged, source->aged, time_ms, value);
	}
	if (raw != STORE_OK || aged != STORE_OK) {
		fprintf(stderr, "a sample of %s was refused\n", record->kind);
		exit(1);
	}
	if (value_is_stale(value)) {
		vec_push(&record->ends_ms, time_ms);
		return;
	}
	vec_push(&record->times_ms, time_ms);
	vec_push(&record->values, value);
	history->samples++;
}

static void sample(struct history *history, size_t id, struct source *source, struct timeline *const *timelines,
		   const struct moment *moment)
{
	double value;
	bool is_there = source->kind->make(source, moment, &value);

	if (is_there)
		append(history, id, source, timelines, moment->time_ms, value);
	else if (source->was_there && !source->kind->unmarked)
		append(history, id, source, timelines, moment->time_ms, value_stale());
	source->was_there = is_there;
}

static void scrape(struct history *history, struct source *sources, size_t target, struct timeline *const *timelines,
		   struct moment moment)
{
	if (target == 1)
		moment.time_ms += 4321 + moment.number * 37 % 61;
	if (target != OWN && (!timeline_advance(history->raw, timelines[0], moment.time_ms) ||
			      !timeline_advance(history->aged, timelines[1], moment.time_ms)))
		exit(1);
	for (size_t i = 0; i < KINDS; i++) {
		size_t id = target * KINDS + i;
		struct source *source = &sources[id];
		struct moment own = moment;

		if (target != OWN) {
			sample(history, id, source, timelines, &moment);
			continue;
		}
		/* 20 s to 100 s apart, whatever the others do. */
		own.time_ms = source->next_ms;
		for (; own.time_ms < moment.time_ms + INTERVAL_MS; own.time_ms = source->next_ms) {
			source->next_ms += 20000 + (int64_t)(draw(source) % 80000);
			if (own.time_ms <= history->now_ms)
				sample(history, id, source, NULL, &own);
		}
	}
}

static void begin(struct history *history, struct source *sources)
{
	for (size_t id = 0; id < history->count; id++) {
		struct record *record = &history->records[id];
		const struct kind *kind = &kinds[id % KINDS];

		record->metric = kind->metric;
		record->kind = kind->name;
		record->target = targets[id / KINDS];
		record->is_counter = kind->is_counter;
		sources[id].kind = kind;
		sources[id].random = (id + 1) * UINT64_C(0x9E3779B97F4A7C15);
		sources[id].next_ms = START_MS + (int64_t)(draw(&sources[id]) % 60000);
		sources[id].raw = hold(history->raw, record, id);
		sources[id].aged = hold(history->aged, record, id);
	}
}

static void learn_seams(struct history *history)
{
	struct selection *selection = store_select(history->aged, NULL, 0, INT64_MIN, INT64_MAX, 0, NULL);

	for (size_t i = 0; i < selection_count(selection); i++) {
		size_t id = strtoul(labels_get(selection_labels(selection, i), "id"), NULL, 10);

		history->records[id].raw_from_ms = selection_raw_from_ms(selection, i);
	}
	selection_free(selection);
}

void history_make(struct history *history, unsigned days)
{
	struct store_limits all = { .raw_ms = 3650 * CLOCK_DAY, .keep_ms = 3651 * CLOCK_DAY };
	struct source *sources;
	struct timeline *timelines[OWN][2];
	struct moment moment = { .total = days * PER_DAY };

	*history = (struct history){ .count = KINDS * TARGETS, .start_ms = START_MS };
	history->now_ms = moment.now_ms = START_MS + days * CLOCK_DAY;
	history->records = mem_zalloc(history->count * sizeof(*history->records));
	history->raw = store_new(&all);
	history->aged = store_new(NULL);
	sources = mem_zalloc(history->count * sizeof(*sources));
	begin(history, sources);
	for (size_t i = 0; i < OWN; i++) {
		timelines[i][0] = timeline_new(history->raw);
		timelines[i][1] = timeline_new(history->aged);
	}
	for (; moment.number <= moment.total; moment.number++) {
		moment.time_ms = START_MS + moment.number * INTERVAL_MS;
		for (size_t i = 0; i < TARGETS; i++)
			scrape(history, sources, i, i < OWN ? timelines[i] : NULL, moment);
		while (!store_age(history->aged, moment.time_ms))
			;
	}
	for (size_t i = 0; i < OWN; i++) {
		timeline_release(history->raw, timelines[i][0]);
		timeline_release(history->aged, timelines[i][1]);
	}
	for (size_t id = 0; id < history->count; id++) {
		store_release(history->raw, sources[id].raw);
		store_release(history->aged, sources[id].aged);
	}
	free(sources);
	learn_seams(history);
}

void history_release(struct history *history)
{
	for (size_t id = 0; id < history->count; id++) {
		vec_release(&history->records[id].times_ms);
		vec_release(&history->records[id].values);
		vec_release(&history->records[id].ends_ms);
	}
	free(history->records);
	store_free(history->raw);
	store_free(history->aged);
}
