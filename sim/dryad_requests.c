#include <math.h>

#include "sim/dryad_state.h"

/* Requests: how many, what becomes of them, how long they take. */

#define POOL_BUSY 0.8 /* share of the pool that the busiest backend uses */

const unsigned dryad_status_codes[DRYAD_STATUS_COUNT] = {
	[DRYAD_200] = 200, [DRYAD_201] = 201, [DRYAD_400] = 400, [DRYAD_401] = 401,
	[DRYAD_403] = 403, [DRYAD_404] = 404, [DRYAD_422] = 422, [DRYAD_429] = 429,
	[DRYAD_500] = 500, [DRYAD_503] = 503, [DRYAD_504] = 504,
};

const struct dryad_route_info dryad_routes[ROUTE_COUNT] = {
	/* clang-format off */
	[ROUTE_AGENTS] = { "GET", "/api/v1/agents", "limit=50", 0.20, 0.034, 0.6, false, false, false },
	[ROUTE_EXECUTE] = { "POST", "/api/v1/agents/{agent_id}/execute", "", 0.08, 0.06, 0.5, true, false, false },
	[ROUTE_SEARCH] = { "GET", "/api/v1/knowledge/search", "q=retention+policy&top_k=5", 0.14, 0.085, 0.7, false, true, false },
	[ROUTE_TASKS] = { "POST", "/api/v1/orchestrator/tasks", "", 0.06, 0.05, 0.5, true, false, false },
	[ROUTE_STATUS] = { "GET", "/api/v1/orchestrator/status/{task_id}", "", 0.18, 0.018, 0.5, false, false, false },
	[ROUTE_LOGIN] = { "POST", "/api/v1/auth/token", "", 0.03, 0.11, 0.4, false, false, true },
	[ROUTE_TOOLS] = { "GET", "/api/v1/tools", "", 0.11, 0.022, 0.5, false, false, false },
	[ROUTE_APPROVALS] = { "GET", "/api/v1/approvals/pending", "limit=20", 0.05, 0.026, 0.5, false, false, false },
	[ROUTE_HEALTH] = { "GET", "/health", "", 0.15, 0.004, 0.4, false, false, true },
	/* clang-format on */
};

const char *const dryad_cause_names[CAUSE_COUNT] = {
	[CAUSE_DATABASE] = "OperationalError", [CAUSE_POOL] = "TimeoutError",     [CAUSE_LLM] = "LLMTimeoutError",
	[CAUSE_MEMORY] = "MemoryError",        [CAUSE_VALUE] = "ValidationError", [CAUSE_RELEASE] = "AttributeError",
};

const char *const dryad_cause_loggers[CAUSE_COUNT] = {
	[CAUSE_DATABASE] = "sqlalchemy.engine",        [CAUSE_POOL] = "sqlalchemy.pool",
	[CAUSE_LLM] = "app.core.llm_config",           [CAUSE_MEMORY] = "app.main",
	[CAUSE_VALUE] = "app.api.v1.endpoints.agents", [CAUSE_RELEASE] = "app.services.knowledge",
};

const char *const dryad_query_names[QUERY_COUNT] = {
	[QUERY_SELECT] = "select",
	[QUERY_INSERT] = "insert",
	[QUERY_UPDATE] = "update",
	[QUERY_DELETE] = "delete",
};

static const double query_shares[QUERY_COUNT] = { 2.4, 0.5, 0.3, 0.02 };

/* Requests a second of the whole: a mean, a daily and a weekly curve. */
static double demand(const struct dryad *dryad, const struct dryad_step *step)
{
	double day = sin(2 * M_PI * (double)(step->now_s - 8 * 3600) / 86400);
	/* 1970 began on a Thursday. */
	double week = (step->now_s / 86400 + 3) % 7 >= 5 ? 0.6 : 1;
	double swing = dryad_wander(dryad, NULL, CHANCE_DEMAND, step->now_s, 600) * 0.06 +
		       dryad_wander(dryad, NULL, CHANCE_DEMAND, step->now_s + 7, 45) * 0.05;

	return 14 * week * (1 + 0.4 * day + swing);
}

void requests_share(struct dryad *dryad, const struct dryad_step *step)
{
	unsigned serving = dryad_serving(dryad);
	/* Nothing comes through a front door that is shut. */
	double door = dryad_store_serves(dryad, DRYAD_NGINX) && !(dryad->push[PUSH_CERTIFICATE] > 0) ? 1 : 0.15;
	double all = demand(dryad, step) * door;

	for (unsigned i = 0; i < dryad->backend_count; i++) {
		struct backend *backend = &dryad->backends[i];
		double unlike = 1 + 0.04 * dryad_wander(dryad, backend, CHANCE_SHARE, step->now_s, 200);

		backend->rate = backend_serves(backend) ? all / serving * unlike : 0;
	}
}

