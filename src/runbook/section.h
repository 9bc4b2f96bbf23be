/*
 * What a heading says: the section's role, a scenario's letter or a phase's
 * number, its minutes, and its anchor. Pure: words in, facts out.
 */
#ifndef RUNBOOK_SECTION_H
#define RUNBOOK_SECTION_H

#include <stdbool.h>

#include "base/arena.h"
#include "runbook/runbook.h"

struct section_heading {
	enum section_role role;
	const char *letter; /* "B", "2"; "" */
	const char *title;  /* without "Scenario B:" */
	int minutes_from, minutes_to;
};

/* Read a heading's plain text; strings live in the arena. */
void section_heading_read(const char *text, struct arena *arena, struct section_heading *ret);

/* The anchor GitHub makes of a heading's plain text, before equal ones are numbered: "scenario-b-synapses". */
const char *section_anchor(const char *text, struct arena *arena);

/*
 * A span of minutes that `text` begins with: "0-5 min", "15+ minutes", "T+30", "> 60", "+24 h" (hours and days count
 * too). Returns the bytes it took, 0 when there is none. `ret_to` is -1 for an open end, `*ret_from` for a single
 * figure without a sign ("30 min").
 */
size_t section_minutes_read(const char *text, int *ret_from, int *ret_to, bool *ret_unit);

/* May an item that is neither numbered nor a check box be something to do, in a section of this role, and is it? */
bool section_item_is_task(enum section_role role, bool ordered, const char *text);

#endif
