/* What a value may be, where only the runbook says that what lists it reads; and checks of that kind. */
#include "runner_fixture.h"

#include "cli/walk.h"

TestSuite(runner_choices, .timeout = 60);

static struct world world;

static void set_up(void)
{
	world_init(&world);
}

static void tear_down(void)
{
	world_release(&world);
}

/* A program that no table knows, in the world's folder, that counts its calls. */
static void make_list(void)
{
	static const char text[] = "#!/bin/sh\necho \"$*\" >> \"$0.calls\"\necho one\necho 'two words'\n";
	char *path = path_join(world.folder, "list");

	cr_assert_eq(path_write(path, text, sizeof(text) - 1, NULL), 0);
	cr_assert_eq(chmod(path, 0755), 0);
	free(path);
}

static bool was_called(void)
{
	char *path = path_join(world.folder, "list.calls");
	bool ret = path_exists(path);

	free(path);
	return ret;
}

/* One step that needs <pick>; `more` stands beside the command. */
static void open_run(const char *command, const char *more)
{
	char *text = mem_printf("# T\n\n## R\n\n<!-- skep:\n  choices: { pick: { command: '%s'%s } }\n-->\n"
				"```bash\n# a\necho <pick> <where>\n```\n",
				command, more);

	world_open_run(&world, text, NULL);
	free(text);
}

static struct prompt_values values_of(const char *name)
{
	struct prompt_values values;

	for (int i = 0; i < 1000; i++) {
		runner_get_choices(world.runner, name, &values);
		if (values.answered)
			return values;
		world_wait(&world, 10);
	}
	cr_assert_fail("no answer");
	return values;
}

static struct prompt_values ask(const char *name)
{
	runner_ask_choices(world.runner, 0, name);
	return values_of(name);
}

Test(runner_choices, are_offered_then_listed, .init = set_up, .fini = tear_down)
{
	char *command = mem_printf("%s/list --all", world.folder), *program = path_join(world.folder, "list");
	struct prompt_values values;

	make_list();
	open_run(command, ", risk: read");
	cr_expect_lt(runner_list_choices(world.runner, 0, "pick", command, &world.error), 0, "nobody saw it yet");
	values = ask("pick");
	cr_assert(values.command, "%s", values.reason);
	cr_expect_str_eq(values.command, command);
	cr_expect_str_eq(values.program, program);
	cr_expect_eq(values.count, 0);
	world_wait(&world, 200);
	cr_expect_not(was_called());
	cr_expect_lt(runner_list_choices(world.runner, 0, "pick", "another", &world.error), 0);
	cr_expect_not_null(strstr(world.error.text, "look again"), "%s", world.error.text);
	cr_expect_lt(runner_list_choices(world.runner, 7, "pick", command, &world.error), 0);
	world_wait(&world, 200);
	cr_expect_not(was_called());
	values = values_of("pick");
	cr_assert(values.command, "what is offered stands");
	cr_assert_eq(runner_list_choices(world.runner, 0, "pick", values.command, &world.error), 0, "%s",
		     world.error.text);
	values = values_of("pick");
	cr_expect_null(values.command);
	cr_assert_eq(values.count, 2, "%s", values.reason);
	cr_expect_str_eq(values.items[1], "two words");
	cr_expect(was_called());
	free(command);
	free(program);
}

Test(runner_choices, are_not_offered_without_a_word, .init = set_up, .fini = tear_down)
{
	char *command = mem_printf("%s/list", world.folder);
	struct prompt_values values;

	make_list();
	open_run(command, "");
	values = ask("pick");
	cr_expect_null(values.command);
	cr_expect_str_eq(values.reason, "not run: 'list' is on no list of reading commands");
	cr_expect_lt(runner_list_choices(world.runner, 0, "pick", command, &world.error), 0);
	cr_expect_not(was_called());
	free(command);
}

