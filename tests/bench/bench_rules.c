/*
 * What rules cost while the console runs: rules of the kinds that rule files
 * have, evaluated each 15 s by the evaluator through the embedded engine over
 * series that go on growing.
 *
 *     bench_rules [RULES [SERIES [SECONDS]]]
 *
 * Without arguments: 5,000 rules over 10,000 series, for two rounds after the
 * first. Prints the share of a core that evaluation took (all threads; the
 * scrapes that make the series grow are measured and left out); how late a
 * timer of 10 ms came, what a key would wait for, on a machine that others use
 * too; and the most that the loop's thread itself worked between two of them.
 * Exit 1 when a rule failed, an evaluation was left out, or 5,000 rules take
 * 20% of a core.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "alert/evaluator.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "query/embedded.h"

#define STEP_MS    INT64_C(15000)
#define HISTORY_MS (10 * CLOCK_MINUTE)
#define JOBS       10
#define INSTANCES  10
#define EACH       (JOBS * INSTANCES) /* series of a metric */
#define GROUP      50                 /* rules */
#define TICK_MS    10
#define TICKS_MAX  100000
#define PROMISE    0.20
#define PIECE      500 /* series appended in one turn */
#define NS_IN_S    1e9

struct bench {
	struct loop *loop;
	struct pool *pool;
	struct store *store;
	struct query_engine *engine;
	struct evaluator *evaluator;
	struct rule_set rules;
	struct store_series **series;
	double *values;
	size_t series_count, rule_count;
	struct timer *scrape, *tick, *end;
	size_t appended; /* of the scrape under way */
	int64_t scrape_ms, scrape_due_ms;
	int64_t scrape_cpu_ns;
	int64_t tick_ns, tick_cpu_ns, busiest_ns;
	int32_t *late_us;
	size_t late_count;
	bool warm;
	int64_t begin_ns, begin_cpu_ns;
	size_t begin_missed;
	unsigned seconds;
};

static int64_t cpu_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

/* ---- series that grow ---- */

static void make_series(struct bench *bench)
{
	bench->series = mem_array(bench->series_count, sizeof(struct store_series *));
	bench->values = mem_array(bench->series_count, sizeof(double));
	for (size_t i = 0; i < bench->series_count; i++) {
		char metric[32], job[16], instance[16];
		struct label items[] = { { "__name__", metric }, { "instance", instance }, { "job", job } };
		const struct labels labels = { items, 3 };

		snprintf(metric, sizeof(metric), "bench_%zu_%s", i / EACH, i / EACH % 2 ? "bytes" : "total");
		snprintf(job, sizeof(job), "job-%zu", i / INSTANCES % JOBS);
		snprintf(instance, sizeof(instance), "host-%zu:9100", i % INSTANCES);
		bench->series[i] = store_hold(bench->store, &labels);
		bench->values[i] = (double)(i % 97);
	}
}

/* Counters grow, each at a rate of its own; gauges move about. */
static void append(struct bench *bench, size_t from, size_t count, int64_t time_ms)
{
	for (size_t i = from; i < from + count && i < bench->series_count; i++) {
		double *value = &bench->values[i];

		if (i / EACH % 2)
			*value += (double)((time_ms / STEP_MS * 7 + (int64_t)i) % 11) - 5;
		else
			*value += (double)(i % 13);
		store_append_at(bench->store, bench->series[i], time_ms, *value);
	}
}

static void on_scrape(void *user)
{
	struct bench *bench = user;
	int64_t before_ns = cpu_ns(CLOCK_THREAD_CPUTIME_ID);

	if (!bench->appended)
		bench->scrape_ms = loop_wall_ms(bench->loop);
	append(bench, bench->appended, PIECE, bench->scrape_ms);
	bench->appended += PIECE;
	if (bench->appended < bench->series_count) {
		timer_start(bench->scrape, 1);
	} else {
		bench->appended = 0;
		bench->scrape_due_ms += STEP_MS;
		timer_start(bench->scrape, bench->scrape_due_ms - loop_wall_now_ms(bench->loop));
	}
	bench->scrape_cpu_ns += cpu_ns(CLOCK_THREAD_CPUTIME_ID) - before_ns;
}

/* ---- rules ---- */

