/*
 * Many expressions asked as few questions: each is given a label of its own
 * and all are joined by `or`, so that one answer holds them all, told apart by
 * that label. Where two engines stand behind the one that is asked, which of
 * them answers is decided by the metrics a question names; only expressions
 * about the same metrics are then joined. A joined question that the engine
 * refuses is taken apart for good, so that one bad expression harms no other.
 */
#ifndef QUERY_BUNDLE_H
#define QUERY_BUNDLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "query/query.h"

/* The label that tells the expressions apart; it stands in every series of an answer. */
#define BUNDLE_LABEL "skep_part"

/* What came of one expression. Valid during the call only. */
struct bundle_answer {
	enum query_status status;
	const char *reason; /* short: "timeout"; "" when ok */
	const char *detail; /* the engine's own words; "" */
	const char *engine; /* who answered, a constant; NULL when nobody */
	const struct series *const *series;
	size_t count;
};

struct bundle_config {
	struct query_engine *engine;
	const char *const *expressions; /* copied; scalars are taken as vectors */
	size_t count;
	bool apart; /* join only expressions about the same metrics */
	void (*on_answer)(void *user, size_t index, const struct bundle_answer *answer);
	void (*on_done)(void *user); /* every expression of the round has had its answer; may be NULL */
	void *user;
};

struct bundle;

struct bundle *bundle_new(const struct bundle_config *config);

/* What is under way is cancelled, without callbacks. NULL is allowed. */
void bundle_free(struct bundle *bundle);

/* Ask all of them, at a moment (step 0, start equal to end) or over a range. False while a round is under way. */
bool bundle_ask(struct bundle *bundle, int64_t start_ms, int64_t end_ms, int64_t step_ms);

bool bundle_busy(const struct bundle *bundle);

/* Questions that a round takes. */
size_t bundle_questions(const struct bundle *bundle);

#endif
