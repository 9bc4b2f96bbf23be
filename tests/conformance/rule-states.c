/*
 * rule-states describe TEST-FILE
 * rule-states states TEST-FILE SECONDS REPORT
 *
 * One half of a comparison with promtool, rules_differential.py being the
 * other. `describe` prints, as a line of JSON for each rule of the test file,
 * what its expression asks for: selectors, labels, numbers. `states` evaluates
 * the file's first test at every evaluation up to that time, and prints what
 * came out as the expectations of a test: the firing alerts with labels and
 * annotations, the series ALERTS and ALERTS_FOR_STATE, and what each rule's
 * expression gives, all at every evaluation. REPORT gets a line of JSON for
 * each rule: at how many evaluations it was in which state.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alert/rule_stage.h"
#include "alert/rule_test_check.h"
#include "alert/rule_test_file.h"
#include "alert/rule_test_input.h"
#include "alert/rule_test_rules.h"
#include "promql/function.h"
#include "tsdb/value_text.h"

struct told {
	unsigned pending, firing, resolved, values; /* evaluations; different values it fired with */
	double last_value;
};

struct states {
	struct rule_test_file file;
	struct rule_test_rules rules;
	struct rule_test_inputs inputs;
	struct rule_stage stage;
	struct told *told; /* by actor */
	struct strbuf out, faults;
	int64_t end_ms;
};

/* ---- describe ---- */

static void add_selector(struct strbuf *out, const struct expr_selector *selector)
{
	static const char *const words[] = { "=", "!=", "=~", "!~" };

	strbuf_addstr(out, "{\"metric\":");
	strbuf_add_json(out, selector->metric ? selector->metric : "");
	strbuf_addstr(out, ",\"matchers\":[");
	for (size_t i = 0; i < selector->matcher_count; i++) {
		strbuf_addf(out, "%s[\"%s\",\"%s\",", i ? "," : "", selector->matchers[i].label,
			    words[selector->matchers[i].kind]);
		strbuf_add_json(out, selector->matchers[i].value);
		strbuf_addch(out, ']');
	}
	strbuf_addstr(out, "]}");
}

static void add_words(struct strbuf *out, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		strbuf_add_json(out, words[i]);
		strbuf_addch(out, ',');
	}
}

/* What is found in an expression, each with a comma behind it. */
struct found {
	struct strbuf numbers, labels, rates; /* the last: metrics of which a rate is taken */
};

static void add_rate(struct found *found, const struct expr_call *call)
{
	const char *name = call->function->name;
	const struct expr *of = call->count ? expr_inner(call->arguments[0]) : NULL;

	if ((strstr(name, "rate") || strcmp(name, "increase") == 0) && of && of->kind == EXPR_SELECTOR &&
	    of->selector.metric)
		add_words(&found->rates, &of->selector.metric, 1);
}

static void walk(const struct expr *expr, struct found *found)
{
	switch (expr->kind) {
	case EXPR_NUMBER:
		if (isfinite(expr->number))
			strbuf_addf(&found->numbers, "%.17g,", expr->number);
		break;
	case EXPR_STRING:
	case EXPR_SELECTOR: break;
	case EXPR_SUBQUERY: walk(expr->subquery.inner, found); break;
	case EXPR_CALL:
		add_rate(found, &expr->call);
		for (size_t i = 0; i < expr->call.count; i++)
			walk(expr->call.arguments[i], found);
		break;
	case EXPR_AGGREGATE:
		add_words(&found->labels, expr->aggregate.labels, expr->aggregate.label_count);
		walk(expr->aggregate.inner, found);
		break;
	case EXPR_BINARY:
		add_words(&found->labels, expr->binary.labels, expr->binary.label_count);
		add_words(&found->labels, expr->binary.include, expr->binary.include_count);
		walk(expr->binary.left, found);
		walk(expr->binary.right, found);
		break;
	case EXPR_UNARY: walk(expr->unary.inner, found); break;
	case EXPR_PAREN: walk(expr->paren, found); break;
	}
}

