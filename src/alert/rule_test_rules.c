#include "alert/rule_test_rules.h"

#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"

void rule_test_add_errors(struct strbuf *ret, const struct error_list *errors)
{
	char line[2048];

	for (size_t i = 0; i < errors->count; i++)
		if (errors->faults[i].severity == FAULT_ERROR) {
			fault_format(&errors->faults[i], line, sizeof(line));
			strbuf_addf(ret, "    %s\n", line);
		}
	if (errors->dropped)
		strbuf_addf(ret, "    ... and %zu more\n", errors->dropped);
}

/* A class that does not end: glob(3) would look for the bracket itself. */
static bool is_bad_pattern(const char *pattern)
{
	for (const char *at = pattern; *at; at++) {
		if (*at == '\\' && at[1])
			at++;
		else if (*at == '[' && !strchr(at[1] ? at + 2 : at + 1, ']'))
			return true;
	}
	return false;
}

static void add_path(struct rule_test_rules *rules, const char *path)
{
	for (size_t i = 0; i < rules->paths.count; i++)
		if (strcmp(rules->paths.items[i], path) == 0)
			return;
	vec_push(&rules->paths, mem_strdup(path));
}

/* One of `rule_files`, which is relative to the file that names it. */
static void find(struct rule_test_rules *rules, const struct rule_test_file *file, const char *pattern,
		 struct strbuf *warnings, struct strbuf *faults)
{
	char *folder = path_folder(file->path);
	char *path = *pattern && *pattern != '/' ? mem_printf("%s/%s", folder, pattern) : mem_strdup(pattern);
	glob_t found = { 0 };

	if (is_bad_pattern(path)) {
		strbuf_addf(faults, "    %s: syntax error in pattern\n", pattern);
	} else {
		if (glob(path, 0, NULL, &found) != 0)
			strbuf_addf(warnings, "  WARNING: no file match pattern %s\n", path);
		for (size_t i = 0; i < found.gl_pathc; i++)
			add_path(rules, found.gl_pathv[i]);
		globfree(&found);
	}
	free(path);
	free(folder);
}

static void read_rules(struct rule_test_rules *rules, struct strbuf *faults)
{
	struct error_list errors;

	error_list_init(&errors);
	for (size_t i = 0; i < rules->paths.count; i++)
		rule_file_read(&rules->set, rules->paths.items[i], &errors);
	rule_test_add_errors(faults, &errors);
	error_list_release(&errors);
}

/* The place in group_eval_order; one that is not named there is evaluated with the first, as promtool has it. */
static size_t place_of(const struct rule_test_file *file, const struct rule_group *group)
{
	for (size_t i = 0; i < file->group_order_count; i++)
		if (strcmp(file->group_order[i], group->name) == 0)
			return i;
	return 0;
}

static void order_groups(struct rule_test_rules *rules, const struct rule_test_file *file)
{
	size_t places = file->group_order_count ? file->group_order_count : 1;

	for (size_t place = 0; place < places; place++)
		for (size_t i = 0; i < rules->set.groups.count; i++)
			if (place_of(file, &rules->set.groups.items[i]) == place)
				vec_push(&rules->groups, &rules->set.groups.items[i]);
}

void rule_test_rules_init(struct rule_test_rules *rules, const struct rule_test_file *file, struct strbuf *warnings,
			  struct strbuf *faults)
{
	*rules = (struct rule_test_rules){ 0 };
	rule_set_init(&rules->set);
	for (size_t i = 0; i < file->rule_file_count; i++)
		find(rules, file, file->rule_files[i], warnings, faults);
	if (!faults->length && file->test_count)
		read_rules(rules, faults);
	order_groups(rules, file);
}

void rule_test_rules_release(struct rule_test_rules *rules)
{
	for (size_t i = 0; i < rules->paths.count; i++)
		free(rules->paths.items[i]);
	vec_release(&rules->paths);
	vec_release(&rules->groups);
	rule_set_release(&rules->set);
}
