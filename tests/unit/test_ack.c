/* Who has which alert, as the journal's events tell it. */
#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alert/ack.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/path.h"
#include "config/json.h"

TestSuite(ack, .timeout = 30);

#define FINGERPRINT UINT64_C(0x00c0ffee12345678)
#define SUBJECT     "00c0ffee12345678"

static struct acks *acks;

static void setup(void)
{
	acks = acks_new("polln");
}

static void teardown(void)
{
	acks_free(acks);
}

static bool take(int64_t time_ms, const char *kind, const char *actor, const char *body)
{
	return acks_take(acks, &(struct journal_event){ .id = "x",
							.time_ms = time_ms,
							.actor = actor,
							.system = "polln",
							.kind = kind,
							.subject = SUBJECT,
							.body = body });
}

/* Acknowledged at `time_ms`, for an alert that is active since 1000. */
static bool take_ack(int64_t time_ms, int64_t until_ms, const char *actor)
{
	char body[128];

	snprintf(body, sizeof(body), "{\"alertname\":\"A\",\"active_ms\":1000,\"until_ms\":%lld,\"note\":\"mine\"}",
		 (long long)until_ms);
	return take(time_ms, "ack", actor, body);
}

static const struct ack *find(int64_t active_ms, int64_t now_ms)
{
	return acks_find(acks, FINGERPRINT, active_ms, now_ms);
}

Test(ack, holds_until_it_expires, .init = setup, .fini = teardown)
{
	const struct ack *ack;

	cr_expect_null(find(1000, 2000));
	cr_expect_null(acks_expired(acks, FINGERPRINT, 1000, 2000));
	cr_assert(take_ack(2000, 5000, "ana@jump1"));
	ack = find(1000, 2000);
	cr_assert(ack);
	cr_expect_eq(ack->fingerprint, FINGERPRINT);
	cr_expect_eq(ack->active_ms, 1000);
	cr_expect_eq(ack->made_ms, 2000);
	cr_expect_eq(ack->until_ms, 5000);
	cr_expect_str_eq(ack->actor, "ana@jump1");
	cr_expect_str_eq(ack->note, "mine");
	cr_expect(find(1000, 4999));
	cr_expect_null(acks_expired(acks, FINGERPRINT, 1000, 4999));
	cr_expect_null(find(1000, 5000), "it comes back");
	cr_expect(acks_expired(acks, FINGERPRINT, 1000, 5000));
	cr_expect_null(acks_find(acks, FINGERPRINT + 1, 1000, 3000), "another alert");
}

Test(ack, is_of_the_alert_as_it_was, .init = setup, .fini = teardown)
{
	take_ack(2000, 9000, "ana@jump1");
	cr_expect(find(1000, 3000));
	cr_expect(find(1015, 3000), "active since a moment later, by another console");
	cr_expect(find(2000, 3000));
	cr_expect_null(find(2500, 3000), "resolved, and fires anew");
	cr_expect_null(acks_expired(acks, FINGERPRINT, 2500, 9500));
}

Test(ack, of_an_alert_from_a_server_whose_clock_is_ahead, .init = setup, .fini = teardown)
{
	take(2000, "ack", "ana@jump1", "{\"active_ms\":3000,\"until_ms\":9000}");
	cr_expect(find(3000, 2000));
	cr_expect(find(3000, 4000));
	cr_expect_null(find(3500, 4000), "fires anew");
}

Test(ack, of_another_console_takes_over, .init = setup, .fini = teardown)
{
	take_ack(2000, 5000, "ana@jump1");
	cr_expect(take_ack(3000, 4000, "ben@jump1"));
	cr_expect_str_eq(find(1000, 3500)->actor, "ben@jump1");
	cr_expect_null(find(1000, 4500), "the newest holds, shorter as it is");
	cr_expect_not(take_ack(2500, 9000, "cat@jump1"), "an older one, late");
	cr_expect_null(find(1000, 4500));
	cr_expect_str_eq(acks_expired(acks, FINGERPRINT, 1000, 4500)->actor, "ben@jump1");
	cr_expect_not(take_ack(3000, 4000, "ben@jump1"), "the same again");
}

Test(ack, is_undone, .init = setup, .fini = teardown)
{
	take_ack(2000, 5000, "ana@jump1");
	cr_expect(take(2500, "unack", "ben@jump1", "{\"active_ms\":1000}"));
	cr_expect_null(find(1000, 3000));
	cr_expect_null(acks_expired(acks, FINGERPRINT, 1000, 6000), "it did not expire");
	cr_expect_not(take(2500, "unack", "ben@jump1", "{}"), "again");
	cr_expect_not(take(2600, "unack", "ben@jump1", "{}"), "nothing to undo");
	cr_expect(take_ack(3000, 6000, "ana@jump1"));
	cr_expect(find(1000, 3000));
}

