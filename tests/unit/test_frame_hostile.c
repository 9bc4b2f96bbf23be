/* Frames of every odd shape through every transformation: nothing may crash, and columns stay as long as their frame.
 */
#include "frame_fixture.h"

TestSuite(frame_hostile, .timeout = 60);

static const char *const ids[] = {
	"calculateField", "concatenate",   "convertFieldType", "filterByRefId", "filterByValue", "filterFieldsByName",
	"groupBy",        "joinByField",   "labelsToFields",   "limit",         "merge",         "organize",
	"reduce",         "renameByRegex", "seriesToColumns",  "seriesToRows",  "sortBy",
};

/* One object that means something to most transformations, and objects and values of wrong types. */
static const char *const options[] = {
	"{\"mode\":\"binary\",\"binary\":{\"left\":\"Value\",\"operator\":\"/"
	"\",\"right\":\"Time\"},\"byField\":\"job\","
	"\"fields\":{\"job\":{\"operation\":\"groupby\"},\"Value\":{\"operation\":\"aggregate\",\"aggregations\":["
	"\"mean\",\"allValues\","
	"\"last\"]},\"Time\":{\"operation\":\"aggregate\",\"aggregations\":[\"range\",\"min\"]}},\"sort\":[{\"field\":"
	"\"Value\",\"desc\":true}],"
	"\"renameByName\":{\"Value\":\"job\",\"Time\":\"Value\"},\"indexByName\":{\"Time\":1e308,\"Value\":-1},"
	"\"regex\":\"/(.*)/"
	"g\",\"renamePattern\":\"$1$1$1\",\"limitField\":1e300,\"reducers\":[\"mean\",\"last\",\"allValues\"],"
	"\"conversions\":[{\"targetField\":\"Value\",\"destinationType\":\"time\"},{\"targetField\":\"job\","
	"\"destinationType\":\"number\"}],"
	"\"filters\":[{\"fieldName\":\"Value\",\"config\":{\"id\":\"between\",\"options\":{\"from\":\"x\",\"to\":null}}"
	"}]}",
	"{\"mode\":\"reduceFields\",\"reducers\":[\"min\",\"max\",\"first\",\"count\"],\"includeTimeField\":true}",
	"{\"mode\":\"rows\"}",
	"{\"mode\":\"inner\"}",
	"{\"mode\":\"outerTabular\",\"byField\":\"Value\"}",
	"{\"mode\":\"windowFunctions\",\"window\":{\"field\":\"Value\",\"reducer\":\"stdDev\",\"windowSize\":1e300}}",
	"{\"mode\":\"windowFunctions\",\"window\":{\"field\":\"Value\",\"windowSizeMode\":\"fixed\",\"windowSize\":-3,"
	"\"windowAlignment\":\"centered\"}}",
	"{\"mode\":\"reduceRow\",\"reduce\":{\"reducer\":\"mean\",\"include\":[1,null]}}",
	"{\"mode\":[],\"byField\":{},\"fields\":[],\"sort\":{},\"renameByName\":3,\"indexByName\":\"x\","
	"\"excludeByName\":true,"
	"\"regex\":[],\"renamePattern\":null,\"limitField\":{},\"reducers\":\"max\",\"conversions\":{},\"filters\":{"
	"\"a\":1},"
	"\"include\":3,\"exclude\":[],\"keepLabels\":\"job\",\"valueLabel\":7,\"alias\":{},\"replaceFields\":\"yes\"}",
	"{\"sort\":[null],\"reducers\":[null,7],\"conversions\":[null],\"filters\":[null,[],{\"config\":5}],"
	"\"keepLabels\":[null],"
	"\"fields\":{\"\":null},\"include\":{\"names\":[null,{}],\"pattern\":7}}",
	"[]",
	"7",
	"\"text\"",
	"null",
};

static const char *const *const shapes[] = {
	SERIES("job=a:"),
	SERIES("job=a:1 2 3", "job=a:1 2 3", "job=a:4"),
	SERIES("job=a:nan nan nan", "job=b:nan"),
	SERIES("job=a:inf -inf 1e308 -1e308", "job=b:5e-324"),
	SERIES("job=a:1 - - 4", "job=b:- 2", "job=c:- - - - - 6"),
	SERIES(":1 2"),
	SERIES("Time=x,Value=y:1 2"),
	SERIES("job=:1", "job=a,job=b:2"),
	SERIES("le=x:1", "le=:2", "le=1e400:3", "le=nan:4"),
};

static void check_columns(const struct frame_set *set)
{
	volatile double sink = 0;

	for (size_t i = 0; i < set->frames.count; i++) {
		const struct frame *frame = &set->frames.items[i];

		for (size_t f = 0; f < frame->field_count; f++) {
			const struct field *field = &frame->fields[f];

			cr_assert_not_null(field->name);
			for (size_t row = 0; row < frame->length; row++) {
				if (field->type == FIELD_STRING)
					sink += field->strings[row] ? (double)strlen(field->strings[row]) : 0;
				else if (field->type == FIELD_TIME)
					sink += (double)field->times_ms[row];
				else
					sink += field->numbers[row];
			}
		}
	}
	(void)sink;
}

