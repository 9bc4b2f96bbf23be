#include "journal/journal_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"

/* How long another process's lock is waited for. Writing takes milliseconds; who holds it longer is in trouble. */
#define BUSY_MS 1000

static const char schema[] = "CREATE TABLE event("
			     " sequence INTEGER PRIMARY KEY AUTOINCREMENT,"
			     " id TEXT NOT NULL UNIQUE,"
			     " time_ms INTEGER NOT NULL,"
			     " monotonic_ms INTEGER NOT NULL,"
			     " actor TEXT NOT NULL,"
			     " system TEXT NOT NULL,"
			     " kind TEXT NOT NULL,"
			     " subject TEXT NOT NULL,"
			     " body TEXT NOT NULL);";

static const char insert_sql[] =
	"INSERT OR IGNORE INTO event(id, time_ms, monotonic_ms, actor, system, kind, subject, body)"
	" VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";

static const char find_sql[] = "SELECT sequence FROM event WHERE id = ?1";

/* What another program wrote may be longer than what this one writes. */
static const char select_sql[] =
	"SELECT sequence, substr(id, 1, 1024), time_ms, monotonic_ms, substr(actor, 1, 1024), substr(system, 1, 1024),"
	" substr(kind, 1, 1024), substr(subject, 1, 1024),"
	" CASE WHEN length(CAST(body AS BLOB)) > 65536 THEN '{}' ELSE body END"
	" FROM event WHERE sequence > ?1 AND (time_ms >= ?2 OR sequence > ?3) ORDER BY sequence LIMIT ?4";

/* The words people meet, where SQLite's own say less. */
static int refused(struct journal_file *file, const char *what, struct error *error)
{
	int code = sqlite3_errcode(file->db), number = sqlite3_system_errno(file->db);

	switch (code & 0xff) {
	case SQLITE_FULL: return error_set(error, "no space left on device");
	case SQLITE_BUSY:
	case SQLITE_LOCKED: return error_set(error, "locked by another process");
	case SQLITE_READONLY: return error_set(error, "read-only");
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB: return error_set(error, "damaged");
	default: break;
	}
	if (number)
		return error_set(error, "cannot be %s: %s", what, strerror(number));
	return error_set(error, "cannot be %s: %s", what, sqlite3_errmsg(file->db));
}

/* After a fault: a damaged file makes room for a new one, and no connection that failed is used on. */
static int failed(struct journal_file *file, const char *what, struct error *error)
{
	int code = file->db ? sqlite3_errcode(file->db) & 0xff : SQLITE_OK;
	char name[128];

	refused(file, what, error);
	if (!sqlite3_get_autocommit(file->db))
		sqlite3_exec(file->db, "ROLLBACK", NULL, NULL, NULL);
	if (code == SQLITE_BUSY || code == SQLITE_LOCKED || code == SQLITE_FULL)
		return -1;
	journal_file_close(file);
	if (code != SQLITE_CORRUPT && code != SQLITE_NOTADB)
		return -1;
	if (!journal_place_set_aside(file->path, &file->identity, name, sizeof(name), error) && *name) {
		snprintf(file->notice, sizeof(file->notice), "the journal was damaged and is set aside as %s", name);
		log_line(LOG_LEVEL_ERROR, "%s: %s", file->path, file->notice);
	}
	return -1;
}

