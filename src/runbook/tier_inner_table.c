#include <string.h>

#include "base/strbuf.h"
#include "runbook/tier_call.h"

enum rest {
	REST_WORDS,  /* the words behind the options and operands are a command */
	REST_DASHES, /* those behind "--", else those behind the operands */
	REST_JOINED, /* they are joined to a text for a shell */
	REST_FLAG,   /* the word behind -c is a text for a shell */
	REST_SCRIPT, /* the file named is run */
};

static const struct runner {
	const char *call; /* program and subcommands */
	enum rest rest;
	size_t operands;    /* words before the command: a duration, a pod, a host */
	const char *valued; /* options that take the next word */
} runners[] = {
	{ "sudo", REST_WORDS, 0, "-u -g -h -p -C -T -U -r -t -D -R" },
	{ "doas", REST_WORDS, 0, "-u -C" },
	{ "env", REST_WORDS, 0, "-u -C --unset --chdir" },
	{ "time", REST_WORDS, 0, "-f" },
	{ "timeout", REST_WORDS, 1, "-s -k --signal --kill-after" },
	{ "nice", REST_WORDS, 0, "-n --adjustment" },
	{ "ionice", REST_WORDS, 0, "-c -n" },
	{ "nohup", REST_WORDS, 0, "" },
	{ "setsid", REST_WORDS, 0, "" },
	{ "stdbuf", REST_WORDS, 0, "-i -o -e" },
	{ "command", REST_WORDS, 0, "" },
	{ "builtin", REST_WORDS, 0, "" },
	{ "exec", REST_WORDS, 0, "-a" },
	{ "xargs", REST_WORDS, 0, "-I -n -P -d -L -s -E -a" },
	{ "chroot", REST_WORDS, 1, "" },
	{ "nsenter", REST_WORDS, 0, "-t" },
	{ "watch", REST_JOINED, 0, "-n --interval" },
	{ "eval", REST_JOINED, 0, "" },
	{ "ssh", REST_JOINED, 1, "-p -i -l -o -F -J -L -R -D -b -c -e -m -W -w -E -S -O -Q -B -I" },
	{ "kubectl exec", REST_DASHES, 1, "-n --namespace -c --container --context --kubeconfig" },
	{ "oc exec", REST_DASHES, 1, "-n --namespace -c --container --context --kubeconfig" },
	{ "oc rsh", REST_DASHES, 1, "-n --namespace -c --container --context --kubeconfig" },
	{ "docker exec", REST_WORDS, 1, "-e --env -u --user -w --workdir --env-file --detach-keys -c --context -H" },
	{ "podman exec", REST_WORDS, 1, "-e --env -u --user -w --workdir --env-file --detach-keys" },
	{ "nerdctl exec", REST_WORDS, 1, "-e --env -u --user -w --workdir" },
	{ "crictl exec", REST_WORDS, 1, "-r --timeout" },
	{ "docker compose exec", REST_WORDS, 1, "-e --env -u --user -w --workdir --index -f --file -p" },
	{ "docker-compose exec", REST_WORDS, 1, "-e --env -u --user -w --workdir --index -f --file -p" },
	{ "sh", REST_FLAG, 0, "-o -O" },
	{ "bash", REST_FLAG, 0, "-o -O --rcfile --init-file" },
	{ "dash", REST_FLAG, 0, "-o" },
	{ "ash", REST_FLAG, 0, "-o" },
	{ "zsh", REST_FLAG, 0, "-o" },
	{ "ksh", REST_FLAG, 0, "-o" },
	{ "su", REST_FLAG, 0, "-s -g -G" },
	{ "source", REST_SCRIPT, 0, "" },
	{ ".", REST_SCRIPT, 0, "" },
};

static bool is_listed(const char *list, const char *word)
{
	size_t length = strlen(word);

	for (const char *at = list; *at;) {
		size_t item = strcspn(at, " ");

		if (item == length && memcmp(at, word, length) == 0)
			return true;
		at += item + (at[item] == ' ');
	}
	return false;
}

