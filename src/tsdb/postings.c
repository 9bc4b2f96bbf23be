#include "tsdb/postings.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void postings_release(struct postings *postings, struct reclaim *reclaim)
{
	if (postings->capacity)
		reclaim_free(reclaim, RECLAIM_INDEX, postings->ids, postings->capacity * sizeof(*postings->ids));
	*postings = (struct postings){ 0 };
}

static size_t find(const uint32_t *ids, size_t count, uint32_t id)
{
	size_t low = 0, high = count;

	if (count && ids[count - 1] < id)
		return count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (ids[middle] < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void set_capacity(struct postings *postings, struct reclaim *reclaim, uint32_t capacity)
{
	uint32_t *ids = reclaim_alloc(reclaim, RECLAIM_INDEX, capacity * sizeof(*ids));

	memcpy(ids, postings_ids(postings), postings->count * sizeof(*ids));
	if (postings->capacity)
		reclaim_free(reclaim, RECLAIM_INDEX, postings->ids, postings->capacity * sizeof(*ids));
	postings->ids = ids;
	postings->capacity = capacity;
}

void postings_add(struct postings *postings, struct reclaim *reclaim, uint32_t id)
{
	size_t at;

	if (postings->count == 0 && postings->capacity == 0) {
		postings->one = id;
		postings->count = 1;
		return;
	}
	at = find(postings_ids(postings), postings->count, id);
	if (at < postings->count && postings_ids(postings)[at] == id)
		return;
	if (postings->count >= postings->capacity)
		set_capacity(postings, reclaim, postings->count < 4 ? 6 : postings->count + postings->count / 2);
	memmove(postings->ids + at + 1, postings->ids + at, (postings->count - at) * sizeof(*postings->ids));
	postings->ids[at] = id;
	postings->count++;
}

void postings_remove(struct postings *postings, struct reclaim *reclaim, uint32_t id)
{
	size_t at = find(postings_ids(postings), postings->count, id);

	if (at == postings->count || postings_ids(postings)[at] != id)
		return;
	postings->count--;
	if (postings->count == 0) {
		postings_release(postings, reclaim);
		return;
	}
	if (postings->capacity)
		memmove(postings->ids + at, postings->ids + at + 1, (postings->count - at) * sizeof(*postings->ids));
	if (postings->capacity > 64 && postings->count < postings->capacity / 4)
		set_capacity(postings, reclaim, postings->capacity / 2);
}

size_t postings_intersect(uint32_t *ids, size_t count, const struct postings *postings)
{
	const uint32_t *others = postings_ids(postings);
	size_t kept = 0, at = 0, left = postings->count;

	for (size_t i = 0; i < count; i++) {
		size_t step = 1, room = left - at;

		/* Gallop: lists of very different lengths cost as the shorter one. */
		while (step < room && others[at + step] < ids[i])
			step *= 2;
		at += find(others + at, step < room ? step + 1 : room, ids[i]);
		if (at == left)
			break;
		if (others[at] == ids[i])
			ids[kept++] = ids[i];
	}
	return kept;
}

void bits_init(struct bits *bits, size_t numbers)
{
	bits->count = (numbers + 63) / 64;
	bits->words = mem_array(bits->count ? bits->count : 1, sizeof(*bits->words));
}

void bits_release(struct bits *bits)
{
	free(bits->words);
	*bits = (struct bits){ 0 };
}

size_t bits_list(const struct bits *bits, uint32_t *ret)
{
	size_t count = 0;

	for (size_t i = 0; i < bits->count; i++)
		for (uint64_t word = bits->words[i]; word; word &= word - 1)
			ret[count++] = (uint32_t)(i * 64 + (size_t)__builtin_ctzll(word));
	return count;
}
