/* What alerts did lately, as several consoles tell it. */
#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alert/past.h"
#include "base/clock.h"
#include "base/path.h"

TestSuite(past, .timeout = 30);

#define A UINT64_C(0xaaaaaaaaaaaaaaaa)
#define B UINT64_C(0xbbbbbbbbbbbbbbbb)
#define T INT64_C(1780000000000)
#define S INT64_C(1000)

static struct alert_past *past;

static void setup(void)
{
	past = alert_past_new("polln");
}

static void teardown(void)
{
	alert_past_free(past);
}

static bool take_body(const char *subject, const char *body)
{
	return alert_past_take(past, &(struct journal_event){ .id = "x",
							      .time_ms = T,
							      .actor = "ana",
							      .system = "polln",
							      .kind = "alert",
							      .subject = subject,
							      .body = body });
}

/* Seconds since T; fires a minute after it is active. */
static bool fires(uint64_t fingerprint, int64_t active_s)
{
	char subject[17], body[256];

	snprintf(subject, sizeof(subject), "%016llx", (unsigned long long)fingerprint);
	snprintf(body, sizeof(body),
		 "{\"name\":\"Down\",\"state\":\"firing\",\"active_ms\":%lld,\"fired_ms\":%lld,\"priority\":1,"
		 "\"labels\":\"{job=\\\"api\\\"}\"}",
		 (long long)(T + active_s * S), (long long)(T + (active_s + 60) * S));
	return take_body(subject, body);
}

static bool ends(uint64_t fingerprint, int64_t active_s, int64_t resolved_s)
{
	char subject[17], body[256];

	snprintf(subject, sizeof(subject), "%016llx", (unsigned long long)fingerprint);
	snprintf(body, sizeof(body),
		 "{\"name\":\"Down\",\"state\":\"resolved\",\"active_ms\":%lld,\"fired_ms\":%lld,\"resolved_ms\":%lld,"
		 "\"priority\":1}",
		 (long long)(T + active_s * S), (long long)(T + (active_s + 60) * S), (long long)(T + resolved_s * S));
	return take_body(subject, body);
}

static void expect_time(size_t index, uint64_t fingerprint, int64_t active_s, int64_t resolved_s)
{
	const struct past_alert *time = alert_past_at(past, index);

	cr_assert(time, "%zu", index);
	cr_expect_eq(time->fingerprint, fingerprint);
	cr_expect_eq(time->active_ms, T + active_s * S);
	cr_expect_eq(time->resolved_ms, resolved_s ? T + resolved_s * S : 0, "%zu: %lld", index,
		     (long long)(time->resolved_ms - T) / 1000);
}

Test(past, one_that_fires_and_ends, .init = setup, .fini = teardown)
{
	const struct past_alert *time;

	cr_expect_eq(alert_past_count(past), 0);
	cr_expect_null(alert_past_at(past, 0));
	cr_expect(fires(A, 0));
	cr_assert_eq(alert_past_count(past), 1);
	time = alert_past_at(past, 0);
	cr_expect_str_eq(time->name, "Down");
	cr_expect_str_eq(time->labels, "{job=\"api\"}");
	cr_expect_eq(time->fired_ms, T + 60 * S);
	cr_expect_eq(time->priority, 1);
	cr_expect_not(time->cut);
	expect_time(0, A, 0, 0);
	cr_expect(ends(A, 0, 300));
	expect_time(0, A, 0, 300);
	cr_expect_eq(alert_past_count(past), 1);
	cr_expect_not(fires(A, 0), "told twice");
	cr_expect_not(ends(A, 0, 300));
}

Test(past, newest_first, .init = setup, .fini = teardown)
{
	fires(A, 0);
	fires(B, 100);
	ends(A, 0, 200);
	fires(A, 400);
	cr_assert_eq(alert_past_count(past), 3);
	expect_time(0, A, 400, 0);
	expect_time(1, B, 100, 0);
	expect_time(2, A, 0, 200);
	cr_expect_null(alert_past_at(past, 3));
}

Test(past, flaps_are_counted, .init = setup, .fini = teardown)
{
	for (int i = 0; i < 5; i++) {
		fires(A, i * 600);
		ends(A, i * 600, i * 600 + 300);
	}
	cr_expect_eq(alert_past_fired(past, A, T), 5);
	cr_expect_eq(alert_past_fired(past, A, T + 1260 * S), 3, "the third began to fire right then");
	cr_expect_eq(alert_past_fired(past, A, T + 1261 * S), 2);
	cr_expect_eq(alert_past_fired(past, B, T), 0);
}