/* Shapes and their shares, of ten: selection by a label, rates, ratios, sums, absence. Some always fire. */
static void write_expression(struct strbuf *ret, size_t metric, size_t number)
{
	size_t counter = metric / 2 * 2, gauge = counter + 1, job = number % JOBS, instance = number / JOBS % INSTANCES;

	switch (number % 10) {
	case 0:
	case 1: strbuf_addf(ret, "bench_%zu_bytes{job=\"job-%zu\"} > 1e6", gauge, job); break;
	case 2:
		strbuf_addf(ret, "bench_%zu_bytes{job=\"job-%zu\",instance=\"host-%zu:9100\"} > -1e6", gauge, job,
			    instance);
		break;
	case 3:
	case 4: strbuf_addf(ret, "rate(bench_%zu_total{job=\"job-%zu\"}[5m]) > 100", counter, job); break;
	case 5:
		strbuf_addf(ret, "sum by (job) (rate(bench_%zu_total{job=~\"job-%zu|job-%zu\"}[5m])) > 1e4", counter,
			    job, (job + 1) % JOBS);
		break;
	case 6:
		strbuf_addf(ret,
			    "rate(bench_%zu_total{job=\"job-%zu\"}[5m]) / (bench_%zu_bytes{job=\"job-%zu\"} + 1e6) > 1",
			    counter, job, gauge, job);
		break;
	case 7: strbuf_addf(ret, "absent(bench_%zu_bytes{job=\"job-%zu\"})", gauge, job); break;
	case 8:
		strbuf_addf(ret, "avg_over_time(bench_%zu_bytes{instance=\"host-%zu:9100\"}[5m]) > 1e6", gauge,
			    instance);
		break;
	default: strbuf_addf(ret, "avg by (instance) (bench_%zu_bytes)", gauge); break;
	}
}

static const struct rule_text annotations[] = {
	{ "description", "{{ $labels.instance }} of {{ $labels.job }} is at {{ $value | humanize }}" },
	{ "summary", "{{ $labels.instance }} is in trouble" },
};
static const struct rule_text labels[] = { { "severity", "warning" }, { "team", "{{ $labels.job }}-team" } };

static void make_rule(struct bench *bench, struct rule *rule, size_t number)
{
	struct arena *arena = &bench->rules.arena;
	struct strbuf text = STRBUF_INIT;
	bool record = number % 10 == 9;

	write_expression(&text, number / GROUP % (bench->series_count / EACH), number);
	*rule = (struct rule){ .kind = record ? RULE_RECORD : RULE_ALERT,
			       .name = arena_printf(arena, record ? "bench:%zu:avg" : "Bench%zu", number),
			       .expression = arena_strdup(arena, text.text) };
	strbuf_release(&text);
	if (record)
		return;
	rule->for_ms = number % 3 ? 5 * CLOCK_MINUTE : 0;
	rule->labels = labels;
	rule->label_count = sizeof(labels) / sizeof(labels[0]);
	rule->annotations = annotations;
	rule->annotation_count = sizeof(annotations) / sizeof(annotations[0]);
}

static void make_rules(struct bench *bench)
{
	struct arena *arena = &bench->rules.arena;

	for (size_t i = 0; i < bench->rule_count; i += GROUP) {
		struct rule *rules = arena_array(arena, GROUP, sizeof(*rules));
		size_t count = 0;

		for (; count < GROUP && i + count < bench->rule_count; count++)
			make_rule(bench, &rules[count], i + count);
		vec_push(&bench->rules.groups, (struct rule_group){ .name = arena_printf(arena, "group %zu", i / GROUP),
								    .interval_ms = STEP_MS,
								    .rules = rules,
								    .rule_count = count });
	}
}

/* ---- measuring ---- */

static void on_tick(void *user)
{
	struct bench *bench = user;
	int64_t now_ns = clock_monotonic_ns(), used_ns = cpu_ns(CLOCK_THREAD_CPUTIME_ID);

	if (bench->warm && bench->late_count < TICKS_MAX)
		bench->late_us[bench->late_count++] = (int32_t)((now_ns - bench->tick_ns) / 1000 - TICK_MS * 1000);
	if (bench->warm && used_ns - bench->tick_cpu_ns > bench->busiest_ns)
		bench->busiest_ns = used_ns - bench->tick_cpu_ns;
	bench->tick_cpu_ns = used_ns;
	bench->tick_ns = clock_monotonic_ns();
	timer_start(bench->tick, TICK_MS);
}

static void on_end(void *user)
{
	struct bench *bench = user;
	struct evaluator_cost cost;

	if (bench->warm) {
		loop_stop(bench->loop);
		return;
	}
	evaluator_get_cost(bench->evaluator, &cost);
	bench->warm = true;
	bench->begin_missed = cost.missed;
	bench->scrape_cpu_ns = 0;
	bench->begin_ns = clock_monotonic_ns();
	bench->begin_cpu_ns = cpu_ns(CLOCK_PROCESS_CPUTIME_ID);
	timer_start(bench->end, (int64_t)bench->seconds * CLOCK_SECOND);
}

static int compare_late(const void *a, const void *b)
{
	return *(const int32_t *)a - *(const int32_t *)b;
}

static double late_ms(const struct bench *bench, double share)
{
	size_t at = (size_t)((double)bench->late_count * share);

	if (!bench->late_count)
		return 0;
	return (double)bench->late_us[at < bench->late_count ? at : bench->late_count - 1] / 1000;
}

