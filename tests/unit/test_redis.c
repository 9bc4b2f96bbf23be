#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "loop/loop.h"
#include "loop/pool.h"
#include "loop/redis.h"
#include "redis_fixture.h"

TestSuite(redis, .timeout = 60);

struct client {
	struct loop *loop;
	struct pool *pool;
	struct resolver *resolver;
	struct timer *limit;
	struct redis *redis;
	struct redis_url url;
	struct redis_config config;
	const char *const *words; /* asked when it is ready; NULL: nothing */
	size_t count;
	bool says;      /* the words are said, not asked */
	bool free_then; /* it is freed by the first callback */
	int ready, closed, replies;
	char reason[160], first[64];
};

static void done(struct client *client)
{
	if (client->free_then) {
		redis_free(client->redis);
		client->redis = NULL;
		loop_stop(client->loop);
	}
}

static void on_reply(void *user, const struct redis_reply *reply)
{
	struct client *client = user;

	if (!client->replies++)
		snprintf(client->first, sizeof(client->first), "%s", reply->text);
	done(client);
}

static void on_ready(void *user)
{
	struct client *client = user;

	client->ready++;
	if (client->words && client->says)
		redis_say(client->redis, client->words, client->count);
	else if (client->words)
		redis_ask(client->redis, on_reply, client, client->words, client->count);
	if (!client->words)
		done(client);
}

static void on_closed(void *user, const char *reason)
{
	struct client *client = user;

	client->closed++;
	snprintf(client->reason, sizeof(client->reason), "%s", reason);
	loop_stop(client->loop);
	done(client);
}

static void on_limit(void *user)
{
	loop_stop(user);
}

static void client_open(struct client *client, const char *url)
{
	*client = (struct client){ .loop = loop_new(NULL) };
	client->pool = pool_new(client->loop, 2, NULL);
	client->resolver = resolver_new(client->loop, client->pool);
	client->limit = timer_new(client->loop, on_limit, client->loop);
	cr_assert_eq(redis_url_parse(&client->url, url, NULL), 0);
	client->config = (struct redis_config){ .loop = client->loop,
						.resolver = client->resolver,
						.url = &client->url,
						.timeout_ms = 3000,
						.limit_bytes = 10000,
						.on_ready = on_ready,
						.on_closed = on_closed,
						.on_message = on_reply,
						.user = client };
}

static void client_run(struct client *client)
{
	client->redis = redis_open(&client->config);
	cr_assert_eq(client->ready + client->closed, 0, "a callback before redis_open returned");
	timer_start(client->limit, 20000);
	loop_run(client->loop);
}

static void client_close(struct client *client)
{
	redis_free(client->redis);
	timer_free(client->limit);
	resolver_free(client->resolver);
	pool_free(client->pool);
	loop_free(client->loop);
	redis_url_release(&client->url);
}

/* The server's lines end the connection for this reason. */
static void ends(const char *const *lines, bool stays, const char *reason)
{
	struct server server = server_start(lines, stays);
	static const char *const words[] = { "INFO", "all" };
	struct client client;
	char *url = mem_printf("127.0.0.1:%u", server.port);

	client_open(&client, url);
	client.words = words;
	client.count = 2;
	client_run(&client);
	cr_expect_eq(client.closed, 1);
	cr_expect_str_eq(client.reason, reason);
	client_close(&client);
	server_stop(&server);
	free(url);
}

Test(redis, says_why_a_connection_ends)
{
	ends(LINES("-NOAUTH Authentication required.\r\n"), true, "authentication needed");
	ends(LINES("!-DENIED Redis is running in protected mode\r\n"), true,
	     "refused: the server is in protected mode");
	ends(LINES("!-ERR max number of clients reached\r\n"), false, "refused: the server has too many clients");
	ends(LINES("HTTP/1.1 400 Bad Request\r\n\r\n"), true, "no Redis there");
	ends(LINES("+OK\r\n", "$1000000\r\nabc"), false, "connection closed");
	ends(LINES("+OK\r\n", "*1000000\r\n"), true, "answer over 10 kB");
	ends(LINES("+OK\r\n", "+one\r\n+two\r\n"), true, "an answer nobody asked for");
	ends(LINES("+OK\r\n", "+one\r\n-ERR idle for too long\r\n"), true, "idle for too long");
	ends(LINES("!"), false, "connection closed");
}

