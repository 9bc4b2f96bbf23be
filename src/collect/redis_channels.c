#include "collect/redis_channels.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "base/text.h"

struct counter {
	char *name;
	uint64_t messages, bytes;
};

struct redis_channels {
	struct feed *feed;
	char *system, *instance;
	struct counter counters[REDIS_CHANNELS_MAX];
	size_t count;
	struct counter other;
	struct map names; /* to counters */
	/* How many events may come now, and since when. */
	int64_t allowed, since_ms;
	/* Messages that were only counted since `waiting_ms`. */
	uint64_t more;
	int64_t waiting_ms;
	const char *more_channel; /* the only one among them; NULL when there are several */
};

struct redis_channels *redis_channels_new(struct feed *feed, const char *system, const char *instance)
{
	struct redis_channels *channels = mem_zalloc(sizeof(*channels));

	channels->feed = feed;
	channels->system = mem_strdup(system ? system : "");
	channels->instance = mem_strdup(instance);
	channels->allowed = REDIS_MESSAGES_AT_ONCE;
	channels->other.name = mem_strdup(REDIS_CHANNELS_OTHER);
	map_init(&channels->names);
	return channels;
}

void redis_channels_free(struct redis_channels *channels)
{
	if (!channels)
		return;
	for (size_t i = 0; i < channels->count; i++)
		free(channels->counters[i].name);
	map_release(&channels->names, NULL);
	free(channels->other.name);
	free(channels->system);
	free(channels->instance);
	free(channels);
}

static struct counter *counter_of(struct redis_channels *channels, const char *channel)
{
	char name[REDIS_CHANNEL_BYTES + 1];
	struct counter *counter;

	snprintf(name, sizeof(name), "%s", channel);
	counter = map_get(&channels->names, name);
	if (counter)
		return counter;
	if (channels->count == REDIS_CHANNELS_MAX)
		return &channels->other;
	counter = &channels->counters[channels->count++];
	*counter = (struct counter){ .name = mem_strdup(name) };
	map_set(&channels->names, name, counter);
	return counter;
}

void redis_channels_expect(struct redis_channels *channels, const char *channel)
{
	counter_of(channels, channel);
}

/* The allowance grows with time up to what may come at once. */
static bool may_speak(struct redis_channels *channels, int64_t wall_ms)
{
	int64_t passed = wall_ms - channels->since_ms, grown = passed / REDIS_MESSAGE_EVERY_MS;

	if (passed < 0 || channels->allowed + grown >= REDIS_MESSAGES_AT_ONCE) {
		channels->allowed = passed < 0 ? channels->allowed : REDIS_MESSAGES_AT_ONCE;
		channels->since_ms = wall_ms;
	} else {
		channels->allowed += grown;
		channels->since_ms += grown * REDIS_MESSAGE_EVERY_MS;
	}
	if (!channels->allowed)
		return false;
	channels->allowed--;
	return true;
}

static void say(struct redis_channels *channels, const char *subject, const char *text, int64_t wall_ms)
{
	struct event event = { .time_ms = wall_ms,
			       .kind = EVENT_MESSAGE,
			       .weight = EVENT_PLAIN,
			       .system = channels->system,
			       .subject = subject,
			       .text = text };

	if (channels->feed)
		feed_add(channels->feed, &event);
}

/* The beginning of a payload as text: cut between characters, a NUL byte becomes a space. */
static void add_payload(struct strbuf *ret, const char *payload, size_t length)
{
	size_t used = 0;

	while (used < length) {
		uint32_t code;
		size_t bytes = text_decode(payload + used, length - used, &code);

		if (ret->length + bytes > REDIS_MESSAGE_BYTES) {
			strbuf_addstr(ret, "...");
			return;
		}
		if (payload[used])
			strbuf_add(ret, payload + used, bytes);
		else
			strbuf_addch(ret, ' ');
		used += bytes;
	}
}

void redis_channels_take(struct redis_channels *channels, const char *channel, const char *payload, size_t length,
			 int64_t wall_ms)
{
	struct counter *counter = counter_of(channels, channel);
	struct strbuf text = STRBUF_INIT;

	counter->messages++;
	counter->bytes += length;
	/* In order: the summary of what was held back comes before anything new is shown. */
	if (channels->more || !may_speak(channels, wall_ms)) {
		if (!channels->more++) {
			channels->waiting_ms = wall_ms;
			channels->more_channel = counter->name;
		} else if (channels->more_channel != counter->name) {
			channels->more_channel = NULL;
		}
		redis_channels_settle(channels, wall_ms);
		return;
	}
	add_payload(&text, payload, length);
	say(channels, counter == &channels->other ? channel : counter->name, text.text, wall_ms);
	strbuf_release(&text);
}

int64_t redis_channels_settle(struct redis_channels *channels, int64_t wall_ms)
{
	int64_t passed = wall_ms - channels->waiting_ms;
	char text[64];

	if (!channels->more)
		return 0;
	if (passed >= 0 && passed < REDIS_SUMMARY_EVERY_MS)
		return REDIS_SUMMARY_EVERY_MS - passed;
	snprintf(text, sizeof(text), "%" PRIu64 " more message%s", channels->more, channels->more == 1 ? "" : "s");
	say(channels, channels->more_channel ? channels->more_channel : channels->instance, text, wall_ms);
	channels->more = 0;
	return 0;
}

static void add_family(const struct redis_channels *channels, struct metric_page *page, const char *name,
		       const char *help, size_t member)
{
	metric_page_family(page, name, "counter", help);
	for (size_t i = 0; i <= channels->count; i++) {
		const struct counter *counter = i < channels->count ? &channels->counters[i] : &channels->other;
		uint64_t value = member ? counter->bytes : counter->messages;

		if (i < channels->count || counter->messages)
			metric_page_add_label(page, name, "channel", counter->name, (double)value);
	}
}

void redis_channels_add_page(const struct redis_channels *channels, struct metric_page *page)
{
	if (!channels->count)
		return;
	add_family(channels, page, "skep_redis_messages_total", "messages published, by channel", 0);
	add_family(channels, page, "skep_redis_message_bytes_total", "bytes of these messages", 1);
}
