/* One group's round: its rules in order, each asked, judged and written before the next is asked. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alert/evaluator_private.h"
#include "base/clock.h"
#include "base/mem.h"

#define WRITE_STEP      1000 /* samples in one turn of the loop */
#define LOOK_BACK_STEPS 720

/* A question of a template, under way. */
struct group_lookup {
	struct group_slot *group;
	size_t index; /* in run.lookups */
	struct query *query;
};

static void ask(struct group_slot *group);

static struct rule_slot *slot_of(const struct group_slot *group)
{
	return &group->rules[group->at];
}

static void close_run(struct group_slot *group)
{
	if (group->run_is_open)
		rule_run_end(&group->run);
	group->run_is_open = false;
	group->writing = false;
	matrix_unref(group->answer);
	matrix_unref(group->before);
	group->answer = group->before = NULL;
}

static bool has_active(const struct rule_memory *memory)
{
	for (size_t i = 0; i < memory->instances.count; i++)
		if (memory->instances.items[i]->phase != ALERT_INACTIVE)
			return true;
	return false;
}

/* The rule is through: on to the next. */
static void finish(struct group_slot *group)
{
	struct evaluator *evaluator = group->evaluator;
	struct rule_slot *slot = slot_of(group);
	bool changed = slot->memory.version != group->version_before;
	bool moved = group->run.changes.count > 0;

	close_run(group);
	slot->memory.duration_us = (clock_monotonic_ns() - group->rule_began_ns) / 1000;
	evaluator_count_rule(evaluator);
	if (changed)
		evaluator_changed(evaluator);
	if (moved || has_active(&slot->memory))
		clock_keeper_note(evaluator->clocks, moved);
	group->at++;
	if (group->at < group->group->rule_count)
		ask(group);
	else
		evaluator_round_ended(group);
}

static void announce(const struct group_slot *group)
{
	const struct evaluator_config *config = &group->evaluator->config;

	for (size_t i = 0; config->on_transition && i < group->run.changes.count; i++)
		config->on_transition(config->user, group->group, slot_of(group)->rule, &group->run.changes.items[i]);
}

static void write_some(struct group_slot *group)
{
	struct rule_writer *writer = &slot_of(group)->writer;
	size_t count = group->run.samples.count - group->written;

	if (count > WRITE_STEP)
		count = WRITE_STEP;
	rule_writer_add(writer, group->run.samples.items + group->written, count);
	group->written += count;
	if (group->written < group->run.samples.count) {
		timer_start(group->turn, 0);
		return;
	}
	rule_writer_end(writer, &slot_of(group)->memory);
	finish(group);
}

static void go_on(struct group_slot *group);

/* ---- templates' questions ---- */

static void drop_lookup(struct group_slot *group, struct group_lookup *lookup)
{
	size_t at = 0;

	while (group->lookups.items[at] != lookup)
		at++;
	group->lookups.items[at] = group->lookups.items[--group->lookups.count];
	free(lookup);
}

static void on_lookup(void *user, const struct query_answer *answer)
{
	struct group_lookup *lookup = user;
	struct group_slot *group = lookup->group;
	struct template_lookup *asked = &group->run.lookups.items.items[lookup->index];

	if (answer->status == QUERY_OK)
		template_answer(asked, answer->matrix, NULL);
	else
		template_answer(asked, NULL, *answer->detail ? answer->detail : answer->reason);
	drop_lookup(group, lookup);
	if (!group->lookups.count)
		go_on(group);
}

static void ask_lookups(struct group_slot *group)
{
	for (size_t i = 0; i < group->run.lookups.items.count; i++) {
		const struct template_lookup *asked = &group->run.lookups.items.items[i];
		const struct query_question question = { .expression = asked->expression,
							 .start_ms = group->time_ms,
							 .end_ms = group->time_ms };
		struct group_lookup *lookup;

		if (asked->answered)
			continue;
		lookup = mem_zalloc(sizeof(*lookup));
		lookup->group = group;
		lookup->index = i;
		vec_push(&group->lookups, lookup);
		lookup->query = query_ask(group->evaluator->config.engine, &question, on_lookup, lookup);
	}
	/* Nothing to be asked after all: without this the group would wait for ever. */
	if (!group->lookups.count)
		timer_start(group->turn, 0);
}

/* ---- the rule ---- */

