/* The logs view over real files: getting about in them, filters, rotation, and what stands on the screen. */
#include "collect_fixture.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <zlib.h>

#include "base/text.h"
#include "ui/view/logs.h"
#include "ui/view/overlay_text.h"

#define ONE_LOG "collect:\n  - { type: log, job: app, path: app.log, interval: 1h }\n"

/* Line `n` was said n seconds after this. */
#define EPOCH_MS (VIEW_NOW_MS - 20000 * INT64_C(1000))

/* Each tenth line is an error, each seventh of tenant t1. */
static int line_of(char *text, size_t size, int n)
{
	char when[32];

	time_format(EPOCH_MS + n * INT64_C(1000), "%Y-%m-%dT%H:%M:%SZ", when, sizeof(when));
	return snprintf(text, size,
			"{\"timestamp\":\"%s\",\"level\":\"%s\",\"logger\":\"app.c%d\",\"message\":\"line %d\","
			"\"tenant\":\"t%d\"}\n",
			when, n % 10 ? "INFO" : "ERROR", n % 3, n, n % 7 ? 2 : 1);
}

static void path_of(const struct collect_world *w, const char *name, char *ret, size_t size)
{
	snprintf(ret, size, "%s/%s", w->folder, name);
}

static void write_lines(struct collect_world *w, const char *name, int from, int to)
{
	char path[400], text[256];
	FILE *file;

	path_of(w, name, path, sizeof(path));
	file = fopen(path, "a");
	cr_assert_not_null(file);
	for (int i = from; i < to; i++)
		fwrite(text, 1, (size_t)line_of(text, sizeof(text), i), file);
	fclose(file);
}

static void write_packed(struct collect_world *w, const char *name, int from, int to)
{
	char path[400], text[256];
	gzFile file;

	path_of(w, name, path, sizeof(path));
	file = gzopen(path, "wb");
	for (int i = from; i < to; i++)
		gzwrite(file, text, (unsigned)line_of(text, sizeof(text), i));
	gzclose(file);
}

static void write_text(struct collect_world *w, const char *name, const char *text, size_t length)
{
	char path[128];
	FILE *file;

	path_of(w, name, path, sizeof(path));
	file = fopen(path, "a");
	cr_assert_not_null(file);
	fwrite(text, 1, length, file);
	fclose(file);
}

/* Rotated parts are told apart by their age. */
static void make_older(struct collect_world *w, const char *name, int seconds)
{
	struct timespec times[2];
	char path[128];

	clock_gettime(CLOCK_REALTIME, &times[0]);
	times[0].tv_sec -= seconds;
	times[1] = times[0];
	path_of(w, name, path, sizeof(path));
	cr_assert_eq(utimensat(AT_FDCWD, path, times, 0), 0);
}

static struct logs *logs_of(struct collect_world *w)
{
	return w->console->logs;
}

/* The number in "line N" of a row; -1 when there is none. */
static int number_of(struct collect_world *w, int index)
{
	const struct log_row *row = logs_row(logs_of(w), index);
	int ret = -1;

	if (row)
		sscanf(row->message.text, "line %d", &ret);
	return ret;
}

static int focused(struct collect_world *w)
{
	return number_of(w, logs_of(w)->focus);
}

/* Until the last of the rows is that line, wherever the screen is. */
static void await_line(struct collect_world *w, int number)
{
	int64_t until_ms = clock_monotonic_ms() + COLLECT_LIMIT_MS;

	while (number_of(w, logs_of(w)->count - 1) != number) {
		cr_assert_lt(clock_monotonic_ms(), until_ms, "line %d did not come:\n%s", number, screen(&w->world));
		turn(w, 10);
	}
}

static void open_log(struct collect_world *w, const char *yaml, int width, int height)
{
	collect_world_open(w, yaml, width, height);
	keys(w, "5");
}

/* The loop and the console point into it: it is made in place. */
#define WITH_LOG(w, lines, width, height)                                                                              \
	struct collect_world w;                                                                                        \
	collect_world_init(&w);                                                                                        \
	write_lines(&w, "app.log", 0, lines);                                                                          \
	open_log(&w, ONE_LOG, width, height)

Test(logs_view, the_first_screen_is_the_end_of_the_log)
{
	WITH_LOG(w, 1000, 120, 30);

	cr_expect_eq(focused(&w), 999);
	cr_expect(logs_of(&w)->follow);
	cr_expect(shows(&w.world, "app.log"));
	cr_expect(shows(&w.world, "following"));
	cr_expect(shows(&w.world, "line 999"));
	cr_expect(shows(&w.world, "app.c0"), "the component has a column");
	cr_expect(shows(&w.world, "◆"), "an error has a sign beside its colour");
	cr_expect(shows(&w.world, "lines in"), "the graph has an axis");
	cr_expect_not(shows(&w.world, "line 900"));
	collect_world_release(&w);
}

