#include "collect/collect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "base/vec.h"
#include "collect/collector.h"

/* At start the collectors begin within this time of each other. */
#define FIRST_SPREAD_MS 250

/* A collection that begins this late of its time, as a share of the interval, still counts as begun in time: regular
 * times compress well and line up with the steps of questions. */
#define LATE_SHARE 100

#define AGE_EVERY_MS 1000

struct collect {
	struct collect_config config;
	VEC(struct collector *) collectors;
	struct timer *age;
	bool freeing;
};

const struct collect_config *collect_bridges(const struct collect *collect)
{
	return &collect->config;
}

static void changed(struct collect *collect)
{
	if (collect->config.on_change && !collect->freeing)
		collect->config.on_change(collect->config.user);
}

/* The next time on the collector's grid after `now_ms`. */
static int64_t next_on_grid(const struct collector *collector, int64_t now_ms)
{
	int64_t interval = collector->state.interval_ms;
	int64_t since = (now_ms - collector->offset_ms) % interval;

	return now_ms + interval - (since < 0 ? since + interval : since);
}

static void schedule(struct collector *collector)
{
	int64_t now_ms = loop_wall_now_ms(collector->collect->config.loop);

	collector->state.next_ms = next_on_grid(collector, now_ms);
	timer_start(collector->timer, collector->state.next_ms - now_ms);
}

/* Can a collection that begins now still count as the one that is due at `due_ms`? */
static bool is_in_time(const struct collector *collector, int64_t due_ms)
{
	int64_t late_ms = loop_wall_now_ms(collector->collect->config.loop) - due_ms;

	return late_ms >= 0 && late_ms <= collector->state.interval_ms / LATE_SHARE &&
	       due_ms > collector->state.last_ms;
}

static void begin(struct collector *collector, int64_t time_ms)
{
	collector->again = false;
	collector->state.running = true;
	collector->state.last_ms = time_ms;
	collector->state.runs++;
	collector->begun_ms = loop_monotonic_now_ms(collector->collect->config.loop);
	collector->ops->start(collector, time_ms);
}

static void on_due(void *user)
{
	struct collector *collector = user;
	int64_t due_ms = collector->state.next_ms;

	schedule(collector);
	if (collector->state.running)
		collector->missed_ms = due_ms;
	else
		begin(collector,
		      is_in_time(collector, due_ms) ? due_ms : loop_wall_now_ms(collector->collect->config.loop));
}

struct collector *collector_add(struct collect *collect, const struct collector_ops *ops, void *own, const char *type,
				const char *job, const char *instance, const char *url, int64_t interval_ms)
{
	struct collector *collector = mem_zalloc(sizeof(*collector));
	struct strbuf identity = STRBUF_INIT;
	uint64_t hash = 14695981039346656037u;
	int64_t now_ms = loop_wall_now_ms(collect->config.loop);

	collector->collect = collect;
	collector->ops = ops;
	collector->own = own;
	collector->state.type = type;
	collector->state.job = mem_strdup(job);
	collector->state.instance = mem_strdup(instance);
	collector->state.url = mem_strdup(url);
	collector->state.interval_ms = interval_ms;
	collector->timer = timer_new(collect->config.loop, on_due, collector);
	/* FNV-1a rather than the seeded hash: the grid of a target is the same in every run. */
	strbuf_addf(&identity, "%s %s %s", type, job, instance);
	for (size_t i = 0; i < identity.length; i++)
		hash = (hash ^ (unsigned char)identity.text[i]) * 1099511628211u;
	strbuf_release(&identity);
	collector->offset_ms = (int64_t)(hash % (uint64_t)interval_ms);
	collector->state.next_ms = now_ms + collector->offset_ms * FIRST_SPREAD_MS / interval_ms;
	timer_start(collector->timer, collector->state.next_ms - now_ms);
	vec_push(&collect->collectors, collector);
	return collector;
}

/*
 * Begin what was asked for while the last one ran, or became due as it ended:
 * a target that hangs for a time-out as long as its interval would else be
 * asked every second time only.
 */
