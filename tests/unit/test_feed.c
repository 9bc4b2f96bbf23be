#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "collect/feed.h"

static void add(struct feed *feed, int64_t time_ms, const char *text)
{
	feed_add(feed, &(struct event){ .time_ms = time_ms, .kind = EVENT_DEPLOY, .subject = "colony", .text = text });
}

Test(feed, stays_in_the_order_of_time)
{
	struct feed *feed = feed_new(0, 0);

	add(feed, 30, "c");
	add(feed, 10, "a");
	add(feed, 20, "b");
	add(feed, 20, "b2");
	cr_assert_eq(feed_count(feed), 4);
	cr_assert_str_eq(feed_at(feed, 0)->text, "a");
	cr_assert_str_eq(feed_at(feed, 1)->text, "b");
	cr_assert_str_eq(feed_at(feed, 2)->text, "b2", "of one time the later added is the later");
	cr_assert_str_eq(feed_at(feed, 3)->text, "c");
	cr_assert_str_eq(feed_at(feed, 3)->system, "", "no text is never NULL");
	cr_assert_eq(feed_search(feed, 20), 1);
	cr_assert_eq(feed_search(feed, 21), 3);
	cr_assert_eq(feed_search(feed, 31), 4);
	feed_free(feed);
}

Test(feed, the_same_event_is_told_once)
{
	struct feed *feed = feed_new(0, 0);
	uint64_t version;

	add(feed, 10, "a");
	version = feed_version(feed);
	add(feed, 10, "a");
	cr_assert_eq(feed_count(feed), 1);
	cr_assert_eq(feed_version(feed), version);
	add(feed, 11, "a");
	cr_assert_eq(feed_count(feed), 2);
	cr_assert_gt(feed_version(feed), version);
	feed_free(feed);
}

Test(feed, the_oldest_go_when_it_is_full)
{
	struct feed *feed = feed_new(3, 0);

	for (int64_t i = 1; i <= 5; i++)
		add(feed, i * 10, "x");
	cr_assert_eq(feed_count(feed), 3);
	cr_assert_eq(feed_at(feed, 0)->time_ms, 30);
	add(feed, 5, "older than all");
	cr_assert_eq(feed_at(feed, 0)->time_ms, 30);
	add(feed, 35, "between");
	cr_assert_eq(feed_count(feed), 3);
	cr_assert_eq(feed_at(feed, 0)->time_ms, 35);
	cr_assert_eq(feed_at(feed, 2)->time_ms, 50);
	feed_free(feed);
}

Test(feed, bytes_are_bounded)
{
	static char text[2 * FEED_TEXT_BYTES];
	struct feed *feed = feed_new(1000, 20000);

	memset(text, 'x', sizeof(text) - 1);
	for (int64_t i = 1; i <= 100; i++)
		add(feed, i, text);
	cr_assert_geq(feed_count(feed), 3);
	cr_assert_leq(feed_count(feed), 4);
	cr_assert_eq(strlen(feed_at(feed, 0)->text), FEED_TEXT_BYTES, "a long text is cut");
	cr_assert_eq(feed_at(feed, feed_count(feed) - 1)->time_ms, 100);
	feed_free(feed);
}

Test(feed, nobody_listens)
{
	add(NULL, 1, "x");
	feed_free(NULL);
	cr_assert_str_eq(event_kind_name(EVENT_MESSAGE), "message");
	cr_assert_str_eq(event_kind_name(EVENT_KINDS), "?");
}
