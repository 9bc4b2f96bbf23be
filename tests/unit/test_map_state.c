/* How the parts of a map are told to be: from samples in a store, by the real engine, over time. */
#include "situation_fixture.h"

#include <math.h>

#include "base/clock.h"
#include "engine_fixture.h"

TestSuite(map_state, .timeout = 60);

#define ONE(name, more) "    - { name: " name ", health: " name more " }\n"
#define PARTS           "parts:\n"

static void up(struct situation_world *world, const char *job, double value)
{
	char labels[64];

	snprintf(labels, sizeof(labels), "job=%s,instance=1", job);
	put_now(world, "up", labels, value);
}

static void expect(const struct situation_world *world, const char *name, enum part_state state)
{
	cr_expect_eq(status_of(world, name)->state, state, "%s is %s, not %s", name,
		     part_state_name(status_of(world, name)->state), part_state_name(state));
}

Test(map_state, the_first_rule_with_an_answer_tells)
{
	struct situation_world world;

	situation_world_init(&world);
	up(&world, "well", 1);
	up(&world, "gone", 0);
	put_now(&world, "up", "job=partly,instance=1", 1);
	put_now(&world, "up", "job=partly,instance=2", 0);
	put_now(&world, "health_status", "component=mock", 0.5);
	put_now(&world, "health_status", "component=fine", 1);
	open_map(&world, PARTS ONE("well", "") ONE("gone", "") ONE("partly", "") ONE("mock", "") ONE("fine", "")
				 ONE("nobody", ""));
	expect(&world, "well", PART_OK);
	expect(&world, "gone", PART_DOWN);
	expect(&world, "partly", PART_DEGRADED);
	expect(&world, "mock", PART_DEGRADED);
	expect(&world, "fine", PART_OK);
	expect(&world, "nobody", PART_NOT_OFFERED);
	cr_expect_eq(map_state_count(world.state, PART_OK), 2u);
	cr_expect_eq(map_state_count(world.state, PART_DOWN), 1u);
	cr_expect_eq(map_state_worst(world.state), (int)part_named(&world, "gone"));
	situation_world_release(&world);
}

Test(map_state, why_and_the_figure_come_with_the_state)
{
	struct situation_world world;
	const struct part_status *status;

	situation_world_init(&world);
	put_now(&world, "temperature", "room=a", 42);
	put_now(&world, "temperature", "room=b", 44);
	open_map(&world, "parts:\n  - name: t\n    state: { degraded: temperature > 40, ok: temperature }\n"
			 "    figure: max(temperature)\n    unit: celsius\n");
	status = status_of(&world, "t");
	cr_expect_eq(status->state, PART_DEGRADED);
	cr_expect_eq(status->rule, 0);
	cr_expect_eq(status->told, 2u);
	cr_expect_eq(status->value, 42);
	cr_expect_str_eq(status->subject, "room=\"a\"", "what only the question added is left out");
	cr_expect(status->has_figure && status->figure == 44);
	cr_expect_str_eq(status->engine, "embedded");
	situation_world_release(&world);
}

Test(map_state, scalars_and_comments_are_expressions_too)
{
	struct situation_world world;

	situation_world_init(&world);
	up(&world, "a", 1);
	open_map(&world, "parts:\n  - name: a\n    state: { ok: 'up # a comment' }\n    figure: 1 + 2\n");
	expect(&world, "a", PART_OK);
	cr_expect_eq(status_of(&world, "a")->figure, 3);
	situation_world_release(&world);
}

Test(map_state, what_stands_on_something_lost_is_suspect)
{
	struct situation_world world;
	static const char *const names[] = { "api", "colony", "database", "lonely" };

	situation_world_init(&world);
	for (size_t i = 0; i < 4; i++)
		up(&world, names[i], i == 2 ? 0 : 1);
	open_map(&world, PARTS ONE("api", ", needs: [colony]") ONE("colony", ", needs: [database]") ONE("database", "")
				 ONE("lonely", ""));
	expect(&world, "database", PART_DOWN);
	expect(&world, "colony", PART_SUSPECT);
	expect(&world, "api", PART_SUSPECT);
	expect(&world, "lonely", PART_OK);
	cr_expect_eq(status_of(&world, "api")->own, PART_OK);
	cr_expect_eq(status_of(&world, "api")->cause, (int)part_named(&world, "database"), "the first cause is named");
	for (size_t i = 0; i < 4; i++)
		put(&world, "up", "job=database,instance=1", loop_wall_ms(world.loop) + 1 + (int64_t)i, 1);
	pass(&world, MAP_STATE_INTERVAL_MS);
	expect(&world, "api", PART_OK);
	situation_world_release(&world);
}

