#include <string.h>

#include "logs/log_reading.h"
#include "logs/log_time.h"

struct role_row {
	const char *name;
	enum line_role role;
	unsigned rank;
};

/*
 * The names that loggers give, by their length, since this is asked for every
 * field of every line: Python's, Go's (zap, zerolog, slog, logrus), pino,
 * bunyan, Serilog, logback, ECS, GELF, journald, Caddy, Traefik, PostgreSQL.
 */
static const struct role_row names_1[] = {
	{ "t", ROLE_TIME, 2 }, { "l", ROLE_LEVEL, 1 }, { "m", ROLE_MESSAGE, 1 }, { 0 }
};
static const struct role_row names_2[] = {
	{ "ts", ROLE_TIME, 6 }, { "@t", ROLE_TIME, 6 }, { "@l", ROLE_LEVEL, 6 }, { "@m", ROLE_MESSAGE, 6 }, { 0 }
};
static const struct role_row names_3[] = { { "msg", ROLE_MESSAGE, 8 },   { "lvl", ROLE_LEVEL, 7 },
					   { "app", ROLE_COMPONENT, 2 }, { "log", ROLE_MESSAGE, 2 },
					   { "@mt", ROLE_MESSAGE, 5 },   { 0 } };
static const struct role_row names_4[] = {
	{ "time", ROLE_TIME, 8 },    { "name", ROLE_COMPONENT, 4 }, { "Time", ROLE_TIME, 7 },
	{ "text", ROLE_MESSAGE, 3 }, { "body", ROLE_MESSAGE, 3 },   { "unit", ROLE_COMPONENT, 3 },
	{ "date", ROLE_TIME, 3 },    { "_msg", ROLE_MESSAGE, 5 },   { 0 }
};
static const struct role_row names_5[] = { { "level", ROLE_LEVEL, 9 },   { "Level", ROLE_LEVEL, 8 },
					   { "event", ROLE_MESSAGE, 4 }, { "LEVEL", ROLE_LEVEL, 8 },
					   { "_time", ROLE_TIME, 5 },    { 0 } };
static const struct role_row names_6[] = { { "logger", ROLE_COMPONENT, 8 },
					   { "module", ROLE_COMPONENT, 3 },
					   { "Logger", ROLE_COMPONENT, 8 },
					   { "source", ROLE_COMPONENT, 1 },
					   { 0 } };
static const struct role_row names_7[] = { { "message", ROLE_MESSAGE, 9 },   { "MESSAGE", ROLE_MESSAGE, 9 },
					   { "Message", ROLE_MESSAGE, 8 },   { "asctime", ROLE_TIME, 7 },
					   { "service", ROLE_COMPONENT, 5 }, { 0 } };
static const struct role_row names_8[] = { { "severity", ROLE_LEVEL, 7 },
					   { "Severity", ROLE_LEVEL, 7 },
					   { "loglevel", ROLE_LEVEL, 7 },
					   { "PRIORITY", ROLE_PRIORITY, 5 },
					   { "priority", ROLE_LEVEL, 2 },
					   { "datetime", ROLE_TIME, 6 },
					   { 0 } };
static const struct role_row names_9[] = { { "timestamp", ROLE_TIME, 9 },
					   { "component", ROLE_COMPONENT, 9 },
					   { "levelname", ROLE_LEVEL, 9 },
					   { "log_level", ROLE_LEVEL, 8 },
					   { "log.level", ROLE_LEVEL, 9 },
					   { "container", ROLE_COMPONENT, 2 },
					   { "subsystem", ROLE_COMPONENT, 6 },
					   { "Timestamp", ROLE_TIME, 9 },
					   { "eventTime", ROLE_TIME, 4 },
					   { "TIMESTAMP", ROLE_TIME, 8 },
					   { 0 } };
