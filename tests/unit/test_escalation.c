/* Who is asked when, whose turn it is, and what mutes: at the edges of days, weeks and years. */
#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alert/escalation.h"
#include "alert/week.h"
#include "base/clock.h"
#include "base/path.h"

TestSuite(escalation, .timeout = 20);

static struct escalation policy;
static struct error_list errors;

static void setup(void)
{
	escalation_init(&policy);
	error_list_init(&errors);
}

static void teardown(void)
{
	escalation_release(&policy);
	error_list_release(&errors);
}

static int read_text(const char *text)
{
	char path[] = "/tmp/skep-policy-XXXXXX";
	int fd = mkstemp(path), result;

	cr_assert_geq(fd, 0);
	close(fd);
	cr_assert_eq(path_write(path, text, strlen(text), NULL), 0);
	result = escalation_read(&policy, path, &errors);
	unlink(path);
	return result;
}

static void read_good(const char *text)
{
	int result = read_text(text);

	cr_assert_eq(result, 0, "%s", errors.count ? errors.faults[0].text : "");
}

static void expect_fault(const char *text, unsigned line, const char *words)
{
	char all[1024];

	teardown();
	setup();
	cr_expect_eq(read_text(text), -1, "%s", text);
	cr_assert_geq(errors.count, 1, "%s", text);
	fault_format(&errors.faults[0], all, sizeof(all));
	cr_expect(strstr(all, words), "%s: %s", words, all);
	cr_expect_eq(errors.faults[0].line, line, "%s", all);
}

static int64_t at(const char *text)
{
	int64_t ms = 0;

	cr_assert_eq(time_parse(text, 0, &ms, NULL), 0, "%s", text);
	return ms;
}

static const char *who(const char *role, const char *time)
{
	return escalation_who(&policy, role, at(time));
}

#define LABELS(...)                                                                                                    \
	&(struct labels)                                                                                               \
	{                                                                                                              \
		(struct label[]){ __VA_ARGS__ }, sizeof((struct label[]){ __VA_ARGS__ }) / sizeof(struct label)        \
	}

static int priority(const char *name, const char *value)
{
	return escalation_priority(&policy, LABELS({ name, value }));
}

Test(escalation, without_a_file_the_usual_words_hold, .init = setup, .fini = teardown)
{
	struct escalation_clock clock;

	cr_expect_null(policy.file);
	cr_expect_str_eq(policy.levels[0].word, "Critical");
	cr_expect_str_eq(policy.levels[3].word, "Low");
	cr_expect_eq(policy.levels[0].ack_ms, 10 * CLOCK_MINUTE);
	cr_expect_eq(policy.levels[1].ack_ms, 30 * CLOCK_MINUTE);
	cr_expect_eq(priority("tier", "p0"), 0);
	cr_expect_eq(priority("tier", "P3"), 3);
	cr_expect_eq(priority("tier", "p4"), PRIORITY_NONE);
	cr_expect_eq(priority("tier", "backend"), PRIORITY_NONE);
	cr_expect_eq(priority("tier", ""), PRIORITY_NONE);
	cr_expect_eq(priority("tier", "p"), PRIORITY_NONE);
	cr_expect_eq(priority("severity", "critical"), 1);
	cr_expect_eq(priority("severity", "page"), 1);
	cr_expect_eq(priority("severity", "HIGH"), 2);
	cr_expect_eq(priority("severity", "warning"), 3);
	cr_expect_eq(priority("severity", "info"), PRIORITY_NONE);
	cr_expect_eq(escalation_priority(&policy, LABELS({ "severity", "warning" }, { "tier", "p1" })), 1);
	cr_expect_eq(escalation_priority(&policy, &(struct labels){ 0 }), PRIORITY_NONE);
	escalation_clock(&policy, 0, 1000, 2000, &clock);
	cr_expect_not(clock.runs);
	cr_expect_null(clock.who);
	cr_expect_null(clock.next);
	cr_expect_str_eq(escalation_who(&policy, "cto", 0), "cto");
	cr_expect_eq(escalation_handoff_ms(&policy, 0), 0);
	cr_expect_eq(escalation_contact_count(&policy), 0);
	cr_expect_null(escalation_contact(&policy, 0));
	cr_expect_null(escalation_muted(&policy, LABELS({ "alertname", "A" }), 0, NULL));
}

