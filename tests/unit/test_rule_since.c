/* Alerts that were there before the rules were first judged: since when. */
#include "evaluator_fixture.h"

#include "base/clock.h"

TestSuite(rule_since, .timeout = 60);

#define STEP_MS 10000

static const struct rule rules[] = {
	{ .kind = RULE_ALERT, .name = "Late", .expression = "m > 0", .for_ms = 60000 },
};

/* Ten minutes of a series, a sample in each step; not above 0 at `well_ms` before now, nor earlier than `begin_ms`. */
static void put_past(struct evaluator_world *world, const char *labels, int64_t begin_ms, int64_t well_ms)
{
	for (int64_t ago_ms = 600000; ago_ms >= 0; ago_ms -= STEP_MS)
		if (ago_ms <= begin_ms)
			put(&world->world, "m", labels, SITUATION_NOW_MS - ago_ms, ago_ms == well_ms ? 0 : 3);
}

static const struct alert_instance *instance_of(const struct evaluator_world *world, const char *value)
{
	struct evaluated_rule rule = rule_at(world, 0);

	for (size_t i = 0; i < rule.memory->instances.count; i++)
		if (strcmp(labels_get(&rule.memory->instances.items[i]->labels, "i"), value) == 0)
			return rule.memory->instances.items[i];
	cr_assert_fail("no alert of %s", value);
	return NULL;
}

static void judge_past(struct evaluator_world *world, int64_t look_back_ms)
{
	evaluator_world_init(world);
	world->config.look_back_ms = look_back_ms;
	add_group(world, "g", STEP_MS, rules, 1);
	put_past(world, "i=a", 600000, 300000);
	put_past(world, "i=b", 20000, -1);
	put_past(world, "i=c", 600000, -1);
	start_evaluator(world);
	judge(world);
}

Test(rule_since, an_unbroken_run_tells_since_when)
{
	const struct alert_instance *alert;
	struct evaluator_world world;

	judge_past(&world, CLOCK_HOUR);
	alert = instance_of(&world, "a");
	cr_expect_eq(alert->active_ms, SITUATION_NOW_MS - 290000, "not before it was last well");
	cr_expect_eq(alert->fired_ms, SITUATION_NOW_MS - 230000);
	cr_expect_eq(alert->phase, ALERT_FIRING);
	alert = instance_of(&world, "b");
	cr_expect_eq(alert->active_ms, SITUATION_NOW_MS - 20000);
	cr_expect_eq(alert->phase, ALERT_PENDING);
	cr_expect_eq(instance_of(&world, "c")->active_ms, SITUATION_NOW_MS - 600000);
	cr_expect(strstr(world.seen.text, "Late inactive>firing\n"), "%s", world.seen.text);
	evaluator_world_release(&world);
}

Test(rule_since, looks_no_further_than_it_is_told)
{
	struct evaluator_world world;

	judge_past(&world, 100000);
	cr_expect_eq(instance_of(&world, "c")->active_ms, SITUATION_NOW_MS - 110000);
	evaluator_world_release(&world);
	judge_past(&world, 0);
	cr_expect_eq(instance_of(&world, "c")->active_ms, SITUATION_NOW_MS, "as in Prometheus");
	cr_expect_eq(instance_of(&world, "c")->phase, ALERT_PENDING);
	evaluator_world_release(&world);
}

Test(rule_since, what_begins_later_is_new)
{
	struct evaluator_world world;

	judge_past(&world, CLOCK_HOUR);
	put_now(&world.world, "m", "i=d", 3);
	loop_advance(world.world.loop, STEP_MS);
	judge(&world);
	cr_expect_geq(instance_of(&world, "d")->active_ms, SITUATION_NOW_MS);
	cr_expect_eq(instance_of(&world, "d")->phase, ALERT_PENDING);
	cr_expect_eq(instance_of(&world, "a")->active_ms, SITUATION_NOW_MS - 290000, "and what was there stays");
	evaluator_world_release(&world);
}

/* A clock that nobody looked at for too long says nothing: what was before does. */
Test(rule_since, tells_where_a_clock_is_too_old)
{
	struct rule_memory *memory;
	struct evaluator_world world;
	struct label items[] = { { "alertname", "Late" }, { "i", "c" } };
	const struct labels labels = { items, 2 };

	evaluator_world_init(&world);
	world.config.look_back_ms = CLOCK_HOUR;
	add_group(&world, "g", STEP_MS, rules, 1);
	put_past(&world, "i=c", 600000, -1);
	start_evaluator(&world);
	memory = (struct rule_memory *)(uintptr_t)rule_at(&world, 0).memory;
	rule_memory_restore(memory, &(struct alert_clock){ .labels = labels,
							   .active_ms = SITUATION_NOW_MS - 3 * CLOCK_HOUR,
							   .fired_ms = SITUATION_NOW_MS - 3 * CLOCK_HOUR,
							   .last_ms = SITUATION_NOW_MS - 2 * CLOCK_HOUR });
	judge(&world);
	cr_expect_eq(instance_of(&world, "c")->active_ms, SITUATION_NOW_MS - 600000);
	cr_expect_eq(instance_of(&world, "c")->phase, ALERT_FIRING);
	evaluator_world_release(&world);
}
