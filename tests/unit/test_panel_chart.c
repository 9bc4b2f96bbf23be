#include "ui/panel/panel.h"

#include <criterion/criterion.h>
#include <float.h>

#include "dashboard/unit.h"
#include "tests/unit/chart_fixture.h"
#include "ui/panel/chart.h"

Test(panel_chart, axes_line_letter_and_legend)
{
	struct picture picture;

	picture_init(&picture, "timeseries");
	picture_unit(&picture, "ms");
	picture_add_line(&picture, "P99", 0, 400, NULL);
	picture_draw_inside(&picture, 40, 11, GLYPHS_ASCII);
	cr_expect_str_eq(picture.text.text, "400 ms |                            aa a\n"
					    "       |                        aaaa\n"
					    "300 ms |                    aaaa\n"
					    "       |                aaaaa\n"
					    "200 ms |             aaaa\n"
					    "       |         aaaaa\n"
					    "100 ms |      aaaa\n"
					    "       |aaaaaa\n"
					    "     0 ++--------------+-------------+--\n"
					    "      12:00          12:30       13:00\n"
					    "a P99 400 ms\n");
	picture_release(&picture);
}

static int rows_with(const struct picture *picture, const char *what)
{
	int ret = 0;

	for (const char *at = picture->text.text; *at; at = strchr(at, '\n') + 1) {
		const char *found = strstr(at, what);

		ret += found && found < strchr(at, '\n');
	}
	return ret;
}

Test(panel_chart, a_gap_stays_a_gap_unless_spanned)
{
	char whole[62] = { 0 };
	double values[61];
	struct picture picture;

	memset(whole, 'a', 61); /* beside four cells of the scale */
	for (int i = 0; i <= 60; i++)
		values[i] = i > 20 && i < 40 ? frame_null() : 5;
	picture_init(&picture, "timeseries");
	picture.panel.options.legend.mode = LEGEND_HIDDEN;
	picture_add(&picture, "x", values, 61, NULL);
	picture_draw_inside(&picture, 65, 3, GLYPHS_ASCII);
	cr_expect(picture_shows(&picture, "aaaaa                   aaaaa"));
	picture.config.span_nulls_ms = -1;
	picture_draw_inside(&picture, 65, 3, GLYPHS_ASCII);
	cr_expect_eq(rows_with(&picture, whole), 1);
	picture.config.span_nulls_ms = 5 * STEP;
	picture_draw_inside(&picture, 65, 3, GLYPHS_ASCII);
	cr_expect(picture_shows(&picture, "aaaaa                   aaaaa"));
	picture.config.span_nulls_ms = 30 * STEP;
	picture_draw_inside(&picture, 65, 3, GLYPHS_ASCII);
	cr_expect_eq(rows_with(&picture, whole), 1);
	picture_release(&picture);
}

/* Samples that are simply not there, as a store without a step grid gives them. */
Test(panel_chart, missing_samples_are_a_gap_too)
{
	double values[61] = { 0 };
	struct picture picture;
	int64_t *times_ms;

	for (int i = 0; i <= 60; i++)
		values[i] = 5;
	picture_init(&picture, "timeseries");
	picture.panel.options.legend.mode = LEGEND_HIDDEN;
	picture_add(&picture, "x", values, 40, NULL);
	times_ms = (int64_t *)(uintptr_t)picture.data.frames.frames.items[0].fields[0].times_ms;
	for (int i = 20; i < 40; i++)
		times_ms[i] += 20 * STEP;
	picture_draw_inside(&picture, 65, 3, GLYPHS_ASCII);
	cr_expect(picture_shows(&picture, "aaaaa                    aaaaa"));
	picture_release(&picture);
}

