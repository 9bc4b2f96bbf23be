/*
 * A page of samples that a collector makes of what it read: Prometheus's text
 * format, so that it goes into the store the way a scraped page does, and a
 * person can look at it. Samples of one family stand together: begin the
 * family, then add its samples. Label values are escaped here, and bytes that
 * are no UTF-8 become U+FFFD; names come from tables or pass through
 * metric_name.
 */
#ifndef COLLECT_METRIC_PAGE_H
#define COLLECT_METRIC_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "tsdb/labels.h"

struct metric_page {
	struct strbuf text;
	size_t samples;
};

void metric_page_init(struct metric_page *page);
void metric_page_release(struct metric_page *page);
void metric_page_clear(struct metric_page *page);

/* HELP and TYPE of the samples that follow; `type` is "gauge", "counter", "histogram", ...; `help` may be NULL. */
void metric_page_family(struct metric_page *page, const char *name, const char *type, const char *help);

/* One sample. Labels in any order, empty values are left out; `count` 0: none. */
void metric_page_add(struct metric_page *page, const char *name, const struct label *labels, size_t count,
		     double value);

/* The same with one label, and with none. */
void metric_page_add_label(struct metric_page *page, const char *name, const char *label, const char *text,
			   double value);
void metric_page_add_value(struct metric_page *page, const char *name, double value);

/* A family of one sample without labels. */
void metric_page_gauge(struct metric_page *page, const char *name, const char *help, double value);
void metric_page_counter(struct metric_page *page, const char *name, const char *help, double value);

/* Append `text` as a legal metric or label name: what is not allowed becomes '_'. */
void metric_name(struct strbuf *ret, const char *text);

#endif
