/*
 * Who waits for whom, as a tree: a session that holds what others want, below
 * it those, below them who waits for them. Sessions that wait for each other
 * in a ring are shown once around. Pure.
 */
#ifndef COLLECT_POSTGRES_TREE_H
#define COLLECT_POSTGRES_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

#define POSTGRES_TREE_SESSIONS 128
#define POSTGRES_TREE_LINES    400

struct postgres_session {
	int pid;
	const int *blockers; /* pids it waits for, as pg_blocking_pids has them; 0 is a prepared transaction */
	size_t blocker_count;
};

struct postgres_tree_line {
	size_t session; /* index; POSTGRES_TREE_UNKNOWN when the pid is not among the sessions */
	int pid;
	unsigned depth;
	bool last;  /* of its blocker's */
	bool again; /* shown above already, with what waits for it */
	bool ring;  /* closes a ring: it waits for itself */
};

#define POSTGRES_TREE_UNKNOWN ((size_t)-1)

struct postgres_tree {
	struct postgres_tree_line *lines;
	size_t count;
	size_t left_out; /* lines beyond the limit */
	size_t waiting;  /* sessions that wait */
};

/*
 * Draw the tree of the first POSTGRES_TREE_SESSIONS sessions. A session whose
 * blockers wait for each other stands below the last of them only. Lines are
 * in the arena.
 */
void postgres_tree_make(const struct postgres_session *sessions, size_t count, struct arena *arena,
			struct postgres_tree *ret);

/* "{12,0,7}" as pids in the arena. */
size_t postgres_tree_pids(const char *array, struct arena *arena, const int **ret);

#endif
