#include "config/yaml.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <yaml.h>

#include "base/hash.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "base/vec.h"

/* One open sequence or mapping. */
struct frame {
	struct yaml_node *node;
	VEC(struct yaml_node *) items;
	struct map keys; /* key to node, to find duplicates */
	/* The key that waits for its value. */
	const char *key;
	unsigned key_line, key_column;
};

struct reader {
	struct yaml_document *document;
	struct error_list *errors;
	struct frame frames[YAML_LIMIT_DEPTH];
	unsigned depth;
	size_t nodes;
	bool many;                     /* several documents are allowed */
	VEC(struct yaml_node *) roots; /* of those before the present one */
	bool failed;
	bool done; /* nothing more can be made of the text */
};

static void fault(struct reader *reader, const yaml_mark_t *mark, const char *text)
{
	error_list_add(reader->errors, FAULT_ERROR, reader->document->file, (unsigned)mark->line + 1,
		       (unsigned)mark->column + 1, NULL, "%s", text);
	reader->failed = true;
}

static void fatal(struct reader *reader, const yaml_mark_t *mark, const char *text)
{
	fault(reader, mark, text);
	reader->done = true;
}

static struct frame *top(struct reader *reader)
{
	return reader->depth ? &reader->frames[reader->depth - 1] : NULL;
}

static bool wants_key(struct reader *reader)
{
	struct frame *frame = top(reader);

	return frame && frame->node->kind == YAML_MAPPING && !frame->key;
}

/* Keep the key for the node that follows. Duplicates are told, and kept, so that the rest is still checked. */
static void take_key(struct reader *reader, const yaml_event_t *event)
{
	struct frame *frame = top(reader);
	const char *text = (const char *)event->data.scalar.value;
	size_t length = event->data.scalar.length;
	const struct yaml_node *first;
	struct error message;

	if (length > YAML_LIMIT_KEY) {
		error_set(&message, "a key of more than %d bytes (the limit)", YAML_LIMIT_KEY);
		fault(reader, &event->start_mark, message.text);
		length = YAML_LIMIT_KEY;
	}
	if (memchr(text, '\0', length))
		fault(reader, &event->start_mark, "a NUL character in a key");
	frame->key = arena_strndup(&reader->document->arena, text, length);
	frame->key_line = (unsigned)event->start_mark.line + 1;
	frame->key_column = (unsigned)event->start_mark.column + 1;
	first = map_get(&frame->keys, frame->key);
	if (first) {
		error_set(&message, "the key '%.64s' is there twice (first in line %u)", frame->key, first->key_line);
		fault(reader, &event->start_mark, message.text);
	}
}

/* Make a node and hang it where it belongs. NULL when there are too many. */
static struct yaml_node *add_node(struct reader *reader, enum yaml_kind kind, const yaml_mark_t *mark)
{
	struct frame *frame = top(reader);
	struct yaml_node *node;
	struct error message;

	if (++reader->nodes > YAML_LIMIT_NODES) {
		error_set(&message, "more than %d values (the limit)", YAML_LIMIT_NODES);
		fatal(reader, mark, message.text);
		return NULL;
	}
	node = arena_alloc(&reader->document->arena, sizeof(*node));
	node->kind = kind;
	node->line = (unsigned)mark->line + 1;
	node->column = (unsigned)mark->column + 1;
	node->text = "";
	if (!frame) {
		reader->document->root = node;
		return node;
	}
	if (frame->node->kind == YAML_MAPPING) {
		node->key = frame->key;
		node->key_line = frame->key_line;
		node->key_column = frame->key_column;
		if (!map_has(&frame->keys, frame->key))
			map_set(&frame->keys, frame->key, node);
		frame->key = NULL;
	}
	vec_push(&frame->items, node);
	return node;
}

static void check_tag(struct reader *reader, const yaml_event_t *event, const yaml_char_t *anchor,
		      const yaml_char_t *tag)
{
	if (anchor)
		fault(reader, &event->start_mark, "an anchor (anchors and aliases are not supported)");
	if (tag)
		fault(reader, &event->start_mark, "a tag (tags are not supported)");
}

static void on_scalar(struct reader *reader, const yaml_event_t *event)
{
	const char *text = (const char *)event->data.scalar.value;
	size_t length = event->data.scalar.length;
	struct yaml_node *node;

	check_tag(reader, event, event->data.scalar.anchor, event->data.scalar.tag);
	if (wants_key(reader)) {
		take_key(reader, event);
		return;
	}
	node = add_node(reader, YAML_SCALAR, &event->start_mark);
	if (!node)
		return;
	if (memchr(text, '\0', length))
		fault(reader, &event->start_mark, "a NUL character in a text");
	node->text = arena_strndup(&reader->document->arena, text, length);
	node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
}

