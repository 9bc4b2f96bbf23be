#include "ui/view/runbook_draw.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "ui/view/command_text.h"
#include "ui/view/console.h"
#include "ui/view/find.h"
#include "ui/view/hint_bar.h"
#include "ui/view/runbook_desk.h"
#include "ui/view/runbook_strip.h"

#define FRAME          2
#define WIDE_COLUMNS   110
#define SINGLE_COLUMNS 60 /* fewer, or fewer rows than */
#define SINGLE_ROWS    15 /* show one step at a time */
#define REMARKS_MOST   6
#define OUTLINE_LEAST  7
#define NEXT_FROM      4 /* rows of a small body that leave one for what comes next */
#define SIGN_WIDTH     2
#define SIDE_LEAST     36
#define SIDE_MOST      90
#define OF_STEP_WIDTH  9 /* " of 12.34" */

/* ---- where everything stands ---- */

static int remark_rows(const struct runbook_page *page)
{
	struct runbook_remarks remarks;
	int count;

	runbook_remark_all(page, &remarks);
	count = (int)remarks.items.count;
	runbook_remarks_release(&remarks);
	return count > REMARKS_MOST ? REMARKS_MOST : count;
}

/* The command gets what it needs, as far as a third of the screen goes; the rest is scrolled to. */
static int place_command(const struct runbook_page *page, struct rect body, struct runbook_places *ret)
{
	const char *text = runbook_text(page);
	int said = 1 + remark_rows(page), most = body.height / 3;

	ret->text_rows = *text ? command_text_rows(text, body.width - 3) : 0;
	ret->text_room = ret->text_rows;
	if (ret->text_room + said > most)
		ret->text_room = most - said > 2 ? most - said : 2;
	if (ret->text_room > ret->text_rows)
		ret->text_room = ret->text_rows;
	return ret->text_room + said;
}

static void place_wide(const struct runbook_page *page, struct rect body, int command, struct runbook_places *ret)
{
	int rows = body.height - command, side = body.width * 2 / 5, live;

	side = side < SIDE_LEAST ? SIDE_LEAST : side > SIDE_MOST ? SIDE_MOST : side;
	live = runbook_live_rows(page, side - 2 * FRAME) + FRAME;
	live = live < 4 ? 4 : live > rows / 2 ? rows / 2 : live;
	ret->outline = (struct rect){ body.x, body.y, body.width - side, rows };
	ret->live = (struct rect){ body.x + body.width - side, body.y, side, live };
	ret->output = (struct rect){ ret->live.x, body.y + live, side, rows - live };
}

/* The output with the proof above it, as far as a part of the rows goes; the steps give some of theirs for it. */
static void place_output(const struct runbook_page *page, struct rect lower, struct runbook_places *ret)
{
	int strip = lower.height / 3;

	strip = runbook_strip_rows(page, lower.width - 2 * FRAME,
				   strip > RUNBOOK_STRIP_MOST ? RUNBOOK_STRIP_MOST : strip);
	ret->strip = (struct rect){ lower.x + FRAME, lower.y, lower.width - 2 * FRAME, strip };
	ret->output = (struct rect){ lower.x, lower.y + strip, lower.width, lower.height - strip };
}

/* One of figures and output has the lower part: the output while there is one, unless the figures are asked for. */
static void place_stacked(const struct runbook_page *page, struct rect body, int command, struct runbook_places *ret)
{
	int rows = body.height - command, live = runbook_live_rows(page, body.width - 2 * FRAME) + FRAME,
	    lower = rows * 2 / 5;
	bool output = page->output.has && !page->live_shown;
	struct rect below;

	if (!page->run)
		lower = 0;
	else if (!output && lower > live)
		lower = live;
	else if (output)
		lower += lower / 4;
	if (rows - lower < OUTLINE_LEAST)
		lower = rows - OUTLINE_LEAST;
	if (lower < 3)
		lower = 0;
	ret->outline = (struct rect){ body.x, body.y, body.width, rows - lower };
	below = (struct rect){ body.x, body.y + rows - lower, body.width, lower };
	if (output)
		place_output(page, below, ret);
	else
		ret->live = below;
}

