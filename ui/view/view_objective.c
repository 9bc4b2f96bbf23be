/* One line of the objectives: opened from their list, with its course, its burn and its alerts. */
#include <stdio.h>
#include <string.h>

#include "base/strbuf.h"
#include "ui/view/list_row.h"
#include "ui/view/overlay_text.h"
#include "ui/view/slo_chart.h"
#include "ui/view/slo_document.h"
#include "ui/view/slo_rows.h"
#include "ui/view/slo_text.h"
#include "ui/view/view.h"

#define SIDE_BY_SIDE 120 /* from this width on course and numbers stand beside one another */
#define CHART_ROWS   9   /* above the numbers, with its frame */
#define CHART_LEAST  20  /* rows from which there is a course above */

/* The line that is shown: what was chosen, or the worst; -1 without objectives. */
static int shown_line(const struct console *console)
{
	int count = console->slos ? (int)slo_state_file(console->slos)->line_count : 0;

	if (console->slo_focus >= 0 && console->slo_focus < count)
		return console->slo_focus;
	return count ? slo_state_worst(console->slos) : -1;
}

struct places {
	struct rect text, chart, aside; /* `aside`: what is promised, where there is room for it beside */
};

static struct places places(const struct console *console, struct rect body)
{
	struct places ret = { .text = body };
	int line = shown_line(console);
	bool budget = line >= 0 && slo_line_has_budget(&slo_state_file(console->slos)->lines[line]);

	if (body.width >= SIDE_BY_SIDE && body.height >= CHART_LEAST) {
		int height = budget ? body.height * 3 / 5 : 0;

		ret.text.width = body.width * 2 / 5;
		ret.chart = (struct rect){ body.x + ret.text.width, body.y, body.width - ret.text.width, height };
		ret.aside = ret.chart;
		ret.aside.y += height;
		ret.aside.height = body.height - height;
	} else if (body.height >= CHART_LEAST && budget) {
		ret.chart = (struct rect){ body.x, body.y, body.width, CHART_ROWS };
		ret.text.y += CHART_ROWS;
		ret.text.height -= CHART_ROWS;
	}
	return ret;
}

static void make_text(const struct console *console, const struct places *where, struct document *ret)
{
	size_t line = (size_t)shown_line(console);

	document_init(ret);
	slo_document_state(console->slos, line, console->now_ms, ret);
	slo_document_burn(console->slos, line, ret);
	if (!where->aside.height)
		slo_document_promise(console->slos, line, ret);
}

static struct rect box_inside(struct rect area)
{
	return (struct rect){ area.x + 2, area.y + 1, area.width - 4, area.height - 2 };
}

/* The sentence stands still above the numbers, which scroll. */
static struct rect numbers_inside(const struct console *console, const struct places *where, struct document *sentence)
{
	struct rect ret = box_inside(where->text);
	int rows;

	document_init(sentence);
	slo_document_sentence(console->slos, (size_t)shown_line(console), sentence);
	rows = document_rows(sentence, ret.width);
	rows = rows < ret.height ? rows : ret.height;
	return (struct rect){ ret.x, ret.y + rows, ret.width, ret.height - rows };
}

static struct rect draw_box(struct canvas *canvas, struct rect area, const char *title, const char *note,
			    struct style note_style, const char *foot)
{
	struct box box = { .title = title,
			   .note = note,
			   .foot = foot,
			   .border = style_fg(ROLE_BORDER),
			   .title_style = style_fg(ROLE_TITLE),
			   .note_style = note_style,
			   .foot_style = style_fg(ROLE_DIM) };

	canvas_box(canvas, area, &box);
	return box_inside(area);
}

static void draw_text(const struct console *console, struct canvas *canvas, const struct places *where, int line)
{
	const struct slo_file *file = slo_state_file(console->slos);
	const struct slo_status *status = slo_state_line(console->slos, (size_t)line);
	struct document document, sentence;
	struct style style;
	struct rect inside = numbers_inside(console, where, &sentence), top = box_inside(where->text);
	char title[200], foot[40] = "";
	int rows;

	slo_sign(status->health, &style);
	make_text(console, where, &document);
	rows = document_rows(&document, inside.width);
	if (rows > inside.height && inside.height > 0)
		snprintf(foot, sizeof(foot), "%d-%d of %d", console->slo_line + 1, console->slo_line + inside.height,
			 rows);
	snprintf(title, sizeof(title), "%s: %s", file->objectives[file->lines[line].objective].title,
		 file->lines[line].title);
	draw_box(canvas, where->text, title, slo_health_name(status->health), style, foot[0] ? foot : NULL);
	top.height = inside.y - top.y;
	document_draw(&sentence, canvas, top, 0, 0);
	document_draw(&document, canvas, inside, console->slo_line, 0);
	document_release(&sentence);
	document_release(&document);
}

static void draw(const struct console *console, struct canvas *canvas, struct rect body)
{
	struct places where = places(console, body);
	int line = shown_line(console);
	const struct slo_file *file;
	struct document document;
	char window[32];

	if (line < 0) {
		canvas_put_centre(canvas, body, body.y + body.height / 2, "no objectives of this system",
				  style_fg(ROLE_DIM));
		return;
	}
	file = slo_state_file(console->slos);
	draw_text(console, canvas, &where, line);
	if (where.chart.height) {
		slo_window_name(&file->lines[line].window, window, sizeof(window));
		slo_chart_draw(file, &file->lines[line], slo_state_line(console->slos, (size_t)line), canvas,
			       draw_box(canvas, where.chart, "Budget left", window, style_fg(ROLE_DIM), NULL));
	}
	if (where.aside.height) {
		document_init(&document);
		slo_document_promise(console->slos, (size_t)line, &document);
		document_draw(&document, canvas,
			      draw_box(canvas, where.aside, file->objectives[file->lines[line].objective].title, NULL,
				       style_fg(ROLE_DIM), NULL),
			      0, 0);
		document_release(&document);
	}
}

