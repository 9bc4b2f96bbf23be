/*
 * A machine under node_exporter's names, without one: this machine straight
 * from its own files, another one by a short script that a program such as
 * ssh runs there.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/vec.h"
#include "collect/collector.h"
#include "collect/host_mount.h"
#include "collect/host_page.h"
#include "collect/host_text.h"
#include "collect/host_usage.h"
#include "collect/intake.h"
#include "collect/program.h"

#define OUTPUT_LIMIT (4u * 1024 * 1024)

struct host_config {
	const char *job, *instance, *root, *ssh;
	struct option_strings via;    /* a program that runs what follows on another machine */
	struct option_strings labels; /* "name=value" */
	int64_t interval_ms, timeout_ms;
};

struct host {
	struct collector *collector;
	const struct host_config *config;
	struct arena arena;
	const char **arguments; /* of the program that reaches another machine; NULL for this one */
	char *script;
	struct intake *intake;
	struct program *program;
	struct job *job;
	struct host_usage *usage;
	/* Of the collection under way, once its texts are read. */
	struct metric_page page;
	struct host_mounts mounts;
	int64_t time_ms;
};

/* Reading and parsing on the pool: the job owns it all. */
struct host_work {
	const char *root;     /* of this machine; NULL: take `output` apart */
	struct strbuf output; /* of another one's script */
	struct host_texts texts;
	struct metric_page page;
	struct host_mounts mounts;
	char name[64];
	bool any;
};

static void read_host(void *state)
{
	struct host_work *work = state;

	host_texts_init(&work->texts);
	if (work->root) {
		host_texts_read(&work->texts, work->root);
		work->any = work->texts.items[HOST_STAT].length || work->texts.items[HOST_MEMINFO].length;
	} else {
		work->any = host_texts_parse(&work->texts, work->output.text, work->output.length);
	}
	host_first_line(&work->texts, HOST_HOSTNAME, work->name, sizeof(work->name));
	host_page_add(&work->page, &work->texts);
	host_mounts_read(&work->mounts, work->texts.items[HOST_MOUNTS].text);
	if (work->root)
		host_usage_local(&work->mounts, work->root, NULL);
	else
		host_mounts_take_usage(&work->mounts, work->texts.items[HOST_USAGE].text);
	host_texts_release(&work->texts);
}

static void drop_work(void *state)
{
	struct host_work *work = state;

	metric_page_release(&work->page);
	host_mounts_release(&work->mounts);
	strbuf_release(&work->output);
	free(work);
}

/* All of it is there, but for file systems that gave no answer. */
static void take_in(void *user)
{
	struct host *host = user;
	struct collector_state *state = &host->collector->state;

	host_mounts_add(&host->page, &host->mounts);
	host_mounts_warning(&host->mounts, state->warning, sizeof(state->warning));
	host_mounts_release(&host->mounts);
	state->bytes = host->page.text.length;
	if (!host->arguments)
		collector_set_raw(host->collector, host->page.text.text, host->page.text.length);
	intake_page(host->intake, host->time_ms, &host->page.text, false, NULL);
	metric_page_clear(&host->page);
}

static void fail(struct host *host, const char *reason)
{
	intake_fail(host->intake, host->time_ms, reason);
}

static bool waits_for_others(const struct host_mounts *mounts)
{
	for (size_t i = 0; i < mounts->count; i++)
		if (mounts->items[i].remote && mounts->items[i].answer == MOUNT_UNASKED)
			return true;
	return false;
}

static void say_whose(struct host *host, const char *name)
{
	struct collector_state *state = &host->collector->state;

	if (host->config->ssh)
		snprintf(state->whose, sizeof(state->whose), "%s, over ssh", *name ? name : host->config->ssh);
	else if (host->arguments)
		snprintf(state->whose, sizeof(state->whose), "%s, by %s", *name ? name : "another machine",
			 host->arguments[0]);
	else if (*host->config->root)
		snprintf(state->whose, sizeof(state->whose), "%s, below %s", name, host->config->root);
	else
		snprintf(state->whose, sizeof(state->whose), "this machine, %s", name);
}

