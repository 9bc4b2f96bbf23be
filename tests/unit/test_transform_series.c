/* Transformations that turn series into tables and calculate with them. */
#include "frame_fixture.h"

TestSuite(transform_series, .timeout = 20);

static struct fixture fixture;

static void setup(void)
{
	fixture_init(&fixture);
}

static void teardown(void)
{
	fixture_release(&fixture);
}

#define SERIES_TEST(name) Test(transform_series, name, .init = setup, .fini = teardown)

static void start_again(void)
{
	fixture_release(&fixture);
	fixture_init(&fixture);
}

SERIES_TEST(merge_tables_of_one_instant)
{
	fixture_table(&fixture, "A", SERIES("i=x:1", "i=y:2"));
	fixture_table(&fixture, "B", SERIES("i=y:3", "i=z:4"));
	fixture_transform(&fixture, "merge", "{}");
	expect_frames(&fixture, "Time=1000,1000,1000 | i=x,y,z | Value #A=1,2,- | Value #B=-,3,4\n");
	cr_expect_str_eq(fixture.set.frames.items[0].ref_id, "merge-A-B");
}

SERIES_TEST(merge_keeps_rows_that_disagree)
{
	/* `v` is not in C, so it is no key; rows of one key with different values stay apart. */
	fixture_table(&fixture, "A", SERIES("i=x,v=a:1", "i=x,v=b:2"));
	fixture_table(&fixture, "B", SERIES("i=x,v=a:3"));
	fixture_table(&fixture, "C", SERIES("i=x:4"));
	fixture_transform(&fixture, "merge", "{}");
	expect_frames(&fixture, "Time=1000,1000 | i=x,x | v=a,b | Value #A=1,2 | Value #B=3,- | Value #C=4,4\n");
}

SERIES_TEST(merge_needs_a_common_field)
{
	fixture_table(&fixture, "A", SERIES("i=x:1"));
	fixture_table(&fixture, "B", SERIES("j=y:2"));
	fixture_transform(&fixture, "filterFieldsByName", "{\"exclude\":{\"names\":[\"Time\"]}}");
	fixture_transform(&fixture, "merge", NULL);
	expect_frames(&fixture, "i=x | Value #A=1\nj=y | Value #B=2\n");
}

SERIES_TEST(merge_a_name_twice_in_one_frame_is_no_key)
{
	fixture_table(&fixture, "A", SERIES("i=x:1"));
	fixture_table(&fixture, "B", SERIES("i=x,u=p:2", "i=y,u=q:5"));
	fixture_transform(&fixture, "joinByField", "{\"byField\":\"i\"}");
	fixture_table(&fixture, "C", SERIES("i=x:3"));
	fixture_transform(&fixture, "merge", "{}");
	cr_assert_eq(fixture.set.frames.count, 1);
	cr_expect_eq(fixture.set.frames.items[0].field_count, 6);
}

SERIES_TEST(merge_of_different_types)
{
	fixture_table(&fixture, "A", SERIES("k=1:1"));
	fixture_table(&fixture, "B", SERIES("k=1:2"));
	fixture_filtered(&fixture, "convertFieldType", "B",
			 "{\"conversions\":[{\"targetField\":\"k\",\"destinationType\":\"number\"}]}");
	fixture_transform(&fixture, "merge", "{}");
	expect_frames(&fixture, "Time=1000 | k=1 | Value #A=1 | Value #B=2\n");
}

SERIES_TEST(labels_to_fields)
{
	fixture_series(&fixture, "A", "{{i}}", SERIES("i=x,j=a:1 2", "i=y,j=b:3 4"));
	fixture_transform(&fixture, "labelsToFields", "{}");
	expect_frames(&fixture, "Time=1000,2000,1000,2000 | Value=1,2,3,4 | i=x,x,y,y | j=a,a,b,b\n");
}

SERIES_TEST(labels_to_fields_kept_and_value_label)
{
	fixture_series(&fixture, "A", "{{i}}", SERIES("i=x,j=a,k=q:1", "i=y,j=a,k=q:3"));
	fixture_transform(&fixture, "labelsToFields",
			  "{\"mode\":\"columns\",\"keepLabels\":[\"i\",\"j\"],\"valueLabel\":\"i\"}");
	expect_frames(&fixture, "Time=1000 | x=1 | j=a | y=3\n");
}

