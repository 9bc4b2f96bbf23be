#include <stdio.h>

#include "base/text.h"
#include "cli/appearance.h"
#include "cli/command.h"
#include "cli/picture.h"
#include "cli/session.h"
#include "ui/draw/export.h"
#include "ui/panel/panel.h"

/* A panel stands badly when its question failed, its target is down, or its value is at a warning or worse. */
static int judge(const struct session *session)
{
	const struct console *console = session_console(session);
	struct panel_view view;

	console_panel_view(console, (size_t)console->zoomed, &view);
	switch (view.data->state) {
	case DATA_FAILED:
	case DATA_STALE:
	case DATA_DOWN:
	case DATA_WAITING: return EXIT_WRONG;
	default: return panel_severity(&view) >= SEVERITY_WARNING ? EXIT_WRONG : EXIT_FINE;
	}
}

static int add_picture(const struct session *session, const struct cli_options *options, struct option_size size,
		       struct strbuf *out)
{
	enum cli_format format = picture_format(options);
	const struct console *console = session_console(session);
	bool for_picture = format == FORMAT_SVG;
	struct canvas *canvas;
	struct panel_view view;
	struct theme theme;
	struct error_list errors;

	error_list_init(&errors);
	if (theme_find(&theme, options->theme, &errors) < 0) {
		command_print_faults(&errors);
		error_list_release(&errors);
		return -1;
	}
	error_list_release(&errors);
	console_panel_view(console, (size_t)console->zoomed, &view);
	view.zoomed = false;
	canvas = canvas_new(size.width, options->line ? 1 : size.height, appearance_glyphs(options, for_picture));
	canvas_fill(canvas, canvas_rect(canvas), style_role(ROLE_TEXT));
	if (options->line)
		panel_draw_line(&view, canvas, canvas_rect(canvas));
	else
		panel_draw(&view, canvas, canvas_rect(canvas));
	if (format == FORMAT_ANSI)
		export_ansi(canvas, &theme, appearance_depth(options, false), out);
	else if (format == FORMAT_SVG)
		export_svg(canvas, &theme, view.title, out);
	else
		export_text(canvas, out);
	canvas_free(canvas);
	return 0;
}

static int show(struct session *session, const struct cli_options *options, const char *name)
{
	struct option_size size = appearance_size(options, (struct option_size){ 60, 12 });
	struct console *console = session_console(session);
	struct strbuf out = STRBUF_INIT;
	struct error error;
	int status;

	session_resolve(session, options->wait_ms);
	console->zoomed = console_find_panel(console, name, &error);
	if (console->zoomed < 0)
		return command_complain("panel: %s", error.text);
	if (!size.height)
		size.height = 12;
	session_wait(session, size.width, size.height, options->wait_ms);
	if (options->format == FORMAT_JSON) {
		picture_add_panels(session, &out);
		strbuf_addch(&out, '\n');
		status = 0;
	} else {
		status = add_picture(session, options, size, &out);
	}
	status = status < 0 || !command_output(&out) ? EXIT_USAGE : judge(session);
	strbuf_release(&out);
	return status;
}

static int run(const struct cli_options *options, const struct option_strings *words)
{
	struct session session;
	int status = session_open(&session, options, words->items + 1, words->count - 1);

	if (!status)
		status = session_open_boards(&session, options);
	if (!status)
		status = show(&session, options, words->items[0]);
	session_close(&session);
	return status;
}

static const struct option table[] = {
	{ "size", 's', OPTION_SIZE, CLI_AT(size), .value_name = "SIZE",
	  .help = "columns x rows (default: the terminal's, else 60x12)" },
	{ "format", 'f', OPTION_CHOICE, CLI_AT(format), .fallback = "auto", .choices = cli_formats_screen,
	  .help = "auto is ansi on a terminal, else text" },
	{ "line", 'l', OPTION_BOOL, CLI_AT(line), .help = "one line instead of a box" },
	CLI_ROWS_BOARD,
	CLI_ROWS_SOURCE,
	CLI_ROWS_LOOKS,
	CLI_ROWS_END,
};

const struct command command_panel = {
	.name = "panel",
	.words = "NAME [SYSTEM...]",
	.help = "print one panel, for a small pane",
	.more = "NAME is the panel's title, a part of it, or its id. The exit status is 1 when the panel's value "
		"stands\n"
		"at a warning or worse, its target is down, or its question failed.",
	.options = table,
	.words_min = 1,
	.words_max = 1 + TABS_MOST,
	.run = run,
};
