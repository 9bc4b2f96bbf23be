/*
 * From a person's key to a keeper: look at the target, write the intent down,
 * wait until it is durable and the one that counts, look once more, start.
 * Whatever goes wrong on the way ends in an outcome that says so.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "runbook/runner_private.h"

/* So long the journal may take to write an intent down: later nobody expects the step to start any more. */
#define DURABLE_MS (15 * CLOCK_SECOND)

/* So long a console that was refused may take to say that it ran nothing. */
#define REFUSED_MS (3 * CLOCK_SECOND)

struct pending *runner_find_pending(const struct runner *runner, size_t step)
{
	for (size_t i = 0; i < runner->pending.count; i++)
		if (runner->pending.items[i]->step == step)
			return runner->pending.items[i];
	return NULL;
}

void runner_pending_free(struct pending *pending)
{
	if (pending->job)
		job_cancel(pending->job);
	/* A secret may stand in it. */
	explicit_bzero(pending->command, strlen(pending->command));
	free(pending->command);
	free(pending->id);
	free(pending);
}

static void drop_pending(struct runner *runner, struct pending *pending)
{
	for (size_t i = 0; i < runner->pending.count; i++)
		if (runner->pending.items[i] == pending)
			runner->pending.items[i--] = runner->pending.items[--runner->pending.count];
	runner_pending_free(pending);
	runner_changed(runner);
}

/* The attempt is written down already: it is told that nothing was run. */
static void end_pending(struct pending *pending, const char *reason)
{
	struct runner *runner = pending->runner;
	size_t step = pending->step;
	int64_t attempt = pending->attempt;
	bool written = pending->id != NULL;
	char *words = mem_strdup(reason); /* the fold's, perhaps, which moves on */

	runner_say(runner, "%s was not run: %s", runner_step_id(runner, step), words);
	if (written)
		runner_tell_never(runner, step, attempt, pending->id, words);
	free(words);
	drop_pending(runner, pending);
}

/* ---- the keeper ---- */

/* Secrets in the command are masked in its output as well. */
static const char *const *all_secrets(const struct runner *runner, struct arena *arena)
{
	size_t count = 0, max = runner->secrets.count;
	const char **ret;

	while (runner->config.secrets && runner->config.secrets[count])
		count++;
	ret = arena_array(arena, count + max + 1, sizeof(*ret));
	for (size_t i = 0; i < count; i++)
		ret[i] = runner->config.secrets[i];
	for (size_t i = 0; i < runner->secrets.capacity; i++)
		if (runner->secrets.entries[i].key)
			ret[count++] = runner->secrets.entries[i].value;
	return ret;
}

static struct keeper *start_keeper(struct pending *pending, struct tended *tended, struct error *error)
{
	struct runner *runner = pending->runner;
	struct arena arena = { 0 };
	struct keeper_config config = { .loop = runner->config.loop, .on_change = runner_on_keeper, .user = tended };
	struct keeper_order order = {
		.folder = runner_attempt_folder(runner, pending->step, pending->attempt, &arena),
		.command = pending->command,
		.shell = runner->shell,
		.directory = runner->config.place.directory,
		.environment = runner->environment,
		.secrets = all_secrets(runner, &arena),
		.timeout_ms = pending->facts.timeout_ms,
		.rows = RUNNER_ROWS,
		.columns = RUNNER_COLUMNS,
	};
	struct keeper *keeper = keeper_start(&config, &order, error);

	arena_release(&arena);
	return keeper;
}

static void start(struct pending *pending)
{
	struct runner *runner = pending->runner;
	struct error error = { "" };
	struct tended *tended;

	if (runner_make_step_folder(runner, pending->step, &error) < 0) {
		end_pending(pending, error.text);
		return;
	}
	tended = runner_tend(runner, pending->step, pending->attempt, pending->id);
	tended->ours = true;
	tended->follows = pending->facts.follows;
	tended->keeper = start_keeper(pending, tended, &error);
	if (!tended->keeper) {
		runner_untend(runner, tended);
		end_pending(pending, error.text);
		return;
	}
	drop_pending(runner, pending);
	runner_on_keeper(tended);
}

/* ---- the looks ---- */

static void on_last_look(void *user, struct runner_target *target)
{
	struct pending *pending = user;
	struct runner *runner = pending->runner;
	struct arena arena = { 0 };
	bool all, reads = pending->facts.tier == TIER_READ;
	const char *why = runner_target_fault(runner, target, pending->step, &all, &arena);

	pending->job = NULL;
	runner_set_target(runner, target);
	if (why && (all || !reads))
		end_pending(pending, why);
	else
		start(pending);
	arena_release(&arena);
}