static int without_comma(const struct strbuf *text)
{
	return text->length ? (int)text->length - 1 : 0;
}

static void describe(struct states *states, const struct rule_actor *actor)
{
	struct found found = { STRBUF_INIT, STRBUF_INIT, STRBUF_INIT };
	struct strbuf *out = &states->out;

	strbuf_addf(out, "{\"kind\":\"%s\",\"name\":", actor->rule->kind == RULE_ALERT ? "alert" : "record");
	strbuf_add_json(out, actor->rule->name);
	strbuf_addf(out, ",\"for\":%" PRId64 ",\"expr\":", actor->rule->for_ms / 1000);
	strbuf_add_json(out, actor->rule->expression);
	strbuf_addstr(out, ",\"texts\":[");
	for (size_t i = 0; i < actor->rule->annotation_count; i++) {
		strbuf_addstr(out, i ? "," : "");
		strbuf_add_json(out, actor->rule->annotations[i].value);
	}
	strbuf_addstr(out, "],\"selectors\":[");
	for (size_t i = 0; i < actor->promql->selector_count; i++) {
		strbuf_addstr(out, i ? "," : "");
		add_selector(out, &actor->promql->selectors[i]->selector);
	}
	walk(actor->promql->root, &found);
	strbuf_addf(out, "],\"numbers\":[%.*s],\"labels\":[%.*s],\"rates\":[%.*s]}\n", without_comma(&found.numbers),
		    found.numbers.text, without_comma(&found.labels), found.labels.text, without_comma(&found.rates),
		    found.rates.text);
	strbuf_release(&found.numbers);
	strbuf_release(&found.labels);
	strbuf_release(&found.rates);
}

/* ---- states ---- */

static void add_labels(struct strbuf *out, const struct labels *labels, const char *without)
{
	bool first = true;

	strbuf_addch(out, '{');
	for (size_t i = 0; i < labels->count; i++) {
		if (without && strcmp(labels->items[i].name, without) == 0)
			continue;
		strbuf_addf(out, "%s%s: ", first ? "" : ", ", labels->items[i].name);
		strbuf_add_json(out, labels->items[i].value);
		first = false;
	}
	strbuf_addch(out, '}');
}

/* The firing alerts of one name; rules of one name are told together. */
static void add_alerts(struct states *states, const char *name, int64_t time_ms)
{
	bool any = false;

	strbuf_addf(&states->out, "  - eval_time: %" PRId64 "ms\n    alertname: %s\n    exp_alerts:\n", time_ms, name);
	for (size_t i = 0; i < states->stage.actor_count; i++) {
		const struct rule_actor *actor = &states->stage.actors[i];

		if (actor->rule->kind != RULE_ALERT || strcmp(actor->rule->name, name) != 0)
			continue;
		for (size_t at = 0; at < actor->memory.instances.count; at++) {
			const struct alert_instance *instance = actor->memory.instances.items[at];

			if (instance->phase != ALERT_FIRING)
				continue;
			strbuf_addstr(&states->out, "    - exp_labels: ");
			add_labels(&states->out, &instance->labels, "alertname");
			strbuf_addstr(&states->out, "\n      exp_annotations: ");
			add_labels(&states->out, &instance->annotations, NULL);
			strbuf_addch(&states->out, '\n');
			any = true;
		}
	}
	if (!any)
		strbuf_truncate(&states->out, states->out.length - strlen("    exp_alerts:\n"));
}

static bool is_first_of_name(const struct states *states, size_t actor)
{
	for (size_t i = 0; i < actor; i++)
		if (states->stage.actors[i].rule->kind == RULE_ALERT &&
		    strcmp(states->stage.actors[i].rule->name, states->stage.actors[actor].rule->name) == 0)
			return false;
	return states->stage.actors[actor].rule->kind == RULE_ALERT;
}

