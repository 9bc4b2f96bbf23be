/*
 * The inside of promqltest: a script's commands as data, and how an
 * evaluation is asked and compared. All memory of one command lies in the
 * arena of its struct test_case, or in the one given.
 */
#ifndef CONFORMANCE_PROMQLTEST_H
#define CONFORMANCE_PROMQLTEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/vec.h"
#include "promql/promql.h"
#include "tsdb/store.h"

/* Values as a script writes them: "1 2+3x4 _ _x3 stale". A blank is a step without a sample. */
struct values {
	double *items;
	bool *blank;
	size_t count;
};

/* One series of a load, or one that is expected. */
struct expectation {
	struct labels labels;
	struct values values;
};

enum match_text { MATCH_ANY, MATCH_EXACT, MATCH_EXPRESSION };

/* What an answer must be. */
struct expected {
	VEC(struct expectation) series;
	bool scalar; /* a bare number; in `series` without labels */
	const char *string;
	bool ordered, fail, no_annotations;
	enum match_text failure_match;
	const char *failure; /* the text or pattern */
	bool matrix;         /* an instant's range vector: its samples at these times */
	int64_t start_ms, step_ms;
};

struct test_case {
	struct arena arena;
	const char *file;
	unsigned line;
	const char *expression;
	bool range;
	int64_t start_ms, end_ms, step_ms; /* instant: start_ms == end_ms */
	struct expected expected;
};

/* promqltest_series.c: `name{a="b"}` and behind it values; or only the number of a scalar. -1 with the reason. */
int series_read(const char *text, struct arena *arena, struct expectation *ret, struct error *error);
int scalar_read(const char *text, struct arena *arena, struct expectation *ret);

/* A duration as "5m", "-1h30m", or a number of seconds. */
int duration_read(const char *text, int64_t *ret_ms);

/* promqltest_case.c. The line with `eval`, and one below it; -1 with the reason. */
int case_begin(struct test_case *ret, const char *line, struct error *error);
int case_line(struct test_case *test, const char *line, struct error *error);
void case_release(struct test_case *test);

/* The next word of `*text`, which then is what follows; "" at the end. */
const char *word_take(const char **text, struct arena *arena);

/* promqltest_check.c: does the answer meet what is expected? -1 with the first difference. `at_ms`: the step looked at
 * in a range question's answer that stands for an instant. */
int check_failure(const struct expected *expected, const char *message, struct error *error);
int check_answer(const struct test_case *test, const struct matrix *matrix, struct error *error);
int check_step(const struct test_case *test, const struct matrix *matrix, int64_t at_ms, struct error *error);

/* promqltest_run.c: ask the store this case's question in all its forms. 0 when all answers are right. */
int case_run(const struct test_case *test, struct store *store, bool left_open, struct error *error);

#endif
