/*
 * npm, as `npm run SCRIPT` passes words on: every flag before "--" is its own
 * and does not reach the script; without --silent a banner stands before what
 * the script says. And the colony's command line behind it, which refuses
 * words it does not know.
 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/vec.h"
#include "sim/shim_flags.h"
#include "sim/shim_tools.h"

/* ---- the colony's command line ---- */

/* Each command with the actions and options it takes; with '=' those that need a value. */
static const struct {
	const char *name, *takes;
} commands[] = {
	/* clang-format off */
	{ "agents", "cluster count health unhealthy healthy kill= kill-unhealthy limit= list max= prune prune-idle idle= older-than= spawn= test type=" },
	{ "anchors", "clear clear-corrupted corrupted evict older-than= quality= rebuild stats test" },
	{ "ann", "clear rebuild" },
	{ "auth", "block status" },
	{ "backup", "full emergency agents synapses worldmodel anchors federated discard list prune repair status verify latest id= since= sort= reason= verbose" },
	{ "cache", "clear all stats test force" },
	{ "circuit", "reset status" },
	{ "dream", "disable enable interval= iterations= max-iterations= status test" },
	{ "failback", "to=" },
	{ "failover", "abort to=" },
	{ "fallback", "list" },
	{ "features", "verify" },
	{ "federated", "connect disconnect reconnect reset reset-local local status sync test" },
	{ "gc", "force" },
	{ "health", "full" },
	{ "help", "" },
	{ "knowledge", "integrity" },
	{ "lmcache", "clear" },
	{ "loadtest", "rps= duration=" },
	{ "meadow", "connect disconnect status" },
	{ "memory", "top" },
	{ "network", "status" },
	{ "perf", "agents baseline cache dream watch" },
	{ "profile", "enable eventloop flamegraph memory" },
	{ "reconnect", "" },
	{ "reload", "force instance=" },
	{ "replay", "wal until=" },
	{ "replication", "restart status" },
	{ "restore", "full latest agents synapses worldmodel anchors federated id= from= point-in-time= before-transaction= after-transaction=" },
	{ "rpo", "" },
	{ "sla", "check" },
	{ "status", "" },
	{ "sync", "compress compression= force partial from= interval= status" },
	{ "synapses", "check check-nan nan cluster count prune below= reinit reinit-hebbian hebbian reset reset-nan rollback= watch" },
	{ "test", "smoke agents dream cache federated" },
	{ "topology", "check enable enable-migration migration hot migrate rebalance watch" },
	{ "traffic", "restore" },
	{ "validate", "full agents synapses worldmodel anchors federated compare=" },
	{ "version", "" },
	{ "worldmodel", "health status rebuild rebuild-vae vae" },
	/* clang-format on */
};

enum { COMMAND_COUNT = sizeof(commands) / sizeof(commands[0]) };

static const char *takes_of(const char *name)
{
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		if (!strcmp(commands[i].name, name))
			return commands[i].takes;
	return NULL;
}

static int unknown_command(const struct shim *shim, const char *name)
{
	const char *near = NULL;
	unsigned best = 3;

	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		unsigned distance = text_distance(name, commands[i].name, best);

		if (distance < best) {
			best = distance;
			near = commands[i].name;
		}
	}
	shim_fail(shim, 1, "error: unknown command '%s'", name);
	if (near)
		shim_fail(shim, 1, "(Did you mean %s?)", near);
	return 1;
}

/* Is the name (up to a '=') among those taken? `ret_value`: a value may follow as a word of its own. */
static bool takes_word(const char *takes, const char *word, bool *ret_value)
{
	size_t length = strcspn(word, "=");

	*ret_value = false;
	for (const char *at = takes; *at; at += strcspn(at, " "), at += *at == ' ') {
		if (strcspn(at, " =") != length || strncmp(at, word, length) != 0)
			continue;
		*ret_value = at[length] == '=' && !word[length];
		return at[length] == '=' || !word[length];
	}
	return false;
}

static bool is_value(const char *word)
{
	return (*word >= '0' && *word <= '9') || !strncmp(word, "backup-", 7) || !strcmp(word, "latest");
}

/* Each word behind the command is one it takes, or the value of the one before. */
static int check_words(const struct shim *shim, const char *const *words, size_t count)
{
	const char *takes = takes_of(words[0]);
	bool value = false;

	if (!takes)
		return words[0][0] == '-' ? shim_fail(shim, 1, "error: unknown option '%.*s'",
						      (int)strcspn(words[0], "="), words[0])
					  : unknown_command(shim, words[0]);
	for (size_t i = 1; i < count; i++) {
		const char *bare = words[i] + strspn(words[i], "-");

		if (value && words[i][0] != '-') {
			value = false;
			continue;
		}
		if (!strcmp(words[i], "--json") || takes_word(takes, bare, &value) ||
		    (words[i][0] != '-' && is_value(words[i])))
			continue;
		if (words[i][0] == '-')
			return shim_fail(shim, 1, "error: unknown option '%.*s'", (int)strcspn(words[i], "="),
					 words[i]);
		return shim_fail(shim, 1, "error: unknown command '%s'", words[i]);
	}
	return 0;
}

