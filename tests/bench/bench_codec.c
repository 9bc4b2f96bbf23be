/*
 * How small runs of real samples become, and how fast they are made, read
 * back, and parsed: bench_codec FILE...
 *
 * A file is a recording (recording.h). Runs are made of 120 scrapes each.
 */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/vec.h"
#include "recording.h"
#include "tsdb/codec.h"
#include "tsdb/exposition.h"
#include "tsdb/value.h"

#define RUN     120
#define SECONDS 0.4

struct run {
	double values[RUN];
	size_t count;
	enum kind kind;
	bool changes;
	uint8_t bytes[CODEC_BOUND(RUN)];
	size_t size;
};

struct bench {
	VEC(struct run *) runs;
	struct recording recording;
	size_t times_bytes;
};

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static enum kind kind_of_run(const struct run *run, const struct exposition_family *family)
{
	size_t changes = 0;

	for (size_t i = 1; i < run->count; i++)
		changes += value_bits(run->values[i]) != value_bits(run->values[i - 1]);
	return kind_of(family, changes, run->count);
}

static void finish_runs(struct bench *bench, const struct map *series, const struct exposition *last)
{
	for (size_t i = 0; i < series->capacity; i++) {
		struct run *run = series->entries[i].key ? series->entries[i].value : NULL;

		if (!run)
			continue;
		if (run->count < RUN) {
			free(run);
			continue;
		}
		run->kind = kind_of_run(run, recording_family(last, series->entries[i].key));
		for (size_t j = 1; j < RUN; j++)
			run->changes |= value_bits(run->values[j]) != value_bits(run->values[0]);
		vec_push(&bench->runs, run);
	}
}

/* 120 scrapes become one run for each series that is in all of them. */
static void make_runs(struct bench *bench, size_t first)
{
	struct map series = { 0 };
	int64_t times_ms[RUN];
	uint8_t bytes[CODEC_BOUND(RUN)];

	for (size_t i = 0; i < RUN; i++) {
		const struct body *body = &bench->recording.bodies.items[first + i];
		struct exposition exposition;

		times_ms[i] = body->time_ms;
		recording_parse(&bench->recording, first + i, true, &exposition);
		for (size_t j = 0; j < exposition.count; j++) {
			const struct exposition_sample *sample = &exposition.samples[j];
			char *key = mem_strndup(body->text + sample->text, sample->length);
			struct run *run = map_get(&series, key);

			if (!run && i == 0)
				map_set(&series, key, run = mem_zalloc(sizeof(*run)));
			if (run && run->count == i)
				run->values[run->count++] = sample->value;
			free(key);
		}
		if (i == RUN - 1)
			finish_runs(bench, &series, &exposition);
		exposition_release(&exposition);
	}
	bench->times_bytes += codec_encode_times(times_ms, RUN, bytes);
	map_release(&series, NULL);
}

static void print_sizes(const struct bench *bench)
{
	printf("%-16s %8s %8s %16s %20s\n", "kind", "runs", "changing", "bytes a sample", "of changing ones");
	for (unsigned kind = 0; kind <= KIND_COUNT; kind++) {
		size_t runs = 0, changing = 0, bytes = 0, changing_bytes = 0;

		for (size_t i = 0; i < bench->runs.count; i++) {
			const struct run *run = bench->runs.items[i];

			if (kind < KIND_COUNT && run->kind != kind)
				continue;
			runs++;
			bytes += run->size;
			changing += run->changes;
			changing_bytes += run->changes ? run->size : 0;
		}
		if (runs)
			printf("%-16s %8zu %8zu %16.3f %20.3f\n", kind < KIND_COUNT ? kind_names[kind] : "all", runs,
			       changing, (double)bytes / (double)(runs * RUN),
			       changing ? (double)changing_bytes / (double)(changing * RUN) : 0);
	}
	printf("times, shared by all series of a target: %zu bytes a run\n",
	       bench->times_bytes / (bench->recording.bodies.count / RUN));
}

/* Runs of `changes` as asked, or of all: encoded or decoded again and again. */
static void print_speed(const struct bench *bench, const char *what, bool encode, int changes)
{
	double start = seconds(), took;
	size_t done = 0;

	do {
		for (size_t i = 0; i < bench->runs.count; i++) {
			struct run *run = bench->runs.items[i];

			if (changes >= 0 && run->changes != changes)
				continue;
			if (encode)
				run->size = codec_encode_values(run->values, RUN, run->bytes);
			else if (codec_decode_values(run->bytes, run->size, run->values, RUN) < 0)
				abort();
			done++;
		}
		took = seconds() - start;
	} while (took < SECONDS && done);
	if (done)
		printf("%s %s runs: %.0f M values/s, %.2f us a run\n", encode ? "encode" : "decode", what,
		       (double)(done * RUN) / took / 1e6, took / (double)done * 1e6);
}

