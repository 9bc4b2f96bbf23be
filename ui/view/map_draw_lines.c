#include <stdlib.h>

#include "base/mem.h"
#include "situation/map_state.h"
#include "ui/draw/glyph.h"
#include "ui/view/map_draw.h"

#define NORTH 1u
#define EAST  2u
#define SOUTH 4u
#define WEST  8u

/* What a line is drawn for; the greater one wins where lines share a cell. */
enum edge_rank { EDGE_NONE, EDGE_PLAIN, EDGE_FOCUS, EDGE_SOFT, EDGE_LOST };

struct line_cell {
	uint8_t mask, rank;
};

/* The lines before they are glyphs: which ways each cell leads. */
struct lines {
	struct rect area;
	struct line_cell *cells;
	const struct map_layout *layout;
	enum edge_rank rank;
};

static void lead(struct lines *lines, int x, int y, unsigned ways)
{
	struct line_cell *cell;

	x -= lines->area.x;
	y -= lines->area.y;
	if (x < 0 || y < 0 || x >= lines->area.width || y >= lines->area.height)
		return;
	cell = &lines->cells[y * lines->area.width + x];
	cell->mask |= (uint8_t)ways;
	if (cell->rank < lines->rank)
		cell->rank = (uint8_t)lines->rank;
}

static void go_down(struct lines *lines, int x, int from, int to)
{
	if (from > to) {
		int swap = from;
		from = to;
		to = swap;
	}
	for (int y = from; y <= to; y++)
		lead(lines, x, y, (y > from ? NORTH : 0) | (y < to ? SOUTH : 0));
}

static void go_aside(struct lines *lines, int y, int from, int to)
{
	if (from > to) {
		int swap = from;
		from = to;
		to = swap;
	}
	for (int x = from; x <= to; x++)
		lead(lines, x, y, (x > from ? WEST : 0) | (x < to ? EAST : 0));
}

static int middle(const struct rect *box)
{
	return box->x + box->width / 2;
}

static bool is_free(const struct lines *lines, int row, int x)
{
	for (size_t i = 0; i < lines->layout->count; i++) {
		const struct map_place *place = &lines->layout->places[i];

		if (!lines->layout->frames[place->frame].stack && place->row == row && x >= place->box.x - 1 &&
		    x <= place->box.x + place->box.width)
			return false;
	}
	return true;
}

/* The column nearest to `x` in which a line passes between the boxes of a row, within the frame of the part. */
static int pass_near(const struct lines *lines, int row, int x, const struct rect *frame)
{
	for (int off = 0; off < frame->width; off++) {
		if (x - off > frame->x && is_free(lines, row, x - off))
			return x - off;
		if (x + off < frame->x + frame->width - 1 && is_free(lines, row, x + off))
			return x + off;
	}
	return x;
}

/* The row under a row of boxes in which lines go aside. */
static int channel(const struct map_layout *layout, int row)
{
	return layout->tops[row] + layout->box_height + (layout->gap > 2 ? 1 : 0);
}

/* From the bottom of the upper box to the top of the lower one, through the rows between. */
static void route(struct lines *lines, const struct map_place *upper, const struct map_place *lower)
{
	const struct rect *frame = &lines->layout->frames[lower->frame].rect;
	int x = middle(&upper->box), y = upper->box.y + upper->box.height;

	for (int row = upper->row; row < lower->row; row++) {
		bool last = row + 1 == lower->row;
		int under = channel(lines->layout, row);
		int to = last ? middle(&lower->box) : pass_near(lines, row + 1, middle(&lower->box), frame);

		go_down(lines, x, y, under);
		go_aside(lines, under, x, to);
		x = to;
		y = under;
	}
	go_down(lines, x, y, lower->box.y - 1);
}

/* Is there nothing between the two in their row? */
static bool are_neighbours(const struct lines *lines, const struct map_place *left, const struct map_place *right)
{
	for (int x = left->box.x + left->box.width + 1; x < right->box.x - 1; x++)
		if (!is_free(lines, left->row, x))
			return false;
	return true;
}

/* Neighbours are joined side by side, others round what stands between: over it, in the first row under it. */
static void route_aside(struct lines *lines, const struct map_place *left, const struct map_place *right)
{
	const struct map_layout *layout = lines->layout;
	int y = left->box.y + left->box.height / 2, from = left->box.y - 1, over;

	if (left->box.x > right->box.x) {
		route_aside(lines, right, left);
		return;
	}
	if (are_neighbours(lines, left, right)) {
		go_aside(lines, y, left->box.x + left->box.width, right->box.x - 1);
		return;
	}
	over = left->row ? channel(layout, left->row - 1) : channel(layout, left->row);
	from = left->row ? from : left->box.y + left->box.height;
	go_down(lines, middle(&left->box), from, over);
	go_aside(lines, over, middle(&left->box), middle(&right->box));
	go_down(lines, middle(&right->box), from, over);
}

