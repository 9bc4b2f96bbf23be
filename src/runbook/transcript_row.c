#include "runbook/transcript_row.h"

#include <string.h>

#include "base/arena.h"
#include "base/strbuf.h"
#include "base/text.h"

#define TAB_CELLS    8
#define MOVE_CELLS   256
#define CSI_MOST     256 /* bytes of one sequence: a longer one is none */
#define STRING_MOST  65536
#define NUMBER_MOST  65535
#define ESCAPE       0x1b
#define BELL         0x07
#define SPACE        0x20
#define STRING_END   0x9c /* as one byte */
#define ARRAY(array) (sizeof(array) / sizeof((array)[0]))

void row_init(struct row *row, size_t cells_max)
{
	*row = (struct row){ .cells_max = cells_max, .style = { -1, -1, 0 } };
}

void row_release(struct row *row)
{
	vec_release(&row->cells);
}

void row_begin(struct row *row)
{
	vec_clear(&row->cells);
	row->column = 0;
	row->cut = false;
}

/* ---- cells ---- */

static const struct row_style plain = { -1, -1, 0 };

static void blank(struct row_cell *cell, const struct row_style *style)
{
	*cell = (struct row_cell){ .codes = { SPACE }, .count = 1, .width = 1, .style = *style };
}

/* Half a wide character is none. */
static void unpair(struct row *row, size_t column)
{
	if (column >= row->cells.count)
		return;
	if (row->cells.items[column].count == 0 && column > 0)
		blank(&row->cells.items[column - 1], &row->cells.items[column - 1].style);
	if (row->cells.items[column].width == 2 && column + 1 < row->cells.count)
		blank(&row->cells.items[column + 1], &row->cells.items[column + 1].style);
}

static void reach(struct row *row, size_t columns)
{
	while (row->cells.count < columns)
		blank(vec_add(&row->cells), &plain);
}

static void put(struct row *row, uint32_t code, int width)
{
	struct row_cell cell = { .codes = { code }, .count = 1, .width = (uint8_t)width, .style = row->style };

	if (row->column + (size_t)width > row->cells_max) {
		row->cut = true;
		return;
	}
	reach(row, row->column);
	for (int i = 0; i < width; i++)
		unpair(row, row->column + (size_t)i);
	reach(row, row->column + (size_t)width);
	row->cells.items[row->column] = cell;
	if (width == 2)
		row->cells.items[row->column + 1] = (struct row_cell){ .width = 0, .style = row->style };
	row->column += (size_t)width;
}

/* With the character before it, as many as there is room for. */
static void combine(struct row *row, uint32_t code)
{
	size_t column = row->column;
	struct row_cell *cell;

	if (!column || column > row->cells.count || row->cut)
		return;
	cell = &row->cells.items[column - 1];
	if (cell->count == 0 && column > 1)
		cell = &row->cells.items[column - 2];
	if (cell->count && cell->count < ARRAY(cell->codes))
		cell->codes[cell->count++] = code;
}

static void erase(struct row *row, size_t from, size_t to)
{
	to = to < row->cells.count ? to : row->cells.count;
	if (from >= to)
		return;
	unpair(row, from);
	unpair(row, to - 1);
	if (to == row->cells.count) {
		row->cells.count = from;
		return;
	}
	for (size_t i = from; i < to; i++)
		blank(&row->cells.items[i], &plain);
}

/* ---- sequences ---- */

static size_t number_of(const char *text, size_t length, size_t fallback)
{
	size_t number = 0;

	if (!length)
		return fallback;
	for (size_t i = 0; i < length; i++) {
		if (text[i] < '0' || text[i] > '9')
			return fallback;
		number = number * 10 + (size_t)(text[i] - '0');
		number = number > NUMBER_MOST ? NUMBER_MOST : number;
	}
	return number;
}

static void erase_in_line(struct row *row, size_t which)
{
	switch (which) {
	case 0: erase(row, row->column, SIZE_MAX); break;
	case 1: erase(row, 0, row->column + 1); break;
	case 2: erase(row, 0, SIZE_MAX); break;
	default: break;
	}
}

