#include "collect/redis_subscription.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"

#define PAUSE_FIRST_MS CLOCK_SECOND
#define PAUSE_MAX_MS   (30 * CLOCK_SECOND)
#define PING_EVERY_MS  (15 * CLOCK_SECOND)

struct redis_subscription {
	struct redis_config connection;
	const struct option_strings *names;
	struct redis_channels *channels;
	struct redis *redis;
	struct timer *timer;  /* until it connects again, or asks whether the server is there */
	struct timer *settle; /* until messages that were only counted are summed up */
	int64_t pause_ms;
	size_t granted; /* how many of the names the server has confirmed */
	bool asked;     /* a PING is out, and nothing was heard since */
	char reason[160];
};

static bool is_pattern(const char *name)
{
	return strpbrk(name, "*?[") != NULL;
}

static void connect(struct redis_subscription *subscription);

/* The connection ends, or is ended, for this reason; the next attempt comes by itself. */
static void lose(struct redis_subscription *subscription, const char *reason)
{
	snprintf(subscription->reason, sizeof(subscription->reason), "%s", reason);
	redis_free(subscription->redis);
	subscription->redis = NULL;
	subscription->granted = 0;
	timer_start(subscription->timer, subscription->pause_ms);
	subscription->pause_ms *= 2;
	if (subscription->pause_ms > PAUSE_MAX_MS)
		subscription->pause_ms = PAUSE_MAX_MS;
}

static void on_closed(void *user, const char *reason)
{
	lose(user, reason);
}

/* One command for all names of a kind. */
static void subscribe(struct redis_subscription *subscription, const char *command, bool patterns)
{
	const char **words = mem_array(subscription->names->count + 1, sizeof(*words));
	size_t count = 0;

	words[count++] = command;
	for (size_t i = 0; i < subscription->names->count; i++)
		if (is_pattern(subscription->names->items[i]) == patterns)
			words[count++] = subscription->names->items[i];
	if (count > 1)
		redis_say(subscription->redis, words, count);
	free(words);
}

static void on_ready(void *user)
{
	struct redis_subscription *subscription = user;

	subscription->asked = false;
	subscribe(subscription, "SUBSCRIBE", false);
	subscribe(subscription, "PSUBSCRIBE", true);
	timer_start(subscription->timer, PING_EVERY_MS);
}

static void take(struct redis_subscription *subscription, const char *channel, const struct redis_reply *payload)
{
	int64_t wall_ms = loop_wall_now_ms(subscription->connection.loop), next_ms;

	redis_channels_take(subscription->channels, channel, payload->text, payload->length, wall_ms);
	next_ms = redis_channels_settle(subscription->channels, wall_ms);
	if (next_ms && !timer_is_running(subscription->settle))
		timer_start(subscription->settle, next_ms);
}

static void on_message(void *user, const struct redis_reply *reply)
{
	struct redis_subscription *subscription = user;
	const char *what = redis_reply_item(reply, 0)->text;

	subscription->asked = false;
	if (reply->kind == REDIS_KIND_ERROR) {
		char words[sizeof(subscription->reason)];

		redis_reply_words(reply->text, words, sizeof(words));
		lose(subscription, words);
	} else if (strcmp(what, "message") == 0) {
		take(subscription, redis_reply_item(reply, 1)->text, redis_reply_item(reply, 2));
	} else if (strcmp(what, "pmessage") == 0) {
		take(subscription, redis_reply_item(reply, 2)->text, redis_reply_item(reply, 3));
	} else if (strcmp(what, "subscribe") == 0 || strcmp(what, "psubscribe") == 0) {
		if (++subscription->granted < subscription->names->count)
			return;
		subscription->pause_ms = PAUSE_FIRST_MS;
		subscription->reason[0] = '\0';
	}
}

/* Nobody may publish for hours: without a question now and then a dead connection would look like silence. */
static void ping(struct redis_subscription *subscription)
{
	static const char *const words[] = { "PING" };

	if (subscription->asked) {
		lose(subscription, "the server has gone silent");
		return;
	}
	subscription->asked = true;
	redis_say(subscription->redis, words, 1);
	timer_start(subscription->timer, PING_EVERY_MS);
}

static void on_timer(void *user)
{
	struct redis_subscription *subscription = user;

	if (subscription->redis)
		ping(subscription);
	else
		connect(subscription);
}

static void on_settle(void *user)
{
	struct redis_subscription *subscription = user;
	int64_t next_ms =
		redis_channels_settle(subscription->channels, loop_wall_now_ms(subscription->connection.loop));

	if (next_ms)
		timer_start(subscription->settle, next_ms);
}

static void connect(struct redis_subscription *subscription)
{
	timer_stop(subscription->timer);
	subscription->redis = redis_open(&subscription->connection);
}

struct redis_subscription *redis_subscription_new(const struct redis_subscription_config *config)
{
	struct redis_subscription *subscription = mem_zalloc(sizeof(*subscription));

	subscription->connection = config->connection;
	subscription->connection.on_ready = on_ready;
	subscription->connection.on_closed = on_closed;
	subscription->connection.on_message = on_message;
	subscription->connection.user = subscription;
	subscription->names = config->names;
	subscription->pause_ms = PAUSE_FIRST_MS;
	subscription->channels = redis_channels_new(config->feed, config->system, config->instance);
	for (size_t i = 0; i < config->names->count; i++)
		if (!is_pattern(config->names->items[i]))
			redis_channels_expect(subscription->channels, config->names->items[i]);
	subscription->timer = timer_new(config->connection.loop, on_timer, subscription);
	subscription->settle = timer_new(config->connection.loop, on_settle, subscription);
	connect(subscription);
	return subscription;
}

void redis_subscription_free(struct redis_subscription *subscription)
{
	if (!subscription)
		return;
	redis_free(subscription->redis);
	timer_free(subscription->timer);
	timer_free(subscription->settle);
	redis_channels_free(subscription->channels);
	free(subscription);
}

void redis_subscription_nudge(struct redis_subscription *subscription)
{
	if (!subscription->redis)
		connect(subscription);
}

const char *redis_subscription_reason(const struct redis_subscription *subscription)
{
	return subscription->reason;
}

void redis_subscription_add_page(const struct redis_subscription *subscription, struct metric_page *page)
{
	bool listens = subscription->redis && subscription->granted >= subscription->names->count;

	metric_page_gauge(page, "skep_redis_subscribed", "1 while all channels are listened to", listens);
	redis_channels_add_page(subscription->channels, page);
}
