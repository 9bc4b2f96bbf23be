/* Events of a run as the journal keeps them: written and read back, and what is refused. */
#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "config/json.h"
#include "journal/journal_file.h"
#include "runbook/run_event.h"

TestSuite(run_event, .timeout = 30);

static struct arena arena;

static void setup(void)
{
	arena_init(&arena);
}

static void teardown(void)
{
	arena_release(&arena);
}

/* Written into a body, and read back from it. */
static bool pass_on(const struct run_event *event, struct run_event *ret)
{
	struct strbuf body = STRBUF_INIT;
	bool good;

	run_event_write(event, &body);
	cr_expect_leq(body.length, JOURNAL_BODY_MAX);
	good = run_event_read(&(struct journal_event){ .sequence = 7,
						       .id = "e1",
						       .time_ms = 1000,
						       .monotonic_ms = 50,
						       .actor = "ana@jump1",
						       .system = "polln",
						       .kind = run_event_names[event->kind],
						       .subject = "r-1",
						       .body = body.text },
			      &arena, ret);
	strbuf_release(&body);
	return good;
}

static bool reads(const char *kind, const char *subject, const char *body)
{
	struct run_event event;

	return run_event_read(&(struct journal_event){ .id = "e1",
						       .actor = "ana@jump1",
						       .system = "polln",
						       .kind = kind,
						       .subject = subject,
						       .body = body },
			      &arena, &event);
}

Test(run_event, each_kind_has_a_name_of_its_own)
{
	for (size_t i = 0; i < RUN_EVENT_KINDS; i++) {
		cr_assert(run_event_names[i]);
		for (size_t k = 0; k < i; k++)
			cr_expect_str_neq(run_event_names[i], run_event_names[k]);
	}
	for (size_t i = 0; i < RUN_OUTCOMES; i++)
		cr_assert_eq(run_outcome_of(&(struct run_event){ .outcome = run_outcome_names[i] }), i);
	cr_expect_eq(run_outcome_of(&(struct run_event){ .outcome = "exploded" }), RUN_OUTCOME_UNKNOWN);
}

Test(run_event, an_opening_comes_back, .init = setup, .fini = teardown)
{
	struct run_event event = { .kind = RUN_OPENED,
				   .seat = "s1",
				   .runbook = "data-corruption",
				   .path = "/srv/runbooks/03.md",
				   .digest = "abc",
				   .title = "Data \"corruption\" \xe2\x82\xac",
				   .alert = "NaN",
				   .alert_id = "00c0ffee",
				   .expression = "up{a=\"b\"} == 0",
				   .labels = "{\"instance\":\"a:1\",\"pod\":\"p\"}",
				   .target = "ana@jump1 kube x",
				   .environment = "production",
				   .alert_since_ms = 1763787600123,
				   .alert_for_ms = 90000,
				   .rehearsal = true,
				   .command = "not of this kind" },
			 read;

	cr_assert(pass_on(&event, &read));
	cr_expect_eq(read.kind, RUN_OPENED);
	cr_expect_eq(read.sequence, 7);
	cr_expect_eq(read.time_ms, 1000);
	cr_expect_eq(read.monotonic_ms, 50);
	cr_expect_str_eq(read.id, "e1");
	cr_expect_str_eq(read.actor, "ana@jump1");
	cr_expect_str_eq(read.system, "polln");
	cr_expect_str_eq(read.run, "r-1");
	cr_expect_str_eq(read.seat, "s1");
	cr_expect_str_eq(read.runbook, "data-corruption");
	cr_expect_str_eq(read.path, "/srv/runbooks/03.md");
	cr_expect_str_eq(read.digest, "abc");
	cr_expect_str_eq(read.title, event.title);
	cr_expect_str_eq(read.alert, "NaN");
	cr_expect_str_eq(read.alert_id, "00c0ffee");
	cr_expect_str_eq(read.expression, event.expression);
	cr_expect_str_eq(read.labels, event.labels);
	cr_expect_str_eq(read.target, event.target);
	cr_expect_str_eq(read.environment, "production");
	cr_expect_eq(read.alert_since_ms, 1763787600123);
	cr_expect_eq(read.alert_for_ms, 90000);
	cr_expect(read.rehearsal);
	cr_expect_str_eq(read.command, "", "only what its kind has");
	cr_expect_str_eq(read.note, "");
}

