#include <inttypes.h>
#include <string.h>

#include "alert/label_pack.h"
#include "alert/label_table.h"
#include "alert/rule_run_private.h"
#include "query/label_map.h"
#include "tsdb/value.h"

/* ---- which alerts are which ---- */

static bool all_differ(const struct rule_run *run, struct label_table *ret)
{
	label_table_init(ret, run->answer->count);
	for (size_t i = 0; i < run->answer->count; i++) {
		const struct rule_expansion *expansion = &run->expansions[i];

		if (label_table_add(ret, &expansion->labels, expansion->hash, i) != LABEL_TABLE_NONE)
			return false;
	}
	return true;
}

/* Rename all labels to the store's; of two that would become one, none is renamed. */
static void rename_labels(struct rule_run *run, struct label_table *table)
{
	struct rule_expansion *theirs = run->expansions;
	size_t count = run->answer->count;

	run->expansions = arena_array(&run->arena, count, sizeof(*theirs));
	for (size_t i = 0; i < count; i++) {
		struct rule_expansion *expansion = &run->expansions[i];

		*expansion = theirs[i];
		expansion->labels =
			label_map_local(run->label_map, run->label_map_count, &theirs[i].labels, &run->arena);
		expansion->hash = labels_hash(&expansion->labels);
	}
	label_table_release(table);
	if (all_differ(run, table))
		return;
	run->expansions = theirs;
	label_table_release(table);
	all_differ(run, table);
}

static bool keeps_firing(const struct rule_run *run, const struct alert_instance *instance)
{
	int64_t since_ms = instance->keep_firing_since_ms;

	return instance->phase == ALERT_FIRING && run->rule->keep_firing_ms &&
	       (!since_ms || run->time_ms - since_ms < run->rule->keep_firing_ms);
}

/* Tie alerts to the series of the answer; returns how many will be active. */
static size_t tie(struct rule_run *run, const struct label_table *table)
{
	size_t active = run->answer->count;

	for (size_t i = 0; i < run->memory->instances.count; i++) {
		struct alert_instance *instance = run->memory->instances.items[i];
		size_t at = label_table_find(table, &instance->labels, instance->hash);

		instance->seen = at != LABEL_TABLE_NONE;
		/* One that was resolved is not raised from the dead: its return is a new alert. */
		if (instance->seen && instance->phase != ALERT_INACTIVE)
			run->expansions[at].instance = instance;
		active += !instance->seen && keeps_firing(run, instance);
	}
	return active;
}

static void add_change(struct rule_run *run, const struct alert_instance *instance)
{
	if (instance->phase != instance->before)
		vec_push(&run->changes, (struct rule_change){ instance, instance->before, instance->phase });
}

static void forget_all(struct rule_run *run)
{
	for (size_t i = 0; i < run->memory->instances.count; i++) {
		struct alert_instance *instance = run->memory->instances.items[i];

		instance->before = instance->phase;
		instance->phase = ALERT_INACTIVE;
		instance->resolved_ms = run->time_ms;
		add_change(run, instance);
		vec_push(&run->gone, instance);
	}
	vec_clear(&run->memory->instances);
}

enum rule_run_status rule_judge_match(struct rule_run *run)
{
	bool alert = run->rule->kind == RULE_ALERT;
	struct label_table table;
	size_t active = run->answer->count;
	bool differ = all_differ(run, &table);

	if (differ && alert)
		rule_clock_keep_firing(run);
	if (differ && run->label_map_count && active)
		rename_labels(run, &table);
	if (differ && alert)
		active = tie(run, &table);
	label_table_release(&table);
	if (!differ)
		return rule_run_error(run, "vector contains metrics with the same labelset after applying %s labels",
				      alert ? "alert" : "rule");
	if (run->group->limit <= 0 || active <= (size_t)run->group->limit)
		return RULE_RUN_MORE;
	if (alert)
		forget_all(run);
	return rule_run_error(run, "exceeded limit of %" PRId64 " with %zu %s", run->group->limit, active,
			      alert ? "alerts" : "series");
}

bool rule_judge_prepare(struct rule_run *run, size_t most)
{
	for (; run->next < run->answer->count; run->next++) {
		struct rule_expansion *expansion = &run->expansions[run->next];

		if (expansion->instance)
			continue;
		if (!most--)
			return true;
		expansion->instance = alert_instance_new(&expansion->labels);
		expansion->instance->annotations = label_pack(&expansion->annotations);
		expansion->instance->value = expansion->value;
		expansion->made = true;
	}
	return false;
}

/* ---- what becomes of them ---- */

static void refresh(struct rule_run *run, const struct rule_expansion *expansion)
{
	struct alert_instance *instance = expansion->instance;

	instance->keep_firing_since_ms = 0;
	if (value_bits(instance->value) != value_bits(expansion->value)) {
		instance->value = expansion->value;
		run->memory->version++;
	}
	if (!labels_equal(&instance->annotations, &expansion->annotations)) {
		label_pack_release(&instance->annotations);
		instance->annotations = label_pack(&expansion->annotations);
		run->memory->version++;
	}
}

