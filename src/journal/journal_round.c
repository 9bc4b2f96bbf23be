#include "journal/journal_round.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "base/mem.h"

struct journal_round *journal_round_new(struct journal_file *file)
{
	struct journal_round *round = mem_zalloc(sizeof(*round));
	pthread_condattr_t attributes;

	round->file = file;
	pthread_mutex_init(&round->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&round->ended_now, &attributes);
	pthread_condattr_destroy(&attributes);
	return round;
}

/* Reading goes on where writing cannot: what others did is to be seen all the same. */
static void visit(struct journal_round *round)
{
	struct journal_file *file = round->file;
	bool changed = round->more || round->write_count > 0;
	bool news = false;

	/* Whether it may be written by now is seen by opening it anew. */
	if (round->write_count && journal_file_writable(file, NULL))
		journal_file_close(file);
	if (journal_file_open(file, &round->error)) {
		round->read_failed = true;
		round->write_failed = round->write_count > 0;
		return;
	}
	if (round->write_count && journal_file_write(file, &round->writes, &round->error))
		round->write_failed = true;
	if (!file->db || round->closes)
		return;
	if (journal_file_changed(file, &news, &round->error) ||
	    ((changed || news) &&
	     journal_file_read(file, JOURNAL_ROUND_READS, &round->reads, &round->more, &round->error)))
		round->read_failed = true;
}

void journal_round_work(void *state)
{
	struct journal_round *round = state;

	visit(round);
	if (round->closes)
		journal_file_close(round->file);
	pthread_mutex_lock(&round->lock);
	round->ended = true;
	pthread_cond_signal(&round->ended_now);
	pthread_mutex_unlock(&round->lock);
}

void journal_round_drop(void *state)
{
	struct journal_round *round = state;

	journal_file_free(round->file);
	journal_events_release(&round->writes);
	journal_events_release(&round->reads);
	pthread_cond_destroy(&round->ended_now);
	pthread_mutex_destroy(&round->lock);
	free(round);
}

bool journal_round_await(struct journal_round *round, int64_t until_ms)
{
	struct timespec until = { .tv_sec = until_ms / 1000, .tv_nsec = until_ms % 1000 * 1000000 };
	bool ended;

	pthread_mutex_lock(&round->lock);
	while (!round->ended)
		if (pthread_cond_timedwait(&round->ended_now, &round->lock, &until) == ETIMEDOUT)
			break;
	ended = round->ended;
	pthread_mutex_unlock(&round->lock);
	return ended;
}
