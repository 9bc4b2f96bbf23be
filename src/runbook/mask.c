#include "runbook/mask.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "runbook/mask_private.h"

#define LITERAL_LEAST 4
#define LITERAL_MOST  8192        /* a longer one is known by its beginning */
#define VALUE_MOST    (64 * 1024) /* of a value or key that does not end: then all is looked at again */

/* Bytes by five bits: letters whatever their case, and a few kinds of others. */
#define PAIRS    1024u
#define LITERALS 1024u

static const uint8_t folds[256] = {
	['a'] = 1,  ['b'] = 2,  ['c'] = 3,  ['d'] = 4,  ['e'] = 5,  ['f'] = 6,  ['g'] = 7,  ['h'] = 8,  ['i'] = 9,
	['j'] = 10, ['k'] = 11, ['l'] = 12, ['m'] = 13, ['n'] = 14, ['o'] = 15, ['p'] = 16, ['q'] = 17, ['r'] = 18,
	['s'] = 19, ['t'] = 20, ['u'] = 21, ['v'] = 22, ['w'] = 23, ['x'] = 24, ['y'] = 25, ['z'] = 26, ['A'] = 1,
	['B'] = 2,  ['C'] = 3,  ['D'] = 4,  ['E'] = 5,  ['F'] = 6,  ['G'] = 7,  ['H'] = 8,  ['I'] = 9,  ['J'] = 10,
	['K'] = 11, ['L'] = 12, ['M'] = 13, ['N'] = 14, ['O'] = 15, ['P'] = 16, ['Q'] = 17, ['R'] = 18, ['S'] = 19,
	['T'] = 20, ['U'] = 21, ['V'] = 22, ['W'] = 23, ['X'] = 24, ['Y'] = 25, ['Z'] = 26, ['0'] = 27, ['1'] = 27,
	['2'] = 27, ['3'] = 27, ['4'] = 27, ['5'] = 27, ['6'] = 27, ['7'] = 27, ['8'] = 27, ['9'] = 27, ['-'] = 28,
	['_'] = 29, [':'] = 30, ['/'] = 30, ['.'] = 30, [' '] = 31, [';'] = 31,
};
#define FOLD(byte) ((unsigned)folds[(unsigned char)(byte)])

enum mode { MODE_TEXT, MODE_VALUE, MODE_IN_VALUE, MODE_IN_TOKEN, MODE_PEM };

/* One text on its way through. */
struct stream {
	struct strbuf work; /* what was shown last, for looking back, and what is not settled */
	size_t scan;        /* up to here it is settled */
	size_t shown;       /* up to here it was handed on; beyond `scan` after a pause */
	bool holds_secret;  /* what is held back may be part of one */
	enum mode mode;
	struct value value;
	enum token_kind token;
	size_t swallowed;
};

struct mask {
	VEC(struct pattern) patterns; /* [0] is none: the chains end there */
	uint16_t heads[PAIRS];        /* first known pattern by its first two letters */
	uint16_t literals[LITERALS];  /* first literal by the hash of its first four bytes */
	uint32_t thirds[PAIRS];       /* and which letters come third */
	uint32_t firsts;
	struct stream stream;
};

static unsigned pair_of(const char *text)
{
	return FOLD(text[0]) << 5 | FOLD(text[1]);
}

static unsigned literal_hash(const char *text)
{
	uint32_t word;

	memcpy(&word, text, sizeof(word));
	return word * 2654435761u >> 22;
}

/* ---- the patterns ---- */

static void add_pattern(struct mask *mask, const struct pattern *pattern)
{
	unsigned pair = pair_of(pattern->text);
	uint16_t *head =
		pattern->kind == PATTERN_LITERAL ? &mask->literals[literal_hash(pattern->text)] : &mask->heads[pair];
	struct pattern own = *pattern;

	if (mask->patterns.count > UINT16_MAX)
		return;
	own.next = *head;
	*head = (uint16_t)mask->patterns.count;
	mask->thirds[pair] |= 1u << FOLD(pattern->text[2]);
	mask->firsts |= 1u << FOLD(pattern->text[0]);
	vec_push(&mask->patterns, own);
}

