#include <criterion/criterion.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "tsdb/codec.h"
#include "tsdb/value.h"

/* Xorshift: the same numbers on every machine. */
struct noise {
	uint64_t state;
};

static uint64_t noise_next(struct noise *noise)
{
	noise->state ^= noise->state << 13;
	noise->state ^= noise->state >> 7;
	noise->state ^= noise->state << 17;
	return noise->state;
}

static uint64_t noise_below(struct noise *noise, uint64_t limit)
{
	return noise_next(noise) % limit;
}

static double noise_unit(struct noise *noise)
{
	return (double)(noise_next(noise) >> 11) / 9007199254740992.0;
}

/*
 * Encode, decode, compare bit by bit; the bytes lie in blocks of their exact
 * size, so that a sanitizer sees a step over the end. Returns the size.
 */
static size_t round_trip(const double *values, size_t count)
{
	uint8_t *room = malloc(CODEC_BOUND(count)), *exact;
	double *ret = malloc(count * sizeof(*ret));
	size_t size = codec_encode_values(values, count, room);

	cr_assert_leq(size, CODEC_BOUND(count));
	exact = malloc(size);
	memcpy(exact, room, size);
	memset(ret, 0xa5, count * sizeof(*ret));
	cr_assert_eq(codec_decode_values(exact, size, ret, count), 0);
	for (size_t i = 0; i < count; i++)
		cr_assert_eq(value_bits(ret[i]), value_bits(values[i]), "value %zu of %zu: %a, not %a", i, count,
			     ret[i], values[i]);
	/* Neither a shorter nor a longer piece is a run; another count is refused or at least survived. */
	for (size_t cut = 0; cut < size; cut++)
		cr_assert_eq(codec_decode_values(exact, cut, ret, count), -1, "cut to %zu of %zu", cut, size);
	cr_assert_lt(size, CODEC_BOUND(count) + 1);
	free(exact);
	exact = malloc(size + 1);
	memcpy(exact, room, size);
	exact[size] = 0;
	cr_assert_eq(codec_decode_values(exact, size + 1, ret, count), -1);
	free(exact);
	free(ret);
	free(room);
	return size;
}

static size_t round_trip_times(const int64_t *times_ms, size_t count)
{
	uint8_t *room = malloc(CODEC_BOUND(count));
	int64_t *ret = malloc(count * sizeof(*ret));
	size_t size = codec_encode_times(times_ms, count, room);

	cr_assert_leq(size, CODEC_BOUND(count));
	cr_assert_eq(codec_decode_times(room, size, ret, count), 0);
	cr_assert_arr_eq(ret, times_ms, count * sizeof(*ret));
	for (size_t cut = 0; cut < size; cut++)
		cr_assert_eq(codec_decode_times(room, cut, ret, count), -1, "cut to %zu of %zu", cut, size);
	free(ret);
	free(room);
	return size;
}

/* Shapes of runs, each a function of the place and of noise. */
struct shape {
	const char *name;
	double (*value)(size_t i, double before, struct noise *noise);
	double bytes; /* at most, per value of a run of 120 */
};

static double shape_zero(size_t i, double before, struct noise *noise)
{
	(void)i, (void)before, (void)noise;
	return 0;
}

static double shape_state(size_t i, double before, struct noise *noise)
{
	(void)before, (void)noise;
	return i >= 60;
}

static double shape_flapping(size_t i, double before, struct noise *noise)
{
	(void)i, (void)before;
	return (double)noise_below(noise, 2);
}

static double shape_line(size_t i, double before, struct noise *noise)
{
	(void)before, (void)noise;
	return 100000 + 15.0 * (double)i;
}

static double shape_counter(size_t i, double before, struct noise *noise)
{
	return i ? before + (double)noise_below(noise, 100) : 123456789;
}

static double shape_reset(size_t i, double before, struct noise *noise)
{
	return i == 77 ? 0 : i ? before + (double)noise_below(noise, 16) : 987654321;
}

static double shape_sparse(size_t i, double before, struct noise *noise)
{
	return i ? before + (noise_below(noise, 5) ? 0 : 1 + (double)noise_below(noise, 8)) : 4711;
}

