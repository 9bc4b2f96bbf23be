#include "ui/view/alert_row.h"

#include <stdio.h>
#include <string.h>

#include "alert/trend.h"
#include "base/clock.h"
#include "base/text.h"
#include "ui/draw/glyph.h"
#include "ui/panel/spark.h"
#include "ui/view/alert_text.h"
#include "ui/view/silences.h"

#define SINCE_WIDTH  7
#define SPARK_WIDTH  8
#define BAR_WIDTH    6 /* of a `for` that passes */
#define NAME_LEAST   12
#define VALUE_MOST   24
#define NOTE_LEAST   16
#define LABELS_LEAST 14
#define WIDE         150 /* the policy's words, and who raised it */
#define MIDDLE       110 /* trends */

/* Of all rows in sight. 0: that column is not shown. */
struct widths {
	int word, name, value, since, spark, labels, note, raisers, runbook;
	int gap; /* between columns */
};

/* What the columns of one alert hold. */
struct texts {
	struct strbuf value, labels, note, raisers;
	char since[16];
};

static void texts_init(struct texts *texts)
{
	*texts = (struct texts){ STRBUF_INIT, STRBUF_INIT, STRBUF_INIT, STRBUF_INIT, "" };
}

static void texts_release(struct texts *texts)
{
	strbuf_release(&texts->value);
	strbuf_release(&texts->labels);
	strbuf_release(&texts->note);
	strbuf_release(&texts->raisers);
}

/* What tells it from its peers; an instance is known by its look, and what it is called would only take its room. */
static void add_telling(const struct alert *alert, const struct alert_peers *peers, struct strbuf *ret)
{
	struct strbuf labels = STRBUF_INIT;
	const char *text, *name = "instance=";

	/* One alone has nothing that tells it apart: all its own labels then. */
	if (peers->alerts == 1 || peers->count)
		alert_add_labels(alert, peers->names, peers->count, &labels);
	text = labels.text;
	if (strncmp(text, name, strlen(name)) == 0)
		text += strlen(name);
	strbuf_addstr(ret, text);
	strbuf_release(&labels);
}

static void texts_take(struct texts *texts, const struct console *console, const struct alert_row *row,
		       enum glyph_set glyphs)
{
	const struct alert *alert = console->alert_list.alerts.items[row->index];
	const struct alert_peers *peers = alert_list_peers(&console->alert_list, row);

	strbuf_clear(&texts->value);
	strbuf_clear(&texts->labels);
	strbuf_clear(&texts->note);
	strbuf_clear(&texts->raisers);
	alert_add_value(alert, &texts->value);
	alert_since(alert, console->now_ms, texts->since, sizeof(texts->since));
	alert_add_note(alert, console->now_ms, glyphs, &texts->note);
	alert_add_raisers(alert->raised_by, &texts->raisers);
	add_telling(alert, peers, &texts->labels);
}

static void widen(int *width, const char *text, int most)
{
	int cells = text_width(text);

	if (cells > most)
		cells = most;
	if (cells > *width)
		*width = cells;
}

static int note_width(const struct alert *alert, const struct texts *texts)
{
	return text_width(texts->note.text) + (alert->standing == ALERT_WAITS ? BAR_WIDTH + 1 : 0);
}

/* Cells of the widest text of each column, of the rows in sight. */
static struct widths wished(const struct console *console, struct rect inside, enum glyph_set glyphs)
{
	const struct alert_list *list = &console->alert_list;
	const struct escalation *policy = console->alerts ? alerts_config(console->alerts)->escalation : NULL;
	struct widths ret = { 0 };
	struct texts texts;

