/* What counts as a change: rules, the past read once, deploys that roll, restarts in a row, nothing told twice. */
#include <stdio.h>

#include "situation_fixture.h"

#include "base/clock.h"
#include "collect/feed.h"
#include "situation/changes.h"

TestSuite(changes, .timeout = 60);

struct watch {
	struct situation_world world;
	struct change_rules rules;
	struct feed *feed;
	struct changes *changes;
};

static bool is_busy(const void *what)
{
	return changes_busy(what);
}

static bool never(const void *what)
{
	(void)what;
	return false;
}

static void watch_init(struct watch *watch)
{
	memset(watch, 0, sizeof(*watch));
	situation_world_init(&watch->world);
	change_rules_init(&watch->rules, &watch->world.arena);
	watch->feed = feed_new(0, 0);
}

static void settle(struct watch *watch)
{
	settle_while(&watch->world, is_busy, watch->changes);
	/* The round about the present, which nobody waits for otherwise. */
	for (int i = 0; i < 20; i++) {
		timer_start(watch->world.poll, 2);
		loop_run(watch->world.loop);
	}
	settle_while(&watch->world, never, NULL);
}

static void watch_start(struct watch *watch)
{
	struct changes_config config = { .loop = watch->world.loop,
					 .engine = watch->world.engine,
					 .rules = &watch->rules,
					 .system = "polln",
					 .feed = watch->feed };

	watch->changes = changes_new(&config);
	loop_advance(watch->world.loop, 1);
	settle(watch);
	loop_advance(watch->world.loop, 1);
	settle(watch);
}

static void go_on(struct watch *watch)
{
	loop_advance(watch->world.loop, CHANGES_INTERVAL_MS);
	settle(watch);
}

static void watch_release(struct watch *watch)
{
	changes_free(watch->changes);
	feed_free(watch->feed);
	situation_world_release(&watch->world);
}

static void expect(const struct watch *watch, size_t index, enum event_kind kind, const char *subject, const char *text)
{
	const struct event *event;

	cr_assert_lt(index, feed_count(watch->feed), "no event %zu, there are %zu", index, feed_count(watch->feed));
	event = feed_at(watch->feed, index);
	cr_expect_eq(event->kind, kind, "%s", event_kind_name(event->kind));
	cr_expect_str_eq(event->system, "polln");
	cr_expect_str_eq(event->subject, subject);
	cr_expect_str_eq(event->text, text);
}

Test(changes, the_past_is_read_at_start)
{
	struct watch watch;

	watch_init(&watch);
	for (int64_t age = 3 * CLOCK_HOUR; age >= 0; age -= CLOCK_MINUTE) {
		bool before = age > 90 * CLOCK_MINUTE;

		put(&watch.world, "polln_build_info", before ? "job=colony,version=1.2" : "job=colony,version=1.3",
		    SITUATION_NOW_MS - age, 1);
		put(&watch.world, "process_start_time_seconds", "job=colony,instance=a", SITUATION_NOW_MS - age,
		    before ? 1772000000 : (double)(SITUATION_NOW_MS - 90 * CLOCK_MINUTE) / 1000);
	}
	watch_start(&watch);
	cr_expect_eq(feed_count(watch.feed), 2u, "%zu", feed_count(watch.feed));
	expect(&watch, 0, EVENT_RESTART, "colony a", "restarted");
	cr_expect_eq(feed_at(watch.feed, 0)->time_ms, SITUATION_NOW_MS - 90 * CLOCK_MINUTE, "to the second");
	expect(&watch, 1, EVENT_DEPLOY, "colony", "polln version 1.2 -> 1.3");
	cr_expect(llabs((long long)(feed_at(watch.feed, 1)->time_ms - SITUATION_NOW_MS) + 90 * CLOCK_MINUTE) <=
			  CHANGES_STEP_MS,
		  "within a step");
	changes_refresh(watch.changes);
	loop_advance(watch.world.loop, 1);
	settle(&watch);
	go_on(&watch);
	cr_expect_eq(feed_count(watch.feed), 2u, "read again it is told once");
	watch_release(&watch);
}

Test(changes, what_is_met_at_first_is_no_change)
{
	struct watch watch;

	watch_init(&watch);
	put_now(&watch.world, "polln_build_info", "job=colony,version=1.2", 1);
	put_now(&watch.world, "process_start_time_seconds", "job=colony,instance=a", 1770000000);
	put_now(&watch.world, "skep_file_info", "job=files,path=/etc/a,sha256=00", 1);
	watch_start(&watch);
	cr_expect_eq(feed_count(watch.feed), 0u);
	watch_release(&watch);
}

