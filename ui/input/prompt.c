#include "ui/input/prompt.h"

#include <stdint.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

void prompt_candidates_add(struct prompt_candidates *candidates, const char *text)
{
	if (candidates->items.count < PROMPT_CANDIDATES_MAX && strlen(text) <= PROMPT_LENGTH_MAX)
		vec_push(&candidates->items, mem_strdup(text));
}

void prompt_candidates_release(struct prompt_candidates *candidates)
{
	for (size_t i = 0; i < candidates->items.count; i++)
		free(candidates->items.items[i]);
	vec_release(&candidates->items);
}

void prompt_init(struct prompt *prompt)
{
	memset(prompt, 0, sizeof(*prompt));
	strbuf_init(&prompt->text);
	strbuf_init(&prompt->draft);
	strbuf_init(&prompt->killed);
}

void prompt_release(struct prompt *prompt)
{
	for (size_t i = 0; i < prompt->history.count; i++)
		free(prompt->history.items[i]);
	vec_release(&prompt->history);
	prompt_candidates_release(&prompt->candidates);
	strbuf_release(&prompt->text);
	strbuf_release(&prompt->draft);
	strbuf_release(&prompt->killed);
}

/* The longest beginning of `text` that has at most `limit` bytes and ends with a whole character. */
static size_t whole_characters(const char *text, size_t limit)
{
	size_t length = strlen(text), at = 0;

	while (at < length) {
		uint32_t code;
		size_t used = text_decode(text + at, length - at, &code);

		if (at + used > limit)
			break;
		at += used;
	}
	return at;
}

static size_t next_edge(const struct prompt *prompt, size_t at)
{
	struct grapheme grapheme;

	if (!text_grapheme(prompt->text.text + at, prompt->text.length - at, &grapheme))
		return at;
	return at + grapheme.bytes;
}

static size_t previous_edge(const struct prompt *prompt, size_t before)
{
	size_t at = 0, next;

	while ((next = next_edge(prompt, at)) < before)
		at = next;
	return at;
}

/* The last edge that is not behind `at`. */
static size_t edge_at(const struct prompt *prompt, size_t at)
{
	size_t edge = 0, next;

	while ((next = next_edge(prompt, edge)) <= at && next > edge)
		edge = next;
	return edge;
}

/* What was put in may join what stands around it: the cursor goes behind that. */
static void snap_cursor(struct prompt *prompt)
{
	size_t at = 0;

	while (at < prompt->cursor && at < prompt->text.length)
		at = next_edge(prompt, at);
	prompt->cursor = at;
}

/* Put `length` bytes in place of what is from `from` to `to`; false when it would be too long. */
static bool replace(struct prompt *prompt, size_t from, size_t to, const char *text, size_t length)
{
	struct strbuf result = STRBUF_INIT;

	if (prompt->text.length - (to - from) + length > PROMPT_LENGTH_MAX)
		return false;
	strbuf_add(&result, prompt->text.text, from);
	strbuf_add(&result, text, length);
	strbuf_add(&result, prompt->text.text + to, prompt->text.length - to);
	strbuf_release(&prompt->text);
	prompt->text = result;
	prompt->cursor = from + length;
	snap_cursor(prompt);
	return true;
}

static void set_text(struct prompt *prompt, const char *text)
{
	strbuf_clear(&prompt->text);
	strbuf_add(&prompt->text, text, whole_characters(text, PROMPT_LENGTH_MAX));
	prompt->cursor = prompt->text.length;
}

void prompt_open(struct prompt *prompt, const char *label, const char *text, prompt_complete_fn *complete, void *user)
{
	size_t length = whole_characters(label, sizeof(prompt->label) - 1);

	memcpy(prompt->label, label, length);
	prompt->label[length] = '\0';
	set_text(prompt, text ? text : "");
	prompt->complete = complete;
	prompt->user = user;
	prompt_candidates_release(&prompt->candidates);
	prompt->completing = false;
	prompt->candidate = 0;
	prompt->hidden = false;
	prompt->history_at = prompt->history.count;
	strbuf_clear(&prompt->draft);
}

static bool is_word(char byte)
{
	return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
	       byte == '_' || (unsigned char)byte >= 0x80;
}

