#include <math.h>

#include "sim/verb.h"

/* Other colonies, dependencies, and the way to them. */

/* Syncs as rare as this leave room for the rest. */
enum { RELIEVING_S = 300 };

static bool reached(const struct verb_call *call, enum colony_service service)
{
	return dependency_reached(call->colony, &call->colony->instances[0], service);
}

static double last_sync_s(const struct verb_call *call)
{
	int64_t oldest_ms = call->colony->stepped_ms;
	const struct instance *instance;

	for (unsigned i = 0; (instance = verb_next(call, &i)) != NULL;)
		if (instance->sync_last_ms < oldest_ms)
			oldest_ms = instance->sync_last_ms;
	return (double)(call->colony->stepped_ms - oldest_ms) / 1000;
}

static void sync_soon(struct verb_call *call)
{
	struct instance *instance;

	for (unsigned i = 0; (instance = verb_next(call, &i)) != NULL;)
		instance->sync_next_ms = call->colony->stepped_ms + 1000;
}

static bool can_sync(const struct verb_call *call)
{
	return reached(call, SERVICE_FEDERATED) && call->colony->settings.federated_connected &&
	       !(VERB_SUM(call, strain[STRAIN_FEDERATED_ROT]) > 0);
}

int verb_sync(struct verb_call *call)
{
	sync_soon(call);
	if (!reached(call, SERVICE_FEDERATED))
		return reply_fail(call->reply, "the coordinator does not answer");
	if (!can_sync(call))
		return reply_fail(call->reply, "the coordinator refuses the local state");
	reply_say(call->reply, "sync started");
	return 0;
}

int verb_sync_status(struct verb_call *call)
{
	reply_text(call->reply, "status", can_sync(call) ? "syncing" : "failing");
	reply_number(call->reply, "lastSyncSAgo", last_sync_s(call), 0);
	reply_number(call->reply, "intervalS", call->colony->settings.sync_interval_s, 0);
	reply_number(call->reply, "success", VERB_SUM(call, count.sync_success), 0);
	reply_number(call->reply, "errors", VERB_SUM(call, count.sync_errors), 0);
	return 0;
}

int verb_sync_interval(struct verb_call *call)
{
	double interval_s = verb_number(call, -1);

	if (interval_s < 5 || interval_s > 3600)
		return reply_fail(call->reply, "how long from one sync to the next? (5s to 1h)");
	call->colony->settings.sync_interval_s = interval_s;
	if (interval_s >= RELIEVING_S)
		faults_remedy(call->colony, "sync interval", faults_all_instances(call->colony));
	reply_say(call->reply, "sync interval set");
	reply_number(call->reply, "intervalS", interval_s, 0);
	return 0;
}

int verb_sync_compress(struct verb_call *call)
{
	bool off = verb_has(call, "off") || verb_is(call, "compression", "off") || verb_is(call, "compress", "off");

	call->colony->settings.sync_compressed = !off;
	if (!off)
		faults_remedy(call->colony, "sync compress", faults_all_instances(call->colony));
	reply_say(call->reply, off ? "syncs are sent as they are" : "syncs are compressed");
	return 0;
}

int verb_federated_status(struct verb_call *call)
{
	reply_bool(call->reply, "connected",
		   call->colony->settings.federated_connected && reached(call, SERVICE_FEDERATED));
	reply_text(call->reply, "state", VERB_SUM(call, strain[STRAIN_FEDERATED_ROT]) > 0 ? "corrupted" : "valid");
	reply_number(call->reply, "lastSyncSAgo", last_sync_s(call), 0);
	return 0;
}

int verb_federated_connect(struct verb_call *call)
{
	call->colony->settings.federated_connected = true;
	sync_soon(call);
	if (!reached(call, SERVICE_FEDERATED))
		return reply_fail(call->reply, "the coordinator does not answer");
	reply_say(call->reply, "federation joined");
	return 0;
}

int verb_federated_disconnect(struct verb_call *call)
{
	call->colony->settings.federated_connected = false;
	reply_say(call->reply, "federation left; learning goes on locally");
	return 0;
}

