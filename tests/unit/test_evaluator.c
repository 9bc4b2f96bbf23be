/* Groups of rules on a clock: when they are evaluated, in which order, and what happens when something fails. */
#include "evaluator_fixture.h"

#include "base/clock.h"
#include "engine_fixture.h"

TestSuite(evaluator, .timeout = 60);

#define ALERT(alert, text, ...)                                                                                        \
	{                                                                                                              \
		.kind = RULE_ALERT, .name = alert, .expression = text, __VA_ARGS__                                     \
	}
#define RECORD(record, text)                                                                                           \
	{                                                                                                              \
		.kind = RULE_RECORD, .name = record, .expression = text                                                \
	}

static void grow(struct evaluator_world *world)
{
	put_now(&world->world, "m", "i=a", 3);
}

Test(evaluator, evaluates_on_a_grid_that_every_process_has)
{
	static const struct rule rules[] = { ALERT("One", "m > 0") };
	struct evaluator_world world, other;
	int64_t first, second;

	evaluator_world_init(&world);
	evaluator_world_init(&other);
	add_group(&world, "g", 15000, rules, 1);
	add_group(&other, "other", 0, rules, 1);
	add_group(&other, "g", 15000, rules, 1);
	start_evaluator(&world);
	start_evaluator(&other);
	cr_expect_eq(rule_at(&world, 0).memory->last_ms, 0, "not before its time");
	cr_expect_eq(rule_at(&world, 0).memory->health, RULE_HEALTH_UNKNOWN);
	live(&world, 15, grow);
	live(&other, 15, grow);
	first = rule_at(&world, 0).memory->last_ms;
	cr_expect_gt(first, SITUATION_NOW_MS);
	cr_expect_leq(first, SITUATION_NOW_MS + 15000);
	cr_expect_eq(rule_at(&other, 1).memory->last_ms, first);
	live(&world, 15, grow);
	second = rule_at(&world, 0).memory->last_ms;
	cr_expect_eq(second, first + 15000);
	live(&other, 60, grow);
	cr_expect_neq(rule_at(&other, 0).memory->last_ms % 15000, first % 15000, "groups are spread");
	cr_expect_eq(rule_at(&world, 0).memory->health, RULE_HEALTH_OK);
	cr_expect_str_eq(rule_at(&world, 0).engine, "embedded");
	evaluator_world_release(&world);
	evaluator_world_release(&other);
}

Test(evaluator, a_rule_sees_what_those_before_it_recorded)
{
	static const struct rule rules[] = { RECORD("r:double", "m * 2"), ALERT("High", "r:double > 5"),
					     RECORD("r:alerts", "count(ALERTS{alertstate=\"firing\"})") };
	struct evaluator_world world;
	unsigned changes;

	evaluator_world_init(&world);
	add_group(&world, "g", 0, rules, 3);
	put_now(&world.world, "m", "i=a", 3);
	start_evaluator(&world);
	judge(&world);
	cr_expect_str_eq(world.seen.text, "High inactive>firing\n");
	cr_expect_eq(alert_of(&world, 1)->value, 6);
	cr_expect_eq(ask_value(&world, "r:alerts").value, 1);
	cr_expect_eq(ask_value(&world, "ALERTS_FOR_STATE{alertname=\"High\",i=\"a\"}").value,
		     (double)(SITUATION_NOW_MS / 1000));
	cr_expect_gt(rule_at(&world, 1).memory->duration_us, 0);
	changes = world.changes;
	cr_expect_gt(changes, 0u);
	loop_advance(world.world.loop, 1000);
	judge(&world);
	cr_expect_eq(world.changes, changes, "the same again is no change");
	evaluator_world_release(&world);
}

Test(evaluator, for_passes_while_the_clock_does)
{
	static const struct rule rules[] = { ALERT("Late", "m > 0", .for_ms = 30000) };
	struct evaluator_world world;
	uint64_t version;

	evaluator_world_init(&world);
	add_group(&world, "g", 10000, rules, 1);
	start_evaluator(&world);
	live(&world, 10, grow);
	cr_expect_str_eq(world.seen.text, "Late inactive>pending\n");
	version = evaluator_version(world.evaluator);
	live(&world, 20, grow);
	cr_expect_eq(evaluator_version(world.evaluator), version, "the same as before");
	live(&world, 10, grow);
	cr_expect_str_eq(world.seen.text, "Late inactive>pending\nLate pending>firing\n");
	cr_expect_gt(evaluator_version(world.evaluator), version);
	cr_expect_eq(alert_of(&world, 0)->fired_ms - alert_of(&world, 0)->active_ms, 30000);
	evaluator_world_release(&world);
}

