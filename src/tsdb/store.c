#include "tsdb/store.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "tsdb/store_core.h"
#include "tsdb/value.h"

#define SERIES_LIMIT  200000u
#define SAMPLES_LIMIT 60000000u
#define BUCKETS_LIMIT 10000000u
#define RAW_MS        (6 * CLOCK_HOUR)
#define KEEP_MS       (35 * CLOCK_DAY)
#define BUCKET_MS     (10 * CLOCK_MINUTE)
#define TALLY_SLOTS   128 /* how finely ages are told apart when a limit is met */
#define SWITCHES_MOST 4   /* of timelines in a row, before a series gets one of its own */

static void set_limits(struct store_limits *ret, const struct store_limits *limits)
{
	if (limits)
		*ret = *limits;
	if (!ret->series)
		ret->series = SERIES_LIMIT;
	if (!ret->samples)
		ret->samples = SAMPLES_LIMIT;
	if (!ret->buckets)
		ret->buckets = BUCKETS_LIMIT;
	if (ret->raw_ms <= 0)
		ret->raw_ms = RAW_MS;
	if (ret->keep_ms <= 0)
		ret->keep_ms = KEEP_MS;
	if (ret->bucket_ms <= 0)
		ret->bucket_ms = BUCKET_MS;
}

/* ---- views ---- */

static struct store *view_new(struct store_whole *whole, const char *name)
{
	struct store *store = mem_zalloc(sizeof(*store));

	store->whole = whole;
	store->name = name ? mem_strdup(name) : NULL;
	label_index_init(&store->index, &store->reclaim);
	store->home = (struct thinned_home){ .reclaim = &store->reclaim,
					     .tally = &whole->buckets,
					     .bucket_ms = whole->limits.bucket_ms };
	store->birth_ns = (uint64_t)clock_monotonic_ns();
	store->oldest_ms = store->pass_ms = INT64_MAX;
	store->newest_ms = INT64_MIN;
	vec_push(&whole->views, store);
	return store;
}

static void view_free(struct store *store)
{
	for (size_t i = 0; i < store->set.by_id.count; i++)
		if (store->set.by_id.items[i])
			series_retire(store, store->set.by_id.items[i]);
	for (size_t i = 0; i < store->timelines.count; i++) {
		timeline_retire(store->timelines.items[i], &store->reclaim);
		free(store->timelines.items[i]);
	}
	vec_release(&store->timelines);
	series_set_release(&store->set);
	label_index_release(&store->index);
	map_release(&store->jobs, free);
	reclaim_release(&store->reclaim);
	free(store->name);
	free(store);
}

struct store *store_new(const struct store_limits *limits)
{
	struct store_whole *whole = mem_zalloc(sizeof(*whole));

	set_limits(&whole->limits, limits);
	whole->buckets.width_ms = whole->limits.keep_ms / TALLY_SLOTS + 1;
	whole->raw.width_ms = whole->limits.raw_ms / TALLY_SLOTS + 1;
	whole->age.samples_gone_ms = whole->age.buckets_gone_ms = INT64_MIN;
	return view_new(whole, NULL);
}

void store_free(struct store *store)
{
	struct store_whole *whole = store ? store->whole : NULL;

	if (!whole)
		return;
	for (size_t i = 0; i < whole->views.count; i++)
		view_free(whole->views.items[i]);
	vec_release(&whole->views);
	tally_release(&whole->raw);
	tally_release(&whole->buckets);
	free(whole);
}

struct store *store_view(struct store *store, const char *name)
{
	struct store_whole *whole = store->whole;

	for (size_t i = 1; i < whole->views.count; i++)
		if (strcmp(whole->views.items[i]->name, name) == 0)
			return whole->views.items[i];
	return view_new(whole, name);
}

/* ---- series ---- */

static struct job *job_of(struct store *store, const struct labels *labels)
{
	const char *name = labels_get(labels, "job");
	struct job *job = name ? map_get(&store->jobs, name) : NULL;

