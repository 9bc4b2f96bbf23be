/* DRYAD as the shared parts see it. */
#include <string.h>

#include "sim/dryad_log.h"
#include "sim/dryad_state.h"
#include "sim/dryad_watch.h"

struct world *dryad_world(struct dryad *dryad)
{
	return &dryad->world;
}

/* The world is the state's first member. */
struct dryad *dryad_of(struct world *world)
{
	return (struct dryad *)world;
}

static const struct dryad *seen(const struct world *world)
{
	return (const struct dryad *)world;
}

static struct world *make(const struct world_config *config)
{
	return dryad_world(dryad_new(config));
}

static void release(struct world *world)
{
	dryad_free(dryad_of(world));
}

static void advance(struct world *world, int64_t now_ms)
{
	dryad_advance(dryad_of(world), now_ms);
}

static int64_t now_ms(const struct world *world)
{
	return dryad_now_ms(seen(world));
}

static unsigned count(const struct world *world)
{
	return seen(world)->backend_count;
}

static const char *job(unsigned service)
{
	static const char *const jobs[DRYAD_SERVICE_COUNT] = {
		[DRYAD_BACKEND] = "dryad-backend", [DRYAD_POSTGRES] = "postgres", [DRYAD_REDIS] = "redis",
		[DRYAD_CHROMA] = "chromadb",       [DRYAD_OLLAMA] = "ollama",     [DRYAD_NODE] = "node",
		[DRYAD_NGINX] = "nginx",
	};

	return jobs[service];
}

static void paths(const struct world *world, unsigned service, struct world_paths *ret)
{
	static const struct world_paths applications[DRYAD_APPLICATION_COUNT] = {
		[DRYAD_L9_FULL] = { "/metrics", "/api/v1/health/status", NULL },
		[DRYAD_L9_AGENT] = { "/metrics/prometheus", "/health", NULL },
		[DRYAD_HEAD_UNI] = { "/api/v1/health/metrics", "/health", NULL },
		[DRYAD_HEAD_MAIN] = { NULL, NULL, NULL },
	};

	switch (service) {
	case DRYAD_BACKEND: *ret = applications[seen(world)->application]; break;
	case DRYAD_CHROMA: *ret = (struct world_paths){ NULL, "/api/v1/heartbeat", NULL }; break;
	case DRYAD_OLLAMA: *ret = (struct world_paths){ NULL, "/api/tags", NULL }; break;
	default: *ret = (struct world_paths){ "/metrics", NULL, NULL }; break;
	}
}

static enum world_answer answers(const struct world *world, unsigned service, unsigned instance)
{
	return dryad_answers(seen(world), (enum dryad_service)service, instance);
}

static void metrics(const struct world *world, unsigned service, unsigned instance, struct strbuf *ret)
{
	dryad_metrics(seen(world), (enum dryad_service)service, instance, ret);
}

static void reply(struct world *world, unsigned service, unsigned instance, const struct world_request *request,
		  struct page *ret)
{
	dryad_reply(dryad_of(world), (enum dryad_service)service, instance, request, ret);
}

static int inject(struct world *world, const char *fault, struct error *error)
{
	return dryad_inject(dryad_of(world), fault, error);
}

static int clear(struct world *world, const char *fault, struct error *error)
{
	return dryad_clear(dryad_of(world), fault, error);
}

static bool is_active(const struct world *world, const char *fault)
{
	return dryad_fault_is_active(seen(world), fault);
}

static int verb(struct world *world, const char *const *words, size_t word_count, bool json, struct strbuf *ret)
{
	return dryad_verb(dryad_of(world), words, word_count, json, ret);
}

static void keep_files(struct world *world, const char *folder, int64_t from_ms, bool passing)
{
	dryad_keep_logs(dryad_of(world), folder, from_ms, passing);
}

static void add_state(const struct world *world, const struct target_list *targets, const char *folder,
		      struct strbuf *ret)
{
	const struct dryad *dryad = seen(world);

	strbuf_addf(ret, "\"application\":\"%s\",\n ", dryad_applications[dryad->application]);
	if (dryad->log) {
		strbuf_addstr(ret, "\"logs\":");
		strbuf_add_json(ret, dryad_log_folder(dryad->log));
		strbuf_addstr(ret, ",\n ");
	}
	dryad_add_collectors(dryad, targets, folder, ret);
}

static unsigned watch_count(const struct world *world)
{
	return dryad_watch_count(seen(world));
}

static void watch_name(const struct world *world, unsigned watch, const struct target_list *targets,
		       const char **ret_job, struct strbuf *ret_instance)
{
	dryad_watch_name(seen(world), watch, targets, ret_job, ret_instance);
}

static bool watch_page(const struct world *world, unsigned watch, struct strbuf *ret)
{
	return dryad_watch_page(seen(world), watch, ret);
}

const struct world_kind dryad_kind = {
	.program = "skep-dryad",
	.noun = "dryad",
	.description = "a DRYAD.AI that never was, with its stores, its host and its log files",
	.variable = "SKEP_DRYAD",
	.instances = 1,
	.service_count = DRYAD_SERVICE_COUNT,
	.applications = dryad_applications,
	.make = make,
	.free = release,
	.advance = advance,
	.now_ms = now_ms,
	.count = count,
	.job = job,
	.paths = paths,
	.answers = answers,
	.metrics = metrics,
	.reply = reply,
	.faults = dryad_faults,
	.inject = inject,
	.clear = clear,
	.is_active = is_active,
	.verb = verb,
	.keep_files = keep_files,
	.add_state = add_state,
	.watch_count = watch_count,
	.watch_name = watch_name,
	.watch_page = watch_page,
};
