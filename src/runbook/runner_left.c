/* What still runs of attempts whose keepers are gone: it is looked for, said, and ended when a person asks for that. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "runbook/keeper_left.h"
#include "runbook/runner_private.h"

#define FIRST_MS CLOCK_SECOND       /* what dies with its keeper is given that long */
#define LOOK_MS  (3 * CLOCK_SECOND) /* between two looks, while something runs */
#define LAST_MAX 5                  /* how often the last rung is tried */

static const int ladder[] = { SIGINT, SIGTERM, SIGKILL };
#define RUNGS ((int)(sizeof(ladder) / sizeof(ladder[0])))

struct leftover {
	struct runner *runner;
	size_t step;
	int64_t attempt;
	char *intent;
	struct job *job;        /* looks; NULL */
	struct processes found; /* at the last look */
	char *words;            /* of these; NULL when there are none */
	int64_t look_ms;        /* monotonic: when to look next */
	bool over;              /* nothing of it runs, and so nothing ever will */
	bool ending;            /* a person asked for it */
	int rung;               /* how many signals were sent */
	int64_t rung_ms;        /* monotonic: when the next one is */
	char *ended;            /* words of what was there when it was asked for */
};

/* ---- looking ---- */

struct look {
	char *folder;
	struct processes found;
	int result;
	struct leftover *leftover;
};

static void on_found(struct leftover *leftover, struct look *look);

static void work(void *state)
{
	struct look *look = state;

	look->result = keeper_left_find(look->folder, &look->found);
}

static void done(void *state, void *user)
{
	struct look *look = state;

	(void)user;
	on_found(look->leftover, look);
}

static void drop(void *state)
{
	struct look *look = state;

	processes_release(&look->found);
	free(look->folder);
	free(look);
}

static const struct job_ops ops = { .work = work, .done = done, .drop = drop, .waits = true };

static void look_now(struct leftover *leftover)
{
	struct runner *runner = leftover->runner;
	struct look *look = mem_zalloc(sizeof(*look));
	struct arena arena = { 0 };

	look->leftover = leftover;
	look->folder = mem_strdup(runner_attempt_folder(runner, leftover->step, leftover->attempt, &arena));
	arena_release(&arena);
	leftover->look_ms = loop_monotonic_ms(runner->config.loop) + LOOK_MS;
	leftover->job = pool_submit(runner->config.pool, &ops, look, NULL, NULL);
	if (!leftover->job)
		drop(look);
}

/* ---- what comes of it ---- */

/* `id`: NULL for an event of its own each time. */
static void note(const struct leftover *leftover, const char *before, const char *words, const char *id)
{
	struct runner *runner = leftover->runner;
	struct run_event event = runner_event(RUN_NOTE);
	struct arena arena = { 0 };

	event.step = runner_step_id(runner, leftover->step);
	event.note = arena_printf(&arena, "%s%s", before, words);
	runner_append(runner, &event, id);
	arena_release(&arena);
}

/* Whoever sees it first tells of it, once. */
static void tell(struct leftover *leftover)
{
	char *id = mem_printf("%s/left", leftover->intent);

	runner_say(leftover->runner, "%s: %s", runner_step_id(leftover->runner, leftover->step), leftover->words);
	if (*leftover->intent)
		note(leftover, "its keeper is gone, and ", leftover->words, id);
	free(id);
}

static void stop_ending(struct leftover *leftover)
{
	leftover->ending = false;
	free(leftover->ended);
	leftover->ended = NULL;
}

static void climb(struct leftover *leftover)
{
	int64_t now_ms = loop_monotonic_ms(leftover->runner->config.loop);

	if (now_ms < leftover->rung_ms)
		return;
	if (leftover->rung >= RUNGS - 1 + LAST_MAX) {
		runner_say(leftover->runner, "%s: %s, and cannot be ended",
			   runner_step_id(leftover->runner, leftover->step), leftover->words);
		stop_ending(leftover);
		return;
	}
	keeper_left_signal(&leftover->found, ladder[leftover->rung < RUNGS ? leftover->rung : RUNGS - 1]);
	leftover->rung++;
	leftover->rung_ms = now_ms + (leftover->rung < RUNGS ? KEEPER_GRACE_MS : CLOCK_SECOND);
}

static void on_gone(struct leftover *leftover)
{
	leftover->over = true;
	if (leftover->ending) {
		runner_say(leftover->runner, "%s: nothing of it runs any more",
			   runner_step_id(leftover->runner, leftover->step));
		note(leftover, "ended by hand: ", leftover->ended, NULL);
	}
	stop_ending(leftover);
}

