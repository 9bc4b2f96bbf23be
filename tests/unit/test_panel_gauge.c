#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>

#include "tests/unit/panel_fixture.h"

TestSuite(panel_gauge);

#define GAUGE(options, more)                                                                                           \
	"\"type\":\"gauge\",\"options\":{" options "},\"fieldConfig\":{\"defaults\":{\"unit\":\"percent\"," more       \
	"\"color\":{\"mode\":\"thresholds\"},\"thresholds\":{\"mode\":\"absolute\",\"steps\":[{\"color\":"             \
	"\"green\",\"value\":null},{\"color\":\"yellow\",\"value\":50},{\"color\":\"red\",\"value\":75}]}}}"
#define RANGE "\"min\":0,\"max\":100,"

static struct fixture gauge(const char *json, const double *values, size_t count)
{
	static const char *const names[] = { "alpha", "beta", "gamma", "delta" };
	struct fixture fixture;

	fixture_init(&fixture, json);
	for (size_t i = 0; i < count; i++)
		fixture_series(&fixture, names[i % 4], &values[i], 1);
	fixture_ready(&fixture);
	return fixture;
}

Test(panel_gauge, one_row_has_bar_and_number)
{
	struct fixture fixture = gauge(GAUGE("", RANGE), (double[]){ 25 }, 1);

	cr_expect_str_eq(fixture_draw(&fixture, 16, 1, GLYPHS_ASCII), "###......... 25%\n", "%s", fixture.text.text);
	cr_expect_str_eq(fixture_draw(&fixture, 6, 1, GLYPHS_ASCII), "   25%\n", "no place for a bar");
	cr_expect_str_eq(fixture_line(&fixture), "25% of 100%");
	fixture_release(&fixture);
}

Test(panel_gauge, rows_come_with_height)
{
	struct fixture fixture = gauge(GAUGE("\"showThresholdMarkers\":true", RANGE), (double[]){ 80 }, 1);

	fixture_draw(&fixture, 22, 2, GLYPHS_ASCII);
	cr_expect(fixture_shows(&fixture, "# 80% of 100%\n #"), "%s", fixture.text.text);
	fixture_draw(&fixture, 22, 3, GLYPHS_ASCII);
	cr_expect(fixture_shows(&fixture, "\n 0%              100%\n"), "%s", fixture.text.text);
	fixture_draw(&fixture, 12, 4, GLYPHS_ASCII);
	cr_expect_str_eq(fixture.text.text, "   # 80%\n##########..\n------+--+--\n0%      100%\n", "%s",
			 fixture.text.text);
	fixture_release(&fixture);
}

Test(panel_gauge, threshold_labels_replace_the_ends)
{
	struct fixture fixture =
		gauge(GAUGE("\"showThresholdMarkers\":true,\"showThresholdLabels\":true", RANGE), (double[]){ 10 }, 1);

	fixture_draw(&fixture, 42, 4, GLYPHS_ASCII);
	cr_expect(fixture_shows(&fixture, "50%"), "%s", fixture.text.text);
	cr_expect(fixture_shows(&fixture, "75%"));
	cr_expect_not(fixture_shows(&fixture, "100%"));
	fixture_release(&fixture);
}

Test(panel_gauge, zones_have_their_colours)
{
	struct fixture fixture = gauge(GAUGE("\"showThresholdMarkers\":true", RANGE), (double[]){ 10 }, 1);

	fixture_draw(&fixture, 12, 4, GLYPHS_BRAILLE);
	cr_expect_eq(canvas_cell(fixture.canvas, 1, 2)->style.fg.role, ROLE_OK);
	cr_expect_eq(canvas_cell(fixture.canvas, 7, 2)->style.fg.role, ROLE_WARNING);
	cr_expect_eq(canvas_cell(fixture.canvas, 10, 2)->style.fg.role, ROLE_CRITICAL);
	cr_expect_eq(canvas_cell(fixture.canvas, 0, 1)->style.fg.role, ROLE_OK, "the bar has the value's colour");
	fixture_release(&fixture);
}

Test(panel_gauge, nan_is_an_empty_gauge)
{
	struct fixture fixture = gauge(GAUGE("", RANGE), (double[]){ NAN }, 1);

	fixture_draw(&fixture, 20, 3, GLYPHS_ASCII);
	cr_expect(fixture_shows(&fixture, "\n ...........") || fixture_shows(&fixture, "\n ......"), "%s",
		  fixture.text.text);
	cr_expect_not(fixture_shows(&fixture, "#"));
	fixture_release(&fixture);
}

Test(panel_gauge, several_have_names)
{
	struct fixture fixture = gauge(GAUGE("", RANGE), (double[]){ 20, 60, 90 }, 3);

	fixture_draw(&fixture, 32, 3, GLYPHS_ASCII);
	cr_expect(fixture_shows(&fixture, "alpha"), "%s", fixture.text.text);
	cr_expect(fixture_shows(&fixture, "! 60%"));
	cr_expect(fixture_shows(&fixture, "# 90%"));
	fixture_draw(&fixture, 66, 6, GLYPHS_BRAILLE);
	cr_expect(fixture_shows(&fixture, "gamma"), "%s", fixture.text.text);
	cr_expect(fixture_shows(&fixture, "100%"));
	fixture_release(&fixture);
}

Test(panel_gauge, odd_ranges_at_every_size)
{
	static const char *const ranges[] = { "", "\"min\":5,\"max\":5,", "\"min\":-1e308,\"max\":1e308,",
					      "\"min\":10,\"max\":-10,", "\"min\":-50,\"max\":-10," };
	static const double values[] = { 1e308, -1e308, INFINITY, -INFINITY, NAN, -20, 0, 5 };

	for (size_t r = 0; r < 5; r++) {
		for (size_t v = 0; v < 8; v++) {
			char json[700];
			struct fixture fixture;

			snprintf(json, sizeof(json), "%s%s%s",
				 "\"type\":\"gauge\",\"options\":{\"showThresholdMarkers\":true,"
				 "\"showThresholdLabels\":true},\"fieldConfig\":{\"defaults\":{",
				 ranges[r],
				 "\"thresholds\":{\"mode\":\"percentage\",\"steps\":[{\"color\":\"green\",\"value\":"
				 "null},{\"color\":\"red\",\"value\":80}]}}}");
			fixture = gauge(json, &values[v], 1);
			for (int width = 1; width < 50; width += 6)
				for (int height = 1; height < 14; height += 2)
					fixture_draw(&fixture, width, height, (enum glyph_set)(width % 3));
			cr_expect_neq(*fixture_line(&fixture), '\0', "%s %g", ranges[r], values[v]);
			fixture_release(&fixture);
		}
	}
}
