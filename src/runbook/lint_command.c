#include <string.h>
#include <strings.h>

#include "runbook/lint_command.h"
#include "runbook/tier.h"
#include "runbook/tier_read.h"

#define NESTING_MAX 8

static void add_text(struct lint_command *command, const char *text, const struct lint_call *outer, unsigned depth);

static void add_call(struct lint_command *command, const struct shell_call *call, const struct lint_call *outer,
		     bool in_text, unsigned depth)
{
	struct lint_call *item = arena_alloc(command->arena, sizeof(*item));
	struct tier_inner inner;

	if (!call->count || depth > NESTING_MAX)
		return;
	*item = (struct lint_call){ .call = *call, .outer = outer, .in_text = in_text };
	vec_push(&command->calls, item);
	inner = tier_inner(call, command->arena);
	if (inner.kind == INNER_WORDS)
		add_call(command, &inner.call, item, in_text, depth + 1);
	else if (inner.kind == INNER_TEXT)
		add_text(command, inner.text, item, depth + 1);
}

static void add_text(struct lint_command *command, const char *text, const struct lint_call *outer, unsigned depth)
{
	struct shell_calls calls;

	shell_read(text, command->arena, &calls);
	if (!depth)
		command->whole = calls.complete;
	for (size_t i = 0; calls.complete && i < calls.items.count; i++)
		add_call(command, &calls.items.items[i], outer, depth > 0, depth);
	shell_calls_release(&calls);
}

void lint_command_init(struct lint_command *command, const char *text, const struct step_notes *notes,
		       struct arena *arena)
{
	*command = (struct lint_command){ .text = text, .notes = notes, .arena = arena };
	add_text(command, text, NULL, 0);
}

void lint_command_release(struct lint_command *command)
{
	vec_release(&command->calls);
}

static bool is_program(const struct shell_call *call, const char *name)
{
	const char *slash = strrchr(call->words[0], '/');

	return strcmp(slash ? slash + 1 : call->words[0], name) == 0;
}

static bool matches(const struct shell_call *call, const char *pattern)
{
	struct tier_operands operands;

	tier_operands(call, &operands);
	return tier_matches(&operands, pattern) > 0;
}

static const char *find_broken(const struct lint_command *command)
{
	return command->whole
		       ? NULL
		       : "it is no whole command: a quote, a loop or a here-document is open, or it is no shell's";
}

/* npm takes every flag before a bare "--", also behind the script's name. */
static const char *npm_fault(const struct shell_call *call, struct arena *arena)
{
	struct tier_operands operands;

	tier_operands(call, &operands);
	if (!tier_matches(&operands, "npm run") || operands.count < 3)
		return NULL;
	for (size_t w = operands.indexes[2] + 1; w < call->count && strcmp(call->words[w], "--") != 0; w++) {
		const char *flag = call->words[w];
		int length = (int)strcspn(flag, "=");

		if (flag[0] == '-' && flag[1])
			return arena_printf(arena, "npm keeps '%.*s' for itself (npm run --silent %s -- ... %.*s)",
					    length, flag, operands.words[2], length, flag);
	}
	return NULL;
}

/* What a new container runs. It is no inner command: making the container changes something, whatever it runs. */
static bool is_run_in_container(const struct shell_call *call)
{
	static const char *const patterns[] = { "* compose run", "docker-compose run", "docker run",
						"podman run",    "nerdctl run",        "kubectl run" };

	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++)
		if (matches(call, patterns[i]))
			return true;
	return false;
}

static const char *find_npm(const struct lint_command *command)
{
	const char *fault = NULL;

	for (size_t i = 0; i < command->calls.count && !fault; i++) {
		struct shell_call call = command->calls.items[i]->call;

		fault = npm_fault(&call, command->arena);
		if (fault || !is_run_in_container(&call))
			continue;
		while (call.count > 1 && strcmp(call.words[0], "npm") != 0) {
			call.words++;
			call.count--;
		}
		fault = npm_fault(&call, command->arena);
	}
	return fault;
}

