/*
 * The table of functions, in the order of their names. What each computes is
 * in function_<kind>.c; types and names are those of Prometheus's function
 * documentation, native histograms left out.
 */
#include "promql/function.h"

#include <string.h>

#include "promql/function_impl.h"

static const struct function functions[] = {
	/* clang-format off */
	{.name = "abs", .arguments = {VALUE_VECTOR}, .type = VALUE_VECTOR, .kind = FUNCTION_VALUE, .value = value_abs},
	{.name = "absent", .arguments = {VALUE_VECTOR}, .type = VALUE_VECTOR, .kind = FUNCTION_SPECIAL, .special = special_absent},
	{.name = "absent_over_time", .arguments = {VALUE_MATRIX}, .type = VALUE_VECTOR, .kind = FUNCTION_SPECIAL, .special = special_absent_over_time},
	{.name = "acos", .arguments = {VALUE_VECTOR}, .type = VALUE_VECTOR, .kind = FUNCTION_VALUE, .value = value_acos},
	{.name = "acosh", .arguments = {VALUE_VECTOR}, .type = VALUE_VECTOR, .kind = FUNCTION_VALUE, .value = value_acosh},
	{.name = "asin", .arguments = {VALUE_VECTOR}, .type = VALUE_VECTOR, .kind = FUNCTION_VALUE, .value = value_asin},
	{.name = "asinh", .arguments = {VALUE_VECTOR}, .type = VALUE_VECTOR, .kind = FUNCTION_VALUE, .value = value_asinh},
	{.name = "atan", .arguments = {VALUE_VECTOR}, .type = VALUE_VECTOR, .kind = FUNCTION_VALUE, .value = value_atan},
	{.name = "atanh", .arguments = {VALUE_VECTOR}, .type = VALUE_VECTOR, .kind = FUNCTION_VALUE, .value = value_atanh},
	{.name = "avg_over_time", .arguments = {VALUE_MATRIX}, .type = VALUE_VECTOR, .kind = FUNCTION_WINDOW, .window = window_avg_over_time, .thinned = thinned_avg_over_time},
	{.name = "ceil", .arguments = {VALUE_VECTOR}, .type = VALUE_VECTOR, .kind = FUNCTION_VALUE, .value = value_ceil},
	{.name = "changes", .arguments = {VALUE_MATRIX}, .type = VALUE_VECTOR, .kind = FUNCTION_WINDOW, .window = window_changes},
	{.name = "clamp", .arguments = {VALUE_VECTOR, VALUE_SCALAR, VALUE_SCALAR}, .type = VALUE_VECTOR, .kind = FUNCTION_VALUE, .value = value_clamp},
	{.name = "clamp_max", .arguments = {VALUE_VECTOR, VALUE_SCALAR}, .type = VALUE_VECTOR, .kind = FUNCTION_VALUE, .value = value_clamp_max},
	{.name = "clamp_min", .arguments = {VALUE_VECTOR, VALUE_SCALAR}, .type = VALUE_VECTOR, .kind = FUNCTION_VALUE, .value = value_clamp_min},
	{.name = "cos", .arguments = {VALUE_VECTOR}, .type = VALUE_VECTOR, .kind = FUNCTION_VALUE, .value = value_cos},
	{.name = "cosh", .arguments = {VALUE_VECTOR}, .type = VALUE_VECTOR, .kind = FUNCTION_VALUE, .value = value_cosh},
	{.name = "count_over_time", .arguments = {VALUE_MATRIX}, .type = VALUE_VECTOR, .kind = FUNCTION_WINDOW, .window = window_count_over_time, .thinned = thinned_count_over_time},
	{.name = "day_of_month", .arguments = {VALUE_VECTOR}, .optional = 1, .type = VALUE_VECTOR, .kind = FUNCTION_SPECIAL, .not_constant = true, .special = special_day_of_month},
	{.name = "day_of_week", .arguments = {VALUE_VECTOR}, .optional = 1, .type = VALUE_VECTOR, .kind = FUNCTION_SPECIAL, .not_constant = true, .special = special_day_of_week},
	{.name = "day_of_year", .arguments = {VALUE_VECTOR}, .optional = 1, .type = VALUE_VECTOR, .kind = FUNCTION_SPECIAL, .not_constant = true, .special = special_day_of_year},
	{.name = "days_in_month", .arguments = {VALUE_VECTOR}, .optional = 1, .type = VALUE_VECTOR, .kind = FUNCTION_SPECIAL, .not_constant = true, .special = special_days_in_month},
	{.name = "deg", .arguments = {VALUE_VECTOR}, .type = VALUE_VECTOR, .kind = FUNCTION_VALUE, .value = value_deg},
	{.name = "delta", .arguments = {VALUE_MATRIX}, .type = VALUE_VECTOR, .kind = FUNCTION_WINDOW, .window = window_delta, .thinned = thinned_delta},
	{.name = "deriv", .arguments = {VALUE_MATRIX}, .type = VALUE_VECTOR, .kind = FUNCTION_WINDOW, .window = window_deriv},
	{.name = "double_exponential_smoothing", .arguments = {VALUE_MATRIX, VALUE_SCALAR, VALUE_SCALAR}, .type = VALUE_VECTOR, .kind = FUNCTION_SPECIAL, .newer = true, .special = special_double_exponential_smoothing},
	{.name = "exp", .arguments = {VALUE_VECTOR}, .type = VALUE_VECTOR, .kind = FUNCTION_VALUE, .value = value_exp},
	{.name = "first_over_time", .arguments = {VALUE_MATRIX}, .type = VALUE_VECTOR, .kind = FUNCTION_WINDOW, .keeps_name = true, .newer = true, .window = window_first_over_time, .thinned = thinned_first_over_time},
	{.name = "floor", .arguments = {VALUE_VECTOR}, .type = VALUE_VECTOR, .kind = FUNCTION_VALUE, .value = value_floor},
	{.name = "histogram_quantile", .arguments = {VALUE_SCALAR, VALUE_VECTOR}, .type = VALUE_VECTOR, .kind = FUNCTION_SPECIAL, .special = special_histogram_quantile},
	{.name = "holt_winters", .arguments = {VALUE_MATRIX, VALUE_SCALAR, VALUE_SCALAR}, .type = VALUE_VECTOR, .kind = FUNCTION_SPECIAL, .special = special_double_exponential_smoothing},
	{.name = "hour", .arguments = {VALUE_VECTOR}, .optional = 1, .type = VALUE_VECTOR, .kind = FUNCTION_SPECIAL, .not_constant = true, .special = special_hour},
	{.name = "idelta", .arguments = {VALUE_MATRIX}, .type = VALUE_VECTOR, .kind = FUNCTION_WINDOW, .window = window_idelta},
	{.name = "increase", .arguments = {VALUE_MATRIX}, .type = VALUE_VECTOR, .kind = FUNCTION_WINDOW, .window = window_increase, .thinned = thinned_increase},
	{.name = "irate", .arguments = {VALUE_MATRIX}, .type = VALUE_VECTOR, .kind = FUNCTION_WINDOW, .window = window_irate},
	{.name = "label_join", .arguments = {VALUE_VECTOR, VALUE_STRING, VALUE_STRING, VALUE_STRING}, .optional = -1, .type = VALUE_VECTOR, .kind = FUNCTION_SPECIAL, .special = special_label_join},
	{.name = "label_replace", .arguments = {VALUE_VECTOR, VALUE_STRING, VALUE_STRING, VALUE_STRING, VALUE_STRING}, .type = VALUE_VECTOR, .kind = FUNCTION_SPECIAL, .special = special_label_replace},
	{.name = "last_over_time", .arguments = {VALUE_MATRIX}, .type = VALUE_VECTOR, .kind = FUNCTION_WINDOW, .keeps_name = true, .window = window_last_over_time, .thinned = thinned_last_over_time},
	{.name = "ln", .arguments = {VALUE_VECTOR}, .type = VALUE_VECTOR, .kind = FUNCTION_VALUE, .value = value_ln},
	{.name = "log10", .arguments = {VALUE_VECTOR}, .type = VALUE_VECTOR, .kind = FUNCTION_VALUE, .value = value_log10},
	{.name = "log2", .arguments = {VALUE_VECTOR}, .type = VALUE_VECTOR, .kind = FUNCTION_VALUE, .value = value_log2},
	{.name = "mad_over_time", .arguments = {VALUE_MATRIX}, .type = VALUE_VECTOR, .kind = FUNCTION_WINDOW, .newer = true, .window = window_mad_over_time},
	{.name = "max_over_time", .arguments = {VALUE_MATRIX}, .type = VALUE_VECTOR, .kind = FUNCTION_WINDOW, .window = window_max_over_time, .thinned = thinned_max_over_time},
	{.name = "min_over_time", .arguments = {VALUE_MATRIX}, .type = VALUE_VECTOR, .kind = FUNCTION_WINDOW, .window = window_min_over_time, .thinned = thinned_min_over_time},
	{.name = "minute", .arguments = {VALUE_VECTOR}, .optional = 1, .type = VALUE_VECTOR, .kind = FUNCTION_SPECIAL, .not_constant = true, .special = special_minute},
	{.name = "month", .arguments = {VALUE_VECTOR}, .optional = 1, .type = VALUE_VECTOR, .kind = FUNCTION_SPECIAL, .not_constant = true, .special = special_month},
	{.name = "pi", .type = VALUE_SCALAR, .kind = FUNCTION_SPECIAL, .special = special_pi},
	{.name = "predict_linear", .arguments = {VALUE_MATRIX, VALUE_SCALAR}, .type = VALUE_VECTOR, .kind = FUNCTION_WINDOW, .not_constant = true, .window = window_predict_linear},
	{.name = "present_over_time", .arguments = {VALUE_MATRIX}, .type = VALUE_VECTOR, .kind = FUNCTION_WINDOW, .window = window_present_over_time, .thinned = thinned_present_over_time},
	{.name = "quantile_over_time", .arguments = {VALUE_SCALAR, VALUE_MATRIX}, .type = VALUE_VECTOR, .kind = FUNCTION_WINDOW, .window = window_quantile_over_time},
	{.name = "rad", .arguments = {VALUE_VECTOR}, .type = VALUE_VECTOR, .kind = FUNCTION_VALUE, .value = value_rad},
	{.name = "rate", .arguments = {VALUE_MATRIX}, .type = VALUE_VECTOR, .kind = FUNCTION_WINDOW, .window = window_rate, .thinned = thinned_rate},
	{.name = "resets", .arguments = {VALUE_MATRIX}, .type = VALUE_VECTOR, .kind = FUNCTION_WINDOW, .window = window_resets},
	{.name = "round", .arguments = {VALUE_VECTOR, VALUE_SCALAR}, .optional = 1, .type = VALUE_VECTOR, .kind = FUNCTION_SPECIAL, .special = special_round},
	{.name = "scalar", .arguments = {VALUE_VECTOR}, .type = VALUE_SCALAR, .kind = FUNCTION_SPECIAL, .special = special_scalar},
	{.name = "sgn", .arguments = {VALUE_VECTOR}, .type = VALUE_VECTOR, .kind = FUNCTION_VALUE, .value = value_sgn},
	{.name = "sin", .arguments = {VALUE_VECTOR}, .type = VALUE_VECTOR, .kind = FUNCTION_VALUE, .value = value_sin},
	{.name = "sinh", .arguments = {VALUE_VECTOR}, .type = VALUE_VECTOR, .kind = FUNCTION_VALUE, .value = value_sinh},
	{.name = "sort", .arguments = {VALUE_VECTOR}, .type = VALUE_VECTOR, .kind = FUNCTION_SPECIAL, .special = special_sort},
	{.name = "sort_by_label", .arguments = {VALUE_VECTOR, VALUE_STRING}, .optional = -1, .type = VALUE_VECTOR, .kind = FUNCTION_SPECIAL, .newer = true, .special = special_sort_by_label},
	{.name = "sort_by_label_desc", .arguments = {VALUE_VECTOR, VALUE_STRING}, .optional = -1, .type = VALUE_VECTOR, .kind = FUNCTION_SPECIAL, .newer = true, .special = special_sort_by_label_desc},
	{.name = "sort_desc", .arguments = {VALUE_VECTOR}, .type = VALUE_VECTOR, .kind = FUNCTION_SPECIAL, .special = special_sort_desc},
	{.name = "sqrt", .arguments = {VALUE_VECTOR}, .type = VALUE_VECTOR, .kind = FUNCTION_VALUE, .value = value_sqrt},
	{.name = "stddev_over_time", .arguments = {VALUE_MATRIX}, .type = VALUE_VECTOR, .kind = FUNCTION_WINDOW, .window = window_stddev_over_time},
	{.name = "stdvar_over_time", .arguments = {VALUE_MATRIX}, .type = VALUE_VECTOR, .kind = FUNCTION_WINDOW, .window = window_stdvar_over_time},
	{.name = "sum_over_time", .arguments = {VALUE_MATRIX}, .type = VALUE_VECTOR, .kind = FUNCTION_WINDOW, .window = window_sum_over_time, .thinned = thinned_sum_over_time},
	{.name = "tan", .arguments = {VALUE_VECTOR}, .type = VALUE_VECTOR, .kind = FUNCTION_VALUE, .value = value_tan},
	{.name = "tanh", .arguments = {VALUE_VECTOR}, .type = VALUE_VECTOR, .kind = FUNCTION_VALUE, .value = value_tanh},
	{.name = "time", .type = VALUE_SCALAR, .kind = FUNCTION_SPECIAL, .not_constant = true, .special = special_time},
	{.name = "timestamp", .arguments = {VALUE_VECTOR}, .type = VALUE_VECTOR, .kind = FUNCTION_SPECIAL, .not_constant = true, .special = special_timestamp},
	{.name = "ts_of_first_over_time", .arguments = {VALUE_MATRIX}, .type = VALUE_VECTOR, .kind = FUNCTION_WINDOW, .newer = true, .window = window_ts_of_first_over_time},
	{.name = "ts_of_last_over_time", .arguments = {VALUE_MATRIX}, .type = VALUE_VECTOR, .kind = FUNCTION_WINDOW, .newer = true, .window = window_ts_of_last_over_time},
	{.name = "ts_of_max_over_time", .arguments = {VALUE_MATRIX}, .type = VALUE_VECTOR, .kind = FUNCTION_WINDOW, .newer = true, .window = window_ts_of_max_over_time},
	{.name = "ts_of_min_over_time", .arguments = {VALUE_MATRIX}, .type = VALUE_VECTOR, .kind = FUNCTION_WINDOW, .newer = true, .window = window_ts_of_min_over_time},
	{.name = "vector", .arguments = {VALUE_SCALAR}, .type = VALUE_VECTOR, .kind = FUNCTION_SPECIAL, .special = special_vector},
	{.name = "year", .arguments = {VALUE_VECTOR}, .optional = 1, .type = VALUE_VECTOR, .kind = FUNCTION_SPECIAL, .not_constant = true, .special = special_year},
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
