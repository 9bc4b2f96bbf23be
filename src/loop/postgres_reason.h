/* libpq's and the server's messages about connecting, as short words and what kind of fault they are. */
#ifndef LOOP_POSTGRES_REASON_H
#define LOOP_POSTGRES_REASON_H

#include <stddef.h>
#include <stdint.h>

#include "loop/postgres.h"

/* Read what PQerrorMessage says of a connection that failed or broke. */
enum postgres_fault postgres_reason(const char *message, char *ret, size_t size);

void postgres_reason_timeout(int64_t timeout_ms, char *ret, size_t size);

#endif
