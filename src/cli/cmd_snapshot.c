#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/appearance.h"
#include "cli/command.h"
#include "cli/picture.h"
#include "cli/session.h"
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
	struct strbuf known = STRBUF_INIT;
	size_t count;
	const struct view_ops *const *views = view_table(&count);

	session_console(session)->view = view_find(name);
	if (session_console(session)->view)
		return 0;
	for (size_t i = 0; i < count; i++)
		strbuf_addf(&known, "%s%s", i ? ", " : "", views[i]->name);
	command_complain("--view: no view '%s' (%s)", name, known.text);
	strbuf_release(&known);
	return EXIT_USAGE;
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
	int status = options->view ? choose_view(session, options->view) : 0;

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
	{ "view", 0, OPTION_STRING, CLI_AT(view), .value_name = "VIEW", .help = "board, sources, logs, map or events" },
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
