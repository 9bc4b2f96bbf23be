/* PROGRAM history: write the past of a system to files, without running one. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/path.h"
#include "sim/program.h"

/* Ports of targets that nobody serves. */
#define PORT_BASE_USUAL 41001

/* clang-format off */
#define ROWS                                                                                                           \
	{ "until", 0, OPTION_STRING, PROGRAM_AT(until), .value_name = "TIME",                                          \
	  .help = "end of the history (default now)" },                                                                \
	{ "ports", 0, OPTION_STRING, PROGRAM_AT(ports), .value_name = "PORT,...",                                      \
	  .help = "ports in the instance labels (default 41001 and up)" },                                             \
	{ "raw", 0, OPTION_BOOL, PROGRAM_AT(raw), .help = "write raw.om only" },                                       \
	{ "thinned", 0, OPTION_BOOL, PROGRAM_AT(thinned), .help = "write thinned.om only" },                           \
	{ "parent-watch", 0, OPTION_BOOL, PROGRAM_AT(parent_watch), .help = "end when the parent process ends" },      \
	PROGRAM_ROWS_END
/* clang-format on */

static const struct option table[] = { PROGRAM_ROWS_SYSTEM, ROWS };
static const struct option table_variant[] = { PROGRAM_ROWS_SYSTEM, PROGRAM_ROWS_VARIANT, ROWS };

static int read_ports(const char *text, unsigned *ret_ports, size_t count, struct error *error)
{
	for (size_t i = 0; i < count; i++) {
		char *end = NULL;
		unsigned long port = text ? 0 : PORT_BASE_USUAL + i;

		if (text) {
			port = strtoul(text, &end, 10);
			if (end == text || !port || port > UINT16_MAX || *end != (i + 1 < count ? ',' : '\0'))
				return error_set(error, "--ports: %zu ports are needed (PORT,PORT,...; 1 to 65535)",
						 count);
			text = end + 1;
		}
		ret_ports[i] = (unsigned)port;
	}
	return 0;
}

/* Signals to end are blocked while a part is written, so that nothing half-written stays behind. */
static bool is_asked_to_stop(void)
{
	sigset_t pending;

	sigpending(&pending);
	return sigismember(&pending, SIGTERM) || sigismember(&pending, SIGINT) || sigismember(&pending, SIGHUP);
}

static void block_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

static int write_parts(const struct program_options *options, const struct history_plan *plan,
		       const struct target_list *targets, const char *folder, struct error *error)
{
	bool both = options->raw == options->thinned;
	char *raw = both || options->raw ? path_join(folder, HISTORY_RAW_NAME) : NULL;
	char *thinned = both || options->thinned ? path_join(folder, HISTORY_THINNED_NAME) : NULL;
	struct world *world = history_begin(plan, error);
	int result = world ? history_walk(plan, world, HISTORY_THINNED, targets, thinned, error) : -1;

	if (!result && raw)
		result = history_walk(plan, world, HISTORY_RAW, targets, raw, error);
	if (world)
		plan->kind->free(world);
	free(raw);
	free(thinned);
	return result;
}

/* The 35 days before must lie behind the epoch. */
static bool is_too_early(int64_t until_ms, struct error *error)
{
	return until_ms < 366 * CLOCK_DAY && error_set(error, "too early (1971-01-02 or later)");
}

static int run(const struct program_options *options, const struct option_strings *words)
{
	int parent = options->parent_watch ? program_follow_parent() : 0, status = program_check(options);
	int64_t now_ms = clock_wall_ms(), until_ms = now_ms;
	struct target_list targets;
	struct history_plan plan;
	struct error error = { "the parent process has ended" };
	unsigned *ports;

	if (status)
		return status;
	if (options->until &&
	    (time_parse(options->until, now_ms, &until_ms, &error) || is_too_early(until_ms, &error))) {
		program_complain("history: --until: %s", error.text);
		return PROGRAM_USAGE;
	}
	program_plan(options, &plan);
	history_plan_times(&plan, until_ms, options->step_ms, options->fault_age_ms);
	plan.stop = is_asked_to_stop;
	target_list_init(&targets, plan.kind, plan.instances);
	ports = mem_array(targets.count, sizeof(*ports));
	if (read_ports(options->ports, ports, targets.count, &error)) {
		status = PROGRAM_USAGE;
	} else {
		target_list_name(&targets, ports);
		block_signals();
		if ((options->parent_watch && program_is_orphan(parent)) ||
		    write_parts(options, &plan, &targets, words->items[0], &error))
			status = PROGRAM_WRONG;
	}
	if (status && !is_asked_to_stop())
		program_complain("history: %s", error.text);
	free(ports);
	target_list_release(&targets);
	return status;
}

static void add_more(const struct world_kind *kind, struct strbuf *help)
{
	(void)kind;
	strbuf_addstr(help,
		      "\nFOLDER gets raw.om, 6 hours at --backfill-step, and thinned.om, the 35 days before at 10 "
		      "minutes,\nin OpenMetrics as `promtool tsdb create-blocks-from openmetrics` takes it.\n");
}

const struct program_command program_history = {
	.name = "history",
	.words = "FOLDER",
	.help = "Write the past of one to files, without running it",
	.add_more = add_more,
	.options = table,
	.options_variant = table_variant,
	.words_min = 1,
	.words_max = 1,
	.run = run,
};
