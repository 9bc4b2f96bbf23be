#include "ui/panel/panel.h"

#include <criterion/criterion.h>

#include "base/text.h"
#include "tests/unit/chart_fixture.h"
#include "ui/panel/panel_frame.h"

static void set_state(struct picture *picture, enum data_state state, const char *reason)
{
	picture->data.state = state;
	snprintf(picture->data.reason, sizeof(picture->data.reason), "%s", reason);
}

Test(panel, every_type_is_found_and_complete)
{
	size_t count;
	const struct panel_ops *const *table = panel_table(&count);

	cr_assert_geq(count, 17);
	for (size_t i = 0; i < count; i++) {
		cr_expect_not_null(table[i]->type);
		cr_expect_not_null(table[i]->title);
		cr_expect_not_null(table[i]->help);
		cr_expect_not_null(table[i]->draw);
		cr_expect(panel_is_known(table[i]->type));
		cr_expect_eq(panel_find(table[i]->type), table[i]);
		for (size_t j = 0; j < i; j++)
			cr_expect_str_neq(table[i]->type, table[j]->type);
	}
}

Test(panel, unknown_types_get_the_placeholder)
{
	cr_expect_not(panel_is_known("geomap"));
	cr_expect_not(panel_is_known(NULL));
	cr_expect_not_null(panel_find("geomap"));
	cr_expect_eq(panel_find("geomap"), panel_find(NULL));
}

static const enum data_state pictures[] = {
	DATA_WAITING, DATA_NO_DATA, DATA_ABSENT, DATA_DOWN, DATA_INSUFFICIENT, DATA_FAILED,
};
#define PICTURES (sizeof(pictures) / sizeof(pictures[0]))

/* In each glyph set and down to a few cells no two states look alike. */
Test(panel, states_differ_in_sign_and_word)
{
	for (int set = GLYPHS_BRAILLE; set <= GLYPHS_ASCII; set++) {
		for (int width = 4; width <= 60; width += 14) {
			for (int height = 1; height <= 9; height += 2) {
				char seen[PICTURES][2000];

				for (size_t i = 0; i < PICTURES; i++) {
					struct picture picture;

					picture_init(&picture, "stat");
					set_state(&picture, pictures[i], "");
					picture_draw(&picture, width, height, (enum glyph_set)set);
					snprintf(seen[i], sizeof(seen[i]), "%s", picture.text.text);
					picture_release(&picture);
					for (size_t j = 0; j < i; j++)
						cr_expect_str_neq(seen[i], seen[j], "%zu and %zu at %dx%d in set %d", i,
								  j, width, height, set);
				}
			}
		}
	}
}

Test(panel, signs_of_the_states_are_different)
{
	for (int set = GLYPHS_BRAILLE; set <= GLYPHS_ASCII; set++) {
		for (size_t i = 0; i < PICTURES; i++) {
			for (size_t j = 0; j < i; j++)
				cr_expect_neq(glyph_code((enum glyph_set)set, panel_state_glyph(pictures[i])),
					      glyph_code((enum glyph_set)set, panel_state_glyph(pictures[j])));
		}
	}
}

Test(panel, down_says_so_in_a_box)
{
	struct picture picture;

	picture_init(&picture, "stat");
	set_state(&picture, DATA_DOWN, "");
	picture_draw(&picture, 34, 7, GLYPHS_ASCII);
	cr_expect_str_eq(picture.text.text, "+ # Latency ---------------------+\n"
					    "|                                |\n"
					    "|             v DOWN             |\n"
					    "|                                |\n"
					    "|    the target answers up 0     |\n"
					    "|                                |\n"
					    "+--------------------------------+\n");
	cr_expect_eq(panel_severity(&picture.view), SEVERITY_CRITICAL);
	picture_release(&picture);
}