SERIES_TEST(labels_to_rows)
{
	fixture_series(&fixture, "A", "{{i}}", SERIES("i=x,j=a:1"));
	fixture_transform(&fixture, "labelsToFields", "{\"mode\":\"rows\"}");
	cr_expect_str_eq(fixture.set.frames.items[0].name, "x");
	expect_frames(&fixture, "x label=i,j | x value=x,a\n");
	start_again();
	fixture_series(&fixture, "A", "{{i}}", SERIES("i=x,j=a:1"));
	fixture_transform(&fixture, "labelsToFields", "{\"mode\":\"rows\",\"keepLabels\":[\"zone\",\"j\",4]}");
	expect_frames(&fixture, "x label=zone,j | x value=-,a\n");
}

SERIES_TEST(reduce_series_to_rows)
{
	fixture_series(&fixture, "A", "{{i}}", SERIES("i=x,j=a:1 2 6", "i=y:3 4"));
	fixture_transform(&fixture, "reduce", "{\"reducers\":[\"lastNotNull\",\"mean\",\"madeUp\",\"max\"]}");
	expect_frames(&fixture, "Field=x,y | Last *=6,4 | Mean=3,3.5 | Max=6,4\n");
	expect_notes(&fixture, "reduce: unknown reducer\n");
	start_again();
	fixture_series(&fixture, "A", "{{i}}", SERIES("i=x,j=a:1 2 6", "i=y:3 4"));
	fixture_transform(&fixture, "reduce", "{\"reducers\":[\"sum\"],\"labelsToFields\":true}");
	expect_frames(&fixture, "Field=Value,Value | i=x,y | j=a,- | Total=9,7\n");
}

SERIES_TEST(reduce_defaults_to_max_and_handles_texts)
{
	fixture_table(&fixture, "A", SERIES("i=x:1", "i=y:5"));
	fixture_transform(&fixture, "reduce", "{\"includeTimeField\":true}");
	expect_frames(&fixture, "Field=Time,i,Value #A | Max=1000,-,5\n");
	start_again();
	fixture_table(&fixture, "A", SERIES("i=x:1", "i=y:5"));
	fixture_transform(&fixture, "filterFieldsByName", "{\"include\":{\"names\":[\"i\"]}}");
	fixture_transform(&fixture, "reduce", "{\"reducers\":[\"first\",\"max\",\"changeCount\",\"sum\"]}");
	expect_frames(&fixture, "Field=i | First=x | Max=y | Change Count=1 | Total=-\n");
}

SERIES_TEST(reduce_fields)
{
	fixture_series(&fixture, "A", "{{i}}", SERIES("i=x:1 2 6", "i=y:3 4"));
	fixture_transform(&fixture, "reduce", "{\"mode\":\"reduceFields\",\"reducers\":[\"sum\"]}");
	expect_frames(&fixture, "x=9\ny=7\n");
	start_again();
	fixture_table(&fixture, "A", SERIES("i=x:1", "i=y:5"));
	fixture_transform(&fixture, "filterFieldsByName", "{\"include\":{\"pattern\":\"/Value/\"}}");
	fixture_transform(&fixture, "reduce", "{\"mode\":\"reduceFields\",\"reducers\":[\"min\",\"max\"]}");
	expect_frames(&fixture, "Value #A Min=1 | Value #A Max=5\n");
	fixture_transform(&fixture, "reduce", "{\"mode\":\"reduceFields\",\"reducers\":[]}");
	cr_expect_eq(fixture.set.frames.count, 0);
}

SERIES_TEST(series_to_rows)
{
	fixture_series(&fixture, "A", "{{i}}", SERIES("i=x:1 2", "i=y:- 3 4"));
	fixture_transform(&fixture, "seriesToRows", "{}");
	expect_frames(&fixture, "Time=3000,2000,2000,1000 | Metric=y,x,y,x | Value=4,2,3,1\n");
	fixture_transform(&fixture, "seriesToRows", "{}");
	cr_expect_eq(fixture.set.frames.items[0].field_count, 3, "one frame stays");
}

