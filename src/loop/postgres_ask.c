#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <openssl/ssl.h>

#include "base/mem.h"
#include "loop/postgres_private.h"
#include "loop/postgres_reason.h"

/* The other watchers of the loop want their turn too. */
#define ROWS_A_TURN 200

static void on_socket(void *user, int events);

static void watch(struct postgres *postgres, int events)
{
	if (!postgres->watch)
		postgres->watch = io_watch_new(postgres->loop, PQsocket(postgres->conn), events, on_socket, postgres);
	else
		io_watch_set(postgres->watch, events);
}

/* A server that ends the session says so while nobody asks. */
void postgres_watch_idle(struct postgres *postgres)
{
	watch(postgres, LOOP_READ);
}

static void answer(struct postgres *postgres)
{
	postgres->asking = false;
	timer_stop(postgres->limit);
	timer_stop(postgres->again);
	postgres->answer.elapsed_ms = loop_monotonic_now_ms(postgres->loop) - postgres->asked_ms;
	if (postgres->open)
		postgres_watch_idle(postgres);
	postgres->question.done(postgres->question.user, &postgres->answer);
}

/* Ends the connection, and with it what the server still does for us. */
static void break_off(struct postgres *postgres, enum postgres_fault fault, const char *reason)
{
	postgres->answer.fault = fault;
	snprintf(postgres->answer.reason, sizeof(postgres->answer.reason), "%s", reason);
	postgres_close(postgres);
	answer(postgres);
}

static void break_off_closed(struct postgres *postgres)
{
	char reason[sizeof(postgres->answer.reason)];

	postgres_reason(PQerrorMessage(postgres->conn), reason, sizeof(reason));
	break_off(postgres, POSTGRES_CLOSED, reason);
}

void postgres_on_answer_limit(struct postgres *postgres)
{
	char reason[64];

	postgres_reason_timeout(postgres->question.timeout_ms, reason, sizeof(reason));
	break_off(postgres, POSTGRES_TIMEOUT, reason);
}

static void reserve_columns(struct postgres *postgres, size_t count)
{
	if (count <= postgres->row_capacity)
		return;
	postgres->row_capacity = count;
	postgres->names = mem_resize(postgres->names, count, sizeof(*postgres->names));
	postgres->values = mem_resize(postgres->values, count, sizeof(*postgres->values));
}

static void hand_on(struct postgres *postgres, const PGresult *result)
{
	struct postgres_row row = { .count = (size_t)PQnfields(result) };

	reserve_columns(postgres, row.count);
	for (size_t i = 0; i < row.count; i++) {
		postgres->names[i] = PQfname(result, (int)i);
		postgres->values[i] = PQgetisnull(result, 0, (int)i) ? NULL : PQgetvalue(result, 0, (int)i);
		postgres->answer.bytes += (size_t)PQgetlength(result, 0, (int)i);
	}
	row.names = postgres->names;
	row.values = postgres->values;
	postgres->handed_on = true;
	if (++postgres->answer.rows <= postgres->question.limit_rows &&
	    postgres->answer.bytes <= postgres->question.limit_bytes)
		postgres->question.on_row(postgres->question.user, &row);
}

static void note_refusal(struct postgres *postgres, const PGresult *result)
{
	const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
	const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);

	postgres->answer.fault = POSTGRES_STATEMENT;
	snprintf(postgres->answer.sqlstate, sizeof(postgres->answer.sqlstate), "%s", sqlstate ? sqlstate : "");
	if (message)
		snprintf(postgres->answer.reason, sizeof(postgres->answer.reason), "%.*s", (int)strcspn(message, "\n"),
			 message);
	else
		postgres_reason(PQresultErrorMessage(result), postgres->answer.reason, sizeof(postgres->answer.reason));
}

/* Nothing else of the answer is wanted; true when that ended the question. */
static bool is_too_large(struct postgres *postgres)
{
	const struct postgres_question *question = &postgres->question;
	char reason[64];

	if (postgres->answer.rows > question->limit_rows)
		snprintf(reason, sizeof(reason), "answer over %zu rows", question->limit_rows);
	else if (postgres->answer.bytes > question->limit_bytes || postgres->waited_bytes > question->limit_bytes)
		snprintf(reason, sizeof(reason), "answer over %zu kB", question->limit_bytes / 1000);
	else
		return false;
	break_off(postgres, POSTGRES_TOO_LARGE, reason);
	return true;
}

/* One piece of the answer; true when the question has ended. */
static bool take(struct postgres *postgres)
{
	PGresult *result = PQgetResult(postgres->conn);
	ExecStatusType status;
	bool copies;

	if (!result) {
		if (PQstatus(postgres->conn) == CONNECTION_BAD)
			break_off_closed(postgres);
		else
			answer(postgres);
		return true;
	}
	status = PQresultStatus(result);
	copies = status == PGRES_COPY_OUT || status == PGRES_COPY_IN || status == PGRES_COPY_BOTH;
	if (status == PGRES_SINGLE_TUPLE)
		hand_on(postgres, result);
	else if (!copies && status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK && status != PGRES_EMPTY_QUERY)
		note_refusal(postgres, result);
	PQclear(result);
	if (copies) {
		break_off(postgres, POSTGRES_OTHER, "the statement copies, it does not answer in rows");
		return true;
	}
	return is_too_large(postgres);
}

