/* What proves that something worked: an engine that answers as the test says. */
#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "engine_fixture.h"
#include "runbook/proof.h"
#include "runbook/proof_judge.h"

TestSuite(proof, .timeout = 60);

/* ---- judging, without an engine ---- */

static struct proof_item alert_item(const char *expression, struct arena *arena)
{
	struct proof_item item = { .expression = expression, .for_ms = 300000 };

	item.shown = (struct proof){ .value = NAN, .before = NAN, .is_alert = true, .step = SIZE_MAX };
	proof_item_read(&item, arena);
	return item;
}

static struct proof_item check_item(const char *expression, int64_t for_ms, int64_t within_ms, struct arena *arena)
{
	struct proof_item item = alert_item(expression, arena);

	item.shown.is_alert = false;
	item.for_ms = for_ms;
	item.within_ms = within_ms;
	return item;
}

static void judge(struct proof_item *item, bool found, bool evidence, double value, int64_t now_ms)
{
	proof_item_judge(item, &(struct proof_finding){ .found = found, .has_evidence = evidence, .value = value },
			 now_ms);
}

Test(proof, an_alert_clears)
{
	struct arena arena = { 0 };
	struct proof_item item = alert_item("errors / all > 0.05", &arena);

	cr_expect_str_eq(item.evidence, "errors / all");
	judge(&item, true, true, 0.42, 1000);
	cr_expect_eq(item.shown.state, PROOF_BAD);
	cr_expect_str_eq(item.shown.words, "still firing 0.42 > 0.05");
	cr_expect_eq(item.shown.before, 0.42);
	judge(&item, false, true, 0.01, 10000);
	cr_expect_eq(item.shown.state, PROOF_HOLDING);
	judge(&item, false, true, 0.01, 140000);
	cr_expect_str_eq(item.shown.words, "clear 2m10s of 5m: 0.01");
	judge(&item, false, true, 0.01, 310000);
	cr_expect_eq(item.shown.state, PROOF_GOOD);
	cr_expect_str_eq(item.shown.words, "clear 5m: 0.01");
	judge(&item, true, true, 0.06, 320000);
	cr_expect_eq(item.shown.state, PROOF_BAD);
	cr_expect_eq(item.shown.holds_since_ms, 0);
	arena_release(&arena);
}

Test(proof, what_looks_back_says_how_far)
{
	struct arena arena = { 0 };
	struct proof_item item = alert_item("rate(errors[5m]) > 0.05", &arena), check;

	item.changed_by = "7.1";
	item.changed_ms = 100000;
	judge(&item, true, true, 0.42, 210000);
	cr_expect_str_eq(item.shown.words, "still firing 0.42 > 0.05; 3m10s of its 5m precede 7.1");
	judge(&item, true, true, 0.42, 399500);
	cr_expect_str_eq(item.shown.words, "still firing 0.42 > 0.05", "all of it is younger than the step");
	judge(&item, false, true, 0.01, 210000);
	cr_expect_str_eq(item.shown.words, "clear 0s of 5m: 0.01");

	check = check_item("rate(errors[1m]) < 0.05", 0, 60000, &arena);
	check.changed_by = "7.1";
	check.changed_ms = 100000;
	check.begun_ms = 60000;
	judge(&check, false, true, 0.42, 130000);
	cr_expect_str_eq(check.shown.words,
			 "not within 1m: does not hold: 0.42, not < 0.05; 30s of its 1m precede 7.1");
	check = check_item("errors < 3", 0, 0, &arena);
	check.changed_by = "7.1";
	check.changed_ms = 100000;
	judge(&check, false, true, 5, 100000);
	cr_expect_str_eq(check.shown.words, "does not hold: 5, not < 3");
	arena_release(&arena);
}