static double shape_seconds(size_t i, double before, struct noise *noise)
{
	double hundredths = i ? round(before * 100) + 1400 + (double)noise_below(noise, 100) : 12345678;

	return hundredths / 100;
}

static double shape_memory(size_t i, double before, struct noise *noise)
{
	(void)i, (void)before;
	return 4096 * (double)(1000000 + noise_below(noise, 200));
}

static double shape_duration(size_t i, double before, struct noise *noise)
{
	(void)i, (void)before;
	return (double)(20000 + noise_below(noise, 4000)) / 1e9;
}

static double shape_stale(size_t i, double before, struct noise *noise)
{
	(void)before, (void)noise;
	return i % 40 == 39 ? value_stale() : i % 40 == 38 ? -0.0 : (double)(5000 + i);
}

static double shape_bursts(size_t i, double before, struct noise *noise)
{
	return i ? before + (noise_below(noise, 30) ? 3 : 1e9 + (double)noise_below(noise, 1000)) : 0;
}

static double shape_second_order(size_t i, double before, struct noise *noise)
{
	(void)before;
	return (double)(i * i * 100) + (double)noise_below(noise, 2);
}

static double shape_ratio(size_t i, double before, struct noise *noise)
{
	(void)i, (void)before;
	return noise_unit(noise);
}

static double shape_walk(size_t i, double before, struct noise *noise)
{
	return i ? before * (1 + (noise_unit(noise) - 0.5) / 1000) : 1e6 / 3;
}

static double shape_pauses(size_t i, double before, struct noise *noise)
{
	return i && noise_below(noise, 10) ? before : exp(50 * noise_unit(noise));
}

static double shape_bits(size_t i, double before, struct noise *noise)
{
	(void)i, (void)before;
	return value_from_bits(noise_next(noise));
}

static double shape_subnormal(size_t i, double before, struct noise *noise)
{
	(void)i, (void)before;
	return value_from_bits(noise_below(noise, 1000));
}

static double shape_huge(size_t i, double before, struct noise *noise)
{
	(void)i, (void)before;
	return 1.7976931348623157e308 / (double)(1 + noise_below(noise, 3));
}

static double shape_integers_to_53_bits(size_t i, double before, struct noise *noise)
{
	(void)i, (void)before;
	return (double)(int64_t)(noise_next(noise) >> 11) * (noise_below(noise, 2) ? 1 : -1);
}

static double shape_nan(size_t i, double before, struct noise *noise)
{
	(void)before;
	return i % 3 ? value_from_bits(VALUE_NAN_BITS + (noise_next(noise) & 0xffff)) : (double)i;
}

static double shape_mixed_decimals(size_t i, double before, struct noise *noise)
{
	static const double powers[] = { 1, 10, 100, 1000 };

	(void)before;
	return (double)noise_below(noise, 100000) / powers[i % 4];
}

static const struct shape shapes[] = {
	{ "zero", shape_zero, 0.01 },
	{ "state", shape_state, 0.1 },
	{ "flapping", shape_flapping, 0.2 },
	{ "line", shape_line, 0.1 },
	{ "counter", shape_counter, 1.05 },
	{ "counter with a reset", shape_reset, 0.7 },
	{ "sparse counter", shape_sparse, 0.3 },
	{ "seconds", shape_seconds, 1.05 },
	{ "memory in pages", shape_memory, 1.15 },
	{ "durations", shape_duration, 1.65 },
	{ "staleness markers and -0", shape_stale, 0.3 },
	{ "bursts", shape_bursts, 0.4 },
	{ "second order", shape_second_order, 0.6 },
	{ "ratio", shape_ratio, 7 },
	{ "walk", shape_walk, 6.5 },
	{ "pauses", shape_pauses, 1.6 },
	{ "any bits", shape_bits, 8.1 },
	{ "subnormal", shape_subnormal, 1.4 },
	{ "huge", shape_huge, 4.2 },
	{ "integers to 53 bits", shape_integers_to_53_bits, 7 },
	{ "nan payloads", shape_nan, 8.1 },
	{ "mixed decimals", shape_mixed_decimals, 3.6 },
};

