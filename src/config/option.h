/*
 * Option tables: one row an option, with type, range, default, unit and help.
 * The same row reads a member of a YAML mapping, a `--word` on the command
 * line and a `:set` in the console, and makes help, completion and the
 * manual's list. It knows no domain: each room has its own table.
 */
#ifndef CONFIG_OPTION_H
#define CONFIG_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "config/yaml.h"

enum option_type {
	OPTION_STRING,   /* const char * */
	OPTION_STRINGS,  /* struct option_strings: repeatable, or a YAML sequence (or one scalar) */
	OPTION_PAIRS,    /* struct option_strings of "name=value": repeatable, or a YAML mapping of scalars */
	OPTION_BOOL,     /* bool: on the command line a flag without a value, `--no-word` for false */
	OPTION_INT,      /* int64_t within minimum..maximum */
	OPTION_NUMBER,   /* double within minimum..maximum */
	OPTION_DURATION, /* int64_t milliseconds within minimum..maximum */
	OPTION_SIZE,     /* struct option_size: "200x50" */
	OPTION_CHOICE,   /* int: index into `choices` */
	OPTION_NODE,     /* const struct yaml_node *: the room reads it itself; YAML only */
};

struct option_strings {
	const char **items;
	size_t count;
};

struct option_size {
	int width, height; /* height 0: "all" */
};

struct option {
	const char *name; /* "max-rate"; in YAML the '-' is '_' */
	char letter;      /* short form on the command line, or 0 */
	enum option_type type;
	size_t offset;              /* into the struct that is filled */
	const char *fallback;       /* the default as text, read like any value; NULL leaves the member as it is */
	double minimum, maximum;    /* both 0: no limit (for a size: 1 to 1000) */
	const char *const *choices; /* NULL terminated, for OPTION_CHOICE */
	const char *value_name;     /* "SIZE", "URL": for help */
	const char *help;           /* one line, lower case, no full stop */
	bool required;              /* YAML: must be there */
};

/* Tables end with a row whose name is NULL. Strings are copied into `arena`. */

/* Set every option with a fallback. One that its own option refuses is a bug, and aborts. */
void option_defaults(const struct option *table, void *target, struct arena *arena);

/* Read one value given as text. Message: "--size: '20y5' is no size (COLUMNSxROWS, 1x1 to 1000x1000)". */
int option_set(const struct option *option, void *target, const char *value, struct arena *arena, struct error *error);

/*
 * Read a mapping; NULL, the root of an empty document, counts as an empty one.
 * Unknown keys, wrong types and values out of range are faults with
 * file:line:column and "did you mean". Returns -1 when any was found; the
 * readable members are set all the same.
 */
int option_read_yaml(const struct option *table, void *target, const struct yaml_node *mapping, const char *file,
		     struct arena *arena, struct error_list *errors);

/*
 * Read a command line: options anywhere, "--" ends them, `--word=value` and
 * `--word value`, `-w value`, `-wvalue`, flags together as `-ab`. argv[0] is
 * the name of the program or command and passed over. What is no option is
 * collected into `words`. The first value of a repeatable option replaces its default.
 * Returns -1 on the first error, with "did you mean" in it.
 */
int option_read_arguments(const struct option *table, void *target, int argc, char **argv, struct option_strings *words,
			  struct arena *arena, struct error *error);

/* The row called `name` ('_' counts as '-'), or NULL. */
const struct option *option_find(const struct option *table, const char *name);

/* Append one line an option for --help: "  --size SIZE        screen size (default 200x50)". */
struct strbuf;
void option_add_help(const struct option *table, struct strbuf *buf);

/* The same for a section of a file, as YAML has it: "  interval: DURATION   how often (default 15s)". */
void option_add_yaml_help(const struct option *table, struct strbuf *buf);

#endif