void runbook_places(const struct console *console, struct rect body, struct runbook_places *ret)
{
	const struct runbook_page *page = console->runbooks->page;
	int command;

	*ret = (struct runbook_places){ .form = RUNBOOK_SINGLE, .outline = body };
	if (!page || !page->runbook)
		return;
	if (console->runbooks->walk || body.width < SINGLE_COLUMNS || body.height < SINGLE_ROWS) {
		ret->text_rows = *runbook_text(page)
					 ? command_text_rows(runbook_text(page),
							     body.width - (body.width >= SINGLE_COLUMNS ? 2 : 0))
					 : 0;
		ret->text_room = ret->text_rows < body.height - 5 ? ret->text_rows : body.height - 5;
		ret->outline.height -= body.height > NEXT_FROM;
		return;
	}
	command = place_command(page, body, ret);
	ret->command = (struct rect){ body.x, body.y + body.height - command, body.width, command };
	ret->form = body.width >= WIDE_COLUMNS && body.height >= 18 ? RUNBOOK_WIDE : RUNBOOK_STACKED;
	if (ret->form == RUNBOOK_WIDE)
		place_wide(page, body, command, ret);
	else
		place_stacked(page, body, command, ret);
}

struct rect runbook_outline_inside(const struct runbook_places *places)
{
	struct rect ret = places->outline;

	if (places->form == RUNBOOK_SINGLE || ret.height <= FRAME)
		return ret;
	return (struct rect){ ret.x + 1, ret.y + 1, ret.width - 2, ret.height - FRAME };
}

/* ---- rows ---- */

static void put_right(struct canvas *canvas, struct rect line, int x, const char *text, struct style style)
{
	if (*text && line.x + line.width - 1 - text_width(text) > x)
		canvas_put_right(canvas, x + 1, line.x + line.width - 1, line.y, text, style);
}

/* The spans of a laid out line; what has the focus is bright. */
static int put_line(const struct outline *outline, size_t line, struct canvas *canvas, int x, int y, int end,
		    bool bright)
{
	const struct rich_line *rich = line == SIZE_MAX ? NULL : &outline->text.lines.items[line];

	for (size_t i = 0; rich && i < rich->count && x < end; i++)
		x += canvas_put(canvas, x, y, rich->spans[i].text,
				bright && rich->spans[i].style.fg.role == ROLE_TEXT ? style_fg(ROLE_STRONG)
										    : rich->spans[i].style,
				end - x);
	return x;
}

static void draw_heading(const struct runbook_page *page, struct canvas *canvas, struct rect line,
			 const struct outline_row *row, bool focused)
{
	const struct outline_ask ask = { .runbook = page->runbook, .folds = page->folds, .scenario = page->scenario };
	bool folded = outline_is_folded(&ask, row->section),
	     scenario = page->runbook->sections.items[row->section].role == SECTION_SCENARIO;
	struct strbuf title = STRBUF_INIT, progress = STRBUF_INIT;
	int x = line.x + 1 + row->indent;

	outline_add_title(page->runbook, row->section, &title);
	runbook_add_progress(page, row->section, &progress);
	canvas_put(canvas, x, line.y, glyph_text(canvas_glyphs(canvas), folded ? GLYPH_FOLDED : GLYPH_UNFOLDED),
		   style_fg(ROLE_DIM), 1);
	x += SIGN_WIDTH;
	x += canvas_put_fit(canvas, x, line.y, title.text,
			    focused               ? style_with(style_fg(ROLE_STRONG), ATTR_BOLD)
			    : folded && !scenario ? style_fg(ROLE_TITLE)
						  : style_with(style_fg(ROLE_TITLE), ATTR_BOLD),
			    line.x + line.width - x);
	put_right(canvas, line, x, progress.text, style_fg(ROLE_DIM));
	strbuf_release(&title);
	strbuf_release(&progress);
}

