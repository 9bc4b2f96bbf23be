/* What each of DRYAD's four applications answers, and what it lacks. */
#include <criterion/criterion.h>

#include "tests/unit/dryad_fixture.h"

TestSuite(dryad_document, .timeout = 60);

static const struct {
	const char *path;
	unsigned full, agent, uni, head; /* HTTP status of GET by application */
} paths[] = {
	{ "/health", 404, 200, 200, 404 },
	{ "/metrics", 200, 200, 404, 404 },
	{ "/metrics/prometheus", 404, 200, 404, 404 },
	{ "/api/v1/health/status", 200, 404, 404, 404 },
	{ "/api/v1/health", 307, 404, 307, 404 },
	{ "/api/v1/health/", 200, 404, 200, 404 },
	{ "/api/v1/health/services", 200, 404, 200, 404 },
	{ "/api/v1/health/circuit-breakers", 200, 404, 404, 404 },
	{ "/api/v1/health/features", 200, 404, 404, 404 },
	{ "/api/v1/health/capabilities", 200, 404, 404, 404 },
	{ "/api/v1/health/errors", 200, 404, 200, 404 },
	{ "/api/v1/health/performance", 200, 404, 200, 404 },
	{ "/api/v1/health/security", 200, 404, 404, 404 },
	{ "/api/v1/health/monitoring", 200, 404, 404, 404 },
	{ "/api/v1/health/monitoring/metrics", 200, 404, 404, 404 },
	{ "/api/v1/health/monitoring/alerts", 200, 404, 404, 404 },
	{ "/api/v1/health/database", 404, 404, 200, 404 },
	{ "/api/v1/health/metrics", 404, 404, 200, 404 },
	{ "/api/v1/health/metrics/prometheus", 200, 404, 404, 404 },
	{ "/api/v1/health/health/quick", 200, 404, 404, 404 },
	{ "/api/v1/health/health/detailed", 200, 404, 404, 404 },
	{ "/api/v1/health/health/llm", 200, 404, 404, 404 },
	{ "/api/v1/health/health/pools", 200, 404, 404, 404 },
	{ "/api/v1/health/health/metrics", 200, 404, 404, 404 },
	{ "/api/v1/system/status", 404, 200, 404, 404 },
	{ "/api/v1/logs/logs", 404, 200, 404, 404 },
	{ "/api/v1/approvals/pending", 200, 404, 404, 404 },
	{ "/api/v1/orchestrator/self-healing/tasks", 200, 404, 404, 404 },
	{ "/api/v1/orchestrator/self-healing/stats", 200, 404, 404, 404 },
	{ "/api/v1/orchestrator/tasks", 401, 404, 404, 401 },
	{ "/api/v1/security/health", 200, 404, 404, 404 },
	{ "/api/v1/security/dashboard", 401, 404, 404, 404 },
	{ "/api/v1/ws/ws/stats", 404, 404, 200, 404 },
	{ "/nothing", 404, 404, 404, 404 },
	{ "", 404, 404, 404, 404 },
};

Test(dryad_document, each_application_has_its_paths)
{
	for (unsigned application = 0; application < DRYAD_APPLICATION_COUNT; application++) {
		struct dryad *dryad = begin_dryad(dryad_applications[application]);
		struct strbuf body = STRBUF_INIT;

		pass_time(dryad, MINUTE_MS);
		for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
			const unsigned wanted[] = { paths[i].full, paths[i].agent, paths[i].uni, paths[i].head };
			unsigned status = ask(dryad, DRYAD_BACKEND, "GET", paths[i].path, "", &body);

			cr_expect_eq(status, wanted[application], "%s %s: %u", dryad_applications[application],
				     paths[i].path, status);
			if (body.length && body.text[0] == '{') {
				cJSON *document = json_parse(body.text, body.length, paths[i].path, NULL);

				cr_expect(document, "%s: %s", paths[i].path, body.text);
				cJSON_Delete(document);
			}
		}
		strbuf_release(&body);
		dryad_free(dryad);
	}
}

Test(dryad_document, l9_status_has_its_shape)
{
	struct dryad *dryad = begin_dryad("l9-full");
	cJSON *status = get_document(dryad, "/api/v1/health/status");
	const cJSON *services = json_get(status, "services"), *entry = json_get(services, "database"), *breakers;
	static const char *const names[] = { "llm", "database", "vector_store", "task_queue", "multimodal" };
	static const char *const members[] = {
		"status",        "fallback_available",    "capabilities_affected", "last_check",
		"error_message", "circuit_breaker_state", "degradation_reason"
	};

	cr_expect_null(json_get(status, "components"), "the document's own shape is no application's");
	cr_expect_null(json_get(status, "metrics"));
	cr_expect_null(strchr(json_string(status, "timestamp", "Z"), 'Z'), "local, without a zone");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		cr_expect(cJSON_IsObject(json_get(services, names[i])), "%s", names[i]);
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		cr_expect(json_get(entry, members[i]), "%s", members[i]);
	cr_expect_str_eq(json_string(json_get(services, "llm"), "provider", ""), "ollama");
	breakers = json_get(status, "circuit_breakers");
	cr_expect_eq(json_int(breakers, "total_breakers", 0), 4);
	cr_expect_str_eq(json_string(json_get(breakers, "breaker_states"), "llm_provider", ""), "closed");
	cr_expect(cJSON_IsArray(json_get(status, "recommendations")));
	cr_expect(cJSON_IsArray(json_get(status, "available_features")));
	cr_expect_str_eq(json_string(json_get(status, "ai_system"), "overall_status", ""), "healthy");
	cJSON_Delete(status);
	dryad_free(dryad);
}

