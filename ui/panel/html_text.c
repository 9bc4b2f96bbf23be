#include "ui/panel/html_text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "ui/draw/glyph.h"

#define TAG_MAX        16   /* longest name in the table */
#define TAG_LENGTH_MAX 4096 /* a bracket whose end is farther away is text */
#define ENTITY_MAX     12   /* longest that is looked at */

enum tag_kind {
	TAG_BREAK, /* br */
	TAG_BLOCK, /* begins and ends a line */
	TAG_PARA,  /* and has a blank line around it */
	TAG_HEADING,
	TAG_ITEM,
	TAG_CELL,
	TAG_RULE,
	TAG_STRONG,
	TAG_EMPHASIS,
	TAG_CODE,
	TAG_LINK,
	TAG_IMAGE,
	TAG_HIDDEN, /* dropped with what it holds */
};

static const struct {
	const char *name;
	enum tag_kind kind;
} tags[] = {
	{ "a", TAG_LINK },        { "article", TAG_BLOCK }, { "b", TAG_STRONG },     { "blockquote", TAG_PARA },
	{ "br", TAG_BREAK },      { "center", TAG_BLOCK },  { "code", TAG_CODE },    { "dd", TAG_BLOCK },
	{ "div", TAG_BLOCK },     { "dl", TAG_PARA },       { "dt", TAG_BLOCK },     { "em", TAG_EMPHASIS },
	{ "footer", TAG_BLOCK },  { "h1", TAG_HEADING },    { "h2", TAG_HEADING },   { "h3", TAG_HEADING },
	{ "h4", TAG_HEADING },    { "h5", TAG_HEADING },    { "h6", TAG_HEADING },   { "head", TAG_HIDDEN },
	{ "header", TAG_BLOCK },  { "hr", TAG_RULE },       { "i", TAG_EMPHASIS },   { "iframe", TAG_HIDDEN },
	{ "img", TAG_IMAGE },     { "kbd", TAG_CODE },      { "li", TAG_ITEM },      { "object", TAG_HIDDEN },
	{ "ol", TAG_PARA },       { "p", TAG_PARA },        { "pre", TAG_PARA },     { "script", TAG_HIDDEN },
	{ "section", TAG_BLOCK }, { "strong", TAG_STRONG }, { "style", TAG_HIDDEN }, { "summary", TAG_BLOCK },
	{ "svg", TAG_HIDDEN },    { "table", TAG_PARA },    { "td", TAG_CELL },      { "template", TAG_HIDDEN },
	{ "th", TAG_CELL },       { "title", TAG_HIDDEN },  { "tr", TAG_BLOCK },     { "tt", TAG_CODE },
	{ "ul", TAG_PARA },
};

static const struct {
	const char *name;
	const char *text;
} entities[] = {
	{ "amp", "&" },        { "apos", "'" },       { "bull", "\u2022" },   { "copy", "\u00a9" },
	{ "deg", "\u00b0" },   { "gt", ">" },         { "hellip", "\u2026" }, { "laquo", "\u00ab" },
	{ "larr", "\u2190" },  { "ldquo", "\u201c" }, { "lsquo", "\u2018" },  { "lt", "<" },
	{ "mdash", "\u2014" }, { "micro", "\u00b5" }, { "middot", "\u00b7" }, { "nbsp", " " },
	{ "ndash", "\u2013" }, { "quot", "\"" },      { "raquo", "\u00bb" },  { "rarr", "\u2192" },
	{ "rdquo", "\u201d" }, { "reg", "\u00ae" },   { "rsquo", "\u2019" },  { "times", "\u00d7" },
	{ "trade", "\u2122" },
};

/* Where the reduction stands. */
struct html {
	struct rich_writer *writer;
	enum glyph_set glyphs;
	int strong, emphasis, code, link; /* depth */
	const char *hidden;               /* name of the tag whose end is awaited, or NULL */
	bool blank;                       /* a blank is due before the next word */
	bool item;                        /* inside a list item, which has pushed its bullet */
};