static void make(const struct shape *shape, double *values, size_t count, struct noise *noise)
{
	double before = 0;

	for (size_t i = 0; i < count; i++)
		values[i] = before = shape->value(i, before, noise);
}

Test(codec, every_shape_comes_back_to_the_bit)
{
	static const size_t counts[] = { 1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 64, 119, 120, 121, 256, 257, 1000, 1024 };
	double values[CODEC_RUN_MAX];
	struct noise noise = { 42 };

	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		for (size_t j = 0; j < sizeof(counts) / sizeof(counts[0]); j++) {
			make(&shapes[i], values, counts[j], &noise);
			round_trip(values, counts[j]);
		}
	}
}

Test(codec, shapes_take_no_more_than_they_should)
{
	double values[120];
	struct noise noise = { 7 };

	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		size_t size;

		make(&shapes[i], values, 120, &noise);
		size = round_trip(values, 120);
		cr_expect_leq((double)size, shapes[i].bytes * 120 + 1, "%s: %.2f bytes a value", shapes[i].name,
			      (double)size / 120);
	}
}

Test(codec, joined_shapes_come_back)
{
	size_t shape_count = sizeof(shapes) / sizeof(shapes[0]);
	double values[240];
	struct noise noise = { 99 };

	for (size_t i = 0; i < shape_count; i++) {
		for (size_t j = 0; j < shape_count; j++) {
			size_t split = 1 + noise_below(&noise, 119);

			make(&shapes[i], values, split, &noise);
			make(&shapes[j], values + split, 120 - split, &noise);
			round_trip(values, 120);
		}
	}
}

Test(codec, special_values_keep_their_bits)
{
	static const uint64_t specials[] = {
		0,
		UINT64_C(0x8000000000000000), /* -0 */
		UINT64_C(0x7ff0000000000000), /* +Inf */
		UINT64_C(0xfff0000000000000), /* -Inf */
		VALUE_STALE_BITS,
		VALUE_NAN_BITS,
		UINT64_C(0x7ff8000000000000),
		UINT64_C(0xfff8000000000000),
		UINT64_C(0xffffffffffffffff),
		1,                            /* the least subnormal */
		UINT64_C(0x000fffffffffffff), /* the greatest subnormal */
		UINT64_C(0x0010000000000000), /* the least normal */
		UINT64_C(0x7fefffffffffffff), /* the greatest */
		UINT64_C(0xffefffffffffffff),
		UINT64_C(0x4340000000000000), /* 2^53 */
		UINT64_C(0xc340000000000000),
		UINT64_C(0x4340000000000001), /* 2^53 + 2 */
		UINT64_C(0x433fffffffffffff), /* 2^53 - 1 */
	};
	size_t count = sizeof(specials) / sizeof(specials[0]);
	double values[120];

	for (size_t i = 0; i < count; i++) {
		double special = value_from_bits(specials[i]);

		round_trip(&special, 1);
		for (size_t j = 0; j < count; j++) {
			double pair[2] = { special, value_from_bits(specials[j]) };

			round_trip(pair, 2);
		}
		/* At the front, in the middle, at the end, and all three of a run of decimals. */
		for (unsigned places = 1; places < 8; places++) {
			for (size_t j = 0; j < 120; j++)
				values[j] = 20 + (double)(j * j % 100) / 10;
			if (places & 1)
				values[0] = special;
			if (places & 2)
				values[60] = special;
			if (places & 4)
				values[119] = special;
			round_trip(values, 120);
		}
	}
	for (size_t j = 0; j < 120; j++)
		values[j] = value_from_bits(specials[j % count]);
	round_trip(values, 120);
}

Test(codec, decimals_of_every_scale_are_packed)
{
	static const double powers[] = { 1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9 };
	struct noise noise = { 3 };
	double values[120];

	for (size_t scale = 0; scale < sizeof(powers) / sizeof(powers[0]); scale++) {
		for (size_t i = 0; i < 120; i++)
			values[i] = (double)(1000001 + noise_below(&noise, 64)) / powers[scale];
		cr_assert_leq(round_trip(values, 120), 120 * 6 / 8 + 10, "scale %zu", scale);
		for (size_t i = 0; i < 120; i++)
			values[i] = -values[i];
		cr_assert_leq(round_trip(values, 120), 120 * 6 / 8 + 10, "negative, scale %zu", scale);
	}
}

