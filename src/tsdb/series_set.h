/*
 * All series: by number, by labels, and in the order of their labels. Numbers
 * are small and used again. The order is kept as ranks, brought up to date
 * when it is asked for; new series wait unsorted in small batches, so that no
 * call has many to sort.
 */
#ifndef TSDB_SERIES_SET_H
#define TSDB_SERIES_SET_H

#include "base/vec.h"
#include "tsdb/series.h"

struct series_set {
	VEC(struct store_series *) by_id; /* NULL: a free number */
	VEC(uint32_t) free_ids;
	size_t free_first;           /* of those: the next one to be used */
	struct store_series **table; /* by hash of labels, open addressing */
	size_t count, capacity;
	VEC(uint32_t) ranks;    /* number -> rank */
	VEC(uint32_t) order;    /* rank -> number, or SERIES_SET_GONE */
	VEC(uint32_t) unsorted; /* numbers without a rank */
	size_t gone;            /* dead ranks */
};

#define SERIES_SET_GONE UINT32_MAX

void series_set_release(struct series_set *set);

struct store_series *series_set_find(const struct series_set *set, const struct labels *labels, uint64_t hash);

/* A number for a series to come; it must be added next. */
uint32_t series_set_number(struct series_set *set);
void series_set_add(struct series_set *set, struct store_series *series);
void series_set_remove(struct series_set *set, struct store_series *series);

/* Put numbers of series into the order of the series' labels. */
void series_set_rank(struct series_set *set, uint32_t *ids, size_t count);

size_t series_set_bytes(const struct series_set *set);

#endif