size_t html_entity(const char *text, size_t length, struct strbuf *ret)
{
	const char *end = memchr(text, ';', length < ENTITY_MAX ? length : ENTITY_MAX);
	size_t size, i;
	char utf8[8];

	if (length < 3 || text[0] != '&' || !end)
		return 0;
	size = (size_t)(end - text) - 1;
	if (text[1] == '#') {
		bool hex = text[2] == 'x' || text[2] == 'X';
		char *stop;
		unsigned long code = strtoul(text + (hex ? 3 : 2), &stop, hex ? 16 : 10);

		if (stop != end || !isxdigit((unsigned char)text[hex ? 3 : 2]))
			return 0;
		if (code == 0 || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000))
			code = TEXT_REPLACEMENT;
		text_encode((uint32_t)code, utf8);
		strbuf_addstr(ret, utf8);
		return size + 2;
	}
	for (i = 0; i < sizeof(entities) / sizeof(entities[0]); i++) {
		if (strlen(entities[i].name) == size && memcmp(entities[i].name, text + 1, size) == 0) {
			strbuf_addstr(ret, entities[i].text);
			return size + 2;
		}
	}
	return 0;
}

static struct style style_now(const struct html *html)
{
	struct style style = style_fg(html->code > 0 ? ROLE_ACCENT : ROLE_TEXT);

	if (html->strong > 0)
		style = style_with(style_fg(ROLE_STRONG), ATTR_BOLD);
	if (html->emphasis > 0)
		style = style_with(style, ATTR_ITALIC);
	if (html->link > 0)
		style = style_with(style, ATTR_UNDERLINE);
	return style;
}

/* End the line that is being written; `gap` leaves a blank one behind it. */
static void block_end(struct html *html, bool gap)
{
	rich_flush(html->writer, false);
	html->blank = false;
	if (gap)
		rich_blank(html->writer);
}

static void item_end(struct html *html)
{
	if (html->item)
		rich_pop(html->writer);
	html->item = false;
}

/* The value of an attribute of the tag, or NULL. */
static const char *attribute(const char *tag, size_t length, const char *name, size_t *ret_length)
{
	size_t size = strlen(name), i;

	for (i = 1; i + size + 1 < length; i++) {
		const char *value = tag + i + size + 1, *end;
		char quote;

		if (!isspace((unsigned char)tag[i - 1]) || strncasecmp(tag + i, name, size) != 0 || value[-1] != '=')
			continue;
		quote = *value;
		if (quote != '"' && quote != '\'')
			return NULL;
		value++;
		end = memchr(value, quote, length - (size_t)(value - tag));
		if (!end)
			return NULL;
		*ret_length = (size_t)(end - value);
		return value;
	}
	return NULL;
}

static void image_write(struct html *html, const char *tag, size_t length)
{
	size_t size;
	const char *alt = attribute(tag, length, "alt", &size);

	if (!alt || size == 0)
		return;
	rich_add(html->writer, "[", 1, style_fg(ROLE_DIM), NULL);
	rich_add(html->writer, alt, size, style_fg(ROLE_DIM), NULL);
	rich_add(html->writer, "]", 1, style_fg(ROLE_DIM), NULL);
}

static void depth_change(int *depth, bool closing)
{
	if (!closing)
		++*depth;
	else if (*depth > 0)
		--*depth;
}

static void item_begin(struct html *html)
{
	char bullet[16];

	item_end(html);
	snprintf(bullet, sizeof(bullet), "%s ", glyph_text(html->glyphs, GLYPH_BULLET));
	rich_push(html->writer, bullet, "  ", style_fg(ROLE_DIM));
	html->item = true;
}

static void tag_apply(struct html *html, enum tag_kind kind, bool closing, const char *tag, size_t length)
{
	switch (kind) {
	case TAG_BREAK: rich_add(html->writer, "\n", 1, style_now(html), NULL); break;
	case TAG_PARA:
		/* The item ends first: the blank line behind a list is not indented. */
		block_end(html, false);
		item_end(html);
		rich_blank(html->writer);
		break;
	case TAG_BLOCK: block_end(html, false); break;
	case TAG_HEADING:
		block_end(html, true);
		depth_change(&html->strong, closing);
		break;
	case TAG_ITEM:
		block_end(html, false);
		if (closing)
			item_end(html);
		else
			item_begin(html);
		break;
	case TAG_CELL:
		if (!closing && html->writer->pending.length > 0)
			rich_add(html->writer, "  ", 2, style_now(html), NULL);
		html->blank = false;
		break;
	case TAG_RULE:
		block_end(html, false);
		rich_rule(html->writer, glyph_text(html->glyphs, GLYPH_HLINE), -1, style_fg(ROLE_BORDER));
		break;
	case TAG_STRONG: depth_change(&html->strong, closing); break;
	case TAG_EMPHASIS: depth_change(&html->emphasis, closing); break;
	case TAG_CODE: depth_change(&html->code, closing); break;
	case TAG_LINK: depth_change(&html->link, closing); break;
	case TAG_IMAGE: image_write(html, tag, length); break;
	case TAG_HIDDEN: break;
	}
}

