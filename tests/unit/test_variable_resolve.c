/* Query variables against the real engine and a server of our own, on a thread, that knows three answers. */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "dashboard/variable.h"
#include "loop/http.h"
#include "loop/loop.h"
#include "loop/pool.h"
#include "loop/resolve.h"

#define TEXTS(...) ((const char *[]){ __VA_ARGS__, NULL })

/* ---- the server ---- */

struct server {
	int fd;
	int port;
	pthread_t thread;
	char asked[8192]; /* request lines and bodies, one after the other; read when the thread has ended */
};

/* What stands in the request and what is answered. */
static const struct {
	const char *match, *answer;
} answers[] = {
	{ "/label/job/values", "[\"web\",\"db\",\"cache\"]" },
	{ "/label/instance/values", "[\"n10:1\",\"n2:1\",\"n10:2\"]" },
	{ "/api/v1/query",
	  "{\"resultType\":\"vector\",\"result\":[{\"metric\":{\"pod\":\"p-1\"},\"value\":[1,\"2\"]}]}" },
	{ "/api/v1/series", "[{\"__name__\":\"up\",\"job\":\"web\"}]" },
};

/* The whole request: the head, and the body its length speaks of. */
static size_t read_request(int fd, char *text, size_t size)
{
	size_t length = 0;

	while (length + 1 < size) {
		ssize_t got = recv(fd, text + length, size - 1 - length, 0);
		const char *body, *announced;

		if (got <= 0)
			break;
		length += (size_t)got;
		text[length] = '\0';
		body = strstr(text, "\r\n\r\n");
		announced = strcasestr(text, "content-length:");
		if (body && length >= (size_t)(body + 4 - text) + (announced ? strtoul(announced + 15, NULL, 10) : 0))
			break;
	}
	text[length] = '\0';
	return length;
}

static void answer_request(struct server *server, int fd)
{
	char request[4096], reply[1024];
	const char *data = NULL, *body;
	size_t used = strlen(server->asked);

	if (read_request(fd, request, sizeof(request)) == 0)
		return;
	body = strstr(request, "\r\n\r\n");
	snprintf(server->asked + used, sizeof(server->asked) - used, "%.*s %s\n", (int)strcspn(request, "\r"), request,
		 body ? body + 4 : "");
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]) && !data; i++)
		if (strstr(request, answers[i].match))
			data = answers[i].answer;
	if (data && !strstr(request, "broken"))
		snprintf(reply, sizeof(reply), "{\"status\":\"success\",\"data\":%s}", data);
	else
		snprintf(reply, sizeof(reply),
			 "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"no such thing\"}");
	dprintf(fd,
		"HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n%s",
		strstr(reply, "success") ? "200 OK" : "400 Bad Request", strlen(reply), reply);
}

static void *serve(void *user)
{
	struct server *server = user;
	int fd;

	while ((fd = accept(server->fd, NULL, NULL)) >= 0) {
		answer_request(server, fd);
		shutdown(fd, SHUT_WR);
		close(fd);
	}
	return NULL;
}

static void server_start(struct server *server)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(address);

	memset(server, 0, sizeof(*server));
	server->fd = socket(AF_INET, SOCK_STREAM, 0);
	cr_assert_eq(bind(server->fd, (struct sockaddr *)&address, size), 0);
	cr_assert_eq(listen(server->fd, 16), 0);
	cr_assert_eq(getsockname(server->fd, (struct sockaddr *)&address, &size), 0);
	server->port = ntohs(address.sin_port);
	cr_assert_eq(pthread_create(&server->thread, NULL, serve, server), 0);
}

static void server_stop(struct server *server)
{
	shutdown(server->fd, SHUT_RDWR);
	pthread_join(server->thread, NULL);
	close(server->fd);
}

/* ---- everything around one resolution ---- */

struct bench {
	struct server server;
	struct loop *loop;
	struct pool *pool;
	struct resolver *resolver;
	struct http *http;
	struct query_engine *engine;
	struct timer *deadline;
	struct dashboard dashboard;
	struct variables variables;
	unsigned done;
};

