/*
 * What a command would touch: host, user, Kubernetes context and namespace,
 * Docker host. Read from files and the environment, never by running
 * something; read on the pool, since home may be a slow disk.
 */
#ifndef RUNBOOK_TARGET_H
#define RUNBOOK_TARGET_H

#include "base/arena.h"
#include "base/strbuf.h"

struct run_target {
	const char *host, *user;
	const char *context, *cluster, *server, *name_space; /* of the kubeconfig's current context; "" none. server:
								address of the cluster, without credentials */
	const char *docker;                                  /* DOCKER_HOST, the Docker context, or "" */
	const char *fault; /* why it cannot be known (a kubeconfig that cannot be read); "" */
};

/* `environment`: whose KUBECONFIG (a list of files), HOME, DOCKER_HOST, DOCKER_CONTEXT, LOGNAME count. Blocks. */
void target_read(struct run_target *ret, const char *const *environment, struct arena *arena);

/* One line, the same for equal targets: "ana@jump1 kube prod-cluster/production (https://10.0.0.1:6443) docker
 * unix:///run/docker.sock". */
void target_text(const struct run_target *target, struct strbuf *ret);

/*
 * Does the target deny what a system or a step says of itself? `wanted` is
 * "CONTEXT", "CONTEXT/NAMESPACE" (a cluster's name will do for its context) or
 * KIND/NAME with namespace, context, cluster, host, user, docker, or
 * environment: "environment/production" is denied by a context called
 * staging-eu. NULL when it agrees or nothing can be said, else why. In the
 * arena.
 */
const char *target_conflict(const struct run_target *target, const char *wanted, struct arena *arena);

#endif