/* The row of a tag's name, or -1. `tag` begins behind "<" or "</". */
static int tag_find(const char *tag, size_t length)
{
	size_t size = 0, i;

	while (size < length && size < TAG_MAX && isalnum((unsigned char)tag[size]))
		size++;
	for (i = 0; i < sizeof(tags) / sizeof(tags[0]); i++)
		if (strlen(tags[i].name) == size && strncasecmp(tags[i].name, tag, size) == 0)
			return (int)i;
	return -1;
}

/* Read the tag at `text` ('<'); returns the bytes it took, 0 when the bracket is text. */
static size_t tag_read(struct html *html, const char *text, size_t length)
{
	bool closing = length > 1 && text[1] == '/';
	size_t name = closing ? 2 : 1;
	const char *end;
	int row;

	if (length > 3 && memcmp(text, "<!--", 4) == 0) {
		end = memmem(text + 4, length - 4, "-->", 3);
		return end ? (size_t)(end - text) + 3 : length;
	}
	if (length <= name || !(isalpha((unsigned char)text[name]) || text[name] == '!' || text[name] == '?'))
		return 0;
	end = memchr(text, '>', length < TAG_LENGTH_MAX ? length : TAG_LENGTH_MAX);
	if (!end)
		return 0;
	length = (size_t)(end - text);
	row = tag_find(text + name, length - name);
	if (row >= 0 && tags[row].kind == TAG_HIDDEN && !closing && text[length - 1] != '/')
		html->hidden = tags[row].name;
	else if (row >= 0)
		tag_apply(html, tags[row].kind, closing, text + name, length - name);
	return length + 1;
}

/* Bytes up to and with the end of the hidden tag; everything when there is none. */
static size_t hidden_skip(struct html *html, const char *text, size_t length)
{
	size_t size = strlen(html->hidden), i;

	for (i = 0; i + size + 2 < length; i++) {
		if (text[i] == '<' && text[i + 1] == '/' && strncasecmp(text + i + 2, html->hidden, size) == 0) {
			const char *end = memchr(text + i, '>', length - i);

			html->hidden = NULL;
			return end ? (size_t)(end - text) + 1 : length;
		}
	}
	html->hidden = NULL;
	return length;
}

/* Text up to the next bracket: blanks of any kind and number are one blank, entities are what they name. */
static size_t text_write(struct html *html, const char *text, size_t length)
{
	struct strbuf words = STRBUF_INIT;
	size_t at = 0;

	do {
		size_t entity;

		if (isspace((unsigned char)text[at])) {
			html->blank = html->blank || html->writer->pending.length + words.length > 0;
			at++;
			continue;
		}
		if (html->blank)
			strbuf_addch(&words, ' ');
		html->blank = false;
		entity = text[at] == '&' ? html_entity(text + at, length - at, &words) : 0;
		if (entity == 0)
			strbuf_addch(&words, text[at]);
		at += entity > 0 ? entity : 1;
	} while (at < length && text[at] != '<');
	rich_add(html->writer, words.text, words.length, style_now(html), NULL);
	strbuf_release(&words);
	return at;
}

void html_write(struct rich_writer *writer, const char *html_source, size_t length, enum glyph_set glyphs)
{
	struct html html = { .writer = writer, .glyphs = glyphs };
	size_t at = 0;

	rich_flush(writer, false);
	while (at < length) {
		size_t used = 0;

		if (html.hidden)
			used = hidden_skip(&html, html_source + at, length - at);
		else if (html_source[at] == '<')
			used = tag_read(&html, html_source + at, length - at);
		at += used > 0 ? used : text_write(&html, html_source + at, length - at);
	}
	block_end(&html, false);
	item_end(&html);
}
