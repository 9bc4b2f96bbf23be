#include "cli/plain.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/plain_alerts.h"
#include "ui/draw/export.h"
#include "ui/panel/panel.h"

#define LINE_WIDTH         160
#define REFRESH_DEFAULT_MS (30 * CLOCK_SECOND)

/* What was said of one system. */
struct spoken {
	char **said; /* the last line of each panel */
	size_t said_count;
	unsigned generation;
	char *source; /* the last line about the source */
	struct plain_alerts *alerts;
};

/* Where lines go. */
struct lines {
	const struct console *console;
	struct strbuf *out;
};

struct plain {
	struct session *session;
	struct spoken spoken[TABS_MOST];
	bool stopped;
};

static void on_stop(void *user, int number)
{
	struct plain *plain = user;

	(void)number;
	plain->stopped = true;
	loop_stop(plain->session->loop);
}

static void on_tick(void *user)
{
	struct plain *plain = user;

	loop_stop(plain->session->loop);
}

static void forget(struct spoken *spoken)
{
	for (size_t i = 0; spoken->said && i < spoken->said_count; i++)
		free(spoken->said[i]);
	free(spoken->said);
	spoken->said = NULL;
	spoken->said_count = 0;
}

/* "12:04:31Z text"; of several systems with its title. */
static void add_line(const struct console *console, const char *text, struct strbuf *out)
{
	char clock[16];

	time_format(console->now_ms, "%H:%M:%SZ", clock, sizeof(clock));
	strbuf_addf(out, "%s ", clock);
	if (tabs_several(console)) {
		text_add_safe(out, tab_title(console));
		strbuf_addstr(out, ": ");
	}
	text_add_safe(out, text);
	strbuf_addch(out, '\n');
}

/* When it is not what was said last. */
static void say(const struct console *console, char **said, const char *text, struct strbuf *out)
{
	if (*said && strcmp(*said, text) == 0)
		return;
	free(*said);
	*said = mem_strdup(text);
	add_line(console, text, out);
}

static void on_alert_line(void *user, const char *text)
{
	struct lines *lines = user;

	add_line(lines->console, text, lines->out);
}

/* A panel in one line of text: state or value, in words, without the signs that a voice would spell out. */
static void panel_text(const struct console *console, size_t index, struct strbuf *ret)
{
	static const char *const states[] = {
		[DATA_WAITING] = "waiting", [DATA_NO_DATA] = "no data", [DATA_ABSENT] = "absent",
		[DATA_DOWN] = "down",       [DATA_STALE] = "stale",     [DATA_INSUFFICIENT] = "insufficient history",
		[DATA_FAILED] = "failed",
	};
	static const char *const severities[] = { [SEVERITY_WARNING] = "warning", [SEVERITY_CRITICAL] = "critical" };
	struct panel_view view;
	enum severity severity;

	console_panel_view(console, index, &view);
	strbuf_addf(ret, "%s: ", view.title);
	if (view.data->state != DATA_VALUE) {
		strbuf_addf(ret, "%s%s%s", states[view.data->state], view.data->reason[0] ? ", " : "",
			    view.data->reason);
		return;
	}
	severity = panel_severity(&view);
	panel_find(view.panel->type)->line(&view, ret);
	if (severity >= SEVERITY_WARNING)
		strbuf_addf(ret, ", %s", severities[severity]);
}

static void source_text(const struct console *console, struct strbuf *ret)
{
	const struct query_state *source = &console->source;

	if (source->standing_in)
		strbuf_addf(ret, "%s: %s, %s answers", source->engine, source->reason, source->stand_in);
	else if (source->health == QUERY_FAILING)
		strbuf_addf(ret, "%s: %s", source->engine, source->reason);
	else
		strbuf_addf(ret, "%s: healthy", source->engine);
}

static void add_changes(const struct console *console, struct spoken *spoken, struct strbuf *out)
{
	struct board *board = console_board(console);
	struct strbuf text = STRBUF_INIT;
	struct lines lines = { console, out };
	size_t count;
	const struct board_panel *panels = board_panels(board, &count);

	if (!spoken->said || spoken->generation != board_generation(board)) {
		forget(spoken);
		spoken->said = mem_array(count + 1, sizeof(*spoken->said));
		spoken->said_count = count;
		spoken->generation = board_generation(board);
	}
	source_text(console, &text);
	say(console, &spoken->source, text.text, out);
	plain_alerts_say(spoken->alerts, console, on_alert_line, &lines);
	for (size_t i = 0; i < count; i++) {
		if (panels[i].panel->is_row || panels[i].data.state == DATA_NONE)
			continue;
		strbuf_clear(&text);
		panel_text(console, i, &text);
		say(console, &spoken->said[i], text.text, out);
	}
	strbuf_release(&text);
}

static bool print_changes(struct plain *plain)
{
	struct strbuf out = STRBUF_INIT;
	bool written;

	for (size_t i = 0; i < plain->session->tab_count; i++)
		add_changes(&plain->session->tabs[i].console, &plain->spoken[i], &out);
	written = command_output(&out);
	strbuf_release(&out);
	return written;
}

/* The shortest rate of the boards that have one. */
static int64_t own_rate(const struct session *session)
{
	int64_t ret = 0;

	for (size_t i = 0; i < session->tab_count; i++) {
		int64_t rate_ms = board_dashboard(console_board(&session->tabs[i].console))->refresh_ms;

		if (rate_ms > 0 && (!ret || rate_ms < ret))
			ret = rate_ms;
	}
	return ret ? ret : REFRESH_DEFAULT_MS;
}

int plain_run(struct session *session, const struct cli_options *options, int64_t refresh_ms)
{
	struct plain plain = { .session = session };
	struct signal_watch *watches[] = {
		signal_watch_new(session->loop, SIGINT, on_stop, &plain),
		signal_watch_new(session->loop, SIGTERM, on_stop, &plain),
		signal_watch_new(session->loop, SIGHUP, on_stop, &plain),
	};
	struct timer *tick = timer_new(session->loop, on_tick, &plain);

	for (size_t i = 0; i < session->tab_count; i++)
		plain.spoken[i].alerts = plain_alerts_new();
	if (!refresh_ms)
		refresh_ms = own_rate(session);
	while (!plain.stopped) {
		int64_t started_ms = clock_monotonic_ms();
		/* A screen of one row has every panel in it. */
		session_wait_all(session, LINE_WIDTH, 1, options->wait_ms);
		if (plain.stopped || !print_changes(&plain))
			break;
		started_ms += refresh_ms - clock_monotonic_ms();
		timer_start(tick, started_ms > 1 ? started_ms : 1);
		loop_run(session->loop);
	}
	for (size_t i = 0; i < sizeof(watches) / sizeof(watches[0]); i++)
		signal_watch_free(watches[i]);
	timer_free(tick);
	for (size_t i = 0; i < session->tab_count; i++) {
		forget(&plain.spoken[i]);
		free(plain.spoken[i].source);
		plain_alerts_free(plain.spoken[i].alerts);
	}
	return plain.stopped ? EXIT_FINE : EXIT_USAGE;
}
