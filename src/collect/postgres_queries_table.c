#include "base/clock.h"
#include "collect/postgres_detail.h"
#include "collect/postgres_queries.h"

/* The formatter would break the SQL apart. */
/* clang-format off */

#define V14 140000
#define V17 170000

#define MONITOR "GRANT pg_monitor TO the role"

#define LABELS(...) .labels = (const char *const[]){ __VA_ARGS__, NULL }
#define VALUES(...)                                                                                                    \
	.values = (const struct postgres_value[])                                                                      \
	{                                                                                                              \
		__VA_ARGS__, { NULL, NULL, NULL }                                                                      \
	}
#define GAUGE(column, help)   { column, "gauge", help }
#define COUNTER(column, help) { column, "counter", help }

/* Where the server's WAL ends: what it wrote, or, on a standby, received. */
#define WAL_END                                                                                                        \
	"(CASE WHEN pg_is_in_recovery() THEN coalesce(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())"            \
	" ELSE pg_current_wal_lsn() END)"
#define BYTES(lsn) "pg_wal_lsn_diff(" lsn ", '0/0')"
#define AGE(time)  "extract(epoch FROM clock_timestamp() - " time ")"

/* Of a long statement its beginning, in one line. */
#define QUERY_TEXT "regexp_replace(left(a.query, 400), '\\s+', ' ', 'g')"

/* Waiting for the client is no waiting that matters. */
#define WAIT                                                                                                           \
	"CASE WHEN a.wait_event_type IS NULL OR a.wait_event_type = 'Client' THEN ''"                                  \
	" ELSE a.wait_event_type || ': ' || a.wait_event END"

const struct postgres_statement postgres_probe = {
	.name = "server",
	.sql = "SELECT pg_is_in_recovery() AS is_replica, current_setting('server_version') AS short_version,"
	       " version() AS version, extract(epoch FROM pg_postmaster_start_time()) AS start_time_seconds,"
	       " (SELECT quote_ident(n.nspname) FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace"
	       " WHERE e.extname = 'pg_stat_statements') AS statements_schema,"
	       " pg_has_role(current_user, 'pg_monitor', 'USAGE') AS is_monitor, 1 AS static",
	.map = { .prefix = "pg", LABELS("short_version", "version"),
		 VALUES(GAUGE("static", "the server's version")) },
};

