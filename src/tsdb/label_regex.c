#include "tsdb/label_regex.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/mem.h"
#include "tsdb/label_regex_shape.h"
#include "tsdb/label_regex_syntax.h"

#define PATTERN_MOST   (1u << 20) /* bytes */
#define MATCH_LIMIT    200000u
#define DEPTH_LIMIT    2000u
#define HEAP_LIMIT_KIB 8192u
#define NEST_LIMIT     3000u /* the translation opens up to two groups for one */

struct label_regex {
	struct arena arena;
	struct label_regex_shape shape;
	struct label_regex_groups groups;
	pcre2_code *code; /* NULL when the shape answers all */
	pcre2_match_context *context;
	atomic_size_t *over_limit; /* apart, since the regex is const to who matches */
};

/* ---- compiling ---- */

static int compile(struct label_regex *regex, const struct strbuf *pattern, struct error *error)
{
	pcre2_compile_context *context = pcre2_compile_context_create(NULL);
	PCRE2_UCHAR message[256];
	PCRE2_SIZE offset = 0;
	int status = 0;

	regex->context = pcre2_match_context_create(NULL);
	if (!context || !regex->context) {
		pcre2_compile_context_free(context);
		return error_set(error, "regular expression: out of memory");
	}
	pcre2_set_parens_nest_limit(context, NEST_LIMIT);
	pcre2_set_match_limit(regex->context, MATCH_LIMIT);
	pcre2_set_depth_limit(regex->context, DEPTH_LIMIT);
	pcre2_set_heap_limit(regex->context, HEAP_LIMIT_KIB);
	regex->code = pcre2_compile((PCRE2_SPTR)pattern->text, pattern->length,
				    PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_DOTALL | PCRE2_NEVER_BACKSLASH_C,
				    &status, &offset, context);
	pcre2_compile_context_free(context);
	if (!regex->code) {
		if (pcre2_get_error_message(status, message, sizeof(message)) < 0)
			message[0] = '\0';
		return error_set(error, "regular expression: %s", (const char *)message);
	}
	/* Where the machine cannot, matching falls back to interpreting. */
	pcre2_jit_compile(regex->code, PCRE2_JIT_COMPLETE);
	return 0;
}

static struct label_regex *make(const char *pattern, bool dot_newline, bool anywhere, struct error *error)
{
	struct label_regex *regex = mem_zalloc(sizeof(*regex));
	struct strbuf translated = STRBUF_INIT;
	int status;

	arena_init(&regex->arena);
	regex->over_limit = mem_zalloc(sizeof(*regex->over_limit));
	strbuf_addstr(&translated, anywhere ? "(?:" : "\\A(?:");
	if (strlen(pattern) > PATTERN_MOST)
		status = error_set(error, "regular expression: larger than 1 MiB (the limit)");
	else
		status = label_regex_translate(pattern, dot_newline, &translated, &regex->groups, &regex->arena, error);
	strbuf_addstr(&translated, anywhere ? ")" : ")\\z");
	if (status == 0 && !anywhere)
		label_regex_shape_find(&regex->shape, pattern, dot_newline, &regex->arena);
	if (status == 0 && (anywhere || regex->shape.kind == SHAPE_OTHER || regex->groups.count))
		status = compile(regex, &translated, error);
	strbuf_release(&translated);
	if (status == 0)
		return regex;
	label_regex_free(regex);
	return NULL;
}

struct label_regex *label_regex_new(const char *pattern, bool dot_newline, struct error *error)
{
	return make(pattern, dot_newline, false, error);
}

struct label_regex *label_regex_new_anywhere(const char *pattern, struct error *error)
{
	return make(pattern, false, true, error);
}

void label_regex_free(struct label_regex *regex)
{
	if (!regex)
		return;
	pcre2_match_context_free(regex->context);
	pcre2_code_free(regex->code);
	label_regex_shape_release(&regex->shape);
	vec_release(&regex->groups.names);
	arena_release(&regex->arena);
	free(regex->over_limit);
	free(regex);
}

/* ---- matching ---- */

static bool run_from(const struct label_regex *regex, const char *text, size_t length, size_t start,
		     pcre2_match_data *match)
{
	int status = pcre2_match(regex->code, (PCRE2_SPTR)text, length, start, 0, match, regex->context);

	/* The compiled code has a small stack; the interpreter takes what it needs, up to the limits. */
	if (status == PCRE2_ERROR_JIT_STACKLIMIT)
		status = pcre2_match(regex->code, (PCRE2_SPTR)text, length, start, PCRE2_NO_JIT, match, regex->context);
	if (status == PCRE2_ERROR_MATCHLIMIT || status == PCRE2_ERROR_DEPTHLIMIT || status == PCRE2_ERROR_HEAPLIMIT)
		atomic_fetch_add_explicit(regex->over_limit, 1, memory_order_relaxed);
	return status >= 0;
}

static bool run(const struct label_regex *regex, const char *text, size_t length, pcre2_match_data *match)
{
	return run_from(regex, text, length, 0, match);
}

