#include "alert/rule_run.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "alert/rule_run_private.h"
#include "base/strbuf.h"

/* What one step does at most, so that a turn of the loop stays short: alerts with their templates, and pieces of less
 * work. */
#define EXPAND_STEP  50
#define PREPARE_STEP 500

/* Lookups are shared by the alerts of an answer, but one expansion may have TEMPLATE_LOOKUPS_MAX of its own. */
#define LOOKUPS_KEPT (TEMPLATE_LOOKUPS_MAX / 2)

enum stage { STAGE_START, STAGE_EXPAND, STAGE_MATCH, STAGE_PREPARE, STAGE_SAMPLE, STAGE_DONE };

void rule_run_begin(struct rule_run *run, const struct rule_group *group, const struct rule *rule,
		    struct rule_memory *memory, int64_t time_ms, const struct matrix *answer)
{
	*run = (struct rule_run){
		.group = group, .rule = rule, .memory = memory, .time_ms = time_ms, .answer = answer
	};
}

static void set_health(struct rule_run *run, enum rule_health health, const char *text)
{
	struct rule_memory *memory = run->memory;

	memory->last_ms = run->time_ms;
	if (memory->health == health && strcmp(memory->error, text) == 0)
		return;
	memory->health = health;
	snprintf(memory->error, sizeof(memory->error), "%s", text);
	memory->version++;
}

void rule_run_fail(struct rule_run *run, const char *reason)
{
	set_health(run, RULE_HEALTH_ERROR, reason);
	run->stage = STAGE_DONE;
}

enum rule_run_status rule_run_error(struct rule_run *run, const char *format, ...)
{
	char text[ERROR_TEXT_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	rule_run_fail(run, text);
	return RULE_RUN_FAILED;
}

/* ---- expansion ---- */

static struct template_data data_of(const struct rule_run *run, const struct series *series)
{
	return (struct template_data){ .labels = &series->labels,
				       .name = run->rule->name,
				       .external_labels = run->external_labels,
				       .external_url = run->external_url,
				       .value = series->values[0],
				       .time_ms = run->time_ms };
}

/* A text of the rule, expanded; NULL while it asks. What fails says so itself, as the text. */
static const char *expand(struct rule_run *run, const struct series *series, const char *text)
{
	const struct template_data data = data_of(run, series);
	struct strbuf result = STRBUF_INIT;
	const char *ret;

	if (!strstr(text, "{{"))
		return text;
	ret = template_expand(text, &data, &run->lookups, &result) == TEMPLATE_ASKS
		      ? NULL
		      : arena_strndup(&run->arena, result.text, result.length);
	strbuf_release(&result);
	return ret;
}

/* Labels of the result, over them the rule's, over them alertname. A name without a value is no label. */
static bool expand_labels(struct rule_run *run, const struct series *series, struct rule_expansion *ret)
{
	const struct rule *rule = run->rule;
	struct label *items = arena_array(&run->arena, series->labels.count + rule->label_count + 1, sizeof(*items));
	size_t count = 0;

	for (size_t i = 0; i < series->labels.count; i++)
		if (strcmp(series->labels.items[i].name, "__name__") != 0)
			items[count++] = series->labels.items[i];
	for (size_t i = 0; i < rule->label_count; i++) {
		bool alert = rule->kind == RULE_ALERT;
		const char *value = alert ? expand(run, series, rule->labels[i].value) : rule->labels[i].value;

		if (!value)
			return false;
		items[count++] = (struct label){ rule->labels[i].name, value };
	}
	items[count++] = (struct label){ rule->kind == RULE_ALERT ? "alertname" : "__name__", rule->name };
	ret->labels = labels_make(&run->arena, items, count);
	ret->hash = labels_hash(&ret->labels);
	return true;
}

static bool expand_annotations(struct rule_run *run, const struct series *series, struct rule_expansion *ret)
{
	const struct rule *rule = run->rule;
	struct label *items = arena_array(&run->arena, rule->annotation_count, sizeof(*items));

	if (rule->kind != RULE_ALERT)
		return true;
	for (size_t i = 0; i < rule->annotation_count; i++) {
		items[i].name = rule->annotations[i].name;
		items[i].value = expand(run, series, rule->annotations[i].value);
		if (!items[i].value)
			return false;
	}
	ret->annotations = (struct labels){ items, rule->annotation_count };
	return true;
}

static enum rule_run_status start(struct rule_run *run)
{
	if (run->answer->kind != MATRIX_VECTOR && run->answer->kind != MATRIX_SCALAR)
		return rule_run_error(run, "rule result is not a vector or scalar");
	if (run->answer->count)
		run->expansions = arena_array(&run->arena, run->answer->count, sizeof(*run->expansions));
	run->stage = STAGE_EXPAND;
	return RULE_RUN_MORE;
}

static enum rule_run_status expand_some(struct rule_run *run)
{
	size_t most = run->rule->kind == RULE_ALERT ? EXPAND_STEP : PREPARE_STEP;

