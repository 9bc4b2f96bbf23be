/*
 * What each identity has shown, and since when: decides what of an
 * observation is news, and puts it into the feed in words.
 */
#ifndef SITUATION_CHANGE_LOG_H
#define SITUATION_CHANGE_LOG_H

#include <stdint.h>

#include "collect/feed.h"
#include "situation/change_rule.h"
#include "tsdb/labels.h"

struct change_log;
struct change_subject;

/* Both are borrowed. */
struct change_log *change_log_new(struct feed *feed, const char *system);
void change_log_free(struct change_log *log);

/* Nothing was ever seen; what was told stays told. Subjects of before are no longer valid. */
void change_log_forget(struct change_log *log);

/*
 * Addresses come and go for months: when too many identities were met, or too
 * much was told, all of it is forgotten. No subject may be held meanwhile.
 */
void change_log_bound(struct change_log *log);

/* Whose series this is, and what its labels show; the caller frees it. */
struct change_subject *change_log_subject(struct change_log *log, const struct change_rule *rule,
					  const struct labels *labels);
void change_subject_free(struct change_subject *subject);

/* The series had this value then. Times of one identity do not go backwards. */
void change_log_see(struct change_log *log, struct change_subject *subject, double value, int64_t time_ms);

#endif
