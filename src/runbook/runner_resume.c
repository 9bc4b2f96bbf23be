/*
 * Attempts and their keepers: those started here, those of another console
 * that are only watched, and those of a console that is gone, whose ends are
 * found and told by whoever has the run open.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/mem.h"
#include "runbook/runner_private.h"

/* A console that never said here that it has the run open is given that long to start what it wrote down. */
#define STRANGER_MS (30 * CLOCK_SECOND)

/* Keepers that are held only for the output of what is over. */
#define OVER_MAX 8

/* An attempt whose end the journal does not tell, as it was when the round began: telling moves the fold. */
struct loose {
	size_t step;
	int64_t attempt, time_ms;  /* wall, of its first event */
	const char *seat, *intent; /* in the round's arena; intent "" is missing */
	bool started;
};

/* As the journal tells of it; NULL. Valid until the next event. */
static const struct run_attempt *find_attempt(const struct runner *runner, size_t step, int64_t number)
{
	const struct run *run = runner_run(runner);
	const struct run_step *told = run ? run_find_step(run, runner_step_id(runner, step)) : NULL;

	for (size_t i = 0; told && i < told->attempts.count; i++)
		if (told->attempts.items[i].number == number)
			return &told->attempts.items[i];
	return NULL;
}

bool runner_attempt_there(const struct runner *runner, size_t step, int64_t attempt)
{
	struct arena arena = { 0 };
	struct stat status;
	bool ret = lstat(runner_attempt_folder(runner, step, attempt, &arena), &status) == 0;

	arena_release(&arena);
	return ret;
}

/* ---- what is tended ---- */

static struct tended *find_tended(const struct runner *runner, size_t step, int64_t attempt)
{
	for (size_t i = 0; i < runner->tended.count; i++)
		if (runner->tended.items[i]->step == step && runner->tended.items[i]->attempt == attempt)
			return runner->tended.items[i];
	return NULL;
}

struct tended *runner_tend(struct runner *runner, size_t step, int64_t attempt, const char *intent)
{
	struct tended *tended = mem_zalloc(sizeof(*tended));

	*tended = (struct tended){ .runner = runner, .step = step, .attempt = attempt, .intent = mem_strdup(intent) };
	vec_push(&runner->tended, tended);
	return tended;
}

void runner_tended_free(struct tended *tended)
{
	keeper_free(tended->keeper);
	free(tended->intent);
	free(tended);
}

void runner_untend(struct runner *runner, struct tended *tended)
{
	size_t i = 0;

	while (runner->tended.items[i] != tended)
		i++;
	for (runner->tended.count--; i < runner->tended.count; i++)
		runner->tended.items[i] = runner->tended.items[i + 1];
	runner_tended_free(tended);
}

static bool is_over(const struct tended *tended)
{
	return keeper_phase(tended->keeper) >= KEEPER_ENDED;
}

bool runner_tends_running(const struct runner *runner)
{
	for (size_t i = 0; i < runner->tended.count; i++)
		if (!is_over(runner->tended.items[i]))
			return true;
	return false;
}

/* Those that were looked at longest ago go first. */
static void let_old_go(struct runner *runner)
{
	size_t over = 0;

	for (size_t i = runner->tended.count; i-- > 0;) {
		struct tended *tended = runner->tended.items[i];

		if (is_over(tended) && tended->told_end && ++over > OVER_MAX)
			runner_untend(runner, tended);
	}
}

/* ---- telling ---- */

/* Whoever tells of it, it is one event. Not known may become known. */
static char *outcome_id(const struct runner *runner, size_t step, int64_t attempt, const char *intent, const char *word)
{
	if (*intent)
		return mem_printf("%s/%s", intent, word);
	return mem_printf("%s/%s/%lld/%s", runner->id, runner_step_id(runner, step), (long long)attempt, word);
}

static void tell(struct runner *runner, struct run_event *event, size_t step, int64_t attempt, const char *intent,
		 const char *word)
{
	char *id = outcome_id(runner, step, attempt, intent, word);

	event->step = runner_step_id(runner, step);
	event->attempt = attempt;
	event->of = intent;
	runner_append(runner, event, id);
	free(id);
}

/*
 * Nothing was run, and by the claim nothing will be. The folder may be another
 * console's, though: its intent came first, or, where ours was refused, may yet
 * come and have the number.
 */
