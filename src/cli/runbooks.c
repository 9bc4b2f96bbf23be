#include "cli/runbooks.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "alert/alerts.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/path.h"
#include "cli/runbook_reading.h"

#define BACKUP_COMMAND "emergency-backup" /* the word the runbook is reached by that saves what is there */

/* ---- what there is ---- */

/* Read when first asked for. */
static const struct runbook_index *index_of(struct runbooks *runbooks)
{
	const struct option_strings *folders = &runbooks->config.system->runbooks;

	if (!runbooks->indexed)
		runbook_index_init(&runbooks->index, folders->items, folders->count);
	runbooks->indexed = true;
	return &runbooks->index;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The rules are read beside the loop: the names are gathered each time they are asked for. */
static void gather_alerts(struct runbooks *runbooks)
{
	const struct rule_set *rules = runbooks->config.rules;

	vec_clear(&runbooks->alerts);
	for (size_t i = 0; rules && i < rules->groups.count; i++)
		for (size_t k = 0; k < rules->groups.items[i].rule_count; k++)
			if (rules->groups.items[i].rules[k].kind == RULE_ALERT)
				vec_push(&runbooks->alerts, rules->groups.items[i].rules[k].name);
	if (runbooks->alerts.count)
		qsort(runbooks->alerts.items, runbooks->alerts.count, sizeof(*runbooks->alerts.items), by_name);
}

static const struct runbook_index *desk_index(void *user)
{
	return index_of(user);
}

static const struct runbook_lint_context *desk_lint(void *user)
{
	struct runbooks *runbooks = user;

	gather_alerts(runbooks);
	runbooks->lint = (struct runbook_lint_context){ .index = index_of(runbooks),
							.alerts = runbooks->alerts.items,
							.alert_count = runbooks->alerts.count,
							.follow_files = true };
	return &runbooks->lint;
}

static struct runbook *read_file(const char *path, struct error *error)
{
	struct runbook *runbook = mem_zalloc(sizeof(*runbook));
	struct error_list errors;
	int result;

	error_list_init(&errors);
	result = runbook_read_file(runbook, path, &errors);
	if (result < 0)
		error_set(error, "%s", errors.count ? errors.faults[0].text : "it cannot be read");
	error_list_release(&errors);
	if (result == 0)
		return runbook;
	free(runbook);
	return NULL;
}

/* Reading all of them as runbooks would hold up the first key of a run. */
static bool names_backup(const char *path)
{
	struct strbuf text = STRBUF_INIT;
	bool ret = path_read(path, RUNBOOK_BYTES_MAX, &text, NULL) == 0 && strstr(text.text, BACKUP_COMMAND);

	strbuf_release(&text);
	return ret;
}

/* The runbook that saves everything before something is destroyed: looked for among all, once. */
static const struct runbook *find_backup(struct runbooks *runbooks)
{
	const struct runbook_index *index = index_of(runbooks);

	for (size_t i = 0; !runbooks->backup_sought && !runbooks->backup && i < index->files.count; i++) {
		const char *path = index->files.items[i].path;
		struct runbook *runbook = names_backup(path) ? read_file(path, NULL) : NULL;

		if (runbook && runbook->command && strcmp(runbook->command, BACKUP_COMMAND) == 0) {
			runbooks->backup = runbook;
		} else if (runbook) {
			runbook_release(runbook);
			free(runbook);
		}
	}
	runbooks->backup_sought = true;
	return runbooks->backup;
}

/* ---- runs ---- */

static void on_change(void *user)
{
	struct runbooks *runbooks = user;

	runbooks->config.on_change(runbooks->config.user);
}

static void on_say(void *user, const char *words)
{
	struct runbooks *runbooks = user;

	if (runbooks->config.on_say)
		runbooks->config.on_say(runbooks->config.user, words);
}

/* What a runner needs to know, all but its callbacks. */
static struct runner_config runner_config_of(struct runbooks *runbooks)
{
	const struct system *system = runbooks->config.system;
	const struct engines *engines = runbooks->config.engines;

	return (struct runner_config){ .loop = engines->config.loop,
				       .pool = engines->config.pool,
				       .journal = runbooks->config.record->journal,
				       .runs = &runbooks->runs,
				       .engine = engines->engine,
				       .state = runbooks->state,
				       .system = system->name,
				       .environment = system_environments[system->environment],
				       .wanted_target = system->target,
				       .variables = runbooks->variables,
				       .secrets = system->steps.secrets.items,
				       .sql = system->steps.sql,
				       .place = runbooks->place,
				       .seat = runbooks->seat,
				       .walk = runbooks->config.walk,
				       .backup = find_backup(runbooks),
				       .on_change = on_change,
				       .on_say = on_say,
				       .user = runbooks };
}

static void show_runner(struct runbooks *runbooks, struct runner *runner)
{
	bool known = false;

	for (size_t i = 0; i < runbooks->runners.count; i++)
		known = known || runbooks->runners.items[i] == runner;
	if (!known)
		vec_push(&runbooks->runners, runner);
	runbooks->desk.runner = runner;
	runbooks->desk.backup = runbooks->backup ? runbooks->backup->path : NULL;
}

/* As an alert's labels go into a run: "NAME=VALUE", NULL ends them. */
static const char *const *label_pairs(const struct labels *labels, struct arena *arena)
{
	const char **pairs = arena_array(arena, labels->count + 1, sizeof(*pairs));

	for (size_t i = 0; i < labels->count; i++)
		pairs[i] = arena_printf(arena, "%s=%s", labels->items[i].name, labels->items[i].value);
	return pairs;
}

static void on_read(void *user, struct runbook *runbook, const char *why)
{
	struct runbooks *runbooks = user;

	runbooks->reading = NULL;
	runbooks->read_done(runbooks->read_user, runbook, why);
}

/* One at a time: a person looks at one. */
static void desk_read(void *user, const char *path, runbook_read_done *done, void *done_user)
{
	struct runbooks *runbooks = user;

	runbook_reading_cancel(runbooks->reading);
	runbooks->read_done = done;
	runbooks->read_user = done_user;
	runbooks->reading = runbook_reading_start(runbooks->config.engines->config.pool, path, on_read, runbooks);
}

static int desk_open(void *user, const char *path, const struct alert *alert, struct error *error)
{
	struct runbooks *runbooks = user;
	struct runner_config config = runner_config_of(runbooks);
	struct runner_alert of = { 0 };
	struct arena arena = { 0 };
	struct runner *runner;
	struct runbook *runbook = read_file(path, error);
	char id[32];

	if (!runbook)
		return -1;
	if (alert) {
		snprintf(id, sizeof(id), "%016" PRIx64, alert->fingerprint);
		of = (struct runner_alert){ .name = alert->name,
					    .id = id,
					    .expression = alert->expression,
					    .labels = label_pairs(alert->labels, &arena),
					    .since_ms = alert->active_ms,
					    .for_ms = alert->for_ms };
	}
	runner = runner_open(&config, runbook, alert ? &of : NULL, error);
	arena_release(&arena);
	if (!runner)
		return -1;
	show_runner(runbooks, runner);
	return 0;
}

static int desk_resume(void *user, const char *id, struct error *error)
{
	struct runbooks *runbooks = user;
	struct runner_config config = runner_config_of(runbooks);
	const struct run *run;
	struct runner *runner;

	for (size_t i = 0; i < runbooks->runners.count; i++) {
		run = runner_run(runbooks->runners.items[i]);
		if (!run || strcmp(run->id, id) != 0)
			continue;
		runbooks->desk.runner = runbooks->runners.items[i];
		return 0;
	}
	run = runs_find(&runbooks->runs, id);
	if (!run)
		return error_set(error, "the journal tells of no run %s", id);
	runner = runner_resume(&config, run, error);
	if (!runner)
		return -1;
	show_runner(runbooks, runner);
	return 0;
}

/* It goes on, unless it is over. */
static void desk_leave(void *user)
{
	struct runbooks *runbooks = user;
	struct runner *runner = runbooks->desk.runner;

	runbooks->desk.runner = NULL;
	if (!runner || (runner_run(runner) && !runner_run(runner)->closed))
		return;
	for (size_t i = 0; i < runbooks->runners.count; i++)
		if (runbooks->runners.items[i] == runner)
			runbooks->runners.items[i--] = runbooks->runners.items[--runbooks->runners.count];
	runner_free(runner);
}

static void on_event(void *user, const struct journal_event *event)
{
	struct runbooks *runbooks = user;

	if (!runs_add(&runbooks->runs, event, NULL))
		return;
	for (size_t i = 0; i < runbooks->runners.count; i++)
		runner_on_event(runbooks->runners.items[i], event);
	on_change(runbooks);
}

/* ---- opening ---- */

static void name_seat(char *ret, size_t size)
{
	uint64_t bits = 0;

	if (getrandom(&bits, sizeof(bits), GRND_NONBLOCK) != (ssize_t)sizeof(bits))
		bits = (uint64_t)clock_monotonic_ms() << 20 ^ (uint64_t)clock_wall_ms();
	snprintf(ret, size, "%016" PRIx64, bits);
}

static const char *const *terminated(const struct option_strings *list, struct arena *arena)
{
	const char **ret = arena_array(arena, list->count + 1, sizeof(*ret));

	for (size_t i = 0; i < list->count; i++)
		ret[i] = list->items[i];
	return ret;
}

void runbooks_open(struct runbooks *runbooks, const struct runbooks_config *config)
{
	struct record_listener listener = {
		.on_event = on_event, .on_durable = on_event, .on_health = on_change, .user = runbooks
	};

	runbooks->config = *config;
	arena_init(&runbooks->arena);
	runs_init(&runbooks->runs);
	name_seat(runbooks->seat, sizeof(runbooks->seat));
	runbooks->state = record_state_path(config->system, ".");
	runbooks->place = system_steps_place(&config->system->steps, &runbooks->arena);
	runbooks->variables = terminated(&config->system->variables, &runbooks->arena);
	runbooks->desk = (struct runbook_desk){ .get_index = desk_index,
						.get_lint = desk_lint,
						.read = desk_read,
						.runs = &runbooks->runs,
						.seat = runbooks->seat,
						.walk = config->walk,
						.hands = &runner_hands,
						.user = runbooks };
	if (config->acts) {
		runbooks->desk.open = desk_open;
		runbooks->desk.resume = desk_resume;
		runbooks->desk.leave = desk_leave;
	}
	record_add(config->record, &listener);
}

void runbooks_close(struct runbooks *runbooks)
{
	if (!runbooks->config.system)
		return;
	runbook_reading_cancel(runbooks->reading);
	runbook_desk_release(&runbooks->desk);
	for (size_t i = 0; i < runbooks->runners.count; i++)
		runner_free(runbooks->runners.items[i]);
	vec_release(&runbooks->runners);
	vec_release(&runbooks->alerts);
	if (runbooks->backup)
		runbook_release(runbooks->backup);
	free(runbooks->backup);
	if (runbooks->indexed)
		runbook_index_release(&runbooks->index);
	runs_release(&runbooks->runs);
	arena_release(&runbooks->arena);
	free(runbooks->state);
	*runbooks = (struct runbooks){ 0 };
}
