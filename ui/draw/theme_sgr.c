#include "ui/draw/theme.h"

static const struct {
	unsigned attribute;
	const char *code;
} attributes[] = {
	{ ATTR_BOLD, ";1" },      { ATTR_DIM, ";2" },     { ATTR_ITALIC, ";3" },
	{ ATTR_UNDERLINE, ";4" }, { ATTR_REVERSE, ";7" },
};

/* A colour as a terminal of some depth takes it: -1 its own, a palette index, or RGB at full depth. */
static int32_t ink(bool has, uint32_t rgb, int ansi, enum colour_depth depth)
{
	if (!has || depth == DEPTH_MONO)
		return -1;
	if (ansi >= 0)
		return depth == DEPTH_8 ? ansi & 7 : ansi;
	if (depth == DEPTH_RGB)
		return (int32_t)rgb;
	return colour_nearest(rgb, depth);
}

/* `base` is 30 for the foreground, 40 for the background. */
static void add_ink(struct strbuf *ret, int32_t value, bool is_rgb, int base)
{
	if (value < 0)
		return;
	if (is_rgb)
		strbuf_addf(ret, ";%d;2;%d;%d;%d", base + 8, value >> 16 & 0xFF, value >> 8 & 0xFF, value & 0xFF);
	else if (value < 8)
		strbuf_addf(ret, ";%d", base + value);
	else if (value < 16)
		strbuf_addf(ret, ";%d", base + 60 + value - 8);
	else
		strbuf_addf(ret, ";%d;5;%d", base + 8, value);
}

/* Without colours, what stands on a background clearly unlike the usual one is shown reversed. */
static bool mono_reverse(const struct theme *theme, const struct paint *paint)
{
	const struct theme_role *usual = &theme->roles[ROLE_NONE];

	return paint->has_bg && colour_contrast(paint->bg, usual->has_bg ? usual->bg : 0) >= 1.25 &&
	       !(paint->attributes & ATTR_REVERSE);
}

void theme_sgr(const struct theme *theme, const struct style *style, enum colour_depth depth, struct strbuf *ret)
{
	struct paint paint = theme_paint(theme, style);
	int32_t fg = ink(paint.has_fg, paint.fg, paint.ansi_fg, depth);
	int32_t bg = ink(paint.has_bg, paint.bg, paint.ansi_bg, depth);

	if (depth == DEPTH_MONO && mono_reverse(theme, &paint))
		paint.attributes |= ATTR_REVERSE;
	/* Two colours that fell together would hide the text: keep the background, which says more. */
	if (fg >= 0 && fg == bg && paint.fg != paint.bg && depth <= DEPTH_16)
		fg = bg == 7 || bg >= 9 || bg == 3 ? 0 : 7;
	strbuf_addstr(ret, "\033[0");
	for (size_t i = 0; i < sizeof(attributes) / sizeof(attributes[0]); i++)
		if (paint.attributes & attributes[i].attribute)
			strbuf_addstr(ret, attributes[i].code);
	add_ink(ret, fg, depth == DEPTH_RGB && paint.ansi_fg < 0, 30);
	add_ink(ret, bg, depth == DEPTH_RGB && paint.ansi_bg < 0, 40);
	strbuf_addch(ret, 'm');
}
