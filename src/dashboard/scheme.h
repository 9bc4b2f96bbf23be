/* Continuous colour schemes: Grafana's continuous-* modes and the perceptual ones of its heat maps. */
#ifndef DASHBOARD_SCHEME_H
#define DASHBOARD_SCHEME_H

#include <stdbool.h>

#include "dashboard/colour.h"

/*
 * The colour of `percent` (0..1, clamped) in the scheme `name`, with or
 * without its "continuous-": a uniform B-spline through the scheme's colours,
 * as d3's interpolateRgbBasis draws it. False when there is no such scheme.
 */
bool scheme_colour(const char *name, double percent, struct colour_spec *ret);

#endif