Test(panel, failure_shows_reason_and_the_servers_words)
{
	struct picture picture;

	picture_init(&picture, "timeseries");
	set_state(&picture, DATA_FAILED, "422 bad expression");
	snprintf(picture.data.detail, sizeof(picture.data.detail), "1:5: parse error: unexpected\x1b[2J right brace");
	picture_draw(&picture, 40, 9, GLYPHS_BRAILLE);
	cr_expect(picture_shows(&picture, "failed"));
	cr_expect(picture_shows(&picture, "422 bad expression"));
	cr_expect(picture_shows(&picture, "parse error"));
	cr_expect_null(strchr(picture.text.text, '\x1b'));
	picture_release(&picture);
}

Test(panel, the_authors_word_for_no_data_comes_first)
{
	struct picture picture;

	picture_init(&picture, "stat");
	set_state(&picture, DATA_NO_DATA, "");
	picture.panel.defaults.set = FIELD_NO_VALUE;
	picture.panel.defaults.no_value = "all quiet";
	picture_draw(&picture, 44, 7, GLYPHS_BRAILLE);
	cr_expect(picture_shows(&picture, "all quiet"));
	cr_expect(picture_shows(&picture, "the query answered, nothing there"));
	picture_release(&picture);
}

Test(panel, an_answer_without_rows_is_no_data)
{
	struct picture picture;

	picture_init(&picture, "timeseries");
	picture_draw(&picture, 40, 7, GLYPHS_BRAILLE);
	cr_expect(picture_shows(&picture, "no data"));
	cr_expect_eq(panel_shown_state(&picture.view), DATA_NO_DATA);
	picture_release(&picture);
}

Test(panel, stale_keeps_the_data_dimmed_with_age_and_cause)
{
	struct picture picture;
	char row[300];

	picture_init(&picture, "timeseries");
	picture_add_line(&picture, "p99", 1, 100, NULL);
	set_state(&picture, DATA_STALE, "timeout after 5s");
	picture.data.last_good_ms = picture.view.now_ms - 42000;
	picture_draw(&picture, 60, 10, GLYPHS_ASCII);
	cr_expect_str_eq(picture_row(&picture, 0, row, sizeof(row)),
			 "+ Latency ------------------ ~ stale 42s: timeout after 5s +");
	cr_expect(picture_shows(&picture, "a p99 100"));
	cr_expect(canvas_cell(picture.canvas, 1, 8)->style.attributes & ATTR_DIM);
	picture_draw(&picture, 28, 10, GLYPHS_ASCII);
	cr_expect_str_eq(picture_row(&picture, 0, row, sizeof(row)), "+ Latency ---- ~ stale 42s +");
	picture_draw(&picture, 16, 10, GLYPHS_ASCII);
	cr_expect(strchr(picture_row(&picture, 0, row, sizeof(row)), '~'));
	picture_release(&picture);
}

Test(panel, warnings_and_notes_stand_in_the_lower_border)
{
	struct picture picture;

	picture_init(&picture, "timeseries");
	picture_add_line(&picture, "p99", 1, 100, NULL);
	snprintf(picture.data.note, sizeof(picture.data.note), "timezone ignored");
	picture_draw(&picture, 60, 10, GLYPHS_ASCII);
	cr_expect(picture_shows(&picture, "- ~ timezone ignored -"));
	snprintf(picture.data.warning, sizeof(picture.data.warning), "results truncated");
	picture_draw(&picture, 60, 10, GLYPHS_ASCII);
	cr_expect(picture_shows(&picture, "- ! results truncated -"));
	picture_release(&picture);
}

