#include "query/auto_watch.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "loop/loop.h"
#include "query/embedded.h"
#include "query/engine.h"

/*
 * A server that comes back only to fail again within this time, the second
 * time in a row, must be good for longer each time: an answer that changes
 * its source every few seconds is of no use to who reads it.
 */
#define RELAPSE_MS       15000
#define GOOD_PROBES_MOST 16

struct auto_watch {
	struct loop *loop;
	struct auto_watch_config config;
	bool down;
	enum query_status status;
	char reason[160];
	int64_t down_since_ms, next_probe_ms; /* wall */
	struct query *probe;
	unsigned good_probes, needed_probes;
	unsigned relapses;              /* in a row */
	int64_t came_back_ms;           /* monotonic; 0 never */
	int64_t doubted_ms, cleared_ms; /* monotonic; when a doubt last arose, and when it was refuted */
	struct timer *patience;         /* how long a probe may take; while down: until the next one */
	struct query *version;
	bool version_asked; /* since it became well */
	struct timer *telling;
};

static void tell(struct auto_watch *watch)
{
	timer_start(watch->telling, 0);
}

static void on_telling(void *user)
{
	struct auto_watch *watch = user;

	watch->config.on_change(watch->config.user);
}

static void wait_for_next_probe(struct auto_watch *watch)
{
	timer_start(watch->patience, watch->config.times->probe_ms);
	watch->next_probe_ms = loop_wall_now_ms(watch->loop) + watch->config.times->probe_ms;
}

static void set_reason(struct auto_watch *watch, enum query_status status, const char *reason)
{
	watch->status = status;
	snprintf(watch->reason, sizeof(watch->reason), "%s", reason);
}

static void note_relapse(struct auto_watch *watch)
{
	bool soon = watch->came_back_ms && loop_monotonic_now_ms(watch->loop) - watch->came_back_ms < RELAPSE_MS;

	watch->relapses = soon ? watch->relapses + 1 : 0;
	watch->needed_probes = AUTO_GOOD_PROBES;
	for (unsigned i = 1; i < watch->relapses && watch->needed_probes < GOOD_PROBES_MOST; i++)
		watch->needed_probes *= 2;
}

static void go_down(struct auto_watch *watch, enum query_status status, const char *reason)
{
	set_reason(watch, status, reason);
	if (watch->down)
		return;
	watch->down = true;
	watch->down_since_ms = loop_wall_now_ms(watch->loop);
	watch->good_probes = 0;
	note_relapse(watch);
	watch->version_asked = false;
	query_cancel(watch->probe);
	query_cancel(watch->version);
	watch->probe = watch->version = NULL;
	wait_for_next_probe(watch);
	watch->config.on_down(watch->config.user);
	tell(watch);
}

/* ---- version ---- */

static void on_version(void *user, const struct query_answer *answer)
{
	struct auto_watch *watch = user;

	watch->version = NULL;
	if (answer->status == QUERY_OK && isdigit((unsigned char)answer->matrix->string[0]))
		embedded_engine_set_closed_ranges(watch->config.embedded,
						  strtoul(answer->matrix->string, NULL, 10) < 3);
}

static void ask_version(struct auto_watch *watch)
{
	if (watch->version_asked)
		return;
	watch->version_asked = true;
	watch->version = query_version(watch->config.server, on_version, watch);
}

/* ---- health and probes ---- */

static void come_back(struct auto_watch *watch)
{
	watch->down = false;
	watch->came_back_ms = loop_monotonic_now_ms(watch->loop);
	watch->next_probe_ms = 0;
	timer_stop(watch->patience);
	ask_version(watch);
	tell(watch);
}

