/* The collectors of a demo, without its network: what is asked and what is made of the answers is theirs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/vec.h"
#include "collect/command_page.h"
#include "collect/health_document.h"
#include "collect/json_ready.h"
#include "collect/probe_page.h"
#include "config/json.h"
#include "fault-alerts.h"
#include "sim/page.h"
#include "sim/target.h"
#include "tsdb/ingest.h"

#define FIRST_PORT 41001
#define LOOK_S     0.004 /* how long each look is said to take */

enum by { BY_SCRAPE, BY_HEALTH, BY_JSON, BY_COMMAND, BY_LOG };

struct watched {
	enum by by;
	const char *job;
	char instance[48];
	unsigned service, number; /* of a command: the level; of a log: the world's number of it */
	const char *path;
	struct json_mappings mappings;
	struct ingest *ingest;
};

struct watch {
	struct world *world;
	struct store *store;
	struct arena arena;
	VEC(struct watched) items;
	unsigned port;
};

/* ---- what is watched ---- */

static void add(struct watch *watch, struct watched watched)
{
	struct ingest_config config = { 0 };
	const struct label labels[] = { { "job", watched.job }, { "instance", watched.instance } };

	config.labels = labels_make(&watch->arena, labels, 2);
	watched.ingest = ingest_new(watch->store, &config);
	vec_push(&watch->items, watched);
}

/* As a demo does it: what has metrics is scraped, what has none is asked for its health. */
static void add_services(struct watch *watch)
{
	const struct world_kind *kind = watch->world->kind;

	for (unsigned service = 0; service < kind->service_count; service++) {
		unsigned count = service ? 1 : kind->count(watch->world);
		struct world_paths paths;

		kind->paths(watch->world, service, &paths);
		for (unsigned number = 0; number < count; number++) {
			struct watched watched = { .by = paths.metrics ? BY_SCRAPE : BY_HEALTH,
						   .job = kind->job(service),
						   .service = service,
						   .number = number,
						   .path = paths.metrics ? paths.metrics : paths.health };

			snprintf(watched.instance, sizeof(watched.instance), "127.0.0.1:%u", watch->port++);
			add(watch, watched);
		}
	}
}

static void add_json(struct watch *watch, const char *name)
{
	const struct json_ready *ready = json_ready_find(name);
	struct watched watched = { .by = BY_JSON, .job = name, .path = ready->path };

	watched.mappings = json_mappings_ready(ready->metrics, &watch->arena);
	snprintf(watched.instance, sizeof(watched.instance), "127.0.0.1:%d", FIRST_PORT);
	add(watch, watched);
}

/* The log files are not written here: what a collector would have counted is the world's to say. */
static void add_watched(struct watch *watch)
{
	const struct world_kind *kind = watch->world->kind;
	struct target target = { .address = "127.0.0.1:41001" };
	const struct target_list targets = { .items = &target, .count = 1 };

	for (unsigned i = 0; i < kind->watch_count(watch->world); i++) {
		struct watched watched = { .number = i };
		struct strbuf instance = STRBUF_INIT;

		kind->watch_name(watch->world, i, &targets, &watched.job, &instance);
		snprintf(watched.instance, sizeof(watched.instance), "%s", instance.text);
		strbuf_release(&instance);
		if (!strcmp(watched.job, "dryad-levels")) {
			watched.by = BY_COMMAND;
			add(watch, watched);
		} else if (strstr(watched.job, "-log")) {
			watched.by = BY_LOG;
			add(watch, watched);
		} else if (!strcmp(watched.job, "dryad-health")) {
			watched.by = BY_HEALTH;
			watched.number = 0;
			watched.path = "/api/v1/health/status";
			add(watch, watched);
		} else {
			add_json(watch, watched.job);
		}
	}
}

struct watch *watch_new(struct world *world, struct store *store)
{
	struct watch *watch = mem_zalloc(sizeof(*watch));

	watch->world = world;
	watch->store = store;
	watch->port = FIRST_PORT;
	arena_init(&watch->arena);
	add_services(watch);
	if (world->kind->watch_count)
		add_watched(watch);
	return watch;
}

void watch_free(struct watch *watch)
{
	for (size_t i = 0; i < watch->items.count; i++)
		ingest_free(watch->items.items[i].ingest);
	vec_release(&watch->items);
	arena_release(&watch->arena);
	free(watch);
}

/* ---- one look ---- */

static const char *no_argument(const struct world_request *request, const char *name)
{
	(void)request;
	(void)name;
	return NULL;
}

