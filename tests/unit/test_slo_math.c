#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "slo/comparison.h"
#include "slo/slo_math.h"
#include "slo/slo_window.h"

#define NEAR(got, want)                                                                                                \
	cr_assert_float_eq(got, want, 1e-9 * fabs((double)(want)) + 1e-12, "%.17g, not %.17g", (double)(got),          \
			   (double)(want))
#define DAYS_30 (30 * CLOCK_DAY)

Test(slo_math, budget_has_no_noise_of_the_subtraction)
{
	cr_assert_eq(slo_budget(0.999), 0.001);
	cr_assert_eq(slo_budget(0.95), 0.05);
	cr_assert_eq(slo_budget(0.999999), 0.000001);
	cr_assert_eq(slo_budget(1), 0);
	NEAR(slo_budget_ms(0.999, DAYS_30) / CLOCK_MINUTE, 43.2);
	NEAR(slo_budget_ms(0.999, 28 * CLOCK_DAY) / CLOCK_MINUTE, 40.32);
}

Test(slo_math, burn_and_what_is_left)
{
	NEAR(slo_burn(0.022, 0.999), 22);
	NEAR(slo_burn(0.001, 0.999), 1);
	cr_assert_eq(slo_burn(0, 0.999), 0);
	cr_assert_eq(slo_burn(-1e-9, 0.999), 0, "extrapolated good is no negative burn");
	cr_assert(isnan(slo_burn(NAN, 0.999)));
	NEAR(slo_remaining(0.00069, 0.999, 1), 0.31);
	NEAR(slo_remaining(0.0025, 0.999, 1), -1.5);
	cr_assert(isnan(slo_remaining(NAN, 0.999, 1)));
	NEAR(slo_remaining(0.002, 0.999, 0.25), 0.5);
}

Test(slo_math, a_target_of_all_leaves_nothing_to_burn)
{
	cr_assert_eq(slo_burn(0, 1), 0);
	cr_assert_eq(slo_burn(1e-9, 1), INFINITY);
	cr_assert_eq(slo_remaining(0, 1, 1), 1);
	cr_assert_eq(slo_remaining(1e-9, 1, 1), -INFINITY);
	cr_assert_eq(slo_exhaustion_ms(-INFINITY, INFINITY, DAYS_30), 0);
}

/* The table of the workbook, and the same pairs for 28 days. */
Test(slo_math, factors_of_each_pair)
{
	NEAR(slo_factor(0.02, DAYS_30, CLOCK_HOUR), 14.4);
	NEAR(slo_factor(0.05, DAYS_30, 6 * CLOCK_HOUR), 6);
	NEAR(slo_factor(0.10, DAYS_30, CLOCK_DAY), 3);
	NEAR(slo_factor(0.10, DAYS_30, 3 * CLOCK_DAY), 1);
	NEAR(slo_factor(0.02, 28 * CLOCK_DAY, CLOCK_HOUR), 13.44);
	NEAR(slo_factor(0.05, 28 * CLOCK_DAY, 6 * CLOCK_HOUR), 5.6);
	NEAR(slo_factor(0.10, 28 * CLOCK_DAY, CLOCK_DAY), 2.8);
	NEAR(slo_factor(0.10, 28 * CLOCK_DAY, 3 * CLOCK_DAY), 28.0 / 30);
}

Test(slo_math, when_it_is_gone)
{
	/* 30 d of which 31% are left, burning 22 times: 10.1 h. */
	NEAR(slo_exhaustion_ms(0.31, 22, DAYS_30) / CLOCK_HOUR, 720 * 0.31 / 22);
	cr_assert_eq(slo_exhaustion_ms(0.5, 0, DAYS_30), INFINITY);
	cr_assert_eq(slo_exhaustion_ms(-0.5, 2, DAYS_30), 0);
	cr_assert(isnan(slo_exhaustion_ms(NAN, 2, DAYS_30)));
	/* Everything fails: 14.4 * 0.1% of an hour. */
	NEAR(slo_detection_ms(1, 14.4, 0.999, CLOCK_HOUR) / CLOCK_SECOND, 51.84);
	NEAR(slo_detection_ms(0.0288, 14.4, 0.999, CLOCK_HOUR) / CLOCK_MINUTE, 30);
	cr_assert_eq(slo_detection_ms(0.0144, 14.4, 0.999, CLOCK_HOUR), INFINITY);
}

