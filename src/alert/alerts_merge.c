#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alert/alerts_private.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/strbuf.h"

#define AGREE_MS (90 * CLOCK_SECOND) /* a server is asked now and then: so long it may not know an alert yet */

/* Places in the list by fingerprint, while it is made. */
struct places {
	uint64_t *keys;
	size_t *values; /* index + 1; 0: free */
	size_t mask;
};

/* A rule of the server's; those of one name in a chain. */
struct judged_rule {
	const struct server_rule *rule;
	const struct judged_rule *next;
};

struct merge {
	struct alerts *alerts;
	int64_t now_ms;
	struct places places;
	struct map server_rules; /* by name, the alerting rules that the server can judge: struct judged_rule */
	struct map extras;       /* labels that Alertmanager's alerts have beside ours: external ones */
};

static void places_init(struct places *places, size_t most)
{
	size_t size = 16;

	while (size < most * 2)
		size *= 2;
	places->keys = mem_array(size, sizeof(*places->keys));
	places->values = mem_array(size, sizeof(*places->values));
	places->mask = size - 1;
}

static void places_release(struct places *places)
{
	free(places->keys);
	free(places->values);
}

static size_t place_of(const struct places *places, uint64_t key)
{
	size_t at = (size_t)(key * UINT64_C(0x9e3779b97f4a7c15)) & places->mask;

	while (places->values[at] && places->keys[at] != key)
		at = (at + 1) & places->mask;
	return at;
}

static struct alert *find(struct merge *merge, uint64_t fingerprint)
{
	size_t value = merge->places.values[place_of(&merge->places, fingerprint)];

	return value ? &merge->alerts->items.items[value - 1] : NULL;
}

static struct alert *add(struct merge *merge, uint64_t fingerprint)
{
	struct alert *alert = vec_add(&merge->alerts->items);
	size_t at = place_of(&merge->places, fingerprint);

	merge->places.keys[at] = fingerprint;
	merge->places.values[at] = merge->alerts->items.count;
	alert->fingerprint = fingerprint;
	alert->priority = PRIORITY_NONE;
	return alert;
}

static char *copy_text(char **at, const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = memcpy(*at, text, size);

	*at += size;
	return copy;
}

/* As labels_make leaves a set: sorted, each name once, nothing empty. */
static bool is_made(const struct labels *labels)
{
	for (size_t i = 0; i < labels->count; i++)
		if (!*labels->items[i].value || (i && strcmp(labels->items[i - 1].name, labels->items[i].name) >= 0))
			return false;
	return true;
}

/* In one piece: of all that a list is made of this is most. */
static const struct labels *keep_labels(struct merge *merge, const struct labels *labels)
{
	size_t size = sizeof(struct labels) + labels->count * sizeof(struct label);
	struct labels *kept;
	struct label *items;
	char *at;

	if (!is_made(labels)) {
		kept = arena_alloc(&merge->alerts->arena, sizeof(*kept));
		*kept = labels_make(&merge->alerts->arena, labels->items, labels->count);
		return kept;
	}
	for (size_t i = 0; i < labels->count; i++)
		size += strlen(labels->items[i].name) + strlen(labels->items[i].value) + 2;
	kept = arena_alloc(&merge->alerts->arena, size);
	items = (struct label *)(kept + 1);
	at = (char *)(items + labels->count);
	for (size_t i = 0; i < labels->count; i++) {
		items[i].name = copy_text(&at, labels->items[i].name);
		items[i].value = copy_text(&at, labels->items[i].value);
	}
	*kept = (struct labels){ items, labels->count };
	return kept;
}

/* ---- what skep's own rules say ---- */

static void add_instance(struct merge *merge, const struct evaluated_rule *rule, const struct alert_instance *instance)
{
	struct alert *alert;

	if (instance->phase == ALERT_INACTIVE && merge->now_ms - instance->resolved_ms > RULE_RESOLVED_KEEP_MS)
		return;
	alert = find(merge, instance->fingerprint);
	/* Two rules of one name may raise the same alert: what fires counts. */
	if (alert && alert->phase >= instance->phase)
		return;
	if (!alert)
		alert = add(merge, instance->fingerprint);
	alert->name = rule->rule->name;
	alert->labels = keep_labels(merge, &instance->labels);
	alert->annotations = keep_labels(merge, &instance->annotations);
	alert->phase = instance->phase;
	alert->active_ms = instance->active_ms;
	alert->fired_ms = instance->fired_ms;
	alert->resolved_ms = instance->resolved_ms;
	alert->for_ms = rule->rule->for_ms;
	alert->value = instance->value;
	alert->has_value = true;
	alert->raised_by = RAISED_HERE;
	alert->expression = rule->rule->expression;
	alert->group = rule->group->name;
}

