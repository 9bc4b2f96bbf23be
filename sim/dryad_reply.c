#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "sim/dryad_document.h"
#include "sim/dryad_text.h"

#define FULL  (1u << DRYAD_L9_FULL)
#define AGENT (1u << DRYAD_L9_AGENT)
#define UNI   (1u << DRYAD_HEAD_UNI)
#define MAIN  (1u << DRYAD_HEAD_MAIN)

/* Which application has which path; a * at the end stands for anything. */
static const struct {
	unsigned applications;
	const char *method, *path;
	document_function *document;
} documents[] = {
	/* clang-format off */
	{ FULL, "GET", "/api/v1/health/status", l9_health_status },
	{ FULL, "GET", "/api/v1/health/", l9_health_llm },
	{ FULL, "GET", "/api/v1/health/services", l9_health_services },
	{ FULL, "GET", "/api/v1/health/circuit-breakers", l9_health_breakers },
	{ FULL, "GET", "/api/v1/health/features", l9_health_features },
	{ FULL, "GET", "/api/v1/health/capabilities", l9_health_capabilities },
	{ FULL, "GET", "/api/v1/health/errors", l9_health_errors },
	{ FULL, "GET", "/api/v1/health/performance", l9_health_performance },
	{ FULL, "GET", "/api/v1/health/security", l9_health_security },
	{ FULL, "GET", "/api/v1/health/monitoring", l9_health_monitoring },
	{ FULL, "GET", "/api/v1/health/monitoring/metrics", l9_health_monitoring_metrics },
	{ FULL, "GET", "/api/v1/health/monitoring/alerts", l9_health_monitoring_alerts },
	/* the prefix is there twice: so the application is */
	{ FULL, "GET", "/api/v1/health/health/quick", l9_health_quick },
	{ FULL, "GET", "/api/v1/health/health/detailed", l9_health_detailed },
	{ FULL, "GET", "/api/v1/health/health/llm", l9_health_llm },
	{ FULL, "GET", "/api/v1/health/health/pools", l9_health_pools },
	{ FULL, "GET", "/api/v1/health/health/metrics", l9_health_monitoring_metrics },
	{ FULL, "POST", "/api/v1/health/circuit-breakers/reset", post_breakers_reset },
	{ FULL, "POST", "/api/v1/health/basic-mode/activate", post_basic_mode },
	{ FULL, "POST", "/api/v1/health/basic-mode/deactivate", post_standard_mode },
	{ FULL, "POST", "/api/v1/health/errors/reset", post_reset },
	{ FULL, "POST", "/api/v1/health/performance/reset", post_reset },
	{ FULL, "POST", "/api/v1/health/security/reset", post_reset },
	{ FULL, "POST", "/api/v1/health/security/unblock-ip", post_unblock },
	{ FULL, "POST", "/api/v1/health/monitoring/health-check", post_check },
	{ FULL, "POST", "/api/v1/health/monitoring/alerts/resolve/*", post_resolve },
	{ FULL, "POST", "/api/v1/health/health/metrics/reset", post_reset },
	{ FULL, "GET", "/api/v1/approvals/pending", approvals_list },
	{ FULL, "POST", "/api/v1/approvals/*", approvals_act },
	{ FULL, "POST", "/api/v1/api-keys/*", post_key_rotate },
	{ FULL, "GET", "/api/v1/orchestrator/self-healing/tasks", healing_list },
	{ FULL, "GET", "/api/v1/orchestrator/self-healing/tasks/*", healing_one },
	{ FULL, "GET", "/api/v1/orchestrator/self-healing/stats", healing_stats },
	{ FULL, "POST", "/api/v1/orchestrator/self-healing/review/*", healing_act },
	{ FULL, "GET", "/api/v1/security/health", l9_security_health },
	{ FULL, "GET", "/api/v1/security/*", post_login_needed },
	{ AGENT, "GET", "/health", agent_health },
	{ AGENT, "GET", "/metrics", agent_metrics },
	{ AGENT, "GET", "/api/v1/system/status", agent_status },
	{ AGENT, "GET", "/api/v1/logs/logs", agent_logs },
	{ UNI, "GET", "/health", university_health },
	{ UNI, "GET", "/api/v1/health/", university_root },
	{ UNI, "GET", "/api/v1/health/performance", university_performance },
	{ UNI, "GET", "/api/v1/health/errors", university_errors },
	{ UNI, "GET", "/api/v1/health/services", university_services },
	{ UNI, "GET", "/api/v1/health/database", university_database },
	{ UNI, "GET", "/api/v1/ws/ws/stats", university_sockets },
	{ FULL | MAIN, "GET", "/api/v1/orchestrator/tasks", post_login_needed },
	{ FULL | MAIN, "GET", "/api/v1/dryad/oracle/providers/*", post_login_needed },
	/* clang-format on */
};

