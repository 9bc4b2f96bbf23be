#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/dryad_text.h"

/* The backend's pages that Prometheus takes: what the alert rules ask for, and Uni0's own. */

enum { LABELS_SIZE = 160 };

static void add_requests(const struct backend *backend, const char *name, const char *form, struct strbuf *ret)
{
	char labels[LABELS_SIZE];

	for (unsigned route = 0; route < ROUTE_COUNT; route++) {
		for (unsigned status = 0; status < DRYAD_STATUS_COUNT; status++) {
			double count = backend->requests[route][status];

			/* A series is there from its first request on, as the clients do it. */
			if (count < 1)
				continue;
			/* The three in this order in either form. */
			snprintf(labels, sizeof(labels), "method=\"%s\",%s=\"%s\",%s=\"%u\"",
				 dryad_routes[route].method, form, dryad_routes[route].path,
				 strcmp(form, "path") ? "status_code" : "status", dryad_status_codes[status]);
			dryad_text_whole(ret, name, labels, count);
		}
	}
}

static void add_durations(const struct backend *backend, const char *name, const char *form, struct strbuf *ret)
{
	char labels[LABELS_SIZE];

	for (unsigned route = 0; route < ROUTE_COUNT; route++) {
		snprintf(labels, sizeof(labels), "method=\"%s\",%s=\"%s\",", dryad_routes[route].method, form,
			 dryad_routes[route].path);
		dryad_text_histogram(ret, name, labels, BUCKETS_WEB, &backend->route[route]);
	}
}

static void add_models(const struct dryad *dryad, const struct backend *backend, struct strbuf *ret)
{
	char labels[LABELS_SIZE];

	dryad_text_family(ret, "llm_requests_total", "counter", "Calls to language models.");
	for (int i = 0; i < PROVIDER_COUNT; i++) {
		const struct {
			const char *status;
			double count;
		} rows[] = { { "success", backend->llm_good[i] },
			     { "error", backend->llm_bad[i] },
			     { "timeout", backend->llm_late[i] } };

		for (size_t row = 0; row < sizeof(rows) / sizeof(rows[0]); row++) {
			snprintf(labels, sizeof(labels), "provider=\"%s\",status=\"%s\"", dryad_provider_names[i],
				 rows[row].status);
			dryad_text_whole(ret, "llm_requests_total", labels, rows[row].count);
		}
	}
	dryad_text_family(ret, "llm_request_duration_seconds", "histogram", "Time of a call to a language model.");
	for (int i = 0; i < PROVIDER_COUNT; i++) {
		snprintf(labels, sizeof(labels), "provider=\"%s\",", dryad_provider_names[i]);
		dryad_text_histogram(ret, "llm_request_duration_seconds", labels, BUCKETS_MODEL, &backend->llm[i]);
	}
	dryad_text_family(ret, "llm_rate_limit_remaining", "gauge", "Calls a minute that are left.");
	for (int i = 0; i < PROVIDER_COUNT; i++) {
		snprintf(labels, sizeof(labels), "provider=\"%s\"", dryad_provider_names[i]);
		dryad_text_whole(ret, "llm_rate_limit_remaining", labels, dryad->limit_left[i] * 500);
	}
	dryad_text_family(ret, "llm_rate_limit_total", "gauge", "Calls a minute that are allowed.");
	for (int i = 0; i < PROVIDER_COUNT; i++) {
		snprintf(labels, sizeof(labels), "provider=\"%s\"", dryad_provider_names[i]);
		dryad_text_whole(ret, "llm_rate_limit_total", labels, 500);
	}
	dryad_text_family(ret, "llm_provider_up", "gauge", "Whether a provider answers; active is the one in use.");
	for (int i = 0; i < PROVIDER_COUNT; i++) {
		snprintf(labels, sizeof(labels), "provider=\"%s\",active=\"%s\"", dryad_provider_names[i],
			 i == (int)dryad->settings.provider ? "true" : "false");
		dryad_text_whole(ret, "llm_provider_up", labels, dryad_provider_serves(dryad, (enum dryad_provider)i));
	}
	dryad_text_counter(ret, "llm_tokens_generated_total", "Tokens that language models wrote.", backend->tokens);
	dryad_text_counter(ret, "llm_cache_hits_total", "Calls answered from the cache.", backend->cache_hits);
	dryad_text_counter(ret, "llm_cache_misses_total", "Calls that went to a provider.", backend->cache_misses);
}