	for (; run->next < run->answer->count; run->next++) {
		const struct series *series = &run->answer->series[run->next];
		struct rule_expansion *expansion = &run->expansions[run->next];

		if (!most--)
			return RULE_RUN_MORE;
		if (!expand_labels(run, series, expansion) || !expand_annotations(run, series, expansion))
			return RULE_RUN_ASKS;
		expansion->value = series->values[0];
		if (run->lookups.items.count > LOOKUPS_KEPT)
			template_lookups_release(&run->lookups);
	}
	run->stage = STAGE_MATCH;
	return RULE_RUN_MORE;
}

/* ---- stages ---- */

static enum rule_run_status match(struct rule_run *run)
{
	enum rule_run_status status = rule_judge_match(run);

	run->next = 0;
	if (status != RULE_RUN_MORE)
		return status;
	if (run->rule->kind == RULE_ALERT) {
		run->stage = STAGE_PREPARE;
		return status;
	}
	for (size_t i = 0; i < run->answer->count; i++)
		vec_push(&run->samples, (struct rule_sample){ run->expansions[i].labels, run->expansions[i].value });
	run->stage = STAGE_DONE;
	return RULE_RUN_DONE;
}

static enum rule_run_status prepare(struct rule_run *run)
{
	if (rule_judge_prepare(run, PREPARE_STEP))
		return RULE_RUN_MORE;
	rule_judge_commit(run);
	run->next = 0;
	run->stage = STAGE_SAMPLE;
	return RULE_RUN_MORE;
}

static enum rule_run_status sample(struct rule_run *run)
{
	if (rule_judge_sample(run, PREPARE_STEP))
		return RULE_RUN_MORE;
	run->stage = STAGE_DONE;
	return RULE_RUN_DONE;
}

static enum rule_run_status do_stage(struct rule_run *run)
{
	switch ((enum stage)run->stage) {
	case STAGE_START: return start(run);
	case STAGE_EXPAND: return expand_some(run);
	case STAGE_MATCH: return match(run);
	case STAGE_PREPARE: return prepare(run);
	case STAGE_SAMPLE: return sample(run);
	case STAGE_DONE: break;
	}
	return RULE_RUN_DONE;
}

/* Stages of few alerts are one step. */
enum rule_run_status rule_run_step(struct rule_run *run)
{
	enum rule_run_status status;
	unsigned stage;

	do {
		stage = run->stage;
		status = do_stage(run);
	} while (status == RULE_RUN_MORE && run->stage != stage);
	if (status == RULE_RUN_DONE)
		set_health(run, RULE_HEALTH_OK, "");
	return status;
}

void rule_run_end(struct rule_run *run)
{
	for (size_t i = 0; run->expansions && i < run->answer->count; i++)
		if (run->expansions[i].made)
			alert_instance_free(run->expansions[i].instance);
	for (size_t i = 0; i < run->gone.count; i++)
		alert_instance_free(run->gone.items[i]);
	vec_release(&run->gone);
	vec_release(&run->samples);
	vec_release(&run->changes);
	template_lookups_release(&run->lookups);
	arena_release(&run->arena);
}
