#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#include "loop/loop.h"
#include "loop/pool.h"
#include "loop/resolve.h"

TestSuite(resolve, .timeout = 60);

struct answer {
	struct loop *loop;
	int *awaited;
	int calls;
	size_t count;
	char first[64], reason[64];
};

struct world {
	struct loop *loop;
	struct pool *pool;
	struct resolver *resolver;
	int awaited;
};

static void on_lookup(void *user, const char *const *addresses, size_t count, const char *reason)
{
	struct answer *answer = user;

	answer->calls++;
	answer->count = count;
	snprintf(answer->first, sizeof(answer->first), "%s", count ? addresses[0] : "");
	snprintf(answer->reason, sizeof(answer->reason), "%s", reason);
	if (--*answer->awaited == 0)
		loop_stop(answer->loop);
}

static struct world world_new(void)
{
	struct world world = { .loop = loop_new(NULL) };

	world.pool = pool_new(world.loop, 2, NULL);
	world.resolver = resolver_new(world.loop, world.pool);
	return world;
}

static void world_free(struct world *world)
{
	resolver_free(world->resolver);
	pool_free(world->pool);
	loop_free(world->loop);
}

static struct lookup *ask(struct world *world, struct answer *answer, const char *host)
{
	struct lookup *lookup;

	*answer = (struct answer){ .loop = world->loop, .awaited = &world->awaited };
	world->awaited++;
	lookup = resolver_ask(world->resolver, host, on_lookup, answer);
	cr_assert_eq(answer->calls, 0, "called back before it returned");
	return lookup;
}

Test(resolve, numbers_names_and_nonsense)
{
	struct world world = world_new();
	struct answer four, six, local, none, empty, endless;
	char name[400];

	memset(name, 'a', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	ask(&world, &four, "192.0.2.7");
	ask(&world, &six, "2001:db8::1");
	ask(&world, &local, "localhost");
	ask(&world, &none, "skep-test.invalid");
	ask(&world, &empty, "");
	ask(&world, &endless, name);
	loop_run(world.loop);
	cr_expect_str_eq(four.first, "192.0.2.7");
	cr_expect_str_eq(six.first, "2001:db8::1");
	cr_expect_geq(local.count, 1);
	cr_expect(strcmp(local.first, "127.0.0.1") == 0 || strcmp(local.first, "::1") == 0, "%s", local.first);
	cr_expect_str_eq(local.reason, "");
	cr_expect_eq(none.count, 0);
	cr_expect_str_eq(none.reason, "name does not resolve");
	cr_expect_str_eq(empty.reason, "name does not resolve");
	cr_expect_str_eq(endless.reason, "name does not resolve");
	world_free(&world);
}

Test(resolve, shared_kept_and_cancelled)
{
	struct world world = world_new();
	struct answer a, b, c, later;
	struct lookup *lookup;

	ask(&world, &a, "localhost");
	lookup = ask(&world, &b, "localhost");
	ask(&world, &c, "localhost");
	lookup_cancel(lookup);
	lookup_cancel(NULL);
	world.awaited--;
	loop_run(world.loop);
	cr_expect_eq(a.calls, 1);
	cr_expect_eq(b.calls, 0);
	cr_expect_eq(c.calls, 1);
	ask(&world, &later, "localhost"); /* from memory, but not at once */
	loop_run(world.loop);
	cr_expect_eq(later.calls, 1);
	cr_expect_str_eq(later.first, a.first);
	ask(&world, &later, "localhost"); /* left open at the end */
	world_free(&world);
	cr_expect_eq(later.calls, 0);
}

struct chain {
	struct world *world;
	int left;
};

static void on_chain(void *user, const char *const *addresses, size_t count, const char *reason)
{
	struct chain *chain = user;

	(void)addresses;
	(void)count;
	(void)reason;
	if (--chain->left)
		resolver_ask(chain->world->resolver, "127.0.0.1", on_chain, chain);
	else
		loop_stop(chain->world->loop);
}

Test(resolve, asking_in_the_callback)
{
	struct world world = world_new();
	struct chain chain = { .world = &world, .left = 50 };

	resolver_ask(world.resolver, "127.0.0.1", on_chain, &chain);
	loop_run(world.loop);
	cr_expect_eq(chain.left, 0);
	world_free(&world);
}

Test(resolve, forgets_the_oldest_names)
{
	struct world world = world_new();
	struct answer answers[600];
	char host[40];

	for (int i = 0; i < 600; i++) {
		snprintf(host, sizeof(host), "10.1.%d.%d", i / 250, i % 250);
		ask(&world, &answers[i], host);
		if (i % 100 == 99)
			loop_run(world.loop);
	}
	for (int i = 0; i < 600; i++)
		cr_assert_eq(answers[i].count, 1);
	world_free(&world);
}
