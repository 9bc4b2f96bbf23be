#include "logs/follow.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/mem.h"
#include "logs/follow_private.h"
#include "logs/pages_private.h"

#define LOOK_EVERY_MS 1000 /* when the kernel says nothing */
#define LOOK_APART_MS 50   /* when it says much */
#define EVENT_BYTES   4096

struct follow {
	struct loop *loop;
	struct pool *pool;
	struct engine *engine;
	struct job *job;
	struct timer *timer;
	struct io_watch *watch; /* NULL without inotify */
	int inotify;            /* the engine's */
	int64_t looked_ms;      /* monotonic */
	bool begun;
	struct line_parser parser;
	struct follow_totals totals;
	VEC(struct log_source) sources; /* names and paths are owned */
	void (*on_batch)(void *user);
	void *user;
};

static void forget_sources(struct follow *follow, size_t from)
{
	for (size_t i = from; i < follow->sources.count; i++) {
		union {
			const char *text;
			void *memory;
		} name = { follow->sources.items[i].name };

		free(name.memory);
	}
	follow->sources.count = from < follow->sources.count ? from : follow->sources.count;
}

/* The names stay as long as the same files are in the same places. */
static void copy_sources(struct follow *follow)
{
	const struct engine *engine = follow->engine;

	for (size_t i = 0; i < engine->tails.count; i++) {
		const struct tail *tail = &engine->tails.items[i];
		struct log_source *source;

		if (i < follow->sources.count && follow->sources.items[i].id != tail->id)
			forget_sources(follow, i);
		if (i == follow->sources.count) {
			source = vec_add(&follow->sources);
			source->id = tail->id;
			source->name = source->path = mem_strdup(tail->path);
		}
		source = &follow->sources.items[i];
		source->parser = &follow->parser;
		source->gone = tail->gone;
		source->size_bytes = tail->size;
		source->lines = tail->lines;
		source->rotations = tail->rotations;
		source->revision = tail->revision;
		source->last_ms = tail->last_ms;
		snprintf(source->reason, sizeof(source->reason), "%s", tail->reason);
	}
	forget_sources(follow, engine->tails.count);
}

static void look_work(void *state)
{
	engine_look(state);
}

static void look_done(void *state, void *user)
{
	struct follow *follow = user;

	(void)state;
	follow->job = NULL;
	follow->begun = true;
	follow->looked_ms = loop_monotonic_now_ms(follow->loop);
	follow->totals = follow->engine->totals;
	copy_sources(follow);
	timer_start(follow->timer, follow->totals.behind ? 0 : LOOK_EVERY_MS);
	if (follow->watch)
		io_watch_set(follow->watch, follow->totals.behind ? 0 : LOOP_READ);
	if (follow->on_batch)
		follow->on_batch(follow->user);
}

static void look_drop(void *state)
{
	struct engine *engine = state;

	if (engine->orphan)
		engine_free(engine);
}

static const struct job_ops look_job = { .work = look_work, .done = look_done, .drop = look_drop, .waits = true };

/* What the kernel said is only that one should look; a change of names is worth a search. */
static void drain(struct follow *follow)
{
	union {
		struct inotify_event event;
		char bytes[EVENT_BYTES];
	} buffer;
	ssize_t got;

	while (follow->inotify >= 0 && (got = read(follow->inotify, buffer.bytes, sizeof(buffer.bytes))) > 0) {
		for (size_t at = 0; at + sizeof(struct inotify_event) <= (size_t)got;) {
			struct inotify_event event;

			memcpy(&event, buffer.bytes + at, sizeof(event));
			if (event.mask & ~(uint32_t)(IN_MODIFY | IN_IGNORED))
				follow->engine->search = true;
			at += sizeof(event) + event.len;
		}
	}
}

static void look(void *user)
{
	struct follow *follow = user;

	if (follow->job)
		return;
	drain(follow);
	follow->job = pool_submit(follow->pool, &look_job, follow->engine, follow, NULL);
	if (!follow->job)
		timer_start(follow->timer, LOOK_APART_MS);
}

static void on_event(void *user, int events)
{
	struct follow *follow = user;
	int64_t wait_ms = follow->looked_ms + LOOK_APART_MS - loop_monotonic_now_ms(follow->loop);

	(void)events;
	/* Nothing more is to be learnt until one has looked. */
	io_watch_set(follow->watch, 0);
	if (!follow->job)
		timer_start(follow->timer, wait_ms > 0 ? wait_ms : 0);
}

struct follow *follow_new(const struct follow_config *config)
{
	struct follow *follow = mem_zalloc(sizeof(*follow));
	struct engine *engine = mem_zalloc(sizeof(*engine));

	follow->loop = config->loop;
	follow->pool = config->pool;
	follow->engine = engine;
	follow->parser = config->parser;
	follow->on_batch = config->on_batch;
	follow->user = config->user;
	for (size_t i = 0; i < config->pattern_count; i++)
		vec_push(&engine->patterns, mem_strdup(config->patterns[i]));
	engine->parser = config->parser;
	if (config->parser.zone) {
		engine->zone = *config->parser.zone;
		engine->parser.zone = &engine->zone;
	}
	engine->start = config->start;
	engine->start_value = config->start_value;
	engine->sink = config->sink;
	engine->sink_state = config->sink_state;
	engine->buffer = mem_alloc(CHUNK_BYTES);
	engine->inotify = follow->inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	/* Files are the world's: they change by its clock, also where the loop's is driven. */
	follow->timer = timer_new_real(follow->loop, look, follow);
	if (follow->inotify >= 0)
		follow->watch = io_watch_new(follow->loop, follow->inotify, 0, on_event, follow);
	timer_start(follow->timer, 0);
	return follow;
}

void follow_free(struct follow *follow)
{
	if (!follow)
		return;
	timer_free(follow->timer);
	io_watch_free(follow->watch);
	if (follow->job) {
		job_cancel(follow->job);
		follow->engine->orphan = true;
	} else {
		engine_free(follow->engine);
	}
	forget_sources(follow, 0);
	vec_release(&follow->sources);
	free(follow);
}

bool follow_is_idle(const struct follow *follow)
{
	return !follow->job && follow->begun;
}

void follow_sources(const struct follow *follow, struct log_sources *ret)
{
	*ret = (struct log_sources){ follow->sources.items, follow->sources.count };
}

void follow_totals(const struct follow *follow, struct follow_totals *ret)
{
	*ret = follow->totals;
}
