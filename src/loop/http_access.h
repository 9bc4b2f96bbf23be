/* Proving oneself to a server: turns a struct http_access into curl options. */
#ifndef LOOP_HTTP_ACCESS_H
#define LOOP_HTTP_ACCESS_H

#include <curl/curl.h>

#include "base/arena.h"
#include "base/error.h"
#include "loop/http.h"
#include "loop/http_url.h"

/*
 * Read the token and password files and set what they say on `easy`; header
 * lines are appended to `headers`, which the caller frees with
 * http_access_forget. `access` may be NULL. The message names the file that
 * cannot be used, never its content.
 */
int http_access_apply(CURL *easy, const struct http_access *access, const struct http_url *url,
		      struct curl_slist **headers, struct error *error);

/* A copy with all its strings, in the arena. */
const struct http_access *http_access_copy(const struct http_access *access, struct arena *arena);

/* Free header lines, overwriting them first: they may hold a token. */
void http_access_forget(struct curl_slist *headers);

#endif
