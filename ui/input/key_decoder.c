#include "ui/input/key_decoder.h"

#include <string.h>

#include "base/text.h"
#include "ui/input/key_sequence.h"

#define ESC 0x1bu
#define BEL 0x07u
#define ST  0x9cu
#define DEL 0x7fu

/* Stands for bytes that are no character: prints nowhere, belongs to no sequence. */
#define MALFORMED KEYCODE_SPECIAL

/* No key is that long: behind a paste that fell silent it is the rest of it. */
#define TORN_BYTES 32

static const char paste_end[] = "\033[201~";

enum state {
	STATE_GROUND,
	STATE_ESCAPE, /* an ESC: alone, or the beginning of something */
	STATE_CSI,
	STATE_LINUX, /* ESC [ [ */
	STATE_SS3,
	STATE_STRING,        /* OSC, DCS, APC, PM, SOS: up to the string terminator */
	STATE_STRING_ESCAPE, /* an ESC in there: its terminator, or something new */
};

/* How far the head of a string was read: what it must begin with keeps a mistyped one short. */
enum phase { PHASE_BEGIN, PHASE_HEAD, PHASE_TEXT };

/* One call of key_decoder_feed. */
struct feed {
	struct key_decoder *decoder;
	int64_t now_ms;
	input_fn *fn;
	void *user;
};

void key_decoder_init(struct key_decoder *decoder)
{
	memset(decoder, 0, sizeof(*decoder));
	strbuf_init(&decoder->paste);
}

void key_decoder_release(struct key_decoder *decoder)
{
	strbuf_release(&decoder->paste);
}

static void emit_key(const struct feed *feed, struct key key)
{
	const struct input_event event = { .kind = INPUT_KEY, .key = key };

	feed->fn(feed->user, &event);
}

/* The ESC that waits was the key, and so was the one before it. */
static void emit_escape(const struct feed *feed)
{
	const struct key escape = { .code = KEYCODE_ESCAPE };

	if (feed->decoder->doubled)
		emit_key(feed, escape);
	emit_key(feed, escape);
	feed->decoder->doubled = false;
}

static void to_ground(struct key_decoder *decoder)
{
	decoder->state = STATE_GROUND;
	decoder->doubled = decoder->swallowing = decoder->too_long = false;
	decoder->count = 0;
}

static void begin_escape(struct key_decoder *decoder)
{
	to_ground(decoder);
	decoder->state = STATE_ESCAPE;
	decoder->fresh = true;
	decoder->swallow_until_ms = 0;
}

/* The state that an introducer leads to, as it is written behind an ESC; STATE_GROUND for anything else. */
static enum state state_behind(uint32_t introducer)
{
	switch (introducer) {
	case '[': return STATE_CSI;
	case 'O': return STATE_SS3;
	case ']':
	case 'P':
	case 'X':
	case '^':
	case '_': return STATE_STRING;
	default: return STATE_GROUND;
	}
}

static void begin_sequence(struct key_decoder *decoder, uint32_t introducer)
{
	decoder->state = (int)state_behind(introducer);
	decoder->string = (char)introducer;
	decoder->phase = PHASE_BEGIN;
	decoder->count = 0;
	decoder->too_long = false;
	decoder->swallow_until_ms = 0;
}

/* C1 stands for ESC and a capital: 0x9b for ESC [. Terminals set to eight bits send them. */
static bool begin_c1(struct key_decoder *decoder, uint32_t code)
{
	if (code < 0x80 || code > 0x9f || state_behind(code - 0x40) == STATE_GROUND)
		return false;
	to_ground(decoder);
	begin_sequence(decoder, code - 0x40);
	return true;
}

static void on_event(const struct feed *feed, struct input_event *event)
{
	struct key_decoder *decoder = feed->decoder;
	bool swallowing = decoder->swallowing, doubled = decoder->doubled;

	to_ground(decoder);
	if (event->kind == INPUT_PASTE) {
		/* Its text must be kept from becoming keys even when the paste as such is swallowed. */
		decoder->pasting = true;
		decoder->torn = false;
		decoder->swallowing = swallowing;
		return;
	}
	if (swallowing)
		return;
	if (event->kind == INPUT_KEY && doubled)
		event->key.modifiers |= KEYMOD_ALT;
	feed->fn(feed->user, event);
}

