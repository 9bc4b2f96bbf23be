/* The journal's file: what is kept, what others see, and what happens when it cannot be written. */
#include <criterion/criterion.h>

#include <glob.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "journal/journal.h"
#include "journal/journal_file.h"

TestSuite(journal, .timeout = 60);

#define LIMIT_MS 20000 /* for liveness only */

/* One journal and what it told. */
struct seat {
	struct journal *journal;
	struct journal_events told;
	int ready, health;
	const char *echo;              /* append one of this kind for the first event that is told */
	struct journal_events durable; /* own ones */
	size_t early;                  /* how often one was told as durable before all that come before it */
	const char *next;              /* append one of this kind when the first is durable */
};

static char folder[64];
static char *path;
static struct loop *loop;
static struct pool *pool;

static void on_event(void *user, const struct journal_event *event)
{
	struct seat *seat = user;
	const char *echo = seat->echo;

	vec_push(&seat->told.items, journal_event_copy(event));
	seat->echo = NULL;
	if (echo)
		journal_append(seat->journal, &(struct journal_event){ .system = "s", .kind = echo });
}

/* Every sequence below it was told, or is another of its own. */
static bool is_in_order(const struct seat *seat, const struct journal_event *event)
{
	int64_t before = (int64_t)seat->durable.items.count;

	for (size_t i = 0; i < seat->told.items.count; i++)
		before += seat->told.items.items[i]->sequence > 0 &&
			  seat->told.items.items[i]->sequence < event->sequence;
	return before == event->sequence - 1;
}

static void on_durable(void *user, const struct journal_event *event)
{
	struct seat *seat = user;
	const char *next = seat->next;

	seat->early += !is_in_order(seat, event);
	vec_push(&seat->durable.items, journal_event_copy(event));
	seat->next = NULL;
	if (next)
		journal_append(seat->journal, &(struct journal_event){ .system = "s", .kind = next });
}

static void on_ready(void *user)
{
	((struct seat *)user)->ready++;
}

static void on_health(void *user)
{
	((struct seat *)user)->health++;
}

static void take_seat_since(struct seat *seat, int64_t since_ms)
{
	*seat = (struct seat){ 0 };
	seat->journal = journal_new(&(struct journal_config){ .loop = loop,
							      .pool = pool,
							      .path = path,
							      .since_ms = since_ms,
							      .poll_ms = 20,
							      .on_event = on_event,
							      .on_durable = on_durable,
							      .on_ready = on_ready,
							      .on_health = on_health,
							      .user = seat });
}

static void take_seat(struct seat *seat)
{
	take_seat_since(seat, 0);
}

static void leave_seat(struct seat *seat)
{
	journal_free(seat->journal);
	journal_events_release(&seat->told);
	journal_events_release(&seat->durable);
}

static void setup(void)
{
	snprintf(folder, sizeof(folder), "/tmp/skep-journal-XXXXXX");
	cr_assert(mkdtemp(folder));
	path = path_join(folder, "a/b/journal.db");
	loop = loop_new(NULL);
	pool = pool_new(loop, 1, NULL);
}

static void remove_all(const char *pattern)
{
	char *full = path_join(folder, pattern);
	glob_t found;

	if (!glob(full, 0, NULL, &found)) {
		for (size_t i = 0; i < found.gl_pathc; i++)
			remove(found.gl_pathv[i]);
		globfree(&found);
	}
	free(full);
}

static void teardown(void)
{
	static const char *const patterns[] = { "a/b/*", "a/b", "a" };

	pool_free(pool);
	loop_free(loop);
	for (size_t i = 0; i < 3; i++)
		remove_all(patterns[i]);
	rmdir(folder);
	free(path);
}

/* Let the loop run until it holds. */
struct await {
	bool (*holds)(const struct seat *seat, int64_t number);
	const struct seat *seat;
	int64_t number, until_ms;
	struct timer *timer;
};

