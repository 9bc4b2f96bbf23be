#include "ui/draw/canvas.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "ui/draw/canvas_private.h"

/* More different clusters than any screen has cells worth reading; beyond it marks are dropped, not memory spent. */
#define CLUSTERS_MAX (1u << 16)

static const struct cell blank_cell = { .width = 1 };

static int clamp(int value, int low, int high)
{
	return value < low ? low : value > high ? high : value;
}

struct rect rect_intersect(struct rect a, struct rect b)
{
	int64_t left = a.x > b.x ? a.x : b.x;
	int64_t top = a.y > b.y ? a.y : b.y;
	int64_t right_a = (int64_t)a.x + a.width, right_b = (int64_t)b.x + b.width;
	int64_t bottom_a = (int64_t)a.y + a.height, bottom_b = (int64_t)b.y + b.height;
	int64_t right = right_a < right_b ? right_a : right_b;
	int64_t bottom = bottom_a < bottom_b ? bottom_a : bottom_b;

	return (struct rect){
		.x = (int)left,
		.y = (int)top,
		.width = right > left ? (int)(right - left) : 0,
		.height = bottom > top ? (int)(bottom - top) : 0,
	};
}

bool rect_is_empty(struct rect rect)
{
	return rect.width <= 0 || rect.height <= 0;
}

struct canvas *canvas_new(int width, int height, enum glyph_set glyphs)
{
	struct canvas *canvas = mem_zalloc(sizeof(*canvas));

	canvas->glyphs = glyphs;
	canvas_resize(canvas, width, height);
	return canvas;
}

void canvas_free(struct canvas *canvas)
{
	if (!canvas)
		return;
	free(canvas->cells);
	free(canvas->clusters);
	free(canvas->slots);
	free(canvas);
}

void canvas_clear(struct canvas *canvas)
{
	size_t count = (size_t)canvas->width * (size_t)canvas->height;

	for (size_t i = 0; i < count; i++)
		canvas->cells[i] = blank_cell;
	/* No cell refers to a cluster now, so that a long session does not gather them. */
	canvas->cluster_count = 0;
	if (canvas->slots)
		memset(canvas->slots, 0, 2 * canvas->cluster_capacity * sizeof(*canvas->slots));
	canvas->clip = canvas_rect(canvas);
}

void canvas_resize(struct canvas *canvas, int width, int height)
{
	canvas->width = clamp(width, 1, CANVAS_MAX_WIDTH);
	canvas->height = clamp(height, 1, CANVAS_MAX_HEIGHT);
	canvas->cells =
		mem_resize(canvas->cells, (size_t)canvas->width * (size_t)canvas->height, sizeof(*canvas->cells));
	canvas_clear(canvas);
}

int canvas_width(const struct canvas *canvas)
{
	return canvas->width;
}

int canvas_height(const struct canvas *canvas)
{
	return canvas->height;
}

enum glyph_set canvas_glyphs(const struct canvas *canvas)
{
	return canvas->glyphs;
}

struct rect canvas_rect(const struct canvas *canvas)
{
	return (struct rect){ .width = canvas->width, .height = canvas->height };
}

const struct cell *canvas_cell(const struct canvas *canvas, int x, int y)
{
	if (x < 0 || y < 0 || x >= canvas->width || y >= canvas->height)
		return &blank_cell;
	return &canvas->cells[(size_t)y * (size_t)canvas->width + (size_t)x];
}

static struct cell *cell_at(struct canvas *canvas, int x, int y)
{
	return &canvas->cells[(size_t)y * (size_t)canvas->width + (size_t)x];
}

void canvas_grapheme(const struct canvas *canvas, const struct cell *cell, char *ret)
{
	uint32_t index = cell->grapheme & ~CANVAS_CLUSTER;
	size_t used = 0;

	if (!cell->grapheme) {
		ret[0] = ' ';
		ret[1] = '\0';
		return;
	}
	if (!(cell->grapheme & CANVAS_CLUSTER)) {
		text_encode(cell->grapheme, ret);
		return;
	}
	ret[0] = '\0';
	if (index >= canvas->cluster_count)
		return;
	for (unsigned i = 0; i < canvas->clusters[index].count; i++)
		used += text_encode(canvas->clusters[index].codes[i], ret + used);
}

static size_t cluster_hash(const uint32_t *codes, unsigned count)
{
	uint64_t hash = 0xcbf29ce484222325u;

	for (unsigned i = 0; i < count; i++)
		hash = (hash ^ codes[i]) * 0x100000001b3u;
	return (size_t)(hash ^ hash >> 29);
}

/* The slot that holds this cluster, or the free one where it belongs. */
static uint32_t *cluster_slot(struct canvas *canvas, const uint32_t *codes, unsigned count)
{
	size_t mask = 2 * canvas->cluster_capacity - 1;
	size_t at = cluster_hash(codes, count) & mask;

	for (;; at = (at + 1) & mask) {
		uint32_t *slot = &canvas->slots[at];
		const struct cluster *cluster;

		if (!*slot)
			return slot;
		cluster = &canvas->clusters[*slot - 1];
		if (cluster->count == count && !memcmp(cluster->codes, codes, count * sizeof(*codes)))
			return slot;
	}
}

