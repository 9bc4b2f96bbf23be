/*
 * Which metric a field of INFO becomes: names, types and units are those of
 * redis_exporter, so that dashboards and rules written for it work as they are.
 */
#ifndef COLLECT_REDIS_METRICS_H
#define COLLECT_REDIS_METRICS_H

#include <stddef.h>

struct redis_metric {
	const char *field; /* of INFO, or of CLUSTER INFO */
	const char *name;
	const char *type; /* "gauge" or "counter" */
	double divisor;   /* of the field's value */
	const char *help;
};

extern const struct redis_metric redis_metrics[];
extern const size_t redis_metric_count;

#endif
