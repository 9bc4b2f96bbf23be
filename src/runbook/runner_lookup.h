/*
 * Which file a program is: looked up beside the loop, since a folder of PATH
 * may lie on a disk that hangs. What is nearly always there at once is waited
 * for, for some milliseconds; after that, what was known last is what is told,
 * and on_change when the answer came.
 *
 * What a plan shows may be half a second old. Before a step is run all of its
 * words are looked up anew (lookups_read), and nothing older counts.
 */
#ifndef RUNBOOK_RUNNER_LOOKUP_H
#define RUNBOOK_RUNNER_LOOKUP_H

#include <stdbool.h>

#include "base/arena.h"
#include "loop/pool.h"

struct lookups;

struct lookups_config {
	struct loop *loop;
	struct pool *pool;
	const char *path;      /* "/usr/bin:/bin"; copied */
	const char *directory; /* that names with a slash are relative to; copied */
	void (*on_change)(void *user);
	void *user;
};

struct lookups *lookups_new(const struct lookups_config *config);
void lookups_free(struct lookups *lookups);

/* The program's file, in the arena. NULL with the reason: there is none, it is not known yet, or it is another one than
 * was found first: what a person has seen is what is run. */
const char *lookups_find(struct lookups *lookups, const char *program, struct arena *arena, const char **ret_why);

/* Is that absolute path a program? Also as long as nobody knows. */
bool lookups_is_program(struct lookups *lookups, const char *file);

/* ---- all of one command, anew ---- */

struct looked;

/* Everything in the command that may be asked for. Blocks: for a worker. */
struct looked *lookups_read(const char *command, const char *path, const char *directory);
void looked_free(struct looked *looked);

/* That is what is known from now on, and nothing else. It is released. */
void lookups_take(struct lookups *lookups, struct looked *looked);

const char *lookups_path(const struct lookups *lookups);
const char *lookups_directory(const struct lookups *lookups);

#endif