	if (!name || job)
		return job;
	job = mem_zalloc(sizeof(*job));
	job->oldest_ms = job->pass_ms = INT64_MAX;
	map_set(&store->jobs, name, job);
	return job;
}

bool store_has_room(const struct store *store)
{
	const struct store_whole *whole = store->whole;
	size_t series = 0;

	for (size_t i = 0; i < whole->views.count; i++)
		series += whole->views.items[i]->set.count;
	return series < whole->limits.series;
}

struct store_series *store_find_or_make(struct store *store, const struct labels *labels)
{
	uint64_t hash = labels_hash(labels);
	struct store_series *series = series_set_find(&store->set, labels, hash);

	if (series)
		return series;
	if (!store_has_room(store)) {
		store->whole->full_series = true;
		store->refused_series++;
		return NULL;
	}
	series = series_new(store, series_set_number(&store->set), hash, labels->count);
	label_index_add(&store->index, series->id, labels, series->items);
	series->job = job_of(store, labels);
	if (series->job)
		series->job->series++;
	series_set_add(&store->set, series);
	return series;
}

void store_forget(struct store *store, struct store_series *series)
{
	if (series->job && --series->job->series == 0)
		free(map_remove(&store->jobs, labels_get(&series->labels, "job")));
	series_set_remove(&store->set, series);
	label_index_remove(&store->index, series->id, &series->labels);
	series_retire(store, series);
	store->whole->full_series = false;
}

struct store_series *store_hold(struct store *store, const struct labels *labels)
{
	struct store_series *series = store_find_or_make(store, labels);

	if (series)
		series->holds++;
	return series;
}

void store_release(struct store *store, struct store_series *series)
{
	(void)store;
	series->holds--;
}

const struct labels *store_series_labels(const struct store_series *series)
{
	return &series->labels;
}

bool store_series_is_new(const struct store_series *series)
{
	return series->last_ms == INT64_MIN;
}

void store_prepare(struct store *store, struct store_series *series)
{
	if (store_series_is_new(series))
		series_prepare(store, series);
}

bool store_series_last(const struct store_series *series, int64_t *ret_time_ms, double *ret_value)
{
	if (series->last_ms == INT64_MIN)
		return false;
	*ret_time_ms = series->last_ms;
	*ret_value = series->last_value;
	return true;
}

void store_note_oldest(struct store *store, struct store_series *series, int64_t time_ms)
{
	struct job *job = series->job;

	if (time_ms < series->oldest_ms)
		series->oldest_ms = time_ms;
	if (job && time_ms < job->oldest_ms)
		job->oldest_ms = time_ms;
	if (job && time_ms < job->pass_ms)
		job->pass_ms = time_ms;
	if (time_ms < store->oldest_ms)
		store->oldest_ms = time_ms;
	if (time_ms < store->pass_ms)
		store->pass_ms = time_ms;
}

/* ---- timelines ---- */

static struct timeline *make_timeline(struct store *store)
{
	struct timeline *timeline = mem_alloc(sizeof(*timeline));

	timeline_init(timeline, ++store->timeline_ids);
	timeline->slot = store->timelines.count;
	vec_push(&store->timelines, timeline);
	return timeline;
}

struct timeline *timeline_new(struct store *store)
{
	struct timeline *timeline = make_timeline(store);

	timeline->holds++;
	return timeline;
}

void store_timeline_unused(struct store *store, struct timeline *timeline)
{
	struct timeline *last;

	if (timeline->uses || timeline->holds)
		return;
	last = store->timelines.items[--store->timelines.count];
	store->timelines.items[timeline->slot] = last;
	last->slot = timeline->slot;
	tally_add(&store->whole->raw, timeline->last_ms, timeline->fresh);
	timeline_retire(timeline, &store->reclaim);
	free(timeline);
}

void timeline_release(struct store *store, struct timeline *timeline)
{
	timeline->holds--;
	store_timeline_unused(store, timeline);
}

