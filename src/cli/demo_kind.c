#include "cli/demo_kind.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static void add_scrape(struct strbuf *yaml, const cJSON *service)
{
	strbuf_addstr(yaml, "  - { type: scrape, interval: " DEMO_INTERVAL ", timeout: 2s, job: ");
	strbuf_add_json(yaml, json_string(service, "job", ""));
	strbuf_addstr(yaml, ", targets: [");
	strbuf_add_json(yaml, json_string(service, "url", ""));
	strbuf_addstr(yaml, "] }\n");
}

static void add_health(struct strbuf *yaml, const cJSON *service, const char *job)
{
	const char *url = json_string(service, "health", ""), *host = strstr(url, "://");
	size_t base = host ? (size_t)(host + 3 - url) + strcspn(host + 3, "/") : 0;
	char *target;

	if (!base)
		return;
	target = mem_strndup(url, base);
	strbuf_addstr(yaml, "  - { type: health, interval: " DEMO_INTERVAL ", timeout: 2s, job: ");
	strbuf_add_json(yaml, job);
	strbuf_addstr(yaml, ", targets: [");
	strbuf_add_json(yaml, target);
	strbuf_addstr(yaml, "], paths: [");
	strbuf_add_json(yaml, url[base] ? url + base : "/");
	strbuf_addstr(yaml, "] }\n");
	free(target);
}

/* A service that has no metrics is asked for its health. */
static void add_services(struct strbuf *yaml, const cJSON *state)
{
	const cJSON *service;

	cJSON_ArrayForEach(service, json_get(state, "services"))
	{
		if (*json_string(service, "url", ""))
			add_scrape(yaml, service);
		else
			add_health(yaml, service, json_string(service, "job", ""));
	}
}

/* What the backend says of its components comes beside its metrics; and its three logs are read. */
static void add_dryad(struct strbuf *yaml, const cJSON *state)
{
	static const char *const logs[] = { "app", "errors", "access" };
	const char *folder = json_string(state, "logs", "");
	const cJSON *service;

	add_services(yaml, state);
	cJSON_ArrayForEach(service, json_get(state, "services")) if (*json_string(service, "url", "") &&
								     *json_string(service, "health", ""))
		add_health(yaml, service, "dryad-api");
	for (size_t i = 0; *folder && i < sizeof(logs) / sizeof(logs[0]); i++) {
		char *file = mem_printf("%s/gremlins_%s.log", folder, logs[i]);

		strbuf_addf(yaml, "  - { type: log, job: gremlins, name: %s, interval: " DEMO_INTERVAL ", path: [",
			    logs[i]);
		strbuf_add_json(yaml, file);
		strbuf_addstr(yaml, "] }\n");
		free(file);
	}
}

static const struct demo_kind table[] = {
	{ "polln", "skep-colony", "colony", "SKEP_COLONY", "crash", add_services },
	{ "dryad", "skep-dryad", "DRYAD", "SKEP_DRYAD", "redis-down", add_dryad },
};

const struct demo_kind *demo_kind_table(size_t *ret_count)
{
	*ret_count = sizeof(table) / sizeof(table[0]);
	return table;
}

const struct demo_kind *demo_kind_find(const char *system)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (strcmp(table[i].system, system) == 0)
			return &table[i];
	return NULL;
}
