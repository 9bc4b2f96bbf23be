/*
 * The key decoder under random bytes, random splits and times.
 *
 * The first byte chooses. Raw: the bytes as they are; each plain key that
 * comes out of them must stand in them, in that order, and what is decoded
 * does not depend on the splits. Built: the bytes choose pieces, keys and
 * whole sequences with hostile content, and exactly those keys must come out.
 */
#include <stdint.h>
#include <string.h>

#include "invariant.h"
#include "base/strbuf.h"
#include "ui/input/key_decoder.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The plain printable ASCII keys that came out, and how many pastes. */
struct seen {
	struct strbuf plain;
	unsigned pastes;
};

static void on_input(void *user, const struct input_event *event)
{
	struct seen *seen = user;
	char name[24];

	switch (event->kind) {
	case INPUT_KEY:
		always(event->key.code < KEYCODE_LAST && event->key.code != KEYCODE_NONE);
		always(key_equal(event->key, key_normal(event->key)));
		key_name(event->key, name, sizeof(name));
		always(*name);
		if (event->key.modifiers == 0 && event->key.code > ' ' && event->key.code < 0x7f)
			strbuf_addch(&seen->plain, (char)event->key.code);
		break;
	case INPUT_PASTE:
		always(strlen(event->text) <= KEY_DECODER_PASTE_BYTES);
		seen->pastes++;
		break;
	case INPUT_MOUSE: always(event->x >= 0 && event->y >= 0); break;
	}
}

/* Feed all of it in pieces whose length and distance `splits` chooses; NULL: at once. */
static void decode(const char *bytes, size_t count, const uint8_t *splits, size_t split_count, bool times,
		   struct seen *ret)
{
	struct key_decoder decoder;
	int64_t now_ms = 1000;
	size_t at = 0;

	key_decoder_init(&decoder);
	for (size_t i = 0; at < count; i++) {
		uint8_t choice = split_count ? splits[i % split_count] : 0;
		size_t piece = split_count ? 1 + choice % 16u : count;

		piece = piece < count - at ? piece : count - at;
		key_decoder_feed(&decoder, bytes + at, piece, now_ms, on_input, ret);
		at += piece;
		now_ms += 1;
		if (times && choice >= 128) {
			now_ms += choice;
			if (key_decoder_waiting(&decoder))
				key_decoder_timeout(&decoder, now_ms, choice, on_input, ret);
		}
	}
	if (key_decoder_waiting(&decoder))
		key_decoder_timeout(&decoder, now_ms, 0, on_input, ret);
	always(!key_decoder_waiting(&decoder));
	key_decoder_release(&decoder);
}

static void seen_release(struct seen *seen)
{
	strbuf_release(&seen->plain);
}

/* True when `part` is `whole` with some bytes left out. */
static bool is_within(const char *part, const char *whole, size_t length)
{
	const char *end = whole + length;

	for (; *part; part++) {
		whole = memchr(whole, *part, (size_t)(end - whole));
		if (!whole)
			return false;
		whole++;
	}
	return true;
}

/* Forms that spell a character in numbers, or the keypad: their keys are not in the bytes. */
static bool spells_keys(const char *bytes, size_t count)
{
	return memchr(bytes, 'u', count) || memchr(bytes, '~', count) || memchr(bytes, 'O', count) ||
	       memchr(bytes, '\x8f', count);
}

static void run_raw(const uint8_t *splits, size_t split_count, const char *bytes, size_t count)
{
	struct seen timed = { STRBUF_INIT, 0 }, first = { STRBUF_INIT, 0 }, second = { STRBUF_INIT, 0 };
	static const uint8_t other[] = { 2, 6, 0, 1, 13 };

	decode(bytes, count, splits, split_count, true, &timed);
	if (!spells_keys(bytes, count))
		always(is_within(timed.plain.text, bytes, count));
	/* A key right behind an ESC is an Alt key in one read only: leave those out. */
	if (!memchr(bytes, '\033', count)) {
		decode(bytes, count, splits, split_count, false, &first);
		decode(bytes, count, other, sizeof(other), false, &second);
		always(strcmp(first.plain.text, second.plain.text) == 0);
		always(first.pastes == second.pastes);
	}
	seen_release(&timed);
	seen_release(&first);
	seen_release(&second);
}

/* What a sequence of this kind may contain, from a byte of anything. */
static void add_content(struct strbuf *bytes, const uint8_t **data, const uint8_t *end, unsigned low, unsigned high)
{
	unsigned length = *data < end ? *(*data)++ % 20u : 0;

	while (length-- > 0 && *data < end)
		strbuf_addch(bytes, (char)(low + *(*data)++ % (high - low + 1)));
}

/* One piece: a key of its own, which goes into `expected` too, or a whole sequence that holds none. */
static void add_piece(struct strbuf *bytes, struct strbuf *expected, const uint8_t **data, const uint8_t *end)
{
	uint8_t choice = *(*data)++;
	uint8_t next = *data < end ? *(*data)++ : 0;
	char final;

	switch (choice % 9) {
	case 0:
	case 1:
		strbuf_addch(bytes, (char)('!' + next % 94));
		strbuf_addch(expected, (char)('!' + next % 94));
		break;
	case 2:
		strbuf_addstr(bytes, "\033[");
		strbuf_addch(bytes, "<=>?0123"[next % 8]);
		add_content(bytes, data, end, '0', ';');
		final = (char)('@' + next % 62);
		strbuf_addch(bytes, final == 'u' ? 'A' : final);
		break;
	case 3:
		strbuf_addstr(bytes, "\033]1");
		strbuf_addch(bytes, ';');
		add_content(bytes, data, end, ' ', '~');
		strbuf_addstr(bytes, next & 1 ? "\a" : "\033\\");
		break;
	case 4:
		strbuf_addstr(bytes, "\033P1r");
		add_content(bytes, data, end, ' ', '~');
		strbuf_addstr(bytes, "\033\\");
		break;
	case 5:
		strbuf_addstr(bytes, "\033[200~");
		add_content(bytes, data, end, ' ', 0xff);
		strbuf_addstr(bytes, "\033[201~");
		break;
	case 6:
		strbuf_addstr(bytes, "\033[M");
		for (int i = 0; i < 3; i++)
			strbuf_addch(bytes, (char)(' ' + (next + i * choice) % 224));
		break;
	case 7:
		strbuf_addstr(bytes, "\033O");
		strbuf_addch(bytes, "ABCDHFPQRSabcd"[next % 14]);
		break;
	default:
		strbuf_addstr(bytes, "\033[[");
		strbuf_addch(bytes, (char)('A' + next % 26));
		break;
	}
}

static void run_built(const uint8_t *splits, size_t split_count, const uint8_t *data, size_t size)
{
	struct strbuf bytes = STRBUF_INIT, expected = STRBUF_INIT;
	struct seen seen = { STRBUF_INIT, 0 };
	const uint8_t *end = data + size;

	while (data < end)
		add_piece(&bytes, &expected, &data, end);
	decode(bytes.text, bytes.length, splits, split_count, false, &seen);
	always(strcmp(seen.plain.text, expected.text) == 0);
	strbuf_release(&bytes);
	strbuf_release(&expected);
	seen_release(&seen);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t splits;

	if (size < 2)
		return 0;
	splits = data[1] % 8u;
	if (size < 2 + splits)
		return 0;
	if (data[0] % 2 == 0)
		run_raw(data + 2, splits, (const char *)data + 2 + splits, size - 2 - splits);
	else
		run_built(data + 2, splits, data + 2 + splits, size - 2 - splits);
	return 0;
}
