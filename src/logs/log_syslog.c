#include <string.h>

#include "logs/log_reading.h"
#include "logs/log_time.h"

#define TAG_BYTES 128 /* of a host or program */

static size_t word_bytes(const char *text, size_t length)
{
	const char *blank = memchr(text, ' ', length < TAG_BYTES ? length : TAG_BYTES);

	return blank ? (size_t)(blank - text) : 0;
}

static void add(struct line_reading *reading, const char *name, const char *text, size_t length)
{
	if (length && !(length == 1 && *text == '-'))
		line_add_field(reading, line_text_of(name, strlen(name)), line_text_of(text, length), LINE_STRING);
}

/* "<34>": facility * 8 + severity. Returns the bytes it takes. */
static size_t priority(const char *text, size_t length, unsigned *ret)
{
	size_t i = 1;

	*ret = 0;
	if (length < 4 || *text != '<')
		return 0;
	for (; i < length && i <= 3 && text[i] >= '0' && text[i] <= '9'; i++)
		*ret = *ret * 10 + (unsigned)(text[i] - '0');
	return i > 1 && i < length && text[i] == '>' && *ret < 192 ? i + 1 : 0;
}

/* "prog[123]: message", "prog: message"; a line without such a tag is all message. */
static void tag(struct line_reading *reading, const char *text, size_t length)
{
	size_t end = 0, id = 0;

	while (end < length && end < TAG_BYTES && text[end] != ':' && text[end] != '[' && text[end] != ' ')
		end++;
	if (end < length && text[end] == '[') {
		id = end + 1;
		while (id < length && id < TAG_BYTES && text[id] != ']')
			id++;
	}
	if (!end || (id ? id + 1 : end) >= length || text[id ? id + 1 : end] != ':') {
		reading->line->message = line_text_of(text, length);
		return;
	}
	reading->line->component = line_text_of(text, end);
	if (id)
		add(reading, "pid", text + end + 1, id - end - 1);
	end = (id ? id + 1 : end) + 1;
	end += end < length && text[end] == ' ';
	reading->line->message = line_text_of(text + end, length - end);
}

/* RFC 5424 behind its time: host, application, process, message id, structured data, message. */
static void read_5424(struct line_reading *reading, const char *text, size_t length)
{
	static const char *const names[] = { "host", "app", "pid", "msgid" };
	struct log_line *line = reading->line;

	for (size_t i = 0; i < 4; i++) {
		size_t used = word_bytes(text, length);

		if (!used)
			break;
		if (i == 1 && !(used == 1 && *text == '-'))
			line->component = line_text_of(text, used);
		add(reading, names[i], text, used);
		text += used + 1;
		length -= used + 1;
	}
	while (length && *text == '[') {
		size_t end = 1;
		bool quoted = false;

		for (; end < length && (quoted || text[end] != ']'); end++) {
			if (quoted && text[end] == '\\')
				end++;
			else if (text[end] == '"')
				quoted = !quoted;
		}
		if (end >= length)
			break;
		line_read_pairs(reading, text + 1, end - 1, false);
		text += end + 1;
		length -= end + 1;
	}
	if (length >= 2 && text[0] == '-' && text[1] == ' ') {
		text += 2;
		length -= 2;
	} else if (length && *text == ' ') {
		text++;
		length--;
	}
	if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
		text += 3;
		length -= 3;
	}
	line->message = line_text_of(text, length);
}

bool line_read_syslog(struct line_reading *reading, const char *text, size_t length)
{
	struct log_line *line = reading->line;
	unsigned number;
	size_t used = priority(text, length, &number), at = used, host;
	bool modern = used && length - at > 2 && text[at] == '1' && text[at + 1] == ' ';
	int64_t time_ms = LOG_NO_TIME;

	if (modern)
		at += 2;
	used = log_time_read(text + at, length - at, reading->parser, &time_ms);
	if (modern && !used && length - at > 2 && text[at] == '-' && text[at + 1] == ' ')
		used = 1;
	/* Without a priority only the time of RFC 3164, and a host behind it, tell. */
	if (!used || at + used >= length || text[at + used] != ' ' ||
	    (!at && (text[0] < 'A' || text[0] > 'Z' || text[3] != ' ')))
		return false;
	host = at + used + 1;
	used = modern ? 0 : word_bytes(text + host, length - host);
	if (!modern && !used)
		return false;
	line->shape = LINE_SYSLOG;
	if (time_ms != LOG_NO_TIME)
		line->time_ms = time_ms;
	if (at)
		line->level = line_level_of_priority(number & 7);
	if (modern) {
		read_5424(reading, text + host, length - host);
	} else {
		add(reading, "host", text + host, used);
		tag(reading, text + host + used + 1, length - host - used - 1);
	}
	return true;
}

/* "I1122 03:41:00.123456    1234 file.go:56] message" */
bool line_read_klog(struct line_reading *reading, const char *text, size_t length)
{
	struct log_line *line = reading->line;
	int64_t time_ms;
	size_t at, source;

	if (length < 22 || !strchr("IWEF", *text))
		return false;
	at = log_time_read_klog(text + 1, length - 1, reading->parser, &time_ms);
	if (!at)
		return false;
	at++;
	while (at < length && (text[at] == ' ' || (text[at] >= '0' && text[at] <= '9')))
		at++;
	source = at;
	while (at < length && at - source < TAG_BYTES && text[at] != ']')
		at++;
	if (at >= length || text[at] != ']')
		return false;
	line->shape = LINE_KLOG;
	line->time_ms = time_ms;
	line->level = line_level_read(text, 1);
	line->component = line_text_of(text + source, at - source);
	add(reading, "source", text + source, at - source);
	line->component = line_text_of(text + source, at - source);
	at++;
	at += at < length && text[at] == ' ';
	line->message = line_text_of(text + at, length - at);
	line_read_pairs(reading, text + at, length - at, false);
	return true;
}
