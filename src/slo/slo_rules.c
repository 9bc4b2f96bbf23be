#include "slo/slo_rules.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "slo/sli_expression.h"
#include "slo/slo_math.h"

#define INTERVAL_OFTEN  "30s" /* burn windows and alerts */
#define INTERVAL_RARELY "5m"  /* the objective's own window */

/* What one line's rules are made with. */
struct rules {
	const struct slo_file *file;
	const struct slo_line *line;
	const struct slo_objective *objective;
	const char *system;
	char id[160];
	struct strbuf *out;
};

/* In single quotes, as YAML has them: on one line, a quote doubled. */
static void add_quoted(struct strbuf *out, const char *text)
{
	strbuf_addch(out, '\'');
	for (; *text; text++) {
		if (*text == '\'')
			strbuf_addch(out, '\'');
		strbuf_addch(out, (unsigned char)*text < ' ' ? ' ' : *text);
	}
	strbuf_addch(out, '\'');
}

/* Text from the file is text in an annotation too, braces and all. */
static void add_plain(struct strbuf *out, const char *text)
{
	for (; *text; text++)
		if (text[0] == '{' && text[1] == '{') {
			strbuf_addstr(out, "{{ \"{{\" }}");
			text++;
		} else {
			strbuf_addch(out, *text);
		}
}

static void add_selector(const struct rules *rules)
{
	strbuf_addf(rules->out, "{slo=\"%s\",system=\"", rules->id);
	for (const char *at = rules->system; *at; at++) {
		if (*at == '"' || *at == '\\')
			strbuf_addch(rules->out, '\\');
		strbuf_addch(rules->out, *at);
	}
	strbuf_addstr(rules->out, "\"}");
}

static void add_labels(const struct rules *rules, const char *indent)
{
	strbuf_addf(rules->out, "%sslo: ", indent);
	add_quoted(rules->out, rules->id);
	strbuf_addf(rules->out, "\n%sobjective: ", indent);
	add_quoted(rules->out, rules->objective->name);
	strbuf_addf(rules->out, "\n%ssystem: ", indent);
	add_quoted(rules->out, rules->system);
	strbuf_addch(rules->out, '\n');
	if (rules->objective->proposal)
		strbuf_addf(rules->out, "%sproposal: 'true'\n", indent);
}

static void begin_group(const struct rules *rules, const char *kind, const char *interval)
{
	strbuf_addstr(rules->out, "  - name: ");
	strbuf_addf(rules->out, "'slo-%s-%s'\n    interval: %s\n    rules:\n", kind, rules->id, interval);
}

/* One recording rule; `name` with the window in it, as PromQL has it. `window` is a label where not NULL. */
static void add_record(const struct rules *rules, const char *name, const char *window, const char *expression)
{
	strbuf_addf(rules->out, "      - record: %s\n        expr: ", name);
	add_quoted(rules->out, expression);
	strbuf_addstr(rules->out, "\n        labels:\n");
	add_labels(rules, "          ");
	if (window)
		strbuf_addf(rules->out, "          window: %s\n", window);
}

static void add_ratio(const struct rules *rules, int64_t window_ms)
{
	struct strbuf expression = STRBUF_INIT;
	char window[24], name[64];

	slo_duration(window_ms, window, sizeof(window));
	snprintf(name, sizeof(name), "slo:sli_error:ratio_rate%s", window);
	sli_error_ratio(rules->line, window_ms, &expression);
	add_record(rules, name, NULL, expression.text);
	strbuf_release(&expression);
}

/* Something made of a ratio that was recorded: FORMAT has its series behind what stands before. */
static void add_derived(const struct rules *rules, const char *name, int64_t window_ms, const char *before, double by)
{
	struct strbuf expression = STRBUF_INIT;
	struct rules inside = *rules;
	char window[24];

	inside.out = &expression;
	slo_duration(window_ms, window, sizeof(window));
	strbuf_addf(&expression, "%sslo:sli_error:ratio_rate%s", before, window);
	add_selector(&inside);
	strbuf_addstr(&expression, " / ");
	sli_add_number(by, &expression);
	add_record(rules, name, window, expression.text);
	strbuf_release(&expression);
}

