/*
 * Published messages on their way into the event feed and into counters.
 * Bounded whatever comes: the first REDIS_CHANNELS_MAX channels are counted
 * by name, the others together; when messages come faster than a person
 * reads, most are only counted and the feed says how many more there were.
 */
#ifndef COLLECT_REDIS_CHANNELS_H
#define COLLECT_REDIS_CHANNELS_H

#include <stddef.h>
#include <stdint.h>

#include "collect/feed.h"
#include "collect/metric_page.h"

#define REDIS_CHANNELS_MAX     100
#define REDIS_CHANNEL_BYTES    200       /* of a name; longer ones are cut */
#define REDIS_MESSAGE_BYTES    400       /* of a payload in the feed */
#define REDIS_MESSAGES_AT_ONCE 20        /* events that may follow each other at once */
#define REDIS_MESSAGE_EVERY_MS 1000      /* and one more in this time */
#define REDIS_SUMMARY_EVERY_MS 10000     /* "1,204 more messages" */
#define REDIS_CHANNELS_OTHER   "(other)" /* the label of the channels beyond the limit */

struct redis_channels;

/* `feed` may be NULL; `system` and `instance` are copied. */
struct redis_channels *redis_channels_new(struct feed *feed, const char *system, const char *instance);
void redis_channels_free(struct redis_channels *channels);

/* A channel is known before its first message: its counter begins at 0. */
void redis_channels_expect(struct redis_channels *channels, const char *channel);

/* A message. Bytes may be anything. */
void redis_channels_take(struct redis_channels *channels, const char *channel, const char *payload, size_t length,
			 int64_t wall_ms);

/*
 * Say how many more there were, when that is due. Returns the time in
 * milliseconds after which to call again, or 0 when nothing waits.
 */
int64_t redis_channels_settle(struct redis_channels *channels, int64_t wall_ms);

/* The counters. */
void redis_channels_add_page(const struct redis_channels *channels, struct metric_page *page);

#endif
