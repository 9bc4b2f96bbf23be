#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>

#include "tests/unit/panel_fixture.h"

TestSuite(panel_stat);

#define STEPS                                                                                                          \
	"\"thresholds\":{\"mode\":\"absolute\",\"steps\":[{\"color\":\"green\",\"value\":null},"                       \
	"{\"color\":\"yellow\",\"value\":50},{\"color\":\"orange\",\"value\":70},{\"color\":\"red\",\"value\":80}]}"
#define CONFIG(more)        "\"fieldConfig\":{\"defaults\":{\"color\":{\"mode\":\"thresholds\"}," STEPS more "}}"
#define STAT(options, more) "\"type\":\"stat\",\"options\":{" options "}," CONFIG(more)

static struct fixture one(const char *json, double value)
{
	struct fixture fixture;

	fixture_init(&fixture, json);
	cr_assert_not_null(fixture.view.panel);
	fixture_series(&fixture, "a", &value, 1);
	fixture_ready(&fixture);
	return fixture;
}

static int rows_used(const char *text)
{
	int rows = 0;

	for (; *text; text++)
		rows += text[0] == '\n' ? 0 : (text[1] == '\n');
	return rows;
}

Test(panel_stat, number_grows_with_the_box)
{
	struct fixture fixture = one(STAT("\"graphMode\":\"none\"", ""), 12);

	cr_expect_eq(rows_used(fixture_draw(&fixture, 10, 1, GLYPHS_BRAILLE)), 1);
	cr_expect(fixture_shows(&fixture, "12"));
	cr_expect_eq(rows_used(fixture_draw(&fixture, 10, 2, GLYPHS_BRAILLE)), 1);
	cr_expect_eq(rows_used(fixture_draw(&fixture, 12, 3, GLYPHS_BRAILLE)), 3);
	cr_expect_eq(rows_used(fixture_draw(&fixture, 20, 5, GLYPHS_BRAILLE)), 5);
	cr_expect_eq(rows_used(fixture_draw(&fixture, 6, 5, GLYPHS_BRAILLE)), 1, "too narrow for big figures");
	cr_expect_eq(rows_used(fixture_draw(&fixture, 20, 5, GLYPHS_ASCII)), 5);
	fixture_release(&fixture);
}

Test(panel_stat, unit_stands_beside_the_number)
{
	struct fixture fixture = one(STAT("\"graphMode\":\"none\"", ",\"unit\":\"ms\""), 14);

	fixture_draw(&fixture, 20, 1, GLYPHS_BRAILLE);
	cr_expect(fixture_shows(&fixture, "14 ms"), "%s", fixture.text.text);
	/* As big as the number where it fits, else in plain letters. */
	fixture_draw(&fixture, 40, 3, GLYPHS_BRAILLE);
	cr_expect_not(fixture_shows(&fixture, "ms"));
	fixture_draw(&fixture, 14, 3, GLYPHS_BRAILLE);
	cr_expect(fixture_shows(&fixture, " ms"), "%s", fixture.text.text);
	cr_expect_eq(rows_used(fixture.text.text), 3);
	fixture_release(&fixture);
}

