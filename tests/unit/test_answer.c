#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"
#include "query/answer.h"

/* Feed `text` in pieces of `piece` bytes. */
static enum answer_fault read_in(enum answer_kind kind, const char *text, size_t piece, struct query_limits limits,
				 struct matrix **ret, char *reason)
{
	struct answer *answer = answer_new(kind, "job", &limits);
	size_t length = strlen(text);
	enum answer_fault fault;

	*ret = NULL;
	for (size_t at = 0; at < length; at += piece)
		if (answer_feed(answer, text + at, length - at < piece ? length - at : piece))
			break;
	fault = answer_finish(answer, ret);
	snprintf(reason, 300, "%s%s%s", answer_reason(answer), answer_error_type(answer), answer_error(answer));
	answer_free(answer);
	return fault;
}

static struct matrix *good(enum answer_kind kind, const char *text, size_t piece)
{
	struct matrix *matrix;
	char reason[300];
	enum answer_fault fault = read_in(kind, text, piece, (struct query_limits){ 0 }, &matrix, reason);

	cr_assert_eq(fault, ANSWER_OK, "%s: %s", reason, text);
	return matrix;
}

static void bad(const char *text, enum answer_fault fault, const char *words)
{
	struct matrix *matrix;
	char reason[300];

	for (size_t piece = 1; piece < 4096; piece *= 5) {
		enum answer_fault got =
			read_in(ANSWER_SAMPLES, text, piece, (struct query_limits){ 0 }, &matrix, reason);

		cr_expect_eq(got, fault, "%d: %s", (int)got, text);
		cr_expect_str_eq(reason, words, "%s: %s", reason, text);
		cr_expect_null(matrix);
	}
}

static const char range[] = "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":["
			    "{\"metric\":{\"__name__\":\"up\",\"job\":\"a\"},\"values\":[[10,\"1\"],[20,\"NaN\"],[30.5,"
			    "\"-Inf\"],[40,\"1e-3\"]]},"
			    "{\"values\":[[20,\"2\"],[30.5,\"+Inf\"]],\"metric\":{\"job\":\"b\"}},"
			    "{\"metric\":{},\"values\":[]}]}}";

/* However the bytes are cut, the answer is the same. */
Test(answer, any_cut)
{
	for (size_t piece = 1; piece < sizeof(range); piece++) {
		struct matrix *matrix = good(ANSWER_SAMPLES, range, piece);

		cr_assert_eq(matrix->kind, MATRIX_RANGE);
		cr_assert_eq(matrix->count, 3);
		cr_assert_eq(matrix->points, 6);
		cr_assert_eq(matrix->series[0].count, 4);
		cr_assert_str_eq(labels_get(&matrix->series[0].labels, "__name__"), "up");
		cr_assert_eq(matrix->series[0].times_ms[2], 30500);
		cr_assert_eq(matrix->series[0].values[0], 1.);
		cr_assert(isnan(matrix->series[0].values[1]));
		cr_assert_eq(matrix->series[0].values[2], -(double)INFINITY);
		cr_assert_eq(matrix->series[0].values[3], 0.001);
		cr_assert_eq(matrix->series[1].times_ms, matrix->series[0].times_ms + 1, "times are not shared");
		cr_assert_eq(matrix->series[1].values[1], (double)INFINITY);
		cr_assert_str_eq(labels_get(&matrix->series[1].labels, "job"), "b");
		cr_assert_eq(matrix->series[2].count, 0);
		matrix_unref(matrix);
	}
}

Test(answer, keys_in_any_order_and_spaces)
{
	static const char text[] =
		" {\n \"data\" : { \"result\" : [ { \"values\" : [ [ 1 , \"5\" ] , [ 2.25 , \"6\" ] ] , \"x\":[{}],"
		"\"metric\" : { \"a\" : \"b\" } } ] , \"resultType\" : \"matrix\" } , \"extra\":{\"data\":[1]},"
		"\"infos\":[\"i\"], \"warnings\" : [ \"w\" ] , \"status\" : \"success\" } \n";

	for (size_t piece = 1; piece < 100; piece += 7) {
		struct matrix *matrix = good(ANSWER_SAMPLES, text, piece);

		cr_assert_eq(matrix->count, 1);
		cr_assert_eq(matrix->series[0].count, 2);
		cr_assert_eq(matrix->series[0].times_ms[1], 2250);
		cr_assert_str_eq(labels_get(&matrix->series[0].labels, "a"), "b");
		cr_assert_eq(matrix->warning_count, 2);
		cr_assert_str_eq(matrix->warnings[1], "w");
		matrix_unref(matrix);
	}
}

/* Canonical at first, then not: the scanner hands over to yajl in the middle. */
Test(answer, scanner_hands_over)
{
	static const char *const tails[] = { "[2,\"2\"] ,[3,\"3\"]]", "[2,\"2\"], [3,\"3\"]]", "[2,2],[3,3.0]]",
					     "[2e0,\"2\"],[3,\"3\"]]", "[2,\"\\u0032\"],[3,\"3\"] ]" };

	for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
		for (size_t piece = 1; piece < 150; piece += 3) {
			struct strbuf text = STRBUF_INIT;
			struct matrix *matrix;

			strbuf_addf(&text,
				    "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{"
				    "\"metric\":{},"
				    "\"values\":[[1,\"1\"],%s}]}}",
				    tails[i]);
			matrix = good(ANSWER_SAMPLES, text.text, piece);
			cr_assert_eq(matrix->series[0].count, 3);
			for (int at = 0; at < 3; at++)
				cr_assert_eq(matrix->series[0].values[at], at + 1.);
			matrix_unref(matrix);
			strbuf_release(&text);
		}
	}
}

