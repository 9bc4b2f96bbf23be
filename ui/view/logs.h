/*
 * What the logs view shows: which log of all that are followed, a stretch of
 * its lines around the one with the focus, and how many there are over time.
 * The stretch is some pages long, however long the log is: it grows on the
 * side one goes to and is cut on the other. Everything is read by jobs; what
 * is here is what came of them so far.
 */
#ifndef UI_VIEW_LOGS_H
#define UI_VIEW_LOGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/vec.h"
#include "collect/collect.h"
#include "logs/pages.h"

/* A log one may choose. */
struct logs_entry {
	size_t collector; /* index in the collect */
	unsigned id;      /* of the source in it */
	char *job, *name; /* of the collector, and of the source: the whole path, or the command */
	bool is_file;
	bool gone;
};

enum logs_doing { LOGS_NOTHING, LOGS_OLDER, LOGS_NEWER, LOGS_LATEST, LOGS_SEEK, LOGS_WORST };

struct logs {
	struct collect *collect; /* borrowed */

	VEC(struct logs_entry) entries;
	int chosen; /* among them, or -1 */
	size_t collector;
	unsigned id; /* of the chosen one; its place in the list may change */
	bool named;  /* there is a chosen one */
	char *wish;  /* to be chosen as soon as there is one of that name; NULL: none */

	/* Its lines: pages in the order of the log. */
	VEC(struct log_page *) pages;
	int count;   /* rows in all of them */
	int focus;   /* a row, or -1 */
	int scroll;  /* row at the top of the screen; negative while lines above it are still on their way */
	int owed;    /* rows that the focus was moved beyond what is there: it goes on when they come */
	int shifted; /* rows that came in front, less those that went, since whoever counts rows last looked */
	bool follow; /* the youngest line has the focus, and new ones are shown as they come */
	struct log_cursor older, newer; /* where looking goes on at both ends */
	bool at_begin, at_end;
	bool aim;            /* the next line that comes behind gets the focus: one jumped to it */
	uint64_t revision;   /* of the source when its end was last reached */
	uint64_t lines_seen; /* that the source had read by then */
	bool cut_off;        /* what followed the last line was truncated */
	bool behind;         /* more came than is worth reading through: show its end */
	int64_t latest_ms;   /* when the end was last shown so (monotonic) */

	struct log_filter *filter; /* NULL: all lines */
	char filter_text[200];

	struct log_request *request;
	enum logs_doing doing;
	struct log_progress progress;
	bool progressed;       /* it takes its time: say where it is */
	uint64_t looked_bytes; /* in the questions before it that found nothing */
	int64_t seek_ms;       /* a time to go to as soon as one can; LOG_NO_TIME */
	bool worst;            /* likewise, to the error before the focus; looking for it goes on from here: */
	struct log_cursor worst_from;
	char reason[160]; /* why the last question failed; "" */
	bool remark;      /* it says only what was not found: it goes with the next step */

	/* Lines over time. */
	struct log_request *counting;
	struct log_density *density; /* NULL until it came */
	int64_t density_at_ms;       /* wall, when it was asked */
	int64_t range_ms;            /* how much time it shows */
	int64_t end_ms;              /* its right edge; 0: now */
	size_t columns;              /* buckets wished for */
};

struct logs *logs_new(struct collect *collect);
void logs_free(struct logs *logs); /* NULL is allowed */

/*
 * Before each drawing: take the list of logs as it is, and ask for what is
 * missing of `rows` lines around the focus and `columns` of the graph.
 */
void logs_take(struct logs *logs, int rows, size_t columns, int64_t now_ms);

/* Is something on its way that the next picture would show? */
bool logs_busy(const struct logs *logs);

/* Stop asking: the view is not shown any more. What is there stays. */
void logs_rest(struct logs *logs);

/* The chosen source; NULL when there is none now. Good until the loop's next turn. */
const struct log_source *logs_source(const struct logs *logs);

/* What tells an entry from the others: its file, with the folder where two are called alike. */
const char *logs_entry_label(const struct logs *logs, size_t entry);

/*
 * Another log: the next (1) or the one before (-1), at the time of the line
 * one stands on; or the one whose name or job is or holds `name`.
 */
bool logs_step(struct logs *logs, int step);
bool logs_choose(struct logs *logs, const char *name);

/* The same, as soon as there is such a log: files are found only some time after the start. Is it still looked for? */
void logs_wish(struct logs *logs, const char *name);
bool logs_wished(const struct logs *logs);

/* A row by its number from 0 to count - 1; NULL beyond. */
const struct log_row *logs_row(const struct logs *logs, int index);

/* The focus goes to a row, the nearest there is; below the last one the log is followed. */
void logs_go_to(struct logs *logs, int row);

/* To the end, following; to the beginning; to the first line at or after a time; to the error before the focus. */
void logs_go_end(struct logs *logs);
void logs_go_begin(struct logs *logs);
void logs_go_time(struct logs *logs, int64_t time_ms);
void logs_go_worst(struct logs *logs);

/* Show only what passes; "" shows all. -1 when it cannot be read. */
int logs_set_filter(struct logs *logs, const char *typed, struct error *error);

#endif
