/*
 * What a frame costs on its way to a terminal of 200x50: the first one, one
 * in which nothing changed, 40 cells that changed, and charts that moved.
 * Median, least and most of the runs, and the bytes of one.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "ui/draw/theme_builtin.h"
#include "ui/terminal/screen.h"

#define RUNS   101
#define WIDTH  200
#define HEIGHT 50

/* Boxes with titles, braille lines and figures, as a dashboard has them; `step` moves the lines. */
static void draw_board(struct canvas *canvas, int step)
{
	canvas_clear(canvas);
	for (int box = 0; box < 8; box++) {
		struct rect rect = { box % 4 * 50, box / 4 * 25, 50, 25 };
		struct rect in = canvas_box(canvas, rect,
					    &(struct box){ .title = "Requests",
							   .note = "5m",
							   .border = style_fg(ROLE_BORDER),
							   .title_style = style_fg(ROLE_TITLE),
							   .note_style = style_fg(ROLE_DIM) });

		canvas_put(canvas, in.x, in.y, "last 1234 req/s  max 2345 req/s", style_fg(ROLE_STRONG), in.width);
		for (int x = 0; x < in.width; x++) {
			unsigned height = (unsigned)(x + step + box * 17) * 2654435761u >> 16;

			for (int y = 0; y < 3; y++)
				canvas_glyph(canvas, in.x + x, in.y + 3 + (int)(height % 18) + y,
					     0x2800 + (height >> y) % 255 + 1, style_fg(ROLE_SERIES_1 + box % 8));
		}
	}
}

/* 40 cells here and there: the digits of some figures. */
static void change_figures(struct canvas *canvas, int step)
{
	char text[16];

	for (int box = 0; box < 8; box++) {
		snprintf(text, sizeof(text), "%05d", 12345 + step * 11111 % 90000);
		canvas_put(canvas, box % 4 * 50 + 6, box / 4 * 25 + 1, text, style_fg(ROLE_STRONG), 5);
	}
}

enum job { FIRST, SAME, FIGURES, CHARTS };

static void change(enum job job, struct screen *screen, struct canvas *canvas, int step)
{
	if (job == FIRST)
		screen_invalidate(screen);
	else if (job == FIGURES)
		change_figures(canvas, step);
	else if (job == CHARTS)
		draw_board(canvas, step);
}

static int compare(const void *a, const void *b)
{
	const int64_t *left = a, *right = b;

	return *left < *right ? -1 : *left > *right;
}

static void run(const char *name, enum job job, struct screen *screen, struct canvas *canvas)
{
	struct strbuf bytes = STRBUF_INIT;
	int64_t times[RUNS];

	draw_board(canvas, 0);
	screen_add_frame(screen, canvas, -1, -1, &bytes);
	for (int i = 0; i < RUNS; i++) {
		int64_t start;

		change(job, screen, canvas, i + 1);
		strbuf_clear(&bytes);
		start = clock_monotonic_ns();
		screen_add_frame(screen, canvas, -1, -1, &bytes);
		times[i] = clock_monotonic_ns() - start;
	}
	qsort(times, RUNS, sizeof(*times), compare);
	printf("%-12s %dx%d  median %8.1f us  least %8.1f  most %8.1f  bytes %7zu\n", name, WIDTH, HEIGHT,
	       (double)times[RUNS / 2] / 1e3, (double)times[0] / 1e3, (double)times[RUNS - 1] / 1e3, bytes.length);
	strbuf_release(&bytes);
}

int main(void)
{
	struct screen_config config = { .width = WIDTH, .height = HEIGHT, .theme = &theme_night, .synchronized = true };
	struct error error;
	struct screen *screen = screen_new(&config, &error);
	struct canvas *canvas = canvas_new(WIDTH, HEIGHT, GLYPHS_BRAILLE);

	if (!screen) {
		fprintf(stderr, "bench_screen: %s\n", error.text);
		return 1;
	}
	run("full", FIRST, screen, canvas);
	run("unchanged", SAME, screen, canvas);
	run("40 cells", FIGURES, screen, canvas);
	run("8 charts", CHARTS, screen, canvas);
	screen_free(screen);
	canvas_free(canvas);
	return 0;
}
