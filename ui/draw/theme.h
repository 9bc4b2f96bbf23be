/*
 * A theme: role = foreground background attributes, as RGB. Read from
 * themes/NAME.theme; degraded to what the terminal has. Shipped: night, day,
 * contrast, colourblind, mono, terminal.
 */
#ifndef UI_DRAW_THEME_H
#define UI_DRAW_THEME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "ui/draw/style.h"

enum colour_depth { DEPTH_MONO = 1, DEPTH_8 = 8, DEPTH_16 = 16, DEPTH_256 = 256, DEPTH_RGB = 1 << 24 };

struct theme_role {
	bool has_fg, has_bg;
	uint32_t fg, bg;      /* 0xRRGGBB */
	int ansi_fg, ansi_bg; /* `ansi:N` in the file: the user's own 16 colours; -1 otherwise */
	unsigned attributes;
};

struct theme {
	char name[64];
	struct theme_role roles[ROLE_COUNT]; /* complete: missing roles were filled from their fallback */
};

struct role_row {
	const char *name;
	enum role fallback;
	const char *help;
};
const struct role_row *role_table(void); /* ROLE_COUNT rows, indexed by role */

/* Read a file; every bad line is added and makes the result -1 (`ret` untouched). A role that misses is a
 * FAULT_APPROXIMATION. */
int theme_read(struct theme *ret, const char *path, struct error_list *errors);

/* The theme of that name: the user's themes folder, then the shipped ones. "night" is also built in, so this cannot
 * fail for it. */
int theme_find(struct theme *ret, const char *name, struct error_list *errors);

/* What a style means under a theme: RGB or none. Attributes of the role are added. */
struct paint {
	bool has_fg, has_bg;
	uint32_t fg, bg;
	int ansi_fg, ansi_bg; /* >= 0: use this of the 16 rather than RGB */
	unsigned attributes;
};
struct paint theme_paint(const struct theme *theme, const struct style *style);

/*
 * Append the SGR sequence (from a reset) that shows `style` at `depth`. Without
 * colours, a background unlike the theme's own becomes reversed video; where
 * few colours make text and background fall together the text stays readable.
 */
void theme_sgr(const struct theme *theme, const struct style *style, enum colour_depth depth, struct strbuf *ret);

/*
 * Nearest of the xterm palette: 0..255 (of the fixed 16..255, since the first
 * sixteen are the user's), 0..15 or 0..7. Of few colours the hue decides, so
 * that green, yellow, orange and red stay four.
 */
int colour_nearest(uint32_t rgb, enum colour_depth depth);

/* WCAG 2 contrast ratio, 1..21. */
double colour_contrast(uint32_t a, uint32_t b);

/* Faults of contrast (4.5:1 text on background) and of likeness of states under colour blindness. */
void theme_check(const struct theme *theme, const char *file, struct error_list *errors);

#endif
