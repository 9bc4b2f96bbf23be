#include "ui/view/overlay_picker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "ui/draw/glyph.h"
#include "ui/view/picker.h"

#define WIDTH      64
#define FRAME      2
#define NAME_CELLS 24 /* cells of a variable's name */

static void free_state(void *data)
{
	struct picker *picker = data;

	picker_clear(picker);
	vec_release(&picker->chosen);
	prompt_release(&picker->filter);
	free(picker);
}

bool picker_can(const struct console *console, enum action action)
{
	(void)action;
	return console_board(console) && picker_variable_count(console) > 0;
}

bool picker_open(struct console *console, enum action action)
{
	struct picker *picker = mem_zalloc(sizeof(*picker));

	(void)action;
	prompt_init(&picker->filter);
	overlay_open(console, &overlay_picker, picker);
	return true;
}

int picker_apply(struct console *console, const char *name, const char *value, struct error *error)
{
	struct board *board = console_board(console);

	if (variables_choose(board_variables(board), name, value, error) < 0)
		return -1;
	board_variables_changed(board);
	console_say(console, "%.40s = %.120s", name, strcmp(value, PICKER_ALL) == 0 ? "All" : value);
	return 0;
}

/* Into the values of the variable under the cursor: what is chosen is marked and comes first into sight. */
static void open_variable(struct console *console, struct picker *picker)
{
	const struct variable_state *state;

	picker->at_variable = picker->at;
	picker->variable = picker_variable(console, (size_t)picker->at);
	state = picker_state(console, picker);
	picker_clear(picker);
	picker->all = state->all;
	for (size_t i = 0; !state->all && i < state->value_count; i++)
		vec_push(&picker->chosen, mem_strdup(state->values[i]));
	picker->at = picker->top = 0;
	if (state->definition->type == VARIABLE_TEXTBOX) {
		picker->level = PICK_TEXT;
		prompt_open(&picker->filter, "", state->value_count ? state->values[0] : "", NULL, NULL);
		return;
	}
	picker->level = PICK_VALUE;
	prompt_open(&picker->filter, "", "", NULL, NULL);
	for (size_t i = 0; !state->all && i < state->option_count; i++)
		if (picker_find_chosen(picker, state->options[i].value) >= 0) {
			picker->at = (int)i + state->definition->include_all;
			break;
		}
	picker_keep_in_sight(console, picker);
}

/* Back to the list of variables; with a single one there is no list to go back to. */
static void close_values(struct console *console, struct picker *picker)
{
	if (picker_variable_count(console) < 2) {
		overlay_close(console);
		return;
	}
	picker->level = PICK_VARIABLE;
	picker->at = picker->at_variable;
	picker->top = 0;
	picker_keep_in_sight(console, picker);
}

static void apply_value(struct console *console, struct picker *picker, const char *value)
{
	struct error error = { "" };

	if (picker_apply(console, picker_state(console, picker)->definition->name, value, &error) < 0)
		console_say(console, "%s", error.text);
	close_values(console, picker);
}

/* The marked values when something was marked, else the one under the cursor. */
static void apply(struct console *console, struct picker *picker)
{
	const struct variable_option *option = NULL;
	struct strbuf value = STRBUF_INIT;
	enum row_kind kind;
	bool there = picker_value_row(console, picker, picker->at, &kind, &option, NULL);

	if (picker->marked && !picker->all && !picker->chosen.count) {
		console_say(console, "choose at least one value");
	} else if (picker->marked) {
		if (picker->all)
			strbuf_addstr(&value, PICKER_ALL);
		for (size_t i = 0; !picker->all && i < picker->chosen.count; i++)
			strbuf_addf(&value, "%s%s", i ? "," : "", picker->chosen.items[i]);
		apply_value(console, picker, value.text);
	} else if (there) {
		strbuf_addstr(&value, kind == ROW_ALL      ? PICKER_ALL
				      : kind == ROW_OPTION ? option->value
							   : picker->filter.text.text);
		apply_value(console, picker, value.text);
	}
	strbuf_release(&value);
}

