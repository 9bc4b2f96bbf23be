#include "promqltest.h"

#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "promql/function.h"

struct question {
	struct store *store;
	bool left_open;
	struct promql_options options;
};

/* Prometheus's runner asks an instant as the middle step of a range too, a minute to each side. */
#define AROUND_MS 60000

static int evaluate(const struct question *question, const struct promql *promql, struct selection **selections,
		    struct matrix **ret, struct error *error)
{
	for (size_t i = 0; i < promql->selector_count; i++) {
		const struct expr_selector *selector = &promql->selectors[i]->selector;
		int64_t from_ms, to_ms;

		promql_span(promql, i, &question->options, &from_ms, &to_ms);
		selections[i] = store_select(question->store, selector->matchers, selector->matcher_count, from_ms,
					     to_ms, 0, error);
		if (!selections[i])
			return -1;
	}
	return promql_eval(promql, selections, &question->options, ret, error) == PROMQL_OK ? 0 : -1;
}

/* Parse and evaluate; NULL with the error. */
static struct matrix *ask(const struct question *question, const char *expression, struct error *error)
{
	struct promql_syntax syntax = { .left_open = question->left_open };
	struct promql *promql = promql_parse(expression, &syntax, error);
	struct selection **selections;
	struct matrix *matrix = NULL;
	int result;

	if (!promql)
		return NULL;
	selections = mem_array(promql->selector_count + 1, sizeof(*selections));
	result = evaluate(question, promql, selections, &matrix, error);
	for (size_t i = 0; i < promql->selector_count; i++)
		selection_free(selections[i]);
	free(selections);
	promql_free(promql);
	return result ? NULL : matrix;
}

static struct question question_of(struct store *store, bool left_open, int64_t start_ms, int64_t end_ms,
				   int64_t step_ms)
{
	return (struct question){
		.store = store,
		.left_open = left_open,
		.options = { .start_ms = start_ms,
			     .end_ms = end_ms,
			     .step_ms = step_ms,
			     .left_open = left_open,
			     .all_history = true },
	};
}

static int say_which(struct error *error, const char *which)
{
	struct error inner = *error;

	return error_set(error, "%s: %.400s", which, inner.text);
}

/* Does it look at the question's own ends, which are others in a range? */
static bool uses_ends(const char *expression, bool left_open)
{
	struct promql_syntax syntax = { .left_open = left_open };
	struct promql *promql = promql_parse(expression, &syntax, NULL);
	struct strbuf text = STRBUF_INIT;
	bool uses;

	if (promql)
		promql_print(promql->root, &text);
	uses = strstr(text.text, "@ start()") || strstr(text.text, "@ end()");
	strbuf_release(&text);
	promql_free(promql);
	return uses;
}

/* The instant as the middle of a range. */
static int run_around(const struct test_case *test, struct store *store, bool left_open, struct error *error)
{
	struct question question =
		question_of(store, left_open, test->start_ms - AROUND_MS, test->start_ms + AROUND_MS, AROUND_MS);
	struct matrix *matrix = ask(&question, test->expression, error);
	int result;

	if (!matrix)
		return say_which(error, "as a range");
	result = check_step(test, matrix, test->start_ms, error);
	matrix_unref(matrix);
	return result ? say_which(error, "as a range") : 0;
}

static bool pin(struct expr *expr, int64_t at_ms, bool *ret_pinned);

static bool pin_when(struct expr_when *when, int64_t at_ms, bool *ret_pinned)
{
	if (when->at != AT_NONE)
		return false;
	when->at = AT_TIME;
	when->at_ms = at_ms;
	*ret_pinned = true;
	return true;
}

static bool pin_all(struct expr *const *items, size_t count, int64_t at_ms, bool *ret_pinned)
{
	for (size_t i = 0; i < count; i++)
		if (items[i] && !pin(items[i], at_ms, ret_pinned))
			return false;
	return true;
}

/*
 * Fix every selector outside subqueries, and every outermost subquery, at one
 * time: the answer then is the same whenever it is asked. False for what has
 * an @ already, or calls something that looks at the time.
 */
static bool pin(struct expr *expr, int64_t at_ms, bool *ret_pinned)
{
	switch (expr->kind) {
	case EXPR_NUMBER:
	case EXPR_STRING: return true;
	case EXPR_SELECTOR: return pin_when(&expr->selector.when, at_ms, ret_pinned);
	case EXPR_SUBQUERY: return pin_when(&expr->subquery.when, at_ms, ret_pinned);
	case EXPR_CALL:
		if (expr->call.function->not_constant)
			return false;
		return pin_all(expr->call.arguments, expr->call.count, at_ms, ret_pinned);
	case EXPR_AGGREGATE:
		return pin_all((struct expr *[]){ expr->aggregate.parameter, expr->aggregate.inner }, 2, at_ms,
			       ret_pinned);
	case EXPR_BINARY:
		return pin_all((struct expr *[]){ expr->binary.left, expr->binary.right }, 2, at_ms, ret_pinned);
	case EXPR_UNARY: return pin(expr->unary.inner, at_ms, ret_pinned);
	case EXPR_PAREN: return pin(expr->paren, at_ms, ret_pinned);
	}
	return false;
}

/* The expression with `@` the instant everywhere, printed; false when there is no such form. */
static bool pinned_text(const struct test_case *test, bool left_open, struct strbuf *ret)
{
	struct promql_syntax syntax = { .left_open = left_open };
	struct promql *promql = promql_parse(test->expression, &syntax, NULL);
	bool pinned = false;

	if (!promql)
		return false;
	if (!pin(promql->root, test->start_ms, &pinned))
		pinned = false;
	if (pinned)
		promql_print(promql->root, ret);
	promql_free(promql);
	return pinned;
}

/* The instant asked from other times, before and after. */
static int run_pinned(const struct test_case *test, struct store *store, bool left_open, struct error *error)
{
	const int64_t times[] = { -10 * test->start_ms - 1000, 0, test->start_ms / 5, 10 * test->start_ms + 1000 };
	struct strbuf text = STRBUF_INIT;
	int result = 0;

	if (pinned_text(test, left_open, &text)) {
		for (size_t i = 0; i < sizeof(times) / sizeof(times[0]) && !result; i++) {
			struct question question = question_of(store, left_open, times[i], times[i], 0);
			struct test_case other = *test;
			struct matrix *matrix = ask(&question, text.text, error);

			other.start_ms = times[i];
			result = matrix ? check_answer(&other, matrix, error) : -1;
			matrix_unref(matrix);
		}
	}
	if (result)
		say_which(error, text.text);
	strbuf_release(&text);
	return result;
}

int case_run(const struct test_case *test, struct store *store, bool left_open, struct error *error)
{
	struct question question = question_of(store, left_open, test->start_ms, test->end_ms, test->step_ms);
	struct matrix *matrix = ask(&question, test->expression, error);
	enum matrix_kind kind;
	struct error why;
	int result;

	if (!matrix && test->expected.fail) {
		why = *error;
		return check_failure(&test->expected, why.text, error);
	}
	if (!matrix)
		return -1;
	kind = matrix->kind;
	result = test->expected.fail ? error_set(error, "succeeded, expected a failure")
				     : check_answer(test, matrix, error);
	matrix_unref(matrix);
	if (result || test->range || kind == MATRIX_RANGE || kind == MATRIX_STRING ||
	    uses_ends(test->expression, left_open))
		return result;
	if (!test->expected.ordered && run_around(test, store, left_open, error))
		return -1;
	return run_pinned(test, store, left_open, error);
}
