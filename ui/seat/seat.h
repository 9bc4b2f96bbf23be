/*
 * One person's terminal and what it shows: the line, the screen on it, the
 * keys that come in, the frames that go out, and the consoles they are about:
 * always the one that is shown, which a key may change.
 * Everything about a terminal hangs here; nothing about it is global.
 *
 * A key is answered at once; other changes are gathered for some milliseconds
 * and make at most 20 frames a second. While bytes of a frame are still
 * waiting for the line no further frame is made, so a stalled terminal costs
 * nothing and comes back to a whole picture.
 */
#ifndef UI_SEAT_SEAT_H
#define UI_SEAT_SEAT_H

#include "base/error.h"
#include "loop/loop.h"
#include "ui/draw/canvas.h"
#include "ui/draw/theme.h"
#include "ui/view/console.h"

struct seat;

struct seat_config {
	struct loop *loop;
	struct tabs *tabs; /* borrowed; the seat is their consoles' host */
	int in, out;       /* the terminal */
	const char *term;  /* TERM of that terminal */
	const char *theme;
	enum glyph_set glyphs;
	enum colour_depth depth;               /* 0: what terminfo says */
	int64_t refresh_ms;                    /* 0: the dashboard's own rate */
	int64_t max_rate;                      /* bytes a second to the terminal; 0: no limit */
	bool title;                            /* the terminal's title says what fires */
	void (*on_end)(void *user, bool lost); /* the person left, or the line is gone */
	void *user;
};

/* Take the terminal over and paint the first frame. NULL with the error set; the terminal is then as it was. */
struct seat *seat_new(const struct seat_config *config, struct error *error);

/* Restore the terminal. */
void seat_free(struct seat *seat);

/* The console changed (an answer came): a frame is made soon. */
void seat_mark(struct seat *seat);

/* Ask the board again now, unless the person paused it: a server came back. */
void seat_refresh(struct seat *seat);

/* The process was resized, stopped by the shell, or continued: what its signals mean for this seat. */
void seat_on_resize(struct seat *seat);
void seat_suspend(struct seat *seat);
void seat_on_continue(struct seat *seat);

/* To be called from the loop's paint callback, when something changed: makes the frame now or as soon as it is due. */
void seat_paint(struct seat *seat);

#endif
