/*
 * Whether an alert stood as it is for long enough to be seen. An acting key is
 * for what was painted: on what changed less than a second ago it only says so.
 */
#ifndef UI_VIEW_ALERT_PAINTED_H
#define UI_VIEW_ALERT_PAINTED_H

#include <stdbool.h>
#include <stdint.h>

#include "alert/alerts.h"

/* Zeroed memory has seen nothing yet. */
struct alert_painted {
	uint64_t state;
	int64_t changed_ms; /* monotonic; 0: it did not, or the person asked for the change */
	bool expected;      /* the next change is the person's own */
	bool taken;
};

/* What would make an acting key mean something else; `alert` may be NULL. */
uint64_t alert_painted_state(const struct alert *alert);

/* What is about to be drawn. */
void alert_painted_take(struct alert_painted *painted, uint64_t state, int64_t monotonic_ms);

/* The person chose it: whatever it is, it was looked at. */
void alert_painted_choose(struct alert_painted *painted, uint64_t state);

bool alert_painted_settled(const struct alert_painted *painted, int64_t monotonic_ms);

#endif
