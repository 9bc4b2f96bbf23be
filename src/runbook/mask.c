#include "runbook/mask.h"

#include <string.h>

#include "runbook/mask_private.h"

#define VALUE_MOST  (64 * 1024)  /* of a value or key that does not end: then all is looked at again */
#define PIECE_BYTES (16u * 1024) /* read at once: what is not seen is kept until it is known where it stands */

/* Text up to there, and what stands in it that is not seen. */
static void show_to(struct stream *stream, size_t to, struct strbuf *ret)
{
	for (; stream->noise_next < stream->noises.count; stream->noise_next++) {
		const struct noise *noise = &stream->noises.items[stream->noise_next];

		if (noise->at + (noise->covers != 0) > to)
			break;
		if (stream->shown < noise->at)
			strbuf_add(ret, stream->work.text + stream->shown, noise->at - stream->shown);
		strbuf_add(ret, stream->noise.text + noise->offset, noise->length);
		if (stream->shown < noise->at + (noise->covers != 0))
			stream->shown = noise->at + (noise->covers != 0);
		stream->moved = stream->moved || noise->moves;
	}
	if (to <= stream->shown)
		return;
	strbuf_add(ret, stream->work.text + stream->shown, to - stream->shown);
	stream->shown = to;
}

/* Past a secret: it is never shown, but what follows has the colours that were set in it. */
static void hide_to(struct stream *stream, size_t to, struct strbuf *ret)
{
	for (; stream->noise_next < stream->noises.count; stream->noise_next++) {
		const struct noise *noise = &stream->noises.items[stream->noise_next];

		if (noise->at >= to)
			break;
		if (noise->colours)
			strbuf_add(ret, stream->noise.text + noise->offset, noise->length);
	}
	if (stream->shown < to)
		stream->shown = to;
}

static void pass_over(struct stream *stream, size_t to, struct strbuf *ret)
{
	stream->scan = to;
	hide_to(stream, to, ret);
}

static struct sight see(const struct stream *stream, bool last)
{
	return (struct sight){ .text = stream->work.text,
			       .end = stream->work.length,
			       .last = last,
			       .noises = stream->noises.items,
			       .noise_count = stream->noises.count };
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
	struct sight sight = see(stream, true);

	while (at < to) {
		struct finding found = { .what = FOUND_NOTHING };

		consider_literals(mask, &sight, at, &found);
		if (found.what == FOUND_SECRET) {
			show_to(stream, at, ret);
			strbuf_addstr(ret, MASK_SHOWN);
			at = found.resume_at;
			hide_to(stream, at, ret);
		} else {
			at++;
		}
	}
	show_to(stream, to, ret);
}

/* False: the rest has to wait. */
static bool step_text(struct mask *mask, struct stream *stream, bool last, struct strbuf *ret)
{
	struct sight sight = see(stream, last);
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
	pass_over(stream, found.resume_at, ret);
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

/* Before a value: space and a quote are shown. */
static bool step_value(const struct mask *mask, struct stream *stream, bool last, struct strbuf *ret)
{
	struct finding whole = { .what = FOUND_NOTHING };
	struct sight sight = see(stream, last);
	size_t at = stream->scan;
	char byte = sight.text[at];
	enum mask_answer reference;

	stream->holds_secret = false;
	if (byte == ' ' || byte == '\t' || (byte == '\\' && !stream->value.quote)) {
		stream->value.escaped = byte == '\\';
		stream->scan++;
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
	show_to(stream, at, ret);
	strbuf_addstr(ret, MASK_SHOWN);
	if (whole.what == FOUND_SECRET)
		pass_over(stream, whole.resume_at, ret);
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
static bool step_in_value(struct stream *stream, bool last, struct strbuf *ret)
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
	pass_over(stream, at, ret);
	stream->holds_secret = true;
	return stream->mode == MODE_TEXT;
}

static bool step_in_token(struct stream *stream, struct strbuf *ret)
{
	size_t at = stream->scan;

	while (at < stream->work.length && stream->swallowed < VALUE_MOST &&
	       mask_is_token(stream->token, (unsigned char)stream->work.text[at])) {
		at++;
		stream->swallowed++;
	}
	if (at < stream->work.length)
		stream->mode = MODE_TEXT;
	pass_over(stream, at, ret);
	return stream->mode == MODE_TEXT;
}

/* Up to the end mark, which is shown; one that does not come is given up. */
static bool step_pem(struct stream *stream, bool last, struct strbuf *ret)
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
	pass_over(stream, stream->scan + passed, ret);
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
	case MODE_IN_VALUE: return step_in_value(stream, last, ret);
	case MODE_IN_TOKEN: return step_in_token(stream, ret);
	case MODE_PEM: return step_pem(stream, last, ret);
	}
	return false;
}

