#include "sim/control.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/mem.h"
#include "config/json.h"

#define CLIENTS_MOST  16
#define REQUEST_LIMIT (64u * 1024)
#define WORDS_MOST    256
#define IDLE_MOST_MS  10000

struct client {
	struct control *control;
	int fd; /* -1: free */
	struct io_watch *watch;
	struct timer *idle;
	struct strbuf request, answer;
	size_t written;
};

struct control {
	struct loop *loop;
	int fd;
	struct io_watch *watch;
	control_fn *fn;
	void *user;
	struct client clients[CLIENTS_MOST];
};

static void client_close(struct client *client)
{
	if (client->fd < 0)
		return;
	io_watch_free(client->watch);
	timer_free(client->idle);
	strbuf_release(&client->request);
	strbuf_release(&client->answer);
	close(client->fd);
	client->fd = -1;
}

static void client_write(struct client *client)
{
	while (client->written < client->answer.length) {
		ssize_t sent = send(client->fd, client->answer.text + client->written,
				    client->answer.length - client->written, MSG_NOSIGNAL);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0 && errno == EAGAIN) {
			io_watch_set(client->watch, LOOP_WRITE);
			return;
		}
		if (sent < 0)
			break;
		client->written += (size_t)sent;
	}
	client_close(client);
}

static void client_answer(struct client *client, int status, const char *output, const char *error)
{
	strbuf_addf(&client->answer, "{\"status\":%d,\"output\":", status);
	strbuf_add_json(&client->answer, output);
	strbuf_addstr(&client->answer, ",\"error\":");
	strbuf_add_json(&client->answer, error);
	strbuf_addstr(&client->answer, "}\n");
	client_write(client);
}

/* The words of a request; NULL when it is none. Their texts are the document's. */
static const char **read_words(const cJSON *request, size_t *ret_count)
{
	const cJSON *list = json_get(request, "words"), *item;
	const char **words;
	int count = cJSON_IsArray(list) ? cJSON_GetArraySize(list) : 0;

	if (count < 1 || count > WORDS_MOST)
		return NULL;
	words = mem_array((size_t)count, sizeof(*words));
	*ret_count = 0;
	cJSON_ArrayForEach(item, list)
	{
		if (!cJSON_IsString(item)) {
			free(words);
			return NULL;
		}
		words[(*ret_count)++] = item->valuestring;
	}
	return words;
}

static void client_obey(struct client *client)
{
	cJSON *request = json_parse(client->request.text, client->request.length, "request", NULL);
	size_t count = 0;
	const char **words = read_words(request, &count);
	struct strbuf output = STRBUF_INIT, error = STRBUF_INIT;

	io_watch_set(client->watch, 0);
	if (words) {
		int status = client->control->fn(client->control->user, words, count, json_bool(request, "json", false),
						 &output, &error);
		client_answer(client, status, output.text, error.text);
	} else {
		client_answer(client, 2, "", "the request is no line of JSON with words (1 to 256)");
	}
	strbuf_release(&output);
	strbuf_release(&error);
	free(words);
	cJSON_Delete(request);
}

static void client_read(struct client *client)
{
	char chunk[4096];
	ssize_t got = recv(client->fd, chunk, sizeof(chunk), 0);

	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (got <= 0) {
		client_close(client);
		return;
	}
	strbuf_add(&client->request, chunk, (size_t)got);
	if (memchr(chunk, '\n', (size_t)got)) {
		strbuf_truncate(&client->request,
				(size_t)(strchrnul(client->request.text, '\n') - client->request.text));
		client_obey(client);
	} else if (client->request.length > REQUEST_LIMIT) {
		io_watch_set(client->watch, 0);
		client_answer(client, 2, "", "the request is too long (at most 64 KiB)");
	}
}

static void on_client(void *user, int events)
{
	if (events & LOOP_WRITE)
		client_write(user);
	else
		client_read(user);
}

static void on_idle(void *user)
{
	client_close(user);
}

static bool is_same_user(int fd)
{
	struct ucred peer;
	socklen_t length = sizeof(peer);

	return !getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) && peer.uid == getuid();
}

