/*
 * What a command does at worst, read from its programs. It only reads when
 * each program it runs is on the list of reading commands (a table), with
 * reading flags, and writes no file; else it changes. What certainly destroys
 * (rm -r, kubectl delete, DROP ...) is said to; the annotation decides.
 */
#ifndef RUNBOOK_TIER_H
#define RUNBOOK_TIER_H

#include "base/arena.h"
#include "runbook/runbook.h"

/* `ret_reason` lives in the arena: "'kubectl get' only reads". */
enum step_tier tier_of_command(const char *command, struct arena *arena, const char **ret_reason);

/* Why it certainly does more than read, whoever says that it only reads: "'kubectl delete' destroys". NULL: it reads,
 * or nothing is known of one of its programs. In the arena. */
const char *tier_surely_changes(const char *command, struct arena *arena);

/* Does it run for ever (follow, watch, a debugger)? NULL, or why: "'kubectl logs -f' follows". */
const char *tier_never_ends(const char *command, struct arena *arena);

#endif
