#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "runbook/sql_functions.h"

/* All tables are sorted: they are searched by halving. */

/* None of them writes, locks, ends sessions, waits, reads files or runs a text. */
static const char *const functions[] = {
	"abs",
	"age",
	"array_agg",
	"array_length",
	"array_to_string",
	"avg",
	"bool_and",
	"bool_or",
	"btrim",
	"cardinality",
	"ceil",
	"ceiling",
	"char_length",
	"coalesce",
	"col_description",
	"concat",
	"concat_ws",
	"count",
	"cume_dist",
	"current_database",
	"current_schema",
	"current_setting",
	"date_bin",
	"date_part",
	"date_trunc",
	"dense_rank",
	"every",
	"exp",
	"extract",
	"first_value",
	"floor",
	"format",
	"format_type",
	"generate_series",
	"greatest",
	"has_database_privilege",
	"has_schema_privilege",
	"has_table_privilege",
	"inet_server_addr",
	"inet_server_port",
	"initcap",
	"json_agg",
	"json_build_object",
	"json_object_agg",
	"jsonb_agg",
	"jsonb_array_elements",
	"jsonb_array_length",
	"jsonb_build_object",
	"jsonb_object_keys",
	"jsonb_pretty",
	"justify_interval",
	"lag",
	"last_value",
	"lead",
	"least",
	"left",
	"length",
	"ln",
	"log",
	"lower",
	"lpad",
	"ltrim",
	"make_interval",
	"max",
	"md5",
	"min",
	"mod",
	"mode",
	"now",
	"ntile",
	"nullif",
	"obj_description",
	"octet_length",
	"overlay",
	"percent_rank",
	"percentile_cont",
	"percentile_disc",
	"pg_backend_pid",
	"pg_blocking_pids",
	"pg_column_size",
	"pg_conf_load_time",
	"pg_current_wal_insert_lsn",
	"pg_current_wal_lsn",
	"pg_database_size",
	"pg_encoding_to_char",
	"pg_get_constraintdef",
	"pg_get_expr",
	"pg_get_functiondef",
	"pg_get_indexdef",
	"pg_get_userbyid",
	"pg_get_viewdef",
	"pg_indexes_size",
	"pg_is_in_recovery",
	"pg_is_wal_replay_paused",
	"pg_last_committed_xact",
	"pg_last_wal_receive_lsn",
	"pg_last_wal_replay_lsn",
	"pg_last_xact_replay_timestamp",
	"pg_lock_status",
	"pg_postmaster_start_time",
	"pg_relation_size",
	"pg_show_all_settings",
	"pg_size_bytes",
	"pg_size_pretty",
	"pg_stat_get_activity",
	"pg_stat_get_db_numbackends",
	"pg_table_is_visible",
	"pg_table_size",
	"pg_tablespace_size",
	"pg_total_relation_size",
	"pg_typeof",
	"pg_wal_lsn_diff",
	"pg_walfile_name",
	"position",
	"power",
	"quote_ident",
	"quote_literal",
	"quote_nullable",
	"rank",
	"regexp_match",
	"regexp_matches",
	"regexp_replace",
	"repeat",
	"replace",
	"reverse",
	"right",
	"round",
	"row_number",
	"row_to_json",
	"rpad",
	"rtrim",
	"shobj_description",
	"sign",
	"split_part",
	"sqrt",
	"stddev",
	"stddev_pop",
	"stddev_samp",
	"string_agg",
	"strpos",
	"substr",
	"substring",
	"sum",
	"to_char",
	"to_date",
	"to_json",
	"to_jsonb",
	"to_number",
	"to_regclass",
	"to_timestamp",
	"translate",
	"trim",
	"trunc",
	"txid_current_snapshot",
	"unnest",
	"upper",
	"var_pop",
	"var_samp",
	"variance",
	"version",
	"width_bucket",
};

/* Types with a length stand before a parenthesis as well. */
static const char *const keywords[] = {
	"all",      "analyze", "and",     "any",     "array",        "as",           "between",   "bit",
	"by",       "case",    "cast",    "char",    "cube",         "current_time", "decimal",   "distinct",
	"else",     "except",  "exists",  "explain", "filter",       "float",        "from",      "group",
	"grouping", "having",  "ilike",   "in",      "inner",        "intersect",    "interval",  "is",
	"join",     "lateral", "like",    "limit",   "materialized", "not",          "numeric",   "offset",
	"on",       "only",    "or",      "order",   "over",         "recursive",    "rollup",    "row",
	"select",   "sets",    "similar", "some",    "then",         "time",         "timestamp", "timestamptz",
	"union",    "using",   "values",  "varchar", "when",         "where",        "with",
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

struct word {
	const char *text;
	size_t length;
};

static int compare(const void *key, const void *entry)
{
	const struct word *word = key;
	const char *other = *(const char *const *)entry;
	int order = strncasecmp(word->text, other, word->length);

	return order ? order : -(other[word->length] != '\0');
}

static bool is_among(const char *const *table, size_t count, const char *word, size_t length)
{
	struct word key = { word, length };

	return bsearch(&key, table, count, sizeof(*table), compare) != NULL;
}

bool sql_is_reading_function(const char *word, size_t length)
{
	return is_among(functions, COUNT(functions), word, length);
}

bool sql_is_keyword(const char *word, size_t length)
{
	return is_among(keywords, COUNT(keywords), word, length);
}
