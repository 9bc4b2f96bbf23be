/* What only a long way mends in the simulated colony: each step of it, and what happens when one is left out. */
#include <criterion/criterion.h>

#include "tests/unit/colony_fixture.h"

TestSuite(colony_disaster, .timeout = 60);

#define OLD_BACKUP "backup-20200101-000000"

static void expect_said(struct colony *colony, const char *line, int status, const char *part)
{
	struct strbuf answer = STRBUF_INIT;

	cr_expect_eq(run_verb(colony, line, false, &answer), status, "%s: %s", line, answer.text);
	cr_expect_not_null(strstr(answer.text, part), "%s: '%s' has no '%s'", line, answer.text, part);
	strbuf_release(&answer);
}

static struct colony *begin_with(const char *fault, int64_t lasts_ms)
{
	struct colony *colony = begin_colony(7);

	wait_ms(colony, HOUR_MS);
	cr_assert_eq(colony_inject(colony, fault, NULL), 0);
	wait_ms(colony, lasts_ms);
	return colony;
}

/* The 99th percentile of the requests of now, as `perf` has it. */
static double request_ms(struct colony *colony)
{
	struct strbuf answer = STRBUF_INIT;
	const char *place;
	double ms;

	cr_assert_eq(run_verb(colony, "sla check", true, &answer) >= 0, 1);
	place = strstr(answer.text, "\"requestP99Ms\":");
	cr_assert_not_null(place, "%s", answer.text);
	ms = strtod(place + strlen("\"requestP99Ms\":"), NULL);
	strbuf_release(&answer);
	return ms;
}

/* ---- a store that is spoilt ---- */

Test(colony_disaster, what_is_mended_alone_does_not_hold)
{
	static const char *const parts[] = { "restore agents",    "restore synapses",   "synapses reset",
					     "synapses rollback", "worldmodel rebuild", "anchors clear",
					     "ann rebuild",       "agents kill",        "agents spawn" };
	struct colony *colony = begin_with("corrupted-store", 15 * MINUTE_MS);

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		cr_expect_eq(do_verb(colony, parts[i]), 0, "%s", parts[i]);
	wait_ms(colony, 5 * MINUTE_MS);
	cr_expect(colony_fault_is_active(colony, "corrupted-store"));
	expect_said(colony, "validate full", 1, "validation failed");
	cr_expect_gt(colony_value(colony, 0, "polln_synapse_corrupted_count"), 0);
	cr_expect_lt(colony_value(colony, 0, "polln_world_model_entropy"), 0.5);
	/* The colony still finds itself healthy: data are spoilt, not the service. */
	cr_expect_eq(colony_value(colony, 0, "polln_colony_healthy"), 1);
	colony_free(colony);
}

Test(colony_disaster, backups_of_a_spoilt_store_are_spoilt)
{
	struct colony *colony = begin_with("corrupted-store", 15 * MINUTE_MS);

	cr_expect_eq(do_verb(colony, "backup emergency"), 0);
	expect_said(colony, "backup verify latest", 1, "take an older one");
	expect_said(colony, "backup verify id=" OLD_BACKUP, 0, "backup verified");
	expect_said(colony, "backup verify id=backup-20200101", 1, "no backup is called");
	expect_said(colony, "restore full id=backup-20990101-000000", 1, "no such backup");
	cr_expect_eq(do_verb(colony, "scale 0"), 0);
	cr_expect_eq(do_verb(colony, "data clear"), 0);
	cr_expect_eq(do_verb(colony, "scale 1"), 0);
	wait_ms(colony, MINUTE_MS);
	/* The newest one brings it all back. */
	expect_said(colony, "restore full latest", 0, "restore completed");
	wait_ms(colony, 5 * MINUTE_MS);
	cr_expect(colony_fault_is_active(colony, "corrupted-store"));
	expect_said(colony, "validate full", 1, "validation failed");
	colony_free(colony);
}

Test(colony_disaster, what_runs_writes_its_data_again)
{
	struct colony *colony = begin_with("corrupted-store", 5 * MINUTE_MS);

	expect_said(colony, "data clear", 0, "write what they hold again");
	cr_expect_eq(do_verb(colony, "scale 1"), 0);
	expect_said(colony, "data clear", 0, "write what they hold again");
	expect_said(colony, "restore full id=" OLD_BACKUP, 0, "restore completed");
	cr_expect(colony_fault_is_active(colony, "corrupted-store"));
	colony_free(colony);
}

