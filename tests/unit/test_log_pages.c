#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <zlib.h>

#include "base/clock.h"
#include "base/error.h"
#include "logs/log_filter.h"
#include "logs/log_ring.h"
#include "logs/log_source.h"
#include "logs/pages.h"
#include "loop/loop.h"
#include "loop/pool.h"

#define EPOCH INT64_C(1795318860000)

static struct loop *loop;
static struct pool *pool;
static char folder[] = "/tmp/skep-pages-XXXXXX";
static char path[64];
static struct line_parser parser;
static struct log_page *page;

static void setup(void)
{
	struct error error;

	loop = loop_new(&error);
	pool = pool_new(loop, 2, &error);
	cr_assert(loop && pool && mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/app.log", folder);
}

static void teardown(void)
{
	char command[128];

	log_page_free(page);
	pool_free(pool);
	loop_free(loop);
	snprintf(command, sizeof(command), "%s/", folder);
	for (int i = 0; i < 10; i++) {
		static const char *const forms[] = { "%s/app.log", "%s/app.log.%d", "%s/app.log.%d.gz" };

		for (size_t k = 0; k < 3; k++) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
			snprintf(command, sizeof(command), forms[k], folder, i);
#pragma GCC diagnostic pop
			unlink(command);
		}
	}
	rmdir(folder);
}

/* Line `n` is said n seconds after EPOCH; each tenth is an error. */
static int line_of(char *text, int n)
{
	char when[32];

	time_format(EPOCH + n * 1000, "%Y-%m-%dT%H:%M:%SZ", when, sizeof(when));
	return sprintf(text, "{\"timestamp\":\"%s\",\"level\":\"%s\",\"logger\":\"app.c%d\",\"message\":\"line %d\"}\n",
		       when, n % 10 ? "INFO" : "ERROR", n % 3, n);
}

static void write_lines(const char *suffix, int from, int to)
{
	char name[128], text[256];
	FILE *file;

	snprintf(name, sizeof(name), "%s%s", path, suffix);
	file = fopen(name, "a");
	for (int i = from; i < to; i++)
		fwrite(text, 1, (size_t)line_of(text, i), file);
	fclose(file);
}

static void write_packed(const char *suffix, int from, int to)
{
	char name[128], text[256];
	gzFile file;

	snprintf(name, sizeof(name), "%s%s", path, suffix);
	file = gzopen(name, "ab6");
	for (int i = from; i < to; i++)
		gzwrite(file, text, (unsigned)line_of(text, i));
	gzclose(file);
}

static void age(const char *suffix, int seconds)
{
	char name[128];
	struct timespec times[2];

	snprintf(name, sizeof(name), "%s%s", path, suffix);
	clock_gettime(CLOCK_REALTIME, &times[0]);
	times[0].tv_sec -= seconds;
	times[1] = times[0];
	utimensat(AT_FDCWD, name, times, 0);
}

static void on_page(void *user, struct log_page *answer)
{
	(void)user;
	log_page_free(page);
	page = answer;
	loop_stop(loop);
}

static struct log_source source_of_file(void)
{
	return (struct log_source){ .id = 1, .name = path, .path = path, .parser = &parser };
}

static void ask_of(const struct log_source *source, struct log_cursor from, enum log_direction direction, size_t rows,
		   struct log_filter *filter, uint64_t limit)
{
	struct log_question question = { .source = source,
					 .from = from,
					 .direction = direction,
					 .rows = rows,
					 .filter = filter,
					 .limit_bytes = limit,
					 .done = on_page };
	struct error error;

	cr_assert(log_ask(loop, pool, &question, &error));
	loop_run(loop);
}

static void ask(struct log_cursor from, enum log_direction direction, size_t rows)
{
	struct log_source source = source_of_file();

	ask_of(&source, from, direction, rows, NULL, 0);
}

static int number(size_t row)
{
	int value = -1;

	cr_assert_lt(row, page->count);
	sscanf(page->rows[row].message.text, "line %d", &value);
	return value;
}

static void expect_rows(int first, int last)
{
	cr_assert_eq(page->count, (size_t)(last - first + 1), "%zu rows, %s", page->count, page->reason);
	for (size_t i = 0; i < page->count; i++)
		cr_assert_eq(number(i), first + (int)i, "row %zu is %d", i, number(i));
}

