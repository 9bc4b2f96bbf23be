#include "ui/panel/datatable.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "ui/panel/series_style.h"
#include "ui/panel/shown_style.h"

#define SAMPLE_ROWS   200 /* rows measured beside those on the screen, so that scrolling rarely moves columns */
#define WIDTH_MAX     60  /* a column takes more only when the others leave it */
#define WIDTH_MIN     6   /* cells of a text that still tell it from others */
#define NUMBER_CELLS  20  /* numbers up to this width are never cut */
#define KEY_CELLS     14  /* of the first column, when it is text */
#define KEY_SHARE     5
#define TITLE_CELLS   10 /* of a number's heading that tell it from others: "CPU Req..." has many neighbours */
#define PIXELS_A_CELL 8
#define GAUGE_CELLS   10 /* of a bar beside its number */
#define GAUGE_MAX     40
#define MORE_CELLS    5 /* the mark for columns that have no place: " +12>" */
#define SIGN_CELLS    2

static bool is_number(const struct field *field)
{
	return field->type == FIELD_NUMBER || field->type == FIELD_BOOLEAN;
}

static const char *title_of(const struct field *field)
{
	return field->display_name ? field->display_name : field->name ? field->name : "";
}

/* `data` is the range of all numbers in the set, read once for all columns. */
static void column_configure(struct datatable_column *column, const struct field *field, struct display_range data)
{
	const struct field_config *config = field_config_of(field);

	column->field = field;
	column->kind = config->set & FIELD_CELL ? config->cell : CELL_AUTO;
	column->align = config->set & FIELD_ALIGN ? config->align : ALIGN_AUTO;
	if (column->align == ALIGN_AUTO)
		column->align = is_number(field) ? ALIGN_RIGHT : ALIGN_LEFT;
	column->range = display_range_with(config, data);
}

static void add_frame(struct datatable *table, const struct frame *frame, struct display_range data)
{
	size_t i;

	table->columns = arena_array(&table->arena, frame->field_count + 1, sizeof(*table->columns));
	table->row_count = frame->length;
	for (i = 0; i < frame->field_count; i++) {
		struct datatable_column *column = &table->columns[table->column_count];

		if (field_config_of(&frame->fields[i])->hidden)
			continue;
		column->title = title_of(&frame->fields[i]);
		column_configure(column, &frame->fields[i], data);
		table->column_count++;
	}
}

static const struct field *first_number(const struct frame *frame)
{
	size_t i;

	for (i = 0; i < frame->field_count; i++)
		if (is_number(&frame->fields[i]))
			return &frame->fields[i];
	return NULL;
}

/* Every series a row. False when a frame is no series. */
static bool add_series(struct datatable *table, const struct frame_set *set, struct display_range data)
{
	const struct field **fields = arena_array(&table->arena, set->frames.count, sizeof(*fields));
	const struct frame **frames = arena_array(&table->arena, set->frames.count, sizeof(*frames));
	const char **names = arena_array(&table->arena, set->frames.count, sizeof(*names));
	static const struct field name_field = { .name = "Series", .type = FIELD_STRING };
	size_t i;

	for (i = 0; i < set->frames.count; i++) {
		frames[i] = &set->frames.items[i];
		fields[i] = first_number(frames[i]);
		if (frames[i]->format == FORMAT_TABLE || !fields[i])
			return false;
		names[i] = title_of(fields[i]);
	}
	table->columns = arena_array(&table->arena, 2, sizeof(*table->columns));
	table->column_count = 2;
	table->row_count = set->frames.count;
	table->by_series = true;
	column_configure(&table->columns[0], &name_field, data);
	column_configure(&table->columns[1], fields[0], data);
	table->columns[0].title = "Series";
	table->columns[0].row_texts = names;
	table->columns[1].title = "Last";
	table->columns[1].row_fields = fields;
	table->columns[1].row_frames = frames;
	return true;
}

const struct field *datatable_cell_field(const struct datatable_column *column, size_t row)
{
	return column->row_fields ? column->row_fields[row] : column->field;
}

/* The number in a cell: of a series the last one that is there. */
static double cell_number(const struct datatable_column *column, size_t row)
{
	const struct field *field = datatable_cell_field(column, row);
	size_t i;

	if (!column->row_fields)
		return field->numbers[row];
	for (i = column->row_frames[row]->length; i > 0; i--)
		if (!isnan(field->numbers[i - 1]))
			return field->numbers[i - 1];
	return frame_null();
}

