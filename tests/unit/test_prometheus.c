/* The real engine against a scripted server: every failure has its own status and its own words. */
#include <criterion/criterion.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "loop/http.h"
#include "loop/loop.h"
#include "loop/pool.h"
#include "loop/resolve.h"
#include "query/engine.h"
#include "query/query.h"

TestSuite(prometheus, .timeout = 60);

#define GUARD_MS 20000

struct server {
	pid_t pid;
	int input; /* closing it ends the server */
	int port;
};

struct world {
	struct loop *loop;
	struct pool *pool;
	struct resolver *resolver;
	struct http *http;
	struct timer *guard;
	struct server server;
	unsigned awaited;
};

struct asked {
	struct world *world;
	bool done;
	enum query_status status;
	char reason[200], detail[200];
	struct matrix *matrix;
	int64_t elapsed_ms;
};

static struct server server_start(const char *certificate, const char *key, const char *client_ca)
{
	const char *source = getenv("SKEP_SOURCE");
	char *script = mem_printf("%s/tests/e2e/scripted_server.py", source ? source : ".");
	int in[2], out[2];
	struct server server = { 0 };
	FILE *lines;

	cr_assert_eq(pipe(in) | pipe(out), 0);
	server.pid = fork();
	if (!server.pid) {
		dup2(in[0], 0);
		dup2(out[1], 1);
		close(in[1]);
		close(out[0]);
		if (certificate)
			execlp("python3", "python3", script, "--tls", certificate, key, client_ca, (char *)NULL);
		else
			execlp("python3", "python3", script, (char *)NULL);
		_exit(127);
	}
	close(in[0]);
	close(out[1]);
	server.input = in[1];
	lines = fdopen(out[0], "r");
	cr_assert_eq(fscanf(lines, "%d", &server.port), 1, "the server did not start");
	fclose(lines);
	free(script);
	return server;
}

static void server_stop(struct server *server)
{
	close(server->input);
	kill(server->pid, SIGKILL);
	waitpid(server->pid, NULL, 0);
}

static void on_guard(void *user)
{
	(void)user;
	cr_assert_fail("nothing came in time");
}

static struct world *world_new(void)
{
	struct world *world = mem_zalloc(sizeof(*world));

	world->loop = loop_new(NULL);
	world->pool = pool_new(world->loop, 2, NULL);
	world->resolver = resolver_new(world->loop, world->pool);
	world->http = http_new(world->loop, world->resolver, NULL);
	world->guard = timer_new(world->loop, on_guard, NULL);
	return world;
}

static struct world *world_with_server(void)
{
	struct world *world = world_new();

	world->server = server_start(NULL, NULL, NULL);
	return world;
}

static void world_free(struct world *world)
{
	if (world->server.pid)
		server_stop(&world->server);
	http_free(world->http);
	resolver_free(world->resolver);
	pool_free(world->pool);
	timer_free(world->guard);
	loop_free(world->loop);
	free(world);
}

/* An engine on http://127.0.0.1:PORT/BEHAVIOUR; `config` may hold more than the URL. */
static struct query_engine *engine_at(struct world *world, const char *behaviour, struct prometheus_config config)
{
	char *url = mem_printf("http://127.0.0.1:%d/%s", world->server.port, behaviour);
	struct query_engine *engine;

	config.url = url;
	engine = prometheus_engine_new(world->loop, world->http, &config, NULL);
	cr_assert(engine);
	free(url);
	return engine;
}

static void on_answer(void *user, const struct query_answer *answer)
{
	struct asked *asked = user;

	cr_assert_not(asked->done, "answered twice");
	asked->done = true;
	asked->status = answer->status;
	asked->elapsed_ms = answer->elapsed_ms;
	snprintf(asked->reason, sizeof(asked->reason), "%s", answer->reason);
	snprintf(asked->detail, sizeof(asked->detail), "%s", answer->detail);
	cr_assert_eq(answer->matrix != NULL, answer->status == QUERY_OK);
	cr_assert_str_eq(answer->engine, "prometheus");
	if (answer->matrix)
		asked->matrix = matrix_ref(answer->matrix);
	if (--asked->world->awaited == 0)
		loop_stop(asked->world->loop);
}

static struct query *ask(struct world *world, struct query_engine *engine, struct asked *asked, const char *expression)
{
	struct query_question question = { .expression = expression,
					   .start_ms = 1700000000500,
					   .end_ms = 1700000000500 };
	struct query *query;

