#include "slo/slo_file.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "slo/slo_reader.h"

#define OBJECTIVES_MAX 100
#define NAME_MAX_BYTES 60

struct section {
	const struct yaml_node *objectives, *burn, *policy, *scorecard;
};

#define AT(member) .offset = offsetof(struct section, member)
const struct option slo_file_options[] = {
	{ "objectives", 0, OPTION_NODE, AT(objectives), .required = true, .help = "what is promised: a list" },
	{ "burn", 0, OPTION_NODE, AT(burn),
	  .help = "pairs of windows that alerts on the burn rate have (default: the four of the SRE workbook)" },
	{ "policy", 0, OPTION_NODE, AT(policy), .help = "what is done when so much of a budget is used" },
	{ "scorecard", 0, OPTION_NODE, AT(scorecard), .help = "the key numbers, in the order they are shown" },
	{ 0 },
};
#undef AT

#define AT(member) .offset = offsetof(struct slo_entry, member)
/* clang-format off */
#define ROWS_OF_A_LINE                                                                                                 \
	{ "name", 0, OPTION_STRING, AT(name), .value_name = "NAME", .required = true,                                  \
	  .help = "letters, digits, - and _: by it rules, commands and the scorecard know it" },                       \
	{ "title", 0, OPTION_STRING, AT(title), .value_name = "TEXT", .help = "as it is shown (default: its name)" },  \
	{ "description", 0, OPTION_STRING, AT(description), .value_name = "TEXT", .help = "what it means" },           \
	{ "target", 0, OPTION_STRING, AT(target), .value_name = "SHARE", .help = "how much is to be good: 99.9%" },    \
	{ "window", 0, OPTION_STRING, AT(window), .value_name = "WINDOW",                                              \
	  .help = "28d, 30d, 1y: rolling; calendar month, calendar quarter, calendar year (default 30d)" },            \
	{ "events", 0, OPTION_NODE, AT(events), .help = "bad or good events of all" },                                 \
	{ "threshold", 0, OPTION_NODE, AT(threshold), .help = "a value that is to stay on one side" },                 \
	{ "freshness", 0, OPTION_NODE, AT(freshness), .help = "an age that is to stay short" },                        \
	{ "value", 0, OPTION_NODE, AT(value), .help = "a value compared with a goal, without a budget" },              \
	{ "unmeasured", 0, OPTION_STRING, AT(unmeasured), .value_name = "TEXT", .help = "why nobody measures it" },    \
	{ "indicator", 0, OPTION_STRING, AT(indicator), .value_name = "EXPR",                                          \
	  .help = "of events: the value that is shown and that alerts compare (default: the share that is good)" },    \
	{ "unit", 0, OPTION_STRING, AT(unit), .value_name = "UNIT", .help = "of the value, as Grafana names it" },     \
	{ "alerts", 0, OPTION_NODE, AT(alerts), .help = "the documents' alert lines on the value" }

const struct option slo_line_options[] = {
	ROWS_OF_A_LINE,
	{ 0 },
};
const struct option slo_objective_options[] = {
	ROWS_OF_A_LINE,
	{ "owner", 0, OPTION_STRING, AT(owner), .value_name = "TEXT", .help = "who answers for it" },
	{ "links", 0, OPTION_PAIRS, AT(links), .value_name = "NAME: URL", .help = "where more is written" },
	{ "proposal", 0, OPTION_BOOL, AT(proposal), .help = "nobody has agreed to it yet" },
	{ "tier", 0, OPTION_STRING, AT(tier), .value_name = "WORD", .fallback = "p1", .help = "label of its page alerts" },
	{ "lines", 0, OPTION_NODE, AT(lines),
	  .help = "what is measured apart; each takes over target, window, unit and alerts" },
	{ 0 },
};
/* clang-format on */
#undef AT

const char *sli_kind_name(enum sli_kind kind)
{
	static const char *const names[SLI_KINDS] = {
		[SLI_EVENTS] = "events", [SLI_THRESHOLD] = "threshold",   [SLI_FRESHNESS] = "freshness",
		[SLI_VALUE] = "value",   [SLI_UNMEASURED] = "unmeasured",
	};

	return names[kind];
}