static void tell(struct told *told, const struct rule_actor *actor)
{
	bool pending = false, firing = false, resolved = false;

	for (size_t i = 0; i < actor->memory.instances.count; i++) {
		const struct alert_instance *instance = actor->memory.instances.items[i];

		pending |= instance->phase == ALERT_PENDING;
		resolved |= instance->phase == ALERT_INACTIVE;
		if (instance->phase != ALERT_FIRING)
			continue;
		if (!firing && instance->value != told->last_value) {
			told->values++;
			told->last_value = instance->value;
		}
		firing = true;
	}
	told->pending += pending;
	told->firing += firing;
	told->resolved += resolved;
}

/*
 * promtool puts series in by the order of a hash map, and what is added up in
 * another order has another last bit. Such values are compared by what
 * annotations print of them.
 */
static bool adds_up(const struct expr *expr)
{
	switch (expr->kind) {
	case EXPR_NUMBER:
	case EXPR_STRING:
	case EXPR_SELECTOR: return false;
	case EXPR_SUBQUERY: return adds_up(expr->subquery.inner);
	case EXPR_CALL:
		for (size_t i = 0; i < expr->call.count; i++)
			if (adds_up(expr->call.arguments[i]))
				return true;
		return false;
	case EXPR_AGGREGATE:
		return expr->aggregate.operator== TOKEN_SUM || expr->aggregate.operator== TOKEN_AVG ||
			expr->aggregate.
			operator== TOKEN_STDDEV || expr->aggregate.
			operator== TOKEN_STDVAR || adds_up(expr->aggregate.inner);
	case EXPR_BINARY: return adds_up(expr->binary.left) || adds_up(expr->binary.right);
	case EXPR_UNARY: return adds_up(expr->unary.inner);
	case EXPR_PAREN: return adds_up(expr->paren);
	}
	return false;
}

/* What an expression gives at a time. An answer with a NaN in it equals nothing, and is left out. */
static void add_expression(struct states *states, const char *expression, int64_t time_ms)
{
	struct error error = { "" };
	struct matrix *matrix = rule_stage_ask(&states->stage, expression, time_ms, &error);
	struct strbuf text = STRBUF_INIT;
	bool compares = matrix != NULL;

	strbuf_addstr(&text, "  - expr: ");
	strbuf_add_json(&text, expression);
	strbuf_addf(&text, "\n    eval_time: %" PRId64 "ms\n%s", time_ms,
		    matrix && matrix->count ? "    exp_samples:\n" : "");
	for (size_t i = 0; matrix && i < matrix->count; i++) {
		const struct series *series = &matrix->series[i];
		struct strbuf labels = STRBUF_INIT;

		labels_add(&labels, &series->labels);
		strbuf_addstr(&text, "    - labels: ");
		strbuf_add_json(&text, labels.text);
		strbuf_addstr(&text, "\n      value: ");
		if (isinf(series->values[0]))
			strbuf_addstr(&text, series->values[0] < 0 ? "-.inf" : ".inf");
		else
			value_text_add(&text, series->values[0]);
		strbuf_addch(&text, '\n');
		compares &= !isnan(series->values[0]);
		strbuf_release(&labels);
	}
	if (compares)
		strbuf_add(&states->out, text.text, text.length);
	strbuf_release(&text);
	matrix_unref(matrix);
}

