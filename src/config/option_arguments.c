#include "config/option.h"

#include <string.h>

#include "base/vec.h"
#include "config/option_value.h"

/* A command line while it is read. */
struct reader {
	const struct option *table;
	void *target;
	int argc;
	char **argv;
	int at; /* the next argument */
	struct arena *arena;
	struct error *error;
	bool *seen; /* by row of the table */
};

static int unknown(const struct reader *reader, const char *name)
{
	const struct option *nearest = option_nearest(reader->table, name);

	if (nearest && nearest->type != OPTION_NODE)
		return error_set(reader->error, "unknown option '--%.64s', did you mean '--%s'", name, nearest->name);
	return error_set(reader->error, "unknown option '--%.64s'", name);
}

static int set(struct reader *reader, const struct option *option, const char *value)
{
	bool *seen = &reader->seen[option - reader->table];

	if (!*seen && option->fallback)
		option_value_clear(option, reader->target);
	*seen = true;
	return option_set(option, reader->target, value, reader->arena, reader->error);
}

/* Set an option whose value is the next argument. */
static int set_next(struct reader *reader, const struct option *option)
{
	if (reader->at >= reader->argc)
		return error_set(reader->error, "--%s needs a value (%s)", option->name,
				 option->value_name ? option->value_name : "VALUE");
	return set(reader, option, reader->argv[reader->at++]);
}

static const struct option *find(const struct reader *reader, const char *name)
{
	const struct option *option = option_find(reader->table, name);

	/* Only dashes here; and nodes are for files. */
	return option && option->type != OPTION_NODE && !strchr(name, '_') ? option : NULL;
}

/* "--word", "--word=value", "--no-word"; `text` is behind the dashes. */
static int read_long(struct reader *reader, const char *text)
{
	const char *equals = strchr(text, '=');
	const char *name = arena_strndup(reader->arena, text, equals ? (size_t)(equals - text) : strlen(text));
	const struct option *option = find(reader, name);

	if (option && equals)
		return set(reader, option, equals + 1);
	if (option)
		return option->type == OPTION_BOOL ? set(reader, option, "true") : set_next(reader, option);
	if (!strncmp(name, "no-", 3)) {
		option = find(reader, name + 3);
		if (option && option->type == OPTION_BOOL && !equals)
			return set(reader, option, "false");
		if (option && option->type == OPTION_BOOL)
			return error_set(reader->error, "--%s takes no value", name);
	}
	return unknown(reader, name);
}

static const struct option *find_letter(const struct option *table, char letter)
{
	for (; table->name; table++) {
		if (table->letter == letter && table->type != OPTION_NODE)
			return table;
	}
	return NULL;
}

/* "-s 200x50", "-s200x50", flags together; `text` is behind the dash. */
static int read_short(struct reader *reader, const char *text)
{
	/* A dash was forgotten, and it would be read as letters and a strange value. */
	if (text[1] && find(reader, text))
		return error_set(reader->error, "unknown option '-%s', did you mean '--%s'", text, text);
	for (; *text; text++) {
		const struct option *option = find_letter(reader->table, *text);

		if (!option)
			return error_set(reader->error, "unknown option '-%c'", *text);
		if (option->type != OPTION_BOOL)
			return text[1] ? set(reader, option, text + 1) : set_next(reader, option);
		if (set(reader, option, "true"))
			return -1;
	}
	return 0;
}

/* The words met so far; in an array that may grow, since a shell's pattern can give thousands. */
struct words {
	VEC(const char *) found;
};

static int read_all(struct reader *reader, struct words *words)
{
	bool ended = false;

	while (reader->at < reader->argc) {
		const char *text = reader->argv[reader->at++];

		/* "-" alone means standard input, by custom. */
		if (ended || text[0] != '-' || !text[1])
			vec_push(&words->found, arena_strdup(reader->arena, text));
		else if (!strcmp(text, "--"))
			ended = true;
		else if (text[1] == '-' ? read_long(reader, text + 2) : read_short(reader, text + 1))
			return -1;
	}
	return 0;
}

int option_read_arguments(const struct option *table, void *target, int argc, char **argv, struct option_strings *words,
			  struct arena *arena, struct error *error)
{
	struct reader reader = {
		.table = table,
		.target = target,
		.argc = argc,
		.argv = argv,
		.at = 1,
		.arena = arena,
		.error = error,
	};
	struct words all = { 0 };
	size_t rows = 0;
	int result;

	while (table[rows].name)
		rows++;
	reader.seen = arena_array(arena, rows, sizeof(*reader.seen));
	for (size_t i = 0; i < words->count; i++)
		vec_push(&all.found, words->items[i]);
	result = read_all(&reader, &all);
	words->count = all.found.count;
	words->items = arena_array(arena, words->count, sizeof(*words->items));
	if (words->count)
		memcpy(words->items, all.found.items, words->count * sizeof(*words->items));
	vec_release(&all.found);
	return result;
}
