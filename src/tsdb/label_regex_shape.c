#include "tsdb/label_regex_shape.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"

#define WORDS_MOST 10000u
#define BYTES_MOST (1u << 20)
#define DEPTH_MOST 32u

/* ---- words ---- */

struct word_parser {
	const char *at;
	struct arena *arena;
	size_t bytes; /* made so far, of all words */
	unsigned depth;
};

struct words {
	VEC(const char *) list;
};

/* A character that stands for itself, escaped or not; 0 when it is anything else. Returns the bytes it takes. */
static size_t plain_character(const char *at, char *ret)
{
	static const char special[] = "\\.[]{}()*+?^$|";

	if (*at == '\\') {
		unsigned char byte = (unsigned char)at[1];
		bool punctuation = (byte > ' ' && byte < '0') || (byte > '9' && byte < 'A') ||
				   (byte > 'Z' && byte < 'a') || (byte > 'z' && byte < 0x7f);

		*ret = at[1];
		return punctuation ? 2 : 0;
	}
	*ret = *at;
	return *at && !strchr(special, *at) ? 1 : 0;
}

/* Each word of `left` followed by each of `right`. */
static bool multiply(struct word_parser *parser, struct words *left, const struct words *right)
{
	struct words product = { 0 };

	if (left->list.count * right->list.count > WORDS_MOST)
		return false;
	for (size_t i = 0; i < left->list.count; i++) {
		for (size_t k = 0; k < right->list.count; k++) {
			char *word = arena_printf(parser->arena, "%s%s", left->list.items[i], right->list.items[k]);

			parser->bytes += strlen(word) + 1;
			vec_push(&product.list, word);
		}
	}
	vec_release(&left->list);
	*left = product;
	return parser->bytes <= BYTES_MOST;
}

static bool alternatives(struct word_parser *parser, struct words *ret);

/* A run of plain characters, or a group of alternatives. */
static bool part(struct word_parser *parser, struct words *ret)
{
	struct strbuf text = STRBUF_INIT;
	char byte;
	size_t taken;
	bool done;

	if (*parser->at == '(') {
		parser->at++;
		if (*parser->at == '?') {
			if (parser->at[1] != ':')
				return false;
			parser->at += 2;
		}
		if (++parser->depth > DEPTH_MOST || !alternatives(parser, ret) || *parser->at != ')')
			return false;
		parser->depth--;
		parser->at++;
		return true;
	}
	while ((taken = plain_character(parser->at, &byte)) > 0) {
		strbuf_addch(&text, byte);
		parser->at += taken;
	}
	done = text.length > 0;
	if (done)
		vec_push(&ret->list, arena_strdup(parser->arena, text.text));
	strbuf_release(&text);
	return done;
}

static bool sequence(struct word_parser *parser, struct words *ret)
{
	vec_push(&ret->list, "");
	while (*parser->at && *parser->at != '|' && *parser->at != ')') {
		struct words next = { 0 };
		bool good = part(parser, &next) && multiply(parser, ret, &next);

		vec_release(&next.list);
		if (!good)
			return false;
	}
	return true;
}

static bool alternatives(struct word_parser *parser, struct words *ret)
{
	for (;;) {
		struct words one = { 0 };
		bool good = sequence(parser, &one) && ret->list.count + one.list.count <= WORDS_MOST;

		for (size_t i = 0; good && i < one.list.count; i++)
			vec_push(&ret->list, one.list.items[i]);
		vec_release(&one.list);
		if (!good)
			return false;
		if (*parser->at != '|')
			return true;
		parser->at++;
	}
}

static int compare_words(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool find_words(struct label_regex_shape *ret, const char *pattern, struct arena *arena)
{
	struct word_parser parser = { .at = pattern, .arena = arena };
	struct words words = { 0 };
	bool found = alternatives(&parser, &words) && !*parser.at;

	if (found && words.list.count) {
		qsort(words.list.items, words.list.count, sizeof(*words.list.items), compare_words);
		for (size_t i = 0; i < words.list.count; i++)
			if (i == 0 || strcmp(words.list.items[i - 1], words.list.items[i]) != 0)
				vec_push(&ret->words, words.list.items[i]);
	}
	vec_release(&words.list);
	return found;
}

/* ---- plain text around .* ---- */

static const char *plain_text(const char **at, struct arena *arena)
{
	struct strbuf text = STRBUF_INIT;
	const char *copy;
	size_t taken;
	char byte;

	while ((taken = plain_character(*at, &byte)) > 0) {
		strbuf_addch(&text, byte);
		*at += taken;
	}
	copy = arena_strdup(arena, text.text);
	strbuf_release(&text);
	return copy;
}

/* .* or .+; returns false when there is neither, or more follows it. */
static bool any_text(const char **at, size_t *ret_least)
{
	if ((*at)[0] != '.' || ((*at)[1] != '*' && (*at)[1] != '+') || (*at)[2] == '?')
		return false;
	*ret_least = (*at)[1] == '+';
	*at += 2;
	return true;
}

static bool find_affixes(struct label_regex_shape *ret, const char *pattern, struct arena *arena)
{
	const char *at = pattern;
	size_t least;

	ret->prefix = plain_text(&at, arena);
	if (!any_text(&at, &ret->least))
		return false;
	ret->suffix = plain_text(&at, arena);
	ret->prefix_length = strlen(ret->prefix);
	ret->suffix_length = strlen(ret->suffix);
	if (!*at) {
		ret->kind = SHAPE_AFFIXES;
		return true;
	}
	ret->middle = ret->suffix;
	if (ret->prefix_length || ret->least || strchr(ret->middle, '\n') || !any_text(&at, &least) || least || *at)
		return false;
	ret->kind = SHAPE_CONTAINS;
	return true;
}

void label_regex_shape_find(struct label_regex_shape *ret, const char *pattern, bool dot_newline, struct arena *arena)
{
	*ret = (struct label_regex_shape){ .dot_newline = dot_newline };
	if (find_words(ret, pattern, arena))
		ret->kind = SHAPE_WORDS;
	else
		find_affixes(ret, pattern, arena);
}

void label_regex_shape_release(struct label_regex_shape *shape)
{
	vec_release(&shape->words);
}

/* ---- matching ---- */

static bool is_word(const struct label_regex_shape *shape, const char *text)
{
	size_t low = 0, high = shape->words.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(shape->words.items[middle], text);

		if (!order)
			return true;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

static bool has_affixes(const struct label_regex_shape *shape, const char *text)
{
	size_t length = strlen(text), around = shape->prefix_length + shape->suffix_length;

	if (length < around + shape->least || memcmp(text, shape->prefix, shape->prefix_length) != 0 ||
	    memcmp(text + length - shape->suffix_length, shape->suffix, shape->suffix_length) != 0)
		return false;
	return shape->dot_newline || !memchr(text + shape->prefix_length, '\n', length - around);
}

bool label_regex_shape_match(const struct label_regex_shape *shape, const char *text)
{
	switch (shape->kind) {
	case SHAPE_WORDS: return is_word(shape, text);
	case SHAPE_AFFIXES: return has_affixes(shape, text);
	case SHAPE_CONTAINS: return strstr(text, shape->middle) && (shape->dot_newline || !strchr(text, '\n'));
	case SHAPE_OTHER: break;
	}
	return false;
}