Test(logs_view, it_follows_pauses_and_goes_on)
{
	WITH_LOG(w, 50, 100, 30);

	write_lines(&w, "app.log", 50, 53);
	await_line(&w, 52);
	cr_expect_eq(focused(&w), 52);
	keys(&w, "p");
	cr_expect(shows(&w.world, "standing still"));
	write_lines(&w, "app.log", 53, 60);
	await_line(&w, 59);
	cr_expect_eq(focused(&w), 52, "the focus stays while lines come below it");
	keys(&w, "p");
	cr_expect(logs_of(&w)->follow);
	cr_expect_eq(focused(&w), 59);
	keys(&w, "Up Up");
	cr_expect_eq(focused(&w), 57);
	cr_expect_not(logs_of(&w)->follow);
	keys(&w, "Down Down");
	cr_expect(logs_of(&w)->follow, "below the last line the log is followed again");
	keys(&w, "Up .");
	cr_expect(logs_of(&w)->follow);
	collect_world_release(&w);
}

Test(logs_view, pages_lead_through_rotated_and_packed_parts_to_the_beginning)
{
	struct collect_world w;
	int before;

	collect_world_init(&w);
	write_packed(&w, "app.log.2.gz", 0, 1500);
	make_older(&w, "app.log.2.gz", 200);
	write_lines(&w, "app.log.1", 1500, 2200);
	make_older(&w, "app.log.1", 100);
	write_lines(&w, "app.log", 2200, 2600);
	open_log(&w, ONE_LOG, 80, 24);
	cr_expect_eq(focused(&w), 2599);
	for (before = focused(&w); focused(&w) > 0; before = focused(&w)) {
		int page;

		keys(&w, "PageUp");
		page = before - focused(&w);
		cr_assert_gt(page, 0, "stuck at line %d", before);
		cr_assert(page >= 15 || focused(&w) == 0, "a page of %d lines above %d", page, before);
	}
	cr_expect(logs_of(&w)->at_begin);
	for (int i = 0; i < 300; i++)
		cr_assert_eq(number_of(&w, i), i);
	keys(&w, "G");
	cr_expect_eq(focused(&w), 2599);
	keys(&w, "g");
	cr_expect_eq(focused(&w), 0);
	keys(&w, "Up PageUp");
	cr_expect_eq(focused(&w), 0);
	collect_world_release(&w);
}

/* Rows of lines on the screen. */
static int places_height(struct collect_world *w)
{
	int before = focused(w), ret;

	keys(w, "PageUp");
	ret = before - focused(w) + 1;
	keys(w, "G");
	return ret;
}

/* Far up and down again: the stretch in memory stays short, and no line is left out or comes twice. */
Test(logs_view, however_far_one_goes_the_focus_is_on_its_line)
{
	WITH_LOG(w, 15000, 200, 50);
	int at = focused(&w);

	for (int i = 0; i < 230; i++) {
		keys(&w, "PageUp");
		cr_assert_lt(focused(&w), at);
		cr_assert_geq(focused(&w), at - 50);
		at = focused(&w);
		cr_assert_leq(logs_of(&w)->count, 6800);
	}
	cr_expect_not(logs_of(&w)->at_end, "the young side was let go");
	for (int i = 1; i < logs_of(&w)->count; i++)
		cr_assert_eq(number_of(&w, i), number_of(&w, i - 1) + 1);
	while (focused(&w) < 14999) {
		keys(&w, "PageDown");
		cr_assert_gt(focused(&w), at);
		cr_assert_leq(focused(&w), at + 50);
		at = focused(&w);
		cr_assert_leq(logs_of(&w)->count, 6800);
	}
	cr_expect_not(logs_of(&w)->at_begin, "the old side was let go");
	for (int i = 1; i < logs_of(&w)->count; i++)
		cr_assert_eq(number_of(&w, i), number_of(&w, i - 1) + 1);
	collect_world_release(&w);
}

/* Pages come while one types on: no key is lost at the edge of what is there. */
Test(logs_view, keys_that_are_faster_than_pages_are_kept)
{
	WITH_LOG(w, 5000, 100, 30);
	int page = places_height(&w) - 1;

	for (int i = 0; i < 40; i++)
		press(&w.world, "PageUp");
	settle(&w);
	cr_expect_eq(focused(&w), 4999 - 40 * page);
	for (int i = 0; i < 10; i++)
		press(&w.world, "PageDown");
	settle(&w);
	cr_expect_eq(focused(&w), 4999 - 30 * page);
	for (int i = 0; i < 80; i++)
		press(&w.world, "PageDown");
	settle(&w);
	cr_expect_eq(focused(&w), 4999);
	cr_expect(logs_of(&w)->follow, "beyond the end it is followed");
	keys(&w, "g");
	for (int i = 0; i < 10; i++)
		press(&w.world, "PageUp");
	settle(&w);
	cr_expect_eq(focused(&w), 0);
	collect_world_release(&w);
}

