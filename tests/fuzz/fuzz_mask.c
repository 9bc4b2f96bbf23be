/*
 * Any bytes through the mask, whole and in pieces: what is shown does not
 * depend on how it was cut, a pause shows no more than the end does, and a
 * configured secret is never shown, as bytes or drawn by the transcript. Then
 * a secret that is written by every trick a terminal knows, and read by a
 * person all the same: it is not drawn at any moment.
 */
#include <stdint.h>
#include <string.h>

#include "invariant.h"
#include "base/strbuf.h"
#include "runbook/mask.h"
#include "runbook/transcript.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define SECRET "sw0rdfish\"9"
#define TOKEN  "AKIAIOSFODNN7EXAMPLE"
#define DRAWN  600 /* bytes of an input whose every moment is drawn */

static struct mask *make(void)
{
	struct mask *mask = mask_new();

	mask_add(mask, SECRET);
	mask_add(mask, "sw0rd");
	mask_add(mask, "aaaa");
	return mask;
}

/* As bytes; the letter that ends a sequence is none of what is seen. */
static void check(const struct strbuf *text)
{
	if (memchr(text->text, '\033', text->length) || memchr(text->text, 0x9b, text->length))
		return;
	never(memmem(text->text, text->length, SECRET, strlen(SECRET)) ||
	      memmem(text->text, text->length, "sw0rd", 5) || memmem(text->text, text->length, "aaaa", 4));
}

static void check_drawn(const struct strbuf *text, const char *secret)
{
	struct strbuf drawn = STRBUF_INIT;

	transcript_add_text(text->text, text->length, &drawn);
	never(memmem(drawn.text, drawn.length, secret, strlen(secret)));
	strbuf_release(&drawn);
}

/* May it write over what was there? Then each piece is put right by itself. */
static bool may_move(const char *text, size_t size)
{
	if (memchr(text, '\b', size) || memchr(text, '\r', size))
		return true;
	if (!memchr(text, '\033', size) && !memchr(text, 0x9b, size))
		return false;
	return memchr(text, 'G', size) || memchr(text, 'C', size) || memchr(text, 'D', size) || memchr(text, '`', size);
}

/* ---- a secret in disguise ---- */

/* What may stand before each character of it and changes nothing of what is read. */
static const char *const noises[] = {
	"",          "\033[31m",       "\033[m",    "\033[01;31m\033[K", "\033[K",      "\x0e",
	"x\b",       "\033]0;title\a", "\033(B",    "\033[?25l",         "\302\23331m", "\a",
	"xyz\b\b\b", "\033[1C\033[1D", "  \033[2D", "\033P1\033\\",      "\033=",       "\b\033[1C",
	"\177",
};

/* Each byte of `data` chooses one; every eighth writes the line anew from its beginning. */
static void disguise(const char *secret, const uint8_t *data, size_t size, struct strbuf *ret)
{
	size_t count = sizeof(noises) / sizeof(noises[0]);

	for (size_t i = 0; secret[i]; i++) {
		uint8_t choice = size ? data[i % size] : 0;

		strbuf_addstr(ret, noises[choice % count]);
		if (choice / count == 7) {
			strbuf_addch(ret, '\r');
			strbuf_add(ret, secret, i);
		}
		strbuf_addch(ret, secret[i]);
	}
}

static void try_disguise(const char *secret, const uint8_t *data, size_t size)
{
	struct strbuf text = STRBUF_INIT, ret = STRBUF_INIT;
	struct mask *mask = make();

	disguise(secret, data, size, &text);
	for (size_t at = 0, i = 0; at < text.length; i++) {
		size_t piece = 1 + data[(i * 3 + 1) % size] % 9;

		piece = piece < text.length - at ? piece : text.length - at;
		mask_write(mask, text.text + at, piece, false, &ret);
		if (data[i % size] & 0x80)
			mask_pause(mask, &ret);
		check_drawn(&ret, secret);
		at += piece;
	}
	mask_write(mask, "", 0, true, &ret);
	check_drawn(&ret, secret);
	mask_free(mask);
	strbuf_release(&text);
	strbuf_release(&ret);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct strbuf whole = STRBUF_INIT, pieces = STRBUF_INIT, again = STRBUF_INIT;
	struct mask *mask = make();
	size_t at = 0;

	mask_write(mask, text, size, true, &whole);
	check(&whole);
	/* The lengths of the pieces come from the text itself. */
	for (size_t i = 0; at < size; i++) {
		size_t piece = 1 + data[i % size] % 7;

		piece = piece < size - at ? piece : size - at;
		mask_write(mask, text + at, piece, false, &pieces);
		at += piece;
		if (size <= DRAWN)
			check_drawn(&pieces, SECRET);
	}
	mask_write(mask, "", 0, true, &pieces);
	if (!may_move(text, size))
		never(pieces.length != whole.length || memcmp(pieces.text, whole.text, whole.length) != 0);
	/* With pauses a few bytes more may be seen, and no secret as a whole. */
	for (at = 0; at < size; at++) {
		mask_write(mask, text + at, 1, false, &again);
		mask_pause(mask, &again);
	}
	mask_write(mask, "", 0, true, &again);
	if (size <= DRAWN) {
		check_drawn(&whole, "sw0rd");
		check_drawn(&whole, "aaaa");
		check_drawn(&pieces, SECRET);
		check_drawn(&again, SECRET);
	}
	if (size) {
		try_disguise(SECRET, data, size);
		try_disguise(TOKEN, data, size);
	}
	strbuf_release(&whole);
	strbuf_release(&pieces);
	strbuf_release(&again);
	mask_free(mask);
	return 0;
}
