/*
 * One evaluation after another of a rule: what its alerts become, what is
 * written. Expectations are what Prometheus 2.42 (promtool test rules) gives
 * for the same samples.
 */
#include "rule_fixture.h"

TestSuite(rule_run, .timeout = 60);

#define ALERT(...) ((struct rule){ .kind = RULE_ALERT, __VA_ARGS__ })
#define MINUTES(n) ((n)*MINUTE)

Test(rule_run, without_a_for_it_fires_at_once_and_is_resolved_when_gone)
{
	struct rule_scene scene;

	scene_open(&scene, ALERT());
	cr_expect_eq(scene_evaluate(&scene, 60, "m i=a 3"), RULE_RUN_DONE);
	expect_alerts(&scene, "{alertname=\"Broken\",i=\"a\"} firing since=60 fired=60 3\n");
	expect_changes(&scene, "{alertname=\"Broken\",i=\"a\"} inactive>firing\n");
	scene_evaluate(&scene, 120, "m i=a 4");
	expect_alerts(&scene, "{alertname=\"Broken\",i=\"a\"} firing since=60 fired=60 4\n");
	expect_changes(&scene, "");
	scene_evaluate(&scene, 180, "");
	expect_alerts(&scene, "{alertname=\"Broken\",i=\"a\"} inactive since=60 fired=60 resolved=180 4\n");
	expect_changes(&scene, "{alertname=\"Broken\",i=\"a\"} firing>inactive\n");
	cr_expect_eq(scene.memory.health, RULE_HEALTH_OK);
	cr_expect_eq(scene.memory.last_ms, 180 * SECOND);
	expect_dump(scene.store, "ALERTS",
		    "ALERTS{alertname=\"Broken\",alertstate=\"firing\",i=\"a\"} 60000:1 120000:1 180000:STALE\n");
	expect_dump(scene.store, "ALERTS_FOR_STATE",
		    "ALERTS_FOR_STATE{alertname=\"Broken\",i=\"a\"} 60000:60 120000:60 180000:STALE\n");
	scene_close(&scene);
}

Test(rule_run, pending_until_for_has_passed)
{
	struct rule_scene scene;

	scene_open(&scene, ALERT(.for_ms = MINUTES(2)));
	scene_evaluate(&scene, 60, "m i=a 1");
	expect_changes(&scene, "{alertname=\"Broken\",i=\"a\"} inactive>pending\n");
	scene_evaluate(&scene, 120, "m i=a 1");
	expect_alerts(&scene, "{alertname=\"Broken\",i=\"a\"} pending since=60 1\n");
	scene_evaluate(&scene, 180, "m i=a 1");
	expect_alerts(&scene, "{alertname=\"Broken\",i=\"a\"} firing since=60 fired=180 1\n");
	expect_changes(&scene, "{alertname=\"Broken\",i=\"a\"} pending>firing\n");
	expect_dump(scene.store, "ALERTS",
		    "ALERTS{alertname=\"Broken\",alertstate=\"firing\",i=\"a\"} 180000:1\n"
		    "ALERTS{alertname=\"Broken\",alertstate=\"pending\",i=\"a\"} 60000:1 120000:1 180000:STALE\n");
	scene_close(&scene);
}

Test(rule_run, a_pending_one_that_goes_is_forgotten_and_begins_anew)
{
	struct rule_scene scene;

	scene_open(&scene, ALERT(.for_ms = MINUTES(2)));
	scene_evaluate(&scene, 60, "m i=a 1");
	scene_evaluate(&scene, 120, "");
	expect_alerts(&scene, "");
	expect_changes(&scene, "{alertname=\"Broken\",i=\"a\"} pending>inactive\n");
	scene_evaluate(&scene, 180, "m i=a 1");
	scene_evaluate(&scene, 240, "m i=a 1");
	expect_alerts(&scene, "{alertname=\"Broken\",i=\"a\"} pending since=180 1\n");
	scene_close(&scene);
}