Test(logs_view, long_lines_are_bounded_by_their_bytes)
{
	struct collect_world w;
	char *line = malloc(200001);
	size_t bytes = 0;

	collect_world_init(&w);
	memset(line, 'x', 200000);
	line[200000] = '\n';
	for (int i = 0; i < 150; i++)
		write_text(&w, "app.log", line, 200001);
	open_log(&w, ONE_LOG, 80, 24);
	for (int i = 0; i < 12; i++)
		keys(&w, "PageUp");
	for (size_t i = 0; i < logs_of(&w)->pages.count; i++)
		bytes += logs_of(&w)->pages.items[i]->arena.total;
	cr_expect_lt(bytes, (size_t)20 << 20);
	keys(&w, "G");
	cr_expect(logs_of(&w)->follow);
	free(line);
	collect_world_release(&w);
}

Test(logs_view, filters_by_level_field_text_and_pattern)
{
	WITH_LOG(w, 700, 120, 30);

	enter_line(&w, "f", "level:error");
	cr_expect_eq(logs_of(&w)->count, 70);
	cr_expect_eq(focused(&w), 690);
	cr_expect(shows(&w.world, "filter level:error"));
	enter_line(&w, "f", "tenant=t1");
	cr_expect_eq(logs_of(&w)->count, 100);
	enter_line(&w, "f", "error+ tenant=t1");
	cr_expect_eq(logs_of(&w)->count, 10);
	enter_line(&w, "f", "LINE 69");
	cr_expect_eq(logs_of(&w)->count, 11, "text in any case");
	enter_line(&w, "f", "/line 6[0-4]5/");
	cr_expect_eq(logs_of(&w)->count, 5);
	enter_line(&w, "f", "/line (6/");
	cr_expect(shows(&w.world, "pattern:"), "what is wrong with it is said");
	cr_expect_eq(logs_of(&w)->count, 5, "and the filter is as it was");
	cr_expect_str_eq(logs_of(&w)->filter_text, "/line 6[0-4]5/");
	enter_line(&w, "f", "level:nonsense");
	cr_expect(shows(&w.world, "is no level"));
	enter_line(&w, "f", "nothing like it");
	cr_expect_eq(logs_of(&w)->count, 0);
	cr_expect(shows(&w.world, "no line passes the filter"));
	keys(&w, "Up Down PageUp Enter o y w g");
	enter_line(&w, ":", "filter");
	cr_expect_eq(logs_of(&w)->filter_text[0], '\0');
	cr_expect_gt(logs_of(&w)->count, 300);
	collect_world_release(&w);
}

Test(logs_view, a_filter_too_long_to_keep_is_refused)
{
	WITH_LOG(w, 20, 120, 30);
	char text[300];

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	enter_line(&w, "f", text);
	cr_expect(shows(&w.world, "too long"));
	cr_expect_eq(logs_of(&w)->filter_text[0], '\0');
	collect_world_release(&w);
}

Test(logs_view, a_filter_keeps_the_place_and_follows_on)
{
	WITH_LOG(w, 3000, 100, 30);

	enter_line(&w, ":", "at 2026-03-01T06:43:25Z");
	cr_expect_eq(focused(&w), 1005);
	enter_line(&w, "f", "level:error");
	cr_expect_eq(focused(&w), 1010, "the first line behind it that passes");
	keys(&w, "Up");
	cr_expect_eq(focused(&w), 1000);
	keys(&w, ".");
	write_lines(&w, "app.log", 3000, 3011);
	await_line(&w, 3010);
	cr_expect_eq(focused(&w), 3010);
	cr_expect_not(shows(&w.world, "line 3005"));
	collect_world_release(&w);
}

Test(logs_view, it_jumps_to_a_time_with_lines_above_it)
{
	WITH_LOG(w, 20000, 100, 40);

	enter_line(&w, ":", "at 2026-03-01T09:00:00Z");
	cr_expect_eq(focused(&w), 9200);
	cr_expect(shows(&w.world, "line 9199"), "some lines above it are in sight");
	cr_expect(shows(&w.world, "standing still"));
	keys(&w, "<");
	cr_expect_lt(focused(&w), 9200);
	keys(&w, ">");
	cr_expect_eq(focused(&w), 9200);
	keys(&w, "> > > > > > > > > > > > > > >");
	cr_expect(logs_of(&w)->follow, "beyond now it is followed");
	cr_expect_eq(focused(&w), 19999);
	enter_line(&w, ":", "at 2020-01-01T00:00:00Z");
	cr_expect_eq(focused(&w), 0);
	enter_line(&w, ":", "now");
	cr_expect(logs_of(&w)->follow);
	cr_expect_eq(focused(&w), 19999);
	collect_world_release(&w);
}

