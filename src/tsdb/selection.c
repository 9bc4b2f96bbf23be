#include "tsdb/selection.h"

#include <stdlib.h>

#include "base/mem.h"
#include "tsdb/selection_core.h"
#include "tsdb/store_core.h"

#define PREFETCH_AHEAD 8u

/* ---- capturing ---- */

static uint32_t capture_timeline(struct selection *selection, struct timeline *timeline)
{
	uint64_t number = selection->living.number;

	if (timeline->seen != number) {
		timeline->seen = number;
		timeline->view = (uint32_t)selection->timelines.count;
		vec_push(&selection->timelines, timeline_view(timeline));
	}
	return timeline->view;
}

static void capture_track(struct selection *selection, struct timeline *timeline, const struct chunk_list *chunks)
{
	struct track_view view = { .chunks = chunks->items ? chunks->items + chunks->first : NULL,
				   .count = chunk_list_count(chunks),
				   .timeline = capture_timeline(selection, timeline) };

	vec_push(&selection->tracks, view);
}

static void capture(struct selection *selection, struct store_series *series, struct series_view *ret)
{
	*ret = (struct series_view){
		.labels = &series->labels,
		.open = series->open,
		.open_start = series->open_start,
		.open_count = series->open_count,
		.first_track = (uint32_t)selection->tracks.count,
		.history_ms = series->job ? series->job->oldest_ms : series->oldest_ms,
	};
	for (size_t i = 0; i < series->older.count; i++)
		capture_track(selection, series->older.items[i].timeline, &series->older.items[i].chunks);
	if (series->timeline)
		capture_track(selection, series->timeline, &series->chunks);
	ret->track_count = (uint32_t)selection->tracks.count - ret->first_track;
	if (series->thinned && series->thinned->oldest_ms != INT64_MAX) {
		vec_push(&selection->thinned, thinned_view(series->thinned));
		ret->thinned = (uint32_t)selection->thinned.count;
	}
	series->seen = selection->living.number;
}

/* Keep the numbers of series that may have samples in the time; more than `limit` is -1. */
static int keep_in_time(const struct store *store, uint32_t *ids, size_t *count, int64_t from_ms, int64_t to_ms,
			size_t limit, struct error *error)
{
	struct store_series *const *series = store->set.by_id.items;
	size_t kept = 0;

	for (size_t i = 0; i < *count; i++) {
		if (i + PREFETCH_AHEAD < *count)
			__builtin_prefetch(&series[ids[i + PREFETCH_AHEAD]]->oldest_ms);
		if (store_series_in(series[ids[i]], from_ms, to_ms))
			ids[kept++] = ids[i];
	}
	*count = kept;
	if (limit && kept > limit)
		return error_set(error, "the selector matches %zu series (at most %zu)", kept, limit);
	return 0;
}

struct selection *store_select(struct store *store, const struct matcher *matchers, size_t matcher_count,
			       int64_t from_ms, int64_t to_ms, size_t limit, struct error *error)
{
	uint32_t *ids = mem_alloc((store->set.by_id.count + 1) * sizeof(*ids));
	size_t count = store_match(store, matchers, matcher_count, ids);
	struct selection *selection = NULL;

	if (keep_in_time(store, ids, &count, from_ms, to_ms, limit, error) == 0) {
		series_set_rank(&store->set, ids, count);
		selection = mem_zalloc(sizeof(*selection));
		selection->store = store;
		selection->store_birth_ns = store->birth_ns;
		selection->bucket_ms = store->whole->limits.bucket_ms;
		selection->count = count;
		selection->series = mem_alloc((count + 1) * sizeof(*selection->series));
		reclaim_birth(&store->reclaim, &selection->living);
		for (size_t i = 0; i < count; i++) {
			if (i + PREFETCH_AHEAD < count)
				__builtin_prefetch(store->set.by_id.items[ids[i + PREFETCH_AHEAD]]);
			capture(selection, store->set.by_id.items[ids[i]], &selection->series[i]);
		}
	}
	free(ids);
	return selection;
}

void selection_free(struct selection *selection)
{
	if (!selection)
		return;
	reclaim_death(&selection->store->reclaim, &selection->living);
	free(selection->series);
	vec_release(&selection->tracks);
	vec_release(&selection->timelines);
	vec_release(&selection->thinned);
	free(selection);
}

/* ---- looking ---- */

size_t selection_count(const struct selection *selection)
{
	return selection->count;
}

const struct labels *selection_labels(const struct selection *selection, size_t index)
{
	return selection->series[index].labels;
}

int64_t selection_raw_from_ms(const struct selection *selection, size_t index)
{
	uint32_t thinned = selection->series[index].thinned;

	return thinned ? selection->thinned.items[thinned - 1].folded_ms + 1 : INT64_MIN;
}

int64_t selection_history_from_ms(const struct selection *selection, size_t index)
{
	return selection->series[index].history_ms;
}

int64_t selection_bucket_ms(const struct selection *selection)
{
	return selection->bucket_ms;
}
