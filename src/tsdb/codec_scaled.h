/*
 * Doubles as whole numbers: value = integer / 10^scale (or what exporters make
 * of small units instead, off by a last bit) or integer * 2^scale, one scale
 * for the whole run, checked to give back each double to the bit.
 * The few values for which it does not (NaN, infinities, -0, a staleness
 * marker, a number off the grid) are odd ones: listed with their bits; in
 * the row of integers they repeat a neighbour, which costs nothing.
 */
#ifndef TSDB_CODEC_SCALED_H
#define TSDB_CODEC_SCALED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tsdb/codec.h"
#include "tsdb/codec_bytes.h"

/* Scales of the decimal kind: ten of digits behind the point, and four of computed seconds. */
#define CODEC_SCALE_MAX 13
#define CODEC_ODD_MAX   (CODEC_RUN_MAX / 8)

/* What scales of the binary kind can be: from the least subnormal to the greatest double. */
#define CODEC_BINARY_MIN (-1074)
#define CODEC_BINARY_MAX 971

struct codec_scaled {
	int scale;
	size_t odd_count;
	uint16_t odd[CODEC_ODD_MAX]; /* places, ascending */
	int64_t integers[CODEC_RUN_MAX];
};

/* False when the values have no common scale of the kind, but for one in eight. */
bool codec_scaled_decimal(struct codec_scaled *ret, const double *values, size_t count);
bool codec_scaled_computed(struct codec_scaled *ret, const double *values, size_t count);
bool codec_scaled_binary(struct codec_scaled *ret, const double *values, size_t count);

/* Back to doubles; -1 for integers the encoder cannot have made. */
int codec_from_decimal(const int64_t *integers, size_t count, int scale, double *ret);
int codec_from_binary(const int64_t *integers, size_t count, int scale, double *ret);

/* The list of odd ones. Reading replaces them in `ret`. */
size_t codec_odd_bytes(const struct codec_scaled *scaled, const double *values, size_t count);
uint8_t *codec_odd_write(const struct codec_scaled *scaled, const double *values, size_t count, uint8_t *at);
int codec_odd_read(struct codec_reader *reader, double *ret, size_t count);

#endif
