/* Typing one line: every editing key, pastes, completion, history. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "ui/input/prompt.h"

static enum prompt_result press(struct prompt *prompt, const char *name)
{
	struct input_event event = { .kind = INPUT_KEY };

	cr_assert_eq(key_parse(name, &event.key, NULL), 0, "%s", name);
	return prompt_handle(prompt, &event);
}

static void type(struct prompt *prompt, const char *text)
{
	size_t left = strlen(text);

	while (left > 0) {
		struct input_event event = { .kind = INPUT_KEY };
		size_t used = text_decode(text, left, &event.key.code);

		cr_assert_eq(prompt_handle(prompt, &event), PROMPT_GOES_ON);
		text += used;
		left -= used;
	}
}

static void paste(struct prompt *prompt, const char *text)
{
	struct input_event event = { .kind = INPUT_PASTE, .text = text };

	cr_assert_eq(prompt_handle(prompt, &event), PROMPT_GOES_ON, "a paste never confirms");
}

/* The text with the cursor as '|'. */
static void assert_line(const struct prompt *prompt, const char *expected)
{
	struct strbuf line = STRBUF_INIT;

	strbuf_add(&line, prompt->text.text, prompt->cursor);
	strbuf_addch(&line, '|');
	strbuf_addstr(&line, prompt->text.text + prompt->cursor);
	cr_assert_str_eq(line.text, expected);
	cr_assert_eq(prompt->text.length, strlen(prompt->text.text));
	strbuf_release(&line);
}

static void open_with(struct prompt *prompt, const char *text)
{
	prompt_init(prompt);
	prompt_open(prompt, "/", text, NULL, NULL);
}

Test(prompt, every_printable_key_is_text)
{
	struct prompt prompt;

	open_with(&prompt, NULL);
	type(&prompt, "qR!:? \xc3\xa9\xe6\xbc\xa2");
	assert_line(&prompt, "qR!:? \xc3\xa9\xe6\xbc\xa2|");
	cr_assert_eq(prompt_cursor_column(&prompt), 9);
	cr_assert_eq(press(&prompt, "Alt-x"), PROMPT_GOES_ON);
	cr_assert_eq(press(&prompt, "Ctrl-L"), PROMPT_GOES_ON);
	cr_assert_eq(press(&prompt, "F1"), PROMPT_GOES_ON);
	cr_assert_eq(press(&prompt, "PgUp"), PROMPT_GOES_ON);
	assert_line(&prompt, "qR!:? \xc3\xa9\xe6\xbc\xa2|");
	prompt_release(&prompt);
}

Test(prompt, ends)
{
	static const char *const cancels[] = { "Esc", "Ctrl-C", "Ctrl-G" };
	struct prompt prompt;

	open_with(&prompt, "abc");
	cr_assert_eq(press(&prompt, "Enter"), PROMPT_DONE);
	assert_line(&prompt, "abc|");
	cr_assert_eq(prompt.history.count, 1);
	for (size_t i = 0; i < sizeof(cancels) / sizeof(*cancels); i++)
		cr_assert_eq(press(&prompt, cancels[i]), PROMPT_CANCELLED, "%s", cancels[i]);
	cr_assert_eq(prompt.history.count, 1, "what is cancelled is not remembered");
	prompt_release(&prompt);
}

Test(prompt, moves)
{
	struct prompt prompt;

	open_with(&prompt, "rate(a_b) x");
	press(&prompt, "Left");
	assert_line(&prompt, "rate(a_b) |x");
	press(&prompt, "Ctrl-B");
	assert_line(&prompt, "rate(a_b)| x");
	press(&prompt, "Alt-b");
	assert_line(&prompt, "rate(|a_b) x");
	press(&prompt, "Ctrl-Left");
	assert_line(&prompt, "|rate(a_b) x");
	press(&prompt, "Left");
	press(&prompt, "Alt-b");
	assert_line(&prompt, "|rate(a_b) x");
	press(&prompt, "Ctrl-Right");
	assert_line(&prompt, "rate|(a_b) x");
	press(&prompt, "Alt-f");
	assert_line(&prompt, "rate(a_b|) x");
	press(&prompt, "Ctrl-E");
	assert_line(&prompt, "rate(a_b) x|");
	press(&prompt, "Right");
	press(&prompt, "Alt-f");
	assert_line(&prompt, "rate(a_b) x|");
	press(&prompt, "Home");
	press(&prompt, "Ctrl-F");
	assert_line(&prompt, "r|ate(a_b) x");
	press(&prompt, "Ctrl-A");
	press(&prompt, "Right");
	press(&prompt, "End");
	assert_line(&prompt, "rate(a_b) x|");
	prompt_release(&prompt);
}

