/*
 * promql-answers [--range closed|left-open] [--raw DURATION] [--scrapes pages] FILE
 *
 * Loads FILE (OpenMetrics text, a time on every sample, a series' samples
 * together) into a store, or with --scrapes takes the pages that FILE names
 * for scrapes of a target with job and instance "page": lines of TIME_MS PATH,
 * "-" instead of a path for a scrape that failed. Then it answers questions from standard input, one a
 * line: START END STEP EXPRESSION, milliseconds, STEP 0 for an instant. Each
 * answer is one line of JSON, as Prometheus's API would say it, with the
 * evaluation time in milliseconds:
 *   {"status":"success","data":{...},"evalMs":0.12}
 *   {"status":"error","error":"...","evalMs":0.01}
 * It is one side of the comparisons with a real Prometheus.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/vec.h"
#include "promql/promql.h"
#include "tsdb/bulk.h"
#include "tsdb/exposition.h"
#include "tsdb/ingest.h"
#include "tsdb/matrix_json.h"

#define FILE_LIMIT (3ull * 1000 * 1000 * 1000)

static bool closed;

struct run {
	VEC(int64_t) times;
	VEC(double) values;
};

static int flush(struct bulk *bulk, struct run *run, const char *text, size_t length)
{
	struct arena arena;
	struct labels labels;
	struct error error;
	int64_t taken = 0;

	if (!run->times.count)
		return 0;
	arena_init(&arena);
	if (exposition_labels(text, length, &arena, &labels, &error) == 0)
		taken = bulk_series(bulk, &labels, run->times.items, run->values.items, run->times.count);
	else
		fprintf(stderr, "%s\n", error.text);
	arena_release(&arena);
	if (taken != (int64_t)run->times.count) {
		fprintf(stderr, "%" PRId64 " of %zu samples of %.*s taken\n", taken, run->times.count, (int)length,
			text);
		return -1;
	}
	vec_clear(&run->times);
	vec_clear(&run->values);
	return 0;
}

static int load(struct store *store, const char *path)
{
	struct exposition_options options = { .open_metrics = true, .samples = 500000000 };
	struct bulk_options raw = { 0 };
	struct bulk *bulk = bulk_new(store, &raw);
	struct strbuf body = STRBUF_INIT;
	struct exposition page;
	struct error_list faults;
	struct error error;
	struct run run = { 0 };
	const char *text = NULL;
	size_t length = 0;
	int result = -1;

	error_list_init(&faults);
	if (path_read(path, FILE_LIMIT, &body, &error) < 0) {
		fprintf(stderr, "%s\n", error.text);
		return -1;
	}
	if (exposition_parse(&page, body.text, body.length, &options, path, &faults) == 0) {
		result = 0;
		for (size_t i = 0; i < page.count && result == 0; i++) {
			const struct exposition_sample *sample = &page.samples[i];

			if (!text || sample->length != length || memcmp(body.text + sample->text, text, length) != 0) {
				result = flush(bulk, &run, text, length);
				text = body.text + sample->text;
				length = sample->length;
			}
			vec_push(&run.times, sample->time_ms);
			vec_push(&run.values, sample->value);
		}
		if (result == 0)
			result = flush(bulk, &run, text, length);
	} else if (faults.count) {
		fprintf(stderr, "%s:%u: %s\n", path, faults.faults[0].line, faults.faults[0].text);
	}
	exposition_release(&page);
	error_list_release(&faults);
	strbuf_release(&body);
	vec_release(&run.times);
	vec_release(&run.values);
	bulk_free(bulk);
	return result;
}

/* One scrape as the collector makes it: a page with a fault, or none at all, is a scrape that failed. */
static int scrape(struct ingest *ingest, int64_t time_ms, const char *path)
{
	struct exposition_options options = { .samples = 100000 };
	struct ingest_scrape scraped = { .time_ms = time_ms };
	struct strbuf body = STRBUF_INIT;
	struct exposition page = { 0 };
	struct ingest_result result;
	struct error_list faults;
	struct error error;
	int status = 0;

	error_list_init(&faults);
	if (strcmp(path, "-") != 0 && path_read(path, FILE_LIMIT, &body, &error) < 0) {
		fprintf(stderr, "%s\n", error.text);
		status = -1;
	} else {
		if (strcmp(path, "-") != 0 &&
		    exposition_parse(&page, body.text, body.length, &options, path, &faults) == 0)
			scraped.exposition = &page;
		if (!ingest_apply(ingest, &scraped, &result))
			status = -1;
	}
	exposition_release(&page);
	error_list_release(&faults);
	strbuf_release(&body);
	return status;
}