	texts_init(&texts);
	for (int row = list->scroll; row < list->scroll + inside.height; row++) {
		const struct alert *alert = alert_list_alert(list, row);
		int note;

		if (!alert)
			continue;
		texts_take(&texts, console, alert_list_row(list, row), glyphs);
		widen(&ret.word, alert_priority_word(policy, alert->priority), 12);
		widen(&ret.name, alert->name, 44);
		widen(&ret.value, texts.value.text, VALUE_MOST);
		widen(&ret.labels, texts.labels.text, 200);
		widen(&ret.raisers, texts.raisers.text, 32);
		note = note_width(alert, &texts);
		ret.note = note > ret.note ? note : ret.note;
		if (alert->runbook || alert->runbook_url)
			ret.runbook = 1;
	}
	texts_release(&texts);
	return ret;
}

/* Give a column what it wishes as far as there is room, or nothing when that is less than `least`. */
static int give(int *room, int gap, int wish, int least)
{
	int width = wish < *room - gap ? wish : *room - gap;

	if (!wish || width < (least < wish ? least : wish))
		return 0;
	*room -= width + gap;
	return width;
}

/* What must be read first has room first; the rest goes to what tells alerts apart. */
static struct widths choose_widths(const struct console *console, struct rect inside, enum glyph_set glyphs)
{
	int gap = inside.width >= WIDE ? 2 : 1;
	struct widths wish = wished(console, inside, glyphs), ret = { .since = SINCE_WIDTH, .gap = gap };
	int room = inside.width - 6 - SINCE_WIDTH; /* sign and P-number; the last column has no gap */
	int name = wish.name;

	if (room - name < 20 && name > NAME_LEAST)
		name = room - 20 > NAME_LEAST ? room - 20 : NAME_LEAST;
	if (inside.width < 50)
		name = wish.name;
	ret.name = give(&room, gap, name, 1);
	if (!ret.name)
		ret.name = room > 1 ? room - 1 : 1;
	ret.value = give(&room, gap, wish.value, wish.value);
	ret.runbook = inside.width >= 70 ? give(&room, gap, wish.runbook, 1) : 0;
	ret.note = give(&room, gap, wish.note > 34 && wish.labels ? 34 : wish.note, NOTE_LEAST);
	if (inside.width >= MIDDLE && console->trends)
		ret.spark = give(&room, gap, SPARK_WIDTH, SPARK_WIDTH);
	if (inside.width >= WIDE) {
		ret.word = give(&room, gap, wish.word, wish.word);
		ret.raisers = give(&room, gap, wish.raisers, 6);
	}
	ret.labels = give(&room, gap, wish.labels, LABELS_LEAST);
	if (ret.note && wish.note > ret.note)
		ret.note += wish.note - ret.note < room ? wish.note - ret.note : room > 0 ? room : 0;
	return ret;
}

/* Returns where what follows after `gap` cells begins. */
static int put(struct canvas *canvas, int x, int y, const char *text, struct style style, int width, int gap)
{
	if (!width)
		return x;
	canvas_put_fit(canvas, x, y, text, style, width);
	return x + width + gap;
}

static void put_bar(struct canvas *canvas, int x, int y, double share)
{
	enum glyph_set set = canvas_glyphs(canvas);
	int eighths = (int)(share * BAR_WIDTH * 8 + 0.5);

	for (int i = 0; i < BAR_WIDTH; i++) {
		int part = eighths - i * 8;

		canvas_glyph(canvas, x + i, y,
			     part > 0 ? glyph_bar_horizontal(set, part > 8 ? 8 : part) : glyph_code(set, GLYPH_HLINE),
			     style_fg(part > 0 ? ROLE_WARNING : ROLE_DIM));
	}
}

static int put_note(const struct console *console, struct canvas *canvas, int x, int y, const struct alert *alert,
		    const char *note, int width, int gap)
{
	struct style style =
		style_fg(alert->standing == ALERT_OPEN && alert->clock.runs && alert->clock.left_ms < 0 ? ROLE_CRITICAL
			 : alert->standing == ALERT_OPEN                                                ? ROLE_TEXT
													: ROLE_DIM);

	if (alert->standing == ALERT_WAITS && width > BAR_WIDTH) {
		put_bar(canvas, x, y, alert_progress(alert, console->now_ms));
		canvas_put_fit(canvas, x + BAR_WIDTH + 1, y, note, style, width - BAR_WIDTH - 1);
		return x + width + gap;
	}
	return put(canvas, x, y, note, style, width, gap);
}

