#include "ui/draw/export.h"

#include <string.h>

/*
 * Where a line ends: blanks that look like an untouched terminal are cut. A
 * theme's background is part of the picture, so there every line is full.
 */
static int line_end(const struct canvas *canvas, const struct theme *theme, enum colour_depth depth, int y)
{
	static const struct style plain;
	struct strbuf bare = STRBUF_INIT, sgr = STRBUF_INIT;
	int end = canvas_width(canvas);

	theme_sgr(theme, &plain, depth, &bare);
	while (end > 0 && (depth == DEPTH_MONO || !theme->roles[ROLE_NONE].has_bg)) {
		const struct cell *cell = canvas_cell(canvas, end - 1, y);
		struct style ground = cell->style;

		/* Of a blank only the ground shows; underline and reverse are ground too. */
		ground.fg = plain.fg;
		ground.attributes &= ATTR_UNDERLINE | ATTR_REVERSE;
		strbuf_clear(&sgr);
		theme_sgr(theme, &ground, depth, &sgr);
		if (cell->width != 1 || cell->grapheme || strcmp(sgr.text, bare.text) != 0)
			break;
		end--;
	}
	strbuf_release(&bare);
	strbuf_release(&sgr);
	return end;
}

void export_ansi(const struct canvas *canvas, const struct theme *theme, enum colour_depth depth, struct strbuf *ret)
{
	struct strbuf last = STRBUF_INIT, next = STRBUF_INIT;
	char text[32];

	for (int y = 0; y < canvas_height(canvas); y++) {
		int end = line_end(canvas, theme, depth, y);
		const struct style *shown = NULL;

		strbuf_clear(&last);
		for (int x = 0; x < end; x++) {
			const struct cell *cell = canvas_cell(canvas, x, y);

			if (cell->width == 0)
				continue;
			if (!shown || !style_equal(shown, &cell->style)) {
				strbuf_clear(&next);
				theme_sgr(theme, &cell->style, depth, &next);
				/* Different roles may come to the same colours. */
				if (strcmp(next.text, last.text) != 0) {
					strbuf_addstr(ret, next.text);
					strbuf_clear(&last);
					strbuf_addstr(&last, next.text);
				}
				shown = &cell->style;
			}
			canvas_grapheme(canvas, cell, text);
			strbuf_addstr(ret, text);
		}
		strbuf_addstr(ret, end > 0 ? "\033[0m\n" : "\n");
	}
	strbuf_release(&last);
	strbuf_release(&next);
}
