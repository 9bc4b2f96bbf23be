/*
 * How a cell looks: a theme role or an RGB colour for each of foreground and
 * background, and attributes. Roles are resolved by a theme when the canvas
 * leaves (screen or export), so that the picture itself has no theme.
 */
#ifndef UI_DRAW_STYLE_H
#define UI_DRAW_STYLE_H

#include <stdbool.h>
#include <stdint.h>

/* The table of roles: one row a role, in theme.c (name, help, fallback role). */
/* clang-format off */
enum role {
	ROLE_NONE, /* the terminal's or theme's own */
	ROLE_TEXT,
	ROLE_DIM,	/* labels, axes, stale data */
	ROLE_STRONG,	/* big figures, focus titles */
	ROLE_BORDER,
	ROLE_BORDER_FOCUS,
	ROLE_TITLE,
	ROLE_BANNER,	/* the line at the top */
	ROLE_ENV_PRODUCTION, ROLE_ENV_STAGING, ROLE_ENV_DRILL, ROLE_ENV_DEMO, /* coloured block: fg on bg */
	ROLE_OK, ROLE_WARNING, ROLE_SERIOUS, ROLE_CRITICAL, /* green, yellow, orange, red: state only */
	ROLE_INFO,	/* blue that is no state */
	ROLE_ACCENT,	/* purple */
	ROLE_OK_BLOCK, ROLE_WARNING_BLOCK, ROLE_SERIOUS_BLOCK, ROLE_CRITICAL_BLOCK, ROLE_INFO_BLOCK, /* readable text on the state as background */
	ROLE_STALE,	/* the stale sign */
	ROLE_AXIS, ROLE_GRID, ROLE_THRESHOLD,
	ROLE_SELECTION,
	ROLE_KEY,	/* a key in the hint bar */
	ROLE_SERIES_1, ROLE_SERIES_2, ROLE_SERIES_3, ROLE_SERIES_4,
	ROLE_SERIES_5, ROLE_SERIES_6, ROLE_SERIES_7, ROLE_SERIES_8,
	ROLE_COUNT,
};
/* clang-format on */
#define ROLE_SERIES_COUNT 8

enum colour_kind { COLOUR_DEFAULT, COLOUR_ROLE_FG, COLOUR_ROLE_BG, COLOUR_RGB };

struct colour {
	uint8_t kind; /* enum colour_kind */
	uint8_t role; /* enum role, for the ROLE kinds: that role's foreground or background */
	uint32_t rgb; /* 0xRRGGBB for COLOUR_RGB */
};

#define ATTR_BOLD      (1u << 0)
#define ATTR_DIM       (1u << 1)
#define ATTR_UNDERLINE (1u << 2)
#define ATTR_REVERSE   (1u << 3)
#define ATTR_ITALIC    (1u << 4)

struct style {
	struct colour fg, bg;
	uint8_t attributes;
};

/* A role's own foreground, background and attributes. */
struct style style_role(enum role role);

/* Role for the foreground, background left as it is under the text. */
struct style style_fg(enum role role);
struct style style_rgb(uint32_t rgb);
struct style style_with(struct style style, unsigned attributes);

/* True when both say the same (padding and unused members aside). */
bool style_equal(const struct style *a, const struct style *b);

#endif
