/* kubectl get: what there is, as tables, names, JSON and paths into it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "sim/shim_kubectl.h"
#include "sim/shim_table.h"

/* ---- what is asked for ---- */

struct query {
	const struct shim_kind *kind;
	const char *selector, *output;
	bool everywhere, found, wide;
	struct shim_table table;
	cJSON *items; /* for -o json and jsonpath; NULL: a table */
	struct strbuf names;
	bool by_name; /* -o name */
};

static bool is_wanted(const struct shim_kubectl *call, const struct query *query, const char *name_space,
		      const char *name, const char *labels, size_t names_from)
{
	bool named = names_from < call->arguments.words.count;

	if (!query->everywhere && strcmp(name_space, call->name_space) != 0)
		return false;
	if (query->selector && !shim_selects(labels, query->selector))
		return false;
	for (size_t i = names_from; i < call->arguments.words.count; i++)
		if (!strcmp(call->arguments.words.items[i], name))
			return true;
	return !named;
}

/* {"kind", "metadata": {"name", "namespace", "labels"}}: what all have; returns it. */
static cJSON *add_item(struct query *query, const char *kind, const char *name_space, const char *name,
		       const char *labels)
{
	cJSON *item = cJSON_CreateObject(), *metadata = cJSON_AddObjectToObject(item, "metadata"), *object;

	cJSON_AddStringToObject(item, "kind", kind);
	cJSON_AddStringToObject(metadata, "name", name);
	cJSON_AddStringToObject(metadata, "namespace", name_space);
	object = cJSON_AddObjectToObject(metadata, "labels");
	for (const char *at = labels; *at; at += strcspn(at, ","), at += *at == ',') {
		char key[64], value[64];

		snprintf(key, sizeof(key), "%.*s", (int)strcspn(at, "="), at);
		at += strcspn(at, "=");
		snprintf(value, sizeof(value), "%.*s", (int)strcspn(at + 1, ","), at + 1);
		cJSON_AddStringToObject(object, key, value);
	}
	cJSON_AddItemToArray(query->items, item);
	return item;
}

static void add_pod_item(struct query *query, const struct shim_pod *pod)
{
	cJSON *item = add_item(query, "Pod", pod->workload->name_space, pod->name, pod->workload->labels);
	cJSON *status = cJSON_AddObjectToObject(item, "status"), *list, *one;

	cJSON_AddStringToObject(status, "phase", pod->runs ? "Running" : "Pending");
	list = cJSON_AddArrayToObject(status, "conditions");
	one = cJSON_CreateObject();
	cJSON_AddItemToArray(list, one);
	cJSON_AddStringToObject(one, "type", "Ready");
	cJSON_AddStringToObject(one, "status", pod->ready ? "True" : "False");
	list = cJSON_AddArrayToObject(status, "containerStatuses");
	one = cJSON_CreateObject();
	cJSON_AddItemToArray(list, one);
	cJSON_AddStringToObject(one, "name", pod->workload->name);
	cJSON_AddBoolToObject(one, "ready", pod->ready);
	cJSON_AddNumberToObject(one, "restartCount", pod->restarts);
}

static void show_pod(struct query *query, const struct shim_pod *pod)
{
	char age[24], restarts[32], address[40], node[24];

	query->found = true;
	if (query->by_name) {
		strbuf_addf(&query->names, "pod/%s\n", pod->name);
		return;
	}
	if (query->items) {
		add_pod_item(query, pod);
		return;
	}
	shim_age(pod->uptime_s, age, sizeof(age));
	snprintf(restarts, sizeof(restarts), "%u", pod->restarts);
	snprintf(address, sizeof(address), "10.244.%u.%u", pod->instance + 1,
		 10 + (unsigned)strlen(pod->workload->name));
	snprintf(node, sizeof(node), "node-%u", pod->instance % 3 + 1);
	if (query->everywhere)
		shim_table_row(&query->table, pod->workload->name_space, pod->name, pod->ready ? "1/1" : "0/1",
			       pod->status, restarts, age);
	else if (query->wide)
		shim_table_row(&query->table, pod->name, pod->ready ? "1/1" : "0/1", pod->status, restarts, age,
			       pod->runs ? address : "<none>", strcmp(pod->status, "Pending") ? node : "<none>");
	else
		shim_table_row(&query->table, pod->name, pod->ready ? "1/1" : "0/1", pod->status, restarts, age);
}