	*asked = (struct asked){ .world = world };
	world->awaited++;
	query = query_ask(engine, &question, on_answer, asked);
	cr_assert_not(asked->done, "answered before query_ask returned");
	return query;
}

static void await_all(struct world *world)
{
	timer_start(world->guard, GUARD_MS);
	if (world->awaited)
		loop_run(world->loop);
	timer_stop(world->guard);
}

static void on_pause_over(void *user)
{
	loop_stop(user);
}

static void pause_ms(struct world *world, int64_t ms)
{
	struct timer *timer = timer_new(world->loop, on_pause_over, world->loop);

	timer_start(timer, ms);
	loop_run(world->loop);
	timer_free(timer);
}

static struct asked ask_once(struct world *world, struct query_engine *engine, const char *expression)
{
	struct asked asked;

	ask(world, engine, &asked, expression);
	await_all(world);
	return asked;
}

/* Ask a fresh engine once; compare status and words. */
static void expect_config(struct world *world, const char *behaviour, struct prometheus_config config,
			  enum query_status status, const char *reason)
{
	struct query_engine *engine = engine_at(world, behaviour, config);
	struct asked asked = ask_once(world, engine, "up");

	cr_expect_eq(asked.status, status, "%s: %s (%s)", behaviour, query_status_name(asked.status), asked.reason);
	cr_expect_str_eq(asked.reason, reason, "%s: '%s'", behaviour, asked.reason);
	matrix_unref(asked.matrix);
	query_engine_free(engine);
}

static void expect(struct world *world, const char *behaviour, enum query_status status, const char *reason)
{
	expect_config(world, behaviour, (struct prometheus_config){ .timeout_ms = 5000 }, status, reason);
}

/* A small page of the server itself, by a plain socket: /counts, /toggle/heal. */
static char *fetch(struct world *world, const char *path)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)world->server.port) };
	char *request = mem_printf("GET %s HTTP/1.0\r\n\r\n", path), *answer = mem_zalloc(65536);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	size_t length = 0;
	ssize_t got;

	inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
	cr_assert_eq(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	cr_assert_eq(write(fd, request, strlen(request)), (ssize_t)strlen(request));
	while ((got = read(fd, answer + length, 65535 - length)) > 0)
		length += (size_t)got;
	close(fd);
	free(request);
	return answer;
}

static int count_of(struct world *world, const char *name)
{
	char *page = fetch(world, "/counts"), *key = mem_printf("\"%s\":", name), *found = strstr(page, key);
	int count = found ? atoi(found + strlen(key)) : -1;

	free(key);
	free(page);
	return count;
}

Test(prometheus, good_answers)
{
	struct world *world = world_with_server();
	struct query_engine *engine = engine_at(world, "ok", (struct prometheus_config){ 0 });
	struct asked asked = ask_once(world, engine, "a + b{c=\"d&e\"}");
	struct asked range = { .world = world }, values = { .world = world }, series = { .world = world };
	struct query_question question = { .expression = "up", .start_ms = 1000, .end_ms = 61000, .step_ms = 15000 };
	struct query_state state;

	cr_assert_eq(asked.status, QUERY_OK, "%s", asked.reason);
	cr_expect_str_eq(asked.reason, "");
	cr_expect_eq(asked.matrix->kind, MATRIX_VECTOR);
	cr_assert_eq(asked.matrix->count, 1);
	cr_expect_str_eq(labels_get(&asked.matrix->series[0].labels, "query"), "a + b{c=\"d&e\"}");
	cr_expect_eq(asked.matrix->series[0].times_ms[0], 1700000000500);
	cr_expect_eq(asked.matrix->series[0].values[0], 42.5);
	matrix_unref(asked.matrix);

	world->awaited = 3;
	query_ask(engine, &question, on_answer, &range);
	query_label_values(engine, "job", "up{a=\"b\"}", 0, 60000, on_answer, &values);
	query_series(engine, "up", 0, 60000, on_answer, &series);
	await_all(world);
	cr_assert_eq(range.status, QUERY_OK, "%s", range.reason);
	cr_expect_eq(range.matrix->kind, MATRIX_RANGE);
	cr_expect_eq(range.matrix->points, 5);
	cr_expect_eq(range.matrix->series[0].times_ms[4], 61000);
	cr_assert_eq(values.status, QUERY_OK, "%s", values.reason);
	cr_assert_eq(values.matrix->count, 3);
	cr_expect_str_eq(labels_get(&values.matrix->series[1].labels, "job"), "two");
	cr_assert_eq(series.status, QUERY_OK, "%s", series.reason);
	cr_assert_eq(series.matrix->count, 2);
	cr_expect_str_eq(labels_get(&series.matrix->series[1].labels, "job"), "b");
	matrix_unref(range.matrix);
	matrix_unref(values.matrix);
	matrix_unref(series.matrix);

	query_engine_state(engine, &state);
	cr_expect_eq(state.health, QUERY_HEALTHY);
	cr_expect_eq(state.asked, 4);
	cr_expect_eq(state.failed, 0);
	cr_expect_float_eq(state.per_second, 0.4, 1e-9);
	cr_expect_gt(state.last_good_ms, 0);
	cr_expect_gt(state.bytes, 100);
	query_engine_free(engine);
	world_free(world);
}

