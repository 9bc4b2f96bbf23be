#include <math.h>
#include <string.h>

#include "sim/verb.h"

/* How the colony is. */

const char *verb_instance_state(const struct instance *instance)
{
	if (instance->phase == PHASE_OFF)
		return "off";
	if (instance->strain[STRAIN_ZONE] > 0)
		return "without a place";
	if (instance->strain[STRAIN_DOWN] > 0)
		return "down";
	if (instance->phase == PHASE_STARTING)
		return "starting";
	return instance->strain[STRAIN_HUNG] > 0 ? "not answering" : "up";
}

static void add_instance(struct reply *reply, const struct colony *colony, const struct instance *instance)
{
	reply_row(reply);
	reply_number(reply, "instance", instance->number, 0);
	reply_text(reply, "status", verb_instance_state(instance));
	if (instance_serves(instance)) {
		reply_number(reply, "agents", floor(instance->held.agents), 0);
		reply_number(reply, "memoryGb", instance->held.resident_bytes / (1 << 30), 2);
		reply_number(reply, "cores", instance->cores, 2);
		reply_number(reply, "uptimeS", (double)(colony->stepped_ms - instance->start_ms) / 1000, 0);
	}
	reply_number(reply, "memoryKills", instance->kills, 0);
	reply_row_end(reply);
}

static const char *verdict(const struct verb_call *call)
{
	unsigned serving = verb_serving(call->colony);

	if (serving == 0)
		return "down";
	if (VERB_SUM(call, healthy) < serving)
		return "unhealthy";
	return serving < call->colony->instance_count ? "degraded" : "healthy";
}

int verb_status(struct verb_call *call)
{
	const struct colony *colony = call->colony;

	reply_text(call->reply, "status", verdict(call));
	reply_text(call->reply, "region", colony->settings.region);
	reply_number(call->reply, "totalAgents", floor(VERB_SUM(call, held.agents)), 0);
	reply_number(call->reply, "activeAgents", floor(VERB_SUM(call, held.agents_well)), 0);
	reply_number(call->reply, "requestsPerSecond", VERB_SUM(call, request_rate), 0);
	reply_number(call->reply, "decisionsPerSecond", VERB_SUM(call, decision_rate), 0);
	reply_number(call->reply, "anchorHitRate", VERB_MEAN(call, hit_ratio), 3);
	reply_list(call->reply, "instances");
	for (unsigned i = 0; i < colony->instance_count; i++)
		add_instance(call->reply, colony, &colony->instances[i]);
	reply_list_end(call->reply);
	reply_list(call->reply, "dependencies");
	for (size_t i = SERVICE_COLONY + 1; i < SERVICE_COUNT; i++) {
		reply_row(call->reply);
		reply_text(call->reply, "service", colony_service_name((enum colony_service)i));
		reply_text(call->reply, "status", dependency_serves(colony, (enum colony_service)i) ? "up" : "down");
		reply_row_end(call->reply);
	}
	reply_list_end(call->reply);
	return 0;
}

/* The colony's own checks: an unwell critical one decides. */
struct check {
	const char *name;
	bool critical;
	const char *status;
};

static bool check_is(const struct check *check, char first)
{
	return check->status[0] == first;
}

int verb_health(struct verb_call *call)
{
	double agents = VERB_SUM(call, held.agents), well = VERB_SUM(call, held.agents_well);
	bool syncing = VERB_SUM(call, strain[STRAIN_FEDERATED_ROT]) <= 0 &&
		       dependency_reached(call->colony, &call->colony->instances[0], SERVICE_FEDERATED);
	bool answering = verb_serving(call->colony) == call->colony->instance_count;
	const struct check checks[] = {
		{ "agent_pool", true,
		  well > 0.8 * agents   ? "healthy"
		  : well > 0.5 * agents ? "degraded"
					: "unhealthy" },
		{ "kv_cache", true, VERB_MEAN(call, hit_ratio) >= 0.5 ? "healthy" : "degraded" },
		{ "federation", false, syncing ? "healthy" : "degraded" },
		{ "memory", true, VERB_MEAN(call, held.resident_bytes) < 8 * GIGABYTE ? "healthy" : "degraded" },
		{ "api_server", true, answering ? "healthy" : "unhealthy" },
	};
	const char *status = "healthy";

	for (size_t i = 0; i < sizeof(checks) / sizeof(*checks); i++) {
		if (check_is(&checks[i], 'u') && checks[i].critical)
			status = "unhealthy";
		else if (!check_is(&checks[i], 'h') && status[0] == 'h' && checks[i].critical)
			status = "degraded";
	}
	reply_text(call->reply, "status", status);
	reply_list(call->reply, "checks");
	for (size_t i = 0; i < sizeof(checks) / sizeof(*checks); i++) {
		reply_row(call->reply);
		reply_text(call->reply, "name", checks[i].name);
		reply_text(call->reply, "status", checks[i].status);
		reply_bool(call->reply, "critical", checks[i].critical);
		reply_row_end(call->reply);
	}
	reply_list_end(call->reply);
	return status[0] == 'h' ? 0 : 1;
}