Test(proof, no_data_is_not_good)
{
	struct arena arena = { 0 };
	struct proof_item item = alert_item("up == 0", &arena);

	judge(&item, false, true, 1, 1000);
	judge(&item, false, true, 1, 400000);
	cr_expect_eq(item.shown.state, PROOF_GOOD);
	judge(&item, false, false, NAN, 405000);
	cr_expect_eq(item.shown.state, PROOF_UNKNOWN);
	cr_expect_str_eq(item.shown.words, "no data: cannot tell");
	judge(&item, false, true, 1, 410000);
	cr_expect_eq(item.shown.state, PROOF_HOLDING, "it is clear from anew");
	arena_release(&arena);
}

Test(proof, an_engine_that_fails_for_a_moment)
{
	struct arena arena = { 0 };
	struct proof_item item = alert_item("up == 0", &arena);

	judge(&item, false, true, 1, 1000);
	judge(&item, false, true, 1, 200000);
	proof_item_fail(&item, "cannot be asked: refused", 205000);
	cr_expect_eq(item.shown.state, PROOF_UNKNOWN);
	judge(&item, false, true, 1, 210000);
	cr_expect_eq(item.shown.holds_since_ms, 1000, "a moment takes nothing from it");
	proof_item_fail(&item, "cannot be asked: refused", 290000);
	judge(&item, false, true, 1, 301000);
	cr_expect_eq(item.shown.state, PROOF_HOLDING);
	cr_expect_eq(item.shown.holds_since_ms, 301000);
	arena_release(&arena);
}

Test(proof, checks_hold_and_come_late)
{
	struct arena arena = { 0 };
	struct proof_item item = check_item("sum(nan_count) == 0", 0, 60000, &arena);

	judge(&item, false, true, 3, 1000);
	cr_expect_eq(item.shown.state, PROOF_BAD);
	cr_expect_str_eq(item.shown.words, "does not hold: 3, not == 0");
	item.begun_ms = 5000;
	judge(&item, false, true, 2, 60000);
	cr_expect_eq(item.shown.state, PROOF_BAD);
	judge(&item, false, true, 2, 70000);
	cr_expect_eq(item.shown.state, PROOF_LATE);
	cr_expect_str_eq(item.shown.words, "not within 1m: does not hold: 2, not == 0");
	judge(&item, true, true, 0, 80000);
	cr_expect_eq(item.shown.state, PROOF_GOOD);
	cr_expect_str_eq(item.shown.words, "holds: 0 == 0");
	cr_expect_eq(item.shown.trend_count, 4);
	cr_expect_eq(item.trend[3], 0);
	arena_release(&arena);
}

Test(proof, trends_keep_the_last)
{
	struct arena arena = { 0 };
	struct proof_item item = check_item("x > 0", 0, 0, &arena);

	for (int i = 1; i <= 40; i++)
		judge(&item, true, true, i, i * 1000);
	cr_expect_eq(item.shown.trend_count, PROOF_TREND);
	cr_expect_eq(item.trend[0], 9);
	cr_expect_eq(item.trend[PROOF_TREND - 1], 40);
	cr_expect_eq(item.shown.before, 1);
	arena_release(&arena);
}

Test(proof, what_has_evidence)
{
	struct arena arena = { 0 };
	struct proof_item absent = alert_item("absent(up{job=\"x\"})", &arena);
	struct proof_item both = alert_item("a unless b", &arena);
	struct proof_item broken = alert_item("a >", &arena);

	cr_expect(!absent.evidence, "that there is data again is what is waited for");
	cr_expect_str_eq(both.evidence, "count({__name__=\"a\"}) and count({__name__=\"b\"})");
	cr_expect(!broken.evidence);
	arena_release(&arena);
}

