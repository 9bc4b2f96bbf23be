/* One line of a small terminal: bytes come in, cells are written and overwritten, spans come out. */
#ifndef RUNBOOK_TRANSCRIPT_ROW_H
#define RUNBOOK_TRANSCRIPT_ROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"
#include "runbook/transcript.h"

struct row_style {
	int colour, ground;
	unsigned attributes;
};

struct row_cell {
	uint32_t codes[4]; /* a character and what combines with it */
	uint8_t count;     /* 0: the right half of a wide one */
	uint8_t width;
	struct row_style style;
};

struct row {
	VEC(struct row_cell) cells;
	size_t column;
	size_t cells_max;       /* what is written beyond is left out */
	bool cut;               /* something was */
	struct row_style style; /* goes on from line to line */
};

void row_init(struct row *row, size_t cells_max);
void row_release(struct row *row);

/* An empty line; colours stay as they are. */
void row_begin(struct row *row);

/* Take a line's bytes, its end not among them. `open`: more of it may come, so half a character is left alone. */
void row_write(struct row *row, const char *data, size_t length, bool open);

/* As spans in the arena. */
void row_take(const struct row *row, struct arena *arena, struct transcript_line *ret);

/* Select Graphic Rendition, ECMA-48: parameters as they stand between "CSI" and "m". */
void row_style_apply(struct row_style *style, const char *parameters, size_t length);

#endif
