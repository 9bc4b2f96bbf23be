/* Functions that see their whole call, over a store. */
#include "eval_fixture.h"

static struct store *store;

static void set_up(void)
{
	store = store_new(NULL);
	load(store, "v{x=\"b\",n=\"node10\"}", 60000, "3 3.2 -1.5 NaN");
	load(store, "v{x=\"a\",n=\"node2\"}", 60000, "1 _ 2.5 7");
	load(store, "v{x=\"c\",n=\"node1\"}", 60000, "2 2 2.4 5");
	load(store, "late{x=\"a\"}", 60000, "_x10 1 1 1");
	load(store, "line{x=\"a\"}", 60000, "0+2x10");
	load(store, "date", 60000, "951782400 -1 1709210096 NaN");
	load(store, "turn{pod=\"1\"}", 60000, "1 1 stale");
	load(store, "turn{pod=\"2\"}", 60000, "_x3 2 2");
	load(store, "h_bucket{le=\"1\"}", 60000, "10 10");
	load(store, "h_bucket{le=\"2\"}", 60000, "30 30");
	load(store, "h_bucket{le=\"+Inf\"}", 60000, "40 _");
	load(store, "h_bucket{le=\"wrong\"}", 60000, "400 1");
	load(store, "g_bucket{le=\"1\"}", 60000, "1");
	load(store, "g_bucket{le=\"+Inf\"}", 60000, "1");
}

static void tear_down(void)
{
	store_free(store);
}

TestSuite(function_special, .init = set_up, .fini = tear_down);

Test(function_special, constants_and_conversions)
{
	expect_at(store, "pi()", 0, "scalar {} 3.141592654@0");
	expect_at(store, "time()", 1.5, "scalar {} 1.5@1.5");
	expect_at(store, "vector(2) + 1", 0, "vector {} 3@0");
	expect_at(store, "scalar(v{x=\"a\"})", 0, "scalar {} 1@0");
	expect_at(store, "scalar(v)", 0, "scalar {} nan@0");
	expect_at(store, "scalar(none)", 0, "scalar {} nan@0");
	expect_range(store, "scalar(turn)", 0, 240, 60, "range {} 1@0 1@60 nan@120 2@180 2@240");
}

Test(function_special, round)
{
	expect_at(store, "round(v)", 120,
		  "vector {n=\"node1\",x=\"c\"} 2@120, {n=\"node10\",x=\"b\"} -1@120, "
		  "{n=\"node2\",x=\"a\"} 3@120");
	expect_at(store, "round(v{x=\"b\"}, 0.5)", 60, "vector {n=\"node10\",x=\"b\"} 3@60");
	expect_at(store, "round(v{x=\"c\"}, 0)", 60, "vector {n=\"node1\",x=\"c\"} nan@60");
	expect_range(store, "round(line, 3)", 0, 180, 60, "range {x=\"a\"} 0@0 3@60 3@120 6@180");
	expect_range(store, "round(line, time() / 60)", 60, 180, 60, "range {x=\"a\"} 2@60 4@120 6@180");
	expect_at(store, "round({x=\"a\"})", 660, "error 1: vector cannot contain metrics with the same labelset");
}

Test(function_special, calendar)
{
	expect_at(store, "year(date)", 0, "vector {} 2000@0");
	expect_at(store, "day_of_month(date)", 0, "vector {} 29@0");
	expect_at(store, "days_in_month(date)", 0, "vector {} 29@0");
	expect_at(store, "month(date)", 60, "vector {} 12@60");
	expect_at(store, "day_of_year(date)", 60, "vector {} 365@60");
	expect_at(store, "hour(date)", 60, "vector {} 23@60");
	expect_at(store, "minute(date)", 60, "vector {} 59@60");
	expect_at(store, "day_of_week(date)", 60, "vector {} 3@60");
	expect_at(store, "day_of_week(date)", 120, "vector {} 4@120");
	expect_at(store, "day_of_year(date)", 120, "vector {} 60@120");
	expect_at(store, "hour(date)", 120, "vector {} 12@120");
	/* What Prometheus on amd64 says of NaN. */
	expect_at(store, "year(date)", 180, "vector {} 2.922770266e+11@180");
	expect_at(store, "hour(date)", 180, "vector {} 15@180");
	expect_at(store, "day_of_month(date)", 180, "vector {} 4@180");
	expect_at(store, "day_of_week(date)", 180, "vector {} 0@180");
	expect_at(store, "year(vector(2e9))", 0, "vector {} 2033@0");
	expect_at(store, "year(vector(951868799)) + month(vector(951868800)) / 100", 0, "vector {} 2000.03@0");
}

