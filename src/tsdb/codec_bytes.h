/*
 * The alphabet the forms of codec.h are written in: variable-length numbers
 * (LEB128: seven bits a byte, least first, the last byte without its top bit),
 * zigzag for signed ones, and little-endian words.
 *
 * Writers trust their caller for room. Readers stop at `end` and refuse what
 * no writer makes, a number with needless zero bytes at its end included.
 */
#ifndef TSDB_CODEC_BYTES_H
#define TSDB_CODEC_BYTES_H

#include <endian.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct codec_reader {
	const uint8_t *at;
	const uint8_t *end;
};

static inline size_t codec_left(const struct codec_reader *reader)
{
	return (size_t)(reader->end - reader->at);
}

/* Bits `value` needs: 0 for 0, 64 at most. */
static inline unsigned codec_bit_length(uint64_t value)
{
	return value ? 64 - (unsigned)__builtin_clzll(value) : 0;
}

static inline uint64_t codec_zigzag(int64_t value)
{
	return ((uint64_t)value << 1) ^ (value < 0 ? UINT64_MAX : 0);
}

static inline int64_t codec_unzigzag(uint64_t value)
{
	return (int64_t)((value >> 1) ^ (0 - (value & 1)));
}

static inline size_t codec_varint_size(uint64_t value)
{
	return (codec_bit_length(value | 1) + 6) / 7;
}

static inline uint8_t *codec_put_varint(uint8_t *at, uint64_t value)
{
	for (; value >= 0x80; value >>= 7)
		*at++ = (uint8_t)(value | 0x80);
	*at++ = (uint8_t)value;
	return at;
}

static inline int codec_get_varint(struct codec_reader *reader, uint64_t *ret)
{
	uint64_t value = 0;

	for (unsigned shift = 0; shift < 64 && reader->at < reader->end; shift += 7) {
		uint8_t byte = *reader->at++;

		if (shift == 63 && byte > 1)
			return -1;
		value |= (uint64_t)(byte & 0x7f) << shift;
		if (byte & 0x80)
			continue;
		if (!byte && shift)
			return -1;
		*ret = value;
		return 0;
	}
	return -1;
}

static inline uint64_t codec_load64(const uint8_t *at)
{
	uint64_t word;

	memcpy(&word, at, sizeof(word));
	return le64toh(word);
}

/* The same at most `left` bytes before the end; what lies behind it reads as zero. */
static inline uint64_t codec_load64_tail(const uint8_t *at, size_t left)
{
	uint64_t word = 0;

	memcpy(&word, at, left < sizeof(word) ? left : sizeof(word));
	return le64toh(word);
}

static inline uint8_t *codec_put64(uint8_t *at, uint64_t value)
{
	uint64_t word = htole64(value);

	memcpy(at, &word, sizeof(word));
	return at + sizeof(word);
}

/* A place in a run: one byte while the run has at most 256 numbers, else two. */
static inline size_t codec_index_size(size_t count)
{
	return count <= 256 ? 1 : 2;
}

static inline uint8_t *codec_put_index(uint8_t *at, size_t index, size_t count)
{
	*at++ = (uint8_t)index;
	if (codec_index_size(count) == 2)
		*at++ = (uint8_t)(index >> 8);
	return at;
}

/* -1 unless the place lies in `from`..`count` - 1, so that a list of places only goes up. */
static inline int codec_get_index(struct codec_reader *reader, size_t from, size_t count, size_t *ret)
{
	size_t bytes = codec_index_size(count), index;

	if (codec_left(reader) < bytes)
		return -1;
	index = reader->at[0];
	if (bytes == 2)
		index |= (size_t)reader->at[1] << 8;
	reader->at += bytes;
	if (index < from || index >= count)
		return -1;
	*ret = index;
	return 0;
}

#endif
