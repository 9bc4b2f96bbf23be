#include <stdio.h>

#include "base/text.h"
#include "ui/draw/glyph.h"
#include "ui/view/map_draw.h"
#include "ui/view/map_text.h"

#define FRAME       2
#define SIGN_WIDTH  3 /* the mark of the focus, the sign, a blank */
#define TITLE_MOST  24
#define STATE_WIDTH 11 /* "not offered" */
#define SINCE_WIDTH 10
#define FIGURE_MOST 12
#define NOTE_LEAST  14 /* below this a note says nothing */

struct widths {
	int title, state, since, figure, note;
};

static int total(const struct widths *widths)
{
	return SIGN_WIDTH + widths->title + 1 + widths->state + (widths->since ? widths->since + 1 : 0) +
	       (widths->figure ? widths->figure + 1 : 0);
}

/* The number goes first, then the time, where there is no room for a note. */
static struct widths choose_widths(const struct system_map *map, int width)
{
	struct widths ret = { .state = STATE_WIDTH, .since = SINCE_WIDTH, .figure = FIGURE_MOST };

	for (size_t i = 0; i < map->count; i++) {
		int title = text_width(map->parts[i].title);

		ret.title = title > ret.title ? title : ret.title;
	}
	ret.title = ret.title > TITLE_MOST ? TITLE_MOST : ret.title;
	if (total(&ret) > width)
		ret.figure = 0;
	if (total(&ret) > width)
		ret.since = 0;
	if (total(&ret) > width)
		ret.title -= total(&ret) - width < ret.title ? total(&ret) - width : ret.title;
	ret.note = width - total(&ret) - 2;
	if (ret.note < NOTE_LEAST)
		ret.note = 0;
	return ret;
}

int map_list_rows(struct rect area)
{
	int rows = area.height - FRAME;

	return rows > 0 ? rows : 0;
}

bool map_list_place(struct rect area, int row, int scroll, struct rect *ret)
{
	int at = row - scroll;

	if (row < 0 || at < 0 || at >= map_list_rows(area))
		return false;
	*ret = (struct rect){ area.x + 1, area.y + 1 + at, area.width - FRAME, 1 };
	return true;
}

static void draw_row(const struct console *console, struct canvas *canvas, struct rect place,
		     const struct widths *widths, size_t part, bool focused)
{
	const struct map_part *about = &map_state_map(console->map)->parts[part];
	const struct part_status *status = map_state_part(console->map, part);
	enum glyph_set set = canvas_glyphs(canvas);
	struct style text = style_fg(focused ? ROLE_STRONG : status->state <= PART_NOT_OFFERED ? ROLE_DIM : ROLE_TEXT);
	struct style sign_style;
	enum glyph sign = map_sign(status, &sign_style);
	int x = place.x + SIGN_WIDTH;
	char buf[160];

	if (focused) {
		canvas_fill(canvas, place, style_role(ROLE_SELECTION));
		canvas_put_fit(canvas, place.x, place.y, glyph_text(set, GLYPH_SEPARATOR), text, 1);
	}
	canvas_put_fit(canvas, place.x + 1, place.y, glyph_text(set, sign), sign_style, 1);
	canvas_put_fit(canvas, x, place.y, about->title, text, widths->title);
	x += widths->title + 1;
	canvas_put_fit(canvas, x, place.y, part_state_name(status->state), status->state > PART_OK ? sign_style : text,
		       widths->state);
	x += widths->state + 1;
	map_since(status, console->now_ms, buf, sizeof(buf));
	canvas_put_fit(canvas, x, place.y, buf, text, widths->since);
	x += widths->since ? widths->since + 1 : 0;
	map_figure(about, status, buf, sizeof(buf));
	if (widths->figure && text_width(buf) <= widths->figure)
		canvas_put_right(canvas, x, x + widths->figure, place.y, buf, text);
	x += widths->figure ? widths->figure + 2 : 0;
	map_note(console->map, part, false, buf, sizeof(buf));
	if (widths->note)
		canvas_put_fit(canvas, x, place.y, buf, focused ? text : style_fg(ROLE_DIM), widths->note);
}

void map_draw_list(const struct console *console, struct canvas *canvas, struct rect area, int focus, int scroll)
{
	const struct system_map *map = map_state_map(console->map);
	char counts[120], note[40] = "";
	struct box box = { .title = "Map",
			   .border = style_fg(ROLE_BORDER),
			   .title_style = style_fg(ROLE_TITLE),
			   .note_style = style_fg(ROLE_DIM),
			   .foot_style = style_fg(ROLE_DIM) };
	int rows = map_list_rows(area);
	struct rect inside, place;
	struct widths widths;

	map_counts(console->map, counts, sizeof(counts));
	if (text_width(counts) < area.width - 12)
		box.note = counts;
	if (rows < (int)map->count && rows > 0) {
		snprintf(note, sizeof(note), "%d-%d of %zu", scroll + 1, scroll + rows, map->count);
		box.foot = note;
	}
	inside = canvas_box(canvas, area, &box);
	widths = choose_widths(map, inside.width);
	for (size_t i = 0; i < map->count; i++)
		if (map_list_place(area, (int)i, scroll, &place))
			draw_row(console, canvas, place, &widths, i, (int)i == focus && console->keymap);
}
