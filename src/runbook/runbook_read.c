#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <openssl/evp.h>

#include "base/path.h"
#include "base/text.h"
#include "config/markdown_limits.h"
#include "config/markdown_parse.h"
#include "config/markdown_place.h"
#include "runbook/runbook_index.h"
#include "runbook/runbook_reader.h"
#include "runbook/section.h"

#define NOTHING_FOLLOWS                                                                                                \
	"an annotation about nothing: no code block, list item or heading follows it at once (one about the whole "    \
	"runbook stands before its title)"

static const char *const extensions[] = { "table", "tasklist" };

int reader_fault(struct runbook_reader *reader, unsigned line, const char *format, ...)
{
	char text[ERROR_TEXT_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return error_list_add(reader->errors, FAULT_ERROR, reader->runbook->path, line, 0, NULL, "%s", text);
}

void reader_drop_pending(struct runbook_reader *reader, struct reader_pending *pending)
{
	for (size_t i = 0; i < pending->items.count; i++) {
		reader_fault(reader, pending->items.items[i].line, "%s", NOTHING_FOLLOWS);
		annotation_release(&pending->items.items[i]);
	}
	vec_release(&pending->items);
}

/* ---- headings ---- */

static bool is_title(const struct runbook_reader *reader, int level, enum section_role role)
{
	/* "# Symptoms" as one of several is no title, "# Rollback" alone is. */
	return !reader->titled && level == 1 && (role == SECTION_PLAIN || reader->first_level == 1);
}

static const char *unique_anchor(struct runbook_reader *reader, const char *anchor)
{
	struct runbook *runbook = reader->runbook;
	uintptr_t before = (uintptr_t)map_get(&reader->anchors, anchor);

	map_set(&reader->anchors, anchor, (void *)(before + 1));
	return before ? arena_printf(&runbook->arena, "%s-%zu", anchor, (size_t)before) : anchor;
}

static size_t parent_of(const struct runbook *runbook, unsigned level)
{
	size_t at = runbook->sections.count - 1;

	while (runbook->sections.items[at].level >= level)
		at--;
	return at;
}

static void apply_to_heading(struct runbook_reader *reader, bool title)
{
	struct runbook *runbook = reader->runbook;

	for (size_t i = 0; i < reader->pending.items.count; i++) {
		struct annotation *annotation = &reader->pending.items.items[i];

		if (title)
			annotation_read_runbook(annotation, runbook, reader->errors);
		else
			annotation_read_section(annotation, &runbook->arena, reader->errors,
						&runbook->sections.items[reader->section]);
		annotation_release(annotation);
	}
	vec_release(&reader->pending.items);
}

static void read_heading(struct runbook_reader *reader, cmark_node *node)
{
	struct runbook *runbook = reader->runbook;
	unsigned line = (unsigned)cmark_node_get_start_line(node);
	int level = cmark_node_get_heading_level(node);
	const char *text = reader_plain(reader, node);
	struct section_heading heading;
	struct runbook_section *section;
	size_t parent = parent_of(runbook, (unsigned)level);
	bool title;

	section_heading_read(text, &runbook->arena, &heading);
	title = is_title(reader, level, heading.role);
	runbook->sections.items[reader->section].last_line = line - 1;
	if (runbook->sections.count == RUNBOOK_SECTIONS_MAX) {
		reader_fault(reader, line, "more than %d sections (the rest belongs to the last one)",
			     RUNBOOK_SECTIONS_MAX);
		reader_drop_pending(reader, &reader->pending);
		return;
	}
	section = vec_add(&runbook->sections);
	section->title = title ? text : heading.title;
	section->letter = title ? "" : heading.letter;
	section->anchor = unique_anchor(reader, section_anchor(text, &runbook->arena));
	section->level = (unsigned)level;
	section->role = title ? SECTION_PLAIN : heading.role;
	section->minutes_from = heading.minutes_from;
	section->minutes_to = heading.minutes_to;
	section->line = line;
	section->parent = parent;
	reader->section = runbook->sections.count - 1;
	if (title || !runbook->title)
		runbook->title = text;
	reader->titled |= title;
	apply_to_heading(reader, title);
	reader->sample_of = SIZE_MAX;
}

/* ---- comments ---- */

static const char *find(const char *from, const char *end, const char *what)
{
	return memmem(from, (size_t)(end - from), what, strlen(what));
}

static void read_comment(struct runbook_reader *reader, const char *from, const char *until, unsigned line)
{
	struct annotation annotation;

	if (!annotation_is(from, (size_t)(until - from)) ||
	    annotation_parse(&annotation, from, (size_t)(until - from), reader->runbook->path, line, reader->errors))
		return;
	if (!reader->begun) {
		annotation_read_runbook(&annotation, reader->runbook, reader->errors);
		annotation_release(&annotation);
	} else {
		vec_push(&reader->pending.items, annotation);
	}
}

static void read_comments(struct runbook_reader *reader, cmark_node *node)
{
	const char *literal = cmark_node_get_literal(node), *at = literal, *end = literal + strlen(literal), *open;
	unsigned line = (unsigned)cmark_node_get_start_line(node);

	while ((open = find(at, end, "<!--"))) {
		const char *close = find(open + 4, end, "-->");

		for (; at < open; at++)
			line += *at == '\n';
		if (!close) {
			reader_fault(reader, line, "a comment that is never closed: what follows is not read");
			return;
		}
		read_comment(reader, open + 4, close, line);
		for (at = open; at < close + 3; at++)
			line += *at == '\n';
	}
}

/* One in the middle of words would go unnoticed. */
static void refuse_inline_annotations(struct runbook_reader *reader, cmark_node *block)
{
	for (cmark_node *node = cmark_node_first_child(block); node; node = cmark_node_next(node)) {
		const char *literal = cmark_node_get_literal(node);

		if (cmark_node_get_type(node) == CMARK_NODE_HTML_INLINE && literal &&
		    strncmp(literal, "<!--", 4) == 0 && annotation_is(literal + 4, strlen(literal + 4)))
			reader_fault(reader, (unsigned)cmark_node_get_start_line(block),
				     "an annotation within a paragraph is not read (it needs a line of its own, before "
				     "what it is about)");
	}
}

/* ---- blocks ---- */

static void read_paragraph(struct runbook_reader *reader, cmark_node *node)
{
	reader_drop_pending(reader, &reader->pending);
	refuse_inline_annotations(reader, node);
	reader->hint = node;
	if (reader->sample_age++ > 0)
		reader->sample_of = SIZE_MAX;
}

/* In the head there are fields: before the first heading that is not the title. */
static bool in_head(const struct runbook_reader *reader, const struct reader_item *item)
{
	return !item && reader->section <= 1 && (reader->section == 0 || reader->titled);
}

static bool is_comment(cmark_node *node)
{
	return cmark_node_get_type(node) == CMARK_NODE_HTML_BLOCK &&
	       strncmp(cmark_node_get_literal(node), "<!--", 4) == 0;
}

static void walk(struct runbook_reader *reader, cmark_node *parent, struct reader_item *item, int depth)
{
	if (depth > READER_DEPTH_MAX)
		return;
	reader->hint = NULL;
	for (cmark_node *node = cmark_node_first_child(parent); node; node = cmark_node_next(node)) {
		reader_block(reader, node, item, depth);
		reader->begun |= !is_comment(node);
	}
	reader->hint = NULL;
	reader_drop_pending(reader, &reader->pending);
}

void reader_block(struct runbook_reader *reader, cmark_node *node, struct reader_item *item, int depth)
{
	bool escalation = runbook_role(reader->runbook, reader->section) == SECTION_ESCALATION;
	cmark_node_type type = cmark_node_get_type(node);

	if (in_head(reader, item) && type != CMARK_NODE_HEADING)
		reader_head(reader, node);
	switch (type) {
	case CMARK_NODE_HEADING:
		/* One inside a quote or a list is no section. */
		if (cmark_node_get_type(cmark_node_parent(node)) == CMARK_NODE_DOCUMENT)
			read_heading(reader, node);
		else
			reader_drop_pending(reader, &reader->pending);
		break;
	case CMARK_NODE_PARAGRAPH:
		if (escalation)
			reader_due_paragraph(reader, node);
		read_paragraph(reader, node);
		return;
	case CMARK_NODE_CODE_BLOCK: reader_code(reader, node, item); break;
	case CMARK_NODE_LIST:
		if (escalation)
			reader_due_list(reader, node);
		reader_list(reader, node, "", depth);
		break;
	case CMARK_NODE_HTML_BLOCK: read_comments(reader, node); return;
	case CMARK_NODE_BLOCK_QUOTE:
		reader_drop_pending(reader, &reader->pending);
		walk(reader, node, item, depth + 1);
		break;
	default:
		reader_drop_pending(reader, &reader->pending);
		if (reader_is_table(node))
			reader_due_table(reader, node);
		break;
	}
	reader->hint = NULL;
}

static void read_links(struct runbook_reader *reader, cmark_node *document)
{
	struct arena *arena = &reader->runbook->arena;
	cmark_iter *iter = cmark_iter_new(document);
	cmark_event_type event;
	unsigned block = 0;

	while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
		cmark_node *node = cmark_iter_get_node(iter);
		cmark_node_type type = cmark_node_get_type(node);
		int line = cmark_node_get_start_line(node);

		if (event != CMARK_EVENT_ENTER)
			continue;
		/* Lines of what stands in a line of words are not always known; those of its block are. */
		if (type == CMARK_NODE_PARAGRAPH || type == CMARK_NODE_HEADING ||
		    strcmp(cmark_node_get_type_string(node), "table_header") == 0 ||
		    strcmp(cmark_node_get_type_string(node), "table_row") == 0)
			block = markdown_place(node).first;
		if (type == CMARK_NODE_LINK)
			vec_push(&reader->runbook->links,
				 (struct runbook_link){ .target = arena_strdup(arena, cmark_node_get_url(node)),
							.text = reader_plain(reader, node),
							.line = (unsigned)line > block ? (unsigned)line : block });
	}
	cmark_iter_free(iter);
}