static const struct role_row names_10[] = {
	{ "@timestamp", ROLE_TIME, 9 }, { "log.logger", ROLE_COMPONENT, 9 }, { "created_at", ROLE_TIME, 2 }, { 0 }
};
static const struct role_row names_11[] = { { "logger_name", ROLE_COMPONENT, 8 },
					    { "level_value", ROLE_LEVEL, 1 },
					    { 0 } };
static const struct role_row names_12[] = { { "service.name", ROLE_COMPONENT, 4 },
					    { "MESSAGE_TEXT", ROLE_MESSAGE, 2 },
					    { 0 } };
static const struct role_row names_13[] = { { "short_message", ROLE_MESSAGE, 7 },
					    { "SourceContext", ROLE_COMPONENT, 8 },
					    { "_SYSTEMD_UNIT", ROLE_COMPONENT, 6 },
					    { "severity_text", ROLE_LEVEL, 8 },
					    { 0 } };
static const struct role_row names_14[] = { { "error_severity", ROLE_LEVEL, 7 }, { 0 } };
static const struct role_row names_15[] = { { "RenderedMessage", ROLE_MESSAGE, 8 },
					    { "MessageTemplate", ROLE_MESSAGE, 6 },
					    { 0 } };
static const struct role_row names_17[] = { { "SYSLOG_IDENTIFIER", ROLE_COMPONENT, 5 }, { 0 } };
static const struct role_row names_20[] = { { "__REALTIME_TIMESTAMP", ROLE_TIME, 7 }, { 0 } };

static const struct role_row *const by_length[] = {
	[1] = names_1,   [2] = names_2,   [3] = names_3,   [4] = names_4,   [5] = names_5,   [6] = names_6,
	[7] = names_7,   [8] = names_8,   [9] = names_9,   [10] = names_10, [11] = names_11, [12] = names_12,
	[13] = names_13, [14] = names_14, [15] = names_15, [17] = names_17, [20] = names_20,
};

/* What a field of this name means, and how sure that is: the highest rank wins. */
static enum line_role role_of(const char *name, size_t length, unsigned *ret_rank)
{
	if (length >= sizeof(by_length) / sizeof(by_length[0]) || !by_length[length])
		return ROLE_NONE;
	for (const struct role_row *row = by_length[length]; row->name; row++) {
		if (row->name[0] == name[0] && memcmp(row->name, name, length) == 0) {
			*ret_rank = row->rank;
			return row->role;
		}
	}
	return ROLE_NONE;
}

static const struct {
	const char *word; /* lower case */
	enum line_level level;
} level_words[] = {
	{ "alert", LINE_CRITICAL },
	{ "c", LINE_CRITICAL },
	{ "crit", LINE_CRITICAL },
	{ "critical", LINE_CRITICAL },
	{ "d", LINE_DEBUG },
	{ "dbg", LINE_DEBUG },
	{ "debug", LINE_DEBUG },
	{ "debug1", LINE_DEBUG },
	{ "debug2", LINE_DEBUG },
	{ "dpanic", LINE_CRITICAL },
	{ "e", LINE_ERROR },
	{ "emerg", LINE_CRITICAL },
	{ "emergency", LINE_CRITICAL },
	{ "err", LINE_ERROR },
	{ "error", LINE_ERROR },
	{ "f", LINE_CRITICAL },
	{ "fatal", LINE_CRITICAL },
	{ "fine", LINE_DEBUG },
	{ "finer", LINE_TRACE },
	{ "finest", LINE_TRACE },
	{ "ftl", LINE_CRITICAL },
	{ "i", LINE_INFO },
	{ "inf", LINE_INFO },
	{ "info", LINE_INFO },
	{ "information", LINE_INFO },
	{ "informational", LINE_INFO },
	{ "log", LINE_INFO },
	{ "notice", LINE_INFO },
	{ "panic", LINE_CRITICAL },
	{ "severe", LINE_ERROR },
	{ "success", LINE_INFO },
	{ "t", LINE_TRACE },
	{ "trace", LINE_TRACE },
	{ "trc", LINE_TRACE },
	{ "v", LINE_TRACE },
	{ "verbose", LINE_TRACE },
	{ "w", LINE_WARNING },
	{ "warn", LINE_WARNING },
	{ "warning", LINE_WARNING },
	{ "wrn", LINE_WARNING },
};

