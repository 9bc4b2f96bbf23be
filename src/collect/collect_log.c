/*
 * Log files and streams of lines, followed: counters and latencies out of
 * them, and the log itself for the log view.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/path.h"
#include "collect/collector.h"
#include "collect/intake.h"
#include "collect/log_count.h"
#include "logs/follow.h"
#include "logs/log_zone.h"
#include "logs/stream.h"

#define FIRST_WAIT_MS 5000

struct log_config {
	const char *job, *name;
	struct option_strings paths, run;
	const char *folder;
	int format; /* enum line_format */
	const char *timezone;
	struct option_strings labels, duration_labels, duration_buckets;
	struct option_strings more_labels; /* "name=value" */
	int64_t series_limit;
	const char *duration;
	int duration_unit;
	const struct yaml_node *patterns;
	const char *start;
	int64_t interval_ms, ring_bytes;
	/* Read from the above. */
	struct log_zone zone;
	struct log_count_config count;
	enum follow_start start_kind;
	int64_t start_value; /* lines, or milliseconds back */
};

struct log {
	struct collector *collector;
	const struct log_config *config;
	struct arena arena;
	struct intake *intake;
	struct log_count *count; /* the follow's or stream's: looked at only while that is idle */
	struct follow *follow;
	struct stream *stream;
	bool asked;     /* a collection waits for the worker */
	bool caught_up; /* what was there at the start is counted */
	uint64_t told;  /* the sum of what was news at the last telling */
	int64_t time_ms;
};

/*
 * May the counters be looked at? Not while a worker has them; and the first
 * time what was there at the start should be in them, unless it is so much
 * that somebody would wait.
 */
static bool is_ready(struct log *log)
{
	struct follow_totals totals;
	int64_t waited_ms;

	if (log->stream)
		return stream_is_idle(log->stream);
	if (!follow_is_idle(log->follow))
		return false;
	follow_totals(log->follow, &totals);
	waited_ms = loop_monotonic_now_ms(collect_bridges(log->collector->collect)->loop) - log->collector->begun_ms;
	log->caught_up |= !totals.behind || waited_ms >= FIRST_WAIT_MS;
	return log->caught_up;
}

static void get_sources(const struct log *log, struct log_sources *ret)
{
	if (log->follow)
		follow_sources(log->follow, ret);
	else
		stream_sources(log->stream, ret);
}

/* ---- a collection ---- */

static void add_follow(const struct follow_totals *totals, struct metric_page *page)
{
	metric_page_gauge(page, "log_files", "Files followed now.", totals->files);
	metric_page_counter(page, "log_rotations_total", "Files that another one took the name of.",
			    (double)totals->rotations);
	metric_page_counter(page, "log_truncations_total", "Files that were emptied in place.",
			    (double)totals->truncations);
	metric_page_counter(page, "log_lost_parts_total",
			    "Times when rotated parts were deleted before they could be read.", (double)totals->lost);
	metric_page_gauge(page, "log_behind", "Whether more is written than was read (1) or not (0).", totals->behind);
}

static void add_stream(const struct stream_totals *totals, struct metric_page *page)
{
	metric_page_gauge(page, "log_command_running", "Whether the command runs (1) or not (0).", totals->running);
	metric_page_counter(page, "log_command_starts_total", "How often the command was started.",
			    (double)totals->starts);
}

static void add_age(struct detail *detail, struct detail_cell *row, size_t column, int64_t then_ms, int64_t now_ms)
{
	char text[16];

	if (!then_ms)
		return;
	duration_format(now_ms > then_ms ? now_ms - then_ms : 0, text, sizeof(text));
	detail_cell(detail, row, column, DETAIL_PLAIN, "%s", text);
}