Test(past, a_flap_without_a_pause_is_one_too, .init = setup, .fini = teardown)
{
	fires(A, 0);
	ends(A, 0, 300);
	fires(A, 300);
	cr_expect_eq(alert_past_fired(past, A, T), 2);
}

Test(past, consoles_with_nearly_the_same_clock_count_once, .init = setup, .fini = teardown)
{
	fires(A, 15);
	fires(A, 0);
	cr_expect_eq(alert_past_fired(past, A, T), 1);
	expect_time(0, A, 0, 0);
	ends(A, 0, 300);
	ends(A, 15, 315);
	expect_time(0, A, 0, 315);
	/* The next time, in the other order. */
	fires(A, 322);
	fires(A, 330);
	cr_expect_eq(alert_past_fired(past, A, T), 2);
	cr_expect_eq(alert_past_count(past), 2);
	cr_expect_eq(alert_past_at(past, 1)->fired_ms, T + 60 * S, "the earlier of them");
}

Test(past, a_console_that_went_away_leaves_no_second_one, .init = setup, .fini = teardown)
{
	fires(A, 0); /* and is killed */
	fires(A, 20);
	ends(A, 20, 300);
	cr_assert_eq(alert_past_count(past), 1);
	expect_time(0, A, 0, 300);
	cr_expect_not(alert_past_at(past, 0)->cut);
}

Test(past, an_end_nobody_saw, .init = setup, .fini = teardown)
{
	fires(A, 0);
	fires(A, 7200);
	cr_assert_eq(alert_past_count(past), 2);
	expect_time(1, A, 0, 0);
	cr_expect(alert_past_at(past, 1)->cut);
	cr_expect_not(alert_past_at(past, 0)->cut);
	ends(A, 7200, 7300);
	cr_expect_not(alert_past_at(past, 0)->cut);
	cr_expect(alert_past_at(past, 1)->cut);
}

Test(past, a_long_one_seen_late_by_another, .init = setup, .fini = teardown)
{
	fires(A, 0);
	ends(A, 0, 7200);
	fires(A, 3600);
	ends(A, 3600, 7215);
	cr_assert_eq(alert_past_count(past), 1);
	expect_time(0, A, 0, 7215);
}

/* Every order of the same six events gives the same past. */
Test(past, order_does_not_matter, .init = setup, .fini = teardown)
{
	int order[] = { 0, 1, 2, 3, 4, 5 };

	for (int round = 0; round < 720; round++) {
		int left[6], count = 6, code = round;

		alert_past_free(past);
		past = alert_past_new("polln");
		memcpy(left, order, sizeof(left));
		for (; count > 0; count--) {
			int pick = code % count, event = left[pick];

			code /= count;
			memmove(left + pick, left + pick + 1, (size_t)(count - 1 - pick) * sizeof(int));
			switch (event) {
			case 0: fires(A, 0); break;
			case 1: fires(A, 15); break;
			case 2: ends(A, 0, 300); break;
			case 3: ends(A, 15, 315); break;
			case 4: fires(A, 400); break;
			default: ends(A, 400, 700);
			}
		}
		cr_assert_eq(alert_past_count(past), 2, "order %d", round);
		expect_time(0, A, 400, 700);
		expect_time(1, A, 0, 315);
	}
}

Test(past, strange_events_are_passed_over, .init = setup, .fini = teardown)
{
	static const char *const bodies[] = {
		"",
		"{}",
		"[]",
		"{\"active_ms\":",
		"{\"active_ms\":5}",
		"{\"active_ms\":-5,\"fired_ms\":1}",
		"{\"active_ms\":\"now\",\"fired_ms\":1}",
		"{\"active_ms\":500,\"resolved_ms\":400}",
		"{\"active_ms\":1e300,\"fired_ms\":1e300}",
	};

	for (size_t i = 0; i < sizeof(bodies) / sizeof(*bodies); i++)
		cr_expect_not(take_body("aaaaaaaaaaaaaaaa", bodies[i]), "%s", bodies[i]);
	cr_expect_not(take_body("AAAAAAAAAAAAAAAA", "{\"active_ms\":5,\"fired_ms\":6}"));
	cr_expect_not(take_body("aa", "{\"active_ms\":5,\"fired_ms\":6}"));
	cr_expect_eq(alert_past_count(past), 0);
	cr_expect(take_body("aaaaaaaaaaaaaaaa", "{\"active_ms\":5,\"fired_ms\":6}"));
	cr_expect_str_eq(alert_past_at(past, 0)->name, "");
	cr_expect_str_eq(alert_past_at(past, 0)->labels, "{}");
	cr_expect_eq(alert_past_at(past, 0)->priority, -1);
}

