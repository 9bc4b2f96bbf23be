/* The map on the screen: a picture where there is room, else a list; what its keys do; how loss looks. */
#include "console_fixture.h"
#include "situation_fixture.h"

#include "ui/view/map_layout.h"
#include "ui/view/overlay_text.h"

TestSuite(view_map, .timeout = 60);

/* Two regions, three rows; the store is gone and what stands on it suspect. */
#define SYSTEM                                                                                                         \
	"parts:\n"                                                                                                     \
	"  - { name: api, title: API, group: Front, region: east, health: api, needs: [colony], runbook: 01-x }\n"     \
	"  - { name: colony, title: Colony, group: Middle, region: east, health: colony,\n"                            \
	"      needs: [cache, store], instances: 'up{job=\"colony\"}', figure: 'sum(up{job=\"colony\"})' }\n"          \
	"  - { name: cache, title: Cache, group: Middle, region: east, health: cache, loss: speed,\n"                  \
	"      fallback: memory, runbook: 02-y }\n"                                                                    \
	"  - { name: store, title: Store, group: Below, region: east, health: store, loss: everything kept }\n"        \
	"  - { name: spare, title: Spare, group: Below, region: west, health: spare }\n"

struct map_world {
	struct console_world console;
	struct situation_world situation;
};

static void open_world(struct map_world *world, const char *yaml, int width, int height)
{
	static const struct {
		const char *job;
		double up;
	} jobs[] = { { "api", 1 }, { "colony", 1 }, { "cache", 0 }, { "store", 0 } };

	console_world_init(&world->console, CONSOLE_BOARD);
	situation_world_init(&world->situation);
	for (size_t i = 0; i < sizeof(jobs) / sizeof(jobs[0]); i++) {
		char labels[64];

		snprintf(labels, sizeof(labels), "job=%s,instance=10.0.0.%zu", jobs[i].job, i);
		put_now(&world->situation, "up", labels, jobs[i].up);
	}
	open_map(&world->situation, yaml);
	world->console.console->map = world->situation.state;
	console_prepare(world->console.console, width, height, VIEW_NOW_MS);
	press(&world->console, "7");
	settle_while(&world->situation, is_map_busy, world->situation.state);
}

static void close_world(struct map_world *world)
{
	world->console.console->map = NULL;
	console_world_release(&world->console);
	situation_world_release(&world->situation);
}

static const char *focused_name(const struct map_world *world)
{
	return world->situation.map.parts[world->console.console->map_focus].name;
}

static void expect_on(struct map_world *world, const char *text)
{
	cr_expect(shows(&world->console, text), "'%s' is not in\n%s", text, world->console.screen.text);
}

Test(view_map, the_picture_has_frames_rows_and_states)
{
	struct map_world world;

	open_world(&world, SYSTEM, 160, 45);
	for (const char *const *text = (const char *const[]){ "╭ east ", "╭ west ", "╭ API ", "Middle", "■ down",
							      "◆ suspect", "∅ not offered", "→ memory", "Store is down",
							      "■ 2 down   ◆ 2 suspect", NULL };
	     *text; text++)
		expect_on(&world, *text);
	close_world(&world);
}

Test(view_map, the_pane_says_why_and_what_it_costs)
{
	struct map_world world;

	open_world(&world, SYSTEM, 160, 45);
	/* What nothing goes on without is worse than what has a fallback. */
	expect_on(&world, "▸ Store");
	expect_on(&world, "max(up{job=\"store\"}) == 0");
	expect_on(&world, "everything kept");
	expect_on(&world, "needed by   Colony");
	press(&world.console, "/");
	type(&world.console, "cache");
	press(&world.console, "Enter");
	expect_on(&world, "▸ Cache");
	expect_on(&world, "02-y");
	expect_on(&world, "goes on     memory");
	close_world(&world);
}

Test(view_map, arrows_go_to_what_lies_there)
{
	struct map_world world;

	open_world(&world, SYSTEM, 160, 45);
	press(&world.console, "g");
	cr_expect_str_eq(focused_name(&world), "api");
	press(&world.console, "Down");
	cr_expect_str_eq(focused_name(&world), "colony");
	press(&world.console, "Right");
	cr_expect_str_eq(focused_name(&world), "cache");
	press(&world.console, "Down");
	cr_expect_str_eq(focused_name(&world), "store");
	press(&world.console, "Right");
	cr_expect_str_eq(focused_name(&world), "spare");
	press(&world.console, "Right");
	cr_expect_str_eq(focused_name(&world), "spare", "there is nothing further right");
	press(&world.console, "w");
	cr_expect_str_eq(focused_name(&world), "cache", "the next one in trouble");
	press(&world.console, "w");
	cr_expect_str_eq(focused_name(&world), "store");
	close_world(&world);
}

