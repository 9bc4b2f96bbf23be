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
#define AGE_NEXT_MS  5

/* Between tries of a collector that backs off: doubled with each failure, from its interval up to this. */
#define BACK_OFF_MOST_MS (5 * CLOCK_MINUTE)
#define ABSENT_EVERY_MS  (5 * CLOCK_MINUTE)

struct collect {
	struct collect_config config;
	VEC(struct collector *) collectors;
	struct timer *age;
	int64_t ages_to_ms; /* the moment of the walk under way; 0: none is */
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

/* While a collector that backs off fails, that many times of its grid are left out; what is not offered is asked
 * for seldom. */
static int64_t passed_over_ms(const struct collector *collector)
{
	int64_t interval = collector->state.interval_ms, wait_ms = interval;

	if (collector->state.health == COLLECTOR_ABSENT)
		return interval < ABSENT_EVERY_MS ? ABSENT_EVERY_MS - interval : 0;
	if (!collector->backs_off || !collector->failed)
		return 0;
	for (unsigned i = 0; i < collector->failed && wait_ms < BACK_OFF_MOST_MS; i++)
		wait_ms *= 2;
	if (wait_ms > BACK_OFF_MOST_MS)
		wait_ms = BACK_OFF_MOST_MS;
	return wait_ms > interval ? wait_ms - interval : 0;
}

static void schedule(struct collector *collector)
{
	int64_t now_ms = loop_wall_now_ms(collector->collect->config.loop);

	collector->state.next_ms = next_on_grid(collector, now_ms + passed_over_ms(collector));
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
	strbuf_init(&collector->raw);
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
	else if (!collector->once && !(collector->backs_off && collector->failed) &&
		 is_in_time(collector, collector->missed_ms))
		begin(collector, collector->missed_ms);
}

/* A source that fails or is back is something that happened. */
static void tell(const struct collector *collector, enum collector_health before, int64_t failing_since_ms)
{
	const struct collect_config *config = &collector->collect->config;
	const struct collector_state *state = &collector->state;
	bool failing = state->health == COLLECTOR_FAILING;
	struct strbuf subject = STRBUF_INIT, text = STRBUF_INIT;
	char length[16];

	if (!config->feed || failing == (before == COLLECTOR_FAILING))
		return;
	strbuf_addf(&subject, "%s %s", state->job, state->instance);
	if (failing) {
		strbuf_addf(&text, "%s fails: %s", state->type, state->reason);
	} else {
		duration_format(state->last_ms - failing_since_ms, length, sizeof(length));
		strbuf_addf(&text, "%s answers again after %s", state->type, length);
	}
	feed_add(config->feed, &(struct event){ .time_ms = state->last_ms,
						.kind = EVENT_SOURCE,
						.weight = failing ? EVENT_WARNING : EVENT_GOOD,
						.system = config->system,
						.subject = subject.text,
						.text = text.text });
	strbuf_release(&subject);
	strbuf_release(&text);
}

static void note_health(struct collector *collector, bool failed)
{
	struct collector_state *state = &collector->state;
	enum collector_health before = state->health;
	int64_t failing_since_ms = state->failing_since_ms;

	if (failed && collector->pending) {
		state->health = COLLECTOR_NEVER;
		return;
	}
	if (failed) {
		state->failures++;
		collector->failed++;
		if (state->health != COLLECTOR_FAILING)
			state->failing_since_ms = state->last_ms;
		state->health = COLLECTOR_FAILING;
	} else {
		state->health = collector->absent ? COLLECTOR_ABSENT : COLLECTOR_OK;
		state->last_good_ms = state->last_ms;
		state->failing_since_ms = 0;
		collector->failed = 0;
	}
	tell(collector, before, failing_since_ms);
}

void collector_set_raw(struct collector *collector, const char *text, size_t length)
{
	strbuf_clear(&collector->raw);
	strbuf_add(&collector->raw, text, length < COLLECTOR_RAW_BYTES ? length : COLLECTOR_RAW_BYTES);
	collector->raw_length = length;
}

void collector_set_detail(struct collector *collector, struct detail *detail)
{
	detail_free(collector->detail);
	collector->detail = detail;
}

void collector_done(struct collector *collector, const char *reason)
{
	struct collector_state *state = &collector->state;
	bool failed = reason && *reason, held_back = passed_over_ms(collector) > 0;

	state->running = false;
	state->elapsed_ms = loop_monotonic_now_ms(collector->collect->config.loop) - collector->begun_ms;
	snprintf(state->reason, sizeof(state->reason), "%s", failed ? reason : "");
	note_health(collector, failed);
	/* The next time was set when this one began, by what was known then. */
	if (!state->ended && (held_back || passed_over_ms(collector)))
		schedule(collector);
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

/*
 * Age in small pieces: as long as a piece was not all of it, the next follows
 * soon. All of them age to one moment: with each piece's own, many series
 * would never be through.
 */
static void on_age(void *user)
{
	struct collect *collect = user;

	if (!collect->ages_to_ms)
		collect->ages_to_ms = loop_wall_now_ms(collect->config.loop);
	if (store_age(collect->config.store, collect->ages_to_ms))
		collect->ages_to_ms = 0;
	timer_start(collect->age, collect->ages_to_ms ? AGE_NEXT_MS : AGE_EVERY_MS);
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
	detail_free(collector->detail);
	strbuf_release(&collector->raw);
	timer_free(collector->timer);
	for (size_t i = 0; i < sizeof(owned) / sizeof(owned[0]); i++)
		free(owned[i].memory);
	free(collector);
}

static bool is_called(const struct collector_state *state, const char *name)
{
	size_t job = strlen(state->job);

	return strcmp(state->job, name) == 0 || strcmp(state->instance, name) == 0 ||
	       (strncmp(state->job, name, job) == 0 && name[job] == '/' &&
		strcmp(state->instance, name + job + 1) == 0);
}

size_t collect_only(struct collect *collect, const char *name)
{
	size_t kept = 0;

	for (size_t i = 0; i < collect->collectors.count; i++)
		kept += is_called(&collect->collectors.items[i]->state, name);
	if (!kept)
		return 0;
	kept = 0;
	for (size_t i = 0; i < collect->collectors.count; i++) {
		struct collector *collector = collect->collectors.items[i];

		if (is_called(&collector->state, name))
			collect->collectors.items[kept++] = collector;
		else
			collector_free(collector);
	}
	collect->collectors.count = kept;
	return kept;
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

void collect_retry(struct collect *collect, size_t index)
{
	struct collector *collector = collect->collectors.items[index];

	if (collector->state.running)
		collector->again = true;
	else if (!collector->state.ended)
		begin(collector, loop_wall_now_ms(collect->config.loop));
}

void collect_now(struct collect *collect)
{
	for (size_t i = 0; i < collect->collectors.count; i++)
		collect_retry(collect, i);
}

const struct detail *collect_detail(const struct collect *collect, size_t index)
{
	return collect->collectors.items[index]->detail;
}

void collect_logs(const struct collect *collect, size_t index, struct log_sources *ret)
{
	const struct collector *collector = collect->collectors.items[index];

	*ret = (struct log_sources){ 0 };
	if (collector->ops->logs)
		collector->ops->logs(collector, ret);
}

const char *collect_raw(const struct collect *collect, size_t index, size_t *ret_length, size_t *ret_whole_length)
{
	const struct collector *collector = collect->collectors.items[index];

	*ret_length = collector->raw.length;
	*ret_whole_length = collector->raw_length;
	return collector->raw_length ? collector->raw.text : NULL;
}

double collect_samples_per_second(const struct collect *collect)
{
	double sum = 0;

	for (size_t i = 0; i < collect->collectors.count; i++)
		sum += collect->collectors.items[i]->state.samples_per_second;
	return sum;
}
