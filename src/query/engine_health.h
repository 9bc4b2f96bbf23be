/*
 * How a server is, judged from one result after another: healthy or failing,
 * when to try again, what was counted. Pure; the times are given to it.
 */
#ifndef QUERY_ENGINE_HEALTH_H
#define QUERY_ENGINE_HEALTH_H

#include "query/backoff.h"
#include "query/engine.h"

#define RATE_SECONDS 10

struct engine_health {
	struct query_state state; /* next_try_ms, running and waiting are filled in by the keeper */
	struct backoff backoff;
	enum query_status failure;   /* of the last failure of the server; its words are in state.reason */
	char *detail;                /* the server's own words for it */
	int64_t last_good_ms;        /* monotonic */
	uint32_t sent[RATE_SECONDS]; /* requests in each second, as a ring */
	int64_t sent_second;
};

void engine_health_init(struct engine_health *health);
void engine_health_release(struct engine_health *health);

/* One request went out. */
void engine_health_sent(struct engine_health *health, int64_t monotonic_ms);

/* Requests a second over the last RATE_SECONDS. */
double engine_health_rate(const struct engine_health *health, int64_t monotonic_ms);

/*
 * Take in a result of a request sent at `sent_ms`. True when the server (not
 * only this question) failed. A time-out, a broken or an unavailable answer
 * while others came well since then is the question's own.
 */
bool engine_health_judge(struct engine_health *health, const struct engine_result *result, int64_t sent_ms,
			 int64_t monotonic_ms, int64_t wall_ms);

#endif
