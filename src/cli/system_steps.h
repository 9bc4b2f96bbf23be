/*
 * The `steps:` section of a system file: where the steps of runbooks run. A
 * demo and a drill shut them in: their whole environment stands in the section,
 * and no program is run that is not found in its PATH.
 */
#ifndef CLI_SYSTEM_STEPS_H
#define CLI_SYSTEM_STEPS_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"
#include "config/option.h"
#include "runbook/runner.h"

struct system_steps {
	struct option_strings environment; /* "NAME=VALUE" */
	bool only;                         /* this environment, nothing of skep's own; programs of its PATH alone */
	const char *directory;             /* NULL: where skep was started */
	const char *sql;                   /* connection for SQL that only reads; NULL: SQL is only shown */
	struct option_strings mask;        /* names of variables whose values are secret */
	const char *mask_file;             /* each line of it is secret; NULL */
	struct option_strings secrets;     /* of both, as they were when the file was read: never shown */
};

extern const struct option system_steps_options[];

/* Read the section, relative to `folder`, in place of an earlier file's. NULL changes nothing. */
void system_steps_read(struct system_steps *ret, const struct yaml_node *node, const char *path, const char *folder,
		       struct arena *arena, struct error_list *errors);

/*
 * What the runner needs, in the arena. The environment is NULL (skep's own)
 * when the section says nothing of it; without `only` it is skep's own with
 * the section's names in place of those of the same name.
 */
struct runner_place system_steps_place(const struct system_steps *steps, struct arena *arena);

#endif
