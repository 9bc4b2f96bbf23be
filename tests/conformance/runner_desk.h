/*
 * A console without a screen, as the trials of runs use it: a loop, a journal
 * in a folder of the trial's own, the fold of its runs, and one open run.
 */
#ifndef CONFORMANCE_RUNNER_DESK_H
#define CONFORMANCE_RUNNER_DESK_H

#include <dirent.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "journal/journal.h"
#include "loop/loop.h"
#include "loop/pool.h"
#include "runbook/run.h"
#include "runbook/runner.h"

#define DESK_PLAY_MS  5
#define DESK_LEAVE_MS 20000
#define DESK_LIMIT_MS 60000 /* a trial that takes longer hangs */

struct run_desk {
	/* Given. */
	const char *state, *seat, *actor;
	const char *text; /* of the runbook */
	const char *run;  /* to be taken up; NULL: one is begun */
	bool newest;      /* the newest the journal tells of is taken up, if there is one */
	bool joins;       /* none is begun */
	int64_t limit_ms; /* 0: DESK_LIMIT_MS */
	struct runner_place place;
	void (*play)(struct run_desk *desk); /* every few milliseconds once the run is open */
	void (*on_durable)(struct run_desk *desk, const struct journal_event *event);
	void *user;

	struct loop *loop;
	struct pool *pool;
	struct journal *journal;
	struct runs runs;
	struct runner *runner;
	struct timer *timer, *limit;
	struct error error; /* why the run could not be opened */
	bool ready, hung;
};

static inline void run_desk_on_event(void *user, const struct journal_event *event)
{
	struct run_desk *desk = user;

	if (runs_add(&desk->runs, event, NULL) && desk->runner)
		runner_on_event(desk->runner, event);
}

static inline void run_desk_on_durable(void *user, const struct journal_event *event)
{
	struct run_desk *desk = user;

	if (desk->on_durable)
		desk->on_durable(desk, event);
	run_desk_on_event(user, event);
}

static inline struct runbook *run_desk_read(const char *text)
{
	struct runbook *ret = mem_zalloc(sizeof(*ret));
	struct error_list errors;

	error_list_init(&errors);
	if (runbook_read(ret, "trial.md", text, strlen(text), &errors) < 0) {
		printf("FAULT: the trial's runbook cannot be read\n");
		exit(1);
	}
	error_list_release(&errors);
	return ret;
}

static inline void run_desk_begin(struct run_desk *desk)
{
	struct runner_config config = { .loop = desk->loop,
					.pool = desk->pool,
					.journal = desk->journal,
					.runs = &desk->runs,
					.state = desk->state,
					.system = "trial",
					.actor = desk->actor,
					.seat = desk->seat,
					.place = desk->place };
	struct run *run;

	runs_fold(&desk->runs);
	if (desk->newest && desk->runs.items.count && desk->runs.items.items[0]->opened)
		desk->run = desk->runs.items.items[0]->id;
	if (!desk->run && desk->joins) {
		error_set(&desk->error, "there is no run");
		return;
	}
	if (!desk->run) {
		desk->runner = runner_open(&config, run_desk_read(desk->text), NULL, &desk->error);
		return;
	}
	run = runs_find(&desk->runs, desk->run);
	if (run)
		desk->runner = runner_resume(&config, run, &desk->error);
	else
		error_set(&desk->error, "no run %s", desk->run);
}

static inline void run_desk_on_ready(void *user)
{
	((struct run_desk *)user)->ready = true;
}

static inline void run_desk_on_tick(void *user)
{
	struct run_desk *desk = user;

	timer_start(desk->timer, DESK_PLAY_MS);
	if (!desk->ready)
		return;
	if (!desk->runner)
		run_desk_begin(desk);
	if (desk->runner)
		desk->play(desk);
	else
		loop_stop(desk->loop);
}

static inline void run_desk_on_limit(void *user)
{
	struct run_desk *desk = user;

	desk->hung = true;
	loop_stop(desk->loop);
}

/* Until `play` stops the loop. False: it hangs, or the run could not be opened. */
static inline bool run_desk_go(struct run_desk *desk)
{
	timer_start(desk->limit, desk->limit_ms ? desk->limit_ms : DESK_LIMIT_MS);
	loop_run(desk->loop);
	return !desk->hung && desk->runner;
}

static inline void run_desk_open(struct run_desk *desk)
{
	struct journal_config config = { .on_event = run_desk_on_event,
					 .on_durable = run_desk_on_durable,
					 .on_ready = run_desk_on_ready,
					 .poll_ms = 20,
					 .user = desk };
	char *path = path_join(desk->state, "journal.db");

	runs_init(&desk->runs);
	desk->loop = config.loop = loop_new(NULL);
	desk->pool = config.pool = pool_new(desk->loop, 1, NULL);
	desk->timer = timer_new(desk->loop, run_desk_on_tick, desk);
	desk->limit = timer_new(desk->loop, run_desk_on_limit, desk);
	config.path = path;
	desk->journal = journal_new(&config);
	free(path);
	timer_start(desk->timer, 0);
}