Test(colony_disaster, a_store_that_was_cleared_is_empty_until_it_is_restored)
{
	struct colony *colony = begin_with("corrupted-store", 15 * MINUTE_MS);

	cr_expect_eq(do_verb(colony, "scale 0"), 0);
	expect_said(colony, "data clear", 0, "nothing is kept");
	cr_expect_eq(do_verb(colony, "scale 1"), 0);
	wait_ms(colony, 2 * MINUTE_MS);
	cr_expect_eq(colony_value(colony, 0, "polln_agents_total"), 0);
	/* Nothing is there that could fail. */
	cr_expect_eq(colony_value(colony, 0, "polln_validation_errors_total"), 0);
	cr_expect_eq(colony_value(colony, 0, "polln_synapse_nan_count"), 0);
	expect_said(colony, "validate full", 1, "agents: invalid");
	/* A part is not all. */
	cr_expect_eq(do_verb(colony, "restore agents"), 0);
	expect_said(colony, "validate full", 1, "agents: invalid");
	expect_said(colony, "restore full id=" OLD_BACKUP, 0, OLD_BACKUP);
	cr_expect(!colony_fault_is_active(colony, "corrupted-store"));
	expect_said(colony, "validate full", 0, "validation passed");
	cr_expect_eq(do_verb(colony, "scale 3"), 0);
	wait_ms(colony, 5 * MINUTE_MS);
	for (unsigned i = 0; i < 3; i++) {
		cr_expect_gt(colony_value(colony, i, "polln_agents_total"), 400);
		cr_expect_eq(colony_value(colony, i, "polln_validation_errors_total"), 0);
	}
	colony_free(colony);
}

/* Emptied by mistake, with nothing wrong before: a restore of any backup is enough. */
Test(colony_disaster, a_healthy_store_is_restored_from_the_newest_backup)
{
	struct colony *colony = begin_colony(7);

	wait_ms(colony, HOUR_MS);
	cr_expect_eq(do_verb(colony, "scale 0"), 0);
	cr_expect_eq(do_verb(colony, "data clear"), 0);
	cr_expect_eq(do_verb(colony, "scale 3"), 0);
	wait_ms(colony, 2 * MINUTE_MS);
	expect_said(colony, "validate", 1, "validation failed");
	cr_expect_eq(do_verb(colony, "restore latest"), 0);
	expect_said(colony, "validate", 0, "validation passed");
	colony_free(colony);
}

/* ---- a way that is full ---- */

Test(colony_disaster, each_measure_leaves_more_room_on_the_way)
{
	static const char *const measures[] = { "sync compress", "sync interval 5m", "meadow disconnect" };
	struct colony *colony = begin_with("slow-network", 5 * MINUTE_MS);
	double before_ms = request_ms(colony);

	cr_expect_gt(before_ms, 500);
	/* The colony itself is well. */
	expect_said(colony, "perf baseline", 0, "within limits");
	for (size_t i = 0; i < sizeof(measures) / sizeof(*measures); i++) {
		double now_ms;

		cr_expect(colony_fault_is_active(colony, "slow-network"), "ends before '%s'", measures[i]);
		cr_expect_eq(do_verb(colony, measures[i]), 0);
		wait_ms(colony, 10000);
		now_ms = request_ms(colony);
		cr_expect_lt(now_ms, before_ms - 20, "'%s' changes nothing: %g ms", measures[i], now_ms);
		before_ms = now_ms;
	}
	cr_expect(!colony_fault_is_active(colony, "slow-network"));
	cr_expect_eq(do_verb(colony, "meadow connect"), 0);
	wait_ms(colony, MINUTE_MS);
	cr_expect_lt(request_ms(colony), 500);
	colony_free(colony);
}

Test(colony_disaster, half_measures_do_not_mend_the_way)
{
	static const char *const halves[] = { "sync compression=off", "sync interval 2m", "meadow disconnect",
					      "meadow connect", "sync interval 1m" };
	struct colony *colony = begin_with("slow-network", 5 * MINUTE_MS);

	for (size_t i = 0; i < sizeof(halves) / sizeof(*halves); i++)
		cr_expect_eq(do_verb(colony, halves[i]), 0, "%s", halves[i]);
	wait_ms(colony, MINUTE_MS);
	cr_expect(colony_fault_is_active(colony, "slow-network"));
	cr_expect_gt(request_ms(colony), 500);
	colony_free(colony);
}

/* ---- weak synapses ---- */

