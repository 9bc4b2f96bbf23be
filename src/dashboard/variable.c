#include "dashboard/variable.h"

#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/text.h"
#include "base/vec.h"
#include "dashboard/variable_private.h"

#define NAME_DISTANCE_MAX 3 /* for "did you mean" */

/* ---- options and what is chosen of them ---- */

static const struct variable_option *find_value(const struct variable_state *state, const char *value)
{
	for (size_t i = 0; i < state->option_count; i++)
		if (strcmp(state->options[i].value, value) == 0)
			return &state->options[i];
	return NULL;
}

static bool is_single(const struct variable_state *state)
{
	return !state->definition->multi;
}

/* Everything is chosen: the values are those of all options. */
static void choose_all(struct variable_state *state)
{
	state->all = true;
	state->value_count = state->option_count;
	state->values = arena_array(&state->arena, state->option_count + 1, sizeof(*state->values));
	for (size_t i = 0; i < state->option_count; i++)
		state->values[i] = state->options[i].value;
}

static void choose_one(struct variable_state *state, const char *value)
{
	state->all = false;
	state->values = arena_array(&state->arena, 2, sizeof(*state->values));
	state->values[0] = value;
	state->value_count = 1;
}

/* Choose of `wanted` (which may be freed afterwards) what can be had; otherwise the default. */
static void choose(struct variable_state *state, const char *const *wanted, size_t count, bool all)
{
	state->values = arena_array(&state->arena, count + 1, sizeof(*state->values));
	state->value_count = 0;
	state->all = false;
	if (all) {
		choose_all(state);
		return;
	}
	for (size_t i = 0; i < count; i++) {
		const struct variable_option *option = find_value(state, wanted[i]);

		if (state->value_count > 0 && is_single(state))
			break;
		if (option)
			state->values[state->value_count++] = option->value;
		else if (state->given)
			state->values[state->value_count++] = arena_strdup(&state->arena, wanted[i]);
	}
	if (state->value_count > 0)
		return;
	if (state->definition->include_all)
		choose_all(state);
	else if (state->option_count > 0)
		choose_one(state, state->options[0].value);
}

void variable_set_options(struct variable_state *state, const struct variable_option *options, size_t count)
{
	struct arena old = state->arena;
	const char *const *wanted = (const char *const *)state->values;
	size_t wanted_count = state->value_count;

	arena_init(&state->arena);
	state->options = arena_array(&state->arena, count + 1, sizeof(*state->options));
	state->option_count = count;
	for (size_t i = 0; i < count; i++) {
		state->options[i].value = arena_strdup(&state->arena, options[i].value);
		state->options[i].text = strcmp(options[i].text, options[i].value) == 0
						 ? state->options[i].value
						 : arena_strdup(&state->arena, options[i].text);
	}
	choose(state, wanted, wanted_count, state->all && (state->definition->include_all || state->given));
	arena_release(&old);
}

/* ---- from the file ---- */

/* What the file itself offers: custom and interval variables, the one value of constants, boxes and data sources. */
static void init_options(struct variable_state *state)
{
	const struct variable *definition = state->definition;
	VEC(struct variable_option) options = { 0 };
	char *automatic = NULL;

	if (definition->type == VARIABLE_INTERVAL && definition->automatic) {
		automatic = mem_printf(VARIABLE_AUTO_PREFIX "_%s", definition->name);
		vec_push(&options, (struct variable_option){ .text = "auto", .value = automatic });
	}
	if (definition->type != VARIABLE_QUERY) {
		for (size_t i = 0; definition->options && definition->options[i]; i++) {
			const char *text = definition->option_texts ? definition->option_texts[i] : NULL;

			vec_push(&options, (struct variable_option){ .text = text ? text : definition->options[i],
								     .value = definition->options[i] });
		}
	}
	if (definition->type == VARIABLE_DATASOURCE)
		vec_clear(&options);
	if (options.count == 0 && definition->type != VARIABLE_QUERY) {
		const char *value = definition->current && definition->current[0] ? definition->current[0] : "";

		if (definition->type == VARIABLE_DATASOURCE && !value[0])
			value = "default";
		if (definition->type != VARIABLE_CUSTOM && definition->type != VARIABLE_INTERVAL)
			vec_push(&options, (struct variable_option){ .text = value, .value = value });
	}
	variable_set_options(state, options.items, options.count);
	vec_release(&options);
	free(automatic);
}

