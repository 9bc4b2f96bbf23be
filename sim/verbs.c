#include "sim/verb.h"

static const struct verb verbs[] = {
	/* clang-format off */
	{ .noun = "agents", .action = "cluster", .arguments = "", .help = "group agents that work together", .run = verb_agents_cluster },
	{ .noun = "agents", .action = "count", .arguments = "", .help = "how many there are", .run = verb_agents_count },
	{ .noun = "agents", .action = "health", .arguments = "", .help = "how many are well, by instance", .run = verb_agents_health },
	{ .noun = "agents", .action = "kill", .arguments = "[unhealthy | COUNT]", .help = "end agents; those that are not well", .run = verb_agents_kill },
	{ .noun = "agents", .action = "limit", .arguments = "COUNT", .help = "most agents of one instance; 0: no limit", .run = verb_agents_limit },
	{ .noun = "agents", .action = "list", .arguments = "[COUNT]", .help = "some agents, busiest first", .run = verb_agents_list },
	{ .noun = "agents", .action = "max", .arguments = "COUNT", .help = "the same as limit", .run = verb_agents_limit, .remedy = "agents limit" },
	{ .noun = "agents", .action = "prune", .arguments = "", .help = "end agents that idle", .run = verb_agents_prune },
	{ .noun = "agents", .action = "spawn", .arguments = "[COUNT]", .help = "start agents; those that were killed", .run = verb_agents_spawn },
	{ .noun = "agents", .action = "test", .arguments = "", .help = "the same as test agents", .run = verb_test },
	{ .noun = "anchors", .action = "clear", .arguments = "[corrupted]", .help = "drop anchors that lead nowhere", .run = verb_anchors_clear },
	{ .noun = "anchors", .action = "evict", .arguments = "[older-than=AGE]", .help = "drop anchors nobody asked for lately", .run = verb_anchors_evict },
	{ .noun = "anchors", .action = "quality", .arguments = "THRESHOLD", .help = "keep anchors of this quality, 0 to 1", .run = verb_anchors_quality },
	{ .noun = "anchors", .action = "rebuild", .arguments = "", .help = "the same as ann rebuild", .run = verb_ann_rebuild, .remedy = "ann rebuild" },
	{ .noun = "anchors", .action = "stats", .arguments = "", .help = "pool, quality, compression", .run = verb_anchors_stats },
	{ .noun = "anchors", .action = "test", .arguments = "", .help = "the same as test cache", .run = verb_test },
	{ .noun = "ann", .action = "clear", .arguments = "", .help = "drop the nearest-neighbour index", .run = verb_ann_clear },
	{ .noun = "ann", .action = "rebuild", .arguments = "", .help = "build the nearest-neighbour index anew", .run = verb_ann_rebuild },
	{ .noun = "auth", .action = "block", .arguments = "", .help = "refuse the addresses that try passwords", .run = verb_auth_block, .outside = true },
	{ .noun = "auth", .action = "status", .arguments = "", .help = "failed log-ins and refused accesses", .run = verb_auth_status },
	{ .noun = "backup", .action = "", .arguments = "[full | emergency | COMPONENT]", .help = "take a backup", .run = verb_backup },
	{ .noun = "backup", .action = "discard", .arguments = "", .help = "delete backups that fail their verification", .run = verb_backup_discard },
	{ .noun = "backup", .action = "list", .arguments = "[COUNT]", .help = "the newest backups", .run = verb_backup_list, .kept = true },
	{ .noun = "backup", .action = "prune", .arguments = "", .help = "take out of backups what need not be in them", .run = verb_backup_prune },
	{ .noun = "backup", .action = "repair", .arguments = "", .help = "give the backup job its rights, its room and its way back", .run = verb_backup_repair, .outside = true },
	{ .noun = "backup", .action = "status", .arguments = "", .help = "age and success of backups", .run = verb_backup_status, .kept = true },
	{ .noun = "backup", .action = "verify", .arguments = "[ID]", .help = "check a backup; the newest", .run = verb_backup_verify, .kept = true },
	{ .noun = "cache", .action = "clear", .arguments = "[all]", .help = "empty the caches", .run = verb_cache_clear },
	{ .noun = "cache", .action = "stats", .arguments = "", .help = "size, hits, misses", .run = verb_cache_stats },
	{ .noun = "cache", .action = "test", .arguments = "", .help = "the same as test cache", .run = verb_test },
	{ .noun = "circuit", .action = "reset", .arguments = "", .help = "close breakers that hang open", .run = verb_circuit_reset },
	{ .noun = "circuit", .action = "status", .arguments = "", .help = "breakers, open or closed", .run = verb_circuit_status },
	{ .noun = "cluster", .action = "drop", .arguments = "KIND/NAMESPACE/NAME", .help = "forget an object", .run = verb_cluster_drop, .outside = true, .remedy = VERB_TELLS },
	{ .noun = "cluster", .action = "keep", .arguments = "KIND/NAMESPACE/NAME", .help = "remember an object that was applied", .run = verb_cluster_keep, .outside = true, .remedy = VERB_TELLS },
	{ .noun = "cluster", .action = "set", .arguments = "NAME=NUMBER...", .help = "the other region, the standby: what kubectl would change", .run = verb_cluster_set, .outside = true, .remedy = VERB_TELLS },
	{ .noun = "cluster", .action = "status", .arguments = "", .help = "all that kubectl would show", .run = verb_cluster_status, .outside = true, .remedy = VERB_TELLS },
	{ .noun = "data", .action = "clear", .arguments = "", .help = "delete all that is kept; what runs writes it again", .run = verb_data_clear, .outside = true, .remedy = VERB_TELLS },
	{ .noun = "dream", .action = "", .arguments = "", .help = "start a dream cycle now", .run = verb_dream },
	{ .noun = "dream", .action = "disable", .arguments = "", .help = "dream no more", .run = verb_dream_disable },
	{ .noun = "dream", .action = "enable", .arguments = "", .help = "dream again", .run = verb_dream_enable },
	{ .noun = "dream", .action = "interval", .arguments = "TIME", .help = "from one cycle to the next", .run = verb_dream_interval },
	{ .noun = "dream", .action = "iterations", .arguments = "[COUNT]", .help = "length of a cycle (100: usual); drops what waits", .run = verb_dream_iterations },
	{ .noun = "dream", .action = "max-iterations", .arguments = "[COUNT]", .help = "the same as iterations", .run = verb_dream_iterations, .remedy = "dream iterations" },
	{ .noun = "dream", .action = "status", .arguments = "", .help = "what is dreamt, and since when", .run = verb_dream_status },
	{ .noun = "dream", .action = "test", .arguments = "", .help = "the same as test dream", .run = verb_test },
	{ .noun = "failback", .action = "", .arguments = "", .help = "bring the colony back to its own region", .run = verb_failback, .outside = true },
	{ .noun = "failover", .action = "", .arguments = "", .help = "bring the colony up in the other region", .run = verb_failover, .outside = true },
	{ .noun = "failover", .action = "abort", .arguments = "", .help = "give up a failover that does not end", .run = verb_failover_abort, .outside = true },
	{ .noun = "fallback", .action = "list", .arguments = "", .help = "what stands in for a dependency that is gone", .run = verb_fallback_list },
	{ .noun = "features", .action = "verify", .arguments = "", .help = "whether everything works, dependencies and all", .run = verb_features_verify },
	{ .noun = "federated", .action = "connect", .arguments = "[sync]", .help = "join the federation", .run = verb_federated_connect },
	{ .noun = "federated", .action = "disconnect", .arguments = "", .help = "leave the federation", .run = verb_federated_disconnect },
	{ .noun = "federated", .action = "reconnect", .arguments = "", .help = "the same as connect", .run = verb_federated_connect, .remedy = "federated connect" },
	{ .noun = "federated", .action = "reset", .arguments = "[local]", .help = "forget the local federated state", .run = verb_federated_reset },
	{ .noun = "federated", .action = "status", .arguments = "", .help = "connection and last sync", .run = verb_federated_status },
	{ .noun = "federated", .action = "test", .arguments = "", .help = "the same as test federated", .run = verb_test },
	{ .noun = "gc", .action = "", .arguments = "[force]", .help = "collect garbage now", .run = verb_gc },
	{ .noun = "health", .action = "", .arguments = "[full]", .help = "the colony's checks; exit status 1 unless healthy", .run = verb_health },
	{ .noun = "help", .action = "", .arguments = "", .help = "the verbs", .run = verb_help, .outside = true, .remedy = VERB_TELLS },
	{ .noun = "knowledge", .action = "integrity", .arguments = "", .help = "the same as validate full", .run = verb_validate, .remedy = VERB_TELLS, .kept = true },
	{ .noun = "lmcache", .action = "clear", .arguments = "", .help = "the same as cache clear", .run = verb_cache_clear, .remedy = "cache clear" },
	{ .noun = "loadtest", .action = "", .arguments = "[RPS]", .help = "measure under load", .run = verb_loadtest },
	{ .noun = "meadow", .action = "connect", .arguments = "", .help = "join the community meadow", .run = verb_meadow_connect },
	{ .noun = "meadow", .action = "disconnect", .arguments = "", .help = "leave the community meadow", .run = verb_meadow_disconnect },
	{ .noun = "meadow", .action = "status", .arguments = "", .help = "connection and errors", .run = verb_meadow_status },
	{ .noun = "memory", .action = "top", .arguments = "", .help = "who holds how much", .run = verb_memory_top },
	{ .noun = "network", .action = "allow", .arguments = "", .help = "apply the emergency policy, which allows everything", .run = verb_network_allow, .outside = true },
	{ .noun = "network", .action = "restore", .arguments = "", .help = "take the emergency policy away again", .run = verb_network_restore, .outside = true },
	{ .noun = "network", .action = "status", .arguments = "", .help = "policies and what is reached", .run = verb_network_status, .outside = true },
	{ .noun = "perf", .action = "agents", .arguments = "", .help = "decisions: how many, how fast", .run = verb_perf_agents },
	{ .noun = "perf", .action = "baseline", .arguments = "", .help = "figures beside what is usual; exit status 1 beyond a limit", .run = verb_perf_baseline },
	{ .noun = "perf", .action = "cache", .arguments = "", .help = "look-ups: how many, how fast", .run = verb_perf_cache },
	{ .noun = "perf", .action = "dream", .arguments = "", .help = "dream cycles: how many, how long", .run = verb_perf_dream },
	{ .noun = "perf", .action = "watch", .arguments = "", .help = "the same as agents, once", .run = verb_perf_agents },
	{ .noun = "profile", .action = "enable", .arguments = "", .help = "profile from now on", .run = verb_profile_enable },
	{ .noun = "profile", .action = "eventloop", .arguments = "", .help = "lag of the event loop", .run = verb_profile_show },
	{ .noun = "profile", .action = "flamegraph", .arguments = "", .help = "where the time goes", .run = verb_profile_show },
	{ .noun = "profile", .action = "memory", .arguments = "", .help = "where the memory goes", .run = verb_memory_top },
	{ .noun = "reconnect", .action = "", .arguments = "", .help = "connect to all dependencies again", .run = verb_reconnect, .remedy = VERB_TELLS },
	{ .noun = "reload", .action = "", .arguments = "[INSTANCE] [force]", .help = "make hung workers start over", .run = verb_reload, .outside = true, .remedy = VERB_TELLS },
	{ .noun = "replay", .action = "", .arguments = "[wal]", .help = "replay the write-ahead log", .run = verb_replay, .kept = true },
	{ .noun = "replication", .action = "restart", .arguments = "", .help = "copy backups to the other region again", .run = verb_replication_restart, .outside = true },
	{ .noun = "replication", .action = "status", .arguments = "", .help = "how far the other region is behind; exit status 1 when it is", .run = verb_replication_status },
	{ .noun = "resources", .action = "set", .arguments = "memory=8Gi", .help = "set an instance's memory limit (restarts one after another)", .run = verb_resources_set, .outside = true, .remedy = VERB_TELLS },
	{ .noun = "restart", .action = "", .arguments = "[INSTANCE | SERVICE | database]", .help = "restart processes; the colony's one after another", .run = verb_restart, .outside = true, .remedy = VERB_TELLS },
	{ .noun = "restore", .action = "", .arguments = "full | latest | COMPONENT ...", .help = "take state back from the newest backup", .run = verb_restore, .remedy = VERB_TELLS, .kept = true },
	{ .noun = "rollout", .action = "undo", .arguments = "", .help = "run the release before this one (one instance after another)", .run = verb_rollout_undo, .outside = true },
	{ .noun = "rpo", .action = "", .arguments = "", .help = "what a restore now would lose", .run = verb_rpo, .kept = true },
	{ .noun = "scale", .action = "", .arguments = "COUNT", .help = "run this many instances", .run = verb_scale, .outside = true, .remedy = VERB_TELLS },
	{ .noun = "sla", .action = "check", .arguments = "", .help = "availability and latency of now; exit status 1 when missed", .run = verb_sla_check },
	{ .noun = "standby", .action = "start", .arguments = "", .help = "let the standby lead what is kept", .run = verb_standby_start, .outside = true, .remedy = VERB_TELLS },
	{ .noun = "standby", .action = "stop", .arguments = "", .help = "let the standby rest again", .run = verb_standby_stop, .outside = true, .remedy = VERB_TELLS },
	{ .noun = "status", .action = "", .arguments = "", .help = "the colony at a glance", .run = verb_status, .outside = true },
	{ .noun = "sync", .action = "", .arguments = "", .help = "sync with the federation now", .run = verb_sync },
	{ .noun = "sync", .action = "compress", .arguments = "[off]", .help = "sync less data", .run = verb_sync_compress, .remedy = VERB_TELLS },
	{ .noun = "sync", .action = "compression", .arguments = "[on | off]", .help = "the same as compress", .run = verb_sync_compress, .remedy = VERB_TELLS },
	{ .noun = "sync", .action = "force", .arguments = "[partial]", .help = "the same as sync", .run = verb_sync },
	{ .noun = "sync", .action = "interval", .arguments = "TIME", .help = "from one sync to the next", .run = verb_sync_interval, .remedy = VERB_TELLS },
	{ .noun = "sync", .action = "status", .arguments = "", .help = "the last sync", .run = verb_sync_status },
	{ .noun = "synapses", .action = "check", .arguments = "[nan]", .help = "those that are spoilt; exit status 1 when there are", .run = verb_synapses_check },
	{ .noun = "synapses", .action = "cluster", .arguments = "", .help = "the same as agents cluster", .run = verb_agents_cluster },
	{ .noun = "synapses", .action = "count", .arguments = "", .help = "how many there are", .run = verb_synapses_count },
	{ .noun = "synapses", .action = "prune", .arguments = "[below=WEIGHT]", .help = "drop weak ones", .run = verb_synapses_prune, .remedy = VERB_TELLS },
	{ .noun = "synapses", .action = "reinit", .arguments = "[hebbian]", .help = "start learning anew", .run = verb_synapses_reinit },
	{ .noun = "synapses", .action = "reset", .arguments = "[nan]", .help = "give those that are NaN their first weight", .run = verb_synapses_reset },
	{ .noun = "synapses", .action = "rollback", .arguments = "[TIME]", .help = "take weights back an hour", .run = verb_synapses_rollback },
	{ .noun = "synapses", .action = "watch", .arguments = "", .help = "the same as check, once", .run = verb_synapses_check },
	{ .noun = "test", .action = "", .arguments = "[smoke | agents | dream | cache | federated]", .help = "try it out; exit status 1 when it fails", .run = verb_test },
	{ .noun = "topology", .action = "check", .arguments = "", .help = "whether the graph is whole", .run = verb_topology_check },
	{ .noun = "topology", .action = "enable", .arguments = "[migration]", .help = "the same as migrate", .run = verb_topology_migrate, .remedy = "topology migrate" },
	{ .noun = "topology", .action = "hot", .arguments = "", .help = "partitions with the most work", .run = verb_topology_hot },
	{ .noun = "topology", .action = "migrate", .arguments = "", .help = "let agents move to where there is room", .run = verb_topology_migrate },
	{ .noun = "topology", .action = "rebalance", .arguments = "", .help = "spread hot partitions", .run = verb_topology_rebalance },
	{ .noun = "topology", .action = "watch", .arguments = "", .help = "the same as hot, once", .run = verb_topology_hot },
	{ .noun = "traffic", .action = "restore", .arguments = "", .help = "let requests through to the colony again", .run = verb_traffic_restore, .outside = true },
	{ .noun = "validate", .action = "", .arguments = "[full | COMPONENT]", .help = "check what is kept; exit status 1 when invalid", .run = verb_validate, .kept = true },
	{ .noun = "version", .action = "", .arguments = "", .help = "of the colony", .run = verb_version },
	{ .noun = "worldmodel", .action = "health", .arguments = "", .help = "the same as status", .run = verb_worldmodel_status, .remedy = "worldmodel status" },
	{ .noun = "worldmodel", .action = "rebuild", .arguments = "[vae]", .help = "train the autoencoder anew", .run = verb_worldmodel_rebuild },
	{ .noun = "worldmodel", .action = "status", .arguments = "", .help = "entropy and loss", .run = verb_worldmodel_status },
	/* clang-format on */
};

