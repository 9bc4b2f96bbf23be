#include "tsdb/thinned.h"

#include <math.h>
#include <string.h>

#include "tsdb/value.h"

#define BLOCKS_GROW 4u

/* ---- one bucket ---- */

double bucket_sum(const struct bucket *bucket)
{
	/* As Prometheus's sum_over_time: a carry beside an infinite sum is only NaN. */
	return isinf(bucket->sum) ? bucket->sum : bucket->sum + bucket->carry;
}

static void bucket_add_sum(struct bucket *bucket, double value)
{
	double sum = bucket->sum + value;

	if (fabs(bucket->sum) >= fabs(value))
		bucket->carry += (bucket->sum - sum) + value;
	else
		bucket->carry += (value - sum) + bucket->sum;
	bucket->sum = sum;
}

static void bucket_begin(struct bucket *bucket, int64_t end_ms, int64_t time_ms, double value, double weight)
{
	*bucket = (struct bucket){ .end_ms = end_ms, .first_ms = time_ms, .last_ms = time_ms, .samples = weight };
	bucket->min = bucket->max = bucket->first = bucket->last = value;
	bucket->sum = value * weight;
}

static void bucket_add(struct bucket *bucket, int64_t time_ms, double value, double weight)
{
	bucket->samples += weight;
	bucket_add_sum(bucket, value * weight);
	/* NaN is neither smaller nor larger, and gives way to any number. */
	if (value < bucket->min || isnan(bucket->min))
		bucket->min = value;
	if (value > bucket->max || isnan(bucket->max))
		bucket->max = value;
	if (value < bucket->last)
		bucket->resets += bucket->last;
	bucket->last = value;
	bucket->last_ms = time_ms;
}

/* The same bucket's two parts, `older` in front of it. */
static void bucket_join(struct bucket *bucket, const struct bucket *older)
{
	bucket->samples += older->samples;
	bucket->resets += older->resets + (bucket->first < older->last ? older->last : 0);
	bucket->carry += older->carry;
	bucket_add_sum(bucket, older->sum);
	if (older->min < bucket->min || isnan(bucket->min))
		bucket->min = older->min;
	if (older->max > bucket->max || isnan(bucket->max))
		bucket->max = older->max;
	bucket->first = older->first;
	bucket->first_ms = older->first_ms;
}

void thinned_columns(const struct bucket *buckets, size_t count, const struct bucket_columns *ret, size_t at)
{
	for (size_t i = 0; i < count; i++, at++) {
		const struct bucket *bucket = &buckets[i];

		ret->end_ms[at] = bucket->end_ms;
		ret->first_ms[at] = bucket->first_ms;
		ret->last_ms[at] = bucket->last_ms;
		ret->values[BUCKET_FIRST][at] = bucket->first;
		ret->values[BUCKET_LAST][at] = bucket->last;
		ret->values[BUCKET_MIN][at] = bucket->min;
		ret->values[BUCKET_MAX][at] = bucket->max;
		ret->values[BUCKET_SAMPLES][at] = bucket->samples;
		ret->values[BUCKET_SUM][at] = bucket_sum(bucket);
		ret->values[BUCKET_RESETS][at] = bucket->resets;
	}
}

static struct bucket bucket_of_columns(const struct bucket_columns *columns, size_t at)
{
	return (struct bucket){ .end_ms = columns->end_ms[at],
				.first_ms = columns->first_ms[at],
				.last_ms = columns->last_ms[at],
				.first = columns->values[BUCKET_FIRST][at],
				.last = columns->values[BUCKET_LAST][at],
				.min = columns->values[BUCKET_MIN][at],
				.max = columns->values[BUCKET_MAX][at],
				.samples = columns->values[BUCKET_SAMPLES][at],
				.sum = columns->values[BUCKET_SUM][at],
				.resets = columns->values[BUCKET_RESETS][at] };
}

/* The end of the bucket (end - bucket, end] that holds the time. */
static int64_t end_of(int64_t time_ms, int64_t bucket_ms)
{
	int64_t rest = time_ms % bucket_ms;

	if (rest > 0)
		rest -= bucket_ms;
	return time_ms - rest;
}

static void count_buckets(struct thinned_home *home, int64_t end_ms, int more)
{
	home->buckets += (size_t)more;
	tally_add(home->tally, end_ms, more);
}

