/*
 * What a person will see of a stream: the text that is looked at for secrets,
 * and beside it what is not seen, at its place. Sequences are read as the
 * transcript reads them, or the two would not see the same.
 */
#include <string.h>

#include "base/text.h"
#include "runbook/mask_private.h"

#define SEQUENCE_MOST 256   /* bytes of a control sequence: a longer one is none */
#define STRING_MOST   65536 /* of a title or a link */
#define NOISE_MOST    65536 /* bytes that are held back with a text that is: more of them are dropped */
#define ITEMS_MOST    4096
#define RETURNS_MOST  16
#define BLOCK         128
#define ESCAPE        '\033'

/* ---- what is not seen ---- */

static void put_noise(struct stream *stream, const char *bytes, size_t length, struct noise kind)
{
	struct noise *before = stream->noises.count ? &stream->noises.items[stream->noises.count - 1] : NULL;

	kind.at = stream->work.length;
	kind.length = length;
	if (kind.covers)
		strbuf_addch(&stream->work, kind.covers);
	if (!stream->verbatim && !kind.covers &&
	    (stream->noise.length + length > NOISE_MOST || stream->noises.count >= ITEMS_MOST))
		return;
	kind.offset = stream->noise.length;
	strbuf_add(&stream->noise, bytes, length);
	/* One that was shown already does not grow. */
	if (before && stream->noises.count > stream->noise_next && before->at == kind.at && !before->covers &&
	    !kind.covers && before->colours == kind.colours && before->moves == kind.moves)
		before->length += length;
	else
		vec_push(&stream->noises, kind);
}

void mask_view_settle(struct stream *stream)
{
	struct view *view = &stream->view;

	strbuf_add(&stream->work, view->held, view->held_length);
	view->held_length = 0;
	if (view->back)
		put_noise(stream, "\b", 1, (struct noise){ .moves = true });
	view->back = false;
	for (; view->returns; view->returns--)
		put_noise(stream, "\r", 1, (struct noise){ .covers = '\r', .moves = true });
}

static void add_noise(struct stream *stream, const char *bytes, size_t length, struct noise kind)
{
	mask_view_settle(stream);
	put_noise(stream, bytes, length, kind);
}

/* ---- characters ---- */

/* The last one waits: a backspace may follow, and another in its place. */
static void put_character(struct stream *stream, const char *bytes, size_t length)
{
	struct view *view = &stream->view;

	if (view->back && length == 1 && !((unsigned char)bytes[0] & 0x80))
		view->back = false;
	else
		mask_view_settle(stream);
	memcpy(view->held, bytes, length);
	view->held_length = length;
}

static void begin_sequence(struct stream *stream, enum view_state state, const char *bytes, size_t length)
{
	stream->view.state = state;
	stream->view.parameters = stream->view.others = 0;
	strbuf_clear(&stream->view.sequence);
	strbuf_add(&stream->view.sequence, bytes, length);
}

/* It is over; what was broken off is seen by nobody, and must not become another together with what follows. */
static void end_sequence(struct stream *stream, bool whole, struct noise kind)
{
	const struct strbuf *sequence = &stream->view.sequence;

	stream->view.state = VIEW_TEXT;
	if (whole || stream->verbatim)
		add_noise(stream, sequence->text, sequence->length, kind);
}

static bool begins_string(char letter)
{
	return letter && strchr("P]^_X", letter);
}

/* A control of eight bits is the same as ESC and a letter. */
static void high_control(struct stream *stream, unsigned code, const char *bytes, size_t length)
{
	char letter = (char)(code - 0x40);

	if (letter == '[')
		begin_sequence(stream, VIEW_CONTROL, bytes, length);
	else if (begins_string(letter))
		begin_sequence(stream, VIEW_STRING, bytes, length);
	else
		add_noise(stream, bytes, length, (struct noise){ 0 });
}

static void read_byte(struct stream *stream, char byte);

static size_t character_bytes(unsigned char first)
{
	return first < 0xc2 || first > 0xf4 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
}

