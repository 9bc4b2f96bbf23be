/*
 * The event feed: what was observed and is not a number, with its time. A
 * bounded ring beside the store, shared by all systems of a console; when it
 * is full the oldest go. Kept in the order of their times, since some are
 * learned late (a deploy of this morning, read from history at start). What
 * people do is not here: that is the journal's.
 */
#ifndef COLLECT_FEED_H
#define COLLECT_FEED_H

#include <stddef.h>
#include <stdint.h>

enum event_kind {
	EVENT_DEPLOY,  /* another version or image runs */
	EVENT_CONFIG,  /* a configuration changed */
	EVENT_RESTART, /* something began anew */
	EVENT_MESSAGE, /* somebody published it */
	EVENT_SOURCE,  /* a source of ours fails, or is back */
	EVENT_KINDS,
};

enum event_weight { EVENT_PLAIN, EVENT_GOOD, EVENT_WARNING, EVENT_BAD };

/* Texts are raw: made safe where they are shown. */
struct event {
	int64_t time_ms; /* wall */
	enum event_kind kind;
	enum event_weight weight;
	const char *system;  /* which system it is about; "" when it is about none */
	const char *subject; /* who or what: "polln-colony 10.0.0.4:3000", "polln.discovery" */
	const char *text;    /* what happened: "version 2.3.0 -> 2.4.1" */
	uint64_t id;         /* rises with each that is added; set by the feed */
};

#define FEED_TEXT_BYTES 4096 /* of a subject or a text; longer ones are cut */

struct feed;

/* Zeros take the defaults: 5,000 events, 4 MiB of text. */
struct feed *feed_new(size_t events, size_t bytes);
void feed_free(struct feed *feed); /* NULL is allowed */

/* Copies. An event with the time, kind, system, subject and text of one that is there is passed over; NULL feed too. */
void feed_add(struct feed *feed, const struct event *event);

size_t feed_count(const struct feed *feed);

/* Oldest first. Valid until the next feed_add. */
const struct event *feed_at(const struct feed *feed, size_t index);

/* Index of the first event at or after this time; feed_count when there is none. */
size_t feed_search(const struct feed *feed, int64_t time_ms);

/* Rises with every change. */
uint64_t feed_version(const struct feed *feed);

/* "deploy", "config", "restart", "message", "source" */
const char *event_kind_name(enum event_kind kind);

#endif
