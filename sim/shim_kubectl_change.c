/* kubectl rollout, scale, set, delete, autoscale, create, patch: what is wanted. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/shim_kubectl.h"

#define ROLLOUT_MOST_MS (10 * 60 * 1000)

/* "deployment.apps/polln-colony" */
static void say_done(const struct shim_kubectl *call, const struct shim_workload *workload, const char *done)
{
	shim_say(call->shim, "%s/%s %s", shim_kind_find(workload->kind)->singular, workload->name, done);
}

/* ---- rollout ---- */

static int restart(struct shim_kubectl *call, const struct shim_workload *workload)
{
	int status = 0;

	if (workload->restart)
		status = shim_kubectl_do(call, (const char *const[]){ "restart", workload->restart }, 2);
	if (!status)
		say_done(call, workload, "restarted");
	return status;
}

/* Until all of its pods are ready and none is about to be replaced. */
static int await_rollout(struct shim_kubectl *call, const struct shim_workload *workload)
{
	const char *text = shim_flag(&call->arguments, "timeout");
	int64_t left_ms = text ? shim_kubectl_timeout(text) : ROLLOUT_MOST_MS;
	unsigned told = 1000;

	if (left_ms < 0)
		return shim_fail(call->shim, 1,
				 "error: invalid argument \"%s\" for \"--timeout\" flag: time: invalid duration", text);
	if (!left_ms)
		left_ms = ROLLOUT_MOST_MS;
	for (;;) {
		struct shim_count count = shim_cluster_count(&call->cluster, workload);
		unsigned updated = count.pods - count.updating;

		if (!count.updating && count.ready == count.pods) {
			if (workload->kind[0] == 's')
				shim_say(call->shim, "statefulset rolling update complete %u pods at revision %s-1...",
					 count.pods, workload->name);
			else
				shim_say(call->shim, "deployment \"%s\" successfully rolled out", workload->name);
			return 0;
		}
		if (told != updated)
			shim_say(call->shim,
				 "Waiting for %s \"%s\" rollout to finish: %u out of %u new replicas have been "
				 "updated...",
				 workload->kind[0] == 's' ? "statefulset" : "deployment", workload->name, updated,
				 count.pods);
		told = updated;
		if (!shim_kubectl_wait_more(call, &left_ms))
			return shim_fail(call->shim, 1, "error: timed out waiting for the condition");
	}
}

static int history(struct shim_kubectl *call, const struct shim_workload *workload)
{
	shim_say(call->shim, "%s/%s\nREVISION  CHANGE-CAUSE\n1         <none>\n2         <none>",
		 shim_kind_find(workload->kind)->singular, workload->name);
	return 0;
}

static int undo(struct shim_kubectl *call, const struct shim_workload *workload)
{
	int status = 0;

	if (workload->source == PODS_INSTANCES)
		status = shim_kubectl_do(call, (const char *const[]){ "rollout", "undo" }, 2);
	else if (workload->restart)
		status = shim_kubectl_do(call, (const char *const[]){ "restart", workload->restart }, 2);
	if (!status)
		say_done(call, workload, "rolled back");
	return status;
}

int shim_kubectl_rollout(struct shim_kubectl *call)
{
	static const struct {
		const char *name;
		int (*run)(struct shim_kubectl *call, const struct shim_workload *workload);
	} actions[] = { { "history", history }, { "restart", restart }, { "status", await_rollout }, { "undo", undo } };
	const char *action = shim_word(&call->arguments, 1);
	const struct shim_workload *workload;
	size_t which = 0, at = 2;
	int status;

	while (action && which < sizeof(actions) / sizeof(actions[0]) && strcmp(actions[which].name, action) != 0)
		which++;
	if (!action || which == sizeof(actions) / sizeof(actions[0]))
		return shim_fail(call->shim, 1, "error: unknown command \"%s\" for \"kubectl rollout\"",
				 action ? action : "");
	do {
		workload = shim_kubectl_workload(call, &at, &status);
		if (workload)
			status = actions[which].run(call, workload);
	} while (!status && at < call->arguments.words.count);
	return status;
}

/* ---- scale ---- */

