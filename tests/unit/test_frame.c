#include "frame_fixture.h"

TestSuite(frame, .timeout = 20);

static struct fixture fixture;

static void setup(void)
{
	fixture_init(&fixture);
}

static void teardown(void)
{
	fixture_release(&fixture);
}

#define FRAME_TEST(name) Test(frame, name, .init = setup, .fini = teardown)

static const struct frame *frame_at(size_t index)
{
	cr_assert_lt(index, fixture.set.frames.count);
	return &fixture.set.frames.items[index];
}

FRAME_TEST(null_is_not_nan)
{
	cr_expect(frame_is_null(frame_null()));
	cr_expect(isnan(frame_null()));
	cr_expect_not(frame_is_null(NAN));
	cr_expect_not(frame_is_null(-NAN));
	cr_expect_not(frame_is_null(0));
	cr_expect_not(frame_is_null(INFINITY));
	cr_expect(frame_is_null(-frame_null()));
}

FRAME_TEST(series_alias_the_matrix)
{
	struct matrix *matrix = fixture_matrix(MATRIX_RANGE, SERIES("job=a:1 2 3"));
	struct target target = { .ref_id = "A", .expression = "up", .legend = "{{ job }}" };

	frame_add_matrix(&fixture.set, matrix, &target, NULL, 1000, false);
	cr_expect_eq(matrix->references, 2);
	cr_expect_eq(frame_at(0)->fields[0].times_ms, matrix->series[0].times_ms);
	cr_expect_eq(frame_at(0)->fields[1].numbers, matrix->series[0].values);
	cr_expect_str_eq(frame_at(0)->ref_id, "A");
	cr_expect_str_eq(frame_at(0)->fields[1].legend, "a");
	cr_expect_eq(frame_at(0)->fields[1].type, FIELD_NUMBER);
	frame_set_release(&fixture.set);
	cr_expect_eq(matrix->references, 1);
	matrix_unref(matrix);
}

FRAME_TEST(gaps_get_one_null_row)
{
	fixture_series(&fixture, "A", "x", SERIES("job=a:1 - - - 5 6 - 8"));
	expect_frames(&fixture, "Time=1000,2000,5000,6000,7000,8000 | x=1,-,5,6,-,8\n");
}

FRAME_TEST(instant_answers_have_no_gaps)
{
	struct matrix *matrix = fixture_matrix(MATRIX_VECTOR, SERIES("job=a:1"));
	struct target target = { .ref_id = "A", .expression = "up" };

	frame_add_matrix(&fixture.set, matrix, &target, "", 0, false);
	matrix_unref(matrix);
	expect_frames(&fixture, "Time=1000 | {job=\"a\"}=1\n");
}

FRAME_TEST(legends)
{
	static const struct {
		const char *legend, *series, *name;
	} cases[] = {
		{ "{{job}}", "job=a:1", "a" },
		{ "{{ job }} on {{instance}}", "job=a,instance=b:1", "a on b" },
		{ "{{missing}}", "job=a:1", "a" }, /* an empty legend is none */
		{ "x{{missing}}y", "job=a:1", "xy" },
		{ "{{job", "job=a:1", "{{job" },
		{ "plain", "job=a:1", "plain" },
		{ "{{__name__}}", "__name__=up:1", "up" },
		{ "", "__name__=up,job=a,zone=b:1", "up{job=\"a\", zone=\"b\"}" },
		{ "", "__name__=up:1", "up" },
		{ "", "job=a\"b\\c:1", "{job=\"a\\\"b\\\\c\"}" },
		{ "", ":1", "expr" },
		{ "__auto", ":1", "expr" },
		{ "__auto", "job=a:1", "a" },
		{ "__auto", "job=a,zone=b:1", "{job=\"a\", zone=\"b\"}" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct panel panel = { 0 };

		fixture_series(&fixture, "A", cases[i].legend, SERIES(cases[i].series));
		frame_apply_config(&fixture.set, &panel);
		cr_expect_str_eq(frame_at(0)->fields[1].display_name, cases[i].name, "%s of %s gives %s",
				 cases[i].legend, cases[i].series, frame_at(0)->fields[1].display_name);
		frame_set_release(&fixture.set);
		frame_set_init(&fixture.set);
	}
}

FRAME_TEST(tables)
{
	fixture_table(&fixture, "B", SERIES("job=b,instance=x:1", "zone=z,job=a:2"));
	expect_frames(&fixture, "Time=1000,1000 | instance=x,- | job=b,a | zone=-,z | Value #B=1,2\n");
	cr_expect_eq(frame_at(0)->fields[1].type, FIELD_STRING);
}

FRAME_TEST(table_of_one_target_is_called_value)
{
	fixture_add(&fixture, FORMAT_TABLE, "A", "", false, SERIES("job=b:1"));
	expect_frames(&fixture, "Time=1000 | job=b | Value=1\n");
}

FRAME_TEST(table_rows_are_ascending)
{
	fixture_add(&fixture, FORMAT_TABLE, "A", "", false, SERIES("j=a:1 2", "j=b:3 4"));
	expect_frames(&fixture, "Time=1000,1000,2000,2000 | j=a,b,a,b | Value=1,3,2,4\n");
}

FRAME_TEST(table_bounds_are_numbers)
{
	fixture_add(&fixture, FORMAT_TABLE, "A", "", false, SERIES("le=+Inf:1", "le=0.5:2", "x=y:3"));
	expect_frames(&fixture, "Time=1000,1000,1000 | le=inf,0.5,- | x=-,-,y | Value=1,2,3\n");
}

FRAME_TEST(heatmap_is_sorted_and_subtracted)
{
	fixture_add(&fixture, FORMAT_HEATMAP, "A", "{{le}}", false,
		    SERIES("le=+Inf:10 10", "le=10:7 8", "le=2:3 8.0000000001"));
	expect_frames(&fixture, "Time=1000,2000 | 2=3,8\n"
				"Time=1000,2000 | 10=4,0\n"
				"Time=1000,2000 | +Inf=3,2\n");
	cr_expect_str_eq(frame_at(1)->name, "10");
}

FRAME_TEST(heatmap_pairs_by_time_and_group)
{
	fixture_add(&fixture, FORMAT_HEATMAP, "A", "", false,
		    SERIES("le=1,g=a:1 2", "le=2,g=a:- 5 6", "le=1,g=b:9 9", "job=other:5"));
	cr_assert_eq(fixture.set.frames.count, 4);
	expect_frames(&fixture, "Time=1000,2000 | 1=1,2\n"
				"Time=2000,3000 | 2=3,6\n"
				"Time=1000,2000 | 1=9,9\n"
				"Time=1000 | {job=\"other\"}=5\n");
}

FRAME_TEST(strings_and_nothing)
{
	struct matrix *text = matrix_new(MATRIX_STRING), *empty = matrix_new(MATRIX_RANGE);
	struct target target = { .ref_id = "A", .expression = "\"x\"" };

	text->string = arena_strdup(&text->arena, "hello");
	frame_add_matrix(&fixture.set, text, &target, "", 0, false);
	frame_add_matrix(&fixture.set, empty, &target, "", 1000, false);
	target.format = FORMAT_HEATMAP;
	frame_add_matrix(&fixture.set, empty, &target, "", 1000, false);
	target.format = FORMAT_TABLE;
	frame_add_matrix(&fixture.set, empty, &target, "", 1000, false);
	matrix_unref(text);
	matrix_unref(empty);
	expect_frames(&fixture, "Value=hello\nTime= | Value=\n");
}
