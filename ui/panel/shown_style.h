/*
 * How a shown value looks: its colour as text, as a filled block or as a bar,
 * and a sign for where it stands, so that colour is never the only
 * difference. A value without a colour, or in the text's own, stays plain.
 */
#ifndef UI_PANEL_SHOWN_STYLE_H
#define UI_PANEL_SHOWN_STYLE_H

#include <stdbool.h>

#include "base/strbuf.h"
#include "dashboard/display.h"
#include "ui/draw/glyph.h"
#include "ui/draw/style.h"

/* The colour of a value as text; `plain` where there is none. Attributes of `plain` are kept. */
struct style shown_style_text(const struct display *display, struct style plain);

/* The colour as background with text that can be read on it. False, `ret` untouched, when there is none. */
bool shown_style_block(const struct display *display, struct style *ret);

/* What colours a shown value's bar or spark: its colour, else its series' own. */
struct style shown_style_bar(const struct shown *shown);

/*
 * The sign for a value that does not stand well: warning, serious, critical.
 * False when it stands well or has no state: then the missing sign says so.
 */
bool shown_sign(const struct display *display, enum glyph *ret);

/* The text between prefix and suffix; "no data" where there is no value and no word for that. */
const char *shown_number(const struct display *display);

/* Append prefix, shown_number and suffix: what a person reads. */
void shown_text(const struct display *display, struct strbuf *ret);

/* Cells of the same. */
int shown_width(const struct display *display);

/*
 * Of values that do not all find a place those are shown that stand worst:
 * they come first, all others stay as they are.
 */
void shown_worst_first(struct shown *shown, size_t count);

/* "cpu 93 %, memory 12 %": for one-line forms; at most `limit` values, the rest counted; names left out for one value.
 */
void shown_line(struct shown *shown, size_t count, size_t more, size_t limit, struct strbuf *ret);

#endif
