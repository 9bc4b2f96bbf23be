#include "promql/eval_private.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/clock.h"

/* Samples, or work as dear, between two looks at the clock: well under a millisecond. */
#define UNSEEN_MAX 100000

/* Every call is some work, however little it counts. */
#define CALL_WORK 64

int eval_fail(struct eval *eval, enum promql_status status, const char *format, ...)
{
	va_list args;

	/* The first failure is the reason; those on the way out of it are not. */
	if (eval->status != PROMQL_OK)
		return -1;
	eval->status = status;
	if (eval->error) {
		va_start(args, format);
		vsnprintf(eval->error->text, sizeof(eval->error->text), format, args);
		va_end(args);
	}
	return -1;
}

int eval_poll(struct eval *eval, uint64_t work)
{
	struct eval_budget *budget = eval->budget;

	if (eval->status != PROMQL_OK)
		return -1;
	if (eval->options->cancelled && atomic_load_explicit(eval->options->cancelled, memory_order_relaxed))
		return eval_fail(eval, PROMQL_CANCELLED, "the query was cancelled");
	budget->unseen += work + CALL_WORK;
	if (budget->unseen < UNSEEN_MAX)
		return 0;
	budget->unseen = 0;
	if (clock_monotonic_ms() > budget->deadline_ms)
		return eval_fail(eval, PROMQL_LIMIT, "the query takes longer than %.3g s (the limit)",
				 (double)budget->limits.time_ms / 1e3);
	return 0;
}

int eval_spend(struct eval *eval, uint64_t samples)
{
	struct eval_budget *budget = eval->budget;

	if (samples > budget->limits.samples - budget->samples)
		return eval_fail(eval, PROMQL_LIMIT, "the query touches more than %llu samples (the limit)",
				 (unsigned long long)budget->limits.samples);
	budget->samples += samples;
	return eval_poll(eval, samples);
}

int eval_check_size(struct eval *eval, size_t series, size_t steps)
{
	const struct promql_limits *limits = &eval->budget->limits;

	if (series > limits->series)
		return eval_fail(eval, PROMQL_LIMIT, "a result of the query has more than %zu series (the limit)",
				 limits->series);
	if (steps && series > limits->points / steps)
		return eval_fail(eval, PROMQL_LIMIT, "a result of the query has more than %zu points (the limit)",
				 limits->points);
	return 0;
}

int eval_check_steps(struct eval *eval, const struct eval_steps *steps)
{
	if (steps->count > eval->budget->limits.points)
		return eval_fail(eval, PROMQL_LIMIT, "the query has more than %zu steps (the limit)",
				 eval->budget->limits.points);
	return eval_poll(eval, steps->count);
}
