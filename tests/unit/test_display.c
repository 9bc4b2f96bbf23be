#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "dashboard/display.h"

static struct threshold steps[] = {
	{ -INFINITY, { HUE_GREEN, 0x73bf69 } },
	{ 80, { HUE_RED, 0xf2495c } },
};
static const struct display_range percent_range = { 0, 100 };

static struct field_config config_of(const char *unit)
{
	return (struct field_config){ .set = FIELD_UNIT | FIELD_THRESHOLDS | FIELD_COLOUR,
				      .unit = unit,
				      .thresholds = { .steps = steps, .count = 2 } };
}

static void assert_text(const struct display *display, const char *expected)
{
	char text[512];

	snprintf(text, sizeof(text), "%s%s%s", display->text.prefix, display->text.text, display->text.suffix);
	cr_assert_str_eq(text, expected, "got \"%s\", expected \"%s\"", text, expected);
}

Test(display, a_number_has_unit_colour_and_place)
{
	struct field_config config = config_of("percent");
	struct display display;

	display_number(&config, 85.5, percent_range, &display);
	assert_text(&display, "85.5%");
	cr_assert_eq(display.severity, SEVERITY_CRITICAL);
	cr_assert_eq(display.colour.hue, HUE_RED);
	cr_assert_float_eq(display.percent, 0.855, 1e-12);
	cr_assert_not(display.mapped);
	display_number(&config, 300, percent_range, &display);
	cr_assert_eq(display.percent, 1);
	display_number(&config, -5, percent_range, &display);
	cr_assert_eq(display.percent, 0);
	display_number(&config, 5, (struct display_range){ NAN, NAN }, &display);
	cr_assert_eq(display.percent, 0);
}

Test(display, no_config_is_a_plain_number)
{
	struct display display;

	display_number(NULL, 2.5, percent_range, &display);
	assert_text(&display, "2.50");
	cr_assert_eq(display.severity, SEVERITY_NONE);
	cr_assert_eq(display.colour.hue, HUE_NONE);
}

Test(display, what_is_missing_shows_no_value_and_no_state)
{
	struct field_config config = config_of("s");
	struct display display;

	display_number(&config, frame_null(), percent_range, &display);
	assert_text(&display, "");
	cr_assert(isnan(display.percent));
	cr_assert_eq(display.severity, SEVERITY_NONE);
	config.set |= FIELD_NO_VALUE;
	config.no_value = "none yet";
	display_number(&config, frame_null(), percent_range, &display);
	assert_text(&display, "none yet");
	display_number(&config, NAN, percent_range, &display);
	assert_text(&display, "NaN");
	cr_assert_eq(display.severity, SEVERITY_NONE);
	display_string(&config, NULL, &display);
	assert_text(&display, "none yet");
	display_string(&config, "", &display);
	assert_text(&display, "none yet");
}

Test(display, mappings_come_before_units)
{
	struct mapping mappings[] = {
		{ .kind = MAPPING_VALUE, .value = "1", .text = "UP", .colour = { HUE_YELLOW, 1 } },
		{ .kind = MAPPING_VALUE, .value = "2", .colour = { HUE_RED, 2 } },
		{ .kind = MAPPING_VALUE, .value = "3", .text = "three" },
		{ .kind = MAPPING_SPECIAL, .special = SPECIAL_NULL, .text = "N/A", .colour = { HUE_BLUE, 3 } },
	};
	struct field_config config = config_of("s");
	struct display display;

	config.mappings = mappings;
	config.mapping_count = 4;
	display_number(&config, 1, percent_range, &display);
	assert_text(&display, "UP");
	cr_assert(display.mapped);
	cr_assert_eq(display.severity, SEVERITY_WARNING);
	display_number(&config, 2, percent_range, &display);
	assert_text(&display, "2 s");
	cr_assert_not(display.mapped);
	cr_assert_eq(display.severity, SEVERITY_CRITICAL);
	display_number(&config, 3, percent_range, &display);
	assert_text(&display, "three");
	cr_assert_eq(display.severity, SEVERITY_OK, "the thresholds' when the mapping has no colour");
	display_number(&config, frame_null(), percent_range, &display);
	assert_text(&display, "N/A");
	cr_assert_eq(display.severity, SEVERITY_NONE);
	cr_assert_eq(display.colour.hue, HUE_BLUE);
}

