/* Arithmetic on each sample, pi and round. */
#include "promql/function_impl.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "promql/eval.h"
#include "promql/series_table.h"

/* Functions of the value alone. */
#define VALUE_FUNCTION(name, result)                                                                                   \
	bool value_##name(double value, const double *arguments, double *ret)                                          \
	{                                                                                                              \
		(void)arguments;                                                                                       \
		*ret = (result);                                                                                       \
		return true;                                                                                           \
	}

/* From here on Go takes half of exp for sinh and cosh, which therefore are infinite a little sooner than C's. */
#define HALF_EXP 21

VALUE_FUNCTION(abs, fabs(value))
VALUE_FUNCTION(ceil, ceil(value))
VALUE_FUNCTION(floor, floor(value))
VALUE_FUNCTION(exp, exp(value))
VALUE_FUNCTION(ln, log(value))
VALUE_FUNCTION(log2, log2(value))
VALUE_FUNCTION(log10, log10(value))
VALUE_FUNCTION(sqrt, sqrt(value))
VALUE_FUNCTION(sgn, value<0 ? -1 : value> 0 ? 1 : value)
VALUE_FUNCTION(acos, acos(value))
VALUE_FUNCTION(acosh, acosh(value))
VALUE_FUNCTION(asin, asin(value))
VALUE_FUNCTION(asinh, asinh(value))
VALUE_FUNCTION(atan, atan(value))
VALUE_FUNCTION(atanh, atanh(value))
VALUE_FUNCTION(cos, cos(value))
VALUE_FUNCTION(cosh, fabs(value) > HALF_EXP ? exp(fabs(value)) * 0.5 : cosh(value))
VALUE_FUNCTION(sin, sin(value))
VALUE_FUNCTION(sinh, fabs(value) > HALF_EXP ? copysign(exp(fabs(value)) * 0.5, value) : sinh(value))
VALUE_FUNCTION(tan, tan(value))
VALUE_FUNCTION(tanh, tanh(value))
VALUE_FUNCTION(deg, value * 180 / M_PI)
VALUE_FUNCTION(rad, value *M_PI / 180)

/*
 * NaN wins over everything but the bound beyond which nothing lies, and -0 is
 * less than 0, as in Go's math.Max and math.Min.
 */
static double greater(double a, double b)
{
	if (a == INFINITY || b == INFINITY)
		return INFINITY;
	if (isnan(a) || isnan(b))
		return NAN;
	return a > b || (a == b && signbit(b)) ? a : b;
}

static double smaller(double a, double b)
{
	if (a == -INFINITY || b == -INFINITY)
		return -INFINITY;
	if (isnan(a) || isnan(b))
		return NAN;
	return a < b || (a == b && signbit(a)) ? a : b;
}

/* Bounds the wrong way round leave nothing. */
bool value_clamp(double value, const double *arguments, double *ret)
{
	*ret = greater(arguments[0], smaller(arguments[1], value));
	return !(arguments[1] < arguments[0]);
}

bool value_clamp_max(double value, const double *arguments, double *ret)
{
	*ret = smaller(arguments[0], value);
	return true;
}

bool value_clamp_min(double value, const double *arguments, double *ret)
{
	*ret = greater(arguments[0], value);
	return true;
}

int special_pi(struct eval *eval, const struct expr *call, struct grid *ret)
{
	struct grid_series *series = grid_add(eval, ret, (struct labels){ 0 });

	(void)call;
	if (!series)
		return -1;
	for (size_t i = 0; i < eval->steps.count; i++)
		series->values[i] = M_PI;
	return 0;
}

struct rounding {
	struct eval *eval;
	struct series_table table;
	double *inverses; /* of what is rounded to, one a step */
};

static int round_series(void *user, const struct labels *labels, double *values)
{
	struct rounding *rounding = user;
	size_t steps = rounding->eval->steps.count;

	/* By the inverse, which is exact for 0.1 and its like where the number itself is not. */
	for (size_t i = 0; i < steps; i++)
		if (!is_absent(values[i]))
			values[i] = floor(values[i] * rounding->inverses[i] + 0.5) / rounding->inverses[i];
	return series_table_merge(&rounding->table, labels_without_name(rounding->eval->arena, labels), values);
}

int special_round(struct eval *eval, const struct expr *call, struct grid *ret)
{
	size_t steps = eval->steps.count;
	struct rounding rounding = { .eval = eval, .inverses = mem_array(steps, sizeof(double)) };
	int result = 0;

	for (size_t i = 0; i < steps; i++)
		rounding.inverses[i] = 1;
	if (call->call.count > 1)
		result = eval_scalar(eval, call->call.arguments[1], rounding.inverses);
	for (size_t i = 0; i < steps; i++)
		rounding.inverses[i] = 1 / rounding.inverses[i];
	series_table_init(&rounding.table, eval, ret);
	if (!result)
		result = eval_each(eval, call->call.arguments[0], round_series, &rounding);
	series_table_release(&rounding.table);
	free(rounding.inverses);
	return result;
}
