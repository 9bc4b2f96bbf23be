/* Logs: one of the logs that are followed, its lines, and how many there were over time. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "ui/view/log_document.h"
#include "ui/view/log_lines.h"
#include "ui/view/overlay_text.h"
#include "ui/view/time_range.h"
#include "ui/view/view.h"

#define GRAPH_LEAST 14 /* rows of the body from which there is a graph */
#define GRAPH_TALL  30
#define PAN_PARTS   4 /* < and > move by this part of the graph */

struct places {
	struct rect head, graph, lines;
};

static struct places places(struct rect body)
{
	int graph = body.height >= GRAPH_TALL ? 4 : body.height >= GRAPH_LEAST ? 3 : 0;
	struct places ret = { .head = { body.x, body.y, body.width, 1 } };

	ret.graph = (struct rect){ body.x, body.y + 1, body.width, graph };
	ret.lines = (struct rect){ body.x, body.y + 1 + graph, body.width, body.height - 1 - graph };
	return ret;
}

static bool has_logs(const struct console *console, enum action action)
{
	(void)action;
	return console->logs && console->logs->entries.count;
}

/* ---- drawing ---- */

/* Nothing to show is one of three things. */
static const char *empty_text(const struct logs *logs)
{
	if (!logs || !logs->entries.count)
		return "no log is followed here (collect: - { type: log, path: /var/log/app.log })";
	if (logs_busy(logs))
		return logs->progressed ? "reading" : "";
	if (logs->reason[0])
		return logs->reason;
	return logs->filter ? "no line passes the filter" : "the log is empty";
}

static void draw(const struct console *console, struct canvas *canvas, struct rect body)
{
	const struct logs *logs = console->logs;
	struct places where = places(body);

	if (logs && logs->entries.count) {
		log_head_draw(console, canvas, where.head);
		log_graph_draw(console, canvas, where.graph);
		log_lines_draw(console, canvas, where.lines);
	}
	if (!logs || !logs->count)
		canvas_put_centre(canvas, where.lines, where.lines.y + where.lines.height / 3, empty_text(logs),
				  style_fg(ROLE_DIM));
}

/* ---- before drawing, coming and going ---- */

static struct logs *need(struct console *console)
{
	if (!console->logs && console->sources.collect)
		console->logs = logs_new(console->sources.collect);
	return console->logs;
}

static void prepare(struct console *console, struct rect body)
{
	struct logs *logs = need(console);
	int rows = places(body).lines.height, most;

	if (!logs)
		return;
	logs_take(logs, rows, (size_t)body.width, console->now_ms);
	most = logs->count - rows;
	if (logs->follow)
		logs->scroll = most;
	if (logs->scroll > logs->focus)
		logs->scroll = logs->focus;
	if (logs->scroll <= logs->focus - rows)
		logs->scroll = logs->focus - rows + 1;
	if (logs->scroll > most)
		logs->scroll = most;
	/* What is not there yet leaves room at the top, so that no line moves when it comes. */
	if (logs->scroll < 0 && (logs->at_begin || !logs->count))
		logs->scroll = 0;
	/* A search that is given up goes back to the row it was begun on: the same line. */
	if (console->prompting == PROMPT_FIND && console->find_view == &view_logs && console->find_from >= 0)
		console->find_from += logs->shifted;
	logs->shifted = 0;
}

static bool busy(const struct console *console)
{
	return console->logs && logs_busy(console->logs);
}

/* The time that stands still on the board is the one that is looked for here. */
static void enter(struct console *console)
{
	struct logs *logs = need(console);
	struct board *board = console_board(console);
	const struct log_row *row = logs && !logs->follow ? logs_row(logs, logs->focus) : NULL;
	int64_t from_ms, to_ms;

	if (!logs || !board)
		return;
	board_range(board, &from_ms, &to_ms);
	logs->range_ms = to_ms - from_ms;
	/* It may be this line's own, which was brought to the board. */
	if (row && row->time_ms != LOG_NO_TIME && row->time_ms == console->cursor_ms)
		return;
	if (console->cursor_ms) {
		logs_go_time(logs, console->cursor_ms);
		logs->end_ms = to_ms;
	} else if (!console->live) {
		logs_go_time(logs, to_ms);
		logs->end_ms = to_ms;
	}
}