static int put_spark(const struct console *console, struct canvas *canvas, int x, int y, const struct alert *alert,
		     int width, int gap)
{
	const struct series *series = NULL;

	if (!width)
		return x;
	if (console->trends && alert->condition)
		series = trends_find(console->trends, alert->condition->subject, alert->labels);
	if (series)
		spark_draw(canvas, (struct rect){ x, y, width, 1 }, series->times_ms, series->values, series->count,
			   style_fg(ROLE_INFO));
	return x + width + gap;
}

static void draw_alert(const struct console *console, struct canvas *canvas, struct rect place,
		       const struct alert_row *row, const struct widths *widths, bool focused)
{
	const struct alert *alert = console->alert_list.alerts.items[row->index];
	const struct escalation *policy = console->alerts ? alerts_config(console->alerts)->escalation : NULL;
	enum glyph_set glyphs = canvas_glyphs(canvas);
	bool open = alert->standing == ALERT_OPEN;
	struct style sign_style, text = style_fg(focused || open ? ROLE_STRONG : ROLE_TEXT), faint = style_fg(ROLE_DIM);
	enum glyph sign = alert_sign(alert, &sign_style);
	struct texts texts;
	int x = place.x + 1, gap = widths->gap;

	texts_init(&texts);
	texts_take(&texts, console, row, glyphs);
	x = put(canvas, x, place.y, glyph_text(glyphs, sign), sign_style, 1, 1);
	x = put(canvas, x, place.y, alert_priority_text(alert->priority), sign_style, 2, 1);
	x = put(canvas, x, place.y, alert_priority_word(policy, alert->priority), faint, widths->word, gap);
	x = put(canvas, x, place.y, alert->name, text, widths->name, gap);
	x = put(canvas, x, place.y, texts.value.text, open ? sign_style : faint, widths->value, gap);
	x = put(canvas, x, place.y, texts.since, faint, widths->since, gap);
	x = put_spark(console, canvas, x, place.y, alert, widths->spark, gap);
	x = put_note(console, canvas, x, place.y, alert, texts.note.text, widths->note, gap);
	x = put(canvas, x, place.y, texts.labels.text, style_fg(ROLE_TEXT), widths->labels, gap);
	put(canvas, x, place.y, texts.raisers.text, faint, widths->raisers, gap);
	if (widths->runbook && (alert->runbook || alert->runbook_url))
		canvas_put(canvas, place.x + place.width - 1, place.y, alert->runbook ? "r" : "u", style_fg(ROLE_KEY),
			   1);
	texts_release(&texts);
}

static void draw_heading(struct canvas *canvas, struct rect place, const struct alert_group *group, bool focused)
{
	enum glyph_set glyphs = canvas_glyphs(canvas);
	struct style style = style_with(style_fg(focused ? ROLE_STRONG : ROLE_TITLE), ATTR_BOLD);
	struct strbuf text = STRBUF_INIT;
	int x = place.x + 1;

	canvas_glyph(canvas, x, place.y, glyph_code(glyphs, group->folded ? GLYPH_FOLDED : GLYPH_UNFOLDED),
		     style_fg(ROLE_DIM));
	strbuf_addf(&text, "%s  %zu", group->title, group->count);
	x += 2 + canvas_put_fit(canvas, x + 2, place.y, text.text, style, place.width - 3) + 1;
	if (group->standing < 0 && group->worst != PRIORITY_NONE && x < place.x + place.width)
		canvas_put_fit(canvas, x, place.y, alert_priority_text(group->worst),
			       style_fg(alert_priority_role(group->worst)), place.x + place.width - x);
	strbuf_release(&text);
}

