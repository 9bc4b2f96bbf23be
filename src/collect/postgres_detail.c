#include "collect/postgres_detail.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/strbuf.h"
#include "collect/postgres_tree.h"

/* From here on an age is worth a look, and from there on it is trouble. */
#define TRANSACTION_LONG_S  60.
#define TRANSACTION_STUCK_S 900.
#define LAG_LONG_S          10.
#define LAG_STUCK_S         60.
#define ARCHIVE_LONG_S      900.
#define ARCHIVE_STUCK_S     3600.
#define CACHE_POOR          .9
#define XID_OLD             1e9
#define XID_TOO_OLD         1.8e9
#define DEAD_SHARE          .2

static enum detail_mood mood_of(double value, double warning, double bad)
{
	return value >= bad ? DETAIL_BAD : value >= warning ? DETAIL_WARNING : DETAIL_PLAIN;
}

/* One table being filled from rows. */
struct filling {
	struct detail *detail;
	struct detail_cell *row;
	const struct postgres_rows *rows;
	size_t index;
	size_t column; /* the next */
};

static void add(struct filling *to, enum detail_mood mood, const char *text)
{
	detail_cell(to->detail, to->row, to->column++, mood, "%s", text ? text : "");
}

static void add_text(struct filling *to, enum detail_mood mood, const char *name)
{
	add(to, mood, postgres_rows_text(to->rows, to->index, name));
}

static double number(const struct filling *to, const char *name)
{
	return postgres_rows_number(to->rows, to->index, name, NAN);
}

static void add_age(struct filling *to, enum detail_mood mood, const char *name)
{
	double seconds = number(to, name);
	char text[32] = "";

	if (!isnan(seconds))
		duration_format(seconds > 0 && seconds < 1e12 ? (int64_t)(seconds * 1000) : 0, text, sizeof(text));
	add(to, mood, text);
}

static void add_bytes(struct filling *to, enum detail_mood mood, const char *name)
{
	static const char *const units[] = { "B", "kB", "MB", "GB", "TB", "PB" };
	double bytes = number(to, name);
	size_t unit = 0;
	char text[32] = "";

	for (; bytes >= 1000 && unit + 1 < sizeof(units) / sizeof(units[0]); unit++)
		bytes /= 1000;
	if (!isnan(bytes))
		snprintf(text, sizeof(text), unit && bytes < 100 ? "%.1f %s" : "%.0f %s", bytes, units[unit]);
	add(to, mood, text);
}

static void add_count(struct filling *to, enum detail_mood mood, const char *name)
{
	double count = number(to, name);
	char text[32] = "";

	if (!isnan(count))
		snprintf(text, sizeof(text), "%.0f", count);
	add(to, mood, text);
}

static void add_percent(struct filling *to, const char *name, double poor)
{
	double share = number(to, name);
	char text[32] = "";

	if (!isnan(share))
		snprintf(text, sizeof(text), "%.1f%%", share * 100);
	add(to, share < poor ? DETAIL_WARNING : DETAIL_PLAIN, text);
}

static bool begin_row(struct filling *to, struct detail_table *table, const struct postgres_rows *rows, size_t index)
{
	to->rows = rows;
	to->index = index;
	to->column = 0;
	to->row = detail_row(to->detail, table);
	return to->row != NULL;
}

static bool is(const char *text, const char *word)
{
	return text && strcmp(text, word) == 0;
}

static enum detail_mood state_mood(const char *state, double transaction_s)
{
	if (state && strncmp(state, "idle in transaction", 19) == 0)
		return mood_of(transaction_s, 5, TRANSACTION_LONG_S);
	return is(state, "idle") ? DETAIL_DIM : DETAIL_PLAIN;
}

#define COLUMNS(array) (array), sizeof(array) / sizeof((array)[0])

