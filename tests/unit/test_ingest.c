#include "store_fixture.h"

#include <stdio.h>

#include "tsdb/ingest.h"

static struct store *store;
static struct ingest *ingest;
static struct ingest_result result;

static void setup_with(const struct ingest_config *config)
{
	store = store_new(NULL);
	ingest = ingest_new(store, config);
}

static void setup(void)
{
	struct ingest_config config = { .labels = SET({ "job", "j" }, { "instance", "i:1" }) };

	setup_with(&config);
}

static void teardown(void)
{
	ingest_free(ingest);
	store_free(store);
}

TestSuite(ingest, .fini = teardown);

/* Scrape a page at `seconds`; NULL: the scrape failed. */
static bool scrape(int seconds, const char *page)
{
	struct exposition exposition = { 0 };
	struct exposition_options options = { 0 };
	struct ingest_scrape one = { .time_ms = seconds * SECOND, .duration_s = 0.5 };
	struct error_list faults = { 0 };
	bool applied;

	if (page) {
		cr_assert_eq(exposition_parse(&exposition, page, strlen(page), &options, "page", &faults), 0);
		one.exposition = &exposition;
	}
	applied = ingest_apply(ingest, &one, &result);
	exposition_release(&exposition);
	error_list_release(&faults);
	return applied;
}

#define LABELS "instance=\"i:1\",job=\"j\""

Test(ingest, a_page_and_what_it_says_of_itself)
{
	setup();
	cr_expect(scrape(10, "a 1\nb{x=\"1\"} 2\n"));
	cr_expect_eq(result.samples, 2);
	cr_expect_eq(result.added, 2);
	cr_expect_str_eq(result.error, "");
	cr_expect_eq(ingest_series(ingest), 2);
	cr_expect(scrape(20, "a 3\nb{x=\"1\"} 4\n"));
	cr_expect_eq(result.added, 0);
	cr_expect(!scrape(20, "a 9\n"), "not after the last");
	cr_expect_eq(result.samples, 0);
	expect_dump(store, NULL,
		    "a{" LABELS "} 10000:1 20000:3\n"
		    "b{" LABELS ",x=\"1\"} 10000:2 20000:4\n"
		    "scrape_duration_seconds{" LABELS "} 10000:0.5 20000:0.5\n"
		    "scrape_samples_post_metric_relabeling{" LABELS "} 10000:2 20000:2\n"
		    "scrape_samples_scraped{" LABELS "} 10000:2 20000:2\n"
		    "scrape_series_added{" LABELS "} 10000:2 20000:0\n"
		    "up{" LABELS "} 10000:1 20000:1\n");
}

Test(ingest, what_is_gone_is_marked_once)
{
	setup();
	scrape(10, "a 1\nb 2\nc 3\n");
	scrape(20, "a 1\nc 3\n");
	cr_expect_eq(result.stale, 1);
	scrape(30, "a 1\nc 3\n");
	cr_expect_eq(result.stale, 0);
	scrape(40, "c 3\nb 5\na 1\n");
	cr_expect_eq(result.added, 1);
	cr_expect_eq(ingest_series(ingest), 3);
	expect_dump(store, "a", "a{" LABELS "} 10000:1 20000:1 30000:1 40000:1\n");
	expect_dump(store, "b", "b{" LABELS "} 10000:2 20000:STALE 40000:5\n");
	expect_dump(store, "c", "c{" LABELS "} 10000:3 20000:3 30000:3 40000:3\n");
}

Test(ingest, a_failed_scrape_marks_all)
{
	setup();
	scrape(10, "a 1\nb 2\n");
	cr_expect(scrape(20, NULL));
	cr_expect_eq(result.stale, 2);
	cr_expect_eq(ingest_series(ingest), 0);
	scrape(30, NULL);
	cr_expect_eq(result.stale, 0);
	scrape(40, "a 1\nb 2\n");
	cr_expect_eq(result.added, 0, "they were there at the last page");
	expect_dump(store, "a", "a{" LABELS "} 10000:1 20000:STALE 40000:1\n");
	expect_dump(store, "up", "up{" LABELS "} 10000:1 20000:0 30000:0 40000:1\n");
	expect_dump(store, "scrape_samples_scraped",
		    "scrape_samples_scraped{" LABELS "} 10000:2 20000:0 30000:0 40000:2\n");
}