/* ---- the whole of it ---- */

static void check_target(struct runbook_reader *reader, const char *name, unsigned line, const char *key)
{
	if (name && runbook_find_section(reader->runbook, name) == SIZE_MAX)
		reader_fault(reader, line, "%s: no section is called '%.80s' (a title, a letter or an anchor)", key,
			     name);
}

static void finish(struct runbook_reader *reader, cmark_node *document)
{
	struct runbook *runbook = reader->runbook;

	reader_drop_pending(reader, &reader->pending);
	runbook->sections.items[reader->section].last_line = (unsigned)reader->lines.count - 1;
	reader_foot(reader, document);
	reader_finish_head(reader);
	reader_finish_steps(reader);
	read_links(reader, document);
	if (!runbook->title)
		runbook->title = runbook->slug;
	for (size_t i = 0; i < runbook->steps.count; i++) {
		const struct runbook_step *step = &runbook->steps.items[i];

		check_target(reader, step->notes.next, step->notes.line, "next");
		check_target(reader, step->notes.on_fail, step->notes.line, "on-fail");
		runbook->has_checks |=
			step->notes.checks.count > 0 || runbook_role(runbook, step->section) == SECTION_VERIFICATION;
	}
	for (size_t i = 0; i < runbook->sections.count; i++) {
		check_target(reader, runbook->sections.items[i].next, runbook->sections.items[i].line, "next");
		runbook->has_checks |= runbook->sections.items[i].checks.count > 0;
	}
}

