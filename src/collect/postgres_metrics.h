/*
 * From the rows of a statement to samples: columns that are labels, columns
 * that are values, as postgres_exporter's maps do it. A metric is called
 * after its statement and its column: pg_stat_database + blks_hit.
 */
#ifndef COLLECT_POSTGRES_METRICS_H
#define COLLECT_POSTGRES_METRICS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "collect/metric_page.h"
#include "collect/postgres_rows.h"
#include "config/option.h"

struct postgres_value {
	const char *column;
	const char *type; /* "gauge", "counter" */
	const char *help;
};

struct postgres_map {
	const char *prefix;
	const char *const *labels;           /* columns, ended by NULL */
	const struct postgres_value *values; /* ended by one without a column */
};

/*
 * Read a number as the server writes it; booleans are 1 and 0. False when it
 * is none.
 */
bool postgres_number(const char *text, double *ret);

/*
 * Add the samples of all rows. Null gives none. Rows whose `datname` is not
 * among `databases` are passed over, unless that is empty. The first column
 * that is missing or no number is named in `error` and makes the result -1;
 * the others are added all the same.
 */
int postgres_metrics_add(struct metric_page *page, const struct postgres_map *map, const struct postgres_rows *rows,
			 const struct option_strings *databases, struct error *error);

#endif
