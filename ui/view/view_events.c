#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "ui/view/event_list.h"
#include "ui/view/list_row.h"
#include "ui/view/overlay_text.h"
#include "ui/view/time_range.h"
#include "ui/view/view.h"

#define FRAME         2
#define KIND_WIDTH    7  /* "message" */
#define SYSTEM_MOST   10 /* cells of a system's name */
#define SUBJECT_MOST  40
#define SUBJECT_LEAST 14
#define TEXT_LEAST    24 /* below this the columns before it go */

/* Of a row. 0: that column is not shown. */
struct widths {
	int time, kind, system, subject;
};

/* Cells of the widest of one of an event's texts, of those in sight; at most `most`. */
static int widest(const struct console *console, size_t member, int most)
{
	const struct event_list *list = &console->events;
	int ret = 0;

	for (int row = list->scroll; row < list->scroll + console->height; row++) {
		const struct event *event = event_list_at(list, console->feed, row);
		int width = event ? text_width(*(const char *const *)(const void *)((const char *)event + member)) : 0;

		ret = width > ret ? width : ret;
	}
	return ret > most ? most : ret;
}

static int used(const struct widths *widths)
{
	return 2 + widths->time + 2 + (widths->kind ? widths->kind + 1 : 0) +
	       (widths->system ? widths->system + 1 : 0) + (widths->subject ? widths->subject + 1 : 0);
}

/* What happened has its room first, up to half of all; who it happened to has the rest. */
static struct widths choose_widths(const struct console *console, int width)
{
	struct widths ret = { .time = 11, .kind = KIND_WIDTH };
	int text = widest(console, offsetof(struct event, text), width / 2), room;

	ret.system = widest(console, offsetof(struct event, system), SYSTEM_MOST);
	ret.subject = widest(console, offsetof(struct event, subject), SUBJECT_MOST);
	room = width - (used(&ret) - ret.subject) - (text > TEXT_LEAST ? text : TEXT_LEAST);
	if (ret.subject > room)
		ret.subject = room > SUBJECT_LEAST ? room : SUBJECT_LEAST < ret.subject ? SUBJECT_LEAST : ret.subject;
	if (used(&ret) + TEXT_LEAST > width)
		ret.kind = 0;
	if (used(&ret) + TEXT_LEAST > width)
		ret.system = 0;
	if (used(&ret) + TEXT_LEAST > width)
		ret.time = 8;
	if (used(&ret) + TEXT_LEAST > width)
		ret.subject = 0;
	return ret;
}

/* The day only where it is another one. */
static void time_text(const struct console *console, const struct event *event, int width, char *ret, size_t size)
{
	bool today = event->time_ms / CLOCK_DAY == console->now_ms / CLOCK_DAY;

	time_format(event->time_ms, today ? "%H:%M:%S" : width > 8 ? "%m-%d %H:%M" : "%m-%d", ret, size);
}

static int put(struct canvas *canvas, int x, int y, const char *text, struct style style, int width)
{
	if (!width)
		return x;
	canvas_put_fit(canvas, x, y, text, style, width);
	return x + width + 1;
}

static void draw_row(const struct console *console, struct canvas *canvas, struct rect place,
		     const struct widths *widths, const struct event *event, bool focused)
{
	enum glyph_set set = canvas_glyphs(canvas);
	struct style text = style_fg(focused ? ROLE_STRONG : ROLE_TEXT), sign_style;
	struct style faint = focused ? text : style_fg(ROLE_DIM);
	enum glyph sign = event_sign(event, &sign_style);
	struct strbuf whole = STRBUF_INIT;
	int x = place.x + 1, end = place.x + place.width;
	char when[24];

	if (focused) {
		canvas_fill(canvas, place, style_role(ROLE_SELECTION));
		canvas_put_fit(canvas, place.x, place.y, glyph_text(set, GLYPH_SEPARATOR), text, 1);
	}
	time_text(console, event, widths->time, when, sizeof(when));
	x = put(canvas, x, place.y, when, faint, widths->time);
	x = put(canvas, x, place.y, glyph_text(set, sign), sign_style, 1);
	x = put(canvas, x, place.y, event_kind_name(event->kind), faint, widths->kind);
	x = put(canvas, x, place.y, event->system, faint, widths->system);
	x = put(canvas, x, place.y, event->subject, text, widths->subject);
	if (!widths->subject && event->subject[0])
		strbuf_addf(&whole, "%s ", event->subject);
	strbuf_addstr(&whole, event->text);
	if (x < end)
		canvas_put_fit(canvas, x, place.y, whole.text,
			       event->weight >= EVENT_WARNING && !focused ? sign_style : text, end - x);
	strbuf_release(&whole);
}