static void on_read(void *state, void *user)
{
	struct host_work *work = state;
	struct host *host = user;

	host->job = NULL;
	if (!work->any) {
		fail(host, host->arguments ? "it said nothing of a Linux machine" : "no /proc to be read");
		return;
	}
	say_whose(host, work->name);
	metric_page_release(&host->page);
	host->page = work->page;
	host->mounts = work->mounts;
	metric_page_init(&work->page);
	work->mounts = (struct host_mounts){ 0 };
	if (waits_for_others(&host->mounts))
		host_usage_remote(host->usage, &host->mounts, host->config->timeout_ms / 2, take_in, host);
	else
		take_in(host);
}

static const struct job_ops host_job = { .work = read_host, .done = on_read, .drop = drop_work, .waits = true };

/* `output` is taken over; NULL for this machine. */
static void read_in_pool(struct host *host, struct strbuf *output)
{
	struct host_work *work = mem_zalloc(sizeof(*work));
	struct error error;

	strbuf_init(&work->output);
	metric_page_init(&work->page);
	if (output) {
		work->output = *output;
		strbuf_init(output);
	} else {
		work->root = host->config->root;
	}
	host->job = pool_submit(collect_bridges(host->collector->collect)->pool, &host_job, work, host, &error);
	if (!host->job) {
		drop_work(work);
		fail(host, error.text);
	}
}

/* A file system that hangs there does not take the other figures with it. */
static bool is_usable(const struct program_result *result)
{
	if (!*result->reason)
		return true;
	return result->child && result->child->end == CHILD_TIMED_OUT &&
	       host_texts_reach_usage(result->output->text, result->output->length);
}

static void on_output(void *user, const struct program_result *result)
{
	struct host *host = user;

	host->program = NULL;
	collector_set_raw(host->collector, result->output->text, result->output->length);
	if (is_usable(result))
		read_in_pool(host, result->output);
	else
		fail(host, result->reason);
}

static void start(struct collector *collector, int64_t time_ms)
{
	struct host *host = collector->own;
	struct program_options options = {
		.arguments = host->arguments,
		.input = host->script,
		.input_length = host->script ? strlen(host->script) : 0,
		.timeout_ms = host->config->timeout_ms,
		.limit_bytes = OUTPUT_LIMIT,
		.done = on_output,
		.user = host,
	};
	struct error error;

	host->time_ms = time_ms;
	if (!host->arguments) {
		read_in_pool(host, NULL);
		return;
	}
	host->program = program_start(collect_bridges(collector->collect)->loop, &options, &error);
	if (!host->program)
		fail(host, error.text);
}

static void host_free(struct collector *collector)
{
	struct host *host = collector->own;

	program_cancel(host->program);
	if (host->job)
		job_cancel(host->job);
	host_usage_free(host->usage);
	intake_free(host->intake);
	metric_page_release(&host->page);
	host_mounts_release(&host->mounts);
	arena_release(&host->arena);
	free(host->script);
	free(host);
}

static const struct collector_ops host_ops = { .start = start, .free = host_free };

/* The script goes by standard input, so that no shell on the way has to be told how to quote it. */
static const char **make_arguments(const struct host_config *config, struct arena *arena)
{
	const char *ssh[] = { "ssh", "-T", "-o", "BatchMode=yes", "-o", NULL, "--", config->ssh };
	size_t count = config->ssh ? sizeof(ssh) / sizeof(ssh[0]) : config->via.count;
	const char **arguments;

	if (!count)
		return NULL;
	ssh[5] = arena_printf(arena, "ConnectTimeout=%d", (int)((config->timeout_ms + 999) / 1000));
	arguments = arena_array(arena, count + 3, sizeof(*arguments));
	for (size_t i = 0; i < count; i++)
		arguments[i] = config->ssh ? ssh[i] : config->via.items[i];
	arguments[count] = "sh";
	arguments[count + 1] = "-s";
	return arguments;
}

/* Whose figures these are, until it says so itself. */
static const char *make_instance(const struct host_config *config, struct arena *arena)
{
	const char *at = config->ssh ? strrchr(config->ssh, '@') : NULL;
	struct utsname machine;

	if (config->instance)
		return config->instance;
	if (config->ssh)
		return at ? at + 1 : config->ssh;
	if (config->via.count)
		return config->via.items[config->via.count - 1];
	return uname(&machine) == 0 ? arena_strdup(arena, machine.nodename) : "localhost";
}

