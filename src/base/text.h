/*
 * Text from outside: UTF-8 decoding, graphemes, widths in terminal cells, and
 * making it safe to print. Model structures keep text raw; it is made safe
 * where it leaves (canvas_put, text outputs).
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"

#define TEXT_REPLACEMENT 0xFFFDu

/*
 * Decode one code point at `text` (`length` bytes available, > 0). Returns the
 * bytes used (>= 1); a malformed, overlong or surrogate sequence gives
 * TEXT_REPLACEMENT and uses one byte.
 */
size_t text_decode(const char *text, size_t length, uint32_t *ret_code);

/* Encode into `ret` (>= 5 bytes, terminated); returns the bytes written without the NUL. */
size_t text_encode(uint32_t code, char *ret);

/*
 * Cells a code point takes: 0 (combining, zero width), 1 or 2 (East Asian
 * wide, emoji). Ambiguous is 1. Control characters are 1, since they are
 * shown as a replacement. Does not depend on the locale.
 */
int text_code_width(uint32_t code);

/* A character as a person sees it: a base and what combines with it. */
struct grapheme {
	uint32_t codes[4]; /* further combining characters are dropped */
	unsigned count;    /* 1..4 */
	int width;         /* 0..2: cells */
	size_t bytes;      /* bytes of input it took */
};

/* Read the next grapheme; false at the end. Unsafe code points come back as U+FFFD (see text_is_unsafe). */
bool text_grapheme(const char *text, size_t length, struct grapheme *ret);

/* Cells that `text` takes when drawn. */
int text_width(const char *text);

/*
 * True for what must never reach a terminal: C0 and C1 controls, DEL, bidi
 * embeddings, overrides, isolates and marks, line and paragraph separators,
 * zero width no-break space, interlinear annotation, tag characters,
 * non-characters and private use terminal tricks.
 */
bool text_is_unsafe(uint32_t code);

/* Append `text` with each unsafe code point and malformed byte replaced by U+FFFD; tab and newline become one space. */
void text_add_safe(struct strbuf *buf, const char *text);

/* The same, but newlines stay (for multi-line text outputs). */
void text_add_safe_lines(struct strbuf *buf, const char *text);

/* Append at most `cells` cells of `text`, ending in an ellipsis (U+2026, or '~' when `ascii`) when it was cut. */
void text_add_fit(struct strbuf *buf, const char *text, int cells, bool ascii);

/* The same in a column of a table: filled up with spaces to `cells`, and two between it and the next. */
void text_add_column(struct strbuf *buf, const char *text, int cells);

/* Edit distance, for "did you mean"; gives up above `limit` and returns limit + 1. */
unsigned text_distance(const char *a, const char *b, unsigned limit);

#endif
