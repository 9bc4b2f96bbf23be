/* Doubts about any rules: a text put where an expression stands, beside one that compares the same. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "invariant.h"
#include "alert/lint.h"
#include "base/strbuf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char before[] = "groups:\n"
			     "  - name: g\n"
			     "    rules:\n"
			     "      - alert: Plain\n"
			     "        expr: a_total > 0\n"
			     "        labels: { severity: warning }\n"
			     "      - alert: Any\n"
			     "        labels: { severity: critical }\n"
			     "        annotations: { summary: '{{ $labels.job }} {{ $value | humanizePercentage }}' }\n"
			     "        expr: ";

static void check(const struct lint_findings *findings)
{
	size_t errors = 0;

	for (size_t i = 0; i < findings->items.count; i++) {
		const struct lint_finding *finding = &findings->items.items[i];

		errors += finding->severity == LINT_ERROR;
		never(!finding->file || !finding->check || !finding->rule || !finding->text || !*finding->text);
		never(i && findings->items.items[i - 1].line > finding->line);
	}
	always(errors == findings->errors);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "a_total", "up" };
	char *text = strndup(size ? (const char *)data : "", size);
	struct arena arena = { 0 };
	struct labels series[] = { labels_make(&arena, (struct label[]){ { "__name__", "up" }, { "job", "x" } }, 2) };
	struct lint_panel panel = { "Panel", text, "ms" };
	struct lint_system system = { .has_names = true,
				      .names = names,
				      .name_count = 2,
				      .series = series,
				      .series_count = 1,
				      .panels = &panel,
				      .panel_count = 1 };
	struct strbuf rules = STRBUF_INIT;
	struct lint_findings findings;
	struct rule_set set;

	rule_set_init(&set);
	lint_findings_init(&findings);
	strbuf_addstr(&rules, before);
	strbuf_add_json(&rules, text);
	strbuf_addch(&rules, '\n');
	rule_file_parse(&set, "r.yaml", rules.text, rules.length, NULL);
	lint_rules(&set, &system, &findings);
	check(&findings);
	lint_findings_release(&findings);
	rule_set_release(&set);
	strbuf_release(&rules);
	arena_release(&arena);
	free(text);
	return 0;
}
