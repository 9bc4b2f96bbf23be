/* Runs folded from their events: tables of what happened, and what that makes. */
#include "run_fixture.h"

#include <stdio.h>

TestSuite(run, .timeout = 60);

Test(run, attempts)
{
	static const struct run_row rows[] = {
		{ "nothing", "", "/" },
		{ "opened", OPEN, "ana/a" },
		{ "wanted", OPEN INTENT, "ana/a | 1.1 wanted" },
		{ "running", OPEN INTENT START, "ana/a | 1.1 running" },
		{ "ok", OPEN INTENT START "e ana/a step-outcome step=1.1 attempt=1 outcome=ok", "ana/a | 1.1 ok" },
		{ "failed", OPEN INTENT START "e ana/a step-outcome step=1.1 attempt=1 outcome=failed",
		  "ana/a | 1.1 bad" },
		{ "signal", OPEN INTENT START "e ana/a step-outcome step=1.1 attempt=1 outcome=signal",
		  "ana/a | 1.1 bad" },
		{ "timeout", OPEN INTENT START "e ana/a step-outcome step=1.1 attempt=1 outcome=timeout",
		  "ana/a | 1.1 bad" },
		{ "stopped", OPEN INTENT START "e ana/a step-outcome step=1.1 attempt=1 outcome=stopped",
		  "ana/a | 1.1 bad" },
		{ "unknown", OPEN INTENT START "e ana/a step-outcome step=1.1 attempt=1 outcome=unknown",
		  "ana/a | 1.1 unknown" },
		{ "a newer skep's word", OPEN INTENT START "e ana/a step-outcome step=1.1 attempt=1 outcome=odd",
		  "ana/a | 1.1 unknown" },
		{ "never", OPEN INTENT "e ana/a step-outcome step=1.1 attempt=1 outcome=never", "ana/a | 1.1 open" },
		{ "never, though it was started",
		  OPEN INTENT START "e ana/a step-outcome step=1.1 attempt=1 outcome=never", "ana/a | 1.1 unknown" },
		{ "never, then it turns out that it ran",
		  OPEN INTENT "e ana/a step-outcome step=1.1 attempt=1 outcome=never\n"
			      "f ana/a step-outcome step=1.1 attempt=1 outcome=ok",
		  "ana/a | 1.1 ok" },
		{ "unknown, then known",
		  OPEN INTENT START "e ana/a step-outcome step=1.1 attempt=1 outcome=unknown\n"
				    "f bob/b step-outcome step=1.1 attempt=1 outcome=ok",
		  "ana/a | 1.1 ok" },
		{ "known, then unknown",
		  OPEN INTENT START "e ana/a step-outcome step=1.1 attempt=1 outcome=failed\n"
				    "f bob/b step-outcome step=1.1 attempt=1 outcome=unknown",
		  "ana/a | 1.1 bad | refused f" },
		{ "the first outcome counts",
		  OPEN INTENT START "e ana/a step-outcome step=1.1 attempt=1 outcome=failed\n"
				    "f ana/a step-outcome step=1.1 attempt=1 outcome=ok",
		  "ana/a | 1.1 bad | refused f" },
		{ "outcome before start", OPEN INTENT "e ana/a step-outcome step=1.1 attempt=1 outcome=ok\n" START,
		  "ana/a | 1.1 ok" },
		{ "outcome before all", "e ana/a step-outcome step=1.1 attempt=1 outcome=ok\n" START INTENT OPEN,
		  "ana/a | 1.1 ok" },
		{ "no intent", OPEN START, "ana/a | 1.1 running" },
		{ "no intent, no start", OPEN "e ana/a step-outcome step=1.1 attempt=1 outcome=ok", "ana/a | 1.1 ok" },
		{ "started twice", OPEN INTENT START "t ana/a step-start step=1.1 attempt=1",
		  "ana/a | 1.1 running | refused t" },
		{ "one number, two intents", OPEN INTENT "j ana/a step-intent step=1.1 attempt=1 command=y",
		  "ana/a | 1.1 wanted | refused j" },
		{ "one number, two seats",
		  OPEN "p ana/a step-pen step=1.1 to=bob\n"
		       "j bob/b step-intent step=1.1 attempt=1\n"
		       "k bob/c step-intent step=1.1 attempt=1\n",
		  "ana/a | 1.1 wanted bob/b | refused k" },
		{ "what the loser tells is not the winner's",
		  OPEN INTENT "j ana/a step-intent step=1.1 attempt=1\n"
			      "e ana/a step-outcome step=1.1 attempt=1 of=j outcome=never\n",
		  "ana/a | 1.1 wanted | refused j,e" },
		{ "again after a failure",
		  OPEN INTENT START "e ana/a step-outcome step=1.1 attempt=1 outcome=failed\n"
				    "j ana/a step-intent step=1.1 attempt=2\n",
		  "ana/a | 1.1 wanted" },
		{ "again, and good",
		  OPEN INTENT START "e ana/a step-outcome step=1.1 attempt=1 outcome=unknown\n"
				    "j ana/a step-intent step=1.1 attempt=2\n"
				    "f ana/a step-outcome step=1.1 attempt=2 outcome=ok\n",
		  "ana/a | 1.1 ok" },
		{ "the second ended, the first goes on",
		  OPEN INTENT START "j ana/a step-intent step=1.1 attempt=2\n"
				    "f ana/a step-outcome step=1.1 attempt=2 outcome=ok\n",
		  "ana/a | 1.1 running" },
		{ "the second was never run: as it was",
		  OPEN INTENT START "e ana/a step-outcome step=1.1 attempt=1 outcome=unknown\n"
				    "j ana/a step-intent step=1.1 attempt=2\n"
				    "f ana/a step-outcome step=1.1 attempt=2 outcome=never\n",
		  "ana/a | 1.1 unknown" },
	};

	CHECK(rows);
}

