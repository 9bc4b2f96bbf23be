#include "sim/dryad_watch.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sim/dryad_log.h"
#include "sim/dryad_text.h"

/* What is watched, in this order; Uni0's access lines have no fields, and only L9-full has the last three. */
enum {
	WATCH_LEVELS = DRYAD_LEVELS,
	WATCH_APP = WATCH_LEVELS,
	WATCH_ERRORS,
	WATCH_ACCESS,
	WATCH_HEALTH,
	WATCH_APPROVALS,
	WATCH_HEALING,
	WATCH_END,
};

static const char *const jobs[WATCH_END] = {
	[WATCH_APP] = "dryad-app-log",   [WATCH_ERRORS] = "dryad-error-log",    [WATCH_ACCESS] = "dryad-access-log",
	[WATCH_HEALTH] = "dryad-health", [WATCH_APPROVALS] = "dryad-approvals", [WATCH_HEALING] = "dryad-self-healing",
};

enum { LABELS_SIZE = 120 };

/* The instance labels of the log collectors. */
static const char *const log_names[LOG_FILE_COUNT] = {
	[LOG_APP] = "app",
	[LOG_ERRORS] = "errors",
	[LOG_ACCESS] = "access",
};

static const char *const risks[] = { "low", "medium", "high", "critical" };
static const char *const healing_states[HEALING_STATES] = { "pending_review", "approved", "rejected",   "executing",
							    "completed",      "failed",   "rolled_back" };

unsigned dryad_watch_count(const struct dryad *dryad)
{
	switch (dryad->application) {
	case DRYAD_L9_FULL: return WATCH_END;
	case DRYAD_HEAD_UNI: return WATCH_ACCESS;
	default: return WATCH_HEALTH;
	}
}

void dryad_watch_name(const struct dryad *dryad, unsigned watch, const struct target_list *targets,
		      const char **ret_job, struct strbuf *ret_instance)
{
	(void)dryad;
	if (watch < WATCH_LEVELS) {
		*ret_job = "dryad-levels";
		strbuf_addf(ret_instance, "level-%u", watch);
		return;
	}
	*ret_job = jobs[watch];
	strbuf_addstr(ret_instance, watch <= WATCH_ACCESS ? log_names[watch - WATCH_APP] : targets->items[0].address);
}

static bool level_page(const struct dryad *dryad, unsigned level, struct strbuf *ret)
{
	struct dryad_level found = dryad_level(dryad, level);
	bool passed = found.passed == found.total;

	dryad_text_gauge(ret, "command_success", "1 when the program ended well and its output was understood", passed);
	dryad_text_gauge(ret, "command_exit_status", "its exit status; none when it was ended", !passed);
	dryad_text_gauge(ret, "command_duration_seconds", "how long it ran", 0.004);
	return passed;
}

static void add_status(struct strbuf *ret, const char *component, double value)
{
	char labels[LABELS_SIZE];

	snprintf(labels, sizeof(labels), "component=\"%s\",group=\"services\"", component);
	dryad_text_real(ret, "health_status", labels, value);
}

static bool health_page(const struct dryad *dryad, struct strbuf *ret)
{
	static const double states[] = { [BREAKER_CLOSED] = 0, [BREAKER_HALF_OPEN] = 0.5, [BREAKER_OPEN] = 1 };
	double score = dryad_health_score(dryad), llm = dryad_llm_score(dryad);
	bool up = dryad_answers(dryad, DRYAD_BACKEND, 0) == ANSWER_GOOD;
	char labels[LABELS_SIZE];

	dryad_text_gauge(ret, "probe_success", "1 when the target answered as expected", up && score >= 50);
	if (!up)
		return false;
	dryad_text_family(ret, "health_status", "gauge", "what the application says");
	dryad_text_real(ret, "health_status", "", score >= 80 ? 1 : score >= 50 ? 0.5 : 0);
	add_status(ret, "llm", llm >= 80 ? 1 : llm >= 50 ? 0.5 : 0);
	add_status(ret, "database", dryad_store_serves(dryad, DRYAD_POSTGRES));
	add_status(ret, "vector_store", dryad_store_serves(dryad, DRYAD_CHROMA) ? 1 : 0.5);
	add_status(ret, "task_queue", dryad_store_serves(dryad, DRYAD_REDIS) ? 1 : 0.5);
	add_status(ret, "multimodal", dryad_llm_serves(dryad) ? 1 : 0.5);
	dryad_text_gauge(ret, "health_score", "the application's own score of its health, 0 to 100", score);
	dryad_text_family(ret, "health_circuit_breaker_state", "gauge", "0 closed (well), 0.5 half open, 1 open");
	for (int i = 0; i < BREAKER_COUNT; i++) {
		snprintf(labels, sizeof(labels), "breaker=\"%s\"", dryad_breaker_names[i]);
		dryad_text_real(ret, "health_circuit_breaker_state", labels, states[dryad->breakers[i].state]);
	}
	dryad_text_real(ret, "health_circuit_breaker_state", "breaker=\"multimodal\"", 0);
	return score >= 50;
}