/* The first line with a byte that is in no text; 0 when there is none. */
static unsigned binary_line(const char *text, size_t length)
{
	unsigned line = 1;
	uint32_t code;

	for (size_t at = 0; at < length;) {
		size_t used = text_decode(text + at, length - at, &code);

		if (!code || (code == TEXT_REPLACEMENT && used == 1))
			return line;
		line += code == '\n';
		at += used;
	}
	return 0;
}

/* Line ends as one newline each, the front matter's lines empty, no byte order mark: what the parser gets. */
static void prepare(struct runbook_reader *reader, const char *source, size_t length)
{
	char *text = arena_alloc(&reader->runbook->arena, length + 2);
	size_t used = 0, matter;

	for (size_t at = length >= 3 && memcmp(source, "\xef\xbb\xbf", 3) == 0 ? 3 : 0; at < length; at++) {
		if (source[at] == '\r' && at + 1 < length && source[at + 1] == '\n')
			continue;
		text[used++] = source[at] == '\r' ? '\n' : source[at];
	}
	if (used && text[used - 1] != '\n')
		text[used++] = '\n';
	reader->text = text;
	reader->length = used;
	matter = reader_front_matter(reader, text, used);
	for (size_t at = 0; at < matter; at++)
		if (text[at] != '\n')
			text[at] = ' ';
	vec_push(&reader->lines, 0);
	for (size_t at = 0; at < used; at++)
		if (text[at] == '\n')
			vec_push(&reader->lines, at + 1);
}

