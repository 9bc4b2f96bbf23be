#include "runbook/report.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/hash.h"
#include "config/json.h"
#include "runbook/report_private.h"
#include "runbook/report_text.h"

static int64_t began_ms(const struct run *run)
{
	return run->opened ? run->opened->time_ms : run->began_ms;
}

bool report_is_passed_over(const struct run *run, const struct runbook *runbook, const char *step)
{
	const struct runbook_step *item = runbook ? runbook_find_step(runbook, step) : NULL;

	if (!item || run_find_step(run, step))
		return false;
	for (size_t at = item->section;; at = runbook->sections.items[at].parent) {
		const struct runbook_section *section = &runbook->sections.items[at];

		if (section->role == SECTION_SCENARIO && strcasecmp(section->letter, run->scenario) != 0)
			return true;
		if (section->parent == at)
			return false;
	}
}

/* ---- what must not be overlooked ---- */

static void add_doubts(const struct run *run, struct strbuf *ret)
{
	for (size_t i = 0; i < run->steps.count; i++) {
		const struct run_step *step = &run->steps.items[i];

		if (step->state == RUN_STEP_UNKNOWN)
			strbuf_addf(ret,
				    "> **OUTCOME UNKNOWN: step %s** began, or may have begun, and nobody knows how it "
				    "ended. Look at the system before anything relies on it.\n>\n",
				    step->id);
		else if (step->state == RUN_STEP_RUNNING)
			strbuf_addf(ret, "> **STILL RUNNING: step %s**, as far as the journal tells.\n>\n", step->id);
		else if (step->state == RUN_STEP_WANTED)
			strbuf_addf(
				ret,
				"> **NOT KNOWN TO HAVE STARTED: step %s** was to be run; whether it was is not in the "
				"journal.\n>\n",
				step->id);
	}
}

static void add_warnings(const struct run *run, struct strbuf *ret)
{
	size_t start = ret->length;

	if (run->opened && run->opened->rehearsal)
		strbuf_addstr(ret, "> **REHEARSAL:** nothing real was touched.\n>\n");
	add_doubts(run, ret);
	if (!run->opened)
		strbuf_addstr(ret, "> **The journal does not have the opening of this run**: what it was for is not "
				   "known.\n>\n");
	if (!run->closed)
		strbuf_addstr(ret, "> **The run is not closed**: this is how it stands.\n>\n");
	if (run->dropped)
		strbuf_addf(ret, "> **%zu events are not in this report**: there are too many.\n>\n", run->dropped);
	if (ret->length == start)
		return;
	/* Without the empty line behind the last one. */
	strbuf_truncate(ret, ret->length - 2);
	strbuf_addch(ret, '\n');
}

/* ---- the head ---- */

static void begin_row(struct strbuf *ret, const char *name)
{
	strbuf_addf(ret, "| %s | ", name);
}

static void end_row(struct strbuf *ret)
{
	strbuf_addstr(ret, " |\n");
}

static void add_row_time(struct strbuf *ret, const char *name, const struct run_event *event)
{
	begin_row(ret, name);
	report_add_time(ret, event->time_ms);
	strbuf_addstr(ret, " by ");
	report_add_code(ret, event->actor, true);
	if (*event->note) {
		strbuf_addstr(ret, ": ");
		report_add_text(ret, event->note);
	}
	end_row(ret);
}

static void add_runbook(const struct run_event *opened, const struct runbook *runbook, struct strbuf *ret)
{
	begin_row(ret, "Runbook");
	report_add_code(ret, opened->runbook, true);
	if (*opened->path) {
		strbuf_addstr(ret, " from ");
		report_add_code(ret, opened->path, true);
	}
	if (*opened->digest) {
		strbuf_addstr(ret, ", SHA-256 ");
		strbuf_addf(ret, "`%.12s`", strspn(opened->digest, "0123456789abcdef") >= 12 ? opened->digest : "?");
	}
	if (runbook && *runbook->digest && *opened->digest && strcmp(runbook->digest, opened->digest) != 0)
		strbuf_addstr(ret, " (**the text at hand is another one**)");
	if (runbook && runbook->version) {
		strbuf_addstr(ret, ", version ");
		report_add_text(ret, runbook->version);
	}
	end_row(ret);
}

