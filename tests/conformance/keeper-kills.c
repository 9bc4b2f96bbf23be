/*
 * keeper-kills [KILLS [SEED]]
 *
 * Consoles and keepers killed at any moment. A console does as skep does: it
 * writes in the journal what it is about to run, waits until that is durable,
 * has a keeper run it, and writes down how it ended. Others take up what the
 * killed ones left, and are killed too. Each step's command adds one byte to a
 * file of its own. Whatever was killed when:
 *
 *   - no such file ever has more than one byte, and one whose step was not in
 *     the journal has none;
 *   - a step that is said to have ended has one, one that never ran has none;
 *   - a step is lost only when its keeper was killed, and what was once
 *     said of it is said ever after.
 */
#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "journal/journal.h"
#include "loop/pool.h"
#include "runbook/keeper.h"

#define LIMIT_MS 60000
#define TICK_MS  1

/* What a console says at its end. */
enum word { WORD_PHASE = 10, WORD_NO_INTENT = 30, WORD_CHANGED, WORD_TOLD_TWICE, WORD_LATE, WORD_REFUSED };

/* ---- a console ---- */

struct desk {
	struct loop *loop;
	struct pool *pool;
	struct journal *journal;
	struct timer *tick;
	struct keeper *keeper;
	const char *folder;
	char *attempt, *subject;
	bool begins;        /* the one that runs it, not one that takes it up */
	bool ready, intent; /* the journal was read; the step is in it */
	int known;          /* the phase that is in the journal; -1 */
	bool ending;
	int word;
	int64_t until_ms;
};

static void on_event(void *user, const struct journal_event *event)
{
	struct desk *desk = user;
	int phase;

	if (strcmp(event->subject, desk->subject) != 0)
		return;
	if (strcmp(event->kind, "intent") == 0) {
		desk->intent = true;
		return;
	}
	phase = (int)strtol(event->body + strlen("{\"phase\":"), NULL, 10);
	if (desk->known >= 0 && desk->known != phase)
		desk->word = WORD_TOLD_TWICE;
	desk->known = phase;
}

static void on_ready(void *user)
{
	struct desk *desk = user;

	desk->ready = true;
}

static void append(struct desk *desk, const char *kind, const char *body)
{
	journal_append(desk->journal,
		       &(struct journal_event){ .system = "s", .kind = kind, .subject = desk->subject, .body = body });
}

static bool is_durable(const struct desk *desk)
{
	struct journal_health health;

	journal_get_health(desk->journal, &health);
	return health.open && !health.waiting;
}

/* It is over: said once, and then the console may go. */
static void on_change(void *user)
{
	struct desk *desk = user;
	int phase = (int)keeper_phase(desk->keeper);
	char body[40];

	if (phase < KEEPER_ENDED || desk->ending)
		return;
	desk->ending = true;
	if (!desk->word)
		desk->word = desk->known >= 0 && desk->known != phase ? WORD_CHANGED : WORD_PHASE + phase;
	if (desk->known >= 0)
		return;
	snprintf(body, sizeof(body), "{\"phase\":%d}", phase);
	append(desk, "outcome", body);
}

static void start(struct desk *desk)
{
	struct keeper_config config = { .loop = desk->loop, .on_change = on_change, .user = desk };
	char *command = mem_printf("printf x >>counter-%s; sleep 0.0%s; echo done", desk->subject,
				   desk->subject + strlen(desk->subject) - 1);
	struct keeper_order order = {
		.folder = desk->attempt, .command = command, .shell = "/bin/sh", .directory = desk->folder
	};

	desk->keeper = keeper_start(&config, &order, NULL);
	if (!desk->keeper)
		desk->word = WORD_REFUSED;
	free(command);
}

static void take_up(struct desk *desk)
{
	struct keeper_config config = { .loop = desk->loop, .on_change = on_change, .user = desk };

	desk->keeper = keeper_attach(&config, desk->attempt, NULL);
	on_change(desk);
}

static void on_tick(void *user)
{
	struct desk *desk = user;

	if (clock_monotonic_ms() > desk->until_ms)
		desk->word = WORD_LATE;
	if (desk->word && (is_durable(desk) || desk->word >= WORD_NO_INTENT)) {
		loop_stop(desk->loop);
		return;
	}
	if (desk->ready && !desk->keeper && !desk->ending) {
		if (desk->begins && !desk->intent)
			append(desk, "intent", "{}");
		else if (desk->begins && is_durable(desk))
			start(desk);
		else if (!desk->begins && desk->intent)
			take_up(desk);
		else if (!desk->begins)
			desk->word = WORD_NO_INTENT;
	}
	timer_start(desk->tick, TICK_MS);
}

