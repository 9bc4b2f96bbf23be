/* Sets of series numbers, and the order of series as they come and go. */
#include "store_fixture.h"

#include <stdio.h>

#include "tsdb/postings.h"
#include "tsdb/reclaim.h"

static uint64_t seed = 88172645463325252u;

static uint32_t draw(uint32_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed % below);
}

Test(postings, hold_what_was_added_and_not_removed)
{
	struct reclaim reclaim = { 0 };
	struct postings postings = { 0 };
	static bool there[3000];
	size_t count = 0;

	for (int turn = 0; turn < 20000; turn++) {
		uint32_t id = draw(3000);

		if (draw(20000) < (uint32_t)turn) {
			postings_remove(&postings, &reclaim, id);
			count -= there[id];
			there[id] = false;
		} else {
			postings_add(&postings, &reclaim, id);
			count += !there[id];
			there[id] = true;
		}
		cr_assert_eq(postings.count, count);
	}
	for (uint32_t id = 0, at = 0; id < 3000; id++)
		if (there[id])
			cr_assert_eq(postings_ids(&postings)[at++], id);
	for (uint32_t id = 0; id < 3000; id++)
		postings_remove(&postings, &reclaim, id);
	cr_expect_eq(postings.count, 0);
	cr_expect_eq(reclaim.bytes[RECLAIM_INDEX], 0);
	reclaim_release(&reclaim);
}

Test(postings, intersect_lists_of_any_lengths)
{
	struct reclaim reclaim = { 0 };

	for (int turn = 0; turn < 400; turn++) {
		uint32_t range = 1 + draw(2000), ids[64], expected[64];
		struct postings postings = { 0 };
		size_t count = 0, wanted = 0, wide = draw(600);
		struct bits bits;

		bits_init(&bits, range);
		for (size_t i = 0; i < wide; i++) {
			uint32_t id = draw(range);

			postings_add(&postings, &reclaim, id);
			bits_set(&bits, id);
		}
		for (uint32_t id = draw(range); id < range && count < 64; id += 1 + draw(40))
			ids[count++] = id;
		for (size_t i = 0; i < count; i++)
			if (bits_has(&bits, ids[i]))
				expected[wanted++] = ids[i];
		cr_assert_eq(postings_intersect(ids, count, &postings), wanted);
		cr_assert_eq(memcmp(ids, expected, wanted * sizeof(*ids)), 0);
		postings_release(&postings, &reclaim);
		bits_release(&bits);
	}
	reclaim_release(&reclaim);
}

Test(postings, memory_waits_for_who_may_look)
{
	struct reclaim reclaim = { 0 };
	struct living first, second, third;
	void *memory[4];

	for (size_t i = 0; i < 4; i++)
		memory[i] = reclaim_alloc(&reclaim, RECLAIM_SAMPLES, 1000);
	cr_expect_eq(reclaim.bytes[RECLAIM_SAMPLES], 4 * reclaim_cost(1000));
	reclaim_retire(&reclaim, RECLAIM_SAMPLES, memory[0], 1000, RECLAIM_ANY);
	cr_expect_eq(reclaim.bytes[RECLAIM_SAMPLES], 3 * reclaim_cost(1000), "nobody is looking");
	reclaim_birth(&reclaim, &first);
	reclaim_birth(&reclaim, &second);
	reclaim_retire(&reclaim, RECLAIM_SAMPLES, memory[1], 1000, second.number);
	reclaim_retire(&reclaim, RECLAIM_SAMPLES, memory[2], 1000, 0);
	cr_expect_eq(reclaim.bytes[RECLAIM_SAMPLES], 2 * reclaim_cost(1000), "one was never seen");
	reclaim_death(&reclaim, &first);
	cr_expect_eq(reclaim.bytes[RECLAIM_SAMPLES], 2 * reclaim_cost(1000));
	reclaim_birth(&reclaim, &third);
	reclaim_retire(&reclaim, RECLAIM_SAMPLES, memory[3], 1000, first.number);
	cr_expect_eq(reclaim.bytes[RECLAIM_SAMPLES], reclaim_cost(1000), "who saw it is gone");
	reclaim_death(&reclaim, &second);
	cr_expect_eq(reclaim.bytes[RECLAIM_SAMPLES], 0, "the youngest came later");
	reclaim_death(&reclaim, &third);
	cr_expect_eq(reclaim.selections, 0);
	reclaim_release(&reclaim);
}

/* Thousands of series come and go; what is selected is always in order, and is what is there. */
Test(postings, series_stay_in_order_while_they_come_and_go)
{
	struct store_limits limits = { .raw_ms = SECOND, .keep_ms = 40 * SECOND, .bucket_ms = SECOND };
	struct store *store = store_new(&limits);
	struct timeline *timeline = timeline_new(store);
	struct selection *kept = NULL;
	int64_t now = 1000 * SECOND;

	for (int round = 0; round < 40; round++, now += 10 * SECOND) {
		struct selection *selection;

		timeline_advance(store, timeline, now);
		for (int i = 0; i < 400; i++) {
			char name[16], number[16];
			struct store_series *series;

			snprintf(name, sizeof(name), "m%u", draw(50));
			snprintf(number, sizeof(number), "%u", draw(100000));
			series = hold(store, SET({ "__name__", name }, { "i", number }));
			store_append(store, series, timeline, round);
			store_release(store, series);
		}
		age_all(store, now);
		selection = select_metric(store, NULL);
		cr_assert_eq(selection_count(selection), state_of(store).series);
		for (size_t i = 1; i < selection_count(selection); i++)
			cr_assert_lt(labels_compare(selection_labels(selection, i - 1), selection_labels(selection, i)),
				     0);
		if (round % 7 == 0) { /* labels stay while a selection of ten rounds ago looks at them */
			for (size_t i = 1; kept && i < selection_count(kept); i++)
				cr_assert_lt(labels_compare(selection_labels(kept, i - 1), selection_labels(kept, i)),
					     0);
			selection_free(kept);
			kept = selection;
		} else {
			selection_free(selection);
		}
	}
	selection_free(kept);
	cr_expect_gt(state_of(store).series, 1000);
	age_all(store, now + 100 * SECOND);
	cr_expect_eq(state_of(store).series, 0);
	cr_expect_eq(state_of(store).label_pairs, 0);
	timeline_release(store, timeline);
	store_free(store);
}
