#include "promqltest.h"

#include <ctype.h>
#include <string.h>

#include "promql/lexer.h"

static const char *skip_blank(const char *text)
{
	return text + strspn(text, " \t");
}

const char *word_take(const char **text, struct arena *arena)
{
	const char *start = skip_blank(*text);
	size_t length = strcspn(start, " \t");

	*text = skip_blank(start + length);
	return arena_strndup(arena, start, length);
}

/* `from A to B step S`, from its first word on. */
static int read_span(struct test_case *test, const char **text, int64_t *ret_start, int64_t *ret_end, int64_t *ret_step,
		     struct error *error)
{
	static const char *const words[] = { "from", "to", "step" };
	int64_t *times[] = { ret_start, ret_end, ret_step };

	for (int i = 0; i < 3; i++) {
		if (strcmp(word_take(text, &test->arena), words[i]) != 0)
			return error_set(error, "no \"%s\" (from A to B step S)", words[i]);
		if (duration_read(word_take(text, &test->arena), times[i]))
			return error_set(error, "no time behind \"%s\" (as 1h30m)", words[i]);
	}
	if (*ret_step <= 0 || *ret_end < *ret_start)
		return error_set(error, "not a range: its end is before its start, or it has no step");
	return 0;
}

int case_begin(struct test_case *ret, const char *line, struct error *error)
{
	const char *word = word_take(&line, &ret->arena);
	struct expected *expected = &ret->expected;

	if (strcmp(word, "eval_ordered") == 0)
		expected->ordered = true;
	else if (strcmp(word, "eval_fail") == 0)
		expected->fail = true;
	else if (strcmp(word, "eval") != 0 && strcmp(word, "eval_warn") != 0 && strcmp(word, "eval_info") != 0)
		return error_set(error, "unknown command %.40s (clear, load, eval)", word);
	word = word_take(&line, &ret->arena);
	ret->range = strcmp(word, "range") == 0;
	if (!ret->range && strcmp(word, "instant") != 0)
		return error_set(error, "eval %.40s (eval instant, eval range)", word);
	if (ret->range) {
		if (read_span(ret, &line, &ret->start_ms, &ret->end_ms, &ret->step_ms, error))
			return -1;
	} else if (strncmp(line, "at", 2) == 0 && isspace((unsigned char)line[2])) {
		word_take(&line, &ret->arena);
		if (duration_read(word_take(&line, &ret->arena), &ret->start_ms))
			return error_set(error, "no time behind \"at\" (as 1h30m)");
		ret->end_ms = ret->start_ms;
	}
	ret->expression = arena_strdup(&ret->arena, line);
	return *line ? 0 : error_set(error, "eval without an expression");
}

/* `msg: text` or `regex: pattern` behind `expect fail`; may be left out. */
static int read_failure(struct expected *expected, const char *text, struct arena *arena, struct error *error)
{
	expected->fail = true;
	if (!*text)
		return 0;
	if (strncmp(text, "msg:", 4) == 0)
		expected->failure_match = MATCH_EXACT;
	else if (strncmp(text, "regex:", 6) == 0)
		expected->failure_match = MATCH_EXPRESSION;
	else
		return error_set(error, "expect fail %.40s (msg: TEXT, regex: PATTERN)", text);
	expected->failure = arena_strdup(arena, skip_blank(strchr(text, ':') + 1));
	return 0;
}

static int read_string(struct expected *expected, const char *text, struct arena *arena)
{
	struct lexer lexer;
	struct token token;

	lexer_init(&lexer, text, strlen(text));
	token = lexer_next(&lexer);
	expected->string = token.kind == TOKEN_STRING ? token_string(&token, arena, NULL) : NULL;
	return expected->string && lexer_next(&lexer).kind == TOKEN_END ? 0 : -1;
}

/* Annotations are no part of this engine's answers, so `warn` and `info` ask for nothing. */
static int read_expect(struct test_case *test, const char *text, struct error *error)
{
	struct expected *expected = &test->expected;
	const char *word = word_take(&text, &test->arena);
	int64_t end_ms;

	if (strcmp(word, "ordered") == 0) {
		expected->ordered = true;
	} else if (strcmp(word, "fail") == 0) {
		return read_failure(expected, text, &test->arena, error);
	} else if (strcmp(word, "no_warn") == 0 || strcmp(word, "no_info") == 0) {
		expected->no_annotations = true;
	} else if (strcmp(word, "string") == 0) {
		if (read_string(expected, text, &test->arena))
			return error_set(error, "expect string without a string in quotes");
	} else if (strcmp(word, "range") == 0) {
		if (strcmp(word_take(&text, &test->arena), "vector") != 0)
			return error_set(error, "expect range %.40s (expect range vector from A to B step S)", text);
		expected->matrix = true;
		return read_span(test, &text, &expected->start_ms, &end_ms, &expected->step_ms, error);
	} else if (strcmp(word, "warn") != 0 && strcmp(word, "info") != 0) {
		return error_set(error,
				 "expect %.40s (ordered, fail, warn, info, no_warn, no_info, string, range vector)",
				 word);
	}
	return 0;
}

int case_line(struct test_case *test, const char *line, struct error *error)
{
	struct expected *expected = &test->expected;
	const char *rest = line, *word = word_take(&rest, &test->arena);
	struct expectation series = { 0 };

	if (strcmp(word, "expect") == 0)
		return read_expect(test, rest, error);
	if (strcmp(word, "expected_fail_message") == 0 || strcmp(word, "expected_fail_regexp") == 0) {
		expected->failure_match = word[14] == 'm' ? MATCH_EXACT : MATCH_EXPRESSION;
		expected->failure = arena_strdup(&test->arena, rest);
		return expected->fail ? 0 : error_set(error, "%s below what is not to fail", word);
	}
	if (!test->range && scalar_read(line, &test->arena, &series) == 0) {
		expected->scalar = true;
		vec_push(&expected->series, series);
		return 0;
	}
	if (series_read(line, &test->arena, &series, error))
		return -1;
	if (!test->range && !expected->matrix && series.values.count != 1)
		return error_set(error, "%zu values for one instant", series.values.count);
	vec_push(&expected->series, series);
	return 0;
}

void case_release(struct test_case *test)
{
	vec_release(&test->expected.series);
	arena_release(&test->arena);
}
