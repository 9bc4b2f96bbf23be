#include "tsdb/series_set.h"

#include <string.h>

#include "base/mem.h"
#include "tsdb/postings.h"
#include "tsdb/reclaim.h"

#define TABLE_LEAST   64u
#define UNSORTED_MOST 1024u /* series that wait for their rank */
#define UNRANKED      UINT32_MAX

void series_set_release(struct series_set *set)
{
	vec_release(&set->by_id);
	vec_release(&set->free_ids);
	vec_release(&set->ranks);
	vec_release(&set->order);
	vec_release(&set->unsorted);
	free(set->table);
	*set = (struct series_set){ 0 };
}

/* ---- by labels ---- */

static size_t home_of(const struct series_set *set, uint64_t hash)
{
	return (size_t)hash & (set->capacity - 1);
}

struct store_series *series_set_find(const struct series_set *set, const struct labels *labels, uint64_t hash)
{
	if (!set->capacity)
		return NULL;
	for (size_t at = home_of(set, hash); set->table[at]; at = (at + 1) & (set->capacity - 1))
		if (set->table[at]->hash == hash && labels_equal(&set->table[at]->labels, labels))
			return set->table[at];
	return NULL;
}

static void table_put(struct series_set *set, struct store_series *series)
{
	size_t at = home_of(set, series->hash);

	while (set->table[at])
		at = (at + 1) & (set->capacity - 1);
	set->table[at] = series;
}

static void table_add(struct series_set *set, struct store_series *series)
{
	if (set->count * 4 >= set->capacity * 3) {
		struct store_series **old = set->table;
		size_t old_capacity = set->capacity;

		set->capacity = old_capacity ? 2 * old_capacity : TABLE_LEAST;
		set->table = mem_array(set->capacity, sizeof(struct store_series *));
		for (size_t i = 0; i < old_capacity; i++)
			if (old[i])
				table_put(set, old[i]);
		free(old);
	}
	table_put(set, series);
	set->count++;
}

static void table_remove(struct series_set *set, const struct store_series *series)
{
	size_t mask = set->capacity - 1, at = home_of(set, series->hash), next;

	while (set->table[at] != series)
		at = (at + 1) & mask;
	set->table[at] = NULL;
	set->count--;
	/* Move what was pushed behind it back, so that no search ends early. */
	for (next = (at + 1) & mask; set->table[next]; next = (next + 1) & mask) {
		size_t home = home_of(set, set->table[next]->hash);

		if (((next - home) & mask) < ((next - at) & mask))
			continue;
		set->table[at] = set->table[next];
		set->table[next] = NULL;
		at = next;
	}
}

/* ---- by number ---- */

/* The numbers that are used again leave the front of the queue. */
static void close_up(struct series_set *set)
{
	set->free_ids.count -= set->free_first;
	memmove(set->free_ids.items, set->free_ids.items + set->free_first,
		set->free_ids.count * sizeof(*set->free_ids.items));
	set->free_first = 0;
}

uint32_t series_set_number(struct series_set *set)
{
	uint32_t id;

	/*
	 * The one that has been free for longest: ageing frees them in ascending
	 * order, and lists of series in ascending order grow at their end.
	 */
	if (set->free_first < set->free_ids.count) {
		id = set->free_ids.items[set->free_first++];
		if (set->free_first * 2 > set->free_ids.count)
			close_up(set);
		return id;
	}
	id = (uint32_t)set->by_id.count;
	vec_push(&set->by_id, NULL);
	vec_push(&set->ranks, UNRANKED);
	return id;
}

void series_set_remove(struct series_set *set, struct store_series *series)
{
	uint32_t rank = set->ranks.items[series->id];

	table_remove(set, series);
	set->by_id.items[series->id] = NULL;
	vec_push(&set->free_ids, series->id);
	if (rank != UNRANKED) {
		set->order.items[rank] = SERIES_SET_GONE;
		set->gone++;
		return;
	}
	for (size_t i = 0; i < set->unsorted.count; i++)
		if (set->unsorted.items[i] == series->id)
			set->unsorted.items[i--] = set->unsorted.items[--set->unsorted.count];
}

/* ---- in order ---- */

/* As labels_compare, but equal strings are mostly the same string. */
static int compare(const struct labels *a, const struct labels *b)
{
	for (size_t i = 0; i < a->count && i < b->count; i++) {
		const struct label *x = &a->items[i], *y = &b->items[i];
		int order = x->name == y->name ? 0 : strcmp(x->name, y->name);

		if (!order && x->value != y->value)
			order = strcmp(x->value, y->value);
		if (order)
			return order;
	}
	return (a->count > b->count) - (a->count < b->count);
}

static int compare_ids(const void *a, const void *b, void *context)
{
	const struct series_set *set = context;

	return compare(&set->by_id.items[*(const uint32_t *)a]->labels,
		       &set->by_id.items[*(const uint32_t *)b]->labels);
}

static void drop_gone(struct series_set *set)
{
	size_t kept = 0;

	for (size_t i = 0; i < set->order.count; i++)
		if (set->order.items[i] != SERIES_SET_GONE)
			set->order.items[kept++] = set->order.items[i];
	set->order.count = kept;
	set->gone = 0;
}

/* Put the sorted new ones in their places, from the last to the first. */
static void merge(struct series_set *set)
{
	size_t left = set->order.count, end;
	uint32_t *order;

	for (size_t i = 0; i < set->unsorted.count; i++)
		vec_push(&set->order, 0);
	order = set->order.items;
	end = set->order.count;
	for (size_t i = set->unsorted.count; i > 0; i--) {
		uint32_t id = set->unsorted.items[i - 1];
		size_t low = 0, high = left;

		while (low < high) {
			size_t middle = low + (high - low) / 2;

			if (compare_ids(&order[middle], &id, set) < 0)
				low = middle + 1;
			else
				high = middle;
		}
		memmove(order + end - (left - low), order + low, (left - low) * sizeof(*order));
		end -= left - low;
		left = low;
		order[--end] = id;
	}
}

static void sort(struct series_set *set)
{
	if (!set->unsorted.count)
		return;
	if (set->gone)
		drop_gone(set);
	qsort_r(set->unsorted.items, set->unsorted.count, sizeof(uint32_t), compare_ids, set);
	merge(set);
	set->unsorted.count = 0;
	for (size_t i = 0; i < set->order.count; i++)
		set->ranks.items[set->order.items[i]] = (uint32_t)i;
}

void series_set_add(struct series_set *set, struct store_series *series)
{
	set->by_id.items[series->id] = series;
	set->ranks.items[series->id] = UNRANKED;
	table_add(set, series);
	vec_push(&set->unsorted, series->id);
	if (set->unsorted.count >= UNSORTED_MOST)
		sort(set);
}

void series_set_rank(struct series_set *set, uint32_t *ids, size_t count)
{
	struct bits ranks;

	if (count < 2)
		return;
	sort(set);
	bits_init(&ranks, set->order.count);
	for (size_t i = 0; i < count; i++)
		bits_set(&ranks, set->ranks.items[ids[i]]);
	bits_list(&ranks, ids);
	for (size_t i = 0; i < count; i++)
		ids[i] = set->order.items[ids[i]];
	bits_release(&ranks);
}

size_t series_set_bytes(const struct series_set *set)
{
	return reclaim_cost(set->by_id.capacity * sizeof(struct store_series *)) +
	       reclaim_cost(set->capacity * sizeof(struct store_series *)) +
	       reclaim_cost(
		       (set->free_ids.capacity + set->ranks.capacity + set->order.capacity + set->unsorted.capacity) *
		       sizeof(uint32_t));
}
