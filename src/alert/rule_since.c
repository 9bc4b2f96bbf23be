/* Since when an alert has been active that a rule meets at its very first evaluation. */
#include "alert/rule_run_private.h"

/* Alerts come in the order of their series, or nearly: each is looked for where the one before it was. */
static const struct series *find(struct rule_run *run, const struct labels *source)
{
	const struct matrix *before = run->before;

	for (size_t i = 0; i < before->count; i++) {
		size_t at = (run->before_next + i) % before->count;

		if (!labels_equal(&before->series[at].labels, source))
			continue;
		run->before_next = at + 1;
		return &before->series[at];
	}
	return NULL;
}

/* The first moment of the run without a gap that reaches up to the last step. */
static int64_t run_began_ms(const struct series *series, int64_t end_ms, int64_t step_ms)
{
	size_t at = series->count;

	if (!at || series->times_ms[at - 1] != end_ms)
		return 0;
	while (--at > 0 && series->times_ms[at] - series->times_ms[at - 1] == step_ms)
		;
	return series->times_ms[at];
}

void rule_since_take_up(struct rule_run *run, struct alert_instance *instance, const struct labels *source)
{
	const struct series *series = find(run, source);
	int64_t since_ms = series ? run_began_ms(series, run->before_end_ms, run->before_step_ms) : 0;

	if (!since_ms)
		return;
	/* The question was about times that lie behind the evaluations' by the group's offset. */
	since_ms += run->group->query_offset_ms;
	if (since_ms >= instance->active_ms)
		return;
	instance->active_ms = since_ms;
	if (run->time_ms - instance->active_ms < run->rule->for_ms)
		return;
	instance->phase = ALERT_FIRING;
	instance->fired_ms = instance->active_ms + run->rule->for_ms;
}