static void add_labels(const char *text, struct strbuf *ret)
{
	cJSON *labels = json_parse(text, strlen(text), "labels", NULL);
	const char *comma = "";

	for (const cJSON *label = cJSON_IsObject(labels) ? labels->child : NULL; label; label = label->next) {
		struct strbuf pair = STRBUF_INIT;

		if (!cJSON_IsString(label))
			continue;
		strbuf_addf(&pair, "%s=%s", label->string, label->valuestring);
		strbuf_addstr(ret, comma);
		report_add_code(ret, pair.text, true);
		comma = " ";
		strbuf_release(&pair);
	}
	cJSON_Delete(labels);
}

static void add_alert(const struct run_event *opened, struct strbuf *ret)
{
	if (!*opened->alert)
		return;
	begin_row(ret, "Alert");
	report_add_code(ret, opened->alert, true);
	if (opened->alert_since_ms > 0) {
		strbuf_addstr(ret, " since ");
		report_add_time(ret, opened->alert_since_ms);
	}
	strbuf_addch(ret, ' ');
	add_labels(opened->labels, ret);
	end_row(ret);
	if (!*opened->expression)
		return;
	begin_row(ret, "Expression");
	report_add_code(ret, opened->expression, true);
	end_row(ret);
}

static void add_opened(const struct run_event *opened, const struct runbook *runbook, struct strbuf *ret)
{
	begin_row(ret, "System");
	report_add_text(ret, opened->system);
	if (*opened->environment && strcmp(opened->environment, "none") != 0) {
		strbuf_addstr(ret, ", ");
		report_add_text(ret, opened->environment);
	}
	end_row(ret);
	add_runbook(opened, runbook, ret);
	if (*opened->target) {
		begin_row(ret, "Target");
		report_add_code(ret, opened->target, true);
		end_row(ret);
	}
	add_alert(opened, ret);
}

static void add_people(const struct run *run, struct strbuf *ret)
{
	struct map seen = { 0 };
	const char *comma = "";

	begin_row(ret, "Took part");
	map_init(&seen);
	for (size_t i = 0; i < run->timeline.count; i++) {
		const char *actor = run->timeline.items[i].event->actor;

		if (!*actor || map_has(&seen, actor))
			continue;
		map_set(&seen, actor, (void *)(uintptr_t)run);
		strbuf_addstr(ret, comma);
		report_add_code(ret, actor, true);
		comma = ", ";
	}
	map_release(&seen, NULL);
	if (*run->lead) {
		strbuf_addstr(ret, run->closed ? "; led at the end by " : "; led by ");
		report_add_code(ret, run->lead, true);
	}
	end_row(ret);
}

static void add_scenario(const struct run *run, const struct runbook *runbook, struct strbuf *ret)
{
	size_t section = runbook && *run->scenario ? runbook_find_section(runbook, run->scenario) : SIZE_MAX;

	if (!*run->scenario)
		return;
	begin_row(ret, "Scenario");
	report_add_text(ret, run->scenario);
	if (section != SIZE_MAX) {
		strbuf_addstr(ret, ": ");
		report_add_text(ret, runbook->sections.items[section].title);
	}
	end_row(ret);
}

/* From the alert on, where there is one. */
static void add_mitigated(const struct run *run, const struct runbook *runbook, struct strbuf *ret)
{
	bool alerted = run->opened && run->opened->alert_since_ms > 0;
	int64_t from_ms = alerted ? run->opened->alert_since_ms : began_ms(run);
	int64_t target_ms = runbook ? runbook->mttr_ms : 0, took_ms;

	begin_row(ret, "Time to mitigate");
	took_ms = run->mitigated ? run->mitigated->time_ms - from_ms : -1;
	if (!run->mitigated) {
		strbuf_addstr(ret, "**not mitigated**, as far as checks tell");
	} else if (took_ms < 0) {
		strbuf_addstr(ret, "not known: the times contradict each other");
	} else {
		strbuf_addstr(ret, "**");
		report_add_duration(ret, took_ms);
		strbuf_addf(ret, "** from the %s on", alerted ? "alert" : "opening");
	}
	if (target_ms > 0) {
		strbuf_addstr(ret, "; target MTTR ");
		report_add_duration(ret, target_ms);
	}
	if (target_ms > 0 && took_ms >= 0) {
		strbuf_addstr(ret, took_ms <= target_ms ? ": met" : ": missed by ");
		if (took_ms > target_ms)
			report_add_duration(ret, took_ms - target_ms);
	}
	end_row(ret);
}