int verb_sla_check(struct verb_call *call)
{
	double availability = 1 - VERB_MEAN(call, failing), p99_s = verb_request_p99(call->colony);
	bool met = availability >= 0.999 && p99_s <= 1;

	reply_number(call->reply, "availability", availability, 5);
	reply_number(call->reply, "requestP99Ms", p99_s * 1000, 0);
	reply_number(call->reply, "requestsPerSecond", VERB_SUM(call, request_rate), 0);
	reply_say(call->reply, met ? "objectives met" : "objectives missed");
	return met ? 0 : 1;
}

/* What "test" tries: the word it is asked for with, and the noun whose own "test" it is. */
enum trial { TRIAL_SMOKE, TRIAL_AGENTS, TRIAL_DREAM, TRIAL_CACHE, TRIAL_FEDERATED, TRIAL_COUNT };

static const struct {
	const char *name, *nouns[2];
} trials[TRIAL_COUNT] = {
	[TRIAL_SMOKE] = { "smoke", { "", "" } },
	[TRIAL_AGENTS] = { "agents", { "agents", "" } },
	[TRIAL_DREAM] = { "dream", { "dream", "" } },
	[TRIAL_CACHE] = { "cache", { "cache", "anchors" } },
	[TRIAL_FEDERATED] = { "federated", { "federated", "" } },
};

static bool passes(const struct verb_call *call, enum trial trial)
{
	const struct colony *colony = call->colony;
	const struct instance *first = &colony->instances[0];

	switch (trial) {
	case TRIAL_AGENTS: return VERB_SUM(call, held.agents_well) > 0.8 * VERB_SUM(call, held.agents);
	case TRIAL_DREAM:
		return colony->settings.dream_enabled && dependency_reached(colony, first, SERVICE_WORLDMODEL) &&
		       VERB_MEAN(call, entropy) > 0.5;
	case TRIAL_CACHE: return VERB_MEAN(call, hit_ratio) > 0.7;
	case TRIAL_FEDERATED:
		return colony->settings.federated_connected && dependency_reached(colony, first, SERVICE_FEDERATED) &&
		       !(VERB_SUM(call, strain[STRAIN_FEDERATED_ROT]) > 0);
	default: return VERB_MEAN(call, failing) < 0.01;
	}
}

static enum trial trial_of(const struct verb_call *call)
{
	for (size_t i = 0; i < TRIAL_COUNT; i++)
		if (strcmp(call->verb->noun, trials[i].nouns[0]) == 0 ||
		    strcmp(call->verb->noun, trials[i].nouns[1]) == 0 || verb_has(call, trials[i].name))
			return (enum trial)i;
	return call->count == 0 ? TRIAL_SMOKE : TRIAL_COUNT;
}

int verb_test(struct verb_call *call)
{
	enum trial trial = trial_of(call);
	bool passed;

	if (trial == TRIAL_COUNT)
		return reply_fail(call->reply, "no test is called '%s' (smoke, agents, dream, cache, federated)",
				  call->arguments[0]);
	passed = passes(call, trial);
	reply_say(call->reply, "%s tests %s", trials[trial].name, passed ? "passed" : "failed");
	return passed ? 0 : 1;
}

int verb_version(struct verb_call *call)
{
	reply_text(call->reply, "name", "polln");
	reply_text(call->reply, "version", "0.1.0");
	reply_bool(call->reply, "simulated", true);
	return 0;
}
