/* kubectl exec and logs: what is run in a container, and what it said. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "sim/shim_kubectl.h"
#include "sim/shim_tools.h"

/* ---- exec ---- */

/* Programs of a container that are played: the tools, npm aside, and a few that change or tell nothing here. */
static const char tools_inside[] = "curl ping iostat df free ps psql pg_dump pg_isready redis-cli";
static const char quiet_inside[] = "rm find mkdir touch sync true sleep";

/* The first program of "sh -c 'find /data -mindepth 1 -delete'"; only such as say nothing are played. */
static int run_shell(const struct shim *shim, size_t first)
{
	const char *text =
		first + 2 < shim->count && !strcmp(shim->words[first + 1], "-c") ? shim->words[first + 2] : NULL;
	char program[64];

	if (!text)
		return shim_fail(shim, 2, "sh: only 'sh -c COMMAND' is simulated");
	snprintf(program, sizeof(program), "%.*s", (int)strcspn(text, " "), text);
	if (shim_one_of(quiet_inside, program))
		return 0;
	if (!strcmp(program, "echo")) {
		shim_say(shim, "%s", text + strcspn(text, " ") + (text[strcspn(text, " ")] == ' '));
		return 0;
	}
	return shim_fail(shim, 127, "sh: 1: %s: not found", program);
}

/* Is it that which the colony keeps that is deleted, by find or rm, in a shell or not? */
static bool clears_data(const struct shim_kubectl *call, const struct shim_pod *pod, size_t first)
{
	bool deletes = false, data = false;

	for (size_t i = first; i < call->shim->count; i++) {
		const char *word = call->shim->words[i];

		deletes |= strstr(word, "-delete") || !strncmp(word, "rm", 2);
		data |= strstr(word, "/data") != NULL;
	}
	return deletes && data && !strcmp(pod->workload->name, "polln-colony-db");
}

/* Nothing is said when it works, as find and rm do. */
static int clear_data(const struct shim_kubectl *call)
{
	int status;
	cJSON *answer = shim_ask(call->shim, SHIM_COLONY, &status, "data", "clear");

	cJSON_Delete(answer);
	return answer ? status : 1;
}

static int run_npm(const struct shim *shim, size_t first, const char *package)
{
	struct shim inner = *shim;

	inner.tool = "npm";
	inner.words = shim->words + first + 1;
	inner.count = shim->count - first - 1;
	inner.inside = true;
	return shim_npm_in(&inner, package);
}

static int run_in(const struct shim_kubectl *call, const struct shim_pod *pod, size_t first)
{
	const char *program = call->shim->words[first];

	if (!strcmp(program, "npm") && pod->workload->package)
		return run_npm(call->shim, first, pod->workload->package);
	if (!strcmp(program, "sh") || !strcmp(program, "bash"))
		return clears_data(call, pod, first) ? clear_data(call) : run_shell(call->shim, first);
	if (clears_data(call, pod, first))
		return clear_data(call);
	if (shim_one_of(tools_inside, program))
		return shim_run_inside(call->shim, first, true);
	if (shim_one_of(quiet_inside, program))
		return 0;
	shim_fail(call->shim, 127,
		  "OCI runtime exec failed: exec failed: unable to start container process: exec: \"%s\": executable "
		  "file not "
		  "found in $PATH: unknown",
		  program);
	return 127;
}

int shim_kubectl_exec(struct shim_kubectl *call)
{
	const char *target = shim_word(&call->arguments, 1);
	const struct shim_pod *pod;
	size_t first = call->arguments.rest;
	int status;

	if (!target)
		return shim_fail(call->shim, 1, "error: pod, type/name or --filename must be specified");
	if (first >= call->shim->count && call->arguments.words.count > 2)
		return shim_fail(call->shim, 1,
				 "error: exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- "
				 "[COMMAND] instead\nSee 'kubectl exec -h' for help and examples");
	if (first >= call->shim->count)
		return shim_fail(call->shim, 1, "error: you must specify at least one command for the container");
	pod = shim_kubectl_pod(call, target, &status);
	if (!pod)
		return status;
	if (!pod->runs)
		return shim_fail(call->shim, 1, "error: unable to upgrade connection: container not found (\"%s\")",
				 pod->workload->name);
	status = run_in(call, pod, first);
	if (status)
		shim_fail(call->shim, status, "command terminated with exit code %d", status);
	return status;
}

/* ---- logs ---- */

enum { LINES_USUAL = 40, LINES_MOST = 500, LINE_EVERY_MS = 3000 };

struct teller {
	struct shim_kubectl *call;
	const struct shim_pod *pod;
	double nan, corrupted;
};

static const char *const quiet_lines[] = {
	"INFO  decision made by agent pool in 41 ms",
	"INFO  42 agents active on partition 3",
	"INFO  anchor look-up hit",
	"INFO  federated round merged",
	"INFO  websocket client connected",
	"INFO  Hebbian update applied to 128 synapses",
	"INFO  request served in 23 ms",
};

