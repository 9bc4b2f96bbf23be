/*
 * The cluster as kubectl finds it: workloads are rows of one table, their pods
 * are made up of what the colony says of itself (`cluster status`).
 */
#ifndef SIM_SHIM_CLUSTER_H
#define SIM_SHIM_CLUSTER_H

#include "base/vec.h"
#include "sim/shim.h"

enum shim_source {
	PODS_INSTANCES, /* the colony's own */
	PODS_SERVICE,   /* one of its dependencies, of the same name */
	PODS_SETTING,   /* those of a setting of the cluster: `setting` how many, `ready` how many are ready */
	PODS_ALWAYS,    /* one, always there */
};

struct shim_workload {
	const char *kind; /* "deployments" or "statefulsets" */
	const char *name_space, *name;
	enum shim_source source;
	const char *labels;              /* "app=polln-colony,tier=colony" */
	const char *setting;             /* of `cluster set`; NULL: its count is fixed */
	const char *key, *ready, *since; /* members of `cluster status` for PODS_SETTING */
	const char *restart;             /* what the verb restart calls it; NULL: a restart changes nothing */
	const char *package;             /* npm's package in its containers: "colony", "lmcache" ...; NULL: none */
	const char *suffix;              /* of its pods' names */
};

const struct shim_workload *shim_workloads(size_t *ret_count);
const struct shim_workload *shim_workload_find(const char *kind, const char *name_space, const char *name);

struct shim_pod {
	char name[72];
	const struct shim_workload *workload;
	const char *status; /* "Running", "CrashLoopBackOff" ... */
	bool runs, ready;   /* something can be executed in it; it takes requests */
	bool updating;      /* about to be replaced */
	unsigned restarts, instance;
	double uptime_s, memory_gb, cores;
};

struct shim_cluster {
	cJSON *status;
	VEC(struct shim_pod) pods; /* of all namespaces, by workload */
};

/* What there is. -1, having said so, when no colony runs. */
int shim_cluster_read(const struct shim *shim, struct shim_cluster *ret);
void shim_cluster_release(struct shim_cluster *cluster);

/* How many pods a workload has, wants ready, and has ready. */
struct shim_count {
	unsigned pods, ready, updating;
};
struct shim_count shim_cluster_count(const struct shim_cluster *cluster, const struct shim_workload *workload);

/* Do the labels satisfy a selector "app=x,tier!=y"? */
bool shim_selects(const char *labels, const char *selector);

/* Kinds of resources by all their names. */
struct shim_kind {
	const char *name, *others; /* "deployments", "deployment deploy deployments.apps" */
	const char *singular;      /* "deployment.apps": in front of a name */
	const char *group;         /* "deployments.apps": in messages */
};
const struct shim_kind *shim_kind_find(const char *word);

/* A colony's verb was asked for and no colony runs: what kubectl says then. Returns the exit status. */
int shim_no_cluster(const struct shim *shim);

#endif
