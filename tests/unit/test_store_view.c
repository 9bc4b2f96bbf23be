/*
 * Views of one store: what is put into one is never met through another,
 * whatever is asked, and limits and ageing are the whole store's. The last
 * test holds two views beside two stores of their own, in random order.
 */
#include <criterion/criterion.h>

#include <stdio.h>

#include "store_fixture.h"
#include "tsdb/bulk.h"
#include "tsdb/exposition.h"
#include "tsdb/ingest.h"

static void append_one(struct store *store, struct labels labels, int64_t time_ms, double value)
{
	struct store_series *series = hold(store, labels);

	cr_assert_not_null(series);
	cr_assert_eq(store_append_at(store, series, time_ms, value), STORE_OK);
	store_release(store, series);
}

Test(store_view, name_finds_same_view)
{
	struct store *store = store_new(NULL), *polln = store_view(store, "polln"), *dryad = store_view(store, "dryad");

	cr_expect_neq(polln, store);
	cr_expect_neq(polln, dryad);
	cr_expect_eq(store_view(store, "polln"), polln);
	cr_expect_eq(store_view(dryad, "polln"), polln, "any handle of the store leads to its views");
	cr_expect_eq(store_get_limits(dryad), store_get_limits(store));
	store_free(store);
}

Test(store_view, equal_labels_are_two_series)
{
	struct store *store = store_new(NULL), *a = store_view(store, "a"), *b = store_view(store, "b");
	struct labels up = SET({ "__name__", "up" }, { "job", "api" });
	struct store_series *one = hold(a, up), *other = hold(b, up);

	cr_expect_neq(one, other);
	store_append_at(a, one, 1000, 1);
	store_append_at(b, other, 2000, 0);
	expect_dump(a, "up", "up{job=\"api\"} 1000:1\n");
	expect_dump(b, "up", "up{job=\"api\"} 2000:0\n");
	expect_dump(store, "up", "");
	store_release(a, one);
	store_release(b, other);
	store_free(store);
}

Test(store_view, look_ups_stay_in_their_view)
{
	struct store *store = store_new(NULL), *a = store_view(store, "a"), *b = store_view(store, "b");
	struct arena arena = { 0 };
	const char **texts;
	struct labels *sets;
	size_t count;

	append_one(a, SET({ "__name__", "only_a" }, { "job", "x" }, { "zone", "east" }), 1000, 1);
	append_one(b, SET({ "__name__", "only_b" }, { "job", "x" }, { "place", "west" }), 500, 1);
	append_one(b, SET({ "__name__", "only_b" }, { "job", "y" }), 700, 1);
	cr_expect(store_knows_metric(a, "only_a"));
	cr_expect_not(store_knows_metric(a, "only_b"));
	cr_expect_not(store_knows_metric(store, "only_a"));
	cr_expect_eq(store_job_oldest_ms(a, "x"), 1000);
	cr_expect_eq(store_job_oldest_ms(b, "x"), 500);
	cr_expect_eq(store_job_oldest_ms(a, "y"), INT64_MAX);
	cr_assert_eq(store_label_values(a, "__name__", NULL, 0, 0, 9999, 0, &arena, &texts, &count), 0);
	cr_assert_eq(count, 1);
	cr_expect_str_eq(texts[0], "only_a");
	cr_assert_eq(store_label_names(b, NULL, 0, 0, 9999, 0, &arena, &texts, &count), 0);
	cr_assert_eq(count, 3);
	cr_expect_str_eq(texts[2], "place");
	cr_assert_eq(store_series_labels_of(b, NULL, 0, 0, 9999, 0, &arena, &sets, &count), 0);
	cr_assert_eq(count, 2);
	cr_assert_eq(sets[0].count, 3, "nothing is added to the labels handed out");
	cr_assert_eq(store_series_labels_of(store, NULL, 0, 0, 9999, 0, &arena, &sets, &count), 0);
	cr_expect_eq(count, 0);
	arena_release(&arena);
	store_free(store);
}

