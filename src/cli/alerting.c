#include "cli/alerting.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"

#define LOOK_BACK_MS (6 * CLOCK_HOUR) /* since when, for alerts that were there before we were */

/* A system's name is a person's: only what a file may be called goes into one. */
static char *clock_file_of(const struct system *system)
{
	char *name = mem_printf("for-clocks-%s", system->name), *path;

	for (char *at = name; *at; at++)
		if (*at == '/' || (unsigned char)*at < ' ')
			*at = '_';
	path = record_state_path(system, name);
	free(name);
	return path;
}

static int64_t now_ms(const struct alerting *alerting)
{
	return loop_wall_ms(alerting->config.engines->config.loop);
}

static void tell(struct alerting *alerting)
{
	if (alerting->config.on_change)
		alerting->config.on_change(alerting->config.user);
}

static void on_evaluated(void *user)
{
	tell(user);
}

/* The list borrows of the servers' answers: it is made anew at once. */
static void on_server_change(void *user)
{
	struct alerting *alerting = user;

	if (alerting->alerts)
		alerts_refresh(alerting->alerts, now_ms(alerting));
	tell(alerting);
}

/* What became of a change that had no answer: whoever made it may have turned to something else since. */
static void on_settled(void *user, const char *id, const char *words)
{
	struct alerting *alerting = user;

	(void)id;
	if (alerting->config.on_news)
		alerting->config.on_news(alerting->config.user, words);
}

static void on_transition(void *user, const struct rule_group *group, const struct rule *rule,
			  const struct rule_change *change)
{
	struct alerting *alerting = user;

	(void)group;
	(void)rule;
	if (alerting->config.keeps && alerting->config.record->journal)
		alert_past_record(alerting->config.record->journal, alerting->config.system->name, change,
				  escalation_priority(&alerting->escalation, &change->instance->labels),
				  now_ms(alerting));
}

static void open_evaluator(struct alerting *alerting)
{
	const struct engines *engines = alerting->config.engines;
	const struct system *system = alerting->config.system;
	struct evaluator_config config = { .loop = engines->config.loop,
					   .pool = engines->config.pool,
					   .engine = engines->engine,
					   .store = engines->store,
					   .rules = &alerting->rules,
					   .system = system->name,
					   .clock_read_only = !alerting->config.keeps,
					   .interval_ms = system->rules_interval_ms,
					   .look_back_ms = LOOK_BACK_MS,
					   .labels = engines->labels,
					   .label_count = engines->label_count,
					   .on_change = on_evaluated,
					   .on_transition = on_transition,
					   .user = alerting };

	if (!rule_set_count(&alerting->rules))
		return;
	alerting->clock_file = clock_file_of(system);
	config.clock_file = alerting->clock_file;
	alerting->evaluator = evaluator_new(&config);
}

/* They are judged from now on; what they raise is in the list. */
static void on_rules(void *user, struct rule_set *rules, struct error_list *faults)
{
	struct alerting *alerting = user;

	alerting->reading = NULL;
	rule_set_release(&alerting->rules);
	alerting->rules = *rules;
	rule_set_init(rules);
	error_list_take(&alerting->faults, faults);
	open_evaluator(alerting);
	alerts_set_evaluator(alerting->alerts, alerting->evaluator);
	alerting_collected(alerting);
	tell(alerting);
}

static void open_server(struct alerting *alerting)
{
	const struct engines *engines = alerting->config.engines;
	const struct system_prometheus *from = &alerting->config.system->prometheus;
	struct server_rules_config config = { .loop = engines->config.loop,
					      .http = engines->config.http,
					      .url = from->url,
					      .access = &alerting->server_access,
					      .timeout_ms = from->timeout_ms,
					      .on_change = on_server_change,
					      .user = alerting };
	struct error error = { "" };

	if (!engines->server)
		return;
	alerting->server_access = http_options_access(&from->access, NULL, &alerting->arena);
	alerting->server = server_rules_new(&config, &error);
	if (!alerting->server)
		error_list_add(&alerting->faults, FAULT_ERROR, NULL, 0, 0, NULL, "%s", error.text);
}