static const char *find_endless(const struct lint_command *command)
{
	const char *why;

	if (command->notes && (command->notes->follow || command->notes->timeout_ms > 0))
		return NULL;
	why = tier_never_ends(command->text, command->arena);
	return why ? arena_printf(command->arena, "%s (annotate follow: true or a timeout, or leave it out)", why)
		   : NULL;
}

static const char *find_terminal(const struct lint_command *command)
{
	static const char *const patterns[] = { "kubectl exec", "oc exec",     "docker exec",
						"podman exec",  "kubectl run", "docker run" };

	for (size_t i = 0; i < command->calls.count; i++) {
		const struct shell_call *call = &command->calls.items[i]->call;

		for (size_t p = 0; p < sizeof(patterns) / sizeof(patterns[0]); p++) {
			if (matches(call, patterns[p]) && tier_flag(call, "-t --tty", false) &&
			    tier_flag(call, "-i --stdin --interactive", false))
				return arena_printf(command->arena,
						    "'%s -it' wants a terminal and a keyboard (without -it)",
						    patterns[p]);
		}
	}
	return NULL;
}

/* Is it a word of its own of the outer command? In quotes it is a part of one, and the other shell expands it. */
static bool is_own_word(const struct shell_call *outer, const char *word)
{
	for (size_t i = 1; !outer->literal && i < outer->count; i++)
		if (strcmp(outer->words[i], word) == 0)
			return true;
	return false;
}

static bool is_elsewhere(const struct shell_call *outer)
{
	static const char *const patterns[] = { "* exec", "* rsh", "* compose exec", "ssh" };

	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++)
		if (matches(outer, patterns[i]))
			return true;
	return false;
}

/* Unquoted, it is expanded by the shell here, with the files here. */
static const char *find_glob(const struct lint_command *command)
{
	for (size_t i = 0; i < command->calls.count; i++) {
		const struct lint_call *item = command->calls.items[i];
		const struct shell_call *call = &item->call;
		struct arena *arena = command->arena;

		if (!item->outer || call->literal || !is_elsewhere(&item->outer->call))
			continue;
		for (size_t w = 1; w < call->count; w++) {
			const char *word = call->words[w];

			if ((strchr(word, '*') || word[0] == '~') &&
			    (!item->in_text || is_own_word(&item->outer->call, word)) &&
			    tier_read_call(call, command->text, arena).tier != TIER_READ)
				return arena_printf(arena, "'%s' is expanded here, not there (sh -c '... %s')", word,
						    word);
		}
	}
	return NULL;
}

static const char *find_exit(const struct lint_command *command)
{
	for (size_t i = 0; i < command->calls.count; i++) {
		const struct lint_call *item = command->calls.items[i];
		size_t at = item->call.begin;

		if (item->outer || !is_program(&item->call, "exit"))
			continue;
		while (at && strchr(" \t\n", command->text[at - 1]))
			at--;
		if (at >= 2 && memcmp(command->text + at - 2, "||", 2) == 0)
			return "'|| exit' ends the shell of whoever pastes it (a step's exit status says it)";
	}
	return NULL;
}

/* `docker login -p x`, `sshpass -p x`. */
static bool is_login(const struct shell_call *call, const char *text, const char *next)
{
	static const char *const patterns[] = { "docker login", "podman login",        "buildah login", "skopeo login",
						"oc login",     "helm registry login", "az login",      "sshpass" };

	if (strncmp(text, "-p", 2) != 0 || (!text[2] && (!next[0] || next[0] == '-')))
		return false;
	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++)
		if (matches(call, patterns[i]))
			return true;
	return false;
}

/* A name that secrets have: "db_password", "API-TOKEN". */
static bool is_secret_name(const char *name, size_t length)
{
	static const char *const words[] = { "password", "passwd", "passphrase", "secret",    "token",
					     "api_key",  "apikey", "api-key",    "access_key" };

	for (size_t at = 0; at < length; at++)
		for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
			if (strlen(words[i]) <= length - at && strncasecmp(name + at, words[i], strlen(words[i])) == 0)
				return true;
	return false;
}

