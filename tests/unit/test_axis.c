#include "ui/panel/axis.h"

#include <criterion/criterion.h>
#include <float.h>
#include <math.h>
#include <string.h>

#include "base/strbuf.h"
#include "dashboard/unit.h"
#include "ui/draw/export.h"

static struct axis make(double min, double max, const char *unit)
{
	struct axis_spec spec = {
		.min = min, .max = max, .intervals = 4, .unit = unit, .decimals = UNIT_DECIMALS_AUTO
	};
	struct axis axis;

	axis_make(&axis, &spec);
	return axis;
}

static void expect_labels(const struct axis *axis, size_t count, const char *const *labels)
{
	double ticks[AXIS_TICKS_MAX];

	cr_assert_eq(axis_ticks(axis, ticks, AXIS_TICKS_MAX), count);
	for (size_t i = 0; i < count; i++) {
		char label[64];

		axis_label(axis, ticks[i], label, sizeof(label));
		cr_expect_str_eq(label, labels[i]);
	}
}

Test(axis, rounds_outwards_to_decimal_ticks)
{
	struct axis axis = make(31, 389, "none");

	cr_expect_float_eq(axis.min, 0, 1e-9);
	cr_expect_float_eq(axis.max, 400, 1e-9);
	expect_labels(&axis, 5, (const char *const[]){ "0", "100", "200", "300", "400" });
}

Test(axis, bytes_take_powers_of_two)
{
	struct axis axis = make(0, 3.5 * 1024 * 1024, "bytes");

	expect_labels(&axis, 5, (const char *const[]){ "0", "1 MiB", "2 MiB", "3 MiB", "4 MiB" });
}

Test(axis, seconds_take_clock_steps)
{
	struct axis axis = make(0, 110, "s");

	cr_expect_float_eq(axis.step, 30, 1e-9);
	cr_expect_float_eq(axis.max, 120, 1e-9);
	axis = make(0, 7000, "s");
	cr_expect_float_eq(axis.step, 1800, 1e-9);
	axis = make(0, 110000, "ms");
	cr_expect_float_eq(axis.step, 30000, 1e-6);
}

Test(axis, labels_share_the_decimals_they_need)
{
	struct axis axis = make(0, 1, "none");

	expect_labels(&axis, 5, (const char *const[]){ "0.00", "0.25", "0.50", "0.75", "1.00" });
}

Test(axis, fixed_ends_stay)
{
	struct axis_spec spec = { .min = 3,
				  .max = 97,
				  .fixed_min = true,
				  .fixed_max = true,
				  .intervals = 5,
				  .unit = "percent",
				  .decimals = UNIT_DECIMALS_AUTO };
	struct axis axis;

	axis_make(&axis, &spec);
	cr_expect_float_eq(axis.min, 3, 1e-12);
	cr_expect_float_eq(axis.max, 97, 1e-12);
	expect_labels(&axis, 4, (const char *const[]){ "20%", "40%", "60%", "80%" });
}

Test(axis, a_fixed_end_beyond_all_values_is_kept)
{
	struct axis_spec spec = {
		.min = 100, .max = 5, .fixed_min = true, .intervals = 4, .decimals = UNIT_DECIMALS_AUTO
	};
	struct axis axis;

	axis_make(&axis, &spec);
	cr_expect_float_eq(axis.min, 100, 1e-9);
	cr_expect_gt(axis.max, 100);
}

Test(axis, zero_belongs_to_bars)
{
	struct axis_spec spec = {
		.min = 900, .max = 1000, .from_zero = true, .intervals = 4, .decimals = UNIT_DECIMALS_AUTO
	};
	struct axis axis;

	axis_make(&axis, &spec);
	cr_expect_float_eq(axis.min, 0, 1e-9);
	spec.min = -1000;
	spec.max = -900;
	axis_make(&axis, &spec);
	cr_expect_float_eq(axis.max, 0, 1e-9);
}

