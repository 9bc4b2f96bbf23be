/*
 * What logs cost:
 *
 *     bench_logs lines FILE      parse and count every line, one core
 *     bench_logs follow FILE     follow it and count until told to end (TERM); prints the lines
 *     bench_logs screen FILE     the first screen of a file: the last 50 lines, and a time in its middle
 *
 * Times of `lines` are of the processor, those of `screen` of the clock, best
 * of some runs. Exit 1 when a line costs more than 1/300,000 s, or the first
 * screen takes longer than 50 ms.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "collect/log_count.h"
#include "logs/pages.h"
#include "loop/loop.h"
#include "loop/pool.h"

#define LINES_PER_SECOND 300000.0
#define SCREEN_MS        50.0
#define RUNS             3

static double processor_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static long resident_kb(void)
{
	FILE *file = fopen("/proc/self/status", "r");
	char line[256];
	long kb = 0;

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "RssAnon: %ld", &kb) == 1)
			break;
	if (file)
		fclose(file);
	return kb;
}

static int bench_lines(const char *path)
{
	struct log_count_config config = { .series_limit = 200,
					   .labels = { .items = { { "level", "level" }, { "component", "component" } },
						       .count = 2 },
					   .duration = "process_time_ms",
					   .duration_factor = 1e-3,
					   .bounds = (const double[]){ .01, .1, 1 },
					   .bound_count = 3 };
	struct line_parser parser = { .format = LINE_FORMAT_AUTO };
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat status;
	double best = 1e9, rate;
	size_t lines = 0;
	char *bytes;

	if (fd < 0 || fstat(fd, &status) < 0)
		return 2;
	bytes = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
	if (bytes == MAP_FAILED)
		return 2;
	for (int run = 0; run < RUNS; run++) {
		struct log_count *count = log_count_new(&config, &parser);
		double begin = processor_s();

		lines = 0;
		for (const char *at = bytes, *end = bytes + status.st_size; at < end; lines++) {
			const char *newline = memchr(at, '\n', (size_t)(end - at));

			log_count_sink.line(count, at, (size_t)((newline ? newline : end) - at), false);
			at = newline ? newline + 1 : end;
		}
		best = processor_s() - begin < best ? processor_s() - begin : best;
		log_count_free(count);
	}
	rate = (double)lines / best;
	printf("parsed and counted  %zu lines of %.0f bytes: %.0f lines/s, %.0f MB/s\n", lines,
	       (double)status.st_size / (double)lines, rate, (double)status.st_size / best / 1e6);
	munmap(bytes, (size_t)status.st_size);
	close(fd);
	return rate < LINES_PER_SECOND;
}

static struct loop *loop;
static size_t rows;
static struct log_cursor sought;

static void on_page(void *user, struct log_page *page)
{
	(void)user;
	rows = page->count;
	log_page_free(page);
	loop_stop(loop);
}

static void on_sought(void *user, const struct log_cursor *cursor, bool found, const char *reason)
{
	(void)user;
	(void)found;
	(void)reason;
	sought = *cursor;
	loop_stop(loop);
}

static void on_density(void *user, const struct log_density *density, const char *reason)
{
	int64_t *middle_ms = user;

	(void)reason;
	*middle_ms = density->from_ms / 2 + density->to_ms / 2;
	loop_stop(loop);
}

static double ask(struct pool *pool, const struct log_source *source, struct log_cursor from,
		  enum log_direction direction)
{
	struct log_question question = {
		.source = source, .from = from, .direction = direction, .rows = 50, .done = on_page
	};
	int64_t begin = clock_monotonic_ns();

	log_ask(loop, pool, &question, NULL);
	loop_run(loop);
	return (double)(clock_monotonic_ns() - begin) / 1e6;
}

static int bench_screen(const char *path)
{
	struct line_parser parser = { .format = LINE_FORMAT_AUTO };
	struct log_source source = { .name = path, .path = path, .parser = &parser };
	struct log_density_question density = {
		.source = &source, .from_ms = LOG_NO_TIME, .to_ms = LOG_NO_TIME, .buckets = 60, .done = on_density
	};
	struct log_seek seek = { .source = &source, .done = on_sought };
	struct error error;
	struct pool *pool;
	double screen, jump, graph;
	int64_t begin;
	size_t shown;
	long before;

	loop = loop_new(&error);
	pool = pool_new(loop, 2, &error);
	if (!loop || !pool)
		return 2;
	before = resident_kb();
	screen = ask(pool, &source, log_cursor_end(), LOG_BACKWARD);
	shown = rows;
	begin = clock_monotonic_ns();
	density.user = &seek.time_ms;
	log_ask_density(loop, pool, &density, &error);
	loop_run(loop);
	graph = (double)(clock_monotonic_ns() - begin) / 1e6;
	begin = clock_monotonic_ns();
	log_seek(loop, pool, &seek, &error);
	loop_run(loop);
	jump = (double)(clock_monotonic_ns() - begin) / 1e6 + ask(pool, &source, sought, LOG_FORWARD);
	printf("first screen        %.1f ms (%zu rows)\njump to a time      %.1f ms\ngraph above it      %.1f ms\n"
	       "memory taken        %ld kB\n",
	       screen, shown, jump, graph, resident_kb() - before);
	pool_free(pool);
	loop_free(loop);
	return screen > SCREEN_MS || shown != 50 || rows != 50;
}

static void on_term(void *user, int number)
{
	(void)user;
	(void)number;
	loop_stop(loop);
}

static void on_batch(void *user)
{
	bool *said = user;

	/* The first look has ended: whoever waits for it may write now. */
	if (!*said) {
		printf("ready\n");
		fflush(stdout);
		*said = true;
	}
}

static int bench_follow(const char *path)
{
	struct log_count_config count = { .series_limit = 200,
					  .labels = { .items = { { "level", "level" }, { "component", "component" } },
						      .count = 2 },
					  .duration = "process_time_ms",
					  .duration_factor = 1e-3,
					  .bounds = (const double[]){ .01, .1, 1 },
					  .bound_count = 3 };
	bool said = false;
	struct follow_config config = {
		.patterns = &path, .pattern_count = 1, .sink = &log_count_sink, .on_batch = on_batch, .user = &said
	};
	struct follow_totals totals;
	struct signal_watch *term;
	struct follow *follow;
	struct error error;

	config.loop = loop = loop_new(&error);
	config.pool = loop ? pool_new(loop, 2, &error) : NULL;
	if (!config.pool)
		return 2;
	config.sink_state = log_count_new(&count, &config.parser);
	follow = follow_new(&config);
	term = signal_watch_new(loop, SIGTERM, on_term, NULL);
	loop_run(loop);
	follow_totals(follow, &totals);
	printf("%llu\n", (unsigned long long)totals.lines);
	follow_free(follow);
	signal_watch_free(term);
	pool_free(config.pool);
	loop_free(loop);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "lines") == 0)
		return bench_lines(argv[2]);
	if (argc == 3 && strcmp(argv[1], "follow") == 0)
		return bench_follow(argv[2]);
	if (argc == 3 && strcmp(argv[1], "screen") == 0)
		return bench_screen(argv[2]);
	fprintf(stderr, "usage: bench_logs lines|follow|screen FILE\n");
	return 2;
}
