/* One runbook: its text in place, its steps, what they did and would do, and what proves that it worked. */
#include <string.h>

#include "ui/draw/glyph.h"
#include "ui/view/list_row.h"
#include "ui/view/runbook_act.h"
#include "ui/view/runbook_desk.h"
#include "ui/view/runbook_draw.h"
#include "ui/view/runbook_look.h"
#include "ui/view/runbook_strip.h"
#include "ui/view/view.h"

#define FRAME      2
#define SHIFT_STEP 8
#define AHEAD      4 /* rows below the focus that stay in sight */

static struct runbook_page *page_of(const struct console *console)
{
	struct runbook_page *page = console->runbooks ? console->runbooks->page : NULL;

	return page && page->runbook ? page : NULL;
}

static bool is_single(const struct console *console, const struct runbook_places *places)
{
	const struct runbook_page *page = page_of(console);

	return places->form == RUNBOOK_SINGLE && page->step != SIZE_MAX;
}

static int whole_rows(struct rect body)
{
	return body.height > FRAME ? body.height - FRAME : body.height;
}

/* ---- drawing ---- */

static void draw(const struct console *console, struct canvas *canvas, struct rect body)
{
	struct runbook_places places;

	if (!page_of(console)) {
		canvas_put_centre(canvas, body, body.y + body.height / 2, "no runbook is open: 3 lists them",
				  style_fg(ROLE_DIM));
		return;
	}
	if (page_of(console)->output.whole) {
		runbook_draw_whole(console, canvas, body);
		return;
	}
	runbook_places(console, body, &places);
	if (is_single(console, &places)) {
		runbook_draw_step(console, canvas, body);
		return;
	}
	runbook_draw_outline(console, canvas, &places);
	if (places.live.height > FRAME)
		runbook_draw_live(console, canvas, places.live);
	if (places.strip.height)
		runbook_strip_draw(page_of(console), canvas, places.strip);
	if (places.output.height > FRAME)
		runbook_draw_output(console, canvas, places.output);
	if (places.command.height)
		runbook_draw_command(console, canvas, &places);
}

/* A step that was started here has ended well, or a scenario was chosen: on to what comes next. */
static void go_on(struct runbook_page *page)
{
	enum run_step_state state = runbook_page_state(page, page->awaited, NULL);

	if (page->branched && page->scenario[0]) {
		page->branched = false;
		page->step = SIZE_MAX;
		runbook_page_go_on(page);
		return;
	}
	if (page->awaited == SIZE_MAX || state == RUN_STEP_OPEN || state == RUN_STEP_WANTED ||
	    state == RUN_STEP_RUNNING)
		return;
	if (runbook_page_is_over(state) && state != RUN_STEP_FAILED && page->step == page->awaited && !page->moved)
		runbook_page_go_on(page);
	page->awaited = SIZE_MAX;
}

static void prepare_whole(struct runbook_desk *desk, struct rect body)
{
	struct runbook_output *output = &desk->page->output;
	int most;

	runbook_page_take_output(desk, SIZE_MAX);
	most = (int)output->transcript.lines.count - whole_rows(body);
	if (output->follows || output->scroll > most)
		output->scroll = most;
	output->scroll = output->scroll < 0 ? 0 : output->scroll;
	if (!output->has)
		output->whole = false;
}

static void clamp_text(struct runbook_page *page, const struct runbook_places *places)
{
	int most = places->text_rows - places->text_room;

	page->text_rows = places->text_rows;
	page->text_room = places->text_room;
	page->text_scroll = page->text_scroll > most ? most : page->text_scroll;
	page->text_scroll = page->text_scroll < 0 ? 0 : page->text_scroll;
}

/* With some of what follows. */
static void show_focus(struct runbook_page *page, int rows)
{
	int count = (int)page->outline.rows.count, beyond = page->focus + (rows > 3 * AHEAD ? AHEAD : 0);

	page->scroll = list_row_scroll(page->scroll, beyond < count ? beyond : count - 1, count, rows);
	page->scroll = list_row_scroll(page->scroll, page->focus, count, rows);
}