/* What lies behind, and can tell nothing more. */
static void forget_noise(struct stream *stream, size_t begin)
{
	size_t settled = stream->scan < stream->shown ? stream->scan : stream->shown, gone = 0, bytes;

	while (gone < stream->noise_next && stream->noises.items[gone].at < settled)
		gone++;
	bytes = gone < stream->noises.count ? stream->noises.items[gone].offset : stream->noise.length;
	if (gone) {
		memmove(stream->noises.items, stream->noises.items + gone,
			(stream->noises.count - gone) * sizeof(*stream->noises.items));
		memmove(stream->noise.text, stream->noise.text + bytes, stream->noise.length - bytes);
		strbuf_truncate(&stream->noise, stream->noise.length - bytes);
		stream->noises.count -= gone;
		stream->noise_next -= gone;
	}
	for (size_t i = 0; i < stream->noises.count; i++) {
		stream->noises.items[i].at -= begin;
		stream->noises.items[i].offset -= gone ? bytes : 0;
	}
}

static void forget(struct stream *stream)
{
	size_t begin = stream->scan < stream->shown ? stream->scan : stream->shown;

	begin = begin > MASK_BEHIND ? begin - MASK_BEHIND : 0;
	forget_noise(stream, begin);
	memmove(stream->work.text, stream->work.text + begin, stream->work.length - begin);
	strbuf_truncate(&stream->work, stream->work.length - begin);
	stream->scan -= begin;
	stream->shown -= begin;
}

/* As far as it can be told. What stands behind the beginning of a value waits for what the value does. */
static void settle(struct mask *mask, struct stream *stream, bool last, struct strbuf *ret)
{
	bool goes_on = true;

	while (goes_on && stream->scan < stream->work.length)
		goes_on = step(mask, stream, last, ret);
	if (last || (stream->mode == MODE_TEXT && stream->scan >= stream->work.length))
		show_to(stream, stream->work.length, ret);
	if (last)
		stream->scan = stream->work.length;
	forget(stream);
}

static void write_stream(struct mask *mask, struct stream *stream, const char *data, size_t length, bool last,
			 struct strbuf *ret)
{
	while (length) {
		size_t piece = length < PIECE_BYTES ? length : PIECE_BYTES;

		mask_view_read(stream, data, piece);
		settle(mask, stream, false, ret);
		data += piece;
		length -= piece;
	}
	if (!last)
		return;
	mask_view_end(stream);
	settle(mask, stream, true, ret);
}

void mask_stream_release(struct stream *stream)
{
	strbuf_release(&stream->work);
	strbuf_release(&stream->noise);
	strbuf_release(&stream->view.sequence);
	vec_release(&stream->noises);
}

/* All that was found to be moving in what was added to `ret` from `from` on. */
static void check_lines(struct mask *mask, struct strbuf *ret, size_t from)
{
	bool moved = mask->stream.moved;

	mask->stream.moved = false;
	mask_line_check(mask, moved, ret, from);
}

void mask_write(struct mask *mask, const char *data, size_t length, bool last, struct strbuf *ret)
{
	size_t from = ret->length;

	write_stream(mask, &mask->stream, data, length, last, ret);
	check_lines(mask, ret, from);
	if (!last)
		return;
	mask_stream_release(&mask->stream);
	mask->stream = (struct stream)STREAM_INIT;
	mask_line_release(&mask->line);
	mask_line_init(&mask->line);
}

void mask_pause(struct mask *mask, struct strbuf *ret)
{
	struct stream *stream = &mask->stream;
	struct finding found = { .what = FOUND_NOTHING };
	size_t from = ret->length, held, to;
	struct sight sight;

	mask_view_settle(stream);
	settle(mask, stream, false, ret);
	sight = see(stream, false);
	held = sight.end - stream->scan;
	to = stream->scan;
	if (stream->mode == MODE_TEXT && (!stream->holds_secret || held < 3)) {
		/* A name that is awaited may hold a configured secret, or the beginning of one. */
		for (; to < sight.end; to++) {
			consider_literals(mask, &sight, to, &found);
			if (found.what != FOUND_NOTHING && (found.what == FOUND_SECRET || sight.end - to >= 3))
				break;
			found.what = FOUND_NOTHING;
		}
		show_to(stream, to, ret);
	}
	check_lines(mask, ret, from);
}

void mask_text(struct mask *mask, const char *text, struct strbuf *ret)
{
	struct stream stream = STREAM_INIT;

	stream.verbatim = true;
	write_stream(mask, &stream, text, strlen(text), true, ret);
	mask_stream_release(&stream);
}
