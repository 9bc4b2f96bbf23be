#include <math.h>

#include "sim/dryad_state.h"

/* Language models, the workflows of agents that use them, and the breakers before everything outside. */

const char *const dryad_provider_names[PROVIDER_COUNT] = {
	[PROVIDER_OLLAMA] = "ollama",
	[PROVIDER_OPENAI] = "openai",
	[PROVIDER_ANTHROPIC] = "anthropic",
};

const char *const dryad_provider_models[PROVIDER_COUNT] = {
	[PROVIDER_OLLAMA] = "llama3.2:3b",
	[PROVIDER_OPENAI] = "gpt-4o-mini",
	[PROVIDER_ANTHROPIC] = "claude-3-5-haiku",
};

const char *const dryad_breaker_names[BREAKER_COUNT] = {
	[BREAKER_DATABASE] = "database",
	[BREAKER_VECTORS] = "vector_store",
	[BREAKER_LLM] = "llm_provider",
	[BREAKER_QUEUE] = "task_queue",
};

const char *const dryad_breaker_states[] = { "closed", "half_open", "open" };

static const double provider_medians_s[PROVIDER_COUNT] = { 0.85, 0.7, 0.75 };

bool dryad_provider_serves(const struct dryad *dryad, enum dryad_provider provider)
{
	if (provider == PROVIDER_OLLAMA)
		return dryad_store_serves(dryad, DRYAD_OLLAMA);
	return !(dryad->push[provider == PROVIDER_OPENAI ? PUSH_OPENAI : PUSH_ANTHROPIC] > 0);
}

bool dryad_llm_serves(const struct dryad *dryad)
{
	return !dryad->settings.basic_mode && dryad_provider_serves(dryad, dryad->settings.provider);
}

double dryad_llm_median_s(const struct dryad *dryad)
{
	return provider_medians_s[dryad->settings.provider] * (1 + dryad->push[PUSH_LLM_SLOWNESS]);
}

void models_step(struct dryad *dryad, struct backend *backend, const struct dryad_step *step)
{
	enum dryad_provider provider = dryad->settings.provider;
	double share = dryad_routes[ROUTE_EXECUTE].share + dryad_routes[ROUTE_TASKS].share;
	double calls = backend->rate * share * 1.6 * step->dt_s;
	double hits = 0.31 + 0.05 * dryad_wander(dryad, backend, CHANCE_LLM, step->now_s, 300);
	double bad = fmin(0.008 * (1 + dryad_wander(dryad, backend, CHANCE_LLM, step->now_s + 3, 80)) +
				  backend->push[PUSH_LLM_FAILURES],
			  1);

	backend->cache_hits += calls * hits;
	backend->cache_misses += calls * (1 - hits);
	calls *= 1 - hits;
	if (!dryad_llm_serves(dryad)) {
		backend->llm_bad[provider] += dryad->settings.basic_mode ? 0 : calls;
		return;
	}
	backend->llm_good[provider] += calls * (1 - bad);
	backend->llm_bad[provider] += calls * bad * 0.6;
	backend->llm_late[provider] += calls * bad * 0.4;
	backend->tokens += calls * (1 - bad) * 310;
	buckets_observe(&backend->llm[provider], &dryad->tables, BUCKETS_MODEL, calls,
			fmin(dryad_llm_median_s(dryad), 90), 0.5);
}

void models_limits_step(struct dryad *dryad, const struct dryad_step *step)
{
	for (int i = 0; i < PROVIDER_COUNT; i++) {
		bool used = i == (int)dryad->settings.provider;
		double left = used ? 0.72 + 0.12 * dryad_wander(dryad, NULL, CHANCE_LLM, step->now_s, 240) : 0.98;

		if (used)
			left = fmax(left - dryad->push[PUSH_LLM_LIMIT], 0.01);
		dryad->limit_left[i] = dryad_relax(dryad->limit_left[i], left, 20, step->dt_s);
	}
	dryad->tokens_rate = dryad_llm_serves(dryad) ? DRYAD_SUM(dryad, rate) * 0.14 * 1.6 * 0.69 * 310 : 0;
}

