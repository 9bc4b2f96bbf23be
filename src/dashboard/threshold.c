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
	*ret_severity = severity_of_hue(thresholds->steps[active].colour.hue);
	return thresholds->steps[active].colour;
}
