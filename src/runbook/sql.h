/*
 * SQL that stands in a runbook: whether a text surely only reads, values put
 * into it, and the command that runs it through a configured connection. For
 * PostgreSQL, whose psql runs it. When unsure, it does not read.
 */
#ifndef RUNBOOK_SQL_H
#define RUNBOOK_SQL_H

#include <stdbool.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "runbook/runbook.h"

/*
 * Is it one statement that surely only reads: SELECT, WITH, TABLE, VALUES, SHOW,
 * or EXPLAIN of anything (with ANALYZE of one that reads), without a word that
 * changes or locks something, and calling only functions that are on the list
 * of those that read (sql_functions.h)? `ret_why`, in the arena: that it does and
 * by which word, else why that is not sure.
 */
bool sql_reads(const char *text, struct arena *arena, const char **ret_why);

/*
 * `text` with the values put in. Within quotes a value is a part of the string or
 * the name whatever it holds; outside of them it must be made of [A-Za-z0-9_.].
 * -1 when one has no value, or cannot be put where it stands: a comment, a string
 * between dollar signs.
 */
int sql_fill(const char *text, const struct placeholder *placeholders, size_t count,
	     const char *(*value)(void *user, const char *name), void *user, struct strbuf *ret, struct error *error);

/* Why a connection (libpq's conninfo, URI or a database's name) must not be used; NULL: it may. */
const char *sql_connection_fault(const char *connection);

/* What a shell runs: psql on that connection, the text in a transaction that is read-only, whatever the connection's
 * own options say. */
const char *sql_command(const char *connection, const char *text, struct arena *arena);

#endif
