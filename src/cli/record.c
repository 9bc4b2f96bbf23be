#include "cli/record.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/path.h"

#define RECORD_DAYS                                                                                                    \
	92 /* of what people did is told at the start: when a runbook was last run is asked by the quarter */

char *record_state_path(const struct system *system, const char *name)
{
	return system->state ? path_join(system->state, name) : path_user(PATH_STATE, name);
}

void record_add(struct record *record, const struct record_listener *listener)
{
	if (record->count < RECORD_LISTENERS)
		record->listeners[record->count++] = *listener;
}

static void on_event(void *user, const struct journal_event *event)
{
	const struct record *record = user;

	for (size_t i = 0; i < record->count; i++)
		record->listeners[i].on_event(record->listeners[i].user, event);
}

static void on_durable(void *user, const struct journal_event *event)
{
	const struct record *record = user;

	for (size_t i = 0; i < record->count; i++)
		if (record->listeners[i].on_durable)
			record->listeners[i].on_durable(record->listeners[i].user, event);
}

static void on_health(void *user)
{
	const struct record *record = user;

	for (size_t i = 0; i < record->count; i++)
		if (record->listeners[i].on_health)
			record->listeners[i].on_health(record->listeners[i].user);
}

static void on_ready(void *user)
{
	struct record *record = user;

	record->ready = true;
	on_health(record);
}

/* One that only looks makes no file. */
void record_open(struct record *record, struct loop *loop, struct pool *pool, const struct system *system, bool keeps)
{
	char *path = record_state_path(system, "journal.db");
	struct journal_config config = { .loop = loop,
					 .pool = pool,
					 .path = path,
					 .since_ms = loop_wall_ms(loop) - RECORD_DAYS * CLOCK_DAY,
					 .on_event = on_event,
					 .on_durable = on_durable,
					 .on_ready = on_ready,
					 .on_health = on_health,
					 .user = record };

	record->ready = false;
	if (path && (keeps || path_exists(path)))
		record->journal = journal_new(&config);
	else
		record->ready = true;
	free(path);
}

void record_close(struct record *record)
{
	/* What is still written is told to nobody: they are gone. */
	record->count = 0;
	journal_free(record->journal);
	*record = (struct record){ 0 };
}
