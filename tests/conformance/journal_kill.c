/* Writers killed in the middle. */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "journal_trial.h"

#define WRITERS 3
#define BURST   7

/* What a writer has of its own; `durable` is seen by the one that kills it. */
struct writer {
	struct desk desk;
	int round, number;
	int64_t appended;
	volatile int64_t *durable;
};

static void on_event(void *user, const struct journal_event *event)
{
	(void)user;
	(void)event;
}

/* They become durable in order. */
static void on_health(void *user)
{
	struct writer *writer = user;
	struct journal_health health;

	journal_get_health(writer->desk.journal, &health);
	*writer->durable = writer->appended - (int64_t)health.waiting;
}

static void on_tick(void *user)
{
	struct writer *writer = user;

	for (int i = 0; i < BURST; i++) {
		int64_t number = ++writer->appended;
		char *id = mem_printf("%d/%d/%" PRId64, writer->round, writer->number, number);
		char *body = make_body((uint64_t)number, (size_t)(number * 37 % 3000));

		journal_append(writer->desk.journal,
			       &(struct journal_event){ .id = id, .system = "s", .kind = "k", .body = body });
		free(id);
		free(body);
	}
	timer_start(writer->desk.timer, 2);
}

static void write_until_killed(const char *path, int round, int number, volatile int64_t *durable)
{
	struct writer writer = { .round = round, .number = number, .durable = durable };

	desk_open(&writer.desk,
		  &(struct journal_config){
			  .path = path, .on_event = on_event, .on_health = on_health, .user = &writer },
		  on_tick);
	loop_run(writer.desk.loop);
}

/* Everything that was durable is there, and what is there is a beginning of what was appended. */
static int check_writer(const char *path, int round, int number, int64_t durable)
{
	char *count = mem_printf("SELECT count(*) FROM event WHERE id LIKE '%d/%d/%%'", round, number);
	char *last = mem_printf("SELECT ifnull(max(CAST(substr(id, %d) AS INTEGER)), 0) FROM event"
				" WHERE id LIKE '%d/%d/%%'",
				snprintf(NULL, 0, "%d/%d/", round, number) + 1, round, number);
	int64_t there = ask(path, count), highest = ask(path, last);
	int faults = 0;

	/* -1: killed before there was a table. */
	if ((there < durable && (there >= 0 || durable > 0)) || there != highest) {
		printf("FAULT: writer %d of round %d: %" PRId64 " there, the last is %" PRId64 ", durable %" PRId64
		       "\n",
		       number, round, there, highest, durable);
		faults = 1;
	}
	free(count);
	free(last);
	return faults;
}

int trial_kill(const char *folder, int kills)
{
	char *path = mem_printf("%s/kill.db", folder);
	volatile int64_t *durable = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int64_t promised = 0, count = 0;
	int faults = 0;

	for (int round = 0; round < kills; round++) {
		pid_t writers[WRITERS];

		for (int i = 0; i < WRITERS; i++) {
			durable[i] = 0;
			writers[i] = fork();
			if (!writers[i]) {
				write_until_killed(path, round, i, &durable[i]);
				_exit(1);
			}
		}
		/* Sooner or later: while the file is made, in a transaction, in a checkpoint. */
		for (int i = 0; i < WRITERS; i++) {
			usleep((useconds_t)(1000 + (round * 7919 + i * 3571) % 60000));
			kill(writers[i], SIGKILL);
		}
		for (int i = 0; i < WRITERS; i++)
			waitpid(writers[i], NULL, 0);
		for (int i = 0; i < WRITERS; i++) {
			promised += durable[i];
			faults += check_writer(path, round, i, durable[i]);
		}
	}
	faults += inspect(path, &count);
	printf("kill: %d processes killed, %" PRId64 " events durable when they were, %" PRId64
	       " in the file; all of the former, none half\n",
	       kills * WRITERS, promised, count);
	if (!promised) {
		printf("FAULT: nothing was durable: the trial shows nothing\n");
		faults++;
	}
	munmap((void *)(uintptr_t)durable, 4096);
	free(path);
	return faults;
}
