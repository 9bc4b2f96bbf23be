#include "logs/log_line.h"

#include <string.h>

#include "logs/log_reading.h"
#include "logs/log_time.h"

#define NAMES_BYTES      ((size_t)2 * LOG_LINE_FIELDS * LINE_NAME_BYTES)
#define INNER_PREFERENCE 10 /* more than any rank */
#define PREFIX_BYTES     128
#define NAME_BYTES       "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."
#define WRAPPINGS        3 /* taken off at most: a Docker object with a CRI line with JSON */

static void read_record(struct line_reading *reading, const char *text, size_t length, unsigned depth);

size_t log_line_space(size_t length)
{
	return 2 * (length < LOG_LINE_BYTES ? length : LOG_LINE_BYTES) + NAMES_BYTES;
}

static bool equals(struct line_text text, const char *word)
{
	return text.length == strlen(word) && memcmp(text.text, word, text.length) == 0;
}

static const struct line_field *find_field(const struct log_line *line, const char *name)
{
	for (unsigned i = 0; i < line->field_count; i++)
		if (equals(line->fields[i].name, name))
			return &line->fields[i];
	return NULL;
}

/*
 * Docker's {"log": "...\n", "stream": "stderr", "time": "..."} says nothing of
 * its own but the time; journald's MESSAGE is often a record of the service's.
 */
static void read_inside(struct line_reading *reading, unsigned depth)
{
	struct log_line *line = reading->line;
	const struct line_field *log = find_field(line, "log"), *stream = find_field(line, "stream"),
				*message = find_field(line, "MESSAGE");
	struct line_text inside;

	if (log && stream && find_field(line, "time") && log->kind == LINE_STRING) {
		inside = log->value;
		while (inside.length &&
		       (inside.text[inside.length - 1] == '\n' || inside.text[inside.length - 1] == '\r'))
			inside.length--;
		line->fields[0] = *stream;
		line->field_count = 1;
	} else if (message && message->value.length > 1 && message->value.text[0] == '{') {
		inside = message->value;
	} else {
		return;
	}
	reading->preference += INNER_PREFERENCE;
	read_record(reading, inside.text, inside.length, depth + 1);
}

/* "2026-11-22T03:41:00.123456789Z stdout F message" of the container runtimes, or kubectl's time in front of JSON. */
static size_t take_cri(struct line_reading *reading, const char *text, size_t length)
{
	struct line_text stream;
	int64_t time_ms;
	size_t used;

	if (length < 20 || text[4] != '-' || text[10] != 'T')
		return 0;
	used = log_time_read(text, length, reading->parser, &time_ms);
	if (!used || length - used < 3 || text[used] != ' ')
		return 0;
	used++;
	if (text[used] == '{') {
		reading->line->time_ms = time_ms;
		return used;
	}
	if (length - used < 9 || (memcmp(text + used, "stdout ", 7) != 0 && memcmp(text + used, "stderr ", 7) != 0) ||
	    (text[used + 7] != 'F' && text[used + 7] != 'P') || text[used + 8] != ' ')
		return 0;
	stream = line_text_of(text + used, 6);
	line_add_field(reading, line_text_of("stream", 6), stream, LINE_STRING);
	if (text[used + 7] == 'P')
		line_add_field(reading, line_text_of("partial", 7), line_text_of("true", 4), LINE_LITERAL);
	reading->line->time_ms = time_ms;
	return used + 9;
}

/* "backend-1  | " of docker compose logs. */
static size_t take_compose(struct line_reading *reading, const char *text, size_t length)
{
	size_t name = 0, at;

	while (name < length && name < PREFIX_BYTES && memchr(NAME_BYTES, text[name], sizeof(NAME_BYTES) - 1))
		name++;
	at = name;
	while (at < length && text[at] == ' ')
		at++;
	if (!name || at == name || length - at < 3 || text[at] != '|' || text[at + 1] != ' ')
		return 0;
	line_add_field(reading, line_text_of("container", 9), line_text_of(text, name), LINE_STRING);
	return at + 2;
}

