#include "ui/input/key_sequence.h"

#include <string.h>

#include "base/text.h"

/* xterm: Ctlseqs.ms, "PC-Style Function Keys"; kitty: "Comprehensive keyboard handling in terminals". */
#define GROUPS_MAX 3
#define SUBS_MAX   3
#define NUMBER_MAX 0x110000u

#define HELD_SHIFT 1u
#define HELD_ALT   2u
#define HELD_CTRL  4u
#define HELD_OTHER (8u | 16u | 32u) /* super, hyper, meta: no keys of ours */
#define HELD_CAPS  64u

#define EVENT_RELEASE 3u

#define KEY_PASTE_BEGIN    200u
#define KEY_MODIFIED_OTHER 27u
#define MOUSE_BUTTON       3u
#define MOUSE_MOTION       32u
#define MOUSE_WHEEL        64u
#define MOUSE_FURTHER      128u
#define MOUSE_POSITION_MAX 10000u

struct code_row {
	unsigned from;
	uint32_t code;
};

/* CSI n ~ */
static const struct code_row tilde_keys[] = {
	{ 1, KEYCODE_HOME },    { 2, KEYCODE_INSERT },    { 3, KEYCODE_DELETE }, { 4, KEYCODE_END },
	{ 5, KEYCODE_PAGE_UP }, { 6, KEYCODE_PAGE_DOWN }, { 7, KEYCODE_HOME },   { 8, KEYCODE_END },
	{ 11, KEYCODE_F1 },     { 12, KEYCODE_F2 },       { 13, KEYCODE_F3 },    { 14, KEYCODE_F4 },
	{ 15, KEYCODE_F5 },     { 17, KEYCODE_F6 },       { 18, KEYCODE_F7 },    { 19, KEYCODE_F8 },
	{ 20, KEYCODE_F9 },     { 21, KEYCODE_F10 },      { 23, KEYCODE_F11 },   { 24, KEYCODE_F12 },
};

/* CSI letter. No 'R': with numbers it is the place of the cursor, never F3. */
static const struct code_row letter_keys[] = {
	{ 'A', KEYCODE_UP },   { 'B', KEYCODE_DOWN },    { 'C', KEYCODE_RIGHT }, { 'D', KEYCODE_LEFT },
	{ 'H', KEYCODE_HOME }, { 'F', KEYCODE_END },     { 'P', KEYCODE_F1 },    { 'Q', KEYCODE_F2 },
	{ 'S', KEYCODE_F4 },   { 'Z', KEYCODE_BACKTAB },
};

/* SS3 letter, the application keypad included. */
static const struct code_row ss3_keys[] = {
	{ 'A', KEYCODE_UP },   { 'B', KEYCODE_DOWN }, { 'C', KEYCODE_RIGHT }, { 'D', KEYCODE_LEFT },
	{ 'H', KEYCODE_HOME }, { 'F', KEYCODE_END },  { 'P', KEYCODE_F1 },    { 'Q', KEYCODE_F2 },
	{ 'R', KEYCODE_F3 },   { 'S', KEYCODE_F4 },   { 'M', KEYCODE_ENTER }, { 'I', KEYCODE_TAB },
	{ 'j', '*' },          { 'k', '+' },          { 'l', ',' },           { 'm', '-' },
	{ 'n', '.' },          { 'o', '/' },          { 'p', '0' },           { 'q', '1' },
	{ 'r', '2' },          { 's', '3' },          { 't', '4' },           { 'u', '5' },
	{ 'v', '6' },          { 'w', '7' },          { 'x', '8' },           { 'y', '9' },
	{ 'X', '=' },
};

/* rxvt: small letters with Shift behind CSI, with Ctrl behind SS3. */
static const struct code_row rxvt_arrows[] = {
	{ 'a', KEYCODE_UP },
	{ 'b', KEYCODE_DOWN },
	{ 'c', KEYCODE_RIGHT },
	{ 'd', KEYCODE_LEFT },
};

static const struct code_row linux_keys[] = {
	{ 'A', KEYCODE_F1 }, { 'B', KEYCODE_F2 }, { 'C', KEYCODE_F3 }, { 'D', KEYCODE_F4 }, { 'E', KEYCODE_F5 },
};