static void show_workload(const struct shim_kubectl *call, struct query *query, const struct shim_workload *workload)
{
	struct shim_count count = shim_cluster_count(&call->cluster, workload);
	char ready[32], pods[16], available[16], age[24], image[96], selector[64];

	query->found = true;
	if (query->by_name) {
		strbuf_addf(&query->names, "%s/%s\n", query->kind->singular, workload->name);
		return;
	}
	if (query->items) {
		bool set = workload->kind[0] == 's';
		cJSON *item = add_item(query, set ? "StatefulSet" : "Deployment", workload->name_space, workload->name,
				       workload->labels);

		cJSON_AddNumberToObject(cJSON_AddObjectToObject(item, "spec"), "replicas", count.pods);
		item = cJSON_AddObjectToObject(item, "status");
		cJSON_AddNumberToObject(item, "replicas", count.pods);
		cJSON_AddNumberToObject(item, "readyReplicas", count.ready);
		cJSON_AddNumberToObject(item, "availableReplicas", count.ready);
		return;
	}
	snprintf(ready, sizeof(ready), "%u/%u", count.ready, count.pods);
	snprintf(pods, sizeof(pods), "%u", count.pods);
	snprintf(available, sizeof(available), "%u", count.ready);
	shim_age(json_number(call->cluster.status, "uptimeS", 0) + 35 * 86400.0, age, sizeof(age));
	snprintf(image, sizeof(image), "registry.example.com/%s:1.0.0", workload->name);
	snprintf(selector, sizeof(selector), "%.*s", (int)strcspn(workload->labels, ","), workload->labels);
	if (workload->kind[0] == 's')
		shim_table_row(&query->table, workload->name, ready, age);
	else if (query->wide)
		shim_table_row(&query->table, workload->name, ready, pods, available, age, workload->name, image,
			       selector);
	else
		shim_table_row(&query->table, workload->name, ready, pods, available, age);
}

static void head(struct query *query)
{
	if (query->items || query->by_name)
		return;
	switch (query->kind->name[0]) {
	case 'p':
		if (query->everywhere)
			shim_table_row(&query->table, "NAMESPACE", "NAME", "READY", "STATUS", "RESTARTS", "AGE");
		else if (query->wide)
			shim_table_row(&query->table, "NAME", "READY", "STATUS", "RESTARTS", "AGE", "IP", "NODE");
		else
			shim_table_row(&query->table, "NAME", "READY", "STATUS", "RESTARTS", "AGE");
		break;
	case 'd':
		if (query->wide) {
			shim_table_row(&query->table, "NAME", "READY", "UP-TO-DATE", "AVAILABLE", "AGE", "CONTAINERS",
				       "IMAGES", "SELECTOR");
			break;
		}
		shim_table_row(&query->table, "NAME", "READY", "UP-TO-DATE", "AVAILABLE", "AGE");
		break;
	default: shim_table_row(&query->table, "NAME", "READY", "AGE"); break;
	}
}

/* ---- the kinds that are rows of text ---- */

