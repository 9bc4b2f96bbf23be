#include "cli/system_steps.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "base/vec.h"
#include "runbook/sql.h"

#define MASK_FILE_MAX (64 * 1024)

#define AT(member) .offset = offsetof(struct system_steps, member)
const struct option system_steps_options[] = {
	{ "environment", 0, OPTION_PAIRS, AT(environment), .value_name = "NAME=VALUE",
	  .help = "variables of the environment that steps run with" },
	{ "only", 0, OPTION_BOOL, AT(only), .fallback = "false",
	  .help = "nothing of skep's own environment, and only programs that its PATH has" },
	{ "directory", 0, OPTION_STRING, AT(directory), .value_name = "FOLDER",
	  .help = "where steps run, relative to this file (default: where skep was started)" },
	{ "sql", 0, OPTION_STRING, AT(sql), .value_name = "CONNINFO",
	  .help = "connection that steps of SQL which only read are run on (default: SQL is only shown)" },
	{ "mask", 0, OPTION_STRINGS, AT(mask), .value_name = "NAME",
	  .help = "variables of the environment whose values are masked wherever a run is stored or shown" },
	{ "mask-file", 0, OPTION_STRING, AT(mask_file), .value_name = "FILE",
	  .help = "a file of secrets, one a line, masked likewise; nobody else may read it" },
	{ 0 },
};
#undef AT

/* Shut in means: into a PATH. Without one the shell would fall back on its own. */
static void check(const struct system_steps *steps, const struct yaml_node *node, const char *path,
		  struct error_list *errors)
{
	const char *why = steps->sql ? sql_connection_fault(steps->sql) : NULL;
	bool found = false;

	for (size_t i = 0; i < steps->environment.count; i++)
		found |= strncmp(steps->environment.items[i], "PATH=/", 6) == 0;
	if (steps->only && !found)
		error_list_add(errors, FAULT_ERROR, path, node->key_line, node->key_column, NULL,
			       "steps: only: true needs a PATH in its environment (absolute)");
	if (why)
		error_list_add(errors, FAULT_ERROR, path, node->key_line, node->key_column, NULL, "steps: sql: %s",
			       why);
}

/* ---- what is secret ---- */

struct secrets {
	VEC(const char *) items;
};

/* Of the steps' environment, and of skep's own: the one may be what the other was made of. */
static void add_variables(const struct system_steps *steps, struct secrets *ret, struct arena *arena)
{
	for (size_t i = 0; i < steps->mask.count; i++) {
		const char *name = steps->mask.items[i], *own = getenv(name);
		size_t length = strlen(name);

		for (size_t k = 0; k < steps->environment.count; k++)
			if (strncmp(steps->environment.items[k], name, length) == 0 &&
			    steps->environment.items[k][length] == '=')
				vec_push(&ret->items, steps->environment.items[k] + length + 1);
		if (own)
			vec_push(&ret->items, arena_strdup(arena, own));
	}
}

/* Why a file with secrets is not read; NULL: it may be. As with keys, root's may be a group's to read. */
static const char *check_owner(const struct stat *status)
{
	if (!S_ISREG(status->st_mode))
		return "is no file";
	if ((status->st_uid != geteuid() && status->st_uid != 0) ||
	    status->st_mode & (status->st_uid == 0 ? S_IWGRP | S_IXGRP | S_IRWXO : S_IRWXG | S_IRWXO))
		return "others may read or write it (chmod 600)";
	return status->st_size > MASK_FILE_MAX ? "is larger than 64 KiB" : NULL;
}

static const char *add_lines(const char *path, struct secrets *ret, struct arena *arena)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat status;
	const char *why = NULL;
	char text[MASK_FILE_MAX + 1];
	ssize_t length = 0;

	if (fd < 0 || fstat(fd, &status) < 0)
		why = strerror(errno);
	else if (!(why = check_owner(&status)) && (length = read(fd, text, MASK_FILE_MAX)) < 0)
		why = strerror(errno);
	if (fd >= 0)
		close(fd);
	if (why)
		return why;
	text[length] = '\0';
	for (char *line = text; *line; line += strspn(line, "\r\n")) {
		size_t end = strcspn(line, "\r\n");

		if (end)
			vec_push(&ret->items, arena_strndup(arena, line, end));
		line += end;
	}
	explicit_bzero(text, sizeof(text));
	return NULL;
}

static void read_secrets(struct system_steps *steps, const struct yaml_node *node, const char *path,
			 struct arena *arena, struct error_list *errors)
{
	struct secrets list = { 0 };
	const char *why;

	add_variables(steps, &list, arena);
	why = steps->mask_file ? add_lines(steps->mask_file, &list, arena) : NULL;
	if (why)
		error_list_add(errors, FAULT_ERROR, path, node->key_line, node->key_column, NULL,
			       "steps: mask_file: %s: %s", steps->mask_file, why);
	steps->secrets.items = arena_array(arena, list.items.count + 1, sizeof(*steps->secrets.items));
	for (size_t i = 0; i < list.items.count; i++)
		steps->secrets.items[steps->secrets.count++] = list.items.items[i];
	vec_release(&list.items);
}

static const char *beside(const char *folder, const char *path, struct arena *arena)
{
	char *joined = path ? path_join(folder, path) : NULL;
	const char *ret = arena_strdup(arena, joined);

	free(joined);
	return ret;
}

void system_steps_read(struct system_steps *ret, const struct yaml_node *node, const char *path, const char *folder,
		       struct arena *arena, struct error_list *errors)
{
	if (!node)
		return;
	memset(ret, 0, sizeof(*ret));
	option_defaults(system_steps_options, ret, arena);
	option_read_yaml(system_steps_options, ret, node, path, arena, errors);
	ret->directory = beside(folder, ret->directory, arena);
	ret->mask_file = beside(folder, ret->mask_file, arena);
	read_secrets(ret, node, path, arena, errors);
	check(ret, node, path, errors);
}

static bool is_set(const struct system_steps *steps, const char *entry)
{
	size_t length = strcspn(entry, "=");

	for (size_t i = 0; i < steps->environment.count; i++)
		if (!strncmp(steps->environment.items[i], entry, length) && steps->environment.items[i][length] == '=')
			return true;
	return false;
}

struct runner_place system_steps_place(const struct system_steps *steps, struct arena *arena)
{
	size_t own = 0, count = 0;
	const char **environment;

	if (!steps->environment.count && !steps->only)
		return (struct runner_place){ .directory = steps->directory };
	while (!steps->only && environ && environ[own])
		own++;
	environment = arena_array(arena, own + steps->environment.count + 1, sizeof(*environment));
	for (size_t i = 0; i < own; i++)
		if (!is_set(steps, environ[i]))
			environment[count++] = arena_strdup(arena, environ[i]);
	for (size_t i = 0; i < steps->environment.count; i++)
		environment[count++] = steps->environment.items[i];
	return (struct runner_place){ environment, steps->only, steps->directory };
}