static double pool_used(const struct dryad *dryad, const struct backend *backend)
{
	return backend->pool_active / dryad_pool_max(dryad);
}

/* Load, memory, a full pool and what is missing make everything slower together. */
static double slowness_of(const struct dryad *dryad, const struct backend *backend)
{
	double load = backend->rate / 40;
	double pressed = fmax(backend->resident_bytes / dryad->settings.memory_limit_bytes - 0.8, 0) * 10;
	double slow = 1 + 0.6 * load * load + pressed + backend->push[PUSH_SLOWNESS];

	slow += 8 * fmax(pool_used(dryad, backend) - 0.85, 0) / 0.15;
	if (dryad->host.busy[0] > 0.85)
		slow += 14 * (dryad->host.busy[0] - 0.85) / 0.15;
	if (!dryad_store_serves(dryad, DRYAD_REDIS))
		slow += 0.35;
	return slow;
}

/* Shares of 5xx by cause. */
static double failing_shares(const struct dryad *dryad, const struct backend *backend, const struct dryad_step *step,
			     double ret[CAUSE_COUNT])
{
	double usual = 0.0012 * (1 + 0.8 * dryad_wander(dryad, backend, CHANCE_ERRORS, step->now_s, 60));
	double sum = 0;

	for (int i = 0; i < CAUSE_COUNT; i++)
		ret[i] = 0;
	ret[CAUSE_VALUE] = usual + backend->push[PUSH_ERRORS];
	ret[CAUSE_RELEASE] = backend->push[PUSH_MIGRATION] > 0 ? 0.04 : 0;
	ret[CAUSE_POOL] = 0.3 * fmax(pool_used(dryad, backend) - 0.9, 0) / 0.1;
	ret[CAUSE_MEMORY] = 0.06 * fmax(backend->resident_bytes / dryad->settings.memory_limit_bytes - 0.9, 0) / 0.1;
	if (!dryad_store_serves(dryad, DRYAD_POSTGRES))
		ret[CAUSE_DATABASE] = 0.62;
	if (!dryad_llm_serves(dryad))
		ret[CAUSE_LLM] = 0.07; /* what asks a model, but for what the cache answers or can wait */
	else
		ret[CAUSE_LLM] = 0.0002 + 0.14 * backend->push[PUSH_LLM_FAILURES] * 0.4;
	for (int i = 0; i < CAUSE_COUNT; i++)
		sum += ret[i];
	if (sum <= 0.95)
		return sum;
	for (int i = 0; i < CAUSE_COUNT; i++)
		ret[i] *= 0.95 / sum;
	return 0.95;
}

static void answer_route(struct dryad *dryad, struct backend *backend, unsigned which, const struct dryad_step *step)
{
	const struct dryad_route_info *route = &dryad_routes[which];
	double *counts = backend->requests[which], count = backend->rate * route->share * step->dt_s;
	double failing = which == ROUTE_HEALTH ? 0 : fmin(backend->failing / (1 - dryad_routes[ROUTE_HEALTH].share), 1);
	double client = 1 + 0.4 * dryad_wander(dryad, backend, CHANCE_CLIENTS, step->now_s, 120);
	double good = count * (1 - failing);
	double median_s = route->median_s * backend->slowness;

	counts[DRYAD_500] += count * failing * 0.7;
	counts[DRYAD_503] += count * failing * 0.2;
	counts[DRYAD_504] += count * failing * 0.1;
	if (which == ROUTE_HEALTH) {
		counts[DRYAD_200] += good;
	} else if (which == ROUTE_LOGIN) {
		counts[DRYAD_401] += good * 0.06 * client;
		counts[DRYAD_200] += good * (1 - 0.06 * client);
	} else {
		counts[DRYAD_400] += good * 0.004 * client;
		counts[DRYAD_401] += good * 0.003 * client;
		counts[DRYAD_403] += good * 0.001 * client;
		counts[DRYAD_404] += good * 0.008 * client;
		counts[DRYAD_422] += good * 0.005 * client;
		counts[DRYAD_429] += good * 0.0005 * client;
		counts[route->asks_model ? DRYAD_201 : DRYAD_200] += good * (1 - 0.0215 * client);
	}
	if (route->asks_model && dryad_llm_serves(dryad))
		median_s += dryad_llm_median_s(dryad);
	buckets_observe(&backend->route[which], &dryad->tables, BUCKETS_WEB, count, fmin(median_s, 60), route->sigma);
	buckets_observe(&backend->said, &dryad->tables, BUCKETS_REQUEST, count, fmin(median_s, 60), route->sigma);
}