static void add_shape(struct fixture *fixture, const char *const *shape)
{
	fixture_series(fixture, "A", "{{job}}", shape);
	fixture_series(fixture, "B", "__auto", shape);
	fixture_table(fixture, "C", shape);
	fixture_add(fixture, FORMAT_TABLE, "D", "", false, shape);
	fixture_add(fixture, FORMAT_HEATMAP, "E", "{{le}}", true, shape);
}

Test(frame_hostile, every_shape_through_every_transformation)
{
	for (size_t s = 0; s < sizeof(shapes) / sizeof(*shapes); s++) {
		for (size_t o = 0; o < sizeof(options) / sizeof(*options); o++) {
			for (size_t i = 0; i < sizeof(ids) / sizeof(*ids); i++) {
				struct fixture fixture;
				struct panel panel = { 0 };

				fixture_init(&fixture);
				add_shape(&fixture, shapes[s]);
				fixture_transform(&fixture, ids[i], options[o]);
				frame_apply_config(&fixture.set, &panel);
				check_columns(&fixture.set);
				fixture_release(&fixture);
			}
		}
	}
}

Test(frame_hostile, one_transformation_after_the_other)
{
	for (size_t s = 0; s < sizeof(shapes) / sizeof(*shapes); s++) {
		for (size_t o = 0; o < sizeof(options) / sizeof(*options); o++) {
			struct fixture fixture;

			fixture_init(&fixture);
			add_shape(&fixture, shapes[s]);
			for (size_t i = 0; i < 3 * sizeof(ids) / sizeof(*ids); i++) {
				/* A walk with a stride, so that each follows several others. */
				fixture_transform(&fixture, ids[(i * 7 + s) % (sizeof(ids) / sizeof(*ids))],
						  options[o]);
				check_columns(&fixture.set);
			}
			fixture_release(&fixture);
		}
	}
}

Test(frame_hostile, times_at_the_edge)
{
	static const int64_t times[] = { INT64_MIN + 1, -1, 0, INT64_MAX };
	static const double values[] = { 1, 2, 3, 4 };
	struct matrix *matrix = matrix_new(MATRIX_RANGE);
	struct target target = { .ref_id = NULL, .expression = NULL, .legend = NULL };
	struct fixture fixture;

	fixture_init(&fixture);
	matrix->series = arena_array(&matrix->arena, 1, sizeof(*matrix->series));
	matrix->count = 1;
	*matrix->series = (struct series){ .count = 4, .times_ms = times, .values = values };
	frame_add_matrix(&fixture.set, matrix, &target, NULL, 1000, true);
	target.format = FORMAT_TABLE;
	frame_add_matrix(&fixture.set, matrix, &target, NULL, 1000, true);
	for (size_t i = 0; i < sizeof(ids) / sizeof(*ids); i++)
		fixture_transform(&fixture, ids[i], "{}");
	check_columns(&fixture.set);
	matrix_unref(matrix);
	fixture_release(&fixture);
}

Test(frame_hostile, text_is_kept_as_it_is)
{
	struct fixture fixture;

	fixture_init(&fixture);
	fixture_series(&fixture, "A", "{{job}}\x1b[31m", SERIES("job=\x1b]0;x\x07\xff:1"));
	expect_frames(&fixture, "Time=1000 | \x1b]0;x\x07\xff\x1b[31m=1\n");
	fixture_transform(&fixture, "renameByRegex", "{\"regex\":\"/x/\",\"renamePattern\":\"y\"}");
	expect_frames(&fixture, "Time=1000 | \x1b]0;y\x07\xff\x1b[31m=1\n");
	fixture_release(&fixture);
}

Test(frame_hostile, wide_tables)
{
	struct fixture fixture;
	struct matrix *matrix = matrix_new(MATRIX_VECTOR);
	struct target target = { .ref_id = "A", .expression = "x", .format = FORMAT_TABLE };

	/* Each series with a label of its own: 6,000 rows of 6,002 columns would be 36 million cells. */
	fixture_init(&fixture);
	matrix->count = 6000;
	matrix->series = arena_array(&matrix->arena, matrix->count, sizeof(*matrix->series));
	for (size_t i = 0; i < matrix->count; i++) {
		char *labels = arena_printf(&matrix->arena, "l%zu=v", i);

		matrix->series[i].labels = fixture_labels(&matrix->arena, labels, strlen(labels));
		fixture_samples(&matrix->arena, "1", &matrix->series[i]);
	}
	frame_add_matrix(&fixture.set, matrix, &target, "", 0, false);
	cr_expect_eq(fixture.set.frames.items[0].length, 833);
	cr_expect_eq(fixture.set.dropped, 6000 - 833);
	matrix_unref(matrix);
	fixture_release(&fixture);
}