static const struct runner *find_runner(const struct tier_operands *operands, size_t *ret_words)
{
	for (size_t i = 0; i < sizeof(runners) / sizeof(runners[0]); i++) {
		*ret_words = tier_matches(operands, runners[i].call);
		if (*ret_words)
			return &runners[i];
	}
	return NULL;
}

/* Index of the first word of the inner command, from `at` on: options, then the operands, then options again. */
static size_t skip(const struct shell_call *call, const struct runner *runner, size_t at)
{
	size_t operands = runner->operands;
	bool is_env = strcmp(runner->call, "env") == 0;

	for (; at < call->count; at++) {
		const char *word = call->words[at];

		if (strcmp(word, "--") == 0) {
			if (runner->rest == REST_DASHES || !operands)
				return at + 1;
		} else if (word[0] == '-' && word[1]) {
			/* A pod's own command may have options; docker's and ssh's begin behind the host at once. */
			at += is_listed(runner->valued, word);
		} else if (operands) {
			operands--;
		} else if (!(is_env && strchr(word, '='))) {
			return at;
		}
	}
	return call->count;
}

static size_t find_dashes(const struct shell_call *call)
{
	for (size_t i = 1; i < call->count; i++) {
		if (strcmp(call->words[i], "--") == 0)
			return i;
	}
	return call->count;
}

static const char *join(const struct shell_call *call, size_t first, struct arena *arena)
{
	struct strbuf buf = STRBUF_INIT;
	const char *text;

	for (size_t i = first; i < call->count; i++) {
		if (i > first)
			strbuf_addch(&buf, ' ');
		strbuf_addstr(&buf, call->words[i]);
	}
	text = arena_strndup(arena, buf.text, buf.length);
	strbuf_release(&buf);
	return text;
}

/* sh -c TEXT, su - USER -c TEXT. */
static struct tier_inner read_flag(const struct shell_call *call)
{
	for (size_t i = 1; i + 1 < call->count; i++) {
		const char *word = call->words[i];

		if (word[0] == '-' && word[1] != '-' && word[1] && word[strlen(word) - 1] == 'c')
			return (struct tier_inner){ .kind = INNER_TEXT, .text = call->words[i + 1] };
	}
	return (struct tier_inner){ .kind = INNER_UNKNOWN, .terminal = call->count == 1 && !call->reads_file };
}

struct tier_inner tier_inner(const struct shell_call *call, struct arena *arena)
{
	struct tier_inner inner = { .kind = INNER_NONE };
	struct tier_operands operands;
	const struct runner *runner;
	size_t words, first;

	tier_operands(call, &operands);
	runner = find_runner(&operands, &words);
	if (!runner)
		return inner;
	/* `env` prints, `command -v` looks up. */
	if (strcmp(runner->call, "command") == 0 && tier_flag(call, "-v -V", false))
		return inner;
	if (runner->rest == REST_FLAG)
		return read_flag(call);
	if (runner->rest == REST_SCRIPT)
		return (struct tier_inner){ .kind = INNER_UNKNOWN };
	first = runner->rest == REST_DASHES ? find_dashes(call) : call->count;
	first = first < call->count ? first + 1 : skip(call, runner, operands.indexes[words - 1] + 1);
	if (first >= call->count) {
		/* Without a command xargs echoes, env prints; sudo -i, ssh and exec are shells to type in. */
		inner.kind = strcmp(runner->call, "env") == 0 || strcmp(runner->call, "xargs") == 0 ? INNER_NONE
												    : INNER_UNKNOWN;
		inner.terminal = runner->rest == REST_JOINED || tier_flag(call, "-i -s -t", false) != NULL;
		return inner;
	}
	inner.bounded = strcmp(runner->call, "timeout") == 0;
	if (runner->rest == REST_JOINED) {
		inner.kind = INNER_TEXT;
		inner.text = join(call, first, arena);
		return inner;
	}
	inner.kind = INNER_WORDS;
	inner.call = *call;
	inner.call.words = call->words + first;
	inner.call.count = call->count - first;
	inner.call.assigned_count = 0;
	inner.call.writes_file = false;
	return inner;
}
