#include "alert/rule_test.h"

#include "alert/rule_stage.h"
#include "alert/rule_test_check.h"
#include "alert/rule_test_file.h"
#include "alert/rule_test_input.h"
#include "alert/rule_test_rules.h"

/* One file being run. */
struct running {
	bool left_open;
	struct rule_test_file file;
	struct rule_test_rules rules;
	struct strbuf *faults; /* empty when all is well */
};

static int64_t last_time(const struct rule_test *test)
{
	int64_t last_ms = test->alerts_count ? test->alerts[test->alerts_count - 1].time_ms : 0;

	for (size_t i = 0; i < test->expression_count; i++)
		if (test->expressions[i].time_ms > last_ms)
			last_ms = test->expressions[i].time_ms;
	return last_ms;
}

static void add_rule_errors(struct running *running, const struct rule_stage *stage, int64_t time_ms)
{
	for (size_t i = 0; i < stage->actor_count; i++) {
		const struct rule_actor *actor = &stage->actors[i];

		if (actor->memory.health != RULE_HEALTH_ERROR)
			continue;
		strbuf_addf(running->faults, "    rule: %s, time: ", actor->rule->name);
		rule_test_add_time(running->faults, time_ms);
		strbuf_addf(running->faults, ", err: %s\n", actor->memory.error);
	}
}

/* Evaluate to the end and compare alerts on the way; false when a rule was in error, which ends the test. */
static bool run_alerts(struct running *running, struct rule_stage *stage, struct rule_test_inputs *inputs,
		       const struct rule_test *test)
{
	int64_t step_ms = running->file.evaluation_ms, last_ms = last_time(test);
	size_t next = 0;

	if (last_ms / step_ms >= RULE_TEST_EVALUATIONS) {
		strbuf_addf(running->faults, "    %s:%u: more than %d evaluations (the limit)\n", running->file.path,
			    test->line, RULE_TEST_EVALUATIONS);
		return false;
	}
	for (int64_t time_ms = 0; time_ms <= last_ms; time_ms += step_ms) {
		rule_test_inputs_append(inputs, stage, time_ms, running->faults);
		if (rule_stage_evaluate(stage, time_ms)) {
			add_rule_errors(running, stage, time_ms);
			return false;
		}
		for (; next < test->alerts_count && test->alerts[next].time_ms < time_ms + step_ms; next++)
			rule_test_check_alerts(stage, &running->file, test, &test->alerts[next], running->faults);
	}
	return true;
}

static void run_test(struct running *running, const struct rule_test *test)
{
	struct rule_stage stage;
	struct rule_test_inputs inputs = { 0 };

	rule_stage_init(&stage, running->rules.groups.items, running->rules.groups.count, running->left_open);
	stage.subquery_step_ms = running->file.evaluation_ms;
	stage.external_labels = &test->external_labels;
	stage.external_url = test->external_url;
	if (rule_test_inputs_read(&inputs, &running->file, test, running->left_open, running->faults) == 0 &&
	    run_alerts(running, &stage, &inputs, test))
		for (size_t i = 0; i < test->expression_count; i++)
			rule_test_check_expression(&stage, &running->file, &test->expressions[i], running->faults);
	rule_stage_release(&stage);
	rule_test_inputs_release(&inputs);
}

bool rule_test_run(const char *path, const struct rule_test_options *options, struct strbuf *ret)
{
	struct strbuf warnings = STRBUF_INIT, faults = STRBUF_INIT;
	struct running running = { .left_open = options->left_open, .faults = &faults };
	struct error_list errors;
	bool good;

	error_list_init(&errors);
	if (rule_test_file_read(&running.file, path, &errors)) {
		rule_test_add_errors(&faults, &errors);
	} else {
		rule_test_rules_init(&running.rules, &running.file, &warnings, &faults);
		for (size_t i = 0; i < running.file.test_count && (i || !faults.length); i++)
			run_test(&running, &running.file.tests[i]);
		rule_test_rules_release(&running.rules);
	}
	good = !faults.length;
	strbuf_addf(ret, "Unit Testing:  %s\n%s%s%s\n", path, warnings.text, good ? "  SUCCESS\n" : "  FAILED:\n",
		    faults.text);
	error_list_release(&errors);
	rule_test_file_release(&running.file);
	strbuf_release(&warnings);
	strbuf_release(&faults);
	return good;
}
