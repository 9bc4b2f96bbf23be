/* The events view and the marks in charts: order, filter, focus, the way to the board, hostile texts. */
#include "console_fixture.h"

#include "base/clock.h"
#include "collect/feed.h"
#include "ui/panel/mark.h"
#include "ui/view/event_list.h"
#include "ui/view/overlay_text.h"

static void add(struct feed *feed, int64_t ago_ms, enum event_kind kind, const char *subject, const char *text)
{
	feed_add(feed, &(struct event){ .time_ms = VIEW_NOW_MS - ago_ms,
					.kind = kind,
					.weight = kind == EVENT_RESTART ? EVENT_WARNING : EVENT_PLAIN,
					.system = "polln",
					.subject = subject,
					.text = text });
}

static struct feed *open_events(struct console_world *world, int width, int height)
{
	struct feed *feed = feed_new(0, 0);

	console_world_init(world, CONSOLE_BOARD);
	add(feed, 2 * CLOCK_DAY, EVENT_CONFIG, "files /etc/polln.yaml", "sha256 aaaa -> bbbb");
	add(feed, 30 * CLOCK_MINUTE, EVENT_DEPLOY, "polln-colony", "version 2.3.0 -> 2.4.1");
	add(feed, 20 * CLOCK_MINUTE, EVENT_RESTART, "polln-colony 10.0.0.4:3000", "restarted");
	add(feed, 5 * CLOCK_MINUTE, EVENT_MESSAGE, "polln.discovery", "{\"node\":\"a\"}\x1b[31m");
	world->console->feed = feed;
	world->console->system = "polln";
	console_prepare(world->console, width, height, VIEW_NOW_MS);
	press(world, "8");
	return feed;
}

static void close_events(struct console_world *world, struct feed *feed)
{
	world->console->feed = NULL;
	console_world_release(world);
	feed_free(feed);
}

Test(view_events, the_newest_is_at_the_top_and_old_ones_have_a_day)
{
	struct console_world world;
	struct feed *feed = open_events(&world, 120, 20);
	const char *all = screen(&world), *at = all;

	for (const char *const *text = (const char *const[]){ "11:55:00", "polln.discovery", "11:40:00", "restarted",
							      "11:30:00", "2.4.1", "02-27 12:00", "bbbb", NULL };
	     *text; text++) {
		at = strstr(at, *text);
		cr_assert(at != NULL, "'%s' is not where it belongs in\n%s", *text, all);
	}
	cr_expect_not(strchr(all, '\x1b'), "nothing of a message reaches the terminal as it is");
	close_events(&world, feed);
}

Test(view_events, a_filter_takes_kinds_and_words)
{
	struct console_world world;
	struct feed *feed = open_events(&world, 120, 20);

	press(&world, "f");
	type(&world, "deploy restart colony");
	press(&world, "Enter");
	cr_expect_eq(world.console->events.count, 2u);
	cr_expect(shows(&world, "2 of 4"));
	cr_expect(shows(&world, "filter: deploy restart colony"));
	cr_expect_not(shows(&world, "polln.discovery"));
	press(&world, ":");
	type(&world, "filter nothing like it");
	press(&world, "Enter");
	cr_expect(shows(&world, "no event passes the filter"));
	press(&world, "Down Enter o");
	press(&world, ":");
	type(&world, "filter");
	press(&world, "Enter");
	cr_expect_eq(world.console->events.count, 4u);
	close_events(&world, feed);
}

Test(view_events, the_focus_follows_its_event_until_the_newest_is_followed_again)
{
	struct console_world world;
	struct feed *feed = open_events(&world, 120, 20);
	const struct event_list *list = &world.console->events;

	cr_expect_eq(event_list_row(list, feed), 0);
	press(&world, "Down");
	cr_expect_eq(event_list_row(list, feed), 1);
	add(feed, 0, EVENT_SOURCE, "redis", "fails: refused");
	screen(&world);
	cr_expect_eq(event_list_row(list, feed), 2, "one came before it");
	press(&world, ".");
	cr_expect_eq(event_list_row(list, feed), 0);
	press(&world, "G");
	cr_expect_eq(event_list_row(list, feed), 4);
	press(&world, "g PageDown");
	cr_expect_eq(event_list_row(list, feed), 4);
	close_events(&world, feed);
}

Test(view_events, opened_it_is_whole)
{
	struct console_world world;
	struct feed *feed = open_events(&world, 60, 16);

	press(&world, "G Enter");
	cr_assert_not_null(text_overlay_of(world.console));
	cr_expect(shows(&world, "2026-02-27 12:00:00Z"));
	cr_expect(shows(&world, "files /etc/polln.yaml"));
	close_events(&world, feed);
}

