/*
 * runner-kills [KILLS [SEED]]
 *
 * Consoles and keepers are killed at random moments, again and again, while
 * they run the steps of one runbook; another console takes the run up. Now and
 * then two consoles have it open. Each step's command writes a line to a file
 * of its own, which never has two; every attempt that was written down ends as
 * known or as not known; and what the journal told to be durable is there.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "runner_desk.h"

#define KILLS     100
#define STEPS     6
#define LIVES_MAX 400 /* of consoles of one run: more is a run that does not come on */
#define TOLD_MAX  4000
#define ID_MAX    160

/* Seen by the one that kills. */
struct seen {
	atomic_int told; /* ids of events that were told to be durable */
	char ids[TOLD_MAX][ID_MAX];
};

struct tally {
	int kills, consoles, keepers, runs, unknown, never;
};

static struct seen *seen;
static unsigned long long state_of_chance;

static unsigned chance(unsigned below)
{
	state_of_chance = state_of_chance * 6364136223846793005ull + 1442695040888963407ull;
	return (unsigned)(state_of_chance >> 33) % below;
}

static void pause_us(unsigned us)
{
	nanosleep(&(struct timespec){ .tv_sec = us / 1000000, .tv_nsec = (long)(us % 1000000) * 1000 }, NULL);
}

/* ---- a console ---- */

static void on_durable(struct run_desk *desk, const struct journal_event *event)
{
	int at;

	(void)desk;
	if (event->sequence <= 0)
		return;
	at = atomic_fetch_add(&seen->told, 1);
	if (at < TOLD_MAX)
		snprintf(seen->ids[at], ID_MAX, "%s", event->id);
}

/* 1 when nothing more is to be done with it. */
static int see_to(struct run_desk *desk, size_t step)
{
	const char *id = runner_runbook(desk->runner)->steps.items[step].id;

	switch (run_desk_state(desk, id)) {
	case RUN_STEP_OPEN: (void)run_desk_start(desk, step, NULL); return 0;
	case RUN_STEP_WANTED:
	case RUN_STEP_RUNNING: return 0;
	case RUN_STEP_UNKNOWN: (void)runner_mark_step(desk->runner, step, RUN_DONE, "looked", NULL); return 0;
	default: return 1;
	}
}

static void play(struct run_desk *desk)
{
	size_t count = runner_runbook(desk->runner)->steps.count, done = 0;
	const struct run *run = runner_run(desk->runner);

	/* The second one takes it now and then, the first one takes it back. */
	if (strcmp(run->lead_seat, desk->seat) != 0 && chance(40) == 0)
		(void)runner_take_pen(desk->runner, SIZE_MAX, NULL);
	if (chance(20) == 0)
		(void)runner_note(desk->runner, SIZE_MAX, "in between", NULL);
	/* Two at a time. */
	for (size_t i = 0; i < count && i < done + 2; i++)
		done += (size_t)see_to(desk, i);
	if (done == count && !runner_busy(desk->runner))
		loop_stop(desk->loop);
}

static int live(const char *state, const char *text, bool second)
{
	char seat[32];
	struct run_desk desk = { .state = state,
				 .seat = seat,
				 .actor = "ana@trial",
				 .text = text,
				 .newest = true,
				 .joins = second,
				 .play = play,
				 .on_durable = on_durable };
	bool good;

	snprintf(seat, sizeof(seat), "seat%d", (int)getpid());
	state_of_chance ^= (unsigned long long)getpid() << 20;
	run_desk_open(&desk);
	good = run_desk_go(&desk);
	if (!good && !second)
		printf("FAULT: a console %s%s\n", desk.hung ? "hangs" : "cannot open the run: ", desk.error.text);
	fflush(stdout);
	run_desk_close(&desk);
	return good ? 0 : 1;
}

static pid_t begin_life(const char *state, const char *text, bool second)
{
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0)
		_exit(live(state, text, second));
	return pid;
}

/* ---- killing ---- */

/* Children of the dead are ours: consoles' keepers, and what those left. */
static void reap(void)
{
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
}

