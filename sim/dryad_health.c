#include <math.h>

#include "sim/dryad_document.h"

/* L9-full's health documents. They are 200 even when they say that all is lost. */

struct service_row {
	const char *name;
	bool serves, has_fallback, required;
	const char *reason, *capability;
	int breaker; /* -1: it has none */
};

enum { SERVICE_ROWS = 5 };

static void fill_services(const struct dryad *dryad, struct service_row ret[SERVICE_ROWS])
{
	bool llm = dryad_llm_serves(dryad);
	const struct service_row rows[SERVICE_ROWS] = {
		{ "llm", llm, true, false, dryad->settings.basic_mode ? "basic mode" : "provider does not answer",
		  "ai_generation", BREAKER_LLM },
		{ "database", dryad_store_serves(dryad, DRYAD_POSTGRES), false, true, "connection refused",
		  "persistence", BREAKER_DATABASE },
		{ "vector_store", dryad_store_serves(dryad, DRYAD_CHROMA), true, false,
		  "connection refused, using mock", "semantic_search", BREAKER_VECTORS },
		{ "task_queue", dryad_store_serves(dryad, DRYAD_REDIS), true, false, "Redis refused, using mock",
		  "background_tasks", BREAKER_QUEUE },
		{ "multimodal", llm, true, false, "needs the language model", "multimodal_processing", -1 },
	};

	for (int i = 0; i < SERVICE_ROWS; i++)
		ret[i] = rows[i];
}

static const char *service_word(const struct service_row *row)
{
	return row->serves ? "healthy" : row->required ? "unhealthy" : "degraded";
}

cJSON *l9_health_services_object(const struct dryad *dryad)
{
	struct service_row rows[SERVICE_ROWS];
	cJSON *object = cJSON_CreateObject();

	fill_services(dryad, rows);
	for (int i = 0; i < SERVICE_ROWS; i++) {
		cJSON *entry = cJSON_AddObjectToObject(object, rows[i].name), *affected;

		cJSON_AddStringToObject(entry, "status", service_word(&rows[i]));
		cJSON_AddBoolToObject(entry, "fallback_available", rows[i].has_fallback);
		affected = cJSON_AddArrayToObject(entry, "capabilities_affected");
		if (!rows[i].serves)
			cJSON_AddItemToArray(affected, cJSON_CreateString(rows[i].capability));
		document_add_time(entry, "last_check", dryad->stepped_ms);
		if (rows[i].serves)
			cJSON_AddNullToObject(entry, "error_message");
		else
			cJSON_AddStringToObject(entry, "error_message", rows[i].reason);
		cJSON_AddStringToObject(
			entry, "circuit_breaker_state",
			dryad_breaker_states[rows[i].breaker < 0 ? BREAKER_CLOSED
								 : dryad->breakers[rows[i].breaker].state]);
		if (rows[i].serves)
			cJSON_AddNullToObject(entry, "degradation_reason");
		else
			cJSON_AddStringToObject(entry, "degradation_reason", rows[i].reason);
	}
	return object;
}

cJSON *l9_health_breakers_object(const struct dryad *dryad)
{
	cJSON *object = cJSON_CreateObject(), *states;
	int counts[3] = { 0 };

	for (int i = 0; i < BREAKER_COUNT; i++)
		counts[dryad->breakers[i].state]++;
	cJSON_AddStringToObject(object, "status",
				counts[BREAKER_OPEN]        ? "unhealthy"
				: counts[BREAKER_HALF_OPEN] ? "degraded"
							    : "healthy");
	cJSON_AddNumberToObject(object, "total_breakers", BREAKER_COUNT);
	cJSON_AddNumberToObject(object, "healthy_breakers", counts[BREAKER_CLOSED]);
	cJSON_AddNumberToObject(object, "degraded_breakers", counts[BREAKER_HALF_OPEN]);
	cJSON_AddNumberToObject(object, "failed_breakers", counts[BREAKER_OPEN]);
	states = cJSON_AddObjectToObject(object, "breaker_states");
	for (int i = 0; i < BREAKER_COUNT; i++)
		cJSON_AddStringToObject(states, dryad_breaker_names[i], dryad_breaker_states[dryad->breakers[i].state]);
	return object;
}

static void add_model(const struct dryad *dryad, cJSON *object)
{
	bool serves = dryad_llm_serves(dryad);

	cJSON_AddStringToObject(object, "status", document_score_word(dryad_llm_score(dryad)));
	cJSON_AddStringToObject(object, "provider", dryad_provider_names[dryad->settings.provider]);
	cJSON_AddStringToObject(object, "model", dryad_provider_models[dryad->settings.provider]);
	cJSON_AddBoolToObject(object, "available", serves);
	cJSON_AddNumberToObject(object, "health_score", dryad_llm_score(dryad));
}

