#include <math.h>

#include "sim/colony_state.h"

enum { BACKLOG_NEXT_MS = 2000 };

bool dream_runs(const struct instance *instance)
{
	return instance->dream.end_ms != 0;
}

void dream_begin(struct colony *colony, struct instance *instance, int64_t at_ms)
{
	struct dream *dream = &instance->dream;
	double run_s = colony_between(colony, instance, CHANCE_DREAM_LENGTH, dream->index, 150, 280) *
		       colony->settings.dream_iterations / 100;
	double wait_s =
		instance->strain[STRAIN_BACKLOG] *
		(1 + 0.2 * colony_between(colony, instance, CHANCE_DREAM_LENGTH, dream->index + (1u << 20), 0, 1));

	dream->start_ms = at_ms;
	dream->waited_ms = (int64_t)wait_s * 1000;
	dream->end_ms = at_ms + (int64_t)fmax(run_s, 1) * 1000;
	dream->index++;
}

void dream_abort(struct colony *colony, struct instance *instance)
{
	struct dream *dream = &instance->dream;

	if (!dream_runs(instance))
		return;
	dream->end_ms = 0;
	dream->next_ms = colony->stepped_ms + 60 * 1000;
}

static void finish(struct colony *colony, struct instance *instance)
{
	struct dream *dream = &instance->dream;
	double spread = colony_between(colony, instance, CHANCE_DREAM_INTERVAL, dream->index, 0.75, 1.0);

	dream->last_ms = dream->end_ms;
	dream->last_s = (double)(dream->end_ms - dream->start_ms + dream->waited_ms) / 1000;
	dream->next_ms = dream->end_ms + (instance->strain[STRAIN_BACKLOG] > 0
						  ? BACKLOG_NEXT_MS
						  : (int64_t)(colony->settings.dream_interval_s * spread) * 1000);
	dream->end_ms = 0;
	/* What was dreamt prunes and grafts the graph. */
	instance->count.pruned += floor(colony_between(colony, instance, CHANCE_CLUSTERS, dream->index, 8, 40));
	instance->count.grafted += floor(colony_between(colony, instance, CHANCE_CLUSTERS, dream->index + 1, 5, 30));
}

void dream_step(struct colony *colony, struct instance *instance, const struct step *step)
{
	struct dream *dream = &instance->dream;
	bool reached = dependency_reached(colony, instance, SERVICE_WORLDMODEL);

	if (!reached || !colony->settings.dream_enabled) {
		dream_abort(colony, instance);
		if (dream->next_ms <= step->now_ms)
			dream->next_ms = step->now_ms + 30 * 1000;
		return;
	}
	if (instance->strain[STRAIN_BACKLOG] > 0) {
		/* With a backlog the next one is waiting already. */
		if (!dream_runs(instance) && dream->next_ms > step->now_ms + BACKLOG_NEXT_MS)
			dream->next_ms = step->now_ms;
	} else if (dream_runs(instance) && dream->waited_ms > 0) {
		/* The queue is gone, and with it what came out of it. */
		dream_abort(colony, instance);
	}
	for (;;) {
		if (dream_runs(instance) && dream->end_ms <= step->now_ms)
			finish(colony, instance);
		else if (!dream_runs(instance) && dream->next_ms <= step->now_ms)
			dream_begin(colony, instance, dream->next_ms);
		else
			return;
	}
}

double dream_shown_s(const struct instance *instance, int64_t now_ms)
{
	const struct dream *dream = &instance->dream;
	double so_far = dream_runs(instance) ? (double)(now_ms - dream->start_ms + dream->waited_ms) / 1000 : 0;

	return fmax(dream->last_s, so_far);
}
