#include <criterion/criterion.h>

#include "dashboard/colour.h"

static void expect(const char *text, enum hue hue, uint32_t rgb)
{
	struct colour_spec colour;

	cr_assert(colour_spec_parse(text, &colour), "%s", text);
	cr_assert_eq(colour.hue, hue, "%s", text);
	cr_assert_eq(colour.rgb, rgb, "%s is %06x", text, colour.rgb);
}

static void refuse(const char *text)
{
	struct colour_spec colour = { .hue = HUE_RED, .rgb = 1 };

	cr_assert_not(colour_spec_parse(text, &colour), "%s", text);
	cr_assert_eq(colour.hue, HUE_NONE);
}

Test(colour, keeps_the_hue_of_names)
{
	expect("green", HUE_GREEN, 0x73bf69);
	expect("semi-dark-red", HUE_RED, 0xe02f44);
	expect("super-light-yellow", HUE_YELLOW, 0xfff899);
	expect("dark-orange", HUE_ORANGE, 0xfa6400);
	expect("light-blue", HUE_BLUE, 0x8ab8ff);
	expect("Purple", HUE_PURPLE, 0xb877d9);
	expect("text", HUE_TEXT, 0);
}

Test(colour, reads_hexadecimal)
{
	expect("#e24d42", HUE_RGB, 0xe24d42);
	expect("#E24D42", HUE_RGB, 0xe24d42);
	expect("#f80", HUE_RGB, 0xff8800);
	expect("#f808", HUE_RGB, 0xff8800);
	expect("#12345678", HUE_RGB, 0x123456);
	/* Near or equal to a state's hue: still only RGB. */
	expect("#73bf69", HUE_RGB, 0x73bf69);
}

Test(colour, reads_functions)
{
	expect("rgb(31, 120, 193)", HUE_RGB, 0x1f78c1);
	expect("rgba(50, 172, 45, 0.97)", HUE_RGB, 0x32ac2d);
	expect("rgba(237,129,40,0.89)", HUE_RGB, 0xed8128);
	expect("rgb(100% 0% 50% / 20%)", HUE_RGB, 0xff0080);
	expect("rgb(300, -5, 0)", HUE_RGB, 0xff0000);
	expect("hsl(120, 100%, 50%)", HUE_RGB, 0x00ff00);
	expect("hsl(-120deg, 100%, 50%)", HUE_RGB, 0x0000ff);
}

Test(colour, transparent_is_none)
{
	expect("transparent", HUE_NONE, 0);
	expect("rgba(255, 0, 0, 0)", HUE_NONE, 0);
	expect("#ff000000", HUE_NONE, 0);
}

Test(colour, refuses_what_is_none)
{
	refuse(NULL);
	refuse("");
	refuse("#");
	refuse("#12");
	refuse("#12345");
	refuse("#12345g");
	refuse("rgb(1,2)");
	refuse("rgb(1,2,3");
	refuse("rgb(1,2,3) x");
	refuse("rgb(nan,2,3)");
	refuse("rgbx(1,2,3)");
	refuse("reddish");
	refuse("\x1b[31m");
}
