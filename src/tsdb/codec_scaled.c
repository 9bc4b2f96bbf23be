#include "tsdb/codec_scaled.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "tsdb/codec_integers.h"
#include "tsdb/value.h"

_Static_assert(FLT_EVAL_METHOD == 0, "what is checked here must be computed alike when it is decoded");

/* Up to here every whole number is a double. */
#define EXACT_MAX (INT64_C(1) << 53)

/* How many values, from all over a run, are looked at before the others are. */
#define PROBES 8

#define FRACTION_BITS 52
#define EXPONENT_MASK 0x7ffu
#define EXPONENT_BIAS 1075 /* of the mantissa as a whole number */

/*
 * How many steps of each scale make 1. The first ten are decimals as they are
 * written. The others are seconds computed from whole milli-, micro- and
 * nanoseconds by exporters that round differently: times 0.001, times 1e-6,
 * times 1e-9, or divided by 1000 twice. Their last bits are not those of a
 * decimal, but follow from the integer all the same.
 */
static const double steps[CODEC_SCALE_MAX + 1] = {
	1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e3, 1e6, 1e9, 1e6,
};

#define DECIMALS_MAX 9
#define FACTOR_FIRST 10
#define TWICE        CODEC_SCALE_MAX

static const double factors[] = { 1e-3, 1e-6, 1e-9 };

/* Odd values common enough for a byte instead of their bits; the byte is the place in this table. */
static const uint64_t known_odd[] = {
	VALUE_STALE_BITS,
	VALUE_NAN_BITS,
	UINT64_C(0x7ff8000000000000), /* NaN as C makes it */
	UINT64_C(0x7ff0000000000000), /* +Inf */
	UINT64_C(0xfff0000000000000), /* -Inf */
	UINT64_C(0x8000000000000000), /* -0 */
};
#define KNOWN_ODD   (sizeof(known_odd) / sizeof(known_odd[0]))
#define ODD_BY_BITS 0xff

static inline double from_integer(double integer, int scale)
{
	if (scale <= DECIMALS_MAX)
		return integer / steps[scale];
	if (scale == TWICE)
		return integer / 1e3 / 1e3;
	return integer * factors[scale - FACTOR_FIRST];
}

static inline bool to_decimal(double value, int scale, int64_t *ret)
{
	double scaled = value * steps[scale];
	int64_t integer;

	if (!(fabs(scaled) <= (double)EXACT_MAX))
		return false;
	integer = (int64_t)(scaled + copysign(0.5, scaled));
	if (integer > EXACT_MAX || integer < -EXACT_MAX)
		return false;
	*ret = integer;
	return value_bits(from_integer((double)integer, scale)) == value_bits(value);
}

/* The least decimal scale from `scale` on that holds the value; -1 when none does. */
static int scale_for(double value, int scale)
{
	int64_t integer;

	for (; scale <= DECIMALS_MAX; scale++)
		if (to_decimal(value, scale, &integer))
			return scale;
	return -1;
}

static size_t odd_allowed(size_t count)
{
	return count / 8;
}

/* An odd value repeats the integer before it; those at the front, the first that is there. */
static void fill_odd(struct codec_scaled *scaled, size_t count)
{
	size_t first = 0;

	while (first < scaled->odd_count && scaled->odd[first] == first)
		first++;
	for (size_t i = 0; i < first; i++)
		scaled->integers[i] = first < count ? scaled->integers[first] : 0;
	for (size_t i = first; i < scaled->odd_count; i++)
		scaled->integers[scaled->odd[i]] = scaled->integers[scaled->odd[i] - 1];
}

/* Note an odd value; false when there are too many. */
static bool add_odd(struct codec_scaled *scaled, size_t index, size_t count)
{
	if (scaled->odd_count >= odd_allowed(count))
		return false;
	scaled->odd[scaled->odd_count++] = (uint16_t)index;
	return true;
}

static double probe(const double *values, size_t count, size_t i)
{
	return values[i * (count - 1) / (PROBES - 1)];
}