void postgres_show_sessions(struct detail *detail, const struct postgres_rows *rows)
{
	static const struct detail_column columns[] = {
		{ .title = "PID", .right = true },
		{ .title = "USER" },
		{ .title = "DATABASE" },
		{ .title = "CLIENT" },
		{ .title = "STATE" },
		{ .title = "WAITS FOR" },
		{ .title = "QUERY", .right = true },
		{ .title = "TRANSACTION", .right = true },
		{ .title = "STATEMENT", .wide = true },
	};
	struct detail_table *table = detail_add(detail, "Sessions", "no session but ours", COLUMNS(columns));
	struct filling to = { .detail = detail };

	for (size_t i = 0; i < rows->count; i++) {
		double transaction_s, query_s;
		const char *state, *wait;

		begin_row(&to, table, rows, i);
		transaction_s = postgres_rows_number(rows, i, "transaction_age", 0);
		query_s = postgres_rows_number(rows, i, "query_age", 0);
		state = postgres_rows_text(rows, i, "state");
		wait = postgres_rows_text(rows, i, "wait");
		add_text(&to, DETAIL_PLAIN, "pid");
		add_text(&to, DETAIL_PLAIN, "usename");
		add_text(&to, DETAIL_PLAIN, "datname");
		add_text(&to, DETAIL_PLAIN, "client");
		add(&to, state_mood(state, transaction_s), state);
		add(&to, wait && strncmp(wait, "Lock", 4) == 0 ? DETAIL_WARNING : DETAIL_PLAIN, wait);
		add_age(&to, mood_of(query_s, TRANSACTION_LONG_S, TRANSACTION_STUCK_S), "query_age");
		add_age(&to, mood_of(transaction_s, TRANSACTION_LONG_S, TRANSACTION_STUCK_S), "transaction_age");
		add_text(&to, is(state, "idle") ? DETAIL_DIM : DETAIL_PLAIN, "query");
	}
}

static struct postgres_session *sessions_of(const struct postgres_rows *rows, struct arena *arena)
{
	struct postgres_session *sessions = arena_array(arena, rows->count + 1, sizeof(*sessions));

	for (size_t i = 0; i < rows->count; i++) {
		const char *blockers = postgres_rows_text(rows, i, "blockers");
		double pid = postgres_rows_number(rows, i, "pid", 0);

		sessions[i].pid = pid > 0 && pid <= INT32_MAX ? (int)pid : 0;
		sessions[i].blocker_count = postgres_tree_pids(blockers ? blockers : "", arena, &sessions[i].blockers);
	}
	return sessions;
}

/* What the line says in front of its pid: its place in the tree. */
static void add_place(struct filling *to, const struct postgres_tree_line *line)
{
	struct strbuf text = STRBUF_INIT;

	for (unsigned i = 1; i < line->depth; i++)
		strbuf_addstr(&text, "   ");
	if (line->depth)
		strbuf_addstr(&text, line->last ? "└─ " : "├─ ");
	if (line->pid)
		strbuf_addf(&text, "%d", line->pid);
	else
		strbuf_addstr(&text, "prepared transaction");
	if (line->ring || line->again)
		strbuf_addstr(&text, line->ring ? " (deadlock)" : " (see above)");
	add(to, line->ring ? DETAIL_BAD : line->depth ? DETAIL_WARNING : DETAIL_PLAIN, text.text);
	strbuf_release(&text);
}

void postgres_show_blocking(struct detail *detail, const struct postgres_rows *rows)
{
	static const struct detail_column columns[] = {
		{ .title = "PID" },
		{ .title = "USER" },
		{ .title = "DATABASE" },
		{ .title = "STATE" },
		{ .title = "WAITS FOR" },
		{ .title = "WAITS", .right = true },
		{ .title = "TRANSACTION", .right = true },
		{ .title = "STATEMENT", .wide = true },
	};
	struct detail_table *table = detail_add(detail, "Blocking", "nothing waits for a lock", COLUMNS(columns));
	struct filling to = { .detail = detail };
	struct postgres_tree tree;

	postgres_tree_make(sessions_of(rows, &detail->arena), rows->count, &detail->arena, &tree);
	for (size_t i = 0; i < tree.count; i++) {
		const struct postgres_tree_line *line = &tree.lines[i];

		begin_row(&to, table, rows, line->session);
		add_place(&to, line);
		if (line->session == POSTGRES_TREE_UNKNOWN)
			continue;
		add_text(&to, DETAIL_PLAIN, "usename");
		add_text(&to, DETAIL_PLAIN, "datname");
		add_text(&to, DETAIL_PLAIN, "state");
		add_text(&to, DETAIL_PLAIN, "lock");
		add_age(&to, mood_of(postgres_rows_number(rows, line->session, "wait_age", 0), 5, TRANSACTION_LONG_S),
			"wait_age");
		add_age(&to, DETAIL_PLAIN, "transaction_age");
		add_text(&to, DETAIL_PLAIN, "query");
	}
	table->left_out += tree.left_out;
}

