/*
 * The reader behind shell.h and placeholder.h: one pass over a shell text that
 * finds the programs, the places where values are still missing, and the
 * names that get values. Limits: SHELL_DEPTH_MAX levels of nesting.
 */
#ifndef RUNBOOK_SHELL_PRIVATE_H
#define RUNBOOK_SHELL_PRIVATE_H

#include <stdint.h>

#include "runbook/runbook.h"
#include "runbook/shell.h"

#define SHELL_DEPTH_MAX 60

/* A mark's word while its command is read, when it stands in a redirection or an assignment. */
#define SHELL_WORD_APART (SIZE_MAX - 1)

/* What a place in the text stands in; it decides how a value is to be quoted there. */
enum shell_quote {
	QUOTE_NONE,
	QUOTE_DOUBLE,     /* "..." */
	QUOTE_SINGLE,     /* '...' */
	QUOTE_ANSI,       /* $'...' */
	QUOTE_HERE,       /* a here-document's lines */
	QUOTE_ARITHMETIC, /* $(( )), (( )), $[ ] */
	QUOTE_BRACES,     /* the words of ${NAME:-...} */
	QUOTE_BACKQUOTE,  /* `...`, where backslashes mean something else */
};

/* A place where something is still to be put in. */
struct shell_mark {
	enum placeholder_form form;
	enum shell_quote quote;
	const char *name;
	size_t begin, end;
	bool word_start; /* nothing of its word stands before it */
	bool computed;   /* ${NAME%...}, ${#NAME}: what is put in is not the value itself */
	size_t call;     /* index; SIZE_MAX: of none, such as a loop's list */
	size_t word;     /* index in the call's words; SIZE_MAX: a redirection or an assignment */
};

/* From `at` on the name has a value: NAME=, for NAME, read NAME ... */
struct shell_binding {
	const char *name;
	size_t at;
};

struct shell_here {
	const char *delimiter;
	bool quoted, strip_tabs;
};

struct shell_reader {
	const char *text;
	size_t length, at;
	struct arena *arena;
	struct shell_calls calls;
	VEC(struct shell_mark) marks;
	VEC(struct shell_binding) bindings;
	VEC(struct shell_here) pending; /* here-documents whose lines begin after this one */
	unsigned depth;
	bool backquoted; /* a ` ends the list */
	bool failed;     /* it cannot be a command */
	bool open;       /* it ended inside something */
};

/* One word of the shell, as written and as the program gets it where nothing is expanded. */
struct shell_word {
	const char *text;
	size_t begin, end;
	bool quoted; /* some part was: it is no reserved word */
	bool plain;  /* nothing in it is expanded or still missing */
};

void shell_reader_init(struct shell_reader *reader, const char *text, size_t length, struct arena *arena);
void shell_reader_release(struct shell_reader *reader);

/* The whole text. False when it does not parse to its end; `open` says whether more text could mend it. */
bool shell_reader_all(struct shell_reader *reader);

/* From `at` to the end of one whole command, its here-documents included. */
bool shell_reader_unit(struct shell_reader *reader);

/* Of the lexer. Each returns false after it has set `failed` or `open`. */
bool shell_lex_word(struct shell_reader *reader, struct shell_word *ret);
void shell_lex_blanks(struct shell_reader *reader);     /* and continuations, and a comment */
bool shell_lex_newline(struct shell_reader *reader);    /* with the here-documents that begin there */
bool shell_lex_arithmetic(struct shell_reader *reader); /* up to "))", `at` behind the "((" */
bool shell_lex_is_arithmetic(const struct shell_reader *reader, size_t at);
bool shell_lex_is_operator(const struct shell_reader *reader); /* also at the end */
bool shell_fail(struct shell_reader *reader);                  /* open at the text's end, else failed */

/* `<x>`, `{{ x }}` and YOUR_X at `at`, of so many bytes; 0: none begins there. `ret_name` may be NULL. */
size_t shell_mark_length(const char *text, size_t length, size_t at, enum placeholder_form *ret_form,
			 struct arena *arena, const char **ret_name);

/* Where bytes stand that may mean something. */
enum shell_place {
	SHELL_PLACE_BARE = 1u << 0,
	SHELL_PLACE_SINGLE = 1u << 1, /* $'...' too */
	SHELL_PLACE_DOUBLE = 1u << 2,
	SHELL_PLACE_HERE = 1u << 3,
};

/* How many bytes from `at` on are one piece: one that was looked at before, or many without a meaning there. */
size_t shell_piece_length(const struct shell_reader *reader, enum shell_place place);

/* From `at` on the name of that length has a value. */
void shell_bind(struct shell_reader *reader, const char *name, size_t length, size_t at);

/* Of the parser, for what stands inside $( ) and ` `. */
bool shell_parse_list(struct shell_reader *reader);

/* Is it a name of the shell's, all of it? */
bool shell_is_name(const char *text, size_t length);

/* Of the name that the text begins with; 0: it begins with none. */
size_t shell_name_length(const char *text, size_t length);

#endif