/* Seconds as exporters compute them from whole small units: most are not the double nearest to the decimal. */
Test(codec, computed_seconds_are_packed)
{
	struct noise noise = { 31 };
	double values[4][120];
	uint64_t count = 7400000000;

	for (size_t i = 0; i < 120; i++) {
		count += noise_below(&noise, 256);
		values[0][i] = (double)count * 1e-3;
		values[1][i] = (double)count * 1e-6;
		values[2][i] = (double)count * 1e-9;
		values[3][i] = (double)count / 1000 / 1000;
	}
	for (size_t way = 0; way < 4; way++) {
		cr_assert_leq(round_trip(values[way], 120), 120 + 16, "way %zu", way);
		values[way][119] = value_stale();
		cr_assert_leq(round_trip(values[way], 120), 120 + 20, "way %zu, stale", way);
		values[way][60] = M_PI;
		cr_assert_leq(round_trip(values[way], 120), 120 + 30, "way %zu, off the grid", way);
	}
}

Test(codec, a_common_step_is_not_paid_for)
{
	static const double steps[] = { 2, 3, 10, 512, 1000, 1024, 1500, 4096, 1048576, 1e9 };
	struct noise noise = { 5 };
	double values[120];

	for (size_t step = 0; step < sizeof(steps) / sizeof(steps[0]); step++) {
		for (size_t i = 0; i < 120; i++)
			values[i] = 7 + steps[step] * (double)noise_below(&noise, 16);
		cr_assert_leq(round_trip(values, 120), 60 + 12, "step %g", steps[step]);
	}
}

Test(codec, few_outliers_do_not_widen_a_run)
{
	struct noise noise = { 11 };
	double values[120];

	for (size_t outliers = 1; outliers <= 8; outliers++) {
		for (size_t i = 0; i < 120; i++)
			values[i] = (double)noise_below(&noise, 16);
		for (size_t i = 0; i < outliers; i++)
			values[13 * i + 5] = i % 2 ? 1e6 : -1e6;
		cr_assert_leq(round_trip(values, 120), 60 + 10 + outliers * 6, "%zu outliers", outliers);
	}
}

Test(codec, widths_of_all_sizes_come_back)
{
	struct noise noise = { 17 };
	double values[CODEC_RUN_MAX];

	for (unsigned width = 1; width <= 53; width++) {
		for (size_t count = 2; count <= CODEC_RUN_MAX; count = count * 3 + 1) {
			for (size_t i = 0; i < count; i++)
				values[i] = (double)(noise_next(&noise) >> (64 - width));
			round_trip(values, count);
			for (size_t i = 0; i < count; i++)
				values[i] = ldexp(values[i], (int)width - 30);
			round_trip(values, count);
		}
	}
}

Test(codec, a_window_of_64_bits_comes_back)
{
	/* Bit 63 and bit 0 differ, on no grid. */
	double values[] = { 1.5e-300, -2.7e+250, 1.1e-10, value_from_bits(0x8000000000000001), 3e300, -1e-320 };

	round_trip(values, sizeof(values) / sizeof(values[0]));
}

Test(codec, random_runs_come_back)
{
	struct noise noise = { 1234567 };
	double values[CODEC_RUN_MAX];

	for (unsigned run = 0; run < 2000; run++) {
		size_t count = 1 + noise_below(&noise, 130);
		unsigned width = 1 + (unsigned)noise_below(&noise, 60);
		int scale = (int)noise_below(&noise, 12);
		double before = 0;

		for (size_t i = 0; i < count; i++) {
			double number = (double)(int64_t)(noise_next(&noise) >> (64 - width));

			if (!noise_below(&noise, 40))
				number = value_from_bits(noise_next(&noise));
			before = run % 2 ? before + number : number;
			values[i] = noise_below(&noise, 3) ? before / pow(10, scale) : i ? values[i - 1] : 0;
		}
		round_trip(values, count);
	}
}

