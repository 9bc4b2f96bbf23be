/* Transformations that work on fields and rows of tables. */
#include "frame_fixture.h"

TestSuite(transform_table, .timeout = 20);

static struct fixture fixture;

static void setup(void)
{
	fixture_init(&fixture);
}

static void teardown(void)
{
	fixture_release(&fixture);
}

#define TABLE_TEST(name) Test(transform_table, name, .init = setup, .fini = teardown)

/* Time, j, k, Value #A */
static void add_table(void)
{
	fixture_table(&fixture, "A", SERIES("j=a,k=x:3", "j=b,k=y:1", "j=a,k=y:2"));
}

static void start_again(void)
{
	fixture_release(&fixture);
	fixture_init(&fixture);
}

TABLE_TEST(organize)
{
	add_table();
	fixture_transform(
		&fixture, "organize",
		"{\"excludeByName\":{\"Time\":true,\"k\":false},\"indexByName\":{\"Value #A\":0,\"j\":2,\"k\":1},"
		"\"renameByName\":{\"Value #A\":\"Requests\",\"k\":\"\"}}");
	expect_frames(&fixture, "Requests=3,1,2 | k=x,y,y | j=a,b,a\n");
	cr_expect_str_eq(fixture.set.frames.items[0].fields[0].name, "Value #A", "renaming changes what is shown");
}

TABLE_TEST(organize_fields_without_a_place_come_last)
{
	add_table();
	fixture_transform(&fixture, "organize", "{\"indexByName\":{\"k\":0}}");
	expect_frames(&fixture, "k=x,y,y | Time=1000,1000,1000 | j=a,b,a | Value #A=3,1,2\n");
}

TABLE_TEST(organize_include)
{
	add_table();
	fixture_transform(&fixture, "organize",
			  "{\"includeByName\":{\"j\":true,\"k\":true},\"excludeByName\":{\"k\":true}}");
	expect_frames(&fixture, "j=a,b,a\n");
}

TABLE_TEST(organize_wrong_types)
{
	add_table();
	fixture_transform(&fixture, "organize",
			  "{\"excludeByName\":[\"Time\"],\"indexByName\":{\"k\":\"0\"},\"renameByName\":{\"j\":5}}");
	expect_frames(&fixture, "Time=1000,1000,1000 | j=a,b,a | k=x,y,y | Value #A=3,1,2\n");
	expect_notes(&fixture, "organize: excludeByName is not an object\n");
}

TABLE_TEST(organize_without_fields_left)
{
	fixture_add(&fixture, FORMAT_TABLE, "A", "", false, SERIES("j=a:1"));
	fixture_transform(&fixture, "organize", "{\"excludeByName\":{\"Time\":true,\"j\":true,\"Value\":true}}");
	cr_expect_eq(fixture.set.frames.count, 0);
	fixture_transform(&fixture, "organize", "{}");
	fixture_transform(&fixture, "merge", "{}");
	fixture_transform(&fixture, "concatenate", "{}");
	cr_expect_eq(fixture.set.frames.count, 0);
}

