/* Rule files: as they are, and a text put where an expression stands, in each of YAML's forms. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "invariant.h"
#include "query/condition.h"
#include "alert/rule_file.h"
#include "base/strbuf.h"

/* What was kept is whole, and usable. */
static void check_rule(const struct rule *rule, struct arena *arena)
{
	struct condition condition;

	never(!*rule->name || !*rule->expression || !rule->line || !rule->expression_line || rule->for_ms < 0 ||
	      rule->keep_firing_ms < 0);
	never(rule->kind == RULE_RECORD && (rule->for_ms || rule->keep_firing_ms || rule->annotation_count));
	for (size_t i = 1; i < rule->label_count; i++)
		never(strcmp(rule->labels[i - 1].name, rule->labels[i].name) >= 0);
	never(rule_label(rule, "__name__"));
	condition_read(&condition, rule->expression, arena);
	never(!condition.subject || !condition.operation || !condition.unit);
}

static void read_text(const char *text, size_t length)
{
	struct error_list errors = { 0 };
	struct arena arena = { 0 };
	struct rule_set set;
	char line[256];
	int status;

	rule_set_init(&set);
	status = rule_file_parse(&set, "fuzz", text, length, &errors);
	never((status != 0) != (errors.errors != 0));
	for (size_t i = 0; i < set.groups.count; i++) {
		const struct rule_group *group = &set.groups.items[i];

		never(!*group->name || group->interval_ms < 0 || group->limit < 0);
		for (size_t j = 0; j < group->rule_count; j++)
			check_rule(&group->rules[j], &arena);
	}
	for (size_t i = 0; i < errors.count; i++)
		fault_format(&errors.faults[i], line, sizeof(line));
	error_list_release(&errors);
	rule_set_release(&set);
	arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const forms[] = { "    expr: ", "    expr: |\n      ", "    expr: >-\n\n      ",
					     "    expr: '", "    annotations: {a: \"" };
	struct strbuf text = STRBUF_INIT;

	if (!size)
		return 0;
	if (*data >= sizeof(forms) / sizeof(forms[0])) {
		read_text((const char *)data, size);
		return 0;
	}
	strbuf_addf(&text, "groups:\n- name: g\n  rules:\n  - alert: A\n%s%s", *data == 4 ? "    expr: up\n" : "",
		    forms[*data]);
	strbuf_add(&text, data + 1, size - 1);
	strbuf_addstr(&text, *data == 3 ? "'\n" : *data == 4 ? "\"}\n" : "\n");
	read_text(text.text, text.length);
	strbuf_release(&text);
	return 0;
}