Test(prometheus, the_version_of_a_server_that_says_it)
{
	static const struct {
		const char *behaviour;
		enum query_status status;
		enum query_health health;
	} cases[] = {
		{ "ok", QUERY_OK, QUERY_HEALTHY },
		{ "status-404", QUERY_BAD, QUERY_HEALTHY }, /* it answers, and that is all */
		{ "status-403", QUERY_BAD, QUERY_HEALTHY },
		{ "html", QUERY_BAD, QUERY_HEALTHY },
		{ "other", QUERY_BAD, QUERY_HEALTHY },
		{ "error-400", QUERY_BAD, QUERY_HEALTHY },
		{ "status-503", QUERY_UNAVAILABLE, QUERY_FAILING },
		{ "refusal", QUERY_UNREACHABLE, QUERY_FAILING },
	};
	struct world *world = world_with_server();

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct query_engine *engine =
			engine_at(world, cases[i].behaviour, (struct prometheus_config){ .timeout_ms = 5000 });
		struct asked asked = { .world = world };
		struct query_state state;

		world->awaited = 1;
		query_version(engine, on_answer, &asked);
		await_all(world);
		query_engine_state(engine, &state);
		cr_expect_eq(asked.status, cases[i].status, "%s: %s", cases[i].behaviour, asked.reason);
		cr_expect_eq(state.health, cases[i].health, "%s", cases[i].behaviour);
		if (asked.status == QUERY_OK) {
			cr_expect_eq(asked.matrix->kind, MATRIX_STRING);
			cr_expect_str_eq(asked.matrix->string, "2.42.0");
		}
		matrix_unref(asked.matrix);
		query_engine_free(engine);
	}
	world_free(world);
}

Test(prometheus, a_probe_does_not_queue)
{
	struct world *world = world_with_server();
	struct query_engine *engine = engine_at(world, "hung", (struct prometheus_config){ .timeout_ms = 5000 });
	struct asked asked[QUERY_PARALLEL + 1], probe = { .world = world };
	struct query *queries[QUERY_PARALLEL + 1];
	struct query_state state;

	for (size_t i = 0; i <= QUERY_PARALLEL; i++) {
		char text[16];
		snprintf(text, sizeof(text), "q%zu", i);
		queries[i] = ask(world, engine, &asked[i], text);
	}
	query_engine_state(engine, &state);
	cr_expect_eq(state.running, QUERY_PARALLEL);
	cr_expect_eq(state.waiting, 1);
	cr_expect_gt(query_sent_ms(queries[0]), 0);
	cr_expect_eq(query_sent_ms(queries[QUERY_PARALLEL]), 0, "it waits for its turn");
	query_cancel(query_engine_probe(engine, on_answer, &probe));
	query_engine_probe(engine, on_answer, &probe);
	query_engine_state(engine, &state);
	cr_expect_eq(state.running, QUERY_PARALLEL + 1);
	pause_ms(world, 300);
	cr_expect_eq(count_of(world, "running"), QUERY_PARALLEL + 1, "it is on the wire as well");
	query_engine_free(engine);
	world_free(world);
}

