/*
 * Output of a step as lines to be drawn: a small terminal of our own that
 * knows SGR colours, CR, BS, TAB, erase in line; every other sequence is dropped, so
 * that nothing reaches the real terminal. Drawn from the tail of what there is.
 */
#ifndef RUNBOOK_TRANSCRIPT_H
#define RUNBOOK_TRANSCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/vec.h"

enum transcript_attribute { TRANSCRIPT_BOLD = 1, TRANSCRIPT_DIM = 2, TRANSCRIPT_UNDERLINE = 4, TRANSCRIPT_REVERSE = 8 };

struct transcript_span {
	const char *text;    /* UTF-8, no control characters; lives in the arena */
	int colour, ground;  /* -1 the default, 0..255 a palette's, 0x1000000 | RGB */
	unsigned attributes; /* enum transcript_attribute */
};
struct transcript_line {
	struct transcript_span *spans;
	size_t count;
	size_t offset; /* of its first byte in what was given */
};
struct transcript {
	struct arena arena;
	VEC(struct transcript_line) lines;
	bool wants_screen; /* it switched to the alternate screen: for `O` */
};

void transcript_init(struct transcript *transcript);
void transcript_release(struct transcript *transcript);

/* The last `lines_max` lines of the bytes (all: SIZE_MAX). Replaces what was there. Work is bounded by the lines asked
 * for, not by `length`. */
void transcript_read(struct transcript *transcript, const char *data, size_t length, size_t lines_max);

/* As plain text, a line each: for search, saving and reports. */
struct strbuf;
void transcript_add_text(const char *data, size_t length, struct strbuf *ret);

#endif