struct mask *mask_new(void)
{
	struct mask *mask = mem_zalloc(sizeof(*mask));

	strbuf_init(&mask->stream.work);
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
	strbuf_release(&mask->stream.work);
	free(mask);
}

static void add_literal(struct mask *mask, const char *text, size_t length)
{
	struct pattern pattern = { .kind = PATTERN_LITERAL };

	if (length < LITERAL_LEAST)
		return;
	pattern.length = length < LITERAL_MOST ? length : LITERAL_MOST;
	for (uint16_t i = mask->literals[literal_hash(text)]; i; i = mask->patterns.items[i].next) {
		const struct pattern *other = &mask->patterns.items[i];

		if (other->length == pattern.length && memcmp(other->text, text, pattern.length) == 0)
			return;
	}
	pattern.text = mem_strndup(text, pattern.length);
	add_pattern(mask, &pattern);
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
		if (length >= LITERAL_LEAST)
			add_disguised(mask, secret, length);
		secret += length;
		secret += strspn(secret, "\r\n");
	}
}

/* ---- the way through ---- */

static void show_to(struct stream *stream, size_t to, struct strbuf *ret)
{
	if (to <= stream->shown)
		return;
	strbuf_add(ret, stream->work.text + stream->shown, to - stream->shown);
	stream->shown = to;
}

/* Past a secret: it is never shown. */
static void pass_over(struct stream *stream, size_t to)
{
	stream->scan = to;
	if (stream->shown < to)
		stream->shown = to;
}

/* The next place where three letters begin as a pattern does; `end` when there is none. */
static size_t next_candidate(const struct mask *mask, const char *text, size_t at, size_t end)
{
	unsigned pair;

	if (end - at < 3)
		return at;
	pair = pair_of(text + at);
	for (size_t i = at + 2; i < end; i++) {
		unsigned letter = FOLD(text[i]);

		if (mask->thirds[pair] >> letter & 1u)
			return i - 2;
		pair = (pair << 5 | letter) & (PAIRS - 1);
	}
	return end - 2;
}

/* The one that tells most: a secret rather than a wait, unless what waits is one itself; the longest secret. */
static void consider(const struct pattern *pattern, const struct sight *sight, size_t at, struct finding *best)
{
	struct finding found = mask_try(pattern, sight, at);

	if (found.what == FOUND_NOTHING)
		return;
	if (best->what == FOUND_NOTHING) {
		*best = found;
	} else if (found.what == FOUND_MORE_NEEDED) {
		if (best->what == FOUND_MORE_NEEDED || found.is_secret)
			*best = (struct finding){ .what = FOUND_MORE_NEEDED,
						  .is_secret = found.is_secret || best->is_secret };
	} else if (best->what == FOUND_SECRET ? found.resume_at > best->resume_at : !best->is_secret) {
		*best = found;
	}
}

static struct finding examine(const struct mask *mask, const struct sight *sight, size_t at)
{
	struct finding best = { .what = FOUND_NOTHING };
	const struct pattern *patterns = mask->patterns.items;
	const char *text = sight->text + at;
	size_t left = sight->end - at;

	if (left < 2) {
		if (!sight->last && mask->firsts >> FOLD(*text) & 1u)
			best.what = FOUND_MORE_NEEDED;
		return best;
	}
	for (uint16_t i = mask->heads[pair_of(text)]; i; i = patterns[i].next)
		consider(&patterns[i], sight, at, &best);
	if (left >= LITERAL_LEAST) {
		for (uint16_t i = mask->literals[literal_hash(text)]; i; i = patterns[i].next)
			consider(&patterns[i], sight, at, &best);
	} else if (!sight->last) {
		for (size_t i = mask_pattern_count + 1; i < mask->patterns.count; i++)
			consider(&patterns[i], sight, at, &best);
	}
	return best;
}

