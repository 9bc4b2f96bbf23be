/*
 * Profiles of a system: what differs between applications or releases that go
 * by one name. Each brings collectors, variables and labels of its own, added
 * to those of the system when the profile is chosen: by `profile:` in the
 * system file, in the user's overlay, or on the command line; later wins.
 *
 *   profile: l9-full
 *   profiles:
 *     l9-full:
 *       help: the full application
 *       collect: [...]
 *       variables: { application: l9-full }
 *
 * All of them are read, and their faults found, whichever is chosen.
 */
#ifndef CLI_SYSTEM_PROFILE_H
#define CLI_SYSTEM_PROFILE_H

#include "base/error.h"
#include "collect/collect.h"
#include "config/option.h"

struct system;

struct system_profile {
	const char *name, *help;
	struct collect_entries collect;
	struct option_strings variables, labels;
	const struct yaml_node *collect_node; /* while a file is read */
};

struct system_profiles {
	struct system_profile *items;
	size_t count;
};

extern const struct option system_profile_options[];

/*
 * Read the `profiles:` section of one file (NULL: there is none). One of a
 * name that an earlier file had takes its place.
 */
void system_profiles_read(struct system *system, const struct yaml_node *section, const char *file, const char *folder,
			  struct error_list *errors);

/* The profile that this file chooses must be there, where any is known: else a fault at its line. */
void system_profile_check(const struct system *system, const struct yaml_node *chosen, const char *file,
			  struct error_list *errors);

/*
 * Once, after all files: add what the profile brings, `name` or, when that is
 * NULL, the one the files chose. A system without profiles has nothing to
 * choose from. -1 when there is none of that name.
 */
int system_profile_use(struct system *system, const char *name, struct error_list *errors);

#endif