bool timeline_accepts(const struct timeline *timeline, int64_t time_ms)
{
	return time_ms > timeline->last_ms && time_ms >= -STORE_TIME_MOST && time_ms <= STORE_TIME_MOST;
}

bool timeline_advance(struct store *store, struct timeline *timeline, int64_t time_ms)
{
	if (!timeline_accepts(timeline, time_ms))
		return false;
	if (timeline->fresh)
		tally_add(&store->whole->raw, timeline->last_ms, timeline->fresh);
	timeline->fresh = 0;
	timeline_push(timeline, &store->reclaim, time_ms);
	return true;
}

/* ---- appending ---- */

/* The sample is not younger than the series' last. */
static enum store_result refuse(struct store *store, const struct store_series *series, int64_t time_ms, double value)
{
	if (time_ms < series->last_ms) {
		store->out_of_order++;
		return STORE_OUT_OF_ORDER;
	}
	if (value_bits(value) == value_bits(series->last_value))
		return STORE_OK;
	store->duplicates++;
	return STORE_DUPLICATE;
}

enum store_result store_append(struct store *store, struct store_series *series, struct timeline *timeline,
			       double value)
{
	/* Two targets that append to one series by turns would begin a new run with each sample. */
	if (series->timeline != timeline && (series->own || series->switches >= SWITCHES_MOST))
		return store_append_at(store, series, timeline->last_ms, value);
	if (timeline->last_ms <= series->last_ms)
		return refuse(store, series, timeline->last_ms, value);
	series_append(store, series, timeline, value);
	return STORE_OK;
}

enum store_result store_append_at(struct store *store, struct store_series *series, int64_t time_ms, double value)
{
	struct timeline *timeline = series->timeline;

	if (series->last_ms != INT64_MIN && time_ms <= series->last_ms)
		return refuse(store, series, time_ms, value);
	if (time_ms < -STORE_TIME_MOST || time_ms > STORE_TIME_MOST) {
		store->out_of_order++;
		return STORE_OUT_OF_ORDER;
	}
	if (!series->own || !timeline)
		timeline = make_timeline(store);
	series->own = true;
	timeline_advance(store, timeline, time_ms);
	series_append(store, series, timeline, value);
	return STORE_OK;
}

/* ---- state ---- */

bool store_knows_metric(const struct store *store, const char *name)
{
	return label_index_pair(&store->index, "__name__", name) != NULL;
}

int64_t store_job_oldest_ms(const struct store *store, const char *job)
{
	const struct job *found = map_get(&store->jobs, job);

	return found ? found->oldest_ms : INT64_MAX;
}

void store_get_state(const struct store *store, struct store_state *ret)
{
	const struct reclaim *reclaim = &store->reclaim;

	*ret = (struct store_state){
		.series = store->set.count,
		.samples = store->samples,
		.buckets = store->home.buckets,
		.label_names = store->index.names.count,
		.label_pairs = store->index.count,
		.sample_bytes = reclaim->bytes[RECLAIM_SAMPLES] +
				store->timelines.count * reclaim_cost(sizeof(struct timeline)),
		.bucket_bytes = reclaim->bytes[RECLAIM_BUCKETS],
		.oldest_ms = store->oldest_ms,
		.newest_ms = store->newest_ms,
		.appended = store->appended,
		.out_of_order = store->out_of_order,
		.duplicates = store->duplicates,
		.refused_series = store->refused_series,
		.dropped_samples = store->dropped_samples,
		.dropped_buckets = store->dropped_buckets,
		.full_series = store->whole->full_series,
		.full_samples = store->whole->full_samples,
		.full_buckets = store->whole->full_buckets,
		.selections = reclaim->selections,
	};
	ret->bytes = ret->sample_bytes + ret->bucket_bytes + reclaim->bytes[RECLAIM_INDEX] + sizeof(*store) +
		     label_index_bytes(&store->index) + series_set_bytes(&store->set);
}

const struct store_limits *store_get_limits(const struct store *store)
{
	return &store->whole->limits;
}
