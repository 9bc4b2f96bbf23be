/* The way to the systems that run: control sockets, loopback ports, log files. */
#include <errno.h>
#include <netinet/in.h>
#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/output.h"
#include "base/path.h"
#include "base/text.h"
#include "sim/colony.h"
#include "sim/dryad.h"
#include "sim/place.h"
#include "sim/shim.h"

#define LOG_LIMIT    (64u * 1024 * 1024)
#define INPUT_LIMIT  (1024u * 1024)
#define ANSWER_LIMIT (4u * 1024 * 1024)

static const struct world_kind *kind_of(enum shim_system system)
{
	return system == SHIM_COLONY ? &colony_kind : &dryad_kind;
}

static char *state_of(enum shim_system system, struct error *error)
{
	const char *named = getenv(kind_of(system)->variable);
	const char *other = getenv(kind_of(system == SHIM_COLONY ? SHIM_DRYAD : SHIM_COLONY)->variable);

	/* Where one system is named, the other is not looked for: it would be somebody else's. */
	if (!named && other) {
		error_set(error, "no %s is named", kind_of(system)->noun);
		return NULL;
	}
	return place_find(kind_of(system), named, error);
}

static int ask(void *user, enum shim_system system, const char *const *words, size_t count, bool json,
	       struct control_answer *ret, struct error *error)
{
	char *state = state_of(system, error), *control = state ? place_read_control(state, error) : NULL;
	int fd = control ? place_connect(control, error) : -1, result = -1;

	(void)user;
	if (fd >= 0) {
		result = control_ask(fd, words, count, json, ret, error);
		close(fd);
	}
	free(control);
	free(state);
	return result;
}

/* The loopback port of a service's instance; 0 when the system has none. */
static unsigned port_of(enum shim_system system, const char *job, unsigned instance)
{
	char *state = state_of(system, NULL);
	cJSON *document = state ? json_read(state, NULL) : NULL;
	const cJSON *service;
	unsigned port = 0, at = 0;

	cJSON_ArrayForEach(service, json_get(document, "services"))
	{
		const char *colon = strrchr(json_string(service, "instance", ""), ':');

		if (strcmp(json_string(service, "job", ""), job) == 0 && at++ == instance && colon)
			port = (unsigned)strtoul(colon + 1, NULL, 10);
	}
	cJSON_Delete(document);
	free(state);
	return port;
}

static int connect_port(unsigned port)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd >= 0 && connect(fd, (const struct sockaddr *)&address, sizeof(address))) {
		close(fd);
		fd = -1;
	}
	return fd;
}

static void send_request(int fd, const struct shim_request *request)
{
	struct strbuf text = STRBUF_INIT;
	size_t body = request->body ? strlen(request->body) : 0;

	strbuf_addf(&text, "%s %s HTTP/1.0\r\nHost: localhost\r\nConnection: close\r\n", request->method,
		    request->path);
	if (request->body)
		strbuf_addf(&text, "Content-Type: application/json\r\nContent-Length: %zu\r\n", body);
	else if (strcmp(request->method, "GET") != 0)
		strbuf_addstr(&text, "Content-Length: 0\r\n");
	strbuf_addstr(&text, "\r\n");
	if (body)
		strbuf_add(&text, request->body, body);
	for (size_t done = 0; done < text.length;) {
		ssize_t sent = send(fd, text.text + done, text.length - done, MSG_NOSIGNAL);

		if (sent < 0 && errno != EINTR)
			break;
		done += sent > 0 ? (size_t)sent : 0;
	}
	strbuf_release(&text);
}

static enum shim_fetch receive(int fd, int64_t end_ms, struct strbuf *ret)
{
	for (;;) {
		struct pollfd wait = { .fd = fd, .events = POLLIN };
		int64_t left_ms = end_ms - clock_monotonic_ms();
		char chunk[16384];
		ssize_t got;

		if (left_ms <= 0)
			return FETCH_TIMEOUT;
		if (poll(&wait, 1, left_ms > 1000 ? 1000 : (int)left_ms) <= 0)
			continue;
		got = recv(fd, chunk, sizeof(chunk), 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0 || ret->length > ANSWER_LIMIT)
			return ret->length ? FETCH_DONE : FETCH_EMPTY;
		strbuf_add(ret, chunk, (size_t)got);
	}
}

static enum shim_fetch fetch(void *user, enum shim_system system, const char *job, unsigned instance,
			     const struct shim_request *request, unsigned *ret_status, struct strbuf *ret_body)
{
	unsigned port = port_of(system, job, instance);
	int fd = port ? connect_port(port) : -1;
	struct strbuf text = STRBUF_INIT;
	enum shim_fetch result;
	const char *body;

	(void)user;
	if (fd < 0)
		return FETCH_REFUSED;
	send_request(fd, request);
	result = receive(fd, clock_monotonic_ms() + request->timeout_ms, &text);
	close(fd);
	body = strstr(text.text, "\r\n\r\n");
	if (result == FETCH_DONE && (!body || strncmp(text.text, "HTTP/", 5) != 0))
		result = FETCH_EMPTY;
	if (result == FETCH_DONE) {
		*ret_status = (unsigned)strtoul(strchrnul(text.text, ' '), NULL, 10);
		strbuf_addstr(ret_body, body + 4);
	}
	strbuf_release(&text);
	return result;
}

