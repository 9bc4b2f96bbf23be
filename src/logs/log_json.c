#include <string.h>

#include "base/text.h"
#include "logs/log_reading.h"

#define NESTING_MOST 64

struct json {
	struct line_reading *reading;
	const char *at, *end;
};

static void blanks(struct json *json)
{
	while (json->at < json->end &&
	       (*json->at == ' ' || *json->at == '\t' || *json->at == '\n' || *json->at == '\r'))
		json->at++;
}

static bool take(struct json *json, char ch)
{
	blanks(json);
	if (json->at >= json->end || *json->at != ch)
		return false;
	json->at++;
	return true;
}

/* Does any of eight bytes equal the one that `pattern` repeats? Exact as a yes or no. */
static bool has_byte(uint64_t word, uint64_t pattern)
{
	uint64_t x = word ^ pattern;

	return ((x - 0x0101010101010101u) & ~x & 0x8080808080808080u) != 0;
}

/* The next quote or backslash at or behind `at`, or `end`. */
static const char *find_special(const char *at, const char *end)
{
	while (end - at >= 8) {
		uint64_t word;

		memcpy(&word, at, 8);
		if (has_byte(word, 0x2222222222222222u) || has_byte(word, 0x5c5c5c5c5c5c5c5cu))
			break;
		at += 8;
	}
	while (at < end && *at != '"' && *at != '\\')
		at++;
	return at;
}

static int hex4(const char *text)
{
	int value = 0;

	for (int i = 0; i < 4; i++) {
		char ch = text[i];
		int digit = ch >= '0' && ch <= '9'                     ? ch - '0'
			    : (ch | 0x20) >= 'a' && (ch | 0x20) <= 'f' ? (ch | 0x20) - 'a' + 10
								       : -1;

		if (digit < 0)
			return -1;
		value = value * 16 + digit;
	}
	return value;
}

/* "\uXXXX", with its second half when it is a surrogate; a lone one becomes U+FFFD. Returns the bytes behind the 'u'.
 */
static size_t unescape_code(const char *text, size_t length, char **out)
{
	char encoded[5];
	size_t used = 4, bytes;
	int code = length >= 4 ? hex4(text) : -1, low = -1;

	if (code < 0)
		return 0;
	if (code >= 0xD800 && code < 0xDC00 && length >= 10 && text[4] == '\\' && text[5] == 'u')
		low = hex4(text + 6);
	if (low >= 0xDC00 && low < 0xE000) {
		code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
		used = 10;
	} else if (code >= 0xD800 && code < 0xE000) {
		code = (int)TEXT_REPLACEMENT;
	}
	bytes = text_encode((uint32_t)code, encoded);
	if (!code) {
		encoded[0] = '\0';
		bytes = 1;
	}
	memcpy(*out, encoded, bytes);
	*out += bytes;
	return used;
}

struct line_text line_unescape(struct line_reading *reading, const char *text, size_t length)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	char *begin = reading->space, *out = begin;

	for (size_t i = 0; i < length; i++) {
		const char *simple;

		if (text[i] != '\\' || i + 1 >= length) {
			*out++ = text[i];
			continue;
		}
		i++;
		if (text[i] == 'u') {
			size_t used = unescape_code(text + i + 1, length - i - 1, &out);

			if (!used)
				*out++ = 'u';
			i += used;
			continue;
		}
		simple = text[i] ? strchr(from, text[i]) : NULL;
		*out++ = simple ? to[simple - from] : text[i];
	}
	reading->space = out;
	return line_text_of(begin, (size_t)(out - begin));
}

/* A string whose opening quote was read. One that never ends gives what there is and false. */
static bool string(struct json *json, struct line_text *ret)
{
	const char *begin = json->at, *at = begin;
	bool escaped = false, closed;

	for (;;) {
		at = find_special(at, json->end);
		if (at >= json->end || *at == '"')
			break;
		escaped = true;
		at += 2;
	}
	if (at > json->end)
		at = json->end;
	closed = at < json->end;
	*ret = escaped ? line_unescape(json->reading, begin, (size_t)(at - begin))
		       : line_text_of(begin, (size_t)(at - begin));
	json->at = closed ? at + 1 : at;
	return closed;
}

/* Pass over an object or array whose opening bracket was read. */
static bool skip_nested(struct json *json)
{
	unsigned depth = 1;

	while (json->at < json->end && depth) {
		char ch = *json->at++;

		if (ch == '"') {
			for (;;) {
				json->at = find_special(json->at, json->end);
				if (json->at >= json->end)
					return false;
				if (*json->at++ == '"')
					break;
				if (json->at < json->end)
					json->at++;
			}
		} else if (ch == '{' || ch == '[') {
			if (++depth > NESTING_MOST)
				return false;
		} else if (ch == '}' || ch == ']') {
			depth--;
		}
	}
	return !depth;
}