Test(escalation, rules_of_priority_in_order, .init = setup, .fini = teardown)
{
	read_good("priorities:\n"
		  "  - { match: 'alertname=~\"Colony.*\", env!=\"test\"', priority: P0 }\n"
		  "  - { match: ['severity=\"critical\"', 'team=\"db\"'], priority: P2 }\n"
		  "  - { match: 'severity=\"critical\"', priority: none }\n");
	cr_expect_eq(priority("alertname", "ColonyDown"), 0);
	cr_expect_eq(priority("alertname", "TheColonyDown"), PRIORITY_NONE, "whole values");
	cr_expect_eq(escalation_priority(&policy, LABELS({ "alertname", "ColonyDown" }, { "env", "test" })),
		     PRIORITY_NONE);
	cr_expect_eq(escalation_priority(&policy, LABELS({ "severity", "critical" }, { "team", "db" })), 2);
	cr_expect_eq(priority("severity", "critical"), PRIORITY_NONE, "the file says so");
	cr_expect_eq(priority("severity", "page"), 1, "the file says nothing");
	cr_expect_eq(escalation_priority(&policy, LABELS({ "alertname", "ColonyDown" }, { "tier", "p3" })), 3,
		     "the alert itself comes first");
}

static const char rota[] = "rota:\n"
			   "  - role: on-call\n"
			   "    people: [ana, ben, cem]\n"
			   "    start: 2026-03-09\n"
			   "    handoff: Monday 09:00\n"
			   "  - { role: second, people: [dan], hours: \"09:00-21:00\" }\n";

Test(escalation, the_rota_hands_off_on_monday_at_nine, .init = setup, .fini = teardown)
{
	read_good(rota);
	cr_expect_str_eq(who("on-call", "2026-03-09T08:59:59Z"), "on-call", "before the first turn");
	cr_expect_str_eq(who("on-call", "2026-03-09T09:00:00Z"), "ana");
	cr_expect_str_eq(who("on-call", "2026-03-16T08:59:59Z"), "ana");
	cr_expect_str_eq(who("on-call", "2026-03-16T09:00:00Z"), "ben");
	cr_expect_str_eq(who("on-call", "2026-03-23T09:00:00Z"), "cem");
	cr_expect_str_eq(who("on-call", "2026-03-30T09:00:00Z"), "ana");
	cr_expect_str_eq(who("on-call", "2027-01-01T00:00:00Z"), "ana", "42 weeks later");
	cr_expect_eq(escalation_handoff_ms(&policy, at("2026-03-15T23:59:59Z")), at("2026-03-16T09:00:00Z"));
	cr_expect_eq(escalation_handoff_ms(&policy, at("2026-03-16T08:59:59Z")), at("2026-03-16T09:00:00Z"));
	cr_expect_eq(escalation_handoff_ms(&policy, at("2026-03-16T09:00:00Z")), at("2026-03-23T09:00:00Z"));
	cr_expect_eq(escalation_handoff_ms(&policy, at("2020-01-01T00:00:00Z")), at("2026-03-09T09:00:00Z"));
}

/* Clocks of the towns around move on 2026-03-29 and 2026-10-25: UTC does not. */
Test(escalation, summer_time_is_nothing_to_it, .init = setup, .fini = teardown)
{
	read_good(rota);
	cr_expect_str_eq(who("on-call", "2026-03-30T08:59:59Z"), "cem");
	cr_expect_str_eq(who("on-call", "2026-03-30T09:00:00Z"), "ana");
	cr_expect_str_eq(who("on-call", "2026-10-26T08:59:59Z"), "cem");
	cr_expect_str_eq(who("on-call", "2026-10-26T09:00:00Z"), "ana");
	cr_expect_eq(escalation_handoff_ms(&policy, at("2026-10-25T01:30:00Z")), at("2026-10-26T09:00:00Z"));
	cr_expect_str_eq(who("second", "2026-10-25T08:59:00Z"), "second");
	cr_expect_str_eq(who("second", "2026-10-25T09:00:00Z"), "dan");
}

Test(escalation, a_leap_day_is_a_day, .init = setup, .fini = teardown)
{
	read_good("rota: [{ role: r, people: [a, b], start: 2028-02-24, handoff: Thu 00:00 }]\n");
	cr_expect_str_eq(who("r", "2028-02-29T12:00:00Z"), "a");
	cr_expect_str_eq(who("r", "2028-03-01T23:59:59Z"), "a");
	cr_expect_str_eq(who("r", "2028-03-02T00:00:00Z"), "b", "a week, with the 29th in it");
	cr_expect_eq(escalation_handoff_ms(&policy, at("2028-02-29T12:00:00Z")), at("2028-03-02T00:00:00Z"));
}

