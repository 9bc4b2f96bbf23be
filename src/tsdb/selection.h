/*
 * What a query reads: the series that matched, as they were when the
 * selection was made. Making and freeing it is the loop's; everything else
 * may run on any one thread, while the store goes on changing.
 */
#ifndef TSDB_SELECTION_H
#define TSDB_SELECTION_H

#include <stddef.h>
#include <stdint.h>

#include "tsdb/store.h"

struct selection;

/*
 * Series that match all of the compiled matchers and may have samples in
 * from..to (both included), in the order of their labels. More than `limit`
 * (0: none) is NULL with the error.
 */
struct selection *store_select(struct store *store, const struct matcher *matchers, size_t matcher_count,
			       int64_t from_ms, int64_t to_ms, size_t limit, struct error *error);
void selection_free(struct selection *selection); /* loop only; NULL is allowed */

size_t selection_count(const struct selection *selection);
const struct labels *selection_labels(const struct selection *selection, size_t index);

/* Raw samples begin here at the earliest; what is older is in buckets. INT64_MIN when the series has no bucket. */
int64_t selection_raw_from_ms(const struct selection *selection, size_t index);

/* The oldest sample of the series' job (or of the series, without a job label) in the store. */
int64_t selection_history_from_ms(const struct selection *selection, size_t index);
int64_t selection_bucket_ms(const struct selection *selection);

/* Raw samples of one series, times ascending, staleness markers included. */
struct samples {
	const int64_t *times_ms;
	const double *values;
	size_t count;
	uint64_t times_key; /* equal and not 0 for two reads by the same reader: the same times, element by element */
};

/*
 * Thinned history, oldest first, as columns. A bucket holds the samples in
 * (end_ms - bucket_ms, end_ms], staleness markers left out; NaN samples count
 * in `count`, `last` and `sum` as they do in Prometheus's functions. The
 * youngest may be partly filled: its other samples are still raw.
 */
struct buckets {
	size_t count;
	const int64_t *end_ms;
	const int64_t *first_ms, *last_ms; /* times of the first and last sample in it */
	const double *samples;             /* how many */
	const double *sum, *min, *max, *first, *last;
	const double *resets; /* what counter resets inside the bucket took away: increase = last - first + resets */
};

/* Scratch of one thread; what a read returned is good until the next read of its kind. */
struct reader;
struct reader *reader_new(void);
void reader_free(struct reader *reader);
void reader_samples(struct reader *reader, const struct selection *selection, size_t index, int64_t from_ms,
		    int64_t to_ms, struct samples *ret);
/* Buckets with end_ms > from_ms and end_ms - bucket_ms < to_ms. */
void reader_buckets(struct reader *reader, const struct selection *selection, size_t index, int64_t from_ms,
		    int64_t to_ms, struct buckets *ret);

#endif