Test(changes, a_process_that_began_today_has_started)
{
	struct watch watch;

	watch_init(&watch);
	put_now(&watch.world, "process_start_time_seconds", "job=colony,instance=a",
		(double)(SITUATION_NOW_MS - 30 * CLOCK_MINUTE) / 1000);
	watch_start(&watch);
	cr_assert_eq(feed_count(watch.feed), 1u);
	expect(&watch, 0, EVENT_RESTART, "colony a", "started");
	cr_expect_eq(feed_at(watch.feed, 0)->weight, EVENT_PLAIN);
	watch_release(&watch);
}

Test(changes, a_server_restarts_apart_from_its_exporter)
{
	struct watch watch;

	watch_init(&watch);
	put_now(&watch.world, "process_start_time_seconds", "job=redis,instance=a", 1770000000);
	put_now(&watch.world, "redis_start_time_seconds", "job=redis,instance=a", 1770000300);
	put_now(&watch.world, "pg_postmaster_start_time_seconds", "job=postgres,instance=b", 1770000600);
	watch_start(&watch);
	cr_expect_eq(feed_count(watch.feed), 0u);
	put(&watch.world, "redis_start_time_seconds", "job=redis,instance=a", loop_wall_ms(watch.world.loop) + 1,
	    1772366300);
	go_on(&watch);
	cr_assert_eq(feed_count(watch.feed), 1u);
	expect(&watch, 0, EVENT_RESTART, "redis a", "restarted");
	put(&watch.world, "pg_postmaster_start_time_seconds", "job=postgres,instance=b",
	    loop_wall_ms(watch.world.loop) + 1, 1772366310.25);
	go_on(&watch);
	cr_assert_eq(feed_count(watch.feed), 2u);
	expect(&watch, 1, EVENT_RESTART, "postgres b", "restarted");
	watch_release(&watch);
}

Test(changes, a_deploy_that_rolls_is_one_event)
{
	struct watch watch;

	watch_init(&watch);
	put_now(&watch.world, "app_build_info", "job=x,instance=a,version=1", 1);
	put_now(&watch.world, "app_build_info", "job=x,instance=b,version=1", 1);
	watch_start(&watch);
	put_now(&watch.world, "app_build_info", "job=x,instance=a,version=2", 1);
	for (int i = 0; i < 5; i++)
		go_on(&watch);
	cr_expect_eq(feed_count(watch.feed), 1u, "both versions run side by side");
	expect(&watch, 0, EVENT_DEPLOY, "x", "app version 1 -> 2");
	put_now(&watch.world, "app_build_info", "job=x,instance=b,version=2", 1);
	go_on(&watch);
	cr_expect_eq(feed_count(watch.feed), 1u, "the second pod is no news");
	watch_release(&watch);
}

Test(changes, images_and_files_tell_what_became_what)
{
	struct watch watch;

	watch_init(&watch);
	put_now(&watch.world, "kube_pod_container_info", "namespace=p,container=c,pod=1,image=r/a:1", 1);
	put_now(&watch.world, "skep_file_info", "job=files,path=/etc/a,sha256=0123456789abcdef", 1);
	watch_start(&watch);
	put(&watch.world, "kube_pod_container_info", "namespace=p,container=c,pod=2,image=r/a:2",
	    loop_wall_ms(watch.world.loop) + 1, 1);
	put(&watch.world, "skep_file_info", "job=files,path=/etc/a,sha256=fedcba9876543210",
	    loop_wall_ms(watch.world.loop) + 1, 1);
	go_on(&watch);
	cr_assert_eq(feed_count(watch.feed), 2u);
	expect(&watch, 0, EVENT_DEPLOY, "p c", "image r/a:1 -> r/a:2");
	expect(&watch, 1, EVENT_CONFIG, "files /etc/a", "sha256 01234567 -> fedcba98");
	watch_release(&watch);
}

