#include <criterion/criterion.h>

#include "console_fixture.h"
#include "ui/view/find.h"
#include "ui/view/overlay_text.h"

Test(find, goes_along_while_it_is_typed)
{
	struct console_world world;

	console_world_init(&world, CONSOLE_BOARD);
	press(&world, "/");
	cr_expect_eq(world.console->prompting, PROMPT_FIND);
	type(&world, "me");
	cr_expect_str_eq(focus_title(&world), "Memory");
	type(&world, "x");
	cr_expect_str_eq(focus_title(&world), "Memory");
	press(&world, "Backspace Backspace Backspace");
	type(&world, "dec");
	cr_expect_str_eq(focus_title(&world), "Decisions");
	press(&world, "Enter");
	cr_expect_eq(world.console->prompting, PROMPT_NONE);
	cr_expect_str_eq(focus_title(&world), "Decisions");
	console_world_release(&world);
}

Test(find, given_up_it_comes_back)
{
	struct console_world world;

	console_world_init(&world, CONSOLE_BOARD);
	press(&world, "Right /");
	type(&world, "notes");
	cr_expect_str_eq(focus_title(&world), "Notes");
	press(&world, "Esc");
	cr_expect_str_eq(focus_title(&world), "Agents");
	cr_expect_str_empty(world.console->needle);
	cr_expect_eq(world.quits, 0);
	console_world_release(&world);
}

Test(find, next_and_former_go_round)
{
	struct console_world world;

	console_world_init(&world, CONSOLE_BOARD);
	cr_expect_not(console_offers(world.console, ACTION_FIND_NEXT));
	press(&world, "/");
	type(&world, "de");
	press(&world, "Enter");
	cr_expect_str_eq(focus_title(&world), "Decisions");
	cr_expect(console_offers(world.console, ACTION_FIND_NEXT));
	press(&world, "n");
	cr_expect_str_eq(focus_title(&world), "Deeper");
	press(&world, "n");
	cr_expect_str_eq(focus_title(&world), "Decisions");
	press(&world, "N");
	cr_expect_str_eq(focus_title(&world), "Deeper");
	press(&world, "Esc");
	cr_expect_str_empty(world.console->needle);
	cr_expect_eq(world.quits, 0);
	console_world_release(&world);
}

Test(find, says_when_there_is_nothing)
{
	struct console_world world;

	console_world_init(&world, CONSOLE_BOARD);
	press(&world, "/");
	type(&world, "zebra");
	press(&world, "Enter");
	cr_expect(shows(&world, "nothing here holds 'zebra'"));
	cr_expect_str_eq(focus_title(&world), "Up");
	console_world_release(&world);
}

Test(find, knows_names_of_series)
{
	struct console_world world;
	struct panel_data *data;
	struct field field = { .type = FIELD_NUMBER, .display_name = "host-7:9100" };
	struct frame frame = { .fields = &field, .field_count = 1 };

	console_world_init(&world, CONSOLE_BOARD);
	data = world_data(&world.view.board, "Latency");
	vec_push(&data->frames.frames, frame);
	data->frames.frames.items[0].fields = arena_alloc(&data->frames.arena, sizeof(field));
	data->frames.frames.items[0].fields[0] = field;
	cr_expect(find_matches(world.console, world_index(&world.view.board, "Latency"), "HOST-7"));
	cr_expect_not(find_matches(world.console, world_index(&world.view.board, "Decisions"), "host-7"));
	cr_expect_eq(find_panel(world.console, "host-7", 0, 1), (int)world_index(&world.view.board, "Latency"));
	cr_expect_eq(find_panel(world.console, "", 0, 1), -1);
	console_world_release(&world);
}

Test(find, marks_what_it_found)
{
	struct console_world world;
	struct canvas *canvas = canvas_new(40, 2, GLYPHS_BRAILLE);
	struct style before, selected = style_role(ROLE_SELECTION);

	console_world_init(&world, CONSOLE_BOARD);
	canvas_put(canvas, 0, 0, "日本 Latency latency", style_role(ROLE_TEXT), -1);
	before = canvas_cell(canvas, 4, 0)->style;
	snprintf(world.console->needle, sizeof(world.console->needle), "latency");
	find_mark(world.console, canvas, canvas_rect(canvas));
	cr_expect(style_equal(&canvas_cell(canvas, 4, 0)->style, &before));
	for (int x = 5; x < 20; x++) {
		struct colour bg = canvas_cell(canvas, x, 0)->style.bg;
		cr_expect_eq(bg.kind == selected.bg.kind && bg.role == selected.bg.role, x != 12, "column %d", x);
	}
	canvas_free(canvas);
	console_world_release(&world);
}

Test(find, searches_the_text_that_lies_on_top)
{
	struct console_world world;
	struct text_overlay *text;

	console_world_init(&world, CONSOLE_BOARD);
	console_prepare(world.console, 80, 12, VIEW_NOW_MS);
	press(&world, "? /");
	type(&world, "draw the whole");
	press(&world, "Enter");
	text = text_overlay_of(world.console);
	cr_assert(text);
	cr_expect_gt(text->scroll, 0);
	cr_expect(shows(&world, "draw the whole screen again"));
	press(&world, "Esc");
	cr_expect_null(world.console->overlay);
	console_world_release(&world);
}