/* What is known of it is done; all else is dropped. */
static void control(struct row *row, char final, const char *text, size_t length)
{
	size_t count = number_of(text, length, 1), edge;

	switch (final) {
	case 'm': row_style_apply(&row->style, text, length); break;
	case 'K': erase_in_line(row, number_of(text, length, 0)); break;
	case 'G':
	case '`': row->column = count ? count - 1 : 0; break;
	case 'C': row->column += count ? count : 1; break;
	case 'D': row->column -= count < row->column ? count : row->column; break;
	default: break;
	}
	/* A terminal's right edge stops it too; here it is not known, but a few bytes must not become a long line. */
	edge = row->cells.count > MOVE_CELLS ? row->cells.count : MOVE_CELLS;
	edge = edge < row->cells_max ? edge : row->cells_max;
	if (row->column > edge)
		row->column = edge;
}

/* From behind "CSI": the bytes it takes. One that is broken off by another control ends before that. */
static size_t control_sequence(struct row *row, const unsigned char *bytes, size_t length)
{
	size_t i = 0, parameters;

	while (i < length && i < CSI_MOST && bytes[i] >= 0x30 && bytes[i] <= 0x3f)
		i++;
	parameters = i;
	while (i < length && i < CSI_MOST && bytes[i] >= 0x20 && bytes[i] <= 0x2f)
		i++;
	if (i < length && bytes[i] >= 0x40 && bytes[i] <= 0x7e) {
		/* Private ones ("?25l") and those with a kind of their own (" q") mean something else. */
		if (i == parameters && !(i && bytes[0] >= 0x3c))
			control(row, (char)bytes[i], (const char *)bytes, parameters);
		return i + 1;
	}
	return i;
}

/* OSC, DCS, APC, PM, SOS: everything up to their end, at most the line's. */
static size_t string_sequence(const unsigned char *bytes, size_t length)
{
	size_t most = length < STRING_MOST ? length : STRING_MOST;

	for (size_t i = 0; i < most; i++) {
		if (bytes[i] == BELL || bytes[i] == STRING_END || bytes[i] == 0x18 || bytes[i] == 0x1a)
			return i + 1;
		if (bytes[i] == 0xc2 && i + 1 < most && bytes[i + 1] == STRING_END)
			return i + 2;
		if (bytes[i] == ESCAPE)
			return i + 1 < length && bytes[i + 1] == '\\' ? i + 2 : i;
	}
	return most;
}

static bool begins_string(unsigned char byte)
{
	return byte == 'P' || byte == ']' || byte == '^' || byte == '_' || byte == 'X';
}

/* From ESC on. */
static size_t escape_sequence(struct row *row, const unsigned char *bytes, size_t length)
{
	size_t i = 1;

	if (length < 2)
		return 1;
	if (bytes[1] == '[')
		return 2 + control_sequence(row, bytes + 2, length - 2);
	if (begins_string(bytes[1]))
		return 2 + string_sequence(bytes + 2, length - 2);
	while (i < length && i < CSI_MOST && bytes[i] >= 0x20 && bytes[i] <= 0x2f)
		i++;
	return i < length && bytes[i] >= 0x30 && bytes[i] <= 0x7e ? i + 1 : i;
}

/* A control of eight bits is the same as ESC and a letter; `used`: the bytes it is written in. */
static size_t high_control(struct row *row, uint32_t code, size_t used, const unsigned char *bytes, size_t length)
{
	unsigned char letter = (unsigned char)(code - 0x40);

	if (letter == '[')
		return used + control_sequence(row, bytes + used, length - used);
	if (begins_string(letter))
		return used + string_sequence(bytes + used, length - used);
	return used;
}

static void low_control(struct row *row, unsigned char byte)
{
	switch (byte) {
	case '\r': row->column = 0; break;
	case '\b': row->column -= row->column > 0; break;
	case '\t':
		row->column = (row->column / TAB_CELLS + 1) * TAB_CELLS;
		row->column = row->column > row->cells_max ? row->cells_max : row->column;
		break;
	default: break;
	}
}

