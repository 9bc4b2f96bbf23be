#include "dashboard/colour.h"

#include <ctype.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct named_colour {
	const char *name;
	enum hue hue;
	uint32_t rgb;
};

/* Grafana's visualization palette in its dark theme, then the CSS names that occur in dashboards. */
static const struct named_colour names[] = {
	{ "green", HUE_GREEN, 0x73bf69 },
	{ "red", HUE_RED, 0xf2495c },
	{ "yellow", HUE_YELLOW, 0xfade2a },
	{ "orange", HUE_ORANGE, 0xff9830 },
	{ "blue", HUE_BLUE, 0x5794f2 },
	{ "purple", HUE_PURPLE, 0xb877d9 },
	{ "super-light-green", HUE_GREEN, 0xc8f2c2 },
	{ "light-green", HUE_GREEN, 0x96d98d },
	{ "semi-dark-green", HUE_GREEN, 0x56a64b },
	{ "dark-green", HUE_GREEN, 0x37872d },
	{ "super-light-yellow", HUE_YELLOW, 0xfff899 },
	{ "light-yellow", HUE_YELLOW, 0xffee52 },
	{ "semi-dark-yellow", HUE_YELLOW, 0xf2cc0c },
	{ "dark-yellow", HUE_YELLOW, 0xe0b400 },
	{ "super-light-orange", HUE_ORANGE, 0xffcb7d },
	{ "light-orange", HUE_ORANGE, 0xffb357 },
	{ "semi-dark-orange", HUE_ORANGE, 0xff780a },
	{ "dark-orange", HUE_ORANGE, 0xfa6400 },
	{ "super-light-red", HUE_RED, 0xffa6b0 },
	{ "light-red", HUE_RED, 0xff7383 },
	{ "semi-dark-red", HUE_RED, 0xe02f44 },
	{ "dark-red", HUE_RED, 0xc4162a },
	{ "super-light-blue", HUE_BLUE, 0xc0d8ff },
	{ "light-blue", HUE_BLUE, 0x8ab8ff },
	{ "semi-dark-blue", HUE_BLUE, 0x3274d9 },
	{ "dark-blue", HUE_BLUE, 0x1f60c4 },
	{ "super-light-purple", HUE_PURPLE, 0xdeb6f2 },
	{ "light-purple", HUE_PURPLE, 0xca95e5 },
	{ "semi-dark-purple", HUE_PURPLE, 0xa352cc },
	{ "dark-purple", HUE_PURPLE, 0x8f3bb8 },
	{ "text", HUE_TEXT, 0 },
	{ "transparent", HUE_NONE, 0 },
	{ "panel-bg", HUE_NONE, 0 },
	{ "aqua", HUE_RGB, 0x00ffff },
	{ "black", HUE_RGB, 0x000000 },
	{ "brown", HUE_RGB, 0xa52a2a },
	{ "cyan", HUE_RGB, 0x00ffff },
	{ "gold", HUE_RGB, 0xffd700 },
	{ "gray", HUE_RGB, 0x808080 },
	{ "grey", HUE_RGB, 0x808080 },
	{ "lightgray", HUE_RGB, 0xd3d3d3 },
	{ "lightgrey", HUE_RGB, 0xd3d3d3 },
	{ "lime", HUE_RGB, 0x00ff00 },
	{ "magenta", HUE_RGB, 0xff00ff },
	{ "fuchsia", HUE_RGB, 0xff00ff },
	{ "maroon", HUE_RGB, 0x800000 },
	{ "navy", HUE_RGB, 0x000080 },
	{ "olive", HUE_RGB, 0x808000 },
	{ "pink", HUE_RGB, 0xffc0cb },
	{ "silver", HUE_RGB, 0xc0c0c0 },
	{ "teal", HUE_RGB, 0x008080 },
	{ "turquoise", HUE_RGB, 0x40e0d0 },
	{ "violet", HUE_RGB, 0xee82ee },
	{ "white", HUE_RGB, 0xffffff },
};

static bool set_rgb(struct colour_spec *ret, uint32_t rgb, double alpha)
{
	if (alpha > 0)
		*ret = (struct colour_spec){ .hue = HUE_RGB, .rgb = rgb };
	return true; /* fully transparent is a colour too: none */
}

