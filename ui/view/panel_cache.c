#include "ui/view/panel_cache.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "ui/panel/panel.h"
#include "ui/view/console.h"

/* Everything that a picture depends on. Compared as bytes: zeroed before it is filled. */
struct cache_key {
	const struct panel *panel;
	const struct board *board;
	unsigned generation, version;
	int width, height;
	int glyphs, form;
	int scroll, selected, chosen, sort;
	int64_t start_ms, length_ms; /* of the range; the start only when it does not follow the clock */
	int64_t cursor_ms;
	uint64_t marks;
	int64_t age_s; /* only where an age is shown */
	bool focused, zoomed, folded, asking;
};

struct cached {
	struct canvas *canvas;
	struct cache_key key;
	struct cache_key severity_key;
	enum severity severity;
};

struct panel_cache {
	struct cached *items;
	size_t count;
};

struct panel_cache *panel_cache_new(void)
{
	return mem_zalloc(sizeof(struct panel_cache));
}

void panel_cache_free(struct panel_cache *cache)
{
	if (!cache)
		return;
	for (size_t i = 0; i < cache->count; i++)
		canvas_free(cache->items[i].canvas);
	free(cache->items);
	free(cache);
}

static void resize(struct panel_cache *cache, size_t count)
{
	if (count <= cache->count)
		return;
	cache->items = mem_resize(cache->items, count, sizeof(*cache->items));
	memset(cache->items + cache->count, 0, (count - cache->count) * sizeof(*cache->items));
	cache->count = count;
}

/* Where the panel is drawn, its scroll left out. */
static struct rect place_of(const struct console *console, size_t index)
{
	if (console->zoomed == (int)index)
		return console_rows(console).body;
	return console->items[index].rect;
}

static bool shows_age(const struct panel_data *data)
{
	return data->state == DATA_STALE || data->state == DATA_FAILED;
}

static void make_key(const struct console *console, size_t index, enum glyph_set glyphs, const struct panel_view *view,
		     struct cache_key *ret)
{
	struct rect place = place_of(console, index);

	memset(ret, 0, sizeof(*ret));
	ret->panel = view->panel;
	ret->board = console_board(console);
	ret->generation = console->generation;
	ret->version = view->data->version;
	ret->width = place.width;
	ret->height = place.height;
	ret->glyphs = (int)glyphs;
	ret->form = (int)console->layout.form;
	ret->scroll = view->scroll;
	ret->selected = view->selected;
	ret->chosen = view->chosen;
	ret->sort = view->sort;
	ret->start_ms = console->live ? 0 : view->start_ms;
	ret->length_ms = view->end_ms - view->start_ms;
	ret->cursor_ms = view->cursor_ms;
	ret->age_s = shows_age(view->data) ? (view->now_ms - view->data->last_good_ms) / CLOCK_SECOND : 0;
	ret->marks = console->marks.version;
	ret->focused = view->focused;
	ret->zoomed = view->zoomed;
	ret->folded = view->folded;
	ret->asking = view->data->asking && view->data->state != DATA_VALUE;
}

/* Draw panel `index` anew when anything about it changed. True when it was drawn. */
static bool update_one(struct panel_cache *cache, const struct console *console, size_t index, enum glyph_set glyphs)
{
	struct cached *cached = &cache->items[index];
	struct panel_view view;
	struct cache_key key;

	console_panel_view(console, index, &view);
	/* The focus is put over the picture: moving it draws nothing anew. */
	view.focused = view.focused && view.zoomed;
	make_key(console, index, glyphs, &view, &key);
	/* Keys are zeroed before they are filled, gaps and all. */
	/* NOLINTNEXTLINE(bugprone-suspicious-memory-comparison,cert-exp42-c,cert-flp37-c) */
	if (cached->canvas && memcmp(&key, &cached->key, sizeof(key)) == 0)
		return false;
	if (!cached->canvas || cached->key.glyphs != key.glyphs) {
		canvas_free(cached->canvas);
		cached->canvas = canvas_new(key.width, key.height, glyphs);
	} else {
		canvas_resize(cached->canvas, key.width, key.height);
	}
	canvas_fill(cached->canvas, canvas_rect(cached->canvas), style_role(ROLE_TEXT));
	if (console->layout.form == LAYOUT_LINES && !view.zoomed)
		panel_draw_line(&view, cached->canvas, canvas_rect(cached->canvas));
	else
		panel_draw(&view, cached->canvas, canvas_rect(cached->canvas));
	memcpy(&cached->key, &key, sizeof(key));
	return true;
}

static bool is_seen(const struct console *console, size_t index)
{
	struct rect rect = console->items[index].rect;
	int window = console_rows(console).body.height;

	if (console->zoomed >= 0)
		return console->zoomed == (int)index;
	return rect.width > 0 && rect.height > 0 && rect.y + rect.height > console->scroll &&
	       rect.y < console->scroll + window;
}

bool panel_cache_update(struct panel_cache *cache, const struct console *console, enum glyph_set glyphs,
			int64_t budget_ns)
{
	int64_t end_ns = clock_monotonic_ns() + budget_ns;
	bool left = false;

	if (!console_board(console) || console->layout.form == LAYOUT_ONE)
		return false;
	resize(cache, console->item_count);
	for (size_t i = 0; i < console->item_count; i++) {
		if (!is_seen(console, i))
			continue;
		/* What has no picture yet is drawn in any case: a new view is never half empty. */
		if (!panel_cache_picture(cache, console, i))
			update_one(cache, console, i, glyphs);
		else if (clock_monotonic_ns() < end_ns)
			update_one(cache, console, i, glyphs);
		else
			left = true;
	}
	return left;
}

const struct canvas *panel_cache_picture(const struct panel_cache *cache, const struct console *console, size_t index)
{
	const struct cached *cached;
	struct rect place;

	if (!cache || index >= cache->count)
		return NULL;
	cached = &cache->items[index];
	place = place_of(console, index);
	if (!cached->canvas || cached->key.board != console_board(console) ||
	    cached->key.generation != console->generation || cached->key.width != place.width ||
	    cached->key.height != place.height)
		return NULL;
	return cached->canvas;
}

enum severity panel_cache_severity(struct panel_cache *cache, const struct console *console, size_t index)
{
	struct panel_view view;
	struct cache_key key;
	struct cached *cached;

	console_panel_view(console, index, &view);
	if (!cache)
		return panel_severity(&view);
	resize(cache, console->item_count);
	cached = &cache->items[index];
	memset(&key, 0, sizeof(key));
	key.panel = view.panel;
	key.board = console_board(console);
	key.generation = console->generation;
	key.version = view.data->version;
	/* NOLINTNEXTLINE(bugprone-suspicious-memory-comparison,cert-exp42-c,cert-flp37-c) */
	if (memcmp(&key, &cached->severity_key, sizeof(key)) != 0) {
		cached->severity = panel_severity(&view);
		memcpy(&cached->severity_key, &key, sizeof(key));
	}
	return cached->severity;
}