#define RESULT(type, result) "{\"status\":\"success\",\"data\":{\"resultType\":\"" type "\",\"result\":" result "}}"

Test(answer, scalars_strings_and_null)
{
	struct matrix *matrix = good(ANSWER_SAMPLES, RESULT("scalar", "[1700000000.25,\"7\"]"), 1000);

	cr_assert_eq(matrix->kind, MATRIX_SCALAR);
	cr_assert_eq(matrix->count, 1);
	cr_assert_eq(matrix->series[0].times_ms[0], 1700000000250);
	cr_assert_eq(matrix->series[0].values[0], 7.);
	matrix_unref(matrix);
	matrix = good(ANSWER_SAMPLES, RESULT("string", "[1,\"a\\u0000b\"]"), 1000);
	cr_assert_eq(matrix->kind, MATRIX_STRING);
	cr_assert_str_eq(matrix->string, "a\xEF\xBF\xBD"
					 "b");
	cr_assert_eq(matrix->count, 0);
	matrix_unref(matrix);
	matrix = good(ANSWER_SAMPLES, RESULT("vector", "null"), 1000);
	cr_assert_eq(matrix->count, 0);
	matrix_unref(matrix);
}

Test(answer, histograms_are_skipped_and_counted)
{
	struct matrix *matrix =
		good(ANSWER_SAMPLES,
		     RESULT("vector",
			    "[{\"metric\":{\"a\":\"1\"},\"histogram\":[1,{\"count\":\"1\",\"buckets\":[[0,\"1\"]]}]},"
			    "{\"metric\":{\"a\":\"2\"},\"value\":[1,\"3\"]}]"),
		     9);

	cr_assert_eq(matrix->count, 1);
	cr_assert_eq(matrix->series[0].values[0], 3.);
	cr_assert_eq(matrix->warning_count, 1);
	cr_assert_str_eq(matrix->warnings[0], "native histograms are not shown (1 series)");
	matrix_unref(matrix);
}

Test(answer, lists)
{
	struct matrix *matrix = good(ANSWER_LABEL_VALUES, "{\"status\":\"success\",\"data\":[\"x\",\"y\\\"z\"]}", 5);

	cr_assert_eq(matrix->count, 2);
	cr_assert_str_eq(labels_get(&matrix->series[1].labels, "job"), "y\"z");
	matrix_unref(matrix);
	matrix = good(ANSWER_LABEL_VALUES, "{\"status\":\"success\",\"data\":null}", 5);
	cr_assert_eq(matrix->count, 0);
	matrix_unref(matrix);
	matrix = good(ANSWER_LABEL_SETS, "{\"status\":\"success\",\"data\":[{\"b\":\"1\",\"a\":\"2\"},{}]}", 5);
	cr_assert_eq(matrix->count, 2);
	cr_assert_str_eq(matrix->series[0].labels.items[0].name, "a");
	matrix_unref(matrix);
}