/* ---- blocks ---- */

struct thinned *thinned_new(const struct thinned_home *home)
{
	struct thinned *thinned = reclaim_alloc(home->reclaim, RECLAIM_BUCKETS, sizeof(*thinned));

	*thinned = (struct thinned){ .folded_ms = INT64_MIN, .oldest_ms = INT64_MAX };
	return thinned;
}

void thinned_retire(struct thinned *thinned, struct thinned_home *home, uint64_t seen)
{
	struct reclaim *reclaim = home->reclaim;

	if (!thinned)
		return;
	thinned_drop(thinned, home, INT64_MAX, seen);
	reclaim_retire(reclaim, RECLAIM_BUCKETS, thinned->blocks, thinned->capacity * sizeof(*thinned->blocks), seen);
	reclaim_retire(reclaim, RECLAIM_BUCKETS, thinned->tail, THINNED_STEP * sizeof(*thinned->tail), seen);
	reclaim_free(reclaim, RECLAIM_BUCKETS, thinned, sizeof(*thinned));
}

/* A new list with `front` free places at its begin and `back` at its end. */
static void renew_blocks(struct thinned *thinned, struct reclaim *reclaim, uint32_t front, uint32_t back, uint64_t seen)
{
	uint32_t count = thinned->end - thinned->first, capacity = front + count + back;
	struct bucket_block *blocks = reclaim_alloc(reclaim, RECLAIM_BUCKETS, capacity * sizeof(*blocks));

	if (count)
		memcpy(blocks + front, thinned->blocks + thinned->first, count * sizeof(*blocks));
	reclaim_retire(reclaim, RECLAIM_BUCKETS, thinned->blocks, thinned->capacity * sizeof(*blocks), seen);
	thinned->blocks = blocks;
	thinned->capacity = capacity;
	thinned->first = front;
	thinned->end = front + count;
}

/* How many of the youngest blocks are of one size and make a larger one. */
static bool can_join(const struct thinned *thinned)
{
	const struct bucket_block *last = &thinned->blocks[thinned->end - 1];

	if (thinned->end - thinned->first <= THINNED_JOIN || last->count * THINNED_JOIN > BUCKET_BLOCK_MOST)
		return false;
	for (uint32_t i = 1; i < THINNED_JOIN; i++)
		if (last[-(int)i].count != last->count)
			return false;
	return true;
}

static void join_blocks(struct thinned *thinned, struct thinned_home *home, uint64_t seen)
{
	struct reclaim *reclaim = home->reclaim;
	struct bucket_page page;
	struct bucket_columns columns;
	struct bucket_block joined;
	uint32_t at, count = 0;

	if (reclaim_is_seen(reclaim, seen))
		renew_blocks(thinned, reclaim, 0, BLOCKS_GROW, seen);
	at = thinned->end - THINNED_JOIN;
	for (uint32_t i = at; i < thinned->end; i++) {
		columns = bucket_page_columns(&page, count);
		bucket_block_unpack(&thinned->blocks[i], home->bucket_ms, &columns);
		count += thinned->blocks[i].count;
	}
	columns = bucket_page_columns(&page, 0);
	joined = bucket_block_pack(reclaim, home->bucket_ms, &columns, count);
	for (uint32_t i = at; i < thinned->end; i++)
		bucket_block_retire(&thinned->blocks[i], reclaim, seen);
	thinned->blocks[at] = joined;
	thinned->end = at + 1;
}

/* Pack the tail, and what grew with it. */
static void pack_tail(struct thinned *thinned, struct thinned_home *home, uint64_t seen)
{
	struct reclaim *reclaim = home->reclaim;
	struct bucket_page page;
	struct bucket_columns columns = bucket_page_columns(&page, 0);

	if (!thinned->tail_count)
		return;
	thinned_columns(thinned->tail, thinned->tail_count, &columns, 0);
	if (thinned->end == thinned->capacity)
		renew_blocks(thinned, reclaim, 0, BLOCKS_GROW, seen);
	thinned->blocks[thinned->end++] = bucket_block_pack(reclaim, home->bucket_ms, &columns, thinned->tail_count);
	thinned->tail_count = 0;
	if (reclaim_is_seen(reclaim, seen)) {
		reclaim_retire(reclaim, RECLAIM_BUCKETS, thinned->tail, THINNED_STEP * sizeof(*thinned->tail), seen);
		thinned->tail = NULL;
	}
	while (can_join(thinned))
		join_blocks(thinned, home, seen);
}

