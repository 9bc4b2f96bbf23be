#include <math.h>

#include "sim/colony_state.h"

/* What one instance's pool can hold. */
enum { ANCHOR_CAPACITY = 50000 };

static double hit_ratio(const struct colony *colony, const struct instance *instance, const struct step *step)
{
	double ratio = 0.855 + 0.015 * colony_wander(colony, instance, CHANCE_HIT_RATIO, step->now_s, 420);

	/* Alone, the near cache answers for what it holds. */
	if (!dependency_reached(colony, instance, SERVICE_LMCACHE))
		ratio *= 0.70;
	ratio *= 0.72 + 0.28 * instance->held.warmth;
	ratio *= 1 - 0.42 * fmin(instance->strain[STRAIN_ANCHOR_ROT], 1);
	if (instance->pool > 0.9)
		ratio -= fmin((instance->pool - 0.9) * 4, 0.24);
	return fmin(fmax(ratio, 0), 1);
}

static double ann_factor(const struct instance *instance)
{
	double factor = 1 + 4 * fmin(instance->strain[STRAIN_ANCHOR_ROT], 1);

	if (instance->pool > 0.85)
		factor += 60 * fmin(instance->pool - 0.85, 0.12);
	return factor;
}

void anchors_step(struct colony *colony, struct instance *instance, const struct step *step)
{
	double rot = fmin(instance->strain[STRAIN_ANCHOR_ROT], 1);
	double kept = colony->data_cleared ? 0 : 1;
	double pool = 0.63 + 0.05 * colony_wander(colony, instance, CHANCE_POOL, step->now_s, 2400);
	double lookups = instance->decision_rate * LOOKUPS_PER_DECISION * step->dt_s;
	double compression = 4.2 + 0.15 * colony_wander(colony, instance, CHANCE_COMPRESSION, step->now_s, 3600);
	double quality = 0.872 + 0.012 * colony_wander(colony, instance, CHANCE_QUALITY, step->now_s, 3000);

	instance->held.warmth = colony_relax(instance->held.warmth, 1, 100, step->dt_s);
	instance->pool =
		colony_relax(instance->pool, kept * fmin(pool + instance->strain[STRAIN_POOL], 0.995), 45, step->dt_s);
	instance->anchors = instance->pool * ANCHOR_CAPACITY;
	instance->compression = compression + 2 * fmax(instance->pool - 0.8, 0);
	instance->quality = colony_relax(instance->quality, quality * (1 - 0.55 * rot), 60, step->dt_s);
	instance->hit_ratio = hit_ratio(colony, instance, step);
	instance->count.lookups += lookups;
	instance->count.hits += lookups * instance->hit_ratio;
	instance->ann_median_s = 0.0031 * ann_factor(instance) *
				 (1 + 0.06 * colony_wander(colony, instance, CHANCE_ANN, step->now_s, 75));
	buckets_observe(&instance->count.ann, &colony->tables, BUCKETS_ANN, lookups, instance->ann_median_s, 0.6);
}