static const struct verb_set verb_set = { verbs, sizeof(*verbs), sizeof(verbs) / sizeof(*verbs) };

const struct verb *verbs_table(size_t *ret_count)
{
	*ret_count = sizeof(verbs) / sizeof(*verbs);
	return verbs;
}

bool verb_has(const struct verb_call *call, const char *name)
{
	return verb_words_have(call->arguments, call->count, name);
}

const char *verb_value(const struct verb_call *call, const char *name)
{
	return verb_words_value(call->arguments, call->count, name);
}

bool verb_is(const struct verb_call *call, const char *name, const char *value)
{
	const char *given = verb_value(call, name);

	return given != NULL && strcmp(given, value) == 0;
}

double verb_number(const struct verb_call *call, double fallback)
{
	return verb_words_number(call->arguments, call->count, fallback);
}

unsigned verb_serving(const struct colony *colony)
{
	unsigned count = 0;

	for (unsigned i = 0; i < colony->instance_count; i++)
		count += instance_serves(&colony->instances[i]);
	return count;
}

double verb_sum(const struct colony *colony, size_t offset)
{
	double sum = 0;

	for (unsigned i = 0; i < colony->instance_count; i++) {
		const void *instance = &colony->instances[i];

		if (instance_serves(instance))
			sum += *(const double *)(const void *)((const char *)instance + offset);
	}
	return sum;
}