Test(slo_math, four_states_of_a_pair)
{
	cr_assert_eq(slo_pair_state(1, 1, 14.4), SLO_PAIR_ACCEPTABLE);
	cr_assert_eq(slo_pair_state(1, 20, 14.4), SLO_PAIR_INCREASING);
	cr_assert_eq(slo_pair_state(20, 20, 14.4), SLO_PAIR_CRITICAL);
	cr_assert_eq(slo_pair_state(20, 1, 14.4), SLO_PAIR_RECOVERING);
	cr_assert_eq(slo_pair_state(14.4, 14.4, 14.4), SLO_PAIR_ACCEPTABLE, "the factor itself does not fire");
	cr_assert_eq(slo_pair_state(NAN, 20, 14.4), SLO_PAIR_INCREASING);
	cr_assert_eq(slo_pair_state(NAN, 14, 14.4), SLO_PAIR_UNKNOWN);
	cr_assert_eq(slo_pair_state(20, NAN, 14.4), SLO_PAIR_UNKNOWN);
	cr_assert(slo_is_falling(22, 16));
	cr_assert_not(slo_is_falling(22, 17));
	cr_assert_not(slo_is_falling(0, 0));
}

Test(slo_math, burn_down_ends_at_what_is_left)
{
	const double bad[] = { 0, 1, NAN, 0, 2 }, total[] = { 1000, 1000, NAN, 1000, 1000 };
	double left[5];

	slo_burn_down(bad, total, 5, 0.999, 1, left);
	NEAR(left[0], 1);
	NEAR(left[1], 0.75);
	cr_assert(isnan(left[2]));
	NEAR(left[3], 0.75);
	NEAR(left[4], 0.25);
	NEAR(left[4], slo_remaining(3.0 / 4000, 0.999, 1));
	slo_burn_down(bad, total, 5, 0.999, 0.5, left);
	NEAR(left[4], 0.625);
}

Test(slo_math, burn_down_without_traffic_stays_whole)
{
	const double nothing[] = { 0, 0 };
	double left[2];

	slo_burn_down(nothing, nothing, 2, 0.999, 1, left);
	cr_assert_eq(left[1], 1);
}

static void expect_window(const char *text, enum slo_window_kind kind, int64_t length_ms, const char *name)
{
	struct slo_window window;
	char buf[32];

	cr_assert_eq(slo_window_read(text, &window, NULL), 0, "%s", text);
	cr_assert_eq(window.kind, kind);
	cr_assert_eq(window.length_ms, length_ms);
	slo_window_name(&window, buf, sizeof(buf));
	cr_assert_str_eq(buf, name);
}

Test(slo_window, rolling_and_calendar_are_named)
{
	struct slo_window window;
	struct error error;

	expect_window("28d", SLO_ROLLING, 28 * CLOCK_DAY, "28 d rolling");
	expect_window("rolling 30d", SLO_ROLLING, DAYS_30, "30 d rolling");
	expect_window("4w", SLO_ROLLING, 28 * CLOCK_DAY, "28 d rolling");
	expect_window("1y", SLO_ROLLING, 365 * CLOCK_DAY, "1 y rolling");
	expect_window("calendar month", SLO_MONTH, DAYS_30, "calendar month");
	expect_window("calendar quarter", SLO_QUARTER, 90 * CLOCK_DAY, "calendar quarter");
	expect_window("calendar year", SLO_YEAR, 365 * CLOCK_DAY, "calendar year");
	cr_assert_lt(slo_window_read("month", &window, &error), 0);
	cr_assert(strstr(error.text, "'month' is no window"), "%s", error.text);
	cr_assert_lt(slo_window_read("1h", &window, &error), 0);
	cr_assert(strstr(error.text, "out of range"), "%s", error.text);
}

static void expect_span(const char *text, const char *now, const char *start, const char *end)
{
	struct slo_window window;
	int64_t now_ms, start_ms, end_ms;
	char buf[40];

	cr_assert_eq(slo_window_read(text, &window, NULL), 0);
	cr_assert_eq(time_parse(now, 0, &now_ms, NULL), 0);
	slo_window_span(&window, now_ms, &start_ms, &end_ms);
	time_format(start_ms, "%FT%TZ", buf, sizeof(buf));
	cr_assert_str_eq(buf, start);
	time_format(end_ms, "%FT%TZ", buf, sizeof(buf));
	cr_assert_str_eq(buf, end);
}

