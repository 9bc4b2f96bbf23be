#include <math.h>

#include "sim/colony_state.h"

/* Learning with other colonies: a sync with the coordinator every minute, the meadow's patterns every five. */

/* Shares of what is sent to the dependencies; below `carried` nothing waits for the rest. */
static const double synced = 0.4, shared = 0.5, other = 0.1, compressed = 0.5, carried = 0.3;

/* At an interval of this many seconds, and whenever more is sent. */
enum { SYNC_USUAL_S = 60 };

enum { SYNC_RETRY_MS = 4000, MEADOW_MS = 300 * 1000, MEADOW_RETRY_MS = 10 * 1000 };

double federation_congestion_s(const struct colony *colony, double strain)
{
	const struct settings *settings = &colony->settings;
	double syncs = settings->federated_connected
			       ? synced * SYNC_USUAL_S / fmax(settings->sync_interval_s, SYNC_USUAL_S)
			       : 0;
	double sent = other + syncs * (settings->sync_compressed ? compressed : 1) +
		      (settings->meadow_connected ? shared : 0);

	return strain * fmax(sent - carried, 0) / (1 - carried);
}

static bool sync_succeeds(const struct colony *colony, const struct instance *instance, int64_t at_ms)
{
	return dependency_reached(colony, instance, SERVICE_FEDERATED) && colony->settings.federated_connected &&
	       !(instance->strain[STRAIN_FEDERATED_ROT] > 0) &&
	       colony_between(colony, instance, CHANCE_SYNC, (uint64_t)at_ms, 0, 1) > 0.004;
}

static void sync_step(struct colony *colony, struct instance *instance, const struct step *step)
{
	int64_t interval_ms = (int64_t)(colony->settings.sync_interval_s * 1000);

	/* After a time away there is one sync to make up for, not one for each minute missed. */
	if (instance->sync_next_ms < instance->start_ms)
		instance->sync_next_ms = instance->start_ms + SYNC_RETRY_MS;
	while (instance->sync_next_ms <= step->now_ms) {
		int64_t at_ms = instance->sync_next_ms;

		if (sync_succeeds(colony, instance, at_ms)) {
			instance->count.sync_success++;
			instance->sync_last_ms = at_ms;
			instance->sync_next_ms = at_ms + interval_ms;
		} else {
			/* Switched off by hand is not an error. */
			instance->count.sync_errors += colony->settings.federated_connected ? 1 : 0;
			instance->sync_next_ms = at_ms + SYNC_RETRY_MS;
		}
	}
}

static void meadow_step(struct colony *colony, struct instance *instance, const struct step *step)
{
	bool reached = dependency_reached(colony, instance, SERVICE_MEADOW);

	instance->meadow_connected = reached && colony->settings.meadow_connected;
	if (instance->meadow_next_ms < instance->start_ms)
		instance->meadow_next_ms = instance->start_ms + MEADOW_RETRY_MS;
	while (instance->meadow_next_ms <= step->now_ms) {
		if (!reached && colony->settings.meadow_connected)
			instance->count.meadow_errors++;
		instance->meadow_next_ms += reached ? MEADOW_MS : MEADOW_RETRY_MS;
	}
	/* Found out at once, not at the next sync. */
	if (!reached && instance->meadow_next_ms > step->now_ms + MEADOW_RETRY_MS)
		instance->meadow_next_ms = step->now_ms + MEADOW_RETRY_MS;
}

void federation_step(struct colony *colony, struct instance *instance, const struct step *step)
{
	instance->partitioned = instance->strain[STRAIN_PARTITION] > 0;
	sync_step(colony, instance, step);
	meadow_step(colony, instance, step);
}
