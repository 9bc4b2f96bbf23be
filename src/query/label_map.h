/*
 * Labels in both worlds: what the server calls something, and what the local
 * store calls it. A series or an alert of the server becomes the local one
 * when its labels are renamed so.
 */
#ifndef QUERY_LABEL_MAP_H
#define QUERY_LABEL_MAP_H

#include <stddef.h>

#include "tsdb/labels.h"

/* One label as the server has it, and as the store has it. A value of NULL stands for any, and stays as it is. */
struct history_label {
	const char *name, *value;
	const char *local_name, *local_value;
};

/* The labels renamed: of each label the first row that fits counts. What is shared with `theirs` lives as long as that.
 */
struct labels label_map_local(const struct history_label *map, size_t count, const struct labels *theirs,
			      struct arena *arena);

#endif