bool label_regex_match(const struct label_regex *regex, const char *text)
{
	pcre2_match_data *match;
	bool matched;

	if (regex->shape.kind != SHAPE_OTHER)
		return label_regex_shape_match(&regex->shape, text);
	match = pcre2_match_data_create(1, NULL);
	if (!match)
		return false;
	matched = run(regex, text, strlen(text), match);
	pcre2_match_data_free(match);
	return matched;
}

size_t label_regex_words(const struct label_regex *regex, const char *const **ret_words)
{
	if (regex->shape.kind != SHAPE_WORDS)
		return 0;
	*ret_words = regex->shape.words.items;
	return regex->shape.words.count;
}

size_t label_regex_over_limit(const struct label_regex *regex)
{
	return atomic_load_explicit(regex->over_limit, memory_order_relaxed);
}

/* ---- replacing ---- */

struct reference {
	const char *name;
	size_t length;
	long number; /* -1: a name */
};

static bool is_name_byte(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
	       byte == '_' || (unsigned char)byte >= 0x80;
}

/* What stands behind a dollar: name or {name}. NULL when it is none and the dollar is itself. */
static const char *read_reference(const char *at, struct reference *ret)
{
	bool braces = *at == '{';

	at += braces;
	*ret = (struct reference){ .name = at };
	while (is_name_byte(at[ret->length]))
		ret->length++;
	if (!ret->length || (braces && at[ret->length] != '}'))
		return NULL;
	for (size_t i = 0; i < ret->length && ret->number >= 0; i++) {
		if (at[i] < '0' || at[i] > '9' || ret->number >= 100000000)
			ret->number = -1;
		else
			ret->number = ret->number * 10 + (at[i] - '0');
	}
	if (*at == '0' && ret->length > 1)
		ret->number = -1;
	return at + ret->length + braces;
}

/* The group's number; beyond all groups when there is none of the name. */
static size_t group_number(const struct label_regex *regex, const struct reference *reference)
{
	const struct label_regex_group *names = regex->groups.names.items;

	if (reference->number >= 0)
		return (size_t)reference->number;
	for (size_t i = 0; i < regex->groups.names.count; i++)
		if (strlen(names[i].name) == reference->length &&
		    memcmp(names[i].name, reference->name, reference->length) == 0)
			return names[i].number;
	return (size_t)regex->groups.count + 1;
}

static void add_replacement(const struct label_regex *regex, const char *text, const PCRE2_SIZE *ranges,
			    const char *replacement, struct strbuf *ret)
{
	for (;;) {
		size_t plain = strcspn(replacement, "$"), number;
		struct reference reference;
		const char *next;

		strbuf_add(ret, replacement, plain);
		replacement += plain;
		if (!*replacement)
			return;
		replacement++;
		next = *replacement == '$' ? NULL : read_reference(replacement, &reference);
		if (!next) {
			strbuf_addch(ret, '$');
			replacement += *replacement == '$';
			continue;
		}
		replacement = next;
		number = group_number(regex, &reference);
		if (number <= regex->groups.count && ranges[2 * number] != PCRE2_UNSET)
			strbuf_add(ret, text + ranges[2 * number], ranges[2 * number + 1] - ranges[2 * number]);
	}
}

bool label_regex_expand(const struct label_regex *regex, const char *text, const char *replacement, struct strbuf *ret)
{
	PCRE2_SIZE whole[2] = { 0, strlen(text) };
	pcre2_match_data *match;
	bool matched;

	if (!regex->code) {
		if (!label_regex_shape_match(&regex->shape, text))
			return false;
		add_replacement(regex, text, whole, replacement, ret);
		return true;
	}
	match = pcre2_match_data_create_from_pattern(regex->code, NULL);
	if (!match)
		return false;
	matched = run(regex, text, whole[1], match);
	if (matched)
		add_replacement(regex, text, pcre2_get_ovector_pointer(match), replacement, ret);
	pcre2_match_data_free(match);
	return matched;
}

bool label_regex_search(const struct label_regex *regex, const char *text, size_t length)
{
	pcre2_match_data *match = pcre2_match_data_create(1, NULL);
	bool matched = match && run(regex, text, length, match);

	pcre2_match_data_free(match);
	return matched;
}

/* Bytes of the character at `text`, 1 for what is none. */
static size_t character_length(const char *text, size_t length)
{
	size_t end = 1;

	while (end < length && ((unsigned char)text[end] & 0xc0) == 0x80)
		end++;
	return end;
}

void label_regex_replace_all(const struct label_regex *regex, const char *text, size_t length, const char *replacement,
			     struct strbuf *ret)
{
	pcre2_match_data *match = pcre2_match_data_create_from_pattern(regex->code, NULL);
	size_t start = 0, done = 0;

	while (match && start <= length && run_from(regex, text, length, start, match)) {
		const PCRE2_SIZE *ranges = pcre2_get_ovector_pointer(match);
		size_t step = start < length ? character_length(text + start, length - start) : 1;

		/* \K is not of this language, so that a match never ends before it begins. */
		strbuf_add(ret, text + done, ranges[0] - done);
		/* Nothing found just behind a match belongs to that match. */
		if (ranges[1] > done || ranges[0] == 0)
			add_replacement(regex, text, ranges, replacement, ret);
		done = ranges[1];
		start = start + step > done ? start + step : done;
	}
	strbuf_add(ret, text + done, length - done);
	pcre2_match_data_free(match);
}
