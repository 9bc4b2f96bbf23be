/*
 * What alerts did lately: the fold of the journal's `alert` events, for the
 * history of the last day with its flaps.
 *
 * Each event is what one console saw. Times that overlap are one: consoles
 * whose clocks of an alert differ a little tell of the same thing. The order
 * in which events come does not matter.
 */
#ifndef ALERT_PAST_H
#define ALERT_PAST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alert/rule_run.h"
#include "journal/journal.h"

/* One time that an alert was active. */
struct past_alert {
	uint64_t fingerprint;
	const char *name;                         /* alertname */
	const char *labels;                       /* as Prometheus writes them */
	int64_t active_ms, fired_ms, resolved_ms; /* 0: not yet, or never */
	int priority;
	bool cut; /* nobody saw its end, yet it began anew later */
};

struct alert_past;
struct alert_past *alert_past_new(const char *system);
void alert_past_free(struct alert_past *past);

/* Take in an event of the journal; others than its own are passed over. True when something changed. */
bool alert_past_take(struct alert_past *past, const struct journal_event *event);

/* By when they began to fire, newest first. What is returned lives until the next alert_past_take. */
size_t alert_past_count(const struct alert_past *past);
const struct past_alert *alert_past_at(const struct alert_past *past, size_t index);

/* How often it began to fire since then: "flaps". Consoles that saw the same count once. */
unsigned alert_past_fired(const struct alert_past *past, uint64_t fingerprint, int64_t since_ms);

/* Write a transition: id is fingerprint + activeAt + phase, so that several consoles write it once. Only firing and its
 * end are written, not what was pending only. */
void alert_past_record(struct journal *journal, const char *system, const struct rule_change *change, int priority,
		       int64_t now_ms);

#endif