static bool is_space(char byte)
{
	return byte == ' ';
}

/* Every byte of a character beyond ASCII is of a word. */
static size_t word_left(const struct prompt *prompt)
{
	size_t at = prompt->cursor;

	while (at > 0 && !is_word(prompt->text.text[at - 1]))
		at--;
	while (at > 0 && is_word(prompt->text.text[at - 1]))
		at--;
	return edge_at(prompt, at);
}

static size_t word_right(const struct prompt *prompt)
{
	size_t at = prompt->cursor;

	while (at < prompt->text.length && !is_word(prompt->text.text[at]))
		at++;
	while (at < prompt->text.length && is_word(prompt->text.text[at]))
		at++;
	return at;
}

static size_t blank_left(const struct prompt *prompt)
{
	size_t at = prompt->cursor;

	while (at > 0 && is_space(prompt->text.text[at - 1]))
		at--;
	while (at > 0 && !is_space(prompt->text.text[at - 1]))
		at--;
	return edge_at(prompt, at);
}

static void move_to(struct prompt *prompt, size_t at)
{
	prompt->cursor = at;
	snap_cursor(prompt);
}

static void cut(struct prompt *prompt, size_t from, size_t to)
{
	if (from == to)
		return;
	strbuf_clear(&prompt->killed);
	strbuf_add(&prompt->killed, prompt->text.text + from, to - from);
	replace(prompt, from, to, "", 0);
}

static void walk_history(struct prompt *prompt, bool older)
{
	if (older ? prompt->history_at == 0 : prompt->history_at >= prompt->history.count)
		return;
	if (prompt->history_at >= prompt->history.count) {
		strbuf_clear(&prompt->draft);
		strbuf_add(&prompt->draft, prompt->text.text, prompt->text.length);
	}
	prompt->history_at = older ? prompt->history_at - 1 : prompt->history_at + 1;
	set_text(prompt, prompt->history_at < prompt->history.count ? prompt->history.items[prompt->history_at]
								    : prompt->draft.text);
}

static void add_history(struct prompt *prompt)
{
	size_t count = prompt->history.count;

	if (prompt->text.length == 0 || (count > 0 && strcmp(prompt->history.items[count - 1], prompt->text.text) == 0))
		return;
	if (count == PROMPT_HISTORY_MAX) {
		free(prompt->history.items[0]);
		memmove(prompt->history.items, prompt->history.items + 1, (count - 1) * sizeof(*prompt->history.items));
		prompt->history.count--;
	}
	vec_push(&prompt->history, mem_strdup(prompt->text.text));
}

static void end_completion(struct prompt *prompt)
{
	prompt_candidates_release(&prompt->candidates);
	prompt->completing = false;
	prompt->candidate = 0;
}

static void use_candidate(struct prompt *prompt)
{
	const char *text = prompt->candidates.items.items[prompt->candidate];

	replace(prompt, 0, prompt->cursor, text, strlen(text));
}

static void complete(struct prompt *prompt, bool backward)
{
	size_t count;

	if (!prompt->completing) {
		char *head = mem_strndup(prompt->text.text, prompt->cursor);

		end_completion(prompt);
		if (prompt->complete)
			prompt->complete(prompt->user, head, &prompt->candidates);
		free(head);
		count = prompt->candidates.items.count;
		if (count == 0)
			return;
		prompt->completing = true;
		prompt->candidate = backward ? count - 1 : 0;
	} else {
		count = prompt->candidates.items.count;
		prompt->candidate = (prompt->candidate + (backward ? count - 1 : 1)) % count;
	}
	use_candidate(prompt);
	/* Nothing to choose from: the next Tab completes what follows. */
	if (count == 1)
		end_completion(prompt);
}

