#include "alert/rule_test.h"

#include <glob.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "alert/rule_file.h"
#include "alert/rule_stage.h"
#include "alert/rule_test_check.h"
#include "alert/rule_test_file.h"
#include "base/mem.h"
#include "base/path.h"
#include "promql/series_notation.h"

/* One file being run. */
struct running {
	bool left_open;
	struct rule_test_file file;
	VEC(char *) rule_paths; /* each once */
	struct rule_set rules;
	VEC(const struct rule_group *) groups; /* in the order of evaluation */
	struct strbuf *warnings, *faults;      /* the latter stays empty when all is well */
};

/* An input series, and how much of it has been put into the store. */
struct input {
	struct series_notation series;
	size_t next; /* value */
};

struct inputs {
	VEC(struct input) items;
	struct arena arena;
	int64_t interval_ms;
};

static void add_errors(struct strbuf *ret, const struct error_list *errors)
{
	char line[2048];

	for (size_t i = 0; i < errors->count; i++)
		if (errors->faults[i].severity == FAULT_ERROR) {
			fault_format(&errors->faults[i], line, sizeof(line));
			strbuf_addf(ret, "    %s\n", line);
		}
	if (errors->dropped)
		strbuf_addf(ret, "    ... and %zu more\n", errors->dropped);
}

/* ---- rule files ---- */

/* A class that does not end: glob(3) would look for the bracket itself. */
static bool is_bad_pattern(const char *pattern)
{
	for (const char *at = pattern; *at; at++) {
		if (*at == '\\' && at[1])
			at++;
		else if (*at == '[' && !strchr(at[1] ? at + 2 : at + 1, ']'))
			return true;
	}
	return false;
}

static void add_path(struct running *running, const char *path)
{
	for (size_t i = 0; i < running->rule_paths.count; i++)
		if (strcmp(running->rule_paths.items[i], path) == 0)
			return;
	vec_push(&running->rule_paths, mem_strdup(path));
}

/* One of `rule_files`, which is relative to the file that names it. */
static void find_rule_files(struct running *running, const char *pattern)
{
	char *folder = path_folder(running->file.path);
	char *path = *pattern && *pattern != '/' ? mem_printf("%s/%s", folder, pattern) : mem_strdup(pattern);
	glob_t found = { 0 };

	if (is_bad_pattern(path)) {
		strbuf_addf(running->faults, "    %s: syntax error in pattern\n", pattern);
	} else {
		if (glob(path, 0, NULL, &found) != 0)
			strbuf_addf(running->warnings, "  WARNING: no file match pattern %s\n", path);
		for (size_t i = 0; i < found.gl_pathc; i++)
			add_path(running, found.gl_pathv[i]);
		globfree(&found);
	}
	free(path);
	free(folder);
}

static void read_rules(struct running *running)
{
	struct error_list errors;

	error_list_init(&errors);
	for (size_t i = 0; i < running->rule_paths.count; i++)
		rule_file_read(&running->rules, running->rule_paths.items[i], &errors);
	add_errors(running->faults, &errors);
	error_list_release(&errors);
}

/* The place in group_eval_order; one that is not named there is evaluated with the first, as promtool has it. */
static size_t place_of(const struct running *running, const struct rule_group *group)
{
	for (size_t i = 0; i < running->file.group_order_count; i++)
		if (strcmp(running->file.group_order[i], group->name) == 0)
			return i;
	return 0;
}

static void order_groups(struct running *running)
{
	size_t places = running->file.group_order_count ? running->file.group_order_count : 1;

	for (size_t place = 0; place < places; place++)
		for (size_t i = 0; i < running->rules.groups.count; i++)
			if (place_of(running, &running->rules.groups.items[i]) == place)
				vec_push(&running->groups, &running->rules.groups.items[i]);
}

/* ---- input series ---- */

static struct input *find_input(struct inputs *inputs, const struct labels *labels)
{
	for (size_t i = 0; i < inputs->items.count; i++)
		if (labels_equal(&inputs->items.items[i].series.labels, labels))
			return &inputs->items.items[i];
	return vec_add(&inputs->items);
}

/* One line; a series that is there already is replaced. */
static int read_line(struct running *running, struct inputs *inputs, const char *line, unsigned number)
{
	struct series_notation series;
	struct error error = { "" };

	if (series_notation_read(line, running->left_open, &inputs->arena, &series, &error) == 0 &&
	    (series.labels.count || !series.count)) {
		*find_input(inputs, &series.labels) = (struct input){ .series = series };
		return 0;
	}
	strbuf_addf(running->faults, "    %s:%u: %s\n", running->file.path, number,
		    error.text[0] ? error.text : "a series without any label");
	return -1;
}

