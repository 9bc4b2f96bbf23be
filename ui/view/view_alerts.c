/* What fires, what is about to, who has it, what cannot be judged, and what fired lately. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alert/trend.h"
#include "base/clock.h"
#include "base/mem.h"
#include "ui/view/alert_act.h"
#include "ui/view/alert_desk.h"
#include "ui/view/alert_row.h"
#include "ui/view/find.h"
#include "ui/view/list_row.h"
#include "ui/view/overlay_text.h"
#include "ui/view/view.h"

#define FRAME 2

static int visible_rows(struct rect body)
{
	return body.height > FRAME ? body.height - FRAME : body.height;
}

/* ---- drawing ---- */

/* What is said where no alert stands: that all is well only when that is known. */
static void draw_no_alerts(const struct console *console, struct canvas *canvas, struct rect inside)
{
	int y = inside.y + inside.height / 2;
	struct strbuf doubt = STRBUF_INIT;

	if (!console->alerts) {
		canvas_put_centre(canvas, inside, y,
				  "no rules of this system: its system file has no rules:", style_fg(ROLE_DIM));
		return;
	}
	if (console->alert_list.alerts.count) {
		canvas_put_centre(canvas, inside, y, "no alert passes the filter", style_fg(ROLE_DIM));
		return;
	}
	alert_desk_add_doubt(console, &doubt);
	if (doubt.length) {
		canvas_put_centre(canvas, inside, y, "nothing fires as far as is known, but:", style_fg(ROLE_WARNING));
		canvas_put_centre(canvas, inside, y + 1, doubt.text, style_fg(ROLE_TEXT));
	} else {
		canvas_put_centre(canvas, inside, y, "all clear", style_fg(ROLE_OK));
	}
	strbuf_release(&doubt);
}

/* Rows of the list; the words for an empty one have what is left of the box. */
static void draw_list(const struct console *console, struct canvas *canvas, struct rect inside)
{
	const struct alert_list *list = &console->alert_list;
	bool none = list->sorted.count == 0;
	struct rect rows = inside, rest = inside;

	if (none) {
		rows.height = (int)list->rows.count < inside.height - 3 ? (int)list->rows.count : inside.height - 3;
		rows.height = rows.height > 0 ? rows.height : 0;
		rest.height -= rows.height;
		rows.y = inside.y + rest.height;
		draw_no_alerts(console, canvas, rest);
	}
	alert_rows_draw(console, canvas, rows);
}

/* The filter, what the disk does not have yet, and what is not known, where the list itself does not say it. */
static void add_foot(const struct console *console, struct strbuf *ret)
{
	const struct alert_list *list = &console->alert_list;
	struct strbuf part = STRBUF_INIT;

	if (list->filter_text[0])
		strbuf_addf(ret, "filter: %.250s", list->filter_text);
	alert_desk_add_unwritten(console, &part);
	strbuf_addf(ret, "%s%s", ret->length && part.length ? "  " : "", part.text);
	strbuf_clear(&part);
	if (list->alerts.count)
		alert_desk_add_doubt(console, &part);
	strbuf_addf(ret, "%s%s", ret->length && part.length ? "  " : "", part.text);
	strbuf_release(&part);
}

static void draw(const struct console *console, struct canvas *canvas, struct rect body)
{
	const struct alert_list *list = &console->alert_list;
	struct box box = { .title = "Alerts",
			   .border = style_fg(ROLE_BORDER),
			   .title_style = style_fg(ROLE_TITLE),
			   .note_style = style_fg(ROLE_DIM),
			   .foot_style = style_fg(ROLE_DIM) };
	struct strbuf foot = STRBUF_INIT;
	char note[80];
	struct rect inside;

	snprintf(note, sizeof(note), "%zu of %zu, %s", list->sorted.count, list->alerts.count,
		 alert_order_name(list->order));
	if (list->sorted.count == list->alerts.count)
		snprintf(note, sizeof(note), "%zu, %s", list->sorted.count, alert_order_name(list->order));
	box.note = note;
	add_foot(console, &foot);
	box.foot = foot.length ? foot.text : NULL;
	inside = body.height > FRAME ? canvas_box(canvas, body, &box) : body;
	draw_list(console, canvas, inside);
	find_mark(console, canvas, inside);
	strbuf_release(&foot);
}

/* Trends are asked for what is in sight, and for nothing else. */
static void want_trends(struct console *console, int rows)
{
	const struct alert_list *list = &console->alert_list;

	for (int row = list->scroll; console->trends && row < list->scroll + rows; row++) {
		const struct alert *alert = alert_list_alert(list, row);

		if (alert && alert->condition && alert->phase != ALERT_INACTIVE)
			trends_want(console->trends, alert->condition->subject, console->now_ms);
	}
}

