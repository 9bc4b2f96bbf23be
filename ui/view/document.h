/*
 * A text to be read on the screen: lines, each with a label in a column of
 * its own or without one. Laid out for a width it becomes rows: long lines
 * are broken at blanks, or stay whole and are moved sideways.
 */
#ifndef UI_VIEW_DOCUMENT_H
#define UI_VIEW_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/vec.h"
#include "ui/draw/canvas.h"

#define DOCUMENT_LINES_MAX 5000 /* more are counted, not kept */

enum document_kind { DOCUMENT_TEXT, DOCUMENT_HEADING, DOCUMENT_KEY, DOCUMENT_CODE, DOCUMENT_DIM, DOCUMENT_BAD };

struct document_line {
	enum document_kind kind;
	char *label, *text; /* raw: made safe where it is drawn */
};

struct document {
	VEC(struct document_line) lines;
	size_t dropped;
	int label_width; /* cells of the widest label */
	bool whole;      /* lines are not broken */
};

void document_init(struct document *document);
void document_release(struct document *document);

/* One line; `label` may be NULL or "". Newlines in the text make further lines under the same label. */
void document_add(struct document *document, enum document_kind kind, const char *label, const char *text);
void document_addf(struct document *document, enum document_kind kind, const char *label, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Append the text as lines, labels in front. */
struct strbuf;
void document_text(const struct document *document, struct strbuf *ret);

/* Rows of the whole text in that width; the first row of a line. */
int document_rows(const struct document *document, int width);
int document_row_of(const struct document *document, int width, size_t line);

/* Cells of the widest line. */
int document_width(const struct document *document);

/* Draw rows from `first` on, moved `shift` cells to the left when lines stay whole. */
void document_draw(const struct document *document, struct canvas *canvas, struct rect area, int first, int shift);

/* The next line after `from` (or before, with step -1) that holds `needle`, ignoring case, round the end; -1: none. */
int document_find(const struct document *document, const char *needle, int from, int step);

#endif
