#include <criterion/criterion.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "logs/follow.h"
#include "logs/stream.h"
#include "loop/loop.h"
#include "loop/pool.h"

#define LINES_MOST 2000000
#define KEEP       9 /* rotated parts */

static struct loop *loop;
static struct pool *pool;
static struct follow *follow;
static struct stream *stream;
static char folder[] = "/tmp/skep-follow-XXXXXX";
static char path[64];

/* What came, by number. */
static struct {
	unsigned char seen[LINES_MOST];
	size_t lines, twice, other, cut, longest;
	char last[256];
} sink;

static void on_line(void *state, const char *line, size_t length, bool cut)
{
	int number = -1;
	char text[32];

	(void)state;
	sink.lines++;
	sink.cut += cut;
	if (length > sink.longest)
		sink.longest = length;
	snprintf(sink.last, sizeof(sink.last), "%.*s", (int)(length < 255 ? length : 255), line);
	snprintf(text, sizeof(text), "%.*s", (int)(length < 31 ? length : 31), line);
	if (sscanf(text, "line %d", &number) != 1 || number < 0 || number >= LINES_MOST) {
		sink.other++;
		return;
	}
	sink.twice += sink.seen[number];
	sink.seen[number] = 1;
}

static const struct log_sink counting = { .line = on_line };

static size_t wanted;
static struct timer *patience;
static bool late;

static void on_late(void *user)
{
	(void)user;
	late = true;
	loop_stop(loop);
}

static void on_batch(void *user)
{
	(void)user;
	if (sink.lines >= wanted)
		loop_stop(loop);
}

static void run_until(size_t lines, int64_t most_ms)
{
	wanted = lines;
	late = false;
	if (sink.lines >= wanted && most_ms > 500)
		return;
	timer_start(patience, most_ms);
	loop_run(loop);
	timer_stop(patience);
}

static void setup(void)
{
	struct error error;

	memset(&sink, 0, sizeof(sink));
	loop = loop_new(&error);
	pool = pool_new(loop, 2, &error);
	patience = timer_new(loop, on_late, NULL);
	cr_assert(loop && pool && mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/app.log", folder);
}

static void teardown(void)
{
	char name[96];

	follow_free(follow);
	stream_free(stream);
	timer_free(patience);
	pool_free(pool);
	loop_free(loop);
	unlink(path);
	for (int i = 0; i <= KEEP; i++) {
		snprintf(name, sizeof(name), "%s.%d", path, i);
		unlink(name);
		snprintf(name, sizeof(name), "%s/glob%d.log", folder, i);
		unlink(name);
	}
	rmdir(folder);
}

static void open_follow(const char *pattern, enum follow_start start, int64_t value)
{
	struct follow_config config = { .loop = loop,
					.pool = pool,
					.patterns = &pattern,
					.pattern_count = 1,
					.start = start,
					.start_value = value,
					.sink = &counting,
					.on_batch = on_batch };

	follow = follow_new(&config);
}

static void append(const char *name, const char *text)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_APPEND, 0600);

	cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

static void append_lines(const char *name, int from, int to)
{
	FILE *file = fopen(name, "a");

	for (int i = from; i < to; i++)
		fprintf(file, "line %d\n", i);
	fclose(file);
}

static void expect_all(int from, int to)
{
	int missing = 0;

	for (int i = from; i < to; i++)
		missing += !sink.seen[i];
	cr_assert_eq(missing, 0, "%d of %d..%d are missing", missing, from, to);
	cr_assert_eq(sink.twice, 0, "%zu came twice", sink.twice);
}

static void shift(void)
{
	char from[96], to[96];

	for (int i = KEEP; i > 1; i--) {
		snprintf(from, sizeof(from), "%s.%d", path, i - 1);
		snprintf(to, sizeof(to), "%s.%d", path, i);
		rename(from, to);
	}
}

static void copy_to(const char *name)
{
	char bytes[65536];
	int from = open(path, O_RDONLY), to = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	ssize_t got;

	while ((got = read(from, bytes, sizeof(bytes))) > 0)
		if (write(to, bytes, (size_t)got) != got)
			_exit(1);
	close(from);
	close(to);
}

