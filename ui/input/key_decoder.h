/*
 * Bytes from a terminal to keys: UTF-8, CSI and SS3 sequences, bracketed
 * paste, SGR mouse. Bytes may be split anywhere. Unknown sequences are
 * swallowed whole, malformed UTF-8 is dropped; nothing is ever taken for a
 * key that was not one. A lone ESC becomes a key only when the owner says
 * that its time is up; what arrives of a split sequence within the swallow
 * time after that ESC is dropped. A paste whose end does not come ends, by
 * the owner's word, after a silence. Pure: no clock, no descriptor.
 *
 * An Alt key is an ESC and its key in one read. ESC with one of [ O ] P X ^ _
 * always begins a sequence; where that was a mistyped Alt key, any key that
 * does not print ends it.
 */
#ifndef UI_INPUT_KEY_DECODER_H
#define UI_INPUT_KEY_DECODER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "ui/input/key.h"

#define KEY_DECODER_ESCAPE_MS   25          /* a lone ESC waits that long */
#define KEY_DECODER_SWALLOW_MS  100         /* at least; the line's measured round trip when longer */
#define KEY_DECODER_SILENCE_MS  1000        /* a paste that is silent that long has lost its end */
#define KEY_DECODER_PASTE_BYTES (64 * 1024) /* more of a paste is dropped */

enum input_kind { INPUT_KEY, INPUT_PASTE, INPUT_MOUSE };
enum mouse_kind { MOUSE_PRESS, MOUSE_WHEEL_UP, MOUSE_WHEEL_DOWN };

struct input_event {
	enum input_kind kind;
	struct key key;
	const char *text; /* paste: raw, terminated; only the first line counts in a prompt */
	enum mouse_kind mouse;
	int x, y; /* mouse, from 0 */
};

typedef void input_fn(void *user, const struct input_event *event);

struct key_decoder {
	int state;
	unsigned char bytes[64]; /* of the sequence being read */
	size_t count;
	bool too_long;
	bool pasting;
	bool torn; /* the last paste ended by silence */
	struct strbuf paste;
	int64_t swallow_until_ms;
	bool fresh;            /* the waiting ESC came in this same read: what follows it there is one key with it */
	bool doubled;          /* ESC ESC in one read: Alt before a sequence, as rxvt has it */
	bool swallowing;       /* the sequence being read follows an ESC that already was a key */
	unsigned skip;         /* bytes of an X10 mouse report still to come */
	char string;           /* the introducer of the string being read */
	int phase;             /* of that string: before, in and behind its head */
	unsigned char utf8[4]; /* of the character being read */
	unsigned utf8_count, utf8_length;
};

void key_decoder_init(struct key_decoder *decoder);
void key_decoder_release(struct key_decoder *decoder);

/* Feed bytes that arrived at `now_ms` (monotonic). */
void key_decoder_feed(struct key_decoder *decoder, const char *bytes, size_t count, int64_t now_ms, input_fn *fn,
		      void *user);

/*
 * How long to wait for more before key_decoder_timeout is called, from the
 * last byte on: while a lone ESC waits, and in a paste. 0: for ever.
 */
int64_t key_decoder_wait_ms(const struct key_decoder *decoder);

/* True while a lone ESC waits. */
bool key_decoder_waiting(const struct key_decoder *decoder);
void key_decoder_timeout(struct key_decoder *decoder, int64_t now_ms, int64_t swallow_ms, input_fn *fn, void *user);

#endif
