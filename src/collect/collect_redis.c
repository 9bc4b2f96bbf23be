/*
 * A Redis server: asked on a connection that is kept open from one collection
 * to the next, listened to on another one when channels are named.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "collect/collector.h"
#include "collect/intake.h"
#include "collect/redis_detail.h"
#include "collect/redis_page.h"
#include "collect/redis_round.h"
#include "collect/redis_subscription.h"

#define TIMEOUT_DEFAULT_MS (5 * CLOCK_SECOND)
#define REPLY_BYTES        (8u * 1024 * 1024) /* INFO is some 10 kB; 10,000 clients are 3 MB */
#define MESSAGE_BYTES      (1024u * 1024)

struct redis_options {
	const char *job, *url, *username, *password_file;
	int64_t interval_ms, timeout_ms;
	int64_t slow_count, clients_max;
	struct option_strings subscribe, keys, labels;
};

struct redis_collector {
	struct collector *collector;
	const struct redis_options *options;
	struct redis_url url;
	struct arena arena;
	struct intake *intake;
	struct redis *redis; /* NULL between a failure and the next collection */
	bool ready;          /* it is logged in */
	bool asking;         /* a collection waits for it */
	bool was_down;
	struct redis_round *round;
	struct redis_survey survey;
	struct redis_subscription *subscription; /* NULL when no channels are named */
	int64_t time_ms;
};

/* What works, but not all of it. */
static void warn(struct redis_collector *own)
{
	struct collector_state *state = &own->collector->state;
	const char *silent = own->subscription ? redis_subscription_reason(own->subscription) : "";
	struct strbuf text = STRBUF_INIT;

	redis_round_add_refused(own->round, &text);
	if (*silent)
		strbuf_addf(&text, "%snot subscribed: %s", text.length ? "; " : "", silent);
	snprintf(state->warning, sizeof(state->warning), "%s", text.text);
	strbuf_release(&text);
}

/* The collection goes into the store; with a reason it is only said that the server is down. */
static void finish(struct redis_collector *own, const char *reason)
{
	bool down = *reason != '\0';
	struct metric_page page;

	own->asking = false;
	metric_page_init(&page);
	if (down) {
		own->collector->state.warning[0] = '\0';
		redis_page_add_down(&page);
	} else {
		warn(own);
		redis_page_add(&page, &own->survey);
		collector_set_detail(own->collector, redis_detail_new(&own->survey));
	}
	if (own->subscription) {
		if (!down && own->was_down)
			redis_subscription_nudge(own->subscription);
		redis_subscription_add_page(own->subscription, &page);
	}
	own->was_down = down;
	redis_survey_release(&own->survey);
	intake_page(own->intake, own->time_ms, &page.text, false, down ? reason : NULL);
	metric_page_release(&page);
}

static void on_info(void *user, const char *text, size_t length)
{
	struct redis_collector *own = user;

	own->collector->state.bytes = length;
	collector_set_raw(own->collector, text, length);
}

static void on_done(void *user, const char *reason)
{
	finish(user, reason);
}

static void on_ready(void *user)
{
	struct redis_collector *own = user;

	own->ready = true;
	if (own->asking)
		redis_round_begin(own->round, own->redis, &own->survey);
}

static void on_closed(void *user, const char *reason)
{
	struct redis_collector *own = user;

	redis_free(own->redis);
	own->redis = NULL;
	own->ready = false;
	redis_round_forget(own->round);
	if (own->asking)
		finish(own, reason);
}

static struct redis_config connection(struct redis_collector *own, size_t limit_bytes)
{
	const struct collect_config *bridges = collect_bridges(own->collector->collect);

	return (struct redis_config){ .loop = bridges->loop,
				      .resolver = bridges->resolver,
				      .url = &own->url,
				      .password_file = own->options->password_file,
				      .timeout_ms = own->options->timeout_ms,
				      .limit_bytes = limit_bytes,
				      .on_ready = on_ready,
				      .on_closed = on_closed,
				      .user = own };
}

static void listen_to_channels(struct redis_collector *own)
{
	const struct collect_config *bridges = collect_bridges(own->collector->collect);
	struct redis_subscription_config config = { .connection = connection(own, MESSAGE_BYTES),
						    .names = &own->options->subscribe,
						    .feed = bridges->feed,
						    .system = bridges->system,
						    .instance = own->collector->state.instance };

	own->subscription = redis_subscription_new(&config);
}

static void start(struct collector *collector, int64_t time_ms)
{
	struct redis_collector *own = collector->own;
	struct redis_config config = connection(own, REPLY_BYTES);

	own->time_ms = time_ms;
	own->asking = true;
	redis_survey_init(&own->survey, time_ms, own->url.database);
	if (own->options->subscribe.count && !own->subscription)
		listen_to_channels(own);
	if (own->ready)
		redis_round_begin(own->round, own->redis, &own->survey);
	else if (!own->redis)
		own->redis = redis_open(&config);
}

static void redis_collector_free(struct collector *collector)
{
	struct redis_collector *own = collector->own;

	redis_subscription_free(own->subscription);
	redis_free(own->redis);
	redis_round_free(own->round);
	redis_survey_release(&own->survey);
	intake_free(own->intake);
	arena_release(&own->arena);
	redis_url_release(&own->url);
	free(own);
}

static const struct collector_ops redis_ops = { .start = start, .free = redis_collector_free };