static void close_open(struct thinned *thinned, struct thinned_home *home, uint64_t seen)
{
	if (thinned->open.samples == 0)
		return;
	if (!thinned->tail)
		thinned->tail = reclaim_alloc(home->reclaim, RECLAIM_BUCKETS, THINNED_STEP * sizeof(*thinned->tail));
	thinned->tail[thinned->tail_count++] = thinned->open;
	thinned->open.samples = 0;
	if (thinned->tail_count == THINNED_STEP)
		pack_tail(thinned, home, seen);
}

void thinned_fold(struct thinned *thinned, struct thinned_home *home, const int64_t *times_ms, const double *values,
		  size_t count, double weight, uint64_t seen)
{
	for (size_t i = 0; i < count; i++) {
		int64_t end_ms;

		if (value_is_stale(values[i]))
			continue;
		end_ms = end_of(times_ms[i], home->bucket_ms);
		if (thinned->open.samples > 0 && thinned->open.end_ms == end_ms) {
			bucket_add(&thinned->open, times_ms[i], values[i], weight);
			continue;
		}
		close_open(thinned, home, seen);
		bucket_begin(&thinned->open, end_ms, times_ms[i], values[i], weight);
		count_buckets(home, end_ms, 1);
		if (thinned->oldest_ms == INT64_MAX)
			thinned->oldest_ms = times_ms[i];
	}
	if (count)
		thinned->folded_ms = times_ms[count - 1];
}

/* ---- older history in front ---- */

/* Write the oldest block anew without what was dropped of it, its first bucket joined with `older` (may be NULL). */
static void rewrite_first(struct thinned *thinned, struct thinned_home *home, const struct bucket *older, uint64_t seen)
{
	struct bucket_page page;
	struct bucket_columns columns = bucket_page_columns(&page, 0);
	struct bucket_block *block;

	if (reclaim_is_seen(home->reclaim, seen))
		renew_blocks(thinned, home->reclaim, 0, BLOCKS_GROW, seen);
	block = &thinned->blocks[thinned->first];
	bucket_block_unpack(block, home->bucket_ms, &columns);
	columns = bucket_page_columns(&page, thinned->skip);
	if (older) {
		struct bucket joined = bucket_of_columns(&columns, 0);

		bucket_join(&joined, older);
		thinned_columns(&joined, 1, &columns, 0);
	}
	bucket_block_retire(block, home->reclaim, seen);
	*block = bucket_block_pack(home->reclaim, home->bucket_ms, &columns, block->count - thinned->skip);
	thinned->skip = 0;
}

static int64_t first_end(const struct thinned *thinned, const struct thinned_home *home)
{
	return end_of(thinned->oldest_ms, home->bucket_ms);
}

/* `older` is the first half of the oldest bucket there is. */
static void join_first(struct thinned *thinned, struct thinned_home *home, const struct bucket *older, uint64_t seen)
{
	struct reclaim *reclaim = home->reclaim;
	struct bucket *tail = thinned->tail;

	if (thinned->first < thinned->end) {
		rewrite_first(thinned, home, older, seen);
		return;
	}
	if (!thinned->tail_count) {
		bucket_join(&thinned->open, older);
		return;
	}
	if (reclaim_is_seen(reclaim, seen)) {
		thinned->tail = reclaim_alloc(reclaim, RECLAIM_BUCKETS, THINNED_STEP * sizeof(*tail));
		memcpy(thinned->tail, tail, thinned->tail_count * sizeof(*tail));
		reclaim_retire(reclaim, RECLAIM_BUCKETS, tail, THINNED_STEP * sizeof(*tail), seen);
	}
	bucket_join(&thinned->tail[0], older);
}

