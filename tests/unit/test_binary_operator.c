/* Operators between numbers and between vectors. */
#include "eval_fixture.h"

#include "promql/eval.h"

static struct store *store;

static void set_up(void)
{
	store = store_new(NULL);
	load(store, "l{job=\"a\",i=\"1\"}", 60000, "1 2");
	load(store, "l{job=\"a\",i=\"2\"}", 60000, "10 20");
	load(store, "l{job=\"b\",i=\"1\"}", 60000, "100 200");
	load(store, "r{job=\"a\",i=\"1\"}", 60000, "5 1");
	load(store, "r{job=\"b\",i=\"1\"}", 60000, "7 stale");
	load(store, "r{job=\"c\",i=\"1\"}", 60000, "9");
	load(store, "info{job=\"a\",team=\"x\",i=\"0\"}", 60000, "2 2");
	load(store, "info{job=\"b\",team=\"y\"}", 60000, "3 3");
	/* One after the other, never both. */
	load(store, "turn{job=\"a\",pod=\"1\"}", 60000, "1 1 stale");
	load(store, "turn{job=\"a\",pod=\"2\"}", 60000, "_x3 2 2");
	load(store, "own{job=\"a\",team=\"x\"}", 60000, "10 10 stale");
	load(store, "own{job=\"a\",team=\"y\"}", 60000, "_x3 20 20");
}

static void tear_down(void)
{
	store_free(store);
}

TestSuite(binary_operator, .init = set_up, .fini = tear_down);

static double compute(enum token_kind token, double left, double right, bool wanted_keep)
{
	bool keep;
	double result = binary_compute(token, left, right, &keep);

	cr_expect_eq(keep, wanted_keep, "%d: %g %g", (int)token, left, right);
	return result;
}

Test(binary_operator, numbers)
{
	cr_expect_eq(compute(TOKEN_ADD, 7, 3, true), 10);
	cr_expect_eq(compute(TOKEN_SUB, 7, 3, true), 4);
	cr_expect_eq(compute(TOKEN_MUL, 7, 3, true), 21);
	cr_expect_eq(compute(TOKEN_DIV, 7, 2, true), 3.5);
	cr_expect_eq(compute(TOKEN_DIV, 7, 0, true), INFINITY);
	cr_expect(isnan(compute(TOKEN_DIV, 0, 0, true)));
	cr_expect_eq(compute(TOKEN_MOD, -7, 3, true), -1);
	cr_expect(isnan(compute(TOKEN_MOD, 7, 0, true)));
	cr_expect_eq(compute(TOKEN_POW, 2, 10, true), 1024);
	cr_expect_eq(compute(TOKEN_POW, NAN, 0, true), 1);
	cr_expect_float_eq(compute(TOKEN_ATAN2, 1, -1, true), 3 * M_PI / 4, 1e-12);
}

Test(binary_operator, comparisons_keep_the_left_number)
{
	cr_expect_eq(compute(TOKEN_EQUAL, 2, 2, true), 2);
	cr_expect_eq(compute(TOKEN_EQUAL, 2, 3, false), 2);
	cr_expect_eq(compute(TOKEN_NOT_EQUAL, 2, 3, true), 2);
	cr_expect_eq(compute(TOKEN_LESS, 2, 3, true), 2);
	cr_expect_eq(compute(TOKEN_LESS, 3, 3, false), 3);
	cr_expect_eq(compute(TOKEN_LESS_EQUAL, 3, 3, true), 3);
	cr_expect_eq(compute(TOKEN_GREATER, 4, 3, true), 4);
	cr_expect_eq(compute(TOKEN_GREATER_EQUAL, 2, 3, false), 2);
	cr_expect(isnan(compute(TOKEN_EQUAL, NAN, NAN, false)));
	cr_expect(isnan(compute(TOKEN_NOT_EQUAL, NAN, NAN, true)));
	cr_expect(isnan(compute(TOKEN_GREATER_EQUAL, NAN, 1, false)));
}

Test(binary_operator, one_to_one)
{
	expect_at(store, "l + r", 0, "vector {i=\"1\",job=\"a\"} 6@0, {i=\"1\",job=\"b\"} 107@0");
	expect_at(store, "l{i=\"1\"} - on(job) r", 0, "vector {job=\"a\"} -4@0, {job=\"b\"} 93@0");
	expect_at(store, "l{i=\"1\"} * ignoring(i) r", 0, "vector {job=\"a\"} 5@0, {job=\"b\"} 700@0");
	expect_at(store, "sum(l) / sum(r)", 0, "vector {} 5.285714286@0");
	expect_at(store, "l + none", 0, "vector");
	expect_at(store, "none + l", 0, "vector");
	expect_at(store, "l % on(job, i) r", 60, "vector {i=\"1\",job=\"a\"} 0@60");
	expect_range(store, "l + r", 0, 60, 60, "range {i=\"1\",job=\"a\"} 6@0 3@60, {i=\"1\",job=\"b\"} 107@0");
}

