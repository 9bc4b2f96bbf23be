/* A night of two people and three consoles, with each event lost, told again, late or early, one at a time. */
#include <stdio.h>

#include "run_fixture.h"
#include "run_invariants.h"

TestSuite(run_loss, .timeout = 100);

static const char *const night[] = {
	"e01 ana/a run-open runbook=data-corruption alert=NaN since=1763781000000",
	"e02 ana/a run-value name=pod value=p-1 source=alert",
	"e03 ana/a run-evidence name=nan value=12 when=before",
	"e04 ana/a step-intent step=1.1 attempt=1 command=kubectl_get",
	"e05 ana/a step-start step=1.1 attempt=1 of=e04",
	"e06 ana/a step-outcome step=1.1 attempt=1 of=e04 outcome=ok elapsed=900",
	"e07 ana/a step-done step=1.2 note=looks_right",
	"e08 ana/a run-branch value=B",
	"e09 bob/b step-pen step=2.2 to=bob to_seat=b",
	"e10 ana/a step-intent step=2.1 attempt=1 command=scale",
	"e11 bob/b step-intent step=2.2 attempt=1 command=logs",
	"e12 ana/a step-start step=2.1 attempt=1 of=e10",
	"e13 bob/b step-start step=2.2 attempt=1 of=e11",
	"e14 ana/a step-outcome step=2.1 attempt=1 of=e10 outcome=failed reason=exit_status_3",
	"e15 ana/a step-edit step=2.1 command=scale_2",
	"e16 ana/a step-override step=2.1 note=I_know",
	"e17 ana/a step-intent step=2.1 attempt=2 command=scale_2",
	"e18 ana/a step-start step=2.1 attempt=2 of=e17",
	"e19 bob/b step-outcome step=2.2 attempt=1 of=e11 outcome=unknown",
	"e20 bob/b run-note step=2.2 note=line_lost",
	"e21 bob/c step-pen step=2.2 to=bob to_seat=c",
	"e22 bob/c step-intent step=2.2 attempt=2 command=logs",
	"e23 bob/c step-start step=2.2 attempt=2 of=e22",
	"e24 ana/a step-outcome step=2.1 attempt=2 of=e17 outcome=timeout",
	"e25 ana/a run-pen to=bob",
	"e26 bob/c step-fail step=2.1 note=no",
	"e27 bob/c step-undo of=e26",
	"e28 ana/a step-intent step=3.1 attempt=1 command=refused",
	"e29 ana/a step-outcome step=3.1 attempt=1 of=e28 outcome=never",
	"e30 bob/c step-outcome step=2.2 attempt=2 of=e22 outcome=signal",
	"e31 bob/c step-skip step=3.2",
	"e32 bob/c step-undo of=e27",
	"e33 bob/c step-intent step=3.1 attempt=2 command=restore",
	"e34 bob/c step-start step=3.1 attempt=2 of=e33",
	"e35 bob/c step-outcome step=3.1 attempt=2 of=e33 outcome=ok",
	"e36 ana/a run-evidence name=nan value=0 when=after",
	"e37 ana/a run-mitigated",
	"e38 bob/c run-close note=over",
	"e39 bob/c step-undo of=e38",
	"e40 ana/z run-pen to=ana to_seat=z",
	"e41 ana/z step-done step=4.1",
	"e42 ana/z run-close note=really",
};
#define COUNT (sizeof(night) / sizeof(*night))

static struct run_event events[COUNT];
static struct arena arena;

static void setup(void)
{
	arena_init(&arena);
	for (size_t i = 0; i < COUNT; i++)
		events[i] = run_fixture_read(night[i], (int64_t)i + 1, &arena);
}

static void teardown(void)
{
	arena_release(&arena);
}

static void check(const struct run *run, const char *what, size_t first, size_t second)
{
	const char *fault = run_fault(run);

	cr_assert_null(fault, "%s %s %s: %s", what, night[first], night[second], fault);
}

static void tell(struct run *run, char ret[], size_t size)
{
	struct strbuf told = STRBUF_INIT;

	run_fixture_tell(run, &told);
	snprintf(ret, size, "%s", told.text);
	strbuf_release(&told);
}

/* All of them, `changed` changed by the caller. */
static struct run *fold(const struct run_event *all, size_t count)
{
	struct run *run = run_new("r");

	for (size_t i = 0; i < count; i++)
		run_add(run, &all[i]);
	run_fold(run);
	return run;
}