Test(prompt, erases_and_cuts)
{
	struct prompt prompt;

	open_with(&prompt, "one two-three four");
	press(&prompt, "Backspace");
	assert_line(&prompt, "one two-three fou|");
	press(&prompt, "Ctrl-W");
	assert_line(&prompt, "one two-three |");
	press(&prompt, "Alt-Backspace");
	assert_line(&prompt, "one two-|");
	press(&prompt, "Ctrl-W");
	assert_line(&prompt, "one |");
	press(&prompt, "Ctrl-Y");
	press(&prompt, "Ctrl-Y");
	assert_line(&prompt, "one two-two-|");
	press(&prompt, "Home");
	press(&prompt, "Delete");
	press(&prompt, "Ctrl-D");
	assert_line(&prompt, "|e two-two-");
	press(&prompt, "Backspace");
	assert_line(&prompt, "|e two-two-");
	press(&prompt, "Alt-d");
	assert_line(&prompt, "| two-two-");
	press(&prompt, "Right");
	press(&prompt, "Ctrl-U");
	assert_line(&prompt, "|two-two-");
	press(&prompt, "Alt-f");
	press(&prompt, "Ctrl-K");
	assert_line(&prompt, "two|");
	press(&prompt, "Ctrl-K");
	press(&prompt, "Delete");
	assert_line(&prompt, "two|");
	press(&prompt, "Ctrl-Y");
	assert_line(&prompt, "two-two-|");
	press(&prompt, "Ctrl-U");
	press(&prompt, "Ctrl-W");
	press(&prompt, "Alt-Backspace");
	press(&prompt, "Backspace");
	assert_line(&prompt, "|");
	prompt_release(&prompt);
}

/* A star for each cell, so that the cursor stands where it would. */
Test(prompt, a_hidden_line_is_not_shown)
{
	struct prompt prompt;
	struct strbuf shown = STRBUF_INIT;

	prompt_init(&prompt);
	prompt_open(&prompt, "value", "ab", NULL, NULL);
	prompt_add_shown(&prompt, &shown);
	cr_expect_str_eq(shown.text, "ab");
	strbuf_clear(&shown);
	prompt.hidden = true;
	type(&prompt, "c\xe4\xbd\xa0");
	prompt_add_shown(&prompt, &shown);
	cr_expect_str_eq(shown.text, "*****");
	cr_expect_eq(prompt_cursor_column(&prompt), 5);
	prompt_open(&prompt, "value", "", NULL, NULL);
	cr_expect_not(prompt.hidden);
	prompt_release(&prompt);
	strbuf_release(&shown);
}

/* A base with what combines with it is one step, and so is a wide character. */
Test(prompt, keeps_characters_whole)
{
	struct prompt prompt;

	open_with(&prompt, "ae\xcc\x81\xe6\xbc\xa2");
	cr_assert_eq(prompt_cursor_column(&prompt), 4);
	press(&prompt, "Left");
	cr_assert_eq(prompt_cursor_column(&prompt), 2);
	assert_line(&prompt, "ae\xcc\x81|\xe6\xbc\xa2");
	press(&prompt, "Left");
	assert_line(&prompt, "a|e\xcc\x81\xe6\xbc\xa2");
	press(&prompt, "Delete");
	assert_line(&prompt, "a|\xe6\xbc\xa2");
	press(&prompt, "End");
	press(&prompt, "Backspace");
	assert_line(&prompt, "a|");
	/* A mark put behind a base joins it. */
	type(&prompt, "\xcc\x81");
	press(&prompt, "Left");
	assert_line(&prompt, "|a\xcc\x81");
	/* A base put before a mark without one, too. */
	press(&prompt, "Ctrl-K");
	type(&prompt, "\xcc\x81");
	press(&prompt, "Home");
	type(&prompt, "o");
	assert_line(&prompt, "o\xcc\x81|");
	/* No step stops within one, and every step goes somewhere. */
	press(&prompt, "Ctrl-U");
	type(&prompt, "a(\xcc\x81");
	press(&prompt, "Alt-b");
	press(&prompt, "Alt-b");
	assert_line(&prompt, "|a(\xcc\x81");
	prompt_release(&prompt);
}

