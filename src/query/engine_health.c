#include "query/engine_health.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* What a status says of the server. */
enum blame { BLAME_NOBODY, BLAME_QUESTION, BLAME_SERVER, BLAME_SERVER_UNLESS_OTHERS_WELL };

static const enum blame blames[] = {
	[QUERY_OK] = BLAME_NOBODY,
	[QUERY_REFUSED] = BLAME_SERVER,
	[QUERY_UNRESOLVED] = BLAME_SERVER,
	[QUERY_TIMEOUT] = BLAME_SERVER_UNLESS_OTHERS_WELL,
	[QUERY_UNREACHABLE] = BLAME_SERVER_UNLESS_OTHERS_WELL,
	[QUERY_TLS] = BLAME_SERVER,
	[QUERY_DENIED] = BLAME_SERVER,
	[QUERY_BAD] = BLAME_QUESTION,
	[QUERY_UNAVAILABLE] = BLAME_SERVER_UNLESS_OTHERS_WELL,
	[QUERY_NOT_PROMETHEUS] = BLAME_SERVER,
	[QUERY_TRUNCATED] = BLAME_SERVER_UNLESS_OTHERS_WELL,
	[QUERY_TOO_LARGE] = BLAME_QUESTION,
	[QUERY_SETUP] = BLAME_SERVER,
	[QUERY_INSUFFICIENT] = BLAME_QUESTION,
};

void engine_health_init(struct engine_health *health)
{
	*health = (struct engine_health){ .detail = mem_strdup("") };
	backoff_init(&health->backoff, 0);
}

void engine_health_release(struct engine_health *health)
{
	free(health->detail);
	health->detail = NULL;
}

void engine_health_sent(struct engine_health *health, int64_t monotonic_ms)
{
	int64_t second = monotonic_ms / 1000;

	if (second - health->sent_second >= RATE_SECONDS)
		memset(health->sent, 0, sizeof(health->sent));
	else
		for (int64_t passed = health->sent_second + 1; passed <= second; passed++)
			health->sent[passed % RATE_SECONDS] = 0;
	health->sent_second = second;
	health->sent[second % RATE_SECONDS]++;
	health->state.asked++;
}

double engine_health_rate(const struct engine_health *health, int64_t monotonic_ms)
{
	int64_t now = monotonic_ms / 1000;
	unsigned count = 0;

	/* Seconds of the ring that still lie in the window: those written less than RATE_SECONDS ago. */
	for (int64_t second = health->sent_second; second > health->sent_second - RATE_SECONDS && second >= 0; second--)
		if (now - second < RATE_SECONDS)
			count += health->sent[second % RATE_SECONDS];
	return (double)count / RATE_SECONDS;
}

static bool server_failed(const struct engine_health *health, enum query_status status, int64_t sent_ms)
{
	enum blame blame = blames[status];

	return blame == BLAME_SERVER ||
	       (blame == BLAME_SERVER_UNLESS_OTHERS_WELL && (!health->last_good_ms || health->last_good_ms < sent_ms));
}

bool engine_health_judge(struct engine_health *health, const struct engine_result *result, int64_t sent_ms,
			 int64_t monotonic_ms, int64_t wall_ms)
{
	struct query_state *state = &health->state;
	bool failed = server_failed(health, result->status, sent_ms);
	enum blame blame = blames[result->status];

	state->status = result->status;
	state->bytes += result->bytes;
	/* Too short a history is an answer, and no fault of anybody's. */
	state->failed += result->status != QUERY_OK && result->status != QUERY_INSUFFICIENT;
	state->last_elapsed_ms = monotonic_ms - sent_ms;
	if (failed) {
		if (state->health != QUERY_FAILING)
			state->failing_since_ms = wall_ms;
		state->health = QUERY_FAILING;
		health->failure = result->status;
		snprintf(state->reason, sizeof(state->reason), "%s", result->reason);
		free(health->detail);
		health->detail = mem_strdup(result->detail);
		return true;
	}
	if (blame == BLAME_NOBODY || blame == BLAME_QUESTION) {
		health->last_good_ms = monotonic_ms;
		state->health = QUERY_HEALTHY;
		state->reason[0] = '\0';
		state->failing_since_ms = 0;
		backoff_reset(&health->backoff);
	}
	if (result->status == QUERY_OK)
		state->last_good_ms = wall_ms;
	return false;
}
