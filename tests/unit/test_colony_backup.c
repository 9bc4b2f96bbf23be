/* Backups of the simulated colony, their copies elsewhere, and a failover that does not end, by its verbs. */
#include <criterion/criterion.h>

#include "tests/unit/colony_fixture.h"

TestSuite(colony_backup, .timeout = 60);

static void expect_said(struct colony *colony, const char *line, int status, const char *part)
{
	struct strbuf answer = STRBUF_INIT;

	cr_expect_eq(run_verb(colony, line, false, &answer), status, "%s: %s", line, answer.text);
	cr_expect_not_null(strstr(answer.text, part), "%s: '%s' has no '%s'", line, answer.text, part);
	strbuf_release(&answer);
}

/* What the verbs of backups say while something ails them, and once it does not. */
Test(colony_backup, backups_that_are_not_well_say_so)
{
	static const struct {
		const char *fault, *ask, *wrong, *right;
	} rows[] = {
		{ "backup-failing", "backup", "the bucket refuses", "backup repair" },
		{ "backup-spoilt", "backup verify", "does not match", "backup discard" },
		{ "replication-stalled", "replication status", "behind", "replication restart" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct colony *colony = begin_colony(1);

		wait_ms(colony, MINUTE_MS);
		cr_expect_eq(do_verb(colony, rows[i].ask), 0, "%s in health", rows[i].ask);
		cr_assert_eq(colony_inject(colony, rows[i].fault, NULL), 0);
		wait_ms(colony, 6 * MINUTE_MS);
		expect_said(colony, rows[i].ask, 1, rows[i].wrong);
		cr_expect_eq(do_verb(colony, rows[i].right), 0);
		wait_ms(colony, 5 * MINUTE_MS);
		cr_expect_eq(do_verb(colony, rows[i].ask), 0, "%s after %s", rows[i].ask, rows[i].right);
		colony_free(colony);
	}
}

Test(colony_backup, a_failover_is_given_up_only_when_one_is_under_way)
{
	struct colony *colony = begin_colony(1);

	expect_said(colony, "failover abort", 1, "no failover is under way");
	cr_assert_eq(colony_inject(colony, "failover-stuck", NULL), 0);
	expect_said(colony, "failover abort", 0, "us-east-1");
	expect_said(colony, "failover abort", 1, "no failover is under way");
	colony_free(colony);
}
