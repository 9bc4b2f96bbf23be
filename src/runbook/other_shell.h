/*
 * Commands that stood at the prompt of a shell elsewhere: a terminal was copied
 * in which an earlier command opened one (in a pod, on another host, in another
 * root). Run as steps they would run here.
 */
#ifndef RUNBOOK_OTHER_SHELL_H
#define RUNBOOK_OTHER_SHELL_H

#include "runbook/runbook.h"

#define OTHER_SHELLS_MAX 8

/* The shells that are open in one another as the steps of a section are gone through; zeroed at the beginning. */
struct other_shell {
	size_t section;
	size_t opened_by[OTHER_SHELLS_MAX]; /* steps */
	size_t count;
};

/* The next step of the file: its `other_shell` is set. Its placeholders are known. */
void other_shell_follow(struct other_shell *shells, struct runbook *runbook, size_t step);

/* Does the command leave somebody in a shell of another place? */
bool other_shell_opens(const char *command, struct arena *arena);

/* What is wrong with running the step here, in the arena; NULL: nothing. */
const char *other_shell_fault(const struct runbook *runbook, const struct runbook_step *step, struct arena *arena);

#endif