Test(rule_run, a_resolved_one_is_kept_15_minutes_and_its_return_is_another_alert)
{
	struct rule_scene scene;

	scene_open(&scene, ALERT(.for_ms = MINUTES(1)));
	scene_evaluate(&scene, 60, "m i=a 1; m i=b 1");
	scene_evaluate(&scene, 120, "m i=a 1; m i=b 1");
	scene_evaluate(&scene, 180, "");
	scene_evaluate(&scene, 240, "m i=a 7");
	expect_alerts(&scene, "{alertname=\"Broken\",i=\"b\"} inactive since=60 fired=120 resolved=180 1\n"
			      "{alertname=\"Broken\",i=\"a\"} pending since=240 7\n");
	expect_changes(&scene, "{alertname=\"Broken\",i=\"a\"} inactive>pending\n");
	scene_evaluate(&scene, 180 + 15 * 60, "m i=a 7");
	cr_expect_eq(scene.memory.instances.count, 2u);
	scene_evaluate(&scene, 180 + 15 * 60 + 1, "m i=a 7");
	expect_alerts(&scene, "{alertname=\"Broken\",i=\"a\"} firing since=240 fired=1080 7\n");
	scene_close(&scene);
}

Test(rule_run, keep_firing_for_outlasts_a_gap)
{
	struct rule_scene scene;

	scene_open(&scene, ALERT(.keep_firing_ms = MINUTES(2)));
	scene_evaluate(&scene, 60, "m i=a 5");
	scene_evaluate(&scene, 120, "");
	expect_alerts(&scene, "{alertname=\"Broken\",i=\"a\"} firing since=60 fired=60 kept=120 5\n");
	expect_changes(&scene, "");
	scene_evaluate(&scene, 180, "m i=a 6");
	expect_alerts(&scene, "{alertname=\"Broken\",i=\"a\"} firing since=60 fired=60 6\n");
	scene_evaluate(&scene, 240, "");
	scene_evaluate(&scene, 300, "");
	expect_alerts(&scene, "{alertname=\"Broken\",i=\"a\"} firing since=60 fired=60 kept=240 6\n");
	scene_evaluate(&scene, 360, "");
	expect_changes(&scene, "{alertname=\"Broken\",i=\"a\"} firing>inactive\n");
	expect_dump(scene.store, "ALERTS",
		    "ALERTS{alertname=\"Broken\",alertstate=\"firing\",i=\"a\"}"
		    " 60000:1 120000:1 180000:1 240000:1 300000:1 360000:STALE\n");
	scene_close(&scene);
}

Test(rule_run, a_pending_one_is_not_kept_firing)
{
	struct rule_scene scene;

	scene_open(&scene, ALERT(.for_ms = MINUTES(5), .keep_firing_ms = MINUTES(5)));
	scene_evaluate(&scene, 60, "m i=a 5");
	scene_evaluate(&scene, 120, "");
	expect_alerts(&scene, "");
	scene_close(&scene);
}

static const struct rule_text labels[] = { { "gone", "{{ $labels.nope }}" },
					   { "i", "{{ $labels.i }}{{ $labels.__name__ }}" },
					   { "severity", "page" } };
static const struct rule_text annotations[] = {
	{ "empty", "" }, { "text", "{{ $labels.__name__ }} of {{ $labels.i }} is {{ $value }}" }
};

Test(rule_run, labels_and_annotations_are_templates_that_see_the_metric)
{
	struct rule_scene scene;
	const struct alert_instance *instance;

	scene_open(&scene,
		   ALERT(.labels = labels, .label_count = 3, .annotations = annotations, .annotation_count = 2));
	scene_evaluate(&scene, 60, "m i=a severity=info alertname=x 3");
	instance = scene.memory.instances.items[0];
	expect_alerts(&scene, "{alertname=\"Broken\",i=\"am\",severity=\"page\"} firing since=60 fired=60 3\n");
	cr_expect_str_eq(labels_get(&instance->annotations, "text"), "m of a is 3");
	cr_expect_str_eq(labels_get(&instance->annotations, "empty"), "");
	cr_expect_eq(instance->fingerprint, labels_fingerprint(&instance->labels));
	scene_evaluate(&scene, 120, "m i=a severity=info alertname=x 4");
	cr_expect_str_eq(labels_get(&instance->annotations, "text"), "m of a is 4");
	/* The rule's own text stands where the template came out empty, in ALERTS alone. */
	expect_dump(scene.store, "ALERTS",
		    "ALERTS{alertname=\"Broken\",alertstate=\"firing\",gone=\"{{ $labels.nope }}\",i=\"am\","
		    "severity=\"page\"} 60000:1 120000:1\n");
	scene_close(&scene);
}

static const struct rule_text same[] = { { "i", "{{ $labels.other }}" } };

