#include <criterion/criterion.h>

#include <stdio.h>

#include "tests/unit/colony_fixture.h"

TestSuite(colony);

static void add_pages(const struct colony *colony, struct strbuf *ret)
{
	for (unsigned service = 0; service < SERVICE_COUNT; service++) {
		for (unsigned i = 0; i < (service == SERVICE_COLONY ? colony_instances(colony) : 1); i++) {
			colony_metrics(colony, (enum colony_service)service, i, ret);
			colony_health(colony, (enum colony_service)service, i, ret);
			colony_ready(colony, (enum colony_service)service, i, ret);
		}
	}
}

/* Family A of the facts, without `up`, which the scraper gives. */
static const struct {
	const char *name, *type;
} family[] = {
	{ "polln_colony_healthy", "gauge" },
	{ "polln_agents_total", "gauge" },
	{ "polln_agents_healthy", "gauge" },
	{ "polln_decisions_total", "counter" },
	{ "polln_decision_duration_seconds", "histogram" },
	{ "polln_dream_cycle_duration_seconds", "gauge" },
	{ "polln_dream_cycle_last_timestamp", "gauge" },
	{ "polln_event_loop_lag_seconds", "gauge" },
	{ "process_resident_memory_bytes", "gauge" },
	{ "process_cpu_seconds_total", "counter" },
	{ "polln_anchor_lookups_total", "counter" },
	{ "polln_anchor_hits_total", "counter" },
	{ "polln_anchor_pool_usage", "gauge" },
	{ "polln_ann_lookup_duration_seconds", "histogram" },
	{ "polln_anchors_total", "gauge" },
	{ "polln_anchor_compression_ratio", "gauge" },
	{ "polln_anchor_quality_score", "gauge" },
	{ "polln_federated_sync_success_total", "counter" },
	{ "polln_federated_sync_errors_total", "counter" },
	{ "polln_federated_sync_last_timestamp", "gauge" },
	{ "polln_world_model_entropy", "gauge" },
	{ "polln_vae_loss", "gauge" },
	{ "polln_vae_training_errors_total", "counter" },
	{ "polln_synapses_total", "gauge" },
	{ "polln_synapse_nan_count", "gauge" },
	{ "polln_synapse_corrupted_count", "gauge" },
	{ "polln_synapse_weight", "gauge" },
	{ "polln_hebbian_updates_total", "counter" },
	{ "polln_graph_evolution_pruned_total", "counter" },
	{ "polln_graph_evolution_grafted_total", "counter" },
	{ "polln_graph_evolution_clusters", "gauge" },
	{ "polln_requests_total", "counter" },
	{ "polln_request_duration_seconds", "histogram" },
	{ "polln_validation_errors_total", "counter" },
	{ "polln_auth_failures_total", "counter" },
	{ "polln_unauthorized_access_total", "counter" },
	{ "polln_db_connection_errors_total", "counter" },
	{ "polln_network_partition_detected", "gauge" },
	{ "polln_meadow_connected", "gauge" },
	{ "polln_meadow_sync_errors_total", "counter" },
	{ "polln_backup_total", "counter" },
	{ "polln_backup_success_total", "counter" },
	{ "polln_backup_last_success_timestamp_seconds", "gauge" },
	{ "polln_backup_last_duration_seconds", "gauge" },
	{ "polln_backup_last_size_bytes", "gauge" },
	{ "polln_backup_last_verification_success", "gauge" },
	{ "polln_backup_dr_copy_timestamp_seconds", "gauge" },
	{ "polln_failover_running_seconds", "gauge" },
	{ "polln_data_integrity_failures_total", "counter" },
	{ "polln_data_integrity_checks_total", "counter" },
	{ "polln_agent_accuracy_score", "gauge" },
};