/* And the other way: the line one stands on is the time that panels show. */
static void leave(struct console *console)
{
	struct logs *logs = console->logs;
	const struct log_row *row = logs ? logs_row(logs, logs->focus) : NULL;
	struct board *board = console_board(console);
	int64_t from_ms, to_ms;

	if (logs)
		logs_rest(logs);
	if (!row || logs->follow || row->time_ms == LOG_NO_TIME || !board)
		return;
	board_range(board, &from_ms, &to_ms);
	if (row->time_ms < from_ms || row->time_ms > to_ms) {
		int64_t end_ms = row->time_ms + (to_ms - from_ms) / 2;

		time_range_set_end(console, end_ms > console->now_ms ? console->now_ms : end_ms);
	}
	console->cursor_ms = row->time_ms;
}

static bool cursor(const struct console *console, struct rect body, int *ret_x, int *ret_y)
{
	const struct logs *logs = console->logs;
	struct rect lines = places(body).lines;

	if (!logs || logs->focus < logs->scroll || logs->focus >= logs->scroll + lines.height)
		return false;
	*ret_x = lines.x;
	*ret_y = lines.y + logs->focus - logs->scroll;
	return true;
}

/* ---- keys ---- */

static bool move(struct console *console, enum action action)
{
	struct logs *logs = console->logs;
	int page = places(console_rows(console).body).lines.height - 1;

	page = page > 0 ? page : 1;
	switch (action) {
	case ACTION_DOWN: logs_go_to(logs, logs->focus + 1); break;
	case ACTION_UP: logs_go_to(logs, logs->focus - 1); break;
	case ACTION_PAGE_DOWN: logs_go_to(logs, logs->focus + page); break;
	case ACTION_PAGE_UP: logs_go_to(logs, logs->focus - page); break;
	case ACTION_TOP: logs_go_begin(logs); break;
	default: logs_go_end(logs); break;
	}
	return true;
}

static bool change_log(struct console *console, enum action action)
{
	return logs_step(console->logs, action == ACTION_NEXT || action == ACTION_RIGHT ? 1 : -1);
}

static bool has_others(const struct console *console, enum action action)
{
	(void)action;
	return console->logs && console->logs->entries.count > 1;
}

static bool pause(struct console *console, enum action action)
{
	struct logs *logs = console->logs;

	(void)action;
	if (logs->follow)
		logs->follow = false;
	else
		logs_go_end(logs);
	return true;
}

static bool in_time(struct console *console, enum action action)
{
	struct logs *logs = console->logs;
	const struct log_row *row = logs_row(logs, logs->focus);
	int64_t step_ms = logs->range_ms / PAN_PARTS, at_ms = console->now_ms;
	char text[16];

	if (action == ACTION_LONGER || action == ACTION_SHORTER) {
		logs->range_ms = action == ACTION_LONGER ? time_range_longer(logs->range_ms)
							 : time_range_shorter(logs->range_ms);
		duration_format(logs->range_ms, text, sizeof(text));
		console_say(console, "graph of %s", text);
		return true;
	}
	if (row && row->time_ms != LOG_NO_TIME)
		at_ms = row->time_ms;
	at_ms += action == ACTION_EARLIER ? -step_ms : step_ms;
	if (at_ms >= console->now_ms)
		logs_go_end(logs);
	else
		logs_go_time(logs, at_ms);
	return true;
}

static bool worst(struct console *console, enum action action)
{
	(void)action;
	logs_go_worst(console->logs);
	return true;
}

static const struct log_row *focused(const struct console *console)
{
	return console->logs ? logs_row(console->logs, console->logs->focus) : NULL;
}

static bool has_line(const struct console *console, enum action action)
{
	return has_logs(console, action) && console->logs->chosen >= 0 && focused(console) != NULL;
}

static bool unfold(struct console *console, enum action action)
{
	const struct logs *logs = console->logs;
	struct text_overlay *overlay = text_overlay_new(logs_entry_label(logs, (size_t)logs->chosen));
	const struct log_row *row = focused(console);

	if (action == ACTION_OUTPUT)
		log_document_raw(row, &overlay->document);
	else
		log_document_line(logs, row, console->now_ms, &overlay->document);
	overlay_open(console, &overlay_text, overlay);
	return true;
}

static bool can_copy(const struct console *console, enum action action)
{
	return console->host.copy && has_line(console, action);
}

static bool copy(struct console *console, enum action action)
{
	const struct log_row *row = focused(console);
	char *text = mem_strndup(row->raw.text, row->raw.length);

	(void)action;
	console_copy(console, text);
	free(text);
	return true;
}

