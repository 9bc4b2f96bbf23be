#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "collect/redis_subscription.h"
#include "loop/loop.h"
#include "loop/pool.h"
#include "redis_fixture.h"

TestSuite(redis_subscription, .timeout = 60);

#define GRANT_A "*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n"
#define GRANT_B "*3\r\n$10\r\npsubscribe\r\n$3\r\nb.*\r\n:2\r\n"

struct world {
	struct loop *loop;
	struct pool *pool;
	struct resolver *resolver;
	struct timer *look;
	struct feed *feed;
	struct redis_url url;
	struct redis_subscription *subscription;
	struct option_strings names;
	size_t events;      /* it ends with so many */
	const char *reason; /* or when this is why it does not listen */
	int looks;
};

static void on_look(void *user)
{
	struct world *world = user;
	const char *reason = redis_subscription_reason(world->subscription);

	if ((world->events && feed_count(world->feed) >= world->events) ||
	    (world->reason && strcmp(reason, world->reason) == 0) || ++world->looks > 1000)
		loop_stop(world->loop);
	else
		timer_start(world->look, 10);
}

static void run(struct world *world, const struct server *server)
{
	static const char *names[] = { "a", "b.*" };
	char *url = mem_printf("127.0.0.1:%u", server->port);
	struct redis_subscription_config config = { .system = "polln", .instance = "cache:6379" };

	world->loop = loop_new(NULL);
	world->pool = pool_new(world->loop, 1, NULL);
	world->resolver = resolver_new(world->loop, world->pool);
	world->feed = config.feed = feed_new(0, 0);
	world->look = timer_new(world->loop, on_look, world);
	world->names = (struct option_strings){ names, 2 };
	cr_assert_eq(redis_url_parse(&world->url, url, NULL), 0);
	config.names = &world->names;
	config.connection = (struct redis_config){ .loop = world->loop,
						   .resolver = world->resolver,
						   .url = &world->url,
						   .timeout_ms = 3000,
						   .limit_bytes = 10000 };
	world->subscription = redis_subscription_new(&config);
	timer_start(world->look, 10);
	loop_run(world->loop);
	cr_assert_leq(world->looks, 1000, "not within 10 s");
	free(url);
}

static void has_line(const struct world *world, const char *line)
{
	struct metric_page page;

	metric_page_init(&page);
	redis_subscription_add_page(world->subscription, &page);
	cr_expect(strstr(page.text.text, line) != NULL, "no '%s' in\n%s", line, page.text.text);
	metric_page_release(&page);
}

static void world_close(struct world *world)
{
	redis_subscription_free(world->subscription);
	timer_free(world->look);
	feed_free(world->feed);
	resolver_free(world->resolver);
	pool_free(world->pool);
	loop_free(world->loop);
	redis_url_release(&world->url);
}

Test(redis_subscription, messages_arrive_as_events)
{
	struct server server = server_start(LINES("+OK\r\n", GRANT_A GRANT_B
						  "*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$2\r\nhi\r\n"
						  "*4\r\n$8\r\npmessage\r\n$3\r\nb.*\r\n$3\r\nb.c\r\n$3\r\nyou\r\n"),
					    true);
	struct world world = { .events = 2 };
	const struct event *event;

	run(&world, &server);
	event = feed_at(world.feed, 0);
	cr_expect_eq(event->kind, EVENT_MESSAGE);
	cr_expect_str_eq(event->system, "polln");
	cr_expect_str_eq(event->subject, "a");
	cr_expect_str_eq(event->text, "hi");
	event = feed_at(world.feed, 1);
	cr_expect_str_eq(event->subject, "b.c");
	cr_expect_str_eq(event->text, "you");
	cr_expect_str_eq(redis_subscription_reason(world.subscription), "");
	has_line(&world, "skep_redis_subscribed 1\n");
	has_line(&world, "skep_redis_messages_total{channel=\"b.c\"} 1\n");
	world_close(&world);
	server_stop(&server);
}

/* The server hangs up after each message: the next comes over another connection. */
Test(redis_subscription, connects_again)
{
	struct server server =
		server_start(LINES("+OK\r\n", GRANT_A GRANT_B, "!*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$2\r\nhi\r\n"),
			     false);
	struct world world = { .events = 2 };

	run(&world, &server);
	has_line(&world, "skep_redis_messages_total{channel=\"a\"} 2\n");
	world_close(&world);
	server_stop(&server);
}

Test(redis_subscription, says_why_it_does_not_listen)
{
	struct server server =
		server_start(LINES("+OK\r\n", GRANT_A "-NOPERM this user has no permissions to access one of "
						      "the channels used as arguments\r\n"),
			     true);
	struct world world = { .reason = "no permission for the channel" };

	run(&world, &server);
	has_line(&world, "skep_redis_subscribed 0\n");
	has_line(&world, "skep_redis_messages_total{channel=\"a\"} 0\n");
	world_close(&world);
	server_stop(&server);
}

Test(redis_subscription, may_be_freed_while_it_waits)
{
	struct server server = { .port = 1 };
	struct world world = { .reason = "refused" };

	run(&world, &server);
	world_close(&world);
}