int verb_federated_reset(struct verb_call *call)
{
	if (call->colony->settings.federated_connected)
		return reply_fail(call->reply, "leave the federation first (federated disconnect)");
	reply_say(call->reply, "local federated state reset");
	return 0;
}

int verb_meadow_status(struct verb_call *call)
{
	reply_bool(call->reply, "connected", VERB_SUM(call, meadow_connected) > 0);
	reply_number(call->reply, "errors", VERB_SUM(call, count.meadow_errors), 0);
	return 0;
}

int verb_meadow_connect(struct verb_call *call)
{
	call->colony->settings.meadow_connected = true;
	if (!reached(call, SERVICE_MEADOW))
		return reply_fail(call->reply, "the meadow does not answer");
	reply_say(call->reply, "meadow joined");
	return 0;
}

int verb_meadow_disconnect(struct verb_call *call)
{
	call->colony->settings.meadow_connected = false;
	reply_say(call->reply, "meadow left; local patterns only");
	return 0;
}

int verb_reconnect(struct verb_call *call)
{
	/* While the policy cuts it off there is no way to anything: it has to be opened first. */
	faults_remedy(call->colony, "reconnect", faults_all_instances(call->colony));
	if (VERB_SUM(call, strain[STRAIN_PARTITION]) > 0)
		return reply_fail(call->reply, "no dependency is reached (network status)");
	sync_soon(call);
	reply_say(call->reply, "reconnected");
	return 0;
}

/* What stands in for each dependency, and what goes missing with it. */
static const struct stand_in {
	enum colony_service service;
	const char *feature, *fallback;
} stand_ins[] = {
	{ SERVICE_LMCACHE, "kv-cache", "local cache" },
	{ SERVICE_FEDERATED, "federated-sync", "local learning" },
	{ SERVICE_WORLDMODEL, "dreaming", "Hebbian learning" },
	{ SERVICE_MEADOW, "community-patterns", "local patterns" },
	{ SERVICE_REDIS, "discovery", "last known colonies" },
};

enum { STAND_IN_COUNT = sizeof(stand_ins) / sizeof(*stand_ins) };

/* The breaker before the API opens when one request in ten fails. */
static bool breaker_is_open(const struct verb_call *call)
{
	return VERB_MEAN(call, failing) > 0.1;
}

int verb_circuit_status(struct verb_call *call)
{
	reply_list(call->reply, "breakers");
	reply_row(call->reply);
	reply_text(call->reply, "name", "api");
	reply_text(call->reply, "state", breaker_is_open(call) ? "open" : "closed");
	reply_row_end(call->reply);
	for (size_t i = 0; i < STAND_IN_COUNT; i++) {
		reply_row(call->reply);
		reply_text(call->reply, "name", colony_service_name(stand_ins[i].service));
		reply_text(call->reply, "state", reached(call, stand_ins[i].service) ? "closed" : "open");
		reply_row_end(call->reply);
	}
	reply_list_end(call->reply);
	return 0;
}

int verb_circuit_reset(struct verb_call *call)
{
	reply_say(call->reply, "breakers closed");
	return 0;
}

int verb_fallback_list(struct verb_call *call)
{
	reply_list(call->reply, "fallbacks");
	for (size_t i = 0; i < STAND_IN_COUNT; i++) {
		reply_row(call->reply);
		reply_text(call->reply, "dependency", colony_service_name(stand_ins[i].service));
		reply_text(call->reply, "fallback", stand_ins[i].fallback);
		reply_bool(call->reply, "active", !reached(call, stand_ins[i].service));
		reply_row_end(call->reply);
	}
	reply_list_end(call->reply);
	return 0;
}

int verb_features_verify(struct verb_call *call)
{
	bool all = true;

	reply_list(call->reply, "features");
	for (size_t i = 0; i < STAND_IN_COUNT; i++) {
		bool works = reached(call, stand_ins[i].service);

		all = all && works;
		reply_row(call->reply);
		reply_text(call->reply, "feature", stand_ins[i].feature);
		reply_text(call->reply, "status", works ? "ok" : "fallback");
		reply_row_end(call->reply);
	}
	reply_list_end(call->reply);
	reply_say(call->reply, all ? "all features work" : "some features are on their fallback");
	return all ? 0 : 1;
}
