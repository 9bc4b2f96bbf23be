#include "tsdb/exposition_scan.h"

#include <string.h>

#include "base/text.h"

#define LETTER   (EXPOSITION_NAME | EXPOSITION_NUMBER | EXPOSITION_STRING)
#define PRINTING (EXPOSITION_NUMBER | EXPOSITION_STRING)

const uint8_t exposition_bytes[256] = {
	[0x01 ... 0x08] = PRINTING,
	['\t'] = EXPOSITION_BLANK | EXPOSITION_STRING,
	[0x0b ... 0x1f] = PRINTING,
	[' '] = EXPOSITION_BLANK | EXPOSITION_STRING,
	['!'] = PRINTING,
	['"'] = EXPOSITION_NUMBER,
	['#' ... '/'] = PRINTING,
	['0' ... '9'] = LETTER | EXPOSITION_DIGIT,
	[':'] = LETTER,
	[';' ... '@'] = PRINTING,
	['A' ... 'Z'] = LETTER,
	['['] = PRINTING,
	['\\'] = EXPOSITION_NUMBER,
	[']' ... '^'] = PRINTING,
	['_'] = LETTER,
	['`'] = PRINTING,
	['a' ... 'z'] = LETTER,
	['{'] = EXPOSITION_STRING,
	['|' ... 0x7f] = PRINTING,
	[0x80 ... 0xff] = EXPOSITION_NUMBER,
};

int exposition_expected(struct exposition_scan *scan, const char *what)
{
	const char *at = scan->at;
	size_t length = 0;

	while (at + length < scan->end && length < 20 && at[length] && at[length] != '\n' && at[length] != ' ')
		length++;
	if (at == scan->end)
		error_set(&scan->error, "the text ends (expected %s)", what);
	else if (*at == '\n')
		error_set(&scan->error, "the line ends (expected %s)", what);
	else if (!*at)
		error_set(&scan->error, "a NUL byte (expected %s)", what);
	else
		error_set(&scan->error, "unexpected '%.*s' (expected %s)", length ? (int)length : 1, at, what);
	return -1;
}

bool exposition_is_utf8(const char *text, size_t length)
{
	for (size_t i = 0; i < length;) {
		uint32_t code;
		size_t used;

		if ((unsigned char)text[i] < 0x80) {
			i++;
			continue;
		}
		used = text_decode(text + i, length - i, &code);
		/* The replacement character itself takes three bytes. */
		if (code == TEXT_REPLACEMENT && used == 1)
			return false;
		i += used;
	}
	return true;
}

/* From the opening quote to behind the closing one. A backslash takes any byte with it but a line break. */
static int scan_string(struct exposition_scan *scan, const char **ret, size_t *ret_length)
{
	const char *start = ++scan->at, *at = start, *end = scan->end;
	bool ascii = true;

	for (;; at++) {
		while (at < end && exposition_is(*at, EXPOSITION_STRING))
			at++;
		if (at < end && *at == '"')
			break;
		if (at < end && (unsigned char)*at >= 0x80) {
			ascii = false;
			continue;
		}
		if (at < end && *at == '\n' && !scan->open_metrics) {
			scan->line_breaks++;
			continue;
		}
		if (at + 1 < end && *at == '\\' && at[1] && at[1] != '\n') {
			ascii &= (unsigned char)*++at < 0x80;
			continue;
		}
		scan->at = at;
		return exposition_expected(scan, "a closing quote");
	}
	if (!ascii && !exposition_is_utf8(start, (size_t)(at - start))) {
		scan->at = start;
		return error_set(&scan->error, "a text in quotes is not valid UTF-8");
	}
	*ret = start;
	*ret_length = (size_t)(at - start);
	scan->at = at + 1;
	return 0;
}

int exposition_scan_name(struct exposition_scan *scan, bool metric, const char **ret, size_t *ret_length)
{
	const char *start = scan->at, *at = start;

	if (exposition_peek(scan) == '"') {
		if (scan_string(scan, ret, ret_length) < 0)
			return -1;
		if (*ret_length)
			return 0;
		scan->at = start;
		return error_set(&scan->error, "a name is empty");
	}
	if (at < scan->end && !exposition_is(*at, EXPOSITION_DIGIT))
		while (at < scan->end && exposition_is(*at, EXPOSITION_NAME) && (metric || *at != ':'))
			at++;
	if (at == start)
		return exposition_expected(scan, metric ? "a metric name" : "a label name or '}'");
	*ret = start;
	*ret_length = (size_t)(at - start);
	scan->at = at;
	return 0;
}

/*
 * As Prometheus 3 reads labels: a comma may follow the last one, and, in
 * neither specification, may be missing between two.
 */
int exposition_scan_part(struct exposition_scan *scan, struct exposition_part *ret)
{
	bool quoted;

	*ret = (struct exposition_part){ 0 };
	exposition_skip_blanks(scan);
	if (exposition_peek(scan) == '}') {
		scan->at++;
		return 0;
	}
	quoted = exposition_peek(scan) == '"';
	if (exposition_scan_name(scan, false, &ret->name, &ret->name_length) < 0)
		return -1;
	exposition_skip_blanks(scan);
	if (exposition_peek(scan) == '=') {
		scan->at++;
		exposition_skip_blanks(scan);
		if (exposition_peek(scan) != '"')
			return exposition_expected(scan, "a label value in quotes");
		if (scan_string(scan, &ret->value, &ret->value_length) < 0)
			return -1;
		exposition_skip_blanks(scan);
	} else if (!quoted || (exposition_peek(scan) != ',' && exposition_peek(scan) != '}')) {
		return exposition_expected(scan, "'='");
	}
	if (exposition_peek(scan) == ',')
		scan->at++;
	return 1;
}

int exposition_scan_series(struct exposition_scan *scan)
{
	struct exposition_part part;
	const char *start = scan->at, *behind_name;
	bool named = exposition_peek(scan) != '{';
	int found;

	if (named) {
		if (exposition_peek(scan) == '"' || exposition_scan_name(scan, true, &part.name, &part.name_length) < 0)
			return exposition_expected(scan, "a metric name");
		behind_name = scan->at;
		exposition_skip_blanks(scan);
		if (exposition_peek(scan) != '{') {
			scan->at = behind_name;
			return 0;
		}
	}
	scan->at++;
	while ((found = exposition_scan_part(scan, &part)) > 0) {
		if (part.value)
			continue;
		if (named) {
			scan->at = part.name;
			return error_set(&scan->error, "a second metric name '%.*s'",
					 part.name_length < 40 ? (int)part.name_length : 40, part.name);
		}
		named = true;
	}
	if (found < 0)
		return -1;
	if (named)
		return 0;
	scan->at = start;
	return error_set(&scan->error, "a series without a metric name");
}
