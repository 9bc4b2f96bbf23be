/* The parts of a server's URL that a request needs, credentials taken out. */
#ifndef LOOP_HTTP_URL_H
#define LOOP_HTTP_URL_H

#include <stdbool.h>

#include "base/error.h"

struct http_url {
	char *text;     /* without user and password: may be shown and logged */
	char *host;     /* ASCII; an IPv6 address without its brackets */
	char *user;     /* NULL when none */
	char *password; /* NULL when none */
	unsigned port;
	bool secure; /* https */
};

/* Read an http or https URL of at most 32 KiB. The message never holds the URL's credentials. */
int http_url_parse(struct http_url *ret, const char *text, struct error *error);
void http_url_release(struct http_url *url);

/* "host:port", an IPv6 address in brackets. The caller frees it. */
char *http_url_instance(const struct http_url *url);

/* `text` without user, password and fragment, for messages; "" when it is no URL. The caller frees it. */
char *http_url_shown(const char *text);

#endif
