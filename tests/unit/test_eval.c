/* Evaluation as a whole: kinds of answers, scalars, constants, order, limits, cancelling. */
#include "eval_fixture.h"

#include <pthread.h>
#include <unistd.h>

static struct store *store;

static void set_up(void)
{
	store = store_new(NULL);
	load(store, "a{x=\"1\"}", 60000, "1+1x9");
	load(store, "a{x=\"2\"}", 60000, "10-1x9");
	load(store, "b{x=\"1\"}", 60000, "0 0 0");
}

static void tear_down(void)
{
	store_free(store);
}

TestSuite(eval, .init = set_up, .fini = tear_down);

Test(eval, kinds)
{
	expect_at(store, "1", 10, "scalar {} 1@10");
	expect_at(store, "-(1 + 2) * 3", 10, "scalar {} -9@10");
	expect_at(store, "'text'", 10, "string 'text'");
	expect_at(store, "('text')", 10, "string 'text'");
	expect_at(store, "a", 0, "vector a{x=\"1\"} 1@0, a{x=\"2\"} 10@0");
	expect_at(store, "(a[1m])", 60, "range a{x=\"1\"} 2@60, a{x=\"2\"} 9@60");
	expect_at(store, "vector(1)", 10, "vector {} 1@10");
	expect_at(store, "NaN", 10, "scalar {} nan@10");
	expect_range(store, "1", 0, 20, 10, "range {} 1@0 1@10 1@20");
	expect_range(store, "time()", 0, 20, 10, "range {} 0@0 10@10 20@20");
	expect_range(store, "vector(time())", 0, 20, 10, "range {} 0@0 10@10 20@20");
	expect_range(store, "1", 20, 0, 10, "range");
	expect_range(store, "vector(1)", 20, 0, 10, "range");
}

Test(eval, kinds_that_have_no_range)
{
	expect_range(store, "'text'", 0, 60, 60,
		     "error 1: invalid expression type \"string\" for range query, must be Scalar or instant Vector");
	expect_range(
		store, "a[1m]", 0, 60, 60,
		"error 1: invalid expression type \"range vector\" for range query, must be Scalar or instant Vector");
}

Test(eval, scalars)
{
	expect_at(store, "1 > bool 2", 0, "scalar {} 0@0");
	expect_at(store, "1 < bool 2", 0, "scalar {} 1@0");
	expect_at(store, "7 % 4 ^ 2", 0, "scalar {} 7@0");
	expect_at(store, "+5", 0, "scalar {} 5@0");
	expect_at(store, "scalar(a{x=\"1\"})", 0, "scalar {} 1@0");
	expect_at(store, "scalar(a)", 0, "scalar {} nan@0");
	expect_at(store, "-scalar(a{x=\"1\"}) + pi() - pi()", 0, "scalar {} -1@0");
	expect_range(store, "scalar(a{x=\"1\"}) - time() / 60", 0, 120, 60, "range {} 1@0 1@60 1@120");
	expect_range(store, "scalar(a{x=\"1\"} @ 60)", 0, 120, 60, "range {} 2@0 2@60 2@120");
}

Test(eval, vector_with_scalar)
{
	expect_at(store, "a + 1", 0, "vector {x=\"1\"} 2@0, {x=\"2\"} 11@0");
	expect_at(store, "1 - a", 0, "vector {x=\"1\"} 0@0, {x=\"2\"} -9@0");
	expect_at(store, "a > 5", 0, "vector a{x=\"2\"} 10@0");
	expect_at(store, "5 > a", 0, "vector a{x=\"1\"} 1@0");
	expect_at(store, "a > bool 5", 0, "vector {x=\"1\"} 0@0, {x=\"2\"} 1@0");
	expect_at(store, "5 > bool a", 0, "vector {x=\"1\"} 1@0, {x=\"2\"} 0@0");
	expect_at(store, "a != NaN", 0, "vector a{x=\"1\"} 1@0, a{x=\"2\"} 10@0");
	expect_at(store, "b / 0", 0, "vector {x=\"1\"} nan@0");
	expect_closed_at(store, "a{x=\"1\"} atan2 0", 0, "vector a{x=\"1\"} 1.570796327@0");
	expect_at(store, "a{x=\"1\"} atan2 0", 0, "vector {x=\"1\"} 1.570796327@0");
	expect_range(store, "a > 4", 0, 240, 60, "range a{x=\"1\"} 5@240, a{x=\"2\"} 10@0 9@60 8@120 7@180 6@240");
	expect_range(store, "a * time()", 0, 60, 60, "range {x=\"1\"} 0@0 120@60, {x=\"2\"} 0@0 540@60");
}