Test(binary_operator, comparisons)
{
	expect_at(store, "l > r", 0, "vector l{i=\"1\",job=\"b\"} 100@0");
	expect_at(store, "r < l", 0, "vector r{i=\"1\",job=\"b\"} 7@0");
	expect_at(store, "l > bool r", 0, "vector {i=\"1\",job=\"a\"} 0@0, {i=\"1\",job=\"b\"} 1@0");
	/* `on` takes the name away, `ignoring` leaves it. */
	expect_at(store, "l{i=\"1\"} > on(job) r", 0, "vector {job=\"b\"} 100@0");
	expect_at(store, "l{i=\"1\"} > ignoring(i) r", 0, "vector l{job=\"b\"} 100@0");
	expect_at(store, "l == on(__name__, job, i) l", 0,
		  "vector l{i=\"1\",job=\"a\"} 1@0, l{i=\"1\",job=\"b\"} 100@0, l{i=\"2\",job=\"a\"} 10@0");
	expect_range(store, "l >= r", 0, 60, 60, "range l{i=\"1\",job=\"a\"} 2@60, l{i=\"1\",job=\"b\"} 100@0");
}

Test(binary_operator, atan2_keeps_names_in_2)
{
	expect_closed_at(store, "l{job=\"a\",i=\"1\"} atan2 l", 0, "vector l{i=\"1\",job=\"a\"} 0.7853981634@0");
	expect_at(store, "l{job=\"a\",i=\"1\"} atan2 l", 0, "vector {i=\"1\",job=\"a\"} 0.7853981634@0");
}

Test(binary_operator, group_left_and_right)
{
	expect_at(store, "l * on(job) group_left(team) info", 0,
		  "vector {i=\"1\",job=\"a\",team=\"x\"} 2@0, {i=\"1\",job=\"b\",team=\"y\"} 300@0, "
		  "{i=\"2\",job=\"a\",team=\"x\"} 20@0");
	expect_at(store, "l / on(job) group_left info", 0,
		  "vector {i=\"1\",job=\"a\"} 0.5@0, {i=\"1\",job=\"b\"} 33.33333333@0, {i=\"2\",job=\"a\"} 5@0");
	expect_at(store, "info / on(job) group_right(team) l", 0,
		  "vector {i=\"1\",job=\"a\",team=\"x\"} 2@0, {i=\"1\",job=\"b\",team=\"y\"} 0.03@0, "
		  "{i=\"2\",job=\"a\",team=\"x\"} 0.2@0");
	/* An included label the one side does not have is taken away. */
	expect_at(store, "r{job=\"a\"} + on(job) group_left(team, none) info", 0,
		  "vector {i=\"1\",job=\"a\",team=\"x\"} 7@0");
	expect_at(store, "l{job=\"b\"} + on(job) group_left(i) info", 0, "vector {job=\"b\"} 103@0");
	expect_at(store, "l{job=\"b\"} > on(job) group_left(team) info", 0,
		  "vector l{i=\"1\",job=\"b\",team=\"y\"} 100@0");
	expect_at(store, "info < on(job) group_right l", 0,
		  "vector l{i=\"1\",job=\"b\"} 3@0, l{i=\"2\",job=\"a\"} 2@0");
	expect_at(store, "l > bool on(job) group_left info", 0,
		  "vector {i=\"1\",job=\"a\"} 0@0, {i=\"1\",job=\"b\"} 1@0, {i=\"2\",job=\"a\"} 1@0");
}

Test(binary_operator, series_that_take_turns)
{
	expect_range(store, "turn * on(job) own", 0, 240, 60, "range {job=\"a\"} 10@0 10@60 40@180 40@240");
	expect_range(
		store, "turn * on(job) group_left(team) own", 0, 240, 60,
		"range {job=\"a\",pod=\"1\",team=\"x\"} 10@0 10@60, {job=\"a\",pod=\"2\",team=\"y\"} 40@180 40@240");
	expect_range(store, "l{i=\"1\",job=\"a\"} + on(job) group_left(team) own", 0, 240, 60,
		     "range {i=\"1\",job=\"a\",team=\"x\"} 11@0 12@60, {i=\"1\",job=\"a\",team=\"y\"} 22@180 22@240");
}

