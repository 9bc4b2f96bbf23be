/*
 * What a runbook says in HTML comments, invisible to whoever reads it
 * elsewhere: YAML with the one key `skep` (skep-runbook(5)). Which keys are
 * allowed depends on what the comment stands before, so that one is parsed when it
 * is met and read when that is known. Faults carry the file's own lines.
 */
#ifndef RUNBOOK_ANNOTATION_H
#define RUNBOOK_ANNOTATION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "config/yaml.h"
#include "runbook/runbook.h"

struct annotation {
	struct yaml_document document;
	const struct yaml_node *root; /* what `skep` holds; NULL: nothing */
	const char *file;
	unsigned line; /* of the comment's first line */
};

/* Is the text between "<!--" and "-->" an annotation at all? */
bool annotation_is(const char *text, size_t length);

/* Parse one whose text begins in line `line` of the file. -1: faults were added, nothing is to be released. */
int annotation_parse(struct annotation *ret, const char *text, size_t length, const char *file, unsigned line,
		     struct error_list *errors);
void annotation_release(struct annotation *annotation);

/*
 * What it says of a step: `ret` owns its lists, its strings live in the arena.
 * `ret_step` is the number of the step of the fence that is meant, 0 all. -1
 * when there were faults; what could be read is set all the same.
 */
int annotation_read_step(const struct annotation *annotation, struct arena *arena, struct error_list *errors,
			 struct step_notes *ret, size_t *ret_step);

/* Of a section: its checks, what comes next, its minutes. */
int annotation_read_section(const struct annotation *annotation, struct arena *arena, struct error_list *errors,
			    struct runbook_section *ret);

/* Of the whole runbook; added to what is there. */
int annotation_read_runbook(const struct annotation *annotation, struct runbook *ret, struct error_list *errors);

#endif