static bool move(struct console *console, enum action action)
{
	struct picker *picker = console->overlay_state;
	int page = picker_list_height(console, picker), count = picker_row_count(console, picker);

	switch (action) {
	case ACTION_UP: picker->at--; break;
	case ACTION_DOWN: picker->at++; break;
	case ACTION_NEXT: picker->at = count ? (picker->at + 1) % count : 0; break;
	case ACTION_PREVIOUS: picker->at = count ? (picker->at + count - 1) % count : 0; break;
	case ACTION_PAGE_UP: picker->at -= page; break;
	case ACTION_PAGE_DOWN: picker->at += page; break;
	case ACTION_TOP: picker->at = 0; break;
	default: picker->at = count - 1; break;
	}
	picker_keep_in_sight(console, picker);
	return true;
}

static bool open_row(struct console *console, enum action action)
{
	struct picker *picker = console->overlay_state;

	(void)action;
	if (picker->level == PICK_VARIABLE)
		open_variable(console, picker);
	else
		apply(console, picker);
	return true;
}

static bool go_back(struct console *console, enum action action)
{
	struct picker *picker = console->overlay_state;

	(void)action;
	if (picker->level == PICK_VARIABLE)
		overlay_close(console);
	else
		close_values(console, picker);
	return true;
}

/* Keys that edit what is typed beside the values; arrows up and down, Enter and Esc keep their meaning. */
static bool is_editing(const struct input_event *event)
{
	const struct key *key = &event->key;

	if (event->kind == INPUT_PASTE)
		return true;
	if (event->kind != INPUT_KEY)
		return false;
	if (key->modifiers == 0 && key->code < KEYCODE_SPECIAL)
		return true;
	if (key->modifiers == KEYMOD_CTRL)
		return strchr("abdefhkuwy", (int)key->code) && key->code < 0x80;
	return key->code == KEYCODE_BACKSPACE || key->code == KEYCODE_DELETE || key->code == KEYCODE_LEFT ||
	       key->code == KEYCODE_RIGHT;
}

static bool input(struct console *console, const struct input_event *event)
{
	struct picker *picker = console->overlay_state;
	enum prompt_result result;

	if (picker->level == PICK_VARIABLE || event->kind == INPUT_MOUSE)
		return false;
	if (picker->level == PICK_TEXT) {
		result = prompt_handle(&picker->filter, event);
		if (result == PROMPT_DONE)
			apply_value(console, picker, picker->filter.text.text);
		else if (result == PROMPT_CANCELLED)
			close_values(console, picker);
		return true;
	}
	if (event->kind == INPUT_KEY && event->key.code == ' ' && !event->key.modifiers &&
	    picker_takes_several(picker_state(console, picker))) {
		picker_toggle(console, picker);
		return true;
	}
	if (!is_editing(event))
		return false;
	prompt_handle(&picker->filter, event);
	picker->at = picker->top = 0;
	picker_keep_in_sight(console, picker);
	return true;
}

static const struct overlay_key *own_keys(const struct console *console, bool *ret_only)
{
	static const struct overlay_key one[] = {
		{ "type", "filter", "show only values that hold what is typed" },
		{ "Enter", "choose", "choose the value under the cursor and ask again" },
		{ "Esc", "back", "leave it as it was" },
		{ NULL, NULL, NULL },
	};
	static const struct overlay_key several[] = {
		{ "type", "filter", "show only values that hold what is typed" },
		{ "Space", "mark", "mark the value under the cursor, or take the mark away" },
		{ "Enter", "choose", "choose what is marked, or the value under the cursor, and ask again" },
		{ "Esc", "back", "leave it as it was" },
		{ NULL, NULL, NULL },
	};
	static const struct overlay_key text[] = {
		{ "Enter", "set", "set the variable to this text and ask again" },
		{ "Esc", "back", "leave it as it was" },
		{ NULL, NULL, NULL },
	};
	const struct picker *picker = console->overlay_state;

	*ret_only = picker->level != PICK_VARIABLE;
	if (picker->level == PICK_VARIABLE)
		return NULL;
	if (picker->level == PICK_TEXT)
		return text;
	return picker_takes_several(picker_state(console, picker)) ? several : one;
}

