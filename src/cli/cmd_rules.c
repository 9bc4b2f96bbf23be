#include <stdio.h>
#include <string.h>

#include "alert/lint.h"
#include "alert/rule_file.h"
#include "alert/rule_test.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/rules_system.h"

enum { SEMANTICS_2, SEMANTICS_3 };
static const char *const semantics[] = { "2", "3", NULL };

/* ---- skep rules test ---- */

static int run_test(const struct cli_options *options, const char *const *files, size_t count)
{
	struct rule_test_options test = { .left_open = options->semantics == SEMANTICS_3 };
	struct strbuf out = STRBUF_INIT, safe = STRBUF_INIT;
	bool good = true, written = true;

	for (size_t i = 0; i < count && written; i++) {
		strbuf_clear(&out);
		strbuf_clear(&safe);
		good &= rule_test_run(files[i], &test, &out);
		text_add_safe_lines(&safe, out.text);
		written = command_output(&safe);
	}
	strbuf_release(&out);
	strbuf_release(&safe);
	return !written ? EXIT_USAGE : good ? EXIT_FINE : EXIT_WRONG;
}

/* ---- skep rules check ---- */

/* What was looked at. */
struct tally {
	size_t files, unreadable;
};

static const char *severity_word(enum lint_severity severity)
{
	return severity == LINT_ERROR ? "error" : "warning";
}

static void add_text(struct strbuf *out, const struct lint_findings *findings)
{
	struct strbuf line = STRBUF_INIT;

	for (size_t i = 0; i < findings->items.count; i++) {
		const struct lint_finding *finding = &findings->items.items[i];

		strbuf_clear(&line);
		strbuf_addstr(&line, finding->file);
		if (finding->line)
			strbuf_addf(&line, ":%u", finding->line);
		strbuf_addf(&line, "%s%s: ", line.length ? ": " : "", severity_word(finding->severity));
		if (*finding->rule)
			strbuf_addf(&line, "%s: ", finding->rule);
		strbuf_addf(&line, "%s [%s]", finding->text, finding->check);
		text_add_safe(out, line.text);
		strbuf_addch(out, '\n');
	}
	strbuf_release(&line);
}

static void add_summary(struct strbuf *out, const struct tally *tally, const struct rule_set *set,
			const struct lint_findings *findings, bool compared)
{
	size_t rules = rule_set_count(set), warnings = findings->items.count - findings->errors;

	if (findings->errors > findings->items.count) /* faults that were too many to be kept */
		warnings = 0;
	strbuf_addf(out, "%zu file%s, %zu rule%s checked: %zu error%s, %zu warning%s%s\n", tally->files,
		    tally->files == 1 ? "" : "s", rules, rules == 1 ? "" : "s", findings->errors,
		    findings->errors == 1 ? "" : "s", warnings, warnings == 1 ? "" : "s",
		    compared ? "" : "; metrics, panels and runbooks were not compared (--system NAME)");
}

static void add_json(struct strbuf *out, const struct lint_findings *findings)
{
	strbuf_addch(out, '[');
	for (size_t i = 0; i < findings->items.count; i++) {
		const struct lint_finding *finding = &findings->items.items[i];

		strbuf_addf(out, "%s{\"severity\":\"%s\",\"check\":\"%s\",\"file\":", i ? ",\n " : "",
			    severity_word(finding->severity), finding->check);
		strbuf_add_json(out, finding->file);
		if (finding->line)
			strbuf_addf(out, ",\"line\":%u", finding->line);
		strbuf_addstr(out, ",\"rule\":");
		strbuf_add_json(out, finding->rule);
		strbuf_addstr(out, ",\"text\":");
		strbuf_add_json(out, finding->text);
		strbuf_addch(out, '}');
	}
	strbuf_addstr(out, "]\n");
}

/* What cannot be opened is told at once; the others are judged all the same. */
static void read_files(struct rule_set *set, const char *const *files, size_t count, struct lint_findings *findings,
		       struct tally *tally)
{
	for (size_t i = 0; i < count; i++) {
		struct error_list errors;

		error_list_init(&errors);
		rule_file_read(set, files[i], &errors);
		if (errors.count && !errors.faults[0].file) {
			tally->unreadable++;
			command_print_faults(&errors);
		} else {
			lint_add_faults(findings, &errors);
		}
		error_list_release(&errors);
		tally->files++;
	}
}

