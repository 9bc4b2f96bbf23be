/* psql, pg_dump, pg_restore, pg_isready, redis-cli, alembic: DRYAD's stores and its schema. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/shim_flags.h"
#include "sim/shim_tools.h"

/* clang-format off */
static const struct shim_flag flags[] = {
	{ NULL, "username", 'U', true }, { NULL, "dbname", 'd', true }, { NULL, "host", 'h', true }, { NULL, "port", 'p', true },
	{ NULL, "no-password", 'w', false },
	{ "psql", "command", 'c', true }, { "psql", "tuples-only", 't', false }, { "psql", "no-align", 'A', false },
	{ "psql", "quiet", 'q', false }, { "psql", "no-psqlrc", 'X', false }, { "psql", "variable", 'v', true }, { "psql", "list", 'l', false },
	{ "psql", "file", 'f', true },
	{ "pg_dump", "file", 'f', true }, { "pg_dump pg_restore", "format", 'F', true }, { "pg_dump", "compress", 'Z', true },
	{ "pg_dump pg_restore", "clean", 'c', false }, { "pg_dump pg_restore", "no-owner", 'O', false },
	{ "pg_restore", "create", 'C', false }, { "pg_restore", "if-exists", 0, false }, { "pg_restore", "jobs", 'j', true },
	{ "pg_restore", "list", 'l', false }, { "pg_restore", "verbose", 'v', false },
	{ "pg_basebackup", "pgdata", 'D', true }, { "pg_basebackup", "format", 'F', true }, { "pg_basebackup", "gzip", 'z', false },
	{ "pg_basebackup", "wal-method", 'X', true }, { "pg_basebackup", "checkpoint", 'c', true }, { "pg_basebackup", "progress", 'P', false },
	{ NULL, NULL, 0, false },
};

static const struct shim_flag redis_flags[] = {
	{ NULL, NULL, 'h', true }, { NULL, NULL, 'p', true }, { NULL, NULL, 'a', true }, { NULL, NULL, 'n', true },
	{ NULL, "no-auth-warning", 0, false },
	{ NULL, NULL, 0, false },
};

/* What a statement is known by, without regard to case; what it does; what psql prints. */
static const struct statement {
	const char *word;
	const char *verb[4];
	const char *column, *value; /* one column and one row; value NULL: a figure of `connections` */
	const char *figure;
	const char *tag;            /* of a statement that gives no rows */
} statements[] = {
	{ "pg_terminate_backend", { "connections", "kill" }, "pg_terminate_backend", "t", NULL, NULL },
	{ "pg_cancel_backend", { "queries", "kill" }, "pg_cancel_backend", "t", NULL, NULL },
	{ "create index", { "index", "create" }, NULL, NULL, NULL, "CREATE INDEX" },
	{ "pg_is_wal_replay_paused", { NULL }, "pg_is_wal_replay_paused", "t", NULL, NULL },
	{ "pg_wal_replay_resume", { NULL }, "pg_wal_replay_resume", "", NULL, NULL },
	{ "pg_stat_archiver", { NULL }, "archived_count", "4211", NULL, NULL },
	{ "show archive_mode", { NULL }, "archive_mode", "on", NULL, NULL },
	{ "alter system", { NULL }, NULL, NULL, NULL, "ALTER SYSTEM" },
	{ "max_connections", { NULL }, "max_connections", NULL, "most", NULL },
	{ "state = 'idle'", { NULL }, "count", NULL, "poolIdle", NULL },
	{ "query_start", { NULL }, "longest_s", NULL, "longestQueryS", NULL },
	{ "pg_stat_activity", { NULL }, "count", NULL, "sessions", NULL },
	{ "pg_stat_statements", { NULL }, "query", "SELECT id, tenant_id FROM agents WHERE name = $1", NULL, NULL },
	{ "pg_is_in_recovery", { NULL }, "pg_is_in_recovery", "f", NULL, NULL },
	{ "pg_database_size", { NULL }, "pg_size_pretty", "1843 MB", NULL, NULL },
	{ "version()", { NULL }, "version", "PostgreSQL 16.4 (simulated)", NULL, NULL },
	{ "select 1", { NULL }, "?column?", "1", NULL, NULL },
	{ "vacuum", { NULL }, NULL, NULL, NULL, "VACUUM" },
	{ "analyze", { NULL }, NULL, NULL, NULL, "ANALYZE" },
	{ NULL, { NULL }, NULL, NULL, NULL, NULL },
};
/* clang-format on */

