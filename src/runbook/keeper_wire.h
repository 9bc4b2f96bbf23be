/*
 * Messages between a console and a keeper, both ways over one stream socket:
 * a byte that says what it is, four with the length (little end first), the
 * bytes. Nothing blocks; what cannot be sent yet waits here.
 */
#ifndef RUNBOOK_KEEPER_WIRE_H
#define RUNBOOK_KEEPER_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loop/loop.h"

#define WIRE_MESSAGE_MAX (64u * 1024)

enum wire_kind {
	/* To the keeper. */
	WIRE_STOP = 's',
	WIRE_SIZE = 'w',  /* rows and columns: four bytes */
	WIRE_INPUT = 'i', /* keys for the program */
	WIRE_RAW = 'r',   /* one byte: whether WIRE_BYTES are wanted */
	/* To the console. */
	WIRE_NEWS = 'n',  /* one byte: its phase; the transcript may have grown */
	WIRE_BYTES = 'b', /* as the program wrote them */
	WIRE_NEVER = 'x', /* nothing was run: why, in words */
	WIRE_TAKEN = 't', /* the folder was there already: somebody else's */
};

struct wire_message {
	char kind;
	const char *data; /* valid during the call */
	size_t length;
};

struct wire;

struct wire_config {
	struct loop *loop;
	void (*on_message)(void *user, const struct wire_message *message);
	/* It is over: the other end is gone, or talked nonsense. Called once; the wire is still to be freed. */
	void (*on_end)(void *user);
	void *user;
};

/* The socket becomes the wire's; it is made non-blocking. */
struct wire *wire_new(const struct wire_config *config, int fd);

/* Safe in its callbacks too. What waits is lost. NULL is allowed. */
void wire_free(struct wire *wire);
void wire_send(struct wire *wire, enum wire_kind kind, const void *data, size_t length);

/* Bytes that wait to be sent. */
size_t wire_waiting(const struct wire *wire);

/* Try for at most so long to have all of it sent. */
void wire_flush(struct wire *wire, int64_t limit_ms);

#endif
