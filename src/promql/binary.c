/* Binary operators between two numbers, two rows of numbers, and the way into those between two vectors. */
#include "promql/binary_impl.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

static inline __attribute__((always_inline)) double compute(enum token_kind token, double left, double right,
							    bool *ret_keep)
{
	*ret_keep = true;
	switch (token) {
	case TOKEN_ADD: return left + right;
	case TOKEN_SUB: return left - right;
	case TOKEN_MUL: return left * right;
	case TOKEN_DIV: return left / right;
	case TOKEN_MOD: return fmod(left, right);
	case TOKEN_POW: return pow(left, right);
	case TOKEN_ATAN2: return atan2(left, right);
	case TOKEN_EQUAL: *ret_keep = left == right; break;
	case TOKEN_NOT_EQUAL: *ret_keep = left != right; break;
	case TOKEN_LESS: *ret_keep = left < right; break;
	case TOKEN_LESS_EQUAL: *ret_keep = left <= right; break;
	case TOKEN_GREATER: *ret_keep = left > right; break;
	case TOKEN_GREATER_EQUAL: *ret_keep = left >= right; break;
	default: *ret_keep = false;
	}
	return left;
}

double binary_compute(enum token_kind token, double left, double right, bool *ret_keep)
{
	return compute(token, left, right, ret_keep);
}

/* With a constant operator the compiler leaves one operation in the loop. */
static inline __attribute__((always_inline)) void row(enum token_kind token, bool return_bool, const double *left,
						      const double *right, size_t steps, double *ret)
{
	for (size_t i = 0; i < steps; i++) {
		bool there = !is_absent(left[i]) && !is_absent(right[i]), keep;
		double value = compute(token, left[i], right[i], &keep);

		if (return_bool)
			ret[i] = there ? keep : absent();
		else
			ret[i] = there && keep ? value : absent();
	}
}

void binary_row(const struct expr_binary *node, const double *left, const double *right, size_t steps, double *ret)
{
	switch (node->operator) {
	case TOKEN_ADD: row(TOKEN_ADD, false, left, right, steps, ret); break;
	case TOKEN_SUB: row(TOKEN_SUB, false, left, right, steps, ret); break;
	case TOKEN_MUL: row(TOKEN_MUL, false, left, right, steps, ret); break;
	case TOKEN_DIV: row(TOKEN_DIV, false, left, right, steps, ret); break;
	default: row(node->operator, node->return_bool, left, right, steps, ret);
	}
}

static void find_groups(struct match *match, struct match_side *side)
{
	bool is_new;

	side->groups = mem_array(side->grid.count + 1, sizeof(*side->groups));
	for (size_t i = 0; i < side->grid.count; i++) {
		struct labels labels = label_pick_from(&match->pick, &side->grid.items[i].labels);

		side->groups[i] = series_table_find(&match->groups, &labels, &is_new);
	}
}

int match_init(struct match *match, struct eval *eval, const struct expr_binary *node)
{
	*match = (struct match){ .eval = eval, .node = node };
	grid_init(&match->left.grid);
	grid_init(&match->right.grid);
	label_pick_init(&match->pick, node->labels, node->label_count, node->on);
	series_table_init(&match->groups, eval, NULL);
	if (eval_grid(eval, node->left, &match->left.grid) < 0 || eval_grid(eval, node->right, &match->right.grid) < 0)
		return -1;
	find_groups(match, &match->left);
	find_groups(match, &match->right);
	return 0;
}

static void side_release(struct match_side *side)
{
	free(side->groups);
	grid_release(&side->grid);
}

void match_release(struct match *match)
{
	side_release(&match->left);
	side_release(&match->right);
	label_pick_release(&match->pick);
	series_table_release(&match->groups);
}

int eval_binary(struct eval *eval, const struct expr *expr, struct grid *ret)
{
	const struct expr_binary *node = &expr->binary;
	enum token_kind token = node->operator;
	bool set = token == TOKEN_AND || token == TOKEN_OR || token == TOKEN_UNLESS;
	struct match match;
	int result;

	result = match_init(&match, eval, node);
	if (!result)
		result = set ? binary_set(&match, ret) : binary_match(&match, ret);
	match_release(&match);
	return result;
}