Test(prompt, has_a_limit)
{
	struct prompt prompt;
	char *much = malloc(3 * PROMPT_LENGTH_MAX);

	/* Two bytes each behind one: the limit falls into a character. */
	much[0] = 'a';
	for (size_t i = 1; i < 3 * PROMPT_LENGTH_MAX - 2; i += 2)
		memcpy(much + i, "\xc3\xa9", 3);
	open_with(&prompt, much);
	cr_assert_eq(prompt.text.length, PROMPT_LENGTH_MAX - 1);
	type(&prompt, "\xc3\xa9");
	cr_assert_eq(prompt.text.length, PROMPT_LENGTH_MAX - 1);
	type(&prompt, "bc");
	cr_assert_eq(prompt.text.length, PROMPT_LENGTH_MAX);
	press(&prompt, "Ctrl-U");
	paste(&prompt, much);
	cr_assert_eq(prompt.text.length, PROMPT_LENGTH_MAX - 1);
	paste(&prompt, "\t\t\t");
	cr_assert_eq(prompt.text.length, PROMPT_LENGTH_MAX);
	paste(&prompt, "x");
	press(&prompt, "Ctrl-Y");
	cr_assert_eq(prompt.text.length, PROMPT_LENGTH_MAX);
	cr_assert_eq(prompt.cursor, PROMPT_LENGTH_MAX);
	free(much);
	prompt_release(&prompt);
}

Test(prompt, pastes_the_first_line)
{
	struct prompt prompt;

	open_with(&prompt, "[]");
	press(&prompt, "Left");
	paste(&prompt, "rm -rf\nyes\n");
	assert_line(&prompt, "[rm -rf|]");
	paste(&prompt, "\r\nmore");
	assert_line(&prompt, "[rm -rf|]");
	paste(&prompt, "\t\033[31m\x07\xe2\x80\xae\xff\xc2\x9b\x7f!");
	assert_line(&prompt, "[rm -rf [31m!|]");
	paste(&prompt, "");
	assert_line(&prompt, "[rm -rf [31m!|]");
	cr_assert_eq(prompt_handle(&prompt, &(struct input_event){ .kind = INPUT_MOUSE }), PROMPT_GOES_ON);
	assert_line(&prompt, "[rm -rf [31m!|]");
	prompt_release(&prompt);
}

/* Completes words of a small language; counts how often it was asked. */
static void on_complete(void *user, const char *text, struct prompt_candidates *ret)
{
	static const char *const words[] = { "range 1h", "range 6h", "reload", "theme night" };

	++*(int *)user;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (strncmp(words[i], text, strlen(text)) == 0)
			prompt_candidates_add(ret, words[i]);
	}
}

Test(prompt, completes)
{
	struct prompt prompt;
	int asked = 0;

	prompt_init(&prompt);
	prompt_open(&prompt, ":", "r", on_complete, &asked);
	press(&prompt, "Tab");
	assert_line(&prompt, "range 1h|");
	cr_assert(prompt.completing);
	cr_assert_eq(prompt.candidates.items.count, 3);
	press(&prompt, "Tab");
	assert_line(&prompt, "range 6h|");
	press(&prompt, "Tab");
	press(&prompt, "Tab");
	assert_line(&prompt, "range 1h|");
	press(&prompt, "Shift-Tab");
	assert_line(&prompt, "reload|");
	cr_assert_eq(prompt.candidate, 2);
	cr_assert_eq(asked, 1, "while it cycles it is not asked again");
	/* Any other key takes what is there. */
	press(&prompt, "Backspace");
	assert_line(&prompt, "reloa|");
	cr_assert_not(prompt.completing);
	cr_assert_eq(prompt.candidates.items.count, 0);
	press(&prompt, "Tab");
	assert_line(&prompt, "reload|");
	cr_assert_not(prompt.completing, "one candidate leaves nothing to choose");
	/* What stands behind the cursor stays. */
	press(&prompt, "Ctrl-U");
	type(&prompt, "t|x");
	press(&prompt, "Left");
	press(&prompt, "Left");
	press(&prompt, "Shift-Tab");
	cr_assert_str_eq(prompt.text.text, "theme night|x");
	cr_assert_eq(prompt.cursor, strlen("theme night"));
	press(&prompt, "Ctrl-U");
	type(&prompt, "zz");
	press(&prompt, "Tab");
	cr_assert_not(prompt.completing);
	press(&prompt, "Ctrl-U");
	press(&prompt, "Tab");
	cr_assert(prompt.completing);
	paste(&prompt, "!");
	cr_assert_not(prompt.completing);
	press(&prompt, "Ctrl-U");
	press(&prompt, "Tab");
	cr_assert_eq(press(&prompt, "Enter"), PROMPT_DONE);
	cr_assert_not(prompt.completing);
	prompt_release(&prompt);
}

