/*
 * Unit tests of rules: files as promtool's `test rules` takes them, with the
 * verdicts of promtool 2.42. Each test has a store of its own; its rules are
 * evaluated from 0 to the last time that anything is expected at, and alerts
 * are compared with those of the evaluation at or before that time.
 *
 * Where it is not promtool: rule files may be Kubernetes PrometheusRules and
 * have what later versions added (labels of a group, query_offset), an
 * evaluation may load more than 10,000 samples, groups whose order is not
 * given are evaluated in the order of the files, and a file has no anchors or
 * aliases.
 */
#ifndef ALERT_RULE_TEST_H
#define ALERT_RULE_TEST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strbuf.h"

#define RULE_TEST_EVALUATIONS 1000000 /* most of one test */

struct rule_test_options {
	bool left_open; /* ranges and language of Prometheus 3; else of 2.42, as promtool 2.42 has them */
};

/* Run a file; what is to be told is added to `ret`, ending in a line with SUCCESS or beginning with one with FAILED.
 * True when all came out as expected. */
bool rule_test_run(const char *path, const struct rule_test_options *options, struct strbuf *ret);

#endif