/* What no sequence contains ends it, and goes with it; a beginning begins anew. */
static void abort_sequence(struct key_decoder *decoder, uint32_t code)
{
	if (code == ESC)
		begin_escape(decoder);
	else if (!begin_c1(decoder, code))
		to_ground(decoder);
}

static void on_csi(const struct feed *feed, uint32_t code)
{
	struct key_decoder *decoder = feed->decoder;
	struct input_event event;
	bool final;

	if (code < ' ' || code >= DEL) {
		abort_sequence(decoder, code);
		return;
	}
	if (decoder->count == 0 && code == '[') {
		decoder->state = STATE_LINUX;
		return;
	}
	if (decoder->count == 0 && code == 'M') {
		to_ground(decoder);
		decoder->skip = 3;
		return;
	}
	final = code >= '@';
	/* rxvt ends Shift with a '$', which elsewhere is not the end: the reply to a request for a mode has it too. */
	if (code == '$' && decoder->count > 0)
		final = strspn((const char *)decoder->bytes, "0123456789") == decoder->count;
	/* One byte stays NUL, for strspn. */
	if (decoder->count < sizeof(decoder->bytes) - 1) {
		decoder->bytes[decoder->count++] = (unsigned char)code;
		decoder->bytes[decoder->count] = '\0';
	} else {
		decoder->too_long = true;
	}
	if (!final)
		return;
	if (!decoder->too_long && key_sequence_csi(decoder->bytes, decoder->count, &event))
		on_event(feed, &event);
	else
		to_ground(decoder);
}

static void on_linux(const struct feed *feed, uint32_t code)
{
	struct input_event event;

	if (code < ' ' || code >= DEL)
		abort_sequence(feed->decoder, code);
	else if (key_sequence_linux(code, &event))
		on_event(feed, &event);
	else
		to_ground(feed->decoder);
}

static void on_ss3(const struct feed *feed, uint32_t code)
{
	struct key_decoder *decoder = feed->decoder;
	struct input_event event;

	if (code < ' ' || code >= DEL) {
		abort_sequence(decoder, code);
		return;
	}
	if (decoder->count < sizeof(decoder->bytes))
		decoder->bytes[decoder->count++] = (unsigned char)code;
	else
		decoder->too_long = true;
	if ((code >= '0' && code <= '9') || code == ';')
		return;
	if (!decoder->too_long && key_sequence_ss3(decoder->bytes, decoder->count, &event))
		on_event(feed, &event);
	else
		to_ground(decoder);
}

/* An OSC is a number and a text (or a title, which begins with its letter), a DCS has a head like a CSI's. */
static bool string_goes_on(struct key_decoder *decoder, uint32_t code)
{
	bool number = code >= '0' && code <= '9';

	if (decoder->phase == PHASE_TEXT)
		return true;
	if (decoder->string == ']') {
		if (decoder->phase == PHASE_BEGIN && (code == 'l' || code == 'L' || code == 'I'))
			decoder->phase = PHASE_TEXT;
		else if (decoder->phase == PHASE_HEAD && code == ';')
			decoder->phase = PHASE_TEXT;
		else if (number)
			decoder->phase = PHASE_HEAD;
		else
			return false;
	} else if (decoder->string == 'P') {
		if (code >= ' ' && code < '@')
			decoder->phase = PHASE_HEAD;
		else if (decoder->phase == PHASE_HEAD && code < DEL)
			decoder->phase = PHASE_TEXT;
		else
			return false;
	} else {
		decoder->phase = PHASE_TEXT;
	}
	return true;
}

