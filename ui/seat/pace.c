#include "ui/seat/pace.h"

void pace_init(struct pace *pace, int64_t rate)
{
	*pace = (struct pace){ .rate = rate };
}

int64_t pace_wait(struct pace *pace, int64_t now_ms, bool urgent)
{
	int64_t at_ms;

	if (!pace->waiting_ms)
		pace->waiting_ms = now_ms;
	at_ms = urgent ? now_ms : pace->waiting_ms + PACE_GATHER_MS;
	if (!urgent && at_ms < pace->last_ms + PACE_FRAME_MS)
		at_ms = pace->last_ms + PACE_FRAME_MS;
	if (pace->due && !urgent)
		at_ms = now_ms;
	if (at_ms < pace->free_at_ms)
		at_ms = pace->free_at_ms;
	return at_ms - now_ms;
}

void pace_due(struct pace *pace)
{
	pace->due = true;
}

void pace_sent(struct pace *pace, int64_t now_ms, size_t bytes)
{
	pace->last_ms = now_ms;
	pace->waiting_ms = 0;
	pace->due = false;
	if (pace->rate > 0)
		pace->free_at_ms = now_ms + (int64_t)bytes * 1000 / pace->rate;
}
