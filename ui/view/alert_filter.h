/*
 * The filter of the alerts view: words that must all be true of an alert.
 *
 *	label=value   label!=value   p0 .. p3   state:firing   by:prometheus   any other text, in name, labels or note
 *
 * Several words of one kind about the same thing (p0 p1) are alternatives.
 */
#ifndef UI_VIEW_ALERT_FILTER_H
#define UI_VIEW_ALERT_FILTER_H

#include <stdbool.h>

#include "alert/alerts.h"
#include "base/error.h"
#include "base/vec.h"

enum alert_word_kind { ALERT_WORD_TEXT, ALERT_WORD_LABEL, ALERT_WORD_PRIORITY, ALERT_WORD_STATE, ALERT_WORD_RAISER };

struct alert_word {
	enum alert_word_kind kind;
	const char *name, *value; /* of a label; the text */
	bool not_equal;
	unsigned bits; /* priorities, standings, raisers: 1u << n */
};

/* Zeroed memory lets everything pass. */
struct alert_filter {
	char *text; /* the words point into it */
	VEC(struct alert_word) words;
};

/* Read it; -1 for a state or raiser that there is none of, `ret` is then empty. */
int alert_filter_read(struct alert_filter *ret, const char *text, struct error *error);
void alert_filter_release(struct alert_filter *filter);

bool alert_filter_passes(const struct alert_filter *filter, const struct alert *alert);

/* Does the alert hold the text: in its name, a label, an annotation, who has it? Ignoring case. */
bool alert_holds(const struct alert *alert, const char *text);

/* Names of states and raisers for completion; NULL behind the last. */
const char *alert_filter_word(size_t index);

#endif
