/* `skep runbook show` and `skep runbook lint`: what a Markdown file is taken for, and what is wrong with it. */
#include <string.h>

#include "cli/command.h"
#include "cli/runbook_text.h"
#include "cli/runbook_verbs.h"
#include "runbook/runbook_lint.h"

int runbook_show(const struct cli_options *options, struct runbook_systems *systems, const char *const *words,
		 size_t count)
{
	const char *path = runbook_systems_find(systems, words[0]);
	struct strbuf out = STRBUF_INIT;
	struct runbook runbook;
	struct error_list errors;
	int status = EXIT_USAGE;

	(void)count;
	if (!path)
		return EXIT_USAGE;
	error_list_init(&errors);
	if (runbook_read_file(&runbook, path, &errors) == 0) {
		if (options->format == DATA_FORMAT_JSON)
			runbook_add_json(&runbook, &out);
		else
			runbook_text_add(&runbook, &out);
		status = command_output(&out) ? EXIT_FINE : EXIT_USAGE;
		runbook_release(&runbook);
	}
	command_print_faults(&errors);
	if (errors.errors && !status)
		status = EXIT_WRONG;
	error_list_release(&errors);
	strbuf_release(&out);
	return status;
}

/* ---- lint ---- */

struct tally {
	size_t files, steps, unreadable;
};

static void check_file(const char *path, const struct runbook_lint_context *context, struct tally *tally,
		       struct error_list *errors)
{
	struct runbook runbook;

	tally->files++;
	if (runbook_read_file(&runbook, path, errors) < 0) {
		tally->unreadable++;
		return;
	}
	tally->steps += runbook.steps.count;
	runbook_lint(&runbook, context, errors);
	runbook_release(&runbook);
}

static const char *severity_word(const struct fault *fault)
{
	return fault->severity == FAULT_ERROR ? "error" : "warning";
}

static void add_text(const struct error_list *errors, const struct tally *tally, struct strbuf *out)
{
	size_t warnings = errors->count > errors->errors ? errors->count - errors->errors : 0;
	char line[2048];

	for (size_t i = 0; i < errors->count; i++) {
		fault_format(&errors->faults[i], line, sizeof(line));
		strbuf_addf(out, "%s [%s]\n", line, severity_word(&errors->faults[i]));
	}
	if (errors->dropped)
		strbuf_addf(out, "... and %zu more\n", errors->dropped);
	strbuf_addf(out, "%zu runbook%s, %zu step%s checked: %zu error%s, %zu warning%s\n", tally->files,
		    tally->files == 1 ? "" : "s", tally->steps, tally->steps == 1 ? "" : "s", errors->errors,
		    errors->errors == 1 ? "" : "s", warnings, warnings == 1 ? "" : "s");
}

static void add_json(const struct error_list *errors, struct strbuf *out)
{
	strbuf_addch(out, '[');
	for (size_t i = 0; i < errors->count; i++) {
		const struct fault *fault = &errors->faults[i];

		strbuf_addf(out, "%s{\"severity\":\"%s\",\"file\":", i ? ",\n " : "", severity_word(fault));
		strbuf_add_json(out, fault->file ? fault->file : "");
		strbuf_addf(out, ",\"line\":%u,\"text\":", fault->line);
		strbuf_add_json(out, fault->text);
		strbuf_addch(out, '}');
	}
	strbuf_addstr(out, "]\n");
}

int runbook_check(const struct cli_options *options, struct runbook_systems *systems, const char *const *words,
		  size_t count)
{
	struct runbook_lint_context context = { .follow_files = true };
	struct error_list errors;
	struct tally tally = { 0 };
	struct strbuf out = STRBUF_INIT;
	int status = EXIT_FINE;

	error_list_init(&errors);
	runbook_systems_read_alerts(systems);
	context.alerts = systems->alerts.items;
	context.alert_count = systems->alerts.count;
	for (size_t i = 0; i < count; i++) {
		const char *path = runbook_systems_find(systems, words[i]);
		const struct runbook_system *of;

		tally.unreadable += path == NULL;
		if (!path)
			continue;
		of = runbook_systems_of(systems, path);
		context.index = of ? &of->index : NULL;
		check_file(path, &context, &tally, &errors);
	}
	for (size_t i = 0; !count && i < systems->items.count; i++) {
		context.index = &systems->items.items[i]->index;
		for (size_t k = 0; k < context.index->files.count; k++)
			check_file(context.index->files.items[k].path, &context, &tally, &errors);
	}
	if (options->format == DATA_FORMAT_JSON)
		add_json(&errors, &out);
	else
		add_text(&errors, &tally, &out);
	if (!command_output(&out) || tally.unreadable)
		status = EXIT_USAGE;
	else if (errors.errors || (options->strict && errors.count))
		status = EXIT_WRONG;
	error_list_release(&errors);
	strbuf_release(&out);
	return status;
}
