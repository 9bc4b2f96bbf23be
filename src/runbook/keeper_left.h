/*
 * What still runs of an attempt whose keeper is gone. The program itself dies
 * with its keeper, and who held its terminal is told; but what ignores that goes
 * on. Each attempt has a mark, random and noted in its order.json, that its
 * processes have in their environment: those that have it and their descendants
 * are the attempt's, whatever became of ids since. What hides its environment
 * (sudo) and has lost its parent is not seen.
 */
#ifndef RUNBOOK_KEEPER_LEFT_H
#define RUNBOOK_KEEPER_LEFT_H

#include <stdbool.h>

#include "base/strbuf.h"
#include "runbook/keeper_process.h"

#define KEEPER_MARK_VARIABLE "SKEP_ATTEMPT"
#define KEEPER_MARK_MAX      40

/* A new mark, as text. */
void keeper_mark_make(char ret[KEEPER_MARK_MAX]);

/* Those of the attempt in that folder, in order of their ids; never this process, nor one that it descends from. Reads
 * all of /proc, which may take its time. -1: the folder tells of no mark. */
int keeper_left_find(const char *folder, struct processes *ret);

/* "1 process of it still runs: sleep (pid 123)"; nothing when there is none. */
void keeper_left_words(const struct processes *left, struct strbuf *ret);

/* The same signal to each that is still there. */
void keeper_left_signal(const struct processes *left, int number);

#endif