void runner_tell_never(struct runner *runner, size_t step, int64_t attempt, const char *intent, const char *reason)
{
	struct run_event event = runner_event(RUN_OUTCOME);
	struct keeper_config config = { .loop = runner->config.loop };
	struct arena arena = { 0 };
	struct keeper *keeper = NULL;
	const struct run_attempt *told = find_attempt(runner, step, attempt);

	if (!told || !told->intent || (strcmp(told->intent->id, intent) == 0 && !told->refused)) {
		if (runner_make_step_folder(runner, step, NULL) == 0)
			keeper = keeper_attach(&config, runner_attempt_folder(runner, step, attempt, &arena), NULL);
		keeper_free(keeper);
	}
	event.outcome = run_outcome_names[RUN_OUTCOME_NEVER];
	event.reason = runner_mask(runner, reason, &arena);
	tell(runner, &event, step, attempt, intent, "outcome");
	arena_release(&arena);
}

static enum run_outcome outcome_of(const struct keeper_outcome *outcome, bool follows)
{
	if (!outcome->ran)
		return RUN_OUTCOME_NEVER;
	if (outcome->timed_out)
		return RUN_OUTCOME_TIMEOUT;
	/* What only ends on a key ended as it should. */
	if (outcome->stopped)
		return follows ? RUN_OUTCOME_OK : RUN_OUTCOME_STOPPED;
	if (outcome->signal)
		return RUN_OUTCOME_SIGNAL;
	return outcome->status == 0 ? RUN_OUTCOME_OK : RUN_OUTCOME_FAILED;
}

static void fill_outcome(const struct tended *tended, struct run_event *event)
{
	const struct keeper_outcome *outcome = keeper_outcome(tended->keeper);

	switch (keeper_phase(tended->keeper)) {
	case KEEPER_NEVER:
		event->outcome = run_outcome_names[RUN_OUTCOME_NEVER];
		event->reason = outcome && *outcome->reason ? outcome->reason : "nothing was started";
		break;
	case KEEPER_LOST:
		event->outcome = run_outcome_names[RUN_OUTCOME_UNKNOWN];
		event->reason = "its keeper is gone: nobody knows how it ended";
		break;
	default:
		event->outcome = run_outcome_names[outcome_of(outcome, tended->follows)];
		event->reason = outcome->reason;
		event->status = outcome->status;
		event->signal = outcome->signal;
		event->timed_out = outcome->timed_out;
		event->stopped = outcome->stopped;
		event->elapsed_ms = outcome->elapsed_ms;
		event->bytes = (int64_t)outcome->bytes;
	}
}

static bool has_started(const struct tended *tended)
{
	enum keeper_phase phase = keeper_phase(tended->keeper);

	if (phase == KEEPER_ENDED)
		return keeper_outcome(tended->keeper)->ran;
	return phase != KEEPER_STARTING && phase != KEEPER_NEVER;
}

/* May this console say how it went? What another one started is that one's to tell while it lives. */
static bool is_ours_to_tell(const struct tended *tended)
{
	return tended->ours || tended->inherited;
}

static void tell_start(struct tended *tended)
{
	struct run_event event = runner_event(RUN_STARTED);

	tended->told_start = true;
	tell(tended->runner, &event, tended->step, tended->attempt, tended->intent, "start");
}

static void tell_end(struct tended *tended)
{
	struct runner *runner = tended->runner;
	struct run_event event = runner_event(RUN_OUTCOME);
	bool lost = keeper_phase(tended->keeper) == KEEPER_LOST, began = has_started(tended);
	const struct run_attempt *told = find_attempt(runner, tended->step, tended->attempt);

	tended->told_end = true;
	if (told && told->outcome && run_outcome_of(told->outcome) != RUN_OUTCOME_UNKNOWN)
		return;
	fill_outcome(tended, &event);
	tell(runner, &event, tended->step, tended->attempt, tended->intent, lost ? "unknown" : "outcome");
	if (began)
		runner_proofs_after(runner, tended->step, tended->attempt);
	if (tended->ours && strcmp(event.outcome, run_outcome_names[RUN_OUTCOME_NEVER]) == 0)
		runner_say(runner, "%s was not started, and can be again: %s", runner_step_id(runner, tended->step),
			   event.reason);
	else if (!tended->ours)
		runner_say(runner, "%s %s%s%s", runner_step_id(runner, tended->step), event.outcome,
			   *event.reason ? ": " : "", event.reason);
}

void runner_on_keeper(void *user)
{
	struct tended *tended = user;

	if (!tended->keeper)
		return;
	if (is_ours_to_tell(tended) && !tended->told_start && has_started(tended))
		tell_start(tended);
	if (is_ours_to_tell(tended) && !tended->told_end && is_over(tended))
		tell_end(tended);
	runner_changed(tended->runner);
}