Test(ingest, times_of_their_own)
{
	struct ingest_config config = { .labels = SET({ "job", "j" }) };

	setup_with(&config);
	scrape(10, "a 1 9000\nb 1\n");
	scrape(20, "a 1 9000\nb 2\n");
	cr_expect_eq(result.duplicates + result.out_of_order, 0, "the same again");
	scrape(30, "a 2 9000\n");
	cr_expect_eq(result.duplicates, 1);
	cr_expect_eq(result.stale, 1, "only b");
	scrape(40, "a 2 8000\n");
	cr_expect_eq(result.out_of_order, 1);
	scrape(50, "a 5 45000\n");
	scrape(60, "b 5\n");
	expect_dump(store, "a", "a{job=\"j\"} 9000:1 45000:5\n");
	expect_dump(store, "b", "b{job=\"j\"} 10000:1 20000:2 30000:STALE 60000:5\n");
}

Test(ingest, times_may_be_ignored)
{
	struct ingest_config config = { .labels = SET({ "job", "j" }), .ignore_times = true };

	setup_with(&config);
	scrape(10, "a 1 9000\n");
	scrape(20, "b 1\n");
	expect_dump(store, "a", "a{job=\"j\"} 10000:1 20000:STALE\n");
}

Test(ingest, clashing_labels_are_exported)
{
	setup();
	scrape(10, "a{job=\"own\",exported_job=\"x\",z=\"1\"} 1\na{instance=\"q\"} 2\n");
	expect_dump(store, "a",
		    "a{exported_exported_job=\"own\",exported_job=\"x\"," LABELS ",z=\"1\"} 10000:1\n"
		    "a{exported_instance=\"q\"," LABELS "} 10000:2\n");
}

Test(ingest, or_honoured)
{
	struct ingest_config config = { .labels = SET({ "job", "j" }, { "instance", "i" }), .honor_labels = true };

	setup_with(&config);
	scrape(10, "a{job=\"own\",z=\"1\"} 1\n");
	expect_dump(store, "a", "a{instance=\"i\",job=\"own\",z=\"1\"} 10000:1\n");
	expect_dump(store, "up", "up{instance=\"i\",job=\"j\"} 10000:1\n");
}

Test(ingest, the_first_of_two_equal_series_wins)
{
	setup();
	scrape(10, "a{x=\"1\",y=\"2\"} 1\na{y=\"2\",x=\"1\"} 2\na{x=\"1\",y=\"2\"} 3\n");
	cr_expect_eq(result.duplicates, 2);
	cr_expect_eq(result.added, 1);
	cr_expect_eq(ingest_series(ingest), 1);
	scrape(20, "a{y=\"2\",x=\"1\"} 5\n");
	cr_expect_eq(result.stale, 0, "written otherwise, it is still there");
	expect_dump(store, "a", "a{" LABELS ",x=\"1\",y=\"2\"} 10000:1 20000:5\n");
}

Test(ingest, sample_limit_fails_the_page)
{
	struct ingest_config config = { .labels = SET({ "job", "j" }), .samples = 2 };

	setup_with(&config);
	scrape(10, "a 1\nb 1\n");
	scrape(20, "a 1\nb 1\nc 1\n");
	cr_expect_str_eq(result.error, "3 samples (at most 2)");
	cr_expect_eq(result.stale, 2);
	expect_dump(store, "up", "up{job=\"j\"} 10000:1 20000:0\n");
	expect_dump(store, "c", "");
}

Test(ingest, bad_labels_fail_the_page_as_a_whole)
{
	static const char body[] = "a{x=\"1\",x=\"2\"} 1\nb 2\n";
	struct exposition_sample samples[] = { { .text = 18, .length = 1, .value = 2, .time_ms = EXPOSITION_NO_TIME },
					       { .text = 0, .length = 15, .value = 1, .time_ms = EXPOSITION_NO_TIME } };
	struct exposition page = { .body = body, .body_length = sizeof(body) - 1, .samples = samples, .count = 2 };
	struct ingest_scrape one = { .time_ms = 1000, .exposition = &page };

	setup();
	cr_expect(ingest_apply(ingest, &one, &result));
	cr_expect_neq(result.error[0], '\0');
	expect_dump(store, "b", "");
	expect_dump(store, "up", "up{" LABELS "} 1000:0\n");
	scrape(10, "b 1\n");
	expect_dump(store, "b", "b{" LABELS "} 10000:1\n");
}

Test(ingest, a_full_store_refuses_and_later_admits)
{
	struct store_limits limits = { .series = 6 };
	struct ingest_config config = { .labels = SET({ "job", "j" }) };

	store = store_new(&limits);
	ingest = ingest_new(store, &config);
	struct store_series *other = hold(store, SET({ "__name__", "o" }));

	scrape(10, NULL);
	scrape(20, "a 1\nb 1\n");
	cr_expect_eq(result.refused, 2);
	cr_expect_eq(state_of(store).refused_series, 2);
	store_release(store, other);
	store_age(store, 20 * SECOND);
	scrape(30, "a 1\nb 1\n");
	cr_expect_eq(result.refused, 1);
	cr_expect_eq(result.added, 1);
	expect_dump(store, "a", "a{job=\"j\"} 30000:1\n");
}

