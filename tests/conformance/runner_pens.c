/*
 * Two people at two consoles on one run. Each sees the other's pens, takes
 * them and hands them over; and again and again both press the same key at the
 * same moment: the step runs once, and both consoles tell the same of it.
 */
#include <inttypes.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "runner_trial.h"

#define FIRST  "ana@one"
#define SECOND "bob@two"

#define LED  "1.1"
#define HELD "1.2"

#define PLACES   4
#define ROUND_MS 2000

/* Where both wait for each other: how often each has come. */
struct meeting {
	atomic_int came[2];
	atomic_int again; /* how often a person had to press once more */
};

static struct meeting *meeting;
static const char *folder;
static int rounds;    /* steps from 1.3 on */
static int told = -1; /* that the run has begun is told there */

static bool is_first(const struct run_desk *desk)
{
	return strcmp(desk->actor, FIRST) == 0;
}

static void come(const struct run_desk *desk)
{
	atomic_fetch_add(&meeting->came[!is_first(desk)], 1);
}

static bool have_met(const struct run_desk *desk)
{
	return atomic_load(&meeting->came[is_first(desk)]) >= atomic_load(&meeting->came[!is_first(desk)]);
}

static bool leads(const struct run_desk *desk, const char *who)
{
	return strcmp(runner_run(desk->runner)->lead, who) == 0;
}

static const char *pen_of(const struct run_desk *desk, const char *id)
{
	const struct run_step *step = run_find_step(runner_run(desk->runner), id);

	return step ? step->pen : "";
}

/* What somebody may not do says why. */
static int expect_refused(int done, const struct error *error, const char *why)
{
	if (done == 0)
		return fault("done, though '%s'", why);
	return strstr(error->text, why) ? 1 : fault("refused with '%s', not '%s'", error->text, why);
}

static int expect_done(int done, const struct error *error)
{
	return done < 0 ? fault("%s", error->text) : 0;
}

static bool has_ended(const struct run_desk *desk, const char *id)
{
	return run_desk_state(desk, id) == RUN_STEP_OK && !runner_busy(desk->runner);
}

static int act_meet(struct run_desk *desk, int *stage)
{
	if ((*stage)++ == 0)
		come(desk);
	return have_met(desk);
}

/* ---- pens ---- */

static int act_is_led(struct run_desk *desk, int *stage)
{
	struct error error = { "" };
	size_t step = run_desk_step(desk, LED);

	(void)stage;
	if (!leads(desk, FIRST))
		return fault("'%s' leads", runner_run(desk->runner)->lead);
	if (expect_refused(runner_mark_step(desk->runner, step, RUN_DONE, "", &error), &error, FIRST " leads the run") <
	    0)
		return -1;
	return expect_refused(run_desk_start(desk, step, &error), &error, FIRST " leads the run");
}

static int act_take_step(struct run_desk *desk, int *stage)
{
	struct error error = { "" };

	if ((*stage)++ == 0)
		return expect_done(runner_take_pen(desk->runner, run_desk_step(desk, HELD), &error), &error);
	return strcmp(pen_of(desk, HELD), SECOND) == 0;
}

static int act_see_step_taken(struct run_desk *desk, int *stage)
{
	struct error error = { "" };

	(void)stage;
	if (strcmp(pen_of(desk, HELD), SECOND) != 0)
		return 0;
	return expect_refused(run_desk_start(desk, run_desk_step(desk, HELD), &error), &error,
			      SECOND " has the pen of step " HELD);
}

static int run_once(struct run_desk *desk, int *stage, const char *id)
{
	struct error error = { "" };

	if ((*stage)++ == 0)
		return expect_done(run_desk_start(desk, run_desk_step(desk, id), &error), &error);
	return has_ended(desk, id);
}

static int act_run_led(struct run_desk *desk, int *stage)
{
	return run_once(desk, stage, LED);
}

static int act_run_held(struct run_desk *desk, int *stage)
{
	return run_once(desk, stage, HELD);
}

static int act_give_back(struct run_desk *desk, int *stage)
{
	struct error error = { "" };

	if ((*stage)++ == 0)
		return expect_done(runner_hand_pen(desk->runner, run_desk_step(desk, HELD), "", &error), &error);
	return !*pen_of(desk, HELD);
}

static int act_see_given_back(struct run_desk *desk, int *stage)
{
	(void)stage;
	return run_desk_state(desk, HELD) == RUN_STEP_OK && !*pen_of(desk, HELD);
}

static int act_hand_lead(struct run_desk *desk, int *stage)
{
	struct error error = { "" };

	if ((*stage)++ == 0)
		return expect_done(runner_hand_pen(desk->runner, SIZE_MAX, SECOND, &error), &error);
	if (!leads(desk, SECOND))
		return 0;
	return expect_refused(runner_close(desk->runner, "", &error), &error, SECOND " leads the run");
}

