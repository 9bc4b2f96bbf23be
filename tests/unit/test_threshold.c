#include <criterion/criterion.h>
#include <math.h>

#include "dashboard/display.h"
#include "dashboard/scheme.h"

static struct threshold steps[] = {
	{ -INFINITY, { HUE_GREEN, 0x73bf69 } },
	{ 70, { HUE_YELLOW, 0xfade2a } },
	{ 90, { HUE_RED, 0xf2495c } },
};
static const struct display_range range = { 0, 200 };

static enum severity severity_at(bool percentage, double value, struct display_range at)
{
	struct thresholds thresholds = { .percentage = percentage, .steps = steps, .count = 3 };
	enum severity severity;

	threshold_colour(&thresholds, value, at, &severity);
	return severity;
}

Test(threshold, the_last_step_not_above_the_value)
{
	cr_assert_eq(severity_at(false, -1e300, range), SEVERITY_OK);
	cr_assert_eq(severity_at(false, 69.999, range), SEVERITY_OK);
	cr_assert_eq(severity_at(false, 70, range), SEVERITY_WARNING);
	cr_assert_eq(severity_at(false, INFINITY, range), SEVERITY_CRITICAL);
	cr_assert_eq(severity_at(false, -INFINITY, range), SEVERITY_OK);
}

Test(threshold, percent_of_the_range)
{
	cr_assert_eq(severity_at(true, 139, range), SEVERITY_OK);
	cr_assert_eq(severity_at(true, 140, range), SEVERITY_WARNING);
	cr_assert_eq(severity_at(true, 180, range), SEVERITY_CRITICAL);
	cr_assert_eq(severity_at(true, 500, range), SEVERITY_CRITICAL);
	cr_assert_eq(severity_at(true, 5, (struct display_range){ NAN, NAN }), SEVERITY_OK);
	cr_assert_eq(severity_at(true, 5, (struct display_range){ 5, 5 }), SEVERITY_OK);
}

Test(threshold, what_is_missing_has_the_base_colour_and_no_severity)
{
	struct thresholds thresholds = { .steps = steps, .count = 3 };
	enum severity severity;

	cr_assert_eq(threshold_colour(&thresholds, NAN, range, &severity).hue, HUE_GREEN);
	cr_assert_eq(severity, SEVERITY_NONE);
	thresholds.count = 0;
	cr_assert_eq(threshold_colour(&thresholds, 5, range, &severity).hue, HUE_NONE);
	cr_assert_eq(severity, SEVERITY_NONE);
}

Test(threshold, only_traffic_lights_are_states)
{
	cr_assert_eq(severity_of_hue(HUE_GREEN), SEVERITY_OK);
	cr_assert_eq(severity_of_hue(HUE_YELLOW), SEVERITY_WARNING);
	cr_assert_eq(severity_of_hue(HUE_ORANGE), SEVERITY_WARNING);
	cr_assert_eq(severity_of_hue(HUE_RED), SEVERITY_CRITICAL);
	cr_assert_eq(severity_of_hue(HUE_BLUE), SEVERITY_NONE);
	cr_assert_eq(severity_of_hue(HUE_RGB), SEVERITY_NONE);
}

Test(threshold, schemes_meet_their_ends)
{
	struct colour_spec colour;

	cr_assert(scheme_colour("GrYlRd", 0, &colour));
	cr_assert_eq(colour.rgb, 0x73bf69);
	cr_assert(scheme_colour("continuous-GrYlRd", 7, &colour));
	cr_assert_eq(colour.rgb, 0xf2495c);
	cr_assert(scheme_colour("blues", NAN, &colour));
	cr_assert_eq(colour.rgb, 0x181b1f);
	cr_assert(scheme_colour("BlPu", 0.5, &colour));
	cr_assert_eq(colour.rgb, 0x8886e6, "%06x", colour.rgb);
	cr_assert_not(scheme_colour("nothing", 0.5, &colour));
	cr_assert_eq(colour.hue, HUE_NONE);
	cr_assert_not(scheme_colour(NULL, 0.5, &colour));
}

Test(threshold, the_severity_need_not_be_asked_for)
{
	struct threshold two[] = { { -INFINITY, { HUE_GREEN, 0 } }, { 10, { HUE_RED, 0 } } };
	struct thresholds thresholds = { .steps = two, .count = 2 };
	struct display_range percent = { 0, 100 };

	cr_assert_eq(threshold_colour(&thresholds, 50, percent, NULL).hue, HUE_RED);
	cr_assert_eq(threshold_colour(&thresholds, NAN, percent, NULL).hue, HUE_GREEN);
	thresholds.count = 0;
	cr_assert_eq(threshold_colour(&thresholds, 50, percent, NULL).hue, HUE_NONE);
}

Test(threshold, colours_by_number_are_states_where_they_are_clear)
{
	static const struct {
		uint32_t rgb;
		enum severity severity;
	} cases[] = {
		{ 0xf53636, SEVERITY_CRITICAL }, { 0xbf1b00, SEVERITY_CRITICAL }, { 0xed8128, SEVERITY_WARNING },
		{ 0xe5ac0e, SEVERITY_WARNING },  { 0x32ac2d, SEVERITY_OK },       { 0x299c46, SEVERITY_OK },
		{ 0x1f60c4, SEVERITY_NONE },     { 0x8f3bb8, SEVERITY_NONE },     { 0xcccccc, SEVERITY_NONE },
		{ 0xffb3b3, SEVERITY_NONE },     { 0x200000, SEVERITY_NONE },     { 0x000000, SEVERITY_NONE },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct threshold step = { -INFINITY, { HUE_RGB, cases[i].rgb } };
		struct thresholds thresholds = { .steps = &step, .count = 1 };
		enum severity severity;

		threshold_colour(&thresholds, 5, (struct display_range){ 0, 10 }, &severity);
		cr_expect_eq(severity, cases[i].severity, "%06x: %d", cases[i].rgb, severity);
	}
}