Test(map_state, what_has_a_fallback_drags_nothing_down)
{
	struct situation_world world;

	situation_world_init(&world);
	up(&world, "colony", 1);
	up(&world, "cache", 0);
	open_map(&world, PARTS ONE("colony", ", needs: [cache]") ONE("cache", ", fallback: memory"));
	expect(&world, "cache", PART_DOWN);
	expect(&world, "colony", PART_OK);
	situation_world_release(&world);
}

Test(map_state, a_lost_level_makes_those_above_suspect)
{
	struct situation_world world;

	situation_world_init(&world);
	for (const char *const *name = (const char *const[]){ "l0", "l1", "l3", "l3b", NULL }; *name; name++)
		up(&world, *name, strcmp(*name, "l1") != 0);
	open_map(&world, PARTS ONE("l3", ", level: 3") ONE("l3b", ", level: 3") ONE("l1", ", level: 1")
				 ONE("l0", ", level: 0"));
	expect(&world, "l0", PART_OK);
	expect(&world, "l1", PART_DOWN);
	expect(&world, "l3", PART_SUSPECT);
	expect(&world, "l3b", PART_SUSPECT);
	situation_world_release(&world);
}

Test(map_state, a_ring_of_needs_ends)
{
	struct situation_world world;

	situation_world_init(&world);
	up(&world, "a", 1);
	up(&world, "b", 1);
	up(&world, "c", 0);
	open_map(&world, PARTS ONE("a", ", needs: [b]") ONE("b", ", needs: [a, c]") ONE("c", ", needs: [a]"));
	expect(&world, "a", PART_SUSPECT);
	expect(&world, "b", PART_SUSPECT);
	expect(&world, "c", PART_DOWN);
	situation_world_release(&world);
}

Test(map_state, trouble_met_at_first_is_dated_from_history)
{
	struct situation_world world;
	int64_t since = SITUATION_NOW_MS - 20 * CLOCK_MINUTE;

	situation_world_init(&world);
	for (int64_t time_ms = SITUATION_NOW_MS - 60 * CLOCK_MINUTE; time_ms <= SITUATION_NOW_MS;
	     time_ms += 30 * CLOCK_SECOND) {
		put(&world, "up", "job=a,instance=1", time_ms, time_ms < since);
		put(&world, "up", "job=b,instance=1", time_ms, 0);
	}
	open_map(&world, PARTS ONE("a", "") ONE("b", ""));
	expect(&world, "a", PART_DOWN);
	cr_expect(llabs((long long)(status_of(&world, "a")->since_ms - since)) <= CLOCK_MINUTE, "%lld s off",
		  (long long)(status_of(&world, "a")->since_ms - since) / 1000);
	cr_expect_not(status_of(&world, "a")->since_at_least);
	cr_expect_not(status_of(&world, "b")->since_at_least, "its samples begin within the hours asked");
	situation_world_release(&world);
}

Test(map_state, a_change_is_dated_when_it_is_seen)
{
	struct situation_world world;
	int64_t then;

	situation_world_init(&world);
	up(&world, "a", 1);
	open_map(&world, PARTS ONE("a", ""));
	cr_expect_eq(status_of(&world, "a")->since_ms, 0, "how long it has been well nobody asks");
	put(&world, "up", "job=a,instance=1", loop_wall_ms(world.loop) + 10, 0);
	then = loop_wall_ms(world.loop) + MAP_STATE_INTERVAL_MS;
	pass(&world, MAP_STATE_INTERVAL_MS);
	expect(&world, "a", PART_DOWN);
	cr_expect(llabs((long long)(status_of(&world, "a")->since_ms - then)) < 10);
	situation_world_release(&world);
}