Test(ingest, ending_marks_everything)
{
	setup();
	scrape(10, "a 1\n");
	ingest_end(ingest, 5 * SECOND);
	expect_dump(store, "a", "a{" LABELS "} 10000:1 10001:STALE\n");
	expect_dump(store, "up", "up{" LABELS "} 10000:1 10001:STALE\n");
	cr_expect_eq(ingest_series(ingest), 0);
}

/* Pages that change all the time: lines come, go and move; what the store has is what the pages said. */
Test(ingest, churn_is_followed_and_forgotten)
{
	enum { NAMES = 400, TURNS = 200 };
	static int64_t last_seen[NAMES];
	struct strbuf page = STRBUF_INIT;
	uint64_t random = 12345;
	size_t expected[NAMES] = { 0 };

	setup();
	for (int turn = 1; turn <= TURNS; turn++) {
		size_t present = 0;

		strbuf_clear(&page);
		for (int i = 0; i < NAMES; i++) {
			int name = turn % 20 < 10 ? i : NAMES - 1 - i;

			random = random * 6364136223846793005u + 1442695040888963407u;
			if ((random >> 33) % 4 == 0 || (name % 2 && turn % 50 > 25))
				continue;
			strbuf_addf(&page, "m%d{turn=\"all\"} %d\n", name, turn);
			expected[name] += last_seen[name] && last_seen[name] != turn - 1 ? 2 : 1;
			last_seen[name] = turn;
			present++;
		}
		cr_assert(scrape(turn, page.text));
		cr_assert_eq(result.samples, present);
		cr_assert_eq(ingest_series(ingest), present);
		cr_assert_eq(result.duplicates + result.out_of_order + result.refused, 0);
	}
	struct reader *reader = reader_new();

	for (int i = 0; i < NAMES; i++) {
		struct selection *selection;
		struct samples samples;
		char name[16];

		snprintf(name, sizeof(name), "m%d", i);
		selection = select_metric(store, name);
		cr_assert_eq(selection_count(selection), 1);
		reader_samples(reader, selection, 0, INT64_MIN, INT64_MAX, &samples);
		cr_assert_eq(samples.count, expected[i] + (last_seen[i] != TURNS), "%s: %zu, not %zu", name,
			     samples.count, expected[i]);
		for (size_t k = 0; k < samples.count; k++)
			cr_assert(value_is_stale(samples.values[k]) ||
				  samples.values[k] * 1000 == (double)samples.times_ms[k]);
		selection_free(selection);
	}
	reader_free(reader);
	strbuf_release(&page);
}

/* The scrape is long after 1970, so that there is a time before all that is kept. */
Test(ingest, times_out_of_bounds_are_passed_over)
{
	setup();
	cr_expect(scrape(4000000, "far 1 4600601000\nnear 1 4000600000\nlate 1 975999999\nold 1 976000000\n"));
	cr_expect_eq(result.too_far, 2, "more than ten minutes ahead, more than 35 days behind");
	cr_expect_eq(result.out_of_order, 0);
	cr_expect(scrape(4000015, "far 2\nnear 2\nlate 2\nold 2\n"));
	cr_expect_eq(result.too_far, 0);
	cr_expect_eq(result.out_of_order, 1, "only the one that is ahead within reason");
	cr_expect_eq(state_of(store).newest_ms, 4000600000);
}

/* Pages of ever new series whose last line is no label set: nothing of them may pile up. */
Test(ingest, a_target_that_always_fails_holds_little)
{
	struct strbuf page = STRBUF_INIT;
	struct store_state first = { 0 };

	setup();
	scrape(1, "a 1\nb 2\n");
	for (int round = 0; round < 10; round++) {
		strbuf_clear(&page);
		strbuf_addstr(&page, "a 2\n");
		for (int i = 0; i < 3000; i++)
			strbuf_addf(&page, "new{i=\"%d-%d\"} 1\n", round, i);
		strbuf_addstr(&page, "bad{x=\"1\",x=\"2\"} 1\n");
		scrape(10 + round * 10, page.text);
		cr_expect(strstr(result.error, "there twice") != NULL, "'%s'", result.error);
		while (!store_age(store, (10 + round * 10) * SECOND))
			;
		if (round == 0)
			first = state_of(store);
		cr_expect_eq(state_of(store).series, first.series);
	}
	cr_expect_lt(state_of(store).series, 100u);
	cr_expect(scrape(200, "a 3\nb 4\n"));
	cr_expect_eq(result.added, 0, "they were there at the last page");
	expect_dump(store, "b", "b{" LABELS "} 1000:2 10000:STALE 200000:4\n");
	strbuf_release(&page);
}
