/* Lines: a variable query or expression, a regular expression, a value, an allValue. Everything a file may say. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "invariant.h"
#include "base/mem.h"
#include "dashboard/variable.h"
#include "dashboard/variable_options.h"
#include "dashboard/variable_question.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void interpolate(const struct variables *variables, const char *text, bool legend)
{
	struct scope scope = { .variables = variables,
			       .interval_ms = 30000,
			       .rate_interval_ms = 75000,
			       .from_ms = 1500000000000,
			       .to_ms = 1500003600000,
			       .dashboard_title = "title",
			       .for_legend = legend };
	struct strbuf ret = STRBUF_INIT;

	variable_interpolate(&scope, text, &ret);
	always(strlen(ret.text) == ret.length);
	strbuf_release(&ret);
}

static void cut_options(const char *pattern, const char *word, int sort)
{
	const char *words[] = { word, "node-2:9100", "node-10:9100", word, "" };
	struct variable_options options;

	if (variable_options_make(&options, words, 5, pattern, sort, NULL) == 0)
		variable_options_release(&options);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = mem_strndup((const char *)data, size), *rest = text, *lines[4];
	static const char *no_values[] = { NULL };
	struct variable_question question;
	struct variables variables;

	for (size_t i = 0; i < 4; i++) {
		lines[i] = rest ? strsep(&rest, "\n") : NULL;
		if (!lines[i])
			lines[i] = text + strlen(text);
	}
	const char *current[] = { lines[2], "second", NULL }, *all[] = { "$__all", NULL };
	struct variable definitions[] = {
		{ .type = VARIABLE_CUSTOM, .name = "a", .multi = true, .current = current, .options = current },
		{ .type = VARIABLE_CUSTOM,
		  .name = "b",
		  .include_all = true,
		  .current = all,
		  .all_value = lines[3],
		  .options = current },
		{ .type = VARIABLE_TEXTBOX, .name = "c", .current = current },
		{ .type = VARIABLE_QUERY, .name = "d", .include_all = true, .current = all, .options = no_values },
	};
	struct dashboard dashboard = { .variables = definitions, .variable_count = 4 };

	variables_init(&variables, &dashboard);
	interpolate(&variables, lines[0], false);
	interpolate(&variables, lines[0], true);
	variables_choose(&variables, "a", lines[2], NULL);
	interpolate(&variables, lines[0], false);
	variables_release(&variables);
	variable_question_parse(lines[0], &question);
	variable_question_release(&question);
	cut_options(lines[1], lines[2], (int)(size % 10));
	free(text);
	return 0;
}
