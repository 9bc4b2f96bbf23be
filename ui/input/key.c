#include "ui/input/key.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

static const char *const names[KEYCODE_LAST - KEYCODE_SPECIAL] = {
	[KEYCODE_ESCAPE - KEYCODE_SPECIAL] = "Esc",    [KEYCODE_ENTER - KEYCODE_SPECIAL] = "Enter",
	[KEYCODE_TAB - KEYCODE_SPECIAL] = "Tab",       [KEYCODE_BACKSPACE - KEYCODE_SPECIAL] = "Backspace",
	[KEYCODE_UP - KEYCODE_SPECIAL] = "Up",         [KEYCODE_DOWN - KEYCODE_SPECIAL] = "Down",
	[KEYCODE_LEFT - KEYCODE_SPECIAL] = "Left",     [KEYCODE_RIGHT - KEYCODE_SPECIAL] = "Right",
	[KEYCODE_HOME - KEYCODE_SPECIAL] = "Home",     [KEYCODE_END - KEYCODE_SPECIAL] = "End",
	[KEYCODE_PAGE_UP - KEYCODE_SPECIAL] = "PgUp",  [KEYCODE_PAGE_DOWN - KEYCODE_SPECIAL] = "PgDn",
	[KEYCODE_INSERT - KEYCODE_SPECIAL] = "Insert", [KEYCODE_DELETE - KEYCODE_SPECIAL] = "Delete",
	[KEYCODE_F1 - KEYCODE_SPECIAL] = "F1",         [KEYCODE_F2 - KEYCODE_SPECIAL] = "F2",
	[KEYCODE_F3 - KEYCODE_SPECIAL] = "F3",         [KEYCODE_F4 - KEYCODE_SPECIAL] = "F4",
	[KEYCODE_F5 - KEYCODE_SPECIAL] = "F5",         [KEYCODE_F6 - KEYCODE_SPECIAL] = "F6",
	[KEYCODE_F7 - KEYCODE_SPECIAL] = "F7",         [KEYCODE_F8 - KEYCODE_SPECIAL] = "F8",
	[KEYCODE_F9 - KEYCODE_SPECIAL] = "F9",         [KEYCODE_F10 - KEYCODE_SPECIAL] = "F10",
	[KEYCODE_F11 - KEYCODE_SPECIAL] = "F11",       [KEYCODE_F12 - KEYCODE_SPECIAL] = "F12",
};

/* What people also write; key_name never gives these. */
static const struct {
	const char *name;
	uint32_t code;
} aliases[] = {
	{ "Space", ' ' },
	{ "Escape", KEYCODE_ESCAPE },
	{ "Return", KEYCODE_ENTER },
	{ "PageUp", KEYCODE_PAGE_UP },
	{ "PageDown", KEYCODE_PAGE_DOWN },
	{ "Ins", KEYCODE_INSERT },
	{ "Del", KEYCODE_DELETE },
};

