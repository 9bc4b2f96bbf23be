/*
 * The text that Redis answers to CLIENT LIST: one line a client, such as
 * `id=3 addr=127.0.0.1:41844 name= age=5 flags=S omem=0 ...`. Pure; strings
 * live in the caller's arena.
 */
#ifndef COLLECT_REDIS_CLIENTS_H
#define COLLECT_REDIS_CLIENTS_H

#include <stddef.h>

#include "base/arena.h"

#define REDIS_CLIENTS_KEPT 100 /* the largest ones; all are counted */

enum redis_client_kind {
	REDIS_CLIENT_NORMAL,
	REDIS_CLIENT_PUBSUB,
	REDIS_CLIENT_BLOCKED,
	REDIS_CLIENT_REPLICA,
	REDIS_CLIENT_MASTER,
	REDIS_CLIENT_KINDS,
};

struct redis_client {
	enum redis_client_kind kind;
	const char *address, *name, *user, *command;
	double age_s, idle_s;
	double output_bytes; /* what waits to be sent to it */
	double memory_bytes; /* all it takes, buffers included; Redis 6.2 and later, else 0 */
};

struct redis_clients {
	struct redis_client *items; /* the largest first: by output, then by memory */
	size_t count;
	size_t by_kind[REDIS_CLIENT_KINDS];
	size_t total;
	double output_bytes, output_bytes_max, memory_bytes_max, idle_s_max;
};

/* CLIENT LIST's text into `ret`, in the arena. */
void redis_clients_parse(struct redis_clients *ret, const char *text, size_t length, struct arena *arena);

/* "normal", "pubsub", "blocked", "replica", "master" */
const char *redis_client_kind_name(enum redis_client_kind kind);

#endif
