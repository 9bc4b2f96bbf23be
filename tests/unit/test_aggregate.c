/* Aggregations over a store. */
#include "eval_fixture.h"

#include <stdio.h>

static struct store *store;

static void set_up(void)
{
	store = store_new(NULL);
	load(store, "m{job=\"a\",i=\"1\"}", 60000, "1 10 _ 4");
	load(store, "m{job=\"a\",i=\"2\"}", 60000, "2 NaN _ 4");
	load(store, "m{job=\"b\",i=\"1\"}", 60000, "3 30 7 4");
	load(store, "m{job=\"b\",i=\"2\",z=\"q\"}", 60000, "4 40 _ 4");
	load(store, "huge{i=\"1\"}", 60000, "1.7e308");
	load(store, "huge{i=\"2\"}", 60000, "1.7e308");
	load(store, "fine{i=\"1\"}", 60000, "1e100");
	load(store, "fine{i=\"2\"}", 60000, "3");
	load(store, "fine{i=\"3\"}", 60000, "-1e100");
	load(store, "edge", 60000, "Inf NaN");
	load(store, "both{i=\"1\"}", 60000, "Inf");
	load(store, "both{i=\"2\"}", 60000, "-Inf");
	load(store, "number{i=\"1\"}", 60000, "0.1 1e21 1e-7 -0.5 123456.25 NaN +Inf -Inf 0 100");
	for (int i = 0; i < 40; i++) {
		char name[32];

		snprintf(name, sizeof(name), "many{i=\"%02d\"}", i);
		load(store, name, 60000, "1");
	}
}

static void tear_down(void)
{
	store_free(store);
}

TestSuite(aggregate, .init = set_up, .fini = tear_down);

Test(aggregate, simple_ones)
{
	expect_at(store, "sum(m)", 0, "vector {} 10@0");
	expect_at(store, "avg(m)", 0, "vector {} 2.5@0");
	expect_at(store, "count(m)", 0, "vector {} 4@0");
	expect_at(store, "min(m)", 0, "vector {} 1@0");
	expect_at(store, "max(m)", 0, "vector {} 4@0");
	expect_at(store, "group(m)", 0, "vector {} 1@0");
	expect_at(store, "stdvar(m)", 0, "vector {} 1.25@0");
	expect_at(store, "stddev(m)", 0, "vector {} 1.118033989@0");
	expect_at(store, "quantile(0.5, m)", 0, "vector {} 2.5@0");
	expect_at(store, "sum(none)", 0, "vector");
	expect_at(store, "count(none)", 0, "vector");
	expect_at(store, "quantile(0.5, none)", 0, "vector");
}

Test(aggregate, groups)
{
	expect_at(store, "sum by (job) (m)", 0, "vector {job=\"a\"} 3@0, {job=\"b\"} 7@0");
	expect_at(store, "sum(m) by (job)", 0, "vector {job=\"a\"} 3@0, {job=\"b\"} 7@0");
	expect_at(store, "sum without (i) (m)", 0, "vector {job=\"a\"} 3@0, {job=\"b\"} 3@0, {job=\"b\",z=\"q\"} 4@0");
	expect_at(store, "count without () (m)", 0,
		  "vector {i=\"1\",job=\"a\"} 1@0, {i=\"1\",job=\"b\"} 1@0, {i=\"2\",job=\"a\"} 1@0, "
		  "{i=\"2\",job=\"b\",z=\"q\"} 1@0");
	expect_at(store, "count by () (m)", 0, "vector {} 4@0");
	expect_at(store, "count by (z) (m)", 0, "vector {} 3@0, {z=\"q\"} 1@0");
	expect_at(store, "count by (__name__) (m)", 0, "vector m 4@0");
	expect_at(store, "count by (z, job, job) (m)", 0,
		  "vector {job=\"a\"} 2@0, {job=\"b\"} 1@0, {job=\"b\",z=\"q\"} 1@0");
}

Test(aggregate, steps_are_apart)
{
	expect_range(store, "sum by (job) (m)", 0, 180, 60,
		     "range {job=\"a\"} 3@0 nan@60 nan@120 8@180, {job=\"b\"} 7@0 70@60 47@120 8@180");
	expect_range(store, "max by (job) (m)", 0, 60, 60, "range {job=\"a\"} 2@0 10@60, {job=\"b\"} 4@0 40@60");
	expect_range(store, "count(m > 3)", 0, 60, 60, "range {} 1@0 3@60");
	expect_range(store, "avg(m > 3)", 0, 60, 60, "range {} 4@0 26.66666667@60");
	expect_range(store, "min(m > 100)", 0, 60, 60, "range");
	expect_range(store, "stddev(m > 3)", 0, 60, 60, "range {} 0@0 12.47219129@60");
	expect_range(store, "quantile(0.5, m > 3)", 0, 60, 60, "range {} 4@0 30@60");
	expect_range(store, "group(m > 3)", 0, 60, 60, "range {} 1@0 1@60");
}

