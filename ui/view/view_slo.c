#include <stdio.h>
#include <string.h>

#include "base/strbuf.h"
#include "ui/view/list_row.h"
#include "ui/view/overlay_text.h"
#include "ui/view/slo_chart.h"
#include "ui/view/slo_document.h"
#include "ui/view/slo_list.h"
#include "ui/view/view.h"

#define NO_OBJECTIVES "no objectives of this system: its system file has no slos: section"
#define WIDE          140 /* from this width on there is a second column */
#define SIDE_WIDTH    60
#define WIDE_ROWS     24
#define PANE_ROWS     5  /* what has the focus, in words, below the list */
#define PANE_LEAST    18 /* rows from which there is one */
#define CHART_LEAST   6

/* Where the list stands, and beside or below it what has the focus and the scorecard. */
struct places {
	struct rect list, pane, scores;
};

static struct places places(const struct console *console, struct rect body)
{
	struct places ret = { .list = body };
	int scores = (int)slo_state_file(console->slos)->score_count;

	if (body.width >= WIDE && body.height >= WIDE_ROWS) {
		ret.list.width -= SIDE_WIDTH;
		ret.scores = (struct rect){ body.x + ret.list.width, body.y, SIDE_WIDTH, scores ? scores + 2 : 0 };
		if (ret.scores.height > body.height / 2)
			ret.scores.height = body.height / 2;
		ret.pane = ret.scores;
		ret.pane.y += ret.scores.height;
		ret.pane.height = body.height - ret.scores.height;
	} else if (body.height >= PANE_LEAST) {
		ret.list.height -= PANE_ROWS;
		ret.pane = (struct rect){ body.x, body.y + ret.list.height, body.width, PANE_ROWS };
	}
	return ret;
}

static struct places make_rows(const struct console *console, struct rect body, struct slo_rows *ret)
{
	struct places where = places(console, body);

	slo_rows_make(ret, console, where.scores.height == 0);
	return where;
}

static void draw_scores(const struct console *console, struct canvas *canvas, struct rect area)
{
	struct box box = { .title = "Scorecard", .border = style_fg(ROLE_BORDER), .title_style = style_fg(ROLE_TITLE) };
	struct rect inside = canvas_box(canvas, area, &box);
	int count = (int)slo_state_file(console->slos)->score_count;

	for (int i = 0; i < count && i < inside.height; i++)
		slo_score_draw(console, canvas, (struct rect){ inside.x, inside.y + i, inside.width, 1 }, (size_t)i,
			       false);
}

/* As much of it as there is room for; returns what is left of the room. */
static struct rect draw_document(struct canvas *canvas, struct rect area, const struct document *document)
{
	int rows = document_rows(document, area.width);

	rows = rows < area.height ? rows : area.height;
	document_draw(document, canvas, (struct rect){ area.x, area.y, area.width, rows }, 0, 0);
	return (struct rect){ area.x, area.y + rows, area.width, area.height - rows };
}

/* In words, and where there is room how it came to that. */
static void draw_pane(const struct console *console, struct canvas *canvas, struct rect area, int line)
{
	const struct slo_file *file = slo_state_file(console->slos);
	struct box box = { .border = style_fg(ROLE_BORDER), .title_style = style_fg(ROLE_TITLE) };
	struct document document;
	struct rect inside;
	char title[200];

	if (line < 0 || area.height < 3)
		return;
	snprintf(title, sizeof(title), "%s: %s", file->objectives[file->lines[line].objective].title,
		 file->lines[line].title);
	box.title = title;
	inside = canvas_box(canvas, area, &box);
	inside.x++;
	inside.width -= 2;
	document_init(&document);
	slo_document_sentence(console->slos, (size_t)line, &document);
	inside = draw_document(canvas, inside, &document);
	document_release(&document);
	document_init(&document);
	slo_document_state(console->slos, (size_t)line, console->now_ms, &document);
	inside = draw_document(canvas, inside, &document);
	document_release(&document);
	if (slo_line_has_budget(&file->lines[line]) && inside.height > CHART_LEAST)
		slo_chart_draw(file, &file->lines[line], slo_state_line(console->slos, (size_t)line), canvas,
			       (struct rect){ inside.x, inside.y + 1, inside.width, inside.height - 1 });
}

