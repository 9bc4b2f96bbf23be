/*
 * Politeness: how far apart requests to one server are. Servers in front of
 * applications count requests by address; who asks regularly takes a place in
 * the queue first and waits for it. Who asks without one is not held up.
 */
#ifndef LOOP_HTTP_PACE_H
#define LOOP_HTTP_PACE_H

#include <stdint.h>

struct http_pace;

struct http_pace *http_pace_new(void);
void http_pace_free(struct http_pace *pace);

/* Take the next place for `server` ("host:port"): how long to wait from now, `spacing_ms` after the one before. */
int64_t http_pace_take(struct http_pace *pace, const char *server, int64_t spacing_ms, int64_t now_ms);

#endif