static void draw_step(const struct console *console, struct canvas *canvas, struct rect line,
		      const struct outline_row *row, bool focused)
{
	const struct runbook_page *page = console->runbooks->page;
	const struct runbook_step *step = &page->runbook->steps.items[row->step];
	const struct run_step *done;
	enum run_step_state state = runbook_page_state(page, row->step, &done);
	struct strbuf says = STRBUF_INIT;
	struct style sign_style;
	enum glyph sign = runbook_sign(page, row->step, &sign_style);
	enum role role;
	int x = line.x + 1 + row->indent, end = line.x + line.width;

	if (done && done->pen_seat && done->pen && done->pen[0] && console->runbooks->seat &&
	    strcmp(done->pen_seat, console->runbooks->seat) != 0) {
		strbuf_addf(&says, "%s ", glyph_text(canvas_glyphs(canvas), GLYPH_HELD));
		runbook_add_person(done->pen, &says);
		strbuf_addstr(&says, "  ");
	}
	runbook_add_standing(page, row->step, console->now_ms, &says, &role);
	if (step->kind == STEP_COMMAND || step->kind == STEP_MANUAL || state != RUN_STEP_OPEN)
		canvas_put(canvas, x, line.y, glyph_text(canvas_glyphs(canvas), sign), sign_style, 1);
	x += SIGN_WIDTH;
	canvas_put(canvas, x, line.y, step->id, style_fg(focused ? ROLE_STRONG : ROLE_DIM), OUTLINE_STEP_NUMBER - 1);
	x += OUTLINE_STEP_NUMBER;
	x = put_line(&page->outline, row->line, canvas, x, line.y, end, focused);
	if (line.width >= OUTLINE_NARROW || x + 2 + text_width(says.text) < end)
		put_right(canvas, line, x, says.text, style_fg(role));
	strbuf_release(&says);
}

static void draw_row(const struct console *console, struct canvas *canvas, struct rect line, int index)
{
	const struct runbook_page *page = console->runbooks->page;
	const struct outline_row *row = &page->outline.rows.items[index];
	bool focused = index == page->focus && console->keymap;
	int x = line.x + 1 + row->indent;

	if (focused) {
		canvas_fill(canvas, line, style_role(ROLE_SELECTION));
		canvas_put(canvas, line.x, line.y, glyph_text(canvas_glyphs(canvas), GLYPH_SEPARATOR),
			   style_fg(ROLE_STRONG), 1);
	}
	switch (row->kind) {
	case OUTLINE_HEADING: draw_heading(page, canvas, line, row, focused); break;
	case OUTLINE_STEP: draw_step(console, canvas, line, row, focused); break;
	case OUTLINE_WORDS:
		put_line(&page->outline, row->line, canvas, x + SIGN_WIDTH + OUTLINE_STEP_NUMBER, line.y,
			 line.x + line.width, focused);
		break;
	case OUTLINE_CHOICE:
		if (row->part == 0)
			canvas_put(canvas, x, line.y, glyph_text(canvas_glyphs(canvas), GLYPH_BULLET),
				   style_fg(page->scenario[0] ? ROLE_DIM : ROLE_KEY), 1);
		put_line(&page->outline, row->line, canvas, x + SIGN_WIDTH, line.y, line.x + line.width, focused);
		break;
	default: put_line(&page->outline, row->line, canvas, x, line.y, line.x + line.width, false); break;
	}
}

static void draw_rows(const struct console *console, struct canvas *canvas, struct rect inside)
{
	const struct runbook_page *page = console->runbooks->page;
	int count = (int)page->outline.rows.count;
	struct rect clip = canvas_clip(canvas, inside);

	for (int i = 0; i < inside.height && page->scroll + i < count; i++)
		draw_row(console, canvas, (struct rect){ inside.x, inside.y + i, inside.width, 1 }, page->scroll + i);
	canvas_restore(canvas, clip);
	find_mark(console, canvas, inside);
}