static void on_look(void *user)
{
	struct await *await = user;

	if (await->holds(await->seat, await->number) || clock_monotonic_ms() > await->until_ms)
		loop_stop(loop);
	else
		timer_start(await->timer, 2);
}

static void await(bool (*holds)(const struct seat *, int64_t), const struct seat *seat, int64_t number)
{
	struct await await = { holds, seat, number, clock_monotonic_ms() + LIMIT_MS, NULL };

	await.timer = timer_new(loop, on_look, &await);
	timer_start(await.timer, 1);
	loop_run(loop);
	timer_free(await.timer);
	cr_assert(holds(seat, number), "%zu events told", seat->told.items.count);
}

static struct journal_health health_of(const struct seat *seat)
{
	struct journal_health health;

	journal_get_health(seat->journal, &health);
	return health;
}

static bool is_ready(const struct seat *seat, int64_t number)
{
	(void)number;
	return seat->ready;
}

static bool holds_events(const struct seat *seat, int64_t number)
{
	return health_of(seat).events == number && !health_of(seat).waiting;
}

static bool was_told(const struct seat *seat, int64_t number)
{
	return (int64_t)seat->told.items.count >= number;
}

static bool complains(const struct seat *seat, int64_t number)
{
	(void)number;
	return *health_of(seat).reason && !journal_busy(seat->journal);
}

static bool knows_durable(const struct seat *seat, int64_t number)
{
	return (int64_t)seat->durable.items.count >= number;
}

/* Time enough for a few more visits: nothing more is told. */
static bool rested(const struct seat *seat, int64_t number)
{
	(void)seat;
	return clock_monotonic_ms() >= number;
}

static void rest(const struct seat *seat)
{
	await(rested, seat, clock_monotonic_ms() + 150);
}

static void append(struct seat *seat, const char *kind, const char *id)
{
	journal_append(seat->journal, &(struct journal_event){ .system = "polln",
							       .kind = kind,
							       .id = id,
							       .subject = "00c0ffee",
							       .body = "{\"note\":\"x\"}" });
}

static const struct journal_event *told(const struct seat *seat, size_t index)
{
	cr_assert_lt(index, seat->told.items.count);
	return seat->told.items.items[index];
}

/* Another program's hand on the file. */
static sqlite3 *open_raw(void)
{
	sqlite3 *db = NULL;

	cr_assert_eq(sqlite3_open(path, &db), SQLITE_OK);
	return db;
}

static void raw(const char *sql)
{
	sqlite3 *db = open_raw();
	char *message = NULL;

	cr_assert_eq(sqlite3_exec(db, sql, NULL, NULL, &message), SQLITE_OK, "%s", message);
	sqlite3_close(db);
}

static int64_t raw_number(const char *sql)
{
	sqlite3 *db = open_raw();
	sqlite3_stmt *statement = NULL;
	int64_t number;

	cr_assert_eq(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK, "%s", sqlite3_errmsg(db));
	cr_assert_eq(sqlite3_step(statement), SQLITE_ROW);
	number = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	sqlite3_close(db);
	return number;
}

/* A journal of so many events, closed again. */
static void make_journal(int count)
{
	struct seat seat;

	take_seat(&seat);
	for (int i = 0; i < count; i++)
		journal_append(seat.journal,
			       &(struct journal_event){ .system = "polln",
							.kind = "n",
							.time_ms = 1000 + i,
							.body = "{\"text\":\"some words that take room\"}" });
	leave_seat(&seat);
}