static void prepare(struct console *console, struct rect body)
{
	struct alert_list *list = &console->alert_list;
	int rows = visible_rows(body);

	list->scroll = list_row_scroll(list->scroll, list->focus, (int)list->rows.count, rows);
	/* The heading above the first alert stays in sight with it. */
	if (list->focus == 1 && rows > 1)
		list->scroll = 0;
	want_trends(console, rows);
}

static bool cursor(const struct console *console, struct rect body, int *ret_x, int *ret_y)
{
	const struct alert_list *list = &console->alert_list;
	int at = list->focus - list->scroll, rows = visible_rows(body);

	if (list->focus < 0 || at < 0 || at >= rows)
		return false;
	*ret_x = body.x + (body.height > FRAME);
	*ret_y = body.y + (body.height > FRAME) + at;
	return true;
}

/* ---- keys ---- */

static bool has_rows(const struct console *console, enum action action)
{
	(void)action;
	return console->alert_list.rows.count > 0;
}

static bool move(struct console *console, enum action action)
{
	struct alert_list *list = &console->alert_list;

	alert_list_go_to(list, list_row_after(action, list->focus, (int)list->rows.count,
					      visible_rows(console_rows(console).body)));
	return true;
}

/* What cannot be judged, or is over, in full. */
static void show_text(struct console *console, const char *title, const char *text)
{
	struct text_overlay *overlay = text_overlay_new(title);

	document_add(&overlay->document, DOCUMENT_TEXT, NULL, text);
	overlay_open(console, &overlay_text, overlay);
}

static void open_past(struct console *console, const struct alert_spell *spell)
{
	const struct alert *alert = console->alerts ? alerts_find(console->alerts, spell->fingerprint) : NULL;
	struct strbuf text = STRBUF_INIT;
	char fired[40], whole[16];

	if (alert) {
		alert_page_open(console, alert);
		console_set_view(console, &view_alert);
		return;
	}
	time_format(spell->fired_ms, "%Y-%m-%d %H:%M:%SZ", fired, sizeof(fired));
	duration_format(spell->firing_ms, whole, sizeof(whole));
	strbuf_addf(&text, "%s\nfired %u time%s, %s in all; the last time at %s", spell->labels, spell->times,
		    spell->times == 1 ? "" : "s", whole, fired);
	show_text(console, spell->name, text.text);
	strbuf_release(&text);
}

static bool open_row(struct console *console, enum action action)
{
	struct alert_list *list = &console->alert_list;
	const struct alert_row *row = alert_list_row(list, list->focus);

	(void)action;
	if (!row)
		return false;
	switch (row->kind) {
	case ALERT_ROW_HEADING: alert_list_toggle(list, list->focus); break;
	case ALERT_ROW_ALERT:
		alert_list_go_to(list, list->focus);
		alert_page_open(console, list->alerts.items[row->index]);
		console_set_view(console, &view_alert);
		break;
	case ALERT_ROW_TROUBLE:
		show_text(console, list->troubles.items[row->index]->name, list->troubles.items[row->index]->reason);
		break;
	case ALERT_ROW_PAST: open_past(console, &list->spells[row->index]); break;
	default: console_set_view(console, &view_silences); break;
	}
	return true;
}

static bool sort(struct console *console, enum action action)
{
	struct alert_list *list = &console->alert_list;

	(void)action;
	alert_list_set_order(list, (enum alert_order)((list->order + 1) % ALERT_ORDERS));
	console_say(console, "alerts %s", alert_order_name(list->order));
	return true;
}

/* The first of the list is the worst: nothing is chosen any more, so that a worse one takes its place. */
static bool worst(struct console *console, enum action action)
{
	const struct alert *alert = console->alerts ? alerts_worst(console->alerts) : NULL;

	(void)action;
	if (!alert)
		console_say(console, "nothing fires");
	else if (!alert_list_choose(&console->alert_list, alert->fingerprint))
		console_say(console, "the worst, %.80s, is filtered out or folded away", alert->name);
	return true;
}

/* How far back the history goes. */
static bool range(struct console *console, enum action action)
{
	static const int64_t lengths[] = { CLOCK_HOUR, 6 * CLOCK_HOUR, CLOCK_DAY, 2 * CLOCK_DAY, 7 * CLOCK_DAY };
	const int count = (int)(sizeof(lengths) / sizeof(lengths[0]));
	struct alert_list *list = &console->alert_list;
	char length[16];
	int at = 0;

	while (at < count - 1 && lengths[at] < alert_list_past_ms(list))
		at++;
	at += action == ACTION_LONGER ? 1 : -1;
	at = at < 0 ? 0 : at >= count ? count - 1 : at;
	list->past_ms = lengths[at];
	list->stale = true;
	duration_format(list->past_ms, length, sizeof(length));
	console_say(console, "what fired in the last %s", length);
	return true;
}