Test(function_special, calendar_of_the_step)
{
	expect_range(store, "minute()", 0, 120, 60, "range {} 0@0 1@60 2@120");
	expect_at(store, "year()", 1709210096, "vector {} 2024@1709210096");
	expect_at(store, "day_of_year()", -1, "vector {} 365@-1");
}

Test(function_special, timestamp)
{
	expect_at(store, "timestamp(turn)", 61, "vector {pod=\"1\"} 60@61");
	expect_at(store, "timestamp((turn))", 61, "vector {pod=\"1\"} 60@61");
	expect_at(store, "timestamp(turn + 0)", 61, "vector {pod=\"1\"} 61@61");
	expect_at(store, "timestamp(vector(1))", 61, "vector {} 61@61");
	expect_range(store, "timestamp(turn)", 30, 90, 30, "range {pod=\"1\"} 0@30 60@60 60@90");
}

Test(function_special, absent)
{
	expect_at(store, "absent(v)", 0, "vector");
	expect_at(store, "absent(none)", 0, "vector {} 1@0");
	expect_at(store, "absent(none{a=\"b\",c!=\"d\",e=~\"f\"})", 0, "vector {a=\"b\"} 1@0");
	expect_at(store, "absent(none{a=\"b\",a=\"c\",z=\"y\"})", 0, "vector {z=\"y\"} 1@0");
	expect_at(store, "absent(none{a!=\"b\",a=\"c\"})", 0, "vector {a=\"c\"} 1@0");
	expect_at(store, "absent((none{a=\"b\"}))", 0, "vector {a=\"b\"} 1@0");
	expect_at(store, "absent(sum(none{a=\"b\"}))", 0, "vector {} 1@0");
	expect_at(store, "absent(v > 100)", 0, "vector {} 1@0");
	expect_range(store, "absent(turn{pod=\"1\"})", 0, 240, 60, "range {pod=\"1\"} 1@120 1@180 1@240");
}

Test(function_special, absent_over_time)
{
	expect_range(store, "absent_over_time(late{x=\"a\"}[2m])", 540, 660, 60, "range {x=\"a\"} 1@540");
	expect_at(store, "absent_over_time(none{a=\"b\"}[5m])", 0, "vector {a=\"b\"} 1@0");
	expect_at(store, "absent_over_time(none{a=\"b\"}[5m:1m])", 0, "vector {} 1@0");
	expect_at(store, "absent_over_time(v[5m])", 60, "vector");
}

Test(function_special, sort)
{
	expect_at(store, "sort(v)", 0,
		  "vector v{n=\"node2\",x=\"a\"} 1@0, v{n=\"node1\",x=\"c\"} 2@0, v{n=\"node10\",x=\"b\"} 3@0");
	expect_at(store, "sort_desc(v)", 0,
		  "vector v{n=\"node10\",x=\"b\"} 3@0, v{n=\"node1\",x=\"c\"} 2@0, v{n=\"node2\",x=\"a\"} 1@0");
	/* NaN is last either way. */
	expect_at(store, "sort(v)", 180,
		  "vector v{n=\"node1\",x=\"c\"} 5@180, v{n=\"node2\",x=\"a\"} 7@180, v{n=\"node10\",x=\"b\"} nan@180");
	expect_at(store, "sort_desc(v)", 180,
		  "vector v{n=\"node2\",x=\"a\"} 7@180, v{n=\"node1\",x=\"c\"} 5@180, v{n=\"node10\",x=\"b\"} nan@180");
}

