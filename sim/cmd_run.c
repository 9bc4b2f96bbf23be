/* The program without a word: the running system, from its history to its end. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/path.h"
#include "sim/backfill.h"
#include "sim/control.h"
#include "sim/orders.h"
#include "sim/place.h"
#include "sim/program.h"
#include "sim/server.h"
#include "sim/state_file.h"
#include "sim/time_source.h"

#define TICK_MS 1000

/* How much of the past the files begin with. */
#define FILES_MS (30 * CLOCK_MINUTE)

static const char *const clocks[] = { "wall", "manual", NULL };

/* clang-format off */
#define ROWS                                                                                                           \
	{ "port-base", 'p', OPTION_INT, PROGRAM_AT(port_base), .minimum = 0, .maximum = 65535,                         \
	  .help = "first of the ports (default: free ones that the kernel chooses)" },                                 \
	{ "ports-file", 0, OPTION_STRING, PROGRAM_AT(ports_file), .value_name = "FILE",                                \
	  .help = "write the state file here too" },                                                                   \
	{ "backfill", 'b', OPTION_STRING, PROGRAM_AT(backfill), .value_name = "FOLDER",                                \
	  .help = "write the past here: raw.om before it answers, thinned.om soon after" },                            \
	{ "clock", 0, OPTION_CHOICE, PROGRAM_AT(clock), .fallback = "wall", .choices = clocks,                         \
	  .help = "whose time it is; a manual one moves by ctl clock" },                                               \
	{ "start", 0, OPTION_STRING, PROGRAM_AT(start), .value_name = "TIME",                                          \
	  .help = "where a manual clock begins (default now)" },                                                       \
	{ "parent-watch", 0, OPTION_BOOL, PROGRAM_AT(parent_watch), .help = "end when the parent process ends" },      \
	PROGRAM_ROWS_END
/* clang-format on */

static const struct option table[] = { PROGRAM_ROWS_SYSTEM, ROWS };
static const struct option table_variant[] = {
	PROGRAM_ROWS_SYSTEM,
	PROGRAM_ROWS_VARIANT,
	{ "logs", 'l', OPTION_STRING, PROGRAM_AT(logs), .value_name = "FOLDER",
	  .help = "keep the log files here; they stay (default: with the history or the state file, and taken away)" },
	ROWS,
};

/* Everything that lives while the system runs. */
struct running {
	const struct program_options *options;
	int parent; /* 0 when it is not watched */
	struct loop *loop;
	struct signal_watch *signals[3];
	struct timer *tick;
	struct time_source time;
	struct history_plan plan;
	struct target_list targets;
	struct world *world;
	struct backfill *backfill;
	struct place place;
	struct control *control;
	struct server *server;
	bool ports_file_written;
};

static void on_signal(void *user, int signal_number)
{
	struct running *running = user;

	(void)signal_number;
	loop_stop(running->loop);
}

static void move_on(void *user)
{
	struct running *running = user;
	int64_t now_ms = time_source_now_ms(&running->time);

	/* The wall clock may be set back; the system then waits for it. */
	if (now_ms > running->plan.kind->now_ms(running->world))
		running->plan.kind->advance(running->world, now_ms);
}

static void on_tick(void *user)
{
	struct running *running = user;

	if (running->parent && program_is_orphan(running->parent)) {
		loop_stop(running->loop);
		return;
	}
	move_on(running);
	server_follow(running->server);
	timer_start(running->tick, TICK_MS);
}

static int on_words(void *user, const char *const *words, size_t count, bool json, struct strbuf *ret_output,
		    struct strbuf *ret_error)
{
	struct running *running = user;
	const struct orders_context context = { running->world, &running->time };
	int status;

	move_on(running);
	status = orders_run(&context, words, count, json, ret_output, ret_error);
	server_follow(running->server);
	return status;
}

static int write_state(struct running *running, struct error *error)
{
	const struct state_file state = {
		.world = running->world,
		.seed = running->plan.seed,
		.time = &running->time,
		.begin_ms = running->plan.begin_ms,
		.targets = &running->targets,
		.folder = running->place.folder,
		.control = running->place.control,
		.backfill = running->backfill,
	};
	const char *copy = running->options->ports_file;

	if (state_file_write(&state, running->place.state, error))
		return -1;
	if (copy && state_file_write(&state, copy, error))
		return -1;
	running->ports_file_written = copy != NULL;
	return 0;
}

/* Called only from the loop, when the state file is there already. */
static void on_backfilled(void *user)
{
	struct running *running = user;
	struct error error;

	if (backfill_thinned_state(running->backfill) == BACKFILL_FAILED)
		log_line(LOG_LEVEL_WARN, "the thinned history could not be written");
	if (write_state(running, &error))
		log_line(LOG_LEVEL_WARN, "%s", error.text);
}

