/* docker and docker compose, for DRYAD's containers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/shim_docker.h"
#include "sim/shim_table.h"
#include "sim/shim_tools.h"

static const struct container containers[] = {
	/* clang-format off */
	{ "dryad-api", "dryad_backend dryad-backend backend", "backend", "dryad-api", "gremlins_app.log" },
	{ "dryad-nginx", "nginx dryad_nginx", "nginx", "nginx:1.25", "gremlins_access.log" },
	{ "dryad-postgres", "postgres dryad_postgres db dryad-postgres-pitr", "postgres", "postgres:16", NULL },
	{ "dryad-redis", "redis dryad_redis", "redis", "redis:7", NULL },
	{ "dryad-chromadb", "chromadb dryad_chromadb", "chromadb", "chromadb/chroma", NULL },
	{ "dryad-ollama", "ollama dryad_ollama", "ollama", "ollama/ollama", NULL },
	/* clang-format on */
};

enum { CONTAINER_COUNT = sizeof(containers) / sizeof(containers[0]) };

const struct container *docker_container(const char *name)
{
	for (size_t i = 0; i < CONTAINER_COUNT; i++)
		if (!strcmp(containers[i].name, name) || shim_one_of(containers[i].others, name))
			return &containers[i];
	return NULL;
}

int docker_no_container(const struct shim *shim, const char *name)
{
	return shim_fail(shim, 1, "Error response from daemon: No such container: %s", name);
}

/* clang-format off */
static const struct shim_flag flags[] = {
	{ NULL, "help", 'h', false },
	{ "ps images inspect stats ls", "format", 0, true }, { "ps", "filter", 'f', true }, { "ps", "all", 'a', false },
	{ "ps images", "quiet", 'q', false }, { "inspect", "format", 'f', true },
	{ "stats", "no-stream", 0, false }, { "stats", "all", 'a', false },
	{ "logs", "tail", 'n', true }, { "logs", "follow", 'f', false }, { "logs", "since", 0, true }, { "logs", "timestamps", 't', false },
	{ "restart stop", "time", 't', true },
	{ "exec", "interactive", 'i', false }, { "exec", "tty", 't', false }, { "exec", "user", 'u', true },
	{ "exec", "env", 'e', true }, { "exec", "workdir", 'w', true }, { "exec", "no-TTY", 'T', false },
	{ "update", "memory", 'm', true }, { "update", "memory-swap", 0, true }, { "update", "cpus", 0, true },
	{ "system", "force", 'f', false }, { "system", "all", 'a', false }, { "system", "volumes", 0, false },
	{ "system", "filter", 0, true }, { "system", "verbose", 'v', false },
	/* compose */
	{ "up", "detach", 'd', false }, { "up build", "build", 0, false }, { "up", "scale", 0, true }, { "up", "force-recreate", 0, false },
	{ "up", "no-deps", 0, false }, { "up", "wait", 0, false }, { "up down", "remove-orphans", 0, false }, { "up", "no-build", 0, false },
	{ "build", "no-cache", 0, false }, { "build pull", "quiet", 'q', false }, { "down", "volumes", 'v', false },
	{ "logs", "no-color", 0, false },
	{ "config", "quiet", 'q', false }, { "config", "no-interpolate", 0, false }, { "config", "images", 0, false },
	{ "volume rm", "force", 'f', false }, { "rm", "volumes", 'v', false },
	{ NULL, NULL, 0, false },
};

static const struct shim_flag leading_flags[] = {
	{ NULL, "file", 'f', true }, { NULL, "project-name", 'p', true }, { NULL, "env-file", 0, true }, { NULL, "profile", 0, true },
	{ NULL, "help", 'h', false }, { NULL, "version", 'v', false }, { NULL, "context", 'c', true }, { NULL, "host", 'H', true },
	{ NULL, NULL, 0, false },
};
/* clang-format on */

static const struct shim_grammar grammar = { flags, MANNER_PFLAG, false, false };
static const struct shim_grammar of_exec = { flags, MANNER_PFLAG, true, false };
static const struct shim_flag run_flags[] = {
	{ NULL, "rm", 0, false },      { NULL, "detach", 'd', false }, { NULL, "name", 0, true },
	{ NULL, "volume", 'v', true }, { NULL, "workdir", 'w', true }, { NULL, "network", 0, true },
	{ NULL, "env", 'e', true },    { NULL, "user", 'u', true },    { NULL, NULL, 0, false },
};