Test(log_pages, back_and_forth_over_parts, .init = setup, .fini = teardown)
{
	write_packed(".2.gz", 0, 30000);
	age(".2.gz", 200);
	write_lines(".1", 30000, 30050);
	age(".1", 100);
	write_lines("", 30050, 30100);
	ask(log_cursor_end(), LOG_BACKWARD, 40);
	expect_rows(30060, 30099);
	cr_assert_eq(page->end, LOG_PAGE_FULL);
	cr_assert_str_eq(page->rows[0].component.text, "app.c0\",\"message\":\"line 30060\"}");
	cr_assert_eq(page->rows[0].component.length, 6);
	ask(page->first, LOG_BACKWARD, 40);
	expect_rows(30020, 30059);
	ask(page->first, LOG_BACKWARD, 40);
	expect_rows(29980, 30019);
	ask(page->first, LOG_BACKWARD, 1000);
	expect_rows(28980, 29979);
	ask(page->first, LOG_BACKWARD, 1000);
	expect_rows(27980, 28979);
	ask(page->last, LOG_FORWARD, 1000);
	expect_rows(28980, 29979);
	ask(page->last, LOG_FORWARD, 1000);
	expect_rows(29980, 30099);
	cr_assert_eq(page->end, LOG_PAGE_EDGE);
	write_lines("", 30100, 30103);
	ask(page->last, LOG_FORWARD, 1000);
	expect_rows(30100, 30102);
	ask(log_cursor_begin(), LOG_FORWARD, 3);
	expect_rows(0, 2);
	ask(page->first, LOG_BACKWARD, 3);
	cr_assert_eq(page->count, 0);
	cr_assert_eq(page->end, LOG_PAGE_EDGE);
}

Test(log_pages, cursor_outlives_rotation, .init = setup, .fini = teardown)
{
	char other[80];
	struct log_cursor before, end;

	write_lines("", 0, 100);
	ask(log_cursor_end(), LOG_BACKWARD, 10);
	before = page->first;
	end = page->last;
	snprintf(other, sizeof(other), "%s.1", path);
	rename(path, other);
	write_lines("", 100, 120);
	ask(end, LOG_FORWARD, 100);
	expect_rows(100, 119);
	cr_assert_not(page->moved);
	/* Packed: another inode, the same content. */
	write_packed(".2.gz", 0, 100);
	unlink(other);
	ask(before, LOG_BACKWARD, 10);
	expect_rows(80, 89);
	cr_assert_not(page->moved);
	snprintf(other, sizeof(other), "%s.2.gz", path);
	unlink(other);
	ask(before, LOG_FORWARD, 5);
	cr_assert(page->moved);
	expect_rows(100, 104);
}

Test(log_pages, filters, .init = setup, .fini = teardown)
{
	struct log_source source = source_of_file();
	struct error error;
	struct log_filter *filter;

	write_lines("", 0, 1000);
	filter = log_filter_read("level:error component:app.c0", &error);
	cr_assert(filter, "%s", error.text);
	ask_of(&source, log_cursor_end(), LOG_BACKWARD, 3, filter, 0);
	cr_assert_eq(page->count, 3);
	cr_assert_eq(number(0), 930);
	cr_assert_eq(number(2), 990);
	log_filter_drop(filter);
	filter = log_filter_read("/line 99[0-2]$", &error);
	ask_of(&source, log_cursor_begin(), LOG_FORWARD, 10, filter, 0);
	expect_rows(990, 992);
	cr_assert_eq(page->end, LOG_PAGE_EDGE);
	log_filter_drop(filter);
	filter = log_filter_read("nothing has this", &error);
	ask_of(&source, log_cursor_end(), LOG_BACKWARD, 10, filter, 1);
	cr_assert_eq(page->count, 0);
	cr_assert(page->end == LOG_PAGE_LIMIT || page->end == LOG_PAGE_EDGE);
	cr_assert_eq(page->scanned_lines, 1000);
	log_filter_drop(filter);
}

Test(log_pages, limits_and_long_lines, .init = setup, .fini = teardown)
{
	FILE *file = fopen(path, "w");
	struct log_cursor at;

	fputs("line 0\n", file);
	for (int i = 0; i < 3 * 1024 * 1024; i++)
		fputc(i % 251 + 1 == '\n' ? 0 : i % 251 + 1, file);
	fputs("\nline 2\r\nline 3", file);
	fclose(file);
	age("", 60);
	ask(log_cursor_end(), LOG_BACKWARD, 10);
	cr_assert_eq(page->count, 4, "%zu", page->count);
	cr_assert_str_eq(page->rows[0].raw.text, "line 0");
	cr_assert_eq(page->rows[1].raw.length, LOG_LINE_BYTES);
	cr_assert_eq(page->rows[1].skipped, 3 * 1024 * 1024 - LOG_LINE_BYTES);
	cr_assert_str_eq(page->rows[2].raw.text, "line 2");
	cr_assert_str_eq(page->rows[3].raw.text, "line 3", "an old file's last line needs no newline");
	at = page->first;
	ask(at, LOG_FORWARD, 10);
	cr_assert_eq(page->count, 4);
	cr_assert_eq(page->rows[1].skipped, 3 * 1024 * 1024 - LOG_LINE_BYTES);
	cr_assert_eq(page->rows[1].raw.length, LOG_LINE_BYTES);
	cr_assert_str_eq(page->rows[3].raw.text, "line 3");
	/* While it is being written, it does. */
	age("", 0);
	ask(log_cursor_end(), LOG_BACKWARD, 1);
	cr_assert_str_eq(page->rows[0].raw.text, "line 2");
}

static struct log_cursor sought;
static bool found;

static void on_sought(void *user, const struct log_cursor *cursor, bool there, const char *reason)
{
	(void)user;
	(void)reason;
	sought = *cursor;
	found = there;
	loop_stop(loop);
}