Test(panel_chart, odd_values_are_drawn_or_said)
{
	static const double odd[][3] = {
		{ NAN, NAN, NAN },     { INFINITY, -INFINITY, 1 },
		{ 1e308, -1e308, 0 },  { DBL_MAX, DBL_MAX, DBL_MAX },
		{ -5, -4, -3 },        { 0, 0, 0 },
		{ 5e-324, 0, 5e-324 }, { 1e15, 1e15, 1e15 + 1 },
		{ -0.0, 0, -0.0 },
	};

	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		for (int log_base = 0; log_base <= 10; log_base += 10) {
			for (int stacking = STACK_NONE; stacking <= STACK_PERCENT; stacking++) {
				struct picture picture;

				picture_init(&picture, "timeseries");
				picture.config.log_base = log_base;
				picture.config.stacking = (enum stacking)stacking;
				picture.config.fill_opacity = 30;
				picture_add(&picture, "odd", odd[i], 3, NULL);
				picture_add(&picture, "odder", odd[i], 3, NULL);
				picture_draw(&picture, 60, 14, GLYPHS_BRAILLE);
				cr_expect(picture_shows(&picture, "a odd"), "case %zu", i);
				picture_draw(&picture, 60, 14, GLYPHS_ASCII);
				picture_draw(&picture, 12, 4, GLYPHS_BLOCK);
				picture_release(&picture);
			}
		}
	}
}

Test(panel_chart, only_nan_says_so)
{
	static const double values[] = { NAN, NAN, NAN };
	struct picture picture;

	picture_init(&picture, "timeseries");
	picture_add(&picture, "nan", values, 3, NULL);
	picture_draw(&picture, 60, 12, GLYPHS_BRAILLE);
	cr_expect(picture_shows(&picture, "no numbers in this range"));
	cr_expect(picture_shows(&picture, "a nan -"));
	picture_release(&picture);
}

Test(panel_chart, one_point_and_no_point)
{
	static const double value[] = { 7 };
	struct picture picture;

	picture_init(&picture, "timeseries");
	picture_add(&picture, "one", value, 1, NULL);
	picture_draw_inside(&picture, 40, 10, GLYPHS_BRAILLE);
	cr_expect(picture_shows(&picture, "a one 7"));
	cr_expect_gt(rows_with(&picture, "⣤") + rows_with(&picture, "⠛") + rows_with(&picture, "⠶") +
			     rows_with(&picture, "⠉") + rows_with(&picture, "⣀"),
		     0, "%s", picture.text.text);
	picture_release(&picture);

	picture_init(&picture, "timeseries");
	picture_add(&picture, "none", value, 0, NULL);
	picture_draw(&picture, 40, 10, GLYPHS_BRAILLE);
	cr_expect(picture_shows(&picture, "no data"));
	picture_release(&picture);
}

Test(panel_chart, a_constant_stands_in_the_middle)
{
	struct picture picture;
	char row[200];

	picture_init(&picture, "timeseries");
	picture_add_line(&picture, "c", 42, 42, NULL);
	picture_draw_inside(&picture, 30, 5, GLYPHS_ASCII);
	cr_expect_eq(rows_with(&picture, "aaaaaaaaaa"), 1);
	/* From zero to twice the value, as Grafana has it: 0 to about 84. */
	cr_expect_str_eq(picture_row(&picture, 0, row, sizeof(row)), "90 |");
	cr_expect_str_eq(picture_row(&picture, 3, row, sizeof(row)), " 0 |");
	picture_release(&picture);
}

Test(panel_chart, five_thousand_series_are_counted)
{
	double values[61];
	struct picture picture;

	picture_init(&picture, "timeseries");
	for (int i = 0; i < 5000; i++) {
		for (int j = 0; j <= 60; j++)
			values[j] = i % 1000;
		picture_add(&picture, "s", values, 61, NULL);
	}
	picture_draw(&picture, 100, 20, GLYPHS_BRAILLE);
	cr_expect(picture_shows(&picture, " more"));
	picture.panel.options.legend.mode = LEGEND_HIDDEN;
	picture_draw(&picture, 100, 20, GLYPHS_BRAILLE);
	cr_expect(picture_shows(&picture, "1K") || picture_shows(&picture, "1000") || picture_shows(&picture, "999"));
	picture_release(&picture);
}

Test(panel_chart, the_largest_series_are_chosen)
{
	struct picture picture;
	struct chart chart;
	double value;

	picture_init(&picture, "timeseries");
	for (int i = 0; i < 200; i++) {
		value = i == 7 ? -1e6 : i;
		picture_add(&picture, "s", &value, 1, NULL);
	}
	picture.data.frames.dropped = 11;
	chart_init(&chart, &picture.view);
	cr_assert_eq(chart.count, CHART_SERIES_MAX);
	cr_expect_eq(chart.more, 161);
	cr_expect_eq(chart.series[0].values[0], -1e6);
	cr_expect_eq(chart.series[1].values[0], 151);
	chart_release(&chart);
	picture_release(&picture);
}

