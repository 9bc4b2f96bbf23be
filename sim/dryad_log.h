/*
 * The three log files the simulated DRYAD keeps, as Python's rotating handlers
 * keep them: 10 MB each, five older parts behind the one being written.
 */
#ifndef SIM_DRYAD_LOG_H
#define SIM_DRYAD_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LOG_ROTATE_BYTES (10u * 1024 * 1024)

enum { LOG_PARTS = 5 };

enum log_file { LOG_APP, LOG_ERRORS, LOG_ACCESS, LOG_FILE_COUNT };
extern const char *const dryad_log_file_names[LOG_FILE_COUNT]; /* gremlins_app.log ... */

struct dryad_log;

/* Nothing is made before the first line. `passing`: all of it is taken away by dryad_log_free. */
struct dryad_log *dryad_log_new(const char *folder, int64_t from_ms, bool passing);
void dryad_log_free(struct dryad_log *log);

/* Whether lines of that moment are kept. */
bool dryad_log_wants(const struct dryad_log *log, int64_t now_ms);
const char *dryad_log_folder(const struct dryad_log *log);

/* One line, without its newline, for one file; kept until dryad_log_flush. Lines may come in any order of time. */
void dryad_log_add(struct dryad_log *log, enum log_file file, int64_t time_ms, const char *line, size_t length);

/* Write what has come, by time. */
void dryad_log_flush(struct dryad_log *log);

#endif
