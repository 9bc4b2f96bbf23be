/* The metric name as a label, and whether results stay apart without it. */
#include "promql/eval_private.h"

#include <string.h>

#include "promql/function.h"

static const char metric_label[] = "__name__";

struct labels labels_without_name(struct arena *arena, const struct labels *labels)
{
	struct label *kept;
	size_t at = 0;

	while (at < labels->count && strcmp(labels->items[at].name, metric_label) != 0)
		at++;
	if (at == labels->count)
		return *labels;
	/* The name mostly comes first: the rest is there already. */
	if (at == 0)
		return (struct labels){ .items = labels->items + 1, .count = labels->count - 1 };
	kept = arena_array(arena, labels->count - 1, sizeof(struct label));
	memcpy(kept, labels->items, at * sizeof(*kept));
	memcpy(kept + at, labels->items + at + 1, (labels->count - at - 1) * sizeof(*kept));
	return (struct labels){ .items = kept, .count = labels->count - 1 };
}

static bool names_metric(const char *const *labels, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(labels[i], metric_label) == 0)
			return true;
	return false;
}

static bool call_has_one_name(const struct expr_call *call)
{
	switch (call->function->kind) {
	case FUNCTION_VALUE: return true;
	case FUNCTION_WINDOW:
		if (!call->function->keeps_name)
			return true;
		for (size_t i = 0; i < call->count; i++)
			if (call->arguments[i]->type == VALUE_MATRIX)
				return eval_has_one_name(call->arguments[i]);
		return true;
	case FUNCTION_SPECIAL: break;
	}
	return false;
}

static bool aggregate_has_one_name(const struct expr_aggregate *aggregate)
{
	switch (aggregate->operator) {
	case TOKEN_COUNT_VALUES: /* may write a name */ return false;
	case TOKEN_TOPK:
	case TOKEN_BOTTOMK:
	case TOKEN_LIMITK:
	case TOKEN_LIMIT_RATIO: return eval_has_one_name(aggregate->inner);
	default: break;
	}
	if (aggregate->without || !names_metric(aggregate->labels, aggregate->label_count))
		return true;
	return eval_has_one_name(aggregate->inner);
}

bool eval_drops_name(enum token_kind operator, bool return_bool, bool left_open)
{
	switch (operator) {
	case TOKEN_ADD:
	case TOKEN_SUB:
	case TOKEN_MUL:
	case TOKEN_DIV:
	case TOKEN_MOD:
	case TOKEN_POW: return true;
	case TOKEN_ATAN2: /* 2.x keeps the name */ return left_open;
	default: return return_bool;
	}
}

static bool binary_has_one_name(const struct expr_binary *binary)
{
	if (binary->include_count) /* group_left(__name__) brings names in */
		return false;
	if (eval_drops_name(binary->operator, binary->return_bool, false))
		return true;
	if (binary->left->type == VALUE_SCALAR)
		return eval_has_one_name(binary->right);
	if (binary->operator== TOKEN_OR || binary->cardinality == MATCH_ONE_TO_MANY)
		return false;
	return eval_has_one_name(binary->left);
}

bool eval_has_one_name(const struct expr *expr)
{
	switch (expr->kind) {
	case EXPR_SELECTOR: return expr->selector.metric != NULL;
	case EXPR_SUBQUERY: return eval_has_one_name(expr->subquery.inner);
	case EXPR_CALL: return call_has_one_name(&expr->call);
	case EXPR_AGGREGATE: return aggregate_has_one_name(&expr->aggregate);
	case EXPR_BINARY: return binary_has_one_name(&expr->binary);
	case EXPR_UNARY: return expr->unary.minus || eval_has_one_name(expr->unary.inner);
	case EXPR_PAREN: return eval_has_one_name(expr->paren);
	case EXPR_NUMBER:
	case EXPR_STRING: break;
	}
	return true;
}
