/*
 * What the store costs as it grows:
 *
 *     bench_store [SERIES [SAMPLES]]
 *
 * Series as a node exporter has them (most do not change, counters of CPU
 * seconds and bytes, gauges of memory and load), scraped each 15 s by targets
 * of 500 series. For each size: appending, the slowest scrape, bytes a sample
 * with everything counted, selecting all series, and reading them at an
 * instant, over 5 min and over all. Without arguments: 1,000 and 10,000
 * series of 6 h, 100,000 of 1 h.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "tsdb/exposition.h"
#include "tsdb/ingest.h"
#include "tsdb/selection.h"
#include "tsdb/store.h"

#define STEP_MS      15000
#define BEGIN_MS     1700000000000
#define TARGET       500 /* series */
#define SELECTS      20
#define NS_IN_MS     1e6
#define LOOKBACK_MS  300000
#define RAW_SAMPLES  1440 /* 6 h */
#define LARGE_SAMPLE 240  /* 1 h */

struct bench {
	struct store *store;
	struct timeline **timelines;
	struct store_series **series;
	double *values;
	uint32_t *random;
	size_t count;
	int64_t now_ms;
};

static uint32_t draw(struct bench *bench, size_t i)
{
	bench->random[i] = bench->random[i] * 1664525u + 1013904223u;
	return bench->random[i] >> 8;
}

/* The kinds and their shares are those of a node exporter's page. */
static double next_value(struct bench *bench, size_t i)
{
	double *value = &bench->values[i];

	switch (i % 20) {
	case 0:
	case 1:
	case 2: *value += (double)(draw(bench, i) % 1500) / 100; break; /* CPU seconds */
	case 3:
	case 4: *value += (double)(draw(bench, i) % 50000); break;                  /* bytes, packets */
	case 5: *value = 4096. * (double)(1000000 + draw(bench, i) % 20000); break; /* memory */
	case 6: *value = (double)(draw(bench, i) % 400) / 100; break;               /* load */
	case 7: *value = draw(bench, i) % 4 ? *value : *value + 1; break;           /* rare events */
	default: break;                                                             /* what does not change */
	}
	return *value;
}

static void begin(struct bench *bench, size_t count)
{
	*bench = (struct bench){ .count = count, .now_ms = BEGIN_MS };
	bench->store = store_new(NULL);
	bench->timelines = mem_array(count / TARGET + 1, sizeof(*bench->timelines));
	bench->series = mem_array(count, sizeof(*bench->series));
	bench->values = mem_array(count, sizeof(*bench->values));
	bench->random = mem_array(count, sizeof(*bench->random));
	for (size_t i = 0; i <= count / TARGET; i++)
		bench->timelines[i] = timeline_new(bench->store);
	for (size_t i = 0; i < count; i++) {
		char name[48], device[24], instance[32];
		struct label items[] = {
			{ "__name__", name }, { "device", device }, { "instance", instance }, { "job", "node" }
		};
		struct labels labels = { .items = items, .count = 4 };

		snprintf(name, sizeof(name), "node_metric_%zu_total", i % TARGET / 5);
		snprintf(device, sizeof(device), "sd%zu", i % 5);
		snprintf(instance, sizeof(instance), "host-%zu:9100", i / TARGET);
		bench->series[i] = store_hold(bench->store, &labels);
		bench->random[i] = (uint32_t)i * 2654435761u;
		bench->values[i] = (double)(i % 1000);
	}
}

static void release(struct bench *bench)
{
	for (size_t i = 0; i < bench->count; i++)
		store_release(bench->store, bench->series[i]);
	for (size_t i = 0; i <= bench->count / TARGET; i++)
		timeline_release(bench->store, bench->timelines[i]);
	free(bench->timelines);
	free(bench->series);
	free(bench->values);
	free(bench->random);
	store_free(bench->store);
}

/* Returns the nanoseconds all appends took; the values are drawn outside of the measured time. */
static int64_t scrape(struct bench *bench, double *values)
{
	int64_t began;

	for (size_t i = 0; i < bench->count; i++)
		values[i] = next_value(bench, i);
	bench->now_ms += STEP_MS;
	began = clock_monotonic_ns();
	for (size_t i = 0; i <= bench->count / TARGET; i++)
		timeline_advance(bench->store, bench->timelines[i], bench->now_ms + (int64_t)(i % 7));
	for (size_t i = 0; i < bench->count; i++)
		store_append(bench->store, bench->series[i], bench->timelines[i / TARGET], values[i]);
	return clock_monotonic_ns() - began;
}

static struct selection *select_all(struct bench *bench)
{
	struct matcher job = { .label = "job", .value = "node", .kind = MATCHER_EQUAL };

	return store_select(bench->store, &job, 1, bench->now_ms - LOOKBACK_MS, bench->now_ms + STEP_MS, 0, NULL);
}

static void measure_select(struct bench *bench)
{
	int64_t began, first, least = INT64_MAX;

	began = clock_monotonic_ns();
	selection_free(select_all(bench)); /* the first one puts new series into order */
	first = clock_monotonic_ns() - began;
	for (int i = 0; i < SELECTS; i++) {
		struct selection *selection;

		began = clock_monotonic_ns();
		selection = select_all(bench);
		began = clock_monotonic_ns() - began;
		least = began < least ? began : least;
		selection_free(selection);
	}
	printf("  select all: first %.2f ms, then %.2f ms (%.0f ns a series)\n", (double)first / NS_IN_MS,
	       (double)least / NS_IN_MS, (double)least / (double)bench->count);
}