Test(store_view, ingest_and_bulk_stay_in_their_view)
{
	static const char text[] = "requests 5\n";
	struct store *store = store_new(NULL), *a = store_view(store, "a"), *b = store_view(store, "b");
	struct ingest_config config = { .labels = SET({ "instance", "h:1" }, { "job", "api" }) };
	struct ingest *ingest = ingest_new(a, &config);
	struct exposition page = { 0 };
	struct exposition_options options = { 0 };
	struct ingest_scrape scrape = { .time_ms = 60000, .duration_s = 0.1, .exposition = &page };
	struct bulk *bulk = bulk_new(b, NULL);
	struct labels past = SET({ "__name__", "requests" }, { "instance", "h:1" }, { "job", "api" });
	struct ingest_result result;

	cr_assert_eq(exposition_parse(&page, text, sizeof(text) - 1, &options, "page", NULL), 0);
	cr_assert(ingest_apply(ingest, &scrape, &result));
	cr_assert_eq(bulk_series(bulk, &past, (int64_t[]){ 10000, 20000 }, (double[]){ 1, 2 }, 2), 2);
	expect_dump(a, "requests", "requests{instance=\"h:1\",job=\"api\"} 60000:5\n");
	expect_dump(b, "requests", "requests{instance=\"h:1\",job=\"api\"} 10000:1 20000:2\n");
	cr_expect(store_knows_metric(a, "up"));
	cr_expect_not(store_knows_metric(b, "up"));
	bulk_free(bulk);
	ingest_free(ingest);
	exposition_release(&page);
	store_free(store);
}

Test(store_view, state_is_of_one)
{
	struct store *store = store_new(NULL), *a = store_view(store, "a"), *b = store_view(store, "b");

	append_one(a, SET({ "__name__", "m" }), 1000, 1);
	append_one(b, SET({ "__name__", "m" }), 500, 1);
	append_one(b, SET({ "__name__", "n" }), 3000, 1);
	cr_expect_eq(state_of(a).series, 1);
	cr_expect_eq(state_of(b).samples, 2);
	cr_expect_eq(state_of(b).oldest_ms, 500);
	cr_expect_eq(state_of(store).series, 0);
	cr_expect_eq(state_of(store).oldest_ms, INT64_MAX);
	store_free(store);
}

Test(store_view, series_limit_is_for_all)
{
	struct store *store = store_new(&(struct store_limits){ .series = 2 });
	struct store *a = store_view(store, "a"), *b = store_view(store, "b");

	append_one(a, SET({ "__name__", "m" }), 1000, 1);
	cr_expect(store_has_room(b));
	append_one(b, SET({ "__name__", "m" }), 1000, 1);
	cr_expect_not(store_has_room(a));
	cr_expect_null(hold(a, SET({ "__name__", "n" })));
	cr_expect_not_null(hold(a, SET({ "__name__", "m" })), "one that is there is no new one");
	cr_expect(state_of(b).full_series, "said of the whole store");
	cr_expect_eq(state_of(a).refused_series, 1);
	cr_expect_eq(state_of(b).refused_series, 0);
	store_free(store);
}

Test(store_view, sample_limit_takes_the_oldest_of_all)
{
	struct store *store = store_new(&(struct store_limits){ .samples = 1500 });
	struct store *old = store_view(store, "old"), *young = store_view(store, "young");
	struct store_series *first = hold(old, SET({ "__name__", "m" }));
	struct store_series *second = hold(young, SET({ "__name__", "m" }));

	for (int i = 0; i < 1000; i++)
		store_append_at(old, first, i * SECOND, i);
	for (int i = 0; i < 1000; i++)
		store_append_at(young, second, HOUR + i * SECOND, i);
	age_all(store, 2 * HOUR);
	cr_expect_leq(state_of(old).samples + state_of(young).samples, 1500);
	cr_expect_leq(state_of(old).samples, 600);
	cr_expect_eq(state_of(young).samples, 1000, "what is young stays");
	cr_expect_gt(state_of(old).buckets, 0);
	cr_expect_eq(state_of(young).buckets, 0);
	cr_expect(state_of(young).full_samples);
	store_release(old, first);
	store_release(young, second);
	store_free(store);
}