/* In the order in which they are written. */
static const struct {
	const char *name;
	unsigned modifier;
} modifiers[] = {
	{ "Ctrl-", KEYMOD_CTRL },
	{ "Alt-", KEYMOD_ALT },
	{ "Shift-", KEYMOD_SHIFT },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The key that a terminal sends the same byte for; KEYCODE_NONE when there is none. */
static uint32_t twin_of_ctrl(uint32_t code)
{
	switch (code) {
	case '[': return KEYCODE_ESCAPE;
	case 'h': return KEYCODE_BACKSPACE;
	case 'i': return KEYCODE_TAB;
	case 'j':
	case 'm': return KEYCODE_ENTER;
	default: return KEYCODE_NONE;
	}
}

static uint32_t small_letter(uint32_t code)
{
	return code >= 'A' && code <= 'Z' ? code - 'A' + 'a' : code;
}

bool key_equal(struct key a, struct key b)
{
	return a.code == b.code && a.modifiers == b.modifiers;
}

struct key key_normal(struct key key)
{
	if (key.code < KEYCODE_SPECIAL) {
		key.modifiers &= ~KEYMOD_SHIFT;
		if (key.modifiers & KEYMOD_CTRL) {
			key.code = key.code == '@' ? ' ' : small_letter(key.code);
			if (twin_of_ctrl(key.code) != KEYCODE_NONE) {
				key.code = twin_of_ctrl(key.code);
				key.modifiers &= ~KEYMOD_CTRL;
			}
		}
	}
	if (key.code == KEYCODE_TAB && (key.modifiers & KEYMOD_SHIFT))
		key.code = KEYCODE_BACKTAB;
	if (key.code == KEYCODE_BACKTAB || key.code == KEYCODE_BACKSPACE)
		key.modifiers &= ~KEYMOD_SHIFT;
	return key;
}

static uint32_t find_name(const char *text)
{
	for (size_t i = 0; i < COUNT(names); i++) {
		if (names[i] && strcasecmp(names[i], text) == 0)
			return KEYCODE_SPECIAL + (uint32_t)i;
	}
	for (size_t i = 0; i < COUNT(aliases); i++) {
		if (strcasecmp(aliases[i].name, text) == 0)
			return aliases[i].code;
	}
	return KEYCODE_NONE;
}

static const char *nearest_name(const char *text)
{
	const char *nearest = NULL;
	unsigned best = 3;

	for (size_t i = 0; i < COUNT(names); i++) {
		unsigned distance = names[i] ? text_distance(names[i], text, best) : best;

		if (distance < best && distance < strlen(names[i])) {
			best = distance;
			nearest = names[i];
		}
	}
	return nearest;
}

/* One character that prints, or the name of a key; KEYCODE_NONE for anything else. */
static uint32_t parse_code(const char *text)
{
	uint32_t code;

	if (*text && text_decode(text, strlen(text), &code) == strlen(text) && !text_is_unsafe(code) &&
	    !(code == TEXT_REPLACEMENT && strlen(text) == 1))
		return code;
	return find_name(text);
}

static const char *skip_modifiers(const char *text, unsigned *ret)
{
	bool found = true;

	*ret = 0;
	while (found) {
		found = false;
		for (size_t i = 0; i < COUNT(modifiers); i++) {
			size_t length = strlen(modifiers[i].name);

			if (strncasecmp(text, modifiers[i].name, length) == 0 && !(*ret & modifiers[i].modifier)) {
				*ret |= modifiers[i].modifier;
				text += length;
				found = true;
			}
		}
	}
	return text;
}

int key_parse(const char *text, struct key *ret, struct error *error)
{
	struct key key, normal;
	const char *rest = skip_modifiers(text, &key.modifiers);
	const char *nearest;
	char name[24];

	key.code = parse_code(rest);
	if (key.code == KEYCODE_NONE) {
		nearest = nearest_name(rest);
		if (nearest)
			return error_set(error, "unknown key '%.40s' (did you mean '%s')", text, nearest);
		return error_set(
			error,
			"unknown key '%.40s' (one character, or Esc, Enter, Tab, Space, Backspace, Up, Down, "
			"Left, Right, Home, End, PgUp, PgDn, Insert, Delete, F1 to F12; before it Ctrl-, Alt-, "
			"Shift-)",
			text);
	}
	if (key.code < KEYCODE_SPECIAL && (key.modifiers & KEYMOD_SHIFT)) {
		if (key.code >= 'a' && key.code <= 'z' && !(key.modifiers & KEYMOD_CTRL))
			return error_set(error, "unknown key '%.40s' (write the capital: '%c')", text,
					 (int)(key.code - 'a' + 'A'));
		return error_set(error, "unknown key '%.40s' (Shift- is for keys that do not print)", text);
	}
	normal = key_normal(key);
	if (key.code < KEYCODE_SPECIAL && normal.code >= KEYCODE_SPECIAL) {
		key_name(normal, name, sizeof(name));
		return error_set(error, "'%.40s' and %s are one key to a terminal (write %s)", text, name, name);
	}
	*ret = normal;
	return 0;
}

void key_name(struct key key, char *ret, size_t size)
{
	char text[5] = "";
	const char *name = text;
	uint32_t code = key.code;
	unsigned held = key.modifiers;

	if (code == KEYCODE_BACKTAB) {
		code = KEYCODE_TAB;
		held |= KEYMOD_SHIFT;
	}
	if (code == ' ')
		name = "Space";
	else if (code < KEYCODE_SPECIAL && (held & KEYMOD_CTRL) && code >= 'a' && code <= 'z')
		text[0] = (char)(code - 'a' + 'A');
	else if (code < KEYCODE_SPECIAL && !text_is_unsafe(code))
		text_encode(code, text);
	else if (code > KEYCODE_NONE && code < KEYCODE_LAST)
		name = names[code - KEYCODE_SPECIAL];
	snprintf(ret, size, "%s%s%s%s", held & KEYMOD_CTRL ? modifiers[0].name : "",
		 held & KEYMOD_ALT ? modifiers[1].name : "", held & KEYMOD_SHIFT ? modifiers[2].name : "", name);
}