static void add_constant(const struct rules *rules, const char *name, double value)
{
	struct strbuf expression = STRBUF_INIT;

	strbuf_addstr(&expression, "vector(");
	sli_add_number(value, &expression);
	strbuf_addch(&expression, ')');
	add_record(rules, name, NULL, expression.text);
	strbuf_release(&expression);
}

/* ---- alerts ---- */

static void add_camel(struct strbuf *out, const char *text)
{
	bool up = true;

	for (; *text; text++) {
		if (isalnum((unsigned char)*text))
			strbuf_addch(out, up ? (char)toupper((unsigned char)*text) : *text);
		up = !isalnum((unsigned char)*text);
	}
}

/* One of the two sides: the ratio over a window is above what the factor allows. */
static void add_over(const struct rules *rules, int64_t window_ms, double factor)
{
	char window[24];

	slo_duration(window_ms, window, sizeof(window));
	strbuf_addf(rules->out, "slo:sli_error:ratio_rate%s", window);
	add_selector(rules);
	strbuf_addstr(rules->out, " > ");
	sli_add_number(factor, rules->out);
	strbuf_addstr(rules->out, " * ");
	sli_add_number(slo_budget(rules->line->target), rules->out);
}

/* Can it fire at all? Not where all events bad would still not burn that fast. */
static bool can_fire(const struct rules *rules, const struct slo_pair *pair)
{
	return slo_factor(pair->share, rules->line->window.length_ms, pair->long_ms) * slo_budget(rules->line->target) <
	       1;
}

static bool is_first_of_name(const struct slo_file *file, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (strcmp(file->pairs[i].name, file->pairs[index].name) == 0)
			return false;
	return true;
}

static void add_conditions(const struct rules *rules, const char *name, struct strbuf *ret)
{
	struct rules inside = *rules;

	inside.out = ret;
	for (size_t i = 0; i < rules->file->pair_count; i++) {
		const struct slo_pair *pair = &rules->file->pairs[i];
		double factor = slo_factor(pair->share, rules->line->window.length_ms, pair->long_ms);

		if (strcmp(pair->name, name) != 0 || !can_fire(rules, pair))
			continue;
		/* The window is in the name of what was recorded, not in its labels: the sides match. */
		strbuf_addstr(ret, ret->length ? " or (" : "(");
		add_over(&inside, pair->long_ms, factor);
		strbuf_addstr(ret, " and ");
		add_over(&inside, pair->short_ms, factor);
		strbuf_addch(ret, ')');
	}
}

static void add_annotations(const struct rules *rules)
{
	struct strbuf text = STRBUF_INIT;
	char target[16], window[32];

	snprintf(target, sizeof(target), "%.7g%%", rules->line->target * 100);
	slo_window_name(&rules->line->window, window, sizeof(window));
	strbuf_addstr(rules->out, "        annotations:\n          summary: ");
	add_plain(&text, rules->objective->title);
	if (strcmp(rules->objective->title, rules->line->title) != 0) {
		strbuf_addstr(&text, ", ");
		add_plain(&text, rules->line->title);
	}
	strbuf_addstr(&text, " burns its error budget");
	add_quoted(rules->out, text.text);
	strbuf_clear(&text);
	strbuf_addf(&text, "{{ $value | humanizePercentage }} bad, where %s over %s leaves %.4g%%", target, window,
		    slo_budget(rules->line->target) * 100);
	strbuf_addstr(rules->out, "\n          description: ");
	add_quoted(rules->out, text.text);
	strbuf_addch(rules->out, '\n');
	for (size_t i = 0; i < rules->objective->links.count; i++)
		if (strncmp(rules->objective->links.items[i], "runbook=", 8) == 0) {
			strbuf_clear(&text);
			add_plain(&text, rules->objective->links.items[i] + 8);
			strbuf_addstr(rules->out, "          runbook_url: ");
			add_quoted(rules->out, text.text);
			strbuf_addch(rules->out, '\n');
		}
	strbuf_release(&text);
}

