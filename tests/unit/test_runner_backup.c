/* Whether a run saved everything already: what counts as the backup, and when it was. */
#include "run_fixture.h"

#include "runbook/runner_backup.h"
#include "runbook/runner_private.h"

static struct runner runner;
static struct runs runs;
static struct runbook backup;
static struct arena arena;

#define OPENED "e1 ana@j/a run-open runbook=data-corruption time=1763780000000\n"

static void set_up(void)
{
	static const char text[] = "# Emergency backup\n\n<!-- skep: { risk: change, rollback: none } -->\n```bash\n"
				   "# Take it\nkubectl exec backup\n```\n\n## Verification\n\n"
				   "<!-- skep: { risk: read } -->\n```bash\n# Is it good\nkubectl exec verify\n```\n";

	cr_assert_eq(runbook_read(&backup, "emergency-backup.md", text, strlen(text), NULL), 0);
	runs_init(&runs);
	arena_init(&arena);
	runner = (struct runner){ .config = { .runs = &runs, .backup = &backup, .system = "polln" } };
}

static void tear_down(void)
{
	runs_release(&runs);
	runbook_release(&backup);
	arena_release(&arena);
}

TestSuite(runner_backup, .init = set_up, .fini = tear_down, .timeout = 60);

static const struct run *add(const char *lines)
{
	struct run *run = run_fixture_make(lines);

	vec_push(&runs.items, run);
	return run;
}

static void expect_taken(const struct run *run, const char *expected)
{
	const char *taken = runner_backup_taken(&runner, run, &arena);

	if (!expected)
		cr_expect_null(taken, "%s", taken);
	else
		cr_expect_str_eq(taken ? taken : "none", expected);
}

/* One attempt of step 2.1 whose command is a line, and how it ended. */
static const struct run *attempted(const char *command, const char *outcome, const char *more)
{
	char *lines =
		mem_printf(OPENED "e2 ana@j/a step-intent step=2.1 attempt=1 command=%s time=1763780100000\n"
				  "e3 ana@j/a step-start step=2.1 attempt=1 of=e2\n"
				  "e4 ana@j/a step-outcome step=2.1 attempt=1 of=e2 outcome=%s time=1763780580000\n"
				  "%s",
			   command, outcome, more);
	const struct run *run = add(lines);

	free(lines);
	return run;
}

Test(runner_backup, a_step_of_this_run)
{
	expect_taken(attempted("kubectl_exec_backup", "ok", ""), "03:03Z (step 2.1)");
}

Test(runner_backup, what_is_none)
{
	expect_taken(add(OPENED), NULL);
	expect_taken(attempted("kubectl_exec_backup", "failed", ""), NULL);
	expect_taken(attempted("kubectl_exec_backup_--list", "ok", ""), NULL);
	expect_taken(attempted("echo_kubectl_exec_backup", "ok", ""), NULL);
	expect_taken(attempted("kubectl_exec_verify", "ok", ""), NULL);
	expect_taken(attempted("kubectl_exec_backup", "ok", "e5 ana@j/a step-fail step=2.1\n"), NULL);
	expect_taken(NULL, NULL);
	runner.config.backup = NULL;
	expect_taken(attempted("kubectl_exec_backup", "ok", ""), NULL);
}

Test(runner_backup, a_run_of_its_own)
{
	const struct run *run = add(OPENED);

	add("b1 ana@j/a run-open runbook=emergency-backup time=1763780200000\n"
	    "b2 ana@j/a step-intent step=1.1 attempt=1 command=kubectl_exec_backup\n"
	    "b3 ana@j/a step-outcome step=1.1 attempt=1 of=b2 outcome=ok time=1763780760000\n");
	expect_taken(run, "03:06Z (a run of its own)");
}

Test(runner_backup, one_from_before_is_none)
{
	add("b1 ana@j/a run-open runbook=emergency-backup time=1763700000000\n"
	    "b2 ana@j/a step-intent step=1.1 attempt=1 command=kubectl_exec_backup\n"
	    "b3 ana@j/a step-outcome step=1.1 attempt=1 of=b2 outcome=ok time=1763700060000\n");
	expect_taken(add(OPENED), NULL);
}