SERIES_TEST(concatenate)
{
	fixture_series(&fixture, "A", "__auto", SERIES("i=x:1 2"));
	fixture_series(&fixture, "B", "b", SERIES("j=y:3"));
	fixture_transform(&fixture, "concatenate", "{\"frameNameMode\":\"drop\"}");
	expect_frames(&fixture, "Time 1=1000,2000 | {i=\"x\"}=1,2 | Time 2=1000,- | b=3,-\n");
	start_again();
	fixture_series(&fixture, "A", "a", SERIES("i=x:1"));
	fixture_transform(&fixture, "concatenate", "{\"frameNameLabel\":\"f\"}");
	cr_expect_str_eq(labels_get(&fixture.set.frames.items[0].fields[1].labels, "f"), "a");
	start_again();
	fixture_series(&fixture, "A", "a", SERIES("i=x:1"));
	fixture_transform(&fixture, "concatenate", "{\"frameNameMode\":\"field\"}");
	cr_expect_str_eq(fixture.set.frames.items[0].fields[1].name, "a \xc2\xb7 Value");
}

/* Series a = 1 2 4, b = 10 - 20; the calculated column behind Time, a, b. */
static void expect_calculated(const char *options, const char *wanted)
{
	char text[300];

	fixture_series(&fixture, "A", "a", SERIES("i=a:1 2 4"));
	fixture_series(&fixture, "B", "b", SERIES("i=b:10 nan 20"));
	fixture_transform(&fixture, "calculateField", options);
	snprintf(text, sizeof(text), "Time=1000,2000,3000 | a=1,2,4 | b=10,NaN,20%s\n", wanted);
	expect_frames(&fixture, text);
	start_again();
}

SERIES_TEST(calculate_binary)
{
	expect_calculated("{\"mode\":\"binary\",\"binary\":{\"left\":\"a\",\"operator\":\"*\",\"right\":\"b\"}}",
			  " | a * b=10,NaN,80");
	expect_calculated("{\"mode\":\"binary\",\"alias\":\"half\",\"binary\":{\"left\":\"a\",\"operator\":\"/"
			  "\",\"right\":\"2\"}}",
			  " | half=0.5,1,2");
	expect_calculated(
		"{\"mode\":\"binary\",\"binary\":{\"left\":{\"matcher\":{\"id\":\"byName\",\"options\":\"a\"}},"
		"\"operator\":\"-\",\"right\":{\"fixed\":\"1\"}}}",
		" | a - 1=0,1,3");
	expect_calculated("{\"mode\":\"binary\",\"binary\":{\"left\":1,\"operator\":\"/\",\"right\":0}}",
			  " | 1 / 0=inf,inf,inf");
	expect_calculated("{\"mode\":\"binary\",\"binary\":{\"left\":\"a\",\"operator\":\"**\",\"right\":\"2\"}}",
			  " | a ** 2=1,4,16");
	expect_calculated("{\"mode\":\"binary\",\"alias\":\"x\",\"binary\":{\"left\":{\"matcher\":{\"id\":\"byType\","
			  "\"options\":\"number\"}},\"operator\":\"+\",\"right\":\"1\"}}",
			  " | a + 1=2,3,5 | b + 1=11,NaN,21");
	expect_calculated("{\"mode\":\"binary\",\"binary\":{\"left\":\"a\",\"operator\":\"+\",\"right\":\"nothing\"}}",
			  "");
	expect_calculated("{\"mode\":\"binary\",\"binary\":[]}", "");
	expect_calculated("{\"mode\":\"binary\",\"binary\":{\"left\":\"a\",\"operator\":\"<>\",\"right\":\"a\"}}", "");
}

