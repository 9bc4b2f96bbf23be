#include <string.h>

#include "logs/log_reading.h"
#include "logs/log_time.h"

#define LEVEL_WORDS 6 /* a level stands among the first so many words */
#define WORD_BYTES  64

struct cursor {
	const char *at, *end;
};

static size_t left(const struct cursor *cursor)
{
	return (size_t)(cursor->end - cursor->at);
}

/* What stands between the parts of a header. */
static void skip_separators(struct cursor *cursor)
{
	while (cursor->at < cursor->end && strchr(" \t-|]:,", *cursor->at) && *cursor->at)
		cursor->at++;
}

/* The time in front, perhaps in brackets, perhaps behind Redis's "1234:M ". */
static bool take_time(struct line_reading *reading, struct cursor *cursor)
{
	struct cursor ahead = *cursor;
	size_t used;
	int64_t time_ms;

	if (left(&ahead) && *ahead.at == '[')
		ahead.at++;
	used = log_time_read(ahead.at, left(&ahead), reading->parser, &time_ms);
	if (!used) {
		while (ahead.at < ahead.end && *ahead.at >= '0' && *ahead.at <= '9')
			ahead.at++;
		if (ahead.at == cursor->at || left(&ahead) < 4 || ahead.at[0] != ':' || !strchr("MSCX", ahead.at[1]) ||
		    ahead.at[2] != ' ')
			return false;
		ahead.at += 3;
		used = log_time_read(ahead.at, left(&ahead), reading->parser, &time_ms);
		if (!used)
			return false;
	}
	reading->line->time_ms = time_ms;
	ahead.at += used;
	*cursor = ahead;
	return true;
}

/* "time - name - level - message" */
static bool take_python(struct line_reading *reading, struct cursor *cursor)
{
	const char *name, *level, *message;
	enum line_level found;

	if (left(cursor) < 9 || memcmp(cursor->at, " - ", 3) != 0)
		return false;
	name = cursor->at + 3;
	level = memmem(name, (size_t)(cursor->end - name), " - ", 3);
	if (!level || level - name > WORD_BYTES * 2)
		return false;
	message = memmem(level + 3, (size_t)(cursor->end - level - 3), " - ", 3);
	if (!message || message - level > WORD_BYTES)
		return false;
	found = line_level_read(level + 3, (size_t)(message - level - 3));
	if (found == LINE_UNKNOWN)
		return false;
	reading->line->level = found;
	reading->line->component = line_text_of(name, (size_t)(level - name));
	cursor->at = message + 3;
	return true;
}

/* Redis marks its levels with a sign. */
static bool take_sign(struct line_reading *reading, struct cursor *cursor)
{
	static const char signs[] = ".-*#";
	static const enum line_level levels[] = { LINE_DEBUG, LINE_INFO, LINE_INFO, LINE_WARNING };
	const char *sign;

	if (left(cursor) < 3 || cursor->at[0] != ' ' || cursor->at[2] != ' ' || !cursor->at[1])
		return false;
	sign = strchr(signs, cursor->at[1]);
	/* A dash is also what others put between time and level. */
	if (!sign || *sign == '-')
		return false;
	reading->line->level = levels[sign - signs];
	cursor->at += 3;
	return true;
}

static bool is_upper(const char *word, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if ((word[i] < 'A' || word[i] > 'Z') && (word[i] < '0' || word[i] > '9'))
			return false;
	return length > 1;
}

/* Is the word a level by how it stands there? One letter, or a lower case word of a sentence, is none. */
static enum line_level word_level(struct line_text word, bool bracketed, bool first, bool timed, char behind)
{
	enum line_level level = line_level_read(word.text, word.length);

	if (level == LINE_UNKNOWN || (word.length == 1 && !bracketed && !(timed && first)))
		return LINE_UNKNOWN;
	if (is_upper(word.text, word.length))
		return word.length == 3 && memcmp(word.text, "LOG", 3) == 0 && behind != ':' ? LINE_UNKNOWN : level;
	return bracketed || behind == ':' || (timed && first) ? level : LINE_UNKNOWN;
}

/* "com.example.Name - message" behind a level. */
static void take_logger(struct line_reading *reading, struct cursor *cursor)
{
	const char *at = cursor->at;

	while (at < cursor->end && at - cursor->at < WORD_BYTES * 2 && *at > ' ')
		at++;
	if (cursor->end - at < 4 || memcmp(at, " - ", 3) != 0 || at == cursor->at)
		return;
	reading->line->component = line_text_of(cursor->at, (size_t)(at - cursor->at));
	cursor->at = at + 3;
}

/* Look for a level among the first words; on success the cursor stands behind it. */
static bool take_level(struct line_reading *reading, struct cursor *cursor, bool timed)
{
	struct cursor ahead = *cursor;

	for (unsigned i = 0; i < LEVEL_WORDS; i++) {
		struct line_text word;
		enum line_level level;
		bool bracketed;

		skip_separators(&ahead);
		bracketed = left(&ahead) && (*ahead.at == '[' || *ahead.at == '<' || *ahead.at == '(');
		ahead.at += bracketed;
		word.text = ahead.at;
		while (ahead.at < ahead.end && !strchr(" \t]>):|,=", *ahead.at))
			ahead.at++;
		word.length = (size_t)(ahead.at - word.text);
		if (ahead.at >= ahead.end && !word.length)
			return false;
		level = word_level(word, bracketed, i == 0, timed, ahead.at < ahead.end ? *ahead.at : ' ');
		if (level != LINE_UNKNOWN) {
			reading->line->level = level;
			if (left(&ahead) && *ahead.at && strchr("]>)", *ahead.at))
				ahead.at++;
			skip_separators(&ahead);
			if (timed)
				take_logger(reading, &ahead);
			*cursor = ahead;
			return true;
		}
		while (ahead.at < ahead.end && *ahead.at != ' ' && *ahead.at != '\t')
			ahead.at++;
	}
	return false;
}

void line_read_text(struct line_reading *reading, const char *text, size_t length)
{
	struct cursor cursor = { text, text + length };
	bool timed = take_time(reading, &cursor);

	reading->line->shape = LINE_PLAIN;
	if (timed && left(&cursor) && *cursor.at == ']')
		cursor.at++;
	if (!(timed && (take_python(reading, &cursor) || take_sign(reading, &cursor))))
		take_level(reading, &cursor, timed);
	if (timed)
		skip_separators(&cursor);
	/* A line that is nothing but a header is its own message. */
	if (cursor.at == cursor.end)
		cursor.at = text;
	reading->line->message = line_text_of(cursor.at, left(&cursor));
	line_read_pairs(reading, cursor.at, left(&cursor), false);
}