Test(run, marks_and_taking_back)
{
	static const struct run_row rows[] = {
		{ "done", OPEN "d ana/a step-done step=1.1", "ana/a | 1.1 done" },
		{ "the last mark counts", OPEN "d ana/a step-done step=1.1\nf ana/a step-fail step=1.1",
		  "ana/a | 1.1 failed" },
		{ "taken back", OPEN "d ana/a step-skip step=1.1\nu ana/a step-undo of=d",
		  "ana/a | 1.1 open | undone d" },
		{ "the one before counts again",
		  OPEN "d ana/a step-done step=1.1\nf ana/a step-fail step=1.1\nu ana/a step-undo of=f",
		  "ana/a | 1.1 done | undone f" },
		{ "taking back taken back",
		  OPEN "d ana/a step-done step=1.1\nu ana/a step-undo of=d\nv ana/a step-undo of=u",
		  "ana/a | 1.1 done | undone u" },
		{ "and that taken back",
		  OPEN "d ana/a step-done step=1.1\nu ana/a step-undo of=d\nv ana/a step-undo of=u\n"
		       "w ana/a step-undo of=v",
		  "ana/a | 1.1 open | undone d,v" },
		{ "twice", OPEN "d ana/a step-done step=1.1\nu ana/a step-undo of=d\nv ana/a step-undo of=d",
		  "ana/a | 1.1 open | refused v | undone d" },
		{ "something that is not there", OPEN "u ana/a step-undo of=z", "ana/a | refused u" },
		{ "itself", OPEN "u ana/a step-undo of=u", "ana/a | refused u" },
		{ "before it was done", OPEN "u ana/a step-undo of=d\nd ana/a step-done step=1.1",
		  "ana/a | 1.1 done | refused u" },
		{ "each other", OPEN "u ana/a step-undo of=v\nv ana/a step-undo of=u", "ana/a | refused u,v" },
		{ "an outcome",
		  OPEN INTENT START "e ana/a step-outcome step=1.1 attempt=1 outcome=ok\n"
				    "u ana/a step-undo of=e",
		  "ana/a | 1.1 ok | refused u" },
		{ "an intent", OPEN INTENT "u ana/a step-undo of=i", "ana/a | 1.1 wanted | refused u" },
		{ "the opening", OPEN "u ana/a step-undo of=o", "ana/a | refused u" },
		{ "what was refused", OPEN "d bob/b step-done step=1.1\nu ana/a step-undo of=d",
		  "ana/a | refused d,u" },
		{ "another's mark", OPEN "d ana/a step-done step=1.1\nu bob/b step-undo of=d",
		  "ana/a | 1.1 done | refused u" },
		{ "a mark does not hide what runs", OPEN INTENT START "d ana/a step-done step=1.1",
		  "ana/a | 1.1 running" },
		{ "nor what may run", OPEN INTENT "d ana/a step-skip step=1.1", "ana/a | 1.1 wanted" },
		{ "a mark settles what is not known",
		  OPEN INTENT START "e ana/a step-outcome step=1.1 attempt=1 outcome=unknown\n"
				    "d ana/a step-done step=1.1",
		  "ana/a | 1.1 done" },
		{ "which taken back leaves it unknown",
		  OPEN INTENT START "e ana/a step-outcome step=1.1 attempt=1 outcome=unknown\n"
				    "d ana/a step-done step=1.1\nu ana/a step-undo of=d",
		  "ana/a | 1.1 unknown | undone d" },
		{ "run after a mark",
		  OPEN "d ana/a step-skip step=1.1\n" INTENT START "e ana/a step-outcome step=1.1 attempt=1 outcome=ok",
		  "ana/a | 1.1 ok" },
		{ "a scenario", OPEN "b ana/a run-branch value=B", "ana/a | B" },
		{ "the scenario before",
		  OPEN "b ana/a run-branch value=B\nc ana/a run-branch value=C\n"
		       "u ana/a step-undo of=c",
		  "ana/a | B | undone c" },
		{ "mitigated, by whom ever", OPEN "m bob/b run-mitigated", "ana/a | mitigated" },
		{ "and not any more", OPEN "m bob/b run-mitigated\nu ana/a step-undo of=m", "ana/a | undone m" },
	};

	CHECK(rows);
}