Test(display, a_fixed_or_own_colour_is_no_state)
{
	struct field_config config = config_of("short");
	struct display display;

	config.colour = (struct colour_config){ .mode = COLOUR_FIXED, .fixed = { HUE_RED, 0xf2495c } };
	display_number(&config, 99, percent_range, &display);
	cr_assert_eq(display.colour.hue, HUE_RED);
	cr_assert_eq(display.severity, SEVERITY_NONE);
	config.colour.mode = COLOUR_PALETTE;
	display_number(&config, 99, percent_range, &display);
	cr_assert_eq(display.colour.hue, HUE_NONE);
	config.colour = (struct colour_config){ .mode = COLOUR_CONTINUOUS, .scheme = "GrYlRd" };
	display_number(&config, 100, percent_range, &display);
	cr_assert_eq(display.colour.rgb, 0xf2495c);
	cr_assert_eq(display.severity, SEVERITY_NONE);
}

Test(display, strings_booleans_and_times)
{
	struct field_config config = config_of("bytes"), words = { 0 };
	struct display display;

	display_string(&config, "2048", &display);
	assert_text(&display, "2 KiB");
	display_string(&config, "2048 bees", &display);
	assert_text(&display, "2048 bees");
	display_string(&words, "2048", &display);
	assert_text(&display, "2048");
	cr_assert(isnan(display.number));
	display_boolean(&words, 1, &display);
	assert_text(&display, "True");
	cr_assert_eq(display.colour.hue, HUE_GREEN);
	cr_assert_eq(display.severity, SEVERITY_NONE);
	config.unit = "bool_on_off";
	display_boolean(&config, 0, &display);
	assert_text(&display, "Off");
	display_boolean(&config, frame_null(), &display);
	assert_text(&display, "");
	display_time(&config, 1500000000000, &display);
	assert_text(&display, "2017-07-14 02:40:00");
	config.unit = "time:HH:mm";
	display_time(&config, 1500000000000, &display);
	assert_text(&display, "02:40");
	display_time(&config, FRAME_NULL_TIME, &display);
	assert_text(&display, "");
}

/* ---- what a panel shows of a set ---- */

static const int64_t times[] = { 1000, 2000, 3000 };
static const double cpu[] = { 1, 2, 3 }, memory[] = { 10, NAN, 30 };
static const char *const names[] = { "a", NULL, "c" };

static void make_set(struct frame_set *ret, const struct field_config *config)
{
	struct field *fields;

	frame_set_init(ret);
	fields = arena_array(&ret->arena, 4, sizeof(*fields));
	fields[0] = (struct field){ .name = "Time", .type = FIELD_TIME, .times_ms = times, .config = config };
	fields[1] = (struct field){ .name = "name", .type = FIELD_STRING, .strings = names, .config = config };
	fields[2] = (struct field){
		.name = "cpu", .display_name = "CPU", .type = FIELD_NUMBER, .numbers = cpu, .config = config
	};
	fields[3] = (struct field){
		.name = "memory", .display_name = "Memory", .type = FIELD_NUMBER, .numbers = memory, .config = config
	};
	vec_push(&ret->frames, (struct frame){ .fields = fields, .field_count = 4, .length = 3 });
}

static struct shown *shown_of(const struct panel *panel, struct frame_set *set, size_t limit, size_t *ret_count,
			      size_t *ret_more)
{
	return display_shown(panel, set, &set->arena, limit, ret_count, ret_more);
}

Test(display, shows_each_number_field_by_each_calc)
{
	const char *calcs[] = { "lastNotNull", "nonsense", "max", NULL };
	struct panel panel = { .options = { .calcs = calcs, .fields = "" } };
	struct field_config config = { 0 };
	struct frame_set set;
	size_t count, more;
	struct shown *shown;

	make_set(&set, &config);
	shown = shown_of(&panel, &set, 10, &count, &more);
	cr_assert_eq(count, 4);
	cr_assert_eq(more, 0);
	cr_assert_str_eq(shown[0].name, "CPU");
	cr_assert_eq(shown[0].display.number, 3);
	cr_assert_eq(shown[0].values, cpu);
	cr_assert_eq(shown[0].times_ms, times);
	cr_assert_eq(shown[0].count, 3);
	cr_assert_eq(shown[0].range.min, 1);
	cr_assert_eq(shown[0].range.max, 30, "the range is that of the whole set");
	cr_assert_str_eq(shown[3].name, "Memory");
	cr_assert_eq(shown[3].display.number, 30);
	shown_of(&panel, &set, 3, &count, &more);
	cr_assert_eq(count, 3);
	cr_assert_eq(more, 1);
	frame_set_release(&set);
}

