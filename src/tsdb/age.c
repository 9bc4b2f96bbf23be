/*
 * Ageing: one walk over all series, in pieces. The times before which samples
 * fold and buckets go are fixed when a walk begins.
 */
#include "tsdb/store_core.h"

/* What a call may cost, in about nanoseconds. */
#define BUDGET      1000000
#define COST_VISIT  40
#define COST_SAMPLE 12
#define COST_PACK   3000
#define COST_DROP   60
#define COST_TRIM   20
#define COST_FORGET 1000
#define FORGET_PART 12 /* and a nanosecond for so many series: it is taken out of lists that may name them all */

#define TRIM_EACH 16 /* walks */

/* Times that no sample needs are few; looking for them in each walk would cost more than they do. */
static bool age_trims(const struct age_pass *age)
{
	return age->number % TRIM_EACH == 0;
}

static void remember_gone(int64_t *gone_ms, int64_t before_ms, int64_t now_ms)
{
	if (before_ms > now_ms)
		before_ms = now_ms;
	if (before_ms > *gone_ms)
		*gone_ms = before_ms;
}

/* Samples that all views hold. */
static size_t count_samples(const struct store_whole *whole)
{
	size_t samples = 0;

	for (size_t i = 0; i < whole->views.count; i++)
		samples += whole->views.items[i]->samples;
	return samples;
}

static void begin_view(struct store *store)
{
	struct age_pass *age = &store->whole->age;

	age->series = 0;
	age->timelines = age_trims(age) ? SIZE_MAX : 0;
	store->pass_ms = INT64_MAX;
	for (size_t i = 0; i < store->jobs.capacity; i++) {
		struct job *job = store->jobs.entries[i].key ? store->jobs.entries[i].value : NULL;

		if (job)
			job->pass_ms = INT64_MAX;
	}
}

static void begin(struct store_whole *whole, int64_t now_ms)
{
	const struct store_limits *limits = &whole->limits;
	struct age_pass *age = &whole->age;
	size_t samples = count_samples(whole), buckets = (size_t)whole->buckets.total;

	age->running = true;
	age->number++;
	age->now_ms = now_ms;
	age->raw_before_ms = now_ms - limits->raw_ms;
	age->drop_end_ms = now_ms - limits->keep_ms;
	age->limit_before_ms = age->limit_end_ms = INT64_MIN;
	if (samples > limits->samples)
		age->limit_before_ms = tally_cutoff(&whole->raw, (int64_t)(samples - limits->samples));
	if (buckets > limits->buckets)
		age->limit_end_ms = tally_cutoff(&whole->buckets, (int64_t)(buckets - limits->buckets));
	/* As long as history is shorter than its age alone would make it, the limit is met. */
	remember_gone(&age->samples_gone_ms, age->limit_before_ms, now_ms);
	remember_gone(&age->buckets_gone_ms, age->limit_end_ms, now_ms);
	whole->full_samples = age->samples_gone_ms > age->raw_before_ms;
	whole->full_buckets = age->buckets_gone_ms > age->drop_end_ms;
	age->view = 0;
	begin_view(whole->views.items[0]);
}

/* Samples that may still be folded in this call. */
static size_t samples_left(int64_t budget)
{
	return budget > 0 ? (size_t)(budget / COST_SAMPLE) + 1 : 1;
}

/* Fold what is due; returns false when the budget ended first. */
static bool fold(struct store *store, struct store_series *series, int64_t *budget)
{
	struct age_pass *age = &store->whole->age;
	size_t left = samples_left(*budget), folded = series_fold(store, series, age->raw_before_ms, false, left);
	size_t over = 0;

	if (folded < left && age->limit_before_ms > age->raw_before_ms)
		over = series_fold(store, series, age->limit_before_ms, true, left - folded);
	store->dropped_samples += over;
	*budget -= (int64_t)(folded + over) * COST_SAMPLE;
	if (folded + over)
		series_find_oldest(series);
	return folded + over < left;
}

