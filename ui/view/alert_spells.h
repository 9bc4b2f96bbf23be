/*
 * What fired lately: the times that alerts were active, gathered by alert, so
 * that one that flaps is one row with a count.
 */
#ifndef UI_VIEW_ALERT_SPELLS_H
#define UI_VIEW_ALERT_SPELLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alert/past.h"
#include "base/arena.h"

#define SPELLS_MAX 500 /* rows; the newest */

struct alerts;

/* One alert within the range. */
struct alert_spell {
	uint64_t fingerprint;
	const char *name, *labels;
	int priority;
	int64_t fired_ms, resolved_ms; /* the last time; resolved 0: it goes on */
	int64_t firing_ms;             /* all times together, within the range */
	unsigned times;                /* it began to fire in the range, or had begun before it */
};

/*
 * Those that fired at or after `since_ms`, newest first; at most SPELLS_MAX.
 * The same time seen by several consoles counts once. All of it is in the
 * arena: the past may go on.
 */
struct alert_spell *alert_spells_make(const struct past_alert *const *items, size_t count, int64_t since_ms,
				      int64_t now_ms, struct arena *arena, size_t *ret_count);

/*
 * True when a time that it fired is over. It is not while the alert fires that
 * began before that end: a console that had just begun, and did not know it
 * yet, wrote one down.
 */
bool alert_spell_over(const struct alerts *alerts, uint64_t fingerprint, int64_t resolved_ms);

#endif
