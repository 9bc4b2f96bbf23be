/* Which minute asks for what: the escalation table, also ragged, or a list in its place. */
#include <string.h>
#include <strings.h>

#include "runbook/runbook_reader.h"
#include "runbook/section.h"

#define DUES_MAX 200

static void add_due(struct runbook_reader *reader, const char *span, const char *action, bool unit_needed)
{
	int from, to;
	bool unit, open;

	if (!section_minutes_read(span, &from, &to, &unit) || (unit_needed && !unit) || !*action ||
	    reader->runbook->dues.count == DUES_MAX)
		return;
	/* "15 min" is when it begins: nobody says when it ends. */
	open = to <= from;
	vec_push(&reader->runbook->dues,
		 (struct runbook_due){ .minute = from, .until = open ? -1 : to, .action = action });
}

static bool begins_with(const char *text, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strncasecmp(text, words[i], strlen(words[i])) == 0)
			return true;
	return false;
}

/* A table whose head says minutes and actions, wherever it stands. */
static bool is_due_head(struct runbook_reader *reader, cmark_node *row)
{
	static const char *const times[] = { "minute", "time", "elapsed", "t+" };
	static const char *const actions[] = { "action", "what", "escalat", "who" };
	cmark_node *cell = row ? cmark_node_first_child(row) : NULL;

	if (!cell || !begins_with(reader_plain(reader, cell), times, sizeof(times) / sizeof(*times)))
		return false;
	while ((cell = cmark_node_next(cell)))
		if (begins_with(reader_plain(reader, cell), actions, sizeof(actions) / sizeof(*actions)))
			return true;
	return false;
}

void reader_due_table(struct runbook_reader *reader, cmark_node *table)
{
	cmark_node *head = cmark_node_first_child(table);
	bool known = runbook_role(reader->runbook, reader->section) == SECTION_ESCALATION;

	if (!known && (reader->runbook->dues.count || !is_due_head(reader, head)))
		return;
	for (cmark_node *row = head ? cmark_node_next(head) : NULL; row; row = cmark_node_next(row)) {
		cmark_node *cell = cmark_node_first_child(row);
		const char *span = cell ? reader_plain(reader, cell) : "";
		struct strbuf action = STRBUF_INIT;

		/* Cells that a ragged row has not are empty. */
		while (cell && (cell = cmark_node_next(cell))) {
			const char *words = reader_plain(reader, cell);

			if (*words)
				strbuf_addf(&action, "%s%s", action.length ? "; " : "", words);
		}
		add_due(reader, span, arena_strdup(&reader->runbook->arena, action.text), false);
		strbuf_release(&action);
	}
}

void reader_due_list(struct runbook_reader *reader, cmark_node *list)
{
	for (cmark_node *item = cmark_node_first_child(list); item; item = cmark_node_next(item)) {
		cmark_node *words = cmark_node_first_child(item);
		const char *text = words ? reader_plain(reader, words) : "", *rest;
		int from, to;
		bool unit;

		rest = text + section_minutes_read(text, &from, &to, &unit);
		rest += strspn(rest, " :-");
		while (strncmp(rest, "\xe2\x80\x93", 3) == 0 || strncmp(rest, "\xe2\x80\x94", 3) == 0)
			rest += 3 + strspn(rest + 3, " :");
		add_due(reader, text, rest, true);
	}
}

/* Rows of pipes that are no table, since the rule below their head does not fit it. */
void reader_due_paragraph(struct runbook_reader *reader, cmark_node *block)
{
	struct reader_lines lines = { 0 };

	reader_split_lines(reader, block, &lines);
	for (size_t i = 0; i < lines.items.count; i++) {
		const char *at = lines.items.items[i].rest, *bar;
		struct strbuf action = STRBUF_INIT;

		at += strspn(at, "| ");
		bar = strchr(at, '|');
		for (const char *cell = bar; cell && *cell; cell += strcspn(cell, "|")) {
			size_t length;

			cell += strspn(cell, "| ");
			length = strcspn(cell, "|");
			while (length && cell[length - 1] == ' ')
				length--;
			if (length)
				strbuf_addf(&action, "%s%.*s", action.length ? "; " : "", (int)length, cell);
		}
		if (bar && lines.items.items[i].rest[0] == '|')
			add_due(reader, at, arena_strdup(&reader->runbook->arena, action.text), false);
		strbuf_release(&action);
	}
	vec_release(&lines.items);
}
