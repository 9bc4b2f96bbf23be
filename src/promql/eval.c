/* One evaluation from question to answer: set-up, limits, what was left out. */
#include "promql/eval.h"

#include "base/clock.h"
#include "promql/eval_private.h"

static const struct promql_limits default_limits = {
	.samples = 200000000,
	.series = 200000,
	.points = 50000000,
	.time_ms = 30000,
};

static struct promql_limits limits_with_defaults(const struct promql_limits *asked)
{
	return (struct promql_limits){
		.samples = asked->samples ? asked->samples : default_limits.samples,
		.series = asked->series ? asked->series : default_limits.series,
		.points = asked->points ? asked->points : default_limits.points,
		.time_ms = asked->time_ms > 0 ? asked->time_ms : default_limits.time_ms,
	};
}

static struct eval_steps question_steps(const struct promql_options *options)
{
	int64_t start = eval_clamp_ms(options->start_ms), end = eval_clamp_ms(options->end_ms);
	int64_t step = eval_clamp_ms(options->step_ms);

	if (step <= 0)
		return (struct eval_steps){ .start_ms = start, .step_ms = 1, .count = 1 };
	return (struct eval_steps){ .start_ms = start, .step_ms = step, .count = eval_count_steps(start, end, step) };
}

/* Whole units, the largest one: "1h" of 1 h 20 min. With `exact` the largest that leaves no rest: "80m". */
static void format_length(int64_t ms, bool exact, char *ret, size_t size)
{
	static const struct {
		const char *name;
		int64_t ms;
	} units[] = {
		{ "d", CLOCK_DAY }, { "h", CLOCK_HOUR }, { "m", CLOCK_MINUTE }, { "s", CLOCK_SECOND }, { "ms", 1 },
	};

	if (ms < 0)
		ms = 0;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (ms < units[i].ms || (exact && ms % units[i].ms))
			continue;
		snprintf(ret, size, "%lld%s", (long long)(ms / units[i].ms), units[i].name);
		return;
	}
	snprintf(ret, size, "0s");
}

/* Nothing was there to compute with: not an empty answer but a failure that says why. */
static int refuse_left_out(struct eval *eval)
{
	const struct eval_budget *budget = eval->budget;
	const struct eval_left_out *history = &budget->history, *coarse = &budget->coarse;
	char have[32], want[32], before[32];

	if (history->windows && !budget->long_windows) {
		format_length(history->have_ms, false, have, sizeof(have));
		format_length(history->want_ms, true, want, sizeof(want));
		return eval_fail(eval, PROMQL_INSUFFICIENT, "insufficient history (%s of %s)", have, want);
	}
	if (coarse->windows && !budget->windows) {
		time_format(coarse->before_ms, "%Y-%m-%d %H:%M", before, sizeof(before));
		format_length(coarse->resolution_ms, true, have, sizeof(have));
		format_length(coarse->want_ms, true, want, sizeof(want));
		if (coarse->want_ms >= coarse->resolution_ms)
			return eval_fail(eval, PROMQL_COARSE,
					 "resolution too coarse before %s (%s; the function needs every sample)",
					 before, have);
		return eval_fail(eval, PROMQL_COARSE, "resolution too coarse before %s (%s; the window is %s)", before,
				 have, want);
	}
	return 0;
}

static void add_warning(struct matrix *matrix, const char *text)
{
	matrix->warnings[matrix->warning_count++] = arena_strdup(&matrix->arena, text);
}

/* Name in the answer what was left out of it. */
static void add_warnings(struct eval *eval, struct matrix *matrix)
{
	const struct eval_left_out *history = &eval->budget->history, *coarse = &eval->budget->coarse;
	char have[32], want[32], before[32];

	if (!history->windows && !coarse->windows)
		return;
	matrix->warnings = arena_array(&matrix->arena, 2, sizeof(*matrix->warnings));
	if (history->windows) {
		format_length(history->have_ms, false, have, sizeof(have));
		format_length(history->want_ms, true, want, sizeof(want));
		time_format(history->before_ms, "%Y-%m-%d %H:%M", before, sizeof(before));
		add_warning(matrix, arena_printf(eval->arena, "insufficient history up to %s (%s of %s): left out",
						 before, have, want));
	}
	if (coarse->windows) {
		time_format(coarse->before_ms, "%Y-%m-%d %H:%M", before, sizeof(before));
		format_length(coarse->resolution_ms, true, have, sizeof(have));
		add_warning(matrix,
			    arena_printf(eval->arena, "resolution too coarse before %s (%s): left out", before, have));
	}
}

static int evaluate(struct eval *eval, struct matrix **ret)
{
	struct matrix *matrix;

	/* The budget's clock is not looked at before there is work; being cancelled is. */
	if (eval_poll(eval, 0) < 0 || eval_check_steps(eval, &eval->steps) < 0)
		return -1;
	if (result_make(eval, eval->promql->root, &matrix) < 0)
		return -1;
	if (refuse_left_out(eval) < 0) {
		matrix_unref(matrix);
		return -1;
	}
	add_warnings(eval, matrix);
	*ret = matrix;
	return 0;
}

enum promql_status promql_eval(const struct promql *promql, struct selection *const *selections,
			       const struct promql_options *options, struct matrix **ret, struct error *error)
{
	struct eval_budget budget = { .limits = limits_with_defaults(&options->limits) };
	struct arena arena = { 0 };
	struct eval eval = {
		.promql = promql,
		.selections = selections,
		.options = options,
		.steps = question_steps(options),
		.question_start_ms = eval_clamp_ms(options->start_ms),
		.question_end_ms = eval_clamp_ms(options->end_ms),
		.arena = &arena,
		.error = error,
		.budget = &budget,
	};

	budget.deadline_ms = clock_monotonic_ms() + eval_clamp_ms(budget.limits.time_ms);
	eval.reader = reader_new();
	if (evaluate(&eval, ret) < 0)
		eval_fail(&eval, PROMQL_BAD, "the query cannot be evaluated");
	reader_free(eval.reader);
	arena_release(&arena);
	return eval.status;
}
