/*
 * The silences of an Alertmanager as the console shows them: how many alerts
 * each hides now, what is being sent, which of one's own end soon. The focus
 * follows its silence.
 */
#ifndef UI_VIEW_SILENCES_H
#define UI_VIEW_SILENCES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alert/silence.h"
#include "base/strbuf.h"
#include "base/vec.h"

#define SILENCE_HIDES_UNKNOWN SIZE_MAX

struct console;
struct silence_form;
struct silence_task;

/* Zeroed memory has none. */
struct silences {
	char *selected; /* id of the one with the focus; NULL: the first */
	int scroll;
	VEC(size_t) hides; /* of each: alerts it hides now; counted when it is in sight */
	uint64_t am_version, alerts_version;
	VEC(struct silence_task *) tasks; /* under way */
	VEC(char *) made;                 /* ids of those made here */
	VEC(char *) warned;               /* ids and ends that were told */
};

void silences_release(struct silences *silences);

/* Before drawing: forget counts that are old; count those of `rows` rows from the scroll on. */
void silences_take(struct console *console, int rows);

size_t silences_count(const struct console *console);

/* Of one of them, as last counted. */
size_t silences_hides(const struct console *console, size_t index);

/* The row with the focus; -1: none. */
int silences_row(const struct console *console);
void silences_go_to(struct console *console, int row);
const struct silence *silences_at(const struct console *console, int row);

/* "Silences  2 active, 1 pending", with what is wrong with the Alertmanager. */
void silences_add_summary(const struct console *console, struct strbuf *ret);

/* How the Alertmanager is, when it does not answer: "Alertmanager does not answer since 4m: refused". "" while it does.
 */
void silences_add_trouble(const struct console *console, struct strbuf *ret);

/* Say, once for each, which of one's own end within SILENCE_WARN_MS. True when something was said. */
bool silences_warn(struct console *console);

/*
 * Send it: made anew (no id), changed (with one), or ended. What came of it is
 * written to the journal and said; `form` (may be NULL) learns it too, unless
 * it was forgotten because it went.
 */
void silences_send(struct console *console, const struct silence *silence, struct silence_form *form);
void silences_expire(struct console *console, const struct silence *silence, struct silence_form *form);
void silences_forget_form(struct console *console, const struct silence_form *form);

/* The name under which silences are made here. */
const char *silences_author(void);

#endif