/* How to see output that is not all in sight: behind what comes next, before it where that would be cut off. */
static void add_output_key(const struct console *console, int rows, int width, struct strbuf *ret)
{
	const struct runbook_page *page = console->runbooks->page;
	struct strbuf next = STRBUF_INIT, key = STRBUF_INIT;
	int room;

	hint_bar_add_key(console, ACTION_OUTPUT, &key);
	if (!page->output.has || !key.length || (int)page->output.transcript.lines.count <= rows) {
		strbuf_release(&key);
		return;
	}
	strbuf_addstr(&key, " output");
	room = width - text_width(ret->text) - 2 - text_width(key.text);
	/* Whose it is stands above the output, too. */
	if (page->output.step != page->step && room >= OF_STEP_WIDTH)
		strbuf_addf(&key, " of %s", page->runbook->steps.items[page->output.step].id);
	strbuf_addstr(&next, ret->text);
	strbuf_clear(ret);
	if (!next.length || room >= 0)
		strbuf_addf(ret, "%s%s%s", next.text, next.length ? ", " : "", key.text);
	else
		strbuf_addf(ret, "%s, %s", key.text, next.text);
	strbuf_release(&next);
	strbuf_release(&key);
}

void runbook_draw_outline(const struct console *console, struct canvas *canvas, const struct runbook_places *places)
{
	const struct runbook_page *page = console->runbooks->page;
	struct rect inside = runbook_outline_inside(places);
	struct strbuf title = STRBUF_INIT, note = STRBUF_INIT, next = STRBUF_INIT;
	struct box box = { .border = style_fg(ROLE_BORDER_FOCUS),
			   .title_style = style_fg(ROLE_STRONG),
			   .note_style = style_fg(ROLE_DIM),
			   .foot_style = style_fg(ROLE_INFO) };

	strbuf_addf(&title, "Runbooks %s %s", glyph_text(canvas_glyphs(canvas), GLYPH_SEPARATOR),
		    runbook_title(page->runbook->title, page->runbook->slug));
	runbook_add_head(console, places->form != RUNBOOK_WIDE, &note);
	runbook_add_next(console, &next);
	if (places->form == RUNBOOK_SINGLE)
		add_output_key(console, 0, inside.width, &next);
	box.title = title.text;
	box.note = note.length ? note.text : NULL;
	box.foot = next.length ? next.text : NULL;
	if (inside.height != places->outline.height)
		canvas_box(canvas, places->outline, &box);
	else if (places->form == RUNBOOK_SINGLE)
		canvas_put_fit(canvas, inside.x, inside.y + inside.height, next.text, style_fg(ROLE_INFO),
			       inside.width);
	draw_rows(console, canvas, inside);
	strbuf_release(&title);
	strbuf_release(&note);
	strbuf_release(&next);
}

/* ---- one step at a time ---- */

/* Name of the runbook and of the section, how far it is, the clock. */
static int draw_card_head(const struct console *console, struct canvas *canvas, struct rect body)
{
	const struct runbook_page *page = console->runbooks->page;
	const struct runbook_step *step = &page->runbook->steps.items[page->step];
	struct strbuf text = STRBUF_INIT, clock = STRBUF_INIT;
	int used;

	strbuf_addstr(&text, runbook_title(page->runbook->title, page->runbook->slug));
	if (page->runbook->priority >= 0)
		strbuf_addf(&text, "  P%d", page->runbook->priority);
	runbook_add_clock(page, &clock);
	used = text_width(clock.text) < body.width / 2 ? text_width(clock.text) : 0;
	if (used)
		canvas_put_right(canvas, body.x, body.x + body.width, body.y, clock.text, style_fg(ROLE_DIM));
	canvas_put_fit(canvas, body.x, body.y, text.text, style_fg(ROLE_TITLE), body.width - used - 1);
	strbuf_clear(&text);
	outline_add_title(page->runbook, step->section, &text);
	strbuf_addf(&text, "  step %zu of %zu", page->step + 1, page->runbook->steps.count);
	used = canvas_put_fit(canvas, body.x, body.y + 1, text.text, style_fg(ROLE_DIM), body.width) + 2;
	runbook_strip_draw_worst(page, canvas, (struct rect){ body.x + used, body.y + 1, body.width - used, 1 });
	strbuf_release(&text);
	strbuf_release(&clock);
	return 2;
}