static int visible_rows(struct rect body)
{
	return body.height > FRAME ? body.height - FRAME : 0;
}

static bool place_of(struct rect body, int row, int scroll, struct rect *ret)
{
	int at = row - scroll;

	if (row < 0 || at < 0 || at >= visible_rows(body))
		return false;
	*ret = (struct rect){ body.x + 1, body.y + 1 + at, body.width - FRAME, 1 };
	return true;
}

static void draw_empty(const struct console *console, struct canvas *canvas, struct rect inside)
{
	const char *text = "nothing happened that was observed here";

	if (!console->feed)
		text = "events are not observed here";
	else if (console->events.total)
		text = "no event passes the filter";
	canvas_put_centre(canvas, inside, inside.y + inside.height / 2, text, style_fg(ROLE_DIM));
}

static void draw(const struct console *console, struct canvas *canvas, struct rect body)
{
	const struct event_list *list = &console->events;
	struct box box = { .title = "Events",
			   .border = style_fg(ROLE_BORDER),
			   .title_style = style_fg(ROLE_TITLE),
			   .note_style = style_fg(ROLE_DIM),
			   .foot_style = style_fg(ROLE_DIM) };
	int focus = event_list_row(list, console->feed);
	char note[64], foot[300];
	struct rect inside, place;
	struct widths widths;

	snprintf(note, sizeof(note), list->count == list->total ? "%zu" : "%zu of %zu", list->count, list->total);
	box.note = note;
	snprintf(foot, sizeof(foot), "filter: %s", list->filter);
	box.foot = list->filter[0] ? foot : NULL;
	inside = canvas_box(canvas, body, &box);
	if (!list->count)
		draw_empty(console, canvas, inside);
	widths = choose_widths(console, inside.width);
	for (int row = list->scroll; place_of(body, row, list->scroll, &place); row++) {
		const struct event *event = event_list_at(list, console->feed, row);

		if (event)
			draw_row(console, canvas, place, &widths, event, row == focus && console->keymap);
	}
}

static void prepare(struct console *console, struct rect body)
{
	struct event_list *list = &console->events;

	event_list_take(list, console->feed);
	list->scroll = list_row_scroll(list->scroll, event_list_row(list, console->feed), (int)list->count,
				       visible_rows(body));
}

static bool cursor(const struct console *console, struct rect body, int *ret_x, int *ret_y)
{
	const struct event_list *list = &console->events;
	struct rect place;

	if (!place_of(body, event_list_row(list, console->feed), list->scroll, &place))
		return false;
	*ret_x = place.x;
	*ret_y = place.y;
	return true;
}

static bool has_events(const struct console *console, enum action action)
{
	(void)action;
	return console->events.count > 0;
}

static bool move(struct console *console, enum action action)
{
	struct event_list *list = &console->events;
	int row = list_row_after(action, event_list_row(list, console->feed), (int)list->count,
				 visible_rows(console_rows(console).body));

	event_list_go_to(list, console->feed, row);
	return true;
}

/* The newest has the focus again, whatever comes. */
static bool follow(struct console *console, enum action action)
{
	(void)action;
	console->events.selected = 0;
	console->events.scroll = 0;
	console_say(console, "following the newest event");
	return true;
}

static const struct event *focused(const struct console *console)
{
	return event_list_at(&console->events, console->feed, event_list_row(&console->events, console->feed));
}

static bool open_event(struct console *console, enum action action)
{
	const struct event *event = focused(console);
	struct text_overlay *overlay = text_overlay_new(event_kind_name(event->kind));
	struct document *document = &overlay->document;
	char when[40], age[16];

	(void)action;
	time_format(event->time_ms, "%Y-%m-%d %H:%M:%SZ", when, sizeof(when));
	duration_format(console->now_ms > event->time_ms ? console->now_ms - event->time_ms : 0, age, sizeof(age));
	document_addf(document, DOCUMENT_TEXT, "when", "%s, %s ago", when, age);
	if (event->system[0])
		document_add(document, DOCUMENT_TEXT, "system", event->system);
	document_add(document, DOCUMENT_TEXT, "who", event->subject);
	document_add(document, event->weight >= EVENT_WARNING ? DOCUMENT_BAD : DOCUMENT_TEXT, "what", event->text);
	overlay_open(console, &overlay_text, overlay);
	return true;
}

static bool can_show_board(const struct console *console, enum action action)
{
	return has_events(console, action) && console_board(console);
}

