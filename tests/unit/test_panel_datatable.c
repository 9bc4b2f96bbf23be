#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>

#include "tests/unit/panel_fixture.h"

TestSuite(panel_datatable);

/* Three columns by hand: a name, a number with nothing in its second row, a time. */
struct sample {
	const char *names[3];
	double numbers[3];
	int64_t times[3];
	struct field fields[3];
};

static void table_make(struct fixture *fixture, struct sample *sample, const char *json)
{
	fixture_init(fixture, json);
	*sample = (struct sample){
		.names = { "beta", "alpha", "gamma" },
		.numbers = { 20, frame_null(), 100 },
		.times = { INT64_C(1700000000000), INT64_C(1700000060000), FRAME_NULL_TIME },
	};
	sample->fields[0] = (struct field){ .name = "Name", .type = FIELD_STRING, .strings = sample->names };
	sample->fields[1] = (struct field){ .name = "Load", .type = FIELD_NUMBER, .numbers = sample->numbers };
	sample->fields[2] = (struct field){ .name = "At", .type = FIELD_TIME, .times_ms = sample->times };
	vec_push(&fixture->data.frames.frames, (struct frame){ .ref_id = "A",
							       .format = FORMAT_TABLE,
							       .fields = sample->fields,
							       .field_count = 3,
							       .length = 3 });
	fixture_ready(fixture);
}

#define TABLE(options, defaults)                                                                                       \
	"\"type\":\"table\",\"options\":{" options "},\"fieldConfig\":{\"defaults\":{\"unit\":\"percent\"," defaults   \
	"\"min\":0,\"max\":100,\"thresholds\":{\"mode\":\"absolute\",\"steps\":[{\"color\":\"green\","                 \
	"\"value\":null},{\"color\":\"red\",\"value\":80}]},\"color\":{\"mode\":\"thresholds\"}}}"

Test(panel_datatable, columns_by_content_numbers_right)
{
	struct fixture fixture;
	struct sample sample;

	table_make(&fixture, &sample, TABLE("", ""));
	fixture_draw(&fixture, 60, 4, GLYPHS_ASCII);
	cr_expect_eq(strncmp(fixture.text.text, "Name   Load  At\nbeta    20%  2023-11-14 ", 40), 0, "%s",
		     fixture.text.text);
	cr_expect(fixture_shows(&fixture, "\nalpha        2023-11-14 "), "an empty cell stays empty");
	cr_expect(fixture_shows(&fixture, "\ngamma  100%\n"));
	fixture_release(&fixture);
}

/* "10.3" of "10.3 GiB" is another number; a name gives way, then the last column. */
Test(panel_datatable, numbers_are_never_cut)
{
	for (int width = 23; width < 60; width++) {
		struct fixture fixture;
		struct sample sample;

		table_make(&fixture, &sample, TABLE("", "\"decimals\":4,"));
		sample.names[0] = "a-name-that-is-much-longer-than-its-column";
		sample.fields[1].name = "Load with a long heading";
		fixture_ready(&fixture);
		fixture_draw(&fixture, width, 4, GLYPHS_BRAILLE);
		cr_expect(fixture_shows(&fixture, " 20.0000%"), "%d:\n%s", width, fixture.text.text);
		cr_expect(fixture_shows(&fixture, "100.0000%"), "%d:\n%s", width, fixture.text.text);
		fixture_release(&fixture);
	}
}

Test(panel_datatable, sorts_with_missing_values_last)
{
	struct fixture fixture;
	struct sample sample;

	table_make(&fixture, &sample, TABLE("\"sortBy\":[{\"displayName\":\"Load\",\"desc\":true}]", ""));
	fixture_draw(&fixture, 20, 4, GLYPHS_ASCII);
	cr_expect(fixture_shows(&fixture, "v Load"), "%s", fixture.text.text);
	cr_expect_lt((void *)strstr(fixture.text.text, "gamma"), (void *)strstr(fixture.text.text, "beta"));
	cr_expect_lt((void *)strstr(fixture.text.text, "beta"), (void *)strstr(fixture.text.text, "alpha"));
	fixture_release(&fixture);
	table_make(&fixture, &sample, TABLE("\"sortBy\":[{\"displayName\":\"Load\",\"desc\":false}]", ""));
	fixture_draw(&fixture, 20, 4, GLYPHS_ASCII);
	cr_expect_lt((void *)strstr(fixture.text.text, "beta"), (void *)strstr(fixture.text.text, "gamma"));
	cr_expect_lt((void *)strstr(fixture.text.text, "gamma"), (void *)strstr(fixture.text.text, "alpha"));
	fixture_release(&fixture);
}

