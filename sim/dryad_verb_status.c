#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/dryad_verb.h"

/* How it is: at a glance, by score, by level. */

int dryad_verb_status(struct dryad_call *call)
{
	const struct dryad *dryad = call->dryad;
	bool whole = dryad_serving(dryad) == dryad->backend_count;

	reply_text(call->reply, "version", dryad->settings.version);
	reply_text(call->reply, "application", dryad_applications[dryad->application]);
	reply_number(call->reply, "backends", dryad->backend_count, 0);
	reply_number(call->reply, "serving", dryad_serving(dryad), 0);
	reply_number(call->reply, "healthScore", dryad_health_score(dryad), 1);
	reply_text(call->reply, "database", dryad_store_serves(dryad, DRYAD_POSTGRES) ? "up" : "down");
	reply_text(call->reply, "redis", dryad_store_serves(dryad, DRYAD_REDIS) ? "up" : "mock");
	reply_text(call->reply, "chromadb", dryad_store_serves(dryad, DRYAD_CHROMA) ? "up" : "mock");
	reply_text(call->reply, "provider", dryad_provider_names[dryad->settings.provider]);
	reply_bool(call->reply, "providerUp", dryad_llm_serves(dryad));
	reply_number(call->reply, "requestsPerSecond", DRYAD_SUM(dryad, rate), 1);
	reply_number(call->reply, "errorPercent", 100 * dryad_rate_of_errors(dryad), 2);
	reply_number(call->reply, "pendingApprovals", (double)approvals_pending(dryad), 0);
	return whole ? 0 : 1;
}

int dryad_verb_health(struct dryad_call *call)
{
	double score = dryad_health_score(call->dryad);
	const char *word = score >= 80 ? "healthy" : score >= 50 ? "degraded" : "unhealthy";

	if (!dryad_serving(call->dryad))
		return reply_fail(call->reply, "the backend does not answer");
	reply_text(call->reply, "status", word);
	reply_number(call->reply, "healthScore", score, 1);
	return score >= 80 ? 0 : 1;
}

static void add_part(struct strbuf *text, unsigned level, const struct dryad_part *part, unsigned passed)
{
	bool good = passed == part->tests;

	switch (level) {
	case 0: strbuf_addf(text, "%s: %s\n", part->name, good ? "PASSED" : "FAILED"); break;
	case 1: strbuf_addf(text, "%s %s: %u/%u\n", good ? "\u2713" : "\u2717", part->name, passed, part->tests); break;
	default: strbuf_addf(text, "[%s] %s: %u/%u\n", good ? "PASS" : "FAIL", part->name, passed, part->tests); break;
	}
}

/* The scripts' own form; the first of them has no score line. */
static void add_report(struct strbuf *text, const struct dryad *dryad, unsigned level, const struct dryad_level *found)
{
	const struct dryad_level_info *info = &dryad_levels[level];

	strbuf_addf(text, "Level %u validation: %s\n", level, info->name);
	for (unsigned part = 0; part < DRYAD_PARTS_MAX && info->parts[part].name; part++)
		add_part(text, level, &info->parts[part], dryad_part_passed(dryad, level, part));
	if (!level)
		strbuf_addf(text, "Total: %u passed, %u failed\n", found->passed, found->total - found->passed);
	else
		strbuf_addf(text, "OVERALL SCORE: %u/%u tests passed (%.1f%%)\n", found->passed, found->total,
			    100.0 * found->passed / found->total);
}

int dryad_verb_validate(struct dryad_call *call)
{
	double wanted = dryad_argument_number(call, -1);
	struct dryad_level found;
	unsigned level = (unsigned)wanted;

	if (wanted < 0 || wanted >= DRYAD_LEVELS)
		return reply_fail(call->reply, "which level? (0 to %d)", DRYAD_LEVELS - 1);
	found = dryad_level(call->dryad, level);
	if (call->text) {
		add_report(call->text, call->dryad, level, &found);
	} else {
		reply_number(call->reply, "level", level, 0);
		reply_text(call->reply, "name", dryad_levels[level].name);
		reply_number(call->reply, "passed", found.passed, 0);
		reply_number(call->reply, "total", found.total, 0);
		reply_number(call->reply, "score", 100.0 * found.passed / found.total, 1);
		reply_bool(call->reply, "degraded", found.degraded);
	}
	return found.passed == found.total ? 0 : 1;
}

