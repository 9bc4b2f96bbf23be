#include <stdlib.h>
#include <string.h>

#include "sim/verb.h"

/* What is done to processes, networks and regions from outside the colony. */

enum { ROLLING_MS = 35 * 1000, FAILOVER_MS = 100 * 1000 };

/* "1", "polln-colony-1" or "instance=1"; -1 when it is none of them. */
static int instance_named(const struct colony *colony, const char *word)
{
	static const char prefix[] = "polln-colony-";
	const char *digits = word;
	unsigned long number;
	char *end;

	if (strncmp(digits, prefix, sizeof(prefix) - 1) == 0)
		digits += sizeof(prefix) - 1;
	else if (strncmp(digits, "instance=", 9) == 0)
		digits += 9;
	if (*digits < '0' || *digits > '9')
		return -1;
	number = strtoul(digits, &end, 10);
	return *end == '\0' && number < colony->instance_count ? (int)number : -1;
}

/* One after another, the next when the one before is back. */
static void restart_all(struct colony *colony)
{
	int64_t at_ms = colony->now_ms;

	for (unsigned i = 0; i < colony->instance_count; i++) {
		if (colony->instances[i].phase == PHASE_OFF)
			continue;
		colony->instances[i].restart_ms = at_ms;
		at_ms += ROLLING_MS;
	}
}

static int restart_dependency(struct verb_call *call, enum colony_service service)
{
	struct strbuf action = STRBUF_INIT;

	strbuf_addf(&action, "restart %s", colony_service_name(service));
	faults_remedy(call->colony, action.text, faults_all_instances(call->colony));
	dependency_restart(call->colony, service);
	reply_say(call->reply, "%s restarted", colony_service_name(service));
	strbuf_release(&action);
	return 0;
}

int verb_restart(struct verb_call *call)
{
	const char *target = call->count > 0 ? call->arguments[0] : "polln-colony";
	int number = instance_named(call->colony, target);

	if (number >= 0 && call->colony->instances[number].phase == PHASE_OFF)
		return reply_fail(call->reply, "polln-colony-%d is scaled away (scale)", number);
	if (number >= 0) {
		call->colony->instances[number].restart_ms = call->colony->now_ms;
		reply_say(call->reply, "polln-colony-%d restarting", number);
		return 0;
	}
	if (strcmp(target, "polln-colony") == 0 || strcmp(target, "colony") == 0 || strcmp(target, "all") == 0) {
		restart_all(call->colony);
		faults_remedy(call->colony, "restart all", faults_all_instances(call->colony));
		reply_say(call->reply, "polln-colony restarting, one instance after another");
		return 0;
	}
	if (strcmp(target, "database") == 0 || strcmp(target, "postgres") == 0) {
		faults_remedy(call->colony, "restart database", faults_all_instances(call->colony));
		reply_say(call->reply, "database restarted");
		return 0;
	}
	for (size_t i = SERVICE_COLONY + 1; i < SERVICE_COUNT; i++)
		if (strcmp(target, colony_service_name((enum colony_service)i)) == 0)
			return restart_dependency(call, (enum colony_service)i);
	return reply_fail(call->reply, "nothing is called '%s' (an instance's number, a service, or database)", target);
}

/* The release before this one starts in its place. */
int verb_rollout_undo(struct verb_call *call)
{
	restart_all(call->colony);
	reply_say(call->reply, "rolled back, one instance after another");
	return 0;
}

int verb_reload(struct verb_call *call)
{
	uint32_t instances = faults_all_instances(call->colony);

	for (size_t i = 0; i < call->count; i++) {
		int number = instance_named(call->colony, call->arguments[i]);

		if (number >= 0)
			instances = 1u << number;
	}
	faults_remedy(call->colony, "reload", instances);
	reply_say(call->reply, "reloaded");
	return 0;
}

int verb_scale(struct verb_call *call)
{
	struct colony *colony = call->colony;
	double count = verb_number(call, -1);

	if (count < 0 || count > colony->instance_count)
		return reply_fail(call->reply, "how many instances? (0 to %u)", colony->instance_count);
	for (unsigned i = 0; i < colony->instance_count; i++) {
		struct instance *instance = &colony->instances[i];

		if (i >= (unsigned)count) {
			dream_abort(colony, instance);
			instance->phase = PHASE_OFF;
		} else if (instance->phase == PHASE_OFF) {
			instance->phase = PHASE_STARTING;
			instance->restart_ms = colony->now_ms;
		}
	}
	reply_say(call->reply, "scaled");
	reply_number(call->reply, "replicas", (unsigned)count, 0);
	return 0;
}

