#include "tsdb/series.h"

#include <stdlib.h>
#include <string.h>

#include "tsdb/store_core.h"

#define OPEN_BYTES   (CHUNK_STEP * sizeof(double))
#define STEPS_JOINED (CHUNK_SAMPLES / CHUNK_STEP)

struct store_series *series_new(struct store *store, uint32_t id, uint64_t hash, size_t label_count)
{
	size_t size = sizeof(struct store_series) + label_count * sizeof(struct label);
	struct store_series *series = reclaim_alloc(&store->reclaim, RECLAIM_INDEX, size);

	memset(series, 0, size);
	series->id = id;
	series->hash = hash;
	series->last_ms = series->due_ms = INT64_MIN;
	series->oldest_ms = INT64_MAX;
	series->labels = (struct labels){ .items = series->items, .count = label_count };
	return series;
}

static void track_retire(struct store *store, struct timeline *timeline, struct chunk_list *chunks, uint64_t seen)
{
	chunk_list_retire(chunks, &store->reclaim, seen);
	timeline->uses--;
	store_timeline_unused(store, timeline);
}

static void open_retire(struct store *store, struct store_series *series)
{
	reclaim_retire(&store->reclaim, RECLAIM_SAMPLES, series->open, OPEN_BYTES, series->seen);
	series->open = NULL;
	series->open_count = 0;
}

void series_retire(struct store *store, struct store_series *series)
{
	size_t size = sizeof(*series) + series->labels.count * sizeof(struct label);

	open_retire(store, series);
	for (size_t i = 0; i < series->older.count; i++)
		track_retire(store, series->older.items[i].timeline, &series->older.items[i].chunks, series->seen);
	vec_release(&series->older);
	if (series->timeline)
		track_retire(store, series->timeline, &series->chunks, series->seen);
	thinned_retire(series->thinned, &store->home, series->seen);
	reclaim_retire(&store->reclaim, RECLAIM_INDEX, series, size, series->seen);
}

bool series_is_empty(const struct store_series *series)
{
	return series->open_count == 0 && chunk_list_count(&series->chunks) == 0 && series->older.count == 0 &&
	       (!series->thinned || series->thinned->oldest_ms == INT64_MAX);
}

/* ---- appending ---- */

void series_prepare(struct store *store, struct store_series *series)
{
	if (!series->open)
		series->open = reclaim_alloc(&store->reclaim, RECLAIM_SAMPLES, OPEN_BYTES);
}

/*
 * The open buffer becomes a chunk as it is, to be compressed by ageing: when a
 * target comes back after a pause all of its series begin anew in one scrape,
 * which must not pay for compressing all of them.
 */
static void set_aside(struct store *store, struct store_series *series)
{
	struct chunk chunk = chunk_make_plain(series->open, series->open_start, series->open_count);

	chunk_list_push(&series->chunks, &store->reclaim, chunk, series->seen);
	series->open = NULL;
	series->open_count = 0;
	series->plain = true;
}

static void begin_run(struct store *store, struct store_series *series, uint32_t place)
{
	if (series->open_count)
		set_aside(store, series);
	series_prepare(store, series);
	series->open_start = place;
	/* Series that begin together must not seal together. */
	series->open_limit = (uint16_t)(1 + series->id % CHUNK_STEP);
	series->steps = 0;
	series->steps_limit = (uint8_t)(1 + series->id / CHUNK_STEP % STEPS_JOINED);
	timeline_need(series->timeline, store->whole->age.number, place);
}

static void change_timeline(struct store *store, struct store_series *series, struct timeline *timeline)
{
	if (series->timeline) {
		bool is_short = chunk_list_count(&series->chunks) == 0;

		series->switches = (uint8_t)(is_short ? series->switches + 1 : 0);
		if (series->open_count)
			set_aside(store, series);
		if (chunk_list_count(&series->chunks)) {
			vec_push(&series->older,
				 (struct track){ .timeline = series->timeline, .chunks = series->chunks });
			series->chunks = (struct chunk_list){ 0 };
		} else {
			track_retire(store, series->timeline, &series->chunks, series->seen);
		}
		open_retire(store, series);
	}
	series->timeline = timeline;
	timeline->uses++;
}

