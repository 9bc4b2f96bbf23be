/* What a request found out besides its answer: reads a struct http_probe from curl. */
#ifndef LOOP_HTTP_PROBE_H
#define LOOP_HTTP_PROBE_H

#include <curl/curl.h>

#include "loop/http.h"

/* While the connection is there: the certificates and the version of TLS. */
void http_probe_tls(struct http_probe *probe, CURL *easy);

/* When the transfer has ended: its times are added, the version set. One that is given up has run for `until_s`. */
void http_probe_times(struct http_probe *probe, CURL *easy, double until_s);

#endif
