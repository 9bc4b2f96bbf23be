/*
 * Keys as the console knows them: a code point for what prints, a name of our
 * own for what does not, and modifiers. Independent of any terminal library.
 */
#ifndef UI_INPUT_KEY_H
#define UI_INPUT_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* Codes below this are Unicode code points (printable; control keys are the letter with KEYMOD_CTRL). */
#define KEYCODE_SPECIAL 0x110000u

enum keycode {
	KEYCODE_NONE = KEYCODE_SPECIAL,
	KEYCODE_ESCAPE,
	KEYCODE_ENTER,
	KEYCODE_TAB,
	KEYCODE_BACKTAB,
	KEYCODE_BACKSPACE,
	KEYCODE_UP,
	KEYCODE_DOWN,
	KEYCODE_LEFT,
	KEYCODE_RIGHT,
	KEYCODE_HOME,
	KEYCODE_END,
	KEYCODE_PAGE_UP,
	KEYCODE_PAGE_DOWN,
	KEYCODE_INSERT,
	KEYCODE_DELETE,
	KEYCODE_F1,
	KEYCODE_F2,
	KEYCODE_F3,
	KEYCODE_F4,
	KEYCODE_F5,
	KEYCODE_F6,
	KEYCODE_F7,
	KEYCODE_F8,
	KEYCODE_F9,
	KEYCODE_F10,
	KEYCODE_F11,
	KEYCODE_F12,
	KEYCODE_LAST,
};

#define KEYMOD_SHIFT (1u << 0) /* only with special codes: a printable key is its shifted self */
#define KEYMOD_ALT   (1u << 1)
#define KEYMOD_CTRL  (1u << 2)

struct key {
	uint32_t code;
	unsigned modifiers;
};

bool key_equal(struct key a, struct key b);

/*
 * The one form of a key that can be written in several ways: Ctrl with a
 * letter has the small letter, what terminals cannot tell from another key is
 * that key (Ctrl-I is Tab), Shift-Tab is KEYCODE_BACKTAB. The decoder gives
 * and key_parse reads only such keys.
 */
struct key key_normal(struct key key);

/* "a", "?", "Ctrl-L", "Alt-x", "Shift-Tab", "F5", "PgUp", "Enter", "Space": the reverse of each other. `size` >= 24. */
int key_parse(const char *text, struct key *ret, struct error *error);
void key_name(struct key key, char *ret, size_t size);

#endif