/* The bytes of a character that is complete, or will never be. */
static void end_character(struct stream *stream)
{
	struct view *view = &stream->view;
	size_t length = view->part_length, used;
	char part[sizeof(view->part)];
	uint32_t code;

	memcpy(part, view->part, length);
	view->part_length = 0;
	used = text_decode(part, length, &code);
	if (used == 1 && (unsigned char)part[0] >= 0x80 && (unsigned char)part[0] <= 0x9f)
		code = (unsigned char)part[0];
	if (code >= 0x80 && code <= 0x9f)
		high_control(stream, code, part, used);
	else
		put_character(stream, part, used);
	for (size_t i = used; i < length; i++)
		read_byte(stream, part[i]);
}

static void read_high(struct stream *stream, char byte)
{
	struct view *view = &stream->view;

	view->part[view->part_length++] = byte;
	if (view->part_length >= character_bytes((unsigned char)view->part[0]))
		end_character(stream);
}

static void read_low(struct stream *stream, char byte)
{
	struct view *view = &stream->view;

	switch (byte) {
	case '\n':
		if (view->returns) /* the ends of lines that a terminal makes move nothing */
			strbuf_add(&stream->work, "\r\r\r\r\r\r\r\r\r\r\r\r\r\r\r\r", view->returns);
		view->returns = 0;
		mask_view_settle(stream);
		strbuf_addch(&stream->work, byte);
		break;
	case '\t':
		mask_view_settle(stream);
		strbuf_addch(&stream->work, byte);
		break;
	case '\r':
		if (view->held_length || view->returns >= RETURNS_MOST)
			mask_view_settle(stream);
		view->returns++;
		break;
	case '\b':
		if (view->held_length == 1 && !((unsigned char)view->held[0] & 0x80) && !view->back &&
		    !stream->verbatim)
			view->back = true;
		else
			add_noise(stream, &byte, 1, (struct noise){ .moves = true });
		break;
	case ESCAPE: begin_sequence(stream, VIEW_ESCAPE, &byte, 1); break;
	default: add_noise(stream, &byte, 1, (struct noise){ 0 }); break;
	}
}

/* ---- sequences; false: the byte does not belong to it ---- */

static bool read_escape(struct stream *stream, char byte)
{
	struct view *view = &stream->view;
	bool first = view->sequence.length == 1;

	strbuf_addch(&view->sequence, byte);
	if (first && byte == '[') {
		view->state = VIEW_CONTROL;
	} else if (first && begins_string(byte)) {
		view->state = VIEW_STRING;
	} else if (byte >= 0x30 && byte <= 0x7e) {
		end_sequence(stream, true, (struct noise){ 0 });
	} else if (byte < 0x20 || byte > 0x2f || view->sequence.length > SEQUENCE_MOST) {
		strbuf_truncate(&view->sequence, view->sequence.length - 1);
		end_sequence(stream, false, (struct noise){ 0 });
		return false;
	}
	return true;
}

static struct noise control_kind(const struct view *view, char final)
{
	size_t begin = view->sequence.length - view->parameters - 1;
	struct noise kind = { 0 };

	if (view->others || (view->parameters && view->sequence.text[begin] >= 0x3c))
		return kind;
	kind.colours = final == 'm';
	kind.moves = strchr("GCD`", final) != NULL;
	/* What is written further on stands apart. */
	if (kind.moves && final != 'D')
		kind.covers = ' ';
	return kind;
}

static bool read_control(struct stream *stream, char byte)
{
	struct view *view = &stream->view;

	if (byte >= 0x40 && byte <= 0x7e) {
		strbuf_addch(&view->sequence, byte);
		end_sequence(stream, true, control_kind(view, byte));
		return true;
	}
	if (byte < 0x20 || byte > 0x3f || view->parameters + view->others >= SEQUENCE_MOST ||
	    (byte >= 0x30 && view->others)) {
		end_sequence(stream, false, (struct noise){ 0 });
		return false;
	}
	strbuf_addch(&view->sequence, byte);
	if (byte >= 0x30)
		view->parameters++;
	else
		view->others++;
	return true;
}