static const struct shim_grammar of_run = { run_flags, MANNER_PFLAG, true, false };
static const struct shim_grammar leading = { leading_flags, MANNER_PFLAG, true, false };

/* ---- what there is ---- */

static int list(struct docker *call)
{
	cJSON *answer = shim_ask(call->shim, SHIM_DRYAD, NULL, "ps");
	const char *filter = shim_flag(&call->arguments, "filter");
	const cJSON *item;
	struct shim_table table = { 0 };

	if (!answer)
		return shim_no_dryad(call->shim);
	shim_table_row(&table, "CONTAINER ID", "IMAGE", "STATUS", "NAMES");
	cJSON_ArrayForEach(item, json_get(answer, "containers"))
	{
		const char *name = json_string(item, "name", ""), *state = json_string(item, "state", "");
		const struct container *container = docker_container(name);
		int instance = json_int(item, "instance", 0);
		char id[16], shown[64];
		unsigned mixed = 2166136261u;

		for (const char *at = name; *at; at++)
			mixed = (mixed ^ (unsigned char)*at) * 16777619u;
		snprintf(id, sizeof(id), "%08x%04x", mixed + (unsigned)instance, mixed >> 16);
		snprintf(shown, sizeof(shown), instance ? "%s-%d" : "%s", container ? container->name : name,
			 instance + 1);
		if (filter && strncmp(filter, "name=", 5) == 0 && !strstr(shown, filter + 5) &&
		    !(container && strstr(container->others, filter + 5)))
			continue;
		/* One that has ended is only shown with -a. */
		if (!strncmp(state, "Exited", 6) && !shim_flag_is(&call->arguments, "all") && !call->compose)
			continue;
		if (shim_flag_is(&call->arguments, "quiet"))
			shim_say(call->shim, "%s", id);
		shim_table_row(&table, id, container ? container->image : name, state, shown);
	}
	if (!shim_flag_is(&call->arguments, "quiet"))
		shim_table_print(&table, call->shim->out);
	shim_table_release(&table);
	cJSON_Delete(answer);
	return 0;
}

static int stats(struct docker *call)
{
	cJSON *answer = shim_ask(call->shim, SHIM_DRYAD, NULL, "stats");
	const cJSON *item;
	struct shim_table table = { 0 };

	if (!answer)
		return shim_no_dryad(call->shim);
	shim_table_row(&table, "NAME", "CPU %", "MEM USAGE", "MEM %");
	cJSON_ArrayForEach(item, json_get(answer, "backends"))
	{
		char name[32], cpu[16], memory[24], percent[16];
		int instance = json_int(item, "instance", 0);

		snprintf(name, sizeof(name), instance ? "dryad-api-%d" : "dryad-api", instance + 1);
		snprintf(cpu, sizeof(cpu), "%.1f%%", json_number(item, "cores", 0) * 100);
		snprintf(memory, sizeof(memory), "%.0fMB", json_number(item, "memoryMb", 0));
		snprintf(percent, sizeof(percent), "%.1f%%", json_number(item, "memoryPercent", 0));
		shim_table_row(&table, name, cpu, memory, percent);
	}
	shim_table_row(&table, "dryad-postgres", "6.3%", "412MB", "2.5%");
	shim_table_row(&table, "dryad-redis", "0.9%", "96MB", "0.6%");
	shim_table_print(&table, call->shim->out);
	shim_table_release(&table);
	cJSON_Delete(answer);
	if (shim_flag_is(&call->arguments, "no-stream"))
		return 0;
	shim_pause(call->shim, 1000);
	return stats(call);
}

static int logs(struct docker *call)
{
	const char *name = shim_word(&call->arguments, 1), *tail = shim_flag(&call->arguments, "tail");
	const struct container *container = docker_container(name ? name : "dryad-api");
	long lines = tail && strcmp(tail, "all") != 0 ? strtol(tail, NULL, 10) : 200;

	if (!name && !call->compose)
		return shim_fail(call->shim, 1,
				 "\"docker logs\" requires exactly 1 argument.\nSee 'docker logs --help'.");
	if (!container)
		return docker_no_container(call->shim, name);
	if (container->log && call->shim->link->log(call->shim->link->user, SHIM_DRYAD, container->log,
						    lines > 0 ? (size_t)lines : 0, call->shim->out) < 0)
		return shim_no_dryad(call->shim);
	if (!container->log)
		shim_say(call->shim, "%s: ready to accept connections", container->name);
	while (shim_flag_is(&call->arguments, "follow")) {
		shim_pause(call->shim, 2000);
		if (container->log &&
		    call->shim->link->log(call->shim->link->user, SHIM_DRYAD, container->log, 1, call->shim->out) < 0)
			return 0;
	}
	return 0;
}

