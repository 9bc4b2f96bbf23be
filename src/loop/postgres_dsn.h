/*
 * A data source name as libpq reads it, taken apart for what is ours to do:
 * which hosts it names, so that the resolver looks them up, and what is safe
 * to show of it.
 */
#ifndef LOOP_POSTGRES_DSN_H
#define LOOP_POSTGRES_DSN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* What may be shown. */
struct postgres_shown {
	char *instance; /* "db1:5432", "db1:5432,db2:5432", or the service's name */
	char *url;      /* "postgresql://ops@db1:5432/polln": no password, no parameters */
};

/* Check a DSN and say what to show; reads no file. The message never repeats a part of the DSN. */
int postgres_dsn_show(const char *dsn, struct postgres_shown *ret, struct error *error);
void postgres_shown_release(struct postgres_shown *shown);

/* One place to connect to. Nothing at all stands for libpq's own default, the local socket. */
struct postgres_place {
	char *host;    /* a name, or a socket's folder; "" when only an address is given */
	char *address; /* given as hostaddr; "" when the name is to be looked up, or needs none */
	char *port;    /* "" for the default */
};

struct postgres_dsn {
	char *text;
	char *passfile;   /* NULL: as libpq finds it */
	char *options;    /* the session's, ours added */
	char *attributes; /* target_session_attrs */
	bool gssapi;      /* asked for */
	struct postgres_place *places;
	size_t count; /* at least 1 */
};

#define POSTGRES_PLACES_MAX 32

/*
 * Read the DSN with its service's file, the environment and libpq's defaults.
 * Reads files: for the pool. `ret` must be released in any case.
 */
int postgres_dsn_read(struct postgres_dsn *ret, const char *dsn, const char *passfile, int64_t statement_timeout_ms,
		      struct error *error);
void postgres_dsn_release(struct postgres_dsn *dsn);

/* Must this place's name be looked up? */
bool postgres_place_needs_address(const struct postgres_place *place);

/*
 * What to ask of a session in the first or second round over all places, as
 * target_session_attrs has it; NULL when there is no such round. Since every
 * session of ours is read-only, read-write means the primary and read-only a
 * standby; prefer-standby takes two rounds, as the places are tried one by one.
 */
const char *postgres_dsn_attributes(const struct postgres_dsn *dsn, unsigned round);

#define POSTGRES_PARAMETERS_MAX 16

/* Names and values for PQconnectStartParams, NULL terminated; the texts are the caller's and the DSN's. */
struct postgres_parameters {
	const char *names[POSTGRES_PARAMETERS_MAX];
	const char *values[POSTGRES_PARAMETERS_MAX];
};

/* To connect to one place at one address ("" or NULL: none is needed). */
void postgres_dsn_parameters(const struct postgres_dsn *dsn, const struct postgres_place *place, const char *address,
			     const char *attributes, struct postgres_parameters *ret);

#endif
