#include "collect/kubernetes_pods.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/vec.h"

/* Somebody restarted this often is in trouble, even when it runs at the moment; as the table has it. */
#define RESTARTS_RECENT_MS (10 * CLOCK_MINUTE)

enum trouble { TROUBLE_NONE, TROUBLE_WAITS, TROUBLE_RESTARTED, TROUBLE_FAILS };

struct pod {
	const cJSON *object;
	const char *space, *name, *node, *phase;
	enum trouble trouble;
	char status[64]; /* as kubectl's own table has it */
	char last[48];   /* the last end of a container: "OOMKilled 5m" */
	bool last_is_bad;
	int containers, ready;
	double restarts;
	int64_t created_ms;
};

struct pods {
	VEC(struct pod) all;
};

static const cJSON *status_of(const cJSON *pod)
{
	return json_get(pod, "status");
}

static int64_t time_of(const cJSON *object, const char *name)
{
	int64_t ret_ms;

	return time_parse(json_string(object, name, ""), 0, &ret_ms, NULL) == 0 ? ret_ms : 0;
}

/* "running", "waiting" or "terminated" of a container, or NULL. */
static const cJSON *container_state(const cJSON *container, const char *which, const char *state)
{
	return json_get(json_get(container, which), state);
}

static void note_last_end(struct pod *pod, const cJSON *container, int64_t now_ms)
{
	const cJSON *ended = container_state(container, "lastState", "terminated");
	const char *reason = json_string(ended, "reason", "");
	int64_t ended_ms = time_of(ended, "finishedAt");
	char age[16] = "";

	if (!*reason)
		return;
	if (ended_ms && ended_ms <= now_ms)
		duration_format(now_ms - ended_ms, age, sizeof(age));
	/* One killed for lack of memory is worth more words than one that ended by itself. */
	if (!pod->last[0] || strcmp(reason, "OOMKilled") == 0)
		snprintf(pod->last, sizeof(pod->last), "%.30s %s", reason, age);
	pod->last_is_bad = pod->last_is_bad || strcmp(reason, "Completed") != 0;
	if (pod->trouble < TROUBLE_RESTARTED && ended_ms && now_ms - ended_ms < RESTARTS_RECENT_MS &&
	    strcmp(reason, "Completed") != 0)
		pod->trouble = TROUBLE_RESTARTED;
}

static void note_container(struct pod *pod, const cJSON *container, int64_t now_ms)
{
	const cJSON *waiting = container_state(container, "state", "waiting");
	const cJSON *ended = container_state(container, "state", "terminated");
	const char *reason = json_string(waiting ? waiting : ended, "reason", "");
	bool beginning = strcmp(reason, "ContainerCreating") == 0 || strcmp(reason, "PodInitializing") == 0;

	pod->containers++;
	pod->ready += json_bool(container, "ready", false);
	pod->restarts += json_number(container, "restartCount", 0);
	if (waiting && *reason) {
		snprintf(pod->status, sizeof(pod->status), "%s", reason);
		pod->trouble = beginning && pod->trouble < TROUBLE_WAITS ? TROUBLE_WAITS : TROUBLE_FAILS;
	} else if (ended && *reason && strcmp(reason, "Completed") != 0) {
		snprintf(pod->status, sizeof(pod->status), "%s", reason);
		pod->trouble = TROUBLE_FAILS;
	}
	note_last_end(pod, container, now_ms);
}

/* Those before the containers proper: until they have ended well, the pod does not begin. */
static void note_init_container(struct pod *pod, const cJSON *container)
{
	const cJSON *waiting = container_state(container, "state", "waiting");
	const cJSON *ended = container_state(container, "state", "terminated");
	const char *reason = json_string(waiting ? waiting : ended, "reason", "");

	pod->restarts += json_number(container, "restartCount", 0);
	if (!*reason || strcmp(reason, "Completed") == 0 || strcmp(reason, "PodInitializing") == 0)
		return;
	snprintf(pod->status, sizeof(pod->status), "Init:%s", reason);
	pod->trouble = TROUBLE_FAILS;
}

