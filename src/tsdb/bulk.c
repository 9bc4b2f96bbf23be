#include "tsdb/bulk.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tsdb/store_core.h"

#define KNOWN_MOST  32u /* timelines that further series may share */
#define PIECES_PART 8u  /* a series that would fall into pieces of fewer samples gets a timeline of its own */

/* A timeline this bulk made, with its times at hand. */
struct known {
	struct timeline *timeline;
	VEC(int64_t) times;
};

/* Samples of the run that stand at consecutive places of a timeline. */
struct piece {
	uint32_t start;
	size_t from, count;
};

struct bulk {
	struct store *store;
	struct bulk_options options;
	struct bulk_state state;
	struct known known[KNOWN_MOST]; /* the one used last comes first */
	size_t known_count;
	VEC(int64_t) times;
	VEC(double) values;
	VEC(struct piece) pieces;
};

struct bulk *bulk_new(struct store *store, const struct bulk_options *options)
{
	struct bulk *bulk = mem_zalloc(sizeof(*bulk));

	bulk->store = store;
	if (options)
		bulk->options = *options;
	bulk->state.oldest_ms = INT64_MAX;
	return bulk;
}

static void known_release(struct bulk *bulk, struct known *known)
{
	timeline_release(bulk->store, known->timeline);
	vec_release(&known->times);
}

void bulk_free(struct bulk *bulk)
{
	if (!bulk)
		return;
	for (size_t i = 0; i < bulk->known_count; i++)
		known_release(bulk, &bulk->known[i]);
	vec_release(&bulk->times);
	vec_release(&bulk->values);
	vec_release(&bulk->pieces);
	free(bulk);
}

/* ---- which timeline ---- */

static size_t first_not_before(const int64_t *times_ms, size_t count, int64_t time_ms)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (times_ms[middle] < time_ms)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void lengthen(struct bulk *bulk, struct known *known, const int64_t *times_ms, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		vec_push(&known->times, times_ms[i]);
		timeline_advance(bulk->store, known->timeline, times_ms[i]);
	}
}

/*
 * Find each time of the run on the timeline, which is made longer when the run
 * goes beyond its end. False when a time is not there, or they lie too far
 * apart.
 */
static bool lay_out(struct bulk *bulk, struct known *known)
{
	const int64_t *times_ms = bulk->times.items;
	size_t count = bulk->times.count, at = first_not_before(known->times.items, known->times.count, times_ms[0]);

	vec_clear(&bulk->pieces);
	for (size_t i = 0; i < count; i++, at++) {
		struct piece *last = bulk->pieces.count ? &bulk->pieces.items[bulk->pieces.count - 1] : NULL;

		while (at < known->times.count && known->times.items[at] < times_ms[i])
			at++;
		if (at == known->times.count && (i > 0 || at == 0))
			lengthen(bulk, known, times_ms + i, count - i);
		if (at == known->times.count || known->times.items[at] != times_ms[i])
			return false;
		if (last && last->start + last->count == at)
			last->count++;
		else if (bulk->pieces.count <= count / PIECES_PART)
			vec_push(&bulk->pieces, (struct piece){ .start = (uint32_t)at, .from = i, .count = 1 });
		else
			return false;
	}
	return true;
}

/* The timeline the run stands on, its places in `pieces`. */
static struct timeline *find_timeline(struct bulk *bulk)
{
	struct known found;
	size_t at = 0;

	while (at < bulk->known_count && !lay_out(bulk, &bulk->known[at]))
		at++;
	if (at == bulk->known_count) {
		if (at == KNOWN_MOST)
			known_release(bulk, &bulk->known[--at]);
		bulk->known[at] = (struct known){ .timeline = timeline_new(bulk->store) };
		bulk->known_count = at + 1;
		lay_out(bulk, &bulk->known[at]);
	}
	found = bulk->known[at];
	memmove(bulk->known + 1, bulk->known, at * sizeof(found));
	bulk->known[0] = found;
	return found.timeline;
}

/* ---- putting in ---- */