/* False: the rest has to wait. */
static bool step_text(struct mask *mask, struct stream *stream, bool last, struct strbuf *ret)
{
	struct sight sight = { stream->work.text, stream->work.length, last };
	size_t at = next_candidate(mask, sight.text, stream->scan, sight.end);
	struct finding found = examine(mask, &sight, at);

	if (found.what == FOUND_NOTHING) {
		stream->scan = at + 1;
		return true;
	}
	if (found.what == FOUND_MORE_NEEDED) {
		stream->scan = at;
		stream->holds_secret = found.is_secret;
		show_to(stream, at, ret);
		return false;
	}
	show_to(stream, found.show_to, ret);
	if (found.masked)
		strbuf_addstr(ret, MASK_SHOWN);
	pass_over(stream, found.resume_at);
	stream->swallowed = 0;
	stream->value = found.value;
	stream->token = found.token;
	switch (found.then) {
	case THEN_GO_ON: break;
	case THEN_VALUE: stream->mode = MODE_VALUE; break;
	case THEN_TOKEN: stream->mode = MODE_IN_TOKEN; break;
	case THEN_PEM: stream->mode = MODE_PEM; break;
	}
	return true;
}

/* Before a value: space, colours and a quote are shown. */
static bool step_value(struct stream *stream, bool last, struct strbuf *ret)
{
	struct sight sight = { stream->work.text, stream->work.length, last };
	size_t at = stream->scan, colour = mask_colour(&sight, at);
	char byte = sight.text[at];
	enum mask_answer reference;

	stream->holds_secret = false;
	if (colour == SIZE_MAX)
		return false;
	if (colour || byte == ' ' || byte == '\t' || (byte == '\\' && !stream->value.quote)) {
		stream->value.escaped = byte == '\\';
		stream->scan += colour ? colour : 1;
		show_to(stream, stream->scan, ret);
		return true;
	}
	if ((byte == '"' || byte == '\'') && !stream->value.quote) {
		stream->value.quote = byte;
		stream->scan++;
		show_to(stream, stream->scan, ret);
		return true;
	}
	reference = byte == stream->value.quote || (unsigned char)byte < ' ' ? MASK_YES : mask_is_reference(&sight, at);
	if (reference == MASK_UNKNOWN) {
		stream->holds_secret = true;
		return false;
	}
	stream->mode = MODE_TEXT;
	if (reference == MASK_YES)
		return true;
	strbuf_addstr(ret, MASK_SHOWN);
	stream->mode = MODE_IN_VALUE;
	return true;
}

static bool ends_value(const struct value *value, char byte)
{
	if (byte == '\n' || byte == '\r')
		return true;
	if (value->quote)
		return byte == value->quote;
	if (value->line)
		return byte == '"' || byte == '\'';
	if ((unsigned char)byte <= ' ' || byte == '"')
		return true;
	if (value->json && strchr(",}]", byte))
		return true;
	return value->query && (byte == '&' || byte == '#' || byte == '\'');
}

/* In a value: an escaped character ends nothing, unless the quotes themselves are escaped. */
static bool step_in_value(struct stream *stream, bool last)
{
	const struct value *value = &stream->value;
	size_t at = stream->scan, end = stream->work.length, begin = at;

	while (at < end && stream->swallowed + (at - begin) < VALUE_MOST) {
		char byte = stream->work.text[at];

		if (byte == '\\' && value->quote) {
			if (at + 1 >= end && !last)
				break;
			if (value->escaped && at + 1 < end && stream->work.text[at + 1] == value->quote) {
				stream->mode = MODE_TEXT;
				break;
			}
			at += at + 1 < end ? 2 : 1;
			continue;
		}
		if (ends_value(value, byte)) {
			stream->mode = MODE_TEXT;
			break;
		}
		at++;
	}
	/* What ends a shell's command or a list's item behind it is none of it; it waits until that is known. */
	if (!value->quote && at > begin && strchr(";,)", stream->work.text[at - 1]) &&
	    (stream->mode == MODE_TEXT || (at == end && !last)))
		at--;
	stream->swallowed += at - begin;
	if (stream->swallowed >= VALUE_MOST)
		stream->mode = MODE_TEXT;
	pass_over(stream, at);
	stream->holds_secret = true;
	return stream->mode == MODE_TEXT;
}

