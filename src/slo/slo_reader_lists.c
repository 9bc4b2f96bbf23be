/* The lists beside the objectives: window pairs, policy, scorecard. */
#include <string.h>

#include "base/clock.h"
#include "slo/slo_reader.h"

#define SCORES_MAX 40

struct pair_entry {
	const char *name, *severity, *tier, *share;
	int64_t long_ms, short_ms;
};

#define AT(member) .offset = offsetof(struct pair_entry, member)
const struct option slo_pair_options[] = {
	{ "name", 0, OPTION_STRING, AT(name), .value_name = "NAME", .required = true,
	  .help = "of the alert; pairs that share one are one alert" },
	{ "share", 0, OPTION_STRING, AT(share), .value_name = "SHARE", .required = true,
	  .help = "of the budget that is spent within the long window when it fires: 2%" },
	{ "long", 0, OPTION_DURATION, AT(long_ms), .minimum = 300e3, .maximum = 30 * 86400e3, .required = true,
	  .help = "the long window" },
	{ "short", 0, OPTION_DURATION, AT(short_ms), .minimum = 60e3, .maximum = 30 * 86400e3,
	  .help = "the short window (default: a twelfth of the long one)" },
	{ "severity", 0, OPTION_STRING, AT(severity), .fallback = "warning", .value_name = "WORD",
	  .help = "label of its alert" },
	{ "tier", 0, OPTION_STRING, AT(tier), .value_name = "WORD",
	  .help = "label of its alert (default: the objective's tier)" },
	{ 0 },
};
#undef AT

struct policy_entry {
	const char *used, *rule;
};

#define AT(member) .offset = offsetof(struct policy_entry, member)
const struct option slo_policy_options[] = {
	{ "used", 0, OPTION_STRING, AT(used), .value_name = "SHARE", .required = true,
	  .help = "from this share of the budget on" },
	{ "rule", 0, OPTION_STRING, AT(rule), .value_name = "TEXT", .required = true, .help = "this is done" },
	{ 0 },
};
#undef AT

struct score_entry {
	struct slo_score score;
	const char *line;
};

static const char *const shows[] = { "now", "window", "budget", NULL };
#define AT(member) .offset = offsetof(struct score_entry, member)
const struct option slo_score_options[] = {
	{ "title", 0, OPTION_STRING, AT(score.title), .value_name = "TEXT", .required = true, .help = "what it is" },
	{ "target", 0, OPTION_STRING, AT(score.target), .value_name = "TEXT",
	  .help = "the target as the documents have it (default: the line's)" },
	{ "reported", 0, OPTION_STRING, AT(score.reported), .value_name = "TEXT",
	  .help = "the value that a document gives, to compare with" },
	{ "line", 0, OPTION_STRING, AT(line), .value_name = "OBJECTIVE/LINE", .help = "whose number it shows" },
	{ "show", 0, OPTION_CHOICE, AT(score.show), .fallback = "now", .choices = shows,
	  .help = "the value now, over the window, or the budget that is left" },
	{ "unmeasured", 0, OPTION_STRING, AT(score.unmeasured), .value_name = "TEXT",
	  .help = "in place of line: why nobody measures it" },
	{ 0 },
};
#undef AT

/* Google's Site Reliability Workbook, table 5-6. */
static const struct slo_pair workbook[] = {
	{ "page", "critical", NULL, 0.02, CLOCK_HOUR, CLOCK_HOUR / 12 },
	{ "page", "critical", NULL, 0.05, 6 * CLOCK_HOUR, CLOCK_HOUR / 2 },
	{ "ticket", "warning", "p3", 0.10, CLOCK_DAY, 2 * CLOCK_HOUR },
	{ "ticket", "warning", "p3", 0.10, 3 * CLOCK_DAY, 6 * CLOCK_HOUR },
};

static int check_list(const struct slo_reader *reader, const struct yaml_node *node, const char *key, size_t most)
{
	if (node->kind != YAML_SEQUENCE)
		return slo_fault(reader, node, key, "is no list");
	if (node->count > most)
		return slo_fault(reader, node, key, "has %zu items (at most %zu)", node->count, most);
	return 0;
}

