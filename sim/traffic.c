#include <math.h>

#include "sim/colony_state.h"
#include "sim/random.h"

/* Requests a second of the whole colony with three instances: a mean, a daily and a weekly curve. */
static const double demand_mean = 1480, demand_each_more = 60;

static double demand(const struct colony *colony, const struct step *step)
{
	double day = sin(2 * M_PI * (double)(step->now_s - 8 * 3600 - 1800) / 86400);
	/* 1970 began on a Thursday. */
	int64_t weekday = (step->now_s / 86400 + 3) % 7;
	double week = weekday >= 5 ? 0.93 : 1;
	double swing = random_wander(colony->seed, CHANCE_DEMAND, step->now_s, 600) * 0.035 +
		       random_wander(colony->seed, CHANCE_DEMAND, step->now_s + 7, 60) * 0.015;

	return (demand_mean + demand_each_more * ((double)colony->instance_count - 3)) * week *
	       (1 + 0.17 * day + swing);
}

void traffic_share(struct colony *colony, const struct step *step)
{
	double all = demand(colony, step) * (1 - fmin(colony->common[STRAIN_TURNED_AWAY], 1));
	unsigned serving = 0;

	for (unsigned i = 0; i < colony->instance_count; i++)
		serving += instance_serves(&colony->instances[i]);
	for (unsigned i = 0; i < colony->instance_count; i++) {
		struct instance *instance = &colony->instances[i];
		double unlike = 1 + 0.03 * colony_wander(colony, instance, CHANCE_SHARE, step->now_s, 240) +
				0.02 * colony_wander(colony, instance, CHANCE_BURST, step->now_s, 7);

		instance->request_rate = instance_serves(instance) ? all / serving * unlike : 0;
	}
}

static double failing_share(const struct colony *colony, const struct instance *instance, const struct step *step)
{
	double usual = 0.00036 + 0.00016 * colony_wander(colony, instance, CHANCE_ERRORS, step->now_s, 200);
	/* Errors come in small bursts. */
	double burst = 1 + 0.7 * colony_wander(colony, instance, CHANCE_ERROR_BURST, step->now_s, 11);
	/* The slowest run into their time limit. */
	double late = 0.00008 * fmax(instance->slowness - 3, 0);

	if (!dependency_reached(colony, instance, SERVICE_REDIS))
		late += 0.00005;
	return fmin(usual * burst + late + instance->strain[STRAIN_ERRORS], 1);
}

static void answer(const struct colony *colony, struct instance *instance, const struct step *step)
{
	double count = instance->request_rate * step->dt_s;
	double client = 1 + 0.25 * colony_wander(colony, instance, CHANCE_CLIENT, step->now_s, 150);
	double failing = instance->failing = failing_share(colony, instance, step);
	double rest = 1 - failing;
	double attack = instance->strain[STRAIN_AUTH] * step->dt_s;
	double *requests = instance->count.requests;

	requests[STATUS_500] += count * failing * 0.6;
	requests[STATUS_503] += count * failing * 0.4;
	requests[STATUS_400] += count * rest * 0.011 * client + attack * 0.3;
	requests[STATUS_404] += count * rest * 0.009 * client;
	requests[STATUS_429] += count * rest * 0.0025 * client + attack * 0.7;
	requests[STATUS_201] += count * rest * 0.07;
	requests[STATUS_200] += count * rest * (1 - 0.07 - 0.0225 * client);
	/* Those refused are answered too, and fast; they count as requests like any other. */
	buckets_observe(&instance->count.request, &colony->tables, BUCKETS_REQUEST, attack, 0.006, 0.5);
}

void traffic_step(struct colony *colony, struct instance *instance, const struct step *step)
{
	struct counters *count = &instance->count;
	double swing = 1 + 0.12 * colony_wander(colony, instance, CHANCE_AUTH, step->now_s, 30);

	answer(colony, instance, step);
	count->auth_failures += (0.04 + instance->strain[STRAIN_AUTH]) * swing * step->dt_s;
	count->unauthorized += instance->strain[STRAIN_INTRUSION] * step->dt_s;
	count->validation_errors += instance->strain[STRAIN_VALIDATION] * step->dt_s;
	count->database_errors += instance->strain[STRAIN_DATABASE] * step->dt_s;
	count->integrity_checks += step->dt_s / 60;
	count->integrity_failures += colony_is_valid(colony) ? 0 : step->dt_s / 60;
}
