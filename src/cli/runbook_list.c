/* `skep runbook list` and `skep runbook report`: which runbooks there are, and what the journal tells of their runs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/runbook_text.h"
#include "cli/runbook_verbs.h"
#include "runbook/report.h"
#include "ui/view/runbook_says.h"

#define SLUG_CELLS     26
#define TITLE_CELLS    44
#define MINUTES_CELLS  7
#define COMMANDS_CELLS 8

/* One runbook and its last run. */
struct listed {
	const struct runbook_file *file;
	struct runbook runbook;
	struct run_freshness freshness;
	size_t commands;
};

static int read_listed(struct listed *ret, const struct runbook_file *file, const struct runbook_past *past,
		       struct error_list *errors)
{
	*ret = (struct listed){ .file = file };
	if (runbook_read_file(&ret->runbook, file->path, errors) < 0)
		return -1;
	for (size_t i = 0; i < ret->runbook.steps.count; i++)
		ret->commands += ret->runbook.steps.items[i].kind == STEP_COMMAND;
	runs_get_freshness(&past->runs, file->slug, &ret->freshness);
	return 0;
}

static void release_listed(struct listed *listed)
{
	run_freshness_release(&listed->freshness);
	runbook_release(&listed->runbook);
}

static void add_last(const struct run_freshness *freshness, struct strbuf *out)
{
	char when[32];

	if (!freshness->last) {
		strbuf_addstr(out, "never run");
		return;
	}
	time_format(freshness->last->last_ms, "%Y-%m-%d %H:%MZ", when, sizeof(when));
	strbuf_addf(out, "%s by ", when);
	text_add_safe(out, freshness->last->opened ? freshness->last->opened->actor : "?");
	for (size_t i = 0; i < freshness->failed.count; i++)
		strbuf_addf(out, "%s%s", i ? ", " : ", failed: ", freshness->failed.items[i]);
}

static void add_columns(struct strbuf *out)
{
	text_add_column(out, "runbook", SLUG_CELLS);
	text_add_column(out, "P", 2);
	text_add_column(out, "title", TITLE_CELLS);
	text_add_column(out, "   MTTR", MINUTES_CELLS);
	text_add_column(out, "commands", COMMANDS_CELLS);
	strbuf_addstr(out, "last run\n");
}

static void add_row(const struct listed *listed, struct strbuf *out)
{
	char commands[24], *minutes = listed->runbook.mttr_ms > 0
					      ? mem_printf("%3d min", (int)(listed->runbook.mttr_ms / CLOCK_MINUTE))
					      : mem_strdup("      -");

	text_add_column(out, listed->file->slug, SLUG_CELLS);
	text_add_column(out, listed->runbook.priority >= 0 ? runbook_text_priority(&listed->runbook) : "-", 2);
	text_add_column(out, runbook_title(listed->runbook.title, listed->file->slug), TITLE_CELLS);
	text_add_column(out, minutes, MINUTES_CELLS);
	snprintf(commands, sizeof(commands), "%*zu", COMMANDS_CELLS, listed->commands);
	text_add_column(out, commands, COMMANDS_CELLS);
	add_last(&listed->freshness, out);
	strbuf_addch(out, '\n');
	free(minutes);
}

static void add_object(const struct listed *listed, const char *system, struct strbuf *out)
{
	const struct run *last = listed->freshness.last;

	strbuf_addstr(out, "{\"system\":");
	strbuf_add_json(out, system);
	strbuf_addstr(out, ",\"slug\":");
	strbuf_add_json(out, listed->file->slug);
	strbuf_addstr(out, ",\"path\":");
	strbuf_add_json(out, listed->file->path);
	strbuf_addstr(out, ",\"title\":");
	strbuf_add_json(out, listed->runbook.title);
	strbuf_addf(out, ",\"priority\":%d,\"mttr_ms\":%lld,\"steps\":%zu,\"commands\":%zu,\"runs\":%u",
		    listed->runbook.priority, (long long)listed->runbook.mttr_ms, listed->runbook.steps.count,
		    listed->commands, listed->freshness.count);
	if (last) {
		strbuf_addstr(out, ",\"last\":{\"run\":");
		strbuf_add_json(out, last->id);
		strbuf_addf(out, ",\"time_ms\":%lld,\"actor\":", (long long)last->last_ms);
		strbuf_add_json(out, last->opened ? last->opened->actor : "");
		strbuf_addstr(out, ",\"failed\":[");
		for (size_t i = 0; i < listed->freshness.failed.count; i++) {
			strbuf_addstr(out, i ? "," : "");
			strbuf_add_json(out, listed->freshness.failed.items[i]);
		}
		strbuf_addstr(out, "]}");
	}
	strbuf_addch(out, '}');
}

