#include "dashboard/scheme.h"

#include <math.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#define STOPS_MAX 5

/* Colours of Grafana's dark theme. */
#define GREEN        0x73bf69
#define YELLOW       0xfade2a
#define RED          0xf2495c
#define BLUE         0x5794f2
#define PURPLE       0xb877d9
#define LIGHT_YELLOW 0xfff899
#define DARK_BLUE    0x1f60c4
#define DARK_RED     0xc4162a
#define DARK_GREEN   0x37872d
#define DARK_PURPLE  0x8f3bb8
#define PANEL        0x181b1f

static const struct scheme {
	const char *name;
	int count;
	uint32_t stops[STOPS_MAX];
} schemes[] = {
	{ "GrYlRd", 3, { GREEN, YELLOW, RED } },
	{ "RdYlGr", 3, { RED, YELLOW, GREEN } },
	{ "BlYlRd", 3, { DARK_BLUE, LIGHT_YELLOW, DARK_RED } },
	{ "YlRd", 2, { LIGHT_YELLOW, DARK_RED } },
	{ "BlPu", 2, { BLUE, PURPLE } },
	{ "YlBl", 2, { LIGHT_YELLOW, DARK_BLUE } },
	{ "blues", 2, { PANEL, DARK_BLUE } },
	{ "reds", 2, { PANEL, DARK_RED } },
	{ "greens", 2, { PANEL, DARK_GREEN } },
	{ "purples", 2, { PANEL, DARK_PURPLE } },
	{ "viridis", 5, { 0x440154, 0x3b528b, 0x21918c, 0x5ec962, 0xfde725 } },
	{ "magma", 5, { 0x000004, 0x51127c, 0xb73779, 0xfc8961, 0xfcfdbf } },
	{ "plasma", 5, { 0x0d0887, 0x7e03a8, 0xcc4778, 0xf89540, 0xf0f921 } },
	{ "inferno", 5, { 0x000004, 0x57106e, 0xbc3754, 0xf98e09, 0xfcffa4 } },
	{ "cividis", 5, { 0x00224e, 0x434e6c, 0x7d7c78, 0xbcae6c, 0xfee838 } },
};

static const struct scheme *find(const char *name)
{
	static const char prefix[] = "continuous-";

	if (strncasecmp(name, prefix, sizeof(prefix) - 1) == 0)
		name += sizeof(prefix) - 1;
	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (strcasecmp(schemes[i].name, name) == 0)
			return &schemes[i];
	return NULL;
}

static double channel(const struct scheme *scheme, int stop, int shift)
{
	return (double)(scheme->stops[stop] >> shift & 0xff);
}

/* One colour channel at `t` of the spline; behind both ends a stop is mirrored, so that the ends are met. */
static uint32_t spline(const struct scheme *scheme, double t, int shift)
{
	int last = scheme->count - 1;
	int i = t >= 1 ? last - 1 : (int)floor(t * last);
	double v1 = channel(scheme, i, shift), v2 = channel(scheme, i + 1, shift);
	double v0 = i > 0 ? channel(scheme, i - 1, shift) : 2 * v1 - v2;
	double v3 = i < last - 1 ? channel(scheme, i + 2, shift) : 2 * v2 - v1;
	double t1 = (t - (double)i / last) * last, t2 = t1 * t1, t3 = t2 * t1;
	double value = ((1 - 3 * t1 + 3 * t2 - t3) * v0 + (4 - 6 * t2 + 3 * t3) * v1 +
			(1 + 3 * t1 + 3 * t2 - 3 * t3) * v2 + t3 * v3) /
		       6;

	return (uint32_t)lround(value < 0 ? 0 : value > 255 ? 255 : value);
}

bool scheme_colour(const char *name, double percent, struct colour_spec *ret)
{
	const struct scheme *scheme = name ? find(name) : NULL;

	*ret = (struct colour_spec){ .hue = HUE_NONE };
	if (!scheme)
		return false;
	percent = percent > 0 ? percent < 1 ? percent : 1 : 0; /* NaN becomes 0 */
	ret->hue = HUE_RGB;
	ret->rgb = spline(scheme, percent, 16) << 16 | spline(scheme, percent, 8) << 8 | spline(scheme, percent, 0);
	return true;
}
