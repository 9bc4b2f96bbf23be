/*
 * A run of whole numbers in the cheapest of four shapes: as they are, as
 * differences, as differences of differences, or as the differences that are
 * not zero with a bit for each place that has one (counters that mostly stand
 * still). Each is packed as codec_pack.h says.
 */
#ifndef TSDB_CODEC_INTEGERS_H
#define TSDB_CODEC_INTEGERS_H

#include <stddef.h>
#include <stdint.h>

#include "tsdb/codec.h"
#include "tsdb/codec_bytes.h"
#include "tsdb/codec_pack.h"

/* Numbers lie strictly between -CODEC_INTEGER_LIMIT and CODEC_INTEGER_LIMIT. */
#define CODEC_INTEGER_LIMIT (INT64_C(1) << 60)

enum codec_shape {
	CODEC_SHAPE_PLAIN,
	CODEC_SHAPE_DIFFERENCES,
	CODEC_SHAPE_SECOND_DIFFERENCES,
	CODEC_SHAPE_CHANGES,
};

/* The plan of one run, with the packed values of the shape chosen. */
struct codec_integers {
	enum codec_shape shape;
	struct codec_pack pack;
	size_t packed_count;
	size_t bytes; /* what writing takes, without the shape, which the caller writes */
	int64_t packed[CODEC_RUN_MAX];
};

void codec_integers_plan(struct codec_integers *ret, const int64_t *numbers, size_t count);
uint8_t *codec_integers_write(const struct codec_integers *plan, const int64_t *numbers, size_t count, uint8_t *at);

/* Read `count` numbers of the given shape. Numbers of a damaged run may be any. */
int codec_integers_read(struct codec_reader *reader, enum codec_shape shape, int64_t *ret, size_t count);

#endif