/* Levels stand on one another: straight down between boxes of the stack. */
static void route_stack(struct lines *lines, const struct map_place *upper, const struct map_place *lower)
{
	int from = upper->box.y + upper->box.height, to = lower->box.y - 1;
	int between = (from + to) / 2;

	go_down(lines, middle(&upper->box), from, between);
	go_aside(lines, between, middle(&upper->box), middle(&lower->box));
	go_down(lines, middle(&lower->box), between, to);
}

static enum edge_rank rank_of(const struct map_state *state, size_t from, size_t to, int focus)
{
	const struct part_status *status = map_state_part(state, to);

	if (status->own == PART_DOWN)
		return map_state_map(state)->parts[to].fallback ? EDGE_SOFT : EDGE_LOST;
	return (int)from == focus || (int)to == focus ? EDGE_FOCUS : EDGE_PLAIN;
}

static void add_needs(const struct map_state *state, struct lines *lines, size_t part, int focus)
{
	const struct map_layout *layout = lines->layout;
	const struct map_part *about = &map_state_map(state)->parts[part];
	const struct map_place *from = &layout->places[part];

	for (size_t i = 0; i < about->need_count; i++) {
		const struct map_place *to = &layout->places[about->needs[i]];

		if (layout->frames[from->frame].stack || layout->frames[to->frame].stack)
			continue;
		lines->rank = rank_of(state, part, about->needs[i], focus);
		if (from->row == to->row)
			route_aside(lines, from, to);
		else if (from->row < to->row)
			route(lines, from, to);
		else
			route(lines, to, from);
	}
}

static void add_levels(const struct map_state *state, struct lines *lines, size_t part, int focus)
{
	const struct map_layout *layout = lines->layout;
	const struct map_place *from = &layout->places[part];

	for (size_t i = 0; i < layout->count; i++) {
		const struct map_place *to = &layout->places[i];

		if (!layout->frames[from->frame].stack || to->frame != from->frame || to->row != from->row + 1)
			continue;
		lines->rank = rank_of(state, part, i, focus);
		route_stack(lines, from, to);
	}
}

static enum glyph glyph_of(unsigned mask)
{
	static const enum glyph glyphs[16] = {
		[NORTH] = GLYPH_VLINE,
		[SOUTH] = GLYPH_VLINE,
		[NORTH | SOUTH] = GLYPH_VLINE,
		[EAST] = GLYPH_HLINE,
		[WEST] = GLYPH_HLINE,
		[EAST | WEST] = GLYPH_HLINE,
		[NORTH | EAST] = GLYPH_CORNER_BL,
		[NORTH | WEST] = GLYPH_CORNER_BR,
		[SOUTH | EAST] = GLYPH_CORNER_TL,
		[SOUTH | WEST] = GLYPH_CORNER_TR,
		[NORTH | SOUTH | EAST] = GLYPH_TEE_LEFT,
		[NORTH | SOUTH | WEST] = GLYPH_TEE_RIGHT,
		[EAST | WEST | NORTH] = GLYPH_TEE_UP,
		[EAST | WEST | SOUTH] = GLYPH_TEE_DOWN,
		[NORTH | EAST | SOUTH | WEST] = GLYPH_CROSS,
	};

	return mask ? glyphs[mask & 15] : GLYPH_VLINE;
}

static void draw_cells(const struct lines *lines, struct canvas *canvas)
{
	static const enum role roles[] = { [EDGE_NONE] = ROLE_GRID,
					   [EDGE_PLAIN] = ROLE_GRID,
					   [EDGE_FOCUS] = ROLE_BORDER_FOCUS,
					   [EDGE_SOFT] = ROLE_WARNING,
					   [EDGE_LOST] = ROLE_CRITICAL };
	enum glyph_set set = canvas_glyphs(canvas);

	for (int y = 0; y < lines->area.height; y++)
		for (int x = 0; x < lines->area.width; x++) {
			const struct line_cell *cell = &lines->cells[y * lines->area.width + x];

			if (cell->rank)
				canvas_glyph(canvas, lines->area.x + x, lines->area.y + y,
					     glyph_code(set, glyph_of(cell->mask)), style_fg(roles[cell->rank]));
		}
}

void map_draw_lines(const struct map_state *state, struct canvas *canvas, const struct map_layout *layout, int focus)
{
	struct lines lines = { .area = layout->area, .layout = layout };

	lines.cells = mem_array((size_t)(layout->area.width * layout->area.height) + 1, sizeof(*lines.cells));
	for (size_t i = 0; i < layout->count; i++) {
		add_needs(state, &lines, i, focus);
		add_levels(state, &lines, i, focus);
	}
	draw_cells(&lines, canvas);
	free(lines.cells);
}