Test(panel_chart, stacking_adds_up)
{
	static const double a[] = { 1, 2, 3 }, b[] = { 10, NAN, 30 }, c[] = { 100, 200, 300 };
	struct picture picture;
	struct chart chart;

	picture_init(&picture, "timeseries");
	picture.config.stacking = STACK_NORMAL;
	picture_add(&picture, "a", a, 3, NULL);
	picture_add(&picture, "b", b, 3, NULL);
	picture_add(&picture, "c", c, 3, NULL);
	chart_init(&chart, &picture.view);
	cr_expect_eq(chart.series[2].drawn[0], 111);
	cr_expect_eq(chart.series[2].drawn[1], 202);
	cr_expect_eq(chart.series[2].base[2], 33);
	cr_expect(isnan(chart.series[1].drawn[1]));
	chart_release(&chart);

	picture.config.stacking = STACK_PERCENT;
	chart_init(&chart, &picture.view);
	cr_expect_float_eq(chart.series[2].drawn[0], 1, 1e-12);
	cr_expect_float_eq(chart.series[0].drawn[0], 1.0 / 111, 1e-12);
	chart_release(&chart);
	picture_draw(&picture, 60, 12, GLYPHS_BRAILLE);
	cr_expect(picture_shows(&picture, "100%"));
	picture_release(&picture);
}

Test(panel_chart, groups_and_turned_series_stack_apart)
{
	static const double a[] = { 1 }, b[] = { 2 }, c[] = { 4 };
	struct field_config up = { .stacking = STACK_NORMAL, .decimals = -1 }, down = up, other = up;
	struct picture picture;
	struct chart chart;

	down.negate = true;
	other.stack_group = "B";
	picture_init(&picture, "timeseries");
	picture_add(&picture, "a", a, 1, &up);
	picture_add(&picture, "b", b, 1, &down);
	picture_add(&picture, "c", c, 1, &down);
	picture_add(&picture, "d", c, 1, &other);
	chart_init(&chart, &picture.view);
	cr_expect_eq(chart.series[0].drawn[0], 1);
	cr_expect_eq(chart.series[1].drawn[0], -2);
	cr_expect_eq(chart.series[2].drawn[0], -6);
	cr_expect_eq(chart.series[3].drawn[0], 4);
	chart_release(&chart);
	picture_release(&picture);
}

Test(panel_chart, stacks_with_different_times_use_their_union)
{
	static const double a[] = { 1, 1, 1 }, b[] = { 5, 5 };
	struct picture picture;
	struct chart chart;

	picture_init(&picture, "timeseries");
	picture.config.stacking = STACK_NORMAL;
	picture_add(&picture, "a", a, 3, NULL);
	picture_add(&picture, "b", b, 2, NULL);
	chart_init(&chart, &picture.view);
	cr_expect_eq(chart.series[1].count, 3);
	cr_expect_eq(chart.series[1].drawn[1], 6);
	cr_expect(isnan(chart.series[1].drawn[2]));
	chart_release(&chart);
	picture_release(&picture);
}

Test(panel_chart, a_second_unit_gets_the_right_axis)
{
	struct field_config bytes = { .set = FIELD_UNIT, .unit = "bytes", .decimals = -1 };
	struct picture picture;
	char row[200];

	picture_init(&picture, "timeseries");
	picture_unit(&picture, "reqps");
	picture_add_line(&picture, "requests", 0, 90, NULL);
	picture_add_line(&picture, "memory", 0, 3 * 1024 * 1024, &bytes);
	picture_draw_inside(&picture, 70, 14, GLYPHS_BRAILLE);
	cr_expect(picture_shows(&picture, "75 req/s ┤"), "%s", picture.text.text);
	cr_expect(picture_shows(&picture, "├ 3 MiB"), "%s", picture.text.text);
	cr_expect(strstr(picture_row(&picture, 11, row, sizeof(row)), "       0 ┼"), "%s", row);
	cr_expect(strstr(row, "┼ 0"), "%s", row);
	picture_release(&picture);
}

