/*
 * The time zone of log lines that name none, read from the system's zone
 * files (RFC 8536) once and then a plain value: no environment, no locks, any
 * thread. The changes that a file lists are known, Debian's until 2037; the
 * rule in its footer, for the time after them, is not computed: the last
 * offset goes on.
 */
#ifndef LOGS_LOG_ZONE_H
#define LOGS_LOG_ZONE_H

#include <stdint.h>

#include "base/error.h"

#define LOG_ZONE_CHANGES 512

struct log_zone {
	unsigned count;                     /* of changes */
	int32_t first_s;                    /* offset from UTC before the first change, to the east */
	int64_t since_s[LOG_ZONE_CHANGES];  /* UTC seconds from which ... */
	int32_t offset_s[LOG_ZONE_CHANGES]; /* ... this offset holds */
};

/*
 * "UTC", "local" (this machine's), "+02:00", or a name such as
 * "Europe/Berlin". -1 when it is not known here; `ret` is then UTC.
 */
int log_zone_read(struct log_zone *ret, const char *name, struct error *error);

/*
 * UTC milliseconds of a moment given by the clocks of the zone. An hour that
 * comes twice is taken as its first, one that is left out as before the change.
 * `zone` NULL is UTC.
 */
int64_t log_zone_to_utc(const struct log_zone *zone, int64_t local_ms);

#endif
