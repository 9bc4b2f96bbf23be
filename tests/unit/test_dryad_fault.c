/* Each fault of the simulated DRYAD shows where it should, and its remedies, but no other verb, end it. */
#include <criterion/criterion.h>

#include "sim/dryad_state.h"
#include "tests/unit/dryad_fixture.h"

TestSuite(dryad_fault, .timeout = 200);

enum kind {
	VALUE,           /* a figure of a page */
	RATE,            /* a second, of all series of that name with `part` */
	SHARE,           /* of the increase of `name` with `part` in that without */
	ANSWER,          /* how a service answers */
	STATUS,          /* a word of L9's health document, by path */
	VALIDATES,       /* exit status of `name`: 1 when it fails */
	CERTIFICATE_DAYS /* that are left */
};

struct sign {
	const char *fault;
	enum kind kind;
	enum dryad_service service;
	const char *name, *part;
	double above, below; /* it shows when > above or < below; 0 below: not looked at */
	int64_t after_ms;
};

#define M MINUTE_MS

static const struct sign signs[] = {
	{ "start-failure", ANSWER, DRYAD_BACKEND, "", "", ANSWER_REFUSE - 0.5, 0, M },
	{ "high-error-rate", SHARE, DRYAD_BACKEND, "http_requests_total", "status=\"5", 0.1, 0, 5 * M },
	{ "slow-responses", VALUE, DRYAD_POSTGRES,
	  "pg_stat_activity_max_tx_duration{datname=\"dryad_db\",state=\"active\"}", "", 30, 0, 5 * M },
	{ "memory-leak", VALUE, DRYAD_BACKEND, "process_resident_memory_bytes", "", 2e9, 0, 6 * M },
	{ "database-connections", VALUE, DRYAD_BACKEND, "db_connection_pool_active", "", 54, 0, 5 * M },
	{ "database-connections", VALUE, DRYAD_POSTGRES,
	  "pg_stat_activity_count{datname=\"dryad_db\",state=\"active\"}", "", 50, 0, 5 * M },
	{ "redis-down", VALUE, DRYAD_REDIS, "redis_up", "", 0, 0.5, M },
	{ "redis-down", STATUS, DRYAD_BACKEND, "services.task_queue.status", "degraded", 0, 0, M },
	{ "llm-unavailable", STATUS, DRYAD_BACKEND, "services.llm.status", "unhealthy", 0, 0, M },
	{ "llm-unavailable", ANSWER, DRYAD_OLLAMA, "", "", ANSWER_REFUSE - 0.5, 0, M },
	{ "migration-failed", VALIDATES, DRYAD_BACKEND, "alembic current", "", 0, 0, M },
	{ "migration-failed", VALIDATES, DRYAD_BACKEND, "validate level 0", "", 0, 0, M },
	{ "validation-failing", VALIDATES, DRYAD_BACKEND, "validate level 3", "", 0, 0, M },
	{ "high-memory", VALUE, DRYAD_BACKEND, "process_resident_memory_bytes", "", 3.6e9, 0, 5 * M },
	{ "certificate-expired", VALIDATES, DRYAD_BACKEND, "certificate show", "", 0, 0, M },
	{ "certificate-expired", VALUE, DRYAD_NGINX, "probe_success", "", 0, 0.5, M },
	{ "certificate-ending", CERTIFICATE_DAYS, DRYAD_NGINX, "", "", 0, 7, M },
	{ "backend-down", ANSWER, DRYAD_BACKEND, "", "", ANSWER_REFUSE - 0.5, 0, M },
	{ "backend-hung", ANSWER, DRYAD_BACKEND, "", "", ANSWER_HANG - 0.5, 0, M },
	{ "nginx-down", VALUE, DRYAD_NGINX, "probe_success", "", 0, 0.5, M },
	{ "database-down", VALUE, DRYAD_POSTGRES, "pg_up", "", 0, 0.5, M },
	{ "database-down", SHARE, DRYAD_BACKEND, "http_requests_total", "status=\"5", 0.4, 0, 5 * M },
	{ "database-down", STATUS, DRYAD_BACKEND, "services.database.status", "unhealthy", 0, 0, M },
	{ "chroma-down", ANSWER, DRYAD_CHROMA, "", "", ANSWER_REFUSE - 0.5, 0, M },
	{ "chroma-down", STATUS, DRYAD_BACKEND, "services.vector_store.status", "degraded", 0, 0, M },
	{ "llm-outage", VALIDATES, DRYAD_BACKEND, "providers", "", 0, 0, M },
	{ "llm-failures", SHARE, DRYAD_BACKEND, "llm_requests_total", "status=\"error\"", 0.1, 0, 5 * M },
	{ "llm-slow", SHARE, DRYAD_BACKEND, "llm_request_duration_seconds_bucket", "le=\"10.0\"", 0, 0.1, 10 * M },
	{ "llm-rate-limit", VALUE, DRYAD_BACKEND, "llm_rate_limit_remaining{provider=\"ollama\"}", "", 0, 100, 5 * M },
	{ "workflow-failures", SHARE, DRYAD_BACKEND, "agent_workflow_total", "status=\"failed\"", 0.15, 0, 5 * M },
	{ "memory-guild-errors", RATE, DRYAD_BACKEND, "memory_guild_errors_total", "", 0.1, 0, 5 * M },
	{ "slow-queries", VALUE, DRYAD_POSTGRES,
	  "pg_stat_activity_max_tx_duration{datname=\"dryad_db\",state=\"active\"}", "", 60, 0, 5 * M },
	{ "slow-queries", RATE, DRYAD_POSTGRES, "pg_stat_database_blks_read", "", 1000, 0, 5 * M },
	{ "high-cpu", SHARE, DRYAD_NODE, "node_cpu_seconds_total", "mode=\"idle\"", 0, 0.2, 5 * M },
	{ "disk-full", VALUE, DRYAD_NODE,
	  "node_filesystem_avail_bytes{device=\"/dev/sda1\",fstype=\"ext4\",mountpoint=\"/\"}", "", 0, 10e9, 6 * M },
	{ "crash-loop", VALUE, DRYAD_BACKEND, "process_start_time_seconds", "", COLONY_BEGIN_MS / 1000.0, 0, 5 * M },
	{ "rate-limited", RATE, DRYAD_BACKEND, "rate_limit_exceeded_total", "", 5, 0, 5 * M },
	{ "approvals-backlog", STATUS, DRYAD_BACKEND, "", "", 10, 0, 6 * M },
	{ "healing-failures", STATUS, DRYAD_BACKEND, "", "", 3, 0, 10 * M },
	{ "healing-backlog", STATUS, DRYAD_BACKEND, "", "", 10, 0, 6 * M },
	{ "guardian-down", VALIDATES, DRYAD_BACKEND, "healing list", "", 0, 0, M },
	{ "security-incident", RATE, DRYAD_BACKEND, "auth_failures_total", "", 5, 0, 5 * M },
	{ "security-incident", RATE, DRYAD_BACKEND, "suspicious_requests_total", "", 1, 0, 5 * M },
	{ "security-incident", RATE, DRYAD_BACKEND, "http_requests_total", "status=\"401\"", 5, 0, 5 * M },
	{ "deploy", VALUE, DRYAD_BACKEND,
	  "dryad_build_info{version=\"9.0.1\",build=\"5be21a90\",application=\"l9-full\"}", "", 0.5, 0, 5 * M },
	{ "bad-deploy", SHARE, DRYAD_BACKEND, "http_requests_total", "status=\"5", 0.05, 0, 5 * M },
	{ "config-change", VALUE, DRYAD_BACKEND, "dryad_config_serial", "", 1, 0, M },
	{ "maintenance", ANSWER, DRYAD_BACKEND, "", "", ANSWER_ERROR - 0.5, 0, M },
};

