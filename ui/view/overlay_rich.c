#include "ui/view/overlay_rich.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "ui/panel/markdown.h"
#include "ui/view/list_row.h"

#define WIDTH_MOST 110 /* longer lines are hard to read */
#define FRAME      2

struct rich_overlay {
	char *title, *source;
	size_t length;
	int scroll, width; /* cells it is laid out for; 0: not yet */
	struct rich_text text;
};

struct rich_overlay *rich_overlay_new(const char *title, const char *source, size_t length)
{
	struct rich_overlay *ret = mem_zalloc(sizeof(*ret));

	ret->title = mem_strdup(title);
	ret->source = mem_strndup(source, length);
	ret->length = length;
	rich_text_init(&ret->text);
	return ret;
}

static void free_state(void *state)
{
	struct rich_overlay *rich = state;

	rich_text_release(&rich->text);
	free(rich->title);
	free(rich->source);
	free(rich);
}

static struct rect place_of(const struct console *console)
{
	struct rect body = overlay_area(console);

	return overlay_place(body, body.width < WIDTH_MOST ? body.width : WIDTH_MOST, body.height);
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

static void clamp(struct rich_overlay *rich, struct rect inside)
{
	int most = (int)rich->text.lines.count - inside.height;

	rich->scroll = rich->scroll > most ? most : rich->scroll;
	rich->scroll = rich->scroll < 0 ? 0 : rich->scroll;
}

/* A terminal of another width: laid out anew. */
static void prepare(struct console *console)
{
	struct rich_overlay *rich = console->overlay_state;
	struct rect inside = inside_of(place_of(console));

	if (rich->width != inside.width) {
		rich_text_release(&rich->text);
		rich_text_init(&rich->text);
		/* Signs that a terminal lacks are replaced when they are drawn. */
		markdown_layout(&rich->text, rich->source, rich->length, inside.width > 1 ? inside.width : 1,
				GLYPHS_BRAILLE);
		rich->width = inside.width;
	}
	clamp(rich, inside);
}

static bool scroll(struct console *console, enum action action)
{
	struct rich_overlay *rich = console->overlay_state;
	struct rect inside = inside_of(place_of(console));

	rich->scroll = list_row_after(action, rich->scroll, (int)rich->text.lines.count, inside.height);
	clamp(rich, inside);
	return true;
}

static bool close_it(struct console *console, enum action action)
{
	(void)action;
	overlay_close(console);
	return true;
}

static void draw(const struct console *console, struct canvas *canvas, struct rect body)
{
	const struct rich_overlay *rich = console->overlay_state;
	struct rect place = place_of(console), inside = inside_of(place);
	char note[48] = "";

	if ((int)rich->text.lines.count > inside.height)
		snprintf(note, sizeof(note), "%d-%d of %zu", rich->scroll + 1, rich->scroll + inside.height,
			 rich->text.lines.count);
	overlay_box(canvas, body, place.width, place.height, rich->title, note[0] ? note : NULL);
	rich_text_draw(&rich->text, canvas, inside, rich->scroll);
}

static const struct key_row keys[] = {
	{ ACTION_UP, scroll, NULL },        { ACTION_DOWN, scroll, NULL }, { ACTION_PAGE_UP, scroll, NULL },
	{ ACTION_PAGE_DOWN, scroll, NULL }, { ACTION_TOP, scroll, NULL },  { ACTION_BOTTOM, scroll, NULL },
	{ ACTION_BACK, close_it, NULL },    { ACTION_NONE, NULL, NULL },
};

const struct overlay_ops overlay_rich = {
	.name = "rich",
	.context = CONTEXT_OUTPUT,
	.keys = keys,
	.draw = draw,
	.prepare = prepare,
	.free_state = free_state,
};
