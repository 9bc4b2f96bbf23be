#include <criterion/criterion.h>

#include <math.h>

#include "ui/draw/colour.h"
#include "ui/draw/theme.h"
#include "ui/draw/theme_builtin.h"

TestSuite(draw_colour);

Test(draw_colour, contrast_as_wcag)
{
	cr_assert_float_eq(colour_contrast(0xFFFFFF, 0x000000), 21.0, 1e-9);
	cr_assert_float_eq(colour_contrast(0x777777, 0xFFFFFF), 4.48, 0.005);
	cr_assert_float_eq(colour_contrast(0xFFFFFF, 0x777777), colour_contrast(0x777777, 0xFFFFFF), 1e-12);
	cr_assert_float_eq(colour_contrast(0xFF0000, 0xFF0000), 1.0, 1e-12);
}

Test(draw_colour, oklab_of_known_colours)
{
	struct oklab white = colour_oklab(0xFFFFFF), red = colour_oklab(0xFF0000);

	cr_assert_float_eq(white.lightness, 1.0, 1e-4);
	cr_assert_float_eq(hypot(white.a, white.b), 0.0, 1e-4);
	cr_assert_float_eq(red.lightness, 0.6280, 1e-3);
	cr_assert_float_eq(red.a, 0.2249, 1e-3);
	cr_assert_float_eq(red.b, 0.1258, 1e-3);
}

Test(draw_colour, palette_of_xterm)
{
	cr_assert_eq(colour_xterm(16), 0x000000);
	cr_assert_eq(colour_xterm(231), 0xFFFFFF);
	cr_assert_eq(colour_xterm(196), 0xFF0000);
	cr_assert_eq(colour_xterm(244), 0x808080);
	cr_assert_eq(colour_xterm(256), 0);
	for (int i = 16; i < 256; i++) {
		int found = colour_nearest(colour_xterm(i), DEPTH_256);

		cr_assert_eq(colour_xterm(found), colour_xterm(i), "%d became %d", i, found);
		cr_assert_geq(found, 16);
	}
}

Test(draw_colour, few_colours_keep_the_hue)
{
	cr_assert_eq(colour_nearest(0x000000, DEPTH_16), 0);
	cr_assert_eq(colour_nearest(0xFFFFFF, DEPTH_16), 15);
	cr_assert_eq(colour_nearest(0xC5CED9, DEPTH_16), 7);
	cr_assert_eq(colour_nearest(0x8592A3, DEPTH_16), 8);
	cr_assert_eq(colour_nearest(0x10151C, DEPTH_8), 0);
	cr_assert_eq(colour_nearest(0x57A773, DEPTH_8), 2);
	cr_assert_eq(colour_nearest(0x59A3EB, DEPTH_16), 12);
	cr_assert_eq(colour_nearest(0xFF5A67, DEPTH_8), 1);
	cr_assert_eq(colour_nearest(0x123456, DEPTH_MONO), 0);
	/* Sand is a series, not a warning. */
	cr_assert_eq(colour_nearest(0xF0E3BF, DEPTH_16), 7);
	cr_assert_eq(colour_nearest(0xF0E3BF, DEPTH_8), 7);
}

Test(draw_colour, states_stay_four_in_every_depth)
{
	static const enum colour_depth depths[] = { DEPTH_256, DEPTH_16, DEPTH_8 };

	for (size_t d = 0; d < 3; d++)
		for (int a = ROLE_OK; a <= ROLE_CRITICAL; a++)
			for (int b = ROLE_OK; b < a; b++) {
				cr_assert_neq(colour_nearest(theme_night.roles[a + ROLE_OK_BLOCK - ROLE_OK].bg,
							     depths[d]),
					      colour_nearest(theme_night.roles[b + ROLE_OK_BLOCK - ROLE_OK].bg,
							     depths[d]),
					      "grounds of states %d and %d fall together in %d colours", a, b,
					      (int)depths[d]);
				cr_assert_neq(colour_nearest(theme_night.roles[a].fg, depths[d]),
					      colour_nearest(theme_night.roles[b].fg, depths[d]),
					      "states %d and %d fall together in %d colours", a, b, (int)depths[d]);
			}
}

Test(draw_colour, series_are_told_apart_and_are_no_states)
{
	for (int a = ROLE_SERIES_1; a <= ROLE_SERIES_8; a++) {
		for (int vision = 0; vision < VISION_COUNT; vision++)
			for (int b = ROLE_SERIES_1; b < a; b++)
				cr_assert_gt(colour_distance(theme_night.roles[a].fg, theme_night.roles[b].fg,
							     (enum vision)vision),
					     0.06, "series %d and %d, vision %d", a, b, vision);
		for (int state = ROLE_OK; state <= ROLE_CRITICAL; state++)
			cr_assert_gt(colour_distance(theme_night.roles[a].fg, theme_night.roles[state].fg,
						     VISION_USUAL),
				     0.08, "series %d looks like state %d", a, state);
	}
}

Test(draw_colour, mixes)
{
	cr_assert_eq(colour_mix(0x000000, 0xFF8040, 0), 0x000000);
	cr_assert_eq(colour_mix(0x000000, 0xFF8040, 1), 0xFF8040);
	cr_assert_eq(colour_mix(0x000000, 0x804020, 0.5), 0x402010);
}