/* It was handed to a person: the console that uses it first has it. */
static int act_use_lead(struct run_desk *desk, int *stage)
{
	struct error error = { "" };

	if (!leads(desk, SECOND))
		return 0;
	if ((*stage)++ == 0)
		return expect_done(runner_mark_step(desk->runner, run_desk_step(desk, LED), RUN_DONE, "seen by two",
						    &error),
				   &error);
	return strcmp(runner_run(desk->runner)->lead_seat, desk->seat) == 0;
}

static int act_take_lead(struct run_desk *desk, int *stage)
{
	const struct run *run = runner_run(desk->runner);
	struct error error = { "" };

	if (*stage == 0 && run_desk_state(desk, LED) != RUN_STEP_DONE)
		return 0;
	if ((*stage)++ == 0)
		return expect_done(runner_take_pen(desk->runner, SIZE_MAX, &error), &error);
	return leads(desk, FIRST) && strcmp(run->lead_seat, desk->seat) == 0;
}

static int act_see_lead_taken(struct run_desk *desk, int *stage)
{
	const struct run *run = runner_run(desk->runner);
	const struct run_entry *last = NULL;

	(void)stage;
	if (!leads(desk, FIRST))
		return 0;
	for (size_t i = 0; i < run->timeline.count; i++)
		if (run->timeline.items[i].event->kind == RUN_PEN)
			last = &run->timeline.items[i];
	if (!last || !last->remark || strcmp(last->remark, "taken from " SECOND) != 0)
		return fault("nobody is told that the lead was taken");
	return 1;
}

/* ---- one key, two people ---- */

static char *step_of_round(int round)
{
	return mem_printf("1.%d", 3 + round);
}

/* In turn: nobody leads, and both may; or one leads, and the other takes the lead and presses the key at once. */
static void press(struct run_desk *desk, int round)
{
	char *id = step_of_round(round);

	if (round % 2 && !leads(desk, desk->actor))
		(void)runner_take_pen(desk->runner, SIZE_MAX, NULL);
	(void)run_desk_start(desk, run_desk_step(desk, id), NULL);
	free(id);
}

/* Two that get in each other's way may both be told that it never began: whoever leads presses it again. That is
 * counted. */
static bool is_round_over(struct run_desk *desk, int round)
{
	char *id = step_of_round(round);
	bool over = has_ended(desk, id), mine = leads(desk, desk->actor) || (is_first(desk) && leads(desk, ""));

	if (!over && mine && run_desk_state(desk, id) == RUN_STEP_OPEN && !runner_busy(desk->runner) &&
	    run_desk_start(desk, run_desk_step(desk, id), NULL) == 0)
		atomic_fetch_add(&meeting->again, 1);
	free(id);
	return over;
}

static int act_both_press(struct run_desk *desk, int *stage)
{
	int round = *stage / PLACES;

	switch (*stage % PLACES) {
	case 0:
		if (round % 2 == 0 && leads(desk, desk->actor))
			(void)runner_hand_pen(desk->runner, SIZE_MAX, "", NULL);
		++*stage;
		return 0;
	case 1:
		if (round % 2 == 0 && !leads(desk, ""))
			return 0;
		come(desk);
		++*stage;
		return 0;
	case 2:
		if (!have_met(desk))
			return 0;
		press(desk, round);
		++*stage;
		return 0;
	default:
		if (!is_round_over(desk, round))
			return 0;
		++*stage;
		return round + 1 == rounds;
	}
}

/* ---- the end ---- */

static int count_ran(const struct run_step *step)
{
	int ret = 0;

	for (size_t i = 0; i < step->attempts.count; i++) {
		const struct run_event *outcome = step->attempts.items[i].outcome;

		ret += !outcome || run_outcome_of(outcome) != RUN_OUTCOME_NEVER;
	}
	return ret;
}

/* The same in both consoles, as soon as all of it is durable. 0: it is not yet. */
static int write_down(const struct run_desk *desk)
{
	const struct run *run = runner_run(desk->runner);
	struct strbuf text = STRBUF_INIT;
	char *path = path_join(folder, desk->seat);
	bool durable = true, closed = false;
	int ret = 1;

	for (size_t i = 0; i < run->timeline.count && !closed; i++) {
		const struct run_entry *entry = &run->timeline.items[i];

		durable &= entry->event->sequence > 0;
		closed = entry->event == run->closed;
		strbuf_addf(&text, "%" PRId64 " %s %s %s %s %s\n", entry->event->sequence,
			    run_event_names[entry->event->kind], entry->event->actor, entry->event->step,
			    entry->refused ? "refused" : "taken", entry->remark ? entry->remark : "");
	}
	for (size_t i = 0; i < run->steps.count; i++) {
		const struct run_step *step = &run->steps.items[i];

		strbuf_addf(&text, "%s: %s, %zu attempts\n", step->id, run_step_state_names[step->state],
			    step->attempts.count);
		if (count_ran(step) != 1)
			ret = fault("step %s ran %d times, as it is told", step->id, count_ran(step));
	}
	if (!durable || !closed)
		ret = 0;
	else if (path_write(path, text.text, text.length, NULL) < 0)
		ret = fault("%s cannot be written", path);
	strbuf_release(&text);
	free(path);
	return ret;
}

