/* Range selectors and subqueries: their borders, grids, and functions over them. */
#include "eval_fixture.h"

static struct store *store;

static void set_up(void)
{
	store = store_new(NULL);
	load(store, "a{x=\"1\"}", 15000, "0+1x120");
	load(store, "a{x=\"2\"}", 15000, "0+2x120");
	load(store, "b{x=\"1\"}", 15000, "0+1x59");
	load(store, "c{x=\"1\"}", 15000, "_x90 90+1x30");
	load(store, "gaps", 15000, "1 2 stale 4 _ 6 stale 8");
	load(store, "names{__type__=\"d\"}", 15000, "1");
}

static void tear_down(void)
{
	store_free(store);
}

TestSuite(eval_window, .init = set_up, .fini = tear_down);

Test(eval_window, raw_samples)
{
	expect_at(store, "b[30s]", 45, "range b{x=\"1\"} 2@30 3@45");
	expect_closed_at(store, "b[30s]", 45, "range b{x=\"1\"} 1@15 2@30 3@45");
	expect_closed_at(store, "b[30s] offset 15s", 45, "range b{x=\"1\"} 0@0 1@15 2@30");
	expect_closed_at(store, "b[15s] @ 30", 1000, "range b{x=\"1\"} 1@15 2@30");
	expect_closed_at(store, "gaps[5m]", 105, "range gaps 1@0 2@15 4@45 6@75 8@105");
	expect_closed_at(store, "gaps[1s]", 31, "range");
	expect_closed_at(store, "b[5m] offset 1h", 45, "range");
}

Test(eval_window, borders)
{
	expect_at(store, "count_over_time(b[30s])", 45, "vector {x=\"1\"} 2@45");
	expect_closed_at(store, "count_over_time(b[30s])", 45, "vector {x=\"1\"} 3@45");
	expect_closed_at(store, "count_over_time(gaps[1m])", 60, "vector {} 3@60");
	expect_range(store, "count_over_time(gaps[30s])", 0, 120, 30, "range {} 1@0 2@30 1@60 1@90 1@120");
	expect_range(store, "sum_over_time(b[30s])", 0, 60, 30, "range {x=\"1\"} 0@0 3@30 9@60");
	expect_range(store, "last_over_time(b[1m] @ 60)", 0, 60, 30, "range b{x=\"1\"} 4@0 4@30 4@60");
	expect_range(store, "sum_over_time(b[15s] offset -15s)", 0, 60, 60, "range {x=\"1\"} 1@0 9@60");
	expect_range(store, "sum_over_time(b[15s] @ end())", 0, 60, 60, "range {x=\"1\"} 7@0 7@60");
}

Test(eval_window, argument_of_each_step)
{
	struct promql_options open = { .end_ms = 60000, .step_ms = 30000, .left_open = true, .all_history = true };

	expect_answer(store, "quantile_over_time(time() / 60, b[61s] @ 60)", &open, "range {x=\"1\"} 0@0 2@30 4@60");
	/* 2.x moves the window with the steps, though fixed by @, but has no samples behind that time. */
	expect_range(store, "quantile_over_time(time() / 60, b[1m] @ 60)", 0, 60, 30, "range {x=\"1\"} 0@0 3@30 4@60");
	expect_range(store, "quantile_over_time(time() / 60, b[1m:15s] @ 60)", 0, 60, 30,
		     "range {x=\"1\"} 0@0 4@30 4@60");
	/* The line is drawn on to a time counted from the step, not from the window. */
	expect_range(store, "predict_linear(a{x=\"1\"}[5m] @ 600, 60)", 1000, 1060, 60,
		     "range {x=\"1\"} 70.66666667@1000 74.66666667@1060");
	expect_closed_at(store, "predict_linear(a[5m] offset 5m, 60)", 1000,
			 "vector {x=\"1\"} 70.66666667@1000, {x=\"2\"} 141.3333333@1000");
}