int dryad_verb_levels(struct dryad_call *call)
{
	bool failed = false;

	reply_list(call->reply, "levels");
	for (unsigned level = DRYAD_LEVELS; level-- > 0;) {
		struct dryad_level found = dryad_level(call->dryad, level);

		failed |= found.passed < found.total;
		reply_row(call->reply);
		reply_number(call->reply, "level", level, 0);
		reply_text(call->reply, "name", dryad_levels[level].name);
		reply_number(call->reply, "passed", found.passed, 0);
		reply_number(call->reply, "total", found.total, 0);
		reply_number(call->reply, "score", 100.0 * found.passed / found.total, 1);
		reply_text(call->reply, "state",
			   found.passed < found.total ? "failed"
			   : found.degraded           ? "degraded"
						      : "operational");
		reply_row_end(call->reply);
	}
	reply_list_end(call->reply);
	return failed;
}

int dryad_verb_errors(struct dryad_call *call)
{
	reply_number(call->reply, "errorPercent", 100 * dryad_rate_of_errors(call->dryad), 2);
	reply_list(call->reply, "errors");
	for (int i = 0; i < CAUSE_COUNT; i++) {
		double count = 0;

		for (unsigned j = 0; j < call->dryad->backend_count; j++)
			count += floor(call->dryad->backends[j].causes[i]);
		if (count < 1)
			continue;
		reply_row(call->reply);
		reply_text(call->reply, "type", dryad_cause_names[i]);
		reply_number(call->reply, "count", count, 0);
		reply_row_end(call->reply);
	}
	reply_list_end(call->reply);
	return 0;
}

int dryad_verb_connections(struct dryad_call *call)
{
	if (!dryad_store_serves(call->dryad, DRYAD_POSTGRES))
		return reply_fail(call->reply, "connection to the database refused");
	reply_number(call->reply, "sessions", floor(call->dryad->connections), 0);
	reply_number(call->reply, "most", DRYAD_CONNECTIONS_MAX, 0);
	reply_number(call->reply, "poolActive", floor(DRYAD_SUM(call->dryad, pool_active)), 0);
	reply_number(call->reply, "poolIdle", floor(DRYAD_SUM(call->dryad, pool_idle)), 0);
	reply_number(call->reply, "poolMost", dryad_pool_max(call->dryad), 0);
	reply_number(call->reply, "longestQueryS", call->dryad->query_age_s, 0);
	return 0;
}

int dryad_verb_host(struct dryad_call *call)
{
	const struct dryad_host *host = &call->dryad->host;
	double busy = 0;

	for (int i = 0; i < DRYAD_CORES; i++)
		busy += host->busy[i] / DRYAD_CORES;
	reply_number(call->reply, "diskGb", DRYAD_DISK_BYTES / 1e9, 0);
	reply_number(call->reply, "diskPercent", 100 * host->disk_used / DRYAD_DISK_BYTES, 1);
	reply_number(call->reply, "memoryGb", DRYAD_HOST_BYTES / 1e9, 0);
	reply_number(call->reply, "memoryPercent", 100 * host->memory_used / DRYAD_HOST_BYTES, 1);
	reply_number(call->reply, "cpuPercent", 100 * busy, 1);
	reply_bool(call->reply, "runaway", call->dryad->push[PUSH_CPU] > 0);
	return 0;
}

int dryad_verb_triage(struct dryad_call *call)
{
	double refused[DRYAD_STATUS_COUNT] = { 0 };

	for (unsigned i = 0; i < call->dryad->backend_count; i++) {
		for (unsigned route = 0; route < ROUTE_COUNT; route++) {
			for (unsigned status = 0; status < DRYAD_STATUS_COUNT; status++)
				refused[status] += floor(call->dryad->backends[i].requests[route][status]);
		}
	}
	reply_number(call->reply, "unauthorized", refused[DRYAD_401], 0);
	reply_number(call->reply, "forbidden", refused[DRYAD_403], 0);
	reply_number(call->reply, "limited", refused[DRYAD_429], 0);
	reply_number(call->reply, "internalErrors", refused[DRYAD_500], 0);
	reply_number(call->reply, "failedLogins", floor(DRYAD_SUM(call->dryad, logins_bad)), 0);
	return 0;
}