static int act_close(struct run_desk *desk, int *stage)
{
	struct error error = { "" };

	switch (*stage) {
	case 0:
		if (!leads(desk, FIRST))
			(void)runner_take_pen(desk->runner, SIZE_MAX, NULL);
		*stage = 1;
		return 0;
	case 1:
		if (!leads(desk, FIRST))
			return 0;
		*stage = 2;
		return expect_done(runner_close(desk->runner, "over", &error), &error);
	default: return write_down(desk);
	}
}

static int act_see_closed(struct run_desk *desk, int *stage)
{
	struct error error = { "" };

	(void)stage;
	if (!runner_run(desk->runner)->closed)
		return 0;
	if (expect_refused(run_desk_start(desk, run_desk_step(desk, LED), &error), &error, "the run is over") < 0)
		return -1;
	return write_down(desk);
}

static const struct act first_acts[] = {
	{ "the other takes a step", act_see_step_taken },
	{ "meet", act_meet },
	{ "run what is led", act_run_led },
	{ "the other gives it back", act_see_given_back },
	{ "hand the lead", act_hand_lead },
	{ "take the lead", act_take_lead },
	{ "meet", act_meet },
	{ "both press", act_both_press },
	{ "close", act_close },
};
static const struct act second_acts[] = {
	{ "the other leads", act_is_led },
	{ "take a step", act_take_step },
	{ "meet", act_meet },
	{ "run what is held", act_run_held },
	{ "give it back", act_give_back },
	{ "use the lead", act_use_lead },
	{ "the other takes the lead", act_see_lead_taken },
	{ "meet", act_meet },
	{ "both press", act_both_press },
	{ "the other closes", act_see_closed },
};

/* ---- the trial ---- */

static void on_durable(struct run_desk *desk, const struct journal_event *event)
{
	ssize_t written = 0;

	(void)desk;
	if (told >= 0 && strcmp(event->kind, run_event_names[RUN_OPENED]) == 0)
		written = write(told, "x", 1);
	(void)written;
}

static pid_t begin_console(const char *state, const char *text, bool first)
{
	struct run_desk desk = { .state = state,
				 .seat = first ? "first" : "second",
				 .actor = first ? FIRST : SECOND,
				 .text = text,
				 .newest = !first,
				 .joins = !first,
				 .limit_ms = DESK_LIMIT_MS + rounds * ROUND_MS,
				 .on_durable = on_durable };
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid)
		return pid;
	_exit(first ? run_acts(&desk, first_acts, sizeof(first_acts) / sizeof(first_acts[0]))
		    : run_acts(&desk, second_acts, sizeof(second_acts) / sizeof(second_acts[0])));
}

static int await(pid_t pid)
{
	int status = 0;

	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

static char *make_text(void)
{
	struct strbuf text = STRBUF_INIT;

	strbuf_addstr(&text, "# Pens\n\n## Resolution\n\n");
	for (int i = 1; i < 3 + rounds; i++)
		strbuf_addf(&text, "```bash\n# step %d\necho x >> %s/1.%d\n```\n\n", i, folder, i);
	return strbuf_detach(&text);
}

/* Both wrote the same down, and every command ran once. */
static int compare(void)
{
	struct strbuf texts[2] = { STRBUF_INIT, STRBUF_INIT };
	static const char *const names[2] = { "first", "second" };
	int faults = 0;

	for (int i = 0; i < 2; i++) {
		char *path = path_join(folder, names[i]);

		if (path_read(path, 1 << 20, &texts[i], NULL) < 0)
			faults -= fault("%s wrote nothing down", names[i]);
		free(path);
	}
	if (!faults && strcmp(texts[0].text, texts[1].text) != 0)
		faults -= fault("two consoles, two stories:\n%s\n%s", texts[0].text, texts[1].text);
	for (int i = 1; i < 3 + rounds; i++) {
		char *name = mem_printf("1.%d", i);
		int count = run_desk_count(folder, name);

		if (count != 1)
			faults -= fault("step %s ran %d times", name, count);
		free(name);
	}
	strbuf_release(&texts[0]);
	strbuf_release(&texts[1]);
	return faults;
}

int trial_pens(const char *place, int wanted_rounds)
{
	char *state, *text, byte;
	int ends[2], faults = 0;
	pid_t first, second;

	folder = place;
	rounds = wanted_rounds;
	state = path_join(folder, "state");
	text = make_text();
	mkdir(state, 0700);
	meeting = mmap(NULL, sizeof(*meeting), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (meeting == MAP_FAILED || pipe(ends) < 0)
		return -fault("no memory to share");
	told = ends[1];
	first = begin_console(state, text, true);
	close(ends[1]);
	told = -1;
	if (read(ends[0], &byte, 1) == 1) {
		second = begin_console(state, text, false);
		faults += await(second) != 0;
	} else {
		faults -= fault("no run has begun");
	}
	close(ends[0]);
	faults += await(first) != 0;
	faults += compare() + run_desk_keeper_stays();
	printf("%d rounds, in %d of them a key was pressed once more\n", rounds, atomic_load(&meeting->again));
	munmap(meeting, sizeof(*meeting));
	free(state);
	free(text);
	return faults;
}
