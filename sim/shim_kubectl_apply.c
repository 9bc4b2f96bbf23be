/* kubectl apply, delete -f, and wait. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "sim/shim_kubectl.h"

#define WAIT_MS (30 * CLOCK_SECOND) /* kubectl's own, unless said */

/* ---- manifests: files that the runbooks name; they need not be there ---- */

static const struct manifest {
	const char *file;
	const char *object;               /* "configmap/disaster" */
	const char *apply[4], *remove[4]; /* verbs */
} manifests[] = {
	/* clang-format off */
	{ "network-emergency.yaml", "networkpolicy.networking.k8s.io/polln-emergency-allow-all", { "network", "allow" }, { "network", "restore" } },
	{ "declare-disaster.yaml", "configmap/disaster-declaration", { "cluster", "set", "declared=1" }, { "cluster", "set", "declared=0" } },
	{ "dns-dr.yaml", "configmap/polln-dns", { "cluster", "set", "dr-names=1" }, { "cluster", "set", "dr-names=0" } },
	{ "dns-primary.yaml", "configmap/polln-dns", { "cluster", "set", "dr-names=0" }, { NULL } },
	{ "traffic-dr.yaml", "configmap/polln-traffic", { "cluster", "set", "dr-traffic=1" }, { "cluster", "set", "dr-traffic=0" } },
	{ "traffic-primary.yaml", "configmap/polln-traffic", { "cluster", "set", "dr-traffic=0" }, { NULL } },
	{ "traffic.yaml", "configmap/polln-traffic", { "traffic", "restore" }, { NULL } },
	{ "simulate.yaml", "configmap/disaster-drill", { NULL }, { NULL } },
	{ "edge-block.yaml", "configmap/polln-edge-block", { "auth", "block" }, { NULL } },
	/* clang-format on */
};

static const struct manifest *manifest_of(const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;

	for (size_t i = 0; i < sizeof(manifests) / sizeof(manifests[0]); i++)
		if (!strcmp(manifests[i].file, name))
			return &manifests[i];
	return NULL;
}

static int do_verb(const struct shim_kubectl *call, const char *const verb[4])
{
	size_t count = 0;

	while (count < 4 && verb[count])
		count++;
	return count ? shim_kubectl_do(call, verb, count) : 0;
}

/* The value behind "name:" on the first line that has it, at any depth. */
static bool yaml_value(const char *text, const char *name, char *ret, size_t size)
{
	size_t length = strlen(name);

	for (const char *line = text; line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
		const char *at = line + strspn(line, " -");

		if (strncmp(at, name, length) != 0 || at[length] != ':')
			continue;
		at += length + 1;
		at += strspn(at, " \"'");
		snprintf(ret, size, "%.*s", (int)strcspn(at, "\"'\n #"), at);
		return *ret != '\0';
	}
	return false;
}

/* What an object does beside being there. A policy opens the network when it lets everything in and out. */
static int take_effect(const struct shim_kubectl *call, const char *kind, const char *text, bool removes)
{
	char least[16], most[16], set_least[32], set_most[32];

	if (!strcmp(kind, "networkpolicies") &&
	    (removes || (strstr(text, "ingress: [{}]") && strstr(text, "egress: [{}]"))))
		return shim_kubectl_do(call, (const char *const[]){ "network", removes ? "restore" : "allow" }, 2);
	if (!strcmp(kind, "horizontalpodautoscalers")) {
		if (removes || !yaml_value(text, "minReplicas", least, sizeof(least)))
			snprintf(least, sizeof(least), "0");
		if (removes || !yaml_value(text, "maxReplicas", most, sizeof(most)))
			snprintf(most, sizeof(most), "0");
		snprintf(set_least, sizeof(set_least), "scaler-least=%s", least);
		snprintf(set_most, sizeof(set_most), "scaler-most=%s", most);
		return shim_kubectl_do(call, (const char *const[]){ "cluster", "set", set_least, set_most }, 4);
	}
	return 0;
}

int shim_kubectl_remove(struct shim_kubectl *call, const struct shim_kind *kind, const char *name)
{
	int status = shim_kubectl_keep(call, "drop", kind->name, name);

	if (!status)
		status = take_effect(call, kind->name, "", true);
	if (!status)
		shim_say(call->shim, "%s \"%s\" deleted", kind->singular, name);
	return status;
}

static int apply_object(struct shim_kubectl *call, const struct shim_kind *kind, const char *name, const char *text)
{
	bool there = shim_kubectl_kept(call, kind->name, name);
	int status;

	if (!strcmp(call->command, "delete"))
		return there ? shim_kubectl_remove(call, kind, name) : shim_kubectl_not_found(call, kind->group, name);
	status = take_effect(call, kind->name, text, false);
	if (!status)
		status = shim_kubectl_keep(call, "keep", kind->name, name);
	if (!status)
		shim_say(call->shim, "%s/%s %s", kind->singular, name, there ? "unchanged" : "created");
	return status;
}

/* A manifest that is given in place: "-f -". */
static int apply_input(struct shim_kubectl *call)
{
	struct strbuf text = STRBUF_INIT;
	char kind[64], name[96];
	int status;

	call->shim->link->input(call->shim->link->user, &text);
	if (!yaml_value(text.text, "kind", kind, sizeof(kind)) || !yaml_value(text.text, "name", name, sizeof(name))) {
		status = shim_fail(call->shim, 1, "error: no objects passed to %s", call->command);
	} else {
		for (char *at = kind; *at; at++)
			*at = (char)(*at >= 'A' && *at <= 'Z' ? *at + 'a' - 'A' : *at);
		if (!shim_kind_find(kind))
			status = shim_fail(call->shim, 1,
					   "error: unable to recognize \"STDIN\": no matches for kind \"%s\"", kind);
		else
			status = apply_object(call, shim_kind_find(kind), name, text.text);
	}
	strbuf_release(&text);
	return status;
}

