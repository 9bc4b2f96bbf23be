#include "tsdb/bucket_block.h"

#include <string.h>

#include "base/log.h"
#include "tsdb/codec.h"

/* Times of first and last samples are kept as distances from the bucket's begin: equal from bucket to bucket. */
#define RUNS        (2u + BUCKET_COLUMNS)
#define RUN_FOLLOWS 0u /* else: equals run number - 1 */
#define BLOCK_BOUND ((RUNS + 1u) * (3u + CODEC_BOUND(BUCKET_BLOCK_MOST)))

_Static_assert(BUCKET_BLOCK_MOST <= CODEC_RUN_MAX, "a column is one run");
_Static_assert(CODEC_BOUND(BUCKET_BLOCK_MOST) <= UINT16_MAX, "its size fits");

struct bucket_columns bucket_page_columns(struct bucket_page *page, size_t at)
{
	/* cppcheck-suppress ctuuninitvar ; only addresses are taken */
	struct bucket_columns ret = { .end_ms = page->times[0] + at,
				      .first_ms = page->times[1] + at,
				      .last_ms = page->times[2] + at };

	for (size_t i = 0; i < BUCKET_COLUMNS; i++)
		ret.values[i] = page->values[i] + at;
	return ret;
}

struct bucket_columns bucket_columns_at(const struct bucket_columns *columns, size_t at)
{
	struct bucket_columns ret = { .end_ms = columns->end_ms + at,
				      .first_ms = columns->first_ms + at,
				      .last_ms = columns->last_ms + at };

	for (size_t i = 0; i < BUCKET_COLUMNS; i++)
		ret.values[i] = columns->values[i] + at;
	return ret;
}

static size_t put_run(uint8_t *ret, const double *const runs[RUNS], size_t run, size_t count)
{
	uint16_t size;

	for (size_t i = 0; i < run; i++) {
		if (memcmp(runs[i], runs[run], count * sizeof(double)) != 0)
			continue;
		ret[0] = (uint8_t)(i + 1);
		return 1;
	}
	ret[0] = RUN_FOLLOWS;
	size = (uint16_t)codec_encode_values(runs[run], count, ret + 3);
	memcpy(ret + 1, &size, sizeof(size));
	return 3u + size;
}

struct bucket_block bucket_block_pack(struct reclaim *reclaim, int64_t bucket_ms, const struct bucket_columns *columns,
				      size_t count)
{
	struct bucket_block block = { .first_end_ms = columns->end_ms[0],
				      .last_end_ms = columns->end_ms[count - 1],
				      .first_ms = columns->first_ms[0],
				      .count = (uint32_t)count };
	double offsets[2][BUCKET_BLOCK_MOST];
	const double *runs[RUNS] = { offsets[0], offsets[1] };
	uint8_t bytes[BLOCK_BOUND];
	uint16_t size = (uint16_t)codec_encode_times(columns->end_ms, count, bytes + sizeof(size));
	size_t used = sizeof(size) + size;

	memcpy(bytes, &size, sizeof(size));
	for (size_t i = 0; i < count; i++) {
		offsets[0][i] = (double)(columns->first_ms[i] - columns->end_ms[i] + bucket_ms);
		offsets[1][i] = (double)(columns->last_ms[i] - columns->end_ms[i] + bucket_ms);
	}
	for (size_t i = 0; i < BUCKET_COLUMNS; i++)
		runs[2 + i] = columns->values[i];
	for (size_t i = 0; i < RUNS; i++)
		used += put_run(bytes + used, runs, i, count);
	block.size = (uint32_t)used;
	block.bytes = reclaim_alloc(reclaim, RECLAIM_BUCKETS, used);
	memcpy(block.bytes, bytes, used);
	return block;
}

/* A run's bytes from `*at` on; -1 when they go beyond the block. */
static int take_size(const struct bucket_block *block, size_t *at, uint16_t *ret)
{
	if (*at + sizeof(*ret) > block->size)
		return -1;
	memcpy(ret, block->bytes + *at, sizeof(*ret));
	*at += sizeof(*ret);
	return *at + *ret > block->size ? -1 : 0;
}

static int get_run(const struct bucket_block *block, size_t *at, double *const runs[RUNS], size_t run)
{
	uint8_t code;
	uint16_t size;

	if (*at >= block->size)
		return -1;
	code = block->bytes[(*at)++];
	if (code > run)
		return -1;
	if (code != RUN_FOLLOWS) {
		memcpy(runs[run], runs[code - 1], block->count * sizeof(double));
		return 0;
	}
	if (take_size(block, at, &size) < 0 ||
	    codec_decode_values(block->bytes + *at, size, runs[run], block->count) < 0)
		return -1;
	*at += size;
	return 0;
}

static int unpack(const struct bucket_block *block, int64_t bucket_ms, const struct bucket_columns *ret)
{
	double offsets[2][BUCKET_BLOCK_MOST];
	double *runs[RUNS] = { offsets[0], offsets[1] };
	size_t at = 0;
	uint16_t size;

	for (size_t i = 0; i < BUCKET_COLUMNS; i++)
		runs[2 + i] = ret->values[i];
	if (take_size(block, &at, &size) < 0 ||
	    codec_decode_times(block->bytes + at, size, ret->end_ms, block->count) < 0)
		return -1;
	at += size;
	for (size_t i = 0; i < RUNS; i++)
		if (get_run(block, &at, runs, i) < 0)
			return -1;
	for (size_t i = 0; i < block->count; i++) {
		ret->first_ms[i] = ret->end_ms[i] - bucket_ms + (int64_t)offsets[0][i];
		ret->last_ms[i] = ret->end_ms[i] - bucket_ms + (int64_t)offsets[1][i];
	}
	return 0;
}

void bucket_block_unpack(const struct bucket_block *block, int64_t bucket_ms, const struct bucket_columns *ret)
{
	if (unpack(block, bucket_ms, ret) == 0)
		return;
	/* Cannot happen with what was packed; should memory be damaged, buckets without samples are left. */
	log_line(LOG_LEVEL_ERROR, "store: a block of %u buckets cannot be read", block->count);
	for (size_t i = 0; i < block->count; i++) {
		ret->end_ms[i] = block->first_end_ms + (int64_t)i * bucket_ms;
		ret->first_ms[i] = ret->last_ms[i] = ret->end_ms[i];
		for (size_t column = 0; column < BUCKET_COLUMNS; column++)
			ret->values[column][i] = 0;
	}
}

void bucket_block_retire(struct bucket_block *block, struct reclaim *reclaim, uint64_t seen)
{
	reclaim_retire(reclaim, RECLAIM_BUCKETS, block->bytes, block->size, seen);
}
