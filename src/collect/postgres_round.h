/*
 * One round of questions to one server, again and again: a connection that is
 * kept, one statement after the other on it, a page of samples and tables of
 * what came. A statement that is refused costs a warning and is asked less
 * and less, since each refusal is a line in the server's log; a server that
 * does not answer ends the round, and is connected to less and less.
 */
#ifndef COLLECT_POSTGRES_ROUND_H
#define COLLECT_POSTGRES_ROUND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collect/metric_page.h"
#include "collect/postgres_custom.h"
#include "collect/postgres_queries.h"
#include "loop/loop.h"
#include "loop/postgres.h"
#include "loop/resolve.h"

struct postgres_round;

struct postgres_round_config {
	struct loop *loop;
	struct resolver *resolver;
	struct postgres_settings settings;
	int64_t timeout_ms; /* of one answer */
	const struct postgres_customs *customs;
	const struct option_strings *databases; /* empty: all */
};

/* What a round gave. Page and detail are the callback's to take; the rest is good during it. */
struct postgres_findings {
	const char *reason; /* why there is nothing but pg_up; NULL when well */
	struct metric_page page;
	struct detail *detail; /* NULL with a reason */
	char warning[160];     /* "" when every statement answered */
	const char *summary;   /* what was asked, and how it went */
	size_t bytes;
};

typedef void postgres_round_fn(void *user, struct postgres_findings *findings);

struct postgres_round *postgres_round_new(const struct postgres_round_config *config, postgres_round_fn *fn,
					  void *user);
void postgres_round_free(struct postgres_round *round); /* NULL is allowed; no callback after this */

/*
 * Begin. `fn` follows, once, not before this returns. `patient`: what failed
 * lately may be left alone for a while, and its reason is given again; else
 * everything is tried.
 */
void postgres_round_begin(struct postgres_round *round, int64_t time_ms, bool patient);

#endif
