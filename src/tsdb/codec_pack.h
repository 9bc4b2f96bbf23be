/*
 * Whole numbers packed at a fixed width: number = base + step * packed, where
 * `step` is the greatest divisor that all distances share (memory in pages,
 * sectors of 512 bytes). Those outside base .. base + step * (2^width - 1) are
 * patches: their places hold 0 and they follow the packed words.
 *
 * Layout: a byte (width, PATCHED, STEPPED), base, [step], [patches], the
 * words, per patch its place and its packed value.
 */
#ifndef TSDB_CODEC_PACK_H
#define TSDB_CODEC_PACK_H

#include <stddef.h>
#include <stdint.h>

#include "tsdb/codec_bytes.h"

/* One unaligned load or store of 64 bits holds the widest, wherever in a byte it begins. */
#define CODEC_WIDTH_MAX 56

/* Numbers lie between -2^62 and 2^62, so that no distance of two overflows. */
struct codec_pack {
	int64_t base;
	int64_t step; /* >= 1 */
	unsigned width;
	size_t patches;
	size_t bytes; /* what writing takes */
};

/* Find the cheapest way to pack 1 or more numbers, which are replaced by their packed values. */
struct codec_pack codec_pack_plan(int64_t *numbers, size_t count);

/* Write packed values as planned; returns the place behind. Up to 7 bytes behind that may be overwritten. */
uint8_t *codec_pack_write(const struct codec_pack *plan, const int64_t *packed, size_t count, uint8_t *at);

/*
 * Read `count` packed values into `ret`, not yet multiplied by step and added
 * to base: the caller does both in the loop that sums up differences.
 */
int codec_pack_read(struct codec_reader *reader, struct codec_pack *ret_plan, uint64_t *ret, size_t count);

#endif
