#include <stdio.h>

#include "base/text.h"
#include "cli/appearance.h"
#include "cli/command.h"
#include "cli/picture.h"
#include "cli/session.h"
#include "ui/view/summary.h"

static void add_json(const struct session *session, const struct summary *summary, struct strbuf *out)
{
	strbuf_addf(out,
		    "{\"bad\":%s,\"panels\":%zu,\"critical\":%zu,\"warning\":%zu,\"down\":%zu,\"failed\":%zu,"
		    "\"absent\":%zu,\"no_data\":%zu,\"waiting\":%zu,\"source\":",
		    summary_is_bad(summary) ? "true" : "false", summary->panels, summary->critical, summary->warning,
		    summary->down, summary->failed, summary->absent, summary->empty, summary->waiting);
	strbuf_add_json(out, session->console.source.reason);
	strbuf_addstr(out, "}\n");
}

static int show(struct session *session, const struct cli_options *options)
{
	struct strbuf line = STRBUF_INIT, out = STRBUF_INIT;
	struct summary summary;
	int status;

	/* A screen of one row shows the board in one line, for which every panel counts. */
	session_wait(session, 200, 1, options->wait_ms);
	summary_of(&session->console, &summary);
	if (options->format == DATA_FORMAT_JSON) {
		add_json(session, &summary, &out);
	} else {
		summary_add_line(&session->console, &summary, appearance_glyphs(options, false), &line);
		text_add_safe(&out, line.text);
		strbuf_addch(&out, '\n');
	}
	status = !command_output(&out) ? EXIT_USAGE : summary_is_bad(&summary) ? EXIT_WRONG : EXIT_FINE;
	strbuf_release(&line);
	strbuf_release(&out);
	return status;
}

static int run(const struct cli_options *options, const struct option_strings *words)
{
	struct session session;
	int status = session_open(&session, options, words->count ? words->items[0] : NULL);

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
	.words = "[SYSTEM]",
	.help = "print one line, for a tmux status bar",
	.more = "Every panel of the board counts. The exit status is 1 when a value stands at a warning or worse, a\n"
		"target is down or a question failed; absent metrics and empty answers alone are 0.",
	.options = table,
	.words_max = 1,
	.run = run,
};
