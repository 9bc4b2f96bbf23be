#include <math.h>

#include "sim/verb.h"

/* How fast the colony is, and why not. */

static double slowest(const struct colony *colony)
{
	double slow = 1;

	for (unsigned i = 0; i < colony->instance_count; i++)
		if (instance_serves(&colony->instances[i]))
			slow = fmax(slow, colony->instances[i].slowness);
	return slow;
}

double verb_decision_p99(const struct colony *colony)
{
	return latency_decision_median_s(slowest(colony)) * exp(LATENCY_DECISION_SIGMA * LATENCY_P99);
}

double verb_request_p99(const struct colony *colony)
{
	double median_s =
		latency_request_median_s(slowest(colony)) + verb_mean(colony, offsetof(struct instance, congestion_s));

	return median_s * exp(LATENCY_REQUEST_SIGMA * LATENCY_P99);
}

int verb_perf_agents(struct verb_call *call)
{
	reply_number(call->reply, "decisionsPerSecond", VERB_SUM(call, decision_rate), 0);
	reply_number(call->reply, "decisionP99Ms", verb_decision_p99(call->colony) * 1000, 1);
	reply_number(call->reply, "accuracy", VERB_MEAN(call, accuracy), 3);
	return 0;
}

static double longest_dream(struct verb_call *call)
{
	const struct instance *instance;
	double longest = 0;

	for (unsigned i = 0; (instance = verb_next(call, &i)) != NULL;)
		longest = fmax(longest, dream_shown_s(instance, call->colony->stepped_ms));
	return longest;
}

int verb_perf_dream(struct verb_call *call)
{
	reply_number(call->reply, "longestCycleS", longest_dream(call), 0);
	reply_number(call->reply, "backlogS", VERB_MEAN(call, strain[STRAIN_BACKLOG]), 0);
	reply_number(call->reply, "intervalS", call->colony->settings.dream_interval_s, 0);
	return 0;
}

int verb_perf_cache(struct verb_call *call)
{
	reply_number(call->reply, "lookupsPerSecond", VERB_SUM(call, decision_rate) * LOOKUPS_PER_DECISION, 0);
	reply_number(call->reply, "hitRate", VERB_MEAN(call, hit_ratio), 4);
	reply_number(call->reply, "lookupMs", VERB_MEAN(call, ann_median_s) * 1000, 2);
	return 0;
}

int verb_perf_baseline(struct verb_call *call)
{
	const struct {
		const char *name;
		double value, usual, limit;
		int decimals;
	} rows[] = {
		{ "decisionP99Ms", verb_decision_p99(call->colony) * 1000, 100, 500, 1 },
		{ "dreamCycleS", longest_dream(call), 300, 900, 0 },
		{ "cacheLookupMs", VERB_MEAN(call, ann_median_s) * 1000, 10, 50, 2 },
		{ "memoryPerAgentMb", VERB_SUM(call, held.live_bytes) / fmax(VERB_SUM(call, held.agents), 1) / 1e6, 10,
		  50, 1 },
		{ "eventLoopLagMs", VERB_MEAN(call, lag_s) * 1000, 10, 100, 1 },
	};
	bool within = true;

	reply_list(call->reply, "baselines");
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		within = within && rows[i].value <= rows[i].limit;
		reply_row(call->reply);
		reply_text(call->reply, "name", rows[i].name);
		reply_number(call->reply, "value", rows[i].value, rows[i].decimals);
		reply_number(call->reply, "usual", rows[i].usual, 0);
		reply_number(call->reply, "limit", rows[i].limit, 0);
		reply_row_end(call->reply);
	}
	reply_list_end(call->reply);
	reply_say(call->reply, within ? "within limits" : "beyond limits");
	return within ? 0 : 1;
}