Test(view_map, opened_it_lists_every_instance_with_its_labels)
{
	struct map_world world;

	open_world(&world, SYSTEM, 160, 45);
	world.console.console->map_focus = (int)part_named(&world.situation, "colony");
	screen(&world.console);
	settle_while(&world.situation, is_map_busy, world.situation.state);
	press(&world.console, "Enter");
	cr_assert_not_null(text_overlay_of(world.console.console));
	expect_on(&world, "Instances: 1");
	expect_on(&world, "{instance=\"10.0.0.1\",job=\"colony\"}");
	expect_on(&world, "Store, which it stands on, is down");
	press(&world.console, "Esc x");
	expect_on(&world, "How its state is told");
	expect_on(&world, "this one counts now");
	press(&world.console, "Esc y");
	cr_expect(strstr(world.console.copied.text, "Colony: suspect"), "%s", world.console.copied.text);
	close_world(&world);
}

Test(view_map, a_small_screen_has_a_list)
{
	struct map_world world;

	open_world(&world, SYSTEM, 80, 20);
	expect_on(&world, "╭ Map ");
	expect_on(&world, "goes on: memory");
	expect_on(&world, "╭ Store ");
	press(&world.console, "g Down");
	cr_expect_str_eq(focused_name(&world), "colony");
	press(&world.console, "G");
	cr_expect_str_eq(focused_name(&world), "spare");
	console_prepare(world.console.console, 40, 6, VIEW_NOW_MS);
	expect_on(&world, "∅ Spare");
	cr_expect_not(shows(&world.console, "API"), "it has scrolled to the one with the focus");
	console_prepare(world.console.console, 12, 3, VIEW_NOW_MS);
	screen(&world.console);
	console_prepare(world.console.console, 1, 1, VIEW_NOW_MS);
	screen(&world.console);
	close_world(&world);
}

Test(view_map, every_size_can_be_drawn_in_every_glyph_set)
{
	static const int widths[] = { 1, 17, 40, 79, 80, 109, 110, 140, 200, 400 },
			 heights[] = { 1, 2, 9, 24, 30, 50, 100 };
	struct map_world world;

	open_world(&world, SYSTEM, 100, 30);
	for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++)
		for (size_t j = 0; j < sizeof(heights) / sizeof(heights[0]); j++)
			for (int set = GLYPHS_BRAILLE; set <= GLYPHS_ASCII; set++)
				expect_drawn(world.console.console, widths[i], heights[j], (enum glyph_set)set);
	close_world(&world);
}

Test(view_map, levels_are_a_stack)
{
	struct map_world world;
	struct map_layout layout;
	size_t low, high;

	open_world(&world,
		   "parts:\n  - { name: a, health: api, level: 0 }\n  - { name: b, health: store, level: 1 }\n"
		   "  - { name: c, health: colony, level: 2 }\n",
		   80, 40);
	map_layout_make(&layout, &world.situation.map, (struct rect){ 0, 0, 80, 30 });
	cr_assert(layout.picture);
	low = part_named(&world.situation, "a");
	high = part_named(&world.situation, "c");
	cr_expect_gt(layout.places[low].box.y, layout.places[high].box.y, "the foundation is at the bottom");
	cr_expect_eq(map_layout_next(&layout, low, 0, -1), part_named(&world.situation, "b"));
	cr_expect_eq(map_layout_at(&layout, layout.places[high].box.x, layout.places[high].box.y), (int)high);
	cr_expect_eq(map_layout_at(&layout, 79, 0), -1);
	map_layout_release(&layout);
	expect_on(&world, "◆ suspect");
	close_world(&world);
}

Test(view_map, without_a_map_it_says_so)
{
	struct console_world world;

	console_world_init(&world, CONSOLE_BOARD);
	press(&world, "7");
	cr_expect(shows(&world, "no map of this system"), "%s", screen(&world));
	press(&world, "Down Enter x w");
	cr_expect(shows(&world, "no map of this system"));
	console_world_release(&world);
}

Test(view_map, a_click_takes_the_focus)
{
	struct map_world world;
	struct map_layout layout;
	size_t spare;

	open_world(&world, SYSTEM, 160, 45);
	spare = part_named(&world.situation, "spare");
	map_layout_make(&layout, &world.situation.map, console_rows(world.console.console).body);
	click(&world.console, MOUSE_PRESS, layout.places[spare].box.x + 1, layout.places[spare].box.y + 1);
	cr_expect_eq(world.console.console->map_focus, (int)spare);
	map_layout_release(&layout);
	close_world(&world);
}