Test(run, what_is_not_durable_comes_last)
{
	struct run *run = run_new("r");
	struct arena arena = { 0 };
	struct run_event event = run_fixture_read("o ana/a run-open", 1, &arena);
	struct strbuf told = STRBUF_INIT;

	run_add(run, &event);
	event = run_fixture_read("?p bob/b step-pen step=1.1 to=bob to_seat=b", 0, &arena);
	run_add(run, &event);
	run_fold(run);
	cr_expect_str_eq(run_find_step(run, "1.1")->pen, "bob");
	/* Another one's was written first; and then the own one. */
	event = run_fixture_read("q eve/e step-pen step=1.1 to=eve to_seat=e", 5, &arena);
	run_add(run, &event);
	run_fold(run);
	cr_expect_str_eq(run_find_step(run, "1.1")->pen, "eve");
	event = run_fixture_read("?p bob/b step-pen step=1.1 to=bob to_seat=b", 0, &arena);
	event.sequence = 6;
	run_add(run, &event);
	run_add(run, &event);
	run_fold(run);
	run_fixture_tell(run, &told);
	cr_expect_str_eq(told.text, "ana/a | 1.1 open eve/e | refused ?p");
	cr_expect_eq(run->timeline.count, 3);
	cr_expect_eq(run->timeline.items[2].event->sequence, 6);
	strbuf_release(&told);
	arena_release(&arena);
	run_free(run);
}

Test(run, of_two_with_one_id_the_durable_one_holds)
{
	struct run *run = run_new("r");
	struct arena arena = { 0 };
	struct run_event event = run_fixture_read("x ana/a run-note note=mine", 0, &arena);

	event.sequence = 0;
	run_add(run, &event);
	event = run_fixture_read("x bob/b run-note note=theirs", 4, &arena);
	run_add(run, &event);
	event = run_fixture_read("x eve/e run-note note=late", 9, &arena);
	run_add(run, &event);
	event.run = "another";
	event.id = "y";
	run_add(run, &event);
	run_fold(run);
	cr_assert_eq(run->timeline.count, 1);
	cr_expect_str_eq(run->timeline.items[0].event->note, "theirs");
	cr_expect_eq(run->timeline.items[0].event->sequence, 4);
	arena_release(&arena);
	run_free(run);
}

