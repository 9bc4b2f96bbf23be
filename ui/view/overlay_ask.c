#include "ui/view/overlay_ask.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/text.h"
#include "ui/draw/glyph.h"
#include "ui/view/document.h"
#include "ui/view/list_row.h"

#define WIDTH_MOST 96
#define FRAME      2
#define LIST_MOST  12

struct ask *ask_new(const struct ask_kind *kind, const char *title, const char *words, const char *text)
{
	struct ask *ask = mem_zalloc(sizeof(*ask));

	ask->kind = kind;
	ask->title = mem_strdup(title);
	ask->words = mem_strdup(words ? words : "");
	ask->at = kind->label ? -1 : 0;
	ask->step = SIZE_MAX;
	prompt_init(&ask->prompt);
	prompt_open(&ask->prompt, kind->label ? kind->label : "", text ? text : "", NULL, NULL);
	return ask;
}

void ask_add_item(struct ask *ask, const char *text, const char *note)
{
	struct ask_item item = { .key = mem_printf("%zu", ask->items.count + 1),
				 .text = mem_strdup(text),
				 .note = mem_strdup(note) };

	vec_push(&ask->items, item);
}

void ask_clear_items(struct ask *ask)
{
	for (size_t i = 0; i < ask->items.count; i++) {
		free(ask->items.items[i].key);
		free(ask->items.items[i].text);
		free(ask->items.items[i].note);
	}
	vec_clear(&ask->items);
}

void ask_offer(struct ask *ask, const char *command, const char *says)
{
	bool same = ask->offer && command && strcmp(ask->offer, command) == 0;

	free(ask->offer);
	free(ask->offer_says);
	ask->offer = command ? mem_strdup(command) : NULL;
	ask->offer_says = command ? mem_strdup(says) : NULL;
	if (!same) {
		ask->offer_top = 0;
		ask->offer_seen = false;
	}
}

static void free_state(void *state)
{
	struct ask *ask = state;

	ask_clear_items(ask);
	vec_release(&ask->items);
	prompt_release(&ask->prompt);
	free(ask->title);
	free(ask->words);
	free(ask->name);
	free(ask->reason);
	free(ask->offer);
	free(ask->offer_says);
	free(ask);
}

void ask_open(struct console *console, struct ask *ask)
{
	if (console->host.flush_input)
		console->host.flush_input(console->host.user);
	overlay_open(console, &overlay_ask, ask);
}

/* ---- where it stands ---- */

/* What is typed narrows the list down. */
static bool is_listed(const struct ask *ask, size_t item)
{
	return !ask->kind->label || !ask->edited || !ask->prompt.text.length ||
	       strcasestr(ask->items.items[item].text, ask->prompt.text.text) != NULL;
}

static int listed(const struct ask *ask)
{
	int count = 0;

	for (size_t i = 0; i < ask->items.count; i++)
		count += is_listed(ask, i);
	return count;
}

static void read_words(const struct ask *ask, struct document *ret)
{
	document_init(ret);
	if (ask->words[0])
		document_add(ret, DOCUMENT_TEXT, NULL, ask->words);
	if (!ask->offer)
		return;
	document_add(ret, DOCUMENT_TEXT, NULL, "");
	document_add(ret, DOCUMENT_KEY, NULL, "Tab runs this, for a list:");
	document_add(ret, DOCUMENT_CODE, NULL, ask->offer);
	document_add(ret, DOCUMENT_DIM, NULL, ask->offer_says);
}

static int word_rows(const struct ask *ask, int width)
{
	struct document document;
	int rows;

	read_words(ask, &document);
	rows = ask->words[0] || ask->offer ? document_rows(&document, width) : 0;
	document_release(&document);
	return rows;
}

struct ask_places {
	struct rect place, words, line, list, answer;
};