/* More instances than the simulation has ports for are not played. */
static int scale_instances(struct shim_kubectl *call, long wanted)
{
	long most = cJSON_GetArraySize(json_get(call->cluster.status, "instances"));
	char count[24];

	snprintf(count, sizeof(count), "%ld", wanted > most ? most : wanted);
	return shim_kubectl_do(call, (const char *const[]){ "scale", count }, 2);
}

static int scale_one(struct shim_kubectl *call, const struct shim_workload *workload, long wanted)
{
	char setting[64];
	int status = 0;

	if (workload->source == PODS_INSTANCES) {
		status = scale_instances(call, wanted);
	} else if (workload->setting) {
		snprintf(setting, sizeof(setting), "%s=%ld", workload->setting, wanted);
		status = shim_kubectl_do(call, (const char *const[]){ "cluster", "set", setting }, 3);
	}
	if (!status)
		say_done(call, workload, "scaled");
	return status;
}

int shim_kubectl_scale(struct shim_kubectl *call)
{
	const char *replicas = shim_flag(&call->arguments, "replicas");
	const struct shim_workload *workload;
	size_t at = 1;
	char *end;
	long wanted = replicas ? strtol(replicas, &end, 10) : -1;
	int status;

	if (!replicas)
		return shim_fail(call->shim, 1, "error: required flag(s) \"replicas\" not set");
	if (*end || !*replicas)
		return shim_fail(
			call->shim, 1,
			"error: invalid argument \"%s\" for \"--replicas\" flag: strconv.ParseInt: parsing \"%s\": "
			"invalid syntax\nSee 'kubectl scale --help' for usage.",
			replicas, replicas);
	if (wanted < 0)
		return shim_fail(call->shim, 1,
				 "error: The --replicas=COUNT flag is required, and COUNT must be greater than or "
				 "equal to 0");
	do {
		workload = shim_kubectl_workload(call, &at, &status);
		if (workload)
			status = scale_one(call, workload, wanted);
	} while (!status && at < call->arguments.words.count);
	return status;
}

/* ---- set ---- */

static int set_resources(struct shim_kubectl *call, const struct shim_workload *workload)
{
	const char *limits = shim_flag(&call->arguments, "limits"), *requests = shim_flag(&call->arguments, "requests");
	int status = 0;

	if (!limits && !requests)
		return shim_fail(call->shim, 1,
				 "error: you must specify an update to requests or limits (in the form of "
				 "--requests/--limits)");
	if (workload->source == PODS_INSTANCES && limits && strstr(limits, "memory="))
		status = shim_kubectl_do(call, (const char *const[]){ "resources", "set", limits }, 3);
	if (!status)
		say_done(call, workload, "resource requirements updated");
	return status;
}

/* NAME=VALUE, and NAME- takes it away again. */
static int check_environment(const struct shim_kubectl *call, size_t at)
{
	if (at >= call->arguments.words.count)
		return shim_fail(call->shim, 1, "error: at least one environment variable must be provided");
	for (size_t i = at; i < call->arguments.words.count; i++) {
		const char *word = call->arguments.words.items[i];

		if (!strchr(word, '=') && word[strlen(word) - 1] != '-')
			return shim_fail(call->shim, 1, "error: environment variables must be of the form KEY=VALUE");
	}
	return 0;
}

/* A changed environment starts the pods anew. */
static int set_environment(struct shim_kubectl *call, const struct shim_workload *workload, size_t at)
{
	int status = check_environment(call, at);

	for (size_t i = at; i < call->arguments.words.count && !status; i++) {
		const char *word = call->arguments.words.items[i];

		if (!strcmp(word, "DR_MODE=true") || !strcmp(word, "DR_MODE-"))
			status = shim_kubectl_do(call,
						 (const char *const[]){ "cluster", "set",
									word[7] == '=' ? "dr-mode=1" : "dr-mode=0" },
						 3);
	}
	if (!status && workload->restart)
		status = shim_kubectl_do(call, (const char *const[]){ "restart", workload->restart }, 2);
	if (!status)
		say_done(call, workload, "env updated");
	return status;
}

/* "set env deployment --all NAME=VALUE": every one of the namespace. */
static int set_environment_of_all(struct shim_kubectl *call, const struct shim_kind *kind)
{
	size_t count;
	const struct shim_workload *workloads = shim_workloads(&count);
	int status = 0;

	for (size_t i = 0; i < count && !status; i++)
		if (!strcmp(workloads[i].kind, kind->name) && !strcmp(workloads[i].name_space, call->name_space))
			status = set_environment(call, &workloads[i], 3);
	return status;
}

