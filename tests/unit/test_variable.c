#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dashboard/variable.h"
#include "dashboard/variable_options.h"
#include "dashboard/variable_private.h"
#include "dashboard/variable_question.h"

/* ---- the variables the tests speak of ---- */

#define TEXTS(...) ((const char *[]){ __VA_ARGS__, NULL })

static struct variable definitions[] = {
	{ .type = VARIABLE_CUSTOM,
	  .name = "one",
	  .current = TEXTS("a.b\\c\"d"),
	  .options = TEXTS("a.b\\c\"d", "other"),
	  .option_texts = TEXTS("A text", "Other") },
	{ .type = VARIABLE_CUSTOM,
	  .name = "many",
	  .multi = true,
	  .current = TEXTS("x.y", "z"),
	  .options = TEXTS("x.y", "z", "w") },
	{ .type = VARIABLE_CUSTOM,
	  .name = "all",
	  .include_all = true,
	  .current = TEXTS("$__all"),
	  .options = TEXTS("p", "q|r") },
	{ .type = VARIABLE_CUSTOM,
	  .name = "any",
	  .include_all = true,
	  .all_value = "$one.+",
	  .current = TEXTS("$__all"),
	  .options = TEXTS("p") },
	{ .type = VARIABLE_QUERY, .name = "query", .include_all = true, .current = TEXTS("$__all") },
	{ .type = VARIABLE_INTERVAL,
	  .name = "interval",
	  .automatic = true,
	  .auto_count = 60,
	  .auto_min = "10s",
	  .current = TEXTS("$__auto_interval_interval"),
	  .options = TEXTS("1m", "5m") },
	{ .type = VARIABLE_TEXTBOX, .name = "box", .current = TEXTS("hi") },
	{ .type = VARIABLE_DATASOURCE, .name = "DS", .current = TEXTS("") },
	{ .type = VARIABLE_ADHOC, .name = "filters" },
	{ .type = VARIABLE_CUSTOM, .name = "self", .include_all = true, .current = TEXTS("$__all") },
};

static struct variables make_variables(struct dashboard *dashboard)
{
	struct variables variables;

	memset(dashboard, 0, sizeof(*dashboard));
	dashboard->variables = definitions;
	dashboard->variable_count = sizeof(definitions) / sizeof(definitions[0]);
	variables_init(&variables, dashboard);
	return variables;
}

static void assert_text(struct scope *scope, const char *text, const char *expected)
{
	struct strbuf got = STRBUF_INIT;

	variable_interpolate(scope, text, &got);
	cr_assert_str_eq(got.text, expected, "%s: got %s, expected %s", text, got.text, expected);
	strbuf_release(&got);
}

static void assert_interpolated(const char *text, const char *expected)
{
	struct dashboard dashboard;
	struct variables variables = make_variables(&dashboard);
	struct scope scope = { .variables = &variables,
			       .interval_ms = 30000,
			       .rate_interval_ms = 75000,
			       .from_ms = 1594671549254,
			       .to_ms = 1594671549254 + 6 * 3600000,
			       .bound = (const char *const[]){ "many", "b.1", NULL },
			       .dashboard_title = "Board" };

	assert_text(&scope, text, expected);
	variables_release(&variables);
}

static void assert_unbound(bool legend, const char *text, const char *expected)
{
	struct dashboard dashboard;
	struct variables variables = make_variables(&dashboard);
	struct scope scope = { .variables = &variables, .for_legend = legend };

	assert_text(&scope, text, expected);
	variables_release(&variables);
}

/* ---- interpolation ---- */

Test(variable, every_form_of_a_reference)
{
	assert_interpolated("$box ${box} [[box]] ${box:raw} [[box:raw]] ${box.value} a$box-$boxes",
			    "hi hi hi hi hi hi ahi-$boxes");
	assert_interpolated("$ ${} ${box [[box] [[]] $$box ${box:} ${1x", "$ ${} ${box [[box] [[]] $hi ${box:} ${1x");
	assert_interpolated("label_replace(x, \"a\", \"$1\", \"b\", \"(.*)\")",
			    "label_replace(x, \"a\", \"$1\", \"b\", \"(.*)\")");
}