static void add_values(const struct variable_state *state, struct strbuf *ret)
{
	if (state->all) {
		strbuf_addstr(ret, "All");
		return;
	}
	for (size_t i = 0; i < state->value_count; i++)
		strbuf_addf(ret, "%s%s", i ? ", " : "", state->values[i]);
	if (!state->value_count)
		strbuf_addstr(ret, "-");
}

static const char *name_of(const struct variable *variable)
{
	return variable->label && variable->label[0] ? variable->label : variable->name;
}

/* One row of a list: under the cursor it stands out by its ground and by a sign. */
static void draw_row(struct canvas *canvas, struct rect row, bool here, const char *mark, const char *text,
		     const char *note)
{
	int x = row.x + 2;

	if (here) {
		canvas_fill(canvas, row, style_role(ROLE_SELECTION));
		canvas_put(canvas, row.x, row.y, glyph_text(canvas_glyphs(canvas), GLYPH_SEPARATOR),
			   style_fg(ROLE_STRONG), 1);
	}
	if (mark)
		x += canvas_put(canvas, x, row.y, mark, style_fg(ROLE_ACCENT), -1) + 1;
	x += canvas_put_fit(canvas, x, row.y, text, style_fg(here ? ROLE_STRONG : ROLE_TEXT), row.x + row.width - x) +
	     2;
	if (note && *note && x < row.x + row.width)
		canvas_put_fit(canvas, x, row.y, note, style_fg(ROLE_DIM), row.x + row.width - x);
}

static void draw_variables(const struct console *console, const struct picker *picker, struct canvas *canvas,
			   struct rect inside)
{
	int count = picker_row_count(console, picker), width = 0;

	for (int i = 0; i < count; i++) {
		size_t index = picker_variable(console, (size_t)i);
		int cells = text_width(name_of(board_variables(console_board(console))->items[index].definition));
		width = cells > width ? cells : width;
	}
	width = width > NAME_CELLS ? NAME_CELLS : width;
	for (int i = picker->top; i < count && i < picker->top + inside.height; i++) {
		size_t index = picker_variable(console, (size_t)i);
		const struct variable_state *state = &board_variables(console_board(console))->items[index];
		struct rect row = { inside.x, inside.y + i - picker->top, inside.width, 1 };
		struct strbuf values = STRBUF_INIT;
		int x = row.x + 2 + width + 2;
		add_values(state, &values);
		draw_row(canvas, (struct rect){ row.x, row.y, row.width, 1 }, i == picker->at, NULL, "", NULL);
		canvas_put_fit(canvas, row.x + 2, row.y, name_of(state->definition), style_fg(ROLE_TEXT), width);
		canvas_put_fit(canvas, x, row.y, state->fault[0] ? state->fault : values.text,
			       style_fg(state->fault[0] ? ROLE_WARNING : ROLE_STRONG), row.x + row.width - x);
		strbuf_release(&values);
	}
}

static bool is_marked(const struct picker *picker, enum row_kind kind, const struct variable_option *option)
{
	if (kind == ROW_ALL)
		return picker->all;
	return kind == ROW_OPTION && !picker->all && picker_find_chosen(picker, option->value) >= 0;
}

static void draw_values(const struct console *console, const struct picker *picker, struct canvas *canvas,
			struct rect inside)
{
	const struct variable_state *state = picker_state(console, picker);
	enum glyph_set set = canvas_glyphs(canvas);
	const struct variable_option *option = NULL;
	enum row_kind kind;
	bool several = picker_takes_several(state);

