#include <stdlib.h>

#include "alert/alerts_private.h"
#include "base/mem.h"

static void foreign_release(struct foreign_alert *foreign)
{
	alert_instance_free(foreign->instance);
	free(foreign->name);
}

void alerts_forget_foreign(struct alerts *alerts)
{
	for (size_t i = 0; i < alerts->foreign.count; i++)
		foreign_release(&alerts->foreign.items[i]);
	vec_release(&alerts->foreign);
}

/* By fingerprint, then by when they began. */
static int compare_foreign(const void *left, const void *right)
{
	const struct foreign_alert *a = left, *b = right;

	if (a->fingerprint != b->fingerprint)
		return a->fingerprint < b->fingerprint ? -1 : 1;
	return (a->active_ms > b->active_ms) - (a->active_ms < b->active_ms);
}

static void sort_foreign(struct alerts *alerts)
{
	if (alerts->foreign.count)
		qsort(alerts->foreign.items, alerts->foreign.count, sizeof(*alerts->foreign.items), compare_foreign);
}

static struct foreign_alert *foreign_find(struct alerts *alerts, const struct alert *alert, size_t known)
{
	struct foreign_alert wanted = { .fingerprint = alert->fingerprint, .active_ms = alert->active_ms };

	return known ? bsearch(&wanted, alerts->foreign.items, known, sizeof(wanted), compare_foreign) : NULL;
}

static void foreign_add(struct alerts *alerts, const struct alert *alert, int64_t now_ms)
{
	struct alert_instance *instance = alert_instance_new(alert->labels);
	struct foreign_alert *foreign = vec_add(&alerts->foreign);
	struct rule_change change = { instance, ALERT_PENDING, ALERT_FIRING };

	instance->fingerprint = alert->fingerprint;
	instance->phase = ALERT_FIRING;
	instance->active_ms = alert->active_ms;
	instance->fired_ms = alert->fired_ms;
	instance->value = alert->value;
	*foreign = (struct foreign_alert){ alert->fingerprint,
					   alert->active_ms,
					   alert->fired_ms,
					   alert->priority,
					   mem_strdup(alert->name),
					   instance,
					   true };
	alert_past_record(alerts->config.journal, alerts->config.system, &change, alert->priority, now_ms);
}

static void foreign_end(struct alerts *alerts, size_t index, int64_t now_ms)
{
	struct foreign_alert *foreign = &alerts->foreign.items[index];
	struct rule_change change = { foreign->instance, ALERT_FIRING, ALERT_INACTIVE };

	foreign->instance->phase = ALERT_INACTIVE;
	foreign->instance->resolved_ms = now_ms;
	alert_past_record(alerts->config.journal, alerts->config.system, &change, foreign->priority, now_ms);
	foreign_release(foreign);
	alerts->foreign.items[index] = alerts->foreign.items[--alerts->foreign.count];
}

/* A server that does not answer has not said that its alerts ended. */
static bool servers_answer(const struct alerts *alerts)
{
	struct alertmanager_health health = { .healthy = true };

	if (alerts->config.alertmanager)
		alertmanager_get_health(alerts->config.alertmanager, &health);
	return health.healthy && (!alerts->config.server ||
				  server_rules_state(alerts->config.server, NULL, NULL) != SERVER_RULES_FAILING);
}

/*
 * Before everybody has spoken once, whose alert it is cannot be told: a
 * server's copy may come before our own rule was judged, or an Alertmanager's
 * with external labels before the Prometheus's without.
 */
static bool all_have_spoken(const struct alerts *alerts)
{
	const struct alerts_config *config = &alerts->config;
	struct alertmanager_health health = { .known = true };

	if (config->alertmanager)
		alertmanager_get_health(config->alertmanager, &health);
	if (!health.known || config->reading ||
	    (config->server && server_rules_state(config->server, NULL, NULL) == SERVER_RULES_UNKNOWN))
		return false;
	for (size_t i = 0; config->evaluator && i < evaluator_count(config->evaluator); i++) {
		struct evaluated_rule rule;

		evaluator_rule(config->evaluator, i, &rule);
		if (rule.memory->health == RULE_HEALTH_UNKNOWN)
			return false;
	}
	return true;
}

void alerts_note_foreign(struct alerts *alerts, int64_t now_ms)
{
	size_t known = alerts->foreign.count;

	if (!all_have_spoken(alerts))
		return;
	for (size_t i = 0; i < known; i++)
		alerts->foreign.items[i].seen = false;
	for (size_t i = 0; i < alerts->items.count; i++) {
		const struct alert *alert = &alerts->items.items[i];
		struct foreign_alert *foreign;

		if (alert->phase != ALERT_FIRING)
			continue;
		/* One that our own rule has come to raise too has not ended. */
		foreign = foreign_find(alerts, alert, known);
		if (foreign)
			foreign->seen = true;
		else if (!(alert->raised_by & RAISED_HERE))
			foreign_add(alerts, alert, now_ms);
	}
	for (size_t i = known; servers_answer(alerts) && i-- > 0;)
		if (!alerts->foreign.items[i].seen)
			foreign_end(alerts, i, now_ms);
	sort_foreign(alerts);
}