/* Each open bracket is looked at, not all that follows it: seconds at this size once. */
Test(variable, open_brackets_stay_and_cost_little, .timeout = 10)
{
	struct strbuf brackets = STRBUF_INIT;

	for (int i = 0; i < 20000; i++)
		strbuf_addstr(&brackets, i % 2 ? "[[" : "${a.");
	assert_interpolated(brackets.text, brackets.text);
	strbuf_release(&brackets);
}

Test(variable, one_value_is_escaped_for_its_quotes)
{
	assert_interpolated("{a=\"$one\"}", "{a=\"a.b\\\\c\\\"d\"}");
	assert_interpolated("{a='$one'}", "{a='a.b\\\\c\"d'}");
	assert_interpolated("{a=`$one`}", "{a=`a.b\\c\"d`}");
	assert_interpolated("$one", "a.b\\\\c\"d");
	assert_interpolated("{a=\"\\\"$one\"}", "{a=\"\\\"a.b\\\\c\\\"d\"}");
	assert_interpolated("# it's\n{a=\"$one\"}", "# it's\n{a=\"a.b\\\\c\\\"d\"}");
}

Test(variable, several_values_are_a_regular_expression)
{
	assert_unbound(false, "{a=~\"$many\"}", "{a=~\"(x\\\\.y|z)\"}");
	assert_unbound(false, "{a=~`$many`}", "{a=~`(x\\.y|z)`}");
	assert_unbound(false, "{a=~\"$all\"}", "{a=~\"(p|q\\\\|r)\"}");
	assert_interpolated("{a=~\"$many\"}", "{a=~\"b\\\\.1\"}");
}

Test(variable, all_may_have_its_own_expression)
{
	assert_unbound(false, "{a=~\"$any\"}", "{a=~\"a.b\\\\c\\\"d.+\"}");
	assert_unbound(false, "{a=~\"$query\"}", "{a=~\".*\"}");
	assert_unbound(false, "${any:text} ${all:text}", "All All");
	assert_unbound(false, "${all:queryparam}", "var-all=%24__all");
}

Test(variable, an_all_value_cannot_multiply_itself, .timeout = 10)
{
	struct dashboard dashboard;
	struct variables variables = make_variables(&dashboard);
	struct scope scope = { .variables = &variables };
	struct strbuf got = STRBUF_INIT, bomb = STRBUF_INIT;

	for (int i = 0; i < 20000; i++)
		strbuf_addstr(&bomb, "$self");
	dashboard.variables[9].all_value = bomb.text;
	variable_interpolate(&scope, "$self", &got);
	cr_assert_leq(got.length, 8u * 1024 * 1024);
	dashboard.variables[9].all_value = NULL;
	strbuf_release(&got);
	strbuf_release(&bomb);
	variables_release(&variables);
}

Test(variable, every_format)
{
	assert_unbound(false, "${many:csv} ${many:raw} ${many:pipe}", "x.y,z x.y,z x.y|z");
	assert_unbound(false, "${many:regex} ${one:regex}", "(x\\.y|z) a\\.b\\\\c\"d");
	assert_unbound(false, "${many:json} ${one:json}", "[\"x.y\",\"z\"] \"a.b\\\\c\\\"d\"");
	assert_unbound(false, "${one:doublequote} ${many:singlequote}", "\"a.b\\c\\\"d\" 'x.y','z'");
	assert_unbound(false, "${many:glob} ${box:glob} ${many:nonsense}", "{x.y,z} hi {x.y,z}");
	assert_unbound(false, "${many:text} ${one:text} ${one.text}", "x.y + z A text A text");
	assert_unbound(false, "${many:percentencode}", "%7Bx.y%2Cz%7D");
	assert_unbound(false, "${many:queryparam}", "var-many=x.y&var-many=z");
	assert_unbound(false, "${many:sqlstring}", "'x.y','z'");
}