static int draw_card_name(const struct console *console, struct canvas *canvas, struct rect body, int y)
{
	const struct runbook_page *page = console->runbooks->page;
	const struct runbook_step *step = &page->runbook->steps.items[page->step];
	struct style style;
	enum glyph sign = runbook_sign(page, page->step, &style);
	bool big = console->runbooks->walk && body.height >= 16 && body.width >= 50;
	struct strbuf says = STRBUF_INIT;
	int x = body.x, rows = 0, top = y;
	enum role role;

	if (big) {
		glyph_big_put(canvas, x, y + 1, step->id, 3, style_fg(ROLE_STRONG));
		x += glyph_big_width(canvas_glyphs(canvas), step->id, 3) + 2;
		y += 2;
	} else {
		runbook_add_standing(page, page->step, console->now_ms, &says, &role);
		canvas_put(canvas, x, y, glyph_text(canvas_glyphs(canvas), sign), style, 1);
		canvas_put(canvas, x + SIGN_WIDTH, y, step->id, style_fg(ROLE_STRONG), -1);
		if (says.length)
			put_right(canvas, (struct rect){ body.x, y, body.width + 1, 1 }, x + SIGN_WIDTH + 5, says.text,
				  style_fg(role));
		x += SIGN_WIDTH + text_width(step->id) + 1;
	}
	for (size_t i = 0; i < page->outline.rows.count && y + rows < body.y + body.height - 3; i++) {
		const struct outline_row *row = &page->outline.rows.items[i];

		if (row->step != page->step || row->line == SIZE_MAX)
			continue;
		if (rows == 1 && !big)
			x = body.x + SIGN_WIDTH;
		/* The first row leaves its end to how the step stands. */
		if (row->part == 0 && says.length && !big) {
			y++;
			x = body.x + SIGN_WIDTH;
		}
		put_line(&page->outline, row->line, canvas, x, y + rows, body.x + body.width,
			 row->kind == OUTLINE_STEP);
		rows++;
	}
	strbuf_release(&says);
	y += rows;
	return big && y - top < 5 ? top + 5 : y;
}

/* Tier, remarks, as far as there is room; returns the row behind them. */
static int draw_card_says(const struct console *console, struct canvas *canvas, struct rect body, int y, int end)
{
	const struct runbook_page *page = console->runbooks->page;
	struct strbuf tier = STRBUF_INIT;
	struct runbook_remarks remarks;

	runbook_add_tier(page, canvas_glyphs(canvas), &tier);
	if (y < end)
		canvas_put_fit(canvas, body.x, y++, tier.text, style_fg(ROLE_DIM), body.width);
	runbook_remark_all(page, &remarks);
	for (size_t i = 0; i < remarks.items.count && y < end; i++)
		canvas_put_fit(canvas, body.x, y++, remarks.items.items[i].text, style_fg(remarks.items.items[i].role),
			       body.width);
	runbook_remarks_release(&remarks);
	strbuf_release(&tier);
	return y;
}

void runbook_draw_step(const struct console *console, struct canvas *canvas, struct rect body)
{
	const struct runbook_page *page = console->runbooks->page;
	const char *text = runbook_text(page);
	struct strbuf next = STRBUF_INIT;
	int y, end = body.y + body.height, rows, output = 0;

	body.x += body.width >= SINGLE_COLUMNS;
	body.width -= body.width >= SINGLE_COLUMNS ? 2 : 0;

	y = draw_card_head(console, canvas, body);
	y = draw_card_name(console, canvas, body, body.y + y);
	if (*text) {
		rows = page->text_room < end - 1 - y ? page->text_room : end - 1 - y;
		y += command_text_draw(text, canvas, (struct rect){ body.x, y, body.width, rows }, page->text_scroll,
				       style_fg(ROLE_STRONG));
	}
	y = draw_card_says(console, canvas, body, y, end - 1);
	if (page->output.has && page->output.step == page->step && y < end - 1)
		runbook_draw_output(console, canvas, (struct rect){ body.x, y, body.width, output = end - 1 - y });
	runbook_add_next(console, &next);
	add_output_key(console, output, body.width, &next);
	canvas_put_fit(canvas, body.x, end - 1, next.text, style_fg(ROLE_INFO), body.width);
	strbuf_release(&next);
}
