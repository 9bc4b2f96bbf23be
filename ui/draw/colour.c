#include "ui/draw/colour.h"

#include <math.h>

#include "ui/draw/theme.h"

/*
 * Below this OKLab chroma a colour is a grey to the eye. Warm and light ones
 * need more: sand must not become the yellow of a warning.
 */
#define CHROMA_GREY      0.035
#define CHROMA_GREY_WARM 0.055
#define HUE_WARM_END     172
#define LIGHTNESS_LIGHT  0.6

/* Darker than this is black on a terminal of few colours: the dark backgrounds of themes. */
#define LIGHTNESS_BLACK 0.28

/* sRGB transfer function (IEC 61966-2-1), 0..255 to linear 0..1. */
static double linear(uint32_t channel)
{
	double value = (double)(channel & 0xFF) / 255.0;

	return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4);
}

static void linear_rgb(uint32_t rgb, double ret[3])
{
	ret[0] = linear(rgb >> 16);
	ret[1] = linear(rgb >> 8);
	ret[2] = linear(rgb);
}

/* Linear sRGB to OKLab (Björn Ottosson, "A perceptual color space for image processing", 2020). */
static struct oklab oklab_of(const double rgb[3])
{
	double l = cbrt(0.4122214708 * rgb[0] + 0.5363325363 * rgb[1] + 0.0514459929 * rgb[2]);
	double m = cbrt(0.2119034982 * rgb[0] + 0.6806995451 * rgb[1] + 0.1073969566 * rgb[2]);
	double s = cbrt(0.0883024619 * rgb[0] + 0.2817188376 * rgb[1] + 0.6299787005 * rgb[2]);

	return (struct oklab){
		.lightness = 0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
		.a = 1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
		.b = 0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s,
	};
}

struct oklab colour_oklab(uint32_t rgb)
{
	double channels[3];

	linear_rgb(rgb, channels);
	return oklab_of(channels);
}

static double distance(struct oklab a, struct oklab b)
{
	double lightness = a.lightness - b.lightness, x = a.a - b.a, y = a.b - b.b;

	return sqrt(lightness * lightness + x * x + y * y);
}

/* Machado, Oliveira and Fernandes, "A physiologically-based model for simulation of color vision deficiency" (2009),
 * severity 1.0, on linear RGB. */
static const double vision_matrices[VISION_COUNT][3][3] = {
	[VISION_USUAL] = { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } },
	[VISION_PROTANOPIA] = { { 0.152286, 1.052583, -0.204868 },
				{ 0.114503, 0.786281, 0.099216 },
				{ -0.003882, -0.048116, 1.051998 } },
	[VISION_DEUTERANOPIA] = { { 0.367322, 0.860646, -0.227968 },
				  { 0.280085, 0.672501, 0.047413 },
				  { -0.011820, 0.042940, 0.968881 } },
	[VISION_TRITANOPIA] = { { 1.255528, -0.076749, -0.178779 },
				{ -0.078411, 0.930809, 0.147602 },
				{ 0.004733, 0.691367, 0.303900 } },
};

double colour_distance(uint32_t a, uint32_t b, enum vision vision)
{
	double from[2][3], seen[2][3];

	linear_rgb(a, from[0]);
	linear_rgb(b, from[1]);
	for (int colour = 0; colour < 2; colour++) {
		for (int i = 0; i < 3; i++) {
			const double *row = vision_matrices[vision][i];
			double sum = row[0] * from[colour][0] + row[1] * from[colour][1] + row[2] * from[colour][2];

			seen[colour][i] = sum < 0 ? 0 : sum > 1 ? 1 : sum;
		}
	}
	return distance(oklab_of(seen[0]), oklab_of(seen[1]));
}

double colour_contrast(uint32_t a, uint32_t b)
{
	double first[3], second[3], lighter, darker;

	linear_rgb(a, first);
	linear_rgb(b, second);
	lighter = 0.2126 * first[0] + 0.7152 * first[1] + 0.0722 * first[2];
	darker = 0.2126 * second[0] + 0.7152 * second[1] + 0.0722 * second[2];
	if (lighter < darker) {
		double swap = lighter;

		lighter = darker;
		darker = swap;
	}
	return (lighter + 0.05) / (darker + 0.05);
}

uint32_t colour_mix(uint32_t a, uint32_t b, double share)
{
	uint32_t mixed = 0;

	for (int shift = 0; shift <= 16; shift += 8) {
		double from = a >> shift & 0xFF, to = b >> shift & 0xFF;

		mixed |= (uint32_t)lround(from + (to - from) * share) << shift;
	}
	return mixed;
}

