/*
 * Any bytes through the mask, whole and in pieces: what is shown does not
 * depend on how it was cut, a pause shows no more than the end does, and a
 * configured secret is never shown.
 */
#include <stdint.h>
#include <string.h>

#include "invariant.h"
#include "base/strbuf.h"
#include "runbook/mask.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define SECRET "sw0rdfish\"9"

static struct mask *make(void)
{
	struct mask *mask = mask_new();

	mask_add(mask, SECRET);
	mask_add(mask, "sw0rd");
	mask_add(mask, "aaaa");
	return mask;
}

static void check(const struct strbuf *text)
{
	never(memmem(text->text, text->length, SECRET, strlen(SECRET)) ||
	      memmem(text->text, text->length, "sw0rd", 5) || memmem(text->text, text->length, "aaaa", 4));
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
	}
	mask_write(mask, "", 0, true, &pieces);
	never(pieces.length != whole.length || memcmp(pieces.text, whole.text, whole.length) != 0);
	/* With pauses a few bytes more may be seen, and no secret as a whole. */
	for (at = 0; at < size; at++) {
		mask_write(mask, text + at, 1, false, &again);
		mask_pause(mask, &again);
	}
	mask_write(mask, "", 0, true, &again);
	never(memmem(again.text, again.length, SECRET, strlen(SECRET)));
	strbuf_release(&whole);
	strbuf_release(&pieces);
	strbuf_release(&again);
	mask_free(mask);
	return 0;
}