Test(changes, restarts_in_a_row_are_counted)
{
	struct watch watch;
	char last[64] = "";

	watch_init(&watch);
	put_now(&watch.world, "process_start_time_seconds", "job=x,instance=a", 1772000000);
	watch_start(&watch);
	for (int i = 0; i < 4; i++) {
		int64_t now_ms = loop_wall_ms(watch.world.loop);

		put(&watch.world, "process_start_time_seconds", "job=x,instance=a", now_ms + 5,
		    (double)(now_ms + 1) / 1000);
		go_on(&watch);
		snprintf(last, sizeof(last), "%s", feed_at(watch.feed, feed_count(watch.feed) - 1)->text);
	}
	cr_expect_eq(feed_count(watch.feed), 4u);
	expect(&watch, 0, EVENT_RESTART, "x a", "restarted");
	cr_expect_str_eq(last, "restarted, 4 times in 10 minutes");
	cr_expect_eq(feed_at(watch.feed, 3)->weight, EVENT_BAD);
	cr_expect_eq(feed_at(watch.feed, 0)->weight, EVENT_WARNING);
	watch_release(&watch);
}

Test(changes, a_start_time_that_wavers_is_no_restart)
{
	struct watch watch;

	watch_init(&watch);
	put_now(&watch.world, "node_boot_time_seconds", "job=x,instance=a", 1772000000);
	watch_start(&watch);
	for (int i = 1; i < 8; i++) {
		put(&watch.world, "node_boot_time_seconds", "job=x,instance=a", loop_wall_ms(watch.world.loop) + 5,
		    1772000000 + 0.9 * i);
		go_on(&watch);
	}
	cr_expect_eq(feed_count(watch.feed), 0u);
	watch_release(&watch);
}

static int read_rules(struct watch *watch, const char *yaml, char *fault, size_t size)
{
	struct yaml_document document;
	struct error_list errors;
	int ret;

	error_list_init(&errors);
	cr_assert_eq(yaml_parse(&document, yaml, strlen(yaml), "s.yaml", &errors), 0);
	ret = change_rules_read(&watch->rules, document.root, "s.yaml", &watch->world.arena, &errors);
	*fault = '\0';
	if (errors.count)
		fault_format(&errors.faults[0], fault, size);
	yaml_document_release(&document);
	error_list_release(&errors);
	return ret;
}

Test(changes, a_system_adds_replaces_and_leaves_out_rules)
{
	struct watch watch;
	char fault[600];
	size_t before;

	watch_init(&watch);
	before = watch.rules.count;
	cr_assert_eq(read_rules(&watch,
				"- { name: limit, kind: config, expression: agent_limit, identity: [job] }\n"
				"- { name: start, off: true }\n",
				fault, sizeof(fault)),
		     0, "%s", fault);
	cr_expect_eq(watch.rules.count, before + 1);
	put_now(&watch.world, "agent_limit", "job=x", 100);
	put_now(&watch.world, "process_start_time_seconds", "job=x,instance=a", 1772000000);
	watch_start(&watch);
	put(&watch.world, "agent_limit", "job=x", loop_wall_ms(watch.world.loop) + 1, 200);
	put(&watch.world, "process_start_time_seconds", "job=x,instance=a", loop_wall_ms(watch.world.loop) + 1,
	    1772366300);
	go_on(&watch);
	cr_expect_eq(feed_count(watch.feed), 1u, "the rule that is off tells nothing");
	expect(&watch, 0, EVENT_CONFIG, "x", "limit 100 -> 200");
	watch_release(&watch);
}

Test(changes, bad_rules_are_refused_with_their_place)
{
	static const struct {
		const char *yaml, *fault;
	} bad[] = {
		{ "a: 1\n", "is no list" },
		{ "- 5\n", "s.yaml:1" },
		{ "- { expression: up }\n", "'name' is missing" },
		{ "- { name: a }\n", "'expression' is missing" },
		{ "- { name: a, expression: 'up{' }\n", "expression" },
		{ "- { name: a, expression: 'up[5m]' }\n", "no instant vector" },
		{ "- { name: a, expression: up, kind: deplo }\n", "deploy" },
		{ "- { name: a, expression: up, lables: [x] }\n", "unknown" },
	};
	struct watch watch;
	char fault[600];
	size_t before;

	watch_init(&watch);
	before = watch.rules.count;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		cr_expect_eq(read_rules(&watch, bad[i].yaml, fault, sizeof(fault)), -1, "%s", bad[i].yaml);
		cr_expect(strstr(fault, bad[i].fault), "'%s' is not in '%s'", bad[i].fault, fault);
	}
	cr_expect_eq(watch.rules.count, before, "nothing of them is taken");
	watch_release(&watch);
}
