#include "tsdb/codec_integers.h"

/* How many of the first numbers stand before the packed ones, by shape. */
static const size_t leading[] = {
	[CODEC_SHAPE_PLAIN] = 0,
	[CODEC_SHAPE_DIFFERENCES] = 1,
	[CODEC_SHAPE_SECOND_DIFFERENCES] = 2,
	[CODEC_SHAPE_CHANGES] = 1,
};

static size_t bitmap_bytes(size_t count)
{
	return (count - 1 + 7) / 8;
}

/* What stands before the packed numbers: the first number, and the first difference behind it. */
static size_t head_bytes(enum codec_shape shape, const int64_t *numbers, size_t count)
{
	size_t bytes = 0;

	if (leading[shape] > 0)
		bytes += codec_varint_size(codec_zigzag(numbers[0]));
	if (leading[shape] > 1)
		bytes += codec_varint_size(codec_zigzag(numbers[1] - numbers[0]));
	if (shape == CODEC_SHAPE_CHANGES)
		bytes += bitmap_bytes(count);
	return bytes;
}

/* Bring the numbers into a shape; returns how many are left to pack. */
static size_t shape_numbers(enum codec_shape shape, const int64_t *numbers, size_t count, int64_t *ret)
{
	size_t kept = 0;

	switch (shape) {
	case CODEC_SHAPE_PLAIN: memcpy(ret, numbers, count * sizeof(*ret)); return count;
	case CODEC_SHAPE_DIFFERENCES:
		for (size_t i = 1; i < count; i++)
			ret[i - 1] = numbers[i] - numbers[i - 1];
		return count - 1;
	case CODEC_SHAPE_SECOND_DIFFERENCES:
		for (size_t i = 2; i < count; i++)
			ret[i - 2] = numbers[i] - 2 * numbers[i - 1] + numbers[i - 2];
		return count - 2;
	case CODEC_SHAPE_CHANGES:
		for (size_t i = 1; i < count; i++) {
			ret[kept] = numbers[i] - numbers[i - 1];
			kept += ret[kept] != 0;
		}
		return kept;
	}
	return 0;
}

void codec_integers_plan(struct codec_integers *ret, const int64_t *numbers, size_t count)
{
	/* Differences first: they are the usual winner, and the bound for the others. */
	static const enum codec_shape order[] = { CODEC_SHAPE_DIFFERENCES, CODEC_SHAPE_PLAIN, CODEC_SHAPE_CHANGES,
						  CODEC_SHAPE_SECOND_DIFFERENCES };
	int64_t shaped[CODEC_RUN_MAX];

	ret->bytes = SIZE_MAX;
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		size_t head, packed_count;
		struct codec_pack pack;

		if (count <= leading[order[i]])
			continue;
		/* A pack is at least two bytes. */
		head = head_bytes(order[i], numbers, count);
		if (ret->bytes != SIZE_MAX && head + 2 >= ret->bytes)
			continue;
		packed_count = shape_numbers(order[i], numbers, count, shaped);
		if (!packed_count)
			continue;
		pack = codec_pack_plan(shaped, packed_count);
		if (head + pack.bytes >= ret->bytes)
			continue;
		ret->shape = order[i];
		ret->pack = pack;
		ret->packed_count = packed_count;
		ret->bytes = head + pack.bytes;
		memcpy(ret->packed, shaped, packed_count * sizeof(*shaped));
	}
}

uint8_t *codec_integers_write(const struct codec_integers *plan, const int64_t *numbers, size_t count, uint8_t *at)
{
	if (leading[plan->shape] > 0)
		at = codec_put_varint(at, codec_zigzag(numbers[0]));
	if (leading[plan->shape] > 1)
		at = codec_put_varint(at, codec_zigzag(numbers[1] - numbers[0]));
	if (plan->shape == CODEC_SHAPE_CHANGES) {
		memset(at, 0, bitmap_bytes(count));
		for (size_t i = 1; i < count; i++)
			at[(i - 1) / 8] |= (uint8_t)((numbers[i] != numbers[i - 1]) << (i - 1) % 8);
		at += bitmap_bytes(count);
	}
	return codec_pack_write(&plan->pack, plan->packed, plan->packed_count, at);
}

