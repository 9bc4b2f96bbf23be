/* What a line measures, and what is good of it. */
#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "promql/promql.h"
#include "slo/sli_expression.h"
#include "slo/slo_reader.h"

struct events {
	const char *bad, *good, *total;
};

struct value {
	const char *expression, *goal;
	int64_t slice_ms;
};

#define AT(member) .offset = offsetof(struct events, member)
const struct option slo_events_options[] = {
	{ "bad", 0, OPTION_STRING, AT(bad), .value_name = "EXPR",
	  .help = "the bad events of a window, as a rate or a count; $window stands for the window's length" },
	{ "good", 0, OPTION_STRING, AT(good), .value_name = "EXPR", .help = "in place of bad: the good ones" },
	{ "total", 0, OPTION_STRING, AT(total), .value_name = "EXPR", .required = true,
	  .help = "all of them, good and bad" },
	{ 0 },
};
#undef AT

#define AT(member) .offset = offsetof(struct value, member)
#define SLICE                                                                                                          \
	{                                                                                                              \
		"slice", 0, OPTION_DURATION, AT(slice_ms),                                                             \
			.fallback = "1m", .minimum = 15 * 1000, .maximum = 3600 * 1000,                                \
			.help = "how often it is looked at; over windows of more than a day every 10 minutes at most"  \
	}
const struct option slo_threshold_options[] = {
	{ "expression", 0, OPTION_STRING, AT(expression), .value_name = "EXPR", .required = true,
	  .help = "the value; of several series each is to be good" },
	{ "good", 0, OPTION_STRING, AT(goal), .value_name = "CONDITION", .required = true,
	  .help = "when it is good: < 500ms, >= 99%, == 1" },
	SLICE,
	{ 0 },
};
const struct option slo_freshness_options[] = {
	{ "age", 0, OPTION_STRING, AT(expression), .value_name = "EXPR", .required = true,
	  .help = "how old it is, in seconds" },
	{ "good", 0, OPTION_STRING, AT(goal), .value_name = "CONDITION", .required = true,
	  .help = "how old is fresh: < 1h" },
	SLICE,
	{ 0 },
};
const struct option slo_value_options[] = {
	{ "expression", 0, OPTION_STRING, AT(expression), .value_name = "EXPR", .required = true, .help = "the value" },
	{ "good", 0, OPTION_STRING, AT(goal), .value_name = "CONDITION", .required = true, .help = "the goal: > 1000" },
	{ 0 },
};
#undef AT
#undef SLICE

#define AT(member) .offset = offsetof(struct alert_entry, member)
struct alert_entry {
	int level;
	const char *when;
	int64_t for_ms;
};
static const char *const levels[] = { "warning", "critical", NULL };
const struct option slo_alert_options[] = {
	{ "level", 0, OPTION_CHOICE, AT(level), .choices = levels, .required = true, .help = "how grave it is" },
	{ "when", 0, OPTION_STRING, AT(when), .value_name = "CONDITION", .required = true,
	  .help = "what the value must be for it: < 99.95%, > 2h" },
	{ "for", 0, OPTION_DURATION, AT(for_ms), .maximum = 86400e3, .help = "for how long (default: at once)" },
	{ 0 },
};
#undef AT

int slo_share_read(const struct slo_reader *reader, const struct yaml_node *node, const char *where, const char *text,
		   double most, double *ret)
{
	struct error error;

	if (comparison_number_read(text, ret, &error) < 0)
		return slo_fault(reader, node, where, "%s", error.text);
	if (*ret < 0 || *ret > most)
		return slo_fault(reader, node, where, "'%.40s' is out of range (0%% to %.0f%%)", text, most * 100);
	return 0;
}

