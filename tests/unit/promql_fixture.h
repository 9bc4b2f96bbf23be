/* Expressions for the tests of the parser, its types and its printer. */
#ifndef TESTS_PROMQL_FIXTURE_H
#define TESTS_PROMQL_FIXTURE_H

#include <criterion/criterion.h>

#include "promql/promql.h"

/* Parse as Prometheus 3 does (2 when `closed`); the test fails when it does not. */
static inline struct promql *parsed_as(const char *text, bool closed)
{
	struct promql_syntax syntax = { .left_open = !closed };
	struct error error = { 0 };
	struct promql *promql = promql_parse(text, &syntax, &error);

	cr_assert(promql != NULL, "%s: %s", text, error.text);
	return promql;
}

static inline struct promql *parsed(const char *text)
{
	return parsed_as(text, false);
}

/* It is refused with exactly this message. */
static inline void expect_refused_as(const char *text, bool closed, const char *message)
{
	struct promql_syntax syntax = { .left_open = !closed };
	struct error error = { 0 };
	struct promql *promql = promql_parse(text, &syntax, &error);

	cr_expect(promql == NULL, "%s is not refused", text);
	cr_expect_str_eq(error.text, message, "%s:\n%s\n%s", text, error.text, message);
	promql_free(promql);
}

static inline void expect_refused(const char *text, const char *message)
{
	expect_refused_as(text, false, message);
}

/* It prints as `printed`, which prints as itself. */
static inline void expect_print(const char *text, const char *printed)
{
	struct strbuf once = STRBUF_INIT, twice = STRBUF_INIT;
	struct promql *promql = parsed(text), *again;

	promql_print(promql->root, &once);
	cr_expect_str_eq(once.text, printed, "%s:\n%s\n%s", text, once.text, printed);
	again = parsed(once.text);
	promql_print(again->root, &twice);
	cr_expect_str_eq(twice.text, once.text, "%s:\n%s\n%s", text, twice.text, once.text);
	promql_free(again);
	promql_free(promql);
	strbuf_release(&once);
	strbuf_release(&twice);
}

#endif