/* The first line, without what a terminal must not see; as much of it as there is room for. */
static void insert_paste(struct prompt *prompt, const char *text)
{
	size_t length = strcspn(text, "\r\n"), room = PROMPT_LENGTH_MAX - prompt->text.length;
	struct strbuf line = STRBUF_INIT;
	size_t at = 0;

	while (at < length) {
		uint32_t code;
		size_t used = text_decode(text + at, length - at, &code);
		bool malformed = code == TEXT_REPLACEMENT && used == 1;

		if (code == '\t' && line.length < room)
			strbuf_addch(&line, ' ');
		else if (!malformed && !text_is_unsafe(code) && line.length + used <= room)
			strbuf_add(&line, text + at, used);
		else if (!malformed && !text_is_unsafe(code))
			break;
		at += used;
	}
	replace(prompt, prompt->cursor, prompt->cursor, line.text, line.length);
	strbuf_release(&line);
}

static void insert_character(struct prompt *prompt, uint32_t code)
{
	char encoded[5];
	size_t length = text_encode(code, encoded);

	replace(prompt, prompt->cursor, prompt->cursor, encoded, length);
}

/* What editing keys do: one row each, several keys may do the same. */
enum edit {
	EDIT_NONE,
	EDIT_LEFT,
	EDIT_RIGHT,
	EDIT_WORD_LEFT,
	EDIT_WORD_RIGHT,
	EDIT_BEGIN,
	EDIT_END,
	EDIT_ERASE,
	EDIT_DELETE,
	EDIT_CUT_WORD,
	EDIT_CUT_BLANK,
	EDIT_CUT_WORD_RIGHT,
	EDIT_CUT_BEGIN,
	EDIT_CUT_END,
	EDIT_YANK,
	EDIT_OLDER,
	EDIT_NEWER,
	EDIT_COMPLETE,
	EDIT_COMPLETE_BACK,
	EDIT_DONE,
	EDIT_CANCEL,
};

static const struct {
	struct key key;
	enum edit edit;
} edits[] = {
	{ { KEYCODE_LEFT, 0 }, EDIT_LEFT },
	{ { 'b', KEYMOD_CTRL }, EDIT_LEFT },
	{ { KEYCODE_RIGHT, 0 }, EDIT_RIGHT },
	{ { 'f', KEYMOD_CTRL }, EDIT_RIGHT },
	{ { KEYCODE_LEFT, KEYMOD_CTRL }, EDIT_WORD_LEFT },
	{ { KEYCODE_LEFT, KEYMOD_ALT }, EDIT_WORD_LEFT },
	{ { 'b', KEYMOD_ALT }, EDIT_WORD_LEFT },
	{ { KEYCODE_RIGHT, KEYMOD_CTRL }, EDIT_WORD_RIGHT },
	{ { KEYCODE_RIGHT, KEYMOD_ALT }, EDIT_WORD_RIGHT },
	{ { 'f', KEYMOD_ALT }, EDIT_WORD_RIGHT },
	{ { KEYCODE_HOME, 0 }, EDIT_BEGIN },
	{ { 'a', KEYMOD_CTRL }, EDIT_BEGIN },
	{ { KEYCODE_END, 0 }, EDIT_END },
	{ { 'e', KEYMOD_CTRL }, EDIT_END },
	{ { KEYCODE_BACKSPACE, 0 }, EDIT_ERASE },
	{ { KEYCODE_DELETE, 0 }, EDIT_DELETE },
	{ { 'd', KEYMOD_CTRL }, EDIT_DELETE },
	{ { KEYCODE_BACKSPACE, KEYMOD_ALT }, EDIT_CUT_WORD },
	{ { 'w', KEYMOD_CTRL }, EDIT_CUT_BLANK },
	{ { 'd', KEYMOD_ALT }, EDIT_CUT_WORD_RIGHT },
	{ { 'u', KEYMOD_CTRL }, EDIT_CUT_BEGIN },
	{ { 'k', KEYMOD_CTRL }, EDIT_CUT_END },
	{ { 'y', KEYMOD_CTRL }, EDIT_YANK },
	{ { KEYCODE_UP, 0 }, EDIT_OLDER },
	{ { 'p', KEYMOD_CTRL }, EDIT_OLDER },
	{ { KEYCODE_DOWN, 0 }, EDIT_NEWER },
	{ { 'n', KEYMOD_CTRL }, EDIT_NEWER },
	{ { KEYCODE_TAB, 0 }, EDIT_COMPLETE },
	{ { KEYCODE_BACKTAB, 0 }, EDIT_COMPLETE_BACK },
	{ { KEYCODE_ENTER, 0 }, EDIT_DONE },
	{ { KEYCODE_ESCAPE, 0 }, EDIT_CANCEL },
	{ { 'c', KEYMOD_CTRL }, EDIT_CANCEL },
	{ { 'g', KEYMOD_CTRL }, EDIT_CANCEL },
};

