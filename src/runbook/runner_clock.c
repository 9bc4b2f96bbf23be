/* How long it lasts, and what the escalation table says of that. */
#include "base/clock.h"
#include "runbook/runner_private.h"

static int64_t began(const struct runner *runner, const struct run *run)
{
	if (runner->alert.name && runner->alert.since_ms)
		return runner->alert.since_ms;
	return run ? run->began_ms : 0;
}

static int64_t target_of(const struct runbook *runbook)
{
	if (runbook->mttr_ms > 0)
		return runbook->mttr_ms;
	return runbook->rto_ms > 0 ? runbook->rto_ms : 0;
}

/* It stops with the run. */
static int64_t elapsed(const struct runner *runner, int64_t now_ms)
{
	const struct run *run = runner_run(runner);
	int64_t from_ms = began(runner, run), to_ms = run && run->closed ? run->closed->time_ms : now_ms;

	return from_ms && to_ms > from_ms ? to_ms - from_ms : 0;
}

void runner_get_clock(const struct runner *runner, int64_t now_ms, struct run_clock *ret)
{
	const struct runbook *runbook = runner->runbook;
	int64_t latest_ms = -1;

	*ret = (struct run_clock){ .elapsed_ms = elapsed(runner, now_ms), .target_ms = target_of(runbook) };
	for (size_t i = 0; i < runbook->dues.count; i++) {
		const struct runbook_due *due = &runbook->dues.items[i];
		int64_t from_ms = due->minute * CLOCK_MINUTE, in_ms = from_ms - ret->elapsed_ms;

		if (in_ms > 0) {
			if (!ret->next || in_ms < ret->next_in_ms) {
				ret->next = due->action;
				ret->next_in_ms = in_ms;
			}
		} else if (from_ms >= latest_ms && (due->until < 0 || ret->elapsed_ms < due->until * CLOCK_MINUTE)) {
			ret->due = due->action;
			latest_ms = from_ms;
		}
	}
}
