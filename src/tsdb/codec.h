/*
 * Runs of numbers, compressed: the values of one chunk, or the times of a
 * series that keeps its own. Exact to the bit: what is decoded has the bits
 * that were encoded, NaN payloads, -0 and infinities included.
 *
 * A run chooses the smallest of: one value repeated; scaled decimals (value =
 * integer / 10^k, 0 <= k <= 9, or seconds as exporters compute them from
 * smaller units, checked to give back the same double), or, for values with
 * many digits, integer * 2^k, all as they are, as differences or as
 * differences of differences, packed at a fixed width, a few that do not fit
 * kept apart; XOR with the value before (Gorilla) as the fall-back; plain
 * doubles as the last resort. Decoding never reads beyond `size` bytes and
 * never trusts them: what cannot have been written by the encoder is -1.
 */
#ifndef TSDB_CODEC_H
#define TSDB_CODEC_H

#include <stddef.h>
#include <stdint.h>

/* Most numbers in one run, and the most bytes `count` of them can take. */
#define CODEC_RUN_MAX      1024
#define CODEC_BOUND(count) ((size_t)(count)*9 + 16)

/*
 * Encode 1..CODEC_RUN_MAX values; returns the size of the run, at most
 * CODEC_BOUND(count). `ret` must have room for that many bytes whatever the
 * run takes: those behind it are written, too.
 */
size_t codec_encode_values(const double *values, size_t count, uint8_t *ret);

/* Decode exactly `count` values; -1 when the bytes are not such a run. */
int codec_decode_values(const uint8_t *bytes, size_t size, double *ret, size_t count);

/* The same for ascending times. */
size_t codec_encode_times(const int64_t *times_ms, size_t count, uint8_t *ret);
int codec_decode_times(const uint8_t *bytes, size_t size, int64_t *ret, size_t count);

#endif