int slo_fault(const struct slo_reader *reader, const struct yaml_node *node, const char *where, const char *format, ...)
{
	char text[ERROR_TEXT_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return error_list_add(reader->errors, FAULT_ERROR, reader->file, node ? node->line : 0, node ? node->column : 0,
			      where, "%s", text);
}

/* It becomes a label of rules and a word of commands. */
static int check_name(const struct slo_reader *reader, const struct yaml_node *node, const char *name)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

	if (!name || (strspn(name, allowed) == strlen(name) && *name && strlen(name) <= NAME_MAX_BYTES))
		return 0;
	return slo_fault(reader, yaml_get(node, "name"), "name",
			 "'%.64s' is no name (letters, digits, - and _; at most %d)", name, NAME_MAX_BYTES);
}

static int read_entry(const struct slo_reader *reader, const struct yaml_node *node, const struct option *table,
		      struct slo_entry *ret)
{
	int result;

	option_defaults(table, ret, reader->arena);
	result = option_read_yaml(table, ret, node, reader->file, reader->arena, reader->errors);
	return check_name(reader, node, ret->name) < 0 ? -1 : result;
}

static int add_line(const struct slo_reader *reader, const struct yaml_node *node, const struct slo_entry *entry,
		    const struct yaml_node *above_node, const struct slo_entry *above, struct slo_file *file)
{
	struct slo_line *line;
	int result;

	if (file->line_count == SLO_LINES_MAX)
		return slo_fault(reader, node, NULL, "is one line too many (at most %d)", SLO_LINES_MAX);
	line = &file->lines[file->line_count];
	result = slo_line_read(reader, node, entry, above_node, above, line);
	line->objective = file->objective_count;
	for (size_t i = file->objectives[file->objective_count].first; i < file->line_count; i++)
		if (strcmp(file->lines[i].name, line->name) == 0)
			result = slo_fault(reader, node, "name", "'%.64s' is the name of another line too", line->name);
	file->line_count++;
	return result;
}

static int read_lines(const struct slo_reader *reader, const struct yaml_node *node, const struct slo_entry *above,
		      struct slo_file *file)
{
	const struct yaml_node *lines = above->lines;
	int result = 0;

	if (above->events || above->threshold || above->freshness || above->value || above->unmeasured)
		result = slo_fault(reader, node, NULL,
				   "has lines: and measures something itself (each line says what it measures)");
	if (lines->kind != YAML_SEQUENCE || !lines->count)
		return slo_fault(reader, lines, "lines", "is no list (- { name: ..., events: ... })");
	for (size_t i = 0; i < lines->count; i++) {
		struct slo_entry entry = { 0 };

		if (lines->items[i]->kind != YAML_MAPPING) {
			result = slo_fault(reader, lines->items[i], "lines",
					   "a line is a mapping (name: and what is measured)");
			continue;
		}
		if (read_entry(reader, lines->items[i], slo_line_options, &entry) < 0)
			result = -1;
		if (add_line(reader, lines->items[i], &entry, node, above, file) < 0)
			result = -1;
	}
	return result;
}

static int read_objective(const struct slo_reader *reader, const struct yaml_node *node, struct slo_file *file)
{
	struct slo_objective *objective = &file->objectives[file->objective_count];
	struct slo_entry entry = { 0 };
	int result;

	if (node->kind != YAML_MAPPING)
		return slo_fault(reader, node, NULL, "an objective is a mapping (name:, target:, what is measured)");
	result = read_entry(reader, node, slo_objective_options, &entry);
	*objective = (struct slo_objective){ .name = entry.name ? entry.name : "",
					     .title = entry.title  ? entry.title
						      : entry.name ? entry.name
								   : "",
					     .description = entry.description,
					     .owner = entry.owner,
					     .tier = entry.tier,
					     .links = entry.links,
					     .proposal = entry.proposal,
					     .first = file->line_count };
	for (size_t i = 0; i < file->objective_count; i++)
		if (entry.name && strcmp(file->objectives[i].name, entry.name) == 0)
			result = slo_fault(reader, yaml_get(node, "name"), "name",
					   "'%.64s' is the name of another objective too", entry.name);
	if ((entry.lines ? read_lines(reader, node, &entry, file)
			 : add_line(reader, node, &entry, node, &entry, file)) < 0)
		result = -1;
	objective->count = file->line_count - objective->first;
	file->objective_count++;
	return result;
}

