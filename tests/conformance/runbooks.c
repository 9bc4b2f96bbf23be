/*
 * Public runbooks, read as they are: all of $SKEP_SHARED/data/runbooks parse,
 * and of those whose lines two readers labelled before any program read them
 * (runbook-labels.tsv) not one line of output, query, SQL or configuration is
 * offered as a command, and of the true commands at least 97% are, whole.
 *
 * runbooks LABELS [-v]
 */
#include <ctype.h>
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "base/vec.h"
#include "runbook/runbook.h"

#define OFFERED_PERCENT 97 /* of the labelled commands, at least */
#define NEARBY          40 /* lines: a line like it further away is another one */
#define FILES_THERE     60

struct label {
	char *file, *kind;
	unsigned first, last;
	bool seen; /* its file is there */
};

struct labels {
	VEC(struct label) items;
};

struct tally {
	unsigned files, unread, steps;
	unsigned commands, offered; /* rows */
	unsigned others, wrong;     /* rows of what is none; lines of them that are offered */
	bool verbose;
};

static int read_labels(const char *path, struct labels *ret)
{
	char line[512], file[256], kind[32];
	FILE *in = fopen(path, "r");
	struct label label = { 0 };

	if (!in)
		return -1;
	while (fgets(line, sizeof(line), in)) {
		if (line[0] == '#' || sscanf(line, "%255s %u %u %31s", file, &label.first, &label.last, kind) != 4)
			continue;
		label.file = mem_strdup(file);
		label.kind = mem_strdup(kind);
		vec_push(&ret->items, label);
	}
	fclose(in);
	return 0;
}

/* ---- lines ---- */

struct span {
	const char *text;
	size_t length;
};

/* Line `number` of a text, without blanks around it. */
static struct span line_of(const char *text, unsigned number)
{
	struct span span;

	for (; number > 1 && (text = strchr(text, '\n')); number--)
		text++;
	if (!text)
		return (struct span){ .text = "", .length = 0 };
	span.length = strcspn(text, "\n");
	span.text = text;
	while (span.length && isspace((unsigned char)*span.text)) {
		span.text++;
		span.length--;
	}
	while (span.length && isspace((unsigned char)span.text[span.length - 1]))
		span.length--;
	return span;
}

/* The file's line, with nothing but a prompt taken away. */
static bool is_line(struct span source, struct span text)
{
	size_t before = source.length - text.length;

	if (!text.length || text.length > source.length || memcmp(source.text + before, text.text, text.length) != 0)
		return false;
	return !before || (before >= 2 && source.text[before - 1] == ' ' && strchr("$#>%", source.text[before - 2]));
}

static unsigned lines_in(const char *text)
{
	unsigned count = 1;

	for (; *text; text++)
		count += *text == '\n';
	return count;
}

/* Are the lines of the file there in the step's text, one after the other? */
static bool has_lines(const struct runbook_step *step, const char *source, unsigned first, unsigned last)
{
	unsigned count = lines_in(step->text), same = 0;

	for (unsigned at = 1; at + (last - first) <= count; at++) {
		for (same = 0; same <= last - first; same++)
			if (!is_line(line_of(source, first + same), line_of(step->text, at + same)))
				break;
		if (same == last - first + 1)
			return true;
	}
	return false;
}

static bool is_offered(const struct runbook *runbook, const struct label *label)
{
	for (size_t i = 0; i < runbook->steps.count; i++) {
		const struct runbook_step *step = &runbook->steps.items[i];

		if (step->kind == STEP_COMMAND && step->line <= label->first && step->last_line >= label->last &&
		    has_lines(step, runbook->source, label->first, label->last))
			return true;
	}
	return false;
}

/* Does the step take that line of the file: in its range, or in its text from nearby? */
static bool takes(const struct runbook_step *step, const char *source, unsigned line)
{
	if (step->kind != STEP_COMMAND || !line_of(source, line).length)
		return false;
	if (step->line <= line && step->last_line >= line)
		return true;
	return step->line <= line && step->last_line + NEARBY >= line && has_lines(step, source, line, line);
}

/* Lines of what is no command that stand in one all the same. */
static unsigned lines_offered(const struct runbook *runbook, const struct label *label)
{
	unsigned count = 0;

	for (unsigned line = label->first; line <= label->last; line++)
		for (size_t i = 0; i < runbook->steps.count; i++)
			count += takes(&runbook->steps.items[i], runbook->source, line);
	return count;
}