Test(answer, the_version)
{
	static const struct {
		const char *text;
		enum answer_fault fault;
	} cases[] = {
		{ "{\"status\":\"success\",\"data\":{}}", ANSWER_OTHER_JSON },
		{ "{\"status\":\"success\",\"data\":[]}", ANSWER_OTHER_JSON },
		{ "{\"status\":\"success\",\"data\":null}", ANSWER_OTHER_JSON },
		{ "{\"status\":\"success\",\"data\":{\"version\":2}}", ANSWER_OTHER_JSON },
		{ "{\"status\":\"success\",\"version\":\"2\",\"data\":{}}", ANSWER_OTHER_JSON },
		{ "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[]}}", ANSWER_OTHER_JSON },
		{ "{\"status\":\"success\",\"data\":{\"build\":{\"version\":\"2\"}}}", ANSWER_OTHER_JSON },
		{ "{\"status\":\"error\",\"errorType\":\"x\",\"error\":\"y\"}", ANSWER_ERROR },
	};
	struct matrix *matrix;
	char reason[300];

	for (size_t piece = 1; piece < 100; piece++) {
		matrix = good(ANSWER_VERSION,
			      "{\"status\":\"success\",\"data\":{\"version\":\"2.42.0\",\"goVersion\":\"go1.19\"}}",
			      piece);
		cr_assert_eq(matrix->kind, MATRIX_STRING);
		cr_assert_eq(matrix->count, 0);
		cr_assert_str_eq(matrix->string, "2.42.0");
		matrix_unref(matrix);
	}
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		cr_expect_eq(read_in(ANSWER_VERSION, cases[i].text, 7, (struct query_limits){ 0 }, &matrix, reason),
			     cases[i].fault, "%s", cases[i].text);
}

Test(answer, faults_have_their_words)
{
	static const char other[] = "not a Prometheus API (other JSON)";

	bad("", ANSWER_EMPTY, "not a Prometheus API (empty answer)");
	bad(" \n\t ", ANSWER_EMPTY, "not a Prometheus API (empty answer)");
	bad("\n<html>", ANSWER_HTML, "not a Prometheus API (HTML page)");
	bad("404 page not found", ANSWER_NO_JSON, "not a Prometheus API (no JSON)");
	bad("{}", ANSWER_OTHER_JSON, other);
	bad("[1]", ANSWER_OTHER_JSON, other);
	bad("{\"status\":\"success\"}", ANSWER_OTHER_JSON, other);
	bad("{\"status\":\"success\",\"data\":[\"x\"]}", ANSWER_OTHER_JSON, other);
	bad("{\"status\":\"success\",\"data\":{\"result\":[]}}", ANSWER_OTHER_JSON, other);
	bad(RESULT("vector", "[1,\"1\"]"), ANSWER_OTHER_JSON, other);
	bad(RESULT("scalar", "[]"), ANSWER_OTHER_JSON, other);
	bad(RESULT("matrix", "[{\"metric\":{\"a\":1},\"values\":[]}]"), ANSWER_OTHER_JSON, other);
	bad(RESULT("matrix", "[{\"values\":[[1,\"x\"]]}]"), ANSWER_OTHER_JSON, other);
	bad(RESULT("matrix", "[{\"values\":[[1]]}]"), ANSWER_OTHER_JSON, other);
	bad(RESULT("matrix", "[{\"values\":[[1,\"1\",2]]}]"), ANSWER_OTHER_JSON, other);
	bad(RESULT("matrix", "[{\"values\":[[1,\"1\"],null]}]"), ANSWER_OTHER_JSON, other);
	bad(RESULT("matrix", "[{\"values\":[[2,\"1\"],[1,\"1\"]]}]"), ANSWER_OTHER_JSON,
	    "times in the answer are not in order");
	bad(RESULT("matrix", "[{\"values\":[[1,\"1\"],]}]"), ANSWER_BROKEN, "broken JSON in the answer");
	bad(RESULT("matrix", "[{\"values\":[[1,\"1\"][2,\"1\"]]}]"), ANSWER_BROKEN, "broken JSON in the answer");
	bad(RESULT("matrix", "[{\"values\":[[1,\"1\"]7]}]"), ANSWER_BROKEN, "broken JSON in the answer");
	bad("{\"data\":{\"result\":[{\"values\":[[1,\"1\"],[}", ANSWER_BROKEN, "broken JSON in the answer");
	bad(RESULT("matrix", "[{\"values\":[[.5,\"1\"]]}]"), ANSWER_BROKEN, "broken JSON in the answer");
	bad(RESULT("matrix", "[{\"values\":[[1.,\"1\"]]}]"), ANSWER_BROKEN, "broken JSON in the answer");
	bad(RESULT("vector", "[]") "x", ANSWER_BROKEN, "broken JSON in the answer");
	bad("{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"parse: x\"}", ANSWER_ERROR,
	    "bad_dataparse: x");
}