int verb_loadtest(struct verb_call *call)
{
	double rate = verb_number(call, 100);

	if (rate < 1 || rate > 10000)
		return reply_fail(call->reply, "how many requests a second? (1 to 10000)");
	reply_number(call->reply, "requestsPerSecond", rate, 0);
	reply_number(call->reply, "requestP99Ms", verb_request_p99(call->colony) * 1000, 0);
	reply_number(call->reply, "errors", floor(rate * 30 * VERB_MEAN(call, failing)), 0);
	reply_say(call->reply, "load test finished");
	return 0;
}

int verb_profile_enable(struct verb_call *call)
{
	call->colony->settings.profiling = true;
	reply_say(call->reply, "profiling enabled");
	return 0;
}

int verb_profile_show(struct verb_call *call)
{
	double dreaming = 0;
	const struct instance *instance;

	if (!call->colony->settings.profiling)
		return reply_fail(call->reply, "profiling is not enabled (profile enable)");
	for (unsigned i = 0; (instance = verb_next(call, &i)) != NULL;)
		dreaming += dream_runs(instance) ? 0.24 : 0;
	reply_number(call->reply, "cores", VERB_SUM(call, cores), 2);
	reply_number(call->reply, "coresDreaming", dreaming, 2);
	reply_number(call->reply, "eventLoopLagMs", VERB_MEAN(call, lag_s) * 1000, 1);
	reply_number(call->reply, "collections", VERB_SUM(call, count.collections), 0);
	return 0;
}

int verb_memory_top(struct verb_call *call)
{
	const struct instance *instance;

	reply_list(call->reply, "instances");
	for (unsigned i = 0; (instance = verb_next(call, &i)) != NULL;) {
		reply_row(call->reply);
		reply_number(call->reply, "instance", instance->number, 0);
		reply_number(call->reply, "residentMb", instance->held.resident_bytes / 1e6, 0);
		reply_number(call->reply, "garbageMb", instance->held.garbage_bytes / 1e6, 0);
		reply_number(call->reply, "retainedMb", instance->strain[STRAIN_HEAP] / 1e6, 0);
		reply_number(call->reply, "agents", floor(instance->held.agents), 0);
		reply_row_end(call->reply);
	}
	reply_list_end(call->reply);
	return 0;
}

int verb_gc(struct verb_call *call)
{
	double freed = 0;
	struct instance *instance;

	for (unsigned i = 0; (instance = verb_next(call, &i)) != NULL;) {
		freed += instance->held.garbage_bytes * 0.95;
		instance->held.garbage_bytes *= 0.05;
		instance->held.resident_bytes = instance->held.live_bytes + instance->held.garbage_bytes;
		instance->held.pause_s = 0.03;
		instance->count.collections++;
	}
	reply_say(call->reply, "garbage collected");
	reply_number(call->reply, "freedMb", freed / 1e6, 0);
	return 0;
}

int verb_topology_check(struct verb_call *call)
{
	reply_number(call->reply, "clusters", VERB_SUM(call, clusters), 0);
	reply_number(call->reply, "pruned", floor(VERB_SUM(call, count.pruned)), 0);
	reply_number(call->reply, "grafted", floor(VERB_SUM(call, count.grafted)), 0);
	reply_say(call->reply, "topology is whole");
	return 0;
}

int verb_topology_hot(struct verb_call *call)
{
	/* One partition takes most of the work when decisions are slow for no other reason. */
	bool hot = VERB_MEAN(call, strain[STRAIN_SLOWNESS]) > 10;

	reply_list(call->reply, "partitions");
	for (unsigned i = 0; i < 4; i++) {
		reply_row(call->reply);
		reply_number(call->reply, "partition", i, 0);
		reply_number(call->reply, "share", hot ? (i == 2 ? 0.91 : 0.03) : 0.25, 2);
		reply_row_end(call->reply);
	}
	reply_list_end(call->reply);
	return 0;
}

int verb_topology_rebalance(struct verb_call *call)
{
	reply_say(call->reply, "partitions rebalanced");
	return 0;
}

int verb_topology_migrate(struct verb_call *call)
{
	reply_say(call->reply, "agents may migrate");
	return 0;
}
