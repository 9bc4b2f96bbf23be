/*
 * The tables behind text_code_width: sorted, disjoint ranges of code points,
 * both ends included. Everything in neither takes one cell.
 */
#ifndef BASE_TEXT_WIDTH_H
#define BASE_TEXT_WIDTH_H

#include <stddef.h>
#include <stdint.h>

struct text_range {
	uint32_t first, last;
};

extern const struct text_range text_zero_width[];
extern const size_t text_zero_width_count;
extern const struct text_range text_double_width[];
extern const size_t text_double_width_count;

#endif
