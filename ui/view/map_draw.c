#include "ui/view/map_draw.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "ui/draw/glyph.h"
#include "ui/view/map_text.h"

/* A frame calls for attention only where something is lost. */
static struct style border_of(const struct part_status *status, bool focused)
{
	if (status->stale)
		return style_fg(focused ? ROLE_BORDER_FOCUS : ROLE_DIM);
	switch (status->state) {
	case PART_DOWN: return style_fg(ROLE_CRITICAL);
	case PART_DEGRADED: return style_fg(ROLE_WARNING);
	case PART_SUSPECT: return style_fg(ROLE_SERIOUS);
	case PART_OK: return style_fg(focused ? ROLE_BORDER_FOCUS : ROLE_BORDER);
	default: return style_fg(focused ? ROLE_BORDER_FOCUS : ROLE_GRID);
	}
}

static struct style text_of(const struct part_status *status, enum role role)
{
	bool faint = status->stale || status->state == PART_NOT_OFFERED || status->state == PART_UNKNOWN;

	return style_fg(faint ? ROLE_DIM : role);
}

/* State and its age at the left, the number at the right: what has no room is left out, the number first. */
static void draw_state(const struct console *console, struct canvas *canvas, struct rect line,
		       const struct map_part *part, const struct part_status *status)
{
	enum glyph_set set = canvas_glyphs(canvas);
	struct style style;
	enum glyph sign = map_sign(status, &style);
	int x = line.x, end = line.x + line.width;
	char figure[96], since[48];

	canvas_put_fit(canvas, x, line.y, glyph_text(set, sign), style, 1);
	x += 2;
	x += canvas_put_fit(canvas, x, line.y, part_state_name(status->state),
			    status->state == PART_OK ? text_of(status, ROLE_DIM) : style, end - x);
	map_since(status, console->now_ms, since, sizeof(since));
	if (since[0] && text_width(since) < end - x)
		x += 1 + canvas_put_fit(canvas, x + 1, line.y, since, style_fg(ROLE_DIM), end - x - 1);
	map_figure(part, status, figure, sizeof(figure));
	if (figure[0] && text_width(figure) < end - x)
		canvas_put_right(canvas, x, end, line.y, figure, text_of(status, ROLE_STRONG));
}

static void draw_box(const struct console *console, struct canvas *canvas, const struct map_layout *layout, size_t i,
		     bool focused)
{
	const struct map_part *part = &map_state_map(console->map)->parts[i];
	const struct part_status *status = map_state_part(console->map, i);
	struct rect place = layout->places[i].box, inside;
	struct strbuf title = STRBUF_INIT;
	char note[160];
	struct box box = { .border = border_of(status, focused), .title_style = text_of(status, ROLE_TITLE) };

	if (focused) {
		strbuf_addf(&title, "%s ", glyph_text(canvas_glyphs(canvas), GLYPH_SEPARATOR));
		box.title_style = style_with(style_fg(ROLE_STRONG), ATTR_BOLD);
	}
	strbuf_addstr(&title, part->title);
	box.title = title.text;
	canvas_fill(canvas, place, style_role(ROLE_TEXT));
	inside = canvas_box(canvas, place, &box);
	inside.x++;
	inside.width -= 2;
	draw_state(console, canvas, (struct rect){ inside.x, inside.y, inside.width, 1 }, part, status);
	map_note(console->map, i, true, note, sizeof(note));
	canvas_put_fit(canvas, inside.x, inside.y + 1, note, style_fg(ROLE_DIM), inside.width);
	strbuf_release(&title);
}

static void draw_frames(struct canvas *canvas, const struct map_layout *layout)
{
	for (size_t i = 0; i < layout->frame_count; i++) {
		const struct map_frame *frame = &layout->frames[i];
		struct box box = { .title = frame->title,
				   .border = style_fg(ROLE_GRID),
				   .title_style = style_fg(ROLE_DIM) };

		if (frame->title)
			canvas_box(canvas, frame->rect, &box);
	}
}

/* The rows' names, once for all regions, above the first of their boxes. */
static void draw_groups(struct canvas *canvas, const struct map_layout *layout)
{
	for (int row = 0; row < layout->row_count; row++) {
		const struct rect *first = NULL;

		for (size_t i = 0; i < layout->count; i++) {
			const struct map_place *place = &layout->places[i];

			if (!layout->frames[place->frame].stack && place->row == row &&
			    (!first || place->box.x < first->x))
				first = &place->box;
		}
		if (first && layout->groups[row])
			canvas_put_fit(canvas, first->x - 1, first->y - 1, layout->groups[row], style_fg(ROLE_DIM),
				       first->width / 2);
	}
}

/* What the signs mean, and how many parts stand so; below the frames, where there is room. */
static void draw_legend(const struct console *console, struct canvas *canvas, const struct map_layout *layout)
{
	int y = layout->area.y + layout->frames[0].rect.height, x = layout->area.x + 1;
	int end = layout->area.x + layout->area.width;

	if (y >= layout->area.y + layout->area.height)
		return;
	for (int i = PART_STATES - 1; i >= 0; i--) {
		size_t count = map_state_count(console->map, (enum part_state)i);
		struct style style;
		enum glyph sign = map_state_sign((enum part_state)i, &style);
		char text[48];

		if (!count || x >= end)
			continue;
		x += canvas_put_fit(canvas, x, y, glyph_text(canvas_glyphs(canvas), sign), style, end - x) + 1;
		snprintf(text, sizeof(text), "%zu %s", count, part_state_name((enum part_state)i));
		x += canvas_put_fit(canvas, x, y, text, style_fg(ROLE_DIM), end - x) + 3;
	}
}

void map_draw_picture(const struct console *console, struct canvas *canvas, const struct map_layout *layout, int focus)
{
	draw_frames(canvas, layout);
	map_draw_lines(console->map, canvas, layout, focus);
	draw_groups(canvas, layout);
	for (size_t i = 0; i < layout->count; i++)
		draw_box(console, canvas, layout, i, (int)i == focus && console->keymap);
	draw_legend(console, canvas, layout);
}