enum { SIGN_COUNT = sizeof(signs) / sizeof(*signs) };

/* Words of a document, or a count of one of the queues. */
static double read_status(struct dryad *dryad, const struct sign *sign)
{
	cJSON *document;
	double value;

	if (!strcmp(sign->fault, "approvals-backlog")) {
		document = get_document(dryad, "/api/v1/approvals/pending");
		value = json_number(document, "total", 0);
	} else if (*sign->name) {
		const cJSON *found;

		document = get_document(dryad, "/api/v1/health/status");
		found = json_path(document, sign->name);
		value = cJSON_IsString(found) && !strcmp(found->valuestring, sign->part);
	} else {
		document = get_document(dryad, "/api/v1/orchestrator/self-healing/stats");
		value = json_number(json_get(document, "status_counts"),
				    !strcmp(sign->fault, "healing-failures") ? "failed" : "pending_review", 0);
	}
	cJSON_Delete(document);
	return value;
}

/* Over `window_ms` from now on, which passes. */
static double measure(struct dryad *dryad, const struct sign *sign, int64_t window_ms)
{
	double before, all, now;

	switch (sign->kind) {
	case VALUE: return dryad_value(dryad, sign->service, sign->name);
	case ANSWER: return dryad_answers(dryad, sign->service, 0);
	case STATUS: return read_status(dryad, sign);
	case CERTIFICATE_DAYS:
		return (dryad_value(dryad, DRYAD_NGINX, "probe_ssl_earliest_cert_expiry") -
			(double)dryad_now_ms(dryad) / 1000) /
		       86400;
	case VALIDATES: return tell(dryad, sign->name, false, NULL);
	default: break;
	}
	before = dryad_total(dryad, sign->service, sign->name, sign->part);
	all = dryad_total(dryad, sign->service, sign->name, sign->kind == RATE ? sign->part : "");
	if (!strcmp(sign->name, "llm_request_duration_seconds_bucket"))
		all = dryad_total(dryad, sign->service, sign->name, "le=\"+Inf\"");
	pass_time(dryad, window_ms);
	now = dryad_total(dryad, sign->service, sign->name, sign->part) - before;
	if (sign->kind == RATE)
		return now / ((double)window_ms / 1000);
	if (!strcmp(sign->name, "llm_request_duration_seconds_bucket"))
		return now / (dryad_total(dryad, sign->service, sign->name, "le=\"+Inf\"") - all);
	return now / (dryad_total(dryad, sign->service, sign->name, "") - all);
}

