#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "collect/postgres_custom.h"
#include "collect/postgres_queries.h"
#include "config/yaml.h"

#define OLDEST 130000
#define NEWEST 170002
#define MIDDLE 150020

static const struct postgres_statement *find(const char *name, const struct postgres_server *server)
{
	const struct postgres_statement *found = NULL;

	for (size_t i = 0; i < postgres_statement_count; i++) {
		if (strcmp(postgres_statements[i].name, name) != 0 ||
		    !postgres_statement_fits(&postgres_statements[i], server))
			continue;
		cr_expect_null(found, "two statements %s for %d", name, server->version);
		found = &postgres_statements[i];
	}
	return found;
}

Test(postgres_queries, each_is_there_once_for_every_version)
{
	static const int versions[] = { OLDEST, 140005, MIDDLE, 160001, NEWEST };
	static const char *const always[] = { "pg_stat_activity", "pg_lock_waits",     "blocking",
					      "pg_stat_database", "pg_stat_bgwriter",  "pg_stat_replication",
					      "pg_stat_archiver", "pg_stat_statements" };

	for (size_t v = 0; v < sizeof(versions) / sizeof(versions[0]); v++) {
		struct postgres_server server = { .version = versions[v], .statements = "public" };

		for (size_t i = 0; i < sizeof(always) / sizeof(always[0]); i++)
			cr_expect_not_null(find(always[i], &server), "%s for %d", always[i], versions[v]);
	}
}

Test(postgres_queries, follow_what_versions_renamed)
{
	struct postgres_server old = { .version = OLDEST, .statements = "public" };
	struct postgres_server new = { .version = NEWEST, .statements = "public" };

	cr_expect_null(strstr(find("pg_lock_waits", &old)->sql, "waitstart"));
	cr_expect_not_null(strstr(find("pg_lock_waits", &new)->sql, "waitstart"));
	cr_expect_not_null(strstr(find("pg_stat_bgwriter", &old)->sql, "checkpoints_timed"));
	cr_expect_null(strstr(find("pg_stat_bgwriter", &new)->sql, "checkpoints_timed"));
	cr_expect_null(find("pg_stat_checkpointer", &old));
	cr_expect_not_null(find("pg_stat_checkpointer", &new));
	cr_expect_null(strstr(find("pg_stat_statements", &old)->sql, "shared_blk_read_time"));
	cr_expect_not_null(strstr(find("pg_stat_statements", &new)->sql, "shared_blk_read_time"));
	cr_expect_null(strstr(find("pg_stat_database", &old)->sql, "active_time"));
	cr_expect_not_null(strstr(find("pg_stat_database", &new)->sql, "active_time"));
}

Test(postgres_queries, fit_role_and_extension)
{
	struct postgres_server primary = { .version = MIDDLE }, standby = { .version = MIDDLE, .standby = true };
	char *sql;

	cr_expect_null(find("pg_stat_wal_receiver", &primary));
	cr_expect_not_null(find("pg_stat_wal_receiver", &standby));
	cr_expect_null(find("pg_stat_statements", &primary));
	primary.statements = "\"Odd schema\"";
	sql = postgres_statement_sql(find("pg_stat_statements", &primary), &primary);
	cr_expect_not_null(strstr(sql, " FROM \"Odd schema\".pg_stat_statements s "));
	free(sql);
}

Test(postgres_queries, name_each_family_once)
{
	struct postgres_server servers[] = { { .version = OLDEST, .statements = "s" },
					     { .version = NEWEST, .statements = "s", .standby = true } };

	for (size_t v = 0; v < 2; v++) {
		struct map seen;

		map_init(&seen);
		for (size_t i = 0; i < postgres_statement_count; i++) {
			const struct postgres_statement *statement = &postgres_statements[i];

			if (!statement->map.values || !postgres_statement_fits(statement, &servers[v]))
				continue;
			for (const struct postgres_value *value = statement->map.values; value->column; value++) {
				char name[128];

				snprintf(name, sizeof(name), "%s_%s", statement->map.prefix, value->column);
				cr_expect_null(map_set(&seen, name, &seen), "%s twice", name);
				cr_expect_not_null(strstr(statement->sql, value->column), "%s", name);
				cr_expect(value->help && *value->help, "%s has no help", name);
			}
		}
		cr_expect_gt(seen.count, 100u);
		map_release(&seen, NULL);
	}
}

