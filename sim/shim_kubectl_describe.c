/* kubectl describe, top, config, version: one thing at length, and what it takes. */
#include <stdio.h>
#include <string.h>

#include "sim/shim_kubectl.h"
#include "sim/shim_table.h"

static void describe_pod(const struct shim_kubectl *call, const struct shim_pod *pod)
{
	const struct shim *shim = call->shim;
	int limit = json_int(call->cluster.status, "memoryLimitGib", 0);
	bool killed = pod->workload->source == PODS_INSTANCES && pod->restarts > 0 && pod->runs;

	shim_say(shim, "Name:             %s\nNamespace:        %s\nLabels:           %s\nStatus:           %s",
		 pod->name, pod->workload->name_space, pod->workload->labels, pod->runs ? "Running" : "Pending");
	shim_say(shim, "Controlled By:    %s/%s\nContainers:\n  %s:",
		 pod->workload->kind[0] == 's' ? "StatefulSet" : "ReplicaSet", pod->workload->name,
		 pod->workload->name);
	shim_say(shim, "    State:          %s", pod->runs ? "Running" : "Waiting");
	if (!pod->runs)
		shim_say(shim, "      Reason:       %s", pod->status);
	if (killed)
		shim_say(shim,
			 "    Last State:     Terminated\n      Reason:       OOMKilled\n      Exit Code:    137");
	else if (!pod->runs && pod->restarts > 0)
		shim_say(shim, "    Last State:     Terminated\n      Reason:       Error\n      Exit Code:    1");
	shim_say(shim, "    Ready:          %s\n    Restart Count:  %u", pod->ready ? "True" : "False", pod->restarts);
	if (pod->workload->source == PODS_INSTANCES)
		shim_say(shim, "    Limits:\n      cpu:     4\n      memory:  %dGi", limit);
	shim_say(shim, "Conditions:\n  Type    Status\n  Ready   %s\nEvents:", pod->ready ? "True" : "False");
	if (killed)
		shim_say(shim, "  Warning  OOMKilling  kubelet  Memory cgroup out of memory: killed process (node)");
	else if (!strcmp(pod->status, "Pending"))
		shim_say(shim, "  Warning  FailedScheduling  default-scheduler  node(s) had volume node affinity "
			       "conflict, node(s) had untolerated taint {node.kubernetes.io/unreachable: }");
	else if (!pod->ready)
		shim_say(shim, "  Warning  %s  kubelet  %s", pod->runs ? "Unhealthy" : "BackOff",
			 pod->runs ? "Readiness probe failed" : "Back-off restarting failed container");
	else
		shim_say(shim, "  <none>");
	shim_say(shim, "%s", "");
}

static int describe_policy(const struct shim_kubectl *call, const char *name)
{
	bool own = !strcmp(call->name_space, "production"),
	     kept = name && shim_kubectl_kept(call, "networkpolicies", name);

	if (kept) {
		shim_say(call->shim, "Name:         %s\nNamespace:    %s\nCreated on:   in this demo", name,
			 call->name_space);
		return 0;
	}
	if (!own || (name && strcmp(name, "polln-colony-net") != 0))
		return name ? shim_kubectl_not_found(call, "networkpolicies.networking.k8s.io", name)
			    : shim_fail(call->shim, 0, "No resources found in %s namespace.", call->name_space);
	shim_say(call->shim, "Name:         polln-colony-net\nNamespace:    production\nSpec:\n"
			     "  PodSelector:     app=polln-colony\n  Allowing egress traffic:\n"
			     "    To:\n      PodSelector: tier=dependency\n  Policy Types: Ingress, Egress");
	return 0;
}

static int describe_workload(struct shim_kubectl *call, const struct shim_workload *workload)
{
	struct shim_count count = shim_cluster_count(&call->cluster, workload);

	shim_say(call->shim, "Name:               %s\nNamespace:          %s\nLabels:             %s", workload->name,
		 workload->name_space, workload->labels);
	shim_say(call->shim, "Replicas:           %u desired | %u total | %u available | %u unavailable", count.pods,
		 count.pods, count.ready, count.pods - count.ready);
	if (workload->source == PODS_INSTANCES)
		shim_say(call->shim,
			 "Pod Template:\n  Containers:\n   %s:\n    Limits:\n      cpu:     4\n      memory:  %dGi",
			 workload->name, json_int(call->cluster.status, "memoryLimitGib", 0));
	return 0;
}