/* Writes as fast as it can in pieces of some lines, and rotates after each `each` lines. */
static pid_t start_writer(int lines, int each, bool truncates)
{
	pid_t pid = fork();
	char first[96], text[8192];
	int fd, size = 0;

	if (pid)
		return pid;
	snprintf(first, sizeof(first), "%s.1", path);
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
	for (int i = 0; i < lines; i++) {
		size += sprintf(text + size, "line %d %0*d\n", i, i % 90 + 1, i);
		if (size > 7000 || (i + 1) % each == 0 || i + 1 == lines) {
			if (write(fd, text, (size_t)size) != size)
				_exit(1);
			size = 0;
		}
		if ((i + 1) % each)
			continue;
		shift();
		if (truncates) {
			copy_to(first);
			if (ftruncate(fd, 0) < 0)
				_exit(1);
		} else {
			rename(path, first);
			close(fd);
			fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
		}
	}
	_exit(0);
}

static void expect_exact(const char *pattern, int lines, int each, bool truncates)
{
	struct follow_totals totals;
	pid_t writer;
	int status;

	append(path, "");
	open_follow(pattern, FOLLOW_FROM_END, 0);
	run_until(1, 200);
	writer = start_writer(lines, each, truncates);
	run_until((size_t)lines, 20000);
	cr_assert_not(late, "%zu of %d lines", sink.lines, lines);
	waitpid(writer, &status, 0);
	cr_assert_eq(status, 0);
	/* Nothing comes a second time either. */
	run_until((size_t)lines + 1, 700);
	cr_assert_eq(sink.lines, (size_t)lines);
	expect_all(0, lines);
	follow_totals(follow, &totals);
	cr_assert_eq(totals.lines, (uint64_t)lines);
	cr_assert_geq(truncates ? totals.truncations : totals.rotations, 1);
	cr_assert_eq(totals.lost, 0);
}

Test(follow, exact_over_rotation_at_full_speed, .init = setup, .fini = teardown)
{
	expect_exact(path, 400000, 40000, false);
}

Test(follow, exact_over_rotation_within_a_glob, .init = setup, .fini = teardown)
{
	char pattern[80];

	snprintf(pattern, sizeof(pattern), "%s*", path);
	expect_exact(pattern, 400000, 40000, false);
}

Test(follow, exact_over_truncation_at_full_speed, .init = setup, .fini = teardown)
{
	expect_exact(path, 400000, 40000, true);
}

Test(follow, starts_where_it_is_told, .init = setup, .fini = teardown)
{
	append_lines(path, 0, 100000);
	open_follow(path, FOLLOW_LAST_LINES, 100);
	run_until(100, 5000);
	run_until(101, 300);
	cr_assert_eq(sink.lines, 100);
	expect_all(99900, 100000);
	append(path, "half of ");
	run_until(101, 300);
	cr_assert_eq(sink.lines, 100, "a line that has not ended is waited for");
	append(path, "a line\r\n");
	run_until(101, 5000);
	cr_assert_str_eq(sink.last, "half of a line");
}

Test(follow, last_lines_of_few, .init = setup, .fini = teardown)
{
	append_lines(path, 0, 5);
	open_follow(path, FOLLOW_LAST_LINES, 100);
	run_until(5, 5000);
	expect_all(0, 5);
}

Test(follow, since_a_time_with_rotated_parts, .init = setup, .fini = teardown)
{
	char text[64], when[32], rotated[96];
	int64_t epoch = INT64_C(1795318860000);

	snprintf(rotated, sizeof(rotated), "%s.1", path);
	for (int i = 0; i < 2000; i++) {
		time_format(epoch + i * 1000, "%Y-%m-%d %H:%M:%S", when, sizeof(when));
		snprintf(text, sizeof(text), "%s INFO %d\n", when, i);
		append(i < 1000 ? rotated : path, text);
	}
	open_follow(path, FOLLOW_SINCE, epoch + 900 * 1000);
	run_until(1100, 5000);
	run_until(1101, 300);
	cr_assert_eq(sink.lines, 1100, "%zu", sink.lines);
}

Test(follow, missing_then_there_then_gone, .init = setup, .fini = teardown)
{
	struct follow_totals totals;
	struct log_sources sources;

	open_follow(path, FOLLOW_FROM_END, 0);
	run_until(1, 200);
	follow_totals(follow, &totals);
	cr_assert(strstr(totals.reason, "No such file"), "%s", totals.reason);
	append_lines(path, 0, 10);
	run_until(10, 5000);
	expect_all(0, 10);
	follow_totals(follow, &totals);
	cr_assert_str_eq(totals.reason, "");
	unlink(path);
	append_lines(path, 10, 20);
	run_until(20, 5000);
	expect_all(0, 20);
	follow_sources(follow, &sources);
	cr_assert_eq(sources.count, 1);
	cr_assert_eq(sources.items[0].lines, 20);
	cr_assert_eq(sources.items[0].rotations, 1);
	cr_assert_not(sources.items[0].gone);
}