Test(proof, series_of_an_alert)
{
	static const char *const labels[] = { "alertname=A", "severity=critical", "pod=p1", NULL };
	struct arena arena = { 0 };
	struct proof_item item = alert_item("x > 1", &arena);
	struct label of_two[] = { { "pod", "p2" }, { "severity", "low" } },
		     of_one[] = { { "pod", "p1" }, { "severity", "low" } };
	double values[] = { 2, 3 };
	int64_t times[] = { 1, 1 };
	struct series series[2] = {
		{ .labels = labels_make(&arena, of_two, 2), .count = 1, .times_ms = times, .values = values },
		{ .labels = labels_make(&arena, of_one, 2), .count = 1, .times_ms = times, .values = values + 1 }
	};
	struct matrix matrix = { .kind = MATRIX_VECTOR, .series = series, .count = 2 };
	double found = 0;

	item.labels = labels;
	cr_assert(proof_item_find(&item, &matrix, &found));
	cr_expect_eq(found, 3, "what a rule says of severity tells no series apart, the pod does");
	matrix.count = 1;
	cr_expect(!proof_item_find(&item, &matrix, &found));
	arena_release(&arena);
}

Test(proof, commands)
{
	struct proof_item item = { .command = "true", .within_ms = 1000, .begun_ms = 1000 };

	proof_item_judge_command(&item, false, "exit status 1: no", 1500);
	cr_expect_eq(item.shown.state, PROOF_BAD);
	proof_item_judge_command(&item, false, "exit status 1: no", 3000);
	cr_expect_eq(item.shown.state, PROOF_LATE);
	cr_expect_str_eq(item.shown.words, "not within 1s: exit status 1: no");
	proof_item_judge_command(&item, true, "3 agents", 4000);
	cr_expect_eq(item.shown.state, PROOF_GOOD);
	cr_expect_str_eq(item.shown.words, "holds: 3 agents");
}

/* ---- asking ---- */

struct desk {
	struct loop *loop;
	struct script script;
	struct proofs *proofs;
	struct timer *pause;
	unsigned changes, turns, commands;
	bool good;
};

static void on_change(void *user)
{
	((struct desk *)user)->changes++;
}

static void on_turn(void *user, const struct proof *proof)
{
	struct desk *desk = user;

	desk->turns++;
	desk->good = proof->state == PROOF_GOOD;
}

static void run_command(void *user, size_t check, const char *command)
{
	struct desk *desk = user;

	cr_expect_eq(check, 0);
	cr_expect_str_eq(command, "probe");
	desk->commands++;
}

static void on_pause(void *user)
{
	loop_stop(user);
}

static void wait_ms(struct desk *desk, int64_t ms)
{
	timer_start(desk->pause, ms);
	loop_run(desk->loop);
}

static void desk_open(struct desk *desk)
{
	struct proofs_config config = {
		.interval_ms = 20, .run_command = run_command, .on_change = on_change, .on_turn = on_turn, .user = desk
	};

	*desk = (struct desk){ .loop = loop_new(NULL) };
	script_init(&desk->script, desk->loop, &script_server_ops, 1);
	desk->pause = timer_new(desk->loop, on_pause, desk->loop);
	config.loop = desk->loop;
	config.engine = desk->script.engine;
	desk->proofs = proofs_new(&config);
}

static void desk_close(struct desk *desk)
{
	proofs_free(desk->proofs);
	query_engine_free(desk->script.engine);
	timer_free(desk->pause);
	loop_free(desk->loop);
}

/* One that holds a value only for what is no comparison. */
static struct matrix *only_subjects(struct script *script, const struct engine_request *request)
{
	struct matrix *matrix = script_sample(script, request->end_ms);

	if (strchr(request->text, '>') || strchr(request->text, '<'))
		matrix->count = matrix->points = 0;
	return matrix;
}

Test(proof, asks_only_while_attended)
{
	struct desk desk;
	struct step_check check = { .expression = "x > 0", .name = "x is there" };

	desk_open(&desk);
	proofs_add_check(desk.proofs, &check, SIZE_MAX);
	wait_ms(&desk, 60);
	cr_expect_eq(desk.script.expressions, 0);
	cr_expect_eq(proofs_get(desk.proofs, 0)->state, PROOF_UNKNOWN);
	cr_expect(!proofs_all_good(desk.proofs));
	proofs_attend(desk.proofs, true);
	wait_ms(&desk, 100);
	cr_expect_geq(desk.script.expressions, 2);
	cr_expect_eq(proofs_get(desk.proofs, 0)->state, PROOF_GOOD);
	cr_expect_str_eq(proofs_get(desk.proofs, 0)->words, "holds: 1 > 0");
	cr_expect(proofs_all_good(desk.proofs));
	cr_expect_eq(desk.turns, 1);
	cr_expect(desk.good);
	proofs_attend(desk.proofs, false);
	wait_ms(&desk, 40);
	desk.script.expressions = 0;
	wait_ms(&desk, 60);
	cr_expect_eq(desk.script.expressions, 0);
	desk_close(&desk);
}

