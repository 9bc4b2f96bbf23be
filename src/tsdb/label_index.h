/*
 * Label names and pairs, each held once, and the series that have them.
 * Strings handed out stay where they are until the last series that has them
 * is gone and no selection may look at them any more.
 */
#ifndef TSDB_LABEL_INDEX_H
#define TSDB_LABEL_INDEX_H

#include "base/hash.h"
#include "base/vec.h"
#include "tsdb/labels.h"
#include "tsdb/postings.h"

struct label_pair {
	struct label_name *name;
	uint64_t hash;
	size_t slot; /* in the name's list */
	struct postings series;
	char value[];
};

struct label_name {
	VEC(struct label_pair *) pairs;
	char text[];
};

struct label_index {
	struct map names;          /* text -> struct label_name */
	struct label_pair **table; /* open addressing */
	size_t count, capacity;    /* of pairs */
	struct reclaim *reclaim;
};

void label_index_init(struct label_index *index, struct reclaim *reclaim);
void label_index_release(struct label_index *index);

/* Enter a series; `ret` gets its labels with interned strings, in the same order. */
void label_index_add(struct label_index *index, uint32_t id, const struct labels *labels, struct label *ret);
void label_index_remove(struct label_index *index, uint32_t id, const struct labels *labels);

/* NULL when no series has it. */
struct label_name *label_index_name(const struct label_index *index, const char *name);
struct label_pair *label_index_pair(const struct label_index *index, const char *name, const char *value);

/* Bytes the tables take besides what reclaim counts. */
size_t label_index_bytes(const struct label_index *index);

#endif
