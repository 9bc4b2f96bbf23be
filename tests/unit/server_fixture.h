/* A server of tests/ in Python, run beside a test: it prints its port on one line and serves until it is killed. */
#ifndef TESTS_UNIT_SERVER_FIXTURE_H
#define TESTS_UNIT_SERVER_FIXTURE_H

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "loop/http.h"
#include "loop/loop.h"

struct test_server {
	pid_t pid;
	int input; /* held open: some servers end with it */
	int port;
};

/* `script` is a path below the source folder. */
static inline struct test_server test_server_start(const char *script)
{
	const char *source = getenv("SKEP_SOURCE");
	char *path = mem_printf("%s/%s", source ? source : ".", script);
	struct test_server server = { 0 };
	int in[2], out[2];
	FILE *lines;

	cr_assert_eq(pipe(in) | pipe(out), 0);
	server.pid = fork();
	if (!server.pid) {
		dup2(in[0], 0);
		dup2(out[1], 1);
		close(in[1]);
		close(out[0]);
		execlp("python3", "python3", path, (char *)NULL);
		_exit(127);
	}
	close(in[0]);
	close(out[1]);
	server.input = in[1];
	lines = fdopen(out[0], "r");
	cr_assert_eq(fscanf(lines, "%d", &server.port), 1, "%s did not start", script);
	fclose(lines);
	free(path);
	return server;
}

static inline void test_server_stop(struct test_server *server)
{
	if (!server->pid)
		return;
	close(server->input);
	kill(server->pid, SIGKILL);
	waitpid(server->pid, NULL, 0);
	server->pid = 0;
}

static inline void on_test_server_mood(void *user, const struct http_answer *answer)
{
	cr_expect_eq(answer->status, 200);
	loop_stop(user);
}

/* A server whose behaviour is "mood" changes it; `loop` is that of `http`. */
static inline void test_server_set_mood(const struct test_server *server, struct http *http, struct loop *loop,
					const char *mood)
{
	char *url = mem_printf("http://127.0.0.1:%d/mode/%s", server->port, mood);
	const struct http_question question = {
		.url = url, .timeout_ms = 5000, .done = on_test_server_mood, .user = loop
	};

	cr_assert_not_null(http_ask(http, &question, NULL));
	loop_run(loop);
	free(url);
}

#endif