static void digest(const char *source, size_t length, char *ret)
{
	unsigned char hash[EVP_MAX_MD_SIZE];
	unsigned size = 0;

	if (EVP_Digest(source, length, hash, &size, EVP_sha256(), NULL) != 1)
		size = 0;
	for (unsigned i = 0; i < size; i++)
		snprintf(ret + 2 * i, 3, "%02x", hash[i]);
}

static int refuse(struct runbook *ret, struct error_list *errors, const char *path, unsigned line, const char *reason)
{
	runbook_release(ret);
	return error_list_add(errors, FAULT_ERROR, path, line, 0, NULL, "%s", reason);
}

int runbook_read(struct runbook *ret, const char *path, const char *source, size_t length, struct error_list *errors)
{
	struct runbook_reader reader = { .runbook = ret, .errors = errors, .sample_of = SIZE_MAX };
	const char *refusal;
	cmark_node *document;
	unsigned line;

	*ret = (struct runbook){ .priority = -1, .mttr_ms = -1, .rto_ms = -1, .rpo_ms = -1 };
	arena_init(&ret->arena);
	if (length > RUNBOOK_BYTES_MAX)
		return refuse(ret, errors, path, 0, "longer than 1 MiB (the limit of a runbook)");
	if ((line = binary_line(source, length)))
		return refuse(ret, errors, path, line, "is no text in UTF-8");
	if ((refusal = markdown_limits_refusal(source, length)))
		return refuse(ret, errors, path, 0, refusal);
	ret->path = arena_strdup(&ret->arena, path ? path : "");
	ret->slug = runbook_index_slug(ret->path, &ret->arena);
	ret->source = arena_strndup(&ret->arena, source, length);
	ret->length = length;
	digest(source, length, ret->digest);
	vec_push(&ret->sections,
		 (struct runbook_section){
			 .title = "", .letter = "", .anchor = "", .minutes_from = -1, .minutes_to = -1 });
	prepare(&reader, source, length);
	document = markdown_parse(reader.text, reader.length, CMARK_OPT_DEFAULT, extensions,
				  sizeof(extensions) / sizeof(*extensions));
	for (cmark_node *node = cmark_node_first_child(document); node; node = cmark_node_next(node))
		reader.first_level += cmark_node_get_heading_level(node) == 1;
	walk(&reader, document, NULL, 0);
	finish(&reader, document);
	cmark_node_free(document);
	vec_release(&reader.lines);
	map_release(&reader.given, NULL);
	map_release(&reader.anchors, NULL);
	return 0;
}

int runbook_read_file(struct runbook *ret, const char *path, struct error_list *errors)
{
	struct strbuf text = STRBUF_INIT;
	struct error error;
	int result;

	if (path_read(path, RUNBOOK_BYTES_MAX, &text, &error)) {
		/* The message begins with the file's name, which the fault has of itself. */
		size_t name = strlen(path);
		const char *reason = strncmp(error.text, path, name) == 0 && strncmp(error.text + name, ": ", 2) == 0
					     ? error.text + name + 2
					     : error.text;

		*ret = (struct runbook){ 0 };
		strbuf_release(&text);
		return error_list_add(errors, FAULT_ERROR, path, 0, 0, NULL, "%s", reason);
	}
	result = runbook_read(ret, path, text.text, text.length, errors);
	strbuf_release(&text);
	return result;
}
