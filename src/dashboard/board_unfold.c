#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "dashboard/board_private.h"

#define COLUMNS     24
#define MAX_PANELS  4000
#define MAX_PER_ROW 4
#define BOUND_MAX   8 /* name and value of nested repeats, and the end */

/* A pass over the definition: where the next section begins, what is bound. */
struct unfolding {
	struct board *board;
	VEC(struct board_panel) panels;
	const char *const *bound; /* of the row that is being unfolded, or NULL */
	int y;
};

static const char *const *bound_add(struct arena *arena, const char *const *outer, const char *name, const char *value)
{
	const char **bound = arena_array(arena, BOUND_MAX, sizeof(*bound));
	size_t count = 0;

	while (outer && outer[count] && count < BOUND_MAX - 4) {
		bound[count] = outer[count];
		bound[count + 1] = outer[count + 1];
		count += 2;
	}
	bound[count] = name;
	bound[count + 1] = value;
	return bound;
}

static bool bound_equal(const char *const *a, const char *const *b)
{
	size_t i = 0;

	if (!a || !b)
		return a == b;
	for (; a[i] && b[i]; i++)
		if (strcmp(a[i], b[i]) != 0)
			return false;
	return a[i] == b[i];
}

static const struct variable_state *repeat_variable(const struct board *board, const char *name)
{
	for (size_t i = 0; name && i < board->variables.count; i++) {
		const struct variable_state *state = &board->variables.items[i];
		if (strcmp(state->definition->name, name) == 0)
			return state->value_count ? state : NULL;
	}
	return NULL;
}

static struct board_panel *emit(struct unfolding *unfolding, const struct panel *panel, const char *const *bound)
{
	struct board_panel *item;

	if (unfolding->panels.count >= MAX_PANELS)
		return NULL;
	item = vec_add(&unfolding->panels);
	item->panel = panel;
	item->bound = bound;
	item->x = panel->x;
	item->w = panel->w;
	item->h = panel->h;
	return item;
}

/* A repeated panel: side by side or one below the other. Returns how many units its copies are higher than one. */
static int emit_repeated(struct unfolding *unfolding, const struct panel *panel, const struct variable_state *state,
			 int y)
{
	int per_row = panel->repeat_max_per_row > 0 ? panel->repeat_max_per_row : MAX_PER_ROW;
	int count = (int)(state->value_count < MAX_PANELS ? state->value_count : MAX_PANELS);
	int width, columns;

	if (per_row > COLUMNS)
		per_row = COLUMNS;
	columns = count < per_row ? count : per_row;
	width = COLUMNS / columns;
	for (int i = 0; i < count; i++) {
		const char *const *bound = bound_add(&unfolding->board->arena, unfolding->bound, panel->repeat,
						     arena_strdup(&unfolding->board->arena, state->values[i]));
		struct board_panel *item = emit(unfolding, panel, bound);
		if (!item)
			break;
		if (panel->repeat_vertical) {
			item->y = y + i * panel->h;
		} else {
			item->x = i % columns * width;
			item->w = width;
			item->y = y + i / columns * panel->h;
		}
	}
	return ((panel->repeat_vertical ? count : (count + columns - 1) / columns) - 1) * panel->h;
}

/* The panels of one section, from `unfolding->y` on, which moves below them. */
static void unfold_section(struct unfolding *unfolding, const size_t *indices, size_t count, bool keep_top)
{
	const struct panel *all = unfolding->board->config.dashboard->panels;
	int top = 0, bottom = unfolding->y, pushed = 0, pushed_from = 0;

	for (size_t i = 0; !keep_top && i < count; i++)
		if (i == 0 || all[indices[i]].y < top)
			top = all[indices[i]].y;
	for (size_t i = 0; i < count; i++) {
		const struct panel *panel = &all[indices[i]];
		const struct variable_state *state = repeat_variable(unfolding->board, panel->repeat);
		int push = panel->y >= pushed_from ? pushed : 0;
		int y = unfolding->y + panel->y - top + push;
		int extra = 0;
		if (state) {
			extra = emit_repeated(unfolding, panel, state, y);
		} else {
			struct board_panel *item = emit(unfolding, panel, unfolding->bound);
			if (item)
				item->y = y;
		}
		if (extra > 0) {
			pushed = push + extra;
			pushed_from = panel->y + panel->h;
		}
		if (y + panel->h + extra > bottom)
			bottom = y + panel->h + extra;
	}
	unfolding->y = bottom;
}

/* The row's own heading and, unless folded, its children. */
static void unfold_row(struct unfolding *unfolding, size_t row, const size_t *children, size_t count,
		       const char *const *bound)
{
	const struct panel *panel = &unfolding->board->config.dashboard->panels[row];
	bool folded = unfolding->board->folded[row];
	struct board_panel *item = emit(unfolding, panel, bound);

	if (!item)
		return;
	item->x = 0;
	item->w = COLUMNS;
	item->h = 1;
	item->y = unfolding->y++;
	item->folded = folded;
	unfolding->bound = bound;
	if (!folded)
		unfold_section(unfolding, children, count, false);
	unfolding->bound = NULL;
}