static void go_on(struct group_slot *group)
{
	switch (rule_run_step(&group->run)) {
	case RULE_RUN_ASKS: ask_lookups(group); return;
	case RULE_RUN_MORE: timer_start(group->turn, 0); return;
	case RULE_RUN_FAILED:
		announce(group);
		finish(group);
		return;
	case RULE_RUN_DONE: break;
	}
	announce(group);
	group->writing = true;
	group->written = 0;
	rule_writer_begin(&slot_of(group)->writer, rule_run_asks_ms(group->group, group->time_ms));
	write_some(group);
}

static void on_turn(void *user)
{
	struct group_slot *group = user;

	if (group->writing)
		write_some(group);
	else
		go_on(group);
}

static void fail(struct group_slot *group, const struct query_answer *answer)
{
	const char *reason = *answer->reason ? answer->reason : query_status_name(answer->status);
	char text[ERROR_TEXT_MAX];

	snprintf(text, sizeof(text), "%s%s%s", reason, *answer->detail ? ": " : "", answer->detail);
	rule_run_fail(&group->run, text);
	finish(group);
}

static void begin(struct group_slot *group)
{
	const struct evaluator_config *config = &group->evaluator->config;
	struct rule_slot *slot = slot_of(group);

	rule_run_begin(&group->run, group->group, slot->rule, &slot->memory, group->time_ms, group->answer);
	group->run_is_open = true;
	group->run.external_labels = config->external_labels;
	group->run.external_url = config->external_url;
	group->run.label_map = config->labels;
	group->run.label_map_count = group->theirs ? config->label_count : 0;
	group->run.before = group->before;
	group->run.before_end_ms = group->before_end_ms;
	group->run.before_step_ms = group->before_step_ms;
}

/* What cannot be told of the past is no reason not to judge the present. */
static void on_before(void *user, const struct query_answer *answer)
{
	struct group_slot *group = user;

	group->query = NULL;
	group->before = answer->status == QUERY_OK ? matrix_ref(answer->matrix) : NULL;
	begin(group);
	go_on(group);
}

/* Alerts met at the first evaluation were there before: ask since when. */
static bool look_back(struct group_slot *group)
{
	const struct evaluator_config *config = &group->evaluator->config;
	struct rule_slot *slot = slot_of(group);
	struct query_question question = { .expression = slot->rule->expression };

	if (slot->looked_back || slot->rule->kind != RULE_ALERT || !config->look_back_ms)
		return false;
	slot->looked_back = true;
	if (!group->answer->count)
		return false;
	question.step_ms = group->interval_ms;
	while (config->look_back_ms / question.step_ms > LOOK_BACK_STEPS)
		question.step_ms *= 2;
	question.end_ms = rule_run_asks_ms(group->group, group->time_ms) - question.step_ms;
	question.start_ms = question.end_ms - config->look_back_ms / question.step_ms * question.step_ms;
	group->before_end_ms = question.end_ms;
	group->before_step_ms = question.step_ms;
	group->query = query_ask(config->engine, &question, on_before, group);
	return true;
}

static void on_answer(void *user, const struct query_answer *answer)
{
	struct group_slot *group = user;
	struct rule_slot *slot = slot_of(group);

	group->query = NULL;
	slot->engine = answer->engine;
	group->theirs = answer->engine && strcmp(answer->engine, "embedded") != 0;
	group->version_before = slot->memory.version;
	group->answer = answer->status == QUERY_OK ? matrix_ref(answer->matrix) : NULL;
	if (group->answer && look_back(group))
		return;
	begin(group);
	if (answer->status != QUERY_OK)
		fail(group, answer);
	else
		go_on(group);
}

static void ask(struct group_slot *group)
{
	int64_t time_ms = rule_run_asks_ms(group->group, group->time_ms);
	const struct query_question question = { .expression = slot_of(group)->rule->expression,
						 .start_ms = time_ms,
						 .end_ms = time_ms };

	group->rule_began_ns = clock_monotonic_ns();
	group->query = query_ask(group->evaluator->config.engine, &question, on_answer, group);
}

void group_round_start(struct group_slot *group)
{
	if (!group->turn)
		group->turn = timer_new(group->evaluator->config.loop, on_turn, group);
	group->at = 0;
	ask(group);
}

void group_round_cancel(struct group_slot *group)
{
	query_cancel(group->query);
	group->query = NULL;
	for (size_t i = 0; i < group->lookups.count; i++) {
		query_cancel(group->lookups.items[i]->query);
		free(group->lookups.items[i]);
	}
	vec_release(&group->lookups);
	close_run(group);
	timer_free(group->turn);
	group->turn = NULL;
}
