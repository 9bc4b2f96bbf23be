#include <math.h>
#include <string.h>

#include "sim/colony_state.h"

enum { STARTING_MS = 22 * 1000 };

bool instance_serves(const struct instance *instance)
{
	return instance->phase == PHASE_UP && !(instance->strain[STRAIN_DOWN] > 0) &&
	       !(instance->strain[STRAIN_HUNG] > 0);
}

static void live(struct colony *colony, struct instance *instance, const struct step *step)
{
	agents_step(colony, instance, step);
	dream_step(colony, instance, step);
	world_model_step(colony, instance, step);
	latency_step(colony, instance, step);
	anchors_step(colony, instance, step);
	synapses_step(colony, instance, step);
	traffic_step(colony, instance, step);
	federation_step(colony, instance, step);
	memory_step(colony, instance, step);
}

void instance_init(struct colony *colony, unsigned number)
{
	struct instance *instance = &colony->instances[number];
	struct step settle = { colony->start_ms, colony->start_ms / 1000, 24 * 3600 };

	instance->number = number;
	instance->start_ms = colony->start_ms - (int64_t)settle.dt_s * 1000;
	instance->healthy = instance->meadow_connected = 1;
	instance->sync_last_ms =
		colony->start_ms - (int64_t)colony_between(colony, instance, CHANCE_PHASE, 0, 1, 59) * 1000;
	instance->sync_next_ms = instance->sync_last_ms + 60 * 1000;
	instance->meadow_next_ms =
		colony->start_ms + (int64_t)colony_between(colony, instance, CHANCE_PHASE, 1, 1, 300) * 1000;
	instance->dream.last_ms =
		colony->start_ms - (int64_t)colony_between(colony, instance, CHANCE_PHASE, 2, 60, 1400) * 1000;
	instance->dream.last_s = colony_between(colony, instance, CHANCE_DREAM_LENGTH, 0, 160, 270);
	instance->dream.next_ms = instance->dream.last_ms + 1500 * 1000;

	/*
	 * A day at once brings whatever settles to where it settles; a second one, what hangs on that. The counters
	 * begin at zero.
	 */
	for (int day = 0; day < 2; day++) {
		traffic_share(colony, &settle);
		live(colony, instance, &settle);
	}
	memset(&instance->count, 0, sizeof(instance->count));
	instance->start_ms = colony->start_ms;
}

static void take_down(struct colony *colony, struct instance *instance)
{
	dream_abort(colony, instance);
	instance->phase = PHASE_STARTING;
	instance->phase_until_ms = instance->restart_ms + STARTING_MS;
	instance->restart_ms = 0;
	faults_remedy(colony, "restart", 1u << instance->number);
}

static void come_up(struct colony *colony, struct instance *instance)
{
	memset(&instance->count, 0, sizeof(instance->count));
	memset(&instance->held, 0, sizeof(instance->held));
	instance->phase = PHASE_UP;
	instance->start_ms = instance->phase_until_ms;
	if (colony->active_faults > 0)
		faults_weigh(colony, colony->stepped_ms);
}

void instance_suffer(struct colony *colony, struct instance *instance, int64_t now_ms)
{
	if (!(instance->strain[STRAIN_DOWN] > 0) || instance->phase == PHASE_OFF)
		return;
	dream_abort(colony, instance);
	instance->phase = PHASE_STARTING;
	instance->phase_until_ms = now_ms + STARTING_MS;
}

void instance_step(struct colony *colony, struct instance *instance, const struct step *step)
{
	struct step own = *step;

	if (instance->restart_ms != 0 && instance->restart_ms <= step->now_ms)
		take_down(colony, instance);
	instance_suffer(colony, instance, step->now_ms);
	if (instance->phase == PHASE_STARTING && instance->phase_until_ms <= step->now_ms)
		come_up(colony, instance);
	if (!instance_serves(instance)) {
		dream_abort(colony, instance);
		return;
	}
	own.dt_s = fmin(own.dt_s, (double)(step->now_ms - instance->start_ms) / 1000);
	if (own.dt_s > 0)
		live(colony, instance, &own);
}
