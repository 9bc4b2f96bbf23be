/*
 * The characters that show one cell of a canvas. Curses counts cells by the
 * locale, as most terminals do; a grapheme that the locale counts otherwise
 * than the canvas would shift the rest of its line. So where they disagree,
 * something that surely takes as many cells stands in. Pure but for the
 * locale.
 */
#ifndef UI_TERMINAL_CELL_TEXT_H
#define UI_TERMINAL_CELL_TEXT_H

#include <stdbool.h>
#include <wchar.h>

#include "ui/draw/canvas.h"

#define CELL_TEXT_CODES 4

struct cell_text {
	wchar_t codes[CELL_TEXT_CODES + 1]; /* a character and the marks that stand on it; terminated */
	bool padded;                        /* it takes one cell of the two: the other is to be blank */
};

/* For a cell whose `width` is 1 or 2. */
struct cell_text cell_text(const struct canvas *canvas, const struct cell *cell);

#endif