/* xterm's palette: its sixteen, then the 6x6x6 cube, then 24 greys. */
uint32_t colour_xterm(int index)
{
	static const uint32_t sixteen[16] = {
		0x000000, 0xCD0000, 0x00CD00, 0xCDCD00, 0x0000EE, 0xCD00CD, 0x00CDCD, 0xE5E5E5,
		0x7F7F7F, 0xFF0000, 0x00FF00, 0xFFFF00, 0x5C5CFF, 0xFF00FF, 0x00FFFF, 0xFFFFFF,
	};
	static const uint32_t levels[6] = { 0, 95, 135, 175, 215, 255 };

	if (index < 0 || index > 255)
		return 0;
	if (index < 16)
		return sixteen[index];
	if (index >= 232)
		return (uint32_t)(8 + 10 * (index - 232)) * 0x010101;
	index -= 16;
	return levels[index / 36] << 16 | levels[index / 6 % 6] << 8 | levels[index % 6];
}

/* The nearer of `index` and what was found so far. */
static void consider(struct oklab wanted, int index, double *best, int *found)
{
	double away = distance(wanted, colour_oklab(colour_xterm(index)));

	if (away < *best) {
		*best = away;
		*found = index;
	}
}

/* The level of the cube at or below a channel: 0..4, so that the next one exists. */
static int level_below(uint32_t channel)
{
	return channel < 95 ? 0 : channel < 135 ? 1 : channel < 175 ? 2 : channel < 215 ? 3 : 4;
}

/*
 * The first sixteen are the user's own and may be anything, so only the fixed
 * 240 count; of these the corners of the cube around the colour and the greys
 * about as light, since screens ask this for every change of style.
 */
static int nearest_256(uint32_t rgb)
{
	struct oklab wanted = colour_oklab(rgb);
	uint32_t red = rgb >> 16 & 0xFF, green = rgb >> 8 & 0xFF, blue = rgb & 0xFF;
	int corner = 16 + 36 * level_below(red) + 6 * level_below(green) + level_below(blue);
	int grey = (int)(red * 3 + green * 6 + blue) / 100 - 1;
	double best = INFINITY;
	int found = 16;

	for (int i = 0; i < 8; i++)
		consider(wanted, corner + (i & 1 ? 36 : 0) + (i & 2 ? 6 : 0) + (i & 4 ? 1 : 0), &best, &found);
	for (int i = grey - 2; i <= grey + 2; i++)
		if (i >= 0 && i < 24)
			consider(wanted, 232 + i, &best, &found);
	return found;
}

/*
 * With few colours the hue is what carries the meaning: a soft green must
 * become green, although grey may be nearer. One row a sector of OKLab hue,
 * up to `end` degrees. Orange has no place of its own among eight; it goes
 * where neither yellow nor red is, so that the state between them stays
 * apart: dark yellow (brown on many terminals) of the sixteen, magenta of eight.
 */
static const struct {
	double end;
	int eight;       /* of 0..7 */
	int light, dark; /* of 0..15, for lighter and darker colours */
} hue_sectors[] = {
	/* clang-format off */
	{   8, 5, 13,  5 }, /* pink */
	{  41, 1,  9,  1 }, /* red */
	{  72, 5,  3,  5 }, /* orange */
	{ 122, 3, 11,  3 }, /* yellow */
	{ 172, 2, 10,  2 }, /* green */
	{ 228, 6, 14,  6 }, /* cyan */
	{ 285, 4, 12,  4 }, /* blue */
	{ 360, 5, 13,  5 }, /* violet, magenta */
	/* clang-format on */
};

static int nearest_few(uint32_t rgb, bool sixteen)
{
	struct oklab wanted = colour_oklab(rgb);
	double chroma = hypot(wanted.a, wanted.b);
	double hue = atan2(wanted.b, wanted.a) * 180.0 / M_PI;
	double grey_below;
	size_t sector = 0;

	if (hue < 0)
		hue += 360;
	grey_below = hue < HUE_WARM_END || wanted.lightness > LIGHTNESS_LIGHT ? CHROMA_GREY_WARM : CHROMA_GREY;
	if (wanted.lightness < LIGHTNESS_BLACK)
		return 0;
	if (chroma < grey_below) {
		if (!sixteen)
			return wanted.lightness < 0.5 ? 0 : 7;
		return wanted.lightness < 0.68 ? 8 : wanted.lightness < 0.95 ? 7 : 15;
	}
	while (hue > hue_sectors[sector].end && sector + 1 < sizeof(hue_sectors) / sizeof(hue_sectors[0]))
		sector++;
	if (!sixteen)
		return hue_sectors[sector].eight;
	return wanted.lightness >= LIGHTNESS_LIGHT ? hue_sectors[sector].light : hue_sectors[sector].dark;
}

int colour_nearest(uint32_t rgb, enum colour_depth depth)
{
	if (depth == DEPTH_16 || depth == DEPTH_8)
		return nearest_few(rgb, depth == DEPTH_16);
	return depth == DEPTH_MONO ? 0 : nearest_256(rgb);
}
