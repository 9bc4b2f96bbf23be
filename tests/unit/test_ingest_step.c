/* A page taken in by steps: bounded work each, and never half a page to see. */
#include "store_fixture.h"

#include "base/strbuf.h"
#include "tsdb/ingest.h"

#define LINES 3000

static struct store *store;
static struct ingest *ingest;
static struct exposition exposition;
static struct strbuf page;

static void setup(void)
{
	struct ingest_config config = { .labels = SET({ "job", "j" }) };

	store = store_new(NULL);
	ingest = ingest_new(store, &config);
	strbuf_init(&page);
}

static void teardown(void)
{
	exposition_release(&exposition);
	strbuf_release(&page);
	ingest_free(ingest);
	store_free(store);
}

TestSuite(ingest_step, .init = setup, .fini = teardown);

static bool begin(int seconds, const char *name, size_t lines)
{
	struct exposition_options options = { 0 };
	struct ingest_scrape scrape = { .time_ms = seconds * SECOND, .exposition = &exposition };

	exposition_release(&exposition);
	strbuf_clear(&page);
	for (size_t i = 0; i < lines; i++)
		strbuf_addf(&page, "%s{line=\"%zu\"} %d\n", name, i, seconds);
	cr_assert_eq(exposition_parse(&exposition, page.text, page.length, &options, "page", NULL), 0);
	return ingest_begin(ingest, &scrape);
}

static size_t seen(void)
{
	struct selection *selection = store_select(store, NULL, 0, 0, HOUR, 0, NULL);
	size_t count = selection_count(selection);

	selection_free(selection);
	return count;
}

static size_t steps(struct ingest_result *ret)
{
	size_t taken = 1;

	for (; !ingest_step(ingest, ret); taken++)
		cr_assert_lt(taken, LINES);
	return taken;
}

Test(ingest_step, new_series_take_several_and_come_at_once)
{
	struct ingest_result result;

	cr_assert(begin(10, "m", LINES));
	cr_assert(!ingest_step(ingest, &result));
	cr_expect_eq(seen(), 0, "half a page is no page");
	age_all(store, 11 * SECOND);
	cr_expect_gt(steps(&result), 2);
	cr_expect_eq(result.samples, LINES);
	cr_expect_eq(result.added, LINES);
	cr_expect_eq(result.out_of_order, 0);
	cr_expect_eq(seen(), LINES + 5);
	cr_expect_eq(ingest_series(ingest), LINES);
}

Test(ingest_step, known_series_take_one)
{
	struct ingest_result result;

	for (int seconds = 10; seconds < 10 + 70; seconds++) {
		cr_assert(begin(seconds, "m", LINES));
		cr_expect_eq(steps(&result) == 1, seconds > 10);
	}
	cr_expect_eq(result.added, 0);
	cr_expect_eq(state_of(store).samples, 70 * (LINES + 5));
}

/* The times of a target of which nothing is stored yet must be there when it is. */
Test(ingest_step, ageing_between_the_steps_is_harmless)
{
	struct ingest_result result;

	for (int seconds = 10; seconds < 10 + 130; seconds++) {
		cr_assert(begin(seconds, seconds % 2 ? "odd" : "even", LINES / 2));
		while (!ingest_step(ingest, &result))
			for (int i = 0; i < 20; i++)
				age_all(store, seconds * SECOND);
		cr_assert_str_eq(result.error, "");
		cr_assert_eq(result.stale, seconds > 10 ? LINES / 2 : 0);
	}
	cr_expect_eq(seen(), LINES + 5);
}

Test(ingest_step, a_page_left_in_the_middle_leaves_nothing)
{
	struct ingest_result result;

	cr_assert(begin(10, "m", LINES));
	cr_assert(!ingest_step(ingest, &result));
	ingest_free(ingest);
	age_all(store, 11 * SECOND);
	cr_expect_eq(state_of(store).series, 0);
	cr_expect_eq(state_of(store).samples, 0);
	ingest = ingest_new(store, &(struct ingest_config){ 0 });
}

Test(ingest_step, a_time_that_went_backwards_begins_nothing)
{
	struct ingest_result result;

	cr_assert(begin(10, "m", 3));
	cr_expect_eq(steps(&result), 1);
	cr_expect(!begin(10, "m", 3));
	cr_expect(!begin(9, "m", 3));
	cr_expect(begin(11, "m", 3));
	cr_expect_eq(steps(&result), 1);
	cr_expect_eq(result.added, 0);
}

Test(ingest_step, a_prepared_series_is_still_empty)
{
	struct store_series *series = hold(store, SET({ "__name__", "m" }));
	struct timeline *timeline = timeline_new(store);

	store_prepare(store, series);
	store_prepare(store, series);
	cr_expect_eq(seen(), 0);
	timeline_advance(store, timeline, SECOND);
	cr_expect_eq(store_append(store, series, timeline, 4), STORE_OK);
	cr_expect_eq(seen(), 1);
	store_prepare(store, series);
	expect_dump(store, NULL, "m 1000:4\n");
	store_release(store, series);
	timeline_release(store, timeline);
}
