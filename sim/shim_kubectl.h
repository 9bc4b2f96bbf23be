/* kubectl's subcommands share a command line that has been read, and what there is. */
#ifndef SIM_SHIM_KUBECTL_H
#define SIM_SHIM_KUBECTL_H

#include "sim/shim_cluster.h"
#include "sim/shim_flags.h"

/* The version that is played. */
#define SHIM_KUBERNETES "v1.31.4"

struct shim_kubectl {
	const struct shim *shim;
	const char *command;             /* "get" */
	const char *name_space;          /* "default" unless said */
	struct shim_arguments arguments; /* words[0] is the command */
	struct shim_cluster cluster;
};

typedef int shim_kubectl_fn(struct shim_kubectl *call);

/* shim_kubectl_get.c: what there is */
shim_kubectl_fn shim_kubectl_get;

/* shim_kubectl_describe.c: one thing at length */
shim_kubectl_fn shim_kubectl_describe, shim_kubectl_top, shim_kubectl_config, shim_kubectl_version,
	shim_kubectl_cluster_info;

/* shim_kubectl_change.c: what is wanted */
shim_kubectl_fn shim_kubectl_rollout, shim_kubectl_scale, shim_kubectl_set, shim_kubectl_delete, shim_kubectl_autoscale,
	shim_kubectl_create, shim_kubectl_patch;

/* shim_kubectl_apply.c: manifests; waiting */
shim_kubectl_fn shim_kubectl_apply, shim_kubectl_wait;

/* shim_kubectl_exec.c: in a container */
shim_kubectl_fn shim_kubectl_exec, shim_kubectl_logs;

/*
 * A workload by "deploy/NAME" or "deploy NAME" at words[*at], which is moved
 * behind it. NULL, having said so, when there is none.
 */
const struct shim_workload *shim_kubectl_workload(struct shim_kubectl *call, size_t *at, int *ret_status);

/* The pod that "NAME", "pod/NAME", "deploy/NAME" means; the first that runs of a workload. NULL, having said so. */
const struct shim_pod *shim_kubectl_pod(struct shim_kubectl *call, const char *word, int *ret_status);

/* "error: the server doesn't have a resource type "frobs"" and so on. */
int shim_kubectl_no_kind(const struct shim_kubectl *call, const char *kind);
int shim_kubectl_not_found(const struct shim_kubectl *call, const char *group, const char *name);

/* Do a verb for it; its failure is told as the server's. */
int shim_kubectl_do(const struct shim_kubectl *call, const char *const *words, size_t count);

/* Is there an object of that kind and name that was applied? Keep or drop one. */
bool shim_kubectl_kept(const struct shim_kubectl *call, const char *kind, const char *name);
/* Delete one that was applied, and what it did. */
int shim_kubectl_remove(struct shim_kubectl *call, const struct shim_kind *kind, const char *name);
int shim_kubectl_keep(const struct shim_kubectl *call, const char *action, const char *kind, const char *name);

/* Read the state of things anew, after a pause; false when the time is over. */
bool shim_kubectl_wait_more(struct shim_kubectl *call, int64_t *left_ms);

/* "300s", "5m", "0"; -1 when it is none of them. */
int64_t shim_kubectl_timeout(const char *text);

#endif