/* --from-literal=password=x; of a Secret whatever its key is called. */
static bool is_literal(const struct shell_call *call, const char *text, const char *next)
{
	static const char flag[] = "--from-literal";
	const char *pair = text + sizeof(flag) - 1;

	if (strncmp(text, flag, sizeof(flag) - 1) != 0 || (*pair && *pair != '='))
		return false;
	pair = *pair ? pair + 1 : next;
	return strchr(pair, '=') && strchr(pair, '=')[1] &&
	       (matches(call, "* create secret") || is_secret_name(pair, strcspn(pair, "=")));
}

/* `vault login x`, `vault login -method=userpass username=me password=x`; "-" is standard input. */
static bool is_vault_login(const struct shell_call *call, size_t word)
{
	struct tier_operands operands;
	const char *text = call->words[word];

	tier_operands(call, &operands);
	if (tier_matches(&operands, "vault login") == 0 || word <= operands.indexes[1] || text[0] == '-')
		return false;
	return strchr(text, '=') ? is_secret_name(text, strcspn(text, "=")) && strchr(text, '=')[1] : true;
}

/* --password=x, --token x, -a x of redis-cli, curl -u a:b, an Authorization header. */
static bool is_secret(const struct shell_call *call, size_t word)
{
	static const char *const flags[] = { "--password", "--passwd",  "--pass",       "--token",
					     "--secret",   "--api-key", "--access-key", "--secret-key" };
	const char *text = call->words[word], *next = word + 1 < call->count ? call->words[word + 1] : "";

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		size_t length = strlen(flags[i]);

		if (strncmp(text, flags[i], length) == 0 &&
		    ((text[length] == '=' && text[length + 1]) || (!text[length] && next[0] && next[0] != '-')))
			return true;
	}
	if ((strcmp(text, "-H") == 0 || strcmp(text, "--header") == 0) &&
	    (strncasecmp(next, "authorization:", 14) == 0 || strncasecmp(next, "x-api-key:", 10) == 0))
		return true;
	if (is_program(call, "curl") && (strcmp(text, "-u") == 0 || strcmp(text, "--user") == 0) && strchr(next, ':'))
		return true;
	if ((is_program(call, "redis-cli") && strcmp(text, "-a") == 0) || is_login(call, text, next) ||
	    is_literal(call, text, next) || is_vault_login(call, word))
		return true;
	return (is_program(call, "mysql") || is_program(call, "mysqldump") || is_program(call, "mysqladmin")) &&
	       strncmp(text, "-p", 2) == 0 && text[2] && text[2] != '-';
}

/* scheme://user:password@host */
static bool has_login(const char *text)
{
	const char *scheme = strstr(text, "://"), *at = scheme ? strchr(scheme, '@') : NULL;
	const char *colon = scheme ? strchr(scheme + 3, ':') : NULL;

	return at && colon && colon < at && at > colon + 1 && !memchr(scheme + 3, '/', (size_t)(at - scheme - 3));
}

/* https://host/path?token=x */
static bool has_secret_query(const char *text)
{
	const char *scheme = strstr(text, "://"), *at = scheme ? strchr(scheme, '?') : NULL;

	while (at) {
		const char *name = at + 1, *equals = name + strcspn(name, "=&#");

		if (*equals == '=' && equals[1] && equals[1] != '&' && is_secret_name(name, (size_t)(equals - name)))
			return true;
		at = strchr(name, '&');
	}
	return false;
}

/* The option without what it gives: a fault is no place for a secret either. NULL: the word is the secret. */
static const char *secret_option(const char *text, struct arena *arena)
{
	size_t name = strcspn(text, "=");

	if (text[0] != '-')
		return text[name] ? arena_printf(arena, "%.*s=...", (int)name, text) : NULL;
	if (strncmp(text, "--", 2) != 0)
		return arena_printf(arena, "%.2s%s", text, text[2] ? "..." : "");
	if (strncmp(text, "--from-literal=", 15) == 0)
		name += 1 + strcspn(text + name + 1, "=");
	return arena_printf(arena, "%.*s%s", (int)name, text, text[name] ? "=..." : "");
}

static const char *secret_words(const char *text, struct arena *arena)
{
	const char *option = secret_option(text, arena);

	return option ? arena_printf(arena,
				     "'%s' puts a secret in the arguments, where everybody on the machine sees it (a "
				     "file, standard input or the environment)",
				     option)
		      : "a secret stands in the arguments, where everybody on the machine sees it (a file, standard "
			"input or the environment)";
}

