#include "loop/redis.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "base/vec.h"
#include "loop/redis_socket.h"

#define CHUNK_BYTES     (64u * 1024) /* read in one turn: parsing more would hold the loop */
#define SECRET_BYTES    4096
#define ADDRESSES_TRIED 8

enum stage {
	STAGE_LOOKUP,
	STAGE_CONNECTING,
	STAGE_GREETING, /* logging in, choosing the database */
	STAGE_OPEN,
	STAGE_CLOSED,
};

struct question {
	redis_reply_fn *fn;
	void *user;
	int64_t until_ms; /* monotonic */
};

struct redis {
	struct redis_config config;
	enum stage stage;
	struct lookup *lookup;
	char *addresses[ADDRESSES_TRIED];
	size_t address_count, next_address;
	int fd;
	struct io_watch *watch;
	struct timer *timer;  /* of the stage, then of the oldest question */
	struct timer *closer; /* for what fails before redis_open returns */
	int64_t until_ms;     /* when it must be open */
	struct reply_reader *reader;
	struct strbuf out;
	size_t sent; /* of it */
	VEC(struct question) questions;
	size_t answered; /* of them, from the front */
	bool saying;     /* replies are messages */
	unsigned inside; /* callbacks under way */
	bool freed;      /* within one of them */
	char reason[160];
};

static void destroy(struct redis *redis)
{
	timer_free(redis->timer);
	timer_free(redis->closer);
	reply_reader_free(redis->reader);
	vec_release(&redis->questions);
	free(redis);
}

static void enter(struct redis *redis)
{
	redis->inside++;
}

/* The last that is done with a connection that was freed meanwhile ends it. */
static void leave(struct redis *redis)
{
	if (--redis->inside == 0 && redis->freed)
		destroy(redis);
}

static void disconnect(struct redis *redis)
{
	io_watch_free(redis->watch);
	redis->watch = NULL;
	if (redis->fd >= 0)
		close(redis->fd);
	redis->fd = -1;
}

/* What must not stay in memory: the password is among what is sent. */
static void forget_sent(struct redis *redis)
{
	if (redis->out.capacity)
		explicit_bzero(redis->out.text, redis->out.length);
	strbuf_clear(&redis->out);
	redis->sent = 0;
}

/* Everything but the memory that callbacks under way may still look at. */
static void stop(struct redis *redis)
{
	redis->stage = STAGE_CLOSED;
	lookup_cancel(redis->lookup);
	redis->lookup = NULL;
	disconnect(redis);
	timer_stop(redis->timer);
	timer_stop(redis->closer);
	forget_sent(redis);
	strbuf_release(&redis->out);
	for (size_t i = 0; i < redis->address_count; i++)
		free(redis->addresses[i]);
	redis->address_count = 0;
	vec_clear(&redis->questions);
	redis->answered = 0;
}

static void fail(struct redis *redis, const char *reason)
{
	if (redis->stage == STAGE_CLOSED)
		return;
	if (reason != redis->reason)
		snprintf(redis->reason, sizeof(redis->reason), "%s", reason);
	stop(redis);
	redis->config.on_closed(redis->config.user, redis->reason);
}

static void fail_timeout(struct redis *redis)
{
	char duration[32], reason[64];

	duration_format(redis->config.timeout_ms, duration, sizeof(duration));
	snprintf(reason, sizeof(reason), redis->lookup ? "name does not resolve within %s" : "timeout after %s",
		 duration);
	fail(redis, reason);
}

static int64_t now_ms(const struct redis *redis)
{
	return loop_monotonic_now_ms(redis->config.loop);
}

static int64_t left_ms(const struct redis *redis, int64_t until_ms)
{
	int64_t left = until_ms - now_ms(redis);

	return left > 0 ? left : 0;
}

/* The oldest question is the next that can be late. */
static void arm(struct redis *redis)
{
	if (redis->stage == STAGE_GREETING)
		timer_start(redis->timer, left_ms(redis, redis->until_ms));
	else if (redis->answered < redis->questions.count)
		timer_start(redis->timer, left_ms(redis, redis->questions.items[redis->answered].until_ms));
	else
		timer_stop(redis->timer);
}

static void add_command(struct redis *redis, const char *const *words, size_t count)
{
	strbuf_addf(&redis->out, "*%zu\r\n", count);
	for (size_t i = 0; i < count; i++) {
		strbuf_addf(&redis->out, "$%zu\r\n", strlen(words[i]));
		strbuf_addstr(&redis->out, words[i]);
		strbuf_addstr(&redis->out, "\r\n");
	}
	if (redis->watch)
		io_watch_set(redis->watch, LOOP_READ | LOOP_WRITE);
}

static void ask(struct redis *redis, redis_reply_fn *fn, void *user, const char *const *words, size_t count)
{
	struct question question = { fn, user, now_ms(redis) + redis->config.timeout_ms };
	bool first = redis->answered == redis->questions.count;

	vec_push(&redis->questions, question);
	add_command(redis, words, count);
	if (first)
		arm(redis);
}

