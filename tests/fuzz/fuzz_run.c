#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "../unit/run_invariants.h"
#include "bytes.h"
#include "invariant.h"
#include "base/text.h"
#include "runbook/report.h"

#define EVENTS_MAX 300

/* Up to the next NUL. */
static const char *take_text(struct bytes *bytes, struct arena *arena)
{
	size_t length = strnlen((const char *)bytes->data, bytes->size);
	const char *ret = arena_strndup(arena, (const char *)bytes->data, length);

	bytes->data += length;
	bytes->size -= length;
	take(bytes, 1);
	return ret;
}

/* Few people, steps and ids, so that they meet. */
static struct run_event take_event(struct bytes *bytes, struct arena *arena)
{
	static const char *const people[] = { "ana@jump1", "bob@jump2", "eve@jump1", "" };
	static const char *const seats[] = { "a", "b", "" };
	static const char *const steps[] = { "1.1", "1.2", "2.1", "10.3" };
	static const char *const outcomes[] = { "ok", "failed", "unknown", "never", "timeout", "?" };
	unsigned who = take(bytes, 12), what = take(bytes, 64);
	struct run_event event = { .kind = (enum run_event_kind)take(bytes, RUN_EVENT_KINDS), .run = "r" };

	event.id = arena_printf(arena, "%u", take(bytes, 40));
	event.of = arena_printf(arena, "%u", take(bytes, 48));
	event.sequence = take(bytes, 60);
	event.time_ms = 1763781300000 + (int64_t)take(bytes, 200) * 1000 - 50000;
	event.monotonic_ms = (int64_t)take(bytes, 200) * 1000;
	event.actor = people[who % 4];
	event.seat = seats[who / 4];
	event.to = people[what % 4];
	event.to_seat = seats[what / 4 % 3];
	event.step = event.kind == RUN_NOTE && what & 32 ? "" : steps[what / 12 % 4];
	event.attempt = 1 + take(bytes, 3);
	event.outcome = outcomes[take(bytes, 6)];
	event.name = what & 1 ? "n" : "m";
	event.edited = what & 2;
	event.note = event.value = event.command = event.reason = event.title = event.target = take_text(bytes, arena);
	return event;
}

/* Whatever was in the events, a report holds no control character, and shows every run's head. */
static void check_report(const struct run *run)
{
	struct strbuf report = STRBUF_INIT;

	run_report(run, NULL, NULL, &report);
	never(strncmp(report.text, "# Run: ", 7) != 0 || strlen(report.text) != report.length);
	for (size_t at = 0; at < report.length;) {
		uint32_t code;

		at += text_decode(report.text + at, report.length - at, &code);
		never(text_is_unsafe(code) && code != '\n' && code != '\t');
	}
	strbuf_release(&report);
}

static void check(struct run *run)
{
	const char *fault;

	run_fold(run);
	fault = run_fault(run);
	if (fault)
		fprintf(stderr, "%s\n", fault);
	never(fault);
}

/* A journal with any event missing, repeated or out of place. */
static void fold_events(struct bytes bytes)
{
	struct arena arena = { 0 };
	struct run *run = run_new("r");
	bool each = take(&bytes, 2);

	for (int i = 0; i < EVENTS_MAX && bytes.size; i++) {
		struct run_event event = take_event(&bytes, &arena);

		run_add(run, &event);
		if (each)
			check(run);
	}
	check(run);
	check_report(run);
	run_free(run);
	arena_release(&arena);
}

/* What another program wrote: what is readable is written again as something that reads the same. */
static void read_bodies(struct bytes bytes)
{
	struct arena arena = { 0 };
	struct runs runs;
	struct run *run;

	runs_init(&runs);
	for (int i = 0; i < 50 && bytes.size; i++) {
		unsigned kind = take(&bytes, RUN_EVENT_KINDS);
		struct journal_event journal = { .sequence = i + 1,
						 .id = arena_printf(&arena, "%d", i),
						 .time_ms = 1000 + (int64_t)take(&bytes, 10),
						 .actor = "ana@jump1",
						 .system = "polln",
						 .kind = run_event_names[kind],
						 .subject = take(&bytes, 4) ? "r" : "q",
						 .body = take_text(&bytes, &arena) };
		struct strbuf first = STRBUF_INIT, second = STRBUF_INIT;
		struct run_event event, again;

		if (run_event_read(&journal, &arena, &event)) {
			run_event_write(&event, &first);
			journal.body = first.text;
			never(first.length > 64 * 1024 || !run_event_read(&journal, &arena, &again));
			run_event_write(&again, &second);
			always(strcmp(first.text, second.text) == 0);
			never(!runs_add(&runs, &journal, &run) || run_fault(run));
		}
		strbuf_release(&first);
		strbuf_release(&second);
	}
	runs_release(&runs);
	arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes bytes = { data, size };

	if (take(&bytes, 4))
		fold_events(bytes);
	else
		read_bodies(bytes);
	return 0;
}
