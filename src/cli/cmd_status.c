#include <stdio.h>

#include "base/text.h"
#include "cli/appearance.h"
#include "cli/command.h"
#include "cli/picture.h"
#include "cli/session.h"
#include "ui/view/summary.h"

static void add_json(const struct console *console, const struct summary *summary, struct strbuf *out)
{
	strbuf_addstr(out, "{");
	if (console->system) {
		strbuf_addstr(out, "\"system\":");
		strbuf_add_json(out, console->system);
		strbuf_addstr(out, ",");
	}
	strbuf_addf(
		out,
		"\"alerts\":{\"p0\":%zu,\"p1\":%zu,\"p2\":%zu,\"p3\":%zu,\"none\":%zu,\"pending\":%zu,\"muted\":%zu},",
		summary->alerts.firing[0], summary->alerts.firing[1], summary->alerts.firing[2],
		summary->alerts.firing[3], summary->alerts.firing[PRIORITY_COUNT], summary->alerts.pending,
		summary->alerts.muted);
	strbuf_addf(out,
		    "\"bad\":%s,\"panels\":%zu,\"critical\":%zu,\"warning\":%zu,\"down\":%zu,\"failed\":%zu,"
		    "\"absent\":%zu,\"no_data\":%zu,\"waiting\":%zu,\"source\":",
		    summary_is_bad(summary) ? "true" : "false", summary->panels, summary->critical, summary->warning,
		    summary->down, summary->failed, summary->absent, summary->empty, summary->waiting);
	strbuf_add_json(out, console->source.reason);
	strbuf_addstr(out, "}");
}

/* One system's part of the line. Returns whether something is bad. */
static bool add_tab(const struct console *console, const struct cli_options *options, bool first, struct strbuf *out)
{
	struct strbuf line = STRBUF_INIT;
	struct summary summary;

	summary_of(console, &summary);
	if (options->format == DATA_FORMAT_JSON) {
		strbuf_addstr(out, first ? "" : ",");
		add_json(console, &summary, out);
	} else {
		strbuf_addstr(out, first ? "" : "  ");
		summary_add_line(console, &summary, appearance_glyphs(options, false), &line);
		text_add_safe(out, line.text);
	}
	strbuf_release(&line);
	return summary_is_bad(&summary);
}

/* All systems, or the one that --tab names. */
static int show(struct session *session, const struct cli_options *options)
{
	bool all = !options->tab && session->tab_count > 1, bad = false, json = options->format == DATA_FORMAT_JSON;
	struct strbuf out = STRBUF_INIT;
	int status;

	/* A screen of one row shows the board in one line, for which every panel counts. */
	if (all)
		session_wait_all(session, 200, 1, options->wait_ms);
	else
		session_wait(session, 200, 1, options->wait_ms);
	strbuf_addstr(&out, all && json ? "[" : "");
	for (size_t i = 0; all && i < session->tab_count; i++)
		bad |= add_tab(&session->tabs[i].console, options, i == 0, &out);
	if (!all)
		bad = add_tab(session_console(session), options, true, &out);
	strbuf_addstr(&out, all && json ? "]\n" : "\n");
	status = !command_output(&out) ? EXIT_USAGE : bad ? EXIT_WRONG : EXIT_FINE;
	strbuf_release(&out);
	return status;
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
	{ "format", 'f', OPTION_CHOICE, CLI_AT(format), .fallback = "text", .choices = cli_formats_data,
	  .help = "how to print it" },
	CLI_ROWS_BOARD,
	CLI_ROWS_SOURCE,
	CLI_ROWS_LOOKS,
	CLI_ROWS_END,
};

const struct command command_status = {
	.name = "status",
	.words = "[SYSTEM...]",
	.help = "print one line, for a tmux status bar",
	.more = "Every panel of the board counts, and every system that is named stands in the line. The exit status "
		"is 1 when an alert fires that is not muted, a value stands at a warning or worse, a\n"
		"target is down or a question failed; absent metrics and empty answers alone are 0.",
	.options = table,
	.words_max = TABS_MOST,
	.run = run,
};
