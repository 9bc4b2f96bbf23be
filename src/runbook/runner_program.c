/* Which programs a command names, and whether they may be run where this run is. */
#include <string.h>

#include "runbook/runner_private.h"
#include "runbook/shell.h"

/* The shell's own words that start no program they are given. */
static const char *const builtins[] = {
	":",        "[",      "[[",    "((",      "alias",  "bg",     "break", "cd",      "continue", "declare",
	"dirs",     "disown", "echo",  "exit",    "export", "false",  "fg",    "getopts", "hash",     "jobs",
	"kill",     "let",    "local", "mapfile", "popd",   "printf", "pushd", "pwd",     "read",     "readarray",
	"readonly", "return", "set",   "shift",   "shopt",  "test",   "time",  "times",   "true",     "type",
	"typeset",  "ulimit", "umask", "unalias", "unset",  "wait",   "!",     "{",       "}",
};

/* Its words that run what they are given: nobody can say what that is by looking. */
static const char *const runners_of_others[] = { "eval",    "exec", "source", ".",      "command",
						 "builtin", "trap", "enable", "coproc", "bind" };

/* Variables that change what a name means. */
static const char *const fateful[] = { "PATH", "ENV",        "BASH_ENV",    "LD_PRELOAD", "LD_LIBRARY_PATH",
				       "IFS",  "KUBECONFIG", "DOCKER_HOST", "HOME" };

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static bool is_among(const char *const *words, size_t count, const char *word)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(words[i], word) == 0)
			return true;
	return false;
}

static const char *find(const struct runner *runner, const char *program, struct arena *arena, const char **ret_why)
{
	return lookups_find(runner->lookups, program, arena, ret_why);
}

/* A function the command itself makes: what is in it was read too. */
static bool is_function(const char *command, const char *name)
{
	size_t length = strlen(name);

	for (const char *at = strstr(command, name); at; at = strstr(at + 1, name)) {
		const char *behind = at + length + strspn(at + length, " ");

		if (behind[0] == '(' && behind[1] == ')')
			return true;
	}
	return false;
}

/* ---- shut in ---- */

static const char *refuse_words(const struct runner *runner, const struct shell_call *call, struct arena *arena)
{
	for (size_t i = 0; i < call->assigned_count; i++)
		if (is_among(fateful, COUNT(fateful), call->assigned[i]))
			return arena_printf(arena, "%s must not be set here", call->assigned[i]);
	for (size_t i = 1; i < call->count; i++) {
		for (size_t k = 0; k < COUNT(fateful); k++) {
			size_t length = strlen(fateful[k]);

			if (strncmp(call->words[i], fateful[k], length) == 0 && call->words[i][length] == '=')
				return arena_printf(arena, "%s must not be set here", fateful[k]);
		}
		if (call->words[i][0] == '/' && lookups_is_program(runner->lookups, call->words[i]))
			return arena_printf(arena, "%s: only programs of this place are run", call->words[i]);
	}
	return NULL;
}

/* Why this call must not be made where only some programs are allowed; NULL: it may. */
static const char *refuse(const struct runner *runner, const char *command, const struct shell_call *call,
			  struct arena *arena)
{
	const char *program = call->count ? call->words[0] : NULL, *why = refuse_words(runner, call, arena);

	if (why || !program)
		return why;
	if (call->dynamic)
		return arena_printf(arena, "%s: which program that is cannot be said beforehand", program);
	if (is_among(runners_of_others, COUNT(runners_of_others), program))
		return arena_printf(arena, "%s: what it runs cannot be said beforehand", program);
	if (is_among(builtins, COUNT(builtins), program) || is_function(command, program))
		return NULL;
	if (strchr(program, '/'))
		return arena_printf(arena, "%s: only programs of this place are run, by their plain name", program);
	return find(runner, program, arena, &why) ? NULL : why;
}

static const char *refuse_any(const struct runner *runner, const char *command, const struct shell_calls *calls,
			      struct arena *arena)
{
	for (size_t i = 0; i < calls->items.count; i++) {
		const char *why = refuse(runner, command, &calls->items.items[i], arena);

		if (why)
			return why;
	}
	return NULL;
}

/* The file of the first program; "" when that is the shell itself or not known before. */
static const char *first_program(const struct runner *runner, const char *command, const struct shell_calls *calls,
				 struct arena *arena, const char **ret_why)
{
	for (size_t i = 0; i < calls->items.count; i++) {
		const struct shell_call *call = &calls->items.items[i];

		if (!call->count)
			continue;
		if (call->dynamic || is_function(command, call->words[0]) ||
		    is_among(builtins, COUNT(builtins), call->words[0]) ||
		    is_among(runners_of_others, COUNT(runners_of_others), call->words[0]))
			return "";
		return find(runner, call->words[0], arena, ret_why);
	}
	return "";
}

const char *runner_find_program(const struct runner *runner, const char *command, struct arena *arena,
				const char **ret_why)
{
	struct shell_calls calls = { 0 };
	const char *ret = NULL;

	*ret_why = NULL;
	shell_read(command, arena, &calls);
	if (!calls.complete)
		*ret_why = "the command does not end: a quote, loop or here-document is open";
	else if (runner->config.place.shut_in)
		*ret_why = refuse_any(runner, command, &calls, arena);
	if (!*ret_why)
		ret = first_program(runner, command, &calls, arena, ret_why);
	shell_calls_release(&calls);
	return ret;
}