/* "#rgb", "#rgba", "#rrggbb", "#rrggbbaa"; `text` is behind the '#'. */
static bool parse_hex(const char *text, struct colour_spec *ret)
{
	size_t length = strspn(text, "0123456789abcdefABCDEF");
	unsigned long digits;

	if (text[length] || (length != 3 && length != 4 && length != 6 && length != 8))
		return false;
	digits = strtoul(text, NULL, 16);
	if (length == 8)
		return set_rgb(ret, (uint32_t)(digits >> 8), digits & 0xff);
	if (length == 6)
		return set_rgb(ret, (uint32_t)digits, 1);
	double alpha = 1;
	if (length == 4) {
		alpha = digits & 0xf;
		digits >>= 4;
	}
	uint32_t red = digits >> 8 & 0xf, green = digits >> 4 & 0xf, blue = digits & 0xf;
	return set_rgb(ret, red * 0x110000 + green * 0x1100 + blue * 0x11, alpha);
}

static double clamp(double value, double least, double most)
{
	return fmin(fmax(value, least), most);
}

static uint32_t channel(double value)
{
	return (uint32_t)lround(clamp(value, 0, 255));
}

static double hsl_channel(double hue, double saturation, double light, double shift)
{
	double k = fmod(shift + hue / 30, 12);

	return 255 * (light - saturation * fmin(light, 1 - light) * fmax(-1, fmin(fmin(k - 3, 9 - k), 1)));
}

/*
 * The numbers of "rgb(1, 2, 3)", "rgba(1,2,3,0.5)", "rgb(10% 20% 30% / 4%)":
 * at most four, separated by space, comma or slash. Percents are divided by 100.
 */
static size_t parse_arguments(const char *text, double numbers[4], bool percent[4])
{
	size_t count = 0;

	while (count < 4) {
		char *end;

		text += strspn(text, " ,/\t");
		numbers[count] = strtod(text, &end);
		if (end == text || !isfinite(numbers[count]))
			break;
		percent[count] = *end == '%';
		if (percent[count])
			numbers[count] /= 100;
		text = end + percent[count];
		if (!strncasecmp(text, "deg", 3))
			text += 3;
		count++;
	}
	text += strspn(text, " \t");
	if (text[0] != ')' || text[1])
		return 0;
	return count;
}

static bool parse_function(const char *text, struct colour_spec *ret)
{
	const char *open = strchr(text, '(');
	bool hsl = !strncasecmp(text, "hsl", 3);
	double numbers[4] = { 0, 0, 0, 1 };
	bool percent[4] = { false };

	if (!open || (!hsl && strncasecmp(text, "rgb", 3) != 0))
		return false;
	size_t name = (size_t)(open - text);
	if (name != 3 && !(name == 4 && tolower((unsigned char)text[3]) == 'a'))
		return false;
	size_t count = parse_arguments(open + 1, numbers, percent);
	if (count < 3)
		return false;
	if (count == 3)
		numbers[3] = 1;
	if (hsl) {
		double hue = fmod(fmod(numbers[0], 360) + 360, 360);
		double saturation = clamp(numbers[1], 0, 1), light = clamp(numbers[2], 0, 1);
		static const double shift[3] = { 0, 8, 4 };
		for (size_t i = 0; i < 3; i++)
			numbers[i] = hsl_channel(hue, saturation, light, shift[i]);
	} else {
		for (size_t i = 0; i < 3; i++)
			numbers[i] *= percent[i] ? 255 : 1;
	}
	return set_rgb(ret, channel(numbers[0]) << 16 | channel(numbers[1]) << 8 | channel(numbers[2]), numbers[3]);
}

bool colour_spec_parse(const char *text, struct colour_spec *ret)
{
	*ret = (struct colour_spec){ .hue = HUE_NONE };
	if (!text)
		return false;
	if (*text == '#')
		return parse_hex(text + 1, ret);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcasecmp(text, names[i].name)) {
			*ret = (struct colour_spec){ .hue = names[i].hue, .rgb = names[i].rgb };
			return true;
		}
	return parse_function(text, ret);
}
