/*
 * A runbook as rows of a screen, in the order of the file: headings that
 * fold, prose and tables laid out, steps in the place of their fences and list
 * items, and one line that offers the scenarios. Pure: made for a width, from
 * the runbook, what is folded, and the scenario that was chosen.
 */
#ifndef UI_VIEW_RUNBOOK_OUTLINE_H
#define UI_VIEW_RUNBOOK_OUTLINE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/vec.h"
#include "runbook/runbook.h"
#include "ui/panel/rich_text.h"

#define OUTLINE_STEP_INDENT 2
#define OUTLINE_STEP_NUMBER 6  /* cells of "12.3 " */
#define OUTLINE_STEP_SAYS   20 /* right of a step: how long it took, what it needs */
#define OUTLINE_NARROW      60 /* columns below which nothing stands right of a step */

enum outline_kind {
	OUTLINE_HEADING,
	OUTLINE_TEXT,   /* prose, a table, a drawing */
	OUTLINE_STEP,   /* the first row of a step */
	OUTLINE_WORDS,  /* further rows of it */
	OUTLINE_CHOICE, /* the scenarios */
};

enum outline_fold { FOLD_DEFAULT, FOLD_OPEN, FOLD_SHUT };

struct outline_row {
	enum outline_kind kind;
	size_t section;
	size_t step; /* SIZE_MAX: none */
	size_t line; /* of the text; SIZE_MAX: none, a blank row */
	int part;    /* which row of the same thing, from 0 */
	int indent;
	unsigned source_line;
};

struct outline {
	struct rich_text text;
	VEC(struct outline_row) rows;
};

struct outline_ask {
	const struct runbook *runbook;
	const unsigned char *folds; /* enum outline_fold of each section; NULL: all by default */
	const char *scenario;       /* letter; "" none chosen */
	bool all_scenarios;         /* those that were not chosen too, folded */
	int width;
};

void outline_init(struct outline *outline);
void outline_release(struct outline *outline);

/* Replaces what was there. */
void outline_make(struct outline *outline, const struct outline_ask *ask);

/* Is the text of that section, and what is below it, out of sight? */
bool outline_is_folded(const struct outline_ask *ask, size_t section);

/* Is it a thing to be done or run, rather than to be read: a row with a state? */
bool outline_is_step(const struct runbook_step *step);

/* Does the section lie in a scenario that was not chosen? */
bool outline_is_passed_over(const struct runbook *runbook, size_t section, const char *scenario);

/* The section of a scenario that can be chosen, counted from 0; SIZE_MAX. */
size_t outline_scenario(const struct runbook *runbook, size_t number);

/* "Scenario B: synapse weights", "Phase 2: Recover (15-30 min)". */
void outline_add_title(const struct runbook *runbook, size_t section, struct strbuf *ret);

#endif
