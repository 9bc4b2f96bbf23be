#include "runbook/target.h"

#include <ctype.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/path.h"
#include "base/text.h"
#include "config/json.h"
#include "runbook/target_environment.h"
#include "runbook/target_kubeconfig.h"

extern char **environ;

static const char *read_host(struct arena *arena)
{
	char host[256] = "";

	if (gethostname(host, sizeof(host) - 1) || !*host)
		return "localhost";
	host[strcspn(host, ".")] = '\0';
	return arena_strdup(arena, host);
}

/* Who the processes are, whatever a variable says; a variable only where the user has no name. */
static const char *read_user(const char *const *environment, struct arena *arena)
{
	const struct passwd *user = getpwuid(geteuid());
	const char *said = target_variable(environment, "LOGNAME");

	if (user && user->pw_name && *user->pw_name)
		return arena_strdup(arena, user->pw_name);
	if (*said)
		return arena_strdup(arena, said);
	return arena_printf(arena, "%u", (unsigned)geteuid());
}

/* The context that `docker context use` wrote down. */
static const char *docker_context_of_file(const char *const *environment, struct arena *arena)
{
	const char *folder = target_variable(environment, "DOCKER_CONFIG"), *ret;
	char *path;
	cJSON *json;

	if (!*folder)
		folder = arena_printf(arena, "%s/.docker", target_variable(environment, "HOME"));
	path = path_join(folder, "config.json");
	json = path_exists(path) ? json_read(path, NULL) : NULL;
	ret = arena_strdup(arena, json_string(json, "currentContext", ""));
	cJSON_Delete(json);
	free(path);
	return strcmp(ret, "default") == 0 ? "" : ret;
}

/* As the docker program decides it: its host variable goes before contexts. */
static const char *read_docker(const char *const *environment, struct arena *arena)
{
	const char *host = target_variable(environment, "DOCKER_HOST");
	const char *context = target_variable(environment, "DOCKER_CONTEXT");

	if (*host)
		return target_url(host, true, arena);
	if (*context)
		return arena_strdup(arena, context);
	return docker_context_of_file(environment, arena);
}

void target_read(struct run_target *ret, const char *const *environment, struct arena *arena)
{
	/* The process's own is as constant as a given one while it is looked at. */
	union {
		char **own;
		const char *const *kept;
	} all = { .own = environ };

	if (!environment)
		environment = all.kept;
	*ret = (struct run_target){ .context = "", .cluster = "", .server = "", .name_space = "", .fault = "" };
	ret->host = read_host(arena);
	ret->user = read_user(environment, arena);
	target_read_kubeconfig(ret, environment, arena);
	ret->docker = read_docker(environment, arena);
}

void target_text(const struct run_target *target, struct strbuf *ret)
{
	text_add_safe(ret, target->user);
	strbuf_addch(ret, '@');
	text_add_safe(ret, target->host);
	if (*target->context) {
		strbuf_addstr(ret, " kube ");
		text_add_safe(ret, target->context);
		if (*target->name_space) {
			strbuf_addch(ret, '/');
			text_add_safe(ret, target->name_space);
		}
	}
	if (*target->server) {
		strbuf_addstr(ret, " (");
		text_add_safe(ret, target->server);
		strbuf_addch(ret, ')');
	}
	if (*target->docker) {
		strbuf_addstr(ret, " docker ");
		text_add_safe(ret, target->docker);
	}
	if (*target->fault) {
		strbuf_addstr(ret, " (not known: ");
		text_add_safe(ret, target->fault);
		strbuf_addch(ret, ')');
	}
}

/* ---- what denies what ---- */

/* Words that names of places are made of, and the kind of place each says. */
static const struct {
	const char *word, *kind;
} places[] = {
	{ "production", "production" },
	{ "prod", "production" },
	{ "prd", "production" },
	{ "live", "production" },
	{ "staging", "staging" },
	{ "stage", "staging" },
	{ "stg", "staging" },
	{ "preprod", "staging" },
	{ "development", "development" },
	{ "develop", "development" },
	{ "dev", "development" },
	{ "local", "development" },
	{ "minikube", "development" },
	{ "kind", "development" },
	{ "test", "test" },
	{ "testing", "test" },
	{ "qa", "test" },
	{ "uat", "test" },
	{ "ci", "test" },
	{ "drill", "drill" },
	{ "demo", "demo" },
	{ "sandbox", "demo" },
};

static const char *place_kind(const char *word, size_t length)
{
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (strlen(places[i].word) == length && strncasecmp(places[i].word, word, length) == 0)
			return places[i].kind;
	return NULL;
}

