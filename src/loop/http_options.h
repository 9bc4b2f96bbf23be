/*
 * How to reach a server, as a file says it: the rows of an option table that
 * every section with a server in it shares, and what they fill.
 */
#ifndef LOOP_HTTP_OPTIONS_H
#define LOOP_HTTP_OPTIONS_H

#include "base/arena.h"
#include "config/option.h"
#include "loop/http.h"

struct http_options {
	const char *bearer_token_file, *basic_auth_file, *ca_file, *client_certificate_file, *client_key_file;
	struct option_strings headers; /* "NAME: VALUE" */
	bool insecure;
};

/* Rows for a struct that holds a struct http_options at offset `at`. */
/* clang-format off */
#define HTTP_OPTION_ROWS(at)                                                                                           \
	{ "bearer-token-file", 0, OPTION_STRING, (at) + offsetof(struct http_options, bearer_token_file),              \
	  .value_name = "FILE",                                                                                        \
	  .help = "file that holds a bearer token" },                                                                  \
	{ "basic-auth-file", 0, OPTION_STRING, (at) + offsetof(struct http_options, basic_auth_file),                  \
	  .value_name = "FILE",                                                                                        \
	  .help = "file that holds user:password" },                                                                   \
	{ "ca-file", 0, OPTION_STRING, (at) + offsetof(struct http_options, ca_file), .value_name = "FILE",            \
	  .help = "certificates to trust" },                                                                           \
	{ "client-certificate-file", 0, OPTION_STRING, (at) + offsetof(struct http_options, client_certificate_file),  \
	  .value_name = "FILE", .help = "certificate to show to the server" },                                         \
	{ "client-key-file", 0, OPTION_STRING, (at) + offsetof(struct http_options, client_key_file),                  \
	  .value_name = "FILE",                                                                                        \
	  .help = "key of that certificate" },                                                                         \
	{ "headers", 0, OPTION_STRINGS, (at) + offsetof(struct http_options, headers), .value_name = "NAME: VALUE",    \
	  .help = "more headers, such as X-Scope-OrgID: team" },                                                       \
	{ "insecure", 0, OPTION_BOOL, (at) + offsetof(struct http_options, insecure), .fallback = "false",             \
	  .help = "do not verify the certificate" }
/* clang-format on */

/* Paths that differ from those in `before` (may be NULL) become relative to `folder`, copied into the arena. */
void http_options_make_relative(struct http_options *options, const struct http_options *before, const char *folder,
				struct arena *arena);

/* The first header that is none ("NAME: VALUE", no line break), or NULL. */
const char *http_options_bad_header(const struct http_options *options);

/* What a request needs, with `accept` (may be NULL) as one more header. Strings are borrowed, the list is the arena's.
 */
struct http_access http_options_access(const struct http_options *options, const char *accept, struct arena *arena);

#endif
