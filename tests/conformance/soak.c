/*
 * soak [HOURS] [INTERVAL_S]
 *
 * A day of scrapes in minutes: the simulated colony moves by a driven clock,
 * its pages go through the parser and the ingest into the store, the store
 * ages, and questions are asked on the way, as a console does it. Instances
 * crash and come back with counters reset. Prints what the store and the
 * process hold each hour, and fails when memory is not flat once the raw
 * history is full, when a sample is lost, or an answer is wrong.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/mem.h"
#include "sim/colony.h"
#include "store_ask.h"
#include "tsdb/exposition.h"
#include "tsdb/ingest.h"

#define START_MS  INT64_C(1767225600000) /* 2026-01-01 */
#define RAW_HOURS 6
#define INSTANCES 3
#define TARGETS   (INSTANCES + SERVICE_COUNT - 1)

/* Of the store, from the hour after the raw history was full to the end, buckets not counted. */
#define GROWTH_LIMIT 1.05

struct target {
	enum colony_service service;
	unsigned instance;
	struct ingest *ingest;
};

struct soak {
	struct colony *colony;
	struct store *store;
	struct target targets[TARGETS];
	uint64_t scrapes, samples, failures;
	int64_t interval_ms;
	size_t full_bytes; /* of raw samples, when the raw history had just become full */
};

static void open_targets(struct soak *soak)
{
	size_t count = 0;

	for (int service = 0; service < SERVICE_COUNT; service++) {
		unsigned instances = service == SERVICE_COLONY ? INSTANCES : 1;

		for (unsigned i = 0; i < instances; i++) {
			struct target *target = &soak->targets[count++];
			struct arena arena;
			char instance[32];
			struct label labels[] = { { "job", colony_service_name((enum colony_service)service) },
						  { "instance", instance } };
			struct ingest_config config = { 0 };

			arena_init(&arena);
			snprintf(instance, sizeof(instance), "127.0.0.1:%zu", 41000 + count);
			config.labels = labels_make(&arena, labels, 2);
			target->service = (enum colony_service)service;
			target->instance = i;
			target->ingest = ingest_new(soak->store, &config);
			arena_release(&arena);
		}
	}
}

static void scrape(struct soak *soak, struct target *target, int64_t now_ms)
{
	struct strbuf page = STRBUF_INIT;
	struct exposition exposition;
	struct exposition_options options = { 0 };
	struct ingest_scrape scrape = { .time_ms = now_ms, .duration_s = 0.002 };
	struct ingest_result result;

	soak->scrapes++;
	if (colony_answers(soak->colony, target->service, target->instance) != ANSWER_GOOD) {
		soak->failures++;
		ingest_apply(target->ingest, &scrape, &result);
		return;
	}
	colony_metrics(soak->colony, target->service, target->instance, &page);
	if (exposition_parse(&exposition, page.text, page.length, &options, "page", NULL) < 0) {
		fprintf(stderr, "a page of %s cannot be read\n", colony_service_name(target->service));
		exit(1);
	}
	scrape.exposition = &exposition;
	if (!ingest_apply(target->ingest, &scrape, &result) || result.out_of_order || result.duplicates ||
	    result.refused || *result.error) {
		fprintf(stderr, "a scrape was not taken whole: %s\n", result.error);
		exit(1);
	}
	soak->samples += result.samples;
	exposition_release(&exposition);
	strbuf_release(&page);
}

static bool report(struct soak *soak, unsigned hour, int64_t now_ms)
{
	struct store_state state;
	double up, per_hour;

	store_get_state(soak->store, &state);
	up = store_ask(soak->store, "count(up)", now_ms);
	per_hour = store_ask(soak->store, "sum(count_over_time(up{job=\"redis\"}[1h]))", now_ms);
	printf("hour %2u: %zu series, %zu samples, %zu buckets; store %.2f MB, samples %.2f MB, buckets %.2f MB; "
	       "resident %.1f MB\n",
	       hour, state.series, state.samples, state.buckets, (double)state.bytes / 1e6,
	       (double)state.sample_bytes / 1e6, (double)state.bucket_bytes / 1e6, (double)resident_bytes() / 1e6);
	fflush(stdout);
	if (up != TARGETS || per_hour != (double)(CLOCK_HOUR / soak->interval_ms)) {
		fprintf(stderr, "hour %u: %g targets, %g scrapes of redis in the last hour\n", hour, up, per_hour);
		return false;
	}
	if (hour == RAW_HOURS + 1)
		soak->full_bytes = state.sample_bytes;
	if (hour > RAW_HOURS + 1 && (double)state.sample_bytes > (double)soak->full_bytes * GROWTH_LIMIT) {
		fprintf(stderr, "hour %u: raw samples take %zu bytes, %zu when they were full\n", hour,
			state.sample_bytes, soak->full_bytes);
		return false;
	}
	return !state.full_series && !state.full_samples && !state.full_buckets;
}

/* A crash every two hours, ten minutes long: counters begin anew. */
static void disturb(struct soak *soak, int64_t since_ms)
{
	struct error error;
	int64_t in_two_hours = since_ms % (2 * CLOCK_HOUR);

	if (in_two_hours == CLOCK_HOUR && colony_inject(soak->colony, "crash", &error) < 0)
		fprintf(stderr, "%s\n", error.text);
	if (in_two_hours == CLOCK_HOUR + 10 * CLOCK_MINUTE)
		colony_clear(soak->colony, "crash", &error);
}

int main(int argc, char **argv)
{
	unsigned hours = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 24;
	struct colony_config config = { .seed = 1, .start_ms = START_MS - CLOCK_HOUR, .instances = INSTANCES };
	struct soak soak = { .interval_ms = (argc > 2 ? strtol(argv[2], NULL, 10) : 5) * CLOCK_SECOND };
	int64_t begun_ms = clock_monotonic_ms();
	bool good = true;

	if (!hours || soak.interval_ms <= 0 || CLOCK_HOUR % soak.interval_ms) {
		fprintf(stderr, "usage: soak [HOURS] [INTERVAL_S]\n");
		return 2;
	}
	soak.colony = colony_new(&config);
	soak.store = store_new(NULL);
	open_targets(&soak);
	for (int64_t since_ms = 0; good && since_ms <= hours * CLOCK_HOUR; since_ms += soak.interval_ms) {
		int64_t now_ms = START_MS + since_ms;

		disturb(&soak, since_ms);
		colony_advance(soak.colony, now_ms);
		for (size_t i = 0; i < TARGETS; i++)
			scrape(&soak, &soak.targets[i], now_ms);
		while (!store_age(soak.store, now_ms))
			;
		if (since_ms && since_ms % CLOCK_HOUR == 0)
			good = report(&soak, (unsigned)(since_ms / CLOCK_HOUR), now_ms);
	}
	printf("%s: %u hours, %" PRIu64 " scrapes (%" PRIu64 " failed), %" PRIu64 " samples in %.1f s\n",
	       good ? "passed" : "FAILED", hours, soak.scrapes, soak.failures, soak.samples,
	       (double)(clock_monotonic_ms() - begun_ms) / 1000);
	for (size_t i = 0; i < TARGETS; i++)
		ingest_free(soak.targets[i].ingest);
	store_free(soak.store);
	colony_free(soak.colony);
	return good ? 0 : 1;
}
