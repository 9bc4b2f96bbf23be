#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "tsdb/exposition_scan.h"
#include "tsdb/value.h"

/* Digits that always fit 64 bits. */
#define DIGITS_MAX 19

/* Powers of ten that a double, and a long double of 64 bits, hold exactly. */
#define DOUBLE_POWER_MAX 22
#define LONG_POWER_MAX   27

/* Exponents beyond this only say "out of range" or "zero". */
#define EXPONENT_CLAMP 100000

static const double powers[DOUBLE_POWER_MAX + 1] = { 1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
						     1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
						     1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };

/* A decimal number: digits * 10^exponent, unless digits were left out that count. */
struct decimal {
	uint64_t digits;
	int64_t exponent;
	bool cut;
	bool negative;
};

static bool read_exponent(const char **at, const char *end, int64_t *ret)
{
	const char *place = *at + 1;
	bool negative = false;
	int64_t exponent = 0;

	if (place < end && (*place == '+' || *place == '-'))
		negative = *place++ == '-';
	if (place == end || !exposition_is(*place, EXPOSITION_DIGIT))
		return false;
	for (; place < end && exposition_is(*place, EXPOSITION_DIGIT); place++)
		if (exponent < EXPONENT_CLAMP)
			exponent = exponent * 10 + (*place - '0');
	*ret += negative ? -exponent : exponent;
	*at = place;
	return true;
}

/* The whole text must be a number. */
static bool read_decimal(const char *at, const char *end, struct decimal *ret)
{
	struct decimal decimal = { 0 };
	unsigned kept = 0;
	bool any = false, point = false;

	if (at < end && (*at == '+' || *at == '-'))
		decimal.negative = *at++ == '-';
	for (; at < end; at++) {
		unsigned digit = (unsigned)*at - '0';

		if (digit > 9) {
			if (*at != '.' || point)
				break;
			point = true;
			continue;
		}
		any = true;
		if (kept < DIGITS_MAX) {
			decimal.digits = decimal.digits * 10 + digit;
			kept += decimal.digits != 0;
			decimal.exponent -= point;
		} else {
			decimal.cut |= digit != 0;
			decimal.exponent += !point;
		}
	}
	if (!any)
		return false;
	if (at < end && (*at == 'e' || *at == 'E') && !read_exponent(&at, end, &decimal.exponent))
		return false;
	*ret = decimal;
	return at == end;
}

/*
 * Exact arithmetic: when digits and power are both exact, one operation is
 * rounded once, as it must be. The wider one is rounded twice, which is
 * wrong only close to the middle between two doubles; that case is refused.
 */
static bool quick(const struct decimal *decimal, double *ret)
{
	int64_t exponent = decimal->exponent;

	if (decimal->cut)
		return false;
	if (!decimal->digits) {
		*ret = 0;
		return true;
	}
	if (decimal->digits <= UINT64_C(1) << 53 && exponent >= -DOUBLE_POWER_MAX && exponent <= DOUBLE_POWER_MAX) {
		*ret = exponent < 0 ? (double)decimal->digits / powers[-exponent]
				    : (double)decimal->digits * powers[exponent];
		return true;
	}
#if LDBL_MANT_DIG == 64 && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	if (exponent >= -LONG_POWER_MAX && exponent <= LONG_POWER_MAX) {
		unsigned size = (unsigned)(exponent < 0 ? -exponent : exponent);
		long double power = powers[size < DOUBLE_POWER_MAX ? size : DOUBLE_POWER_MAX], wide;
		uint64_t mantissa;

		if (size > DOUBLE_POWER_MAX)
			power *= powers[size - DOUBLE_POWER_MAX];
		wide = exponent < 0 ? (long double)decimal->digits / power : (long double)decimal->digits * power;
		memcpy(&mantissa, &wide, sizeof(mantissa));
		*ret = (double)wide;
		return (mantissa & 0x7ff) < 0x3ff || (mantissa & 0x7ff) > 0x401;
	}
#endif
	return false;
}

static double slow(const char *text, size_t length)
{
	char room[128], *copy = length < sizeof(room) ? room : mem_alloc(length + 1);
	double value;

	memcpy(copy, text, length);
	copy[length] = '\0';
	/* The C locale is a constant of the library: nothing is allocated. */
	value = strtod_l(copy, NULL, newlocale(LC_ALL_MASK, "C", (locale_t)0));
	if (copy != room)
		free(copy);
	return value;
}

/* Infinity may have a sign, NaN may not. */
static bool read_word(const char *text, size_t length, double *ret)
{
	bool negative = length && *text == '-', sign = negative || (length && *text == '+');

	if (!sign && length == 3 && strncasecmp(text, "nan", 3) == 0) {
		*ret = value_from_bits(VALUE_NAN_BITS);
		return true;
	}
	text += sign;
	length -= sign;
	if ((length != 3 || strncasecmp(text, "inf", 3) != 0) && (length != 8 || strncasecmp(text, "infinity", 8) != 0))
		return false;
	*ret = negative ? -INFINITY : INFINITY;
	return true;
}

int exposition_scan_number(struct exposition_scan *scan, double *ret)
{
	const char *start = scan->at, *end = start;
	struct decimal decimal;
	int shown;

	while (end < scan->end && exposition_is(*end, EXPOSITION_NUMBER))
		end++;
	shown = end - start < 40 ? (int)(end - start) : 40;
	if (read_decimal(start, end, &decimal)) {
		double value;

		if (quick(&decimal, &value))
			*ret = decimal.negative ? -value : value;
		else
			*ret = slow(start, (size_t)(end - start));
		if (!isfinite(*ret))
			return error_set(&scan->error, "'%.*s' is beyond the range of a number", shown, start);
	} else if (!read_word(start, (size_t)(end - start), ret)) {
		if (start == end)
			return exposition_expected(scan, "a number");
		return error_set(&scan->error, "'%.*s' is not a number", shown, start);
	}
	scan->at = end;
	return 0;
}