static void drop(struct store *store, struct store_series *series, int64_t *budget)
{
	struct age_pass *age = &store->whole->age;
	size_t dropped = thinned_drop(series->thinned, &store->home, age->drop_end_ms, series->seen), over = 0;

	if (age->limit_end_ms > age->drop_end_ms)
		over = thinned_drop(series->thinned, &store->home, age->limit_end_ms, series->seen);
	store->dropped_buckets += over;
	*budget -= (int64_t)(dropped + over) * COST_DROP;
	if (dropped + over)
		series_find_oldest(series);
}

/* The places on timelines at which the series still has samples. */
static void note_needed(struct store *store, struct store_series *series)
{
	uint64_t number = store->whole->age.number;

	for (size_t i = 0; i < series->older.count; i++) {
		const struct track *track = &series->older.items[i];

		timeline_need(track->timeline, number, track->chunks.items[track->chunks.first].start);
	}
	if (chunk_list_count(&series->chunks))
		timeline_need(series->timeline, number, series->chunks.items[series->chunks.first].start);
	else if (series->timeline)
		timeline_need(series->timeline, number, series->open_start);
}

/* Returns false when the series needs more than the budget had. */
static bool visit(struct store *store, struct store_series *series, int64_t *budget)
{
	*budget -= COST_VISIT;
	if (series->plain) {
		series_pack(store, series);
		*budget -= COST_PACK;
	}
	if (!fold(store, series, budget))
		return false;
	if (series->thinned)
		drop(store, series, budget);
	if (!series->holds && series_is_empty(series)) {
		*budget -= COST_FORGET + (int64_t)(store->set.count / FORGET_PART);
		store_forget(store, series);
		return true;
	}
	if (series->oldest_ms != INT64_MAX)
		store_note_oldest(store, series, series->oldest_ms);
	if (age_trims(&store->whole->age))
		note_needed(store, series);
	return true;
}

static void trim(struct store *store, struct timeline *timeline)
{
	bool needed = timeline->pass == store->whole->age.number;

	timeline_trim(timeline, &store->reclaim, needed ? timeline->needed : UINT32_MAX);
}

/* All series were seen: the oldest of each job and of the view are known. */
static void end_view(struct store *store)
{
	store->oldest_ms = store->pass_ms;
	for (size_t i = 0; i < store->jobs.capacity; i++) {
		struct job *job = store->jobs.entries[i].key ? store->jobs.entries[i].value : NULL;

		if (job)
			job->oldest_ms = job->pass_ms;
	}
}

/* Go on with a view's walk; false when the budget ended first. */
static bool walk(struct store *store, int64_t *budget)
{
	struct age_pass *age = &store->whole->age;

	for (; age->series < store->set.by_id.count; age->series++) {
		struct store_series *series = store->set.by_id.items[age->series];

		if (*budget <= 0)
			return false;
		if (series && !visit(store, series, budget))
			return false;
	}
	/* From the last to the first: one that goes is replaced by the last, which was seen. */
	if (age->timelines > store->timelines.count)
		age->timelines = store->timelines.count;
	while (age->timelines) {
		if (*budget <= 0)
			return false;
		trim(store, store->timelines.items[--age->timelines]);
		*budget -= COST_TRIM;
	}
	return true;
}

bool store_age(struct store *store, int64_t now_ms)
{
	struct store_whole *whole = store->whole;
	struct age_pass *age = &whole->age;
	int64_t budget = BUDGET;

	if (!age->running)
		begin(whole, now_ms);
	while (age->view < whole->views.count) {
		struct store *view = whole->views.items[age->view];

		if (!walk(view, &budget))
			return false;
		end_view(view);
		if (++age->view < whole->views.count)
			begin_view(whole->views.items[age->view]);
	}
	age->running = false;
	return age->now_ms >= now_ms;
}