static int system_of(struct docker *call)
{
	const char *what = shim_word(&call->arguments, 1);

	if (what && !strcmp(what, "df")) {
		shim_say(call->shim, "TYPE            TOTAL   ACTIVE   SIZE      RECLAIMABLE\nImages          14      "
				     "6        9.1GB     "
				     "5.2GB (57%%)\nContainers      6       6        121MB     0B (0%%)\nLocal Volumes "
				     "  5       5        "
				     "3.4GB     0B (0%%)");
		return 0;
	}
	if (what && !strcmp(what, "prune")) {
		if (!shim_flag_is(&call->arguments, "force"))
			return shim_fail(call->shim, 1, "docker: prune asks whether it may; --force answers");
		return shim_do(call->shim, SHIM_DRYAD, "Total reclaimed space: 5.2GB",
			       (const char *const[]){ "disk", "clean", NULL });
	}
	return shim_fail(call->shim, 1, "docker: 'system %s' is not a docker command.\nSee 'docker system --help'",
			 what ? what : "");
}

/* ---- what is done ---- */

static int restart_one(const struct shim *shim, const struct container *container, const char *shown)
{
	return shim_do(shim, SHIM_DRYAD, shown, (const char *const[]){ "restart", container->restart, NULL });
}

static int restart(struct docker *call)
{
	int status = 0;

	if (call->arguments.words.count < 2 && call->compose)
		return shim_do(call->shim, SHIM_DRYAD, " Container dryad-api  Started",
			       (const char *const[]){ "restart", "all", NULL });
	if (call->arguments.words.count < 2)
		return shim_fail(call->shim, 1, "\"docker %s\" requires at least 1 argument.\nSee 'docker %s --help'.",
				 call->command, call->command);
	for (size_t i = 1; i < call->arguments.words.count && !status; i++) {
		const char *name = call->arguments.words.items[i];
		const struct container *container = docker_container(name);

		if (!container && call->compose)
			status = shim_fail(call->shim, 1, "no such service: %s", name);
		else
			status = container ? restart_one(call->shim, container, name)
					   : docker_no_container(call->shim, name);
	}
	return status;
}

/* A demo's container is not stopped for good: what would start it again is another demo. */
static int stop(struct docker *call)
{
	const char *name = shim_word(&call->arguments, 1);

	if (name && !docker_container(name))
		return docker_no_container(call->shim, name);
	shim_say(call->shim, "%s", name ? name : " Container dryad-api  Stopped");
	return 0;
}

static int update(struct docker *call)
{
	const char *memory = shim_flag(&call->arguments, "memory"), *name = shim_word(&call->arguments, 1);
	char word[48];

	if (!name)
		return shim_fail(call->shim, 1,
				 "\"docker update\" requires at least 1 argument.\nSee 'docker update --help'.");
	if (!docker_container(name))
		return docker_no_container(call->shim, name);
	snprintf(word, sizeof(word), "memory=%s", memory ? memory : "8G");
	if (memory && !strcmp(docker_container(name)->restart, "backend"))
		return shim_do(call->shim, SHIM_DRYAD, name, (const char *const[]){ "resources", "set", word, NULL });
	shim_say(call->shim, "%s", name);
	return 0;
}

/* What a process of a backend sees; a variable is missing while that is why it does not start. */
static int show_environment(const struct shim *shim)
{
	shim_say(shim,
		 "DATABASE_URL=postgresql://dryad:********@postgres:5432/dryad_db\nREDIS_URL=redis://redis:6379/0\n"
		 "LLM_PROVIDER=ollama\nLOG_LEVEL=WARNING");
	return 0;
}