/* Sums are made of unsigned numbers: those of a damaged run may overflow. */
static int read_changes(struct codec_reader *reader, uint64_t first, int64_t *ret, size_t count)
{
	const uint8_t *bitmap = reader->at;
	size_t bytes = bitmap_bytes(count), changes = 0, next = 0;
	uint64_t packed[CODEC_RUN_MAX], sum = first;
	struct codec_pack plan;

	if (codec_left(reader) < bytes || ((count - 1) % 8 && bitmap[bytes - 1] >> (count - 1) % 8))
		return -1;
	for (size_t i = 0; i < bytes; i++)
		changes += (size_t)__builtin_popcount(bitmap[i]);
	reader->at += bytes;
	if (!changes || codec_pack_read(reader, &plan, packed, changes) < 0)
		return -1;
	packed[changes] = 0; /* read, though not used, once all changes are made; changes < count */
	ret[0] = (int64_t)sum;
	for (size_t i = 1; i < count; i++) {
		uint64_t change = bitmap[(i - 1) / 8] >> (i - 1) % 8 & 1;

		sum += ((uint64_t)plan.base + (uint64_t)plan.step * packed[next]) & (0 - change);
		next += change;
		ret[i] = (int64_t)sum;
	}
	return 0;
}

static int read_differences(struct codec_reader *reader, uint64_t first, int64_t *ret, size_t count)
{
	uint64_t packed[CODEC_RUN_MAX], sum = first;
	struct codec_pack plan;

	if (codec_pack_read(reader, &plan, packed, count - 1) < 0)
		return -1;
	ret[0] = (int64_t)sum;
	for (size_t i = 1; i < count; i++) {
		sum += (uint64_t)plan.base + (uint64_t)plan.step * packed[i - 1];
		ret[i] = (int64_t)sum;
	}
	return 0;
}

static int read_second_differences(struct codec_reader *reader, uint64_t first, uint64_t slope, int64_t *ret,
				   size_t count)
{
	uint64_t packed[CODEC_RUN_MAX], sum = first + slope;
	struct codec_pack plan;

	if (codec_pack_read(reader, &plan, packed, count - 2) < 0)
		return -1;
	ret[0] = (int64_t)first;
	ret[1] = (int64_t)sum;
	for (size_t i = 2; i < count; i++) {
		slope += (uint64_t)plan.base + (uint64_t)plan.step * packed[i - 2];
		sum += slope;
		ret[i] = (int64_t)sum;
	}
	return 0;
}

static int read_plain(struct codec_reader *reader, int64_t *ret, size_t count)
{
	uint64_t packed[CODEC_RUN_MAX];
	struct codec_pack plan;

	if (codec_pack_read(reader, &plan, packed, count) < 0)
		return -1;
	for (size_t i = 0; i < count; i++)
		ret[i] = (int64_t)((uint64_t)plan.base + (uint64_t)plan.step * packed[i]);
	return 0;
}

int codec_integers_read(struct codec_reader *reader, enum codec_shape shape, int64_t *ret, size_t count)
{
	uint64_t head[2] = { 0, 0 };

	if (count <= leading[shape])
		return -1;
	for (size_t i = 0; i < leading[shape]; i++) {
		if (codec_get_varint(reader, &head[i]) < 0)
			return -1;
		head[i] = (uint64_t)codec_unzigzag(head[i]);
	}
	switch (shape) {
	case CODEC_SHAPE_PLAIN: return read_plain(reader, ret, count);
	case CODEC_SHAPE_DIFFERENCES: return read_differences(reader, head[0], ret, count);
	case CODEC_SHAPE_SECOND_DIFFERENCES: return read_second_differences(reader, head[0], head[1], ret, count);
	case CODEC_SHAPE_CHANGES: return read_changes(reader, head[0], ret, count);
	}
	return -1;
}
