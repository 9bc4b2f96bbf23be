#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "base/vec.h"
#include "loop/postgres_private.h"
#include "loop/postgres_reason.h"

/*
 * libpq reads a long message for as long as there is something to read: the
 * less the system takes in for it, the sooner it returns.
 */
#define RECEIVE_BYTES (64 * 1024)

/*
 * Each piece of work on the pool owns what it needs: when the connection is
 * given up meanwhile, the job's end frees it.
 */
struct reading {
	char *dsn, *passfile;
	int64_t statement_timeout_ms;
	struct postgres_dsn read;
	struct error error;
	int result;
};

/* One step of libpq's connecting. The DSN outlives it only in the first step, so that step has a copy of its texts. */
struct step {
	PGconn *conn;
	bool begin;
	char *names[POSTGRES_PARAMETERS_MAX], *values[POSTGRES_PARAMETERS_MAX];
	PostgresPollingStatusType status;
};

static void submit_step(struct postgres *postgres, struct step *step);
static void try_next(struct postgres *postgres);
static void on_addresses(void *user, const char *const *addresses, size_t count, const char *reason);

/* The last word; the loop's next turn at the earliest, since every way here is a callback. */
static void end(struct postgres *postgres, enum postgres_fault fault, const char *reason)
{
	timer_stop(postgres->limit);
	postgres->on_open(postgres->user, fault, reason);
}

static void drop_step(void *state)
{
	struct step *step = state;

	PQfinish(step->conn);
	for (size_t i = 0; i < POSTGRES_PARAMETERS_MAX; i++) {
		free(step->names[i]);
		free(step->values[i]);
	}
	free(step);
}

/* Notices would be printed on the terminal. */
static void swallow_notice(void *user, const char *message)
{
	(void)user;
	(void)message;
}

static void work_step(void *state)
{
	struct step *step = state;

	if (!step->begin) {
		step->status = PQconnectPoll(step->conn);
		return;
	}
	step->conn = PQconnectStartParams((const char *const *)step->names, (const char *const *)step->values, 1);
	step->status = PGRES_POLLING_FAILED;
	if (!step->conn)
		return;
	PQsetNoticeProcessor(step->conn, swallow_notice, NULL);
	if (PQstatus(step->conn) != CONNECTION_BAD)
		step->status = PGRES_POLLING_WRITING;
}

static void give_up_try(struct postgres *postgres, enum postgres_fault fault, const char *reason)
{
	postgres->fault = fault;
	snprintf(postgres->reason, sizeof(postgres->reason), "%s", reason);
	try_next(postgres);
}

static void on_limit(void *user)
{
	struct postgres *postgres = user;
	char timeout[32], reason[64];

	if (postgres->open) {
		postgres_on_answer_limit(postgres);
		return;
	}
	postgres_reason_timeout(postgres->settings.connect_timeout_ms, timeout, sizeof(timeout));
	if (postgres->lookup) {
		lookup_cancel(postgres->lookup);
		snprintf(reason, sizeof(reason), "name does not resolve (%s)", timeout);
		on_addresses(postgres, NULL, 0, reason);
		return;
	}
	if (postgres->job)
		job_cancel(postgres->job);
	postgres->job = NULL;
	postgres_close(postgres);
	give_up_try(postgres, POSTGRES_TIMEOUT, timeout);
}

static void opened(struct postgres *postgres)
{
	timer_stop(postgres->limit);
	setsockopt(PQsocket(postgres->conn), SOL_SOCKET, SO_RCVBUF, &(int){ RECEIVE_BYTES }, sizeof(int));
	PQsetnonblocking(postgres->conn, 1);
	postgres->version = PQserverVersion(postgres->conn);
	postgres->open = true;
	postgres_watch_idle(postgres);
	end(postgres, POSTGRES_OK, "");
}

static void on_ready(void *user, int events)
{
	struct postgres *postgres = user;
	struct step *step = mem_zalloc(sizeof(*step));

	(void)events;
	/* The next step may close this socket and open another, under the same number too. */
	io_watch_free(postgres->watch);
	postgres->watch = NULL;
	step->conn = postgres->conn;
	postgres->conn = NULL;
	submit_step(postgres, step);
}

static void on_step(void *state, void *user)
{
	struct step *step = state;
	struct postgres *postgres = user;
	PostgresPollingStatusType status = step->status;
	char reason[sizeof(postgres->reason)];
	enum postgres_fault fault;

	postgres->job = NULL;
	postgres->conn = step->conn;
	step->conn = NULL;
	if (status == PGRES_POLLING_OK) {
		opened(postgres);
	} else if (status == PGRES_POLLING_FAILED) {
		fault = postgres_reason(postgres->conn ? PQerrorMessage(postgres->conn) : "out of memory", reason,
					sizeof(reason));
		postgres_close(postgres);
		give_up_try(postgres, fault, reason);
	} else {
		postgres->watch =
			io_watch_new(postgres->loop, PQsocket(postgres->conn),
				     status == PGRES_POLLING_READING ? LOOP_READ : LOOP_WRITE, on_ready, postgres);
	}
}

