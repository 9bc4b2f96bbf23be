/*
 * One terminal's line: raw mode and back, size, whether it takes bytes. It
 * remembers how the terminal was and restores it on every way out: tty_leave,
 * exit, and (for the process's own terminal) from the handler of a crash,
 * which only writes bytes and sets attributes.
 */
#ifndef UI_TERMINAL_TTY_H
#define UI_TERMINAL_TTY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <termios.h>

#include "base/error.h"
#include "base/strbuf.h"

struct tty {
	int in, out;
	int line; /* the terminal of `out`, opened anew for writing without waiting; -1 when that was refused */
	struct termios before;
	bool raw;
	struct strbuf leave; /* bytes that restore the screen */
};

/* -1 when `in` or `out` is no terminal. */
int tty_open(struct tty *tty, int in, int out, struct error *error);

/* Raw mode, without O_NONBLOCK (the descriptor is shared with the parent). `leave` is copied for the way out. */
int tty_enter(struct tty *tty, const struct strbuf *leave, struct error *error);

/* Back to how it was: writes the leave bytes and restores the attributes; waits for the line at most `wait_ms`. */
void tty_leave(struct tty *tty, int64_t wait_ms);
void tty_release(struct tty *tty);

bool tty_size(const struct tty *tty, int *ret_width, int *ret_height);

/* Write as much as the line takes without waiting; returns the bytes taken, -1 when the line is gone. */
long tty_write(struct tty *tty, const char *bytes, size_t count);

/* True when the line is gone (closed, hung up). */
bool tty_is_gone(const struct tty *tty);

/*
 * Restore this terminal should the process crash (SEGV, ABRT, BUS, FPE, ILL)
 * and re-raise. For one terminal a process; NULL takes it back.
 */
void tty_guard(struct tty *tty);

#endif