static void open_alertmanager(struct alerting *alerting)
{
	const struct engines *engines = alerting->config.engines;
	const struct system_alertmanager *from = &alerting->config.system->alertmanager;
	struct alertmanager_config config = { .loop = engines->config.loop,
					      .http = engines->config.http,
					      .url = from->url,
					      .access = &alerting->alertmanager_access,
					      .timeout_ms = from->timeout_ms,
					      .interval_ms = from->interval_ms,
					      .on_change = on_server_change,
					      .on_settled = on_settled,
					      .user = alerting };
	struct error error = { "" };

	if (!from->url)
		return;
	alerting->alertmanager_access = http_options_access(&from->access, NULL, &alerting->arena);
	alerting->alertmanager = alertmanager_new(&config, &error);
	if (!alerting->alertmanager)
		error_list_add(&alerting->faults, FAULT_ERROR, NULL, 0, 0, NULL, "%s", error.text);
}

/* What was done of this system, by whomever. */
static void on_event(void *user, const struct journal_event *event)
{
	struct alerting *alerting = user;
	bool changed = acks_take(alerting->acks, event);

	changed |= alert_past_take(alerting->past, event);
	if (!changed)
		return;
	alerts_touch(alerting->alerts);
	tell(alerting);
}

/* What was there before is told as soon as the journal is opened. */
static void listen(struct alerting *alerting)
{
	struct record_listener listener = { .on_event = on_event, .on_health = on_evaluated, .user = alerting };

	record_add(alerting->config.record, &listener);
}

void alerting_open(struct alerting *alerting, const struct alerting_config *config)
{
	const struct system *system = config->system;
	struct alerts_config list;

	alerting->config = *config;
	arena_init(&alerting->arena);
	error_list_init(&alerting->faults);
	rule_set_init(&alerting->rules);
	escalation_init(&alerting->escalation);
	if (system->escalation)
		escalation_read(&alerting->escalation, system->escalation, &alerting->faults);
	open_server(alerting);
	open_alertmanager(alerting);
	if (!system->rules.count && !alerting->server && !alerting->alertmanager && !alerting->faults.errors)
		return;
	alerting->acks = acks_new(system->name);
	alerting->past = alert_past_new(system->name);
	listen(alerting);
	list = (struct alerts_config){ .system = system->name,
				       .rules = &alerting->rules,
				       .reading = system->rules.count > 0,
				       .server = alerting->server,
				       .alertmanager = alerting->alertmanager,
				       .journal = config->keeps ? config->record->journal : NULL,
				       .acks = alerting->acks,
				       .past = alerting->past,
				       .escalation = &alerting->escalation,
				       .label_map = config->engines->labels,
				       .label_map_count = config->engines->label_count,
				       .faults = &alerting->faults,
				       .runbook_folders = system->runbooks.items,
				       .runbook_folder_count = system->runbooks.count };
	alerting->alerts = alerts_new(&list);
	if (list.reading)
		alerting->reading = rule_reading_start(config->engines->config.pool, system->rules.items,
						       system->rules.count, on_rules, alerting);
}

void alerting_close(struct alerting *alerting)
{
	if (!alerting->config.system)
		return;
	rule_reading_cancel(alerting->reading);
	/* It tells of what it still has under way: the list must be there until then. */
	evaluator_free(alerting->evaluator);
	server_rules_free(alerting->server);
	alertmanager_free(alerting->alertmanager);
	alerts_free(alerting->alerts);
	acks_free(alerting->acks);
	alert_past_free(alerting->past);
	escalation_release(&alerting->escalation);
	rule_set_release(&alerting->rules);
	error_list_release(&alerting->faults);
	arena_release(&alerting->arena);
	free(alerting->clock_file);
	*alerting = (struct alerting){ 0 };
}

void alerting_collected(struct alerting *alerting)
{
	if (alerting->begun || !alerting->evaluator || engines_warming(alerting->config.engines))
		return;
	alerting->begun = true;
	evaluator_run_now(alerting->evaluator);
}

bool alerting_busy(const struct alerting *alerting)
{
	return alerting->reading ||
	       (alerting->config.record->journal && journal_busy(alerting->config.record->journal)) ||
	       (alerting->evaluator && (!alerting->begun || evaluator_busy(alerting->evaluator))) ||
	       (alerting->server && server_rules_busy(alerting->server)) ||
	       (alerting->alertmanager && alertmanager_busy(alerting->alertmanager));
}

void alerting_refresh(struct alerting *alerting)
{
	if (alerting->begun)
		evaluator_run_now(alerting->evaluator);
}