void workflows_step(struct dryad *dryad, struct backend *backend, const struct dryad_step *step)
{
	double count = backend->rate * dryad_routes[ROUTE_TASKS].share * step->dt_s;
	double usual = 0.03 * (1 + 0.6 * dryad_wander(dryad, backend, CHANCE_WORKFLOWS, step->now_s, 300));
	double bad = usual + backend->push[PUSH_WORKFLOWS] + 0.3 * backend->push[PUSH_LLM_FAILURES];

	if (!dryad_llm_serves(dryad))
		bad += 0.6;
	if (!dryad_store_serves(dryad, DRYAD_POSTGRES))
		bad += 0.3;
	bad = fmin(bad, 1);
	backend->workflows_good += count * (1 - bad);
	backend->workflows_bad += count * bad;
	backend->guild_errors +=
		(0.002 + backend->push[PUSH_GUILD] + (dryad_store_serves(dryad, DRYAD_CHROMA) ? 0 : 0.02)) * step->dt_s;
}

void workflows_count_step(struct dryad *dryad, const struct dryad_step *step)
{
	double rate = DRYAD_SUM(dryad, rate);
	double wait_s = dryad_llm_serves(dryad) ? dryad_llm_median_s(dryad) * 4 : 30;
	double active = 24 + 8 * dryad_wander(dryad, NULL, CHANCE_AGENTS, step->now_s, 400);

	dryad->workflows_active = rate * dryad_routes[ROUTE_TASKS].share * fmin(wait_s, 60);
	dryad->agents = 42;
	dryad->agents_active = dryad_serving(dryad) ? fmin(active, dryad->agents) : 0;
}

/* A breaker opens after its failures, tries again after its wait, and closes when that goes well. */
static void breaker_step(struct dryad *dryad, enum dryad_breaker which, bool well, double failures_a_second,
			 const struct dryad_step *step)
{
	static const struct {
		double failures, wait_s;
	} rules[BREAKER_COUNT] = { { 3, 30 }, { 5, 60 }, { 3, 45 }, { 5, 30 } };
	struct dryad_breaker_info *breaker = &dryad->breakers[which];
	double since_s = (double)(step->now_ms - breaker->changed_ms) / 1000;
	enum dryad_breaker_state was = breaker->state;

	if (well)
		breaker->failures = was == BREAKER_CLOSED ? 0 : breaker->failures;
	else
		breaker->failures += failures_a_second * step->dt_s;
	if (was == BREAKER_CLOSED && breaker->failures >= rules[which].failures)
		breaker->state = BREAKER_OPEN;
	else if (was == BREAKER_OPEN && since_s >= rules[which].wait_s)
		breaker->state = BREAKER_HALF_OPEN;
	else if (was == BREAKER_HALF_OPEN && since_s >= 5)
		breaker->state = well ? BREAKER_CLOSED : BREAKER_OPEN;
	if (breaker->state == was)
		return;
	breaker->changed_ms = step->now_ms;
	if (breaker->state == BREAKER_CLOSED)
		breaker->failures = 0;
	dryad_log_say(dryad, breaker->state == BREAKER_OPEN ? "ERROR" : "WARNING", "app.core.circuit_breaker",
		      "Circuit breaker '%s' is now %s", dryad_breaker_names[which],
		      dryad_breaker_states[breaker->state]);
}

void breakers_step(struct dryad *dryad, const struct dryad_step *step)
{
	bool llm_well = dryad_llm_serves(dryad) && dryad->push[PUSH_LLM_FAILURES] < 0.5;

	breaker_step(dryad, BREAKER_DATABASE, dryad_store_serves(dryad, DRYAD_POSTGRES), 1, step);
	breaker_step(dryad, BREAKER_VECTORS, dryad_store_serves(dryad, DRYAD_CHROMA), 0.5, step);
	breaker_step(dryad, BREAKER_LLM, llm_well, 0.4, step);
	breaker_step(dryad, BREAKER_QUEUE, dryad_store_serves(dryad, DRYAD_REDIS), 0.3, step);
}