static int run(struct journal_file *file, const char *sql)
{
	return sqlite3_exec(file->db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : -1;
}

static int ask_number(struct journal_file *file, const char *sql, int64_t *ret)
{
	sqlite3_stmt *statement = NULL;
	int step = SQLITE_ERROR;

	if (sqlite3_prepare_v2(file->db, sql, -1, &statement, NULL) == SQLITE_OK)
		step = sqlite3_step(statement);
	*ret = step == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
	return sqlite3_finalize(statement) == SQLITE_OK && (step == SQLITE_ROW || step == SQLITE_DONE) ? 0 : -1;
}

/* Under the lock, since several processes may find it empty at the same time. */
static int make_schema(struct journal_file *file)
{
	char sql[128];
	int64_t version;

	if (run(file, "BEGIN IMMEDIATE") || ask_number(file, "PRAGMA user_version", &version))
		return -1;
	if (version)
		return run(file, "ROLLBACK");
	snprintf(sql, sizeof(sql), "PRAGMA application_id = %d; PRAGMA user_version = %d", JOURNAL_APPLICATION_ID,
		 JOURNAL_VERSION);
	return run(file, schema) || run(file, sql) || run(file, "COMMIT") ? -1 : 0;
}

/* Ours or empty, or another program's? */
static int check_kind(struct journal_file *file, int64_t *ret_version, bool *ret_foreign)
{
	int64_t application, tables;

	/* In this order: another process may be making the tables, and marks the file in the same transaction. */
	if (ask_number(file, "SELECT count(*) FROM sqlite_master", &tables) ||
	    ask_number(file, "PRAGMA application_id", &application) ||
	    ask_number(file, "PRAGMA user_version", ret_version))
		return -1;
	*ret_foreign = tables > 0 && application != JOURNAL_APPLICATION_ID;
	return 0;
}

static int prepare(struct journal_file *file)
{
	const struct {
		const char *sql;
		sqlite3_stmt **statement;
	} rows[] = { { insert_sql, &file->insert },
		     { find_sql, &file->find },
		     { select_sql, &file->select },
		     { "PRAGMA data_version", &file->version } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (sqlite3_prepare_v3(file->db, rows[i].sql, -1, SQLITE_PREPARE_PERSISTENT, rows[i].statement, NULL))
			return -1;
	return 0;
}

static int count_events(struct journal_file *file)
{
	char sql[96];

	snprintf(sql, sizeof(sql), "SELECT count(*) FROM event WHERE sequence <= %lld", (long long)file->counted);
	return ask_number(file, sql, &file->events);
}

/* The journal mode is kept in the file: setting the one it has costs nothing. */
static int set_up(struct journal_file *file, struct error *error)
{
	int64_t version = 0;
	bool foreign = false;

	if (check_kind(file, &version, &foreign))
		return failed(file, "opened", error);
	if (foreign) {
		journal_file_close(file);
		return error_set(error, "is another program's SQLite file");
	}
	file->newer = version > JOURNAL_VERSION;
	file->read_only = sqlite3_db_readonly(file->db, "main") == 1;
	if (!file->newer && !file->read_only) {
		const char *mode = journal_place_is_remote(file->path) ? "PRAGMA journal_mode = DELETE"
								       : "PRAGMA journal_mode = WAL";

		if (run(file, mode) || run(file, "PRAGMA synchronous = FULL") || (!version && make_schema(file)))
			return failed(file, "opened", error);
	}
	/* Between the two others may add: what is counted lies before `counted`. */
	if (prepare(file) || ask_number(file, "SELECT ifnull(max(sequence), 0) FROM event", &file->counted) ||
	    count_events(file))
		return failed(file, "read", error);
	return 0;
}

int journal_file_open(struct journal_file *file, struct error *error)
{
	struct file_identity now;
	bool there = !journal_place_identify(file->path, &now),
	     other = !there || !file_identity_equal(&now, &file->identity);

	if (file->db && !other)
		return 0;
	journal_file_close(file);
	if (other)
		file->started = false;
	if (journal_place_make(file->path, error))
		return -1;
	if (journal_place_identify(file->path, &file->identity))
		return error_set(error, "is gone again as soon as it is made");
	if (sqlite3_open_v2(file->path, &file->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL)) {
		refused(file, "opened", error);
		journal_file_close(file);
		return -1;
	}
	sqlite3_extended_result_codes(file->db, 1);
	sqlite3_busy_timeout(file->db, BUSY_MS);
	if (!set_up(file, error))
		return 0;
	/* A lock that was waited for in vain leaves it half set up, and the next visit would take it for whole. */
	journal_file_close(file);
	return -1;
}

void journal_file_close(struct journal_file *file)
{
	sqlite3_stmt **statements[] = { &file->insert, &file->find, &file->select, &file->version };

	for (size_t i = 0; i < sizeof(statements) / sizeof(*statements); i++) {
		sqlite3_finalize(*statements[i]);
		*statements[i] = NULL;
	}
	sqlite3_close(file->db);
	file->db = NULL;
	file->data_version = 0;
}

struct journal_file *journal_file_new(const char *path, int64_t since_ms)
{
	struct journal_file *file = mem_zalloc(sizeof(*file));

	file->path = mem_strdup(path);
	file->since_ms = since_ms;
	return file;
}

void journal_file_free(struct journal_file *file)
{
	if (!file)
		return;
	journal_file_close(file);
	free(file->path);
	free(file);
}

/* Insert one; its sequence, or that of the one that has its id already. */
static int insert(struct journal_file *file, struct journal_event *event)
{
	const char *texts[] = { event->actor, event->system, event->kind, event->subject, event->body };
	int step;

	sqlite3_bind_text(file->insert, 1, event->id, -1, SQLITE_STATIC);
	sqlite3_bind_int64(file->insert, 2, event->time_ms);
	sqlite3_bind_int64(file->insert, 3, event->monotonic_ms);
	for (int i = 0; i < 5; i++)
		sqlite3_bind_text(file->insert, 4 + i, texts[i], -1, SQLITE_STATIC);
	step = sqlite3_step(file->insert);
	if (sqlite3_reset(file->insert) || step != SQLITE_DONE)
		return -1;
	if (sqlite3_changes(file->db)) {
		event->sequence = sqlite3_last_insert_rowid(file->db);
		return 0;
	}
	sqlite3_bind_text(file->find, 1, event->id, -1, SQLITE_STATIC);
	step = sqlite3_step(file->find);
	if (step == SQLITE_ROW)
		event->sequence = sqlite3_column_int64(file->find, 0);
	return sqlite3_reset(file->find) || step != SQLITE_ROW ? -1 : 0;
}

int journal_file_writable(const struct journal_file *file, struct error *error)
{
	if (file->db && file->newer)
		return error_set(error, "is of a newer skep, and only read");
	if (file->db && file->read_only)
		return error_set(error, "read-only");
	return 0;
}

int journal_file_write(struct journal_file *file, const struct journal_events *events, struct error *error)
{
	if (journal_file_writable(file, error))
		return -1;
	if (run(file, "BEGIN IMMEDIATE"))
		return failed(file, "written", error);
	for (size_t i = 0; i < events->items.count; i++)
		if (insert(file, events->items.items[i]))
			goto bad;
	if (!run(file, "COMMIT"))
		return 0;
bad:
	failed(file, "written", error);
	for (size_t i = 0; i < events->items.count; i++)
		events->items.items[i]->sequence = 0;
	return -1;
}

int journal_file_changed(struct journal_file *file, bool *ret, struct error *error)
{
	int step = sqlite3_step(file->version);
	int64_t version = step == SQLITE_ROW ? sqlite3_column_int64(file->version, 0) : 0;

	if (sqlite3_reset(file->version) || step != SQLITE_ROW)
		return failed(file, "read", error);
	*ret = !file->started || version != file->data_version;
	file->data_version = version;
	return 0;
}

static struct journal_event *read_row(sqlite3_stmt *row)
{
	const char *texts[9] = { 0 };

	for (int i = 0; i < 9; i++) {
		texts[i] = (const char *)sqlite3_column_text(row, i);
		texts[i] = texts[i] ? texts[i] : "";
	}
	return journal_event_copy(&(struct journal_event){ .sequence = sqlite3_column_int64(row, 0),
							   .id = texts[1],
							   .time_ms = sqlite3_column_int64(row, 2),
							   .monotonic_ms = sqlite3_column_int64(row, 3),
							   .actor = texts[4],
							   .system = texts[5],
							   .kind = texts[6],
							   .subject = texts[7],
							   .body = texts[8] });
}

/* Where the newest JOURNAL_START_MAX begin, and where the start ends: what comes later is told whatever its time is. */
static int find_start(struct journal_file *file)
{
	char sql[128];

	snprintf(sql, sizeof(sql), "SELECT sequence FROM event ORDER BY sequence DESC LIMIT 1 OFFSET %d",
		 JOURNAL_START_MAX);
	if (ask_number(file, sql, &file->last) ||
	    ask_number(file, "SELECT ifnull(max(sequence), 0) FROM event", &file->start_end))
		return -1;
	file->started = true;
	return 0;
}

int journal_file_read(struct journal_file *file, size_t most, struct journal_events *ret, bool *ret_more,
		      struct error *error)
{
	size_t before = ret->items.count;
	int step;

	if (!file->started && find_start(file))
		return failed(file, "read", error);
	sqlite3_bind_int64(file->select, 1, file->last);
	sqlite3_bind_int64(file->select, 2, file->since_ms);
	sqlite3_bind_int64(file->select, 3, file->start_end);
	sqlite3_bind_int64(file->select, 4, (sqlite3_int64)most);
	while ((step = sqlite3_step(file->select)) == SQLITE_ROW) {
		vec_push(&ret->items, read_row(file->select));
		file->last = sqlite3_column_int64(file->select, 0);
		if (file->last > file->counted) {
			file->counted = file->last;
			file->events++;
		}
	}
	if (sqlite3_reset(file->select) || step != SQLITE_DONE)
		return failed(file, "read", error);
	*ret_more = ret->items.count - before == most;
	if (!*ret_more && file->last < file->start_end)
		file->last = file->start_end;
	return 0;
}