/* What was applied in place, behind what is always there. */
static void object_rows(const struct shim_kubectl *call, struct query *query)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, json_get(call->cluster.status, "objects"))
	{
		const char *object = json_string(item, "object", ""), *space = strchr(object, '/');
		const char *name = space ? strchr(space + 1, '/') : NULL;
		char text[64];

		if (!name || strncmp(object, query->kind->name, (size_t)(space - object)) != 0 ||
		    strlen(query->kind->name) != (size_t)(space - object))
			continue;
		snprintf(text, sizeof(text), "%.*s", (int)(name - space - 1), space + 1);
		if (!query->everywhere && strcmp(text, call->name_space) != 0)
			continue;
		if (!query->table.columns && !strcmp(query->kind->name, "jobs"))
			shim_table_row(&query->table, "NAME", "STATUS", "COMPLETIONS", "DURATION", "AGE");
		else if (!query->table.columns)
			shim_table_row(&query->table, "NAME", "DATA", "AGE");
		query->found = true;
		if (!strcmp(query->kind->name, "jobs"))
			shim_table_row(&query->table, name + 1, "Complete", "1/1", "9s", "1m");
		else if (!strcmp(query->kind->name, "horizontalpodautoscalers"))
			continue;
		else
			shim_table_row(&query->table, name + 1, "1", "1m");
	}
}

/* A node whose pod waits for a place is gone. */
static bool is_lost(const struct shim_kubectl *call, unsigned node)
{
	for (size_t i = 0; i < call->cluster.pods.count; i++) {
		const struct shim_pod *pod = &call->cluster.pods.items[i];

		if (pod->workload->source == PODS_INSTANCES && pod->instance % 3 + 1 == node &&
		    !strcmp(pod->status, "Pending"))
			return true;
	}
	return false;
}

static void text_rows(const struct shim_kubectl *call, struct query *query)
{
	const cJSON *status = call->cluster.status;
	bool production = query->everywhere || !strcmp(call->name_space, "production");
	char age[24], text[32];

	shim_age(json_number(status, "uptimeS", 0) + 35 * 86400.0, age, sizeof(age));
	query->found = true;
	if (!strcmp(query->kind->name, "namespaces")) {
		shim_table_row(&query->table, "NAME", "STATUS", "AGE");
		shim_table_row(&query->table, "default", "Active", age);
		shim_table_row(&query->table, "dr-region", "Active", age);
		shim_table_row(&query->table, "production", "Active", age);
	} else if (!strcmp(query->kind->name, "nodes")) {
		shim_table_row(&query->table, "NAME", "STATUS", "ROLES", "AGE", "VERSION");
		for (unsigned i = 1; i <= 3; i++) {
			snprintf(text, sizeof(text), "node-%u", i);
			shim_table_row(&query->table, text, is_lost(call, i) ? "NotReady" : "Ready", "<none>", age,
				       SHIM_KUBERNETES);
		}
	} else if (!strcmp(query->kind->name, "networkpolicies") && production) {
		shim_table_row(&query->table, "NAME", "POD-SELECTOR", "AGE");
		shim_table_row(&query->table, "polln-colony-net", "app=polln-colony", age);
	} else if (!strcmp(query->kind->name, "horizontalpodautoscalers") && production &&
		   json_int(status, "scalerMost", 0) > 0) {
		char least[16], most[16];

		snprintf(least, sizeof(least), "%d", json_int(status, "scalerLeast", 0));
		snprintf(most, sizeof(most), "%d", json_int(status, "scalerMost", 0));
		shim_table_row(&query->table, "NAME", "REFERENCE", "TARGETS", "MINPODS", "MAXPODS", "REPLICAS", "AGE");
		shim_table_row(&query->table, "polln-colony", "Deployment/polln-colony", "cpu: 41%/70%", least, most,
			       "3", "5m");
	} else if (!strcmp(query->kind->name, "services") && production) {
		static const char *const names[] = { "federated",    "lmcache", "meadow",
						     "polln-colony", "redis",   "worldmodel" };

		shim_table_row(&query->table, "NAME", "TYPE", "CLUSTER-IP", "EXTERNAL-IP", "PORT(S)", "AGE");
		for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
			snprintf(text, sizeof(text), "10.96.14.%zu", 20 + i);
			shim_table_row(&query->table, names[i], "ClusterIP", text, "<none>", "8080/TCP", age);
		}
	} else if (!strcmp(query->kind->name, "cronjobs") && production) {
		shim_table_row(&query->table, "NAME", "SCHEDULE", "TIMEZONE", "SUSPEND", "ACTIVE", "LAST SCHEDULE",
			       "AGE");
		shim_table_row(&query->table, "polln-daily-snapshot", "0 2 * * *", "<none>", "False", "0", "9h", age);
		shim_table_row(&query->table, "polln-frequent-backup", "*/5 * * * *", "<none>", "False", "0", "3m",
			       age);
		shim_table_row(&query->table, "polln-weekly-archive", "0 2 * * 0", "<none>", "False", "0", "2d", age);
	} else {
		query->found = false;
	}
	object_rows(call, query);
}