static bool explain(struct console *console, enum action action)
{
	const struct log_source *source = logs_source(console->logs);
	struct text_overlay *overlay;

	(void)action;
	if (!source)
		return false;
	overlay = text_overlay_new("log");
	log_document_source(console->logs, source, &overlay->document);
	overlay_open(console, &overlay_text, overlay);
	return true;
}

static int at(struct console *console, int64_t time_ms, struct error *error)
{
	if (!has_logs(console, ACTION_NONE))
		return error_set(error, "no log is followed here");
	logs_go_time(console->logs, time_ms);
	return 0;
}

/* ---- filter, list, mouse ---- */

static const char *filter_text(const struct console *console)
{
	return console->logs ? console->logs->filter_text : "";
}

static int filter_set(struct console *console, const char *typed, struct error *error)
{
	if (!need(console))
		return error_set(error, "no log is followed here");
	return logs_set_filter(console->logs, typed, error);
}

/* Levels, and the fields of the line with the focus. */
static void filter_complete(void *user, const char *text, struct prompt_candidates *ret)
{
	const struct console *console = user;

	log_document_complete(console->logs, focused(console), text, ret);
}

static const struct view_filter filter = { .text = filter_text, .set = filter_set, .complete = filter_complete };

static size_t list_count(const struct console *console)
{
	return console->logs ? (size_t)console->logs->count : 0;
}

static int list_focus(const struct console *console)
{
	return console->logs ? console->logs->focus : -1;
}

static void list_go_to(struct console *console, int row)
{
	logs_go_to(console->logs, row);
	console->logs->follow = false;
}

static bool list_matches(const struct console *console, int index, const char *needle)
{
	const struct log_row *row = logs_row(console->logs, index);
	char *text = row ? mem_strndup(row->raw.text, row->raw.length) : NULL;
	bool found = text && strcasestr(text, needle);

	free(text);
	return found;
}

static bool click(struct console *console, int x, int y)
{
	struct rect body = console_rows(console).body, lines = places(body).lines;

	(void)x;
	if (!console->logs || y < lines.y - body.y)
		return false;
	list_go_to(console, console->logs->scroll + y - (lines.y - body.y));
	return true;
}

static bool wheel(struct console *console, int rows)
{
	if (!console->logs)
		return false;
	logs_go_to(console->logs, console->logs->focus + rows);
	return true;
}

static const struct view_list list = {
	.count = list_count,
	.focus = list_focus,
	.go_to = list_go_to,
	.matches = list_matches,
};

static const struct key_row keys[] = {
	{ ACTION_DOWN, move, has_logs },         { ACTION_UP, move, has_logs },
	{ ACTION_TOP, move, has_logs },          { ACTION_BOTTOM, move, has_logs },
	{ ACTION_PAGE_UP, move, has_logs },      { ACTION_PAGE_DOWN, move, has_logs },
	{ ACTION_NEXT, change_log, has_others }, { ACTION_PREVIOUS, change_log, has_others },
	{ ACTION_LEFT, change_log, has_others }, { ACTION_RIGHT, change_log, has_others },
	{ ACTION_LONGER, in_time, has_logs },    { ACTION_SHORTER, in_time, has_logs },
	{ ACTION_EARLIER, in_time, has_logs },   { ACTION_LATER, in_time, has_logs },
	{ ACTION_NOW, move, has_logs },          { ACTION_PAUSE, pause, has_logs },
	{ ACTION_WORST, worst, has_logs },       { ACTION_OPEN, unfold, has_line },
	{ ACTION_OUTPUT, unfold, has_line },     { ACTION_COPY, copy, can_copy },
	{ ACTION_EXPLAIN, explain, has_logs },   { ACTION_NONE, NULL, NULL },
};

static bool has(const struct console *console)
{
	const struct sources *sources = &console->sources;

	for (size_t i = 0; i < sources->count; i++)
		if (strcmp(sources->states[i].type, "log") == 0)
			return true;
	return false;
}

const struct view_ops view_logs = {
	.name = "logs",
	.title = "Logs",
	.help = "the logs that are followed: their lines, and how many there were over time",
	.draw = draw,
	.context = CONTEXT_LOGS,
	.action = ACTION_VIEW_5,
	.keys = keys,
	.click = click,
	.wheel = wheel,
	.prepare = prepare,
	.cursor = cursor,
	.enter = enter,
	.leave = leave,
	.busy = busy,
	.has = has,
	.at = at,
	.filter = &filter,
	.list = &list,
};