static int run_check(const struct cli_options *options, const char *const *files, size_t count)
{
	struct rules_system against = { 0 };
	struct lint_findings findings;
	struct tally tally = { 0 };
	struct strbuf out = STRBUF_INIT;
	struct rule_set set;
	int status = EXIT_FINE;

	rule_set_init(&set);
	lint_findings_init(&findings);
	read_files(&set, files, count, &findings, &tally);
	if (options->against)
		status = rules_system_read(&against, options->against, &set, options);
	if (!status) {
		lint_rules(&set, &against.system, &findings);
		if (options->format == DATA_FORMAT_JSON)
			add_json(&out, &findings);
		else
			add_text(&out, &findings);
		if (options->format != DATA_FORMAT_JSON)
			add_summary(&out, &tally, &set, &findings, options->against != NULL);
		if (!command_output(&out) || tally.unreadable)
			status = EXIT_USAGE;
		else if (findings.errors || (options->strict && findings.items.count))
			status = EXIT_WRONG;
	}
	strbuf_release(&out);
	rules_system_release(&against);
	lint_findings_release(&findings);
	rule_set_release(&set);
	return status;
}

/* ---- skep rules checks ---- */

static int run_list(const struct cli_options *options, const char *const *files, size_t count)
{
	struct strbuf out = STRBUF_INIT;
	bool written;

	(void)options;
	(void)files;
	(void)count;
	strbuf_addstr(&out, "What skep rules check looks for, beside what cannot be read (syntax):\n");
	lint_add_help(&out);
	written = command_output(&out);
	strbuf_release(&out);
	return written ? EXIT_FINE : EXIT_USAGE;
}

/* ---- the words ---- */

static const struct {
	const char *name;
	bool files;
	int (*run)(const struct cli_options *options, const char *const *files, size_t count);
} verbs[] = {
	{ "test", true, run_test },
	{ "check", true, run_check },
	{ "checks", false, run_list },
};

static int run(const struct cli_options *options, const struct option_strings *words)
{
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strcmp(words->items[0], verbs[i].name) != 0)
			continue;
		if (verbs[i].files && words->count < 2)
			return command_complain("rules %s: FILE... is missing (see skep rules --help)", verbs[i].name);
		if (!verbs[i].files && words->count > 1)
			return command_complain("rules %s: '%s' is one word too many (see skep rules --help)",
						verbs[i].name, words->items[1]);
		return verbs[i].run(options, words->items + 1, words->count - 1);
	}
	return command_complain("rules: '%s' is nothing to be done with rules (test, check, checks)", words->items[0]);
}

static const struct option table[] = {
	{ "semantics", 0, OPTION_CHOICE, CLI_AT(semantics), .fallback = "2", .choices = semantics,
	  .help = "test: ranges and language of which Prometheus (promtool 2.42 has 2)" },
	{ "system", 0, OPTION_STRING, CLI_AT(against), .value_name = "NAME",
	  .help = "check: against the metrics, panels and runbooks of this system" },
	{ "strict", 0, OPTION_BOOL, CLI_AT(strict), .help = "check: exit with 1 when there are warnings, too" },
	{ "format", 'f', OPTION_CHOICE, CLI_AT(format), .fallback = "text", .choices = cli_formats_data,
	  .help = "check: how to print it" },
	CLI_ROWS_END,
};

const struct command command_rules = {
	.name = "rules",
	.words = "test|check|checks [FILE...]",
	.help = "test alert rules, or look for what is doubtful in them",
	.more = "test runs files as promtool's \"test rules\" takes them and prints, for each, SUCCESS or FAILED with "
		"what\n"
		"was expected and what came. The exit status is 1 when a test fails.\n"
		"\n"
		"check reads rule files and prints FILE:LINE: SEVERITY: RULE: what is wrong (what to do) [check]. The "
		"exit\n"
		"status is 2 when a file cannot be read, 1 when there is an error (or, with --strict, a warning), else "
		"0.",
	.options = table,
	.words_min = 1,
	.words_max = (size_t)-1,
	.run = run,
};