#define LEVEL_WORD_BYTES 13

enum line_level line_level_read(const char *word, size_t length)
{
	char lower[LEVEL_WORD_BYTES + 1];

	if (!length || length > LEVEL_WORD_BYTES)
		return LINE_UNKNOWN;
	for (size_t i = 0; i < length; i++)
		lower[i] = word[i] >= 'A' && word[i] <= 'Z' ? (char)(word[i] | 0x20) : word[i];
	lower[length] = '\0';
	for (size_t i = 0; i < sizeof(level_words) / sizeof(level_words[0]); i++)
		if (level_words[i].word[0] == lower[0] && strcmp(level_words[i].word, lower) == 0)
			return level_words[i].level;
	return LINE_UNKNOWN;
}

enum line_level line_level_of_priority(unsigned priority)
{
	static const enum line_level levels[] = { LINE_CRITICAL, LINE_CRITICAL, LINE_CRITICAL, LINE_ERROR,
						  LINE_WARNING,  LINE_INFO,     LINE_INFO,     LINE_DEBUG };

	return priority < sizeof(levels) / sizeof(levels[0]) ? levels[priority] : LINE_UNKNOWN;
}

/* Words; syslog's 0 to 7; the tens of pino and bunyan. */
static enum line_level level_of(struct line_text value, bool priority)
{
	unsigned number = 0;

	if (!value.length || value.text[0] < '0' || value.text[0] > '9')
		return line_level_read(value.text, value.length);
	for (size_t i = 0; i < value.length && i < 4; i++) {
		if (value.text[i] < '0' || value.text[i] > '9')
			return LINE_UNKNOWN;
		number = number * 10 + (unsigned)(value.text[i] - '0');
	}
	if (priority || number < 8)
		return line_level_of_priority(number);
	return number > 60 ? LINE_UNKNOWN : (enum line_level)(number / 10);
}

/* Take what the field means, when it is better than what there is. */
static void apply(struct line_reading *reading, enum line_role role, unsigned rank, struct line_text value,
		  enum line_value kind)
{
	struct log_line *line = reading->line;
	enum line_role slot = role == ROLE_PRIORITY ? ROLE_LEVEL : role;
	enum line_level level;
	int64_t time_ms;

	rank += reading->preference;
	if (rank <= reading->rank[slot] || kind == LINE_LITERAL || (kind == LINE_NESTED && role != ROLE_MESSAGE))
		return;
	switch (slot) {
	case ROLE_TIME:
		if (!log_time_read(value.text, value.length, reading->parser, &time_ms))
			return;
		line->time_ms = time_ms;
		break;
	case ROLE_LEVEL:
		level = level_of(value, role == ROLE_PRIORITY);
		if (level == LINE_UNKNOWN)
			return;
		line->level = level;
		break;
	case ROLE_MESSAGE:
		if (kind == LINE_NUMBER)
			return;
		line->message = value;
		break;
	case ROLE_COMPONENT:
		if (!value.length || kind == LINE_NUMBER)
			return;
		line->component = value;
		break;
	default: return;
	}
	reading->rank[slot] = rank;
}

void line_add_field(struct line_reading *reading, struct line_text name, struct line_text value, enum line_value kind)
{
	struct log_line *line = reading->line;
	unsigned rank;
	enum line_role role = role_of(name.text, name.length, &rank);

	if (role != ROLE_NONE)
		apply(reading, role, rank, value, kind);
	if (line->field_count < LOG_LINE_FIELDS)
		line->fields[line->field_count++] = (struct line_field){ name, value, kind };
	else
		line->fields_dropped++;
}