/* The decimal scale that a few values from all over the run need; -1 when none of them, so not the run, is decimal. */
static int probe_decimal(const double *values, size_t count)
{
	int scale = -1;

	for (size_t i = 0; i < PROBES; i++) {
		int found = scale_for(probe(values, count, i), scale < 0 ? 0 : scale);

		if (found >= 0)
			scale = found;
	}
	return scale;
}

static bool fit_decimal(struct codec_scaled *ret, const double *values, size_t count)
{
	int scale = probe_decimal(values, count);

	if (scale < 0)
		return false;
	ret->odd_count = 0;
	for (size_t i = 0; i < count; i++) {
		int found;

		if (to_decimal(values[i], scale, &ret->integers[i]))
			continue;
		found = isfinite(values[i]) ? scale_for(values[i], scale + 1) : -1;
		if (found >= 0) {
			/* All over again, nine times at most; a greater scale may bring others out of range. */
			scale = found;
			ret->odd_count = 0;
			i = SIZE_MAX;
		} else if (!add_odd(ret, i, count)) {
			return false;
		}
	}
	ret->scale = scale;
	return true;
}

static bool fit_computed(struct codec_scaled *ret, const double *values, size_t count, int scale)
{
	size_t fitting = 0;

	for (size_t i = 0; i < PROBES; i++)
		fitting += to_decimal(probe(values, count, i), scale, &ret->integers[0]);
	/* All but two: one at the end may be a staleness marker. */
	if (fitting + 2 < PROBES)
		return false;
	ret->odd_count = 0;
	for (size_t i = 0; i < count; i++)
		if (!to_decimal(values[i], scale, &ret->integers[i]) && !add_odd(ret, i, count))
			return false;
	ret->scale = scale;
	return true;
}

bool codec_scaled_decimal(struct codec_scaled *ret, const double *values, size_t count)
{
	if (!fit_decimal(ret, values, count))
		return false;
	fill_odd(ret, count);
	return true;
}

bool codec_scaled_computed(struct codec_scaled *ret, const double *values, size_t count)
{
	int scale = FACTOR_FIRST;

	while (scale <= CODEC_SCALE_MAX && !fit_computed(ret, values, count, scale))
		scale++;
	if (scale > CODEC_SCALE_MAX)
		return false;
	fill_odd(ret, count);
	return true;
}

/* Mantissa as a whole number and the power of two that belongs to it. */
static inline uint64_t take_apart(double value, int *ret_power)
{
	uint64_t bits = value_bits(value), fraction = bits & ((UINT64_C(1) << FRACTION_BITS) - 1);
	unsigned exponent = (unsigned)(bits >> FRACTION_BITS) & EXPONENT_MASK;

	*ret_power = (int)(exponent ? exponent : 1) - EXPONENT_BIAS;
	return exponent ? fraction | UINT64_C(1) << FRACTION_BITS : fraction;
}

static bool is_minus_zero(double value)
{
	return value == 0 && signbit(value);
}

bool codec_scaled_binary(struct codec_scaled *ret, const double *values, size_t count)
{
	int low = CODEC_BINARY_MAX + 1, high = CODEC_BINARY_MIN;

	ret->odd_count = 0;
	for (size_t i = 0; i < count; i++) {
		uint64_t mantissa;
		int power;

		if (!isfinite(values[i]) || is_minus_zero(values[i])) {
			if (!add_odd(ret, i, count))
				return false;
			continue;
		}
		mantissa = take_apart(values[i], &power);
		if (!mantissa)
			continue;
		if (power + __builtin_ctzll(mantissa) < low)
			low = power + __builtin_ctzll(mantissa);
		if (power + (int)codec_bit_length(mantissa) > high)
			high = power + (int)codec_bit_length(mantissa);
		if (high - low > 60)
			return false;
	}
	if (low > CODEC_BINARY_MAX)
		return false;
	ret->scale = low;
	for (size_t i = 0; i < count; i++) {
		int power;
		uint64_t mantissa = take_apart(values[i], &power);

		if (!isfinite(values[i]) || !mantissa) {
			ret->integers[i] = 0;
			continue;
		}
		mantissa = power >= low ? mantissa << (power - low) : mantissa >> (low - power);
		ret->integers[i] = values[i] < 0 ? -(int64_t)mantissa : (int64_t)mantissa;
	}
	fill_odd(ret, count);
	return true;
}

