/* The silences of the system's Alertmanager: the active ones first, how long each lasts, what it hides now. */
#include <stdio.h>
#include <string.h>

#include "alert/alertmanager.h"
#include "alert/alerts.h"
#include "base/clock.h"
#include "base/text.h"
#include "ui/draw/glyph.h"
#include "ui/view/alert_text.h"
#include "ui/view/find.h"
#include "ui/view/list_row.h"
#include "ui/view/overlay_text.h"
#include "ui/view/silence_form.h"
#include "ui/view/silences.h"
#include "ui/view/view.h"

#define FRAME         2
#define AUTHOR_WIDTH  12
#define HIDES_WIDTH   14 /* "hides nothing" */
#define COMMENT_LEAST 20
#define HIDDEN_MOST   200 /* alerts named when one is opened */

static int visible_rows(struct rect body)
{
	return body.height > FRAME ? body.height - FRAME : body.height;
}

static enum glyph sign_of(const struct silence *silence, size_t hides, struct style *ret_style)
{
	*ret_style = style_fg(ROLE_DIM);
	switch (silence->state) {
	case SILENCE_ACTIVE:
		*ret_style = style_fg(hides ? ROLE_INFO : ROLE_WARNING);
		return hides ? GLYPH_NO_DATA : GLYPH_WARNING;
	case SILENCE_PENDING: return GLYPH_WAITING;
	default: return GLYPH_BULLET;
	}
}

/* "ends in 1h12m", "begins in 5m", "ended 3m ago" */
static void add_end(const struct silence *silence, int64_t now_ms, struct strbuf *ret)
{
	int64_t at_ms = silence->state == SILENCE_PENDING ? silence->starts_ms : silence->ends_ms,
		left_ms = at_ms - now_ms;
	char text[16];

	alert_duration(left_ms < 0 ? -left_ms : left_ms, text, sizeof(text));
	if (silence->state == SILENCE_EXPIRED)
		strbuf_addf(ret, "ended %s ago", text);
	else
		strbuf_addf(ret, "%s in %s", silence->state == SILENCE_PENDING ? "begins" : "ends", text);
}

static void add_hides(const struct silence *silence, size_t hides, struct strbuf *ret)
{
	if (silence->state != SILENCE_ACTIVE || hides == SILENCE_HIDES_UNKNOWN)
		return;
	if (hides)
		strbuf_addf(ret, "hides %zu", hides);
	else
		strbuf_addstr(ret, "hides nothing");
}

static int put(struct canvas *canvas, int x, int y, const char *text, struct style style, int width)
{
	if (width <= 0)
		return x;
	canvas_put_fit(canvas, x, y, text, style, width);
	return x + width + 1;
}

static void draw_row(const struct console *console, struct canvas *canvas, struct rect place, int row, bool focused)
{
	const struct silence *silence = silences_at(console, row);
	size_t hides = silences_hides(console, (size_t)row);
	bool wide = place.width >= 70, faint = silence->state != SILENCE_ACTIVE;
	struct style sign_style, text = style_fg(focused ? ROLE_STRONG : faint ? ROLE_DIM : ROLE_TEXT);
	enum glyph sign = sign_of(silence, hides, &sign_style);
	struct strbuf buf = STRBUF_INIT;
	int x = place.x + 1, end = place.x + place.width, comment;

	if (focused) {
		canvas_fill(canvas, place, style_role(ROLE_SELECTION));
		canvas_put(canvas, place.x, place.y, glyph_text(canvas_glyphs(canvas), GLYPH_SEPARATOR), text, 1);
	}
	x = put(canvas, x, place.y, glyph_text(canvas_glyphs(canvas), sign), sign_style, 1);
	add_end(silence, console->now_ms, &buf);
	x = put(canvas, x, place.y, buf.text, text, 15);
	strbuf_clear(&buf);
	add_hides(silence, hides, &buf);
	x = put(canvas, x, place.y, buf.text, hides ? text : style_fg(ROLE_WARNING), wide ? HIDES_WIDTH : 0);
	x = put(canvas, x, place.y, silence->author, style_fg(ROLE_DIM), wide ? AUTHOR_WIDTH : 0);
	comment = (end - x) / 2 >= COMMENT_LEAST ? (end - x) / 2 : 0;
	strbuf_clear(&buf);
	silence_add_matchers(&buf, silence);
	x = put(canvas, x, place.y, buf.text, text, end - x - (comment ? comment + 1 : 0));
	put(canvas, x, place.y, silence->comment, style_fg(ROLE_DIM), comment);
	strbuf_release(&buf);
}