void postgres_show_replication(struct detail *detail, const struct postgres_rows *rows)
{
	static const struct detail_column columns[] = {
		{ .title = "STANDBY" },
		{ .title = "CLIENT" },
		{ .title = "STATE" },
		{ .title = "SYNC" },
		{ .title = "SLOT" },
		{ .title = "NOT SENT", .right = true },
		{ .title = "NOT SAFE", .right = true },
		{ .title = "NOT REPLAYED", .right = true },
		{ .title = "FLUSH LAG", .right = true },
		{ .title = "REPLAY LAG", .right = true },
		{ .title = "LAST HEARD", .right = true },
	};
	struct detail_table *table = detail_add(detail, "Standbys", "no standby is connected", COLUMNS(columns));
	struct filling to = { .detail = detail };

	for (size_t i = 0; i < rows->count; i++) {
		const char *state = postgres_rows_text(rows, i, "state");

		begin_row(&to, table, rows, i);
		add_text(&to, DETAIL_PLAIN, "application_name");
		add_text(&to, DETAIL_PLAIN, "client_addr");
		add(&to, is(state, "streaming") ? DETAIL_GOOD : DETAIL_WARNING, state);
		add_text(&to, DETAIL_PLAIN, "sync_state");
		add_text(&to, DETAIL_PLAIN, "slot_name");
		add_bytes(&to, DETAIL_PLAIN, "sent_lag_bytes");
		add_bytes(&to, DETAIL_PLAIN, "flush_lag_bytes");
		add_bytes(&to, DETAIL_PLAIN, "pg_wal_lsn_diff");
		add_age(&to, mood_of(number(&to, "flush_lag_seconds"), LAG_LONG_S, LAG_STUCK_S), "flush_lag_seconds");
		add_age(&to, mood_of(number(&to, "replay_lag_seconds"), LAG_LONG_S, LAG_STUCK_S), "replay_lag_seconds");
		add_age(&to, mood_of(number(&to, "reply_age_seconds"), LAG_STUCK_S, 2 * LAG_STUCK_S),
			"reply_age_seconds");
	}
}

void postgres_show_receiver(struct detail *detail, const struct postgres_rows *rows)
{
	static const struct detail_column columns[] = {
		{ .title = "PRIMARY" },
		{ .title = "PORT", .right = true },
		{ .title = "STATE" },
		{ .title = "SLOT" },
		{ .title = "NOT REPLAYED", .right = true },
		{ .title = "REPLAY LAG", .right = true },
		{ .title = "LAST HEARD", .right = true },
	};
	struct detail_table *table =
		detail_add(detail, "Primary", "nothing is received: no connection to the primary", COLUMNS(columns));
	struct filling to = { .detail = detail };

	for (size_t i = 0; i < rows->count; i++) {
		const char *state = postgres_rows_text(rows, i, "status");

		begin_row(&to, table, rows, i);
		add_text(&to, DETAIL_PLAIN, "upstream_host");
		add_text(&to, DETAIL_PLAIN, "sender_port");
		add(&to, is(state, "streaming") ? DETAIL_GOOD : DETAIL_WARNING, state);
		add_text(&to, DETAIL_PLAIN, "slot_name");
		add_bytes(&to, DETAIL_PLAIN, "lag_bytes");
		add_age(&to, mood_of(number(&to, "lag_seconds"), LAG_LONG_S, LAG_STUCK_S), "lag_seconds");
		add_age(&to, mood_of(number(&to, "last_msg_age_seconds"), LAG_STUCK_S, 2 * LAG_STUCK_S),
			"last_msg_age_seconds");
	}
}