/* Bytes that TLS has unpacked already: the socket says nothing of them. */
static bool has_unpacked(const struct postgres *postgres)
{
	const SSL *ssl = PQsslStruct(postgres->conn, "OpenSSL");

	return ssl && SSL_pending(ssl) > 0;
}

/* What came over the socket in all; of a local one, at least what was seen waiting in it. */
static uint64_t received_bytes(const struct postgres *postgres)
{
	struct tcp_info info = { 0 };
	socklen_t length = sizeof(info);

	if (getsockopt(PQsocket(postgres->conn), IPPROTO_TCP, TCP_INFO, &info, &length) < 0)
		return postgres->seen_bytes;
	return info.tcpi_bytes_received;
}

/* How much has come since the last whole row. */
static void measure(struct postgres *postgres)
{
	uint64_t received = received_bytes(postgres);

	if (postgres->handed_on)
		postgres->row_at_bytes = received;
	postgres->handed_on = false;
	postgres->waited_bytes = received - postgres->row_at_bytes;
}

static void go_on(struct postgres *postgres)
{
	for (unsigned rows = 0; !PQisBusy(postgres->conn); rows++) {
		if (rows == ROWS_A_TURN) {
			watch(postgres, 0);
			timer_start(postgres->again, 0);
			return;
		}
		if (take(postgres))
			return;
	}
	/* One value may be a gigabyte: libpq would gather it all before it says anything. */
	measure(postgres);
	if (is_too_large(postgres))
		return;
	watch(postgres, LOOP_READ);
	if (has_unpacked(postgres))
		timer_start(postgres->again, 0);
}

/* False when the connection broke. */
static bool receive(struct postgres *postgres)
{
	int waiting = 0;

	if (ioctl(PQsocket(postgres->conn), FIONREAD, &waiting) == 0 && waiting > 0)
		postgres->seen_bytes += (uint64_t)waiting;
	if (PQconsumeInput(postgres->conn))
		return true;
	if (postgres->asking)
		break_off_closed(postgres);
	else
		postgres_close(postgres);
	return false;
}

static void on_socket(void *user, int events)
{
	struct postgres *postgres = user;
	int unsent = 0;

	if (!postgres->asking) {
		if (!receive(postgres))
			return;
		PQisBusy(postgres->conn); /* reads what has come: settings that changed, notices */
		if (PQstatus(postgres->conn) == CONNECTION_BAD)
			postgres_close(postgres);
		return;
	}
	if (events & LOOP_WRITE)
		unsent = PQflush(postgres->conn);
	if (unsent < 0) {
		break_off_closed(postgres);
		return;
	}
	if ((events & LOOP_READ) && !receive(postgres))
		return;
	if (unsent)
		watch(postgres, LOOP_READ | LOOP_WRITE);
	else
		go_on(postgres);
}

/* Rows that wait since the last turn; or a question that could not be asked. */
void postgres_on_again(struct postgres *postgres)
{
	if (!postgres->open)
		answer(postgres);
	else if (!has_unpacked(postgres) || receive(postgres))
		go_on(postgres);
}

void postgres_ask(struct postgres *postgres, const struct postgres_question *question)
{
	int unsent;

	postgres->question = *question;
	postgres->answer = (struct postgres_answer){ .fault = POSTGRES_OK };
	postgres->asking = true;
	postgres->asked_ms = loop_monotonic_now_ms(postgres->loop);
	postgres->waited_bytes = 0;
	postgres->handed_on = true;
	timer_start(postgres->again, 0);
	if (!postgres->open) {
		postgres->answer.fault = POSTGRES_CLOSED;
		snprintf(postgres->answer.reason, sizeof(postgres->answer.reason), "connection closed");
		return;
	}
	/* The extended protocol, since it takes one statement only. */
	if (!PQsendQueryParams(postgres->conn, question->sql, 0, NULL, NULL, NULL, NULL, 0)) {
		postgres->answer.fault = POSTGRES_CLOSED;
		postgres_reason(PQerrorMessage(postgres->conn), postgres->answer.reason,
				sizeof(postgres->answer.reason));
		postgres_close(postgres);
		timer_start(postgres->again, 0);
		return;
	}
	timer_stop(postgres->again);
	timer_start(postgres->limit, question->timeout_ms);
	PQsetSingleRowMode(postgres->conn);
	measure(postgres);
	unsent = PQflush(postgres->conn);
	watch(postgres, unsent ? LOOP_READ | LOOP_WRITE : LOOP_READ);
}
