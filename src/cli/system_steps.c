#include "cli/system_steps.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"

#define AT(member) .offset = offsetof(struct system_steps, member)
const struct option system_steps_options[] = {
	{ "environment", 0, OPTION_PAIRS, AT(environment), .value_name = "NAME=VALUE",
	  .help = "variables of the environment that steps run with" },
	{ "only", 0, OPTION_BOOL, AT(only), .fallback = "false",
	  .help = "nothing of skep's own environment, and only programs that its PATH has" },
	{ "directory", 0, OPTION_STRING, AT(directory), .value_name = "FOLDER",
	  .help = "where steps run, relative to this file (default: where skep was started)" },
	{ 0 },
};
#undef AT

/* Shut in means: into a PATH. Without one the shell would fall back on its own. */
static void check(const struct system_steps *steps, const struct yaml_node *node, const char *path,
		  struct error_list *errors)
{
	bool found = false;

	for (size_t i = 0; i < steps->environment.count; i++)
		found |= strncmp(steps->environment.items[i], "PATH=/", 6) == 0;
	if (steps->only && !found)
		error_list_add(errors, FAULT_ERROR, path, node->key_line, node->key_column, NULL,
			       "steps: only: true needs a PATH in its environment (absolute)");
}

void system_steps_read(struct system_steps *ret, const struct yaml_node *node, const char *path, const char *folder,
		       struct arena *arena, struct error_list *errors)
{
	if (!node)
		return;
	memset(ret, 0, sizeof(*ret));
	option_defaults(system_steps_options, ret, arena);
	option_read_yaml(system_steps_options, ret, node, path, arena, errors);
	if (ret->directory) {
		char *joined = path_join(folder, ret->directory);

		ret->directory = arena_strdup(arena, joined);
		free(joined);
	}
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