/* Whatever the range, the axis can be drawn: finite, min < max, few ticks. */
Test(axis, odd_ranges_give_usable_axes)
{
	static const double ranges[][2] = {
		{ INFINITY, -INFINITY },
		{ NAN, NAN },
		{ NAN, 5 },
		{ 0, 0 },
		{ 42, 42 },
		{ -42, -42 },
		{ -DBL_MAX, DBL_MAX },
		{ 1e308, 1e308 },
		{ -1e308, -1e308 },
		{ DBL_MAX, DBL_MAX },
		{ 0, DBL_MIN },
		{ 0, 5e-324 },
		{ 5e-324, 5e-324 },
		{ 1e15, 1e15 + 0.125 },
		{ 1, 1 + 1e-15 },
		{ -INFINITY, 5 },
		{ 5, INFINITY },
		{ 1e-300, 1e300 },
		{ -1e-9, 1e-9 },
		{ 0, 1e-280 },
	};
	static const char *const units[] = { NULL, "bytes", "s", "ms", "percentunit", "furlongs" };

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
		for (size_t j = 0; j < sizeof(units) / sizeof(units[0]); j++) {
			for (int base = 0; base <= 10; base += base ? 8 : 2) {
				struct axis_spec spec = { .min = ranges[i][0],
							  .max = ranges[i][1],
							  .intervals = 6,
							  .unit = units[j],
							  .decimals = UNIT_DECIMALS_AUTO,
							  .log_base = base };
				double ticks[AXIS_TICKS_MAX], middle;
				struct axis axis;
				size_t count;

				axis_make(&axis, &spec);
				cr_assert(isfinite(axis.min) && isfinite(axis.max), "range %zu", i);
				cr_assert_lt(axis.min, axis.max, "range %zu", i);
				count = axis_ticks(&axis, ticks, AXIS_TICKS_MAX);
				cr_expect_leq(count, 12, "range %zu unit %zu base %d: %zu", i, j, base, count);
				for (size_t k = 1; k < count; k++)
					cr_expect_gt(ticks[k], ticks[k - 1]);
				middle = axis_position(&axis, axis.min / 2 + axis.max / 2);
				cr_expect(middle >= 0 && middle <= 1, "range %zu", i);
			}
		}
	}
}

Test(axis, positions_run_from_bottom_to_top)
{
	struct axis axis = make(0, 400, NULL);

	cr_expect_float_eq(axis_position(&axis, 0), 0, 1e-12);
	cr_expect_float_eq(axis_position(&axis, 400), 1, 1e-12);
	cr_expect_float_eq(axis_position(&axis, 100), 0.25, 1e-12);
	cr_expect_gt(axis_position(&axis, 500), 1);
	cr_expect(isnan(axis_position(&axis, NAN)));
	cr_expect(isnan(axis_position(&axis, INFINITY)));
}

Test(axis, the_widest_range_does_not_overflow)
{
	struct axis axis = make(-1e308, 1e308, NULL);

	cr_expect_float_eq(axis_position(&axis, 0), 0.5, 1e-9);
	cr_expect_gt(axis_position(&axis, 1e308), 0.7);
}

Test(axis, a_log_axis_has_powers_and_no_place_for_zero)
{
	struct axis_spec spec = {
		.min = 2, .max = 30000, .intervals = 8, .unit = "none", .decimals = UNIT_DECIMALS_AUTO, .log_base = 10
	};
	double ticks[AXIS_TICKS_MAX];
	struct axis axis;

	axis_make(&axis, &spec);
	cr_assert_eq(axis_ticks(&axis, ticks, AXIS_TICKS_MAX), 6);
	cr_expect_float_eq(ticks[0], 1, 1e-9);
	cr_expect_float_eq(ticks[5], 1e5, 1e-3);
	cr_expect_float_eq(axis_position(&axis, 1000), 0.6, 1e-9);
	cr_expect(isnan(axis_position(&axis, 0)));
	cr_expect(isnan(axis_position(&axis, -3)));
}

