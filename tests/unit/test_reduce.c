#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "dashboard/frame.h"
#include "dashboard/reduce.h"

static double reduce(const char *id, const double *values, size_t count)
{
	const struct reducer *reducer = reducer_find(id);

	cr_assert_not_null(reducer, "%s", id);
	return reducer->reduce(values, count);
}

Test(reduce, plain_numbers)
{
	static const double values[] = { 4, 2, 8, 6 };
	static const struct {
		const char *id;
		double expected;
	} rows[] = {
		{ "lastNotNull", 6 }, { "last", 6 },          { "first", 4 },        { "firstNotNull", 4 },
		{ "min", 2 },         { "max", 8 },           { "mean", 5 },         { "median", 5 },
		{ "sum", 20 },        { "count", 4 },         { "range", 6 },        { "diff", 2 },
		{ "diffperc", 0.5 },  { "step", -2 },         { "logmin", 2 },       { "variance", 5 },
		{ "changeCount", 3 }, { "distinctCount", 4 }, { "uniqueValues", 4 }, { "allIsZero", 0 },
		{ "allIsNull", 0 },   { "current", 6 },       { "avg", 5 },          { "total", 20 },
		{ "p1", 2 },          { "p50", 6 },           { "p99", 8 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		cr_assert_float_eq(reduce(rows[i].id, values, 4), rows[i].expected, 1e-12, "%s", rows[i].id);
	cr_assert_float_eq(reduce("stdDev", values, 4), sqrt(5), 1e-12);
}

Test(reduce, nulls_and_nan_are_not_numbers)
{
	const double null = frame_null();
	const double values[] = { null, 3, NAN, 5, null };

	cr_assert(frame_is_null(reduce("last", values, 5)));
	cr_assert(frame_is_null(reduce("first", values, 5)));
	cr_assert_eq(reduce("lastNotNull", values, 5), 5);
	cr_assert_eq(reduce("firstNotNull", values, 5), 3);
	cr_assert_eq(reduce("mean", values, 5), 4, "the mean divides by the numbers only");
	cr_assert_eq(reduce("count", values, 5), 3, "NaN is counted, null is not");
	cr_assert_eq(reduce("median", values, 5), 4);
	cr_assert_eq(reduce("distinctCount", values, 5), 4, "3, 5, NaN and null");
	cr_assert_eq(reduce("diff", values, 5), 2);
	cr_assert(isnan(reduce("last", values, 3)) && !frame_is_null(reduce("last", values, 3)));
}

Test(reduce, nothing_gives_nothing)
{
	const double null = frame_null();
	const double nulls[] = { null, null };

	for (int i = 0; i < 2; i++) {
		const double *values = i ? nulls : NULL;
		size_t count = i ? 2 : 0;

		for (const char *const *id =
			     (const char *const[]){ "lastNotNull", "last", "min", "max", "mean", "median", "range",
						    "diff", "step", "logmin", "p95", NULL };
		     *id; id++)
			cr_assert(frame_is_null(reduce(*id, values, count)), "%s", *id);
		cr_assert_eq(reduce("sum", values, count), 0);
		cr_assert_eq(reduce("count", values, count), 0);
		cr_assert_eq(reduce("delta", values, count), 0);
		cr_assert_eq(reduce("allIsNull", values, count), 1);
		cr_assert_eq(reduce("allIsZero", values, count), 0);
		cr_assert_eq(reduce("stdDev", values, count), 0);
	}
	cr_assert_eq(reduce("changeCount", nulls, 2), 0);
	cr_assert_eq(reduce("distinctCount", nulls, 2), 1);
}

Test(reduce, delta_adds_up_a_counter_over_its_resets)
{
	static const double once[] = { 10, 15, 3, 7 }, last[] = { 10, 15, 3 };

	cr_assert_eq(reduce("delta", once, 4), 5 + 7);
	cr_assert_eq(reduce("delta", last, 3), 5 + 3);
	cr_assert_eq(reduce("previousDeltaUp", last, 3), 0);
	cr_assert_eq(reduce("previousDeltaUp", once, 4), 1);
}

Test(reduce, zeros_and_signs)
{
	static const double zeros[] = { 0, -0.0 }, mixed[] = { -3, 0, 0.5 };

	cr_assert_eq(reduce("allIsZero", zeros, 2), 1);
	cr_assert_eq(reduce("logmin", mixed, 3), 0.5);
	cr_assert_eq(reduce("min", mixed, 3), -3);
	cr_assert(isinf(reduce("diffperc", (const double[]){ 0, 1 }, 2)));
}

Test(reduce, infinities_are_numbers)
{
	static const double values[] = { 1, INFINITY, 2 };

	cr_assert_eq(reduce("max", values, 3), INFINITY);
	cr_assert_eq(reduce("min", values, 3), 1);
	cr_assert_eq(reduce("lastNotNull", values, 3), 2);
}

Test(reduce, variance_keeps_its_digits)
{
	static const double values[] = { 1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16 };

	cr_assert_float_eq(reduce("variance", values, 4), 22.5, 1e-6);
}

Test(reduce, the_table_is_sound)
{
	size_t count;
	const struct reducer *rows = reducer_table(&count);

	cr_assert_geq(count, 99 + 20);
	for (size_t i = 0; i < count; i++) {
		cr_assert_eq(reducer_find(rows[i].id), &rows[i], "%s is there twice", rows[i].id);
		cr_assert(rows[i].title[0] && rows[i].short_title[0]);
		rows[i].reduce(NULL, 0);
	}
	cr_assert_null(reducer_find("p100"));
	cr_assert_null(reducer_find("p0"));
	cr_assert_null(reducer_find(""));
	cr_assert_null(reducer_find(NULL));
}