static void on_alias(struct reader *reader, const yaml_event_t *event)
{
	fault(reader, &event->start_mark, "an alias (anchors and aliases are not supported)");
	/* An empty text stands in, so that keys and values stay in step. */
	if (wants_key(reader))
		top(reader)->key = "";
	else
		add_node(reader, YAML_SCALAR, &event->start_mark);
}

static void on_open(struct reader *reader, const yaml_event_t *event, enum yaml_kind kind)
{
	struct error message;
	struct yaml_node *node;

	if (wants_key(reader)) {
		/* Nobody writes one on purpose: it is "{{ name }}" without quotes, most of the time. */
		fatal(reader, &event->start_mark,
		      "a key must be a plain text (a value that begins with { or [ needs quotes)");
		return;
	}
	if (reader->depth == YAML_LIMIT_DEPTH) {
		error_set(&message, "nested deeper than %d levels (the limit)", YAML_LIMIT_DEPTH);
		fatal(reader, &event->start_mark, message.text);
		return;
	}
	node = add_node(reader, kind, &event->start_mark);
	if (node)
		reader->frames[reader->depth++] = (struct frame){ .node = node };
}

static void frame_release(struct frame *frame)
{
	vec_release(&frame->items);
	map_release(&frame->keys, NULL);
}

static void on_close(struct reader *reader)
{
	struct frame *frame = top(reader);
	struct yaml_node *node = frame->node;

	node->count = frame->items.count;
	node->items = arena_array(&reader->document->arena, node->count, sizeof(*node->items));
	if (node->count)
		memcpy(node->items, frame->items.items, node->count * sizeof(*node->items));
	frame_release(frame);
	reader->depth--;
}

/* "---" alone, or comments. */
static bool is_nothing(const struct yaml_node *root)
{
	return !root || (root->kind == YAML_SCALAR && !root->quoted && !*root->text);
}

static void on_document(struct reader *reader, const yaml_event_t *event)
{
	struct yaml_node *root = reader->document->root;

	if (root && !reader->many)
		fatal(reader, &event->start_mark, "a second document (one is allowed)");
	else if (!is_nothing(root))
		vec_push(&reader->roots, root);
	reader->document->root = NULL;
}

static void on_event(struct reader *reader, const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_DOCUMENT_START_EVENT: on_document(reader, event); break;
	case YAML_SCALAR_EVENT: on_scalar(reader, event); break;
	case YAML_ALIAS_EVENT: on_alias(reader, event); break;
	case YAML_SEQUENCE_START_EVENT:
		check_tag(reader, event, event->data.sequence_start.anchor, event->data.sequence_start.tag);
		on_open(reader, event, YAML_SEQUENCE);
		break;
	case YAML_MAPPING_START_EVENT:
		check_tag(reader, event, event->data.mapping_start.anchor, event->data.mapping_start.tag);
		on_open(reader, event, YAML_MAPPING);
		break;
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT: on_close(reader); break;
	case YAML_STREAM_END_EVENT: reader->done = true; break;
	default: break;
	}
}

/* Line and column of a byte; libyaml gives no mark for what it cannot decode. */
static yaml_mark_t mark_at(const char *text, size_t length, size_t offset)
{
	yaml_mark_t mark = { 0 };

	for (size_t i = 0; i < offset && i < length; i++) {
		if (text[i] == '\n') {
			mark.line++;
			mark.column = 0;
		} else if (((unsigned char)text[i] & 0xc0) != 0x80) {
			mark.column++;
		}
	}
	return mark;
}

static void syntax_fault(struct reader *reader, const yaml_parser_t *parser, const char *text, size_t length)
{
	const char *problem = parser->problem ? parser->problem : "cannot be read as YAML";
	struct error message;
	yaml_mark_t mark = parser->problem_mark;

	if (parser->error == YAML_READER_ERROR) {
		mark = mark_at(text, length, parser->problem_offset);
		if (parser->problem_value > 0)
			error_set(&message, "%s (0x%02x)", problem, (unsigned)parser->problem_value);
		else
			error_set(&message, "%s", problem);
	} else if (parser->context) {
		error_set(&message, "%s, %s (line %zu)", problem, parser->context, parser->context_mark.line + 1);
	} else {
		error_set(&message, "%s", problem);
	}
	fatal(reader, &mark, message.text);
}

/* YAML 1.1 has more line breaks than most: U+0085, U+2028 and U+2029 too. */
static bool begins_line(const char *text, const char *at)
{
	if (at == text || at[-1] == '\n' || at[-1] == '\r')
		return true;
	if (at - text >= 2 && !memcmp(at - 2, "\xc2\x85", 2))
		return true;
	return at - text >= 3 && (!memcmp(at - 3, "\xe2\x80\xa8", 3) || !memcmp(at - 3, "\xe2\x80\xa9", 3));
}

/*
 * libyaml compares each %TAG line with all before it: 100,000 of them take
 * 20 s. Tags are refused anyway, so these lines are before it sees them.
 */