Test(redis, a_refused_name_and_a_right_that_is_missing_are_no_fault)
{
	static const char *const words[] = { "PING" };
	struct server server = server_start(LINES("-NOPERM no\r\n", "+PONG\r\n"), true);
	struct client client;
	char *url = mem_printf("127.0.0.1:%u", server.port);

	client_open(&client, url);
	client.words = words;
	client.count = 1;
	client.free_then = true;
	client_run(&client);
	cr_expect_eq(client.closed, 0);
	cr_expect_eq(client.ready, 1);
	cr_expect_str_eq(client.first, "PONG");
	client_close(&client);
	server_stop(&server);
	free(url);
}

Test(redis, silence_ends_in_a_timeout)
{
	/* Before it is open, and after. */
	for (int said = 0; said < 2; said++) {
		struct server server = server_start(said ? LINES("+OK\r\n") : LINES("!"), true);
		static const char *const words[] = { "INFO" };
		struct client client;
		char *url = mem_printf("127.0.0.1:%u", server.port);

		client_open(&client, url);
		client.config.timeout_ms = 300;
		client.words = words;
		client.count = 1;
		client_run(&client);
		cr_expect_eq(client.ready, said);
		cr_expect_str_eq(client.reason, "timeout after 300ms");
		client_close(&client);
		server_stop(&server);
		free(url);
	}
}

Test(redis, nobody_there)
{
	static const char *const urls[][2] = { { "127.0.0.1:1", "refused" },
					       { "unix:///nowhere/at/all.sock", "no such socket" },
					       { "name.invalid", "name does not resolve" } };

	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		struct client client;

		client_open(&client, urls[i][0]);
		client_run(&client);
		cr_expect_eq(client.closed, 1);
		cr_expect_str_eq(client.reason, urls[i][1]);
		client_close(&client);
	}
}

Test(redis, freed_in_any_state_and_callback)
{
	struct server server = server_start(LINES("+OK\r\n"), true);
	struct client client;
	char *url = mem_printf("127.0.0.1:%u", server.port);

	/* In on_ready. */
	client_open(&client, url);
	client.free_then = true;
	client_run(&client);
	cr_expect_eq(client.ready, 1);
	cr_expect_eq(client.closed, 0);
	client_close(&client);
	server_stop(&server);
	/* In on_closed. */
	client_open(&client, url);
	client.free_then = true;
	client_run(&client);
	cr_expect_str_eq(client.reason, "refused");
	client_close(&client);
	/* While the name is looked up, and at once. */
	client_open(&client, "name.invalid");
	client.redis = redis_open(&client.config);
	client_close(&client);
	client_open(&client, "unix:///nowhere");
	client.redis = redis_open(&client.config);
	client_close(&client);
	free(url);
}

Test(redis, messages_come_unasked)
{
	static const char *const words[] = { "SUBSCRIBE", "a" };
	struct server server = server_start(LINES("+OK\r\n", "*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n",
						  "!*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$2\r\nhi\r\n"),
					    false);
	struct client client;
	char *url = mem_printf("127.0.0.1:%u", server.port);

	client_open(&client, url);
	client.words = words;
	client.count = 2;
	client.says = true;
	client_run(&client);
	cr_expect_eq(client.replies, 2);
	cr_expect_str_eq(client.reason, "connection closed");
	client_close(&client);
	server_stop(&server);
	free(url);
}

Test(redis, the_password_comes_from_its_file)
{
	static const struct {
		const char *content, *reason;
	} files[] = { { "sesame\n", "password refused" }, { " \n", "empty" }, { "a\nb\n", "more than one line" } };
	char folder[] = "/tmp/skep-unit-XXXXXX";
	char *file;

	cr_assert_not_null(mkdtemp(folder));
	file = mem_printf("%s/password", folder);
	for (size_t i = 0; i <= sizeof(files) / sizeof(files[0]); i++) {
		bool absent = i == sizeof(files) / sizeof(files[0]);
		struct server server = server_start(LINES("-WRONGPASS invalid username-password pair\r\n"), true);
		char *url = mem_printf("ops@127.0.0.1:%u", server.port);
		struct client client;

		if (!absent)
			cr_assert_eq(path_write(file, files[i].content, strlen(files[i].content), NULL), 0);
		else
			unlink(file);
		client_open(&client, url);
		client.config.password_file = file;
		client_run(&client);
		cr_expect(strstr(client.reason, absent ? "no such file" : files[i].reason) != NULL, "%s",
			  client.reason);
		cr_expect_null(strstr(client.reason, "sesame"));
		client_close(&client);
		server_stop(&server);
		free(url);
	}
	free(file);
	rmdir(folder);
}
