#include "runbook/runbook.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

const char *const step_kind_names[STEP_KINDS] = {
	[STEP_COMMAND] = "command", [STEP_MANUAL] = "manual", [STEP_QUERY] = "query",     [STEP_SQL] = "sql",
	[STEP_OUTPUT] = "output",   [STEP_CONFIG] = "config", [STEP_DRAWING] = "drawing", [STEP_UNKNOWN] = "unknown",
};

const char *const step_tier_names[] = {
	[TIER_READ] = "read",
	[TIER_CHANGE] = "change",
	[TIER_DESTROY] = "destroy",
};

const char *const step_tier_verbs[] = {
	[TIER_READ] = "reads",
	[TIER_CHANGE] = "changes",
	[TIER_DESTROY] = "destroys",
};

void runbook_release(struct runbook *runbook)
{
	for (size_t i = 0; i < runbook->steps.count; i++) {
		struct runbook_step *step = &runbook->steps.items[i];

		vec_release(&step->placeholders);
		vec_release(&step->carried);
		vec_release(&step->notes.checks);
		vec_release(&step->notes.choices);
	}
	for (size_t i = 0; i < runbook->sections.count; i++)
		vec_release(&runbook->sections.items[i].checks);
	vec_release(&runbook->fields);
	vec_release(&runbook->alerts);
	vec_release(&runbook->tags);
	vec_release(&runbook->watches);
	vec_release(&runbook->dues);
	vec_release(&runbook->sections);
	vec_release(&runbook->steps);
	vec_release(&runbook->links);
	arena_release(&runbook->arena);
	*runbook = (struct runbook){ 0 };
}

const struct runbook_step *runbook_find_step(const struct runbook *runbook, const char *id)
{
	for (size_t i = 0; id && i < runbook->steps.count; i++)
		if (strcmp(runbook->steps.items[i].id, id) == 0)
			return &runbook->steps.items[i];
	return NULL;
}

/* ---- sections ---- */

static bool by_letter(const struct runbook_section *section, const char *name)
{
	return *section->letter && strcasecmp(section->letter, name) == 0;
}

static bool by_anchor(const struct runbook_section *section, const char *name)
{
	return *section->anchor && strcasecmp(section->anchor, name) == 0;
}

static bool by_title(const struct runbook_section *section, const char *name)
{
	return *section->title && strcasecmp(section->title, name) == 0;
}

/* "Resolution" for "Resolution Steps". */
static bool by_role(const struct runbook_section *section, const char *name)
{
	return section->role != SECTION_PLAIN && strcasecmp(section_role_names[section->role], name) == 0;
}

/* "Scenario B", "Phase 2". */
static bool by_role_and_letter(const struct runbook_section *section, const char *name)
{
	const char *role = section_role_names[section->role];
	size_t length = strlen(role);

	return *section->letter && strncasecmp(name, role, length) == 0 && name[length] == ' ' &&
	       strcasecmp(name + length + 1, section->letter) == 0;
}

size_t runbook_find_section(const struct runbook *runbook, const char *name)
{
	static bool (*const ways[])(const struct runbook_section *, const char *) = { by_letter, by_title, by_anchor,
										      by_role_and_letter, by_role };

	if (!name || !*name)
		return SIZE_MAX;
	name += *name == '#';
	for (size_t way = 0; way < sizeof(ways) / sizeof(*ways); way++)
		for (size_t i = 0; i < runbook->sections.count; i++)
			if (ways[way](&runbook->sections.items[i], name))
				return i;
	return SIZE_MAX;
}

enum section_role runbook_role(const struct runbook *runbook, size_t section)
{
	const struct runbook_section *items = runbook->sections.items;

	while (section < runbook->sections.count && items[section].role == SECTION_PLAIN &&
	       items[section].parent != section)
		section = items[section].parent;
	return section < runbook->sections.count ? items[section].role : SECTION_PLAIN;
}

bool runbook_is_within(const struct runbook *runbook, size_t section, size_t ancestor)
{
	while (section < runbook->sections.count) {
		if (section == ancestor)
			return true;
		if (runbook->sections.items[section].parent == section)
			return false;
		section = runbook->sections.items[section].parent;
	}
	return false;
}

static bool has_steps(const struct runbook *runbook, size_t section)
{
	for (size_t i = section; i < runbook->sections.count; i++)
		if (runbook->sections.items[i].step_count && runbook_is_within(runbook, i, section))
			return true;
	return false;
}

size_t runbook_entry(const struct runbook *runbook)
{
	for (size_t i = 0; i < runbook->sections.count; i++)
		if (runbook->sections.items[i].role == SECTION_DIAGNOSIS && has_steps(runbook, i))
			return i;
	for (size_t i = 0; i < runbook->sections.count; i++)
		if (runbook->sections.items[i].step_count)
			return i;
	return 0;
}