Test(panel_stat, colour_is_never_alone)
{
	static const struct {
		double value;
		enum role role;
		const char *text;
	} rows[] = {
		{ 10, ROLE_OK, "   10\n" },
		{ 60, ROLE_WARNING, "  ! 60\n" },
		{ 75, ROLE_SERIOUS, "  * 75\n" },
		{ 95, ROLE_CRITICAL, "  # 95\n" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fixture fixture = one(STAT("\"graphMode\":\"none\",\"colorMode\":\"value\"", ""), rows[i].value);

		cr_expect_str_eq(fixture_draw(&fixture, 8, 1, GLYPHS_ASCII), rows[i].text, "%s", fixture.text.text);
		cr_expect_eq(canvas_cell(fixture.canvas, 4, 0)->style.fg.role, rows[i].role);
		fixture_release(&fixture);
	}
}

Test(panel_stat, background_fills_the_tile_with_readable_text)
{
	struct fixture fixture = one(STAT("\"graphMode\":\"none\",\"colorMode\":\"background\"", ""), 95);
	const struct cell *cell;

	fixture_draw(&fixture, 12, 3, GLYPHS_BRAILLE);
	cell = canvas_cell(fixture.canvas, 0, 0);
	cr_expect_eq(cell->style.bg.kind, COLOUR_ROLE_BG);
	cr_expect_eq(cell->style.bg.role, ROLE_CRITICAL_BLOCK);
	cell = canvas_cell(fixture.canvas, 6, 1);
	cr_expect_eq(cell->style.bg.role, ROLE_CRITICAL_BLOCK);
	fixture_release(&fixture);
}

Test(panel_stat, mapped_words_are_shown)
{
	struct fixture fixture =
		one(STAT("\"graphMode\":\"none\"", ",\"mappings\":[{\"type\":\"value\",\"options\":{\"1\":{\"text\":"
						   "\"UP\",\"color\":\"green\"}}}]"),
		    1);

	fixture_draw(&fixture, 10, 1, GLYPHS_BRAILLE);
	cr_expect(fixture_shows(&fixture, "UP"));
	cr_expect_str_eq(fixture_line(&fixture), "UP");
	fixture_release(&fixture);
}

/* What is missing is not fine, whatever word stands for it, unless its mapping says so. */
Test(panel_stat, a_word_for_a_missing_value_is_dim)
{
	static const char *const colours[] = { "", ",\"color\":\"green\"" };

	for (size_t i = 0; i < 2; i++) {
		struct strbuf json = STRBUF_INIT;
		struct fixture fixture;

		strbuf_addf(&json,
			    "\"type\":\"stat\",\"options\":{\"graphMode\":\"none\",\"reduceOptions\":{\"calcs\":["
			    "\"lastNotNull\"]}},\"fieldConfig\":{\"defaults\":{\"color\":{\"mode\":\"thresholds\"},"
			    "\"thresholds\":{\"steps\":[{\"color\":\"green\",\"value\":null}]},\"mappings\":[{\"type\":"
			    "\"special\",\"options\":{\"match\":\"null+nan\",\"result\":{\"text\":\"N/A\"%s}}}]}}",
			    colours[i]);
		fixture_init(&fixture, json.text);
		fixture_series(&fixture, "a", (double[]){ NAN, NAN }, 2);
		fixture_ready(&fixture);
		fixture_draw(&fixture, 3, 1, GLYPHS_BRAILLE);
		cr_expect_str_eq(fixture.text.text, "N/A\n");
		cr_expect_eq(canvas_cell(fixture.canvas, 0, 0)->style.fg.role, i == 0 ? ROLE_DIM : ROLE_OK);
		fixture_release(&fixture);
		strbuf_release(&json);
	}
}

/* Three ones beside each other must not read as 111. */
Test(panel_stat, figures_of_neighbours_stay_apart)
{
	struct fixture fixture;
	int blank = 0;

	fixture_init(&fixture, STAT("\"graphMode\":\"none\",\"textMode\":\"value\",\"orientation\":\"vertical\"", ""));
	fixture_series(&fixture, "a", (double[]){ 1, 1 }, 2);
	fixture_series(&fixture, "b", (double[]){ 1, 1 }, 2);
	fixture_ready(&fixture);
	fixture_draw(&fixture, 10, 3, GLYPHS_BRAILLE);
	for (int x = 3; x < 7; x++)
		blank += canvas_cell(fixture.canvas, x, 2)->grapheme == 0 ||
			 canvas_cell(fixture.canvas, x, 2)->grapheme == ' ';
	cr_expect_geq(blank, 2, "%s", fixture.text.text);
	fixture_release(&fixture);
}

Test(panel_stat, shape_below_or_beside_the_number)
{
	struct fixture fixture;

	fixture_init(&fixture, STAT("\"graphMode\":\"area\"", ""));
	fixture_series(&fixture, "a", (double[]){ 1, 2, 3, 4, 5, 6, 7 }, 7);
	fixture_ready(&fixture);
	fixture_draw(&fixture, 20, 2, GLYPHS_BRAILLE);
	cr_expect_str_eq(strchr(fixture.text.text, '\n') + 1, "▁▁▂▂▂▃▃▃▄▄▄▄▅▅▅▆▆▆▇▇\n", "%s", fixture.text.text);
	fixture_draw(&fixture, 14, 1, GLYPHS_BRAILLE);
	cr_expect_eq(strncmp(fixture.text.text, "7 ▁", strlen("7 ▁")), 0, "%s", fixture.text.text);
	/* No place for a shape: an arrow. */
	fixture_draw(&fixture, 7, 1, GLYPHS_BRAILLE);
	cr_expect(fixture_shows(&fixture, "7 ↑"), "%s", fixture.text.text);
	fixture_release(&fixture);
}

Test(panel_stat, several_values_have_names)
{
	struct fixture fixture;

	fixture_init(&fixture, STAT("\"graphMode\":\"none\"", ""));
	fixture_series(&fixture, "alpha", (double[]){ 11 }, 1);
	fixture_series(&fixture, "beta", (double[]){ 99 }, 1);
	fixture_ready(&fixture);
	cr_expect_str_eq(fixture_draw(&fixture, 21, 2, GLYPHS_ASCII), "  alpha       beta\n    11        # 99\n", "%s",
			 fixture.text.text);
	cr_expect_str_eq(fixture_draw(&fixture, 10, 2, GLYPHS_ASCII), "alpha   11\nbeta  # 99\n", "%s",
			 fixture.text.text);
	cr_expect_str_eq(fixture_line(&fixture), "alpha 11, beta 99");
	fixture_release(&fixture);
}

Test(panel_stat, text_modes)
{
	struct fixture fixture = one(STAT("\"graphMode\":\"none\",\"textMode\":\"name\"", ""), 5);

	cr_expect_str_eq(fixture_draw(&fixture, 5, 1, GLYPHS_ASCII), "  a\n");
	fixture_release(&fixture);
	fixture = one(STAT("\"graphMode\":\"none\",\"textMode\":\"none\"", ""), 95);
	cr_expect_str_eq(fixture_draw(&fixture, 5, 1, GLYPHS_ASCII), "  #\n", "%s", fixture.text.text);
	fixture_release(&fixture);
	fixture = one(STAT("\"graphMode\":\"none\",\"textMode\":\"value_and_name\"", ""), 5);
	cr_expect_str_eq(fixture_draw(&fixture, 5, 2, GLYPHS_ASCII), "  a\n  5\n", "%s", fixture.text.text);
	fixture_release(&fixture);
}

Test(panel_stat, five_hundred_values_are_counted)
{
	struct fixture fixture;
	char name[24];

	fixture_init(&fixture, STAT("\"graphMode\":\"area\"", ""));
	for (int i = 0; i < 500; i++) {
		snprintf(name, sizeof(name), "node-%03d", i);
		fixture_series(&fixture, name, (double[]){ 1, i }, 2);
	}
	fixture_ready(&fixture);
	fixture_draw(&fixture, 40, 10, GLYPHS_BRAILLE);
	cr_expect_not(fixture_shows(&fixture, "node-000"), "it stands well, and not all are shown");
	cr_expect(fixture_shows(&fixture, " more\n"), "%s", fixture.text.text);
	fixture_release(&fixture);
}

Test(panel_stat, odd_values_at_every_size)
{
	static const double values[] = { NAN, INFINITY, -INFINITY, 1e308, -1e308, 0, 5e-324 };
	static const char *const names[] = { "a\x1b[31m", "日本語日本語", "e\xcc\x81\xcc\x81", "\xe2\x80\xae", "" };

	for (size_t n = 0; n <= 7; n++) {
		struct fixture fixture;

		fixture_init(&fixture, STAT("\"graphMode\":\"area\",\"colorMode\":\"background\"", ",\"unit\":\"s\""));
		for (size_t i = 0; i < n; i++)
			fixture_series(&fixture, names[i % 5], (double[]){ 1, values[i] }, 2);
		fixture_ready(&fixture);
		for (int width = 1; width < 40; width += 3)
			for (int height = 1; height < 9; height++)
				for (int set = 0; set < 3; set++)
					cr_expect_null(
						strchr(fixture_draw(&fixture, width, height, (enum glyph_set)set),
						       '\x1b'));
		fixture_line(&fixture);
		fixture_release(&fixture);
	}
}

Test(panel_stat, singlestat_draws_the_same)
{
	struct fixture fixture;

	fixture_init(&fixture, "\"type\":\"singlestat\",\"format\":\"ms\",\"valueName\":\"current\"");
	fixture_series(&fixture, "a", (double[]){ 3, 214 }, 2);
	fixture_ready(&fixture);
	fixture_draw(&fixture, 20, 1, GLYPHS_ASCII);
	cr_expect(fixture_shows(&fixture, "214 ms"), "%s", fixture.text.text);
	fixture_release(&fixture);
}

Test(panel_stat, what_is_missing_has_no_colour)
{
	struct fixture fixture = one(STAT("\"graphMode\":\"none\",\"colorMode\":\"background\"", ""), frame_null());

	cr_expect_str_eq(fixture_draw(&fixture, 9, 1, GLYPHS_ASCII), " no data\n", "%s", fixture.text.text);
	cr_expect_eq(canvas_cell(fixture.canvas, 1, 0)->style.fg.role, ROLE_DIM);
	cr_expect_eq(canvas_cell(fixture.canvas, 0, 0)->style.bg.kind, COLOUR_DEFAULT);
	fixture_release(&fixture);
}

Test(panel_stat, one_value_has_no_shape)
{
	struct fixture fixture;

	fixture_init(&fixture, STAT("\"graphMode\":\"area\"", ""));
	fixture_series(&fixture, "a", (double[]){ NAN, NAN, 7 }, 3);
	fixture_ready(&fixture);
	fixture_draw(&fixture, 20, 2, GLYPHS_BRAILLE);
	for (int x = 0; x < 20; x++)
		cr_expect(canvas_cell(fixture.canvas, x, 1)->grapheme == 0 ||
				  canvas_cell(fixture.canvas, x, 1)->grapheme == ' ',
			  "%s", fixture.text.text);
	fixture_release(&fixture);
}

Test(panel_stat, where_not_all_fit_the_worst_are_shown)
{
	struct fixture fixture;
	char name[24];

	fixture_init(&fixture, STAT("\"graphMode\":\"none\"", ""));
	for (int i = 0; i < 20; i++) {
		snprintf(name, sizeof(name), "node-%03d", i);
		fixture_series(&fixture, name, (double[]){ i == 17 ? 95 : i == 5 ? 75 : 1 }, 1);
	}
	fixture_ready(&fixture);
	fixture_draw(&fixture, 30, 4, GLYPHS_ASCII);
	cr_expect(fixture_shows(&fixture, "17 more"), "%s", fixture.text.text);
	cr_expect(strstr(fixture.text.text, "node-017") < strstr(fixture.text.text, "node-005"), "%s",
		  fixture.text.text);
	cr_expect(strstr(fixture.text.text, "node-005") < strstr(fixture.text.text, "node-000"), "%s",
		  fixture.text.text);
	fixture_draw(&fixture, 80, 22, GLYPHS_ASCII);
	cr_expect(strstr(fixture.text.text, "node-000") < strstr(fixture.text.text, "node-017"),
		  "all there: in their own order\n%s", fixture.text.text);
	strbuf_clear(&fixture.text);
	panel_find("stat")->line(&fixture.view, &fixture.text);
	cr_expect(strstr(fixture.text.text, "node-017") && strstr(fixture.text.text, "node-005"), "%s",
		  fixture.text.text);
	fixture_release(&fixture);
}