/* What the person chose goes before what the file says: column by column, up and down. */
Test(panel_datatable, is_sorted_by_the_chosen_column)
{
	static const struct {
		int sort;
		const char *first, *last;
	} cases[] = { { 0, "gamma", "alpha" }, { 1, "alpha", "gamma" }, { 2, "gamma", "alpha" },
		      { 3, "beta", "alpha" },  { 4, "gamma", "alpha" }, { 5, "beta", "gamma" } };
	struct fixture fixture;
	struct sample sample;

	table_make(&fixture, &sample, TABLE("\"sortBy\":[{\"displayName\":\"Load\",\"desc\":true}]", ""));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		fixture.view.sort = cases[i].sort;
		fixture_draw(&fixture, 60, 4, GLYPHS_ASCII);
		cr_expect_lt((void *)strstr(fixture.text.text, cases[i].first),
			     (void *)strstr(fixture.text.text, cases[i].last), "%d:\n%s", cases[i].sort,
			     fixture.text.text);
	}
	cr_assert_eq(panel_find("table")->columns(&fixture.view), 3);
	fixture_release(&fixture);
}

Test(panel_datatable, columns_without_a_place_are_counted)
{
	struct fixture fixture;
	struct sample sample;

	table_make(&fixture, &sample, TABLE("", ""));
	fixture_draw(&fixture, 18, 4, GLYPHS_ASCII);
	cr_expect(fixture_shows(&fixture, "+1>"), "%s", fixture.text.text);
	cr_expect(fixture_shows(&fixture, "beta    20%\n"));
	fixture_release(&fixture);
}

Test(panel_datatable, rows_without_a_place_are_counted_and_scroll)
{
	struct fixture fixture;
	struct sample sample;

	table_make(&fixture, &sample, TABLE("", ""));
	fixture_draw(&fixture, 30, 3, GLYPHS_ASCII);
	cr_expect(fixture_shows(&fixture, "1 of 3 rows"), "%s", fixture.text.text);
	fixture.view.scroll = 2;
	fixture_draw(&fixture, 30, 3, GLYPHS_ASCII);
	cr_expect(fixture_shows(&fixture, "gamma"));
	cr_expect(fixture_shows(&fixture, "3-3 of 3 rows"), "%s", fixture.text.text);
	fixture.view.scroll = 999;
	fixture_draw(&fixture, 30, 3, GLYPHS_ASCII);
	cr_expect(fixture_shows(&fixture, "gamma"));
	fixture_release(&fixture);
}

Test(panel_datatable, header_can_be_hidden)
{
	struct fixture fixture;
	struct sample sample;

	table_make(&fixture, &sample, TABLE("\"showHeader\":false", ""));
	fixture_draw(&fixture, 30, 3, GLYPHS_ASCII);
	cr_expect_not(fixture_shows(&fixture, "Name"), "%s", fixture.text.text);
	fixture_release(&fixture);
}

Test(panel_datatable, coloured_cells_have_a_sign)
{
	struct fixture fixture;
	struct sample sample;

	table_make(&fixture, &sample, TABLE("", "\"custom\":{\"cellOptions\":{\"type\":\"color-background\"}},"));
	fixture_draw(&fixture, 20, 4, GLYPHS_ASCII);
	cr_expect(fixture_shows(&fixture, "# 100%"), "%s", fixture.text.text);
	cr_expect_eq(canvas_cell(fixture.canvas, 12, 3)->style.bg.role, ROLE_CRITICAL_BLOCK);
	fixture_release(&fixture);
}

Test(panel_datatable, gauge_cells_have_a_bar_and_a_number)
{
	struct fixture fixture;
	struct sample sample;

	table_make(&fixture, &sample, TABLE("", "\"custom\":{\"cellOptions\":{\"type\":\"gauge\"}},"));
	fixture_draw(&fixture, 60, 4, GLYPHS_ASCII);
	cr_expect(fixture_shows(&fixture, "##"), "%s", fixture.text.text);
	cr_expect(fixture_shows(&fixture, " 100%"));
	fixture_release(&fixture);
}

Test(panel_datatable, several_series_are_a_row_each)
{
	struct fixture fixture;

	fixture_init(&fixture, TABLE("", ""));
	fixture_series(&fixture, "node-1", (double[]){ 1, 2, 3 }, 3);
	fixture_series(&fixture, "node-2", (double[]){ 4, 5, NAN }, 3);
	fixture_ready(&fixture);
	fixture_draw(&fixture, 30, 3, GLYPHS_ASCII);
	cr_expect_str_eq(fixture.text.text, "Series  Last\nnode-1    3%\nnode-2    5%\n", "%s", fixture.text.text);
	cr_expect_str_eq(fixture_line(&fixture), "node-1 3%, 1 of 2 rows");
	fixture_release(&fixture);
}

Test(panel_datatable, hostile_text_and_no_rows_at_every_size)
{
	struct fixture fixture;
	struct sample sample;

	table_make(&fixture, &sample, TABLE("", ""));
	sample.names[0] = "\x1b[2J日本語\xcc\x81\xe2\x80\xae";
	sample.names[1] = NULL;
	sample.numbers[0] = INFINITY;
	for (int rows = 3; rows >= 0; rows--) {
		fixture.data.frames.frames.items[0].length = (size_t)rows;
		for (int width = 1; width < 60; width += 4)
			for (int height = 1; height < 7; height++)
				cr_expect_null(
					strchr(fixture_draw(&fixture, width, height, (enum glyph_set)(width % 3)),
					       '\x1b'));
		fixture_line(&fixture);
	}
	fixture_release(&fixture);
}
