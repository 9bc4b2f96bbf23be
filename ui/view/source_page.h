/*
 * What one source has to show, as lines under each other: how it stands, its
 * tables (the sessions of a database, the slow log of a cache), and the last
 * answer as it came. Laid out anew for each drawing from what the collector
 * holds; nothing is kept but which line has the focus.
 */
#ifndef UI_VIEW_SOURCE_PAGE_H
#define UI_VIEW_SOURCE_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "base/vec.h"
#include "ui/draw/canvas.h"
#include "ui/view/console.h"

enum source_line_kind {
	SOURCE_LINE_STATE,  /* one of the words about its state */
	SOURCE_LINE_BLANK,  /* between sections */
	SOURCE_LINE_TITLE,  /* of a table, or of the answer */
	SOURCE_LINE_HEAD,   /* column titles */
	SOURCE_LINE_ROW,    /* takes the focus */
	SOURCE_LINE_EMPTY,  /* a table without rows says so; takes the focus */
	SOURCE_LINE_ANSWER, /* a line of the answer; takes the focus */
};

struct source_line {
	enum source_line_kind kind;
	const struct detail_table *table;
	size_t row;       /* of the table */
	const char *text; /* of the answer, not terminated; of a state line in `words` */
	size_t length;
};

struct source_page {
	VEC(struct source_line) lines;
	struct strbuf words; /* texts of the state lines */
	size_t answer;       /* line of the answer's title */
	int64_t old_ms;      /* age of tables that a failing collector left behind; 0: they are its last word */
	size_t kept, cut;    /* bytes of the answer that are here, and that were not kept */
};

/* Lay out the source with the focus. The page borrows what the collector holds until the loop's next turn. */
void source_page_init(struct source_page *page, const struct console *console);
void source_page_release(struct source_page *page);

/* Can it have the focus? */
bool source_line_takes_focus(const struct source_line *line);

/* The line nearest to `from` that takes the focus, in that direction first; -1: none. */
int source_page_focus(const struct source_page *page, int from, int step);

/* What a line is about: its table and the first cell of its row, or its place in the answer. Never 0. */
uint64_t source_page_key(const struct source_page *page, int line);

/* The line nearest to `from` that is about `key`; -1: none. */
int source_page_find_key(const struct source_page *page, uint64_t key, int from);

/* First line of the section after (1) or before (-1) that of `from` which takes the focus. */
int source_page_section(const struct source_page *page, int from, int step);

/* Draw lines from `scroll` on. */
void source_page_draw(const struct source_page *page, const struct console *console, struct canvas *canvas,
		      struct rect area, int scroll, int focus);

/* A line as text: the cells of a row with their titles, to be copied or read whole. */
void source_line_text(const struct source_line *line, struct strbuf *ret);

#endif