Test(evaluator, a_rule_that_cannot_be_judged_says_why_and_harms_no_other)
{
	static const struct rule rules[] = { ALERT("Bad", "m >"), ALERT("Good", "m > 0"),
					     ALERT("Wide", "max_over_time(m[1h]) > 0"), ALERT("Text", "\"text\"") };
	struct evaluator_world world;
	struct evaluator_cost cost;

	evaluator_world_init(&world);
	add_group(&world, "g", 0, rules, 4);
	put_now(&world.world, "m", "i=a", 3);
	start_evaluator(&world);
	judge(&world);
	cr_expect(strstr(rule_at(&world, 0).memory->error, "bad expression: 1:"), "%s",
		  rule_at(&world, 0).memory->error);
	cr_expect_eq(rule_at(&world, 1).memory->health, RULE_HEALTH_OK);
	cr_expect_eq(rule_at(&world, 2).memory->health, RULE_HEALTH_ERROR);
	cr_expect(strstr(rule_at(&world, 2).memory->error, "insufficient history"), "%s",
		  rule_at(&world, 2).memory->error);
	cr_expect_str_eq(rule_at(&world, 3).memory->error, "rule result is not a vector or scalar");
	evaluator_get_cost(world.evaluator, &cost);
	cr_expect_eq(cost.groups, 1u);
	cr_expect_eq(cost.rules, 4u);
	cr_expect_eq(cost.failing, 3u);
	cr_expect_eq(cost.missed, 0u);
	cr_expect_gt(cost.rules_per_second, 0);
	cr_expect_eq(evaluator_count(world.evaluator), 4u);
	evaluator_world_release(&world);
}

static const struct rule_text asking[] = { { "text", "{{ query \"sum(m)\" | first | value }} in all" } };

Test(evaluator, what_templates_ask_is_asked_of_the_engine)
{
	static const struct rule rules[] = { ALERT("Asks", "m > 0", .annotations = asking, .annotation_count = 1) };
	struct evaluator_world world;

	evaluator_world_init(&world);
	add_group(&world, "g", 0, rules, 1);
	put_now(&world.world, "m", "i=a", 3);
	put_now(&world.world, "m", "i=b", 4);
	start_evaluator(&world);
	judge(&world);
	cr_expect_str_eq(labels_get(&alert_of(&world, 0)->annotations, "text"), "7 in all");
	/* Ended while a question is under way. */
	evaluator_run_now(world.evaluator);
	stop_evaluator(&world);
	evaluator_world_release(&world);
}

Test(evaluator, an_alert_that_was_there_before_it_looked_is_as_old_as_it_is)
{
	static const struct rule rules[] = { ALERT("Long", "m > 0", .for_ms = 120000),
					     ALERT("New", "n > 0", .for_ms = 120000),
					     ALERT("Back", "b > 0", .for_ms = 120000) };
	struct evaluator_world world;

	evaluator_world_init(&world);
	world.config.look_back_ms = CLOCK_HOUR;
	add_group(&world, "g", 15000, rules, 3);
	for (int64_t ago_ms = 20 * CLOCK_MINUTE; ago_ms >= 0; ago_ms -= 15000) {
		int64_t time_ms = SITUATION_NOW_MS - ago_ms;

		put(&world.world, "m", "i=a", time_ms, ago_ms <= 10 * CLOCK_MINUTE);
		put(&world.world, "n", "i=a", time_ms, ago_ms == 0);
		put(&world.world, "b", "i=a", time_ms, ago_ms <= CLOCK_MINUTE || ago_ms > 3 * CLOCK_MINUTE);
	}
	start_evaluator(&world);
	judge(&world);
	cr_expect_eq(alert_of(&world, 0)->phase, ALERT_FIRING);
	cr_expect_eq(alert_of(&world, 0)->active_ms, SITUATION_NOW_MS - 10 * CLOCK_MINUTE);
	cr_expect_eq(alert_of(&world, 0)->fired_ms, SITUATION_NOW_MS - 8 * CLOCK_MINUTE);
	cr_expect_eq(alert_of(&world, 1)->active_ms, SITUATION_NOW_MS);
	cr_expect_eq(alert_of(&world, 2)->phase, ALERT_PENDING);
	cr_expect_eq(alert_of(&world, 2)->active_ms, SITUATION_NOW_MS - CLOCK_MINUTE, "not over the gap");
	cr_expect_str_eq(world.seen.text, "Long inactive>firing\nNew inactive>pending\nBack inactive>pending\n");
	evaluator_world_release(&world);
}

