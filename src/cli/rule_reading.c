#include "cli/rule_reading.h"

#include <stdlib.h>

#include "base/mem.h"

struct rule_reading {
	struct job *job;
	char **paths;
	size_t count;
	struct rule_set rules;
	struct error_list faults;
	rule_reading_done *done;
};

static void read_files(void *state)
{
	struct rule_reading *reading = state;

	for (size_t i = 0; i < reading->count; i++)
		rule_file_read(&reading->rules, reading->paths[i], &reading->faults);
}

static void on_read(void *state, void *user)
{
	struct rule_reading *reading = state;

	reading->done(user, &reading->rules, &reading->faults);
}

static void drop(void *state)
{
	struct rule_reading *reading = state;

	for (size_t i = 0; i < reading->count; i++)
		free(reading->paths[i]);
	free(reading->paths);
	rule_set_release(&reading->rules);
	error_list_release(&reading->faults);
	free(reading);
}

static const struct job_ops ops = { .work = read_files, .done = on_read, .drop = drop, .waits = true };

struct rule_reading *rule_reading_start(struct pool *pool, const char *const *paths, size_t count,
					rule_reading_done *done, void *user)
{
	struct rule_reading *reading = mem_zalloc(sizeof(*reading));

	reading->done = done;
	reading->count = count;
	reading->paths = mem_array(count + 1, sizeof(*reading->paths));
	for (size_t i = 0; i < count; i++)
		reading->paths[i] = mem_strdup(paths[i]);
	rule_set_init(&reading->rules);
	error_list_init(&reading->faults);
	reading->job = pool_submit(pool, &ops, reading, user, NULL);
	if (reading->job)
		return reading;
	/* Nothing was called: it is still ours. */
	read_files(reading);
	on_read(reading, user);
	drop(reading);
	return NULL;
}

void rule_reading_cancel(struct rule_reading *reading)
{
	if (reading)
		job_cancel(reading->job);
}
