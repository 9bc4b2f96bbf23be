/*
 * A run opened for a test: a journal in a folder of its own, the fold, and a
 * runner. Nothing is run unless the test starts it.
 */
#ifndef TESTS_UNIT_RUNNER_FIXTURE_H
#define TESTS_UNIT_RUNNER_FIXTURE_H

#include <criterion/criterion.h>

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "runbook/run.h"
#include "runbook/runner.h"

#define NOW_MS INT64_C(1700000000000)

struct world {
	char folder[64];
	struct loop *loop;
	struct pool *pool;
	struct journal *journal;
	struct runs runs;
	struct runner_config config; /* may be changed before world_open_run */
	struct runner *runner, *other;
	struct timer *pause;
	struct error error;
	char said[300];
	unsigned events;
	bool ready;
};

static inline void world_on_event(void *user, const struct journal_event *event)
{
	struct world *world = user;

	world->events++;
	if (!runs_add(&world->runs, event, NULL))
		return;
	if (world->runner)
		runner_on_event(world->runner, event);
	if (world->other)
		runner_on_event(world->other, event);
}

static inline void world_on_ready(void *user)
{
	((struct world *)user)->ready = true;
}

static inline void world_on_say(void *user, const char *words)
{
	struct world *world = user;

	snprintf(world->said, sizeof(world->said), "%s", words);
}

static inline void world_on_pause(void *user)
{
	loop_stop(user);
}

static inline void world_wait(struct world *world, int64_t ms)
{
	timer_start(world->pause, ms);
	loop_run(world->loop);
}

static inline void world_init(struct world *world)
{
	struct journal_config journal = { .on_event = world_on_event,
					  .on_durable = world_on_event,
					  .on_ready = world_on_ready,
					  .poll_ms = 20,
					  .user = world };
	char *path;

	*world = (struct world){ .folder = "/tmp/skep-runner-XXXXXX" };
	cr_assert(mkdtemp(world->folder));
	runs_init(&world->runs);
	world->loop = journal.loop = loop_new(NULL);
	world->pool = journal.pool = pool_new(world->loop, 1, NULL);
	world->pause = timer_new(world->loop, world_on_pause, world->loop);
	path = path_join(world->folder, "journal.db");
	journal.path = path;
	world->journal = journal_new(&journal);
	free(path);
	for (int i = 0; i < 500 && !world->ready; i++)
		world_wait(world, 10);
	cr_assert(world->ready);
	world->config = (struct runner_config){ .loop = world->loop,
						.pool = world->pool,
						.journal = world->journal,
						.runs = &world->runs,
						.state = world->folder,
						.system = "polln",
						.actor = "ana@jump1",
						.seat = "s1",
						.on_say = world_on_say,
						.user = world };
}

static inline struct runbook *world_read(const char *text)
{
	struct runbook *runbook = mem_zalloc(sizeof(*runbook));
	struct error_list errors;

	error_list_init(&errors);
	cr_assert_eq(runbook_read(runbook, "/x/a-trial.md", text, strlen(text), &errors), 0);
	cr_expect_eq(errors.count, 0, "%s", errors.count ? errors.faults[0].text : "");
	error_list_release(&errors);
	return runbook;
}

static inline void world_open_run(struct world *world, const char *text, const struct runner_alert *alert)
{
	world->runner = runner_open(&world->config, world_read(text), alert, &world->error);
	cr_assert(world->runner, "%s", world->error.text);
}

static inline int world_remove(const char *path, const struct stat *status, int kind, struct FTW *at)
{
	(void)status;
	(void)kind;
	(void)at;
	return remove(path);
}

static inline void world_release(struct world *world)
{
	runner_free(world->other);
	runner_free(world->runner);
	world->other = world->runner = NULL;
	journal_free(world->journal);
	pool_free(world->pool);
	timer_free(world->pause);
	runs_release(&world->runs);
	loop_free(world->loop);
	nftw(world->folder, world_remove, 16, FTW_DEPTH | FTW_PHYS);
}

static inline size_t world_step(const struct world *world, const char *id)
{
	const struct runbook *runbook = runner_runbook(world->runner);
	const struct runbook_step *step = runbook_find_step(runbook, id);

	cr_assert(step, "there is no step %s", id);
	return (size_t)(step - runbook->steps.items);
}

static inline struct step_plan world_plan(struct world *world, const char *id)
{
	struct step_plan plan;

	runner_plan(world->runner, world_step(world, id), &plan);
	return plan;
}

#endif
