/* The runbooks of the system: what each is for, when it was last run and how that went, and the runs that are open. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "ui/draw/glyph.h"
#include "ui/view/find.h"
#include "ui/view/list_row.h"
#include "ui/view/overlay_text.h"
#include "ui/view/runbook_desk.h"
#include "ui/view/runbook_list.h"
#include "ui/view/runbook_page.h"
#include "ui/view/runbook_says.h"
#include "ui/view/view.h"

#define FRAME 2

/* Columns, each with the width of the list from which it is shown. */
enum column { COLUMN_PRIORITY, COLUMN_MTTR, COLUMN_STEPS, COLUMN_FAULTS, COLUMN_LAST, COLUMN_SLUG, COLUMNS };
static const struct {
	const char *title;
	int width, from;
} columns[COLUMNS] = {
	[COLUMN_PRIORITY] = { "P", 2, 40 },     [COLUMN_MTTR] = { "MTTR", 7, 60 },
	[COLUMN_STEPS] = { "steps", 5, 70 },    [COLUMN_FAULTS] = { "faults", 6, 90 },
	[COLUMN_LAST] = { "last run", 34, 76 }, [COLUMN_SLUG] = { "slug", 26, 150 },
};

static struct runbook_list *list_of(const struct console *console)
{
	return console->runbooks ? console->runbooks->list : NULL;
}

static int visible_rows(struct rect body)
{
	int rows = body.height > FRAME ? body.height - FRAME - 1 : body.height;

	return rows > 0 ? rows : 0;
}

/* ---- drawing ---- */

static int columns_width(int width)
{
	int ret = 0;

	for (int i = 0; i < COLUMNS; i++)
		ret += width >= columns[i].from ? columns[i].width + 2 : 0;
	return ret;
}

static void draw_titles(struct canvas *canvas, struct rect line)
{
	int x = line.x + line.width - columns_width(line.width);

	canvas_put_fit(canvas, line.x + 3, line.y, "runbook", style_fg(ROLE_DIM), x - line.x - 4);
	for (int i = 0; i < COLUMNS; i++) {
		if (line.width < columns[i].from)
			continue;
		canvas_put_fit(canvas, x, line.y, columns[i].title, style_fg(ROLE_DIM), columns[i].width);
		x += columns[i].width + 2;
	}
}

/* What a column says of a file; `ret_role` is left as it is where nothing is special. */
static void add_cell(const struct console *console, const struct runbook_brief *brief, enum column column,
		     struct strbuf *ret, enum role *ret_role)
{
	switch (column) {
	case COLUMN_PRIORITY:
		if (brief->priority >= 0)
			strbuf_addf(ret, "P%d", brief->priority);
		break;
	case COLUMN_MTTR:
		if (brief->mttr_ms)
			strbuf_addf(ret, "%" PRId64 " min", brief->mttr_ms / CLOCK_MINUTE);
		break;
	case COLUMN_STEPS:
		if (brief->read && !brief->fault)
			strbuf_addf(ret, "%5zu", brief->steps);
		break;
	case COLUMN_FAULTS:
		if (brief->faults) {
			strbuf_addf(ret, "%6zu", brief->faults);
			*ret_role = ROLE_WARNING;
		}
		break;
	case COLUMN_LAST:
		if (runbook_list_add_freshness(console->runbooks, brief->file->slug, console->now_ms, ret))
			*ret_role = ROLE_WARNING;
		break;
	default: strbuf_addstr(ret, brief->file->slug); break;
	}
}

