/*
 * The journal's SQLite file as one connection has it open. Used by one thread
 * at a time, always a worker: everything here may wait for the disk or for
 * another process's lock.
 *
 * A file that was renamed, deleted or replaced under the connection is noticed
 * and the new one is opened; a damaged one is set aside. Messages do not name
 * the file: who shows them does.
 */
#ifndef JOURNAL_JOURNAL_FILE_H
#define JOURNAL_JOURNAL_FILE_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/vec.h"
#include "journal/journal.h"
#include "journal/journal_place.h"

#define JOURNAL_VERSION        1
#define JOURNAL_APPLICATION_ID 0x736B6570 /* "skep" */
#define JOURNAL_BODY_MAX       (64u * 1024)
#define JOURNAL_FIELD_MAX      1024u  /* of the other texts, in bytes */
#define JOURNAL_START_MAX      200000 /* events told at the start: the newest */

struct journal_events {
	VEC(struct journal_event *) items;
};

/* One block with everything in it; free() frees it. Texts that are too long are cut, a body that is too long is left
 * out. */
struct journal_event *journal_event_copy(const struct journal_event *event);
void journal_events_release(struct journal_events *events);

struct journal_file {
	char *path;
	int64_t since_ms;
	sqlite3 *db; /* NULL: not open */
	sqlite3_stmt *insert, *find, *select, *version;
	struct file_identity identity;
	bool started;         /* reading goes on behind `last`; else it begins at the start */
	int64_t last;         /* sequence of the last event that was read */
	int64_t start_end;    /* sequence of the last event at the start: `since_ms` holds up to it */
	int64_t data_version; /* of the last read */
	int64_t events;       /* in the file, up to the sequence `counted` */
	int64_t counted;
	bool newer, read_only; /* the file is of a newer skep; or may not be written */
	char notice[200];      /* that a damaged file was set aside; "" */
};

struct journal_file *journal_file_new(const char *path, int64_t since_ms);
void journal_file_free(struct journal_file *file);

/* Open it unless the file at the path is open already. */
int journal_file_open(struct journal_file *file, struct error *error);
void journal_file_close(struct journal_file *file);

/* -1 with the reason when the file as it is open is only to be read. */
int journal_file_writable(const struct journal_file *file, struct error *error);

/*
 * Write all of them in one transaction, or none. An event whose id is there is
 * passed over. `sequence` of each is set to the one it has in the file.
 */
int journal_file_write(struct journal_file *file, const struct journal_events *events, struct error *error);

/* Does the file hold what was not read yet? */
int journal_file_changed(struct journal_file *file, bool *ret, struct error *error);

/* Add the next events, at most `most`; `ret_more` says whether there may be others behind them. What was added before a
 * fault is good. */
int journal_file_read(struct journal_file *file, size_t most, struct journal_events *ret, bool *ret_more,
		      struct error *error);

#endif
