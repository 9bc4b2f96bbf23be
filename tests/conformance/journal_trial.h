/* One process with a journal, as the trials use it. */
#ifndef CONFORMANCE_JOURNAL_TRIAL_H
#define CONFORMANCE_JOURNAL_TRIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "journal/journal.h"
#include "loop/loop.h"
#include "loop/pool.h"

struct desk {
	struct loop *loop;
	struct pool *pool;
	struct journal *journal;
	struct timer *timer;
};

/* A loop, a pool and a journal; `on_tick` is called once right away, and may start desk->timer again. */
void desk_open(struct desk *desk, const struct journal_config *config, timer_fn *on_tick);
void desk_close(struct desk *desk);

/* A body that tells whether it is whole: {"text":"...","sum":"..."}. */
char *make_body(uint64_t seed, size_t length);
bool body_is_whole(const char *body);

/* Look into the closed file: its integrity, and that each body is whole. Prints what is wrong; returns how many faults.
 */
int inspect(const char *path, int64_t *ret_count);

/* The number that a query gives; -1 when it cannot be asked. */
int64_t ask(const char *path, const char *sql);

/* The trials: 0, or how many faults they found and printed. */
int trial_kill(const char *folder, int kills);
int trial_full(const char *folder);
int trial_share(const char *folder);
int trial_idle(const char *folder);

#endif