Test(rule_run, two_alerts_with_the_same_labels_are_an_error_that_changes_nothing)
{
	struct rule_scene scene;

	scene_open(&scene, ALERT(.labels = same, .label_count = 1));
	scene_evaluate(&scene, 60, "m i=a 1");
	cr_expect_eq(scene_evaluate(&scene, 120, "m i=a 2; m i=b 2"), RULE_RUN_FAILED);
	cr_expect_eq(scene.memory.health, RULE_HEALTH_ERROR);
	cr_expect_str_eq(scene.memory.error,
			 "vector contains metrics with the same labelset after applying alert labels");
	expect_alerts(&scene, "{alertname=\"Broken\"} firing since=60 fired=60 1\n");
	expect_changes(&scene, "");
	/* Nothing was written, so that nothing is stale either. */
	expect_dump(scene.store, "ALERTS",
		    "ALERTS{alertname=\"Broken\",alertstate=\"firing\",i=\"{{ $labels.other }}\"}"
		    " 60000:1\n");
	scene_evaluate(&scene, 180, "m i=a 2");
	cr_expect_eq(scene.memory.health, RULE_HEALTH_OK);
	cr_expect_str_eq(scene.memory.error, "");
	scene_close(&scene);
}

Test(rule_run, beyond_its_limit_a_rule_forgets_its_alerts)
{
	struct rule_scene scene;

	scene_open(&scene, ALERT());
	scene.group.limit = 1;
	scene_evaluate(&scene, 60, "m i=a 1");
	cr_expect_eq(scene_evaluate(&scene, 120, "m i=a 1; m i=b 1"), RULE_RUN_FAILED);
	cr_expect_str_eq(scene.memory.error, "exceeded limit of 1 with 2 alerts");
	expect_alerts(&scene, "");
	expect_changes(&scene, "{alertname=\"Broken\",i=\"a\"} firing>inactive\n");
	scene_evaluate(&scene, 180, "m i=a 1");
	expect_alerts(&scene, "{alertname=\"Broken\",i=\"a\"} firing since=180 fired=180 1\n");
	scene_close(&scene);
}

Test(rule_run, what_is_kept_firing_counts_for_the_limit)
{
	struct rule_scene scene;

	scene_open(&scene, ALERT(.keep_firing_ms = MINUTES(5)));
	scene.group.limit = 1;
	scene_evaluate(&scene, 60, "m i=a 1");
	cr_expect_eq(scene_evaluate(&scene, 120, "m i=b 1"), RULE_RUN_FAILED);
	scene_close(&scene);
}

Test(rule_run, a_failed_question_leaves_everything_as_it_was)
{
	struct rule_scene scene;

	scene_open(&scene, ALERT(.for_ms = MINUTES(2)));
	scene_evaluate(&scene, 60, "m i=a 1");
	scene_evaluate(&scene, 120, NULL);
	cr_expect_eq(scene.memory.health, RULE_HEALTH_ERROR);
	cr_expect_str_eq(scene.memory.error, "refused");
	cr_expect_eq(scene.memory.last_ms, 120 * SECOND);
	expect_alerts(&scene, "{alertname=\"Broken\",i=\"a\"} pending since=60 1\n");
	scene_evaluate(&scene, 180, "m i=a 1");
	expect_alerts(&scene, "{alertname=\"Broken\",i=\"a\"} firing since=60 fired=180 1\n");
	expect_dump(scene.store, "ALERTS_FOR_STATE",
		    "ALERTS_FOR_STATE{alertname=\"Broken\",i=\"a\"} 60000:60 180000:60\n");
	scene_close(&scene);
}

Test(rule_run, a_string_is_no_result)
{
	struct rule_scene scene;

	scene_open(&scene, ALERT());
	cr_expect_eq(scene_evaluate(&scene, 60, "s"), RULE_RUN_FAILED);
	cr_expect_str_eq(scene.memory.error, "rule result is not a vector or scalar");
	scene_close(&scene);
}

static const struct rule_text record_labels[] = { { "empty", "" }, { "x", "{{ $value }}" } };

