/*
 * The range of time on the screen: a ladder of lengths, panning by a part of
 * the length, now, pause, and moments by hand. The first functions are pure.
 */
#ifndef UI_VIEW_TIME_RANGE_H
#define UI_VIEW_TIME_RANGE_H

#include "base/error.h"
#include "ui/view/console.h"

#define TIME_RANGE_SHORTEST (10 * CLOCK_SECOND)

/* The rung above and below a length; the length itself at the ends. */
int64_t time_range_longer(int64_t length_ms);
int64_t time_range_shorter(int64_t length_ms);

/* The end of a range that was panned by a quarter of its length, at most `now_ms`. */
int64_t time_range_pan(int64_t end_ms, int64_t length_ms, int direction, int64_t now_ms);

/* Keys: longer, shorter, earlier, later, now, pause. */
bool time_range_do(struct console *console, enum action action);

/* By hand: a length; or a moment at which the range ends. */
void time_range_set_length(struct console *console, int64_t length_ms);
void time_range_set_end(struct console *console, int64_t end_ms);

/* Give a board that comes to be shown the moment on the screen. */
void time_range_carry(struct console *console, struct board *from, struct board *to);

#endif