static void unfold_repeated_row(struct unfolding *unfolding, size_t row, const size_t *children, size_t count)
{
	struct board *board = unfolding->board;
	const struct panel *panel = &board->config.dashboard->panels[row];
	const struct variable_state *state = repeat_variable(board, panel->repeat);

	if (!state) {
		unfold_row(unfolding, row, children, count, NULL);
		return;
	}
	for (size_t i = 0; i < state->value_count && unfolding->panels.count < MAX_PANELS; i++)
		unfold_row(unfolding, row, children, count,
			   bound_add(&board->arena, NULL, panel->repeat,
				     arena_strdup(&board->arena, state->values[i])));
}

static int compare_place(const void *a, const void *b, void *user)
{
	const struct panel *panels = user;
	const struct panel *pa = &panels[*(const size_t *)a], *pb = &panels[*(const size_t *)b];

	if (pa->y != pb->y)
		return pa->y < pb->y ? -1 : 1;
	if (pa->x != pb->x)
		return pa->x < pb->x ? -1 : 1;
	return *(const size_t *)a < *(const size_t *)b ? -1 : 1;
}

/* Collect the panels in the row `parent`, in reading order. */
static size_t children_of(const struct dashboard *dashboard, size_t parent, size_t *ret_indices)
{
	size_t count = 0;

	for (size_t i = 0; i < dashboard->panel_count; i++)
		if (!dashboard->panels[i].is_row && dashboard->panels[i].parent == (int)parent)
			ret_indices[count++] = i;
	qsort_r(ret_indices, count, sizeof(*ret_indices), compare_place, dashboard->panels);
	return count;
}

/* Panels in no row make a section where they stand: before the first row, or behind a folded one. */
static void unfold_loose(struct unfolding *unfolding, size_t *indices, size_t count)
{
	qsort_r(indices, count, sizeof(*indices), compare_place, unfolding->board->config.dashboard->panels);
	unfold_section(unfolding, indices, count, unfolding->y == 0);
}

static void unfold_all(struct unfolding *unfolding)
{
	const struct dashboard *dashboard = unfolding->board->config.dashboard;
	size_t *loose = mem_array(dashboard->panel_count + 1, sizeof(*loose));
	size_t *children = mem_array(dashboard->panel_count + 1, sizeof(*children));
	size_t loose_count = 0;

	for (size_t i = 0; i < dashboard->panel_count; i++) {
		if (!dashboard->panels[i].is_row) {
			if (dashboard->panels[i].parent < 0)
				loose[loose_count++] = i;
			continue;
		}
		unfold_loose(unfolding, loose, loose_count);
		loose_count = 0;
		unfold_repeated_row(unfolding, i, children, children_of(dashboard, i, children));
	}
	unfold_loose(unfolding, loose, loose_count);
	free(loose);
	free(children);
}

/* Hand data and questions of the former generation to the same panels of the new one. */
static void carry_over(struct board *board, struct board_panel *panels, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < board->count; k++) {
			struct board_panel *old = &board->panels[k];
			if (!old->asked || old->panel != panels[i].panel || !bound_equal(old->bound, panels[i].bound))
				continue;
			panels[i].data = old->data;
			panels[i].asked = old->asked;
			panels[i].visible = old->visible;
			old->asked = NULL;
			for (size_t t = 0; t < panels[i].asked->targets.count; t++)
				panels[i].asked->targets.items[t]->panel = i;
			break;
		}
		if (!panels[i].asked) {
			panels[i].asked = mem_zalloc(sizeof(*panels[i].asked));
			frame_set_init(&panels[i].data.frames);
			panels[i].data.state =
				panels[i].panel->target_count || panels[i].panel->foreign ? DATA_WAITING : DATA_NONE;
		}
	}
}

void board_panels_free(struct board_panel *panels, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(panels[i].title);
		free(panels[i].content);
		free(panels[i].description);
		if (!panels[i].asked)
			continue;
		board_cancel_panel(&panels[i]);
		board_asked_free(panels[i].asked);
		frame_set_release(&panels[i].data.frames);
	}
	free(panels);
}

/* The panel's own words with its variables in them; NULL stays NULL. */
static char *fill_in(const struct scope *scope, const char *text, struct strbuf *room)
{
	if (!text)
		return NULL;
	strbuf_clear(room);
	variable_interpolate(scope, text, room);
	return mem_strdup(room->text);
}

static void set_texts(struct board *board, struct board_panel *panels, size_t count)
{
	struct strbuf room = STRBUF_INIT;

	for (size_t i = 0; i < count; i++) {
		struct scope scope = { .variables = &board->variables,
				       .bound = panels[i].bound,
				       .dashboard_title = board->config.dashboard->title,
				       .for_legend = true };
		const struct panel *panel = panels[i].panel;

		panels[i].title = fill_in(&scope, panel->title ? panel->title : "", &room);
		panels[i].content = fill_in(&scope, panel->options.content, &room);
		panels[i].description = fill_in(&scope, panel->description, &room);
	}
	strbuf_release(&room);
}

void board_unfold(struct board *board)
{
	struct unfolding unfolding = { .board = board };
	struct arena old_arena = board->arena;

	arena_init(&board->arena);
	unfold_all(&unfolding);
	set_texts(board, unfolding.panels.items, unfolding.panels.count);
	carry_over(board, unfolding.panels.items, unfolding.panels.count);
	board_panels_free(board->panels, board->count);
	arena_release(&old_arena);
	board->panels = unfolding.panels.items;
	board->count = unfolding.panels.count;
	board->generation++;
}
