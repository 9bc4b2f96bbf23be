#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "collect/collector.h"
#include "collect/detail.h"
#include "collect/http_reader.h"
#include "collect/http_target.h"
#include "collect/intake.h"
#include "collect/json_mapping.h"
#include "collect/json_ready.h"
#include "collect/json_table.h"
#include "collect/metric_page.h"

struct json_config {
	struct http_target_config http;
	const char *path, *ready;
	const struct yaml_node *metrics, *table; /* while it is read */
	struct json_mappings mappings;
	const struct json_table *shown; /* may be NULL */
};

/* One target's document. */
struct json {
	struct http_reader reader; /* first */
	const struct json_config *config;
};

/* A document on its way through the pool: the job owns the bytes; the configuration outlives the pool. */
struct reading {
	struct strbuf body;
	const struct json_config *config;
	int64_t time_ms;
	char reason[160], warning[160];
	struct metric_page page;
	struct detail *detail;
};

static void work(void *state)
{
	struct reading *reading = state;
	struct json_mapping_result result;
	struct error_list errors;
	cJSON *root;

	error_list_init(&errors);
	root = json_parse(reading->body.text, reading->body.length, NULL, &errors);
	if (!root) {
		snprintf(reading->reason, sizeof(reading->reason), "no JSON: line %u: %s",
			 errors.count ? errors.faults[0].line : 0, errors.count ? errors.faults[0].text : "");
	} else {
		json_mappings_apply(&reading->config->mappings, root, &reading->page, &result);
		json_mapping_warning(&result, reading->warning, sizeof(reading->warning));
		if (!result.samples && !*reading->warning)
			snprintf(reading->warning, sizeof(reading->warning),
				 "the document has nothing that the paths lead to");
		if (reading->config->shown) {
			reading->detail = detail_new(reading->time_ms);
			json_table_add(reading->config->shown, root, reading->detail);
		}
	}
	cJSON_Delete(root);
	error_list_release(&errors);
}

static void done(void *state, void *user)
{
	struct reading *reading = state;
	struct json *json = user;
	struct collector *collector = json->reader.collector;

	json->reader.job = NULL;
	snprintf(collector->state.warning, sizeof(collector->state.warning), "%s", reading->warning);
	collector_set_detail(collector, reading->detail);
	reading->detail = NULL;
	if (*reading->reason)
		intake_fail(json->reader.intake, reading->time_ms, reading->reason);
	else
		intake_page(json->reader.intake, reading->time_ms, &reading->page.text, false, NULL);
}

static void drop(void *state)
{
	struct reading *reading = state;

	detail_free(reading->detail);
	metric_page_release(&reading->page);
	strbuf_release(&reading->body);
	free(reading);
}

static const struct job_ops reading_job = { .work = work, .done = done, .drop = drop };

static void read_in_pool(struct json *json, struct strbuf *body)
{
	struct reading *reading = mem_zalloc(sizeof(*reading));

	metric_page_init(&reading->page);
	reading->body = *body;
	strbuf_init(body);
	reading->config = json->config;
	reading->time_ms = json->reader.time_ms;
	http_reader_submit(&json->reader, &reading_job, reading);
}

/* The application has no such document: nothing is wrong, and nothing is there any more. */
static void be_absent(struct json *json)
{
	struct strbuf nothing = STRBUF_INIT;

	json->reader.collector->absent = true;
	json->reader.collector->state.warning[0] = '\0';
	collector_set_detail(json->reader.collector, NULL);
	intake_page(json->reader.intake, json->reader.time_ms, &nothing, false, NULL);
}

static void on_answer(void *user, const struct http_answer *answer)
{
	struct json *json = user;
	struct strbuf *body = http_target_body(json->reader.target);
	const char *reason = answer->reason[0] ? answer->reason : "no document";

	json->reader.collector->state.bytes = answer->bytes;
	json->reader.collector->absent = false;
	collector_set_raw(json->reader.collector, body->text, body->length);
	if (answer->fault == HTTP_OK && answer->status == 404) {
		be_absent(json);
	} else if (answer->fault == HTTP_OK && answer->status >= 200 && answer->status < 300) {
		read_in_pool(json, body);
	} else {
		collector_set_detail(json->reader.collector, NULL);
		intake_fail(json->reader.intake, json->reader.time_ms, reason);
	}
}