/* Surely it never was: its console says so, and nothing says otherwise. */
static bool never_ran(const struct run_attempt *attempt)
{
	return !attempt->start && attempt->outcome && run_outcome_of(attempt->outcome) == RUN_OUTCOME_NEVER;
}

static size_t attempts_known(const struct runner *runner, size_t step)
{
	const struct run *run = runner_run(runner);
	const struct run_step *told = run ? run_find_step(run, runner_step_id(runner, step)) : NULL;
	size_t ret = 0;

	for (size_t i = 0; told && i < told->attempts.count; i++)
		ret += !never_ran(&told->attempts.items[i]);
	return ret;
}

/* Attempts that may have run and that the journal has before that one, or that nobody knows the beginning of. */
static size_t attempts_before(const struct runner *runner, size_t step, const struct run_attempt *own)
{
	const struct run_step *told = run_find_step(runner_run(runner), runner_step_id(runner, step));
	size_t ret = 0;

	for (size_t i = 0; i < told->attempts.count; i++) {
		const struct run_attempt *other = &told->attempts.items[i];

		ret += other != own && !never_ran(other) &&
		       (!other->intent || other->intent->sequence < own->intent->sequence);
	}
	return ret;
}

/*
 * Is the intent the one of its number, was it ours to write, and did nobody
 * begin another attempt before it that we had not heard of when the person said
 * yes?
 */
static bool counts(const struct pending *pending)
{
	const struct runner *runner = pending->runner;
	const struct run *run = runner_run(runner);
	const struct run_attempt *own;

	if (!run)
		return false;
	own = run_own_attempt(run, runner_step_id(runner, pending->step), pending->id);
	return own && own->number == pending->attempt && attempts_before(runner, pending->step, own) <= pending->known;
}

/* Nothing is written down from here: this is called from within the journal. What fails is found by the clock. */
void runner_pending_on_event(struct runner *runner, const struct journal_event *event)
{
	for (size_t i = 0; i < runner->pending.count; i++) {
		struct pending *pending = runner->pending.items[i];

		if (pending->phase == PENDING_WRITTEN && strcmp(pending->id, event->id) == 0)
			pending->phase = PENDING_DURABLE;
	}
}

/* Why it is another console's turn, or nobody's: both may have begun while the pen changed hands. */
static const char *why_not_ours(const struct pending *pending)
{
	const struct runner *runner = pending->runner;
	const struct run *run = runner_run(runner);
	const char *id = runner_step_id(runner, pending->step), *why = NULL;
	const struct run_step *told = run ? run_find_step(run, id) : NULL;

	if (!run)
		return "the journal does not tell of this run any more";
	if (!run_may(run, runner->actor, runner->config.seat, id, &why))
		return why;
	if (told && (told->state == RUN_STEP_WANTED || told->state == RUN_STEP_RUNNING))
		return "another console was first";
	return "another console was at it too: look, then run it again";
}

static void go_on(struct pending *pending)
{
	struct runner *runner = pending->runner;
	struct error error = { "" };

	if (!counts(pending)) {
		end_pending(pending, why_not_ours(pending));
		return;
	}
	pending->phase = PENDING_LOOKS_ON;
	pending->job = runner_target_ask(runner, NULL, on_last_look, pending, &error);
	if (!pending->job)
		end_pending(pending, error.text);
}

/* Also above what lies in the folder: an attempt the journal lost is none to be made again. */
static int64_t next_attempt(const struct runner *runner, size_t step)
{
	int64_t attempt = run_next_attempt(runner_run(runner), runner_step_id(runner, step));

	while (runner_attempt_there(runner, step, attempt))
		attempt++;
	return attempt;
}

static void write_intent(struct pending *pending, const struct planned *planned)
{
	struct runner *runner = pending->runner;
	struct run_event event = runner_event(RUN_INTENT);
	const char *step = runner_step_id(runner, pending->step);
	struct arena arena = { 0 };

	pending->attempt = next_attempt(runner, pending->step);
	pending->id =
		mem_printf("%s/%s/%lld/intent/%s", runner->id, step, (long long)pending->attempt, runner->config.seat);
	pending->phase = PENDING_WRITTEN;
	pending->since_ms = loop_monotonic_ms(runner->config.loop);
	event.step = step;
	event.attempt = pending->attempt;
	event.command = arena_strdup(&arena, planned->plan.text);
	event.target = arena_strdup(&arena, runner->target->text);
	event.edited = planned->plan.edited;
	runner_append(runner, &event, pending->id);
	runner_proofs_before(runner, pending->step, pending->attempt);
	arena_release(&arena);
}