Test(escalation, a_start_in_the_week_waits_for_the_handoff, .init = setup, .fini = teardown)
{
	read_good("rota: [{ role: r, people: [a, b], start: 2026-03-11, handoff: Monday 09:00 }]\n");
	cr_expect_str_eq(who("r", "2026-03-15T00:00:00Z"), "r");
	cr_expect_str_eq(who("r", "2026-03-16T09:00:00Z"), "a");
}

Test(escalation, somebody_stands_in, .init = setup, .fini = teardown)
{
	char text[1024];

	snprintf(text, sizeof(text),
		 "%soverrides:\n"
		 "  - { who: eva, from: \"2026-03-14\", until: 2026-03-16 }\n"
		 "  - { who: fin, from: 2026-03-15T12:00Z, until: 2026-03-15T13:00Z }\n"
		 "  - { role: second, who: gil, from: 2026-03-14, until: 2026-03-16 }\n",
		 rota);
	read_good(text);
	cr_expect_str_eq(who("on-call", "2026-03-13T23:59:59Z"), "ana");
	cr_expect_str_eq(who("on-call", "2026-03-14T00:00:00Z"), "eva");
	cr_expect_str_eq(who("on-call", "2026-03-15T11:59:59Z"), "eva");
	cr_expect_str_eq(who("on-call", "2026-03-15T12:00:00Z"), "fin", "the later line holds");
	cr_expect_str_eq(who("on-call", "2026-03-15T13:00:00Z"), "eva");
	cr_expect_str_eq(who("on-call", "2026-03-16T00:00:00Z"), "ana");
	cr_expect_str_eq(who("second", "2026-03-14T03:00:00Z"), "gil", "at night as well: it was agreed");
}

Test(escalation, clocks_and_who_is_next, .init = setup, .fini = teardown)
{
	char text[1024];
	struct escalation_clock clock;
	int64_t fired_ms = at("2026-03-16T08:58:00Z");

	snprintf(text, sizeof(text),
		 "%slevels:\n"
		 "  P0:\n"
		 "    respond: 5m\n"
		 "    path: [{ who: boss }, { who: on-call, after: 2m }, { who: cto, after: 10m }]\n"
		 "  p1: { path: [{ who: boss }] }\n"
		 "  P2: { respond: 1h }\n"
		 "contacts: [{ role: cto, name: Ada }]\n",
		 rota);
	read_good(text);
	escalation_clock(&policy, 0, fired_ms, fired_ms, &clock);
	cr_assert(clock.runs);
	cr_expect_eq(clock.half_ms, fired_ms + 150 * CLOCK_SECOND);
	cr_expect_eq(clock.due_ms, fired_ms + 5 * CLOCK_MINUTE);
	cr_expect_eq(clock.left_ms, 5 * CLOCK_MINUTE);
	cr_expect_str_eq(clock.who, "boss");
	cr_expect_str_eq(clock.next, "ben", "who has the turn by then, not now");
	cr_expect_eq(clock.next_ms, fired_ms + 2 * CLOCK_MINUTE);
	escalation_clock(&policy, 0, fired_ms, fired_ms + 2 * CLOCK_MINUTE - 1, &clock);
	cr_expect_str_eq(clock.who, "boss");
	escalation_clock(&policy, 0, fired_ms, fired_ms + 2 * CLOCK_MINUTE, &clock);
	cr_expect_str_eq(clock.who, "ben");
	cr_expect_str_eq(clock.next, "Ada");
	escalation_clock(&policy, 0, fired_ms, fired_ms + CLOCK_HOUR, &clock);
	cr_expect_str_eq(clock.who, "Ada");
	cr_expect_null(clock.next);
	cr_expect_eq(clock.next_ms, 0);
	cr_expect_eq(clock.left_ms, -55 * CLOCK_MINUTE);

	escalation_clock(&policy, 1, fired_ms, fired_ms, &clock);
	cr_expect_not(clock.runs);
	cr_expect_str_eq(clock.who, "boss", "told without a clock too");
	escalation_clock(&policy, 2, fired_ms, fired_ms + 5 * CLOCK_MINUTE, &clock);
	cr_expect(clock.runs);
	cr_expect_str_eq(clock.who, "ben", "without a path it is the first rota's");
	escalation_clock(&policy, PRIORITY_NONE, fired_ms, fired_ms, &clock);
	cr_expect_not(clock.runs);
	escalation_clock(&policy, 0, 0, fired_ms, &clock);
	cr_expect_not(clock.runs, "it does not fire");
}