Test(panel_chart, limits_of_the_config_hold)
{
	struct picture picture;
	char row[200];

	picture_init(&picture, "timeseries");
	picture_unit(&picture, "percent");
	picture.config.set |= FIELD_MIN | FIELD_MAX;
	picture.config.min = 0;
	picture.config.max = 100;
	picture_add_line(&picture, "cpu", 3, 5, NULL);
	picture_draw_inside(&picture, 50, 16, GLYPHS_ASCII);
	/* Thirteen rows do not divide well: one is given up. */
	cr_expect(strstr(picture_row(&picture, 1, row, sizeof(row)), "100% |"), "%s", row);
	cr_expect(picture_shows(&picture, "  0% +"));
	picture.config.set = FIELD_UNIT | FIELD_SOFT_MAX | FIELD_SOFT_MIN;
	picture.config.soft_min = 0;
	picture.config.soft_max = 10;
	picture_draw_inside(&picture, 50, 16, GLYPHS_ASCII);
	cr_expect(picture_shows(&picture, "10.0% |") || picture_shows(&picture, "10% |"), "%s", picture.text.text);
	picture_release(&picture);
}

Test(panel_chart, thresholds_are_lines_with_signs)
{
	static struct threshold steps[] = { { -INFINITY, { HUE_GREEN, 0x73bf69 } }, { 50, { HUE_RED, 0xf2495c } } };
	struct picture picture;

	picture_init(&picture, "timeseries");
	picture.config.thresholds.steps = steps;
	picture.config.thresholds.count = 2;
	picture_add_line(&picture, "x", 0, 100, NULL);
	picture_draw_inside(&picture, 50, 16, GLYPHS_ASCII);
	cr_expect_not(picture_shows(&picture, "#------"));
	picture.config.threshold_style = THRESHOLD_LINE;
	picture_draw_inside(&picture, 50, 16, GLYPHS_ASCII);
	cr_expect(picture_shows(&picture, "|#------"));
	picture.config.thresholds.percentage = true;
	picture_draw_inside(&picture, 50, 16, GLYPHS_BRAILLE);
	cr_expect(picture_shows(&picture, "■╌╌╌"));
	picture_release(&picture);
}

Test(panel_chart, threshold_areas_colour_the_scale)
{
	static struct threshold steps[] = { { -INFINITY, { HUE_NONE, 0 } }, { 50, { HUE_RED, 0xf2495c } } };
	struct picture picture;

	picture_init(&picture, "timeseries");
	picture.config.thresholds.steps = steps;
	picture.config.thresholds.count = 2;
	picture.config.threshold_style = THRESHOLD_AREA;
	picture_add_line(&picture, "x", 0, 100, NULL);
	picture_draw_inside(&picture, 50, 16, GLYPHS_BRAILLE);
	/* The scale's line is beside "100". */
	cr_expect_eq(canvas_cell(picture.canvas, 4, 2)->style.fg.role, ROLE_CRITICAL);
	cr_expect_eq(canvas_cell(picture.canvas, 4, 11)->style.fg.role, ROLE_AXIS);
	picture.config.threshold_style = THRESHOLD_LINE;
	picture_draw_inside(&picture, 50, 16, GLYPHS_BRAILLE);
	cr_expect_eq(canvas_cell(picture.canvas, 4, 2)->style.fg.role, ROLE_AXIS);
	picture_release(&picture);
}

Test(panel_chart, low_plots_say_the_ends_of_their_scale)
{
	struct picture picture;
	char row[200];

	picture_init(&picture, "timeseries");
	picture_unit(&picture, "ms");
	picture_add_line(&picture, "x", 0, 380, NULL);
	picture_draw_inside(&picture, 40, 3, GLYPHS_ASCII);
	cr_expect(strstr(picture_row(&picture, 0, row, sizeof(row)), "400 ms |"), "%s", row);
	cr_expect(strstr(picture_row(&picture, 2, row, sizeof(row)), "     0 |"), "%s", row);
	picture_draw_inside(&picture, 40, 5, GLYPHS_ASCII);
	cr_expect(strstr(picture_row(&picture, 3, row, sizeof(row)), "     0 |"), "%s", row);
	cr_expect_str_eq(picture_row(&picture, 4, row, sizeof(row)), "a x 380 ms");
	picture_release(&picture);
}

