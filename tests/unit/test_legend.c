#include "ui/panel/legend.h"

#include <criterion/criterion.h>

#include "base/strbuf.h"
#include "ui/draw/export.h"

static const char *const last[] = { "" };
static const char *const calcs[] = { "min", "max" };

static const struct legend_entry entries[] = {
	{ 'a', "P50", { { 0 }, { 0 }, 0 }, (const char *const[]){ "31 ms", "40 ms" } },
	{ 'b', "P95", { { 0 }, { 0 }, 0 }, (const char *const[]){ "120 ms", "150 ms" } },
	{ 'c', "P99", { { 0 }, { 0 }, 0 }, (const char *const[]){ "214 ms", "1.2 s" } },
};

static struct legend list(void)
{
	return (struct legend){ .entries = entries, .count = 3, .columns = last, .column_count = 1, .selected = -1 };
}

static char *draw(const struct legend *legend, int width, int height, enum glyph_set glyphs)
{
	struct canvas *canvas = canvas_new(width, height, glyphs);
	struct strbuf text = STRBUF_INIT;

	legend_draw(legend, canvas, canvas_rect(canvas));
	export_text(canvas, &text);
	canvas_free(canvas);
	return strbuf_detach(&text);
}

static void expect(const struct legend *legend, int width, int height, const char *wanted)
{
	char *text = draw(legend, width, height, GLYPHS_BRAILLE);

	cr_expect_str_eq(text, wanted);
	free(text);
}

Test(legend, list_in_one_row)
{
	struct legend legend = list();

	cr_expect_eq(legend_height(&legend, 60, 3), 1);
	expect(&legend, 60, 1, "a P50 31 ms  b P95 120 ms  c P99 214 ms\n");
}

Test(legend, list_wraps)
{
	struct legend legend = list();

	cr_expect_eq(legend_height(&legend, 28, 3), 2);
	expect(&legend, 28, 2, "a P50 31 ms  b P95 120 ms\nc P99 214 ms\n");
}

Test(legend, list_counts_what_does_not_fit)
{
	struct legend legend = list();

	cr_expect_eq(legend_height(&legend, 28, 1), 1);
	expect(&legend, 28, 1, "a P50 31 ms  +2 more\n");
	legend.more = 4950;
	expect(&legend, 60, 1, "a P50 31 ms  b P95 120 ms  c P99 214 ms  +4950 more\n");
}

Test(legend, a_long_name_is_cut_before_its_value)
{
	const struct legend_entry entry = {
		'a', "instance=\"10.0.0.1:9100\", job=\"node\"", { { 0 }, { 0 }, 0 }, (const char *const[]){ "9.62 s" }
	};
	struct legend legend = { .entries = &entry, .count = 1, .columns = last, .column_count = 1, .selected = -1 };

	expect(&legend, 30, 1, "a instance=\"10.0… 9.62 s\n");
	legend.more = 9;
	expect(&legend, 30, 1, "a instance=\"1… 9.62 s  +9 more\n");
}

Test(legend, table_lines_columns_up)
{
	struct legend legend = list();

	legend.columns = calcs;
	legend.column_count = 2;
	legend.table = true;
	cr_expect_eq(legend_height(&legend, 60, 10), 4);
	expect(&legend, 40, 4,
	       "          min     max\n"
	       "a P50   31 ms   40 ms\n"
	       "b P95  120 ms  150 ms\n"
	       "c P99  214 ms   1.2 s\n");
}

Test(legend, table_counts_rows_and_drops_columns)
{
	struct legend legend = list();

	legend.columns = calcs;
	legend.column_count = 2;
	legend.table = true;
	expect(&legend, 40, 3, "          min     max\na P50   31 ms   40 ms\n  +2 more\n");
	expect(&legend, 18, 4, "          min\na P50   31 ms\nb P95  120 ms\nc P99  214 ms\n");
}

Test(legend, empty_and_tiny)
{
	struct legend legend = list();
	struct legend none = { .selected = -1 };

	cr_expect_eq(legend_height(&none, 60, 3), 0);
	cr_expect_eq(legend_height(&legend, 60, 0), 0);
	expect(&none, 10, 1, "\n");
	for (int width = 1; width < 30; width++) {
		for (int height = 1; height < 5; height++) {
			legend.table = !legend.table;
			legend.columns = legend.table ? calcs : last;
			legend.column_count = legend.table ? 2 : 1;
			free(draw(&legend, width, height, GLYPHS_ASCII));
		}
	}
}

Test(legend, isolated_entry_is_bold_and_the_others_dim)
{
	struct canvas *canvas = canvas_new(60, 1, GLYPHS_BRAILLE);
	struct legend legend = list();

	legend.selected = 1;
	legend_draw(&legend, canvas, canvas_rect(canvas));
	cr_expect(canvas_cell(canvas, 0, 0)->style.attributes & ATTR_DIM);
	cr_expect(canvas_cell(canvas, 13, 0)->style.attributes & ATTR_BOLD);
	canvas_free(canvas);
}

Test(legend, keeps_the_chosen_entry_in_sight)
{
	struct legend legend = list();

	legend.chosen = 3;
	expect(&legend, 16, 1, "c P99 214 ms\n");
	legend.chosen = 2;
	expect(&legend, 24, 1, "b P95 120 ms  +1 more\n");
	legend.chosen = 1;
	expect(&legend, 24, 1, "a P50 31 ms  +2 more\n");
	legend.table = true;
	legend.columns = calcs;
	legend.column_count = 2;
	legend.chosen = 3;
	expect(&legend, 40, 3, "          min     max\nb P95  120 ms  150 ms\nc P99  214 ms   1.2 s\n");
}

Test(legend, marks_the_chosen_entry)
{
	struct canvas *canvas = canvas_new(60, 1, GLYPHS_BRAILLE);
	struct style selected = style_role(ROLE_SELECTION);
	struct legend legend = list();

	legend.chosen = 2;
	legend_draw(&legend, canvas, canvas_rect(canvas));
	cr_expect_neq(canvas_cell(canvas, 0, 0)->style.bg.role, selected.bg.role);
	cr_expect_eq(canvas_cell(canvas, 13, 0)->style.bg.role, selected.bg.role);
	cr_expect_neq(canvas_cell(canvas, 28, 0)->style.bg.role, selected.bg.role);
	canvas_free(canvas);
}

/* A title without its value would promise one. */
Test(legend, a_value_without_room_goes_with_its_title)
{
	struct legend legend = list();

	legend.count = 1;
	legend.columns = calcs;
	legend.column_count = 2;
	expect(&legend, 27, 1, "a P50 min 31 ms max 40 ms\n");
	expect(&legend, 22, 1, "a P50 min 31 ms \u2026\n");
	expect(&legend, 18, 1, "a P50 min 31 ms \u2026\n");
}

/* Names shorter than the least do not cost a column. */
Test(legend, short_names_leave_room_for_values)
{
	struct legend legend = list();

	legend.table = true;
	legend.columns = calcs;
	legend.column_count = 2;
	expect(&legend, 21, 4,
	       "          min     max\n"
	       "a P50   31 ms   40 ms\n"
	       "b P95  120 ms  150 ms\n"
	       "c P99  214 ms   1.2 s\n");
}