const struct postgres_statement postgres_statements[] = {
	{ .name = "pg_postmaster",
	  .sql = "SELECT extract(epoch FROM pg_postmaster_start_time()) AS start_time_seconds",
	  .map = { "pg_postmaster", NULL, VALUES(GAUGE("start_time_seconds", "when the server started")) } },

	{ .name = "pg_stat_activity",
	  .sql = "SELECT d.datname, s.state, coalesce(a.count, 0) AS count,"
		 " coalesce(a.max_tx_duration, 0) AS max_tx_duration,"
		 " coalesce(a.max_query_duration, 0) AS max_query_duration"
		 " FROM pg_database d CROSS JOIN (VALUES ('active'), ('idle'), ('idle in transaction'),"
		 " ('idle in transaction (aborted)'), ('fastpath function call'), ('disabled'), ('unknown')) s(state)"
		 " LEFT JOIN (SELECT datname, coalesce(state, 'unknown') AS state, count(*) AS count,"
		 " max(" AGE("xact_start") ") AS max_tx_duration,"
		 " max(" AGE("query_start") ") FILTER (WHERE state = 'active') AS max_query_duration"
		 " FROM pg_stat_activity WHERE datname IS NOT NULL GROUP BY 1, 2) a"
		 " ON a.datname = d.datname AND a.state = s.state"
		 " WHERE d.datallowconn AND (a.count IS NOT NULL"
		 " OR s.state NOT IN ('fastpath function call', 'disabled', 'unknown'))",
	  .map = { "pg_stat_activity", LABELS("datname", "state"),
		   VALUES(GAUGE("count", "sessions in this state"),
			  GAUGE("max_tx_duration", "age of the oldest transaction in this state, in seconds"),
			  GAUGE("max_query_duration", "age of the longest running query, in seconds")) } },

	{ .name = "sessions",
	  .sql = "SELECT a.pid, a.usename, a.datname, coalesce(host(a.client_addr), 'local') AS client,"
		 " coalesce(a.state, 'unknown') AS state, " WAIT " AS wait,"
		 " CASE WHEN a.state = 'active' THEN " AGE("a.query_start") " END AS query_age,"
		 " " AGE("a.xact_start") " AS transaction_age, " QUERY_TEXT " AS query"
		 " FROM pg_stat_activity a WHERE a.backend_type = 'client backend' AND a.pid <> pg_backend_pid()"
		 " ORDER BY a.xact_start IS NULL, a.xact_start, a.state_change LIMIT 500",
	  .show = postgres_show_sessions },

#define LOCK_WAITS(waited)                                                                                             \
	"SELECT d.datname, count(DISTINCT a.pid) AS sessions, coalesce(max(" waited "), 0) AS max_seconds"             \
	" FROM pg_database d LEFT JOIN (pg_stat_activity a JOIN pg_locks l ON l.pid = a.pid AND NOT l.granted)"        \
	" ON a.datname = d.datname WHERE d.datallowconn GROUP BY 1"
#define LOCK_WAITS_MAP                                                                                                 \
	{ "pg_lock_waits", LABELS("datname"),                                                                          \
	  VALUES(GAUGE("sessions", "sessions that wait for a lock"),                                                   \
		 GAUGE("max_seconds", "how long the one that waits longest has waited")) }
	{ .name = "pg_lock_waits", .before = V14, .sql = LOCK_WAITS(AGE("a.query_start")), .map = LOCK_WAITS_MAP },
	{ .name = "pg_lock_waits", .from = V14, .sql = LOCK_WAITS(AGE("l.waitstart")), .map = LOCK_WAITS_MAP },

#define BLOCKING(waited)                                                                                               \
	"WITH waiting AS MATERIALIZED (SELECT l.pid, pg_blocking_pids(l.pid) AS blockers, l.mode,"                     \
	" CASE WHEN l.relation IS NOT NULL AND l.database = (SELECT oid FROM pg_database"                              \
	" WHERE datname = current_database()) THEN l.relation::regclass::text ELSE l.locktype END AS target,"          \
	" " waited " AS waited FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid WHERE NOT l.granted)"          \
	" SELECT a.pid, coalesce(w.blockers, '{}')::text AS blockers, a.usename, a.datname,"                           \
	" coalesce(a.state, 'unknown') AS state, w.mode || ' on ' || w.target AS lock, w.waited AS wait_age,"          \
	" " AGE("a.xact_start") " AS transaction_age, " QUERY_TEXT " AS query"                                         \
	" FROM pg_stat_activity a LEFT JOIN waiting w ON w.pid = a.pid"                                                \
	" WHERE w.pid IS NOT NULL OR a.pid IN (SELECT unnest(blockers) FROM waiting)"                                  \
	" ORDER BY a.xact_start IS NULL, a.xact_start, a.pid LIMIT 128"
	{ .name = "blocking", .before = V14, .sql = BLOCKING(AGE("a.query_start")), .show = postgres_show_blocking },
	{ .name = "blocking", .from = V14, .sql = BLOCKING(AGE("l.waitstart")), .show = postgres_show_blocking },

	{ .name = "pg_locks",
	  .sql = "SELECT d.datname, m.mode, coalesce(l.count, 0) AS count"
		 " FROM pg_database d CROSS JOIN (VALUES ('accesssharelock'), ('rowsharelock'), ('rowexclusivelock'),"
		 " ('shareupdateexclusivelock'), ('sharelock'), ('sharerowexclusivelock'), ('exclusivelock'),"
		 " ('accessexclusivelock'), ('sireadlock')) m(mode)"
		 " LEFT JOIN (SELECT database, lower(mode) AS mode, count(*) AS count FROM pg_locks"
		 " WHERE database IS NOT NULL GROUP BY 1, 2) l ON l.database = d.oid AND l.mode = m.mode"
		 " WHERE d.datallowconn",
	  .map = { "pg_locks", LABELS("datname", "mode"), VALUES(GAUGE("count", "locks held or waited for")) } },

	{ .name = "pg_long_running_transactions",
	  .sql = "SELECT count(*) AS long_running_transactions,"
		 " extract(epoch FROM min(xact_start)) AS long_running_transactions_oldest_timestamp_seconds"
		 " FROM pg_stat_activity WHERE state IS DISTINCT FROM 'idle' AND backend_type = 'client backend'"
		 " AND clock_timestamp() - xact_start > interval '1 minute'",
	  .map = { "pg", NULL,
		   VALUES(GAUGE("long_running_transactions", "transactions older than a minute"),
			  GAUGE("long_running_transactions_oldest_timestamp_seconds", "when the oldest began")) } },

	{ .name = "pg_prepared_xacts",
	  .sql = "SELECT count(*) AS count, coalesce(max(" AGE("prepared") "), 0) AS max_age_seconds"
		 " FROM pg_prepared_xacts",
	  .map = { "pg_prepared_xacts", NULL,
		   VALUES(GAUGE("count", "prepared transactions nobody has ended"),
			  GAUGE("max_age_seconds", "age of the oldest")) } },

#define DATABASE_COLUMNS                                                                                               \
	"datid, datname, numbackends, xact_commit, xact_rollback, blks_read, blks_hit, tup_returned, tup_fetched,"     \
	" tup_inserted, tup_updated, tup_deleted, conflicts, temp_files, temp_bytes, deadlocks, blk_read_time,"        \
	" blk_write_time, extract(epoch FROM stats_reset) AS stats_reset,"                                             \
	" blks_hit::float8 / nullif(blks_hit + blks_read, 0) AS cache_hit_ratio"
#define DATABASE_VALUES                                                                                                \
	GAUGE("numbackends", "sessions connected"), COUNTER("xact_commit", "transactions committed"),                  \
		COUNTER("xact_rollback", "transactions rolled back"), COUNTER("blks_read", "blocks read from disk"),   \
		COUNTER("blks_hit", "blocks found in the buffer cache"),                                               \
		COUNTER("tup_returned", "rows read by scans"), COUNTER("tup_fetched", "rows fetched by index scans"),  \
		COUNTER("tup_inserted", "rows inserted"), COUNTER("tup_updated", "rows updated"),                      \
		COUNTER("tup_deleted", "rows deleted"),                                                                \
		COUNTER("conflicts", "queries cancelled by conflicts with recovery"),                                  \
		COUNTER("temp_files", "temporary files written"),                                                      \
		COUNTER("temp_bytes", "bytes written to temporary files"), COUNTER("deadlocks", "deadlocks broken"),   \
		COUNTER("blk_read_time", "milliseconds spent reading blocks"),                                         \
		COUNTER("blk_write_time", "milliseconds spent writing blocks"),                                        \
		COUNTER("stats_reset", "when these counters began"),                                                   \
		GAUGE("cache_hit_ratio", "share of blocks found in the buffer cache since then")
	{ .name = "pg_stat_database", .before = V14,
	  .sql = "SELECT " DATABASE_COLUMNS " FROM pg_stat_database WHERE datname IS NOT NULL",
	  .map = { "pg_stat_database", LABELS("datid", "datname"), VALUES(DATABASE_VALUES) } },
	{ .name = "pg_stat_database", .from = V14,
	  .sql = "SELECT " DATABASE_COLUMNS ", active_time / 1000.0 AS active_time_seconds_total"
		 " FROM pg_stat_database WHERE datname IS NOT NULL",
	  .map = { "pg_stat_database", LABELS("datid", "datname"),
		   VALUES(DATABASE_VALUES,
			  COUNTER("active_time_seconds_total", "time spent running statements")) } },

	{ .name = "pg_stat_database_conflicts", .role = POSTGRES_STANDBY,
	  .sql = "SELECT datid, datname, confl_tablespace, confl_lock, confl_snapshot, confl_bufferpin, confl_deadlock"
		 " FROM pg_stat_database_conflicts WHERE datname IS NOT NULL",
	  .map = { "pg_stat_database_conflicts", LABELS("datid", "datname"),
		   VALUES(COUNTER("confl_tablespace", "queries cancelled: a dropped tablespace"),
			  COUNTER("confl_lock", "queries cancelled: lock time-outs"),
			  COUNTER("confl_snapshot", "queries cancelled: old snapshots"),
			  COUNTER("confl_bufferpin", "queries cancelled: pinned buffers"),
			  COUNTER("confl_deadlock", "queries cancelled: deadlocks")) } },

	{ .name = "pg_database", .every_ms = CLOCK_MINUTE, .grant = MONITOR,
	  .sql = "SELECT d.datname, CASE WHEN has_database_privilege(d.oid, 'CONNECT')"
		 " OR pg_has_role(current_user, 'pg_read_all_stats', 'USAGE') THEN pg_database_size(d.oid) END"
		 " AS size_bytes, d.datconnlimit AS connection_limit, s.numbackends,"
		 " s.blks_hit::float8 / nullif(s.blks_hit + s.blks_read, 0) AS cache_hit_ratio, s.deadlocks,"
		 " s.temp_bytes, age(d.datfrozenxid) AS xid_age"
		 " FROM pg_database d LEFT JOIN pg_stat_database s ON s.datid = d.oid WHERE NOT d.datistemplate"
		 " ORDER BY 2 DESC NULLS LAST LIMIT 500",
	  .map = { "pg_database", LABELS("datname"),
		   VALUES(GAUGE("size_bytes", "disk space of the database"),
			  GAUGE("connection_limit", "most sessions allowed; -1: no limit")) },
	  .show = postgres_show_databases },

	{ .name = "pg_database_wraparound", .every_ms = CLOCK_MINUTE,
	  .sql = "SELECT datname, age(datfrozenxid) AS age_datfrozenxid_seconds,"
		 " mxid_age(datminmxid) AS age_datminmxid_seconds FROM pg_database WHERE datallowconn",
	  .map = { "pg_database_wraparound", LABELS("datname"),
		   VALUES(GAUGE("age_datfrozenxid_seconds", "transactions since the oldest unfrozen one (no seconds)"),
			  GAUGE("age_datminmxid_seconds", "the same of multixacts")) } },

	{ .name = "pg_settings",
	  .sql = "SELECT current_setting('max_connections') AS max_connections,"
		 " current_setting('superuser_reserved_connections') AS superuser_reserved_connections,"
		 " pg_size_bytes(current_setting('shared_buffers')) AS shared_buffers_bytes,"
		 " pg_size_bytes(current_setting('effective_cache_size')) AS effective_cache_size_bytes,"
		 " pg_size_bytes(current_setting('work_mem')) AS work_mem_bytes,"
		 " pg_size_bytes(current_setting('maintenance_work_mem')) AS maintenance_work_mem_bytes,"
		 " pg_size_bytes(current_setting('max_wal_size')) AS max_wal_size_bytes,"
		 " pg_size_bytes(current_setting('wal_segment_size')) AS wal_segment_size_bytes,"
		 " extract(epoch FROM current_setting('checkpoint_timeout')::interval) AS checkpoint_timeout_seconds,"
		 " current_setting('autovacuum') AS autovacuum,"
		 " current_setting('autovacuum_freeze_max_age') AS autovacuum_freeze_max_age,"
		 " current_setting('max_worker_processes') AS max_worker_processes,"
		 " current_setting('max_parallel_workers') AS max_parallel_workers,"
		 " current_setting('max_wal_senders') AS max_wal_senders,"
		 " current_setting('max_replication_slots') AS max_replication_slots,"
		 " current_setting('random_page_cost') AS random_page_cost,"
		 " current_setting('seq_page_cost') AS seq_page_cost, current_setting('fsync') AS fsync",
	  .map = { "pg_settings", NULL,
		   VALUES(GAUGE("max_connections", "most sessions at once"),
			  GAUGE("superuser_reserved_connections", "of these, kept for superusers"),
			  GAUGE("shared_buffers_bytes", "buffer cache"),
			  GAUGE("effective_cache_size_bytes", "what the planner takes for cached"),
			  GAUGE("work_mem_bytes", "memory of one sort or hash"),
			  GAUGE("maintenance_work_mem_bytes", "memory of one maintenance operation"),
			  GAUGE("max_wal_size_bytes", "WAL size that starts a checkpoint"),
			  GAUGE("wal_segment_size_bytes", "size of one WAL file"),
			  GAUGE("checkpoint_timeout_seconds", "longest time between checkpoints"),
			  GAUGE("autovacuum", "is it on"),
			  GAUGE("autovacuum_freeze_max_age", "age that forces a vacuum"),
			  GAUGE("max_worker_processes", "most background workers"),
			  GAUGE("max_parallel_workers", "most parallel workers"),
			  GAUGE("max_wal_senders", "most WAL senders"),
			  GAUGE("max_replication_slots", "most replication slots"),
			  GAUGE("random_page_cost", "planner's cost of a random page"),
			  GAUGE("seq_page_cost", "planner's cost of a page in sequence"),
			  GAUGE("fsync", "is it on")) } },

	{ .name = "pg_stat_bgwriter", .before = V17,
	  .sql = "SELECT checkpoints_timed AS checkpoints_timed_total, checkpoints_req AS checkpoints_req_total,"
		 " checkpoint_write_time AS checkpoint_write_time_total,"
		 " checkpoint_sync_time AS checkpoint_sync_time_total, buffers_checkpoint AS buffers_checkpoint_total,"
		 " buffers_clean AS buffers_clean_total, maxwritten_clean AS maxwritten_clean_total,"
		 " buffers_backend AS buffers_backend_total, buffers_backend_fsync AS buffers_backend_fsync_total,"
		 " buffers_alloc AS buffers_alloc_total, extract(epoch FROM stats_reset) AS stats_reset_total"
		 " FROM pg_stat_bgwriter",
	  .map = { "pg_stat_bgwriter", NULL,
		   VALUES(COUNTER("checkpoints_timed_total", "checkpoints begun since it was time"),
			  COUNTER("checkpoints_req_total", "checkpoints begun since there was much WAL, or by request"),
			  COUNTER("checkpoint_write_time_total", "milliseconds checkpoints spent writing"),
			  COUNTER("checkpoint_sync_time_total", "milliseconds checkpoints spent syncing"),
			  COUNTER("buffers_checkpoint_total", "buffers written by checkpoints"),
			  COUNTER("buffers_clean_total", "buffers written by the background writer"),
			  COUNTER("maxwritten_clean_total", "times the background writer had written enough"),
			  COUNTER("buffers_backend_total", "buffers written by sessions themselves"),
			  COUNTER("buffers_backend_fsync_total", "times a session had to sync itself"),
			  COUNTER("buffers_alloc_total", "buffers allocated"),
			  COUNTER("stats_reset_total", "when these counters began")) } },
	{ .name = "pg_stat_bgwriter", .from = V17,
	  .sql = "SELECT buffers_clean AS buffers_clean_total, maxwritten_clean AS maxwritten_clean_total,"
		 " buffers_alloc AS buffers_alloc_total, extract(epoch FROM stats_reset) AS stats_reset_total"
		 " FROM pg_stat_bgwriter",
	  .map = { "pg_stat_bgwriter", NULL,
		   VALUES(COUNTER("buffers_clean_total", "buffers written by the background writer"),
			  COUNTER("maxwritten_clean_total", "times the background writer had written enough"),
			  COUNTER("buffers_alloc_total", "buffers allocated"),
			  COUNTER("stats_reset_total", "when these counters began")) } },
	{ .name = "pg_stat_checkpointer", .from = V17,
	  .sql = "SELECT num_timed AS num_timed_total, num_requested AS num_requested_total,"
		 " restartpoints_timed AS restartpoints_timed_total, restartpoints_req AS restartpoints_req_total,"
		 " restartpoints_done AS restartpoints_done_total, write_time AS write_time_total,"
		 " sync_time AS sync_time_total, buffers_written AS buffers_written_total,"
		 " extract(epoch FROM stats_reset) AS stats_reset_total FROM pg_stat_checkpointer",
	  .map = { "pg_stat_checkpointer", NULL,
		   VALUES(COUNTER("num_timed_total", "checkpoints begun since it was time"),
			  COUNTER("num_requested_total", "checkpoints begun since there was much WAL, or by request"),
			  COUNTER("restartpoints_timed_total", "restartpoints begun since it was time"),
			  COUNTER("restartpoints_req_total", "restartpoints begun by request"),
			  COUNTER("restartpoints_done_total", "restartpoints done"),
			  COUNTER("write_time_total", "milliseconds spent writing"),
			  COUNTER("sync_time_total", "milliseconds spent syncing"),
			  COUNTER("buffers_written_total", "buffers written"),
			  COUNTER("stats_reset_total", "when these counters began")) } },
	{ .name = "pg_checkpoint",
	  .sql = "SELECT " AGE("checkpoint_time") " AS age_seconds FROM pg_control_checkpoint()",
	  .map = { "pg_checkpoint", NULL, VALUES(GAUGE("age_seconds", "since the last checkpoint began")) } },

	{ .name = "pg_stat_replication", .grant = MONITOR,
	  .sql = "SELECT r.pid, r.usename, r.application_name, coalesce(host(r.client_addr), 'local') AS client_addr,"
		 " r.state, r.sync_state, s.slot_name, " BYTES(WAL_END) " AS pg_current_wal_lsn_bytes,"
		 " pg_wal_lsn_diff(" WAL_END ", r.replay_lsn) AS pg_wal_lsn_diff,"
		 " pg_wal_lsn_diff(" WAL_END ", r.sent_lsn) AS sent_lag_bytes,"
		 " pg_wal_lsn_diff(" WAL_END ", r.flush_lsn) AS flush_lag_bytes,"
		 " coalesce(extract(epoch FROM r.write_lag), CASE WHEN r.write_lsn >= " WAL_END " THEN 0 END)"
		 " AS write_lag_seconds,"
		 " coalesce(extract(epoch FROM r.flush_lag), CASE WHEN r.flush_lsn >= " WAL_END " THEN 0 END)"
		 " AS flush_lag_seconds,"
		 " coalesce(extract(epoch FROM r.replay_lag), CASE WHEN r.replay_lsn >= " WAL_END " THEN 0 END)"
		 " AS replay_lag_seconds, " AGE("r.reply_time") " AS reply_age_seconds"
		 " FROM pg_stat_replication r LEFT JOIN pg_replication_slots s ON s.active_pid = r.pid ORDER BY 3, 4",
	  .map = { "pg_stat_replication", LABELS("application_name", "client_addr", "state", "slot_name"),
		   VALUES(GAUGE("pg_current_wal_lsn_bytes", "where this server's WAL ends"),
			  GAUGE("pg_wal_lsn_diff", "bytes of WAL the standby has not replayed"),
			  GAUGE("sent_lag_bytes", "bytes of WAL not sent to it"),
			  GAUGE("flush_lag_bytes", "bytes of WAL it has not made safe"),
			  GAUGE("write_lag_seconds", "until the standby has written what is committed here"),
			  GAUGE("flush_lag_seconds", "until it has made it safe"),
			  GAUGE("replay_lag_seconds", "until it can be read there"),
			  GAUGE("reply_age_seconds", "since the standby was last heard")) },
	  .show = postgres_show_replication },

	{ .name = "pg_replication_slots", .grant = MONITOR,
	  .sql = "SELECT slot_name, slot_type, coalesce(database, '') AS database, active AS slots_active,"
		 " active AS slot_slot_is_active, pg_wal_lsn_diff(" WAL_END ", restart_lsn) AS slots_pg_wal_lsn_diff,"
		 " safe_wal_size AS slot_safe_wal_size_bytes, wal_status FROM pg_replication_slots ORDER BY 1",
	  .map = { "pg_replication", LABELS("slot_name", "slot_type"),
		   VALUES(GAUGE("slots_active", "does somebody read from the slot"),
			  GAUGE("slot_slot_is_active", "the same, by its newer name"),
			  GAUGE("slots_pg_wal_lsn_diff", "bytes of WAL kept for the slot"),
			  GAUGE("slot_safe_wal_size_bytes", "bytes that may be written before the slot is lost")) },
	  .show = postgres_show_slots },

#define REPLAY_LAG                                                                                                     \
	"CASE WHEN NOT pg_is_in_recovery() THEN 0 WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0"    \
	" ELSE greatest(0, " AGE("pg_last_xact_replay_timestamp()") ") END"
	{ .name = "pg_replication",
	  .sql = "SELECT " REPLAY_LAG " AS lag, " REPLAY_LAG " AS lag_seconds, pg_is_in_recovery() AS is_replica,"
		 " CASE WHEN pg_is_in_recovery() THEN " AGE("pg_last_xact_replay_timestamp()") " END"
		 " AS last_replay_seconds,"
		 " CASE WHEN pg_is_in_recovery() THEN pg_wal_lsn_diff(pg_last_wal_receive_lsn(),"
		 " pg_last_wal_replay_lsn()) ELSE 0 END AS lag_bytes,"
		 " CASE WHEN pg_is_in_recovery() THEN pg_is_wal_replay_paused() END AS replay_paused",
	  .map = { "pg_replication", NULL,
		   VALUES(GAUGE("lag", "seconds this standby is behind what it received; 0 on a primary"),
			  GAUGE("lag_seconds", "the same, by its newer name"),
			  GAUGE("is_replica", "is this server a standby"),
			  GAUGE("last_replay_seconds", "since the last transaction that was replayed was committed"),
			  GAUGE("lag_bytes", "bytes of WAL received and not replayed"),
			  GAUGE("replay_paused", "was replaying paused by hand")) } },
	{ .name = "pg_wal_position",
	  .sql = "SELECT " BYTES(WAL_END) " AS position_bytes",
	  .map = { "pg_wal", NULL, VALUES(COUNTER("position_bytes", "where the WAL ends")) } },

	{ .name = "pg_stat_wal_receiver", .role = POSTGRES_STANDBY, .grant = MONITOR,
	  .sql = "SELECT coalesce(sender_host, '') AS upstream_host, sender_port, coalesce(slot_name, '') AS slot_name,"
		 " status, " BYTES("receive_start_lsn") " AS receive_start_lsn, receive_start_tli,"
		 " " BYTES("flushed_lsn") " AS flushed_lsn, received_tli,"
		 " extract(epoch FROM last_msg_send_time) AS last_msg_send_time,"
		 " extract(epoch FROM last_msg_receipt_time) AS last_msg_receipt_time,"
		 " " BYTES("latest_end_lsn") " AS latest_end_lsn,"
		 " extract(epoch FROM latest_end_time) AS latest_end_time,"
		 " greatest(0, pg_wal_lsn_diff(latest_end_lsn, pg_last_wal_replay_lsn())) AS lag_bytes,"
		 " " AGE("last_msg_receipt_time") " AS last_msg_age_seconds, " REPLAY_LAG " AS lag_seconds"
		 " FROM pg_stat_wal_receiver",
	  .map = { "pg_stat_wal_receiver", LABELS("upstream_host", "slot_name", "status"),
		   VALUES(GAUGE("receive_start_lsn", "where receiving began"),
			  GAUGE("receive_start_tli", "on which timeline"),
			  COUNTER("flushed_lsn", "up to where WAL is safe here"),
			  GAUGE("received_tli", "timeline of it"),
			  GAUGE("last_msg_send_time", "when the sender last wrote"),
			  GAUGE("last_msg_receipt_time", "when it came here"),
			  COUNTER("latest_end_lsn", "where the sender's WAL ended, as last told"),
			  GAUGE("latest_end_time", "when that was"),
			  GAUGE("lag_bytes", "bytes between the sender's WAL and what is replayed here"),
			  GAUGE("last_msg_age_seconds", "since the sender was last heard")) },
	  .show = postgres_show_receiver },

	{ .name = "pg_stat_archiver",
	  .sql = "SELECT archived_count, failed_count, last_archived_wal, last_failed_wal,"
		 " " AGE("last_archived_time") " AS last_archive_age, " AGE("last_failed_time") " AS last_failed_age,"
		 " last_failed_time IS NOT NULL AND last_failed_time >= coalesce(last_archived_time, '-infinity')"
		 " AS failing, current_setting('archive_mode') <> 'off' AS enabled,"
		 /* A WAL file's name: its timeline and its number in two parts, of eight hexadecimal digits each. */
		 " CASE WHEN NOT pg_is_in_recovery() AND last_archived_wal ~ '^[0-9A-F]{24}' THEN greatest(0,"
		 " " BYTES("pg_current_wal_lsn()")
		 " - ('x' || substr(last_archived_wal, 9, 8))::bit(32)::bigint::numeric * 4294967296"
		 " - (('x' || substr(last_archived_wal, 17, 8))::bit(32)::bigint + 1)"
		 " * pg_size_bytes(current_setting('wal_segment_size'))) END AS pending_bytes FROM pg_stat_archiver",
	  .map = { "pg_stat_archiver", NULL,
		   VALUES(COUNTER("archived_count", "WAL files archived"),
			  COUNTER("failed_count", "tries that failed"),
			  GAUGE("last_archive_age", "seconds since a WAL file was archived: what a loss of the server "
						    "may cost"),
			  GAUGE("last_failed_age", "seconds since a try failed"),
			  GAUGE("failing", "was the last try a failed one"),
			  GAUGE("enabled", "is archiving on"),
			  GAUGE("pending_bytes", "WAL written and not archived")) },
	  .show = postgres_show_archiver },
	{ .name = "pg_ls_archive_statusdir", .every_ms = 30 * CLOCK_SECOND, .grant = MONITOR,
	  .sql = "SELECT count(*) FILTER (WHERE name LIKE '%.ready') AS ready_files FROM pg_ls_archive_statusdir()",
	  .map = { "pg_stat_archiver", NULL, VALUES(GAUGE("ready_files", "WAL files that wait to be archived")) } },
	{ .name = "pg_ls_waldir", .every_ms = 30 * CLOCK_SECOND, .grant = MONITOR,
	  .sql = "SELECT count(*) AS segments, coalesce(sum(size), 0) AS size_bytes FROM pg_ls_waldir()"
		 " WHERE name ~ '^[0-9A-F]{24}$'",
	  .map = { "pg_wal", NULL,
		   VALUES(GAUGE("segments", "WAL files on disk"), GAUGE("size_bytes", "their size")) } },

	{ .name = "pg_stat_user_tables", .every_ms = CLOCK_MINUTE,
	  /* Sizes by the last vacuum's or analyze's count: asking for exact ones would wait for locks. */
	  .sql = "SELECT current_database() AS datname, t.schemaname, t.relname, seq_scan, seq_tup_read,"
		 " coalesce(idx_scan, 0) AS idx_scan, coalesce(idx_tup_fetch, 0) AS idx_tup_fetch, n_tup_ins,"
		 " n_tup_upd, n_tup_del, n_tup_hot_upd, n_live_tup, n_dead_tup, n_mod_since_analyze,"
		 " coalesce(extract(epoch FROM last_vacuum), 0) AS last_vacuum,"
		 " coalesce(extract(epoch FROM last_autovacuum), 0) AS last_autovacuum,"
		 " coalesce(extract(epoch FROM last_analyze), 0) AS last_analyze,"
		 " coalesce(extract(epoch FROM last_autoanalyze), 0) AS last_autoanalyze,"
		 " vacuum_count, autovacuum_count, analyze_count, autoanalyze_count,"
		 " c.relpages::bigint * current_setting('block_size')::bigint AS estimated_size_bytes,"
		 " " AGE("greatest(last_vacuum, last_autovacuum)") " AS vacuum_age"
		 " FROM pg_stat_user_tables t JOIN pg_class c ON c.oid = t.relid"
		 " ORDER BY c.relpages DESC, n_dead_tup DESC, 2, 3 LIMIT 100",
	  .map = { "pg_stat_user_tables", LABELS("datname", "schemaname", "relname"),
		   VALUES(COUNTER("seq_scan", "sequential scans begun"), COUNTER("seq_tup_read", "rows they read"),
			  COUNTER("idx_scan", "index scans begun"), COUNTER("idx_tup_fetch", "rows they fetched"),
			  COUNTER("n_tup_ins", "rows inserted"), COUNTER("n_tup_upd", "rows updated"),
			  COUNTER("n_tup_del", "rows deleted"),
			  COUNTER("n_tup_hot_upd", "rows updated within their page"),
			  GAUGE("n_live_tup", "rows, estimated"), GAUGE("n_dead_tup", "dead rows, estimated"),
			  GAUGE("n_mod_since_analyze", "rows changed since the last analyze"),
			  GAUGE("last_vacuum", "when it was vacuumed by hand; 0: never"),
			  GAUGE("last_autovacuum", "when it was vacuumed by the daemon; 0: never"),
			  GAUGE("last_analyze", "when it was analyzed by hand; 0: never"),
			  GAUGE("last_autoanalyze", "when it was analyzed by the daemon; 0: never"),
			  COUNTER("vacuum_count", "vacuums by hand"),
			  COUNTER("autovacuum_count", "vacuums by the daemon"),
			  COUNTER("analyze_count", "analyzes by hand"),
			  COUNTER("autoanalyze_count", "analyzes by the daemon"),
			  GAUGE("estimated_size_bytes", "size as last counted by vacuum or analyze")) },
	  .show = postgres_show_tables },

#define STATEMENTS(read, write)                                                                                        \
	"SELECT coalesce(r.rolname, '') AS user, d.datname, s.queryid, sum(s.calls) AS calls_total,"                   \
	" sum(s.total_exec_time) / 1000.0 AS seconds_total, sum(s.rows) AS rows_total,"                                \
	" sum(s." read ") / 1000.0 AS block_read_seconds_total,"                                                       \
	" sum(s." write ") / 1000.0 AS block_write_seconds_total,"                                                     \
	" sum(s.shared_blks_hit) AS hit, sum(s.shared_blks_read) AS read,"                                             \
	" regexp_replace(left(min(s.query), 400), '\\s+', ' ', 'g') AS query"                                          \
	" FROM @.pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid LEFT JOIN pg_roles r ON r.oid = s.userid"   \
	" WHERE s.queryid IS NOT NULL GROUP BY 1, 2, 3 ORDER BY 5 DESC LIMIT 20"
#define STATEMENTS_MAP                                                                                                 \
	{ "pg_stat_statements", LABELS("user", "datname", "queryid"),                                                  \
	  VALUES(COUNTER("calls_total", "times the statement ran"),                                                    \
		 COUNTER("seconds_total", "time it took, all runs together"),                                          \
		 COUNTER("rows_total", "rows it gave or changed"),                                                     \
		 COUNTER("block_read_seconds_total", "of that time, reading blocks"),                                  \
		 COUNTER("block_write_seconds_total", "of that time, writing blocks")) }
	{ .name = "pg_stat_statements", .before = V17, .extension = true, .grant = MONITOR, .every_ms = CLOCK_MINUTE,
	  .sql = STATEMENTS("blk_read_time", "blk_write_time"), .map = STATEMENTS_MAP, .show = postgres_show_top },
	{ .name = "pg_stat_statements", .from = V17, .extension = true, .grant = MONITOR, .every_ms = CLOCK_MINUTE,
	  .sql = STATEMENTS("shared_blk_read_time", "shared_blk_write_time"), .map = STATEMENTS_MAP,
	  .show = postgres_show_top },
};

const size_t postgres_statement_count = sizeof(postgres_statements) / sizeof(postgres_statements[0]);
