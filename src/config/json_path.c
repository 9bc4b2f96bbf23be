#include "config/json_path.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "config/json_path_private.h"

static const struct {
	const char *word;
	enum json_part part;
} parts[] = {
	{ "$key", JSON_PART_KEY },
	{ "$index", JSON_PART_INDEX },
	{ "$count", JSON_PART_COUNT },
};

#define PARTS (sizeof(parts) / sizeof(parts[0]))

struct reading {
	const char *text, *at;
	struct json_path *path;
	struct arena *arena;
	struct error *error;
};

static int fault(const struct reading *reading, const char *what)
{
	return error_set(reading->error, "'%.80s': %s", reading->text, what);
}

static int add_step(struct reading *reading, struct path_step step)
{
	struct json_path *path = reading->path;

	if (path->count == JSON_PATH_STEPS)
		return fault(reading, "too many steps (at most 32)");
	path->steps[path->count++] = step;
	return 0;
}

/* A word that is not quoted: up to what ends it. NULL when it is empty. */
static const char *read_bare(struct reading *reading, const char *ends)
{
	size_t length = strcspn(reading->at, ends);
	const char *word = length ? arena_strndup(reading->arena, reading->at, length) : NULL;

	reading->at += length;
	return word;
}

/* A quoted word; NULL when its end is missing. */
static const char *read_quoted(struct reading *reading)
{
	char quote = *reading->at++;
	char *word = arena_alloc(reading->arena, strlen(reading->at) + 1), *end = word;

	for (; *reading->at && *reading->at != quote; reading->at++) {
		if (*reading->at == '\\' && reading->at[1])
			reading->at++;
		*end++ = *reading->at;
	}
	if (!*reading->at)
		return NULL;
	reading->at++;
	return word;
}

static bool is_quote(char ch)
{
	return ch == '"' || ch == '\'';
}

static int read_index(struct reading *reading, const char *word)
{
	char *end;
	long index = strtol(word, &end, 10);

	if (!isdigit((unsigned char)word[*word == '-']) || *end || labs(index) > 1000000000)
		return fault(reading, "in '[]' stands a number, '*', a name in quotes, or name=text");
	return add_step(reading, (struct path_step){ .kind = STEP_AT, .index = index });
}

/* Behind '[': what stands in it, and its end. */
static int read_bracket(struct reading *reading)
{
	struct path_step step = { .kind = STEP_NAME };
	bool quoted = is_quote(*reading->at);
	int result;

	step.name = quoted ? read_quoted(reading) : read_bare(reading, "]=");
	if (quoted && !step.name)
		return fault(reading, "the end of the quotes is missing");
	if (*reading->at == '=' && step.name) {
		reading->at++;
		step.kind = STEP_WHERE;
		if (is_quote(*reading->at))
			step.text = read_quoted(reading);
		else
			step.text = *reading->at == ']' ? "" : read_bare(reading, "]");
		if (!step.text)
			return fault(reading, "']' or the end of the quotes is missing");
	}
	if (*reading->at != ']')
		return fault(reading, "']' is missing");
	if (step.kind == STEP_WHERE || quoted)
		result = add_step(reading, step);
	else if (step.name && strcmp(step.name, "*") == 0)
		result = add_step(reading, (struct path_step){ .kind = STEP_ELEMENTS });
	else
		result = read_index(reading, step.name ? step.name : "");
	reading->at++;
	return result;
}

static int read_dollar(struct reading *reading, const char *word, bool first)
{
	if (!word[1] && first)
		return add_step(reading, (struct path_step){ .kind = STEP_ROOT });
	for (size_t i = 0; i < PARTS; i++) {
		if (strcmp(word, parts[i].word) != 0)
			continue;
		if (*reading->at)
			return fault(reading, "$key, $index and $count can only be a path's end");
		reading->path->part = parts[i].part;
		return 0;
	}
	return fault(reading, "with '$' only $ itself at the beginning, $key, $index and $count are known "
			      "(a name is quoted: [\"$name\"])");
}

static int read_word(struct reading *reading, bool first)
{
	const char *word = read_bare(reading, ".[]");

	if (!word)
		return fault(reading, *reading->at == ']' ? "']' without '['" : "a name is missing");
	if (strcmp(word, "*") == 0)
		return add_step(reading, (struct path_step){ .kind = STEP_MEMBERS });
	if (strcmp(word, "^") == 0)
		return add_step(reading, (struct path_step){ .kind = STEP_UP });
	if (*word == '$')
		return read_dollar(reading, word, first);
	return add_step(reading, (struct path_step){ .kind = STEP_NAME, .name = word });
}

const struct json_path *json_path_parse(const char *text, struct arena *arena, struct error *error)
{
	struct reading reading = { .text = text, .at = text, .arena = arena, .error = error };
	bool first = true;

	if (strlen(text) > JSON_PATH_LENGTH) {
		error_set(error, "a path of more than %d bytes", JSON_PATH_LENGTH);
		return NULL;
	}
	reading.path = arena_alloc(arena, sizeof(*reading.path));
	while (*reading.at) {
		int result;

		if (*reading.at == '[') {
			reading.at++;
			result = read_bracket(&reading);
		} else if (first || *reading.at == '.') {
			reading.at += !first;
			result = read_word(&reading, first);
		} else {
			result = fault(&reading, "behind ']' stands '.', '[' or nothing");
		}
		if (result)
			return NULL;
		first = false;
	}
	return reading.path;
}
