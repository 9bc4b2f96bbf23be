#include "ui/view/hint_bar.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "ui/draw/glyph.h"
#include "ui/view/alert_note.h"
#include "ui/view/find.h"
#include "ui/view/overlay.h"
#include "ui/view/view.h"

#define GAP       2
#define VIEW_RANK 8 /* of the digits: they go after what is rarer, before what is needed everywhere */
#define OWN_RANK  0

void hint_bar_add_key(const struct console *console, enum action action, struct strbuf *ret)
{
	struct key key;
	char name[24];

	if (!console->keymap || !keymap_first_key(console->keymap, action, &key))
		return;
	key_name(key, name, sizeof(name));
	strbuf_addstr(ret, name);
}

static struct hint *add(struct hints *hints, const char *keys, const char *text, int rank)
{
	struct hint *hint = &hints->items[hints->count];

	if (hints->count == HINTS_MAX || !*keys)
		return NULL;
	*hint = (struct hint){ .text = text, .rank = rank, .shown = true };
	snprintf(hint->keys, sizeof(hint->keys), "%s", keys);
	hints->count++;
	return hint;
}

static void add_views(const struct console *console, struct hints *ret)
{
	size_t count;
	const struct view_ops *const *views = view_table(&count);

	for (size_t i = 0; i < count; i++) {
		struct strbuf key = STRBUF_INIT;
		struct hint *hint;
		if (!console_offers(console, views[i]->action) || (views[i]->has && !views[i]->has(console)))
			continue;
		hint_bar_add_key(console, views[i]->action, &key);
		hint = add(ret, key.text, views[i]->name, VIEW_RANK);
		if (hint)
			hint->here = views[i] == console->view;
		strbuf_release(&key);
	}
}

/* On the first screen there is nothing to go back to, and Esc does not leave. */
static void add_leave(const struct console *console, struct hints *ret)
{
	char name[24];

	console_leave_key(console, name, sizeof(name));
	add(ret, name, "leave", action_row(ACTION_BACK)->rank);
}

/* One action; neighbours with the same word share it: "+ - range". */
static void add_action(const struct console *console, struct hints *ret, enum action action)
{
	const struct action_row *row = action_row(action);
	struct hint *last = ret->count ? &ret->items[ret->count - 1] : NULL;
	struct strbuf key = STRBUF_INIT;

	if (!row->hint || !console_offers(console, action))
		return;
	if (action == ACTION_BACK && console_at_first_screen(console)) {
		add_leave(console, ret);
		return;
	}
	hint_bar_add_key(console, action, &key);
	if (last && last->text && strcmp(last->text, row->hint) == 0 && key.length) {
		size_t used = strlen(last->keys);
		snprintf(last->keys + used, sizeof(last->keys) - used, " %s", key.text);
	} else {
		add(ret, key.text, row->hint, row->rank);
	}
	strbuf_release(&key);
}

void hint_bar_list(const struct console *console, struct hints *ret)
{
	const struct overlay_key *own = NULL;
	bool only = false;

	ret->count = 0;
	if (!console->keymap)
		return;
	if (console->overlay && console->overlay->own_keys)
		own = console->overlay->own_keys(console, &only);
	for (; own && own->key; own++)
		add(ret, own->key, own->hint, OWN_RANK);
	if (only)
		return;
	add_views(console, ret);
	for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++)
		add_action(console, ret, (enum action)i);
}

static int width_of(const struct hint *hint)
{
	return text_width(hint->keys) + 1 + text_width(hint->text);
}

void hint_bar_fit(struct hints *hints, int width)
{
	for (;;) {
		struct hint *worst = NULL;
		int used = 1;
		for (int i = 0; i < hints->count; i++) {
			struct hint *hint = &hints->items[i];
			if (!hint->shown)
				continue;
			used += width_of(hint) + GAP;
			if (!worst || hint->rank >= worst->rank)
				worst = hint;
		}
		if (used - GAP <= width || !worst)
			return;
		worst->shown = false;
	}
}