static void note_pod(struct pod *pod, const cJSON *object, int64_t now_ms)
{
	const cJSON *meta = json_get(object, "metadata"), *container;

	pod->object = object;
	pod->space = json_string(meta, "namespace", "default");
	pod->name = json_string(meta, "name", "");
	pod->node = json_string(json_get(object, "spec"), "nodeName", "");
	pod->phase = json_string(status_of(object), "phase", "Unknown");
	pod->created_ms = time_of(meta, "creationTimestamp");
	snprintf(pod->status, sizeof(pod->status), "%s", json_string(status_of(object), "reason", pod->phase));
	if (strcmp(pod->phase, "Failed") == 0 || strcmp(pod->phase, "Unknown") == 0)
		pod->trouble = TROUBLE_FAILS;
	cJSON_ArrayForEach(container, json_get(status_of(object), "containerStatuses"))
		note_container(pod, container, now_ms);
	cJSON_ArrayForEach(container, json_get(status_of(object), "initContainerStatuses"))
		note_init_container(pod, container);
	if (json_get(meta, "deletionTimestamp"))
		snprintf(pod->status, sizeof(pod->status), "Terminating");
	if (pod->trouble == TROUBLE_NONE && strcmp(pod->phase, "Succeeded") != 0 &&
	    (pod->ready < pod->containers || strcmp(pod->phase, "Pending") == 0))
		pod->trouble = TROUBLE_WAITS;
}

static int by_trouble(const void *a, const void *b)
{
	const struct pod *one = a, *other = b;

	if (one->trouble != other->trouble)
		return one->trouble > other->trouble ? -1 : 1;
	if (one->trouble != TROUBLE_NONE && one->restarts != other->restarts)
		return one->restarts > other->restarts ? -1 : 1;
	return strcmp(one->space, other->space) ? strcmp(one->space, other->space) : strcmp(one->name, other->name);
}

static void add_table(struct detail *detail, const struct pods *pods)
{
	static const struct detail_column columns[] = {
		{ .title = "Namespace" },
		{ .title = "Pod", .wide = true },
		{ .title = "Ready", .right = true },
		{ .title = "Status" },
		{ .title = "Restarts", .right = true },
		{ .title = "Last end" },
		{ .title = "Age", .right = true },
		{ .title = "Node" },
	};
	static const enum detail_mood moods[] = { DETAIL_PLAIN, DETAIL_WARNING, DETAIL_WARNING, DETAIL_BAD };
	struct detail_table *table =
		detail_add(detail, "Pods", "no pods", columns, sizeof(columns) / sizeof(columns[0]));

	for (size_t i = 0; i < pods->all.count; i++) {
		const struct pod *pod = &pods->all.items[i];
		struct detail_cell *row = detail_row(detail, table);
		enum detail_mood mood = moods[pod->trouble];
		char age[16] = "";

		if (pod->created_ms && pod->created_ms <= detail->time_ms)
			duration_format(detail->time_ms - pod->created_ms, age, sizeof(age));
		detail_cell(detail, row, 0, DETAIL_DIM, "%s", pod->space);
		detail_cell(detail, row, 1, mood, "%s", pod->name);
		detail_cell(detail, row, 2, pod->ready < pod->containers ? mood : DETAIL_PLAIN, "%d/%d", pod->ready,
			    pod->containers);
		detail_cell(detail, row, 3, mood, "%s", pod->status);
		detail_cell(detail, row, 4, pod->restarts > 0 && mood == DETAIL_PLAIN ? DETAIL_PLAIN : mood, "%.0f",
			    pod->restarts);
		detail_cell(detail, row, 5, pod->last_is_bad ? DETAIL_WARNING : DETAIL_DIM, "%s", pod->last);
		detail_cell(detail, row, 6, DETAIL_DIM, "%s", age);
		detail_cell(detail, row, 7, DETAIL_DIM, "%s", pod->node);
	}
}

/* A sample of a pod, with one more label or none. */
static void add_of_pod(struct metric_page *page, const char *name, const struct pod *pod, const char *label,
		       const char *text, double value)
{
	struct label labels[] = { { "namespace", pod->space }, { "pod", pod->name }, { label, text } };

	metric_page_add(page, name, labels, label ? 3 : 2, value);
}

