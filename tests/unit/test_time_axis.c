#include "ui/panel/time_axis.h"

#include <criterion/criterion.h>

#include "base/strbuf.h"
#include "ui/draw/export.h"

#define NOON INT64_C(1795348800000) /* 2026-11-22T12:00:00Z */
#define HOUR INT64_C(3600000)

static struct time_tick ticks[200];

Test(time_axis, an_hour_in_quarters)
{
	size_t count = time_axis_ticks(NOON, NOON + HOUR, 60, ticks, 200);

	cr_assert_eq(count, 5);
	cr_expect_str_eq(ticks[0].label, "12:00");
	cr_expect_str_eq(ticks[1].label, "12:15");
	cr_expect_str_eq(ticks[4].label, "13:00");
}

Test(time_axis, ticks_stand_on_round_times)
{
	size_t count = time_axis_ticks(NOON + 7 * 60000 + 123, NOON + HOUR, 60, ticks, 200);

	cr_assert_gt(count, 1);
	cr_expect_str_eq(ticks[0].label, "12:10");
}

Test(time_axis, seconds_milliseconds_days_months_years)
{
	cr_assert_gt(time_axis_ticks(NOON, NOON + 60000, 80, ticks, 200), 2);
	cr_expect_str_eq(ticks[1].label, "12:00:10");
	cr_assert_gt(time_axis_ticks(NOON, NOON + 100, 100, ticks, 200), 2);
	cr_expect_str_eq(ticks[1].label, "12:00:00.020");
	cr_assert_gt(time_axis_ticks(NOON, NOON + 14 * 24 * HOUR, 80, ticks, 200), 2);
	cr_expect_str_eq(ticks[0].label, "11-23");
	cr_assert_gt(time_axis_ticks(NOON, NOON + 200 * 24 * HOUR, 80, ticks, 200), 2);
	cr_expect_str_eq(ticks[0].label, "2026-12");
	cr_assert_gt(time_axis_ticks(NOON, NOON + 5000 * 24 * HOUR, 80, ticks, 200), 2);
	cr_expect_str_eq(ticks[0].label, "2028");
}

Test(time_axis, midnight_shows_the_date)
{
	size_t count = time_axis_ticks(NOON, NOON + 24 * HOUR, 60, ticks, 200);

	cr_assert_geq(count, 2);
	for (size_t i = 0; i < count; i++) {
		if (ticks[i].time_ms == NOON + 12 * HOUR)
			cr_expect_str_eq(ticks[i].label, "11-23");
	}
}

Test(time_axis, odd_ranges_have_no_ticks)
{
	cr_expect_eq(time_axis_ticks(NOON, NOON, 60, ticks, 200), 0);
	cr_expect_eq(time_axis_ticks(NOON, NOON - 5, 60, ticks, 200), 0);
	cr_expect_eq(time_axis_ticks(NOON, NOON + HOUR, 1, ticks, 200), 0);
	cr_expect_leq(time_axis_ticks(0, INT64_C(3600000000000000), 60, ticks, 200), 200);
	cr_expect_leq(time_axis_ticks(NOON, NOON + HOUR, 1000, ticks, 3), 3);
}

Test(time_axis, columns_are_clamped_to_one_past_the_edge)
{
	cr_expect_eq(time_axis_column(NOON, NOON + HOUR, 61, NOON), 0);
	cr_expect_eq(time_axis_column(NOON, NOON + HOUR, 61, NOON + HOUR), 60);
	cr_expect_eq(time_axis_column(NOON, NOON + HOUR, 61, NOON + HOUR / 2), 30);
	cr_expect_eq(time_axis_column(NOON, NOON + HOUR, 61, NOON - HOUR), -1);
	cr_expect_eq(time_axis_column(NOON, NOON + HOUR, 61, INT64_MAX), 61);
	cr_expect_eq(time_axis_column(NOON, NOON, 61, NOON), 0);
}

Test(time_axis, draws_line_ticks_and_labels)
{
	struct canvas *canvas = canvas_new(34, 2, GLYPHS_BRAILLE);
	struct strbuf text = STRBUF_INIT;

	time_axis_draw(canvas, 2, 0, 31, NOON, NOON + HOUR, true);
	export_text(canvas, &text);
	cr_expect_str_eq(text.text, "  ┬──────────────┬──────────────┬\n"
				    "12:00          12:30        13:00\n");
	strbuf_release(&text);
	canvas_free(canvas);
}