static void draw(const struct console *console, struct canvas *canvas, struct rect body)
{
	struct box box = { .title = "Alerts: silences",
			   .border = style_fg(ROLE_BORDER),
			   .title_style = style_fg(ROLE_TITLE),
			   .note_style = style_fg(ROLE_DIM),
			   .foot_style = style_fg(ROLE_WARNING) };
	struct strbuf trouble = STRBUF_INIT;
	int count = (int)silences_count(console), focus = silences_row(console);
	struct rect inside;

	silences_add_trouble(console, &trouble);
	box.foot = trouble.length ? trouble.text : NULL;
	inside = body.height > FRAME ? canvas_box(canvas, body, &box) : body;
	for (int i = 0; i < inside.height && console->silences.scroll + i < count; i++)
		draw_row(console, canvas, (struct rect){ inside.x, inside.y + i, inside.width, 1 },
			 console->silences.scroll + i, console->silences.scroll + i == focus && console->keymap);
	if (!count)
		canvas_put_centre(canvas, inside, inside.y + inside.height / 2,
				  !console->alertmanager ? "the system's file names no Alertmanager"
				  : trouble.length       ? "not known"
							 : "no silences",
				  style_fg(ROLE_DIM));
	find_mark(console, canvas, inside);
	strbuf_release(&trouble);
}

static void prepare(struct console *console, struct rect body)
{
	int rows = visible_rows(body);

	console->silences.scroll =
		list_row_scroll(console->silences.scroll, silences_row(console), (int)silences_count(console), rows);
	silences_take(console, rows);
}

static bool cursor(const struct console *console, struct rect body, int *ret_x, int *ret_y)
{
	int row = silences_row(console), at = row - console->silences.scroll;

	if (row < 0 || at < 0 || at >= visible_rows(body))
		return false;
	*ret_x = body.x + (body.height > FRAME);
	*ret_y = body.y + (body.height > FRAME) + at;
	return true;
}

static bool has_silences(const struct console *console, enum action action)
{
	(void)action;
	return silences_count(console) > 0;
}

static bool move(struct console *console, enum action action)
{
	silences_go_to(console, list_row_after(action, silences_row(console), (int)silences_count(console),
					       visible_rows(console_rows(console).body)));
	return true;
}

static void add_time(struct document *document, const char *label, int64_t time_ms)
{
	char when[40];

	time_format(time_ms, "%Y-%m-%d %H:%M:%SZ", when, sizeof(when));
	document_add(document, DOCUMENT_TEXT, label, when);
}

