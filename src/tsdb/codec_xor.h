/*
 * The form of Facebook's Gorilla (Pelkonen et al., VLDB 2015): each double as
 * the bits in which it differs from the one before. For values on no grid.
 *
 * Bits, least first: 0 the same value; 01 the window of bits used last; 11 a
 * new window: 6 bits of leading zeros, 6 bits of length less one; then the
 * bits of the window. The first value stands in full.
 */
#ifndef TSDB_CODEC_XOR_H
#define TSDB_CODEC_XOR_H

#include <stddef.h>
#include <stdint.h>

#include "tsdb/codec_bytes.h"

/* What writing takes. */
size_t codec_xor_bytes(const double *values, size_t count);
uint8_t *codec_xor_write(const double *values, size_t count, uint8_t *at);

int codec_xor_read(struct codec_reader *reader, double *ret, size_t count);

#endif
