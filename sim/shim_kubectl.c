#include "sim/shim_kubectl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "sim/shim_tools.h"

enum { POLL_MS = 500 };

/* clang-format off */
static const struct shim_flag flags[] = {
	{ NULL, "namespace", 'n', true }, { NULL, "context", 0, true }, { NULL, "kubeconfig", 0, true },
	{ NULL, "request-timeout", 0, true }, { NULL, "cluster", 0, true }, { NULL, "user", 0, true },
	{ NULL, "server", 's', true }, { NULL, "help", 'h', false }, { "logs get describe", "v", 'v', true },
	/* what is chosen */
	{ "get describe top delete wait logs rollout scale set", "selector", 'l', true },
	{ "get describe top delete wait", "all-namespaces", 'A', false },
	{ "delete wait set rollout scale", "all", 0, false },
	{ "get", "field-selector", 0, true },
	/* how it is shown */
	{ "get apply create config version set scale rollout delete patch", "output", 'o', true },
	{ "get", "show-labels", 0, false }, { "get top", "no-headers", 0, false }, { "get top", "sort-by", 0, true },
	{ "get rollout", "watch", 'w', false }, { "get delete", "ignore-not-found", 0, false },
	{ "top", "containers", 0, false }, { "config", "minify", 0, false }, { "version", "client", 0, false },
	/* exec and logs */
	{ "exec", "stdin", 'i', false }, { "exec", "tty", 't', false }, { "exec logs", "container", 'c', true },
	{ "exec logs", "pod-running-timeout", 0, true },
	{ "logs", "follow", 'f', false }, { "logs", "tail", 0, true }, { "logs", "since", 0, true },
	{ "logs", "since-time", 0, true }, { "logs", "previous", 'p', false }, { "logs", "timestamps", 0, false },
	{ "logs", "all-containers", 0, false }, { "logs", "prefix", 0, false }, { "logs", "max-log-requests", 0, true },
	/* what is changed */
	{ "scale", "replicas", 0, true }, { "scale", "current-replicas", 0, true },
	{ "rollout wait delete scale", "timeout", 0, true }, { "rollout", "to-revision", 0, true }, { "rollout", "revision", 0, true },
	{ "set", "limits", 0, true }, { "set", "requests", 0, true }, { "set", "containers", 'c', true },
	{ "set", "list", 0, false }, { "set", "overwrite", 0, false },
	{ "apply delete create", "filename", 'f', true }, { "apply create delete scale set patch autoscale", "dry-run", 0, true },
	{ "delete", "grace-period", 0, true }, { "delete", "force", 0, false }, { "delete", "wait", 0, false }, { "delete", "now", 0, false },
	{ "wait", "for", 0, true }, { "create", "from", 0, true }, { "create", "from-literal", 0, true }, { "create", "image", 0, true },
	{ "autoscale", "min", 0, true }, { "autoscale", "max", 0, true }, { "autoscale", "cpu-percent", 0, true },
	{ "autoscale", "name", 0, true }, { "patch", "patch", 'p', true }, { "patch", "type", 0, true },
	{ NULL, NULL, 0, false },
};

static const struct {
	const char *name;
	shim_kubectl_fn *run;
	bool offline; /* needs no server */
} commands[] = {
	{ "apply", shim_kubectl_apply, false },
	{ "autoscale", shim_kubectl_autoscale, false },
	{ "cluster-info", shim_kubectl_cluster_info, false },
	{ "config", shim_kubectl_config, true },
	{ "create", shim_kubectl_create, false },
	{ "delete", shim_kubectl_delete, false },
	{ "describe", shim_kubectl_describe, false },
	{ "exec", shim_kubectl_exec, false },
	{ "get", shim_kubectl_get, false },
	{ "logs", shim_kubectl_logs, false },
	{ "patch", shim_kubectl_patch, false },
	{ "rollout", shim_kubectl_rollout, false },
	{ "scale", shim_kubectl_scale, false },
	{ "set", shim_kubectl_set, false },
	{ "top", shim_kubectl_top, false },
	{ "version", shim_kubectl_version, true },
	{ "wait", shim_kubectl_wait, false },
};
/* clang-format on */

