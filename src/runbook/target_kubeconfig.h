/*
 * The current context of a kubeconfig as kubectl finds it: the files of
 * KUBECONFIG, else ~/.kube/config, else, within a pod, its service account.
 * The first file that says something wins, name by name.
 */
#ifndef RUNBOOK_TARGET_KUBECONFIG_H
#define RUNBOOK_TARGET_KUBECONFIG_H

#include "runbook/target.h"

/* Context, cluster, server, namespace and fault of `ret`. Blocks. */
void target_read_kubeconfig(struct run_target *ret, const char *const *environment, struct arena *arena);

#endif