Test(colony, shows_all_of_family_a)
{
	struct colony *colony = begin_colony(1);

	for (unsigned i = 0; i < colony_instances(colony); i++) {
		struct strbuf page = STRBUF_INIT;

		colony_metrics(colony, SERVICE_COLONY, i, &page);
		for (size_t k = 0; k < sizeof(family) / sizeof(*family); k++) {
			struct strbuf type = STRBUF_INIT, help = STRBUF_INIT;

			strbuf_addf(&type, "# TYPE %s %s\n", family[k].name, family[k].type);
			strbuf_addf(&help, "# HELP %s ", family[k].name);
			cr_expect_not_null(strstr(page.text, type.text), "no line '%s'", type.text);
			cr_expect_not_null(strstr(page.text, help.text), "no line '%s'", help.text);
			strbuf_release(&type);
			strbuf_release(&help);
		}
		/* The scraper's labels are not the page's. */
		cr_expect_null(strstr(page.text, "instance=\""));
		cr_expect_null(strstr(page.text, "job=\""));
		strbuf_release(&page);
	}
	colony_free(colony);
}

Test(colony, dependencies_show_their_own)
{
	static const char *const has[SERVICE_COUNT] = {
		[SERVICE_LMCACHE] = "lmcache_hits_total",
		[SERVICE_FEDERATED] = "federated_rounds_total",
		[SERVICE_WORLDMODEL] = "worldmodel_entropy",
		[SERVICE_MEADOW] = "meadow_patterns",
		[SERVICE_REDIS] = "redis_up",
	};
	struct colony *colony = begin_colony(1);

	wait_ms(colony, HOUR_MS);
	for (unsigned i = SERVICE_COLONY + 1; i < SERVICE_COUNT; i++) {
		struct strbuf page = STRBUF_INIT;

		colony_metrics(colony, (enum colony_service)i, 0, &page);
		cr_expect_gt(page_value(page.text, has[i]), 0, "%s", has[i]);
		cr_expect_gt(page_value(page.text, "process_cpu_seconds_total"), 0);
		cr_expect_null(strstr(page.text, "polln_"));
		strbuf_clear(&page);
		/* There is one of each. */
		colony_metrics(colony, (enum colony_service)i, 1, &page);
		cr_expect_eq(page.length, 0);
		cr_expect_eq(colony_answers(colony, (enum colony_service)i, 1), ANSWER_REFUSE);
		strbuf_release(&page);
	}
	colony_free(colony);
}

static double sum_of(const struct colony *colony, const char *series)
{
	double sum = 0;

	for (unsigned i = 0; i < colony_instances(colony); i++)
		sum += colony_value(colony, i, series);
	return sum;
}

/* What is scraped first is as well as what comes later. */
Test(colony, is_well_from_the_start)
{
	struct colony *colony = begin_colony(8), *later = begin_colony(8);

	wait_ms(later, 2 * MINUTE_MS);
	for (unsigned i = 0; i < colony_instances(colony); i++) {
		static const char *const gauges[] = { "process_resident_memory_bytes", "polln_agents_total",
						      "polln_anchor_pool_usage",       "polln_synapses_total",
						      "polln_world_model_entropy",     "polln_agent_accuracy_score" };

		for (size_t g = 0; g < sizeof(gauges) / sizeof(*gauges); g++) {
			double first = colony_value(colony, i, gauges[g]), then = colony_value(later, i, gauges[g]);

			cr_expect_leq(fabs(first - then), 0.15 * then, "%s: %g at first, then %g", gauges[g], first,
				      then);
		}
		cr_expect_eq(colony_value(colony, i, "polln_decisions_total"), 0);
		cr_expect_lt((double)COLONY_BEGIN_MS / 1000 -
				     colony_value(colony, i, "polln_dream_cycle_last_timestamp"),
			     1500);
	}
	colony_free(colony);
	colony_free(later);
}