static void draw_file(const struct console *console, struct canvas *canvas, struct rect line,
		      const struct runbook_list_row *row, bool focused)
{
	const struct runbook_list *list = list_of(console);
	const struct runbook_brief *brief = &list->briefs.items[row->brief];
	int x = line.x + line.width - columns_width(line.width);
	struct strbuf text = STRBUF_INIT;

	canvas_put_fit(canvas, line.x + 3, line.y, runbook_list_name(list, row),
		       style_fg(focused ? ROLE_STRONG : ROLE_TEXT), x - line.x - 4);
	if (brief->fault) {
		canvas_put_fit(canvas, x, line.y, brief->fault, style_fg(ROLE_WARNING), line.x + line.width - x);
		return;
	}
	for (int i = 0; i < COLUMNS; i++) {
		enum role role = focused ? ROLE_TEXT : ROLE_DIM;

		if (line.width < columns[i].from)
			continue;
		strbuf_clear(&text);
		add_cell(console, brief, (enum column)i, &text, &role);
		canvas_put_fit(canvas, x, line.y, text.text, style_fg(role), columns[i].width);
		x += columns[i].width + 2;
	}
	strbuf_release(&text);
}

/* "open since 12m, ana leads, 4 steps done, 2.3 runs" */
static void add_run(const struct console *console, const struct run *run, struct strbuf *ret)
{
	size_t over = 0;
	char age[16];

	duration_format(run->opened && console->now_ms > run->opened->time_ms ? console->now_ms - run->opened->time_ms
									      : 1,
			age, sizeof(age));
	strbuf_addf(ret, "open since %s", age);
	if (run->lead && run->lead[0])
		strbuf_addf(ret, ", %s leads", run->lead);
	if (run->opened && run->opened->alert && run->opened->alert[0])
		strbuf_addf(ret, ", of %s", run->opened->alert);
	for (size_t i = 0; i < run->steps.count; i++)
		over += runbook_page_is_over(run->steps.items[i].state);
	strbuf_addf(ret, ", %zu step%s done", over, over == 1 ? "" : "s");
	for (size_t i = 0; i < run->steps.count; i++) {
		if (run->steps.items[i].state == RUN_STEP_RUNNING)
			strbuf_addf(ret, ", %s runs", run->steps.items[i].id);
		else if (run->steps.items[i].state == RUN_STEP_UNKNOWN)
			strbuf_addf(ret, ", the end of %s is not known", run->steps.items[i].id);
	}
}

static void draw_run(const struct console *console, struct canvas *canvas, struct rect line,
		     const struct runbook_list_row *row, bool focused)
{
	struct strbuf text = STRBUF_INIT;
	int x = line.x + 3;

	canvas_put(canvas, line.x + 1, line.y, glyph_text(canvas_glyphs(canvas), GLYPH_RUNNING), style_fg(ROLE_INFO),
		   1);
	x += canvas_put_fit(canvas, x, line.y, runbook_list_name(list_of(console), row),
			    style_with(style_fg(focused ? ROLE_STRONG : ROLE_TITLE), ATTR_BOLD), line.width / 2) +
	     2;
	add_run(console, row->run, &text);
	canvas_put_fit(canvas, x, line.y, text.text, style_fg(ROLE_INFO), line.x + line.width - x);
	strbuf_release(&text);
}

static void draw_rows(const struct console *console, struct canvas *canvas, struct rect rows)
{
	const struct runbook_list *list = list_of(console);
	int focus = runbook_list_focus(list);

	for (int i = 0; i < rows.height; i++) {
		const struct runbook_list_row *row = runbook_list_row(list, list->scroll + i);
		bool focused = list->scroll + i == focus && console->keymap;
		struct rect line = { rows.x, rows.y + i, rows.width, 1 };

		if (!row)
			break;
		if (focused) {
			canvas_fill(canvas, line, style_role(ROLE_SELECTION));
			canvas_put(canvas, line.x, line.y, glyph_text(canvas_glyphs(canvas), GLYPH_SEPARATOR),
				   style_fg(ROLE_STRONG), 1);
		}
		if (row->run)
			draw_run(console, canvas, line, row, focused);
		else
			draw_file(console, canvas, line, row, focused);
	}
}

