#include <criterion/criterion.h>

#include "base/clock.h"
#include "console_fixture.h"
#include "ui/view/command.h"

static struct error last;

static int run(struct console_world *world, const char *line)
{
	int ret;

	last.text[0] = '\0';
	ret = line_command_run(world->console, line, &last);
	console_prepare(world->console, world->console->width, world->console->height, VIEW_NOW_MS);
	return ret;
}

static bool completes(struct console_world *world, const char *text, const char *to)
{
	struct prompt_candidates candidates = { 0 };
	bool ret = false;

	line_command_complete(world->console, text, &candidates);
	for (size_t i = 0; i < candidates.items.count; i++)
		ret |= strcmp(candidates.items.items[i], to) == 0;
	prompt_candidates_release(&candidates);
	return ret;
}

Test(command, every_row_says_what_it_does)
{
	size_t count;
	const struct line_command *table = line_command_table(&count);

	cr_assert_geq(count, 14);
	for (size_t i = 0; i < count; i++) {
		cr_expect(table[i].name && table[i].words && table[i].help && table[i].run, "row %zu", i);
		cr_expect(i == 0 || strcmp(table[i - 1].name, table[i].name) < 0, "%s is in order", table[i].name);
	}
}

Test(command, is_typed_behind_a_colon)
{
	struct console_world world;
	int64_t from, to;

	console_world_init(&world, CONSOLE_BOARD);
	press(&world, ":");
	type(&world, "range 3h");
	cr_expect(shows(&world, ":range 3h"));
	press(&world, "Enter");
	board_range(console_board(world.console), &from, &to);
	cr_expect_eq(to - from, 3 * CLOCK_HOUR);
	press(&world, ":");
	type(&world, "quit");
	press(&world, "Esc");
	cr_expect_eq(world.quits, 0);
	press(&world, ": Up Enter");
	cr_expect_eq(world.console->prompting, PROMPT_NONE);
	console_world_release(&world);
}

Test(command, does_what_keys_cannot_say)
{
	struct console_world world;
	int64_t from, to;

	console_world_init(&world, CONSOLE_BOARD);
	cr_expect_eq(run(&world, "theme day"), 0);
	cr_expect_str_eq(world.theme, "day");
	cr_expect_eq(run(&world, "theme"), 0);
	cr_expect_str_eq(world.theme, "(next)");
	cr_expect_eq(run(&world, "  panel   Latency  "), 0);
	cr_expect_eq(world.console->zoomed, 3);
	cr_expect_eq(run(&world, "find memory"), 0);
	cr_expect_str_eq(focus_title(&world), "Memory");
	cr_expect_eq(run(&world, "view sources"), 0);
	cr_expect_eq(world.console->view, &view_sources);
	cr_expect_eq(run(&world, "view board"), 0);
	cr_expect_eq(world.console->view, &view_board);
	cr_expect_eq(run(&world, "var env=staging"), 0);
	cr_expect_eq(run(&world, "at 2026-03-01T11:00"), 0);
	board_range(console_board(world.console), &from, &to);
	cr_expect_eq(to, VIEW_NOW_MS - CLOCK_HOUR);
	cr_expect_not(world.console->live);
	cr_expect_eq(run(&world, "now"), 0);
	cr_expect(world.console->live);
	cr_expect_eq(run(&world, "pause"), 0);
	cr_expect(world.console->paused);
	cr_expect_eq(run(&world, "refresh"), 0);
	cr_expect_eq(run(&world, "copy"), 0);
	cr_expect(strstr(world.copied.text, "Memory"));
	cr_expect_eq(run(&world, "help"), 0);
	cr_expect_eq(console_context(world.console), CONTEXT_HELP);
	cr_expect_eq(run(&world, "board 1"), 0);
	cr_expect_null(world.console->overlay);
	cr_expect_eq(run(&world, "board oper"), 0);
	cr_expect_eq(run(&world, "quit"), 0);
	cr_expect_eq(world.quits, 1);
	console_world_release(&world);
}

