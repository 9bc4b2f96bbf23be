/* Table: columns sized to their content, colours and bars by cell kind, a count where not all fits. */
#include <stdio.h>

#include "base/text.h"
#include "ui/draw/glyph.h"
#include "ui/panel/datatable.h"
#include "ui/panel/panel_list.h"
#include "ui/panel/shown_style.h"
#include "ui/panel/spark.h"
#include "ui/panel/zones.h"

#define SIGN_CELLS    2
#define BAR_MIN_CELLS 4
#define LINE_CELLS    3 /* cells of the first row in one-line forms */

static int align_x(const struct rect *cell, int width, enum align align)
{
	int space = cell->width - width;

	if (space <= 0 || align == ALIGN_LEFT)
		return cell->x;
	return cell->x + (align == ALIGN_CENTRE ? space / 2 : space);
}

static void head_draw(const struct datatable *table, struct canvas *canvas, struct rect row, size_t columns)
{
	enum glyph_set set = canvas_glyphs(canvas);
	struct style style = style_with(style_fg(ROLE_TITLE), ATTR_BOLD);
	struct rect cell = row;
	char more[24];
	size_t c;

	for (c = 0; c < columns; c++) {
		const struct datatable_column *column = &table->columns[c];
		struct strbuf title = STRBUF_INIT;

		if (column->sorted)
			strbuf_addf(&title, "%s ",
				    glyph_text(set, column->descending ? GLYPH_ARROW_DOWN : GLYPH_ARROW_UP));
		strbuf_addstr(&title, column->title);
		cell.width = column->width;
		canvas_put_fit(canvas, align_x(&cell, text_width(title.text), column->align), row.y, title.text, style,
			       cell.width);
		cell.x += cell.width + DATATABLE_GAP;
		strbuf_release(&title);
	}
	if (columns == table->column_count)
		return;
	snprintf(more, sizeof(more), "+%zu%s", table->column_count - columns, glyph_text(set, GLYPH_SEPARATOR));
	canvas_put_right(canvas, row.x, row.x + row.width, row.y, more, style_fg(ROLE_DIM));
}

/* A bar or, of a series, its shape; behind it the value. */
static void cell_bar(const struct datatable_column *column, size_t row, struct canvas *canvas, struct rect cell,
		     const struct display *display, const char *text)
{
	struct shown shown = { .field = datatable_cell_field(column, row),
			       .display = *display,
			       .range = column->range };
	int width = text_width(text), end = cell.x + cell.width;
	struct rect bar = { cell.x, cell.y, cell.width - width - 1, 1 };

	if (bar.width >= BAR_MIN_CELLS && column->kind == CELL_SPARKLINE && column->row_frames) {
		const struct frame *frame = column->row_frames[row];

		spark_draw(canvas, bar, NULL, shown.field->numbers, frame->length, shown_style_bar(&shown));
	} else if (bar.width >= BAR_MIN_CELLS && column->kind == CELL_GAUGE) {
		bar_draw(canvas, bar, &shown,
			 &(struct bar){ .share = display->percent, .style = shown_style_bar(&shown) });
	}
	canvas_put_fit(canvas, end - width > cell.x ? end - width : cell.x, cell.y, text,
		       shown_style_text(display, style_fg(ROLE_STRONG)), width < cell.width ? width : cell.width);
}

static void cell_draw(const struct datatable_column *column, size_t row, struct canvas *canvas, struct rect cell)
{
	struct style style = style_fg(ROLE_TEXT);
	struct strbuf text = STRBUF_INIT;
	struct display display;
	enum glyph sign;
	bool coloured = column->kind == CELL_COLOUR_TEXT || column->kind == CELL_COLOUR_BACKGROUND;

	datatable_cell(column, row, &display);
	if (coloured && shown_sign(&display, &sign))
		strbuf_addf(&text, "%s ", glyph_text(canvas_glyphs(canvas), sign));
	datatable_text(&display, &text);
	if (column->kind == CELL_GAUGE || column->kind == CELL_SPARKLINE) {
		cell_bar(column, row, canvas, cell, &display, text.text);
	} else {
		if (column->kind == CELL_COLOUR_BACKGROUND && shown_style_block(&display, &style))
			canvas_fill(canvas, cell, style);
		else if (coloured)
			style = shown_style_text(&display, style);
		canvas_put_fit(canvas, align_x(&cell, text_width(text.text), column->align), cell.y, text.text, style,
			       cell.width);
	}
	strbuf_release(&text);
}