static void draw_trouble(struct canvas *canvas, struct rect place, const struct rule_trouble *trouble)
{
	struct strbuf text = STRBUF_INIT;
	int x = place.x + 1, end = place.x + place.width;

	x = put(canvas, x, place.y, glyph_text(canvas_glyphs(canvas), GLYPH_ABSENT), style_fg(ROLE_WARNING), 1, 1);
	strbuf_addf(&text, "%s%s%s: %s", trouble->group ? trouble->group : "", trouble->group ? " / " : "",
		    trouble->name, trouble->reason);
	canvas_put_fit(canvas, x, place.y, text.text, style_fg(ROLE_TEXT), end - x);
	strbuf_release(&text);
}

/* "11:40 P1 Name {labels}  3 times, 12m in all, last 5m" */
static void draw_past(const struct console *console, struct canvas *canvas, struct rect place,
		      const struct alert_spell *spell)
{
	int x = place.x + 1, end = place.x + place.width;
	struct strbuf text = STRBUF_INIT;
	char whole[16], last[16];
	bool over = alert_spell_over(console->alerts, spell->fingerprint, spell->resolved_ms);
	int64_t to_ms = over ? spell->resolved_ms : console->now_ms;

	alert_add_time(spell->fired_ms, console->now_ms, &text);
	x = put(canvas, x, place.y, text.text, style_fg(ROLE_DIM), 11, 1);
	x = put(canvas, x, place.y, alert_priority_text(spell->priority),
		style_fg(over ? ROLE_DIM : alert_priority_role(spell->priority)), 2, 1);
	duration_format(to_ms > spell->fired_ms ? to_ms - spell->fired_ms : 0, last, sizeof(last));
	duration_format(spell->firing_ms, whole, sizeof(whole));
	strbuf_clear(&text);
	if (over)
		strbuf_addf(&text, "%s  for %s", spell->name, last);
	else
		strbuf_addf(&text, "%s  fires, %s", spell->name, last);
	if (spell->times > 1)
		strbuf_addf(&text, "  %u times, %s in all", spell->times, whole);
	strbuf_addf(&text, "  %s", spell->labels);
	if (x < end)
		canvas_put_fit(canvas, x, place.y, text.text, style_fg(ROLE_TEXT), end - x);
	strbuf_release(&text);
}

static void draw_silences(const struct console *console, struct canvas *canvas, struct rect place, bool focused)
{
	struct strbuf text = STRBUF_INIT;

	canvas_glyph(canvas, place.x + 1, place.y, glyph_code(canvas_glyphs(canvas), GLYPH_SEPARATOR),
		     style_fg(ROLE_DIM));
	silences_add_summary(console, &text);
	canvas_put_fit(canvas, place.x + 3, place.y, text.text,
		       style_with(style_fg(focused ? ROLE_STRONG : ROLE_TITLE), ATTR_BOLD), place.width - 3);
	strbuf_release(&text);
}

void alert_rows_draw(const struct console *console, struct canvas *canvas, struct rect inside)
{
	const struct alert_list *list = &console->alert_list;
	struct widths widths = choose_widths(console, inside, canvas_glyphs(canvas));

	for (int i = 0; i < inside.height; i++) {
		const struct alert_row *row = alert_list_row(list, list->scroll + i);
		struct rect place = { inside.x, inside.y + i, inside.width, 1 };
		bool focused = list->scroll + i == list->focus && console->keymap;

		if (!row)
			return;
		if (focused) {
			canvas_fill(canvas, place, style_role(ROLE_SELECTION));
			canvas_put(canvas, place.x, place.y, glyph_text(canvas_glyphs(canvas), GLYPH_SEPARATOR),
				   style_fg(ROLE_STRONG), 1);
		}
		switch (row->kind) {
		case ALERT_ROW_HEADING: draw_heading(canvas, place, &list->groups.items[row->index], focused); break;
		case ALERT_ROW_ALERT: draw_alert(console, canvas, place, row, &widths, focused); break;
		case ALERT_ROW_TROUBLE: draw_trouble(canvas, place, list->troubles.items[row->index]); break;
		case ALERT_ROW_PAST: draw_past(console, canvas, place, &list->spells[row->index]); break;
		default: draw_silences(console, canvas, place, focused); break;
		}
	}
}