static void places_of(const struct console *console, const struct ask *ask, struct ask_places *ret)
{
	struct rect body = overlay_area(console), inside;
	int width = body.width < WIDTH_MOST ? body.width : WIDTH_MOST, words, list, wished;

	words = word_rows(ask, width - 4);
	list = (int)ask->items.count < LIST_MOST ? (int)ask->items.count : LIST_MOST;
	list += ask->waits || ask->reason ? 1 : 0;
	wished = words + (words ? 1 : 0) + (ask->kind->label ? 1 : 0) + list + 1;
	ret->place = overlay_place(body, width, wished + FRAME);
	inside = overlay_inside(ret->place);
	inside.x++;
	inside.width -= 2;
	if (inside.height < wished) { /* the words give way: what is typed must be seen */
		int missing = wished - inside.height - (words ? 1 : 0); /* the blank row below them first */

		words = words > missing ? words - missing : 0;
	}
	ret->words = (struct rect){ inside.x, inside.y, inside.width, words };
	inside.y += words + (words && inside.height > wished - 1 ? 1 : 0);
	ret->line = (struct rect){ inside.x, inside.y, inside.width, ask->kind->label ? 1 : 0 };
	ret->list = (struct rect){ inside.x, inside.y + ret->line.height, inside.width, list };
	inside = overlay_inside(ret->place);
	ret->answer = (struct rect){ inside.x + 1, inside.y + inside.height - 1, inside.width - 2, 1 };
	if (ret->list.y + ret->list.height > ret->answer.y)
		ret->list.height = ret->answer.y > ret->list.y ? ret->answer.y - ret->list.y : 0;
}

/* What is offered is run only once all of it was seen. */
static void scroll_offer(const struct console *console, struct ask *ask, int rows)
{
	struct ask_places places;
	int most;

	places_of(console, ask, &places);
	most = word_rows(ask, places.words.width) - places.words.height;
	ask->offer_top += rows;
	ask->offer_top = ask->offer_top > most ? most : ask->offer_top;
	ask->offer_top = ask->offer_top < 0 ? 0 : ask->offer_top;
	ask->offer_seen |= ask->offer_top >= most;
}

static void prepare(struct console *console)
{
	struct ask *ask = console->overlay_state;
	struct ask_places places;

	ask->painted = true;
	if (ask->kind->fill)
		ask->kind->fill(console, ask);
	if (ask->at >= (int)ask->items.count)
		ask->at = ask->kind->label ? -1 : (int)ask->items.count - 1;
	if (ask->listing && ask->items.count) { /* unless something was typed meanwhile */
		ask->at = ask->edited && ask->prompt.text.length ? ask->at : 0;
		ask->listing = false;
	}
	scroll_offer(console, ask, 0);
	places_of(console, ask, &places);
	ask->top = ask->at < 0 ? 0 : list_row_scroll(ask->top, ask->at, (int)ask->items.count, places.list.height);
}

/* ---- keys ---- */

static void give_answer(struct console *console, struct ask *ask, int item)
{
	struct error error = { "" };
	const char *text = item >= 0 ? ask->items.items[item].text : ask->prompt.text.text;

	ask->answer[0] = '\0';
	if (item < 0 && !ask->kind->may_be_empty && !text[strspn(text, " ")]) {
		snprintf(ask->answer, sizeof(ask->answer), "type something, or Esc");
		return;
	}
	/* The answer may close this question and ask the next one. */
	if (ask->kind->answer(console, ask, text, item, &error) < 0) {
		snprintf(ask->answer, sizeof(ask->answer), "%s", error.text);
		return;
	}
	if (console->overlay == &overlay_ask && console->overlay_state == ask)
		overlay_close(console);
}

static void go(struct ask *ask, int step)
{
	int least = ask->kind->label ? -1 : 0, most = (int)ask->items.count - 1, to = ask->at + step;

	/* Over what the typed text leaves out. */
	while (to >= 0 && to <= most && !is_listed(ask, (size_t)to))
		to += step;
	if (to >= least && to <= most)
		ask->at = to;
}

static bool is_key_of(const struct ask_item *item, char typed)
{
	return (item->key[0] == typed && !item->key[1]) ||
	       (item->letter && (item->letter == typed || item->letter == typed - 'a' + 'A'));
}

/* Where nothing is typed, an item's number chooses it, or its letter. */
static bool choose_by_key(struct console *console, struct ask *ask, struct key key)
{
	for (size_t i = 0; i < ask->items.count && key.code < 0x80 && !key.modifiers; i++)
		if (is_key_of(&ask->items.items[i], (char)key.code)) {
			ask->at = (int)i;
			give_answer(console, ask, (int)i);
			return true;
		}
	return false;
}

/* Where values begin with digits, a digit begins a value. */
static bool has_numbers(const struct ask *ask)
{
	for (size_t i = 0; i < ask->items.count; i++)
		if (ask->items.items[i].text[0] >= '0' && ask->items.items[i].text[0] <= '9')
			return true;
	return false;
}

/* A Tab within what is typed, or pasted by a terminal that does not mark it, runs nothing. */
static bool can_list(const struct ask *ask)
{
	return ask->offer && ask->kind->list && (!ask->edited || !ask->prompt.text.length);
}