/* Between the jump and the lines above it nothing moves on the screen. */
Test(logs_view, lines_that_come_in_front_move_nothing)
{
	WITH_LOG(w, 20000, 100, 40);
	int row = -1;

	press(&w.world, ":");
	type(&w.world, "at 2026-03-01T09:00:00Z");
	press(&w.world, "Enter");
	for (bool busy = true; busy; busy = waits(&w)) {
		turn(&w, 1);
		if (focused(&w) != 9200)
			continue;
		if (row < 0)
			row = logs_of(&w)->focus - logs_of(&w)->scroll;
		cr_assert_eq(logs_of(&w)->focus - logs_of(&w)->scroll, row);
	}
	cr_expect_geq(row, 4);
	settle(&w);
	cr_expect_eq(logs_of(&w)->focus - logs_of(&w)->scroll, row);
	collect_world_release(&w);
}

Test(logs_view, after_the_last_line_the_last_one_has_the_focus_and_keeps_it)
{
	WITH_LOG(w, 100, 100, 30);

	enter_line(&w, ":", "at 2026-03-01T11:00:00Z");
	cr_expect_eq(focused(&w), 99);
	cr_expect_not(logs_of(&w)->follow);
	write_lines(&w, "app.log", 100, 105);
	await_line(&w, 104);
	cr_expect_eq(focused(&w), 99);
	collect_world_release(&w);
}

Test(logs_view, w_finds_the_error_before_the_focus)
{
	WITH_LOG(w, 5000, 100, 30);

	keys(&w, "w");
	cr_expect_eq(focused(&w), 4990);
	cr_expect(shows(&w.world, "line 4989"), "with the lines that led to it");
	keys(&w, "w w");
	cr_expect_eq(focused(&w), 4970);
	enter_line(&w, "f", "tenant=t1");
	cr_expect_eq(focused(&w), 4970, "4970 is of that tenant");
	keys(&w, "w");
	cr_expect_eq(focused(&w), 4900, "what the filter hides is not jumped to");
	enter_line(&w, "f", "");
	keys(&w, "g");
	cr_expect_eq(focused(&w), 0);
	keys(&w, "w");
	cr_expect(shows(&w.world, "no error before this line"));
	cr_expect_eq(focused(&w), 0);
	keys(&w, "Down");
	cr_expect_not(shows(&w.world, "no error before"), "it was about the step before");
	collect_world_release(&w);
}

Test(logs_view, w_without_an_error_goes_on_following)
{
	struct collect_world w;

	collect_world_init(&w);
	write_lines(&w, "app.log", 1, 9);
	open_log(&w, ONE_LOG, 100, 30);
	keys(&w, "w");
	cr_expect(logs_of(&w)->follow);
	cr_expect_eq(focused(&w), 8);
	collect_world_release(&w);
}

Test(logs_view, a_search_goes_from_line_to_line_and_back)
{
	WITH_LOG(w, 300, 100, 30);

	keys(&w, "Up");
	press(&w.world, "/");
	type(&w.world, "line 12");
	settle(&w);
	press(&w.world, "Enter");
	cr_expect_eq(focused(&w), 12);
	keys(&w, "n");
	cr_expect_eq(focused(&w), 120);
	keys(&w, "N");
	cr_expect_eq(focused(&w), 12);
	press(&w.world, "/");
	type(&w.world, "line 250");
	settle(&w);
	press(&w.world, "Escape");
	cr_expect_eq(focused(&w), 12, "given up, it is where it was");
	press(&w.world, "/");
	type(&w.world, "not there");
	press(&w.world, "Enter");
	cr_expect_eq(focused(&w), 12);
	collect_world_release(&w);
}

/* The rows one searches in may move on while one types. */
Test(logs_view, a_search_given_up_returns_to_its_line_though_lines_came_in_front)
{
	WITH_LOG(w, 3000, 100, 30);
	int shifted, begun = 2800;

	enter_line(&w, ":", "at 2026-03-01T07:13:20Z");
	cr_expect_eq(focused(&w), begun);
	keys(&w, "/");
	shifted = logs_of(&w)->focus;
	type(&w.world, "line 24");
	settle(&w);
	for (int i = 0; i < 20; i++)
		turn(&w, 1);
	press(&w.world, "Escape");
	cr_expect_eq(focused(&w), begun, "row %d then", shifted);
	collect_world_release(&w);
}

Test(logs_view, a_line_unfolds_into_its_fields)
{
	WITH_LOG(w, 30, 100, 30);

	keys(&w, "Up Enter");
	cr_assert_not_null(text_overlay_of(w.console));
	cr_expect(shows(&w.world, "tenant"));
	cr_expect(shows(&w.world, "t1"));
	cr_expect(shows(&w.world, "2026-03-01 06:27:08.000Z"));
	press(&w.world, "Escape");
	keys(&w, "o");
	cr_expect(shows(&w.world, "\"logger\":\"app.c1\""));
	press(&w.world, "Escape");
	keys(&w, "y");
	cr_expect(strstr(w.world.copied.text, "\"message\":\"line 28\"") != NULL);
	keys(&w, "x");
	cr_expect(shows(&w.world, "app.log"));
	cr_expect(shows(&w.world, "rotations"));
	press(&w.world, "Escape");
	collect_world_release(&w);
}

