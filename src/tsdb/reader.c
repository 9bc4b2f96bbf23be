/*
 * Reading a selection on any thread. Series of one target have the same times,
 * so a reader remembers what it worked out for the series before: where a
 * window begins and ends on a timeline, and the times at given places.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tsdb/selection.h"
#include "tsdb/selection_core.h"

#define BORDERS    256u
#define TIMES      128u
#define SPANS_MOST 8u

/* Where from..to lies on a timeline. */
struct border {
	uint64_t timeline; /* 0: free */
	int64_t from_ms, to_ms;
	uint32_t known; /* places there were */
	uint32_t begin, end;
};

/* Consecutive places on a timeline. */
struct span {
	uint64_t timeline;
	uint32_t view;
	uint32_t start, count;
};

/* The times of a list of spans. */
struct times {
	uint64_t key; /* 0: free */
	size_t span_count, count, capacity;
	struct span spans[SPANS_MOST];
	int64_t *items;
};

struct reader {
	const struct store *store; /* that the rest was learnt from */
	uint64_t store_birth_ns;
	uint64_t keys;
	struct border borders[BORDERS];
	struct times times[TIMES];
	VEC(struct span) spans;
	VEC(double) values;
	VEC(int64_t) lone; /* times of series with more spans than are remembered */
	struct bucket_columns columns;
	size_t columns_capacity;
};

static void columns_release(struct bucket_columns *columns)
{
	free(columns->end_ms);
	free(columns->first_ms);
	free(columns->last_ms);
	for (size_t i = 0; i < BUCKET_COLUMNS; i++)
		free(columns->values[i]);
	*columns = (struct bucket_columns){ 0 };
}

struct reader *reader_new(void)
{
	return mem_zalloc(sizeof(struct reader));
}

void reader_free(struct reader *reader)
{
	if (!reader)
		return;
	for (size_t i = 0; i < TIMES; i++)
		free(reader->times[i].items);
	vec_release(&reader->spans);
	vec_release(&reader->values);
	vec_release(&reader->lone);
	columns_release(&reader->columns);
	free(reader);
}

/* Places and times on a timeline never change while its store lives. */
static void know_store(struct reader *reader, const struct selection *selection)
{
	if (reader->store == selection->store && reader->store_birth_ns == selection->store_birth_ns)
		return;
	reader->store = selection->store;
	reader->store_birth_ns = selection->store_birth_ns;
	for (size_t i = 0; i < BORDERS; i++)
		reader->borders[i].timeline = 0;
	for (size_t i = 0; i < TIMES; i++)
		reader->times[i].key = 0;
}

/* ---- raw samples ---- */

static const struct border *find_border(struct reader *reader, const struct timeline_view *view, int64_t from_ms,
					int64_t to_ms)
{
	struct border *border = &reader->borders[view->id % BORDERS];
	uint32_t known = view->open_start + view->open_count;

	if (border->timeline == view->id && border->from_ms == from_ms && border->to_ms == to_ms &&
	    border->known == known)
		return border;
	*border = (struct border){
		.timeline = view->id,
		.from_ms = from_ms,
		.to_ms = to_ms,
		.known = known,
	};
	border->begin = timeline_place(view, from_ms, false);
	border->end = timeline_place(view, to_ms, true);
	return border;
}

static double *more_values(struct reader *reader, size_t count)
{
	double *at;

	vec_reserve_((void **)(void *)&reader->values.items, &reader->values.capacity, reader->values.count + count,
		     sizeof(double));
	at = reader->values.items + reader->values.count;
	reader->values.count += count;
	return at;
}

static void add_span(struct reader *reader, const struct timeline_view *view, uint32_t number, uint32_t start,
		     uint32_t count)
{
	struct span *last = reader->spans.count ? &reader->spans.items[reader->spans.count - 1] : NULL;

	if (last && last->timeline == view->id && last->start + last->count == start)
		last->count += count;
	else
		vec_push(&reader->spans,
			 (struct span){ .timeline = view->id, .view = number, .start = start, .count = count });
}