static void event_rows(const struct shim_kubectl *call, struct query *query)
{
	for (size_t i = 0; i < call->cluster.pods.count; i++) {
		const struct shim_pod *pod = &call->cluster.pods.items[i];
		char object[96], age[24];

		if (pod->ready || (!query->everywhere && strcmp(pod->workload->name_space, call->name_space) != 0))
			continue;
		if (!query->found)
			shim_table_row(&query->table, "LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE");
		query->found = true;
		snprintf(object, sizeof(object), "pod/%s", pod->name);
		shim_age(pod->uptime_s < 60 ? pod->uptime_s : 47, age, sizeof(age));
		if (pod->runs)
			shim_table_row(&query->table, age, "Warning", "Unhealthy", object,
				       "Readiness probe failed: context deadline exceeded");
		else
			shim_table_row(&query->table, age, "Warning", "BackOff", object,
				       "Back-off restarting failed container");
	}
}

/* ---- showing ---- */

/* "{.items[*].metadata.name}": the steps one after another, "[*]" is all. */
static void add_path(const cJSON *at, const char *path, struct strbuf *ret)
{
	size_t length;
	char name[64];
	const cJSON *item;

	while (*path == '.')
		path++;
	if (!at)
		return;
	if (!*path || *path == '}') {
		char *text = cJSON_IsString(at) ? mem_strdup(at->valuestring) : cJSON_PrintUnformatted(at);

		strbuf_addf(ret, "%s%s", ret->length ? " " : "", text ? text : "");
		free(text);
		return;
	}
	if (*path == '[') {
		const char *rest = strchr(path, ']');

		if (!rest)
			return;
		if (path[1] != '*') {
			add_path(cJSON_GetArrayItem(at, (int)strtol(path + 1, NULL, 10)), rest + 1, ret);
			return;
		}
		cJSON_ArrayForEach(item, at) add_path(item, rest + 1, ret);
		return;
	}
	length = strcspn(path, ".[}");
	snprintf(name, sizeof(name), "%.*s", (int)length, path);
	add_path(json_get(at, name), path + length, ret);
}

/* One thing that was named stands alone, several are a list. */
static void show_json(const struct shim_kubectl *call, struct query *query, bool one)
{
	cJSON *list = cJSON_CreateObject(), *shown = list;
	struct strbuf text = STRBUF_INIT;
	char *printed;

	cJSON_AddStringToObject(list, "apiVersion", "v1");
	cJSON_AddItemToObject(list, "items", query->items);
	cJSON_AddStringToObject(list, "kind", "List");
	if (one && cJSON_GetArraySize(query->items) == 1)
		shown = cJSON_GetArrayItem(query->items, 0);
	if (!strncmp(query->output, "jsonpath=", 9)) {
		const char *path = query->output + 9;

		add_path(shown, path + (*path == '{'), &text);
		strbuf_addstr(call->shim->out, text.text);
	} else {
		printed = cJSON_Print(shown);
		strbuf_addf(call->shim->out, "%s\n", printed ? printed : "");
		cJSON_free(printed);
	}
	strbuf_release(&text);
	cJSON_Delete(list);
}

