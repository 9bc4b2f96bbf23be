/*
 * promqltest [--range closed|left-open] FILE...
 *
 * Runs scripts in the format of Prometheus's own promqltest over the store
 * and the evaluator:
 *
 *   load 5m                       series below it: name{a="b"} 1 2+3x4 _ _x3 stale
 *   clear                         forget all samples
 *   eval instant at 10m EXPR      series with their values, or a number, below it
 *   eval range from 0 to 1h step 5m EXPR
 *   eval_ordered, eval_fail       also as lines below: expect ordered, expect fail msg: TEXT
 *
 * Blocks end at an empty line or a comment. An instant is asked as the middle
 * step of a range too, and, where it can be, with `@` from other times. Values
 * may differ by 1e-6 of their size. Annotations (warn, info) are not compared:
 * answers have none.
 *
 * Each failure is printed as `file:line: ...`, at the end `N passed, N
 * failed`. Exit 0 when all pass, 1 when some fail or none was run, 2 when a
 * file is bad.
 */
#include "promqltest.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

#define LINE_MAX_BYTES (1024 * 1024)

struct script {
	const char *file;
	bool left_open;
	struct store *store;
	VEC(char *) lines; /* without blanks at their ends; comments are empty */
	size_t at;
	unsigned passed, failed;
	bool bad;
};

static struct store *new_store(void)
{
	/* nothing ages or is thinned: scripts reach far */
	struct store_limits limits = { .raw_ms = 1000 * 365 * CLOCK_DAY, .keep_ms = 2000 * 365 * CLOCK_DAY };

	return store_new(&limits);
}

/* The script cannot be understood here. Always -1. */
static int script_bad(struct script *script, size_t line, const char *what)
{
	fprintf(stderr, "%s:%zu: %s\n", script->file, line + 1, what);
	script->bad = true;
	return -1;
}

static int append(struct script *script, size_t line, const struct expectation *series, int64_t step_ms)
{
	struct store_series *held = store_hold(script->store, &series->labels);
	enum store_result result = STORE_OK;

	if (!held)
		return script_bad(script, line, "too many series");
	for (size_t i = 0; i < series->values.count && result == STORE_OK; i++)
		if (!series->values.blank[i])
			result = store_append_at(script->store, held, (int64_t)i * step_ms, series->values.items[i]);
	store_release(script->store, held);
	if (result == STORE_OK)
		return 0;
	return script_bad(script, line, "a sample is older than the series' last, or there with another value");
}

/* `load 5m` and the series below it. */
static int run_load(struct script *script)
{
	const char *line = script->lines.items[script->at], *rest = line;
	size_t first = script->at;
	struct arena arena = { 0 };
	struct error error;
	int64_t step_ms;
	int result = 0;

	if (strcmp(word_take(&rest, &arena), "load") != 0)
		result = script_bad(script, first, "only load is supported, not load_with_nhcb: no native histograms");
	else if (duration_read(rest, &step_ms) || step_ms <= 0)
		result = script_bad(script, first, "no step behind load (as 5m)");
	for (script->at++; !result && script->at < script->lines.count; script->at++) {
		struct expectation series;

		if (!*script->lines.items[script->at])
			break;
		if (series_read(script->lines.items[script->at], &arena, &series, &error))
			result = script_bad(script, script->at, error.text);
		else
			result = append(script, script->at, &series, step_ms);
	}
	arena_release(&arena);
	return result;
}

/* `eval ...` and what is expected below it. */
static int run_eval(struct script *script)
{
	struct test_case test = { .file = script->file, .line = (unsigned)script->at + 1 };
	struct error error = { 0 };
	int result = 0;

	if (case_begin(&test, script->lines.items[script->at], &error))
		result = script_bad(script, script->at, error.text);
	for (script->at++; !result && script->at < script->lines.count; script->at++) {
		if (!*script->lines.items[script->at])
			break;
		if (case_line(&test, script->lines.items[script->at], &error))
			result = script_bad(script, script->at, error.text);
	}
	if (!result && case_run(&test, script->store, script->left_open, &error) == 0) {
		script->passed++;
	} else if (!result) {
		script->failed++;
		printf("%s:%u: %s: %s\n", test.file, test.line, test.expression, error.text);
	}
	case_release(&test);
	return result;
}

/* What a bad command left of its block is passed over: the rest of the script may be good. */
static void run_lines(struct script *script)
{
	while (script->at < script->lines.count) {
		const char *line = script->lines.items[script->at];
		int result = 0;

		if (!*line) {
			script->at++;
		} else if (strcmp(line, "clear") == 0) {
			store_free(script->store);
			script->store = new_store();
			script->at++;
		} else if (strncmp(line, "load", 4) == 0) {
			result = run_load(script);
		} else {
			result = run_eval(script);
		}
		while (result && script->at < script->lines.count && *script->lines.items[script->at])
			script->at++;
	}
}

static int read_lines(struct script *script)
{
	FILE *file = fopen(script->file, "re");
	size_t capacity = 0;
	char *line = NULL;
	ssize_t length;
	int result = 0;

	if (!file) {
		fprintf(stderr, "%s: %s\n", script->file, strerror(errno));
		return -1;
	}
	while (!result && (length = getline(&line, &capacity, file)) >= 0) {
		const char *start = line + strspn(line, " \t\r\n");

		if (length > LINE_MAX_BYTES || strlen(line) != (size_t)length)
			result = script_bad(script, script->lines.count, "a line too long, or with a NUL");
		while (length && strchr(" \t\r\n", line[length - 1]))
			line[--length] = '\0';
		vec_push(&script->lines, strdup(*start == '#' ? "" : start));
	}
	if (ferror(file)) {
		fprintf(stderr, "%s: %s\n", script->file, strerror(errno));
		result = -1;
	}
	fclose(file);
	free(line);
	return result;
}

static void run_file(struct script *script)
{
	unsigned before = script->passed + script->failed;

	script->at = 0;
	script->store = new_store();
	if (read_lines(script))
		script->bad = true;
	else
		run_lines(script);
	if (!script->bad && script->passed + script->failed == before) {
		fprintf(stderr, "%s: asks nothing\n", script->file);
		script->bad = true;
	}
	store_free(script->store);
	for (size_t i = 0; i < script->lines.count; i++)
		free(script->lines.items[i]);
	vec_release(&script->lines);
}

int main(int argc, char **argv)
{
	struct script script = { .left_open = true };
	int first = 1;

	if (argc > 2 && strcmp(argv[1], "--range") == 0) {
		script.left_open = strcmp(argv[2], "left-open") == 0;
		first = script.left_open || strcmp(argv[2], "closed") == 0 ? 3 : argc;
	}
	if (first >= argc) {
		fprintf(stderr, "usage: promqltest [--range closed|left-open] FILE...\n");
		return 2;
	}
	for (int i = first; i < argc; i++) {
		script.file = argv[i];
		run_file(&script);
	}
	printf("%u passed, %u failed\n", script.passed, script.failed);
	if (script.bad)
		return 2;
	return script.failed || !script.passed;
}