static void draw(const struct console *console, struct canvas *canvas, struct rect body)
{
	const struct runbook_list *list = list_of(console);
	struct box box = { .title = "Runbooks",
			   .border = style_fg(ROLE_BORDER),
			   .title_style = style_fg(ROLE_TITLE),
			   .note_style = style_fg(ROLE_DIM),
			   .foot_style = style_fg(ROLE_DIM) };
	char note[48] = "", foot[160] = "";
	struct rect inside;

	if (list && list->briefs.count)
		snprintf(note, sizeof(note), "%zu", list->briefs.count);
	if (list && list->filter[0])
		snprintf(foot, sizeof(foot), "filter: %s", list->filter);
	box.note = note[0] ? note : NULL;
	box.foot = foot[0] ? foot : NULL;
	inside = body.height > FRAME ? canvas_box(canvas, body, &box) : body;
	if (!list || !list->rows.count) {
		canvas_put_centre(canvas, inside, inside.y + inside.height / 2,
				  list && list->briefs.count ? "no runbook passes the filter"
							     : "no runbooks: the system's folder runbooks has none",
				  style_fg(ROLE_DIM));
		return;
	}
	if (inside.height != body.height) {
		draw_titles(canvas, inside);
		inside.y++;
		inside.height--;
	}
	draw_rows(console, canvas, inside);
	find_mark(console, canvas, inside);
}

static void prepare(struct console *console, struct rect body)
{
	struct runbook_desk *desk = console->runbooks;
	int rows = visible_rows(body);

	if (!desk)
		return;
	if (!desk->list)
		desk->list = runbook_list_new();
	runbook_list_take(desk, rows);
	desk->list->scroll =
		list_row_scroll(desk->list->scroll, runbook_list_focus(desk->list), (int)desk->list->rows.count, rows);
}

static bool cursor(const struct console *console, struct rect body, int *ret_x, int *ret_y)
{
	const struct runbook_list *list = list_of(console);
	int row = runbook_list_focus(list), at = list ? row - list->scroll : -1;

	if (row < 0 || at < 0 || at >= visible_rows(body))
		return false;
	*ret_x = body.x + (body.height > FRAME);
	*ret_y = body.y + (body.height > FRAME ? 2 : 0) + at;
	return true;
}

/* ---- keys ---- */

static bool has_rows(const struct console *console, enum action action)
{
	(void)action;
	return list_of(console) && list_of(console)->rows.count > 0;
}

static bool move(struct console *console, enum action action)
{
	struct runbook_list *list = list_of(console);

	runbook_list_go_to(list, list_row_after(action, runbook_list_focus(list), (int)list->rows.count,
						visible_rows(console_rows(console).body)));
	return true;
}

static const struct runbook_list_row *focused(const struct console *console)
{
	return runbook_list_row(list_of(console), runbook_list_focus(list_of(console)));
}

static bool open_row(struct console *console, enum action action)
{
	const struct runbook_list_row *row = focused(console);

	(void)action;
	if (!row)
		return false;
	if (row->run)
		runbook_desk_resume(console, row->run->id);
	else
		runbook_desk_read(console, list_of(console)->briefs.items[row->brief].file->path);
	return true;
}

static void explain_file(const struct console *console, const struct runbook_brief *brief, struct document *document)
{
	struct strbuf text = STRBUF_INIT;

	document_add(document, DOCUMENT_TEXT, "file", brief->file->path);
	document_add(document, DOCUMENT_TEXT, "slug", brief->file->slug);
	runbook_list_add_freshness(console->runbooks, brief->file->slug, console->now_ms, &text);
	document_add(document, DOCUMENT_TEXT, "last run", text.text);
	if (brief->fault)
		document_add(document, DOCUMENT_BAD, "fault", brief->fault);
	else
		document_addf(document, DOCUMENT_TEXT, "steps", "%zu", brief->steps);
	if (brief->faults)
		document_addf(document, DOCUMENT_BAD, "faults", "%zu: skep runbook lint tells them", brief->faults);
	strbuf_release(&text);
}

