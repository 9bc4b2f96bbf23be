#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "loop/http.h"
#include "server_fixture.h"

/* One request to the server of every behaviour, and all that came of it. */
struct asking {
	struct loop *loop;
	struct test_server server;
	struct http_probe probe;
	struct strbuf body;
	enum http_fault fault;
	int status;
	size_t bytes;
	char reason[160];
	int done;
};

static int on_data(void *user, const char *data, size_t length, int status, const char *content_type)
{
	struct asking *asking = user;

	(void)status;
	(void)content_type;
	strbuf_add(&asking->body, data, length);
	return 0;
}

static void on_done(void *user, const struct http_answer *answer)
{
	struct asking *asking = user;

	asking->fault = answer->fault;
	asking->status = answer->status;
	asking->bytes = answer->bytes;
	snprintf(asking->reason, sizeof(asking->reason), "%s", answer->reason);
	asking->done++;
	loop_stop(asking->loop);
}

/* `path` may be a whole URL with a "%d" for the port. */
static void ask(struct asking *asking, const char *path, const struct http_access *access, unsigned redirects,
		bool probed)
{
	struct pool *pool;
	struct resolver *resolver;
	struct http *http;
	struct http_question question = { .access = access, .timeout_ms = 5000, .limit_bytes = 1 << 20 };
	char url[256];

	memset(asking, 0, sizeof(*asking));
	strbuf_init(&asking->body);
	asking->server = test_server_start("tests/e2e/probe_server.py");
	snprintf(url, sizeof(url), "http://me:secret@127.0.0.1:%d%s", asking->server.port, path);
	asking->loop = loop_new(NULL);
	pool = pool_new(asking->loop, 1, NULL);
	resolver = resolver_new(asking->loop, pool);
	http = http_new(asking->loop, resolver, NULL);
	question.url = url;
	question.redirects = redirects;
	question.fresh = probed;
	question.probe = probed ? &asking->probe : NULL;
	question.on_data = on_data;
	question.done = on_done;
	question.user = asking;
	cr_assert_not_null(http_ask(http, &question, NULL));
	loop_run(asking->loop);
	http_free(http);
	resolver_free(resolver);
	pool_free(pool);
	loop_free(asking->loop);
	test_server_stop(&asking->server);
	cr_expect_eq(asking->done, 1);
}

static void release(struct asking *asking)
{
	strbuf_release(&asking->body);
}

Test(http, follows_no_redirect_unless_told)
{
	struct asking asking;

	ask(&asking, "/hop/2", NULL, 0, false);
	cr_expect_eq(asking.fault, HTTP_OK);
	cr_expect_eq(asking.status, 302);
	cr_expect_str_eq(asking.body.text, "moved");
	cr_expect(strncmp(asking.reason, "302 redirect to http://127.0.0.1:", 32) == 0, "%s", asking.reason);
	release(&asking);
}

Test(http, follows_redirects_and_counts_them)
{
	struct asking asking;

	ask(&asking, "/hop/3", NULL, 5, true);
	cr_expect_eq(asking.status, 200);
	cr_expect_str_eq(asking.body.text, "{\"status\": \"ok\"}");
	cr_expect_eq(asking.bytes, asking.body.length);
	cr_expect_str_eq(asking.reason, "");
	cr_expect_eq(asking.probe.redirects, 3u);
	release(&asking);
}

Test(http, follows_only_so_many_redirects)
{
	struct asking asking;

	ask(&asking, "/hop/9", NULL, 2, true);
	cr_expect_eq(asking.status, 302);
	cr_expect_str_eq(asking.reason, "more than 2 redirects");
	cr_expect_eq(asking.probe.redirects, 2u);
	release(&asking);
}

/* The server sends back the headers it got. */
Test(http, proves_itself_to_the_server_it_was_told_of_only)
{
	const char *const headers[] = { "X-API-Key: hush", NULL };
	struct http_access access = { .headers = headers };
	struct asking asking;

	ask(&asking, "/echo", &access, 5, false);
	cr_expect(strstr(asking.body.text, "hush") != NULL, "%s", asking.body.text);
	cr_expect(strstr(asking.body.text, "Authorization") != NULL, "%s", asking.body.text);
	release(&asking);
	ask(&asking, "/away", &access, 5, false);
	cr_expect_eq(asking.status, 200, "%s", asking.reason);
	cr_expect(strstr(asking.body.text, "localhost") != NULL, "%s", asking.body.text);
	cr_expect(strstr(asking.body.text, "hush") == NULL, "%s", asking.body.text);
	cr_expect(strstr(asking.body.text, "Authorization") == NULL, "%s", asking.body.text);
	release(&asking);
}

Test(http, measures_the_phases_of_a_request)
{
	struct asking asking;
	double sum;

	ask(&asking, "/text", NULL, 0, true);
	sum = asking.probe.resolve_s + asking.probe.connect_s + asking.probe.processing_s + asking.probe.transfer_s;
	cr_expect_eq(asking.status, 200);
	cr_expect_gt(asking.probe.connect_s, 0);
	cr_expect_gt(asking.probe.processing_s, 0);
	cr_expect_eq(asking.probe.tls_s, 0);
	cr_expect_gt(asking.probe.total_s, 0);
	cr_expect_lt(sum, asking.probe.total_s + 0.001);
	cr_expect_float_eq(asking.probe.version, 1.1, 1e-9);
	cr_expect_eq(asking.probe.certificate_end_s, 0);
	cr_expect_null(asking.probe.tls_version);
	release(&asking);
}

Test(http, bounds_what_it_reads_while_probing)
{
	struct asking asking;

	ask(&asking, "/huge", NULL, 5, true);
	cr_expect_eq(asking.fault, HTTP_TOO_LARGE);
	cr_expect_str_eq(asking.reason, "answer over 1 MiB");
	cr_expect_leq(asking.body.length, (size_t)1 << 20);
	release(&asking);
	ask(&asking, "/garbage", NULL, 5, true);
	cr_expect_neq(asking.fault, HTTP_OK);
	cr_expect_neq(asking.reason[0], '\0');
	release(&asking);
}