static const struct shim_grammar grammar = { flags, MANNER_GETOPT, false, false };
static const struct shim_grammar redis_grammar = { redis_flags, MANNER_GETOPT, true, false };

static int no_database(const struct shim *shim)
{
	return shim_fail(shim, 2,
			 "%s: error: connection to server at \"localhost\" (127.0.0.1), port 5432 failed: Connection "
			 "refused\n\tIs the "
			 "server running on that host and accepting TCP/IP connections?",
			 shim->tool);
}

/* What the database says of its sessions; NULL, having said so, when it does not answer. */
static cJSON *read_sessions(const struct shim *shim)
{
	int status = 0;
	cJSON *sessions = shim_ask(shim, SHIM_DRYAD, &status, "connections");

	if (sessions && !status)
		return sessions;
	no_database(shim);
	cJSON_Delete(sessions);
	return NULL;
}

static void show_row(const struct shim *shim, const struct shim_arguments *arguments, const char *column,
		     const char *value)
{
	int width = (int)(strlen(column) > strlen(value) ? strlen(column) : strlen(value));

	if (shim_flag_is(arguments, "tuples-only")) {
		shim_say(shim, shim_flag_is(arguments, "no-align") ? "%s" : " %s", value);
		return;
	}
	shim_say(shim, " %*s ", width, column);
	strbuf_addch(shim->out, '-');
	for (int i = 0; i <= width; i++)
		strbuf_addch(shim->out, '-');
	shim_say(shim, "\n %*s\n(1 row)\n", width, value);
}

static int run_statement(const struct shim *shim, const struct shim_arguments *arguments, const cJSON *sessions,
			 const char *text)
{
	const struct statement *found = statements;
	char figure[32];
	int status = 0;

	while (found->word && !strcasestr(text, found->word))
		found++;
	if (!found->word)
		return shim_fail(shim, 1, "ERROR:  this statement is not simulated\nLINE 1: %s", text);
	if (found->verb[0])
		status = shim_do(shim, SHIM_DRYAD, NULL, found->verb);
	if (status)
		return status;
	if (found->tag) {
		shim_say(shim, "%s", found->tag);
		return 0;
	}
	snprintf(figure, sizeof(figure), "%.0f", json_number(sessions, found->figure ? found->figure : "", 0));
	show_row(shim, arguments, found->column, found->value ? found->value : figure);
	return 0;
}

int shim_psql(struct shim *shim)
{
	struct shim_arguments arguments;
	int status = shim_flags_read(shim, &grammar, "psql", 0, &arguments);
	const char *file = shim_flag(&arguments, "file");
	cJSON *sessions = status ? NULL : read_sessions(shim);
	bool any = false;

	if (!status && !sessions)
		status = 2;
	for (size_t i = 0; !status && i < arguments.given.count; i++) {
		if (!arguments.given.items[i].flag->name || strcmp(arguments.given.items[i].flag->name, "command") != 0)
			continue;
		any = true;
		status = run_statement(shim, &arguments, sessions, arguments.given.items[i].value);
	}
	/* A dump that is read back is a restore. */
	if (!status && !any && file && strcmp(file, "-") != 0)
		status = shim_do(shim, SHIM_DRYAD, "COPY 18230", (const char *const[]){ "restore", NULL });
	else if (!status && !any)
		status = shim_fail(shim, 2, "psql: error: a session by hand is not simulated (use -c)");
	cJSON_Delete(sessions);
	shim_arguments_release(&arguments);
	return status;
}

int shim_pg_dump(struct shim *shim)
{
	struct shim_arguments arguments;
	int status = shim_flags_read(shim, &grammar, "pg_dump", 0, &arguments);

	if (!status)
		status = shim_do(shim, SHIM_DRYAD,
				 shim_flag(&arguments, "file") ? NULL : "-- PostgreSQL database dump (simulated)",
				 (const char *const[]){ "backup", NULL });
	shim_arguments_release(&arguments);
	return status;
}

int shim_pg_restore(struct shim *shim)
{
	struct shim_arguments arguments;
	int status = shim_flags_read(shim, &grammar, "pg_restore", 0, &arguments);

	/* The dump is a file that is named, or what comes on the standard input. */
	if (!status && !arguments.words.count && !shim_flag(&arguments, "dbname"))
		status = shim_fail(shim, 1, "pg_restore: error: one of -d/--dbname and -f/--file must be specified");
	else if (!status && shim_flag_is(&arguments, "list"))
		shim_say(shim, "; Archive of dryad_db (simulated)\n215; 1259 16401 TABLE public agents dryad");
	else if (!status)
		status = shim_do(shim, SHIM_DRYAD, NULL, (const char *const[]){ "restore", NULL });
	shim_arguments_release(&arguments);
	return status;
}