static bool approvals_page(const struct dryad *dryad, struct strbuf *ret)
{
	dryad_text_gauge(ret, "dryad_approvals_pending", "actions that wait for a person",
			 (double)approvals_pending(dryad));
	dryad_text_gauge(ret, "dryad_approvals_listed", "how many the application says there are",
			 (double)approvals_pending(dryad));
	return dryad_answers(dryad, DRYAD_BACKEND, 0) == ANSWER_GOOD;
}

static bool healing_page(const struct dryad *dryad, struct strbuf *ret)
{
	const struct dryad_queues *queues = &dryad->queues;
	double severities[4] = { 0 };
	char labels[LABELS_SIZE];

	dryad_text_family(ret, "dryad_self_healing_tasks", "gauge", "tasks by state");
	for (unsigned i = 0; i < HEALING_STATES; i++) {
		snprintf(labels, sizeof(labels), "status=\"%s\"", healing_states[i]);
		dryad_text_whole(ret, "dryad_self_healing_tasks", labels, healing_count(dryad, (enum healing_state)i));
	}
	for (size_t i = 0; i < queues->task_count; i++)
		severities[queues->tasks[i].severity]++;
	dryad_text_family(ret, "dryad_self_healing_tasks_by_severity", "gauge", "tasks by severity");
	for (int i = 0; i < 4; i++) {
		snprintf(labels, sizeof(labels), "severity=\"%s\"", risks[i]);
		dryad_text_whole(ret, "dryad_self_healing_tasks_by_severity", labels, severities[i]);
	}
	dryad_text_gauge(ret, "dryad_self_healing_guardian_running", "1: the guardian watches",
			 queues->guardian_running);
	dryad_text_counter(ret, "dryad_self_healing_errors_detected_total", "errors the guardian saw",
			   queues->errors_detected);
	dryad_text_counter(ret, "dryad_self_healing_errors_submitted_total", "errors that became tasks",
			   queues->errors_submitted);
	return dryad_answers(dryad, DRYAD_BACKEND, 0) == ANSWER_GOOD;
}

bool dryad_watch_page(const struct dryad *dryad, unsigned watch, struct strbuf *ret)
{
	bool well;

	if (watch < WATCH_LEVELS)
		return level_page(dryad, watch, ret);
	if (watch <= WATCH_ACCESS) {
		dryad_log_page(dryad, (enum log_file)(watch - WATCH_APP), ret);
		return true;
	}
	if (watch == WATCH_HEALTH)
		return health_page(dryad, ret);
	well = watch == WATCH_APPROVALS ? approvals_page(dryad, ret) : healing_page(dryad, ret);
	/* Who does not answer leaves no page behind. */
	if (!well)
		strbuf_clear(ret);
	return well;
}

static void add_url(struct strbuf *ret, const struct target_list *targets, unsigned service, const char *path)
{
	for (size_t i = 0; i < targets->count; i++) {
		if (targets->items[i].service == service) {
			strbuf_addf(ret, "\"http://%s%s\"", targets->items[i].address, path);
			return;
		}
	}
}