Test(view_events, o_shows_the_board_of_that_time)
{
	struct console_world world;
	struct feed *feed = open_events(&world, 120, 30);
	int64_t from_ms, to_ms, then = VIEW_NOW_MS - 2 * CLOCK_DAY;

	press(&world, "G o");
	cr_expect_eq(world.console->view, &view_board);
	board_range(console_board(world.console), &from_ms, &to_ms);
	cr_expect(from_ms < then && then < to_ms, "the event is within the range");
	cr_expect_not(world.console->live);
	close_events(&world, feed);
}

Test(view_events, empty_and_missing_feeds_say_so)
{
	struct console_world world;
	struct feed *feed = feed_new(0, 0);

	console_world_init(&world, CONSOLE_BOARD);
	press(&world, "8");
	cr_expect(shows(&world, "events are not observed here"));
	world.console->feed = feed;
	cr_expect(shows(&world, "nothing happened"));
	press(&world, "Down Enter x o y .");
	close_events(&world, feed);
}

Test(view_events, every_size_can_be_drawn)
{
	struct console_world world;
	struct feed *feed = open_events(&world, 120, 20);

	for (int width = 1; width < 130; width += 7)
		for (int height = 1; height < 30; height += 4)
			expect_drawn(world.console, width, height, GLYPHS_BRAILLE);
	close_events(&world, feed);
}

Test(view_events, events_of_the_range_become_marks)
{
	struct console_world world;
	struct feed *feed = open_events(&world, 120, 30);
	int64_t hour = CLOCK_HOUR;
	uint64_t version;

	press(&world, "1");
	board_set_range(console_board(world.console), VIEW_NOW_MS - hour, VIEW_NOW_MS, 0);
	screen(&world);
	cr_expect_eq(world.console->marks.marks.count, 3u, "the one of two days ago is outside");
	cr_expect_str_eq(world.console->marks.marks.items[0].text, "version 2.3.0 -> 2.4.1");
	version = world.console->marks.version;
	screen(&world);
	cr_expect_eq(world.console->marks.version, version, "nothing is drawn anew for nothing");
	feed_add(feed, &(struct event){ VIEW_NOW_MS, EVENT_DEPLOY, EVENT_PLAIN, "dryad", "x", "y", 0 });
	screen(&world);
	cr_expect_eq(world.console->marks.marks.count, 3u, "another system's");
	close_events(&world, feed);
}

Test(view_events, marks_are_bounded_and_messages_give_way)
{
	struct console_world world;
	struct feed *feed = open_events(&world, 120, 30);
	char text[32];
	size_t deploys = 0;

	for (int i = 0; i < 150; i++) {
		snprintf(text, sizeof(text), "%d", i);
		add(feed, i * CLOCK_SECOND, EVENT_MESSAGE, "m", text);
		add(feed, i * CLOCK_SECOND, EVENT_DEPLOY, "d", text);
	}
	press(&world, "1");
	board_set_range(console_board(world.console), VIEW_NOW_MS - CLOCK_HOUR, VIEW_NOW_MS, 0);
	screen(&world);
	cr_assert_eq(world.console->marks.marks.count, 200u);
	for (size_t i = 0; i < 200; i++) {
		const struct panel_mark *mark = &world.console->marks.marks.items[i];

		deploys += mark->kind == EVENT_DEPLOY;
		cr_expect(i == 0 || mark[-1].time_ms <= mark->time_ms, "in order");
	}
	cr_expect_eq(deploys, 151u);
	close_events(&world, feed);
}

Test(view_events, marks_stand_on_the_axis_and_in_the_plot)
{
	static const struct panel_mark items[] = { { 1000, EVENT_MESSAGE, "m", "hello" },
						   { 5000, EVENT_RESTART, "r", "restarted" },
						   { 5010, EVENT_DEPLOY, "d", "1 -> 2" },
						   { 99000, EVENT_DEPLOY, "d", "outside" } };
	const struct panel_marks marks = { items, 4 };
	struct canvas *canvas = canvas_new(11, 3, GLYPHS_ASCII);
	struct strbuf text = STRBUF_INIT, words = STRBUF_INIT;

	canvas_put(canvas, 5, 0, "#", style_role(ROLE_TEXT), 1);
	mark_draw_lines(&marks, canvas, (struct rect){ 0, 0, 11, 2 }, 0, 10000);
	mark_draw_signs(&marks, canvas, 0, 2, 11, 0, 10000);
	export_text(canvas, &text);
	cr_expect_str_eq(text.text, "     #\n     :\n \"   ^\n", "%s", text.text);
	mark_add_words(&marks, 11, 0, 10000, 5008, &words);
	cr_expect_str_eq(words.text, "deploy d: 1 -> 2 (+1)");
	strbuf_clear(&words);
	mark_add_words(&marks, 11, 0, 10000, 9000, &words);
	cr_expect_str_eq(words.text, "");
	strbuf_release(&words);
	strbuf_release(&text);
	canvas_free(canvas);
}
