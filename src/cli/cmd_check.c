#include <stdio.h>
#include <string.h>

#include "alert/escalation.h"
#include "alert/rule_file.h"
#include "alert/rule_test_file.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/command.h"
#include "dashboard/dashboard.h"
#include "runbook/runbook_lint.h"
#include "situation/map.h"
#include "slo/slo_file.h"
#include "ui/draw/theme.h"

/* How many of what was looked at. */
struct tally {
	size_t files, errors, approximations;
};

static void check_dashboard(const char *path, struct error_list *errors)
{
	dashboard_free(dashboard_load(path, errors));
}

static void check_theme(const char *path, struct error_list *errors)
{
	struct theme theme;

	if (theme_read(&theme, path, errors) == 0)
		theme_check(&theme, path, errors);
}

static void check_rules(const char *path, struct error_list *errors)
{
	struct rule_set set;

	rule_set_init(&set);
	rule_file_read(&set, path, errors);
	rule_set_release(&set);
}

static void check_policy(const char *path, struct error_list *errors)
{
	struct escalation policy;

	escalation_init(&policy);
	escalation_read(&policy, path, errors);
	escalation_release(&policy);
}

/* What it names of alerts and other runbooks is looked at by `skep runbook lint`, which knows the systems. */
static void check_runbook(const char *path, struct error_list *errors)
{
	struct runbook_lint_context context = { .follow_files = true };
	struct runbook runbook;

	if (runbook_read_file(&runbook, path, errors) < 0)
		return;
	runbook_lint(&runbook, &context, errors);
	runbook_release(&runbook);
}

static void check_runbooks(const struct option_strings *folders, struct error_list *errors)
{
	struct runbook_index index;

	runbook_index_init(&index, folders->items, folders->count);
	for (size_t i = 0; i < index.files.count; i++)
		check_runbook(index.files.items[i].path, errors);
	runbook_index_release(&index);
}

/* A system file, and every dashboard, rule file, policy and runbook it names. */
static void check_system(const char *path, struct error_list *errors)
{
	struct system system;

	system_init(&system);
	if (system_read(&system, path, errors) == 0 && system_profile_use(&system, NULL, errors) == 0) {
		for (size_t i = 0; i < system.dashboards.count; i++)
			check_dashboard(system.dashboards.items[i], errors);
		for (size_t i = 0; i < system.rules.count; i++)
			check_rules(system.rules.items[i], errors);
		if (system.escalation)
			check_policy(system.escalation, errors);
		check_runbooks(&system.runbooks, errors);
	}
	system_release(&system);
}

static void check_map(const struct yaml_node *root, const char *path, struct arena *arena, struct error_list *errors)
{
	struct system_map map = { 0 };

	map_read(&map, root, path, "", arena, errors);
}

static void check_slos(const struct yaml_node *root, const char *path, struct arena *arena, struct error_list *errors)
{
	struct slo_file slos = { 0 };

	slo_file_read(&slos, root, path, "", arena, errors);
}

static void check_levels(const struct yaml_node *root, const char *path, struct arena *arena, struct error_list *errors)
{
	(void)root;
	(void)arena;
	check_policy(path, errors);
}

/* What they say is tried by `skep rules test`. */
static void check_rule_tests(const struct yaml_node *root, const char *path, struct arena *arena,
			     struct error_list *errors)
{
	struct rule_test_file file;

	(void)root;
	(void)arena;
	if (rule_test_file_read(&file, path, errors) == 0)
		rule_test_file_release(&file);
}

/* What a system names in files of their own, and the tests of its rules, by the key that such a file must have. */
static const struct {
	const char *key;
	void (*check)(const struct yaml_node *root, const char *path, struct arena *arena, struct error_list *errors);
} parts[] = {
	{ "parts", check_map },
	{ "objectives", check_slos },
	{ "levels", check_levels },
	{ "tests", check_rule_tests },
};

/* A file that a system names; true when it is one. */
static bool check_part(const char *path, struct error_list *errors)
{
	struct yaml_document document;
	struct error_list none;
	struct arena arena = { 0 };
	bool found = false;

	error_list_init(&none);
	if (yaml_read(&document, path, &none) == 0) {
		for (size_t i = 0; !found && i < sizeof(parts) / sizeof(parts[0]); i++) {
			found = yaml_get(document.root, parts[i].key) != NULL;
			if (found)
				parts[i].check(document.root, path, &arena, errors);
		}
		yaml_document_release(&document);
	}
	error_list_release(&none);
	arena_release(&arena);
	return found;
}

