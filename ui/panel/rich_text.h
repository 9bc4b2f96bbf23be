/*
 * Text laid out for a width: lines of styled spans. Made by a writer that
 * wraps by display width, keeps indentation, bullets and quote bars in front
 * of each line, and never cuts a grapheme. Markdown and HTML are written
 * through it; panels and the runbook reader show the lines.
 *
 * Everything lives in the text's arena. Text is kept raw: canvas_put makes it
 * safe. Lines beyond RICH_LINES_MAX are not kept and set `cut`.
 */
#ifndef UI_PANEL_RICH_TEXT_H
#define UI_PANEL_RICH_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/strbuf.h"
#include "base/vec.h"
#include "ui/draw/canvas.h"

#define RICH_LINES_MAX  20000
#define RICH_PREFIX_MAX 64 /* nested indents */

struct rich_span {
	const char *text;
	struct style style;
	const char *link; /* where it points, or NULL */
};

struct rich_line {
	struct rich_span *spans;
	size_t count;
	unsigned source_line; /* 1-based line of the source it came from; 0 when not known */
};

struct rich_text {
	struct arena arena;
	VEC(struct rich_line) lines;
	bool cut;
};

void rich_text_init(struct rich_text *text);
void rich_text_release(struct rich_text *text);

/* Draw the lines from `first` on into `rect`. Returns the lines drawn. */
int rich_text_draw(const struct rich_text *text, struct canvas *canvas, struct rect rect, int first);

/* Cells of one line. */
int rich_line_width(const struct rich_line *line);

/* Append a line made elsewhere; the spans must live in the text's arena. */
void rich_text_add_line(struct rich_text *text, struct rich_line line);

/* A run of text in one style, not yet wrapped. */
struct rich_run {
	size_t end; /* offset behind it in the writer's text */
	struct style style;
	const char *link;
};

/* What stands in front of lines: a bullet on the first, blanks on the next. */
struct rich_prefix {
	const char *first, *rest;
	struct style style;
	bool used;
};

struct rich_writer {
	struct rich_text *text;
	int width;
	unsigned source_line; /* given to the lines that are written */
	struct strbuf pending;
	VEC(struct rich_run) runs;
	struct rich_prefix prefixes[RICH_PREFIX_MAX];
	size_t prefix_count, prefix_ignored;
};

void rich_writer_init(struct rich_writer *writer, struct rich_text *text, int width);
void rich_writer_release(struct rich_writer *writer); /* what is pending is dropped */

/* Add to the paragraph that is being written. A newline is a line break. */
void rich_add(struct rich_writer *writer, const char *data, size_t length, struct style style, const char *link);

/* End the paragraph: wrap it into lines. With `literal` blanks count and only the width breaks lines. */
void rich_flush(struct rich_writer *writer, bool literal);

/* A blank line, unless nothing or a blank line came before it. */
void rich_blank(struct rich_writer *writer);

/* A line made of one glyph, `cells` wide at most (negative: the whole width). */
void rich_rule(struct rich_writer *writer, const char *glyph, int cells, struct style style);

/* Indent what follows; the texts are copied. Beyond half of the width or the greatest nesting nothing is added. */
void rich_push(struct rich_writer *writer, const char *first, const char *rest, struct style style);
void rich_pop(struct rich_writer *writer);

/* Cells left for text on a following line. */
int rich_room(const struct rich_writer *writer);

#endif