static int load_scrapes(struct store *store, const char *path)
{
	struct label labels[] = { { "instance", "page" }, { "job", "page" } };
	struct ingest_config config = { .labels = { .items = labels, .count = 2 } };
	struct ingest *ingest = ingest_new(store, &config);
	FILE *file = fopen(path, "r");
	char *line = NULL;
	size_t size = 0;
	ssize_t length;
	int result = file ? 0 : -1;

	while (result == 0 && (length = getline(&line, &size, file)) > 0) {
		char *page = line;
		int64_t time_ms = strtoll(line, &page, 10);

		line[strcspn(line, "\n")] = '\0';
		result = scrape(ingest, time_ms, page + strspn(page, " "));
	}
	if (file)
		fclose(file);
	free(line);
	ingest_free(ingest);
	return result;
}

static int select_all(struct store *store, struct promql *promql, const struct promql_options *options,
		      struct selection **selections, struct error *error)
{
	for (size_t i = 0; i < promql->selector_count; i++) {
		const struct expr_selector *selector = &promql->selectors[i]->selector;
		int64_t from_ms, to_ms;

		promql_span(promql, i, options, &from_ms, &to_ms);
		selections[i] =
			store_select(store, selector->matchers, selector->matcher_count, from_ms, to_ms, 0, error);
		if (!selections[i])
			return -1;
	}
	return 0;
}

static void add_error(struct strbuf *out, const char *words)
{
	strbuf_addstr(out, "{\"status\":\"error\",\"error\":");
	strbuf_add_json(out, words);
}

static void answer(struct store *store, const char *expression, const struct promql_options *options,
		   struct strbuf *out)
{
	struct promql_syntax syntax = { .left_open = !closed };
	struct error error = { "" };
	struct promql *promql;
	struct selection **selections = NULL;
	struct matrix *matrix = NULL;
	int64_t begin_ns = clock_monotonic_ns();

	promql = promql_parse(expression, &syntax, &error);
	if (!promql) {
		add_error(out, error.text);
	} else {
		selections = mem_array(promql->selector_count + 1, sizeof(*selections));
		if (select_all(store, promql, options, selections, &error) == 0 &&
		    promql_eval(promql, selections, options, &matrix, &error) == PROMQL_OK) {
			strbuf_addstr(out, "{\"status\":\"success\",\"data\":");
			begin_ns = clock_monotonic_ns() - begin_ns;
			matrix_add_json(out, matrix, options->end_ms);
			begin_ns = clock_monotonic_ns() - begin_ns;
		} else {
			add_error(out, error.text);
		}
		for (size_t i = 0; i < promql->selector_count; i++)
			selection_free(selections[i]);
	}
	strbuf_addf(out, ",\"evalMs\":%.4f}\n", (double)(clock_monotonic_ns() - begin_ns) / 1e6);
	matrix_unref(matrix);
	free(selections);
	promql_free(promql);
}

static int answer_all(struct store *store)
{
	struct strbuf out = STRBUF_INIT;
	char *line = NULL;
	size_t size = 0;
	ssize_t length;

	while ((length = getline(&line, &size, stdin)) > 0) {
		struct promql_options options = { .left_open = !closed, .all_history = true };
		char *end = line;

		if (line[length - 1] == '\n')
			line[length - 1] = '\0';
		options.start_ms = strtoll(end, &end, 10);
		options.end_ms = strtoll(end, &end, 10);
		options.step_ms = strtoll(end, &end, 10);
		while (*end == ' ')
			end++;
		strbuf_clear(&out);
		answer(store, end, &options, &out);
		fwrite(out.text, 1, out.length, stdout);
		fflush(stdout);
	}
	free(line);
	strbuf_release(&out);
	return 0;
}

int main(int argc, char **argv)
{
	struct store_limits limits = { .raw_ms = INT64_C(3650) * CLOCK_DAY,
				       .keep_ms = INT64_C(3651) * CLOCK_DAY,
				       .series = 2000000,
				       .samples = 2000000000 };
	bool pages = false;
	struct store *store;
	int i = 1, status;

	for (; i + 1 < argc && strncmp(argv[i], "--", 2) == 0; i += 2) {
		if (strcmp(argv[i], "--range") == 0)
			closed = strcmp(argv[i + 1], "closed") == 0;
		else if (strcmp(argv[i], "--scrapes") == 0)
			pages = strcmp(argv[i + 1], "pages") == 0;
		else if (strcmp(argv[i], "--raw") != 0 || duration_parse(argv[i + 1], &limits.raw_ms, NULL) < 0)
			break;
	}
	if (i + 1 != argc) {
		fprintf(stderr,
			"usage: promql-answers [--range closed|left-open] [--raw DURATION] [--scrapes pages] FILE\n");
		return 2;
	}
	store = store_new(&limits);
	status = (pages ? load_scrapes(store, argv[i]) : load(store, argv[i])) < 0 ? 2 : answer_all(store);
	store_free(store);
	return status;
}