Test(variable, legends_are_plain_text)
{
	assert_unbound(true, "$one / $many / $all / $box", "A text / x.y + z / All / hi");
	assert_unbound(true, "{{instance}} $missing", "{{instance}} $missing");
}

Test(variable, built_ins)
{
	assert_interpolated("$__interval $__interval_ms ${__interval}", "30s 30000 30s");
	assert_interpolated("[$__rate_interval]", "[75s]");
	assert_interpolated("$__range $__range_s $__range_ms", "21600s 21600 21600000");
	assert_interpolated("$__from ${__to}", "1594671549254 1594693149254");
	assert_interpolated("${__from:date} ${__from:date:iso}", "2020-07-13T20:19:09.254Z 2020-07-13T20:19:09.254Z");
	assert_interpolated("${__from:date:seconds} ${__from:date:YYYY-MM}", "1594671549 2020-07");
	assert_interpolated("$__dashboard $__unknown", "Board $__unknown");
	assert_interpolated("rate(x[$interval])", "rate(x[5m])");
	assert_unbound(false, "$__interval $__range $__from $__dashboard", "$__interval $__range $__from $__dashboard");
	assert_interpolated("a$filters.b", "a.b");
}

/* ---- choosing ---- */

static const struct variable_state *state_of(const struct variables *variables, const char *name)
{
	for (size_t i = 0; i < variables->count; i++)
		if (strcmp(variables->items[i].definition->name, name) == 0)
			return &variables->items[i];
	cr_assert_fail("no %s", name);
	return NULL;
}

Test(variable, the_file_says_what_is_chosen_first)
{
	struct dashboard dashboard;
	struct variables variables = make_variables(&dashboard);
	const struct variable_state *all = state_of(&variables, "all"), *interval = state_of(&variables, "interval");

	cr_assert(all->all);
	cr_assert_eq(all->value_count, 2);
	cr_assert_eq(interval->option_count, 3);
	cr_assert_str_eq(interval->options[0].text, "auto");
	cr_assert_str_eq(state_of(&variables, "DS")->values[0], "default");
	cr_assert_eq(state_of(&variables, "query")->option_count, 0);
	variables_release(&variables);
	variables_release(&variables);
}

Test(variable, choosing_by_hand)
{
	struct dashboard dashboard;
	struct variables variables = make_variables(&dashboard);
	struct error error;

	cr_assert_eq(variables_choose(&variables, "many", "w,new", &error), 0);
	cr_assert_eq(state_of(&variables, "many")->value_count, 2);
	cr_assert_str_eq(state_of(&variables, "many")->values[1], "new", "what is given is kept");
	cr_assert_eq(variables_choose(&variables, "one", "Other", &error), 0);
	cr_assert_str_eq(state_of(&variables, "one")->values[0], "other", "by its text");
	cr_assert_eq(variables_choose(&variables, "one", "a,b", &error), 0);
	cr_assert_str_eq(state_of(&variables, "one")->values[0], "a,b");
	cr_assert_eq(variables_choose(&variables, "many", "All", &error), 0);
	cr_assert(state_of(&variables, "many")->all);
	cr_assert_eq(state_of(&variables, "many")->value_count, 3);
	cr_assert_eq(variables_choose(&variables, "interval", "auto", &error), 0);
	cr_assert_str_eq(state_of(&variables, "interval")->values[0], "$__auto_interval_interval");
	cr_assert_eq(variables_choose(&variables, "mayn", "x", &error), -1);
	cr_assert_str_eq(error.text, "no variable \"mayn\" (did you mean \"many\"?)");
	cr_assert_eq(variables_choose(&variables, "nothing_like_it", "x", &error), -1);
	cr_assert_eq(variables_choose(&variables, "many", "", NULL), 0);
	variables_release(&variables);
}