Test(panel, title_has_the_sign_of_the_worst_value)
{
	static struct threshold steps[] = { { -INFINITY, { HUE_GREEN, 0x73bf69 } },
					    { 50, { HUE_YELLOW, 0xfade2a } },
					    { 90, { HUE_RED, 0xf2495c } } };
	struct picture picture;
	char row[300];

	picture_init(&picture, "timeseries");
	picture.config.thresholds.steps = steps;
	picture.config.thresholds.count = 3;
	picture_add_line(&picture, "p99", 1, 60, NULL);
	picture_draw(&picture, 30, 8, GLYPHS_ASCII);
	cr_expect_eq(panel_severity(&picture.view), SEVERITY_NONE, "default thresholds of a chart are no state");
	picture.config.threshold_style = THRESHOLD_LINE;
	picture_draw(&picture, 30, 8, GLYPHS_ASCII);
	cr_expect_eq(panel_severity(&picture.view), SEVERITY_WARNING);
	cr_expect_str_eq(picture_row(&picture, 0, row, sizeof(row)), "+ ! Latency -----------------+");
	picture_add_line(&picture, "max", 1, 95, NULL);
	cr_expect_eq(panel_severity(&picture.view), SEVERITY_CRITICAL);
	picture_release(&picture);
}

Test(panel, cells_of_a_table_count_only_where_they_are_coloured)
{
	static struct threshold steps[] = { { -INFINITY, { HUE_GREEN, 0x73bf69 } }, { 80, { HUE_RED, 0xf2495c } } };
	struct picture picture;

	picture_init(&picture, "table");
	picture.config.thresholds.steps = steps;
	picture.config.thresholds.count = 2;
	picture_add_line(&picture, "value", 1, 100, NULL);
	cr_expect_eq(panel_severity(&picture.view), SEVERITY_NONE);
	picture.config.cell = CELL_COLOUR_BACKGROUND;
	cr_expect_eq(panel_severity(&picture.view), SEVERITY_CRITICAL);
	picture_release(&picture);
}

Test(panel, low_boxes_become_one_line)
{
	struct picture picture;

	picture_init(&picture, "timeseries");
	picture_unit(&picture, "ms");
	picture_add_line(&picture, "p99", 1, 214, NULL);
	picture_draw(&picture, 30, 1, GLYPHS_ASCII);
	cr_expect_str_eq(picture.text.text, "  Latency               214 ms\n");
	picture_draw(&picture, 30, 2, GLYPHS_ASCII);
	cr_expect_str_eq(picture.text.text, "  Latency               214 ms\n\n");
	set_state(&picture, DATA_STALE, "refused");
	picture.data.last_good_ms = picture.view.now_ms - 134000;
	picture_draw(&picture, 50, 1, GLYPHS_ASCII);
	cr_expect_str_eq(picture.text.text, "~ Latency             214 ms  stale 2m14s: refused\n");
	picture_release(&picture);
}

Test(panel, another_engine_than_the_usual_one_is_named)
{
	struct picture picture;

	picture_init(&picture, "timeseries");
	picture_add_line(&picture, "p99", 1, 214, NULL);
	picture.data.engine = "embedded";
	picture_draw(&picture, 40, 6, GLYPHS_ASCII);
	cr_expect_not(strstr(picture.text.text, "embedded"), "nothing is usual here");
	picture.view.usual_engine = "prometheus";
	picture_draw(&picture, 40, 6, GLYPHS_ASCII);
	cr_expect(strstr(picture.text.text, " embedded "), "%s", picture.text.text);
	picture.data.asking = true;
	picture_draw(&picture, 40, 6, GLYPHS_ASCII);
	cr_expect(strstr(picture.text.text, "> embedded "), "%s", picture.text.text);
	picture_draw(&picture, 20, 6, GLYPHS_ASCII);
	cr_expect(strstr(picture.text.text, "> emb "), "%s", picture.text.text);
	picture_draw(&picture, 40, 1, GLYPHS_ASCII);
	cr_expect(strstr(picture.text.text, "(embedded)"), "%s", picture.text.text);
	set_state(&picture, DATA_INSUFFICIENT, "insufficient history (1h of 30d)");
	picture_draw(&picture, 40, 6, GLYPHS_ASCII);
	cr_expect(strstr(picture.text.text, " embedded "), "%s", picture.text.text);
	set_state(&picture, DATA_STALE, "refused");
	picture_draw(&picture, 40, 6, GLYPHS_ASCII);
	cr_expect_not(strstr(picture.text.text, "emb"), "what is old is of no engine: %s", picture.text.text);
	set_state(&picture, DATA_VALUE, "");
	picture.data.engine = "prometheus";
	picture_draw(&picture, 40, 6, GLYPHS_ASCII);
	cr_expect_not(strstr(picture.text.text, "prom"), "%s", picture.text.text);
	for (int width = 1; width < 60; width++) {
		picture.data.engine = "embedded";
		picture_draw(&picture, width, 5, GLYPHS_BRAILLE);
	}
	picture_release(&picture);
}

