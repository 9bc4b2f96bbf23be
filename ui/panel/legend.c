#include "ui/panel/legend.h"

#include <stdio.h>
#include <string.h>

#include "base/strbuf.h"
#include "base/text.h"
#include "ui/draw/glyph.h"

/* Between two entries of a list and two columns of a table. */
#define GAP 2

/* Names are cut so that the values beside them stay readable. */
#define NAME_MIN    6
#define NAME_WANTED 12 /* in a table, before a second column of values */

static int name_limit(int width)
{
	int limit = width / 2;

	return limit < NAME_MIN ? NAME_MIN : limit;
}

/* Cells of one of an entry's values in a list, with its title and the blank before each. */
static int value_width(const struct legend *legend, const struct legend_entry *entry, size_t column)
{
	const char *title = legend->columns[column];

	return 1 + text_width(entry->values[column]) + (title[0] ? 1 + text_width(title) : 0);
}

static int values_width(const struct legend *legend, const struct legend_entry *entry)
{
	int width = 0;

	for (size_t i = 0; i < legend->column_count; i++)
		width += value_width(legend, entry, i);
	return width;
}

/* Letter, blank, name cut to the limit, and the values: "a P50 31 ms", "a P50 mean 31 ms max 40 ms". */
static int entry_width(const struct legend *legend, const struct legend_entry *entry, int limit)
{
	int name = text_width(entry->name);

	return 2 + (name > limit ? limit : name) + values_width(legend, entry);
}

static struct style entry_style(const struct legend *legend, size_t index, struct style style)
{
	if (legend->selected < 0)
		return style;
	return style_with(style, (size_t)legend->selected == index ? ATTR_BOLD : ATTR_DIM);
}

static void put_letter(struct canvas *canvas, int x, int y, const struct legend_entry *entry, struct style style)
{
	canvas_glyph(canvas, x, y, (uint32_t)entry->letter, style);
}

static void mark_chosen(const struct legend *legend, size_t index, struct canvas *canvas, struct rect rect)
{
	if (legend->chosen > 0 && (size_t)legend->chosen == index + 1)
		canvas_fill(canvas, rect, style_role(ROLE_SELECTION));
}

static void draw_entry(const struct legend *legend, size_t index, struct canvas *canvas, int x, int y, int x_end,
		       int limit)
{
	const struct legend_entry *entry = &legend->entries[index];
	struct style name = entry_style(legend, index, style_fg(ROLE_TEXT));
	struct style value = entry_style(legend, index, style_fg(ROLE_STRONG));
	int room = x_end - x - 2;

	mark_chosen(legend, index, canvas, (struct rect){ x, y, x_end - x, 1 });
	put_letter(canvas, x, y, entry, entry_style(legend, index, entry->style));
	x += 2;
	if (room <= 0)
		return;
	/* Rather a shorter name than a number that is cut. */
	if (limit > room - values_width(legend, entry))
		limit = room - values_width(legend, entry);
	if (limit < NAME_MIN)
		limit = NAME_MIN;
	x += canvas_put_fit(canvas, x, y, entry->name, name, room < limit ? room : limit);
	for (size_t i = 0; i < legend->column_count && x + 1 < x_end; i++) {
		/* What has no place is left out with its title; a lone value is rather cut, which shows. */
		if (i > 0 && x + value_width(legend, entry, i) > x_end) {
			canvas_put_fit(canvas, x + 1, y, glyph_text(canvas_glyphs(canvas), GLYPH_ELLIPSIS),
				       style_fg(ROLE_DIM), x_end - x - 1);
			break;
		}
		if (legend->columns[i][0])
			x += 1 +
			     canvas_put_fit(canvas, x + 1, y, legend->columns[i], style_fg(ROLE_DIM), x_end - x - 1);
		if (x + 1 < x_end)
			x += 1 + canvas_put_fit(canvas, x + 1, y, entry->values[i], value, x_end - x - 1);
	}
}

static void put_more(struct canvas *canvas, int x, int y, int cells, size_t more)
{
	char text[32];

	snprintf(text, sizeof(text), "+%zu more", more);
	canvas_put_fit(canvas, x, y, text, style_fg(ROLE_DIM), cells);
}

static int more_width(size_t more)
{
	return more ? snprintf(NULL, 0, "+%zu more", more) : 0;
}

/*
 * Walk a list through `rows` rows of `width` cells; draws when there is a
 * canvas. Returns the rows used and how many entries they hold. The last row
 * keeps room for the count of what is left out.
 */
static int walk_list(const struct legend *legend, struct canvas *canvas, struct rect rect, size_t *ret_shown)
{
	int x = 0, row = 0, limit = name_limit(rect.width);
	size_t i;

	for (i = 0; i < legend->count; i++) {
		int cells = entry_width(legend, &legend->entries[i], limit);
		size_t left = legend->count - i - 1 + legend->more;
		int keep = left ? more_width(left) + GAP : 0;

		if (cells > rect.width)
			cells = rect.width;
		if (x > 0 && x + cells > rect.width) {
			if (row + 1 >= rect.height)
				break;
			row++;
			x = 0;
		}
		/* In the last row something must stay for the count, unless the entry stands alone in it. */
		if (row == rect.height - 1 && x > 0 && keep && x + cells + keep > rect.width)
			break;
		if (row == rect.height - 1 && x == 0 && keep && cells + keep > rect.width)
			cells = rect.width - keep > NAME_MIN ? rect.width - keep : rect.width;
		if (canvas)
			draw_entry(legend, i, canvas, rect.x + x, rect.y + row, rect.x + x + cells, limit);
		x += cells + GAP;
	}
	*ret_shown = i;
	if (legend->count - i + legend->more > 0) {
		int cells = more_width(legend->count - i + legend->more);

		if (x > 0 && x + cells > rect.width && row + 1 < rect.height) {
			row++;
			x = 0;
		}
		if (canvas && x < rect.width)
			put_more(canvas, rect.x + x, rect.y + row, rect.width - x, legend->count - i + legend->more);
	}
	return row + 1;
}

