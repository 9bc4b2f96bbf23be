/*
 * Pages of many scrapes turned into one OpenMetrics file: page after page goes
 * in, and out come families, each with its series one after the other, each
 * series with all its samples in ascending time. Every series gets the `job`
 * and `instance` labels of its target, every target an `up` series. A series
 * that a scrape lacks has no sample for it.
 *
 * Values are kept as the text the page had, so that nothing is lost and
 * nothing is formatted twice.
 */
#ifndef SIM_HISTORY_FILE_H
#define SIM_HISTORY_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct history_file;

struct history_target {
	const char *job, *instance;
};

struct history_file *history_file_new(const struct history_target *targets, size_t count);
void history_file_free(struct history_file *file);

/* Begin the scrape at `time_ms`, which must be after the one before. */
void history_file_scrape(struct history_file *file, int64_t time_ms);

/*
 * Add target number `target`'s page, in text format 0.0.4 as the system
 * writes it (no timestamps), empty when it did not answer; and its `up`.
 */
int history_file_page(struct history_file *file, size_t target, bool up, const char *page, size_t length,
		      struct error *error);

/* Write everything to `path`.part, then give it its own name. `stop` (may be NULL) is asked now and then. */
int history_file_write(const struct history_file *file, const char *path, bool (*stop)(void), struct error *error);

#endif