Test(function_special, sort_by_label)
{
	expect_at(store, "sort_by_label(v, \"n\")", 0,
		  "vector v{n=\"node1\",x=\"c\"} 2@0, v{n=\"node2\",x=\"a\"} 1@0, v{n=\"node10\",x=\"b\"} 3@0");
	expect_at(store, "sort_by_label_desc(v, \"x\")", 0,
		  "vector v{n=\"node1\",x=\"c\"} 2@0, v{n=\"node10\",x=\"b\"} 3@0, v{n=\"node2\",x=\"a\"} 1@0");
	expect_at(store, "sort_by_label(v, \"none\", \"x\")", 0,
		  "vector v{n=\"node2\",x=\"a\"} 1@0, v{n=\"node10\",x=\"b\"} 3@0, v{n=\"node1\",x=\"c\"} 2@0");
}

Test(function_special, label_replace)
{
	expect_at(store, "label_replace(line, \"y\", \"$1-z\", \"x\", \"(.*)\")", 0,
		  "vector line{x=\"a\",y=\"a-z\"} 0@0");
	expect_at(store, "label_replace(line, \"y\", \"q\", \"x\", \"b\")", 0, "vector line{x=\"a\"} 0@0");
	expect_at(store, "label_replace(line, \"x\", \"\", \"x\", \"a\")", 0, "vector line 0@0");
	expect_at(store, "label_replace(line, \"y\", \"q\", \"none\", \"\")", 0, "vector line{x=\"a\",y=\"q\"} 0@0");
	expect_at(store, "label_replace(line, \"__name__\", \"other\", \"x\", \"a\")", 0, "vector other{x=\"a\"} 0@0");
	expect_at(store, "label_replace(v, \"x\", \"\", \"n\", \".*\") + 0", 60,
		  "vector {n=\"node1\"} 2@60, {n=\"node10\"} 3.2@60, {n=\"node2\"} 1@60");
	expect_at(store, "label_replace(label_replace(v, \"x\", \"\", \"\", \"\"), \"n\", \"\", \"\", \"\")", 0,
		  "error 1: vector cannot contain metrics with the same labelset");
	/* Series that take turns become one. */
	expect_range(store, "label_replace(turn, \"pod\", \"\", \"\", \"\")", 0, 240, 60,
		     "range turn 1@0 1@60 2@180 2@240");
	expect_closed_at(store, "label_replace(none, \"a-b\", \"\", \"\", \"\")", 0,
			 "error 1: invalid destination label name in label_replace(): a-b");
	expect_at(store, "label_replace(line, \"a-b\", \"1\", \"\", \"\")", 0,
		  "vector line{\"a-b\"=\"1\",x=\"a\"} 0@0");
}

Test(function_special, label_replace_refuses_patterns)
{
	struct promql_options options = { .left_open = true };
	struct strbuf text = STRBUF_INIT;

	cr_expect_eq(ask(store, "label_replace(none, \"y\", \"\", \"x\", \"(\")", &options, &text), PROMQL_BAD);
	cr_expect(strncmp(text.text, "error 1: invalid regular expression in label_replace(): (", 57) == 0, "%s",
		  text.text);
	strbuf_release(&text);
}

Test(function_special, label_join)
{
	expect_at(store, "label_join(v{x=\"a\"}, \"y\", \"-\", \"n\", \"none\", \"x\")", 0,
		  "vector v{n=\"node2\",x=\"a\",y=\"node2--a\"} 1@0");
	expect_at(store, "label_join(line, \"x\", \"-\")", 0, "vector line 0@0");
	expect_at(store, "label_join(line, \"y\", \"\", \"none\")", 0, "vector line{x=\"a\"} 0@0");
	expect_closed_at(store, "label_join(none, \"y\", \"\", \"a-b\")", 0,
			 "error 1: invalid source label name in label_join(): a-b");
	expect_closed_at(store, "label_join(none, \"1y\", \"\", \"a\")", 0,
			 "error 1: invalid destination label name in label_join(): 1y");
	expect_closed_at(store, "label_join(none, \"\", \"\", \"a\")", 0,
			 "error 1: invalid destination label name in label_join(): ");
}