static void add_trouble(struct merge *merge, const char *name, const char *group, const char *reason,
			unsigned raised_by)
{
	struct arena *arena = &merge->alerts->arena;

	vec_push(&merge->alerts->troubles, (struct rule_trouble){ arena_strdup(arena, name), arena_strdup(arena, group),
								  arena_strdup(arena, reason), raised_by });
}

static void take_faults(struct merge *merge)
{
	const struct error_list *faults = merge->alerts->config.faults;

	for (size_t i = 0; faults && i < faults->count; i++) {
		const struct fault *fault = &faults->faults[i];
		const char *file = fault->file ? strrchr(fault->file, '/') : NULL;

		if (fault->severity == FAULT_ERROR)
			add_trouble(merge,
				    file          ? file + 1
				    : fault->file ? fault->file
						  : "",
				    arena_printf(&merge->alerts->arena, "line %u", fault->line), fault->text,
				    RAISED_HERE);
	}
}

static void take_local(struct merge *merge)
{
	const struct evaluator *evaluator = merge->alerts->config.evaluator;

	for (size_t i = 0; evaluator && i < evaluator_count(evaluator); i++) {
		struct evaluated_rule rule;

		evaluator_rule(evaluator, i, &rule);
		if (rule.memory->health == RULE_HEALTH_ERROR)
			add_trouble(merge, rule.rule->name, rule.group->name, rule.memory->error, RAISED_HERE);
		for (size_t j = 0; rule.rule->kind == RULE_ALERT && j < rule.memory->instances.count; j++)
			add_instance(merge, &rule, rule.memory->instances.items[j]);
	}
}

/* ---- what the server says ---- */

static const struct server_rule *rule_of(const struct server_rules *server, const struct server_alert *alert)
{
	return alert->rule < server_rules_count(server) ? server_rules_rule(server, alert->rule) : NULL;
}

static void take_server_alert(struct merge *merge, const struct server_alert *from)
{
	const struct alerts_config *config = &merge->alerts->config;
	const struct server_rule *rule = rule_of(config->server, from);
	struct arena *arena = &merge->alerts->arena;
	struct labels labels = label_map_local(config->label_map, config->label_map_count, &from->labels, arena);
	uint64_t fingerprint = labels_fingerprint(&labels);
	struct alert *alert = find(merge, fingerprint);
	const char *name = labels_get(&labels, "alertname");

	if (!alert) {
		alert = add(merge, fingerprint);
		alert->name = arena_strdup(arena, name ? name : "");
		alert->labels = keep_labels(merge, &labels);
		alert->annotations = keep_labels(merge, &from->annotations);
		alert->expression = rule ? arena_strdup(arena, rule->expression) : NULL;
		alert->group = rule ? arena_strdup(arena, rule->group) : NULL;
		alert->for_ms = rule ? rule->for_ms : 0;
	}
	if (alert->phase != from->phase || !alert->fired_ms)
		alert->fired_ms = from->phase == ALERT_FIRING ? from->active_ms + alert->for_ms : 0;
	alert->phase = from->phase;
	alert->active_ms = from->active_ms;
	alert->resolved_ms = 0;
	alert->value = from->value;
	alert->has_value = true;
	alert->raised_by |= RAISED_PROMETHEUS;
}

/* A rule that the server cannot judge, or has not judged yet, denies nothing. */
static void add_judged(struct merge *merge, const struct server_rule *rule)
{
	struct judged_rule *judged = arena_alloc(&merge->alerts->arena, sizeof(*judged));

	*judged = (struct judged_rule){ rule, map_get(&merge->server_rules, rule->name) };
	map_set(&merge->server_rules, rule->name, judged);
}

/* Could the rule have raised it? One of the same name with other labels could not; what a template makes may be
 * anything. */
static bool could_raise(struct merge *merge, const struct server_rule *rule, const struct alert *alert)
{
	const struct alerts_config *config = &merge->alerts->config;
	struct labels labels =
		label_map_local(config->label_map, config->label_map_count, &rule->labels, &merge->alerts->arena);

	for (size_t i = 0; i < labels.count; i++) {
		const char *value = labels_get(alert->labels, labels.items[i].name);

		if (!strstr(labels.items[i].value, "{{") && (!value || strcmp(value, labels.items[i].value) != 0))
			return false;
	}
	return true;
}

