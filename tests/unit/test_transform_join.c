#include "frame_fixture.h"

TestSuite(transform_join, .timeout = 30);

static struct fixture fixture;

static void setup(void)
{
	fixture_init(&fixture);
}

static void teardown(void)
{
	fixture_release(&fixture);
}

#define JOIN_TEST(name) Test(transform_join, name, .init = setup, .fini = teardown)

JOIN_TEST(outer_by_time_is_the_default)
{
	fixture_series(&fixture, "A", "a", SERIES("j=a:1 2 3"));
	fixture_series(&fixture, "B", "b", SERIES("j=b:- 5 6 7"));
	fixture_transform(&fixture, "joinByField", "{}");
	expect_frames(&fixture, "Time=1000,2000,3000,4000 | a=1,2,3,- | b=-,5,6,7\n");
	cr_expect_str_eq(fixture.set.frames.items[0].ref_id, "joinByField-A-B");
	expect_notes(&fixture, "");
}

JOIN_TEST(old_name_and_no_options)
{
	fixture_series(&fixture, "A", "a", SERIES("j=a:1"));
	fixture_series(&fixture, "B", "b", SERIES("j=b:2"));
	fixture_transform(&fixture, "seriesToColumns", NULL);
	expect_frames(&fixture, "Time=1000 | a=1 | b=2\n");
}

JOIN_TEST(inner_by_time)
{
	fixture_series(&fixture, "A", "a", SERIES("j=a:1 2 3"));
	fixture_series(&fixture, "B", "b", SERIES("j=b:- 5 6 7"));
	fixture_transform(&fixture, "joinByField", "{\"byField\":\"Time\",\"mode\":\"inner\"}");
	expect_frames(&fixture, "Time=2000,3000 | a=2,3 | b=5,6\n");
}

JOIN_TEST(tables_by_label_number_repeated_names)
{
	fixture_table(&fixture, "A", SERIES("instance=x:1", "instance=y:2"));
	fixture_table(&fixture, "B", SERIES("instance=y:3", "instance=z:4"));
	fixture_transform(&fixture, "joinByField", "{\"byField\":\"instance\",\"mode\":\"outer\"}");
	expect_frames(&fixture, "instance=x,y,z | Time 1=1000,1000,- | Value #A=1,2,- | Time 2=-,1000,1000 | "
				"Value #B=-,3,4\n");
}