/* What became of one that is not in the answer; false: it is no longer remembered. */
static bool miss(struct rule_run *run, struct alert_instance *instance)
{
	if (instance->phase == ALERT_INACTIVE)
		return run->time_ms - instance->resolved_ms <= RULE_RESOLVED_KEEP_MS;
	if (instance->phase == ALERT_FIRING && run->rule->keep_firing_ms && !instance->keep_firing_since_ms)
		instance->keep_firing_since_ms = run->time_ms;
	if (keeps_firing(run, instance))
		return true;
	instance->phase = ALERT_INACTIVE;
	instance->resolved_ms = run->time_ms;
	return instance->before == ALERT_FIRING;
}

static void sift(struct rule_run *run)
{
	struct rule_memory *memory = run->memory;
	size_t kept = 0;

	for (size_t i = 0; i < memory->instances.count; i++) {
		struct alert_instance *instance = memory->instances.items[i];

		instance->before = instance->phase;
		if (instance->seen ? instance->phase != ALERT_INACTIVE : miss(run, instance)) {
			memory->instances.items[kept++] = instance;
			continue;
		}
		add_change(run, instance);
		vec_push(&run->gone, instance);
		memory->version++;
	}
	memory->instances.count = kept;
}

static void admit(struct rule_run *run, size_t index)
{
	struct rule_expansion *expansion = &run->expansions[index];
	struct alert_instance *instance = expansion->instance;

	instance->phase = ALERT_PENDING;
	instance->active_ms = run->time_ms;
	instance->seen = true;
	rule_clock_take_up(run, instance);
	if (run->before && instance->phase == ALERT_PENDING)
		rule_since_take_up(run, instance, &run->answer->series[index].labels);
	vec_push(&run->memory->instances, instance);
	expansion->made = false;
	run->memory->version++;
}

void rule_judge_commit(struct rule_run *run)
{
	struct rule_memory *memory = run->memory;

	for (size_t i = 0; i < run->answer->count; i++)
		if (!run->expansions[i].made)
			refresh(run, &run->expansions[i]);
	sift(run);
	for (size_t i = 0; i < run->answer->count; i++)
		if (run->expansions[i].made)
			admit(run, i);
	for (size_t i = 0; i < memory->instances.count; i++) {
		struct alert_instance *instance = memory->instances.items[i];

		if (instance->phase == ALERT_PENDING && run->time_ms - instance->active_ms >= run->rule->for_ms) {
			instance->phase = ALERT_FIRING;
			instance->fired_ms = run->time_ms;
		}
		add_change(run, instance);
	}
	rule_clock_settle(run);
	if (run->changes.count)
		memory->version++;
}

/* ---- their series ---- */

/* The rule's labels stand below the alert's as they are written: one whose template came out empty is there with the
 * template's text, as in Prometheus. */
static struct labels series_of(struct rule_run *run, const struct alert_instance *instance, const char *metric,
			       const char *state)
{
	const struct rule *rule = run->rule;
	size_t count = 0, most = rule->label_count + instance->labels.count + 3;
	struct label *items = arena_array(&run->arena, most, sizeof(*items));
	struct labels made;

	for (size_t i = 0; i < rule->label_count; i++)
		items[count++] = (struct label){ rule->labels[i].name, rule->labels[i].value };
	for (size_t i = 0; i < instance->labels.count; i++)
		items[count++] = instance->labels.items[i];
	items[count++] = (struct label){ "__name__", metric };
	items[count++] = (struct label){ "alertname", rule->name };
	if (state)
		items[count++] = (struct label){ "alertstate", state };
	made = labels_make(&run->arena, items, count);
	return label_pack(&made);
}

static void sample(struct rule_run *run, struct alert_instance *instance)
{
	if (instance->series_phase != instance->phase) {
		label_pack_release(&instance->state_series);
		instance->state_series =
			series_of(run, instance, "ALERTS", instance->phase == ALERT_FIRING ? "firing" : "pending");
		instance->series_phase = instance->phase;
	}
	if (!instance->clock_series.count)
		instance->clock_series = series_of(run, instance, "ALERTS_FOR_STATE", NULL);
	vec_push(&run->samples, (struct rule_sample){ instance->state_series, 1 });
	vec_push(&run->samples, (struct rule_sample){ instance->clock_series, (double)(instance->active_ms / 1000) });
}

bool rule_judge_sample(struct rule_run *run, size_t most)
{
	for (; run->next < run->memory->instances.count; run->next++) {
		struct alert_instance *instance = run->memory->instances.items[run->next];

		if (instance->phase == ALERT_INACTIVE)
			continue;
		if (!most--)
			return true;
		sample(run, instance);
	}
	return false;
}