Test(colony, is_well_by_the_dashboards_thresholds)
{
	struct colony *colony = begin_colony(7);
	double decisions, lookups, hits;

	for (int hour = 0; hour < 48; hour++) {
		decisions = sum_of(colony, "polln_decisions_total");
		lookups = sum_of(colony, "polln_anchor_lookups_total");
		hits = sum_of(colony, "polln_anchor_hits_total");
		wait_ms(colony, HOUR_MS);
		cr_expect_gt((sum_of(colony, "polln_decisions_total") - decisions) / 3600, 10000);
		hits = (sum_of(colony, "polln_anchor_hits_total") - hits) /
		       (sum_of(colony, "polln_anchor_lookups_total") - lookups);
		cr_expect(hits > 0.82 && hits < 0.89, "hit rate %g", hits);
		for (unsigned i = 0; i < colony_instances(colony); i++) {
			double gigabytes = colony_value(colony, i, "process_resident_memory_bytes") / (1 << 30);

			cr_expect(gigabytes > 4.5 && gigabytes < 7.5, "%g GB", gigabytes);
			cr_expect_geq(colony_value(colony, i, "polln_agents_total"), 500);
			cr_expect_gt(colony_value(colony, i, "polln_agent_accuracy_score"), 0.95);
			cr_expect_eq(colony_value(colony, i, "polln_colony_healthy"), 1);
			cr_expect_eq(colony_answers(colony, SERVICE_COLONY, i), ANSWER_GOOD);
		}
	}
	colony_free(colony);
}

static void expect_histogram(const char *page, const char *name)
{
	struct strbuf series = STRBUF_INIT;
	double last = -1, bound = 0, least = 0, most = 0, last_bound = 0, before = 0;
	double count, sum, inf;
	const char *line = page;

	strbuf_addf(&series, "\n%s_bucket{le=\"", name);
	while ((line = strstr(line, series.text)) != NULL) {
		double here = strtod(strchr(line, '}') + 1, NULL);

		bound = strtod(line + series.length, NULL);
		cr_expect_geq(here, last, "%s: a bucket falls", name);
		cr_expect_gt(bound, last_bound, "%s: bounds do not ascend", name);
		least += (here - before) * last_bound;
		most += isinf(bound) ? 0 : (here - before) * bound;
		last = before = here;
		last_bound = bound;
		line++;
	}
	cr_expect(isinf(bound), "%s has no +Inf", name);
	strbuf_clear(&series);
	strbuf_addf(&series, "%s_bucket{le=\"+Inf\"}", name);
	inf = page_value(page, series.text);
	strbuf_clear(&series);
	strbuf_addf(&series, "%s_count", name);
	count = page_value(page, series.text);
	strbuf_clear(&series);
	strbuf_addf(&series, "%s_sum", name);
	sum = page_value(page, series.text);
	cr_expect_eq(inf, count, "%s: +Inf %g, count %g", name, inf, count);
	/* Each observation is at least its bucket's lower bound; nearly none lies above the last one. */
	cr_expect_geq(sum, least * 0.999 - 1, "%s: sum %g below %g", name, sum, least);
	if (count > 1000)
		cr_expect_leq(sum, most * 1.05 + 1, "%s: sum %g above %g", name, sum, most);
	strbuf_release(&series);
}

static const char *const counters[] = {
	"polln_decisions_total",
	"polln_decision_duration_seconds_sum",
	"polln_decision_duration_seconds_bucket{le=\"0.01\"}",
	"polln_anchor_lookups_total",
	"polln_anchor_hits_total",
	"polln_federated_sync_success_total",
	"polln_federated_sync_errors_total",
	"polln_vae_training_errors_total",
	"polln_hebbian_updates_total",
	"polln_graph_evolution_pruned_total",
	"polln_graph_evolution_grafted_total",
	"polln_requests_total{status=\"200\"}",
	"polln_requests_total{status=\"503\"}",
	"polln_request_duration_seconds_count",
	"polln_auth_failures_total",
	"polln_backup_total",
	"polln_backup_success_total",
	"polln_validation_errors_total",
	"polln_data_integrity_checks_total",
	"process_cpu_seconds_total",
};