Test(eval, signs)
{
	expect_at(store, "-a", 0, "vector {x=\"1\"} -1@0, {x=\"2\"} -10@0");
	expect_at(store, "+a", 0, "vector a{x=\"1\"} 1@0, a{x=\"2\"} 10@0");
	expect_at(store, "--a", 0, "vector {x=\"1\"} 1@0, {x=\"2\"} 10@0");
	expect_at(store, "-{x=\"1\"}", 0, "error 1: vector cannot contain metrics with the same labelset");
}

Test(eval, order)
{
	/* An instant answer comes as it was evaluated, a range sorted by labels. */
	expect_at(store, "sort_desc(a)", 0, "vector a{x=\"2\"} 10@0, a{x=\"1\"} 1@0");
	expect_at(store, "-sort_desc(a)", 0, "vector {x=\"2\"} -10@0, {x=\"1\"} -1@0");
	expect_range(store, "sort_desc(a)", 0, 0, 60, "range a{x=\"1\"} 1@0, a{x=\"2\"} 10@0");
}

Test(eval, constants_are_evaluated_once)
{
	struct promql_options options = {
		.end_ms = 6000000, .step_ms = 1000, .limits = { .samples = 50 }, .all_history = true
	};
	struct strbuf got = STRBUF_INIT;

	cr_expect_eq(ask(store, "sum(a @ 60)", &options, &got), PROMQL_OK, "%s", got.text);
	cr_expect_eq(ask(store, "sum_over_time(a[9m] @ 540) + a @ 60", &options, &got), PROMQL_OK, "%s", got.text);
	cr_expect_eq(ask(store, "sum(a)", &options, &got), PROMQL_LIMIT);
	strbuf_release(&got);
}

Test(eval, limit_on_samples)
{
	struct promql_options options = { .end_ms = 540000, .step_ms = 60000, .limits = { .samples = 19 } };

	expect_answer(store, "a", &options, "error 2: the query touches more than 19 samples (the limit)");
	expect_answer(store, "count_over_time(a{x=\"1\"}[5m])", &options,
		      "error 2: the query touches more than 19 samples (the limit)");
	expect_answer(store, "count_over_time(a{x=\"1\"}[5m:30s])", &options,
		      "error 2: the query touches more than 19 samples (the limit)");
	options.limits.samples = 20;
	expect_answer(store, "count(a)", &options, "range {} 2@0 2@60 2@120 2@180 2@240 2@300 2@360 2@420 2@480 2@540");
}

Test(eval, limit_on_series)
{
	struct promql_options options = { .limits = { .series = 2 } };

	expect_answer(store, "a", &options, "vector a{x=\"1\"} 1@0, a{x=\"2\"} 10@0");
	expect_answer(store, "{x=~\".+\"}", &options,
		      "error 2: a result of the query has more than 2 series (the limit)");
	expect_answer(store, "a or on (__name__) b", &options,
		      "error 2: a result of the query has more than 2 series (the limit)");
	expect_answer(store, "count_over_time({x=~\".+\"}[1m])", &options,
		      "error 2: a result of the query has more than 2 series (the limit)");
}

Test(eval, limit_on_points)
{
	struct promql_options options = { .end_ms = 540000, .step_ms = 60000, .limits = { .points = 19 } };

	expect_answer(store, "a", &options, "error 2: a result of the query has more than 19 points (the limit)");
	expect_answer(store, "sort(a)", &options, "error 2: a result of the query has more than 19 points (the limit)");
	expect_answer(store, "sum(a) > 100", &options, "range");
	expect_answer(store, "sum_over_time(a[1m:1s])", &options,
		      "error 2: the query has more than 19 steps (the limit)");
	options.step_ms = 1;
	expect_answer(store, "a", &options, "error 2: the query has more than 19 steps (the limit)");
}

