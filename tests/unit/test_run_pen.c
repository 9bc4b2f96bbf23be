/* Who leads a run, who has a step, and what is refused. */
#include "run_fixture.h"

TestSuite(run_pen, .timeout = 60);

Test(run_pen, pens)
{
	static const struct run_row rows[] = {
		{ "who does not lead",
		  OPEN "d bob/b step-done step=1.1\nv bob/b run-value name=n value=x\n"
		       "c bob/b run-branch value=B\nz bob/b run-close",
		  "ana/a | refused d,v,c,z" },
		{ "at another console", OPEN "d ana/z step-done step=1.1", "ana/a | refused d" },
		{ "the lead taken by oneself", OPEN "p ana/z run-pen to=ana to_seat=z\nd ana/z step-done step=1.1",
		  "ana/z | 1.1 done" },
		{ "the lead taken by another", OPEN "p bob/b run-pen to=bob to_seat=b\nd ana/a step-done step=1.1",
		  "bob/b | refused d" },
		{ "for another console", OPEN "p bob/b run-pen to=bob to_seat=c", "ana/a | refused p" },
		{ "for another person", OPEN "p bob/b run-pen to=eve", "ana/a | refused p" },
		{ "for nobody", OPEN "p bob/b run-pen", "ana/a | refused p" },
		{ "handed over", OPEN "p ana/a run-pen to=bob\nd ana/a step-done step=1.1\nf bob/c step-fail step=1.1",
		  "bob/c | 1.1 failed | refused d" },
		{ "the first console of a person has it",
		  OPEN "p ana/a run-pen to=bob\nd bob/c step-done step=1.1\nf bob/b step-fail step=1.1",
		  "bob/c | 1.1 done | refused f" },
		{ "nobody leads", OPEN "p ana/a run-pen\nd bob/b step-done step=1.1\nf ana/a step-fail step=1.1",
		  "bob/b | 1.1 done | refused f" },
		{ "the opening is missing", "d bob/b step-done step=1.1\nf ana/a step-fail step=1.1",
		  "bob/b | 1.1 done | refused f" },
		{ "the opening is late", "d bob/b step-done step=1.1\n" OPEN, "bob/b | 1.1 done" },
		{ "opened twice", OPEN "q bob/b run-open runbook=other", "ana/a | refused q" },
		{ "a step of its own", OPEN "p bob/b step-pen step=1.1 to=bob to_seat=b\nd bob/b step-done step=1.1",
		  "ana/a | 1.1 done bob/b" },
		{ "not the lead's any more",
		  OPEN "p bob/b step-pen step=1.1 to=bob to_seat=b\nd ana/a step-done step=1.1",
		  "ana/a | 1.1 open bob/b | refused d" },
		{ "the first to take it has it",
		  OPEN "p bob/b step-pen step=1.1 to=bob to_seat=b\nq eve/e step-pen step=1.1 to=eve to_seat=e",
		  "ana/a | 1.1 open bob/b | refused q" },
		{ "in the section under way",
		  OPEN "d ana/a step-done step=2.1\np bob/b step-pen step=2.2 to=bob to_seat=b\n"
		       "q bob/b step-pen step=3.1 to=bob to_seat=b",
		  "ana/a | 2.1 done, 2.2 open bob/b | refused q" },
		{ "kept when the lead goes on",
		  OPEN "d ana/a step-done step=2.1\np bob/b step-pen step=2.2 to=bob to_seat=b\n"
		       "e ana/a step-done step=3.1\nf bob/b step-done step=2.2",
		  "ana/a | 2.1 done, 2.2 done bob/b, 3.1 done" },
		{ "any section right after a scenario is chosen",
		  OPEN "d ana/a step-done step=2.1\nb ana/a run-branch value=B\n"
		       "q bob/b step-pen step=3.1 to=bob to_seat=b",
		  "ana/a | 2.1 done, 3.1 open bob/b | B" },
		{ "given back",
		  OPEN "p bob/b step-pen step=1.1 to=bob to_seat=b\nq bob/b step-pen step=1.1\n"
		       "d ana/a step-done step=1.1",
		  "ana/a | 1.1 done" },
		{ "handed on",
		  OPEN "p bob/b step-pen step=1.1 to=bob to_seat=b\nq bob/b step-pen step=1.1 to=eve\n"
		       "d eve/e step-done step=1.1",
		  "ana/a | 1.1 done eve/e" },
		{ "the lead takes it from who is gone",
		  OPEN "p bob/b step-pen step=1.1 to=bob to_seat=b\nq ana/a step-pen step=1.1 to=ana to_seat=a\n"
		       "d ana/a step-done step=1.1",
		  "ana/a | 1.1 done ana/a" },
		{ "its holder's other console",
		  OPEN "p bob/b step-pen step=1.1 to=bob to_seat=b\nd bob/c step-done step=1.1\n"
		       "q bob/c step-pen step=1.1 to=bob to_seat=c\nf bob/c step-fail step=1.1",
		  "ana/a | 1.1 failed bob/c | refused d" },
		{ "who leads gives a step", OPEN "p ana/a step-pen step=7.1 to=bob\nd bob/b step-done step=7.1",
		  "ana/a | 7.1 done bob/b" },
		{ "who does not lead gives none", OPEN "p bob/b step-pen step=1.1 to=eve", "ana/a | refused p" },
		{ "pens are not taken back", OPEN "p ana/a run-pen to=bob\nu bob/b step-undo of=p",
		  "bob/ | refused u" },
		{ "a refused intent may have run all the same", OPEN "j bob/b step-intent step=1.1 attempt=1",
		  "ana/a | 1.1 unknown | refused j" },
		{ "until it is said that it did not",
		  OPEN "j bob/b step-intent step=1.1 attempt=1\n"
		       "e bob/b step-outcome step=1.1 attempt=1 of=j outcome=never",
		  "ana/a | 1.1 open | refused j" },
		{ "or that it did",
		  OPEN "j bob/b step-intent step=1.1 attempt=1\n"
		       "s bob/b step-start step=1.1 attempt=1 of=j",
		  "ana/a | 1.1 running | refused j" },
		{ "it gives way", OPEN "j bob/b step-intent step=1.1 attempt=1\n" INTENT,
		  "ana/a | 1.1 wanted | refused j" },
		{ "also when it was said that it never ran",
		  OPEN "j bob/b step-intent step=1.1 attempt=1\n"
		       "e bob/b step-outcome step=1.1 attempt=1 of=j outcome=never\n" INTENT START,
		  "ana/a | 1.1 running | refused j" },
		{ "or that is said later",
		  OPEN "j bob/b step-intent step=1.1 attempt=1\n" INTENT
		       "e bob/b step-outcome step=1.1 attempt=1 of=j outcome=never",
		  "ana/a | 1.1 wanted | refused j,e" },
		{ "but not when nobody knows whether it ran",
		  OPEN "j bob/b step-intent step=1.1 attempt=1\n"
		       "e bob/b step-outcome step=1.1 attempt=1 of=j outcome=unknown\n" INTENT,
		  "ana/a | 1.1 unknown | refused j,i" },
		{ "nor when it is not said of it",
		  OPEN "j bob/b step-intent step=1.1 attempt=1\n"
		       "e eve/e step-outcome step=1.1 attempt=1 outcome=never\n" INTENT,
		  "ana/a | 1.1 open | refused j,i" },
		{ "but not when it was started",
		  OPEN "j bob/b step-intent step=1.1 attempt=1\ns bob/b step-start step=1.1 attempt=1 of=j\n" INTENT,
		  "ana/a | 1.1 running | refused j,i" },
		{ "facts are everybody's",
		  OPEN INTENT "s bob/b step-start step=1.1 attempt=1\n"
			      "e eve/e step-outcome step=1.1 attempt=1 outcome=ok\nn zoe/z run-note step=1.1 note=x\n"
			      "g zoe/z run-evidence name=g value=1 when=after step=1.1",
		  "ana/a | 1.1 ok" },
		{ "one's own note taken back", OPEN "n bob/b run-note note=x\nu bob/c step-undo of=n",
		  "ana/a | undone n" },
	};

	CHECK(rows);
}