Test(journal, own_events_are_told_at_once_and_never_again, .init = setup, .fini = teardown)
{
	struct seat seat;

	take_seat(&seat);
	append(&seat, "ack", NULL);
	cr_assert_eq(seat.told.items.count, 1, "before append returns");
	cr_expect_eq(told(&seat, 0)->sequence, 0);
	cr_expect_eq(health_of(&seat).waiting, 1);
	cr_expect(journal_busy(seat.journal));
	await(holds_events, &seat, 1);
	await(is_ready, &seat, 0);
	cr_expect(health_of(&seat).open);
	cr_expect_str_eq(health_of(&seat).reason, "");
	cr_expect_not(journal_busy(seat.journal));
	cr_expect_gt(seat.health, 0, "that it is durable is news");
	append(&seat, "unack", NULL);
	await(holds_events, &seat, 2);
	rest(&seat);
	cr_expect_eq(seat.told.items.count, 2);
	cr_expect_eq(seat.ready, 1);
	leave_seat(&seat);
}

Test(journal, own_events_are_told_again_when_durable, .init = setup, .fini = teardown)
{
	struct seat seat;

	take_seat(&seat);
	for (int i = 0; i < 1200; i++)
		append(&seat, "ack", NULL);
	cr_expect_eq(seat.durable.items.count, 0, "not before the loop goes on");
	await(knows_durable, &seat, 1200);
	rest(&seat);
	cr_assert_eq(seat.durable.items.count, 1200);
	cr_expect_eq(seat.told.items.count, 1200);
	for (size_t i = 0; i < 1200; i++) {
		cr_assert_eq(seat.durable.items.items[i]->sequence, (int64_t)i + 1);
		cr_assert_str_eq(seat.durable.items.items[i]->id, told(&seat, i)->id);
		cr_assert_str_eq(seat.durable.items.items[i]->body, "{\"note\":\"x\"}");
	}
	leave_seat(&seat);
}

Test(journal, what_is_durable_may_be_answered_at_once, .init = setup, .fini = teardown)
{
	struct seat seat;

	take_seat(&seat);
	seat.next = "start";
	append(&seat, "intent", NULL);
	await(knows_durable, &seat, 2);
	cr_expect_str_eq(seat.durable.items.items[0]->kind, "intent");
	cr_expect_str_eq(seat.durable.items.items[1]->kind, "start");
	cr_expect_eq(seat.durable.items.items[1]->sequence, 2);
	leave_seat(&seat);
}

Test(journal, all_that_is_before_is_told_before_durable, .init = setup, .fini = teardown)
{
	struct seat a, b;

	/* More than one visit reads. */
	make_journal(1300);
	take_seat(&a);
	take_seat(&b);
	for (int i = 0; i < 300; i++) {
		append(&a, "a", NULL);
		append(&b, "b", NULL);
	}
	await(knows_durable, &a, 300);
	await(knows_durable, &b, 300);
	rest(&a);
	cr_expect_eq(a.durable.items.count, 300);
	cr_expect_eq(b.durable.items.count, 300);
	cr_expect_eq(a.early, 0);
	cr_expect_eq(b.early, 0);
	leave_seat(&a);
	leave_seat(&b);
}

Test(journal, durable_under_another_ones_hand, .init = setup, .fini = teardown)
{
	struct seat a, b;

	take_seat(&a);
	append(&a, "first", "same");
	await(knows_durable, &a, 1);
	take_seat(&b);
	/* Before it hears of the other, */
	append(&b, "second", "same");
	append(&b, "own", "own");
	await(knows_durable, &b, 2);
	cr_expect_str_eq(b.durable.items.items[0]->id, "same");
	cr_expect_eq(b.durable.items.items[0]->sequence, 1);
	cr_expect_gt(b.durable.items.items[1]->sequence, 1);
	/* and long after. */
	append(&b, "third", "same");
	await(knows_durable, &b, 3);
	cr_expect_eq(b.durable.items.items[2]->sequence, 1);
	rest(&b);
	cr_expect_eq(b.durable.items.count, 3);
	cr_expect_eq(a.durable.items.count, 1);
	leave_seat(&a);
	leave_seat(&b);
}