int legend_height(const struct legend *legend, int width, int rows_max)
{
	size_t shown;
	int rows;

	if (legend->count == 0 || rows_max < 1 || width < 3)
		return 0;
	if (!legend->table)
		return walk_list(legend, NULL, (struct rect){ 0, 0, width, rows_max }, &shown);
	rows = (int)legend->count + (legend->column_count > 0) + (legend->more > 0);
	return rows > rows_max ? rows_max : rows;
}

static int column_width(const struct legend *legend, size_t column)
{
	int width = text_width(legend->columns[column]);

	for (size_t i = 0; i < legend->count; i++) {
		int cells = text_width(legend->entries[i].values[column]);

		if (cells > width)
			width = cells;
	}
	return width;
}

static int names_width(const struct legend *legend)
{
	int names = 0;

	for (size_t i = 0; i < legend->count; i++) {
		int cells = text_width(legend->entries[i].name);

		if (cells > names)
			names = cells;
	}
	return names;
}

int legend_width(const struct legend *legend)
{
	int width = 2;

	for (size_t i = 0; i < legend->column_count; i++)
		width += GAP + column_width(legend, i);
	return width + names_width(legend);
}

/* Columns stand right of the names; those for which there is no room fall away from the right. */
struct columns {
	size_t count;
	int names, widths[8];
};

static struct columns fit_columns(const struct legend *legend, int width)
{
	struct columns ret = { .count = legend->column_count < 8 ? legend->column_count : 8 };
	int used = 2, names = names_width(legend);

	for (size_t i = 0; i < ret.count; i++) {
		ret.widths[i] = column_width(legend, i);
		/* Names that can no longer be told apart are worth less than one more figure. */
		if (used + GAP + ret.widths[i] +
			    (names < NAME_WANTED ? names
			     : i == 0            ? NAME_MIN
						 : NAME_WANTED) >
		    width) {
			ret.count = i;
			break;
		}
		used += GAP + ret.widths[i];
	}
	ret.names = width - used < names ? width - used : names;
	return ret;
}

static void draw_table_row(const struct legend *legend, size_t index, struct canvas *canvas, struct rect rect, int y,
			   const struct columns *columns)
{
	const struct legend_entry *entry = &legend->entries[index];
	int x = rect.x + 2 + columns->names;

	mark_chosen(legend, index, canvas, (struct rect){ rect.x, y, rect.width, 1 });
	put_letter(canvas, rect.x, y, entry, entry_style(legend, index, entry->style));
	canvas_put_fit(canvas, rect.x + 2, y, entry->name, entry_style(legend, index, style_fg(ROLE_TEXT)),
		       columns->names);
	for (size_t i = 0; i < columns->count; i++) {
		canvas_put_right(canvas, x + GAP, x + GAP + columns->widths[i], y, entry->values[i],
				 entry_style(legend, index, style_fg(ROLE_STRONG)));
		x += GAP + columns->widths[i];
	}
}

static void draw_table(const struct legend *legend, struct canvas *canvas, struct rect rect)
{
	struct columns columns = fit_columns(legend, rect.width);
	int y = rect.y, end = rect.y + rect.height, x = rect.x + 2 + columns.names;
	size_t i;

	if (columns.count > 0 && rect.height > 1) {
		for (i = 0; i < columns.count; i++) {
			canvas_put_right(canvas, x + GAP, x + GAP + columns.widths[i], y, legend->columns[i],
					 style_fg(ROLE_DIM));
			x += GAP + columns.widths[i];
		}
		y++;
	}
	for (i = 0; i < legend->count && y < end; i++, y++) {
		bool last_row = y + 1 == end;

		if (last_row && legend->count - i - 1 + legend->more > 0 && rect.height > 2)
			break;
		draw_table_row(legend, i, canvas, rect, y, &columns);
	}
	if (legend->count - i + legend->more > 0 && y < end)
		put_more(canvas, rect.x + 2, y, rect.width - 2, legend->count - i + legend->more);
}

/* Entries that a table of that height holds, without its heading and the count of the rest. */
static size_t table_holds(const struct legend *legend, int height)
{
	size_t rows = (size_t)(height - (legend->column_count > 0 && height > 1));

	if (legend->count + legend->more > rows && height > 2)
		rows--;
	return rows;
}

/* Leave out entries in front until the chosen one is among those that fit. */
static struct legend scroll_to_chosen(const struct legend *legend, struct rect rect)
{
	struct legend ret = *legend;
	size_t shown;

	while (ret.chosen > 1) {
		if (ret.table)
			shown = table_holds(&ret, rect.height);
		else
			walk_list(&ret, NULL, rect, &shown);
		if ((size_t)ret.chosen <= shown)
			break;
		ret.entries++;
		ret.count--;
		ret.chosen--;
		/* One that is isolated and out of sight still dims the others. */
		ret.selected = ret.selected > 0 ? ret.selected - 1 : ret.selected == 0 ? (int)ret.count : -1;
	}
	return ret;
}

void legend_draw(const struct legend *legend, struct canvas *canvas, struct rect rect)
{
	struct legend part;
	struct rect clip;
	size_t shown;

	if (rect_is_empty(rect) || legend->count == 0)
		return;
	part = scroll_to_chosen(legend, rect);
	clip = canvas_clip(canvas, rect);
	if (part.table)
		draw_table(&part, canvas, rect);
	else
		walk_list(&part, canvas, rect, &shown);
	canvas_restore(canvas, clip);
}
