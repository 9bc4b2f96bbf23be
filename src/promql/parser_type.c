#include "promql/parser.h"

#include <string.h>

#include "promql/function.h"

static const char *type_name(enum value_type type)
{
	switch (type) {
	case VALUE_SCALAR: return "scalar";
	case VALUE_VECTOR: return "instant vector";
	case VALUE_MATRIX: return "range vector";
	case VALUE_STRING: return "string";
	case VALUE_NONE: break;
	}
	return "none";
}

/* Check `expr`, and that it is of this type. `name` is a function's, in the message after `context`; or NULL. */
static int expect_type(struct parser *parser, struct expr *expr, enum value_type type, const char *context,
		       const char *name)
{
	const char *quote = name ? "\"" : "";

	if (parser_check(parser, expr))
		return -1;
	if (expr->type == type)
		return 0;
	return parser_fail(parser, expr->position, "expected type %s in %s%s%s%s%s, got %s", type_name(type), context,
			   name ? " " : "", quote, name ? name : "", quote, type_name(expr->type));
}

static int check_selector(struct parser *parser, struct expr *expr)
{
	const struct expr_selector *selector = &expr->selector;

	expr->type = selector->range_ms ? VALUE_MATRIX : VALUE_VECTOR;
	expr->constant = selector->when.at != AT_NONE;
	if (selector->named) {
		for (size_t i = 0; i + 1 < selector->matcher_count; i++)
			if (strcmp(selector->matchers[i].label, "__name__") == 0)
				return parser_fail(parser, expr->position,
						   "metric name must not be set twice: \"%.100s\" or \"%.100s\"",
						   selector->metric, selector->matchers[i].value);
		if (*selector->metric)
			return 0;
	}
	for (size_t i = 0; i < selector->matcher_count; i++)
		if (!matcher_matches_empty(&selector->matchers[i]))
			return 0;
	return parser_fail(parser, expr->position, "vector selector must contain at least one non-empty matcher");
}

/* The grid inside a subquery moves with the step, whatever its inside depends on, unless @ fixes it. */
static int check_subquery(struct parser *parser, struct expr *expr)
{
	struct expr *inner = expr->subquery.inner;

	expr->type = VALUE_MATRIX;
	expr->constant = expr->subquery.when.at != AT_NONE;
	if (parser_check(parser, inner))
		return -1;
	if (inner->type != VALUE_VECTOR)
		return parser_fail(parser, expr->position, "subquery is only allowed on instant vector, got %s instead",
				   type_name(inner->type));
	return 0;
}

static int check_count(struct parser *parser, const struct expr *expr, size_t declared)
{
	const struct function *function = expr->call.function;
	size_t least = declared - (function->optional < 0 ? 1 : (size_t)function->optional);

	if (!function->optional && expr->call.count != declared)
		return parser_fail(parser, expr->position, "expected %zu argument(s) in call to \"%s\", got %zu",
				   declared, function->name, expr->call.count);
	if (expr->call.count < least)
		return parser_fail(parser, expr->position,
				   "expected at least %zu argument(s) in call to \"%s\", got %zu", least,
				   function->name, expr->call.count);
	if (function->optional >= 0 && expr->call.count > declared)
		return parser_fail(parser, expr->position,
				   "expected at most %zu argument(s) in call to \"%s\", got %zu", declared,
				   function->name, expr->call.count);
	return 0;
}

static int check_call(struct parser *parser, struct expr *expr)
{
	const struct expr_call *call = &expr->call;
	size_t declared = 0;

	while (declared < FUNCTION_ARGUMENTS && call->function->arguments[declared] != VALUE_NONE)
		declared++;
	expr->type = call->function->type;
	expr->constant = !call->function->not_constant;
	if (check_count(parser, expr, declared))
		return -1;
	for (size_t i = 0; i < call->count; i++) {
		enum value_type type = call->function->arguments[i < declared ? i : declared - 1];

		if (expect_type(parser, call->arguments[i], type, "call to function", call->function->name))
			return -1;
		expr->constant &= call->arguments[i]->constant;
	}
	return 0;
}

/*
 * 2.x does not prepare an aggregation's parameter for being evaluated over a
 * range as it does all else: nothing in it counts as the same at every step,
 * and @ is not what it says.
 */
static void loosen(struct expr *expr)
{
	expr->constant = false;
	switch (expr->kind) {
	case EXPR_SELECTOR: expr->selector.when.loose = true; break;
	case EXPR_SUBQUERY:
		expr->subquery.when.loose = true;
		loosen(expr->subquery.inner);
		break;
	case EXPR_CALL:
		for (size_t i = 0; i < expr->call.count; i++)
			loosen(expr->call.arguments[i]);
		break;
	case EXPR_AGGREGATE:
		if (expr->aggregate.parameter)
			loosen(expr->aggregate.parameter);
		loosen(expr->aggregate.inner);
		break;
	case EXPR_BINARY:
		loosen(expr->binary.left);
		loosen(expr->binary.right);
		break;
	case EXPR_UNARY: loosen(expr->unary.inner); break;
	case EXPR_PAREN: loosen(expr->paren); break;
	case EXPR_NUMBER:
	case EXPR_STRING: break;
	}
}

