/* The runbooks that come with the program: every one can be read, followed and trusted as it is. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "base/strbuf.h"
#include "base/vec.h"
#include "runbook/runbook.h"
#include "runbook/runbook_index.h"
#include "runbook/runbook_lint.h"

TestSuite(shipped_runbooks, .timeout = 120);

struct shelf {
	const char *system;
	struct runbook_index index;
	VEC(char *) alerts; /* names, sorted */
	VEC(char *) slugs;  /* that alerts ask for */
};

static const char *const systems[] = { "polln", "dryad" };

static char *source_path(const char *path)
{
	const char *source = getenv("SKEP_SOURCE");
	struct strbuf text = STRBUF_INIT;

	if (!source)
		cr_skip_test("SKEP_SOURCE names no source folder");
	strbuf_addf(&text, "%s/%s", source, path);
	return strbuf_detach(&text);
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The words behind `key` in the lines of a file. */
static void read_words(const char *path, const char *key, struct shelf *shelf, bool alerts)
{
	FILE *file = fopen(path, "r");
	char line[4096];

	cr_assert(file, "%s", path);
	while (fgets(line, sizeof(line), file)) {
		char *at = strstr(line, key), *slash;

		if (!at || (at > line && strspn(line, " -") != (size_t)(at - line)))
			continue;
		at += strlen(key);
		at += strspn(at, " \"'");
		at[strcspn(at, " \"'\r\n")] = '\0';
		slash = strrchr(at, '/');
		if (alerts)
			vec_push(&shelf->alerts, strdup(at));
		else
			vec_push(&shelf->slugs, strdup(slash ? slash + 1 : at));
	}
	fclose(file);
}

static void shelf_init(struct shelf *shelf, const char *system)
{
	struct strbuf path = STRBUF_INIT;
	const char *folders[1];
	char *text;

	*shelf = (struct shelf){ .system = system };
	strbuf_addf(&path, "runbooks/%s", system);
	text = source_path(path.text);
	folders[0] = text;
	runbook_index_init(&shelf->index, folders, 1);
	free(text);
	strbuf_clear(&path);
	strbuf_addf(&path, "systems/%s/rules.yaml", system);
	text = source_path(path.text);
	read_words(text, "alert:", shelf, true);
	read_words(text, "runbook_url:", shelf, false);
	read_words(text, "runbook:", shelf, false);
	free(text);
	strbuf_release(&path);
	qsort(shelf->alerts.items, shelf->alerts.count, sizeof(*shelf->alerts.items), compare);
	cr_assert(shelf->alerts.count > 20, "%s: %zu alerts", system, shelf->alerts.count);
}

static void shelf_release(struct shelf *shelf)
{
	for (size_t i = 0; i < shelf->alerts.count; i++)
		free(shelf->alerts.items[i]);
	for (size_t i = 0; i < shelf->slugs.count; i++)
		free(shelf->slugs.items[i]);
	vec_release(&shelf->alerts);
	vec_release(&shelf->slugs);
	runbook_index_release(&shelf->index);
}

static bool raises(const struct shelf *shelf, const char *alert)
{
	return bsearch(&alert, shelf->alerts.items, shelf->alerts.count, sizeof(*shelf->alerts.items), compare) != NULL;
}

typedef void visit_fn(const struct shelf *shelf, const struct runbook *runbook);

static void no_fault(const struct error_list *errors)
{
	for (size_t i = 0; i < errors->count; i++)
		cr_expect(false, "%s:%u: %s", errors->faults[i].file, errors->faults[i].line, errors->faults[i].text);
}

static void visit_all(visit_fn *visit)
{
	for (size_t s = 0; s < sizeof(systems) / sizeof(*systems); s++) {
		struct shelf shelf;

		shelf_init(&shelf, systems[s]);
		for (size_t i = 0; i < shelf.index.files.count; i++) {
			struct runbook runbook;
			struct error_list errors;

			error_list_init(&errors);
			cr_assert_eq(runbook_read_file(&runbook, shelf.index.files.items[i].path, &errors), 0);
			no_fault(&errors);
			visit(&shelf, &runbook);
			runbook_release(&runbook);
			error_list_release(&errors);
		}
		shelf_release(&shelf);
	}
}

static void expect_no_lint(const struct shelf *shelf, const struct runbook *runbook)
{
	const struct runbook_lint_context context = {
		.index = &shelf->index,
		.alerts = (const char *const *)shelf->alerts.items,
		.alert_count = shelf->alerts.count,
		.follow_files = true,
	};
	struct error_list errors;

	error_list_init(&errors);
	cr_expect_eq(runbook_lint(runbook, &context, &errors), 0u);
	no_fault(&errors);
	error_list_release(&errors);
}

Test(shipped_runbooks, have_no_fault)
{
	visit_all(expect_no_lint);
}

/* A step that runs is never guessed at: somebody said what it does at worst, and how long it may take. */
static void expect_tiers(const struct shelf *shelf, const struct runbook *runbook)
{
	(void)shelf;
	for (size_t i = 0; i < runbook->steps.count; i++) {
		const struct runbook_step *step = &runbook->steps.items[i];
		const struct step_notes *notes = &step->notes;

		cr_expect_neq(step->kind, STEP_UNKNOWN, "%s:%u", runbook->path, step->line);
		if (step->kind != STEP_COMMAND || notes->manual)
			continue;
		cr_expect(notes->said_tier || step->tier == TIER_READ, "%s:%u: a tier that is guessed: %s",
			  runbook->path, step->line, step->tier_reason);
		cr_expect(!notes->said_tier || notes->timeout_ms > 0 || notes->follow, "%s:%u: no time limit",
			  runbook->path, step->line);
		if (step->tier != TIER_DESTROY)
			continue;
		cr_expect(notes->confirm && *notes->confirm, "%s:%u: what is lost has no name", runbook->path,
			  step->line);
		cr_expect(notes->rollback || notes->checks.count, "%s:%u: neither rollback nor check", runbook->path,
			  step->line);
	}
}

Test(shipped_runbooks, say_what_each_step_does)
{
	visit_all(expect_tiers);
}

static void expect_followable(const struct shelf *shelf, const struct runbook *runbook)
{
	size_t entry = runbook_entry(runbook);

	(void)shelf;
	cr_expect(runbook->has_checks, "%s: nothing proves that it worked", runbook->path);
	cr_expect(runbook->updated && runbook->version, "%s: no date or version", runbook->path);
	cr_assert(runbook->steps.count > 0, "%s", runbook->path);
	cr_expect(entry < runbook->sections.count, "%s", runbook->path);
}

Test(shipped_runbooks, can_be_followed_to_a_proof)
{
	visit_all(expect_followable);
}

static void expect_known_alerts(const struct shelf *shelf, const struct runbook *runbook)
{
	for (size_t i = 0; i < runbook->alerts.count; i++)
		cr_expect(raises(shelf, runbook->alerts.items[i]), "%s: nothing raises %s", runbook->path,
			  runbook->alerts.items[i]);
}

Test(shipped_runbooks, name_only_alerts_there_are)
{
	visit_all(expect_known_alerts);
}

Test(shipped_runbooks, are_there_for_every_alert_that_asks_for_one)
{
	for (size_t s = 0; s < sizeof(systems) / sizeof(*systems); s++) {
		struct shelf shelf;

		shelf_init(&shelf, systems[s]);
		for (size_t i = 0; i < shelf.slugs.count; i++)
			cr_expect(runbook_index_find(&shelf.index, shelf.slugs.items[i]), "%s: no runbook '%s'",
				  shelf.system, shelf.slugs.items[i]);
		shelf_release(&shelf);
	}
}

/* Each alert leads to one runbook, which names it: by its own link, or only by that. */
static size_t named[sizeof(systems) / sizeof(*systems)];

static void count_named(const struct shelf *shelf, const struct runbook *runbook)
{
	for (size_t s = 0; s < sizeof(systems) / sizeof(*systems); s++)
		if (strcmp(shelf->system, systems[s]) == 0)
			named[s] += runbook->alerts.count;
}

Test(shipped_runbooks, name_each_alert_once)
{
	memset(named, 0, sizeof(named));
	visit_all(count_named);
	for (size_t s = 0; s < sizeof(systems) / sizeof(*systems); s++) {
		struct shelf shelf;

		shelf_init(&shelf, systems[s]);
		cr_expect_eq(named[s], shelf.alerts.count, "%s: %zu named, %zu alerts", systems[s], named[s],
			     shelf.alerts.count);
		shelf_release(&shelf);
	}
}

/* The procedures that every situation needs are reached by a word. */
static void expect_commands(const char *system, const char *const *common)
{
	struct shelf shelf;

	shelf_init(&shelf, system);
	for (; *common; common++) {
		const struct runbook_file *file = runbook_index_find(&shelf.index, *common);
		struct runbook runbook;
		struct error_list errors;

		cr_assert(file, "%s: %s", system, *common);
		error_list_init(&errors);
		cr_assert_eq(runbook_read_file(&runbook, file->path, &errors), 0);
		cr_expect(runbook.command && strcmp(runbook.command, *common) == 0, "%s: %s", system, *common);
		runbook_release(&runbook);
		error_list_release(&errors);
	}
	shelf_release(&shelf);
}

Test(shipped_runbooks, common_procedures_have_a_command)
{
	static const char *const polln[] = { "emergency-backup", "restore",      "validate",
					     "agent-status",     "live-metrics", NULL };
	static const char *const dryad[] = { "emergency-backup", "rollback",        "scaling",
					     "pre-deployment",   "post-deployment", NULL };

	expect_commands("polln", polln);
	expect_commands("dryad", dryad);
}