Test(panel_chart, labels_leave_two_thirds_to_the_plot)
{
	struct picture picture;

	picture_init(&picture, "timeseries");
	picture_unit(&picture, "reqps");
	picture_add_line(&picture, "x", 0, 900, NULL);
	picture_draw_inside(&picture, 40, 12, GLYPHS_ASCII);
	cr_expect(picture_shows(&picture, " req/s |"));
	picture_draw_inside(&picture, 24, 12, GLYPHS_ASCII);
	cr_expect_not(picture_shows(&picture, "req/s |"), "%s", picture.text.text);
	cr_expect(picture_shows(&picture, "500 |") || picture_shows(&picture, "400 |"), "%s", picture.text.text);
	/* Even the narrowest scale has place for a number and its unit. */
	picture_unit(&picture, "ms");
	picture_draw_inside(&picture, 16, 12, GLYPHS_ASCII);
	cr_expect(picture_shows(&picture, "500ms |") || picture_shows(&picture, "400ms |"), "%s", picture.text.text);
	picture_release(&picture);
}

Test(panel_chart, a_table_of_one_column_is_a_list_where_it_would_lose_rows)
{
	struct picture picture;

	picture_init(&picture, "timeseries");
	picture.panel.options.legend.mode = LEGEND_TABLE;
	picture_add_line(&picture, "one", 0, 10, NULL);
	picture_add_line(&picture, "two", 0, 20, NULL);
	picture_add_line(&picture, "three", 0, 30, NULL);
	picture_draw_inside(&picture, 50, 10, GLYPHS_ASCII);
	cr_expect(picture_shows(&picture, "\na one 10  b two 20  c three 30\n"), "%s", picture.text.text);
	picture_release(&picture);
}

Test(panel_chart, bars_stand_on_zero)
{
	static const double values[] = { 5, 5, 5 };
	struct picture picture;

	picture_init(&picture, "timeseries");
	picture.config.draw_style = DRAW_BARS;
	picture.view.start_ms = START - STEP / 2;
	picture.view.end_ms = START + 3 * STEP;
	picture_add(&picture, "b", values, 3, NULL);
	picture_draw_inside(&picture, 40, 10, GLYPHS_ASCII);
	cr_expect(picture_shows(&picture, "0 +"));
	cr_expect_geq(rows_with(&picture, "aaaa"), 5);
	picture_release(&picture);
}

Test(panel_chart, an_isolated_series_is_drawn_alone)
{
	struct picture picture;

	picture_init(&picture, "timeseries");
	picture_add_line(&picture, "first", 0, 10, NULL);
	picture_add_line(&picture, "second", 1000, 0, NULL);
	picture.view.selected = 0;
	picture_draw_inside(&picture, 60, 12, GLYPHS_ASCII);
	cr_expect_not(picture_shows(&picture, "bb"));
	cr_expect(picture_shows(&picture, "b second"));
	cr_expect_not(picture_shows(&picture, "1 K"), "the scale fits the series that is shown");
	picture.view.selected = 99;
	picture_draw_inside(&picture, 60, 12, GLYPHS_ASCII);
	cr_expect(picture_shows(&picture, "bb"));
	picture_release(&picture);
}

Test(panel_chart, the_cursor_shows_its_values_and_time)
{
	struct picture picture;

	picture_init(&picture, "timeseries");
	picture_add_line(&picture, "x", 0, 60, NULL);
	picture.view.zoomed = true;
	picture.view.cursor_ms = START + 15 * STEP;
	picture_draw_inside(&picture, 60, 12, GLYPHS_ASCII);
	cr_expect(picture_shows(&picture, "a x 15"));
	cr_expect(picture_shows(&picture, "12:15:00"));
	picture.view.cursor_ms = START - 500 * STEP;
	picture_draw_inside(&picture, 60, 12, GLYPHS_ASCII);
	cr_expect(picture_shows(&picture, "a x 60"));
	picture_release(&picture);
}

Test(panel_chart, legend_table_with_calculations_is_sorted)
{
	static const char *calcs[] = { "min", "max", NULL };
	struct picture picture;
	const char *low, *high;

	picture_init(&picture, "timeseries");
	picture.panel.options.legend.mode = LEGEND_TABLE;
	picture.panel.options.legend.calcs = calcs;
	picture.panel.options.legend.sort_by = "Max";
	picture.panel.options.legend.sort_descending = true;
	picture_add_line(&picture, "low", 0, 10, NULL);
	picture_add_line(&picture, "high", 0, 90, NULL);
	picture_draw_inside(&picture, 60, 18, GLYPHS_ASCII);
	cr_expect(picture_shows(&picture, "min") && picture_shows(&picture, "max"));
	low = strstr(picture.text.text, "a low");
	high = strstr(picture.text.text, "b high");
	cr_assert(low && high);
	cr_expect_lt(high, low);
	picture_release(&picture);
}

