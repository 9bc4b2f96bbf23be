#include <math.h>

#include "sim/colony_state.h"

/* Synapses an agent has, and Hebbian updates a decision makes. */
static const double synapses_per_agent = 23.5, updates_per_decision = 0.8;

/* Spoilt ones are whole and differ a little between instances; the first shows at once. */
static double spoilt(const struct instance *instance, enum strain strain)
{
	double much = instance->strain[strain];

	return much > 0 ? ceil(much * (1 - 0.07 * instance->number)) : 0;
}

void synapses_step(struct colony *colony, struct instance *instance, const struct step *step)
{
	double count = instance->held.agents * synapses_per_agent *
		       (1 + 0.004 * colony_wander(colony, instance, CHANCE_SYNAPSES, step->now_s, 700));
	struct counters *counters = &instance->count;
	double strong = instance->synapses - instance->weak_synapses;

	instance->weak_synapses = colony_relax(instance->weak_synapses, instance->strain[STRAIN_WEAK], 40, step->dt_s);
	instance->synapses = colony_relax(strong, count, 120, step->dt_s) + instance->weak_synapses;
	instance->nan_synapses = fmin(spoilt(instance, STRAIN_NAN), floor(instance->synapses));
	instance->corrupted_synapses = fmin(spoilt(instance, STRAIN_CORRUPT), floor(instance->synapses));
	for (int i = 0; i < WEIGHT_COUNT; i++) {
		enum chance_stream stream = (enum chance_stream)(CHANCE_WEIGHT + i);
		double weight = 0.32 + 0.04 * i + 0.03 * colony_wander(colony, instance, stream, step->now_s, 5400);

		instance->weights[i] = colony_relax(instance->weights[i], weight, 300, step->dt_s);
	}
	instance->clusters = round(14 + 2.4 * colony_wander(colony, instance, CHANCE_CLUSTERS, step->now_s, 4000) +
				   instance->held.agents / 900);
	counters->hebbian += instance->decision_rate * updates_per_decision * step->dt_s;
	counters->pruned += (0.021 + 0.00002 * fmax(instance->held.agents - 1000, 0)) * step->dt_s;
	counters->grafted += 0.019 * step->dt_s;
}