Test(escalation, marks_as_the_file_has_them, .init = setup, .fini = teardown)
{
	struct escalation_clock clock;

	read_good("marks: { unacknowledged: 25%, unmoved: 80% }\nlevels: { P0: { respond: 100s } }\n");
	escalation_clock(&policy, 0, 1000000, 1000000, &clock);
	cr_expect_eq(clock.half_ms, 1025000);
	cr_expect_eq(clock.due_ms, 1080000);
	cr_expect_eq(clock.left_ms, 100000);
}

static const char *muted(const char *time, int64_t *ret_until_ms)
{
	const struct escalation_window *window =
		escalation_muted(&policy, LABELS({ "alertname", "Down" }, { "job", "db" }), at(time), ret_until_ms);

	return window ? window->name : "";
}

Test(escalation, a_window_once, .init = setup, .fini = teardown)
{
	int64_t until_ms;

	read_good("windows:\n"
		  "  - name: move\n"
		  "    reason: the store moves\n"
		  "    match: 'job=\"db\"'\n"
		  "    from: 2026-03-14T22:00Z\n"
		  "    until: 2026-03-15T02:00Z\n");
	cr_expect_str_eq(muted("2026-03-14T21:59:59Z", &until_ms), "");
	cr_expect_eq(until_ms, 0);
	cr_expect_str_eq(muted("2026-03-14T22:00:00Z", &until_ms), "move");
	cr_expect_eq(until_ms, at("2026-03-15T02:00:00Z"));
	cr_expect_str_eq(muted("2026-03-15T01:59:59Z", NULL), "move");
	cr_expect_str_eq(muted("2026-03-15T02:00:00Z", NULL), "");
	cr_expect_null(escalation_muted(&policy, LABELS({ "job", "api" }), at("2026-03-14T23:00:00Z"), NULL),
		       "another job");
}

Test(escalation, a_window_over_midnight_and_the_weeks_end, .init = setup, .fini = teardown)
{
	int64_t until_ms;

	read_good("windows:\n"
		  "  - { name: night, reason: r, match: 'job=\"db\"', days: Sun, at: \"23:00\", length: 3h }\n"
		  "  - { name: noon, reason: r, match: 'job=\"db\"', days: [Mon-Fri], at: \"12:00\", length: 30m }\n");
	/* 2026-03-15 is a Sunday. */
	cr_expect_str_eq(muted("2026-03-15T22:59:59Z", NULL), "");
	cr_expect_str_eq(muted("2026-03-15T23:00:00Z", &until_ms), "night");
	cr_expect_eq(until_ms, at("2026-03-16T02:00:00Z"));
	cr_expect_str_eq(muted("2026-03-16T01:59:59Z", &until_ms), "night");
	cr_expect_eq(until_ms, at("2026-03-16T02:00:00Z"));
	cr_expect_str_eq(muted("2026-03-16T02:00:00Z", NULL), "");
	cr_expect_str_eq(muted("2026-03-17T01:00:00Z", NULL), "", "not each day");
	cr_expect_str_eq(muted("2026-03-16T12:00:00Z", NULL), "noon");
	cr_expect_str_eq(muted("2026-03-20T12:29:59Z", NULL), "noon");
	cr_expect_str_eq(muted("2026-03-20T12:30:00Z", NULL), "");
	cr_expect_str_eq(muted("2026-03-21T12:00:00Z", NULL), "", "a Saturday");
	cr_expect_str_eq(muted("2028-02-28T12:00:00Z", NULL), "noon", "a Monday, before the leap day");
	cr_expect_str_eq(muted("2028-02-29T12:00:00Z", NULL), "noon");
}