static const struct shim_grammar grammar = { flags, MANNER_PFLAG, false, false };
static const struct shim_grammar leading = { flags, MANNER_PFLAG, true, false };

int shim_kubectl_no_kind(const struct shim_kubectl *call, const char *kind)
{
	return shim_fail(call->shim, 1, "error: the server doesn't have a resource type \"%s\"", kind);
}

int shim_kubectl_not_found(const struct shim_kubectl *call, const char *group, const char *name)
{
	return shim_fail(call->shim, 1, "Error from server (NotFound): %s \"%s\" not found", group, name);
}

int shim_kubectl_do(const struct shim_kubectl *call, const char *const *words, size_t count)
{
	int status = 0;
	cJSON *answer = shim_ask_words(call->shim, SHIM_COLONY, words, count, &status);

	if (!answer)
		return shim_no_cluster(call->shim);
	if (status)
		shim_fail(call->shim, 1, "Error from server (BadRequest): %s", shim_reason(answer, "refused"));
	cJSON_Delete(answer);
	return status ? 1 : 0;
}

bool shim_kubectl_kept(const struct shim_kubectl *call, const char *kind, const char *name)
{
	struct strbuf object = STRBUF_INIT;
	const cJSON *item;
	bool found = false;

	strbuf_addf(&object, "%s/%s/%s", kind, call->name_space, name);
	cJSON_ArrayForEach(item, json_get(call->cluster.status, "objects"))
	{
		found |= !strcmp(json_string(item, "object", ""), object.text);
	}
	strbuf_release(&object);
	return found;
}

int shim_kubectl_keep(const struct shim_kubectl *call, const char *action, const char *kind, const char *name)
{
	struct strbuf object = STRBUF_INIT;
	int status;

	strbuf_addf(&object, "%s/%s/%s", kind, call->name_space, name);
	status = shim_kubectl_do(call, (const char *const[]){ "cluster", action, object.text }, 3);
	strbuf_release(&object);
	return status;
}

bool shim_kubectl_wait_more(struct shim_kubectl *call, int64_t *left_ms)
{
	if (*left_ms <= 0)
		return false;
	shim_pause(call->shim, POLL_MS);
	*left_ms -= POLL_MS;
	shim_cluster_release(&call->cluster);
	return shim_cluster_read(call->shim, &call->cluster) == 0;
}

int64_t shim_kubectl_timeout(const char *text)
{
	int64_t ms;

	if (!strcmp(text, "0") || !strcmp(text, "0s"))
		return 0;
	return duration_parse(text, &ms, NULL) < 0 ? -1 : ms;
}

/* The kind and the name of "deploy/NAME", or of the two words. */
static const struct shim_kind *split(struct shim_kubectl *call, size_t *at, char *kind, size_t size,
				     const char **ret_name)
{
	const char *word = shim_word(&call->arguments, *at), *slash = word ? strchr(word, '/') : NULL;

	*ret_name = NULL;
	if (!word)
		return NULL;
	snprintf(kind, size, "%.*s", slash ? (int)(slash - word) : (int)strlen(word), word);
	*at += 1;
	if (slash) {
		*ret_name = slash + 1;
	} else {
		*ret_name = shim_word(&call->arguments, *at);
		*at += *ret_name != NULL;
	}
	return shim_kind_find(kind);
}