static void set_detail(struct log *log)
{
	static const struct detail_column columns[] = {
		{ .title = "log", .wide = true },         { .title = "bytes", .right = true },
		{ .title = "lines read", .right = true }, { .title = "rotations", .right = true },
		{ .title = "last line", .right = true },  { .title = "state", .wide = true },
	};
	struct detail *detail = detail_new(log->time_ms);
	struct detail_table *table =
		detail_add(detail, "Logs", "no file is followed", columns, sizeof(columns) / sizeof(columns[0]));
	struct log_sources sources;

	get_sources(log, &sources);
	for (size_t i = 0; i < sources.count; i++) {
		const struct log_source *source = &sources.items[i];
		struct detail_cell *row = detail_row(detail, table);

		detail_cell(detail, row, 0, DETAIL_PLAIN, "%s", source->name);
		detail_cell(detail, row, 1, DETAIL_PLAIN, "%" PRIu64, source->size_bytes);
		detail_cell(detail, row, 2, DETAIL_PLAIN, "%" PRIu64, source->lines);
		detail_cell(detail, row, 3, DETAIL_PLAIN, "%" PRIu64, source->rotations + source->restarts);
		add_age(detail, row, 4, source->last_ms, log->time_ms);
		detail_cell(detail, row, 5, source->gone ? DETAIL_BAD : DETAIL_GOOD, "%s",
			    source->reason[0] ? source->reason
			    : log->stream     ? "runs"
					      : "followed");
	}
	collector_set_detail(log->collector, detail);
}

static void set_warning(struct log *log, const struct follow_totals *totals)
{
	char *warning = log->collector->state.warning;
	size_t size = sizeof(log->collector->state.warning);
	bool full;

	log_count_series(log->count, &full);
	warning[0] = '\0';
	if (totals->lost)
		snprintf(warning, size, "rotated parts were deleted before they were read, %" PRIu64 " times",
			 totals->lost);
	else if (totals->not_followed)
		snprintf(warning, size, "%u files are not followed (at most %d)", totals->not_followed, FOLLOW_FILES);
	else if (full)
		snprintf(warning, size, "more than %" PRId64 " combinations of labels: the rest is counted as 'other'",
			 log->config->series_limit);
	else if (totals->behind)
		snprintf(warning, size, "more is written than is read");
}

/* No worker has the counters: tell what they are. */
static void answer(struct log *log)
{
	struct metric_page page;
	struct follow_totals follow = { 0 };
	struct stream_totals stream = { 0 };
	const char *reason;

	log->asked = false;
	metric_page_init(&page);
	log_count_page(log->count, &page);
	if (log->follow) {
		follow_totals(log->follow, &follow);
		add_follow(&follow, &page);
		reason = follow.reason;
	} else {
		stream_totals(log->stream, &stream);
		add_stream(&stream, &page);
		reason = stream.running ? "" : stream.reason;
	}
	set_detail(log);
	set_warning(log, &follow);
	log->collector->state.bytes = page.text.length;
	collector_set_raw(log->collector, page.text.text, page.text.length);
	intake_page(log->intake, log->time_ms, &page.text, false, *reason ? reason : NULL);
	metric_page_release(&page);
}

static void start(struct collector *collector, int64_t time_ms)
{
	struct log *log = collector->own;

	log->time_ms = time_ms;
	log->asked = true;
	if (is_ready(log))
		answer(log);
}

/* Rises with every line, and changes with the state of a file or the command. */
static uint64_t news(const struct log *log)
{
	struct log_sources sources;
	uint64_t sum = 0;

	get_sources(log, &sources);
	for (size_t i = 0; i < sources.count; i++)
		sum += sources.items[i].revision + sources.items[i].gone + sources.items[i].id;
	return sum;
}

/* A look has ended: what it found is also news for who looks at the log. */
static void on_batch(void *user)
{
	struct log *log = user;
	const struct collect_config *bridges = collect_bridges(log->collector->collect);

	if (log->asked && is_ready(log))
		answer(log);
	if (bridges->on_change && news(log) != log->told)
		bridges->on_change(bridges->user);
	log->told = news(log);
}

