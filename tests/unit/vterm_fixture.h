/*
 * A terminal of libvterm that a screen is shown on: feed it the bytes and
 * compare what it shows with the canvas, cell by cell.
 */
#ifndef TESTS_VTERM_FIXTURE_H
#define TESTS_VTERM_FIXTURE_H

#include <criterion/criterion.h>

#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <vterm.h>

#include "base/strbuf.h"
#include "base/text.h"
#include "ui/draw/canvas.h"
#include "ui/draw/theme_builtin.h"
#include "ui/terminal/ink.h"
#include "ui/terminal/screen.h"

struct terminal {
	VTerm *vterm;
	VTermScreen *cells;
	VTermState *state;
	bool alternate, cursor_visible;
	int mouse;
};

static int terminal_on_property(VTermProp property, VTermValue *value, void *user)
{
	struct terminal *terminal = user;

	if (property == VTERM_PROP_ALTSCREEN)
		terminal->alternate = value->boolean;
	else if (property == VTERM_PROP_CURSORVISIBLE)
		terminal->cursor_visible = value->boolean;
	else if (property == VTERM_PROP_MOUSE)
		terminal->mouse = value->number;
	return 1;
}

static inline void terminal_init(struct terminal *terminal, int width, int height)
{
	static const VTermScreenCallbacks callbacks = { .settermprop = terminal_on_property };

	*terminal = (struct terminal){ .vterm = vterm_new(height, width), .cursor_visible = true };
	vterm_set_utf8(terminal->vterm, 1);
	terminal->state = vterm_obtain_state(terminal->vterm);
	terminal->cells = vterm_obtain_screen(terminal->vterm);
	vterm_screen_set_callbacks(terminal->cells, &callbacks, terminal);
	vterm_screen_enable_altscreen(terminal->cells, 1);
	vterm_screen_reset(terminal->cells, 1);
}

static inline void terminal_release(struct terminal *terminal)
{
	vterm_free(terminal->vterm);
}

static inline void terminal_feed(struct terminal *terminal, const struct strbuf *bytes)
{
	vterm_input_write(terminal->vterm, bytes->text, bytes->length);
}

/* The palette index of a colour, -1 for the terminal's own. */
static inline int terminal_index(const VTermColor *colour)
{
	if (VTERM_COLOR_IS_DEFAULT_FG(colour) || VTERM_COLOR_IS_DEFAULT_BG(colour))
		return -1;
	return VTERM_COLOR_IS_INDEXED(colour) ? colour->indexed.idx : -2;
}

static inline VTermScreenCell terminal_cell(const struct terminal *terminal, int x, int y)
{
	VTermScreenCell cell;

	cr_assert(vterm_screen_get_cell(terminal->cells, (VTermPos){ .row = y, .col = x }, &cell));
	return cell;
}

/* What the terminal shows in a cell, as UTF-8 (" " for a blank). */
static inline void terminal_text(const VTermScreenCell *cell, char *ret)
{
	size_t used = 0;

	for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell->chars[i] && cell->chars[i] != (uint32_t)-1; i++)
		used += text_encode(cell->chars[i], ret + used);
	if (!used) {
		ret[0] = ' ';
		ret[1] = '\0';
	}
}

static inline void terminal_expect_look(const VTermScreenCell *shown, const struct ink *ink, int x, int y)
{
	cr_assert_eq(terminal_index(&shown->bg), ink->bg, "background at %d,%d: %d, not %d", x, y,
		     terminal_index(&shown->bg), ink->bg);
	cr_assert_eq(shown->attrs.underline != 0, (ink->attributes & ATTR_UNDERLINE) != 0, "underline at %d,%d", x, y);
	cr_assert_eq(shown->attrs.reverse != 0, (ink->attributes & ATTR_REVERSE) != 0, "reverse at %d,%d", x, y);
	/* Of a blank only the ground shows; a terminal may reach it by erasing. */
	if (!shown->chars[0] || shown->chars[0] == ' ')
		return;
	cr_assert_eq(terminal_index(&shown->fg), ink->fg, "foreground at %d,%d: %d, not %d", x, y,
		     terminal_index(&shown->fg), ink->fg);
	cr_assert_eq(shown->attrs.bold != 0, (ink->attributes & ATTR_BOLD) != 0, "bold at %d,%d", x, y);
	cr_assert_eq(shown->attrs.italic != 0, (ink->attributes & ATTR_ITALIC) != 0, "italic at %d,%d", x, y);
}

/* Every cell shows what the canvas has, in the colours and attributes of `depth`. */
static inline void terminal_expect(const struct terminal *terminal, const struct canvas *canvas,
				   const struct theme *theme, enum colour_depth depth)
{
	char wanted[32], text[64];

	for (int y = 0; y < canvas_height(canvas); y++) {
		for (int x = 0; x < canvas_width(canvas); x++) {
			const struct cell *cell = canvas_cell(canvas, x, y);
			VTermScreenCell shown = terminal_cell(terminal, x, y);
			struct ink ink = ink_of_style(theme, &cell->style, depth);

			if (cell->width == 0)
				continue;
			canvas_grapheme(canvas, cell, wanted);
			terminal_text(&shown, text);
			cr_assert_str_eq(text, wanted, "at %d,%d: \"%s\", not \"%s\"", x, y, text, wanted);
			cr_assert_eq(shown.width, cell->width, "width at %d,%d", x, y);
			terminal_expect_look(&shown, &ink, x, y);
		}
	}
}

#endif
