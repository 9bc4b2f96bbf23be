/*
 * How long to leave a failing server alone: 1, 2, 4, 8, 16, 20 seconds and on,
 * each lengthened by up to a half at random, so that many consoles do not
 * return at one moment. Never under 1 s, never over 30 s.
 */
#ifndef QUERY_BACKOFF_H
#define QUERY_BACKOFF_H

#include <stdint.h>

#define BACKOFF_SHORTEST_MS INT64_C(1000)
#define BACKOFF_LONGEST_MS  INT64_C(30000)

struct backoff {
	unsigned failures;
	uint64_t random;
};

/* `seed` 0 takes one from the system. */
void backoff_init(struct backoff *backoff, uint64_t seed);

/* Count one failure; returns how long to wait. `at_least_ms` is the server's own wish, heard up to the longest. */
int64_t backoff_next(struct backoff *backoff, int64_t at_least_ms);

void backoff_reset(struct backoff *backoff);

#endif