Test(aggregate, precision_differs_by_version)
{
	expect_at(store, "sum(fine)", 0, "vector {} 3@0");
	expect_closed_at(store, "sum(fine)", 0, "vector {} 0@0");
	expect_at(store, "avg(fine)", 0, "vector {} 1@0");
	expect_at(store, "sum(huge)", 0, "vector {} inf@0");
	expect_at(store, "avg(huge) / 1e308", 0, "vector {} 1.7@0");
	expect_closed_at(store, "avg(huge) / 1e308", 0, "vector {} 1.7@0");
}

Test(aggregate, infinities_and_nan)
{
	expect_at(store, "sum(both)", 0, "vector {} nan@0");
	expect_at(store, "avg(both)", 0, "vector {} nan@0");
	expect_closed_at(store, "avg(both)", 0, "vector {} nan@0");
	expect_at(store, "avg(edge)", 0, "vector {} inf@0");
	expect_closed_at(store, "avg(edge)", 0, "vector {} inf@0");
	expect_at(store, "min(edge)", 60, "vector {} nan@60");
	/* One sample that is no number: 2.42 sees no deviation, 3.x no answer. */
	expect_at(store, "stddev(edge)", 0, "vector {} nan@0");
	expect_closed_at(store, "stddev(edge)", 0, "vector {} 0@0");
	expect_at(store, "stdvar(edge)", 60, "vector {} nan@60");
	expect_closed_at(store, "stdvar(edge)", 60, "vector {} 0@60");
	expect_closed_at(store, "stdvar(both)", 0, "vector {} nan@0");
}

Test(aggregate, quantile_parameters)
{
	expect_at(store, "quantile(-1, m)", 0, "vector {} -inf@0");
	expect_at(store, "quantile(2, m)", 0, "vector {} inf@0");
	expect_at(store, "quantile(NaN, m)", 0, "vector {} nan@0");
	expect_at(store, "quantile by (job) (1, m)", 60, "vector {job=\"a\"} 10@60, {job=\"b\"} 40@60");
	expect_at(store, "quantile by (job) (0, m)", 60, "vector {job=\"a\"} nan@60, {job=\"b\"} 30@60");
	expect_range(store, "quantile(time() / 60, m)", 0, 60, 60, "range {} 1@0 40@60");
}

Test(aggregate, topk_and_bottomk)
{
	expect_at(store, "topk(2, m)", 0, "vector m{i=\"2\",job=\"b\",z=\"q\"} 4@0, m{i=\"1\",job=\"b\"} 3@0");
	expect_at(store, "bottomk(2, m)", 0, "vector m{i=\"1\",job=\"a\"} 1@0, m{i=\"2\",job=\"a\"} 2@0");
	expect_at(store, "topk by (job) (1, m)", 0,
		  "vector m{i=\"2\",job=\"a\"} 2@0, m{i=\"2\",job=\"b\",z=\"q\"} 4@0");
	expect_at(store, "topk(0, m)", 0, "vector");
	expect_at(store, "topk(-3, m)", 0, "vector");
	expect_at(store, "count(topk(99, m))", 0, "vector {} 4@0");
	/* NaN only where nothing else is left. */
	expect_at(store, "topk(3, m)", 60,
		  "vector m{i=\"2\",job=\"b\",z=\"q\"} 40@60, m{i=\"1\",job=\"b\"} 30@60, m{i=\"1\",job=\"a\"} 10@60");
	expect_at(store, "bottomk(4, m)", 60,
		  "vector m{i=\"1\",job=\"a\"} 10@60, m{i=\"1\",job=\"b\"} 30@60, m{i=\"2\",job=\"b\",z=\"q\"} 40@60, "
		  "m{i=\"2\",job=\"a\"} nan@60");
	expect_at(store, "topk(1e30, m)", 0, "error 1: Scalar value 1e+30 overflows int64");
	expect_at(store, "bottomk(NaN, none)", 0, "error 1: Scalar value NaN overflows int64");
}

Test(aggregate, topk_among_nan)
{
	load(store, "void{i=\"1\"}", 60000, "NaN");
	load(store, "void{i=\"2\"}", 60000, "NaN");
	load(store, "void{i=\"3\"}", 60000, "NaN");
	expect_at(store, "topk(1, void)", 0, "vector void{i=\"1\"} nan@0");
	expect_closed_at(store, "topk(1, void)", 0, "vector void{i=\"3\"} nan@0");
	expect_closed_at(store, "topk(2, void or m{job=\"b\"})", 0,
			 "vector m{i=\"2\",job=\"b\",z=\"q\"} 4@0, m{i=\"1\",job=\"b\"} 3@0");
}