/* ---- looking after what is loose ---- */

static bool is_own(const struct runner *runner, const struct loose *loose)
{
	return strcmp(loose->seat, runner->config.seat) == 0;
}

/* The console that wrote it down will not see to it any more. */
static bool is_left(const struct runner *runner, const struct loose *loose)
{
	bool known;

	/* Its own, but not in hand: of an earlier time the run was open here. */
	if (is_own(runner, loose))
		return true;
	if (runner_seat_lives(runner, loose->seat, &known))
		return false;
	return known || loop_wall_ms(runner->config.loop) - loose->time_ms > STRANGER_MS;
}

static struct tended *attach(struct runner *runner, size_t step, int64_t attempt, const char *intent)
{
	struct tended *tended = runner_tend(runner, step, attempt, intent);
	struct keeper_config config = { .loop = runner->config.loop, .on_change = runner_on_keeper, .user = tended };
	struct arena arena = { 0 };
	struct error error = { "" };

	tended->follows = runner->runbook->steps.items[step].notes.follow;
	tended->keeper = keeper_attach(&config, runner_attempt_folder(runner, step, attempt, &arena), &error);
	arena_release(&arena);
	if (tended->keeper)
		return tended;
	runner_untend(runner, tended);
	return NULL;
}

/* A console that lives makes the folder itself: where there is none yet, nothing is attached, and so claimed. */
static void look_after(struct runner *runner, const struct loose *loose)
{
	struct tended *tended = find_tended(runner, loose->step, loose->attempt);
	struct pending *pending = runner_find_pending(runner, loose->step);
	bool left;

	if ((tended && tended->ours) || (pending && pending->attempt == loose->attempt))
		return;
	left = is_left(runner, loose);
	if (!tended && !left && !(loose->started && runner_attempt_there(runner, loose->step, loose->attempt)))
		return;
	if (!tended && left && runner_make_step_folder(runner, loose->step, NULL) < 0)
		return;
	if (!tended)
		tended = attach(runner, loose->step, loose->attempt, loose->intent);
	if (!tended || !left)
		return;
	tended->inherited = true;
	tended->told_start = tended->told_start || loose->started;
	runner_on_keeper(tended);
}

static void collect(const struct runner *runner, const struct run_step *told, struct arena *arena,
		    struct loose **ret_items, size_t *ret_count)
{
	size_t step = runner_find_step(runner, told->id);
	VEC(struct loose) items = { .items = *ret_items, .count = *ret_count, .capacity = *ret_count };

	for (size_t i = 0; step != SIZE_MAX && i < told->attempts.count; i++) {
		const struct run_attempt *attempt = &told->attempts.items[i];
		const struct run_event *first = attempt->intent ? attempt->intent : attempt->start;

		if (attempt->outcome || !first)
			continue;
		vec_push(&items,
			 (struct loose){ .step = step,
					 .attempt = attempt->number,
					 .time_ms = first->time_ms,
					 .seat = arena_strdup(arena, first->seat),
					 .intent = arena_strdup(arena, attempt->intent ? attempt->intent->id : ""),
					 .started = attempt->start != NULL });
	}
	*ret_items = items.items;
	*ret_count = items.count;
}

void runner_sweep(struct runner *runner)
{
	const struct run *run = runner_run(runner);
	struct arena arena = { 0 };
	struct loose *items = NULL;
	size_t count = 0;

	for (size_t i = 0; run && i < run->steps.count; i++)
		collect(runner, &run->steps.items[i], &arena, &items, &count);
	for (size_t i = 0; i < count; i++)
		look_after(runner, &items[i]);
	free(items);
	arena_release(&arena);
	let_old_go(runner);
}

/* ---- for views ---- */

struct keeper *runner_keeper(struct runner *runner, size_t step)
{
	const struct run *run = runner_run(runner);
	const struct run_step *told = run ? run_find_step(run, runner_step_id(runner, step)) : NULL;
	const struct run_attempt *last;
	struct tended *tended;

	if (!told || !told->attempts.count)
		return NULL;
	last = &told->attempts.items[told->attempts.count - 1];
	tended = find_tended(runner, step, last->number);
	if (!tended && last->outcome && runner_attempt_there(runner, step, last->number)) {
		tended = attach(runner, step, last->number, last->intent ? last->intent->id : "");
		if (tended)
			tended->told_start = tended->told_end = true;
		let_old_go(runner);
	}
	return tended ? tended->keeper : NULL;
}
