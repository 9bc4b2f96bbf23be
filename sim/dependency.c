#include <math.h>

#include "sim/colony_state.h"
#include "sim/random.h"

enum { STARTING_MS = 15 * 1000 };

/* What one of them does for each request the colony makes of it. */
static const struct usage {
	double per_request; /* of the colony's requests */
	double base_rate;   /* a second, whatever the colony does */
	double hit_share;
	double cores_per_request;
	double volume, volume_per_day; /* what it holds at its start, and what comes */
	enum strain strain;
} usages[SERVICE_COUNT] = {
	[SERVICE_LMCACHE] = { .strain = STRAIN_LMCACHE,
			      .per_request = 5.5,
			      .base_rate = 2,
			      .hit_share = 0.93,
			      .cores_per_request = 0.00011 },
	[SERVICE_FEDERATED] = { .strain = STRAIN_FEDERATED,
				.base_rate = 0.15,
				.hit_share = 0.996,
				.cores_per_request = 0.05 },
	[SERVICE_WORLDMODEL] = { .strain = STRAIN_WORLDMODEL,
				 .per_request = 0.04,
				 .base_rate = 1,
				 .hit_share = 0.999,
				 .cores_per_request = 0.012 },
	[SERVICE_MEADOW] = { .strain = STRAIN_MEADOW,
			     .base_rate = 0.06,
			     .hit_share = 0.999,
			     .cores_per_request = 0.06,
			     .volume = 18200,
			     .volume_per_day = 160 },
	[SERVICE_REDIS] = { .strain = STRAIN_REDIS,
			    .per_request = 3.2,
			    .base_rate = 12,
			    .hit_share = 0.91,
			    .cores_per_request = 0.00004,
			    .volume = 41000,
			    .volume_per_day = 25 },
};

void dependency_init(struct colony *colony, enum colony_service service)
{
	colony->dependencies[service] = (struct dependency){
		.phase = PHASE_UP,
		.start_ms = colony->start_ms,
		.volume = usages[service].volume,
	};
}

bool dependency_serves(const struct colony *colony, enum colony_service service)
{
	return colony->dependencies[service].phase == PHASE_UP && !(colony->common[usages[service].strain] > 0);
}

bool dependency_reached(const struct colony *colony, const struct instance *instance, enum colony_service service)
{
	return dependency_serves(colony, service) && !(instance->strain[STRAIN_PARTITION] > 0);
}

void dependency_restart(struct colony *colony, enum colony_service service)
{
	struct dependency *dependency = &colony->dependencies[service];

	dependency->phase = PHASE_STARTING;
	dependency->phase_until_ms = colony->now_ms + STARTING_MS;
}

static double asked(const struct colony *colony, enum colony_service service)
{
	double rate = 0;

	for (unsigned i = 0; i < colony->instance_count; i++)
		if (dependency_reached(colony, &colony->instances[i], service))
			rate += colony->instances[i].request_rate;
	return rate * usages[service].per_request + usages[service].base_rate;
}

static void come_up(struct dependency *dependency)
{
	double volume = dependency->volume;

	*dependency = (struct dependency){
		.phase = PHASE_UP,
		.start_ms = dependency->phase_until_ms,
		.volume = volume,
	};
}

void dependency_suffer(struct colony *colony, enum colony_service service, int64_t now_ms)
{
	if (!(colony->common[usages[service].strain] > 0))
		return;
	colony->dependencies[service].phase = PHASE_STARTING;
	colony->dependencies[service].phase_until_ms = now_ms + STARTING_MS;
}

void dependency_step(struct colony *colony, enum colony_service service, const struct step *step)
{
	struct dependency *dependency = &colony->dependencies[service];
	const struct usage *usage = &usages[service];
	double rate, dt_s, hits;

	dependency_suffer(colony, service, step->now_ms);
	if (dependency->phase == PHASE_STARTING && dependency->phase_until_ms <= step->now_ms)
		come_up(dependency);
	if (!dependency_serves(colony, service))
		return;
	dt_s = fmin(step->dt_s, (double)(step->now_ms - dependency->start_ms) / 1000);
	rate = asked(colony, service);
	hits = usage->hit_share *
	       (1 + 0.004 * random_wander(colony->seed, CHANCE_DEPENDENCY * 16 + service, step->now_s, 500));
	dependency->requests += rate * dt_s;
	dependency->hits += rate * dt_s * fmin(hits, 1);
	dependency->failures += rate * dt_s * (1 - fmin(hits, 1));
	dependency->cpu_seconds += (0.03 + rate * usage->cores_per_request) * dt_s;
	dependency->volume += usage->volume_per_day / 86400 * dt_s;
}