Test(slo_window, spans_of_the_calendar)
{
	expect_span("calendar month", "2026-02-14T10:00:00Z", "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z");
	expect_span("calendar month", "2028-02-29T23:59:59Z", "2028-02-01T00:00:00Z", "2028-03-01T00:00:00Z");
	expect_span("calendar month", "2026-12-31T23:59:59Z", "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z");
	expect_span("calendar quarter", "2026-11-22T03:41:00Z", "2026-10-01T00:00:00Z", "2027-01-01T00:00:00Z");
	expect_span("calendar quarter", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", "2026-04-01T00:00:00Z");
	expect_span("calendar year", "2026-07-01T00:00:00Z", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z");
	expect_span("30d", "2026-03-31T00:00:00Z", "2026-03-01T00:00:00Z", "2026-03-31T00:00:00Z");
}

static void expect_words(double ms, int digits, const char *want)
{
	char buf[32];

	slo_duration_words(ms, digits, buf, sizeof(buf));
	cr_assert_str_eq(buf, want);
}

Test(slo_window, durations_as_people_read_them)
{
	char buf[24];

	expect_words(0.31 * 43.2 * CLOCK_MINUTE, 3, "13.4 min");
	expect_words(43.2 * CLOCK_MINUTE, 3, "43.2 min");
	expect_words(10.145 * CLOCK_HOUR, 2, "10 h");
	expect_words(CLOCK_HOUR, 2, "1 h");
	expect_words(CLOCK_DAY, 2, "1 d");
	expect_words(3 * CLOCK_DAY, 2, "3 d");
	expect_words(90 * CLOCK_MINUTE, 2, "90 min");
	expect_words(2.5 * CLOCK_HOUR, 2, "2.5 h");
	expect_words(5 * CLOCK_MINUTE, 2, "5 min");
	expect_words(30 * CLOCK_SECOND, 2, "30 s");
	expect_words(-0.5 * 43.2 * CLOCK_MINUTE, 3, "-21.6 min");
	expect_words(0, 3, "0 ms");
	slo_duration(DAYS_30, buf, sizeof(buf));
	cr_assert_str_eq(buf, "30d");
	slo_duration(90 * CLOCK_SECOND, buf, sizeof(buf));
	cr_assert_str_eq(buf, "90s");
	slo_duration(1500, buf, sizeof(buf));
	cr_assert_str_eq(buf, "1500ms");
}

static void expect_comparison(const char *text, enum comparison_operator operator, double limit)
{
	struct comparison comparison;
	struct error error = { "" };

	cr_assert_eq(comparison_read(text, &comparison, &error), 0, "%s", error.text);
	cr_assert_eq(comparison.operator, operator, "%s", text);
	cr_assert_eq(comparison.limit, limit, "%s: %.17g", text, comparison.limit);
}

Test(comparison, limits_are_shares_and_seconds)
{
	expect_comparison("< 99.95%", COMPARE_LESS, 0.9995);
	expect_comparison("<=90%", COMPARE_LESS_EQUAL, 0.9);
	expect_comparison("> 2h", COMPARE_GREATER, 7200);
	expect_comparison("> 500ms", COMPARE_GREATER, 0.5);
	expect_comparison(" >= 1000", COMPARE_GREATER_EQUAL, 1000);
	expect_comparison("== 1", COMPARE_EQUAL, 1);
	expect_comparison("!= -1e3", COMPARE_NOT_EQUAL, -1000);
	expect_comparison("< 60min", COMPARE_LESS, 3600);
}

Test(comparison, what_is_none_says_what_is_allowed)
{
	static const char *const bad[] = {
		"99%", "<", "< many", "< 5 parsecs", "< nan", "< inf", "< 0x10", "", "=< 1"
	};
	struct comparison comparison;
	struct error error;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		cr_assert_lt(comparison_read(bad[i], &comparison, &error), 0, "%s", bad[i]);
		cr_assert(strstr(error.text, "% or ms s m h d w y"), "%s", error.text);
	}
}

Test(comparison, nothing_known_meets_no_condition)
{
	struct comparison comparison;

	cr_assert_eq(comparison_read("!= 1", &comparison, NULL), 0);
	cr_assert_not(comparison_holds(&comparison, NAN));
	cr_assert(comparison_holds(&comparison, 2));
	for (int i = 0; i < COMPARE_OPERATORS; i++) {
		struct comparison opposite = { comparison_opposite((enum comparison_operator)i), 1, "" };

		comparison.operator=(enum comparison_operator) i;
		for (double value = 0; value < 3; value++)
			cr_assert_neq(comparison_holds(&comparison, value), comparison_holds(&opposite, value));
	}
}