/* ---- bytes ---- */

/* Is what is left the beginning of a character whose other bytes have not come yet? */
static bool is_half(const unsigned char *bytes, size_t length)
{
	size_t wanted = bytes[0] >= 0xf0 ? 4 : bytes[0] >= 0xe0 ? 3 : 2;

	if (bytes[0] < 0xc2 || bytes[0] > 0xf4 || length >= wanted)
		return false;
	for (size_t i = 1; i < length; i++)
		if ((bytes[i] & 0xc0) != 0x80)
			return false;
	return true;
}

static size_t character(struct row *row, const unsigned char *bytes, size_t length)
{
	uint32_t code;
	size_t used = text_decode((const char *)bytes, length, &code);
	int width;

	if (used == 1 && bytes[0] >= 0x80 && bytes[0] <= 0x9f)
		return high_control(row, bytes[0], 1, bytes, length);
	if (code >= 0x80 && code <= 0x9f)
		return high_control(row, code, used, bytes, length);
	if (text_is_unsafe(code))
		code = TEXT_REPLACEMENT;
	width = text_code_width(code);
	if (width)
		put(row, code, width);
	else
		combine(row, code);
	return used;
}

void row_write(struct row *row, const char *data, size_t length, bool open)
{
	const unsigned char *bytes = (const unsigned char *)data;
	size_t i = 0;

	while (i < length) {
		if (bytes[i] >= SPACE && bytes[i] < 0x7f) {
			put(row, bytes[i++], 1);
		} else if (bytes[i] == ESCAPE) {
			i += escape_sequence(row, bytes + i, length - i);
		} else if (bytes[i] < SPACE || bytes[i] == 0x7f) {
			low_control(row, bytes[i++]);
		} else if (open && is_half(bytes + i, length - i)) {
			return;
		} else {
			i += character(row, bytes + i, length - i);
		}
	}
}

/* ---- spans ---- */

static bool same_style(const struct row_style *a, const struct row_style *b)
{
	return a->colour == b->colour && a->ground == b->ground && a->attributes == b->attributes;
}

static bool is_nothing(const struct row_cell *cell)
{
	return cell->count == 1 && cell->codes[0] == SPACE && cell->style.ground < 0 &&
	       !(cell->style.attributes & (TRANSCRIPT_UNDERLINE | TRANSCRIPT_REVERSE));
}

static void add_cell(struct strbuf *text, const struct row_cell *cell)
{
	char bytes[8];

	for (unsigned i = 0; i < cell->count; i++)
		strbuf_add(text, bytes, text_encode(cell->codes[i], bytes));
}

void row_take(const struct row *row, struct arena *arena, struct transcript_line *ret)
{
	size_t count = row->cells.count, spans = 0;
	const struct row_cell *cells = row->cells.items;
	struct strbuf text = STRBUF_INIT;

	while (count && is_nothing(&cells[count - 1]))
		count--;
	for (size_t i = 0; i < count; i++)
		spans += i == 0 || !same_style(&cells[i].style, &cells[i - 1].style);
	spans += row->cut;
	ret->spans = spans ? arena_array(arena, spans, sizeof(*ret->spans)) : NULL;
	ret->count = 0;
	for (size_t i = 0; i < count;) {
		struct transcript_span *span = &ret->spans[ret->count++];
		size_t begin = i;

		strbuf_clear(&text);
		for (; i < count && same_style(&cells[i].style, &cells[begin].style); i++)
			add_cell(&text, &cells[i]);
		*span = (struct transcript_span){ .text = arena_strndup(arena, text.text, text.length),
						  .colour = cells[begin].style.colour,
						  .ground = cells[begin].style.ground,
						  .attributes = cells[begin].style.attributes };
	}
	if (row->cut)
		ret->spans[ret->count++] = (struct transcript_span){ "\xe2\x80\xa6", -1, -1, TRANSCRIPT_DIM };
	strbuf_release(&text);
}
