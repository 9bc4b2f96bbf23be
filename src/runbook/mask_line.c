/* Lines that are written over: what they show in the end. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "runbook/mask.h"
#include "runbook/mask_private.h"

#define LINE_CELLS 4096u        /* as many as are drawn */
#define LINE_BYTES (16u * 1024) /* of a line before anything is written over: no more than that fills its cells */

void mask_line_init(struct mask_line *line)
{
	memset(line, 0, sizeof(*line));
	strbuf_init(&line->text);
	row_init(&line->row, LINE_CELLS);
}

void mask_line_release(struct mask_line *line)
{
	strbuf_release(&line->text);
	row_release(&line->row);
}

static void begin_line(struct mask_line *line)
{
	strbuf_clear(&line->text);
	line->is_live = false;
}

static void keep(struct mask_line *line, const char *text, size_t length)
{
	size_t room = LINE_BYTES - line->text.length;

	strbuf_add(&line->text, text, length < room ? length : room);
}

/* The bytes at the end that are only the beginning of a character: they are read with those that follow. */
static size_t half_character(const char *text, size_t length)
{
	for (size_t back = 1; back <= 3 && back <= length; back++) {
		unsigned char byte = (unsigned char)text[length - back];
		size_t wanted = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc2 ? 2 : 1;

		if ((byte & 0xc0) != 0x80)
			return wanted > back ? back : 0;
	}
	return 0;
}

static void write_row(struct mask_line *line, const char *text, size_t length)
{
	size_t half;

	if (!line->is_live)
		row_begin(&line->row);
	line->is_live = true;
	strbuf_add(&line->text, text, length);
	half = half_character(line->text.text, line->text.length);
	row_write(&line->row, line->text.text, line->text.length - half, false);
	memmove(line->text.text, line->text.text + line->text.length - half, half);
	strbuf_truncate(&line->text, half);
}

static void add_row(const struct row *row, struct strbuf *ret)
{
	char bytes[8];

	for (size_t i = 0; i < row->cells.count; i++)
		for (unsigned k = 0; k < row->cells.items[i].count; k++)
			strbuf_add(ret, bytes, text_encode(row->cells.items[i].codes[k], bytes));
}

/* `text` is how the line goes on: as it is, or, when it shows a secret with that, all of the line anew. */
static void show_line(struct mask *mask, const char *text, size_t length, struct strbuf *ret)
{
	struct mask_line *line = &mask->line;
	struct strbuf drawn = STRBUF_INIT, masked = STRBUF_INIT, anew = STRBUF_INIT;
	bool at_end;

	write_row(line, text, length);
	add_row(&line->row, &drawn);
	mask_text(mask, drawn.text, &masked);
	if (strcmp(drawn.text, masked.text) == 0) {
		strbuf_add(ret, text, length);
	} else {
		at_end = line->row.column >= line->row.cells.count;
		strbuf_addf(&anew, "\r\033[K\033[m%s", masked.text);
		if (!at_end)
			strbuf_addf(&anew, "\033[%zuG", line->row.column + 1);
		strbuf_add(ret, anew.text, anew.length);
		strbuf_clear(&line->text);
		row_begin(&line->row);
		row_write(&line->row, anew.text, anew.length, false);
	}
	explicit_bzero(drawn.text, drawn.length);
	strbuf_release(&drawn);
	strbuf_release(&masked);
	strbuf_release(&anew);
}

void mask_line_check(struct mask *mask, bool moved, struct strbuf *ret, size_t from)
{
	struct mask_line *line = &mask->line;
	size_t length = ret->length - from, at = 0;
	const char *newline = length ? memrchr(ret->text + from, '\n', length) : NULL;
	char *text;

	if (!length)
		return;
	if (!moved && !line->is_live) {
		if (newline)
			begin_line(line);
		from = newline ? (size_t)(newline + 1 - ret->text) : from;
		keep(line, ret->text + from, ret->length - from);
		return;
	}
	text = mem_alloc(length);
	memcpy(text, ret->text + from, length);
	strbuf_truncate(ret, from);
	while (at < length) {
		const char *end = memchr(text + at, '\n', length - at);
		size_t stop = end ? (size_t)(end - text) : length;

		show_line(mask, text + at, stop - at, ret);
		if (end) {
			strbuf_addch(ret, '\n');
			begin_line(line);
		}
		at = end ? stop + 1 : length;
	}
	free(text);
}
