#include "tsdb/codec.h"

#include <stdbool.h>

#include "tsdb/codec_bytes.h"
#include "tsdb/codec_integers.h"
#include "tsdb/codec_scaled.h"
#include "tsdb/codec_xor.h"
#include "tsdb/value.h"

/*
 * The first byte of a run: its form in three bits; of a constant, how many of
 * its bytes follow; of integers, their shape and whether odd values follow.
 * Decimals have their scale in a second byte, binary ones in two.
 */
enum form {
	FORM_CONSTANT,
	FORM_INTEGER, /* decimals without digits behind the point, and times */
	FORM_DECIMAL,
	FORM_BINARY,
	FORM_XOR,
	FORM_PLAIN,
};

#define FORM_MASK      7u
#define ARGUMENT_SHIFT 3
#define SHAPE_MASK     3u
#define ODD            (1u << 5)
#define HEAD_MASK      (FORM_MASK | SHAPE_MASK << ARGUMENT_SHIFT | ODD)

/* Bytes a value, and odd values, above which a run of decimals is also tried on other grids. */
#define WIDE_FROM 3
#define ODD_FEW   3

/* One way to write a run as integers, and what it takes. */
struct candidate {
	enum form form;
	size_t bytes;
	struct codec_scaled scaled;
	struct codec_integers integers;
};

static const size_t head_bytes[] = { [FORM_INTEGER] = 1, [FORM_DECIMAL] = 2, [FORM_BINARY] = 3 };

static bool is_constant(const double *values, size_t count)
{
	size_t i = 1;

	while (i < count && value_bits(values[i]) == value_bits(values[0]))
		i++;
	return i == count;
}

/* A constant keeps its upper bytes, down to the last that is not zero: small whole numbers take two. */
static uint8_t *write_constant(uint64_t word, uint8_t *at)
{
	uint8_t *head = at++;

	for (; word; word <<= 8)
		*at++ = (uint8_t)(word >> 56);
	*head = (uint8_t)(FORM_CONSTANT | (unsigned)(at - head - 1) << ARGUMENT_SHIFT);
	return at;
}

static int read_constant(uint8_t head, struct codec_reader *reader, uint64_t *ret)
{
	unsigned bytes = head >> ARGUMENT_SHIFT;
	uint64_t word = 0;

	if (bytes > 8 || codec_left(reader) != bytes || (bytes && !reader->at[bytes - 1]))
		return -1;
	for (unsigned i = 0; i < bytes; i++)
		word |= (uint64_t)reader->at[i] << (56 - 8 * i);
	reader->at += bytes;
	*ret = word;
	return 0;
}

/* The best candidate so far, and room for the next one. */
struct contest {
	struct candidate rooms[2];
	struct candidate *best; /* NULL: none is smaller than plain doubles */
	struct candidate *next;
	size_t bytes;
};

static void enter(struct contest *contest, enum form form, const double *values, size_t count)
{
	struct candidate *candidate = contest->next;

	codec_integers_plan(&candidate->integers, candidate->scaled.integers, count);
	candidate->form = form;
	candidate->bytes =
		head_bytes[form] + candidate->integers.bytes + codec_odd_bytes(&candidate->scaled, values, count);
	if (candidate->bytes >= contest->bytes)
		return;
	contest->best = candidate;
	contest->bytes = candidate->bytes;
	contest->next = &contest->rooms[candidate == contest->rooms];
}

static uint8_t *write_integers(const struct candidate *candidate, const double *values, size_t count, uint8_t *at)
{
	const struct codec_scaled *scaled = &candidate->scaled;

	*at++ = (uint8_t)(candidate->form | (unsigned)candidate->integers.shape << ARGUMENT_SHIFT |
			  (scaled->odd_count ? ODD : 0));
	if (candidate->form == FORM_DECIMAL) {
		*at++ = (uint8_t)scaled->scale;
	} else if (candidate->form == FORM_BINARY) {
		unsigned scale = (unsigned)(scaled->scale - CODEC_BINARY_MIN);

		*at++ = (uint8_t)scale;
		*at++ = (uint8_t)(scale >> 8);
	}
	at = codec_integers_write(&candidate->integers, scaled->integers, count, at);
	return codec_odd_write(scaled, values, count, at);
}

static uint8_t *write_plain(const void *words, size_t count, uint8_t *at)
{
	*at++ = FORM_PLAIN;
	for (size_t i = 0; i < count; i++) {
		uint64_t word;

		memcpy(&word, (const uint8_t *)words + i * sizeof(word), sizeof(word));
		at = codec_put64(at, word);
	}
	return at;
}