/* False when no answer comes. */
static bool get(const struct watch *watch, const struct watched *watched, struct page *ret)
{
	const struct world_kind *kind = watch->world->kind;
	const struct world_request request = {
		.method = "GET", .path = watched->path, .body = "", .argument = no_argument
	};
	enum world_answer answer = kind->answers(watch->world, watched->service, watched->number);

	if (answer == ANSWER_REFUSE || answer == ANSWER_HANG)
		return false;
	kind->reply(watch->world, watched->service, watched->number, &request, ret);
	return true;
}

/* Each makes a page; returns whether what it tells of is well. Without a page nothing was found. */
static bool scrape(const struct watch *watch, const struct watched *watched, struct metric_page *page)
{
	const struct world_kind *kind = watch->world->kind;

	if (kind->answers(watch->world, watched->service, watched->number) != ANSWER_GOOD)
		return false;
	kind->metrics(watch->world, watched->service, watched->number, &page->text);
	return true;
}

static bool ask_health(const struct watch *watch, const struct watched *watched, struct metric_page *page)
{
	const struct http_probe probe = { .total_s = LOOK_S };
	struct health_document document;
	struct page answer;
	bool well = false, came;

	page_init(&answer);
	came = get(watch, watched, &answer);
	if (came) {
		health_document_read(&document, answer.body.text, answer.body.length);
		well = answer.status / 100 == 2 && document.overall != 0;
		if (document.known || document.numbers.count)
			health_document_add_page(&document, page);
		health_document_release(&document);
	}
	probe_page_add_success(page, well, LOOK_S);
	probe_page_add_http(page, &probe, came ? (int)answer.status : 0, answer.body.length);
	page_release(&answer);
	return well;
}

static bool ask_json(const struct watch *watch, const struct watched *watched, struct metric_page *page)
{
	struct json_mapping_result result = { 0 };
	struct page answer;
	cJSON *root = NULL;

	page_init(&answer);
	if (get(watch, watched, &answer) && answer.status == 200)
		root = json_parse(answer.body.text, answer.body.length, watched->path, NULL);
	if (root)
		json_mappings_apply(&watched->mappings, root, page, &result);
	cJSON_Delete(root);
	page_release(&answer);
	return result.samples > 0;
}

static bool run_command(const struct watch *watch, const struct watched *watched, struct metric_page *page)
{
	char number[16];
	const char *words[] = { "validate", "level", number };
	struct command_page made;

	snprintf(number, sizeof(number), "%u", watched->number);
	command_page_init(&made);
	made.status = watch->world->kind->verb(watch->world, words, 3, false, &made.output);
	made.has_status = true;
	made.duration_s = LOOK_S;
	if (made.status)
		snprintf(made.reason, sizeof(made.reason), "exit status %d", made.status);
	command_page_make(&made);
	strbuf_add(&page->text, made.page.text.text, made.page.text.length);
	command_page_release(&made);
	return !made.status;
}

static void take_in(const struct watched *watched, const struct metric_page *page, bool well, int64_t now_ms)
{
	const struct exposition_options options = { 0 };
	struct ingest_scrape taken = { .time_ms = now_ms, .duration_s = LOOK_S, .down = !well };
	struct ingest_result result;
	struct exposition exposition;

	if (exposition_parse(&exposition, page->text.text, page->text.length, &options, watched->job, NULL) < 0)
		fault_alerts_fail("a page of %s cannot be read", watched->job);
	if (page->text.length)
		taken.exposition = &exposition;
	if (!ingest_apply(watched->ingest, &taken, &result) || *result.error)
		fault_alerts_fail("a page of %s is not taken: %s", watched->job, result.error);
	exposition_release(&exposition);
}

void watch_look(struct watch *watch, int64_t now_ms)
{
	const struct world_kind *kind = watch->world->kind;

	for (size_t i = 0; i < watch->items.count; i++) {
		const struct watched *watched = &watch->items.items[i];
		struct metric_page page;
		bool well = false;

		metric_page_init(&page);
		switch (watched->by) {
		case BY_SCRAPE: well = scrape(watch, watched, &page); break;
		case BY_HEALTH: well = ask_health(watch, watched, &page); break;
		case BY_JSON: well = ask_json(watch, watched, &page); break;
		case BY_COMMAND: well = run_command(watch, watched, &page); break;
		case BY_LOG: well = kind->watch_page(watch->world, watched->number, &page.text); break;
		}
		take_in(watched, &page, well, now_ms);
		metric_page_release(&page);
	}
}
