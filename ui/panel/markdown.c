#include "ui/panel/markdown.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <cmark-gfm.h>
#include <cmark-gfm-core-extensions.h>

#include "base/text.h"
#include "config/markdown_limits.h"
#include "config/markdown_parse.h"
#include "config/markdown_place.h"
#include "ui/draw/glyph.h"
#include "ui/panel/html_text.h"
#include "ui/panel/markdown_private.h"

#define MARKER_MAX      24
#define TAB_CELLS       4
#define BLOCK_DEPTH_MAX 64 /* two nodes a nesting level, and the blocks in it */

static const char *const extensions[] = { "table", "strikethrough", "autolink", "tasklist" };

/* What an inline node does to the style of the text in it. */
struct inline_state {
	int strong, emphasis, struck;
	const char *link;
};

static struct style inline_style(const struct inline_state *state, struct style base)
{
	struct style style = base;

	if (state->strong > 0)
		style = style_with(base.fg.role == ROLE_TEXT ? style_fg(ROLE_STRONG) : base, ATTR_BOLD);
	if (state->emphasis > 0)
		style = style_with(style, ATTR_ITALIC);
	if (state->struck > 0)
		style = style_with(style, ATTR_DIM);
	if (state->link)
		style = style_with(style, ATTR_UNDERLINE);
	return style;
}

static void add_text(struct rich_writer *writer, const char *text, struct style style, const char *link)
{
	if (text)
		rich_add(writer, text, strlen(text), style, link);
}

/* True when an inline HTML node is a line break; all other tags are dropped. */
static bool is_break_tag(const char *tag)
{
	return tag && strncasecmp(tag, "<br", 3) == 0 && strchr(" />", tag[3]) != NULL && tag[3] != '\0';
}

/* Nodes that hold others: they switch a style on and off again. */
static void inline_container(struct markdown *markdown, struct inline_state *state, cmark_node *node, bool enter,
			     struct style base)
{
	const char *type = cmark_node_get_type_string(node);
	struct rich_writer *writer = markdown->writer;
	int change = enter ? 1 : -1;

	switch (cmark_node_get_type(node)) {
	case CMARK_NODE_STRONG: state->strong += change; break;
	case CMARK_NODE_EMPH: state->emphasis += change; break;
	case CMARK_NODE_LINK:
		state->link = enter ? arena_strdup(&writer->text->arena, cmark_node_get_url(node)) : NULL;
		break;
	case CMARK_NODE_IMAGE: add_text(writer, enter ? "[" : "]", style_fg(ROLE_DIM), NULL); break;
	default:
		if (strcmp(type, "strikethrough") != 0)
			break;
		/* Terminals have no strike: the tildes stay. */
		state->struck += change;
		add_text(writer, "~", style_with(base, ATTR_DIM), NULL);
		break;
	}
}

void markdown_inlines(struct markdown *markdown, cmark_node *block, struct style base)
{
	struct rich_writer *writer = markdown->writer;
	struct inline_state state = { 0 };
	cmark_iter *iter = cmark_iter_new(block);
	cmark_event_type event;

	while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
		cmark_node *node = cmark_iter_get_node(iter);
		struct style style = inline_style(&state, base);

		if (node == block)
			continue;
		switch (cmark_node_get_type(node)) {
		case CMARK_NODE_TEXT: add_text(writer, cmark_node_get_literal(node), style, state.link); break;
		case CMARK_NODE_CODE:
			style.fg = style_fg(ROLE_ACCENT).fg;
			add_text(writer, cmark_node_get_literal(node), style, state.link);
			break;
		case CMARK_NODE_SOFTBREAK: add_text(writer, " ", style, state.link); break;
		case CMARK_NODE_LINEBREAK: add_text(writer, "\n", style, NULL); break;
		case CMARK_NODE_HTML_INLINE:
			if (is_break_tag(cmark_node_get_literal(node)))
				add_text(writer, "\n", style, NULL);
			break;
		default: inline_container(markdown, &state, node, event == CMARK_EVENT_ENTER, base); break;
		}
	}
	cmark_iter_free(iter);
}