/* Returns what it has to say. */
static int console(const char *folder, int attempt, bool begins)
{
	struct desk desk = { .folder = folder,
			     .attempt = mem_printf("%s/attempt-%d", folder, attempt),
			     .subject = mem_printf("%d", attempt),
			     .begins = begins,
			     .known = -1,
			     .until_ms = clock_monotonic_ms() + LIMIT_MS };
	char *path = mem_printf("%s/journal.db", folder);

	desk.loop = loop_new(NULL);
	desk.pool = pool_new(desk.loop, 1, NULL);
	desk.journal = journal_new(&(struct journal_config){ .loop = desk.loop,
							     .pool = desk.pool,
							     .path = path,
							     .on_event = on_event,
							     .on_ready = on_ready,
							     .user = &desk });
	desk.tick = timer_new(desk.loop, on_tick, &desk);
	timer_start(desk.tick, 0);
	loop_run(desk.loop);
	keeper_free(desk.keeper);
	timer_free(desk.tick);
	journal_free(desk.journal);
	pool_free(desk.pool);
	loop_free(desk.loop);
	free(path);
	free(desk.attempt);
	free(desk.subject);
	return desk.word;
}

/* ---- the one that kills ---- */

struct killer {
	const char *folder;
	uint64_t random;
	unsigned whole_us; /* how long an attempt takes here that nobody kills */
	int kills, keepers_killed, faults;
	int counts[WORD_NO_INTENT + 1]; /* of the words at the end */
};

static unsigned draw(struct killer *killer, unsigned below)
{
	killer->random = killer->random * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (unsigned)(killer->random >> 33) % below;
}

static pid_t begin_console(const struct killer *killer, int attempt, bool begins)
{
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		int word = console(killer->folder, attempt, begins);

		_exit(word);
	}
	return pid;
}

/* Who holds the attempt's lock is in /proc/locks, by the file's number. */
static pid_t keeper_of(const struct killer *killer, int attempt)
{
	char *path = mem_printf("%s/attempt-%d/lock", killer->folder, attempt), line[256], wanted[40];
	FILE *locks = fopen("/proc/locks", "re");
	struct stat status;
	pid_t pid = 0;

	snprintf(wanted, sizeof(wanted), "none");
	if (stat(path, &status) == 0)
		snprintf(wanted, sizeof(wanted), ":%lu ", (unsigned long)status.st_ino);
	while (locks && fgets(line, sizeof(line), locks)) {
		const char *held = strstr(line, "FLOCK") ? strstr(line, "WRITE ") : NULL;

		if (held && strstr(held, wanted))
			pid = (pid_t)strtol(held + 6, NULL, 10);
	}
	if (locks)
		fclose(locks);
	free(path);
	return pid;
}

/* Sooner or later: while the journal is opened, the keeper starts, the step runs, the end is written down. */
static void wait_a_while(struct killer *killer)
{
	const unsigned most_us[] = { 3000, 12000, killer->whole_us / 3, killer->whole_us, killer->whole_us * 3 / 2 };

	usleep(draw(killer, most_us[draw(killer, sizeof(most_us) / sizeof(most_us[0]))]));
}

static bool kill_keeper(struct killer *killer, int attempt)
{
	pid_t keeper = keeper_of(killer, attempt);

	if (keeper <= 0 || kill(keeper, SIGKILL) < 0)
		return false;
	killer->kills++;
	killer->keepers_killed++;
	return true;
}

/* One console, killed at some moment; its keeper maybe too, before or after it. True when the keeper was. */
static bool kill_one(struct killer *killer, int attempt, bool begins)
{
	pid_t pid = begin_console(killer, attempt, begins);
	unsigned which = draw(killer, 4);
	bool killed = false;

	wait_a_while(killer);
	if (which == 0) {
		killed = kill_keeper(killer, attempt);
		wait_a_while(killer);
	}
	kill(pid, SIGKILL);
	killer->kills++;
	waitpid(pid, NULL, 0);
	if (which == 1) {
		wait_a_while(killer);
		killed = kill_keeper(killer, attempt);
	}
	return killed;
}

static int fault(struct killer *killer, int attempt, const char *words, int number)
{
	printf("FAULT: attempt %d: %s (%d)\n", attempt, words, number);
	killer->faults++;
	return 0;
}