static void list(struct console *console, struct ask *ask)
{
	struct error error = { "" };

	ask->answer[0] = '\0';
	if (!ask->offer_seen)
		snprintf(ask->answer, sizeof(ask->answer), "not all of the command was seen: PgDn shows the rest");
	else if (ask->kind->list(console, ask, &error) < 0)
		snprintf(ask->answer, sizeof(ask->answer), "%s", error.text);
	else
		ask->listing = true;
}

static void handle_key(struct console *console, struct ask *ask, const struct input_event *event)
{
	struct key key = event->key;

	if (key.code == KEYCODE_ESCAPE || (key.code == 'c' && key.modifiers == KEYMOD_CTRL)) {
		overlay_close(console);
		return;
	}
	if (key.code == KEYCODE_TAB && ask->offer) {
		if (can_list(ask))
			list(console, ask);
		return;
	}
	switch (key.code) {
	case KEYCODE_PAGE_UP: scroll_offer(console, ask, -3); return;
	case KEYCODE_PAGE_DOWN: scroll_offer(console, ask, 3); return;
	case KEYCODE_DOWN:
	case KEYCODE_TAB: go(ask, 1); return;
	case KEYCODE_UP:
	case KEYCODE_BACKTAB: go(ask, -1); return;
	case KEYCODE_ENTER: give_answer(console, ask, ask->items.count ? ask->at : -1); return;
	default: break;
	}
	if (!ask->kind->label) {
		if (key.code == 'q' && !key.modifiers)
			overlay_close(console);
		else
			choose_by_key(console, ask, key);
		return;
	}
	if (ask->at >= 0 && !ask->edited && !has_numbers(ask) && choose_by_key(console, ask, key))
		return;
	ask->at = -1;
	ask->edited = true;
	ask->answer[0] = '\0';
	prompt_handle(&ask->prompt, event);
}

static void paste(struct ask *ask, const struct input_event *event)
{
	const char *behind = event->text + strcspn(event->text, "\r\n");

	ask->at = -1;
	ask->edited = true;
	ask->answer[0] = '\0';
	prompt_handle(&ask->prompt, event);
	/* Blank lines behind it are no loss. */
	if (behind[strspn(behind, " \t\r\n")])
		snprintf(ask->answer, sizeof(ask->answer), "several lines were pasted: only the first one was taken");
}

static bool input(struct console *console, const struct input_event *event)
{
	struct ask *ask = console->overlay_state;

	if (event->kind == INPUT_MOUSE || !ask->painted)
		return true;
	if (event->kind == INPUT_KEY)
		handle_key(console, ask, event);
	else if (ask->kind->label)
		paste(ask, event);
	return true;
}

static const struct overlay_key *own_keys(const struct console *console, bool *ret_only)
{
	static const struct overlay_key typing[] = {
		{ "Enter", "answer", "answer with what is typed, or chosen" },
		{ "Up Down", "choose",
		  "choose from the list; a digit there chooses by number, unless values begin with digits" },
		{ "Esc", "close", "close it: nothing is done" },
		{ 0 }
	};
	static const struct overlay_key listing[] = {
		{ "Enter", "answer", "answer with what is typed" },
		{ "Tab", "list",
		  "where nothing is typed: run the command that is shown, and choose from what it lists" },
		{ "PgUp PgDn", "scroll", "move what is to be read" },
		{ "Esc", "close", "close it: nothing is done" },
		{ 0 }
	};
	static const struct overlay_key choosing[] = { { "1-9", "choose",
							 "choose by number; a scenario by its letter too" },
						       { "Enter", "choose", "choose what the cursor is on" },
						       { "Esc", "close", "close it: nothing is done" },
						       { 0 } };
	static const struct overlay_key plain[] = { { "Enter", "answer", "answer with what is typed" },
						    { "Esc", "close", "close it: nothing is done" },
						    { 0 } };
	const struct ask *ask = console->overlay_state;

	*ret_only = true;
	if (!ask->kind->label)
		return choosing;
	return ask->items.count ? typing : ask->offer ? listing : plain;
}

/* ---- drawing ---- */

static int shift_of(const struct ask *ask, int room)
{
	int column = prompt_cursor_column(&ask->prompt);

	return room > 0 && column >= room ? column - room + 1 : 0;
}

