#include <criterion/criterion.h>

#include "base/text.h"
#include "console_fixture.h"
#include "ui/view/hint_bar.h"

static const struct hint *find(const struct hints *hints, const char *text)
{
	for (int i = 0; i < hints->count; i++)
		if (!strcmp(hints->items[i].text, text))
			return &hints->items[i];
	return NULL;
}

Test(hint_bar, lists_what_works)
{
	struct console_world world;
	struct hints hints;

	console_world_init(&world, CONSOLE_BOARD);
	hint_bar_list(world.console, &hints);
	cr_assert(find(&hints, "board"));
	cr_expect(find(&hints, "board")->here);
	cr_expect_not(find(&hints, "sources")->here);
	cr_expect_str_eq(find(&hints, "range")->keys, "+ -");
	cr_expect_str_eq(find(&hints, "pan")->keys, "< >");
	cr_expect_str_eq(find(&hints, "leave")->keys, "q");
	cr_expect_null(find(&hints, "back"));
	cr_expect_null(find(&hints, "alerts"));
	press(&world, "Enter");
	hint_bar_list(world.console, &hints);
	cr_expect_str_eq(find(&hints, "back")->keys, "Esc");
	cr_expect_null(find(&hints, "leave"));
	console_world_release(&world);
}

Test(hint_bar, leads_to_no_view_that_has_nothing)
{
	struct console_world world;
	struct collector_state states[] = { { .type = "scrape" }, { .type = "log" } };
	struct hints hints;
	struct feed *feed;

	console_world_init(&world, CONSOLE_BOARD);
	hint_bar_list(world.console, &hints);
	cr_expect(find(&hints, "sources"));
	cr_expect_null(find(&hints, "logs"));
	cr_expect_null(find(&hints, "map"));
	cr_expect_null(find(&hints, "events"));
	world.console->sources.states = states;
	world.console->sources.count = 1;
	hint_bar_list(world.console, &hints);
	cr_expect_null(find(&hints, "logs"), "no log is followed");
	world.console->sources.count = 2;
	world.console->feed = feed = feed_new(8, 4096);
	hint_bar_list(world.console, &hints);
	cr_expect_str_eq(find(&hints, "logs")->keys, "5");
	cr_expect_null(find(&hints, "events"), "nothing has happened");
	feed_add(feed, &(struct event){ VIEW_NOW_MS, EVENT_DEPLOY, EVENT_PLAIN, "shop", "web", "1 -> 2", 0 });
	hint_bar_list(world.console, &hints);
	cr_expect_str_eq(find(&hints, "events")->keys, "8");
	feed_free(feed);
	world.console->feed = NULL;
	world.console->sources = (struct sources){ 0 };
	console_world_release(&world);
}

Test(hint_bar, of_a_picker_lists_its_own_keys)
{
	struct console_world world;
	struct hints hints;

	console_world_init(&world, CONSOLE_BOARD);
	press(&world, "v Down Enter");
	hint_bar_list(world.console, &hints);
	cr_expect_eq(hints.count, 4);
	cr_expect_str_eq(find(&hints, "mark")->keys, "Space");
	press(&world, "Esc");
	hint_bar_list(world.console, &hints);
	cr_expect_null(find(&hints, "mark"));
	cr_expect_null(find(&hints, "range"));
	cr_expect(find(&hints, "open"));
	console_world_release(&world);
}

Test(hint_bar, drops_what_matters_least)
{
	struct console_world world;
	struct hints hints;

	console_world_init(&world, CONSOLE_BOARD);
	for (int width = 1; width < 220; width++) {
		int used = 1;
		hint_bar_list(world.console, &hints);
		hint_bar_fit(&hints, width);
		for (int i = 0; i < hints.count; i++)
			if (hints.items[i].shown)
				used += text_width(hints.items[i].keys) + 1 + text_width(hints.items[i].text) + 2;
		cr_expect(used <= width + 2, "%d in %d", used, width);
	}
	hint_bar_list(world.console, &hints);
	hint_bar_fit(&hints, 20);
	cr_expect(find(&hints, "help")->shown);
	cr_expect_not(find(&hints, "theme")->shown);
	console_world_release(&world);
}

Test(hint_bar, gives_its_place_to_a_message)
{
	struct console_world world;

	console_world_init(&world, CONSOLE_BOARD);
	cr_expect(shows(&world, "? help"));
	console_say(world.console, "something %d", 7);
	cr_expect(shows(&world, "something 7"));
	cr_expect_not(shows(&world, "? help"));
	cr_expect_not(console_tick(world.console, world.clock_ms));
	cr_expect(console_tick(world.console, world.clock_ms + 60000));
	cr_expect(shows(&world, "? help"));
	console_world_release(&world);
}

Test(hint_bar, keeps_the_cursor_of_a_long_line_in_sight)
{
	struct console_world world;
	int x, y;

	console_world_init(&world, CONSOLE_BOARD);
	console_prepare(world.console, 30, 12, VIEW_NOW_MS);
	press(&world, "/");
	cr_assert(console_cursor(world.console, &x, &y));
	cr_expect_eq(x, 2);
	cr_expect_eq(y, 11);
	type(&world, "a text that is much longer than the line");
	cr_assert(console_cursor(world.console, &x, &y));
	cr_expect(x < 30, "%d", x);
	cr_expect(shows(&world, "than the line"));
	console_world_release(&world);
}