int shim_kubectl_describe(struct shim_kubectl *call)
{
	const char *word = shim_word(&call->arguments, 1), *slash = word ? strchr(word, '/') : NULL;
	const char *name = slash ? slash + 1 : shim_word(&call->arguments, 2);
	const char *selector = shim_flag(&call->arguments, "selector");
	const struct shim_kind *kind;
	const struct shim_workload *workload;
	char text[64];
	bool found = false;

	if (!word)
		return shim_fail(call->shim, 1, "error: You must specify the type of resource to describe.");
	snprintf(text, sizeof(text), "%.*s", (int)strcspn(word, "/"), word);
	kind = shim_kind_find(text);
	if (!kind)
		return shim_kubectl_no_kind(call, text);
	if (!strcmp(kind->name, "networkpolicies"))
		return describe_policy(call, name);
	for (size_t i = 0; !strcmp(kind->name, "pods") && i < call->cluster.pods.count; i++) {
		const struct shim_pod *pod = &call->cluster.pods.items[i];

		if (strcmp(pod->workload->name_space, call->name_space) != 0 ||
		    (name && strcmp(name, pod->name) != 0) ||
		    (selector && !shim_selects(pod->workload->labels, selector)))
			continue;
		describe_pod(call, pod);
		found = true;
	}
	workload = name ? shim_workload_find(kind->name, call->name_space, name) : NULL;
	if (workload)
		return describe_workload(call, workload);
	if (found)
		return 0;
	return name ? shim_kubectl_not_found(call, kind->group, name)
		    : shim_fail(call->shim, 0, "No resources found in %s namespace.", call->name_space);
}

/* ---- top and the rest ---- */

static int top_nodes(const struct shim_kubectl *call)
{
	struct shim_table table = { 0 };

	shim_table_row(&table, "NAME", "CPU(cores)", "CPU(%)", "MEMORY(bytes)", "MEMORY(%)");
	shim_table_row(&table, "node-1", "1840m", "46%", "9811Mi", "61%");
	shim_table_row(&table, "node-2", "1702m", "42%", "9604Mi", "60%");
	shim_table_row(&table, "node-3", "1655m", "41%", "9587Mi", "59%");
	shim_table_print(&table, call->shim->out);
	shim_table_release(&table);
	return 0;
}

int shim_kubectl_top(struct shim_kubectl *call)
{
	const char *what = shim_word(&call->arguments, 1), *name = shim_word(&call->arguments, 2);
	const char *selector = shim_flag(&call->arguments, "selector");
	struct shim_table table = { 0 };
	size_t rows = 0;

	if (!what || !shim_one_of("pod pods po node nodes no", what))
		return shim_fail(call->shim, 1, "error: unknown command \"%s\" for \"kubectl top\"", what ? what : "");
	if (what[0] == 'n')
		return top_nodes(call);
	if (!shim_flag_is(&call->arguments, "no-headers"))
		shim_table_row(&table, "NAME", "CPU(cores)", "MEMORY(bytes)");
	for (size_t i = 0; i < call->cluster.pods.count; i++) {
		const struct shim_pod *pod = &call->cluster.pods.items[i];
		char cores[24], memory[24];

		if (!pod->runs || strcmp(pod->workload->name_space, call->name_space) != 0 ||
		    (name && strcmp(name, pod->name) != 0) ||
		    (selector && !shim_selects(pod->workload->labels, selector)))
			continue;
		snprintf(cores, sizeof(cores), "%.0fm", pod->cores * 1000);
		snprintf(memory, sizeof(memory), "%.0fMi", pod->memory_gb * 1024);
		shim_table_row(&table, pod->name, cores, memory);
		rows++;
	}
	if (rows)
		shim_table_print(&table, call->shim->out);
	shim_table_release(&table);
	if (!rows && name)
		return shim_kubectl_not_found(call, "pods", name);
	if (!rows)
		shim_fail(call->shim, 0, "No resources found in %s namespace.", call->name_space);
	return 0;
}

/* The demo's configuration is an empty file: there is no context, and the shim needs none. */
int shim_kubectl_config(struct shim_kubectl *call)
{
	const char *what = shim_word(&call->arguments, 1);

	if (what && !strcmp(what, "current-context"))
		return shim_fail(call->shim, 1, "error: current-context is not set");
	if (what && !strcmp(what, "get-contexts")) {
		shim_say(call->shim, "CURRENT   NAME   CLUSTER   AUTHINFO   NAMESPACE");
		return 0;
	}
	if (what && !strcmp(what, "view")) {
		shim_say(call->shim,
			 "apiVersion: v1\nclusters: null\ncontexts: null\ncurrent-context: \"\"\nkind: Config\n"
			 "preferences: {}\nusers: null");
		return 0;
	}
	return shim_fail(call->shim, 1, "error: unknown command \"%s\" for \"kubectl config\"", what ? what : "");
}

int shim_kubectl_version(struct shim_kubectl *call)
{
	shim_say(call->shim, "Client Version: " SHIM_KUBERNETES " (simulated)");
	if (!shim_flag_is(&call->arguments, "client"))
		shim_say(call->shim, "Server Version: " SHIM_KUBERNETES " (simulated)");
	return 0;
}

int shim_kubectl_cluster_info(struct shim_kubectl *call)
{
	shim_say(call->shim, "Kubernetes control plane is running in a simulated %s",
		 json_string(call->cluster.status, "region", "region"));
	return 0;
}