/* An expression must be one that gives numbers; of events it must know the window. */
static int check(const struct slo_reader *reader, const struct yaml_node *node, const char *key, const char *text,
		 bool windowed)
{
	const struct promql_syntax syntax = { .left_open = true };
	const struct yaml_node *at = yaml_get(node, key) ? yaml_get(node, key) : node;
	struct strbuf expanded = STRBUF_INIT;
	struct error error = { "" };
	struct promql *promql;
	enum value_type type;

	if (!text)
		return 0;
	if (windowed && !strstr(text, SLO_PLACEHOLDER))
		return slo_fault(reader, at, key,
				 "names no window: each burn window asks it with its own (rate(NAME[" SLO_PLACEHOLDER
				 "]))");
	sli_expand(text, 5 * CLOCK_MINUTE, &expanded);
	promql = promql_parse(expanded.text, &syntax, &error);
	type = promql ? promql->root->type : VALUE_NONE;
	promql_free(promql);
	strbuf_release(&expanded);
	if (type == VALUE_NONE)
		return slo_fault(reader, at, key, "%s", error.text);
	if (type != VALUE_VECTOR)
		return slo_fault(reader, at, key, "the expression gives no instant vector");
	return 0;
}

static int read_events(const struct slo_reader *reader, const struct yaml_node *node, struct slo_line *ret)
{
	struct events events = { 0 };
	int result = option_read_yaml(slo_events_options, &events, node, reader->file, reader->arena, reader->errors);

	if (result == 0 && !events.bad == !events.good)
		result = slo_fault(reader, node, "events",
				   events.bad ? "has both bad: and good: (one tells the other)"
					      : "has neither bad: nor good: (one is needed)");
	if (check(reader, node, "bad", events.bad, true) < 0)
		result = -1;
	if (check(reader, node, "good", events.good, true) < 0)
		result = -1;
	if (check(reader, node, "total", events.total, true) < 0)
		result = -1;
	ret->bad = events.bad;
	ret->good = events.good;
	ret->total = events.total;
	return result;
}

static int read_value(const struct slo_reader *reader, const struct yaml_node *node, const struct option *table,
		      struct slo_line *ret)
{
	struct value value = { .slice_ms = CLOCK_MINUTE };
	const struct yaml_node *goal = yaml_get(node, "good");
	struct error error;
	int result;

	option_defaults(table, &value, reader->arena);
	result = option_read_yaml(table, &value, node, reader->file, reader->arena, reader->errors);
	if (check(reader, node, yaml_get(node, "age") ? "age" : "expression", value.expression, false) < 0)
		result = -1;
	if (value.goal && comparison_read(value.goal, &ret->goal, &error) < 0)
		result = slo_fault(reader, goal, "good", "%s", error.text);
	ret->has_goal = value.goal != NULL;
	ret->value = value.expression;
	ret->slice_ms = value.slice_ms;
	return result;
}

/* The one of its sections that says what is measured; two are one too many. */
static int read_sli(const struct slo_reader *reader, const struct yaml_node *node, const struct slo_entry *entry,
		    struct slo_line *ret)
{
	const struct yaml_node *sections[] = { entry->events, entry->threshold, entry->freshness, entry->value };
	static const struct option *const tables[] = { slo_events_options, slo_threshold_options, slo_freshness_options,
						       slo_value_options };
	int found = 0, result = 0;

	for (int i = 0; i < SLI_UNMEASURED; i++) {
		if (!sections[i])
			continue;
		found++;
		ret->kind = (enum sli_kind)i;
		result = i == SLI_EVENTS ? read_events(reader, sections[i], ret)
					 : read_value(reader, sections[i], tables[i], ret);
	}
	if (entry->unmeasured) {
		found++;
		ret->kind = SLI_UNMEASURED;
		ret->unmeasured = entry->unmeasured;
	}
	if (found != 1)
		return slo_fault(reader, node, NULL,
				 found ? "has several of events:, threshold:, freshness:, value: and unmeasured: "
					 "(one says what is measured)"
				       : "has none of events:, threshold:, freshness:, value: and unmeasured: "
					 "(one says what is measured)");
	return result;
}

