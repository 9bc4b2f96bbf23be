/*
 * When the next frame may be made: at once for a key, else gathered for some
 * milliseconds and at most 20 a second, and never faster than the rate the
 * line is allowed. Pure arithmetic on monotonic milliseconds.
 */
#ifndef UI_SEAT_PACE_H
#define UI_SEAT_PACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PACE_FRAME_MS  50 /* between frames that no key asked for */
#define PACE_GATHER_MS 30 /* changes that come together make one frame */

struct pace {
	int64_t rate;       /* bytes a second; 0: no limit */
	int64_t last_ms;    /* of the last frame */
	int64_t free_at_ms; /* the line has carried what was sent, by the rate */
	int64_t waiting_ms; /* since when a frame is wanted; 0: none */
	bool due;
};

void pace_init(struct pace *pace, int64_t rate);

/* Milliseconds until a frame may be made; 0 or less: now. */
int64_t pace_wait(struct pace *pace, int64_t now_ms, bool urgent);

/* The wait that was asked for is over. */
void pace_due(struct pace *pace);

/* A frame of that many bytes was made. */
void pace_sent(struct pace *pace, int64_t now_ms, size_t bytes);

#endif