/* ---- files ---- */

static void compare(const struct runbook *runbook, const char *name, struct labels *labels, struct tally *tally)
{
	for (size_t i = 0; i < labels->items.count; i++) {
		struct label *label = &labels->items.items[i];
		unsigned wrong;

		if (strcmp(label->file, name) != 0)
			continue;
		label->seen = true;
		if (strcmp(label->kind, "comment") == 0)
			continue;
		if (strcmp(label->kind, "command") == 0) {
			bool offered = is_offered(runbook, label);

			tally->commands++;
			tally->offered += offered;
			if (!offered)
				printf("%s:%u-%u: a command that is not offered whole\n", name, label->first,
				       label->last);
			continue;
		}
		tally->others++;
		wrong = lines_offered(runbook, label);
		tally->wrong += wrong;
		if (wrong)
			printf("%s:%u-%u: %s that is offered as a command\n", name, label->first, label->last,
			       label->kind);
	}
}

static void print_steps(const struct runbook *runbook)
{
	for (size_t i = 0; i < runbook->steps.count; i++) {
		const struct runbook_step *step = &runbook->steps.items[i];

		printf("%s:%u-%u: %s %s: %s\n", runbook->path, step->line, step->last_line, step->id,
		       step_kind_names[step->kind], step->name);
	}
}

static void read_one(const char *folder, const char *name, struct labels *labels, struct tally *tally)
{
	char *path = path_join(folder, name);
	struct runbook runbook;
	struct error_list errors;

	error_list_init(&errors);
	tally->files++;
	if (runbook_read_file(&runbook, path, &errors)) {
		tally->unread++;
		printf("%s: %s\n", name, errors.count ? errors.faults[0].text : "cannot be read");
	} else {
		tally->steps += (unsigned)runbook.steps.count;
		compare(&runbook, name, labels, tally);
		if (tally->verbose)
			print_steps(&runbook);
		runbook_release(&runbook);
	}
	error_list_release(&errors);
	free(path);
}

/* Labels of files that are not there would say nothing, and nobody would know. */
static unsigned unseen(const struct labels *labels)
{
	unsigned count = 0;

	for (size_t i = 0; i < labels->items.count; i++)
		if (!labels->items.items[i].seen) {
			printf("%s: labelled, and not there\n", labels->items.items[i].file);
			count++;
		}
	return count;
}

static int judge(const struct tally *tally)
{
	bool enough = tally->offered * 100 >= tally->commands * OFFERED_PERCENT && tally->commands > 0;

	printf("runbooks: %u of %u public files parse, %u steps\n", tally->files - tally->unread, tally->files,
	       tally->steps);
	printf("runbooks: %u of %u labelled commands are offered whole (%.1f%%, %d%% at least)\n", tally->offered,
	       tally->commands, tally->commands ? 100.0 * tally->offered / tally->commands : 0.0, OFFERED_PERCENT);
	printf("runbooks: %u lines of %u labelled blocks of output, configuration and the like are offered (none may "
	       "be)\n",
	       tally->wrong, tally->others);
	return tally->files < FILES_THERE || tally->unread || tally->wrong || !enough || !tally->others;
}

int main(int argc, char **argv)
{
	const char *shared = getenv("SKEP_SHARED");
	struct labels labels = { 0 };
	struct tally tally = { .verbose = argc > 2 && strcmp(argv[2], "-v") == 0 };
	struct dirent **entries = NULL;
	char *folder;
	int count, result;

	if (argc < 2 || read_labels(argv[1], &labels)) {
		fprintf(stderr, "usage: runbooks LABELS [-v]\n");
		return 2;
	}
	if (!shared) {
		printf("runbooks: %d public files are skipped, and %zu labels: SKEP_SHARED is not set\n", FILES_THERE,
		       labels.items.count);
	} else {
		folder = path_join(shared, "data/runbooks");
		count = scandir(folder, &entries, NULL, alphasort);
		for (int i = 0; i < count; i++) {
			if (entries[i]->d_name[0] != '.')
				read_one(folder, entries[i]->d_name, &labels, &tally);
			free(entries[i]);
		}
		free(entries);
		free(folder);
	}
	result = shared ? unseen(&labels) || judge(&tally) : 0;
	for (size_t i = 0; i < labels.items.count; i++) {
		free(labels.items.items[i].file);
		free(labels.items.items[i].kind);
	}
	vec_release(&labels.items);
	return result;
}
