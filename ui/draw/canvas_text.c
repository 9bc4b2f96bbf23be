#include "ui/draw/canvas.h"

#include <string.h>

#include "base/text.h"
#include "ui/draw/canvas_private.h"
#include "ui/draw/glyph.h"

/* Bytes of one text that are looked at: far more than the widest line can show of any honest text. */
#define TEXT_LOOK_MAX 65536

/* Put one grapheme in the canvas's glyph set. */
static void put_grapheme(struct canvas *canvas, int x, int y, const struct grapheme *grapheme, bool is_space,
			 struct style style)
{
	if (is_space) {
		canvas_set(canvas, x, y, 0, 1, style);
	} else if (canvas->glyphs == GLYPHS_ASCII) {
		canvas_set(canvas, x, y, (unsigned char)canvas_ascii(grapheme->codes[0]), 1, style);
		/* A wide character keeps its two cells, so that columns measured by text_width stay. */
		if (grapheme->width == 2)
			canvas_set(canvas, x + 1, y, 0, 1, style);
	} else {
		canvas_set(canvas, x, y, canvas_intern(canvas, grapheme->codes, grapheme->count), grapheme->width,
			   style);
	}
}

static int edge(const struct canvas *canvas, int x)
{
	int end = canvas->clip.x + canvas->clip.width;

	return end > x ? end - x : 0;
}

int canvas_put(struct canvas *canvas, int x, int y, const char *text, struct style style, int max_width)
{
	size_t length = strnlen(text, TEXT_LOOK_MAX);
	struct grapheme grapheme;
	int used = 0;

	if (max_width < 0)
		max_width = edge(canvas, x);
	while (used < max_width && text_grapheme(text, length, &grapheme)) {
		bool is_space = *text == '\t' || *text == '\n';

		if (used + grapheme.width > max_width)
			break;
		/* A mark with nothing to stand on has no cell. */
		if (grapheme.width > 0)
			put_grapheme(canvas, x + used, y, &grapheme, is_space, style);
		used += grapheme.width;
		text += grapheme.bytes;
		length -= grapheme.bytes;
	}
	return used;
}

/* Cells of `text`, or `limit` + 1 when it has more: a long text is not measured to its end. */
static int measure(const char *text, int limit)
{
	size_t length = strnlen(text, TEXT_LOOK_MAX);
	struct grapheme grapheme;
	int used = 0;

	while (used <= limit && text_grapheme(text, length, &grapheme)) {
		used += grapheme.width;
		text += grapheme.bytes;
		length -= grapheme.bytes;
	}
	return used > limit ? limit + 1 : used;
}

int canvas_put_fit(struct canvas *canvas, int x, int y, const char *text, struct style style, int max_width)
{
	int used;

	if (max_width < 0)
		max_width = edge(canvas, x);
	if (max_width == 0)
		return 0;
	if (measure(text, max_width) <= max_width)
		return canvas_put(canvas, x, y, text, style, max_width);
	used = canvas_put(canvas, x, y, text, style, max_width - 1);
	canvas_glyph(canvas, x + used, y, glyph_code(canvas->glyphs, GLYPH_ELLIPSIS), style);
	return used + 1;
}

int canvas_put_right(struct canvas *canvas, int x_min, int x_end, int y, const char *text, struct style style)
{
	struct rect former = canvas_clip(canvas, (struct rect){ x_min, y, x_end > x_min ? x_end - x_min : 0, 1 });
	int width = measure(text, TEXT_LOOK_MAX);
	int x = x_end - width;

	canvas_put(canvas, x, y, text, style, width);
	canvas_restore(canvas, former);
	return x > x_min ? x : x_min;
}

int canvas_put_centre(struct canvas *canvas, struct rect rect, int y, const char *text, struct style style)
{
	int width = measure(text, rect.width > 0 ? rect.width : 0);
	int x = rect.x;

	if (rect.width <= 0)
		return x;
	if (width < rect.width)
		x += (rect.width - width) / 2;
	canvas_put_fit(canvas, x, y, text, style, rect.x + rect.width - x);
	return x;
}