Test(runner_choices, a_word_does_not_make_harmless, .init = set_up, .fini = tear_down)
{
	struct prompt_values values;
	char *command = mem_printf("%s/list; rm -rf %s/nothing", world.folder, world.folder);

	make_list();
	open_run(command, ", risk: read");
	values = ask("pick");
	cr_expect_null(values.command);
	cr_expect_str_eq(values.reason, "not run: 'rm' with '-r' destroys");
	cr_expect_not(was_called());
	free(command);
}

Test(runner_choices, what_a_table_knows_is_asked_at_once, .init = set_up, .fini = tear_down)
{
	struct prompt_values values;

	open_run("echo one", ", risk: read");
	values = ask("pick");
	cr_expect_null(values.command);
	cr_assert_eq(values.count, 1, "%s", values.reason);
}

Test(runner_choices, need_the_values_in_them, .init = set_up, .fini = tear_down)
{
	char *command = mem_printf("%s/list <where>", world.folder),
	     *filled = mem_printf("%s/list 'a b'", world.folder);
	struct prompt_values values;

	make_list();
	open_run(command, ", risk: read");
	values = ask("pick");
	cr_expect_null(values.command);
	cr_expect_str_eq(values.reason, "needs where");
	cr_assert_eq(runner_set_value(world.runner, "where", "a b", "typed", &world.error), 0);
	world_wait(&world, 50);
	values = ask("pick");
	cr_assert(values.command, "%s", values.reason);
	cr_expect_str_eq(values.command, filled);
	free(command);
	free(filled);
}

Test(runner_choices, are_never_run_on_a_walk, .init = set_up, .fini = tear_down)
{
	char *command = mem_printf("%s/list", world.folder);
	struct prompt_values values;

	make_list();
	world.config.walk = true;
	open_run(command, ", risk: read");
	values = ask("pick");
	cr_expect_null(values.command);
	cr_expect_str_eq(values.reason, "a walk-through: nothing is run");
	cr_expect_not(was_called());
	free(command);
}

Test(runner_choices, a_check_is_not_run_because_it_was_opened, .init = set_up, .fini = tear_down)
{
	char *text = mem_printf("# T\n\n## R\n\n<!-- skep: { check: { command: '%s/list', risk: read } } -->\n"
				"```bash\n# a\necho x\n```\n",
				world.folder);

	make_list();
	world_open_run(&world, text, NULL);
	runner_attend(world.runner, true);
	world_wait(&world, 500);
	cr_assert_eq(proofs_count(runner_proofs(world.runner)), 1);
	cr_expect_str_eq(proofs_get(runner_proofs(world.runner), 0)->words, "runs once you ran the step");
	cr_expect_eq(proofs_get(runner_proofs(world.runner), 0)->state, PROOF_UNKNOWN);
	cr_expect_not(was_called());
	free(text);
}

Test(runner_choices, are_chosen_by_number_where_that_is_clear)
{
	static const char *const words[] = { "snap-1", "snap-2" }, *const numbers[] = { "2", "3" };
	struct prompt_values values = { .answered = true, .items = words, .count = 2, .reason = "" };
	struct strbuf out = STRBUF_INIT;

	cr_expect_str_eq(walk_choice(&values, "2"), "snap-2");
	cr_expect_null(walk_choice(&values, "3"));
	cr_expect_null(walk_choice(&values, "0"));
	cr_expect_null(walk_choice(&values, "99999999999999999999"));
	cr_expect_null(walk_choice(&values, "2x"));
	cr_expect_null(walk_choice(&values, ""));
	walk_add_choices(&values, &out);
	cr_expect_str_eq(out.text, "    1 snap-1\n    2 snap-2\n");
	values.items = numbers;
	cr_expect_null(walk_choice(&values, "2"), "it is a value");
	values = (struct prompt_values){ .reason = "" };
	cr_expect_null(walk_choice(&values, "1"));
	strbuf_release(&out);
}
