#include "ui/view/event_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "ui/panel/mark.h"

enum glyph event_sign(const struct event *event, struct style *ret_style)
{
	static const enum role roles[] = { [EVENT_PLAIN] = ROLE_INFO,
					   [EVENT_GOOD] = ROLE_OK,
					   [EVENT_WARNING] = ROLE_WARNING,
					   [EVENT_BAD] = ROLE_CRITICAL };

	*ret_style = style_fg(roles[event->weight <= EVENT_BAD ? event->weight : EVENT_PLAIN]);
	return mark_sign(event->kind);
}

static bool is_kind(const char *word, enum event_kind *ret)
{
	for (int i = 0; i < EVENT_KINDS; i++)
		if (strcasecmp(word, event_kind_name((enum event_kind)i)) == 0) {
			*ret = (enum event_kind)i;
			return true;
		}
	return false;
}

static bool holds(const struct event *event, const char *word)
{
	return strcasestr(event->system, word) || strcasestr(event->subject, word) || strcasestr(event->text, word);
}

/* Several kinds are alternatives; the other words must all be there. */
static bool passes(const struct event *event, const char *filter)
{
	char *copy = mem_strdup(filter), *rest = copy, *word;
	bool any_kind = false, right_kind = false, ret = true;

	while (ret && (word = strsep(&rest, " "))) {
		enum event_kind kind;

		if (!*word)
			continue;
		if (is_kind(word, &kind)) {
			any_kind = true;
			right_kind |= kind == event->kind;
		} else {
			ret = holds(event, word);
		}
	}
	free(copy);
	return ret && (!any_kind || right_kind);
}

void event_list_release(struct event_list *list)
{
	free(list->rows);
	list->rows = NULL;
	list->count = list->total = 0;
}

void event_list_take(struct event_list *list, const struct feed *feed)
{
	size_t total = feed ? feed_count(feed) : 0;

	if (list->rows && feed && list->version == feed_version(feed) && strcmp(list->taken, list->filter) == 0)
		return;
	event_list_release(list);
	list->rows = mem_array(total + 1, sizeof(*list->rows));
	list->total = total;
	for (size_t i = total; i > 0; i--)
		if (!list->filter[0] || passes(feed_at(feed, i - 1), list->filter))
			list->rows[list->count++] = i - 1;
	list->version = feed ? feed_version(feed) : 0;
	snprintf(list->taken, sizeof(list->taken), "%s", list->filter);
}

const struct event *event_list_at(const struct event_list *list, const struct feed *feed, int row)
{
	return feed && row >= 0 && (size_t)row < list->count && list->rows[row] < feed_count(feed)
		       ? feed_at(feed, list->rows[row])
		       : NULL;
}

int event_list_row(const struct event_list *list, const struct feed *feed)
{
	for (size_t i = 0; list->selected && i < list->count; i++) {
		const struct event *event = event_list_at(list, feed, (int)i);

		if (event && event->id == list->selected)
			return (int)i;
	}
	return list->count ? 0 : -1;
}

void event_list_go_to(struct event_list *list, const struct feed *feed, int row)
{
	const struct event *event;

	if (row >= (int)list->count)
		row = (int)list->count - 1;
	event = event_list_at(list, feed, row < 0 ? 0 : row);
	list->selected = event ? event->id : 0;
}