/* ---- an engine that does what the test says ---- */

struct scripted_world {
	struct evaluator_world world;
	struct script script;
};

static void scripted_init(struct scripted_world *world, const struct engine_ops *ops)
{
	evaluator_world_init(&world->world);
	script_init(&world->script, world->world.world.loop, ops, 5);
	world->world.config.engine = world->script.engine;
}

static void scripted_release(struct scripted_world *world)
{
	stop_evaluator(&world->world);
	query_engine_free(world->script.engine);
	evaluator_world_release(&world->world);
}

Test(evaluator, what_is_not_through_when_it_is_due_again_is_left_out)
{
	static const struct rule slow[] = { ALERT("Slow", "m > 0") };
	struct scripted_world world;
	struct evaluator_cost cost;

	scripted_init(&world, &script_server_ops);
	add_group(&world.world, "slow", 10000, slow, 1);
	world.script.delay_ms = SCRIPT_SILENT;
	start_evaluator(&world.world);
	loop_advance(world.world.world.loop, 35000);
	evaluator_get_cost(world.world.evaluator, &cost);
	cr_expect_geq(cost.missed, 2u);
	cr_expect_eq(world.script.expressions, 1u, "nothing is asked twice");
	script_end_oldest(&world.script, QUERY_OK);
	cr_expect_str_eq(world.world.seen.text, "Slow inactive>firing\n");
	world.script.delay_ms = 0;
	live(&world.world, 10, NULL);
	cr_expect_eq(world.script.expressions, 2u);
	scripted_release(&world);
}

Test(evaluator, few_groups_run_at_a_time_and_none_waits_for_a_slow_one)
{
	static const struct rule rules[][1] = {
		{ ALERT("A", "a") }, { ALERT("B", "b") }, { ALERT("C", "c") }, { ALERT("D", "d") }, { ALERT("E", "e") }
	};
	static const char *const names[] = { "a", "b", "c", "d", "e" };
	struct scripted_world world;

	scripted_init(&world, &script_server_ops);
	for (size_t i = 0; i < 5; i++)
		add_group(&world.world, names[i], 60000, rules[i], 1);
	world.script.delay_ms = SCRIPT_SILENT;
	start_evaluator(&world.world);
	evaluator_run_now(world.world.evaluator);
	cr_expect_eq(world.script.expressions, (unsigned)EVALUATOR_PARALLEL);
	script_end_oldest(&world.script, QUERY_OK);
	cr_expect_eq(world.script.expressions, EVALUATOR_PARALLEL + 1u);
	cr_expect(evaluator_busy(world.world.evaluator));
	while (world.script.calls)
		script_end_oldest(&world.script, QUERY_OK);
	cr_expect_not(evaluator_busy(world.world.evaluator));
	cr_expect_eq(world.script.expressions, 5u);
	scripted_release(&world);
}

Test(evaluator, a_server_that_fails_leaves_states_as_they_are)
{
	static const struct rule rules[] = { ALERT("Lasts", "m > 0", .for_ms = 60000) };
	struct scripted_world world;

	scripted_init(&world, &script_server_ops);
	add_group(&world.world, "g", 30000, rules, 1);
	start_evaluator(&world.world);
	live(&world.world, 30, NULL);
	world.script.status = QUERY_REFUSED;
	live(&world.world, 30, NULL);
	cr_expect_eq(rule_at(&world.world, 0).memory->health, RULE_HEALTH_ERROR);
	cr_expect_str_eq(rule_at(&world.world, 0).memory->error, "refused");
	cr_expect_eq(alert_of(&world.world, 0)->phase, ALERT_PENDING);
	world.script.status = QUERY_OK;
	query_engine_retry(world.script.engine);
	live(&world.world, 60, NULL);
	cr_expect_str_eq(world.world.seen.text, "Lasts inactive>pending\nLasts pending>firing\n");
	cr_expect_str_eq(rule_at(&world.world, 0).engine, "prometheus");
	scripted_release(&world);
}

static struct matrix *named(struct script *script, const struct engine_request *request)
{
	bool theirs = strcmp(script->answered_by, "prometheus") == 0;
	struct label items[2] = { { "job", theirs ? "api-server" : "api" }, { theirs ? "pod" : "instance", "one" } };
	struct matrix *matrix = script_sample(script, request->end_ms);

	matrix->series[0].labels = labels_make(&matrix->arena, items, 2);
	return matrix;
}

