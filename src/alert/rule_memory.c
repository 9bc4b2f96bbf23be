#include <stdio.h>
#include <string.h>

#include "alert/label_pack.h"
#include "alert/rule_run_private.h"
#include "base/mem.h"

#define SETTLING_EVALUATIONS 2

struct alert_instance *alert_instance_new(const struct labels *labels)
{
	struct alert_instance *instance = mem_zalloc(sizeof(*instance));

	instance->labels = label_pack(labels);
	instance->fingerprint = labels_fingerprint(labels);
	instance->hash = labels_hash(labels);
	return instance;
}

void alert_instance_free(struct alert_instance *instance)
{
	if (!instance)
		return;
	label_pack_release(&instance->labels);
	label_pack_release(&instance->annotations);
	label_pack_release(&instance->state_series);
	label_pack_release(&instance->clock_series);
	free(instance);
}

void rule_memory_init(struct rule_memory *memory)
{
	*memory = (struct rule_memory){ 0 };
}

void rule_memory_release(struct rule_memory *memory)
{
	for (size_t i = 0; i < memory->instances.count; i++)
		alert_instance_free(memory->instances.items[i]);
	vec_release(&memory->instances);
	for (size_t i = 0; i < memory->clocks.count; i++)
		label_pack_release(&memory->clocks.items[i].labels);
	vec_release(&memory->clocks);
}

void rule_memory_restore(struct rule_memory *memory, const struct alert_clock *clock)
{
	struct alert_clock copy = *clock;

	copy.labels = label_pack(&clock->labels);
	copy.hash = labels_hash(&clock->labels);
	vec_push(&memory->clocks, copy);
	memory->settling = SETTLING_EVALUATIONS;
	memory->settle_ms = 0;
}

/* ---- clocks taken up ---- */

/* How long nobody looked. A clock of the future is one of another process that is a moment ahead. */
static int64_t away_ms(const struct rule_run *run, const struct alert_clock *clock)
{
	return clock->last_ms < run->time_ms ? run->time_ms - clock->last_ms : 0;
}

/* An evaluation or two were left out, no more. */
static bool only_missed(const struct rule_run *run, const struct alert_clock *clock)
{
	int64_t gap_ms = RULE_GAP_MS;

	if (gap_ms < 2 * run->group->interval_ms)
		gap_ms = 2 * run->group->interval_ms;
	return away_ms(run, clock) <= gap_ms;
}

static bool still_counts(const struct rule_run *run, const struct alert_clock *clock)
{
	return clock->active_ms <= run->time_ms && (only_missed(run, clock) || away_ms(run, clock) <= RULE_OUTAGE_MS);
}

/* Since when an alert that was pending is active, after a time away: as Group.RestoreForState has it. */
static int64_t pending_since_ms(const struct rule_run *run, const struct alert_clock *clock)
{
	int64_t for_ms = run->rule->for_ms, left_ms = for_ms - (clock->last_ms - clock->active_ms);

	if (only_missed(run, clock) || left_ms <= 0)
		return clock->active_ms;
	if (for_ms < RULE_GRACE_MS)
		return run->time_ms;
	if (left_ms < RULE_GRACE_MS)
		return run->time_ms + RULE_GRACE_MS - for_ms;
	return clock->active_ms + away_ms(run, clock);
}

static void drop_clock(struct rule_memory *memory, size_t index)
{
	label_pack_release(&memory->clocks.items[index].labels);
	memory->clocks.items[index] = memory->clocks.items[--memory->clocks.count];
}

static void fire_again(struct alert_instance *instance, const struct alert_clock *clock)
{
	instance->phase = instance->before = ALERT_FIRING;
	instance->active_ms = clock->active_ms;
	instance->fired_ms = clock->fired_ms;
}

void rule_clock_take_up(struct rule_run *run, struct alert_instance *instance)
{
	struct rule_memory *memory = run->memory;
	const struct alert_clock *clock = memory->clocks.items;
	size_t at = 0;

	while (at < memory->clocks.count &&
	       (clock[at].hash != instance->hash || !labels_equal(&clock[at].labels, &instance->labels)))
		at++;
	if (at == memory->clocks.count)
		return;
	if (still_counts(run, &clock[at])) {
		instance->before = ALERT_PENDING;
		if (clock[at].fired_ms)
			fire_again(instance, &clock[at]);
		else
			instance->active_ms = pending_since_ms(run, &clock[at]);
	}
	drop_clock(memory, at);
}

static struct alert_instance *raise_from(struct rule_run *run, const struct alert_clock *clock)
{
	struct alert_instance *instance = alert_instance_new(&clock->labels);

	fire_again(instance, clock);
	instance->value = clock->value;
	vec_push(&run->memory->instances, instance);
	run->memory->version++;
	return instance;
}

void rule_clock_keep_firing(struct rule_run *run)
{
	struct rule_memory *memory = run->memory;

	for (size_t i = 0; run->rule->keep_firing_ms && i < memory->clocks.count;) {
		const struct alert_clock *clock = &memory->clocks.items[i];

		if (!clock->fired_ms || !still_counts(run, clock)) {
			i++;
			continue;
		}
		raise_from(run, clock)->keep_firing_since_ms = clock->keep_firing_since_ms;
		drop_clock(memory, i);
	}
}

static void end(struct rule_run *run, const struct alert_clock *clock)
{
	struct alert_instance *instance = raise_from(run, clock);

	instance->phase = ALERT_INACTIVE;
	instance->resolved_ms = run->time_ms;
	vec_push(&run->changes, (struct rule_change){ instance, ALERT_FIRING, ALERT_INACTIVE });
}

void rule_clock_settle(struct rule_run *run)
{
	struct rule_memory *memory = run->memory;

	if (!memory->settling && !memory->clocks.count)
		return;
	if (!memory->settle_ms)
		memory->settle_ms = run->time_ms + RULE_SETTLE_MS;
	if (memory->settling)
		memory->settling--;
	if (memory->settling || run->time_ms < memory->settle_ms)
		return;
	while (memory->clocks.count) {
		const struct alert_clock *clock = &memory->clocks.items[memory->clocks.count - 1];

		if (clock->fired_ms && still_counts(run, clock))
			end(run, clock);
		drop_clock(memory, memory->clocks.count - 1);
	}
	vec_release(&memory->clocks);
}
