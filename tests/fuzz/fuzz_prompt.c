/*
 * A prompt fed with whatever the key decoder makes of the bytes, read by read
 * (a NUL byte ends a read). After each event the line keeps its limits and the
 * cursor stands on the edge of a character.
 */
#include <stdint.h>
#include <string.h>

#include "invariant.h"
#include "base/text.h"
#include "ui/input/prompt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void on_complete(void *user, const char *text, struct prompt_candidates *ret)
{
	struct strbuf line = STRBUF_INIT;

	(void)user;
	for (size_t i = 0; i < strlen(text) % 4; i++) {
		strbuf_addf(&line, "%s\xc3\xa9\xcc\x81\n\xff%zu", text, i);
		prompt_candidates_add(ret, line.text);
	}
	strbuf_release(&line);
}

static void check(const struct prompt *prompt)
{
	struct grapheme grapheme;
	size_t at = 0;

	always(prompt->text.length <= PROMPT_LENGTH_MAX);
	always(strlen(prompt->text.text) == prompt->text.length);
	always(prompt->cursor <= prompt->text.length);
	while (at < prompt->cursor) {
		always(text_grapheme(prompt->text.text + at, prompt->text.length - at, &grapheme));
		at += grapheme.bytes;
	}
	always(at == prompt->cursor);
	always(prompt_cursor_column(prompt) >= 0 && prompt_cursor_column(prompt) <= 2 * PROMPT_LENGTH_MAX);
	always(prompt->history.count <= PROMPT_HISTORY_MAX && prompt->history_at <= prompt->history.count);
	always(!prompt->completing || prompt->candidate < prompt->candidates.items.count);
	always(prompt->completing || prompt->candidates.items.count == 0);
}

static void on_input(void *user, const struct input_event *event)
{
	struct prompt *prompt = user;
	enum prompt_result result = prompt_handle(prompt, event);

	check(prompt);
	/* Only keys end it: a paste never confirms. */
	always(result == PROMPT_GOES_ON || event->kind == INPUT_KEY);
	if (result == PROMPT_DONE)
		always(event->key.code == KEYCODE_ENTER);
	if (result != PROMPT_GOES_ON) {
		prompt_open(prompt, ":", result == PROMPT_DONE ? NULL : "again", on_complete, NULL);
		check(prompt);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct key_decoder decoder;
	struct prompt prompt;
	int64_t now_ms = 0;

	key_decoder_init(&decoder);
	prompt_init(&prompt);
	prompt_open(&prompt, "/", "begin", on_complete, NULL);
	while (size > 0) {
		const uint8_t *end = memchr(data, '\0', size);
		size_t count = end ? (size_t)(end - data) : size;

		key_decoder_feed(&decoder, (const char *)data, count, now_ms, on_input, &prompt);
		now_ms += 200;
		if (key_decoder_waiting(&decoder))
			key_decoder_timeout(&decoder, now_ms, 0, on_input, &prompt);
		if (end)
			count++;
		data += count;
		size -= count;
	}
	prompt_release(&prompt);
	key_decoder_release(&decoder);
	return 0;
}
