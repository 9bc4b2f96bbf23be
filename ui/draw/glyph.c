#include "ui/draw/glyph.h"

struct glyph_row {
	uint32_t code[3]; /* by enum glyph_set */
	char text[3][5];
};

/*
 * One row a sign: braille, block, ASCII. The block column keeps to what the
 * fonts of a Linux console and of old terminals hold. No sign has an emoji
 * form, which terminals would draw two cells wide.
 */
static const struct glyph_row rows[GLYPH_COUNT] = {
	/* clang-format off */
	[GLYPH_OK]            = { { 0x2713, 0x221A, '+' }, { "✓", "√", "+" } },
	[GLYPH_WARNING]       = { { '!',    '!',    '!' }, { "!", "!", "!" } },
	[GLYPH_SERIOUS]       = { { 0x25C6, 0x25C6, '*' }, { "◆", "◆", "*" } },
	[GLYPH_CRITICAL]      = { { 0x25A0, 0x25A0, '#' }, { "■", "■", "#" } },
	[GLYPH_UP]            = { { 0x25B2, 0x25B2, '^' }, { "▲", "▲", "^" } },
	[GLYPH_DOWN]          = { { 0x25BC, 0x25BC, 'v' }, { "▼", "▼", "v" } },
	[GLYPH_STALE]         = { { '~',    '~',    '~' }, { "~", "~", "~" } },
	[GLYPH_NO_DATA]       = { { 0x2205, 0x25CB, 'o' }, { "∅", "○", "o" } },
	[GLYPH_ABSENT]        = { { '?',    '?',    '?' }, { "?", "?", "?" } },
	[GLYPH_INSUFFICIENT]  = { { 0x25D4, 0x2264, '<' }, { "◔", "≤", "<" } },
	[GLYPH_FAILED]        = { { 0x2717, 'x',    'x' }, { "✗", "x", "x" } },
	[GLYPH_WAITING]       = { { 0x25CC, 0x00B7, '.' }, { "◌", "·", "." } },
	[GLYPH_FOLDED]        = { { 0x25B8, 0x25BA, '>' }, { "▸", "►", ">" } },
	[GLYPH_UNFOLDED]      = { { 0x25BE, 0x25BC, 'v' }, { "▾", "▼", "v" } },
	[GLYPH_MORE]          = { { 0x25BE, 0x25BC, 'v' }, { "▾", "▼", "v" } },
	[GLYPH_ELLIPSIS]      = { { 0x2026, 0x2026, '~' }, { "…", "…", "~" } },
	[GLYPH_BULLET]        = { { 0x2022, 0x2022, '*' }, { "•", "•", "*" } },
	[GLYPH_SEPARATOR]     = { { 0x25B8, 0x25BA, '>' }, { "▸", "►", ">" } },
	[GLYPH_HLINE]         = { { 0x2500, 0x2500, '-' }, { "─", "─", "-" } },
	[GLYPH_VLINE]         = { { 0x2502, 0x2502, '|' }, { "│", "│", "|" } },
	[GLYPH_CORNER_TL]     = { { 0x256D, 0x250C, '+' }, { "╭", "┌", "+" } },
	[GLYPH_CORNER_TR]     = { { 0x256E, 0x2510, '+' }, { "╮", "┐", "+" } },
	[GLYPH_CORNER_BL]     = { { 0x2570, 0x2514, '+' }, { "╰", "└", "+" } },
	[GLYPH_CORNER_BR]     = { { 0x256F, 0x2518, '+' }, { "╯", "┘", "+" } },
	[GLYPH_TEE_LEFT]      = { { 0x251C, 0x251C, '+' }, { "├", "├", "+" } },
	[GLYPH_TEE_RIGHT]     = { { 0x2524, 0x2524, '+' }, { "┤", "┤", "+" } },
	[GLYPH_TEE_UP]        = { { 0x2534, 0x2534, '+' }, { "┴", "┴", "+" } },
	[GLYPH_TEE_DOWN]      = { { 0x252C, 0x252C, '+' }, { "┬", "┬", "+" } },
	[GLYPH_CROSS]         = { { 0x253C, 0x253C, '+' }, { "┼", "┼", "+" } },
	[GLYPH_AXIS_TICK_Y]   = { { 0x2524, 0x2524, '|' }, { "┤", "┤", "|" } },
	[GLYPH_AXIS_TICK_X]   = { { 0x252C, 0x252C, '+' }, { "┬", "┬", "+" } },
	[GLYPH_AXIS_ORIGIN]   = { { 0x253C, 0x253C, '+' }, { "┼", "┼", "+" } },
	[GLYPH_THRESHOLD]     = { { 0x254C, 0x2500, '-' }, { "╌", "─", "-" } },
	[GLYPH_GRID]          = { { 0x00B7, 0x00B7, '.' }, { "·", "·", "." } },
	[GLYPH_ARROW_UP]      = { { 0x2191, 0x2191, '^' }, { "↑", "↑", "^" } },
	[GLYPH_ARROW_DOWN]    = { { 0x2193, 0x2193, 'v' }, { "↓", "↓", "v" } },
	[GLYPH_ARROW_FLAT]    = { { 0x2192, 0x2192, '>' }, { "→", "→", ">" } },
	[GLYPH_CHECK]         = { { 0x2713, 0x221A, '+' }, { "✓", "√", "+" } },
	[GLYPH_CHECKBOX]      = { { 0x25A1, 0x25CB, 'o' }, { "□", "○", "o" } },
	[GLYPH_DEPLOY]        = { { 0x25B4, 0x25B2, '^' }, { "▴", "▲", "^" } },
	[GLYPH_CONFIG]        = { { 0x2261, 0x2261, '=' }, { "≡", "≡", "=" } },
	[GLYPH_RESTART]       = { { 0x21BB, 0x2195, '@' }, { "↻", "↕", "@" } },
	[GLYPH_MESSAGE]       = { { 0x00BB, 0x00BB, '"' }, { "»", "»", "\"" } },
	[GLYPH_SOURCE]        = { { 0x25CF, 0x25A0, '*' }, { "●", "■", "*" } },
	[GLYPH_MARK]          = { { 0x250A, 0x2502, ':' }, { "┊", "│", ":" } },
	[GLYPH_CHECKBOX_DONE] = { { 0x25A0, 0x25A0, 'x' }, { "■", "■", "x" } },
	[GLYPH_HELD]          = { { 0x25C7, '=',    '=' }, { "◇", "=", "=" } },
	[GLYPH_OPEN]          = { { 0x25CB, 0x25CB, 'o' }, { "○", "○", "o" } },
	[GLYPH_RUNNING]       = { { 0x2026, 0x2026, '~' }, { "…", "…", "~" } },
	[GLYPH_SKIPPED]       = { { 0x2013, '-',    '-' }, { "–", "-", "-" } },
	[GLYPH_WRAPPED]       = { { 0x21B3, 0x00BB, '+' }, { "↳", "»", "+" } },
	/* clang-format on */
};