/* A list of queries, read. */
struct read {
	struct yaml_document document;
	struct arena arena;
	struct error_list errors;
	struct postgres_customs customs;
	int result;
	char fault[512];
};

static void read_queries(struct read *read, const char *yaml)
{
	memset(read, 0, sizeof(*read));
	arena_init(&read->arena);
	error_list_init(&read->errors);
	cr_assert_eq(yaml_parse(&read->document, yaml, strlen(yaml), "s.yaml", &read->errors), 0);
	read->result =
		postgres_customs_read(&read->customs, read->document.root, "s.yaml", &read->arena, &read->errors);
	if (read->errors.count)
		fault_format(&read->errors.faults[0], read->fault, sizeof(read->fault));
}

static void read_release(struct read *read)
{
	yaml_document_release(&read->document);
	error_list_release(&read->errors);
	arena_release(&read->arena);
}

Test(postgres_queries, of_a_system_are_read)
{
	struct read read;
	const struct postgres_statement *statement;

	read_queries(&read, "- name: tenant\n  sql: select 1\n  labels: [a, b]\n  values: size\n  type: counter\n"
			    "  help: words\n  interval: 1m\n  row_limit: 7\n- { name: shown, sql: select 2 }\n");
	cr_assert_eq(read.result, 0, "%s", read.fault);
	cr_assert_eq(read.customs.count, 2u);
	statement = &read.customs.items[0].statement;
	cr_expect_str_eq(statement->map.prefix, "tenant");
	cr_expect_str_eq(statement->map.labels[1], "b");
	cr_expect_null(statement->map.labels[2]);
	cr_expect_str_eq(statement->map.values[0].column, "size");
	cr_expect_str_eq(statement->map.values[0].type, "counter");
	cr_expect_str_eq(statement->map.values[0].help, "words");
	cr_expect_null(statement->map.values[1].column);
	cr_expect_eq(statement->every_ms, 60000);
	cr_expect_eq(read.customs.items[0].limit_rows, 7u);
	cr_expect_null(read.customs.items[1].statement.map.values[0].column);
	cr_expect_eq(read.customs.items[1].limit_rows, 1000u);
	read_release(&read);
}

Test(postgres_queries, of_a_system_are_bounded_where_they_are_made)
{
	struct read read;
	char *sql;

	read_queries(&read, "- { name: a, sql: 'select 1 -- x;\n ; ', labels: ['odd\"name'], values: [n] }\n"
			    "- { name: b, sql: table t }\n");
	cr_assert_eq(read.result, 0, "%s", read.fault);
	sql = postgres_custom_bounded_sql(&read.customs.items[0].statement, 7);
	cr_expect_str_eq(sql, "SELECT left(q.\"odd\"\"name\"::text, 1000) AS \"odd\"\"name\","
			      " left(q.\"n\"::text, 1000) AS \"n\" FROM (select 1 -- x\n) AS q LIMIT 8");
	free(sql);
	sql = postgres_custom_bounded_sql(&read.customs.items[1].statement, 1000);
	cr_expect_str_eq(sql, "SELECT * FROM (table t\n) AS q LIMIT 1001");
	free(sql);
	read_release(&read);
}

Test(postgres_queries, of_a_system_are_refused_by_line)
{
	static const struct {
		const char *yaml, *fault;
	} bad[] = {
		{ "5", "must be a list" },
		{ "- 5", "s.yaml:1:3: queries: a query is a mapping" },
		{ "- { sql: select 1 }", "name" },
		{ "- { name: a }", "sql" },
		{ "- { name: a, sql: ' ; ' }", "a has no statement" },
		{ "- { name: 'a b', sql: select 1 }", "'a b' is no name" },
		{ "- { name: 1a, sql: select 1 }", "'1a' is no name" },
		{ "- { name: a, sql: select 1, lables: [x] }", "did you mean 'labels'" },
		{ "- { name: a, sql: select 1, type: histogram }", "gauge, counter" },
		{ "- { name: a, sql: select 1 }\n- { name: a, sql: select 2 }", "two are called a" },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct read read;

		read_queries(&read, bad[i].yaml);
		cr_expect_eq(read.result, -1, "%s", bad[i].yaml);
		cr_expect_not_null(strstr(read.fault, bad[i].fault), "'%s' is not in '%s'", bad[i].fault, read.fault);
		read_release(&read);
	}
}