int shim_kubectl_apply(struct shim_kubectl *call)
{
	const char *path = shim_flag(&call->arguments, "filename");
	bool removes = !strcmp(call->command, "delete");
	const struct manifest *manifest;
	int status;

	if (!path)
		return shim_fail(call->shim, 1, "error: must specify one of -f and -k");
	if (!strcmp(path, "-"))
		return apply_input(call);
	manifest = manifest_of(path);
	if (!manifest)
		return shim_fail(call->shim, 1, "error: the path \"%s\" does not exist", path);
	status = do_verb(call, removes ? manifest->remove : manifest->apply);
	if (!status && removes)
		shim_say(call->shim, "%.*s \"%s\" deleted", (int)strcspn(manifest->object, "/"), manifest->object,
			 strchr(manifest->object, '/') + 1);
	else if (!status)
		shim_say(call->shim, "%s configured", manifest->object);
	return status;
}

/* ---- wait ---- */

struct wanted {
	const char *name, *selector;
	const struct shim_workload *workload; /* its availability, or NULL: pods */
};

static bool is_meant(const struct shim_kubectl *call, const struct wanted *wanted, const struct shim_pod *pod)
{
	if (wanted->workload)
		return pod->workload == wanted->workload;
	return !strcmp(pod->workload->name_space, call->name_space) &&
	       (!wanted->name || !strcmp(wanted->name, pod->name)) &&
	       (!wanted->selector || shim_selects(pod->workload->labels, wanted->selector));
}

/* How many are meant, and how many of them are not ready. */
static size_t missing(const struct shim_kubectl *call, const struct wanted *wanted, size_t *ret_count)
{
	size_t not_ready = 0;

	*ret_count = 0;
	for (size_t i = 0; i < call->cluster.pods.count; i++) {
		const struct shim_pod *pod = &call->cluster.pods.items[i];

		if (!is_meant(call, wanted, pod))
			continue;
		*ret_count += 1;
		not_ready += !pod->ready;
	}
	return not_ready;
}

static int tell_met(const struct shim_kubectl *call, const struct wanted *wanted)
{
	if (wanted->workload) {
		shim_say(call->shim, "%s/%s condition met", shim_kind_find(wanted->workload->kind)->singular,
			 wanted->workload->name);
		return 0;
	}
	for (size_t i = 0; i < call->cluster.pods.count; i++)
		if (is_meant(call, wanted, &call->cluster.pods.items[i]))
			shim_say(call->shim, "pod/%s condition met", call->cluster.pods.items[i].name);
	return 0;
}

static int await(struct shim_kubectl *call, const struct wanted *wanted, int64_t left_ms)
{
	size_t count, behind;

	for (;;) {
		behind = missing(call, wanted, &count);
		if (!count)
			return shim_fail(call->shim, 1, "error: no matching resources found");
		if (!behind)
			return tell_met(call, wanted);
		if (!shim_kubectl_wait_more(call, &left_ms))
			break;
	}
	for (size_t i = 0; i < call->cluster.pods.count; i++)
		if (is_meant(call, wanted, &call->cluster.pods.items[i]) && !call->cluster.pods.items[i].ready)
			shim_fail(call->shim, 1, "error: timed out waiting for the condition on pods/%s",
				  call->cluster.pods.items[i].name);
	return 1;
}

int shim_kubectl_wait(struct shim_kubectl *call)
{
	const char *condition = shim_flag(&call->arguments, "for"), *timeout = shim_flag(&call->arguments, "timeout");
	const char *word = shim_word(&call->arguments, 1), *slash = word ? strchr(word, '/') : NULL;
	struct wanted wanted = { .selector = shim_flag(&call->arguments, "selector") };
	int64_t left_ms = timeout ? shim_kubectl_timeout(timeout) : WAIT_MS;
	const struct shim_kind *kind;
	char text[64];

	if (!word)
		return shim_fail(call->shim, 1, "error: you must specify the type of resource to wait for");
	if (!condition ||
	    !shim_one_of("condition=ready condition=Ready condition=available condition=Available", condition))
		return shim_fail(call->shim, 1, "error: unrecognized condition: \"%s\"", condition ? condition : "");
	if (left_ms < 0)
		return shim_fail(call->shim, 1,
				 "error: invalid argument \"%s\" for \"--timeout\" flag: time: invalid duration",
				 timeout);
	snprintf(text, sizeof(text), "%.*s", (int)strcspn(word, "/"), word);
	kind = shim_kind_find(text);
	wanted.name = slash ? slash + 1 : shim_word(&call->arguments, 2);
	if (!kind)
		return shim_kubectl_no_kind(call, text);
	if (strcmp(kind->name, "pods") != 0) {
		wanted.workload = wanted.name ? shim_workload_find(kind->name, call->name_space, wanted.name) : NULL;
		if (!wanted.workload)
			return shim_kubectl_not_found(call, kind->group, wanted.name ? wanted.name : "");
	} else if (!wanted.name && !wanted.selector && !shim_flag_is(&call->arguments, "all")) {
		return shim_fail(call->shim, 1, "error: resource name, label selector or --all flag must be specified");
	}
	return await(call, &wanted, left_ms);
}