static void open_entry(struct collect *collect, const void *entry)
{
	const struct redis_options *options = entry;
	struct redis_collector *own = mem_zalloc(sizeof(*own));
	struct redis_round_config round = { .slow_count = options->slow_count,
					    .clients_max = options->clients_max,
					    .keys = &options->keys,
					    .on_info = on_info,
					    .done = on_done,
					    .user = own };
	struct intake_config intake = { 0 };
	char *instance;

	own->options = options;
	arena_init(&own->arena);
	/* Checked when the section was read. */
	redis_url_parse(&own->url, options->url, NULL);
	if (options->username && !own->url.user)
		own->url.user = mem_strdup(options->username);
	instance = redis_url_instance(&own->url);
	own->round = redis_round_new(&round);
	own->collector = collector_add(collect, &redis_ops, own, "redis", options->job, instance, own->url.text,
				       options->interval_ms);
	intake.labels = intake_labels(options->job, instance, &options->labels, &own->arena);
	own->intake = intake_new(own->collector, &intake);
	free(instance);
}

static int fault(const struct yaml_node *entry, const char *key, const char *file, struct error_list *errors,
		 const char *text)
{
	const struct yaml_node *at = yaml_get(entry, key);

	at = at ? at : entry;
	return error_list_add(errors, FAULT_ERROR, file, at->line, at->column, NULL, "%s: %s", key, text);
}

static int check_url(const struct redis_options *options, const struct yaml_node *entry, const char *file,
		     struct error_list *errors)
{
	struct redis_url url;
	struct error error;
	int result = 0;

	if (!options->url)
		return -1; /* said already: it is required */
	if (redis_url_parse(&url, options->url, &error) < 0)
		return fault(entry, "url", file, errors, error.text);
	if (url.user && options->username && strcmp(url.user, options->username) != 0)
		result = fault(entry, "username", file, errors, "another than the one in the URL (one of them)");
	redis_url_release(&url);
	return result;
}

static int check_names(const struct option_strings *names, const char *key, const struct yaml_node *entry,
		       const char *file, struct error_list *errors)
{
	for (size_t i = 0; i < names->count; i++)
		if (!*names->items[i])
			return fault(entry, key, file, errors, "an empty name");
	return 0;
}

static int finish_entry(void *config, const struct yaml_node *entry, const char *file, const char *folder,
			struct arena *arena, struct error_list *errors)
{
	struct redis_options *options = config;
	int result = check_url(options, entry, file, errors);
	char *path = options->password_file ? path_join(folder, options->password_file) : NULL;

	options->password_file = arena_strdup(arena, path);
	free(path);
	if (check_names(&options->subscribe, "subscribe", entry, file, errors) < 0 ||
	    check_names(&options->keys, "check_keys", entry, file, errors) < 0)
		result = -1;
	if (options->timeout_ms > options->interval_ms)
		result = fault(entry, "timeout", file, errors, "longer than the interval (at most the interval)");
	if (!options->timeout_ms)
		options->timeout_ms =
			options->interval_ms < TIMEOUT_DEFAULT_MS ? options->interval_ms : TIMEOUT_DEFAULT_MS;
	return result;
}

#define AT(member) .offset = offsetof(struct redis_options, member)
static const struct option options_table[] = {
	{ "job", 0, OPTION_STRING, AT(job), .fallback = "redis", .value_name = "NAME", .help = "the job label" },
	{ "url", 0, OPTION_STRING, AT(url), .value_name = "URL",
	  .help = "redis://USER@HOST:PORT/DB, HOST:PORT or unix:///PATH?db=DB, without a password", .required = true },
	{ "username", 0, OPTION_STRING, AT(username), .value_name = "NAME",
	  .help = "ACL user (Redis 6 and later), unless the URL has it" },
	{ "password-file", 0, OPTION_STRING, AT(password_file), .value_name = "FILE",
	  .help = "file that holds the password in one line; read at each connecting" },
	{ "interval", 0, OPTION_DURATION, AT(interval_ms), .fallback = "15s", .minimum = 500, .maximum = 3600000,
	  .help = "how often" },
	{ "timeout", 0, OPTION_DURATION, AT(timeout_ms), .minimum = 100, .maximum = 300000,
	  .help = "longest wait for the connection and for each answer (default: 5s, at most the interval)" },
	{ "subscribe", 0, OPTION_STRINGS, AT(subscribe), .value_name = "CHANNEL",
	  .help = "channels, or patterns such as polln.*, whose messages become events and counters" },
	{ "slowlog", 0, OPTION_INT, AT(slow_count), .fallback = "32", .minimum = 0, .maximum = 500,
	  .help = "entries of the slow log to show (0: do not ask for it)" },
	{ "client-list", 0, OPTION_INT, AT(clients_max), .fallback = "1000", .minimum = 0, .maximum = 20000,
	  .help = "list the clients when there are at most so many (0: never)" },
	{ "check-keys", 0, OPTION_STRINGS, AT(keys), .value_name = "KEY",
	  .help = "keys of the database to watch, such as queues: existence, size, number (each look is a hit or "
		  "miss)" },
	{ "labels", 0, OPTION_PAIRS, AT(labels), .value_name = "NAME=VALUE", .help = "more labels for every series" },
	{ 0 },
};
#undef AT

const struct collector_kind collect_redis = {
	.type = "redis",
	.help = "a Redis server: INFO as redis_exporter names it, slow log, clients, published messages",
	.options = options_table,
	.config_size = sizeof(struct redis_options),
	.finish = finish_entry,
	.open = open_entry,
};