/* "[pod/NAME/CONTAINER] " of kubectl logs --prefix. */
static size_t take_prefix(struct line_reading *reading, const char *text, size_t length)
{
	const char *end, *slash;

	if (length < 8 || memcmp(text, "[pod/", 5) != 0)
		return take_compose(reading, text, length);
	end = memchr(text, ']', length < PREFIX_BYTES * 4 ? length : PREFIX_BYTES * 4);
	slash = end ? memchr(text + 5, '/', (size_t)(end - text - 5)) : NULL;
	if (!slash || text + length - end < 2 || end[1] != ' ')
		return 0;
	line_add_field(reading, line_text_of("pod", 3), line_text_of(text + 5, (size_t)(slash - text - 5)),
		       LINE_STRING);
	line_add_field(reading, line_text_of("container", 9), line_text_of(slash + 1, (size_t)(end - slash - 1)),
		       LINE_STRING);
	return (size_t)(end - text) + 2;
}

/* Is the beginning worth a closer look as JSON? A brace may also begin prose. */
static bool is_json(const char *text, size_t length)
{
	size_t i = 1;

	if (length < 2 || *text != '{')
		return false;
	while (i < length && (text[i] == ' ' || text[i] == '\t'))
		i++;
	return i < length && (text[i] == '"' || text[i] == '}');
}

static void read_as_text(struct line_reading *reading, const char *text, size_t length)
{
	if (!length) {
		reading->line->message = line_text_of(text, 0);
		return;
	}
	if (line_read_klog(reading, text, length) || line_read_syslog(reading, text, length) ||
	    line_read_logfmt(reading, text, length))
		return;
	line_read_text(reading, text, length);
}

static void read_record(struct line_reading *reading, const char *text, size_t length, unsigned depth)
{
	enum line_format format = reading->parser->format;
	size_t used = take_prefix(reading, text, length), blanks = 0;

	used += take_cri(reading, text + used, length - used);
	text += used;
	length -= used;
	while (blanks < length && (text[blanks] == ' ' || text[blanks] == '\t'))
		blanks++;
	if (blanks < length && text[blanks] == '{') {
		text += blanks;
		length -= blanks;
	}
	if (format != LINE_FORMAT_TEXT && format != LINE_FORMAT_ACCESS && is_json(text, length)) {
		line_read_json(reading, text, length);
		if (depth < WRAPPINGS)
			read_inside(reading, depth);
		return;
	}
	if (format == LINE_FORMAT_JSON) {
		reading->line->broken = true;
		reading->line->message = line_text_of(text, length);
		return;
	}
	if (format != LINE_FORMAT_TEXT && line_read_access(reading, text, length))
		return;
	if (format == LINE_FORMAT_ACCESS) {
		reading->line->message = line_text_of(text, length);
		return;
	}
	read_as_text(reading, text, length);
}

void log_line_parse(struct log_line *ret, const struct line_parser *parser, const char *line, size_t length,
		    char *space)
{
	struct line_reading reading = { .line = ret, .parser = parser, .space = space };

	if (length > LOG_LINE_BYTES)
		length = LOG_LINE_BYTES;
	ret->time_ms = LOG_NO_TIME;
	ret->level = LINE_UNKNOWN;
	ret->shape = LINE_PLAIN;
	ret->broken = false;
	ret->message = ret->component = (struct line_text){ 0 };
	ret->field_count = ret->fields_dropped = 0;
	read_record(&reading, line, length, 0);
	if (!ret->message.text)
		ret->message = line_text_of(line, length);
}

bool log_line_get(const struct log_line *line, const char *name, struct line_text *ret)
{
	const struct line_field *field = find_field(line, name);

	if (field)
		*ret = field->value;
	else if (strcmp(name, "level") == 0)
		*ret = line_text_of(line_level_name(line->level), strlen(line_level_name(line->level)));
	else if (strcmp(name, "component") == 0 && line->component.text)
		*ret = line->component;
	else if (strcmp(name, "message") == 0)
		*ret = line->message;
	else
		return false;
	return true;
}

const char *line_level_name(enum line_level level)
{
	static const char *const names[LINE_LEVELS] = { "unknown", "trace", "debug",   "info",
							"warning", "error", "critical" };

	return level < LINE_LEVELS ? names[level] : names[LINE_UNKNOWN];
}