Test(command, says_what_is_wrong)
{
	static const struct {
		const char *line, *text;
	} rows[] = {
		{ "rang", NULL }, /* a beginning is enough */
		{ "bogus", "no command 'bogus'" },
		{ "themes", "did you mean 'theme'" },
		{ "pa", "begins several commands" },
		{ "range", "DURATION is missing" },
		{ "range never", "never" },
		{ "at soon", "soon" },
		{ "at 2036-01-01", "lies ahead" },
		{ "var env", "NAME=VALUE" },
		{ "var nothing=1", "nothing" },
		{ "panel zebra", "no panel 'zebra'" },
		{ "board zebra", "no dashboard 'zebra'" },
		{ "view zebra", "no view 'zebra'" },
		{ "theme none", "no theme 'none'" },
		{ "quit now", "takes no words" },
	};
	struct console_world world;

	console_world_init(&world, CONSOLE_BOARD);
	for (size_t i = 1; i < sizeof(rows) / sizeof(rows[0]); i++) {
		cr_expect_eq(run(&world, rows[i].line), -1, "%s", rows[i].line);
		cr_expect(strstr(last.text, rows[i].text), "%s: %s", rows[i].line, last.text);
	}
	cr_expect_eq(run(&world, "rang 1h"), 0);
	cr_expect_eq(run(&world, ""), 0);
	cr_expect_eq(run(&world, "   "), 0);
	press(&world, ":");
	type(&world, "bogus");
	press(&world, "Enter");
	cr_expect(shows(&world, "no command 'bogus'"));
	console_world_release(&world);
}

Test(command, in_watch_mode_only_looks)
{
	struct console_world world;

	console_world_init(&world, CONSOLE_BOARD);
	world.console->mode = CONSOLE_WATCH;
	cr_expect_eq(run(&world, "theme day"), -1);
	cr_expect(strstr(last.text, "watch mode"));
	cr_expect_eq(world.themes, 0);
	cr_expect_eq(run(&world, "range 1h"), 0);
	console_world_release(&world);
}

Test(command, completes_names_and_words)
{
	struct console_world world;

	console_world_init(&world, CONSOLE_BOARD);
	cr_expect(completes(&world, "ra", "range "));
	cr_expect(completes(&world, "", "quit"));
	cr_expect(completes(&world, "range 1", "range 15m"));
	cr_expect(completes(&world, "range 1", "range 12h"));
	cr_expect_not(completes(&world, "range 1", "range 3h"));
	cr_expect(completes(&world, "theme n", "theme night"));
	cr_expect(completes(&world, "var ", "var env="));
	cr_expect(completes(&world, "var env=s", "var env=staging"));
	cr_expect(completes(&world, "var node=", "var node=All"));
	cr_expect(completes(&world, "panel la", "panel Latency"));
	cr_expect_not(completes(&world, "panel dee", "panel Deeper"));
	cr_expect(completes(&world, "view s", "view sources"));
	cr_expect(completes(&world, "board op", "board Operations"));
	cr_expect_not(completes(&world, "quit ", "quit "));
	press(&world, ":");
	type(&world, "ra");
	press(&world, "Tab");
	cr_expect_str_eq(world.console->command_prompt.text.text, "range ");
	press(&world, "Tab Tab");
	cr_expect(shows(&world, "30m"));
	console_world_release(&world);
}

static int keep_picture(void *user, const char *path, struct error *error)
{
	(void)error;
	strbuf_addstr(user, path);
	return 0;
}

Test(command, a_picture_takes_no_file_that_is_there)
{
	struct strbuf kept = STRBUF_INIT;
	struct console_world world;
	void *user;

	console_world_init(&world, CONSOLE_BOARD);
	user = world.console->host.user;
	cr_expect_eq(run(&world, "picture /nowhere/screen.svg"), -1);
	cr_expect(strstr(last.text, "no screen"), "%s", last.text);
	world.console->host.save_picture = keep_picture;
	world.console->host.user = &kept;
	cr_expect_eq(run(&world, "picture /dev/null"), -1);
	cr_expect(strstr(last.text, "is there already"), "%s", last.text);
	cr_expect_eq(run(&world, "picture /nowhere/screen.svg"), 0);
	cr_expect_str_eq(kept.text, "/nowhere/screen.svg");
	strbuf_release(&kept);
	world.console->host.user = user;
	console_world_release(&world);
}