Test(past, of_one_alert_the_newest_are_kept, .init = setup, .fini = teardown)
{
	for (int i = 0; i < 600; i++) {
		fires(A, i * 600);
		ends(A, i * 600, i * 600 + 300);
	}
	cr_expect_eq(alert_past_count(past), 500);
	expect_time(0, A, 599 * 600, 599 * 600 + 300);
	expect_time(499, A, 100 * 600, 100 * 600 + 300);
	cr_expect_not(fires(A, 0), "older than what is kept");
}

Test(past, the_oldest_make_room, .init = setup, .fini = teardown)
{
	for (int i = 0; i < 20000; i++)
		fires(UINT64_C(1) + (unsigned)i % 10000, i * 600);
	cr_expect_eq(alert_past_count(past), 20000);
	fires(A, 20000 * 600);
	cr_expect_eq(alert_past_count(past), 15001);
	expect_time(0, A, 20000 * 600, 0);
	expect_time(15000, UINT64_C(1) + 5000, 5000 * 600, 0);
	fires(A, 20001 * 600);
	cr_expect_eq(alert_past_count(past), 15002);
	cr_expect(alert_past_at(past, 15001)->cut, "began anew");
	cr_expect_not(alert_past_at(past, 0)->cut);
}

static int events;
static char last_id[200];

static void on_event(void *user, const struct journal_event *event)
{
	(void)user;
	events++;
	snprintf(last_id, sizeof(last_id), "%s", event->id);
	alert_past_take(past, event);
}

Test(past, transitions_go_through_the_journal, .init = setup, .fini = teardown)
{
	char folder[] = "/tmp/skep-past-XXXXXX", *path;
	struct loop *loop = loop_new(NULL);
	struct pool *pool = pool_new(loop, 1, NULL);
	struct label items[] = { { "alertname", "Colony\"Down" }, { "job", "api" } };
	struct alert_instance instance = { .labels = { items, 2 }, .fingerprint = A, .active_ms = T };
	struct rule_change change = { &instance, ALERT_INACTIVE, ALERT_PENDING };
	struct journal *journal;

	cr_assert(mkdtemp(folder));
	path = path_join(folder, "journal.db");
	journal =
		journal_new(&(struct journal_config){ .loop = loop, .pool = pool, .path = path, .on_event = on_event });
	alert_past_record(journal, "polln", &change, 0, T);
	change = (struct rule_change){ &instance, ALERT_PENDING, ALERT_INACTIVE };
	alert_past_record(journal, "polln", &change, 0, T);
	cr_expect_eq(events, 0, "what was pending only is not written");

	instance.fired_ms = T + 60 * S;
	change = (struct rule_change){ &instance, ALERT_PENDING, ALERT_FIRING };
	alert_past_record(journal, "polln", &change, 0, T + 60 * S);
	cr_expect_eq(events, 1);
	cr_expect_str_eq(last_id, "alert/polln/aaaaaaaaaaaaaaaa/1780000000000/firing");
	alert_past_record(journal, "polln", &change, 0, T + 60 * S);
	cr_assert_eq(alert_past_count(past), 1);
	cr_expect_str_eq(alert_past_at(past, 0)->name, "Colony\"Down");
	cr_expect_str_eq(alert_past_at(past, 0)->labels, "{alertname=\"Colony\\\"Down\",job=\"api\"}");

	instance.resolved_ms = T + 200 * S;
	change = (struct rule_change){ &instance, ALERT_FIRING, ALERT_INACTIVE };
	alert_past_record(journal, "polln", &change, 0, T + 200 * S);
	cr_expect_str_eq(last_id, "alert/polln/aaaaaaaaaaaaaaaa/1780000000000/resolved");
	expect_time(0, A, 0, 200);
	cr_expect_eq(alert_past_at(past, 0)->fired_ms, T + 60 * S);
	cr_expect_eq(alert_past_at(past, 0)->priority, 0);
	journal_free(journal);
	pool_free(pool);
	loop_free(loop);
	remove(path);
	rmdir(folder);
	free(path);
}