Test(variable, new_options_keep_what_still_is_one)
{
	static const struct variable_option fresh[] = { { "z", "z" }, { "new", "new" } }, other[] = { { "u", "u" } };
	struct dashboard dashboard;
	struct variables variables = make_variables(&dashboard);
	struct variable_state *many = &variables.items[1], *one = &variables.items[0], *all = &variables.items[2];

	variable_set_options(many, fresh, 2);
	cr_assert_eq(many->value_count, 1);
	cr_assert_str_eq(many->values[0], "z");
	variable_set_options(many, other, 1);
	cr_assert_str_eq(many->values[0], "u", "else the first");
	variable_set_options(many, NULL, 0);
	cr_assert_eq(many->value_count, 0);
	variable_set_options(all, fresh, 2);
	cr_assert(all->all);
	cr_assert_str_eq(all->values[1], "new");
	variables_choose(&variables, "one", "mine", NULL);
	variable_set_options(one, fresh, 2);
	cr_assert_str_eq(one->values[0], "mine", "what is given is kept");
	variables_release(&variables);
}

/* ---- questions ---- */

static void assert_question(const char *text, enum question_kind kind, const char *argument, const char *label)
{
	struct variable_question question;

	cr_assert(variable_question_parse(text, &question), "%s", text);
	cr_assert_eq(question.kind, kind, "%s", text);
	cr_assert_str_eq(question.argument ? question.argument : "-", argument, "%s", text);
	cr_assert_str_eq(question.label ? question.label : "-", label, "%s", text);
	variable_question_release(&question);
}

Test(variable, questions_in_every_form)
{
	struct variable_question question;

	assert_question("label_values(job)", QUESTION_LABEL_VALUES, "-", "job");
	assert_question(" label_values( up , job ) ", QUESTION_LABEL_VALUES, "up", "job");
	assert_question("label_values(up{a=\"x,y\", b=~\"(c|d)\"},job)", QUESTION_LABEL_VALUES,
			"up{a=\"x,y\", b=~\"(c|d)\"}", "job");
	assert_question("label_values({job=\"a\"}, instance)", QUESTION_LABEL_VALUES, "{job=\"a\"}", "instance");
	assert_question("label_names()", QUESTION_LABEL_NAMES, "-", "-");
	assert_question("metrics(node_.*)", QUESTION_METRICS, "node_.*", "-");
	assert_question("query_result(topk(5, sum(x) by (y)))", QUESTION_RESULT, "topk(5, sum(x) by (y))", "-");
	assert_question("up{job=\"x\"}", QUESTION_SERIES, "up{job=\"x\"}", "-");
	cr_assert_not(variable_question_parse("", &question));
	variable_question_release(&question);
	cr_assert_not(variable_question_parse("label_values(up{a=\"b\"})", &question));
	variable_question_release(&question);
	cr_assert_not(variable_question_parse("query_result()", &question));
	variable_question_release(&question);
}