enum { COUNTERS = sizeof(counters) / sizeof(*counters) };

/* What must hold on every page at any time; `last` are the counters of the page before. */
static void expect_page(const struct colony *colony, unsigned instance, double *last, double *last_start)
{
	struct strbuf page = STRBUF_INIT;
	double start;

	colony_metrics(colony, SERVICE_COLONY, instance, &page);
	start = page_value(page.text, "process_start_time_seconds");
	for (size_t i = 0; i < COUNTERS; i++) {
		double value = page_value(page.text, counters[i]);

		if (start == *last_start)
			cr_expect_geq(value, last[i], "%s falls from %g to %g", counters[i], last[i], value);
		last[i] = value;
	}
	*last_start = start;
	cr_expect_leq(page_value(page.text, "polln_anchor_hits_total"),
		      page_value(page.text, "polln_anchor_lookups_total"));
	cr_expect_leq(page_value(page.text, "polln_backup_success_total"), page_value(page.text, "polln_backup_total"));
	cr_expect_leq(page_value(page.text, "polln_agents_healthy"), page_value(page.text, "polln_agents_total"));
	cr_expect_eq(page_value(page.text, "polln_decisions_total"),
		     page_value(page.text, "polln_decision_duration_seconds_count"));
	cr_expect_eq(page_value(page.text, "polln_anchor_lookups_total"),
		     page_value(page.text, "polln_ann_lookup_duration_seconds_count"));
	cr_expect_leq(page_value(page.text, "polln_anchor_pool_usage"), 1);
	expect_histogram(page.text, "polln_decision_duration_seconds");
	expect_histogram(page.text, "polln_ann_lookup_duration_seconds");
	expect_histogram(page.text, "polln_request_duration_seconds");
	strbuf_release(&page);
}

Test(colony, invariants_hold_through_every_fault)
{
	size_t count;
	const struct sim_fault *faults = colony_faults(&count);

	for (size_t f = 0; f <= count; f++) {
		struct colony *colony = begin_colony(f);
		double last[3][COUNTERS] = { { 0 } }, last_start[3] = { 0 };

		if (f < count)
			cr_assert_eq(colony_inject(colony, faults[f].name, NULL), 0);
		for (int i = 0; i < 90; i++) {
			wait_ms(colony, i < 60 ? 15000 : 10 * MINUTE_MS);
			if (i == 50)
				do_verb(colony, "restart");
			for (unsigned k = 0; k < 3; k++)
				expect_page(colony, k, last[k], &last_start[k]);
		}
		colony_free(colony);
	}
}

Test(colony, status_counts_make_up_the_requests)
{
	static const char *const statuses[] = { "200", "201", "400", "404", "429", "500", "503" };
	struct colony *colony = begin_colony(3);
	double sum = 0, failing = 0;

	wait_ms(colony, 24 * HOUR_MS);
	for (size_t i = 0; i < sizeof(statuses) / sizeof(*statuses); i++) {
		char series[64];
		double value;

		snprintf(series, sizeof(series), "polln_requests_total{status=\"%s\"}", statuses[i]);
		value = colony_value(colony, 0, series);
		cr_expect_gt(value, 0, "%s", series);
		sum += value;
		failing += statuses[i][0] == '5' ? value : 0;
	}
	cr_expect_float_eq(sum, colony_value(colony, 0, "polln_request_duration_seconds_count"), 8);
	cr_expect(failing / sum > 0.0002 && failing / sum < 0.0007, "availability %g", 1 - failing / sum);
	colony_free(colony);
}

