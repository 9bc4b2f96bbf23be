/*
 * Packed buckets: a block of complete buckets of one series, compressed
 * column by column, never changed. A column that equals another (the minimum
 * of a counter is its first sample) takes one byte.
 */
#ifndef TSDB_BUCKET_BLOCK_H
#define TSDB_BUCKET_BLOCK_H

#include <stddef.h>
#include <stdint.h>

#include "tsdb/reclaim.h"

#define BUCKET_BLOCK_MOST 128u /* buckets */

enum bucket_column {
	BUCKET_FIRST,
	BUCKET_LAST,
	BUCKET_MIN,
	BUCKET_MAX,
	BUCKET_SAMPLES,
	BUCKET_SUM,
	BUCKET_RESETS,
	BUCKET_COLUMNS
};

struct bucket_block {
	int64_t first_end_ms, last_end_ms;
	int64_t first_ms; /* the first sample's time */
	uint32_t count, size;
	uint8_t *bytes;
};

/* Where columns are; as long as their owner says. */
struct bucket_columns {
	int64_t *end_ms, *first_ms, *last_ms;
	double *values[BUCKET_COLUMNS];
};

/* Room for one block's columns. */
struct bucket_page {
	int64_t times[3][BUCKET_BLOCK_MOST];
	double values[BUCKET_COLUMNS][BUCKET_BLOCK_MOST];
};

struct bucket_columns bucket_page_columns(struct bucket_page *page, size_t at);

/* The columns from item `at` on. */
struct bucket_columns bucket_columns_at(const struct bucket_columns *columns, size_t at);

struct bucket_block bucket_block_pack(struct reclaim *reclaim, int64_t bucket_ms, const struct bucket_columns *columns,
				      size_t count);
void bucket_block_unpack(const struct bucket_block *block, int64_t bucket_ms, const struct bucket_columns *ret);
void bucket_block_retire(struct bucket_block *block, struct reclaim *reclaim, uint64_t seen);

#endif
