#include "dashboard/number_text.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DECIMALS_MAX     20  /* behind them a double holds nothing a person reads */
#define EXACT_DIGITS_MAX 780 /* no double has more significant decimal digits */

/* 0.d1d2d3... times ten to the `exponent`, without zeros at the end. */
struct digits {
	char text[EXACT_DIGITS_MAX + 1];
	int count;
	int exponent;
};

double number_round(double value)
{
	double floored = floor(value);

	return value - floored >= 0.5 ? floored + 1 : floored;
}

/* ---- digits ---- */

/* Take "d.ddde+x", as printf writes it, apart. */
static void digits_parse(struct digits *ret, const char *text)
{
	const char *exponent = strchr(text, 'e');

	ret->count = 0;
	for (; text < exponent && ret->count < EXACT_DIGITS_MAX; text++)
		if (*text != '.')
			ret->text[ret->count++] = *text;
	while (ret->count > 1 && ret->text[ret->count - 1] == '0')
		ret->count--;
	ret->exponent = (int)strtol(exponent + 1, NULL, 10) + 1;
}

/*
 * The fewest digits that read back as `value` (finite, not negative). Any
 * decimal of 15 digits survives the way through a normal double, so that the
 * search starts there; subnormal numbers hold fewer.
 */
static void digits_shortest(struct digits *ret, double value)
{
	char text[40];

	for (int precision = value < DBL_MIN ? 1 : 15; precision <= 17; precision++) {
		snprintf(text, sizeof(text), "%.*e", precision - 1, value);
		if (strtod(text, NULL) == value)
			break;
	}
	digits_parse(ret, text);
}

static void digits_exact(struct digits *ret, double value)
{
	char text[EXACT_DIGITS_MAX + 16];

	snprintf(text, sizeof(text), "%.*e", EXACT_DIGITS_MAX - 1, value);
	digits_parse(ret, text);
}

/* Keep `count` digits (0 or more), half away from zero. */
static void digits_round(struct digits *digits, int count)
{
	bool up;

	if (count >= digits->count)
		return;
	up = count >= 0 && digits->text[count] >= '5';
	digits->count = count < 0 ? 0 : count;
	while (up && digits->count > 0) {
		char *last = &digits->text[digits->count - 1];

		up = *last == '9';
		if (!up)
			(*last)++;
		else
			digits->count--;
	}
	if (up) {
		digits->text[0] = '1';
		digits->count = 1;
		digits->exponent++;
	}
	while (digits->count > 0 && digits->text[digits->count - 1] == '0')
		digits->count--;
	if (digits->count == 0) {
		digits->text[0] = '0';
		digits->count = 1;
		digits->exponent = 1;
	}
}

static char digit_at(const struct digits *digits, int position)
{
	return position >= 0 && position < digits->count ? digits->text[position] : '0';
}

/* A text under construction that never grows over its buffer. */
struct writer {
	char *ret;
	size_t size, length;
};

static void put(struct writer *writer, char ch)
{
	if (writer->length + 1 < writer->size)
		writer->ret[writer->length++] = ch;
	writer->ret[writer->length] = '\0';
}

static void put_exponential(struct writer *writer, const struct digits *digits, int decimals)
{
	int exponent = digits->exponent - 1;
	char text[16];

	put(writer, digit_at(digits, 0));
	if (decimals > 0)
		put(writer, '.');
	for (int i = 1; i <= decimals; i++)
		put(writer, digit_at(digits, i));
	snprintf(text, sizeof(text), "e%c%d", exponent < 0 ? '-' : '+', abs(exponent));
	for (const char *ch = text; *ch; ch++)
		put(writer, *ch);
}

static void put_plain(struct writer *writer, const struct digits *digits, bool grouped)
{
	int whole = digits->exponent;

	if (whole <= 0)
		put(writer, '0');
	for (int i = 0; i < whole; i++) {
		if (grouped && i > 0 && (whole - i) % 3 == 0)
			put(writer, ',');
		put(writer, digit_at(digits, i));
	}
	if (digits->count > whole)
		put(writer, '.');
	for (int i = whole < 0 ? whole : (whole > 0 ? whole : 0); i < digits->count; i++)
		put(writer, digit_at(digits, i));
}

/* ---- texts ---- */

static bool put_special(double value, const char *infinity, char *ret, size_t size)
{
	if (isnan(value))
		snprintf(ret, size, "NaN");
	else if (isinf(value))
		snprintf(ret, size, "%s%s", value < 0 ? "-" : "", infinity);
	else
		return false;
	return true;
}

void number_text(double value, char *ret, size_t size)
{
	struct writer writer = { .ret = ret, .size = size };
	struct digits digits;

	if (put_special(value, "Infinity", ret, size))
		return;
	if (value == 0) {
		snprintf(ret, size, "0");
		return;
	}
	digits_shortest(&digits, fabs(value));
	if (value < 0)
		put(&writer, '-');
	if (digits.exponent > 21 || digits.exponent < -5)
		put_exponential(&writer, &digits, digits.count - 1);
	else
		put_plain(&writer, &digits, false);
}