Test(ack, order_does_not_matter, .init = setup, .fini = teardown)
{
	cr_expect_not(take(2500, "unack", "ben@jump1", "{}"));
	cr_expect_not(take_ack(2000, 5000, "ana@jump1"), "undone before it came");
	cr_expect_null(find(1000, 3000));
	take_ack(4000, 8000, "ana@jump1");
	cr_expect_not(take(3000, "unack", "ben@jump1", "{}"), "an older undo, late");
	cr_expect(find(1000, 4500));
}

Test(ack, within_one_millisecond, .init = setup, .fini = teardown)
{
	take_ack(2000, 5000, "ana@jump1");
	cr_expect(take(2000, "unack", "ana@jump1", "{}"));
	cr_expect_null(find(1000, 2000));
	cr_expect_not(take_ack(2000, 5000, "ana@jump1"), "told twice");
	cr_expect_null(find(1000, 2000));
	cr_expect(take_ack(2000, 6000, "ana@jump1"));
	cr_expect(find(1000, 2000));
}

Test(ack, strange_events_are_passed_over, .init = setup, .fini = teardown)
{
	static const char *const bodies[] = { "",
					      "{}",
					      "[]",
					      "{\"until_ms\":",
					      "{\"until_ms\":-1}",
					      "{\"until_ms\":\"x\"}",
					      "{\"until_ms\":1e300}",
					      "{\"until_ms\":5000,\"active_ms\":-7}" };
	static const char *const subjects[] = { "", "c0ffee", "00C0FFEE12345678", "00c0ffee123456789",
						"0x0c0ffee1234567" };

	for (size_t i = 0; i < sizeof(bodies) / sizeof(*bodies); i++)
		cr_expect_not(take(2000, "ack", "ana", bodies[i]), "%s", bodies[i]);
	for (size_t i = 0; i < sizeof(subjects) / sizeof(*subjects); i++)
		cr_expect_not(acks_take(acks, &(struct journal_event){ .time_ms = 2000,
								       .actor = "ana",
								       .system = "polln",
								       .kind = "ack",
								       .subject = subjects[i],
								       .body = "{\"until_ms\":5000}" }),
			      "%s", subjects[i]);
	cr_expect_not(take(2000, "silence", "ana", "{\"until_ms\":5000}"));
	cr_expect_not(take(0, "ack", "ana", "{\"until_ms\":5000}"));
	cr_expect_not(acks_take(acks, &(struct journal_event){ .time_ms = 2000,
							       .actor = "ana",
							       .system = "dryad",
							       .kind = "ack",
							       .subject = SUBJECT,
							       .body = "{\"until_ms\":5000}" }));
	cr_expect_null(find(1000, 2000));
}

static char last_note[8192];

static void on_event(void *user, const struct journal_event *event)
{
	cJSON *body = json_parse(event->body, strlen(event->body), "event", NULL);

	(void)user;
	cr_assert(body, "%s", event->body);
	snprintf(last_note, sizeof(last_note), "%s", json_string(body, "note", ""));
	cJSON_Delete(body);
	acks_take(acks, event);
}

Test(ack, goes_through_the_journal, .init = setup, .fini = teardown)
{
	char folder[] = "/tmp/skep-ack-XXXXXX", *path, *note = mem_alloc(6000);
	int64_t now_ms = clock_wall_ms();
	struct loop *loop = loop_new(NULL);
	struct pool *pool = pool_new(loop, 1, NULL);
	struct journal *journal;

	cr_assert(mkdtemp(folder));
	path = path_join(folder, "journal.db");
	journal =
		journal_new(&(struct journal_config){ .loop = loop, .pool = pool, .path = path, .on_event = on_event });
	acks_make(journal, "polln", FINGERPRINT, "Colony\"Down", now_ms - 500, now_ms + 60000, "a \"note\"\n\xc3\xa9");
	cr_assert(find(now_ms - 500, now_ms));
	cr_expect_str_eq(find(now_ms - 500, now_ms)->note, "a \"note\"\n\xc3\xa9");
	cr_expect_eq(find(now_ms - 500, now_ms)->active_ms, now_ms - 500);
	acks_undo(journal, "polln", FINGERPRINT, now_ms - 500);
	cr_expect_null(find(now_ms - 500, now_ms));

	memset(note, 'a', 5999);
	note[5999] = '\0';
	memcpy(note + ACK_NOTE_MAX - 1, "\xc3\xa9", 2);
	acks_make(journal, "polln", FINGERPRINT, NULL, now_ms - 500, now_ms + 60000, note);
	cr_expect_eq(strlen(last_note), ACK_NOTE_MAX - 1);
	acks_make(journal, "polln", FINGERPRINT, NULL, now_ms - 500, now_ms + 60000, NULL);
	cr_expect_str_eq(last_note, "");
	journal_free(journal);
	pool_free(pool);
	loop_free(loop);
	remove(path);
	rmdir(folder);
	free(path);
	free(note);
}
