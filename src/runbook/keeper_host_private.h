/* One step being kept; shared by the files of the keeper's side alone. */
#ifndef RUNBOOK_KEEPER_HOST_PRIVATE_H
#define RUNBOOK_KEEPER_HOST_PRIVATE_H

#include "base/arena.h"
#include "base/vec.h"
#include "loop/loop.h"
#include "runbook/keeper.h"
#include "runbook/keeper_left.h"
#include "runbook/keeper_program.h"
#include "runbook/keeper_ring.h"
#include "runbook/keeper_wire.h"
#include "runbook/mask.h"

/* One console that looks on. */
struct guest {
	struct host *host;
	struct wire *wire;
	bool raw;           /* it has the terminal */
	bool over;          /* to be let go of when no callback of it runs */
	int64_t stuck_ms;   /* monotonic: since when it takes nothing; 0: it does */
	size_t stuck_bytes; /* how much waited then */
};

struct host {
	struct loop *loop;
	struct arena arena;
	struct keeper_order order;
	char mark[KEEPER_MARK_MAX];
	int folder, lock, door; /* descriptors; `door` listens, -1 */
	struct ring ring;
	struct mask *mask;
	struct program program;
	struct strbuf masked; /* reused */
	struct strbuf keys;   /* for the program, not yet taken */

	struct io_watch *output, *door_watch;
	struct signal_watch *child_watch, *end_watch;
	struct timer *limit, *ladder, *linger, *again, *quiet, *news, *retry;
	VEC(struct guest *) guests;

	enum keeper_phase phase;
	struct keeper_outcome outcome;
	int64_t began_ms;   /* monotonic */
	int rung;           /* of the ladder: how many signals were sent */
	bool ended, at_end; /* the program has; its output has */
	bool lingered;      /* what held the terminal has been ended */
	bool over;          /* nothing more is to be waited for, perhaps before the loop runs */
	bool news_due;
	int retries;
};

/* ---- guests ---- */

/* `first`: the socket of the console that gave the order; -1. */
void guests_open(struct host *host, int first);
void guests_listen(struct host *host);
void guests_close(struct host *host);

/* The phase changed, or there is more output: told soon, at most 20 times a second. */
void guests_tell(struct host *host);
void guests_tell_now(struct host *host);
void guests_tell_words(struct host *host, enum wire_kind kind, const char *words);
void guests_give_raw(struct host *host, const char *data, size_t length);

/* Someone has the terminal and is behind: the program has to wait as it would for a terminal. */
bool guests_are_behind(struct host *host);

/* ---- the step ---- */

/* Start the program. -1 with the reason: nothing runs. */
int step_begin(struct host *host, struct error *error);
void step_release(struct host *host);

/* The ladder of signals: since somebody asked, or its time is up. */
void step_stop(struct host *host, bool asked);
void step_type(struct host *host, const char *keys, size_t length);
void step_resize(struct host *host, unsigned rows, unsigned columns);

/* ---- what is written down ---- */

/* The program and its output have ended: called once. */
void host_on_end(struct host *host);

#endif