Test(function_special, histogram_quantile)
{
	expect_at(store, "histogram_quantile(0.5, h_bucket)", 0, "vector {} 1.5@0");
	expect_range(store, "histogram_quantile(0.5, h_bucket)", 0, 60, 60, "range {} 1.5@0 1.5@60");
	expect_at(store, "histogram_quantile(0.5, h_bucket{le!=\"+Inf\"})", 0, "vector {} nan@0");
	expect_at(store, "histogram_quantile(0.5, v)", 0, "vector");
	expect_at(store, "histogram_quantile(0.5, {__name__=~\"._bucket\"})", 0,
		  "error 1: vector cannot contain metrics with the same labelset");
	expect_at(store, "histogram_quantile(scalar(v{x=\"a\"}) / 2, h_bucket)", 0, "vector {} 1.5@0");
	expect_at(store, "histogram_quantile(2, h_bucket)", 0, "vector {} inf@0");
}

Test(function_special, smoothing)
{
	expect_at(store, "holt_winters(line[5m], 0.5, 0.5)", 300, "vector {x=\"a\"} 10@300");
	expect_at(store, "double_exponential_smoothing(line[5m], 0.1, 0.9)", 300, "vector {x=\"a\"} 10@300");
	expect_at(store, "holt_winters(line[5m], 1, 0.5)", 300,
		  "error 1: invalid smoothing factor. Expected: 0 < sf < 1, got: 1.000000");
	expect_at(store, "holt_winters(line[5m], 0.5, 0)", 300,
		  "error 1: invalid trend factor. Expected: 0 < tf < 1, got: 0.000000");
	expect_at(store, "holt_winters(none[5m], 1, 0.5)", 300, "vector");
	expect_at(store, "holt_winters(line[5m], NaN, 0.5)", 300, "vector {x=\"a\"} nan@300");
	expect_at(store, "holt_winters(line[1m], 0.5, 0.5)", 300, "vector");
	expect_closed_at(store, "holt_winters(v{x=\"b\"}[2m], 0.5, 0.1)", 120,
			 "vector {n=\"node10\",x=\"b\"} 0.95@120");
}

Test(function_special, smoothed_series_with_equal_labels_are_refused_even_when_they_never_meet)
{
	load(store, "first{x=\"a\"}", 60000, "1 2 3");
	load(store, "second{x=\"a\"}", 60000, "_x10 1 2 3");
	expect_range(store, "holt_winters({__name__=~\"first|second\"}[2m], 0.5, 0.3)", 60, 720, 60,
		     "error 1: vector cannot contain metrics with the same labelset");
	expect_range(store, "holt_winters({__name__=~\"first|second\"}[2m], 0.5, 0.3)", 60, 120, 60,
		     "range {x=\"a\"} 2@60 3@120");
}

/* Over thinned history there is nothing to smooth: said once, the rest is answered. */
Test(function_special, smoothing_leaves_out_what_is_thinned)
{
	struct promql_options options = {
		.start_ms = 7200000, .end_ms = 36000000, .step_ms = 28800000, .left_open = true
	};

	load(store, "long", 60000, "0+1x600");
	while (!store_age(store, 36000000))
		;
	expect_answer(store, "holt_winters(long[1h], 0.5, 0.5)", &options,
		      "range {} 600@36000 (resolution too coarse before 1970-01-01 02:00 (10m): left out)");
	expect_answer(store, "absent_over_time(long[1h])", &options, "range");
	expect_answer(store, "absent_over_time(long[1h] offset -20h)", &options, "range {} 1@7200 1@36000");
}
