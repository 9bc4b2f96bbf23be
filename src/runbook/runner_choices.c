/* What a placeholder's value may be chosen from. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "runbook/runner_private.h"

#define CHOICES_MAX     200
#define CHOICE_LINE_MAX 200 /* bytes */

static struct choice *find(const struct runner *runner, const char *name)
{
	for (size_t i = 0; i < runner->choices.count; i++)
		if (strcmp(runner->choices.items[i]->name, name) == 0)
			return runner->choices.items[i];
	return NULL;
}

void runner_choice_free(struct choice *choice)
{
	query_cancel(choice->query);
	runner_reading_free(choice->reading);
	arena_release(&choice->arena);
	free(choice->name);
	free(choice);
}

static void answer(struct choice *choice, const char *const *items, size_t count, const char *reason)
{
	const char **kept = arena_array(&choice->arena, count + 1, sizeof(*kept));

	for (size_t i = 0; i < count; i++)
		kept[i] = items[i];
	choice->values = (struct prompt_values){ .asked = true,
						 .answered = true,
						 .items = kept,
						 .count = count,
						 .reason = arena_strdup(&choice->arena, reason) };
	runner_changed(choice->runner);
}

/* One more, unless it is there, is empty, or cannot be a value. */
static void add(const char **items, size_t *count, const char *text)
{
	size_t length = strlen(text);

	if (!length || length > CHOICE_LINE_MAX || *count == CHOICES_MAX)
		return;
	for (size_t at = 0; at < length;) {
		uint32_t code;

		at += text_decode(text + at, length - at, &code);
		if (code == TEXT_REPLACEMENT || text_is_unsafe(code))
			return;
	}
	for (size_t i = 0; i < *count; i++)
		if (strcmp(items[i], text) == 0)
			return;
	items[(*count)++] = text;
}

/* Each line of the output is one. */
static void on_output(void *user, bool good, const char *output, const char *words)
{
	struct choice *choice = user;
	const char *items[CHOICES_MAX];
	size_t count = 0;
	const char *masked = runner_mask(choice->runner, output, &choice->arena);

	for (const char *at = masked; good && *at;) {
		size_t length = strcspn(at, "\n"), end = length;

		while (end && strchr(" \t\r", at[end - 1]))
			end--;
		add(items, &count, arena_strndup(&choice->arena, at, end));
		at += length + (at[length] == '\n');
	}
	answer(choice, items, count, !good ? words : count ? "" : "nothing to choose from");
	runner_reading_free(choice->reading);
	choice->reading = NULL;
}

static void on_answer(void *user, const struct query_answer *answered)
{
	struct choice *choice = user;
	const char *items[CHOICES_MAX];
	size_t count = 0;

	choice->query = NULL;
	if (answered->status != QUERY_OK) {
		answer(choice, NULL, 0, *answered->reason ? answered->reason : query_status_name(answered->status));
		return;
	}
	for (size_t i = 0; i < answered->matrix->count; i++) {
		const char *value = labels_get(&answered->matrix->series[i].labels, choice->label);

		if (value)
			add(items, &count, arena_strdup(&choice->arena, value));
	}
	answer(choice, items, count, count ? "" : "nothing to choose from");
}

static const struct step_choices *choices_of(const struct runner *runner, size_t step, const char *name)
{
	const struct runbook_step *of = &runner->runbook->steps.items[step];

	for (size_t i = 0; i < of->notes.choices.count; i++)
		if (strcmp(of->notes.choices.items[i].placeholder, name) == 0)
			return &of->notes.choices.items[i];
	return NULL;
}

static void ask_engine(struct choice *choice, const struct step_choices *from)
{
	struct runner *runner = choice->runner;
	int64_t now_ms = loop_wall_ms(runner->config.loop);
	struct query_question question = { .expression = from->expression, .start_ms = now_ms, .end_ms = now_ms };

	if (!runner->config.engine) {
		answer(choice, NULL, 0, "there is no engine to ask");
		return;
	}
	choice->label = from->label && *from->label ? from->label : choice->name;
	choice->query = query_ask(runner->config.engine, &question, on_answer, choice);
}

static void ask_command(struct choice *choice, const struct reading_plan *plan)
{
	struct error error = { "" };

	choice->reading = runner_read(choice->runner, plan, on_output, choice, &error);
	if (!choice->reading)
		answer(choice, NULL, 0, error.text);
}

/* What nobody but the file says to read is run for a person who saw it. */
static void offer_command(struct choice *choice, size_t step, const struct step_choices *from)
{
	struct runner *runner = choice->runner;
	struct arena arena = { 0 };
	struct reading_plan plan;

	runner_plan_reading(runner, step, from->command, from->declared, &arena, &plan);
	if (plan.why || !plan.on_trust) {
		ask_command(choice, &plan);
	} else {
		answer(choice, NULL, 0, "");
		choice->values.command = arena_strdup(&choice->arena, runner_mask(runner, plan.text, &arena));
		choice->values.program = arena_strdup(&choice->arena, plan.program);
		choice->values.target = arena_strdup(&choice->arena, runner->target->text);
	}
	arena_release(&arena);
}

static void ask(struct choice *choice, size_t step, const struct step_choices *from)
{
	if (from->value_count)
		answer(choice, from->values, from->value_count, "");
	else if (from->expression)
		ask_engine(choice, from);
	else if (from->command)
		offer_command(choice, step, from);
	else
		answer(choice, NULL, 0, "nothing to choose from");
}

void runner_ask_choices(struct runner *runner, size_t step, const char *name)
{
	const struct step_choices *from = step < runner->runbook->steps.count ? choices_of(runner, step, name) : NULL;
	struct choice *choice = find(runner, name);

	if (choice && choice->values.asked && !choice->values.answered)
		return;
	if (!choice) {
		choice = mem_zalloc(sizeof(*choice));
		choice->runner = runner;
		choice->name = mem_strdup(name);
		vec_push(&runner->choices, choice);
	}
	arena_release(&choice->arena);
	choice->values = (struct prompt_values){ .asked = true, .reason = "" };
	choice->step = step;
	if (from)
		ask(choice, step, from);
	else
		answer(choice, NULL, 0, "nothing to choose from");
}

int runner_list_choices(struct runner *runner, size_t step, const char *name, const char *command, struct error *error)
{
	const struct step_choices *from = step < runner->runbook->steps.count ? choices_of(runner, step, name) : NULL;
	struct choice *choice = find(runner, name);
	struct arena arena = { 0 };
	struct reading_plan plan;
	int result = 0;

	if (!from || !choice || choice->step != step || !choice->values.command)
		return error_set(error, "there is no list to be asked for");
	runner_plan_reading(runner, step, from->command, from->declared, &arena, &plan);
	if (!plan.why && strcmp(runner_mask(runner, plan.text, &arena), command) != 0) {
		runner_ask_choices(runner, step, name);
		result = error_set(error, "it would be another command now: look again");
	} else {
		choice->values = (struct prompt_values){ .asked = true, .reason = "" };
		arena_release(&choice->arena);
		ask_command(choice, &plan);
	}
	arena_release(&arena);
	runner_changed(runner);
	return result;
}

void runner_get_choices(const struct runner *runner, const char *name, struct prompt_values *ret)
{
	const struct choice *choice = find(runner, name);

	*ret = choice ? choice->values : (struct prompt_values){ .reason = "" };
}
