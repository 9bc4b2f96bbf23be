/* A probe's samples, under the names of blackbox_exporter. */
#ifndef COLLECT_PROBE_PAGE_H
#define COLLECT_PROBE_PAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "loop/http.h"

struct metric_page;

/* probe_success and how long the whole took. */
void probe_page_add_success(struct metric_page *page, bool success, double duration_s);

/* What is known of an HTTP request, however it ended: phases, status, version, redirects, certificate. */
void probe_page_add_http(struct metric_page *page, const struct http_probe *probe, int status, size_t bytes);

#endif
