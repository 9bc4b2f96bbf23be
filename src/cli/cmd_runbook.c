#include <string.h>

#include "cli/command.h"
#include "cli/runbook_verbs.h"

static const struct {
	const char *name, *words;
	size_t words_min, words_max;
	runbook_verb *run;
} verbs[] = {
	{ "list", "", 0, 0, runbook_list },
	{ "show", "FILE", 1, 1, runbook_show },
	{ "lint", "FILE...", 0, (size_t)-1, runbook_check },
	{ "run", "FILE", 1, 1, runbook_walk },
	{ "report", "RUN", 1, 1, runbook_print_report },
};

static int run(const struct cli_options *options, const struct option_strings *words)
{
	struct runbook_systems systems = { 0 };
	size_t count = words->count - 1, i = 0;
	int status;

	while (i < sizeof(verbs) / sizeof(verbs[0]) && strcmp(words->items[0], verbs[i].name) != 0)
		i++;
	if (i == sizeof(verbs) / sizeof(verbs[0]))
		return command_complain(
			"runbook: '%s' is nothing to be done with runbooks (list, show, lint, run, report)",
			words->items[0]);
	if (count < verbs[i].words_min)
		return command_complain("runbook %s: %s is missing (see skep runbook --help)", verbs[i].name,
					verbs[i].words);
	if (count > verbs[i].words_max)
		return command_complain("runbook %s: '%s' is one word too many (see skep runbook --help)",
					verbs[i].name, words->items[1 + verbs[i].words_max]);
	status = runbook_systems_open(&systems, &options->system_files);
	if (!status)
		status = verbs[i].run(options, &systems, words->items + 1, count);
	runbook_systems_close(&systems);
	return status;
}

static const struct option table[] = {
	{ "system", 0, OPTION_STRINGS, CLI_AT(system_files), .value_name = "NAME",
	  .help = "a system, or its file (repeatable; default: all that are shipped)" },
	{ "format", 'f', OPTION_CHOICE, CLI_AT(format), .fallback = "text", .choices = cli_formats_data,
	  .help = "list, show, lint: how to print it" },
	{ "strict", 0, OPTION_BOOL, CLI_AT(strict), .help = "lint: exit with 1 when there are warnings, too" },
	{ "dry-run", 0, OPTION_BOOL, CLI_AT(dry_run), .help = "run: show everything, run nothing" },
	{ "var", 'v', OPTION_PAIRS, CLI_AT(variables), .value_name = "NAME=VALUE",
	  .help = "run: the value of a placeholder (repeatable)" },
	CLI_ROWS_END,
};

const struct command command_runbook = {
	.name = "runbook",
	.words = "list|show|lint|run|report [FILE... | RUN]",
	.help = "list, show and check Markdown runbooks, follow one step by step, report on a run",
	.more = "list prints the runbooks of the systems, and when each was last run. show prints what a Markdown "
		"file\n"
		"is taken for: its head, its sections and every step with its kind. lint looks for what goes wrong at\n"
		"night, as FILE:LINE: what is wrong; without FILE in all runbooks of the systems. run goes through a\n"
		"runbook on a plain terminal: every step is shown, asked about, run and written down; with --dry-run\n"
		"nothing is run. report prints a run that the journal tells of, as Markdown; 'last' is the youngest.\n"
		"\n"
		"FILE is a path, or the name of a runbook that list prints.",
	.options = table,
	.words_min = 1,
	.words_max = (size_t)-1,
	.run = run,
};
