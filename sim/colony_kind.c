/* The colony as the shared parts see it. */
#include <string.h>

#include "sim/colony_page.h"
#include "sim/colony_state.h"

struct world *colony_world(struct colony *colony)
{
	return &colony->world;
}

/* The world is the state's first member. */
struct colony *colony_of(struct world *world)
{
	return (struct colony *)world;
}

static const struct colony *seen(const struct world *world)
{
	return (const struct colony *)world;
}

static struct world *make(const struct world_config *config)
{
	const struct colony_config own = {
		.seed = config->seed,
		.start_ms = config->start_ms,
		.instances = config->instances,
	};

	return colony_world(colony_new(&own));
}

static void release(struct world *world)
{
	colony_free(colony_of(world));
}

static void advance(struct world *world, int64_t now_ms)
{
	colony_advance(colony_of(world), now_ms);
}

static int64_t now_ms(const struct world *world)
{
	return colony_now_ms(seen(world));
}

static unsigned count(const struct world *world)
{
	return colony_instances(seen(world));
}

static const char *job(unsigned service)
{
	return colony_service_name((enum colony_service)service);
}

static void paths(const struct world *world, unsigned service, struct world_paths *ret)
{
	(void)world;
	(void)service;
	*ret = (struct world_paths){ "/metrics", "/health", "/ready" };
}

static enum world_answer answers(const struct world *world, unsigned service, unsigned instance)
{
	return colony_answers(seen(world), (enum colony_service)service, instance);
}

static void metrics(const struct world *world, unsigned service, unsigned instance, struct strbuf *ret)
{
	colony_metrics(seen(world), (enum colony_service)service, instance, ret);
}

static void reply(struct world *world, unsigned service, unsigned instance, const struct world_request *request,
		  struct page *ret)
{
	if (strcmp(request->method, "GET") != 0 && strcmp(request->method, "HEAD") != 0) {
		page_error(ret, 405, "only GET and HEAD");
		ret->allow = "GET, HEAD";
	} else {
		colony_page(ret, seen(world), (enum colony_service)service, instance, request->path);
	}
}

static int inject(struct world *world, const char *fault, struct error *error)
{
	return colony_inject(colony_of(world), fault, error);
}

static int clear(struct world *world, const char *fault, struct error *error)
{
	return colony_clear(colony_of(world), fault, error);
}

static bool is_active(const struct world *world, const char *fault)
{
	return colony_fault_is_active(seen(world), fault);
}

static int verb(struct world *world, const char *const *words, size_t word_count, bool json, struct strbuf *ret)
{
	return colony_verb(colony_of(world), words, word_count, json, ret);
}

const struct world_kind colony_kind = {
	.program = "skep-colony",
	.noun = "colony",
	.description = "a POLLN colony that never was, with its dependencies",
	.variable = "SKEP_COLONY",
	.instances = 3,
	.service_count = SERVICE_COUNT,
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
	.faults = colony_faults,
	.inject = inject,
	.clear = clear,
	.is_active = is_active,
	.verb = verb,
};
