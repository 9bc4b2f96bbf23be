/* Which file a program is: found beside the loop, and anew before it is run. */
#include "runner_fixture.h"

#include <semaphore.h>

#include "base/clock.h"
#include "runbook/runner_lookup.h"

TestSuite(runner_lookup, .timeout = 60);

static struct world world;
static struct lookups *lookups;
static unsigned changes;
static sem_t gate;

static void on_change(void *user)
{
	(void)user;
	changes++;
}

static void set_up(void)
{
	world_init(&world);
	sem_init(&gate, 0, 0);
}

static void tear_down(void)
{
	lookups_free(lookups);
	lookups = NULL;
	world_release(&world);
}

static void make(const char *path)
{
	lookups = lookups_new(&(struct lookups_config){ .loop = world.loop,
							.pool = world.pool,
							.path = path,
							.directory = world.folder,
							.on_change = on_change });
}

static char *write_program(const char *name, unsigned mode)
{
	char *path = mem_printf("%s/%s", world.folder, name);
	FILE *file = fopen(path, "we");

	cr_assert(file);
	fputs("#!/bin/sh\n", file);
	fclose(file);
	cr_assert_eq(chmod(path, mode), 0);
	return path;
}

static void expect_file(const char *program, const char *wanted)
{
	struct arena arena = { 0 };
	const char *why = NULL, *file = lookups_find(lookups, program, &arena, &why);

	cr_expect(file && strcmp(file, wanted) == 0, "%s: %s (%s)", program, file ? file : "none", why ? why : "");
	arena_release(&arena);
}

static void expect_why(const char *program, const char *words)
{
	struct arena arena = { 0 };
	const char *why = NULL;

	cr_expect_null(lookups_find(lookups, program, &arena, &why), "%s", program);
	cr_expect(why && strstr(why, words), "%s: %s", program, why ? why : "no reason");
	arena_release(&arena);
}

Test(runner_lookup, by_name_by_path_and_relative, .init = set_up, .fini = tear_down)
{
	char *good = write_program("good", 0700), *bad = write_program("bad", 0600);
	char *relative = mem_printf("%s/./good", world.folder);

	make(world.folder);
	expect_file("good", good);
	expect_file(good, good);
	expect_file("./good", relative);
	expect_why("bad", "not executable");
	expect_why(bad, "cannot be run");
	expect_why("nothing-of-that-name", "not found in PATH");
	cr_expect(lookups_is_program(lookups, good));
	cr_expect_not(lookups_is_program(lookups, bad));
	cr_expect_not(lookups_is_program(lookups, world.folder), "a folder");
	cr_expect_eq(changes, 0, "nothing came late");
	free(relative);
	free(good);
	free(bad);
}

Test(runner_lookup, what_was_read_anew_counts_and_nothing_older, .init = set_up, .fini = tear_down)
{
	char *good = write_program("good", 0700);

	make(world.folder);
	expect_file("good", good);
	cr_assert_eq(remove(good), 0);
	lookups_take(lookups, lookups_read("FOO=1 good --now && $(other) | \"third one\"", lookups_path(lookups),
					   lookups_directory(lookups)));
	expect_why("good", "not found");
	expect_why("other", "not found");
	expect_why("third one", "not found");
	free(write_program("good", 0700));
	lookups_take(lookups, lookups_read("unterminated '", world.folder, world.folder));
	expect_file("good", good);
	free(good);
}

/* Another file of that name before it in PATH is not what a person said yes to. */
Test(runner_lookup, another_program_of_that_name_is_not_taken, .init = set_up, .fini = tear_down)
{
	char *good = write_program("good", 0700), *other, *path;
	char *folder = mem_printf("%s/bin", world.folder);

	cr_assert_eq(mkdir(folder, 0700), 0);
	path = mem_printf("%s:%s", folder, world.folder);
	make(path);
	expect_file("good", good);
	other = write_program("bin/good", 0700);
	lookups_take(lookups, lookups_read("good", path, world.folder));
	expect_why("good", "bin/good now, the run knew it as ");
	cr_assert_eq(remove(other), 0);
	lookups_take(lookups, lookups_read("good", path, world.folder));
	expect_file("good", good);
	free(other);
	free(path);
	free(folder);
	free(good);
}

/* ---- a folder that hangs: every thread that waits is taken ---- */

static void hang(void *state)
{
	(void)state;
	sem_wait(&gate);
}

static void nothing(void *state, void *user)
{
	(void)state;
	(void)user;
}

static void drop(void *state)
{
	(void)state;
}

static const struct job_ops hanging = { .work = hang, .done = nothing, .drop = drop, .waits = true };

static void hang_all(void)
{
	for (int i = 0; i < POOL_WAITING_MAX; i++)
		cr_assert(pool_submit(world.pool, &hanging, NULL, NULL, NULL));
}

