#include "tsdb/codec_pack.h"

#include <stdbool.h>

/* Flags beside the width in the first byte. */
#define PATCHED (1u << 6)
#define STEPPED (1u << 7)

/* How many of the lowest numbers are looked at as outliers. */
#define LOWEST 8

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

/* The lowest numbers in ascending order; returns how many. */
static size_t find_lowest(const int64_t *numbers, size_t count, int64_t *ret)
{
	size_t found = 0;

	for (size_t i = 0; i < count; i++) {
		size_t at = found;

		if (found == LOWEST) {
			if (numbers[i] >= ret[LOWEST - 1])
				continue;
			at--;
		} else {
			found++;
		}
		for (; at && ret[at - 1] > numbers[i]; at--)
			ret[at] = ret[at - 1];
		ret[at] = numbers[i];
	}
	return found;
}

/* Subtract `base` from all and divide them by `step`, which leaves no rest. */
static void normalize(int64_t *numbers, size_t count, int64_t base, int64_t step)
{
	int shift = __builtin_ctzll((uint64_t)step);

	if (step & (step - 1)) {
		for (size_t i = 0; i < count; i++)
			numbers[i] = (numbers[i] - base) / step;
	} else {
		for (size_t i = 0; i < count; i++)
			numbers[i] = (numbers[i] - base) >> shift;
	}
}

/* The cheapest width for numbers less `offset`, from how many need how many bits; returns the bytes it takes. */
static size_t choose_width(struct codec_pack *plan, const int64_t *numbers, size_t count, int64_t offset)
{
	size_t places[65] = { 0 }, index_bytes = codec_index_size(count), patches = 0, patch_bytes = 0, best = SIZE_MAX;
	uint64_t all = 0;

	for (size_t i = 0; i < count; i++) {
		int64_t packed = numbers[i] - offset;

		if (packed < 0) {
			patches++;
			patch_bytes += index_bytes + codec_varint_size(codec_zigzag(packed));
			continue;
		}
		all |= (uint64_t)packed;
		places[codec_bit_length((uint64_t)packed)]++;
	}
	/* From the widest down, what no longer fits becomes patches. */
	for (unsigned width = codec_bit_length(all);; width--) {
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
	return best;
}

/*
 * The lowest of the numbers that are not outliers below the others: behind
 * the last gap that is wider than all that is known of what follows it.
 */
static int64_t above_outliers(const int64_t *lowest, size_t found)
{
	for (size_t i = found - 1; found > 2 && --i > 0;)
		if (lowest[i] - lowest[i - 1] > lowest[found - 1] - lowest[i])
			return lowest[i];
	return lowest[0];
}

struct codec_pack codec_pack_plan(int64_t *numbers, size_t count)
{
	struct codec_pack plan = { .step = shared_step(numbers, count) }, other;
	int64_t lowest[LOWEST] = { numbers[0] }, offset;
	size_t found = find_lowest(numbers, count, lowest), other_bytes;

	plan.base = lowest[0];
	normalize(numbers, count, plan.base, plan.step);
	offset = above_outliers(lowest, found);
	normalize(&offset, 1, plan.base, plan.step);
	plan.bytes = choose_width(&plan, numbers, count, 0);
	if (offset) {
		other = plan;
		other.base += offset * plan.step;
		other_bytes = choose_width(&other, numbers, count, offset);
		if (other_bytes < plan.bytes) {
			plan = other;
			plan.bytes = other_bytes;
			normalize(numbers, count, offset, 1);
		}
	}
	plan.bytes += 1 + codec_varint_size(codec_zigzag(plan.base)) +
		      (plan.step > 1 ? codec_varint_size((uint64_t)plan.step) : 0);
	return plan;
}

static inline bool is_patch(uint64_t packed, unsigned width)
{
	return packed >> width != 0;
}

/* Eight bytes are stored at a time; those behind the last word are written over, or room that CODEC_BOUND has. */
static uint8_t *write_words(const struct codec_pack *plan, const int64_t *packed, size_t count, uint8_t *at)
{
	uint64_t word = 0;
	unsigned filled = 0; /* bits of `word`, under 8 between two numbers */

	for (size_t i = 0; i < count; i++) {
		uint64_t value = (uint64_t)packed[i];

		if (is_patch(value, plan->width))
			value = 0;
		word |= value << filled;
		filled += plan->width;
		codec_put64(at, word);
		at += filled / 8;
		word >>= filled & ~7u;
		filled %= 8;
	}
	if (filled)
		*at++ = (uint8_t)word;
	return at;
}

uint8_t *codec_pack_write(const struct codec_pack *plan, const int64_t *packed, size_t count, uint8_t *at)
{
	*at++ = (uint8_t)(plan->width | (plan->patches ? PATCHED : 0) | (plan->step > 1 ? STEPPED : 0));
	at = codec_put_varint(at, codec_zigzag(plan->base));
	if (plan->step > 1)
		at = codec_put_varint(at, (uint64_t)plan->step);
	if (plan->patches)
		at = codec_put_varint(at, plan->patches);
	if (plan->width)
		at = write_words(plan, packed, count, at);
	for (size_t i = 0; plan->patches && i < count; i++) {
		if (!is_patch((uint64_t)packed[i], plan->width))
			continue;
		at = codec_put_index(at, i, count);
		at = codec_put_varint(at, codec_zigzag(packed[i]));
	}
	return at;
}

/* Eight packed values take `width` bytes. With a constant width, places and shifts are constants, too. */
static inline __attribute__((always_inline)) size_t read_groups_of(const uint8_t *at, const uint8_t *end,
								   unsigned width, uint64_t *ret, size_t count)
{
	const uint64_t mask = (UINT64_C(1) << width) - 1;
	size_t done = 0;

	for (; done + 8 <= count && (size_t)(end - at) >= width + 8; done += 8, at += width) {
		ret[done] = codec_load64(at) & mask;
		ret[done + 1] = codec_load64(at + width / 8) >> width % 8 & mask;
		ret[done + 2] = codec_load64(at + width * 2 / 8) >> width * 2 % 8 & mask;
		ret[done + 3] = codec_load64(at + width * 3 / 8) >> width * 3 % 8 & mask;
		ret[done + 4] = codec_load64(at + width * 4 / 8) >> width * 4 % 8 & mask;
		ret[done + 5] = codec_load64(at + width * 5 / 8) >> width * 5 % 8 & mask;
		ret[done + 6] = codec_load64(at + width * 6 / 8) >> width * 6 % 8 & mask;
		ret[done + 7] = codec_load64(at + width * 7 / 8) >> width * 7 % 8 & mask;
	}
	return done;
}

/* Widths up to 24 are nearly all there are. Returns how many values were read; the last few are left. */
static size_t read_groups(const struct codec_reader *reader, unsigned width, uint64_t *ret, size_t count)
{
	const uint8_t *at = reader->at, *end = reader->end;

	switch (width) {
#define WIDTH(n)                                                                                                       \
	case n:                                                                                                        \
		return read_groups_of(at, end, (n), ret, count)
#define WIDTHS(n)                                                                                                      \
	WIDTH(n);                                                                                                      \
	WIDTH((n) + 1);                                                                                                \
	WIDTH((n) + 2);                                                                                                \
	WIDTH((n) + 3)
		WIDTHS(1);
		WIDTHS(5);
		WIDTHS(9);
		WIDTHS(13);
		WIDTHS(17);
		WIDTHS(21);
#undef WIDTHS
#undef WIDTH
	default: return read_groups_of(at, end, width, ret, count);
	}
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