void thinned_prepend(struct thinned *thinned, struct thinned_home *home, struct thinned *older, uint64_t seen)
{
	uint32_t count;

	if (older->oldest_ms == INT64_MAX) {
		thinned_retire(older, home, 0);
		return;
	}
	if (older->open.samples > 0 && thinned->oldest_ms != INT64_MAX &&
	    older->open.end_ms == first_end(thinned, home)) {
		join_first(thinned, home, &older->open, seen);
		count_buckets(home, older->open.end_ms, -1);
		older->open.samples = 0;
	} else if (thinned->skip) {
		rewrite_first(thinned, home, NULL, seen);
	}
	close_open(older, home, 0);
	pack_tail(older, home, 0);
	count = older->end - older->first;
	if (count) {
		renew_blocks(thinned, home->reclaim, count, BLOCKS_GROW, seen);
		thinned->first = 0;
		memcpy(thinned->blocks, older->blocks + older->first, count * sizeof(*older->blocks));
	}
	thinned->oldest_ms = older->oldest_ms;
	older->first = older->end; /* its blocks belong to the other now */
	thinned_retire(older, home, 0);
}

/* ---- dropping ---- */

static size_t drop_blocks(struct thinned *thinned, struct thinned_home *home, int64_t end_ms, uint64_t seen)
{
	struct bucket_page page;
	struct bucket_columns columns = bucket_page_columns(&page, 0);
	size_t dropped = 0;

	while (thinned->first < thinned->end) {
		struct bucket_block *block = &thinned->blocks[thinned->first];
		uint32_t skip = thinned->skip;

		bucket_block_unpack(block, home->bucket_ms, &columns);
		while (skip < block->count && columns.end_ms[skip] <= end_ms) {
			count_buckets(home, columns.end_ms[skip++], -1);
			dropped++;
		}
		thinned->skip = skip;
		if (skip < block->count) {
			thinned->oldest_ms = columns.first_ms[skip];
			break;
		}
		bucket_block_retire(block, home->reclaim, seen);
		thinned->first++;
		thinned->skip = 0;
	}
	return dropped;
}

static size_t drop_tail(struct thinned *thinned, struct thinned_home *home, int64_t end_ms, uint64_t seen)
{
	uint32_t dropped = 0;

	while (dropped < thinned->tail_count && thinned->tail[dropped].end_ms <= end_ms)
		count_buckets(home, thinned->tail[dropped++].end_ms, -1);
	if (!dropped)
		return 0;
	thinned->tail_count -= dropped;
	if (reclaim_is_seen(home->reclaim, seen)) {
		struct bucket *tail = reclaim_alloc(home->reclaim, RECLAIM_BUCKETS, THINNED_STEP * sizeof(*tail));

		memcpy(tail, thinned->tail + dropped, thinned->tail_count * sizeof(*tail));
		reclaim_retire(home->reclaim, RECLAIM_BUCKETS, thinned->tail, THINNED_STEP * sizeof(*tail), seen);
		thinned->tail = tail;
	} else {
		memmove(thinned->tail, thinned->tail + dropped, thinned->tail_count * sizeof(*thinned->tail));
	}
	return dropped;
}

size_t thinned_drop(struct thinned *thinned, struct thinned_home *home, int64_t end_ms, uint64_t seen)
{
	size_t dropped;

	if (thinned->oldest_ms == INT64_MAX || first_end(thinned, home) > end_ms)
		return 0;
	dropped = drop_blocks(thinned, home, end_ms, seen);
	if (thinned->first < thinned->end)
		return dropped;
	dropped += drop_tail(thinned, home, end_ms, seen);
	if (thinned->tail_count) {
		thinned->oldest_ms = thinned->tail[0].first_ms;
		return dropped;
	}
	if (thinned->open.samples > 0 && thinned->open.end_ms <= end_ms) {
		count_buckets(home, thinned->open.end_ms, -1);
		thinned->open.samples = 0;
		dropped++;
	}
	thinned->oldest_ms = thinned->open.samples > 0 ? thinned->open.first_ms : INT64_MAX;
	return dropped;
}

/* ---- looking ---- */

struct thinned_view thinned_view(const struct thinned *thinned)
{
	return (struct thinned_view){ .blocks = thinned->blocks ? thinned->blocks + thinned->first : NULL,
				      .block_count = thinned->end - thinned->first,
				      .tail = thinned->tail,
				      .tail_count = thinned->tail_count,
				      .skip = thinned->skip,
				      .open = thinned->open,
				      .folded_ms = thinned->folded_ms };
}
