/*
 * How long expressions take over a store: as many counters and as many
 * histogram buckets as asked for, six hours at 15 s, in targets of one job and
 * instance each with times of its own. Prints for each expression the least
 * and the median of some runs in ms, choosing the series and evaluating
 * apart, and at the end what the process holds.
 *
 *   bench_promql [SERIES [RUNS]]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "promql/promql.h"
#include "tsdb/store.h"

#define JOBS     10
#define BUCKETS  10
#define STEP_MS  15000
#define HOURS    6
#define START_MS INT64_C(1700000000000)
#define RUNS_MAX 101

struct target {
	struct timeline *timeline;
	int64_t jitter_ms;
	struct store_series **series;
	double *values, *rates;
	size_t count;
};

struct bench {
	struct store *store;
	struct target *targets;
	size_t target_count, series_each, runs;
	uint64_t random;
};

struct question {
	const char *text;
	int64_t step_ms; /* 0: instant, at the end */
};

static const struct question questions[] = {
	{ "bench_requests_total", 0 },
	{ "sum by (job) (bench_requests_total)", 0 },
	{ "rate(bench_requests_total[5m])", 0 },
	{ "sum by (job) (rate(bench_requests_total[5m]))", 0 },
	{ "topk(10, bench_requests_total)", 0 },
	{ "topk(10, rate(bench_requests_total[5m]))", 0 },
	{ "histogram_quantile(0.9, bench_latency_seconds_bucket)", 0 },
	{ "histogram_quantile(0.9, sum by (job, le) (rate(bench_latency_seconds_bucket[5m])))", 0 },
	{ "max_over_time(bench_requests_total[6h])", 0 },
	{ "sum by (job) (bench_requests_total)", 60000 },
	{ "rate(bench_requests_total[5m])", 60000 },
	{ "sum by (job) (rate(bench_requests_total[5m]))", 60000 },
	{ "topk(10, rate(bench_requests_total[5m]))", 60000 },
	{ "histogram_quantile(0.9, sum by (job, le) (rate(bench_latency_seconds_bucket[5m])))", 60000 },
	{ "sum by (job) (bench_requests_total / on (job, instance, path) bench_requests_total)", 60000 },
	{ "max_over_time(sum by (job) (rate(bench_requests_total[5m]))[1h:])", 60000 },
};

#define QUESTION_COUNT (sizeof(questions) / sizeof(questions[0]))

static uint64_t next_random(struct bench *bench)
{
	bench->random ^= bench->random << 13;
	bench->random ^= bench->random >> 7;
	bench->random ^= bench->random << 17;
	return bench->random;
}

static void add_series(struct bench *bench, struct target *target, const char *name, const char *label,
		       const char *value, size_t number)
{
	char job[64], instance[64];
	struct arena arena = { 0 };
	struct labels labels;

	snprintf(job, sizeof(job), "job-%zu", number % JOBS);
	snprintf(instance, sizeof(instance), "host-%zu.example.org:9100", number / JOBS);
	labels = labels_make(&arena,
			     (struct label[]){ { "__name__", name },
					       { "job", job },
					       { "instance", instance },
					       { label, value },
					       { "region", "eu-central" },
					       { "zone", number % 2 ? "a" : "b" } },
			     6);
	target->values[target->count] = (double)(next_random(bench) % 10000);
	target->rates[target->count] = (double)(next_random(bench) % 200);
	target->series[target->count++] = store_hold(bench->store, &labels);
	arena_release(&arena);
}

/* Counters by path, and buckets of the same number. */
static void make_targets(struct bench *bench)
{
	static const char *const bounds[BUCKETS] = { "0.005", "0.01", "0.025", "0.05", "0.1",
						     "0.25",  "0.5",  "1",     "2.5",  "+Inf" };
	size_t each = bench->series_each / BUCKETS;
	char path[64];

	bench->target_count = each;
	bench->targets = mem_array(each, sizeof(*bench->targets));
	for (size_t i = 0; i < each; i++) {
		struct target *target = &bench->targets[i];

		target->timeline = timeline_new(bench->store);
		target->jitter_ms = (int64_t)(next_random(bench) % STEP_MS);
		target->series = mem_array(2 * (size_t)BUCKETS, sizeof(struct store_series *));
		target->values = mem_array(2 * (size_t)BUCKETS, sizeof(double));
		target->rates = mem_array(2 * (size_t)BUCKETS, sizeof(double));
		for (size_t at = 0; at < BUCKETS; at++) {
			snprintf(path, sizeof(path), "/api/v1/resource-%zu", at);
			add_series(bench, target, "bench_requests_total", "path", path, i);
		}
		for (size_t at = 0; at < BUCKETS; at++)
			add_series(bench, target, "bench_latency_seconds_bucket", "le", bounds[at], i);
	}
}

static void scrape(struct bench *bench, struct target *target, int64_t time_ms)
{
	double below = 0;

	timeline_advance(bench->store, target->timeline, time_ms + target->jitter_ms);
	for (size_t i = 0; i < target->count; i++) {
		double more = (double)(next_random(bench) % (1 + (uint64_t)target->rates[i]));

		below = i < BUCKETS ? 0 : below + more; /* buckets hold those before them too */
		target->values[i] += i < BUCKETS ? more : below;
		store_append(bench->store, target->series[i], target->timeline, target->values[i]);
	}
}

