#include "sim/shim_flags.h"

#include <string.h>

bool shim_one_of(const char *words, const char *word)
{
	size_t length = strlen(word);

	for (const char *at = words; length && (at = strstr(at, word)); at++)
		if ((at == words || at[-1] == ' ') && (at[length] == ' ' || !at[length]))
			return true;
	return false;
}

static bool knows(const struct shim_flag *flag, const char *command)
{
	return !flag->of || shim_one_of(flag->of, command);
}

static const struct shim_flag *by_name(const struct shim_grammar *grammar, const char *command, const char *name,
				       size_t length)
{
	for (const struct shim_flag *flag = grammar->flags; flag->name || flag->letter; flag++)
		if (flag->name && strlen(flag->name) == length && !strncmp(flag->name, name, length) &&
		    knows(flag, command))
			return flag;
	return NULL;
}

static const struct shim_flag *by_letter(const struct shim_grammar *grammar, const char *command, char letter)
{
	for (const struct shim_flag *flag = grammar->flags; flag->name || flag->letter; flag++)
		if (flag->letter == letter && knows(flag, command))
			return flag;
	return NULL;
}

/* "kubectl get", for the hints. */
static void add_called(const struct shim *shim, const char *command, struct strbuf *ret)
{
	strbuf_addf(ret, "%s%s%s", shim->tool, *command ? " " : "", command);
}

static int refuse(const struct shim *shim, const struct shim_grammar *grammar, const char *command, const char *word,
		  char letter, bool needs_value)
{
	struct strbuf called = STRBUF_INIT;
	size_t bare = strcspn(word, "=");
	int status = 2;

	add_called(shim, command, &called);
	switch (grammar->manner) {
	case MANNER_CURL:
		shim_fail(shim, 2,
			  needs_value ? "curl: option %.*s: requires parameter" : "curl: option %.*s: is unknown",
			  (int)bare, word);
		shim_fail(shim, 2, "curl: try 'curl --help' or 'curl --manual' for more information");
		break;
	case MANNER_GETOPT:
		if (letter)
			shim_fail(shim, 1,
				  needs_value ? "%s: option requires an argument -- '%c'"
					      : "%s: invalid option -- '%c'",
				  shim->tool, letter);
		else
			shim_fail(shim, 1,
				  needs_value ? "%s: option '%.*s' requires an argument"
					      : "%s: unrecognized option '%.*s'",
				  shim->tool, (int)bare, word);
		status = strcmp(shim->tool, "ping") == 0 ? 2 : 1;
		break;
	default:
		if (needs_value && letter)
			shim_fail(shim, 1, "error: flag needs an argument: '%c' in %s", letter, word);
		else if (needs_value)
			shim_fail(shim, 1, "error: flag needs an argument: %.*s", (int)bare, word);
		else if (letter)
			shim_fail(shim, 1, "error: unknown shorthand flag: '%c' in %s", letter, word);
		else
			shim_fail(shim, 1, "error: unknown flag: %.*s", (int)bare, word);
		shim_fail(shim, 1, "See '%s --help' for usage.", called.text);
		status = strcmp(shim->tool, "kubectl") == 0 ? 1 : 125;
		break;
	}
	strbuf_release(&called);
	return status;
}

static void give(struct shim_arguments *ret, const struct shim_flag *flag, const char *value)
{
	vec_push(&ret->given, (struct shim_given){ flag, value });
}

/* "--name", "--name=value", "--name value". */
static int read_long(const struct shim *shim, const struct shim_grammar *grammar, const char *command, size_t *at,
		     struct shim_arguments *ret)
{
	const char *word = shim->words[*at], *name = word + (word[1] == '-' ? 2 : 1), *equals = strchr(name, '=');
	const struct shim_flag *flag = by_name(grammar, command, name, equals ? (size_t)(equals - name) : strlen(name));

	if (!flag)
		return refuse(shim, grammar, command, word, 0, false);
	if (equals)
		give(ret, flag, equals + 1);
	else if (!flag->value)
		give(ret, flag, "true");
	else if (*at + 1 < shim->count)
		give(ret, flag, shim->words[++*at]);
	else
		return refuse(shim, grammar, command, word, 0, true);
	return 0;
}

/* "-it", "-n value", "-nvalue". */
static int read_letters(const struct shim *shim, const struct shim_grammar *grammar, const char *command, size_t *at,
			struct shim_arguments *ret)
{
	const char *word = shim->words[*at];

	for (const char *letter = word + 1; *letter; letter++) {
		const struct shim_flag *flag = by_letter(grammar, command, *letter);

		if (!flag)
			return refuse(shim, grammar, command, word, *letter, false);
		if (!flag->value) {
			give(ret, flag, "true");
		} else if (letter[1]) {
			give(ret, flag, letter + 1 + (letter[1] == '='));
			return 0;
		} else if (*at + 1 < shim->count) {
			give(ret, flag, shim->words[++*at]);
		} else {
			return refuse(shim, grammar, command, word, *letter, true);
		}
	}
	return 0;
}

static bool is_long(const struct shim_grammar *grammar, const char *command, const char *word)
{
	return word[1] == '-' ||
	       (grammar->single && by_name(grammar, command, word + 1, strcspn(word + 1, "=")) != NULL);
}

int shim_flags_read(const struct shim *shim, const struct shim_grammar *grammar, const char *command, size_t first,
		    struct shim_arguments *ret)
{
	int status = 0;

	memset(ret, 0, sizeof(*ret));
	ret->rest = shim->count;
	for (size_t at = first; at < shim->count && !status; at++) {
		const char *word = shim->words[at];

		if (strcmp(word, "--") == 0) {
			ret->rest = at + 1;
			break;
		}
		if (word[0] == '-' && word[1]) {
			status = is_long(grammar, command, word) ? read_long(shim, grammar, command, &at, ret)
								 : read_letters(shim, grammar, command, &at, ret);
			continue;
		}
		vec_push(&ret->words, word);
		if (grammar->words_end) {
			ret->rest = at + 1;
			break;
		}
	}
	return status;
}

void shim_arguments_release(struct shim_arguments *arguments)
{
	vec_release(&arguments->given);
	vec_release(&arguments->words);
}

const char *shim_flag(const struct shim_arguments *arguments, const char *name)
{
	for (size_t i = arguments->given.count; i-- > 0;) {
		const struct shim_flag *flag = arguments->given.items[i].flag;

		if (flag->name ? !strcmp(flag->name, name) : name[0] == flag->letter && !name[1])
			return arguments->given.items[i].value;
	}
	return NULL;
}

bool shim_flag_is(const struct shim_arguments *arguments, const char *name)
{
	const char *value = shim_flag(arguments, name);

	return value && strcmp(value, "false") != 0;
}

const char *shim_word(const struct shim_arguments *arguments, size_t at)
{
	return at < arguments->words.count ? arguments->words.items[at] : NULL;
}
