/*
 * Colours as Grafana files name them: "green", "semi-dark-red", "#e24d42",
 * "rgb(31, 120, 193)", "rgba(...)", "text", "transparent". A named hue keeps
 * its name, so that a theme can decide what green is and a mono terminal can
 * show a sign for red; anything else is RGB.
 */
#ifndef DASHBOARD_COLOUR_H
#define DASHBOARD_COLOUR_H

#include <stdbool.h>
#include <stdint.h>

enum hue {
	HUE_NONE, /* not set, transparent */
	HUE_TEXT,
	HUE_GREEN,
	HUE_YELLOW,
	HUE_ORANGE,
	HUE_RED,
	HUE_BLUE,
	HUE_PURPLE,
	HUE_RGB, /* `rgb` only */
};

struct colour_spec {
	enum hue hue;
	uint32_t rgb; /* 0xRRGGBB: always set unless HUE_NONE/HUE_TEXT, as Grafana's dark theme shows the name */
};

/* False when the text is no colour; `ret` is then HUE_NONE. Hues of rgb() near pure green/yellow/red stay HUE_RGB. */
bool colour_spec_parse(const char *text, struct colour_spec *ret);

#endif
