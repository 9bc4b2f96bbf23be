#include <math.h>

#include "sim/dryad_state.h"

/* PostgreSQL, Redis, ChromaDB, Ollama and Nginx: up, gone or starting again, and what they hold. */
enum { STORE_START_MS = 8 * 1000 };

static const int store_push[DRYAD_SERVICE_COUNT] = {
	[DRYAD_BACKEND] = -1,         [DRYAD_POSTGRES] = PUSH_DATABASE, [DRYAD_REDIS] = PUSH_REDIS,
	[DRYAD_CHROMA] = PUSH_CHROMA, [DRYAD_OLLAMA] = PUSH_OLLAMA,     [DRYAD_NODE] = -1,
	[DRYAD_NGINX] = PUSH_NGINX,
};

bool dryad_store_serves(const struct dryad *dryad, enum dryad_service service)
{
	return dryad->stores[service].phase == PHASE_UP &&
	       (store_push[service] < 0 || !(dryad->push[store_push[service]] > 0));
}

void dryad_store_restart(struct dryad *dryad, enum dryad_service service)
{
	dryad->stores[service].phase = PHASE_STARTING;
	dryad->stores[service].phase_until_ms = dryad->stepped_ms + STORE_START_MS;
}

static void store_step(struct dryad *dryad, unsigned service, const struct dryad_step *step)
{
	struct dryad_store *store = &dryad->stores[service];

	/* What a fault keeps down has to start once the fault is over. */
	if (store_push[service] >= 0 && dryad->push[store_push[service]] > 0) {
		store->phase = PHASE_STARTING;
		store->phase_until_ms = step->now_ms + STORE_START_MS;
	} else if (store->phase == PHASE_STARTING && store->phase_until_ms <= step->now_ms) {
		store->phase = PHASE_UP;
		store->start_ms = step->now_ms;
		if (service == DRYAD_REDIS)
			dryad->redis_keys = dryad->redis_commands = dryad->redis_hits = dryad->redis_misses = 0;
	}
}

static void postgres_step(struct dryad *dryad, const struct dryad_step *step)
{
	double rate = DRYAD_SUM(dryad, rate);
	double pool = DRYAD_SUM(dryad, pool_active) + DRYAD_SUM(dryad, pool_idle);
	double usual_s = 1.5 + 1.2 * dryad_wander(dryad, NULL, CHANCE_STORE, step->now_s, 40);

	if (!dryad_store_serves(dryad, DRYAD_POSTGRES)) {
		dryad->connections = 0;
		return;
	}
	dryad->connections = fmin(pool + 4 + dryad->push[PUSH_CONNECTIONS], DRYAD_CONNECTIONS_MAX);
	dryad->commits += rate * 3.2 * step->dt_s;
	dryad->rollbacks += rate * (0.01 + 0.4 * dryad_rate_of_errors(dryad)) * step->dt_s;
	dryad->blocks_read += (14 + dryad->push[PUSH_BLOCKS]) * step->dt_s;
	dryad->blocks_hit += rate * 210 * step->dt_s;
	dryad->database_bytes += rate * 260 * step->dt_s;
	dryad->query_age_s = fmax(usual_s, dryad->push[PUSH_QUERY_S]);
}

static void redis_step(struct dryad *dryad, const struct dryad_step *step)
{
	double rate = DRYAD_SUM(dryad, rate);
	double keys = 2400 + 500 * dryad_wander(dryad, NULL, CHANCE_STORE, step->now_s + 11, 900);

	if (!dryad_store_serves(dryad, DRYAD_REDIS)) {
		dryad->redis_keys = 0;
		dryad->redis_bytes = 0;
		return;
	}
	dryad->redis_keys = dryad_relax(dryad->redis_keys, keys, 300, step->dt_s);
	dryad->redis_bytes = 12e6 + dryad->redis_keys * 70e3;
	dryad->redis_commands += rate * 5.5 * step->dt_s;
	dryad->redis_hits += rate * 2.6 * step->dt_s;
	dryad->redis_misses += rate * 0.4 * step->dt_s;
}

void stores_step(struct dryad *dryad, const struct dryad_step *step)
{
	for (unsigned service = 0; service < DRYAD_SERVICE_COUNT; service++)
		store_step(dryad, service, step);
	postgres_step(dryad, step);
	redis_step(dryad, step);
	if (dryad_store_serves(dryad, DRYAD_CHROMA))
		dryad->vectors += 0.02 * step->dt_s;
}

double dryad_pool_max(const struct dryad *dryad)
{
	return DRYAD_POOL_SIZE + DRYAD_POOL_OVERFLOW + dryad->settings.pool_extra;
}