static bool explain(struct console *console, enum action action)
{
	const struct runbook_list_row *row = focused(console);
	struct text_overlay *overlay;
	struct strbuf text = STRBUF_INIT;

	(void)action;
	if (!row)
		return false;
	overlay = text_overlay_new(runbook_list_name(list_of(console), row));
	if (row->run) {
		document_add(&overlay->document, DOCUMENT_TEXT, "run", row->run->id);
		add_run(console, row->run, &text);
		document_add(&overlay->document, DOCUMENT_TEXT, NULL, text.text);
	} else {
		explain_file(console, &list_of(console)->briefs.items[row->brief], &overlay->document);
	}
	overlay_open(console, &overlay_text, overlay);
	strbuf_release(&text);
	return true;
}

static bool can_copy(const struct console *console, enum action action)
{
	return has_rows(console, action) && console->host.copy;
}

static bool copy(struct console *console, enum action action)
{
	const struct runbook_list_row *row = focused(console);

	(void)action;
	if (!row)
		return false;
	console_copy(console, row->run ? row->run->id : list_of(console)->briefs.items[row->brief].file->path);
	return true;
}

static bool click(struct console *console, int x, int y)
{
	struct runbook_list *list = list_of(console);
	struct rect body = console_rows(console).body;
	int at = y - (body.height > FRAME ? 2 : 0), row = list ? list->scroll + at : -1;

	(void)x;
	if (at < 0 || at >= visible_rows(body) || !runbook_list_row(list, row))
		return false;
	if (row == runbook_list_focus(list))
		return open_row(console, ACTION_OPEN);
	runbook_list_go_to(list, row);
	return true;
}

static bool has(const struct console *console)
{
	return console->runbooks && console->runbooks->get_index;
}

static size_t list_count(const struct console *console)
{
	return list_of(console) ? list_of(console)->rows.count : 0;
}

static int list_focus(const struct console *console)
{
	return runbook_list_focus(list_of(console));
}

static void list_go_to(struct console *console, int row)
{
	if (list_of(console))
		runbook_list_go_to(list_of(console), row);
}

static bool list_matches(const struct console *console, int row, const char *needle)
{
	const struct runbook_list_row *at = runbook_list_row(list_of(console), row);

	return at && (strcasestr(runbook_list_name(list_of(console), at), needle) ||
		      (!at->run && strcasestr(list_of(console)->briefs.items[at->brief].file->slug, needle)));
}

static const char *filter_text(const struct console *console)
{
	return list_of(console) ? list_of(console)->filter : "";
}

static int filter_set(struct console *console, const char *typed, struct error *error)
{
	struct runbook_desk *desk = console->runbooks;

	if (!desk)
		return error_set(error, "there are no runbooks here");
	if (!desk->list)
		desk->list = runbook_list_new();
	if (strlen(typed) >= sizeof(desk->list->filter))
		return error_set(error, "a filter has at most %zu bytes", sizeof(desk->list->filter) - 1);
	snprintf(desk->list->filter, sizeof(desk->list->filter), "%s", typed);
	runbook_list_take(desk, 0);
	return 0;
}

static const struct view_list list = {
	.count = list_count,
	.focus = list_focus,
	.go_to = list_go_to,
	.matches = list_matches,
};

static const struct view_filter filter = { filter_text, filter_set, NULL };

static const struct key_row keys[] = {
	LIST_ROW_KEYS(move, has_rows),   { ACTION_OPEN, open_row, has_rows }, { ACTION_EXPLAIN, explain, has_rows },
	{ ACTION_COPY, copy, can_copy }, { ACTION_NONE, NULL, NULL },
};

const struct view_ops view_runbooks = {
	.name = "runbooks",
	.title = "Runbooks",
	.help = "the runbooks: what each is for, when it was last run, which runs are open",
	.draw = draw,
	.context = CONTEXT_RUNBOOKS,
	.action = ACTION_VIEW_3,
	.keys = keys,
	.click = click,
	.prepare = prepare,
	.cursor = cursor,
	.has = has,
	.filter = &filter,
	.list = &list,
};