static void make_constant(double *values)
{
	for (size_t i = 0; i < RUN; i++)
		values[i] = 4711;
}

static void make_decimals(double *values)
{
	for (size_t i = 0; i < RUN; i++)
		values[i] = (double)(1234567 + 1450 * i + (uint32_t)i * 2654435761u % 101) / 100;
}

static void make_changes(double *values)
{
	for (size_t i = 0; i < RUN; i++)
		values[i] = i && (uint32_t)i * 2654435761u % 5 ? values[i - 1] : (double)(3 * i);
}

static void make_sines(double *values)
{
	for (size_t i = 0; i < RUN; i++)
		values[i] = 1000 + sin((double)i);
}

/* Numbers of very different sizes: XOR's own ground. */
static void make_exponentials(double *values)
{
	for (size_t i = 0; i < RUN; i++)
		values[i] = (uint32_t)i * 2654435761u % 3 ? exp((double)((uint32_t)i * 2654435761u % 100))
							  : values[i ? i - 1 : 0] * 2;
}

static void print_shapes(void)
{
	static const struct {
		const char *name;
		void (*make)(double *values);
	} shapes[] = {
		{ "constant", make_constant },      { "packed decimals", make_decimals }, { "changes", make_changes },
		{ "binary fractions", make_sines }, { "XOR", make_exponentials },
	};

	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		struct run run = { .count = RUN };
		double start, took;
		size_t done = 0;

		shapes[i].make(run.values);
		run.size = codec_encode_values(run.values, RUN, run.bytes);
		start = seconds();
		do {
			for (unsigned j = 0; j < 10000; j++, done++)
				if (codec_decode_values(run.bytes, run.size, run.values, RUN) < 0)
					abort();
			took = seconds() - start;
		} while (took < SECONDS);
		printf("decode %s (form %u, %.2f bytes a value): %.0f M values/s\n", shapes[i].name, run.bytes[0] & 7u,
		       (double)run.size / RUN, (double)(done * RUN) / took / 1e6);
	}
}

static void print_parsing(const char *text, size_t length, const char *path)
{
	double start = seconds(), took;
	size_t bytes = 0, samples = 0;

	do {
		struct exposition exposition;

		if (exposition_parse(&exposition, text, length, &(struct exposition_options){ 0 }, NULL, NULL) < 0)
			abort();
		bytes += length;
		samples += exposition.count;
		exposition_release(&exposition);
		took = seconds() - start;
	} while (took < SECONDS);
	printf("parse %s: %.0f MB/s, %.1f M samples/s\n", path, (double)bytes / took / 1e6,
	       (double)samples / took / 1e6);
}

static void print_labels(const char *text, size_t length)
{
	struct exposition exposition;
	double start, took;

	if (exposition_parse(&exposition, text, length, &(struct exposition_options){ 0 }, NULL, NULL) < 0)
		abort();
	start = seconds();
	for (size_t i = 0; i < exposition.count;) {
		struct arena arena = { 0 };

		/* A new arena for every thousand keeps memory out of the figure. */
		for (size_t end = i + 1000; i < end && i < exposition.count; i++) {
			struct labels labels;

			if (exposition_labels(text + exposition.samples[i].text, exposition.samples[i].length, &arena,
					      &labels, NULL) < 0)
				abort();
		}
		arena_release(&arena);
	}
	took = seconds() - start;
	printf("labels: %.1f M series/s\n", (double)exposition.count / took / 1e6);
	exposition_release(&exposition);
}

static void bench_file(const char *path)
{
	struct bench bench = { 0 };
	struct recording *recording = &bench.recording;

	printf("%s\n", path);
	recording_read(recording, path);
	for (size_t first = 0; first + RUN <= recording->bodies.count; first += RUN)
		make_runs(&bench, first);
	if (bench.runs.count) {
		print_speed(&bench, "all", true, -1);
		print_speed(&bench, "changing", true, true);
		print_sizes(&bench);
		print_speed(&bench, "all", false, -1);
		print_speed(&bench, "changing", false, true);
	}
	print_parsing(recording->text, recording->length, "all scrapes as one body");
	if (recording->bodies.count)
		print_parsing(recording->bodies.items[0].text, recording->bodies.items[0].length, "one scrape");
	print_labels(recording->text, recording->length);
	for (size_t i = 0; i < bench.runs.count; i++)
		free(bench.runs.items[i]);
	vec_release(&bench.runs);
	recording_release(recording);
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		bench_file(argv[i]);
	print_shapes();
	return 0;
}