static void on_string(const struct feed *feed, uint32_t code)
{
	struct key_decoder *decoder = feed->decoder;

	if (code == ESC)
		decoder->state = STATE_STRING_ESCAPE;
	else if (code == ST || code == BEL)
		to_ground(decoder);
	else if (code < ' ' || (code >= DEL && code < 0xa0))
		abort_sequence(decoder, code);
	else if (!string_goes_on(decoder, code))
		to_ground(decoder);
}

static void on_ground(const struct feed *feed, uint32_t code)
{
	struct key_decoder *decoder = feed->decoder;
	bool split = decoder->swallowing || feed->now_ms < decoder->swallow_until_ms;
	struct key key;

	decoder->swallowing = false;
	if (code == ESC) {
		begin_escape(decoder);
	} else if (begin_c1(decoder, code)) {
		/* As if behind an ESC. */
	} else if (split) {
		decoder->swallow_until_ms = 0;
		if (state_behind(code) != STATE_GROUND) {
			begin_sequence(decoder, code);
			decoder->swallowing = true;
		}
	} else if (key_sequence_plain(code, &key)) {
		emit_key(feed, key);
	}
}

static void on_escape(const struct feed *feed, uint32_t code)
{
	struct key_decoder *decoder = feed->decoder;
	bool fresh = decoder->fresh, begins = state_behind(code) != STATE_GROUND;
	struct key key;

	if (code == ESC) {
		if (!fresh)
			emit_escape(feed);
		else if (decoder->doubled)
			emit_key(feed, (struct key){ .code = KEYCODE_ESCAPE });
		begin_escape(decoder);
		decoder->doubled = fresh;
		return;
	}
	if (decoder->doubled && !(fresh && begins)) {
		emit_key(feed, (struct key){ .code = KEYCODE_ESCAPE });
		decoder->doubled = false;
	}
	if (begins) {
		begin_sequence(decoder, code);
		return;
	}
	if (!fresh) {
		/* The rest of an Alt key, or a key right behind Escape: it cannot be told, so it is no key. */
		emit_escape(feed);
		to_ground(decoder);
		return;
	}
	to_ground(decoder);
	if (!begin_c1(decoder, code) && key_sequence_plain(code, &key)) {
		key.modifiers |= KEYMOD_ALT;
		emit_key(feed, key_normal(key));
	}
}

static void on_code(const struct feed *feed, uint32_t code)
{
	struct key_decoder *decoder = feed->decoder;

	switch ((enum state)decoder->state) {
	case STATE_GROUND: on_ground(feed, code); break;
	case STATE_ESCAPE: on_escape(feed, code); break;
	case STATE_CSI: on_csi(feed, code); break;
	case STATE_LINUX: on_linux(feed, code); break;
	case STATE_SS3: on_ss3(feed, code); break;
	case STATE_STRING: on_string(feed, code); break;
	case STATE_STRING_ESCAPE:
		/* Its terminator, a new beginning, or the end of it by something else. */
		to_ground(decoder);
		if (code == ESC)
			begin_escape(decoder);
		else if (state_behind(code) != STATE_GROUND)
			begin_sequence(decoder, code);
		break;
	}
}

static void end_paste(const struct feed *feed)
{
	struct key_decoder *decoder = feed->decoder;
	const struct input_event event = { .kind = INPUT_PASTE, .text = decoder->paste.text };

	decoder->pasting = false;
	if (!decoder->swallowing)
		feed->fn(feed->user, &event);
	to_ground(decoder);
	strbuf_release(&decoder->paste);
	strbuf_init(&decoder->paste);
}

static void on_paste_byte(const struct feed *feed, char byte)
{
	struct key_decoder *decoder = feed->decoder;

	if (byte != paste_end[decoder->count]) {
		if (decoder->paste.length + decoder->count < KEY_DECODER_PASTE_BYTES)
			strbuf_add(&decoder->paste, paste_end, decoder->count);
		decoder->count = 0;
	}
	if (byte == paste_end[decoder->count]) {
		decoder->count++;
	} else if (byte != '\0' && decoder->paste.length < KEY_DECODER_PASTE_BYTES) {
		/* A NUL would end the text early. */
		strbuf_addch(&decoder->paste, byte);
	}
	if (decoder->count == sizeof(paste_end) - 1)
		end_paste(feed);
}