Test(escalation, windows_of_a_week_and_between_dates, .init = setup, .fini = teardown)
{
	int64_t until_ms;

	read_good("windows:\n"
		  "  - { name: long, reason: r, match: 'job=\"db\"', days: Wed, at: \"08:00\", length: 7d,\n"
		  "      from: 2026-03-01, until: 2026-03-20 }\n"
		  "  - { name: short, reason: r, match: 'job=~\"d.\"', days: Thu, at: \"08:00\", length: 1h }\n");
	cr_expect_str_eq(muted("2026-02-28T12:00:00Z", NULL), "");
	cr_expect_str_eq(muted("2026-03-05T08:30:00Z", &until_ms), "long", "the one that ends last");
	cr_expect_eq(until_ms, at("2026-03-11T08:00:00Z"));
	cr_expect_str_eq(muted("2026-03-11T08:00:00Z", &until_ms), "long");
	cr_expect_eq(until_ms, at("2026-03-18T08:00:00Z"));
	cr_expect_str_eq(muted("2026-03-19T12:00:00Z", &until_ms), "long");
	cr_expect_eq(until_ms, at("2026-03-20T00:00:00Z"));
	cr_expect_str_eq(muted("2026-03-26T08:30:00Z", NULL), "short");
}

static bool holds(const char *text, const char *time)
{
	struct hours hours;
	struct error error = { "" };

	cr_assert_eq(hours_parse(&hours, text, &error), 0, "%s: %s", text, error.text);
	return hours_hold(&hours, at(time));
}

Test(escalation, hours)
{
	/* 2026-03-13 is a Friday. */
	cr_expect(holds("24/7", "2026-03-13T03:00:00Z"));
	cr_expect(holds("24/7 UTC", "2026-03-13T03:00:00Z"));
	cr_expect(holds("Mon-Fri 09:00-17:00 UTC", "2026-03-13T09:00:00Z"));
	cr_expect(holds("Mon-Fri 09:00-17:00", "2026-03-13T16:59:59Z"));
	cr_expect_not(holds("Mon-Fri 09:00-17:00", "2026-03-13T17:00:00Z"));
	cr_expect_not(holds("Mon-Fri 09:00-17:00", "2026-03-14T10:00:00Z"));
	cr_expect(holds("21:00-09:00", "2026-03-13T23:00:00Z"));
	cr_expect(holds("21:00-09:00", "2026-03-13T08:59:59Z"));
	cr_expect_not(holds("21:00-09:00", "2026-03-13T09:00:00Z"));
	cr_expect(holds("Sun 22:00-06:00", "2026-03-16T05:59:00Z"), "into Monday");
	cr_expect_not(holds("Sun 22:00-06:00", "2026-03-15T05:59:00Z"));
	cr_expect(holds("Sat-Sun", "2026-03-15T23:59:59Z"));
	cr_expect_not(holds("Sat-Sun", "2026-03-16T00:00:00Z"));
	cr_expect(holds("Fri-Mon 00:00-24:00", "2026-03-16T12:00:00Z"));
	cr_expect_not(holds("Fri-Mon 00:00-24:00", "2026-03-17T12:00:00Z"));
	cr_expect(holds("Mon-Fri 09:00-17:00 UTC, Sat 10:00-12:00 UTC", "2026-03-14T11:00:00Z"));
	cr_expect(holds("monday 09:00-17:00", "2026-03-16T09:00:00Z"));
}

Test(escalation, hours_that_are_none)
{
	static const char *const texts[] = { "",
					     "always",
					     "9-17",
					     "09:00",
					     "09:00-09:00",
					     "09:00-25:00",
					     "09:60-10:00",
					     "24:00-08:00",
					     "Mon-Foo 09:00-17:00",
					     "M 09:00-17:00",
					     "09:00-17:00 CET",
					     "Mon-Fri 09:00-17:00 Europe/Zurich",
					     "09:00-17:00,",
					     "24/7, Mon",
					     "Mon Tue",
					     "-",
					     "Mon-",
					     "0a:00-10:00" };
	struct hours hours;

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct error error = { "" };

		cr_expect_eq(hours_parse(&hours, texts[i], &error), -1, "%s", texts[i]);
		cr_expect(*error.text);
	}
}