Test(evaluator, an_alert_is_the_same_whoever_answers)
{
	static const struct rule rules[] = { ALERT("Same", "m > 0", .for_ms = 60000), RECORD("r", "m") };
	static const struct history_label map[] = { { "job", "api-server", "job", "api" },
						    { "pod", NULL, "instance", NULL } };
	struct scripted_world world;

	scripted_init(&world, &script_server_ops);
	world.world.config.labels = map;
	world.world.config.label_count = 2;
	world.script.answer = named;
	world.script.answered_by = "prometheus";
	add_group(&world.world, "g", 30000, rules, 2);
	start_evaluator(&world.world);
	live(&world.world, 30, NULL);
	world.script.answered_by = "embedded";
	live(&world.world, 30, NULL);
	cr_expect_str_eq(rule_at(&world.world, 0).engine, "embedded");
	world.script.answered_by = "prometheus";
	live(&world.world, 30, NULL);
	cr_expect_str_eq(world.world.seen.text, "Same inactive>pending\nSame pending>firing\n");
	cr_expect_eq(rule_at(&world.world, 0).memory->instances.count, 1u);
	cr_expect_str_eq(labels_get(&alert_of(&world.world, 0)->labels, "instance"), "one");
	cr_expect_str_eq(labels_get(&alert_of(&world.world, 0)->labels, "job"), "api");
	cr_expect_eq(ask_value(&world.world, "count(r{job=\"api\",instance=\"one\"})").value, 1);
	scripted_release(&world);
}

/* ---- clocks ---- */

static const struct rule clocked[] = { ALERT("Now", "m > 0"), ALERT("Later", "m > 0", .for_ms = 120000) };

static void clocked_init(struct evaluator_world *world)
{
	evaluator_world_init(world);
	keep_clocks(world);
	add_group(world, "g", 10000, clocked, 2);
}

/* Until the clock file holds `text`: the disk is as slow as it is, and a write that finds it busy comes later. */
static void wait_for_file(struct evaluator_world *world, const char *text)
{
	struct strbuf file = STRBUF_INIT;

	for (int i = 0; i < SITUATION_TRIES; i++) {
		if (path_read(world->clock_file, 1 << 20, &file, NULL) == 0 && strstr(file.text, text))
			break;
		loop_advance(world->world.loop, 10);
		settle_while(&world->world, is_evaluator_busy, world->evaluator);
		timer_start(world->world.poll, 2);
		loop_run(world->world.loop);
	}
	cr_expect(strstr(file.text, text), "%s", file.text);
	strbuf_release(&file);
}

Test(evaluator, clocks_survive_a_restart)
{
	struct evaluator_world world;
	struct stat status;
	int64_t since;

	clocked_init(&world);
	start_evaluator(&world);
	live(&world, 60, grow);
	wait_for_file(&world, "Later");
	cr_assert_eq(stat(world.clock_file, &status), 0);
	cr_expect_eq(status.st_mode & 0777, 0600u);
	since = alert_of(&world, 1)->active_ms;
	stop_evaluator(&world);
	loop_advance(world.world.loop, 30000);
	strbuf_clear(&world.seen);
	start_evaluator(&world);
	live(&world, 10, grow);
	cr_expect_str_eq(world.seen.text, "", "nothing of it is news");
	cr_expect_eq(alert_of(&world, 0)->phase, ALERT_FIRING);
	cr_expect_eq(alert_of(&world, 1)->active_ms, since);
	live(&world, 30, grow);
	cr_expect_str_eq(world.seen.text, "Later pending>firing\n");
	cr_expect_leq(alert_of(&world, 1)->fired_ms - since, 130000);
	evaluator_world_release(&world);
}

Test(evaluator, clocks_survive_a_second_restart_before_the_sources_are_up)
{
	struct evaluator_world world;
	int64_t since;

	clocked_init(&world);
	start_evaluator(&world);
	live(&world, 20, grow);
	since = alert_of(&world, 0)->active_ms;
	stop_evaluator(&world);
	start_evaluator(&world);
	stop_evaluator(&world);
	world.config.store = NULL;
	start_evaluator(&world);
	live(&world, 10, grow);
	cr_expect_eq(alert_of(&world, 0)->active_ms, since);
	evaluator_world_release(&world);
}

static void write_file(const struct evaluator_world *world, const char *text)
{
	cr_assert_eq(path_write(world->clock_file, text, strlen(text), NULL), 0);
}

