/*
 * The folder of an attempt: who made it, who lives in it. Decided by the file
 * system alone, never by process ids:
 *
 * - mkdir decides who has the attempt: a keeper that finds the folder there
 *   runs nothing; who only wants to know makes it too, and so nobody runs it.
 * - `lock` appears together with its keeper's lock on it (it is locked under
 *   another name and then linked). Whoever finds a folder without one makes one
 *   that nobody holds: a keeper that is slow cannot link its own any more and
 *   gives up. So a folder without a living keeper is never mistaken.
 * - `order.json` is on the disk before the program is run: without it and
 *   without a keeper nothing was run.
 */
#ifndef RUNBOOK_KEEPER_FOLDER_H
#define RUNBOOK_KEEPER_FOLDER_H

#include <stdbool.h>

#include "base/error.h"

#define KEEPER_ORDER_FILE   "order.json"
#define KEEPER_OUTCOME_FILE "outcome.json"

enum folder_claim {
	FOLDER_MADE,
	FOLDER_THERE,
	FOLDER_FULL,   /* not there, and no room to make it: it may have room later */
	FOLDER_CLOSED, /* not there, and nobody can make it: no parent, or a read-only disk */
	FOLDER_HIDDEN, /* it cannot even be said whether it is there */
};

/* mkdir, 0700. */
enum folder_claim folder_claim(const char *path, struct error *error);

/* A descriptor, -1 with errno. */
int folder_open(const char *path);

/* Its entry, and those of the folders above it that a run has, are on the disk. */
int folder_sync(const char *path, struct error *error);

/* For the keeper: hold the lock as long as this process lives. -1: somebody decided otherwise, or no room. */
int folder_lock(int folder, bool *ret_decided, struct error *error);

enum folder_life {
	FOLDER_KEPT,   /* its keeper lives */
	FOLDER_LEFT,   /* it has none and will have none */
	FOLDER_UNSURE, /* cannot be decided now (no room for a lock): ask again */
};
enum folder_life folder_judge(int folder);

/* A listening socket in the folder, and one that is connected to it: however long the path is. -1 with errno. */
int folder_listen(int folder);
int folder_connect(int folder);

#endif