static void check(struct killer *killer, int attempt, int word, bool keeper_killed)
{
	char *path = mem_printf("%s/counter-%d", killer->folder, attempt);
	struct stat status = { 0 };
	int runs = stat(path, &status) == 0 ? (int)status.st_size : 0;

	if (runs > 1)
		fault(killer, attempt, "ran more than once", runs);
	if (word == WORD_NO_INTENT && runs)
		fault(killer, attempt, "ran, and the journal does not know", runs);
	if (word == WORD_PHASE + KEEPER_ENDED && runs != 1)
		fault(killer, attempt, "is said to have ended, and did not run", runs);
	if (word == WORD_PHASE + KEEPER_NEVER && runs)
		fault(killer, attempt, "is said to have never run, and did", runs);
	if (word == WORD_PHASE + KEEPER_LOST && !keeper_killed)
		fault(killer, attempt, "is lost, and its keeper was not killed", runs);
	if (word > WORD_NO_INTENT || word < WORD_PHASE + KEEPER_ENDED)
		fault(killer, attempt, "is not settled: its last console said", word);
	else
		killer->counts[word]++;
	free(path);
}

static void one_attempt(struct killer *killer, int attempt)
{
	bool keeper_killed = kill_one(killer, attempt, true);
	unsigned more = draw(killer, 3);
	int status = 0;
	pid_t last;

	for (unsigned i = 0; i < more; i++)
		keeper_killed = kill_one(killer, attempt, false) || keeper_killed;
	for (int look = 0; look < 2; look++) {
		last = begin_console(killer, attempt, false);
		waitpid(last, &status, 0);
		check(killer, attempt, WIFEXITED(status) ? WEXITSTATUS(status) : -1, keeper_killed);
	}
}

/* A slow machine is given more time before the kill: so it comes at every moment there too. */
static void measure(struct killer *killer, int attempt)
{
	int64_t before_ms = clock_monotonic_ms();
	int status = 0;
	pid_t pid = begin_console(killer, attempt, true);

	waitpid(pid, &status, 0);
	killer->whole_us = (unsigned)(clock_monotonic_ms() - before_ms + 1) * 1000;
	check(killer, attempt, WIFEXITED(status) ? WEXITSTATUS(status) : -1, false);
}

static void remove_below(int parent, const char *name)
{
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *stream = fd >= 0 ? fdopendir(fd) : NULL;

	for (struct dirent *entry; stream && (entry = readdir(stream));)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
		    unlinkat(dirfd(stream), entry->d_name, 0) < 0)
			remove_below(dirfd(stream), entry->d_name);
	if (stream)
		closedir(stream);
	unlinkat(parent, name, AT_REMOVEDIR);
}

int main(int argc, char **argv)
{
	int wanted = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 100, attempts = 0;
	char folder[] = "/tmp/skep-keeper-kills-XXXXXX";
	struct killer killer = { .folder = folder,
				 .random = argc > 2 ? strtoull(argv[2], NULL, 10) : (uint64_t)clock_wall_ms() };
	uint64_t seed = killer.random;

	if (wanted < 1 || wanted > 1000000 || !mkdtemp(folder)) {
		fprintf(stderr, "usage: keeper-kills [KILLS [SEED]]\n");
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	measure(&killer, attempts++);
	while (killer.kills < wanted && !killer.faults)
		one_attempt(&killer, attempts++);
	if (!killer.faults && !killer.counts[WORD_PHASE + KEEPER_ENDED]) {
		printf("FAULT: no step came to its end: the trial shows nothing\n");
		killer.faults++;
	}
	printf("%d killed, %d of them keepers; of %d steps %d ended, %d never ran, %d are lost, %d were not begun "
	       "(seed "
	       "%" PRIu64 ")\n",
	       killer.kills, killer.keepers_killed, attempts, killer.counts[WORD_PHASE + KEEPER_ENDED] / 2,
	       killer.counts[WORD_PHASE + KEEPER_NEVER] / 2, killer.counts[WORD_PHASE + KEEPER_LOST] / 2,
	       killer.counts[WORD_NO_INTENT] / 2, seed);
	if (killer.faults)
		printf("kept: %s\n", folder);
	else
		remove_below(AT_FDCWD, folder);
	printf("%s: %d faults\n", killer.faults ? "FAIL" : "ok", killer.faults);
	return killer.faults ? 1 : 0;
}