Test(run_event, for_how_long_an_alert_is_to_be_clear, .init = setup, .fini = teardown)
{
	struct run_event event = { .kind = RUN_OPENED, .alert = "A", .alert_for_ms = 0 }, read;

	cr_assert(pass_on(&event, &read));
	cr_expect_eq(read.alert_for_ms, 0, "at once is told too");
	event.alert_for_ms = -1;
	cr_assert(pass_on(&event, &read));
	cr_expect_eq(read.alert_for_ms, -1, "as by who did not know of it");
}

Test(run_event, an_outcome_comes_back, .init = setup, .fini = teardown)
{
	struct run_event event = { .kind = RUN_OUTCOME,
				   .seat = "s1",
				   .step = "2.13",
				   .attempt = 3,
				   .of = "intent",
				   .outcome = "timeout",
				   .reason = "timeout after 5m",
				   .status = -1,
				   .signal = 9,
				   .elapsed_ms = 300123,
				   .bytes = 12345678901,
				   .timed_out = true,
				   .stopped = true },
			 read;

	cr_assert(pass_on(&event, &read));
	cr_expect_str_eq(read.step, "2.13");
	cr_expect_eq(read.attempt, 3);
	cr_expect_str_eq(read.of, "intent");
	cr_expect_eq(run_outcome_of(&read), RUN_OUTCOME_TIMEOUT);
	cr_expect_str_eq(read.reason, "timeout after 5m");
	cr_expect_eq(read.status, -1);
	cr_expect_eq(read.signal, 9);
	cr_expect_eq(read.elapsed_ms, 300123);
	cr_expect_eq(read.bytes, 12345678901);
	cr_expect(read.timed_out && read.stopped);
}

Test(run_event, an_intent_keeps_its_command_exactly, .init = setup, .fini = teardown)
{
	const char *command = "printf '%s\\n' \"$X\" <<'E'\n\ttab \xc3\xa9 \\ \x01\nE";
	struct run_event event = { .kind = RUN_INTENT,
				   .step = "1.1",
				   .attempt = 1,
				   .command = command,
				   .edited = true },
			 read;

	cr_assert(pass_on(&event, &read));
	cr_expect_str_eq(read.command, command);
	cr_expect(read.edited);
	cr_expect_str_eq(read.seat, "");
}

/* Control characters take six bytes each in JSON: the body must stay below what the journal takes. */
Test(run_event, what_is_too_long_is_cut_and_says_so, .init = setup, .fini = teardown)
{
	static const char *const pieces[] = { "a", "\x01", "\xe2\x82\xac", "\xff", "\"" };

	for (size_t i = 0; i < sizeof(pieces) / sizeof(*pieces); i++) {
		struct strbuf text = STRBUF_INIT;
		struct run_event read;

		while (text.length < 200000)
			strbuf_addstr(&text, pieces[i]);
		for (int kind = 0; kind < RUN_EVENT_KINDS; kind++) {
			struct run_event event = { .kind = kind,
						   .step = "1.1",
						   .attempt = 1,
						   .outcome = "ok",
						   .name = "n",
						   .of = "x",
						   .command = text.text,
						   .note = text.text,
						   .value = text.text,
						   .reason = text.text,
						   .expression = text.text,
						   .title = text.text };

			cr_assert(pass_on(&event, &read), "%s", run_event_names[kind]);
			if (kind == RUN_INTENT) {
				cr_expect(strstr(read.command, " bytes cut]"));
				cr_expect_lt(strlen(read.command), 33000);
				cr_expect_gt(strlen(read.command), 5000);
			}
			if (kind == RUN_NOTE)
				cr_expect(strstr(read.note, " bytes cut]"));
		}
		strbuf_release(&text);
	}
}

Test(run_event, labels_that_do_not_fit_are_left_out, .init = setup, .fini = teardown)
{
	struct strbuf labels = STRBUF_INIT;
	struct run_event read;

	strbuf_addstr(&labels, "{\"first\":\"1\"");
	for (int i = 0; i < 3000; i++)
		strbuf_addf(&labels, ",\"label%d\":\"some value\"", i);
	strbuf_addch(&labels, '}');
	cr_assert(pass_on(&(struct run_event){ .kind = RUN_OPENED, .labels = labels.text }, &read));
	cr_expect(strstr(read.labels, "\"first\":\"1\""));
	cr_expect_not(strstr(read.labels, "label2999"));
	cr_expect_leq(strlen(read.labels), 16384);
	cr_assert(pass_on(&(struct run_event){ .kind = RUN_OPENED, .labels = "no JSON" }, &read));
	cr_expect_str_eq(read.labels, "{}");
	strbuf_release(&labels);
}