/* Numbers and words end at what ends a value. */
static bool scalar(struct json *json, struct line_text *ret, enum line_value *ret_kind)
{
	const char *begin = json->at;

	while (json->at < json->end && *json->at != ',' && *json->at != '}' && *json->at != ']' && *json->at != ' ' &&
	       *json->at != '\t' && *json->at != '"' && *json->at != '{' && *json->at != '[')
		json->at++;
	*ret = line_text_of(begin, (size_t)(json->at - begin));
	*ret_kind = ret->length && (*begin == '-' || (*begin >= '0' && *begin <= '9')) ? LINE_NUMBER : LINE_LITERAL;
	return ret->length > 0;
}

/* "outer.inner" */
static struct line_text join(struct line_reading *reading, struct line_text outer, struct line_text inner)
{
	char *begin = reading->space;
	size_t first = outer.length < LINE_NAME_BYTES / 2 ? outer.length : LINE_NAME_BYTES / 2;
	size_t second = LINE_NAME_BYTES - 1 - first;

	/* No more names than fields are put together, so that the space suffices. */
	if (reading->line->field_count >= LOG_LINE_FIELDS)
		return inner;
	if (inner.length < second)
		second = inner.length;
	memcpy(begin, outer.text, first);
	begin[first] = '.';
	memcpy(begin + first + 1, inner.text, second);
	reading->space += first + 1 + second;
	return line_text_of(begin, first + 1 + second);
}

/* journald writes a message that is no UTF-8 as an array of its bytes. */
static bool byte_array(struct line_reading *reading, const char *text, size_t length, struct line_text *ret)
{
	char *begin = reading->space, *out = begin;
	unsigned value = 0;
	bool digits = false;

	for (size_t i = 1; i < length; i++) {
		if (text[i] >= '0' && text[i] <= '9') {
			value = value * 10 + (unsigned)(text[i] - '0');
			digits = true;
		} else if ((text[i] == ',' || text[i] == ']') && digits) {
			*out++ = (char)value;
			value = 0;
			digits = false;
		} else if (text[i] != ' ') {
			return false;
		}
		if (value > 255)
			return false;
	}
	if (out == begin)
		return false;
	reading->space = out;
	*ret = line_text_of(begin, (size_t)(out - begin));
	return true;
}

bool line_says_otherwise(const char *line, size_t length)
{
	static const char name[] = "MESSAGE\"";
	const char *at = line, *end = line + length;

	if (memchr(line, '\\', length))
		return true;
	while ((at = memmem(at, (size_t)(end - at), name, sizeof(name) - 1))) {
		struct json json = { .end = end };

		at += sizeof(name) - 1;
		json.at = at;
		if (take(&json, ':') && take(&json, '['))
			return true;
	}
	return false;
}

static bool members(struct json *json, const struct line_text *outer);

static bool nested(struct json *json, const struct line_text *outer, struct line_text name)
{
	const char *begin = json->at;
	struct line_text value, bytes;
	bool whole;

	if (*begin == '{' && !outer) {
		json->at++;
		return members(json, &name);
	}
	json->at++;
	whole = skip_nested(json);
	value = line_text_of(begin, (size_t)(json->at - begin));
	if (outer)
		name = join(json->reading, *outer, name);
	if (*begin == '[' && name.length == 7 && memcmp(name.text, "MESSAGE", 7) == 0 &&
	    byte_array(json->reading, value.text, value.length, &bytes))
		line_add_field(json->reading, name, bytes, LINE_STRING);
	else
		line_add_field(json->reading, name, value, LINE_NESTED);
	return whole;
}

static bool member(struct json *json, const struct line_text *outer, struct line_text name)
{
	struct line_text value;
	enum line_value kind = LINE_STRING;
	bool whole;

	blanks(json);
	if (json->at >= json->end)
		return false;
	if (*json->at == '{' || *json->at == '[')
		return nested(json, outer, name);
	if (*json->at == '"') {
		json->at++;
		whole = string(json, &value);
	} else {
		whole = scalar(json, &value, &kind);
	}
	if (outer)
		name = join(json->reading, *outer, name);
	if (value.length || kind == LINE_STRING)
		line_add_field(json->reading, name, value, kind);
	return whole;
}

/* The members of an object whose brace was read; false at the first fault, with what was read before it. */
static bool members(struct json *json, const struct line_text *outer)
{
	struct line_text name;

	if (take(json, '}'))
		return true;
	do {
		if (!take(json, '"') || !string(json, &name) || !take(json, ':') || !member(json, outer, name))
			return false;
	} while (take(json, ','));
	return take(json, '}');
}

void line_read_json(struct line_reading *reading, const char *text, size_t length)
{
	struct json json = { reading, text + 1, text + length };

	reading->line->shape = LINE_JSON;
	if (!members(&json, NULL))
		reading->line->broken = true;
	blanks(&json);
	if (json.at < json.end)
		reading->line->broken = true;
}