Test(rule_run, a_recording_rule_writes_its_results_under_its_name)
{
	struct rule_scene scene;

	scene_open(&scene,
		   (struct rule){ .kind = RULE_RECORD, .name = "r:sum", .labels = record_labels, .label_count = 2 });
	scene_evaluate(&scene, 60, "m i=a empty=q 1; m i=b 2");
	scene_evaluate(&scene, 120, "m i=b 3");
	scene_evaluate(&scene, 180, NULL);
	scene_evaluate(&scene, 240, "5"); /* a scalar */
	expect_dump(scene.store, NULL,
		    "r:sum{i=\"a\",x=\"{{ $value }}\"} 60000:1 120000:STALE\n"
		    "r:sum{i=\"b\",x=\"{{ $value }}\"} 60000:2 120000:3 240000:STALE\n"
		    "r:sum{x=\"{{ $value }}\"} 240000:5\n");
	cr_expect_eq(scene.memory.instances.count, 0u);
	scene_close(&scene);
}

Test(rule_run, results_that_differ_by_the_metric_alone_cannot_be_recorded)
{
	struct rule_scene scene;

	scene_open(&scene, (struct rule){ .kind = RULE_RECORD, .name = "r" });
	cr_expect_eq(scene_evaluate(&scene, 60, "m i=a 1; n i=a 1"), RULE_RUN_FAILED);
	cr_expect_str_eq(scene.memory.error,
			 "vector contains metrics with the same labelset after applying rule labels");
	scene.group.limit = 1;
	cr_expect_eq(scene_evaluate(&scene, 120, "m i=a 1; m i=b 1"), RULE_RUN_FAILED);
	cr_expect_str_eq(scene.memory.error, "exceeded limit of 1 with 2 series");
	scene_close(&scene);
}

Test(rule_run, asked_and_written_by_the_offset_earlier)
{
	struct rule_scene scene;

	scene_open(&scene, ALERT());
	scene.group.query_offset_ms = 30 * SECOND;
	scene_evaluate(&scene, 60, "m i=a 1");
	cr_expect_eq(rule_run_asks_ms(&scene.group, 60 * SECOND), 30 * SECOND);
	expect_dump(scene.store, "ALERTS_FOR_STATE", "ALERTS_FOR_STATE{alertname=\"Broken\",i=\"a\"} 30000:60\n");
	scene_close(&scene);
}

static const struct rule_text asking[] = { { "text", "{{ query \"up\" | first | value }} of {{ $labels.i }}" } };

Test(rule_run, what_templates_ask_is_answered_by_the_caller_once_for_all_alerts)
{
	struct rule_scene scene;

	scene_open(&scene, ALERT(.annotations = asking, .annotation_count = 1));
	scene.looked_up = "up 7";
	scene_evaluate(&scene, 60, "m i=a 1; m i=b 1");
	cr_expect_eq(scene.lookups, 1u);
	cr_expect_str_eq(labels_get(&scene.memory.instances.items[1]->annotations, "text"), "7 of b");
	scene.looked_up = NULL;
	scene_evaluate(&scene, 120, "m i=a 1; m i=b 1");
	cr_expect_eq(scene.memory.health, RULE_HEALTH_OK, "a text that fails is the text's fault");
	cr_expect(
		strstr(labels_get(&scene.memory.instances.items[0]->annotations, "text"), "error expanding template"));
	scene_close(&scene);
}

/* "m i=0 1; m i=1 1; ..." */
static char *many(size_t from, size_t to)
{
	struct strbuf ret = STRBUF_INIT;

	for (size_t i = from; i < to; i++)
		strbuf_addf(&ret, "%sm i=%zu 1", i > from ? ";" : "", i);
	return strbuf_detach(&ret);
}

Test(rule_run, thousands_of_alerts_come_in_bounded_pieces)
{
	char *all = many(0, 2000), *half = many(1000, 2000), *other = many(1500, 3000);
	struct rule_scene scene;

	scene_open(&scene, ALERT(.annotations = annotations, .annotation_count = 2));
	scene_evaluate(&scene, 60, all);
	cr_expect_eq(scene.memory.instances.count, 2000u);
	cr_expect_geq(scene.steps, 2000u / 50);
	cr_expect_eq(state_of(scene.store).series, 4000u);
	scene_evaluate(&scene, 120, half);
	scene_evaluate(&scene, 180, other);
	cr_expect_eq(scene.memory.instances.count, 3000u);
	for (size_t i = 0; i < 3000; i++) {
		const struct alert_instance *instance = scene.memory.instances.items[i];
		long number = strtol(labels_get(&instance->labels, "i"), NULL, 10);
		enum alert_phase expected = number < 1500 ? ALERT_INACTIVE : ALERT_FIRING;

		cr_assert_eq(instance->phase, expected, "%ld", number);
		cr_assert_eq(instance->active_ms, (number < 2000 ? 60 : 180) * SECOND, "%ld", number);
	}
	scene_close(&scene);
	free(all);
	free(half);
	free(other);
}