int number_decimals(double value)
{
	double absolute = fabs(value), magnitude;
	int decimals;

	if (!isfinite(value) || value == 0 || fmod(value, 1) == 0)
		return 0;
	decimals = 1 - (int)floor(log(absolute) / M_LN10);
	magnitude = pow(10, -decimals);
	if (absolute / magnitude > 2.25)
		decimals++;
	return decimals > 0 ? decimals : 0;
}

/*
 * The common case without a search for digits: `units` is a whole number of
 * 10^-decimals and has at most 15 digits, so its shortest text is its own.
 */
static void put_units(double units, int decimals, char *ret, size_t size)
{
	static const long long powers[] = { 1, 10, 100, 1000, 10000, 100000, 1000000 };
	long long whole = (long long)fabs(units);
	const char *sign = units < 0 ? "-" : "";

	if (decimals == 0)
		snprintf(ret, size, "%s%lld", sign, whole);
	else
		snprintf(ret, size, "%s%lld.%0*lld", sign, whole / powers[decimals], decimals,
			 whole % powers[decimals]);
}

void number_text_fixed(double value, int decimals, char *ret, size_t size)
{
	double factor, rounded;
	size_t length;
	const char *point;
	int precision;

	if (put_special(value, "∞", ret, size))
		return;
	if (decimals < 0)
		decimals = number_decimals(value);
	else if (decimals > DECIMALS_MAX)
		decimals = DECIMALS_MAX;
	factor = decimals > 0 ? pow(10, decimals) : 1;
	rounded = number_round(value * factor);
	if (fabs(rounded) < 1e15 && decimals <= 6) {
		put_units(rounded, decimals, ret, size);
		return;
	}
	rounded /= factor;
	if (!isfinite(rounded)) /* the factor of a subnormal or huge number overflows */
		rounded = value;
	number_text(rounded, ret, size);
	if (strchr(ret, 'e'))
		return;
	length = strlen(ret);
	point = strchr(ret, '.');
	precision = point ? (int)(length - (size_t)(point - ret) - 1) : 0;
	if (precision < decimals && precision == 0 && length + 1 < size)
		ret[length++] = '.';
	for (; precision < decimals && length + 1 < size; precision++)
		ret[length++] = '0';
	ret[length] = '\0';
}

void number_text_exponential(double value, int decimals, char *ret, size_t size)
{
	struct writer writer = { .ret = ret, .size = size };
	struct digits digits = { .text = "0", .count = 1, .exponent = 1 };

	if (put_special(value, "Infinity", ret, size))
		return;
	if (decimals > DECIMALS_MAX)
		decimals = DECIMALS_MAX;
	if (value != 0 && decimals < 0)
		digits_shortest(&digits, fabs(value));
	else if (value != 0)
		digits_exact(&digits, fabs(value));
	if (decimals >= 0)
		digits_round(&digits, decimals + 1);
	if (value < 0)
		put(&writer, '-');
	put_exponential(&writer, &digits, decimals < 0 ? digits.count - 1 : decimals);
}

void number_text_grouped(double value, int decimals, char *ret, size_t size)
{
	struct writer writer = { .ret = ret, .size = size };
	struct digits digits;

	if (put_special(value, "∞", ret, size))
		return;
	if (value == 0 || fabs(value) >= 1e60) {
		number_text(value, ret, size);
		return;
	}
	if (decimals > DECIMALS_MAX)
		decimals = DECIMALS_MAX;
	digits_shortest(&digits, fabs(value));
	digits_round(&digits, digits.exponent + (decimals < 0 ? 3 : decimals));
	if (value < 0)
		put(&writer, '-');
	put_plain(&writer, &digits, true);
}

void number_text_hex(double value, char *ret, size_t size)
{
	static const char digit[] = "0123456789ABCDEF";
	struct writer writer = { .ret = ret, .size = size };
	char reversed[64];
	double whole, fraction;
	size_t count = 0;

	if (put_special(value, "INFINITY", ret, size))
		return;
	if (fabs(value) >= 1e60) {
		number_text(value, ret, size);
		return;
	}
	fraction = modf(fabs(value), &whole);
	if (value < 0)
		put(&writer, '-');
	do {
		reversed[count++] = digit[(int)fmod(whole, 16)];
		whole = floor(whole / 16);
	} while (whole > 0 && count < sizeof(reversed));
	while (count > 0)
		put(&writer, reversed[--count]);
	if (fraction > 0)
		put(&writer, '.');
	for (int i = 0; fraction > 0 && i < 20; i++) { /* a fraction in base 16 is exact and ends */
		fraction = modf(fraction * 16, &whole);
		put(&writer, digit[(int)whole]);
	}
}