static void measure_read(struct bench *bench, const char *what, int64_t from_ms, int64_t to_ms)
{
	struct selection *selection = select_all(bench);
	struct reader *reader = reader_new();
	int64_t least = INT64_MAX;
	size_t samples = 0;

	for (int run = 0; run < 5; run++) {
		int64_t began = clock_monotonic_ns();

		samples = 0;
		for (size_t i = 0; i < selection_count(selection); i++) {
			struct samples got;

			reader_samples(reader, selection, i, from_ms, to_ms, &got);
			samples += got.count;
		}
		began = clock_monotonic_ns() - began;
		least = began < least ? began : least;
	}
	printf("  read %-9s %8.2f ms (%.0f ns a series, %.1f ns a sample)\n", what, (double)least / NS_IN_MS,
	       (double)least / (double)bench->count, (double)least / (double)(samples ? samples : 1));
	reader_free(reader);
	selection_free(selection);
}

/* A page of `count` lines whose values differ from scrape to scrape, taken in as a target's. */
static void measure_ingest(size_t count, size_t scrapes)
{
	struct label job = { "job", "node" };
	struct ingest_config config = { .labels = { .items = &job, .count = 1 } };
	struct exposition_options options = { .families = false };
	struct store *store = store_new(NULL);
	struct ingest *ingest = ingest_new(store, &config);
	struct strbuf page = STRBUF_INIT;
	int64_t parsing = 0, applying = 0, first = 0;

	for (size_t turn = 0; turn < scrapes; turn++) {
		struct exposition exposition;
		struct ingest_scrape scrape = { .time_ms = BEGIN_MS + (int64_t)turn * STEP_MS,
						.exposition = &exposition };
		struct ingest_result result;
		int64_t began, parsed;

		strbuf_clear(&page);
		for (size_t i = 0; i < count; i++)
			strbuf_addf(&page, "node_metric_%zu_total{cpu=\"%zu\",mode=\"system\"} %.2f\n", i / 10, i % 10,
				    i % 3 ? (double)i : (double)(turn * i) / 8);
		began = clock_monotonic_ns();
		if (exposition_parse(&exposition, page.text, page.length, &options, "page", NULL) < 0)
			abort();
		parsed = clock_monotonic_ns();
		ingest_apply(ingest, &scrape, &result);
		applying += turn ? clock_monotonic_ns() - parsed : 0;
		first = turn ? first : clock_monotonic_ns() - parsed;
		parsing += parsed - began;
		exposition_release(&exposition);
	}
	printf("  a page of %zu lines: parsed at %.0f MB/s, taken in %.1f ns a line (the first time %.0f)\n", count,
	       (double)(page.length * scrapes) / (double)parsing * 1e3,
	       (double)applying / (double)count / (double)(scrapes - 1), (double)first / (double)count);
	ingest_free(ingest);
	store_free(store);
	strbuf_release(&page);
}

static void run(size_t count, size_t samples)
{
	double *values = mem_array(count, sizeof(*values));
	int64_t total = 0, worst = 0, aging = 0;
	struct store_state state;
	struct bench bench;

	begin(&bench, count);
	for (size_t i = 0; i < samples; i++) {
		int64_t took = scrape(&bench, values), began;

		total += i ? took : 0; /* the first one allocates every buffer */
		worst = i && took > worst ? took : worst;
		began = clock_monotonic_ns();
		store_age(bench.store, bench.now_ms);
		took = clock_monotonic_ns() - began;
		aging = took > aging ? took : aging;
	}
	store_get_state(bench.store, &state);
	printf("%zu series, %zu samples each\n", count, samples);
	printf("  append %.1f ns a sample, slowest round %.2f ms, slowest call of store_age %.2f ms\n",
	       (double)total / (double)count / (double)(samples - 1), (double)worst / NS_IN_MS,
	       (double)aging / NS_IN_MS);
	printf("  %.2f bytes a sample: samples %.2f, index %.2f\n", (double)state.bytes / (double)state.samples,
	       (double)state.sample_bytes / (double)state.samples,
	       (double)(state.bytes - state.sample_bytes - state.bucket_bytes) / (double)state.samples);
	measure_select(&bench);
	measure_read(&bench, "instant", bench.now_ms - LOOKBACK_MS + STEP_MS, bench.now_ms + 7);
	measure_read(&bench, "last one", bench.now_ms - 1, bench.now_ms + 7);
	measure_read(&bench, "5m, past", bench.now_ms - 3 * LOOKBACK_MS, bench.now_ms - 2 * LOOKBACK_MS);
	measure_read(&bench, "all", INT64_MIN, INT64_MAX);
	release(&bench);
	free(values);
	measure_ingest(count, 100);
}

int main(int argc, char **argv)
{
	if (argc > 1) {
		run(strtoul(argv[1], NULL, 10), argc > 2 ? strtoul(argv[2], NULL, 10) : RAW_SAMPLES);
		return 0;
	}
	run(1000, RAW_SAMPLES);
	run(10000, RAW_SAMPLES);
	run(100000, LARGE_SAMPLE);
	return 0;
}