Test(prometheus, a_steady_engine_sends_every_question)
{
	struct world *world = world_with_server();
	struct query_engine *engine = engine_at(world, "status-503", (struct prometheus_config){ .timeout_ms = 5000 });
	struct query_state state;

	query_engine_set_steady(engine);
	for (int i = 0; i < 3; i++) {
		struct asked asked = ask_once(world, engine, "up");
		cr_expect_eq(asked.status, QUERY_UNAVAILABLE);
	}
	query_engine_state(engine, &state);
	cr_expect_eq(state.asked, 3);
	cr_expect_eq(state.failed, 3);
	cr_expect_eq(state.health, QUERY_FAILING);
	cr_expect_eq(state.next_try_ms, 0);
	query_engine_free(engine);
	world_free(world);
}

Test(prometheus, statuses_have_their_words)
{
	struct world *world = world_with_server();

	expect(world, "status-401", QUERY_DENIED, "401 unauthorized");
	expect(world, "status-403", QUERY_DENIED, "403 forbidden");
	expect(world, "status-404", QUERY_NOT_PROMETHEUS, "not a Prometheus API (404 not found)");
	expect(world, "status-429", QUERY_UNAVAILABLE, "429 too many requests");
	expect(world, "status-503", QUERY_UNAVAILABLE, "503 service unavailable");
	expect(world, "error-503", QUERY_UNAVAILABLE, "503 service unavailable");
	expect(world, "status-422", QUERY_NOT_PROMETHEUS, "not a Prometheus API (422 unprocessable)");
	expect(world, "error-422", QUERY_BAD, "expression fails");
	expect(world, "error-400", QUERY_BAD, "bad expression");
	expect(world, "redirect", QUERY_NOT_PROMETHEUS,
	       "not a Prometheus API (302 redirect to http://127.0.0.1:1/login)");
	world_free(world);
}

Test(prometheus, bodies_have_their_words)
{
	struct world *world = world_with_server();

	expect(world, "html", QUERY_NOT_PROMETHEUS, "not a Prometheus API (HTML page)");
	expect(world, "text", QUERY_NOT_PROMETHEUS, "not a Prometheus API (no JSON)");
	expect(world, "empty", QUERY_NOT_PROMETHEUS, "not a Prometheus API (empty answer)");
	expect(world, "other", QUERY_NOT_PROMETHEUS, "not a Prometheus API (other JSON)");
	expect(world, "truncated", QUERY_TRUNCATED, "answer breaks off");
	expect(world, "broken", QUERY_TRUNCATED, "broken JSON in the answer");
	expect(world, "cut", QUERY_UNREACHABLE, "connection closed");
	expect(world, "refusal", QUERY_UNREACHABLE, "connection closed");
	expect(world, "zipped", QUERY_OK, "");
	expect_config(world, "bomb", (struct prometheus_config){ .limits.bytes = 1 << 20 }, QUERY_TOO_LARGE,
		      "answer over 1 MiB");
	expect_config(world, "many", (struct prometheus_config){ .limits.series = 200 }, QUERY_TOO_LARGE,
		      "answer over 200 series");
	expect_config(world, "many", (struct prometheus_config){ .limits.points = 299 }, QUERY_TOO_LARGE,
		      "answer over 299 points");
	expect_config(world, "many", (struct prometheus_config){ .limits.points = 300 }, QUERY_OK, "");
	world_free(world);
}

Test(prometheus, silence_has_its_words)
{
	struct world *world = world_with_server();
	struct prometheus_config config = { .timeout_ms = 300 };
	struct query_engine *engine;
	struct asked asked;

	expect_config(world, "hung", config, QUERY_TIMEOUT, "timeout after 300ms");
	expect_config(world, "drip", config, QUERY_TIMEOUT, "timeout after 300ms");
	server_stop(&world->server);
	world->server.pid = 0;
	expect(world, "ok", QUERY_REFUSED, "refused");
	config.url = "http://skep-test.invalid:9090/prefix";
	config.timeout_ms = 15000;
	engine = prometheus_engine_new(world->loop, world->http, &config, NULL);
	asked = ask_once(world, engine, "up");
	cr_expect_eq(asked.status, QUERY_UNRESOLVED);
	cr_expect(strncmp(asked.reason, "name does not resolve", 21) == 0, "%s", asked.reason);
	query_engine_free(engine);
	world_free(world);
}