Test(colony, same_seed_and_calls_same_pages)
{
	struct strbuf pages[3] = { STRBUF_INIT, STRBUF_INIT, STRBUF_INIT };

	for (int run = 0; run < 3; run++) {
		struct colony *colony = begin_colony(run < 2 ? 99 : 100);

		wait_ms(colony, 3 * 24 * HOUR_MS);
		wait_ms(colony, 4567);
		colony_inject(colony, "memory-leak", NULL);
		wait_ms(colony, 20 * MINUTE_MS);
		do_verb(colony, "restart");
		wait_ms(colony, 3 * MINUTE_MS);
		add_pages(colony, &pages[run]);
		colony_free(colony);
	}
	cr_expect_str_eq(pages[0].text, pages[1].text);
	cr_expect_str_neq(pages[0].text, pages[2].text);
	for (int run = 0; run < 3; run++)
		strbuf_release(&pages[run]);
}

/* Fine steps: however a call is divided, even at odd milliseconds, the pages are the same. */
Test(colony, division_of_short_calls_changes_nothing)
{
	struct colony *whole = begin_colony(5), *divided = begin_colony(5);
	int64_t end_ms = COLONY_BEGIN_MS;

	for (int i = 0; i < 40; i++) {
		struct strbuf a = STRBUF_INIT, b = STRBUF_INIT;

		if (i == 10) {
			colony_inject(whole, "agent-explosion", NULL);
			colony_inject(divided, "agent-explosion", NULL);
		}
		end_ms += 5 * MINUTE_MS;
		colony_advance(whole, end_ms);
		for (int64_t now_ms = colony_now_ms(divided); now_ms < end_ms; now_ms += 7777)
			colony_advance(divided, now_ms);
		colony_advance(divided, end_ms);
		add_pages(whole, &a);
		add_pages(divided, &b);
		cr_assert_str_eq(a.text, b.text);
		strbuf_release(&a);
		strbuf_release(&b);
	}
	colony_free(whole);
	colony_free(divided);
}

/* Reading looks and leaves everything as it is. */
Test(colony, reading_changes_nothing)
{
	struct colony *read = begin_colony(6), *unread = begin_colony(6);
	struct strbuf a = STRBUF_INIT, b = STRBUF_INIT;

	for (int i = 0; i < 100; i++) {
		wait_ms(read, 3000);
		wait_ms(unread, 3000);
		strbuf_clear(&a);
		add_pages(read, &a);
	}
	add_pages(unread, &b);
	cr_expect_str_eq(a.text, b.text);
	strbuf_release(&a);
	strbuf_release(&b);
	colony_free(read);
	colony_free(unread);
}

Test(colony, time_does_not_run_back)
{
	struct colony *colony = begin_colony(6);
	double decisions;

	wait_ms(colony, MINUTE_MS);
	decisions = colony_value(colony, 0, "polln_decisions_total");
	colony_advance(colony, COLONY_BEGIN_MS - 1);
	cr_expect_eq(colony_now_ms(colony), COLONY_BEGIN_MS + MINUTE_MS);
	cr_expect_eq(colony_value(colony, 0, "polln_decisions_total"), decisions);
	colony_free(colony);
}

/* Coarse steps keep the course: a day in one go against a day in minutes of fine steps. */
Test(colony, coarse_steps_keep_the_course)
{
	struct colony *coarse = begin_colony(11), *fine = begin_colony(11);

	wait_ms(coarse, 24 * HOUR_MS);
	for (int i = 0; i < 24 * 60; i++)
		wait_ms(fine, MINUTE_MS);
	for (size_t i = 0; i < COUNTERS; i++) {
		double a = sum_of(coarse, counters[i]), b = sum_of(fine, counters[i]);

		cr_expect_leq(fabs(a - b), 0.01 * b + 20, "%s: %.0f in coarse steps, %.0f in fine ones", counters[i], a,
			      b);
	}
	for (unsigned i = 0; i < 3; i++) {
		static const char *const gauges[] = { "polln_agents_total",
						      "polln_anchor_pool_usage",
						      "polln_world_model_entropy",
						      "polln_synapses_total",
						      "polln_dream_cycle_last_timestamp",
						      "polln_federated_sync_last_timestamp" };

		for (size_t g = 0; g < sizeof(gauges) / sizeof(*gauges); g++) {
			double a = colony_value(coarse, i, gauges[g]), b = colony_value(fine, i, gauges[g]);

			cr_expect_leq(fabs(a - b), 0.02 * b, "%s: %g and %g", gauges[g], a, b);
		}
	}
	colony_free(coarse);
	colony_free(fine);
}