Test(logs_view, a_filter_is_completed_from_the_line)
{
	struct collect_world w;
	static const char line[] = "{\"level\":\"INFO\",\"message\":\"m\",\"path\":\"/a b\",\"tenant\":\"t\\u00e9\"}\n";

	collect_world_init(&w);
	write_text(&w, "app.log", line, sizeof(line) - 1);
	open_log(&w, ONE_LOG, 100, 30);
	press(&w.world, "f");
	type(&w.world, "pa");
	press(&w.world, "Tab");
	cr_expect_str_eq(w.console->filter_prompt.text.text, "path=/a*", "a word has no blank in it");
	press(&w.world, "Enter");
	settle(&w);
	cr_expect_eq(logs_of(&w)->count, 1);
	collect_world_release(&w);
}

Test(logs_view, another_log_is_shown_at_the_same_time)
{
	struct collect_world w;

	collect_world_init(&w);
	write_lines(&w, "a.log", 0, 2000);
	write_lines(&w, "b.log", 1000, 3000);
	open_log(&w, "collect:\n  - { type: log, job: app, path: '*.log', interval: 1h }\n", 100, 30);
	cr_expect(shows(&w.world, "▸a.log"));
	cr_expect_eq(focused(&w), 1999);
	keys(&w, "Tab");
	cr_expect(shows(&w.world, "▸b.log"));
	cr_expect(logs_of(&w)->follow);
	cr_expect_eq(focused(&w), 2999);
	enter_line(&w, ":", "at 2026-03-01T06:51:40Z");
	cr_expect_eq(focused(&w), 1500);
	keys(&w, "Left");
	cr_expect(shows(&w.world, "▸a.log"));
	cr_expect_eq(focused(&w), 1500, "what the other one said then");
	keys(&w, ". Shift-Tab");
	cr_expect(shows(&w.world, "▸b.log"));
	cr_expect(logs_of(&w)->follow);
	collect_world_release(&w);
}

Test(logs_view, a_rotation_is_followed_and_stood_through)
{
	WITH_LOG(w, 100, 100, 30);
	char path[128], old[128];

	path_of(&w, "app.log", path, sizeof(path));
	path_of(&w, "app.log.1", old, sizeof(old));
	keys(&w, "Up Up");
	cr_assert_eq(rename(path, old), 0);
	write_lines(&w, "app.log", 100, 110);
	await_line(&w, 109);
	cr_expect_eq(focused(&w), 97, "who stands still stands on his line");
	keys(&w, "G");
	cr_expect_eq(focused(&w), 109);
	write_lines(&w, "app.log", 110, 112);
	await_line(&w, 111);
	keys(&w, "g");
	cr_expect_eq(focused(&w), 0);
	collect_world_release(&w);
}

Test(logs_view, what_was_truncated_is_followed_on)
{
	WITH_LOG(w, 100, 100, 30);
	char path[128];

	path_of(&w, "app.log", path, sizeof(path));
	cr_assert_eq(truncate(path, 0), 0);
	for (int i = 0; i < 100; i++)
		turn(&w, 10);
	write_lines(&w, "app.log", 500, 505);
	await_line(&w, 504);
	settle(&w);
	cr_expect_eq(focused(&w), 504);
	for (int i = 1; i < logs_of(&w)->count; i++)
		cr_assert_gt(number_of(&w, i), number_of(&w, i - 1), "no line is shown twice");
	collect_world_release(&w);
}

Test(logs_view, who_stands_in_what_was_truncated_keeps_his_lines)
{
	WITH_LOG(w, 100, 100, 30);
	char path[128];

	keys(&w, "Up Up Up");
	path_of(&w, "app.log", path, sizeof(path));
	cr_assert_eq(truncate(path, 0), 0);
	for (int i = 0; i < 100; i++)
		turn(&w, 10);
	write_lines(&w, "app.log", 500, 505);
	for (int i = 0; i < 100; i++)
		turn(&w, 10);
	settle(&w);
	cr_expect_eq(focused(&w), 96);
	for (int i = 1; i < logs_of(&w)->count; i++)
		cr_assert_gt(number_of(&w, i), number_of(&w, i - 1), "no line is shown twice");
	keys(&w, "G");
	keys(&w, ".");
	await_line(&w, 504);
	collect_world_release(&w);
}

Test(logs_view, a_log_that_is_gone_says_so)
{
	WITH_LOG(w, 100, 100, 30);
	char path[128];

	path_of(&w, "app.log", path, sizeof(path));
	cr_assert_eq(unlink(path), 0);
	await_text(&w, "gone");
	keys(&w, "Up PageUp w Enter");
	press(&w.world, "Escape");
	keys(&w, "g G < >");
	write_lines(&w, "app.log", 200, 203);
	await_line(&w, 202);
	collect_world_release(&w);
}

