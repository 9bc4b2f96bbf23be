#include <math.h>

#include "sim/colony_state.h"

/* How long things take: load, memory, what is cold and what is missing make all of it slower together. */

/* Fewer agents than these that are well cannot make all the decisions that are asked for. */
enum { AGENTS_NEEDED = 370 };

static const double request_capacity = 900, decisions_per_request = 9.2;

static double slowness_of(const struct colony *colony, const struct instance *instance)
{
	double load = instance->request_rate / request_capacity;
	double crowd = fmax(instance->held.agents - AGENTS_EXPECTED, 0);
	double pressed = fmax(instance->held.resident_bytes - 8 * GIGABYTE, 0) / (8 * GIGABYTE);
	double slow = 1 + 0.35 * load * load + 0.9 * fmax(0.85 - instance->hit_ratio, 0) + 3 * pressed +
		      1.1e-3 * crowd + 1.6e-4 * instance->weak_synapses + instance->strain[STRAIN_SLOWNESS];

	if (dream_runs(instance))
		slow += 0.05;
	if (!dependency_reached(colony, instance, SERVICE_LMCACHE))
		slow += 0.5;
	if (!dependency_reached(colony, instance, SERVICE_REDIS))
		slow += 0.3;
	return slow;
}

double latency_decision_median_s(double slowness)
{
	return 0.0135 * slowness;
}

double latency_request_median_s(double slowness)
{
	return 0.027 + latency_decision_median_s(slowness);
}

void latency_step(struct colony *colony, struct instance *instance, const struct step *step)
{
	double slow = slowness_of(colony, instance);
	double jitter = 1 + 0.05 * colony_wander(colony, instance, CHANCE_LATENCY, step->now_s, 45);
	double decision_s = latency_decision_median_s(slow * jitter);
	double congestion_s = federation_congestion_s(colony, instance->strain[STRAIN_CONGESTION]);
	double request_s = latency_request_median_s(slow * jitter) + congestion_s;
	double requests = instance->request_rate * step->dt_s;

	instance->slowness = slow;
	instance->congestion_s = congestion_s;
	/* Slow decisions are fewer: those who wait do not ask again meanwhile. */
	instance->decision_rate = instance->request_rate * decisions_per_request / (1 + 0.08 * (slow - 1));
	instance->decision_rate *= fmin(instance->held.agents_well / AGENTS_NEEDED, 1);
	buckets_observe(&instance->count.decision, &colony->tables, BUCKETS_DECISION,
			instance->decision_rate * step->dt_s, decision_s, LATENCY_DECISION_SIGMA);
	buckets_observe(&instance->count.request, &colony->tables, BUCKETS_REQUEST, requests, request_s,
			LATENCY_REQUEST_SIGMA);
}