static void add_work(const struct dryad *dryad, const struct backend *backend, struct strbuf *ret)
{
	dryad_text_family(ret, "agent_workflow_total", "counter", "Workflows that ended.");
	dryad_text_whole(ret, "agent_workflow_total", "status=\"success\"", backend->workflows_good);
	dryad_text_whole(ret, "agent_workflow_total", "status=\"failed\"", backend->workflows_bad);
	dryad_text_gauge(ret, "agent_workflows_active", "Workflows that run.",
			 floor(dryad->workflows_active / fmax(dryad_serving(dryad), 1)));
	dryad_text_counter(ret, "memory_guild_errors_total", "Errors of the memory guild.", backend->guild_errors);
	dryad_text_gauge(ret, "db_connection_pool_active", "Connections of the pool in use.",
			 floor(backend->pool_active));
	dryad_text_gauge(ret, "db_connection_pool_idle", "Connections of the pool that wait for work.",
			 floor(backend->pool_idle));
	dryad_text_gauge(ret, "db_connection_pool_max", "Most connections of the pool, overflow and all.",
			 dryad_pool_max(dryad));
	dryad_text_counter(ret, "auth_failures_total", "Log-ins that failed.", backend->logins_bad);
	dryad_text_counter(ret, "rate_limit_exceeded_total", "Requests refused beyond the rate limit.",
			   backend->limited);
	dryad_text_counter(ret, "suspicious_requests_total", "Requests that look like somebody trying doors.",
			   backend->suspicious);
}

void dryad_page_rules(const struct dryad *dryad, const struct backend *backend, struct strbuf *ret)
{
	dryad_text_family(ret, "http_requests_total", "counter", "Requests answered.");
	add_requests(backend, "http_requests_total", "path", ret);
	dryad_text_family(ret, "http_request_duration_seconds", "histogram", "Time of a request.");
	add_durations(backend, "http_request_duration_seconds", "path", ret);
	add_models(dryad, backend, ret);
	add_work(dryad, backend, ret);
}

static void add_university_database(const struct backend *backend, struct strbuf *ret)
{
	static const char *const tables[] = { "agents", "agent_executions", "pending_approvals", "system_logs" };
	static const double shares[] = { 0.5, 0.3, 0.05, 0.15 };
	char labels[LABELS_SIZE];

	dryad_text_family(ret, "uni0_db_queries_total", "counter", "Total database queries");
	for (int i = 0; i < QUERY_COUNT; i++) {
		for (size_t table = 0; table < 4; table++) {
			snprintf(labels, sizeof(labels), "operation=\"%s\",table=\"%s\"", dryad_query_names[i],
				 tables[table]);
			dryad_text_whole(ret, "uni0_db_queries_total", labels, backend->queries[i] * shares[table]);
		}
	}
	dryad_text_family(ret, "uni0_db_query_duration_seconds", "histogram", "Database query duration in seconds");
	for (int i = 0; i < QUERY_COUNT; i++) {
		snprintf(labels, sizeof(labels), "operation=\"%s\",", dryad_query_names[i]);
		dryad_text_histogram(ret, "uni0_db_query_duration_seconds", labels, BUCKETS_QUERY, &backend->query[i]);
	}
}

static void add_university_errors(const struct backend *backend, struct strbuf *ret)
{
	char labels[LABELS_SIZE];

	dryad_text_family(ret, "uni0_errors_total", "counter", "Total errors");
	for (int i = 0; i < CAUSE_COUNT; i++) {
		if (backend->causes[i] < 1)
			continue;
		snprintf(labels, sizeof(labels), "error_type=\"%s\",endpoint=\"%s\"", dryad_cause_names[i],
			 dryad_routes[i == CAUSE_LLM ? ROUTE_EXECUTE : ROUTE_AGENTS].path);
		dryad_text_whole(ret, "uni0_errors_total", labels, backend->causes[i]);
	}
	dryad_text_family(ret, "uni0_rate_limit_exceeded_total", "counter", "Total rate limit exceeded events");
	snprintf(labels, sizeof(labels), "endpoint=\"%s\"", dryad_routes[ROUTE_LOGIN].path);
	dryad_text_whole(ret, "uni0_rate_limit_exceeded_total", labels, backend->limited);
}