Test(evaluator, one_that_only_looks_takes_clocks_up_and_leaves_the_file)
{
	struct evaluator_world world;
	struct strbuf before = STRBUF_INIT, after = STRBUF_INIT;
	int64_t since;

	clocked_init(&world);
	start_evaluator(&world);
	live(&world, 20, grow);
	since = alert_of(&world, 1)->active_ms;
	stop_evaluator(&world);
	cr_assert_eq(path_read(world.clock_file, 1 << 20, &before, NULL), 0);
	loop_advance(world.world.loop, 120000);
	grow(&world);
	world.config.clock_read_only = true;
	start_evaluator(&world);
	judge(&world);
	cr_expect_eq(alert_of(&world, 1)->phase, ALERT_FIRING);
	cr_expect_eq(alert_of(&world, 1)->active_ms, since);
	live(&world, 40, grow);
	stop_evaluator(&world);
	cr_assert_eq(path_read(world.clock_file, 1 << 20, &after, NULL), 0);
	cr_expect_str_eq(after.text, before.text);
	strbuf_release(&before);
	strbuf_release(&after);
	evaluator_world_release(&world);
}

Test(evaluator, a_damaged_file_is_replaced)
{
	struct evaluator_world world;

	clocked_init(&world);
	write_file(&world, "skep alert clocks 1\n\x01\x02 garbage\n");
	start_evaluator(&world);
	live(&world, 12, grow);
	wait_for_file(&world, "Now");
	evaluator_world_release(&world);
}

Test(evaluator, clocks_of_rules_that_are_not_there_are_left)
{
	struct evaluator_world world;

	clocked_init(&world);
	write_file(&world, "skep alert clocks 1\ng\\nOld\\n0000000000000000\talertname\tOld\t"
			   "1 1 0 1 0000000000000000\nend\n");
	start_evaluator(&world);
	live(&world, 12, grow);
	wait_for_file(&world, "Now");
	cr_expect_eq(evaluator_count(world.evaluator), 2u);
	evaluator_world_release(&world);
}

Test(evaluator, two_that_write_the_same_file_harm_neither)
{
	struct evaluator_world world, other;

	clocked_init(&world);
	evaluator_world_init(&other);
	add_group(&other, "g", 10000, clocked, 2);
	other.config.clock_file = world.clock_file;
	start_evaluator(&world);
	start_evaluator(&other);
	live(&world, 30, grow);
	live(&other, 30, grow);
	stop_evaluator(&other);
	stop_evaluator(&world);
	start_evaluator(&world);
	live(&world, 10, grow);
	cr_expect_eq(alert_of(&world, 0)->phase, ALERT_FIRING);
	evaluator_world_release(&world);
	evaluator_world_release(&other);
}

Test(evaluator, a_folder_that_is_not_there_costs_the_clocks_alone)
{
	struct evaluator_world world;

	evaluator_world_init(&world);
	world.config.clock_file = "/nonexistent/folder/clocks";
	add_group(&world, "g", 10000, clocked, 2);
	start_evaluator(&world);
	live(&world, 25, grow);
	cr_expect_eq(alert_of(&world, 0)->phase, ALERT_FIRING);
	evaluator_world_release(&world);
}

/* ---- for years ---- */

static void come_and_go(struct evaluator_world *world)
{
	int64_t second = loop_wall_ms(world->world.loop) / 1000;
	char labels[32];

	if (second % 10)
		return;
	snprintf(labels, sizeof(labels), "i=%lld", (long long)(second / 600));
	put_now(&world->world, "m", labels, (double)(second % 20 / 10));
}

Test(evaluator, what_came_and_went_leaves_nothing)
{
	struct evaluator_world world;

	evaluator_world_init(&world);
	add_group(&world, "g", 10000, clocked, 2);
	start_evaluator(&world);
	live(&world, 3600, come_and_go);
	cr_expect_leq(rule_at(&world, 0).memory->instances.count, 3u);
	live(&world, 20 * 60 + 300, NULL);
	cr_expect_eq(rule_at(&world, 0).memory->instances.count, 0u);
	stop_evaluator(&world);
	while (!store_age(world.world.store, loop_wall_ms(world.world.loop) + 100 * CLOCK_DAY))
		;
	{
		struct store_state state;

		store_get_state(world.world.store, &state);
		cr_expect_eq(state.series, 0u, "no series is held");
	}
	evaluator_world_release(&world);
}

Test(evaluator, a_group_without_rules_is_never_due)
{
	struct evaluator_world world;

	evaluator_world_init(&world);
	add_group(&world, "empty", 1000, NULL, 0);
	start_evaluator(&world);
	live(&world, 5, NULL);
	judge(&world);
	evaluator_world_release(&world);
}