static void add_lists(const struct dryad *dryad, cJSON *root)
{
	struct service_row rows[SERVICE_ROWS];
	cJSON *degraded = cJSON_AddArrayToObject(root, "degraded_features");
	cJSON *available = cJSON_AddArrayToObject(root, "available_features");
	cJSON *advice = cJSON_AddArrayToObject(root, "recommendations");

	fill_services(dryad, rows);
	for (int i = 0; i < SERVICE_ROWS; i++) {
		cJSON_AddItemToArray(rows[i].serves ? available : degraded, cJSON_CreateString(rows[i].capability));
		if (!rows[i].serves && rows[i].breaker >= 0) {
			struct strbuf text = STRBUF_INIT;

			strbuf_addf(&text, "Check %s: %s", rows[i].name, rows[i].reason);
			cJSON_AddItemToArray(advice, cJSON_CreateString(text.text));
			strbuf_release(&text);
		}
	}
}

void l9_health_status(struct document_call *call)
{
	const struct dryad *dryad = call->dryad;
	double score = dryad_health_score(dryad);
	cJSON *services, *system;

	cJSON_AddStringToObject(call->root, "status", document_score_word(score));
	document_add_time(call->root, "timestamp", dryad->stepped_ms);
	document_add_number(call->root, "health_score", score, 1);
	services = l9_health_services_object(dryad);
	cJSON_DeleteItemFromObjectCaseSensitive(services, "llm");
	add_model(dryad, cJSON_AddObjectToObject(services, "llm"));
	cJSON_AddItemToObject(call->root, "services", services);
	system = cJSON_AddObjectToObject(call->root, "ai_system");
	cJSON_AddStringToObject(system, "model_manager", dryad_llm_serves(dryad) ? "healthy" : "degraded");
	cJSON_AddStringToObject(system, "performance_optimizer", "healthy");
	cJSON_AddStringToObject(system, "multi_agent", dryad->push[PUSH_WORKFLOWS] > 0.1 ? "degraded" : "healthy");
	cJSON_AddStringToObject(system, "overall_status",
				dryad_llm_serves(dryad) && !(dryad->push[PUSH_WORKFLOWS] > 0.1) ? "healthy"
												: "degraded");
	cJSON_AddItemToObject(call->root, "circuit_breakers", l9_health_breakers_object(dryad));
	add_lists(dryad, call->root);
}

void l9_health_llm(struct document_call *call)
{
	const struct dryad *dryad = call->dryad;
	bool serves = dryad_llm_serves(dryad);
	cJSON *issues, *guidance, *info;

	cJSON_AddStringToObject(call->root, "status", document_score_word(dryad_llm_score(dryad)));
	cJSON_AddNumberToObject(call->root, "health_score", dryad_llm_score(dryad));
	cJSON_AddBoolToObject(call->root, "llm_available", serves);
	cJSON_AddStringToObject(call->root, "provider", dryad_provider_names[dryad->settings.provider]);
	cJSON_AddStringToObject(call->root, "model", dryad_provider_models[dryad->settings.provider]);
	issues = cJSON_AddArrayToObject(call->root, "issues");
	guidance = cJSON_AddArrayToObject(call->root, "setup_guidance");
	if (!serves) {
		cJSON_AddItemToArray(issues, cJSON_CreateString("LLM provider does not answer"));
		cJSON_AddItemToArray(guidance, cJSON_CreateString("Start the provider or switch to another one"));
	}
	document_add_number(call->root, "timestamp", (double)dryad->stepped_ms / 1000, 3);
	info = cJSON_AddObjectToObject(call->root, "llm_info");
	document_add_number(info, "avg_response_time", serves ? dryad_llm_median_s(dryad) * 1.13 : 0, 3);
	document_add_number(info, "tokens_per_second", dryad->tokens_rate, 1);
}

void l9_health_services(struct document_call *call)
{
	struct service_row rows[SERVICE_ROWS];
	int healthy = 0;

	fill_services(call->dryad, rows);
	for (int i = 0; i < SERVICE_ROWS; i++)
		healthy += rows[i].serves;
	cJSON_AddStringToObject(call->root, "status",
				!rows[1].serves           ? "unhealthy"
				: healthy == SERVICE_ROWS ? "healthy"
							  : "degraded");
	cJSON_AddNumberToObject(call->root, "total_services", SERVICE_ROWS);
	cJSON_AddNumberToObject(call->root, "healthy_services", healthy);
	cJSON_AddItemToObject(call->root, "services", l9_health_services_object(call->dryad));
	document_add_time(call->root, "timestamp", call->dryad->stepped_ms);
}