SERIES_TEST(calculate_other_modes)
{
	expect_calculated("{\"mode\":\"unary\",\"unary\":{\"operator\":\"percent\",\"fieldName\":\"a\"}}",
			  " | percent(a)=100,200,400");
	expect_calculated("{\"mode\":\"unary\",\"unary\":{\"operator\":\"abs\",\"fieldName\":\"nothing\"}}", "");
	expect_calculated("{\"reduce\":{\"reducer\":\"sum\"}}", " | Total=11,2,24");
	expect_calculated(
		"{\"mode\":\"reduceRow\",\"reduce\":{\"reducer\":\"max\",\"include\":[\"a\"]},\"alias\":\"top\"}",
		" | top=1,2,4");
	expect_calculated("{\"mode\":\"reduceRow\",\"reduce\":{\"reducer\":\"madeUp\"}}", "");
	expect_calculated("{\"mode\":\"cumulativeFunctions\",\"cumulative\":{\"field\":\"a\",\"reducer\":\"sum\"}}",
			  " | cumulative sum(a)=1,3,7");
	expect_calculated("{\"mode\":\"cumulativeFunctions\",\"cumulative\":{\"field\":\"a\",\"reducer\":\"mean\"}}",
			  " | cumulative mean(a)=1,1.5,2.33333");
	expect_calculated(
		"{\"mode\":\"windowFunctions\",\"window\":{\"field\":\"a\",\"reducer\":\"mean\",\"windowSize\":2,"
		"\"windowSizeMode\":\"fixed\",\"windowAlignment\":\"trailing\"}}",
		" | trailing moving mean(a)=1,1.5,3");
	expect_calculated(
		"{\"mode\":\"windowFunctions\",\"window\":{\"field\":\"a\",\"reducer\":\"variance\",\"windowSize\":3,"
		"\"windowSizeMode\":\"fixed\",\"windowAlignment\":\"centered\"}}",
		" | centered moving variance(a)=0.25,1.55556,1");
	expect_calculated("{\"mode\":\"windowFunctions\",\"window\":{\"field\":\"b\",\"windowSize\":0.1}}",
			  " | trailing moving mean(b)=10,-,20");
}

SERIES_TEST(calculate_replaces_and_numbers)
{
	fixture_table(&fixture, "A", SERIES("i=x:5", "i=y:7", "i=z:9"));
	fixture_transform(&fixture, "calculateField",
			  "{\"mode\":\"binary\",\"binary\":{\"left\":\"Value #A\",\"operator\":\"-\",\"right\":\"5\"},"
			  "\"replaceFields\":true,\"alias\":\"d\"}");
	expect_frames(&fixture, "Time=1000,1000,1000 | d=0,2,4\n");
	fixture_transform(&fixture, "calculateField", "{\"mode\":\"index\"}");
	fixture_transform(
		&fixture, "calculateField",
		"{\"mode\":\"index\",\"index\":{\"asPercentile\":true},\"alias\":\"p\",\"replaceFields\":true}");
	expect_frames(&fixture, "Time=1000,1000,1000 | p=0,0.5,1\n");
}

SERIES_TEST(calculate_in_an_unknown_mode)
{
	fixture_series(&fixture, "A", "a", SERIES("i=a:1", "i=b:2"));
	fixture_transform(&fixture, "calculateField", "{\"mode\":7}");
	cr_expect_eq(fixture.set.frames.count, 2);
	expect_notes(&fixture, "calculateField: unknown mode 7\n");
}

SERIES_TEST(calculate_keeps_what_is_not_there)
{
	fixture_series(&fixture, "A", "a", SERIES("i=a:1 2"));
	fixture_series(&fixture, "B", "b", SERIES("i=b:- 5"));
	fixture_transform(&fixture, "calculateField",
			  "{\"mode\":\"binary\",\"binary\":{\"left\":\"a\",\"operator\":\"+\",\"right\":\"b\"}}");
	expect_frames(&fixture, "Time=1000,2000 | a=1,2 | b=-,5 | a + b=-,7\n");
}

SERIES_TEST(many_transformations_share_one_budget)
{
	struct transformation steps[400];
	struct panel panel = { .transformations = steps, .transformation_count = 400 };
	cJSON *options = cJSON_Parse("{\"mode\":\"index\"}");
	struct matrix *matrix = matrix_new(MATRIX_RANGE);
	struct target target = { .ref_id = "A", .expression = "x" };

	matrix->series = arena_array(&matrix->arena, 1, sizeof(*matrix->series));
	matrix->count = 1;
	matrix->series->count = 50000;
	matrix->series->times_ms = arena_array(&matrix->arena, 50000, sizeof(int64_t));
	matrix->series->values = arena_array(&matrix->arena, 50000, sizeof(double));
	frame_add_matrix(&fixture.set, matrix, &target, "x", 1000, false);
	for (size_t i = 0; i < 400; i++)
		steps[i] = (struct transformation){ .id = "calculateField", .options = options };
	frame_transform(&fixture.set, &panel, fixture_note, &fixture);
	cr_expect_eq(fixture.set.frames.items[0].field_count, 102);
	cr_expect_eq(fixture.note_count, 300);
	matrix_unref(matrix);
	cJSON_Delete(options);
}