static void on_connection(void *user, int events)
{
	struct control *control = user;
	struct client *client = NULL;
	int fd = accept4(control->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	(void)events;
	if (fd < 0)
		return;
	for (size_t i = 0; i < CLIENTS_MOST && !client; i++) {
		if (control->clients[i].fd < 0)
			client = &control->clients[i];
	}
	if (!client || !is_same_user(fd)) {
		close(fd);
		return;
	}
	*client = (struct client){ .control = control, .fd = fd, .request = STRBUF_INIT, .answer = STRBUF_INIT };
	client->watch = io_watch_new(control->loop, fd, LOOP_READ, on_client, client);
	client->idle = timer_new(control->loop, on_idle, client);
	timer_start(client->idle, IDLE_MOST_MS);
}

struct control *control_new(struct loop *loop, const char *path, control_fn *fn, void *user, struct error *error)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct control *control;
	int fd;

	if (strlen(path) >= sizeof(address.sun_path)) {
		error_set(error, "%s: too long for a socket's name", path);
		return NULL;
	}
	memcpy(address.sun_path, path, strlen(path));
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 || bind(fd, (const struct sockaddr *)&address, sizeof(address)) || listen(fd, CLIENTS_MOST)) {
		error_set(error, "%s: %s", path, strerror(errno));
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	control = mem_zalloc(sizeof(*control));
	control->loop = loop;
	control->fd = fd;
	control->fn = fn;
	control->user = user;
	for (size_t i = 0; i < CLIENTS_MOST; i++)
		control->clients[i].fd = -1;
	control->watch = io_watch_new(loop, fd, LOOP_READ, on_connection, control);
	return control;
}

void control_free(struct control *control)
{
	if (!control)
		return;
	for (size_t i = 0; i < CLIENTS_MOST; i++)
		client_close(&control->clients[i]);
	io_watch_free(control->watch);
	close(control->fd);
	free(control);
}

void control_answer_release(struct control_answer *answer)
{
	strbuf_release(&answer->output);
	strbuf_release(&answer->error);
}

static int send_all(int fd, const struct strbuf *text, struct error *error)
{
	for (size_t done = 0; done < text->length;) {
		ssize_t sent = send(fd, text->text + done, text->length - done, MSG_NOSIGNAL);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0)
			return error_set(error, "the other side hung up: %s", strerror(errno));
		done += (size_t)sent;
	}
	return 0;
}

static int receive_all(int fd, struct strbuf *ret, struct error *error)
{
	char chunk[16384];

	for (;;) {
		ssize_t got = recv(fd, chunk, sizeof(chunk), 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return error_set(error, "there is no answer: %s",
					 errno == EAGAIN ? "timeout" : strerror(errno));
		if (got == 0)
			return 0;
		if ((size_t)got > JSON_LIMIT_BYTES - ret->length)
			return error_set(error, "the answer is too long (at most 4 MiB)");
		strbuf_add(ret, chunk, (size_t)got);
	}
}

static int read_answer(const struct strbuf *text, struct control_answer *ret, struct error *error)
{
	cJSON *answer = json_parse(text->text, text->length, "answer", NULL);
	int status = json_int(answer, "status", -1);

	if (status < 0) {
		cJSON_Delete(answer);
		return error_set(error, "the answer cannot be read");
	}
	ret->status = status;
	strbuf_init(&ret->output);
	strbuf_init(&ret->error);
	strbuf_addstr(&ret->output, json_string(answer, "output", ""));
	strbuf_addstr(&ret->error, json_string(answer, "error", ""));
	cJSON_Delete(answer);
	return 0;
}

int control_ask(int fd, const char *const *words, size_t count, bool json, struct control_answer *ret,
		struct error *error)
{
	/* A clock that leaps a year takes a moment. */
	const struct timeval patience = { .tv_sec = 60 };
	struct strbuf request = STRBUF_INIT, text = STRBUF_INIT;
	int result;

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	strbuf_addf(&request, "{\"json\":%s,\"words\":[", json ? "true" : "false");
	for (size_t i = 0; i < count; i++) {
		strbuf_addstr(&request, i ? "," : "");
		strbuf_add_json(&request, words[i]);
	}
	strbuf_addstr(&request, "]}\n");
	result = send_all(fd, &request, error) || receive_all(fd, &text, error) || read_answer(&text, ret, error) ? -1
														  : 0;
	strbuf_release(&request);
	strbuf_release(&text);
	return result;
}
