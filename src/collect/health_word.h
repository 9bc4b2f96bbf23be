/* What applications call their state, as a number. */
#ifndef COLLECT_HEALTH_WORD_H
#define COLLECT_HEALTH_WORD_H

enum health_word {
	HEALTH_WORD_UNKNOWN, /* not in the table: nobody guesses */
	HEALTH_WORD_NEUTRAL, /* says nothing of health: "disabled", "n/a" */
	HEALTH_WORD_STATE,   /* 1 healthy, 0.5 degraded, 0 unhealthy */
	HEALTH_WORD_BREAKER, /* of a circuit breaker: 0 closed, 0.5 half open, 1 open */
};

/*
 * "healthy", "UP", "not ready", "unhealthy: no connection", "connected (mock)"
 * (which is degraded: something works in its place). `ret` is written for
 * states and breakers.
 */
enum health_word health_word(const char *text, double *ret);

#endif
