#include "dashboard/display.h"

#include <math.h>

enum severity severity_of_hue(enum hue hue)
{
	switch (hue) {
	case HUE_GREEN: return SEVERITY_OK;
	case HUE_YELLOW:
	case HUE_ORANGE: return SEVERITY_WARNING;
	case HUE_RED: return SEVERITY_CRITICAL;
	case HUE_NONE:
	case HUE_TEXT:
	case HUE_BLUE:
	case HUE_PURPLE:
	case HUE_RGB: break;
	}
	return SEVERITY_NONE;
}

/*
 * Files name their colours by number too ("rgba(245, 54, 54, 0.9)"): a clear
 * red, amber or green is the same state as by name. Hue in degrees, as in HSV;
 * pale and dark ones are decoration.
 */
static enum severity severity_of_rgb(uint32_t rgb)
{
	double red = rgb >> 16 & 0xff, green = rgb >> 8 & 0xff, blue = rgb & 0xff;
	double most = fmax(red, fmax(green, blue)), least = fmin(red, fmin(green, blue)), spread = most - least, hue;

	if (most < 0.35 * 255 || spread < 0.45 * most)
		return SEVERITY_NONE;
	if (most == red)
		hue = (green - blue) / spread * 60;
	else if (most == green)
		hue = (blue - red) / spread * 60 + 120;
	else
		hue = (red - green) / spread * 60 + 240;
	if (hue > 75 && hue < 165)
		return SEVERITY_OK;
	if (hue >= 18 && hue < 65)
		return SEVERITY_WARNING;
	return hue < 18 && hue > -15 ? SEVERITY_CRITICAL : SEVERITY_NONE;
}

/* Where the value stands in percent of the range; without a range at its start, as Grafana has it. */
static double percent_of_range(double value, struct display_range range)
{
	double percent = (value - range.min) / (range.max - range.min) * 100;

	return isnan(percent) ? 0 : percent;
}

/* The last step that is not above the value; a missing value stands on the base. */
struct colour_spec threshold_colour(const struct thresholds *thresholds, double value, struct display_range range,
				    enum severity *ret_severity)
{
	enum severity unwanted;
	struct colour_spec colour;
	size_t active = 0;

	if (!ret_severity)
		ret_severity = &unwanted;
	*ret_severity = SEVERITY_NONE;
	if (thresholds->count == 0)
		return (struct colour_spec){ .hue = HUE_NONE };
	if (isnan(value))
		return thresholds->steps[0].colour;
	if (thresholds->percentage)
		value = percent_of_range(value, range);
	while (active + 1 < thresholds->count && value >= thresholds->steps[active + 1].value)
		active++;
	colour = thresholds->steps[active].colour;
	*ret_severity = colour.hue == HUE_RGB ? severity_of_rgb(colour.rgb) : severity_of_hue(colour.hue);
	return colour;
}