Test(prometheus, localhost_by_every_address)
{
	struct world *world = world_with_server();
	char *url = mem_printf("http://localhost:%d/ok/", world->server.port);
	struct prometheus_config config = { .url = url };
	struct query_engine *engine = prometheus_engine_new(world->loop, world->http, &config, NULL);
	struct asked asked = ask_once(world, engine, "up");

	cr_expect_eq(asked.status, QUERY_OK, "%s", asked.reason);
	matrix_unref(asked.matrix);
	query_engine_free(engine);
	free(url);
	world_free(world);
}

static char *write_file(const char *folder, const char *name, const char *content)
{
	char *path = mem_printf("%s/%s", folder, name);
	FILE *file = fopen(path, "w");

	fputs(content, file);
	fclose(file);
	return path;
}

static void echo_expect(struct world *world, struct prometheus_config config, const char *label, const char *value)
{
	struct query_engine *engine = engine_at(world, "echo", config);
	struct asked asked = ask_once(world, engine, "up");

	cr_assert_eq(asked.status, QUERY_OK, "%s", asked.reason);
	cr_expect_str_eq(labels_get(&asked.matrix->series[0].labels, label), value);
	matrix_unref(asked.matrix);
	query_engine_free(engine);
}

Test(prometheus, proves_itself)
{
	struct world *world = world_with_server();
	char folder[] = "/tmp/skep-test-XXXXXX";
	const char *headers[] = { "X-Scope-OrgID: team", NULL }, *split[] = { "X: a\r\nY: b", NULL };
	char *token, *basic, *lines, *missing, *shown;
	struct query_engine *engine;
	struct query_state state;

	cr_assert(mkdtemp(folder));
	token = write_file(folder, "token", " s3cret\n");
	basic = write_file(folder, "basic", "user:pass:word\n");
	lines = write_file(folder, "lines", "one\ntwo\n");
	missing = mem_printf("%s/missing", folder);
	echo_expect(world, (struct prometheus_config){ .access.bearer_token_file = token }, "authorization",
		    "Bearer s3cret");
	echo_expect(world, (struct prometheus_config){ .access.basic_auth_file = basic }, "authorization",
		    "Basic dXNlcjpwYXNzOndvcmQ=");
	echo_expect(world, (struct prometheus_config){ .access.headers = headers }, "tenant", "team");
	echo_expect(world, (struct prometheus_config){ 0 }, "method", "POST");
	echo_expect(world, (struct prometheus_config){ 0 }, "path", "/echo/api/v1/query");
	echo_expect(world, (struct prometheus_config){ 0 }, "form",
		    "{\"query\": \"up\", \"time\": \"1700000000.500\", \"timeout\": \"5.000\"}");

	shown = mem_printf("%s: no such file or directory", missing);
	expect_config(world, "echo", (struct prometheus_config){ .access.bearer_token_file = missing }, QUERY_SETUP,
		      shown);
	free(shown);
	shown = mem_printf("%s: more than one line, or control characters", lines);
	expect_config(world, "echo", (struct prometheus_config){ .access.bearer_token_file = lines }, QUERY_SETUP,
		      shown);
	free(shown);
	expect_config(world, "echo", (struct prometheus_config){ .access.headers = split }, QUERY_SETUP,
		      "header 'X' cannot be sent (\"Name: value\" in one line)");

	shown = mem_printf("http://ann:hush@127.0.0.1:%d/echo", world->server.port);
	engine = prometheus_engine_new(world->loop, world->http, &(struct prometheus_config){ .url = shown }, NULL);
	query_engine_state(engine, &state);
	cr_expect(!strstr(state.url, "ann") && !strstr(state.url, "hush") && strstr(state.url, "/echo"), "%s",
		  state.url);
	query_engine_free(engine);
	free(shown);
	unlink(token), unlink(basic), unlink(lines), rmdir(folder);
	free(token), free(basic), free(lines), free(missing);
	world_free(world);
}