/* The server has the rule and not the alert: its word counts, once it had the time to find it. */
static void dispute(struct merge *merge)
{
	for (size_t i = 0; i < merge->alerts->items.count; i++) {
		struct alert *alert = &merge->alerts->items.items[i];
		const struct judged_rule *judged = NULL;

		if (alert->raised_by == RAISED_HERE && alert->phase == ALERT_FIRING &&
		    merge->now_ms - alert->fired_ms > AGREE_MS)
			judged = map_get(&merge->server_rules, alert->name);
		while (judged && !could_raise(merge, judged->rule, alert))
			judged = judged->next;
		alert->disputed = judged != NULL;
	}
}

static void take_server(struct merge *merge)
{
	struct server_rules *server = merge->alerts->config.server;

	if (!server)
		return;
	for (size_t i = 0; i < server_rules_count(server); i++) {
		const struct server_rule *rule = server_rules_rule(server, i);

		if (rule->kind == RULE_ALERT && strcmp(rule->health ? rule->health : "", "ok") == 0)
			add_judged(merge, rule);
		if (rule->health && strcmp(rule->health, "err") == 0)
			add_trouble(merge, rule->name, rule->group, rule->last_error ? rule->last_error : "",
				    RAISED_PROMETHEUS);
	}
	for (size_t i = 0; i < server_rules_alert_count(server); i++)
		take_server_alert(merge, server_rules_alert(server, i));
	if (server_rules_state(server, NULL, NULL) == SERVER_RULES_THERE)
		dispute(merge);
}

/* ---- what Alertmanager says ---- */

/* All of `part` stands in `whole` too. */
static bool contains(const struct labels *whole, const struct labels *part)
{
	for (size_t i = 0; i < part->count; i++) {
		const char *value = labels_get(whole, part->items[i].name);

		if (!value || strcmp(value, part->items[i].value) != 0)
			return false;
	}
	return true;
}

static struct labels without_extras(struct merge *merge, const struct labels *labels)
{
	struct arena *arena = &merge->alerts->arena;
	struct label *items = arena_array(arena, labels->count + 1, sizeof(*items));
	size_t count = 0;

	for (size_t i = 0; i < labels->count; i++)
		if (!map_has(&merge->extras, labels->items[i].name))
			items[count++] = labels->items[i];
	return labels_make(arena, items, count);
}

/* External labels are not known beforehand: the first alert that has ours and more tells which they are. */
static struct alert *find_within(struct merge *merge, const struct labels *labels)
{
	struct alert *best = NULL;

	if (!merge->alerts->items.items)
		return NULL;
	for (size_t i = 0; i < merge->alerts->items.count; i++) {
		struct alert *alert = &merge->alerts->items.items[i];

		if (alert->raised_by != RAISED_ALERTMANAGER && contains(labels, alert->labels) &&
		    (!best || alert->labels->count > best->labels->count))
			best = alert;
	}
	for (size_t i = 0; best && i < labels->count; i++)
		if (!labels_get(best->labels, labels->items[i].name))
			map_set(&merge->extras, labels->items[i].name, merge);
	return best;
}

/*
 * Somebody told Alertmanager that it fires: one that waits here, or that the
 * server's rules deny, fires all the same. One that ended does where that was
 * told again since; the server's own word on it counts for more.
 */
static void take_am_phase(struct merge *merge, struct alert *alert, const struct am_alert *from)
{
	if (from->ends_ms && from->ends_ms <= merge->now_ms)
		return;
	alert->disputed = false;
	if (alert->phase == ALERT_FIRING || (alert->raised_by & RAISED_PROMETHEUS) ||
	    (alert->phase == ALERT_INACTIVE && from->updated_ms - alert->resolved_ms <= AGREE_MS))
		return;
	if (alert->phase == ALERT_INACTIVE || from->starts_ms < alert->active_ms)
		alert->active_ms = from->starts_ms;
	alert->phase = ALERT_FIRING;
	alert->fired_ms = from->starts_ms;
	alert->resolved_ms = 0;
}

#define WITHIN_SEARCHES 100 /* of the whole list, in one merge */

