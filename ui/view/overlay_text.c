#include "ui/view/overlay_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/view/find.h"
#include "ui/view/list_row.h"

#define WIDTH_MAX  130 /* longer lines are hard to read */
#define SHIFT_STEP 8
#define FRAME      2

struct text_overlay *text_overlay_new(const char *title)
{
	struct text_overlay *ret = mem_zalloc(sizeof(*ret));

	document_init(&ret->document);
	ret->title = mem_strdup(title);
	ret->found = -1;
	return ret;
}

static void free_state(void *state)
{
	struct text_overlay *text = state;

	document_release(&text->document);
	free(text->title);
	free(text);
}

struct text_overlay *text_overlay_of(const struct console *console)
{
	if (console->overlay != &overlay_text && console->overlay != &overlay_help)
		return NULL;
	return console->overlay_state;
}

/* The size of the box that the text asks for, within the body. */
static struct rect place_of(const struct text_overlay *text, struct rect body)
{
	int width = document_width(&text->document) + FRAME + 2;

	if (width > WIDTH_MAX && !text->document.whole)
		width = WIDTH_MAX;
	if (width < 40)
		width = 40;
	if (width > body.width)
		width = body.width;
	return overlay_place(body, width, document_rows(&text->document, width - FRAME - 2) + FRAME);
}

/* Inside the frame, with a column of air on both sides. */
static struct rect inside_of(struct rect place)
{
	struct rect ret = overlay_inside(place);

	if (ret.width == place.width)
		return ret;
	ret.x++;
	ret.width -= 2;
	return ret;
}

static void clamp(struct text_overlay *text, struct rect inside)
{
	int most = document_rows(&text->document, inside.width) - inside.height;
	int widest = document_width(&text->document) - inside.width;

	if (text->scroll > most)
		text->scroll = most;
	if (text->scroll < 0)
		text->scroll = 0;
	if (text->shift > widest)
		text->shift = widest;
	if (text->shift < 0)
		text->shift = 0;
}

static bool scroll(struct console *console, enum action action)
{
	struct text_overlay *text = console->overlay_state;
	struct rect inside = inside_of(place_of(text, overlay_area(console)));

	if (action == ACTION_RIGHT || action == ACTION_LEFT)
		text->shift += action == ACTION_RIGHT ? SHIFT_STEP : -SHIFT_STEP;
	else
		text->scroll = list_row_after(action, text->scroll, document_rows(&text->document, inside.width),
					      inside.height);
	clamp(text, inside);
	return true;
}

static bool can_shift(const struct console *console, enum action action)
{
	const struct text_overlay *text = console->overlay_state;

	(void)action;
	return text->document.whole;
}

static bool close_it(struct console *console, enum action action)
{
	(void)action;
	overlay_close(console);
	return true;
}

bool text_overlay_find(struct console *console, const char *needle, int step, bool from_top)
{
	struct text_overlay *text = console->overlay_state;
	struct rect inside = inside_of(place_of(text, overlay_area(console)));
	int from = from_top || text->found < 0 ? (step > 0 ? -1 : 0) : text->found;
	int line = document_find(&text->document, needle, from, step), row;

	if (line < 0)
		return false;
	text->found = line;
	row = document_row_of(&text->document, inside.width, (size_t)line);
	if (row < text->scroll || row >= text->scroll + inside.height)
		text->scroll = row - inside.height / 3;
	clamp(text, inside);
	return true;
}

static void draw(const struct console *console, struct canvas *canvas, struct rect body)
{
	const struct text_overlay *text = console->overlay_state;
	struct rect place = place_of(text, body), inside = inside_of(place);
	int rows = document_rows(&text->document, inside.width), scrolled = text->scroll;
	char note[48] = "";

	if (scrolled > rows - inside.height)
		scrolled = rows > inside.height ? rows - inside.height : 0;
	if (rows > inside.height)
		snprintf(note, sizeof(note), "%d-%d of %d", scrolled + 1, scrolled + inside.height, rows);
	overlay_box(canvas, body, place.width, place.height, text->title, note[0] ? note : NULL);
	document_draw(&text->document, canvas, inside, scrolled, text->shift);
	find_mark(console, canvas, inside);
}

static const struct key_row keys[] = {
	{ ACTION_UP, scroll, NULL },        { ACTION_DOWN, scroll, NULL },       { ACTION_PAGE_UP, scroll, NULL },
	{ ACTION_PAGE_DOWN, scroll, NULL }, { ACTION_TOP, scroll, NULL },        { ACTION_BOTTOM, scroll, NULL },
	{ ACTION_LEFT, scroll, can_shift }, { ACTION_RIGHT, scroll, can_shift }, { ACTION_BACK, close_it, NULL },
	{ ACTION_NONE, NULL, NULL },
};

static const struct key_row help_keys[] = {
	{ ACTION_UP, scroll, NULL },        { ACTION_DOWN, scroll, NULL },   { ACTION_PAGE_UP, scroll, NULL },
	{ ACTION_PAGE_DOWN, scroll, NULL }, { ACTION_TOP, scroll, NULL },    { ACTION_BOTTOM, scroll, NULL },
	{ ACTION_BACK, close_it, NULL },    { ACTION_HELP, close_it, NULL }, { ACTION_NONE, NULL, NULL },
};

const struct overlay_ops overlay_help = {
	.name = "help",
	.context = CONTEXT_HELP,
	.keys = help_keys,
	.draw = draw,
	.free_state = free_state,
};

const struct overlay_ops overlay_text = {
	.name = "text",
	.context = CONTEXT_OUTPUT,
	.keys = keys,
	.draw = draw,
	.free_state = free_state,
};
