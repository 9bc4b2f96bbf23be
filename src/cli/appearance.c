#include "cli/appearance.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* What a TERM can do that differs from an ordinary xterm; a name ending in '*' is a prefix. */
static const struct {
	const char *term;
	enum glyph_set glyphs;
	enum colour_depth depth;
} terms[] = {
	{ "linux*", GLYPHS_BLOCK, DEPTH_8 },  { "vt*", GLYPHS_ASCII, DEPTH_MONO },
	{ "dumb", GLYPHS_ASCII, DEPTH_MONO }, { "ansi", GLYPHS_ASCII, DEPTH_8 },
	{ "xterm", GLYPHS_BRAILLE, DEPTH_8 }, { "screen", GLYPHS_BRAILLE, DEPTH_8 },
	{ "rxvt", GLYPHS_BRAILLE, DEPTH_8 },  { "", GLYPHS_BRAILLE, DEPTH_256 },
	{ "*", GLYPHS_BRAILLE, DEPTH_256 },
};

static bool fits(const char *pattern, const char *term)
{
	size_t length = strlen(pattern);

	if (length && pattern[length - 1] == '*')
		return strncmp(pattern, term, length - 1) == 0;
	return strcmp(pattern, term) == 0;
}

static size_t term_row(void)
{
	const char *term = getenv("TERM");
	size_t i = 0;

	while (!fits(terms[i].term, term ? term : ""))
		i++;
	return i;
}

/* The locale as the user has it, asked without changing the program's own. */
static bool locale_is_utf8(void)
{
	locale_t locale = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
	bool utf8;

	if (locale == (locale_t)0)
		return false;
	utf8 = strcmp(nl_langinfo_l(CODESET, locale), "UTF-8") == 0;
	freelocale(locale);
	return utf8;
}

enum glyph_set appearance_glyphs(const struct cli_options *options, bool for_picture)
{
	static const enum glyph_set chosen[] = { GLYPHS_BRAILLE, GLYPHS_BRAILLE, GLYPHS_BLOCK, GLYPHS_ASCII };

	if (options->glyphs)
		return chosen[options->glyphs];
	if (for_picture)
		return GLYPHS_BRAILLE;
	return locale_is_utf8() ? terms[term_row()].glyphs : GLYPHS_ASCII;
}

enum colour_depth appearance_depth(const struct cli_options *options, bool for_picture)
{
	static const enum colour_depth chosen[] = { DEPTH_256, DEPTH_MONO, DEPTH_8, DEPTH_16, DEPTH_256, DEPTH_RGB };
	const char *colorterm = getenv("COLORTERM"), *no_color = getenv("NO_COLOR");
	enum colour_depth depth;

	if (options->colours)
		return chosen[options->colours];
	if (no_color && *no_color)
		return DEPTH_MONO;
	if (for_picture)
		return DEPTH_RGB;
	depth = terms[term_row()].depth;
	if (depth == DEPTH_256 && colorterm && (!strcmp(colorterm, "truecolor") || !strcmp(colorterm, "24bit")))
		depth = DEPTH_RGB;
	return depth;
}

static int from_environment(const char *name)
{
	const char *text = getenv(name);
	long value = text ? strtol(text, NULL, 10) : 0;

	return value > 0 && value <= CANVAS_MAX_WIDTH ? (int)value : 0;
}

struct option_size appearance_size(const struct cli_options *options, struct option_size fallback)
{
	struct option_size size = options->size;
	struct winsize window;

	if (size.width)
		return size;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col && window.ws_row)
		return (struct option_size){ window.ws_col, window.ws_row };
	size.width = from_environment("COLUMNS");
	size.height = from_environment("LINES");
	return size.width && size.height ? size : fallback;
}
