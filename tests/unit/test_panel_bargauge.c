#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>

#include "tests/unit/panel_fixture.h"

TestSuite(panel_bargauge);

#define BARS(options)                                                                                                  \
	"\"type\":\"bargauge\",\"options\":{" options "},\"fieldConfig\":{\"defaults\":{\"unit\":\"percent\","         \
	"\"min\":0,\"max\":100,\"color\":{\"mode\":\"thresholds\"},\"thresholds\":{\"mode\":\"absolute\","             \
	"\"steps\":[{\"color\":\"green\",\"value\":null},{\"color\":\"red\",\"value\":75}]}}}"

static struct fixture bars(const char *json)
{
	struct fixture fixture;

	fixture_init(&fixture, json);
	fixture_series(&fixture, "one", (double[]){ 50 }, 1);
	fixture_series(&fixture, "three", (double[]){ 100 }, 1);
	fixture_series(&fixture, "zero", (double[]){ 0 }, 1);
	fixture_ready(&fixture);
	return fixture;
}

Test(panel_bargauge, lying_bars_in_the_order_given)
{
	struct fixture fixture = bars(BARS("\"orientation\":\"horizontal\",\"displayMode\":\"basic\""));

	cr_expect_str_eq(fixture_draw(&fixture, 26, 3, GLYPHS_ASCII),
			 "one   #######......    50%\nthree ############# # 100%\nzero  .............     0%\n", "%s",
			 fixture.text.text);
	cr_expect_str_eq(fixture_line(&fixture), "one 50%, three 100%, zero 0%");
	fixture_release(&fixture);
}

Test(panel_bargauge, narrow_leaves_out_the_bar)
{
	struct fixture fixture = bars(BARS("\"orientation\":\"horizontal\",\"displayMode\":\"basic\""));

	cr_expect_str_eq(fixture_draw(&fixture, 12, 3, GLYPHS_ASCII), "one      50%\nthree # 100%\nzero      0%\n",
			 "%s", fixture.text.text);
	fixture_release(&fixture);
}

Test(panel_bargauge, lcd_blocks_have_the_colour_of_their_zone)
{
	struct fixture fixture = bars(BARS("\"orientation\":\"horizontal\",\"displayMode\":\"lcd\""));

	fixture_draw(&fixture, 26, 3, GLYPHS_BRAILLE);
	cr_expect(fixture_shows(&fixture, "one   ▊▊▊▊▊▊▊░░░░░░    50%"), "%s", fixture.text.text);
	cr_expect_eq(canvas_cell(fixture.canvas, 6, 1)->style.fg.role, ROLE_OK);
	cr_expect_eq(canvas_cell(fixture.canvas, 17, 1)->style.fg.role, ROLE_CRITICAL);
	fixture_release(&fixture);
}

Test(panel_bargauge, gradient_changes_along_the_bar_and_basic_does_not)
{
	struct fixture fixture = bars(BARS("\"orientation\":\"horizontal\",\"displayMode\":\"gradient\""));

	fixture_draw(&fixture, 26, 3, GLYPHS_BRAILLE);
	cr_expect_eq(canvas_cell(fixture.canvas, 6, 1)->style.fg.role, ROLE_OK);
	cr_expect_eq(canvas_cell(fixture.canvas, 17, 1)->style.fg.role, ROLE_CRITICAL);
	fixture_release(&fixture);
	fixture = bars(BARS("\"orientation\":\"horizontal\",\"displayMode\":\"basic\""));
	fixture_draw(&fixture, 26, 3, GLYPHS_BRAILLE);
	cr_expect_eq(canvas_cell(fixture.canvas, 6, 1)->style.fg.role, ROLE_CRITICAL);
	fixture_release(&fixture);
}

Test(panel_bargauge, standing_bars)
{
	struct fixture fixture = bars(BARS("\"orientation\":\"vertical\",\"displayMode\":\"basic\""));

	fixture_draw(&fixture, 31, 6, GLYPHS_BRAILLE);
	cr_expect_str_eq(fixture.text.text,
			 "   50%      ■ 100%       0%\n"
			 "           █████████\n"
			 "           █████████\n"
			 "█████████  █████████\n"
			 "█████████  █████████  ·········\n"
			 "   one       three      zero\n",
			 "%s", fixture.text.text);
	fixture_release(&fixture);
}

Test(panel_bargauge, many_are_counted)
{
	struct fixture fixture;
	char name[24];

	fixture_init(&fixture, BARS("\"orientation\":\"horizontal\""));
	for (int i = 0; i < 600; i++) {
		snprintf(name, sizeof(name), "disk-%03d", i);
		fixture_series(&fixture, name, (double[]){ i % 100 }, 1);
	}
	fixture_ready(&fixture);
	fixture_draw(&fixture, 40, 10, GLYPHS_BRAILLE);
	cr_expect(fixture_shows(&fixture, "disk-075"), "the first that stands badly: %s", fixture.text.text);
	cr_expect(fixture_shows(&fixture, " more\n"), "%s", fixture.text.text);
	fixture_release(&fixture);
}

Test(panel_bargauge, odd_values_at_every_size)
{
	static const char *const modes[] = { "basic", "lcd", "gradient" };
	static const double values[] = { NAN, INFINITY, -INFINITY, 1e308, -5, 0 };

	for (int mode = 0; mode < 6; mode++) {
		char options[100], json[700];
		struct fixture fixture;

		snprintf(options, sizeof(options), "\"displayMode\":\"%s\",\"orientation\":\"%s\"", modes[mode % 3],
			 mode < 3 ? "vertical" : "horizontal");
		snprintf(json, sizeof(json), "\"type\":\"bargauge\",\"options\":{%s}", options);
		fixture_init(&fixture, json);
		for (int i = 0; i < 6; i++)
			fixture_series(&fixture, "日本\xcc\x81\x1b]0;x", &values[i], 1);
		fixture_ready(&fixture);
		for (int width = 1; width < 60; width += 5)
			for (int height = 1; height < 12; height += 2)
				cr_expect_null(
					strchr(fixture_draw(&fixture, width, height, (enum glyph_set)(width % 3)),
					       '\x1b'));
		fixture_release(&fixture);
	}
}
