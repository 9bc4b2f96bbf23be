/*
 * Where a value of a YAML file stands in its text, character by character.
 * YAML folds lines and takes indentation away, so that a line within a value
 * is not a line of the file; what is no blank keeps its order, though.
 */
#ifndef ALERT_RULE_SOURCE_H
#define ALERT_RULE_SOURCE_H

#include <stddef.h>

#include "base/vec.h"
#include "config/yaml.h"

struct rule_source {
	const char *text;
	size_t length;
	VEC(size_t) lines; /* where each begins */
};

struct rule_position {
	unsigned line, column; /* 1-based, the column in characters */
};

/* Borrows the text. */
void rule_source_init(struct rule_source *source, const char *text, size_t length);
void rule_source_release(struct rule_source *source);

/*
 * Where the character at byte `offset` of the scalar's text (or the next that
 * is no blank) stands in the file. The scalar's own place when it cannot be
 * told: text with escapes.
 */
struct rule_position rule_source_find(const struct rule_source *source, const struct yaml_node *scalar, size_t offset);

#endif
