/*
 * Which runbook file belongs to an alert: the Markdown files of some folders,
 * known by their slug (the file name without .md and without a number before
 * it: 01-colony-crash.md is `colony-crash`) and by their title (the first
 * heading). An alert names one by a URL, a path, a slug or a title; for one that
 * names none, runbooks say in an annotation which alerts they are for.
 */
#ifndef RUNBOOK_RUNBOOK_INDEX_H
#define RUNBOOK_RUNBOOK_INDEX_H

#include <stddef.h>

#include "base/arena.h"
#include "base/vec.h"

#define RUNBOOK_FILES_MAX 2000
#define RUNBOOK_TITLE_MAX 4096 /* bytes read of a file, for its title */

struct runbook_file {
	const char *path, *slug, *title; /* title "" when it has none */
	const char *const *alerts;       /* those it says it is for; NULL ends them */
};

struct runbook_index {
	struct arena arena;
	VEC(struct runbook_file) files; /* sorted by path */
};

/* The slug of a path or URL, in the arena. */
const char *runbook_index_slug(const char *name, struct arena *arena);

/* Reads the folders; one that cannot be read has no files. README.md is none of them. */
void runbook_index_init(struct runbook_index *index, const char *const *folders, size_t count);
void runbook_index_release(struct runbook_index *index);

/* By the last part of `name` as a slug, then by title without regard to case; NULL. `name` may be NULL. */
const struct runbook_file *runbook_index_find(const struct runbook_index *index, const char *name);

/* The first that says it is for that alert; NULL. */
const struct runbook_file *runbook_index_find_alert(const struct runbook_index *index, const char *alert);

/* What the file at `path` says of that, in the arena. */
const char *const *runbook_index_alerts(const char *path, struct arena *arena);

#endif