static void seek(const struct log_source *source, int64_t time_ms)
{
	struct log_seek question = { .source = source, .time_ms = time_ms, .done = on_sought };
	struct error error;

	cr_assert(log_seek(loop, pool, &question, &error));
	loop_run(loop);
}

Test(log_pages, seeks_a_time, .init = setup, .fini = teardown)
{
	struct log_source source = source_of_file();
	static const int times[] = { 0, 1, 4999, 5000, 5001, 7777, 9999, 10000, 54321, 69999 };

	write_packed(".2.gz", 0, 5000);
	age(".2.gz", 200);
	write_lines(".1", 5000, 10000);
	age(".1", 100);
	write_lines("", 10000, 70000);
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		seek(&source, EPOCH + times[i] * 1000);
		cr_assert(found, "%d", times[i]);
		ask(sought, LOG_FORWARD, 2);
		cr_assert_eq(number(0), times[i], "%d is %d", times[i], number(0));
	}
	seek(&source, EPOCH - 1000000);
	cr_assert(found);
	ask(sought, LOG_FORWARD, 1);
	cr_assert_eq(number(0), 0);
	seek(&source, EPOCH + 70000 * 1000);
	cr_assert_not(found);
}

static struct log_density density;

static void on_density(void *user, const struct log_density *answer, const char *reason)
{
	(void)user;
	(void)reason;
	density = *answer;
	loop_stop(loop);
}

Test(log_pages, density, .init = setup, .fini = teardown)
{
	struct log_source source = source_of_file();
	struct log_density_question question = {
		.source = &source, .from_ms = LOG_NO_TIME, .to_ms = LOG_NO_TIME, .buckets = 10, .done = on_density
	};
	struct error error;
	double sum = 0;

	write_lines(".1", 0, 40000);
	age(".1", 100);
	write_lines("", 40000, 100000);
	cr_assert(log_ask_density(loop, pool, &question, &error));
	loop_run(loop);
	cr_assert_not(density.exact);
	cr_assert_eq(density.first_ms, EPOCH);
	cr_assert_eq(density.last_ms, EPOCH + 99999 * 1000);
	for (size_t i = 0; i < 10; i++) {
		cr_expect_float_eq(density.lines[i], 10000, 700, "bucket %zu: %f", i, density.lines[i]);
		cr_expect_float_eq(density.levels[LINE_ERROR][i], 1000, 200, "bucket %zu", i);
		sum += density.lines[i];
	}
	cr_expect_float_eq(sum, 100000, 1500, "%f", sum);
}

Test(log_pages, ring, .init = setup, .fini = teardown)
{
	struct log_ring *ring = log_ring_new(1);
	struct log_source source = { .id = 1, .name = "r", .ring = ring, .parser = &parser };
	char text[256];
	int most = 5000;

	for (int i = 0; i < most; i++)
		log_ring_add(ring, text, (size_t)line_of(text, i));
	cr_assert_gt(log_ring_begin(ring), 0);
	cr_assert_leq(log_ring_end(ring) - log_ring_begin(ring), 3 * 65536);
	ask_of(&source, log_cursor_end(), LOG_BACKWARD, 100, NULL, 0);
	expect_rows(most - 100, most - 1);
	ask_of(&source, page->last, LOG_FORWARD, 100, NULL, 0);
	cr_assert_eq(page->count, 0);
	log_ring_add(ring, text, (size_t)line_of(text, most));
	ask_of(&source, page->last, LOG_FORWARD, 100, NULL, 0);
	expect_rows(most, most);
	ask_of(&source, log_cursor_begin(), LOG_FORWARD, 1, NULL, 0);
	cr_assert_gt(number(0), 0, "the oldest were forgotten");
	cr_assert_eq(page->rows[0].raw.text[0], '{', "and what is left begins with a whole line");
	seek(&source, EPOCH + (most - 7) * 1000);
	cr_assert(found);
	ask_of(&source, sought, LOG_FORWARD, 1, NULL, 0);
	cr_assert_eq(number(0), most - 7);
	log_ring_free(ring);
}

Test(log_pages, cancelled_and_missing, .init = setup, .fini = teardown)
{
	struct log_source source = source_of_file();
	struct log_question question = { .source = &source, .from = log_cursor_end(), .done = on_page };
	struct error error;

	ask(log_cursor_end(), LOG_BACKWARD, 10);
	cr_assert_eq(page->count, 0);
	cr_assert_eq(page->end, LOG_PAGE_EDGE);
	write_lines("", 0, 10);
	ask(page->last, LOG_FORWARD, 10);
	expect_rows(0, 9);
	for (int i = 0; i < 20; i++)
		log_request_cancel(log_ask(loop, pool, &question, &error));
	snprintf(path, sizeof(path), "%s/none/app.log", folder);
	ask(log_cursor_end(), LOG_BACKWARD, 10);
	cr_assert_eq(page->end, LOG_PAGE_FAILED);
	cr_assert(strstr(page->reason, "No such file"), "%s", page->reason);
}