static void seal(struct store *store, struct store_series *series)
{
	struct reclaim *reclaim = &store->reclaim;
	struct chunk_list *chunks = &series->chunks;
	struct chunk chunk = chunk_make(reclaim, series->open, series->open_start, series->open_count);

	chunk_list_push(chunks, reclaim, chunk, series->seen);
	series->steps++;
	if (series->steps > chunk_list_count(chunks)) /* some were folded */
		series->steps = (uint8_t)chunk_list_count(chunks);
	if (series->steps >= series->steps_limit) {
		if (series->steps > 1)
			chunk_list_join(chunks, reclaim, chunks->end - series->steps, series->steps, series->seen);
		series->steps = 0;
		series->steps_limit = STEPS_JOINED;
	}
	series->open_start += series->open_count;
	series->open_count = 0;
	series->open_limit = CHUNK_STEP;
	if (!reclaim_is_seen(reclaim, series->seen))
		return;
	reclaim_retire(reclaim, RECLAIM_SAMPLES, series->open, OPEN_BYTES, series->seen);
	series->open = reclaim_alloc(reclaim, RECLAIM_SAMPLES, OPEN_BYTES);
}

void series_append(struct store *store, struct store_series *series, struct timeline *timeline, double value)
{
	uint32_t place = timeline->end - 1;

	if (series->timeline != timeline)
		change_timeline(store, series, timeline);
	if (!series->open || series->open_start + series->open_count != place)
		begin_run(store, series, place);
	series->open[series->open_count++] = value;
	series->last_ms = timeline->last_ms;
	series->last_value = value;
	timeline->fresh++;
	store->samples++;
	store->appended++;
	if (timeline->last_ms > store->newest_ms)
		store->newest_ms = timeline->last_ms;
	if (series->oldest_ms == INT64_MAX)
		store_note_oldest(store, series, timeline->last_ms);
	if (series->open_count >= series->open_limit)
		seal(store, series);
}

void series_prepend(struct store *store, struct store_series *series, struct timeline *timeline,
		    const struct chunk_list *chunks)
{
	struct track track = { .timeline = timeline, .chunks = *chunks };

	vec_push(&series->older, track);
	memmove(series->older.items + 1, series->older.items, (series->older.count - 1) * sizeof(track));
	series->older.items[0] = track;
	series->due_ms = INT64_MIN;
	timeline->uses++;
	timeline_need(timeline, store->whole->age.number, chunks->items[chunks->first].start);
}

/* ---- ageing ---- */

/* Compress the plain chunks, each together with the small ones it follows. */
static void pack_list(struct store *store, struct chunk_list *list, uint64_t seen)
{
	for (uint32_t i = list->first; i < list->end; i++) {
		uint32_t from = i, total = list->items[i].count;

		if (list->items[i].size != 0)
			continue;
		while (from > list->first) {
			const struct chunk *before = &list->items[from - 1];

			if (before->start + before->count != list->items[from].start ||
			    before->count + total > CHUNK_SAMPLES)
				break;
			total += before->count;
			from--;
		}
		/* Joining may move the items to a new array. */
		from -= list->first;
		i -= list->first;
		chunk_list_join(list, &store->reclaim, list->first + from, i - from + 1, seen);
		i = list->first + from;
	}
}

void series_pack(struct store *store, struct store_series *series)
{
	for (size_t i = 0; i < series->older.count; i++)
		pack_list(store, &series->older.items[i].chunks, series->seen);
	pack_list(store, &series->chunks, series->seen);
	series->plain = false;
}

