/*
 * A runbook's file, read beside the loop: it may lie on a disk that hangs, and
 * one of thousands of steps takes longer than a key may wait.
 */
#ifndef CLI_RUNBOOK_READING_H
#define CLI_RUNBOOK_READING_H

#include "loop/pool.h"
#include "ui/view/runbook_desk.h"

struct runbook_reading;

/*
 * What is nearly always there at once is waited for, some milliseconds: then
 * `done` was called, and NULL is returned. Else it is called in the loop,
 * once. Where no job is to be had the file is read here.
 */
struct runbook_reading *runbook_reading_start(struct pool *pool, const char *path, runbook_read_done *done, void *user);

/* `done` is not called any more. Not after it was; NULL is allowed. */
void runbook_reading_cancel(struct runbook_reading *reading);

#endif
