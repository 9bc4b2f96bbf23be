#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "dashboard/frame.h"
#include "ui/draw/export.h"
#include "ui/panel/spark.h"

TestSuite(spark);

static struct strbuf text_of(const double *values, size_t count, int cells)
{
	struct strbuf text = STRBUF_INIT;

	spark_text(GLYPHS_BRAILLE, NULL, values, count, cells, &text);
	return text;
}

static void expect_text(const double *values, size_t count, int cells, const char *expected)
{
	struct strbuf text = text_of(values, count, cells);

	cr_expect_str_eq(text.text, expected, "%s, not %s", text.text, expected);
	strbuf_release(&text);
}

Test(spark, spans_from_least_to_greatest)
{
	expect_text((double[]){ 0, 1, 2, 3, 4, 5, 6 }, 7, 7, "▁▂▃▄▅▆▇");
	expect_text((double[]){ -6, -5, -4, -3, -2, -1, 0 }, 7, 7, "▁▂▃▄▅▆▇");
	expect_text((double[]){ 3, 1 }, 2, 2, "▇▁");
}

Test(spark, joins_columns_between_samples_but_not_across_gaps)
{
	expect_text((double[]){ 0, 6 }, 2, 7, "▁▂▃▄▅▆▇");
	expect_text((double[]){ 0, NAN, 6 }, 3, 7, "▁     ▇");
	expect_text((double[]){ 6, frame_null(), 0, 6 }, 4, 4, "▇ ▁▇");
}

Test(spark, flat_and_single_are_half_high)
{
	expect_text((double[]){ 5, 5, 5 }, 3, 3, "▄▄▄");
	expect_text((double[]){ 5 }, 1, 3, "  ▄");
}

Test(spark, survives_what_is_no_number)
{
	expect_text((double[]){ NAN, NAN }, 2, 3, "   ");
	expect_text((double[]){ INFINITY, 0, 1, -INFINITY }, 4, 4, "▇▁▇▁");
	expect_text((double[]){ -1e308, 0, 1e308 }, 3, 3, "▁▄▇");
	expect_text((double[]){ INFINITY, INFINITY }, 2, 2, "▄▄");
}

Test(spark, averages_many_samples_in_a_column)
{
	double values[1000];

	for (size_t i = 0; i < 1000; i++)
		values[i] = i % 2 ? 10 : 0;
	values[0] = 0;
	expect_text(values, 1000, 3, "▄▄▄");
}

Test(spark, places_samples_by_time)
{
	int64_t times[] = { 0, 1000, 9000 };
	double values[] = { 0, 6, 6 };
	struct strbuf text = STRBUF_INIT;

	spark_text(GLYPHS_BRAILLE, times, values, 3, 10, &text);
	cr_expect_str_eq(text.text, "▁▇▇▇▇▇▇▇▇▇");
	strbuf_release(&text);
}

Test(spark, fills_an_area_from_below)
{
	struct canvas *canvas = canvas_new(4, 2, GLYPHS_BRAILLE);
	struct strbuf text = STRBUF_INIT;

	spark_draw(canvas, canvas_rect(canvas), NULL, (double[]){ 0, 1, 2, 3 }, 4, style_fg(ROLE_OK));
	export_text(canvas, &text);
	cr_expect_str_eq(text.text, "  ▂▇\n▁▆██\n", "%s", text.text);
	cr_expect_eq(canvas_cell(canvas, 3, 1)->style.fg.role, ROLE_OK);
	/* Nothing to draw, and no place to draw it in. */
	spark_draw(canvas, (struct rect){ 10, 10, 5, 5 }, NULL, (double[]){ 1 }, 1, style_fg(ROLE_OK));
	spark_draw(canvas, canvas_rect(canvas), NULL, NULL, 0, style_fg(ROLE_OK));
	strbuf_release(&text);
	canvas_free(canvas);
}

Test(spark, trend)
{
	cr_expect_eq(spark_trend((double[]){ 1, 5, 2 }, 3), 1);
	cr_expect_eq(spark_trend((double[]){ 3, 5, 2 }, 3), -1);
	cr_expect_eq(spark_trend((double[]){ 3, 5, 3 }, 3), 0);
	cr_expect_eq(spark_trend((double[]){ NAN, 3, NAN }, 3), 0);
	cr_expect_eq(spark_trend(NULL, 0), 0);
	cr_expect_eq(spark_trend((double[]){ -1e308, 1e308 }, 2), 1);
}
