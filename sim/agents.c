#include <math.h>

#include "sim/colony_state.h"

/* What an instance holds when nothing ails it. */
enum { AGENTS_NORMAL = 610 };

static double wanted(const struct colony *colony, const struct instance *instance, const struct step *step)
{
	double daily = sin(2 * M_PI * (double)(step->now_s - 9 * 3600) / 86400);
	double norm = AGENTS_NORMAL *
		      (1 + 0.035 * daily + 0.02 * colony_wander(colony, instance, CHANCE_AGENTS, step->now_s, 1800));
	double churn = 6 * colony_wander(colony, instance, CHANCE_CHURN, step->now_s, 40);
	double count = norm + churn + instance->agents_more + instance->strain[STRAIN_SWARM];

	count *= 1 - fmin(instance->strain[STRAIN_LOSS], 1);
	if (colony->settings.agents_limit > 0 && !(instance->strain[STRAIN_SWARM] > 0))
		count = fmin(count, colony->settings.agents_limit);
	return colony->data_cleared ? 0 : fmax(count, 0);
}

void agents_step(struct colony *colony, struct instance *instance, const struct step *step)
{
	double well = 0.988 + 0.006 * colony_wander(colony, instance, CHANCE_WELL, step->now_s, 300);
	double accuracy = 0.981 + 0.004 * colony_wander(colony, instance, CHANCE_ACCURACY, step->now_s, 1200);
	struct held *held = &instance->held;

	/* The colony finds its own size again: spawned ones retire, killed ones are replaced. */
	instance->agents_more = colony_relax(instance->agents_more, 0, 1800, step->dt_s);
	held->agents = colony_relax(held->agents, wanted(colony, instance, step), 20, step->dt_s);
	held->agents_well = held->agents * well * (1 - fmin(instance->strain[STRAIN_UNWELL], 1));
	instance->accuracy =
		colony_relax(instance->accuracy, accuracy - instance->strain[STRAIN_INACCURACY], 90, step->dt_s);
	/* The colony's own rule: half of the agents must be well. */
	instance->healthy = held->agents < 1 || held->agents_well > 0.5 * held->agents ? 1 : 0;
}
