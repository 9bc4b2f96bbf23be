#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/path.h"
#include "cli/appearance.h"
#include "cli/command.h"
#include "cli/plain.h"
#include "cli/session.h"
#include "cli/user_config.h"
#include "ui/seat/seat.h"
#include "ui/view/runbook_desk.h"

struct running;

/* One of its systems, for what that system's engine has to say. */
struct watched_tab {
	struct running *running;
	struct tab *tab;
};

/* The console while it runs: one session, one seat. */
struct running {
	struct session session;
	struct user_config config;
	struct seat *seat;
	struct watched_tab watched[TABS_MOST];
	int ended_by; /* a signal, or 0 */
	bool line_lost;
	int saved_stderr; /* the terminal's, while messages go to the log */
	int log_fd;
};

static void on_end_signal(void *user, int number)
{
	struct running *running = user;

	running->ended_by = number;
	loop_stop(running->session.loop);
}

static void on_resize_signal(void *user, int number)
{
	(void)number;
	seat_on_resize(((struct running *)user)->seat);
}

static void on_stop_signal(void *user, int number)
{
	(void)number;
	seat_suspend(((struct running *)user)->seat);
}

static void on_continue_signal(void *user, int number)
{
	(void)number;
	seat_on_continue(((struct running *)user)->seat);
}

static const struct {
	int number;
	signal_fn *fn;
} watched[] = {
	{ SIGTERM, on_end_signal },      { SIGHUP, on_end_signal },      { SIGINT, on_end_signal },
	{ SIGQUIT, on_end_signal },      { SIGWINCH, on_resize_signal }, { SIGTSTP, on_stop_signal },
	{ SIGCONT, on_continue_signal },
};
#define WATCHED (sizeof(watched) / sizeof(watched[0]))

static void on_seat_end(void *user, bool lost)
{
	struct running *running = user;

	running->line_lost = lost;
	loop_stop(running->session.loop);
}

/* Panels should be asked again: now, or when their system is shown next. */
static void ask_again(struct running *running, struct tab *tab)
{
	if (tab == session_tab(&running->session))
		seat_refresh(running->seat);
	else
		tab->console.refreshed_ms = 0;
}

/* A server that came back is asked at once: recovery needs no key and no wait.
 */
static void on_health(void *user)
{
	struct watched_tab *of = user;
	struct running *running = of->running;
	struct query_state state;

	if (!running->seat)
		return;
	query_engine_state(of->tab->engines.engine, &state);
	if (state.health == QUERY_HEALTHY)
		ask_again(running, of->tab);
	seat_mark(running->seat);
}

static void on_paint(void *user)
{
	struct running *running = user;

	if (!running->seat)
		return;
	for (size_t i = 0; i < running->session.tab_count; i++)
		if (tab_learned(&running->session.tabs[i]))
			ask_again(running, &running->session.tabs[i]);
	seat_paint(running->seat);
}

/* While the console has the screen, what libraries print goes to the log. */
static void open_log(struct running *running)
{
	char *folder = path_user(PATH_STATE, "."), *path = path_user(PATH_STATE, "skep.log");

	running->log_fd = -1;
	if (folder && path && (mkdir(folder, 0700) == 0 || errno == EEXIST))
		running->log_fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (running->log_fd < 0)
		running->log_fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
	free(folder);
	free(path);
	running->saved_stderr = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	if (running->log_fd >= 0) {
		log_open(running->log_fd, LOG_LEVEL_INFO);
		dup2(running->log_fd, STDERR_FILENO);
	}
}

static void close_log(struct running *running)
{
	log_open(-1, LOG_LEVEL_ERROR);
	if (running->saved_stderr >= 0) {
		dup2(running->saved_stderr, STDERR_FILENO);
		close(running->saved_stderr);
	}
	if (running->log_fd >= 0)
		close(running->log_fd);
}

static int run_seat(struct running *running, const struct cli_options *options)
{
	struct seat_config config = {
		.loop = running->session.loop,
		.tabs = &running->session.shown,
		.in = STDIN_FILENO,
		.out = STDOUT_FILENO,
		.term = getenv("TERM"),
		.theme = options->theme ? options->theme : running->config.theme,
		.glyphs = appearance_glyphs(options, false),
		.depth = appearance_depth(options, false),
		.refresh_ms = options->refresh_ms ? options->refresh_ms : running->config.refresh_ms,
		.max_rate = options->max_rate ? options->max_rate : running->config.max_rate,
		.title = running->config.title != 0,
		.on_end = on_seat_end,
		.user = running,
	};
	struct signal_watch *watches[WATCHED];
	struct error error;

	for (size_t i = 0; i < WATCHED; i++)
		watches[i] = signal_watch_new(running->session.loop, watched[i].number, watched[i].fn, running);
	loop_on_paint(running->session.loop, on_paint, running);
	for (size_t i = 0; i < running->session.tab_count; i++) {
		struct tab *tab = &running->session.tabs[i];

		running->watched[i] = (struct watched_tab){ running, tab };
		query_engine_on_change(tab->engines.engine, on_health, &running->watched[i]);
	}
	open_log(running);
	running->seat = seat_new(&config, &error);
	if (running->seat)
		loop_run(running->session.loop);
	close_log(running);
	if (!running->seat)
		command_complain("%s", error.text);
	for (size_t i = 0; i < WATCHED; i++)
		signal_watch_free(watches[i]);
	if (!running->seat)
		return EXIT_USAGE;
	seat_free(running->seat);
	return running->line_lost ? EXIT_WRONG : EXIT_FINE;
}