int shim_pg_basebackup(struct shim *shim)
{
	struct shim_arguments arguments;
	int status = shim_flags_read(shim, &grammar, "pg_basebackup", 0, &arguments);
	cJSON *sessions = status ? NULL : read_sessions(shim);

	if (!status && !shim_flag(&arguments, "pgdata"))
		status = shim_fail(shim, 1, "pg_basebackup: error: no target directory specified");
	else if (!status && !sessions)
		status = 1;
	cJSON_Delete(sessions);
	shim_arguments_release(&arguments);
	return status;
}

int shim_pg_isready(struct shim *shim)
{
	struct shim_arguments arguments;
	int status = shim_flags_read(shim, &grammar, "pg_isready", 0, &arguments), up = 1;
	cJSON *sessions = status ? NULL : shim_ask(shim, SHIM_DRYAD, &up, "connections");

	if (!status) {
		shim_say(shim, "/var/run/postgresql:5432 - %s",
			 sessions && !up ? "accepting connections" : "no response");
		status = sessions && !up ? 0 : 2;
	}
	cJSON_Delete(sessions);
	shim_arguments_release(&arguments);
	return status;
}

/* ---- redis-cli ---- */

static bool redis_is_up(const struct shim *shim)
{
	cJSON *status = shim_ask(shim, SHIM_DRYAD, NULL, "status");
	bool up = !strcmp(json_string(status, "redis", ""), "up");

	cJSON_Delete(status);
	return up;
}

int shim_redis_cli(struct shim *shim)
{
	struct shim_arguments arguments;
	int status = shim_flags_read(shim, &redis_grammar, "", 0, &arguments);
	const char *word = shim_word(&arguments, 0);

	if (status)
		;
	else if (!redis_is_up(shim))
		status = shim_fail(shim, 1, "Could not connect to Redis at 127.0.0.1:6379: Connection refused");
	else if (!word || !strcasecmp(word, "ping"))
		shim_say(shim, "PONG");
	else if (!strcasecmp(word, "info"))
		shim_say(shim,
			 "# Server\nredis_version:7.2.5\n# Memory\nused_memory_human:96.10M\nmaxmemory_human:2.00G\n"
			 "maxmemory_policy:allkeys-lru");
	else if (shim_one_of("config CONFIG save SAVE bgsave BGSAVE", word))
		shim_say(shim, "OK");
	else if (!strcasecmp(word, "dbsize"))
		shim_say(shim, "(integer) 18230");
	else
		status = shim_fail(shim, 1, "(error) ERR unknown command '%s', with args beginning with: ", word);
	shim_arguments_release(&arguments);
	return status;
}

/* ---- alembic ---- */

static int show_revision(const struct shim *shim)
{
	int half = 0;
	cJSON *current = shim_ask(shim, SHIM_DRYAD, &half, "alembic", "current");

	if (!current)
		return shim_no_dryad(shim);
	shim_say(shim, "%s%s", json_string(current, "revision", ""), half ? "" : " (head)");
	cJSON_Delete(current);
	return half;
}

int shim_alembic(struct shim *shim)
{
	const char *what = shim->count ? shim->words[0] : "", *to = shim->count > 1 ? shim->words[1] : NULL;
	int status;

	if (!strcmp(what, "current"))
		return show_revision(shim);
	if (!strcmp(what, "history") || !strcmp(what, "heads")) {
		shim_say(shim, "a7d3c91e04f2 -> b81c0d5577e3 (head), tenants of agents");
		return 0;
	}
	if (strcmp(what, "upgrade") != 0 && strcmp(what, "downgrade") != 0)
		return shim_fail(
			shim, 2,
			"usage: alembic [-h] {current,downgrade,heads,history,upgrade} ...\nalembic: error: argument: "
			"invalid choice: '%s'",
			what);
	if (!to)
		return shim_fail(shim, 2, "alembic %s: error: the following arguments are required: revision", what);
	status = shim_do(shim, SHIM_DRYAD, NULL, (const char *const[]){ "alembic", what, NULL });
	if (!status)
		shim_fail(shim, 0, "INFO  [alembic.runtime.migration] Running %s %s", what,
			  what[0] == 'u' ? "a7d3c91e04f2 -> b81c0d5577e3" : "b81c0d5577e3 -> a7d3c91e04f2");
	return status;
}