Test(panel, what_is_insufficient_is_said_once)
{
	static const struct {
		const char *reason, *headline, *below, *line;
	} cases[] = {
		{ "insufficient history (1h of 30d)", "< insufficient history ", " 1h of 30d ",
		  "insufficient history (1h of 30d)" },
		{ "resolution too coarse before 12:00 (10m; the window is 1m)", "< resolution too coarse before 12:00 ",
		  " 10m; the window is 1m ", "resolution too coarse before 12:00 (10m; the window is 1m)" },
		{ "less than half of 20d is there", "< insufficient history ", "less than half of 20d is there",
		  "insufficient history: less than half of 20d is there" },
		{ "", "< insufficient history ", "less than half of the window is there", "insufficient history" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct picture picture;
		struct strbuf text = STRBUF_INIT;

		picture_init(&picture, "timeseries");
		set_state(&picture, DATA_INSUFFICIENT, cases[i].reason);
		picture_draw(&picture, 60, 8, GLYPHS_ASCII);
		cr_expect(strstr(picture.text.text, cases[i].headline), "%s", picture.text.text);
		cr_expect(strstr(picture.text.text, cases[i].below), "%s", picture.text.text);
		panel_state_text(&picture.view, &text);
		cr_expect_str_eq(text.text, cases[i].line);
		strbuf_release(&text);
		picture_release(&picture);
	}
}

Test(panel, a_line_never_leaves_its_rectangle)
{
	struct picture picture;

	picture_init(&picture, "timeseries");
	picture.view.title = "a title with 漢字 wide and é combining and far too long for it";
	picture_add_line(&picture, "p99", 1, 214, NULL);
	for (int width = 1; width < 50; width++) {
		struct canvas *canvas = canvas_new(width + 4, 3, GLYPHS_BRAILLE);

		panel_draw_line(&picture.view, canvas, (struct rect){ 2, 1, width, 1 });
		for (int x = 0; x < width + 4; x++) {
			cr_expect_eq(canvas_cell(canvas, x, 0)->grapheme, 0);
			if (x < 2 || x >= width + 2)
				cr_expect_eq(canvas_cell(canvas, x, 1)->grapheme, 0, "width %d column %d", width, x);
		}
		canvas_free(canvas);
	}
	picture_release(&picture);
}

Test(panel, any_size_of_any_type_in_any_state_can_be_drawn)
{
	size_t count;
	const struct panel_ops *const *table = panel_table(&count);

	for (size_t i = 0; i < count; i++) {
		struct picture picture;

		picture_init(&picture, table[i]->type);
		picture.panel.options.content = "# text";
		picture_add_line(&picture, "p99", -5, 214, NULL);
		for (int state = DATA_WAITING; state <= DATA_NONE; state++) {
			if (state == DATA_NONE && strcmp(table[i]->type, "text") && strcmp(table[i]->type, "row"))
				continue;
			set_state(&picture, (enum data_state)state, "reason");
			for (int size = 1; size < 40; size += 3)
				picture_draw(&picture, size, size / 2 + 1, (enum glyph_set)(size % 3));
			cr_expect(strspn(picture.text.text, " \n") < picture.text.length, "%s in state %d is empty",
				  table[i]->type, state);
		}
		picture_release(&picture);
	}
}
