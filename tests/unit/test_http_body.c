/* Requests that change something: sent as they are, and never twice. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "loop/http.h"
#include "server_fixture.h"

TestSuite(http_body, .timeout = 60);

struct world {
	struct loop *loop;
	struct pool *pool;
	struct resolver *resolver;
	struct http *http;
	struct test_server server;
	struct strbuf body; /* of the last answer */
	struct http_answer answer;
};

static struct world world_open(void)
{
	struct world world = { .server = test_server_start("tests/e2e/alertmanager_server.py") };

	strbuf_init(&world.body);
	world.loop = loop_new(NULL);
	world.pool = pool_new(world.loop, 1, NULL);
	world.resolver = resolver_new(world.loop, world.pool);
	world.http = http_new(world.loop, world.resolver, NULL);
	return world;
}

static void world_close(struct world *world)
{
	http_free(world->http);
	resolver_free(world->resolver);
	pool_free(world->pool);
	loop_free(world->loop);
	test_server_stop(&world->server);
	strbuf_release(&world->body);
}

static int on_data(void *user, const char *data, size_t length, int status, const char *content_type)
{
	struct world *world = user;

	(void)status;
	(void)content_type;
	strbuf_add(&world->body, data, length);
	return 0;
}

static void on_done(void *user, const struct http_answer *answer)
{
	struct world *world = user;

	world->answer = *answer;
	loop_stop(world->loop);
}

static void ask(struct world *world, const char *path, struct http_question question)
{
	char *url = mem_printf("http://127.0.0.1:%d%s", world->server.port, path);

	question.url = url;
	question.timeout_ms = 1000;
	question.limit_bytes = 1 << 20;
	question.on_data = on_data;
	question.done = on_done;
	question.user = world;
	strbuf_clear(&world->body);
	cr_assert_not_null(http_ask(world->http, &question, NULL));
	loop_run(world->loop);
	free(url);
}

static size_t count(const char *text, const char *part)
{
	size_t found = 0;

	for (; (text = strstr(text, part)); text++)
		found++;
	return found;
}

/* How often the server saw such a request, given as its record begins. */
static size_t times_asked(struct world *world, const char *record)
{
	ask(world, "/asked", (struct http_question){ 0 });
	return count(world->body.text, record);
}

Test(http_body, posts_json)
{
	struct world world = world_open();

	ask(&world, "/well/api/v2/silences", (struct http_question){ .method = HTTP_POST, .body = "{\"id\":\"x\"}" });
	cr_expect_eq(world.answer.fault, HTTP_OK);
	cr_expect_eq(world.answer.status, 200);
	cr_expect(world.answer.sent);
	cr_expect_str_eq(world.body.text, "{\"silenceID\": \"x\"}");
	cr_expect_eq(times_asked(&world, "[\"POST\", \"/well/api/v2/silences\", \"application/json\", \"{\\\"id\\\""),
		     1u, "%s", world.body.text);
	ask(&world, "/well/api/v2/silences",
	    (struct http_question){ .method = HTTP_POST, .body = "{}", .body_type = "text/x-other" });
	cr_expect_eq(times_asked(&world, "\"text/x-other\", \"{}\"]"), 1u, "%s", world.body.text);
	world_close(&world);
}

Test(http_body, posts_nothing_too)
{
	struct world world = world_open();

	ask(&world, "/missing", (struct http_question){ .method = HTTP_POST });
	cr_expect_eq(world.answer.status, 404);
	cr_expect_eq(times_asked(&world, "[\"POST\", \"/missing\""), 1u, "%s", world.body.text);
	world_close(&world);
}

Test(http_body, deletes)
{
	struct world world = world_open();

	ask(&world, "/well/api/v2/silence/none", (struct http_question){ .method = HTTP_DELETE });
	cr_expect_eq(world.answer.status, 404);
	cr_expect_eq(times_asked(&world, "[\"DELETE\", \"/well/api/v2/silence/none\", null, \"\"]"), 1u, "%s",
		     world.body.text);
	world_close(&world);
}

/* A form is a long question: POST on the wire, and yet only a question. */
Test(http_body, a_form_is_a_question)
{
	struct world world = world_open();

	ask(&world, "/well/api/v2/other", (struct http_question){ .post = "query=up" });
	cr_expect_eq(times_asked(&world, "\"application/x-www-form-urlencoded\", \"query=up\"]"), 1u, "%s",
		     world.body.text);
	world_close(&world);
}

Test(http_body, follows_no_redirect_with_a_change)
{
	struct world world = world_open();

	ask(&world, "/moved/api/v2/silences",
	    (struct http_question){ .method = HTTP_POST, .body = "{}", .redirects = 5 });
	cr_expect_eq(world.answer.status, 307);
	cr_expect_eq(times_asked(&world, "[\"POST\""), 1u);
	ask(&world, "/moved/api/v2/silence/x", (struct http_question){ .method = HTTP_DELETE, .redirects = 5 });
	cr_expect_eq(world.answer.status, 307);
	cr_expect_eq(times_asked(&world, "/well/"), 0u);
	world_close(&world);
}

/* The connection of the question before is there to be used again: that is where curl would repeat itself. */
Test(http_body, never_sends_a_change_twice)
{
	struct world world = world_open();

	ask(&world, "/well/api/v2/alerts", (struct http_question){ 0 });
	cr_expect_eq(world.answer.status, 200);
	ask(&world, "/lost/api/v2/silences", (struct http_question){ .method = HTTP_POST, .body = "{}" });
	cr_expect_eq(world.answer.fault, HTTP_CLOSED);
	cr_expect(world.answer.sent);
	cr_expect_eq(times_asked(&world, "[\"POST\""), 1u, "%s", world.body.text);
	ask(&world, "/lost/api/v2/silence/x", (struct http_question){ .method = HTTP_DELETE });
	cr_expect_eq(world.answer.fault, HTTP_CLOSED);
	cr_expect_eq(times_asked(&world, "[\"DELETE\""), 1u, "%s", world.body.text);
	world_close(&world);
}

Test(http_body, says_whether_anything_was_sent)
{
	struct world world = world_open();

	ask(&world, "/hang/api/v2/silences", (struct http_question){ .method = HTTP_POST, .body = "{}" });
	cr_expect_eq(world.answer.fault, HTTP_TIMEOUT);
	cr_expect(world.answer.sent);
	test_server_stop(&world.server);
	ask(&world, "/well/api/v2/silences", (struct http_question){ .method = HTTP_POST, .body = "{}" });
	cr_expect_eq(world.answer.fault, HTTP_REFUSED);
	cr_expect_not(world.answer.sent);
	world_close(&world);
}
