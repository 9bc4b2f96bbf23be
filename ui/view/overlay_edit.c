#include "ui/view/overlay_edit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "ui/draw/glyph.h"
#include "ui/view/list_row.h"
#include "ui/view/runbook_desk.h"
#include "ui/view/runbook_page.h"

#define WIDTH_MOST 120
#define FRAME      2
#define GUTTER     2
#define LINES_MOST 200

#define ABOUT_EDIT       "The record says that it was edited. Empty lines only: as in the runbook again."
#define ABOUT_EDIT_SHORT "recorded; empty: as in the runbook"

struct edit {
	size_t step;
	char *title;
	VEC(struct prompt) lines;
	int at, top;
	char answer[200];
	bool painted;
};

static void add_line(struct edit *edit, const char *text, size_t length)
{
	struct prompt *line = vec_add(&edit->lines);
	char *copy = mem_strndup(text, length);

	prompt_init(line);
	prompt_open(line, "", copy, NULL, NULL);
	free(copy);
}

static void free_state(void *state)
{
	struct edit *edit = state;

	for (size_t i = 0; i < edit->lines.count; i++)
		prompt_release(&edit->lines.items[i]);
	vec_release(&edit->lines);
	free(edit->title);
	free(edit);
}

bool overlay_edit_open(struct console *console, size_t step)
{
	const struct runbook_page *page = console->runbooks->page;
	const struct runbook_step *item = &page->runbook->steps.items[step];
	const struct run_step *done;
	const char *text = item->text;
	struct edit *edit = mem_zalloc(sizeof(*edit));

	runbook_page_state(page, step, &done);
	if (done && done->command)
		text = done->command;
	edit->step = step;
	edit->title = mem_printf("Edit %s for this run", item->id);
	for (size_t length;; text += length + 1) {
		length = strcspn(text, "\n");
		if (length > PROMPT_LENGTH_MAX || edit->lines.count == LINES_MOST) {
			console_say(console, "it is too long to be edited here: skip it, and run it by hand");
			free_state(edit);
			return false;
		}
		add_line(edit, text, length);
		if (!text[length])
			break;
	}
	overlay_open(console, &overlay_edit, edit);
	return true;
}

/* ---- keys ---- */

/* All lines empty: as in the file. */
static void submit(struct console *console, struct edit *edit)
{
	const struct runbook_desk *desk = console->runbooks;
	struct strbuf text = STRBUF_INIT;
	struct error error = { "" };

	for (size_t i = 0; i < edit->lines.count; i++)
		strbuf_addf(&text, "%s%s", i ? "\n" : "", edit->lines.items[i].text.text);
	if (!desk->runner)
		error_set(&error, "the run is no longer shown");
	else if (desk->hands->edit(desk->runner, edit->step, text.text[strspn(text.text, " \n")] ? text.text : NULL,
				   &error) == 0)
		desk->page->painted.expected = true;
	if (error.text[0]) {
		snprintf(edit->answer, sizeof(edit->answer), "%s", error.text);
	} else {
		console_say(console, "edited for this run; nothing was run yet");
		overlay_close(console);
	}
	strbuf_release(&text);
}

static void go(struct edit *edit, int step)
{
	edit->at += step;
	edit->at = edit->at < 0 ? 0 : edit->at >= (int)edit->lines.count ? (int)edit->lines.count - 1 : edit->at;
}

static bool input(struct console *console, const struct input_event *event)
{
	struct edit *edit = console->overlay_state;

	if (event->kind == INPUT_MOUSE || !edit->painted)
		return true;
	if (event->kind == INPUT_KEY) {
		struct key key = event->key;

		if (key.code == KEYCODE_ESCAPE || (key.code == 'c' && key.modifiers == KEYMOD_CTRL)) {
			overlay_close(console);
			return true;
		}
		switch (key.code) {
		case KEYCODE_UP: go(edit, -1); return true;
		case KEYCODE_DOWN:
		case KEYCODE_TAB: go(edit, 1); return true;
		case KEYCODE_ENTER:
			if (edit->at + 1 < (int)edit->lines.count)
				go(edit, 1);
			else
				submit(console, edit);
			return true;
		default: break;
		}
	}
	edit->answer[0] = '\0';
	prompt_handle(&edit->lines.items[edit->at], event);
	return true;
}

