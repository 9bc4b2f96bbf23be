/*
 * What a style comes to on a terminal of few colours: two indices of its
 * palette and attributes. How a style degrades is decided in one place,
 * theme_sgr, so that the console and an exported picture look alike; this
 * takes its answer apart.
 */
#ifndef UI_TERMINAL_INK_H
#define UI_TERMINAL_INK_H

#include "ui/draw/theme.h"

struct ink {
	int fg, bg; /* of the palette; -1 the terminal's own */
	unsigned attributes;
};

/* `depth` is 256 at most. */
struct ink ink_of_style(const struct theme *theme, const struct style *style, enum colour_depth depth);

#endif
