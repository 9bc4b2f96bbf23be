/*
 * One line of text being typed: find, command, filter, value of a variable.
 * Every printable key is text; a paste inserts its first line and never
 * confirms. Editing keys as readline has them. Completion by a function.
 */
#ifndef UI_INPUT_PROMPT_H
#define UI_INPUT_PROMPT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strbuf.h"
#include "base/vec.h"
#include "ui/input/key_decoder.h"

#define PROMPT_LENGTH_MAX     1000 /* bytes */
#define PROMPT_HISTORY_MAX    100  /* lines; the oldest go */
#define PROMPT_CANDIDATES_MAX 500  /* more are dropped */

enum prompt_result { PROMPT_GOES_ON, PROMPT_DONE, PROMPT_CANCELLED };

/*
 * Append candidates that complete the word at the end of `text` (whole
 * replacement lines), at most some hundred. `text` is what stands before the
 * cursor; what stands behind it stays.
 */
struct prompt_candidates {
	VEC(char *) items;
};
typedef void prompt_complete_fn(void *user, const char *text, struct prompt_candidates *ret);

struct prompt {
	char label[32]; /* "/", ":", "filter" */
	struct strbuf text;
	size_t cursor;                /* byte offset, on a grapheme's edge */
	bool hidden;                  /* it is a secret: not to be seen; prompt_open takes this back */
	prompt_complete_fn *complete; /* may be NULL */
	void *user;
	struct prompt_candidates candidates; /* while Tab cycles */
	size_t candidate;                    /* the one in the text; valid while completing */
	bool completing;
	VEC(char *) history; /* oldest first; up and down walk it */
	size_t history_at;
	struct strbuf draft;  /* what was typed before walking the history */
	struct strbuf killed; /* what was cut last, for Ctrl-Y */
};

void prompt_init(struct prompt *prompt);
void prompt_release(struct prompt *prompt);

/* Open it empty or with `text`; the history stays. */
void prompt_open(struct prompt *prompt, const char *label, const char *text, prompt_complete_fn *complete, void *user);

/* One event. On PROMPT_DONE the text is in `text` and was added to the history. */
enum prompt_result prompt_handle(struct prompt *prompt, const struct input_event *event);

/* The text as a screen may show it: a star for each cell of a hidden one. Appended. */
void prompt_add_shown(const struct prompt *prompt, struct strbuf *ret);

/* Column of the cursor in cells from the start of the text. */
int prompt_cursor_column(const struct prompt *prompt);

void prompt_candidates_add(struct prompt_candidates *candidates, const char *text);
void prompt_candidates_release(struct prompt_candidates *candidates);

#endif
