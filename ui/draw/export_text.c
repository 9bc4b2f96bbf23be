#include "ui/draw/export.h"

static bool is_blank(const struct cell *cell)
{
	return cell->width == 1 && cell->grapheme == 0;
}

void export_text(const struct canvas *canvas, struct strbuf *ret)
{
	char text[32];

	for (int y = 0; y < canvas_height(canvas); y++) {
		int end = canvas_width(canvas);

		while (end > 0 && is_blank(canvas_cell(canvas, end - 1, y)))
			end--;
		for (int x = 0; x < end; x++) {
			const struct cell *cell = canvas_cell(canvas, x, y);

			if (cell->width == 0)
				continue;
			canvas_grapheme(canvas, cell, text);
			strbuf_addstr(ret, text);
		}
		strbuf_addch(ret, '\n');
	}
}
