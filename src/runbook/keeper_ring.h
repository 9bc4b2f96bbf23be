/*
 * The transcript file of an attempt. While the step runs it has a fixed size
 * and is mapped: a page of facts, the head of the output, and a ring with its
 * tail. The room is allocated before anything is run, so that a disk that
 * becomes full later costs nothing; how the step ended has a place in it too.
 * At the end it is replaced by plain bytes, when there is room for them.
 *
 * One process writes, any number read without locks. A reader copies the tail
 * and then drops what the writer may have gone over meanwhile: it never sees
 * torn text.
 */
#ifndef RUNBOOK_KEEPER_RING_H
#define RUNBOOK_KEEPER_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "runbook/keeper.h"

#define RING_FILE "transcript"

struct ring_facts;

/* The writer's. */
struct ring {
	struct ring_facts *facts; /* the mapped file; NULL: none */
	uint64_t total;
};

/* Make the file in `folder` (a descriptor) with all its room; -1 with the reason ("no space left on device"). */
int ring_make(struct ring *ring, int folder, struct error *error);
void ring_release(struct ring *ring);
void ring_add(struct ring *ring, const char *data, size_t length);

/* Put down how it ended, as JSON of at most RING_OUTCOME_MAX bytes, and have it on the disk. -1: the disk refused. */
#define RING_OUTCOME_MAX 2048
int ring_put_outcome(struct ring *ring, const char *json, size_t length);

/* Replace the file by plain bytes, "[... N bytes left out ...]" between head and tail. On failure it stays as it is. */
int ring_settle(const struct ring *ring, int folder, struct error *error);

/* A reader's. Zeroed memory reads nothing. */
struct ring_reader {
	const struct ring_facts *facts; /* of the file while it is a ring */
	struct strbuf plain;            /* of a settled one */
	char *tail;
	size_t tail_start, tail_length;
	uint64_t seen;
	bool is_plain;
};

/* Open the file in `folder`, whichever form it has. False: there is none yet, or it cannot be read. */
bool ring_reader_open(struct ring_reader *reader, int folder);
void ring_reader_release(struct ring_reader *reader);

/* What is there now. Pointers are valid until the next call. */
void ring_reader_get(struct ring_reader *reader, struct keeper_output *ret);

/* How it ended, when that was put down here; false. Appended to `ret`. */
bool ring_reader_outcome(const struct ring_reader *reader, struct strbuf *ret);

#endif
