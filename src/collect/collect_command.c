/*
 * Any program, run on an interval: how it ended and how long it took, and what
 * it printed as samples, when that is Prometheus text or JSON.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/vec.h"
#include "collect/collector.h"
#include "collect/command_page.h"
#include "collect/intake.h"
#include "collect/program.h"

struct command_config {
	const char *job, *name;
	struct option_strings run;         /* the words of the command */
	struct option_strings environment; /* "NAME=VALUE" */
	struct option_strings labels;      /* "name=value" */
	const char *folder;
	bool shell;
	int64_t interval_ms, timeout_ms, output_limit;
	int format; /* enum command_format */
	int preset; /* enum command_preset */
	const struct yaml_node *metrics;
	struct json_mappings mappings;
};

struct command {
	struct collector *collector;
	const struct command_config *config;
	struct arena arena;
	const char **arguments, **environment;
	struct intake *intake;
	struct program *program;
	struct job *job;
	int64_t time_ms;
};

static void on_made(void *state, void *user)
{
	struct command_page *page = state;
	struct command *command = user;

	command->job = NULL;
	if (page->detail)
		collector_set_detail(command->collector, page->detail);
	page->detail = NULL;
	snprintf(command->collector->state.warning, sizeof(command->collector->state.warning), "%s", page->warning);
	intake_page(command->intake, command->time_ms, &page->page.text, false, page->reason[0] ? page->reason : NULL);
}

static void make_page(void *state)
{
	command_page_make(state);
}

static void drop_page(void *state)
{
	struct command_page *page = state;

	command_page_release(page);
	free(page);
}

static const struct job_ops command_job = { .work = make_page, .done = on_made, .drop = drop_page };

/* Also what went wrong makes a page: how it ended is worth a sample. The output is taken over. */
static void make_in_pool(struct command *command, const struct program_result *result)
{
	struct command_page *page = mem_zalloc(sizeof(*page));
	struct error error;

	command_page_init(page);
	page->format = command->config->format;
	page->preset = command->config->preset;
	page->mappings = &command->config->mappings;
	page->time_ms = command->time_ms;
	page->duration_s = (double)result->elapsed_ms / (double)CLOCK_SECOND;
	page->has_status = result->child && result->child->end == CHILD_EXITED;
	page->status = page->has_status ? result->child->status : 0;
	/* A status that is not 0 is an answer; one that hangs or floods is asked less and less. */
	command->collector->backs_off = !page->has_status;
	snprintf(page->reason, sizeof(page->reason), "%s", result->reason);
	page->output = *result->output;
	strbuf_init(result->output);
	command->job =
		pool_submit(collect_bridges(command->collector->collect)->pool, &command_job, page, command, &error);
	if (!command->job) {
		drop_page(page);
		intake_fail(command->intake, command->time_ms, error.text);
	}
}

static void on_end(void *user, const struct program_result *result)
{
	struct command *command = user;

	command->program = NULL;
	collector_set_raw(command->collector, result->output->text, result->output->length);
	command->collector->state.bytes = result->output->length;
	make_in_pool(command, result);
}

static void start(struct collector *collector, int64_t time_ms)
{
	struct command *command = collector->own;
	struct program_options options = {
		.arguments = command->arguments,
		.environment = command->environment,
		.folder = command->config->folder,
		.timeout_ms = command->config->timeout_ms,
		.limit_bytes = (size_t)command->config->output_limit,
		.done = on_end,
		.user = command,
	};
	struct error error;
	struct strbuf none = STRBUF_INIT;
	struct program_result not_started = { .output = &none, .reason = error.text };

	command->time_ms = time_ms;
	command->program = program_start(collect_bridges(collector->collect)->loop, &options, &error);
	if (!command->program)
		make_in_pool(command, &not_started);
}

static void command_free(struct collector *collector)
{
	struct command *command = collector->own;

	program_cancel(command->program);
	if (command->job)
		job_cancel(command->job);
	intake_free(command->intake);
	arena_release(&command->arena);
	free(command);
}