Test(colony, dreams_saw)
{
	struct colony *colony = begin_colony(12);
	double longest = 0, last = 0;
	unsigned cycles = 0;

	for (int i = 0; i < 24 * 60; i++) {
		double end;

		wait_ms(colony, MINUTE_MS);
		end = colony_value(colony, 1, "polln_dream_cycle_last_timestamp");
		longest = fmax(longest, (double)colony_now_ms(colony) / 1000 - end);
		cycles += i > 0 && end != last;
		last = end;
	}
	cr_expect_gt(cycles, 24, "%u dream cycles a day", cycles);
	cr_expect(longest > 1200 && longest < 3000, "%g s between dreams", longest);
	colony_free(colony);
}

Test(colony, requests_have_a_day)
{
	struct colony *colony = begin_colony(13);
	double least = INFINITY, most = 0, before = 0;

	for (int hour = 0; hour < 24; hour++) {
		double rate;

		wait_ms(colony, HOUR_MS);
		rate = (sum_of(colony, "polln_request_duration_seconds_count") - before) / 3600;
		before += rate * 3600;
		least = fmin(least, rate);
		most = fmax(most, rate);
	}
	cr_expect_gt(least, 1000);
	cr_expect_gt(most, 1.25 * least, "from %g to %g a second", least, most);
	colony_free(colony);
}

Test(colony, documents_are_those_of_the_server)
{
	struct colony *colony = begin_colony(14);
	struct strbuf text = STRBUF_INIT;

	wait_ms(colony, MINUTE_MS);
	colony_health(colony, SERVICE_COLONY, 0, &text);
	cr_expect_not_null(strstr(text.text, "\"status\":\"ok\""));
	cr_expect_not_null(strstr(text.text, "\"uptime\":60000,"));
	cr_expect_not_null(strstr(text.text, "\"connections\":{\"total\":"));
	strbuf_clear(&text);
	colony_ready(colony, SERVICE_COLONY, 0, &text);
	cr_expect_not_null(strstr(text.text, "\"status\":\"ready\""));
	strbuf_clear(&text);
	colony_inject(colony, "crash@0", NULL);
	colony_ready(colony, SERVICE_COLONY, 0, &text);
	cr_expect_not_null(strstr(text.text, "\"status\":\"not_ready\""));
	strbuf_clear(&text);
	colony_health(colony, SERVICE_COLONY, 3, &text);
	colony_ready(colony, SERVICE_COUNT, 0, &text);
	cr_expect_eq(text.length, 0);
	strbuf_release(&text);
	colony_free(colony);
}

Test(colony, takes_any_number_of_instances)
{
	static const unsigned counts[] = { 0, 1, 5, 1000 }, gives[] = { 3, 1, 5, 16 };

	for (size_t i = 0; i < 4; i++) {
		const struct colony_config config = { .seed = 1, .start_ms = COLONY_BEGIN_MS, .instances = counts[i] };
		struct colony *colony = colony_new(&config);

		cr_expect_eq(colony_instances(colony), gives[i]);
		cr_expect_eq(colony_inject(colony, "memory-leak", NULL), 0);
		wait_ms(colony, HOUR_MS);
		cr_expect_gt(sum_of(colony, "polln_agents_total"), 500);
		colony_free(colony);
	}
	colony_free(NULL);
}