/* The oldest chunk's list, or NULL when no chunk is left. */
static struct chunk_list *oldest_list(struct store_series *series, struct timeline **ret_timeline)
{
	if (series->older.count) {
		*ret_timeline = series->older.items[0].timeline;
		return &series->older.items[0].chunks;
	}
	*ret_timeline = series->timeline;
	return chunk_list_count(&series->chunks) ? &series->chunks : NULL;
}

static size_t fold_chunk(struct store *store, struct store_series *series, struct timeline *timeline,
			 struct chunk_list *list)
{
	struct timeline_view view = timeline_view(timeline);
	const struct chunk *chunk = &list->items[list->first];
	int64_t times[CHUNK_SAMPLES];
	double values[CHUNK_SAMPLES];
	size_t count = chunk->count;

	timeline_times(&view, chunk->start, count, times);
	chunk_values(chunk, values);
	if (!series->thinned)
		series->thinned = thinned_new(&store->home);
	thinned_fold(series->thinned, &store->home, times, values, count, 1, series->seen);
	tally_add_times(&store->whole->raw, times, count, true);
	store->samples -= count;
	chunk_list_shift(list, &store->reclaim, series->seen);
	return count;
}

/* The oldest track, without chunks now, goes. */
static void drop_track(struct store *store, struct store_series *series)
{
	if (series->older.count) {
		track_retire(store, series->older.items[0].timeline, &series->older.items[0].chunks, series->seen);
		series->older.count--;
		memmove(series->older.items, series->older.items + 1,
			series->older.count * sizeof(*series->older.items));
		if (!series->older.count)
			vec_release(&series->older);
		return;
	}
	open_retire(store, series);
	track_retire(store, series->timeline, &series->chunks, series->seen);
	series->timeline = NULL;
}

static int64_t time_at(const struct timeline *timeline, uint32_t place)
{
	struct timeline_view view = timeline_view(timeline);
	int64_t time_ms;

	timeline_times(&view, place, 1, &time_ms);
	return time_ms;
}

/* The oldest chunk when all of it, or with `partly` its first sample, lies before the time. */
static struct chunk_list *due_list(struct store *store, struct store_series *series, int64_t before_ms, bool partly,
				   struct timeline **ret_timeline)
{
	struct chunk_list *list = oldest_list(series, ret_timeline);
	const struct chunk *chunk;

	series->due_ms = INT64_MIN;
	if (!list && series->open_count && series->last_ms < before_ms) { /* it has ended */
		set_aside(store, series);
		list = &series->chunks;
	}
	if (!list)
		return NULL;
	chunk = &list->items[list->first];
	if (partly)
		return time_at(*ret_timeline, chunk->start) < before_ms ? list : NULL;
	series->due_ms = time_at(*ret_timeline, chunk->start + chunk->count - 1);
	return series->due_ms < before_ms ? list : NULL;
}

size_t series_fold(struct store *store, struct store_series *series, int64_t before_ms, bool partly, size_t budget)
{
	size_t folded = 0;

	if (!partly && series->due_ms != INT64_MIN && series->due_ms >= before_ms)
		return 0;
	while (folded < budget) {
		struct timeline *timeline;
		struct chunk_list *list = due_list(store, series, before_ms, partly, &timeline);

		if (!list)
			break;
		folded += fold_chunk(store, series, timeline, list);
		if (series->older.count && !chunk_list_count(list))
			drop_track(store, series);
	}
	/* A series that ended needs its timeline no more. */
	if (series->timeline && !series->open_count && series->last_ms < before_ms && series->older.count == 0 &&
	    chunk_list_count(&series->chunks) == 0)
		drop_track(store, series);
	return folded;
}

void series_find_oldest(struct store_series *series)
{
	struct timeline *timeline;
	const struct chunk_list *list = oldest_list(series, &timeline);

	series->oldest_ms = INT64_MAX;
	if (series->thinned && series->thinned->oldest_ms != INT64_MAX) {
		series->oldest_ms = series->thinned->oldest_ms;
		return;
	}
	if (!list && !series->open_count)
		return;
	series->oldest_ms = time_at(timeline, list ? list->items[list->first].start : series->open_start);
}
