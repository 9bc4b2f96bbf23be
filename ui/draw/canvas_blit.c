#include "base/text.h"
#include "ui/draw/canvas_private.h"

/* A grapheme of another canvas as this one's. */
static uint32_t adopt(struct canvas *canvas, const struct canvas *from, uint32_t grapheme)
{
	size_t index = grapheme & ~CANVAS_CLUSTER;

	if (!(grapheme & CANVAS_CLUSTER))
		return grapheme;
	if (index >= from->cluster_count)
		return TEXT_REPLACEMENT;
	return canvas_intern(canvas, from->clusters[index].codes, from->clusters[index].count);
}

void canvas_blit(struct canvas *canvas, int x, int y, const struct canvas *from)
{
	struct rect all = { x, y, from->width, from->height };
	struct rect seen = rect_intersect(all, canvas->clip);

	for (int row = seen.y; row < seen.y + seen.height; row++) {
		const struct cell *cells = from->cells + (size_t)(row - y) * (size_t)from->width;
		for (int column = seen.x; column < seen.x + seen.width; column++) {
			const struct cell *cell = &cells[column - x];
			if (cell->width > 0)
				canvas_set(canvas, column, row, adopt(canvas, from, cell->grapheme), cell->width,
					   cell->style);
		}
	}
}

void canvas_recolour(struct canvas *canvas, struct rect rect, enum role from, enum role to, unsigned attributes)
{
	struct rect seen = rect_intersect(rect, canvas->clip);

	for (int y = seen.y; y < seen.y + seen.height; y++)
		for (int x = seen.x; x < seen.x + seen.width; x++) {
			struct style *style = &canvas->cells[(size_t)y * (size_t)canvas->width + (size_t)x].style;
			if (style->fg.kind != COLOUR_ROLE_FG || style->fg.role != from)
				continue;
			style->fg.role = (uint8_t)to;
			style->attributes |= (uint8_t)attributes;
		}
}