static int exec(struct docker *call)
{
	static const char known[] = "psql pg_dump pg_restore pg_isready pg_basebackup redis-cli alembic python python3 "
				    "nginx curl df free ps pkill "
				    "openssl certbot";
	const char *name = shim_word(&call->arguments, 0);
	size_t first = call->arguments.rest;
	const char *program;

	if (!name || first >= call->shim->count)
		return shim_fail(call->shim, 1,
				 "\"docker exec\" requires at least 2 arguments.\nSee 'docker exec --help'.");
	if (!docker_container(name))
		return call->compose ? shim_fail(call->shim, 1, "service \"%s\" is not running", name)
				     : docker_no_container(call->shim, name);
	program = call->shim->words[first];
	if (shim_one_of("sh bash", program) && first + 2 < call->shim->count &&
	    !strcmp(call->shim->words[first + 1], "-c"))
		return shim_shell(call->shim, call->shim->words[first + 2]);
	if (shim_one_of("env printenv", program))
		return show_environment(call->shim);
	if (shim_one_of(known, program))
		return shim_run_inside(call->shim, first, false);
	return shim_fail(call->shim, 127,
			 "OCI runtime exec failed: exec failed: unable to start container process: exec: \"%s\": "
			 "executable file not "
			 "found in $PATH: unknown",
			 program);
}

/* ---- compose ---- */

/* What may be set in front of the command, and the verb it is for. */
static const struct {
	const char *variable;
	const char *verb[2], *prefix;
} settings[] = {
	/* clang-format off */
	{ "LLM_PROVIDER", { "provider", "switch" }, "" },
	{ "PRIMARY_LLM_PROVIDER", { "provider", "switch" }, "" },
	{ "DB_POOL_SIZE", { "pool", "set" }, "size=" },
	{ "SQLALCHEMY_POOL_SIZE", { "pool", "set" }, "size=" },
	{ "DATABASE_URL", { "env", "set" }, "DATABASE_URL=" },
	/* clang-format on */
};

static const char started[] = " Container dryad-api  Started";

/* A version comes up: one that is here, an older one too, or what was built. */
static int up_version(struct docker *call, const char *version)
{
	int known = version ? docker_has_version(call->shim, version) : 0;

	if (shim_flag_is(&call->arguments, "build"))
		return shim_do(call->shim, SHIM_DRYAD, started, (const char *const[]){ "deploy", NULL });
	if (!known)
		return shim_fail(call->shim, 1,
				 "Error response from daemon: pull access denied for dryad-api, repository does not "
				 "exist or may require 'docker login'");
	return shim_do(call->shim, SHIM_DRYAD, started, (const char *const[]){ "rollback", version, NULL });
}

/* What an environment file sets comes into force; a container that is made anew has the files of its image. */
static int apply_settings(struct docker *call)
{
	static const char *const always[][3] = { { "env", "set", "DATABASE_URL=x" },
						 { "guardian", "start", NULL },
						 { "maintenance", "end", NULL } };
	static const char *const anew[][3] = { { "level", "repair", NULL }, { "healing", "rollback", NULL } };
	int status = 0;

	for (size_t i = 0; i < sizeof(always) / sizeof(always[0]) && !status; i++)
		status = shim_do(call->shim, SHIM_DRYAD, NULL,
				 (const char *const[]){ always[i][0], always[i][1], always[i][2], NULL });
	for (size_t i = 0;
	     i < sizeof(anew) / sizeof(anew[0]) && shim_flag_is(&call->arguments, "force-recreate") && !status; i++)
		status = shim_do(call->shim, SHIM_DRYAD, NULL, (const char *const[]){ anew[i][0], anew[i][1], NULL });
	return status;
}

static int up_with_settings(const struct shim *shim)
{
	char word[128];
	int status = 0;

	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]) && !status; i++) {
		const char *value = getenv(settings[i].variable);

		if (!value || !*value)
			continue;
		snprintf(word, sizeof(word), "%s%s", settings[i].prefix, value);
		status = shim_do(shim, SHIM_DRYAD, NULL,
				 (const char *const[]){ settings[i].verb[0], settings[i].verb[1], word, NULL });
	}
	return status;
}

/* It reads the environment file anew, which a restart does not. */
static int up(struct docker *call)
{
	const char *scale = shim_flag(&call->arguments, "scale"), *equals = scale ? strchr(scale, '=') : NULL;
	const char *version = getenv("DRYAD_VERSION");
	int status;

	for (size_t i = 1; i < call->arguments.words.count; i++)
		if (!docker_container(call->arguments.words.items[i]))
			return shim_fail(call->shim, 1, "no such service: %s", call->arguments.words.items[i]);
	if (scale)
		return shim_do(call->shim, SHIM_DRYAD, started,
			       (const char *const[]){ "scale", equals ? equals + 1 : scale, NULL });
	if (version || shim_flag_is(&call->arguments, "build"))
		return up_version(call, version);
	if (call->arguments.words.count > 1 &&
	    strcmp(docker_container(call->arguments.words.items[1])->restart, "backend") != 0)
		return restart(call);
	status = apply_settings(call);
	if (!status)
		status = up_with_settings(call->shim);
	return status ? status : shim_do(call->shim, SHIM_DRYAD, started, (const char *const[]){ "restart", NULL });
}

