#include "query/number.h"

#include <locale.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define LENGTH_MAX       400
#define DIGITS_MAX       19 /* of which every number fits into 64 bits */
#define EXPONENT_DIGITS  5
#define TIME_SECONDS_MAX 9e15

static const uint64_t powers[DIGITS_MAX + 1] = {
	UINT64_C(1),
	UINT64_C(10),
	UINT64_C(100),
	UINT64_C(1000),
	UINT64_C(10000),
	UINT64_C(100000),
	UINT64_C(1000000),
	UINT64_C(10000000),
	UINT64_C(100000000),
	UINT64_C(1000000000),
	UINT64_C(10000000000),
	UINT64_C(100000000000),
	UINT64_C(1000000000000),
	UINT64_C(10000000000000),
	UINT64_C(100000000000000),
	UINT64_C(1000000000000000),
	UINT64_C(10000000000000000),
	UINT64_C(100000000000000000),
	UINT64_C(1000000000000000000),
	UINT64_C(10000000000000000000),
};

/* digits * 10^exponent; `exact` while every digit is in `digits`. */
struct decimal {
	uint64_t digits;
	int exponent;
	bool negative, exact;
};

static bool is_digit(char ch)
{
	return ch >= '0' && ch <= '9';
}

/* Append the digits at `text` to the number, as far as there is room; zeros in front need none. */
static const char *read_digits(struct decimal *decimal, unsigned *room, const char *text, const char *end)
{
	uint64_t digits = decimal->digits;
	const char *first, *stop;

	if (!digits)
		while (text < end && *text == '0')
			text++;
	first = text;
	stop = end - text > (ptrdiff_t)*room ? text + *room : end;
	for (; text < stop && is_digit(*text); text++)
		digits = digits * 10 + (uint64_t)(*text - '0');
	*room -= (unsigned)(text - first);
	decimal->digits = digits;
	for (; text < end && is_digit(*text); text++)
		decimal->exact = false;
	return text;
}

/* `text` behind the 'e'. Returns the end, or NULL when there is no digit. */
static const char *read_exponent(struct decimal *decimal, const char *text, const char *end)
{
	bool negative = text < end && *text == '-';
	const char *first;
	int exponent = 0;

	if (text < end && (*text == '-' || *text == '+'))
		text++;
	for (first = text; text < end && is_digit(*text); text++) {
		if (text - first < EXPONENT_DIGITS)
			exponent = exponent * 10 + (*text - '0');
		else
			decimal->exact = false;
	}
	decimal->exponent += negative ? -exponent : exponent;
	return text == first ? NULL : text;
}

/* Returns the end of what was read, or NULL when it is no decimal number. */
static const char *decimal_read(struct decimal *ret, const char *text, const char *end)
{
	unsigned room = DIGITS_MAX;
	const char *first;
	ptrdiff_t count;

	*ret = (struct decimal){ .exact = true };
	if (text < end && (*text == '-' || *text == '+'))
		ret->negative = *text++ == '-';
	first = text;
	text = read_digits(ret, &room, text, end);
	count = text - first;
	if (text < end && *text == '.') {
		first = ++text;
		text = read_digits(ret, &room, text, end);
		ret->exponent = (int)(first - text);
		count += text - first;
	}
	if (!count)
		return NULL;
	return text < end && (*text == 'e' || *text == 'E') ? read_exponent(ret, text + 1, end) : text;
}

/* 2^exponent for the exponents of normal numbers; ldexp is several times as slow. */
static double power_of_two(int exponent)
{
	uint64_t bits = (uint64_t)(exponent + 1023) << 52;
	double value;

	memcpy(&value, &bits, sizeof(value));
	return value;
}

/*
 * digits / 10^places, correctly rounded: both are shifted so that their top
 * bit is set, divided with 63 bits of fraction (a 128 by 64 bit division),
 * and the remainder is kept as a sticky last bit. The conversion of the
 * quotient to a double then rounds once, to nearest even; scaling it by a
 * power of two is exact, since 1e-19 is far from the subnormal numbers.
 */
static double divide(uint64_t digits, int places)
{
	uint64_t divisor = powers[places];
	int up = __builtin_clzll(digits), down = __builtin_clzll(divisor);
	unsigned __int128 dividend;
	uint64_t quotient;

	digits <<= up;
	divisor <<= down;
	dividend = (unsigned __int128)digits << 63;
	quotient = (uint64_t)(dividend / divisor);
	quotient |= (uint64_t)(dividend % divisor != 0);
	return (double)quotient * power_of_two(down - up - 63);
}

static bool decimal_value(const struct decimal *decimal, double *ret)
{
	double value;

	if (!decimal->exact)
		return false;
	if (!decimal->digits)
		value = 0.;
	else if (!decimal->exponent)
		value = (double)decimal->digits;
	else if (decimal->exponent < 0 && decimal->exponent >= -DIGITS_MAX)
		value = divide(decimal->digits, -decimal->exponent);
	else
		return false;
	*ret = decimal->negative ? -value : value;
	return true;
}

static int slow_parse(const char *text, size_t length, double *ret)
{
	char copy[LENGTH_MAX + 1];
	char *end;

	memcpy(copy, text, length);
	copy[length] = '\0';
	/* For the C locale this allocates nothing: glibc hands out its own object. */
	*ret = strtod_l(copy, &end, newlocale(LC_ALL_MASK, "C", (locale_t)0));
	return end == copy + length ? 0 : -1;
}

static int word_parse(const char *text, size_t length, double *ret)
{
	bool sign = length && (*text == '+' || *text == '-');

	if (length == 3 && strncasecmp(text, "NaN", 3) == 0)
		*ret = (double)NAN;
	else if (length - sign == 3 && strncasecmp(text + sign, "Inf", 3) == 0)
		*ret = *text == '-' ? -(double)INFINITY : (double)INFINITY;
	else
		return -1;
	return 0;
}

int number_parse(const char *text, size_t length, double *ret)
{
	struct decimal decimal;
	const char *end;

	if (!length || length > LENGTH_MAX)
		return -1;
	end = decimal_read(&decimal, text, text + length);
	if (!end)
		return word_parse(text, length, ret);
	if (end != text + length)
		return -1;
	if (decimal_value(&decimal, ret))
		return 0;
	return slow_parse(text, length, ret);
}

int number_parse_time(const char *text, size_t length, int64_t *ret_ms)
{
	struct decimal decimal;
	double seconds;

	if (!length || length > LENGTH_MAX || decimal_read(&decimal, text, text + length) != text + length)
		return -1;
	if (decimal.exact && decimal.exponent <= 0 && decimal.exponent >= -3 &&
	    decimal.digits < UINT64_C(9000000000000000)) {
		int64_t ms = (int64_t)(decimal.digits * powers[3 + decimal.exponent]);

		*ret_ms = decimal.negative ? -ms : ms;
		return 0;
	}
	if (number_parse(text, length, &seconds) || !(fabs(seconds) < TIME_SECONDS_MAX))
		return -1;
	*ret_ms = (int64_t)llround(seconds * 1000.);
	return 0;
}