Test(colony_disaster, weak_synapses_pile_up_until_they_are_pruned)
{
	struct colony *colony = begin_with("synapse-bloat", 10 * MINUTE_MS);
	double many = colony_value(colony, 0, "polln_synapses_total");
	double pruned = colony_value(colony, 0, "polln_graph_evolution_pruned_total");

	cr_expect_gt(many, 90000);
	cr_expect_eq(do_verb(colony, "synapses prune below=0.05"), 0);
	wait_ms(colony, 1000);
	cr_expect_lt(colony_value(colony, 0, "polln_synapses_total"), 0.7 * many);
	cr_expect_gt(colony_value(colony, 0, "polln_graph_evolution_pruned_total"), pruned + 40000);
	wait_ms(colony, 5 * MINUTE_MS);
	cr_expect_gt(colony_value(colony, 0, "polln_synapses_total"), 0.95 * many, "the rest let new ones grow");
	cr_expect_eq(do_verb(colony, "synapses prune below=0.1"), 0);
	cr_expect(!colony_fault_is_active(colony, "synapse-bloat"));
	wait_ms(colony, 5 * MINUTE_MS);
	cr_expect_lt(colony_value(colony, 0, "polln_synapses_total"), 20000);
	colony_free(colony);
}

/* ---- zones and releases ---- */

Test(colony_disaster, pods_of_a_lost_zone_start_once_the_standby_leads)
{
	struct colony *colony = begin_with("zone-loss", 5 * MINUTE_MS);

	cr_expect_eq(colony_answers(colony, SERVICE_COLONY, 0), ANSWER_GOOD);
	cr_expect_eq(colony_answers(colony, SERVICE_COLONY, 1), ANSWER_REFUSE);
	cr_expect_eq(colony_answers(colony, SERVICE_COLONY, 2), ANSWER_REFUSE);
	expect_said(colony, "status", 0, "without a place");
	cr_expect_eq(do_verb(colony, "restart all"), 0);
	wait_ms(colony, 3 * MINUTE_MS);
	cr_expect_eq(colony_answers(colony, SERVICE_COLONY, 1), ANSWER_REFUSE, "without the standby nothing starts");
	cr_expect_eq(do_verb(colony, "cluster set standby-replicas=1"), 0);
	cr_expect_eq(do_verb(colony, "restart"), 0);
	wait_ms(colony, 3 * MINUTE_MS);
	for (unsigned i = 0; i < 3; i++)
		cr_expect_eq(colony_answers(colony, SERVICE_COLONY, i), ANSWER_GOOD);
	cr_expect_eq(do_verb(colony, "standby stop"), 0);
	wait_ms(colony, 3 * MINUTE_MS);
	cr_expect_eq(colony_answers(colony, SERVICE_COLONY, 2), ANSWER_GOOD, "it may rest again");
	colony_free(colony);
}

Test(colony_disaster, without_a_standby_only_the_other_region_is_left)
{
	struct colony *colony = begin_with("zones-and-standby-loss", 5 * MINUTE_MS);

	cr_expect_eq(do_verb(colony, "standby start"), 0);
	wait_ms(colony, 2 * MINUTE_MS);
	expect_said(colony, "cluster status", 0, "standby ready: 0");
	cr_expect_eq(do_verb(colony, "restart"), 0);
	wait_ms(colony, 3 * MINUTE_MS);
	cr_expect_eq(colony_answers(colony, SERVICE_COLONY, 1), ANSWER_REFUSE);
	cr_expect_eq(do_verb(colony, "cluster set dr-replicas=3"), 0);
	wait_ms(colony, MINUTE_MS);
	cr_expect_eq(do_verb(colony, "failover"), 0);
	wait_ms(colony, 3 * MINUTE_MS);
	for (unsigned i = 0; i < 3; i++)
		cr_expect_eq(colony_answers(colony, SERVICE_COLONY, i), ANSWER_GOOD);
	expect_said(colony, "status", 0, "us-west-2");
	colony_free(colony);
}

Test(colony_disaster, a_release_that_ends_at_its_start_is_undone)
{
	struct colony *colony = begin_with("crash-loop", 5 * MINUTE_MS);

	for (int i = 0; i < 2; i++) {
		cr_expect_eq(do_verb(colony, i ? "restart" : "restart 0"), 0);
		wait_ms(colony, 3 * MINUTE_MS);
		cr_expect_eq(colony_answers(colony, SERVICE_COLONY, 0), ANSWER_REFUSE);
		cr_expect_eq(colony_answers(colony, SERVICE_COLONY, 1), ANSWER_GOOD, "the others run the one before");
	}
	cr_expect_eq(do_verb(colony, "rollout undo"), 0);
	wait_ms(colony, 3 * MINUTE_MS);
	for (unsigned i = 0; i < 3; i++)
		cr_expect_eq(colony_answers(colony, SERVICE_COLONY, i), ANSWER_GOOD);
	colony_free(colony);
}
