/*
 * topk, bottomk, limitk and limit_ratio: which series of a group stay.
 *
 * Each group has a heap of at most k entries for every step, its worst entry
 * on top. It is kept exactly as Go's container/heap keeps it, so that among
 * equal values the same series stay as in Prometheus, and in the same order:
 * 2.42 takes the worst one out before the new one goes in, 3.x replaces it.
 */
#include "promql/aggregate_impl.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "base/vec.h"
#include "tsdb/value_text.h"

struct entry {
	double value;
	size_t series; /* in the order they came */
};

struct heap {
	struct entry *items;
	uint32_t *count;
};

/* One heap for each step, all with the same room. */
struct heaps {
	struct entry *items; /* `capacity` a step */
	uint32_t *counts;
	size_t capacity;
	size_t members; /* series that came to the group */
};

struct ranking {
	struct eval *eval;
	enum token_kind token;
	int64_t *limits; /* k, one a step */
	int64_t limit;   /* the greatest of them */
	struct grouping grouping;
	VEC(struct labels) series;
	VEC(struct heaps) heaps; /* of each group */
	size_t *places;          /* of a series in the result; while it is made */
};

/* Is `a` further from staying than `b`? NaN is the first to go. */
static bool is_worse(enum token_kind token, double a, double b)
{
	if (isnan(a))
		return true;
	return token == TOKEN_TOPK ? a < b : a > b;
}

static void swap(struct entry *a, struct entry *b)
{
	struct entry entry = *a;

	*a = *b;
	*b = entry;
}

/* There is room. */
static void heap_push(struct heap heap, enum token_kind token, struct entry entry)
{
	size_t at = (*heap.count)++;

	heap.items[at] = entry;
	while (token != TOKEN_LIMITK && at > 0) {
		size_t parent = (at - 1) / 2;

		if (!is_worse(token, heap.items[at].value, heap.items[parent].value))
			break;
		swap(&heap.items[at], &heap.items[parent]);
		at = parent;
	}
}

/* The top has changed. */
static void heap_sink(struct heap heap, enum token_kind token)
{
	size_t at = 0, child;

	while ((child = 2 * at + 1) < *heap.count) {
		if (child + 1 < *heap.count && is_worse(token, heap.items[child + 1].value, heap.items[child].value))
			child++;
		if (!is_worse(token, heap.items[child].value, heap.items[at].value))
			break;
		swap(&heap.items[at], &heap.items[child]);
		at = child;
	}
}

static void heap_replace(struct heap heap, enum token_kind token, bool newer, struct entry entry)
{
	if (newer) {
		heap.items[0] = entry;
		heap_sink(heap, token);
		return;
	}
	swap(&heap.items[0], &heap.items[--*heap.count]);
	heap_sink(heap, token);
	heap_push(heap, token, entry);
}

/* Does the new value beat the worst of a full heap? In 2.42 any value beats NaN, another NaN as well. */
static inline bool beats(enum token_kind token, bool newer, double value, double worst)
{
	return (token == TOKEN_TOPK ? worst < value : worst > value) || (isnan(worst) && !(newer && isnan(value)));
}

static struct heap heap_of(const struct heaps *heaps, size_t step)
{
	return (struct heap){ heaps->items + step * heaps->capacity, heaps->counts + step };
}

/* Room for one more series at every step, unless k bounds it. */
static void make_room(struct heaps *heaps, size_t steps, int64_t limit)
{
	struct heaps grown = *heaps;

	heaps->members++;
	if (heaps->capacity >= heaps->members || (int64_t)heaps->capacity >= limit)
		return;
	grown.members = heaps->members;
	grown.capacity = heaps->capacity ? heaps->capacity * 2 : 1;
	if ((int64_t)grown.capacity > limit)
		grown.capacity = (size_t)limit;
	grown.items = mem_array(steps * grown.capacity, sizeof(*grown.items));
	if (!grown.counts)
		grown.counts = mem_array(steps, sizeof(*grown.counts));
	for (size_t step = 0; step < steps && heaps->capacity; step++)
		memcpy(grown.items + step * grown.capacity, heaps->items + step * heaps->capacity,
		       heaps->capacity * sizeof(*grown.items));
	free(heaps->items);
	*heaps = grown;
}

