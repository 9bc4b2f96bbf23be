#include "sim/shim_cluster.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "sim/shim_flags.h"

#define PROD "production"
#define DR   "dr-region"

static const struct shim_workload workloads[] = {
	/* clang-format off */
	{ .kind = "deployments", .name_space = PROD, .name = "federated", .source = PODS_SERVICE, .labels = "app=federated,tier=dependency", .restart = "federated", .package = "federated", .suffix = "5f7c9d64b8-" },
	{ .kind = "deployments", .name_space = PROD, .name = "lmcache", .source = PODS_SERVICE, .labels = "app=lmcache,tier=dependency", .restart = "lmcache", .package = "lmcache", .suffix = "7b8d5c9f66-" },
	{ .kind = "deployments", .name_space = PROD, .name = "meadow", .source = PODS_SERVICE, .labels = "app=meadow,tier=dependency", .restart = "meadow", .package = "meadow", .suffix = "64d9f5b7c8-" },
	{ .kind = "deployments", .name_space = PROD, .name = "polln-colony", .source = PODS_INSTANCES, .labels = "app=polln-colony,tier=colony", .restart = "polln-colony", .package = "colony", .suffix = "6d5f9c7b8d-" },
	{ .kind = "deployments", .name_space = PROD, .name = "redis", .source = PODS_SERVICE, .labels = "app=redis,tier=dependency", .restart = "redis", .suffix = "58c7d4b6f9-" },
	{ .kind = "deployments", .name_space = PROD, .name = "worldmodel", .source = PODS_SERVICE, .labels = "app=worldmodel,tier=dependency", .restart = "worldmodel", .package = "worldmodel", .suffix = "79b6c8d5f4-" },
	{ .kind = "deployments", .name_space = DR, .name = "dr-tracker", .source = PODS_SETTING, .labels = "app=dr-tracker", .setting = "tracker", .key = "tracker", .ready = "tracker", .since = "uptimeS", .suffix = "55d8b7c9f6-" },
	{ .kind = "statefulsets", .name_space = PROD, .name = "polln-colony-db", .source = PODS_ALWAYS, .labels = "app=polln-colony-db,tier=database", .restart = "database", .suffix = "" },
	{ .kind = "statefulsets", .name_space = PROD, .name = "polln-colony-standby", .source = PODS_SETTING, .labels = "app=polln-colony-standby,tier=standby", .setting = "standby-replicas", .key = "standbyReplicas", .ready = "standbyReady", .since = "standbyUptimeS", .package = "colony", .suffix = "" },
	{ .kind = "deployments", .name_space = DR, .name = "polln-colony-dr", .source = PODS_SETTING, .labels = "app=polln-colony-dr,tier=colony", .setting = "dr-replicas", .key = "drReplicas", .ready = "drReady", .since = "drUptimeS", .package = "colony", .suffix = "7c6d8f5b94-" },
	{ .kind = "statefulsets", .name_space = DR, .name = "polln-db-dr", .source = PODS_ALWAYS, .labels = "app=polln-db-dr,tier=database", .suffix = "" },
	/* clang-format on */
};

enum { WORKLOAD_COUNT = sizeof(workloads) / sizeof(workloads[0]) };

static const struct shim_kind kinds[] = {
	/* clang-format off */
	{ "pods", "pod po", "pod", "pods" },
	{ "deployments", "deployment deploy deployments.apps deployment.apps", "deployment.apps", "deployments.apps" },
	{ "statefulsets", "statefulset sts statefulsets.apps statefulset.apps", "statefulset.apps", "statefulsets.apps" },
	{ "services", "service svc", "service", "services" },
	{ "horizontalpodautoscalers", "horizontalpodautoscaler hpa", "horizontalpodautoscaler.autoscaling", "horizontalpodautoscalers.autoscaling" },
	{ "networkpolicies", "networkpolicy netpol networkpolicies.networking.k8s.io", "networkpolicy.networking.k8s.io", "networkpolicies.networking.k8s.io" },
	{ "cronjobs", "cronjob cj cronjobs.batch", "cronjob.batch", "cronjobs.batch" },
	{ "jobs", "job jobs.batch", "job.batch", "jobs.batch" },
	{ "events", "event ev", "event", "events" },
	{ "nodes", "node no", "node", "nodes" },
	{ "namespaces", "namespace ns", "namespace", "namespaces" },
	{ "configmaps", "configmap cm", "configmap", "configmaps" },
	{ "secrets", "secret", "secret", "secrets" },
	/* clang-format on */
};