static void begin_waiting(struct collector *collector)
{
	if (collector->again)
		begin(collector, loop_wall_now_ms(collector->collect->config.loop));
	else if (!collector->once && is_in_time(collector, collector->missed_ms))
		begin(collector, collector->missed_ms);
}

void collector_done(struct collector *collector, const char *reason)
{
	struct collector_state *state = &collector->state;
	bool failed = reason && *reason;

	state->running = false;
	state->elapsed_ms = loop_monotonic_now_ms(collector->collect->config.loop) - collector->begun_ms;
	snprintf(state->reason, sizeof(state->reason), "%s", failed ? reason : "");
	if (failed && collector->pending) {
		state->health = COLLECTOR_NEVER;
	} else if (failed) {
		state->failures++;
		if (state->health != COLLECTOR_FAILING)
			state->failing_since_ms = state->last_ms;
		state->health = COLLECTOR_FAILING;
	} else {
		state->health = COLLECTOR_OK;
		state->last_good_ms = state->last_ms;
		state->failing_since_ms = 0;
	}
	state->samples_per_second =
		failed || collector->once ? 0
					  : (double)state->samples * (double)CLOCK_SECOND / (double)state->interval_ms;
	if (collector->once && !failed) {
		state->ended = true;
		state->next_ms = 0;
		timer_stop(collector->timer);
	}
	changed(collector->collect);
	if (!state->ended)
		begin_waiting(collector);
}

/* Age in small pieces: as long as a piece was not all of it, the next follows soon. */
static void on_age(void *user)
{
	struct collect *collect = user;
	bool through = store_age(collect->config.store, loop_wall_now_ms(collect->config.loop));

	timer_start(collect->age, through ? AGE_EVERY_MS : 5);
}

struct collect *collect_new(const struct collect_config *config, const struct collect_entries *entries)
{
	struct collect *collect = mem_zalloc(sizeof(*collect));

	collect->config = *config;
	collect->age = timer_new(config->loop, on_age, collect);
	timer_start(collect->age, AGE_EVERY_MS);
	for (size_t i = 0; i < entries->count; i++)
		entries->items[i].kind->open(collect, entries->items[i].config);
	return collect;
}

static void collector_free(struct collector *collector)
{
	union {
		const char *text;
		void *memory;
	} owned[] = { { collector->state.job }, { collector->state.instance }, { collector->state.url } };

	collector->ops->free(collector);
	timer_free(collector->timer);
	for (size_t i = 0; i < sizeof(owned) / sizeof(owned[0]); i++)
		free(owned[i].memory);
	free(collector);
}

void collect_free(struct collect *collect)
{
	if (!collect)
		return;
	collect->freeing = true;
	for (size_t i = 0; i < collect->collectors.count; i++)
		collector_free(collect->collectors.items[i]);
	vec_release(&collect->collectors);
	timer_free(collect->age);
	free(collect);
}

size_t collect_count(const struct collect *collect)
{
	return collect->collectors.count;
}

void collect_get_state(const struct collect *collect, size_t index, struct collector_state *ret)
{
	*ret = collect->collectors.items[index]->state;
}

static size_t count_health(const struct collect *collect, enum collector_health health)
{
	size_t count = 0;

	for (size_t i = 0; i < collect->collectors.count; i++)
		count += collect->collectors.items[i]->state.health == health;
	return count;
}

size_t collect_failing(const struct collect *collect)
{
	return count_health(collect, COLLECTOR_FAILING);
}

size_t collect_waiting(const struct collect *collect)
{
	return count_health(collect, COLLECTOR_NEVER);
}

void collect_now(struct collect *collect)
{
	for (size_t i = 0; i < collect->collectors.count; i++) {
		struct collector *collector = collect->collectors.items[i];

		if (collector->state.running)
			collector->again = true;
		else if (!collector->state.ended)
			begin(collector, loop_wall_now_ms(collect->config.loop));
	}
}

double collect_samples_per_second(const struct collect *collect)
{
	double sum = 0;

	for (size_t i = 0; i < collect->collectors.count; i++)
		sum += collect->collectors.items[i]->state.samples_per_second;
	return sum;
}
