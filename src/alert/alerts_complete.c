/* What is the same for every alert, whoever raised it: its condition, its runbook, who has it, what hides it, its
 * clock. */
#include <string.h>

#include "alert/alerts_private.h"
#include "base/clock.h"
#include "base/strbuf.h"

#define CONDITIONS_MAX 20000

/* Read once, kept for good. */
static const struct condition *condition_of(struct alerts *alerts, const char *expression)
{
	struct condition *condition = map_get(&alerts->conditions, expression);

	if (condition)
		return condition;
	if (alerts->conditions.count >= CONDITIONS_MAX) {
		map_release(&alerts->conditions, NULL);
		arena_release(&alerts->condition_arena);
		arena_init(&alerts->condition_arena);
	}
	condition = arena_alloc(&alerts->condition_arena, sizeof(*condition));
	condition_read(condition, expression, &alerts->condition_arena);
	map_set(&alerts->conditions, expression, condition);
	return condition;
}

/* Is it in force, and does it end after the one found so far? */
static bool ends_later(const struct silence *silence, const struct silence *last, int64_t now_ms)
{
	return silence && silence->state == SILENCE_ACTIVE && silence->ends_ms > now_ms &&
	       (!last || silence->ends_ms > last->ends_ms);
}

/*
 * The silence in force that ends last: of those that Alertmanager names; for
 * an alert it does not know, of all whose matchers fit.
 */
static const struct silence *silence_of(const struct alertmanager *am, const struct alert *alert, int64_t now_ms)
{
	const struct silence *last = NULL;

	for (size_t i = 0; alert->am && i < alert->am->silenced_count; i++) {
		const struct silence *silence = alertmanager_silence_find(am, alert->am->silenced_by[i]);

		last = ends_later(silence, last, now_ms) ? silence : last;
	}
	for (size_t i = 0; !alert->am && i < alertmanager_silence_count(am); i++) {
		const struct silence *silence = alertmanager_silence(am, i);

		if (ends_later(silence, last, now_ms) && alertmanager_silence_matches(am, i, alert->labels))
			last = silence;
	}
	return last;
}

/* The names of the alerts behind fingerprints of Alertmanager's. */
static const char *inhibitors(struct alerts *alerts, const struct am_alert *alert)
{
	const struct alertmanager *am = alerts->config.alertmanager;
	struct strbuf names = STRBUF_INIT;
	const char *ret;

	for (size_t i = 0; i < alert->inhibited_count; i++) {
		const struct am_alert *inhibitor = alertmanager_alert_find(am, alert->inhibited_by[i]);
		const char *name = inhibitor ? labels_get(&inhibitor->labels, "alertname") : NULL;

		strbuf_addf(&names, "%s%s", i ? ", " : "", name ? name : alert->inhibited_by[i]);
	}
	ret = arena_strdup(&alerts->arena, names.text);
	strbuf_release(&names);
	return ret;
}

static void mute(struct alerts *alerts, struct alert *alert, int64_t now_ms)
{
	const struct alerts_config *config = &alerts->config;
	const struct escalation_window *window;
	int64_t until_ms = 0;

	if (config->alertmanager)
		alert->silence = silence_of(config->alertmanager, alert, now_ms);
	if (alert->am && alert->am->inhibited_count)
		alert->inhibited_by = inhibitors(alerts, alert->am);
	alert->muted_until_ms = alert->silence ? alert->silence->ends_ms : 0;
	window = config->escalation ? escalation_muted(config->escalation, alert->labels, now_ms, &until_ms) : NULL;
	if (window) {
		alert->window = window->name;
		if (until_ms > alert->muted_until_ms)
			alert->muted_until_ms = until_ms;
	}
}

static enum alert_standing standing_of(const struct alert *alert)
{
	if (alert->phase == ALERT_INACTIVE)
		return ALERT_ENDED;
	if (alert->phase == ALERT_PENDING || alert->disputed)
		return ALERT_WAITS;
	if (alert->silence || alert->inhibited_by || alert->window)
		return ALERT_MUTED;
	return alert->ack ? ALERT_ACKED : ALERT_OPEN;
}

static void find_runbook(struct alerts *alerts, struct alert *alert)
{
	static const char *const names[] = { "runbook_url", "runbook", "runbookURL" };
	const struct runbook_file *file = NULL;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *text = labels_get(alert->annotations, names[i]);

		if (text && !alert->runbook_url)
			alert->runbook_url = text;
		if (!file)
			file = runbook_index_find(&alerts->runbooks, text);
	}
	if (!file)
		file = runbook_index_find(&alerts->runbooks, alert->name);
	if (!file)
		file = runbook_index_find_alert(&alerts->runbooks, alert->name);
	alert->runbook = file ? file->path : NULL;
}

void alert_complete(struct alerts *alerts, struct alert *alert, int64_t now_ms)
{
	const struct alerts_config *config = &alerts->config;

	if (alert->expression)
		alert->condition = condition_of(alerts, alert->expression);
	find_runbook(alerts, alert);
	if (config->escalation)
		alert->priority = escalation_priority(config->escalation, alert->labels);
	if (config->past)
		alert->fired_today = alert_past_fired(config->past, alert->fingerprint, now_ms - CLOCK_DAY);
	if (alert->phase == ALERT_FIRING) {
		mute(alerts, alert, now_ms);
		if (config->acks) {
			alert->ack = acks_find(config->acks, alert->fingerprint, alert->active_ms, now_ms);
			alert->ack_expired =
				alert->ack ? NULL
					   : acks_expired(config->acks, alert->fingerprint, alert->active_ms, now_ms);
		}
	}
	alert->standing = standing_of(alert);
	if (alert->standing == ALERT_OPEN && config->escalation)
		escalation_clock(config->escalation, alert->priority, alert->fired_ms, now_ms, &alert->clock);
}
