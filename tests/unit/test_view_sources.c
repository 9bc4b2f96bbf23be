/* The sources view: what it lists, in which order, how one gets about in it, on screens of every size. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "base/text.h"
#include "console_fixture.h"
#include "ui/view/collector_list.h"
#include "ui/view/engine_box.h"

/* One of each kind, none of them a real collector; ages as of VIEW_NOW_MS. */
static const struct collector_state kinds[] = {
	{ .type = "scrape",
	  .job = "colony",
	  .instance = "127.0.0.1:3000",
	  .url = "http://127.0.0.1:3000/metrics",
	  .health = COLLECTOR_OK,
	  .interval_ms = 5000,
	  .last_good_ms = VIEW_NOW_MS - 3456,
	  .elapsed_ms = 12,
	  .next_ms = VIEW_NOW_MS + 2000,
	  .series = 102,
	  .samples = 102,
	  .bytes = 10100,
	  .samples_per_second = 20.4,
	  .runs = 3 },
	{ .type = "scrape",
	  .job = "lmcache",
	  .instance = "127.0.0.1:8080",
	  .url = "http://127.0.0.1:8080/metrics",
	  .health = COLLECTOR_OK,
	  .warning = "12 samples out of order",
	  .interval_ms = 5000,
	  .last_good_ms = VIEW_NOW_MS - 234,
	  .elapsed_ms = 7,
	  .series = 9,
	  .samples_per_second = 1.8 },
	{ .type = "history",
	  .job = "raw",
	  .instance = "raw.om",
	  .url = "",
	  .health = COLLECTOR_OK,
	  .ended = true,
	  .last_good_ms = VIEW_NOW_MS - 60000,
	  .elapsed_ms = 464,
	  .series = 367 },
	{ .type = "scrape", .job = "meadow", .instance = "127.0.0.1:8083", .url = "http://127.0.0.1:8083/metrics" },
	{ .type = "scrape",
	  .job = "redis",
	  .instance = "127.0.0.1:9121",
	  .url = "http://127.0.0.1:9121/metrics",
	  .health = COLLECTOR_FAILING,
	  .reason = "refused",
	  .failing_since_ms = VIEW_NOW_MS - 90000,
	  .last_good_ms = VIEW_NOW_MS - 95000,
	  .series = 19,
	  .runs = 20,
	  .failures = 18 },
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

/* `count` collectors in the console, one of each kind in turn. */
static void set_sources(struct console *console, size_t count)
{
	struct sources *sources = &console->sources;

	sources_release(sources);
	sources->states = calloc(count, sizeof(*sources->states));
	sources->rows = calloc(count, sizeof(*sources->rows));
	sources->count = count;
	sources->selected = -1;
	for (size_t i = 0; i < count; i++)
		sources->states[i] = kinds[i % KINDS];
	sources->held = (struct store_state){ .series = 497,
					      .samples = 576000,
					      .buckets = 1840000,
					      .bytes = 9300000,
					      .oldest_ms = VIEW_NOW_MS - 35 * INT64_C(86400000),
					      .newest_ms = VIEW_NOW_MS };
}

static void set_engine(struct console *console)
{
	console->source = (struct query_state){ .health = QUERY_HEALTHY,
						.engine = "embedded",
						.url = "",
						.last_good_ms = VIEW_NOW_MS - 800,
						.last_elapsed_ms = 3,
						.per_second = 3.2,
						.asked = 361,
						.parallel = 2 };
}

static void open_sources(struct console_world *world, size_t count, int width, int height)
{
	console_world_init(world, CONSOLE_BOARD);
	set_sources(world->console, count);
	console_prepare(world->console, width, height, VIEW_NOW_MS);
	press(world, "6");
}

static const char *focused_job(const struct console_world *world)
{
	const struct sources *sources = &world->console->sources;

	return sources_at(sources, sources_row(sources))->job;
}

/* The line of the screen that holds the text; valid until the next. */
static const char *line_with(struct console_world *world, const char *text)
{
	static char line[1024];
	const char *all = screen(world), *found = strstr(all, text), *begin = found, *end;

	cr_assert(found != NULL, "'%s' is not in\n%s", text, all);
	while (begin > all && begin[-1] != '\n')
		begin--;
	end = strchr(found, '\n');
	snprintf(line, sizeof(line), "%.*s", (int)(end - begin), begin);
	return line;
}

Test(view_sources, the_worst_come_first_and_each_says_how_it_is)
{
	static const char *const jobs[] = { "redis", "meadow", "lmcache", "colony", "raw" };
	struct console_world world;
	const char *all, *before;

	open_sources(&world, KINDS, 120, 30);
	before = all = screen(&world);
	for (size_t i = 0; i < KINDS; i++) {
		const char *at = strstr(before, jobs[i]);
		cr_assert(at != NULL, "%s is not behind the one before it:\n%s", jobs[i], all);
		before = at;
	}
	cr_expect(strstr(line_with(&world, "redis"), "refused for 1m30s"), "%s", line_with(&world, "redis"));
	cr_expect(strstr(line_with(&world, "redis"), "1m35s"));
	cr_expect(strstr(line_with(&world, "meadow"), "never"));
	cr_expect(strstr(line_with(&world, "meadow"), "asked for the first time"));
	cr_expect_not(strstr(line_with(&world, "meadow"), "0 B"), "what is not known is not shown as nothing");
	cr_expect(strstr(line_with(&world, "lmcache"), "12 samples out of order"));
	cr_expect(strstr(line_with(&world, "lmcache"), " 0s "), "milliseconds would flicker");
	cr_expect(strstr(line_with(&world, "colony "), "3s    12 ms      102    20.4/s   1.9 MB"), "%s",
		  line_with(&world, "colony "));
	cr_expect(strstr(line_with(&world, "raw.om"), "read"));
	cr_expect(strstr(line_with(&world, "of history"),
			 "35d of history  9.3 MB  497 series  576.0 k samples  1.84 M"),
		  "%s", line_with(&world, "of history"));
	console_world_release(&world);
}

Test(view_sources, order_stands_while_the_focus_is_in_it)
{
	struct console_world world;
	struct sources *sources;

	open_sources(&world, KINDS, 120, 30);
	sources = &world.console->sources;
	cr_expect_str_eq(focused_job(&world), "redis");
	sources->states[0].health = COLLECTOR_FAILING;
	console_prepare(world.console, 120, 30, VIEW_NOW_MS);
	cr_expect_str_eq(sources_at(sources, 0)->job, "redis", "nothing moves under the focus");
	press(&world, "s");
	cr_expect(shows(&world, "sorted: worst first"));
	cr_expect_str_eq(sources_at(sources, 0)->job, "colony", "the first key only brings it up to date");
	press(&world, "s");
	cr_expect(shows(&world, "as listed"));
	cr_expect_str_eq(sources_at(sources, 1)->job, "lmcache");
	press(&world, "j s");
	cr_expect(shows(&world, "oldest first"));
	cr_expect_str_eq(sources_at(sources, 0)->job, "meadow", "that never answered");
	cr_expect_str_eq(sources_at(sources, (int)KINDS - 1)->job, "raw", "that need not answer again");
	press(&world, "s");
	cr_expect_str_eq(sources_at(sources, 0)->job, "raw", "slowest");
	press(&world, "s");
	cr_expect_str_eq(sources_at(sources, 1)->job, "colony", "largest");
	press(&world, "s");
	cr_expect(shows(&world, "worst first"));
	console_world_release(&world);
}

Test(view_sources, focus_follows_its_collector)
{
	struct console_world world;

	open_sources(&world, KINDS, 120, 30);
	press(&world, "Down Down");
	cr_expect_str_eq(focused_job(&world), "lmcache");
	press(&world, "1");
	world.console->sources.states[1].health = COLLECTOR_FAILING;
	console_prepare(world.console, 120, 30, VIEW_NOW_MS);
	press(&world, "6");
	cr_expect_str_eq(focused_job(&world), "lmcache");
	cr_expect_eq(sources_row(&world.console->sources), 0, "sorted anew while nobody looked");
	press(&world, "G");
	cr_expect_str_eq(focused_job(&world), "raw");
	press(&world, "Down j");
	cr_expect_str_eq(focused_job(&world), "raw", "the end is the end");
	press(&world, "g k Up");
	cr_expect_str_eq(focused_job(&world), "lmcache");
	console_world_release(&world);
}

Test(view_sources, a_long_list_scrolls_and_says_so)
{
	struct console_world world;
	int x, y, x_after, y_after;

	open_sources(&world, 60, 80, 24);
	cr_expect(shows(&world, " of 60"));
	cr_expect(shows(&world, "1-"));
	cr_assert(console_cursor(world.console, &x, &y));
	cr_expect(strstr(line_with(&world, "of 60"), "Collected here"));
	press(&world, "Down Down");
	cr_assert(console_cursor(world.console, &x_after, &y_after));
	cr_expect_eq(x_after, x);
	cr_expect_eq(y_after, y + 2, "the hardware cursor follows the focus");
	press(&world, "G");
	cr_expect(shows(&world, "-60 of 60"));
	cr_assert(console_cursor(world.console, &x, &y));
	press(&world, "k k");
	cr_expect(shows(&world, "-60 of 60"), "it scrolls when the focus would leave it, not before");
	cr_assert(console_cursor(world.console, &x_after, &y_after));
	cr_expect_eq(y_after, y - 2);
	press(&world, "PgUp");
	cr_expect_not(shows(&world, "-60 of 60"));
	press(&world, "g");
	cr_expect(shows(&world, " 1-"));
	console_prepare(world.console, 80, 60, VIEW_NOW_MS);
	cr_expect_eq(world.console->sources.scroll, 0);
	console_world_release(&world);
}

Test(view_sources, finds_its_collectors)
{
	struct console_world world;

	open_sources(&world, KINDS, 100, 30);
	press(&world, "/");
	type(&world, "8080");
	cr_expect_str_eq(focused_job(&world), "lmcache");
	press(&world, "Enter");
	cr_expect_eq(world.console->view, &view_sources, "the search stays where it was made");
	press(&world, "/");
	type(&world, "127");
	press(&world, "Enter");
	cr_expect_str_eq(focused_job(&world), "lmcache", "the one in the focus first");
	press(&world, "n");
	cr_expect_str_eq(focused_job(&world), "colony");
	press(&world, "n");
	cr_expect_str_eq(focused_job(&world), "redis", "round the end, past what does not match");
	press(&world, "N");
	cr_expect_str_eq(focused_job(&world), "colony");
	press(&world, "/");
	type(&world, "refu");
	cr_expect_str_eq(focused_job(&world), "redis", "what is wrong is found too");
	press(&world, "Esc");
	cr_expect_str_eq(focused_job(&world), "colony", "given up: back to where it began");
	press(&world, "/");
	type(&world, "Latency");
	press(&world, "Enter");
	cr_expect(shows(&world, "nothing here holds 'Latency'"));
	cr_expect_eq(world.console->view, &view_sources);
	console_world_release(&world);
}

Test(view_sources, worst_copy_and_a_click)
{
	struct console_world world;
	int x, y;

	open_sources(&world, 2 * KINDS, 100, 40);
	press(&world, "G w");
	cr_expect_str_eq(focused_job(&world), "redis");
	cr_expect_eq(sources_row(&world.console->sources), 0);
	press(&world, "w");
	cr_expect_eq(sources_row(&world.console->sources), 1, "the next one that fails");
	press(&world, "y");
	cr_expect_str_eq(world.copied.text, "redis http://127.0.0.1:9121/metrics: refused for 1m30s");
	press(&world, "G y");
	cr_expect_str_eq(world.copied.text, "raw raw.om: read");
	press(&world, "g");
	cr_assert(console_cursor(world.console, &x, &y));
	click(&world, MOUSE_PRESS, 30, y + 3);
	cr_expect_eq(sources_row(&world.console->sources), 3);
	click(&world, MOUSE_WHEEL_DOWN, 30, y);
	cr_expect_eq(sources_row(&world.console->sources), 6);
	click(&world, MOUSE_PRESS, 30, 2);
	cr_expect_eq(sources_row(&world.console->sources), 6, "a click beside the list chooses nothing");
	console_world_release(&world);
}

Test(view_sources, pages_of_one_target_are_told_apart_by_their_paths)
{
	struct console_world world;
	struct collector_state *states;

	open_sources(&world, 2, 100, 30);
	cr_expect_not(strstr(line_with(&world, "127.0.0.1:3000"), "/metrics"), "alone it needs no path");
	states = world.console->sources.states;
	states[1] = states[0];
	states[0].url = "http://127.0.0.1:3000/health";
	cr_expect(strstr(line_with(&world, "3000/health "), "colony"));
	cr_expect(strstr(line_with(&world, "3000/metrics "), "colony"));
	console_world_release(&world);
}

Test(view_sources, nothing_that_fails_is_said)
{
	struct console_world world;

	open_sources(&world, 1, 100, 30);
	press(&world, "w");
	cr_expect(shows(&world, "nothing that is collected here fails"));
	press(&world, "R");
	cr_expect(shows(&world, "collecting from 1 source now"));
	console_world_release(&world);
}

Test(view_sources, explains_what_has_the_focus)
{
	struct console_world world;

	open_sources(&world, KINDS, 120, 40);
	press(&world, "x");
	cr_expect(shows(&world, "failing since  2026-03-01 11:58:30Z, 1m30s ago"), "%s", world.screen.text);
	cr_expect(shows(&world, "http://127.0.0.1:9121/metrics"));
	cr_expect(shows(&world, "20 collections, 18 failed"));
	press(&world, "q");
	cr_expect_eq(world.console->view, &view_sources);
	press(&world, "Enter");
	cr_expect_eq(world.console->view, &view_source);
	cr_expect(shows(&world, "refused for 1m30s"), "%s", world.screen.text);
	cr_expect(shows(&world, "18 of 20 failed"));
	press(&world, "x");
	cr_expect(shows(&world, "failing since  2026-03-01 11:58:30Z"), "%s", world.screen.text);
	press(&world, "q");
	cr_expect_eq(world.console->view, &view_source);
	press(&world, "q");
	cr_expect_eq(world.console->view, &view_sources, "back leads to where it was opened");
	press(&world, "Down x");
	cr_expect(shows(&world, "last good      never") || shows(&world, "never"));
	cr_expect_not(shows(&world, "0 samples"), "it has not read a page yet:\n%s", world.screen.text);
	press(&world, "q G x");
	cr_expect(shows(&world, "read to its end"));
	cr_expect_not(shows(&world, "interval"));
	console_world_release(&world);
}

Test(view_sources, the_list_matters_most_on_a_low_screen)
{
	struct console_world world;
	struct view_world *view = &world.view;
	int rows = 0;

	open_sources(&world, KINDS, 40, 12);
	set_engine(world.console);
	view->console.engine = (struct query_engine *)(void *)&world; /* only its presence is looked at */
	{
		struct canvas *canvas = canvas_new(40, 12, GLYPHS_BRAILLE);

		console_draw(world.console, canvas);
		strbuf_clear(&world.screen);
		export_text(canvas, &world.screen);
		canvas_free(canvas);
	}
	view->console.engine = NULL;
	for (const char *at = world.screen.text; (at = strstr(at, "127.0.0.1:")); at++)
		rows++;
	cr_expect_eq(rows, 4, "%s", world.screen.text);
	cr_expect(strstr(world.screen.text, "embedded \u2713 healthy"), "%s", world.screen.text);
	cr_expect(strstr(world.screen.text, "store 35d of history  9.3 MB"), "%s", world.screen.text);
	cr_expect(strstr(world.screen.text, "127.0.0.1:9121  refused"), "%s", world.screen.text);
	cr_expect(strstr(world.screen.text, "1 source down"), "%s", world.screen.text);
	console_world_release(&world);
}

Test(view_sources, every_size_is_drawn_within_itself)
{
	struct console_world world;

	open_sources(&world, 2 * KINDS, 120, 40);
	for (int width = 1; width < 140; width += width < 50 ? 1 : 9) {
		for (int height = 1; height < 45; height += height < 22 ? 1 : 7) {
			console_prepare(world.console, width, height, VIEW_NOW_MS);
			for (const char *at = screen(&world); *at; at = strchr(at, '\n') + 1) {
				char line[1024];
				snprintf(line, sizeof(line), "%.*s", (int)strcspn(at, "\n"), at);
				cr_assert_leq(text_width(line), width, "%dx%d: %s", width, height, line);
			}
		}
	}
	console_world_release(&world);
}

Test(view_sources, figures_are_short_and_steady)
{
	static const struct {
		double value;
		const char *bytes, *count;
	} cases[] = {
		{ 0, "0 B", "0" },
		{ 999, "999 B", "999" },
		{ 9999.4, "10.0 kB", "9999" },
		{ 9999.6, "10.0 kB", "10.0 k" },
		{ 999499, "999.5 kB", "999.5 k" },
		{ 999500, "1.0 MB", "1.00 M" },
		{ 2.5e12, "2500.0 GB", "2500000.00 M" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[32];
		engine_box_bytes(cases[i].value, text, sizeof(text));
		cr_expect_str_eq(text, cases[i].bytes);
		engine_box_count(cases[i].value, text, sizeof(text));
		cr_expect_str_eq(text, cases[i].count);
	}
}