/* CSI n u: keys that are no characters, and the keypad (kitty, "Functional key definitions"). */
static const struct code_row kitty_keys[] = {
	{ 8, KEYCODE_BACKSPACE },
	{ 9, KEYCODE_TAB },
	{ 13, KEYCODE_ENTER },
	{ 27, KEYCODE_ESCAPE },
	{ 127, KEYCODE_BACKSPACE },
	{ 57399, '0' },
	{ 57400, '1' },
	{ 57401, '2' },
	{ 57402, '3' },
	{ 57403, '4' },
	{ 57404, '5' },
	{ 57405, '6' },
	{ 57406, '7' },
	{ 57407, '8' },
	{ 57408, '9' },
	{ 57409, '.' },
	{ 57410, '/' },
	{ 57411, '*' },
	{ 57412, '-' },
	{ 57413, '+' },
	{ 57414, KEYCODE_ENTER },
	{ 57415, '=' },
	{ 57417, KEYCODE_LEFT },
	{ 57418, KEYCODE_RIGHT },
	{ 57419, KEYCODE_UP },
	{ 57420, KEYCODE_DOWN },
	{ 57421, KEYCODE_PAGE_UP },
	{ 57422, KEYCODE_PAGE_DOWN },
	{ 57423, KEYCODE_HOME },
	{ 57424, KEYCODE_END },
	{ 57425, KEYCODE_INSERT },
	{ 57426, KEYCODE_DELETE },
};

/* The numbers of a sequence: groups between ';', each of parts between ':'. What is left out is 0. */
struct numbers {
	unsigned value[GROUPS_MAX][SUBS_MAX];
	size_t count;
};

#define FIND(table, from) find_code(table, sizeof(table) / sizeof((table)[0]), from)

static uint32_t find_code(const struct code_row *rows, size_t count, unsigned from)
{
	for (size_t i = 0; i < count; i++) {
		if (rows[i].from == from)
			return rows[i].code;
	}
	return KEYCODE_NONE;
}

static bool read_numbers(const unsigned char *bytes, size_t count, struct numbers *ret)
{
	size_t sub = 0;

	memset(ret, 0, sizeof(*ret));
	ret->count = 1;
	for (size_t i = 0; i < count; i++) {
		if (bytes[i] == ';') {
			if (ret->count++ == GROUPS_MAX)
				return false;
			sub = 0;
		} else if (bytes[i] == ':') {
			if (++sub == SUBS_MAX)
				return false;
		} else if (bytes[i] >= '0' && bytes[i] <= '9') {
			unsigned *value = &ret->value[ret->count - 1][sub];

			*value = *value * 10 + (bytes[i] - '0');
			if (*value >= NUMBER_MAX)
				return false;
		} else {
			return false;
		}
	}
	return true;
}

/* What is held down with the key, from its number plus one; false for what is no key of ours and for releases. */
static bool read_held(const unsigned group[SUBS_MAX], unsigned *ret)
{
	unsigned held = group[0] ? group[0] - 1 : 0;

	*ret = held;
	return held < 256 && !(held & HELD_OTHER) && group[1] < EVENT_RELEASE;
}

static unsigned modifiers_of(unsigned held)
{
	return (held & HELD_SHIFT ? KEYMOD_SHIFT : 0) | (held & HELD_ALT ? KEYMOD_ALT : 0) |
	       (held & HELD_CTRL ? KEYMOD_CTRL : 0);
}

static bool give_key(uint32_t code, unsigned modifiers, struct input_event *ret)
{
	if (code == KEYCODE_NONE)
		return false;
	*ret = (struct input_event){ .kind = INPUT_KEY, .key = key_normal((struct key){ code, modifiers }) };
	return true;
}

static bool is_printable(uint32_t code)
{
	return code >= ' ' && code < KEYCODE_SPECIAL && !text_is_unsafe(code);
}

/* A character whose held keys are told apart from it. Which character Shift makes of a digit, only the layout knows. */
static bool give_character(uint32_t code, uint32_t shifted, unsigned held, struct input_event *ret)
{
	bool letter = code >= 'a' && code <= 'z';
	bool capital = code >= 'A' && code <= 'Z';

	if ((held & HELD_SHIFT) && shifted)
		code = shifted;
	else if ((held & HELD_SHIFT) && !letter && !capital && code != ' ' && !(held & HELD_CTRL))
		return false;
	else if (letter && !(held & HELD_CTRL) && !(held & HELD_SHIFT) != !(held & HELD_CAPS))
		code -= 'a' - 'A';
	return is_printable(code) && give_key(code, modifiers_of(held), ret);
}

static bool read_kitty(const struct numbers *numbers, struct input_event *ret)
{
	unsigned code = numbers->value[0][0], held;
	uint32_t special = FIND(kitty_keys, code);

	if (!read_held(numbers->value[1], &held))
		return false;
	if (special != KEYCODE_NONE)
		return give_key(special, modifiers_of(held), ret);
	/* The protocol's other keys (locks, media, modifiers) are in a private block, which does not print. */
	return give_character(code, numbers->value[0][1], held, ret);
}

/* CSI 27 ; held ; code ~: xterm's modifyOtherKeys. The code is what Shift already made of it. */
static bool read_modified_other(const struct numbers *numbers, struct input_event *ret)
{
	unsigned code = numbers->value[2][0], held;
	uint32_t special = FIND(kitty_keys, code);

	if (numbers->count != 3 || !read_held(numbers->value[1], &held))
		return false;
	if (special != KEYCODE_NONE)
		return give_key(special, modifiers_of(held), ret);
	return is_printable(code) && give_key(code, modifiers_of(held), ret);
}