Test(proof, a_change_is_known_to_all_that_look_back)
{
	struct step_check check = { .expression = "min_over_time(x[30m]) > 5", .name = "x is there" };
	struct desk desk;

	desk_open(&desk);
	desk.script.answer = only_subjects;
	proofs_add_check(desk.proofs, &check, SIZE_MAX);
	proofs_attend(desk.proofs, true);
	wait_ms(&desk, 60);
	cr_expect_str_eq(proofs_get(desk.proofs, 0)->words, "does not hold: 1, not > 5", "nothing was changed");
	proofs_mark_change(desk.proofs, "7.1");
	wait_ms(&desk, 60);
	cr_expect(strstr(proofs_get(desk.proofs, 0)->words, "does not hold: 1, not > 5; ") &&
			  strstr(proofs_get(desk.proofs, 0)->words, " of its 30m precede 7.1"),
		  "%s", proofs_get(desk.proofs, 0)->words);
	desk_close(&desk);
}

Test(proof, an_alert_without_a_result_asks_its_subject)
{
	static const char *const labels[] = { "pod=p", NULL };
	struct desk desk;

	desk_open(&desk);
	desk.script.answer = only_subjects;
	proofs_add_alert(desk.proofs, "A", "x > 5", labels, 0);
	proofs_attend(desk.proofs, true);
	wait_ms(&desk, 60);
	cr_expect_eq(proofs_get(desk.proofs, 0)->state, PROOF_GOOD);
	cr_expect_eq(proofs_get(desk.proofs, 0)->value, 1);
	desk.script.answer = NULL;
	desk.script.empty = true;
	wait_ms(&desk, 60);
	cr_expect_eq(proofs_get(desk.proofs, 0)->state, PROOF_UNKNOWN);
	cr_expect_str_eq(proofs_get(desk.proofs, 0)->words, "no data: cannot tell");
	desk.script.empty = false;
	wait_ms(&desk, 60);
	cr_expect_eq(proofs_get(desk.proofs, 0)->state, PROOF_BAD);
	cr_expect_eq(desk.turns, 2);
	cr_expect(!desk.good);
	desk_close(&desk);
}

Test(proof, an_engine_that_fails_is_said)
{
	struct desk desk;
	struct step_check check = { .expression = "x > 0" };

	desk_open(&desk);
	desk.script.status = QUERY_REFUSED;
	proofs_add_check(desk.proofs, &check, SIZE_MAX);
	proofs_attend(desk.proofs, true);
	wait_ms(&desk, 60);
	cr_expect_eq(proofs_get(desk.proofs, 0)->state, PROOF_UNKNOWN);
	cr_expect_str_eq(proofs_get(desk.proofs, 0)->words, "cannot be asked: refused");
	cr_expect_str_eq(proofs_get(desk.proofs, 0)->name, "x > 0");
	desk_close(&desk);
}

Test(proof, steps_count_once_they_ran)
{
	struct desk desk;
	struct step_check first = { .expression = "x > 0" }, second = { .expression = "y > 5" };

	desk_open(&desk);
	proofs_add_check(desk.proofs, &first, SIZE_MAX);
	proofs_add_check(desk.proofs, &second, 3);
	proofs_attend(desk.proofs, true);
	wait_ms(&desk, 60);
	cr_expect(proofs_all_good(desk.proofs), "a step nobody ran is none to wait for");
	desk.script.answer = only_subjects;
	proofs_begin_step(desk.proofs, 3);
	cr_expect_eq(proofs_get(desk.proofs, 1)->state, PROOF_UNKNOWN);
	cr_expect(!proofs_all_good(desk.proofs));
	wait_ms(&desk, 60);
	cr_expect_eq(proofs_get(desk.proofs, 1)->state, PROOF_BAD);
	desk.script.answer = NULL;
	wait_ms(&desk, 60);
	cr_expect(proofs_all_good(desk.proofs));
	desk_close(&desk);
}