Test(store_view, ageing_goes_through_all)
{
	struct store *store = store_new(&(struct store_limits){ .raw_ms = HOUR, .keep_ms = DAY });
	struct store *a = store_view(store, "a"), *b = store_view(store, "b");

	for (int i = 0; i < 600; i++) {
		append_one(a, SET({ "__name__", "m" }), i * 10 * SECOND, i);
		append_one(b, SET({ "__name__", "m" }, { "job", "j" }), i * 10 * SECOND, i);
	}
	age_all(b, 10 * HOUR);
	cr_expect_eq(state_of(a).samples, 0);
	cr_expect_eq(state_of(b).samples, 0);
	cr_expect_eq(state_of(a).buckets, state_of(b).buckets);
	cr_expect_gt(state_of(a).buckets, 0);
	cr_expect_eq(store_job_oldest_ms(b, "j"), 0);
	age_all(store, 3 * DAY);
	cr_expect_eq(state_of(a).series, 0);
	cr_expect_eq(state_of(b).series, 0);
	cr_expect_eq(store_job_oldest_ms(b, "j"), INT64_MAX);
	store_free(store);
}

/* ---- two views beside two stores ---- */

#define SERIES 12
#define STEPS  1500

struct pair {
	struct store *store; /* two views are of it */
	struct store *views[2], *alone[2];
	struct store_series *in_view[2][SERIES], *in_alone[2][SERIES];
	struct timeline *view_times[2], *alone_times[2];
	uint64_t random;
	int64_t now_ms;
};

static uint64_t draw(struct pair *pair, uint64_t below)
{
	pair->random ^= pair->random << 13;
	pair->random ^= pair->random >> 7;
	pair->random ^= pair->random << 17;
	return pair->random % below;
}

static void pair_begin(struct pair *pair, uint64_t seed)
{
	struct store_limits limits = { .raw_ms = 30 * MINUTE, .keep_ms = 5 * HOUR };

	*pair = (struct pair){ .random = seed * 2654435761u + 88172645463325252u, .now_ms = 1000 * MINUTE };
	pair->store = store_new(&limits);
	for (int k = 0; k < 2; k++) {
		pair->views[k] = store_view(pair->store, k ? "one" : "none");
		pair->alone[k] = store_new(&limits);
		pair->view_times[k] = timeline_new(pair->views[k]);
		pair->alone_times[k] = timeline_new(pair->alone[k]);
	}
}

static void pair_end(struct pair *pair)
{
	for (int k = 0; k < 2; k++) {
		for (size_t i = 0; i < SERIES; i++) {
			if (!pair->in_view[k][i])
				continue;
			store_release(pair->views[k], pair->in_view[k][i]);
			store_release(pair->alone[k], pair->in_alone[k][i]);
		}
		timeline_release(pair->views[k], pair->view_times[k]);
		timeline_release(pair->alone[k], pair->alone_times[k]);
		store_free(pair->alone[k]);
	}
	store_free(pair->store);
}

/* Hold or release one series in both. */
static void turn_over(struct pair *pair, int k, size_t i)
{
	char number[8];
	struct labels labels = SET({ "__name__", i % 3 ? "m" : "n" }, { "i", number }, { "job", i % 2 ? "a" : "b" });

	snprintf(number, sizeof(number), "%02zu", i);
	if (pair->in_view[k][i]) {
		store_release(pair->views[k], pair->in_view[k][i]);
		store_release(pair->alone[k], pair->in_alone[k][i]);
		pair->in_view[k][i] = pair->in_alone[k][i] = NULL;
		return;
	}
	pair->in_view[k][i] = hold(pair->views[k], labels);
	pair->in_alone[k][i] = hold(pair->alone[k], labels);
}