static inline void run_desk_close(struct run_desk *desk)
{
	runner_free(desk->runner);
	desk->runner = NULL;
	timer_free(desk->timer);
	timer_free(desk->limit);
	journal_free(desk->journal);
	pool_free(desk->pool);
	runs_release(&desk->runs);
	loop_free(desk->loop);
}

/* ---- what the trials ask ---- */

static inline enum run_step_state run_desk_state(const struct run_desk *desk, const char *id)
{
	const struct run_step *step = run_find_step(runner_run(desk->runner), id);

	return step ? step->state : RUN_STEP_OPEN;
}

static inline size_t run_desk_step(const struct run_desk *desk, const char *id)
{
	const struct runbook *runbook = runner_runbook(desk->runner);
	const struct runbook_step *step = runbook_find_step(runbook, id);

	return step ? (size_t)(step - runbook->steps.items) : SIZE_MAX;
}

/* Run it as a person would who types what is asked for. */
static inline int run_desk_start(struct run_desk *desk, size_t step, struct error *error)
{
	struct step_plan plan;
	char *text, *typed;
	int ret;

	runner_plan(desk->runner, step, &plan);
	if (plan.block != PLAN_READY)
		return error_set(error, "%s", plan.why);
	text = mem_strdup(plan.text);
	typed = mem_strdup(plan.confirm);
	ret = runner_start_step(desk->runner, step, text, typed, error);
	free(text);
	free(typed);
	return ret;
}

/* skep-keeper is what the build made, two folders above this program, unless somebody says otherwise. */
static inline void run_desk_find_keeper(void)
{
	char own[4096], *path;
	ssize_t length = readlink("/proc/self/exe", own, sizeof(own) - 1);

	if (getenv("SKEP_KEEPER") || length <= 0)
		return;
	own[length] = '\0';
	for (int i = 0; i < 3 && strrchr(own, '/'); i++)
		*strrchr(own, '/') = '\0';
	path = path_join(own, "skep-keeper");
	if (path_exists(path))
		setenv("SKEP_KEEPER", path, 1);
	free(path);
}

/* A keeper is its console's child, or, when that is gone, somebody's it was handed to by the kernel. */
static inline bool run_desk_is_keeper(pid_t pid, pid_t of, pid_t or_of)
{
	char *path = mem_printf("/proc/%d/stat", (int)pid), line[512] = "", *name_end;
	FILE *file = fopen(path, "r");
	int parent = 0;
	char process_state = 0;

	if (file) {
		if (!fgets(line, sizeof(line), file))
			*line = '\0';
		fclose(file);
	}
	free(path);
	name_end = strrchr(line, ')');
	if (!name_end || !strstr(line, "(skep-keeper)"))
		return false;
	if (sscanf(name_end + 1, " %c %d", &process_state, &parent) != 2 || process_state == 'Z')
		return false;
	return parent == (int)of || parent == (int)or_of;
}

/* One with either parent; 0 when there is none. */
static inline pid_t run_desk_any_keeper(pid_t of, pid_t or_of)
{
	DIR *processes = opendir("/proc");
	struct dirent *entry;
	pid_t ret = 0;

	while (processes && !ret && (entry = readdir(processes))) {
		pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);

		if (pid > 1 && run_desk_is_keeper(pid, of, or_of))
			ret = pid;
	}
	if (processes)
		closedir(processes);
	return ret;
}

/* False when there is none. */
static inline bool run_desk_kill_keeper(pid_t of, pid_t or_of)
{
	pid_t pid = run_desk_any_keeper(of, or_of);

	return pid && kill(pid, SIGKILL) == 0;
}

/* Consoles are gone and steps are over: keepers go by themselves. True when one stays. */
static inline bool run_desk_keeper_stays(void)
{
	for (int i = 0; i < DESK_LEAVE_MS / 10; i++) {
		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
		if (!run_desk_any_keeper(getpid(), getpid()))
			return false;
		usleep(10000);
	}
	printf("FAULT: a keeper stays though its step is over\n");
	return true;
}

/* Lines of a file; 0 when it is not there. */
static inline int run_desk_count(const char *folder, const char *name)
{
	char *path = path_join(folder, name);
	FILE *file = fopen(path, "r");
	int count = 0;

	for (int ch = file ? fgetc(file) : EOF; ch != EOF; ch = fgetc(file))
		count += ch == '\n';
	if (file)
		fclose(file);
	free(path);
	return count;
}

#endif