Test(run, what_a_step_knows)
{
	struct run *run = run_fixture_make(OPEN "v ana/a run-value name=pod value=p-1 source=asked\n"
						"w ana/a run-value name=size value=3 source=asked\n"
						"x ana/a run-value name=pod value=p-2 source=alert_label_pod\n"
						"s ana/a run-value name=token source=given,_not_recorded\n"
						"y ana/a run-value name=size\n"
						"e ana/a step-edit step=1.1 command=echo_2\n"
						"f ana/a step-override step=1.1 note=I_know\n"
						"n ana/a run-note step=1.1 note=slow\n"
						"b ana/a run-evidence step=1.1 name=errors value=4 when=before\n"
						"c ana/a run-evidence step=1.1 name=errors value=0 when=after\n"
						"g ana/a step-edit step=1.2 command=echo_3\n"
						"h ana/a step-override step=1.2 note=first\n"
						"i ana/a step-edit step=1.2 command=echo_4\n"
						"j ana/a step-edit step=1.3 command=a\n"
						"k ana/a step-override step=1.3 note=of_a\n"
						"l ana/a step-undo of=j\n"
						"m ana/a step-edit step=1.4 command=a\n"
						"p ana/a step-edit step=1.4\n");
	const struct run_step *step = run_find_step(run, "1.1");

	cr_expect_str_eq(run_value(run, "pod"), "p-2");
	cr_expect_null(run_value(run, "size"));
	cr_expect_null(run_value(run, "nothing"));
	cr_expect_null(run_value(run, "token"), "it is not recorded");
	cr_assert_eq(run->values.count, 2);
	cr_expect_str_eq(run->values.items[0].source, "alert label pod");
	cr_expect_str_eq(run->values.items[1].name, "token");
	cr_expect_str_eq(step->command, "echo 2");
	cr_expect_str_eq(step->override_words, "I know");
	cr_assert_eq(step->notes.count, 1);
	cr_expect_str_eq(step->notes.items[0]->note, "slow");
	cr_expect_str_eq(run_undoable(run, "1.1")->id, "f");
	cr_expect_str_eq(run_find_evidence(run, "1.1", "errors", "before")->value, "4");
	cr_expect_str_eq(run_find_evidence(run, "1.1", "errors", "after")->value, "0");
	cr_expect_null(run_find_evidence(run, "1.1", "errors", "turned"));
	cr_expect_str_eq(run_find_step(run, "1.2")->command, "echo 4");
	cr_expect_null(run_find_step(run, "1.2")->override_words, "of another text");
	cr_expect_null(run_find_step(run, "1.3")->command);
	cr_expect_null(run_find_step(run, "1.3")->override_words, "of a text that is taken back");
	cr_expect_null(run_find_step(run, "1.4")->command);
	cr_expect_null(run_find_step(run, "9.9"));
	cr_expect_null(run_undoable(run, "9.9"));
	cr_expect_null(run_undoable(run, NULL));
	run_free(run);
}

Test(run, attempts_know_their_events)
{
	struct run *run = run_fixture_make(OPEN "k ana/a step-intent step=1.1 attempt=7 command=z\n" INTENT START
						"e ana/a step-outcome step=1.1 attempt=1 outcome=ok\n");
	const struct run_step *step = run_find_step(run, "1.1");

	cr_assert_eq(step->attempts.count, 2);
	cr_expect_eq(step->attempts.items[0].number, 1);
	cr_expect_str_eq(step->attempts.items[0].intent->id, "i");
	cr_expect_str_eq(step->attempts.items[0].start->id, "s");
	cr_expect_str_eq(step->attempts.items[0].outcome->id, "e");
	cr_expect_eq(step->attempts.items[1].number, 7);
	cr_expect_eq(run_next_attempt(run, "1.1"), 8);
	cr_expect_eq(run_next_attempt(run, "1.2"), 1);
	cr_expect_null(run_own_attempt(run, "1.1", "i"), "it ended");
	cr_expect_eq(run_own_attempt(run, "1.1", "k"), &step->attempts.items[1]);
	cr_expect_null(run_own_attempt(run, "1.1", "z"));
	cr_expect_null(run_own_attempt(run, "5.1", "k"));
	run_free(run);
}