/* The colony's own answer; with --json as it is. */
static int colony_cli(const struct shim *shim, const char *const *words, size_t count)
{
	VEC(const char *) sent = { 0 };
	struct control_answer answer;
	bool json = false;
	int status;

	if (!count) {
		shim_say(shim, "Usage: polln [options] [command]\n\nCommands:");
		for (size_t i = 0; i < COMMAND_COUNT; i++)
			shim_say(shim, "  %s", commands[i].name);
		return 1;
	}
	status = check_words(shim, words, count);
	if (status)
		return status;
	for (size_t i = 0; i < count; i++) {
		if (!strcmp(words[i], "--json"))
			json = true;
		else
			vec_push(&sent, words[i]);
	}
	if (!json) {
		status = shim_tell(shim, SHIM_COLONY, sent.items, sent.count);
	} else if (shim->link->ask(shim->link->user, SHIM_COLONY, sent.items, sent.count, true, &answer, NULL) < 0) {
		status = -1;
	} else {
		strbuf_add(shim->out, answer.output.text, answer.output.length);
		status = answer.status;
		control_answer_release(&answer);
	}
	vec_release(&sent);
	return status < 0 ? shim_fail(shim, 1, "error: connect ECONNREFUSED 127.0.0.1:8080") : status;
}

/* ---- scripts of the packages ---- */

struct script {
	const char *package, *name, *line;
	const char *verb[3]; /* what it does; NULL: the colony's command line */
};

static const struct script scripts[] = {
	/* clang-format off */
	{ NULL, "cli", "node dist/cli/index.js", { NULL } },
	{ "lmcache", "clear", "node dist/clear.js", { "cache", "clear" } },
	{ "lmcache", "stats", "node dist/stats.js", { "cache", "stats" } },
	{ "worldmodel", "vae:health", "node dist/vae/health.js", { "worldmodel", "status" } },
	{ "worldmodel", "health", "node dist/health.js", { "worldmodel", "status" } },
	/* clang-format on */
};

static const struct script *script_of(const char *package, const char *name)
{
	for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++)
		if (!strcmp(scripts[i].name, name) && (!scripts[i].package || !strcmp(scripts[i].package, package)))
			return &scripts[i];
	return NULL;
}

static int missing_script(const struct shim *shim, const char *name)
{
	return shim_fail(shim, 1,
			 "npm error Missing script: \"%s\"\nnpm error\nnpm error To see a list of scripts, run:\n"
			 "npm error   npm run",
			 name);
}

struct npm_line {
	VEC(const char *) words; /* that are not npm's own; the first is "run", the second the script */
	bool silent;
};

/* A flag before "--" is npm's, known or not, with its "=value"; a word that follows it stays a word. */
static void read_line(const struct shim *shim, struct npm_line *ret)
{
	size_t i = 0;

	for (; i < shim->count && strcmp(shim->words[i], "--") != 0; i++) {
		const char *word = shim->words[i];

		if (word[0] != '-' || !word[1]) {
			vec_push(&ret->words, word);
			continue;
		}
		if (!strcmp(word, "--silent") || !strcmp(word, "-s") || !strcmp(word, "--loglevel=silent"))
			ret->silent = true;
		else if (!ret->silent && !strncmp(word, "--", 2) &&
			 !shim_one_of("--prefix --workspace --if-present --ignore-scripts --force", word))
			shim_fail(shim, 0,
				  "npm warn Unknown cli config \"%.*s\". This will stop working in the next major "
				  "version of "
				  "npm.",
				  (int)strcspn(word, "="), word);
	}
	for (i++; i < shim->count; i++)
		vec_push(&ret->words, shim->words[i]);
}

static int run_script(const struct shim *shim, const struct npm_line *line, const char *package)
{
	const struct script *script = script_of(package, line->words.items[1]);
	const char *const *words = line->words.items + 2;
	size_t count = line->words.count - 2, verb = 0;
	int status;

	if (!script)
		return missing_script(shim, line->words.items[1]);
	if (!line->silent) {
		strbuf_addf(shim->out, "\n> %s@0.1.0 %s\n> %s", strcmp(package, "colony") ? package : "polln",
			    script->name, script->line);
		for (size_t i = 0; i < count; i++)
			strbuf_addf(shim->out, " %s", words[i]);
		strbuf_addstr(shim->out, "\n\n");
	}
	while (verb < 3 && script->verb[verb])
		verb++;
	if (!verb)
		return colony_cli(shim, words, count);
	for (size_t i = 0; i < count; i++)
		if (strcmp(words[i], "--force") != 0)
			return shim_fail(shim, 1, "error: unknown option '%s'", words[i]);
	status = shim_tell(shim, SHIM_COLONY, script->verb, verb);
	return status < 0 ? shim_fail(shim, 1, "error: connect ECONNREFUSED 127.0.0.1:8080") : status;
}

int shim_npm_in(const struct shim *shim, const char *package)
{
	struct npm_line line = { .silent = false };
	const char *what;
	int status;

	read_line(shim, &line);
	what = line.words.count ? line.words.items[0] : NULL;
	if (what && shim_one_of("run run-script", what) && line.words.count > 1) {
		status = run_script(shim, &line, package);
	} else if (what && shim_one_of("run run-script", what)) {
		shim_say(shim, "Scripts available in %s@0.1.0 via `npm run`:\n  cli\n    node dist/cli/index.js",
			 strcmp(package, "colony") ? package : "polln");
		status = 0;
	} else if (what && !strcmp(what, "test")) {
		status = missing_script(shim, "test");
	} else {
		status = shim_fail(
			shim, 1, "Unknown command: \"%s\"\n\nTo see a list of supported npm commands, run:\n  npm help",
			what ? what : "");
	}
	vec_release(&line.words);
	return status;
}

/* On the person's own machine it is the colony's package that lies there. */
int shim_npm(struct shim *shim)
{
	return shim_npm_in(shim, "colony");
}