/* What is wrong takes every third line. */
static void tell_colony(const struct teller *teller, uint64_t number, struct strbuf *ret)
{
	const cJSON *service;
	uint64_t turn = 0;

	if (!teller->pod->ready && number % 3 == 0) {
		strbuf_addstr(ret,
			      "ERROR worker does not answer its watchdog: event loop is blocked, waiting for a lock");
		return;
	}
	if (teller->nan > 0 && number % 3 == 1) {
		strbuf_addf(ret, "ERROR validation failed: %.0f synapse weights are NaN", teller->nan);
		return;
	}
	if (teller->corrupted > 0 && number % 3 == 1) {
		strbuf_addf(ret, "ERROR validation failed: %.0f synapses fail their checksum", teller->corrupted);
		return;
	}
	cJSON_ArrayForEach(service, json_get(teller->call->cluster.status, "services"))
	{
		if (json_bool(service, "reached", true) || number % 3 != 2 || turn++ != number / 3 % 2)
			continue;
		strbuf_addf(ret, "WARN  %s: connect ECONNREFUSED, going on without it",
			    json_string(service, "service", ""));
		return;
	}
	strbuf_addstr(ret, quiet_lines[number % (sizeof(quiet_lines) / sizeof(quiet_lines[0]))]);
}

static void add_line(const struct teller *teller, int64_t at_ms)
{
	char when[40];
	struct strbuf text = STRBUF_INIT;

	time_format(at_ms, "%Y-%m-%dT%H:%M:%SZ", when, sizeof(when));
	if (teller->pod->workload->source == PODS_INSTANCES)
		tell_colony(teller, (uint64_t)(at_ms / LINE_EVERY_MS), &text);
	else if (!teller->pod->ready)
		strbuf_addstr(&text, "FATAL cannot start: exit status 1");
	else
		strbuf_addf(&text, "INFO  %s: %s", teller->pod->workload->name,
			    at_ms / LINE_EVERY_MS % 2 ? "request served" : "health asked for: ok");
	shim_say(teller->call->shim, "%s %s", when, text.text);
	strbuf_release(&text);
}

static void look(struct teller *teller)
{
	cJSON *found = teller->pod->workload->source == PODS_INSTANCES
			       ? shim_ask(teller->call->shim, SHIM_COLONY, NULL, "synapses", "check")
			       : NULL;

	teller->nan = json_number(found, "nanSynapses", 0);
	teller->corrupted = json_number(found, "corruptedSynapses", 0);
	cJSON_Delete(found);
}

/* How many lines: --tail, --since, else some. */
static int64_t lines_wanted(const struct shim_kubectl *call)
{
	const char *tail = shim_flag(&call->arguments, "tail"), *since = shim_flag(&call->arguments, "since");
	int64_t lines = since ? LINES_MOST : LINES_USUAL, ms;

	if (tail && strtol(tail, NULL, 10) >= 0)
		lines = strtol(tail, NULL, 10);
	if (since) {
		ms = shim_kubectl_timeout(since);
		if (ms < 0)
			return -1;
		if (ms / LINE_EVERY_MS < lines)
			lines = ms / LINE_EVERY_MS;
	}
	return lines > LINES_MOST ? LINES_MOST : lines;
}

static void __attribute__((noreturn)) follow(struct teller *teller, int64_t at_ms)
{
	for (;;) {
		shim_pause(teller->call->shim, LINE_EVERY_MS);
		at_ms += LINE_EVERY_MS;
		look(teller);
		add_line(teller, at_ms);
		shim_flush(teller->call->shim);
	}
}

int shim_kubectl_logs(struct shim_kubectl *call)
{
	const char *target = shim_word(&call->arguments, 1), *selector = shim_flag(&call->arguments, "selector");
	struct teller teller = { .call = call };
	int64_t lines = lines_wanted(call), now_ms = call->shim->link->now_ms(call->shim->link->user), at_ms;
	int status;

	if (lines < 0)
		return shim_fail(call->shim, 1,
				 "error: invalid argument \"%s\" for \"--since\" flag: time: invalid duration",
				 shim_flag(&call->arguments, "since"));
	if (!target && !selector)
		return shim_fail(call->shim, 1,
				 "error: expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME "
				 "is a required "
				 "argument for the logs command");
	for (size_t i = 0; selector && !teller.pod && i < call->cluster.pods.count; i++)
		if (!strcmp(call->cluster.pods.items[i].workload->name_space, call->name_space) &&
		    shim_selects(call->cluster.pods.items[i].workload->labels, selector))
			teller.pod = &call->cluster.pods.items[i];
	if (target)
		teller.pod = shim_kubectl_pod(call, target, &status);
	if (target && !teller.pod)
		return status;
	if (!teller.pod)
		return shim_fail(call->shim, 0, "No resources found in %s namespace.", call->name_space);
	look(&teller);
	at_ms = now_ms / LINE_EVERY_MS * LINE_EVERY_MS - (lines - 1) * LINE_EVERY_MS;
	for (int64_t i = 0; i < lines; i++, at_ms += LINE_EVERY_MS)
		add_line(&teller, at_ms);
	if (shim_flag_is(&call->arguments, "follow") && teller.pod->runs)
		follow(&teller, at_ms - LINE_EVERY_MS);
	return 0;
}
