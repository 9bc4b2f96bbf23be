#include <criterion/criterion.h>

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/strbuf.h"
#include "config/json.h"

TestSuite(json);

static cJSON *parse(const char *text)
{
	struct error_list errors = { 0 };
	cJSON *root = json_parse(text, strlen(text), "f.json", &errors);

	cr_assert(root, "%s: %s", text, errors.count ? errors.faults[0].text : "no fault");
	cr_expect_eq(errors.count, 0);
	error_list_release(&errors);
	return root;
}

static void expect_fault(const char *text, size_t length, const char *wanted)
{
	struct error_list errors = { 0 };
	char formatted[600] = "none";
	/* Exactly as long as told and without a NUL behind it. */
	char *bytes = malloc(length + !length);
	cJSON *root;

	memcpy(bytes, text, length);
	root = json_parse(bytes, length, "f.json", &errors);
	cr_expect_null(root, "%s is accepted", text);
	cr_expect_eq(errors.count, 1);
	if (errors.count)
		fault_format(&errors.faults[0], formatted, sizeof(formatted));
	cr_expect_str_eq(formatted, wanted);
	cJSON_Delete(root);
	error_list_release(&errors);
	free(bytes);
}

Test(json, accepts_what_is_json)
{
	static const char *const cases[] = {
		"null",
		"true",
		" false ",
		"0",
		"-0",
		"-12.5e+10",
		"1E5",
		"\"\"",
		"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00\"",
		"\"[[[{{{\"",
		"[]",
		"{}",
		"[ ]",
		"{ }",
		"[1,[2,[3]],{}]",
		"\xef\xbb\xbf{\"a\": {\"b\": [null, true]}}\r\n\t ",
		"\"\xff\"",
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		cJSON_Delete(parse(cases[i]));
}

Test(json, tells_where_syntax_is_wrong)
{
	static const struct {
		const char *text, *fault;
	} cases[] = {
		{ "", "f.json:1:1: the text ends where a value should be" },
		{ " \n ", "f.json:2:2: the text ends where a value should be" },
		{ "{\"a\": NaN}",
		  "f.json:1:7: 'NaN' is no JSON value (null, true, false, a number, a text in quotes)" },
		{ "[Infinity]",
		  "f.json:1:2: 'Infinity' is no JSON value (null, true, false, a number, a text in quotes)" },
		{ "nul", "f.json:1:1: 'nul' is no JSON value (null, true, false, a number, a text in quotes)" },
		{ "[1,\n 2,\n]", "f.json:3:1: ']' where a value should be" },
		{ "{\"a\":1,}", "f.json:1:8: '}' where a key in quotes should be" },
		{ "{a:1}", "f.json:1:2: 'a' where a key in quotes or '}' should be" },
		{ "{\"a\" 1}", "f.json:1:6: '1' where ':' should be" },
		{ "{\"a\":1 \"b\":2}", "f.json:1:8: '\"' where ',' or '}' should be" },
		{ "[1 2]", "f.json:1:4: '2' where ',' or ']' should be" },
		{ "[1}", "f.json:1:3: '}' where ',' or ']' should be" },
		{ "{\"a\":[1,2", "f.json:1:10: the text ends where ',' or ']' should be" },
		{ "{\"a\":\n\"bc", "f.json:2:1: a text without closing quote" },
		{ "{} x", "f.json:1:4: 'x' where the end should be" },
		{ "{}{}", "f.json:1:3: '{' where the end should be" },
		{ "1 2", "f.json:1:3: '2' where the end should be" },
		{ "'a'", "f.json:1:1: ''' where a value should be" },
		{ "\"\xc3\xa9\" \xe2\x82\xac", "f.json:1:5: '\xe2\x82\xac' where the end should be" },
		{ "[\x1b]", "f.json:1:2: byte 0x1b where a value should be" },
		{ "[\xff]", "f.json:1:2: byte 0xff where a value should be" },
		{ "01", "f.json:1:2: a number cannot begin with 0" },
		{ "+1", "f.json:1:1: '+' where a value should be" },
		{ ".5", "f.json:1:1: '.' where a value should be" },
		{ "1.", "f.json:1:3: the text ends where a digit behind the point should be" },
		{ "1e", "f.json:1:3: the text ends where a digit of the exponent should be" },
		{ "-", "f.json:1:2: the text ends where a digit should be" },
		{ "\"a\nb\"", "f.json:1:3: control character in a text (write \\u000a)" },
		{ "\"\x1b\"", "f.json:1:2: control character in a text (write \\u001b)" },
		{ "\"\\x\"", "f.json:1:3: 'x' where one of \"\\/bfnrtu (behind a backslash) should be" },
		{ "\"\\u12g4\"", "f.json:1:6: 'g' where a hexadecimal digit should be" },
		{ "\"a\\u0000b\"", "f.json:1:3: \\u0000 in a text (not supported)" },
		{ "\"\\ud800\"", "f.json:1:2: half of a surrogate pair (\\ud800)" },
		{ "\"\\ud800\\u0041\"", "f.json:1:2: half of a surrogate pair (\\ud800)" },
		{ "\"\\udc00\"", "f.json:1:2: half of a surrogate pair (\\udc00)" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		expect_fault(cases[i].text, strlen(cases[i].text), cases[i].fault);
	expect_fault("{\"a\0b\":1}", 9, "f.json:1:4: control character in a text (write \\u0000)");
	expect_fault("[1\0]", 4, "f.json:1:3: a NUL byte where ',' or ']' should be");
	expect_fault("{}\0", 3, "f.json:1:3: a NUL byte where the end should be");
}

Test(json, cuts_off_anywhere_give_one_fault)
{
	static const char text[] = "{\"a\": [1.5e3, true, \"x\\u00e9\\n\"], \"b\": {\"c\": null}}";

	for (size_t length = 0; length < sizeof(text) - 1; length++) {
		struct error_list errors = { 0 };
		char *bytes = malloc(length + 1);

		memcpy(bytes, text, length);
		cr_expect_null(json_parse(bytes, length, NULL, &errors));
		cr_expect_eq(errors.count, 1);
		cr_expect_eq(errors.faults[0].line, 1);
		error_list_release(&errors);
		free(bytes);
	}
}

Test(json, limits_depth_size_and_numbers)
{
	struct strbuf text = STRBUF_INIT;

	for (int i = 0; i < 100000; i++)
		strbuf_addch(&text, '[');
	expect_fault(text.text, text.length, "f.json:1:65: nested deeper than 64 levels (the limit)");
	strbuf_truncate(&text, JSON_LIMIT_DEPTH);
	for (int i = 0; i < JSON_LIMIT_DEPTH; i++)
		strbuf_addch(&text, ']');
	cJSON_Delete(parse(text.text));

	strbuf_clear(&text);
	for (int i = 0; i < 64; i++)
		strbuf_addch(&text, '1');
	expect_fault(text.text, text.length, "f.json:1:1: a number of more than 63 characters");
	strbuf_truncate(&text, 63);
	cJSON_Delete(parse(text.text));

	strbuf_clear(&text);
	strbuf_addch(&text, '"');
	while (text.length < 10000000)
		strbuf_addstr(&text, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
	strbuf_addch(&text, '"');
	expect_fault(text.text, text.length, "f.json: larger than 4 MiB (the limit)");
	strbuf_release(&text);
}

Test(json, reads_files)
{
	struct error_list errors = { 0 };
	char path[] = "/tmp/skep-test-json-XXXXXX", text[300];
	int fd = mkstemp(path);
	FILE *file = fdopen(fd, "w");
	cJSON *root;

	cr_assert(file);
	fputs("{\"a\":", file);
	fflush(file);
	cr_expect_null(json_read(path, &errors));
	fputs("1}", file);
	fclose(file);
	root = json_read(path, &errors);
	cr_expect_eq(json_int(root, "a", 0), 1);
	cJSON_Delete(root);
	unlink(path);
	cr_expect_null(json_read(path, &errors));
	cr_assert_eq(errors.count, 2);
	cr_expect_eq(errors.faults[0].column, 6);
	fault_format(&errors.faults[1], text, sizeof(text));
	cr_expect_eq(strncmp(text, path, strlen(path)), 0, "%s", text);
	cr_expect(strstr(text, ": no such file or directory"), "%s", text);
	error_list_release(&errors);
}

Test(json, getters_fall_back)
{
	cJSON *root =
		parse("{\"s\":\"text\",\"n\":1.5,\"i\":7,\"b\":true,\"z\":null,\"e\":\"\",\"A\":1,"
		      "\"big\":1e300,\"low\":-1e300,\"num\":\"42.5\",\"hex\":\"0x10\",\"sp\":\" 1\",\"tail\":\"1x\","
		      "\"nan\":\"NaN\",\"arr\":[1],\"obj\":{\"x\":{\"y\":\"deep\"}},\"id\":1234567890123}");

	cr_expect_str_eq(json_string(root, "s", "f"), "text");
	cr_expect_str_eq(json_string(root, "e", "f"), "");
	cr_expect_str_eq(json_string(root, "z", "f"), "f");
	cr_expect_str_eq(json_string(root, "none", "f"), "f");
	cr_expect_str_eq(json_string(root, "b", "f"), "f");
	cr_expect_str_eq(json_string(root, "n", "f"), "1.5");
	cr_expect_str_eq(json_string(root, "n", "f"), "1.5", "asked again");
	cr_expect_str_eq(json_string(root, "i", "f"), "7");
	cr_expect_str_eq(json_string(root, "id", "f"), "1234567890123");
	cr_expect_eq(json_number(root, "i", 0), 7, "asking as text changes nothing");
	cr_expect_eq(json_number(root, "num", 0), 42.5);
	cr_expect_eq(json_number(root, "hex", -1), -1);
	cr_expect_eq(json_number(root, "sp", -1), -1);
	cr_expect_eq(json_number(root, "tail", -1), -1);
	cr_expect_eq(json_number(root, "e", -1), -1);
	cr_expect_eq(json_number(root, "z", -1), -1);
	cr_expect(isnan(json_number(root, "nan", -1)));
	cr_expect_eq(json_int(root, "nan", -1), -1);
	cr_expect_eq(json_int(root, "big", -1), INT_MAX);
	cr_expect_eq(json_int(root, "low", -1), INT_MIN);
	cr_expect_eq(json_int(root, "n", -1), 1);
	cr_expect_eq(json_int(root, "a", -1), -1, "names are case sensitive");
	cr_expect(json_bool(root, "b", false));
	cr_expect(json_bool(root, "i", true));
	cr_expect_not(json_bool(root, "i", false));
	cr_expect_null(json_get(NULL, "a"));
	cr_expect_null(json_get(json_get(root, "arr"), "a"));
	cr_expect_null(json_get(json_get(root, "s"), "a"));
	cr_expect_str_eq(json_path(root, "obj.x.y")->valuestring, "deep");
	cr_expect_eq(json_path(root, "A")->valueint, 1);
	cr_expect_null(json_path(root, "obj.q.y"));
	cr_expect_null(json_path(root, "obj..y"));
	cr_expect_null(json_path(NULL, "obj.x"));
	cJSON_Delete(root);
}

Test(json, expect_tells_wrong_types)
{
	cJSON *root = parse("{\"a\":\"x\",\"b\":[],\"c\":null,\"d\":{},\"e\":false}");
	struct error_list errors = { 0 };
	char text[300];

	cr_expect_not_null(json_expect(root, "a", JSON_STRING, NULL, "f", &errors));
	cr_expect_null(json_expect(root, "c", JSON_STRING, NULL, "f", &errors));
	cr_expect_null(json_expect(root, "none", JSON_STRING, NULL, "f", &errors));
	cr_expect_eq(errors.count, 0);
	cr_expect_null(json_expect(root, "b", JSON_STRING | JSON_NUMBER, "panels[3]", "f", &errors));
	cr_expect_null(json_expect(root, "d", JSON_ARRAY, NULL, "f", &errors));
	cr_expect_null(json_expect(root, "e", JSON_OBJECT, "", "f", &errors));
	cr_assert_eq(errors.count, 3);
	fault_format(&errors.faults[0], text, sizeof(text));
	cr_expect_str_eq(text, "f: panels[3].b: is an array (must be a text or a number)");
	fault_format(&errors.faults[1], text, sizeof(text));
	cr_expect_str_eq(text, "f: d: is an object (must be an array)");
	fault_format(&errors.faults[2], text, sizeof(text));
	cr_expect_str_eq(text, "f: e: is true or false (must be an object)");
	error_list_release(&errors);
	cJSON_Delete(root);
}
