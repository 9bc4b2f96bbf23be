#include <ctype.h>
#include <string.h>

#include "config/markdown_place.h"
#include "runbook/runbook_reader.h"

/* Words of inline nodes; a break is a blank. */
static void add_plain(struct strbuf *buf, cmark_node *node)
{
	const char *literal = cmark_node_get_literal(node);

	switch (cmark_node_get_type(node)) {
	case CMARK_NODE_TEXT:
	case CMARK_NODE_CODE: strbuf_addstr(buf, literal ? literal : ""); break;
	case CMARK_NODE_SOFTBREAK:
	case CMARK_NODE_LINEBREAK: strbuf_addch(buf, ' '); break;
	default: break;
	}
}

static void add_all_plain(struct strbuf *buf, cmark_node *block)
{
	cmark_iter *iter = cmark_iter_new(block);
	cmark_event_type event;

	while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE)
		if (event == CMARK_EVENT_ENTER)
			add_plain(buf, cmark_iter_get_node(iter));
	cmark_iter_free(iter);
}

static const char *trimmed(struct runbook_reader *reader, const struct strbuf *buf)
{
	size_t begin = 0, end = buf->length;

	while (begin < end && isspace((unsigned char)buf->text[begin]))
		begin++;
	while (end > begin && isspace((unsigned char)buf->text[end - 1]))
		end--;
	return arena_strndup(&reader->runbook->arena, buf->text + begin, end - begin);
}

const char *reader_plain(struct runbook_reader *reader, cmark_node *block)
{
	struct strbuf buf = STRBUF_INIT;
	const char *result;

	add_all_plain(&buf, block);
	result = trimmed(reader, &buf);
	strbuf_release(&buf);
	return result;
}

const char *reader_source(struct runbook_reader *reader, unsigned first, unsigned last, unsigned indent)
{
	struct strbuf buf = STRBUF_INIT;
	const char *result;

	if (last >= reader->lines.count)
		last = (unsigned)reader->lines.count - 1;
	for (unsigned line = first; line && line <= last; line++) {
		size_t at = reader->lines.items[line - 1], end = reader->lines.items[line];
		unsigned column = 0;

		while (at < end && column < indent && strchr(" \t>", reader->text[at])) {
			column += reader->text[at] == '\t' ? 4 - column % 4 : 1;
			at++;
		}
		strbuf_add(&buf, reader->text + at, end - at);
	}
	result = trimmed(reader, &buf);
	strbuf_release(&buf);
	return result;
}

const char *reader_markdown(struct runbook_reader *reader, cmark_node *block)
{
	struct markdown_place place = markdown_place(block);
	unsigned first = place.first, last = place.last, indent = place.column > 1 ? place.column - 1 : 0;
	size_t at;
	const char *head;

	if (!first || first >= reader->lines.count)
		return "";
	/* The first line begins where the paragraph does: a list's marker is no part of it. */
	at = reader->lines.items[first - 1] + indent;
	if (at >= reader->lines.items[first])
		return reader_source(reader, first, last, indent);
	head = arena_strndup(&reader->runbook->arena, reader->text + at, reader->lines.items[first] - at);
	if (last <= first)
		return arena_strndup(&reader->runbook->arena, head, strcspn(head, "\n"));
	return arena_printf(&reader->runbook->arena, "%s%s", head, reader_source(reader, first + 1, last, indent));
}

bool reader_has_links(cmark_node *block)
{
	for (cmark_node *node = cmark_node_first_child(block); node; node = cmark_node_next(node))
		if (cmark_node_get_type(node) == CMARK_NODE_LINK)
			return true;
	return false;
}

/* Where the first sentence ends: behind ". " and the like, unless it is "e.g. " or a number's. */
static size_t sentence_length(const char *text)
{
	size_t i = 0;

	for (; text[i]; i++) {
		bool initial = i < 3 || text[i - 2] == '.' || text[i - 2] == ' ' || isdigit((unsigned char)text[i - 1]);

		if (strchr(".!?", text[i]) && text[i + 1] == ' ' && (text[i] != '.' || !initial))
			return i + 1;
	}
	return i;
}

const char *reader_name(struct runbook_reader *reader, const char *text, bool *ret_whole)
{
	size_t length = sentence_length(text), all = strlen(text);
	bool cut = length > READER_NAME_MAX;

	*ret_whole = length == all && !cut;
	if (cut) {
		length = READER_NAME_MAX;
		while (length > READER_NAME_MAX / 2 && text[length] != ' ')
			length--;
		/* Never inside a character. */
		while (length && ((unsigned char)text[length] & 0xc0) == 0x80)
			length--;
	}
	while (length && strchr(":,; ", text[length - 1]))
		length--;
	return cut ? arena_printf(&reader->runbook->arena, "%.*s\xe2\x80\xa6", (int)length, text)
		   : arena_strndup(&reader->runbook->arena, text, length);
}

static void end_line(struct runbook_reader *reader, struct reader_lines *ret, struct strbuf *bold, struct strbuf *rest)
{
	struct reader_line line = { .bold = trimmed(reader, bold), .rest = trimmed(reader, rest) };

	if (*line.bold || *line.rest)
		vec_push(&ret->items, line);
	strbuf_clear(bold);
	strbuf_clear(rest);
}

void reader_split_lines(struct runbook_reader *reader, cmark_node *block, struct reader_lines *ret)
{
	struct strbuf bold = STRBUF_INIT, rest = STRBUF_INIT;

	for (cmark_node *node = cmark_node_first_child(block); node; node = cmark_node_next(node)) {
		cmark_node_type type = cmark_node_get_type(node);

		if (type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK)
			end_line(reader, ret, &bold, &rest);
		else if (type == CMARK_NODE_STRONG && !bold.length && !rest.length)
			add_all_plain(&bold, node);
		else
			add_all_plain(&rest, node);
	}
	end_line(reader, ret, &bold, &rest);
	strbuf_release(&bold);
	strbuf_release(&rest);
}

bool reader_is_table(cmark_node *node)
{
	return strcmp(cmark_node_get_type_string(node), "table") == 0;
}