static void let_go(void)
{
	for (int i = 0; i < POOL_WAITING_MAX; i++)
		sem_post(&gate);
}

Test(runner_lookup, a_folder_that_hangs_holds_nobody_up, .init = set_up, .fini = tear_down)
{
	int64_t began_ms;
	char *good = write_program("good", 0700);
	char name[16];

	make(world.folder);
	hang_all();
	began_ms = clock_monotonic_ms();
	for (int i = 0; i < 200; i++) {
		snprintf(name, sizeof(name), "p%d", i);
		expect_why(name, "does not answer");
	}
	expect_why("p0", "does not answer");
	cr_expect(lookups_is_program(lookups, good), "until it is known that it is none");
	/* One of 202 was waited for; each would have been two seconds. */
	cr_expect_lt(clock_monotonic_ms() - began_ms, 1000);
	let_go();
	for (int i = 0; i < 500 && !changes; i++)
		world_wait(&world, 10);
	cr_expect_gt(changes, 0u);
	expect_why("p0", "not found");
	for (int i = 0; i < 500 && changes < 4; i++)
		world_wait(&world, 10);
	expect_file("good", good);
	free(good);
}

Test(runner_lookup, letting_go_while_a_folder_hangs, .init = set_up, .fini = tear_down)
{
	make(world.folder);
	hang_all();
	expect_why("p", "does not answer");
	lookups_take(lookups, lookups_read("q", world.folder, world.folder));
	expect_why("q", "not found");
	expect_why("p", "does not answer");
	lookups_free(lookups);
	lookups = NULL;
	let_go();
	world_wait(&world, 50);
	cr_expect_eq(changes, 0);
}

Test(runner_lookup, a_path_of_thousands_of_folders, .init = set_up, .fini = tear_down)
{
	struct strbuf path = STRBUF_INIT;
	char *good = write_program("good", 0700);

	for (int i = 0; i < 5000; i++)
		strbuf_addf(&path, "%s/none-%d:", world.folder, i);
	strbuf_addstr(&path, world.folder);
	make(path.text);
	lookups_take(lookups, lookups_read("good", path.text, world.folder));
	expect_file("good", good);
	strbuf_release(&path);
	free(good);
}

/* ---- in a run ---- */

static const char *const *environment(struct arena *arena)
{
	const char **ret = arena_array(arena, 3, sizeof(*ret));

	ret[0] = arena_printf(arena, "PATH=%s", world.folder);
	ret[1] = arena_printf(arena, "HOME=%s", world.folder);
	return ret;
}

/* Nothing was run where the program went between the key and its start. */
Test(runner_lookup, a_program_that_goes_after_the_key_is_not_run, .init = set_up, .fini = tear_down)
{
	struct arena arena = { 0 };
	char *good = write_program("good", 0700);
	struct step_plan plan;

	world.config.place.environment = environment(&arena);
	world_open_run(&world, "# R\n\n## Diagnosis\n\n<!-- skep: { risk: read } -->\n```bash\ngood\n```\n", NULL);
	plan = world_plan(&world, "1.1");
	cr_assert_eq(plan.block, PLAN_READY, "%s", plan.why);
	cr_expect_str_eq(plan.program, good);
	hang_all();
	cr_assert_eq(runner_start_step(world.runner, world_step(&world, "1.1"), "good", NULL, &world.error), 0, "%s",
		     world.error.text);
	cr_assert_eq(remove(good), 0);
	let_go();
	for (int i = 0; i < 500 && !world.said[0]; i++)
		world_wait(&world, 10);
	cr_expect(strstr(world.said, "not run: good: not found in PATH"), "%s", world.said);
	cr_expect(!run_find_step(runner_run(world.runner), "1.1"), "not even an intent was written");
	arena_release(&arena);
	free(good);
}

Test(runner_lookup, a_plan_while_a_folder_hangs_is_none, .init = set_up, .fini = tear_down)
{
	struct arena arena = { 0 };
	char *good = write_program("good", 0700);

	world.config.place.environment = environment(&arena);
	world_open_run(&world, "# R\n\n## Diagnosis\n\n```bash\ngood\n```\n", NULL);
	hang_all();
	cr_expect_eq(world_plan(&world, "1.1").block, PLAN_PROGRAM);
	cr_expect_lt(runner_start_step(world.runner, 0, "good", "1.1", &world.error), 0);
	cr_expect(strstr(world.error.text, "does not answer"), "%s", world.error.text);
	let_go();
	for (int i = 0; i < 500 && world_plan(&world, "1.1").block != PLAN_READY; i++)
		world_wait(&world, 10);
	cr_expect_eq(world_plan(&world, "1.1").block, PLAN_READY);
	arena_release(&arena);
	free(good);
}