static void add_times(const struct run *run, struct strbuf *ret)
{
	if (run->opened)
		add_row_time(ret, "Opened", run->opened);
	if (run->mitigated)
		add_row_time(ret, "Mitigated", run->mitigated);
	if (run->closed)
		add_row_time(ret, "Closed", run->closed);
}

static void add_counts(const struct run *run, struct strbuf *ret)
{
	unsigned counts[RUN_STEP_STATES] = { 0 };
	const char *comma = "";

	begin_row(ret, "Steps");
	for (size_t i = 0; i < run->steps.count; i++)
		counts[run->steps.items[i].state]++;
	for (int state = 0; state < RUN_STEP_STATES; state++) {
		if (!counts[state] || state == RUN_STEP_OPEN)
			continue;
		strbuf_addf(ret, "%s%u %s", comma, counts[state], run_step_state_names[state]);
		comma = ", ";
	}
	if (!*comma)
		strbuf_addstr(ret, "none");
	end_row(ret);
}

static void add_head(const struct run *run, const struct runbook *runbook, struct strbuf *ret)
{
	const char *title = run->opened ? run->opened->title : "";

	if (!*title && runbook)
		title = runbook->title;
	if (strlen(title) > 8 && strncasecmp(title, "Runbook:", 8) == 0)
		title += 8 + strspn(title + 8, " ");
	strbuf_addstr(ret, "# Run: ");
	report_add_text(ret, *title ? title : run->id);
	strbuf_addstr(ret, "\n\n");
	add_warnings(run, ret);
	strbuf_addstr(ret, "| | |\n|---|---|\n");
	begin_row(ret, "Run");
	report_add_code(ret, run->id, true);
	end_row(ret);
	if (run->opened)
		add_opened(run->opened, runbook, ret);
	add_scenario(run, runbook, ret);
	add_people(run, ret);
	add_times(run, ret);
	add_mitigated(run, runbook, ret);
	add_counts(run, ret);
	strbuf_addstr(ret, "\nAll times are UTC.\n");
}

/* ---- what was given and said ---- */

static void add_values(const struct run *run, struct strbuf *ret)
{
	if (!run->values.count)
		return;
	strbuf_addstr(ret, "\n## Values\n\n| Name | Value | From |\n|---|---|---|\n");
	for (size_t i = 0; i < run->values.count; i++) {
		const struct run_value *value = &run->values.items[i];

		strbuf_addstr(ret, "| ");
		report_add_code(ret, value->name, true);
		strbuf_addstr(ret, " | ");
		if (*value->value) {
			report_add_code(ret, value->value, true);
			strbuf_addstr(ret, " | ");
			report_add_text(ret, value->source);
		} else {
			report_add_text(ret, value->source);
			strbuf_addstr(ret, " |");
		}
		end_row(ret);
	}
}

static void add_run_figures(const struct run *run, struct strbuf *ret)
{
	struct strbuf figures = STRBUF_INIT;

	report_add_figures(run, "", &figures);
	if (figures.length)
		strbuf_addf(ret, "\n## Figures\n%s", figures.text);
	strbuf_release(&figures);
}

static void add_notes(const struct run *run, struct strbuf *ret)
{
	bool first = true;

	for (size_t i = 0; i < run->timeline.count; i++) {
		const struct run_entry *entry = &run->timeline.items[i];

		if (entry->event->kind != RUN_NOTE || *entry->event->step || entry->undone)
			continue;
		strbuf_addstr(ret, first ? "\n## Notes\n\n" : "");
		first = false;
		strbuf_addstr(ret, "- ");
		report_add_time(ret, entry->event->time_ms);
		strbuf_addch(ret, ' ');
		report_add_code(ret, entry->event->actor, false);
		strbuf_addstr(ret, ": ");
		report_add_text(ret, entry->event->note);
		strbuf_addch(ret, '\n');
	}
}

void run_report(const struct run *run, const struct runbook *runbook, const char *folder, struct strbuf *ret)
{
	add_head(run, runbook, ret);
	add_run_figures(run, ret);
	add_notes(run, ret);
	report_add_timeline(run, runbook, ret);
	report_add_steps(run, runbook, folder, ret);
	report_add_ticks(run, runbook, ret);
	add_values(run, ret);
}
