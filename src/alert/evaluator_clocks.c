/* The evaluator's clock file: read before the first evaluation, written as states change. Both on the pool: a disk may
 * hang. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "alert/clock_file.h"
#include "alert/evaluator_private.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"

#define CHANGE_MS     1000 /* from a change to the file */
#define READ_PATIENCE 5000 /* then the rules are evaluated without clocks */
#define END_PATIENCE  2    /* s, for a write under way when all ends */

/* The file itself, which jobs may still be busy with when the evaluator is gone. */
struct clock_disk {
	char *path;
	pthread_mutex_t lock;
	uint64_t written;    /* number of the newest text that is in the file */
	unsigned references; /* loop only */
};

struct clock_keeper {
	struct evaluator *evaluator;
	struct clock_disk *disk;
	char **names; /* of each rule, as the file has it */
	struct job *reading, *writing;
	struct timer *patience; /* with reading */
	struct timer *write;
	bool soon;       /* the timer runs because of a change */
	bool complained; /* of writing */
	uint64_t number; /* of the text made last */
};

static void disk_unref(struct clock_disk *disk)
{
	if (--disk->references)
		return;
	pthread_mutex_destroy(&disk->lock);
	free(disk->path);
	free(disk);
}

/* ---- writing ---- */

struct write_job {
	struct clock_disk *disk;
	struct strbuf text;
	uint64_t number;
	bool failed;
	struct error error;
};

/* With the lock held. What is older than the file is not written. */
static int disk_write(struct clock_disk *disk, const struct strbuf *text, uint64_t number, struct error *error)
{
	if (number <= disk->written)
		return 0;
	if (path_write(disk->path, text->text, text->length, error) < 0)
		return -1;
	disk->written = number;
	return 0;
}

static void on_write_work(void *state)
{
	struct write_job *job = state;

	pthread_mutex_lock(&job->disk->lock);
	job->failed = disk_write(job->disk, &job->text, job->number, &job->error) < 0;
	pthread_mutex_unlock(&job->disk->lock);
}

static void complain(struct clock_keeper *keeper, const struct error *error)
{
	if (!keeper->complained)
		log_line(LOG_LEVEL_WARN, "alert clocks are not kept: %s", error->text);
	keeper->complained = true;
}

static void on_write_done(void *state, void *user)
{
	const struct write_job *job = state;
	struct clock_keeper *keeper = user;

	keeper->writing = NULL;
	if (job->failed)
		complain(keeper, &job->error);
	else
		keeper->complained = false;
}

static void on_write_drop(void *state)
{
	struct write_job *job = state;

	disk_unref(job->disk);
	strbuf_release(&job->text);
	free(job);
}

static const struct job_ops write_ops = {
	.work = on_write_work, .done = on_write_done, .drop = on_write_drop, .waits = true
};

static struct alert_clock clock_of(const struct alert_instance *instance, int64_t last_ms)
{
	return (struct alert_clock){ .labels = instance->labels,
				     .active_ms = instance->active_ms,
				     .fired_ms = instance->phase == ALERT_FIRING ? instance->fired_ms : 0,
				     .keep_firing_since_ms = instance->keep_firing_since_ms,
				     .last_ms = last_ms,
				     .value = instance->value };
}

/* What is active, and what an earlier process left that has not come up yet. */
static void add_rule(struct strbuf *ret, const char *name, const struct rule_memory *memory)
{
	for (size_t i = 0; i < memory->instances.count; i++) {
		const struct alert_instance *instance = memory->instances.items[i];
		const struct alert_clock clock = clock_of(instance, memory->last_ms);

		if (instance->phase != ALERT_INACTIVE)
			clock_file_add(ret, name, &clock);
	}
	for (size_t i = 0; i < memory->clocks.count; i++)
		clock_file_add(ret, name, &memory->clocks.items[i]);
}

static void make_text(struct clock_keeper *keeper, struct strbuf *ret)
{
	const struct evaluator *evaluator = keeper->evaluator;

	clock_file_begin(ret);
	for (size_t i = 0; i < evaluator->rule_count; i++)
		if (keeper->names[i])
			add_rule(ret, keeper->names[i], &evaluator->rules[i].memory);
	clock_file_end(ret);
	keeper->number++;
}

static void on_write(void *user)
{
	struct clock_keeper *keeper = user;
	struct write_job *job;
	struct error error;

	keeper->soon = false;
	if (keeper->writing) { /* the disk is slow */
		timer_start(keeper->write, CHANGE_MS);
		return;
	}
	job = mem_zalloc(sizeof(*job));
	job->disk = keeper->disk;
	job->disk->references++;
	strbuf_init(&job->text);
	make_text(keeper, &job->text);
	job->number = keeper->number;
	keeper->writing = pool_submit(keeper->evaluator->config.pool, &write_ops, job, keeper, &error);
	if (!keeper->writing) {
		complain(keeper, &error);
		on_write_drop(job);
		timer_start(keeper->write, CHANGE_MS);
	}
}

void clock_keeper_note(struct clock_keeper *keeper, bool changed)
{
	if (!keeper || keeper->evaluator->config.clock_read_only)
		return;
	if (keeper->soon || (!changed && timer_is_running(keeper->write)))
		return;
	keeper->soon = changed;
	timer_start(keeper->write, changed ? CHANGE_MS : EVALUATOR_KEEP_MS);
}

/* ---- reading ---- */