Test(variable, answers_become_words)
{
	struct variable_question question;
	struct variable_words words = { 0 };
	struct matrix *matrix = matrix_new(MATRIX_VECTOR);
	static const int64_t time = 1500000000000;
	static const double value = 2.5;
	struct label labels[] = { { "__name__", "up" }, { "job", "a\"b" } };

	matrix->count = 1;
	matrix->series = arena_array(&matrix->arena, 1, sizeof(*matrix->series));
	matrix->series[0] = (struct series){
		.labels = labels_make(&matrix->arena, labels, 2), .count = 1, .times_ms = &time, .values = &value
	};
	static const struct {
		const char *query, *word;
	} rows[] = {
		{ "query_result(up)", "up{job=\"a\"b\"} 2.5 1500000000000" },
		{ "up", "up{job=\"a\"b\"}" },
		{ "label_values(job)", "a\"b" },
		{ "label_names()", "__name__" },
		{ "metrics(^u)", "up" },
		{ "metrics(p/?$)", "up" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		cr_assert(variable_question_parse(rows[i].query, &question));
		variable_question_words(&question, matrix, 10, &words);
		cr_assert_geq(words.items.count, 1, "%s", rows[i].query);
		cr_assert_str_eq(words.items.items[0], rows[i].word);
		variable_words_release(&words);
		variable_question_words(&question, matrix, 0, &words);
		cr_assert_eq(words.items.count, 0);
		variable_words_release(&words);
		variable_question_release(&question);
	}
	cr_assert(variable_question_parse("metrics(x)", &question));
	variable_question_words(&question, matrix, 10, &words);
	cr_assert_eq(words.items.count, 0);
	variable_words_release(&words);
	variable_question_release(&question);
	matrix_unref(matrix);
}

/* ---- options ---- */

static void assert_options(const char *const *words, const char *pattern, int sort, const char *expected)
{
	struct variable_options options;
	struct strbuf got = STRBUF_INIT;
	size_t count = 0;

	while (words[count])
		count++;
	cr_assert_eq(variable_options_make(&options, words, count, pattern, sort, NULL), 0);
	for (size_t i = 0; i < options.items.count; i++) {
		const struct variable_option *option = &options.items.items[i];

		strbuf_addf(&got, "%s%s", i ? " " : "", option->value);
		if (strcmp(option->value, option->text) != 0)
			strbuf_addf(&got, ":%s", option->text);
	}
	cr_assert_str_eq(got.text, expected, "%s", pattern);
	strbuf_release(&got);
	variable_options_release(&options);
}

Test(variable, patterns_filter_and_cut)
{
	const char *const *words = (const char *const *)TEXTS("node-1:9100", "node-2:9100", "db-1:9100", "node-1:9200");

	assert_options(words, "", 0, "node-1:9100 node-2:9100 db-1:9100 node-1:9200");
	assert_options(words, "/node/", 0, "node-1:9100 node-2:9100 node-1:9200");
	assert_options(words, "/^(node-\\d+)/", 0, "node-1 node-2");
	assert_options(words, "node-1:.*", 0, "node-1:9100 node-1:9200");
	assert_options(words, "/NODE-(?<text>\\d).*:(?<value>\\d+)/i", 0, "9100:1 9200:1");
	assert_options((const char *const *)TEXTS("a=1,b=2", "b=2,c=3"), "/(\\w)=/g", 0, "a b c");
	assert_options(words, "/nothing/", 0, "");
}

Test(variable, sorts_in_grafanas_nine_ways)
{
	const char *const *words = (const char *const *)TEXTS("b10", "a9", "B1", "c", "A09x");

	assert_options(words, NULL, 0, "b10 a9 B1 c A09x");
	assert_options(words, NULL, 1, "A09x B1 a9 b10 c");
	assert_options(words, NULL, 2, "c b10 a9 B1 A09x");
	assert_options(words, NULL, 3, "c B1 a9 A09x b10");
	assert_options(words, NULL, 4, "b10 A09x a9 B1 c");
	assert_options(words, NULL, 5, "A09x a9 B1 b10 c");
	assert_options(words, NULL, 6, "c b10 B1 a9 A09x");
	assert_options(words, NULL, 7, "a9 A09x B1 b10 c");
	assert_options(words, NULL, 8, "c b10 B1 A09x a9");
	assert_options(words, NULL, 99, "b10 a9 B1 c A09x");
}

Test(variable, bad_and_hostile_patterns_are_refused, .timeout = 10)
{
	static const char *words[20000];
	struct variable_options options;
	struct error error;

	for (size_t i = 0; i < 20000; i++)
		words[i] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!";
	cr_assert_eq(variable_options_make(&options, words, 1, "/(/", 0, &error), -1);
	cr_assert_not_null(strstr(error.text, "regular expression"), "%s", error.text);
	cr_assert_eq(variable_options_make(&options, words, 20000, "/^(a+)+$/", 0, &error), -1);
	cr_assert_str_eq(error.text, "regular expression takes too long");
}
