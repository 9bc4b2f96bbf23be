/* The verbs of each kind of value. */
#include "alert/template_verb.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alert/template_format.h"
#include "alert/template_number.h"
#include "base/text.h"

static size_t count_characters(const char *text, size_t length)
{
	size_t count = 0;
	uint32_t code;

	for (size_t at = 0; at < length; count++)
		at += text_decode(text + at, length - at, &code);
	return count;
}

static void add_times(struct strbuf *ret, char ch, int times)
{
	while (times-- > 0)
		strbuf_addch(ret, ch);
}

void template_verb_pad(const struct template_verb *verb, const char *text, size_t length)
{
	int missing = verb->has_width ? verb->width - (int)count_characters(text, length) : 0;

	if (!verb->minus)
		add_times(verb->out, verb->zero ? '0' : ' ', missing);
	strbuf_add(verb->out, text, length);
	if (verb->minus)
		add_times(verb->out, ' ', missing);
}

static void pad_buffer(const struct template_verb *verb, struct strbuf *text)
{
	template_verb_pad(verb, text->text, text->length);
	strbuf_release(text);
}

bool template_verb_bool(const struct template_verb *verb, bool truth)
{
	if (verb->verb != 't' && verb->verb != 'v')
		return false;
	template_verb_pad(verb, truth ? "true" : "false", truth ? 4 : 5);
	return true;
}

/* ---- whole numbers ---- */

/* Digits of a base, with Go's prefixes, the precision's zeros and the sign. */
static void write_integer(const struct template_verb *verb, int64_t number, unsigned base, bool upper)
{
	const char *letters = upper ? "0123456789ABCDEF" : "0123456789abcdef";
	uint64_t left = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
	struct template_verb plain = *verb;
	struct strbuf text = STRBUF_INIT;
	char digits[72];
	int count = 0, least = 0;

	if (verb->has_precision) {
		least = verb->precision;
		plain.zero = false;
		if (!least && !number) { /* nothing but the padding */
			template_verb_pad(&plain, "", 0);
			return;
		}
	} else if (verb->zero && verb->has_width) {
		least = verb->width - (number < 0 || verb->plus || verb->space);
	}
	do
		digits[count++] = letters[left % base];
	while (left /= base);
	if (number < 0)
		strbuf_addch(&text, '-');
	else if (verb->plus || verb->space)
		strbuf_addch(&text, verb->plus ? '+' : ' ');
	if (verb->verb == 'O')
		strbuf_addstr(&text, "0o");
	if (verb->sharp && base == 16)
		strbuf_addstr(&text, upper ? "0X" : "0x");
	else if (verb->sharp && base == 2)
		strbuf_addstr(&text, "0b");
	else if (verb->sharp && base == 8 && (count >= least ? digits[count - 1] != '0' : false))
		strbuf_addch(&text, '0');
	add_times(&text, '0', least - count);
	while (count)
		strbuf_addch(&text, digits[--count]);
	plain.zero = false;
	pad_buffer(&plain, &text);
}

static void write_unicode(const struct template_verb *verb, int64_t number)
{
	int least = verb->has_precision && verb->precision > 4 ? verb->precision : 4;
	struct template_verb plain = *verb;
	struct strbuf text = STRBUF_INIT;
	char letter[5];

	plain.zero = false;
	strbuf_addf(&text, "U+%0*llX", least, (unsigned long long)number);
	if (verb->sharp && number >= 0 && number <= 0x10ffff && !text_is_unsafe((uint32_t)number)) {
		strbuf_addstr(&text, " '");
		strbuf_add(&text, letter, text_encode((uint32_t)number, letter));
		strbuf_addch(&text, '\'');
	}
	pad_buffer(&plain, &text);
}

static uint32_t valid_code(int64_t number)
{
	bool valid = number >= 0 && number <= 0x10ffff && (number < 0xd800 || number >= 0xe000);

	return valid ? (uint32_t)number : TEXT_REPLACEMENT;
}

static void write_character(const struct template_verb *verb, int64_t number)
{
	char letter[5];
	size_t length = text_encode(valid_code(number), letter);
	struct strbuf text = STRBUF_INIT, quoted = STRBUF_INIT;

	if (verb->verb == 'c') {
		template_verb_pad(verb, letter, length);
		return;
	}
	/* As in a string, but for the quote that is escaped. */
	template_format_quote(&quoted, letter, length, verb->plus);
	strbuf_addch(&text, '\'');
	if (*letter == '"')
		strbuf_addch(&text, '"');
	else if (*letter == '\'')
		strbuf_addstr(&text, "\\'");
	else
		strbuf_add(&text, quoted.text + 1, quoted.length - 2);
	strbuf_addch(&text, '\'');
	strbuf_release(&quoted);
	pad_buffer(verb, &text);
}

bool template_verb_integer(const struct template_verb *verb, int64_t number, bool is_unsigned)
{
	switch (verb->verb) {
	case 'v':
		if (verb->sharp_v && is_unsigned) {
			struct template_verb sharp = *verb;

			sharp.sharp = true;
			write_integer(&sharp, number, 16, false);
			return true;
		}
		write_integer(verb, number, 10, false);
		return true;
	case 'd': write_integer(verb, number, 10, false); return true;
	case 'b': write_integer(verb, number, 2, false); return true;
	case 'o':
	case 'O': write_integer(verb, number, 8, false); return true;
	case 'x': write_integer(verb, number, 16, false); return true;
	case 'X': write_integer(verb, number, 16, true); return true;
	case 'c':
	case 'q': write_character(verb, number); return true;
	case 'U': write_unicode(verb, number); return true;
	default: return false;
	}
}