size_t codec_encode_values(const double *values, size_t count, uint8_t *ret)
{
	struct contest contest;

	contest.best = NULL;
	contest.next = contest.rooms;
	contest.bytes = 1 + count * sizeof(*values);
	if (is_constant(values, count))
		return (size_t)(write_constant(value_bits(values[0]), ret) - ret);
	if (codec_scaled_decimal(&contest.next->scaled, values, count))
		enter(&contest, contest.next->scaled.scale ? FORM_DECIMAL : FORM_INTEGER, values, count);
	/* Decimals are the coarsest grid; only wide numbers, and those that do not keep to it, can be cheaper
	 * elsewhere. */
	if (contest.bytes > WIDE_FROM * count || (contest.best && contest.best->scaled.odd_count > ODD_FEW)) {
		if (codec_scaled_computed(&contest.next->scaled, values, count))
			enter(&contest, FORM_DECIMAL, values, count);
		if (codec_scaled_binary(&contest.next->scaled, values, count))
			enter(&contest, FORM_BINARY, values, count);
	}
	/* XOR takes a bit for each value at the least. */
	if (contest.bytes > 1 + sizeof(*values) + count / 8 && 1 + codec_xor_bytes(values, count) < contest.bytes) {
		*ret = FORM_XOR;
		return (size_t)(codec_xor_write(values, count, ret + 1) - ret);
	}
	if (contest.best)
		return (size_t)(write_integers(contest.best, values, count, ret) - ret);
	return (size_t)(write_plain(values, count, ret) - ret);
}

static int read_plain(struct codec_reader *reader, void *ret, size_t count)
{
	if (codec_left(reader) != count * sizeof(uint64_t))
		return -1;
	for (size_t i = 0; i < count; i++, reader->at += sizeof(uint64_t)) {
		uint64_t word = codec_load64(reader->at);

		memcpy((uint8_t *)ret + i * sizeof(word), &word, sizeof(word));
	}
	return 0;
}

/* The scale of a form; -1 when it cannot be one. */
static int read_scale(struct codec_reader *reader, enum form form, int *ret)
{
	*ret = 0;
	if (form == FORM_DECIMAL) {
		if (!codec_left(reader))
			return -1;
		*ret = *reader->at++;
		return *ret >= 1 && *ret <= CODEC_SCALE_MAX ? 0 : -1;
	}
	if (form == FORM_BINARY) {
		if (codec_left(reader) < 2)
			return -1;
		*ret = (reader->at[0] | reader->at[1] << 8) + CODEC_BINARY_MIN;
		reader->at += 2;
		return *ret <= CODEC_BINARY_MAX ? 0 : -1;
	}
	return 0;
}

static int read_integers(uint8_t head, struct codec_reader *reader, double *ret, size_t count)
{
	enum form form = head & FORM_MASK;
	int64_t integers[CODEC_RUN_MAX];
	int scale;

	if (head & ~HEAD_MASK || read_scale(reader, form, &scale) < 0 ||
	    codec_integers_read(reader, head >> ARGUMENT_SHIFT & SHAPE_MASK, integers, count) < 0)
		return -1;
	if (form == FORM_BINARY) {
		if (codec_from_binary(integers, count, scale, ret) < 0)
			return -1;
	} else if (codec_from_decimal(integers, count, scale, ret) < 0) {
		return -1;
	}
	return head & ODD ? codec_odd_read(reader, ret, count) : 0;
}

int codec_decode_values(const uint8_t *bytes, size_t size, double *ret, size_t count)
{
	struct codec_reader reader = { .at = bytes + 1, .end = bytes + size };
	uint64_t word;
	int result = -1;

	if (!size || !count || count > CODEC_RUN_MAX)
		return -1;
	switch (bytes[0] & FORM_MASK) {
	case FORM_CONSTANT:
		if (read_constant(bytes[0], &reader, &word) < 0)
			return -1;
		for (size_t i = 0; i < count; i++)
			ret[i] = value_from_bits(word);
		return 0;
	case FORM_INTEGER:
	case FORM_DECIMAL:
	case FORM_BINARY: result = read_integers(bytes[0], &reader, ret, count); break;
	case FORM_XOR: result = bytes[0] == FORM_XOR ? codec_xor_read(&reader, ret, count) : -1; break;
	case FORM_PLAIN: result = bytes[0] == FORM_PLAIN ? read_plain(&reader, ret, count) : -1; break;
	default: break;
	}
	return result < 0 || codec_left(&reader) ? -1 : 0;
}

size_t codec_encode_times(const int64_t *times_ms, size_t count, uint8_t *ret)
{
	struct codec_integers plan = { .bytes = SIZE_MAX };
	uint8_t *at = ret;
	bool small = true;

	for (size_t i = 0; i < count; i++)
		small &= times_ms[i] > -CODEC_INTEGER_LIMIT && times_ms[i] < CODEC_INTEGER_LIMIT;
	if (small)
		codec_integers_plan(&plan, times_ms, count);
	if (plan.bytes >= count * sizeof(*times_ms))
		return (size_t)(write_plain(times_ms, count, ret) - ret);
	*at++ = (uint8_t)(FORM_INTEGER | (unsigned)plan.shape << ARGUMENT_SHIFT);
	return (size_t)(codec_integers_write(&plan, times_ms, count, at) - ret);
}

int codec_decode_times(const uint8_t *bytes, size_t size, int64_t *ret, size_t count)
{
	struct codec_reader reader = { .at = bytes + 1, .end = bytes + size };

	if (!size || !count || count > CODEC_RUN_MAX)
		return -1;
	if (bytes[0] == FORM_PLAIN)
		return read_plain(&reader, ret, count);
	if ((bytes[0] & FORM_MASK) != FORM_INTEGER || bytes[0] & ~(FORM_MASK | SHAPE_MASK << ARGUMENT_SHIFT))
		return -1;
	if (codec_integers_read(&reader, bytes[0] >> ARGUMENT_SHIFT & SHAPE_MASK, ret, count) < 0)
		return -1;
	return codec_left(&reader) ? -1 : 0;
}