static void prepare(struct console *console, struct rect body)
{
	struct runbook_desk *desk = console->runbooks;
	struct runbook_page *page;
	struct runbook_places places;
	struct rect inside;

	if (!desk || !desk->page)
		return;
	page = desk->page;
	runbook_page_take(desk, console->now_ms);
	if (!page->runbook)
		return;
	runbook_places(console, body, &places);
	runbook_page_lay_out(page, runbook_outline_inside(&places).width);
	go_on(page);
	runbook_page_take_plan(desk);
	if (page->output.whole) {
		prepare_whole(desk, body);
	} else {
		runbook_page_take_output(desk, (size_t)body.height);
	}
	/* The command's rows and what is said of it are known only now. */
	runbook_places(console, body, &places);
	inside = runbook_outline_inside(&places);
	clamp_text(page, &places);
	show_focus(page, inside.height);
	runbook_page_take_queries(desk, is_single(console, &places) ? page->focus : page->scroll,
				  page->output.whole            ? 0
				  : is_single(console, &places) ? 1
								: inside.height);
	alert_painted_take(&page->painted, runbook_page_painted_state(page), console->monotonic_ms);
}

static bool cursor(const struct console *console, struct rect body, int *ret_x, int *ret_y)
{
	const struct runbook_page *page = page_of(console);
	struct runbook_places places;
	struct rect inside;

	if (!page || page->focus < 0 || page->output.whole)
		return false;
	runbook_places(console, body, &places);
	inside = runbook_outline_inside(&places);
	*ret_x = inside.x;
	*ret_y = is_single(console, &places) ? inside.y + 2 : inside.y + page->focus - page->scroll;
	return *ret_y >= inside.y && *ret_y < inside.y + inside.height;
}

/* ---- keys ---- */

static bool has_page(const struct console *console, enum action action)
{
	(void)action;
	return page_of(console) != NULL;
}

static void scroll_whole(struct runbook_page *page, enum action action, struct rect body)
{
	struct runbook_output *output = &page->output;
	int rows = whole_rows(body), count = (int)output->transcript.lines.count, most = count - rows;

	output->scroll = list_row_after(action, output->scroll, count, rows);
	output->scroll = output->scroll > most ? most : output->scroll;
	output->scroll = output->scroll < 0 ? 0 : output->scroll;
	output->follows = output->scroll >= most && action != ACTION_TOP;
}

/* The next row that is a step, a heading or the choice. */
static int next_thing(const struct runbook_page *page, int step, bool only_steps)
{
	int count = (int)page->outline.rows.count;

	for (int row = page->focus + step; row >= 0 && row < count; row += step) {
		enum outline_kind kind = page->outline.rows.items[row].kind;

		if (kind == OUTLINE_STEP ||
		    (!only_steps && kind == OUTLINE_CHOICE && page->outline.rows.items[row].part == 0))
			return row;
	}
	return page->focus;
}

static bool move(struct console *console, enum action action)
{
	struct runbook_page *page = page_of(console);
	struct rect body = console_rows(console).body;
	struct runbook_places places;
	int row;

	if (page->output.whole) {
		scroll_whole(page, action, body);
		return true;
	}
	runbook_places(console, body, &places);
	if (console->runbooks->walk && (action == ACTION_DOWN || action == ACTION_UP))
		action = action == ACTION_DOWN ? ACTION_NEXT : ACTION_PREVIOUS;
	if (action == ACTION_NEXT || action == ACTION_PREVIOUS)
		row = next_thing(page, action == ACTION_NEXT ? 1 : -1, console->runbooks->walk);
	else
		row = list_row_after(action, page->focus, (int)page->outline.rows.count,
				     runbook_outline_inside(&places).height);
	runbook_page_go_to(page, row, true);
	return true;
}

