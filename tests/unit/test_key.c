/* Names of keys: reading them, writing them, and the one form of each. */
#include <criterion/criterion.h>
#include <string.h>

#include "ui/input/key.h"

static struct key parsed(const char *text)
{
	struct error error = { "" };
	struct key key = { KEYCODE_NONE, 0 };

	cr_assert_eq(key_parse(text, &key, &error), 0, "%s: %s", text, error.text);
	return key;
}

static const char *refused(const char *text)
{
	static struct error error;
	struct key key = { 'u', KEYMOD_ALT };

	error.text[0] = '\0';
	cr_assert_eq(key_parse(text, &key, &error), -1, "%s", text);
	cr_assert(key_equal(key, (struct key){ 'u', KEYMOD_ALT }), "%s changed the result", text);
	return error.text;
}

static void assert_key(const char *text, uint32_t code, unsigned modifiers)
{
	struct key key = parsed(text);

	cr_assert_eq(key.code, code, "%s: %x", text, key.code);
	cr_assert_eq(key.modifiers, modifiers, "%s: %x", text, key.modifiers);
}

Test(key, reads_names)
{
	assert_key("a", 'a', 0);
	assert_key("A", 'A', 0);
	assert_key("?", '?', 0);
	assert_key("-", '-', 0);
	assert_key("\xc3\xa9", 0xe9, 0);
	assert_key("Space", ' ', 0);
	assert_key(" ", ' ', 0);
	assert_key("Ctrl-L", 'l', KEYMOD_CTRL);
	assert_key("ctrl-l", 'l', KEYMOD_CTRL);
	assert_key("Ctrl-Space", ' ', KEYMOD_CTRL);
	assert_key("Ctrl-@", ' ', KEYMOD_CTRL);
	assert_key("Ctrl--", '-', KEYMOD_CTRL);
	assert_key("Alt-x", 'x', KEYMOD_ALT);
	assert_key("Alt-X", 'X', KEYMOD_ALT);
	assert_key("Alt--", '-', KEYMOD_ALT);
	assert_key("Alt-Ctrl-x", 'x', KEYMOD_ALT | KEYMOD_CTRL);
	assert_key("Shift-Tab", KEYCODE_BACKTAB, 0);
	assert_key("F5", KEYCODE_F5, 0);
	assert_key("f12", KEYCODE_F12, 0);
	assert_key("Shift-F5", KEYCODE_F5, KEYMOD_SHIFT);
	assert_key("PgUp", KEYCODE_PAGE_UP, 0);
	assert_key("pageup", KEYCODE_PAGE_UP, 0);
	assert_key("Escape", KEYCODE_ESCAPE, 0);
	assert_key("Return", KEYCODE_ENTER, 0);
	assert_key("\xef\xbf\xbd", 0xfffd, 0);
}

Test(key, refuses_what_is_no_key)
{
	cr_assert(strstr(refused("Entr"), "did you mean 'Enter'"));
	cr_assert(strstr(refused("Ctrl-Spce"), "one character"));
	cr_assert(strstr(refused("Shift-a"), "write the capital: 'A'"));
	cr_assert(strstr(refused("Shift-1"), "do not print"));
	cr_assert(strstr(refused("Ctrl-I"), "write Tab"));
	cr_assert(strstr(refused("Ctrl-m"), "write Enter"));
	cr_assert(strstr(refused("Ctrl-J"), "write Enter"));
	cr_assert(strstr(refused("Ctrl-H"), "write Backspace"));
	cr_assert(strstr(refused("Ctrl-["), "write Esc"));
	refused("");
	refused("ab");
	refused("Ctrl-");
	refused("Alt-");
	refused("Ctrl-Ctrl-a");
	refused("F13");
	refused("F0");
	refused("\x01");
	refused("\xff");
	refused("\xe2\x80\xae"); /* right-to-left override */
	refused("\xc2\x9b");     /* C1 */
	cr_assert_eq(key_parse("nonsense", &(struct key){ 0 }, NULL), -1, "the error is optional");
}

static void assert_round_trip(struct key key)
{
	struct key back = { 0 };
	struct error error = { "" };
	char name[24];

	key_name(key, name, sizeof(name));
	cr_assert_eq(key_parse(name, &back, &error), 0, "%s: %s", name, error.text);
	cr_assert(key_equal(key, back), "%s", name);
}

Test(key, names_are_the_reverse)
{
	for (unsigned modifiers = 0; modifiers < 8; modifiers++) {
		for (uint32_t code = ' '; code < 0x7f; code++)
			assert_round_trip(key_normal((struct key){ code, modifiers }));
		for (uint32_t code = KEYCODE_ESCAPE; code < KEYCODE_LAST; code++)
			assert_round_trip(key_normal((struct key){ code, modifiers }));
		assert_round_trip(key_normal((struct key){ 0x20ac, modifiers }));
	}
}

Test(key, names_fit)
{
	for (unsigned modifiers = 0; modifiers < 8; modifiers++) {
		for (uint32_t code = KEYCODE_ESCAPE; code < KEYCODE_LAST; code++) {
			char name[64];

			key_name(key_normal((struct key){ code, modifiers }), name, sizeof(name));
			cr_assert_lt(strlen(name), 24, "%s", name);
		}
	}
}

Test(key, has_one_form)
{
	cr_assert(key_equal(key_normal((struct key){ 'C', KEYMOD_CTRL }), (struct key){ 'c', KEYMOD_CTRL }));
	cr_assert(key_equal(key_normal((struct key){ 'C', KEYMOD_SHIFT }), (struct key){ 'C', 0 }));
	cr_assert(key_equal(key_normal((struct key){ KEYCODE_TAB, KEYMOD_SHIFT }), (struct key){ KEYCODE_BACKTAB, 0 }));
	cr_assert(key_equal(key_normal((struct key){ 'i', KEYMOD_CTRL | KEYMOD_ALT }),
			    (struct key){ KEYCODE_TAB, KEYMOD_ALT }));
	cr_assert_not(key_equal((struct key){ 'a', 0 }, (struct key){ 'a', KEYMOD_ALT }));
	cr_assert_not(key_equal((struct key){ 'a', 0 }, (struct key){ 'A', 0 }));
}
