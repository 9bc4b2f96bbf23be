/* A server of canned replies beside a test. */
#ifndef TESTS_UNIT_REDIS_FIXTURE_H
#define TESTS_UNIT_REDIS_FIXTURE_H

#include <criterion/criterion.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define LINES(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* A server that says its lines whatever it is asked: one for each thing it reads. */
struct server {
	pid_t pid;
	unsigned port;
};

static inline void serve(int fd, const char *const *lines)
{
	char asked[4096];

	for (; *lines; lines++) {
		if (**lines != '!' && read(fd, asked, sizeof(asked)) <= 0)
			return;
		if (write(fd, *lines + (**lines == '!'), strlen(*lines) - (**lines == '!')) < 0)
			return;
	}
}

/* After its last line it hangs up and waits for the next client, unless `stays`. A line that begins with '!' is said
 * without being asked. */
static inline struct server server_start(const char *const *lines, bool stays)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	struct server server;

	cr_assert_eq(bind(fd, (struct sockaddr *)&address, size), 0);
	cr_assert_eq(listen(fd, 8), 0);
	getsockname(fd, (struct sockaddr *)&address, &size);
	server.port = ntohs(address.sin_port);
	server.pid = fork();
	if (!server.pid) {
		for (;;) {
			int one = accept(fd, NULL, NULL);

			serve(one, lines);
			while (stays)
				pause();
			close(one);
		}
	}
	close(fd);
	return server;
}

static inline void server_stop(struct server *server)
{
	kill(server->pid, SIGKILL);
	waitpid(server->pid, NULL, 0);
}

#endif