void datatable_cell(const struct datatable_column *column, size_t row, struct display *ret)
{
	const struct field *field = datatable_cell_field(column, row);

	if (column->row_texts)
		display_string(field->config, column->row_texts[row], ret);
	else if (column->row_fields)
		display_number(field_config_of(field), cell_number(column, row), column->range, ret);
	else
		display_cell(field, row, column->range, ret);
}

/* Sorting: a row and what it is sorted by. */
struct sort_key {
	size_t row;
	double number;
	const char *text; /* NULL when sorted by number */
	bool descending;
};

/* Rows without a value come last either way; equal rows keep their order. */
static int key_compare(const void *a, const void *b)
{
	const struct sort_key *left = a, *right = b;
	int order = 0;

	if (left->text && right->text)
		order = strcmp(left->text, right->text);
	else if (isnan(left->number) != isnan(right->number))
		return isnan(left->number) ? 1 : -1;
	else if (!isnan(left->number) && left->number != right->number)
		order = left->number < right->number ? -1 : 1;
	if (left->descending)
		order = -order;
	if (order == 0)
		order = left->row < right->row ? -1 : left->row > right->row;
	return order;
}

static struct sort_key key_of(const struct datatable_column *column, size_t row)
{
	struct sort_key key = { .row = row, .number = NAN, .descending = column->descending };

	if (column->row_texts)
		key.text = column->row_texts[row];
	else if (column->field->type == FIELD_STRING)
		key.text = column->field->strings[row] ? column->field->strings[row] : "";
	else if (column->field->type == FIELD_TIME && column->field->times_ms[row] != FRAME_NULL_TIME)
		key.number = (double)column->field->times_ms[row];
	else if (column->field->type == FIELD_TIME)
		key.number = NAN;
	else
		key.number = cell_number(column, row);
	return key;
}

static struct datatable_column *sort_column(struct datatable *table)
{
	const char *by = table->view->panel->options.sort_by;
	size_t i, chosen = table->view->sort > 0 ? (size_t)(table->view->sort - 1) / 2 : table->column_count;

	if (chosen < table->column_count)
		return &table->columns[chosen];
	if (!by || by[0] == '\0')
		return NULL;
	for (i = 0; i < table->column_count; i++) {
		const struct field *field = table->columns[i].field;

		if (strcmp(table->columns[i].title, by) == 0 || (field->name && strcmp(field->name, by) == 0))
			return &table->columns[i];
	}
	return NULL;
}

static void sort(struct datatable *table)
{
	struct datatable_column *column = sort_column(table);
	struct sort_key *keys;
	size_t i;

	table->order = arena_array(&table->arena, table->row_count + 1, sizeof(*table->order));
	for (i = 0; i < table->row_count; i++)
		table->order[i] = i;
	if (!column || table->row_count < 2)
		return;
	column->sorted = true;
	column->descending =
		table->view->sort > 0 ? table->view->sort % 2 == 0 : table->view->panel->options.sort_descending;
	keys = arena_array(&table->arena, table->row_count, sizeof(*keys));
	for (i = 0; i < table->row_count; i++)
		keys[i] = key_of(column, i);
	qsort(keys, table->row_count, sizeof(*keys), key_compare);
	for (i = 0; i < table->row_count; i++)
		table->order[i] = keys[i].row;
}

void datatable_init(struct datatable *table, const struct panel_view *view)
{
	const struct frame_set *set = &view->data->frames;
	struct display_range data;

	*table = (struct datatable){ .view = view, .frame_count = set->frames.count };
	arena_init(&table->arena);
	if (set->frames.count == 0)
		return;
	data = display_range_of_set(set);
	if (set->frames.count == 1 || !add_series(table, set, data))
		add_frame(table, &set->frames.items[0], data);
	sort(table);
}

void datatable_release(struct datatable *table)
{
	arena_release(&table->arena);
}

void datatable_text(const struct display *display, struct strbuf *ret)
{
	strbuf_addstr(ret, display->text.prefix);
	strbuf_addstr(ret, display->text.text);
	strbuf_addstr(ret, display->text.suffix);
}

static bool has_bar(const struct datatable_column *column)
{
	return column->kind == CELL_GAUGE || column->kind == CELL_SPARKLINE;
}

static int cell_width(const struct datatable_column *column, size_t row)
{
	struct display display;
	enum glyph sign;
	int width;

	datatable_cell(column, row, &display);
	width = text_width(display.text.prefix) + text_width(display.text.text) + text_width(display.text.suffix);
	if ((column->kind == CELL_COLOUR_TEXT || column->kind == CELL_COLOUR_BACKGROUND) && shown_sign(&display, &sign))
		width += SIGN_CELLS;
	if (has_bar(column))
		width += GAUGE_CELLS + 1;
	return width;
}