static int focused_line(const struct console *console, const struct slo_rows *rows)
{
	return rows->focus < 0 ? -1 : slo_row_line(slo_state_file(console->slos), &rows->items[rows->focus]);
}

static void draw(const struct console *console, struct canvas *canvas, struct rect body)
{
	struct slo_rows rows;
	struct places where;

	if (!console->slos) {
		canvas_put_centre(canvas, body, body.y + body.height / 2, NO_OBJECTIVES, style_fg(ROLE_DIM));
		return;
	}
	where = make_rows(console, body, &rows);
	slo_list_draw(console, canvas, where.list, &rows);
	if (where.scores.height)
		draw_scores(console, canvas, where.scores);
	draw_pane(console, canvas, where.pane, focused_line(console, &rows));
}

/* Somebody looks; what has the focus is in sight, with the heading above it where that fits. */
static void prepare(struct console *console, struct rect body)
{
	struct slo_rows rows;
	struct places where;
	int visible, top;

	if (!console->slos)
		return;
	slo_state_attend(console->slos);
	where = make_rows(console, body, &rows);
	visible = slo_list_rows(where.list);
	top = rows.focus > 0 && !slo_row_takes_focus(&rows.items[rows.focus - 1]) && visible > 1 ? rows.focus - 1
												 : rows.focus;
	if (console->slo_scroll > top)
		console->slo_scroll = top < 0 ? 0 : top;
	console->slo_scroll = list_row_scroll(console->slo_scroll, rows.focus, rows.count, visible);
}

static bool cursor(const struct console *console, struct rect body, int *ret_x, int *ret_y)
{
	struct slo_rows rows;
	struct places where;
	struct rect place;

	if (!console->slos)
		return false;
	where = make_rows(console, body, &rows);
	if (rows.focus < 0 || !slo_list_place(where.list, rows.focus, console->slo_scroll, &place))
		return false;
	*ret_x = place.x;
	*ret_y = place.y;
	return true;
}

static struct places shown_rows(const struct console *console, struct slo_rows *ret)
{
	return make_rows(console, console_rows(console).body, ret);
}

static bool has_rows(const struct console *console, enum action action)
{
	struct slo_rows rows;

	(void)action;
	if (!console->slos)
		return false;
	shown_rows(console, &rows);
	return rows.focus >= 0;
}

/* Lines and scores are gone through as if headings were not there. */
static bool move(struct console *console, enum action action)
{
	struct slo_rows rows;
	int visible = slo_list_rows(shown_rows(console, &rows).list);
	int steps = list_row_after(action, 0, rows.count, visible);

	if (action == ACTION_TOP)
		steps = -rows.count;
	slo_rows_go(console, &rows, slo_rows_after(&rows, rows.focus, steps));
	return true;
}

/* Round the lines in trouble, the worst first. */
static bool worst(struct console *console, enum action action)
{
	struct slo_rows rows;

	(void)action;
	shown_rows(console, &rows);
	for (int health = SLO_HEALTH_CRITICAL; health >= SLO_HEALTH_WARNING; health--)
		for (int i = 1; i <= rows.count; i++) {
			int row = (rows.focus + i) % rows.count;

			if (rows.items[row].kind == SLO_ROW_LINE &&
			    (int)slo_state_line(console->slos, rows.items[row].index)->health == health) {
				slo_rows_go(console, &rows, row);
				return true;
			}
		}
	console_say(console, "no objective is known to be in trouble");
	return true;
}

static bool has_line(const struct console *console, enum action action)
{
	struct slo_rows rows;

	(void)action;
	if (!console->slos)
		return false;
	shown_rows(console, &rows);
	return focused_line(console, &rows) >= 0;
}

/* A row of the scorecard leads to its line. */
static bool open_line(struct console *console, enum action action)
{
	struct slo_rows rows;

	(void)action;
	shown_rows(console, &rows);
	console->slo_focus = focused_line(console, &rows);
	console->slo_line = 0;
	console_set_view(console, &view_objective);
	return true;
}

static bool explain(struct console *console, enum action action)
{
	struct slo_rows rows;
	struct text_overlay *overlay;
	int line;

	(void)action;
	shown_rows(console, &rows);
	line = focused_line(console, &rows);
	overlay = text_overlay_new(slo_state_file(console->slos)->lines[line].title);
	slo_document_promise(console->slos, (size_t)line, &overlay->document);
	slo_document_expressions(console->slos, (size_t)line, &overlay->document);
	overlay_open(console, &overlay_text, overlay);
	return true;
}

