#include "ui/view/document.h"

#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "base/text.h"

#define LABEL_GAP 2
#define LABEL_MAX 24 /* wider labels are cut */
#define LABEL_MIN 12 /* nor are they cut shorter than this where there is little room */
#define TEXT_MIN  10 /* less is not broken any further */

void document_init(struct document *document)
{
	*document = (struct document){ .whole = false };
}

void document_release(struct document *document)
{
	for (size_t i = 0; i < document->lines.count; i++) {
		free(document->lines.items[i].label);
		free(document->lines.items[i].text);
	}
	vec_release(&document->lines);
}

static void add_one(struct document *document, enum document_kind kind, const char *label, const char *text,
		    size_t length)
{
	int cells = text_width(label);

	if (document->lines.count >= DOCUMENT_LINES_MAX) {
		document->dropped++;
		return;
	}
	vec_push(&document->lines, (struct document_line){ kind, mem_strdup(label), mem_strndup(text, length) });
	if (cells > LABEL_MAX)
		cells = LABEL_MAX;
	if (cells > document->label_width)
		document->label_width = cells;
}

void document_add(struct document *document, enum document_kind kind, const char *label, const char *text)
{
	const char *end;

	if (!label)
		label = "";
	while ((end = strchr(text, '\n')) != NULL) {
		add_one(document, kind, label, text, (size_t)(end - text));
		text = end + 1;
		label = "";
	}
	add_one(document, kind, label, text, strlen(text));
}

void document_addf(struct document *document, enum document_kind kind, const char *label, const char *format, ...)
{
	struct strbuf text = STRBUF_INIT;
	va_list args;

	va_start(args, format);
	strbuf_vaddf(&text, format, args);
	va_end(args);
	document_add(document, kind, label, text.text);
	strbuf_release(&text);
}

/* On a narrow screen the text needs the room more than the longest label does. */
static int label_width(const struct document *document, int width)
{
	int most = width / 3 > LABEL_MIN ? width / 3 : LABEL_MIN;

	return !document->whole && document->label_width > most ? most : document->label_width;
}

/* Headings have no label and begin at the edge. */
static int indent_of(const struct document *document, const struct document_line *line, int width)
{
	int label = label_width(document, width);

	return line->kind == DOCUMENT_HEADING || !label ? 0 : label + LABEL_GAP;
}

/* Bytes of `text` that make one row of `width` cells; at least one grapheme. */
static size_t row_length(const char *text, int width)
{
	size_t length = strlen(text), used = 0, fits = 0;
	struct grapheme grapheme;
	int cells = 0;

	while (used < length && text_grapheme(text + used, length - used, &grapheme)) {
		if (cells + grapheme.width > width && used > 0) {
			if (text[used] == ' ') /* the blank that would begin the next row is dropped */
				return used + 1;
			return fits > 0 ? fits : used;
		}
		cells += grapheme.width;
		used += grapheme.bytes;
		if (text[used - 1] == ' ')
			fits = used;
	}
	return length;
}

static int rows_of(const struct document *document, const struct document_line *line, int width)
{
	const char *text = line->text;
	int room = width - indent_of(document, line, width), ret = 0;

	if (document->whole)
		return 1;
	if (room < TEXT_MIN)
		room = TEXT_MIN;
	do {
		text += row_length(text, room);
		ret++;
	} while (*text);
	return ret;
}

int document_row_of(const struct document *document, int width, size_t line)
{
	int ret = 0;

	for (size_t i = 0; i < line && i < document->lines.count; i++)
		ret += rows_of(document, &document->lines.items[i], width);
	return ret;
}

int document_rows(const struct document *document, int width)
{
	return document_row_of(document, width, document->lines.count) + (document->dropped > 0);
}

int document_width(const struct document *document)
{
	int ret = 0;

	for (size_t i = 0; i < document->lines.count; i++) {
		const struct document_line *line = &document->lines.items[i];
		int cells = indent_of(document, line, INT_MAX) + text_width(line->text);
		ret = cells > ret ? cells : ret;
	}
	return ret;
}

static struct style style_of(enum document_kind kind)
{
	switch (kind) {
	case DOCUMENT_HEADING: return style_with(style_fg(ROLE_TITLE), ATTR_BOLD);
	case DOCUMENT_CODE: return style_fg(ROLE_INFO);
	case DOCUMENT_DIM: return style_fg(ROLE_DIM);
	case DOCUMENT_BAD: return style_fg(ROLE_CRITICAL);
	default: return style_fg(ROLE_TEXT);
	}
}

static void draw_line(const struct document *document, const struct document_line *line, struct canvas *canvas,
		      struct rect area, int y, int shift)
{
	int column = indent_of(document, line, area.width), room = area.width - column;
	struct style style = style_of(line->kind);
	const char *text = line->text;
	struct rect clip = canvas_clip(canvas, area);

	if (line->label[0])
		canvas_put_fit(canvas, area.x - shift, y, line->label,
			       style_fg(line->kind == DOCUMENT_KEY ? ROLE_KEY : ROLE_DIM),
			       label_width(document, area.width));
	if (document->whole) {
		canvas_put(canvas, area.x + column - shift, y, text, style, -1);
		canvas_restore(canvas, clip);
		return;
	}
	if (room < TEXT_MIN)
		room = TEXT_MIN;
	do {
		size_t length = row_length(text, room);
		char *part = mem_strndup(text, length);
		canvas_put(canvas, area.x + column, y++, part, style, room);
		free(part);
		text += length;
	} while (*text);
	canvas_restore(canvas, clip);
}

void document_draw(const struct document *document, struct canvas *canvas, struct rect area, int first, int shift)
{
	int row = -first;

	for (size_t i = 0; i < document->lines.count && row < area.height; i++) {
		const struct document_line *line = &document->lines.items[i];
		int rows = rows_of(document, line, area.width);
		if (row + rows > 0)
			draw_line(document, line, canvas, area, area.y + row, shift);
		row += rows;
	}
	if (document->dropped > 0 && row < area.height) {
		struct strbuf text = STRBUF_INIT;
		strbuf_addf(&text, "%zu more lines are not shown", document->dropped);
		canvas_put_fit(canvas, area.x, area.y + row, text.text, style_fg(ROLE_DIM), area.width);
		strbuf_release(&text);
	}
}

void document_text(const struct document *document, struct strbuf *ret)
{
	for (size_t i = 0; i < document->lines.count; i++) {
		const struct document_line *line = &document->lines.items[i];
		strbuf_addf(ret, "%s%s%s\n", line->label, line->label[0] ? " " : "", line->text);
	}
}

int document_find(const struct document *document, const char *needle, int from, int step)
{
	int count = (int)document->lines.count;

	for (int i = 1; *needle && i <= count; i++) {
		int at = ((from + step * i) % count + count) % count;
		const struct document_line *line = &document->lines.items[at];
		if (strcasestr(line->text, needle) || strcasestr(line->label, needle))
			return at;
	}
	return -1;
}
