#include "tsdb/codec_xor.h"

#include <stdbool.h>

#include "tsdb/value.h"

#define SAME_BITS   1
#define WINDOW_BITS 2  /* the mark of a window used again */
#define HEAD_BITS   14 /* the mark of a new window with what describes it */

/* The bits of a word that are written: `length` of them from bit `shift` on. */
struct window {
	unsigned shift, length; /* length 0: none yet */
};

/* The window for a difference: the one used last when it holds it and costs no more than a new one. */
static bool choose_window(struct window *window, uint64_t difference)
{
	unsigned shift = (unsigned)__builtin_ctzll(difference);
	unsigned length = codec_bit_length(difference) - shift;

	if (window->length && shift >= window->shift && shift + length <= window->shift + window->length &&
	    window->length + WINDOW_BITS <= length + HEAD_BITS)
		return false;
	*window = (struct window){ shift, length };
	return true;
}

size_t codec_xor_bytes(const double *values, size_t count)
{
	struct window window = { 0, 0 };
	size_t bits = 0;

	for (size_t i = 1; i < count; i++) {
		uint64_t difference = value_bits(values[i]) ^ value_bits(values[i - 1]);

		if (!difference)
			bits += SAME_BITS;
		else
			bits += (choose_window(&window, difference) ? HEAD_BITS : WINDOW_BITS) + window.length;
	}
	return 8 + (bits + 7) / 8;
}

struct bit_writer {
	uint8_t *at;
	uint64_t word;
	unsigned filled; /* under 8 between two calls */
};

/* At most 56 bits at once. Eight bytes are stored; CODEC_BOUND has room for those behind the last. */
static void put_bits(struct bit_writer *writer, uint64_t bits, unsigned count)
{
	writer->word |= bits << writer->filled;
	writer->filled += count;
	codec_put64(writer->at, writer->word);
	writer->at += writer->filled / 8;
	writer->word >>= writer->filled & ~7u;
	writer->filled %= 8;
}

uint8_t *codec_xor_write(const double *values, size_t count, uint8_t *at)
{
	struct bit_writer writer = { .at = codec_put64(at, value_bits(values[0])) };
	struct window window = { 0, 0 };

	for (size_t i = 1; i < count; i++) {
		uint64_t difference = value_bits(values[i]) ^ value_bits(values[i - 1]);

		if (!difference) {
			put_bits(&writer, 0, SAME_BITS);
			continue;
		}
		if (choose_window(&window, difference))
			put_bits(&writer, 3 | (64 - window.shift - window.length) << 2 | (window.length - 1) << 8,
				 HEAD_BITS);
		else
			put_bits(&writer, 1, WINDOW_BITS);
		difference >>= window.shift;
		put_bits(&writer, difference & UINT32_MAX, window.length < 32 ? window.length : 32);
		if (window.length > 32)
			put_bits(&writer, difference >> 32, window.length - 32);
	}
	if (writer.filled)
		*writer.at++ = (uint8_t)writer.word;
	return writer.at;
}

struct bit_reader {
	const uint8_t *bytes;
	size_t size;
	size_t bit;
};

/* The next 57 bits at least; behind the end they are zero. */
static inline uint64_t peek(const struct bit_reader *reader)
{
	size_t byte = reader->bit / 8;
	uint64_t word;

	if (byte + 8 <= reader->size)
		word = codec_load64(reader->bytes + byte);
	else
		word = byte < reader->size ? codec_load64_tail(reader->bytes + byte, reader->size - byte) : 0;
	return word >> reader->bit % 8;
}

static inline uint64_t low_bits(uint64_t word, unsigned count)
{
	return word & (~UINT64_C(0) >> (64 - count));
}

static inline uint64_t read_window(struct bit_reader *reader, struct window window)
{
	uint64_t bits = peek(reader);

	if (window.length > 57) {
		bits = low_bits(bits, 32);
		reader->bit += 32;
		bits |= low_bits(peek(reader), window.length - 32) << 32;
		reader->bit += window.length - 32;
	} else {
		bits = low_bits(bits, window.length);
		reader->bit += window.length;
	}
	return bits << window.shift;
}

/* Mark and description of the next window; false when they make no sense. */
static inline bool read_head(struct bit_reader *reader, uint64_t head, struct window *window)
{
	if (head & 2) {
		unsigned leading = head >> 2 & 63, length = (head >> 8 & 63) + 1;

		if (leading + length > 64)
			return false;
		*window = (struct window){ 64 - leading - length, length };
		reader->bit += HEAD_BITS;
	} else {
		reader->bit += WINDOW_BITS;
	}
	return window->length != 0;
}

int codec_xor_read(struct codec_reader *reader, double *ret, size_t count)
{
	struct bit_reader bits = { .bytes = reader->at, .size = codec_left(reader), .bit = 64 };
	struct window window = { 0, 0 };
	uint64_t value;

	if (bits.size < 8)
		return -1;
	value = codec_load64(reader->at);
	ret[0] = value_from_bits(value);
	for (size_t i = 1; i < count; i++) {
		uint64_t head = peek(&bits), difference;

		if (!(head & 1)) {
			bits.bit += SAME_BITS;
		} else {
			if (!read_head(&bits, head, &window))
				return -1;
			difference = read_window(&bits, window);
			if (!difference)
				return -1;
			value ^= difference;
		}
		ret[i] = value_from_bits(value);
	}
	if ((bits.bit + 7) / 8 > bits.size || (bits.bit % 8 && bits.bytes[bits.bit / 8] >> bits.bit % 8))
		return -1;
	reader->at += (bits.bit + 7) / 8;
	return 0;
}
