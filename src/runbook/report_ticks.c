/* Items that people do, and that their checks tick: no person said so. */
#include <string.h>

#include "runbook/report_private.h"
#include "runbook/report_text.h"

/* As its proof is called. */
static const char *name_of(const struct step_check *check)
{
	if (check->name && *check->name)
		return check->name;
	return check->expression ? check->expression : check->command ? check->command : "";
}

/* All its checks held when they turned last: the latest of these; NULL. `ret_seen`: of any, whatever it said. */
static const struct run_event *find_tick(const struct run *run, const struct runbook_step *step,
					 const struct run_event **ret_seen)
{
	const struct run_event *latest = NULL;
	bool all = true;

	*ret_seen = NULL;
	for (size_t i = 0; i < step->notes.checks.count; i++) {
		const struct run_event *turned =
			run_find_evidence(run, step->id, name_of(&step->notes.checks.items[i]), "turned");

		all &= turned && strcmp(turned->source, RUN_TURNED_GOOD) == 0;
		if (turned && (!latest || turned->time_ms > latest->time_ms))
			latest = turned;
	}
	*ret_seen = latest;
	return all ? latest : NULL;
}

static void add_tick(const struct runbook_step *step, const struct run_event *tick, const struct run_event *seen,
		     struct strbuf *ret)
{
	strbuf_addf(ret, "- [%c] %s ", tick ? 'x' : ' ', step->id);
	report_add_text(ret, step->name);
	strbuf_addstr(ret, tick ? ": **ticked by its check**, not by a person, " : ": its check holds no more, ");
	report_add_time(ret, seen->time_ms);
	if (*seen->note) {
		strbuf_addstr(ret, ": ");
		report_add_text(ret, seen->note);
	}
	strbuf_addch(ret, '\n');
}

void report_add_ticks(const struct run *run, const struct runbook *runbook, struct strbuf *ret)
{
	bool first = true;

	for (size_t i = 0; runbook && i < runbook->steps.count; i++) {
		const struct runbook_step *step = &runbook->steps.items[i];
		const struct run_step *told = run_find_step(run, step->id);
		const struct run_event *seen, *tick;

		/* What a person said of it is told among the steps. */
		if (step->kind != STEP_MANUAL || !step->notes.checks.count || (told && told->state != RUN_STEP_OPEN) ||
		    report_is_passed_over(run, runbook, step->id))
			continue;
		tick = find_tick(run, step, &seen);
		if (!seen)
			continue;
		strbuf_addstr(ret, first ? "\n## Checked by themselves\n\n" : "");
		first = false;
		add_tick(step, tick, seen, ret);
	}
}
