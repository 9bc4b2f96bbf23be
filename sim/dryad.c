#include "sim/dryad.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "sim/dryad_log.h"
#include "sim/dryad_state.h"
#include "sim/random.h"

enum {
	FINE_STEP_MS = 1000,
	COARSE_STEP_MS = 60 * 1000,
	COARSE_FROM_MS = 5 * 60 * 1000,
	START_MS = 12 * 1000,        /* of a backend */
	LISTENS_BEFORE_MS = 3000,    /* what starts listens before it can answer */
	CERTIFICATE_DAYS = 90,       /* of a fresh one */
	CERTIFICATE_RENEW_DAYS = 30, /* left when the timer renews it */
	CERTIFICATE_LAST_DAYS = 3,   /* left when nothing has renewed it for long */
};

double dryad_wander(const struct dryad *dryad, const struct backend *backend, enum dryad_chance stream, int64_t now_s,
		    int64_t period_s)
{
	return random_wander(dryad->seed, (uint64_t)stream + (backend ? 64 * backend->number : 0), now_s, period_s);
}

double dryad_relax(double value, double target, double tau_s, double dt_s)
{
	return target + (value - target) * exp(-dt_s / tau_s);
}

bool backend_serves(const struct backend *backend)
{
	return backend->phase == PHASE_UP && !(backend->push[PUSH_DOWN] > 0) && !(backend->push[PUSH_HUNG] > 0);
}

unsigned dryad_serving(const struct dryad *dryad)
{
	unsigned count = 0;

	for (unsigned i = 0; i < dryad->backend_count; i++)
		count += backend_serves(&dryad->backends[i]);
	return count;
}

double dryad_sum(const struct dryad *dryad, size_t offset)
{
	double sum = 0;

	for (unsigned i = 0; i < dryad->backend_count; i++) {
		const void *backend = &dryad->backends[i];

		if (backend_serves(backend))
			sum += *(const double *)(const void *)((const char *)backend + offset);
	}
	return sum;
}

/* A process that has just come up: nothing counted, nothing held. */
static void begin_process(struct backend *backend, int64_t now_ms)
{
	struct backend fresh = { .number = backend->number, .phase = PHASE_UP, .start_ms = now_ms };

	memcpy(fresh.push, backend->push, sizeof(fresh.push));
	fresh.resident_bytes = 0.45e9;
	fresh.heap_bytes = 0.28e9;
	*backend = fresh;
}

void backend_init(struct dryad *dryad, unsigned number)
{
	struct backend *backend = &dryad->backends[number];

	memset(backend, 0, sizeof(*backend));
	backend->number = number;
	/* It has been up for some days. */
	begin_process(backend, dryad->now_ms - 3 * CLOCK_DAY - number * CLOCK_HOUR);
	backend->resident_bytes = 1.1e9;
	backend->heap_bytes = 0.8e9;
}

void backend_restart(struct dryad *dryad, struct backend *backend, int64_t in_ms)
{
	if (in_ms > 0) {
		backend->restart_ms = dryad->stepped_ms + in_ms;
		return;
	}
	backend->restart_ms = 0;
	backend->phase = PHASE_STARTING;
	backend->phase_until_ms = dryad->stepped_ms + START_MS;
}

static void backend_crash_loop(struct dryad *dryad, struct backend *backend, int64_t now_ms)
{
	double every_s = backend->push[PUSH_CRASHING];

	if (!(every_s > 0) || backend->phase != PHASE_UP || now_ms - backend->start_ms < (int64_t)(every_s * 1000))
		return;
	dryad_log_say(dryad, "CRITICAL", "app.main", "Worker terminated unexpectedly (exit code 139)");
	backend->phase = PHASE_STARTING;
	backend->phase_until_ms = now_ms + START_MS;
}

