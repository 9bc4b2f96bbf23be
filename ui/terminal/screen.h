/*
 * A canvas onto one terminal, by curses: newterm for this terminal alone,
 * writing into a memfd. A finished frame is read back and handed out as one
 * run of bytes, wrapped in synchronized output where the terminal has it, so
 * that nothing here ever blocks. One process may hold many screens, all used
 * by the same thread; curses' current screen and the character set (UTF-8: what
 * the terminal can show, the canvas has decided) are set at each call.
 *
 * Bytes are never dropped once they were made: while the owner still has
 * bytes of this screen to write, it simply makes no further frame.
 */
#ifndef UI_TERMINAL_SCREEN_H
#define UI_TERMINAL_SCREEN_H

#include <stdbool.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "ui/draw/canvas.h"
#include "ui/draw/theme.h"

struct screen;

struct screen_config {
	const char *term; /* TERM of that terminal; unknown ones fall back to xterm-256color */
	int width, height;
	enum colour_depth depth;   /* 0: what terminfo says */
	const struct theme *theme; /* borrowed; change it by screen_set_theme */
	bool synchronized;         /* the terminal knows synchronized output (mode 2026) */
};

/* NULL with the error set: TERM=dumb or without cursor addressing ("... use --plain"). */
struct screen *screen_new(const struct screen_config *config, struct error *error);
void screen_free(struct screen *screen);

void screen_resize(struct screen *screen, int width, int height);
void screen_set_theme(struct screen *screen, const struct theme *theme);

/* Forget what the terminal shows: the next frame paints everything. */
void screen_invalidate(struct screen *screen);

/* Bytes that enter the console (alternate screen, keypad, paste mode, mouse, cursor) and leave it again. */
void screen_add_enter(struct screen *screen, struct strbuf *ret);
void screen_add_leave(struct screen *screen, struct strbuf *ret);

/*
 * Make a frame of the canvas: append the bytes that change what the terminal
 * shows into it. The hardware cursor is left at cursor_x, cursor_y (-1: hidden).
 */
void screen_add_frame(struct screen *screen, const struct canvas *canvas, int cursor_x, int cursor_y,
		      struct strbuf *ret);

/* What was decided for this terminal. */
enum colour_depth screen_depth(const struct screen *screen);
const char *screen_term(const struct screen *screen);

/* The sequence of a key as terminfo has it, for the decoder's table ("kcuu1"); NULL when there is none. */
const char *screen_key_sequence(struct screen *screen, const char *capability);

#endif
