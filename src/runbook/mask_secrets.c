/* What is looked for: the known patterns, and values that are told. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "runbook/mask.h"
#include "runbook/mask_private.h"

#define LITERAL_MOST 8192 /* a longer one is known by its beginning */

static void add_pattern(struct mask *mask, const struct pattern *pattern)
{
	unsigned pair = mask_pair(pattern->text);
	uint16_t *head =
		pattern->kind == PATTERN_LITERAL ? &mask->literals[mask_hash(pattern->text)] : &mask->heads[pair];
	struct pattern own = *pattern;

	if (mask->patterns.count > UINT16_MAX)
		return;
	own.next = *head;
	*head = (uint16_t)mask->patterns.count;
	mask->thirds[pair] |= 1u << MASK_FOLD(pattern->text[2]);
	mask->firsts |= 1u << MASK_FOLD(pattern->text[0]);
	vec_push(&mask->patterns, own);
}

struct mask *mask_new(void)
{
	struct mask *mask = mem_zalloc(sizeof(*mask));

	mask->stream = (struct stream)STREAM_INIT;
	mask_line_init(&mask->line);
	(void)vec_add(&mask->patterns);
	for (size_t i = 0; i < mask_pattern_count; i++)
		add_pattern(mask, &mask_patterns[i]);
	return mask;
}

static void free_literal(const struct pattern *pattern)
{
	union {
		const char *text;
		char *own;
	} text = { pattern->text };

	explicit_bzero(text.own, pattern->length);
	free(text.own);
}

void mask_free(struct mask *mask)
{
	if (!mask)
		return;
	for (size_t i = 1; i < mask->patterns.count; i++)
		if (mask->patterns.items[i].kind == PATTERN_LITERAL)
			free_literal(&mask->patterns.items[i]);
	vec_release(&mask->patterns);
	mask_stream_release(&mask->stream);
	mask_line_release(&mask->line);
	free(mask);
}

static void add_seen(struct mask *mask, const char *text, size_t length)
{
	struct pattern pattern = { .kind = PATTERN_LITERAL };

	if (length < MASK_LITERAL_LEAST)
		return;
	pattern.length = length < LITERAL_MOST ? length : LITERAL_MOST;
	for (uint16_t i = mask->literals[mask_hash(text)]; i; i = mask->patterns.items[i].next) {
		const struct pattern *other = &mask->patterns.items[i];

		if (other->length == pattern.length && memcmp(other->text, text, pattern.length) == 0)
			return;
	}
	pattern.text = mem_strndup(text, pattern.length);
	add_pattern(mask, &pattern);
}

/* Streams are looked at without what is not seen in them, and so is a secret that holds such bytes. */
static void add_literal(struct mask *mask, const char *text, size_t length)
{
	struct stream stream = STREAM_INIT;

	stream.verbatim = true;
	mask_view_read(&stream, text, length);
	mask_view_end(&stream);
	add_seen(mask, stream.work.text, stream.work.length);
	explicit_bzero(stream.work.text, stream.work.length);
	mask_stream_release(&stream);
}

/* As it stands in JSON, in a URL, and in a Kubernetes secret. */
static void add_disguised(struct mask *mask, const char *text, size_t length)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	struct strbuf other = STRBUF_INIT;
	char *copy = mem_strndup(text, length);

	strbuf_add_json(&other, copy);
	if (other.length > 2)
		add_literal(mask, other.text + 1, other.length - 2);
	strbuf_clear(&other);
	strbuf_add_url(&other, copy);
	add_literal(mask, other.text, other.length);
	strbuf_clear(&other);
	/* Whole groups only: what follows them depends on what follows the secret. */
	for (size_t i = 0; i + 3 <= length; i += 3) {
		unsigned group = (unsigned)(unsigned char)text[i] << 16 | (unsigned)(unsigned char)text[i + 1] << 8 |
				 (unsigned char)text[i + 2];

		for (int shift = 18; shift >= 0; shift -= 6)
			strbuf_addch(&other, digits[group >> shift & 63]);
	}
	if (other.length >= 8)
		add_literal(mask, other.text, other.length);
	explicit_bzero(other.text, other.length);
	explicit_bzero(copy, length);
	strbuf_release(&other);
	free(copy);
}

void mask_add(struct mask *mask, const char *secret)
{
	/* A terminal changes ends of lines: each line is a secret of its own. */
	while (*secret) {
		size_t length = strcspn(secret, "\r\n");

		add_literal(mask, secret, length);
		if (length >= MASK_LITERAL_LEAST)
			add_disguised(mask, secret, length);
		secret += length;
		secret += strspn(secret, "\r\n");
	}
}
