#include <math.h>
#include <stdio.h>

#include "sim/random.h"
#include "sim/verb.h"

static const char *const agent_types[] = { "task", "role", "core", "meta", "lora_enhanced" };

enum { LIST_DEFAULT = 20, LIST_MAX = 1000, SPAWN_MAX = 10000 };

static void list_one(struct verb_call *call, unsigned place)
{
	const struct colony *colony = call->colony;
	uint64_t number = random_hash(colony->seed, CHANCE_AGENTS, place);
	double agents = VERB_SUM(call, held.agents);
	bool well = random_unit(colony->seed, CHANCE_WELL, place) < VERB_SUM(call, held.agents_well) / fmax(agents, 1);
	char id[32];

	snprintf(id, sizeof(id), "agent-%08llx", (unsigned long long)(number >> 32));
	reply_row(call->reply);
	reply_text(call->reply, "id", id);
	reply_text(call->reply, "type", agent_types[number % 5]);
	reply_text(call->reply, "status", well ? "active" : "error");
	reply_number(call->reply, "successRate",
		     well ? 0.95 + 0.05 * random_unit(colony->seed, CHANCE_ACCURACY, place) : 0.31, 3);
	reply_row_end(call->reply);
}

int verb_agents_list(struct verb_call *call)
{
	double wanted = fmin(verb_number(call, LIST_DEFAULT), LIST_MAX);
	double agents = floor(VERB_SUM(call, held.agents));

	reply_number(call->reply, "total", agents, 0);
	reply_list(call->reply, "agents");
	for (unsigned i = 0; i < fmin(wanted, agents); i++)
		list_one(call, i);
	reply_list_end(call->reply);
	return 0;
}

int verb_agents_count(struct verb_call *call)
{
	reply_number(call->reply, "totalAgents", floor(VERB_SUM(call, held.agents)), 0);
	reply_number(call->reply, "activeAgents", floor(VERB_SUM(call, held.agents_well)), 0);
	return 0;
}

int verb_agents_health(struct verb_call *call)
{
	double agents = floor(VERB_SUM(call, held.agents)), well = floor(VERB_SUM(call, held.agents_well));
	const struct instance *instance;

	reply_text(call->reply, "status",
		   well > 0.8 * agents   ? "healthy"
		   : well > 0.5 * agents ? "degraded"
					 : "unhealthy");
	reply_number(call->reply, "total", agents, 0);
	reply_number(call->reply, "healthy", well, 0);
	reply_number(call->reply, "unhealthy", agents - well, 0);
	reply_list(call->reply, "instances");
	for (unsigned i = 0; (instance = verb_next(call, &i)) != NULL;) {
		reply_row(call->reply);
		reply_number(call->reply, "instance", instance->number, 0);
		reply_number(call->reply, "agents", floor(instance->held.agents), 0);
		reply_number(call->reply, "unhealthy", floor(instance->held.agents) - floor(instance->held.agents_well),
			     0);
		reply_row_end(call->reply);
	}
	reply_list_end(call->reply);
	return 0;
}

int verb_agents_kill(struct verb_call *call)
{
	double wanted = verb_number(call, -1) / verb_serving(call->colony), killed = 0;
	struct instance *instance;

	for (unsigned i = 0; (instance = verb_next(call, &i)) != NULL;) {
		double unwell = instance->held.agents - instance->held.agents_well;
		double some = fmin(wanted >= 0 ? wanted : unwell, instance->held.agents);

		instance->held.agents -= some;
		instance->held.agents_well = fmin(instance->held.agents_well, instance->held.agents);
		instance->agents_more -= some;
		killed += some;
	}
	reply_say(call->reply, "agents killed");
	reply_number(call->reply, "killed", round(killed), 0);
	return 0;
}

int verb_agents_spawn(struct verb_call *call)
{
	double wanted = verb_number(call, -1), spawned = 0;
	struct instance *instance;

	if (wanted > SPAWN_MAX)
		return reply_fail(call->reply, "at most %d agents at a time", SPAWN_MAX);
	for (unsigned i = 0; (instance = verb_next(call, &i)) != NULL;) {
		double some = wanted >= 0 ? wanted / verb_serving(call->colony) : fmax(-instance->agents_more, 0);

		instance->agents_more += some;
		spawned += some;
	}
	reply_say(call->reply, "agents spawned");
	reply_number(call->reply, "spawned", round(spawned), 0);
	return 0;
}

int verb_agents_prune(struct verb_call *call)
{
	double pruned = 0;
	struct instance *instance;

	for (unsigned i = 0; (instance = verb_next(call, &i)) != NULL;) {
		/* Of a swarm nearly all idle; of a healthy colony few do. */
		double some = instance->held.agents > AGENTS_EXPECTED ? instance->held.agents - 600
								      : instance->held.agents * 0.02;

		instance->held.agents -= some;
		instance->held.agents_well = fmin(instance->held.agents_well, instance->held.agents);
		instance->agents_more = fmin(instance->agents_more, 0);
		pruned += some;
	}
	reply_say(call->reply, "idle agents pruned");
	reply_number(call->reply, "pruned", round(pruned), 0);
	return 0;
}

int verb_agents_limit(struct verb_call *call)
{
	double limit = verb_number(call, -1);

	if (limit < 0)
		return reply_fail(call->reply, "how many agents may an instance have? (0: no limit)");
	call->colony->settings.agents_limit = limit;
	reply_say(call->reply, "agent limit set");
	reply_number(call->reply, "limit", limit, 0);
	return 0;
}

int verb_agents_cluster(struct verb_call *call)
{
	reply_say(call->reply, "agents clustered");
	reply_number(call->reply, "clusters", VERB_SUM(call, clusters), 0);
	return 0;
}