static int evaluate(struct states *states)
{
	int64_t step_ms = states->file.evaluation_ms;

	strbuf_addstr(&states->out, "  alert_rule_test:\n");
	for (int64_t time_ms = 0; time_ms <= states->end_ms; time_ms += step_ms) {
		rule_test_inputs_append(&states->inputs, &states->stage, time_ms, &states->faults);
		rule_stage_evaluate(&states->stage, time_ms);
		for (size_t i = 0; i < states->stage.actor_count; i++) {
			const struct rule_actor *actor = &states->stage.actors[i];

			if (actor->memory.health == RULE_HEALTH_ERROR)
				strbuf_addf(&states->faults, "%s at %" PRId64 " ms: %s\n", actor->rule->name, time_ms,
					    actor->memory.error);
			tell(&states->told[i], actor);
			if (is_first_of_name(states, i))
				add_alerts(states, actor->rule->name, time_ms);
		}
	}
	strbuf_addstr(&states->out, "  promql_expr_test:\n");
	for (int64_t time_ms = 0; time_ms <= states->end_ms; time_ms += step_ms) {
		add_expression(states, "ALERTS", time_ms);
		add_expression(states, "ALERTS_FOR_STATE", time_ms);
		for (size_t i = 0; i < states->stage.actor_count; i++)
			if (!adds_up(states->stage.actors[i].promql->root))
				add_expression(states, states->stage.actors[i].rule->expression, time_ms);
	}
	return states->faults.length ? -1 : 0;
}

static int report(const struct states *states, const char *path)
{
	FILE *file = fopen(path, "we");

	if (!file)
		return -1;
	for (size_t i = 0; i < states->stage.actor_count; i++)
		if (states->stage.actors[i].rule->kind == RULE_ALERT)
			fprintf(file, "{\"name\":\"%s\",\"pending\":%u,\"firing\":%u,\"resolved\":%u,\"values\":%u}\n",
				states->stage.actors[i].rule->name, states->told[i].pending, states->told[i].firing,
				states->told[i].resolved, states->told[i].values);
	return fclose(file) ? -1 : 0;
}

/* ---- */

static int open_file(struct states *states, const char *path)
{
	struct error_list errors;
	int result = 0;

	error_list_init(&errors);
	if (rule_test_file_read(&states->file, path, &errors)) {
		rule_test_add_errors(&states->faults, &errors);
		result = -1;
	} else {
		rule_test_rules_init(&states->rules, &states->file, &states->faults, &states->faults);
		if (!states->file.test_count)
			strbuf_addstr(&states->faults, "the file has no test\n");
		result = states->faults.length ? -1 : 0;
	}
	error_list_release(&errors);
	if (result)
		return -1;
	rule_stage_init(&states->stage, states->rules.groups.items, states->rules.groups.count, false);
	states->stage.subquery_step_ms = states->file.evaluation_ms;
	states->stage.external_labels = &states->file.tests[0].external_labels;
	states->stage.external_url = states->file.tests[0].external_url;
	states->told = calloc(states->stage.actor_count + 1, sizeof(*states->told));
	return rule_test_inputs_read(&states->inputs, &states->file, &states->file.tests[0], false, &states->faults);
}

static void close_file(struct states *states)
{
	rule_stage_release(&states->stage);
	rule_test_inputs_release(&states->inputs);
	rule_test_rules_release(&states->rules);
	rule_test_file_release(&states->file);
	free(states->told);
	strbuf_release(&states->out);
	strbuf_release(&states->faults);
}

int main(int argc, char **argv)
{
	struct states states = { .out = STRBUF_INIT, .faults = STRBUF_INIT };
	bool describes = argc == 3 && strcmp(argv[1], "describe") == 0;
	int result;

	if (!describes && (argc != 5 || strcmp(argv[1], "states") != 0)) {
		fprintf(stderr, "usage: rule-states describe TEST-FILE | states TEST-FILE SECONDS REPORT\n");
		return 2;
	}
	result = open_file(&states, argv[2]);
	for (size_t i = 0; !result && i < states.stage.actor_count; i++)
		if (!states.stage.actors[i].promql)
			result = -1;
	if (!result && describes) {
		for (size_t i = 0; i < states.stage.actor_count; i++)
			describe(&states, &states.stage.actors[i]);
	} else if (!result) {
		states.end_ms = strtoll(argv[3], NULL, 10) * 1000;
		result = evaluate(&states) || report(&states, argv[4]);
	}
	fputs(states.faults.text, stderr);
	fputs(states.out.text, stdout);
	close_file(&states);
	return result ? 1 : 0;
}