/* What the file had chosen when it was saved, until the options say that it is gone. */
static void init_current(struct variable_state *state)
{
	const char **current = state->definition->current;
	size_t count = 0;

	while (current && current[count])
		count++;
	if (count == 0)
		return;
	state->all = strcmp(current[0], VARIABLE_ALL) == 0;
	if (state->all)
		return;
	state->values = arena_array(&state->arena, count + 1, sizeof(*state->values));
	for (size_t i = 0; i < count; i++)
		state->values[i] = arena_strdup(&state->arena, current[i]);
	state->value_count = is_single(state) ? 1 : count;
}

void variables_init(struct variables *ret, const struct dashboard *dashboard)
{
	*ret = (struct variables){ .count = dashboard->variable_count };
	ret->items = mem_array(ret->count + 1, sizeof(*ret->items));
	for (size_t i = 0; i < ret->count; i++) {
		struct variable_state *state = &ret->items[i];

		state->definition = &dashboard->variables[i];
		init_current(state);
		if (state->definition->type != VARIABLE_QUERY)
			init_options(state);
	}
}

void variables_release(struct variables *variables)
{
	if (!variables)
		return;
	for (size_t i = 0; i < variables->count; i++)
		arena_release(&variables->items[i].arena);
	free(variables->items);
	variables->items = NULL;
	variables->count = 0;
}

/* ---- by hand ---- */

static int no_such_variable(const struct variables *variables, const char *name, struct error *error)
{
	const char *nearest = NULL;
	unsigned best = NAME_DISTANCE_MAX;

	for (size_t i = 0; i < variables->count; i++) {
		const char *candidate = variables->items[i].definition->name;
		unsigned distance = text_distance(name, candidate, best);

		if (distance < best && distance < strlen(candidate)) {
			best = distance;
			nearest = candidate;
		}
	}
	if (nearest)
		return error_set(error, "no variable \"%s\" (did you mean \"%s\"?)", name, nearest);
	return error_set(error, "the dashboard has no variable \"%s\"", name);
}

/* "All" means everything, unless it is an option like any other. */
static bool means_all(const struct variable_state *state, const char *value)
{
	if (strcmp(value, VARIABLE_ALL) == 0)
		return true;
	return strcasecmp(value, "All") == 0 && (state->definition->include_all || !find_value(state, value));
}

/* A word is an option's value or the text a person sees. */
static const char *value_of_word(const struct variable_state *state, const char *word)
{
	if (find_value(state, word))
		return word;
	for (size_t i = 0; i < state->option_count; i++)
		if (strcmp(state->options[i].text, word) == 0)
			return state->options[i].value;
	return word;
}

int variables_choose(struct variables *variables, const char *name, const char *value, struct error *error)
{
	struct variable_state *state = NULL;
	VEC(const char *) words = { 0 };
	char *copy, *rest, *word;

	for (size_t i = 0; i < variables->count && !state; i++)
		if (strcmp(variables->items[i].definition->name, name) == 0)
			state = &variables->items[i];
	if (!state)
		return no_such_variable(variables, name, error);
	state->given = true;
	if (means_all(state, value)) {
		choose(state, NULL, 0, true);
		return 0;
	}
	copy = rest = mem_strdup(value);
	if (is_single(state)) {
		vec_push(&words, value_of_word(state, copy));
	} else {
		while ((word = strsep(&rest, ",")))
			vec_push(&words, value_of_word(state, word));
	}
	choose(state, words.items, words.count, false);
	vec_release(&words);
	free(copy);
	return 0;
}

bool variables_incomplete(const struct variables *variables)
{
	for (size_t i = 0; i < variables->count; i++) {
		const struct variable_state *state = &variables->items[i];
		if (state->definition->type == VARIABLE_QUERY && !state->given &&
		    (state->fault[0] || state->option_count == 0))
			return true;
	}
	return false;
}