static void backend_step(struct dryad *dryad, struct backend *backend, const struct dryad_step *step)
{
	struct backend before;

	if (backend->restart_ms && backend->restart_ms <= step->now_ms)
		backend_restart(dryad, backend, 0);
	if (backend->phase == PHASE_STARTING && backend->phase_until_ms <= step->now_ms &&
	    !(backend->push[PUSH_DOWN] > 0)) {
		begin_process(backend, step->now_ms);
		dryad_log_say(dryad, "INFO", "app.main", "Application startup complete (version %s)",
			      dryad->settings.version);
	}
	backend_crash_loop(dryad, backend, step->now_ms);
	if (backend->phase != PHASE_UP || backend->push[PUSH_DOWN] > 0) {
		backend->rate = backend->cores = backend->pool_active = backend->pool_idle = 0;
		return;
	}
	before = *backend;
	requests_step(dryad, backend, step);
	models_step(dryad, backend, step);
	workflows_step(dryad, backend, step);
	backend_memory_step(dryad, backend, step);
	dryad_log_step(dryad, &before, backend, step);
}

/* Twice a day a timer looks whether the certificate is to be renewed. */
static void certificate_step(struct dryad *dryad, const struct dryad_step *step)
{
	if (dryad->push[PUSH_CERTIFICATE] > 0) {
		if (dryad->certificate_ends_ms > step->now_ms)
			dryad->certificate_ends_ms = step->now_ms - 2 * CLOCK_HOUR;
		return;
	}
	if (dryad->push[PUSH_CERTIFICATE_ENDS] > 0) {
		if (dryad->certificate_ends_ms > step->now_ms + CERTIFICATE_LAST_DAYS * CLOCK_DAY)
			dryad->certificate_ends_ms = step->now_ms + CERTIFICATE_LAST_DAYS * CLOCK_DAY;
		return;
	}
	if (dryad->certificate_ends_ms - step->now_ms >= CERTIFICATE_RENEW_DAYS * CLOCK_DAY)
		return;
	dryad->certificate_ends_ms = step->now_ms + CERTIFICATE_DAYS * CLOCK_DAY;
	dryad->certbot_runs++;
}

static void backup_step(struct dryad *dryad, const struct dryad_step *step)
{
	int64_t due_ms = step->now_ms - (step->now_ms - 2 * CLOCK_HOUR) % CLOCK_DAY;

	if (dryad->backup_last_ms < due_ms && dryad_store_serves(dryad, DRYAD_POSTGRES))
		dryad->backup_last_ms = due_ms;
}

static void move(struct dryad *dryad, int64_t dt_ms)
{
	const struct dryad_step step = {
		.now_ms = dryad->stepped_ms + dt_ms,
		.now_s = (dryad->stepped_ms + dt_ms) / 1000,
		.dt_s = (double)dt_ms / 1000,
	};

	dryad->stepped_ms = step.now_ms;
	if (dryad->active_faults)
		dryad_faults_weigh(dryad, step.now_ms);
	stores_step(dryad, &step);
	requests_share(dryad, &step);
	models_limits_step(dryad, &step);
	for (unsigned i = 0; i < dryad->backend_count; i++)
		backend_step(dryad, &dryad->backends[i], &step);
	workflows_count_step(dryad, &step);
	breakers_step(dryad, &step);
	queues_step(dryad, &step);
	dryad_host_step(dryad, &step);
	certificate_step(dryad, &step);
	backup_step(dryad, &step);
	if (dryad->log)
		dryad_log_flush(dryad->log);
}

static enum dryad_application application_named(const char *name)
{
	for (unsigned i = 0; name && dryad_applications[i]; i++) {
		if (!strcmp(dryad_applications[i], name))
			return (enum dryad_application)i;
	}
	return DRYAD_L9_FULL;
}

struct dryad *dryad_new(const struct world_config *config)
{
	struct dryad *dryad = mem_zalloc(sizeof(*dryad));
	unsigned count = config->instances ? config->instances : dryad_kind.instances;

