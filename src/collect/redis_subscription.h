/*
 * The channels of a Redis server that are listened to, on a connection of
 * their own: connects again by itself, with growing pauses, and notices a
 * server that has gone silent. Names with a '*', '?' or '[' are patterns.
 */
#ifndef COLLECT_REDIS_SUBSCRIPTION_H
#define COLLECT_REDIS_SUBSCRIPTION_H

#include <stdbool.h>

#include "collect/metric_page.h"
#include "collect/redis_channels.h"
#include "config/option.h"
#include "loop/redis.h"

struct redis_subscription;

struct redis_subscription_config {
	struct redis_config connection;     /* without callbacks */
	const struct option_strings *names; /* must outlive it; at least one */
	struct feed *feed;                  /* may be NULL */
	const char *system, *instance;
};

struct redis_subscription *redis_subscription_new(const struct redis_subscription_config *config);
void redis_subscription_free(struct redis_subscription *subscription);

/* The server is known to be well: when the subscription waits to connect again, do it now. */
void redis_subscription_nudge(struct redis_subscription *subscription);

/* Why it does not listen; "" while it does, and until the first attempt has ended. */
const char *redis_subscription_reason(const struct redis_subscription *subscription);

/* Its counters, and whether it listens. */
void redis_subscription_add_page(const struct redis_subscription *subscription, struct metric_page *page);

#endif
