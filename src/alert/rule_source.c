#include "alert/rule_source.h"

#include <stdbool.h>
#include <string.h>

/* A place in the file while it is being read. */
struct cursor {
	const char *at, *end;
	struct rule_position position;
};

static bool is_blank(char ch)
{
	return ch == ' ' || ch == '\t' || ch == '\n' || ch == '\r';
}

static bool starts_character(char ch)
{
	return ((unsigned char)ch & 0xc0) != 0x80;
}

void rule_source_init(struct rule_source *source, const char *text, size_t length)
{
	*source = (struct rule_source){ .text = text, .length = length };
	/* libyaml does not count a byte order mark. */
	vec_push(&source->lines, length >= 3 && !memcmp(text, "\xef\xbb\xbf", 3) ? 3 : 0);
	for (size_t i = 0; i < length; i++)
		if (text[i] == '\n' || (text[i] == '\r' && (i + 1 == length || text[i + 1] != '\n')))
			vec_push(&source->lines, i + 1);
}

void rule_source_release(struct rule_source *source)
{
	vec_release(&source->lines);
}

static void cursor_step(struct cursor *cursor)
{
	char ch = *cursor->at++;

	if (ch == '\n' || (ch == '\r' && (cursor->at == cursor->end || *cursor->at != '\n'))) {
		cursor->position.line++;
		cursor->position.column = 1;
	} else if (cursor->at == cursor->end || starts_character(*cursor->at)) {
		cursor->position.column++;
	}
}

static void cursor_skip_blanks(struct cursor *cursor)
{
	while (cursor->at < cursor->end && is_blank(*cursor->at))
		cursor_step(cursor);
}

/* To the scalar's first character: behind the head of a block, or the quote. Gives the quote, or 0. */
static char cursor_enter(struct cursor *cursor)
{
	char first = *cursor->at;

	if (first == '|' || first == '>') {
		while (cursor->at < cursor->end && *cursor->at != '\n')
			cursor_step(cursor);
		return 0;
	}
	if (first != '"' && first != '\'')
		return 0;
	cursor_step(cursor);
	return first;
}

/* Over one character that is no blank, as the file spells it; false when it stands for another one. */
static bool cursor_match(struct cursor *cursor, char quote, char wanted)
{
	if (quote == '"' && *cursor->at == '\\') {
		cursor_step(cursor);
		if (cursor->at < cursor->end && (*cursor->at == 'n' || *cursor->at == 't' || *cursor->at == '\n')) {
			cursor_step(cursor); /* an escaped blank */
			cursor_skip_blanks(cursor);
		}
	} else if (quote == '\'' && *cursor->at == '\'') {
		cursor_step(cursor);
	}
	if (cursor->at == cursor->end || *cursor->at != wanted)
		return false;
	return true;
}

struct rule_position rule_source_find(const struct rule_source *source, const struct yaml_node *scalar, size_t offset)
{
	const struct rule_position own = { scalar->line, scalar->column };
	struct cursor cursor = { .end = source->text + source->length, .position = { scalar->line, 1 } };
	const char *text = scalar->text;
	size_t length = strlen(text);
	char quote;

	if (!scalar->line || scalar->line > source->lines.count)
		return own;
	cursor.at = source->text + source->lines.items[scalar->line - 1];
	while (cursor.at < cursor.end && cursor.position.line == own.line && cursor.position.column < own.column)
		cursor_step(&cursor);
	if (cursor.at == cursor.end || cursor.position.line != own.line)
		return own;
	quote = cursor_enter(&cursor);
	for (size_t i = 0; i < length; i++) {
		if (is_blank(text[i]))
			continue;
		cursor_skip_blanks(&cursor);
		if (cursor.at == cursor.end || !cursor_match(&cursor, quote, text[i]))
			return own;
		if (i >= offset && starts_character(text[i]))
			return cursor.position;
		cursor_step(&cursor);
	}
	/* Behind the end: where the last character was left. */
	return length ? cursor.position : own;
}