static void take_am_alert(struct merge *merge, const struct am_alert *from, unsigned *searches)
{
	const struct alerts_config *config = &merge->alerts->config;
	struct arena *arena = &merge->alerts->arena;
	struct labels labels = label_map_local(config->label_map, config->label_map_count, &from->labels, arena);
	struct labels bare = without_extras(merge, &labels);
	struct alert *alert = find(merge, labels_fingerprint(&labels));
	const char *name = labels_get(&labels, "alertname");

	if (!alert)
		alert = find(merge, labels_fingerprint(&bare));
	if (!alert && (*searches)++ < WITHIN_SEARCHES)
		alert = find_within(merge, &labels);
	if (!alert) {
		alert = add(merge, labels_fingerprint(&labels));
		alert->name = arena_strdup(arena, name ? name : "");
		alert->labels = keep_labels(merge, &labels);
		alert->annotations = keep_labels(merge, &from->annotations);
		alert->phase = from->ends_ms && from->ends_ms <= merge->now_ms ? ALERT_INACTIVE : ALERT_FIRING;
		alert->active_ms = alert->fired_ms = from->starts_ms;
		alert->resolved_ms = alert->phase == ALERT_INACTIVE ? from->ends_ms : 0;
	}
	take_am_phase(merge, alert, from);
	alert->raised_by |= RAISED_ALERTMANAGER;
	alert->am = from;
	if (from->generator_url && *from->generator_url)
		alert->generator_url = arena_strdup(arena, from->generator_url);
}

static void take_alertmanager(struct merge *merge)
{
	const struct alertmanager *am = merge->alerts->config.alertmanager;
	unsigned searches = 0;

	for (size_t i = 0; am && i < alertmanager_alert_count(am); i++)
		take_am_alert(merge, alertmanager_alert(am, i), &searches);
}

/* First those of the list before, as they stood there: mostly that is their order still. */
static void arrange(struct merge *merge)
{
	struct alerts *alerts = merge->alerts;
	size_t count = alerts->items.count, placed = 0;
	struct alert *arranged = mem_array(count + 1, sizeof(*arranged));
	bool *taken = mem_array(count + 1, sizeof(*taken));

	for (size_t i = 0; i < alerts->order.count; i++) {
		size_t place = merge->places.values[place_of(&merge->places, alerts->order.items[i])];

		if (!place)
			continue;
		arranged[placed++] = alerts->items.items[place - 1];
		taken[place - 1] = true;
	}
	for (size_t i = 0; i < count; i++)
		if (!taken[i])
			arranged[placed++] = alerts->items.items[i];
	if (count)
		memcpy(alerts->items.items, arranged, count * sizeof(*arranged));
	free(arranged);
	free(taken);
}

/* Comparing label sets is what costs: an order that holds is not made again. */
static void sort_alerts(struct merge *merge)
{
	struct alerts *alerts = merge->alerts;
	bool sorted = true;

	arrange(merge);
	for (size_t i = 1; sorted && i < alerts->items.count; i++)
		sorted = alerts_compare(&alerts->items.items[i - 1], &alerts->items.items[i]) <= 0;
	if (!sorted)
		qsort(alerts->items.items, alerts->items.count, sizeof(*alerts->items.items), alerts_compare);
	vec_clear(&alerts->order);
	for (size_t i = 0; i < alerts->items.count; i++)
		vec_push(&alerts->order, alerts->items.items[i].fingerprint);
}

static size_t most_alerts(const struct alerts *alerts)
{
	const struct alerts_config *config = &alerts->config;
	size_t most = 0;

	for (size_t i = 0; config->evaluator && i < evaluator_count(config->evaluator); i++) {
		struct evaluated_rule rule;

		evaluator_rule(config->evaluator, i, &rule);
		most += rule.memory->instances.count;
	}
	most += config->server ? server_rules_alert_count(config->server) : 0;
	most += config->alertmanager ? alertmanager_alert_count(config->alertmanager) : 0;
	return most;
}

void alerts_merge(struct alerts *alerts, int64_t now_ms)
{
	struct merge merge = { .alerts = alerts, .now_ms = now_ms };

	vec_clear(&alerts->items);
	vec_clear(&alerts->troubles);
	arena_release(&alerts->arena);
	arena_init(&alerts->arena);
	places_init(&merge.places, most_alerts(alerts));
	take_faults(&merge);
	take_local(&merge);
	take_server(&merge);
	take_alertmanager(&merge);
	for (size_t i = 0; i < alerts->items.count; i++)
		alert_complete(alerts, &alerts->items.items[i], now_ms);
	sort_alerts(&merge);
	places_release(&merge.places);
	map_release(&merge.server_rules, NULL);
	map_release(&merge.extras, NULL);
}
