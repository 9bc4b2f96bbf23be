#include "ui/view/time_range.h"

#include "base/clock.h"

static const int64_t ladder[] = {
	5 * CLOCK_MINUTE, 15 * CLOCK_MINUTE, 30 * CLOCK_MINUTE, CLOCK_HOUR,    3 * CLOCK_HOUR, 6 * CLOCK_HOUR,
	12 * CLOCK_HOUR,  24 * CLOCK_HOUR,   2 * CLOCK_DAY,     7 * CLOCK_DAY, 30 * CLOCK_DAY, 90 * CLOCK_DAY,
};
#define RUNGS (sizeof(ladder) / sizeof(ladder[0]))

int64_t time_range_longer(int64_t length_ms)
{
	for (size_t i = 0; i < RUNGS; i++)
		if (ladder[i] > length_ms)
			return ladder[i];
	return length_ms;
}

int64_t time_range_shorter(int64_t length_ms)
{
	for (size_t i = RUNGS; i-- > 0;)
		if (ladder[i] < length_ms)
			return ladder[i];
	return length_ms;
}

int64_t time_range_pan(int64_t end_ms, int64_t length_ms, int direction, int64_t now_ms)
{
	int64_t ret = end_ms + direction * (length_ms / 4);

	if (ret > now_ms)
		return now_ms;
	return ret < length_ms ? length_ms : ret; /* nothing was measured before 1970 */
}

/* Standing still from `end_ms - length_ms` to `end_ms`, or following the clock; asked at once. */
static void apply(struct console *console, int64_t end_ms, int64_t length_ms)
{
	struct board *board = console_board(console);

	if (console->live && !console->paused)
		board_set_range(board, 0, 0, length_ms);
	else
		board_set_range(board, end_ms - length_ms, end_ms, 0);
	if (console->cursor_ms && (console->cursor_ms > end_ms || console->cursor_ms < end_ms - length_ms))
		console->cursor_ms = 0;
	board_refresh(board);
}

static void say_length(struct console *console, int64_t length_ms)
{
	char text[16];

	duration_format(length_ms, text, sizeof(text));
	console_say(console, "range %s", text);
}

void time_range_set_length(struct console *console, int64_t length_ms)
{
	int64_t from_ms, to_ms;

	board_range(console_board(console), &from_ms, &to_ms);
	if (length_ms < TIME_RANGE_SHORTEST)
		length_ms = TIME_RANGE_SHORTEST;
	if (length_ms > to_ms)
		length_ms = to_ms;
	apply(console, to_ms, length_ms);
	say_length(console, length_ms);
}

void time_range_set_end(struct console *console, int64_t end_ms)
{
	int64_t from_ms, to_ms;

	board_range(console_board(console), &from_ms, &to_ms);
	console->live = false;
	console->paused = false;
	apply(console, end_ms, to_ms - from_ms);
}

static void go_now(struct console *console)
{
	int64_t from_ms, to_ms;

	board_range(console_board(console), &from_ms, &to_ms);
	console->live = true;
	console->paused = false;
	apply(console, to_ms, to_ms - from_ms);
}

static void pan(struct console *console, int direction)
{
	int64_t from_ms, to_ms, end_ms;

	board_range(console_board(console), &from_ms, &to_ms);
	if (direction > 0 && console->live && !console->paused) {
		console_say(console, "already at now");
		return;
	}
	end_ms = time_range_pan(to_ms, to_ms - from_ms, direction, console->now_ms);
	/* Panned up to now it follows the clock again. */
	if (direction > 0 && end_ms >= console->now_ms)
		go_now(console);
	else
		time_range_set_end(console, end_ms);
}

/* What is paused stands still: the range is fixed until it goes on. */
static void pause_or_go_on(struct console *console)
{
	int64_t from_ms, to_ms;

	if (!console->live) {
		console_say(console, "in the past nothing moves: . goes back to now");
		return;
	}
	board_range(console_board(console), &from_ms, &to_ms);
	console->paused = !console->paused;
	apply(console, to_ms, to_ms - from_ms);
}

bool time_range_do(struct console *console, enum action action)
{
	int64_t from_ms, to_ms, length_ms;

	if (!console_board(console))
		return false;
	board_range(console_board(console), &from_ms, &to_ms);
	switch (action) {
	case ACTION_LONGER:
	case ACTION_SHORTER:
		length_ms = action == ACTION_LONGER ? time_range_longer(to_ms - from_ms)
						    : time_range_shorter(to_ms - from_ms);
		if (length_ms == to_ms - from_ms)
			say_length(console, length_ms);
		else
			time_range_set_length(console, length_ms);
		return true;
	case ACTION_EARLIER: pan(console, -1); return true;
	case ACTION_LATER: pan(console, 1); return true;
	case ACTION_NOW: go_now(console); return true;
	case ACTION_PAUSE: pause_or_go_on(console); return true;
	default: return false;
	}
}

void time_range_carry(struct console *console, struct board *from, struct board *to)
{
	int64_t from_ms, to_ms;

	if (console->live && !console->paused) {
		board_range(to, &from_ms, &to_ms);
		board_set_range(to, 0, 0, to_ms - from_ms);
		return;
	}
	board_range(from, &from_ms, &to_ms);
	board_set_range(to, from_ms, to_ms, 0);
}