static void on_done(void *user)
{
	struct bench *bench = user;

	bench->done++;
	loop_stop(bench->loop);
}

static void on_deadline(void *user)
{
	loop_stop(((struct bench *)user)->loop);
}

static void bench_start(struct bench *bench, struct variable *definitions, size_t count)
{
	struct prometheus_config config = { .timeout_ms = 3000 };
	struct error error = { "" };
	char url[64];

	memset(bench, 0, sizeof(*bench));
	server_start(&bench->server);
	snprintf(url, sizeof(url), "http://127.0.0.1:%d", bench->server.port);
	config.url = url;
	bench->loop = loop_new(&error);
	bench->pool = pool_new(bench->loop, 1, &error);
	bench->resolver = resolver_new(bench->loop, bench->pool);
	bench->http = http_new(bench->loop, bench->resolver, &error);
	cr_assert_not_null(bench->http, "%s", error.text);
	bench->engine = prometheus_engine_new(bench->loop, bench->http, &config, &error);
	cr_assert_not_null(bench->engine, "%s", error.text);
	bench->deadline = timer_new(bench->loop, on_deadline, bench);
	bench->dashboard = (struct dashboard){ .variables = definitions, .variable_count = count };
	variables_init(&bench->variables, &bench->dashboard);
}

static void bench_run(struct bench *bench)
{
	timer_start(bench->deadline, 5000);
	loop_run(bench->loop);
	timer_stop(bench->deadline);
}

static void bench_resolve(struct bench *bench, struct query_engine *engine)
{
	unsigned before = bench->done;

	variables_resolve(&bench->variables, bench->loop, engine, 1000000, 4600000, on_done, bench);
	cr_assert_eq(bench->done, before, "not before it returned");
	bench_run(bench);
	cr_assert_eq(bench->done, before + 1);
}

static void bench_stop(struct bench *bench)
{
	variables_release(&bench->variables);
	timer_free(bench->deadline);
	query_engine_free(bench->engine);
	http_free(bench->http);
	resolver_free(bench->resolver);
	pool_free(bench->pool);
	loop_free(bench->loop);
	server_stop(&bench->server);
}

/* ---- the tests ---- */

Test(variable_resolve, a_chain_in_the_order_of_the_file, .timeout = 20)
{
	struct variable definitions[] = {
		{ .type = VARIABLE_DATASOURCE, .name = "DS", .query = "prometheus", .current = TEXTS("Grafana Cloud") },
		{ .type = VARIABLE_QUERY,
		  .name = "job",
		  .query = "label_values(job)",
		  .regex = "",
		  .sort = 1,
		  .current = TEXTS("db") },
		{ .type = VARIABLE_QUERY,
		  .name = "instance",
		  .query = "label_values(up{job=\"$job\"}, instance)",
		  .regex = "/(.*):/",
		  .sort = 3,
		  .multi = true,
		  .include_all = true },
		{ .type = VARIABLE_QUERY,
		  .name = "pod",
		  .query = "query_result(up{job=\"$job\"})",
		  .regex = "/pod=\"([^\"]*)/" },
		{ .type = VARIABLE_QUERY, .name = "series", .query = "up{job=\"$job\"}", .regex = "" },
		{ .type = VARIABLE_CUSTOM,
		  .name = "derived",
		  .query = "x",
		  .options = TEXTS("$pod-a", "b"),
		  .option_texts = TEXTS("$pod-a", "B") },
	};
	struct bench bench;

	bench_start(&bench, definitions, 6);
	bench_resolve(&bench, bench.engine);
	struct variable_state *items = bench.variables.items;

	cr_assert_str_eq(items[0].values[0], "prometheus");
	cr_assert_eq(items[1].option_count, 3, "%s", items[1].fault);
	cr_assert_str_eq(items[1].options[0].value, "cache");
	cr_assert_str_eq(items[1].values[0], "db", "the file's choice stays");
	cr_assert_eq(items[2].option_count, 2);
	cr_assert_str_eq(items[2].options[0].value, "n2");
	cr_assert(items[2].all);
	cr_assert_eq(items[2].value_count, 2);
	cr_assert_str_eq(items[3].values[0], "p-1");
	cr_assert_str_eq(items[4].values[0], "up{job=\"web\"}");
	cr_assert_str_eq(items[5].options[0].value, "p-1-a");
	cr_assert_str_eq(items[5].options[1].text, "B");
	variables_choose(&bench.variables, "job", "web", NULL);
	bench_resolve(&bench, bench.engine);
	cr_assert_str_eq(bench.variables.items[1].values[0], "web");
	bench_stop(&bench);
	cr_assert_not_null(strstr(bench.server.asked, "match[]=up%7Bjob%3D%22db%22%7D"), "%s", bench.server.asked);
	cr_assert_not_null(strstr(bench.server.asked, "match[]=up%7Bjob%3D%22web%22%7D"), "%s", bench.server.asked);
}