Test(run, more_events_than_are_kept)
{
	struct run *run = run_new("r");
	const char *why;

	for (int i = 0; i < RUN_EVENTS_MAX + 5; i++) {
		char id[16];
		struct run_event event = { .kind = i ? RUN_NOTE : RUN_OPENED,
					   .id = id,
					   .run = "r",
					   .actor = "ana",
					   .seat = "a",
					   .sequence = i + 1 };

		snprintf(id, sizeof(id), "%d", i);
		run_add(run, &event);
	}
	run_fold(run);
	cr_expect_eq(run->timeline.count, RUN_EVENTS_MAX);
	cr_expect_eq(run->dropped, 5);
	cr_expect_not(run_may(run, "ana", "a", NULL, &why));
	cr_expect(strstr(why, "more events"));
	run_free(run);
}

/* ---- all runs ---- */

static void tell(struct runs *runs, const char *subject, const char *id, int64_t time_ms, const char *kind,
		 const char *body)
{
	struct run *run = NULL;

	cr_assert(runs_add(runs,
			   &(struct journal_event){ .sequence = time_ms,
						    .id = id,
						    .time_ms = time_ms,
						    .actor = "ana@jump1",
						    .system = "polln",
						    .kind = kind,
						    .subject = subject,
						    .body = body },
			   time_ms % 2 ? &run : NULL));
	if (time_ms % 2)
		cr_assert_str_eq(run->id, subject);
}

Test(runs, the_newest_comes_first_and_is_found)
{
	struct runs runs;
	struct run_freshness freshness;

	runs_init(&runs);
	tell(&runs, "20261121-a-1", "1", 2000, "run-open", "{\"runbook\":\"crash\"}");
	tell(&runs, "20261122-a-1", "2", 5000, "run-open", "{\"runbook\":\"crash\"}");
	tell(&runs, "20261122-b-1", "3", 4001, "run-open", "{\"runbook\":\"other\"}");
	tell(&runs, "20261122-a-1", "4", 6001, "step-intent", "{\"step\":\"1.1\",\"attempt\":1}");
	tell(&runs, "20261122-a-1", "5", 6002, "step-outcome",
	     "{\"step\":\"1.1\",\"attempt\":1,\"outcome\":\"failed\"}");
	tell(&runs, "20261122-a-1", "6", 6003, "step-fail", "{\"step\":\"2.1\"}");
	tell(&runs, "20261122-a-1", "7", 6004, "step-done", "{\"step\":\"2.2\"}");
	cr_expect_not(runs_add(&runs, &(struct journal_event){ .id = "8", .kind = "ack", .subject = "x", .body = "{}" },
			       NULL));
	/* An opening that comes late. */
	tell(&runs, "20261120-c-1", "9", 1000, "run-open", "{\"runbook\":\"crash\"}");
	runs_fold(&runs);
	cr_assert_eq(runs.items.count, 4);
	cr_expect_str_eq(runs.items.items[0]->id, "20261122-a-1");
	cr_expect_str_eq(runs.items.items[1]->id, "20261122-b-1");
	cr_expect_str_eq(runs.items.items[2]->id, "20261121-a-1");
	cr_expect_str_eq(runs.items.items[3]->id, "20261120-c-1");
	cr_expect_str_eq(runs_find(&runs, "20261121-a-1")->id, "20261121-a-1");
	cr_expect_str_eq(runs_find(&runs, "20261121")->id, "20261121-a-1");
	cr_expect_null(runs_find(&runs, "20261122"), "two begin so");
	cr_expect_null(runs_find(&runs, "2027"));
	cr_expect_null(runs_find(&runs, ""));

	runs_get_freshness(&runs, "crash", &freshness);
	cr_expect_eq(freshness.count, 3);
	cr_expect_eq(freshness.last, runs.items.items[0]);
	cr_assert_eq(freshness.failed.count, 2);
	cr_expect_str_eq(freshness.failed.items[0], "1.1");
	cr_expect_str_eq(freshness.failed.items[1], "2.1");
	run_freshness_release(&freshness);
	runs_get_freshness(&runs, "unheard-of", &freshness);
	cr_expect_null(freshness.last);
	cr_expect_eq(freshness.count, 0);
	run_freshness_release(&freshness);
	runs_release(&runs);
}