Test(display, fields_are_chosen_by_name_or_pattern)
{
	const char *calcs[] = { "lastNotNull", NULL };
	struct panel panel = { .options = { .calcs = calcs, .fields = "Memory" } };
	struct field_config config = { 0 };
	struct frame_set set;
	size_t count, more;
	struct shown *shown;

	make_set(&set, &config);
	shown = shown_of(&panel, &set, 10, &count, &more);
	cr_assert_eq(count, 1);
	cr_assert_str_eq(shown[0].name, "Memory");
	panel.options.fields = "/^cp/i";
	shown = shown_of(&panel, &set, 10, &count, &more);
	cr_assert_eq(count, 1);
	cr_assert_str_eq(shown[0].name, "CPU");
	panel.options.fields = "/.*/";
	shown = shown_of(&panel, &set, 10, &count, &more);
	cr_assert_eq(count, 4);
	assert_text(&shown[0].display, "1970-01-01 00:00:03");
	assert_text(&shown[1].display, "c");
	panel.options.fields = "/(/";
	shown_of(&panel, &set, 10, &count, &more);
	cr_assert_eq(count, 0);
	frame_set_release(&set);
}

Test(display, strings_can_be_counted)
{
	const char *calcs[] = { "count", "distinctCount", "first", "last", "firstNotNull", "mean", NULL };
	static const char *const expected[] = { "2", "3", "a", "c", "a", "" };
	struct panel panel = { .options = { .calcs = calcs, .fields = "name" } };
	struct field_config config = { 0 };
	struct frame_set set;
	size_t count, more;
	struct shown *shown;

	make_set(&set, &config);
	shown = shown_of(&panel, &set, 10, &count, &more);
	cr_assert_eq(count, 6);
	for (size_t i = 0; i < count; i++)
		assert_text(&shown[i].display, expected[i]);
	frame_set_release(&set);
}

Test(display, every_row_is_a_value_when_asked)
{
	struct panel panel = { .options = { .all_values = true, .fields = "CPU" } };
	struct field_config config = { 0 };
	struct frame_set set;
	size_t count, more;
	struct shown *shown;

	make_set(&set, &config);
	shown = shown_of(&panel, &set, 2, &count, &more);
	cr_assert_eq(count, 2);
	cr_assert_eq(more, 1);
	cr_assert_str_eq(shown[0].name, "a CPU", "a second number field makes the row's name ambiguous");
	cr_assert_str_eq(shown[1].name, "CPU");
	panel.options.limit = 1;
	shown_of(&panel, &set, 10, &count, &more);
	cr_assert_eq(count, 1, "the panel's own limit");
	cr_assert_eq(more, 0);
	frame_set_release(&set);
}

Test(display, names_may_hold_cells_and_the_calc)
{
	const char *calcs[] = { "max", NULL };
	struct panel panel = { .options = { .calcs = calcs, .fields = "/\\$/" } };
	struct field_config config = { .set = FIELD_DISPLAY_NAME, .display_name = "x" };
	struct frame_set set;
	size_t count, more;
	struct shown *shown;

	make_set(&set, &config);
	set.frames.items[0].fields[2].display_name = "${__cell_1}-${__cell:2}-${__cell_9} ${__calc} ${__c";
	shown = shown_of(&panel, &set, 10, &count, &more);
	cr_assert_eq(count, 1);
	cr_assert_str_eq(shown[0].name, "${__cell_1}-${__cell:2}-${__cell_9} max ${__c");
	panel.options.all_values = true;
	shown = shown_of(&panel, &set, 1, &count, &more);
	cr_assert_str_eq(shown[0].name, "a-1-  ${__c");
	frame_set_release(&set);
}

Test(display, an_empty_set_shows_nothing)
{
	struct panel panel = { .options = { .fields = NULL } };
	struct frame_set set;
	size_t count, more;

	frame_set_init(&set);
	cr_assert_not_null(shown_of(&panel, &set, 10, &count, &more));
	cr_assert_eq(count, 0);
	cr_assert_eq(more, 0);
	cr_assert(isnan(display_range_of_set(&set).min));
	frame_set_release(&set);
}

Test(display, config_bounds_go_before_data)
{
	struct field_config config = { .set = FIELD_MAX, .max = 100 };
	struct display_range range;
	struct frame_set set;

	make_set(&set, &config);
	range = display_range_of(&set.frames.items[0].fields[2], &set);
	cr_assert_eq(range.min, 1);
	cr_assert_eq(range.max, 100);
	config.set |= FIELD_MIN;
	config.min = -1;
	range = display_range_of(&set.frames.items[0].fields[2], NULL);
	cr_assert_eq(range.min, -1);
	frame_set_release(&set);
}