static const struct job_ops step_ops = { .work = work_step, .done = on_step, .drop = drop_step, .waits = true };

static void submit_step(struct postgres *postgres, struct step *step)
{
	struct error error;

	postgres->job = pool_submit(resolver_pool(postgres->resolver), &step_ops, step, postgres, &error);
	if (postgres->job)
		return;
	drop_step(step);
	give_up_try(postgres, POSTGRES_OTHER, error.text);
}

static void try_next(struct postgres *postgres)
{
	const struct postgres_try *try;
	struct postgres_parameters parameters;
	struct step *step;

	if (postgres->next_try == postgres->try_count && postgres->try_count &&
	    postgres_dsn_attributes(&postgres->dsn, postgres->round + 1)) {
		postgres->round++;
		postgres->next_try = 0;
	}
	if (postgres->next_try == postgres->try_count) {
		end(postgres, postgres->fault, postgres->reason);
		return;
	}
	try = &postgres->tries[postgres->next_try++];
	postgres_dsn_parameters(&postgres->dsn, &postgres->dsn.places[try->place], try->address,
				postgres_dsn_attributes(&postgres->dsn, postgres->round), &parameters);
	step = mem_zalloc(sizeof(*step));
	step->begin = true;
	for (size_t i = 0; parameters.names[i]; i++) {
		step->names[i] = mem_strdup(parameters.names[i]);
		step->values[i] = mem_strdup(parameters.values[i]);
	}
	timer_start(postgres->limit, postgres->settings.connect_timeout_ms);
	submit_step(postgres, step);
}

static void add_try(struct postgres *postgres, size_t place, const char *address)
{
	vec_reserve_((void **)(void *)&postgres->tries, &postgres->try_capacity, postgres->try_count + 1,
		     sizeof(*postgres->tries));
	postgres->tries[postgres->try_count++] = (struct postgres_try){ place, mem_strdup(address) };
}

static void look_up_next(struct postgres *postgres);

static void on_addresses(void *user, const char *const *addresses, size_t count, const char *reason)
{
	struct postgres *postgres = user;

	postgres->lookup = NULL;
	timer_stop(postgres->limit);
	for (size_t i = 0; i < count; i++)
		add_try(postgres, postgres->looked_up, addresses[i]);
	if (!count) {
		postgres->fault = POSTGRES_UNRESOLVED;
		snprintf(postgres->reason, sizeof(postgres->reason), "%s", reason);
	}
	postgres->looked_up++;
	look_up_next(postgres);
}

/* One name after the other; a name server that hangs costs one time-out, and the hosts that are known are tried. */
static void look_up_next(struct postgres *postgres)
{
	for (; postgres->looked_up < postgres->dsn.count; postgres->looked_up++) {
		const struct postgres_place *place = &postgres->dsn.places[postgres->looked_up];

		if (!postgres_place_needs_address(place)) {
			add_try(postgres, postgres->looked_up, place->address);
			continue;
		}
		timer_start(postgres->limit, postgres->settings.connect_timeout_ms);
		postgres->lookup = resolver_ask(postgres->resolver, place->host, on_addresses, postgres);
		return;
	}
	try_next(postgres);
}

static void work_reading(void *state)
{
	struct reading *reading = state;

	reading->result = postgres_dsn_read(&reading->read, reading->dsn, reading->passfile,
					    reading->statement_timeout_ms, &reading->error);
}

static void on_read(void *state, void *user)
{
	struct reading *reading = state;
	struct postgres *postgres = user;

	postgres->job = NULL;
	timer_stop(postgres->limit);
	if (reading->result < 0) {
		end(postgres, POSTGRES_OTHER, reading->error.text);
		return;
	}
	postgres->dsn = reading->read;
	reading->read = (struct postgres_dsn){ 0 };
	look_up_next(postgres);
}

static void drop_reading(void *state)
{
	struct reading *reading = state;

	postgres_dsn_release(&reading->read);
	free(reading->dsn);
	free(reading->passfile);
	free(reading);
}

static const struct job_ops reading_ops = {
	.work = work_reading, .done = on_read, .drop = drop_reading, .waits = true
};

void postgres_connect(struct postgres *postgres)
{
	struct reading *reading = mem_zalloc(sizeof(*reading));
	struct error error;

	postgres->limit = timer_new(postgres->loop, on_limit, postgres);
	reading->dsn = mem_strdup(postgres->settings.dsn);
	reading->passfile = mem_strdup(postgres->settings.passfile);
	reading->statement_timeout_ms = postgres->settings.statement_timeout_ms;
	timer_start(postgres->limit, postgres->settings.connect_timeout_ms);
	postgres->job = pool_submit(resolver_pool(postgres->resolver), &reading_ops, reading, postgres, &error);
	if (postgres->job)
		return;
	drop_reading(reading);
	end(postgres, POSTGRES_OTHER, error.text);
}