/* The beginning of the last `lines` lines. */
static const char *last_lines(const struct strbuf *text, size_t lines)
{
	const char *at = text->text + text->length;

	if (at > text->text && at[-1] == '\n')
		at--;
	for (; at > text->text; at--)
		if (at[-1] == '\n' && !--lines)
			break;
	return at;
}

static int log_lines(void *user, enum shim_system system, const char *file, size_t lines, struct strbuf *ret)
{
	char *state = state_of(system, NULL), *path = NULL;
	cJSON *document = state ? json_read(state, NULL) : NULL;
	const char *folder = json_string(document, "logs", NULL);
	struct strbuf text = STRBUF_INIT;
	int result = -1;

	(void)user;
	if (folder)
		path = path_join(folder, file);
	/* A log that nothing was written to yet is not there. */
	if (path) {
		if (path_read(path, LOG_LIMIT, &text, NULL) == 0 && lines)
			strbuf_addstr(ret, last_lines(&text, lines));
		result = 0;
	}
	strbuf_release(&text);
	free(path);
	cJSON_Delete(document);
	free(state);
	return result;
}

static void pause_for(void *user, int64_t ms)
{
	(void)user;
	poll(NULL, 0, (int)ms);
}

static void write_all(int fd, struct strbuf *text)
{
	struct strbuf safe = STRBUF_INIT;

	text_add_safe_lines(&safe, text->text);
	for (size_t done = 0; done < safe.length;) {
		ssize_t written = write(fd, safe.text + done, safe.length - done);

		if (written < 0 && errno != EINTR)
			/* Nobody reads any more: `kubectl logs -f | head` ends here. */
			_exit(141);
		done += written > 0 ? (size_t)written : 0;
	}
	strbuf_release(&safe);
	strbuf_clear(text);
}

static void flush(void *user, struct strbuf *out, struct strbuf *fault)
{
	(void)user;
	write_all(STDOUT_FILENO, out);
	write_all(STDERR_FILENO, fault);
}

static void input(void *user, struct strbuf *ret)
{
	char chunk[4096];
	ssize_t got;

	(void)user;
	while (ret->length < INPUT_LIMIT && (got = read(STDIN_FILENO, chunk, sizeof(chunk))) > 0)
		strbuf_add(ret, chunk, (size_t)got);
}

static int64_t now_ms(void *user)
{
	(void)user;
	return clock_wall_ms();
}

static const struct shim_link link_to_systems = {
	.ask = ask,
	.fetch = fetch,
	.log = log_lines,
	.pause = pause_for,
	.flush = flush,
	.input = input,
	.now_ms = now_ms,
};

static void print_tools(struct strbuf *out)
{
	strbuf_addstr(out, "Usage: skep-shim, by the name of a tool that is a link to it, or skep-shim TOOL WORD...\n\n"
			   "The tools that runbooks use, speaking to a simulated system ($SKEP_COLONY, $SKEP_DRYAD):");
	for (const struct shim_tool *tool = shim_tools(); tool->name; tool++)
		strbuf_addf(out, " %s", tool->name);
	strbuf_addch(out, '\n');
}

int shim_main(int argc, char **argv)
{
	const char *slash = argc ? strrchr(argv[0], '/') : NULL, *name = argc ? (slash ? slash + 1 : argv[0]) : "";
	struct strbuf out = STRBUF_INIT, fault = STRBUF_INIT;
	struct shim shim = { .link = &link_to_systems, .out = &out, .fault = &fault };
	const char **words;
	int skip = strcmp(name, "skep-shim") == 0 ? 2 : 1, status = 0;

	output_open_descriptors();
	signal(SIGPIPE, SIG_IGN);
	words = mem_array((size_t)argc + 1, sizeof(*words));
	for (int i = skip; i < argc; i++)
		words[shim.count++] = argv[i];
	shim.words = words;
	shim.tool = skip == 2 && argc > 1 ? argv[1] : name;
	if (skip == 2 && (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0)) {
		print_tools(&out);
		status = argc < 2 ? 2 : 0;
	} else if (skip == 2 && strcmp(argv[1], "--version") == 0) {
		strbuf_addstr(&out, "skep-shim " SKEP_VERSION "\n");
	} else {
		status = shim_run(&shim);
	}
	flush(NULL, &out, &fault);
	strbuf_release(&out);
	strbuf_release(&fault);
	free(words);
	return status;
}
