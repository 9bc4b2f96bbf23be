#include "sim/shim_host.h"

#include <string.h>

enum { EDGE_PATIENCE_MS = 1500, INSTANCES_MOST = 16 };

#define CLUSTER ".production.svc.cluster.local"

static const struct shim_host hosts[] = {
	/* clang-format off */
	/* in the cluster */
	{ "lmcache", SHIM_COLONY, "lmcache", .inside = true },
	{ "federated", SHIM_COLONY, "federated", .inside = true },
	{ "worldmodel", SHIM_COLONY, "worldmodel", .inside = true },
	{ "meadow", SHIM_COLONY, "meadow", .inside = true },
	{ "redis", SHIM_COLONY, "redis", .inside = true },
	{ "polln-colony", SHIM_COLONY, "polln-colony", .inside = true, .balanced = true },
	{ "localhost", SHIM_COLONY, "polln-colony", .inside = true, .balanced = true },
	/* public */
	{ "polln-production.example.com", SHIM_COLONY, "polln-colony", .balanced = true },
	{ "polln-dr.example.com", SHIM_COLONY, "polln-colony", .balanced = true, .away = true },
	{ "lmcache-production.example.com", SHIM_COLONY, "lmcache", .balanced = true },
	{ "federated-production.example.com", SHIM_COLONY, "federated", .balanced = true },
	{ "worldmodel-production.example.com", SHIM_COLONY, "worldmodel", .balanced = true },
	{ "meadow-production.example.com", SHIM_COLONY, "meadow", .balanced = true },
	/* DRYAD's host */
	{ "localhost", SHIM_DRYAD, "dryad-backend", .port = 8000 },
	{ "localhost", SHIM_DRYAD, "chromadb", .port = 8001 },
	{ "localhost", SHIM_DRYAD, "ollama", .port = 11434 },
	{ "localhost", SHIM_DRYAD, "nginx", .port = 80, .balanced = true },
	{ "localhost", SHIM_DRYAD, "nginx", .port = 443, .balanced = true },
	{ "dryad.example.com", SHIM_DRYAD, "nginx", .balanced = true },
	/* clang-format on */
};

enum { HOST_COUNT = sizeof(hosts) / sizeof(hosts[0]) };

static bool is_name(const struct shim *shim, const struct shim_host *host, const char *name)
{
	size_t length = strlen(host->name), behind = strlen(name) > length ? strlen(name) - length : 0;

	if (!strcmp(name, "127.0.0.1") || !strcmp(name, "::1") || !strcmp(name, "[::1]"))
		return is_name(shim, host, "localhost");
	if (shim->inside != host->inside && strncmp(host->name, "localhost", 9) == 0)
		return false;
	if (host->inside && !shim->inside)
		return false;
	if (strncmp(name, host->name, length) != 0)
		return false;
	return !behind || (host->inside && (!strcmp(name + length, CLUSTER) || !strcmp(name + length, ".production")));
}

const struct shim_host *shim_host_find(const struct shim *shim, const char *name, unsigned port)
{
	for (size_t i = 0; i < HOST_COUNT; i++)
		if (is_name(shim, &hosts[i], name) && (!hosts[i].port || hosts[i].port == port))
			return &hosts[i];
	return NULL;
}

bool shim_host_known(const struct shim *shim, const char *name)
{
	for (size_t i = 0; i < HOST_COUNT; i++)
		if (is_name(shim, &hosts[i], name))
			return true;
	return !strncmp(name, "localhost", 9) || !strncmp(name, "127.", 4);
}

/* Does the way from the colony to a service lead there? `ret_wait_ms`: how long what is sent over it waits. */
static bool is_reached(const struct shim *shim, const char *job, int64_t *ret_wait_ms)
{
	cJSON *status = shim_ask(shim, SHIM_COLONY, NULL, "cluster", "status");
	const cJSON *service;
	bool reached = true;

	cJSON_ArrayForEach(service, json_get(status, "services"))
	{
		if (!strcmp(json_string(service, "service", ""), job))
			reached = json_bool(service, "reached", true) ||
				  strcmp(json_string(service, "status", ""), "up") != 0;
	}
	/* The connection, what is asked, and what is answered. */
	*ret_wait_ms = (int64_t)(json_number(status, "congestionMs", 0) * 3);
	cJSON_Delete(status);
	return reached;
}