static int rank_series(void *user, const struct labels *labels, double *values)
{
	struct ranking *ranking = user;
	bool newer = ranking->eval->options->left_open, is_new;
	size_t steps = ranking->eval->steps.count, group;
	struct heaps *heaps;

	if (ranking->limit < 1)
		return 0;
	group = grouping_find(&ranking->grouping, labels, &is_new);
	if (is_new)
		(void)vec_add(&ranking->heaps);
	heaps = &ranking->heaps.items[group];
	make_room(heaps, steps, ranking->limit);
	for (size_t i = 0; i < steps; i++) {
		struct entry entry = { values[i], ranking->series.count };
		struct heap heap = heap_of(heaps, i);
		int64_t limit = ranking->limits[i];

		if (is_absent(values[i]))
			continue;
		if ((int64_t)*heap.count < limit)
			heap_push(heap, ranking->token, entry);
		else if (limit > 0 && ranking->token != TOKEN_LIMITK &&
			 beats(ranking->token, newer, values[i], heap.items[0].value))
			heap_replace(heap, ranking->token, newer, entry);
	}
	vec_push(&ranking->series, *labels);
	return 0;
}

/* As Go sorts up to twelve: equal values stay in the order they have, NaN come out in reverse. */
static void sort_few(struct entry *items, size_t count, enum token_kind token)
{
	for (size_t i = 1; i < count; i++)
		for (size_t at = i; at > 0 && is_worse(token, items[at - 1].value, items[at].value); at--)
			swap(&items[at - 1], &items[at]);
}

/* Best first. Heaps are small, and large ones nearly never asked for. */
static void sort_entries(struct entry *items, struct entry *spare, size_t count, enum token_kind token)
{
	size_t half = count / 2, left = 0, right = half;

	if (count <= 12) {
		sort_few(items, count, token);
		return;
	}
	sort_entries(items, spare, half, token);
	sort_entries(items + half, spare, count - half, token);
	memcpy(spare, items, count * sizeof(*items));
	for (size_t i = 0; i < count; i++) {
		bool take_right = left >= half || (right < count && !isnan(spare[right].value) &&
						   is_worse(token, spare[left].value, spare[right].value));

		items[i] = take_right ? spare[right++] : spare[left++];
	}
}

static int put_entries(struct ranking *ranking, struct heap heap, size_t step, struct grid *ret)
{
	for (size_t i = 0; i < *heap.count; i++) {
		const struct entry *entry = &heap.items[i];
		size_t *place = &ranking->places[entry->series];

		if (!*place) {
			if (!grid_add(ranking->eval, ret, ranking->series.items[entry->series]))
				return -1;
			*place = ret->count;
		}
		ret->items[*place - 1].values[step] = entry->value;
	}
	return 0;
}

static int put_groups(struct ranking *ranking, struct grid *ret)
{
	size_t steps = ranking->eval->steps.count;
	struct entry *spare;
	int result = 0;

	ranking->places = mem_array(ranking->series.count + 1, sizeof(*ranking->places));
	spare = mem_array(ranking->series.count + 1, sizeof(*spare));
	for (size_t group = 0; group < ranking->heaps.count; group++) {
		for (size_t step = 0; step < steps && !result; step++) {
			struct heap heap = heap_of(&ranking->heaps.items[group], step);

			/* Order is seen only where there is one step. */
			if (steps == 1 && ranking->token != TOKEN_LIMITK)
				sort_entries(heap.items, spare, *heap.count, ranking->token);
			result = put_entries(ranking, heap, step, ret);
		}
		if (eval_spend(ranking->eval, 0) < 0)
			result = -1;
	}
	free(spare);
	free(ranking->places);
	return result;
}