static void draw_hints(const struct console *console, struct canvas *canvas, struct rect line)
{
	struct hints hints;
	int x = line.x + 1, end = line.x + line.width;

	hint_bar_list(console, &hints);
	hint_bar_fit(&hints, line.width);
	for (int i = 0; i < hints.count; i++) {
		const struct hint *hint = &hints.items[i];
		if (!hint->shown)
			continue;
		x += canvas_put_fit(canvas, x, line.y, hint->keys, style_fg(ROLE_KEY), end - x) + 1;
		x += canvas_put_fit(canvas, x, line.y, hint->text,
				    hint->here ? style_with(style_fg(ROLE_STRONG), ATTR_BOLD) : style_fg(ROLE_DIM),
				    end - x > 0 ? end - x : 0);
		x += GAP;
	}
}

static const struct prompt *prompt_of(const struct console *console)
{
	switch (console->prompting) {
	case PROMPT_FIND: return &console->find_prompt;
	case PROMPT_COMMAND: return &console->command_prompt;
	case PROMPT_FILTER: return &console->filter_prompt;
	case PROMPT_NOTE: return &console->note_prompt;
	default: return NULL;
	}
}

/* Cells the text is moved to the left so that its cursor is in sight. */
static int prompt_shift(const struct prompt *prompt, int room)
{
	int column = prompt_cursor_column(prompt);

	return column < room ? 0 : column - room + 1;
}

static int prompt_room(const struct prompt *prompt, struct rect line)
{
	int room = line.width - 1 - text_width(prompt->label) - 1;

	return room > 1 ? room : 1;
}

/* What Tab offers, right of the text: the last words of the candidates, the present one marked. */
static void draw_candidates(const struct prompt *prompt, struct canvas *canvas, int x, int end, int y)
{
	if (!prompt->completing)
		return;
	x += 3;
	for (size_t i = prompt->candidate > 3 ? prompt->candidate - 3 : 0; i < prompt->candidates.items.count; i++) {
		const char *text = prompt->candidates.items.items[i], *word = strrchr(text, ' ');
		bool here = i == prompt->candidate;
		if (x + 4 >= end)
			return;
		x += canvas_put_fit(canvas, x, y, word && word[1] ? word + 1 : text,
				    here ? style_role(ROLE_SELECTION) : style_fg(ROLE_DIM), end - x) +
		     GAP;
	}
}

/* What another system has of what is searched, or who has an alert already, right of the text. */
static void draw_offer(const struct console *console, struct canvas *canvas, int x, int end, int y)
{
	char text[200];

	if (console->prompting == PROMPT_NOTE)
		alert_note_offer(console, text, sizeof(text));
	else
		find_offer_text(console, text, sizeof(text));
	if (x + 3 < end)
		canvas_put_fit(canvas, x + 3, y, text, style_fg(ROLE_DIM), end - x - 3);
}

static void draw_prompt(const struct console *console, const struct prompt *prompt, struct canvas *canvas,
			struct rect line)
{
	int shift = prompt_shift(prompt, prompt_room(prompt, line)), x = line.x + 1, used;
	struct rect clip;

	x += canvas_put(canvas, x, line.y, prompt->label, style_with(style_fg(ROLE_KEY), ATTR_BOLD), -1);
	clip = canvas_clip(canvas, (struct rect){ x, line.y, line.x + line.width - x, 1 });
	used = canvas_put(canvas, x - shift, line.y, prompt->text.text, style_fg(ROLE_STRONG), -1);
	draw_candidates(prompt, canvas, x - shift + used, line.x + line.width, line.y);
	draw_offer(console, canvas, x - shift + used, line.x + line.width, line.y);
	canvas_restore(canvas, clip);
}

void hint_bar_draw(const struct console *console, struct canvas *canvas, struct rect line)
{
	const struct prompt *prompt = prompt_of(console);

	canvas_fill(canvas, line, style_role(ROLE_TEXT));
	if (prompt)
		draw_prompt(console, prompt, canvas, line);
	else if (console->message[0])
		canvas_put_fit(canvas, line.x + 1, line.y, console->message, style_fg(ROLE_STRONG), line.width - 1);
	else
		draw_hints(console, canvas, line);
}

bool hint_bar_cursor(const struct console *console, struct rect line, int *ret_x, int *ret_y)
{
	const struct prompt *prompt = prompt_of(console);

	if (!prompt)
		return false;
	*ret_x = line.x + 1 + text_width(prompt->label) + prompt_cursor_column(prompt) -
		 prompt_shift(prompt, prompt_room(prompt, line));
	*ret_y = line.y;
	return true;
}