static const struct collector_ops command_ops = { .start = start, .free = command_free };

static const char **terminated(const struct option_strings *strings, struct arena *arena)
{
	const char **ret = arena_array(arena, strings->count + 1, sizeof(*ret));

	for (size_t i = 0; i < strings->count; i++)
		ret[i] = strings->items[i];
	return ret;
}

static void open_entry(struct collect *collect, const void *entry)
{
	const struct command_config *config = entry;
	struct command *command = mem_zalloc(sizeof(*command));
	struct intake_config intake = { 0 };

	command->config = config;
	arena_init(&command->arena);
	command->arguments = terminated(&config->run, &command->arena);
	command->environment = terminated(&config->environment, &command->arena);
	command->collector = collector_add(collect, &command_ops, command, "command", config->job, config->name, "",
					   config->interval_ms);
	intake.labels = intake_labels(config->job, config->name, &config->labels, &command->arena);
	command->intake = intake_new(command->collector, &intake);
}

static int bad(const struct yaml_node *entry, const char *file, struct error_list *errors, const char *text)
{
	return error_list_add(errors, FAULT_ERROR, file, entry->line, entry->column, NULL, "%s", text);
}

static void set_words(struct option_strings *run, const char *const *words, size_t count, struct arena *arena)
{
	run->items = arena_array(arena, count, sizeof(*run->items));
	for (size_t i = 0; i < count; i++)
		run->items[i] = words[i];
	run->count = count;
}

/* The words as they will be executed: by a shell when said, a program beside the system file by its place. */
static int finish_run(struct command_config *config, const struct yaml_node *entry, const char *file,
		      const char *folder, struct arena *arena, struct error_list *errors)
{
	static const char *const pods[] = { "kubectl", "get", "pods", "--all-namespaces", "-o", "json" };
	const struct yaml_node *run = yaml_get(entry, "run");

	if (!config->run.count && config->preset == COMMAND_KUBERNETES_PODS)
		set_words(&config->run, pods, sizeof(pods) / sizeof(pods[0]), arena);
	if (!config->run.count || !config->run.items[0][0])
		return bad(run ? run : entry, file, errors, "run: names no program (run: [PROGRAM, ARGUMENT, ...])");
	if (config->shell) {
		const char *words[] = { "/bin/sh", "-c", config->run.items[0] };

		if (config->run.count > 1)
			return bad(run, file, errors, "run: with shell: true it is one text, not a list of words");
		set_words(&config->run, words, 3, arena);
	} else if (run && run->kind == YAML_SCALAR && strpbrk(config->run.items[0], " \t")) {
		return bad(run, file, errors, "run: a list of words ([PROGRAM, ARGUMENT, ...]), or say shell: true");
	} else if (strchr(config->run.items[0], '/')) {
		char *path = path_join(folder, config->run.items[0]);

		config->run.items[0] = arena_strdup(arena, path);
		free(path);
	}
	return 0;
}

/* The program's own name, when none is given. */
static const char *default_name(const struct command_config *config)
{
	const char *program = config->run.count ? config->run.items[config->shell ? config->run.count - 1 : 0] : "";
	const char *slash = config->shell ? NULL : strrchr(program, '/');

	return slash ? slash + 1 : program;
}

static int finish_format(struct command_config *config, const struct yaml_node *entry, const char *file,
			 struct arena *arena, struct error_list *errors)
{
	int result = json_mappings_read(&config->mappings, config->metrics, file, arena, errors);

	if (config->preset != COMMAND_NO_PRESET && !yaml_get(entry, "format"))
		config->format = COMMAND_JSON;
	if (config->preset != COMMAND_NO_PRESET && config->format != COMMAND_JSON)
		result = bad(entry, file, errors, "format: this preset reads json");
	if (config->format == COMMAND_JSON && result == 0 && !config->mappings.count &&
	    config->preset == COMMAND_NO_PRESET)
		result = bad(entry, file, errors, "metrics: say what of the JSON becomes samples, or name a preset");
	if (config->format != COMMAND_JSON && config->mappings.count)
		result = bad(entry, file, errors, "metrics: belong to format: json");
	return result;
}

