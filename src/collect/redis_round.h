/*
 * The questions of one collection, asked on an open connection: INFO and what
 * can be asked cheaply beside it, then what depends on INFO's answer. What
 * the server refuses for good is not asked again on the same connection, so
 * that its own log of refusals does not fill.
 */
#ifndef COLLECT_REDIS_ROUND_H
#define COLLECT_REDIS_ROUND_H

#include "base/strbuf.h"
#include "collect/redis_survey.h"
#include "config/option.h"
#include "loop/redis.h"

struct redis_round;

struct redis_round_config {
	int64_t slow_count;                /* entries of the slow log; 0: it is not asked for */
	int64_t clients_max;               /* CLIENT LIST up to so many clients; 0: never */
	const struct option_strings *keys; /* must outlive the round */
	void (*on_info)(void *user, const char *text, size_t length); /* the raw answer */
	/* Everything is answered, or INFO was not (`reason`); "" when all is well. */
	void (*done)(void *user, const char *reason);
	void *user;
};

struct redis_round *redis_round_new(const struct redis_round_config *config);
void redis_round_free(struct redis_round *round);

/* Ask; `survey` is initialised, and filled until `done`. */
void redis_round_begin(struct redis_round *round, struct redis *redis, struct redis_survey *survey);

/* The connection is gone, and with it all that was asked and refused on it. */
void redis_round_forget(struct redis_round *round);

/* Append what was not answered, in words: "no permission for config|get"; nothing when all was. */
void redis_round_add_refused(const struct redis_round *round, struct strbuf *ret);

#endif
