/*
 * What follows files on the workers: the table of files, what of each was
 * read, and how rotation is seen through. Owned by the loop's follow or by the
 * job that runs, never by both. For follow*.c only.
 */
#ifndef LOGS_FOLLOW_PRIVATE_H
#define LOGS_FOLLOW_PRIVATE_H

#include <sys/types.h>

#include "base/vec.h"
#include "logs/follow.h"
#include "logs/log_part.h"
#include "logs/log_zone.h"

#define GUARD_BYTES ((size_t)64)

/* Reading in one open file. */
struct reading {
	int fd; /* -1: none */
	uint64_t device, inode;
	int64_t born_ns;
	uint64_t offset;         /* of the next line, or within one that is skipped */
	bool skipping;           /* the rest of a line that was cut */
	char guard[GUARD_BYTES]; /* the bytes before `offset`: other ones there mean another content */
	size_t guard_length;
	int watch;        /* inotify's number; -1 none */
	int64_t quiet_ms; /* monotonic: since when nothing came; of an old file */
};

/* A part of a log as its folder had it at the last look. */
struct known_part {
	uint64_t device, inode, key;
	int64_t born_ns;
};

/* One followed name. */
struct tail {
	char *path;
	unsigned id;
	bool literal; /* named in the configuration: stays when it is gone */
	bool wanted;  /* found by the last search */
	struct reading now;
	uint64_t key;            /* of what `now` reads; 0 not known yet */
	VEC(struct reading) old; /* the oldest first: read before `now`, and watched for a while */
	VEC(struct known_part) known;
	VEC(struct known_part) closed; /* the last old files that were read to their end */
	unsigned waited;               /* looks for a copy that was being made */
	unsigned recheck;              /* looks that list the parts again: while names change, a listing may miss one */
	uint64_t size;
	bool gone;
	int64_t gone_ms; /* monotonic: since when */
	char reason[160];
	uint64_t lines, rotations, revision;
	int64_t last_ms;
};

struct engine {
	VEC(struct tail) tails;
	VEC(char *) patterns;
	struct line_parser parser;
	struct log_zone zone;
	enum follow_start start;
	int64_t start_value;
	const struct log_sink *sink;
	void *sink_state;
	struct follow_totals totals;
	int inotify; /* -1 where there is none */
	unsigned next_id;
	bool begun;          /* the first look was: what appears later is read from its beginning */
	bool search;         /* names changed: look for files anew */
	int64_t searched_ms; /* monotonic */
	size_t turn;         /* the tail that is read first */
	char *buffer;
	bool orphan; /* nobody waits for it: the job frees it */
};

void engine_free(struct engine *engine);

/* One look: search, see through rotation, read for a while. In a worker. */
void engine_look(struct engine *engine);

/* Read on; returns true when it stands at the end of what there is now. */
bool reading_lines(struct engine *engine, struct tail *tail, struct reading *reading, int64_t until_ms);

/* The file has ended: what is left without a newline is a line. Closes it. */
void reading_end(struct engine *engine, struct tail *tail, struct reading *reading);

/* Do the bytes before the offset still stand there? */
bool reading_is_same(const struct reading *reading);

/* Where to begin in a file that is there at the start. */
void tail_begin(struct engine *engine, struct tail *tail);

/* Another file has the name; the one that is read was emptied; names changed, and parts may have been missed. */
void tail_rotate(struct engine *engine, struct tail *tail);
void tail_truncated(struct engine *engine, struct tail *tail);
void tail_recheck(struct engine *engine, struct tail *tail);

/* The parts that are there now are history. */
void tail_remember(struct tail *tail);

/* Keep what errno says as the reason. */
void tail_say(struct tail *tail);

/* Open a path or part for reading; `fd` -1 when it is no regular file or cannot be, with errno. */
struct reading reading_open(struct engine *engine, const char *path);
void reading_close(struct engine *engine, struct reading *reading);

#endif