static void logs(const struct collector *collector, struct log_sources *ret)
{
	get_sources(collector->own, ret);
}

static void log_free(struct collector *collector)
{
	struct log *log = collector->own;

	follow_free(log->follow);
	stream_free(log->stream);
	intake_free(log->intake);
	arena_release(&log->arena);
	free(log);
}

static const struct collector_ops log_ops = { .start = start, .free = log_free, .logs = logs };

/* ---- an entry ---- */

static void open_follow(struct log *log, const struct line_parser *parser)
{
	const struct log_config *config = log->config;
	const struct collect_config *bridges = collect_bridges(log->collector->collect);
	struct follow_config follow = {
		.loop = bridges->loop,
		.pool = bridges->pool,
		.patterns = config->paths.items,
		.pattern_count = config->paths.count,
		.parser = *parser,
		.start = config->start_kind,
		.start_value = config->start_kind == FOLLOW_SINCE ? clock_wall_ms() - config->start_value
								  : config->start_value,
		.sink = &log_count_sink,
		.sink_state = log->count,
		.on_batch = on_batch,
		.user = log,
	};

	log->follow = follow_new(&follow);
}

static void open_stream(struct log *log, const struct line_parser *parser)
{
	const struct log_config *config = log->config;
	const struct collect_config *bridges = collect_bridges(log->collector->collect);
	const char **arguments = arena_array(&log->arena, config->run.count + 1, sizeof(*arguments));
	struct stream_config stream = {
		.loop = bridges->loop,
		.pool = bridges->pool,
		.arguments = arguments,
		.folder = config->folder,
		.ring_bytes = (size_t)config->ring_bytes,
		.parser = *parser,
		.sink = &log_count_sink,
		.sink_state = log->count,
		.on_batch = on_batch,
		.user = log,
	};

	for (size_t i = 0; i < config->run.count; i++)
		arguments[i] = config->run.items[i];
	log->stream = stream_new(&stream);
}

static void open_entry(struct collect *collect, const void *entry)
{
	const struct log_config *config = entry;
	struct line_parser parser = { .format = (enum line_format)config->format,
				      .zone = &config->zone,
				      .now_ms = clock_wall_ms() };
	struct log *log = mem_zalloc(sizeof(*log));
	struct intake_config intake = { 0 };

	log->config = config;
	arena_init(&log->arena);
	log->count = log_count_new(&config->count, &parser);
	log->collector =
		collector_add(collect, &log_ops, log, "log", config->job, config->name, "", config->interval_ms);
	intake.labels = intake_labels(config->job, config->name, &config->more_labels, &log->arena);
	log->intake = intake_new(log->collector, &intake);
	if (config->paths.count)
		open_follow(log, &parser);
	else
		open_stream(log, &parser);
}

/* ---- reading an entry ---- */

static int bad(const struct yaml_node *entry, const char *key, const char *file, struct error_list *errors,
	       const char *text)
{
	const struct yaml_node *node = yaml_get(entry, key);

	if (!node)
		node = entry;
	return error_list_add(errors, FAULT_ERROR, file, node->line, node->column, NULL, "%s: %s", key, text);
}

static int read_buckets(struct log_config *config, struct arena *arena, struct error *error)
{
	static const double usual[] = { .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10 };
	size_t count = config->duration_buckets.count;
	double *bounds = arena_array(arena, count + 1, sizeof(*bounds));

	config->count.bounds = count ? bounds : usual;
	config->count.bound_count = count ? count : sizeof(usual) / sizeof(usual[0]);
	if (count > 64)
		return error_set(error, "%zu buckets (at most 64)", count);
	for (size_t i = 0; i < count; i++) {
		char *end;

		bounds[i] = strtod(config->duration_buckets.items[i], &end);
		if (end == config->duration_buckets.items[i] || *end || !(bounds[i] > 0) || bounds[i] > 1e9 ||
		    (i && bounds[i] <= bounds[i - 1]))
			return error_set(error, "'%.32s' (seconds, greater than 0, in rising order)",
					 config->duration_buckets.items[i]);
	}
	return 0;
}

