/*
 * The events of the feed that fall into the range shown, as marks for the
 * charts. Its own copies: the feed may go on while they are drawn.
 */
#ifndef UI_VIEW_MARK_LIST_H
#define UI_VIEW_MARK_LIST_H

#include <stdint.h>

#include "base/arena.h"
#include "collect/feed.h"
#include "ui/panel/mark.h"

#define MARKS_MAX 200 /* the newest; messages give way to all others */

struct mark_list {
	struct arena arena;
	struct panel_marks marks;
	uint64_t version; /* rises when the marks are others */
	uint64_t feed_version;
	int64_t from_ms, to_ms; /* what they were taken for, with a margin */
};

void mark_list_release(struct mark_list *list);

/* Take those of one system, and of none, within a range. A NULL feed has none; a NULL system takes all. */
void mark_list_take(struct mark_list *list, const struct feed *feed, const char *system, int64_t from_ms,
		    int64_t to_ms);

#endif
