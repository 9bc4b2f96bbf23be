#include "cli/runbook_systems.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "alert/rule_file.h"
#include "base/mem.h"
#include "base/path.h"
#include "cli/command.h"

#define PAST_MS 10000 /* longest wait for a journal */

/* ---- which ---- */

static int add_system(struct runbook_systems *systems, const char *name, bool shipped)
{
	struct runbook_system *item = mem_zalloc(sizeof(*item));
	struct error_list errors;
	int result;

	error_list_init(&errors);
	system_init(&item->system);
	result = system_find(&item->system, name, &errors);
	if (result == 0)
		result = system_profile_use(&item->system, NULL, &errors);
	if (result < 0 && !shipped)
		command_print_faults(&errors);
	error_list_release(&errors);
	if (result < 0 || (shipped && !item->system.runbooks.count)) {
		system_release(&item->system);
		free(item);
		return result < 0 && !shipped ? EXIT_USAGE : 0;
	}
	runbook_index_init(&item->index, item->system.runbooks.items, item->system.runbooks.count);
	vec_push(&systems->items, item);
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void add_shipped(struct runbook_systems *systems)
{
	char *folder = path_data("systems");
	DIR *stream = folder ? opendir(folder) : NULL;
	VEC(const char *) names = { 0 };

	for (struct dirent *entry; stream && (entry = readdir(stream));)
		if (entry->d_name[0] != '.')
			vec_push(&names, arena_strdup(&systems->arena, entry->d_name));
	if (stream)
		closedir(stream);
	free(folder);
	if (names.count)
		qsort(names.items, names.count, sizeof(*names.items), by_name);
	for (size_t i = 0; i < names.count; i++)
		add_system(systems, names.items[i], true);
	vec_release(&names);
}

int runbook_systems_open(struct runbook_systems *ret, const struct option_strings *names)
{
	int status = 0;

	arena_init(&ret->arena);
	for (size_t i = 0; !status && i < names->count; i++)
		status = add_system(ret, names->items[i], false);
	if (!names->count)
		add_shipped(ret);
	return status;
}

void runbook_systems_close(struct runbook_systems *systems)
{
	for (size_t i = 0; i < systems->items.count; i++) {
		runbook_index_release(&systems->items.items[i]->index);
		system_release(&systems->items.items[i]->system);
		free(systems->items.items[i]);
	}
	vec_release(&systems->items);
	vec_release(&systems->alerts);
	arena_release(&systems->arena);
}

/* ---- their alerts ---- */

static void add_alerts(struct runbook_systems *systems, const char *path)
{
	struct error_list errors;
	struct rule_set set;

	error_list_init(&errors);
	rule_set_init(&set);
	rule_file_read(&set, path, &errors);
	for (size_t i = 0; i < set.groups.count; i++) {
		const struct rule_group *group = &set.groups.items[i];

		for (size_t k = 0; k < group->rule_count; k++)
			if (group->rules[k].kind == RULE_ALERT)
				vec_push(&systems->alerts, arena_strdup(&systems->arena, group->rules[k].name));
	}
	rule_set_release(&set);
	error_list_release(&errors);
}

void runbook_systems_read_alerts(struct runbook_systems *systems)
{
	for (size_t i = 0; i < systems->items.count; i++) {
		const struct system *system = &systems->items.items[i]->system;

		for (size_t k = 0; k < system->rules.count; k++)
			add_alerts(systems, system->rules.items[k]);
	}
	if (systems->alerts.count)
		qsort(systems->alerts.items, systems->alerts.count, sizeof(*systems->alerts.items), by_name);
}

/* ---- files ---- */

const char *runbook_systems_find(const struct runbook_systems *systems, const char *word)
{
	if (path_exists(word))
		return word;
	for (size_t i = 0; i < systems->items.count; i++) {
		const struct runbook_file *file = runbook_index_find(&systems->items.items[i]->index, word);

		if (file)
			return file->path;
	}
	command_complain("runbook: there is no file '%s', and no runbook of that name (see skep runbook list)", word);
	return NULL;
}

const struct runbook_system *runbook_systems_of(const struct runbook_systems *systems, const char *path)
{
	for (size_t i = 0; i < systems->items.count; i++)
		for (size_t k = 0; k < systems->items.items[i]->index.files.count; k++)
			if (strcmp(systems->items.items[i]->index.files.items[k].path, path) == 0)
				return systems->items.items[i];
	return NULL;
}

/* ---- the past ---- */

static void on_event(void *user, const struct journal_event *event)
{
	struct runbook_past *past = user;

	runs_add(&past->runs, event, NULL);
}

static void on_health(void *user)
{
	struct runbook_past *past = user;

	if (past->record.ready)
		loop_stop(past->loop);
}

static void on_late(void *user)
{
	loop_stop(user);
}

int runbook_past_read(struct runbook_past *ret, const struct system *system)
{
	struct record_listener listener = { .on_event = on_event, .on_health = on_health, .user = ret };
	struct journal_health health = { 0 };
	struct error error = { "" };
	struct timer *deadline;

	*ret = (struct runbook_past){ 0 };
	runs_init(&ret->runs);
	ret->loop = loop_new(&error);
	ret->pool = ret->loop ? pool_new(ret->loop, 1, &error) : NULL;
	if (!ret->pool) {
		command_complain("%s", error.text);
		return -1;
	}
	record_add(&ret->record, &listener);
	record_open(&ret->record, ret->loop, ret->pool, system, false);
	if (ret->record.ready)
		return 0;
	deadline = timer_new(ret->loop, on_late, ret->loop);
	timer_start(deadline, PAST_MS);
	loop_run(ret->loop);
	timer_free(deadline);
	journal_get_health(ret->record.journal, &health);
	if (ret->record.ready && health.open)
		return 0;
	command_complain("%s: %s", health.path, *health.reason ? health.reason : "cannot be read in time");
	return -1;
}

void runbook_past_release(struct runbook_past *past)
{
	record_close(&past->record);
	pool_free(past->pool);
	loop_free(past->loop);
	runs_release(&past->runs);
}
