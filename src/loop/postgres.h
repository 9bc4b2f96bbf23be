/*
 * PostgreSQL on the loop: one session by libpq's asynchronous calls. It is
 * read-only, has a statement time-out, and says application_name=skep. What
 * libpq does at a stroke when it connects (service and password files,
 * certificates, the user's name, key derivation) is done by the pool, step by
 * step, and names go through the resolver, so that nothing of it holds the
 * loop. Several hosts are tried in turn, each address with a time-out of its own.
 *
 * One object is one connection: when it broke, its owner frees it and opens
 * another. Rows are handed on as they come; nothing is gathered here. Reasons
 * are short words for a person, and no password is ever in them.
 */
#ifndef LOOP_POSTGRES_H
#define LOOP_POSTGRES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "loop/loop.h"
#include "loop/resolve.h"

struct postgres;

enum postgres_fault {
	POSTGRES_OK,
	POSTGRES_REFUSED,     /* nothing listens there */
	POSTGRES_UNRESOLVED,  /* no host's name resolves */
	POSTGRES_UNREACHABLE, /* no route, network down */
	POSTGRES_TIMEOUT,     /* no complete answer in time; the connection is closed */
	POSTGRES_TLS,         /* certificate or handshake */
	POSTGRES_DENIED,      /* password, role, pg_hba.conf */
	POSTGRES_FULL,        /* too many connections */
	POSTGRES_STARTING,    /* the server is there and takes no sessions: starting, stopping, recovering */
	POSTGRES_CLOSED,      /* the connection broke */
	POSTGRES_STATEMENT,   /* the server refused or ended the statement; the connection is good */
	POSTGRES_TOO_LARGE, /* more rows or bytes than asked for; the connection is closed, which ends the statement */
	POSTGRES_OTHER,
};

struct postgres_settings {
	const char *dsn;              /* URI or key=value pairs; a service's file is read */
	const char *passfile;         /* NULL: as libpq finds it */
	int64_t connect_timeout_ms;   /* for each address */
	int64_t statement_timeout_ms; /* the server's own */
};

/* The connection stands, or `reason` says why not. Once, never before postgres_open returns. */
typedef void postgres_open_fn(void *user, enum postgres_fault fault, const char *reason);

/* Copies the settings and begins to connect. */
struct postgres *postgres_open(struct loop *loop, struct resolver *resolver, const struct postgres_settings *settings,
			       postgres_open_fn *on_open, void *user);

/* Ends what is under way without a callback. Not to be called by a callback of its own. NULL is allowed. */
void postgres_free(struct postgres *postgres);

/* Does the connection stand? False from the moment the server is known to have closed it. */
bool postgres_is_open(const struct postgres *postgres);

/* As PQserverVersion gives it: 150004 is 15.4. 0 before it is open. */
int postgres_version(const struct postgres *postgres);

/* One row: texts as the server writes them, NULL for null. Good during the call. */
struct postgres_row {
	size_t count;
	const char *const *names;
	const char *const *values;
};

struct postgres_answer {
	enum postgres_fault fault;
	char reason[160];
	char sqlstate[6]; /* with POSTGRES_STATEMENT; "" else */
	size_t rows, bytes;
	int64_t elapsed_ms;
};

struct postgres_question {
	const char *sql; /* one statement; copied by libpq */
	int64_t timeout_ms;
	size_t limit_rows, limit_bytes;
	void (*on_row)(void *user, const struct postgres_row *row);
	void (*done)(void *user, const struct postgres_answer *answer); /* once, never before postgres_ask returns */
	void *user;
};

/*
 * Ask; one question at a time, on an open connection. At most a few hundred
 * rows are handed on in one turn of the loop. The answer always comes.
 */
void postgres_ask(struct postgres *postgres, const struct postgres_question *question);

#endif
