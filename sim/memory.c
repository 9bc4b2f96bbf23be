#include <math.h>

#include "sim/colony_state.h"

/*
 * Resident memory is what lives (the program, agents, anchors, whatever
 * leaks) and garbage, which grows with the work until a collection. Agents
 * beyond the expected number sleep and are small.
 */
enum { KILLED_MS = 35 * 1000 };

static const double program_bytes = 1.05 * GIGABYTE, agent_bytes = 6.6e6, sleeper_bytes = 0.45e6,
		    pool_bytes = 0.6 * GIGABYTE, weak_bytes = 8e3, core_limit = 4;

static double crowd(const struct instance *instance)
{
	return fmax(instance->held.agents - AGENTS_EXPECTED, 0);
}

static double live_bytes(const struct instance *instance)
{
	double agents = fmin(instance->held.agents, AGENTS_EXPECTED);

	return program_bytes + agents * agent_bytes + crowd(instance) * sleeper_bytes + instance->pool * pool_bytes +
	       instance->weak_synapses * weak_bytes + instance->strain[STRAIN_HEAP];
}

static void collect(struct colony *colony, struct instance *instance, double made)
{
	struct held *held = &instance->held;

	held->garbage_bytes += made;
	for (;;) {
		uint64_t index = (uint64_t)instance->count.collections;
		double full = colony_between(colony, instance, CHANCE_COLLECTION, index, 0.55, 0.85) * GIGABYTE;

		if (held->garbage_bytes < full)
			return;
		held->garbage_bytes -= full * 0.92;
		held->pause_s = 0.012 + 0.5e-12 * held->live_bytes;
		instance->count.collections++;
	}
}

static void use_cores(struct colony *colony, struct instance *instance, const struct step *step)
{
	double cores = 0.22 + 0.0019 * instance->request_rate +
		       0.06 * colony_wander(colony, instance, CHANCE_CPU, step->now_s, 90);
	double pressed = fmax(instance->held.resident_bytes - 10 * GIGABYTE, 0) / GIGABYTE;

	if (dream_runs(instance))
		cores += 0.24;
	cores += 2.4e-4 * crowd(instance) + 5e-6 * instance->weak_synapses + 0.12 * pressed +
		 instance->strain[STRAIN_CPU];
	instance->cores = fmin(fmax(cores, 0.05), core_limit - 0.05);
	instance->count.cpu_seconds += instance->cores * step->dt_s;
}

static void lag(struct colony *colony, struct instance *instance, const struct step *step)
{
	double base = 0.0042 + 0.0016 * colony_wander(colony, instance, CHANCE_LAG, step->now_s, 15) +
		      0.004 * instance->cores / core_limit;
	double pressed = fmax(instance->held.resident_bytes - 13 * GIGABYTE, 0) / GIGABYTE;

	instance->held.pause_s = colony_relax(instance->held.pause_s, 0, 2, step->dt_s);
	instance->lag_s = base + instance->held.pause_s + 1.4e-5 * crowd(instance) + 2e-7 * instance->weak_synapses +
			  0.06 * pressed + instance->strain[STRAIN_LAG];
}

void memory_step(struct colony *colony, struct instance *instance, const struct step *step)
{
	struct held *held = &instance->held;
	double made = (0.6e6 + 9000 * instance->request_rate) * step->dt_s;

	held->live_bytes = held->live_bytes > 0 ? colony_relax(held->live_bytes, live_bytes(instance), 8, step->dt_s)
						: 0.4 * GIGABYTE;
	use_cores(colony, instance, step);
	lag(colony, instance, step);
	collect(colony, instance, made);
	held->resident_bytes = held->live_bytes + held->garbage_bytes;
	if (held->resident_bytes <= colony->settings.memory_limit_bytes)
		return;
	instance->kills++;
	dream_abort(colony, instance);
	instance->phase = PHASE_STARTING;
	instance->phase_until_ms = step->now_ms + KILLED_MS;
}
