/*
 * A PromQL expression as a tree: parsed, type-checked, nothing evaluated. All
 * of it lies in the arena of its struct promql.
 */
#ifndef PROMQL_AST_H
#define PROMQL_AST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "promql/lexer.h"
#include "tsdb/matcher.h"

enum value_type { VALUE_NONE, VALUE_SCALAR, VALUE_VECTOR, VALUE_MATRIX, VALUE_STRING };

enum expr_kind {
	EXPR_NUMBER,
	EXPR_STRING,
	EXPR_SELECTOR, /* instant, or with a window a range vector */
	EXPR_SUBQUERY,
	EXPR_CALL,
	EXPR_AGGREGATE,
	EXPR_BINARY,
	EXPR_UNARY,
	EXPR_PAREN,
};

/* `@`: not there, a fixed moment, or the question's own ends. */
enum at_kind { AT_NONE, AT_TIME, AT_START, AT_END };

/* When a selector or subquery looks: shift, fixed moment. */
struct expr_when {
	int64_t offset_ms; /* as written; negative looks ahead */
	enum at_kind at;
	int64_t at_ms; /* AT_TIME */
	bool loose; /* 2.x, in an aggregation's parameter: @ holds for the first step only, start() and end() not at all
		     */
};

struct expr_selector {
	const char *metric;       /* the name before the braces, or an equality on __name__; NULL when neither */
	bool named;               /* `metric` was written as a name; its matcher is then the last one */
	struct matcher *matchers; /* the one for __name__ included; regexes compiled */
	size_t matcher_count;
	int64_t range_ms; /* 0: instant */
	struct expr_when when;
	size_t index; /* in promql.selectors */
};

struct expr_subquery {
	struct expr *inner; /* an instant vector */
	int64_t range_ms;
	int64_t step_ms; /* 0: the default */
	struct expr_when when;
};

struct function;
struct expr_call {
	const struct function *function;
	struct expr **arguments;
	size_t count;
};

struct expr_aggregate {
	enum token_kind operator; /* TOKEN_AVG .. TOKEN_TOPK */
	struct expr *parameter;   /* of topk, quantile, count_values ...; else NULL */
	struct expr *inner;
	bool without;        /* `labels` are those left out; otherwise those kept */
	const char **labels; /* sorted, each once */
	size_t label_count;
};

enum match_cardinality {
	MATCH_ONE_TO_ONE,
	MATCH_MANY_TO_ONE,
	MATCH_ONE_TO_MANY,
	MATCH_MANY_TO_MANY /* and or unless */
};

struct expr_binary {
	enum token_kind operator;
	size_t operator_position; /* in the text */
	struct expr *left, *right;
	bool return_bool;
	enum match_cardinality cardinality; /* group_left is many to one */
	bool on;                            /* `labels` are those to match on; otherwise those ignored */
	const char **labels;
	size_t label_count;
	const char **include; /* of group_left (...) */
	size_t include_count;
};

struct expr {
	enum expr_kind kind;
	enum value_type type;
	size_t position, length; /* in the text, bytes */
	unsigned depth;          /* of the tree from here, 1 for a leaf; at most 2000 */
	bool constant; /* does not depend on the step: every selector in it is fixed by @, and it calls nothing like
			  time() */
	union {
		double number;
		const char *string;
		struct expr_selector selector;
		struct expr_subquery subquery;
		struct expr_call call;
		struct expr_aggregate aggregate;
		struct expr_binary binary;
		struct {
			bool minus;
			struct expr *inner;
		} unary;
		struct expr *paren;
	};
};

/* The expression inside any parentheses. */
static inline struct expr *expr_inner(struct expr *expr)
{
	while (expr->kind == EXPR_PAREN)
		expr = expr->paren;
	return expr;
}

#endif