static void add_alert(const struct rules *rules, const struct slo_pair *pair)
{
	struct strbuf conditions = STRBUF_INIT;
	const char *tier = pair->tier ? pair->tier : rules->objective->tier;

	add_conditions(rules, pair->name, &conditions);
	if (conditions.length) {
		strbuf_addstr(rules->out, "      - alert: SLO");
		add_camel(rules->out, rules->id);
		strbuf_addstr(rules->out, "BudgetBurn");
		add_camel(rules->out, pair->name);
		strbuf_addstr(rules->out, "\n        expr: ");
		add_quoted(rules->out, conditions.text);
		strbuf_addstr(rules->out, "\n        labels:\n          severity: ");
		add_quoted(rules->out, pair->severity);
		if (tier) {
			strbuf_addstr(rules->out, "\n          tier: ");
			add_quoted(rules->out, tier);
		}
		strbuf_addstr(rules->out, "\n");
		add_labels(rules, "          ");
		add_annotations(rules);
	}
	strbuf_release(&conditions);
}

/* ---- a line ---- */

/* Ratios first, then what is made of them: within a group a rule sees what those before it gave. */
static void add_often(const struct rules *rules)
{
	const struct slo_file *file = rules->file;
	double budget = slo_budget(rules->line->target);

	begin_group(rules, "burn", INTERVAL_OFTEN);
	for (size_t i = 0; i < file->window_count; i++)
		add_ratio(rules, file->windows_ms[i]);
	add_constant(rules, "slo:objective:ratio", rules->line->target);
	add_constant(rules, "slo:error_budget:ratio", budget);
	for (size_t i = 0; i < file->window_count && budget > 0; i++)
		add_derived(rules, "slo:burn_rate:ratio", file->windows_ms[i], "", budget);
	for (size_t i = 0; i < file->pair_count; i++)
		if (is_first_of_name(file, i))
			add_alert(rules, &file->pairs[i]);
}

static void add_line(const struct rules *rules)
{
	const struct slo_line *line = rules->line;
	bool recorded = false;

	add_often(rules);
	if (line->window.kind != SLO_ROLLING)
		return;
	/* A burn window of the same length is recorded already. */
	for (size_t i = 0; i < rules->file->window_count; i++)
		recorded |= rules->file->windows_ms[i] == line->window.length_ms;
	if (recorded && slo_budget(line->target) <= 0)
		return;
	begin_group(rules, "window", INTERVAL_RARELY);
	if (!recorded)
		add_ratio(rules, line->window.length_ms);
	if (slo_budget(line->target) > 0)
		add_derived(rules, "slo:error_budget_remaining:ratio", line->window.length_ms, "1 - ",
			    slo_budget(line->target));
}

static void add_note(const struct slo_line *line, const char *id, struct strbuf *out)
{
	char window[32];

	slo_window_name(&line->window, window, sizeof(window));
	if (!slo_line_has_budget(line))
		strbuf_addf(out, "  # %s: %s, no budget and no rule\n", id,
			    line->kind == SLI_UNMEASURED ? "not measured" : sli_kind_name(line->kind));
	else if (line->window.kind != SLO_ROLLING)
		strbuf_addf(out, "  # %s: no rule can name a %s; what is left of it only skep tells\n", id, window);
	else
		strbuf_addf(out, "  # %s: a budget of %s, %s\n", id, line->kind == SLI_EVENTS ? "events" : "time",
			    window);
}

void slo_rules_add(const struct slo_file *file, const char *system, struct strbuf *ret)
{
	struct rules rules = { .file = file, .system = system, .out = ret };

	bool any = false;

	for (size_t i = 0; i < file->line_count; i++)
		any |= slo_line_has_budget(&file->lines[i]);
	strbuf_addstr(ret, any ? "groups:\n" : "groups: []\n");
	for (size_t i = 0; i < file->line_count; i++) {
		rules.line = &file->lines[i];
		rules.objective = &file->objectives[rules.line->objective];
		slo_line_id(file, rules.line, rules.id, sizeof(rules.id));
		add_note(rules.line, rules.id, ret);
		if (slo_line_has_budget(rules.line))
			add_line(&rules);
	}
}
