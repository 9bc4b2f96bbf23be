/* Times as log lines write them. For this room's readers of lines only. */
#ifndef LOGS_LOG_TIME_H
#define LOGS_LOG_TIME_H

#include <stddef.h>
#include <stdint.h>

#include "logs/log_line.h"

/*
 * Read the time that `text` begins with; returns how many bytes it takes, 0
 * when there is none:
 *
 *   2026-11-22T03:41:00.123456Z   ISO 8601: a blank for T, a comma for the point, "+02:00", "+0200", " +0200", " UTC"
 *   2026/11/22 03:41:00           Go, nginx
 *   22/Nov/2026:03:41:00 +0000    access logs
 *   22 Nov 2026 03:41:00.123      Redis
 *   Nov 22 03:41:00               syslog; "Sun Nov 22 03:41:00.123 2026" also
 *   1795318860.123                seconds, or milli-, micro- and nanoseconds by their size, when a blank or the end
 *                                 follows
 */
size_t log_time_read(const char *text, size_t length, const struct line_parser *parser, int64_t *ret_ms);

/* "1122 03:41:00.123456" of klog, behind its letter. */
size_t log_time_read_klog(const char *text, size_t length, const struct line_parser *parser, int64_t *ret_ms);

#endif
