#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alert/alerts_private.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/strbuf.h"

/* Acknowledgements expire and windows open without an event; a long list is looked through less often. */
#define LOOK_AGAIN_MS   (2 * CLOCK_SECOND)
#define LOOK_AGAIN_EACH 4 /* ms more for each alert, up to */
#define LOOK_AGAIN_MOST (20 * CLOCK_SECOND)
#define HOLD_MS         (30 * CLOCK_MINUTE)
#define HOLD_P0_MS      (10 * CLOCK_MINUTE)

struct alerts *alerts_new(const struct alerts_config *config)
{
	struct alerts *alerts = mem_zalloc(sizeof(*alerts));

	alerts->config = *config;
	arena_init(&alerts->arena);
	arena_init(&alerts->condition_arena);
	runbook_index_init(&alerts->runbooks, config->runbook_folders, config->runbook_folder_count);
	return alerts;
}

void alerts_free(struct alerts *alerts)
{
	if (!alerts)
		return;
	alerts_forget_foreign(alerts);
	vec_release(&alerts->items);
	vec_release(&alerts->order);
	vec_release(&alerts->troubles);
	map_release(&alerts->conditions, NULL);
	arena_release(&alerts->condition_arena);
	arena_release(&alerts->arena);
	runbook_index_release(&alerts->runbooks);
	free(alerts);
}

const struct alerts_config *alerts_config(const struct alerts *alerts)
{
	return &alerts->config;
}

void alerts_set_evaluator(struct alerts *alerts, struct evaluator *evaluator)
{
	alerts->config.evaluator = evaluator;
	alerts->config.reading = false;
	alerts->touched = true;
}

void alerts_touch(struct alerts *alerts)
{
	alerts->touched = true;
}

/* Has one of the parts news since the list was made? What they have is noted as seen. */
static bool parts_changed(struct alerts *alerts)
{
	const struct alerts_config *config = &alerts->config;
	uint64_t evaluator = config->evaluator ? evaluator_version(config->evaluator) : 0;
	uint64_t server = config->server ? server_rules_version(config->server) : 0;
	uint64_t am = config->alertmanager ? alertmanager_version(config->alertmanager) : 0;
	bool changed = alerts->touched || !alerts->made || evaluator != alerts->evaluator_version ||
		       server != alerts->server_version || am != alerts->am_version;

	alerts->evaluator_version = evaluator;
	alerts->server_version = server;
	alerts->am_version = am;
	alerts->touched = false;
	return changed;
}

static void count(struct alerts *alerts)
{
	struct alert_counts *counts = &alerts->counts;

	*counts = (struct alert_counts){ 0 };
	for (size_t i = 0; i < alerts->items.count; i++) {
		const struct alert *alert = &alerts->items.items[i];

		switch (alert->standing) {
		case ALERT_ACKED: counts->acked++; /* fall through */
		case ALERT_OPEN:
			counts->firing[alert->priority == PRIORITY_NONE ? PRIORITY_COUNT : alert->priority]++;
			break;
		case ALERT_MUTED: counts->muted++; break;
		case ALERT_WAITS: counts->pending++; break;
		default: break;
		}
	}
}

static int64_t look_again_ms(const struct alerts *alerts)
{
	int64_t ms = LOOK_AGAIN_MS + (int64_t)alerts->items.count * LOOK_AGAIN_EACH;

	return ms < LOOK_AGAIN_MOST ? ms : LOOK_AGAIN_MOST;
}

bool alerts_refresh(struct alerts *alerts, int64_t now_ms)
{
	bool changed = parts_changed(alerts);

	/* A clock set back must not hold the list for as long. */
	if (!changed && now_ms - alerts->made_ms < look_again_ms(alerts) && now_ms >= alerts->made_ms)
		return false;
	alerts_merge(alerts, now_ms);
	alerts->made = true;
	alerts->made_ms = now_ms;
	alerts->version++;
	count(alerts);
	if (alerts->config.journal)
		alerts_note_foreign(alerts, now_ms);
	return true;
}

size_t alerts_count(const struct alerts *alerts)
{
	return alerts->items.count;
}

const struct alert *alerts_at(const struct alerts *alerts, size_t index)
{
	return &alerts->items.items[index];
}

const struct alert *alerts_find(const struct alerts *alerts, uint64_t fingerprint)
{
	for (size_t i = 0; i < alerts->items.count; i++)
		if (alerts->items.items[i].fingerprint == fingerprint)
			return &alerts->items.items[i];
	return NULL;
}

uint64_t alerts_version(const struct alerts *alerts)
{
	return alerts->version;
}

void alerts_get_counts(const struct alerts *alerts, struct alert_counts *ret)
{
	*ret = alerts->counts;
}

/* The order of the list is that of how bad they stand. */
const struct alert *alerts_worst(const struct alerts *alerts)
{
	const struct alert *first = alerts->items.count ? &alerts->items.items[0] : NULL;

	return first && first->standing <= ALERT_ACKED ? first : NULL;
}

size_t alerts_trouble_count(const struct alerts *alerts)
{
	return alerts->troubles.count;
}

const struct rule_trouble *alerts_trouble(const struct alerts *alerts, size_t index)
{
	return &alerts->troubles.items[index];
}

/* ---- what is not known ---- */

