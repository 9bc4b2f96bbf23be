/* The canvas without a terminal: text, ANSI, SVG, JSON. Appended to a buffer. */
#ifndef UI_DRAW_EXPORT_H
#define UI_DRAW_EXPORT_H

#include "base/strbuf.h"
#include "ui/draw/canvas.h"
#include "ui/draw/theme.h"

/* Lines with trailing blanks cut, each ended by a newline. */
void export_text(const struct canvas *canvas, struct strbuf *ret);

/* The same with SGR sequences for `depth`; each line ends reset. */
void export_ansi(const struct canvas *canvas, const struct theme *theme, enum colour_depth depth, struct strbuf *ret);

/*
 * A standalone SVG 1.1: cells of 8.4 x 18 px, monospace text, block, box and
 * braille glyphs drawn as shapes (fonts leave gaps), exact theme colours.
 * `title` goes into <title>, made safe.
 */
void export_svg(const struct canvas *canvas, const struct theme *theme, const char *title, struct strbuf *ret);

/* {"width":W,"height":H,"rows":[[{"text":"...","fg":"#rrggbb","bg":...,"bold":true}]...]}: runs of equal style. */
void export_json(const struct canvas *canvas, const struct theme *theme, struct strbuf *ret);

#endif