static int check_aggregate(struct parser *parser, struct expr *expr)
{
	const struct expr_aggregate *aggregate = &expr->aggregate;
	bool text = aggregate->operator== TOKEN_COUNT_VALUES;

	expr->type = VALUE_VECTOR;
	if (expect_type(parser, aggregate->inner, VALUE_VECTOR, "aggregation expression", NULL))
		return -1;
	expr->constant = aggregate->inner->constant;
	if (!aggregate->parameter)
		return 0;
	if (expect_type(parser, aggregate->parameter, text ? VALUE_STRING : VALUE_SCALAR, "aggregation parameter",
			NULL))
		return -1;
	/* 2.x does not look at the parameter here: where all else is the same at every step, its first value counts. */
	if (parser->left_open)
		expr->constant &= aggregate->parameter->constant;
	else
		loosen(aggregate->parameter);
	return 0;
}

static bool is_comparison(enum token_kind kind)
{
	return kind >= TOKEN_EQUAL && kind <= TOKEN_GREATER_EQUAL;
}

static bool is_set(enum token_kind kind)
{
	return kind == TOKEN_AND || kind == TOKEN_OR || kind == TOKEN_UNLESS;
}

/* `on (a) group_left (a)`: a label cannot both be matched on and be taken over. */
static int check_labels(struct parser *parser, const struct expr_binary *binary)
{
	for (size_t i = 0; i < binary->label_count && binary->on; i++)
		for (size_t at = 0; at < binary->include_count; at++)
			if (strcmp(binary->labels[i], binary->include[at]) == 0)
				return parser_fail(parser, binary->operator_position,
						   "label \"%.100s\" must not occur in ON and GROUP clause at once",
						   binary->labels[i]);
	return 0;
}

/* How the operands are matched, once they are known to be scalars or vectors. */
static int check_matching(struct parser *parser, struct expr *expr)
{
	struct expr_binary *binary = &expr->binary;
	const char *word = token_word(binary->operator);

	if (binary->left->type == VALUE_SCALAR || binary->right->type == VALUE_SCALAR) {
		if (binary->label_count)
			return parser_fail(parser, expr->position,
					   "vector matching only allowed between instant vectors");
		if (is_set(binary->operator))
			return parser_fail(parser, expr->position,
					   "set operator \"%s\" not allowed in binary scalar expression", word);
		binary->on = false;
		binary->cardinality = MATCH_ONE_TO_ONE;
		binary->include_count = 0;
		return 0;
	}
	if (!is_set(binary->operator))
		return 0;
	if (binary->cardinality != MATCH_ONE_TO_ONE)
		return parser_fail(parser, expr->position, "no grouping allowed for \"%s\" operation", word);
	binary->cardinality = MATCH_MANY_TO_MANY;
	return 0;
}

static int check_binary(struct parser *parser, struct expr *expr)
{
	struct expr_binary *binary = &expr->binary;
	struct expr *operands[] = { binary->left, binary->right };
	bool scalars;

	if (parser_check(parser, binary->left) || parser_check(parser, binary->right))
		return -1;
	scalars = binary->left->type == VALUE_SCALAR && binary->right->type == VALUE_SCALAR;
	expr->type = scalars ? VALUE_SCALAR : VALUE_VECTOR;
	expr->constant = binary->left->constant && binary->right->constant;
	if (binary->return_bool && !is_comparison(binary->operator))
		return parser_fail(parser, binary->operator_position,
				   "bool modifier can only be used on comparison operators");
	if (is_comparison(binary->operator) && !binary->return_bool && scalars)
		return parser_fail(parser, binary->operator_position,
				   "comparisons between scalars must use BOOL modifier");
	if (check_labels(parser, binary))
		return -1;
	for (int i = 0; i < 2; i++)
		if (operands[i]->type != VALUE_SCALAR && operands[i]->type != VALUE_VECTOR)
			return parser_fail(parser, operands[i]->position,
					   "binary expression must contain only scalar and instant vector types, "
					   "got %s",
					   type_name(operands[i]->type));
	return check_matching(parser, expr);
}

static int check_unary(struct parser *parser, struct expr *expr)
{
	struct expr *inner = expr->unary.inner;

	if (parser_check(parser, inner))
		return -1;
	if (inner->type != VALUE_SCALAR && inner->type != VALUE_VECTOR)
		return parser_fail(
			parser, expr->position,
			"unary expression only allowed on expressions of type scalar or instant vector, got \"%s\"",
			type_name(inner->type));
	expr->type = inner->type;
	expr->constant = inner->constant;
	return 0;
}

int parser_check(struct parser *parser, struct expr *expr)
{
	switch (expr->kind) {
	case EXPR_NUMBER:
	case EXPR_STRING:
		expr->type = expr->kind == EXPR_NUMBER ? VALUE_SCALAR : VALUE_STRING;
		expr->constant = true;
		return 0;
	case EXPR_SELECTOR: return check_selector(parser, expr);
	case EXPR_SUBQUERY: return check_subquery(parser, expr);
	case EXPR_CALL: return check_call(parser, expr);
	case EXPR_AGGREGATE: return check_aggregate(parser, expr);
	case EXPR_BINARY: return check_binary(parser, expr);
	case EXPR_UNARY: return check_unary(parser, expr);
	case EXPR_PAREN:
		if (parser_check(parser, expr->paren))
			return -1;
		expr->type = expr->paren->type;
		expr->constant = expr->paren->constant;
		return 0;
	}
	return -1;
}
