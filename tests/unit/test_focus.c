#include <criterion/criterion.h>

#include "console_fixture.h"
#include "ui/view/focus.h"

/* Three above, a wide one, two below; the last of them lower than its neighbour. */
static const struct layout_item grid[] = {
	{ .rect = { 0, 0, 30, 5 } },   { .rect = { 30, 0, 30, 5 } }, { .rect = { 60, 0, 30, 5 } },
	{ .rect = { 0, 5, 90, 1 } },   { .rect = { 0, 6, 45, 10 } }, { .rect = { 45, 6, 45, 5 } },
	{ .rect = { 45, 11, 45, 5 } },
};
#define COUNT (sizeof(grid) / sizeof(grid[0]))

static int beside(int from, enum action direction)
{
	return focus_beside(grid, COUNT, from, direction, -1);
}

Test(focus, goes_sideways_only_to_what_stands_beside)
{
	cr_expect_eq(beside(0, ACTION_RIGHT), 1);
	cr_expect_eq(beside(1, ACTION_RIGHT), 2);
	cr_expect_eq(beside(2, ACTION_RIGHT), 2);
	cr_expect_eq(beside(2, ACTION_LEFT), 1);
	cr_expect_eq(beside(0, ACTION_LEFT), 0);
	cr_expect_eq(beside(4, ACTION_RIGHT), 5);
	cr_expect_eq(beside(6, ACTION_LEFT), 4);
	cr_expect_eq(beside(3, ACTION_RIGHT), 3);
}

Test(focus, goes_down_in_its_column)
{
	cr_expect_eq(beside(0, ACTION_DOWN), 3);
	cr_expect_eq(beside(5, ACTION_DOWN), 6);
	cr_expect_eq(beside(6, ACTION_UP), 5);
	cr_expect_eq(beside(6, ACTION_DOWN), 6);
	cr_expect_eq(beside(0, ACTION_UP), 0);
	cr_expect_eq(focus_beside(grid, COUNT, 3, ACTION_DOWN, 80), 5);
	cr_expect_eq(focus_beside(grid, COUNT, 3, ACTION_DOWN, 2), 4);
	cr_expect_eq(focus_beside(grid, COUNT, 3, ACTION_UP, 80), 2);
}

Test(focus, reads_in_order_round_the_end)
{
	cr_expect_eq(focus_in_order(grid, COUNT, -1, 1), 0);
	cr_expect_eq(focus_in_order(grid, COUNT, -1, -1), 6);
	cr_expect_eq(focus_in_order(grid, COUNT, 2, 1), 3);
	cr_expect_eq(focus_in_order(grid, COUNT, 6, 1), 0);
	cr_expect_eq(focus_in_order(grid, COUNT, 0, -1), 6);
	cr_expect_eq(focus_in_order(grid, 0, -1, 1), -1);
	cr_expect_eq(focus_in_order(grid, 1, 0, 1), 0);
}

Test(focus, finds_what_begins_at_a_row)
{
	cr_expect_eq(focus_at_row(grid, COUNT, 0), 0);
	cr_expect_eq(focus_at_row(grid, COUNT, 1), 3);
	cr_expect_eq(focus_at_row(grid, COUNT, 7), 6);
	cr_expect_eq(focus_at_row(grid, COUNT, 100), 6);
	cr_expect_eq(focus_at_row(grid, 0, 0), -1);
}

Test(focus, every_item_can_be_reached_by_arrows)
{
	static const enum action arrows[] = { ACTION_LEFT, ACTION_RIGHT, ACTION_UP, ACTION_DOWN };
	bool reached[COUNT] = { true };

	for (size_t round = 0; round < COUNT; round++)
		for (size_t i = 0; i < COUNT; i++)
			for (size_t k = 0; reached[i] && k < 4; k++)
				reached[beside((int)i, arrows[k])] = true;
	for (size_t i = 0; i < COUNT; i++)
		cr_expect(reached[i], "item %zu", i);
}