static void open_target(struct collect *collect, const struct json_config *config, const char *target)
{
	struct json *json = mem_zalloc(sizeof(*json));
	char *url = http_target_url(target, config->path);

	json->config = config;
	http_reader_open(&json->reader, collect, "json", &config->http, url, "application/json", on_answer,
			 &config->http.labels);
	free(url);
}

static void open_entry(struct collect *collect, const void *entry)
{
	const struct json_config *config = entry;

	for (size_t i = 0; i < config->http.targets.count; i++)
		open_target(collect, config, config->http.targets.items[i]);
}

static int take_ready(struct json_config *config, const struct yaml_node *at, const char *file, struct arena *arena,
		      struct error_list *errors)
{
	const struct json_ready *ready = json_ready_find(config->ready);
	struct strbuf known = STRBUF_INIT;
	struct json_mappings mappings;

	if (!ready) {
		for (ready = json_ready_table; ready->name; ready++)
			strbuf_addf(&known, "%s%s", known.length ? ", " : "", ready->name);
		error_list_add(errors, FAULT_ERROR, file, at->line, at->column, "ready", "'%.40s' is not known (%s)",
			       config->ready, known.text);
		strbuf_release(&known);
		return -1;
	}
	mappings = json_mappings_ready(ready->metrics, arena);
	config->mappings = json_mappings_join(&mappings, &config->mappings, arena);
	if (!config->shown && ready->table)
		config->shown = json_table_ready(ready->table, arena);
	if (!config->path)
		config->path = ready->path;
	return 0;
}

static int finish_entry(void *entry_config, const struct yaml_node *entry, const char *file, const char *folder,
			struct arena *arena, struct error_list *errors)
{
	struct json_config *config = entry_config;
	int result = http_target_check(&config->http, entry, file, folder, arena, errors);

	if (json_mappings_read(&config->mappings, config->metrics, file, arena, errors))
		result = -1;
	if (config->table) {
		config->shown = json_table_read(config->table, file, arena, errors);
		if (!config->shown)
			result = -1;
	}
	if (config->ready && take_ready(config, entry, file, arena, errors))
		result = -1;
	if (!config->ready && !config->mappings.count && result == 0)
		result = error_list_add(errors, FAULT_ERROR, file, entry->line, entry->column, NULL,
					"nothing is taken from the document (metrics: a list of mappings, or ready:)");
	if (!config->path)
		config->path = "/";
	if (config->path[0] != '/')
		result = error_list_add(errors, FAULT_ERROR, file, entry->line, entry->column, "path",
					"'%.80s' is no path (it begins with '/')", config->path);
	config->metrics = config->table = NULL;
	return result;
}

#define AT(member) .offset = offsetof(struct json_config, member)
static const struct option options[] = {
	HTTP_TARGET_ROWS(offsetof(struct json_config, http)),
	{ "path", 0, OPTION_STRING, AT(path), .value_name = "PATH",
	  .help = "what is asked for of targets without a path (default: /, or where a ready-made document is)" },
	{ "ready", 0, OPTION_STRING, AT(ready), .value_name = "NAME",
	  .help = "a document that is known: dryad-approvals, dryad-self-healing, dryad-metrics" },
	{ "metrics", 0, OPTION_NODE, AT(metrics), .value_name = "LIST",
	  .help = "what becomes samples: name, path, value, labels, values, count of each" },
	{ "table", 0, OPTION_NODE, AT(table), .value_name = "MAPPING",
	  .help = "what a person is shown: title, path, columns, moods" },
	{ 0 },
};
#undef AT

const struct collector_kind collect_json = {
	.type = "json",
	.help = "any JSON document over HTTP, by paths",
	.options = options,
	.config_size = sizeof(struct json_config),
	.finish = finish_entry,
	.open = open_entry,
};