static int finish_entry(void *entry_config, const struct yaml_node *entry, const char *file, const char *folder,
			struct arena *arena, struct error_list *errors)
{
	struct command_config *config = entry_config;
	char *where = path_join(folder, config->folder ? config->folder : ".");
	int result = finish_run(config, entry, file, folder, arena, errors);

	config->folder = config->folder ? arena_strdup(arena, where) : folder ? arena_strdup(arena, folder) : NULL;
	free(where);
	if (finish_format(config, entry, file, arena, errors) < 0)
		result = -1;
	if (!config->name)
		config->name = default_name(config);
	if (!config->timeout_ms)
		config->timeout_ms = config->interval_ms < 10 * CLOCK_SECOND ? config->interval_ms : 10 * CLOCK_SECOND;
	if (config->timeout_ms > config->interval_ms)
		result = bad(entry, file, errors, "timeout: longer than the interval (at most the interval)");
	return result;
}

static const char *const formats[] = {
	[COMMAND_NONE] = "none", [COMMAND_PROMETHEUS] = "prometheus", [COMMAND_JSON] = "json", NULL
};
static const char *const presets[] = {
	[COMMAND_NO_PRESET] = "none", [COMMAND_KUBERNETES_PODS] = "kubernetes-pods", NULL
};

#define AT(member) .offset = offsetof(struct command_config, member)
static const struct option options[] = {
	{ "job", 0, OPTION_STRING, AT(job), .fallback = "command", .value_name = "NAME", .help = "the job label" },
	{ "name", 0, OPTION_STRING, AT(name), .value_name = "NAME",
	  .help = "the instance label (default: the program's name)" },
	{ "run", 0, OPTION_STRINGS, AT(run), .value_name = "WORD",
	  .help = "the program and its arguments, [PROGRAM, ARGUMENT, ...]; without a slash it is looked up in PATH" },
	{ "shell", 0, OPTION_BOOL, AT(shell), .fallback = "false",
	  .help = "run is one text, for /bin/sh; never put text from elsewhere into it" },
	{ "environment", 0, OPTION_PAIRS, AT(environment), .value_name = "NAME=VALUE",
	  .help = "added to skep's own environment" },
	{ "folder", 0, OPTION_STRING, AT(folder), .value_name = "FOLDER",
	  .help = "where it runs (default: beside the system file)" },
	{ "interval", 0, OPTION_DURATION, AT(interval_ms), .fallback = "1m", .minimum = 500, .maximum = 86400000,
	  .help = "how often" },
	{ "timeout", 0, OPTION_DURATION, AT(timeout_ms), .minimum = 100, .maximum = 3600000,
	  .help = "longest it may run, then it and what it started are ended (default: 10s, at most the interval)" },
	{ "output-limit", 0, OPTION_INT, AT(output_limit), .fallback = "4194304", .minimum = 1000, .maximum = 67108864,
	  .help = "most bytes it may print; more ends it" },
	{ "format", 0, OPTION_CHOICE, AT(format), .fallback = "none", .choices = formats,
	  .help = "what it prints: nothing of interest, samples in Prometheus's text format, or a JSON document" },
	{ "preset", 0, OPTION_CHOICE, AT(preset), .fallback = "none", .choices = presets,
	  .help = "ready-made: kubernetes-pods reads `kubectl get pods -o json`, which it also runs unless run is "
		  "given" },
	{ "metrics", 0, OPTION_NODE, AT(metrics), .help = "what of the JSON becomes samples: a list of mappings" },
	{ "labels", 0, OPTION_PAIRS, AT(labels), .value_name = "NAME=VALUE", .help = "more labels for every series" },
	{ 0 },
};
#undef AT

const struct collector_kind collect_command = {
	.type = "command",
	.help = "a program of yours: how it ends, and what it prints as samples",
	.options = options,
	.config_size = sizeof(struct command_config),
	.finish = finish_entry,
	.open = open_entry,
};
