/* Why a request failed, in a few words a person can read. */
#ifndef LOOP_HTTP_REASON_H
#define LOOP_HTTP_REASON_H

#include <stddef.h>
#include <stdint.h>

#include <curl/curl.h>

#include "loop/http.h"

/* Fault and words for a transfer that curl ended with `code`; `detail` is curl's error buffer. */
enum http_fault http_reason_curl(CURL *easy, CURLcode code, const char *detail, char *ret, size_t size);

/* "" for 2xx, else "404 not found", "302 redirect to URL" (credentials taken out). `location` may be NULL. */
void http_reason_status(int status, const char *location, char *ret, size_t size);

/* "timeout after 5s" */
void http_reason_timeout(int64_t timeout_ms, char *ret, size_t size);

/* "answer over 64 MiB" */
void http_reason_too_large(size_t limit_bytes, char *ret, size_t size);

#endif