static size_t resident_bytes(void)
{
	unsigned long total = 0, resident = 0;
	FILE *file = fopen("/proc/self/statm", "r");

	if (file && fscanf(file, "%lu %lu", &total, &resident) != 2)
		resident = 0;
	if (file)
		fclose(file);
	return resident * (size_t)sysconf(_SC_PAGESIZE);
}

struct run {
	double select_ms, eval_ms;
	size_t series, points;
};

static struct run run_once(struct bench *bench, const struct promql *promql, const struct question *question)
{
	struct promql_options options = {
		.end_ms = START_MS + HOURS * CLOCK_HOUR,
		.step_ms = question->step_ms,
		.left_open = true,
		.limits = { .samples = UINT64_MAX, .series = SIZE_MAX, .points = SIZE_MAX, .time_ms = CLOCK_HOUR },
	};
	struct selection *selections[4] = { NULL };
	struct matrix *matrix = NULL;
	struct error error = { 0 };
	struct run run = { 0 };
	int64_t start, chosen;

	options.start_ms = question->step_ms ? START_MS : options.end_ms;
	start = clock_monotonic_ns();
	for (size_t i = 0; i < promql->selector_count && i < 4; i++) {
		const struct expr_selector *selector = &promql->selectors[i]->selector;
		int64_t from, to;

		promql_span(promql, i, &options, &from, &to);
		selections[i] =
			store_select(bench->store, selector->matchers, selector->matcher_count, from, to, 0, &error);
	}
	chosen = clock_monotonic_ns();
	if (promql_eval(promql, selections, &options, &matrix, &error) != PROMQL_OK) {
		fprintf(stderr, "%s: %s\n", question->text, error.text);
		exit(1);
	}
	run.eval_ms = (double)(clock_monotonic_ns() - chosen) / 1e6;
	run.select_ms = (double)(chosen - start) / 1e6;
	run.series = matrix->count;
	run.points = matrix->points;
	matrix_unref(matrix);
	for (size_t i = 0; i < 4; i++)
		selection_free(selections[i]);
	return run;
}

static int compare(const void *a, const void *b)
{
	const struct run *left = a, *right = b;

	return (left->eval_ms > right->eval_ms) - (left->eval_ms < right->eval_ms);
}

static void measure(struct bench *bench, const struct question *question)
{
	struct promql_syntax syntax = { .left_open = true };
	struct error error = { 0 };
	struct promql *promql = promql_parse(question->text, &syntax, &error);
	struct run runs[RUNS_MAX];

	if (!promql) {
		fprintf(stderr, "%s: %s\n", question->text, error.text);
		exit(1);
	}
	for (size_t i = 0; i < bench->runs; i++)
		runs[i] = run_once(bench, promql, question);
	qsort(runs, bench->runs, sizeof(*runs), compare);
	printf("%9.2f %9.2f %9.2f %8zu %9zu %6lld  %s\n", runs[0].eval_ms, runs[bench->runs / 2].eval_ms,
	       runs[bench->runs / 2].select_ms, runs[0].series, runs[0].points, (long long)(question->step_ms / 1000),
	       question->text);
	promql_free(promql);
}

int main(int argc, char **argv)
{
	size_t series = argc > 1 ? strtoul(argv[1], NULL, 10) : 10000;
	struct bench bench = { .series_each = series, .runs = argc > 2 ? strtoul(argv[2], NULL, 10) : 5, .random = 1 };
	struct store_limits limits = { .series = 2 * series + 1, .samples = SIZE_MAX };
	struct store_state state;
	struct rusage usage;

	if (series < BUCKETS || !bench.runs || bench.runs > RUNS_MAX) {
		fprintf(stderr, "usage: bench_promql [SERIES [RUNS]], at least %d series, at most %d runs\n", BUCKETS,
			RUNS_MAX);
		return 2;
	}
	bench.store = store_new(&limits);
	make_targets(&bench);
	for (int64_t at = 0; at <= HOURS * CLOCK_HOUR; at += STEP_MS)
		for (size_t i = 0; i < bench.target_count; i++)
			scrape(&bench, &bench.targets[i], START_MS + at - STEP_MS);
	store_get_state(bench.store, &state);
	printf("%zu series, %zu samples, %.2f bytes a sample, %zu MB resident\n", state.series, state.samples,
	       (double)state.bytes / (double)state.samples, resident_bytes() >> 20);
	printf("%9s %9s %9s %8s %9s %6s\n", "least ms", "median ms", "select", "series", "points", "step");
	for (size_t i = 0; i < QUESTION_COUNT; i++)
		measure(&bench, &questions[i]);
	getrusage(RUSAGE_SELF, &usage);
	printf("%zu MB resident, %ld MB at most\n", resident_bytes() >> 20, usage.ru_maxrss >> 10);
	for (size_t i = 0; i < bench.target_count; i++) {
		for (size_t at = 0; at < bench.targets[i].count; at++)
			store_release(bench.store, bench.targets[i].series[at]);
		timeline_release(bench.store, bench.targets[i].timeline);
		free(bench.targets[i].series);
		free(bench.targets[i].values);
		free(bench.targets[i].rates);
	}
	free(bench.targets);
	store_free(bench.store);
	return 0;
}
