/*
 * What a PostgreSQL server is asked, one row a statement: for which versions
 * and roles it is good, which of its columns become samples and under what
 * names, how it is shown, and what to grant when the server refuses it.
 * Metrics are called as postgres_exporter calls them where it has them.
 */
#ifndef COLLECT_POSTGRES_QUERIES_H
#define COLLECT_POSTGRES_QUERIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collect/detail.h"
#include "collect/postgres_metrics.h"
#include "collect/postgres_rows.h"

enum postgres_role { POSTGRES_EITHER, POSTGRES_PRIMARY, POSTGRES_STANDBY };

struct postgres_statement {
	const char *name; /* in warnings: "pg_stat_archiver" */
	const char *sql;  /* '@' stands for the schema of pg_stat_statements, quoted */
	int from, before; /* server versions it is good for; 0: no bound */
	enum postgres_role role;
	bool extension;          /* needs pg_stat_statements */
	const char *grant;       /* what helps when the server refuses it; NULL: nothing to grant */
	int64_t every_ms;        /* at most this often, since it costs the server something; 0: always */
	struct postgres_map map; /* without values: it is only shown */
	void (*show)(struct detail *detail, const struct postgres_rows *rows); /* NULL: it is not shown */
};

/* What the first statement of each collection finds out. */
struct postgres_server {
	int version;            /* 150004 */
	bool standby;           /* in recovery */
	const char *statements; /* schema of pg_stat_statements, quoted for SQL; NULL without it */
};

extern const struct postgres_statement postgres_statements[];
extern const size_t postgres_statement_count;

/* The first: its columns say what struct postgres_server holds. */
extern const struct postgres_statement postgres_probe;

/* Is the statement good for this server? */
bool postgres_statement_fits(const struct postgres_statement *statement, const struct postgres_server *server);

/* The statement's text for this server; the caller frees it. */
char *postgres_statement_sql(const struct postgres_statement *statement, const struct postgres_server *server);

#endif