Test(panel_chart, small_boxes_lose_axes_then_become_a_spark)
{
	struct picture picture;

	picture_init(&picture, "timeseries");
	picture_add_line(&picture, "x", 0, 60, NULL);
	picture_draw_inside(&picture, 15, 10, GLYPHS_ASCII);
	cr_expect_not(picture_shows(&picture, "|"));
	cr_expect_not(picture_shows(&picture, "12:"));
	cr_expect(picture_shows(&picture, "aa"));
	picture_draw_inside(&picture, 20, 1, GLYPHS_BRAILLE);
	cr_expect(picture_shows(&picture, "▁▁"));
	cr_expect(picture_shows(&picture, " 60\n"));
	picture_release(&picture);
}

Test(panel_chart, text_without_numbers_is_said)
{
	static const char *const words[] = { "x" };
	struct field fields[1] = { { .name = "word", .type = FIELD_STRING, .strings = words } };
	struct picture picture;

	picture_init(&picture, "timeseries");
	vec_push(&picture.data.frames.frames, (struct frame){ .fields = fields, .field_count = 1, .length = 1 });
	picture_draw(&picture, 60, 8, GLYPHS_ASCII);
	cr_expect(picture_shows(&picture, "no numbers over time in the answer"));
	picture_release(&picture);
}

Test(panel_chart, a_line_names_its_first_series)
{
	struct picture picture;

	picture_init(&picture, "timeseries");
	picture_unit(&picture, "ms");
	picture_add_line(&picture, "p50", 1, 31, NULL);
	cr_expect_str_eq(picture_line(&picture), "31 ms");
	for (int i = 0; i < 4; i++)
		picture_add_line(&picture, "p99", 1, 214, NULL);
	cr_expect_str_eq(picture_line(&picture), "p50 31 ms  p99 214 ms  p99 214 ms  +2");
	picture_release(&picture);
}

Test(panel_chart, letters_follow_the_series_not_the_order)
{
	struct picture picture;
	struct chart chart;

	picture_init(&picture, "timeseries");
	picture_add_line(&picture, "a", 0, 1, NULL);
	picture_add_line(&picture, "hidden", 0, 2, &(struct field_config){ .hide_viz = true });
	picture_add_line(&picture, "c", 0, 3, NULL);
	chart_init(&chart, &picture.view);
	cr_assert_eq(chart.count, 2);
	cr_expect_eq(chart.series[0].letter, 'a');
	cr_expect_eq(chart.series[1].letter, 'c');
	chart_release(&chart);
	picture_release(&picture);
}

Test(panel_chart, a_low_box_has_no_room_for_a_legend_table)
{
	static const char *calcs[] = { "max", NULL };
	struct picture picture;

	picture_init(&picture, "timeseries");
	picture.panel.options.legend.mode = LEGEND_TABLE;
	picture.panel.options.legend.calcs = calcs;
	picture_add_line(&picture, "low", 0, 10, NULL);
	picture_add_line(&picture, "high", 0, 90, NULL);
	picture_draw_inside(&picture, 60, 7, GLYPHS_ASCII);
	cr_expect(picture_shows(&picture, "a low max 10  b high max 90"), "%s", picture.text.text);
	picture_release(&picture);
}

Test(panel_chart, a_series_can_take_its_colour_from_thresholds)
{
	static struct threshold steps[] = { { -INFINITY, { HUE_GREEN, 0x73bf69 } }, { 50, { HUE_RED, 0xf2495c } } };
	struct picture picture;
	struct chart chart;

	picture_init(&picture, "timeseries");
	picture.config.set |= FIELD_COLOUR;
	picture.config.colour.mode = COLOUR_THRESHOLDS;
	picture.config.thresholds.steps = steps;
	picture.config.thresholds.count = 2;
	picture_add_line(&picture, "x", 0, 60, NULL);
	chart_init(&chart, &picture.view);
	cr_expect_eq(chart.series[0].style.fg.role, ROLE_CRITICAL);
	chart_release(&chart);
	picture_release(&picture);
}
