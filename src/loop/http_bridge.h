/* curl's multi interface on the loop: sockets and its timer become events, ended transfers a callback. */
#ifndef LOOP_HTTP_BRIDGE_H
#define LOOP_HTTP_BRIDGE_H

#include <curl/curl.h>

#include "loop/loop.h"

struct http_bridge;

/* `on_end` gets the transfer's CURLOPT_PRIVATE; it may add and remove transfers, this one included. */
struct http_bridge *http_bridge_new(struct loop *loop, void (*on_end)(void *user, CURLcode code));
void http_bridge_free(struct http_bridge *bridge); /* after every transfer was removed */

int http_bridge_add(struct http_bridge *bridge, CURL *easy);
void http_bridge_remove(struct http_bridge *bridge, CURL *easy);

#endif
