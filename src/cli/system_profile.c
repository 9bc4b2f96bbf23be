#include "cli/system_profile.h"

#include <string.h>

#include "base/strbuf.h"
#include "base/text.h"
#include "cli/system.h"
#include "config/yaml.h"

#define AT(member) .offset = offsetof(struct system_profile, member)
const struct option system_profile_options[] = {
	{ "help", 0, OPTION_STRING, AT(help), .value_name = "TEXT", .help = "what it is for" },
	{ "collect", 0, OPTION_NODE, AT(collect_node), .help = "collectors beside those of the system" },
	{ "variables", 0, OPTION_PAIRS, AT(variables), .value_name = "NAME=VALUE",
	  .help = "dashboard variables on top of the system's" },
	{ "labels", 0, OPTION_STRINGS, AT(labels), .value_name = "LABEL -> LOCAL",
	  .help = "label maps beside those of the system" },
	{ 0 },
};
#undef AT

static struct system_profile *find(const struct system_profiles *profiles, const char *name)
{
	for (size_t i = 0; i < profiles->count; i++)
		if (strcmp(profiles->items[i].name, name) == 0)
			return &profiles->items[i];
	return NULL;
}

/* An array with `more_count` more behind it, zeroed when `more` is NULL. */
static void *joined(const void *items, size_t count, const void *more, size_t more_count, size_t size,
		    struct arena *arena)
{
	char *ret = arena_array(arena, count + more_count, size);

	if (count)
		memcpy(ret, items, count * size);
	if (more && more_count)
		memcpy(ret + count * size, more, more_count * size);
	return ret;
}

#define APPEND(to, with, arena)                                                                                        \
	((to)->items = joined((to)->items, (to)->count, (with)->items, (with)->count, sizeof(*(to)->items), arena),    \
	 (to)->count += (with)->count)

/* The place of that name: the one there is, else a new one. */
static struct system_profile *place(struct system *system, const char *name)
{
	struct system_profiles *profiles = &system->profiles;
	struct system_profile *found = find(profiles, name), *items;

	if (found)
		return found;
	items = joined(profiles->items, profiles->count, NULL, 1, sizeof(*items), &system->arena);
	profiles->items = items;
	return &items[profiles->count++];
}

static void check_labels(struct system *system, const struct system_profile *profile, const struct yaml_node *node,
			 const char *file, struct error_list *errors)
{
	struct system_label label;

	for (size_t i = 0; i < profile->labels.count; i++)
		if (!system_label_read(profile->labels.items[i], &system->arena, &label))
			error_list_add(errors, FAULT_ERROR, file, node->key_line, node->key_column, NULL,
				       "labels: '%s' maps no label (name -> name, or name=value -> name=value)",
				       profile->labels.items[i]);
}

static void read_one(struct system *system, const struct yaml_node *node, const char *file, const char *folder,
		     struct error_list *errors)
{
	struct system_profile profile = { .name = arena_strdup(&system->arena, node->key) };

	if (!yaml_is_null(node)) {
		option_read_yaml(system_profile_options, &profile, node, file, &system->arena, errors);
		check_labels(system, &profile, node, file, errors);
	}
	if (profile.collect_node)
		collect_read(&profile.collect, profile.collect_node, file, folder, &system->arena, errors);
	profile.collect_node = NULL;
	*place(system, node->key) = profile;
}

void system_profiles_read(struct system *system, const struct yaml_node *section, const char *file, const char *folder,
			  struct error_list *errors)
{
	if (yaml_is_null(section))
		return;
	if (section->kind != YAML_MAPPING) {
		error_list_add(errors, FAULT_ERROR, file, section->line, section->column, NULL,
			       "profiles: is a mapping (NAME: { collect: [...] })");
		return;
	}
	for (size_t i = 0; i < section->count; i++)
		read_one(system, section->items[i], file, folder, errors);
}

/* `at` NULL: the name came from the command line. */
static int complain(const struct system *system, const char *name, const struct yaml_node *at, const char *file,
		    struct error_list *errors)
{
	const struct system_profiles *profiles = &system->profiles;
	struct strbuf allowed = STRBUF_INIT;
	const char *near = NULL;
	unsigned best = 4;

	for (size_t i = 0; i < profiles->count; i++) {
		unsigned distance = text_distance(name, profiles->items[i].name, best);

		strbuf_addf(&allowed, "%s%s", i ? ", " : "", profiles->items[i].name);
		if (distance < best) {
			best = distance;
			near = profiles->items[i].name;
		}
	}
	error_list_add(errors, FAULT_ERROR, file, at ? at->line : 0, at ? at->column : 0, NULL,
		       "system '%s' has no profile '%s'%s%s%s (%s)", system->name ? system->name : "", name,
		       near ? ", did you mean '" : "", near ? near : "", near ? "'?" : "",
		       profiles->count ? allowed.text : "it has none");
	strbuf_release(&allowed);
	return -1;
}

void system_profile_check(const struct system *system, const struct yaml_node *chosen, const char *file,
			  struct error_list *errors)
{
	if (chosen && chosen->kind == YAML_SCALAR && system->profiles.count && !find(&system->profiles, chosen->text))
		complain(system, chosen->text, chosen, file, errors);
}

int system_profile_use(struct system *system, const char *name, struct error_list *errors)
{
	const struct system_profile *profile;

	if (!name)
		name = system->profile;
	if (!name)
		return 0;
	profile = find(&system->profiles, name);
	if (!profile)
		return complain(system, name, NULL, NULL, errors);
	system->profile = profile->name;
	APPEND(&system->collect, &profile->collect, &system->arena);
	APPEND(&system->variables, &profile->variables, &system->arena);
	APPEND(&system->labels, &profile->labels, &system->arena);
	return 0;
}
