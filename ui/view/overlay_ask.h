/*
 * One question over the view: a line to be typed, a list to choose from, or
 * both. What was typed ahead, before the question was seen, is no answer to
 * it. Enter answers, Esc does not.
 */
#ifndef UI_VIEW_OVERLAY_ASK_H
#define UI_VIEW_OVERLAY_ASK_H

#include "base/vec.h"
#include "ui/view/overlay.h"

struct ask;

/* What is asked: one row for each question there is. */
struct ask_kind {
	const char *label;     /* in front of what is typed; NULL: nothing can be typed */
	bool may_be_empty;     /* an empty line is an answer */
	const char *list_wait; /* said while the list is being asked for */
	/* Tab, while there is an offer that was seen whole: run what lists the answers. -1 with the error. May be NULL.
	 */
	int (*list)(struct console *console, const struct ask *ask, struct error *error);
	/* The answer: typed or chosen; `item` -1: typed. -1 with the error: the question stays. */
	int (*answer)(struct console *console, const struct ask *ask, const char *text, int item, struct error *error);
	/* Before each drawing: fill in what the list has by now; may be NULL. */
	void (*fill)(struct console *console, struct ask *ask);
};

struct ask_item {
	char *key;         /* typed alone it chooses, where nothing else can be typed; "1" */
	char letter;       /* so does it, in either case; '\0': none */
	char *text, *note; /* note may be NULL */
};

struct ask {
	const struct ask_kind *kind;
	char *title;
	char *words; /* what must be known to answer; lines; "" */
	char *name;  /* the asker's own */
	size_t step; /* likewise */
	VEC(struct ask_item) items;
	bool waits;       /* the list is still being asked for */
	char *reason;     /* why there is no list; NULL */
	char *offer;      /* the command that would list the answers, which a person is to see first; NULL */
	char *offer_says; /* what is said of it; NULL */
	bool listing;     /* Tab was pressed: the cursor goes to the list when it comes */
	int offer_top;    /* first row of the words that is shown */
	bool offer_seen;  /* all of them were in sight */
	struct prompt prompt;
	int at, top;          /* item under the cursor, -1: the line; first item shown */
	char answer[200];     /* why it was no answer */
	bool painted, edited; /* edited: the line is the person's, no longer a suggestion */
};

extern const struct overlay_ops overlay_ask;

/* Copies its texts. */
struct ask *ask_new(const struct ask_kind *kind, const char *title, const char *words, const char *text);
void ask_add_item(struct ask *ask, const char *text, const char *note);
void ask_clear_items(struct ask *ask);
/* `command` NULL: there is no offer. */
void ask_offer(struct ask *ask, const char *command, const char *says);
void ask_open(struct console *console, struct ask *ask);

#endif
