/*
 * How long an answer takes from matrix to configured frames, and through the
 * usual transformations: median, least and most of some runs, in ms.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "base/clock.h"
#include "dashboard/frame.h"

#define RUNS    31
#define SAMPLES 240
#define STEP_MS 15000

static struct matrix *make_matrix(size_t series_count)
{
	struct matrix *matrix = matrix_new(MATRIX_RANGE);

	matrix->series = arena_array(&matrix->arena, series_count, sizeof(*matrix->series));
	matrix->count = series_count;
	matrix->points = series_count * SAMPLES;
	for (size_t i = 0; i < series_count; i++) {
		const struct label labels[] = {
			{ "__name__", "node_cpu_seconds_total" },
			{ "cpu", arena_printf(&matrix->arena, "%zu", i) },
			{ "instance", "node:9100" },
			{ "job", "node" },
		};
		int64_t *times = arena_array(&matrix->arena, SAMPLES, sizeof(*times));
		double *values = arena_array(&matrix->arena, SAMPLES, sizeof(*values));

		for (size_t s = 0; s < SAMPLES; s++) {
			times[s] = (int64_t)s * STEP_MS;
			values[s] = (double)(i * s % 97);
		}
		matrix->series[i] = (struct series){ labels_make(&matrix->arena, labels, 4), SAMPLES, times, values };
	}
	return matrix;
}

struct job {
	const char *name;
	const char *legend;
	const char *transformation; /* NULL: none */
	const char *options;
	size_t series_count;
};

static int64_t run_once(const struct job *job, struct matrix *matrix, const cJSON *options)
{
	struct override overrides[] = {
		{ .matcher = BY_REGEX, .argument = "/^cpu 1/", .config = { .set = FIELD_UNIT, .unit = "s" } },
		{ .matcher = BY_NAME, .argument = "cpu 7", .config = { .set = FIELD_UNIT, .unit = "ms" } },
	};
	struct transformation transformation = { .id = job->transformation, .options = options };
	struct panel panel = { .overrides = overrides,
			       .override_count = 2,
			       .transformations = &transformation,
			       .transformation_count = job->transformation ? 1 : 0 };
	struct target target = { .ref_id = "A", .expression = "x" };
	struct frame_set set;
	int64_t start = clock_monotonic_ns(), end;

	frame_set_init(&set);
	frame_add_matrix(&set, matrix, &target, job->legend, STEP_MS, false);
	frame_transform(&set, &panel, NULL, NULL);
	frame_apply_config(&set, &panel);
	end = clock_monotonic_ns();
	frame_set_release(&set);
	return end - start;
}

static int compare(const void *a, const void *b)
{
	const int64_t *left = a, *right = b;

	return *left < *right ? -1 : *left > *right;
}

static void run(const struct job *job)
{
	struct matrix *matrix = make_matrix(job->series_count);
	cJSON *options = job->options ? cJSON_Parse(job->options) : NULL;
	int64_t times[RUNS];

	for (int i = 0; i < RUNS; i++)
		times[i] = run_once(job, matrix, options);
	qsort(times, RUNS, sizeof(*times), compare);
	printf("%-14s %5zu x %d  median %8.3f ms  least %8.3f  most %8.3f\n", job->name, job->series_count, SAMPLES,
	       (double)times[RUNS / 2] / 1e6, (double)times[0] / 1e6, (double)times[RUNS - 1] / 1e6);
	cJSON_Delete(options);
	matrix_unref(matrix);
}

int main(void)
{
	static const struct job jobs[] = {
		{ "legend", "cpu {{cpu}}", NULL, NULL, 1000 },
		{ "legend", "cpu {{cpu}}", NULL, NULL, 5000 },
		{ "no legend", "", NULL, NULL, 5000 },
		{ "automatic", "__auto", NULL, NULL, 5000 },
		{ "joinByField", "cpu {{cpu}}", "joinByField", "{}", 1000 },
		{ "joinByField", "cpu {{cpu}}", "joinByField", "{}", 5000 },
		{ "reduce", "cpu {{cpu}}", "reduce", "{\"reducers\":[\"mean\",\"lastNotNull\"]}", 5000 },
		{ "renameByRegex", "cpu {{cpu}}", "renameByRegex", "{\"regex\":\"cpu (.*)\",\"renamePattern\":\"$1\"}",
		  5000 },
		{ "merge", "cpu {{cpu}}", "merge", "{}", 1000 },
		{ "labelsToFields", "cpu {{cpu}}", "labelsToFields", "{}", 1000 },
	};

	for (size_t i = 0; i < sizeof(jobs) / sizeof(*jobs); i++)
		run(&jobs[i]);
	return 0;
}