/* Every prefix of a good answer breaks off; none is taken for whole. */
Test(answer, truncation_everywhere)
{
	for (size_t length = 1; length < sizeof(range) - 1; length++) {
		char *text = strndup(range, length);

		bad(text, ANSWER_TRUNCATED, "answer breaks off");
		free(text);
	}
}

static void over(const char *text, struct query_limits limits, const char *words)
{
	struct matrix *matrix;
	char reason[300];

	cr_expect_eq(read_in(ANSWER_SAMPLES, text, 13, limits, &matrix, reason), ANSWER_TOO_LARGE, "%s", reason);
	cr_expect_str_eq(reason, words, "%s", reason);
}

Test(answer, limits_have_their_words)
{
	struct strbuf text = STRBUF_INIT;

	over(range, (struct query_limits){ .points = 5 }, "answer over 5 points");
	over(range, (struct query_limits){ .series = 2 }, "answer over 2 series");
	strbuf_addstr(&text, "{\"x\":");
	for (int i = 0; i < 100000; i++)
		strbuf_addch(&text, '[');
	over(text.text, (struct query_limits){ 0 }, "answer nested over 64 levels");
	strbuf_clear(&text);
	strbuf_addstr(&text, "{\"status\":\"success\",\"data\":{\"result\":[{\"metric\":{");
	for (int i = 0; i < 300; i++)
		strbuf_addf(&text, "\"l%d\":\"v\",", i);
	over(text.text, (struct query_limits){ 0 }, "series with over 256 labels");
	strbuf_clear(&text);
	strbuf_addstr(&text, "{\"status\":\"success\",\"data\":{\"result\":[{\"metric\":{\"a\":\"");
	for (int i = 0; i < 70000; i++)
		strbuf_addch(&text, 'x');
	strbuf_addstr(&text, "\"}}]}}");
	over(text.text, (struct query_limits){ 0 }, "label over 64 KiB");
	strbuf_clear(&text);
	strbuf_addstr(&text, "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[");
	for (int i = 0; i < 20001; i++)
		strbuf_addf(&text, "%s{\"metric\":{\"i\":\"%d\"},\"value\":[1,\"1\"]}", i ? "," : "", i);
	strbuf_addstr(&text, "]}}");
	over(text.text, (struct query_limits){ 0 }, "answer over 20,000 series");
	strbuf_release(&text);
}

Test(answer, times_are_shared_by_late_and_early_series)
{
	struct matrix *matrix =
		good(ANSWER_SAMPLES,
		     RESULT("matrix", "[{\"values\":[[2,\"1\"],[3,\"1\"]]},"
				      "{\"values\":[[1,\"1\"],[2,\"1\"],[3,\"1\"],[4,\"1\"]]},"
				      "{\"values\":[[3,\"1\"],[4,\"1\"]]},{\"values\":[[1,\"1\"],[3,\"1\"]]}]"),
		     1000);

	cr_assert_eq(matrix->count, 4);
	cr_assert_eq(matrix->series[2].times_ms, matrix->series[1].times_ms + 2);
	cr_assert_neq(matrix->series[3].times_ms, matrix->series[1].times_ms);
	cr_assert_eq(matrix->series[3].times_ms[0], 1000);
	cr_assert_eq(matrix->series[3].times_ms[1], 3000);
	matrix_unref(matrix);
}