static void scrape(struct pair *pair, int k)
{
	cr_assert_eq(timeline_advance(pair->views[k], pair->view_times[k], pair->now_ms),
		     timeline_advance(pair->alone[k], pair->alone_times[k], pair->now_ms));
	for (size_t i = 0; i < SERIES; i++) {
		double value = draw(pair, 20) ? (double)draw(pair, 1000) : value_stale();
		bool own = draw(pair, 30) == 0;

		if (!pair->in_view[k][i] || draw(pair, 10) == 0)
			continue;
		if (own)
			cr_assert_eq(store_append_at(pair->views[k], pair->in_view[k][i], pair->now_ms, value),
				     store_append_at(pair->alone[k], pair->in_alone[k][i], pair->now_ms, value));
		else
			cr_assert_eq(store_append(pair->views[k], pair->in_view[k][i], pair->view_times[k], value),
				     store_append(pair->alone[k], pair->in_alone[k][i], pair->alone_times[k], value));
	}
}

/* The samples and the thinned history of both, as text. */
static void add_all(struct strbuf *ret, struct store *store)
{
	struct selection *selection = select_metric(store, NULL);
	struct reader *reader = reader_new();

	add_dump(ret, store, NULL);
	for (size_t i = 0; i < selection_count(selection); i++) {
		struct buckets buckets;

		reader_buckets(reader, selection, i, INT64_MIN, INT64_MAX, &buckets);
		strbuf_addf(ret, "from %lld:", (long long)selection_history_from_ms(selection, i));
		for (size_t b = 0; b < buckets.count; b++)
			strbuf_addf(ret, " %lld:%g/%g", (long long)buckets.end_ms[b], buckets.samples[b],
				    buckets.sum[b]);
		strbuf_addch(ret, '\n');
	}
	reader_free(reader);
	selection_free(selection);
}

static void compare(struct pair *pair)
{
	for (int k = 0; k < 2; k++) {
		struct store_state view = state_of(pair->views[k]), alone = state_of(pair->alone[k]);
		struct strbuf got = STRBUF_INIT, want = STRBUF_INIT;

		add_all(&got, pair->views[k]);
		add_all(&want, pair->alone[k]);
		cr_assert_str_eq(got.text, want.text);
		cr_assert_eq(view.series, alone.series);
		cr_assert_eq(view.samples, alone.samples);
		cr_assert_eq(view.buckets, alone.buckets);
		cr_assert_eq(view.label_pairs, alone.label_pairs);
		cr_assert_eq(view.oldest_ms, alone.oldest_ms);
		cr_assert_eq(view.newest_ms, alone.newest_ms);
		cr_assert_eq(view.appended, alone.appended);
		cr_assert_eq(view.out_of_order, alone.out_of_order);
		cr_assert_eq(store_job_oldest_ms(pair->views[k], "a"), store_job_oldest_ms(pair->alone[k], "a"));
		strbuf_release(&got);
		strbuf_release(&want);
	}
}

Test(store_view, two_views_are_as_two_stores)
{
	for (uint64_t seed = 1; seed <= 6; seed++) {
		struct pair pair;

		pair_begin(&pair, seed);
		for (int step = 0; step < STEPS; step++) {
			pair.now_ms += 1000 + (int64_t)draw(&pair, 30000);
			turn_over(&pair, (int)draw(&pair, 2), (size_t)draw(&pair, SERIES));
			scrape(&pair, (int)draw(&pair, 2));
			if (draw(&pair, 25) == 0) {
				age_all(pair.store, pair.now_ms);
				age_all(pair.alone[0], pair.now_ms);
				age_all(pair.alone[1], pair.now_ms);
			}
			if (draw(&pair, 50) == 0)
				compare(&pair);
		}
		compare(&pair);
		pair_end(&pair);
	}
}