static void open_entry(struct collect *collect, const void *entry)
{
	const struct host_config *config = entry;
	struct host *host = mem_zalloc(sizeof(*host));
	struct intake_config intake = { 0 };
	const char *instance;

	host->config = config;
	arena_init(&host->arena);
	metric_page_init(&host->page);
	host->arguments = make_arguments(config, &host->arena);
	host->script = host->arguments ? host_texts_script() : NULL;
	instance = make_instance(config, &host->arena);
	if (!host->arguments)
		host->usage = host_usage_new(collect_bridges(collect)->loop, NULL);
	host->collector =
		collector_add(collect, &host_ops, host, "host", config->job, instance, "", config->interval_ms);
	host->collector->backs_off = host->arguments;
	say_whose(host, instance);
	intake.labels = intake_labels(config->job, instance, &config->labels, &host->arena);
	host->intake = intake_new(host->collector, &intake);
}

static int finish_entry(void *entry_config, const struct yaml_node *entry, const char *file, const char *folder,
			struct arena *arena, struct error_list *errors)
{
	struct host_config *config = entry_config;
	int result = 0;

	if (config->ssh && (config->ssh[0] == '-' || !config->ssh[0]))
		result = error_list_add(errors, FAULT_ERROR, file, entry->line, entry->column, NULL,
					"ssh: '%s' is no host (HOST or USER@HOST)", config->ssh);
	if ((config->ssh != NULL) + (config->via.count > 0) + (*config->root != '\0') > 1)
		result = error_list_add(errors, FAULT_ERROR, file, entry->line, entry->column, NULL,
					"ssh, via and root exclude each other");
	if (*config->root) {
		char *root = path_join(folder, config->root);

		config->root = arena_strdup(arena, root);
		free(root);
	}
	if (!config->timeout_ms)
		config->timeout_ms = config->interval_ms < 10 * CLOCK_SECOND ? config->interval_ms : 10 * CLOCK_SECOND;
	if (config->timeout_ms > config->interval_ms)
		result = error_list_add(errors, FAULT_ERROR, file, entry->line, entry->column, NULL,
					"timeout: longer than the interval (at most the interval)");
	return result;
}

#define AT(member) .offset = offsetof(struct host_config, member)
static const struct option options[] = {
	{ "job", 0, OPTION_STRING, AT(job), .fallback = "node", .value_name = "NAME", .help = "the job label" },
	{ "instance", 0, OPTION_STRING, AT(instance), .value_name = "NAME",
	  .help = "the instance label (default: the machine's name)" },
	{ "ssh", 0, OPTION_STRING, AT(ssh), .value_name = "HOST",
	  .help = "another machine, HOST or USER@HOST, asked over ssh without a password prompt" },
	{ "via", 0, OPTION_STRINGS, AT(via), .value_name = "WORD",
	  .help = "a program that runs `sh -s` elsewhere, word by word: [docker, exec, -i, NAME]" },
	{ "root", 0, OPTION_STRING, AT(root), .fallback = "", .value_name = "FOLDER",
	  .help = "where this machine's proc, sys and etc are, such as /host in a container (default: /)" },
	{ "labels", 0, OPTION_PAIRS, AT(labels), .value_name = "NAME=VALUE", .help = "more labels for every series" },
	{ "interval", 0, OPTION_DURATION, AT(interval_ms), .fallback = "15s", .minimum = 500, .maximum = 3600000,
	  .help = "how often" },
	{ "timeout", 0, OPTION_DURATION, AT(timeout_ms), .minimum = 100, .maximum = 300000,
	  .help = "longest wait for another machine (default: 10s, at most the interval); half of it for a file "
		  "system" },
	{ 0 },
};
#undef AT

const struct collector_kind collect_host = {
	.type = "host",
	.help = "this machine, or one reached by ssh, as node_exporter names it",
	.options = options,
	.config_size = sizeof(struct host_config),
	.finish = finish_entry,
	.open = open_entry,
};