JOIN_TEST(repeated_keys)
{
	/* outer: one row a key, the last of each side; inner and outerTabular: all pairs. */
	static const struct {
		const char *mode, *frames;
	} cases[] = {
		{ "outer",
		  "k=x,y | Time 1=1000,1000 | v 1=b,c | Value #A=2,3 | Time 2=1000,- | v 2=e,- | Value #B=5,-\n" },
		{ "inner", "k=x,x,x,x | Time 1=1000,1000,1000,1000 | v 1=a,a,b,b | Value #A=1,1,2,2 | "
			   "Time 2=1000,1000,1000,1000 | v 2=d,e,d,e | Value #B=4,5,4,5\n" },
		{ "outerTabular",
		  "k=x,x,x,x,y | Time 1=1000,1000,1000,1000,1000 | v 1=a,a,b,b,c | Value #A=1,1,2,2,3 | "
		  "Time 2=1000,1000,1000,1000,- | v 2=d,e,d,e,- | Value #B=4,5,4,5,-\n" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char options[100];

		snprintf(options, sizeof(options), "{\"byField\":\"k\",\"mode\":\"%s\"}", cases[i].mode);
		fixture_table(&fixture, "A", SERIES("k=x,v=a:1", "k=x,v=b:2", "k=y,v=c:3"));
		fixture_table(&fixture, "B", SERIES("k=x,v=d:4", "k=x,v=e:5"));
		fixture_transform(&fixture, "joinByField", options);
		expect_frames(&fixture, cases[i].frames);
		fixture_release(&fixture);
		fixture_init(&fixture);
	}
}

JOIN_TEST(frames_without_the_field_are_left_out)
{
	fixture_table(&fixture, "A", SERIES("k=x:1"));
	fixture_table(&fixture, "B", SERIES("other=x:2"));
	fixture_table(&fixture, "C", SERIES("k=x:3"));
	fixture_transform(&fixture, "joinByField", "{\"byField\":\"k\"}");
	expect_frames(&fixture, "k=x | Time 1=1000 | Value #A=1 | Time 2=1000 | Value #C=3\n");
}

JOIN_TEST(nothing_to_join)
{
	fixture_table(&fixture, "A", SERIES("k=x:1"));
	fixture_transform(&fixture, "joinByField", "{\"byField\":\"k\"}");
	expect_frames(&fixture, "Time=1000 | k=x | Value #A=1\n");
	fixture_table(&fixture, "B", SERIES("k=x:2"));
	fixture_transform(&fixture, "joinByField", "{\"byField\":\"nowhere\"}");
	cr_expect_eq(fixture.set.frames.count, 2);
}

JOIN_TEST(wrong_options_are_noted)
{
	fixture_series(&fixture, "A", "a", SERIES("j=a:1"));
	fixture_series(&fixture, "B", "b", SERIES("j=b:2"));
	fixture_transform(&fixture, "joinByField", "{\"byField\":[1],\"mode\":\"sideways\"}");
	expect_frames(&fixture, "Time=1000 | a=1 | b=2\n");
	expect_notes(&fixture, "joinByField: byField is not a text\njoinByField: unknown mode, outer is used\n");
}

/* `count` frames of `samples` each; with `shift` no two frames share a time. */
static void add_many(size_t count, size_t samples, int64_t shift)
{
	struct matrix *matrix = matrix_new(MATRIX_RANGE);
	struct target target = { .ref_id = "A", .expression = "x" };

	matrix->series = arena_array(&matrix->arena, count, sizeof(*matrix->series));
	matrix->count = count;
	for (size_t i = 0; i < count; i++) {
		int64_t *times = arena_array(&matrix->arena, samples, sizeof(*times));
		double *values = arena_array(&matrix->arena, samples, sizeof(*values));

		for (size_t s = 0; s < samples; s++) {
			times[s] = (int64_t)s * 15000 + (int64_t)i * shift;
			values[s] = (double)i;
		}
		matrix->series[i] = (struct series){ .count = samples, .times_ms = times, .values = values };
	}
	frame_add_matrix(&fixture.set, matrix, &target, "x", 15000, false);
	matrix_unref(matrix);
}

JOIN_TEST(thousands_of_frames)
{
	add_many(5000, 240, 0);
	fixture_transform(&fixture, "joinByField", "{}");
	cr_assert_eq(fixture.set.frames.count, 1);
	cr_expect_eq(fixture.set.frames.items[0].field_count, 5001);
	cr_expect_eq(fixture.set.frames.items[0].length, 240);
	expect_notes(&fixture, "");
}

JOIN_TEST(too_large_is_left_out_with_a_note)
{
	static const char *const modes[] = { "{}", "{\"mode\":\"outerTabular\"}" };

	add_many(3000, 240, 1);
	for (size_t i = 0; i < 2; i++) {
		fixture_transform(&fixture, "joinByField", modes[i]);
		cr_expect_eq(fixture.set.frames.count, 3000, "frames stay as they were");
	}
	expect_notes(&fixture, "joinByField: more than 5000000 cells, left out\n"
			       "joinByField: more than 5000000 cells, left out\n");
	fixture_transform(&fixture, "joinByField", "{\"mode\":\"inner\"}");
	cr_assert_eq(fixture.set.frames.count, 1);
	cr_expect_eq(fixture.set.frames.items[0].length, 0);
}

JOIN_TEST(exploding_pairs_are_left_out_with_a_note)
{
	for (int side = 0; side < 8; side++) {
		struct matrix *matrix = matrix_new(MATRIX_VECTOR);
		struct target target = { .ref_id = "A", .expression = "x", .format = FORMAT_TABLE };

		matrix->count = 1000;
		matrix->series = arena_array(&matrix->arena, 1000, sizeof(*matrix->series));
		for (size_t i = 0; i < 1000; i++) {
			matrix->series[i].labels = fixture_labels(&matrix->arena, "k=x", 3);
			fixture_samples(&matrix->arena, "1", &matrix->series[i]);
		}
		frame_add_matrix(&fixture.set, matrix, &target, "", 0, true);
		matrix_unref(matrix);
	}
	fixture_transform(&fixture, "joinByField", "{\"byField\":\"k\",\"mode\":\"inner\"}");
	cr_expect_eq(fixture.set.frames.count, 8);
	expect_notes(&fixture, "joinByField: more than 5000000 cells, left out\n");
	fixture_transform(&fixture, "joinByField", "{\"byField\":\"k\"}");
	cr_expect_eq(fixture.set.frames.count, 1);
}
