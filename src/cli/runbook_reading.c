#include "cli/runbook_reading.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "runbook/runbook.h"

#define WAIT_MS 8 /* in the loop: nobody sees that a small file was not there yet */

struct runbook_reading {
	struct job *job;
	char *path;
	struct runbook runbook;
	bool there; /* it could be read */
	char why[ERROR_TEXT_MAX];
	runbook_read_done *done;
};

static void read_file(void *state)
{
	struct runbook_reading *reading = state;
	struct error_list errors;

	error_list_init(&errors);
	reading->there = runbook_read_file(&reading->runbook, reading->path, &errors) == 0;
	if (!reading->there)
		snprintf(reading->why, sizeof(reading->why), "%s",
			 errors.count ? errors.faults[0].text : "it cannot be read");
	error_list_release(&errors);
}

/* What was read is the callee's. */
static void on_read(void *state, void *user)
{
	struct runbook_reading *reading = state;
	bool there = reading->there;

	reading->there = false;
	reading->done(user, there ? &reading->runbook : NULL, reading->why);
}

static void drop(void *state)
{
	struct runbook_reading *reading = state;

	if (reading->there)
		runbook_release(&reading->runbook);
	free(reading->path);
	free(reading);
}

static const struct job_ops ops = { .work = read_file, .done = on_read, .drop = drop, .waits = true };

struct runbook_reading *runbook_reading_start(struct pool *pool, const char *path, runbook_read_done *done, void *user)
{
	struct runbook_reading *reading = mem_zalloc(sizeof(*reading));

	reading->path = mem_strdup(path);
	reading->done = done;
	reading->job = pool_submit(pool, &ops, reading, user, NULL);
	if (!reading->job) {
		/* Nothing was called: it is still ours. */
		read_file(reading);
		on_read(reading, user);
		drop(reading);
		return NULL;
	}
	if (!job_wait(reading->job, WAIT_MS))
		return reading;
	job_cancel(reading->job);
	on_read(reading, user);
	return NULL;
}

void runbook_reading_cancel(struct runbook_reading *reading)
{
	if (reading)
		job_cancel(reading->job);
}
