#include <math.h>

#include "sim/colony_state.h"

void world_model_step(struct colony *colony, struct instance *instance, const struct step *step)
{
	double lost = fmin(instance->strain[STRAIN_ENTROPY], 1);
	double entropy = 1.62 + 0.07 * colony_wander(colony, instance, CHANCE_ENTROPY, step->now_s, 900) +
			 (dream_runs(instance) ? 0.05 : 0);
	double loss = 0.042 + 0.004 * colony_wander(colony, instance, CHANCE_VAE, step->now_s, 600);

	if (!dependency_reached(colony, instance, SERVICE_WORLDMODEL)) {
		/* A training step is tried every 20 seconds; the last figures stay. */
		instance->count.vae_errors += step->dt_s / 20;
		return;
	}
	instance->entropy = colony_relax(instance->entropy, entropy * (1 - lost), 25, step->dt_s);
	instance->vae_loss = colony_relax(instance->vae_loss, loss + 0.6 * lost, 25, step->dt_s);
	instance->count.vae_errors += instance->strain[STRAIN_VAE] * step->dt_s;
}