Test(axis, rows_match_the_dots_of_each_glyph_set)
{
	for (int set = GLYPHS_BRAILLE; set <= GLYPHS_ASCII; set++) {
		cr_expect_eq(axis_row(1, 10, (enum glyph_set)set), 0);
		cr_expect_eq(axis_row(0, 10, (enum glyph_set)set), 9);
		cr_expect_eq(axis_row(7, 10, (enum glyph_set)set), 0);
		cr_expect_eq(axis_row(-7, 10, (enum glyph_set)set), 9);
		cr_expect_eq(axis_row(0.5, 0, (enum glyph_set)set), 0);
	}
	cr_expect_eq(axis_row(0.5, 8, GLYPHS_ASCII), 4);
	cr_expect_eq(axis_row(0.5, 8, GLYPHS_BRAILLE), 4);
}

Test(axis, draws_labels_ticks_and_line)
{
	struct canvas *canvas = canvas_new(12, 9, GLYPHS_BRAILLE);
	struct axis axis = make(0, 400, "ms");
	struct strbuf text = STRBUF_INIT;

	axis_draw(&axis, canvas, (struct axis_place){ .x = 7, .y = 0, .rows = 8, .label_width = 6, .has_floor = true });
	export_text(canvas, &text);
	cr_expect_str_eq(text.text, "400 ms ┤\n"
				    "       │\n"
				    "300 ms ┤\n"
				    "       │\n"
				    "200 ms ┤\n"
				    "       │\n"
				    "100 ms ┤\n"
				    "       │\n"
				    "     0\n");
	strbuf_release(&text);
	canvas_free(canvas);
}

Test(axis, crowded_labels_are_thinned_evenly)
{
	struct canvas *canvas = canvas_new(8, 4, GLYPHS_BRAILLE);
	struct axis axis = make(0, 400, NULL);
	struct strbuf text = STRBUF_INIT;

	axis_draw(&axis, canvas, (struct axis_place){ .x = 4, .y = 0, .rows = 3, .label_width = 3, .has_floor = true });
	export_text(canvas, &text);
	cr_expect_str_eq(text.text, "400 ┤\n200 ┤\n    │\n  0\n");
	strbuf_release(&text);
	canvas_free(canvas);
}

static struct axis make_rows(double min, double max, const char *unit, int rows)
{
	struct axis_spec spec = {
		.min = min, .max = max, .unit = unit, .intervals = 4, .decimals = UNIT_DECIMALS_AUTO, .rows = rows
	};
	struct axis axis;

	axis_make(&axis, &spec);
	return axis;
}

/* Whatever the values and the height: labels stand evenly, differ, and cover the values. */
Test(axis, ticks_stand_on_evenly_spaced_rows)
{
	static const double ranges[][2] = { { 0, 17.3 },   { 0, 3.5e9 },       { -0.2, 5.2 }, { -80, -20 },
					    { 998, 1002 }, { 0.9985, 0.9999 }, { 0, 1e-7 },   { 42, 42 } };
	static const char *const units[] = { NULL, "bytes", "s", "percentunit", "reqps" };

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
		for (size_t j = 0; j < sizeof(units) / sizeof(units[0]); j++) {
			for (int rows = 2; rows <= 40; rows++) {
				struct axis axis = make_rows(ranges[i][0], ranges[i][1], units[j], rows);
				double ticks[AXIS_TICKS_MAX];
				size_t count = axis_ticks(&axis, ticks, AXIS_TICKS_MAX);
				char label[2][400] = { "", "" };

				cr_expect_eq(axis.rows, rows);
				cr_expect_leq(axis.min, ranges[i][0] + axis.step * 1e-5);
				cr_expect_geq(axis.max, ranges[i][1] - axis.step * 1e-5);
				cr_expect_geq(count, 2, "range %zu unit %zu rows %d", i, j, rows);
				for (size_t k = 0; k < count; k++) {
					double row = rows * (1 - axis_position(&axis, ticks[k]));

					cr_expect_float_eq(row, rows - axis.first_row - axis.rows_a_step * (int)k, 1e-4,
							   "range %zu unit %zu rows %d tick %zu: %g", i, j, rows, k,
							   row);
					axis_label(&axis, ticks[k], label[k % 2], sizeof(label[0]));
					cr_expect_str_neq(label[0], label[1], "range %zu unit %zu rows %d", i, j, rows);
				}
			}
		}
	}
}

