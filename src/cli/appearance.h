/* What the terminal (or the file written to) can show: glyphs, colours, size, from options, locale, TERM and NO_COLOR.
 */
#ifndef CLI_APPEARANCE_H
#define CLI_APPEARANCE_H

#include "cli/options.h"
#include "ui/draw/canvas.h"
#include "ui/draw/theme.h"

/* `for_picture`: the output is no terminal but a picture (SVG, JSON), which can show everything. */
enum glyph_set appearance_glyphs(const struct cli_options *options, bool for_picture);
enum colour_depth appearance_depth(const struct cli_options *options, bool for_picture);

/* --size, else that of the terminal on standard output, else COLUMNS and LINES, else `fallback`. */
struct option_size appearance_size(const struct cli_options *options, struct option_size fallback);

#endif
