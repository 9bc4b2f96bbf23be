/*
 * One visit to the journal's file, as a job: write what waits, read what came.
 * The file and the events are the round's while it is under way.
 */
#ifndef JOURNAL_JOURNAL_ROUND_H
#define JOURNAL_JOURNAL_ROUND_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "journal/journal_file.h"
#include "loop/pool.h"

#define JOURNAL_ROUND_WRITES 500
#define JOURNAL_ROUND_READS  500 /* folded in the loop in one go: a few milliseconds */

struct journal_round {
	struct job *job;
	struct journal_file *file;
	struct journal_events writes, reads;
	size_t write_count; /* of `writes` when it began: the loop may read this one meanwhile */
	bool closes;        /* the last one: closes the file */
	bool write_failed, read_failed, more;
	struct error error;
	pthread_mutex_t lock;
	pthread_cond_t ended_now;
	bool ended;
};

struct journal_round *journal_round_new(struct journal_file *file);

/* For struct job_ops. */
void journal_round_work(void *state);
void journal_round_drop(void *state);

/* Wait for the end of the work, until that time of the monotonic clock. */
bool journal_round_await(struct journal_round *round, int64_t until_ms);

#endif