void postgres_show_slots(struct detail *detail, const struct postgres_rows *rows)
{
	static const struct detail_column columns[] = {
		{ .title = "SLOT" },
		{ .title = "TYPE" },
		{ .title = "DATABASE" },
		{ .title = "READ FROM" },
		{ .title = "WAL" },
		{ .title = "KEPT FOR IT", .right = true },
		{ .title = "BEFORE LOSS", .right = true },
	};
	struct detail_table *table = detail_add(detail, "Replication slots", "no slots", COLUMNS(columns));
	struct filling to = { .detail = detail };

	for (size_t i = 0; i < rows->count; i++) {
		bool active = is(postgres_rows_text(rows, i, "slots_active"), "t");
		const char *wal = postgres_rows_text(rows, i, "wal_status");

		begin_row(&to, table, rows, i);
		add_text(&to, DETAIL_PLAIN, "slot_name");
		add_text(&to, DETAIL_PLAIN, "slot_type");
		add_text(&to, DETAIL_PLAIN, "database");
		add(&to, active ? DETAIL_GOOD : DETAIL_WARNING, active ? "yes" : "no");
		add(&to, is(wal, "lost") ? DETAIL_BAD : is(wal, "unreserved") ? DETAIL_WARNING : DETAIL_PLAIN, wal);
		add_bytes(&to, DETAIL_PLAIN, "slots_pg_wal_lsn_diff");
		add_bytes(&to, DETAIL_PLAIN, "slot_safe_wal_size_bytes");
	}
}

void postgres_show_archiver(struct detail *detail, const struct postgres_rows *rows)
{
	static const struct detail_column columns[] = {
		{ .title = "ARCHIVING" },
		{ .title = "ARCHIVED", .right = true },
		{ .title = "LAST FILE" },
		{ .title = "AGE", .right = true },
		{ .title = "NOT ARCHIVED", .right = true },
		{ .title = "FAILED", .right = true },
		{ .title = "LAST FAILED" },
		{ .title = "AGE", .right = true },
	};
	struct detail_table *table = detail_add(detail, "WAL archive", "not known", COLUMNS(columns));
	struct filling to = { .detail = detail };

	for (size_t i = 0; i < rows->count; i++) {
		bool enabled = is(postgres_rows_text(rows, i, "enabled"), "t");
		bool failing = enabled && is(postgres_rows_text(rows, i, "failing"), "t");

		begin_row(&to, table, rows, i);
		add(&to,
		    failing   ? DETAIL_BAD
		    : enabled ? DETAIL_GOOD
			      : DETAIL_WARNING,
		    failing   ? "fails"
		    : enabled ? "on"
			      : "off");
		add_count(&to, DETAIL_PLAIN, "archived_count");
		add_text(&to, DETAIL_PLAIN, "last_archived_wal");
		add_age(&to,
			enabled ? mood_of(number(&to, "last_archive_age"), ARCHIVE_LONG_S, ARCHIVE_STUCK_S)
				: DETAIL_PLAIN,
			"last_archive_age");
		add_bytes(&to, DETAIL_PLAIN, "pending_bytes");
		add_count(&to, failing ? DETAIL_BAD : DETAIL_PLAIN, "failed_count");
		add_text(&to, failing ? DETAIL_BAD : DETAIL_PLAIN, "last_failed_wal");
		add_age(&to, failing ? DETAIL_BAD : DETAIL_PLAIN, "last_failed_age");
	}
}

void postgres_show_databases(struct detail *detail, const struct postgres_rows *rows)
{
	static const struct detail_column columns[] = {
		{ .title = "DATABASE" },
		{ .title = "SIZE", .right = true },
		{ .title = "SESSIONS", .right = true },
		{ .title = "CACHE HITS", .right = true },
		{ .title = "DEADLOCKS", .right = true },
		{ .title = "TEMP FILES", .right = true },
		{ .title = "OLDEST XID", .right = true },
	};
	struct detail_table *table = detail_add(detail, "Databases", "none", COLUMNS(columns));
	struct filling to = { .detail = detail };

	for (size_t i = 0; i < rows->count; i++) {
		begin_row(&to, table, rows, i);
		add_text(&to, DETAIL_PLAIN, "datname");
		add_bytes(&to, DETAIL_PLAIN, "size_bytes");
		add_count(&to, DETAIL_PLAIN, "numbackends");
		add_percent(&to, "cache_hit_ratio", CACHE_POOR);
		add_count(&to, DETAIL_PLAIN, "deadlocks");
		add_bytes(&to, DETAIL_PLAIN, "temp_bytes");
		add_count(&to, mood_of(number(&to, "xid_age"), XID_OLD, XID_TOO_OLD), "xid_age");
	}
}