/* One line, without the white space around it. */
static int read_password(const char *path, struct strbuf *ret, struct error *error)
{
	size_t start;

	if (path_read(path, SECRET_BYTES, ret, error) < 0)
		return -1;
	while (ret->length && strchr(" \t\r\n", ret->text[ret->length - 1]))
		strbuf_truncate(ret, ret->length - 1);
	start = strspn(ret->text, " \t\r\n");
	memmove(ret->text, ret->text + start, ret->length - start);
	strbuf_truncate(ret, ret->length - start);
	if (!ret->length)
		return error_set(error, "%s: empty", path);
	if (strlen(ret->text) != ret->length || strpbrk(ret->text, "\r\n"))
		return error_set(error, "%s: more than one line, or a NUL byte", path);
	return 0;
}

/* Of AUTH and SELECT: without either nothing else is worth asking. */
static void on_let_in(void *user, const struct redis_reply *reply)
{
	struct redis *redis = user;
	char words[sizeof(redis->reason)];

	if (reply->kind != REDIS_KIND_ERROR)
		return;
	redis_reply_words(reply->text, words, sizeof(words));
	fail(redis, words);
}

/* The name is a courtesy to whoever reads CLIENT LIST: a user without the right to it is no fault. */
static void on_named(void *user, const struct redis_reply *reply)
{
	struct redis *redis = user;
	char words[sizeof(redis->reason)];

	if (reply->kind == REDIS_KIND_ERROR && redis_reply_words(reply->text, words, sizeof(words))) {
		fail(redis, words);
		return;
	}
	redis->stage = STAGE_OPEN;
	timer_stop(redis->timer);
	redis->config.on_ready(redis->config.user);
}

/* -1 with the reason in place when the password cannot be read. */
static int log_in(struct redis *redis)
{
	const char *user = redis->config.url->user, *words[3] = { "AUTH" };
	struct strbuf secret = STRBUF_INIT;
	size_t count = 1;
	struct error error;
	int result = 0;

	if (redis->config.password_file)
		result = read_password(redis->config.password_file, &secret, &error);
	if (result < 0) {
		snprintf(redis->reason, sizeof(redis->reason), "%s", error.text);
	} else {
		if (user)
			words[count++] = user;
		words[count++] = secret.text;
		ask(redis, on_let_in, redis, words, count);
	}
	if (secret.capacity)
		explicit_bzero(secret.text, secret.length);
	strbuf_release(&secret);
	return result;
}

static void greet(struct redis *redis)
{
	static const char *const name[] = { "CLIENT", "SETNAME", "skep" };
	const struct redis_url *url = redis->config.url;
	char database[16];

	redis->stage = STAGE_GREETING;
	if ((redis->config.password_file || url->user) && log_in(redis) < 0) {
		fail(redis, redis->reason);
		return;
	}
	if (url->database) {
		snprintf(database, sizeof(database), "%u", url->database);
		ask(redis, on_let_in, redis, (const char *const[]){ "SELECT", database }, 2);
	}
	ask(redis, on_named, redis, name, 3);
	arm(redis);
}

static void on_io(void *user, int events);

/* 0, or the number of the error. */
static int begin(struct redis *redis, int number)
{
	if (!number)
		redis->watch = io_watch_new(redis->config.loop, redis->fd, LOOP_WRITE, on_io, redis);
	return number;
}

/* The next address gets its share of the time that is left, so that one that never answers does not take all. */
static void try_next(struct redis *redis, const char *reason)
{
	disconnect(redis);
	while (redis->next_address < redis->address_count) {
		size_t left = redis->address_count - redis->next_address;
		const char *address = redis->addresses[redis->next_address++];
		int number = begin(redis, redis_socket_tcp(address, redis->config.url->port, &redis->fd));

		if (!number) {
			timer_start(redis->timer, left_ms(redis, redis->until_ms) / (int64_t)left);
			return;
		}
		reason = redis_socket_words(number);
	}
	fail(redis, reason);
}

static void on_connected(struct redis *redis)
{
	int number = 0;
	socklen_t size = sizeof(number);

	if (getsockopt(redis->fd, SOL_SOCKET, SO_ERROR, &number, &size) < 0)
		number = errno;
	if (number)
		try_next(redis, redis_socket_words(number));
	else
		greet(redis);
}

static void flush(struct redis *redis)
{
	while (redis->sent < redis->out.length) {
		ssize_t count =
			send(redis->fd, redis->out.text + redis->sent, redis->out.length - redis->sent, MSG_NOSIGNAL);

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return;
		if (count < 0) {
			/* What the server said before it hung up says more. */
			io_watch_set(redis->watch, LOOP_READ);
			return;
		}
		redis->sent += (size_t)count;
	}
	forget_sent(redis);
	io_watch_set(redis->watch, LOOP_READ);
}