Test(follow, globs, .init = setup, .fini = teardown)
{
	char pattern[96], name[96];
	struct log_sources sources;

	snprintf(pattern, sizeof(pattern), "%s/glob*.log*", folder);
	snprintf(name, sizeof(name), "%s/glob0.log", folder);
	append_lines(name, 0, 10);
	open_follow(pattern, FOLLOW_FROM_BEGIN, 0);
	run_until(10, 5000);
	snprintf(name, sizeof(name), "%s/glob1.log", folder);
	append_lines(name, 10, 20);
	run_until(20, 5000);
	expect_all(0, 20);
	snprintf(pattern, sizeof(pattern), "%s/glob1.log.1", folder);
	rename(name, pattern);
	append_lines(name, 20, 30);
	run_until(30, 5000);
	run_until(31, 1500);
	expect_all(0, 30);
	follow_sources(follow, &sources);
	cr_assert_eq(sources.count, 2, "a rotated part is no file of its own");
	unlink(pattern);
}

Test(follow, long_and_binary_lines, .init = setup, .fini = teardown)
{
	struct follow_totals totals;
	FILE *file = fopen(path, "w");

	fputs("line 0\n", file);
	for (int i = 0; i < 10 * 1024 * 1024; i++)
		fputc(i % 256 == '\n' ? 0 : i % 256, file);
	fputs("\nline 1\n", file);
	fclose(file);
	open_follow(path, FOLLOW_FROM_BEGIN, 0);
	run_until(3, 10000);
	expect_all(0, 2);
	cr_assert_eq(sink.lines, 3);
	cr_assert_eq(sink.cut, 1);
	cr_assert_eq(sink.longest, LOG_LINE_BYTES);
	run_until(4, 200);
	follow_totals(follow, &totals);
	cr_assert_eq(totals.bytes, 10 * 1024 * 1024 + 15);
	cr_assert_eq(totals.cut, 1);
}

Test(follow, freed_while_it_reads, .init = setup, .fini = teardown)
{
	append_lines(path, 0, 200000);
	open_follow(path, FOLLOW_FROM_BEGIN, 0);
	run_until(1, 30000);
	cr_expect(sink.lines > 0 && sink.lines < 200000, "%zu lines: not in the midst of it", sink.lines);
	follow_free(follow);
	follow = NULL;
	sink.lines = 0;
	run_until(1, 60);
	cr_expect_eq(sink.lines, 0, "nothing comes from one that is freed");
}

static void open_stream(const char *const *arguments)
{
	struct stream_config config = { .loop = loop,
					.pool = pool,
					.arguments = arguments,
					.ring_bytes = 1 << 20,
					.sink = &counting,
					.on_batch = on_batch };

	stream = stream_new(&config);
}

Test(follow, stream_counts_all, .init = setup, .fini = teardown)
{
	static const char *const arguments[] = { "/bin/sh", "-c", "seq -f 'line %.0f' 0 299999; exec sleep 60", NULL };
	struct stream_totals totals;
	struct log_sources sources;

	open_stream(arguments);
	run_until(300000, 20000);
	cr_assert_not(late, "%zu", sink.lines);
	expect_all(0, 300000);
	stream_totals(stream, &totals);
	cr_assert(totals.running);
	cr_assert_eq(totals.starts, 1);
	stream_sources(stream, &sources);
	cr_assert_eq(sources.count, 1);
	cr_assert_leq(sources.items[0].size_bytes, 1 << 20);
}

Test(follow, stream_is_started_again, .init = setup, .fini = teardown)
{
	static const char *const arguments[] = { "/bin/sh", "-c",
						 "echo line 1; echo sorry >&2; printf 'no newline'; exit 3", NULL };
	struct stream_totals totals;

	open_stream(arguments);
	/* At once the first time, then after a second. */
	run_until(4, 800);
	run_until(5, 300);
	stream_totals(stream, &totals);
	cr_assert_eq(sink.lines, 4, "%zu", sink.lines);
	cr_assert_eq(totals.starts, 2);
	cr_assert_not(totals.running);
	cr_assert_gt(totals.next_start_ms, 0);
	cr_assert_str_eq(totals.reason, "exit status 3: sorry");
	cr_assert_str_eq(sink.last, "no newline");
}

Test(follow, stream_of_nothing, .init = setup, .fini = teardown)
{
	static const char *const arguments[] = { "/nowhere/at/all", NULL };
	struct stream_totals totals;

	open_stream(arguments);
	run_until(1, 200);
	stream_totals(stream, &totals);
	cr_assert_not(totals.running);
	cr_assert(totals.reason[0]);
}