int shim_kubectl_set(struct shim_kubectl *call)
{
	const char *what = shim_word(&call->arguments, 1);
	const struct shim_workload *workload;
	size_t at = 2;
	int status;

	if (!what || !shim_one_of("env resources image", what))
		return shim_fail(call->shim, 1, "error: unknown command \"%s\" for \"kubectl set\"", what ? what : "");
	if (!strcmp(what, "env") && shim_flag_is(&call->arguments, "all") && shim_word(&call->arguments, 2) &&
	    shim_kind_find(shim_word(&call->arguments, 2)))
		return set_environment_of_all(call, shim_kind_find(shim_word(&call->arguments, 2)));
	workload = shim_kubectl_workload(call, &at, &status);
	if (!workload)
		return status;
	if (!strcmp(what, "resources"))
		return set_resources(call, workload);
	if (!strcmp(what, "env"))
		return set_environment(call, workload, at);
	if (workload->restart)
		status = shim_kubectl_do(call, (const char *const[]){ "restart", workload->restart }, 2);
	else
		status = 0;
	if (!status)
		say_done(call, workload, "image updated");
	return status;
}

/* ---- delete ---- */

/* A pod that is deleted is replaced: the colony's by a restart of that instance. */
static int delete_pod(struct shim_kubectl *call, const struct shim_pod *pod)
{
	char number[16];
	int status = 0;

	snprintf(number, sizeof(number), "%u", pod->instance);
	if (pod->workload->source == PODS_INSTANCES)
		status = shim_kubectl_do(call, (const char *const[]){ "restart", number }, 2);
	else if (pod->workload->restart)
		status = shim_kubectl_do(call, (const char *const[]){ "restart", pod->workload->restart }, 2);
	if (!status)
		shim_say(call->shim, "pod \"%s\" deleted", pod->name);
	return status;
}

static int delete_pods(struct shim_kubectl *call, const char *name)
{
	const char *selector = shim_flag(&call->arguments, "selector");
	int status = 0;
	bool found = false;

	if (!name && !selector && !shim_flag_is(&call->arguments, "all"))
		return shim_fail(call->shim, 1, "error: resource(s) were provided, but no name was specified");
	for (size_t i = 0; i < call->cluster.pods.count && !status; i++) {
		const struct shim_pod *pod = &call->cluster.pods.items[i];

		if (strcmp(pod->workload->name_space, call->name_space) != 0 ||
		    (name && strcmp(pod->name, name) != 0) ||
		    (selector && !shim_selects(pod->workload->labels, selector)))
			continue;
		found = true;
		status = delete_pod(call, pod);
	}
	if (!found && name)
		return shim_kubectl_not_found(call, "pods", name);
	if (!found)
		shim_say(call->shim, "No resources found");
	return status;
}

int shim_kubectl_delete(struct shim_kubectl *call)
{
	const char *word = shim_word(&call->arguments, 1), *slash = word ? strchr(word, '/') : NULL;
	const char *name = slash ? slash + 1 : shim_word(&call->arguments, 2);
	const struct shim_kind *kind;
	char text[64];

	if (shim_flag(&call->arguments, "filename"))
		return shim_kubectl_apply(call);
	if (!word)
		return shim_fail(call->shim, 1,
				 "error: You must provide one or more resources by argument or filename.");
	snprintf(text, sizeof(text), "%.*s", (int)strcspn(word, "/"), word);
	kind = shim_kind_find(text);
	if (!kind)
		return shim_kubectl_no_kind(call, text);
	if (!strcmp(kind->name, "pods"))
		return delete_pods(call, name);
	if (!name)
		return shim_fail(call->shim, 1, "error: resource(s) were provided, but no name was specified");
	if (shim_kubectl_kept(call, kind->name, name))
		return shim_kubectl_remove(call, kind, name);
	/* What others depend on is not taken away by a hand that slipped in a demo. */
	if (shim_workload_find(kind->name, call->name_space, name))
		return shim_fail(
			call->shim, 1,
			"Error from server (Forbidden): %s \"%s\" is forbidden: User \"demo\" cannot delete resource "
			"\"%s\" in the namespace \"%s\"",
			kind->group, name, kind->name, call->name_space);
	if (shim_flag_is(&call->arguments, "ignore-not-found"))
		return 0;
	return shim_kubectl_not_found(call, kind->group, name);
}

