#include "frame_fixture.h"

TestSuite(frame_config, .timeout = 20);

static struct fixture fixture;

static void setup(void)
{
	fixture_init(&fixture);
}

static void teardown(void)
{
	fixture_release(&fixture);
}

#define CONFIG_TEST(name) Test(frame_config, name, .init = setup, .fini = teardown)

static const struct field *field_at(size_t frame, size_t field)
{
	return &fixture.set.frames.items[frame].fields[field];
}

static struct override unit_override(enum matcher_id matcher, const char *argument, const char *unit)
{
	return (struct override){ .matcher = matcher,
				  .argument = argument,
				  .config = { .set = FIELD_UNIT, .unit = unit } };
}

/* Units of the value fields of all frames, "-" for the default's. */
static const char *units(const struct panel *panel)
{
	static char text[200];

	text[0] = '\0';
	frame_apply_config(&fixture.set, panel);
	for (size_t i = 0; i < fixture.set.frames.count; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s ", field_at(i, 1)->config->unit);
	return text;
}

CONFIG_TEST(defaults_and_overrides_in_order)
{
	struct override overrides[] = { unit_override(BY_NAME, "b", "s"), unit_override(BY_REGEX, "/^[bc]/", "ms"),
					unit_override(BY_UNKNOWN, "a", "never") };
	struct panel panel = { .overrides = overrides, .override_count = 3 };

	panel.defaults = (struct field_config){ .set = FIELD_UNIT | FIELD_DECIMALS, .unit = "short", .decimals = 2 };
	fixture_series(&fixture, "A", "{{j}}", SERIES("j=a:1", "j=b:2", "j=cc:3"));
	cr_expect_str_eq(units(&panel), "short ms ms ");
	cr_expect_eq(field_at(1, 1)->config->decimals, 2, "what an override does not set stays");
	cr_expect_neq(field_at(0, 1)->config, field_at(1, 1)->config);
}

CONFIG_TEST(equal_outcomes_share_a_config)
{
	struct panel panel = { 0 };

	fixture_series(&fixture, "A", "{{j}}", SERIES("j=a:1", "j=b:2"));
	frame_apply_config(&fixture.set, &panel);
	cr_expect_eq(field_at(0, 1)->config, field_at(1, 1)->config);
	cr_expect_not_null(field_at(0, 0)->config, "time fields have one too");
}

CONFIG_TEST(matchers)
{
	const char *both[] = { "a", "c", NULL };
	struct override by_names = unit_override(BY_NAMES, NULL, "x");
	struct override all_but = unit_override(BY_NAMES, NULL, "x");
	struct override by_ref = unit_override(BY_FRAME_REF, "B", "x");
	struct override by_type = unit_override(BY_TYPE, "number", "x");
	struct override by_time = unit_override(BY_TYPE, "time", "x");
	struct override by_value = unit_override(BY_VALUE, NULL, "x");
	struct override bad_pattern = unit_override(BY_REGEX, "/(/", "x");
	struct override by_plain = unit_override(BY_REGEX, "a|b", "x");
	struct override by_field = unit_override(BY_NAME, "Value", "x");
	struct {
		const struct override *override;
		const char *units;
	} cases[] = {
		{ &by_names, "x - x " }, { &all_but, "- x - " },  { &by_ref, "- - x " },
		{ &by_type, "x x x " },  { &by_time, "- - - " },  { &bad_pattern, "- - - " },
		{ &by_plain, "x x - " }, { &by_value, "- x x " }, { &by_field, "x x x " },
	};

	by_names.names = all_but.names = both;
	all_but.exclude = true;
	by_value.reducer = "max";
	by_value.operation = "gte";
	by_value.value = 5;
	fixture_series(&fixture, "A", "{{j}}", SERIES("j=a:1 2", "j=b:2 5"));
	fixture_series(&fixture, "B", "{{j}}", SERIES("j=c:9 1"));
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct override copy = *cases[i].override;
		struct panel panel = { .overrides = &copy, .override_count = 1 };

		panel.defaults = (struct field_config){ .set = FIELD_UNIT, .unit = "-" };
		cr_expect_str_eq(units(&panel), cases[i].units, "case %zu: %s", i, units(&panel));
	}
}