Test(run_event, what_is_not_readable_is_refused, .init = setup, .fini = teardown)
{
	static const struct {
		const char *kind, *subject, *body;
		bool good;
	} rows[] = {
		{ "run-open", "r", "{}", true },
		{ "run-open", "r", "{\"runbook\":\"a\",\"of a newer skep\":[1,{}]}", true },
		{ "run-open", "r", "{\"runbook\":null}", false },
		{ "run-open", "r", "{\"runbook\":1}", false },
		{ "run-open", "r", "{\"rehearsal\":\"true\"}", false },
		{ "run-open", "r", "{\"alert_since_ms\":1.5}", false },
		{ "run-open", "r", "{\"alert_since_ms\":-1}", false },
		{ "run-open", "r", "{\"alert_for_ms\":-1}", false },
		{ "run-open", "r", "{\"alert_since_ms\":1e300}", false },
		{ "run-open", "r", "{\"labels\":[]}", false },
		{ "run-open", "r", "{\"seat\":[]}", false },
		{ "run-open", "r", "[]", false },
		{ "run-open", "r", "", false },
		{ "run-open", "r", "{", false },
		{ "ack", "r", "{}", false },
		{ "", "r", "{}", false },
		{ "run-open", "", "{}", false },
		{ "run-open", "../r", "{}", false },
		{ "run-open", "a/b", "{}", false },
		{ "run-open", ".", "{}", false },
		{ "run-open", ".hidden", "{}", false },
		{ "run-open", "20261122-031500-data-corruption-4f2a", "{}", true },
		{ "step-intent", "r", "{\"step\":\"1.1\",\"attempt\":1}", true },
		{ "step-intent", "r", "{\"step\":\"1.1\"}", false },
		{ "step-intent", "r", "{\"attempt\":1}", false },
		{ "step-intent", "r", "{\"step\":\"1.1\",\"attempt\":0}", false },
		{ "step-intent", "r", "{\"step\":\"1.1\",\"attempt\":1000001}", false },
		{ "step-intent", "r", "{\"step\":\"1.1\",\"attempt\":\"1\"}", false },
		{ "step-intent", "r", "{\"step\":\"\",\"attempt\":1}", false },
		{ "step-intent", "r", "{\"step\":\"1\",\"attempt\":1}", false },
		{ "step-intent", "r", "{\"step\":\"1.1.1\",\"attempt\":1}", false },
		{ "step-intent", "r", "{\"step\":\"01.1\",\"attempt\":1}", false },
		{ "step-intent", "r", "{\"step\":\"0.1\",\"attempt\":1}", false },
		{ "step-intent", "r", "{\"step\":\"../1\",\"attempt\":1}", false },
		{ "step-intent", "r", "{\"step\":\"1.99999999\",\"attempt\":1}", false },
		{ "step-outcome", "r", "{\"step\":\"1.1\",\"attempt\":1,\"outcome\":\"ok\"}", true },
		{ "step-outcome", "r", "{\"step\":\"1.1\",\"attempt\":1}", false },
		{ "step-done", "r", "{\"step\":\"1.1\"}", true },
		{ "step-done", "r", "{}", false },
		{ "step-undo", "r", "{}", false },
		{ "step-undo", "r", "{\"of\":\"x\"}", true },
		{ "run-note", "r", "{\"note\":\"on the run\"}", true },
		{ "run-note", "r", "{\"step\":\"x\",\"note\":\"on what?\"}", false },
		{ "run-value", "r", "{\"name\":\"a\"}", true },
		{ "run-value", "r", "{\"name\":\"\"}", false },
		{ "run-value", "r", "{\"value\":\"a\"}", false },
		{ "step-pen", "r", "{\"to\":\"a\"}", false },
		{ "run-pen", "r", "{}", true },
		{ "run-close", "r", "{}", true },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		cr_expect_eq(reads(rows[i].kind, rows[i].subject, rows[i].body), rows[i].good, "%s %s %s", rows[i].kind,
			     rows[i].subject, rows[i].body);
}

Test(run_event, a_copy_stands_alone, .init = setup, .fini = teardown)
{
	char note[] = "words", step[] = "1.2";
	struct run_event event = { .kind = RUN_NOTE, .id = "n", .note = note, .step = step, .time_ms = 5 };
	struct run_event *copy = run_event_copy(&event, &arena);

	note[0] = step[0] = 'X';
	cr_expect_str_eq(copy->note, "words");
	cr_expect_str_eq(copy->step, "1.2");
	cr_expect_str_eq(copy->id, "n");
	cr_expect_str_eq(copy->run, "");
	cr_expect_str_eq(copy->command, "");
	cr_expect_str_eq(copy->labels, "{}");
	cr_expect_eq(copy->time_ms, 5);
}
