#include <criterion/criterion.h>

#include "alerts_fixture.h"
#include "console_fixture.h"
#include "ui/panel/panel.h"
#include "ui/view/wall.h"

Test(console, zooms_and_comes_back)
{
	struct console_world world;

	console_world_init(&world, CONSOLE_BOARD);
	press(&world, "Right Enter");
	cr_expect_eq(world.console->zoomed, 1);
	cr_expect_eq(console_context(world.console), CONTEXT_ZOOM);
	cr_expect_not(shows(&world, "Latency"));
	press(&world, "Tab");
	cr_expect_eq(world.console->zoomed, 2);
	press(&world, "Shift-Tab Shift-Tab");
	cr_expect_eq(world.console->zoomed, 0);
	press(&world, "q");
	cr_expect_eq(world.console->zoomed, -1);
	cr_expect_str_eq(focus_title(&world), "Up");
	cr_expect_eq(world.quits, 0);
	press(&world, "Shift-Tab Enter Tab");
	cr_expect_str_eq(focus_title(&world), "Up", "headings are passed over");
	console_world_release(&world);
}

Test(console, leaves_by_q_and_never_by_escape)
{
	struct console_world world;

	console_world_init(&world, CONSOLE_BOARD);
	press(&world, "Esc Esc");
	cr_expect_eq(world.quits, 0);
	cr_expect(shows(&world, "q leaves"));
	press(&world, "Ctrl-C");
	cr_expect_eq(world.quits, 0);
	press(&world, "6 q");
	cr_expect_eq(world.quits, 0);
	cr_expect_eq(world.console->view, &view_board);
	press(&world, "q");
	cr_expect_eq(world.quits, 1);
	console_world_release(&world);
}

Test(console, asks_its_host)
{
	struct console_world world;

	console_world_init(&world, CONSOLE_BOARD);
	press(&world, "Ctrl-L Ctrl-Z T");
	cr_expect_eq(world.redraws, 1);
	cr_expect_eq(world.suspends, 1);
	cr_expect_eq(world.themes, 1);
	press(&world, "Down y");
	cr_expect_str_eq(world.copied.text, "latency\nLatency: waiting");
	cr_expect(shows(&world, "copied"));
	world.console->host = (struct console_host){ .user = &world };
	cr_expect_not(console_offers(world.console, ACTION_THEME));
	cr_expect_not(console_offers(world.console, ACTION_COPY));
	cr_expect_not(console_offers(world.console, ACTION_BACK));
	press(&world, "q T y Ctrl-Z Ctrl-L");
	console_world_release(&world);
}

Test(console, the_cursor_stands_on_the_focus)
{
	struct console_world world;
	int x, y;

	console_world_init(&world, CONSOLE_BOARD);
	cr_assert(console_cursor(world.console, &x, &y));
	cr_expect_eq(x, 2);
	cr_expect_eq(y, 1);
	press(&world, "Right");
	cr_assert(console_cursor(world.console, &x, &y));
	cr_expect_gt(x, 20);
	press(&world, "6");
	cr_expect_not(console_cursor(world.console, &x, &y));
	console_world_release(&world);
}

Test(console, without_keys_is_drawn_as_a_picture)
{
	struct console_world world;

	console_world_init(&world, CONSOLE_BOARD);
	world.console->keymap = NULL;
	world.console->focus = -1;
	console_prepare(world.console, 100, 20, VIEW_NOW_MS);
	cr_expect_eq(world.console->focus, -1);
	cr_expect_eq(console_rows(world.console).body.height, 19);
	cr_expect_not(shows(&world, "? help"));
	cr_expect_not(press(&world, "Right"));
	console_prepare(world.console, 100, 0, VIEW_NOW_MS);
	cr_expect_eq(console_full_height(world.console), 1 + world.console->layout.height);
	console_world_release(&world);
}

Test(console, gives_up_its_own_lines_on_low_screens)
{
	struct alerts_world of;

	alerts_world_init(&of, 80, 24);
	alerts_world_add(&of, ALERT_OPEN, 0, "SynapseNaNDetected", "severity=critical");
	cr_expect_eq(console_rows(of.world.console).body.height, 21);
	cr_expect(shows(&of.world, "SynapseNaNDetected"));
	console_prepare(of.world.console, 80, 9, VIEW_NOW_MS);
	cr_expect_eq(console_rows(of.world.console).body.height, 8);
	cr_expect_not(shows(&of.world, "SynapseNaNDetected"));
	cr_expect_not(shows(&of.world, "? help"));
	press(&of.world, ":");
	type(&of.world, "now");
	cr_expect(shows(&of.world, ":now"));
	alerts_world_release(&of);
}

