#include "ui/terminal/cell_text.h"

#include <string.h>

#include "base/text.h"

/* Regional indicators: two of them are a flag. */
#define FLAG_A 0x1F1E6u
#define FLAG_Z 0x1F1FFu

/* Marks that ask for another picture, which some terminals draw wider. */
#define ZERO_WIDTH_JOINER 0x200Du
#define EMOJI_VARIATION   0xFE0Fu

/* A character of one cell, or one that stands for it. */
static wchar_t narrow(uint32_t code)
{
	/* Terminals differ about what half a flag takes, so a flag stays its two letters. */
	if (code >= FLAG_A && code <= FLAG_Z)
		return (wchar_t)('A' + code - FLAG_A);
	if (code < 0x80 || wcwidth((wchar_t)code) == 1)
		return (wchar_t)code;
	return wcwidth(TEXT_REPLACEMENT) == 1 ? (wchar_t)TEXT_REPLACEMENT : L'?';
}

static bool is_mark(uint32_t code)
{
	return code != ZERO_WIDTH_JOINER && code != EMOJI_VARIATION && wcwidth((wchar_t)code) == 0;
}

struct cell_text cell_text(const struct canvas *canvas, const struct cell *cell)
{
	struct cell_text result = { .codes = { L' ' } };
	char text[32];
	uint32_t code;
	size_t length, at;

	if (cell->width == 1 && cell->grapheme < 0x80) {
		if (cell->grapheme)
			result.codes[0] = (wchar_t)cell->grapheme;
		return result;
	}
	canvas_grapheme(canvas, cell, text);
	length = strlen(text);
	if (!length)
		return result;
	at = text_decode(text, length, &code);
	if (cell->width == 2 && wcwidth((wchar_t)code) == 2) {
		result.codes[0] = (wchar_t)code;
	} else {
		result.codes[0] = narrow(code);
		result.padded = cell->width == 2;
	}
	for (unsigned i = 1; i < CELL_TEXT_CODES && at < length; i++) {
		at += text_decode(text + at, length - at, &code);
		if (!is_mark(code))
			break;
		result.codes[i] = (wchar_t)code;
	}
	return result;
}