static int read_start(struct running *running, struct error *error)
{
	const struct program_options *options = running->options;
	int64_t now_ms = clock_wall_ms();

	running->time.manual = options->clock == CLOCK_MANUAL;
	running->time.manual_ms = now_ms;
	if (!options->start)
		return 0;
	if (!running->time.manual)
		return error_set(error, "--start: only with --clock manual");
	if (time_parse(options->start, now_ms, &running->time.manual_ms, error)) {
		struct error why = *error;

		return error_set(error, "--start: %.400s", why.text);
	}
	if (running->time.manual_ms < 366 * CLOCK_DAY)
		return error_set(error, "--start: too early (1971-01-02 or later)");
	return 0;
}

/* Files the kind keeps lie in a folder of the user's, else beside the history or the state file. */
static void keep_files(struct running *running, int64_t now_ms)
{
	const struct program_options *options = running->options;
	const struct world_kind *kind = running->plan.kind;
	char *folder;

	if (!kind->keep_files)
		return;
	folder = options->logs ? path_join(NULL, options->logs)
			       : path_join(options->backfill ? options->backfill : running->place.folder, "logs");
	kind->keep_files(running->world, folder, now_ms - FILES_MS, !options->logs);
	free(folder);
}

static int start_world(struct running *running, struct error *error)
{
	const struct program_options *options = running->options;
	int64_t now_ms = time_source_now_ms(&running->time);

	if (options->backfill)
		history_plan_times(&running->plan, now_ms, options->step_ms, options->fault_age_ms);
	else
		history_plan_short(&running->plan, now_ms, options->fault_age_ms);
	running->world = history_begin(&running->plan, error);
	if (!running->world)
		return -1;
	keep_files(running, now_ms);
	if (options->backfill) {
		running->backfill = backfill_new(running->loop, options->backfill, &running->plan, running->world,
						 &running->targets, on_backfilled, running, error);
		if (!running->backfill)
			return -1;
	}
	return history_advance(&running->plan, running->world, time_source_now_ms(&running->time), error);
}

static int start_serving(struct running *running, struct error *error)
{
	const struct server_config config = {
		.loop = running->loop,
		.world = running->world,
		.targets = &running->targets,
		.before_answer = move_on,
		.user = running,
	};

	running->server = server_new(&config, error);
	if (!running->server)
		return -1;
	running->control = control_new(running->loop, running->place.control, on_words, running, error);
	if (!running->control)
		return -1;
	return write_state(running, error);
}

static int start(struct running *running, struct error *error)
{
	static const int numbers[] = { SIGTERM, SIGINT, SIGHUP };

	running->loop = loop_new(error);
	if (!running->loop)
		return -1;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		running->signals[i] = signal_watch_new(running->loop, numbers[i], on_signal, running);
	running->tick = timer_new(running->loop, on_tick, running);
	target_list_init(&running->targets, running->plan.kind, running->plan.instances);
	if (place_make(&running->place, running->plan.kind, error) ||
	    target_list_reserve(&running->targets, (unsigned)running->options->port_base, error) ||
	    start_world(running, error) || start_serving(running, error))
		return -1;
	timer_start(running->tick, TICK_MS);
	return 0;
}

static void stop(struct running *running)
{
	control_free(running->control);
	server_free(running->server);
	if (running->world)
		running->plan.kind->free(running->world);
	backfill_free(running->backfill);
	if (running->ports_file_written)
		unlink(running->options->ports_file);
	place_remove(&running->place);
	target_list_release(&running->targets);
	timer_free(running->tick);
	for (size_t i = 0; i < sizeof(running->signals) / sizeof(running->signals[0]); i++)
		signal_watch_free(running->signals[i]);
	loop_free(running->loop);
}

/* One line for whoever started it and waits. A reader that is gone is no reason to end. */
static void say_ready(const struct running *running)
{
	printf("ready %s\n", running->place.state);
	fflush(stdout);
}

static int run(const struct program_options *options, const struct option_strings *words)
{
	struct running running = { .options = options };
	struct error error;
	int status = program_check(options);

	(void)words;
	if (status)
		return status;
	if (options->parent_watch)
		running.parent = program_follow_parent();
	if (read_start(&running, &error)) {
		program_complain("%s", error.text);
		return PROGRAM_USAGE;
	}
	log_open(STDERR_FILENO, LOG_LEVEL_WARN);
	program_plan(options, &running.plan);
	if (start(&running, &error)) {
		program_complain("%s", error.text);
		status = PROGRAM_WRONG;
	} else {
		say_ready(&running);
		loop_run(running.loop);
	}
	stop(&running);
	return status;
}

static void add_more(const struct world_kind *kind, struct strbuf *help)
{
	size_t count;
	const struct sim_fault *faults = kind->faults(&count);

	strbuf_addstr(help, "\nWhen it can be asked, it prints `ready FILE`: its state file, which names every URL.\n"
			    "It ends with SIGTERM, SIGINT or SIGHUP and takes its files away.\n\nFaults:\n");
	for (size_t i = 0; i < count; i++)
		strbuf_addf(help, "  %-24s %s\n", faults[i].name, faults[i].help);
}

const struct program_command program_run = {
	.name = "",
	.words = "",
	.help = "Run on loopback ",
	.add_more = add_more,
	.options = table,
	.options_variant = table_variant,
	.run = run,
};