/* What a file of this ending is, its content tells. */
static void check_yaml(const char *path, struct error_list *errors)
{
	if (rule_file_recognise(path))
		check_rules(path, errors);
	else if (!check_part(path, errors))
		check_system(path, errors);
}

static const struct {
	const char *ending;
	void (*check)(const char *path, struct error_list *errors);
} kinds[] = {
	{ ".json", check_dashboard }, { ".yaml", check_yaml },  { ".yml", check_yaml },
	{ ".theme", check_theme },    { ".md", check_runbook },
};

static void check_file(const char *path, struct error_list *errors)
{
	size_t length = strlen(path);

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		size_t ending = strlen(kinds[i].ending);
		if (length > ending && strcmp(path + length - ending, kinds[i].ending) == 0) {
			kinds[i].check(path, errors);
			return;
		}
	}
	error_list_add(errors, FAULT_ERROR, path, 0, 0, NULL,
		       "not a kind of file that can be checked (.json dashboard; .yaml system, map, objectives, "
		       "escalation policy, rules or their tests; .theme; .md runbook)");
}

static void add_text(const struct error_list *errors, struct strbuf *out)
{
	char line[4096];

	for (size_t i = 0; i < errors->count; i++) {
		fault_format(&errors->faults[i], line, sizeof(line));
		strbuf_addf(out, "%s\n", line);
	}
	if (errors->dropped)
		strbuf_addf(out, "... and %zu more\n", errors->dropped);
}

static void add_json(const struct error_list *errors, struct strbuf *out, bool *first)
{
	for (size_t i = 0; i < errors->count; i++) {
		const struct fault *fault = &errors->faults[i];
		strbuf_addstr(out, *first ? "" : ",\n ");
		*first = false;
		strbuf_addf(out, "{\"severity\":\"%s\",\"file\":",
			    fault->severity == FAULT_ERROR ? "error" : "approximation");
		strbuf_add_json(out, fault->file ? fault->file : "");
		if (fault->line)
			strbuf_addf(out, ",\"line\":%u,\"column\":%u", fault->line, fault->column);
		if (fault->where) {
			strbuf_addstr(out, ",\"where\":");
			strbuf_add_json(out, fault->where);
		}
		strbuf_addstr(out, ",\"text\":");
		strbuf_add_json(out, fault->text);
		strbuf_addch(out, '}');
	}
}

static void tally_up(struct tally *tally, const struct error_list *errors)
{
	tally->files++;
	tally->errors += errors->errors;
	tally->approximations += errors->count + errors->dropped - errors->errors;
}

/* A fault without a file position of its own still names the file it was found in. */
static int run(const struct cli_options *options, const struct option_strings *words)
{
	struct strbuf out = STRBUF_INIT;
	struct tally tally = { 0 };
	bool json = options->format == DATA_FORMAT_JSON, first = true, written;

	strbuf_addstr(&out, json ? "[" : "");
	for (size_t i = 0; i < words->count; i++) {
		struct error_list errors;
		error_list_init(&errors);
		check_file(words->items[i], &errors);
		tally_up(&tally, &errors);
		if (json)
			add_json(&errors, &out, &first);
		else
			add_text(&errors, &out);
		error_list_release(&errors);
	}
	if (json)
		strbuf_addstr(&out, "]\n");
	else
		strbuf_addf(&out, "%zu file%s checked: %zu error%s, %zu approximation%s\n", tally.files,
			    tally.files == 1 ? "" : "s", tally.errors, tally.errors == 1 ? "" : "s",
			    tally.approximations, tally.approximations == 1 ? "" : "s");
	written = command_output(&out);
	strbuf_release(&out);
	if (!written || tally.errors)
		return EXIT_USAGE;
	return options->strict && tally.approximations ? EXIT_WRONG : EXIT_FINE;
}

static const struct option table[] = {
	{ "strict", 0, OPTION_BOOL, CLI_AT(strict), .help = "exit with 1 when anything is approximated" },
	{ "format", 'f', OPTION_CHOICE, CLI_AT(format), .fallback = "text", .choices = cli_formats_data,
	  .help = "how to print it" },
	CLI_ROWS_END,
};

const struct command command_check = {
	.name = "check",
	.words = "FILE...",
	.help = "print every error and every approximation in dashboards, systems, rules and themes",
	.more = "Each line is FILE:LINE:COLUMN: message, or FILE: path in the document: message. The exit status is 2\n"
		"when there is an error, 1 when --strict and something is approximated, else 0.",
	.options = table,
	.words_min = 1,
	.words_max = (size_t)-1,
	.run = run,
};