Test(axis, what_is_never_negative_gets_no_room_below_zero)
{
	for (int rows = 1; rows <= 30; rows++)
		cr_expect_geq(make_rows(0, 17.3, NULL, rows).min, 0);
}

Test(axis, a_fixed_range_divides_its_rows_or_gives_one_up)
{
	struct axis_spec spec = { .min = 0,
				  .max = 100,
				  .fixed_min = true,
				  .fixed_max = true,
				  .may_shrink = true,
				  .unit = "percent",
				  .decimals = UNIT_DECIMALS_AUTO };
	static const struct {
		int rows, kept;
		double step;
	} cases[] = { { 4, 4, 50 },   { 5, 4, 50 },   { 6, 6, 50 },   { 7, 6, 50 },   { 8, 8, 25 },  { 9, 8, 25 },
		      { 10, 10, 20 }, { 11, 10, 20 }, { 12, 12, 25 }, { 13, 12, 25 }, { 20, 20, 20 } };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct axis axis;

		spec.rows = cases[i].rows;
		axis_make(&axis, &spec);
		cr_expect_eq(axis.rows, cases[i].kept, "%d rows: %d", cases[i].rows, axis.rows);
		cr_expect_float_eq(axis.step, cases[i].step, 1e-9, "%d rows: step %g", cases[i].rows, axis.step);
		cr_expect_float_eq(axis.min, 0, 1e-12);
		cr_expect_float_eq(axis.max, 100, 1e-12);
	}
}

Test(axis, shares_below_a_fixed_top_are_seen_from_zero_unless_close_to_it)
{
	struct axis_spec spec = { .min = 0.2,
				  .max = 1,
				  .fixed_max = true,
				  .unit = "percentunit",
				  .decimals = UNIT_DECIMALS_AUTO,
				  .rows = 8 };
	struct axis axis;

	axis_make(&axis, &spec);
	cr_expect_float_eq(axis.min, 0, 1e-12);
	spec.min = 0.9985;
	axis_make(&axis, &spec);
	cr_expect_gt(axis.min, 0.99);
	cr_expect_float_eq(axis.max, 1, 1e-12);
}

Test(axis, labels_take_the_decimals_of_their_size)
{
	struct axis axis = make_rows(0, 1990, "short", 8);
	char label[64];

	expect_labels(&axis, 5, (const char *const[]){ "0", "500", "1.0 K", "1.5 K", "2.0 K" });
	axis = make_rows(-1e-17, 1e-17, "reqps", 8);
	axis_label(&axis, 0, label, sizeof(label));
	cr_expect_str_eq(label, "0");
}

Test(axis, huge_numbers_and_long_units_stay_short)
{
	struct axis axis = make_rows(0, 1e300, "short", 8);
	char label[400];

	axis_label(&axis, 1e284, label, sizeof(label));
	cr_expect_leq(strlen(label), 8, "%s", label);
	axis = make_rows(0, 900, "reqps", 8);
	axis_label(&axis, 750, label, sizeof(label));
	cr_expect_str_eq(label, "750 req/s");
	axis.short_labels = true;
	axis_label(&axis, 750, label, sizeof(label));
	cr_expect_str_eq(label, "750");
	axis = make_rows(0, 4096000, "binBps", 8);
	axis.short_labels = true;
	axis_label(&axis, 2 * 1024 * 1024, label, sizeof(label));
	cr_expect_str_eq(label, "2MiB");
}

Test(axis, without_a_floor_only_the_ends_are_labelled)
{
	struct canvas *canvas = canvas_new(8, 3, GLYPHS_BRAILLE);
	struct axis_spec spec = { .max = 390, .decimals = UNIT_DECIMALS_AUTO, .rows = 3, .ends = true };
	struct strbuf text = STRBUF_INIT;
	struct axis axis;

	axis_make(&axis, &spec);
	axis_draw(&axis, canvas, (struct axis_place){ .x = 4, .y = 0, .rows = 3, .label_width = 3 });
	export_text(canvas, &text);
	cr_expect_str_eq(text.text, "400 ┤\n    │\n  0 ┤\n");
	strbuf_release(&text);
	canvas_free(canvas);
}