static const struct history_label theirs[] = { { "pod", NULL, "i", NULL }, { "job", "api-server", "job", "api" } };

Test(rule_run, an_alert_stays_the_same_when_another_engine_answers)
{
	struct rule_scene scene;

	scene_open(&scene, ALERT(.for_ms = MINUTES(2), .annotations = annotations, .annotation_count = 2));
	scene.map = theirs;
	scene.map_count = 2;
	scene_evaluate(&scene, 60, "m pod=a job=api-server 1");
	scene.map_count = 0;
	scene_evaluate(&scene, 120, "m i=a job=api 1");
	scene.map_count = 2;
	scene_evaluate(&scene, 180, "m pod=a job=api-server 1");
	expect_alerts(&scene, "{alertname=\"Broken\",i=\"a\",job=\"api\"} firing since=60 fired=180 1\n");
	expect_dump(scene.store, "ALERTS_FOR_STATE",
		    "ALERTS_FOR_STATE{alertname=\"Broken\",i=\"a\",job=\"api\"} 60000:60 120000:60 180000:60\n");
	/* Two of theirs that would be one here stay what they are. */
	cr_expect_eq(scene_evaluate(&scene, 240, "m pod=a job=api 1; m i=a job=api 2"), RULE_RUN_DONE);
	scene_close(&scene);
}

/* ---- clocks of a process before ---- */

#define CLOCK(...) (&(struct alert_clock){ .labels = SET({ "alertname", "Broken" }, { "i", "a" }), __VA_ARGS__ })

static void restored(struct rule_scene *scene, int64_t for_ms, const struct alert_clock *clock)
{
	scene_open(scene, ALERT(.for_ms = for_ms));
	rule_memory_restore(&scene->memory, clock);
}

Test(rule_run, after_a_short_absence_clocks_go_on)
{
	struct rule_scene scene;

	restored(&scene, MINUTES(5), CLOCK(.active_ms = MINUTES(1), .last_ms = MINUTES(3)));
	scene_evaluate(&scene, 5 * 60, "m i=a 1; m i=b 1");
	expect_alerts(&scene, "{alertname=\"Broken\",i=\"a\"} pending since=60 1\n"
			      "{alertname=\"Broken\",i=\"b\"} pending since=300 1\n");
	expect_changes(&scene, "{alertname=\"Broken\",i=\"b\"} inactive>pending\n");
	scene_evaluate(&scene, 6 * 60, "m i=a 1");
	expect_changes(&scene, "{alertname=\"Broken\",i=\"b\"} pending>inactive\n"
			       "{alertname=\"Broken\",i=\"a\"} pending>firing\n");
	scene_close(&scene);
}

Test(rule_run, what_fired_fires_again_without_being_news)
{
	struct rule_scene scene;

	restored(&scene, MINUTES(5), CLOCK(.active_ms = MINUTES(1), .fired_ms = MINUTES(6), .last_ms = MINUTES(20)));
	scene_evaluate(&scene, 60 * 60, "m i=a 1");
	expect_alerts(&scene, "{alertname=\"Broken\",i=\"a\"} firing since=60 fired=360 1\n");
	expect_changes(&scene, "");
	scene_close(&scene);
}

Test(rule_run, sources_have_two_evaluations_to_come_up)
{
	struct rule_scene scene;

	restored(&scene, 0, CLOCK(.active_ms = MINUTES(1), .fired_ms = MINUTES(6), .last_ms = MINUTES(20)));
	scene_evaluate(&scene, 21 * 60, "");
	expect_alerts(&scene, "");
	scene_evaluate(&scene, 22 * 60, "m i=a 1");
	expect_alerts(&scene, "{alertname=\"Broken\",i=\"a\"} firing since=60 fired=360 1\n");
	scene_close(&scene);
}

