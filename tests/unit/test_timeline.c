#include "ui/panel/timeline.h"

#include <criterion/criterion.h>

#include "tests/unit/chart_fixture.h"

static struct mapping up_down[] = {
	{ .kind = MAPPING_VALUE, .value = "1", .text = "UP", .colour = { HUE_GREEN, 0x73bf69 } },
	{ .kind = MAPPING_VALUE, .value = "0", .text = "DOWN", .colour = { HUE_RED, 0xf2495c } },
};

static void map(struct picture *picture)
{
	picture->config.mappings = up_down;
	picture->config.mapping_count = 2;
	picture->config.set |= FIELD_MAPPINGS;
	picture->panel.options.merge_values = true;
}

Test(timeline, states_are_stretches_with_their_words)
{
	double values[61];
	struct picture picture;

	for (int i = 0; i <= 60; i++)
		values[i] = i >= 30 && i < 45 ? 0 : 1;
	picture_init(&picture, "state-timeline");
	map(&picture);
	picture_add(&picture, "db", values, 61, NULL);
	picture_draw_inside(&picture, 43, 5, GLYPHS_ASCII);
	cr_expect_str_eq(picture.text.text,
			 "db UP ---------------- DOWN ---- UP ------\n"
			 "\n"
			 "   +-------------------+------------------+\n"
			 " 12:00               12:30            13:00\n"
			 "a UP  b DOWN\n",
			 "%s", picture.text.text);
	cr_expect_eq(timeline_severity(&picture.view), SEVERITY_OK);
	cr_expect_str_eq(picture_line(&picture), "db UP");
	picture_release(&picture);
}

Test(timeline, a_short_outage_is_never_hidden)
{
	double values[61];
	struct picture picture;

	for (int i = 0; i <= 60; i++)
		values[i] = i == 33 ? 0 : 1;
	picture_init(&picture, "state-timeline");
	map(&picture);
	picture_add(&picture, "db", values, 61, NULL);
	picture_draw_inside(&picture, 10, 1, GLYPHS_ASCII);
	cr_expect(picture_shows(&picture, "b"), "%s", picture.text.text);
	picture_release(&picture);
}

Test(timeline, gaps_stay_empty)
{
	double values[61];
	struct picture picture;

	for (int i = 0; i <= 60; i++)
		values[i] = i >= 20 && i < 40 ? frame_null() : 1;
	picture_init(&picture, "state-timeline");
	map(&picture);
	picture_add(&picture, "db", values, 61, NULL);
	picture_draw_inside(&picture, 61, 1, GLYPHS_ASCII);
	cr_expect(picture_shows(&picture, "                    UP"), "%s", picture.text.text);
	picture_release(&picture);
}

Test(timeline, history_shows_each_sample)
{
	static const double values[] = { 1, 1, 0, 1 };
	struct picture picture;

	picture_init(&picture, "status-history");
	map(&picture);
	picture.view.end_ms = START + 4 * STEP - 1;
	picture_add(&picture, "db", values, 4, NULL);
	picture_draw_inside(&picture, 24, 1, GLYPHS_ASCII);
	cr_expect_str_eq(picture.text.text, "db UP   UP   DOWN UP\n", "%s", picture.text.text);
	picture_release(&picture);
}

Test(timeline, words_are_states_too)
{
	static const char *const words[] = { "idle", "busy", NULL, "idle" };
	struct picture picture;
	struct field *fields;

	picture_init(&picture, "state-timeline");
	picture.panel.options.merge_values = true;
	picture_add_line(&picture, "w", 0, 1, NULL);
	picture.view.end_ms = START + 4 * STEP;
	picture.data.frames.frames.items[0].length = 4;
	fields = picture.data.frames.frames.items[0].fields;
	fields[1].type = FIELD_STRING;
	fields[1].strings = words;
	picture_draw_inside(&picture, 60, 5, GLYPHS_ASCII);
	cr_expect(picture_shows(&picture, "idle"));
	cr_expect(picture_shows(&picture, "busy"));
	cr_expect(picture_shows(&picture, "a idle  b busy"));
	picture_release(&picture);
}

Test(timeline, rows_that_do_not_fit_are_counted_and_scroll)
{
	struct picture picture;

	picture_init(&picture, "state-timeline");
	map(&picture);
	for (int i = 0; i < 30; i++)
		picture_add_line(&picture, i == 29 ? "last" : "x", 1, 1, NULL);
	picture_draw_inside(&picture, 40, 8, GLYPHS_ASCII);
	cr_expect(picture_shows(&picture, "+26 more"), "%s", picture.text.text);
	picture.view.scroll = 1000;
	picture_draw_inside(&picture, 40, 8, GLYPHS_ASCII);
	cr_expect(picture_shows(&picture, "last UP"));
	picture_release(&picture);
}

Test(timeline, many_states_odd_values_any_size)
{
	double values[200];
	struct picture picture;

	for (int i = 0; i < 200; i++)
		values[i] = i % 7 ? i * 1e300 : NAN;
	values[1] = INFINITY;
	picture_init(&picture, "state-timeline");
	picture.panel.options.merge_values = true;
	picture_add(&picture, "odd", values, 200, NULL);
	for (int size = 1; size < 70; size += 3) {
		picture_draw_inside(&picture, size, size / 6 + 1, (enum glyph_set)(size % 3));
		cr_expect_gt(picture.text.length, 0);
	}
	picture_release(&picture);
}

Test(timeline, scrolls_to_its_last_series)
{
	static const char *const names[] = { "s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9" };
	double values[2] = { 1, 1 };
	struct picture picture;

	picture_init(&picture, "state-timeline");
	map(&picture);
	for (size_t i = 0; i < 10; i++)
		picture_add(&picture, names[i], values, 2, NULL);
	cr_expect_eq(timeline_beyond(&picture.view, 43, 20), 0);
	cr_expect_eq(timeline_beyond(&picture.view, 43, 8), 6);
	picture.view.scroll = 6;
	picture_draw_inside(&picture, 43, 8, GLYPHS_ASCII);
	cr_expect(picture_shows(&picture, "s6") && picture_shows(&picture, "s9"), "%s", picture.text.text);
	cr_expect_not(picture_shows(&picture, "s5"));
	cr_expect_not(picture_shows(&picture, "more"));
	picture_release(&picture);
}