static void clusters_grow(struct canvas *canvas)
{
	size_t capacity = canvas->cluster_capacity ? 2 * canvas->cluster_capacity : 64;

	canvas->clusters = mem_resize(canvas->clusters, capacity, sizeof(*canvas->clusters));
	free(canvas->slots);
	canvas->slots = mem_array(2 * capacity, sizeof(*canvas->slots));
	canvas->cluster_capacity = capacity;
	for (size_t i = 0; i < canvas->cluster_count; i++) {
		const struct cluster *cluster = &canvas->clusters[i];

		*cluster_slot(canvas, cluster->codes, cluster->count) = (uint32_t)i + 1;
	}
}

uint32_t canvas_intern(struct canvas *canvas, const uint32_t *codes, unsigned count)
{
	struct cluster *cluster;
	uint32_t *slot;

	if (count > CANVAS_CLUSTER_CODES)
		count = CANVAS_CLUSTER_CODES;
	if (count <= 1)
		return count ? codes[0] : 0;
	if (canvas->cluster_count == canvas->cluster_capacity && canvas->cluster_count < CLUSTERS_MAX)
		clusters_grow(canvas);
	slot = cluster_slot(canvas, codes, count);
	if (*slot)
		return (*slot - 1) | CANVAS_CLUSTER;
	if (canvas->cluster_count == canvas->cluster_capacity)
		return codes[0];
	cluster = &canvas->clusters[canvas->cluster_count++];
	*cluster = (struct cluster){ .count = count };
	memcpy(cluster->codes, codes, count * sizeof(*codes));
	*slot = (uint32_t)canvas->cluster_count;
	return (*slot - 1) | CANVAS_CLUSTER;
}

struct rect canvas_clip(struct canvas *canvas, struct rect rect)
{
	struct rect former = canvas->clip;

	canvas->clip = rect_intersect(former, rect);
	return former;
}

void canvas_restore(struct canvas *canvas, struct rect clip)
{
	canvas->clip = rect_intersect(clip, canvas_rect(canvas));
}

static bool in_clip(const struct canvas *canvas, int x, int y)
{
	const struct rect *clip = &canvas->clip;

	return x >= clip->x && y >= clip->y && x < clip->x + clip->width && y < clip->y + clip->height;
}

/*
 * Blank the other half of a wide grapheme that has a half at x, y. It may lie
 * outside the clip: half a character on the screen would shift the whole line.
 */
static void break_wide(struct canvas *canvas, int x, int y)
{
	struct cell *cell = cell_at(canvas, x, y);
	struct cell *other = NULL;

	if (cell->width == 2 && x + 1 < canvas->width)
		other = cell + 1;
	else if (cell->width == 0 && x > 0)
		other = cell - 1;
	if (other) {
		other->grapheme = 0;
		other->width = 1;
	}
	cell->grapheme = 0;
	cell->width = 1;
}

static void set_style(struct cell *cell, struct style style)
{
	if (style.bg.kind == COLOUR_DEFAULT)
		style.bg = cell->style.bg;
	cell->style = style;
}

static void set_one(struct canvas *canvas, int x, int y, uint32_t grapheme, int width, struct style style)
{
	struct cell *cell = cell_at(canvas, x, y);

	if (cell->width != 1)
		break_wide(canvas, x, y);
	cell->grapheme = grapheme;
	cell->width = (uint8_t)width;
	set_style(cell, style);
}

void canvas_set(struct canvas *canvas, int x, int y, uint32_t grapheme, int width, struct style style)
{
	bool first = in_clip(canvas, x, y), second = width == 2 && in_clip(canvas, x + 1, y);

	if (grapheme == ' ')
		grapheme = 0;
	if (width == 2 && first && second) {
		set_one(canvas, x, y, 0, 1, style);
		set_one(canvas, x + 1, y, 0, 0, style);
		cell_at(canvas, x, y)->grapheme = grapheme;
		cell_at(canvas, x, y)->width = 2;
	} else if (width == 2) {
		if (first)
			set_one(canvas, x, y, 0, 1, style);
		if (second)
			set_one(canvas, x + 1, y, 0, 1, style);
	} else if (first) {
		set_one(canvas, x, y, grapheme, 1, style);
	}
}

void canvas_glyph(struct canvas *canvas, int x, int y, uint32_t code, struct style style)
{
	/* The program's own glyphs are safe; this is the last place that can make sure. */
	if ((code > 0 && code < ' ') || (code >= 0x7F && code < 0xA0))
		code = TEXT_REPLACEMENT;
	if (canvas->glyphs == GLYPHS_ASCII && code >= 0x80)
		code = (unsigned char)canvas_ascii(code);
	canvas_set(canvas, x, y, code, 1, style);
}

void canvas_fill(struct canvas *canvas, struct rect rect, struct style style)
{
	rect = rect_intersect(rect, canvas->clip);
	for (int y = rect.y; y < rect.y + rect.height; y++) {
		for (int x = rect.x; x < rect.x + rect.width; x++) {
			set_one(canvas, x, y, 0, 1, style);
			cell_at(canvas, x, y)->style = style;
		}
	}
}

void canvas_tint(struct canvas *canvas, struct rect rect, struct style style)
{
	rect = rect_intersect(rect, canvas->clip);
	for (int y = rect.y; y < rect.y + rect.height; y++)
		for (int x = rect.x; x < rect.x + rect.width; x++)
			cell_at(canvas, x, y)->style.bg = style.bg;
}

void canvas_attributes(struct canvas *canvas, struct rect rect, unsigned attributes)
{
	rect = rect_intersect(rect, canvas->clip);
	for (int y = rect.y; y < rect.y + rect.height; y++)
		for (int x = rect.x; x < rect.x + rect.width; x++)
			cell_at(canvas, x, y)->style.attributes |= (uint8_t)attributes;
}