static void add_info(struct metric_page *page, const struct pod *pod)
{
	const cJSON *owner = cJSON_GetArrayItem(json_get(json_get(pod->object, "metadata"), "ownerReferences"), 0);
	const struct label labels[] = {
		{ "namespace", pod->space },
		{ "pod", pod->name },
		{ "node", pod->node },
		{ "pod_ip", json_string(status_of(pod->object), "podIP", "") },
		{ "host_ip", json_string(status_of(pod->object), "hostIP", "") },
		{ "created_by_kind", json_string(owner, "kind", "") },
		{ "created_by_name", json_string(owner, "name", "") },
	};

	metric_page_add(page, "kube_pod_info", labels, sizeof(labels) / sizeof(labels[0]), 1);
}

static void add_created(struct metric_page *page, const struct pod *pod)
{
	if (pod->created_ms)
		add_of_pod(page, "kube_pod_created", pod, NULL, NULL, (double)pod->created_ms / 1000);
}

static void add_started(struct metric_page *page, const struct pod *pod)
{
	int64_t started_ms = time_of(status_of(pod->object), "startTime");

	if (started_ms)
		add_of_pod(page, "kube_pod_start_time", pod, NULL, NULL, (double)started_ms / 1000);
}

static void add_phase(struct metric_page *page, const struct pod *pod)
{
	static const char *const phases[] = { "Pending", "Succeeded", "Failed", "Unknown", "Running" };

	for (size_t i = 0; i < sizeof(phases) / sizeof(phases[0]); i++)
		add_of_pod(page, "kube_pod_status_phase", pod, "phase", phases[i], strcmp(pod->phase, phases[i]) == 0);
}

static void add_ready(struct metric_page *page, const struct pod *pod)
{
	static const char *const answers[][2] = { { "True", "true" }, { "False", "false" }, { "Unknown", "unknown" } };
	const cJSON *condition;

	cJSON_ArrayForEach(condition, json_get(status_of(pod->object), "conditions"))
	{
		if (strcmp(json_string(condition, "type", ""), "Ready") != 0)
			continue;
		for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++)
			add_of_pod(page, "kube_pod_status_ready", pod, "condition", answers[i][1],
				   strcmp(json_string(condition, "status", ""), answers[i][0]) == 0);
	}
}

/* A sample of a container, with one more label or none. */
static void add_of_container(struct metric_page *page, const char *name, const struct pod *pod, const cJSON *container,
			     const char *reason, double value)
{
	const struct label labels[] = { { "namespace", pod->space },
					{ "pod", pod->name },
					{ "container", json_string(container, "name", "") },
					{ "reason", reason } };

	metric_page_add(page, name, labels, reason ? 4 : 3, value);
}

static void add_container_info(struct metric_page *page, const char *name, const struct pod *pod,
			       const cJSON *container)
{
	const struct label labels[] = {
		{ "namespace", pod->space },
		{ "pod", pod->name },
		{ "container", json_string(container, "name", "") },
		{ "image", json_string(container, "image", "") },
		{ "image_id", json_string(container, "imageID", "") },
		{ "container_id", json_string(container, "containerID", "") },
	};

	metric_page_add(page, name, labels, sizeof(labels) / sizeof(labels[0]), 1);
}

static void add_restarts(struct metric_page *page, const char *name, const struct pod *pod, const cJSON *container)
{
	double count = json_number(container, "restartCount", NAN);

	if (!isnan(count))
		add_of_container(page, name, pod, container, NULL, count);
}

static void add_container_ready(struct metric_page *page, const char *name, const struct pod *pod,
				const cJSON *container)
{
	add_of_container(page, name, pod, container, NULL, json_bool(container, "ready", false));
}

static void add_running(struct metric_page *page, const char *name, const struct pod *pod, const cJSON *container)
{
	add_of_container(page, name, pod, container, NULL, container_state(container, "state", "running") != NULL);
}

static void add_waiting(struct metric_page *page, const char *name, const struct pod *pod, const cJSON *container)
{
	add_of_container(page, name, pod, container, NULL, container_state(container, "state", "waiting") != NULL);
}

static void add_reason(struct metric_page *page, const char *name, const struct pod *pod, const cJSON *container,
		       const cJSON *state)
{
	const char *reason = json_string(state, "reason", "");

	if (*reason)
		add_of_container(page, name, pod, container, reason, 1);
}

