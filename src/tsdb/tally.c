#include "tsdb/tally.h"

#include <stdlib.h>
#include <string.h>

void tally_release(struct tally *tally)
{
	vec_release(&tally->slots);
}

static int64_t slot_of(const struct tally *tally, int64_t time_ms)
{
	int64_t slot = time_ms / tally->width_ms;

	return time_ms % tally->width_ms < 0 ? slot - 1 : slot;
}

/* Where the slot is, or would be. Mostly it is the last. */
static size_t find(const struct tally *tally, int64_t slot)
{
	size_t low = 0, high = tally->slots.count;

	if (high && tally->slots.items[high - 1].slot <= slot)
		return tally->slots.items[high - 1].slot == slot ? high - 1 : high;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (tally->slots.items[middle].slot < slot)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void tally_add(struct tally *tally, int64_t time_ms, int64_t count)
{
	int64_t slot = slot_of(tally, time_ms);
	size_t at = find(tally, slot);
	struct tally_slot *items;

	if (!count)
		return;
	tally->total += count;
	if (at == tally->slots.count || tally->slots.items[at].slot != slot) {
		vec_push(&tally->slots, (struct tally_slot){ 0 });
		items = tally->slots.items;
		memmove(items + at + 1, items + at, (tally->slots.count - 1 - at) * sizeof(*items));
		items[at] = (struct tally_slot){ .slot = slot };
	}
	items = tally->slots.items;
	items[at].count += count;
	if (items[at].count == 0) {
		memmove(items + at, items + at + 1, (tally->slots.count - 1 - at) * sizeof(*items));
		tally->slots.count--;
	}
}

void tally_add_times(struct tally *tally, const int64_t *times_ms, size_t count, bool remove)
{
	for (size_t i = 0, next; i < count; i = next) {
		int64_t slot = slot_of(tally, times_ms[i]), same;

		for (next = i + 1; next < count && times_ms[next] < (slot + 1) * tally->width_ms; next++)
			;
		same = (int64_t)(next - i);
		tally_add(tally, times_ms[i], remove ? -same : same);
	}
}

int64_t tally_cutoff(const struct tally *tally, int64_t excess)
{
	int64_t passed = 0;

	for (size_t i = 0; i < tally->slots.count; i++) {
		passed += tally->slots.items[i].count;
		if (passed >= excess)
			return (tally->slots.items[i].slot + 1) * tally->width_ms;
	}
	return INT64_MAX;
}