/* Those who try passwords and doors are answered too, and fast. */
static void refuse_attackers(struct dryad *dryad, struct backend *backend, const struct dryad_step *step)
{
	double share = step->dt_s / fmax(dryad_serving(dryad), 1);
	double attack = dryad->push[PUSH_ATTACK] * share, intrusion = dryad->push[PUSH_INTRUSION] * share;
	double beyond = dryad->push[PUSH_LIMITED] * share;

	backend->requests[ROUTE_LOGIN][DRYAD_401] += attack * 0.8;
	backend->requests[ROUTE_LOGIN][DRYAD_429] += attack * 0.2;
	backend->requests[ROUTE_AGENTS][DRYAD_403] += intrusion * 0.6;
	backend->requests[ROUTE_TOOLS][DRYAD_403] += intrusion * 0.4;
	backend->requests[ROUTE_SEARCH][DRYAD_429] += beyond;
	buckets_observe(&backend->route[ROUTE_LOGIN], &dryad->tables, BUCKETS_WEB, attack, 0.09, 0.3);
	buckets_observe(&backend->route[ROUTE_AGENTS], &dryad->tables, BUCKETS_WEB, intrusion * 0.6, 0.006, 0.3);
	buckets_observe(&backend->route[ROUTE_TOOLS], &dryad->tables, BUCKETS_WEB, intrusion * 0.4, 0.006, 0.3);
	buckets_observe(&backend->route[ROUTE_SEARCH], &dryad->tables, BUCKETS_WEB, beyond, 0.003, 0.3);
	backend->refused_login += attack * 0.8;
	backend->limited_login += attack * 0.2;
	backend->refused_door += intrusion;
	backend->limited_search += beyond;
	buckets_observe(&backend->said, &dryad->tables, BUCKETS_REQUEST, attack + intrusion + beyond, 0.05, 0.8);
	backend->logins_bad += attack;
	backend->limited += attack * 0.2 + beyond;
	backend->suspicious += intrusion * 0.8 + attack * 0.02;
}

static void count_logins(struct dryad *dryad, struct backend *backend, const struct dryad_step *step)
{
	double count = backend->rate * dryad_routes[ROUTE_LOGIN].share * step->dt_s;
	double bad = 0.06 * (1 + 0.4 * dryad_wander(dryad, backend, CHANCE_LOGINS, step->now_s, 90));

	backend->logins_good += count * (1 - bad);
	backend->logins_bad += count * bad;
	backend->limited += 0.0004 * count;
	buckets_observe(&backend->login, &dryad->tables, BUCKETS_LOGIN, count + dryad->push[PUSH_ATTACK] * step->dt_s,
			0.085 * fmin(backend->slowness, 4), 0.3);
}

static void ask_database(struct dryad *dryad, struct backend *backend, const struct dryad_step *step)
{
	double count = backend->rate * step->dt_s;
	double median_s = 0.0035 * (1 + 0.5 * (backend->slowness - 1) + dryad->push[PUSH_QUERY_S] / 4);
	double use = 1.5 + backend->rate * 0.12 * backend->slowness +
		     0.8 * dryad_wander(dryad, backend, CHANCE_POOL, step->now_s, 25);
	double most = dryad_pool_max(dryad);

	if (!dryad_store_serves(dryad, DRYAD_POSTGRES)) {
		backend->pool_active = backend->pool_idle = 0;
		return;
	}
	for (int i = 0; i < QUERY_COUNT; i++) {
		backend->queries[i] += count * query_shares[i];
		buckets_observe(&backend->query[i], &dryad->tables, BUCKETS_QUERY, count * query_shares[i],
				median_s * (i == QUERY_SELECT ? 1 : 1.6), 0.9);
	}
	/* However slow it is, not everybody waits for the database: it takes a leak to use the pool up. */
	use = fmin(fmax(use, 1), POOL_BUSY * most);
	backend->pool_active = fmin(use + backend->push[PUSH_POOL], most);
	backend->pool_idle =
		fmax(fmin(fmax(DRYAD_POOL_SIZE / 2.0, backend->pool_active + 2), most) - backend->pool_active, 0);
}

void requests_step(struct dryad *dryad, struct backend *backend, const struct dryad_step *step)
{
	double causes[CAUSE_COUNT];

	backend->failing = failing_shares(dryad, backend, step, causes);
	backend->slowness = slowness_of(dryad, backend) *
			    (1 + 0.05 * dryad_wander(dryad, backend, CHANCE_LATENCY, step->now_s, 40));
	for (int i = 0; i < CAUSE_COUNT; i++)
		backend->causes[i] += causes[i] * backend->rate * step->dt_s;
	for (unsigned which = 0; which < ROUTE_COUNT; which++)
		answer_route(dryad, backend, which, step);
	refuse_attackers(dryad, backend, step);
	count_logins(dryad, backend, step);
	ask_database(dryad, backend, step);
}

double dryad_rate_of_errors(const struct dryad *dryad)
{
	double failing = 0, rate = 0;

	for (unsigned i = 0; i < dryad->backend_count; i++) {
		failing += dryad->backends[i].failing * dryad->backends[i].rate;
		rate += dryad->backends[i].rate;
	}
	return rate > 0 ? failing / rate : 0;
}