Test(proof, watched_figures_prove_nothing)
{
	struct desk desk;
	struct runbook_watch watch = { .title = "NaN", .expression = "nan", .unit = "short" };

	desk_open(&desk);
	desk.script.value = 7;
	proofs_add_watch(desk.proofs, &watch);
	proofs_attend(desk.proofs, true);
	wait_ms(&desk, 60);
	cr_expect_eq(proofs_get(desk.proofs, 0)->before, 7);
	desk.script.value = 2;
	wait_ms(&desk, 60);
	cr_expect_eq(proofs_get(desk.proofs, 0)->before, 7);
	cr_expect_eq(proofs_get(desk.proofs, 0)->value, 2);
	cr_expect_str_eq(proofs_get(desk.proofs, 0)->words, "2");
	cr_expect(!proofs_all_good(desk.proofs));
	cr_expect_eq(desk.turns, 0);
	proofs_set_before(desk.proofs, "NaN", 9);
	cr_expect_eq(proofs_get(desk.proofs, 0)->before, 9);
	desk_close(&desk);
}

Test(proof, a_command_is_run_once_at_a_time)
{
	struct desk desk;
	struct step_check check = { .command = "probe", .name = "agents answer" };

	desk_open(&desk);
	proofs_add_check(desk.proofs, &check, 0);
	proofs_attend(desk.proofs, true);
	wait_ms(&desk, 80);
	cr_expect_eq(desk.commands, 1);
	/* What was begun before the step ended does not count: it is run again. */
	proofs_begin_step(desk.proofs, 0);
	proofs_on_command(desk.proofs, 0, true, "old");
	cr_expect_eq(desk.commands, 2);
	cr_expect_eq(proofs_get(desk.proofs, 0)->state, PROOF_UNKNOWN);
	proofs_on_command(desk.proofs, 0, true, "");
	cr_expect_eq(proofs_get(desk.proofs, 0)->state, PROOF_GOOD);
	cr_expect_str_eq(proofs_get(desk.proofs, 0)->words, "holds");
	/* Nobody asked. */
	proofs_on_command(desk.proofs, 0, false, "late");
	cr_expect_eq(proofs_get(desk.proofs, 0)->state, PROOF_GOOD);
	wait_ms(&desk, 60);
	cr_expect_eq(desk.commands, 2);
	proofs_begin_step(desk.proofs, 0);
	cr_expect_eq(desk.commands, 3);
	proofs_on_refused(desk.proofs, 0, "not run: 'rm' is on no list");
	cr_expect_eq(proofs_get(desk.proofs, 0)->state, PROOF_UNKNOWN);
	cr_expect_str_eq(proofs_get(desk.proofs, 0)->words, "not run: 'rm' is on no list");
	desk_close(&desk);
}

Test(proof, without_an_engine)
{
	struct loop *loop = loop_new(NULL);
	struct proofs *proofs = proofs_new(&(struct proofs_config){ .loop = loop });
	struct step_check check = { .expression = "x > 0" }, command = { .command = "true" };

	proofs_add_check(proofs, &check, SIZE_MAX);
	proofs_add_check(proofs, &command, SIZE_MAX);
	proofs_refresh(proofs);
	cr_expect_str_eq(proofs_get(proofs, 0)->words, "cannot be asked: no engine");
	cr_expect_str_eq(proofs_get(proofs, 1)->words, "for people to look at");
	cr_expect(!proofs_all_good(proofs));
	proofs_free(proofs);
	loop_free(loop);
}
