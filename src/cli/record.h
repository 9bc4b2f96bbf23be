/*
 * The journal of one system as this process has it open, and who hears of what
 * is in it: alerts and runbooks. Where the state of the system lies is told here.
 */
#ifndef CLI_RECORD_H
#define CLI_RECORD_H

#include <stdbool.h>

#include "cli/system.h"
#include "journal/journal.h"
#include "loop/loop.h"
#include "loop/pool.h"

#define RECORD_LISTENERS 4

struct record_listener {
	void (*on_event)(void *user, const struct journal_event *event);
	void (*on_durable)(void *user, const struct journal_event *event); /* may be NULL */
	void (*on_health)(void *user);                                     /* may be NULL */
	void *user;
};

struct record {
	struct journal *journal; /* NULL: what people did is not known */
	struct record_listener listeners[RECORD_LISTENERS];
	size_t count;
	bool ready; /* all that was there has been told */
};

/*
 * Open it: a console makes the file, one that only looks (`keeps` false) reads
 * what is there. Whoever is to hear of the past is added before.
 */
void record_add(struct record *record, const struct record_listener *listener);
void record_open(struct record *record, struct loop *loop, struct pool *pool, const struct system *system, bool keeps);
void record_close(struct record *record);

/* A path in the system's own state folder, else the user's. The caller frees it; NULL without a home. */
char *record_state_path(const struct system *system, const char *name);

#endif
