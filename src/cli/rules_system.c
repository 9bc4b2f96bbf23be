#include "cli/rules_system.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "cli/command.h"
#include "cli/session.h"

#define WARM_MS     10000
#define LOOKBACK_MS (5 * CLOCK_MINUTE)

/* One question at a time, waited for. */
struct asking {
	struct session *session;
	struct matrix *matrix; /* NULL when it failed */
	char reason[ERROR_TEXT_MAX];
};

static void on_answer(void *user, const struct query_answer *answer)
{
	struct asking *asking = user;

	if (answer->status == QUERY_OK)
		asking->matrix = matrix_ref(answer->matrix);
	else
		snprintf(asking->reason, sizeof(asking->reason), "%s: %s%s%s", answer->engine, answer->reason,
			 answer->detail[0] ? ": " : "", answer->detail);
	loop_stop(asking->session->loop);
}

/* All values of a label, or without one the series of a selector. */
static struct matrix *ask(struct asking *asking, const char *label, const char *selector)
{
	struct query_engine *engine = session_tab(asking->session)->engines.engine;
	int64_t now_ms = clock_wall_ms();

	asking->matrix = NULL;
	if (label)
		query_label_values(engine, label, selector, now_ms - LOOKBACK_MS, now_ms, on_answer, asking);
	else
		query_series(engine, selector, now_ms - LOOKBACK_MS, now_ms, on_answer, asking);
	loop_run(asking->session->loop);
	return asking->matrix;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* What the system's rules record is there once they are evaluated. */
static void read_recorded(struct rules_system *ret, const struct system *system)
{
	struct error_list errors;

	error_list_init(&errors);
	for (size_t i = 0; i < system->rules.count; i++)
		rule_file_read(&ret->recorded, system->rules.items[i], &errors);
	error_list_release(&errors);
	for (size_t i = 0; i < ret->recorded.groups.count; i++) {
		const struct rule_group *group = &ret->recorded.groups.items[i];

		for (size_t rule = 0; rule < group->rule_count; rule++)
			if (group->rules[rule].kind == RULE_RECORD)
				vec_push(&ret->names, group->rules[rule].name);
	}
}

/* Sources of our own that do not answer, where no server does: what they would tell of is not unknown for that. */
static size_t sources_silent(const struct session *session)
{
	const struct engines *engines = &session_tab(session)->engines;
	struct query_state state;
	size_t silent = 0;

	query_engine_state(engines->engine, &state);
	for (size_t i = 0;
	     engines->collect && (!engines->server || state.standing_in) && i < collect_count(engines->collect); i++) {
		struct collector_state one;

		collect_get_state(engines->collect, i, &one);
		silent += one.health == COLLECTOR_FAILING || one.health == COLLECTOR_NEVER;
	}
	return silent;
}

static int read_names(struct rules_system *ret, struct asking *asking, const struct system *system)
{
	struct matrix *matrix = ask(asking, "__name__", NULL);
	size_t silent = sources_silent(asking->session);

	if (!matrix)
		return command_complain("the metrics of the system are not known: %s", asking->reason);
	vec_push(&ret->answers, matrix);
	for (size_t i = 0; i < matrix->count; i++) {
		const char *name = labels_get(&matrix->series[i].labels, "__name__");

		if (name)
			vec_push(&ret->names, name);
	}
	read_recorded(ret, system);
	if (ret->names.count)
		qsort(ret->names.items, ret->names.count, sizeof(*ret->names.items), by_text);
	ret->system.has_names = !silent;
	if (silent)
		command_complain("%zu sources do not answer: metrics were not compared", silent);
	ret->system.names = ret->names.items;
	ret->system.name_count = ret->names.count;
	return 0;
}

/* A metric of too many series to be asked for is not judged further. */
static void read_series(struct rules_system *ret, struct asking *asking, const char *metric)
{
	struct matrix *matrix;
	char *selector;

	if (!ret->names.count || !bsearch(&metric, ret->names.items, ret->names.count, sizeof(metric), by_text))
		return;
	selector = arena_printf(&ret->arena, "{__name__=\"%s\"}", metric);
	matrix = ask(asking, NULL, selector);
	if (!matrix) {
		command_complain("the series of %s are not known: %s", metric, asking->reason);
		return;
	}
	vec_push(&ret->answers, matrix);
	for (size_t i = 0; i < matrix->count; i++)
		vec_push(&ret->series, matrix->series[i].labels);
}

static void read_panel(struct rules_system *ret, const struct panel *panel)
{
	if (!panel->defaults.unit)
		return;
	for (size_t i = 0; i < panel->target_count; i++)
		if (panel->targets[i].expression && *panel->targets[i].expression)
			vec_push(&ret->panels,
				 (struct lint_panel){ panel->title ? panel->title : "", panel->targets[i].expression,
						      panel->defaults.unit });
}

/* A dashboard that does not load is `skep check`'s to tell of. */
static void read_dashboards(struct rules_system *ret, const struct system *system)
{
	struct error_list errors;

	error_list_init(&errors);
	for (size_t i = 0; i < system->dashboards.count; i++) {
		struct dashboard *dashboard = dashboard_load(system->dashboards.items[i], &errors);

		if (!dashboard)
			continue;
		vec_push(&ret->dashboards, dashboard);
		for (size_t panel = 0; panel < dashboard->panel_count; panel++)
			read_panel(ret, &dashboard->panels[panel]);
	}
	error_list_release(&errors);
	ret->system.panels = ret->panels.items;
	ret->system.panel_count = ret->panels.count;
}

int rules_system_read(struct rules_system *ret, const char *name, const struct rule_set *rules,
		      const struct cli_options *options)
{
	struct session session;
	struct asking asking = { .session = &session };
	int status = session_open(&session, options, &name, 1);
	const char *const *metrics;
	size_t count;

	rule_set_init(&ret->recorded);
	if (!status) {
		const struct system *system = &session_tab(&session)->system;

		session_warm(&session, WARM_MS);
		status = read_names(ret, &asking, system);
		metrics = lint_metrics(rules, &ret->arena, &count);
		for (size_t i = 0; !status && i < count; i++)
			read_series(ret, &asking, metrics[i]);
		ret->system.series = ret->series.items;
		ret->system.series_count = ret->series.count;
		ret->system.interval_ms = system->rules_interval_ms;
		read_dashboards(ret, system);
		runbook_index_init(&ret->runbooks, system->runbooks.items, system->runbooks.count);
		ret->system.runbooks = &ret->runbooks;
	}
	session_close(&session);
	return status;
}

void rules_system_release(struct rules_system *system)
{
	for (size_t i = 0; i < system->dashboards.count; i++)
		dashboard_free(system->dashboards.items[i]);
	for (size_t i = 0; i < system->answers.count; i++)
		matrix_unref(system->answers.items[i]);
	vec_release(&system->dashboards);
	vec_release(&system->answers);
	vec_release(&system->names);
	vec_release(&system->series);
	vec_release(&system->panels);
	rule_set_release(&system->recorded);
	runbook_index_release(&system->runbooks);
	arena_release(&system->arena);
}