static bool can_copy(const struct console *console, enum action action)
{
	return has_line(console, action) && console->host.copy;
}

/* "Availability: API: burning ..." */
static bool copy(struct console *console, enum action action)
{
	const struct slo_file *file = slo_state_file(console->slos);
	struct strbuf text = STRBUF_INIT;
	struct slo_rows rows;
	int line;

	(void)action;
	shown_rows(console, &rows);
	line = focused_line(console, &rows);
	strbuf_addf(&text, "%s: %s: ", file->objectives[file->lines[line].objective].title, file->lines[line].title);
	slo_sentence(file, &file->lines[line], slo_state_line(console->slos, (size_t)line), &text);
	console_copy(console, text.text);
	strbuf_release(&text);
	return true;
}

static bool ask_again(struct console *console, enum action action)
{
	(void)action;
	if (console->engine)
		query_engine_retry(console->engine);
	if (console->slos)
		slo_state_refresh(console->slos);
	console_say(console, "asking again how each objective stands");
	return true;
}

static bool click(struct console *console, int x, int y)
{
	struct rect body = console_rows(console).body, place;
	struct slo_rows rows;
	struct places where;

	(void)x;
	if (!console->slos)
		return false;
	where = make_rows(console, body, &rows);
	for (int row = 0; row < rows.count; row++)
		if (slo_list_place(where.list, row, console->slo_scroll, &place) && place.y == body.y + y &&
		    slo_row_takes_focus(&rows.items[row])) {
			slo_rows_go(console, &rows, row);
			return true;
		}
	return false;
}

static size_t list_count(const struct console *console)
{
	struct slo_rows rows;

	if (!console->slos)
		return 0;
	shown_rows(console, &rows);
	return (size_t)rows.count;
}

static int list_focus(const struct console *console)
{
	struct slo_rows rows;

	if (!console->slos)
		return -1;
	shown_rows(console, &rows);
	return rows.focus;
}

static void list_go_to(struct console *console, int row)
{
	struct slo_rows rows;

	if (!console->slos)
		return;
	shown_rows(console, &rows);
	slo_rows_go(console, &rows, row);
}

static bool list_matches(const struct console *console, int row, const char *needle)
{
	struct slo_rows rows;

	shown_rows(console, &rows);
	return row < rows.count && slo_row_matches(console->slos, &rows.items[row], needle);
}

static const char *filter_text(const struct console *console)
{
	return console->slo_filter;
}

static int filter_set(struct console *console, const char *typed, struct error *error)
{
	if (strlen(typed) >= sizeof(console->slo_filter))
		return error_set(error, "the filter is too long (at most %zu bytes)", sizeof(console->slo_filter) - 1);
	snprintf(console->slo_filter, sizeof(console->slo_filter), "%s", typed);
	return 0;
}

static bool busy(const struct console *console)
{
	return console->slos && slo_state_busy(console->slos);
}

static bool has(const struct console *console)
{
	return console->slos != NULL;
}

static const struct view_list list = {
	.count = list_count,
	.focus = list_focus,
	.go_to = list_go_to,
	.matches = list_matches,
};

static const struct view_filter filter = { filter_text, filter_set, NULL };

static const struct key_row keys[] = {
	LIST_ROW_KEYS(move, has_rows),     { ACTION_OPEN, open_line, has_line }, { ACTION_EXPLAIN, explain, has_line },
	{ ACTION_WORST, worst, has_rows }, { ACTION_COPY, copy, can_copy },      { ACTION_RETRY, ask_again, NULL },
	{ ACTION_NONE, NULL, NULL },
};

const struct view_ops view_slo = {
	.name = "slo",
	.title = "SLO",
	.help = "what is promised: budgets, how fast they burn, what is left; the scorecard",
	.draw = draw,
	.context = CONTEXT_SLO,
	.action = ACTION_VIEW_4,
	.keys = keys,
	.click = click,
	.prepare = prepare,
	.cursor = cursor,
	.busy = busy,
	.has = has,
	.filter = &filter,
	.list = &list,
};