static void add_waiting_reason(struct metric_page *page, const char *name, const struct pod *pod,
			       const cJSON *container)
{
	add_reason(page, name, pod, container, container_state(container, "state", "waiting"));
}

static void add_ended_reason(struct metric_page *page, const char *name, const struct pod *pod, const cJSON *container)
{
	add_reason(page, name, pod, container, container_state(container, "state", "terminated"));
}

static void add_last_reason(struct metric_page *page, const char *name, const struct pod *pod, const cJSON *container)
{
	add_reason(page, name, pod, container, container_state(container, "lastState", "terminated"));
}

static const struct {
	const char *name, *help;
	void (*add)(struct metric_page *page, const struct pod *pod);
} pod_rows[] = {
	{ "kube_pod_info", "what a pod is and where it runs", add_info },
	{ "kube_pod_created", "when it was created, since the epoch", add_created },
	{ "kube_pod_start_time", "when it was started, since the epoch", add_started },
	{ "kube_pod_status_phase", "1 for the phase it is in", add_phase },
	{ "kube_pod_status_ready", "1 for the answer to whether it can serve", add_ready },
};

static const struct {
	const char *name, *type, *help;
	void (*add)(struct metric_page *page, const char *name, const struct pod *pod, const cJSON *container);
} container_rows[] = {
	{ "kube_pod_container_info", "gauge", "image and identity of a container", add_container_info },
	{ "kube_pod_container_status_restarts_total", "counter", "how often it was started again", add_restarts },
	{ "kube_pod_container_status_ready", "gauge", "1 when its readiness check succeeds", add_container_ready },
	{ "kube_pod_container_status_running", "gauge", "1 when it runs", add_running },
	{ "kube_pod_container_status_waiting", "gauge", "1 when it waits to be started", add_waiting },
	{ "kube_pod_container_status_waiting_reason", "gauge", "why it waits", add_waiting_reason },
	{ "kube_pod_container_status_terminated_reason", "gauge", "why it has ended", add_ended_reason },
	{ "kube_pod_container_status_last_terminated_reason", "gauge", "why it ended the last time", add_last_reason },
};

static void add_samples(struct metric_page *page, const struct pods *pods)
{
	for (size_t r = 0; r < sizeof(pod_rows) / sizeof(pod_rows[0]); r++) {
		metric_page_family(page, pod_rows[r].name, "gauge", pod_rows[r].help);
		for (size_t i = 0; i < pods->all.count; i++)
			pod_rows[r].add(page, &pods->all.items[i]);
	}
	for (size_t r = 0; r < sizeof(container_rows) / sizeof(container_rows[0]); r++) {
		metric_page_family(page, container_rows[r].name, container_rows[r].type, container_rows[r].help);
		for (size_t i = 0; i < pods->all.count; i++) {
			const struct pod *pod = &pods->all.items[i];
			const cJSON *container;

			cJSON_ArrayForEach(container, json_get(status_of(pod->object), "containerStatuses"))
				container_rows[r]
					.add(page, container_rows[r].name, pod, container);
		}
	}
}

int kubernetes_pods_add(const cJSON *root, int64_t now_ms, struct metric_page *page, struct detail *detail,
			struct error *error)
{
	const cJSON *items = json_get(root, "items"), *item;
	bool single = strcmp(json_string(root, "kind", ""), "Pod") == 0;
	struct pods pods = { 0 };

	if (!cJSON_IsArray(items) && !single)
		return error_set(error, "no list of pods (as of kubectl get pods -o json)");
	if (single)
		note_pod(vec_add(&pods.all), root, now_ms);
	cJSON_ArrayForEach(item, items) if (pods.all.count < KUBERNETES_PODS_MAX &&
					    cJSON_IsObject(json_get(item, "metadata")))
		note_pod(vec_add(&pods.all), item, now_ms);
	add_samples(page, &pods);
	if (detail) {
		if (pods.all.count)
			qsort(pods.all.items, pods.all.count, sizeof(*pods.all.items), by_trouble);
		add_table(detail, &pods);
	}
	vec_release(&pods.all);
	return 0;
}