/* What the agent and Uni0 say is constant, however ill they are: a console must not believe it. */
Test(dryad_document, some_say_the_same_in_every_state)
{
	static const struct {
		const char *application, *path;
	} rows[] = { { "l9-agent", "/health" },
		     { "head-uni", "/health" },
		     { "head-uni", "/api/v1/health/services" },
		     { "head-uni", "/api/v1/health/errors" } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct dryad *dryad = begin_dryad(rows[i].application);
		struct strbuf well = STRBUF_INIT, ill = STRBUF_INIT;

		ask(dryad, DRYAD_BACKEND, "GET", rows[i].path, "", &well);
		cr_assert_eq(dryad_inject(dryad, "database-down", NULL), 0);
		pass_time(dryad, 3 * MINUTE_MS);
		ask(dryad, DRYAD_BACKEND, "GET", rows[i].path, "", &ill);
		cr_expect_str_eq(well.text, ill.text, "%s", rows[i].path);
		strbuf_release(&well);
		strbuf_release(&ill);
		dryad_free(dryad);
	}
}

Test(dryad_document, approvals_are_decided)
{
	struct dryad *dryad = begin_dryad(NULL);
	struct strbuf body = STRBUF_INIT, path = STRBUF_INIT;
	cJSON *list;
	const cJSON *first;
	int total;

	cr_assert_eq(dryad_inject(dryad, "approvals-backlog", NULL), 0);
	pass_time(dryad, 5 * MINUTE_MS);
	list = get_document(dryad, "/api/v1/approvals/pending");
	total = json_int(list, "total", 0);
	first = cJSON_GetArrayItem(json_get(list, "pending_approvals"), 0);
	cr_assert_gt(total, 5);
	cr_expect_str_eq(json_string(first, "status", ""), "pending");
	cr_expect(*json_string(first, "expires_at", "") && *json_string(first, "risk_level", ""));
	strbuf_addf(&path, "/api/v1/approvals/%s/approve", json_string(first, "approval_id", ""));
	cr_expect_eq(ask(dryad, DRYAD_BACKEND, "POST", path.text, "", &body), 200);
	cr_expect_eq(ask(dryad, DRYAD_BACKEND, "POST", path.text, "", &body), 404, "it is decided");
	cr_expect_eq(ask(dryad, DRYAD_BACKEND, "POST", "/api/v1/approvals/apr-000000/approve", "", &body), 404);
	cr_expect_eq(ask(dryad, DRYAD_BACKEND, "POST", "/api/v1/approvals/x/y/z", "", &body), 404);
	cJSON_Delete(list);
	request_arguments[0] = "limit";
	request_arguments[1] = "2";
	list = get_document(dryad, "/api/v1/approvals/pending");
	cr_expect_eq(cJSON_GetArraySize(json_get(list, "pending_approvals")), 2);
	cr_expect_eq(json_int(list, "total", 0), total - 1);
	cJSON_Delete(list);
	request_arguments[0] = "risk_level";
	request_arguments[1] = "none";
	list = get_document(dryad, "/api/v1/approvals/pending");
	cr_expect_eq(json_int(list, "total", -1), 0);
	cJSON_Delete(list);
	strbuf_release(&body);
	strbuf_release(&path);
	dryad_free(dryad);
}

/* A minute's step may bring several; each has a number of its own. */
Test(dryad_document, approvals_have_numbers_of_their_own)
{
	struct dryad *dryad = begin_dryad(NULL);
	cJSON *list;
	const cJSON *one, *other;

	cr_assert_eq(dryad_inject(dryad, "approvals-backlog", NULL), 0);
	dryad_advance(dryad, dryad_now_ms(dryad) + 8 * MINUTE_MS);
	list = get_document(dryad, "/api/v1/approvals/pending");
	cr_assert_gt(json_int(list, "total", 0), 10);
	cJSON_ArrayForEach(one, json_get(list, "pending_approvals")) for (other = one->next; other; other = other->next)
		cr_expect_str_neq(json_string(one, "approval_id", ""), json_string(other, "approval_id", ""));
	cJSON_Delete(list);
	dryad_free(dryad);
}