/* Sideways: the command where not all of it is in sight, else the figures in place of the output. */
static bool move_aside(struct console *console, enum action action)
{
	struct runbook_page *page = page_of(console);
	int step = action == ACTION_RIGHT ? 1 : -1;

	if (page->output.whole) {
		page->output.shift += step * SHIFT_STEP;
		page->output.shift = page->output.shift < 0 ? 0 : page->output.shift;
	} else if (page->text_rows > page->text_room) {
		page->text_scroll += step * (page->text_room > 1 ? page->text_room - 1 : 1);
	} else if (console->runbooks->walk) {
		return move(console, step > 0 ? ACTION_NEXT : ACTION_PREVIOUS);
	} else {
		page->live_shown = !page->live_shown;
	}
	return true;
}

static bool worst(struct console *console, enum action action)
{
	struct runbook_page *page = page_of(console);
	size_t running = runbook_page_running(page);
	int row;

	(void)action;
	page->output.whole = false;
	if (running != SIZE_MAX && running != page->step) {
		row = runbook_page_find(page, running, SIZE_MAX);
	} else {
		page->step = SIZE_MAX;
		row = page->focus;
		runbook_page_go_on(page);
		row = page->focus != row ? page->focus : row;
	}
	if (row >= 0)
		runbook_page_go_to(page, row, true);
	return true;
}

static bool go_back(struct console *console, enum action action)
{
	struct runbook_page *page = page_of(console);

	(void)action;
	if (page->output.whole) {
		page->output.whole = false;
		return true;
	}
	console_set_view(console, page->from && page->from != &view_runbook ? page->from : &view_runbooks);
	return true;
}

static bool open_it(struct console *console, enum action action)
{
	if (console->runbooks->walk)
		return move(console, ACTION_NEXT);
	return page_of(console)->output.whole ? runbook_look_output(console, action)
					      : runbook_look_open(console, action);
}

static bool can_copy(const struct console *console, enum action action)
{
	return has_page(console, action) && console->host.copy;
}

static bool click(struct console *console, int x, int y)
{
	struct runbook_page *page = page_of(console);
	struct rect body = console_rows(console).body, inside;
	struct runbook_places places;
	int row;

	if (!page || page->output.whole)
		return false;
	runbook_places(console, body, &places);
	inside = runbook_outline_inside(&places);
	x += body.x;
	y += body.y;
	row = page->scroll + y - inside.y;
	if (is_single(console, &places) || x < inside.x || x >= inside.x + inside.width || y < inside.y ||
	    y >= inside.y + inside.height || row >= (int)page->outline.rows.count)
		return false;
	if (row == page->focus)
		return runbook_look_open(console, ACTION_OPEN);
	runbook_page_go_to(page, row, true);
	return true;
}

static bool wheel(struct console *console, int rows)
{
	struct runbook_page *page = page_of(console);

	if (!page)
		return false;
	for (int i = 0; i < (rows < 0 ? -rows : rows); i++)
		move(console, rows < 0 ? ACTION_UP : ACTION_DOWN);
	return true;
}

static void attend(struct console *console, bool attended)
{
	struct runbook_desk *desk = console->runbooks;

	if (desk && desk->runner)
		desk->hands->attend(desk->runner, attended);
}

static void enter(struct console *console)
{
	attend(console, true);
}

static void leave(struct console *console)
{
	attend(console, false);
	if (console->runbooks && console->runbooks->leave)
		console->runbooks->leave(console->runbooks->user);
}

static bool busy(const struct console *console)
{
	const struct runbook_desk *desk = console->runbooks;

	return desk && desk->runner && desk->hands->busy(desk->runner);
}

/* ---- what is searched ---- */

static size_t list_count(const struct console *console)
{
	const struct runbook_page *page = page_of(console);

	if (!page)
		return 0;
	return page->output.whole ? page->output.transcript.lines.count : page->outline.rows.count;
}

static int list_focus(const struct console *console)
{
	const struct runbook_page *page = page_of(console);

	if (!page)
		return -1;
	return page->output.whole ? page->output.found >= 0 ? page->output.found : page->output.scroll : page->focus;
}