Test(eval_window, equal_labels)
{
	const char *message = "error 1: vector cannot contain metrics with the same labelset";

	/* Over all steps for what is computed series by series ... */
	expect_range(store, "rate({__name__=~\"b|c\"}[2m])", 600, 1800, 300, message);
	expect_range(store, "-{__name__=~\"b|c\"}", 600, 1800, 300, message);
	expect_closed_at(store, "rate({__name__=~\"a|b\"}[2m])", 600, message);
	expect_range(store, "last_over_time({__name__=~\"b|c\"}[2m])", 600, 1800, 300,
		     "range b{x=\"1\"} 40@600 59@900, c{x=\"1\"} 100@1500 120@1800");
	/* ... but step by step for the others. */
	expect_range(store, "abs({__name__=~\"b|c\"})", 600, 1800, 300,
		     "range {x=\"1\"} 40@600 59@900 100@1500 120@1800");
	expect_range(store, "{__name__=~\"b|c\"} * 2", 600, 1800, 300,
		     "range {x=\"1\"} 80@600 118@900 200@1500 240@1800");
	expect_range(store, "{__name__=~\"b|c\"} > 50", 600, 1800, 300,
		     "range b{x=\"1\"} 59@900, c{x=\"1\"} 100@1500 120@1800");
	expect_range(store, "2 * {__name__=~\"a|b\"}", 600, 1800, 300, message);
	expect_range(store, "timestamp({__name__=~\"b|c\"})", 600, 1800, 300,
		     "range {x=\"1\"} 600@600 885@900 1500@1500 1800@1800");
}

Test(eval_window, subquery_grid)
{
	expect_closed_at(store, "b[1m:20s]", 100, "range b{x=\"1\"} 2@40 4@60 5@80 6@100");
	expect_at(store, "b[1m:20s]", 100, "range b{x=\"1\"} 4@60 5@80 6@100");
	expect_closed_at(store, "b[1m:20s] offset 20s", 100, "range b{x=\"1\"} 1@20 2@40 4@60 5@80");
	expect_closed_at(store, "b[1m:20s] @ 100 offset 20s", 1, "range b{x=\"1\"} 1@20 2@40 4@60 5@80");
	expect_closed_at(store, "b[30s:1m]", 45, "range");
	expect_closed_at(store, "b[2m:]", 130, "range b{x=\"1\"} 4@60 8@120");
	expect_closed_at(store, "b[1m:20s]", -5, "range");
	expect_at(store, "(b @ 600)[1m:20s] offset -1m", 60, "range b{x=\"1\"} 40@80 40@100 40@120");
	expect_closed_at(store, "vector(time())[1m:20s]", 70, "range {} 20@20 40@40 60@60");
}

/* Prometheus 2 has @ off by the offset of a subquery that begins where what it stands in does. */
Test(eval_window, at_in_a_subquery_that_begins_with_its_surroundings)
{
	expect_closed_at(store, "(b @ 600)[1m:20s] offset -1m", 60, "range b{x=\"1\"} 36@60 36@80 36@100 36@120");
	expect_closed_at(store, "(b @ 600)[1m:20s] offset -2m", 60, "range b{x=\"1\"} 40@120 40@140 40@160 40@180");
	expect_closed_at(store, "(b @ 600)[1m:20s] @ 120", 60, "range b{x=\"1\"} 36@60 36@80 36@100 36@120");
	expect_closed_at(store, "timestamp(b @ 600)[1m:30s] offset -1m", 60, "range {x=\"1\"} 600@60 600@90 600@120");
	expect_closed_at(store, "sum_over_time(sum_over_time(b[3m:1m] @ 600)[1m:1m] offset -1m)", 60,
			 "vector {x=\"1\"} 192@60");
}

Test(eval_window, subquery_of_steps)
{
	expect_range(store, "sum_over_time(b[1m:20s])", 60, 120, 30, "range {x=\"1\"} 7@60 11@90 23@120");
	expect_range(store, "max_over_time(rate(a{x=\"1\"}[1m])[5m:1m])", 600, 720, 60,
		     "range {x=\"1\"} 0.06666666667@600 0.06666666667@660 0.06666666667@720");
	expect_range(store, "count_over_time(gaps[1m:15s])", 0, 120, 60, "range {} 1@0 4@60 4@120");
	expect_range(store, "sum_over_time((b > 2)[1m:30s])", 0, 120, 60, "range {x=\"1\"} 4@60 18@120");
	expect_range(store, "sum_over_time(b[1m:30s] @ 60)", 0, 120, 60, "range {x=\"1\"} 6@0 6@60 6@120");
	expect_range(store, "max_over_time(sum_over_time(b[30s:15s])[1m:30s])", 120, 180, 60,
		     "range {x=\"1\"} 21@120 33@180");
	expect_range(store, "sum_over_time(b[1m:20s] offset 1m)", 120, 180, 60, "range {x=\"1\"} 7@120 23@180");
	expect_closed_at(store, "sum_over_time((b offset 1m)[1m:20s] @ end())", 120, "vector {x=\"1\"} 7@120");
}

Test(eval_window, subquery_resolution_asked_for)
{
	struct promql_options options = { .start_ms = 130000, .end_ms = 130000, .subquery_step_ms = 40000 };

	expect_answer(store, "b[2m:]", &options, "range b{x=\"1\"} 2@40 5@80 8@120");
}
