/* One connection's inside, shared by the files that connect, ask and end it. */
#ifndef LOOP_POSTGRES_PRIVATE_H
#define LOOP_POSTGRES_PRIVATE_H

#include <libpq-fe.h>

#include "loop/pool.h"
#include "loop/postgres.h"
#include "loop/postgres_dsn.h"

/* One address to try. */
struct postgres_try {
	size_t place;
	char *address; /* "" when the place needs none */
};

struct postgres {
	struct loop *loop;
	struct resolver *resolver;
	struct postgres_settings settings;
	char *dsn_text, *passfile;
	postgres_open_fn *on_open;
	void *user;

	struct postgres_dsn dsn; /* read by the pool */
	struct job *job;
	struct lookup *lookup;
	size_t looked_up; /* places whose addresses are known */
	struct postgres_try *tries;
	size_t try_count, try_capacity, next_try;
	unsigned round; /* over all tries; see postgres_dsn_attributes */

	PGconn *conn; /* NULL while a job has it */
	struct io_watch *watch;
	struct timer *limit; /* of one try; of a question */
	struct timer *again; /* go on in the next turn */
	bool open;
	int version;
	enum postgres_fault fault; /* of the last try that failed */
	char reason[160];

	bool asking;
	struct postgres_question question;
	struct postgres_answer answer;
	int64_t asked_ms;
	uint64_t seen_bytes;          /* in the socket, before it was read */
	uint64_t row_at_bytes;        /* had come when the last row was whole */
	uint64_t waited_bytes;        /* of a message that is not complete */
	bool handed_on;               /* a row since they were measured */
	const char **names, **values; /* of one row */
	size_t row_capacity;
};

/* postgres_connect.c: read the DSN, look the names up, try the addresses; ends with on_open. From a turn of its own. */
void postgres_connect(struct postgres *postgres);

/* postgres_ask.c */
void postgres_on_answer_limit(struct postgres *postgres);
void postgres_on_again(struct postgres *postgres);
void postgres_watch_idle(struct postgres *postgres);

/* postgres.c: close the socket, whatever is under way; PQfinish. */
void postgres_close(struct postgres *postgres);

#endif