/* Two at a time: a division is what takes longest here. */
static void divide(double *values, size_t count, double divisor)
{
	typedef double pair __attribute__((vector_size(16)));
	const pair divisors = { divisor, divisor };
	size_t i = 0;

	for (; i + 2 <= count; i += 2) {
		pair two;

		memcpy(&two, values + i, sizeof(two));
		two /= divisors;
		memcpy(values + i, &two, sizeof(two));
	}
	if (i < count)
		values[i] /= divisor;
}

int codec_from_decimal(const int64_t *integers, size_t count, int scale, double *ret)
{
	uint64_t beyond = 0;

	for (size_t i = 0; i < count; i++) {
		ret[i] = (double)integers[i];
		/* Shifted to start at zero, only a number out of range has one of the upper bits, or is the end. */
		beyond |= ((uint64_t)integers[i] + EXACT_MAX - ((uint64_t)integers[i] == EXACT_MAX)) >> 54;
	}
	if (scale == TWICE) {
		divide(ret, count, 1e3);
		divide(ret, count, 1e3);
	} else if (scale >= FACTOR_FIRST) {
		for (size_t i = 0; i < count; i++)
			ret[i] *= factors[scale - FACTOR_FIRST];
	} else if (scale) {
		divide(ret, count, steps[scale]);
	}
	return beyond ? -1 : 0;
}

int codec_from_binary(const int64_t *integers, size_t count, int scale, double *ret)
{
	const double power = ldexp(1, scale);
	uint64_t beyond = 0;

	for (size_t i = 0; i < count; i++) {
		ret[i] = (double)integers[i] * power;
		beyond |= ((uint64_t)integers[i] + CODEC_INTEGER_LIMIT) >> 61;
	}
	return beyond ? -1 : 0;
}

static size_t known(uint64_t bits)
{
	size_t i = 0;

	while (i < KNOWN_ODD && known_odd[i] != bits)
		i++;
	return i;
}

size_t codec_odd_bytes(const struct codec_scaled *scaled, const double *values, size_t count)
{
	size_t bytes = codec_varint_size(scaled->odd_count);

	if (!scaled->odd_count)
		return 0;
	for (size_t i = 0; i < scaled->odd_count; i++)
		bytes += codec_index_size(count) + 1 + (known(value_bits(values[scaled->odd[i]])) < KNOWN_ODD ? 0 : 8);
	return bytes;
}

uint8_t *codec_odd_write(const struct codec_scaled *scaled, const double *values, size_t count, uint8_t *at)
{
	if (!scaled->odd_count)
		return at;
	at = codec_put_varint(at, scaled->odd_count);
	for (size_t i = 0; i < scaled->odd_count; i++) {
		uint64_t bits = value_bits(values[scaled->odd[i]]);
		size_t which = known(bits);

		at = codec_put_index(at, scaled->odd[i], count);
		*at++ = which < KNOWN_ODD ? (uint8_t)which : ODD_BY_BITS;
		if (which == KNOWN_ODD)
			at = codec_put64(at, bits);
	}
	return at;
}

int codec_odd_read(struct codec_reader *reader, double *ret, size_t count)
{
	uint64_t odd;
	size_t from = 0;

	if (codec_get_varint(reader, &odd) < 0 || !odd || odd > odd_allowed(count))
		return -1;
	for (size_t i = 0; i < odd; i++) {
		size_t index;
		uint64_t bits;
		uint8_t which;

		if (codec_get_index(reader, from, count, &index) < 0 || !codec_left(reader))
			return -1;
		which = *reader->at++;
		if (which < KNOWN_ODD) {
			bits = known_odd[which];
		} else {
			if (which != ODD_BY_BITS || codec_left(reader) < 8)
				return -1;
			bits = codec_load64(reader->at);
			reader->at += 8;
		}
		ret[index] = value_from_bits(bits);
		from = index + 1;
	}
	return 0;
}