static const char *find_secret(const struct lint_command *command)
{
	for (size_t i = 0; i < command->calls.count; i++) {
		const struct shell_call *call = &command->calls.items[i]->call;

		/* Of a command within a command the words were looked at with the outer one. */
		for (size_t w = 1; w < call->count; w++) {
			if (is_secret(call, w))
				return secret_words(call->words[w], command->arena);
			if (has_secret_query(call->words[w]))
				return "a secret stands in the address, where everybody on the machine sees it, and in "
				       "the server's log (a header from a file)";
			if (has_login(call->words[w]))
				return "a password stands in the address, where everybody on the machine sees it (a "
				       "file or the environment)";
		}
	}
	return NULL;
}

static bool is_bounded(const struct lint_call *item)
{
	for (; item; item = item->outer) {
		if (is_program(&item->call, "timeout"))
			return true;
	}
	return false;
}

static const char *find_curl_fail(const struct lint_command *command)
{
	for (size_t i = 0; i < command->calls.count; i++) {
		const struct shell_call *call = &command->calls.items[i]->call;

		if (is_program(call, "curl") && call->count > 1 &&
		    !tier_flag(call, "-f --fail --fail-with-body -w --write-out -I --head -V --version -h --help",
			       false))
			return "curl takes an answer of 500 for success (curl -f)";
	}
	return NULL;
}

static const char *find_curl_time(const struct lint_command *command)
{
	for (size_t i = 0; i < command->calls.count; i++) {
		const struct lint_call *item = command->calls.items[i];

		if (is_program(&item->call, "curl") && item->call.count > 1 && !is_bounded(item) &&
		    !tier_flag(&item->call, "-m --max-time -V --version -h --help", false))
			return "curl waits for ever for an answer (curl --max-time 10)";
	}
	return NULL;
}

static const char *find_autoscale(const struct lint_command *command)
{
	for (size_t i = 0; i < command->calls.count; i++) {
		const struct shell_call *call = &command->calls.items[i]->call;

		if ((matches(call, "kubectl autoscale") || matches(call, "oc autoscale")) &&
		    tier_flag(call, "--memory-percent --mem-percent", true))
			return "'kubectl autoscale' has no '--memory-percent' (a HorizontalPodAutoscaler in a file has "
			       "memory)";
	}
	return NULL;
}

static const char *find_all(const struct lint_command *command)
{
	static const char *const kinds[] = { "deploy/all",          "deployment/all",  "deployments/all",
					     "deployment.apps/all", "statefulset/all", "sts/all",
					     "daemonset/all",       "ds/all",          "pod/all" };

	for (size_t i = 0; i < command->calls.count; i++) {
		const struct shell_call *call = &command->calls.items[i]->call;

		for (size_t w = 1; w < call->count; w++) {
			for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
				if (strcmp(call->words[w], kinds[k]) == 0)
					return arena_printf(command->arena,
							    "'%s' is one object named 'all' (%.*s --all)", kinds[k],
							    (int)strcspn(kinds[k], "/"), kinds[k]);
			}
		}
	}
	return NULL;
}

const struct lint_command_rule lint_command_rules[] = {
	{ "whole-command", FAULT_ERROR, find_broken },
	{ "npm-flags", FAULT_ERROR, find_npm },
	{ "never-ends", FAULT_ERROR, find_endless },
	{ "remote-glob", FAULT_ERROR, find_glob },
	{ "autoscale-memory", FAULT_ERROR, find_autoscale },
	{ "object-all", FAULT_ERROR, find_all },
	{ "exec-terminal", FAULT_APPROXIMATION, find_terminal },
	{ "or-exit", FAULT_APPROXIMATION, find_exit },
	{ "secret-argument", FAULT_APPROXIMATION, find_secret },
	{ "curl-fail", FAULT_APPROXIMATION, find_curl_fail },
	{ "curl-time", FAULT_APPROXIMATION, find_curl_time },
};
const size_t lint_command_rule_count = sizeof(lint_command_rules) / sizeof(lint_command_rules[0]);