static bool step_in_token(struct stream *stream)
{
	size_t at = stream->scan;

	while (at < stream->work.length && stream->swallowed < VALUE_MOST &&
	       mask_is_token(stream->token, (unsigned char)stream->work.text[at])) {
		at++;
		stream->swallowed++;
	}
	if (at < stream->work.length)
		stream->mode = MODE_TEXT;
	pass_over(stream, at);
	return stream->mode == MODE_TEXT;
}

/* Up to the end mark, which is shown; one that does not come is given up. */
static bool step_pem(struct stream *stream, bool last)
{
	static const char mark[] = "-----END";
	size_t left = stream->work.length - stream->scan, kept = sizeof(mark) - 2;
	const char *begin = stream->work.text + stream->scan, *found = memmem(begin, left, mark, sizeof(mark) - 1);
	size_t passed = found ? (size_t)(found - begin) : last || left < kept ? left : left - kept;

	if (left < kept && !last && !found)
		passed = 0;
	if (passed > VALUE_MOST - stream->swallowed) {
		passed = VALUE_MOST - stream->swallowed;
		found = begin;
	}
	stream->swallowed += passed;
	pass_over(stream, stream->scan + passed);
	stream->holds_secret = true;
	if (found)
		stream->mode = MODE_TEXT;
	return found != NULL;
}

static bool step(struct mask *mask, struct stream *stream, bool last, struct strbuf *ret)
{
	switch (stream->mode) {
	case MODE_TEXT: return step_text(mask, stream, last, ret);
	case MODE_VALUE: return step_value(stream, last, ret);
	case MODE_IN_VALUE: return step_in_value(stream, last);
	case MODE_IN_TOKEN: return step_in_token(stream);
	case MODE_PEM: return step_pem(stream, last);
	}
	return false;
}

static void forget(struct stream *stream)
{
	size_t begin = stream->scan < stream->shown ? stream->scan : stream->shown;

	begin = begin > MASK_BEHIND ? begin - MASK_BEHIND : 0;
	memmove(stream->work.text, stream->work.text + begin, stream->work.length - begin);
	strbuf_truncate(&stream->work, stream->work.length - begin);
	stream->scan -= begin;
	stream->shown -= begin;
}

static void write_stream(struct mask *mask, struct stream *stream, const char *data, size_t length, bool last,
			 struct strbuf *ret)
{
	bool goes_on = true;

	strbuf_add(&stream->work, data, length);
	while (goes_on && stream->scan < stream->work.length)
		goes_on = step(mask, stream, last, ret);
	if (stream->scan >= stream->work.length || last)
		show_to(stream, stream->work.length, ret);
	if (last)
		stream->scan = stream->work.length;
	forget(stream);
}

void mask_write(struct mask *mask, const char *data, size_t length, bool last, struct strbuf *ret)
{
	write_stream(mask, &mask->stream, data, length, last, ret);
	if (last) {
		strbuf_clear(&mask->stream.work);
		mask->stream = (struct stream){ .work = mask->stream.work };
	}
}

void mask_pause(struct mask *mask, struct strbuf *ret)
{
	struct stream *stream = &mask->stream;
	size_t held = stream->work.length - stream->scan;

	if (stream->mode == MODE_TEXT && (!stream->holds_secret || held < 3))
		show_to(stream, stream->work.length, ret);
}

void mask_text(struct mask *mask, const char *text, struct strbuf *ret)
{
	struct stream stream = { .work = STRBUF_INIT };

	write_stream(mask, &stream, text, strlen(text), true, ret);
	strbuf_release(&stream.work);
}