static void list_go_to(struct console *console, int row)
{
	struct runbook_page *page = page_of(console);
	int rows = whole_rows(console_rows(console).body);

	if (!page)
		return;
	if (!page->output.whole) {
		runbook_page_go_to(page, row, true);
		return;
	}
	page->output.found = row;
	page->output.follows = false;
	if (row < page->output.scroll || row >= page->output.scroll + rows)
		page->output.scroll = row - rows / 3 > 0 ? row - rows / 3 : 0;
}

static bool line_matches(const struct transcript_line *line, const char *needle)
{
	struct strbuf text = STRBUF_INIT;
	bool found;

	for (size_t i = 0; i < line->count; i++)
		strbuf_addstr(&text, line->spans[i].text);
	found = strcasestr(text.text, needle) != NULL;
	strbuf_release(&text);
	return found;
}

static bool row_matches(const struct runbook_page *page, const struct outline_row *row, const char *needle)
{
	const struct rich_line *line = row->line != SIZE_MAX ? &page->outline.text.lines.items[row->line] : NULL;
	struct strbuf text = STRBUF_INIT;
	bool found;

	if (row->kind == OUTLINE_HEADING)
		outline_add_title(page->runbook, row->section, &text);
	if (row->kind == OUTLINE_STEP)
		strbuf_addf(&text, "%s %s ", page->runbook->steps.items[row->step].id,
			    page->runbook->steps.items[row->step].text);
	for (size_t i = 0; line && i < line->count; i++)
		strbuf_addstr(&text, line->spans[i].text);
	found = strcasestr(text.text, needle) != NULL;
	strbuf_release(&text);
	return found;
}

static bool list_matches(const struct console *console, int row, const char *needle)
{
	const struct runbook_page *page = page_of(console);

	if (!page || row < 0 || (size_t)row >= list_count(console))
		return false;
	return page->output.whole ? line_matches(&page->output.transcript.lines.items[row], needle)
				  : row_matches(page, &page->outline.rows.items[row], needle);
}

static const struct view_list list = {
	.count = list_count,
	.focus = list_focus,
	.go_to = list_go_to,
	.matches = list_matches,
};

static const struct key_row keys[] = {
	LIST_ROW_KEYS(move, has_page),
	{ ACTION_LEFT, move_aside, has_page },
	{ ACTION_RIGHT, move_aside, has_page },
	{ ACTION_OPEN, open_it, has_page },
	{ ACTION_BACK, go_back, has_page },
	{ ACTION_WORST, worst, has_page },
	{ ACTION_EXPLAIN, runbook_look_explain, has_page },
	{ ACTION_OUTPUT, runbook_look_output, has_page },
	{ ACTION_COPY, runbook_look_copy, can_copy },
	{ ACTION_RUN, runbook_act_do, runbook_act_can },
	{ ACTION_DONE, runbook_act_do, runbook_act_can },
	{ ACTION_SKIP, runbook_act_do, runbook_act_can },
	{ ACTION_FAIL, runbook_act_do, runbook_act_can },
	{ ACTION_BRANCH, runbook_act_do, runbook_act_can },
	{ ACTION_EDIT, runbook_act_do, runbook_act_can },
	{ ACTION_STOP, runbook_act_do, runbook_act_can },
	{ ACTION_PEN, runbook_act_do, runbook_act_can },
	{ ACTION_TERMINAL, runbook_act_do, runbook_act_can },
	{ ACTION_COMMENT, runbook_act_do, runbook_act_can },
	{ ACTION_UNDO, runbook_act_do, runbook_act_can },
	{ ACTION_NONE, NULL, NULL },
};

const struct view_ops view_runbook = {
	.name = "runbook",
	.title = "Runbook",
	.help = "one runbook: its steps, what they did, what proves that it worked",
	.draw = draw,
	.context = CONTEXT_RUNBOOK,
	.parent = &view_runbooks,
	.keys = keys,
	.click = click,
	.wheel = wheel,
	.prepare = prepare,
	.cursor = cursor,
	.enter = enter,
	.leave = leave,
	.busy = busy,
	.list = &list,
};