Test(prompt, completes_nothing_without_a_function)
{
	struct prompt prompt;

	open_with(&prompt, "r");
	press(&prompt, "Tab");
	press(&prompt, "Shift-Tab");
	assert_line(&prompt, "r|");
	cr_assert_not(prompt.completing);
	prompt_release(&prompt);
}

static void on_complete_much(void *user, const char *text, struct prompt_candidates *ret)
{
	char *longest = malloc(PROMPT_LENGTH_MAX + 2);

	(void)user;
	(void)text;
	memset(longest, 'x', PROMPT_LENGTH_MAX + 1);
	longest[PROMPT_LENGTH_MAX + 1] = '\0';
	prompt_candidates_add(ret, longest);
	cr_assert_eq(ret->items.count, 0, "too long for the line");
	longest[PROMPT_LENGTH_MAX] = '\0';
	for (int i = 0; i < 2 * PROMPT_CANDIDATES_MAX; i++)
		prompt_candidates_add(ret, longest);
	free(longest);
}

Test(prompt, bounds_the_candidates)
{
	struct prompt prompt;

	prompt_init(&prompt);
	prompt_open(&prompt, ":", "ab", on_complete_much, NULL);
	press(&prompt, "Left");
	press(&prompt, "Tab");
	cr_assert_eq(prompt.candidates.items.count, PROMPT_CANDIDATES_MAX);
	cr_assert_str_eq(prompt.text.text, "ab", "with what follows it is too long");
	press(&prompt, "Tab");
	press(&prompt, "Ctrl-K");
	press(&prompt, "Tab");
	cr_assert_eq(prompt.text.length, PROMPT_LENGTH_MAX);
	prompt_release(&prompt);
}

static void enter(struct prompt *prompt, const char *text)
{
	prompt_open(prompt, ":", text, NULL, NULL);
	cr_assert_eq(press(prompt, "Enter"), PROMPT_DONE);
}

Test(prompt, walks_its_history)
{
	struct prompt prompt;

	prompt_init(&prompt);
	enter(&prompt, "one");
	enter(&prompt, "two");
	enter(&prompt, "two");
	enter(&prompt, "");
	cr_assert_eq(prompt.history.count, 2, "no empty lines, no repetition");
	prompt_open(&prompt, ":", NULL, NULL, NULL);
	type(&prompt, "dra");
	press(&prompt, "Down");
	assert_line(&prompt, "dra|");
	press(&prompt, "Up");
	assert_line(&prompt, "two|");
	press(&prompt, "Ctrl-P");
	press(&prompt, "Up");
	assert_line(&prompt, "one|");
	type(&prompt, "!");
	press(&prompt, "Ctrl-N");
	assert_line(&prompt, "two|");
	press(&prompt, "Down");
	assert_line(&prompt, "dra|");
	press(&prompt, "Up");
	press(&prompt, "Up");
	assert_line(&prompt, "one|");
	prompt_open(&prompt, ":", NULL, NULL, NULL);
	press(&prompt, "Up");
	assert_line(&prompt, "two|");
	press(&prompt, "Down");
	assert_line(&prompt, "|");
	prompt_release(&prompt);
}

Test(prompt, forgets_the_oldest)
{
	struct prompt prompt;
	char line[32];

	prompt_init(&prompt);
	for (int i = 0; i < PROMPT_HISTORY_MAX + 20; i++) {
		snprintf(line, sizeof(line), "line %d", i);
		enter(&prompt, line);
	}
	cr_assert_eq(prompt.history.count, PROMPT_HISTORY_MAX);
	cr_assert_str_eq(prompt.history.items[0], "line 20");
	prompt_release(&prompt);
}

Test(prompt, cuts_a_long_label_between_characters)
{
	struct prompt prompt;

	prompt_init(&prompt);
	prompt_open(&prompt, "0123456789012345678901234567\xe6\xbc\xa2\xe6\xbc\xa2", NULL, NULL, NULL);
	cr_assert_str_eq(prompt.label, "0123456789012345678901234567\xe6\xbc\xa2");
	prompt_release(&prompt);
}