static int list_system(const struct runbook_system *of, bool json, struct strbuf *out, bool *first)
{
	struct runbook_past past;
	struct error_list errors;
	int status = runbook_past_read(&past, &of->system) < 0 ? EXIT_WRONG : EXIT_FINE;

	error_list_init(&errors);
	if (!json) {
		strbuf_addf(out, "%s%s\n", *first ? "" : "\n", of->system.name);
		add_columns(out);
	}
	for (size_t i = 0; i < of->index.files.count; i++) {
		struct listed listed;

		if (read_listed(&listed, &of->index.files.items[i], &past, &errors) < 0)
			continue;
		if (json) {
			strbuf_addstr(out, *first ? "" : ",\n ");
			add_object(&listed, of->system.name, out);
		} else {
			add_row(&listed, out);
		}
		*first = false;
		release_listed(&listed);
	}
	command_print_faults(&errors);
	if (errors.errors)
		status = EXIT_USAGE;
	error_list_release(&errors);
	runbook_past_release(&past);
	return status;
}

int runbook_list(const struct cli_options *options, struct runbook_systems *systems, const char *const *words,
		 size_t count)
{
	bool json = options->format == DATA_FORMAT_JSON, first = true;
	struct strbuf out = STRBUF_INIT;
	int status = EXIT_FINE;

	(void)words;
	(void)count;
	strbuf_addstr(&out, json ? "[" : "");
	for (size_t i = 0; i < systems->items.count; i++) {
		int one = list_system(systems->items.items[i], json, &out, &first);

		status = one > status ? one : status;
	}
	strbuf_addstr(&out, json ? "]\n" : "");
	if (!command_output(&out))
		status = EXIT_USAGE;
	strbuf_release(&out);
	return status;
}

/* ---- report ---- */

/* The text the run followed, kept in its folder. */
static bool read_followed(struct runbook *ret, const char *folder)
{
	char *path = path_join(folder, "runbook.md");
	struct error_list errors;
	bool read;

	error_list_init(&errors);
	read = path_exists(path) && runbook_read_file(ret, path, &errors) == 0;
	error_list_release(&errors);
	free(path);
	return read;
}

static int print_run(const struct run *run, const struct system *system)
{
	char *runs = record_state_path(system, "runs"), *folder = runs ? path_join(runs, run->id) : NULL;
	struct strbuf out = STRBUF_INIT;
	struct runbook runbook;
	bool followed = folder && read_followed(&runbook, folder);
	int status;

	run_report(run, followed ? &runbook : NULL, folder, &out);
	status = command_output(&out) ? EXIT_FINE : EXIT_USAGE;
	if (followed)
		runbook_release(&runbook);
	strbuf_release(&out);
	free(folder);
	free(runs);
	return status;
}

static const struct run *find_run(const struct runbook_past *past, const char *word, const struct run *youngest)
{
	const struct run *run = past->runs.items.count ? past->runs.items.items[0] : NULL;

	runs_fold(&past->runs);
	if (strcmp(word, "last") != 0)
		return runs_find(&past->runs, word);
	return run && (!youngest || run->last_ms > youngest->last_ms) ? run : NULL;
}

int runbook_print_report(const struct cli_options *options, struct runbook_systems *systems, const char *const *words,
			 size_t count)
{
	size_t number = systems->items.count, found = number;
	struct runbook_past *pasts = mem_array(number + 1, sizeof(*pasts));
	const struct run *run = NULL;
	int status = EXIT_FINE;

	(void)options;
	(void)count;
	for (size_t i = 0; i < number; i++) {
		const struct run *one;

		if (runbook_past_read(&pasts[i], &systems->items.items[i]->system) < 0)
			status = EXIT_WRONG;
		one = find_run(&pasts[i], words[0], run);
		if (one) {
			run = one;
			found = i;
		}
	}
	if (run)
		status = print_run(run, &systems->items.items[found]->system);
	else if (!status)
		status = command_complain(
			"runbook report: the journal tells of no run '%s' (a run's id or the beginning "
			"of one, or 'last')",
			words[0]);
	for (size_t i = 0; i < number; i++)
		runbook_past_release(&pasts[i]);
	free(pasts);
	return status;
}
