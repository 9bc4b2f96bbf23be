#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/appearance.h"
#include "cli/command.h"
#include "cli/picture.h"
#include "cli/session.h"
#include "ui/view/logs.h"
#include "ui/view/runbook_desk.h"
#include "ui/view/summary.h"
#include "ui/view/view.h"

#define ZOOMED_ROWS 40 /* for --size 120xall with --panel */

/* For --every: redraw, and stop at SIGINT or SIGTERM. */
struct follow {
	struct session *session;
	bool stopped;
};

static void on_stop(void *user, int number)
{
	struct follow *follow = user;

	(void)number;
	follow->stopped = true;
	loop_stop(follow->session->loop);
}

static void on_tick(void *user)
{
	struct follow *follow = user;

	loop_stop(follow->session->loop);
}

static int choose_view(struct session *session, const char *name)
{
	const struct view_ops *view = view_find(name);
	struct strbuf known = STRBUF_INIT;
	size_t count;
	const struct view_ops *const *views = view_table(&count);

	if (view) {
		console_set_view(session_console(session), view);
		return 0;
	}
	for (size_t i = 0; i < count; i++)
		strbuf_addf(&known, "%s%s", i ? ", " : "", views[i]->name);
	command_complain("--view: no view '%s' (%s)", name, known.text);
	strbuf_release(&known);
	return EXIT_USAGE;
}

static int complain_source(const struct sources *sources, const char *name)
{
	struct strbuf known = STRBUF_INIT;

	for (size_t i = 0; i < sources->count; i++)
		if (!i || strcmp(sources->states[i].job, sources->states[i - 1].job) != 0)
			strbuf_addf(&known, "%s%s", known.length ? ", " : "", sources->states[i].job);
	command_complain("--source: no source '%s' (%s)", name, known.length ? known.text : "there are none");
	strbuf_release(&known);
	return EXIT_USAGE;
}

/* --source: what a view is about. A log is known only when it was found, so that it is chosen then. */
static int choose_source(struct session *session, const char *name)
{
	struct console *console = session_console(session);

	if (console->view == &view_logs) {
		if (!console->logs)
			return command_complain("--source: no log is followed here");
		logs_wish(console->logs, name);
		return 0;
	}
	if (console->view != &view_source && console->view != &view_sources)
		return command_complain("--source goes with --view source, sources or logs");
	sources_take(&console->sources, true);
	return sources_choose(&console->sources, name) ? 0 : complain_source(&console->sources, name);
}

static int set_filter(struct session *session, const char *words)
{
	struct console *console = session_console(session);
	struct error error;

	if (!console->view->filter)
		return command_complain("--filter goes with --view logs or events");
	return console->view->filter->set(console, words, &error) < 0 ? command_complain("--filter: %s", error.text)
								      : 0;
}

/* What is to be seen, as far as the options say. */
static int choose(struct session *session, const struct cli_options *options)
{
	int status = options->view ? choose_view(session, options->view) : 0;
	struct error error = { "" };

	if (!status && options->runbook && runbook_desk_show(session_console(session), options->runbook, &error) < 0)
		status = command_complain("--runbook: %s", error.text);
	if (!status && options->source)
		status = choose_source(session, options->source);
	if (!status && options->filter)
		status = set_filter(session, options->filter);
	return status;
}

static int zoom(struct session *session, const char *name)
{
	struct console *console = session_console(session);
	struct error error;
	int index = console_find_panel(console, name, &error);

	if (index < 0)
		return command_complain("--panel: %s", error.text);
	console->zoomed = index;
	return 0;
}

/* Something asked about is wrong: the source fails, or panels had no answer in time. */
static bool is_wrong(const struct session *session)
{
	const struct console *console = session_console(session);
	struct board *board = console_board(console);
	size_t count;
	const struct board_panel *panels = board_panels(board, &count);

	if (console->source.health == QUERY_FAILING || session->timed_out)
		return true;
	for (size_t i = 0; i < count; i++)
		if (panels[i].visible && panels[i].data.state == DATA_FAILED)
			return true;
	return false;
}

static int print(const struct session *session, const struct cli_options *options, bool again)
{
	enum cli_format format = picture_format(options);
	struct strbuf out = STRBUF_INIT;
	int status = EXIT_USAGE;

	/* Home, then each line is overwritten and the rest cleared: no flicker, no scroll-back full of frames. */
	if (again && format == FORMAT_ANSI)
		strbuf_addstr(&out, "\033[H");
	if (picture_add(session, options, format, &out) == 0) {
		if (again && format == FORMAT_ANSI)
			strbuf_addstr(&out, "\033[J");
		status = command_output(&out) ? is_wrong(session) ? EXIT_WRONG : EXIT_FINE : EXIT_USAGE;
	}
	strbuf_release(&out);
	return status;
}

