#include <criterion/criterion.h>
#include <string.h>

#include "base/strbuf.h"
#include "config/json_path.h"

static const char document[] =
	"{\"version\":\"1.2\",\"a\":{\"b\":{\"c\":7}},\"x\":[10,[20,21],{\"y\":30}],"
	"\"labels\":{\"app.io/name\":\"web\",\"say \\\"hi\\\"\":1},"
	"\"items\":["
	"{\"metadata\":{\"name\":\"p1\",\"namespace\":\"n\"},\"status\":{\"phase\":\"Running\",\"conditions\":["
	"{\"type\":\"Ready\",\"status\":\"True\"},{\"type\":\"Other\",\"status\":\"False\"}],"
	"\"containers\":[{\"name\":\"c1\",\"restarts\":3},{\"name\":\"c2\",\"restarts\":0}]}},"
	"{\"metadata\":{\"name\":\"p2\",\"namespace\":\"n\"},\"status\":{\"phase\":\"Pending\"}}],"
	"\"levels\":{\"level_0\":{\"status\":\"operational\"},\"level_1\":{\"status\":\"down\"},\"level_2\":\"odd\"},"
	"\"flags\":{\"on\":true,\"off\":false,\"none\":null},\"long\":12345678901234567,\"half\":0.5}";

struct asked {
	const struct json_path *label; /* relative, or NULL */
	struct strbuf text;
};

static int on_place(void *user, const struct json_place *place)
{
	struct asked *asked = user;
	struct json_place there = *place;

	if (asked->text.length)
		strbuf_addch(&asked->text, ' ');
	if (asked->label && !json_path_from(asked->label, place, &there))
		strbuf_addstr(&asked->text, "-");
	else if (!json_place_text(&there, &asked->text))
		strbuf_addstr(&asked->text, "?");
	return 0;
}

/* What the places of `path` (and from them `relative`) are, joined by blanks. */
static void expect(const char *path_text, const char *relative, const char *wanted)
{
	struct arena arena = { 0 };
	struct error error = { "" };
	cJSON *root = json_parse(document, strlen(document), NULL, NULL);
	struct json_walk walk = { .root = root, .work = JSON_WALK_WORK };
	const struct json_path *path = json_path_parse(path_text, &arena, &error);
	struct asked asked = { .text = STRBUF_INIT };

	cr_assert_not_null(root);
	cr_assert_not_null(path, "%s", error.text);
	if (relative) {
		asked.label = json_path_parse(relative, &arena, &error);
		cr_assert_not_null(asked.label, "%s", error.text);
	}
	json_path_each(path, &walk, 100, on_place, &asked, NULL);
	cr_expect_str_eq(asked.text.text, wanted, "%s %s", path_text, relative ? relative : "");
	strbuf_release(&asked.text);
	arena_release(&arena);
	cJSON_Delete(root);
}

Test(json_path, leads_to_members_and_elements)
{
	expect("version", NULL, "1.2");
	expect("$.version", NULL, "1.2");
	expect("a.b.c", NULL, "7");
	expect("a[\"b\"]['c']", NULL, "7");
	expect("x[0]", NULL, "10");
	expect("x[1][1]", NULL, "21");
	expect("x[-1].y", NULL, "30");
	expect("x[-3]", NULL, "10");
	expect("labels[\"app.io/name\"]", NULL, "web");
	expect("labels[\"say \\\"hi\\\"\"]", NULL, "1");
	expect("long", NULL, "12345678901234568");
	expect("half", NULL, "0.5");
	expect("flags.*", NULL, "true false ?");
}

Test(json_path, leads_nowhere_without_harm)
{
	expect("nothing", NULL, "");
	expect("a.b.c.d", NULL, "");
	expect("x.y", NULL, "");
	expect("x[3]", NULL, "");
	expect("x[-4]", NULL, "");
	expect("a[0]", NULL, "");
	expect("a[*]", NULL, "");
	expect("x.*", NULL, "");
	expect("version.$count", NULL, "");
	expect("version.$index", NULL, "");
	expect("$key", NULL, "");
	expect("^", NULL, "");
}

Test(json_path, leads_to_many)
{
	expect("items[*].metadata.name", NULL, "p1 p2");
	expect("items[*].status.containers[*].restarts", NULL, "3 0");
	expect("levels.*.status", NULL, "operational down");
	expect("levels.*", NULL, "? ? odd");
	expect("items[*].status.conditions[type=Ready].status", NULL, "True");
	expect("items[*].status.conditions[type='Other'].status", NULL, "False");
	expect("items[*].status.containers[restarts=0].name", NULL, "c2");
	expect("levels[status=down].$key", NULL, "level_1");
	expect("items.$count", NULL, "2");
	expect("$.$count", NULL, "9");
	expect("x[*].$index", NULL, "0 1 2");
}

Test(json_path, leads_from_a_place_to_what_is_around_it)
{
	expect("items[*]", "metadata.name", "p1 p2");
	expect("items[*].status.containers[*]", "^.^.metadata.name", "p1 p1");
	expect("items[*].status.containers[*].restarts", "^.name", "c1 c2");
	expect("items[*].status.containers[*].restarts", "^.^.^.metadata.namespace", "n n");
	expect("items[*].status.containers[*]", "$index", "0 1");
	expect("items[*].status.containers[*]", "^.$index", "0 0");
	expect("items[*].status.containers[*]", "$key", "containers containers");
	expect("levels.*.status", "^.$key", "level_0 level_1");
	expect("levels.*.status", "$key", "status status");
	expect("levels.*", "$.version", "1.2 1.2 1.2");
	expect("levels.*", "", "? ? odd");
	expect("items[*]", "status.containers[*].name", "c1 -");
	expect("items[*]", "status.containers.$count", "2 -");
	expect("version", "^.^", "-");
}

