#include "ui/view/alert_painted.h"

#include "base/clock.h"
#include "base/hash.h"

#define SETTLE_MS CLOCK_SECOND

uint64_t alert_painted_state(const struct alert *alert)
{
	uint64_t ret;

	if (!alert)
		return 0;
	ret = alert->fingerprint;
	ret = ret * 31 + (uint64_t)alert->standing;
	ret = ret * 31 + (uint64_t)alert->phase;
	ret = ret * 31 + (uint64_t)(alert->priority + 1);
	ret = ret * 31 + (uint64_t)alert->active_ms;
	ret = ret * 31 + (uint64_t)(alert->ack ? alert->ack->made_ms : 0);
	return ret * 31 + (alert->silence && alert->silence->id ? hash_string(alert->silence->id) : 0);
}

void alert_painted_take(struct alert_painted *painted, uint64_t state, int64_t monotonic_ms)
{
	if (painted->taken && state != painted->state) {
		painted->changed_ms = painted->expected ? 0 : monotonic_ms;
		painted->expected = false;
	}
	painted->state = state;
	painted->taken = true;
}

void alert_painted_choose(struct alert_painted *painted, uint64_t state)
{
	*painted = (struct alert_painted){ .state = state, .taken = true };
}

bool alert_painted_settled(const struct alert_painted *painted, int64_t monotonic_ms)
{
	return !painted->changed_ms || monotonic_ms - painted->changed_ms >= SETTLE_MS;
}
