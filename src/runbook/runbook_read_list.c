/* Lists: an item with a block of code is one step with its words, others are for people to tick off. */
#include <string.h>

#include <cmark-gfm-core-extensions.h>

#include "config/markdown_place.h"
#include "runbook/fence_guess.h"
#include "runbook/runbook_reader.h"
#include "runbook/section.h"

#define ANNOUNCEMENT_MAX 60 /* bytes */

static bool is_task(cmark_node *item)
{
	return strcmp(cmark_node_get_type_string(item), "tasklist") == 0;
}

static bool is_kind(cmark_node *node, cmark_node_type type)
{
	return node && cmark_node_get_type(node) == type;
}

/* A block of code anywhere in it. */
static bool has_code(cmark_node *node, int depth)
{
	if (is_kind(node, CMARK_NODE_CODE_BLOCK))
		return true;
	for (cmark_node *child = cmark_node_first_child(node); child && depth < READER_DEPTH_MAX;
	     child = cmark_node_next(child))
		if (has_code(child, depth + 1))
			return true;
	return false;
}

/* The words a block begins with. */
static const char *first_words(cmark_node *node)
{
	while (cmark_node_first_child(node))
		node = cmark_node_first_child(node);
	return cmark_node_get_literal(node) ? cmark_node_get_literal(node) : "";
}

/* "If the disk is full:", or words all of them bold: what the list below it is about. */
static bool is_label(cmark_node *item)
{
	cmark_node *words = cmark_node_first_child(item), *first, *last;
	const char *text;

	if (!is_kind(words, CMARK_NODE_PARAGRAPH))
		return false;
	first = cmark_node_first_child(words);
	last = cmark_node_last_child(words);
	text = last && cmark_node_get_literal(last) ? cmark_node_get_literal(last) : "";
	return (*text && text[strlen(text) - 1] == ':') || (first == last && is_kind(first, CMARK_NODE_STRONG));
}

static bool list_has_steps(struct runbook_reader *reader, cmark_node *list, bool labelled, int depth);

static bool has_nested_list(cmark_node *item)
{
	for (cmark_node *child = cmark_node_first_child(item); child; child = cmark_node_next(child))
		if (is_kind(child, CMARK_NODE_LIST))
			return true;
	return false;
}

/* Lists inside an item whose items are steps of their own. */
static bool has_nested_steps(struct runbook_reader *reader, cmark_node *item, int depth)
{
	bool label = is_label(item);

	for (cmark_node *child = cmark_node_first_child(item); child; child = cmark_node_next(child))
		if (is_kind(child, CMARK_NODE_LIST) && list_has_steps(reader, child, label, depth + 1))
			return true;
	return false;
}

/* Something to be ticked off, as far as the item's own words go. */
static bool is_to_do(struct runbook_reader *reader, cmark_node *item)
{
	bool ordered = cmark_node_get_list_type(cmark_node_parent(item)) == CMARK_ORDERED_LIST;
	cmark_node *words = cmark_node_first_child(item);

	if (!is_kind(words, CMARK_NODE_PARAGRAPH))
		return false;
	if (is_task(item))
		return true;
	/* A title of things that are nothing to do is none either. */
	if (is_label(item) && has_nested_list(item))
		ordered = false;
	return section_item_is_task(runbook_role(reader->runbook, reader->section), ordered, first_words(words));
}

/* Below words that are not just a label a list belongs to them, unless it has code or check boxes. */
static bool list_has_steps(struct runbook_reader *reader, cmark_node *list, bool labelled, int depth)
{
	if (depth > READER_DEPTH_MAX)
		return false;
	for (cmark_node *item = cmark_node_first_child(list); item; item = cmark_node_next(item))
		if (is_task(item) || has_code(item, depth) ||
		    (labelled && (is_to_do(reader, item) || has_nested_steps(reader, item, depth))))
			return true;
	return false;
}

/* "Example output:" right before a block is no word of the step's. */
static bool announces_output(struct runbook_reader *reader, cmark_node *node)
{
	const char *text;

	if (!is_kind(node, CMARK_NODE_PARAGRAPH) || !is_kind(cmark_node_next(node), CMARK_NODE_CODE_BLOCK))
		return false;
	text = reader_plain(reader, node);
	return strlen(text) < ANNOUNCEMENT_MAX && fence_hints_output(text);
}