void dryad_page_university(const struct dryad *dryad, const struct backend *backend, struct strbuf *ret)
{
	char labels[LABELS_SIZE];

	dryad_text_family(ret, "uni0_requests_total", "counter", "Total HTTP requests");
	add_requests(backend, "uni0_requests_total", "endpoint", ret);
	dryad_text_family(ret, "uni0_request_duration_seconds", "histogram", "HTTP request duration in seconds");
	add_durations(backend, "uni0_request_duration_seconds", "endpoint", ret);
	dryad_text_family(ret, "uni0_active_requests", "gauge", "Active HTTP requests");
	for (unsigned i = 0; i < ROUTE_COUNT; i++) {
		snprintf(labels, sizeof(labels), "method=\"%s\",endpoint=\"%s\"", dryad_routes[i].method,
			 dryad_routes[i].path);
		dryad_text_whole(ret, "uni0_active_requests", labels,
				 backend->rate * dryad_routes[i].share * dryad_routes[i].median_s * backend->slowness +
					 0.4);
	}
	dryad_text_family(ret, "uni0_auth_attempts_total", "counter", "Total authentication attempts");
	dryad_text_whole(ret, "uni0_auth_attempts_total", "status=\"success\"", backend->logins_good);
	dryad_text_whole(ret, "uni0_auth_attempts_total", "status=\"failed\"", backend->logins_bad);
	dryad_text_family(ret, "uni0_auth_duration_seconds", "histogram", "Authentication duration in seconds");
	dryad_text_histogram(ret, "uni0_auth_duration_seconds", "", BUCKETS_LOGIN, &backend->login);
	add_university_database(backend, ret);
	dryad_text_gauge(ret, "uni0_universities_total", "Total number of universities", 6);
	dryad_text_gauge(ret, "uni0_agents_total", "Total number of agents", dryad->agents);
	dryad_text_gauge(ret, "uni0_agents_active", "Number of active agents", floor(dryad->agents_active));
	dryad_text_gauge(ret, "uni0_competitions_total", "Total number of competitions", 18);
	dryad_text_gauge(ret, "uni0_competitions_active", "Number of active competitions",
			 dryad_llm_serves(dryad) ? 2 : 0);
	add_university_errors(backend, ret);
}

void dryad_page_process(const struct dryad *dryad, const struct backend *backend, struct strbuf *ret)
{
	char labels[LABELS_SIZE];

	dryad_text_family(ret, "process_cpu_seconds_total", "counter",
			  "Total user and system CPU time spent in seconds.");
	dryad_text_real(ret, "process_cpu_seconds_total", "", backend->cpu_seconds);
	dryad_text_gauge(ret, "process_resident_memory_bytes", "Resident memory size in bytes.",
			 floor(backend->resident_bytes / 4096) * 4096);
	dryad_text_gauge(ret, "process_virtual_memory_bytes", "Virtual memory size in bytes.",
			 floor(backend->resident_bytes / 4096) * 4096 + 1.1e9);
	dryad_text_gauge(ret, "process_virtual_memory_max_bytes", "Most memory the process may have, in bytes.",
			 dryad->settings.memory_limit_bytes);
	dryad_text_gauge(ret, "process_heap_bytes", "Memory held by Python objects, in bytes.",
			 floor(backend->heap_bytes));
	dryad_text_gauge(ret, "process_start_time_seconds", "Start time of the process since unix epoch in seconds.",
			 (double)backend->start_ms / 1000);
	dryad_text_gauge(ret, "process_open_fds", "Number of open file descriptors.", floor(60 + backend->rate * 4));
	dryad_text_gauge(ret, "process_max_fds", "Maximum number of open file descriptors.", 65536);
	dryad_text_family(ret, "dryad_build_info", "gauge", "Which version runs.");
	snprintf(labels, sizeof(labels), "version=\"%s\",build=\"%s\",application=\"%s\"", dryad->settings.version,
		 dryad->settings.build, dryad_applications[dryad->application]);
	dryad_text_whole(ret, "dryad_build_info", labels, 1);
	dryad_text_gauge(ret, "dryad_config_serial", "Which configuration is in force: another one has another number.",
			 dryad->settings.config_serial);
}
