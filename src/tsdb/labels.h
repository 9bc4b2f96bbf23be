/*
 * A label set: names and values sorted by name, each name once. Strings and
 * the array live in an arena of whoever made the set (an answer, a store);
 * a label set never owns memory.
 */
#ifndef TSDB_LABELS_H
#define TSDB_LABELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/strbuf.h"

struct label {
	const char *name;
	const char *value;
};

struct labels {
	const struct label *items;
	size_t count;
};

/* Copy `count` labels in any order into the arena, sorted; a repeated name keeps the last value; empty values are
 * dropped. */
struct labels labels_make(struct arena *arena, const struct label *items, size_t count);

/* The value of `name`, or NULL. */
const char *labels_get(const struct labels *labels, const char *name);

bool labels_equal(const struct labels *a, const struct labels *b);

/* Order as Prometheus sorts label sets: name by name, value by value, shorter first. */
int labels_compare(const struct labels *a, const struct labels *b);

/* For tables within this process: another one's differs. */
uint64_t labels_hash(const struct labels *labels);

/* The same everywhere and for ever: FNV-1a as Prometheus's model.LabelSet.Fingerprint, which Alertmanager shows of an
 * alert. For what other processes read. */
uint64_t labels_fingerprint(const struct labels *labels);

/* Append `name{a="x",b="y"}` as Prometheus writes it, values escaped; without labels only the name, without both `{}`.
 */
void labels_add(struct strbuf *buf, const struct labels *labels);

#endif