static enum edit edit_of(struct key key)
{
	for (size_t i = 0; i < sizeof(edits) / sizeof(*edits); i++) {
		if (key_equal(edits[i].key, key))
			return edits[i].edit;
	}
	return EDIT_NONE;
}

static void edit_line(struct prompt *prompt, enum edit edit)
{
	size_t cursor = prompt->cursor;

	switch (edit) {
	case EDIT_LEFT: move_to(prompt, previous_edge(prompt, cursor)); break;
	case EDIT_RIGHT: move_to(prompt, next_edge(prompt, cursor)); break;
	case EDIT_WORD_LEFT: move_to(prompt, word_left(prompt)); break;
	case EDIT_WORD_RIGHT: move_to(prompt, word_right(prompt)); break;
	case EDIT_BEGIN: move_to(prompt, 0); break;
	case EDIT_END: move_to(prompt, prompt->text.length); break;
	case EDIT_ERASE: replace(prompt, previous_edge(prompt, cursor), cursor, "", 0); break;
	case EDIT_DELETE: replace(prompt, cursor, next_edge(prompt, cursor), "", 0); break;
	case EDIT_CUT_WORD: cut(prompt, word_left(prompt), cursor); break;
	case EDIT_CUT_BLANK: cut(prompt, blank_left(prompt), cursor); break;
	case EDIT_CUT_WORD_RIGHT: cut(prompt, cursor, word_right(prompt)); break;
	case EDIT_CUT_BEGIN: cut(prompt, 0, cursor); break;
	case EDIT_CUT_END: cut(prompt, cursor, prompt->text.length); break;
	case EDIT_YANK: replace(prompt, cursor, cursor, prompt->killed.text, prompt->killed.length); break;
	case EDIT_OLDER: walk_history(prompt, true); break;
	case EDIT_NEWER: walk_history(prompt, false); break;
	default: break;
	}
}

static enum prompt_result handle_key(struct prompt *prompt, struct key key)
{
	enum edit edit = edit_of(key);

	if (edit == EDIT_COMPLETE || edit == EDIT_COMPLETE_BACK) {
		complete(prompt, edit == EDIT_COMPLETE_BACK);
		return PROMPT_GOES_ON;
	}
	end_completion(prompt);
	if (edit == EDIT_CANCEL)
		return PROMPT_CANCELLED;
	if (edit == EDIT_DONE) {
		add_history(prompt);
		return PROMPT_DONE;
	}
	if (edit != EDIT_NONE)
		edit_line(prompt, edit);
	else if (key.modifiers == 0 && key.code < KEYCODE_SPECIAL && !text_is_unsafe(key.code))
		insert_character(prompt, key.code);
	return PROMPT_GOES_ON;
}

enum prompt_result prompt_handle(struct prompt *prompt, const struct input_event *event)
{
	switch (event->kind) {
	case INPUT_KEY: return handle_key(prompt, event->key);
	case INPUT_PASTE:
		end_completion(prompt);
		insert_paste(prompt, event->text);
		break;
	case INPUT_MOUSE: break;
	}
	return PROMPT_GOES_ON;
}

void prompt_add_shown(const struct prompt *prompt, struct strbuf *ret)
{
	if (!prompt->hidden) {
		strbuf_add(ret, prompt->text.text, prompt->text.length);
		return;
	}
	for (int cells = text_width(prompt->text.text); cells > 0; cells--)
		strbuf_addch(ret, '*');
}

int prompt_cursor_column(const struct prompt *prompt)
{
	struct grapheme grapheme;
	size_t at = 0;
	int column = 0;

	while (at < prompt->cursor && text_grapheme(prompt->text.text + at, prompt->text.length - at, &grapheme)) {
		column += grapheme.width;
		at += grapheme.bytes;
	}
	return column;
}