/* "8Gi" behind the last "memory=", as in "memory=8Gi" and "limits=cpu=4,memory=8Gi"; 0 when there is none. */
static double memory_wanted(const struct verb_call *call)
{
	const char *text = verb_value(call, "memory");
	char *end;
	double gigabytes;

	for (size_t i = 0; i < call->count && text == NULL; i++) {
		text = strstr(call->arguments[i], "memory=");
		if (text != NULL)
			text += strlen("memory=");
	}
	if (text == NULL)
		return 0;
	gigabytes = strtod(text, &end);
	return strncmp(end, "Gi", 2) == 0 && (end[2] == '\0' || end[2] == ',') ? gigabytes : 0;
}

int verb_resources_set(struct verb_call *call)
{
	double gigabytes = memory_wanted(call);

	if (!(gigabytes >= 8 && gigabytes <= 1024))
		return reply_fail(call->reply, "how much memory? (memory=8Gi to memory=1024Gi)");
	/* What filled the memory was starved of room for its working set; with a new limit each process starts anew. */
	call->colony->settings.memory_limit_bytes = gigabytes * 1024 * 1024 * 1024;
	faults_remedy(call->colony, "resources set", faults_all_instances(call->colony));
	restart_all(call->colony);
	reply_say(call->reply, "resource limits set, restarting one instance after another");
	reply_number(call->reply, "memoryLimitGib", gigabytes, 0);
	return 0;
}

int verb_network_status(struct verb_call *call)
{
	const struct colony *colony = call->colony;

	reply_text(call->reply, "policy",
		   colony->settings.network_open ? "emergency (allows everything)" : "polln-colony-net");
	reply_list(call->reply, "dependencies");
	for (size_t i = SERVICE_COLONY + 1; i < SERVICE_COUNT; i++) {
		enum colony_service service = (enum colony_service)i;

		reply_row(call->reply);
		reply_text(call->reply, "service", colony_service_name(service));
		reply_bool(call->reply, "reached", dependency_reached(colony, &colony->instances[0], service));
		reply_row_end(call->reply);
	}
	reply_list_end(call->reply);
	return 0;
}

int verb_network_allow(struct verb_call *call)
{
	call->colony->settings.network_open = true;
	reply_say(call->reply,
		  "emergency policy applied: everything is allowed; take it away when done (network restore)");
	return 0;
}

int verb_network_restore(struct verb_call *call)
{
	call->colony->settings.network_open = false;
	reply_say(call->reply, "policy polln-colony-net applies again");
	return 0;
}

void colony_move_region(struct colony *colony, const char *region, int64_t start_ms)
{
	bool away = strcmp(region, "us-west-2") == 0;

	colony->settings.region = region;
	colony->cluster.dr_names = colony->cluster.dr_traffic = away;
	if (away)
		colony->cluster.dr_database = 1;
	for (size_t i = SERVICE_COLONY + 1; i < SERVICE_COUNT; i++)
		dependency_restart(colony, (enum colony_service)i);
	for (unsigned i = 0; i < colony->instance_count; i++) {
		struct instance *instance = &colony->instances[i];

		dream_abort(colony, instance);
		instance->phase = PHASE_STARTING;
		instance->phase_until_ms = colony->stepped_ms + start_ms + i * 5000;
	}
}

int verb_failover(struct verb_call *call)
{
	if (strcmp(call->colony->settings.region, "us-west-2") == 0)
		return reply_fail(call->reply, "the colony runs in us-west-2 already (failback brings it home)");
	colony_move_region(call->colony, "us-west-2",
			   colony_other_region_serves(call->colony) ? TAKE_OVER_MS : FAILOVER_MS);
	reply_say(call->reply, "failing over: names point to us-west-2, database promoted, instances starting");
	return 0;
}

int verb_failover_abort(struct verb_call *call)
{
	if (!(call->colony->common[STRAIN_FAILOVER] > 0))
		return reply_fail(call->reply, "no failover is under way");
	reply_say(call->reply, "failover given up; everything stays in %s", call->colony->settings.region);
	return 0;
}

int verb_traffic_restore(struct verb_call *call)
{
	reply_say(call->reply, "the edge sends all requests to the colony");
	return 0;
}

int verb_failback(struct verb_call *call)
{
	if (strcmp(call->colony->settings.region, "us-east-1") == 0)
		return reply_fail(call->reply, "the colony runs in us-east-1, its own region");
	colony_move_region(call->colony, "us-east-1", FAILOVER_MS);
	reply_say(call->reply, "failing back: names point to us-east-1, instances starting");
	return 0;
}

int verb_auth_status(struct verb_call *call)
{
	double failures = 0, unauthorized = 0;

	for (unsigned i = 0; i < call->colony->instance_count; i++) {
		failures += call->colony->instances[i].count.auth_failures;
		unauthorized += call->colony->instances[i].count.unauthorized;
	}
	reply_number(call->reply, "authFailures", failures, 0);
	reply_number(call->reply, "unauthorizedAccesses", unauthorized, 0);
	return 0;
}

int verb_auth_block(struct verb_call *call)
{
	reply_say(call->reply, "addresses with more than 20 failed log-ins a minute are refused");
	return 0;
}
