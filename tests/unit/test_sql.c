#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#include "runbook/sql.h"

TestSuite(sql);

static bool reads(const char *text, const char *wanted)
{
	struct arena arena = { 0 };
	const char *why;
	bool ret = sql_reads(text, &arena, &why);

	cr_expect(strstr(why, wanted), "%s: %s", text, why);
	arena_release(&arena);
	return ret;
}

Test(sql, what_surely_reads)
{
	static const char *const texts[] = {
		"SELECT 1",
		"select count(*) from agents where name = 'a; drop table b' ; -- that is all\n",
		"SELECT pid, now() - query_start AS \"for\", left(query, 60)\nFROM pg_stat_activity\n"
		"WHERE state <> 'idle' AND query NOT LIKE '%\\_x%' ORDER BY 2 DESC LIMIT 5;",
		"WITH RECURSIVE t(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM t WHERE n < 10) SELECT sum(n) FROM t",
		"SELECT pg_size_pretty(pg_database_size(current_database()))",
		"SELECT pg_catalog.count (*) /* all /* of */ them; */ FROM x",
		"SELECT relname, n_dead_tup::numeric(10, 2) FROM pg_stat_user_tables AS t(a, b)",
		"SELECT percentile_cont(0.95) WITHIN GROUP (ORDER BY ms) FILTER (WHERE ok) OVER (PARTITION BY a) FROM "
		"t",
		"TABLE agents",
		"VALUES (1), (2)",
		"SHOW max_connections;",
		"EXPLAIN UPDATE agents SET a = f(1)",
		"EXPLAIN (VERBOSE, COSTS) INSERT INTO a(b) SELECT 1",
		"EXPLAIN (ANALYZE, BUFFERS) SELECT 1",
		"EXPLAIN ANALYZE VERBOSE SELECT 1",
		"SELECT $$ update $$, $q$ it's $$ ; $q$",
		"SELECT 1, 1.5, .5, 2e9, 1.5E-3, 1e, a1$b",
		"SELECT E'it\\'s; drop'",
		"SELECT \"update\" FROM \"delete\"",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		cr_expect(reads(texts[i], "only reads"), "%s", texts[i]);
}

Test(sql, what_does_not_surely_read)
{
	static const struct {
		const char *text, *why;
	} rows[] = {
		{ "", "no statement" },
		{ " -- nothing\n;", "no statement" },
		{ "UPDATE agents SET a = 1", "'UPDATE'" },
		{ "SELECT 1; DELETE FROM a", "more than one" },
		{ "SELECT 1; SELECT 2", "more than one" },
		{ "SELECT 1 -- one\r; DROP TABLE a", "more than one" },
		{ "SELECT 1$$ 'a $$; DROP TABLE a; --'", "run together" },
		{ "SELECT $1$$ 'a $$; DROP TABLE a; --'", "run together" },
		{ "SELECT 1into b FROM a", "run together" },
		{ "SELECT 1.5e3for UPDATE", "run together" },
		{ "\\d agents", "backslash" },
		{ "SELECT 1 \\gexec", "backslash" },
		{ "SET default_transaction_read_only = off", "'SET'" },
		{ "RESET ALL", "'RESET'" },
		{ "BEGIN", "'BEGIN'" },
		{ "COMMIT; DROP TABLE a", "more than one" },
		{ "WITH x AS (DELETE FROM a RETURNING *) SELECT * FROM x", "'DELETE'" },
		{ "WITH x AS (select 1) insert into a select * from x", "'insert'" },
		{ "SELECT * INTO b FROM a", "'INTO'" },
		{ "SELECT * FROM a FOR UPDATE", "'UPDATE'" },
		{ "SELECT * FROM a FOR KEY SHARE", "'SHARE'" },
		{ "SELECT pg_terminate_backend(pid) FROM pg_stat_activity", "'pg_terminate_backend'" },
		{ "SELECT set_config('transaction_read_only', 'off', false)", "'set_config'" },
		{ "SELECT pg_read_file('/etc/passwd')", "'pg_read_file'" },
		{ "SELECT pg_sleep (100)", "'pg_sleep'" },
		{ "SELECT pg_sleep/**/(100)", "'pg_sleep'" },
		{ "SELECT public.count(1)", "'count'" },
		{ "SELECT \"count\"(1)", "list" },
		{ "SELECT dblink_exec('x', 'drop table y')", "'dblink_exec'" },
		{ "SELECT counts(1)", "'counts'" },
		{ "SELECT coun(1)", "'coun'" },
		{ "EXPLAIN ANALYZE DELETE FROM a", "'DELETE'" },
		{ "EXPLAIN (BUFFERS, analyse) DELETE FROM a", "'DELETE'" },
		{ "EXPLAIN (\"analyze\") DELETE FROM a", "'DELETE'" },
		{ "EXPLAIN (COSTS, U&\"\\0061nalyze\") DELETE FROM a", "'DELETE'" },
		{ "EXPLAIN (ANALYZE", "explains nothing" },
		{ "EXPLAIN", "explains nothing" },
		{ "EXPLAIN EXECUTE x", "'EXECUTE'" },
		{ "COPY a TO PROGRAM 'rm'", "'COPY'" },
		{ "DO $$ BEGIN END $$", "'DO'" },
		{ "VACUUM", "'VACUUM'" },
		{ "SELECT 'open", "do not end" },
		{ "SELECT /* open", "do not end" },
		{ "SELECT $a$ open $b$", "do not end" },
		{ "SELECT '\\'' ; DROP TABLE x; --'", "backslash" },
		{ "(SELECT 1)", "no word that reads" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		cr_expect_not(reads(rows[i].text, rows[i].why), "%s", rows[i].text);
}

/* ---- values ---- */

static const char *value_of(void *user, const char *name)
{
	(void)name;
	return user;
}

/* The text with `value` at its '@'; the message where it is refused. */
static bool fills(const char *text, const char *value, const char *wanted)
{
	size_t at = strcspn(text, "@");
	struct placeholder place = { .name = "x", .begin = at, .end = at + 1 };
	struct strbuf buf = STRBUF_INIT;
	struct error error = { "" };
	char copy[64];
	bool ret;

	snprintf(copy, sizeof(copy), "%s", value);
	ret = sql_fill(text, &place, 1, value_of, copy, &buf, &error) == 0;
	cr_expect(strstr(ret ? buf.text : error.text, wanted), "%s with %s: %s", text, value,
		  ret ? buf.text : error.text);
	strbuf_release(&buf);
	return ret;
}

Test(sql, values_stay_values)
{
	cr_expect(fills("SELECT '@'", "a'; DROP TABLE b; --", "SELECT 'a''; DROP TABLE b; --'"));
	cr_expect(fills("SELECT * FROM \"@\"", "a\"b", "FROM \"a\"\"b\""));
	cr_expect(fills("SELECT * FROM t WHERE id = @", "42", "id = 42"));
	cr_expect(fills("SELECT * FROM @", "public.agents", "FROM public.agents"));
	cr_expect_not(fills("SELECT * FROM t WHERE id = @", "1 OR true", "needs quotes"));
	cr_expect_not(fills("SELECT * FROM t WHERE id = @", "1--", "needs quotes"));
	cr_expect_not(fills("SELECT 1 -- @", "a", "no value"));
	cr_expect(fills("SELECT 1 --\r, @", "a", ", a"));
	cr_expect_not(fills("SELECT 1 /* @ */", "a", "no value"));
	cr_expect_not(fills("SELECT $$@$$", "a", "no value"));
	cr_expect_not(fills("SELECT E'@'", "a\\", "no value"));
	cr_expect(fills("SELECT E'@'", "a", "E'a'"));
	cr_expect_not(fills("SELECT '@'", "", "empty"));
	cr_expect_not(fills("SELECT '@'", "a\x1b[2J", "not shown"));
}

Test(sql, connections)
{
	static const char *const bad[] = {
		"",
		"--set=x",
		"host=db password=hush",
		"host=db PASSWORD = hush",
		"sslpassword=x",
		"postgresql://ana:hush@db/x",
		"postgres://ana:hush@db,db2:5432/x",
		"postgresql://db/x?user=ana&password=hush",
		"postgresql://db/x?p%61ssword=hush",
		"host=db options='-c default_transaction_read_only=off'",
		"postgresql://db/x?options=-cdefault_transaction_read_only%3Doff",
	};
	static const char *const good[] = { "service=polln-ro",
					    "agents",
					    "host=db port=5432 dbname=x user=ro",
					    "postgresql://ro@db:5432/x",
					    "postgresql://db:5432",
					    "passfile=/x host=y" };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_expect(sql_connection_fault(bad[i]), "%s", bad[i]);
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		cr_expect(!sql_connection_fault(good[i]), "%s: %s", good[i], sql_connection_fault(good[i]));
}

Test(sql, a_command_of_the_shell)
{
	struct arena arena = { 0 };

	cr_expect_str_eq(sql_command("service=it's", "SELECT 'a$b`c'", &arena),
			 "PGOPTIONS='-c default_transaction_read_only=on' psql -Xq -v ON_ERROR_STOP=1 --no-password "
			 "'service=it'\\''s' -c 'BEGIN READ ONLY' -c 'SELECT '\\''a$b`c'\\'''");
	arena_release(&arena);
}
