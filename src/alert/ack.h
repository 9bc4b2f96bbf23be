/*
 * Acknowledgements: who said "I have it", of which alert, until when, with
 * what note. The fold of the journal's `ack` and `unack` events. One that has
 * expired counts no more: the alert comes back if it still fires. Bound to the
 * alert as it was: an alert that resolved and fires anew is not acknowledged.
 *
 * Of one alert the newest by its time holds, in whatever order the events come
 * and however often; an undo takes back what was made before it.
 */
#ifndef ALERT_ACK_H
#define ALERT_ACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "journal/journal.h"

struct ack {
	uint64_t fingerprint;
	int64_t active_ms;         /* of the alert that was acknowledged */
	int64_t made_ms, until_ms; /* wall */
	const char *actor, *note;
};

#define ACK_NOTE_MAX 4096 /* bytes of a note that are kept */

struct acks;
struct acks *acks_new(const char *system);
void acks_free(struct acks *acks);

/* Take in an event of the journal; others than its own are passed over. True when something changed. */
bool acks_take(struct acks *acks, const struct journal_event *event);

/* The acknowledgement in force of an alert (same fingerprint, active since no later than made, or since the very moment
 * it names); NULL. Lives until the next acks_take. */
const struct ack *acks_find(const struct acks *acks, uint64_t fingerprint, int64_t active_ms, int64_t now_ms);

/* The last one that expired while the alert went on; NULL. */
const struct ack *acks_expired(const struct acks *acks, uint64_t fingerprint, int64_t active_ms, int64_t now_ms);

/* Make the events. */
void acks_make(struct journal *journal, const char *system, uint64_t fingerprint, const char *alertname,
	       int64_t active_ms, int64_t until_ms, const char *note);
void acks_undo(struct journal *journal, const char *system, uint64_t fingerprint, int64_t active_ms);

#endif