TABLE_TEST(filter_by_name)
{
	static const struct {
		const char *options, *frames;
	} cases[] = {
		{ "{\"include\":{\"names\":[\"j\",\"Value #A\"]}}", "j=a | Value #A=1\n" },
		{ "{\"include\":{\"pattern\":\"/^Val|^k/\"}}", "k=x | Value #A=1\n" },
		{ "{\"include\":{\"names\":[\"j\"],\"pattern\":\"k\"}}", "j=a | k=x\n" },
		{ "{\"exclude\":{\"names\":[\"Time\"]}}", "j=a | k=x | Value #A=1\n" },
		{ "{\"exclude\":{\"pattern\":\"Time|Value.*\"}}", "j=a | k=x\n" },
		{ "{\"include\":{\"pattern\":\"/./\"},\"exclude\":{\"names\":[\"j\"]}}",
		  "Time=1000 | k=x | Value #A=1\n" },
		{ "{\"include\":{\"names\":[]}}", "Time=1000 | j=a | k=x | Value #A=1\n" },
		{ "{\"include\":{\"names\":[\"nothing\"]}}", "" },
		{ "{\"byVariable\":true,\"include\":{\"variable\":\"$v\"}}", "Time=1000 | j=a | k=x | Value #A=1\n" },
		{ "{\"include\":{\"names\":\"j\"}}", "Time=1000 | j=a | k=x | Value #A=1\n" },
		{ "[]", "Time=1000 | j=a | k=x | Value #A=1\n" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		fixture_table(&fixture, "A", SERIES("j=a,k=x:1"));
		fixture_transform(&fixture, "filterFieldsByName", cases[i].options);
		expect_frames(&fixture, cases[i].frames);
		start_again();
	}
}

TABLE_TEST(filter_by_name_bad_pattern)
{
	fixture_table(&fixture, "A", SERIES("j=a:1"));
	fixture_transform(&fixture, "filterFieldsByName", "{\"include\":{\"pattern\":\"/(/\"}}");
	cr_expect_eq(fixture.set.frames.count, 1);
	cr_expect_not_null(strstr(fixture.notes.text, "filterFieldsByName: regular expression: "), "%s",
			   fixture.notes.text);
}

TABLE_TEST(rename_by_regex)
{
	fixture_series(&fixture, "A", "{{i}}", SERIES("i=node-1:1", "i=node-2:2", "i=other:3"));
	fixture_transform(&fixture, "renameByRegex", "{\"regex\":\"node-(.*)\",\"renamePattern\":\"host $1\"}");
	expect_frames(&fixture, "Time=1000 | host 1=1\nTime=1000 | host 2=2\nTime=1000 | other=3\n");
	fixture_transform(&fixture, "renameByRegex", "{\"regex\":\"/o/\",\"renamePattern\":\"0\"}");
	fixture_transform(&fixture, "renameByRegex", "{\"regex\":\"/[st]/g\",\"renamePattern\":\"-\"}");
	expect_frames(&fixture, "Time=1000 | h0-- 1=1\nTime=1000 | h0-- 2=2\nTime=1000 | 0-her=3\n");
	fixture_transform(&fixture, "renameByRegex", "{\"regex\":\"/(/\",\"renamePattern\":\"0\"}");
	cr_expect_eq(fixture.note_count, 1);
}

TABLE_TEST(limit)
{
	add_table();
	fixture_transform(&fixture, "limit", "{\"limitField\":2}");
	expect_frames(&fixture, "Time=1000,1000 | j=a,b | k=x,y | Value #A=3,1\n");
	fixture_transform(&fixture, "limit", "{\"limitField\":\"1\"}");
	cr_expect_eq(fixture.set.frames.items[0].length, 1);
	fixture_transform(&fixture, "limit", NULL);
	cr_expect_eq(fixture.set.frames.items[0].length, 1);
	fixture_transform(&fixture, "limit", "{\"limitField\":-4}");
	cr_expect_eq(fixture.set.frames.items[0].length, 0);
}

TABLE_TEST(sort_by)
{
	add_table();
	fixture_transform(&fixture, "sortBy", "{\"fields\":{},\"sort\":[{\"field\":\"Value #A\"}]}");
	expect_frames(&fixture, "Time=1000,1000,1000 | j=b,a,a | k=y,y,x | Value #A=1,2,3\n");
	fixture_transform(&fixture, "sortBy", "{\"sort\":[{\"field\":\"j\",\"desc\":true}]}");
	expect_frames(&fixture, "Time=1000,1000,1000 | j=b,a,a | k=y,y,x | Value #A=1,2,3\n");
	fixture_transform(&fixture, "sortBy", "{\"sort\":[{\"field\":\"k\"}]}");
	expect_frames(&fixture, "Time=1000,1000,1000 | j=a,b,a | k=x,y,y | Value #A=3,1,2\n");
	fixture_transform(&fixture, "sortBy", "{\"sort\":{\"field\":\"k\"}}");
	fixture_transform(&fixture, "sortBy", "{\"sort\":[{\"field\":\"nothing\"}]}");
	expect_frames(&fixture, "Time=1000,1000,1000 | j=a,b,a | k=x,y,y | Value #A=3,1,2\n");
}

TABLE_TEST(sort_puts_nothing_and_nan_first)
{
	fixture_series(&fixture, "A", "v", SERIES("j=a:2 - nan -inf 1"));
	fixture_transform(&fixture, "sortBy", "{\"sort\":[{\"field\":\"v\"}]}");
	expect_frames(&fixture, "Time=2000,3000,4000,5000,1000 | v=-,NaN,-inf,1,2\n");
	fixture_transform(&fixture, "sortBy", "{\"sort\":[{\"field\":\"v\",\"desc\":true}]}");
	expect_frames(&fixture, "Time=1000,5000,4000,3000,2000 | v=2,1,-inf,NaN,-\n");
}

TABLE_TEST(filter_by_value)
{
	static const struct {
		const char *options, *values;
	} cases[] = {
		{ "{\"filters\":[{\"fieldName\":\"Value "
		  "#A\",\"config\":{\"id\":\"greater\",\"options\":{\"value\":1}}}],"
		  "\"type\":\"include\",\"match\":\"any\"}",
		  "3,2" },
		{ "{\"filters\":[{\"fieldName\":\"Value "
		  "#A\",\"config\":{\"id\":\"greaterOrEqual\",\"options\":{\"value\":\"2\"}}}],"
		  "\"type\":\"exclude\"}",
		  "1" },
		{ "{\"filters\":[{\"fieldName\":\"Value "
		  "#A\",\"config\":{\"id\":\"lower\",\"options\":{\"value\":2}}}]}",
		  "1" },
		{ "{\"filters\":[{\"fieldName\":\"Value "
		  "#A\",\"config\":{\"id\":\"lowerOrEqual\",\"options\":{\"value\":2}}}]}",
		  "1,2" },
		{ "{\"filters\":[{\"fieldName\":\"Value "
		  "#A\",\"config\":{\"id\":\"between\",\"options\":{\"from\":1,\"to\":3}}}]}",
		  "2" },
		{ "{\"filters\":[{\"fieldName\":\"Value "
		  "#A\",\"config\":{\"id\":\"equal\",\"options\":{\"value\":\"3\"}}}]}",
		  "3" },
		{ "{\"filters\":[{\"fieldName\":\"j\",\"config\":{\"id\":\"equal\",\"options\":{\"value\":\"a\"}}}]}",
		  "3,2" },
		{ "{\"filters\":[{\"fieldName\":\"j\",\"config\":{\"id\":\"notEqual\",\"options\":{\"value\":\"a\"}}}]"
		  "}",
		  "1" },
		{ "{\"filters\":[{\"fieldName\":\"k\",\"config\":{\"id\":\"regex\",\"options\":{\"value\":\"x|z\"}}}]}",
		  "3" },
		{ "{\"filters\":[{\"fieldName\":\"k\",\"config\":{\"id\":\"substring\",\"options\":{\"value\":\"Y\"}}}]"
		  "}",
		  "1,2" },
		{ "{\"filters\":[{\"fieldName\":\"k\",\"config\":{\"id\":\"notSubstring\",\"options\":{\"value\":\"y\"}"
		  "}}]}",
		  "3" },
		{ "{\"filters\":[{\"fieldName\":\"k\",\"config\":{\"id\":\"isNull\"}}]}", "" },
		{ "{\"filters\":[{\"fieldName\":\"k\",\"config\":{\"id\":\"isNotNull\"}}]}", "3,1,2" },
		{ "{\"filters\":[{\"fieldName\":\"j\",\"config\":{\"id\":\"equal\",\"options\":{\"value\":\"a\"}}},"
		  "{\"fieldName\":\"k\",\"config\":{\"id\":\"equal\",\"options\":{\"value\":\"y\"}}}],\"match\":"
		  "\"all\"}",
		  "2" },
		{ "{\"filters\":[{\"fieldName\":\"nothing\",\"config\":{\"id\":\"isNull\"}}]}", "" },
		{ "{\"filters\":[]}", "3,1,2" },
		{ "{\"filters\":[{\"fieldName\":\"j\",\"config\":{\"id\":\"madeUp\"}},5]}", "3,1,2" },
		{ "{\"filters\":7}", "3,1,2" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char wanted[64];

		add_table();
		fixture_transform(&fixture, "filterByValue", cases[i].options);
		fixture_transform(&fixture, "filterFieldsByName", "{\"include\":{\"names\":[\"Value #A\"]}}");
		snprintf(wanted, sizeof(wanted), "Value #A=%s\n", cases[i].values);
		expect_frames(&fixture, wanted);
		start_again();
	}
}

TABLE_TEST(filter_by_ref_id)
{
	fixture_series(&fixture, "A", "a", SERIES("j=a:1"));
	fixture_series(&fixture, "B", "b", SERIES("j=b:2"));
	fixture_series(&fixture, "AB", "ab", SERIES("j=c:3"));
	fixture_transform(&fixture, "filterByRefId", "{\"include\":\"A|B\"}");
	cr_expect_eq(fixture.set.frames.count, 3, "^A|B$ as Grafana has it");
	fixture_transform(&fixture, "filterByRefId", "{\"include\":\"/^(?:A|B)$/\"}");
	expect_frames(&fixture, "Time=1000 | a=1\nTime=1000 | b=2\n");
	fixture_transform(&fixture, "filterByRefId", "{\"exclude\":\"A\"}");
	expect_frames(&fixture, "Time=1000 | b=2\n");
}

TABLE_TEST(convert_field_type)
{
	fixture_table(&fixture, "A",
		      SERIES("n=1.5,t=2020-01-01T00:00:00Z,b=false:1", "n= 7 ,t=soon,b=yes:0", "n=0x10,b=:nan"));
	fixture_transform(&fixture, "convertFieldType",
			  "{\"fields\":{},\"conversions\":[{\"targetField\":\"n\",\"destinationType\":\"number\"},"
			  "{\"targetField\":\"t\",\"destinationType\":\"time\"},{\"targetField\":\"b\","
			  "\"destinationType\":\"boolean\"},"
			  "{\"targetField\":\"Value #A\",\"destinationType\":\"string\"},{\"targetField\":\"Time\","
			  "\"destinationType\":\"number\"}]}");
	expect_frames(&fixture, "Time=1000,1000,1000 | b=0,1,- | n=1.5,7,- | t=1577836800000,-,- | Value #A=1,0,NaN\n");
	cr_expect_eq(fixture.set.frames.items[0].fields[0].type, FIELD_NUMBER);
	cr_expect_eq(fixture.set.frames.items[0].fields[1].type, FIELD_BOOLEAN);
	cr_expect_eq(fixture.set.frames.items[0].fields[3].type, FIELD_TIME);
	cr_expect_eq(fixture.set.frames.items[0].fields[4].type, FIELD_STRING);
	fixture_transform(&fixture, "convertFieldType",
			  "{\"conversions\":[{\"targetField\":\"n\",\"destinationType\":\"colour\"},3,null]}");
	expect_notes(&fixture, "convertFieldType: unknown type colour\n");
}

TABLE_TEST(group_by)
{
	add_table();
	fixture_transform(
		&fixture, "groupBy",
		"{\"fields\":{\"j\":{\"aggregations\":[],\"operation\":\"groupby\"},"
		"\"Value #A\":{\"aggregations\":[\"sum\",\"max\",\"count\",\"madeUp\"],\"operation\":\"aggregate\"},"
		"\"k\":{\"aggregations\":[\"lastNotNull\",\"distinctCount\",\"uniqueValues\",\"mean\"],\"operation\":"
		"\"aggregate\"},"
		"\"Time\":{\"aggregations\":[\"max\"],\"operation\":\"aggregate\"},\"x\":7}}");
	expect_frames(&fixture, "j=a,b | Time (max)=1000,1000 | k (lastNotNull)=y,y | k (distinctCount)=2,1 | "
				"k (uniqueValues)=x, y,y | k (mean)=-,- | Value #A (sum)=5,1 | Value #A (max)=3,1 | "
				"Value #A (count)=2,1\n");
	cr_expect_eq(fixture.set.frames.items[0].fields[1].type, FIELD_TIME);
	expect_notes(&fixture, "groupBy: unknown aggregation\n");
}

TABLE_TEST(group_by_several_and_none)
{
	add_table();
	fixture_transform(&fixture, "groupBy",
			  "{\"fields\":{\"Value #A\":{\"aggregations\":[\"sum\"],\"operation\":\"aggregate\"}}}");
	cr_expect_eq(fixture.set.frames.items[0].field_count, 4, "without a field to group by nothing happens");
	fixture_transform(&fixture, "groupBy",
			  "{\"fields\":{\"j\":{\"operation\":\"groupby\"},\"k\":{\"operation\":\"groupby\"}}}");
	expect_frames(&fixture, "j=a,b,a | k=x,y,y\n");
	fixture_series(&fixture, "B", "b", SERIES("j=b:2"));
	fixture_transform(&fixture, "groupBy", "{\"fields\":{\"k\":{\"operation\":\"groupby\"}}}");
	expect_frames(&fixture, "k=x,y\n");
}

TABLE_TEST(unknown_ids_are_noted_once)
{
	struct transformation steps[] = { { .id = "spatial" }, { .id = "spatial" }, { .id = NULL }, { .id = "limit" } };
	struct panel panel = { .transformations = steps, .transformation_count = 4 };

	add_table();
	frame_transform(&fixture.set, &panel, fixture_note, &fixture);
	expect_notes(&fixture, "transformation spatial is not supported\ntransformation without id is not supported\n");
	frame_transform(&fixture.set, &panel, NULL, NULL);
	cr_expect_eq(fixture.set.frames.count, 1);
}

TABLE_TEST(frame_filter_leaves_others_alone)
{
	fixture_series(&fixture, "A", "a", SERIES("j=a:1 2"));
	fixture_series(&fixture, "B", "b", SERIES("j=b:3 4"));
	fixture_series(&fixture, "C", "c", SERIES("j=c:5 6"));
	fixture_filtered(&fixture, "limit", "B", "{\"limitField\":1}");
	/* Those left alone go in at the place of the first of them that is not the first frame, as in Grafana. */
	expect_frames(&fixture, "Time=1000 | b=3\nTime=1000,2000 | a=1,2\nTime=1000,2000 | c=5,6\n");
	fixture_filtered(&fixture, "limit", "/(/", "{\"limitField\":0}");
	fixture_filtered(&fixture, "limit", "Z", "{\"limitField\":0}");
	cr_expect_eq(fixture.set.frames.items[0].length, 1);
	cr_expect_eq(fixture.set.frames.items[1].length, 2);
	cr_expect_eq(fixture.note_count, 1);
}