static void add_http(struct strbuf *ret, const struct target_list *targets, const char *head, unsigned service,
		     const char *path)
{
	strbuf_addf(ret, "  {%s,\"interval\":\"5s\",\"timeout\":\"2s\",\"targets\":[", head);
	add_url(ret, targets, service, path);
	strbuf_addstr(ret, "]},\n");
}

static void add_levels(struct strbuf *ret, const char *folder)
{
	char self[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);

	self[length < 0 ? 0 : length] = '\0';
	for (int level = 0; level < DRYAD_LEVELS && length > 0; level++) {
		strbuf_addf(
			ret,
			"  {\"type\":\"command\",\"job\":\"dryad-levels\",\"name\":\"level-%d\",\"interval\":\"15s\","
			"\"run\":[",
			level);
		strbuf_add_json(ret, self);
		strbuf_addf(ret, ",\"ctl\",\"validate\",\"level\",\"%d\"],\"environment\":{\"SKEP_DRYAD\":", level);
		strbuf_add_json(ret, folder);
		strbuf_addstr(ret, "}},\n");
	}
}

static void add_logs(struct strbuf *ret, const struct dryad *dryad)
{
	static const char *const labels[LOG_FILE_COUNT] = {
		[LOG_APP] = "\"labels\":[\"level\",\"component\"]",
		[LOG_ERRORS] = "\"labels\":[\"level\",\"component\",\"exception=exception.type\"]",
		[LOG_ACCESS] = ("\"labels\":[\"method\",\"status_code\",\"client_ip\"],\"series_limit\":1000,"
				"\"duration\":\"process_time_ms\""),
	};
	bool plain = dryad->application == DRYAD_HEAD_UNI;

	for (unsigned i = 0; dryad->log && i < (plain ? LOG_ACCESS : LOG_FILE_COUNT); i++) {
		struct strbuf path = STRBUF_INIT;

		strbuf_addf(&path, "%s/%s", dryad_log_folder(dryad->log), dryad_log_file_names[i]);
		strbuf_addf(ret,
			    "  {\"type\":\"log\",\"job\":\"%s\",\"name\":\"%s\",\"interval\":\"5s\",\"format\":\"%s\",",
			    jobs[WATCH_APP + i], log_names[i], plain ? "text" : "json");
		strbuf_addf(ret, "%s,\"path\":", plain ? labels[LOG_APP] : labels[i]);
		strbuf_add_json(ret, path.text);
		strbuf_addstr(ret, "},\n");
		strbuf_release(&path);
	}
}

void dryad_add_collectors(const struct dryad *dryad, const struct target_list *targets, const char *folder,
			  struct strbuf *ret)
{
	static const struct {
		enum dryad_application application;
		const char *job, *path;
	} health[] = {
		{ DRYAD_L9_FULL, "dryad-health", "/api/v1/health/status" },
		{ DRYAD_L9_AGENT, "dryad-health", "/health" },
		{ DRYAD_HEAD_UNI, "dryad-health", "/health" },
		{ DRYAD_HEAD_MAIN, "dryad-health", "/health" },
	};

	strbuf_addstr(ret, "\"collect\":[\n");
	for (size_t i = 0; i < sizeof(health) / sizeof(health[0]); i++) {
		if (health[i].application == dryad->application)
			add_http(ret, targets, "\"type\":\"health\",\"job\":\"dryad-health\"", DRYAD_BACKEND,
				 health[i].path);
	}
	if (dryad->application == DRYAD_L9_FULL) {
		add_http(ret, targets, "\"type\":\"json\",\"job\":\"dryad-approvals\",\"ready\":\"dryad-approvals\"",
			 DRYAD_BACKEND, "/api/v1/approvals/pending");
		add_http(ret, targets,
			 "\"type\":\"json\",\"job\":\"dryad-self-healing\",\"ready\":\"dryad-self-healing\"",
			 DRYAD_BACKEND, "/api/v1/orchestrator/self-healing/stats");
	}
	add_levels(ret, folder);
	add_logs(ret, dryad);
	/* The last entry has a comma behind it. */
	strbuf_truncate(ret, ret->length - 2);
	strbuf_addstr(ret, "],\n ");
}