/* Paths whose answer is Prometheus text. */
static const struct {
	unsigned applications;
	const char *path;
	void (*add)(const struct dryad *dryad, const struct backend *backend, struct strbuf *ret);
	bool with_process;
} pages[] = {
	{ FULL, "/metrics", dryad_page_rules, true },
	{ FULL, "/api/v1/health/metrics/prometheus", dryad_page_l9, false },
	{ AGENT, "/metrics/prometheus", dryad_page_reviews, false },
	{ UNI, "/api/v1/health/metrics", dryad_page_university, true },
};

void document_add_time(cJSON *object, const char *name, int64_t time_ms)
{
	char seconds[24], text[40];

	time_format(time_ms, "%Y-%m-%dT%H:%M:%S", seconds, sizeof(seconds));
	snprintf(text, sizeof(text), "%s.%06d", seconds, (int)(time_ms % 1000) * 1000);
	cJSON_AddStringToObject(object, name, text);
}

void document_add_number(cJSON *object, const char *name, double value, int decimals)
{
	double scale = pow(10, decimals);

	cJSON_AddNumberToObject(object, name, round(value * scale) / scale);
}

void document_refuse(struct document_call *call, unsigned status, const char *detail)
{
	call->status = status;
	cJSON_AddStringToObject(call->root, "detail", detail);
}

const char *document_argument(const struct document_call *call, const char *name)
{
	return call->request->argument ? call->request->argument(call->request, name) : NULL;
}

bool document_number(const char *text, const char *prefix, uint64_t *ret)
{
	char *end;

	if (strncmp(text, prefix, strlen(prefix)) != 0)
		return false;
	text += strlen(prefix);
	if (*text < '0' || *text > '9')
		return false;
	*ret = strtoull(text, &end, 10);
	return !*end || *end == '/';
}

const char *document_score_word(double score)
{
	return score >= 80 ? "healthy" : score >= 50 ? "degraded" : "unhealthy";
}

const char *document_usage_word(double percent, double degraded, double unhealthy)
{
	return percent > unhealthy ? "unhealthy" : percent > degraded ? "degraded" : "healthy";
}

static void finish(struct page *ret, struct document_call *call)
{
	char *text = cJSON_PrintUnformatted(call->root);

	page_begin(ret, call->status, PAGE_JSON);
	strbuf_addstr(&ret->body, text ? text : "{}");
	strbuf_addch(&ret->body, '\n');
	cJSON_free(text);
	cJSON_Delete(call->root);
}

static void refuse(struct page *ret, unsigned status, const char *detail)
{
	page_begin(ret, status, PAGE_JSON);
	strbuf_addstr(&ret->body, "{\"detail\":");
	strbuf_add_json(&ret->body, detail);
	strbuf_addstr(&ret->body, "}\n");
}