static void draw_line(const struct ask *ask, struct canvas *canvas, struct rect line)
{
	int label = text_width(ask->kind->label), room = line.width - label;
	struct strbuf shown = STRBUF_INIT;
	struct rect clip;

	prompt_add_shown(&ask->prompt, &shown);
	canvas_put(canvas, line.x, line.y, ask->kind->label, style_with(style_fg(ROLE_KEY), ATTR_BOLD), line.width);
	clip = canvas_clip(canvas, (struct rect){ line.x + label, line.y, room, 1 });
	canvas_put(canvas, line.x + label - shift_of(ask, room), line.y, shown.text, style_fg(ROLE_STRONG), -1);
	canvas_restore(canvas, clip);
	strbuf_release(&shown);
}

/* Cells from the beginning of a line to its note. */
static int note_column(const struct ask *ask)
{
	int ret = 0;

	for (size_t i = 0; i < ask->items.count; i++) {
		const struct ask_item *item = &ask->items.items[i];
		int width = text_width(item->key) + 1 + text_width(item->text) + 2;

		if (item->note && width > ret)
			ret = width;
	}
	return ret;
}

static void draw_item(const struct ask *ask, struct canvas *canvas, struct rect line, size_t index, int column)
{
	const struct ask_item *item = &ask->items.items[index];
	bool here = ask->at == (int)index;
	int x = line.x, end = line.x + line.width;

	if (here)
		canvas_fill(canvas, line, style_role(ROLE_SELECTION));
	x += canvas_put(canvas, x, line.y, item->key, style_fg(ROLE_KEY), 3) + 1;
	x += canvas_put_fit(canvas, x, line.y, item->text, style_fg(here ? ROLE_STRONG : ROLE_TEXT), end - x) + 2;
	/* Notes stand below one another; one without room would only be in the way. */
	x = x > column ? x : column;
	if (item->note && x + text_width(item->note) <= end)
		canvas_put(canvas, x, line.y, item->note, style_fg(ROLE_DIM), end - x);
}

static void draw_list(const struct ask *ask, struct canvas *canvas, struct rect list)
{
	int y = list.y, end = list.y + list.height, column = list.x + note_column(ask);

	if (ask->waits && y < end)
		canvas_put_fit(canvas, list.x, y++, ask->kind->list_wait ? ask->kind->list_wait : "asking",
			       style_fg(ROLE_DIM), list.width);
	else if (ask->reason && y < end)
		canvas_put_fit(canvas, list.x, y++, ask->reason, style_fg(ROLE_WARNING), list.width);
	for (size_t i = (size_t)ask->top; i < ask->items.count && y < end; i++)
		if (is_listed(ask, i))
			draw_item(ask, canvas, (struct rect){ list.x, y++, list.width, 1 }, i, column);
}

static void draw(const struct console *console, struct canvas *canvas, struct rect body)
{
	const struct ask *ask = console->overlay_state;
	struct ask_places places;
	struct document document;
	char note[32] = "";

	places_of(console, ask, &places);
	if ((int)ask->items.count > places.list.height)
		snprintf(note, sizeof(note), "%d of %zu", listed(ask), ask->items.count);
	overlay_box(canvas, body, places.place.width, places.place.height, ask->title, note[0] ? note : NULL);
	read_words(ask, &document);
	document_draw(&document, canvas, places.words, ask->offer_top, 0);
	document_release(&document);
	if (places.line.height)
		draw_line(ask, canvas, places.line);
	draw_list(ask, canvas, places.list);
	canvas_put_fit(canvas, places.answer.x, places.answer.y, ask->answer, style_fg(ROLE_WARNING),
		       places.answer.width);
}

static bool cursor(const struct console *console, int *ret_x, int *ret_y)
{
	const struct ask *ask = console->overlay_state;
	struct ask_places places;

	places_of(console, ask, &places);
	if (ask->at >= 0) {
		*ret_x = places.list.x;
		*ret_y = places.list.y + (ask->waits || ask->reason ? 1 : 0);
		for (int i = ask->top; i < ask->at; i++)
			*ret_y += is_listed(ask, (size_t)i);
		return true;
	}
	*ret_x = places.line.x + text_width(ask->kind->label) + prompt_cursor_column(&ask->prompt) -
		 shift_of(ask, places.line.width - text_width(ask->kind->label));
	*ret_y = places.line.y;
	return true;
}

static const struct key_row no_keys[] = { { ACTION_NONE, NULL, NULL } };

const struct overlay_ops overlay_ask = {
	.name = "ask",
	.context = CONTEXT_FORM,
	.keys = no_keys,
	.draw = draw,
	.prepare = prepare,
	.input = input,
	.cursor = cursor,
	.own_keys = own_keys,
	.free_state = free_state,
};