double verb_mean(const struct colony *colony, size_t offset)
{
	unsigned serving = verb_serving(colony);

	return serving > 0 ? verb_sum(colony, offset) / serving : 0;
}

struct instance *verb_next(const struct verb_call *call, unsigned *index)
{
	while (*index < call->colony->instance_count) {
		struct instance *instance = &call->colony->instances[(*index)++];

		if (instance_serves(instance))
			return instance;
	}
	return NULL;
}

int verb_help(struct verb_call *call)
{
	return verb_words_help(&verb_set, call->reply);
}

static int run(struct verb_call *call, const struct verb *verb)
{
	struct strbuf action = STRBUF_INIT;
	int status;

	if (!verb->outside && !(verb->kept && colony_standby_serves(call->colony)) && verb_serving(call->colony) == 0)
		return reply_fail(call->reply, "no instance of the colony answers");
	call->verb = verb;
	status = verb->run(call);
	if (status != 0)
		return status;
	if (verb->remedy != NULL)
		strbuf_addstr(&action, verb->remedy);
	else
		verb_words_add_name(verb, &action);
	if (action.length > 0)
		faults_remedy(call->colony, action.text, faults_all_instances(call->colony));
	strbuf_release(&action);
	return 0;
}

int colony_verb(struct colony *colony, const char *const *words, size_t count, bool json, struct strbuf *ret)
{
	struct reply reply;
	struct verb_call call = { .colony = colony, .reply = &reply };
	const struct verb *verb;
	size_t used = 0;
	int status;

	verb = verb_words_find(&verb_set, words, count, &used);
	if (verb == NULL) {
		verb_words_unknown(&verb_set, words, count, ret, json);
		return 1;
	}
	reply_begin(&reply, ret, json);
	status = verb_words_arguments(words, count, used, call.arguments, &call.count, &reply);
	if (!status)
		status = run(&call, verb);
	reply_end(&reply);
	return status;
}