static const uint32_t bars_vertical[3][9] = {
	[GLYPHS_BRAILLE] = { ' ', 0x2581, 0x2582, 0x2583, 0x2584, 0x2585, 0x2586, 0x2587, 0x2588 },
	[GLYPHS_BLOCK] = { ' ', 0x2581, 0x2582, 0x2583, 0x2584, 0x2585, 0x2586, 0x2587, 0x2588 },
	[GLYPHS_ASCII] = { ' ', '_', '_', '.', '-', '=', '=', '#', '#' },
};

static const uint32_t bars_horizontal[3][9] = {
	[GLYPHS_BRAILLE] = { ' ', 0x258F, 0x258E, 0x258D, 0x258C, 0x258B, 0x258A, 0x2589, 0x2588 },
	[GLYPHS_BLOCK] = { ' ', 0x258F, 0x258E, 0x258D, 0x258C, 0x258B, 0x258A, 0x2589, 0x2588 },
	[GLYPHS_ASCII] = { ' ', ' ', ' ', ' ', '#', '#', '#', '#', '#' },
};

static const uint32_t densities[3][5] = {
	[GLYPHS_BRAILLE] = { ' ', 0x2591, 0x2592, 0x2593, 0x2588 },
	[GLYPHS_BLOCK] = { ' ', 0x2591, 0x2592, 0x2593, 0x2588 },
	[GLYPHS_ASCII] = { ' ', '.', ':', '*', '#' },
};

static int clamp(int value, int high)
{
	return value < 0 ? 0 : value > high ? high : value;
}

uint32_t glyph_code(enum glyph_set set, enum glyph glyph)
{
	return rows[glyph].code[set];
}

const char *glyph_text(enum glyph_set set, enum glyph glyph)
{
	return rows[glyph].text[set];
}

uint32_t glyph_bar_vertical(enum glyph_set set, int eighths)
{
	return bars_vertical[set][clamp(eighths, 8)];
}

uint32_t glyph_bar_horizontal(enum glyph_set set, int eighths)
{
	return bars_horizontal[set][clamp(eighths, 8)];
}

uint32_t glyph_density(enum glyph_set set, int level)
{
	return densities[set][clamp(level, 4)];
}