static bool open_silence(struct console *console, enum action action)
{
	const struct silence *silence = silences_at(console, silences_row(console));
	struct text_overlay *overlay = text_overlay_new("Silence");
	struct document *document = &overlay->document;
	struct strbuf buf = STRBUF_INIT;
	size_t hidden[HIDDEN_MOST], count = 0;

	(void)action;
	silence_add_matchers(&buf, silence);
	document_add(document, DOCUMENT_CODE, "matchers", buf.text);
	document_add(document, DOCUMENT_TEXT, "comment", silence->comment);
	document_add(document, DOCUMENT_TEXT, "author", silence->author);
	add_time(document, "from", silence->starts_ms);
	add_time(document, "until", silence->ends_ms);
	document_add(document, DOCUMENT_DIM, "id", silence->id);
	if (console->alerts && silence->state != SILENCE_EXPIRED)
		count = alerts_hidden_by(console->alerts, silence, hidden, HIDDEN_MOST);
	document_addf(document, DOCUMENT_TEXT, "hides now", "%zu alert%s", count, count == 1 ? "" : "s");
	for (size_t i = 0; i < count && i < HIDDEN_MOST; i++) {
		const struct alert *alert = alerts_at(console->alerts, hidden[i]);

		strbuf_clear(&buf);
		strbuf_addf(&buf, "%s ", alert->name);
		alert_add_labels(alert, NULL, 0, &buf);
		document_add(document, DOCUMENT_TEXT, NULL, buf.text);
	}
	overlay_open(console, &overlay_text, overlay);
	strbuf_release(&buf);
	return true;
}

/* What has ended can neither be changed nor ended. */
static bool can_change(const struct console *console, enum action action)
{
	const struct silence *silence = silences_at(console, silences_row(console));

	(void)action;
	return silence && silence->state != SILENCE_EXPIRED;
}

static bool change(struct console *console, enum action action)
{
	const struct silence *silence = silences_at(console, silences_row(console));

	if (action == ACTION_MUTE)
		silence_form_extend(console, silence);
	else
		silence_form_expire(console, silence);
	return true;
}

static bool can_copy(const struct console *console, enum action action)
{
	return has_silences(console, action) && console->host.copy;
}

static bool copy(struct console *console, enum action action)
{
	struct strbuf text = STRBUF_INIT;

	(void)action;
	silence_add_matchers(&text, silences_at(console, silences_row(console)));
	console_copy(console, text.text);
	strbuf_release(&text);
	return true;
}

static bool ask_again(struct console *console, enum action action)
{
	(void)action;
	alertmanager_refresh(console->alertmanager);
	console_say(console, "asking the Alertmanager");
	return true;
}

static bool can_ask(const struct console *console, enum action action)
{
	(void)action;
	return console->alertmanager != NULL;
}

static size_t list_count(const struct console *console)
{
	return silences_count(console);
}

static bool list_matches(const struct console *console, int row, const char *needle)
{
	const struct silence *silence = silences_at(console, row);
	struct strbuf text = STRBUF_INIT;
	bool found;

	if (!silence)
		return false;
	silence_add_matchers(&text, silence);
	found = strcasestr(text.text, needle) || strcasestr(silence->comment, needle) ||
		strcasestr(silence->author, needle);
	strbuf_release(&text);
	return found;
}

static bool click(struct console *console, int x, int y)
{
	struct rect body = console_rows(console).body;
	int at = y - (body.height > FRAME);

	(void)x;
	if (at < 0 || at >= visible_rows(body))
		return false;
	silences_go_to(console, console->silences.scroll + at);
	return true;
}

static const struct view_list list = {
	.count = list_count,
	.focus = silences_row,
	.go_to = silences_go_to,
	.matches = list_matches,
};

static const struct key_row keys[] = {
	LIST_ROW_KEYS(move, has_silences),
	{ ACTION_OPEN, open_silence, has_silences },
	{ ACTION_EXPLAIN, open_silence, has_silences },
	{ ACTION_MUTE, change, can_change },
	{ ACTION_UNDO, change, can_change },
	{ ACTION_COPY, copy, can_copy },
	{ ACTION_RETRY, ask_again, can_ask },
	{ ACTION_NONE, NULL, NULL },
};

const struct view_ops view_silences = {
	.name = "silences",
	.title = "Silences",
	.help = "the silences: M changes one, U ends it",
	.draw = draw,
	.context = CONTEXT_SILENCES,
	.parent = &view_alerts,
	.keys = keys,
	.click = click,
	.prepare = prepare,
	.cursor = cursor,
	.list = &list,
};
