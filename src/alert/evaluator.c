#include "alert/evaluator.h"

#include <stdlib.h>
#include <string.h>

#include "alert/evaluator_private.h"
#include "base/clock.h"
#include "base/mem.h"

/* A timer may come due a moment before the wall clock says so. */
#define EARLY_MS 50

/* A longer leap is a clock that was set or a machine that slept: nothing was left out that could have been done. */
#define LEAP_MS CLOCK_HOUR

/* Changes of many rules are told together. */
#define TELL_MS 250

/* ---- what changed ---- */

static void tell(struct evaluator *evaluator)
{
	evaluator->untold = false;
	evaluator->version++;
	timer_start(evaluator->tell, TELL_MS);
	if (evaluator->config.on_change)
		evaluator->config.on_change(evaluator->config.user);
}

static void on_tell(void *user)
{
	struct evaluator *evaluator = user;

	if (evaluator->untold)
		tell(evaluator);
}

void evaluator_changed(struct evaluator *evaluator)
{
	evaluator->untold = true;
	if (!timer_is_running(evaluator->tell))
		tell(evaluator);
}

/* ---- whose turn it is ---- */

static void pump(struct evaluator *evaluator)
{
	while (evaluator->running < EVALUATOR_PARALLEL && evaluator->waiting) {
		struct group_slot *group = evaluator->waiting;

		evaluator->waiting = group->next_waiting;
		if (!evaluator->waiting)
			evaluator->waiting_end = &evaluator->waiting;
		group->next_waiting = NULL;
		group->state = GROUP_RUNS;
		evaluator->running++;
		group_round_start(group);
	}
}

/* The group is at rest. */
static void enqueue(struct group_slot *group, int64_t time_ms)
{
	struct evaluator *evaluator = group->evaluator;

	group->time_ms = time_ms;
	group->began_ms = loop_monotonic_now_ms(evaluator->config.loop);
	group->state = GROUP_WAITS;
	*evaluator->waiting_end = group;
	evaluator->waiting_end = &group->next_waiting;
	pump(evaluator);
}

void evaluator_round_ended(struct group_slot *group)
{
	struct evaluator *evaluator = group->evaluator;
	struct loop *loop = evaluator->config.loop;

	evaluator->running--;
	group->state = GROUP_RESTS;
	group->round_ms = loop_monotonic_now_ms(loop) - group->began_ms;
	if (group->again) {
		group->again = false;
		enqueue(group, loop_wall_now_ms(loop));
	}
	pump(evaluator);
	if (evaluator->untold && !evaluator_busy(evaluator))
		tell(evaluator);
}

/* ---- when ---- */

/* The last time of the group's grid that is not after `ms`. */
static int64_t grid_before(const struct group_slot *group, int64_t ms)
{
	return ms - (ms - group->offset_ms) % group->interval_ms;
}

static void arm(struct group_slot *group)
{
	int64_t wait_ms = group->due_ms - loop_wall_now_ms(group->evaluator->config.loop);

	timer_start(group->due, wait_ms > 0 ? wait_ms : 0);
}

static void on_due(void *user)
{
	struct group_slot *group = user;
	struct evaluator *evaluator = group->evaluator;
	int64_t now_ms = loop_wall_now_ms(evaluator->config.loop), time_ms = grid_before(group, now_ms);

	if (now_ms < group->due_ms - EARLY_MS) { /* the clock was set back */
		group->due_ms = time_ms + group->interval_ms;
		arm(group);
		return;
	}
	if (time_ms < group->due_ms)
		time_ms = group->due_ms;
	if (time_ms - group->due_ms < LEAP_MS)
		evaluator->missed += (size_t)((time_ms - group->due_ms) / group->interval_ms);
	group->due_ms = time_ms + group->interval_ms;
	arm(group);
	if (group->state == GROUP_RESTS)
		enqueue(group, time_ms);
	else
		evaluator->missed++;
}

void evaluator_begin(struct evaluator *evaluator)
{
	int64_t now_ms = loop_wall_now_ms(evaluator->config.loop);

	evaluator->begun = true;
	for (size_t i = 0; i < evaluator->group_count; i++) {
		struct group_slot *group = &evaluator->groups[i];

		group->due_ms = grid_before(group, now_ms) + group->interval_ms;
		if (group->group->rule_count)
			arm(group);
	}
	if (evaluator->run_first)
		evaluator_run_now(evaluator);
}

void evaluator_run_now(struct evaluator *evaluator)
{
	evaluator->run_first = !evaluator->begun;
	for (size_t i = 0; evaluator->begun && i < evaluator->group_count; i++) {
		struct group_slot *group = &evaluator->groups[i];

		if (!group->group->rule_count)
			continue;
		if (group->state == GROUP_RESTS)
			enqueue(group, loop_wall_now_ms(evaluator->config.loop));
		else if (group->state == GROUP_RUNS)
			group->again = true;
	}
}

bool evaluator_busy(const struct evaluator *evaluator)
{
	return !evaluator->begun || evaluator->running || evaluator->waiting;
}

/* ---- making ---- */