static uint32_t first_chunk(const struct track_view *track, uint32_t place)
{
	uint32_t low = 0, high = track->count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (track->chunks[middle].start + track->chunks[middle].count <= place)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Values of the places begin..end - 1 that the chunks have. */
static void read_chunks(struct reader *reader, const struct track_view *track, const struct timeline_view *view,
			uint32_t begin, uint32_t end)
{
	double values[CHUNK_SAMPLES];

	for (uint32_t i = first_chunk(track, begin); i < track->count && track->chunks[i].start < end; i++) {
		const struct chunk *chunk = &track->chunks[i];
		uint32_t skip = begin > chunk->start ? begin - chunk->start : 0, taken = chunk->count - skip;

		if (taken > end - chunk->start - skip)
			taken = end - chunk->start - skip;
		if (taken == chunk->count) {
			chunk_values(chunk, more_values(reader, taken));
		} else {
			chunk_values(chunk, values);
			memcpy(more_values(reader, taken), values + skip, taken * sizeof(*values));
		}
		add_span(reader, view, track->timeline, chunk->start + skip, taken);
	}
}

/* The part of the open buffer that lies in begin..end; returns its values without copying them. */
static const double *open_part(const struct series_view *series, const struct border *border, uint32_t *ret_start,
			       uint32_t *ret_count)
{
	uint32_t start = series->open_start, end = start + series->open_count;

	*ret_start = border->begin > start ? border->begin : start;
	if (end > border->end)
		end = border->end;
	*ret_count = end > *ret_start ? end - *ret_start : 0;
	return series->open + (*ret_start - start);
}

static const double *read_values(struct reader *reader, const struct selection *selection,
				 const struct series_view *series, int64_t from_ms, int64_t to_ms)
{
	vec_clear(&reader->values);
	vec_clear(&reader->spans);
	for (uint32_t i = 0; i < series->track_count; i++) {
		const struct track_view *track = &selection->tracks.items[series->first_track + i];
		const struct timeline_view *view = &selection->timelines.items[track->timeline];
		const struct border *border = find_border(reader, view, from_ms, to_ms);
		const double *open;
		uint32_t start, count;

		if (border->begin >= border->end)
			continue;
		if (i + 1 < series->track_count || !series->open_count) {
			read_chunks(reader, track, view, border->begin, border->end);
			continue;
		}
		if (border->begin < series->open_start)
			read_chunks(reader, track, view, border->begin, border->end);
		open = open_part(series, border, &start, &count);
		if (!count)
			continue;
		add_span(reader, view, track->timeline, start, count);
		if (!reader->values.count)
			return open;
		memcpy(more_values(reader, count), open, count * sizeof(*open));
	}
	return reader->values.items;
}

static size_t span_total(const struct reader *reader)
{
	size_t total = 0;

	for (size_t i = 0; i < reader->spans.count; i++)
		total += reader->spans.items[i].count;
	return total;
}

static void read_times(const struct reader *reader, const struct selection *selection, int64_t *ret)
{
	for (size_t i = 0; i < reader->spans.count; i++) {
		const struct span *span = &reader->spans.items[i];

		timeline_times(&selection->timelines.items[span->view], span->start, span->count, ret);
		ret += span->count;
	}
}

static bool times_are(const struct times *times, const struct span *spans, size_t count)
{
	if (!times->key || times->span_count != count)
		return false;
	for (size_t i = 0; i < count; i++)
		if (times->spans[i].timeline != spans[i].timeline || times->spans[i].start != spans[i].start ||
		    times->spans[i].count != spans[i].count)
			return false;
	return true;
}

static struct times *find_times(struct reader *reader, const struct selection *selection)
{
	uint64_t hash = 0;
	struct times *times;

	for (size_t i = 0; i < reader->spans.count; i++) {
		const struct span *span = &reader->spans.items[i];

		hash = (hash ^ span->timeline) * UINT64_C(0x9E3779B97F4A7C15);
		hash = (hash ^ span->start ^ ((uint64_t)span->count << 32)) * UINT64_C(0x9E3779B97F4A7C15);
	}
	times = &reader->times[(hash >> 40) % TIMES];
	if (times_are(times, reader->spans.items, reader->spans.count))
		return times;
	times->count = span_total(reader);
	if (times->capacity < times->count) {
		times->capacity = times->count;
		times->items = mem_resize(times->items, times->capacity, sizeof(*times->items));
	}
	times->key = ++reader->keys;
	times->span_count = reader->spans.count;
	memcpy(times->spans, reader->spans.items, times->span_count * sizeof(*times->spans));
	read_times(reader, selection, times->items);
	return times;
}

void reader_samples(struct reader *reader, const struct selection *selection, size_t index, int64_t from_ms,
		    int64_t to_ms, struct samples *ret)
{
	*ret = (struct samples){ 0 };
	know_store(reader, selection);
	if (from_ms > to_ms)
		return;
	ret->values = read_values(reader, selection, &selection->series[index], from_ms, to_ms);
	if (!reader->spans.count)
		return;
	if (reader->spans.count <= SPANS_MOST) {
		const struct times *times = find_times(reader, selection);

		ret->times_ms = times->items;
		ret->count = times->count;
		ret->times_key = times->key;
		return;
	}
	ret->count = span_total(reader);
	vec_reserve_((void **)(void *)&reader->lone.items, &reader->lone.capacity, ret->count, sizeof(int64_t));
	read_times(reader, selection, reader->lone.items);
	ret->times_ms = reader->lone.items;
}

/* ---- buckets ---- */

static void more_columns(struct reader *reader, size_t count)
{
	struct bucket_columns *columns = &reader->columns;

	if (count <= reader->columns_capacity)
		return;
	columns_release(columns);
	columns->end_ms = mem_array(count, sizeof(int64_t));
	columns->first_ms = mem_array(count, sizeof(int64_t));
	columns->last_ms = mem_array(count, sizeof(int64_t));
	for (size_t i = 0; i < BUCKET_COLUMNS; i++)
		columns->values[i] = mem_array(count, sizeof(double));
	reader->columns_capacity = count;
}

struct bucket_window {
	int64_t from_ms, to_ms, bucket_ms;
};

static bool in_window(const struct bucket_window *window, int64_t first_end_ms, int64_t last_end_ms)
{
	return last_end_ms > window->from_ms && first_end_ms - window->bucket_ms < window->to_ms;
}

/* All buckets of the blocks the window touches; returns how many, and how many at the front are dropped ones. */
static size_t read_blocks(struct reader *reader, const struct thinned_view *view, const struct bucket_window *window,
			  size_t *ret_skip)
{
	size_t room = view->tail_count + 1, count = 0;

	for (uint32_t i = 0; i < view->block_count; i++)
		if (in_window(window, view->blocks[i].first_end_ms, view->blocks[i].last_end_ms))
			room += view->blocks[i].count;
	more_columns(reader, room);
	*ret_skip = 0;
	for (uint32_t i = 0; i < view->block_count; i++) {
		struct bucket_columns columns = bucket_columns_at(&reader->columns, count);

		if (!in_window(window, view->blocks[i].first_end_ms, view->blocks[i].last_end_ms))
			continue;
		bucket_block_unpack(&view->blocks[i], window->bucket_ms, &columns);
		if (i == 0)
			*ret_skip = view->skip;
		count += view->blocks[i].count;
	}
	thinned_columns(view->tail, view->tail_count, &reader->columns, count);
	count += view->tail_count;
	if (view->open.samples > 0)
		thinned_columns(&view->open, 1, &reader->columns, count++);
	return count;
}

void reader_buckets(struct reader *reader, const struct selection *selection, size_t index, int64_t from_ms,
		    int64_t to_ms, struct buckets *ret)
{
	struct bucket_window window = { .from_ms = from_ms, .to_ms = to_ms, .bucket_ms = selection->bucket_ms };
	uint32_t thinned = selection->series[index].thinned;
	struct bucket_columns columns;
	size_t begin, end;

	*ret = (struct buckets){ 0 };
	if (!thinned)
		return;
	end = read_blocks(reader, &selection->thinned.items[thinned - 1], &window, &begin);
	while (begin < end && reader->columns.end_ms[begin] <= from_ms)
		begin++;
	while (end > begin && reader->columns.end_ms[end - 1] - window.bucket_ms >= to_ms)
		end--;
	columns = bucket_columns_at(&reader->columns, begin);
	*ret = (struct buckets){
		.count = end - begin,
		.end_ms = columns.end_ms,
		.first_ms = columns.first_ms,
		.last_ms = columns.last_ms,
		.samples = columns.values[BUCKET_SAMPLES],
		.sum = columns.values[BUCKET_SUM],
		.min = columns.values[BUCKET_MIN],
		.max = columns.values[BUCKET_MAX],
		.first = columns.values[BUCKET_FIRST],
		.last = columns.values[BUCKET_LAST],
		.resets = columns.values[BUCKET_RESETS],
	};
}
