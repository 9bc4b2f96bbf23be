/*
 * What the canvas's own files share: its storage and the one function that
 * changes a cell, which keeps the rule that a wide grapheme and the cell it
 * covers come and go together. Nobody else includes this.
 */
#ifndef UI_DRAW_CANVAS_PRIVATE_H
#define UI_DRAW_CANVAS_PRIVATE_H

#include <stddef.h>
#include <stdint.h>

#include "ui/draw/canvas.h"

#define CANVAS_CLUSTER       0x80000000u /* top bit of `cell.grapheme`: the rest is an index into `clusters` */
#define CANVAS_CLUSTER_CODES 4

struct cluster {
	uint32_t codes[CANVAS_CLUSTER_CODES];
	unsigned count;
};

struct canvas {
	int width, height;
	enum glyph_set glyphs;
	struct rect clip;
	struct cell *cells;
	struct cluster *clusters;
	size_t cluster_count, cluster_capacity;
	uint32_t *slots; /* hash of clusters: index + 1, 0 free; twice as many as `cluster_capacity` */
};

/* The value for `cell.grapheme` of 1..4 code points. */
uint32_t canvas_intern(struct canvas *canvas, const uint32_t *codes, unsigned count);

/*
 * Set the cell (and for `width` 2 the one to its right). What is outside the
 * clip stays; a wide grapheme that would be halved by the clip becomes a blank.
 */
void canvas_set(struct canvas *canvas, int x, int y, uint32_t grapheme, int width, struct style style);

/* The plain relative of a code point for terminals with ASCII only; '?' where there is none. */
char canvas_ascii(uint32_t code);

#endif