static void put_raw(struct bulk *bulk, struct store_series *series)
{
	struct store *store = bulk->store;
	struct timeline *timeline = find_timeline(bulk);
	struct chunk_list chunks = { 0 };

	for (size_t i = 0; i < bulk->pieces.count; i++) {
		struct piece piece = bulk->pieces.items[i];

		while (piece.count) {
			size_t taken = piece.count < CHUNK_SAMPLES ? piece.count : CHUNK_SAMPLES;
			const double *values = bulk->values.items + piece.from;

			chunk_list_push(&chunks, &store->reclaim,
					chunk_make(&store->reclaim, values, piece.start, taken), 0);
			piece.start += (uint32_t)taken;
			piece.from += taken;
			piece.count -= taken;
		}
	}
	series_prepend(store, series, timeline, &chunks);
	store->samples += bulk->times.count;
	tally_add_times(&store->whole->raw, bulk->times.items, bulk->times.count, false);
}

static void put_thinned(struct bulk *bulk, struct store_series *series, double weight)
{
	struct thinned_home *home = &bulk->store->home;
	bool first = !series->thinned || series->thinned->oldest_ms == INT64_MAX;
	struct thinned *into;
	int64_t folded_ms;

	if (!series->thinned)
		series->thinned = thinned_new(home);
	folded_ms = series->thinned->folded_ms;
	into = first ? series->thinned : thinned_new(home);
	thinned_fold(into, home, bulk->times.items, bulk->values.items, bulk->times.count, weight, series->seen);
	if (!first)
		thinned_prepend(series->thinned, home, into, series->seen);
	if (series->thinned->folded_ms < folded_ms)
		series->thinned->folded_ms = folded_ms;
}

/* Keep what can be taken: ascending times, before all there is. */
static void take(struct bulk *bulk, const struct store_series *series, const int64_t *times_ms, const double *values,
		 size_t count)
{
	int64_t last_ms = -STORE_TIME_MOST - 1;

	vec_clear(&bulk->times);
	vec_clear(&bulk->values);
	for (size_t i = 0; i < count; i++) {
		if (times_ms[i] <= last_ms || times_ms[i] >= series->oldest_ms || times_ms[i] > STORE_TIME_MOST) {
			bulk->state.left_out++;
			continue;
		}
		last_ms = times_ms[i];
		vec_push(&bulk->times, times_ms[i]);
		vec_push(&bulk->values, values[i]);
	}
}

/* Are most of the points further apart than a bucket is long? */
static bool is_sparse(const struct bulk *bulk)
{
	int64_t bucket_ms = bulk->store->whole->limits.bucket_ms;
	size_t wide = 0;

	for (size_t i = 1; i < bulk->times.count; i++)
		wide += bulk->times.items[i] - bulk->times.items[i - 1] > bucket_ms;
	return bulk->times.count > 1 && wide * 2 >= bulk->times.count - 1;
}

static void note(struct bulk *bulk, struct store_series *series)
{
	size_t last = bulk->times.count - 1;
	struct store *store = bulk->store;

	if (series->last_ms < bulk->times.items[last]) {
		series->last_ms = bulk->times.items[last];
		series->last_value = bulk->values.items[last];
	}
	if (store->newest_ms < bulk->times.items[last])
		store->newest_ms = bulk->times.items[last];
	series_find_oldest(series);
	if (series->oldest_ms != INT64_MAX)
		store_note_oldest(store, series, series->oldest_ms);
	if (bulk->state.oldest_ms > bulk->times.items[0])
		bulk->state.oldest_ms = bulk->times.items[0];
	bulk->state.samples += bulk->times.count;
}

int64_t bulk_series(struct bulk *bulk, const struct labels *labels, const int64_t *times_ms, const double *values,
		    size_t count)
{
	struct store_series *series = store_find_or_make(bulk->store, labels);
	bool thinned;

	if (!series) {
		bulk->state.refused_series++;
		return -1;
	}
	bulk->state.series++;
	take(bulk, series, times_ms, values, count);
	if (bulk->times.count) {
		thinned = bulk->options.thinned || is_sparse(bulk);
		/* In front of buckets nothing can be raw. */
		if (thinned)
			put_thinned(bulk, series, bulk->options.stands_for > 0 ? bulk->options.stands_for : 1);
		else if (series->thinned)
			put_thinned(bulk, series, 1);
		else
			put_raw(bulk, series);
		note(bulk, series);
	}
	if (!series->holds && series_is_empty(series))
		store_forget(bulk->store, series);
	return (int64_t)bulk->times.count;
}

void bulk_get_state(const struct bulk *bulk, struct bulk_state *ret)
{
	*ret = bulk->state;
}
