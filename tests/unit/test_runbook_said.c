/* Queries of a runbook that are in sight: each has its value where it stands, none is asked out of sight. */
#include "runbook_fixture.h"

static struct runbook_world world;

#define QUERY(text) "```promql\n" text "\n```\n\n"

static void setup(void)
{
	runbook_world_init(&world, "# T\n\n## Diagnosis\n\n" QUERY("sum(a)") QUERY("b") QUERY("c") QUERY("d")
					   QUERY("e") "## Resolution\n\n```bash\n# Look\nls\n```\n\n"
						      "## Post-incident\n\n" QUERY("f"));
}

static void teardown(void)
{
	runbook_world_release(&world);
}

TestSuite(runbook_said, .init = setup, .fini = teardown, .timeout = 60);

static const char *const one[] = { "0.42" };
static const char *const several[] = {
	"pod=a 3", "pod=b 7.25", "pod=c 123456", "pod=d 9.1234e+06", "pod=e 1", "pod=f 2"
};

static bool says(const char *text)
{
	return strstr(screen(&world.console), text) != NULL;
}

Test(runbook_said, each_in_its_place)
{
	runbook_world_run(&world);
	world.runner.queries[0] =
		(struct query_values){ .answered = true, .lines = one, .count = 1, .all = 1, .reason = "" };
	world.runner.queries[1] =
		(struct query_values){ .answered = true, .lines = several, .count = 6, .all = 40, .reason = "" };
	world.runner.queries[2] = (struct query_values){ .answered = true, .reason = "" };
	world.runner.queries[3] = (struct query_values){ .answered = true, .reason = "no engine" };
	world.runner.queries[4] = (struct query_values){ .reason = "" };
	look(&world);
	cr_assert_str_eq(runbook_page_said(world.desk.page, 0), "0.42");
	cr_assert_str_eq(runbook_page_said(world.desk.page, 1), "3, 7.25 +38");
	cr_assert_str_eq(runbook_page_said(world.desk.page, 2), "no result");
	cr_assert_str_eq(runbook_page_said(world.desk.page, 3), "cannot be asked");
	cr_assert_str_eq(runbook_page_said(world.desk.page, 4), "asking");
	cr_assert(says("3, 7.25 +38"));
	cr_assert(says("cannot be asked"));
}

Test(runbook_said, nothing_is_asked_out_of_sight)
{
	runbook_world_run(&world);
	memset(world.runner.asked, 0, sizeof(world.runner.asked));
	look(&world);
	cr_assert_gt(world.runner.asked[0], 0u);
	/* Its section is folded. */
	cr_assert_eq(world.runner.runbook.steps.items[6].kind, STEP_QUERY);
	cr_assert_eq(world.runner.asked[6], 0u);
	cr_assert_null(runbook_page_said(world.desk.page, 6));
	cr_assert_null(runbook_page_said(world.desk.page, 5), "a command is none");
	/* One step at a time: that one. */
	console_prepare(world.console.console, 40, 12, VIEW_NOW_MS);
	runbook_page_go_to(world.desk.page, runbook_page_find(world.desk.page, 1, SIZE_MAX), true);
	memset(world.runner.asked, 0, sizeof(world.runner.asked));
	look(&world);
	cr_assert_gt(world.runner.asked[1], 0u);
	cr_assert_eq(world.runner.asked[0], 0u);
	cr_assert_eq(world.runner.asked[2], 0u);
}

Test(runbook_said, nothing_is_asked_without_a_run)
{
	runbook_world_run(&world);
	world.runner.run->opened = NULL;
	world.desk.page->reading = true;
	memset(world.runner.asked, 0, sizeof(world.runner.asked));
	look(&world);
	cr_assert_eq(world.runner.asked[0], 0u);
	cr_assert_null(runbook_page_said(world.desk.page, 0));
}