Test(console, can_be_any_size)
{
	static const char *const keys[] = {
		"Tab", "Enter", "?", "Esc", "v", "Enter", "Esc", "x", "o", "Esc", "6", "G"
	};
	struct console_world world;

	console_world_init(&world, CONSOLE_BOARD);
	for (int width = 1; width < 130; width = width * 3 / 2 + 1)
		for (int height = 1; height < 60; height = height * 3 / 2 + 1) {
			console_prepare(world.console, width, height, VIEW_NOW_MS);
			for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
				int x = -1, y = -1;
				press(&world, keys[i]);
				screen(&world);
				if (console_cursor(world.console, &x, &y))
					cr_expect(x >= 0 && x < width && y >= 0 && y < height, "%dx%d: %d,%d after %s",
						  width, height, x, y, keys[i]);
			}
			press(&world, "1");
		}
	console_world_release(&world);
}

Test(console, a_click_looks)
{
	struct console_world world;

	console_world_init(&world, CONSOLE_BOARD);
	click(&world, MOUSE_PRESS, 50, 3);
	cr_expect_str_eq(focus_title(&world), "Agents");
	cr_expect_eq(world.console->zoomed, -1);
	click(&world, MOUSE_PRESS, 50, 3);
	cr_expect_eq(world.console->zoomed, 1);
	press(&world, "Esc");
	click(&world, MOUSE_PRESS, 5, 0);
	cr_expect_str_eq(focus_title(&world), "Agents");
	console_prepare(world.console, 100, 12, VIEW_NOW_MS);
	click(&world, MOUSE_WHEEL_DOWN, 5, 5);
	cr_expect_gt(world.console->scroll, 0);
	click(&world, MOUSE_WHEEL_UP, 5, 5);
	cr_expect_eq(world.console->scroll, 0);
	press(&world, "?");
	click(&world, MOUSE_PRESS, 5, 5);
	cr_expect_not_null(world.console->overlay);
	console_world_release(&world);
}

Test(console, a_paste_does_nothing_outside_a_line)
{
	struct console_world world;
	struct input_event paste = { .kind = INPUT_PASTE, .text = "q\nq\n" };

	console_world_init(&world, CONSOLE_BOARD);
	cr_expect_not(console_handle(world.console, &paste, 10));
	cr_expect_eq(world.quits, 0);
	press(&world, ":");
	console_handle(world.console, &paste, 20);
	cr_expect_eq(world.quits, 0);
	cr_expect_str_eq(world.console->command_prompt.text.text, "q");
	console_world_release(&world);
}

Test(console, jumps_to_the_worst)
{
	struct console_world world;

	console_world_init(&world, CONSOLE_BOARD);
	world_data(&world.view.board, "Latency")->state = DATA_VALUE;
	press(&world, "w");
	cr_expect(shows(&world, "stands badly"));
	world_data(&world.view.board, "Latency")->state = DATA_DOWN;
	press(&world, "6 w");
	cr_expect_eq(world.console->view, &view_board);
	cr_expect_str_eq(focus_title(&world), "Latency");
	console_world_release(&world);
}

Test(console, reads_a_chart_by_its_cursor)
{
	struct console_world world;
	struct panel_view view;

	console_world_init(&world, CONSOLE_BOARD);
	press(&world, "Down Enter Left");
	console_panel_view(world.console, 3, &view);
	cr_expect_eq(view.cursor_ms, view.end_ms);
	press(&world, "Left Left");
	console_panel_view(world.console, 3, &view);
	cr_expect(view.cursor_ms < view.end_ms && view.cursor_ms > view.start_ms);
	press(&world, "Right Right Right");
	cr_expect_eq(world.console->cursor_ms, 0);
	press(&world, "Left Esc");
	cr_expect_eq(world.console->cursor_ms, 0);
	console_panel_view(world.console, 2, &view);
	cr_expect_eq(view.selected, -1);
	cr_expect_eq(view.chosen, 0);
	console_world_release(&world);
}