/* "end", "beginning", "100 lines", "since 10m" */
static int read_start(struct log_config *config, struct error *error)
{
	const char *text = config->start;
	char *end;
	long lines = strtol(text, &end, 10);

	if (strcmp(text, "end") == 0) {
		config->start_kind = FOLLOW_FROM_END;
	} else if (strcmp(text, "beginning") == 0) {
		config->start_kind = FOLLOW_FROM_BEGIN;
	} else if (end != text && strcmp(end, " lines") == 0 && lines >= 0 && lines <= 1000000) {
		config->start_kind = FOLLOW_LAST_LINES;
		config->start_value = lines;
	} else if (strncmp(text, "since ", 6) == 0 && duration_parse(text + 6, &config->start_value, NULL) == 0) {
		config->start_kind = FOLLOW_SINCE;
	} else {
		return error_set(error, "'%.32s' (end, beginning, '100 lines' or 'since 10m')", text);
	}
	return 0;
}

static int finish_counts(struct log_config *config, const struct yaml_node *entry, const char *file,
			 struct arena *arena, struct error_list *errors)
{
	static const double factors[] = { 1e-3, 1, 1e-6, 1e-9 };
	struct error error;
	int result = 0;

	config->count.series_limit = (size_t)config->series_limit;
	config->count.duration = config->duration;
	config->count.duration_factor = factors[config->duration_unit];
	if (log_labels_read(&config->count.labels, &config->labels, &error) < 0)
		result = bad(entry, "labels", file, errors, error.text);
	if (log_labels_read(&config->count.duration_labels, &config->duration_labels, &error) < 0)
		result = bad(entry, "duration_labels", file, errors, error.text);
	if (read_buckets(config, arena, &error) < 0)
		result = bad(entry, "duration_buckets", file, errors, error.text);
	if (log_patterns_read(&config->count, config->patterns, file, arena, errors) < 0)
		result = -1;
	return result;
}

/* Files beside the system file, and a program there, are named from it. */
static void make_relative(struct log_config *config, const char *folder, struct arena *arena)
{
	for (size_t i = 0; i < config->paths.count; i++) {
		char *path = path_join(folder, config->paths.items[i]);

		config->paths.items[i] = arena_strdup(arena, path);
		free(path);
	}
	if (config->run.count && strchr(config->run.items[0], '/')) {
		char *path = path_join(folder, config->run.items[0]);

		config->run.items[0] = arena_strdup(arena, path);
		free(path);
	}
	config->folder = folder ? arena_strdup(arena, folder) : NULL;
}

static int finish_entry(void *entry_config, const struct yaml_node *entry, const char *file, const char *folder,
			struct arena *arena, struct error_list *errors)
{
	struct log_config *config = entry_config;
	const struct yaml_node *run = yaml_get(entry, "run");
	struct error error;
	int result = finish_counts(config, entry, file, arena, errors);

	if (!config->paths.count == !config->run.count)
		result = bad(entry, "path", file, errors, "say either what files (path) or what command (run)");
	else if (config->run.count && (!config->run.items[0][0] || run->kind == YAML_SCALAR))
		result = bad(entry, "run", file, errors, "a list of words ([journalctl, -f, -o, json])");
	if (log_zone_read(&config->zone, config->timezone, &error) < 0)
		result = bad(entry, "timezone", file, errors, error.text);
	if (read_start(config, &error) < 0)
		result = bad(entry, "start", file, errors, error.text);
	if (!config->name && config->paths.count)
		config->name = config->paths.items[0];
	else if (!config->name && config->run.count)
		config->name = config->run.items[0];
	make_relative(config, folder, arena);
	return result;
}

