#include "runbook/mask.h"

#include <string.h>

#include "runbook/mask_private.h"

#define VALUE_MOST (64 * 1024) /* of a value or key that does not end: then all is looked at again */

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
	pair = mask_pair(text + at);
	for (size_t i = at + 2; i < end; i++) {
		unsigned letter = MASK_FOLD(text[i]);

		if (mask->thirds[pair] >> letter & 1u)
			return i - 2;
		pair = (pair << 5 | letter) & (MASK_PAIRS - 1);
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

static void consider_literals(const struct mask *mask, const struct sight *sight, size_t at, struct finding *best)
{
	const struct pattern *patterns = mask->patterns.items;

	if (sight->end - at >= MASK_LITERAL_LEAST) {
		for (uint16_t i = mask->literals[mask_hash(sight->text + at)]; i; i = patterns[i].next)
			consider(&patterns[i], sight, at, best);
	} else if (!sight->last) {
		for (size_t i = mask_pattern_count + 1; i < mask->patterns.count; i++)
			consider(&patterns[i], sight, at, best);
	}
}

static struct finding examine(const struct mask *mask, const struct sight *sight, size_t at)
{
	struct finding best = { .what = FOUND_NOTHING };
	const struct pattern *patterns = mask->patterns.items;
	const char *text = sight->text + at;
	size_t left = sight->end - at;

	if (left < 2) {
		if (!sight->last && mask->firsts >> MASK_FOLD(*text) & 1u)
			best.what = FOUND_MORE_NEEDED;
		return best;
	}
	for (uint16_t i = mask->heads[mask_pair(text)]; i; i = patterns[i].next)
		consider(&patterns[i], sight, at, &best);
	consider_literals(mask, sight, at, &best);
	return best;
}

/* What stands before a secret, a user's name say, may be one itself. */
static void show_name(const struct mask *mask, struct stream *stream, size_t at, size_t to, struct strbuf *ret)
{
	struct sight sight = { stream->work.text, stream->work.length, true };

	while (at < to) {
		struct finding found = { .what = FOUND_NOTHING };

		consider_literals(mask, &sight, at, &found);
		if (found.what == FOUND_SECRET) {
			show_to(stream, at, ret);
			strbuf_addstr(ret, MASK_SHOWN);
			at = found.resume_at;
			if (stream->shown < at)
				stream->shown = at;
		} else {
			at++;
		}
	}
	show_to(stream, to, ret);
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
	show_name(mask, stream, at, found.show_to, ret);
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
static bool step_value(const struct mask *mask, struct stream *stream, bool last, struct strbuf *ret)
{
	struct finding whole = { .what = FOUND_NOTHING };
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
	if (reference == MASK_NO) /* one that is configured may hold what would end another */
		consider_literals(mask, &sight, at, &whole);
	if (reference == MASK_UNKNOWN || whole.what == FOUND_MORE_NEEDED) {
		stream->holds_secret = true;
		return false;
	}
	stream->mode = MODE_TEXT;
	if (reference == MASK_YES)
		return true;
	strbuf_addstr(ret, MASK_SHOWN);
	if (whole.what == FOUND_SECRET)
		pass_over(stream, whole.resume_at);
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
	case MODE_VALUE: return step_value(mask, stream, last, ret);
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
	struct sight sight = { stream->work.text, stream->work.length, false };
	size_t held = sight.end - stream->scan, to = stream->scan;
	struct finding found = { .what = FOUND_NOTHING };

	if (stream->mode != MODE_TEXT || (stream->holds_secret && held >= 3))
		return;
	/* A name that is awaited may hold a configured secret, or the beginning of one. */
	for (; to < sight.end; to++) {
		consider_literals(mask, &sight, to, &found);
		if (found.what != FOUND_NOTHING && (found.what == FOUND_SECRET || sight.end - to >= 3))
			break;
		found.what = FOUND_NOTHING;
	}
	show_to(stream, to, ret);
}

void mask_text(struct mask *mask, const char *text, struct strbuf *ret)
{
	struct stream stream = { .work = STRBUF_INIT };

	write_stream(mask, &stream, text, strlen(text), true, ret);
	strbuf_release(&stream.work);
}
