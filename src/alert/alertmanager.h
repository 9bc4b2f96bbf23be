/*
 * An Alertmanager (API v2), asked every few seconds for its alerts and
 * silences, and told to make, change and end silences. Down: what was known
 * stays, with its age; what was to be sent says that it was not.
 *
 * A change is sent once. When no answer comes it may or may not have been
 * made: that is said at once, and the next lists are looked through for it.
 */
#ifndef ALERT_ALERTMANAGER_H
#define ALERT_ALERTMANAGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alert/silence.h"
#include "loop/http.h"
#include "loop/loop.h"
#include "tsdb/labels.h"

struct alertmanager;

enum am_state { AM_ACTIVE, AM_SUPPRESSED, AM_UNPROCESSED };

/* Strings live until the next on_change. */
struct am_alert {
	struct labels labels, annotations;
	uint64_t fingerprint; /* labels_fingerprint: the journal keeps it */
	const char *id;       /* Alertmanager's own fingerprint */
	int64_t starts_ms, ends_ms, updated_ms;
	const char *generator_url;
	enum am_state state;
	const char *const *silenced_by, *const *inhibited_by, *const *receivers;
	size_t silenced_count, inhibited_count, receiver_count;
	size_t group; /* alertmanager_group's index; SIZE_MAX: not known (yet) */
};

/* Alerts that Alertmanager notifies of together. One that several receivers get is in several groups and names the
 * first. */
struct am_group {
	struct labels labels; /* what they have in common, as `group_by` says */
	const char *receiver;
	size_t count; /* of its alerts */
};

struct alertmanager_config {
	struct loop *loop;
	struct http *http;
	const char *url; /* with path prefix, without /api */
	const struct http_access *access;
	int64_t timeout_ms, interval_ms; /* 0: 5 s, 5 s */
	void (*on_change)(void *user);
	/*
	 * What became of a change that had no answer, once the lists tell: `id` is the silence's, or NULL when none
	 * was made; may be NULL. The strings live until it returns.
	 */
	void (*on_settled)(void *user, const char *id, const char *words);
	void *user;
};

struct alertmanager_health {
	bool known, healthy;                    /* known: has answered or failed at least once */
	char reason[320];                       /* raw */
	int64_t last_good_ms, failing_since_ms; /* wall; 0 */
	const char *url;                        /* without credentials */
	char version[40];                       /* "" when not told */
};

/* NULL for a URL that is none, or has a query in it. */
struct alertmanager *alertmanager_new(const struct alertmanager_config *config, struct error *error);
void alertmanager_free(struct alertmanager *am);

void alertmanager_get_health(const struct alertmanager *am, struct alertmanager_health *ret);
size_t alertmanager_alert_count(const struct alertmanager *am);
const struct am_alert *alertmanager_alert(const struct alertmanager *am, size_t index);
const struct am_alert *alertmanager_alert_find(const struct alertmanager *am,
					       const char *id); /* as `inhibited_by` has it */
size_t alertmanager_group_count(const struct alertmanager *am);
const struct am_group *alertmanager_group(const struct alertmanager *am, size_t index);

/* Active and pending first, by their ends; then the expired ones. */
size_t alertmanager_silence_count(const struct alertmanager *am);
const struct silence *alertmanager_silence(const struct alertmanager *am, size_t index);
const struct silence *alertmanager_silence_find(const struct alertmanager *am, const char *id);

/* Does it hide an alert with these labels, or would it in its time? What it compiles is kept until the list is another
 * one. */
bool alertmanager_silence_matches(const struct alertmanager *am, size_t index, const struct labels *labels);

/* Another number after each on_change. */
uint64_t alertmanager_version(const struct alertmanager *am);

/* Ask now, also while a failing one is left alone. */
void alertmanager_refresh(struct alertmanager *am);

/* Is it being asked or told something at this moment? */
bool alertmanager_busy(const struct alertmanager *am);

/*
 * Make a silence, change one (its id is given; a new id may come back), end one.
 * `done` comes once, never before the call returns: id of the silence, or NULL
 * and the reason in words. When the struct goes away first, it is not called.
 * What silence_check refuses, or has ended already, is not sent. The silence
 * is copied. In the list it stands once on_change has come after `done`.
 */
typedef void silence_done_fn(void *user, const char *id, const char *reason);
void alertmanager_set_silence(struct alertmanager *am, const struct silence *silence, silence_done_fn *done,
			      void *user);
void alertmanager_expire_silence(struct alertmanager *am, const char *id, silence_done_fn *done, void *user);

#endif