/* Titles, links and the like are left out: they are never drawn, and may hold anything. */
static bool read_string(struct stream *stream, char byte)
{
	struct view *view = &stream->view;
	bool escape = view->state == VIEW_STRING_ESCAPE;

	if (byte == '\n' || (escape && byte != '\\')) {
		if (escape && stream->verbatim)
			strbuf_truncate(&view->sequence, view->sequence.length - 1);
		end_sequence(stream, false, (struct noise){ 0 });
		if (escape)
			begin_sequence(stream, VIEW_ESCAPE, "\033", 1);
		return false;
	}
	if (stream->verbatim)
		strbuf_addch(&view->sequence, byte);
	view->parameters++;
	if (escape || byte == '\a' || byte == 0x18 || byte == 0x1a || (unsigned char)byte == 0x9c ||
	    (byte != ESCAPE && view->parameters >= STRING_MOST)) {
		end_sequence(stream, false, (struct noise){ 0 });
		return true;
	}
	view->state = byte == ESCAPE ? VIEW_STRING_ESCAPE : VIEW_STRING;
	return true;
}

static void read_byte(struct stream *stream, char byte)
{
	struct view *view = &stream->view;
	bool taken = false;

	while (!taken && view->state != VIEW_TEXT) {
		switch (view->state) {
		case VIEW_ESCAPE: taken = read_escape(stream, byte); break;
		case VIEW_CONTROL: taken = read_control(stream, byte); break;
		default: taken = read_string(stream, byte); break;
		}
	}
	if (taken)
		return;
	if (view->part_length && ((unsigned char)byte & 0xc0) != 0x80) {
		end_character(stream);
		read_byte(stream, byte);
	} else if ((unsigned char)byte >= 0x80) {
		read_high(stream, byte);
	} else if (byte >= ' ' && byte < 0x7f) {
		put_character(stream, &byte, 1);
	} else {
		read_low(stream, byte);
	}
}

/* ---- many bytes ---- */

/* 0 or 1, without a branch: text, tab and newline, and the return before a newline. */
static unsigned char is_plain(unsigned char byte, unsigned char next)
{
	unsigned char text = (unsigned char)((unsigned char)(byte - ' ') < 0x7f - ' ');
	unsigned char space = (unsigned char)((unsigned char)(byte - '\t') < 2);

	return (unsigned char)(text | space | ((byte == '\r') & (next == '\n')));
}

/* How many bytes are seen as they are. By whole blocks: this is what a flood passes through. */
static size_t plain_bytes(const char *data, size_t length)
{
	const unsigned char *bytes = (const unsigned char *)data;
	size_t i = 0;

	while (length - i > BLOCK) {
		unsigned char other = 0;

		for (size_t k = 0; k < BLOCK; k++)
			other |= (unsigned char)(1 ^ is_plain(bytes[i + k], bytes[i + k + 1]));
		if (other)
			break;
		i += BLOCK;
	}
	while (i < length && is_plain(bytes[i], i + 1 < length ? bytes[i + 1] : 0))
		i++;
	return i;
}

void mask_view_read(struct stream *stream, const char *data, size_t length)
{
	const struct view *view = &stream->view;

	while (length) {
		size_t plain = 0;

		if (view->state == VIEW_TEXT && !view->part_length && !view->back && !view->returns)
			plain = plain_bytes(data, length);
		/* The last of them may be one that waits. */
		plain -= plain > 0;
		if (plain) {
			mask_view_settle(stream);
			strbuf_add(&stream->work, data, plain);
		}
		read_byte(stream, data[plain]);
		data += plain + 1;
		length -= plain + 1;
	}
}

void mask_view_end(struct stream *stream)
{
	while (stream->view.part_length)
		end_character(stream);
	if (stream->view.state != VIEW_TEXT)
		end_sequence(stream, false, (struct noise){ 0 });
	mask_view_settle(stream);
}