Test(logs_view, empty_and_none_are_said)
{
	struct collect_world w;

	collect_world_init(&w);
	write_text(&w, "app.log", "", 0);
	open_log(&w, ONE_LOG, 100, 30);
	cr_expect(shows(&w.world, "the log is empty"));
	keys(&w, "Up Down g G w Enter o y x Escape < > p . Tab");
	write_lines(&w, "app.log", 0, 2);
	await_line(&w, 1);
	collect_world_release(&w);

	collect_world_init(&w);
	open_log(&w, "collect:\n  - { type: log, job: app, path: '*.log', interval: 1h }\n", 100, 30);
	cr_expect(shows(&w.world, "no log is followed here"));
	keys(&w, "Up Down g G w Enter o y x p . Tab");
	enter_line(&w, "f", "level:error");
	enter_line(&w, ":", "at now-1h");
	cr_expect(shows(&w.world, "no log is followed here"));
	collect_world_release(&w);
}

Test(logs_view, without_collectors_every_key_is_harmless)
{
	struct console_world world;

	console_world_init(&world, CONSOLE_BOARD);
	press(&world, "5");
	cr_expect(shows(&world, "no log is followed here"));
	press(&world, "Up Down Left Right Tab Shift-Tab g G PageUp PageDown Enter o y x w p . < > + - f");
	type(&world, "text");
	press(&world, "Enter");
	press(&world, "1");
	console_world_release(&world);
}

Test(logs_view, a_flood_is_shown_at_one_stroke)
{
	WITH_LOG(w, 100, 100, 30);
	int64_t until_ms = clock_monotonic_ms() + COLLECT_LIMIT_MS;

	for (int n = 100; n < 15000; n += 3000)
		write_lines(&w, "app.log", n, n + 3000);
	while (focused(&w) < 15099) {
		cr_assert_lt(clock_monotonic_ms(), until_ms, "at line %d", focused(&w));
		turn(&w, 2);
		cr_assert_gt(logs_of(&w)->count, 0, "the screen is never empty");
		cr_assert_eq(logs_of(&w)->focus, logs_of(&w)->count - 1);
	}
	settle(&w);
	for (int i = 1; i < logs_of(&w)->count; i++)
		cr_assert_eq(number_of(&w, i), number_of(&w, i - 1) + 1);
	keys(&w, "g");
	cr_expect_eq(focused(&w), 0);
	collect_world_release(&w);
}

Test(logs_view, the_time_cursor_goes_in_and_comes_out)
{
	WITH_LOG(w, 20000, 120, 40);

	keys(&w, "1");
	press(&w.world, "Down Enter");
	cr_assert_geq(w.console->zoomed, 0);
	w.console->cursor_ms = EPOCH_MS + 19000 * INT64_C(1000);
	keys(&w, "5");
	cr_expect_eq(focused(&w), 19000, "the log is where the panel's cursor was");
	cr_expect_not(logs_of(&w)->follow);
	keys(&w, "Down Down");
	keys(&w, "1");
	cr_expect_eq(w.console->cursor_ms, EPOCH_MS + 19002 * INT64_C(1000), "and the panel's where the log was");
	keys(&w, "5");
	cr_expect_eq(focused(&w), 19002);
	/* A line before what the board shows moves its range there. */
	enter_line(&w, ":", "at 2026-03-01T07:30:00Z");
	keys(&w, "Escape");
	cr_expect_not(w.console->live);
	cr_expect_eq(w.console->cursor_ms, VIEW_NOW_MS - 270 * CLOCK_MINUTE);
	collect_world_release(&w);
}

Test(logs_view, who_follows_takes_no_time_with_him)
{
	WITH_LOG(w, 100, 120, 40);

	keys(&w, "1");
	cr_expect_eq(w.console->cursor_ms, 0);
	cr_expect(w.console->live);
	collect_world_release(&w);
}

/* Whatever is under way, the next wish replaces it. */
Test(logs_view, what_is_under_way_can_be_changed_left_and_freed)
{
	static const char *const wishes[] = { "g", "G", "w", "<", "PageUp", "Tab", ".", "p", "1", "6" };

	for (size_t i = 0; i < sizeof(wishes) / sizeof(wishes[0]); i++) {
		struct collect_world w;

		collect_world_init(&w);
		write_packed(&w, "app.log.1.gz", 0, 8000);
		make_older(&w, "app.log.1.gz", 100);
		write_lines(&w, "app.log", 8000, 9000);
		collect_world_open(&w, ONE_LOG, 100, 30);
		press(&w.world, "5");
		while (!logs_of(&w)->request)
			turn(&w, 1);
		press(&w.world, wishes[i]);
		press(&w.world, "5 f");
		type(&w.world, "line");
		press(&w.world, "Enter g");
		press(&w.world, wishes[i]);
		turn(&w, 0);
		press(&w.world, wishes[i]);
		if (i % 2)
			settle(&w);
		press(&w.world, "5 g");
		cr_expect_eq(w.console->view, &view_logs, "after %s", wishes[i]);
		cr_expect_null(w.console->overlay, "after %s", wishes[i]);
		collect_world_release(&w);
	}
}

/* ---- the screen ---- */