static bool click(struct console *console, int x, int y)
{
	struct alert_list *list = &console->alert_list;
	struct rect body = console_rows(console).body;
	int at = y - (body.height > FRAME), row = list->scroll + at;

	(void)x;
	if (at < 0 || at >= visible_rows(body) || row >= (int)list->rows.count)
		return false;
	if (row == list->focus && list->rows.items[row].kind != ALERT_ROW_ALERT)
		return open_row(console, ACTION_OPEN);
	alert_list_go_to(list, row);
	return true;
}

static bool busy(const struct console *console)
{
	return console->trends && trends_busy(console->trends);
}

static bool has(const struct console *console)
{
	return console->alerts != NULL;
}

/* ---- what is searched and filtered ---- */

static size_t list_count(const struct console *console)
{
	return console->alert_list.rows.count;
}

static int list_focus(const struct console *console)
{
	return console->alert_list.focus;
}

static void list_go_to(struct console *console, int row)
{
	alert_list_go_to(&console->alert_list, row);
}

static bool list_matches(const struct console *console, int row, const char *needle)
{
	const struct alert_list *list = &console->alert_list;
	const struct alert_row *at = alert_list_row(list, row);

	if (!at)
		return false;
	switch (at->kind) {
	case ALERT_ROW_ALERT: return alert_holds(list->alerts.items[at->index], needle);
	case ALERT_ROW_TROUBLE:
		return strcasestr(list->troubles.items[at->index]->name, needle) ||
		       strcasestr(list->troubles.items[at->index]->reason, needle);
	case ALERT_ROW_PAST:
		return strcasestr(list->spells[at->index].name, needle) ||
		       strcasestr(list->spells[at->index].labels, needle);
	default: return false;
	}
}

static const char *filter_text(const struct console *console)
{
	return console->alert_list.filter_text;
}

static int filter_set(struct console *console, const char *typed, struct error *error)
{
	return alert_list_set_filter(&console->alert_list, typed, error);
}

static void offer(struct prompt_candidates *ret, const char *text, const char *word, const char *name,
		  const char *value)
{
	struct strbuf whole = STRBUF_INIT;

	strbuf_addf(&whole, "%s%s%s", name, value ? "=" : "", value ? value : "");
	if (strncmp(whole.text, word, strlen(word)) == 0) {
		char *candidate = mem_printf("%.*s%s", (int)(word - text), text, whole.text);

		prompt_candidates_add(ret, candidate);
		free(candidate);
	}
	strbuf_release(&whole);
}

/* Words of the filter's own, and labels with their values as the alerts have them. */
static void filter_complete(void *user, const char *text, struct prompt_candidates *ret)
{
	const struct console *console = user;
	const struct alert_list *list = &console->alert_list;
	const char *word = strrchr(text, ' '), *name;

	word = word ? word + 1 : text;
	for (size_t i = 0; (name = alert_filter_word(i)); i++)
		offer(ret, text, word, name, NULL);
	for (size_t i = 0; i < list->alerts.count && ret->items.count < PROMPT_CANDIDATES_MAX; i++) {
		const struct labels *labels = list->alerts.items[i]->labels;

		for (size_t k = 0; k < labels->count; k++)
			if (!strchr(labels->items[k].value, ' '))
				offer(ret, text, word, labels->items[k].name, labels->items[k].value);
	}
}

static const struct view_list view_rows = {
	.count = list_count,
	.focus = list_focus,
	.go_to = list_go_to,
	.matches = list_matches,
};

static const struct view_filter filter = { filter_text, filter_set, filter_complete };

static const struct key_row keys[] = {
	LIST_ROW_KEYS(move, has_rows),
	{ ACTION_OPEN, open_row, has_rows },
	{ ACTION_SORT, sort, has_rows },
	{ ACTION_WORST, worst, NULL },
	{ ACTION_LONGER, range, NULL },
	{ ACTION_SHORTER, range, NULL },
	{ ACTION_EXPLAIN, alert_look_do, alert_look_can },
	{ ACTION_OUTPUT, alert_look_do, alert_look_can },
	{ ACTION_COPY, alert_look_do, alert_look_can },
	{ ACTION_RETRY, alert_ask_again, NULL },
	{ ACTION_NONE, NULL, NULL },
};

const struct view_ops view_alerts = {
	.name = "alerts",
	.title = "Alerts",
	.help = "what fires, what is about to, who has it, which silences there are",
	.draw = draw,
	.context = CONTEXT_ALERTS,
	.action = ACTION_VIEW_2,
	.keys = keys,
	.click = click,
	.prepare = prepare,
	.cursor = cursor,
	.busy = busy,
	.has = has,
	.filter = &filter,
	.list = &view_rows,
};