static bool has_tag_directive(struct reader *reader, const char *text, size_t length)
{
	static const char directive[] = "%TAG";
	const char *at = text, *end = text + length;

	while ((at = memmem(at, (size_t)(end - at), directive, sizeof(directive) - 1))) {
		if (begins_line(text, at)) {
			yaml_mark_t mark = mark_at(text, length, (size_t)(at - text));

			fatal(reader, &mark, "a %TAG line (tags are not supported)");
			return true;
		}
		at++;
	}
	return false;
}

static void read_events(struct reader *reader, const char *text, size_t length)
{
	yaml_parser_t parser;
	yaml_event_t event;
	yaml_mark_t start = { 0 };

	if (!yaml_parser_initialize(&parser)) {
		fatal(reader, &start, "out of memory");
		return;
	}
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, length);
	while (!reader->done) {
		if (!yaml_parser_parse(&parser, &event)) {
			syntax_fault(reader, &parser, text, length);
			break;
		}
		on_event(reader, &event);
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&parser);
}

static void keep_roots(struct reader *reader)
{
	struct yaml_document *document = reader->document;

	if (is_nothing(document->root))
		document->root = NULL;
	else
		vec_push(&reader->roots, document->root);
	if (!reader->many)
		return;
	document->root_count = reader->roots.count;
	document->roots = arena_array(&document->arena, document->root_count, sizeof(*document->roots));
	for (size_t i = 0; i < document->root_count; i++)
		document->roots[i] = reader->roots.items[i];
	document->root = document->root_count ? document->roots[0] : NULL;
}

static int parse(struct yaml_document *ret, const char *text, size_t length, const char *file, bool many,
		 struct error_list *errors)
{
	struct reader reader = { .document = ret, .errors = errors, .many = many };

	*ret = (struct yaml_document){ 0 };
	if (length > YAML_LIMIT_BYTES)
		return error_list_add(errors, FAULT_ERROR, file, 0, 0, NULL, "larger than %u MiB (the limit)",
				      YAML_LIMIT_BYTES / (1024 * 1024));
	ret->file = arena_strdup(&ret->arena, file);
	/* A byte order mark would count as a column. */
	if (length >= 3 && !memcmp(text, "\xef\xbb\xbf", 3)) {
		text += 3;
		length -= 3;
	}
	if (!has_tag_directive(&reader, text, length))
		read_events(&reader, text, length);
	while (reader.depth)
		frame_release(&reader.frames[--reader.depth]);
	keep_roots(&reader);
	vec_release(&reader.roots);
	if (!reader.failed)
		return 0;
	yaml_document_release(ret);
	return -1;
}

int yaml_parse(struct yaml_document *ret, const char *text, size_t length, const char *file, struct error_list *errors)
{
	return parse(ret, text, length, file, false, errors);
}

int yaml_parse_all(struct yaml_document *ret, const char *text, size_t length, const char *file,
		   struct error_list *errors)
{
	return parse(ret, text, length, file, true, errors);
}

int yaml_read(struct yaml_document *ret, const char *path, struct error_list *errors)
{
	struct strbuf content = STRBUF_INIT;
	struct error error;
	int result;

	*ret = (struct yaml_document){ 0 };
	if (path_read(path, YAML_LIMIT_BYTES, &content, &error))
		/* The message begins with the file's name already. */
		return error_list_add(errors, FAULT_ERROR, NULL, 0, 0, NULL, "%s", error.text);
	result = yaml_parse(ret, content.text, content.length, path, errors);
	strbuf_release(&content);
	return result;
}

int yaml_read_section(const struct yaml_node *node, const char *file, const char *folder, const char *expected,
		      yaml_section_fn *read, void *user, struct error_list *errors)
{
	struct yaml_document document;
	char *path;
	int result;

	if (yaml_is_null(node))
		return 0;
	if (node->kind != YAML_SCALAR)
		return read(user, node, file);
	path = path_join(folder, node->text);
	result = yaml_read(&document, path, errors);
	if (result == 0) {
		result = document.root ? read(user, document.root, path)
				       : error_list_add(errors, FAULT_ERROR, path, 1, 1, NULL,
							"the file is empty (%s: is expected)", expected);
		yaml_document_release(&document);
	}
	free(path);
	return result;
}

void yaml_document_release(struct yaml_document *document)
{
	if (!document)
		return;
	arena_release(&document->arena);
	*document = (struct yaml_document){ 0 };
}

const struct yaml_node *yaml_get(const struct yaml_node *node, const char *key)
{
	if (!node || node->kind != YAML_MAPPING)
		return NULL;
	for (size_t i = 0; i < node->count; i++) {
		if (!strcmp(node->items[i]->key, key))
			return node->items[i];
	}
	return NULL;
}

bool yaml_is_null(const struct yaml_node *node)
{
	if (!node)
		return true;
	return node->kind == YAML_SCALAR && !node->quoted &&
	       (!*node->text || !strcmp(node->text, "~") || !strcmp(node->text, "null"));
}