/* The board with the event in the middle of its range, as far as there is a future to show. */
static bool show_board(struct console *console, enum action action)
{
	const struct event *event = focused(console);
	int64_t time_ms = event->time_ms, from_ms, to_ms, end_ms;
	char when[24];

	(void)action;
	board_range(console_board(console), &from_ms, &to_ms);
	end_ms = time_ms + (to_ms - from_ms) / 2;
	console_set_view(console, &view_board);
	time_range_set_end(console, end_ms < console->now_ms ? end_ms : console->now_ms);
	console->cursor_ms = console->zoomed >= 0 ? time_ms : 0;
	time_format(time_ms, "%H:%M:%S", when, sizeof(when));
	console_say(console, "the board around %s", when);
	return true;
}

static bool can_copy(const struct console *console, enum action action)
{
	return has_events(console, action) && console->host.copy;
}

static bool copy(struct console *console, enum action action)
{
	const struct event *event = focused(console);
	struct strbuf text = STRBUF_INIT;
	char when[40];

	(void)action;
	time_format(event->time_ms, "%Y-%m-%dT%H:%M:%SZ", when, sizeof(when));
	strbuf_addf(&text, "%s %s %s %s: %s", when, event_kind_name(event->kind), event->system, event->subject,
		    event->text);
	console_copy(console, text.text);
	strbuf_release(&text);
	return true;
}

static bool click(struct console *console, int x, int y)
{
	struct rect body = console_rows(console).body;
	int row = console->events.scroll + y - 1;

	(void)x;
	if (y < 1 || y > visible_rows(body) || row >= (int)console->events.count)
		return false;
	event_list_go_to(&console->events, console->feed, row);
	return true;
}

/* The newest event that is not later. */
static int go_to_time(struct console *console, int64_t time_ms, struct error *error)
{
	for (size_t row = 0; row < console->events.count; row++)
		if (event_list_at(&console->events, console->feed, (int)row)->time_ms <= time_ms) {
			event_list_go_to(&console->events, console->feed, (int)row);
			return 0;
		}
	return error_set(error, "no event is that old");
}

static const char *filter_text(const struct console *console)
{
	return console->events.filter;
}

static int filter_set(struct console *console, const char *typed, struct error *error)
{
	struct event_list *list = &console->events;

	if (strlen(typed) >= sizeof(list->filter))
		return error_set(error, "the filter is too long (at most %zu bytes)", sizeof(list->filter) - 1);
	snprintf(list->filter, sizeof(list->filter), "%s", typed);
	list->scroll = 0;
	event_list_take(list, console->feed);
	return 0;
}

static void filter_complete(void *user, const char *text, struct prompt_candidates *ret)
{
	const char *word = strrchr(text, ' ');
	struct strbuf whole = STRBUF_INIT;

	(void)user;
	word = word ? word + 1 : text;
	for (int i = 0; i < EVENT_KINDS; i++) {
		const char *name = event_kind_name((enum event_kind)i);

		if (strncmp(name, word, strlen(word)) != 0)
			continue;
		strbuf_clear(&whole);
		strbuf_addf(&whole, "%.*s%s", (int)(word - text), text, name);
		prompt_candidates_add(ret, whole.text);
	}
	strbuf_release(&whole);
}

static size_t list_count(const struct console *console)
{
	return console->events.count;
}

static int list_focus(const struct console *console)
{
	return event_list_row(&console->events, console->feed);
}

static void list_go_to(struct console *console, int row)
{
	event_list_go_to(&console->events, console->feed, row);
}

static bool list_matches(const struct console *console, int row, const char *needle)
{
	const struct event *event = event_list_at(&console->events, console->feed, row);

	return event && (strcasestr(event->subject, needle) || strcasestr(event->text, needle) ||
			 strcasestr(event->system, needle) || strcasestr(event_kind_name(event->kind), needle));
}

static const struct view_list list = {
	.count = list_count,
	.focus = list_focus,
	.go_to = list_go_to,
	.matches = list_matches,
};

static const struct view_filter filter = { filter_text, filter_set, filter_complete };

static const struct key_row keys[] = {
	LIST_ROW_KEYS(move, has_events),
	{ ACTION_OPEN, open_event, has_events },
	{ ACTION_EXPLAIN, open_event, has_events },
	{ ACTION_OUTPUT, show_board, can_show_board },
	{ ACTION_NOW, follow, has_events },
	{ ACTION_COPY, copy, can_copy },
	{ ACTION_NONE, NULL, NULL },
};

static bool has(const struct console *console)
{
	return console->feed && feed_count(console->feed);
}

const struct view_ops view_events = {
	.name = "events",
	.title = "Events",
	.help = "what happened: deploys, configurations, restarts, messages, sources; o shows the board of that time",
	.draw = draw,
	.context = CONTEXT_EVENTS,
	.action = ACTION_VIEW_8,
	.keys = keys,
	.click = click,
	.prepare = prepare,
	.cursor = cursor,
	.has = has,
	.at = go_to_time,
	.filter = &filter,
	.list = &list,
};