static const struct overlay_key *own_keys(const struct console *console, bool *ret_only)
{
	static const struct overlay_key between[] = { { "Enter", "next line", "go to the next line" },
						      { "Up Down", "lines", "go from line to line" },
						      { "Esc", "close", "close it: the command stays as it was" },
						      { 0 } };
	static const struct overlay_key last[] = { { "Enter", "keep", "keep it for this run" },
						   { "Up Down", "lines", "go from line to line" },
						   { "Esc", "close", "close it: the command stays as it was" },
						   { 0 } };
	const struct edit *edit = console->overlay_state;

	*ret_only = true;
	return edit->at + 1 < (int)edit->lines.count ? between : last;
}

/* ---- drawing ---- */

static struct rect place_of(const struct console *console, const struct edit *edit)
{
	struct rect body = overlay_area(console);

	return overlay_place(body, body.width < WIDTH_MOST ? body.width : WIDTH_MOST,
			     (int)edit->lines.count + 2 + FRAME);
}

static struct rect inside_of(const struct console *console, const struct edit *edit)
{
	struct rect ret = overlay_inside(place_of(console, edit));

	ret.x++;
	ret.width -= 2;
	return ret;
}

static int rows_of(struct rect inside)
{
	return inside.height > 2 ? inside.height - 2 : 1;
}

static void prepare(struct console *console)
{
	struct edit *edit = console->overlay_state;

	edit->painted = true;
	edit->top = list_row_scroll(edit->top, edit->at, (int)edit->lines.count, rows_of(inside_of(console, edit)));
}

static int shift_of(const struct prompt *line, int room)
{
	int column = prompt_cursor_column(line);

	return room > 0 && column >= room ? column - room + 1 : 0;
}

static void draw(const struct console *console, struct canvas *canvas, struct rect body)
{
	const struct edit *edit = console->overlay_state;
	struct rect place = place_of(console, edit), inside = inside_of(console, edit), clip;
	int room = inside.width - GUTTER;

	overlay_box(canvas, body, place.width, place.height, edit->title, NULL);
	for (int i = 0; i < rows_of(inside) && edit->top + i < (int)edit->lines.count; i++) {
		const struct prompt *line = &edit->lines.items[edit->top + i];
		bool here = edit->top + i == edit->at;

		canvas_put(canvas, inside.x, inside.y + i, edit->top + i ? ">" : "$",
			   here ? style_with(style_fg(ROLE_KEY), ATTR_BOLD) : style_fg(ROLE_DIM), 1);
		clip = canvas_clip(canvas, (struct rect){ inside.x + GUTTER, inside.y + i, room, 1 });
		canvas_put(canvas, inside.x + GUTTER - (here ? shift_of(line, room) : 0), inside.y + i, line->text.text,
			   style_fg(here ? ROLE_STRONG : ROLE_TEXT), -1);
		canvas_restore(canvas, clip);
	}
	canvas_put_fit(canvas, inside.x, inside.y + inside.height - 1,
		       edit->answer[0]                          ? edit->answer
		       : inside.width >= text_width(ABOUT_EDIT) ? ABOUT_EDIT
								: ABOUT_EDIT_SHORT,
		       style_fg(edit->answer[0] ? ROLE_WARNING : ROLE_DIM), inside.width);
}

static bool cursor(const struct console *console, int *ret_x, int *ret_y)
{
	const struct edit *edit = console->overlay_state;
	struct rect inside = inside_of(console, edit);
	const struct prompt *line = &edit->lines.items[edit->at];

	*ret_x = inside.x + GUTTER + prompt_cursor_column(line) - shift_of(line, inside.width - GUTTER);
	*ret_y = inside.y + edit->at - edit->top;
	return true;
}

static const struct key_row no_keys[] = { { ACTION_NONE, NULL, NULL } };

const struct overlay_ops overlay_edit = {
	.name = "edit",
	.context = CONTEXT_FORM,
	.keys = no_keys,
	.draw = draw,
	.prepare = prepare,
	.input = input,
	.cursor = cursor,
	.own_keys = own_keys,
	.free_state = free_state,
};