static void draw_in(struct console *console, enum glyph_set glyphs, struct strbuf *ret)
{
	struct canvas *canvas = canvas_new(console->width, console->height, glyphs);

	console_draw(console, canvas);
	strbuf_clear(ret);
	export_text(canvas, ret);
	canvas_free(canvas);
}

/* No line is wider than the screen, nothing in it does anything to a terminal. */
static void expect_harmless(const struct strbuf *text, int width)
{
	size_t at = 0;
	uint32_t code;
	int used = 0;

	while (at < text->length) {
		at += text_decode(text->text + at, text->length - at, &code);
		if (code == '\n') {
			cr_assert_leq(used, width);
			used = 0;
			continue;
		}
		cr_assert(!text_is_unsafe(code), "U+%04X reaches the screen", code);
		used += text_code_width(code);
	}
}

static const int sizes[][2] = { { 40, 12 }, { 80, 24 }, { 200, 50 }, { 12, 4 }, { 1, 1 } };

static void press_all(struct collect_world *w)
{
	static const char *const all[] = { "Up",       "Down",   "Left",   "Right", "Tab",    "Shift-Tab", "PageUp",
					   "PageDown", "Enter",  "Escape", "o",     "Escape", "x",         "Escape",
					   "y",        "w",      "p",      "p",     "<",      ">",         ".",
					   "+",        "-",      "g",      "G",     "n",      "N",         "s",
					   "v",        "Escape", "R",      "?",     "Escape" };
	struct strbuf text = STRBUF_INIT;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		press(&w->world, all[i]);
		if (w->console->view != &view_logs && !w->console->overlay)
			press(&w->world, "5");
		draw_in(w->console, i % 2 ? GLYPHS_ASCII : GLYPHS_BLOCK, &text);
		expect_harmless(&text, w->console->width);
		if (i % 3 == 0)
			settle(w);
	}
	strbuf_release(&text);
}

Test(logs_view, every_key_in_every_state_on_every_screen)
{
	for (size_t size = 0; size < sizeof(sizes) / sizeof(sizes[0]); size++)
		for (int state = 0; state < 5; state++) {
			struct collect_world w;

			collect_world_init(&w);
			if (state)
				write_lines(&w, "app.log", 0, state == 1 ? 0 : 300);
			if (state == 3)
				write_lines(&w, "日本語の長い名前のログファイル.log", 0, 300);
			open_log(&w, "collect:\n  - { type: log, job: app, path: '*.log', interval: 1h }\n",
				 sizes[size][0], sizes[size][1]);
			if (state == 4)
				enter_line(&w, "f", "level:error");
			press_all(&w);
			collect_world_release(&w);
		}
}

Test(logs_view, in_ascii_all_is_ascii)
{
	WITH_LOG(w, 100, 120, 40);
	struct strbuf text = STRBUF_INIT;

	draw_in(w.console, GLYPHS_ASCII, &text);
	for (size_t i = 0; i < text.length; i++)
		cr_assert_lt((unsigned char)text.text[i], 128u);
	cr_expect(strstr(text.text, "* ") != NULL, "an error has its sign");
	strbuf_release(&text);
	collect_world_release(&w);
}

Test(logs_view, of_many_logs_the_chosen_one_is_in_sight)
{
	static const int widths[] = { 40, 80, 200 };
	struct collect_world w;
	char name[64], label[64];

	collect_world_init(&w);
	for (int i = 0; i < 40; i++) {
		snprintf(name, sizeof(name), "service-%02d.log", i);
		write_lines(&w, name, i, i + 3);
	}
	open_log(&w, "collect:\n  - { type: log, job: app, path: '*.log', interval: 1h }\n", 80, 24);
	for (size_t size = 0; size < 3; size++) {
		console_prepare(w.console, widths[size], 24, VIEW_NOW_MS);
		for (int i = 0; i < 40; i++) {
			snprintf(label, sizeof(label), "▸service-%02d.log", logs_of(&w)->chosen);
			cr_expect(shows(&w.world, label), "%s at %d columns:\n%s", label, widths[size],
				  screen(&w.world));
			keys(&w, "Tab");
		}
	}
	collect_world_release(&w);
}

Test(logs_view, a_very_long_name_leaves_room)
{
	struct collect_world w;
	char name[256] = "";

	collect_world_init(&w);
	for (int i = 0; i < 60; i++)
		strncat(name, "語", sizeof(name) - strlen(name) - 5);
	strncat(name, ".log", sizeof(name) - strlen(name) - 1);
	write_lines(&w, name, 0, 3);
	write_lines(&w, "z.log", 0, 3);
	open_log(&w, "collect:\n  - { type: log, job: app, path: '*.log', interval: 1h }\n", 80, 24);
	cr_expect(shows(&w.world, "▸z.log   語語"), "%s", screen(&w.world));
	keys(&w, "Tab");
	cr_expect(shows(&w.world, "▸語語"), "%s", screen(&w.world));
	cr_expect(shows(&w.world, "z.log"));
	cr_expect(shows(&w.world, "following"));
	collect_world_release(&w);
}