static bool is_away(const struct shim *shim)
{
	cJSON *status = shim_ask(shim, SHIM_COLONY, NULL, "cluster", "status");
	bool away = !strcmp(json_string(status, "region", ""), "us-west-2");

	cJSON_Delete(status);
	return away;
}

static enum shim_fetch edge_says(unsigned status, const char *words, unsigned *ret_status, struct strbuf *ret_body)
{
	*ret_status = status;
	strbuf_addf(ret_body, "%s\n", words);
	return FETCH_DONE;
}

/* What the front door of DRYAD leads to is its backend; where it is shut, nothing is. */
static enum shim_fetch ask_door(const struct shim *shim, const struct shim_request *request, unsigned *ret_status,
				struct strbuf *ret_body)
{
	struct strbuf page = STRBUF_INIT;
	const struct shim_request knock = { .method = "GET", .path = "/metrics", .timeout_ms = request->timeout_ms };
	unsigned status;
	enum shim_fetch door = shim->link->fetch(shim->link->user, SHIM_DRYAD, "nginx", 0, &knock, &status, &page);

	strbuf_release(&page);
	if (door != FETCH_DONE)
		return door;
	door = shim->link->fetch(shim->link->user, SHIM_DRYAD, "dryad-backend", 0, request, ret_status, ret_body);
	if (door == FETCH_TIMEOUT)
		return edge_says(504, "504 Gateway Time-out", ret_status, ret_body);
	return door == FETCH_DONE ? door : edge_says(502, "502 Bad Gateway", ret_status, ret_body);
}

/* The first instance that answers. */
static enum shim_fetch ask_edge(const struct shim *shim, const struct shim_host *host,
				const struct shim_request *request, unsigned *ret_status, struct strbuf *ret_body)
{
	struct shim_request patient = *request;
	bool hung = false;
	unsigned instances = strcmp(host->job, "polln-colony") == 0 ? INSTANCES_MOST : 1;

	if (patient.timeout_ms > EDGE_PATIENCE_MS)
		patient.timeout_ms = EDGE_PATIENCE_MS;
	for (unsigned i = 0; i < instances; i++) {
		enum shim_fetch found =
			shim->link->fetch(shim->link->user, host->system, host->job, i, &patient, ret_status, ret_body);

		if (found == FETCH_DONE)
			return found;
		hung |= found == FETCH_TIMEOUT;
	}
	return hung ? edge_says(504, "upstream request timeout", ret_status, ret_body)
		    : edge_says(503, "no healthy upstream", ret_status, ret_body);
}

enum shim_fetch shim_host_ask(const struct shim *shim, const struct shim_host *host, const struct shim_request *request,
			      unsigned *ret_status, struct strbuf *ret_body)
{
	int64_t wait_ms;

	if (host->away && !is_away(shim))
		return edge_says(503, "no healthy upstream", ret_status, ret_body);
	if (!strcmp(host->job, "nginx"))
		return ask_door(shim, request, ret_status, ret_body);
	if (host->balanced)
		return ask_edge(shim, host, request, ret_status, ret_body);
	if (host->inside && host->system == SHIM_COLONY && strcmp(host->job, "polln-colony") != 0) {
		bool reached = is_reached(shim, host->job, &wait_ms);

		if (!reached || wait_ms > 0)
			shim_pause(shim, reached ? wait_ms : request->timeout_ms);
		if (!reached)
			return FETCH_TIMEOUT;
	}
	return shim->link->fetch(shim->link->user, host->system, host->job, 0, request, ret_status, ret_body);
}