/* Code keeps its blanks; tabs become blanks, since a cell grid has no tab stops. */
static void write_code(struct markdown *markdown, cmark_node *node)
{
	struct rich_writer *writer = markdown->writer;
	const char *code = cmark_node_get_literal(node), *tab;
	struct style style = style_fg(ROLE_ACCENT);

	rich_push(writer, "  ", "  ", style);
	for (; code && (tab = strchr(code, '\t')) != NULL; code = tab + 1) {
		rich_add(writer, code, (size_t)(tab - code), style, NULL);
		rich_add(writer, "    ", TAB_CELLS, style, NULL);
	}
	add_text(writer, code, style, NULL);
	rich_flush(writer, true);
	rich_pop(writer);
}

/* The first level is ruled, so that it is seen without bold type too. */
static void write_heading(struct markdown *markdown, cmark_node *node)
{
	struct rich_writer *writer = markdown->writer;
	int level = cmark_node_get_heading_level(node);
	size_t before = writer->text->lines.count;

	markdown_inlines(markdown, node, style_with(style_fg(level <= 2 ? ROLE_STRONG : ROLE_TITLE), ATTR_BOLD));
	rich_flush(writer, false);
	if (level == 1 && writer->text->lines.count > before)
		rich_rule(writer, glyph_text(markdown->glyphs, GLYPH_HLINE),
			  rich_line_width(&writer->text->lines.items[writer->text->lines.count - 1]),
			  style_fg(ROLE_BORDER));
}

static void write_quote(struct markdown *markdown, cmark_node *node, int depth)
{
	char bar[MARKER_MAX];

	snprintf(bar, sizeof(bar), "%s ", glyph_text(markdown->glyphs, GLYPH_VLINE));
	rich_push(markdown->writer, bar, bar, style_fg(ROLE_DIM));
	markdown_blocks(markdown, node, depth + 1);
	rich_pop(markdown->writer);
}

/* "• ", "12. ", or a box for a task; `width` is that of the list's longest marker. */
static void item_marker(const struct markdown *markdown, cmark_node *list, cmark_node *item, int number, int width,
			char *ret)
{
	if (strcmp(cmark_node_get_type_string(item), "tasklist") == 0) {
		bool done = cmark_gfm_extensions_get_tasklist_item_checked(item);

		snprintf(ret, MARKER_MAX, "%s ",
			 glyph_text(markdown->glyphs, done ? GLYPH_CHECKBOX_DONE : GLYPH_CHECKBOX));
	} else if (cmark_node_get_list_type(list) == CMARK_ORDERED_LIST) {
		snprintf(ret, MARKER_MAX, "%*d%c ", width - 2, number,
			 cmark_node_get_list_delim(list) == CMARK_PAREN_DELIM ? ')' : '.');
	} else {
		snprintf(ret, MARKER_MAX, "%s ", glyph_text(markdown->glyphs, GLYPH_BULLET));
	}
}

static void write_list(struct markdown *markdown, cmark_node *list, int depth)
{
	struct rich_writer *writer = markdown->writer;
	bool tight = cmark_node_get_list_tight(list);
	int number = cmark_node_get_list_start(list), width = 2, last = number;
	char marker[MARKER_MAX], rest[MARKER_MAX];
	cmark_node *item;

	for (item = cmark_node_first_child(list); item; item = cmark_node_next(item))
		last++;
	if (cmark_node_get_list_type(list) == CMARK_ORDERED_LIST)
		width = snprintf(NULL, 0, "%d", last > number ? last - 1 : number) + 2;
	for (item = cmark_node_first_child(list); item; item = cmark_node_next(item), number++) {
		item_marker(markdown, list, item, number, width, marker);
		snprintf(rest, sizeof(rest), "%*s", text_width(marker), "");
		writer->source_line = markdown_place(item).first;
		rich_push(writer, marker, rest, style_fg(ROLE_DIM));
		markdown->tight += tight;
		markdown_blocks(markdown, item, depth + 1);
		markdown->tight -= tight;
		/* An item without text still shows its marker. */
		if (!writer->prefixes[writer->prefix_count - 1].used && writer->prefix_ignored == 0) {
			rich_add(writer, " ", 1, style_fg(ROLE_TEXT), NULL);
			rich_flush(writer, false);
		}
		rich_pop(writer);
		if (!tight && cmark_node_next(item))
			rich_blank(writer);
	}
}

