#include "ui/view/log_document.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "ui/view/engine_box.h"

#define WORD_VALUE_MOST 60 /* bytes of a value that completes a filter */

static void add_text(struct document *document, enum document_kind kind, const char *label,
		     const struct line_text *text)
{
	char *copy = mem_strndup(text->text ? text->text : "", text->length);

	document_add(document, kind, label, copy);
	free(copy);
}

/* The message and the component have been shown already. */
static bool is_said(const struct log_row *row, const struct line_text *value)
{
	const struct line_text *parts[] = { &row->message, &row->component };

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (parts[i]->text && value->text && parts[i]->length && parts[i]->length == value->length &&
		    memcmp(parts[i]->text, value->text, value->length) == 0)
			return true;
	return false;
}

/* A line whole: its parts, its fields, and as it came. */
void log_document_line(const struct logs *logs, const struct log_row *row, int64_t now_ms, struct document *document)
{
	const struct log_source *source = logs_source(logs);
	char *space = mem_alloc(log_line_space(row->raw.length)), when[48], age[16];
	struct log_line *line = mem_zalloc(sizeof(*line));

	if (row->time_ms != LOG_NO_TIME) {
		time_format(row->time_ms, "%Y-%m-%d %H:%M:%S", when, sizeof(when));
		duration_format(now_ms > row->time_ms ? now_ms - row->time_ms : 0, age, sizeof(age));
		document_addf(document, DOCUMENT_TEXT, "time", "%s.%03dZ, %s ago", when, (int)(row->time_ms % 1000),
			      age);
	}
	if (row->level != LINE_UNKNOWN)
		document_add(document, row->level >= LINE_ERROR ? DOCUMENT_BAD : DOCUMENT_TEXT, "level",
			     line_level_name(row->level));
	if (row->component.text && row->component.length)
		add_text(document, DOCUMENT_TEXT, "component", &row->component);
	add_text(document, DOCUMENT_TEXT, "message", &row->message);
	if (source) {
		log_row_parse(row, source->parser, line, space);
		for (unsigned i = 0; i < line->field_count; i++) {
			char *name;

			if (is_said(row, &line->fields[i].value))
				continue;
			name = mem_strndup(line->fields[i].name.text, line->fields[i].name.length);

			add_text(document, DOCUMENT_TEXT, name, &line->fields[i].value);
			free(name);
		}
		if (line->fields_dropped)
			document_addf(document, DOCUMENT_DIM, "", "and %u fields more", line->fields_dropped);
	}
	if (row->skipped)
		document_addf(document, DOCUMENT_DIM, "", "%zu bytes more in the line", row->skipped);
	free(line);
	free(space);
}

void log_document_source(const struct logs *logs, const struct log_source *source, struct document *document)
{
	char bytes[24];

	document_add(document, DOCUMENT_CODE, source->path ? "file" : "command", source->name);
	document_addf(document, DOCUMENT_TEXT, "job", "%s", logs->entries.items[logs->chosen].job);
	engine_box_bytes((double)source->size_bytes, bytes, sizeof(bytes));
	document_addf(document, DOCUMENT_TEXT, source->path ? "size" : "in memory", "%s", bytes);
	document_addf(document, DOCUMENT_TEXT, "lines", "%" PRIu64 " read since the start", source->lines);
	document_addf(document, DOCUMENT_TEXT, source->path ? "rotations" : "restarts", "%" PRIu64,
		      source->path ? source->rotations : source->restarts);
	if (source->reason[0])
		document_add(document, DOCUMENT_BAD, "state", source->reason);
	document_addf(document, DOCUMENT_DIM, "here", "%d line%s around the one with the focus, in memory", logs->count,
		      logs->count == 1 ? "" : "s");
}

void log_document_raw(const struct log_row *row, struct document *document)
{
	add_text(document, DOCUMENT_CODE, NULL, &row->raw);
}

/* A field as a word of a filter: its value up to what a word cannot hold, then any. */
static void add_word(struct strbuf *whole, const struct line_text *name, const struct line_text *value)
{
	size_t length = 0;

	while (length < value->length && length < WORD_VALUE_MOST && !strchr(" \t\r\n\"*", value->text[length]))
		length++;
	/* Not in the middle of a character. */
	while (length && length < value->length && ((unsigned char)value->text[length] & 0xC0) == 0x80)
		length--;
	strbuf_addf(whole, "%.*s=%.*s%s", (int)name->length, name->text, (int)length, value->text,
		    length < value->length ? "*" : "");
}

/* Levels, and the fields of the line with the focus. */
void log_document_complete(const struct logs *logs, const struct log_row *row, const char *text,
			   struct prompt_candidates *ret)
{
	static const char *const levels[] = { "level:critical", "level:error", "level:warning", "level:info" };
	const struct log_source *source = row ? logs_source(logs) : NULL;
	const char *blank = strrchr(text, ' '), *word = blank ? blank + 1 : text;
	char *space = row ? mem_alloc(log_line_space(row->raw.length)) : NULL;
	struct log_line *line = mem_zalloc(sizeof(*line));
	struct strbuf whole = STRBUF_INIT;

	if (source)
		log_row_parse(row, source->parser, line, space);
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]) + line->field_count; i++) {
		size_t field = i - sizeof(levels) / sizeof(levels[0]);

		strbuf_clear(&whole);
		strbuf_add(&whole, text, (size_t)(word - text));
		if (i < sizeof(levels) / sizeof(levels[0]))
			strbuf_addstr(&whole, levels[i]);
		else
			add_word(&whole, &line->fields[field].name, &line->fields[field].value);
		if (strncasecmp(whole.text + (word - text), word, strlen(word)) == 0)
			prompt_candidates_add(ret, whole.text);
	}
	strbuf_release(&whole);
	free(line);
	free(space);
}
