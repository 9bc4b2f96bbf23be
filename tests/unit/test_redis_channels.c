#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#include "collect/redis_channels.h"

static void has_line(const struct redis_channels *channels, const char *line)
{
	struct metric_page page;

	metric_page_init(&page);
	redis_channels_add_page(channels, &page);
	cr_expect(strstr(page.text.text, line) != NULL, "no '%s' in\n%s", line, page.text.text);
	metric_page_release(&page);
}

Test(redis_channels, messages_become_events_and_counters)
{
	struct feed *feed = feed_new(0, 0);
	struct redis_channels *channels = redis_channels_new(feed, "polln", "10.0.0.4:6379");
	const struct event *event;

	redis_channels_expect(channels, "polln.discovery");
	has_line(channels, "skep_redis_messages_total{channel=\"polln.discovery\"} 0\n");
	redis_channels_take(channels, "polln.discovery", "agent \0 joined", 14, 1000);
	redis_channels_take(channels, "other", "", 0, 1001);
	cr_assert_eq(feed_count(feed), 2u);
	event = feed_at(feed, 0);
	cr_expect_eq(event->kind, EVENT_MESSAGE);
	cr_expect_eq(event->time_ms, 1000);
	cr_expect_str_eq(event->system, "polln");
	cr_expect_str_eq(event->subject, "polln.discovery");
	cr_expect_str_eq(event->text, "agent   joined");
	has_line(channels, "skep_redis_messages_total{channel=\"polln.discovery\"} 1\n");
	has_line(channels, "skep_redis_message_bytes_total{channel=\"polln.discovery\"} 14\n");
	has_line(channels, "skep_redis_messages_total{channel=\"other\"} 1\n");
	redis_channels_free(channels);
	feed_free(feed);
}

Test(redis_channels, a_flood_is_counted_and_summed_up)
{
	struct feed *feed = feed_new(0, 0);
	struct redis_channels *channels = redis_channels_new(feed, "", "10.0.0.4:6379");
	int64_t now_ms = 1000;
	char text[16];

	/* 10,000 messages a second for 20 s. */
	for (int i = 0; i < 200000; i++, now_ms += i % 10 == 0) {
		snprintf(text, sizeof(text), "%d", i);
		redis_channels_take(channels, i % 2 ? "a" : "b", text, strlen(text), now_ms);
	}
	has_line(channels, "skep_redis_messages_total{channel=\"a\"} 100000\n");
	has_line(channels, "skep_redis_messages_total{channel=\"b\"} 100000\n");
	cr_expect_leq(feed_count(feed), 60u);
	cr_expect_geq(feed_count(feed), 22u);
	cr_expect_str_eq(feed_at(feed, 19)->text, "19");
	cr_expect_str_eq(feed_at(feed, 20)->subject, "10.0.0.4:6379");
	cr_expect(strstr(feed_at(feed, 20)->text, " more messages") != NULL, "%s", feed_at(feed, 20)->text);
	/* The last of them are said when the flood is over. */
	cr_expect_gt(redis_channels_settle(channels, now_ms), 0);
	cr_expect_eq(redis_channels_settle(channels, now_ms + REDIS_SUMMARY_EVERY_MS), 0);
	cr_expect(strstr(feed_at(feed, feed_count(feed) - 1)->text, " more message") != NULL);
	/* And then a single message is an event again. */
	redis_channels_take(channels, "a", "calm", 4, now_ms + 2 * REDIS_SUMMARY_EVERY_MS);
	cr_expect_str_eq(feed_at(feed, feed_count(feed) - 1)->text, "calm");
	redis_channels_free(channels);
	feed_free(feed);
}

Test(redis_channels, summaries_name_a_single_channel_and_add_up)
{
	struct feed *feed = feed_new(0, 0);
	struct redis_channels *channels = redis_channels_new(feed, "", "i");
	char text[16];

	for (int i = 0; i < 25; i++) {
		snprintf(text, sizeof(text), "%d", i);
		redis_channels_take(channels, "a", text, strlen(text), 1000);
	}
	cr_assert_eq(feed_count(feed), 20u);
	redis_channels_settle(channels, 1000 + REDIS_SUMMARY_EVERY_MS);
	cr_expect_str_eq(feed_at(feed, 20)->subject, "a");
	cr_expect_str_eq(feed_at(feed, 20)->text, "5 more messages");
	redis_channels_free(channels);
	feed_free(feed);
}

Test(redis_channels, channels_and_texts_are_bounded)
{
	struct feed *feed = feed_new(0, 0);
	struct redis_channels *channels = redis_channels_new(feed, "", "i");
	char name[300], payload[2000];

	memset(payload, 'x', sizeof(payload));
	redis_channels_take(channels, "big", payload, sizeof(payload), 1);
	cr_expect_leq(strlen(feed_at(feed, 0)->text), (size_t)REDIS_MESSAGE_BYTES + 3);
	for (int i = 0; i < REDIS_CHANNELS_MAX + 5; i++) {
		snprintf(name, sizeof(name), "c%d", i);
		redis_channels_take(channels, name, "", 0, 2);
	}
	has_line(channels, "skep_redis_messages_total{channel=\"(other)\"} 6\n");
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	redis_channels_take(channels, name, "", 0, 3);
	has_line(channels, "skep_redis_messages_total{channel=\"(other)\"} 7\n");
	redis_channels_free(channels);
	feed_free(feed);
}

Test(redis_channels, works_without_a_feed_and_with_a_clock_that_goes_back)
{
	struct redis_channels *channels = redis_channels_new(NULL, NULL, "i");

	for (int i = 0; i < 100; i++)
		redis_channels_take(channels, "a", "x", 1, 100000 - i * 1000);
	has_line(channels, "skep_redis_messages_total{channel=\"a\"} 100\n");
	redis_channels_free(channels);
}