/* Is that a run of these very values? */
static bool decodes_to(const uint8_t *bytes, size_t size, const double *values, size_t count)
{
	double ret[CODEC_RUN_MAX];

	return codec_decode_values(bytes, size, ret, count) == 0 && memcmp(ret, values, count * sizeof(*ret)) == 0;
}

Test(codec, damaged_runs_are_refused_or_read_safely)
{
	double values[120], ret[CODEC_RUN_MAX];
	uint8_t bytes[CODEC_BOUND(120)];
	struct noise noise = { 5 };

	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		size_t size, same = 0;

		make(&shapes[i], values, 120, &noise);
		size = codec_encode_values(values, 120, bytes);
		for (size_t at = 0; at < size; at++) {
			for (unsigned bit = 0; bit < 8; bit++) {
				uint8_t *exact = malloc(size);

				memcpy(exact, bytes, size);
				exact[at] ^= (uint8_t)(1u << bit);
				same += decodes_to(exact, size, values, 120);
				codec_decode_times(exact, size, (int64_t[CODEC_RUN_MAX]){ 0 }, 120);
				free(exact);
			}
		}
		cr_expect_lt(same, 8, "%s: %zu bits say nothing, and only the last byte is filled up", shapes[i].name,
			     same);
		for (size_t count = 1; count <= CODEC_RUN_MAX; count += 37)
			cr_expect(codec_decode_values(bytes, size, ret, count) == -1 || count > 120 ||
					  memcmp(ret, values, count * sizeof(*ret)) == 0,
				  "%s: %zu others than the first of 120 values", shapes[i].name, count);
	}
}

Test(codec, random_bytes_are_read_safely)
{
	struct noise noise = { 77 };
	double ret[CODEC_RUN_MAX];
	int64_t times[CODEC_RUN_MAX];
	unsigned refused = 0;

	for (unsigned run = 0; run < 20000; run++) {
		size_t size = noise_below(&noise, 60), count = 1 + noise_below(&noise, 300);
		uint8_t *bytes = malloc(size ? size : 1);

		for (size_t i = 0; i < size; i++)
			bytes[i] = (uint8_t)noise_next(&noise);
		refused += codec_decode_values(bytes, size, ret, count) == -1;
		refused += codec_decode_times(bytes, size, times, count) == -1;
		free(bytes);
	}
	cr_expect_gt(refused, 2 * 20000 * 0.9, "bytes of chance are seldom a run: %u refused", refused);
}

