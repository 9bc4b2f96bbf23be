#include "dashboard/variable_question.h"

#include <ctype.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "dashboard/number_text.h"
#include "dashboard/regex.h"

static const struct {
	const char *name;
	enum question_kind kind;
} functions[] = {
	{ "label_values", QUESTION_LABEL_VALUES },
	{ "label_names", QUESTION_LABEL_NAMES },
	{ "metrics", QUESTION_METRICS },
	{ "query_result", QUESTION_RESULT },
};

/* ---- the question ---- */

static char *trimmed(const char *start, const char *end)
{
	while (start < end && isspace((unsigned char)*start))
		start++;
	while (end > start && isspace((unsigned char)end[-1]))
		end--;
	return mem_strndup(start, (size_t)(end - start));
}

static bool is_label(const char *text)
{
	if (!isalpha((unsigned char)*text) && *text != '_')
		return false;
	while (isalnum((unsigned char)*text) || *text == '_')
		text++;
	return *text == '\0';
}

/* What stands in "function( ... )" when that is all of the text; NULL otherwise. */
static char *argument_of(const char *text, const char *function)
{
	const char *end = text + strlen(text), *start;

	while (isspace((unsigned char)*text))
		text++;
	while (end > text && isspace((unsigned char)end[-1]))
		end--;
	if (strncmp(text, function, strlen(function)) != 0)
		return NULL;
	start = text + strlen(function);
	while (isspace((unsigned char)*start))
		start++;
	if (*start != '(' || end == start || end[-1] != ')')
		return NULL;
	return trimmed(start + 1, end - 1);
}

/* "selector, label" or "label": the label is behind the last comma. */
static bool split_label(char *argument, struct variable_question *ret)
{
	char *comma = strrchr(argument, ',');
	char *label = trimmed(comma ? comma + 1 : argument, argument + strlen(argument));

	if (!is_label(label)) {
		free(label);
		return false;
	}
	ret->label = label;
	if (comma)
		ret->argument = trimmed(argument, comma);
	if (ret->argument && !ret->argument[0]) {
		free(ret->argument);
		ret->argument = NULL;
	}
	return true;
}

bool variable_question_parse(const char *text, struct variable_question *ret)
{
	*ret = (struct variable_question){ .kind = QUESTION_SERIES };
	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
		char *argument = argument_of(text, functions[i].name);

		if (!argument)
			continue;
		ret->kind = functions[i].kind;
		if (ret->kind == QUESTION_LABEL_VALUES) {
			bool valid = split_label(argument, ret);

			free(argument);
			return valid;
		}
		if (!argument[0]) {
			free(argument);
			argument = NULL;
		}
		ret->argument = argument;
		return argument || ret->kind == QUESTION_LABEL_NAMES;
	}
	ret->argument = trimmed(text, text + strlen(text));
	return ret->argument[0] != '\0';
}

void variable_question_release(struct variable_question *question)
{
	free(question->argument);
	free(question->label);
	question->argument = question->label = NULL;
}

/* ---- the answer ---- */

static void add_word(struct variable_words *words, const char *text)
{
	vec_push(&words->items, mem_strdup(text));
}

/* name{a="x",b="y"}: values as they are, since patterns that were written for Grafana look at this text. */
static void add_series_text(struct strbuf *ret, const struct labels *labels, bool braces_always)
{
	const char *name = labels_get(labels, "__name__");
	size_t written = 0;

	strbuf_addstr(ret, name ? name : "");
	if (braces_always || labels->count > (name ? 1u : 0u))
		strbuf_addch(ret, '{');
	for (size_t i = 0; i < labels->count; i++) {
		if (strcmp(labels->items[i].name, "__name__") == 0)
			continue;
		strbuf_addf(ret, "%s%s=\"%s\"", written++ ? "," : "", labels->items[i].name, labels->items[i].value);
	}
	if (braces_always || written > 0)
		strbuf_addch(ret, '}');
}

static void words_of_result(const struct matrix *answer, size_t limit, struct variable_words *ret)
{
	struct strbuf text = STRBUF_INIT;
	char number[NUMBER_TEXT_MAX];

	for (size_t i = 0; i < answer->count && ret->items.count < limit; i++) {
		const struct series *series = &answer->series[i];

		if (series->count == 0)
			continue;
		strbuf_clear(&text);
		number_text(series->values[series->count - 1], number, sizeof(number));
		if (answer->kind == MATRIX_SCALAR) {
			strbuf_addstr(&text, number);
		} else {
			add_series_text(&text, &series->labels, true);
			strbuf_addf(&text, " %s %lld", number, (long long)series->times_ms[series->count - 1]);
		}
		add_word(ret, text.text);
	}
	strbuf_release(&text);
}

static void words_of_series(const struct matrix *answer, size_t limit, struct variable_words *ret)
{
	struct strbuf text = STRBUF_INIT;

	for (size_t i = 0; i < answer->count && ret->items.count < limit; i++) {
		strbuf_clear(&text);
		add_series_text(&text, &answer->series[i].labels, false);
		add_word(ret, text.text);
	}
	strbuf_release(&text);
}

static void words_of_names(const struct matrix *answer, size_t limit, struct variable_words *ret)
{
	struct map seen;

	map_init(&seen);
	for (size_t i = 0; i < answer->count; i++) {
		const struct labels *labels = &answer->series[i].labels;

		for (size_t j = 0; j < labels->count && ret->items.count < limit; j++) {
			if (map_has(&seen, labels->items[j].name))
				continue;
			map_set(&seen, labels->items[j].name, ret);
			add_word(ret, labels->items[j].name);
		}
	}
	map_release(&seen, NULL);
}

/* Every answer has the one label; with metrics(pattern) only names the pattern meets anywhere. */
static void words_of_label(const struct variable_question *question, const struct matrix *answer, size_t limit,
			   struct variable_words *ret)
{
	const char *label = question->kind == QUESTION_METRICS ? "__name__" : question->label;
	struct regex *regex = NULL;

	if (question->kind == QUESTION_METRICS) {
		char *pattern = mem_printf("/%s/", question->argument);

		regex = regex_new(pattern, NULL);
		free(pattern);
		if (!regex)
			return;
	}
	for (size_t i = 0; i < answer->count && ret->items.count < limit; i++) {
		const char *value = labels_get(&answer->series[i].labels, label);

		if (value && (!regex || regex_match(regex, value)))
			add_word(ret, value);
	}
	regex_free(regex);
}

void variable_question_words(const struct variable_question *question, const struct matrix *answer, size_t limit,
			     struct variable_words *ret)
{
	switch (question->kind) {
	case QUESTION_LABEL_VALUES:
	case QUESTION_METRICS: words_of_label(question, answer, limit, ret); break;
	case QUESTION_LABEL_NAMES: words_of_names(answer, limit, ret); break;
	case QUESTION_RESULT: words_of_result(answer, limit, ret); break;
	case QUESTION_SERIES: words_of_series(answer, limit, ret); break;
	}
}

void variable_words_release(struct variable_words *words)
{
	for (size_t i = 0; i < words->items.count; i++)
		free(words->items.items[i]);
	vec_release(&words->items);
}