/*
 * promtool makes one text of all series, and reads it line by line up to one
 * that is empty or a comment: values that end with a newline (as `values: |`
 * does) end the input.
 */
static int read_inputs(struct running *running, struct inputs *inputs, const struct rule_test *test)
{
	bool over = false;
	int result = 0;

	inputs->interval_ms = test->interval_ms;
	for (size_t i = 0; i < test->series_count && !over && !result; i++) {
		const struct rule_test_series *series = &test->series[i];
		char *text = mem_printf("%s %s", series->series, series->values), *next = text;

		while (next && !over && !result) {
			char *line = strsep(&next, "\n");

			line += strspn(line, " \t\r\f\v");
			over = !*line || *line == '#';
			if (!over)
				result = read_line(running, inputs, line, series->line);
		}
		free(text);
	}
	return result;
}

/* Put in what is up to `time_ms`. Without an interval all values are at 0, and the first one is taken. */
static void append_until(struct running *running, struct rule_stage *stage, struct inputs *inputs, int64_t time_ms)
{
	for (size_t i = 0; i < inputs->items.count; i++) {
		struct input *input = &inputs->items.items[i];
		const struct series_notation *series = &input->series;

		for (; input->next < series->count; input->next++) {
			int64_t at_ms = (int64_t)input->next * inputs->interval_ms;
			enum store_result result = STORE_OK;

			if (at_ms > time_ms)
				break;
			if (series->blank[input->next])
				continue;
			result = rule_stage_append(stage, &series->labels, at_ms, series->values[input->next]);
			if (result != STORE_OK && inputs->interval_ms) {
				strbuf_addf(running->faults,
					    "    %s: a sample of an input series is refused: ", running->file.path);
				labels_add(running->faults, &series->labels);
				strbuf_addstr(running->faults, ", time: ");
				rule_test_add_time(running->faults, at_ms);
				strbuf_addstr(running->faults, " (a rule wrote to this series)\n");
			}
		}
	}
}

static void inputs_release(struct inputs *inputs)
{
	vec_release(&inputs->items);
	arena_release(&inputs->arena);
}

/* ---- a test ---- */

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
static bool run_alerts(struct running *running, struct rule_stage *stage, struct inputs *inputs,
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
		append_until(running, stage, inputs, time_ms);
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
	struct inputs inputs = { 0 };

	rule_stage_init(&stage, running->groups.items, running->groups.count, running->left_open);
	stage.subquery_step_ms = running->file.evaluation_ms;
	stage.external_labels = &test->external_labels;
	stage.external_url = test->external_url;
	if (read_inputs(running, &inputs, test) == 0 && run_alerts(running, &stage, &inputs, test))
		for (size_t i = 0; i < test->expression_count; i++)
			rule_test_check_expression(&stage, &running->file, &test->expressions[i], running->faults);
	rule_stage_release(&stage);
	inputs_release(&inputs);
}

static void run_file(struct running *running, const char *path)
{
	struct error_list errors;

	error_list_init(&errors);
	if (rule_test_file_read(&running->file, path, &errors)) {
		add_errors(running->faults, &errors);
	} else {
		for (size_t i = 0; i < running->file.rule_file_count; i++)
			find_rule_files(running, running->file.rule_files[i]);
		/* Without a test nothing looks at the rules. */
		if (!running->faults->length && running->file.test_count)
			read_rules(running);
		order_groups(running);
		for (size_t i = 0; i < running->file.test_count && !(i == 0 && running->faults->length); i++)
			run_test(running, &running->file.tests[i]);
	}
	error_list_release(&errors);
}

bool rule_test_run(const char *path, const struct rule_test_options *options, struct strbuf *ret)
{
	struct strbuf warnings = STRBUF_INIT, faults = STRBUF_INIT;
	struct running running = { .left_open = options->left_open, .warnings = &warnings, .faults = &faults };
	bool good;

	rule_set_init(&running.rules);
	run_file(&running, path);
	good = !faults.length;
	strbuf_addf(ret, "Unit Testing:  %s\n%s%s%s\n", path, warnings.text, good ? "  SUCCESS\n" : "  FAILED:\n",
		    faults.text);
	for (size_t i = 0; i < running.rule_paths.count; i++)
		free(running.rule_paths.items[i]);
	vec_release(&running.rule_paths);
	vec_release(&running.groups);
	rule_set_release(&running.rules);
	rule_test_file_release(&running.file);
	strbuf_release(&warnings);
	strbuf_release(&faults);
	return good;
}