const struct shim_workload *shim_kubectl_workload(struct shim_kubectl *call, size_t *at, int *ret_status)
{
	char kind[64] = "";
	const char *name;
	const struct shim_kind *found = split(call, at, kind, sizeof(kind), &name);
	const struct shim_workload *workload;

	*ret_status = 1;
	if (!*kind || (found && !name)) {
		shim_fail(call->shim, 1, "error: required resource not specified");
		return NULL;
	}
	if (!found) {
		shim_kubectl_no_kind(call, kind);
		return NULL;
	}
	workload = shim_workload_find(found->name, call->name_space, name);
	if (!workload)
		shim_kubectl_not_found(call, found->group, name);
	return workload;
}

static const struct shim_pod *pod_named(const struct shim_kubectl *call, const char *name)
{
	for (size_t i = 0; i < call->cluster.pods.count; i++) {
		const struct shim_pod *pod = &call->cluster.pods.items[i];

		if (!strcmp(pod->workload->name_space, call->name_space) && !strcmp(pod->name, name))
			return pod;
	}
	return NULL;
}

const struct shim_pod *shim_kubectl_pod(struct shim_kubectl *call, const char *word, int *ret_status)
{
	const char *slash = strchr(word, '/'), *name = slash ? slash + 1 : word;
	const struct shim_workload *workload = NULL;
	const struct shim_pod *first = NULL;
	char kind[64];

	*ret_status = 1;
	snprintf(kind, sizeof(kind), "%.*s", slash ? (int)(slash - word) : 0, word);
	if (slash && !shim_kind_find(kind)) {
		shim_kubectl_no_kind(call, kind);
		return NULL;
	}
	if (!slash || !strcmp(shim_kind_find(kind)->name, "pods")) {
		first = pod_named(call, name);
		if (!first)
			shim_kubectl_not_found(call, "pods", name);
		return first;
	}
	workload = shim_workload_find(shim_kind_find(kind)->name, call->name_space, name);
	if (!workload) {
		shim_kubectl_not_found(call, shim_kind_find(kind)->group, name);
		return NULL;
	}
	for (size_t i = 0; i < call->cluster.pods.count; i++) {
		const struct shim_pod *pod = &call->cluster.pods.items[i];

		if (pod->workload == workload &&
		    (!first || (pod->ready && !first->ready) || (pod->runs && !first->runs)))
			first = pod;
	}
	if (!first)
		shim_fail(call->shim, 1, "error: timed out waiting for the condition");
	return first;
}

static int unknown(const struct shim *shim, const char *word)
{
	const char *near = NULL;
	unsigned best = 3;

	shim_fail(shim, 1, "error: unknown command \"%s\" for \"kubectl\"", word);
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		unsigned distance = text_distance(word, commands[i].name, best);

		if (distance < best) {
			best = distance;
			near = commands[i].name;
		}
	}
	if (near)
		shim_fail(shim, 1, "\nDid you mean this?\n\t%s", near);
	return 1;
}

static int run(struct shim_kubectl *call, size_t which)
{
	int status = shim_flags_read(call->shim, &grammar, call->command, 0, &call->arguments);
	const char *name_space = shim_flag(&call->arguments, "namespace");

	call->name_space = name_space ? name_space : "default";
	if (!status && !commands[which].offline && shim_cluster_read(call->shim, &call->cluster) < 0)
		status = 1;
	else if (!status)
		status = commands[which].run(call);
	return status;
}

int shim_kubectl(struct shim *shim)
{
	struct shim_kubectl call = { .shim = shim };
	const char *word;
	int status = shim_flags_read(shim, &leading, "", 0, &call.arguments);

	word = shim_word(&call.arguments, 0);
	shim_arguments_release(&call.arguments);
	if (status)
		return status;
	if (!word) {
		shim_say(shim, "kubectl controls the Kubernetes cluster manager.\n\nCommands:");
		for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
			shim_say(shim, "  %s", commands[i].name);
		return 0;
	}
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(commands[i].name, word) != 0)
			continue;
		call.command = commands[i].name;
		status = run(&call, i);
		shim_arguments_release(&call.arguments);
		shim_cluster_release(&call.cluster);
		return status;
	}
	return unknown(shim, word);
}