static void deliver(struct redis *redis, const struct redis_reply *reply)
{
	char words[sizeof(redis->reason)];

	if (redis->answered < redis->questions.count) {
		struct question question = redis->questions.items[redis->answered++];

		if (redis->answered == redis->questions.count) {
			vec_clear(&redis->questions);
			redis->answered = 0;
		}
		question.fn(question.user, reply);
		if (redis->stage != STAGE_CLOSED)
			arm(redis);
	} else if (redis->saying) {
		redis->config.on_message(redis->config.user, reply);
	} else if (reply->kind == REDIS_KIND_ERROR) {
		redis_reply_words(reply->text, words, sizeof(words));
		fail(redis, words);
	} else {
		fail(redis, "an answer nobody asked for");
	}
}

static void take_in(struct redis *redis, const char *data, size_t length)
{
	int more = 1;

	/* When it is too much, the next call says so. */
	reply_reader_feed(redis->reader, data, length);
	while (more > 0 && redis->stage != STAGE_CLOSED) {
		const struct redis_reply *reply;
		char reason[sizeof(redis->reason)];

		more = reply_reader_next(redis->reader, &reply, reason, sizeof(reason));
		if (more > 0)
			deliver(redis, reply);
		else if (more < 0)
			fail(redis, reason);
	}
}

static void read_some(struct redis *redis)
{
	char data[CHUNK_BYTES];
	ssize_t count;

	do
		count = recv(redis->fd, data, sizeof(data), 0);
	while (count < 0 && errno == EINTR);
	if (count > 0)
		take_in(redis, data, (size_t)count);
	else if (count == 0)
		fail(redis, "connection closed");
	else if (errno != EAGAIN && errno != EWOULDBLOCK)
		fail(redis, redis_socket_words(errno));
}

static void on_io(void *user, int events)
{
	struct redis *redis = user;

	enter(redis);
	if (redis->stage == STAGE_CONNECTING) {
		on_connected(redis);
	} else {
		if (events & LOOP_WRITE)
			flush(redis);
		if (events & LOOP_READ && redis->stage != STAGE_CLOSED)
			read_some(redis);
	}
	leave(redis);
}

static void on_late(void *user)
{
	struct redis *redis = user;

	enter(redis);
	if (redis->stage == STAGE_CONNECTING && left_ms(redis, redis->until_ms) > 0 &&
	    redis->next_address < redis->address_count)
		try_next(redis, "no answer to connecting");
	else
		fail_timeout(redis);
	leave(redis);
}

static void on_lookup(void *user, const char *const *addresses, size_t count, const char *reason)
{
	struct redis *redis = user;

	enter(redis);
	redis->lookup = NULL;
	redis->stage = STAGE_CONNECTING;
	for (size_t i = 0; i < count && i < ADDRESSES_TRIED; i++)
		redis->addresses[redis->address_count++] = mem_strdup(addresses[i]);
	try_next(redis, reason);
	leave(redis);
}

static void on_close(void *user)
{
	struct redis *redis = user;

	enter(redis);
	fail(redis, redis->reason);
	leave(redis);
}

struct redis *redis_open(const struct redis_config *config)
{
	struct redis *redis = mem_zalloc(sizeof(*redis));
	int number;

	redis->config = *config;
	redis->fd = -1;
	strbuf_init(&redis->out);
	redis->reader = reply_reader_new(config->limit_bytes);
	redis->timer = timer_new(config->loop, on_late, redis);
	redis->closer = timer_new(config->loop, on_close, redis);
	redis->until_ms = now_ms(redis) + config->timeout_ms;
	timer_start(redis->timer, config->timeout_ms);
	if (!config->url->socket_path) {
		redis->lookup = resolver_ask(config->resolver, config->url->host, on_lookup, redis);
		return redis;
	}
	redis->stage = STAGE_CONNECTING;
	number = begin(redis, redis_socket_file(config->url->socket_path, &redis->fd));
	if (number) {
		snprintf(redis->reason, sizeof(redis->reason), "%s", redis_socket_words(number));
		timer_start(redis->closer, 0);
	}
	return redis;
}

void redis_free(struct redis *redis)
{
	if (!redis)
		return;
	stop(redis);
	redis->freed = true;
	if (!redis->inside)
		destroy(redis);
}

void redis_ask(struct redis *redis, redis_reply_fn *fn, void *user, const char *const *words, size_t count)
{
	if (redis->stage == STAGE_OPEN && !redis->saying)
		ask(redis, fn, user, words, count);
}

void redis_say(struct redis *redis, const char *const *words, size_t count)
{
	if (redis->stage != STAGE_OPEN || !redis->config.on_message)
		return;
	redis->saying = true;
	add_command(redis, words, count);
}