/* Prometheus 2 prepares all of an expression for a range but an aggregation's parameter. */
Test(aggregate, parameters_at_fixed_times)
{
	load(store, "ten", 60000, "10 20 30 40");
	expect_range(store, "quantile(time() / 100, ten @ 0)", 0, 120, 60, "range {} 10@0 10@60 10@120");
	expect_range(store, "count(bottomk(time() / 60, m @ 0))", 60, 180, 60, "range {} 1@60 1@120 1@180");
	expect_range(store, "topk(scalar(ten @ end()) - 10, m{job=\"b\"})", 0, 120, 60,
		     "range m{i=\"1\",job=\"b\"} 30@60 7@120, m{i=\"2\",job=\"b\",z=\"q\"} 40@60 40@120");
	expect_range(store, "quantile(scalar(ten @ 60), vector(time()))", 0, 600, 600, "range {} inf@0 nan@600");
	expect_range(store, "max(topk(scalar(last_over_time(ten[1m] @ 60)) / 20, m{job=\"b\"}))", 0, 60, 60,
		     "range {} 4@0 40@60");
	expect_range(store, "max(topk(scalar(last_over_time(ten[1m] @ 60)) / 20, m{job=\"b\"}))", 0, 120, 60,
		     "error 1: Scalar value NaN overflows int64");
}

Test(aggregate, a_single_negative_zero)
{
	load(store, "below", 60000, "0");
	expect_closed_at(store, "1 / avg(-below)", 0, "vector {} -inf@0");
}

Test(aggregate, topk_over_a_range)
{
	expect_range(store, "topk(1, m)", 0, 120, 60, "range m{i=\"2\",job=\"b\",z=\"q\"} 4@0 40@60 40@120");
	expect_range(store, "bottomk(1, m)", 0, 120, 60,
		     "range m{i=\"1\",job=\"a\"} 1@0 10@60, m{i=\"1\",job=\"b\"} 7@120");
	expect_range(store, "topk(time() / 60, m{job=\"b\"})", 0, 120, 60,
		     "range m{i=\"1\",job=\"b\"} 7@120, m{i=\"2\",job=\"b\",z=\"q\"} 40@60 40@120");
}

Test(aggregate, count_values)
{
	expect_at(store, "count_values(\"v\", m)", 180, "vector {v=\"4\"} 4@180");
	expect_at(store, "count_values by (job) (\"v\", m)", 180,
		  "vector {job=\"a\",v=\"4\"} 2@180, {job=\"b\",v=\"4\"} 2@180");
	expect_at(store, "count_values without (i, z) (\"v\", m)", 180,
		  "vector {job=\"a\",v=\"4\"} 2@180, {job=\"b\",v=\"4\"} 2@180");
	expect_at(store, "count_values without (i, z, v) (\"v\", m)", 180,
		  "vector {job=\"a\"} 2@180, {job=\"b\"} 2@180");
	expect_at(store, "count_values(\"job\", m)", 180, "vector {job=\"4\"} 4@180");
	expect_at(store, "count_values by (job) (\"job\", m)", 180, "vector {job=\"4\"} 4@180");
	expect_range(store, "count_values(\"v\", m{job=\"b\"})", 0, 60, 60,
		     "range {v=\"3\"} 1@0, {v=\"30\"} 1@60, {v=\"4\"} 1@0, {v=\"40\"} 1@60");
	expect_closed_at(store, "count_values(\"a-b\", none)", 0, "error 1: invalid label name \"a-b\"");
}

Test(aggregate, count_values_writes_numbers_as_go_does)
{
	static const char *const texts[] = {
		"0.1", "1000000000000000000000", "0.0000001", "-0.5", "123456.25", "NaN", "+Inf", "-Inf", "0", "100"
	};

	for (int i = 0; i < 10; i++) {
		char wanted[64];

		snprintf(wanted, sizeof(wanted), "vector {v=\"%s\"} 1@%d", texts[i], i * 60);
		expect_at(store, "count_values(\"v\", number)", i * 60, wanted);
	}
}

Test(aggregate, limits)
{
	expect_at(store, "count(limitk(3, many))", 0, "vector {} 3@0");
	expect_at(store, "limitk(1, many)", 0, "vector many{i=\"00\"} 1@0");
	expect_at(store, "limitk(0, many)", 0, "vector");
	expect_at(store, "count(limit_ratio(1, many))", 0, "vector {} 40@0");
	expect_at(store, "count(limit_ratio(-1, many))", 0, "vector {} 40@0");
	expect_at(store, "limit_ratio(0, many)", 0, "vector");
	/* A share and its complement are everything, and have nothing in common. */
	expect_at(store, "count(limit_ratio(0.3, many) or limit_ratio(-0.7, many))", 0, "vector {} 40@0");
	expect_at(store, "limit_ratio(0.3, many) and limit_ratio(-0.7, many)", 0, "vector");
	expect_at(store, "count(limit_ratio(0.5, many)) ", 0, "vector {} 25@0");
	expect_at(store, "limit_ratio(NaN, many)", 0, "error 1: Ratio value is NaN");
}

Test(aggregate, of_aggregates)
{
	expect_at(store, "max(sum by (job) (m))", 0, "vector {} 7@0");
	expect_at(store, "sum(count_values(\"v\", m))", 0, "vector {} 4@0");
	expect_range(store, "sum(sum by (job) (m @ 0))", 0, 60, 60, "range {} 10@0 10@60");
	expect_at(store, "max_over_time(sum(m{job=\"b\"})[3m:1m])", 180, "vector {} 70@180");
}