static int down(struct docker *call)
{
	shim_say(call->shim, " Container dryad-api  Removed");
	return 0;
}

static int build(struct docker *call)
{
	shim_say(call->shim, call->command[0] == 'p' ? " dryad-api Pulled" : " dryad-api  Built");
	return 0;
}

static const struct {
	const char *name;
	int (*run)(struct docker *call);
	bool docker, compose;
} commands[] = {
	/* clang-format off */
	{ "build", build, false, true },
	{ "config", docker_config, false, true },
	{ "diff", docker_diff, true, false },
	{ "down", down, false, true },
	{ "exec", exec, true, true },
	{ "images", docker_images, true, true },
	{ "inspect", docker_inspect, true, false },
	{ "logs", logs, true, true },
	{ "network", docker_network, true, false },
	{ "ps", list, true, true },
	{ "pull", build, false, true },
	{ "restart", restart, true, true },
	{ "rm", docker_remove, true, true },
	{ "run", docker_run, true, false },
	{ "start", restart, true, true },
	{ "stats", stats, true, false },
	{ "stop", stop, true, true },
	{ "system", system_of, true, false },
	{ "up", up, false, true },
	{ "update", update, true, false },
	{ "volume", docker_volume, true, false },
	/* clang-format on */
};

static int run_command(const struct shim *shim, size_t first, bool compose)
{
	struct shim inner = *shim;
	struct docker call = { .shim = &inner, .compose = compose };
	int status;

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(commands[i].name, shim->words[first]) != 0 ||
		    !(compose ? commands[i].compose : commands[i].docker))
			continue;
		call.command = commands[i].name;
		if (!strcmp(call.command, "exec"))
			status = shim_flags_read(&inner, &of_exec, call.command, first + 1, &call.arguments);
		else if (!strcmp(call.command, "run"))
			status = shim_flags_read(&inner, &of_run, call.command, first + 1, &call.arguments);
		else
			status = shim_flags_read(&inner, &grammar, call.command, first, &call.arguments);
		if (!status)
			status = commands[i].run(&call);
		shim_arguments_release(&call.arguments);
		return status;
	}
	if (compose)
		return shim_fail(shim, 1, "unknown docker command: \"compose %s\"", shim->words[first]);
	return shim_fail(shim, 1, "docker: '%s' is not a docker command.\nSee 'docker --help'", shim->words[first]);
}

/* The rest of a compose command line, from its word `first` on ("docker compose ..."). */
static int compose_from(const struct shim *shim, size_t first)
{
	struct shim_arguments arguments;
	int status = shim_flags_read(shim, &leading, "", first, &arguments);
	size_t command = arguments.rest - (arguments.words.count > 0);

	if (!status && shim_flag_is(&arguments, "version"))
		shim_say(shim, "Docker Compose version v2.29.7 (simulated)");
	else if (!status && !arguments.words.count)
		status = shim_fail(shim, 1, "Usage:  docker compose [OPTIONS] COMMAND");
	else if (!status)
		status = run_command(shim, command, true);
	shim_arguments_release(&arguments);
	return status;
}

int shim_compose(struct shim *shim)
{
	return compose_from(shim, 0);
}

int shim_docker(struct shim *shim)
{
	struct shim_arguments arguments;
	int status = shim_flags_read(shim, &leading, "", 0, &arguments);
	const char *word = shim_word(&arguments, 0);

	if (!status && shim_flag_is(&arguments, "version"))
		shim_say(shim, "Docker version 27.3.1 (simulated)");
	else if (!status && !word)
		status = shim_fail(shim, 1, "Usage:  docker [OPTIONS] COMMAND");
	else if (!status && !strcmp(word, "compose"))
		status = compose_from(shim, arguments.rest);
	else if (!status)
		status = run_command(shim, arguments.rest - 1, false);
	shim_arguments_release(&arguments);
	return status;
}