Test(variable_resolve, what_fails_says_so_and_keeps_its_value, .timeout = 20)
{
	struct variable definitions[] = {
		{ .type = VARIABLE_QUERY,
		  .name = "bad",
		  .query = "query_result(broken)",
		  .regex = "",
		  .current = TEXTS("was") },
		{ .type = VARIABLE_QUERY, .name = "empty", .query = "", .regex = "" },
		{ .type = VARIABLE_QUERY,
		  .name = "loki",
		  .query = "label_values(job)",
		  .regex = "",
		  .datasource = { .type = "loki" } },
		{ .type = VARIABLE_QUERY, .name = "pattern", .query = "label_values(job)", .regex = "/(/" },
		{ .type = VARIABLE_QUERY, .name = "good", .query = "label_values(job)", .regex = "" },
	};
	struct bench bench;

	bench_start(&bench, definitions, 5);
	bench_resolve(&bench, bench.engine);
	struct variable_state *items = bench.variables.items;

	cr_assert_not_null(strstr(items[0].fault, "no such thing"), "%s", items[0].fault);
	cr_assert_str_eq(items[0].values[0], "was");
	cr_assert_not_null(strstr(items[1].fault, "not understood"), "%s", items[1].fault);
	cr_assert_not_null(strstr(items[2].fault, "loki"), "%s", items[2].fault);
	cr_assert_not_null(strstr(items[3].fault, "regular expression"), "%s", items[3].fault);
	cr_assert_str_eq(items[4].values[0], "web", "what failed before does not stop it");
	cr_assert_str_eq(items[4].fault, "");
	bench_stop(&bench);
}

Test(variable_resolve, without_an_engine_or_variables, .timeout = 20)
{
	struct variable definitions[] = {
		{ .type = VARIABLE_QUERY, .name = "job", .query = "label_values(job)", .regex = "" },
		{ .type = VARIABLE_DATASOURCE, .name = "DS", .query = "prometheus" },
	};
	struct bench bench;

	bench_start(&bench, definitions, 2);
	bench_resolve(&bench, NULL);
	cr_assert_str_eq(bench.variables.items[0].fault, "no data source");
	cr_assert_str_eq(bench.variables.items[1].values[0], "default");
	bench_stop(&bench);
	bench_start(&bench, definitions, 0);
	bench_resolve(&bench, bench.engine);
	bench_stop(&bench);
}

Test(variable_resolve, a_cancelled_one_never_comes_back, .timeout = 20)
{
	struct variable definitions[] = {
		{ .type = VARIABLE_QUERY, .name = "job", .query = "label_values(job)", .regex = "" },
	};
	struct bench bench;
	struct variables_resolve *resolve;

	bench_start(&bench, definitions, 1);
	resolve = variables_resolve(&bench.variables, bench.loop, bench.engine, 0, 1000, on_done, &bench);
	variables_resolve_cancel(resolve);
	variables_resolve_cancel(NULL);
	resolve = variables_resolve(&bench.variables, bench.loop, bench.engine, 0, 1000, on_done, &bench);
	timer_start(bench.deadline, 0);
	loop_run(bench.loop);
	if (bench.done == 0)
		variables_resolve_cancel(resolve);
	timer_start(bench.deadline, 100);
	loop_run(bench.loop);
	cr_assert_leq(bench.done, 1u);
	bench_stop(&bench);
}