Test(eval, limit_on_time)
{
	struct promql_options options = {
		.end_ms = 4999999, .step_ms = 1, .limits = { .time_ms = 5 }, .all_history = true
	};
	int64_t start = clock_monotonic_ms();
	struct strbuf got = STRBUF_INIT;

	cr_expect_eq(ask(store, "sum_over_time(a[9m]) + sum_over_time(a[9m:1s]) + a", &options, &got), PROMQL_LIMIT);
	cr_expect_str_eq(got.text, "error 2: the query takes longer than 0.005 s (the limit)");
	cr_expect_lt(clock_monotonic_ms() - start, 30000);
	strbuf_release(&got);
}

Test(eval, cancelled)
{
	atomic_bool cancelled = true;
	struct promql_options options = { .end_ms = 60000, .step_ms = 60000, .cancelled = &cancelled };

	expect_answer(store, "a", &options, "error 3: the query was cancelled");
	expect_answer(store, "1", &options, "error 3: the query was cancelled");
	cancelled = false;
	expect_answer(store, "1", &options, "range {} 1@0 1@60");
}

static void *cancel_soon(void *user)
{
	atomic_bool *cancelled = user;

	usleep(50000);
	atomic_store(cancelled, true);
	return NULL;
}

Test(eval, cancelled_while_it_runs)
{
	atomic_bool cancelled = false;
	struct promql_options options = { .end_ms = 2000000,
					  .step_ms = 1,
					  .cancelled = &cancelled,
					  .limits = { .samples = UINT64_MAX, .time_ms = 600000 },
					  .all_history = true };
	char text[4096] = "a";
	struct strbuf got = STRBUF_INIT;
	pthread_t thread;

	/* Far more work than can be done in the time before it is called off. */
	for (int i = 0; i < 150; i++)
		strcat(text, " + a");
	cr_assert_eq(pthread_create(&thread, NULL, cancel_soon, &cancelled), 0);
	cr_expect_eq(ask(store, text, &options, &got), PROMQL_CANCELLED, "%s", got.text);
	pthread_join(thread, NULL);
	strbuf_release(&got);
}

static void expect_row(const char *head, const char *part, size_t count, const char *wanted)
{
	struct strbuf text = STRBUF_INIT;
	struct promql_options options = { .end_ms = 60000, .step_ms = 60000, .all_history = true };

	strbuf_addstr(&text, head);
	for (size_t i = 0; i < count; i++)
		strbuf_addstr(&text, part);
	expect_answer(store, text.text, &options, wanted);
	strbuf_release(&text);
}

/* As deep as the parser lets a tree become. */
Test(eval, operators_in_a_row)
{
	expect_row("b", " + b", 999, "range {x=\"1\"} 0@0 0@60");
	expect_row("b", " or b", 999, "range b{x=\"1\"} 0@0 0@60");
	expect_row("b", " + 1", 1999, "range {x=\"1\"} 1999@0 1999@60");
	expect_row("b", " + time()", 1999, "range {x=\"1\"} 0@0 119940@60");
	expect_row("b", " >= 0", 1999, "range b{x=\"1\"} 0@0 0@60");
	expect_row("1", " + 1", 1999, "range {} 2000@0 2000@60");
	expect_row("{__name__=~\"b|c\"}", " - 1", 1999, "range {x=\"1\"} -1999@0 -1999@60");
}

Test(eval, strange_times)
{
	struct promql_options options = { .start_ms = INT64_MIN, .end_ms = INT64_MIN };

	expect_answer(store, "a offset 1y", &options, "vector");
	options.start_ms = options.end_ms = INT64_MAX;
	expect_answer(store, "rate(a[1y] offset -1y)", &options, "vector");
	expect_answer(store, "sum_over_time(a[10m:1m] offset -100y)", &options, "vector");
	options = (struct promql_options){ .start_ms = INT64_MIN, .end_ms = INT64_MAX, .step_ms = 1 };
	expect_answer(store, "a", &options, "error 2: the query has more than 50000000 steps (the limit)");
	options.step_ms = INT64_MAX;
	expect_answer(store, "count(a) > 5", &options, "range");
}
