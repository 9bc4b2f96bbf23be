/* When a selector or subquery looks, and the windows that follow from it. */
#include "promql/eval_private.h"

size_t eval_count_steps(int64_t start_ms, int64_t end_ms, int64_t step_ms)
{
	if (start_ms > end_ms)
		return 0;
	return (size_t)((end_ms - start_ms) / step_ms) + 1;
}

int64_t eval_lookback_ms(const struct promql_options *options)
{
	return options->lookback_ms > 0 ? eval_clamp_ms(options->lookback_ms) : EVAL_LOOKBACK_MS;
}

static int64_t moment(const struct eval *eval, const struct expr_when *when)
{
	switch (eval_when_at(when)) {
	case AT_TIME: return eval_clamp_ms(when->at_ms);
	case AT_START: return eval->question_start_ms;
	case AT_END: return eval->question_end_ms;
	case AT_NONE: break;
	}
	return eval->steps.start_ms;
}

int64_t eval_when_ms(const struct eval *eval, const struct expr_when *when)
{
	int64_t shift = eval_when_at(when) == AT_NONE ? 0 : eval->at_shift_ms;

	return eval_clamp_ms(moment(eval, when) + shift - eval_clamp_ms(when->offset_ms));
}

struct window_plan window_plan_make(const struct eval *eval, const struct expr_when *when, int64_t range_ms)
{
	/*
	 * Prometheus 2.x moves a window that @ fixes along with the steps when
	 * it is the argument of a call that depends on the step; there are no
	 * samples for it then but those it asked for, which eval_read_within
	 * sees to. Other calls are evaluated for one step only.
	 */
	bool fixed = eval_when_fixed(when) && eval->options->left_open;

	return (struct window_plan){
		.range_ms = eval_clamp_ms(range_ms),
		.first_end_ms = eval_when_ms(eval, when),
		.step_ms = eval->steps.step_ms,
		.count = fixed && eval->steps.count ? 1 : eval->steps.count,
		.fixed = fixed,
		.left_open = eval->options->left_open,
	};
}

void eval_read_within(const struct eval *eval, const struct expr_selector *selector, int64_t *from_ms, int64_t *to_ms)
{
	int64_t span_from, span_to;

	promql_span(eval->promql, selector->index, eval->options, &span_from, &span_to);
	*from_ms = *from_ms > span_from ? *from_ms : span_from;
	*to_ms = *to_ms < span_to ? *to_ms : span_to;
}
