/* Label sets found by what they are: a table over sets that others keep, for the length of one piece of work. */
#ifndef ALERT_LABEL_TABLE_H
#define ALERT_LABEL_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "tsdb/labels.h"

#define LABEL_TABLE_NONE SIZE_MAX

struct label_table_slot {
	const struct labels *labels; /* NULL: free */
	uint64_t hash;
	size_t number;
};

struct label_table {
	struct label_table_slot *slots;
	size_t capacity; /* a power of two */
};

/* Room for `count` sets. */
void label_table_init(struct label_table *table, size_t count);
void label_table_release(struct label_table *table);

/* `hash` is labels_hash of them. The number of the equal set that is there already, or LABEL_TABLE_NONE: then it is
 * there now. */
size_t label_table_add(struct label_table *table, const struct labels *labels, uint64_t hash, size_t number);

/* The number of the equal set, or LABEL_TABLE_NONE. */
size_t label_table_find(const struct label_table *table, const struct labels *labels, uint64_t hash);

#endif