Test(escalation, contacts_and_their_hours, .init = setup, .fini = teardown)
{
	const struct escalation_contact *contact;

	read_good("contacts:\n"
		  "  - { role: lead, name: Li, reach: li@example.com, hours: \"Mon-Fri 09:00-17:00 UTC\" }\n"
		  "  - { role: cto }\n"
		  "roles: [Incident Commander, SRE Lead]\n");
	cr_assert_eq(escalation_contact_count(&policy), 2);
	contact = escalation_contact(&policy, 0);
	cr_expect_str_eq(contact->role, "lead");
	cr_expect_str_eq(contact->name, "Li");
	cr_expect_str_eq(contact->reach, "li@example.com");
	cr_expect(escalation_reachable(contact, at("2026-03-13T10:00:00Z")));
	cr_expect_not(escalation_reachable(contact, at("2026-03-14T10:00:00Z")));
	contact = escalation_contact(&policy, 1);
	cr_expect_str_eq(contact->reach, "");
	cr_expect(escalation_reachable(contact, 0));
	cr_expect_null(escalation_contact(&policy, 2));
	cr_expect_str_eq(who("lead", "2026-03-14T10:00:00Z"), "Li");
	cr_expect_eq(policy.role_count, 2);
	cr_expect_str_eq(policy.roles[1], "SRE Lead");
}

Test(escalation, every_fault_has_its_line, .init = setup, .fini = teardown)
{
	expect_fault("level: {}\n", 1, "unknown key 'level' (did you mean 'levels')");
	expect_fault("levels: []\n", 1, "no mapping");
	expect_fault("levels:\n  P4: {}\n", 2, "unknown level 'P4' (P0, P1, P2, P3)");
	expect_fault("levels:\n  P0:\n    respond: soon\n", 3, "respond");
	expect_fault("levels:\n  P0:\n    path:\n      - { who: a, after: 5m }\n", 4, "the first is asked at once");
	expect_fault("levels:\n  P0:\n    path: [{ who: a }, { who: b, after: 5m },\n      { who: c, after: 4m }]\n", 4,
		     "sooner than that of the one before");
	expect_fault("levels:\n  P0:\n    path: on-call\n", 3, "is no list");
	expect_fault("levels:\n  P0:\n    path: [{ after: 5m }]\n", 3, "'who'");
	expect_fault("marks: { unmoved: 110% }\n", 1, "no share");
	expect_fault("marks: { unmoved: half }\n", 1, "no share");
	expect_fault("marks: { unmoved: 50 }\n", 1, "no share");
	expect_fault("priorities:\n  - { match: 'a=\"b\"', priority: P9 }\n", 2, "priority");
	expect_fault("priorities:\n  - { match: 'a=~\"(\"', priority: P1 }\n", 2, "match");
	expect_fault("priorities:\n  - { match: 'nonsense', priority: P1 }\n", 2, "match");
	expect_fault("priorities:\n  - { match: [], priority: P1 }\n", 2, "has no matcher");
	expect_fault("contacts: [{ name: x }]\n", 1, "'role'");
	expect_fault("contacts:\n  - role: r\n    hours: sometimes\n", 3, "no weekday");
	expect_fault("rota: [{ role: r, people: [a, b], start: 2026-01-01 }]\n", 1, "'handoff' is missing");
	expect_fault("rota: [{ role: r, people: [a, b], handoff: Mon 09:00 }]\n", 1, "'start' is missing");
	expect_fault("rota: [{ role: r, people: [a, b], start: now, handoff: Mon 09:00 }]\n", 1, "is no time");
	expect_fault("rota: [{ role: r, people: [a, b], start: 2026-02-29, handoff: Mon 09:00 }]\n", 1, "is no time");
	expect_fault("rota: [{ role: r, handoff: Mon }]\n", 1, "no time of day");
	expect_fault("rota: [{ role: r, handoff: Mon 09:00 CET }]\n", 1, "more than a weekday and a time");
	expect_fault("overrides: [{ who: a, from: 2026-01-02, until: 2026-01-03 }]\n", 1, "'role' is missing");
	expect_fault("overrides: [{ role: r, who: a, from: 2026-01-02, until: 2026-01-02 }]\n", 1,
		     "is not after 'from'");
	expect_fault("windows: [{ name: n, reason: r, match: 'a=\"b\"' }]\n", 1, "neither 'from' and 'until'");
	expect_fault("windows: [{ name: n, reason: r, match: 'a=\"b\"', days: Mon, at: \"09:00\" }]\n", 1,
		     "neither 'from' and 'until'");
	expect_fault("windows: [{ name: n, reason: r, match: 'a=\"b\"', days: Mon, at: \"24:00\", length: 1h }]\n", 1,
		     "next day's 00:00");
	expect_fault("windows: [{ name: n, reason: r, match: 'a=\"b\"', days: Mon, at: \"09:00\", length: 8d }]\n", 1,
		     "length");
	expect_fault("windows: [{ name: n, match: 'a=\"b\"', from: 2026-01-01, until: 2026-01-02 }]\n", 1, "reason");
	expect_fault("windows: [{ name: n, reason: r, from: 2026-01-01, until: 2026-01-02 }]\n", 1, "match");
}