static int read_objectives(const struct slo_reader *reader, const struct yaml_node *node, struct slo_file *file)
{
	int result = 0;

	if (node->kind != YAML_SEQUENCE || node->count > OBJECTIVES_MAX)
		return slo_fault(reader, node, "objectives",
				 "is no list of at most %d (- { name: availability, target: 99.9%%, events: ... })",
				 OBJECTIVES_MAX);
	file->objectives = arena_array(reader->arena, node->count + 1, sizeof(*file->objectives));
	file->lines = arena_array(reader->arena, SLO_LINES_MAX, sizeof(*file->lines));
	for (size_t i = 0; i < node->count; i++)
		if (read_objective(reader, node->items[i], file) < 0)
			result = -1;
	return result;
}

static void add_window(struct slo_file *file, int64_t window_ms)
{
	size_t at = 0;

	while (at < file->window_count && file->windows_ms[at] < window_ms)
		at++;
	if (file->window_count == SLO_WINDOWS_MAX || (at < file->window_count && file->windows_ms[at] == window_ms))
		return;
	memmove(&file->windows_ms[at + 1], &file->windows_ms[at],
		(file->window_count - at) * sizeof(file->windows_ms[0]));
	file->windows_ms[at] = window_ms;
	file->window_count++;
}

/* First those that pairs need: of the usual ones as many as there is room for. */
static void choose_windows(struct slo_file *file)
{
	static const int64_t usual_ms[] = { 5 * CLOCK_MINUTE, 30 * CLOCK_MINUTE, CLOCK_HOUR,   2 * CLOCK_HOUR,
					    6 * CLOCK_HOUR,   CLOCK_DAY,         3 * CLOCK_DAY };

	for (size_t i = 0; i < file->pair_count; i++) {
		add_window(file, file->pairs[i].long_ms);
		add_window(file, file->pairs[i].short_ms);
	}
	for (size_t i = 0; i < sizeof(usual_ms) / sizeof(usual_ms[0]); i++)
		add_window(file, usual_ms[i]);
}

static int read_section(struct slo_file *ret, const struct yaml_node *node, const struct slo_reader *reader)
{
	struct section section = { 0 };
	struct slo_file file = { 0 };
	int result = option_read_yaml(slo_file_options, &section, node, reader->file, reader->arena, reader->errors);

	if (slo_pairs_read(reader, section.burn, &file) < 0)
		result = -1;
	if (slo_policies_read(reader, section.policy, &file) < 0)
		result = -1;
	if (section.objectives && read_objectives(reader, section.objectives, &file) < 0)
		result = -1;
	/* The names that the scorecard asks for may be those that could not be read. */
	if (result == 0)
		result = slo_scores_read(reader, section.scorecard, &file);
	choose_windows(&file);
	if (result == 0)
		*ret = file;
	return result;
}

struct slo_reading {
	struct slo_file *ret;
	struct slo_reader reader;
};

static int on_section(void *user, const struct yaml_node *section, const char *file)
{
	struct slo_reading *reading = user;

	reading->reader.file = file;
	return read_section(reading->ret, section, &reading->reader);
}

int slo_file_read(struct slo_file *ret, const struct yaml_node *node, const char *file, const char *folder,
		  struct arena *arena, struct error_list *errors)
{
	struct slo_reading reading = { ret, { file, arena, errors } };

	return yaml_read_section(node, file, folder, "objectives", on_section, &reading, errors);
}

bool slo_line_has_budget(const struct slo_line *line)
{
	return !isnan(line->target);
}

void slo_line_id(const struct slo_file *file, const struct slo_line *line, char *ret, size_t size)
{
	const struct slo_objective *objective = &file->objectives[line->objective];

	if (strcmp(objective->name, line->name) == 0 && objective->count == 1)
		snprintf(ret, size, "%s", objective->name);
	else
		snprintf(ret, size, "%s/%s", objective->name, line->name);
}

int slo_file_find(const struct slo_file *file, const char *id)
{
	char mine[2 * NAME_MAX_BYTES + 8];

	for (size_t i = 0; i < file->line_count; i++) {
		slo_line_id(file, &file->lines[i], mine, sizeof(mine));
		if (strcmp(mine, id) == 0)
			return (int)i;
	}
	return -1;
}

const char *slo_file_policy(const struct slo_file *file, double used)
{
	const char *ret = file->policy_count ? file->policies[0].rule : NULL;

	for (size_t i = 0; i < file->policy_count; i++)
		if (used >= file->policies[i].used)
			ret = file->policies[i].rule;
	return ret;
}
