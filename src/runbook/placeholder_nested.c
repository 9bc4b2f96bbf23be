#include <string.h>

#include "runbook/placeholder_nested.h"

enum taker {
	TAKES_ALL,   /* reads commands from arguments and from its input: nothing near it is safe */
	TAKES_ARGS,  /* some argument is a program */
	TAKES_AFTER, /* an argument after -c, -e and such is */
};

static const struct {
	const char *name;
	enum taker taker;
} programs[] = {
	{ "sh", TAKES_ALL },
	{ "bash", TAKES_ALL },
	{ "dash", TAKES_ALL },
	{ "zsh", TAKES_ALL },
	{ "ksh", TAKES_ALL },
	{ "ash", TAKES_ALL },
	{ "fish", TAKES_ALL },
	{ "ssh", TAKES_ALL },
	{ "rsh", TAKES_ALL },
	{ "eval", TAKES_ALL },
	{ "su", TAKES_ALL },
	{ "runuser", TAKES_ALL },
	{ "watch", TAKES_ALL },
	{ "xargs", TAKES_ALL },
	{ "parallel", TAKES_ALL },
	{ "tmux", TAKES_ALL },
	{ "screen", TAKES_ALL },
	{ "script", TAKES_ALL },
	{ "expect", TAKES_ALL },
	{ "trap", TAKES_ALL },
	{ "alias", TAKES_ALL },
	{ "make", TAKES_ALL },
	{ "flock", TAKES_ALL },
	{ "at", TAKES_ALL },
	{ "awk", TAKES_ARGS },
	{ "gawk", TAKES_ARGS },
	{ "mawk", TAKES_ARGS },
	{ "nawk", TAKES_ARGS },
	{ "jq", TAKES_ARGS },
	{ "yq", TAKES_ARGS },
	{ "sed", TAKES_ARGS },
	{ "let", TAKES_ARGS },
	/* Subscripts and numbers of these are evaluated, commands in them too. */
	{ "[[", TAKES_ARGS },
	{ "unset", TAKES_ARGS },
	{ "read", TAKES_ARGS },
	{ "declare", TAKES_ARGS },
	{ "typeset", TAKES_ARGS },
	{ "mapfile", TAKES_ARGS },
	{ "readarray", TAKES_ARGS },
	{ "test", TAKES_ARGS },
	{ "[", TAKES_ARGS },
	{ "bc", TAKES_ARGS },
	{ "mongo", TAKES_ARGS },
	{ "mongosh", TAKES_ARGS },
	{ "redis-cli", TAKES_ARGS },
	{ "sqlite3", TAKES_ARGS },
	{ "gdb", TAKES_ARGS },
	{ "python", TAKES_AFTER },
	{ "python2", TAKES_AFTER },
	{ "python3", TAKES_AFTER },
	{ "perl", TAKES_AFTER },
	{ "node", TAKES_AFTER },
	{ "ruby", TAKES_AFTER },
	{ "php", TAKES_AFTER },
	{ "lua", TAKES_AFTER },
	{ "psql", TAKES_AFTER },
	{ "mysql", TAKES_AFTER },
	{ "mariadb", TAKES_AFTER },
	{ "cqlsh", TAKES_AFTER },
	{ "env", TAKES_AFTER },
	{ "gcloud", TAKES_AFTER },
	{ "vagrant", TAKES_AFTER },
};

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool find_taker(const char *word, enum taker *ret)
{
	const char *name = base_name(word);

	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
		if (strcmp(programs[i].name, name) == 0) {
			*ret = programs[i].taker;
			return true;
		}
	}
	return false;
}

/* -c, -Atc, -e, --command ... before the word, or glued in front of it. */
static bool is_after_flag(const struct shell_call *call, size_t word)
{
	static const char *const flags[] = {
		"--command", "--eval", "--execute", "--print", "--exec", "--split-string"
	};
	const char *own = call->words[word], *before = word ? call->words[word - 1] : "";

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		if (strcmp(before, flags[i]) == 0 || strncmp(own, flags[i], strlen(flags[i])) == 0)
			return true;
	}
	if (before[0] == '-' && before[1] && before[1] != '-' && strchr("ceEprS", before[strlen(before) - 1]))
		return true;
	return own[0] == '-' && own[1] && strchr("ceEprS", own[1]) != NULL;
}

void placeholder_takers_find(const struct shell_reader *reader, struct placeholder_takers *ret)
{
	*ret = (struct placeholder_takers){ .piped = memchr(reader->text, '|', reader->length) != NULL };
	for (size_t i = 0; i < reader->calls.items.count; i++) {
		const struct shell_call *call = &reader->calls.items.items[i];
		enum taker taker;

		for (size_t w = 0; w < call->count; w++) {
			if (find_taker(call->words[w], &taker))
				vec_push(&ret->items, ((struct placeholder_taker){ i, w, (int)taker }));
		}
	}
}

void placeholder_takers_release(struct placeholder_takers *takers)
{
	vec_release(&takers->items);
}

bool placeholder_is_nested(const struct placeholder_takers *takers, const struct shell_reader *reader,
			   const struct shell_mark *mark)
{
	for (size_t i = 0; i < takers->items.count; i++) {
		const struct placeholder_taker *taker = &takers->items.items[i];
		bool own = taker->call == mark->call;

		if (own && taker->word == mark->word)
			continue;
		if (taker->how == TAKES_ALL || (taker->how == TAKES_AFTER && takers->piped))
			return true;
		if (own && (taker->how != TAKES_AFTER || mark->word >= reader->calls.items.items[mark->call].count ||
			    is_after_flag(&reader->calls.items.items[mark->call], mark->word)))
			return true;
	}
	return false;
}
