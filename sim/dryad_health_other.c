#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/dryad_document.h"

/* What L9-agent and Uni0 answer; much of it is constant, as in the applications themselves. */

void agent_health(struct document_call *call)
{
	cJSON_AddStringToObject(call->root, "status", "healthy");
	cJSON_AddStringToObject(call->root, "timestamp", "2025-10-13T00:00:00Z");
}

/* Labels stand in the keys without quotes. */
static void add_tenants(cJSON *object, const char *name, double value)
{
	static const char *const tenants[] = { "acme", "initech", "umbrella" };
	static const double shares[] = { 0.5, 0.3, 0.2 };
	char key[96];

	for (int i = 0; i < 3; i++) {
		snprintf(key, sizeof(key), "%s{tenant_id=%s}", name, tenants[i]);
		cJSON_AddNumberToObject(object, key, floor(value * shares[i]));
	}
}

void agent_metrics(struct document_call *call)
{
	const struct backend *backend = call->backend;
	double all = backend->workflows_good + backend->workflows_bad, median_s = 8 * dryad_llm_median_s(call->dryad);
	cJSON *counters = cJSON_AddObjectToObject(call->root, "counters"), *timing;

	add_tenants(counters, "code_reviews_total", all);
	add_tenants(counters, "code_review_completed", backend->workflows_good);
	add_tenants(counters, "code_review_escalations", backend->workflows_bad);
	add_tenants(counters, "code_review_findings", all * 3.4);
	timing = cJSON_AddObjectToObject(cJSON_AddObjectToObject(call->root, "timings"),
					 "code_review_duration{tenant_id=acme}");
	cJSON_AddNumberToObject(timing, "count", fmin(floor(all * 0.5), 1000));
	document_add_number(timing, "sum", fmin(floor(all * 0.5), 1000) * median_s * 1.083, 3);
	document_add_number(timing, "min", median_s * 0.4, 3);
	document_add_number(timing, "max", median_s * 3.2, 3);
	document_add_number(timing, "mean", median_s * 1.083, 3);
	document_add_number(timing, "p50", median_s, 3);
	document_add_number(timing, "p95", median_s * 1.93, 3);
	document_add_number(timing, "p99", median_s * 2.54, 3);
	cJSON_AddNumberToObject(cJSON_AddObjectToObject(call->root, "gauges"), "active_reviews",
				floor(call->dryad->workflows_active));
	document_add_number(call->root, "uptime_seconds", (double)(call->dryad->stepped_ms - backend->start_ms) / 1000,
			    3);
	document_add_number(call->root, "timestamp", (double)call->dryad->stepped_ms / 1000, 3);
}

void agent_status(struct document_call *call)
{
	const struct backend *backend = call->backend;
	cJSON *metrics, *levels;
	char name[16];

	cJSON_AddStringToObject(call->root, "status", "operational");
	document_add_number(call->root, "uptime_seconds", (double)(call->dryad->stepped_ms - backend->start_ms) / 1000,
			    3);
	metrics = cJSON_AddObjectToObject(call->root, "metrics");
	cJSON_AddNumberToObject(metrics, "code_reviews_total", floor(backend->workflows_good + backend->workflows_bad));
	cJSON_AddNumberToObject(metrics, "code_reviews_completed", floor(backend->workflows_good));
	cJSON_AddNumberToObject(metrics, "code_reviews_escalated", floor(backend->workflows_bad));
	/* Whatever becomes of them, they are said to be operational. */
	levels = cJSON_AddObjectToObject(call->root, "levels");
	for (int i = 0; i < DRYAD_LEVELS; i++) {
		snprintf(name, sizeof(name), "level_%d", i);
		cJSON_AddStringToObject(levels, name, "operational");
	}
}