static const char *const formats[] = {
	[LINE_FORMAT_AUTO] = "auto",
	[LINE_FORMAT_JSON] = "json",
	[LINE_FORMAT_TEXT] = "text",
	[LINE_FORMAT_ACCESS] = "access",
	NULL,
};
static const char *const units[] = { "ms", "s", "us", "ns", NULL };

#define AT(member) .offset = offsetof(struct log_config, member)
static const struct option options[] = {
	{ "job", 0, OPTION_STRING, AT(job), .fallback = "log", .value_name = "NAME", .help = "the job label" },
	{ "name", 0, OPTION_STRING, AT(name), .value_name = "NAME",
	  .help = "the instance label (default: the first path, or the command's program)" },
	{ "path", 0, OPTION_STRINGS, AT(paths), .value_name = "FILE",
	  .help = "files and globs to follow, through rotation and truncation" },
	{ "run", 0, OPTION_STRINGS, AT(run), .value_name = "WORD",
	  .help = "instead of files a command that goes on, [journalctl, -f, -o, json]: its output is followed, it is "
		  "started again when it ends" },
	{ "format", 0, OPTION_CHOICE, AT(format), .fallback = "auto", .choices = formats,
	  .help = "what the lines are; auto finds out line by line" },
	{ "timezone", 0, OPTION_STRING, AT(timezone), .fallback = "UTC", .value_name = "ZONE",
	  .help = "of times that name none: UTC, local, +02:00 or Europe/Berlin" },
	{ "start", 0, OPTION_STRING, AT(start), .fallback = "end", .value_name = "WHERE",
	  .help = "what of a file is counted at the start: end, beginning, '100 lines' or 'since 10m'" },
	{ "labels", 0, OPTION_STRINGS, AT(labels), .fallback = "level", .value_name = "FIELD",
	  .help = "fields of a line that become labels of log_lines_total: level, component, any field's name, or "
		  "LABEL=FIELD" },
	{ "series-limit", 0, OPTION_INT, AT(series_limit), .fallback = "200", .minimum = 1, .maximum = 10000,
	  .help = "most combinations of labels; the rest is counted under the value other" },
	{ "duration", 0, OPTION_STRING, AT(duration), .value_name = "FIELD",
	  .help = "field with a duration (process_time_ms): a histogram is made of it" },
	{ "duration-unit", 0, OPTION_CHOICE, AT(duration_unit), .fallback = "ms", .choices = units,
	  .help = "the unit of that field" },
	{ "duration-buckets", 0, OPTION_STRINGS, AT(duration_buckets), .value_name = "SECONDS",
	  .help = "upper bounds of the histogram (default: 0.005 to 10)" },
	{ "duration-labels", 0, OPTION_STRINGS, AT(duration_labels), .value_name = "FIELD",
	  .help = "labels of the histogram, as in labels (default: none)" },
	{ "patterns", 0, OPTION_NODE, AT(patterns),
	  .help = "lines to count: a list of { name: NAME, regex: REGEX }; case matters only where the regex has "
		  "capitals" },
	{ "interval", 0, OPTION_DURATION, AT(interval_ms), .fallback = "15s", .minimum = 500, .maximum = 3600000,
	  .help = "how often the counters are stored" },
	{ "ring-size", 0, OPTION_INT, AT(ring_bytes), .fallback = "4194304", .minimum = 262144, .maximum = 268435456,
	  .help = "bytes of a command's output that are kept for looking back" },
	{ "static-labels", 0, OPTION_PAIRS, AT(more_labels), .value_name = "NAME=VALUE",
	  .help = "more labels for every series" },
	{ 0 },
};
#undef AT

const struct collector_kind collect_log = {
	.type = "log",
	.help = "log files and streams: lines by level and field, latencies, patterns",
	.options = options,
	.config_size = sizeof(struct log_config),
	.finish = finish_entry,
	.open = open_entry,
};
