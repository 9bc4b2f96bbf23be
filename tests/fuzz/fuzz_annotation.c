/* Any bytes in a comment, read as what is said of a step, of a section and of a whole runbook. */
#include <stdint.h>
#include <string.h>

#include "invariant.h"
#include "runbook/annotation.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_all(const struct annotation *annotation, struct error_list *errors)
{
	struct runbook runbook = { .mttr_ms = -1 };
	struct runbook_section section = { 0 };
	struct step_notes notes;
	size_t step;

	arena_init(&runbook.arena);
	annotation_read_step(annotation, &runbook.arena, errors, &notes, &step);
	for (size_t i = 0; i < notes.checks.count; i++)
		never(!notes.checks.items[i].expression == !notes.checks.items[i].command ||
		      !notes.checks.items[i].name);
	never(notes.said_tier && notes.tier > TIER_DESTROY);
	vec_release(&notes.checks);
	vec_release(&notes.choices);
	annotation_read_section(annotation, &runbook.arena, errors, &section);
	vec_release(&section.checks);
	annotation_read_runbook(annotation, &runbook, errors);
	runbook_release(&runbook);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct annotation annotation;
	struct error_list errors;

	error_list_init(&errors);
	if (annotation_is((const char *)data, size) &&
	    annotation_parse(&annotation, (const char *)data, size, "fuzz.md", 7, &errors) == 0) {
		read_all(&annotation, &errors);
		annotation_release(&annotation);
	}
	for (size_t i = 0; i < errors.count; i++)
		never(errors.faults[i].line && errors.faults[i].line < 7);
	error_list_release(&errors);
	return 0;
}
