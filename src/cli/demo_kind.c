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

static void add_health(struct strbuf *yaml, const cJSON *service)
{
	const char *url = json_string(service, "health", ""), *host = strstr(url, "://");
	size_t base = host ? (size_t)(host + 3 - url) + strcspn(host + 3, "/") : 0;
	char *target;

	if (!base)
		return;
	target = mem_strndup(url, base);
	strbuf_addstr(yaml, "  - { type: health, interval: " DEMO_INTERVAL ", timeout: 2s, job: ");
	strbuf_add_json(yaml, json_string(service, "job", ""));
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
			add_health(yaml, service);
	}
}

/* And by what else its state file says it should be read: entries as a system file has them; JSON is YAML too. */
static void add_dryad(struct strbuf *yaml, const cJSON *state)
{
	const cJSON *entry;

	add_services(yaml, state);
	cJSON_ArrayForEach(entry, json_get(state, "collect"))
	{
		char *text = cJSON_PrintUnformatted(entry);

		if (text)
			strbuf_addf(yaml, "  - %s\n", text);
		cJSON_free(text);
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