CONFIG_TEST(value_operations)
{
	static const struct {
		const char *operation;
		double value;
		bool matches;
	} cases[] = {
		{ "gt", 3, false }, { "gt", 2, true }, { "gte", 3, true }, { "lt", 3, false },  { "lt", 4, true },
		{ "lte", 3, true }, { "eq", 3, true }, { "eq", 2, false }, { "neq", 3, false }, { "neq", 2, true },
	};

	fixture_series(&fixture, "A", "a", SERIES("j=a:1 2 3"));
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct override override = unit_override(BY_VALUE, NULL, "x");
		struct panel panel = { .overrides = &override, .override_count = 1 };

		override.reducer = "lastNotNull";
		override.operation = cases[i].operation;
		override.value = cases[i].value;
		panel.defaults = (struct field_config){ .set = FIELD_UNIT, .unit = "-" };
		cr_expect_str_eq(units(&panel), cases[i].matches ? "x " : "- ", "%s %g", cases[i].operation,
				 cases[i].value);
	}
}

CONFIG_TEST(more_overrides_than_bits)
{
	struct override overrides[100];
	struct panel panel = { .overrides = overrides, .override_count = 100 };

	for (size_t i = 0; i < 100; i++)
		overrides[i] = unit_override(BY_NAME, i == 99 ? "b" : i == 70 ? "a" : "none", i == 99 ? "y" : "x");
	panel.defaults = (struct field_config){ .set = FIELD_UNIT, .unit = "-" };
	fixture_series(&fixture, "A", "{{j}}", SERIES("j=a:1", "j=b:2", "j=c:3"));
	cr_expect_str_eq(units(&panel), "x y - ");
}

CONFIG_TEST(display_names)
{
	struct override override = { .matcher = BY_NAME,
				     .argument = "a",
				     .config = { .set = FIELD_DISPLAY_NAME,
						 .display_name =
							 "${__field.labels.j}/${__field.name}/${__field.labels.no}"
							 "/${__field.labels}/${__other}/${__series.name" } };
	struct panel panel = { .overrides = &override, .override_count = 1 };

	panel.defaults = (struct field_config){ .set = FIELD_DISPLAY_NAME, .display_name = "all" };
	fixture_series(&fixture, "A", "{{j}}", SERIES("j=a:1", "j=b:2"));
	frame_apply_config(&fixture.set, &panel);
	cr_expect_str_eq(field_at(0, 1)->display_name, "a/a//{j=\"a\"}/${__other}/${__series.name");
	cr_expect_str_eq(field_at(1, 1)->display_name, "all");
}

CONFIG_TEST(renaming_beats_defaults_and_overrides_beat_renaming)
{
	struct override override = { .matcher = BY_NAME,
				     .argument = "second",
				     .config = { .set = FIELD_DISPLAY_NAME, .display_name = "override" } };
	struct panel panel = { .overrides = &override, .override_count = 1 };

	panel.defaults = (struct field_config){ .set = FIELD_DISPLAY_NAME, .display_name = "all" };
	fixture_series(&fixture, "A", "{{j}}", SERIES("j=a:1", "j=b:2", "j=c:2"));
	fixture_transform(&fixture, "organize", "{\"renameByName\":{\"a\":\"first\",\"b\":\"second\"}}");
	frame_apply_config(&fixture.set, &panel);
	cr_expect_str_eq(field_at(0, 1)->display_name, "first");
	cr_expect_str_eq(field_at(1, 1)->display_name, "override");
	cr_expect_str_eq(field_at(2, 1)->display_name, "all");
}

CONFIG_TEST(automatic_names)
{
	fixture_series(&fixture, "A", "__auto", SERIES("j=a:1", "j=b:2"));
	expect_frames(&fixture, "Time=1000 | a=1\nTime=1000 | b=2\n");
	fixture_series(&fixture, "B", "__auto", SERIES("k=a:1"));
	cr_expect_str_eq(field_at(0, 1)->display_name, "a");
	fixture_release(&fixture);
	fixture_init(&fixture);
	fixture_series(&fixture, "A", "__auto", SERIES("j=a:1", "k=b:2"));
	expect_frames(&fixture, "Time=1000 | {j=\"a\"}=1\nTime=1000 | {k=\"b\"}=2\n");
}

CONFIG_TEST(series_are_numbered)
{
	struct panel panel = { 0 };

	fixture_table(&fixture, "A", SERIES("j=a:1"));
	fixture_series(&fixture, "B", "{{j}}", SERIES("j=a:1", "j=b:2"));
	frame_apply_config(&fixture.set, &panel);
	cr_expect_eq(field_at(0, 2)->series_index, 0);
	cr_expect_eq(field_at(1, 1)->series_index, 1);
	cr_expect_eq(field_at(2, 1)->series_index, 2);
	frame_apply_config(&fixture.set, &panel);
	cr_expect_eq(field_at(2, 1)->series_index, 2, "applying twice changes nothing");
	cr_expect_str_eq(field_at(2, 1)->display_name, "b");
}