const struct shim_workload *shim_workloads(size_t *ret_count)
{
	*ret_count = WORKLOAD_COUNT;
	return workloads;
}

const struct shim_workload *shim_workload_find(const char *kind, const char *name_space, const char *name)
{
	for (size_t i = 0; i < WORKLOAD_COUNT; i++)
		if (!strcmp(workloads[i].kind, kind) && !strcmp(workloads[i].name_space, name_space) &&
		    !strcmp(workloads[i].name, name))
			return &workloads[i];
	return NULL;
}

const struct shim_kind *shim_kind_find(const char *word)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strcmp(kinds[i].name, word) || shim_one_of(kinds[i].others, word))
			return &kinds[i];
	return NULL;
}

static const cJSON *item_of(const cJSON *list, const char *key, const char *name)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, list)
	{
		if (strcmp(json_string(item, key, ""), name) == 0)
			return item;
	}
	return NULL;
}

/* Five characters that a pod's name ends in: made of its place, so that they stay the same. */
static void name_pod(struct shim_pod *pod, const struct shim_workload *workload, unsigned number)
{
	static const char letters[] = "bcdfghjklmnpqrstvwxz2456789";
	uint64_t mixed = (number + 1) * UINT64_C(0x9E3779B97F4A7C15);
	char end[6];

	for (const char *at = workload->name; *at; at++)
		mixed = (mixed ^ (unsigned char)*at) * UINT64_C(0x100000001B3);
	for (unsigned i = 0; i < 5; i++)
		end[i] = letters[(mixed >> (8 * i + 8)) % (sizeof(letters) - 1)];
	end[5] = '\0';
	/* Those of a stateful set have numbers. */
	if (*workload->suffix)
		snprintf(pod->name, sizeof(pod->name), "%s-%s%s", workload->name, workload->suffix, end);
	else
		snprintf(pod->name, sizeof(pod->name), "%s-%u", workload->name, number);
	pod->workload = workload;
	pod->instance = number;
}

static void add_instances(struct shim_cluster *cluster, const struct shim_workload *workload)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, json_get(cluster->status, "instances"))
	{
		const char *status = json_string(item, "status", "");
		bool down = !strcmp(status, "down"), nowhere = !strcmp(status, "without a place");
		struct shim_pod *pod;

		if (!strcmp(status, "off"))
			continue;
		pod = vec_add(&cluster->pods);
		name_pod(pod, workload, (unsigned)json_int(item, "instance", 0));
		pod->restarts = (unsigned)json_int(item, "memoryKills", 0) + (down ? 6 : 0);
		pod->status = down ? "CrashLoopBackOff" : nowhere ? "Pending" : "Running";
		pod->runs = !down && !nowhere;
		pod->ready = !strcmp(status, "up");
		pod->updating = json_bool(item, "updating", false);
		pod->uptime_s = json_number(item, "uptimeS", 0);
		pod->memory_gb = pod->ready ? json_number(item, "memoryGb", 0) : 0.04;
		pod->cores = pod->ready ? json_number(item, "cores", 0) : 0.001;
	}
}

