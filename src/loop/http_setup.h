/* What every transfer is set to, whoever asks: protocols, trust, headers. */
#ifndef LOOP_HTTP_SETUP_H
#define LOOP_HTTP_SETUP_H

#include <stdbool.h>

#include <curl/curl.h>

struct x509_store_st;

/* HTTP/1.1 without redirects, proxies, signals and password files of curl's own. */
void http_setup_protocols(CURL *easy);

/* Trust the authorities in `store`, read from `ca_file` (NULL: the system's); NULL for a transfer that verifies
 * nothing. */
void http_setup_tls(CURL *easy, struct x509_store_st *store, const char *ca_file);

/* Add the headers that every request has, and set all of them; `headers` stays the caller's and must live on. */
void http_setup_headers(CURL *easy, struct curl_slist **headers, bool local);

/* Is this numeric address one of this machine? */
bool http_setup_is_local(const char *address);

#endif