/* A step upwards and down again elsewhere leaves the way of the walk as it was. */
Test(json_path, goes_on_where_it_was_after_a_step_up)
{
	expect("items[*].^.levels.level_1.status", NULL, "down down");
	expect("items[*].status.containers[*].^.phase", "^.^.metadata.name", "p1 p1");
}

static void refuse(const char *text, const char *words)
{
	struct arena arena = { 0 };
	struct error error = { "" };

	cr_expect_null(json_path_parse(text, &arena, &error), "accepted: %s", text);
	cr_expect(strstr(error.text, words) != NULL, "'%s' is not in '%s'", words, error.text);
	arena_release(&arena);
}

Test(json_path, refuses_what_is_no_path)
{
	char longest[JSON_PATH_LENGTH + 2];

	refuse("a[", "']' is missing");
	refuse("a[1", "']' is missing");
	refuse("a[]", "in '[]' stands");
	refuse("a[x]", "in '[]' stands");
	refuse("a[-]", "in '[]' stands");
	refuse("a[99999999999]", "in '[]' stands");
	refuse("a[\"x]", "end of the quotes");
	refuse("a[b='x]", "end of the quotes");
	refuse("a[b=x", "']' is missing");
	refuse("a]", "behind ']'");
	refuse("]", "without '['");
	refuse("a..b", "a name is missing");
	refuse("a.", "a name is missing");
	refuse(".a", "a name is missing");
	refuse("a[1]b", "behind ']'");
	refuse("a.$", "only $ itself at the beginning");
	refuse("$what", "$key, $index and $count");
	refuse("$key.a", "only be a path's end");
	memset(longest, 'a', sizeof(longest));
	longest[sizeof(longest) - 1] = '\0';
	refuse(longest, "more than 1024 bytes");
}

Test(json_path, counts_its_steps)
{
	struct strbuf text = STRBUF_INIT;
	struct arena arena = { 0 };

	for (size_t i = 0; i < JSON_PATH_STEPS; i++)
		strbuf_addstr(&text, i ? ".a" : "a");
	cr_expect_not_null(json_path_parse(text.text, &arena, NULL));
	strbuf_addstr(&text, ".a");
	refuse(text.text, "too many steps");
	strbuf_release(&text);
	arena_release(&arena);
}

static int stop_at_second(void *user, const struct json_place *place)
{
	size_t *calls = user;

	(void)place;
	return ++*calls == 2;
}

Test(json_path, ends_at_a_limit_and_when_told)
{
	struct arena arena = { 0 };
	cJSON *root = json_parse("[1,2,3]", 7, NULL, NULL);
	struct json_walk walk = { .root = root, .work = 100 };
	const struct json_path *path = json_path_parse("[*]", &arena, NULL);
	size_t calls = 0;
	bool over = true;

	cr_expect_eq(json_path_each(path, &walk, 3, stop_at_second, &calls, &over), 2u);
	cr_expect_not(over);
	calls = 10;
	cr_expect_eq(json_path_each(path, &walk, 3, stop_at_second, &calls, &over), 3u);
	cr_expect_not(over);
	calls = 10;
	cr_expect_eq(json_path_each(path, &walk, 2, stop_at_second, &calls, &over), 2u);
	cr_expect(over);
	cr_expect_not(walk.exhausted);
	walk.work = 1;
	calls = 10;
	cr_expect_eq(json_path_each(path, &walk, 9, stop_at_second, &calls, &over), 1u);
	cr_expect(walk.exhausted);
	arena_release(&arena);
	cJSON_Delete(root);
}

static void number(const char *json, bool is_number, double wanted)
{
	cJSON *root = json_parse(json, strlen(json), NULL, NULL);
	struct json_walk walk = { .root = root, .work = 100 };
	struct json_place place = { .walk = &walk, .trail[0].item = root };
	double value = -1;

	cr_assert_not_null(root);
	cr_expect_eq(json_place_number(&place, &value), is_number, "%s", json);
	if (is_number)
		cr_expect_float_eq(value, wanted, 1e-6, "%s: %f", json, value);
	cJSON_Delete(root);
}

Test(json_path, reads_numbers_as_people_write_them)
{
	number("12.5", true, 12.5);
	number("\"12.5\"", true, 12.5);
	number("\"-3e2\"", true, -300);
	number("true", true, 1);
	number("false", true, 0);
	number("\"1970-01-01T00:01:00Z\"", true, 60);
	number("\"1970-01-01T01:00:00.250+01:00\"", true, 0.25);
	number("\"1970-01-02 00:00:00\"", true, 86400);
	number("\"1970-01-02\"", false, 0);
	number("\"0x10\"", false, 0);
	number("\" 5\"", false, 0);
	number("\"5 ms\"", false, 0);
	number("\"1e999\"", false, 0);
	number("\"inf\"", false, 0);
	number("\"\"", false, 0);
	number("\"e\"", false, 0);
	number("\"now-01-01T\"", false, 0);
	number("null", false, 0);
	number("[1]", false, 0);
}
