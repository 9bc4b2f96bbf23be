/*
 * The journal: what people did, and what alerts did, appended and never
 * changed. One SQLite file (WAL, synchronous FULL; DELETE on a network file
 * system) that all of a user's sessions on the host share: each sees the
 * others' events within a second. State is the fold of the events.
 *
 * Every access to the file is a job on the pool's waiting lane, one at a time.
 * While it cannot be written (full disk, foreign lock, a newer skep's file),
 * events are kept in memory in order, shown as not yet durable, and tried
 * again; nothing is lost but with the process. A damaged file is renamed, never
 * deleted, and a new one begun. An event whose id is there already is passed
 * over.
 *
 * Folds of events bear with one that is told twice: two processes may append
 * the same id before they hear of each other. And times do not always rise:
 * what waited comes late.
 */
#ifndef JOURNAL_JOURNAL_H
#define JOURNAL_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "loop/loop.h"
#include "loop/pool.h"

struct journal;

/* Texts are UTF-8, raw: made safe where they are shown. A text of more than 1 KiB is cut; in place of a body of more
 * than 64 KiB an empty one is kept. */
struct journal_event {
	int64_t sequence;     /* rises; 0: not yet durable */
	const char *id;       /* unique; NULL when given: a random one is made */
	int64_t time_ms;      /* wall; 0 when given: now */
	int64_t monotonic_ms; /* of the machine's boot; 0 when given: now */
	const char *actor;    /* "ana@jump1"; NULL when given: user@host of this process */
	const char *system;   /* "polln" */
	const char *kind;     /* "ack", "unack", "silence", "expire", "alert" ... */
	const char *subject;  /* of what: an alert's fingerprint in hex, a silence's id */
	const char *body;     /* a JSON object; "{}" */
};

struct journal_health {
	bool open;        /* the file is there and was read */
	char reason[160]; /* why it cannot be written ("no space left on device"), "" */
	char notice[200]; /* what else there is to know: a damaged file was set aside; "" */
	size_t waiting;   /* events not yet durable */
	size_t lost;      /* too many waited: the oldest of them are gone (more than 64 MiB) */
	int64_t events;   /* in the file */
	const char *path;
};

struct journal_config {
	struct loop *loop;
	struct pool *pool;
	const char *path; /* its folders are made (0700), the file is 0600 */
	int64_t since_ms; /* older events are not told at the start (wall) */
	int64_t poll_ms;  /* how often others' changes are looked for; 0: 500 */
	void (*on_event)(void *user, const struct journal_event *event); /* every event, oldest first: own ones at once
									    when appended, others' when seen */
	/*
	 * An own event is durable: it, or another process's with the same id, is in
	 * the file at that sequence, and every event before it has been told. In the
	 * journal's order, once for each; not for one that is lost, nor from
	 * journal_free. May append. May be NULL.
	 */
	void (*on_durable)(void *user, const struct journal_event *event);
	void (*on_ready)(void *user);  /* all that was there has been told, or the file cannot be read; may be NULL */
	void (*on_health)(void *user); /* may be NULL */
	void *user;
};

struct journal *journal_new(const struct journal_config *config);

/* What waits is written first, for at most two seconds. NULL is allowed. */
void journal_free(struct journal *journal);

/* Everything is copied. `on_event` is called before it returns. */
void journal_append(struct journal *journal, const struct journal_event *event);
void journal_get_health(const struct journal *journal, struct journal_health *ret);

/* The start is not told yet, or events are on their way to a file that can be written. */
bool journal_busy(const struct journal *journal);

#endif
