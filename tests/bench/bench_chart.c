/* How long a chart of many series takes to draw: median, least and most of some runs, in ms. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "dashboard/frame.h"
#include "ui/draw/canvas.h"
#include "ui/panel/panel.h"

#define RUNS    51
#define SAMPLES 240
#define STEP_MS INT64_C(15000)
#define START   INT64_C(1795348800000)

struct job {
	const char *name;
	size_t series;
	enum stacking stacking;
	int fill_opacity;
	int width, height;
};

static const struct job jobs[] = {
	{ "1 series, 100x20", 1, STACK_NONE, 0, 100, 20 },
	{ "10 series, 100x20", 10, STACK_NONE, 0, 100, 20 },
	{ "10 series stacked, 100x20", 10, STACK_NORMAL, 30, 100, 20 },
	{ "1000 series, 100x20", 1000, STACK_NONE, 0, 100, 20 },
	{ "5000 series, 100x20", 5000, STACK_NONE, 0, 100, 20 },
	{ "5000 series stacked, 400x100", 5000, STACK_NORMAL, 30, 400, 100 },
};

static void fill(struct frame_set *set, const struct job *job, const struct field_config *config)
{
	struct arena *arena = &set->arena;
	int64_t *times_ms = arena_array(arena, SAMPLES, sizeof(*times_ms));

	for (size_t i = 0; i < SAMPLES; i++)
		times_ms[i] = START + (int64_t)i * STEP_MS;
	for (size_t i = 0; i < job->series; i++) {
		struct field *fields = arena_array(arena, 2, sizeof(*fields));
		double *values = arena_array(arena, SAMPLES, sizeof(*values));

		for (size_t j = 0; j < SAMPLES; j++)
			values[j] = (double)i + 50 * sin((double)(i + j) / 17);
		fields[0] = (struct field){ .name = "Time", .type = FIELD_TIME, .times_ms = times_ms };
		fields[1] = (struct field){ .name = "Value",
					    .type = FIELD_NUMBER,
					    .numbers = values,
					    .display_name = arena_printf(arena, "instance-%zu", i),
					    .config = config,
					    .series_index = (int)i };
		vec_push(&set->frames, (struct frame){ .fields = fields, .field_count = 2, .length = SAMPLES });
	}
}

static int by_size(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

	return left < right ? -1 : left > right;
}

static void run(const struct job *job)
{
	const struct field_config config = {
		.set = FIELD_UNIT | FIELD_STACKING | FIELD_FILL,
		.unit = "reqps",
		.decimals = -1,
		.stacking = job->stacking,
		.fill_opacity = job->fill_opacity,
	};
	const struct panel panel = { .type = "timeseries", .title = "bench" };
	struct panel_data data = { .state = DATA_VALUE, .step_ms = STEP_MS };
	const struct panel_view view = {
		.panel = &panel,
		.title = "bench",
		.data = &data,
		.now_ms = START + SAMPLES * STEP_MS,
		.start_ms = START,
		.end_ms = START + SAMPLES * STEP_MS,
		.selected = -1,
	};
	struct canvas *canvas = canvas_new(job->width, job->height, GLYPHS_BRAILLE);
	int64_t took_ns[RUNS];

	frame_set_init(&data.frames);
	fill(&data.frames, job, &config);
	for (int i = 0; i < RUNS; i++) {
		int64_t from_ns = clock_monotonic_ns();

		canvas_clear(canvas);
		panel_draw(&view, canvas, canvas_rect(canvas));
		took_ns[i] = clock_monotonic_ns() - from_ns;
	}
	qsort(took_ns, RUNS, sizeof(*took_ns), by_size);
	printf("chart %-30s %8.3f ms (%.3f .. %.3f)\n", job->name, (double)took_ns[RUNS / 2] / 1e6,
	       (double)took_ns[0] / 1e6, (double)took_ns[RUNS - 1] / 1e6);
	frame_set_release(&data.frames);
	canvas_free(canvas);
}

int main(void)
{
	for (size_t i = 0; i < sizeof(jobs) / sizeof(jobs[0]); i++)
		run(&jobs[i]);
	return 0;
}