Test(console, scrolls_a_text_no_further_than_it_goes)
{
	struct console_world world;

	console_world_init(&world, CONSOLE_BOARD);
	console_prepare(world.console, 60, 6, VIEW_NOW_MS);
	press(&world, "G Enter");
	cr_expect_eq(world.console->zoomed, 6);
	press(&world, "Up");
	cr_expect_eq(world.console->panel_scroll, 0);
	press(&world, "PgDn PgDn PgDn PgDn");
	cr_expect_eq(world.console->panel_scroll, 2, "%d", world.console->panel_scroll);
	cr_expect(shows(&world, "three"));
	press(&world, "g");
	cr_expect_eq(world.console->panel_scroll, 0);
	console_world_release(&world);
}

Test(console, of_several_dashboards_shows_one)
{
	struct console_world world;
	struct board_world other;
	struct board *boards[2];

	console_world_init(&world, CONSOLE_BOARD);
	world_init(&other, NULL, NULL, "{\"title\":\"Nothing\",\"panels\":[]}");
	boards[0] = world.view.board.board;
	boards[1] = other.board;
	world.console->boards = boards;
	world.console->board_count = 2;
	cr_expect(shows(&world, "[1/2]"));
	press(&world, "Down Enter");
	press(&world, "1");
	cr_expect_eq(world.console->board, 0, "from the zoom first back to the board");
	press(&world, "1");
	cr_expect_eq(world.console->board, 1);
	cr_expect(shows(&world, "Nothing [2/2]") || shows(&world, "Nothing  [2/2]"));
	cr_expect(shows(&world, "this dashboard has no panels"));
	press(&world, "Down Enter Tab w x o y + <");
	press(&world, "1");
	cr_expect_eq(world.console->board, 0);
	cr_expect_not(world.console->live, "the moment is carried along");
	console_release(world.console);
	console_init(world.console);
	world_release(&other);
	console_world_release(&world);
}

Test(console, only_q_and_cancel_leave_the_wall)
{
	struct console_world world;

	console_world_init(&world, CONSOLE_BOARD);
	world.console->mode = CONSOLE_WALL;
	press(&world, "Esc x ? : / Enter Down R T 6 Esc");
	cr_expect_eq(world.quits, 0);
	cr_expect_null(world.console->overlay);
	press(&world, "q");
	cr_expect_eq(world.quits, 1);
	press(&world, "Ctrl-C");
	cr_expect_eq(world.quits, 2);
	console_world_release(&world);
}

Test(console, the_wall_turns_its_pages)
{
	struct console_world world;
	int pages;

	console_world_init(&world, CONSOLE_BOARD);
	world.console->mode = CONSOLE_WALL;
	world.console->focus = -1;
	console_prepare(world.console, 100, 12, VIEW_NOW_MS);
	cr_expect_eq(wall_page(world.console, &pages), 1);
	cr_assert_gt(pages, 1);
	cr_expect_not(console_tick(world.console, 1));
	cr_expect_not(console_tick(world.console, WALL_PAGE_MS));
	for (int i = 2; i <= pages; i++) {
		cr_expect(console_tick(world.console, 1 + (int64_t)(i - 1) * WALL_PAGE_MS));
		cr_expect_eq(wall_page(world.console, &pages), i);
	}
	cr_expect(console_tick(world.console, 1 + (int64_t)pages * WALL_PAGE_MS));
	cr_expect_eq(world.console->scroll, 0);
	press(&world, "Tab Enter 6 ? v x T");
	click(&world, MOUSE_PRESS, 5, 5);
	cr_expect_eq(world.console->view, &view_board);
	cr_expect_null(world.console->overlay);
	cr_expect_eq(world.console->zoomed, -1);
	cr_expect_eq(world.quits + world.themes, 0);
	press(&world, "Ctrl-C");
	cr_expect_eq(world.quits, 1);
	press(&world, "q");
	cr_expect_eq(world.quits, 2);
	console_world_release(&world);
}

Test(console, without_dashboards_is_empty_but_whole)
{
	struct console_world world;

	console_world_init(&world, CONSOLE_BOARD);
	world.console->board_count = 0;
	cr_expect(shows(&world, "no dashboard"));
	press(&world, "Tab Enter + < p w x o v / : Esc n N 6 1 ?");
	cr_expect(shows(&world, "Keys"));
	console_world_release(&world);
}