static void run(char *command)
{
	char *line = mem_printf("{ %s; } >/dev/null 2>&1", command);
	pid_t pid = fork();
	int status = 0;

	if (!pid) {
		execl("/bin/sh", "sh", "-c", line, (char *)NULL);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	cr_assert_eq(status, 0, "%s", command);
	free(line);
	free(command);
}

/* A server with a certificate of its own for `subject`; `days` may be negative. Its folder is returned. */
static char *tls_server(struct world *world, const char *subject, bool expired)
{
	char *folder = mem_strdup("/tmp/skep-tls-XXXXXX"), *certificate, *key;

	cr_assert(mkdtemp(folder));
	run(mem_printf("openssl req -newkey rsa:2048 -nodes -keyout %s/key -subj /CN=skep -out %s/request", folder,
		       folder));
	run(mem_printf(
		"cd %s && mkdir new && : >index && echo 01 >serial && printf '[ca]\\ndefault_ca=d\\n[d]\\n"
		"new_certs_dir=new\\ndatabase=index\\nserial=serial\\nprivate_key=key\\ndefault_md=sha256\\n"
		"policy=p\\nx509_extensions=x\\n[p]\\ncommonName=supplied\\n[x]\\nsubjectAltName=%s\\n"
		"basicConstraints=critical,CA:true\\n' >conf && openssl ca -batch -config conf -selfsign -in request "
		"-out cert -notext -startdate 20200101000000Z -enddate %s",
		folder, subject, expired ? "20210101000000Z" : "20991231000000Z"));
	certificate = mem_printf("%s/cert", folder);
	key = mem_printf("%s/key", folder);
	world->server = server_start(certificate, key, NULL);
	free(certificate);
	free(key);
	return folder;
}

static void tls_expect(struct world *world, const char *ca_file, bool insecure, enum query_status status,
		       const char *reason)
{
	char *url = mem_printf("https://127.0.0.1:%d/ok", world->server.port);
	struct prometheus_config config = { .url = url, .access = { .ca_file = ca_file, .insecure = insecure } };
	struct query_engine *engine = prometheus_engine_new(world->loop, world->http, &config, NULL);
	struct asked asked = ask_once(world, engine, "up");

	cr_expect_eq(asked.status, status, "%s", query_status_name(asked.status));
	cr_expect_str_eq(asked.reason, reason, "'%s'", asked.reason);
	matrix_unref(asked.matrix);
	query_engine_free(engine);
	free(url);
}

static void tls_end(struct world *world, char *folder)
{
	run(mem_printf("rm -r %s", folder));
	free(folder);
	world_free(world);
}

Test(prometheus, certificate_trusted_or_not)
{
	struct world *world = world_new();
	char *folder = tls_server(world, "IP:127.0.0.1", false), *ca = mem_printf("%s/cert", folder);
	char *words = mem_printf("%s/key: no certificates in it", folder), *key = mem_printf("%s/key", folder);

	tls_expect(world, NULL, false, QUERY_TLS, "certificate not trusted");
	tls_expect(world, ca, false, QUERY_OK, "");
	/* The connection that was made with that trust is not lent to those without. */
	tls_expect(world, NULL, false, QUERY_TLS, "certificate not trusted");
	tls_expect(world, NULL, true, QUERY_OK, "");
	tls_expect(world, NULL, false, QUERY_TLS, "certificate not trusted");
	tls_expect(world, key, false, QUERY_SETUP, words);
	free(words);
	free(key);
	free(ca);
	tls_end(world, folder);
}

Test(prometheus, certificate_expired)
{
	struct world *world = world_new();
	char *folder = tls_server(world, "IP:127.0.0.1", true), *ca = mem_printf("%s/cert", folder);

	tls_expect(world, ca, false, QUERY_TLS, "certificate expired");
	free(ca);
	tls_end(world, folder);
}

Test(prometheus, certificate_for_another_name)
{
	struct world *world = world_new();
	char *folder = tls_server(world, "DNS:elsewhere.invalid", false), *ca = mem_printf("%s/cert", folder);

	tls_expect(world, ca, false, QUERY_TLS, "certificate for another name");
	free(ca);
	tls_end(world, folder);
}

Test(prometheus, client_certificate)
{
	struct world *world = world_new();
	char *folder = tls_server(world, "IP:127.0.0.1", false);
	char *certificate = mem_printf("%s/cert", folder), *key = mem_printf("%s/key", folder);
	struct http_access with = { .ca_file = certificate,
				    .client_certificate_file = certificate,
				    .client_key_file = key };
	struct http_access without = { .ca_file = certificate };
	struct http_access wrong = { .ca_file = certificate, .client_certificate_file = "/" };
	const struct {
		const struct http_access *access;
		enum query_status status;
		const char *reason;
	} rows[] = { { &with, QUERY_OK, "" },
		     { &without, QUERY_TLS, "TLS handshake refused" },
		     { &wrong, QUERY_SETUP, "client certificate or key cannot be used" } };

	server_stop(&world->server);
	world->server = server_start(certificate, key, certificate);
	for (size_t i = 0; i < 3; i++) {
		char *url = mem_printf("https://127.0.0.1:%d/ok", world->server.port);
		struct prometheus_config config = { .url = url, .access = *rows[i].access };
		struct query_engine *engine = prometheus_engine_new(world->loop, world->http, &config, NULL);
		struct asked asked = ask_once(world, engine, "up");

		cr_expect_eq(asked.status, rows[i].status, "%s", query_status_name(asked.status));
		cr_expect_str_eq(asked.reason, rows[i].reason, "'%s'", asked.reason);
		matrix_unref(asked.matrix);
		query_engine_free(engine);
		free(url);
	}
	free(certificate);
	free(key);
	tls_end(world, folder);
}

Test(prometheus, plain_where_tls_is_expected)
{
	struct world *world = world_with_server();

	tls_expect(world, NULL, false, QUERY_TLS, "no TLS there (plain HTTP?)");
	world_free(world);
}

Test(prometheus, equal_questions_are_one_request)
{
	struct world *world = world_with_server();
	struct query_engine *engine = engine_at(world, "slow", (struct prometheus_config){ 0 });
	struct asked asked[30];
	struct query_state state;
	char name[20];

	for (int i = 0; i < 30; i++) {
		snprintf(name, sizeof(name), "q%d", i % 15);
		ask(world, engine, &asked[i], name);
	}
	query_engine_state(engine, &state);
	cr_expect_eq(state.running, 6);
	cr_expect_eq(state.waiting, 9);
	await_all(world);
	for (int i = 0; i < 30; i++) {
		snprintf(name, sizeof(name), "q%d", i % 15);
		cr_assert_eq(asked[i].status, QUERY_OK);
		cr_expect_str_eq(labels_get(&asked[i].matrix->series[0].labels, "query"), name);
		cr_expect_eq(asked[i].matrix, asked[i % 15].matrix);
		matrix_unref(asked[i].matrix);
	}
	cr_expect_eq(count_of(world, "requests"), 15);
	cr_expect_leq(count_of(world, "parallel"), 6);
	cr_expect_geq(count_of(world, "parallel"), 4);
	query_engine_state(engine, &state);
	cr_expect_eq(state.asked, 15);
	cr_expect_eq(state.shared, 15);
	query_engine_free(engine);
	world_free(world);
}

Test(prometheus, cancelled_questions_are_not_answered)
{
	struct world *world = world_with_server();
	struct query_engine *engine = engine_at(world, "slow", (struct prometheus_config){ 0 });
	struct asked asked[20], last;
	struct query *queries[20];
	struct query_state state;
	char name[20];

	for (int i = 0; i < 20; i++) {
		snprintf(name, sizeof(name), "q%d", i / 2); /* pairs share */
		queries[i] = ask(world, engine, &asked[i], name);
	}
	pause_ms(world, 50);
	for (int i = 0; i < 19; i++) /* the last one stays, its twin goes */
		query_cancel(queries[i]);
	world->awaited = 1;
	await_all(world);
	for (int i = 0; i < 19; i++)
		cr_expect_not(asked[i].done);
	cr_assert_eq(asked[19].status, QUERY_OK);
	matrix_unref(asked[19].matrix);
	query_engine_state(engine, &state);
	cr_expect_eq(state.cancelled, 19);
	cr_expect_eq(state.running, 0);
	cr_expect_eq(state.waiting, 0);
	cr_expect_eq(state.asked, 7);
	ask(world, engine, &last, "abandoned with its engine");
	query_engine_free(engine);
	cr_expect_not(last.done);
	world_free(world);
}

static void count_change(void *user)
{
	++*(int *)user;
}

Test(prometheus, backs_off_and_comes_back)
{
	struct world *world = world_with_server();
	struct query_engine *engine = engine_at(world, "toggle", (struct prometheus_config){ 0 });
	struct query_state state;
	struct asked asked[10], again;
	int changes = 0, before;
	char name[20];

	query_engine_on_change(engine, count_change, &changes);
	for (int i = 0; i < 10; i++) {
		snprintf(name, sizeof(name), "q%d", i);
		ask(world, engine, &asked[i], name);
	}
	await_all(world);
	for (int i = 0; i < 10; i++) {
		cr_expect_eq(asked[i].status, QUERY_UNAVAILABLE);
		cr_expect_str_eq(asked[i].reason, "503 service unavailable");
	}
	cr_expect_leq(count_of(world, "requests"), 6); /* those that waited were not sent any more */
	query_engine_state(engine, &state);
	cr_expect_eq(state.health, QUERY_FAILING);
	cr_expect_str_eq(state.reason, "503 service unavailable");
	cr_expect_geq(state.next_try_ms, clock_wall_ms() + 500);
	cr_expect_leq(state.next_try_ms, clock_wall_ms() + 1600);
	cr_expect_gt(state.failing_since_ms, 0);
	cr_expect_eq(changes, 1);

	before = count_of(world, "requests");
	again = ask_once(world, engine, "later");
	cr_expect_eq(again.status, QUERY_UNAVAILABLE);
	cr_expect_eq(count_of(world, "requests"), before, "asked while backing off");

	free(fetch(world, "/toggle/heal"));
	for (int i = 0; i < 40 && changes < 2; i++)
		pause_ms(world, 50);
	cr_expect_eq(changes, 2);
	cr_expect_eq(count_of(world, "vector(1)"), 1, "one probe found it back");
	query_engine_state(engine, &state);
	cr_expect_eq(state.health, QUERY_HEALTHY);
	cr_expect_str_eq(state.reason, "");
	cr_expect_eq(state.next_try_ms, 0);
	again = ask_once(world, engine, "later");
	cr_expect_eq(again.status, QUERY_OK);
	matrix_unref(again.matrix);
	query_engine_free(engine);
	world_free(world);
}

Test(prometheus, retry_asks_at_once)
{
	struct world *world = world_with_server();
	struct query_engine *engine = engine_at(world, "toggle", (struct prometheus_config){ 0 });
	struct asked asked = ask_once(world, engine, "up");

	cr_expect_eq(asked.status, QUERY_UNAVAILABLE);
	free(fetch(world, "/toggle/heal"));
	query_engine_retry(engine);
	asked = ask_once(world, engine, "up");
	cr_expect_eq(asked.status, QUERY_OK);
	matrix_unref(asked.matrix);
	query_engine_free(engine);
	world_free(world);
}

Test(prometheus, one_bad_question_does_not_condemn_the_server)
{
	struct world *world = world_with_server();
	struct query_engine *engine = engine_at(world, "error-422", (struct prometheus_config){ 0 });
	struct query_state state;
	struct asked asked = ask_once(world, engine, "up"), heavy;

	cr_expect_eq(asked.status, QUERY_BAD);
	cr_expect_str_eq(asked.detail, "words of the server");
	query_engine_state(engine, &state);
	cr_expect_eq(state.health, QUERY_HEALTHY);
	query_engine_free(engine);

	engine = engine_at(world, "heavy", (struct prometheus_config){ .timeout_ms = 400 });
	ask(world, engine, &heavy, "heavy");
	asked = ask_once(world, engine, "up"); /* waits for both */
	cr_expect_eq(asked.status, QUERY_OK);
	cr_expect_eq(heavy.status, QUERY_TIMEOUT);
	matrix_unref(asked.matrix);
	query_engine_state(engine, &state);
	cr_expect_eq(state.health, QUERY_HEALTHY);
	query_engine_free(engine);
	world_free(world);
}

Test(prometheus, warnings_are_kept)
{
	struct world *world = world_with_server();
	struct query_engine *engine = engine_at(world, "warn", (struct prometheus_config){ 0 });
	struct asked asked = ask_once(world, engine, "up");

	cr_assert_eq(asked.status, QUERY_OK);
	cr_assert_eq(asked.matrix->warning_count, 2);
	cr_expect_str_eq(asked.matrix->warnings[0], "a part is missing");
	matrix_unref(asked.matrix);
	query_engine_free(engine);
	world_free(world);
}

Test(prometheus, unusable_urls)
{
	struct world *world = world_new();
	static const char *const urls[] = { "",           "ftp://host/",        "host:9090",
					    "http://",    "file:///etc/passwd", "http://host/?a=b",
					    "http://a b/" };
	struct error error;

	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		struct prometheus_config config = { .url = urls[i] };

		error.text[0] = '\0';
		cr_expect_not(prometheus_engine_new(world->loop, world->http, &config, &error), "%s", urls[i]);
		cr_expect(*error.text, "%s", urls[i]);
	}
	world_free(world);
}