struct read_job {
	struct clock_disk *disk;
	struct clock_entries entries;
	bool failed;
	struct error error;
};

static void on_read_work(void *state)
{
	struct read_job *job = state;
	struct strbuf text = STRBUF_INIT;
	struct error error;

	if (path_exists(job->disk->path)) {
		if (path_read(job->disk->path, CLOCK_FILE_MAX, &text, &job->error) < 0) {
			job->failed = true;
		} else if (clock_file_read(&job->entries, text.text, text.length, &error) < 0) {
			job->failed = true;
			error_set(&job->error, "%s: %s", job->disk->path, error.text);
		}
	}
	strbuf_release(&text);
}

/* Rules by their names; of two that are the same the first has the clocks. */
static void restore(struct clock_keeper *keeper, const struct clock_entries *entries)
{
	struct evaluator *evaluator = keeper->evaluator;
	struct map rules = { 0 };

	for (size_t i = 0; i < evaluator->rule_count; i++)
		if (keeper->names[i] && !map_has(&rules, keeper->names[i]))
			map_set(&rules, keeper->names[i], &evaluator->rules[i]);
	for (size_t i = 0; i < entries->items.count; i++) {
		struct rule_slot *slot = map_get(&rules, entries->items.items[i].rule);

		if (slot)
			rule_memory_restore(&slot->memory, &entries->items.items[i].clock);
	}
	map_release(&rules, NULL);
}

static void on_read_done(void *state, void *user)
{
	const struct read_job *job = state;
	struct clock_keeper *keeper = user;

	keeper->reading = NULL;
	timer_stop(keeper->patience);
	if (job->failed) {
		log_line(LOG_LEVEL_WARN, "alert clocks begin anew: %s", job->error.text);
		clock_keeper_note(keeper, true);
	}
	restore(keeper, &job->entries);
	evaluator_begin(keeper->evaluator);
}

static void on_read_drop(void *state)
{
	struct read_job *job = state;

	disk_unref(job->disk);
	clock_entries_release(&job->entries);
	free(job);
}

static const struct job_ops read_ops = {
	.work = on_read_work, .done = on_read_done, .drop = on_read_drop, .waits = true
};

static void go_without(struct clock_keeper *keeper, const char *reason)
{
	log_line(LOG_LEVEL_WARN, "alert clocks begin anew: %s: %s", keeper->disk->path, reason);
	evaluator_begin(keeper->evaluator);
}

static void on_patience(void *user)
{
	struct clock_keeper *keeper = user;

	job_cancel(keeper->reading);
	keeper->reading = NULL;
	go_without(keeper, "cannot be read for 5s");
}

static void read_file(struct clock_keeper *keeper)
{
	struct read_job *job = mem_zalloc(sizeof(*job));
	struct error error;

	job->disk = keeper->disk;
	job->disk->references++;
	keeper->reading = pool_submit(keeper->evaluator->config.pool, &read_ops, job, keeper, &error);
	if (keeper->reading) {
		timer_start(keeper->patience, READ_PATIENCE);
		return;
	}
	on_read_drop(job);
	go_without(keeper, error.text);
}

/* ---- beginning and end ---- */

void clock_keeper_new(struct evaluator *evaluator)
{
	struct loop *loop = evaluator->config.loop;
	struct clock_keeper *keeper;

	if (!evaluator->config.clock_file) {
		evaluator_begin(evaluator);
		return;
	}
	keeper = evaluator->clocks = mem_zalloc(sizeof(*keeper));
	keeper->evaluator = evaluator;
	keeper->disk = mem_zalloc(sizeof(*keeper->disk));
	keeper->disk->path = mem_strdup(evaluator->config.clock_file);
	keeper->disk->references = 1;
	pthread_mutex_init(&keeper->disk->lock, NULL);
	keeper->patience = timer_new(loop, on_patience, keeper);
	keeper->write = timer_new(loop, on_write, keeper);
	keeper->names = mem_array(evaluator->rule_count + 1, sizeof(*keeper->names));
	for (size_t i = 0; i < evaluator->rule_count; i++)
		if (evaluator->rules[i].rule->kind == RULE_ALERT)
			keeper->names[i] = clock_file_rule(evaluator->rules[i].group, evaluator->rules[i].rule);
	read_file(keeper);
}

/* A write under way may hang with its disk: it is not waited for much longer than it would take. */
static void write_last(struct clock_keeper *keeper)
{
	struct strbuf text = STRBUF_INIT;
	struct timespec until;
	struct error error;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += END_PATIENCE;
	make_text(keeper, &text);
	if (pthread_mutex_timedlock(&keeper->disk->lock, &until) == 0) {
		if (disk_write(keeper->disk, &text, keeper->number, &error) < 0)
			complain(keeper, &error);
		pthread_mutex_unlock(&keeper->disk->lock);
	}
	strbuf_release(&text);
}

void clock_keeper_free(struct clock_keeper *keeper)
{
	if (!keeper)
		return;
	if (timer_is_running(keeper->write))
		write_last(keeper);
	if (keeper->reading)
		job_cancel(keeper->reading);
	if (keeper->writing)
		job_cancel(keeper->writing);
	timer_free(keeper->patience);
	timer_free(keeper->write);
	for (size_t i = 0; i < keeper->evaluator->rule_count; i++)
		free(keeper->names[i]);
	free(keeper->names);
	disk_unref(keeper->disk);
	free(keeper);
}