void agent_logs(struct document_call *call)
{
	static const char *const components[] = { "orchestrator", "archivist", "librarian", "decision_engine" };
	const char *component = document_argument(call, "component"), *most = document_argument(call, "limit");
	uint64_t limit = 100;
	cJSON *logs = cJSON_AddArrayToObject(call->root, "logs");
	char text[64];

	if (most && (!document_number(most, "", &limit) || !limit || limit > 1000)) {
		cJSON_Delete(cJSON_DetachItemFromObject(call->root, "logs"));
		document_refuse(call, 422, "limit must be between 1 and 1000");
		return;
	}
	for (unsigned i = 0; i < 40 && (uint64_t)cJSON_GetArraySize(logs) < limit; i++) {
		cJSON *entry;

		if (component && strcmp(component, components[i % 4]) != 0)
			continue;
		entry = cJSON_CreateObject();
		snprintf(text, sizeof(text), "log-%08lld-%02u", (long long)(call->dryad->stepped_ms / 60000), i);
		cJSON_AddStringToObject(entry, "log_id", text);
		document_add_time(entry, "timestamp", call->dryad->stepped_ms - i * 1500);
		cJSON_AddStringToObject(entry, "level", i % 13 ? "INFO" : "WARNING");
		cJSON_AddStringToObject(entry, "component", components[i % 4]);
		cJSON_AddStringToObject(entry, "event_type", i % 13 ? "workflow_step" : "retry");
		cJSON_AddStringToObject(entry, "message", i % 13 ? "step finished" : "step is tried again");
		cJSON_AddItemToArray(logs, entry);
	}
	cJSON_AddNumberToObject(call->root, "total", cJSON_GetArraySize(logs));
}

void university_health(struct document_call *call)
{
	cJSON_AddStringToObject(call->root, "status", "healthy");
	cJSON_AddStringToObject(call->root, "service", "Uni0");
	cJSON_AddStringToObject(call->root, "version", "1.0.0");
}

void university_root(struct document_call *call)
{
	cJSON_AddStringToObject(call->root, "status", "healthy");
	document_add_time(call->root, "timestamp", call->dryad->stepped_ms);
}

void university_performance(struct document_call *call)
{
	double active = floor(call->dryad->agents_active);
	cJSON *agents, *system;

	cJSON_AddNumberToObject(call->root, "universities", 6);
	agents = cJSON_AddObjectToObject(call->root, "agents");
	cJSON_AddNumberToObject(agents, "total", call->dryad->agents);
	cJSON_AddNumberToObject(agents, "active", active);
	cJSON_AddNumberToObject(agents, "inactive", call->dryad->agents - active);
	system = cJSON_AddObjectToObject(call->root, "system");
	cJSON_AddStringToObject(system, "cpu_usage", "N/A");
	cJSON_AddStringToObject(system, "memory_usage", "N/A");
	cJSON_AddStringToObject(system, "disk_usage", "N/A");
}

void university_errors(struct document_call *call)
{
	cJSON_AddNumberToObject(call->root, "total_errors", 0);
	cJSON_AddNumberToObject(call->root, "error_rate", 0);
	cJSON_AddItemToObject(call->root, "recent_errors", cJSON_CreateArray());
}

void university_services(struct document_call *call)
{
	cJSON *services = cJSON_AddObjectToObject(call->root, "services");

	cJSON_AddStringToObject(services, "api", "healthy");
	cJSON_AddStringToObject(services, "database", "healthy");
	cJSON_AddStringToObject(services, "websocket", "healthy");
}

/* It asks with a raw string, which its library refuses, however well the database is. */
void university_database(struct document_call *call)
{
	cJSON_AddStringToObject(call->root, "status",
				"unhealthy: Textual SQL expression 'SELECT 1' should be explicitly declared as "
				"text('SELECT 1')");
	document_add_time(call->root, "timestamp", call->dryad->stepped_ms);
}

void university_sockets(struct document_call *call)
{
	cJSON_AddNumberToObject(call->root, "active_connections", floor(3 + call->backend->rate / 4));
	cJSON_AddNumberToObject(call->root, "rooms", 4);
}
