#include "journal/journal.h"

#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "journal/journal_file.h"
#include "journal/journal_round.h"

#define POLL_MS        500
#define RETRY_FIRST_MS 100
#define RETRY_MOST_MS  (30 * CLOCK_SECOND)
#define SILENT_MS      (5 * CLOCK_SECOND) /* a round that takes longer is told of */
#define LEAVE_MS       (2 * CLOCK_SECOND)
#define WAITING_BYTES  (64u * 1024 * 1024)

struct journal {
	struct journal_config config;
	char *path, *actor;
	struct timer *timer;
	struct journal_file *file; /* NULL while a round has it */
	struct journal_round *round;
	struct journal_events waiting; /* in order; what a round has is not among them */
	size_t waiting_bytes, lost;
	struct map untold;             /* ids of own events that the file has not shown yet */
	struct journal_events written; /* own ones in the file, in order, that reading may not have come to yet */
	struct file_identity identity; /* of the file they are in */
	int64_t read_to;               /* sequence up to which it was read */
	int64_t started_ms;            /* the round; monotonic */
	int64_t retry_ms;              /* monotonic: no sooner again; 0: nothing failed */
	unsigned failures;
	bool ready, more;
	struct journal_health health, shown;
};

static void kick(struct journal *journal);

static int64_t boot_ms(void)
{
	struct timespec now = { 0 };

	clock_gettime(CLOCK_BOOTTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static char *own_name(void)
{
	const struct passwd *user = getpwuid(geteuid());
	char host[256] = "";

	if (gethostname(host, sizeof(host) - 1) || !*host)
		snprintf(host, sizeof(host), "localhost");
	host[strcspn(host, ".")] = '\0';
	if (user && user->pw_name && *user->pw_name)
		return mem_printf("%s@%s", user->pw_name, host);
	return mem_printf("%u@%s", (unsigned)geteuid(), host);
}

/* 128 random bits. Before the kernel has any, time, process and a count tell events apart. */
static void make_id(char *ret, size_t size)
{
	uint64_t bits[2];

	if (getrandom(bits, sizeof(bits), GRND_NONBLOCK) != (ssize_t)sizeof(bits)) {
		bits[0] = (uint64_t)clock_wall_ms() << 20 ^ (uint64_t)getpid();
		bits[1] = (uint64_t)clock_monotonic_ns();
	}
	snprintf(ret, size, "%016" PRIx64 "%016" PRIx64, bits[0], bits[1]);
}

/* Whoever shows it is called only when there is another thing to show. */
static void tell_health(struct journal *journal)
{
	struct journal_health now;

	journal_get_health(journal, &now);
	if (now.open == journal->shown.open && now.waiting == journal->shown.waiting &&
	    now.lost == journal->shown.lost && now.events == journal->shown.events &&
	    !strcmp(now.reason, journal->shown.reason) && !strcmp(now.notice, journal->shown.notice))
		return;
	if (strcmp(now.reason, journal->shown.reason) != 0)
		log_line(*now.reason ? LOG_LEVEL_WARN : LOG_LEVEL_INFO, "%s: %s", journal->path,
			 *now.reason ? now.reason : "written again");
	journal->shown = now;
	if (journal->config.on_health)
		journal->config.on_health(journal->config.user);
}

static void tell_ready(struct journal *journal)
{
	if (journal->ready)
		return;
	journal->ready = true;
	if (journal->config.on_ready)
		journal->config.on_ready(journal->config.user);
}

static size_t event_bytes(const struct journal_event *event)
{
	return sizeof(*event) + strlen(event->body) + strlen(event->subject) + strlen(event->id) + 64;
}

static void bound_waiting(struct journal *journal)
{
	struct journal_event **items = journal->waiting.items.items;
	size_t gone = 0, count = journal->waiting.items.count;

	while (journal->waiting_bytes > WAITING_BYTES && gone < count) {
		journal->waiting_bytes -= event_bytes(items[gone]);
		free(map_remove(&journal->untold, items[gone]->id));
		free(items[gone++]);
	}
	if (!gone)
		return;
	memmove(items, items + gone, (count - gone) * sizeof(struct journal_event *));
	journal->waiting.items.count -= gone;
	journal->lost += gone;
}

/* What the round could not write comes before what was appended meanwhile. */
static void take_back(struct journal *journal, struct journal_round *round)
{
	struct journal_events all = round->writes;

	for (size_t i = 0; i < all.items.count; i++)
		journal->waiting_bytes += event_bytes(all.items.items[i]);
	for (size_t i = 0; i < journal->waiting.items.count; i++)
		vec_push(&all.items, journal->waiting.items.items[i]);
	vec_release(&journal->waiting.items);
	journal->waiting = all;
	round->writes = (struct journal_events){ 0 };
	bound_waiting(journal);
}

static void tell_durable(struct journal *journal, const struct journal_event *event)
{
	if (journal->config.on_durable)
		journal->config.on_durable(journal->config.user, event);
}

/* Own events were told when they were appended: that they are read says that they are durable. */
static void tell_events(struct journal *journal, const struct journal_events *events)
{
	for (size_t i = 0; i < events->items.count; i++) {
		const struct journal_event *event = events->items.items[i];

		if (map_remove(&journal->untold, event->id))
			tell_durable(journal, event);
		else
			journal->config.on_event(journal->config.user, event);
	}
}

/* What reading has passed without showing it: it was there before as another's, or is older than is told at the start.
 */
static void tell_passed(struct journal *journal)
{
	struct journal_events passed = journal->written, later = { 0 };
	int64_t read_to = journal->read_to;

	/* Who is told may append. */
	journal->written = (struct journal_events){ 0 };
	for (size_t i = 0; i < passed.items.count; i++) {
		struct journal_event *event = passed.items.items[i];

		if (event->sequence > read_to) {
			vec_push(&later.items, event);
			continue;
		}
		if (map_remove(&journal->untold, event->id))
			tell_durable(journal, event);
		free(event);
	}
	vec_release(&passed.items);
	journal->written = later;
}

/* When all is written and all is read, what was not shown is in a file that was taken away. */
static void settle(struct journal *journal)
{
	if (journal->more || journal->round || journal->waiting.items.count || !journal->untold.count)
		return;
	map_release(&journal->untold, NULL);
	map_init(&journal->untold);
}

static void note_failure(struct journal *journal, const char *reason)
{
	int64_t delay_ms = RETRY_FIRST_MS << (journal->failures < 10 ? journal->failures : 10);

	journal->failures++;
	journal->retry_ms = clock_monotonic_ms() + (delay_ms < RETRY_MOST_MS ? delay_ms : RETRY_MOST_MS);
	snprintf(journal->health.reason, sizeof(journal->health.reason), "%.159s", reason);
}

/* What cannot be written is said before there is something to write. */
static void note_success(struct journal *journal, const struct journal_file *file)
{
	struct error error = { "" };

	journal->failures = 0;
	journal->retry_ms = 0;
	(void)journal_file_writable(file, &error);
	snprintf(journal->health.reason, sizeof(journal->health.reason), "%.159s", error.text);
}

/* What the round wrote is kept until reading has come to it. Sequences of another file say nothing of this one. */
static void take_written(struct journal *journal, struct journal_round *round)
{
	if (!file_identity_equal(&journal->identity, &journal->file->identity))
		journal_events_release(&journal->written);
	journal->identity = journal->file->identity;
	journal->read_to = journal->file->last;
	if (round->write_failed)
		return;
	for (size_t i = 0; i < round->writes.items.count; i++)
		vec_push(&journal->written.items, round->writes.items.items[i]);
	vec_release(&round->writes.items);
}

/* Take over what a round brought: its file, its faults, its events. */
static void take_round(struct journal *journal, struct journal_round *round)
{
	journal->file = round->file;
	round->file = NULL;
	journal->round = NULL;
	journal->more = round->more || round->read_failed;
	journal->health.open = journal->file->db != NULL;
	journal->health.events = journal->file->events;
	snprintf(journal->health.notice, sizeof(journal->health.notice), "%s", journal->file->notice);
	take_written(journal, round);
	if (round->write_failed || round->read_failed)
		note_failure(journal, round->error.text);
	else if (round->write_count || !journal->waiting.items.count || !journal->failures)
		note_success(journal, journal->file);
	if (round->write_failed)
		take_back(journal, round);
}

static void on_done(void *state, void *user)
{
	struct journal_round *round = state;
	struct journal *journal = user;
	bool read_failed = round->read_failed;

	take_round(journal, round);
	tell_events(journal, &round->reads);
	tell_passed(journal);
	settle(journal);
	if (!journal->more || read_failed)
		tell_ready(journal);
	tell_health(journal);
	if ((journal->more || journal->waiting.items.count) && !journal->retry_ms)
		kick(journal);
}

static const struct job_ops round_ops = {
	.work = journal_round_work, .done = on_done, .drop = journal_round_drop, .waits = true
};

/* A round with what waits, or as much of it as one transaction takes. */
static struct journal_round *make_round(struct journal *journal, bool write)
{
	struct journal_round *round = journal_round_new(journal->file);
	struct journal_event **items = journal->waiting.items.items;
	size_t count = journal->waiting.items.count, taken = 0;

	journal->file = NULL;
	round->more = journal->more;
	for (; write && taken < count && taken < JOURNAL_ROUND_WRITES; taken++) {
		journal->waiting_bytes -= event_bytes(items[taken]);
		vec_push(&round->writes.items, items[taken]);
	}
	if (taken) {
		memmove(items, items + taken, (count - taken) * sizeof(struct journal_event *));
		journal->waiting.items.count -= taken;
	}
	round->write_count = taken;
	return round;
}

static void submit(struct journal *journal, struct journal_round *round)
{
	struct error error = { "" };

	round->job = pool_submit(journal->config.pool, &round_ops, round, journal, &error);
	if (round->job) {
		journal->round = round;
		journal->started_ms = clock_monotonic_ms();
		return;
	}
	journal->file = round->file;
	round->file = NULL;
	take_back(journal, round);
	journal_round_drop(round);
	note_failure(journal, error.text);
	tell_health(journal);
}

static void kick(struct journal *journal)
{
	bool due = !journal->retry_ms || clock_monotonic_ms() >= journal->retry_ms;

	if (journal->round || (!due && !journal->file->db))
		return;
	submit(journal, make_round(journal, due));
}

static void on_poll(void *user)
{
	struct journal *journal = user;

	timer_start(journal->timer, journal->config.poll_ms);
	if (journal->round && clock_monotonic_ms() - journal->started_ms > SILENT_MS) {
		snprintf(journal->health.reason, sizeof(journal->health.reason), "does not answer");
		tell_health(journal);
	}
	kick(journal);
}

struct journal *journal_new(const struct journal_config *config)
{
	struct journal *journal = mem_zalloc(sizeof(*journal));

	journal->config = *config;
	if (!journal->config.poll_ms)
		journal->config.poll_ms = POLL_MS;
	journal->path = mem_strdup(config->path);
	journal->actor = own_name();
	journal->file = journal_file_new(config->path, config->since_ms);
	journal->more = true;
	journal->timer = timer_new(config->loop, on_poll, journal);
	timer_start(journal->timer, journal->config.poll_ms);
	kick(journal);
	return journal;
}

/* Wait for the round that is under way. False: it hangs, and keeps what it has. */
static bool await_round(struct journal *journal, int64_t until_ms)
{
	struct journal_round *round = journal->round;

	if (!round)
		return true;
	/* It is not taken over in the loop any more: what it was doing is read from it here. */
	job_cancel(round->job);
	if (!journal_round_await(round, until_ms))
		return false;
	take_round(journal, round);
	return true;
}

/* The last rounds also close the file, which may wait for the disk as well. */
static void leave(struct journal *journal)
{
	int64_t until_ms = clock_monotonic_ms() + LEAVE_MS;
	bool last;

	do {
		struct journal_round *round;

		if (!await_round(journal, until_ms) || (!journal->waiting.items.count && !journal->file->db))
			return;
		round = make_round(journal, true);
		last = !journal->waiting.items.count;
		round->closes = true;
		submit(journal, round);
		if (!journal->round || !await_round(journal, until_ms))
			return;
	} while (!last && !journal->failures);
}

void journal_free(struct journal *journal)
{
	struct journal_health health;

	if (!journal)
		return;
	timer_free(journal->timer);
	leave(journal);
	journal_get_health(journal, &health);
	if (health.waiting)
		log_line(LOG_LEVEL_ERROR, "journal: %zu events were not written: %s", health.waiting, health.reason);
	journal_file_free(journal->file);
	journal_events_release(&journal->waiting);
	journal_events_release(&journal->written);
	map_release(&journal->untold, NULL);
	free(journal->path);
	free(journal->actor);
	free(journal);
}

void journal_append(struct journal *journal, const struct journal_event *event)
{
	struct journal_event full = *event, *copy;
	char id[40];

	if (!full.id) {
		make_id(id, sizeof(id));
		full.id = id;
	}
	full.sequence = 0;
	full.time_ms = full.time_ms ? full.time_ms : loop_wall_now_ms(journal->config.loop);
	full.monotonic_ms = full.monotonic_ms ? full.monotonic_ms : boot_ms();
	full.actor = full.actor ? full.actor : journal->actor;
	copy = journal_event_copy(&full);
	if (map_has(&journal->untold, copy->id)) {
		free(copy);
		return;
	}
	map_set(&journal->untold, copy->id, journal);
	journal->waiting_bytes += event_bytes(copy);
	vec_push(&journal->waiting.items, copy);
	/* The caller knows; when it becomes durable is news. */
	journal->shown.waiting++;
	journal->config.on_event(journal->config.user, copy);
	bound_waiting(journal);
	if (!journal->retry_ms)
		kick(journal);
}

void journal_get_health(const struct journal *journal, struct journal_health *ret)
{
	*ret = journal->health;
	ret->waiting = journal->waiting.items.count + (journal->round ? journal->round->write_count : 0);
	ret->lost = journal->lost;
	ret->path = journal->path;
}

bool journal_busy(const struct journal *journal)
{
	return !journal->ready || (journal->round && journal->round->write_count) ||
	       (journal->waiting.items.count && !journal->failures);
}