/* ---- floating point ---- */

/* With #: a decimal point always, and for g the zeros that it leaves out. */
static void sharpen(struct strbuf *number, char form, int precision)
{
	size_t cut = number->length, start = number->text[0] == '-' || number->text[0] == '+';
	int digits = form == 'g' || form == 'G' || form == 'x' ? (precision < 0 ? 6 : precision) : 0;
	bool point = false, seen = false;
	char *tail;

	for (size_t i = start; i < number->length; i++) {
		char ch = number->text[i];

		if (ch == 'p' || ch == 'P' || ((ch == 'e' || ch == 'E') && form != 'x' && form != 'X')) {
			cut = i;
			break;
		}
		point = point || ch == '.';
		seen = seen || (ch != '0' && ch != '.');
		digits -= seen && ch != '.';
	}
	tail = strdup(number->text + cut);
	strbuf_truncate(number, cut);
	if (!point) {
		digits -= cut == start + 1 && number->text[start] == '0';
		strbuf_addch(number, '.');
	}
	add_times(number, '0', digits);
	strbuf_addstr(number, tail ? tail : "");
	free(tail);
}

bool template_verb_float(const struct template_verb *verb, double real)
{
	struct template_verb plain = *verb;
	struct strbuf text = STRBUF_INIT, number = STRBUF_INIT;
	bool finite = isfinite(real), minus;
	int precision = -1;
	char form;

	if (verb->verb > 127 || !verb->verb || !strchr("vbgGxXfFeE", (int)verb->verb))
		return false;
	form = verb->verb == 'v' ? 'g' : verb->verb == 'F' ? 'f' : (char)verb->verb;
	if (strchr("feE", form))
		precision = 6;
	if (verb->has_precision)
		precision = verb->precision;
	template_number_add(&number, real, form, precision);
	if (verb->sharp && form != 'b' && finite)
		sharpen(&number, form, verb->has_precision ? verb->precision : precision);
	minus = number.text[0] == '-';
	if (minus || verb->plus)
		strbuf_addch(&text, minus ? '-' : '+');
	else if (verb->space)
		strbuf_addch(&text, ' ');
	else if (isinf(real))
		strbuf_addch(&text, '+');
	if (!finite)
		plain.zero = false;
	/* Zeros stand between the sign and the digits. */
	if (plain.zero && verb->has_width && text.length) {
		add_times(&text, '0', verb->width - (int)(text.length + number.length - minus));
		plain.zero = false;
	}
	strbuf_addstr(&text, number.text + (minus || number.text[0] == '+'));
	strbuf_release(&number);
	pad_buffer(&plain, &text);
	return true;
}

/* ---- texts ---- */

static void write_hexadecimal(const struct template_verb *verb, const char *bytes, size_t length)
{
	const char *letters = verb->verb == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
	const char *prefix = verb->verb == 'X' ? "0X" : "0x";
	struct template_verb plain = *verb;
	struct strbuf text = STRBUF_INIT;

	if (verb->has_precision && (size_t)verb->precision < length)
		length = (size_t)verb->precision;
	for (size_t i = 0; i < length; i++) {
		if (verb->space && i)
			strbuf_addch(&text, ' ');
		if (verb->sharp && (verb->space || !i))
			strbuf_addstr(&text, prefix);
		strbuf_addch(&text, letters[(unsigned char)bytes[i] >> 4]);
		strbuf_addch(&text, letters[(unsigned char)bytes[i] & 15]);
	}
	pad_buffer(&plain, &text);
}

/* A raw string may hold no control character but a tab, and no back quote. */
static bool can_be_raw(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (((unsigned char)text[i] < ' ' && text[i] != '\t') || text[i] == '`' || text[i] == 127)
			return false;
	return true;
}

static void write_quoted(const struct template_verb *verb, const char *bytes, size_t length)
{
	struct strbuf text = STRBUF_INIT;

	if (verb->sharp && can_be_raw(bytes, length)) {
		strbuf_addch(&text, '`');
		strbuf_add(&text, bytes, length);
		strbuf_addch(&text, '`');
	} else {
		template_format_quote(&text, bytes, length, verb->plus);
	}
	pad_buffer(verb, &text);
}

/* Bytes of the first `count` characters. */
static size_t cut_characters(const char *text, size_t length, int count)
{
	size_t at = 0;
	uint32_t code;

	while (at < length && count-- > 0)
		at += text_decode(text + at, length - at, &code);
	return at;
}

bool template_verb_string(const struct template_verb *verb, const char *text, size_t length)
{
	if (verb->has_precision && (verb->verb == 'v' || verb->verb == 's' || verb->verb == 'q'))
		length = cut_characters(text, length, verb->precision);
	switch (verb->verb) {
	case 'v':
		if (verb->sharp_v)
			write_quoted(verb, text, length);
		else
			template_verb_pad(verb, text, length);
		return true;
	case 's': template_verb_pad(verb, text, length); return true;
	case 'q': write_quoted(verb, text, length); return true;
	case 'x':
	case 'X': write_hexadecimal(verb, text, length); return true;
	default: return false;
	}
}
