/*
 * What the files of the Alertmanager share: alertmanager.c (asking again and
 * again), alertmanager_read.c (answers in) and _reader.c, alertmanager_lists.c (what is
 * known), alertmanager_change.c (silences made, changed and ended).
 */
#ifndef ALERT_ALERTMANAGER_PRIVATE_H
#define ALERT_ALERTMANAGER_PRIVATE_H

#include "alert/alertmanager.h"
#include "alert/api_call.h"
#include "alert/label_words.h"
#include "base/arena.h"
#include "base/vec.h"
#include "query/backoff.h"

#define AM_ALERTS_MAX   50000
#define AM_SILENCES_MAX 50000
#define AM_NAMES_MAX    100000 /* of alerts in groups, silences and receivers of one answer */
#define AM_WHAT         "an Alertmanager"

enum am_question { AM_ASK_ALERTS, AM_ASK_SILENCES, AM_ASK_GROUPS, AM_ASK_STATUS, AM_QUESTIONS };

struct am_alerts {
	struct arena arena;
	VEC(struct am_alert) items;
	const struct am_alert **by_id; /* once published */
};

struct am_silences {
	struct arena arena;
	VEC(struct silence) items;
	const struct silence **by_id;    /* once published */
	struct silence_filter **filters; /* once published, one for each; NULL until one is wanted */
};

struct am_grouping {
	struct am_group group;
	const char *const *ids;
};

struct am_groups {
	struct arena arena;
	VEC(struct am_grouping) items;
};

/* An answer while it is read; what it was read into is taken from it when it was read well. */
struct am_reader {
	enum am_question question;
	struct json_stream *stream;
	struct am_alerts *alerts;
	struct am_silences *silences;
	struct am_groups *groups;
	char version[40];
	char silence_id[128]; /* of the answer to a new silence */
	int64_t now_ms;       /* wall: judges a silence of which no state is told */

	/* the thing in hand */
	struct am_alert alert;
	struct silence silence;
	struct silence_matcher matcher;
	struct am_grouping grouping;
	bool has_state;
	struct label_words labels, annotations;
	VEC(const char *) ids, inhibiting, receivers;
	VEC(struct silence_matcher) matchers;
	size_t names; /* of all lists of names in the answer */
};

extern const struct json_shape am_shapes[AM_QUESTIONS], am_shape_made;

void am_reader_init(struct am_reader *reader, enum am_question question, int64_t now_ms);
void am_reader_release(struct am_reader *reader);

void am_alerts_free(struct am_alerts *alerts);
void am_silences_free(struct am_silences *silences);
void am_groups_free(struct am_groups *groups);

struct am_poll {
	struct alertmanager *am;
	enum am_question question;
	struct api_call *call; /* NULL: not under way */
	struct am_reader reader;
	struct api_answer answer;
	uint64_t digest; /* of the last good answer; 0: none yet */
};

struct am_change;

struct alertmanager {
	struct alertmanager_config config; /* its URL and access are in the arena */
	struct arena arena;
	char *shown_url;
	struct timer *timer;
	struct backoff backoff;
	struct alertmanager_health health;
	struct am_poll polls[AM_QUESTIONS];
	bool again;                   /* another round right after this one */
	bool groups_stale;            /* the alerts are others than those the groups tell of */
	int64_t groups_ms, status_ms; /* monotonic: asked last; 0: never */
	uint64_t round;               /* rounds begun */
	uint64_t version;
	struct am_alerts *alerts; /* never NULL */
	struct am_silences *silences;
	struct am_groups *groups;
	struct am_change *changes;
};

/* alertmanager_lists.c: sort and join what was read. */
void am_lists_publish_alerts(struct alertmanager *am, struct am_alerts *alerts);
void am_lists_publish_silences(struct alertmanager *am, struct am_silences *silences);
void am_lists_publish_groups(struct alertmanager *am, struct am_groups *groups);
void am_lists_join(struct alertmanager *am);

/* alertmanager.c */
struct api_call *am_ask(struct alertmanager *am, const char *path, struct api_question *question,
			struct json_stream **ret_stream, struct error *error);
void am_changed(struct alertmanager *am);

/* alertmanager_change.c: look for changes without an answer in a list of silences of round `round`. */
void am_changes_look(struct alertmanager *am, uint64_t round);
void am_changes_free(struct alertmanager *am);
bool am_changes_busy(const struct alertmanager *am);

#endif
