/* One alert: its expression over time with the threshold, and all that is known of it. */
#include <stdlib.h>
#include <string.h>

#include "alert/alerts.h"
#include "alert/trend.h"
#include "base/mem.h"
#include "ui/draw/glyph.h"
#include "ui/view/alert_act.h"
#include "ui/view/alert_chart.h"
#include "ui/view/alert_page.h"
#include "ui/view/alert_text.h"
#include "ui/view/find.h"
#include "ui/view/focus.h"
#include "ui/view/list_row.h"
#include "ui/view/runbook_desk.h"
#include "ui/view/view.h"

#define FRAME       2
#define CHART_FROM  20 /* rows of the body from which there is room for a chart */
#define CHART_LEAST 9
#define CHART_MOST  16
#define WIDE        160 /* columns from which chart and text stand side by side */

#define CHART_STEP_MS  INT64_C(60000)
#define CHART_AGAIN_MS INT64_C(30000)

struct places {
	struct rect chart, text;
};

static struct places places_of(struct rect body)
{
	struct places ret = { .text = body };
	int rows = body.height * 2 / 5;

	if (body.height < CHART_FROM)
		return ret;
	if (body.width >= WIDE) {
		ret.text.width = body.width / 2;
		ret.chart = (struct rect){ body.x + ret.text.width, body.y, body.width - ret.text.width,
					   body.height > 2 * CHART_MOST ? 2 * CHART_MOST : body.height };
		return ret;
	}
	rows = rows < CHART_LEAST ? CHART_LEAST : rows > CHART_MOST ? CHART_MOST : rows;
	ret.chart = (struct rect){ body.x, body.y, body.width, rows };
	ret.text.y += rows;
	ret.text.height -= rows;
	return ret;
}

static struct rect text_inside(struct rect text)
{
	if (text.height <= FRAME)
		return text;
	return (struct rect){ text.x + 2, text.y + 1, text.width - 4, text.height - FRAME };
}

static void draw_chart(const struct console *console, const struct alert *alert, struct canvas *canvas,
		       struct rect rect)
{
	struct alert_chart chart = { .alert = alert, .now_ms = console->now_ms };

	if (console->alert_page.chart && alert->condition) {
		chart.series = trends_find(console->alert_page.chart, alert->condition->subject, alert->labels);
		chart.reason = trends_reason(console->alert_page.chart, alert->condition->subject);
	}
	alert_chart_draw(&chart, canvas, rect);
}

/* Where lines lead is marked; the one with the focus is bright. */
static void draw_marks(const struct console *console, struct canvas *canvas, struct rect inside)
{
	const struct alert_page *page = &console->alert_page;
	const char *sign = glyph_text(canvas_glyphs(canvas), GLYPH_SEPARATOR);
	int count = (int)page->document.lines.count;

	for (int line = 0; line < count && console->keymap; line++) {
		int row = document_row_of(&page->document, inside.width, (size_t)line) - page->scroll;
		bool here = line == page->line;

		if (row < 0 || row >= inside.height || (!here && !alert_page_link(page, line)))
			continue;
		canvas_put(canvas, inside.x - 1, inside.y + row, sign, style_fg(here ? ROLE_STRONG : ROLE_KEY), 1);
		if (here)
			canvas_tint(canvas, (struct rect){ inside.x, inside.y + row, inside.width, 1 },
				    style_role(ROLE_SELECTION));
	}
}

static void draw(const struct console *console, struct canvas *canvas, struct rect body)
{
	const struct alert *alert = alert_page_alert(console);
	struct places places = places_of(body);
	struct strbuf title = STRBUF_INIT, note = STRBUF_INIT;
	struct box box = { .border = style_fg(ROLE_BORDER_FOCUS),
			   .title_style = style_fg(ROLE_STRONG),
			   .note_style = style_fg(ROLE_DIM) };
	struct rect inside = text_inside(places.text), clip;
	char since[16];

	strbuf_addf(&title, "%s%s%s", alert ? alert_priority_text(alert->priority) : "", alert ? " " : "",
		    console->alert_page.name);
	if (alert) {
		alert_since(alert, console->now_ms, since, sizeof(since));
		strbuf_addf(&note, "%s %s", alert_standing_word(alert), since);
	}
	box.title = title.length ? title.text : "Alert";
	box.note = note.length ? note.text : NULL;
	if (alert && places.chart.height)
		draw_chart(console, alert, canvas, places.chart);
	if (places.text.height > FRAME)
		canvas_box(canvas, places.text, &box);
	clip = canvas_clip(canvas, places.text);
	document_draw(&console->alert_page.document, canvas, inside, console->alert_page.scroll, 0);
	draw_marks(console, canvas, inside);
	canvas_restore(canvas, clip);
	find_mark(console, canvas, inside);
	strbuf_release(&title);
	strbuf_release(&note);
}

static void want_chart(struct console *console, const struct alert *alert)
{
	if (!console->engine || !alert->condition)
		return;
	if (!console->alert_page.chart)
		console->alert_page.chart = trends_new(&(struct trends_config){ .engine = console->engine,
										.range_ms = ALERT_CHART_MS,
										.step_ms = CHART_STEP_MS,
										.again_ms = CHART_AGAIN_MS,
										.on_change = console->on_change,
										.user = console->on_change_user });
	trends_want(console->alert_page.chart, alert->condition->subject, console->now_ms);
}

