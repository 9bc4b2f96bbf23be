/* Several processes at once, and one that is idle. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "journal_trial.h"

#define PROCESSES 5
#define EVENTS    60 /* of each */
#define LIMIT_MS  60000
#define IDLE_MS   4000

/* Written by the processes, read when they are gone. */
struct board {
	unsigned char seen[PROCESSES][PROCESSES][EVENTS]; /* by whom, of whom, which */
	int delay_ms[PROCESSES][PROCESSES][EVENTS];
	unsigned strange;
};

struct member {
	struct desk desk;
	struct board *board;
	int self, appended, seen;
	int64_t until_ms;
};

static void on_event(void *user, const struct journal_event *event)
{
	struct member *member = user;
	int of, which;

	if (sscanf(event->id, "%d/%d", &of, &which) != 2 || of < 0 || of >= PROCESSES || which < 0 || which >= EVENTS ||
	    !body_is_whole(event->body)) {
		member->board->strange++;
		return;
	}
	if (!member->board->seen[member->self][of][which]++)
		member->seen++;
	member->board->delay_ms[member->self][of][which] = (int)(clock_wall_ms() - event->time_ms);
}

static void on_tick(void *user)
{
	struct member *member = user;

	if (member->appended < EVENTS) {
		char *id = mem_printf("%d/%d", member->self, member->appended);
		char *body = make_body((uint64_t)member->appended, 200);

		member->appended++;
		journal_append(member->desk.journal, &(struct journal_event){ .id = id,
									      .time_ms = clock_wall_ms(),
									      .system = "s",
									      .kind = "k",
									      .body = body });
		free(id);
		free(body);
	}
	if ((member->seen == PROCESSES * EVENTS && !journal_busy(member->desk.journal)) ||
	    clock_monotonic_ms() > member->until_ms)
		loop_stop(member->desk.loop);
	timer_start(member->desk.timer, 20 + member->self * 7);
}

static void take_part(const char *path, int self, struct board *board)
{
	struct member member = { .board = board, .self = self, .until_ms = clock_monotonic_ms() + LIMIT_MS };

	desk_open(&member.desk, &(struct journal_config){ .path = path, .on_event = on_event, .user = &member },
		  on_tick);
	loop_run(member.desk.loop);
	desk_close(&member.desk);
}

static int compare_int(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

static int check_board(const struct board *board)
{
	int *delays = mem_array(PROCESSES * PROCESSES * EVENTS, sizeof(*delays)), count = 0, faults = 0;

	for (int by = 0; by < PROCESSES; by++)
		for (int of = 0; of < PROCESSES; of++)
			for (int which = 0; which < EVENTS; which++) {
				faults += board->seen[by][of][which] != 1;
				if (by != of)
					delays[count++] = board->delay_ms[by][of][which];
			}
	qsort(delays, (size_t)count, sizeof(*delays), compare_int);
	printf("share: %d processes, %d events of each: others' seen after %d ms (median), %d ms (worst)\n", PROCESSES,
	       EVENTS, delays[count / 2], delays[count - 1]);
	if (faults || board->strange)
		printf("FAULT: %d not seen exactly once, %u strange\n", faults, board->strange);
	free(delays);
	return faults + (int)board->strange;
}

int trial_share(const char *folder)
{
	char *path = mem_printf("%s/share.db", folder);
	struct board *board = mmap(NULL, sizeof(*board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int64_t count = 0;
	int faults;

	for (int i = 0; i < PROCESSES; i++)
		if (!fork()) {
			take_part(path, i, board);
			_exit(0);
		}
	while (wait(NULL) > 0)
		;
	faults = check_board(board) + inspect(path, &count);
	if (count != PROCESSES * EVENTS) {
		printf("FAULT: %" PRId64 " events in the file\n", count);
		faults++;
	}
	munmap(board, sizeof(*board));
	free(path);
	return faults;
}

static void on_end(void *user)
{
	loop_stop(((struct desk *)user)->loop);
}

static void pass_over(void *user, const struct journal_event *event)
{
	(void)user;
	(void)event;
}

static int64_t cpu_us(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (int64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 + usage.ru_utime.tv_usec +
	       usage.ru_stime.tv_usec;
}

/* Looks 25 times as often as it would, so that there is something to measure. */
int trial_idle(const char *folder)
{
	const int64_t poll_ms = 20;
	char *path = mem_printf("%s/share.db", folder);
	struct desk desk;
	int64_t before_us;
	double per_poll_us;

	desk_open(&desk,
		  &(struct journal_config){ .path = path, .poll_ms = poll_ms, .on_event = pass_over, .user = &desk },
		  on_end);
	timer_start(desk.timer, 500);
	loop_run(desk.loop);
	before_us = cpu_us();
	timer_start(desk.timer, IDLE_MS);
	loop_run(desk.loop);
	per_poll_us = (double)(cpu_us() - before_us) / ((double)IDLE_MS / (double)poll_ms);
	printf("idle: a look costs %.0f us of processor time: %.4f%% of a core at one in 500 ms\n", per_poll_us,
	       per_poll_us * 2 / 10000);
	desk_close(&desk);
	free(path);
	return 0;
}