static bool shows(const struct sign *sign, double value)
{
	if (sign->below > 0)
		return value < sign->below;
	return value > sign->above;
}

Test(dryad_fault, shows_where_it_should_and_not_before)
{
	for (size_t i = 0; i < SIGN_COUNT; i++) {
		struct dryad *dryad = begin_dryad(NULL);
		double value;

		pass_time(dryad, M);
		value = measure(dryad, &signs[i], M);
		cr_expect(!shows(&signs[i], value) || isnan(value), "%s: %s %s is %g in health", signs[i].fault,
			  signs[i].name, signs[i].part, value);
		cr_assert_eq(dryad_inject(dryad, signs[i].fault, NULL), 0);
		pass_time(dryad, signs[i].after_ms);
		value = measure(dryad, &signs[i], M);
		cr_expect(shows(&signs[i], value), "%s: %s %s is %g", signs[i].fault, signs[i].name, signs[i].part,
			  value);
		dryad_free(dryad);
	}
}

Test(dryad_fault, every_fault_has_a_sign_here)
{
	size_t count;
	const struct sim_fault *faults = dryad_faults(&count);

	for (size_t i = 0; i < count; i++) {
		bool found = false;

		for (size_t k = 0; k < SIGN_COUNT; k++)
			found |= !strcmp(signs[k].fault, faults[i].name);
		cr_expect(found, "%s", faults[i].name);
	}
}

