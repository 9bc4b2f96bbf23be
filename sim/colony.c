#include "sim/colony.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "sim/colony_state.h"
#include "sim/random.h"

enum {
	FINE_STEP_MS = 1000,
	COARSE_STEP_MS = 60 * 1000,
	COARSE_FROM_MS = 5 * 60 * 1000,
	LISTENS_BEFORE_MS = 3000, /* what starts listens before it can answer */
};

static const char *const service_names[SERVICE_COUNT] = {
	[SERVICE_COLONY] = "polln-colony",   [SERVICE_LMCACHE] = "lmcache", [SERVICE_FEDERATED] = "federated",
	[SERVICE_WORLDMODEL] = "worldmodel", [SERVICE_MEADOW] = "meadow",   [SERVICE_REDIS] = "redis",
};

const char *colony_service_name(enum colony_service service)
{
	return service_names[service];
}

double colony_wander(const struct colony *colony, const struct instance *instance, enum chance_stream stream,
		     int64_t now_s, int64_t period_s)
{
	return random_wander(colony->seed, (uint64_t)stream + (uint64_t)COLONY_STREAM_STRIDE * instance->number, now_s,
			     period_s);
}

double colony_between(const struct colony *colony, const struct instance *instance, enum chance_stream stream,
		      uint64_t counter, double low, double high)
{
	return random_between(colony->seed, (uint64_t)stream + (uint64_t)COLONY_STREAM_STRIDE * instance->number,
			      counter, low, high);
}

double colony_relax(double value, double target, double tau_s, double dt_s)
{
	return target + (value - target) * exp(-dt_s / tau_s);
}

static void settings_init(struct settings *settings)
{
	*settings = (struct settings){
		.dream_enabled = true,
		.federated_connected = true,
		.meadow_connected = true,
		.dream_interval_s = 30 * 60,
		.dream_iterations = 100,
		.sync_interval_s = 60,
		.memory_limit_bytes = 16 * 1024.0 * 1024 * 1024,
		.region = "us-east-1",
	};
}

static void move(struct colony *colony, int64_t dt_ms)
{
	struct step step = {
		.now_ms = colony->stepped_ms + dt_ms,
		.now_s = (colony->stepped_ms + dt_ms) / 1000,
		.dt_s = (double)dt_ms / 1000,
	};

	colony->stepped_ms = step.now_ms;
	if (colony->active_faults > 0)
		faults_weigh(colony, step.now_ms);
	for (size_t i = SERVICE_COLONY + 1; i < SERVICE_COUNT; i++)
		dependency_step(colony, (enum colony_service)i, &step);
	traffic_share(colony, &step);
	for (unsigned i = 0; i < colony->instance_count; i++)
		instance_step(colony, &colony->instances[i], &step);
	backups_step(colony, &step);
	colony->failover_s = colony->common[STRAIN_FAILOVER] > 0 ? colony->failover_s + step.dt_s : 0;
}

struct colony *colony_new(const struct colony_config *config)
{
	struct colony *colony = mem_zalloc(sizeof(*colony));
	unsigned count = config->instances == 0 ? 3 : config->instances;

	colony->world.kind = &colony_kind;
	colony->seed = config->seed;
	colony->now_ms = colony->stepped_ms = colony->start_ms = config->start_ms;
	colony->instance_count = count < COLONY_INSTANCES_MAX ? count : COLONY_INSTANCES_MAX;
	bucket_tables_init(&colony->tables);
	settings_init(&colony->settings);
	backups_init(colony);
	for (size_t i = SERVICE_COLONY + 1; i < SERVICE_COUNT; i++)
		dependency_init(colony, (enum colony_service)i);
	for (unsigned i = 0; i < colony->instance_count; i++)
		instance_init(colony, i);
	return colony;
}

void colony_free(struct colony *colony)
{
	free(colony);
}

void colony_advance(struct colony *colony, int64_t now_ms)
{
	if (now_ms <= colony->now_ms)
		return;
	if (now_ms - colony->now_ms > COARSE_FROM_MS)
		while (now_ms - colony->stepped_ms >= COARSE_STEP_MS)
			move(colony, COARSE_STEP_MS);
	while (now_ms - colony->stepped_ms >= FINE_STEP_MS)
		move(colony, FINE_STEP_MS);
	colony->now_ms = now_ms;
}

int64_t colony_now_ms(const struct colony *colony)
{
	return colony->now_ms;
}

unsigned colony_instances(const struct colony *colony)
{
	return colony->instance_count;
}

static enum world_answer dependency_answers(const struct colony *colony, enum colony_service service)
{
	if (dependency_serves(colony, service))
		return ANSWER_GOOD;
	return colony->dependencies[service].phase == PHASE_STARTING &&
			       colony->dependencies[service].phase_until_ms - colony->now_ms < LISTENS_BEFORE_MS
		       ? ANSWER_ERROR
		       : ANSWER_REFUSE;
}

enum world_answer colony_answers(const struct colony *colony, enum colony_service service, unsigned number)
{
	const struct instance *instance;

	if ((unsigned)service >= SERVICE_COUNT)
		return ANSWER_REFUSE;
	if (service != SERVICE_COLONY)
		return number == 0 ? dependency_answers(colony, service) : ANSWER_REFUSE;
	if (number >= colony->instance_count)
		return ANSWER_REFUSE;
	instance = &colony->instances[number];
	if (instance->phase == PHASE_STARTING && !(instance->strain[STRAIN_DOWN] > 0) &&
	    instance->phase_until_ms - colony->now_ms < LISTENS_BEFORE_MS)
		return ANSWER_ERROR;
	if (instance->phase != PHASE_UP || instance->strain[STRAIN_DOWN] > 0)
		return ANSWER_REFUSE;
	return instance->strain[STRAIN_HUNG] > 0 ? ANSWER_HANG : ANSWER_GOOD;
}
