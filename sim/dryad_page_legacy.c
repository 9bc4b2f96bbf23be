#include <math.h>
#include <stdio.h>

#include "sim/dryad_text.h"

/*
 * The pages L9 wrote itself: the agent's code reviews, and the health family's.
 * As the applications really wrote them no parser takes them; see `legacy`.
 */

enum { TENANTS = 3 };
static const char *const tenants[TENANTS] = { "acme", "initech", "umbrella" };
static const double tenant_shares[TENANTS] = { 0.5, 0.3, 0.2 };

static void add_tenants(struct strbuf *ret, const char *name, const char *type, double value)
{
	char labels[64];

	strbuf_addf(ret, "# TYPE %s %s\n", name, type);
	for (int i = 0; i < TENANTS; i++) {
		snprintf(labels, sizeof(labels), "tenant_id=\"%s\"", tenants[i]);
		dryad_text_whole(ret, name, labels, value * tenant_shares[i]);
	}
}

/* The quantile lines got two groups of braces as soon as a timing had a label. */
static void add_timing(const struct dryad *dryad, const struct backend *backend, struct strbuf *ret)
{
	static const char *const quantiles[] = { "0.5", "0.95", "0.99" };
	static const double deviations[] = { 0, 1.645, 2.326 };
	const char *name = "code_review_duration_duration_seconds";
	double count = floor(backend->workflows_good), median_s = 8 * dryad_llm_median_s(dryad);

	strbuf_addf(ret, "# TYPE %s summary\n", name);
	for (int i = 0; i < 3; i++) {
		double value = median_s * exp(0.4 * deviations[i]);

		if (dryad->legacy)
			strbuf_addf(ret, "%s{tenant_id=acme}{quantile=\"%s\"} %.6f\n", name, quantiles[i], value);
		else
			strbuf_addf(ret, "%s{tenant_id=\"acme\",quantile=\"%s\"} %.6f\n", name, quantiles[i], value);
	}
	strbuf_addf(ret, "%s_sum{tenant_id=\"acme\"} %.6f\n", name, count * median_s * 1.083);
	strbuf_addf(ret, "%s_count{tenant_id=\"acme\"} %.0f\n", name, count);
}

void dryad_page_reviews(const struct dryad *dryad, const struct backend *backend, struct strbuf *ret)
{
	double all = backend->workflows_good + backend->workflows_bad;

	add_tenants(ret, "code_reviews_total", "counter", all);
	add_tenants(ret, "code_review_completed", "counter", backend->workflows_good);
	add_tenants(ret, "code_review_escalations", "counter", backend->workflows_bad);
	add_tenants(ret, "code_review_findings", "counter", all * 3.4);
	strbuf_addstr(ret, "# TYPE code_review_duration_total counter\n");
	dryad_text_whole(ret, "code_review_duration_total", "status=\"success\"", backend->workflows_good);
	dryad_text_whole(ret, "code_review_duration_total", "status=\"error\"", backend->workflows_bad);
	add_timing(dryad, backend, ret);
	strbuf_addstr(ret, "# TYPE dryad_uptime_seconds gauge\n");
	dryad_text_real(ret, "dryad_uptime_seconds", "", (double)(dryad->stepped_ms - backend->start_ms) / 1000);
}

void dryad_page_l9(const struct dryad *dryad, const struct backend *backend, struct strbuf *ret)
{
	enum dryad_provider provider = dryad->settings.provider;
	const struct {
		const char *name;
		double value;
	} rows[] = {
		{ "llm_requests_total",
		  backend->llm_good[provider] + backend->llm_bad[provider] + backend->llm_late[provider] },
		{ "llm_requests_success", backend->llm_good[provider] },
		{ "llm_requests_error", backend->llm_bad[provider] + backend->llm_late[provider] },
		{ "llm_total_tokens_generated", backend->tokens },
		{ "llm_avg_response_time", dryad_llm_median_s(dryad) * 1.13 },
		{ "llm_active_requests", floor(backend->rate * 0.14 * dryad_llm_median_s(dryad)) },
		{ "llm_cache_hits", backend->cache_hits },
		{ "llm_cache_misses", backend->cache_misses },
		{ "llm_model_switches", dryad->settings.provider != PROVIDER_OLLAMA },
		{ "agent_workflows_completed", backend->workflows_good },
		{ "agent_workflows_failed", backend->workflows_bad },
		{ "agent_active_workflows", floor(dryad->workflows_active) },
		{ "agent_avg_workflow_time", dryad_llm_median_s(dryad) * 4 },
		{ "system_cpu_usage_percent", dryad->host.busy[0] * 100 },
		{ "system_memory_usage_percent", dryad->host.memory_used / DRYAD_HOST_BYTES * 100 },
		{ "system_memory_available_gb", (DRYAD_HOST_BYTES - dryad->host.memory_used) / 1e9 },
		{ "health_score", dryad_health_score(dryad) },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		strbuf_addf(ret, "%s%s %.6g %lld\n", dryad->legacy ? "DRYAD.AI_" : "dryad_ai_", rows[i].name,
			    rows[i].value, (long long)dryad->stepped_ms);
}