void postgres_show_tables(struct detail *detail, const struct postgres_rows *rows)
{
	static const struct detail_column columns[] = {
		{ .title = "TABLE", .wide = true },      { .title = "SIZE", .right = true },
		{ .title = "ROWS", .right = true },      { .title = "DEAD", .right = true },
		{ .title = "SEQ SCANS", .right = true }, { .title = "INDEX SCANS", .right = true },
		{ .title = "VACUUMED", .right = true },
	};
	struct detail_table *table = detail_add(detail, "Tables of this database", "no tables", COLUMNS(columns));
	struct filling to = { .detail = detail };

	for (size_t i = 0; i < rows->count; i++) {
		double live = postgres_rows_number(rows, i, "n_live_tup", 0);
		double dead = postgres_rows_number(rows, i, "n_dead_tup", 0);
		const char *schema = postgres_rows_text(rows, i, "schemaname");
		const char *name = postgres_rows_text(rows, i, "relname");

		begin_row(&to, table, rows, i);
		detail_cell(detail, to.row, to.column++, DETAIL_PLAIN, "%s.%s", schema ? schema : "", name ? name : "");
		add_bytes(&to, DETAIL_PLAIN, "estimated_size_bytes");
		add_count(&to, DETAIL_PLAIN, "n_live_tup");
		add_count(&to, dead > 1000 && dead > (live + dead) * DEAD_SHARE ? DETAIL_WARNING : DETAIL_PLAIN,
			  "n_dead_tup");
		add_count(&to, DETAIL_PLAIN, "seq_scan");
		add_count(&to, DETAIL_PLAIN, "idx_scan");
		add_age(&to, DETAIL_PLAIN, "vacuum_age");
	}
}

void postgres_show_top(struct detail *detail, const struct postgres_rows *rows)
{
	static const struct detail_column columns[] = {
		{ .title = "TIME", .right = true },
		{ .title = "CALLS", .right = true },
		{ .title = "EACH ms", .right = true },
		{ .title = "ROWS", .right = true },
		{ .title = "CACHE HITS", .right = true },
		{ .title = "USER" },
		{ .title = "DATABASE" },
		{ .title = "STATEMENT", .wide = true },
	};
	struct detail_table *table = detail_add(detail, "Statements by time", "none", COLUMNS(columns));
	struct filling to = { .detail = detail };

	for (size_t i = 0; i < rows->count; i++) {
		double calls, seconds, hit, read;

		begin_row(&to, table, rows, i);
		calls = number(&to, "calls_total");
		seconds = number(&to, "seconds_total");
		hit = number(&to, "hit");
		read = number(&to, "read");
		add_age(&to, DETAIL_PLAIN, "seconds_total");
		add_count(&to, DETAIL_PLAIN, "calls_total");
		detail_cell(detail, to.row, to.column++, DETAIL_PLAIN, "%.2f", calls > 0 ? seconds * 1000 / calls : 0);
		add_count(&to, DETAIL_PLAIN, "rows_total");
		detail_cell(detail, to.row, to.column++,
			    hit + read > 0 && hit / (hit + read) < CACHE_POOR ? DETAIL_WARNING : DETAIL_PLAIN, "%.1f%%",
			    hit + read > 0 ? hit / (hit + read) * 100 : 100);
		add_text(&to, DETAIL_PLAIN, "user");
		add_text(&to, DETAIL_PLAIN, "datname");
		add_text(&to, DETAIL_PLAIN, "query");
	}
}

void postgres_show_plain(struct detail *detail, const char *title, const struct postgres_rows *rows)
{
	size_t count = rows->columns < DETAIL_COLUMNS ? rows->columns : DETAIL_COLUMNS;
	struct detail_column *columns = arena_array(&detail->arena, count + 1, sizeof(*columns));
	struct detail_table *table;
	struct filling to = { .detail = detail };

	for (size_t i = 0; i < count; i++)
		columns[i].title = arena_strdup(&detail->arena, rows->names[i]);
	if (!count) {
		columns[0].title = "";
		count = 1;
	}
	table = detail_add(detail, arena_strdup(&detail->arena, title), "no rows", columns, count);
	for (size_t i = 0; i < rows->count; i++) {
		begin_row(&to, table, rows, i);
		for (size_t c = 0; c < count && c < rows->columns; c++)
			add(&to, DETAIL_PLAIN, rows->cells[i * rows->columns + c]);
	}
}