static int read_pair(const struct slo_reader *reader, const struct yaml_node *node, struct slo_pair *ret)
{
	struct pair_entry entry = { 0 };

	option_defaults(slo_pair_options, &entry, reader->arena);
	if (option_read_yaml(slo_pair_options, &entry, node, reader->file, reader->arena, reader->errors) < 0)
		return -1;
	*ret = (struct slo_pair){ .name = entry.name,
				  .severity = entry.severity,
				  .tier = entry.tier,
				  .long_ms = entry.long_ms,
				  .short_ms = entry.short_ms ? entry.short_ms : entry.long_ms / 12 };
	/* PromQL's lengths of time are whole milliseconds; whole seconds are what can be read. */
	ret->short_ms -= ret->short_ms % CLOCK_SECOND;
	if (slo_share_read(reader, yaml_get(node, "share"), "share", entry.share, 1, &ret->share) < 0)
		return -1;
	if (ret->share <= 0)
		return slo_fault(reader, yaml_get(node, "share"), "share", "must be more than nothing (2%%)");
	if (ret->short_ms >= ret->long_ms)
		return slo_fault(reader, yaml_get(node, "short"), "short", "must be shorter than the long window");
	return 0;
}

int slo_pairs_read(const struct slo_reader *reader, const struct yaml_node *node, struct slo_file *ret)
{
	int result = 0;

	ret->pairs = arena_array(reader->arena, SLO_PAIRS_MAX, sizeof(*ret->pairs));
	if (!node) {
		ret->pair_count = sizeof(workbook) / sizeof(workbook[0]);
		memcpy(ret->pairs, workbook, sizeof(workbook));
		return 0;
	}
	if (check_list(reader, node, "burn", SLO_PAIRS_MAX) < 0)
		return -1;
	for (size_t i = 0; i < node->count; i++)
		if (read_pair(reader, node->items[i], &ret->pairs[ret->pair_count++]) < 0)
			result = -1;
	return result;
}

int slo_policies_read(const struct slo_reader *reader, const struct yaml_node *node, struct slo_file *ret)
{
	int result = 0;

	if (!node)
		return 0;
	if (check_list(reader, node, "policy", SLO_POLICIES_MAX) < 0)
		return -1;
	ret->policies = arena_array(reader->arena, node->count + 1, sizeof(*ret->policies));
	for (size_t i = 0; i < node->count; i++) {
		const struct yaml_node *item = node->items[i];
		struct slo_policy *policy = &ret->policies[ret->policy_count];
		struct policy_entry entry = { 0 };

		if (option_read_yaml(slo_policy_options, &entry, item, reader->file, reader->arena, reader->errors) <
			    0 ||
		    slo_share_read(reader, yaml_get(item, "used"), "used", entry.used, 10, &policy->used) < 0) {
			result = -1;
			continue;
		}
		policy->rule = entry.rule;
		if (ret->policy_count && policy->used <= policy[-1].used)
			result = slo_fault(reader, yaml_get(item, "used"), "used",
					   "must be more than that of the level before");
		ret->policy_count++;
	}
	return result;
}

static int read_score(const struct slo_reader *reader, const struct yaml_node *node, const struct slo_file *file,
		      struct slo_score *ret)
{
	struct score_entry entry = { 0 };
	int result;

	option_defaults(slo_score_options, &entry, reader->arena);
	result = option_read_yaml(slo_score_options, &entry, node, reader->file, reader->arena, reader->errors);
	*ret = entry.score;
	ret->line = entry.line ? slo_file_find(file, entry.line) : -1;
	if (result == 0 && !entry.line == !entry.score.unmeasured)
		return slo_fault(reader, node, NULL, "needs line: or unmeasured: (one of them)");
	if (entry.line && ret->line < 0)
		return slo_fault(reader, yaml_get(node, "line"), "line", "no objective's line is called '%.80s'",
				 entry.line);
	if (result == 0 && entry.line && ret->show != SLO_SHOW_NOW && !slo_line_has_budget(&file->lines[ret->line]))
		return slo_fault(reader, yaml_get(node, "show"), "show", "'%.80s' has no budget (now)", entry.line);
	return result;
}

int slo_scores_read(const struct slo_reader *reader, const struct yaml_node *node, struct slo_file *ret)
{
	int result = 0;

	if (!node)
		return 0;
	if (check_list(reader, node, "scorecard", SCORES_MAX) < 0)
		return -1;
	ret->scores = arena_array(reader->arena, node->count + 1, sizeof(*ret->scores));
	for (size_t i = 0; i < node->count; i++)
		if (read_score(reader, node->items[i], ret, &ret->scores[ret->score_count++]) < 0)
			result = -1;
	return result;
}