Test(binary_operator, ambiguous_matches)
{
	expect_at(
		store, "l + on(job) r", 0,
		"error 1: multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)");
	expect_at(
		store, "r + on(job) l", 0,
		"error 1: found duplicate series for the match group {job=\"a\"} on the right hand-side of the "
		"operation: [{__name__=\"l\", i=\"2\", job=\"a\"}, {__name__=\"l\", i=\"1\", job=\"a\"}];many-to-many "
		"matching not allowed: matching labels must be unique on one side");
	expect_at(
		store, "l + on(job) group_right r", 0,
		"error 1: found duplicate series for the match group {job=\"a\"} on the left hand-side of the "
		"operation: [{__name__=\"l\", i=\"2\", job=\"a\"}, {__name__=\"l\", i=\"1\", job=\"a\"}];many-to-many "
		"matching not allowed: matching labels must be unique on one side");
	expect_at(store, "l * on(job) group_left(i) info", 0,
		  "error 1: multiple matches for labels: grouping labels must ensure unique matches");
	/* Names tell groups apart as any label does. */
	expect_at(store,
		  "{__name__=~\"l|r\",i=\"1\"} * on(job, __name__) group_left(team) "
		  "label_replace(info, \"__name__\", \"l\", \"\", \"\")",
		  0, "vector {i=\"1\",job=\"a\",team=\"x\"} 2@0, {i=\"1\",job=\"b\",team=\"y\"} 300@0");
}

/* What meets nothing is no ambiguity; nor is what a comparison takes away. */
Test(binary_operator, no_error_without_a_match)
{
	expect_at(store, "none + on(job) l", 0, "vector");
	expect_at(store, "l > on(job) r", 0, "vector {job=\"b\"} 100@0, {job=\"a\"} 10@0");
	expect_at(store, "own + on(job) l", 120, "vector");
	/* Samples of the right side that only at another step meet each other. */
	expect_at(store, "l{i=\"2\"} + on() r{job=~\"b|c\"}", 60, "vector {} 29@60");
}

Test(binary_operator, sets)
{
	expect_at(store, "l and r", 0, "vector l{i=\"1\",job=\"a\"} 1@0, l{i=\"1\",job=\"b\"} 100@0");
	expect_at(store, "l and on(job) r", 60, "vector l{i=\"1\",job=\"a\"} 2@60, l{i=\"2\",job=\"a\"} 20@60");
	expect_at(store, "l unless r", 0, "vector l{i=\"2\",job=\"a\"} 10@0");
	expect_at(store, "l unless ignoring(i) r", 60, "vector l{i=\"1\",job=\"b\"} 200@60");
	expect_at(store, "r or l", 0,
		  "vector r{i=\"1\",job=\"a\"} 5@0, r{i=\"1\",job=\"b\"} 7@0, r{i=\"1\",job=\"c\"} 9@0, "
		  "l{i=\"2\",job=\"a\"} 10@0");
	expect_at(store, "r or on(job) l", 60,
		  "vector r{i=\"1\",job=\"a\"} 1@60, r{i=\"1\",job=\"c\"} 9@60, "
		  "l{i=\"1\",job=\"b\"} 200@60");
	expect_at(store, "none or l{job=\"b\"}", 0, "vector l{i=\"1\",job=\"b\"} 100@0");
	expect_at(store, "l{job=\"b\"} or none", 0, "vector l{i=\"1\",job=\"b\"} 100@0");
	expect_at(store, "none and l", 0, "vector");
	expect_at(store, "l and none", 0, "vector");
	expect_at(store, "l{job=\"b\"} unless none", 0, "vector l{i=\"1\",job=\"b\"} 100@0");
	expect_at(store, "vector(1) or on() l", 0, "vector {} 1@0");
	expect_at(store, "count(l or r)", 0, "vector {} 4@0");
}

Test(binary_operator, sets_over_a_range)
{
	expect_range(store, "l{job=\"b\"} and r", 0, 60, 60, "range l{i=\"1\",job=\"b\"} 100@0");
	expect_range(store, "l{job=\"b\"} unless r", 0, 60, 60, "range l{i=\"1\",job=\"b\"} 200@60");
	/* One series from both sides. */
	expect_range(store, "(l > 99) or l", 0, 60, 60,
		     "range l{i=\"1\",job=\"a\"} 1@0 2@60, l{i=\"1\",job=\"b\"} 100@0 200@60, l{i=\"2\",job=\"a\"} "
		     "10@0 20@60");
	expect_range(store, "(l{job=\"b\"} > 150) or l{job=\"b\"} * 1 or l{job=\"b\"}", 0, 60, 60,
		     "range l{i=\"1\",job=\"b\"} 200@60, {i=\"1\",job=\"b\"} 100@0");
}
