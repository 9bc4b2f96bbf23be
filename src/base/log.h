/*
 * The program's own log: a bounded file or nothing, never the terminal while
 * the console runs. One of the two places with file-level state.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARN, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

/* Log to `fd` (kept open by the caller) from `level` up; -1 turns it off (the state at start). */
void log_open(int fd, enum log_level level);

/* One line: UTC time, level, message made safe. Secrets never go here. */
void log_line(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