/* Wait for a console; true when it ended by itself and well. */
static bool await(pid_t pid)
{
	int status = 0;

	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* Moments of every kind: while it opens, before, within and after a step. */
static unsigned moment_us(void)
{
	return chance(3) == 0 ? chance(30000) : chance(250000);
}

/* One console's life, and its end. True when it came to the end of the run by itself. */
static bool one_life(const char *state, const char *text, struct tally *tally, bool may_kill)
{
	pid_t console = begin_life(state, text, false), other = 0;
	unsigned how = chance(10);

	tally->consoles++;
	if (!may_kill)
		return await(console);
	if (chance(4) == 0) {
		/* Once there is a run: two that begin at once would begin two. */
		pause_us(60000);
		other = begin_life(state, text, true);
	}
	pause_us(moment_us());
	if (how < 4 && run_desk_kill_keeper(getpid(), console)) {
		tally->keepers++;
		tally->kills++;
		pause_us(chance(20000));
	}
	if (how >= 2) {
		kill(console, SIGKILL);
		tally->kills++;
	}
	if (other) {
		pause_us(chance(100000));
		kill(other, SIGKILL);
		tally->kills++;
		(void)await(other);
	}
	return await(console);
}

/* ---- looking at what is left ---- */

static bool is_in_timeline(const struct run *run, const char *id)
{
	for (size_t i = 0; i < run->timeline.count; i++)
		if (strcmp(run->timeline.items[i].event->id, id) == 0)
			return true;
	return false;
}

struct inspection {
	const char *folder;
	struct tally *tally;
	int faults;
};

/* How often it ran, as the journal has it: surely, and at most. */
static void inspect_step(struct inspection *inspection, const struct run_step *step)
{
	int count = run_desk_count(inspection->folder, step->id), sure = 0, perhaps = 0;

	for (size_t i = 0; i < step->attempts.count; i++) {
		const struct run_attempt *attempt = &step->attempts.items[i];

		if (!attempt->outcome) {
			printf("FAULT: attempt %" PRId64 " of %s has no end\n", attempt->number, step->id);
			inspection->faults++;
			continue;
		}
		switch (run_outcome_of(attempt->outcome)) {
		case RUN_OUTCOME_NEVER: inspection->tally->never++; break;
		case RUN_OUTCOME_UNKNOWN:
			inspection->tally->unknown++;
			perhaps++;
			break;
		default: sure++;
		}
	}
	if (count > 1 || count < sure || count > sure + perhaps) {
		printf("FAULT: step %s ran %d times; the journal says %d, or up to %d\n", step->id, count, sure,
		       sure + perhaps);
		inspection->faults++;
	}
}

static void inspect(struct run_desk *desk)
{
	struct inspection *inspection = desk->user;
	const struct run *run = runner_run(desk->runner);
	int told = atomic_load(&seen->told);

	for (size_t i = 0; i < run->steps.count; i++)
		inspect_step(inspection, &run->steps.items[i]);
	if (run->steps.count != STEPS) {
		printf("FAULT: %zu steps are told of\n", run->steps.count);
		inspection->faults++;
	}
	for (int i = 0; i < told && i < TOLD_MAX; i++) {
		if (*seen->ids[i] && !is_in_timeline(run, seen->ids[i])) {
			printf("FAULT: durable, and gone: %s\n", seen->ids[i]);
			inspection->faults++;
		}
	}
	loop_stop(desk->loop);
}

/* In a process of its own, as any console would see it; its tally comes back by the shared memory. */
static int look(const char *state, const char *text, const char *folder, struct tally *tally)
{
	struct tally *shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t pid;
	bool good;

	*shared = *tally;
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		struct inspection inspection = { .folder = folder, .tally = shared };
		struct run_desk desk = { .state = state,
					 .seat = "inspector",
					 .actor = "ana@trial",
					 .text = text,
					 .newest = true,
					 .play = inspect,
					 .user = &inspection };

		run_desk_open(&desk);
		if (!run_desk_go(&desk)) {
			printf("FAULT: the run cannot be looked at: %s\n", desk.error.text);
			inspection.faults++;
		}
		fflush(stdout);
		_exit(inspection.faults ? 1 : 0);
	}
	good = await(pid);
	*tally = *shared;
	munmap(shared, sizeof(*shared));
	return good ? 0 : 1;
}

static void remove_all(const char *path)
{
	pid_t pid = fork();

	if (pid == 0) {
		execl("/bin/rm", "rm", "-rf", path, (char *)NULL);
		_exit(127);
	}
	(void)await(pid);
}

static char *make_text(const char *folder)
{
	struct strbuf text = STRBUF_INIT;
	static const char *const rest[STEPS] = { "",
						 "; sleep 0.05",
						 "; head -c 300000 /dev/zero | tr '\\0' x",
						 "; sleep 0.1; false",
						 "; echo done",
						 "; (sleep 0.2 &) ; sleep 0.02" };

	strbuf_addstr(&text, "# Kills\n\n## Resolution\n\n");
	for (int i = 0; i < STEPS; i++)
		strbuf_addf(&text, "```bash\n# step %d\necho x >> %s/1.%d%s\n```\n\n", i + 1, folder, i + 1, rest[i]);
	return strbuf_detach(&text);
}

static int one_run(struct tally *tally, int kills)
{
	char path[] = "/tmp/skep-kills-XXXXXX", *folder = mkdtemp(path), *state = path_join(folder, "state");
	char *text = make_text(folder);
	int faults = 0, lives = 0;

	mkdir(state, 0700);
	atomic_store(&seen->told, 0);
	memset(seen->ids, 0, sizeof(seen->ids));
	while (!one_life(state, text, tally, tally->kills < kills && lives < LIVES_MAX / 2) && ++lives < LIVES_MAX)
		reap();
	if (lives == LIVES_MAX) {
		printf("FAULT: the run does not come to its end\n");
		faults++;
	}
	faults += look(state, text, folder, tally) + run_desk_keeper_stays();
	tally->runs++;
	reap();
	if (!faults || !getenv("SKEP_KEEP"))
		remove_all(folder);
	else
		printf("kept: %s\n", folder);
	free(state);
	free(text);
	return faults;
}

int main(int argc, char **argv)
{
	int kills = argc > 1 ? (int)strtol(argv[1], NULL, 10) : KILLS, faults = 0;
	unsigned long long seed = argc > 2 ? strtoull(argv[2], NULL, 10) : (unsigned long long)time(NULL);
	struct tally tally = { 0 };

	if (kills < 1 || kills > 1000000) {
		fprintf(stderr, "usage: runner-kills [KILLS [SEED]]\n");
		return 2;
	}
	state_of_chance = seed * 2654435761ull + 1;
	run_desk_find_keeper();
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	seen = mmap(NULL, sizeof(*seen), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	while (tally.kills < kills && !faults)
		faults += one_run(&tally, kills);
	printf("runner-kills: %d kills (%d of keepers) of %d consoles in %d runs; %d attempts never ran, %d not known; "
	       "seed %llu: %s\n",
	       tally.kills, tally.keepers, tally.consoles, tally.runs, tally.never, tally.unknown, seed,
	       faults ? "faults" : "good");
	return faults ? 1 : 0;
}
