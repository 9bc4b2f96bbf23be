/* The rules of a file, judged at the moments of a driven clock: asked of the store at once, no engine between. */
#include <stdlib.h>
#include <string.h>

#include "alert/rule_file.h"
#include "alert/rule_run.h"
#include "base/mem.h"
#include "base/vec.h"
#include "fault-alerts.h"
#include "promql/promql.h"

#define SELECTORS_MAX       8
#define DEFAULT_INTERVAL_MS INT64_C(60000)

struct judged {
	const struct rule_group *group;
	const struct rule *rule;
	struct promql *promql;
	struct rule_memory memory;
	int64_t fired_ms;
};

struct rules {
	struct rule_set set;
	struct store *store;
	VEC(struct judged) items;
};

struct rules *rules_new(const char *path, struct store *store)
{
	const struct promql_syntax syntax = { .left_open = false };
	struct rules *rules = mem_zalloc(sizeof(*rules));
	struct error_list errors;
	struct error error;

	rules->store = store;
	rule_set_init(&rules->set);
	error_list_init(&errors);
	if (rule_file_read(&rules->set, path, &errors) < 0)
		fault_alerts_fail("%s:%u: %s", path, errors.faults[0].line, errors.faults[0].text);
	error_list_release(&errors);
	for (size_t i = 0; i < rules->set.groups.count; i++) {
		const struct rule_group *group = &rules->set.groups.items[i];

		for (size_t k = 0; k < group->rule_count; k++) {
			struct judged judged = { .group = group, .rule = &group->rules[k] };

			judged.promql = promql_parse(judged.rule->expression, &syntax, &error);
			if (!judged.promql || judged.promql->selector_count > SELECTORS_MAX)
				fault_alerts_fail("%s: %s", judged.rule->name,
						  judged.promql ? "too many selectors" : error.text);
			rule_memory_init(&judged.memory);
			vec_push(&rules->items, judged);
		}
	}
	return rules;
}

void rules_free(struct rules *rules)
{
	for (size_t i = 0; i < rules->items.count; i++) {
		rule_memory_release(&rules->items.items[i].memory);
		promql_free(rules->items.items[i].promql);
	}
	vec_release(&rules->items);
	rule_set_release(&rules->set);
	free(rules);
}

size_t rules_count(const struct rules *rules)
{
	return rules->items.count;
}

const char *rules_name(const struct rules *rules, size_t index)
{
	return rules->items.items[index].rule->name;
}

int rules_find(const struct rules *rules, const char *name, size_t length)
{
	for (size_t i = 0; i < rules->items.count; i++) {
		const char *other = rules->items.items[i].rule->name;

		if (strlen(other) == length && !memcmp(other, name, length))
			return (int)i;
	}
	return -1;
}

static struct matrix *ask(struct rules *rules, const struct judged *judged, int64_t now_ms)
{
	/* As a Prometheus does it: what history there is has to do. */
	const struct promql_options options = { .start_ms = now_ms, .end_ms = now_ms, .all_history = true };
	struct selection *selections[SELECTORS_MAX] = { NULL };
	struct promql *promql = judged->promql;
	struct error error = { "" };
	struct matrix *answer = NULL;

	for (size_t i = 0; i < promql->selector_count; i++) {
		const struct expr_selector *selector = &promql->selectors[i]->selector;
		int64_t from_ms, to_ms;

		promql_span(promql, i, &options, &from_ms, &to_ms);
		selections[i] = store_select(rules->store, selector->matchers, selector->matcher_count, from_ms, to_ms,
					     0, &error);
	}
	if (promql_eval(promql, selections, &options, &answer, &error) != PROMQL_OK)
		fault_alerts_fail("%s: %s", judged->rule->name, error.text);
	for (size_t i = 0; i < promql->selector_count; i++)
		selection_free(selections[i]);
	return answer;
}

static void judge(struct rules *rules, struct judged *judged, int64_t now_ms)
{
	struct matrix *answer = ask(rules, judged, now_ms);
	enum rule_run_status status;
	struct rule_run run;

	rule_run_begin(&run, judged->group, judged->rule, &judged->memory, now_ms, answer);
	do
		status = rule_run_step(&run);
	while (status == RULE_RUN_MORE);
	if (status != RULE_RUN_DONE)
		fault_alerts_fail("%s cannot be judged: %s", judged->rule->name, judged->memory.error);
	for (size_t i = 0; i < run.changes.count; i++)
		if (run.changes.items[i].to == ALERT_FIRING && !judged->fired_ms)
			judged->fired_ms = now_ms;
	rule_run_end(&run);
	matrix_unref(answer);
}

static bool is_active(const struct judged *judged, enum alert_phase phase)
{
	for (size_t i = 0; i < judged->memory.instances.count; i++)
		if (judged->memory.instances.items[i]->phase == phase)
			return true;
	return false;
}

void rules_judge(struct rules *rules, int64_t now_ms, bool active_only)
{
	for (size_t i = 0; i < rules->items.count; i++) {
		struct judged *judged = &rules->items.items[i];
		int64_t interval_ms = judged->group->interval_ms;

		if (now_ms % (interval_ms ? interval_ms : DEFAULT_INTERVAL_MS))
			continue;
		if (!active_only || is_active(judged, ALERT_FIRING) || is_active(judged, ALERT_PENDING))
			judge(rules, judged, now_ms);
	}
}

bool rules_fires(const struct rules *rules, size_t index)
{
	return is_active(&rules->items.items[index], ALERT_FIRING);
}

bool rules_pends(const struct rules *rules, size_t index)
{
	return is_active(&rules->items.items[index], ALERT_PENDING);
}

int64_t rules_fired_ms(const struct rules *rules, size_t index)
{
	return rules->items.items[index].fired_ms;
}

void rules_forget(struct rules *rules)
{
	for (size_t i = 0; i < rules->items.count; i++)
		rules->items.items[i].fired_ms = 0;
}