/* Where on the grid: the same for every process, spread over the interval. */
static int64_t offset_of(const char *system, const struct rule_group *group, int64_t interval_ms)
{
	const struct label item = { system ? system : "", group->name };
	const struct labels name = { &item, 1 };

	return (int64_t)(labels_fingerprint(&name) % (uint64_t)interval_ms);
}

static void group_init(struct evaluator *evaluator, struct group_slot *group, const struct rule_group *read,
		       struct rule_slot *rules)
{
	const struct evaluator_config *config = &evaluator->config;

	group->evaluator = evaluator;
	group->group = read;
	group->rules = rules;
	group->interval_ms = read->interval_ms > 0     ? read->interval_ms
			     : config->interval_ms > 0 ? config->interval_ms
						       : CLOCK_MINUTE;
	group->offset_ms = offset_of(config->system, read, group->interval_ms);
	group->due = timer_new(config->loop, on_due, group);
	for (size_t i = 0; i < read->rule_count; i++) {
		rules[i].group = read;
		rules[i].rule = &read->rules[i];
		rule_memory_init(&rules[i].memory);
		rule_writer_init(&rules[i].writer, config->store);
	}
}

struct evaluator *evaluator_new(const struct evaluator_config *config)
{
	struct evaluator *evaluator = mem_zalloc(sizeof(*evaluator));
	struct rule_slot *rules;

	evaluator->config = *config;
	evaluator->waiting_end = &evaluator->waiting;
	evaluator->tell = timer_new(config->loop, on_tell, evaluator);
	evaluator->rule_count = rule_set_count(config->rules);
	evaluator->group_count = config->rules->groups.count;
	evaluator->rules = rules = mem_array(evaluator->rule_count + 1, sizeof(*evaluator->rules));
	evaluator->groups = mem_array(evaluator->group_count + 1, sizeof(*evaluator->groups));
	evaluator->first_second = evaluator->evaluated_second = loop_monotonic_now_ms(config->loop) / CLOCK_SECOND;
	for (size_t i = 0; i < evaluator->group_count; i++) {
		group_init(evaluator, &evaluator->groups[i], &config->rules->groups.items[i], rules);
		rules += config->rules->groups.items[i].rule_count;
	}
	clock_keeper_new(evaluator);
	return evaluator;
}

void evaluator_free(struct evaluator *evaluator)
{
	if (!evaluator)
		return;
	for (size_t i = 0; i < evaluator->group_count; i++)
		group_round_cancel(&evaluator->groups[i]);
	clock_keeper_free(evaluator->clocks);
	for (size_t i = 0; i < evaluator->group_count; i++)
		timer_free(evaluator->groups[i].due);
	for (size_t i = 0; i < evaluator->rule_count; i++) {
		rule_writer_release(&evaluator->rules[i].writer);
		rule_memory_release(&evaluator->rules[i].memory);
	}
	timer_free(evaluator->tell);
	free(evaluator->groups);
	free(evaluator->rules);
	free(evaluator);
}

/* ---- what is known ---- */

size_t evaluator_count(const struct evaluator *evaluator)
{
	return evaluator->rule_count;
}

void evaluator_rule(const struct evaluator *evaluator, size_t index, struct evaluated_rule *ret)
{
	const struct rule_slot *slot = &evaluator->rules[index];

	*ret = (struct evaluated_rule){ slot->group, slot->rule, &slot->memory, slot->engine };
}

uint64_t evaluator_version(const struct evaluator *evaluator)
{
	return evaluator->version;
}

/* Seconds that passed without anything evaluated count as such. */
static void forget_seconds(struct evaluator *evaluator, int64_t second)
{
	if (second - evaluator->evaluated_second > RATE_SECONDS)
		evaluator->evaluated_second = second - RATE_SECONDS;
	while (evaluator->evaluated_second < second)
		evaluator->evaluated[++evaluator->evaluated_second % RATE_SECONDS] = 0;
}

void evaluator_count_rule(struct evaluator *evaluator)
{
	int64_t second = loop_monotonic_now_ms(evaluator->config.loop) / CLOCK_SECOND;

	forget_seconds(evaluator, second);
	evaluator->evaluated[second % RATE_SECONDS]++;
}

void evaluator_get_cost(const struct evaluator *evaluator, struct evaluator_cost *ret)
{
	int64_t now = loop_monotonic_now_ms(evaluator->config.loop) / CLOCK_SECOND;
	int64_t seconds = now - evaluator->first_second + 1;
	uint64_t sum = 0;

	*ret = (struct evaluator_cost){ .groups = evaluator->group_count,
					.rules = evaluator->rule_count,
					.missed = evaluator->missed };
	for (size_t i = 0; i < evaluator->rule_count; i++)
		ret->failing += evaluator->rules[i].memory.health == RULE_HEALTH_ERROR;
	for (size_t i = 0; i < evaluator->group_count; i++)
		if (evaluator->groups[i].round_ms > ret->last_round_ms)
			ret->last_round_ms = evaluator->groups[i].round_ms;
	for (int64_t i = now - RATE_SECONDS + 1; i <= evaluator->evaluated_second; i++)
		sum += evaluator->evaluated[(i + RATE_SECONDS) % RATE_SECONDS];
	ret->rules_per_second = (double)sum / (double)(seconds < RATE_SECONDS ? seconds : RATE_SECONDS);
}