static int read_alerts(const struct slo_reader *reader, const struct yaml_node *node, struct slo_line *ret)
{
	int result = 0;

	if (!node)
		return 0;
	if (node->kind != YAML_SEQUENCE || node->count > SLO_ALERTS_MAX)
		return slo_fault(reader, node, "alerts",
				 "is no list of at most %d (- { level: warning, when: \"< 99%%\", for: 5m })",
				 SLO_ALERTS_MAX);
	ret->alerts = arena_array(reader->arena, node->count + 1, sizeof(*ret->alerts));
	for (size_t i = 0; i < node->count; i++) {
		struct alert_entry entry = { 0 };
		struct slo_alert *alert = &ret->alerts[ret->alert_count];
		struct error error;

		if (option_read_yaml(slo_alert_options, &entry, node->items[i], reader->file, reader->arena,
				     reader->errors) < 0) {
			result = -1;
			continue;
		}
		alert->level = entry.level == 0 ? SLO_LEVEL_WARNING : SLO_LEVEL_CRITICAL;
		alert->for_ms = entry.for_ms;
		if (comparison_read(entry.when, &alert->when, &error) < 0)
			result = slo_fault(reader, yaml_get(node->items[i], "when"), "when", "%s", error.text);
		else
			ret->alert_count++;
	}
	return result;
}

/* Its own target or the objective's; what has no budget has none, and a line of its own may not say otherwise. */
static int read_target(const struct slo_reader *reader, const struct yaml_node *node, const struct slo_entry *entry,
		       const struct yaml_node *above_node, const struct slo_entry *above, struct slo_line *ret)
{
	const struct yaml_node *at = entry->target ? node : above_node;
	const char *target = entry->target ? entry->target : above->target;
	bool without = ret->kind == SLI_VALUE || ret->kind == SLI_UNMEASURED;
	int result;

	ret->target = NAN;
	if (without && entry->target && ret->kind == SLI_VALUE)
		return slo_fault(reader, yaml_get(node, "target"), "target",
				 "a value has a goal (good:) and no budget; threshold: has one");
	if (without || (!target && ret->kind == SLI_FRESHNESS))
		return 0;
	if (!target)
		return slo_fault(reader, node, NULL, "'target' is missing (99.9%%)");
	result = slo_share_read(reader, yaml_get(at, "target"), "target", target, 1, &ret->target);
	if (result == 0 && ret->target <= 0)
		result = slo_fault(reader, yaml_get(at, "target"), "target", "a target of nothing is no promise");
	return result;
}

static int read_window(const struct slo_reader *reader, const struct yaml_node *node, const struct slo_entry *entry,
		       const struct yaml_node *above_node, const struct slo_entry *above, struct slo_line *ret)
{
	const struct yaml_node *at = entry->window ? node : above_node;
	const char *window = entry->window ? entry->window : above->window;
	struct error error;

	if (slo_window_read(window ? window : "30d", &ret->window, &error) == 0)
		return 0;
	return slo_fault(reader, yaml_get(at, "window"), "window", "%s", error.text);
}

int slo_line_read(const struct slo_reader *reader, const struct yaml_node *node, const struct slo_entry *entry,
		  const struct yaml_node *above_node, const struct slo_entry *above, struct slo_line *ret)
{
	int result = read_sli(reader, node, entry, ret);

	*ret = (struct slo_line){ .name = entry->name ? entry->name : "",
				  .title = entry->title  ? entry->title
					   : entry->name ? entry->name
							 : "",
				  .description = entry->description,
				  .kind = ret->kind,
				  .target = NAN,
				  .bad = ret->bad,
				  .good = ret->good,
				  .total = ret->total,
				  .value = ret->value,
				  .has_goal = ret->has_goal,
				  .goal = ret->goal,
				  .slice_ms = ret->slice_ms,
				  .unmeasured = ret->unmeasured,
				  .unit = entry->unit ? entry->unit : above->unit,
				  .file_line = node->line };
	if (entry->indicator) {
		if (ret->kind != SLI_EVENTS)
			result = slo_fault(reader, yaml_get(node, "indicator"), "indicator",
					   "is for events only: what else is measured is shown as it is");
		else if (check(reader, node, "indicator", entry->indicator, false) < 0)
			result = -1;
		ret->value = entry->indicator;
	}
	if (read_target(reader, node, entry, above_node, above, ret) < 0)
		result = -1;
	if (read_window(reader, node, entry, above_node, above, ret) < 0)
		result = -1;
	if (read_alerts(reader, entry->alerts ? entry->alerts : above->alerts, ret) < 0)
		result = -1;
	return result;
}