static void write_block(struct markdown *markdown, cmark_node *node, int depth)
{
	struct rich_writer *writer = markdown->writer;
	const char *literal;

	switch (cmark_node_get_type(node)) {
	case CMARK_NODE_BLOCK_QUOTE: write_quote(markdown, node, depth); break;
	case CMARK_NODE_LIST: write_list(markdown, node, depth); break;
	case CMARK_NODE_CODE_BLOCK: write_code(markdown, node); break;
	case CMARK_NODE_HEADING: write_heading(markdown, node); break;
	case CMARK_NODE_THEMATIC_BREAK:
		rich_rule(writer, glyph_text(markdown->glyphs, GLYPH_HLINE), -1, style_fg(ROLE_BORDER));
		break;
	case CMARK_NODE_HTML_BLOCK:
		literal = cmark_node_get_literal(node);
		html_write(writer, literal ? literal : "", literal ? strlen(literal) : 0, markdown->glyphs);
		break;
	case CMARK_NODE_PARAGRAPH:
		markdown_inlines(markdown, node, style_fg(ROLE_TEXT));
		rich_flush(writer, false);
		break;
	default:
		if (strcmp(cmark_node_get_type_string(node), "table") == 0)
			markdown_table(markdown, node);
		else
			markdown_blocks(markdown, node, depth + 1);
		break;
	}
}

void markdown_blocks(struct markdown *markdown, cmark_node *parent, int depth)
{
	struct rich_writer *writer = markdown->writer;
	cmark_node *node;

	if (depth > BLOCK_DEPTH_MAX) {
		writer->text->cut = true;
		return;
	}
	for (node = cmark_node_first_child(parent); node; node = cmark_node_next(node)) {
		/* In a tight list the blocks of an item follow each other without a gap. */
		if (markdown->tight == 0 && node != cmark_node_first_child(parent))
			rich_blank(writer);
		writer->source_line = markdown_place(node).first;
		write_block(markdown, node, depth);
	}
}

void plain_layout(struct rich_text *ret, const char *source, size_t length, int width)
{
	struct rich_writer writer;
	size_t at = 0;

	rich_writer_init(&writer, ret, width);
	while (at < length && !ret->cut) {
		const char *newline = memchr(source + at, '\n', length - at);
		size_t end = newline ? (size_t)(newline - source) : length;

		writer.source_line++;
		/* A blank keeps an empty line's place. */
		if (end == at)
			rich_add(&writer, " ", 1, style_fg(ROLE_TEXT), NULL);
		rich_add(&writer, source + at, end - at, style_fg(ROLE_TEXT), NULL);
		rich_flush(&writer, true);
		at = end + 1;
	}
	rich_writer_release(&writer);
}

const char *markdown_refusal(const char *source, size_t length)
{
	return length > MARKDOWN_MAX_BYTES ? "longer than 256 KiB" : markdown_limits_refusal(source, length);
}

const char *markdown_layout(struct rich_text *ret, const char *source, size_t length, int width, enum glyph_set glyphs)
{
	const char *refusal = markdown_refusal(source, length);
	struct rich_writer writer;
	struct markdown markdown = { .writer = &writer, .glyphs = glyphs };
	cmark_node *document;

	if (refusal) {
		plain_layout(ret, source, length < MARKDOWN_MAX_BYTES ? length : MARKDOWN_MAX_BYTES, width);
		return refusal;
	}
	document = markdown_parse(source, length, CMARK_OPT_VALIDATE_UTF8, extensions,
				  sizeof(extensions) / sizeof(extensions[0]));
	rich_writer_init(&writer, ret, width);
	if (document)
		markdown_blocks(&markdown, document, 0);
	rich_flush(&writer, false);
	rich_writer_release(&writer);
	cmark_node_free(document);
	return NULL;
}
