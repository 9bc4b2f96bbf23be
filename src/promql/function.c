/*
 * The table of functions, in the order of their names. What each computes is
 * in function_<kind>.c; types and names are those of Prometheus's function
 * documentation, native histograms left out.
 */
#include "promql/function.h"

#include <string.h>

static const struct function functions[] = {
	/* clang-format off */
	{.name = "abs", .arguments = {VALUE_VECTOR}, .type = VALUE_VECTOR, .kind = FUNCTION_VALUE},
	{.name = "absent", .arguments = {VALUE_VECTOR}, .type = VALUE_VECTOR, .kind = FUNCTION_SPECIAL},
	{.name = "absent_over_time", .arguments = {VALUE_MATRIX}, .type = VALUE_VECTOR, .kind = FUNCTION_SPECIAL},
	{.name = "acos", .arguments = {VALUE_VECTOR}, .type = VALUE_VECTOR, .kind = FUNCTION_VALUE},
	{.name = "acosh", .arguments = {VALUE_VECTOR}, .type = VALUE_VECTOR, .kind = FUNCTION_VALUE},
	{.name = "asin", .arguments = {VALUE_VECTOR}, .type = VALUE_VECTOR, .kind = FUNCTION_VALUE},
	{.name = "asinh", .arguments = {VALUE_VECTOR}, .type = VALUE_VECTOR, .kind = FUNCTION_VALUE},
	{.name = "atan", .arguments = {VALUE_VECTOR}, .type = VALUE_VECTOR, .kind = FUNCTION_VALUE},
	{.name = "atanh", .arguments = {VALUE_VECTOR}, .type = VALUE_VECTOR, .kind = FUNCTION_VALUE},
	{.name = "avg_over_time", .arguments = {VALUE_MATRIX}, .type = VALUE_VECTOR, .kind = FUNCTION_WINDOW},
	{.name = "ceil", .arguments = {VALUE_VECTOR}, .type = VALUE_VECTOR, .kind = FUNCTION_VALUE},
	{.name = "changes", .arguments = {VALUE_MATRIX}, .type = VALUE_VECTOR, .kind = FUNCTION_WINDOW},
	{.name = "clamp", .arguments = {VALUE_VECTOR, VALUE_SCALAR, VALUE_SCALAR}, .type = VALUE_VECTOR, .kind = FUNCTION_VALUE},
	{.name = "clamp_max", .arguments = {VALUE_VECTOR, VALUE_SCALAR}, .type = VALUE_VECTOR, .kind = FUNCTION_VALUE},
	{.name = "clamp_min", .arguments = {VALUE_VECTOR, VALUE_SCALAR}, .type = VALUE_VECTOR, .kind = FUNCTION_VALUE},
	{.name = "cos", .arguments = {VALUE_VECTOR}, .type = VALUE_VECTOR, .kind = FUNCTION_VALUE},
	{.name = "cosh", .arguments = {VALUE_VECTOR}, .type = VALUE_VECTOR, .kind = FUNCTION_VALUE},
	{.name = "count_over_time", .arguments = {VALUE_MATRIX}, .type = VALUE_VECTOR, .kind = FUNCTION_WINDOW},
	{.name = "day_of_month", .arguments = {VALUE_VECTOR}, .optional = 1, .type = VALUE_VECTOR, .kind = FUNCTION_SPECIAL, .not_constant = true},
	{.name = "day_of_week", .arguments = {VALUE_VECTOR}, .optional = 1, .type = VALUE_VECTOR, .kind = FUNCTION_SPECIAL, .not_constant = true},
	{.name = "day_of_year", .arguments = {VALUE_VECTOR}, .optional = 1, .type = VALUE_VECTOR, .kind = FUNCTION_SPECIAL, .not_constant = true},
	{.name = "days_in_month", .arguments = {VALUE_VECTOR}, .optional = 1, .type = VALUE_VECTOR, .kind = FUNCTION_SPECIAL, .not_constant = true},
	{.name = "deg", .arguments = {VALUE_VECTOR}, .type = VALUE_VECTOR, .kind = FUNCTION_VALUE},
	{.name = "delta", .arguments = {VALUE_MATRIX}, .type = VALUE_VECTOR, .kind = FUNCTION_WINDOW},
	{.name = "deriv", .arguments = {VALUE_MATRIX}, .type = VALUE_VECTOR, .kind = FUNCTION_WINDOW},
	{.name = "double_exponential_smoothing", .arguments = {VALUE_MATRIX, VALUE_SCALAR, VALUE_SCALAR}, .type = VALUE_VECTOR, .kind = FUNCTION_SPECIAL, .newer = true},
	{.name = "exp", .arguments = {VALUE_VECTOR}, .type = VALUE_VECTOR, .kind = FUNCTION_VALUE},
	{.name = "first_over_time", .arguments = {VALUE_MATRIX}, .type = VALUE_VECTOR, .kind = FUNCTION_WINDOW, .keeps_name = true, .newer = true},
	{.name = "floor", .arguments = {VALUE_VECTOR}, .type = VALUE_VECTOR, .kind = FUNCTION_VALUE},
	{.name = "histogram_quantile", .arguments = {VALUE_SCALAR, VALUE_VECTOR}, .type = VALUE_VECTOR, .kind = FUNCTION_SPECIAL},
	{.name = "holt_winters", .arguments = {VALUE_MATRIX, VALUE_SCALAR, VALUE_SCALAR}, .type = VALUE_VECTOR, .kind = FUNCTION_SPECIAL},
	{.name = "hour", .arguments = {VALUE_VECTOR}, .optional = 1, .type = VALUE_VECTOR, .kind = FUNCTION_SPECIAL, .not_constant = true},
	{.name = "idelta", .arguments = {VALUE_MATRIX}, .type = VALUE_VECTOR, .kind = FUNCTION_WINDOW},
	{.name = "increase", .arguments = {VALUE_MATRIX}, .type = VALUE_VECTOR, .kind = FUNCTION_WINDOW},
	{.name = "irate", .arguments = {VALUE_MATRIX}, .type = VALUE_VECTOR, .kind = FUNCTION_WINDOW},
	{.name = "label_join", .arguments = {VALUE_VECTOR, VALUE_STRING, VALUE_STRING, VALUE_STRING}, .optional = -1, .type = VALUE_VECTOR, .kind = FUNCTION_SPECIAL},
	{.name = "label_replace", .arguments = {VALUE_VECTOR, VALUE_STRING, VALUE_STRING, VALUE_STRING, VALUE_STRING}, .type = VALUE_VECTOR, .kind = FUNCTION_SPECIAL},
	{.name = "last_over_time", .arguments = {VALUE_MATRIX}, .type = VALUE_VECTOR, .kind = FUNCTION_WINDOW, .keeps_name = true},
	{.name = "ln", .arguments = {VALUE_VECTOR}, .type = VALUE_VECTOR, .kind = FUNCTION_VALUE},
	{.name = "log10", .arguments = {VALUE_VECTOR}, .type = VALUE_VECTOR, .kind = FUNCTION_VALUE},
	{.name = "log2", .arguments = {VALUE_VECTOR}, .type = VALUE_VECTOR, .kind = FUNCTION_VALUE},
	{.name = "mad_over_time", .arguments = {VALUE_MATRIX}, .type = VALUE_VECTOR, .kind = FUNCTION_WINDOW, .newer = true},
	{.name = "max_over_time", .arguments = {VALUE_MATRIX}, .type = VALUE_VECTOR, .kind = FUNCTION_WINDOW},
	{.name = "min_over_time", .arguments = {VALUE_MATRIX}, .type = VALUE_VECTOR, .kind = FUNCTION_WINDOW},
	{.name = "minute", .arguments = {VALUE_VECTOR}, .optional = 1, .type = VALUE_VECTOR, .kind = FUNCTION_SPECIAL, .not_constant = true},
	{.name = "month", .arguments = {VALUE_VECTOR}, .optional = 1, .type = VALUE_VECTOR, .kind = FUNCTION_SPECIAL, .not_constant = true},
	{.name = "pi", .type = VALUE_SCALAR, .kind = FUNCTION_SPECIAL},
	{.name = "predict_linear", .arguments = {VALUE_MATRIX, VALUE_SCALAR}, .type = VALUE_VECTOR, .kind = FUNCTION_WINDOW, .not_constant = true},
	{.name = "present_over_time", .arguments = {VALUE_MATRIX}, .type = VALUE_VECTOR, .kind = FUNCTION_WINDOW},
	{.name = "quantile_over_time", .arguments = {VALUE_SCALAR, VALUE_MATRIX}, .type = VALUE_VECTOR, .kind = FUNCTION_WINDOW},
	{.name = "rad", .arguments = {VALUE_VECTOR}, .type = VALUE_VECTOR, .kind = FUNCTION_VALUE},
	{.name = "rate", .arguments = {VALUE_MATRIX}, .type = VALUE_VECTOR, .kind = FUNCTION_WINDOW},
	{.name = "resets", .arguments = {VALUE_MATRIX}, .type = VALUE_VECTOR, .kind = FUNCTION_WINDOW},
	{.name = "round", .arguments = {VALUE_VECTOR, VALUE_SCALAR}, .optional = 1, .type = VALUE_VECTOR, .kind = FUNCTION_SPECIAL},
	{.name = "scalar", .arguments = {VALUE_VECTOR}, .type = VALUE_SCALAR, .kind = FUNCTION_SPECIAL},
	{.name = "sgn", .arguments = {VALUE_VECTOR}, .type = VALUE_VECTOR, .kind = FUNCTION_VALUE},
	{.name = "sin", .arguments = {VALUE_VECTOR}, .type = VALUE_VECTOR, .kind = FUNCTION_VALUE},
	{.name = "sinh", .arguments = {VALUE_VECTOR}, .type = VALUE_VECTOR, .kind = FUNCTION_VALUE},
	{.name = "sort", .arguments = {VALUE_VECTOR}, .type = VALUE_VECTOR, .kind = FUNCTION_SPECIAL},
	{.name = "sort_by_label", .arguments = {VALUE_VECTOR, VALUE_STRING}, .optional = -1, .type = VALUE_VECTOR, .kind = FUNCTION_SPECIAL, .newer = true},
	{.name = "sort_by_label_desc", .arguments = {VALUE_VECTOR, VALUE_STRING}, .optional = -1, .type = VALUE_VECTOR, .kind = FUNCTION_SPECIAL, .newer = true},
	{.name = "sort_desc", .arguments = {VALUE_VECTOR}, .type = VALUE_VECTOR, .kind = FUNCTION_SPECIAL},
	{.name = "sqrt", .arguments = {VALUE_VECTOR}, .type = VALUE_VECTOR, .kind = FUNCTION_VALUE},
	{.name = "stddev_over_time", .arguments = {VALUE_MATRIX}, .type = VALUE_VECTOR, .kind = FUNCTION_WINDOW},
	{.name = "stdvar_over_time", .arguments = {VALUE_MATRIX}, .type = VALUE_VECTOR, .kind = FUNCTION_WINDOW},
	{.name = "sum_over_time", .arguments = {VALUE_MATRIX}, .type = VALUE_VECTOR, .kind = FUNCTION_WINDOW},
	{.name = "tan", .arguments = {VALUE_VECTOR}, .type = VALUE_VECTOR, .kind = FUNCTION_VALUE},
	{.name = "tanh", .arguments = {VALUE_VECTOR}, .type = VALUE_VECTOR, .kind = FUNCTION_VALUE},
	{.name = "time", .type = VALUE_SCALAR, .kind = FUNCTION_SPECIAL, .not_constant = true},
	{.name = "timestamp", .arguments = {VALUE_VECTOR}, .type = VALUE_VECTOR, .kind = FUNCTION_SPECIAL, .not_constant = true},
	{.name = "ts_of_first_over_time", .arguments = {VALUE_MATRIX}, .type = VALUE_VECTOR, .kind = FUNCTION_WINDOW, .newer = true},
	{.name = "ts_of_last_over_time", .arguments = {VALUE_MATRIX}, .type = VALUE_VECTOR, .kind = FUNCTION_WINDOW, .newer = true},
	{.name = "ts_of_max_over_time", .arguments = {VALUE_MATRIX}, .type = VALUE_VECTOR, .kind = FUNCTION_WINDOW, .newer = true},
	{.name = "ts_of_min_over_time", .arguments = {VALUE_MATRIX}, .type = VALUE_VECTOR, .kind = FUNCTION_WINDOW, .newer = true},
	{.name = "vector", .arguments = {VALUE_SCALAR}, .type = VALUE_VECTOR, .kind = FUNCTION_SPECIAL},
	{.name = "year", .arguments = {VALUE_VECTOR}, .optional = 1, .type = VALUE_VECTOR, .kind = FUNCTION_SPECIAL, .not_constant = true},
	/* clang-format on */
};

#define FUNCTION_COUNT (sizeof(functions) / sizeof(functions[0]))

/* As strcmp orders a name of `length` bytes, which may hold anything, against a table's name. */
static int name_compare(const char *name, size_t length, const char *other)
{
	size_t other_length = strlen(other);
	int order = memcmp(name, other, length < other_length ? length : other_length);

	return order ? order : (length > other_length) - (length < other_length);
}

const struct function *function_find(const char *name, size_t length)
{
	size_t low = 0, high = FUNCTION_COUNT;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = name_compare(name, length, functions[middle].name);

		if (!order)
			return &functions[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

const struct function *function_table(size_t *ret_count)
{
	*ret_count = FUNCTION_COUNT;
	return functions;
}
