#include "config/markdown_limits.h"

#include <ctype.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define TAB_COLUMNS       4
#define COLUMNS_A_NESTING 2 /* a nested list is indented by two columns at least */

/* Running figures over the lines of one source. */
struct figures {
	size_t cells;   /* of all tables */
	size_t columns; /* of the table this block may be; 0 when none */
	size_t marks;   /* of this block */
};

/* A list marker: "- ", "* ", "+ ", "12. ", "3) ". Returns its bytes, 0 when there is none. */
static size_t marker_length(const char *line, size_t length)
{
	size_t digits = 0;

	if (length > 1 && strchr("-*+", line[0]) && isspace((unsigned char)line[1]))
		return 1;
	while (digits < length && isdigit((unsigned char)line[digits]))
		digits++;
	if (digits > 0 && digits + 1 < length && strchr(".)", line[digits]) && isspace((unsigned char)line[digits + 1]))
		return digits + 1;
	return 0;
}

/* How deep the containers of one line can be: its quote and list marks, and what indentation before them stands for. */
static size_t line_nesting(const char *line, size_t length)
{
	size_t at = 0, columns = 0, marks = 0, indented = 0;

	while (at < length) {
		size_t marker = 0;

		if (line[at] == ' ' || line[at] == '\t') {
			columns += line[at++] == '\t' ? TAB_COLUMNS : 1;
			continue;
		}
		marker = line[at] == '>' ? 1 : marker_length(line + at, length - at);
		if (marker == 0)
			break;
		marks++;
		/* One blank belongs to the marker before. */
		indented += columns > 0 ? (columns - 1) / COLUMNS_A_NESTING : 0;
		columns = 0;
		at += marker;
	}
	return marks + indented;
}

/* Columns when the line can be the rule under a table's head, else 0. */
static size_t rule_columns(const char *line, size_t length)
{
	size_t i, pipes = 0, dashes = 0;

	for (i = 0; i < length; i++) {
		if (!strchr("|-: \t>+*.)0123456789\r", line[i]) || line[i] == '\0')
			return 0;
		pipes += line[i] == '|';
		dashes += line[i] == '-';
	}
	return pipes > 0 && dashes > 0 ? pipes + 1 : 0;
}

/* What the parser stops at within a line of words. */
static const bool is_mark[UCHAR_MAX + 1] = {
	['['] = true, [']'] = true, ['('] = true, [')'] = true, ['*'] = true, ['_'] = true, ['`'] = true,  ['~'] = true,
	['<'] = true, ['!'] = true, ['&'] = true, [':'] = true, [';'] = true, ['@'] = true, ['\\'] = true,
};

static size_t line_marks(const char *line, size_t length)
{
	size_t i, marks = 0;

	for (i = 0; i < length; i++)
		marks += is_mark[(unsigned char)line[i]];
	return marks;
}

static bool is_blank(const char *line, size_t length)
{
	size_t i;

	for (i = 0; i < length; i++)
		if (!isspace((unsigned char)line[i]))
			return false;
	return true;
}

/* Add one line; the first limit it breaks is returned. */
static const char *line_check(struct figures *figures, const char *line, size_t length)
{
	size_t columns;

	if (is_blank(line, length)) {
		figures->columns = figures->marks = 0;
		return NULL;
	}
	if (line_nesting(line, length) > MARKDOWN_LIMIT_NESTING)
		return "lists or quotes nested deeper than 24";
	figures->marks += line_marks(line, length);
	if (figures->marks > MARKDOWN_LIMIT_MARKS)
		return "a paragraph with more than 4000 marks";
	columns = rule_columns(line, length);
	if (columns > MARKDOWN_LIMIT_COLUMNS)
		return "a table of more than 100 columns";
	/* Missing cells are made by the parser, so that each row counts in full. */
	if (columns > figures->columns)
		figures->columns = columns;
	figures->cells += figures->columns;
	if (figures->cells > MARKDOWN_LIMIT_CELLS)
		return "tables of more than 20000 cells";
	return NULL;
}

const char *markdown_limits_refusal(const char *source, size_t length)
{
	struct figures figures = { 0 };
	const char *refusal = NULL;
	size_t at = 0;

	while (at < length && !refusal) {
		size_t end = at;

		/* A lone carriage return ends a line too. */
		while (end < length && source[end] != '\n' && source[end] != '\r')
			end++;
		refusal = line_check(&figures, source + at, end - at);
		at = end + 1;
	}
	return refusal;
}
