/*
 * What the events view shows of the feed: which events pass its filter, newest
 * first, and which one has the focus. The focus follows its event; as long as
 * none was chosen it is on the newest.
 */
#ifndef UI_VIEW_EVENT_LIST_H
#define UI_VIEW_EVENT_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collect/feed.h"
#include "ui/draw/glyph.h"
#include "ui/draw/style.h"

struct event_list {
	char filter[256];  /* words: a kind's name takes that kind, all others must be in the text */
	uint64_t selected; /* id of the event with the focus; 0: the newest, whichever it is */
	int scroll;        /* first row shown */

	/* Made by event_list_take. */
	size_t *rows; /* index into the feed of each row */
	size_t count, total;
	uint64_t version; /* of the feed */
	char taken[256];  /* the filter they were taken with */
};

void event_list_release(struct event_list *list);

/* Take what the feed holds now; a NULL feed is empty. */
void event_list_take(struct event_list *list, const struct feed *feed);

/* The event of a row; NULL when there is none. */
const struct event *event_list_at(const struct event_list *list, const struct feed *feed, int row);

/* The row with the focus; -1 when there is none. */
int event_list_row(const struct event_list *list, const struct feed *feed);
void event_list_go_to(struct event_list *list, const struct feed *feed, int row);

/* Its kind as a sign, in the colour of its weight. */
enum glyph event_sign(const struct event *event, struct style *ret_style);

#endif
