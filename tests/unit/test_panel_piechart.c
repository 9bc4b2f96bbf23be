#include <criterion/criterion.h>

#include <math.h>

#include "tests/unit/panel_fixture.h"

TestSuite(panel_piechart);

#define PIE "\"type\":\"piechart\",\"fieldConfig\":{\"defaults\":{\"color\":{\"mode\":\"palette-classic\"}}}"

static struct fixture pie(const double *values, size_t count)
{
	static const char *const names[] = { "GET", "POST", "PUT", "HEAD" };
	struct fixture fixture;

	fixture_init(&fixture, PIE);
	for (size_t i = 0; i < count; i++)
		fixture_series(&fixture, names[i % 4], &values[i], 1);
	fixture_ready(&fixture);
	return fixture;
}

Test(panel_piechart, greatest_share_first_with_letter_and_percent)
{
	struct fixture fixture = pie((double[]){ 20, 70, 10 }, 3);

	cr_expect_str_eq(fixture_draw(&fixture, 32, 3, GLYPHS_ASCII),
			 "b POST ###############  70.0% 70\n"
			 "a GET  ####...........  20.0% 20\n"
			 "c PUT  ##.............  10.0% 10\n",
			 "%s", fixture.text.text);
	cr_expect_str_eq(fixture_line(&fixture), "POST 70.0%, GET 20.0%, PUT 10.0%");
	fixture_release(&fixture);
}

Test(panel_piechart, the_whole_is_one_bar_with_letters)
{
	struct fixture fixture = pie((double[]){ 75, 25 }, 2);

	fixture_draw(&fixture, 20, 4, GLYPHS_ASCII);
	cr_expect_eq(strncmp(fixture.text.text, "a##############b####\n", 21), 0, "%s", fixture.text.text);
	fixture_release(&fixture);
}

Test(panel_piechart, shares_of_odd_values)
{
	struct fixture fixture = pie((double[]){ NAN, -5, 1e308, 1e308 }, 4);

	fixture_draw(&fixture, 40, 4, GLYPHS_ASCII);
	cr_expect(fixture_shows(&fixture, "50.0%"), "%s", fixture.text.text);
	cr_expect(fixture_shows(&fixture, "0.0%"));
	fixture_release(&fixture);
	fixture = pie((double[]){ INFINITY, 3 }, 2);
	fixture_draw(&fixture, 40, 4, GLYPHS_ASCII);
	cr_expect(fixture_shows(&fixture, "100%"), "%s", fixture.text.text);
	fixture_release(&fixture);
	fixture = pie((double[]){ 0, 0 }, 2);
	fixture_draw(&fixture, 40, 4, GLYPHS_ASCII);
	cr_expect(fixture_shows(&fixture, "0.0%"), "%s", fixture.text.text);
	fixture_release(&fixture);
	fixture = pie((double[]){ 1e9, 1 }, 2);
	fixture_draw(&fixture, 40, 4, GLYPHS_ASCII);
	cr_expect(fixture_shows(&fixture, ">99.9%"), "%s", fixture.text.text);
	cr_expect(fixture_shows(&fixture, "<0.1%"));
	fixture_release(&fixture);
}

Test(panel_piechart, what_does_not_fit_is_counted_with_its_share)
{
	double values[40];
	struct fixture fixture;

	for (int i = 0; i < 40; i++)
		values[i] = 1;
	fixture = pie(values, 40);
	fixture_draw(&fixture, 30, 5, GLYPHS_ASCII);
	cr_expect(fixture_shows(&fixture, "36 more, 90.0%"), "%s", fixture.text.text);
	for (int width = 1; width < 40; width++)
		for (int height = 1; height < 8; height++)
			fixture_draw(&fixture, width, height, (enum glyph_set)(width % 3));
	fixture_release(&fixture);
}