static void row_draw(const struct datatable *table, struct canvas *canvas, struct rect row, size_t line, size_t columns)
{
	struct rect cell = row;
	size_t c;

	for (c = 0; c < columns; c++) {
		cell.width = table->columns[c].width;
		cell_draw(&table->columns[c], table->order[line], canvas, cell);
		cell.x += cell.width + DATATABLE_GAP;
	}
}

/* "12 of 340 rows", scrolled "13-24 of 340 rows"; and that there are other tables, or series that were not kept. */
static void foot_draw(const struct datatable *table, struct canvas *canvas, struct rect row, size_t first, size_t shown)
{
	const struct frame_set *set = &table->view->data->frames;
	struct strbuf text = STRBUF_INIT;

	if (first > 0)
		strbuf_addf(&text, "%zu-%zu of %zu rows", first + 1, first + shown, table->row_count);
	else if (shown < table->row_count)
		strbuf_addf(&text, "%zu of %zu rows", shown, table->row_count);
	else
		strbuf_addf(&text, "%zu row%s", shown, shown == 1 ? "" : "s");
	if (table->frame_count > 1 && !table->by_series)
		strbuf_addf(&text, ", table 1 of %zu", table->frame_count);
	if (set->dropped > 0)
		strbuf_addf(&text, ", %zu series dropped", set->dropped);
	canvas_put_fit(canvas, row.x, row.y, text.text, style_fg(ROLE_DIM), row.width);
	strbuf_release(&text);
}

/* Rows for the body, and whether the foot is needed: it is when it says something and one row of data stays. */
static size_t body_plan(const struct datatable *table, int height, bool *ret_foot)
{
	bool said = table->row_count > (size_t)height || (table->frame_count > 1 && !table->by_series) ||
		    table->view->data->frames.dropped > 0 || table->view->scroll > 0;

	*ret_foot = said && height > 1;
	return (size_t)(height - (*ret_foot ? 1 : 0));
}

static void draw(const struct panel_view *view, struct canvas *canvas, struct rect inside)
{
	struct datatable table;
	struct rect row = inside;
	size_t first, shown, places, columns, i;
	bool head = !view->panel->options.hide_header && inside.height > 1, foot;

	if (rect_is_empty(inside))
		return;
	datatable_init(&table, view);
	places = body_plan(&table, inside.height - (head ? 1 : 0), &foot);
	first = view->scroll > 0 ? (size_t)view->scroll : 0;
	/* Scrolled beyond the end the last page is shown. */
	if (first + places > table.row_count)
		first = table.row_count > places ? table.row_count - places : 0;
	shown = table.row_count - first < places ? table.row_count - first : places;
	columns = datatable_fit(&table, inside.width, first, shown);
	row.height = 1;
	if (head) {
		head_draw(&table, canvas, row, columns);
		row.y++;
	}
	for (i = 0; i < shown; i++, row.y++)
		row_draw(&table, canvas, row, first + i, columns);
	if (foot) {
		row.y = inside.y + inside.height - 1;
		foot_draw(&table, canvas, row, first, shown);
	}
	datatable_release(&table);
}

static int beyond(const struct panel_view *view, int width, int height)
{
	struct datatable table;
	bool head = !view->panel->options.hide_header && height > 1, foot;
	size_t places, rows;

	(void)width;
	datatable_init(&table, view);
	places = height > 0 ? body_plan(&table, height - (head ? 1 : 0), &foot) : 0;
	rows = table.row_count;
	datatable_release(&table);
	return rows > places ? (int)(rows - places) : 0;
}

/* The first row and how many there are. */
static void line(const struct panel_view *view, struct strbuf *ret)
{
	struct datatable table;
	struct display display;
	size_t c;

	datatable_init(&table, view);
	for (c = 0; c < table.column_count && c < LINE_CELLS && table.row_count > 0; c++) {
		datatable_cell(&table.columns[c], table.order[0], &display);
		strbuf_addstr(ret, c > 0 ? " " : "");
		datatable_text(&display, ret);
	}
	if (table.row_count != 1)
		strbuf_addf(ret, "%s%zu rows", table.row_count > 0 ? ", 1 of " : "", table.row_count);
	datatable_release(&table);
}

static size_t columns(const struct panel_view *view)
{
	struct datatable table;
	size_t count;

	datatable_init(&table, view);
	count = table.column_count;
	datatable_release(&table);
	return count;
}

const struct panel_ops panel_datatable = {
	.type = "table",
	.title = "Table",
	.help = "rows and columns with units, colours and bars; scrolls",
	.draw = draw,
	.line = line,
	.beyond = beyond,
	.columns = columns,
};

const struct panel_ops panel_datatable_old = {
	.type = "table-old",
	.title = "Table (old)",
	.help = "the older form of table",
	.draw = draw,
	.line = line,
	.beyond = beyond,
	.columns = columns,
};
