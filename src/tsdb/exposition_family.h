/*
 * Metric families while an exposition is read: what its HELP, TYPE and UNIT
 * lines say, gathered by name.
 */
#ifndef TSDB_EXPOSITION_FAMILY_H
#define TSDB_EXPOSITION_FAMILY_H

#include <stddef.h>

#include "base/hash.h"
#include "tsdb/exposition.h"
#include "tsdb/exposition_scan.h"

enum exposition_word {
	EXPOSITION_WORD_NONE,
	EXPOSITION_WORD_HELP,
	EXPOSITION_WORD_TYPE,
	EXPOSITION_WORD_UNIT,
};

/* What one line says. Texts are as written. */
struct exposition_line {
	enum exposition_word word;
	const char *name, *text;
	size_t name_length, text_length;
	enum exposition_type type;
};

/* From behind the word and its blank to the end of the line. */
int exposition_scan_family(struct exposition_scan *scan, struct exposition_line *line);

/* Add what the line says to its family; `index` maps names to families. */
void exposition_keep_family(struct exposition *exposition, struct map *index, const struct exposition_line *line,
			    bool open_metrics);

/* `text` in the arena with its escapes resolved: \\ and \n, and \" where `quotes`. Others stay as they are. */
char *exposition_unescape(struct arena *arena, const char *text, size_t length, bool quotes);

#endif
