/*
 * The series notation of Prometheus's test files, as promqltest and promtool
 * read it: a series and what it is at each step.
 *
 *   name{a="b"} 1 2+3x4 5-1x2 7x3 _ _x3 stale NaN -Inf 1e3
 *
 * `7x3` is four samples of 7, `2+3x4` is 2 5 8 11 14, `_` is a step without a
 * sample, `stale` the staleness marker. Behaviour is that of Prometheus 2.42,
 * its corners included: 010 is octal, and a word (NaN, Inf, stale) cannot be
 * repeated but with a step (NaN+0x3). Native histograms are refused.
 */
#ifndef PROMQL_SERIES_NOTATION_H
#define PROMQL_SERIES_NOTATION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "tsdb/labels.h"

#define SERIES_NOTATION_VALUES 1000000 /* of one series */
#define SERIES_NOTATION_LABELS 1000

struct series_notation {
	struct labels labels;
	double *values;
	bool *blank; /* no sample at this step; its value then is 0 */
	size_t count;
};

/*
 * Read a line; everything is put into the arena. With `quoted_names` names may
 * stand in quotes as in Prometheus 3: {"a.b", "c d"="e"}. A line without
 * values has a count of 0. -1 with the reason.
 */
int series_notation_read(const char *text, bool quoted_names, struct arena *arena, struct series_notation *ret,
			 struct error *error);

/* A series alone, with blanks where PromQL allows them: what an expected sample is called. "" is the empty set. */
int series_notation_labels(const char *text, bool quoted_names, struct arena *arena, struct labels *ret,
			   struct error *error);

/* One number with an optional sign; `*text` is moved behind it. -1 when there is none, nothing is changed then. */
int series_notation_number(const char **text, double *ret);

#endif