static void ranking_release(struct ranking *ranking)
{
	for (size_t group = 0; group < ranking->heaps.count; group++) {
		free(ranking->heaps.items[group].items);
		free(ranking->heaps.items[group].counts);
	}
	vec_release(&ranking->heaps);
	vec_release(&ranking->series);
	grouping_release(&ranking->grouping);
	free(ranking->limits);
}

/* k of every step, and the greatest; what no int64_t holds is refused as in Prometheus. */
static int read_limits(struct eval *eval, const struct expr *parameter, int64_t *ret, int64_t *ret_greatest)
{
	double *values = mem_array(eval->steps.count, sizeof(*values));
	struct strbuf text = STRBUF_INIT;
	int result = eval_scalar(eval, parameter, values);

	for (size_t i = 0; i < eval->steps.count && !result; i++) {
		if (values[i] >= (double)INT64_MIN && values[i] < -(double)INT64_MIN) {
			ret[i] = (int64_t)values[i];
			*ret_greatest = ret[i] > *ret_greatest ? ret[i] : *ret_greatest;
			continue;
		}
		value_text_add(&text, values[i]);
		result = eval_fail(eval, PROMQL_BAD, "Scalar value %s overflows int64", text.text);
	}
	strbuf_release(&text);
	free(values);
	return result;
}

int aggregate_rank(struct eval *eval, const struct expr_aggregate *node, struct grid *ret)
{
	struct ranking ranking = { .eval = eval, .token = node->operator};
	int result;

	ranking.limits = mem_array(eval->steps.count, sizeof(*ranking.limits));
	grouping_init(&ranking.grouping, eval, node);
	result = read_limits(eval, node->parameter, ranking.limits, &ranking.limit);
	if (!result)
		result = eval_each(eval, node->inner, rank_series, &ranking);
	if (!result)
		result = put_groups(&ranking, ret);
	ranking_release(&ranking);
	return result;
}

struct sampling {
	struct eval *eval;
	const double *ratios;
	struct series_table table;
};

static inline uint64_t mix(uint64_t hash, const char *text)
{
	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
	return (hash ^ 0xff) * UINT64_C(0x100000001b3);
}

/* A place in [0, 1) that depends on the labels alone, in every process the same. */
static double place_of(const struct labels *labels)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325); /* FNV-1a, its bits then spread as SplitMix64 does */

	for (size_t i = 0; i < labels->count; i++)
		hash = mix(mix(hash, labels->items[i].name), labels->items[i].value);
	hash = (hash ^ (hash >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	hash = (hash ^ (hash >> 27)) * UINT64_C(0x94d049bb133111eb);
	return (double)((hash ^ (hash >> 31)) >> 11) * 0x1p-53;
}

/* limit_ratio(r) and limit_ratio(-(1 - r)) together give every series once. */
static int sample_series(void *user, const struct labels *labels, double *values)
{
	struct sampling *sampling = user;
	double place = place_of(labels);

	for (size_t i = 0; i < sampling->eval->steps.count; i++) {
		double ratio = sampling->ratios[i];

		if (ratio >= 0 ? place >= ratio : place < 1 + ratio)
			values[i] = absent();
	}
	return series_table_merge(&sampling->table, *labels, values);
}

int aggregate_ratio(struct eval *eval, const struct expr_aggregate *node, struct grid *ret)
{
	double *ratios = mem_array(eval->steps.count, sizeof(*ratios));
	struct sampling sampling = { .eval = eval, .ratios = ratios };
	int result = eval_scalar(eval, node->parameter, ratios);

	for (size_t i = 0; i < eval->steps.count && !result; i++) {
		if (isnan(ratios[i]))
			result = eval_fail(eval, PROMQL_BAD, "Ratio value is NaN");
		ratios[i] = ratios[i] > 1 ? 1 : ratios[i] < -1 ? -1 : ratios[i];
	}
	series_table_init(&sampling.table, eval, ret);
	if (!result)
		result = eval_each(eval, node->inner, sample_series, &sampling);
	series_table_release(&sampling.table);
	free(ratios);
	return result;
}