Test(journal, durable_though_older_than_is_told, .init = setup, .fini = teardown)
{
	struct seat seat;

	make_journal(20);
	take_seat_since(&seat, 1000000);
	journal_append(seat.journal,
		       &(struct journal_event){ .system = "s", .kind = "old", .id = "old", .time_ms = 5 });
	await(knows_durable, &seat, 1);
	cr_expect_eq(seat.durable.items.items[0]->sequence, 21);
	leave_seat(&seat);
}

Test(journal, nothing_is_durable_while_it_cannot_be_written, .init = setup, .fini = teardown)
{
	struct seat seat;
	sqlite3 *db;

	take_seat(&seat);
	await(is_ready, &seat, 0);
	db = open_raw();
	cr_assert_eq(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	append(&seat, "intent", NULL);
	await(complains, &seat, 0);
	cr_expect_eq(seat.durable.items.count, 0);
	sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
	sqlite3_close(db);
	await(knows_durable, &seat, 1);
	cr_expect_gt(seat.durable.items.items[0]->sequence, 0);
	leave_seat(&seat);
}

Test(journal, everything_comes_back, .init = setup, .fini = teardown)
{
	const char *text = "{\"note\":\"\xc3\xa9\xe2\x82\xac \xff\xfe raw\\n\"}";
	struct seat seat;
	int64_t before_ms = clock_wall_ms();

	take_seat(&seat);
	journal_append(seat.journal, &(struct journal_event){ .id = "one",
							      .time_ms = 1234,
							      .monotonic_ms = 77,
							      .actor = "ana@jump1",
							      .system = "polln",
							      .kind = "ack",
							      .subject = "it's; DROP TABLE event",
							      .body = text });
	journal_append(seat.journal, &(struct journal_event){ .system = "dryad", .kind = "note" });
	leave_seat(&seat);

	take_seat(&seat);
	await(is_ready, &seat, 0);
	cr_assert_eq(seat.told.items.count, 2);
	cr_expect_eq(told(&seat, 0)->sequence, 1);
	cr_expect_eq(told(&seat, 0)->time_ms, 1234);
	cr_expect_eq(told(&seat, 0)->monotonic_ms, 77);
	cr_expect_str_eq(told(&seat, 0)->id, "one");
	cr_expect_str_eq(told(&seat, 0)->actor, "ana@jump1");
	cr_expect_str_eq(told(&seat, 0)->subject, "it's; DROP TABLE event");
	cr_expect_str_eq(told(&seat, 0)->body, text);
	cr_expect_eq(told(&seat, 1)->sequence, 2);
	cr_expect_str_eq(told(&seat, 1)->system, "dryad");
	cr_expect_str_eq(told(&seat, 1)->body, "{}");
	cr_expect_eq(strlen(told(&seat, 1)->id), 32);
	cr_expect(strchr(told(&seat, 1)->actor, '@'));
	cr_expect_geq(told(&seat, 1)->time_ms, before_ms);
	cr_expect_gt(told(&seat, 1)->monotonic_ms, 0);
	leave_seat(&seat);
}

Test(journal, is_private, .init = setup, .fini = teardown)
{
	struct stat status;
	char *parent;

	make_journal(1);
	cr_assert_eq(stat(path, &status), 0);
	cr_expect_eq(status.st_mode & 0777, 0600);
	parent = path_folder(path);
	cr_assert_eq(stat(parent, &status), 0);
	cr_expect_eq(status.st_mode & 0777, 0700);
	free(parent);
}

Test(journal, long_texts_are_bounded, .init = setup, .fini = teardown)
{
	char *subject = mem_alloc(3000), *body = mem_alloc(70000);
	struct seat seat;

	memset(subject, 'a', 2999);
	subject[2999] = '\0';
	memcpy(subject + 1022, "\xe2\x82\xac", 3); /* across the limit */
	memset(body, 'b', 69999);
	body[69999] = '\0';
	take_seat(&seat);
	journal_append(seat.journal, &(struct journal_event){ .system = "s", .subject = subject, .body = body });
	cr_expect_eq(strlen(told(&seat, 0)->subject), 1022);
	cr_expect_str_eq(told(&seat, 0)->body, "{}");
	await(holds_events, &seat, 1);
	leave_seat(&seat);
	free(subject);
	free(body);
}

Test(journal, the_start_tells_the_newest_in_order, .init = setup, .fini = teardown)
{
	struct seat seat;

	make_journal(2600);
	take_seat_since(&seat, 1100);
	cr_expect(journal_busy(seat.journal));
	await(is_ready, &seat, 0);
	cr_assert_eq(seat.told.items.count, 2500);
	for (size_t i = 0; i < 2500; i++)
		cr_assert_eq(told(&seat, i)->sequence, (int64_t)i + 101);
	cr_expect_eq(health_of(&seat).events, 2600);

	/* What comes later is told however old it says it is. */
	raw("INSERT INTO event(id, time_ms, monotonic_ms, actor, system, kind, subject, body)"
	    " VALUES('late', 5, 0, 'a', 's', 'k', '', '{}')");
	await(was_told, &seat, 2501);
	cr_expect_str_eq(told(&seat, 2500)->id, "late");
	cr_expect_eq(health_of(&seat).events, 2601);
	leave_seat(&seat);
}

Test(journal, nothing_is_told_that_is_older_than_asked, .init = setup, .fini = teardown)
{
	struct seat seat;

	make_journal(50);
	take_seat_since(&seat, 1000000);
	await(is_ready, &seat, 0);
	append(&seat, "ack", NULL);
	await(holds_events, &seat, 51);
	rest(&seat);
	cr_expect_eq(seat.told.items.count, 1);
	leave_seat(&seat);
}

Test(journal, two_see_each_other_once, .init = setup, .fini = teardown)
{
	struct seat a, b;

	take_seat(&a);
	take_seat(&b);
	for (int i = 0; i < 20; i++) {
		append(&a, "a", NULL);
		append(&b, "b", NULL);
	}
	await(was_told, &a, 40);
	await(was_told, &b, 40);
	await(holds_events, &a, 40);
	await(holds_events, &b, 40);
	rest(&a);
	cr_expect_eq(a.told.items.count, 40);
	cr_expect_eq(b.told.items.count, 40);
	for (size_t i = 20; i < 40; i++) {
		cr_expect_str_eq(told(&a, i)->kind, "b");
		cr_expect_gt(told(&a, i)->sequence, 0);
	}
	leave_seat(&a);
	leave_seat(&b);
}

Test(journal, an_id_is_there_once, .init = setup, .fini = teardown)
{
	struct seat a, b;

	take_seat(&a);
	take_seat(&b);
	append(&a, "first", "same");
	append(&a, "again", "same");
	cr_expect_eq(a.told.items.count, 1, "its own, twice");
	await(holds_events, &a, 1);
	append(&b, "second", "same");
	append(&b, "other", "other");
	await(holds_events, &b, 2);
	await(holds_events, &a, 2);
	rest(&a);
	leave_seat(&b);
	leave_seat(&a);
	cr_expect_eq(raw_number("SELECT count(*) FROM event WHERE id = 'same' AND kind = 'first'"), 1);
	cr_expect_eq(raw_number("SELECT count(*) FROM event"), 2);
}

Test(journal, an_event_may_be_answered_at_once, .init = setup, .fini = teardown)
{
	struct seat a, b;

	take_seat(&a);
	take_seat(&b);
	await(is_ready, &b, 0);
	b.echo = "answer";
	append(&a, "question", NULL);
	await(was_told, &a, 2);
	cr_expect_str_eq(told(&a, 1)->kind, "answer");
	await(holds_events, &b, 2);
	rest(&b);
	cr_expect_eq(b.told.items.count, 2, "its own answer only once");
	leave_seat(&a);
	leave_seat(&b);
}

Test(journal, what_waits_is_written_at_the_end, .init = setup, .fini = teardown)
{
	make_journal(1700);
	cr_expect_eq(raw_number("SELECT count(*) FROM event"), 1700);
	cr_expect_eq(raw_number("SELECT count(*) FROM event WHERE time_ms = sequence + 999"), 1700, "in order");
}

Test(journal, a_lock_is_waited_out, .init = setup, .fini = teardown)
{
	struct seat seat;
	sqlite3 *db;

	take_seat(&seat);
	await(is_ready, &seat, 0);
	db = open_raw();
	cr_assert_eq(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	for (int i = 0; i < 5; i++)
		append(&seat, "ack", NULL);
	await(complains, &seat, 0);
	cr_expect_str_eq(health_of(&seat).reason, "locked by another process");
	cr_expect_eq(health_of(&seat).waiting, 5);
	cr_expect(health_of(&seat).open);
	append(&seat, "last", NULL);
	cr_expect_eq(seat.told.items.count, 6);
	sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
	sqlite3_close(db);
	await(holds_events, &seat, 6);
	cr_expect_str_eq(health_of(&seat).reason, "");
	leave_seat(&seat);
	cr_expect_eq(raw_number("SELECT sequence FROM event WHERE kind = 'last'"), 6, "in order");
}

/* Somebody who only looks, and came while the file could not even be read. */
Test(journal, a_lock_at_the_start_is_waited_out, .init = setup, .fini = teardown)
{
	struct seat seat;
	sqlite3 *db;

	make_journal(1);
	raw("PRAGMA journal_mode = DELETE");
	db = open_raw();
	cr_assert_eq(sqlite3_exec(db, "BEGIN EXCLUSIVE", NULL, NULL, NULL), SQLITE_OK);
	take_seat(&seat);
	await(complains, &seat, 0);
	cr_expect_str_eq(health_of(&seat).reason, "locked by another process");
	cr_expect_not(health_of(&seat).open);
	sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
	sqlite3_close(db);
	await(was_told, &seat, 1);
	raw("INSERT INTO event(id, time_ms, monotonic_ms, actor, system, kind, subject, body)"
	    " VALUES('later', 5, 0, 'a', 's', 'k', '', '{}')");
	await(was_told, &seat, 2);
	cr_expect_str_eq(health_of(&seat).reason, "");
	leave_seat(&seat);
}

Test(journal, leaving_does_not_wait_for_ever, .init = setup, .fini = teardown)
{
	struct seat seat;
	sqlite3 *db;

	take_seat(&seat);
	await(is_ready, &seat, 0);
	db = open_raw();
	cr_assert_eq(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	append(&seat, "ack", NULL);
	leave_seat(&seat);
	sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
	sqlite3_close(db);
	cr_expect_eq(raw_number("SELECT count(*) FROM event"), 0);
}

Test(journal, a_full_disk_loses_nothing, .init = setup, .fini = teardown)
{
	struct rlimit limit = { 0 }, before;
	struct seat seat;

	signal(SIGXFSZ, SIG_IGN);
	take_seat(&seat);
	append(&seat, "first", NULL);
	await(holds_events, &seat, 1);
	getrlimit(RLIMIT_FSIZE, &before);
	limit = before;
	limit.rlim_cur = 40 * 1024;
	cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	for (int i = 0; i < 400; i++)
		append(&seat, "more", NULL);
	await(complains, &seat, 0);
	cr_expect_eq(health_of(&seat).waiting, 400);
	append(&seat, "last", NULL);
	cr_expect_eq(seat.told.items.count, 402, "told all the same");
	setrlimit(RLIMIT_FSIZE, &before);
	await(holds_events, &seat, 402);
	cr_expect_str_eq(health_of(&seat).reason, "");
	leave_seat(&seat);
	cr_expect_eq(raw_number("SELECT sequence FROM event WHERE kind = 'last'"), 402);
}

Test(journal, sqlite_says_full, .init = setup, .fini = teardown)
{
	struct journal_file *file = journal_file_new(path, 0);
	struct journal_events events = { 0 };
	struct error error = { "" };
	char *body = mem_alloc(60001);

	memset(body, 'x', 60000);
	body[60000] = '\0';
	cr_assert_eq(journal_file_open(file, &error), 0, "%s", error.text);
	sqlite3_exec(file->db, "PRAGMA max_page_count = 16", NULL, NULL, NULL);
	for (int i = 0; i < 3; i++) {
		struct journal_event event = { .id = (const char *[]){ "a", "b", "c" }[i], .body = body };

		vec_push(&events.items, journal_event_copy(&event));
	}
	cr_expect_eq(journal_file_write(file, &events, &error), -1);
	cr_expect_str_eq(error.text, "no space left on device");
	cr_expect_eq(events.items.items[0]->sequence, 0, "all or nothing");
	cr_assert(file->db, "it is used on");
	sqlite3_exec(file->db, "PRAGMA max_page_count = 100000", NULL, NULL, NULL);
	cr_expect_eq(journal_file_write(file, &events, &error), 0);
	cr_expect_eq(events.items.items[2]->sequence, 3);
	journal_events_release(&events);
	journal_file_free(file);
	free(body);
}

Test(journal, a_newer_file_is_only_read, .init = setup, .fini = teardown)
{
	struct seat seat;

	make_journal(3);
	raw("PRAGMA user_version = 2; ALTER TABLE event ADD COLUMN mood TEXT DEFAULT 'good'");
	take_seat(&seat);
	await(is_ready, &seat, 0);
	cr_expect_eq(seat.told.items.count, 3);
	cr_expect_str_eq(health_of(&seat).reason, "is of a newer skep, and only read");
	append(&seat, "ack", NULL);
	await(complains, &seat, 0);
	raw("INSERT INTO event(id, time_ms, monotonic_ms, actor, system, kind, subject, body)"
	    " VALUES('new', 5, 0, 'a', 's', 'k', '', '{}')");
	await(was_told, &seat, 5);
	cr_expect_eq(health_of(&seat).waiting, 1);
	leave_seat(&seat);
	cr_expect_eq(raw_number("SELECT count(*) FROM event"), 4);
}

Test(journal, another_programs_file_is_left_alone, .init = setup, .fini = teardown)
{
	struct seat seat;

	make_journal(1);
	remove_all("a/b/*");
	raw("CREATE TABLE places(url TEXT); INSERT INTO places VALUES('x')");
	take_seat(&seat);
	append(&seat, "ack", NULL);
	await(complains, &seat, 0);
	cr_expect_str_eq(health_of(&seat).reason, "is another program's SQLite file");
	cr_expect_not(health_of(&seat).open);
	cr_expect_eq(seat.ready, 1, "nothing more will be told for now");
	cr_expect_eq(seat.told.items.count, 1);
	leave_seat(&seat);
	cr_expect_eq(raw_number("SELECT count(*) FROM sqlite_master"), 1);
}

static size_t count_files(const char *pattern)
{
	char *full = path_join(folder, pattern);
	glob_t found;
	size_t count = 0;

	if (!glob(full, 0, NULL, &found)) {
		count = found.gl_pathc;
		globfree(&found);
	}
	free(full);
	return count;
}

Test(journal, a_file_that_is_no_journal_is_set_aside, .init = setup, .fini = teardown)
{
	const char words[] = "dear diary, today the disk was filled with words that are no database at all ...";
	struct strbuf kept = STRBUF_INIT;
	struct seat seat;
	char *aside;
	glob_t found;

	make_journal(2);
	cr_assert_eq(path_write(path, words, sizeof(words) - 1, NULL), 0);
	take_seat(&seat);
	append(&seat, "ack", NULL);
	await(holds_events, &seat, 1);
	cr_expect(strstr(health_of(&seat).notice, "set aside as journal.db.damaged-"), "%s", health_of(&seat).notice);
	cr_expect_str_eq(health_of(&seat).reason, "");
	leave_seat(&seat);
	aside = path_join(folder, "a/b/journal.db.damaged-*Z");
	cr_assert_eq(glob(aside, 0, NULL, &found), 0);
	cr_assert_eq(found.gl_pathc, 1);
	cr_assert_eq(path_read(found.gl_pathv[0], 4096, &kept, NULL), 0);
	cr_expect_str_eq(kept.text, words);
	globfree(&found);
	free(aside);
	strbuf_release(&kept);
}

Test(journal, damage_in_the_middle_is_found, .init = setup, .fini = teardown)
{
	struct seat a, b;
	FILE *file;

	make_journal(3000);
	cr_assert((file = fopen(path, "r+")));
	fseek(file, 8 * 4096, SEEK_SET);
	for (int i = 0; i < 40 * 4096; i++)
		fputc(0xA5, file);
	fclose(file);
	take_seat(&a);
	take_seat(&b);
	append(&a, "a", NULL);
	append(&b, "b", NULL);
	await(holds_events, &a, 2);
	await(holds_events, &b, 2);
	cr_expect_eq(count_files("a/b/journal.db.damaged-*Z"), 1, "set aside once, not by each");
	leave_seat(&a);
	leave_seat(&b);
	cr_expect_eq(raw_number("SELECT count(*) FROM event"), 2);
}

Test(journal, a_file_that_was_deleted_is_made_anew, .init = setup, .fini = teardown)
{
	struct seat a, b;

	take_seat(&a);
	take_seat(&b);
	append(&a, "before", NULL);
	await(was_told, &b, 1);
	remove_all("a/b/*");
	append(&a, "after", NULL);
	await(was_told, &b, 2);
	cr_expect_str_eq(told(&b, 1)->kind, "after");
	leave_seat(&a);
	leave_seat(&b);
	cr_expect_eq(raw_number("SELECT count(*) FROM event"), 1);
}

Test(journal, a_folder_that_cannot_be_made, .init = setup, .fini = teardown)
{
	struct seat seat;

	free(path);
	path = mem_strdup("/proc/skep/journal.db");
	take_seat(&seat);
	append(&seat, "ack", NULL);
	await(complains, &seat, 0);
	await(is_ready, &seat, 0);
	cr_expect(strstr(health_of(&seat).reason, "its folder /proc/skep cannot be made"), "%s",
		  health_of(&seat).reason);
	cr_expect_eq(seat.told.items.count, 1);
	leave_seat(&seat);
}

Test(journal, file_systems_of_other_hosts)
{
	cr_expect(file_system_is_remote(0x6969), "nfs");
	cr_expect(file_system_is_remote(0xFF534D42), "cifs");
	cr_expect(file_system_is_remote((unsigned long)(long)(int)0xFF534D42), "cifs, as a signed field has it");
	cr_expect(file_system_is_remote(0xFE534D42), "smb2");
	cr_expect(file_system_is_remote(0x01021997), "9p");
	cr_expect(file_system_is_remote(0x65735546), "fuse");
	cr_expect_not(file_system_is_remote(0xEF53), "ext4");
	cr_expect_not(file_system_is_remote(0x9123683E), "btrfs");
	cr_expect_not(file_system_is_remote(0x01021994), "tmpfs");
	cr_expect_not(file_system_is_remote(0x58465342), "xfs");
}

Test(journal, modes_of_the_file, .init = setup, .fini = teardown)
{
	make_journal(1);
	cr_expect_eq(raw_number("PRAGMA user_version"), 1);
	cr_expect_eq(raw_number("PRAGMA application_id"), JOURNAL_APPLICATION_ID);
	cr_expect_eq(raw_number("SELECT count(*) FROM pragma_journal_mode WHERE journal_mode = 'wal'"), 1);
}