Test(run_pen, closing)
{
	static const struct run_row rows[] = {
		{ "closed", OPEN "z ana/a run-close note=well", "ana/a | closed" },
		{ "nothing after it",
		  OPEN "z ana/a run-close\nd ana/a step-done step=1.1\n" INTENT
		       "y ana/a run-close\np ana/a step-pen step=1.1 to=bob",
		  "ana/a | 1.1 unknown | closed | refused d,i,y,p" },
		{ "but facts",
		  OPEN INTENT START "z ana/a run-close\n"
				    "e ana/a step-outcome step=1.1 attempt=1 outcome=ok\n"
				    "n bob/b run-note note=x\n",
		  "ana/a | 1.1 ok | closed" },
		{ "taken up again", OPEN "z ana/a run-close\nu ana/a step-undo of=z\nd ana/a step-done step=1.1",
		  "ana/a | 1.1 done | undone z" },
		{ "what was refused stays refused",
		  OPEN "z ana/a run-close\nd ana/a step-done step=1.1\nu ana/a step-undo of=z",
		  "ana/a | refused d | undone z" },
		{ "by another, who takes the lead",
		  OPEN "z ana/a run-close\nu bob/b step-undo of=z\np bob/b run-pen to=bob to_seat=b\n"
		       "v bob/b step-undo of=z",
		  "bob/b | refused u | undone z" },
		{ "closed, open, closed",
		  OPEN "z ana/a run-close\nu ana/a step-undo of=z\ny ana/a run-close\nd ana/a step-done step=1.1",
		  "ana/a | closed | refused d | undone z" },
		{ "closed again by taking back",
		  OPEN "z ana/a run-close\nu ana/a step-undo of=z\nv ana/a step-undo of=u\nd ana/a step-done step=1.1",
		  "ana/a | closed | refused d | undone u" },
	};

	CHECK(rows);
}

