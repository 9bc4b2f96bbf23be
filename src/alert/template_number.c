#include "alert/template_number.h"

#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Below this exponent, and from this one on, the shortest `g` has an exponent: strconv decides as for six digits. */
#define SHORTEST_LEAST (-4)
#define SHORTEST_MOST  6

/* The least digits behind the first that read back as the same number. */
static int shortest_precision(double value)
{
	char text[40];
	int precision = 0;

	for (; precision < 16; precision++) {
		snprintf(text, sizeof(text), "%.*e", precision, value);
		if (strtod(text, NULL) == value)
			break;
	}
	return precision;
}

/* Of the first digit, once written with so many behind it. */
static int exponent_of(double value, int precision)
{
	char text[40];

	snprintf(text, sizeof(text), "%.*e", precision, value);
	return (int)strtol(strchr(text, 'e') + 1, NULL, 10);
}

static void add_shortest(struct strbuf *ret, double value, char form)
{
	int precision = shortest_precision(value), exponent = exponent_of(value, precision);
	bool point = form == 'f';

	if (form == 'g' || form == 'G')
		point = exponent >= SHORTEST_LEAST && exponent < SHORTEST_MOST;
	if (point)
		strbuf_addf(ret, "%.*f", precision > exponent ? precision - exponent : 0, value);
	else if (isupper((unsigned char)form))
		strbuf_addf(ret, "%.*E", precision, value);
	else
		strbuf_addf(ret, "%.*e", precision, value);
}

/* C's %a has one digit of the exponent at least, Go's %x two; and Go writes subnormals like others. */
static void add_hexadecimal(struct strbuf *ret, double value, char form, int precision)
{
	char text[400];
	const char *end;
	int exponent = 0;

	if (value != 0) {
		value = ldexp(frexp(value, &exponent), 1);
		exponent--;
	}
	if (precision < 0)
		snprintf(text, sizeof(text), "%a", value);
	else
		snprintf(text, sizeof(text), "%.*a", precision > 300 ? 300 : precision, value);
	end = strchr(text, 'p');
	exponent += (int)strtol(end + 1, NULL, 10);
	for (const char *at = text; at <= end; at++)
		strbuf_addch(ret, form == 'X' ? (char)toupper((unsigned char)*at) : *at);
	strbuf_addf(ret, "%c%02d", exponent < 0 ? '-' : '+', abs(exponent));
}

/* The mantissa as a whole number, and the power of two. */
static void add_binary(struct strbuf *ret, double value)
{
	int exponent;
	double fraction = frexp(value, &exponent);

	/* A subnormal keeps the least exponent. */
	if (value != 0 && exponent < -1021) {
		fraction = ldexp(fraction, exponent + 1021);
		exponent = -1021;
	}
	if (value == 0)
		exponent = -1021;
	strbuf_addf(ret, "%.0fp%+d", ldexp(fraction, 53), exponent - 53);
}

void template_number_add(struct strbuf *ret, double value, char form, int precision)
{
	if (isnan(value)) {
		strbuf_addstr(ret, "NaN");
		return;
	}
	if (isinf(value)) {
		strbuf_addstr(ret, value > 0 ? "+Inf" : "-Inf");
		return;
	}
	switch (form) {
	case 'x':
	case 'X': add_hexadecimal(ret, value, form, precision); return;
	case 'b': add_binary(ret, value); return;
	default: break;
	}
	if (precision < 0) {
		add_shortest(ret, value, form);
		return;
	}
	switch (form) {
	case 'e': strbuf_addf(ret, "%.*e", precision, value); break;
	case 'E': strbuf_addf(ret, "%.*E", precision, value); break;
	case 'f': strbuf_addf(ret, "%.*f", precision, value); break;
	case 'G': strbuf_addf(ret, "%.*G", precision, value); break;
	default: strbuf_addf(ret, "%.*g", precision, value); break;
	}
}