static int report(struct bench *bench)
{
	double wall = (double)(clock_monotonic_ns() - bench->begin_ns);
	double cpu = (double)(cpu_ns(CLOCK_PROCESS_CPUTIME_ID) - bench->begin_cpu_ns - bench->scrape_cpu_ns);
	double share = cpu / wall, rules = (double)bench->rule_count * wall / NS_IN_S / ((double)STEP_MS / 1000);
	struct evaluator_cost cost;
	struct rusage usage;
	size_t active = 0;

	evaluator_get_cost(bench->evaluator, &cost);
	for (size_t i = 0; i < evaluator_count(bench->evaluator); i++) {
		struct evaluated_rule rule;

		evaluator_rule(bench->evaluator, i, &rule);
		active += rule.memory->instances.count;
	}
	qsort(bench->late_us, bench->late_count, sizeof(*bench->late_us), compare_late);
	getrusage(RUSAGE_SELF, &usage);
	printf("%zu rules in %zu groups each %" PRId64 " s over %zu series, %zu alerts active, %.0f s\n",
	       bench->rule_count, cost.groups, STEP_MS / 1000, bench->series_count, active, wall / NS_IN_S);
	printf("  share of a core %5.1f%%   a rule %6.1f us   rules a second %.0f   slowest group %" PRId64 " ms\n",
	       100 * share, cpu / 1000 / rules, cost.rules_per_second, cost.last_round_ms);
	printf("  a timer of %d ms late by: median %.2f ms, p99 %.2f ms, longest %.2f ms\n", TICK_MS,
	       late_ms(bench, 0.5), late_ms(bench, 0.99), late_ms(bench, 1));
	printf("  the loop's busiest %d ms: %.2f ms of work\n", TICK_MS, (double)bench->busiest_ns / 1e6);
	printf("  failing %zu, evaluations left out %zu, memory %ld MiB\n", cost.failing,
	       cost.missed - bench->begin_missed, usage.ru_maxrss / 1024);
	return cost.failing || cost.missed != bench->begin_missed || share * 5000 / (double)bench->rule_count > PROMISE;
}

static size_t number(int argc, char **argv, int at, size_t otherwise)
{
	return argc > at ? (size_t)strtoul(argv[at], NULL, 10) : otherwise;
}

static void start(struct bench *bench)
{
	struct embedded_config engine = { .store = bench->store, .pool = bench->pool };
	struct evaluator_config config = { .loop = bench->loop,
					   .pool = bench->pool,
					   .store = bench->store,
					   .rules = &bench->rules,
					   .system = "bench" };

	bench->engine = config.engine = embedded_engine_new(bench->loop, &engine);
	bench->evaluator = evaluator_new(&config);
	bench->late_us = mem_array(TICKS_MAX, sizeof(*bench->late_us));
	bench->scrape = timer_new(bench->loop, on_scrape, bench);
	bench->tick = timer_new(bench->loop, on_tick, bench);
	bench->end = timer_new(bench->loop, on_end, bench);
	bench->scrape_due_ms = loop_wall_now_ms(bench->loop);
	bench->tick_ns = clock_monotonic_ns();
	timer_start(bench->scrape, 0);
	timer_start(bench->tick, TICK_MS);
	timer_start(bench->end, STEP_MS);
}

static void stop(struct bench *bench)
{
	evaluator_free(bench->evaluator);
	query_engine_free(bench->engine);
	timer_free(bench->scrape);
	timer_free(bench->tick);
	timer_free(bench->end);
	pool_free(bench->pool);
	for (size_t i = 0; i < bench->series_count; i++)
		store_release(bench->store, bench->series[i]);
	store_free(bench->store);
	loop_free(bench->loop);
	rule_set_release(&bench->rules);
	free(bench->series);
	free(bench->values);
	free(bench->late_us);
}

int main(int argc, char **argv)
{
	const struct store_limits limits = { 0 };
	struct bench bench = { .rule_count = number(argc, argv, 1, 5000),
			       .series_count = number(argc, argv, 2, 10000) / EACH * EACH,
			       .seconds = (unsigned)number(argc, argv, 3, 30) };
	int64_t now_ms = clock_wall_ms();
	int ret;

	if (bench.rule_count < 1 || bench.series_count < 2 * EACH || !bench.seconds) {
		fprintf(stderr, "usage: bench_rules [RULES [SERIES [SECONDS]]]\n");
		return 2;
	}
	rule_set_init(&bench.rules);
	bench.loop = loop_new(NULL);
	bench.pool = pool_new(bench.loop, 4, NULL);
	bench.store = store_new(&limits);
	make_series(&bench);
	make_rules(&bench);
	for (int64_t time_ms = now_ms - HISTORY_MS; time_ms < now_ms; time_ms += STEP_MS)
		append(&bench, 0, bench.series_count, time_ms);
	start(&bench);
	loop_run(bench.loop);
	ret = report(&bench);
	stop(&bench);
	return ret;
}