Test(logs_view, files_called_alike_are_told_apart_by_their_folder)
{
	struct collect_world w;
	char path[128];

	collect_world_init(&w);
	path_of(&w, "one", path, sizeof(path));
	mkdir(path, 0700);
	path_of(&w, "two", path, sizeof(path));
	mkdir(path, 0700);
	write_lines(&w, "one/app.log", 0, 3);
	write_lines(&w, "two/app.log", 5, 9);
	open_log(&w, "collect:\n  - { type: log, job: app, path: '*/app.log', interval: 1h }\n", 100, 24);
	cr_expect(shows(&w.world, "▸one/app.log"));
	cr_expect(shows(&w.world, "two/app.log"));
	cr_expect(logs_choose(logs_of(&w), "two/app"));
	settle(&w);
	cr_expect_eq(focused(&w), 8);
	cr_expect_not(logs_choose(logs_of(&w), "three"));
	cr_expect_eq(focused(&w), 8);
	collect_world_release(&w);
}

Test(logs_view, a_wished_log_is_waited_for)
{
	struct collect_world w;

	collect_world_init(&w);
	write_lines(&w, "a.log", 0, 3);
	write_lines(&w, "b.log", 5, 9);
	collect_world_open(&w, "collect:\n  - { type: log, job: app, path: '*.log', interval: 1h }\n", 100, 24);
	console_set_view(w.console, &view_logs);
	logs_wish(logs_of(&w), "b.log");
	settle(&w);
	cr_expect_not(logs_wished(logs_of(&w)));
	cr_expect_eq(focused(&w), 8);
	logs_wish(logs_of(&w), "c.log");
	settle(&w);
	cr_expect(logs_wished(logs_of(&w)));
	collect_world_release(&w);
}

Test(logs_view, what_a_line_brings_is_harmless)
{
	static const char lines[] = "\x1b[31mred\x1b]0;title\x07 bell\n"
				    "left \xe2\x80\xae right \xe2\x81\xa6 isolate\n"
				    "zero\0 byte and \xff\xfe bad\n"
				    "{\"level\":\"ERROR\",\"message\":\"json \\u001b[2J and \\u202e and\\nmore\"}\n"
				    "tab\there\r\n";
	struct collect_world w;
	struct strbuf text = STRBUF_INIT;

	collect_world_init(&w);
	write_text(&w, "app.log", lines, sizeof(lines) - 1);
	open_log(&w, ONE_LOG, 100, 30);
	draw_in(w.console, GLYPHS_BRAILLE, &text);
	expect_harmless(&text, 100);
	cr_expect(strstr(text.text, "byte and") != NULL, "what comes behind a NUL is shown");
	cr_expect(strstr(text.text, "json") != NULL);
	for (int i = 0; i < 5; i++) {
		keys(&w, "Enter");
		draw_in(w.console, GLYPHS_BRAILLE, &text);
		expect_harmless(&text, 100);
		keys(&w, "Escape o");
		draw_in(w.console, GLYPHS_BRAILLE, &text);
		expect_harmless(&text, 100);
		keys(&w, "Escape Up");
	}
	strbuf_release(&text);
	collect_world_release(&w);
}

Test(logs_view, lines_of_another_year_say_which)
{
	static const char lines[] =
		"{\"timestamp\":\"2024-02-03T04:05:06.789Z\",\"level\":\"INFO\",\"message\":\"old\"}\n"
		"{\"timestamp\":\"2026-02-03T04:05:06.789Z\",\"level\":\"INFO\",\"message\":\"new\"}\n";
	struct collect_world w;

	collect_world_init(&w);
	write_text(&w, "app.log", lines, sizeof(lines) - 1);
	open_log(&w, ONE_LOG, 120, 30);
	cr_expect(shows(&w.world, "2024-02-03 04:05:06.789"));
	cr_expect(shows(&w.world, " 02-03 04:05:06.789"));
	collect_world_release(&w);
}

Test(logs_view, the_mouse_chooses_a_line)
{
	WITH_LOG(w, 100, 100, 30);
	int before = focused(&w);

	click(&w.world, MOUSE_PRESS, 10, 20);
	settle(&w);
	cr_expect_lt(focused(&w), before);
	cr_expect_not(logs_of(&w)->follow);
	click(&w.world, MOUSE_WHEEL_UP, 10, 20);
	settle(&w);
	cr_expect_lt(focused(&w), before);
	click(&w.world, MOUSE_PRESS, 10, 1);
	collect_world_release(&w);
}

Test(logs_view, a_console_is_freed_while_it_looks)
{
	struct collect_world w;

	collect_world_init(&w);
	write_lines(&w, "app.log", 0, 20000);
	collect_world_open(&w, ONE_LOG, 100, 30);
	press(&w.world, "5");
	while (!logs_of(&w)->request)
		turn(&w, 1);
	press(&w.world, "f");
	type(&w.world, "never there");
	press(&w.world, "Enter");
	cr_expect(waits(&w));
	collect_world_release(&w);
}