static void prepare(struct console *console, struct rect body)
{
	struct alert_page *page = &console->alert_page;
	const struct alert *alert = alert_page_alert(console);
	struct places places = places_of(body);
	struct rect inside = text_inside(places.text);
	int row;

	alert_page_make(console);
	alert_painted_take(&page->painted, alert_painted_state(alert), console->monotonic_ms);
	row = document_row_of(&page->document, inside.width, (size_t)(page->line > 0 ? page->line : 0));
	page->scroll = list_row_scroll(page->scroll, row, document_rows(&page->document, inside.width), inside.height);
	if (alert && places.chart.height)
		want_chart(console, alert);
}

static bool cursor(const struct console *console, struct rect body, int *ret_x, int *ret_y)
{
	const struct alert_page *page = &console->alert_page;
	struct rect inside = text_inside(places_of(body).text);

	*ret_x = inside.x;
	*ret_y = inside.y + document_row_of(&page->document, inside.width, (size_t)(page->line > 0 ? page->line : 0)) -
		 page->scroll;
	return *ret_y >= inside.y && *ret_y < inside.y + inside.height;
}

/* ---- keys ---- */

/* The next line that leads somewhere, round the end. */
static int next_link(const struct alert_page *page, int from, int step)
{
	int count = (int)page->document.lines.count;

	for (int i = 1; i <= count; i++) {
		int at = ((from + step * i) % count + count) % count;

		if (alert_page_link(page, at))
			return at;
	}
	return from;
}

static bool move(struct console *console, enum action action)
{
	struct alert_page *page = &console->alert_page;
	int count = (int)page->document.lines.count;
	int rows = text_inside(places_of(console_rows(console).body).text).height;

	if (action == ACTION_NEXT || action == ACTION_PREVIOUS)
		page->line = next_link(page, page->line, action == ACTION_NEXT ? 1 : -1);
	else
		page->line = list_row_after(action, page->line, count, rows);
	page->line = page->line >= count ? count - 1 : page->line;
	page->line = page->line < 0 ? 0 : page->line;
	return true;
}

static void show_panel(struct console *console, const struct alert_link *link)
{
	console_set_view(console, &view_board);
	console_show_board(console, link->board);
	console_zoom(console, -1);
	console_settle(console);
	focus_set(console, (int)link->panel);
}

static bool can_open(const struct console *console, enum action action)
{
	(void)action;
	return alert_page_link(&console->alert_page, console->alert_page.line) != NULL;
}

static bool open_link(struct console *console, enum action action)
{
	const struct alert_link *link = alert_page_link(&console->alert_page, console->alert_page.line);

	(void)action;
	switch (link->target) {
	case TARGET_PANEL: show_panel(console, link); break;
	case TARGET_RUNBOOK:
		if (!runbook_desk_open_alert(console, alert_page_alert(console)))
			alert_show_runbook(console, link->text);
		break;
	case TARGET_SILENCE: {
		free(console->silences.selected);
		console->silences.selected = mem_strdup(link->text);
		console_set_view(console, &view_silences);
		break;
	}
	default:
		if (console->host.copy)
			console_copy(console, link->text);
		break;
	}
	return true;
}

/* A URL when one has the focus, else the expression and its value. */
static bool copy(struct console *console, enum action action)
{
	const struct alert_link *link = alert_page_link(&console->alert_page, console->alert_page.line);

	if (!link || (link->target != TARGET_TEXT && link->target != TARGET_RUNBOOK))
		return alert_look_do(console, action);
	console_copy(console, link->text);
	return true;
}

static bool worst(struct console *console, enum action action)
{
	const struct alert *alert = console->alerts ? alerts_worst(console->alerts) : NULL;

	(void)action;
	if (alert)
		alert_page_open(console, alert);
	else
		console_say(console, "nothing fires");
	return true;
}

static bool busy(const struct console *console)
{
	return console->alert_page.chart && trends_busy(console->alert_page.chart);
}

static size_t list_count(const struct console *console)
{
	return console->alert_page.document.lines.count;
}

static int list_focus(const struct console *console)
{
	return console->alert_page.line;
}

static void list_go_to(struct console *console, int row)
{
	console->alert_page.line = row;
}

static bool list_matches(const struct console *console, int row, const char *needle)
{
	const struct document *document = &console->alert_page.document;

	return row >= 0 && (size_t)row < document->lines.count &&
	       (strcasestr(document->lines.items[row].text, needle) ||
		strcasestr(document->lines.items[row].label, needle));
}

static const struct view_list list = {
	.count = list_count,
	.focus = list_focus,
	.go_to = list_go_to,
	.matches = list_matches,
};

static const struct key_row keys[] = {
	LIST_ROW_KEYS(move, NULL),
	{ ACTION_OPEN, open_link, can_open },
	{ ACTION_COPY, copy, alert_look_can },
	{ ACTION_EXPLAIN, alert_look_do, alert_look_can },
	{ ACTION_OUTPUT, alert_look_do, alert_look_can },
	{ ACTION_WORST, worst, NULL },
	{ ACTION_RETRY, alert_ask_again, NULL },
	{ ACTION_NONE, NULL, NULL },
};

const struct view_ops view_alert = {
	.name = "alert",
	.title = "Alert",
	.help = "one alert: its expression over time, what it says, who has it, where it leads",
	.draw = draw,
	.context = CONTEXT_ALERT,
	.parent = &view_alerts,
	.keys = keys,
	.prepare = prepare,
	.cursor = cursor,
	.busy = busy,
	.list = &list,
};