/* Somebody looks; no more is scrolled than there is. */
static void prepare(struct console *console, struct rect body)
{
	struct places where = places(console, body);
	struct document document, sentence;
	struct rect inside;
	int most;

	if (shown_line(console) < 0)
		return;
	slo_state_attend(console->slos);
	inside = numbers_inside(console, &where, &sentence);
	document_release(&sentence);
	make_text(console, &where, &document);
	most = document_rows(&document, inside.width) - inside.height;
	document_release(&document);
	if (console->slo_line > most)
		console->slo_line = most;
	if (console->slo_line < 0)
		console->slo_line = 0;
}

static bool has_line(const struct console *console, enum action action)
{
	(void)action;
	return shown_line(console) >= 0;
}

static bool scroll(struct console *console, enum action action)
{
	struct places where = places(console, console_rows(console).body);

	console->slo_line = action == ACTION_BOTTOM
				    ? 1 << 20
				    : list_row_after(action, console->slo_line, 1 << 20, box_inside(where.text).height);
	return true;
}

static void go_to(struct console *console, int line)
{
	console->slo_focus = line;
	console->slo_line = 0;
}

/* The next line of the objectives, round the end. */
static bool step(struct console *console, enum action action)
{
	int count = (int)slo_state_file(console->slos)->line_count;
	int by = action == ACTION_NEXT || action == ACTION_RIGHT ? 1 : count - 1;

	go_to(console, (shown_line(console) + by) % count);
	return true;
}

/* Round the lines in trouble, the worst first. */
static bool worst(struct console *console, enum action action)
{
	int count = (int)slo_state_file(console->slos)->line_count, from = shown_line(console);

	(void)action;
	for (int health = SLO_HEALTH_CRITICAL; health >= SLO_HEALTH_WARNING; health--)
		for (int i = 1; i <= count; i++)
			if ((int)slo_state_line(console->slos, (size_t)((from + i) % count))->health == health) {
				go_to(console, (from + i) % count);
				return true;
			}
	console_say(console, "no objective is known to be in trouble");
	return true;
}

static size_t list_count(const struct console *console)
{
	return console->slos ? slo_state_file(console->slos)->line_count : 0;
}

/* Another objective is found from here too. */
static bool list_matches(const struct console *console, int row, const char *needle)
{
	struct slo_row line = { SLO_ROW_LINE, (size_t)row };

	return slo_row_matches(console->slos, &line, needle);
}

static bool explain(struct console *console, enum action action)
{
	int line = shown_line(console);
	struct text_overlay *overlay = text_overlay_new(slo_state_file(console->slos)->lines[line].title);

	(void)action;
	slo_document_promise(console->slos, (size_t)line, &overlay->document);
	slo_document_expressions(console->slos, (size_t)line, &overlay->document);
	overlay_open(console, &overlay_text, overlay);
	return true;
}

static bool can_copy(const struct console *console, enum action action)
{
	return has_line(console, action) && console->host.copy;
}

static bool copy(struct console *console, enum action action)
{
	struct document document, sentence;
	struct strbuf text = STRBUF_INIT;
	struct places where = { .text = { 0, 0, 80, 24 } };

	(void)action;
	numbers_inside(console, &where, &sentence);
	make_text(console, &where, &document);
	document_text(&sentence, &text);
	document_text(&document, &text);
	console_copy(console, text.text);
	document_release(&sentence);
	document_release(&document);
	strbuf_release(&text);
	return true;
}

static bool ask_again(struct console *console, enum action action)
{
	(void)action;
	if (console->engine)
		query_engine_retry(console->engine);
	slo_state_refresh(console->slos);
	console_say(console, "asking again how it stands");
	return true;
}

static bool busy(const struct console *console)
{
	return console->slos && slo_state_busy(console->slos);
}

static const struct view_list list = {
	.count = list_count,
	.focus = shown_line,
	.go_to = go_to,
	.matches = list_matches,
};

static const struct key_row keys[] = {
	{ ACTION_DOWN, scroll, has_line },     { ACTION_UP, scroll, has_line },
	{ ACTION_TOP, scroll, has_line },      { ACTION_BOTTOM, scroll, has_line },
	{ ACTION_PAGE_UP, scroll, has_line },  { ACTION_PAGE_DOWN, scroll, has_line },
	{ ACTION_NEXT, step, has_line },       { ACTION_PREVIOUS, step, has_line },
	{ ACTION_RIGHT, step, has_line },      { ACTION_LEFT, step, has_line },
	{ ACTION_EXPLAIN, explain, has_line }, { ACTION_WORST, worst, has_line },
	{ ACTION_COPY, copy, can_copy },       { ACTION_RETRY, ask_again, has_line },
	{ ACTION_NONE, NULL, NULL },
};

const struct view_ops view_objective = {
	.name = "objective",
	.title = "Objective",
	.help = "one objective: how its budget went, how fast it burns, what fires when",
	.draw = draw,
	.context = CONTEXT_OBJECTIVE,
	.parent = &view_slo,
	.keys = keys,
	.prepare = prepare,
	.busy = busy,
	.list = &list,
};