/* The widest value of those on the screen and of a sample of the others. */
static int values_width(const struct datatable *table, const struct datatable_column *column, size_t first,
			size_t shown)
{
	int width = 0;
	size_t i;

	for (i = 0; i < table->row_count && i < SAMPLE_ROWS; i++) {
		int cells = cell_width(column, table->order[i]);

		width = cells > width ? cells : width;
	}
	for (i = first; i < table->row_count && i < first + shown; i++) {
		int cells = cell_width(column, table->order[i]);

		width = cells > width ? cells : width;
	}
	return width;
}

/* What a column would like, and the cells below which its values would be cut. */
struct want {
	int natural, floor;
};

static int narrowed(const struct want *want, int limit)
{
	return want->natural < limit ? want->natural : want->floor > limit ? want->floor : limit;
}

/* Cells taken by the first `count` columns, each at most `limit` wide, but never so narrow that a number is cut. */
static int total_width(const struct want *wants, size_t count, int limit)
{
	int total = 0;
	size_t i;

	for (i = 0; i < count; i++)
		total += narrowed(&wants[i], limit) + (i > 0 ? DATATABLE_GAP : 0);
	return total;
}

static struct want want_of(const struct datatable *table, const struct datatable_column *column, size_t first,
			   size_t shown)
{
	const struct field_config *config = field_config_of(column->field);
	int title = text_width(column->title) + (column->sorted ? SIGN_CELLS : 0);
	int values = values_width(table, column, first, shown);
	int head = title < TITLE_CELLS ? title : TITLE_CELLS;
	struct want want = { .natural = values > title ? values : title, .floor = WIDTH_MIN };

	if ((config->set & FIELD_WIDTH) && config->width > 0)
		want.natural = config->width / PIXELS_A_CELL > 3 ? config->width / PIXELS_A_CELL : 3;
	/* A number without its last digits, or a size without its unit, is another number. */
	if (is_number(column->field)) {
		want.floor = values < NUMBER_CELLS ? values : NUMBER_CELLS;
		want.floor = want.floor > head ? want.floor : head;
		want.natural = want.natural > want.floor ? want.natural : want.floor;
	}
	want.natural = want.natural > 0 ? want.natural : 1;
	return want;
}

/* What is left goes to columns that were narrowed, then to bars. */
static void widen(struct datatable *table, const struct want *wants, size_t count, int left)
{
	size_t i;

	for (i = 0; i < count && left > 0; i++) {
		struct datatable_column *column = &table->columns[i];
		int want = wants[i].natural - column->width;

		if (has_bar(column))
			want = GAUGE_MAX > column->width ? GAUGE_MAX - column->width : 0;
		want = want < left ? want : left;
		if (want > 0) {
			column->width += want;
			left -= want;
		}
	}
}

size_t datatable_fit(struct datatable *table, int width, size_t first, size_t shown)
{
	size_t count = table->column_count, i;
	struct want *wants = arena_array(&table->arena, count + 1, sizeof(*wants));
	int limit = WIDTH_MAX, room = width;

	for (i = 0; i < count; i++)
		wants[i] = want_of(table, &table->columns[i], first, shown);
	/* What the rows are about stays readable, where that is no more than a fifth of the place. */
	if (count > 0 && !is_number(table->columns[0].field) && wants[0].floor < width / KEY_SHARE)
		wants[0].floor = width / KEY_SHARE < KEY_CELLS ? width / KEY_SHARE : KEY_CELLS;
	/* A bar is the first to go: its number says the same. */
	for (i = count; i > 0 && total_width(wants, count, WIDTH_MAX) > width; i--) {
		if (!has_bar(&table->columns[i - 1]) || wants[i - 1].natural <= GAUGE_CELLS + 1)
			continue;
		wants[i - 1].natural -= GAUGE_CELLS + 1;
		wants[i - 1].floor -= wants[i - 1].floor > GAUGE_CELLS + 1 ? GAUGE_CELLS + 1 : 0;
	}
	/* Then the widest columns give; then columns at the right have no place, and a mark says so. */
	while (limit > WIDTH_MIN && total_width(wants, count, limit) > width)
		limit--;
	while (count > 1 && total_width(wants, count, limit) > room) {
		count--;
		room = width - MORE_CELLS;
	}
	/* Without those the others may have more again. */
	while (limit < WIDTH_MAX && total_width(wants, count, limit + 1) <= room)
		limit++;
	for (i = 0; i < table->column_count; i++)
		table->columns[i].width = i >= count ? 0 : narrowed(&wants[i], limit);
	widen(table, wants, count, room - total_width(wants, count, limit));
	return count;
}