Test(escalation, one_pass_finds_all, .init = setup, .fini = teardown)
{
	cr_expect_eq(read_text("levels: { P0: { word: Oh, respond: soon }, P7: {} }\n"
			       "contacts: [{ role: a }, { nobody: b }]\n"
			       "windows: 5\n"),
		     -1);
	cr_expect_geq(errors.count, 4);
	cr_expect_str_eq(policy.levels[0].word, "Oh", "what is good holds");
	cr_expect_eq(escalation_contact_count(&policy), 1);
}

Test(escalation, a_file_that_is_not_there, .init = setup, .fini = teardown)
{
	cr_expect_eq(escalation_read(&policy, "/nowhere/escalation.yaml", &errors), -1);
	cr_expect_eq(errors.count, 1);
	cr_expect_null(policy.file);
	read_good("");
	cr_expect_str_eq(policy.levels[0].word, "Critical");
}

static void read_shipped(const char *name)
{
	const char *source = getenv("SKEP_SOURCE");
	char path[512];

	if (!source)
		cr_skip_test("SKEP_SOURCE is not set");
	snprintf(path, sizeof(path), "%s/systems/%s/escalation.yaml", source, name);
	cr_assert_eq(escalation_read(&policy, path, &errors), 0, "%s", errors.count ? errors.faults[0].text : "");
}

Test(escalation, the_colonys, .init = setup, .fini = teardown)
{
	static const int64_t respond[] = { 5, 15, 30, 60 }, update[] = { 15, 30, 60, 240 };
	static const size_t steps[] = { 5, 4, 3, 3 };
	int64_t fired_ms = at("2026-03-13T12:00:00Z");
	struct escalation_clock clock;

	read_shipped("polln");
	for (int i = 0; i < PRIORITY_COUNT; i++) {
		cr_expect_eq(policy.levels[i].respond_ms, respond[i] * CLOCK_MINUTE);
		cr_expect_eq(policy.levels[i].update_ms, update[i] * CLOCK_MINUTE);
		cr_expect_eq(policy.levels[i].path_count, steps[i]);
		cr_expect_gt(policy.levels[i].channel_count, 0);
		cr_expect_str_eq(policy.levels[i].path[0].who, "on-call-engineer");
	}
	cr_expect_eq(policy.levels[0].ack_ms, 10 * CLOCK_MINUTE);
	cr_expect_eq(policy.levels[0].channel_count, 5);
	cr_expect_str_eq(policy.levels[2].word, "Medium");
	cr_expect_eq(policy.role_count, 5);
	escalation_clock(&policy, 0, fired_ms, fired_ms + 20 * CLOCK_MINUTE, &clock);
	cr_expect_str_eq(clock.who, "cto");
	cr_expect_str_eq(clock.next, "ceo-and-board");
	cr_expect_eq(clock.next_ms, fired_ms + 30 * CLOCK_MINUTE);
	cr_expect_eq(escalation_handoff_ms(&policy, fired_ms), at("2026-03-16T09:00:00Z"));
	cr_expect_eq(priority("severity", "high"), 2);
	for (size_t i = 0; i < escalation_contact_count(&policy); i++)
		cr_expect(strstr(escalation_contact(&policy, i)->reach, "@example.com"));
}

Test(escalation, dryads, .init = setup, .fini = teardown)
{
	struct escalation_clock clock;

	read_shipped("dryad");
	cr_expect_str_eq(policy.levels[0].impact, "breach, compromise, full outage");
	cr_expect_eq(priority("alertname", "ServiceDown"), 0);
	cr_expect_eq(priority("severity", "critical"), 1);
	cr_expect_eq(priority("severity", "warning"), 2);
	cr_expect_eq(priority("severity", "info"), 3);
	for (int i = 0; i < PRIORITY_COUNT; i++) {
		escalation_clock(&policy, i, 1000, 1000 + 6 * CLOCK_MINUTE, &clock);
		cr_expect_not(clock.runs, "no document gives a time");
		cr_expect_str_eq(clock.who, "on-call");
		cr_expect_str_eq(clock.next, "lead-and-management");
	}
}
