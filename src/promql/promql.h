/*
 * PromQL: an expression parsed, and evaluated over selected series. A pure
 * library: it parses on any thread, says which series it needs, and evaluates
 * on any thread over the selections it was given.
 *
 *   promql_parse -> for each selector promql_span -> store_select ->
 *   promql_eval (a job on the pool) -> matrix
 *
 * The language is that of Prometheus 2.42 and what 3.x added to it, native
 * histograms left out. Where the two differ, `left_open` chooses.
 */
#ifndef PROMQL_PROMQL_H
#define PROMQL_PROMQL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "promql/ast.h"
#include "tsdb/matrix.h"
#include "tsdb/selection.h"

struct promql {
	struct arena arena;
	const char *text;
	struct expr *root;
	struct expr **selectors; /* every EXPR_SELECTOR, selector.index is the place here */
	size_t selector_count;
};

struct promql_syntax {
	/*
	 * 3.x: dots in regexes match newlines; numbers and lengths of time
	 * stand for one another; digits may have underscores, names quotes;
	 * functions and aggregations that 2.42 does not know. False refuses
	 * all of these, as 2.42 does.
	 */
	bool left_open;
};

/*
 * Parse and check types. NULL with "1:8: what is wrong (what was expected)"
 * (line:column in characters, as Prometheus counts) in the error. At most
 * 64 KiB of text, 200 levels of nesting, 2000 operators in a row, 1000
 * selectors.
 */
struct promql *promql_parse(const char *text, const struct promql_syntax *syntax, struct error *error);
void promql_free(struct promql *promql);

/* Write it as Prometheus prints expressions (one line); the labels of a grouping come sorted, each once. */
void promql_print(const struct expr *expr, struct strbuf *ret);

/* Limits on one evaluation. Zero members take the defaults. */
struct promql_limits {
	uint64_t
		samples; /* samples touched: 200,000,000; a window over n samples at m steps touches them once a step */
	size_t series;   /* of any intermediate result: 200,000 */
	size_t points;   /* of any intermediate result, series times steps: 50,000,000 */
	int64_t time_ms; /* 30 s */
};

struct promql_options {
	int64_t start_ms, end_ms, step_ms; /* step_ms 0: instant, start == end */
	int64_t lookback_ms;               /* 0: 5 min */
	int64_t subquery_step_ms;          /* default resolution of subqueries; 0: 1 min */
	bool left_open;                    /* ranges and look-back (t-range, t] as 3.x; else [t-range, t] as 2.x */
	struct promql_limits limits;
	const atomic_bool *cancelled; /* may be NULL; looked at often */
	bool all_history; /* a window that is less than half there is evaluated all the same (tests, comparisons) */
};

/* The times between which selector `index` looks, look-back and windows included, both ends included. */
void promql_span(const struct promql *promql, size_t index, const struct promql_options *options, int64_t *ret_from_ms,
		 int64_t *ret_to_ms);

enum promql_status {
	PROMQL_OK,
	PROMQL_BAD,   /* the expression cannot be evaluated on this data: many-to-many, duplicate label sets ... */
	PROMQL_LIMIT, /* a limit was met: the error says which */
	PROMQL_CANCELLED,
	PROMQL_INSUFFICIENT, /* no window of more than 10 min is at least half there: "insufficient history (1h of 30d)"
			      */
	PROMQL_COARSE,       /* all windows lie in thinned history and are finer than it: "resolution too coarse ..." */
};

/*
 * Evaluate. `selections[i]` belongs to selector i; they only are read. The
 * answer has kind MATRIX_VECTOR, SCALAR or STRING for an instant question,
 * RANGE for a range question (a scalar's range has one series without
 * labels); a range vector at an instant gives RANGE with its raw samples.
 * Order: as the functions define it; else range results by labels, instant
 * results in the order of evaluation. Steps left out for want of history or
 * resolution are named in the matrix's warnings.
 */
enum promql_status promql_eval(const struct promql *promql, struct selection *const *selections,
			       const struct promql_options *options, struct matrix **ret, struct error *error);

#endif