Test(run_loss, as_it_was, .init = setup, .fini = teardown)
{
	struct run *run = fold(events, COUNT);
	char told[512];

	tell(run, told, sizeof(told));
	cr_expect_str_eq(told,
			 "ana/z | 1.1 ok, 1.2 done, 2.2 bad bob/c, 2.1 failed, 3.1 ok, 3.2 skipped, 4.1 done | B | "
			 "mitigated | closed | refused e28 | undone e27,e38",
			 "%s", told);
	check(run, "all", 0, 0);
	run_free(run);
}

Test(run_loss, one_is_missing, .init = setup, .fini = teardown)
{
	for (size_t gone = 0; gone < COUNT; gone++) {
		struct run *run = run_new("r");

		for (size_t i = 0; i < COUNT; i++)
			if (i != gone)
				run_add(run, &events[i]);
		run_fold(run);
		cr_expect_eq(run->timeline.count, COUNT - 1);
		check(run, "without", gone, gone);
		run_free(run);
	}
}

Test(run_loss, two_are_missing, .init = setup, .fini = teardown)
{
	for (size_t gone = 0; gone < COUNT; gone++)
		for (size_t other = gone + 1; other < COUNT; other++) {
			struct run *run = run_new("r");

			for (size_t i = 0; i < COUNT; i++)
				if (i != gone && i != other)
					run_add(run, &events[i]);
			run_fold(run);
			check(run, "without", gone, other);
			run_free(run);
		}
}

Test(run_loss, the_end_is_not_there_yet, .init = setup, .fini = teardown)
{
	for (size_t count = 0; count < COUNT; count++)
		for (size_t gone = 0; gone <= count; gone++) {
			struct run *run = run_new("r");

			for (size_t i = 0; i < count; i++)
				if (i != gone)
					run_add(run, &events[i]);
			run_fold(run);
			check(run, "up to and without", count, gone);
			run_free(run);
		}
}

Test(run_loss, one_is_told_again, .init = setup, .fini = teardown)
{
	char whole[512], told[512];
	struct run *run = fold(events, COUNT);

	tell(run, whole, sizeof(whole));
	for (size_t i = 0; i < COUNT; i++) {
		struct run_event again = events[i];

		/* The same one; one that another process wrote under the same id later; */
		run_add(run, &again);
		again.sequence = 0;
		run_add(run, &again);
		again.sequence = (int64_t)COUNT + 1;
		run_add(run, &again);
		run_fold(run);
		tell(run, told, sizeof(told));
		cr_assert_str_eq(told, whole);
	}
	run_free(run);
	/* and the same under another id, anywhere. */
	for (size_t i = 0; i < COUNT; i++)
		for (size_t at = 0; at < COUNT; at++) {
			struct run_event again = events[i];

			run = fold(events, COUNT);
			again.id = "again";
			again.sequence = (int64_t)at + 1;
			run_add(run, &again);
			run_fold(run);
			check(run, "again", i, at);
			run_free(run);
		}
}

Test(run_loss, two_are_swapped, .init = setup, .fini = teardown)
{
	for (size_t i = 0; i < COUNT; i++)
		for (size_t k = i + 1; k < COUNT; k++) {
			struct run_event swapped[COUNT];
			struct run *run;

			memcpy(swapped, events, sizeof(events));
			swapped[i].sequence = events[k].sequence;
			swapped[k].sequence = events[i].sequence;
			run = fold(swapped, COUNT);
			check(run, "swapped", i, k);
			run_free(run);
		}
}

Test(run_loss, the_order_they_are_added_in_is_nothing, .init = setup, .fini = teardown)
{
	char whole[512], told[512];
	struct run *run = fold(events, COUNT);
	uint64_t seed = 7;

	tell(run, whole, sizeof(whole));
	run_free(run);
	for (int round = 0; round < 200; round++) {
		struct run_event mixed[COUNT];

		memcpy(mixed, events, sizeof(events));
		for (size_t i = COUNT - 1; i > 0; i--) {
			size_t k =
				(size_t)((seed = seed * 6364136223846793005u + 1442695040888963407u) >> 33) % (i + 1);
			struct run_event kept = mixed[i];

			mixed[i] = mixed[k];
			mixed[k] = kept;
		}
		run = fold(mixed, COUNT);
		tell(run, told, sizeof(told));
		cr_assert_str_eq(told, whole);
		run_free(run);
	}
}

/* In the order it happened the journal is a run that only grows: nothing that ran is forgotten on the way. */
Test(run_loss, it_grows, .init = setup, .fini = teardown)
{
	struct run *run = run_new("r");

	for (size_t i = 0; i < COUNT; i++) {
		struct run_event own = events[i];

		own.sequence = 0;
		run_add(run, &own);
		run_fold(run);
		check(run, "own", i, i);
		run_add(run, &events[i]);
		run_fold(run);
		check(run, "durable", i, i);
		cr_expect_eq(run->timeline.count, i + 1);
	}
	run_free(run);
}