	dryad->world.kind = &dryad_kind;
	dryad->application = application_named(config->application);
	dryad->legacy = config->legacy;
	dryad->seed = config->seed;
	dryad->now_ms = dryad->stepped_ms = dryad->start_ms = config->start_ms;
	dryad->backend_count = count < DRYAD_BACKENDS_MAX ? count : DRYAD_BACKENDS_MAX;
	bucket_tables_init(&dryad->tables);
	dryad->settings = (struct dryad_settings){
		.provider = PROVIDER_OLLAMA,
		.memory_limit_bytes = 4e9,
		.version = "9.0.0",
		.build = "4741b2dd",
		.revision = "a7d3c91e04f2",
		.config_serial = 1,
	};
	dryad->certificate_ends_ms = dryad->start_ms + 71 * CLOCK_DAY;
	dryad->backup_last_ms = dryad->start_ms - CLOCK_DAY;
	for (unsigned i = 0; i < DRYAD_SERVICE_COUNT; i++)
		dryad->stores[i].start_ms = dryad->start_ms - 9 * CLOCK_DAY - i * CLOCK_HOUR;
	for (unsigned i = 0; i < PROVIDER_COUNT; i++)
		dryad->limit_left[i] = 0.9;
	dryad->connections = 14;
	dryad->database_bytes = 3.1e9;
	dryad->redis_bytes = 180e6;
	dryad->redis_keys = 2400;
	dryad->vectors = 184000;
	dryad->agents = 42;
	dryad_host_init(dryad);
	queues_init(dryad);
	for (unsigned i = 0; i < dryad->backend_count; i++)
		backend_init(dryad, i);
	return dryad;
}

void dryad_free(struct dryad *dryad)
{
	if (!dryad)
		return;
	dryad_log_free(dryad->log);
	free(dryad);
}

void dryad_advance(struct dryad *dryad, int64_t now_ms)
{
	if (now_ms <= dryad->now_ms)
		return;
	if (now_ms - dryad->now_ms > COARSE_FROM_MS)
		while (now_ms - dryad->stepped_ms >= COARSE_STEP_MS)
			move(dryad, COARSE_STEP_MS);
	while (now_ms - dryad->stepped_ms >= FINE_STEP_MS)
		move(dryad, FINE_STEP_MS);
	dryad->now_ms = now_ms;
}

int64_t dryad_now_ms(const struct dryad *dryad)
{
	return dryad->now_ms;
}

static enum world_answer starting(enum dryad_phase phase, int64_t until_ms, int64_t now_ms)
{
	return phase == PHASE_STARTING && until_ms - now_ms < LISTENS_BEFORE_MS ? ANSWER_ERROR : ANSWER_REFUSE;
}

static enum world_answer backend_answers(const struct dryad *dryad, unsigned number)
{
	const struct backend *backend;

	if (number >= dryad->backend_count)
		return ANSWER_REFUSE;
	backend = &dryad->backends[number];
	if (backend->push[PUSH_DOWN] > 0)
		return ANSWER_REFUSE;
	if (backend->phase != PHASE_UP)
		return starting(backend->phase, backend->phase_until_ms, dryad->now_ms);
	if (backend->push[PUSH_HUNG] > 0)
		return ANSWER_HANG;
	return backend->push[PUSH_MAINTENANCE] > 0 ? ANSWER_ERROR : ANSWER_GOOD;
}

enum world_answer dryad_answers(const struct dryad *dryad, enum dryad_service service, unsigned instance)
{
	if ((unsigned)service >= DRYAD_SERVICE_COUNT)
		return ANSWER_REFUSE;
	if (service == DRYAD_BACKEND)
		return backend_answers(dryad, instance);
	if (instance)
		return ANSWER_REFUSE;
	/* These speak for what they watch, and are there when it is not. */
	if (service == DRYAD_POSTGRES || service == DRYAD_REDIS || service == DRYAD_NODE || service == DRYAD_NGINX)
		return ANSWER_GOOD;
	if (dryad_store_serves(dryad, service))
		return ANSWER_GOOD;
	return starting(dryad->stores[service].phase, dryad->stores[service].phase_until_ms, dryad->now_ms);
}
