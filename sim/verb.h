/*
 * The operator's verbs of the colony: rows of one table (verbs.c) whose
 * functions live in verb_<what>.c; verb_words.h says how their words are read.
 */
#ifndef SIM_VERB_H
#define SIM_VERB_H

#include "sim/colony_state.h"
#include "sim/reply.h"
#include "sim/verb_words.h"

struct verb;

struct verb_call {
	const struct verb *verb;
	struct colony *colony;
	const char *arguments[VERB_ARGUMENTS_MAX]; /* without leading dashes */
	size_t count;
	struct reply *reply;
};

/* Each returns the exit status. */
typedef int verb_function(struct verb_call *call);

struct verb {
	const char *noun, *action, *arguments, *help; /* as struct verb_name */
	verb_function *run;
	/* Asks nothing of the colony's processes: works when none answers. */
	bool outside;
	/* Works on what is kept: from the standby too. */
	bool kept;
	/* What the faults are told was done, to all instances; NULL: "noun action". */
	const char *remedy;
};
/* The function tells the faults itself, or there is nothing to tell. */
#define VERB_TELLS ""

const struct verb *verbs_table(size_t *ret_count);

/* Whether an argument is there, as "name" or "name=..."; its value, or NULL. */
bool verb_has(const struct verb_call *call, const char *name);
const char *verb_value(const struct verb_call *call, const char *name);
/* Whether "name=value" is there. */
bool verb_is(const struct verb_call *call, const char *name, const char *value);

/* The first number among the arguments ("5", "count=5"), in seconds for "90s", "5m", "6h", "1d"; else `fallback`. */
double verb_number(const struct verb_call *call, double fallback);

/* Sum of a figure (a double of struct instance) over the instances that serve; and their mean, 0 when none does. */
double verb_sum(const struct colony *colony, size_t offset);
double verb_mean(const struct colony *colony, size_t offset);
#define VERB_SUM(call, field)  verb_sum((call)->colony, offsetof(struct instance, field))
#define VERB_MEAN(call, field) verb_mean((call)->colony, offsetof(struct instance, field))

/* The next instance that serves, from `*index` on, or NULL: for (i = 0; (instance = verb_next(call, &i)) != NULL;). */
struct instance *verb_next(const struct verb_call *call, unsigned *index);
unsigned verb_serving(const struct colony *colony);

verb_function verb_help;

/* verb_cluster.c: what is done to processes and networks from outside */
verb_function verb_restart, verb_reload, verb_scale, verb_resources_set, verb_network_status, verb_network_allow,
	verb_network_restore, verb_failover, verb_failover_abort, verb_failback, verb_traffic_restore, verb_auth_block,
	verb_auth_status, verb_rollout_undo;

/* verb_region.c: the other region, the standby */
verb_function verb_cluster_status, verb_cluster_set, verb_cluster_keep, verb_cluster_drop, verb_standby_start,
	verb_standby_stop;

/* Pods that run already take over at once. */
#define TAKE_OVER_MS 2000

/* verb_agents.c */
verb_function verb_agents_list, verb_agents_health, verb_agents_count, verb_agents_kill, verb_agents_spawn,
	verb_agents_prune, verb_agents_limit, verb_agents_cluster;

/* verb_cache.c: anchors and the index that finds them */
verb_function verb_cache_stats, verb_cache_clear, verb_anchors_stats, verb_anchors_evict, verb_anchors_clear,
	verb_anchors_quality, verb_ann_clear, verb_ann_rebuild;

/* verb_learning.c: dreams, synapses, the world model */
verb_function verb_dream, verb_dream_status, verb_dream_enable, verb_dream_disable, verb_dream_interval,
	verb_dream_iterations, verb_synapses_count, verb_synapses_check, verb_synapses_prune, verb_synapses_reset,
	verb_synapses_rollback, verb_synapses_reinit, verb_worldmodel_status, verb_worldmodel_rebuild;

/* verb_federation.c: other colonies, and the way to them */
verb_function verb_sync, verb_sync_status, verb_sync_interval, verb_sync_compress, verb_federated_status,
	verb_federated_connect, verb_federated_disconnect, verb_federated_reset, verb_meadow_status,
	verb_meadow_connect, verb_meadow_disconnect, verb_reconnect, verb_circuit_status, verb_circuit_reset,
	verb_fallback_list, verb_features_verify;

/* verb_data.c: what is kept */
verb_function verb_restore, verb_validate, verb_replay, verb_rpo, verb_data_clear;

/* verb_backup.c: how it is kept */
verb_function verb_backup, verb_backup_list, verb_backup_verify, verb_backup_status, verb_backup_discard,
	verb_backup_prune, verb_backup_repair, verb_replication_restart, verb_replication_status;

/* "backup-20260301-020000" */
void verb_backup_id(char *ret, size_t size, int64_t at_ms);
/* When the backup of that id was taken; -1: it is no such id. */
int64_t verb_backup_time(const char *id);

/* The component that can be kept by itself and that the words name ("agents"), or NULL (verb_data.c). */
const char *verb_component(const struct verb_call *call);

/* "up", "down", "without a place", "starting", "not answering" or "off" (verb_status.c). */
const char *verb_instance_state(const struct instance *instance);

/* verb_status.c: how it is */
verb_function verb_status, verb_health, verb_sla_check, verb_test, verb_version;

/* verb_perf.c: how fast it is, and why not */
verb_function verb_perf_agents, verb_perf_dream, verb_perf_cache, verb_perf_baseline, verb_loadtest,
	verb_profile_enable, verb_profile_show, verb_memory_top, verb_gc, verb_topology_check, verb_topology_hot,
	verb_topology_rebalance, verb_topology_migrate;

/* The 99th percentile of the decisions and requests of now, in seconds: of the slowest instance that serves. */
double verb_decision_p99(const struct colony *colony);
double verb_request_p99(const struct colony *colony);

#endif
