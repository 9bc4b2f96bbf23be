/*
 * One connection to a Redis server on the loop. The name is looked up by the
 * resolver, the password is read from its file at the moment of connecting,
 * everything has a time-out, and a reply has a limit. Whatever ends it,
 * on_closed is called once with a short reason a person can read ("refused",
 * "timeout after 5s", "password refused"), and nothing comes after it.
 *
 * The owner frees a connection with redis_free, also in any of its callbacks.
 * No callback comes before redis_open or redis_ask returns.
 */
#ifndef LOOP_REDIS_H
#define LOOP_REDIS_H

#include <stddef.h>
#include <stdint.h>

#include "loop/loop.h"
#include "loop/redis_reply.h"
#include "loop/redis_url.h"
#include "loop/resolve.h"

struct redis;

struct redis_config {
	struct loop *loop;
	struct resolver *resolver;
	const struct redis_url *url; /* this and the file's name must outlive the connection */
	const char *password_file;   /* one line; NULL: none */
	int64_t timeout_ms;          /* for connecting as a whole, then for each answer */
	size_t limit_bytes;          /* of one reply */
	void (*on_ready)(void *user);
	void (*on_closed)(void *user, const char *reason);
	/* A reply to what redis_say said; NULL when it is never used. */
	void (*on_message)(void *user, const struct redis_reply *reply);
	void *user;
};

/* Connect, log in, choose the database. */
struct redis *redis_open(const struct redis_config *config);

/* Ends the connection without a word to the server; NULL is allowed. */
void redis_free(struct redis *redis);

/*
 * Ask once on_ready has come; before that and after on_closed it does
 * nothing. `fn` gets the reply, which may be an error of the server's;
 * when the connection ends first, on_closed comes instead.
 */
typedef void redis_reply_fn(void *user, const struct redis_reply *reply);
void redis_ask(struct redis *redis, redis_reply_fn *fn, void *user, const char *const *words, size_t count);

/*
 * SUBSCRIBE and the like: any number of replies, at any time, all to
 * on_message. From then on nothing can be asked on this connection.
 */
void redis_say(struct redis *redis, const char *const *words, size_t count);

#endif