/* The kind of place that a name says it is, the wanted one if it says several; NULL. */
static const char *kind_of_name(const char *name, const char *wanted)
{
	const char *ret = NULL;

	for (const char *at = name; *at;) {
		size_t length = 0;
		const char *kind;

		while (isalpha((unsigned char)at[length]))
			length++;
		kind = length ? place_kind(at, length) : NULL;
		if (kind && (!ret || strcmp(kind, wanted) == 0))
			ret = kind;
		at += length ? length : 1;
	}
	return ret;
}

/* Context and cluster go before the namespace: a production cluster may well have one for developers' tools. */
static const char *deny_environment(const struct run_target *target, const char *wanted, struct arena *arena)
{
	const char *const names[] = { target->context, target->cluster, target->name_space };
	const char *kind = place_kind(wanted, strlen(wanted));

	for (size_t i = 0; kind && i < sizeof(names) / sizeof(names[0]); i++) {
		const char *said = kind_of_name(names[i], kind);

		if (!said)
			continue;
		if (strcmp(said, kind) == 0)
			return NULL;
		return arena_printf(arena, "kube %s is %s, the environment is %s",
				    i == 2 ? arena_printf(arena, "namespace %s", names[i]) : names[i], said, wanted);
	}
	return NULL;
}

enum wanted_kind {
	WANTED_NAMESPACE,
	WANTED_CONTEXT,
	WANTED_CLUSTER,
	WANTED_HOST,
	WANTED_USER,
	WANTED_DOCKER,
	WANTED_ENVIRONMENT,
	WANTED_KINDS
};

static const char *const wanted_words[WANTED_KINDS] = {
	[WANTED_NAMESPACE] = "namespace",
	[WANTED_CONTEXT] = "context",
	[WANTED_CLUSTER] = "cluster",
	[WANTED_HOST] = "host",
	[WANTED_USER] = "user",
	[WANTED_DOCKER] = "docker",
	[WANTED_ENVIRONMENT] = "environment",
};

static const char *value_of(const struct run_target *target, enum wanted_kind kind)
{
	switch (kind) {
	case WANTED_NAMESPACE: return target->name_space;
	case WANTED_CONTEXT: return target->context;
	case WANTED_CLUSTER: return target->cluster;
	case WANTED_HOST: return target->host;
	case WANTED_USER: return target->user;
	case WANTED_DOCKER: return target->docker;
	default: return "";
	}
}

static const char *deny(const char *word, const char *is, const char *wanted, struct arena *arena)
{
	if (!*is || strcmp(is, wanted) == 0)
		return NULL;
	return arena_printf(arena, "%s is %s, not %s", word, is, wanted);
}

static const char *deny_kind(const struct run_target *target, enum wanted_kind kind, const char *wanted,
			     struct arena *arena)
{
	if (kind == WANTED_ENVIRONMENT)
		return deny_environment(target, wanted, arena);
	/* A host is meant with or without its domain. */
	if (kind == WANTED_HOST && strcspn(wanted, ".") == strlen(target->host) &&
	    strncmp(wanted, target->host, strlen(target->host)) == 0)
		return NULL;
	return deny(wanted_words[kind], value_of(target, kind), wanted, arena);
}

/* CONTEXT, or CONTEXT/NAMESPACE; a context's own name may have slashes. */
static const char *deny_place(const struct run_target *target, const char *wanted, struct arena *arena)
{
	const char *slash = strrchr(wanted, '/'), *place = wanted;

	if (!*target->context || strcmp(target->context, wanted) == 0 || strcmp(target->cluster, wanted) == 0)
		return NULL;
	if (slash)
		place = arena_strndup(arena, wanted, (size_t)(slash - wanted));
	if (strcmp(place, target->context) != 0 && strcmp(place, target->cluster) != 0)
		return deny("kube context", target->context, place, arena);
	return slash ? deny("namespace", target->name_space, slash + 1, arena) : NULL;
}

const char *target_conflict(const struct run_target *target, const char *wanted, struct arena *arena)
{
	if (!wanted || !*wanted)
		return NULL;
	for (enum wanted_kind kind = 0; kind < WANTED_KINDS; kind++) {
		size_t length = strlen(wanted_words[kind]);

		if (strncmp(wanted, wanted_words[kind], length) == 0 && wanted[length] == '/')
			return deny_kind(target, kind, wanted + length + 1, arena);
	}
	return deny_place(target, wanted, arena);
}
