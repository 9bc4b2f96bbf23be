/* Value mappings: which of a field's rules a value meets, in the order of the file (Grafana's getValueMappingResult).
 */
#ifndef DASHBOARD_MAPPING_H
#define DASHBOARD_MAPPING_H

#include <stddef.h>

#include "base/strbuf.h"
#include "dashboard/field_config.h"

/* The value to map. Regular expressions look at strings only, as in Grafana. */
struct mapping_subject {
	enum { SUBJECT_NULL, SUBJECT_NUMBER, SUBJECT_STRING, SUBJECT_BOOLEAN } kind;
	double number;      /* SUBJECT_NUMBER, SUBJECT_BOOLEAN (0 or 1) */
	const char *string; /* SUBJECT_STRING */
};

/* The first rule that is met, or NULL. A pattern that is not valid, or costs too much, is never met. */
const struct mapping *mapping_find(const struct mapping *mappings, size_t count, const struct mapping_subject *subject);

/* Append what the rule, which has a text, shows for the subject: the text, with $1 ... filled in for a pattern. */
void mapping_text(const struct mapping *mapping, const struct mapping_subject *subject, struct strbuf *ret);

#endif
