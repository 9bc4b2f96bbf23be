/*
 * The file of a rule unit test as promtool 2.42 reads it: which rule files,
 * which series, what is to come out at what time. Pure data, all of it in the
 * arena; nothing of the rule files is read here.
 */
#ifndef ALERT_RULE_TEST_FILE_H
#define ALERT_RULE_TEST_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "tsdb/labels.h"

/* An alert that is to fire. Labels sorted by name; those with empty values are there, though no alert has such. */
struct rule_test_alert {
	struct labels labels; /* alertname among them */
	struct labels annotations;
};

struct rule_test_alerts {
	const char *name;
	int64_t time_ms;
	const struct rule_test_alert *items;
	size_t count;
	unsigned line;
};

struct rule_test_sample {
	const char *labels; /* as it is written */
	double value;
	unsigned line;
};

struct rule_test_expression {
	const char *expression;
	int64_t time_ms;
	const struct rule_test_sample *items;
	size_t count;
	unsigned line;
};

struct rule_test_series {
	const char *series, *values;
	unsigned line;
};

/* One item of `tests`. */
struct rule_test {
	const char *name; /* "" without one */
	int64_t interval_ms;
	struct labels external_labels;
	const char *external_url;
	const struct rule_test_series *series;
	const struct rule_test_alerts *alerts; /* by time; as in the file where times are equal */
	const struct rule_test_expression *expressions;
	size_t series_count, alerts_count, expression_count;
	unsigned line;
};

struct rule_test_file {
	struct arena arena;
	const char *path;
	const char **rule_files; /* patterns, as they are written */
	size_t rule_file_count;
	const char **group_order;
	size_t group_order_count;
	int64_t evaluation_ms;
	const struct rule_test *tests;
	size_t test_count;
};

/*
 * Read a file. Keys and types are those of promtool 2.42; everything else is
 * a fault. On failure returns -1, and `ret` is released.
 */
int rule_test_file_read(struct rule_test_file *ret, const char *path, struct error_list *errors);
void rule_test_file_release(struct rule_test_file *file);

#endif
