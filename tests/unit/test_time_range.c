#include <criterion/criterion.h>

#include "base/clock.h"
#include "console_fixture.h"
#include "ui/view/time_range.h"

Test(time_range, climbs_the_ladder)
{
	cr_expect_eq(time_range_longer(CLOCK_HOUR), 3 * CLOCK_HOUR);
	cr_expect_eq(time_range_longer(CLOCK_HOUR + 1), 3 * CLOCK_HOUR);
	cr_expect_eq(time_range_longer(0), 5 * CLOCK_MINUTE);
	cr_expect_eq(time_range_longer(90 * CLOCK_DAY), 90 * CLOCK_DAY);
	cr_expect_eq(time_range_shorter(CLOCK_HOUR), 30 * CLOCK_MINUTE);
	cr_expect_eq(time_range_shorter(2 * CLOCK_HOUR), CLOCK_HOUR);
	cr_expect_eq(time_range_shorter(5 * CLOCK_MINUTE), 5 * CLOCK_MINUTE);
	cr_expect_eq(time_range_shorter(365 * CLOCK_DAY), 90 * CLOCK_DAY);
}

Test(time_range, pans_by_a_quarter_and_not_beyond_now)
{
	int64_t now = VIEW_NOW_MS;

	cr_expect_eq(time_range_pan(now, CLOCK_HOUR, -1, now), now - 15 * CLOCK_MINUTE);
	cr_expect_eq(time_range_pan(now - CLOCK_HOUR, CLOCK_HOUR, 1, now), now - 45 * CLOCK_MINUTE);
	cr_expect_eq(time_range_pan(now - CLOCK_MINUTE, CLOCK_HOUR, 1, now), now);
	cr_expect_eq(time_range_pan(CLOCK_HOUR, CLOCK_HOUR, -1, now), CLOCK_HOUR);
}

static int64_t length_of(const struct console_world *world)
{
	int64_t from, to;

	board_range(console_board(world->console), &from, &to);
	return to - from;
}

static int64_t end_of(const struct console_world *world)
{
	int64_t from, to;

	board_range(console_board(world->console), &from, &to);
	return to;
}

Test(time_range, keys_change_the_board)
{
	struct console_world world;

	console_world_init(&world, CONSOLE_BOARD);
	cr_assert_eq(length_of(&world), 6 * CLOCK_HOUR, "%ld", (long)length_of(&world));
	press(&world, "+");
	cr_expect_eq(length_of(&world), 12 * CLOCK_HOUR);
	press(&world, "- [");
	cr_expect_eq(length_of(&world), 3 * CLOCK_HOUR);
	press(&world, "]");
	cr_expect_eq(length_of(&world), 6 * CLOCK_HOUR);
	cr_expect(console_wants_refresh(world.console));
	cr_expect(shows(&world, "LIVE 6h"));
	console_world_release(&world);
}

Test(time_range, the_past_stands_still_until_now)
{
	struct console_world world;
	int64_t end;

	console_world_init(&world, CONSOLE_BOARD);
	end = end_of(&world);
	/* The board's clock is the real one, the console's is the test's: the later one counts as now. */
	world.console->now_ms = end;
	press(&world, "<");
	cr_expect_not(world.console->live);
	cr_expect_not(console_wants_refresh(world.console));
	cr_expect_eq(end_of(&world), end - 6 * CLOCK_HOUR / 4);
	cr_expect(shows(&world, "PAST"));
	press(&world, "p");
	cr_expect_not(world.console->paused);
	press(&world, ".");
	cr_expect(world.console->live);
	cr_expect(console_wants_refresh(world.console));
	cr_expect(shows(&world, "LIVE"));
	console_world_release(&world);
}

Test(time_range, pause_keeps_the_moment)
{
	struct console_world world;
	int64_t end;

	console_world_init(&world, CONSOLE_BOARD);
	press(&world, "p");
	end = end_of(&world);
	cr_expect(world.console->paused && world.console->live);
	cr_expect_not(console_wants_refresh(world.console));
	cr_expect(shows(&world, "PAUSED"));
	world_run_ms(&world.view.board, 5);
	press(&world, "R +");
	cr_expect_eq(end_of(&world), end);
	cr_expect_eq(length_of(&world), 12 * CLOCK_HOUR);
	press(&world, "p");
	cr_expect(console_wants_refresh(world.console));
	cr_expect_gt(end_of(&world), end);
	cr_expect_eq(length_of(&world), 12 * CLOCK_HOUR);
	console_world_release(&world);
}