static void add_service(struct shim_cluster *cluster, const struct shim_workload *workload)
{
	const cJSON *item = item_of(json_get(cluster->status, "services"), "service", workload->name);
	bool up = !strcmp(json_string(item, "status", ""), "up"), failing = json_bool(item, "failing", false);
	struct shim_pod *pod = vec_add(&cluster->pods);

	name_pod(pod, workload, 0);
	pod->ready = up;
	pod->runs = up;
	pod->updating = !up;
	pod->status = up ? "Running" : failing ? "CrashLoopBackOff" : "ContainerCreating";
	pod->restarts = up ? 0 : 5;
	pod->uptime_s = json_number(item, "uptimeS", 0);
	pod->memory_gb = up ? 0.9 : 0;
	pod->cores = up ? 0.12 : 0;
}

static void add_others(struct shim_cluster *cluster, const struct shim_workload *workload)
{
	bool counted = workload->source == PODS_SETTING;
	unsigned count = counted ? (unsigned)json_int(cluster->status, workload->key, 0) : 1;
	unsigned ready = counted ? (unsigned)json_int(cluster->status, workload->ready, 0) : 1;

	for (unsigned i = 0; i < count; i++) {
		struct shim_pod *pod = vec_add(&cluster->pods);

		name_pod(pod, workload, i);
		pod->ready = pod->runs = i < ready;
		pod->updating = !pod->ready;
		pod->status = pod->ready ? "Running" : "ContainerCreating";
		pod->uptime_s = json_number(cluster->status, counted ? workload->since : "uptimeS", 0);
		pod->memory_gb = pod->ready ? 1.4 : 0;
		pod->cores = pod->ready ? 0.2 : 0;
	}
}

int shim_no_cluster(const struct shim *shim)
{
	return shim_fail(shim, 1,
			 "The connection to the server localhost:8080 was refused - did you specify the right host or "
			 "port?");
}

int shim_cluster_read(const struct shim *shim, struct shim_cluster *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->status = shim_ask(shim, SHIM_COLONY, NULL, "cluster", "status");
	if (!ret->status) {
		shim_no_cluster(shim);
		return -1;
	}
	for (size_t i = 0; i < WORKLOAD_COUNT; i++) {
		switch (workloads[i].source) {
		case PODS_INSTANCES: add_instances(ret, &workloads[i]); break;
		case PODS_SERVICE: add_service(ret, &workloads[i]); break;
		default: add_others(ret, &workloads[i]); break;
		}
	}
	return 0;
}

void shim_cluster_release(struct shim_cluster *cluster)
{
	cJSON_Delete(cluster->status);
	vec_release(&cluster->pods);
}

struct shim_count shim_cluster_count(const struct shim_cluster *cluster, const struct shim_workload *workload)
{
	struct shim_count count = { 0 };

	for (size_t i = 0; i < cluster->pods.count; i++) {
		const struct shim_pod *pod = &cluster->pods.items[i];

		if (pod->workload != workload)
			continue;
		count.pods++;
		count.ready += pod->ready;
		count.updating += pod->updating;
	}
	return count;
}

/* "app=polln-colony" among "app=polln-colony,tier=colony". */
static bool has_label(const char *labels, const char *label, size_t length)
{
	for (const char *at = labels; *at; at += strcspn(at, ","), at += *at == ',')
		if (strcspn(at, ",") == length && !strncmp(at, label, length))
			return true;
	return false;
}

bool shim_selects(const char *labels, const char *selector)
{
	char pair[128];

	for (const char *at = selector; *at; at += strcspn(at, ","), at += *at == ',') {
		size_t length = strcspn(at, ","), name = strcspn(at, "!=,");
		bool denied = at[name] == '!';
		size_t value = name + denied + (at[name + denied] == '=') + (at[name + denied + 1] == '=');

		if (name == length)
			continue;
		snprintf(pair, sizeof(pair), "%.*s=%.*s", (int)name, at, (int)(length - value), at + value);
		if (has_label(labels, pair, strlen(pair)) == denied)
			return false;
	}
	return true;
}