void l9_health_breakers(struct document_call *call)
{
	cJSON *all = l9_health_breakers_object(call->dryad), *details = cJSON_AddObjectToObject(all, "breakers");

	for (int i = 0; i < BREAKER_COUNT; i++) {
		const struct dryad_breaker_info *breaker = &call->dryad->breakers[i];
		cJSON *entry = cJSON_AddObjectToObject(details, dryad_breaker_names[i]);

		cJSON_AddStringToObject(entry, "state", dryad_breaker_states[breaker->state]);
		document_add_number(entry, "failure_count", floor(breaker->failures), 0);
		document_add_time(entry, "last_change",
				  breaker->changed_ms ? breaker->changed_ms : call->dryad->start_ms);
	}
	cJSON_Delete(call->root);
	call->root = all;
}

void l9_health_features(struct document_call *call)
{
	add_lists(call->dryad, call->root);
	document_add_time(call->root, "timestamp", call->dryad->stepped_ms);
}

void l9_health_capabilities(struct document_call *call)
{
	static const char *const modes[] = { "full", "standard", "degraded", "minimal", "basic", "basic" };
	struct service_row rows[SERVICE_ROWS];
	int lost = 0;

	fill_services(call->dryad, rows);
	for (int i = 0; i < SERVICE_ROWS; i++)
		lost += !rows[i].serves;
	cJSON_AddStringToObject(call->root, "operational_mode",
				call->dryad->settings.basic_mode ? "basic" : modes[lost]);
	document_add_number(call->root, "capability_score", 100 - 100.0 * lost / SERVICE_ROWS, 1);
	add_lists(call->dryad, call->root);
	document_add_time(call->root, "timestamp", call->dryad->stepped_ms);
}

void l9_health_errors(struct document_call *call)
{
	double total = 0, rate = dryad_rate_of_errors(call->dryad) * DRYAD_SUM(call->dryad, rate) * 60;
	cJSON *types = cJSON_CreateObject();

	for (int i = 0; i < CAUSE_COUNT; i++) {
		total += floor(call->backend->causes[i]);
		if (call->backend->causes[i] >= 1)
			cJSON_AddNumberToObject(types, dryad_cause_names[i], floor(call->backend->causes[i]));
	}
	cJSON_AddStringToObject(call->root, "status", document_usage_word(rate, 5, 10));
	cJSON_AddNumberToObject(call->root, "total_errors", total);
	document_add_number(call->root, "errors_per_minute", rate, 2);
	cJSON_AddItemToObject(call->root, "errors_by_type", types);
	document_add_time(call->root, "timestamp", call->dryad->stepped_ms);
}

static void add_resource(cJSON *resources, const char *name, double percent, double degraded, double unhealthy)
{
	cJSON *entry = cJSON_AddObjectToObject(resources, name);

	document_add_number(entry, "usage_percent", percent, 1);
	cJSON_AddStringToObject(entry, "status", document_usage_word(percent, degraded, unhealthy));
}

void l9_health_performance(struct document_call *call)
{
	const struct dryad *dryad = call->dryad;
	double cpu = 0, memory = 100 * dryad->host.memory_used / DRYAD_HOST_BYTES;
	double disk = 100 * dryad->host.disk_used / DRYAD_DISK_BYTES, worst;
	cJSON *resources;

	for (int i = 0; i < DRYAD_CORES; i++)
		cpu += 100 * dryad->host.busy[i] / DRYAD_CORES;
	/* The disk's limits lie 15 and 5 higher than the others'. */
	worst = fmax(fmax(cpu, memory), disk > 95 ? 91 : disk > 85 ? 71 : 0);
	cJSON_AddStringToObject(call->root, "status", document_usage_word(worst, 70, 90));
	resources = cJSON_AddObjectToObject(call->root, "resources");
	add_resource(resources, "cpu", cpu, 70, 90);
	add_resource(resources, "memory", memory, 70, 90);
	add_resource(resources, "disk", disk, 85, 95);
	document_add_number(call->root, "requests_per_second", DRYAD_SUM(dryad, rate), 2);
	document_add_number(call->root, "avg_response_time_ms",
			    1000 * (0.03 * call->backend->slowness + 0.14 * dryad_llm_median_s(dryad)), 1);
	document_add_time(call->root, "timestamp", dryad->stepped_ms);
}