Test(rule_run, what_fired_and_does_not_come_up_is_resolved)
{
	struct rule_scene scene;

	restored(&scene, 0, CLOCK(.active_ms = MINUTES(1), .fired_ms = MINUTES(6), .last_ms = MINUTES(20)));
	scene_evaluate(&scene, 21 * 60, "");
	scene_evaluate(&scene, 21 * 60 + 15, "");
	expect_changes(&scene, "");
	scene_evaluate(&scene, 22 * 60, "");
	expect_changes(&scene, "{alertname=\"Broken\",i=\"a\"} firing>inactive\n");
	expect_alerts(&scene, "{alertname=\"Broken\",i=\"a\"} inactive since=60 fired=360 resolved=1320 0\n");
	scene_evaluate(&scene, 23 * 60, "m i=a 1");
	expect_changes(&scene, "{alertname=\"Broken\",i=\"a\"} inactive>firing\n");
	scene_close(&scene);
}

Test(rule_run, failed_evaluations_do_not_use_up_the_clocks)
{
	struct rule_scene scene;

	restored(&scene, 0, CLOCK(.active_ms = MINUTES(1), .fired_ms = MINUTES(6), .last_ms = MINUTES(20)));
	for (int64_t minute = 21; minute < 30; minute++)
		scene_evaluate(&scene, minute * 60, NULL);
	scene_evaluate(&scene, 30 * 60, "m i=a 1");
	expect_alerts(&scene, "{alertname=\"Broken\",i=\"a\"} firing since=60 fired=360 1\n");
	scene_close(&scene);
}

Test(rule_run, after_an_outage_pending_ones_are_treated_as_prometheus_does)
{
	struct rule_scene scene;

	/* 30 m of 40 were left: the time away does not count. */
	restored(&scene, MINUTES(40), CLOCK(.active_ms = MINUTES(10), .last_ms = MINUTES(20)));
	scene_evaluate(&scene, 50 * 60, "m i=a 1");
	expect_alerts(&scene, "{alertname=\"Broken\",i=\"a\"} pending since=2400 1\n");
	scene_close(&scene);
	/* 5 m of 40 were left: 10 m at least. */
	restored(&scene, MINUTES(40), CLOCK(.active_ms = MINUTES(10), .last_ms = MINUTES(45)));
	scene_evaluate(&scene, 60 * 60, "m i=a 1");
	expect_alerts(&scene, "{alertname=\"Broken\",i=\"a\"} pending since=1800 1\n");
	scene_close(&scene);
	/* A `for` below 10 m begins anew. */
	restored(&scene, MINUTES(5), CLOCK(.active_ms = MINUTES(10), .last_ms = MINUTES(12)));
	scene_evaluate(&scene, 30 * 60, "m i=a 1");
	expect_alerts(&scene, "{alertname=\"Broken\",i=\"a\"} pending since=1800 1\n");
	scene_close(&scene);
	/* After an hour there is nothing to go on with. */
	restored(&scene, MINUTES(40), CLOCK(.active_ms = MINUTES(10), .fired_ms = MINUTES(50), .last_ms = MINUTES(55)));
	scene_evaluate(&scene, 116 * 60, "m i=a 1");
	expect_alerts(&scene, "{alertname=\"Broken\",i=\"a\"} pending since=6960 1\n");
	scene_close(&scene);
}

Test(rule_run, keep_firing_for_goes_on_after_a_restart)
{
	struct rule_scene scene;

	scene_open(&scene, ALERT(.keep_firing_ms = MINUTES(10)));
	rule_memory_restore(&scene.memory,
			    CLOCK(.active_ms = MINUTES(1), .fired_ms = MINUTES(1), .keep_firing_since_ms = MINUTES(5),
				  .last_ms = MINUTES(8), .value = 3));
	scene_evaluate(&scene, 9 * 60, "");
	expect_alerts(&scene, "{alertname=\"Broken\",i=\"a\"} firing since=60 fired=60 kept=300 3\n");
	scene_evaluate(&scene, 15 * 60, "");
	expect_changes(&scene, "{alertname=\"Broken\",i=\"a\"} firing>inactive\n");
	scene_close(&scene);
}

Test(rule_run, versions_rise_with_what_is_seen_and_no_more)
{
	struct rule_scene scene;
	uint64_t version;

	scene_open(&scene, ALERT(.annotations = annotations, .annotation_count = 2));
	scene_evaluate(&scene, 60, "m i=a 1");
	version = scene.memory.version;
	scene_evaluate(&scene, 120, "m i=a 1");
	cr_expect_eq(scene.memory.version, version);
	scene_evaluate(&scene, 180, "m i=a 2");
	cr_expect_gt(scene.memory.version, version);
	version = scene.memory.version;
	scene_evaluate(&scene, 240, NULL);
	cr_expect_gt(scene.memory.version, version);
	scene_close(&scene);
}