Test(run_pen, who_may)
{
	struct run *run = run_fixture_make(OPEN "d ana/a step-done step=2.1\n"
						"p bob/b step-pen step=2.2 to=bob to_seat=b\n");
	const char *why = NULL;

	cr_expect(run_may(run, "ana", "a", NULL, &why));
	cr_expect_null(why);
	cr_expect(run_may(run, "ana", "a", "2.1", NULL));
	cr_expect_not(run_may(run, "ana", "a", "2.2", &why));
	cr_expect_str_eq(why, "bob has the pen of step 2.2");
	cr_expect(run_may(run, "bob", "b", "2.2", NULL));
	cr_expect_not(run_may(run, "bob", "c", "2.2", &why));
	cr_expect_str_eq(why, "you have the pen of the step at another console");
	cr_expect_not(run_may(run, "bob", "b", "2.3", &why));
	cr_expect_str_eq(why, "ana leads the run");
	cr_expect_not(run_may(run, "bob", "b", NULL, &why));
	cr_expect_str_eq(why, "ana leads the run");
	cr_expect_not(run_may(run, "ana", "z", NULL, &why));
	cr_expect_str_eq(why, "you lead the run from another console");
	cr_expect(run_may_take(run, "eve", "e", NULL, NULL));
	cr_expect(run_may_take(run, "eve", "e", "2.3", NULL));
	cr_expect_not(run_may_take(run, "eve", "e", "2.2", &why));
	cr_expect_str_eq(why, "bob has the pen of step 2.2");
	cr_expect_not(run_may_take(run, "eve", "e", "3.1", &why));
	cr_expect(strstr(why, "section under way"));
	cr_expect(run_may_take(run, "bob", "c", "2.2", NULL));
	cr_expect(run_may_take(run, "ana", "a", "2.2", NULL));
	run_fixture_add(run, "\n\n\nz ana/a run-close");
	run_free(run);

	run = run_fixture_make(OPEN "z ana/a run-close");
	cr_expect_not(run_may(run, "ana", "a", NULL, &why));
	cr_expect_str_eq(why, "the run is closed");
	cr_expect_not(run_may_take(run, "ana", "a", "1.1", &why));
	cr_expect(run_may_take(run, "bob", "b", NULL, &why), "to take it up again");
	cr_expect_str_eq(run_undoable(run, NULL)->id, "z");
	run_free(run);
}

Test(run_pen, taking_from_another_is_remarked)
{
	struct run *run = run_fixture_make(OPEN "p ana/z run-pen to=ana to_seat=z\n"
						"q bob/b run-pen to=bob to_seat=b\n"
						"r eve/e step-done step=1.1\n"
						"s eve/e step-pen step=1.1 to=eve to_seat=e\n"
						"t bob/b step-pen step=1.1 to=bob to_seat=b\n");

	cr_expect_null(run->timeline.items[1].remark, "her own");
	cr_expect_str_eq(run->timeline.items[2].remark, "taken from ana");
	cr_expect_str_eq(run->timeline.items[3].remark, "bob leads the run");
	cr_expect_null(run->timeline.items[4].remark);
	cr_expect_str_eq(run->timeline.items[5].remark, "taken from eve");
	run_free(run);
}
