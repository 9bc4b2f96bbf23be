#include <math.h>

#include "base/clock.h"
#include "sim/dryad_document.h"

/* The rest of L9-full's health family: security, monitoring, and the doubled prefix. */

void l9_health_security(struct document_call *call)
{
	const struct dryad *dryad = call->dryad;
	double attack = dryad->push[PUSH_ATTACK] + dryad->push[PUSH_INTRUSION];

	cJSON_AddStringToObject(call->root, "status", attack > 5 ? "unhealthy" : attack > 1 ? "degraded" : "healthy");
	cJSON_AddNumberToObject(call->root, "failed_logins", floor(call->backend->logins_bad));
	cJSON_AddNumberToObject(call->root, "rate_limited_requests", floor(call->backend->limited));
	cJSON_AddNumberToObject(call->root, "suspicious_requests", floor(call->backend->suspicious));
	cJSON_AddItemToObject(call->root, "blocked_ips", cJSON_CreateArray());
	document_add_time(call->root, "timestamp", dryad->stepped_ms);
}

void l9_security_health(struct document_call *call)
{
	cJSON_AddStringToObject(call->root, "status", "healthy");
	cJSON_AddStringToObject(call->root, "service", "security");
	document_add_time(call->root, "timestamp", call->dryad->stepped_ms);
}

/* What the in-process rules would say: CPU over 80, memory over 85, errors over 5 a minute. */
static size_t add_alerts(const struct dryad *dryad, cJSON *list)
{
	double cpu = 0, errors = dryad_rate_of_errors(dryad) * DRYAD_SUM(dryad, rate) * 60;
	size_t count = 0;

	for (int i = 0; i < DRYAD_CORES; i++)
		cpu += 100 * dryad->host.busy[i] / DRYAD_CORES;
	const struct {
		const char *name, *severity;
		double value, limit;
	} rows[] = { { "high_cpu_usage", "warning", cpu, 80 },
		     { "high_memory_usage", "warning", 100 * dryad->host.memory_used / DRYAD_HOST_BYTES, 85 },
		     { "high_error_rate", "critical", errors, 5 } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		cJSON *entry;

		if (!(rows[i].value > rows[i].limit))
			continue;
		count++;
		if (!list)
			continue;
		entry = cJSON_CreateObject();
		cJSON_AddStringToObject(entry, "name", rows[i].name);
		cJSON_AddStringToObject(entry, "severity", rows[i].severity);
		document_add_number(entry, "value", rows[i].value, 2);
		cJSON_AddNumberToObject(entry, "threshold", rows[i].limit);
		cJSON_AddItemToArray(list, entry);
	}
	return count;
}

void l9_health_monitoring(struct document_call *call)
{
	cJSON_AddStringToObject(call->root, "status", "healthy");
	cJSON_AddBoolToObject(call->root, "monitoring_active", true);
	cJSON_AddNumberToObject(call->root, "active_alerts", (double)add_alerts(call->dryad, NULL));
	document_add_number(call->root, "uptime_seconds",
			    (double)(call->dryad->stepped_ms - call->backend->start_ms) / 1000, 1);
	document_add_time(call->root, "timestamp", call->dryad->stepped_ms);
}

void l9_health_monitoring_metrics(struct document_call *call)
{
	const struct dryad *dryad = call->dryad;
	double cpu = 0;
	cJSON *metrics = cJSON_AddObjectToObject(call->root, "metrics");

	for (int i = 0; i < DRYAD_CORES; i++)
		cpu += 100 * dryad->host.busy[i] / DRYAD_CORES;
	document_add_number(metrics, "system.cpu.usage_percent", cpu, 1);
	document_add_number(metrics, "system.memory.usage_percent", 100 * dryad->host.memory_used / DRYAD_HOST_BYTES,
			    1);
	document_add_number(metrics, "system.memory.available_bytes", DRYAD_HOST_BYTES - dryad->host.memory_used, 0);
	document_add_number(metrics, "system.memory.used_bytes", dryad->host.memory_used, 0);
	document_add_number(metrics, "system.disk.usage_percent", 100 * dryad->host.disk_used / DRYAD_DISK_BYTES, 1);
	document_add_number(metrics, "process.memory.rss_bytes", call->backend->resident_bytes, 0);
	document_add_number(metrics, "process.cpu.percent", call->backend->cores * 100, 1);
	cJSON_AddNumberToObject(metrics, "process.threads", 24);
	document_add_time(call->root, "timestamp", dryad->stepped_ms);
}

void l9_health_monitoring_alerts(struct document_call *call)
{
	cJSON *list = cJSON_AddArrayToObject(call->root, "alerts");

	cJSON_AddNumberToObject(call->root, "total", (double)add_alerts(call->dryad, list));
	document_add_time(call->root, "timestamp", call->dryad->stepped_ms);
}

void l9_health_quick(struct document_call *call)
{
	cJSON_AddStringToObject(call->root, "status", document_score_word(dryad_health_score(call->dryad)));
	document_add_time(call->root, "timestamp", call->dryad->stepped_ms);
}

void l9_health_detailed(struct document_call *call)
{
	l9_health_status(call);
	document_add_number(call->root, "uptime_seconds",
			    (double)(call->dryad->stepped_ms - call->backend->start_ms) / 1000, 1);
	cJSON_AddStringToObject(call->root, "version", call->dryad->settings.version);
}

void l9_health_pools(struct document_call *call)
{
	double used = call->backend->pool_active, most = dryad_pool_max(call->dryad);
	cJSON *pool;

	cJSON_AddStringToObject(call->root, "status", document_usage_word(100 * used / most, 70, 90));
	pool = cJSON_AddObjectToObject(cJSON_AddObjectToObject(call->root, "pools"), "database");
	cJSON_AddNumberToObject(pool, "size", DRYAD_POOL_SIZE);
	cJSON_AddNumberToObject(pool, "max_overflow", most - DRYAD_POOL_SIZE);
	cJSON_AddNumberToObject(pool, "checked_out", floor(used));
	cJSON_AddNumberToObject(pool, "checked_in", floor(call->backend->pool_idle));
	document_add_time(call->root, "timestamp", call->dryad->stepped_ms);
}
