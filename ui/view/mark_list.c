#include "ui/view/mark_list.h"

#include <stdbool.h>
#include <string.h>

#define MARGIN                                                                                                         \
	8 /* so much of a range is taken on both sides, since charts that follow the clock stand a little off          \
	   */

void mark_list_release(struct mark_list *list)
{
	arena_release(&list->arena);
	list->marks = (struct panel_marks){ 0 };
}

static bool is_of(const struct event *event, const char *system)
{
	return !system || !event->system[0] || strcmp(event->system, system) == 0;
}

/* How many of the newest are taken: all but messages first, then messages as far as there is room. */
static void count_kinds(const struct feed *feed, const char *system, size_t first, size_t end, size_t *ret_others,
			size_t *ret_messages)
{
	size_t others = 0, messages = 0;

	for (size_t i = first; i < end; i++) {
		const struct event *event = feed_at(feed, i);

		if (is_of(event, system))
			*(event->kind == EVENT_MESSAGE ? &messages : &others) += 1;
	}
	*ret_others = others < MARKS_MAX ? others : MARKS_MAX;
	*ret_messages = messages < MARKS_MAX - *ret_others ? messages : MARKS_MAX - *ret_others;
}

static void fill(struct mark_list *list, const struct feed *feed, const char *system, size_t first, size_t end)
{
	size_t others, messages, at;
	struct panel_mark *items;

	count_kinds(feed, system, first, end, &others, &messages);
	items = arena_array(&list->arena, others + messages + 1, sizeof(*items));
	list->marks = (struct panel_marks){ items, others + messages };
	at = others + messages;
	for (size_t i = end; i > first && at; i--) {
		const struct event *event = feed_at(feed, i - 1);
		size_t *left = event->kind == EVENT_MESSAGE ? &messages : &others;

		if (!is_of(event, system) || !*left)
			continue;
		--*left;
		items[--at] =
			(struct panel_mark){ event->time_ms, event->kind, arena_strdup(&list->arena, event->subject),
					     arena_strdup(&list->arena, event->text) };
	}
}

/* Following the clock the range moves every second, and the marks in it seldom. */
static bool still_fits(const struct mark_list *list, const struct feed *feed, int64_t from_ms, int64_t to_ms)
{
	int64_t slack = (to_ms - from_ms) / MARGIN / 2;

	return list->to_ms && list->feed_version == feed_version(feed) && list->from_ms <= from_ms - slack &&
	       list->from_ms >= from_ms - 4 * slack && list->to_ms >= to_ms + slack;
}

void mark_list_take(struct mark_list *list, const struct feed *feed, const char *system, int64_t from_ms, int64_t to_ms)
{
	int64_t margin = (to_ms - from_ms) / MARGIN;
	size_t had = list->marks.count;

	if (!feed || !feed_count(feed)) {
		mark_list_release(list);
		list->to_ms = 0;
		list->version += had > 0;
		return;
	}
	if (still_fits(list, feed, from_ms, to_ms))
		return;
	mark_list_release(list);
	list->from_ms = from_ms - margin;
	list->to_ms = to_ms + margin;
	list->feed_version = feed_version(feed);
	fill(list, feed, system, feed_search(feed, list->from_ms), feed_search(feed, list->to_ms + 1));
	list->version += had > 0 || list->marks.count > 0;
}
