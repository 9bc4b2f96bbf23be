#include "collect/postgres_queries.h"

#include <string.h>

#include "base/strbuf.h"

bool postgres_statement_fits(const struct postgres_statement *statement, const struct postgres_server *server)
{
	if (statement->from && server->version < statement->from)
		return false;
	if (statement->before && server->version >= statement->before)
		return false;
	if (statement->extension && !server->statements)
		return false;
	return statement->role == POSTGRES_EITHER || (statement->role == POSTGRES_STANDBY) == server->standby;
}

char *postgres_statement_sql(const struct postgres_statement *statement, const struct postgres_server *server)
{
	struct strbuf sql = STRBUF_INIT;

	for (const char *at = statement->sql; *at; at++) {
		if (*at == '@' && statement->extension)
			strbuf_addstr(&sql, server->statements);
		else
			strbuf_addch(&sql, *at);
	}
	return strbuf_detach(&sql);
}
