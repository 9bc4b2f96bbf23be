/* What a seat is made of, for the files of this room that are part of it. */
#ifndef UI_SEAT_SEAT_PRIVATE_H
#define UI_SEAT_SEAT_PRIVATE_H

#include "ui/input/key_decoder.h"
#include "ui/seat/lend.h"
#include "ui/seat/pace.h"
#include "ui/seat/seat.h"
#include "ui/terminal/screen.h"
#include "ui/terminal/tty.h"

struct seat {
	struct seat_config config;
	struct tty tty;
	struct lend *lend; /* the terminal is a step's program's now; NULL: the seat's own */
	struct screen *screen;
	struct canvas *canvas;
	struct theme theme;
	struct key_decoder decoder;
	struct pace pace;
	struct strbuf title;   /* as the terminal has it */
	struct strbuf pending; /* bytes of the frame that the line has not taken yet */
	size_t sent;
	struct io_watch *input, *output;
	struct timer *escape, *frame, *tick;
	bool entered, dirty, urgent, over;
	int64_t awaited_until_ms; /* what a key asked for and has not come yet is shown as soon as it does; 0: nothing
				   */
	int64_t last_key_ms;
};

/* The person left, or the line is gone: told once. */
void seat_end(struct seat *seat, bool lost);

/* Send what the line takes; the rest waits for it. */
void seat_send(struct seat *seat);

/* A frame is made at once. */
void seat_mark_urgent(struct seat *seat);

/* Give the terminal back as it was; seat_on_continue takes it again. */
void seat_leave(struct seat *seat);

/* The seat is its consoles' host, and is not any more. */
void seat_host_connect(struct seat *seat);
void seat_host_disconnect(struct seat *seat);

#endif
