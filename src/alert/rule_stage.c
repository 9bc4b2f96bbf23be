#include "alert/rule_stage.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "tsdb/selection.h"

/* Nothing ages and nothing is thinned: scripts reach far. */
#define KEEP_MS (1000 * 365 * CLOCK_DAY)

static void actor_init(struct rule_actor *actor, struct rule_stage *stage, const struct rule_group *group,
		       const struct rule *rule)
{
	struct promql_syntax syntax = { .left_open = stage->left_open };

	actor->group = group;
	actor->rule = rule;
	actor->promql = promql_parse(rule->expression, &syntax, &actor->promql_error);
	rule_memory_init(&actor->memory);
	rule_writer_init(&actor->writer, stage->store);
}

void rule_stage_init(struct rule_stage *stage, const struct rule_group *const *groups, size_t count, bool left_open)
{
	struct store_limits limits = { .raw_ms = KEEP_MS, .keep_ms = 2 * KEEP_MS };
	size_t rules = 0;

	*stage = (struct rule_stage){ .store = store_new(&limits), .left_open = left_open };
	for (size_t i = 0; i < count; i++)
		rules += groups[i]->rule_count;
	stage->actors = mem_array(rules + 1, sizeof(*stage->actors));
	for (size_t i = 0; i < count; i++)
		for (size_t rule = 0; rule < groups[i]->rule_count; rule++)
			actor_init(&stage->actors[stage->actor_count++], stage, groups[i], &groups[i]->rules[rule]);
}

void rule_stage_release(struct rule_stage *stage)
{
	for (size_t i = 0; i < stage->actor_count; i++) {
		promql_free(stage->actors[i].promql);
		rule_memory_release(&stage->actors[i].memory);
		rule_writer_release(&stage->actors[i].writer);
	}
	free(stage->actors);
	store_free(stage->store);
	*stage = (struct rule_stage){ 0 };
}

enum store_result rule_stage_append(struct rule_stage *stage, const struct labels *labels, int64_t time_ms,
				    double value)
{
	struct store_series *series = store_hold(stage->store, labels);
	enum store_result result;

	if (!series)
		return STORE_FULL;
	result = store_append_at(stage->store, series, time_ms, value);
	store_release(stage->store, series);
	return result;
}

/* ---- questions ---- */

static struct matrix *evaluate(const struct rule_stage *stage, const struct promql *promql, int64_t time_ms,
			       struct error *error)
{
	struct promql_options options = { .start_ms = time_ms,
					  .end_ms = time_ms,
					  .subquery_step_ms = stage->subquery_step_ms,
					  .left_open = stage->left_open,
					  .all_history = true };
	struct selection **selections = mem_array(promql->selector_count + 1, sizeof(*selections));
	struct matrix *matrix = NULL;
	bool failed = false;

	for (size_t i = 0; i < promql->selector_count && !failed; i++) {
		const struct expr_selector *selector = &promql->selectors[i]->selector;
		int64_t from_ms, to_ms;

		promql_span(promql, i, &options, &from_ms, &to_ms);
		selections[i] = store_select(stage->store, selector->matchers, selector->matcher_count, from_ms, to_ms,
					     0, error);
		failed = !selections[i];
	}
	if (!failed)
		failed = promql_eval(promql, selections, &options, &matrix, error) != PROMQL_OK;
	for (size_t i = 0; i < promql->selector_count; i++)
		selection_free(selections[i]);
	free(selections);
	if (!failed && matrix->kind != MATRIX_VECTOR && matrix->kind != MATRIX_SCALAR) {
		error_set(error, "rule result is not a vector or scalar");
		failed = true;
	}
	if (failed) {
		matrix_unref(matrix);
		return NULL;
	}
	return matrix;
}

struct matrix *rule_stage_ask(const struct rule_stage *stage, const char *expression, int64_t time_ms,
			      struct error *error)
{
	struct promql_syntax syntax = { .left_open = stage->left_open };
	struct promql *promql = promql_parse(expression, &syntax, error);
	struct matrix *matrix = promql ? evaluate(stage, promql, time_ms, error) : NULL;

	promql_free(promql);
	return matrix;
}

/* ---- evaluation ---- */

static void answer_lookups(const struct rule_stage *stage, struct template_lookups *lookups, int64_t time_ms)
{
	for (size_t i = 0; i < lookups->items.count; i++) {
		struct template_lookup *lookup = &lookups->items.items[i];
		struct error error = { "" };
		struct matrix *matrix;

		if (lookup->answered)
			continue;
		matrix = rule_stage_ask(stage, lookup->expression, time_ms, &error);
		template_answer(lookup, matrix, matrix ? NULL : error.text);
		matrix_unref(matrix);
	}
}

static void run(const struct rule_stage *stage, struct rule_actor *actor, int64_t time_ms)
{
	int64_t asks_ms = rule_run_asks_ms(actor->group, time_ms);
	struct error error = actor->promql_error;
	struct matrix *answer = actor->promql ? evaluate(stage, actor->promql, asks_ms, &error) : NULL;
	enum rule_run_status status = RULE_RUN_FAILED;
	struct rule_run run;

	rule_run_begin(&run, actor->group, actor->rule, &actor->memory, time_ms, answer);
	run.external_labels = stage->external_labels;
	run.external_url = stage->external_url;
	if (!answer)
		rule_run_fail(&run, error.text);
	else
		while ((status = rule_run_step(&run)) == RULE_RUN_ASKS || status == RULE_RUN_MORE)
			answer_lookups(stage, &run.lookups, asks_ms);
	if (status == RULE_RUN_DONE)
		rule_writer_write(&actor->writer, &run);
	rule_run_end(&run);
	matrix_unref(answer);
}

size_t rule_stage_evaluate(struct rule_stage *stage, int64_t time_ms)
{
	size_t errors = 0;

	for (size_t i = 0; i < stage->actor_count; i++) {
		run(stage, &stage->actors[i], time_ms);
		errors += stage->actors[i].memory.health == RULE_HEALTH_ERROR;
	}
	return errors;
}
