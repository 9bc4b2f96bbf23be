/*
 * Where a Redis server is and as whom it is asked:
 *
 *	redis://[USER@]HOST[:PORT][/DB]    HOST[:PORT]    unix:///PATH[?db=DB]
 *
 * A URL is printed and logged, so a password in it is refused; no message
 * repeats the URL.
 */
#ifndef LOOP_REDIS_URL_H
#define LOOP_REDIS_URL_H

#include "base/error.h"

#define REDIS_PORT         6379
#define REDIS_DATABASE_MAX 65535

struct redis_url {
	char *text;        /* as it may be shown */
	char *host;        /* an IPv6 address without its brackets; NULL for a socket file */
	char *socket_path; /* NULL unless it is one */
	char *user;        /* percent signs resolved; NULL when none */
	unsigned port, database;
};

/* Read a URL of at most 4 KiB. -1 with a message that says what is allowed; rediss:// is among what is refused. */
int redis_url_parse(struct redis_url *ret, const char *text, struct error *error);
void redis_url_release(struct redis_url *url);

/* "10.0.0.4:6379", "[::1]:6379" or the path of the socket; the caller frees it. */
char *redis_url_instance(const struct redis_url *url);

#endif
