#include <criterion/criterion.h>

#include "dashboard/interval.h"

#define HOUR INT64_C(3600000)

Test(interval, ladder_as_grafana)
{
	static const struct {
		int64_t interval, rounded;
	} rows[] = {
		{ -5, 1 },
		{ 0, 1 },
		{ 9, 1 },
		{ 10, 10 },
		{ 14, 10 },
		{ 15, 20 },
		{ 34, 20 },
		{ 749, 500 },
		{ 1499, 1000 },
		{ 12499, 10000 },
		{ 12500, 15000 },
		{ 17500, 20000 },
		{ 25000, 30000 },
		{ 45000, 60000 },
		{ 90000, 120000 },
		{ 210000, 300000 },
		{ 5400000, 2 * HOUR },
		{ 86399999, 12 * HOUR },
		{ 86400000, 24 * HOUR },
		{ INT64_C(604800000), 168 * HOUR },
		{ INT64_C(1814400000), 720 * HOUR },
		{ INT64_C(3628800000), 8760 * HOUR },
		{ INT64_MAX, 8760 * HOUR },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		cr_assert_eq(interval_round(rows[i].interval), rows[i].rounded, "row %zu", i);
}

Test(interval, six_hours_at_the_known_widths)
{
	cr_assert_eq(interval_auto(6 * HOUR, 100, 15000), 300000);
	cr_assert_eq(interval_auto(6 * HOUR, 220, 15000), 120000);
	cr_assert_eq(interval_auto(6 * HOUR, 500, 15000), 30000);
	cr_assert_eq(interval_auto(6 * HOUR, 1000, 15000), 20000);
	cr_assert_eq(interval_auto(6 * HOUR, 1000, 60000), 60000, "never below the minimum");
	cr_assert_eq(interval_auto(-1, 0, 15000), 15000);
}

Test(interval, rate_covers_four_scrapes)
{
	cr_assert_eq(interval_rate(15000, 15000), 60000);
	cr_assert_eq(interval_rate(60000, 15000), 75000);
	cr_assert_eq(interval_rate(INT64_MAX, 15000), INT64_MAX, "sums do not wrap");
	cr_assert_eq(interval_rate(1, INT64_MAX / 2), INT64_MAX);
}

Test(interval, step_of_a_target)
{
	cr_assert_eq(interval_step(6 * HOUR, 500, 30000, 0, 1), 30000);
	cr_assert_eq(interval_step(6 * HOUR, 500, 30000, 120000, 1), 120000, "the target's own minimum");
	cr_assert_eq(interval_step(6 * HOUR, 500, 30000, 0, 2), 60000);
	cr_assert_eq(interval_step(HOUR, 1000000, 1, 0, 1), 200, "11,000 points a series");
	cr_assert_eq(interval_step(HOUR, 500, 15000, INT64_MAX / 2, 4), INT64_MAX);
	cr_assert_eq(interval_step(HOUR, 500, 15000, 0, -3), 15000);
}

Test(interval, floors_towards_the_past)
{
	cr_assert_eq(interval_floor(61000, 60000), 60000);
	cr_assert_eq(interval_floor(60000, 60000), 60000);
	cr_assert_eq(interval_floor(-1, 60000), -60000);
	cr_assert_eq(interval_floor(5, 0), 5);
}

Test(interval, text_names_the_largest_unit)
{
	static const struct {
		int64_t ms;
		const char *text;
	} rows[] = {
		{ 250, "250ms" },
		{ 15000, "15s" },
		{ 60000, "1m" },
		{ 90000, "1m" },
		{ 7200000, "2h" },
		{ 86400000, "1d" },
		{ INT64_C(31536000000), "1y" },
		{ 0, "1ms" },
		{ INT64_MAX, "292471208y" },
	};
	char text[16];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		interval_text(rows[i].ms, text, sizeof(text));
		cr_assert_str_eq(text, rows[i].text);
	}
}
