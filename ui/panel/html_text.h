/*
 * HTML reduced to what can be read: text, headings, lists, emphasis, line
 * breaks. Tags it does not know are dropped, scripts and styles with what
 * they hold. It never fails; unclosed tags and stray brackets are text or
 * nothing. Time is linear in the length.
 */
#ifndef UI_PANEL_HTML_TEXT_H
#define UI_PANEL_HTML_TEXT_H

#include <stddef.h>

#include "ui/panel/rich_text.h"

/* Write `length` bytes of HTML through the writer, as blocks of their own. */
void html_write(struct rich_writer *writer, const char *html, size_t length, enum glyph_set glyphs);

/* Append the text of one entity ("&amp;" "&#8211;" "&nbsp;") at `text`; returns the bytes it took, 0 when it is none.
 */
size_t html_entity(const char *text, size_t length, struct strbuf *ret);

#endif