Test(map_state, instances_of_the_watched_part_stand_by_trouble)
{
	struct situation_world world;
	const struct part_instance *rows;
	size_t count, more;

	situation_world_init(&world);
	put_now(&world, "up", "job=a,instance=one", 1);
	put_now(&world, "up", "job=a,instance=two", 0);
	put_now(&world, "up", "job=a,instance=three", 0.5);
	put_now(&world, "up", "job=a,instance=four", NAN);
	open_map(&world, "parts:\n  - { name: a, health: a, instances: up }\n");
	map_state_instances(world.state, &count, &more);
	cr_expect_eq(count, 0u, "nobody looks");
	map_state_watch(world.state, 0);
	settle_while(&world, is_map_busy, world.state);
	rows = map_state_instances(world.state, &count, &more);
	cr_assert_eq(count, 4u);
	cr_expect_str_eq(rows[0].name, "two");
	cr_expect_eq(rows[0].state, PART_DOWN);
	cr_expect_str_eq(rows[1].name, "three");
	cr_expect_str_eq(rows[2].name, "four");
	cr_expect_eq(rows[2].state, PART_UNKNOWN);
	cr_expect_str_eq(rows[3].name, "one");
	cr_expect_str_eq(rows[3].labels, "instance=\"one\",job=\"a\"");
	cr_expect_eq(rows[0].since_ms, 0);
	put(&world, "up", "job=a,instance=two", loop_wall_ms(world.loop) + 1, 1);
	pass(&world, MAP_STATE_INTERVAL_MS);
	rows = map_state_instances(world.state, &count, &more);
	cr_expect_str_eq(rows[count - 1].name, "two");
	cr_expect_eq(rows[count - 1].since_ms, loop_wall_ms(world.loop), "it was seen to come back");
	cr_expect_eq(rows[0].since_ms, 0, "the other one is as it was");
	map_state_watch(world.state, -1);
	map_state_instances(world.state, &count, &more);
	cr_expect_eq(count, 0u);
	situation_world_release(&world);
}

/* An engine that fails while the test says so. */
Test(map_state, a_silent_engine_leaves_it_stale_and_then_unknown)
{
	struct situation_world world;
	struct script script;
	struct map_state_config config = { 0 };
	struct map_state *state;

	situation_world_init(&world);
	read_map(&world, "parts:\n  - { name: a, state: { down: x == 0, ok: x } }\n");
	script_init(&script, world.loop, &script_server_ops, 1);
	script.empty = true;
	query_engine_set_steady(script.engine);
	config = (struct map_state_config){ .loop = world.loop, .engine = script.engine, .map = &world.map };
	state = map_state_new(&config);
	loop_advance(world.loop, 1);
	settle_while(&world, is_map_busy, state);
	cr_expect_eq(map_state_part(state, 0)->state, PART_NOT_OFFERED);
	script.status = QUERY_TIMEOUT;
	loop_advance(world.loop, MAP_STATE_INTERVAL_MS);
	settle_while(&world, is_map_busy, state);
	cr_expect_eq(map_state_part(state, 0)->state, PART_NOT_OFFERED);
	cr_expect(map_state_part(state, 0)->stale);
	cr_expect_str_eq(map_state_part(state, 0)->reason, "timeout");
	for (int i = 0; i < 9; i++) {
		loop_advance(world.loop, MAP_STATE_INTERVAL_MS);
		settle_while(&world, is_map_busy, state);
	}
	cr_expect_eq(map_state_part(state, 0)->state, PART_UNKNOWN);
	cr_expect_not(map_state_part(state, 0)->stale);
	cr_expect_str_eq(map_state_part(state, 0)->reason, "timeout");
	map_state_free(state);
	query_engine_free(script.engine);
	situation_world_release(&world);
}

Test(map_state, a_question_that_hangs_is_not_asked_again_and_can_be_left)
{
	struct situation_world world;
	struct script script;
	struct map_state_config config = { 0 };
	struct map_state *state;

	situation_world_init(&world);
	read_map(&world, "parts:\n  - { name: a, state: { down: x == 0, ok: x } }\n");
	script_init(&script, world.loop, &script_server_ops, 1);
	script.delay_ms = SCRIPT_SILENT;
	config = (struct map_state_config){ .loop = world.loop, .engine = script.engine, .map = &world.map };
	state = map_state_new(&config);
	for (int i = 0; i < 5; i++) {
		loop_advance(world.loop, MAP_STATE_INTERVAL_MS);
		timer_start(world.poll, 2);
		loop_run(world.loop);
	}
	cr_expect_eq(script.expressions, 1u, "%u questions", script.expressions);
	cr_expect(map_state_busy(state));
	cr_expect_eq(map_state_part(state, 0)->state, PART_UNKNOWN);
	map_state_free(state);
	query_engine_free(script.engine);
	situation_world_release(&world);
}