static int read_config(struct running *running, const struct cli_options *options)
{
	struct error_list errors;
	int result;

	user_config_init(&running->config);
	error_list_init(&errors);
	result = user_config_read(&running->config, options->config, &errors);
	command_print_faults(&errors);
	error_list_release(&errors);
	return result < 0 ? EXIT_USAGE : 0;
}

/* --runbook, --walk: of the system that is shown. */
static int open_runbook(struct running *running, const char *name)
{
	struct error error = { "" };

	if (!name || runbook_desk_show(session_console(&running->session), name, &error) == 0)
		return 0;
	command_complain("%s", error.text);
	return -1;
}

static int show(struct running *running, const struct cli_options *options)
{
	struct session *session = &running->session;
	struct cli_options looks = *options;

	if (!looks.glyphs)
		looks.glyphs = running->config.glyphs;
	if (!looks.colours)
		looks.colours = running->config.colours;
	if (options->plain)
		return plain_run(session, options,
				 options->refresh_ms ? options->refresh_ms : running->config.refresh_ms);
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return command_complain("no terminal to draw on (skep snapshot prints one "
					"screen, --plain lines)");
	for (size_t i = 0; i < session->tab_count; i++) {
		struct console *console = &session->tabs[i].console;

		console->keymap = &running->config.keymap;
		console->bell_priority = running->config.bell - 1;
		console->open_alert = options->alert;
		console->mode = options->wall ? CONSOLE_WALL : options->watch ? CONSOLE_WATCH : CONSOLE_FULL;
	}
	if (open_runbook(running, options->walk ? options->walk : options->runbook) < 0)
		return EXIT_USAGE;
	return run_seat(running, &looks);
}

static int run(const struct cli_options *options, const struct option_strings *words)
{
	struct running running = { .saved_stderr = -1, .log_fd = -1 };
	int status = read_config(&running, options);

	if (!status)
		status = session_open(&running.session, options, words->items, words->count);
	running.session.keeps = true;
	running.session.walks = options->walk != NULL;
	if (!status)
		status = session_open_boards(&running.session, options);
	if (!status)
		status = show(&running, options);
	session_close(&running.session);
	user_config_release(&running.config);
	if (running.ended_by) {
		/* The parent sees what ended the program, as with any other. */
		signal(running.ended_by, SIG_DFL);
		raise(running.ended_by);
	}
	return status;
}

static const struct option table[] = {
	{ "refresh", 0, OPTION_DURATION, CLI_AT(refresh_ms), .minimum = 1000, .maximum = 86400000,
	  .help = "ask again this often (default: the dashboard's rate)" },
	{ "alert", 0, OPTION_STRING, CLI_AT(alert), .value_name = "NAME",
	  .help = "open at this alert as soon as it is there, with its panel behind it" },
	{ "runbook", 0, OPTION_STRING, CLI_AT(runbook), .value_name = "NAME", .help = "open at this runbook" },
	{ "walk", 0, OPTION_STRING, CLI_AT(walk), .value_name = "RUNBOOK",
	  .help = "walk through this runbook, a step at a time; nothing is run" },
	{ "watch", 0, OPTION_BOOL, CLI_AT(watch), .help = "no keys that act" },
	{ "wall", 0, OPTION_BOOL, CLI_AT(wall), .help = "for a wall: no keys, turns its pages by itself" },
	{ "plain", 0, OPTION_BOOL, CLI_AT(plain), .help = "no screen: a line whenever a panel changes" },
	{ "max-rate", 0, OPTION_INT, CLI_AT(max_rate), .minimum = 100, .maximum = 1e9, .value_name = "BYTES",
	  .help = "most bytes a second to the terminal" },
	{ "config", 0, OPTION_STRING, CLI_AT(config), .value_name = "FILE",
	  .help = "read this instead of the configuration folder's config.yaml" },
	CLI_ROWS_BOARD,
	CLI_ROWS_SOURCE,
	CLI_ROWS_GLYPHS,
	{ "theme", 't', OPTION_STRING, CLI_AT(theme), .value_name = "NAME",
	  .help = "night, day, contrast, colourblind, mono, terminal, or one of "
		  "your own" },
	CLI_ROWS_END,
};

const struct command command_console = {
	.name = "console",
	.words = "[SYSTEM...]",
	.help = "open the console (what skep does without a command)",
	.more = "In the console ? lists the keys that work, q leaves. Several "
		"systems are tabs: 0 shows the next one.",
	.options = table,
	.words_max = TABS_MOST,
	.run = run,
};
