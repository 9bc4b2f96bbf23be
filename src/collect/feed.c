#include "collect/feed.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define EVENTS_DEFAULT 5000u
#define BYTES_DEFAULT  (4u * 1024 * 1024)

/* One allocation: the event, then its texts. */
struct entry {
	struct event event;
	size_t bytes;
	char texts[];
};

struct feed {
	size_t limit_events, limit_bytes;
	struct entry **ring; /* limit_events slots; oldest at `first` */
	size_t first, count, bytes;
	uint64_t version, next_id;
};

struct feed *feed_new(size_t events, size_t bytes)
{
	struct feed *feed = mem_zalloc(sizeof(*feed));

	feed->limit_events = events ? events : EVENTS_DEFAULT;
	feed->limit_bytes = bytes ? bytes : BYTES_DEFAULT;
	feed->ring = mem_array(feed->limit_events, sizeof(*feed->ring));
	return feed;
}

static struct entry **slot(const struct feed *feed, size_t index)
{
	return &feed->ring[(feed->first + index) % feed->limit_events];
}

void feed_free(struct feed *feed)
{
	if (!feed)
		return;
	for (size_t i = 0; i < feed->count; i++)
		free(*slot(feed, i));
	free(feed->ring);
	free(feed);
}

static size_t kept_length(const char *text)
{
	return text ? strnlen(text, FEED_TEXT_BYTES) : 0;
}

static const char *copy(char **to, const char *text)
{
	char *ret = *to;
	size_t length = kept_length(text);

	if (length)
		memcpy(ret, text, length);
	ret[length] = '\0';
	*to += length + 1;
	return ret;
}

static struct entry *entry_new(const struct event *event)
{
	size_t bytes = sizeof(struct entry) + kept_length(event->system) + kept_length(event->subject) +
		       kept_length(event->text) + 3;
	struct entry *entry = mem_zalloc(bytes);
	char *to = entry->texts;

	entry->event = *event;
	entry->bytes = bytes;
	entry->event.system = copy(&to, event->system);
	entry->event.subject = copy(&to, event->subject);
	entry->event.text = copy(&to, event->text);
	return entry;
}

static bool same(const struct event *a, const struct event *b)
{
	return a->time_ms == b->time_ms && a->kind == b->kind && strcmp(a->system, b->system) == 0 &&
	       strcmp(a->subject, b->subject) == 0 && strcmp(a->text, b->text) == 0;
}

static void drop_oldest(struct feed *feed)
{
	struct entry **oldest = slot(feed, 0);

	feed->bytes -= (*oldest)->bytes;
	free(*oldest);
	*oldest = NULL;
	feed->first = (feed->first + 1) % feed->limit_events;
	feed->count--;
}

static bool is_full(const struct feed *feed, size_t bytes)
{
	return feed->count == feed->limit_events || feed->bytes + bytes > feed->limit_bytes;
}

void feed_add(struct feed *feed, const struct event *event)
{
	struct entry *entry;
	size_t at;

	if (!feed)
		return;
	entry = entry_new(event);
	for (at = feed_search(feed, event->time_ms); at < feed->count; at++) {
		const struct event *there = feed_at(feed, at);

		if (there->time_ms > event->time_ms)
			break;
		if (same(there, &entry->event)) {
			free(entry);
			return;
		}
	}
	/* One that is older than all there is would be the next to go. */
	if (at == 0 && feed->count && is_full(feed, entry->bytes)) {
		free(entry);
		return;
	}
	while (feed->count && is_full(feed, entry->bytes)) {
		drop_oldest(feed);
		at -= at > 0;
	}
	for (size_t i = feed->count; i > at; i--)
		*slot(feed, i) = *slot(feed, i - 1);
	entry->event.id = ++feed->next_id;
	*slot(feed, at) = entry;
	feed->bytes += entry->bytes;
	feed->count++;
	feed->version++;
}

size_t feed_count(const struct feed *feed)
{
	return feed->count;
}

const struct event *feed_at(const struct feed *feed, size_t index)
{
	return &(*slot(feed, index))->event;
}

size_t feed_search(const struct feed *feed, int64_t time_ms)
{
	size_t low = 0, high = feed->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (feed_at(feed, middle)->time_ms < time_ms)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

uint64_t feed_version(const struct feed *feed)
{
	return feed->version;
}

const char *event_kind_name(enum event_kind kind)
{
	static const char *const names[EVENT_KINDS] = {
		[EVENT_DEPLOY] = "deploy",   [EVENT_CONFIG] = "config", [EVENT_RESTART] = "restart",
		[EVENT_MESSAGE] = "message", [EVENT_SOURCE] = "source",
	};

	return kind < EVENT_KINDS ? names[kind] : "?";
}
