/*
 * Events of a run written as lines: "ID WHO/SEAT KIND NAME=VALUE ...", where an
 * underscore in a value is a space. The sequence is the number of the line; an
 * ID that begins with '?' is not yet durable. And a run told in one line.
 */
#ifndef RUN_FIXTURE_H
#define RUN_FIXTURE_H

#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "runbook/run.h"

#define RUN_FIXTURE_START_MS 1763781300000

static void run_fixture_set(struct run_event *event, const char *name, char *value)
{
	const struct {
		const char *name;
		const char **text;
		int64_t *number;
	} rows[] = {
		{ "step", &event->step, NULL },
		{ "attempt", NULL, &event->attempt },
		{ "outcome", &event->outcome, NULL },
		{ "of", &event->of, NULL },
		{ "to", &event->to, NULL },
		{ "to_seat", &event->to_seat, NULL },
		{ "name", &event->name, NULL },
		{ "value", &event->value, NULL },
		{ "source", &event->source, NULL },
		{ "note", &event->note, NULL },
		{ "command", &event->command, NULL },
		{ "reason", &event->reason, NULL },
		{ "runbook", &event->runbook, NULL },
		{ "title", &event->title, NULL },
		{ "alert", &event->alert, NULL },
		{ "when", &event->when, NULL },
		{ "elapsed", NULL, &event->elapsed_ms },
		{ "since", NULL, &event->alert_since_ms },
		{ "time", NULL, &event->time_ms },
		{ "boot", NULL, &event->monotonic_ms },
		{ "labels", &event->labels, NULL },
		{ "target", &event->target, NULL },
	};

	for (char *at = value; *at; at++)
		*at = *at == '_' ? ' ' : *at;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		if (strcmp(rows[i].name, name) != 0)
			continue;
		if (rows[i].text)
			*rows[i].text = value;
		else
			*rows[i].number = strtoll(value, NULL, 10);
		return;
	}
	cr_assert_fail("no member %s", name);
}

/* The event of one line; its strings live in the arena. */
static struct run_event run_fixture_read(const char *line, int64_t sequence, struct arena *arena)
{
	struct run_event event = { .sequence = sequence, .run = "r", .system = "polln", .target = "ana@jump1" };
	char *words = arena_strdup(arena, line), *word, *rest = NULL, *slash;

	event.id = strtok_r(words, " ", &rest);
	event.sequence = *event.id == '?' ? 0 : sequence;
	event.time_ms = RUN_FIXTURE_START_MS + sequence * 1000;
	event.monotonic_ms = 5000000 + sequence * 1000;
	event.actor = strtok_r(NULL, " ", &rest);
	slash = strchr(event.actor, '/');
	cr_assert(slash);
	event.seat = slash + 1;
	*slash = '\0';
	word = strtok_r(NULL, " ", &rest);
	event.kind = RUN_EVENT_KINDS;
	for (int kind = 0; kind < RUN_EVENT_KINDS; kind++)
		if (!strcmp(run_event_names[kind], word))
			event.kind = (enum run_event_kind)kind;
	cr_assert_neq(event.kind, RUN_EVENT_KINDS, "no kind %s", word);
	while ((word = strtok_r(NULL, " ", &rest))) {
		char *equals = strchr(word, '=');

		cr_assert(equals);
		*equals = '\0';
		run_fixture_set(&event, word, equals + 1);
	}
	return *run_event_copy(&event, arena);
}

/* Add lines separated by newlines. */
static inline void run_fixture_add(struct run *run, const char *lines)
{
	struct arena arena = { 0 };
	char *copy = arena_strdup(&arena, lines), *rest = NULL;
	int64_t sequence = 0;

	for (char *line = strtok_r(copy, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		struct run_event event = run_fixture_read(line, ++sequence, &arena);

		run_add(run, &event);
	}
	arena_release(&arena);
	run_fold(run);
}

static inline struct run *run_fixture_make(const char *lines)
{
	struct run *run = run_new("r");

	run_fixture_add(run, lines);
	return run;
}

/* "ana/a | 1.1 ok, 1.2 running bob/b | B | closed | refused 3,4 | undone 5"; parts that there is nothing of are left
 * out. */
static inline void run_fixture_tell(const struct run *run, struct strbuf *ret)
{
	struct strbuf refused = STRBUF_INIT, undone = STRBUF_INIT;

	strbuf_addf(ret, "%s/%s", run->lead, run->lead_seat);
	for (size_t i = 0; i < run->steps.count; i++) {
		const struct run_step *step = &run->steps.items[i];

		strbuf_addf(ret, "%s%s %s", i ? ", " : " | ", step->id, run_step_state_names[step->state]);
		if (*step->pen)
			strbuf_addf(ret, " %s/%s", step->pen, step->pen_seat);
	}
	if (*run->scenario)
		strbuf_addf(ret, " | %s", run->scenario);
	if (run->mitigated)
		strbuf_addstr(ret, " | mitigated");
	if (run->closed)
		strbuf_addstr(ret, " | closed");
	for (size_t i = 0; i < run->timeline.count; i++) {
		const struct run_entry *entry = &run->timeline.items[i];

		cr_expect(!entry->refused || entry->remark);
		if (entry->refused)
			strbuf_addf(&refused, "%s%s", refused.length ? "," : "", entry->event->id);
		if (entry->undone)
			strbuf_addf(&undone, "%s%s", undone.length ? "," : "", entry->event->id);
	}
	if (refused.length)
		strbuf_addf(ret, " | refused %s", refused.text);
	if (undone.length)
		strbuf_addf(ret, " | undone %s", undone.text);
	strbuf_release(&refused);
	strbuf_release(&undone);
}

/* What happened, and what that makes. */
struct run_row {
	const char *name, *lines, *told;
};

static inline void run_fixture_check(const struct run_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct run *run = run_fixture_make(rows[i].lines);
		struct strbuf told = STRBUF_INIT;

		run_fixture_tell(run, &told);
		cr_expect_str_eq(told.text, rows[i].told, "%s:\n  is   %s\n  want %s", rows[i].name, told.text,
				 rows[i].told);
		strbuf_release(&told);
		run_free(run);
	}
}

#define CHECK(rows) run_fixture_check(rows, sizeof(rows) / sizeof(*(rows)))

#define OPEN   "o ana/a run-open runbook=crash\n"
#define INTENT "i ana/a step-intent step=1.1 attempt=1 command=x\n"
#define START  "s ana/a step-start step=1.1 attempt=1 of=i\n"

#endif