/* NULL for none. */
static char *words_of(const struct processes *found)
{
	struct strbuf words = STRBUF_INIT;

	keeper_left_words(found, &words);
	return found->all.count ? strbuf_detach(&words) : NULL;
}

static void on_found(struct leftover *leftover, struct look *look)
{
	struct runner *runner = leftover->runner;
	struct processes before = leftover->found;
	char *words = words_of(&look->found), *old = leftover->words;

	leftover->job = NULL;
	leftover->found = look->found;
	look->found = before;
	leftover->words = words;
	if (!words)
		on_gone(leftover);
	else if (!old)
		tell(leftover);
	if (leftover->ending)
		climb(leftover);
	if (!old != !leftover->words || (old && strcmp(old, leftover->words) != 0))
		runner_changed(runner);
	free(old);
}

/* ---- which attempts ---- */

static struct leftover *find(const struct runner *runner, size_t step, int64_t attempt)
{
	for (size_t i = 0; i < runner->leftovers.count; i++)
		if (runner->leftovers.items[i]->step == step && runner->leftovers.items[i]->attempt == attempt)
			return runner->leftovers.items[i];
	return NULL;
}

static void add(struct runner *runner, size_t step, const struct run_attempt *attempt)
{
	struct leftover *leftover = mem_zalloc(sizeof(*leftover));

	*leftover = (struct leftover){ .runner = runner,
				       .step = step,
				       .attempt = attempt->number,
				       .intent = mem_strdup(attempt->intent ? attempt->intent->id : ""),
				       .look_ms = loop_monotonic_ms(runner->config.loop) + FIRST_MS,
				       .over = !runner_attempt_there(runner, step, attempt->number) };
	vec_push(&runner->leftovers, leftover);
}

static void collect(struct runner *runner)
{
	const struct run *run = runner_run(runner);

	for (size_t i = 0; run && i < run->steps.count; i++) {
		const struct run_step *told = &run->steps.items[i];
		size_t step = told->attempts.count ? runner_find_step(runner, told->id) : SIZE_MAX;

		for (size_t k = 0; step != SIZE_MAX && k < told->attempts.count; k++) {
			const struct run_attempt *attempt = &told->attempts.items[k];

			if (attempt->outcome && run_outcome_of(attempt->outcome) == RUN_OUTCOME_UNKNOWN &&
			    !find(runner, step, attempt->number))
				add(runner, step, attempt);
		}
	}
}

void runner_leftovers_tick(struct runner *runner)
{
	int64_t now_ms = loop_monotonic_ms(runner->config.loop);

	collect(runner);
	for (size_t i = 0; i < runner->leftovers.count; i++) {
		struct leftover *leftover = runner->leftovers.items[i];

		if (!leftover->over && !leftover->job && (now_ms >= leftover->look_ms || leftover->ending))
			look_now(leftover);
	}
}

void runner_leftover_free(struct leftover *leftover)
{
	if (leftover->job)
		job_cancel(leftover->job);
	processes_release(&leftover->found);
	free(leftover->intent);
	free(leftover->words);
	free(leftover->ended);
	free(leftover);
}

/* ---- for people ---- */

const char *runner_left_words(const struct runner *runner, size_t step, struct arena *arena)
{
	const char *ret = NULL;

	for (size_t i = 0; i < runner->leftovers.count; i++) {
		const struct leftover *leftover = runner->leftovers.items[i];

		if (leftover->step != step || !leftover->words)
			continue;
		ret = arena_printf(arena, "%s%s%s%s", ret ? ret : "", ret ? "; " : "", leftover->words,
				   leftover->ending ? " (it is being ended)" : "");
	}
	return ret;
}

int runner_end_left(struct runner *runner, size_t step, struct error *error)
{
	bool any = false;

	if (runner->config.walk)
		return error_set(error, "a walk ends nothing");
	if (runner_may(runner, step, error) < 0)
		return -1;
	for (size_t i = 0; i < runner->leftovers.count; i++) {
		struct leftover *leftover = runner->leftovers.items[i];

		if (leftover->step != step || !leftover->words)
			continue;
		any = true;
		if (leftover->ending)
			continue;
		leftover->ending = true;
		leftover->rung = 0;
		leftover->rung_ms = 0;
		leftover->ended = mem_strdup(leftover->words);
	}
	if (!any)
		return error_set(error, "nothing of %s runs", runner_step_id(runner, step));
	/* What is signalled is what a new look finds. */
	timer_start(runner->timer, 0);
	runner_changed(runner);
	return 0;
}