/* What the item says but for code and lists with steps of their own: Markdown, without its marker. */
static const char *item_words(struct runbook_reader *reader, cmark_node *item, bool with_first, int depth)
{
	struct strbuf buf = STRBUF_INIT;
	bool label = is_label(item);
	const char *result;

	for (cmark_node *node = cmark_node_first_child(item); node; node = cmark_node_next(node)) {
		bool first = node == cmark_node_first_child(item);
		struct markdown_place place = markdown_place(node);

		if (is_kind(node, CMARK_NODE_CODE_BLOCK) || is_kind(node, CMARK_NODE_HTML_BLOCK) ||
		    (first ? !with_first : announces_output(reader, node)) ||
		    (is_kind(node, CMARK_NODE_LIST) && list_has_steps(reader, node, label, depth + 1)))
			continue;
		if (buf.length)
			strbuf_addstr(&buf, is_kind(node, CMARK_NODE_LIST) ? "\n" : "\n\n");
		strbuf_addstr(&buf, first ? reader_markdown(reader, node)
					  : reader_source(reader, place.first, place.last,
							  place.column > 1 ? place.column - 1 : 0));
	}
	result = arena_strdup(&reader->runbook->arena, buf.text);
	strbuf_release(&buf);
	return result;
}

static void describe(struct runbook_reader *reader, cmark_node *item, const char *label, int depth,
		     struct reader_item *ret)
{
	cmark_node *words = cmark_node_first_child(item);
	bool whole = true;

	*ret = (struct reader_item){ .name = "", .words = "", .label = label, .node = item };
	ret->to_do = is_to_do(reader, item);
	ret->line = (unsigned)cmark_node_get_start_line(item);
	ret->box = is_task(item);
	ret->checked = ret->box && cmark_gfm_extensions_get_tasklist_item_checked(item);
	if (!is_kind(words, CMARK_NODE_PARAGRAPH))
		return;
	ret->name = reader_name(reader, reader_plain(reader, words), &whole);
	ret->words = item_words(reader, item, !whole || reader_has_links(words), depth);
}

static const char *join_labels(struct runbook_reader *reader, const char *outer, const char *inner)
{
	return *outer ? arena_printf(&reader->runbook->arena, "%s %s", outer, inner) : inner;
}

/* The blocks of an item with code or nested steps, in order. */
static void walk_item(struct runbook_reader *reader, cmark_node *node, struct reader_item *item, bool own_step,
		      int depth)
{
	bool label = is_label(node);
	const char *outer = own_step ? "" : join_labels(reader, item->label, item->name);

	for (cmark_node *child = cmark_node_first_child(node); child; child = cmark_node_next(child)) {
		if (!is_kind(child, CMARK_NODE_LIST)) {
			reader_block(reader, child, item, depth + 1);
		} else if (list_has_steps(reader, child, label, depth + 1)) {
			reader_list(reader, child, outer, depth + 1);
		} else {
			reader_drop_pending(reader, &reader->pending);
			reader->hint = NULL;
		}
	}
	reader_drop_pending(reader, &reader->pending);
	reader->hint = NULL;
}

static bool has_own_code(cmark_node *item)
{
	for (cmark_node *child = cmark_node_first_child(item); child; child = cmark_node_next(child))
		if (is_kind(child, CMARK_NODE_CODE_BLOCK) ||
		    (is_kind(child, CMARK_NODE_BLOCK_QUOTE) && has_code(child, 0)))
			return true;
	return false;
}

/* A comment between two items would divide the list: it may stand inside one without code. */
static void read_comments_inside(struct runbook_reader *reader, cmark_node *item, size_t first)
{
	struct reader_pending pending;

	for (cmark_node *child = cmark_node_first_child(item); child; child = cmark_node_next(child))
		if (is_kind(child, CMARK_NODE_HTML_BLOCK))
			reader_block(reader, child, NULL, 0);
	pending = reader->pending;
	reader->pending = (struct reader_pending){ 0 };
	if (pending.items.count)
		reader_apply(reader, &pending, first);
}

static void read_item(struct runbook_reader *reader, cmark_node *node, const char *label, int depth)
{
	bool code = has_own_code(node), nested = has_nested_steps(reader, node, depth), manual;
	size_t first = reader->runbook->steps.count;
	struct reader_item item;

	reader->sample_of = SIZE_MAX;
	manual = !code && is_to_do(reader, node) && (!nested || is_task(node) || !is_label(node));
	if (!code && !nested && !manual)
		return;
	describe(reader, node, label, depth, &item);
	if (manual)
		reader_manual(reader, &item);
	if (code || nested)
		walk_item(reader, node, &item, manual || code, depth);
	else
		read_comments_inside(reader, node, first);
	reader->sample_of = SIZE_MAX;
}

void reader_list(struct runbook_reader *reader, cmark_node *list, const char *label, int depth)
{
	struct reader_pending pending = reader->pending;
	size_t first = reader->runbook->steps.count;

	/* What was said before the list is about its first item. */
	reader->pending = (struct reader_pending){ 0 };
	if (depth > READER_DEPTH_MAX) {
		reader_drop_pending(reader, &pending);
		return;
	}
	for (cmark_node *item = cmark_node_first_child(list); item; item = cmark_node_next(item)) {
		read_item(reader, item, label, depth);
		if (item == cmark_node_first_child(list) && pending.items.count)
			reader_apply(reader, &pending, first);
	}
}