static void on_probe(void *user, const struct query_answer *answer)
{
	struct auto_watch *watch = user;

	watch->probe = NULL;
	if (!watch->down) {
		/* One that failed makes the server a failing one, and on_health tells of it. */
		timer_stop(watch->patience);
		watch->cleared_ms = loop_monotonic_ms(watch->loop);
		return;
	}
	if (answer->status == QUERY_OK) {
		if (++watch->good_probes >= watch->needed_probes)
			come_back(watch);
		return;
	}
	watch->good_probes = 0;
	set_reason(watch, answer->status, answer->reason);
}

static void probe(struct auto_watch *watch)
{
	watch->probe = query_engine_probe(watch->config.server, on_probe, watch);
}

static void on_patience(void *user)
{
	struct auto_watch *watch = user;
	char length[16], reason[64];

	if (!watch->down) {
		duration_format(2 * watch->config.times->silence_ms, length, sizeof(length));
		snprintf(reason, sizeof(reason), "silent for %s", length);
		go_down(watch, QUERY_TIMEOUT, reason);
		return;
	}
	if (watch->probe) { /* the last one has had its time */
		query_cancel(watch->probe);
		watch->good_probes = 0;
	}
	probe(watch);
	wait_for_next_probe(watch);
}

static void on_health(void *user)
{
	struct auto_watch *watch = user;
	struct query_state state;

	query_engine_state(watch->config.server, &state);
	if (state.health == QUERY_FAILING)
		go_down(watch, state.status, state.reason);
	else if (state.health == QUERY_HEALTHY && !watch->down)
		ask_version(watch);
	if (state.health == QUERY_HEALTHY && !watch->down)
		tell(watch);
}

void auto_watch_doubt(struct auto_watch *watch)
{
	if (watch->down || watch->probe)
		return;
	if (watch->cleared_ms && loop_monotonic_ms(watch->loop) - watch->cleared_ms < watch->config.times->probe_ms)
		return;
	watch->doubted_ms = loop_monotonic_now_ms(watch->loop);
	probe(watch);
	timer_start(watch->patience, watch->config.times->silence_ms);
}

int64_t auto_watch_doubted_ms(const struct auto_watch *watch)
{
	return watch->probe && !watch->down ? loop_monotonic_now_ms(watch->loop) - watch->doubted_ms : -1;
}

void auto_watch_retry(struct auto_watch *watch)
{
	if (!watch->down)
		return;
	query_cancel(watch->probe);
	watch->needed_probes = AUTO_GOOD_PROBES;
	probe(watch);
	wait_for_next_probe(watch);
}

/* ---- what is known ---- */

bool auto_watch_is_down(const struct auto_watch *watch)
{
	return watch->down;
}

enum query_status auto_watch_status(const struct auto_watch *watch)
{
	return watch->status;
}

const char *auto_watch_reason(const struct auto_watch *watch)
{
	return watch->reason;
}

void auto_watch_state(const struct auto_watch *watch, struct query_state *ret)
{
	query_engine_state(watch->config.server, ret);
	ret->standing_in = watch->down;
	ret->next_try_ms = watch->down ? watch->next_probe_ms : 0;
	if (!watch->down)
		return;
	ret->health = QUERY_FAILING;
	ret->status = watch->status;
	ret->failing_since_ms = watch->down_since_ms;
	snprintf(ret->reason, sizeof(ret->reason), "%s", watch->reason);
}

struct auto_watch *auto_watch_new(struct loop *loop, const struct auto_watch_config *config)
{
	struct auto_watch *watch = mem_zalloc(sizeof(*watch));

	watch->loop = loop;
	watch->config = *config;
	watch->patience = timer_new(loop, on_patience, watch);
	watch->telling = timer_new(loop, on_telling, watch);
	query_engine_on_change(config->server, on_health, watch);
	return watch;
}

void auto_watch_free(struct auto_watch *watch)
{
	if (!watch)
		return;
	query_engine_on_change(watch->config.server, NULL, NULL);
	query_cancel(watch->probe);
	query_cancel(watch->version);
	timer_free(watch->patience);
	timer_free(watch->telling);
	free(watch);
}
