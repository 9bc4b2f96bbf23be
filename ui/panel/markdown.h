/*
 * Markdown (CommonMark with GitHub's tables, task lists, strikethrough and
 * autolinks) to lines of styled spans, by libcmark-gfm. The parser takes
 * quadratic time and memory on crafted input, so that limits are checked on
 * the source before it sees a byte of it; a text over a limit is laid out as
 * it is.
 */
#ifndef UI_PANEL_MARKDOWN_H
#define UI_PANEL_MARKDOWN_H

#include <stddef.h>

#include "ui/panel/rich_text.h"

#define MARKDOWN_MAX_BYTES (256u * 1024) /* of a text; config/markdown_limits.h has the other limits */

/* Why the text cannot be laid out as Markdown ("a table of 400 columns (100 at most)"), or NULL when it can. */
const char *markdown_refusal(const char *source, size_t length);

/*
 * Lay out for `width` cells; lines are added to `ret`, which the caller
 * initialised. Returns NULL, or the refusal: the lines are then the source's
 * own, wrapped, and at most MARKDOWN_MAX_BYTES of it.
 */
const char *markdown_layout(struct rich_text *ret, const char *source, size_t length, int width, enum glyph_set glyphs);

/* The source's own lines, wrapped. */
void plain_layout(struct rich_text *ret, const char *source, size_t length, int width);

#endif