/* ---- autoscale, create, patch ---- */

int shim_kubectl_autoscale(struct shim_kubectl *call)
{
	const char *least = shim_flag(&call->arguments, "min"), *most = shim_flag(&call->arguments, "max");
	const struct shim_workload *workload;
	char set_least[64], set_most[64];
	size_t at = 1;
	int status;

	if (!most)
		return shim_fail(call->shim, 1, "error: required flag(s) \"max\" not set");
	workload = shim_kubectl_workload(call, &at, &status);
	if (!workload)
		return status;
	if (json_int(call->cluster.status, "scalerMost", 0) > 0)
		return shim_fail(
			call->shim, 1,
			"Error from server (AlreadyExists): horizontalpodautoscalers.autoscaling \"%s\" already exists",
			workload->name);
	snprintf(set_least, sizeof(set_least), "scaler-least=%s", least ? least : "1");
	snprintf(set_most, sizeof(set_most), "scaler-most=%s", most);
	status = shim_kubectl_do(call, (const char *const[]){ "cluster", "set", set_least, set_most }, 4);
	if (!status)
		status = shim_kubectl_keep(call, "keep", "horizontalpodautoscalers", workload->name);
	if (!status)
		shim_say(call->shim, "horizontalpodautoscaler.autoscaling/%s autoscaled", workload->name);
	return status;
}

/* Jobs from the cron jobs that there are, each with what it does. */
int shim_kubectl_create(struct shim_kubectl *call)
{
	static const struct {
		const char *from, *words[3];
		size_t count;
	} jobs[] = {
		{ "cronjob/polln-frequent-backup", { "backup" }, 1 },
		{ "cronjob/polln-daily-snapshot", { "backup", "full" }, 2 },
		{ "cronjob/polln-weekly-archive", { "backup", "full" }, 2 },
	};
	const char *what = shim_word(&call->arguments, 1), *name = shim_word(&call->arguments, 2);
	const char *from = shim_flag(&call->arguments, "from");
	int status;

	if (shim_flag(&call->arguments, "filename"))
		return shim_kubectl_apply(call);
	if (!what || !shim_one_of("job configmap namespace", what))
		return shim_fail(call->shim, 1, "error: unknown command \"%s\" for \"kubectl create\"",
				 what ? what : "");
	if (!name)
		return shim_fail(call->shim, 1, "error: exactly one NAME is required, got 0");
	for (size_t i = 0; from && i < sizeof(jobs) / sizeof(jobs[0]); i++) {
		if (strcmp(from, jobs[i].from) != 0)
			continue;
		status = shim_kubectl_do(call, jobs[i].words, jobs[i].count);
		if (!status)
			status = shim_kubectl_keep(call, "keep", "jobs", name);
		if (!status)
			shim_say(call->shim, "job.batch/%s created", name);
		return status;
	}
	if (from)
		return shim_kubectl_not_found(call, "cronjobs.batch", strchr(from, '/') ? strchr(from, '/') + 1 : from);
	status = shim_kubectl_keep(call, "keep", shim_kind_find(what)->name, name);
	if (!status)
		shim_say(call->shim, "%s/%s created", shim_kind_find(what)->singular, name);
	return status;
}

/* Only that it is read-only no longer: a standby database's way to be promoted. */
int shim_kubectl_patch(struct shim_kubectl *call)
{
	const char *patch = shim_flag(&call->arguments, "patch");
	const struct shim_workload *workload;
	size_t at = 1;
	int status;

	workload = shim_kubectl_workload(call, &at, &status);
	if (!workload)
		return status;
	if (!patch)
		return shim_fail(call->shim, 1,
				 "error: must specify --patch or --patch-file containing the contents of the patch");
	status = 0;
	if (!strcmp(workload->name, "polln-db-dr"))
		status = shim_kubectl_do(call,
					 (const char *const[]){ "cluster", "set",
								strstr(patch, "primary") ? "dr-database=1"
											 : "dr-database=0" },
					 3);
	if (!status)
		say_done(call, workload, "patched");
	return status;
}