/* Another console was refused the step just now: it will say that it ran nothing, and then it is this one's. */
static bool is_about_to_be_told(const struct pending *pending)
{
	const struct runner *runner = pending->runner;
	const struct run *run = runner_run(runner);
	const struct run_step *told = run ? run_find_step(run, runner_step_id(runner, pending->step)) : NULL;

	return told && told->state == RUN_STEP_UNKNOWN && told->last->kind == RUN_INTENT &&
	       loop_monotonic_ms(runner->config.loop) - pending->since_ms < REFUSED_MS;
}

/* The target is read, and the programs are found anew: is everything still as it was when the person said yes? */
static void on_first_look(void *user, struct runner_target *target)
{
	struct pending *pending = user;
	struct runner *runner = pending->runner;
	const struct planned *planned;

	pending->job = NULL;
	runner_set_target(runner, target);
	runner->going = pending;
	planned = runner_check_plan(runner, pending->step);
	runner->going = NULL;
	if (planned->plan.block == PLAN_UNKNOWN_END && !pending->again && is_about_to_be_told(pending))
		pending->phase = PENDING_WAITS;
	else if (planned->plan.block != PLAN_READY && !(planned->plan.block == PLAN_UNKNOWN_END && pending->again))
		end_pending(pending, planned->plan.why);
	else if (strcmp(planned->command, pending->command) != 0 || planned->plan.tier != pending->facts.tier)
		end_pending(pending, "the command is another one by now");
	else
		write_intent(pending, planned);
}

static void look_first(struct pending *pending)
{
	struct error error = { "" };

	pending->phase = PENDING_LOOKS;
	pending->job = runner_target_ask(pending->runner, pending->command, on_first_look, pending, &error);
	if (!pending->job)
		end_pending(pending, error.text);
}

void runner_pending_tick(struct runner *runner)
{
	int64_t now_ms = loop_monotonic_ms(runner->config.loop);

	for (size_t i = runner->pending.count; i-- > 0;) {
		struct pending *pending = runner->pending.items[i];

		if (pending->phase == PENDING_DURABLE)
			go_on(pending);
		else if (pending->phase == PENDING_WAITS)
			look_first(pending);
		else if (pending->phase == PENDING_WRITTEN && now_ms - pending->since_ms > DURABLE_MS)
			end_pending(pending, "the journal did not write it down in time");
	}
}

/* ---- acts ---- */

static int check_typed(const struct step_plan *plan, const char *typed, struct error *error)
{
	size_t length;

	if (!plan->confirm)
		return 0;
	typed = typed ? typed + strspn(typed, " ") : "";
	length = strlen(typed);
	while (length && typed[length - 1] == ' ')
		length--;
	if (length == strlen(plan->confirm) && strncmp(typed, plan->confirm, length) == 0)
		return 0;
	return error_set(error, "not run: '%s' was to be typed", plan->confirm);
}

static int begin(struct runner *runner, size_t step, const char *text, const char *typed, struct error *error)
{
	const struct planned *planned;
	struct pending *pending;

	planned = runner_check_plan(runner, step);
	if (planned->plan.block != PLAN_READY && planned->plan.block != PLAN_UNKNOWN_END)
		return error_set(error, "%s", planned->plan.why);
	if (strcmp(text, planned->plan.text) != 0)
		return error_set(error, "the command changed since it was shown: look again");
	if (check_typed(&planned->plan, typed, error) < 0)
		return -1;
	pending = mem_zalloc(sizeof(*pending));
	*pending = (struct pending){ .runner = runner,
				     .step = step,
				     .phase = PENDING_LOOKS,
				     .since_ms = loop_monotonic_ms(runner->config.loop),
				     .known = attempts_known(runner, step),
				     .again = planned->plan.block == PLAN_UNKNOWN_END,
				     .command = mem_strdup(planned->command),
				     .facts = { .timeout_ms = planned->plan.timeout_ms,
						.tier = planned->plan.tier,
						.follows = planned->plan.follows } };
	pending->job = runner_target_ask(runner, pending->command, on_first_look, pending, error);
	if (!pending->job) {
		runner_pending_free(pending);
		return -1;
	}
	vec_push(&runner->pending, pending);
	runner_changed(runner);
	return 0;
}

/* Both texts may be the plan's that was painted, which is made anew here. */
int runner_start_step(struct runner *runner, size_t step, const char *text, const char *typed, struct error *error)
{
	char *painted, *said;
	int ret;

	if (step >= runner->runbook->steps.count || !text)
		return error_set(error, "there is no such step");
	painted = mem_strdup(text);
	said = mem_strdup(typed);
	ret = begin(runner, step, painted, said, error);
	free(painted);
	free(said);
	return ret;
}

int runner_cancel_pending(struct runner *runner, size_t step)
{
	struct pending *pending = runner_find_pending(runner, step);

	if (!pending)
		return -1;
	end_pending(pending, "stopped before it began");
	return 0;
}