static bool read_tilde(const struct numbers *numbers, struct input_event *ret)
{
	unsigned held;

	if (numbers->value[0][0] == KEY_PASTE_BEGIN && numbers->count == 1) {
		*ret = (struct input_event){ .kind = INPUT_PASTE };
		return true;
	}
	if (numbers->value[0][0] == KEY_MODIFIED_OTHER && numbers->count > 1)
		return read_modified_other(numbers, ret);
	if (numbers->count > 2 || !read_held(numbers->value[1], &held))
		return false;
	return give_key(FIND(tilde_keys, numbers->value[0][0]), modifiers_of(held), ret);
}

static bool read_letter(const struct numbers *numbers, size_t length, unsigned char final, struct input_event *ret)
{
	uint32_t arrow = FIND(rxvt_arrows, final);
	unsigned held;

	if (length == 0 && arrow != KEYCODE_NONE)
		return give_key(arrow, KEYMOD_SHIFT, ret);
	if (length > 0 && (numbers->count != 2 || numbers->value[0][0] > 1))
		return false;
	return read_held(numbers->value[1], &held) && give_key(FIND(letter_keys, final), modifiers_of(held), ret);
}

/* CSI < button ; column ; row M, or m for the release: xterm's mode 1006. */
static bool read_mouse(const unsigned char *bytes, size_t count, unsigned char final, struct input_event *ret)
{
	struct numbers numbers;
	unsigned button, column, row;
	bool wheel;

	if (final != 'M' || !read_numbers(bytes, count, &numbers) || numbers.count != 3)
		return false;
	button = numbers.value[0][0];
	column = numbers.value[1][0];
	row = numbers.value[2][0];
	wheel = button & MOUSE_WHEEL;
	if (button & (MOUSE_MOTION | MOUSE_FURTHER) || button > 255 || (button & MOUSE_BUTTON) > (wheel ? 1 : 0))
		return false;
	if (column < 1 || row < 1 || column > MOUSE_POSITION_MAX || row > MOUSE_POSITION_MAX)
		return false;
	*ret = (struct input_event){
		.kind = INPUT_MOUSE,
		.mouse = !wheel                  ? MOUSE_PRESS
			 : button & MOUSE_BUTTON ? MOUSE_WHEEL_DOWN
						 : MOUSE_WHEEL_UP,
		.x = (int)column - 1,
		.y = (int)row - 1,
	};
	return true;
}

bool key_sequence_plain(uint32_t code, struct key *ret)
{
	struct input_event event;
	bool known;

	if (code == 0)
		known = give_key(' ', KEYMOD_CTRL, &event);
	else if (code == 127)
		known = give_key(KEYCODE_BACKSPACE, 0, &event);
	else if (code < ' ')
		known = code != 27 && give_key(code <= 26 ? code - 1 + 'a' : code + '@', KEYMOD_CTRL, &event);
	else
		known = is_printable(code) && give_key(code, 0, &event);
	if (known)
		*ret = event.key;
	return known;
}

bool key_sequence_csi(const unsigned char *bytes, size_t count, struct input_event *ret)
{
	unsigned char final = bytes[count - 1];
	struct numbers numbers;

	if (count > 1 && bytes[0] == '<')
		return read_mouse(bytes + 1, count - 2, final, ret);
	if (!read_numbers(bytes, count - 1, &numbers))
		return false;
	switch (final) {
	case '~': return read_tilde(&numbers, ret);
	case 'u': return read_kitty(&numbers, ret);
	/* rxvt */
	case '$': return count > 1 && give_key(FIND(tilde_keys, numbers.value[0][0]), KEYMOD_SHIFT, ret);
	case '^': return count > 1 && give_key(FIND(tilde_keys, numbers.value[0][0]), KEYMOD_CTRL, ret);
	case '@': return count > 1 && give_key(FIND(tilde_keys, numbers.value[0][0]), KEYMOD_CTRL | KEYMOD_SHIFT, ret);
	default: return read_letter(&numbers, count - 1, final, ret);
	}
}

bool key_sequence_ss3(const unsigned char *bytes, size_t count, struct input_event *ret)
{
	unsigned char final = bytes[count - 1];
	uint32_t arrow = FIND(rxvt_arrows, final);
	struct numbers numbers;
	unsigned held;

	if (count == 1 && arrow != KEYCODE_NONE)
		return give_key(arrow, KEYMOD_CTRL, ret);
	/* Old forms: ESC O 5 A and ESC O 1 ; 5 P. */
	if (!read_numbers(bytes, count - 1, &numbers) || numbers.count > 2)
		return false;
	return read_held(numbers.value[numbers.count - 1], &held) &&
	       give_key(FIND(ss3_keys, final), modifiers_of(held), ret);
}

bool key_sequence_linux(uint32_t final, struct input_event *ret)
{
	return final < KEYCODE_SPECIAL && give_key(FIND(linux_keys, final), 0, ret);
}
