#include "tsdb/codec_pack.h"

#include <stdbool.h>

/* Flags beside the width in the first byte. */
#define PATCHED (1u << 6)
#define STEPPED (1u << 7)

/* How many of the lowest and of the highest numbers are looked at as outliers. */
#define EXTREMES 8

/* The lowest (or highest, negated) numbers, in ascending order. */
struct extremes {
	int64_t items[EXTREMES + 1];
	size_t count;
};

static uint64_t divisor(uint64_t a, uint64_t b)
{
	while (b) {
		uint64_t rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

/* The greatest divisor of all distances from the first number; noise brings it to 1 within a few numbers. */
static int64_t shared_step(const int64_t *numbers, size_t count)
{
	uint64_t step = 0;

	for (size_t i = 1; i < count && step != 1; i++) {
		int64_t distance = numbers[i] - numbers[0];
		uint64_t size = distance < 0 ? 0 - (uint64_t)distance : (uint64_t)distance;

		/* A power of two is the usual step, and needs no division to test. */
		if (step && !(step & (step - 1)) && !(size & (step - 1)))
			continue;
		step = divisor(size, step);
	}
	return step ? (int64_t)step : 1;
}

/* distance / step, which leaves no rest. */
static inline int64_t in_steps(int64_t distance, int64_t step)
{
	if (step & (step - 1))
		return distance / step;
	return distance >> __builtin_ctzll((uint64_t)step);
}

static inline void keep_extreme(struct extremes *extremes, int64_t number)
{
	size_t at = extremes->count;

	if (at > EXTREMES) {
		if (number >= extremes->items[EXTREMES])
			return;
		at = EXTREMES;
	} else {
		extremes->count++;
	}
	for (; at && extremes->items[at - 1] > number; at--)
		extremes->items[at] = extremes->items[at - 1];
	extremes->items[at] = number;
}

/*
 * The lowest number that is not better kept apart: the cheapest of all ways
 * to leave out some of the lowest and of the highest.
 */
static int64_t choose_base(const int64_t *numbers, size_t count, int64_t step)
{
	struct extremes low = { .count = 0 }, high = { .count = 0 };
	size_t best = SIZE_MAX, patch_bytes;
	int64_t base;

	for (size_t i = 0; i < count; i++) {
		keep_extreme(&low, numbers[i]);
		keep_extreme(&high, -numbers[i]);
	}
	base = low.items[0];
	patch_bytes = codec_index_size(count) +
		      codec_varint_size(2 * (uint64_t)in_steps(-high.items[0] - low.items[0], step));
	for (size_t left = 0; left < low.count; left++) {
		for (size_t right = 0; left + right < low.count; right++) {
			uint64_t range = (uint64_t)in_steps(-high.items[right] - low.items[left], step);
			size_t bytes = (count * codec_bit_length(range) + 7) / 8 + (left + right) * patch_bytes;

			if (bytes >= best)
				continue;
			best = bytes;
			base = low.items[left];
		}
	}
	return base;
}

/* The cheapest width above `base`, from how many numbers need how many bits. */
static void choose_width(struct codec_pack *plan, const int64_t *numbers, size_t count)
{
	size_t places[65] = { 0 }, index_bytes = codec_index_size(count), patches = 0, patch_bytes = 0, best = SIZE_MAX;
	unsigned widest = 0;

	for (size_t i = 0; i < count; i++) {
		int64_t packed = in_steps(numbers[i] - plan->base, plan->step);

		if (packed < 0) {
			patches++;
			patch_bytes += index_bytes + codec_varint_size(codec_zigzag(packed));
			continue;
		}
		places[codec_bit_length((uint64_t)packed)]++;
	}
	/* From the widest down, what no longer fits becomes patches. */
	for (widest = 64; widest && !places[widest]; widest--)
		;
	for (unsigned width = widest;; width--) {
		size_t bytes = (count * width + 7) / 8 + patch_bytes + (patches ? codec_varint_size(patches) : 0);

		if (width <= CODEC_WIDTH_MAX && bytes < best) {
			best = bytes;
			plan->width = width;
			plan->patches = patches;
		}
		if (!width)
			break;
		patches += places[width];
		patch_bytes += places[width] * (index_bytes + (width + 7) / 7);
	}
	plan->bytes = best + 1 + codec_varint_size(codec_zigzag(plan->base)) +
		      (plan->step > 1 ? codec_varint_size((uint64_t)plan->step) : 0);
}

struct codec_pack codec_pack_plan(const int64_t *numbers, size_t count)
{
	struct codec_pack plan = { .step = shared_step(numbers, count) };

	plan.base = choose_base(numbers, count, plan.step);
	choose_width(&plan, numbers, count);
	return plan;
}

static inline bool is_patch(uint64_t packed, unsigned width)
{
	return packed >> width != 0;
}

static uint8_t *write_words(const struct codec_pack *plan, const int64_t *numbers, size_t count, uint8_t *at)
{
	uint64_t word = 0;
	unsigned filled = 0; /* bits of `word`, under 8 between two numbers */

	for (size_t i = 0; i < count; i++) {
		uint64_t packed = (uint64_t)in_steps(numbers[i] - plan->base, plan->step);

		if (is_patch(packed, plan->width))
			packed = 0;
		word |= packed << filled;
		for (filled += plan->width; filled >= 8; filled -= 8) {
			*at++ = (uint8_t)word;
			word >>= 8;
		}
	}
	if (filled)
		*at++ = (uint8_t)word;
	return at;
}

uint8_t *codec_pack_write(const struct codec_pack *plan, const int64_t *numbers, size_t count, uint8_t *at)
{
	*at++ = (uint8_t)(plan->width | (plan->patches ? PATCHED : 0) | (plan->step > 1 ? STEPPED : 0));
	at = codec_put_varint(at, codec_zigzag(plan->base));
	if (plan->step > 1)
		at = codec_put_varint(at, (uint64_t)plan->step);
	if (plan->patches)
		at = codec_put_varint(at, plan->patches);
	if (plan->width)
		at = write_words(plan, numbers, count, at);
	for (size_t i = 0; plan->patches && i < count; i++) {
		int64_t packed = in_steps(numbers[i] - plan->base, plan->step);

		if (!is_patch((uint64_t)packed, plan->width))
			continue;
		at = codec_put_index(at, i, count);
		at = codec_put_varint(at, codec_zigzag(packed));
	}
	return at;
}

/* Eight packed values take `width` bytes, so within such a group places and shifts are always the same. */
static size_t read_groups(const struct codec_reader *reader, unsigned width, uint64_t *ret, size_t count)
{
	const uint64_t mask = (UINT64_C(1) << width) - 1;
	const uint8_t *at = reader->at;
	size_t done = 0;

	for (; done + 8 <= count && (size_t)(reader->end - at) >= width + 8; done += 8, at += width) {
		for (unsigned i = 0; i < 8; i++)
			ret[done + i] = codec_load64(at + (i * width) / 8) >> (i * width) % 8 & mask;
	}
	return done;
}

static int read_words(struct codec_reader *reader, unsigned width, uint64_t *ret, size_t count)
{
	const uint64_t mask = (UINT64_C(1) << width) - 1;
	size_t bits = count * width, bytes = (bits + 7) / 8;

	if (codec_left(reader) < bytes || (bits % 8 && reader->at[bytes - 1] >> bits % 8))
		return -1;
	for (size_t i = read_groups(reader, width, ret, count); i < count; i++) {
		const uint8_t *at = reader->at + i * width / 8;
		size_t left = (size_t)(reader->end - at);
		uint64_t word = left >= 8 ? codec_load64(at) : codec_load64_tail(at, left);

		ret[i] = word >> (i * width) % 8 & mask;
	}
	reader->at += bytes;
	return 0;
}

static int read_patches(struct codec_reader *reader, const struct codec_pack *plan, uint64_t *ret, size_t count)
{
	size_t from = 0;

	for (size_t i = 0; i < plan->patches; i++) {
		uint64_t value;
		size_t index;

		if (codec_get_index(reader, from, count, &index) < 0 || codec_get_varint(reader, &value) < 0)
			return -1;
		value = (uint64_t)codec_unzigzag(value);
		if (ret[index] || !is_patch(value, plan->width))
			return -1;
		ret[index] = value;
		from = index + 1;
	}
	return 0;
}

int codec_pack_read(struct codec_reader *reader, struct codec_pack *ret_plan, uint64_t *ret, size_t count)
{
	struct codec_pack plan = { .step = 1 };
	uint64_t number;
	uint8_t head;

	if (!codec_left(reader))
		return -1;
	head = *reader->at++;
	plan.width = head & (PATCHED - 1);
	if (plan.width > CODEC_WIDTH_MAX || codec_get_varint(reader, &number) < 0)
		return -1;
	plan.base = codec_unzigzag(number);
	if (head & STEPPED) {
		if (codec_get_varint(reader, &number) < 0 || number < 2 || number > INT64_MAX)
			return -1;
		plan.step = (int64_t)number;
	}
	if (head & PATCHED) {
		if (codec_get_varint(reader, &number) < 0 || !number || number > count)
			return -1;
		plan.patches = number;
	}
	if (plan.width) {
		if (read_words(reader, plan.width, ret, count) < 0)
			return -1;
	} else {
		memset(ret, 0, count * sizeof(*ret));
	}
	if (read_patches(reader, &plan, ret, count) < 0)
		return -1;
	*ret_plan = plan;
	return 0;
}
