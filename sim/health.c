#include <inttypes.h>
#include <math.h>

#include "sim/colony_state.h"

/*
 * The documents of POLLN's API server: /health always says ok and how long it
 * has been up; /ready says whether the server listens, and looks at neither
 * the colonies' state nor the dependencies. The dependencies are judged by
 * their HTTP status; their document is a word.
 */

static void dependency_document(const struct colony *colony, enum colony_service service, struct strbuf *ret)
{
	bool serves = dependency_serves(colony, service);

	strbuf_addf(ret, "{\"status\":\"%s\",\"service\":\"%s\",\"timestamp\":%" PRId64 ",\"uptime\":%" PRId64 "}\n",
		    serves ? "ok" : "unavailable", colony_service_name(service), colony->now_ms,
		    serves ? colony->now_ms - colony->dependencies[service].start_ms : 0);
}

static const struct instance *instance_of(const struct colony *colony, unsigned number)
{
	return number < colony->instance_count ? &colony->instances[number] : NULL;
}

void colony_health(const struct colony *colony, enum colony_service service, unsigned number, struct strbuf *ret)
{
	const struct instance *instance = instance_of(colony, number);
	double connections;

	if ((unsigned)service >= SERVICE_COUNT)
		return;
	if (service != SERVICE_COLONY) {
		dependency_document(colony, service, ret);
		return;
	}
	if (instance == NULL)
		return;
	connections = floor(instance->request_rate / 9);
	strbuf_addf(ret,
		    "{\"status\":\"ok\",\"timestamp\":%" PRId64 ",\"uptime\":%" PRId64
		    ",\"connections\":{\"total\":%.0f,\"active\":%.0f},\"colonies\":1}\n",
		    colony->now_ms, colony->now_ms - instance->start_ms,
		    connections + floor((double)(colony->now_ms - instance->start_ms) / 4000), connections);
}

void colony_ready(const struct colony *colony, enum colony_service service, unsigned number, struct strbuf *ret)
{
	const struct instance *instance = instance_of(colony, number);
	const char *up;

	if ((unsigned)service >= SERVICE_COUNT)
		return;
	if (service != SERVICE_COLONY) {
		dependency_document(colony, service, ret);
		return;
	}
	if (instance == NULL)
		return;
	up = instance_serves(instance) ? "true" : "false";
	strbuf_addf(ret,
		    "{\"status\":\"%s\",\"checks\":{\"websocketServer\":%s,\"httpServer\":%s,\"listening\":%s,"
		    "\"colonies\":1}}\n",
		    instance_serves(instance) ? "ready" : "not_ready", up, up, up);
}
