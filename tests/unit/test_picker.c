#include <criterion/criterion.h>

#include "console_fixture.h"
#include "ui/view/overlay_picker.h"
#include "ui/view/picker.h"

static const struct variable_state *variable(struct console_world *world, size_t index)
{
	return &board_variables(console_board(world->console))->items[index];
}

Test(picker, lists_variables_with_what_is_chosen)
{
	struct console_world world;

	console_world_init(&world, CONSOLE_BOARD);
	press(&world, "v");
	cr_expect_eq(console_context(world.console), CONTEXT_PICKER);
	cr_expect(shows(&world, "env"));
	cr_expect(shows(&world, "prod"));
	cr_expect(shows(&world, "node"));
	press(&world, "q");
	cr_expect_null(world.console->overlay);
	cr_expect_eq(world.quits, 0);
	console_world_release(&world);
}

Test(picker, chooses_one_value)
{
	struct console_world world;

	console_world_init(&world, CONSOLE_BOARD);
	press(&world, "v Enter");
	cr_expect(shows(&world, "staging"));
	press(&world, "Down Enter");
	cr_assert_eq(variable(&world, 0)->value_count, 1);
	cr_expect_str_eq(variable(&world, 0)->values[0], "staging");
	/* Back in the list, for the next one. */
	cr_expect_eq(console_context(world.console), CONTEXT_PICKER);
	press(&world, "Esc");
	cr_expect_null(world.console->overlay);
	console_world_release(&world);
}

Test(picker, every_printable_key_filters)
{
	struct console_world world;

	console_world_init(&world, CONSOLE_BOARD);
	press(&world, "v Enter");
	type(&world, "dr");
	cr_expect_not(shows(&world, "staging"));
	type(&world, "q?");
	cr_expect(shows(&world, "drq?"));
	cr_expect(shows(&world, "as typed"));
	press(&world, "Backspace Backspace Enter");
	cr_expect_str_eq(variable(&world, 0)->values[0], "drill");
	console_world_release(&world);
}

Test(picker, what_no_value_holds_can_be_given)
{
	struct console_world world;

	console_world_init(&world, CONSOLE_BOARD);
	press(&world, "v Enter");
	type(&world, "lab");
	press(&world, "Enter");
	cr_expect_str_eq(variable(&world, 0)->values[0], "lab");
	console_world_release(&world);
}

Test(picker, marks_several)
{
	struct console_world world;
	const struct variable_state *state;

	console_world_init(&world, CONSOLE_BOARD);
	press(&world, "v Down Enter");
	cr_expect(shows(&world, "All"));
	/* The cursor is on n1, which is chosen. */
	press(&world, "Down Space Enter");
	state = variable(&world, 1);
	cr_assert_eq(state->value_count, 2);
	cr_expect_str_eq(state->values[0], "n1");
	cr_expect_str_eq(state->values[1], "n2");
	cr_expect_not(state->all);
	press(&world, "Enter Home Space Enter");
	cr_expect(state->all);
	press(&world, "Enter Space Enter");
	cr_expect(shows(&world, "choose at least one value"));
	cr_expect(state->all);
	press(&world, "End Enter");
	cr_expect(shows(&world, "choose at least one value"));
	press(&world, "Space Enter");
	cr_assert_eq(state->value_count, 1);
	cr_expect_str_eq(state->values[0], "n3");
	console_world_release(&world);
}

Test(picker, edits_a_text)
{
	struct console_world world;

	console_world_init(&world, CONSOLE_BOARD);
	press(&world, "v End Enter");
	cr_expect(shows(&world, "hello"));
	type(&world, " q");
	press(&world, "Enter");
	cr_expect_str_eq(variable(&world, 2)->values[0], "hello q");
	press(&world, "Enter Ctrl-U Esc");
	cr_expect_str_eq(variable(&world, 2)->values[0], "hello q");
	console_world_release(&world);
}

Test(picker, is_not_offered_without_variables)
{
	struct console_world world;

	console_world_init(&world, "{\"title\":\"t\",\"panels\":[{\"id\":1,\"title\":\"A\",\"type\":\"stat\"}]}");
	cr_expect_not(console_offers(world.console, ACTION_VARIABLES));
	cr_expect_not(press(&world, "v"));
	cr_expect_null(world.console->overlay);
	console_world_release(&world);
}
