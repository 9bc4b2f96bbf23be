#include "cli/picture.h"

#include <math.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli/appearance.h"
#include "cli/command.h"
#include "dashboard/display.h"
#include "ui/draw/export.h"
#include "ui/panel/panel.h"

#define VALUES_MAX 1000

static const char *const state_names[] = {
	[DATA_WAITING] = "waiting",
	[DATA_VALUE] = "value",
	[DATA_NO_DATA] = "no data",
	[DATA_ABSENT] = "absent",
	[DATA_DOWN] = "down",
	[DATA_STALE] = "stale",
	[DATA_INSUFFICIENT] = "insufficient history",
	[DATA_FAILED] = "failed",
	[DATA_NONE] = "none",
};

static const char *const severity_names[] = {
	[SEVERITY_NONE] = "none", [SEVERITY_OK] = "ok", [SEVERITY_WARNING] = "warning", [SEVERITY_CRITICAL] = "critical"
};

static void add_number(struct strbuf *ret, double value)
{
	if (isnan(value))
		strbuf_addstr(ret, frame_is_null(value) ? "null" : "\"NaN\"");
	else if (isinf(value))
		strbuf_addstr(ret, value > 0 ? "\"+Inf\"" : "\"-Inf\"");
	else
		strbuf_addf(ret, "%.17g", value);
}

static void add_values(const struct board_panel *panel, struct strbuf *ret)
{
	struct arena arena = { 0 };
	size_t count, more;
	struct shown *shown = display_shown(panel->panel, &panel->data.frames, &arena, VALUES_MAX, &count, &more);

	strbuf_addstr(ret, "[");
	for (size_t i = 0; i < count; i++) {
		const struct display *display = &shown[i].display;
		char text[192];
		snprintf(text, sizeof(text), "%s%s%s", display->text.prefix, display->text.text, display->text.suffix);
		strbuf_addstr(ret, i ? ",{\"name\":" : "{\"name\":");
		strbuf_add_json(ret, shown[i].name ? shown[i].name : "");
		strbuf_addstr(ret, ",\"value\":");
		add_number(ret, display->number);
		strbuf_addstr(ret, ",\"text\":");
		strbuf_add_json(ret, text);
		strbuf_addf(ret, ",\"severity\":\"%s\"}", severity_names[display->severity]);
	}
	strbuf_addstr(ret, "]");
	if (more)
		strbuf_addf(ret, ",\"more\":%zu", more);
	arena_release(&arena);
}

static void add_panel(const struct session *session, size_t index, struct strbuf *ret)
{
	struct board *board = console_board(session_console(session));
	size_t count;
	const struct board_panel *panel = &board_panels(board, &count)[index];
	const struct panel_data *data = &panel->data;

	strbuf_addf(ret, "{\"id\":%d,\"title\":", panel->panel->id);
	strbuf_add_json(ret, panel->title);
	strbuf_addstr(ret, ",\"type\":");
	strbuf_add_json(ret, panel->panel->type);
	strbuf_addf(ret, ",\"state\":\"%s\",\"reason\":", state_names[data->state]);
	strbuf_add_json(ret, data->reason);
	if (data->detail[0]) {
		strbuf_addstr(ret, ",\"detail\":");
		strbuf_add_json(ret, data->detail);
	}
	if (data->warning[0]) {
		strbuf_addstr(ret, ",\"warning\":");
		strbuf_add_json(ret, data->warning);
	}
	if (data->last_good_ms)
		strbuf_addf(ret, ",\"age_seconds\":%.3f",
			    (double)(session_console(session)->now_ms - data->last_good_ms) / 1000);
	strbuf_addstr(ret, ",\"engine\":");
	strbuf_add_json(ret, data->engine ? data->engine : "");
	strbuf_addstr(ret, ",\"values\":");
	add_values(panel, ret);
	strbuf_addstr(ret, "}");
}

void picture_add_panels(const struct session *session, struct strbuf *ret)
{
	struct board *board = console_board(session_console(session));
	size_t count, shown = 0;
	const struct board_panel *panels = board_panels(board, &count);

	strbuf_addstr(ret, "[");
	for (size_t i = 0; i < count; i++) {
		if (!panels[i].visible || panels[i].panel->is_row)
			continue;
		strbuf_addstr(ret, shown++ ? "," : "");
		add_panel(session, i, ret);
	}
	strbuf_addstr(ret, "]");
}

static void add_json(const struct session *session, const struct canvas *canvas, const struct theme *theme,
		     struct strbuf *ret)
{
	const struct console *console = session_console(session);
	const struct query_state *source = &console->source;
	const struct dashboard *dashboard = board_dashboard(console_board(console));
	char time[32];

	time_format(console->now_ms, "%Y-%m-%dT%H:%M:%SZ", time, sizeof(time));
	strbuf_addf(ret, "{\"time\":\"%s\",\"system\":", time);
	strbuf_add_json(ret, console->title ? console->title : "");
	strbuf_addstr(ret, ",\"dashboard\":");
	strbuf_add_json(ret, dashboard->title ? dashboard->title : "");
	strbuf_addstr(ret, ",\"source\":{\"engine\":");
	strbuf_add_json(ret, source->engine);
	strbuf_addf(ret, ",\"healthy\":%s,\"reason\":", source->health == QUERY_FAILING ? "false" : "true");
	strbuf_add_json(ret, source->reason);
	strbuf_addstr(ret, ",\"standIn\":");
	strbuf_add_json(ret, source->standing_in ? source->stand_in : "");
	strbuf_addf(ret, ",\"asked\":%llu},\"panels\":", (unsigned long long)source->asked);
	picture_add_panels(session, ret);
	strbuf_addstr(ret, ",\"screen\":");
	export_json(canvas, theme, ret);
	while (ret->length && ret->text[ret->length - 1] == '\n')
		strbuf_truncate(ret, ret->length - 1);
	strbuf_addstr(ret, "}\n");
}

enum cli_format picture_format(const struct cli_options *options)
{
	if (options->format != FORMAT_AUTO)
		return (enum cli_format)options->format;
	return isatty(STDOUT_FILENO) ? FORMAT_ANSI : FORMAT_TEXT;
}

static int find_theme(const struct cli_options *options, struct theme *ret)
{
	struct error_list errors;
	int result;

	error_list_init(&errors);
	result = theme_find(ret, options->theme, &errors);
	if (result < 0)
		command_print_faults(&errors);
	error_list_release(&errors);
	return result;
}

int picture_add(const struct session *session, const struct cli_options *options, enum cli_format format,
		struct strbuf *ret)
{
	bool for_picture = format == FORMAT_SVG || format == FORMAT_JSON;
	const struct console *console = session_console(session);
	struct board *board = console_board(console);
	const char *title = board ? board_dashboard(board)->title : "skep";
	struct canvas *canvas;
	struct theme theme;

	if (find_theme(options, &theme) < 0)
		return -1;
	canvas = canvas_new(console->width, console->height ? console->height : console_full_height(console),
			    appearance_glyphs(options, for_picture));
	console_draw(console, canvas);
	switch (format) {
	case FORMAT_ANSI: export_ansi(canvas, &theme, appearance_depth(options, false), ret); break;
	case FORMAT_SVG: export_svg(canvas, &theme, title ? title : "skep", ret); break;
	case FORMAT_JSON: add_json(session, canvas, &theme, ret); break;
	case FORMAT_TEXT:
	case FORMAT_AUTO: export_text(canvas, ret); break;
	}
	canvas_free(canvas);
	return 0;
}