Test(focus, keeps_its_column_through_a_heading)
{
	struct console_world world;

	console_world_init(&world, CONSOLE_BOARD);
	press(&world, "Right Right Down");
	cr_expect_str_eq(focus_title(&world), "Decisions");
	press(&world, "Down Down Up Up Up");
	cr_expect_str_eq(focus_title(&world), "Memory");
	console_world_release(&world);
}

Test(focus, scrolls_what_has_it_into_sight)
{
	struct console_world world;
	const struct rect *rect;
	struct rect body;

	console_world_init(&world, CONSOLE_BOARD);
	console_prepare(world.console, 100, 14, VIEW_NOW_MS);
	for (int i = 0; i < 12; i++) {
		press(&world, i < 7 ? "Tab" : "Up");
		rect = &world.console->items[world.console->focus].rect;
		body = console_rows(world.console).body;
		cr_expect_geq(rect->y, world.console->scroll);
		cr_expect(rect->y < world.console->scroll + body.height);
		cr_expect(rect->height > body.height || rect->y + rect->height <= world.console->scroll + body.height);
	}
	press(&world, "G");
	cr_expect_eq(world.console->scroll, world.console->layout.height - console_rows(world.console).body.height);
	cr_expect_str_eq(focus_title(&world), "Notes");
	press(&world, "g");
	cr_expect_eq(world.console->scroll, 0);
	cr_expect_str_eq(focus_title(&world), "Up");
	press(&world, "PgDn");
	cr_expect_gt(world.console->scroll, 0);
	press(&world, "PgUp PgUp PgUp");
	cr_expect_eq(world.console->scroll, 0);
	cr_expect_str_eq(focus_title(&world), "Up");
	console_world_release(&world);
}

Test(focus, follows_its_panel_when_others_go_and_come)
{
	struct console_world world;
	int place;

	console_world_init(&world, CONSOLE_BOARD);
	console_prepare(world.console, 100, 20, VIEW_NOW_MS);
	press(&world, "G");
	cr_expect_str_eq(focus_title(&world), "Notes");
	press(&world, "Up");
	cr_expect_str_eq(focus_title(&world), "Deeper");
	place = world.console->items[world.console->focus].rect.y - world.console->scroll;
	press(&world, "Enter");
	cr_expect_str_eq(focus_title(&world), "Deeper");
	cr_expect_eq(world.console->item_count, 6);
	press(&world, "Enter");
	cr_expect_eq(world.console->item_count, 7);
	cr_expect_str_eq(focus_title(&world), "Deeper");
	cr_expect_geq(world.console->items[world.console->focus].rect.y - world.console->scroll, place);
	console_prepare(world.console, 60, 40, VIEW_NOW_MS);
	cr_expect_str_eq(focus_title(&world), "Deeper");
	console_world_release(&world);
}

Test(focus, of_repeated_panels_stays_with_its_value)
{
	struct console_world world;
	struct error error;

	console_world_init(
		&world, "{\"title\":\"t\",\"panels\":[{\"id\":1,\"title\":\"on $node\",\"type\":\"stat\",\"repeat\":"
			"\"node\",\"gridPos\":{\"x\":0,\"y\":0,\"w\":12,\"h\":4}}],\"templating\":{\"list\":[{\"name\":"
			"\"node\",\"type\":\"custom\",\"multi\":true,\"query\":\"n1,n2,n3\",\"current\":{\"value\":["
			"\"n1\",\"n2\",\"n3\"]}}]}}");
	board_refresh(world.view.board.board);
	world_run_ms(&world.view.board, 20);
	console_prepare(world.console, 100, 30, VIEW_NOW_MS);
	cr_assert_eq(world.console->item_count, 3);
	press(&world, "Tab Tab");
	cr_assert_str_eq(focus_title(&world), "on n3");
	cr_assert_eq(variables_choose(board_variables(world.view.board.board), "node", "n2,n3", &error), 0);
	board_variables_changed(world.view.board.board);
	world_run_ms(&world.view.board, 20);
	console_prepare(world.console, 100, 30, VIEW_NOW_MS);
	cr_assert_eq(world.console->item_count, 2);
	cr_expect_str_eq(focus_title(&world), "on n3");
	console_world_release(&world);
}
