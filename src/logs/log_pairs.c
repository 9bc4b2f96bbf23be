#include <string.h>

#include "logs/log_reading.h"

#define PAIRS_BYTES ((size_t)8192) /* of a text are looked at */

static bool is_key(char ch)
{
	return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') || ch == '_' ||
	       ch == '.' || ch == '-' || ch == '@' || ch == '/';
}

static bool is_number(const char *text, size_t length)
{
	size_t i = length && text[0] == '-';

	if (i == length)
		return false;
	for (; i < length; i++)
		if ((text[i] < '0' || text[i] > '9') && text[i] != '.')
			return false;
	return true;
}

/* A value in quotes; returns the bytes up to behind the closing one, 0 when it is not closed. */
static size_t quoted(struct line_reading *reading, const char *text, size_t length, struct line_text *ret)
{
	bool escaped = false;
	size_t i = 1;

	for (; i < length && text[i] != '"'; i++) {
		if (text[i] == '\\' && i + 1 < length) {
			escaped = true;
			i++;
		}
	}
	if (i >= length)
		return 0;
	*ret = escaped ? line_unescape(reading, text + 1, i - 1) : line_text_of(text + 1, i - 1);
	return i + 1;
}

/* A bare value; what prose puts behind it is no part of it. */
static size_t bare(const char *text, size_t length, bool strict, struct line_text *ret)
{
	size_t end = 0, used;

	while (end < length && text[end] != ' ' && text[end] != '\t')
		end++;
	used = end;
	while (!strict && end && strchr(",;)]}", text[end - 1]))
		end--;
	*ret = line_text_of(text, end);
	return used;
}

size_t line_read_pairs(struct line_reading *reading, const char *text, size_t length, bool strict)
{
	size_t at = 0, count = 0;

	if (length > PAIRS_BYTES)
		length = PAIRS_BYTES;
	if (!memchr(text, '=', length))
		return 0;
	while (at < length) {
		struct line_text value;
		size_t key = at, used;

		while (at < length && is_key(text[at]))
			at++;
		if (at == key || at + 1 >= length || text[at] != '=' || text[at + 1] == ' ' || text[at + 1] == '=') {
			if (strict && at > key && (at >= length || text[at] != '='))
				return count;
			/* No pair: on to the next word. */
			while (at < length && text[at] != ' ' && text[at] != '\t' &&
			       (strict || !strchr("([{", text[at])))
				at++;
			at += at < length;
			continue;
		}
		used = text[at + 1] == '"' ? quoted(reading, text + at + 1, length - at - 1, &value) : 0;
		if (!used)
			used = bare(text + at + 1, length - at - 1, strict, &value);
		line_add_field(reading, line_text_of(text + key, at - key), value,
			       is_number(value.text, value.length) ? LINE_NUMBER : LINE_STRING);
		count++;
		at += 1 + used;
		while (at < length && (text[at] == ' ' || text[at] == '\t' || text[at] == ','))
			at++;
	}
	return count;
}

bool line_read_logfmt(struct line_reading *reading, const char *text, size_t length)
{
	struct log_line *line = reading->line;
	struct line_reading before = *reading;
	int64_t time_ms = line->time_ms;
	enum line_level level = line->level;
	struct line_text message = line->message, component = line->component;
	unsigned fields = line->field_count, dropped = line->fields_dropped;
	size_t key = 0;

	while (key < length && is_key(text[key]))
		key++;
	if (!key || key >= length || text[key] != '=')
		return false;
	/* One pair might be the beginning of a sentence; two, or a message, a level or a time, are not. */
	if (line_read_pairs(reading, text, length, true) >= 2 ||
	    reading->rank[ROLE_MESSAGE] > before.rank[ROLE_MESSAGE] ||
	    reading->rank[ROLE_LEVEL] > before.rank[ROLE_LEVEL] || reading->rank[ROLE_TIME] > before.rank[ROLE_TIME]) {
		line->shape = LINE_LOGFMT;
		return true;
	}
	*reading = before;
	line->time_ms = time_ms;
	line->level = level;
	line->message = message;
	line->component = component;
	line->field_count = fields;
	line->fields_dropped = dropped;
	return false;
}