	for (int i = 0; i < inside.height && picker_value_row(console, picker, picker->top + i, &kind, &option, NULL);
	     i++) {
		struct rect row = { inside.x, inside.y + i, inside.width, 1 };
		bool marked = is_marked(picker, kind, option);
		const char *mark = several  ? glyph_text(set, marked ? GLYPH_CHECKBOX_DONE : GLYPH_CHECKBOX)
				   : marked ? glyph_text(set, GLYPH_CHECK)
					    : " ";
		const char *text = kind == ROW_ALL      ? "All"
				   : kind == ROW_OPTION ? option->text
							: picker->filter.text.text;
		const char *note = kind == ROW_TYPED ? "as typed: no value holds it"
				   : kind == ROW_OPTION && strcmp(option->text, option->value) != 0 ? option->value
												    : NULL;
		draw_row(canvas, row, picker->top + i == picker->at, mark, text, note);
	}
	if (!picker_row_count(console, picker))
		canvas_put_fit(canvas, inside.x + 2, inside.y,
			       state->fault[0] ? state->fault : "no values; what is typed can be chosen",
			       style_fg(ROLE_DIM), inside.width - 2);
}

static struct rect place_of(const struct console *console, const struct picker *picker, struct rect body)
{
	int rows = picker_row_count(console, picker), head = picker->level == PICK_VARIABLE ? 0 : 1;

	if (picker->level == PICK_TEXT)
		return overlay_place(body, WIDTH, FRAME + 1);
	/* The box keeps its size while what is typed makes the list shorter. */
	if (picker->level == PICK_VALUE) {
		const struct variable_state *state = picker_state(console, picker);
		rows = (int)state->option_count + state->definition->include_all;
	}
	return overlay_place(body, WIDTH, (rows > 1 ? rows : 1) + head + FRAME);
}

static void draw(const struct console *console, struct canvas *canvas, struct rect body)
{
	const struct picker *picker = console->overlay_state;
	struct rect place = place_of(console, picker, body), inside;
	char title[96] = "Variables", note[48] = "";

	if (picker->level != PICK_VARIABLE) {
		const struct variable_state *state = picker_state(console, picker);
		snprintf(title, sizeof(title), "%.80s", name_of(state->definition));
		if (picker->level == PICK_VALUE)
			snprintf(note, sizeof(note), "%d of %zu", picker_row_count(console, picker),
				 state->option_count);
	}
	inside = overlay_box(canvas, body, place.width, place.height, title, note[0] ? note : NULL);
	if (picker->level == PICK_VARIABLE) {
		draw_variables(console, picker, canvas, inside);
		return;
	}
	canvas_put(canvas, inside.x, inside.y, "/", style_fg(ROLE_KEY), 1);
	canvas_put_fit(canvas, inside.x + 2, inside.y, picker->filter.text.text, style_fg(ROLE_STRONG),
		       inside.width - 2);
	inside.y++;
	inside.height--;
	if (picker->level == PICK_VALUE)
		draw_values(console, picker, canvas, inside);
}

static bool cursor(const struct console *console, int *ret_x, int *ret_y)
{
	const struct picker *picker = console->overlay_state;
	struct rect inside = overlay_inside(place_of(console, picker, overlay_area(console)));
	int column = picker->level == PICK_VARIABLE ? 0 : prompt_cursor_column(&picker->filter) + 2;

	*ret_x = inside.x + (column < inside.width ? column : inside.width - 1);
	*ret_y = inside.y + (picker->level == PICK_VARIABLE ? picker->at - picker->top : 0);
	return true;
}

static const struct key_row keys[] = {
	{ ACTION_UP, move, NULL },       { ACTION_DOWN, move, NULL },    { ACTION_NEXT, move, NULL },
	{ ACTION_PREVIOUS, move, NULL }, { ACTION_PAGE_UP, move, NULL }, { ACTION_PAGE_DOWN, move, NULL },
	{ ACTION_TOP, move, NULL },      { ACTION_BOTTOM, move, NULL },  { ACTION_OPEN, open_row, NULL },
	{ ACTION_BACK, go_back, NULL },  { ACTION_NONE, NULL, NULL },
};

const struct overlay_ops overlay_picker = {
	.name = "picker",
	.context = CONTEXT_PICKER,
	.keys = keys,
	.draw = draw,
	.input = input,
	.cursor = cursor,
	.own_keys = own_keys,
	.free_state = free_state,
};
