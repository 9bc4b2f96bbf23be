/* Reading where a step would act, and whether it may. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "runbook/runner_private.h"

struct target_job {
	struct runner *runner; /* for what is done in the loop */
	char **environment;
	char *command, *path, *directory; /* whose programs are looked up, too; NULL */
	struct looked *looked;
	struct runner_target *target;
	void (*done)(void *user, struct runner_target *target);
	void *user;
};

struct runner_target *runner_target_read(const char *const *environment)
{
	struct runner_target *ret = mem_zalloc(sizeof(*ret));
	struct strbuf text = STRBUF_INIT;

	target_read(&ret->target, environment, &ret->arena);
	target_text(&ret->target, &text);
	ret->text = arena_strdup(&ret->arena, text.text);
	strbuf_release(&text);
	return ret;
}

void runner_target_free(struct runner_target *target)
{
	if (!target)
		return;
	arena_release(&target->arena);
	free(target);
}

static void work(void *state)
{
	struct target_job *job = state;
	union {
		char **own;
		const char *const *kept;
	} all = { .own = job->environment };

	job->target = runner_target_read(all.kept);
	if (job->command)
		job->looked = lookups_read(job->command, job->path, job->directory);
}

static void done(void *state, void *user)
{
	struct target_job *job = state;
	struct runner_target *target = job->target;

	(void)user;
	job->target = NULL;
	if (job->looked)
		lookups_take(job->runner->lookups, job->looked);
	job->looked = NULL;
	job->done(job->user, target);
}

static void drop(void *state)
{
	struct target_job *job = state;

	for (char **at = job->environment; *at; at++)
		free(*at);
	free(job->environment);
	/* A secret may stand in it. */
	if (job->command)
		explicit_bzero(job->command, strlen(job->command));
	free(job->command);
	free(job->path);
	free(job->directory);
	looked_free(job->looked);
	runner_target_free(job->target);
	free(job);
}

static const struct job_ops ops = { .work = work, .done = done, .drop = drop, .waits = true };

struct job *runner_target_ask(struct runner *runner, const char *command,
			      void (*fn)(void *user, struct runner_target *target), void *user, struct error *error)
{
	struct target_job *job = mem_zalloc(sizeof(*job));
	VEC(char *) copies = { 0 };
	struct job *ret;

	/* A job that hangs may outlive the runner. */
	for (const char *const *at = runner->environment; *at; at++)
		vec_push(&copies, mem_strdup(*at));
	vec_push(&copies, NULL);
	job->runner = runner;
	job->environment = copies.items;
	job->command = mem_strdup(command);
	job->path = mem_strdup(lookups_path(runner->lookups));
	job->directory = mem_strdup(lookups_directory(runner->lookups));
	job->done = fn;
	job->user = user;
	ret = pool_submit(runner->config.pool, &ops, job, NULL, error);
	if (!ret)
		drop(job);
	return ret;
}

void runner_set_target(struct runner *runner, struct runner_target *target)
{
	bool same = runner->target && strcmp(runner->target->text, target->text) == 0;

	runner_target_free(runner->target);
	runner->target = target;
	runner->target_read_ms = loop_monotonic_ms(runner->config.loop);
	if (!same)
		runner_changed(runner);
}

const char *runner_target_fault(const struct runner *runner, const struct runner_target *target, size_t step,
				bool *ret_all, struct arena *arena)
{
	const struct run *run = runner_run(runner);
	const char *pinned = run && run->opened ? run->opened->target : "", *why;
	const char *environment = runner->config.environment;

	*ret_all = true;
	if (*pinned && strcmp(pinned, target->text) != 0)
		return arena_printf(arena, "the target is %s now, the run began at %s: begin another run", target->text,
				    pinned);
	*ret_all = false;
	why = target_conflict(&target->target, runner->config.wanted_target, arena);
	if (!why && step != SIZE_MAX)
		why = target_conflict(&target->target, runner->runbook->steps.items[step].notes.target, arena);
	if (!why && environment && *environment)
		why = target_conflict(&target->target, arena_printf(arena, "environment/%s", environment), arena);
	return why;
}