static int nothing(const struct shim_kubectl *call, const struct query *query, size_t names_from)
{
	const char *name = shim_word(&call->arguments, names_from);

	if (name && !shim_flag_is(&call->arguments, "ignore-not-found"))
		return shim_kubectl_not_found(call, query->kind->group, name);
	if (query->everywhere)
		shim_fail(call->shim, 0, "No resources found");
	else if (!name)
		shim_fail(call->shim, 0, "No resources found in %s namespace.", call->name_space);
	return 0;
}

static void collect(struct shim_kubectl *call, struct query *query, size_t names_from)
{
	size_t count;
	const struct shim_workload *workloads = shim_workloads(&count);
	bool pods = !strcmp(query->kind->name, "pods");

	head(query);
	for (size_t i = 0; pods && i < call->cluster.pods.count; i++) {
		const struct shim_pod *pod = &call->cluster.pods.items[i];

		if (is_wanted(call, query, pod->workload->name_space, pod->name, pod->workload->labels, names_from))
			show_pod(query, pod);
	}
	for (size_t i = 0; !pods && i < count; i++)
		if (!strcmp(workloads[i].kind, query->kind->name) &&
		    is_wanted(call, query, workloads[i].name_space, workloads[i].name, workloads[i].labels, names_from))
			show_workload(call, query, &workloads[i]);
}

static int get_kind(struct shim_kubectl *call, const struct shim_kind *kind, size_t names_from)
{
	struct query query = { .kind = kind,
			       .selector = shim_flag(&call->arguments, "selector"),
			       .output = shim_flag(&call->arguments, "output"),
			       .everywhere = shim_flag_is(&call->arguments, "all-namespaces"),
			       .names = STRBUF_INIT };
	bool listed = shim_one_of("pods deployments statefulsets", kind->name);
	int status = 0;

	query.wide = query.output && !strcmp(query.output, "wide");
	query.by_name = query.output && !strcmp(query.output, "name");
	if (listed && query.output && (!strcmp(query.output, "json") || !strncmp(query.output, "jsonpath=", 9)))
		query.items = cJSON_CreateArray();
	if (query.output && !query.items && !shim_one_of("name wide", query.output))
		status = shim_fail(call->shim, 1,
				   "error: unable to match a printer suitable for the output format \"%s\", "
				   "allowed formats are: json,jsonpath,name,wide",
				   query.output);
	else if (listed)
		collect(call, &query, names_from);
	else if (!strcmp(kind->name, "events"))
		event_rows(call, &query);
	else
		text_rows(call, &query);
	if (!status && !query.found) {
		status = nothing(call, &query, names_from);
		cJSON_Delete(query.items);
	} else if (query.items) {
		show_json(call, &query, shim_word(&call->arguments, names_from) != NULL);
	} else {
		strbuf_addstr(call->shim->out, query.names.text);
		if (!query.by_name && query.table.columns)
			shim_table_print(&query.table, call->shim->out);
	}
	shim_table_release(&query.table);
	strbuf_release(&query.names);
	return status;
}

/* "pods,deploy", "pod/NAME", "pods NAME..." */
int shim_kubectl_get(struct shim_kubectl *call)
{
	const char *word = shim_word(&call->arguments, 1);
	int status = 0;

	if (!word)
		return shim_fail(call->shim, 1, "error: You must specify the type of resource to get.");
	for (const char *at = word; *at && !status; at += *at == ',') {
		char kind[64];
		const char *slash = strchr(at, '/');
		size_t length = strcspn(at, ",/");

		snprintf(kind, sizeof(kind), "%.*s", (int)length, at);
		if (!strcmp(kind, "all"))
			snprintf(kind, sizeof(kind), "pods");
		if (!shim_kind_find(kind))
			return shim_kubectl_no_kind(call, kind);
		if (slash) {
			call->arguments.words.items[1] = slash + 1;
			return get_kind(call, shim_kind_find(kind), 1);
		}
		if (at != word && call->shim->out->length)
			strbuf_addch(call->shim->out, '\n');
		status = get_kind(call, shim_kind_find(kind), 2);
		at += length;
	}
	return status;
}