/* Every alternative of a remedy, each of its steps a verb; what the verb needs besides its own words. */
static void do_remedy(struct dryad *dryad, char *alternative)
{
	char *rest = alternative, *plus;

	while (rest) {
		struct strbuf line = STRBUF_INIT;

		plus = strstr(rest, " + ");
		if (plus)
			*plus = '\0';
		strbuf_addf(&line, "%s%s", rest,
			    !strcmp(rest, "scale")     ? " 2"
			    : !strcmp(rest, "env set") ? " DATABASE_URL=x"
						       : "");
		cr_expect_eq(tell(dryad, line.text, false, NULL), 0, "%s", line.text);
		strbuf_release(&line);
		rest = plus ? plus + 3 : NULL;
	}
}

Test(dryad_fault, ends_with_each_of_its_remedies)
{
	size_t count;
	const struct sim_fault *faults = dryad_faults(&count);

	for (size_t i = 0; i < count; i++) {
		char remedies[256], *rest = remedies, *comma;

		strncpy(remedies, faults[i].remedies, sizeof(remedies) - 1);
		remedies[sizeof(remedies) - 1] = '\0';
		while (rest) {
			struct dryad *dryad = begin_dryad(NULL);

			comma = strstr(rest, ", ");
			if (comma)
				*comma = '\0';
			cr_assert_eq(dryad_inject(dryad, faults[i].name, NULL), 0);
			pass_time(dryad, M);
			cr_expect(dryad_fault_is_active(dryad, faults[i].name));
			do_remedy(dryad, rest);
			cr_expect_not(dryad_fault_is_active(dryad, faults[i].name), "%s", faults[i].name);
			pass_time(dryad, 5 * M);
			cr_expect_eq(dryad_answers(dryad, DRYAD_BACKEND, 0), ANSWER_GOOD, "%s", faults[i].name);
			dryad_free(dryad);
			rest = comma ? comma + 2 : NULL;
		}
	}
}

Test(dryad_fault, names_are_checked)
{
	struct dryad *dryad = begin_dryad(NULL);
	struct error error;

	cr_expect_eq(dryad_inject(dryad, "redis-dwn", &error), -1);
	cr_expect(strstr(error.text, "redis-down"));
	cr_expect_eq(dryad_inject(dryad, "backend-down@1", &error), -1);
	cr_expect_eq(dryad_clear(dryad, "redis-down", &error), -1, "it is not active");
	cr_expect_eq(dryad_inject(dryad, "redis-down", &error), 0);
	cr_expect_eq(dryad_inject(dryad, "redis-down", &error), 0, "twice is no error");
	cr_expect_eq(dryad_clear(dryad, NULL, &error), 0);
	cr_expect_not(dryad_fault_is_active(dryad, "redis-down"));
	dryad_free(dryad);
}

/* What Redis's loss is: worse, but not down; and what it takes away comes back. */
Test(dryad_fault, without_redis_it_goes_on)
{
	struct dryad *dryad = begin_dryad(NULL);
	cJSON *status;

	cr_assert_eq(dryad_inject(dryad, "redis-down", NULL), 0);
	pass_time(dryad, 5 * M);
	cr_expect_eq(tell(dryad, "validate level 2", false, NULL), 0, "the level passes on its mock");
	status = get_document(dryad, "/api/v1/health/status");
	cr_expect_str_eq(json_string(status, "status", ""), "degraded");
	cr_expect_eq(cJSON_GetArraySize(json_get(status, "degraded_features")), 1);
	cJSON_Delete(status);
	cr_expect_eq(tell(dryad, "restart redis", false, NULL), 0);
	pass_time(dryad, M);
	cr_expect_eq(dryad_value(dryad, DRYAD_REDIS, "redis_up"), 1);
	dryad_free(dryad);
}