Test(dryad_document, healing_tasks_are_reviewed)
{
	struct dryad *dryad = begin_dryad(NULL);
	struct strbuf body = STRBUF_INIT, path = STRBUF_INIT;
	cJSON *list, *one;

	cr_assert_eq(dryad_inject(dryad, "healing-backlog", NULL), 0);
	pass_time(dryad, 3 * MINUTE_MS);
	list = get_document(dryad, "/api/v1/orchestrator/self-healing/tasks");
	cr_assert_gt(cJSON_GetArraySize(json_get(list, "tasks")), 5);
	strbuf_addf(&path, "/api/v1/orchestrator/self-healing/review/%s",
		    json_string(cJSON_GetArrayItem(json_get(list, "tasks"), 0), "task_id", ""));
	cr_expect_eq(ask(dryad, DRYAD_BACKEND, "POST", path.text, "{\"approved\":false}", &body), 200);
	cr_expect(strstr(body.text, "rejected"));
	cr_expect_eq(ask(dryad, DRYAD_BACKEND, "POST", path.text, "", &body), 404);
	strbuf_clear(&path);
	strbuf_addf(&path, "/api/v1/orchestrator/self-healing/tasks/%s",
		    json_string(cJSON_GetArrayItem(json_get(list, "tasks"), 0), "task_id", ""));
	one = get_document(dryad, path.text);
	cr_expect_str_eq(json_string(one, "status", ""), "rejected");
	cJSON_Delete(one);
	cJSON_Delete(list);
	cr_expect_eq(ask(dryad, DRYAD_BACKEND, "GET", "/api/v1/orchestrator/self-healing/tasks/sh-9", "", &body), 404);
	strbuf_release(&body);
	strbuf_release(&path);
	dryad_free(dryad);
}

Test(dryad_document, posts_act)
{
	struct dryad *dryad = begin_dryad(NULL);
	struct strbuf body = STRBUF_INIT;
	cJSON *document;

	cr_expect_eq(ask(dryad, DRYAD_BACKEND, "POST", "/api/v1/health/basic-mode/activate", "", &body), 200);
	document = get_document(dryad, "/api/v1/health/capabilities");
	cr_expect_str_eq(json_string(document, "operational_mode", ""), "basic");
	cJSON_Delete(document);
	cr_expect_eq(ask(dryad, DRYAD_BACKEND, "POST", "/api/v1/health/basic-mode/deactivate", "", &body), 200);
	document = get_document(dryad, "/api/v1/health/capabilities");
	cr_expect_str_eq(json_string(document, "operational_mode", ""), "full");
	cJSON_Delete(document);
	cr_assert_eq(dryad_inject(dryad, "llm-unavailable", NULL), 0);
	pass_time(dryad, 30000);
	document = get_document(dryad, "/api/v1/health/circuit-breakers");
	cr_expect_eq(json_int(document, "failed_breakers", 0), 1);
	cJSON_Delete(document);
	cr_expect_eq(ask(dryad, DRYAD_BACKEND, "POST", "/api/v1/health/circuit-breakers/reset", "", &body), 200);
	document = get_document(dryad, "/api/v1/health/circuit-breakers");
	cr_expect_eq(json_int(document, "failed_breakers", -1), 0);
	cJSON_Delete(document);
	cr_expect_eq(ask(dryad, DRYAD_BACKEND, "POST", "/api/v1/health/security/unblock-ip", "", &body), 422);
	cr_expect_eq(ask(dryad, DRYAD_BACKEND, "POST", "/api/v1/health/security/unblock-ip",
			 "{\"ip_address\":\"198.51.100.23\"}", &body),
		     200);
	cr_expect_eq(ask(dryad, DRYAD_BACKEND, "POST", "/api/v1/health/monitoring/alerts/resolve/high_cpu", "", &body),
		     200);
	cr_expect_eq(ask(dryad, DRYAD_BACKEND, "GET", "/api/v1/health/errors/reset", "", &body), 405);
	cr_expect_eq(ask(dryad, DRYAD_BACKEND, "DELETE", "/api/v1/health/status", "", &body), 405);
	strbuf_release(&body);
	dryad_free(dryad);
}

Test(dryad_document, what_stands_beside_answers_in_its_own_way)
{
	struct dryad *dryad = begin_dryad(NULL);
	struct strbuf body = STRBUF_INIT;

	cr_expect_eq(ask(dryad, DRYAD_CHROMA, "GET", "/api/v1/heartbeat", "", &body), 200);
	cr_expect(strstr(body.text, "nanosecond heartbeat"));
	cr_expect_eq(ask(dryad, DRYAD_CHROMA, "GET", "/metrics", "", &body), 404);
	cr_expect_eq(ask(dryad, DRYAD_OLLAMA, "GET", "/api/tags", "", &body), 200);
	cr_expect(strstr(body.text, "llama3.2:3b"));
	cr_expect_eq(ask(dryad, DRYAD_NODE, "GET", "/metrics", "", &body), 200);
	cr_expect_eq(ask(dryad, DRYAD_NODE, "POST", "/metrics", "", &body), 405);
	cr_expect_eq(ask(dryad, DRYAD_NODE, "GET", "/api/v1/health/status", "", &body), 404);
	strbuf_release(&body);
	dryad_free(dryad);
}