static void doubt_add(struct strbuf *buf, const char *text)
{
	strbuf_addf(buf, "%s%s", buf->length ? "; " : "", text);
}

static void doubt_rules(const struct alerts *alerts, struct strbuf *buf)
{
	const struct evaluator *evaluator = alerts->config.evaluator;
	size_t rules = evaluator ? evaluator_count(evaluator) : 0, waiting = 0, failing = 0;
	size_t faults = alerts->config.faults ? alerts->config.faults->errors : 0;
	char text[160];

	for (size_t i = 0; i < rules; i++) {
		struct evaluated_rule rule;

		evaluator_rule(evaluator, i, &rule);
		waiting += rule.memory->health == RULE_HEALTH_UNKNOWN;
		failing += rule.memory->health == RULE_HEALTH_ERROR;
	}
	snprintf(text, sizeof(text), "%zu of %zu rules cannot be judged", failing, rules);
	if (failing)
		doubt_add(buf, text);
	snprintf(text, sizeof(text), "%zu fault%s in rule files", faults, faults == 1 ? "" : "s");
	if (faults)
		doubt_add(buf, text);
	snprintf(text, sizeof(text), "%zu of %zu rules not judged yet", waiting, rules);
	if (waiting)
		doubt_add(buf, text);
	if (alerts->config.reading)
		doubt_add(buf, "rules are being read");
	else if (!rules &&
		 (!alerts->config.server || server_rules_state(alerts->config.server, NULL, NULL) == SERVER_RULES_NONE))
		doubt_add(buf, "nobody has any rules");
}

static void doubt_server(const struct alerts *alerts, struct strbuf *buf)
{
	const char *reason = "";
	int64_t good_ms = 0;

	if (!alerts->config.server)
		return;
	switch (server_rules_state(alerts->config.server, &reason, &good_ms)) {
	case SERVER_RULES_UNKNOWN: doubt_add(buf, "the server's rules are not known yet"); break;
	case SERVER_RULES_FAILING: {
		char text[240];

		snprintf(text, sizeof(text), "the server does not tell its alerts: %s", reason);
		doubt_add(buf, text);
		break;
	}
	default: break;
	}
}

static void doubt_alertmanager(const struct alerts *alerts, int64_t now_ms, struct strbuf *buf)
{
	struct alertmanager_health health;
	char text[240], age[32];

	if (!alerts->config.alertmanager)
		return;
	alertmanager_get_health(alerts->config.alertmanager, &health);
	if (!health.known)
		doubt_add(buf, "Alertmanager has not answered yet");
	if (health.healthy || !health.known)
		return;
	duration_format(now_ms - health.failing_since_ms, age, sizeof(age));
	snprintf(text, sizeof(text), "Alertmanager down %s: %s", age, health.reason);
	doubt_add(buf, text);
}

void alerts_add_doubt(const struct alerts *alerts, size_t sources_down, int64_t now_ms, struct strbuf *ret)
{
	struct strbuf buf = STRBUF_INIT;
	char text[64];

	doubt_rules(alerts, &buf);
	doubt_server(alerts, &buf);
	doubt_alertmanager(alerts, now_ms, &buf);
	if (sources_down) {
		snprintf(text, sizeof(text), "%zu source%s down", sources_down, sources_down == 1 ? "" : "s");
		doubt_add(&buf, text);
	}
	strbuf_addstr(ret, buf.text);
	strbuf_release(&buf);
}

/* ---- what people do ---- */

int64_t alerts_ack_hold_ms(const struct alerts *alerts, const struct alert *alert)
{
	const struct escalation *escalation = alerts->config.escalation;
	int64_t hold_ms = 0;

	if (escalation && alert->priority != PRIORITY_NONE)
		hold_ms = escalation->levels[alert->priority].ack_ms;
	return hold_ms ? hold_ms : alert->priority == 0 ? HOLD_P0_MS : HOLD_MS;
}

bool alerts_acknowledge(struct alerts *alerts, const struct alert *alert, const char *note, int64_t hold_ms,
			int64_t now_ms)
{
	if (!alerts->config.journal)
		return false;
	if (!hold_ms)
		hold_ms = alerts_ack_hold_ms(alerts, alert);
	acks_make(alerts->config.journal, alerts->config.system, alert->fingerprint, alert->name, alert->active_ms,
		  now_ms + hold_ms, note);
	return true;
}

bool alerts_unacknowledge(struct alerts *alerts, const struct alert *alert)
{
	if (!alerts->config.journal || !alert->ack)
		return false;
	acks_undo(alerts->config.journal, alerts->config.system, alert->fingerprint, alert->active_ms);
	return true;
}

size_t alerts_hidden_by(const struct alerts *alerts, const struct silence *silence, size_t *ret, size_t most)
{
	struct silence_filter *filter = silence_filter_new(silence);
	size_t hidden = 0;

	for (size_t i = 0; i < alerts->items.count; i++) {
		const struct alert *alert = &alerts->items.items[i];

		if (alert->phase == ALERT_INACTIVE ||
		    !silence_filter_matches(filter, alert->am ? &alert->am->labels : alert->labels))
			continue;
		if (hidden < most)
			ret[hidden] = i;
		hidden++;
	}
	silence_filter_free(filter);
	return hidden;
}