static int print_every(struct session *session, const struct cli_options *options, struct option_size size)
{
	struct follow follow = { .session = session };
	struct signal_watch *interrupt = signal_watch_new(session->loop, SIGINT, on_stop, &follow);
	struct signal_watch *terminate = signal_watch_new(session->loop, SIGTERM, on_stop, &follow);
	struct timer *tick = timer_new(session->loop, on_tick, &follow);
	int status = EXIT_FINE;

	if (picture_format(options) == FORMAT_ANSI)
		command_output(&(struct strbuf){ .text = (char[]){ "\033[2J" }, .length = 4 });
	while (!follow.stopped && status != EXIT_USAGE) {
		int64_t started_ms = loop_monotonic_ms(session->loop);
		size = appearance_size(options, size);
		session_wait(session, size.width, size.height, options->wait_ms);
		if (follow.stopped)
			break;
		status = print(session, options, true);
		if (status == EXIT_USAGE)
			break;
		started_ms += options->every_ms - loop_monotonic_ms(session->loop);
		timer_start(tick, started_ms > 1 ? started_ms : 1);
		loop_run(session->loop);
	}
	timer_free(tick);
	signal_watch_free(interrupt);
	signal_watch_free(terminate);
	return status;
}

static int show(struct session *session, const struct cli_options *options)
{
	struct option_size size = appearance_size(options, (struct option_size){ 120, 40 });
	int status = choose(session, options);

	if (status)
		return status;
	if (options->panel) {
		session_resolve(session, options->wait_ms);
		status = zoom(session, options->panel);
		if (status)
			return status;
		size.height = size.height ? size.height : ZOOMED_ROWS;
	}
	if (options->every_ms)
		return print_every(session, options, size);
	session_wait(session, size.width, size.height, options->wait_ms);
	if (session_console(session)->logs && logs_wished(session_console(session)->logs))
		return command_complain("--source: no log '%s'", options->source);
	return print(session, options, false);
}

static int run(const struct cli_options *options, const struct option_strings *words)
{
	struct session session;
	int status = session_open(&session, options, words->items, words->count);

	if (!status)
		status = session_open_boards(&session, options);
	if (!status)
		status = show(&session, options);
	session_close(&session);
	return status;
}

static const struct option table[] = {
	{ "size", 's', OPTION_SIZE, CLI_AT(size), .value_name = "SIZE",
	  .help = "columns x rows, or columns x all for the whole board (default: the terminal's, else 120x40)" },
	{ "format", 'f', OPTION_CHOICE, CLI_AT(format), .fallback = "auto", .choices = cli_formats_screen,
	  .help = "auto is ansi on a terminal, else text" },
	{ "view", 0, OPTION_STRING, CLI_AT(view), .value_name = "VIEW",
	  .help = "board, alerts, runbooks, slo, sources, source, logs, map or events" },
	{ "runbook", 0, OPTION_STRING, CLI_AT(runbook), .value_name = "NAME", .help = "a runbook, to be read" },
	{ "source", 0, OPTION_STRING, CLI_AT(source), .value_name = "NAME",
	  .help = "what --view source, sources or logs is about: a job, an instance, or of a log a part of its name" },
	{ "filter", 0, OPTION_STRING, CLI_AT(filter), .value_name = "WORDS",
	  .help = "with --view logs or events: show only what fits, as after the key f" },
	{ "panel", 0, OPTION_STRING, CLI_AT(panel), .value_name = "NAME",
	  .help = "one panel alone: its title, a part of it, or its id" },
	{ "every", 'e', OPTION_DURATION, CLI_AT(every_ms), .minimum = 100, .maximum = 86400000,
	  .help = "draw again and again until interrupted" },
	CLI_ROWS_BOARD,
	CLI_ROWS_SOURCE,
	CLI_ROWS_LOOKS,
	CLI_ROWS_END,
};

const struct command command_snapshot = {
	.name = "snapshot",
	.words = "[SYSTEM...]",
	.help = "print one screen",
	.more = "The screen is drawn as soon as every visible panel has an answer, at the latest after --wait.",
	.options = table,
	.words_max = TABS_MOST,
	.run = run,
};
