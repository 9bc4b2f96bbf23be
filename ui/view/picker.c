#include "ui/view/picker.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/view/overlay.h"

#define FRAME 2 /* rows of the box */

static struct variables *variables_of(const struct console *console)
{
	return board_variables(console_board(console));
}

static bool is_choosable(const struct variable *variable)
{
	return !variable->hidden && variable->type != VARIABLE_CONSTANT && variable->type != VARIABLE_ADHOC &&
	       variable->type != VARIABLE_UNKNOWN;
}

size_t picker_variable(const struct console *console, size_t n)
{
	const struct variables *variables = variables_of(console);
	size_t count = 0;

	for (size_t i = 0; i < variables->count; i++) {
		if (!is_choosable(variables->items[i].definition))
			continue;
		if (count++ == n)
			return i;
	}
	return count;
}

size_t picker_variable_count(const struct console *console)
{
	return picker_variable(console, SIZE_MAX);
}

struct variable_state *picker_state(const struct console *console, const struct picker *picker)
{
	return &variables_of(console)->items[picker->variable];
}

bool picker_takes_several(const struct variable_state *state)
{
	return state->definition->multi;
}

static bool fits(const struct picker *picker, const struct variable_option *option)
{
	return strcasestr(option->text, picker->filter.text.text) ||
	       strcasestr(option->value, picker->filter.text.text);
}

static bool offers_all(const struct picker *picker, const struct variable_state *state)
{
	return state->definition->include_all && strcasestr("All", picker->filter.text.text);
}

bool picker_value_row(const struct console *console, const struct picker *picker, int n, enum row_kind *ret_kind,
		      const struct variable_option **ret_option, int *ret_count)
{
	const struct variable_state *state = picker_state(console, picker);
	int count = 0;
	bool found = false;

	if (offers_all(picker, state) && count++ == n) {
		*ret_kind = ROW_ALL;
		found = true;
	}
	for (size_t i = 0; i < state->option_count; i++) {
		if (!fits(picker, &state->options[i]) || count++ != n)
			continue;
		*ret_kind = ROW_OPTION;
		*ret_option = &state->options[i];
		found = true;
	}
	if (count == 0 && picker->filter.text.length > 0 && count++ == n) {
		*ret_kind = ROW_TYPED;
		found = true;
	}
	if (ret_count)
		*ret_count = count;
	return found;
}

int picker_row_count(const struct console *console, const struct picker *picker)
{
	enum row_kind kind;
	const struct variable_option *option;
	int count;

	if (picker->level == PICK_VARIABLE)
		return (int)picker_variable_count(console);
	picker_value_row(console, picker, -1, &kind, &option, &count);
	return count;
}

int picker_list_height(const struct console *console, const struct picker *picker)
{
	int height = overlay_area(console).height - FRAME - (picker->level == PICK_VARIABLE ? 0 : 1);

	return height > 1 ? height : 1;
}

void picker_keep_in_sight(const struct console *console, struct picker *picker)
{
	int count = picker_row_count(console, picker), height = picker_list_height(console, picker);

	if (picker->at >= count)
		picker->at = count - 1;
	if (picker->at < 0)
		picker->at = 0;
	if (picker->top > picker->at)
		picker->top = picker->at;
	if (picker->at >= picker->top + height)
		picker->top = picker->at - height + 1;
}

void picker_clear(struct picker *picker)
{
	for (size_t i = 0; i < picker->chosen.count; i++)
		free(picker->chosen.items[i]);
	vec_clear(&picker->chosen);
	picker->all = picker->marked = false;
}

ssize_t picker_find_chosen(const struct picker *picker, const char *value)
{
	for (size_t i = 0; i < picker->chosen.count; i++)
		if (strcmp(picker->chosen.items[i], value) == 0)
			return (ssize_t)i;
	return -1;
}

void picker_toggle(struct console *console, struct picker *picker)
{
	const struct variable_option *option = NULL;
	enum row_kind kind;
	const char *value;
	ssize_t found;

	if (!picker_value_row(console, picker, picker->at, &kind, &option, NULL))
		return;
	if (kind == ROW_ALL) {
		bool all = !picker->all;
		picker_clear(picker);
		picker->all = all;
		picker->marked = true;
		return;
	}
	value = kind == ROW_OPTION ? option->value : picker->filter.text.text;
	picker->all = false;
	picker->marked = true;
	found = picker_find_chosen(picker, value);
	if (found >= 0) {
		free(picker->chosen.items[found]);
		picker->chosen.items[found] = picker->chosen.items[--picker->chosen.count];
	} else {
		vec_push(&picker->chosen, mem_strdup(value));
	}
}