/* The path's part behind the *, or NULL when it does not match. */
static const char *matches(const char *pattern, const char *path)
{
	size_t length = strlen(pattern);

	if (length && pattern[length - 1] == '*')
		return !strncmp(pattern, path, length - 1) && path[length - 1] ? path + length - 1 : NULL;
	return !strcmp(pattern, path) ? "" : NULL;
}

static bool is_get(const struct world_request *request)
{
	return !strcmp(request->method, "GET") || !strcmp(request->method, "HEAD");
}

static bool add_page(const struct dryad *dryad, const struct backend *backend, const char *path, struct page *ret)
{
	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		if (!(pages[i].applications & 1u << dryad->application) || strcmp(pages[i].path, path) != 0)
			continue;
		page_begin(ret, 200, PAGE_METRICS);
		pages[i].add(dryad, backend, &ret->body);
		if (pages[i].with_process)
			dryad_page_process(dryad, backend, &ret->body);
		return true;
	}
	return false;
}

static void backend_reply(struct dryad *dryad, const struct backend *backend, const struct world_request *request,
			  struct page *ret)
{
	const char *wanted = is_get(request) ? "GET" : request->method, *rest;
	bool known = false;

	if (is_get(request) && add_page(dryad, backend, request->path, ret))
		return;
	for (size_t i = 0; i < sizeof(documents) / sizeof(documents[0]); i++) {
		struct document_call call = { dryad, backend, request, NULL, 200, NULL };

		rest = matches(documents[i].path, request->path);
		if (!(documents[i].applications & 1u << dryad->application) || !rest)
			continue;
		known = true;
		if (strcmp(documents[i].method, wanted) != 0) {
			ret->allow = documents[i].method;
			continue;
		}
		call.rest = rest;
		call.root = cJSON_CreateObject();
		documents[i].document(&call);
		finish(ret, &call);
		return;
	}
	/* The framework sends on what lacks the slash. */
	if (!strcmp(request->path, "/api/v1/health") && dryad->application != DRYAD_L9_AGENT &&
	    dryad->application != DRYAD_HEAD_MAIN) {
		page_begin(ret, 307, PAGE_JSON);
		ret->location = "/api/v1/health/";
	} else if (known) {
		const char *allow = ret->allow;

		refuse(ret, 405, "Method Not Allowed");
		ret->allow = allow;
	} else {
		refuse(ret, 404, "Not Found");
	}
}

static void beside_reply(struct dryad *dryad, enum dryad_service service, const struct world_request *request,
			 struct page *ret)
{
	struct document_call call = { dryad, &dryad->backends[0], request, "", 200, NULL };
	bool metrics = !strcmp(request->path, "/metrics");
	document_function *document = NULL;

	if (service == DRYAD_CHROMA && !strcmp(request->path, "/api/v1/heartbeat"))
		document = chroma_heartbeat;
	else if (service == DRYAD_OLLAMA && !strcmp(request->path, "/api/tags"))
		document = ollama_tags;
	if (document) {
		call.root = cJSON_CreateObject();
		document(&call);
		finish(ret, &call);
	} else if (metrics && service != DRYAD_CHROMA && service != DRYAD_OLLAMA) {
		page_begin(ret, 200, PAGE_METRICS);
		dryad_metrics(dryad, service, 0, &ret->body);
	} else {
		refuse(ret, 404, "Not Found");
	}
}

void dryad_reply(struct dryad *dryad, enum dryad_service service, unsigned instance,
		 const struct world_request *request, struct page *ret)
{
	if (request->too_long)
		refuse(ret, 413, "Request Entity Too Large");
	else if (dryad_answers(dryad, service, instance) == ANSWER_ERROR)
		refuse(ret, 503, "Service Unavailable");
	else if (service == DRYAD_BACKEND)
		backend_reply(dryad, &dryad->backends[instance], request, ret);
	else if (!is_get(request))
		refuse(ret, 405, "Method Not Allowed");
	else
		beside_reply(dryad, service, request, ret);
}