Test(codec, what_no_encoder_writes_is_refused)
{
	static const struct {
		const char *what;
		uint8_t bytes[24];
		size_t size, count;
	} cases[] = {
		{ "no bytes", { 0 }, 0, 1 },
		{ "no values", { 0 }, 1, 0 },
		{ "too many values", { 0 }, 1, CODEC_RUN_MAX + 1 },
		{ "unknown form 6", { 6 }, 1, 1 },
		{ "unknown form 7", { 7 }, 1, 1 },
		{ "constant of nine bytes", { 9 << 3, 1, 2, 3, 4, 5, 6, 7, 8, 9 }, 10, 4 },
		{ "constant ending in zero", { 2 << 3, 0x40, 0 }, 3, 4 },
		{ "constant cut short", { 2 << 3, 0x40 }, 2, 4 },
		{ "flags of integers", { 1 | 1 << 6, 0, 0 }, 3, 4 },
		{ "decimal scale 0", { 2, 0, 0, 0 }, 4, 4 },
		{ "decimal scale 14", { 2, 14, 0, 0 }, 4, 4 },
		{ "binary scale above the range", { 3, 0xfe, 0x07, 0, 0 }, 5, 4 },
		{ "width 57", { 1, 57, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, 11, 1 },
		{ "step of 1", { 1, 1 << 7, 0, 1 }, 4, 4 },
		{ "patched without patches", { 1, 1 << 6, 0, 0 }, 4, 4 },
		{ "more patches than values", { 1, 1 << 6, 0, 5, 0, 2, 1, 2, 2, 2, 3, 2 }, 12, 4 },
		{ "patches out of order", { 1, 1 << 6, 0, 2, 1, 2, 0, 2 }, 8, 4 },
		{ "patch that fits", { 1, 1 << 6, 0, 1, 0, 0 }, 6, 4 },
		{ "number with needless bytes", { 1, 0, 0x80, 0 }, 4, 4 },
		{ "number of 65 bits", { 1, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2 }, 12, 4 },
		{ "bits behind the last value", { 1, 3, 0, 0, 0xf0 }, 5, 4 },
		{ "changes without a change", { 1 | 3 << 3, 0, 0, 0, 0 }, 5, 4 },
		{ "changes behind the end", { 1 | 3 << 3, 0, 8, 0, 0 }, 5, 4 },
		{ "second differences of two", { 1 | 2 << 3, 0, 0, 0, 0 }, 5, 2 },
		{ "odd ones of too short a run", { 1 | 1 << 5, 0, 0, 1, 0, 0 }, 6, 4 },
		{ "integer above 2^53", { 1, 0, 0x82, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20 }, 10, 4 },
		{ "xor with flags", { 4 | 8, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, 10, 2 },
		{ "xor without a window", { 4, 0, 0, 0, 0, 0, 0, 0, 0, 1 }, 10, 2 },
		{ "xor without a difference", { 4, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0x00 }, 11, 2 },
		{ "xor window too long", { 4, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 1, 1, 1, 1, 1, 1, 1 }, 18, 2 },
		{ "plain with flags", { 5 | 8, 0, 0, 0, 0, 0, 0, 0, 0 }, 9, 1 },
		{ "plain of another count", { 5, 0, 0, 0, 0, 0, 0, 0, 0 }, 9, 2 },
	};
	double ret[CODEC_RUN_MAX];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		cr_expect_eq(codec_decode_values(cases[i].bytes, cases[i].size, ret, cases[i].count), -1, "%s",
			     cases[i].what);
}

Test(codec, the_end_of_the_integers_is_2_to_53)
{
	double values[] = { 9007199254740992.0, -9007199254740992.0, 9007199254740991.0, 0, 1, 2, 3, 4 };

	round_trip(values, 8);
}

Test(codec, a_value_off_the_grid_is_kept_apart)
{
	double values[120];
	size_t size;

	for (size_t i = 0; i < 120; i++)
		values[i] = 3 * (double)i;
	size = round_trip(values, 120);
	values[50] = M_PI;
	cr_assert_leq(round_trip(values, 120), size + 20);
	values[51] = value_stale();
	cr_assert_leq(round_trip(values, 120), size + 26);
}

Test(codec, times_come_back)
{
	struct noise noise = { 8 };
	int64_t times[CODEC_RUN_MAX];

	for (size_t count = 1; count <= CODEC_RUN_MAX; count = count * 2 + 1) {
		for (size_t i = 0; i < count; i++)
			times[i] = INT64_C(1795348800000) + (int64_t)i * 15000;
		cr_assert_leq(round_trip_times(times, count), 16, "steady, %zu", count);
		for (size_t i = 0; i < count; i++)
			times[i] += (int64_t)noise_below(&noise, 16);
		cr_assert_leq(round_trip_times(times, count), 20 + count * 6 / 8, "jitter, %zu", count);
		for (size_t i = count / 2; i < count; i++)
			times[i] += 3600000;
		cr_assert_leq(round_trip_times(times, count), 26 + count * 6 / 8, "a gap, %zu", count);
	}
}

Test(codec, extreme_times_come_back)
{
	static const int64_t extremes[] = { INT64_MIN, INT64_MIN + 1, -1, 0, 1, INT64_MAX - 1, INT64_MAX };
	static const int64_t limits[] = { -(INT64_C(1) << 60), -(INT64_C(1) << 60) + 1, 0, (INT64_C(1) << 60) - 1,
					  INT64_C(1) << 60 };

	round_trip_times(extremes, 7);
	round_trip_times(limits, 5);
	round_trip_times(limits + 1, 3);
	for (size_t i = 0; i < 7; i++)
		round_trip_times(&extremes[i], 1);
}

Test(codec, equal_and_falling_times_come_back)
{
	int64_t times[] = { 5, 5, 5, 4, 3, -100, -100 };

	round_trip_times(times, 7);
	round_trip_times(times, 3);
}