/* How many bytes a character has by its first; 0 when none begins so. */
static unsigned utf8_length(unsigned char first)
{
	if (first < 0xc2 || first > 0xf4)
		return 0;
	return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/* A further byte of a character; false when it is none. */
static bool on_continuation(const struct feed *feed, unsigned char byte)
{
	struct key_decoder *decoder = feed->decoder;
	unsigned length = decoder->utf8_length;
	uint32_t code;

	if ((byte & 0xc0) != 0x80) {
		decoder->utf8_length = 0;
		on_code(feed, MALFORMED);
		return false;
	}
	decoder->utf8[decoder->utf8_count++] = byte;
	if (decoder->utf8_count < length)
		return true;
	decoder->utf8_length = 0;
	if (text_decode((const char *)decoder->utf8, length, &code) != length)
		code = MALFORMED;
	on_code(feed, code);
	return true;
}

static void on_byte(const struct feed *feed, unsigned char byte)
{
	struct key_decoder *decoder = feed->decoder;

	if (decoder->utf8_length > 0 && on_continuation(feed, byte))
		return;
	if (byte < 0xa0) {
		on_code(feed, byte);
	} else if (utf8_length(byte) > 0) {
		/* It is the rest of an Alt key by when it began, not by when it ends. */
		if (decoder->state == STATE_GROUND && feed->now_ms < decoder->swallow_until_ms)
			decoder->swallowing = true;
		decoder->utf8[0] = byte;
		decoder->utf8_count = 1;
		decoder->utf8_length = utf8_length(byte);
	} else {
		on_code(feed, MALFORMED);
	}
}

void key_decoder_feed(struct key_decoder *decoder, const char *bytes, size_t count, int64_t now_ms, input_fn *fn,
		      void *user)
{
	const struct feed feed = { .decoder = decoder, .now_ms = now_ms, .fn = fn, .user = user };

	if (count > 0)
		decoder->fresh = false;
	if (decoder->torn && !decoder->pasting && count > TORN_BYTES) {
		to_ground(decoder);
		decoder->pasting = decoder->swallowing = true;
	}
	for (size_t i = 0; i < count; i++) {
		unsigned char byte = (unsigned char)bytes[i];

		if (decoder->pasting) {
			on_paste_byte(&feed, bytes[i]);
		} else if (decoder->skip > 0 && byte >= ' ') {
			decoder->skip--;
		} else {
			decoder->skip = 0;
			on_byte(&feed, byte);
		}
	}
}

int64_t key_decoder_wait_ms(const struct key_decoder *decoder)
{
	if (decoder->pasting)
		return KEY_DECODER_SILENCE_MS;
	return key_decoder_waiting(decoder) ? KEY_DECODER_ESCAPE_MS : 0;
}

bool key_decoder_waiting(const struct key_decoder *decoder)
{
	return !decoder->pasting && (decoder->state == STATE_ESCAPE || decoder->state == STATE_STRING_ESCAPE);
}

void key_decoder_timeout(struct key_decoder *decoder, int64_t now_ms, int64_t swallow_ms, input_fn *fn, void *user)
{
	const struct feed feed = { .decoder = decoder, .now_ms = now_ms, .fn = fn, .user = user };

	if (decoder->pasting) {
		decoder->torn = true;
		end_paste(&feed);
		return;
	}
	if (!key_decoder_waiting(decoder))
		return;
	/* An ESC in a string is the half of its terminator or the wish to be out of it, never the key. */
	if (decoder->state == STATE_ESCAPE)
		emit_escape(&feed);
	to_ground(decoder);
	decoder->swallow_until_ms =
		now_ms + (swallow_ms > KEY_DECODER_SWALLOW_MS ? swallow_ms : KEY_DECODER_SWALLOW_MS);
}
